/* Reports as they are frozen: written once when a round's answers are put together, read by every page. See report.h. */
#include <math.h>

#include "gen/msg_report.h"
#include "gen/programme/feedback/answer_sql.h"
#include "gen/programme/feedback/report_sql.h"
#include "programme/feedback/inside.h"
#include "programme/feedback/report_inside.h"

#define LEVEL 0.95

/* ---- what the round gives ------------------------------------------------------------------------------------------------------- */

static size_t group_of(const struct feedback_answers *in, struct str code)
{
    for (size_t g = 0; g < in->group_count; g++)
        if (str_eq(code, in->groups[g].code))
            return g;
    return SIZE_MAX;
}

/* Names, and the groups of the round in its order that somebody was asked from. */
static enum rc load_asked(struct db *db, struct arena *a, const struct feedback_round *r, struct feedback_answers *out)
{
    struct rows_feedback_report_asked rows;
    TRY(sql_feedback_report_asked(db, a, r->id, &rows));
    struct feedback_group *groups = ARENA_ARRAY(a, r->group_count, struct feedback_group);
    for (size_t g = 0; g < r->group_count; g++) {
        struct str code = str_from(feedback_group_word(r->groups[g].code));
        bool asked = false;
        for (size_t k = 0; k < rows.n; k++)
            asked = asked || str_eq(rows.v[k].group_code, code);
        if (asked)
            groups[out->group_count++] = (struct feedback_group){code, r->groups[g].title.n != 0 ? r->groups[g].title : code};
    }
    struct str *names = ARENA_ARRAY(a, rows.n, struct str);
    for (size_t k = 0; k < rows.n; k++)
        names[k] = rows.v[k].name;
    out->groups = groups;
    out->names = names;
    out->name_count = rows.n;
    return RC_OK;
}

static enum rc load_sheets(struct db *db, struct arena *a, const struct feedback_round *r, struct feedback_answers *out)
{
    struct rows_feedback_sheets rows;
    TRY(sql_feedback_sheets(db, a, r->id, &rows));
    struct feedback_sheet *sheets = ARENA_ARRAY(a, rows.n, struct feedback_sheet);
    for (size_t k = 0; k < rows.n; k++) {
        int *answers = ARENA_ARRAY(a, out->instrument->item_count, int);
        if (!instrument_read_points(out->instrument, rows.v[k].points, answers))
            return RC_INTERNAL;
        if (str_eq_z(rows.v[k].group_code, FEEDBACK_SELF_GROUP)) {
            struct feedback_sheet *self = ARENA_NEW(a, struct feedback_sheet);
            *self = (struct feedback_sheet){0, answers};
            out->self = self;
            continue;
        }
        sheets[out->sheet_count] = (struct feedback_sheet){group_of(out, rows.v[k].group_code), answers};
        if (sheets[out->sheet_count++].group == SIZE_MAX)
            return RC_INTERNAL;
    }
    out->sheets = sheets;
    return RC_OK;
}

static enum rc load_words(struct db *db, struct arena *a, const struct feedback_round *r, struct feedback_answers *out)
{
    struct rows_feedback_comments rows;
    TRY(sql_feedback_comments(db, a, r->id, &rows));
    struct feedback_words *comments = ARENA_ARRAY(a, rows.n, struct feedback_words);
    for (size_t k = 0; k < rows.n; k++) {
        size_t item = instrument_item_by_id(out->instrument, rows.v[k].item_id);
        if (rows.v[k].self == 0 && item != SIZE_MAX)
            comments[out->comment_count++] = (struct feedback_words){item, rows.v[k].words};
    }
    out->comments = comments;
    return RC_OK;
}

enum rc feedback_load_answers(struct db *db, struct arena *a, const struct feedback_round *r, struct feedback_answers *out)
{
    struct instrument *i = ARENA_NEW(a, struct instrument);
    TRY(instrument_find(db, a, r->instrument, S("en"), i));
    *out = (struct feedback_answers){.instrument = i, .least = r->least};
    TRY(load_asked(db, a, r, out));
    TRY(load_sheets(db, a, r, out));
    return load_words(db, a, r, out);
}

/* ---- freezing --------------------------------------------------------------------------------------------------------------------- */

