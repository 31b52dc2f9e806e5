/* A control chart from a series and a plan: checks, phases, points, then lines (lines.c), rules (rules.c) and finding
 * (finding.c). See spc.h. */
#include "engine/spc/spc.h"

#include <math.h>

#include "engine/spc/spc_inside.h"
#include "engine/stats/stats.h"
#include "gen/msg_chart.h"

static const char *const kind_words[] = {
#define WORD(kind, word) word,
    SPC_KINDS(WORD)
#undef WORD
};
static const char *const rules_words[] = {
#define WORD(set, word) word,
    SPC_RULE_SETS(WORD)
#undef WORD
};

const char *spc_kind_word(enum spc_kind kind)
{
    return kind_words[kind];
}

int spc_kind_find(struct str word)
{
    for (size_t k = 0; k < COUNT_OF(kind_words); k++)
        if (str_eq_nocase(word, str_from(kind_words[k])))
            return (int)k;
    return str_eq_nocase(word, S("p'")) ? SPC_PP : str_eq_nocase(word, S("u'")) ? SPC_UP : -1;
}

const char *spc_rules_word(enum spc_rules rules)
{
    return rules_words[rules];
}

int spc_rules_find(struct str word)
{
    for (size_t k = 0; k < COUNT_OF(rules_words); k++)
        if (str_eq_nocase(word, str_from(rules_words[k])))
            return (int)k;
    return -1;
}

bool spc_kind_divides(enum spc_kind kind)
{
    return kind == SPC_P || kind == SPC_PP || kind == SPC_U || kind == SPC_UP;
}

struct spc_plan spc_plan_default(void)
{
    return (struct spc_plan){.target = STATS_MISSING, .center = STATS_MISSING, .sigma = STATS_MISSING};
}

enum spc_kind spc_choose(const struct spc_series *s)
{
    size_t there = 0;
    for (size_t i = 0; i < s->count; i++)
        there += !is_missing(s->y[i]);
    return s->n == NULL && there >= SPC_LIMITS_FROM ? SPC_I : SPC_RUN;
}

static bool divides(const struct spc_series *s, enum spc_kind kind)
{
    return spc_kind_divides(kind) || (s->n != NULL && (kind == SPC_RUN || kind == SPC_I || kind == SPC_MR));
}

size_t spc_subgroups(const double *y, const uint32_t *group, size_t rows, double *mean, double *sd, double *size)
{
    size_t groups = 0;
    for (size_t from = 0, to; from < rows; from = to) {
        double sum = 0, squares = 0, n = 0;
        for (to = from; to < rows && group[to] == group[from]; to++)
            if (!is_missing(y[to])) {
                sum += y[to];
                n++;
            }
        double m = n > 0 ? sum / n : STATS_MISSING;
        for (size_t k = from; k < to; k++)
            if (!is_missing(y[k]))
                squares += (y[k] - m) * (y[k] - m);
        mean[groups] = m;
        sd[groups] = n > 1 ? sqrt(squares / (n - 1)) : STATS_MISSING;
        size[groups++] = n;
    }
    return groups;
}

/* ---- checks ----------------------------------------------------------------------------------------------------------- */
static enum rc wrong(struct err *e, size_t i, int msg)
{
    char place[24];
    snprintf(place, sizeof place, "%zu", i + 1);
    return err_field(e, RC_INVALID, msg, place, "%zu", i + 1);
}

static enum rc check_point(const struct spc_series *s, const struct spc_plan *plan, size_t i, struct err *e)
{
    double y = s->y[i], n = s->n != NULL ? s->n[i] : STATS_MISSING;
    enum spc_kind kind = plan->kind;
    if (divides(s, kind)) {
        if (n < 0)
            return wrong(e, i, M_chart_denominator_negative);
        if (n == 0 && y > 0)
            return wrong(e, i, M_chart_denominator_zero);
    }
    if ((kind == SPC_P || kind == SPC_PP) && y > n)
        return wrong(e, i, M_chart_above_denominator);
    if (y < 0 && (spc_kind_divides(kind) || kind == SPC_C || kind == SPC_G))
        return wrong(e, i, M_chart_count_negative);
    if (kind == SPC_T && y <= 0)
        return wrong(e, i, M_chart_time_zero);
    return RC_OK;
}

enum rc spc_check_points(const struct spc_series *s, enum spc_kind kind, size_t *at, struct err *e)
{
    const struct spc_plan plan = {.kind = kind};
    for (*at = 0; *at < s->count; (*at)++)
        TRY(check_point(s, &plan, *at, e));
    return RC_OK;
}

