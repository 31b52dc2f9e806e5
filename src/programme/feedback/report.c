/* What of a round's sheets may be shown: pools, figures, comments; see report.h. The rule alone: no database, no pages. */
#include <math.h>
#include <sodium.h>

#include "gen/msg_report.h"
#include "programme/feedback/report_inside.h"

/* ---- sheets that fit -------------------------------------------------------------------------------------------------------------- */

static bool answers_fit(const struct instrument *i, const int *answers)
{
    for (size_t k = 0; k < i->item_count; k++)
        if (!i->items[k].words && answers[k] != INSTRUMENT_MISSING && answers[k] != INSTRUMENT_UNABLE && (answers[k] < i->low || answers[k] > i->high))
            return false;
    return true;
}

static enum rc check(const struct feedback_answers *in, struct err *e)
{
    if (in->least < FEEDBACK_LEAST_MIN)
        return err_set(e, RC_INVALID, M_report_bad_sheets, "least %" PRId64, in->least);
    if (in->group_count > REPORT_GROUPS_MAX || in->sheet_count > REPORT_SHEETS_MAX)
        return err_set(e, RC_INVALID, M_report_bad_sheets, "%zu groups, %zu sheets", in->group_count, in->sheet_count);
    if (in->self != NULL && !answers_fit(in->instrument, in->self->answers))
        return err_set(e, RC_INVALID, M_report_bad_sheets, "own sheet");
    for (size_t s = 0; s < in->sheet_count; s++)
        if (in->sheets[s].group >= in->group_count || !answers_fit(in->instrument, in->sheets[s].answers))
            return err_set(e, RC_INVALID, M_report_bad_sheets, "sheet %zu", s + 1);
    for (size_t w = 0; w < in->comment_count; w++)
        if (in->comments[w].item >= in->instrument->item_count || !in->instrument->items[in->comments[w].item].words)
            return err_set(e, RC_INVALID, M_report_bad_sheets, "comment %zu", w + 1);
    return RC_OK;
}

/* ---- pools ------------------------------------------------------------------------------------------------------------------------- */

static void count_groups(const struct feedback_answers *in, int64_t *n)
{
    for (size_t s = 0; s < in->sheet_count; s++)
        n[in->sheets[s].group]++;
}

/* Groups of fewer than k stand together, and so many of the others with them, the smallest first, that they are k. Groups nobody answered
 * from stand there too, so that the page does not say it. merged: room for each group. */
static bool merge_groups(const int64_t *n, size_t count, int64_t least, bool *merged)
{
    int64_t together = 0;
    bool any = false;
    for (size_t g = 0; g < count; g++) {
        merged[g] = n[g] < least;
        any = any || merged[g];
        together += merged[g] ? n[g] : 0;
    }
    while (any && together < least) {
        size_t next = SIZE_MAX;
        for (size_t g = 0; g < count; g++)
            if (!merged[g] && (next == SIZE_MAX || n[g] < n[next]))
                next = g;
        if (next == SIZE_MAX)
            break;
        merged[next] = true;
        together += n[next];
    }
    return any;
}

static void make_pools(struct arena *a, const struct feedback_answers *in, struct report *out, size_t *pool_of)
{
    int64_t *n = ARENA_ARRAY(a, in->group_count, int64_t);
    bool *merged = ARENA_ARRAY(a, in->group_count, bool);
    size_t apart = 0, together = 0;
    count_groups(in, n);
    bool any = merge_groups(n, in->group_count, in->least, merged);
    for (size_t g = 0; g < in->group_count; g++) {
        apart += !merged[g];
        together += merged[g];
    }
    size_t count = apart + any;
    out->pool_count = count > 1 ? 1 + count : 1; /* one pool alone is the whole */
    out->pools = ARENA_ARRAY(a, out->pool_count, struct report_pool);
    out->pools[0].n = (int64_t)in->sheet_count;
    size_t next = 1;
    size_t *rest = ARENA_ARRAY(a, together, size_t), rest_count = 0;
    for (size_t g = 0; g < in->group_count; g++) {
        pool_of[g] = 0;
        if (out->pool_count == 1)
            continue;
        pool_of[g] = merged[g] ? out->pool_count - 1 : next;
        out->pools[pool_of[g]].n += n[g];
        if (merged[g]) {
            rest[rest_count++] = g;
            continue;
        }
        size_t *own = ARENA_NEW(a, size_t);
        *own = g;
        out->pools[next].groups = own;
        out->pools[next++].group_count = 1;
    }
    if (out->pool_count > 1 && any) {
        out->pools[out->pool_count - 1].groups = rest;
        out->pools[out->pool_count - 1].group_count = rest_count;
    }
}

/* ---- scores ------------------------------------------------------------------------------------------------------------------------ */

/* Domains as means, whatever the instrument's own rule. */
static void score(const struct instrument *i, const int *answers, struct instrument_score *domains, struct instrument_score *whole)
{
    struct instrument means = *i;
    means.rule = RULE_DOMAIN_MEANS;
    instrument_score(&means, answers, domains, whole);
}