static enum rc write_pools(struct db *tx, struct arena *a, int64_t round, const struct feedback_answers *in, const struct report *r)
{
    const struct instrument *i = in->instrument;
    for (size_t p = 0; p < r->pool_count; p++) {
        struct buf members = buf_new(a, 64);
        for (size_t k = 0; k < r->pools[p].group_count; k++) {
            buf_z(&members, k == 0 ? "" : " ");
            buf_str(&members, in->groups[r->pools[p].groups[k]].code);
        }
        TRY(sql_feedback_report_pool_add(tx, round, (int64_t)p, buf_text(&members), r->pools[p].n));
        for (size_t d = 0; d < r->domain_count; d++) {
            const struct report_figure *f = &r->figures[p * r->domain_count + d];
            if (f->shown)
                TRY(sql_feedback_report_figure_add(tx, round, (int64_t)p, i->domains[d].code, f->n, f->mean, f->mean_is, f->has_spread ? &f->spread : NULL));
        }
    }
    return RC_OK;
}

enum rc report_freeze(struct db *tx, struct arena *a, const struct feedback_round *round, int64_t now, struct err *e)
{
    struct feedback_answers in;
    struct report r;
    TRY(feedback_load_answers(tx, a, round, &in));
    TRY(report_draw(a, &in, &r, e));
    const struct instrument *i = in.instrument;
    TRY(sql_feedback_report_add(tx, round->id, round->programme, round->subject, round->instrument, i->slug, round->least, r.enough, r.whole_n, r.whole_mean,
                                r.whole_ss, now));
    for (size_t d = 0; d < r.domain_count; d++)
        if (r.self[d].some)
            TRY(sql_feedback_report_self_add(tx, round->id, i->domains[d].code, r.self[d].mean, r.self[d].sem));
    TRY(write_pools(tx, a, round->id, &in, &r));
    for (size_t k = 0, ordinal = 0; k < r.comment_count; k++) {
        ordinal = k != 0 && r.comments[k].item == r.comments[k - 1].item ? ordinal + 1 : 1;
        TRY(sql_feedback_report_comment_add(tx, round->id, i->items[r.comments[k].item].code, (int64_t)ordinal, r.comments[k].words));
    }
    return RC_OK;
}

static enum rc release(struct db *tx, struct arena *a, const struct feedback_round *round, int64_t now, struct err *e)
{
    struct row_feedback_report_find row;
    struct instrument i;
    enum rc rc = sql_feedback_report_find(tx, a, round->id, &row);
    if (rc == RC_NOT_FOUND)
        return err_set(e, RC_CONFLICT, M_report_not_frozen, NULL);
    TRY(rc);
    TRY(sql_feedback_report_set_released(tx, round->id, now));
    TRY(instrument_find(tx, a, row.instrument_id, S("en"), &i));
    return report_renew_norm(tx, a, row.programme_id, row.slug, &i, now, e);
}

