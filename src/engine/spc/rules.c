/* The rules: which points take part in what is more than chance. A rule set is a table; each of its rules looks at windows of
 * points of one phase, without those that are missing or left out. A rule is told at the point that completes it, as qcc does;
 * of k out of m the last point must be one, and a point on the centre line breaks a run. See spc.h. */
#include <math.h>

#include "engine/spc/spc_inside.h"
#include "engine/stats/stats.h"

enum look {
    LOOK_LIMITS,    /* one point outside */
    LOOK_SIDE,      /* k of m on one side, beyond `zone` standard errors */
    LOOK_TREND,     /* m points, each higher (or each lower) than the one before */
    LOOK_ALTERNATE, /* m points up and down in turn */
    LOOK_INSIDE,    /* m points within `zone` */
    LOOK_OUTSIDE,   /* m points on both sides, none within `zone` */
    LOOK_NEAR,      /* Making Data Count: two of three between two and three, all three on one side */
    LOOK_LONG,      /* a run longer than chance */
    LOOK_CROSSINGS, /* too few crossings */
    LOOK_RUNS,      /* too few or too many runs */
};

struct rule {
    enum look look;
    uint8_t k, m;
    double zone;
};

static const struct rule anhoej[] = {{LOOK_LIMITS, 1, 1, 3}, {LOOK_LONG, 0, 0, 0}, {LOOK_CROSSINGS, 0, 0, 0}};
static const struct rule western_electric[] = {{LOOK_LIMITS, 1, 1, 3}, {LOOK_SIDE, 2, 3, 2}, {LOOK_SIDE, 4, 5, 1}, {LOOK_SIDE, 8, 8, 0}};
static const struct rule nelson[] = {{LOOK_LIMITS, 1, 1, 3},     {LOOK_SIDE, 9, 9, 0}, {LOOK_TREND, 6, 6, 0},    {LOOK_ALTERNATE, 14, 14, 0},
                                     {LOOK_SIDE, 2, 3, 2},       {LOOK_SIDE, 4, 5, 1}, {LOOK_INSIDE, 15, 15, 1}, {LOOK_OUTSIDE, 8, 8, 1}};
static const struct rule mdc[] = {{LOOK_LIMITS, 1, 1, 3}, {LOOK_TREND, 7, 7, 0}, {LOOK_NEAR, 2, 3, 2}, {LOOK_SIDE, 7, 7, 0}};
static const struct rule ihi_run[] = {{LOOK_SIDE, 6, 6, 0}, {LOOK_TREND, 5, 5, 0}, {LOOK_RUNS, 0, 0, 0}};
static const struct rule ihi[] = {{LOOK_LIMITS, 1, 1, 3}, {LOOK_SIDE, 8, 8, 0}, {LOOK_TREND, 6, 6, 0}, {LOOK_SIDE, 2, 3, 2}, {LOOK_INSIDE, 15, 15, 1}};

/* The points of one phase that count, and where events go. */
struct judge {
    struct arena *a;
    struct spc_chart *c;
    const struct spc_phase *p;
    size_t *at;
    size_t count;
    size_t *pick; /* for rules that pass over points */
    size_t room;
    uint8_t rule;
};

static int side(const struct spc_chart *c, size_t i)
{
    return (c->y[i] > c->cl[i]) - (c->y[i] < c->cl[i]);
}

static void mark(struct judge *j, size_t i, int direction)
{
    if (j->c->rule[i] != 0)
        return;
    j->c->rule[i] = j->rule;
    j->c->mark[i] = (int8_t)direction;
}

static void tell(struct judge *j, size_t from, size_t point, int direction)
{
    struct spc_chart *c = j->c;
    if (c->event_count == j->room) {
        size_t old = j->room * sizeof *c->events;
        j->room = j->room == 0 ? 32 : 2 * j->room;
        c->events = arena_grow(j->a, c->events, old, j->room * sizeof *c->events);
    }
    c->events[c->event_count++] = (struct spc_event){j->rule, (int8_t)direction, from, point};
}

/* The side on which a point lies beyond the rule's zone; 0: within it. Limits are compared as they are drawn. */
static int beyond(const struct judge *j, const struct rule *r, size_t i)
{
    const struct spc_chart *c = j->c;
    if (r->look == LOOK_LIMITS)
        return (c->y[i] > c->ucl[i]) - (c->y[i] < c->lcl[i]);
    if (r->zone == 0)
        return side(c, i);
    return (c->z[i] > r->zone) - (c->z[i] < -r->zone);
}

static void look_side(struct judge *j, const struct rule *r, const size_t *at, size_t count)
{
    size_t high = 0, low = 0;
    for (size_t i = 0; i < count; i++) {
        int now = beyond(j, r, at[i]);
        high += now > 0;
        low += now < 0;
        if (i >= r->m) {
            int gone = beyond(j, r, at[i - r->m]);
            high -= gone > 0;
            low -= gone < 0;
        }
        if (now == 0 || (now > 0 ? high : low) < r->k)
            continue;
        size_t from = i + 1 > r->m ? i + 1 - r->m : 0;
        tell(j, at[from], at[i], now);
        for (size_t k = from; k <= i; k++)
            if (beyond(j, r, at[k]) == now)
                mark(j, at[k], now);
    }
}