static void draw_figures(struct arena *a, const struct feedback_answers *in, const size_t *pool_of, struct report *out)
{
    const struct instrument *i = in->instrument;
    size_t domains = i->domain_count, pools = out->pool_count;
    struct report_part *parts = ARENA_ARRAY(a, domains * pools, struct report_part), all = {0};
    struct instrument_score *scores = ARENA_ARRAY(a, domains, struct instrument_score), whole;
    for (size_t s = 0; s < in->sheet_count; s++) {
        score(i, in->sheets[s].answers, scores, &whole);
        for (size_t d = 0; d < domains; d++) {
            if (!scores[d].some)
                continue;
            report_part_add(&parts[d * pools], scores[d].value, scores[d].judged);
            if (pool_of[in->sheets[s].group] != 0)
                report_part_add(&parts[d * pools + pool_of[in->sheets[s].group]], scores[d].value, scores[d].judged);
        }
        if (whole.some)
            report_part_add(&all, whole.value, whole.judged);
    }
    struct report_figure *figures = ARENA_ARRAY(a, pools, struct report_figure);
    for (size_t d = 0; d < domains; d++) {
        report_figures_of(a, &parts[d * pools], &parts[d * pools + 1], pools - 1, i->low, i->high, in->least, &figures[0], &figures[1]);
        for (size_t p = 0; p < pools; p++)
            out->figures[p * domains + d] = figures[p];
    }
    out->whole_n = all.n;
    out->whole_mean = all.n != 0 ? report_part_mean(&all) : 0;
    out->whole_ss = all.n != 0 ? report_part_ss(&all) : 0;
}

/* Her own score of a domain, and what it would differ by with other items of the kind: the spread of her answers over the root of how
 * many there are (Brennan 1998, Applied Psychological Measurement 22:307-331, eq. 12). */
static void score_self(struct arena *a, const struct feedback_answers *in, struct report *out)
{
    const struct instrument *i = in->instrument;
    struct instrument_score *scores = ARENA_ARRAY(a, i->domain_count, struct instrument_score), whole;
    if (in->self == NULL)
        return;
    score(i, in->self->answers, scores, &whole);
    for (size_t d = 0; d < i->domain_count; d++) {
        if (!scores[d].some)
            continue;
        double ss = 0, m = (double)scores[d].judged;
        for (size_t k = i->domains[d].first; k < i->domains[d].first + i->domains[d].count; k++) {
            int x = in->self->answers[k];
            if (!i->items[k].words && x >= i->low && x <= i->high)
                ss += pow((i->items[k].reversed ? i->low + i->high - x : x) - scores[d].value, 2);
        }
        out->self[d] = (struct report_self){true, scores[d].value, m > 1 ? sqrt(ss / (m - 1) / m) : 0};
    }
}

/* ---- comments ---------------------------------------------------------------------------------------------------------------------- */

static void shuffle(struct feedback_words *v, size_t n)
{
    for (size_t k = n; k > 1; k--) {
        size_t with = randombytes_uniform((uint32_t)k);
        struct feedback_words x = v[k - 1];
        v[k - 1] = v[with];
        v[with] = x;
    }
}

/* Of each question: those that tell nothing of who wrote them, and only where k are left. */
static void draw_comments(struct arena *a, const struct feedback_answers *in, struct report *out)
{
    const struct instrument *i = in->instrument;
    int64_t *n = ARENA_ARRAY(a, in->group_count, int64_t);
    struct feedback_group *few = ARENA_ARRAY(a, in->group_count, struct feedback_group);
    size_t few_count = 0;
    count_groups(in, n);
    for (size_t g = 0; g < in->group_count; g++)
        if (n[g] < in->least)
            few[few_count++] = in->groups[g];
    out->comments = ARENA_ARRAY(a, in->comment_count, struct feedback_words);
    for (size_t k = 0; k < i->item_count; k++) {
        struct feedback_words *v = out->comments + out->comment_count;
        size_t count = 0;
        for (size_t w = 0; w < in->comment_count; w++) {
            struct str words = str_trim(in->comments[w].words);
            if (in->comments[w].item == k && words.n != 0 && report_hints(a, words, in->names, in->name_count, few, few_count) == 0)
                v[count++] = (struct feedback_words){k, words};
        }
        if ((int64_t)count < in->least)
            continue;
        shuffle(v, count);
        out->comment_count += count;
    }
}

/* ---- all of it ----------------------------------------------------------------------------------------------------------------------- */

enum rc report_draw(struct arena *a, const struct feedback_answers *in, struct report *out, struct err *e)
{
    *out = (struct report){.least = in->least, .domain_count = in->instrument->domain_count};
    TRY(check(in, e));
    out->self = ARENA_ARRAY(a, out->domain_count, struct report_self);
    score_self(a, in, out);
    out->enough = (int64_t)in->sheet_count >= in->least;
    if (!out->enough)
        return RC_OK;
    size_t *pool_of = ARENA_ARRAY(a, in->group_count, size_t);
    make_pools(a, in, out, pool_of);
    out->figures = ARENA_ARRAY(a, out->pool_count * out->domain_count, struct report_figure);
    draw_figures(a, in, pool_of, out);
    draw_comments(a, in, out);
    return RC_OK;
}