enum rc report_release(struct db *tx, const struct feedback_round *round, int64_t now, struct err *e)
{
    struct arena *a = arena_new(0);
    enum rc rc = release(tx, a, round, now, e);
    arena_free(a);
    return rc;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------ */

static struct frozen_domain *domain_by_code(struct frozen *f, struct str code)
{
    for (size_t d = 0; d < f->domain_count; d++)
        if (str_eq(f->domains[d].code, code))
            return &f->domains[d];
    return NULL;
}

static size_t rated_items(const struct instrument *i, const struct instrument_domain *d)
{
    size_t n = 0;
    for (size_t k = d->first; k < d->first + d->count; k++)
        n += !i->items[k].words;
    return n;
}

static double mean_of(const struct report_figure *f)
{
    return (double)f->mean / 10;
}

/* A mean that is but a bound has no spread: then the widest that such a mean can have (Bhatia, Davis 2000, Amer. Math. Monthly
 * 107:353-357), n - 1. */
static double spread_of(const struct report_figure *f, const struct instrument *i)
{
    double m = mean_of(f), n = (double)f->n;
    return f->has_spread ? (double)f->spread / 10 : sqrt(fmax(0, (i->high - m) * (m - i->low) * n / (n - 1)));
}

static double step_of(size_t items)
{
    return 1 / (double)(items != 0 ? items : 1) / sqrt(12);
}

static void compare(struct frozen *f, struct frozen_domain *d)
{
    d->gap = (struct gap){NAN, NAN, NAN, {NAN, NAN}, false};
    d->window = JOHARI_UNTOLD;
    if (!d->figure.shown || !d->self.some)
        return;
    d->gap = gap_of(d->self.mean, d->self.sem, mean_of(&d->figure), spread_of(&d->figure, &f->i), (size_t)d->figure.n, step_of(d->items), LEVEL);
    d->window = gap_johari(&d->gap, mean_of(&d->figure), f->cut);
}

static struct report_figure figure_of(int64_t n, int64_t mean, int64_t mean_is, bool has_spread, int64_t spread)
{
    return (struct report_figure){true, n, mean, (enum report_bound)mean_is, has_spread, has_spread ? spread : 0};
}

static enum rc load_figures(struct db *db, struct arena *a, struct frozen *f)
{
    struct rows_feedback_report_figures figures;
    struct rows_feedback_report_selves selves;
    struct rows_feedback_report_pools pools;
    TRY(sql_feedback_report_pools(db, a, f->round, &pools));
    TRY(sql_feedback_report_figures(db, a, f->round, &figures));
    TRY(sql_feedback_report_selves(db, a, f->round, &selves));
    f->pools = ARENA_ARRAY(a, pools.n, struct frozen_pool);
    for (f->pool_count = 0; f->pool_count < pools.n; f->pool_count++)
        f->pools[f->pool_count] = (struct frozen_pool){pools.v[f->pool_count].members, pools.v[f->pool_count].n};
    for (size_t d = 0; d < f->domain_count; d++)
        f->domains[d].pools = ARENA_ARRAY(a, f->pool_count, struct report_figure);
    for (size_t k = 0; k < figures.n; k++) {
        struct frozen_domain *d = domain_by_code(f, figures.v[k].domain);
        if (d == NULL || figures.v[k].pool >= (int64_t)f->pool_count)
            return RC_INTERNAL;
        struct report_figure one = figure_of(figures.v[k].n, figures.v[k].mean, figures.v[k].mean_is, !figures.v[k].spread_null, figures.v[k].spread);
        if (figures.v[k].pool == 0)
            d->figure = one;
        else
            d->pools[figures.v[k].pool - 1] = one;
    }
    for (size_t k = 0; k < selves.n; k++) {
        struct frozen_domain *d = domain_by_code(f, selves.v[k].domain);
        if (d != NULL)
            d->self = (struct report_self){true, selves.v[k].mean, selves.v[k].sem};
    }
    for (size_t d = 0; d < f->domain_count; d++)
        compare(f, &f->domains[d]);
    return RC_OK;
}

static enum rc load_comments(struct db *db, struct arena *a, struct frozen *f)
{
    struct rows_feedback_report_comments rows;
    TRY(sql_feedback_report_comments(db, a, f->round, &rows));
    f->comments = ARENA_ARRAY(a, rows.n, struct frozen_comment);
    for (size_t item = 0; item < f->i.item_count; item++)
        for (size_t k = 0; k < rows.n; k++)
            if (str_eq(rows.v[k].item, f->i.items[item].code))
                f->comments[f->comment_count++] = (struct frozen_comment){item, rows.v[k].ordinal, rows.v[k].words, rows.v[k].held};
    return RC_OK;
}

static enum rc load_domains(struct db *db, struct arena *a, int64_t instrument, struct str language, struct frozen *f)
{
    TRY(instrument_find(db, a, instrument, language, &f->i));
    f->cut = (double)(f->i.low + f->i.high) / 2 + 0.5;
    f->domains = ARENA_ARRAY(a, f->i.domain_count, struct frozen_domain);
    for (size_t d = 0; d < f->i.domain_count; d++) {
        size_t items = rated_items(&f->i, &f->i.domains[d]);
        if (items != 0)
            f->domains[f->domain_count++] = (struct frozen_domain){.code = f->i.domains[d].code, .title = f->i.domains[d].title, .items = items};
    }
    return RC_OK;
}

enum rc report_load(struct db *db, struct arena *a, int64_t round, struct str language, struct frozen *out)
{
    struct row_feedback_report_find row;
    TRY(sql_feedback_report_find(db, a, round, &row));
    *out = (struct frozen){.round = round, .programme = row.programme_id, .subject = row.subject_id, .least = row.least, .at = row.frozen_at,
                           .enough = row.enough != 0, .released = !row.released_at_null, .slug = row.slug};
    TRY(load_domains(db, a, row.instrument_id, language, out));
    TRY(load_figures(db, a, out));
    return load_comments(db, a, out);
}

/* ---- growth ------------------------------------------------------------------------------------------------------------------------- */

/* Do both ask the domain by the same questions? */
static bool same_questions(const struct instrument *x, const struct instrument *y, struct str domain)
{
    size_t mine = 0, theirs = 0, common = 0;
    for (size_t k = 0; k < x->item_count; k++) {
        if (x->items[k].words || !str_eq(x->domains[x->items[k].domain].code, domain))
            continue;
        mine++;
        size_t other = instrument_item_by_code(y, x->items[k].code);
        common += other != SIZE_MAX && !y->items[other].words && str_eq(y->domains[y->items[other].domain].code, domain);
    }
    for (size_t k = 0; k < y->item_count; k++)
        theirs += !y->items[k].words && str_eq(y->domains[y->items[k].domain].code, domain);
    return mine == common && theirs == common && x->low == y->low && x->high == y->high;
}

static void fit_growth(const struct frozen *f, size_t d, struct growth *g)
{
    double time[REPORT_ROUNDS_MAX], mean[REPORT_ROUNDS_MAX], se[REPORT_ROUNDS_MAX];
    const struct report_figure *first = NULL, *last = &f->domains[d].figure;
    size_t n = 0;
    for (size_t k = 0; k < g->rounds; k++) {
        const struct growth_point *p = &g->points[d * g->rounds + k];
        if (!p->some)
            continue;
        first = first == NULL ? &p->figure : first;
        time[n] = (double)(p->at - g->at[0]) / MS_PER_DAY / 365.25;
        mean[n] = mean_of(&p->figure);
        se[n++] = fmax(spread_of(&p->figure, &f->i), step_of(f->domains[d].items)) / sqrt((double)p->figure.n);
    }
    g->change[d] = (struct gap){NAN, NAN, NAN, {NAN, NAN}, false};
    if (n < 2 || !last->shown)
        return;
    g->by_year[d] = n >= 3 && time[n - 1] - time[0] > 0;
    g->change[d] = g->by_year[d] ? gap_growth(time, mean, se, n, LEVEL)
                                 : gap_change(mean_of(first), spread_of(first, &f->i), (size_t)first->n, mean_of(last), spread_of(last, &f->i), (size_t)last->n,
                                              step_of(f->domains[d].items), LEVEL);
}

enum rc report_load_growth(struct db *db, struct arena *a, const struct frozen *f, struct str language, struct growth *out)
{
    struct rows_feedback_report_earlier rows;
    TRY(sql_feedback_report_earlier(db, a, f->subject, f->slug, f->programme, f->at, REPORT_ROUNDS_MAX - 1, &rows));
    *out = (struct growth){.rounds = rows.n + 1};
    out->points = ARENA_ARRAY(a, f->domain_count * out->rounds, struct growth_point);
    out->change = ARENA_ARRAY(a, f->domain_count, struct gap);
    out->by_year = ARENA_ARRAY(a, f->domain_count, bool);
    for (size_t k = 0; k < out->rounds; k++) {
        bool this = k + 1 == out->rounds;
        struct frozen earlier = *f;
        if (!this)
            TRY(report_load(db, a, rows.v[rows.n - 1 - k].round_id, language, &earlier));
        out->at[k] = earlier.at;
        for (size_t d = 0; d < f->domain_count; d++) {
            struct frozen_domain *same = domain_by_code(&earlier, f->domains[d].code);
            if (same != NULL && same->figure.shown && same_questions(&f->i, &earlier.i, same->code))
                out->points[d * out->rounds + k] = (struct growth_point){true, earlier.at, same->figure};
        }
    }
    for (size_t d = 0; d < f->domain_count; d++)
        fit_growth(f, d, out);
    return RC_OK;
}
