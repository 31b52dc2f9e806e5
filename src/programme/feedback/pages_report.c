/* The pages of a report: the report itself, its tables as files, holding a comment back, and the figures of a programme. Whatever they
 * show is worked out from what is frozen (report.h). */
#include <math.h>

#include "auth/session.h"
#include "base/json_set.h"
#include "gen/msg_report.h"
#include "gen/programme/feedback/feedback_report_view.h"
#include "gen/programme/feedback/report_hold_view.h"
#include "gen/programme/feedback/report_programme_view.h"
#include "gen/programme/feedback/report_sql.h"
#include "programme/feedback/inside.h"
#include "programme/feedback/report_pages.h"
#include "programme/programme/programme.h"

#define CURVE_LEAST 20
#define CURVE_MOST 40
#define HOLD_WORDS_MAX 300

static const int targets[] = {70, 80, 90};

/* ---- words ---------------------------------------------------------------------------------------------------------------------- */

msg_id report_window_msg(enum johari w)
{
    switch (w) {
    case JOHARI_STRENGTH_KNOWN:
        return M_report_strength_known;
    case JOHARI_NEED_KNOWN:
        return M_report_need_known;
    case JOHARI_STRENGTH_UNSEEN:
        return M_report_strength_unseen;
    case JOHARI_BLIND_SPOT:
        return M_report_blind_spot;
    case JOHARI_UNTOLD:
        break;
    }
    return M_report_untold;
}

struct str report_window_word(enum johari w)
{
    static const char *const words[] = {[JOHARI_UNTOLD] = "untold",
                                        [JOHARI_STRENGTH_KNOWN] = "strength_known",
                                        [JOHARI_NEED_KNOWN] = "need_known",
                                        [JOHARI_STRENGTH_UNSEEN] = "strength_unseen",
                                        [JOHARI_BLIND_SPOT] = "blind_spot"};
    return str_from(words[w]);
}

struct str report_bound_word(const struct report_figure *f)
{
    return !f->shown ? S("") : f->mean_is == REPORT_AT_LEAST ? S("at least") : f->mean_is == REPORT_AT_MOST ? S("at most") : S("exact");
}

static struct str group_title(const struct ctx *c, const struct feedback_round *r, struct str code)
{
    enum feedback_group_code g;
    for (size_t k = 0; k < r->group_count; k++)
        if (str_eq_z(code, feedback_group_word(r->groups[k].code)))
            return feedback_group_name(c, r->groups[k].code, r->groups[k].title);
    return feedback_group_find(code, &g) ? feedback_group_name(c, g, S("")) : code;
}

struct str report_pool_title(struct ctx *c, const struct feedback_round *r, struct str members)
{
    struct buf b = buf_new(c->a, 64);
    struct str code;
    while (members.n != 0 && str_cut(&members, ' ', &code)) {
        buf_z(&b, b.n != 0 ? ", " : "");
        buf_str(&b, group_title(c, r, code));
    }
    return buf_text(&b);
}

/* One decimal, as the language writes it. */
static struct str tenth(const struct ctx *c, double x)
{
    struct buf b = buf_new(c->a, 16);
    lang_real(&b, c->lang, round(x * 10) / 10, 1);
    return buf_text(&b);
}

static struct str figure_text(const struct ctx *c, const struct report_figure *f)
{
    struct msg_arg x = MSG_TEXT("x", tenth(c, (double)f->mean / 10));
    if (!f->shown)
        return tr(c, M_report_held_back);
    return f->mean_is == REPORT_EXACT ? x.text : tr_args(c, f->mean_is == REPORT_AT_LEAST ? M_report_at_least : M_report_at_most, &x, 1);
}

static struct opt_real tenths(const struct report_figure *f)
{
    return (struct opt_real){f->shown, (double)f->mean / 10};
}

static struct opt_real known(double x)
{
    return (struct opt_real){isfinite(x), isfinite(x) ? round(x * 100) / 100 : 0};
}