static enum rc check(const struct spc_series *s, const struct spc_plan *plan, struct err *e)
{
    size_t there = 0;
    if (s->count > SPC_POINTS_MOST)
        return err_set(e, RC_TOO_LARGE, M_chart_too_many, "%zu", SPC_POINTS_MOST);
    if (spc_kind_divides(plan->kind) && s->n == NULL)
        return err_set(e, RC_INVALID, M_chart_needs_denominator, "%s", spc_kind_word(plan->kind));
    if ((plan->kind == SPC_XBAR || plan->kind == SPC_S) && (s->n == NULL || s->s == NULL))
        return err_set(e, RC_INVALID, M_chart_needs_subgroups, "%s", spc_kind_word(plan->kind));
    for (size_t i = 0; i < s->count; i++) {
        TRY(check_point(s, plan, i, e));
        there += !is_missing(s->y[i]);
    }
    if (there == 0)
        return err_set(e, RC_INVALID, M_chart_empty, NULL);
    for (size_t k = 0; k < plan->phase_count; k++)
        if (plan->phase[k] == 0 || plan->phase[k] >= s->count || (k != 0 && plan->phase[k] <= plan->phase[k - 1]))
            return err_set(e, RC_INVALID, M_chart_bad_phase, NULL);
    return RC_OK;
}

/* ---- the chart -------------------------------------------------------------------------------------------------------- */
/* A moving range does not reach over the beginning of a phase. */
static bool begins_phase(const struct spc_plan *plan, size_t i)
{
    bool begins = i == 0;
    for (size_t k = 0; k < plan->phase_count; k++)
        begins = begins || plan->phase[k] == i;
    return begins;
}

static double shown_of(const struct spc_series *s, const struct spc_plan *plan, size_t i)
{
    if (plan->kind == SPC_S)
        return s->s[i];
    return !divides(s, plan->kind) ? s->y[i] : s->n[i] > 0 ? s->y[i] / s->n[i] : STATS_MISSING;
}

static void multiply(struct spc_chart *c)
{
    double by = c->plan.multiply, *lines[] = {c->y, c->cl, c->lcl, c->ucl, c->lcl2, c->ucl2};
    if (!(by > 0) || by == 1)
        return;
    for (size_t k = 0; k < COUNT_OF(lines); k++)
        for (size_t i = 0; i < c->count; i++)
            lines[k][i] *= by;
}

static void make_phases(struct arena *a, struct spc_chart *c)
{
    c->phase_count = c->plan.phase_count + 1;
    c->phases = ARENA_ARRAY(a, c->phase_count, struct spc_phase);
    for (size_t k = 0; k < c->phase_count; k++) {
        c->phases[k].first = k == 0 ? 0 : c->plan.phase[k - 1];
        c->phases[k].end = k + 1 == c->phase_count ? c->count : c->plan.phase[k];
    }
}

enum rc spc_compute(struct arena *a, const struct spc_series *s, const struct spc_plan *plan, struct spc_chart *out, struct err *e)
{
    size_t n = s->count;
    TRY(check(s, plan, e));
    double *room = arena_alloc_raw(a, 7 * n * sizeof *room);
    *out = (struct spc_chart){.plan = *plan, .count = n, .y = room, .cl = room + n, .lcl = room + 2 * n, .ucl = room + 3 * n,
                              .lcl2 = room + 4 * n, .ucl2 = room + 5 * n, .z = room + 6 * n};
    out->excluded = s->excluded != NULL ? s->excluded : ARENA_ARRAY(a, n, bool);
    out->beyond = ARENA_ARRAY(a, n, bool);
    out->rule = ARENA_ARRAY(a, n, uint8_t);
    out->mark = ARENA_ARRAY(a, n, int8_t);
    out->has_limits = plan->kind != SPC_RUN;
    for (size_t i = 0; i < n; i++)
        out->y[i] = shown_of(s, plan, i);
    for (size_t i = n; plan->kind == SPC_MR && i-- > 0;)
        out->y[i] = begins_phase(plan, i) ? STATS_MISSING : fabs(out->y[i] - out->y[i - 1]);
    make_phases(a, out);
    for (size_t k = 0; k < out->phase_count; k++) {
        struct spc_phase *p = &out->phases[k];
        spc_lines(a, s, out, p);
        p->runs = spc_runs_of(out, p);
    }
    multiply(out);
    for (size_t i = 0; i < n; i++)
        out->beyond[i] = out->y[i] > out->ucl[i] || out->y[i] < out->lcl[i];
    spc_judge(a, out);
    spc_find(out);
    return RC_OK;
}
