/* Method checks: was it done as improvement is done, told by the records and not by the team. See inside.h. */
#include <math.h>

#include "programme/improve/inside.h"

#define CONTINUOUS_FROM 10 /* points of an outcome measure */
#define GAP_FACTOR 1.6

static bool is_kind(const struct improve_drawn *d, const char *kind)
{
    return str_eq_z(d->m.kind, kind);
}

/* Points enough, and no time that was left out. */
static bool continuous(const struct improve_drawn *d)
{
    if (d->pictures == NULL)
        return false;
    for (size_t s = 0; s < d->count; s++) {
        const struct spc_stratum *x = d->pictures[s].stratum;
        size_t n = x->series.count, gaps = 0;
        if (n < CONTINUOUS_FROM)
            return false;
        double usual = (double)(x->at[n - 1] - x->at[0]) / (double)(n - 1);
        for (size_t i = 1; i < n; i++)
            gaps += (double)(x->at[i] - x->at[i - 1]) > GAP_FACTOR * usual;
        if (gaps != 0)
            return false;
    }
    return true;
}

/* Where the points lay at first; no number where that cannot be told. */
static double first_level(const struct spc_chart *c)
{
    if (c->finding == SPC_BETTER || c->finding == SPC_WORSE)
        return c->before;
    return c->count != 0 && (c->finding == SPC_STEADY || c->finding == SPC_TOO_FEW) ? c->cl[0] : NAN;
}

bool improve_target_met_before(const struct improve_drawn *d)
{
    for (size_t k = 0; d->pictures != NULL && k < d->count; k++) {
        const struct spc_chart *c = d->pictures[k].chart;
        double level = first_level(c);
        if (c->plan.good == SPC_NEITHER || !isfinite(c->plan.target) || !isfinite(level))
            continue;
        if (c->plan.good == SPC_UP_IS_GOOD ? level >= c->plan.target : level <= c->plan.target)
            return true;
    }
    return false;
}

/* Has an outcome measure with a target reached it: the mean since the change lies on its good side, where it did not lie before, and the
 * rules carry the change. */
static bool target_reached(const struct improve_drawn *d)
{
    const struct spc_chart *c = d->pictures != NULL && d->count == 1 ? d->pictures[0].chart : NULL;
    if (c == NULL || c->plan.good == SPC_NEITHER || !isfinite(c->plan.target) || c->finding != SPC_BETTER || improve_target_met_before(d))
        return false;
    return c->plan.good == SPC_UP_IS_GOOD ? c->after >= c->plan.target : c->after <= c->plan.target;
}

static struct str told(struct ctx *c, msg_id id, size_t n)
{
    struct msg_arg arg = MSG_NUM("n", (int64_t)n);
    return tr_args(c, id, &arg, 1);
}

void improve_check(struct ctx *c, const struct row_improve_find *p, const struct rows_improve_cycles *cycles, const struct improve_drawn *d, size_t count,
                   struct improve_check out[IMPROVE_CHECKS])
{
    size_t decided = 0, points = 0, kinds[3] = {0};
    bool outcome = false, whole = true, target = false, reached = false;
    for (size_t k = 0; k < cycles->n; k++)
        decided += cycles->v[k].decision.n != 0 && cycles->v[k].result.n != 0;
    for (size_t k = 0; k < count; k++) {
        kinds[0] += is_kind(&d[k], "outcome");
        kinds[1] += is_kind(&d[k], "process");
        kinds[2] += is_kind(&d[k], "balancing");
        if (!is_kind(&d[k], "outcome"))
            continue;
        outcome = true;
        whole = whole && continuous(&d[k]);
        points += d[k].points.n;
        target = target || !d[k].m.target_null;
        reached = reached || target_reached(&d[k]);
    }
    out[0] = (struct improve_check){M_improve_check_rationale, p->why.n != 0 && p->drivers.n != 0, false, tr(c, M_improve_check_rationale_how)};
    out[1] = (struct improve_check){M_improve_check_measures, kinds[0] != 0 && kinds[1] != 0 && kinds[2] != 0, false, tr(c, M_improve_check_measures_how)};
    out[2] = (struct improve_check){M_improve_check_data, outcome && whole, false, told(c, M_improve_check_data_how, points)};
    out[3] = (struct improve_check){M_improve_check_iterative, cycles->n >= 2, false, told(c, M_improve_check_iterative_how, cycles->n)};
    out[4] = (struct improve_check){M_improve_check_small, cycles->n != 0 && str_eq_z(cycles->v[0].scale, "small"), cycles->n == 0, tr(c, M_improve_check_small_how)};
    out[5] = (struct improve_check){M_improve_check_learned, decided == cycles->n && cycles->n != 0, cycles->n == 0, told(c, M_improve_check_learned_how, decided)};
    bool before_day = c->today <= p->by_day;
    out[6] = (struct improve_check){M_improve_check_aim, reached, !target || (!reached && before_day), tr(c, !target ? M_improve_check_aim_none : M_improve_check_aim_how)};
}