/* The direction of a point within a trend: where two trends meet, that of the one which begins there. */
static void look_trend(struct judge *j, const struct rule *r, const size_t *at, size_t count)
{
    const double *y = j->c->y;
    size_t steps = 0, marked = 0; /* points before `marked` have their marks */
    int before = 0;
    for (size_t i = 1; i < count; i++) {
        int step = (y[at[i]] > y[at[i - 1]]) - (y[at[i]] < y[at[i - 1]]);
        bool turns = step != before;
        steps = step == 0 ? 0 : turns ? 1 : steps + 1;
        before = step;
        if (steps + 1 < r->m)
            continue;
        size_t from = i + 1 - r->m;
        tell(j, at[from], at[i], step);
        if (from + 1 == marked && j->c->rule[at[from]] == j->rule) /* the last point of the trend before it */
            j->c->mark[at[from]] = (int8_t)step;
        for (size_t k = from; k <= i; k++)
            mark(j, at[k], step);
        marked = i + 1;
    }
}

static void look_alternate(struct judge *j, const struct rule *r, const size_t *at, size_t count)
{
    const double *y = j->c->y;
    size_t turns = 0;
    int before = 0;
    for (size_t i = 1; i < count; i++) {
        int step = (y[at[i]] > y[at[i - 1]]) - (y[at[i]] < y[at[i - 1]]);
        turns = step == 0 ? 0 : step == -before ? turns + 1 : 1;
        before = step;
        if (turns + 1 < r->m)
            continue;
        tell(j, at[i + 1 - r->m], at[i], 0);
        for (size_t k = i + 1 - r->m; k <= i; k++)
            mark(j, at[k], 0);
    }
}

static void look_zone(struct judge *j, const struct rule *r, const size_t *at, size_t count)
{
    size_t run = 0, high = 0, low = 0; /* the last points above and below, counted from 1 */
    for (size_t i = 0; i < count; i++) {
        bool inside = fabs(j->c->z[at[i]]) <= r->zone;
        run = inside == (r->look == LOOK_INSIDE) ? run + 1 : 0;
        high = j->c->z[at[i]] > 0 ? i + 1 : high;
        low = j->c->z[at[i]] < 0 ? i + 1 : low;
        bool both = high + r->m > i + 1 && low + r->m > i + 1;
        if (run < r->m || (r->look == LOOK_OUTSIDE && !both))
            continue;
        tell(j, at[i + 1 - r->m], at[i], 0);
        for (size_t k = i + 1 - r->m; k <= i; k++)
            mark(j, at[k], 0);
    }
}

static int near_limit(const struct spc_chart *c, size_t i)
{
    if (c->y[i] > c->ucl[i] || c->y[i] < c->lcl[i])
        return 0;
    return (c->y[i] > c->ucl2[i]) - (c->y[i] < c->lcl2[i]);
}

static void look_near(struct judge *j, const struct rule *r, const size_t *at, size_t count)
{
    for (size_t i = 2; i < count; i++) {
        int sides = 0, close = 0;
        for (size_t k = i - 2; k <= i; k++) {
            sides += side(j->c, at[k]);
            close += near_limit(j->c, at[k]) != 0;
        }
        if (abs(sides) != r->m || close < r->k)
            continue;
        tell(j, at[i - 2], at[i], sides > 0 ? 1 : -1);
        for (size_t k = i - 2; k <= i; k++)
            if (near_limit(j->c, at[k]) != 0)
                mark(j, at[k], sides > 0 ? 1 : -1);
    }
}

/* Every run that is longer than chance allows, once, at its last point. */
static void look_long(struct judge *j)
{
    const struct spc_chart *c = j->c;
    for (size_t from = 0, to; from < j->count; from = to) {
        int way = side(c, j->at[from]);
        size_t length = 0, last = from;
        for (to = from; to < j->count && (side(c, j->at[to]) == way || side(c, j->at[to]) == 0); to++)
            if (side(c, j->at[to]) != 0) {
                length++;
                last = to;
            }
        if (way == 0) {
            to = from + 1;
            continue;
        }
        if (length <= j->p->runs.longest_max)
            continue;
        tell(j, j->at[from], j->at[last], way);
        for (size_t k = from; k <= last; k++)
            if (side(c, j->at[k]) != 0)
                mark(j, j->at[k], way);
    }
}

/* Too many or too few runs about the centre: of the phase as a whole. */
static void look_runs(struct judge *j)
{
    size_t high = 0, low = 0, least, most;
    for (size_t i = 0; i < j->count; i++) {
        high += side(j->c, j->at[i]) > 0;
        low += side(j->c, j->at[i]) < 0;
    }
    spc_runs_bounds(high, low, &least, &most);
    size_t runs = j->p->runs.crossings + 1;
    if (high + low >= SPC_CLAIM_FROM && (runs < least || runs > most))
        tell(j, j->at[0], j->at[j->count - 1], 0);
}