/* "+0.6 (0.1 to 1.1)" and what it means. */
static struct str change_text(const struct ctx *c, const struct gap *g, msg_id beyond, msg_id within)
{
    const struct msg_arg args[] = {MSG_TEXT("x", str_concat(c->a, g->gap > 0.05 ? S("+") : S(""), tenth(c, g->gap))), MSG_TEXT("low", tenth(c, g->ci.lo)),
                                   MSG_TEXT("high", tenth(c, g->ci.hi))};
    return !isfinite(g->gap) || !isfinite(g->ci.lo) ? S("") : tr_args(c, g->beyond ? beyond : within, args, COUNT_OF(args));
}

/* ---- who may ------------------------------------------------------------------------------------------------------------------------ */

struct reading {
    struct arena *a;
    int64_t round, actor, subject, now;
};

/* Another's reading is kept, and that who facilitates has read it. */
static enum rc note_reading(struct db *tx, void *arg, struct err *e)
{
    const struct reading *n = arg;
    struct feedback_round r;
    TRY(feedback_find(tx, n->a, n->round, &r));
    TRY(audit_note(tx, n->now, n->actor, "feedback_report_view", n->subject, "feedback_round", n->round));
    return feedback_note_read(tx, &r, n->now, e);
}

static enum rc find_round(struct ctx *c, struct report_opened *o)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(feedback_find(c->db, c->a, id, &o->r));
    struct target t = {.person = o->r.subject, .programme = o->r.programme, .holder = o->r.facilitator};
    TRY(access_require(c, P_FEEDBACK_REPORT, &t));
    o->facilitates = o->r.facilitator == c->who->person;
    return o->facilitates || o->r.released_at != 0 ? RC_OK : RC_NOT_FOUND;
}

enum rc report_open(struct ctx *c, struct report_opened *o)
{
    TRY(find_round(c, o));
    TRY(report_load(c->db, c->a, o->r.id, lang_tag(c->lang), &o->f));
    TRY(report_load_growth(c->db, c->a, &o->f, lang_tag(c->lang), &o->g));
    TRY(report_load_norm(c->db, c->a, o->r.programme, o->f.slug, 0.8, &o->norm));
    struct reading n = {c->a, o->r.id, c->who->person, o->r.subject, c->now};
    return o->facilitates ? ctx_write(c, note_reading, &n) : RC_OK;
}

size_t report_raters(const struct frozen *f)
{
    return f->pool_count != 0 ? (size_t)f->pools[0].n : 0;
}

size_t report_curve(size_t raters, const struct report_norm *norm)
{
    double need = isfinite(norm->r.needed) ? fmin(norm->r.needed, CURVE_MOST) : 0;
    double most = fmax(fmax((double)raters, need) + 2, CURVE_LEAST);
    return (size_t)fmin(most, fmax(CURVE_MOST, (double)raters));
}

/* ---- the report ------------------------------------------------------------------------------------------------------------------------ */

static void fill_domains(struct ctx *c, const struct report_opened *o, struct view_feedback_report *v)
{
    struct view_feedback_report_domains *list = ARENA_ARRAY(c->a, o->f.domain_count, struct view_feedback_report_domains);
    for (size_t d = 0; d < o->f.domain_count; d++) {
        const struct frozen_domain *x = &o->f.domains[d];
        struct msg_arg spread = MSG_TEXT("x", tenth(c, (double)x->figure.spread / 10));
        list[d] = (struct view_feedback_report_domains){
            .title = x->title,
            .self = {x->self.some, x->self.some ? round(x->self.mean * 10) / 10 : 0},
            .self_text = x->self.some ? tenth(c, x->self.mean) : S(""),
            .others = tenths(&x->figure),
            .others_is = report_bound_word(&x->figure),
            .others_text = o->f.enough ? figure_text(c, &x->figure) : S(""),
            .raters = {x->figure.shown, x->figure.n},
            .spread = {x->figure.has_spread, (double)x->figure.spread / 10},
            .spread_text = x->figure.has_spread ? tr_args(c, M_report_up_to, &spread, 1) : S(""),
            .gap = known(x->gap.gap),
            .gap_low = known(x->gap.ci.lo),
            .gap_high = known(x->gap.ci.hi),
            .gap_text = change_text(c, &x->gap, M_report_gap_beyond, M_report_gap_within),
            .beyond = x->gap.beyond,
            .window = report_window_word(x->window),
            .window_text = tr(c, report_window_msg(x->window)),
        };
    }
    v->domains = list;
    v->domains_count = o->f.domain_count;
}

