/* Ratings: see rating.h. */
#include "programme/practice/rating.h"

#include "engine/stats/kappa.h"
#include "gen/msg_rating.h"
#include "gen/programme/practice/practice_ratings_view.h"
#include "gen/programme/practice/rating_sql.h"
#include "programme/evidence/evidence.h"
#include "programme/observe/observe.h"

#define READ_AT_ONCE 10

/* ---- asking ------------------------------------------------------------------------------------------------------------------------- */

void practice_rating_add_fields(const struct ctx *c, struct form *f, const struct instrument *i)
{
    for (size_t k = 0; k < i->item_count; k++)
        instrument_add_field(c, f, i, k, true, INSTRUMENT_MISSING, STR_NONE);
}

void practice_rating_read_fields(const struct form *f, const struct instrument *i, const int **answers, const struct str **words)
{
    int *points = ARENA_ARRAY(f->a, i->item_count, int);
    struct str *said = ARENA_ARRAY(f->a, i->item_count, struct str);
    for (size_t k = 0; k < i->item_count; k++) {
        bool in_words = i->items[k].words;
        points[k] = in_words ? INSTRUMENT_MISSING : instrument_read_field(f, i, k);
        said[k] = in_words ? form_text(f, instrument_field_name(f->a, i, k)) : S("");
    }
    *answers = points;
    *words = said;
}

/* ---- keeping it --------------------------------------------------------------------------------------------------------------------- */

static enum rc check(struct arena *a, const struct practice_rating_new *n, struct err *e)
{
    if (n->person == n->rater)
        return err_set(e, RC_INVALID, M_rating_yourself, NULL);
    for (size_t k = 0; k < n->instrument->item_count; k++)
        if (!n->instrument->items[k].words && !instrument_answer_valid(n->instrument, n->answers[k]))
            return err_field(e, RC_INVALID, M_rating_answer_missing, instrument_field_name(a, n->instrument, k), NULL);
    return RC_OK;
}

enum rc practice_rating_add(struct db *tx, struct arena *a, const struct practice_rating_new *n, int64_t now, int64_t *id, struct err *e)
{
    TRY(check(a, n, e));
    *id = db_new_opaque_id(tx);
    TRY(sql_rating_add(tx, *id, n->version, n->instrument->id, n->person, n->rater, n->attempt != 0 ? &n->attempt : NULL, now));
    for (size_t k = 0; k < n->instrument->item_count; k++) {
        const struct instrument_item *it = &n->instrument->items[k];
        struct str words = it->words && n->words != NULL ? n->words[k] : S("");
        int64_t point = it->words ? -1 : n->answers[k];
        if (!it->words || words.n != 0)
            TRY(sql_rating_answer_add(tx, *id, it->id, point >= 0 ? &point : NULL, words));
    }
    return RC_OK;
}