/* The run chart rules pass over points on the median (shifts), and over repeated values (trends). */
static size_t pass_over(struct judge *j, enum look look)
{
    size_t n = 0;
    for (size_t i = 0; i < j->count; i++)
        if (look == LOOK_SIDE ? side(j->c, j->at[i]) != 0 : n == 0 || j->c->y[j->at[i]] != j->c->y[j->pick[n - 1]])
            j->pick[n++] = j->at[i];
    return n;
}

static void apply(struct judge *j, const struct rule *r)
{
    const size_t *at = j->at;
    size_t count = j->count;
    bool limits_alone = j->c->plan.unordered || j->c->plan.kind == SPC_MR;
    if (count == 0 || (r->look == LOOK_LIMITS ? !j->c->has_limits : limits_alone))
        return;
    if (!j->c->has_limits && j->c->plan.rules == SPC_IHI && r->look != LOOK_RUNS) {
        count = pass_over(j, r->look);
        at = j->pick;
    }
    switch (r->look) {
    case LOOK_LIMITS:
    case LOOK_SIDE:
        if (j->c->has_limits || r->zone == 0)
            look_side(j, r, at, count);
        break;
    case LOOK_TREND:
        look_trend(j, r, at, count);
        break;
    case LOOK_ALTERNATE:
        look_alternate(j, r, at, count);
        break;
    case LOOK_INSIDE:
    case LOOK_OUTSIDE:
        if (j->c->has_limits)
            look_zone(j, r, at, count);
        break;
    case LOOK_NEAR:
        if (j->c->has_limits)
            look_near(j, r, at, count);
        break;
    case LOOK_LONG:
        look_long(j);
        break;
    case LOOK_CROSSINGS:
        if (j->p->runs.n_useful != 0 && j->p->runs.crossings < j->p->runs.crossings_min)
            tell(j, at[0], at[count - 1], 0);
        break;
    case LOOK_RUNS:
        look_runs(j);
        break;
    }
}

static const struct rule *rules_of(const struct spc_chart *c, size_t *count)
{
    static const struct {
        const struct rule *rules;
        size_t count;
    } sets[] = {
        [SPC_ANHOEJ] = {anhoej, COUNT_OF(anhoej)}, [SPC_WESTERN_ELECTRIC] = {western_electric, COUNT_OF(western_electric)},
        [SPC_NELSON] = {nelson, COUNT_OF(nelson)}, [SPC_MDC] = {mdc, COUNT_OF(mdc)},
        [SPC_IHI] = {ihi, COUNT_OF(ihi)},
    };
    bool run_chart = c->plan.rules == SPC_IHI && !c->has_limits;
    *count = run_chart ? COUNT_OF(ihi_run) : sets[c->plan.rules].count;
    return run_chart ? ihi_run : sets[c->plan.rules].rules;
}

size_t spc_rule_count(const struct spc_chart *c)
{
    size_t count;
    (void)rules_of(c, &count);
    return count;
}

/* Making Data Count: the last point's kind, and the target against the last limits. */
static void set_icons(struct spc_chart *c)
{
    static const enum spc_icon icons[3][3] = {/* good: down, neither, up; mark: low, none, high */
                                              {SPC_ICON_IMPROVEMENT, SPC_ICON_COMMON, SPC_ICON_CONCERN},
                                              {SPC_ICON_LOW, SPC_ICON_COMMON, SPC_ICON_HIGH},
                                              {SPC_ICON_CONCERN, SPC_ICON_COMMON, SPC_ICON_IMPROVEMENT}};
    size_t last = c->count;
    while (last > 0 && (c->excluded[last - 1] || is_missing(c->y[last - 1])))
        last--;
    if (!c->has_limits || last-- == 0)
        return;
    c->variation = icons[c->plan.good + 1][c->mark[last] + 1];
    if (is_missing(c->plan.target) || c->plan.good == SPC_NEITHER)
        return;
    bool above = c->plan.target > c->ucl[last], below = c->plan.target < c->lcl[last];
    c->assurance = !above && !below ? SPC_ASSURANCE_INCONSISTENT : (c->plan.good == SPC_UP_IS_GOOD) == below ? SPC_ASSURANCE_PASS : SPC_ASSURANCE_FAIL;
}

void spc_judge(struct arena *a, struct spc_chart *c)
{
    size_t count;
    const struct rule *rules = rules_of(c, &count);
    struct judge j = {.a = a, .c = c};
    j.at = arena_alloc_raw(a, (c->count + 1) * sizeof *j.at);
    j.pick = arena_alloc_raw(a, (c->count + 1) * sizeof *j.pick);
    for (size_t r = 0; r < count; r++)
        for (size_t k = 0; k < c->phase_count; k++) {
            j.p = &c->phases[k];
            j.rule = (uint8_t)(r + 1);
            j.count = 0;
            for (size_t i = j.p->first; i < j.p->end; i++)
                if (!c->excluded[i] && !is_missing(c->y[i]))
                    j.at[j.count++] = i;
            apply(&j, &rules[r]);
        }
    set_icons(c);
}