static void fill_windows(struct ctx *c, const struct report_opened *o, struct view_feedback_report *v)
{
    static const enum johari order[] = {JOHARI_STRENGTH_KNOWN, JOHARI_STRENGTH_UNSEEN, JOHARI_NEED_KNOWN, JOHARI_BLIND_SPOT, JOHARI_UNTOLD};
    struct view_feedback_report_windows *list = ARENA_ARRAY(c->a, COUNT_OF(order), struct view_feedback_report_windows);
    for (size_t w = 0; w < COUNT_OF(order); w++) {
        struct view_feedback_report_windows_domains *in = ARENA_ARRAY(c->a, o->f.domain_count, struct view_feedback_report_windows_domains);
        list[w] = (struct view_feedback_report_windows){.title = tr(c, report_window_msg(order[w])), .domains = in};
        for (size_t d = 0; d < o->f.domain_count; d++)
            if (o->f.domains[d].window == order[w])
                in[list[w].domains_count++].title = o->f.domains[d].title;
    }
    v->windows = list;
    v->windows_count = COUNT_OF(order);
}

static void fill_pools(struct ctx *c, const struct report_opened *o, struct view_feedback_report *v)
{
    size_t pools = o->f.pool_count > 1 ? o->f.pool_count - 1 : 0;
    struct view_feedback_report_pools *list = ARENA_ARRAY(c->a, pools, struct view_feedback_report_pools);
    struct view_feedback_report_pool_rows *rows = ARENA_ARRAY(c->a, o->f.domain_count, struct view_feedback_report_pool_rows);
    for (size_t p = 0; p < pools; p++)
        list[p] = (struct view_feedback_report_pools){.letter = str_printf(c->a, "%c", (char)('A' + (int)p)),
                                                      .title = report_pool_title(c, &o->r, o->f.pools[p + 1].members),
                                                      .raters = o->f.pools[p + 1].n};
    for (size_t d = 0; d < o->f.domain_count; d++) {
        struct view_feedback_report_pool_rows_cells *cells = ARENA_ARRAY(c->a, pools, struct view_feedback_report_pool_rows_cells);
        for (size_t p = 0; p < pools; p++) {
            const struct report_figure *x = &o->f.domains[d].pools[p];
            cells[p] = (struct view_feedback_report_pool_rows_cells){tenths(x), figure_text(c, x), {x->shown, x->n}};
        }
        rows[d] = (struct view_feedback_report_pool_rows){.title = o->f.domains[d].title, .cells = cells, .cells_count = pools};
    }
    v->pools = list;
    v->pools_count = pools;
    v->pool_rows = rows;
    v->pool_rows_count = pools != 0 ? o->f.domain_count : 0;
    if (pools != 0)
        v->pool_picture = report_draw_pools(c, &o->f);
}

/* The target that the reader chose, a share. */
static double chosen_target(const struct ctx *c)
{
    int64_t asked = 80;
    (void)str_to_int(request_query(c->rq, "target"), &asked);
    for (size_t k = 0; k < COUNT_OF(targets); k++)
        if (targets[k] == asked)
            return (double)asked / 100;
    return 0.8;
}