enum rc practice_rating_add_evidence(struct db *tx, struct arena *a, int64_t rating, int64_t programme, int64_t now)
{
    struct row_rating_find r;
    struct instrument i;
    struct practice_rating given;
    int64_t first = 0, id;
    TRY(sql_rating_find(tx, a, rating, &r));
    TRY(instrument_find(tx, a, r.instrument_id, S("en"), &i));
    TRY(practice_rating_read(tx, a, &i, &rating, 1, &given));
    struct evidence_new n = {.person = r.person_id, .programme = programme, .kind = "exercise_rated", .use = EVIDENCE_ASSESSED, .percent = -1,
                             .source_kind = "practice_rating", .source_id = rating, .by_person = r.rater_id, .at = r.at};
    for (size_t k = 0; k < i.item_count; k++)
        for (size_t m = 0; given.answers[k] >= 0 && m < i.items[k].competency_count; m++) {
            n.competency = i.items[k].competencies[m];
            n.level = i.low == 1 && i.items[k].anchors != NULL && !i.items[k].reversed ? given.answers[k] : 0;
            TRY(evidence_add(tx, &n, now, &id));
            first = first != 0 ? first : id;
        }
    if (first == 0) {
        n.use = EVIDENCE_NO_USE;
        TRY(evidence_add(tx, &n, now, &first));
    }
    return sql_rating_set_evidence(tx, rating, first);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------ */

static struct practice_rating *place_of(struct practice_rating *list, size_t count, int64_t id)
{
    for (size_t k = 0; k < count; k++)
        if (list[k].id == id)
            return &list[k];
    return NULL;
}

static void take_answer(const struct instrument *i, struct practice_rating *g, const struct row_rating_answers *r)
{
    size_t item = instrument_item_by_id(i, r->item_id);
    g->person = r->person_id;
    g->rater = r->rater_id;
    g->at = r->at;
    g->by = r->by.p != NULL ? r->by : S("");
    if (item == SIZE_MAX)
        return;
    if (i->items[item].words)
        g->words[item] = r->words;
    else
        g->answers[item] = r->point_null ? INSTRUMENT_UNABLE : (int)r->point;
}

enum rc practice_rating_read(struct db *db, struct arena *a, const struct instrument *i, const int64_t *ids, size_t count, struct practice_rating *out)
{
    for (size_t k = 0; k < count; k++) {
        out[k] = (struct practice_rating){.id = ids[k], .answers = ARENA_ARRAY(a, i->item_count, int), .words = ARENA_ARRAY(a, i->item_count, struct str)};
        for (size_t m = 0; m < i->item_count; m++)
            out[k].answers[m] = INSTRUMENT_MISSING;
    }
    for (size_t at = 0; at < count; at += READ_AT_ONCE) {
        int64_t d[READ_AT_ONCE] = {0};
        size_t n = count - at < READ_AT_ONCE ? count - at : READ_AT_ONCE;
        struct rows_rating_answers rows;
        memcpy(d, ids + at, n * sizeof *ids);
        TRY(sql_rating_answers(db, a, d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], &rows));
        for (size_t r = 0; r < rows.n; r++)
            take_answer(i, place_of(out + at, n, rows.v[r].id), &rows.v[r]);
    }
    for (size_t k = 0; k < count; k++)
        if (out[k].person == 0)
            return RC_NOT_FOUND;
    return RC_OK;
}

/* ---- how far two agree -------------------------------------------------------------------------------------------------------------- */

struct practice_agreement practice_agreement_of(struct arena *a, const int *first, const int *second, size_t count, int low, int high)
{
    struct agreement g = agreement_of(first, second, count);
    struct practice_agreement out = {.pairs = g.items, .exact = g.exact, .within_one = g.within_one};
    struct kappa kappa;
    if (g.items >= PRACTICE_KAPPA_LEAST && kappa_of_points(a, first, second, count, low, high, &kappa)) {
        out.some = true;
        out.kappa = kappa.value;
    }
    return out;
}

/* ---- the table of what was given ---------------------------------------------------------------------------------------------------- */

struct table {
    const struct ctx *c;
    const struct instrument *i;
    const struct practice_rating *list;
    size_t count;
    struct view_practice_ratings *v;
};

static struct str name_of(const struct table *t, size_t rater)
{
    return t->list[rater].by.n != 0 ? t->list[rater].by : tr(t->c, M_rating_gone);
}

static void fill_items(const struct table *t)
{
    struct arena *a = t->c->a;
    struct view_practice_ratings_items *items = ARENA_ARRAY(a, t->i->item_count, struct view_practice_ratings_items);
    for (size_t k = 0; k < t->i->item_count; k++) {
        int least = 0, most = 0;
        size_t judged = 0;
        if (t->i->items[k].words)
            continue;
        struct view_practice_ratings_items_marks *marks = ARENA_ARRAY(a, t->count, struct view_practice_ratings_items_marks);
        for (size_t r = 0; r < t->count; r++) {
            int point = t->list[r].answers[k];
            marks[r] = (struct view_practice_ratings_items_marks){.by = name_of(t, r), .word = instrument_answer_word(t->c, t->i, k, point)};
            if (point < 0)
                continue;
            marks[r].point = SOME_INT(point);
            least = judged == 0 || point < least ? point : least;
            most = judged == 0 || point > most ? point : most;
            judged++;
        }
        struct view_practice_ratings_items *item = &items[t->v->items_count++];
        *item = (struct view_practice_ratings_items){.text = t->i->items[k].text, .marks = marks, .marks_count = t->count};
        if (most - least > 1)
            item->apart = SOME_INT(most - least);
    }
    t->v->items = items;
}

