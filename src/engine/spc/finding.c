/* What may be said of a chart. A claim needs a lasting change: a run or a trend that the chart's one rule set knows, or a step
 * between two phases that the points of the later one carry; and it needs a stated direction of good. A single point outside the
 * limits is a reason to ask, never a claim. See spc.h. */
#include "engine/spc/spc_inside.h"
#include "engine/stats/stats.h"

static bool counts(const struct spc_chart *c, size_t i)
{
    return !c->excluded[i] && !is_missing(c->y[i]);
}

/* Mean of the points from..end-1; NaN where there is none. */
static double mean_between(const struct spc_chart *c, size_t from, size_t end)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = from; i < end; i++)
        if (counts(c, i)) {
            sum += c->y[i];
            n++;
        }
    return n == 0 ? STATS_MISSING : sum / (double)n;
}

/* Rules that tell of something that lasts: a shift or a trend. */
static bool lasts(const struct spc_chart *c, uint8_t rule)
{
    switch (c->plan.rules) {
    case SPC_ANHOEJ:
        return rule == 2 || rule == 3;
    case SPC_WESTERN_ELECTRIC:
        return rule == 4;
    case SPC_NELSON:
        return rule == 2 || rule == 3;
    case SPC_MDC:
        return rule == 2 || rule == 4;
    case SPC_IHI:
        return c->has_limits ? rule == 2 || rule == 3 : true;
    case SPC_RULE_SET_COUNT:
        break;
    }
    return false;
}

/* 1: the later phase lies above the centre of the one before it, by a run longer than chance allows; -1 below; 0 neither. */
static int step_between(const struct spc_chart *c)
{
    const struct spc_phase *now = &c->phases[c->phase_count - 1], *then = now - 1;
    double center = c->cl[then->first];
    size_t useful = 0, run = 0, longest = 0;
    int before = 0, way = 0;
    for (size_t i = now->first; i < now->end; i++) {
        int side = (c->y[i] > center) - (c->y[i] < center);
        if (!counts(c, i) || side == 0)
            continue;
        useful++;
        run = side == before ? run + 1 : 1;
        before = side;
        if (run >= longest) {
            longest = run;
            way = side;
        }
    }
    bool enough = now->base >= SPC_LIMITS_FROM && then->base >= SPC_LIMITS_FROM;
    return enough && longest > spc_longest_max(useful) ? way : 0;
}

/* The points from `from` on lie no more often on that side of the centre than on the other. One point alone says nothing. */
static bool went_back(const struct spc_chart *c, size_t from, int direction)
{
    int64_t sum = 0;
    size_t there = 0;
    for (size_t i = from; i < c->count; i++)
        if (counts(c, i)) {
            sum += direction * ((c->y[i] > c->cl[i]) - (c->y[i] < c->cl[i]));
            there++;
        }
    return there > 1 && sum <= 0;
}

static enum spc_finding of_direction(const struct spc_chart *c, int direction, enum spc_finding good, enum spc_finding bad, enum spc_finding neither)
{
    if (direction == 0 || c->plan.good == SPC_NEITHER)
        return neither;
    return direction == (int)c->plan.good ? good : bad;
}

/* The latest event of the kind that is asked for, in the last phase and after the baseline; one with a direction goes first. */
static const struct spc_event *latest(const struct spc_chart *c, bool lasting)
{
    const struct spc_event *found = NULL;
    size_t from = c->phases[c->phase_count - 1].first, known = from + c->plan.baseline;
    for (size_t k = 0; k < c->event_count; k++) {
        const struct spc_event *x = &c->events[k];
        if (x->point < from || (c->plan.baseline != 0 && x->point < known) || lasts(c, x->rule) != lasting)
            continue;
        bool directed = x->direction != 0, has = found != NULL && found->direction != 0;
        if (found == NULL || directed > has || (directed == has && x->point > found->point))
            found = x;
    }
    return found;
}

static void because(struct spc_chart *c, const struct spc_event *x)
{
    c->has_because = true;
    c->because = *x;
}

static void find_lasting(struct spc_chart *c, const struct spc_event *x)
{
    size_t first = c->phases[c->phase_count - 1].first;
    because(c, x);
    c->finding = of_direction(c, x->direction, SPC_BETTER, SPC_WORSE, SPC_CHANGED);
    if (x->direction == 0)
        return;
    for (const struct spc_event *w = x; w-- != c->events;) /* overlapping windows of one shift: the first says since when */
        if (w->rule == x->rule && w->direction == x->direction && w->point + 1 >= c->because.from && w->from < c->because.from)
            c->because.from = w->from;
    if (c->plan.baseline != 0 && c->because.from < first + c->plan.baseline)
        c->because.from = first + c->plan.baseline;
    c->after = mean_between(c, c->because.from, c->count);
    if (c->plan.baseline == 0)
        c->before = mean_between(c, first, c->because.from);
    const struct spc_event *single = latest(c, false);
    bool contradicted = single != NULL && single->point > x->point && single->direction == -x->direction;
    if (contradicted || went_back(c, x->point + 1, x->direction))
        c->finding = SPC_CHANGED;
}

void spc_find(struct spc_chart *c)
{
    size_t there = 0;
    for (size_t i = 0; i < c->count; i++)
        there += counts(c, i);
    c->before = c->cl[c->phases[0].first];
    c->after = c->cl[c->phases[c->phase_count - 1].first];
    c->finding = SPC_STEADY;
    if (there < SPC_CLAIM_FROM && !c->plan.unordered) {
        c->finding = SPC_TOO_FEW;
        return;
    }
    const struct spc_event *lasting = latest(c, true), *single = latest(c, false);
    int step = c->phase_count > 1 && !c->plan.unordered ? step_between(c) : 0;
    if (lasting != NULL) {
        find_lasting(c, lasting);
    } else if (step != 0) {
        c->before = c->cl[c->phases[c->phase_count - 2].first];
        c->finding = of_direction(c, step, SPC_BETTER, SPC_WORSE, SPC_CHANGED);
    } else if (single != NULL) {
        because(c, single);
        c->finding = of_direction(c, single->direction, SPC_SINGLE_GOOD, SPC_SINGLE_BAD, SPC_SINGLE);
    }
}