static enum rc fill_reliable(struct ctx *c, const struct report_opened *o, struct view_feedback_report *v)
{
    double target = chosen_target(c);
    struct report_norm norm;
    size_t raters = report_raters(&o->f);
    TRY(report_load_norm(c->db, c->a, o->r.programme, o->f.slug, target, &norm));
    v->known_people = REPORT_NORM_LEAST;
    if (!norm.known || raters == 0)
        return RC_OK;
    struct view_feedback_report_reliable *g = ARENA_NEW(c->a, struct view_feedback_report_reliable);
    struct view_feedback_report_reliable_targets *choices = ARENA_ARRAY(c->a, COUNT_OF(targets), struct view_feedback_report_reliable_targets);
    size_t most = report_curve(raters, &norm);
    struct view_feedback_report_reliable_rows *rows = ARENA_ARRAY(c->a, most, struct view_feedback_report_reliable_rows);
    double more = reliability_more(&norm.r, raters);
    for (size_t k = 0; k < COUNT_OF(targets); k++) {
        struct msg_arg x = MSG_TEXT("x", tenth(c, (double)targets[k] / 100));
        choices[k] = (struct view_feedback_report_reliable_targets){str_printf(c->a, "?target=%d", targets[k]), tr_args(c, M_report_target_of, &x, 1),
                                                                    (double)targets[k] / 100 == target};
    }
    for (size_t n = 1; n <= most; n++)
        rows[n - 1] = (struct view_feedback_report_reliable_rows){(int64_t)n, round(reliability_with(&norm.r, n) * 100) / 100};
    *g = (struct view_feedback_report_reliable){.people = norm.people,
                                                .raters = (int64_t)raters,
                                                .now = round(reliability_with(&norm.r, raters) * 100) / 100,
                                                .target = target,
                                                .needed = {isfinite(norm.r.needed), isfinite(norm.r.needed) ? (int64_t)ceil(norm.r.needed) : 0},
                                                .more = {isfinite(more) && more > 0, isfinite(more) ? (int64_t)ceil(more) : 0},
                                                .single = round(norm.r.single * 100) / 100,
                                                .targets = choices,
                                                .targets_count = COUNT_OF(targets),
                                                .rows = rows,
                                                .rows_count = most,
                                                .picture = report_draw_raters(c, &norm, raters, most, target)};
    v->reliable = g;
    return RC_OK;
}

static void fill_growth(struct ctx *c, const struct report_opened *o, struct view_feedback_report *v)
{
    const struct growth *g = &o->g;
    struct view_feedback_report_rounds *rounds = ARENA_ARRAY(c->a, g->rounds, struct view_feedback_report_rounds);
    struct view_feedback_report_growth *rows = ARENA_ARRAY(c->a, o->f.domain_count, struct view_feedback_report_growth);
    for (size_t k = 0; k < g->rounds; k++)
        rounds[k].day = day_from_ms(c->zone, g->at[k]);
    for (size_t d = 0; d < o->f.domain_count; d++) {
        struct view_feedback_report_growth_points *points = ARENA_ARRAY(c->a, g->rounds, struct view_feedback_report_growth_points);
        const struct gap *change = &g->change[d];
        for (size_t k = 0; k < g->rounds; k++) {
            const struct growth_point *p = &g->points[d * g->rounds + k];
            points[k] = (struct view_feedback_report_growth_points){.mean = {p->some, p->some ? (double)p->figure.mean / 10 : 0},
                                                                    .text = p->some ? figure_text(c, &p->figure) : tr(c, M_report_not_compared)};
        }
        msg_id beyond = g->by_year[d] ? M_report_change_year_beyond : M_report_change_beyond, within = g->by_year[d] ? M_report_change_year_within : M_report_change_within;
        rows[d] = (struct view_feedback_report_growth){.title = o->f.domains[d].title,
                                                       .points = points,
                                                       .points_count = g->rounds,
                                                       .change = known(change->gap),
                                                       .low = known(change->ci.lo),
                                                       .high = known(change->ci.hi),
                                                       .by_year = g->by_year[d],
                                                       .beyond = change->beyond,
                                                       .text = change_text(c, change, beyond, within)};
    }
    v->rounds = rounds;
    v->rounds_count = g->rounds;
    v->growth = rows;
    v->growth_count = g->rounds > 1 ? o->f.domain_count : 0;
    if (g->rounds > 1)
        v->growth_picture = report_draw_growth(c, &o->f, g);
}