static void fill_domains(const struct table *t)
{
    struct arena *a = t->c->a;
    size_t n = t->i->domain_count;
    struct view_practice_ratings_domains *domains = ARENA_ARRAY(a, n, struct view_practice_ratings_domains);
    struct instrument_score *scores = ARENA_ARRAY(a, t->count * n, struct instrument_score), whole;
    for (size_t r = 0; r < t->count; r++)
        instrument_score(t->i, t->list[r].answers, scores + r * n, &whole);
    for (size_t d = 0; d < n; d++) {
        bool some = false;
        struct view_practice_ratings_domains_values *values = ARENA_ARRAY(a, t->count, struct view_practice_ratings_domains_values);
        for (size_t r = 0; r < t->count; r++)
            if (scores[r * n + d].some) {
                values[r].value = SOME_REAL(scores[r * n + d].value);
                some = true;
            }
        if (some)
            domains[t->v->domains_count++] = (struct view_practice_ratings_domains){t->i->domains[d].title, values, t->count};
    }
    t->v->domains = domains;
}

static void fill_words(const struct table *t)
{
    struct view_practice_ratings_words *words = ARENA_ARRAY(t->c->a, t->count * t->i->item_count, struct view_practice_ratings_words);
    for (size_t k = 0; k < t->i->item_count; k++)
        for (size_t r = 0; r < t->count; r++)
            if (t->list[r].words[k].n != 0)
                words[t->v->words_count++] = (struct view_practice_ratings_words){t->i->items[k].text, name_of(t, r), t->list[r].words[k]};
    t->v->words = words;
}

/* Of all pairs of raters. */
static void fill_agreement(const struct table *t)
{
    size_t items = t->i->item_count, pairs = t->count * (t->count - 1) / 2, n = 0;
    int *first = ARENA_ARRAY(t->c->a, pairs * items, int), *second = ARENA_ARRAY(t->c->a, pairs * items, int);
    for (size_t x = 0; x < t->count; x++)
        for (size_t y = x + 1; y < t->count; y++)
            for (size_t k = 0; k < items; k++) {
                first[n] = t->list[x].answers[k];
                second[n++] = t->list[y].answers[k];
            }
    struct practice_agreement g = practice_agreement_of(t->c->a, first, second, n, t->i->low, t->i->high);
    if (g.pairs == 0)
        return;
    struct view_practice_ratings_agreement *v = ARENA_NEW(t->c->a, struct view_practice_ratings_agreement);
    *v = (struct view_practice_ratings_agreement){.pairs = (int64_t)g.pairs, .exact = (int64_t)(g.exact * 100 / g.pairs),
                                                  .within = (int64_t)(g.within_one * 100 / g.pairs)};
    if (g.some)
        v->kappa = SOME_REAL(g.kappa.est);
    t->v->agreement = v;
}

void practice_ratings_fill(const struct ctx *c, const struct instrument *i, const struct practice_rating *list, size_t count,
                           struct view_practice_ratings *v)
{
    struct table t = {c, i, list, count, v};
    ASSERT(count <= PRACTICE_RATERS_MOST);
    struct view_practice_ratings_raters *raters = ARENA_ARRAY(c->a, count, struct view_practice_ratings_raters);
    *v = (struct view_practice_ratings){.raters = raters, .raters_count = count};
    for (size_t r = 0; r < count; r++)
        raters[r] = (struct view_practice_ratings_raters){name_of(&t, r), list[r].at};
    fill_items(&t);
    fill_domains(&t);
    fill_words(&t);
    if (count > 1)
        fill_agreement(&t);
}