/* What is held back is not there for the person; for who facilitates it stands with the reason. */
static void fill_questions(struct ctx *c, const struct report_opened *o, struct view_feedback_report *v)
{
    const struct instrument *i = &o->f.i;
    bool may_hold = o->facilitates && o->r.state == FEEDBACK_RELEASE;
    struct view_feedback_report_questions *list = ARENA_ARRAY(c->a, i->item_count, struct view_feedback_report_questions);
    for (size_t item = 0; item < i->item_count; item++) {
        if (!i->items[item].words)
            continue;
        struct view_feedback_report_questions *q = &list[v->questions_count++];
        struct view_feedback_report_questions_comments *comments = ARENA_ARRAY(c->a, o->f.comment_count, struct view_feedback_report_questions_comments);
        *q = (struct view_feedback_report_questions){.text = i->items[item].text, .comments = comments};
        for (size_t k = 0; k < o->f.comment_count; k++) {
            const struct frozen_comment *x = &o->f.comments[k];
            if (x->item != item)
                continue;
            v->held += x->held.n != 0;
            if (x->held.n != 0 && !o->facilitates)
                continue;
            struct str hold = may_hold ? str_printf(c->a, "/feedback/%" PRId64 "/report/hold/%.*s-%" PRId64, o->r.id, STR_ARG(i->items[item].code), x->ordinal) : S("");
            comments[q->comments_count++] = (struct view_feedback_report_questions_comments){x->words, x->held, hold};
        }
    }
    v->questions = list;
}

static struct page page_of(struct ctx *c, const struct feedback_round *r, bool facilitates)
{
    struct msg_arg name = MSG_TEXT("name", feedback_or_gone(c, r->subject_name));
    struct crumb *crumb = ARENA_NEW(c->a, struct crumb);
    *crumb = (struct crumb){tr(c, M_report_round), str_printf(c->a, "/feedback/%" PRId64, r->id)};
    return (struct page){.title = facilitates ? tr_args(c, M_report_title_of, &name, 1) : tr(c, M_report_title), .section = "/feedback", .crumbs = crumb, .crumb_count = 1};
}

static enum rc report_get(struct ctx *c)
{
    struct report_opened o;
    TRY(report_open(c, &o));
    struct msg_arg name = MSG_TEXT("name", feedback_or_gone(c, o.facilitates ? o.r.subject_name : o.r.facilitator_name));
    struct view_feedback_report v = {
        .who = tr_args(c, o.facilitates ? M_report_who_facilitator : M_report_who_subject, &name, 1),
        .facilitates = o.facilitates,
        .released = o.r.released_at != 0,
        .enough = o.f.enough,
        .least = o.f.least,
        .raters = {o.f.enough, (int64_t)report_raters(&o.f)},
        .low = o.f.i.low,
        .high = o.f.i.high,
        .back = str_printf(c->a, "/feedback/%" PRId64, o.r.id),
        .files = str_printf(c->a, "/feedback/%" PRId64 "/report", o.r.id),
    };
    fill_domains(c, &o, &v);
    if (o.f.enough) {
        v.gap_picture = report_draw_gap(c, &o.f);
        v.window_picture = report_draw_window(c, &o.f);
        fill_windows(c, &o, &v);
        fill_pools(c, &o, &v);
        TRY(fill_reliable(c, &o, &v));
        fill_growth(c, &o, &v);
        fill_questions(c, &o, &v);
    }
    struct page page = page_of(c, &o.r, o.facilitates);
    return view_feedback_report_page(c, &page, &v);
}

/* ---- holding a comment back ------------------------------------------------------------------------------------------------------------ */

struct holding {
    struct arena *a;
    int64_t round, actor, subject, now, ordinal;
    int64_t was_held; /* when the page was opened */
    struct str item, held;
};

static enum rc hold(struct db *tx, void *arg, struct err *e)
{
    const struct holding *h = arg;
    struct feedback_round r;
    TRY(feedback_find(tx, h->a, h->round, &r));
    if (r.state != FEEDBACK_RELEASE || r.facilitator != h->actor)
        return err_set(e, RC_CONFLICT, M_report_released_already, NULL);
    TRY(sql_feedback_report_hold(tx, h->round, h->item, h->ordinal, h->held, h->was_held));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_report_moved, NULL);
    return audit_note(tx, h->now, h->actor, h->held.n != 0 ? "feedback_comment_hold" : "feedback_comment_show", h->subject, "feedback_round", h->round);
}

/* "keep-2": a question's code and the place of the comment. */
static const struct frozen_comment *find_comment(const struct frozen *f, struct str where)
{
    for (size_t k = 0; k < f->comment_count; k++) {
        const struct frozen_comment *x = &f->comments[k];
        struct str code = f->i.items[x->item].code;
        int64_t ordinal;
        if (str_starts(where, code) && where.n > code.n + 1 && where.p[code.n] == '-' && str_to_int(str_sub(where, code.n + 1, where.n), &ordinal) &&
            ordinal == x->ordinal)
            return x;
    }
    return NULL;
}

static enum rc report_handle_hold(struct ctx *c)
{
    struct report_opened o;
    TRY(find_round(c, &o));
    if (!o.facilitates)
        return RC_NOT_FOUND;
    TRY(report_load(c->db, c->a, o.r.id, lang_tag(c->lang), &o.f));
    struct str where = c->rq->params[1];
    const struct frozen_comment *x = find_comment(&o.f, where);
    if (x == NULL)
        return RC_NOT_FOUND;
    struct str report = str_printf(c->a, "/feedback/%" PRId64 "/report", o.r.id);
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "%.*s/hold/%.*s", STR_ARG(report), STR_ARG(where)), x->held.n != 0 ? M_report_show_again : M_report_hold);
    f->cancel = report;
    form_add_version(f, x->held.n != 0);
    if (x->held.n == 0)
        form_add(f, (struct field){.name = "reason", .kind = FIELD_LONG_TEXT, .label = M_report_hold_reason, .hint = M_report_hold_reason_hint, .required = true, .max = HOLD_WORDS_MAX, .rows = 3});
    struct view_report_hold v = {.question = o.f.i.items[x->item].text, .words = x->words, .held = x->held, .f = f};
    struct page page = page_of(c, &o.r, true);
    page.title = tr(c, x->held.n != 0 ? M_report_show_again : M_report_hold);
    if (c->rq->method != METHOD_POST)
        return view_report_hold_page(c, &page, &v);
    if (!form_read(f, c->rq->form, c->rq->form_count)) {
        page.status = 422;
        return view_report_hold_page(c, &page, &v);
    }
    struct holding h = {c->a, o.r.id, c->who->person, o.r.subject, c->now, x->ordinal, form_int(f, "version", 0), o.f.i.items[x->item].code,
                        x->held.n != 0 ? S("") : form_text(f, "reason")};
    enum rc rc = ctx_write(c, hold, &h);
    if (page_form_failed(c, f, rc, &page.status))
        return view_report_hold_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, report, x->held.n != 0 ? M_report_shown_again : M_report_was_held);
}

/* ---- the figures of a programme ------------------------------------------------------------------------------------------------------------ */

static enum rc load_norm_domains(struct ctx *c, int64_t norm, const struct instrument *i, struct report_norm_domain **out, size_t *count)
{
    struct rows_feedback_norm_domains rows;
    TRY(sql_feedback_norm_domains(c->db, c->a, norm, &rows));
    *out = ARENA_ARRAY(c->a, rows.n, struct report_norm_domain);
    *count = rows.n;
    for (size_t k = 0; k < rows.n; k++) {
        (*out)[k] = (struct report_norm_domain){rows.v[k].domain, rows.v[k].people, round(rows.v[k].mean * 10) / 10, round(rows.v[k].spread * 10) / 10};
        for (size_t d = 0; d < i->domain_count; d++)
            if (str_eq(i->domains[d].code, rows.v[k].domain))
                (*out)[k].title = i->domains[d].title;
    }
    return RC_OK;
}

static enum rc fill_instrument(struct ctx *c, const struct row_feedback_norm_list *row, const struct instrument *i, size_t number, struct view_report_programme_instruments *out)
{
    struct report_norm_domain *domains;
    size_t count;
    TRY(load_norm_domains(c, row->id, i, &domains, &count));
    struct view_report_programme_instruments_domains *list = ARENA_ARRAY(c->a, count, struct view_report_programme_instruments_domains);
    for (size_t k = 0; k < count; k++)
        list[k] = (struct view_report_programme_instruments_domains){domains[k].title, domains[k].people, domains[k].mean, domains[k].spread};
    struct msg_arg title = MSG_TEXT("title", i->title);
    double needed = !row->var_people_null && row->var_people > 0 ? ceil(4 * row->var_raters / row->var_people) : NAN; /* for 0.8: 0.8 / 0.2 = 4 */
    *out = (struct view_report_programme_instruments){
        .title = i->title,
        .low = i->low,
        .high = i->high,
        .people = row->people,
        .made = row->made_at,
        .file = str_printf(c->a, "/feedback/programme/figures?instrument=%.*s", STR_ARG(row->slug)),
        .single = {!row->single_null, row->single_null ? 0 : round(row->single * 100) / 100},
        .needed = {isfinite(needed), isfinite(needed) ? (int64_t)needed : 0},
        .picture = report_draw_norm(c, i, str_z(c->a, str_printf(c->a, "report-norm-%zu", number)), domains, count),
        .picture_title = tr_args(c, M_report_programme_picture_of, &title, 1),
        .table_title = tr_args(c, M_report_programme_table, &title, 1),
        .domains = list,
        .domains_count = count,
    };
    return RC_OK;
}

static enum rc find_norms(struct ctx *c, struct rows_feedback_norm_list *rows)
{
    struct programme p;
    TRY(programme_current(c, &p));
    struct target t = {.programme = p.id};
    TRY(access_require(c, P_REPORT_VIEW, &t));
    return sql_feedback_norm_list(c->db, c->a, p.id, rows);
}

static enum rc report_get_programme(struct ctx *c)
{
    struct rows_feedback_norm_list rows;
    TRY(find_norms(c, &rows));
    struct view_report_programme_instruments *list = ARENA_ARRAY(c->a, rows.n, struct view_report_programme_instruments);
    struct view_report_programme v = {.step = REPORT_NORM_PEOPLE, .least = REPORT_NORM_LEAST, .instruments = list};
    for (size_t k = 0; k < rows.n; k++) {
        struct instrument i;
        enum rc rc = instrument_current(c->db, c->a, rows.v[k].slug, lang_tag(c->lang), &i);
        if (rc == RC_NOT_FOUND) /* retired */
            continue;
        TRY(rc);
        TRY(fill_instrument(c, &rows.v[k], &i, v.instruments_count, &list[v.instruments_count]));
        v.instruments_count++;
    }
    struct page page = {.title = tr(c, M_report_programme_title), .section = "/feedback/programme"};
    return view_report_programme_page(c, &page, &v);
}

static enum rc report_get_programme_figures(struct ctx *c)
{
    struct rows_feedback_norm_list rows;
    struct buf b = buf_new(c->a, 512);
    struct str slug = request_query(c->rq, "instrument");
    TRY(find_norms(c, &rows));
    buf_z(&b, "instrument,domain,people,mean,spread,as_of\r\n");
    for (size_t k = 0; k < rows.n; k++) {
        struct instrument i;
        struct report_norm_domain *domains;
        size_t count;
        if (slug.n != 0 && !str_eq(slug, rows.v[k].slug))
            continue;
        enum rc rc = instrument_current(c->db, c->a, rows.v[k].slug, lang_tag(c->lang), &i);
        if (rc == RC_NOT_FOUND)
            continue;
        TRY(rc);
        TRY(load_norm_domains(c, rows.v[k].id, &i, &domains, &count));
        for (size_t d = 0; d < count; d++) {
            buf_csv(&b, i.title);
            buf_ch(&b, ',');
            buf_csv(&b, domains[d].title);
            buf_printf(&b, ",%" PRId64 ",%.1f,%.1f,", domains[d].people, domains[d].mean, domains[d].spread);
            day_format(&b, day_from_ms(c->zone, rows.v[k].made_at));
            buf_z(&b, "\r\n");
        }
    }
    return page_download(c, "text/csv; charset=utf-8", S("feedback-programme.csv"), buf_text(&b));
}

/* ---- one person ---------------------------------------------------------------------------------------------------------------------------- */

static void export_domains(const struct frozen *f, json_t *list)
{
    for (size_t d = 0; d < f->domain_count; d++) {
        const struct frozen_domain *x = &f->domains[d];
        json_t *o = json_new_item(list);
        json_set_text(o, "part", x->title);
        if (x->self.some)
            json_object_set_new(o, "self", json_real(round(x->self.mean * 10) / 10));
        if (x->figure.shown) {
            struct str is = report_bound_word(&x->figure);
            json_object_set_new(o, "others", json_real((double)x->figure.mean / 10));
            json_set_text(o, "others_is", is);
            json_set_int(o, "raters", x->figure.n);
        }
    }
}

/* Her released reports, as the pages show them to her. */
static enum rc export_reports(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_feedback_report_of_person rows;
    TRY(sql_feedback_report_of_person(db, a, person, &rows));
    json_t *reports = json_new_list(into, "reports");
    for (size_t k = 0; k < rows.n; k++) {
        struct frozen f;
        TRY(report_load(db, a, rows.v[k].round_id, S("en"), &f));
        json_t *o = json_new_item(reports);
        json_set_day(a, o, "day", rows.v[k].frozen_at / MS_PER_DAY);
        export_domains(&f, json_new_list(o, "parts"));
        json_t *words = json_new_list(o, "comments");
        for (size_t w = 0; w < f.comment_count; w++)
            if (f.comments[w].held.n == 0)
                json_array_append_new(words, json_stringn(f.comments[w].words.p, f.comments[w].words.n));
    }
    return RC_OK;
}

/* All that her reports say goes; figures over many people stay. */
static enum rc erase_reports(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_feedback_report_erase_comments(tx, person));
    TRY(sql_feedback_report_erase_self(tx, person));
    TRY(sql_feedback_report_erase_figures(tx, person));
    TRY(sql_feedback_report_erase_pools(tx, person));
    return sql_feedback_report_empty(tx, person);
}

static const struct route routes[] = {
    {METHOD_GET, "/feedback/{feedback_round}/report", P_FEEDBACK_REPORT, BODY_NONE, RATE_PAGE, report_get},
    {METHOD_GET, "/feedback/{feedback_round}/report/{report_table}", P_FEEDBACK_REPORT, BODY_NONE, RATE_PAGE, report_get_figures},
    {METHOD_GET, "/feedback/{feedback_round}/report/hold/{report_comment}", P_FEEDBACK_REPORT, BODY_NONE, RATE_PAGE, report_handle_hold},
    {METHOD_POST, "/feedback/{feedback_round}/report/hold/{report_comment}", P_FEEDBACK_REPORT, BODY_FORM, RATE_WRITE, report_handle_hold},
    {METHOD_GET, "/feedback/programme", P_REPORT_VIEW, BODY_NONE, RATE_PAGE, report_get_programme},
    {METHOD_GET, "/feedback/programme/figures", P_REPORT_VIEW, BODY_NONE, RATE_PAGE, report_get_programme_figures},
};

static const struct nav_entry nav[] = {{.href = "/feedback/programme", .label = M_report_nav, .may = P_REPORT_VIEW, .group = NAV_FEEDBACK, .order = 30}};

const struct capability report_capability = {
    .name = "feedback_report",
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .export_person = export_reports,
    .erase_person = erase_reports,
};
