/* The groups of a measure as a funnel: what each has counted since the last new beginning, against its size, so that a small group is not
 * taken for a bad one (Spiegelhalter 2005). Computed from the points as they are shown: a group with a hidden point is not in it. */
#include <math.h>

#include "engine/spc/gap.h"
#include "engine/stats/stats.h"
#include "programme/improve/inside.h"

#define GROUPS_LEAST 3

/* What one group counted; false when it cannot be told. */
static bool add_up(const struct improve_drawn *d, size_t group, double *y, double *n)
{
    const struct spc_chart *x = d->pictures[group].chart;
    const struct spc_series *s = &d->strata[group].series;
    *y = *n = 0;
    for (size_t i = x->phases[x->phase_count - 1].first; i < s->count; i++) {
        bool there = !is_missing(s->y[i]) && !is_missing(s->n[i]);
        if (!there && d->hidden != 0)
            return false;
        if (there && !x->excluded[i]) {
            *y += s->y[i];
            *n += s->n[i];
        }
    }
    return *n > 0;
}

bool improve_draw_funnel(struct ctx *c, const struct improve_drawn *d, struct chart_picture *out)
{
    if (d->pictures == NULL || d->count < GROUPS_LEAST || !spc_kind_divides(d->plan.kind))
        return false;
    double *y = ARENA_ARRAY(c->a, d->count, double), *n = ARENA_ARRAY(c->a, d->count, double);
    struct spc_stratum *units = ARENA_NEW(c->a, struct spc_stratum);
    struct spc_chart *chart = ARENA_NEW(c->a, struct spc_chart);
    struct spc_plan plan = d->plan;
    struct err e = {0};
    size_t count = 0;
    *units = (struct spc_stratum){.x = ARENA_ARRAY(c->a, d->count, struct str), .at = ARENA_ARRAY(c->a, d->count, int64_t), .line = ARENA_ARRAY(c->a, d->count, size_t)};
    for (size_t k = 0; k < d->count; k++)
        if (add_up(d, k, &y[count], &n[count])) {
            units->x[count] = d->strata[k].label;
            units->at[count] = (int64_t)count;
            count++;
        }
    units->series = (struct spc_series){.count = count, .y = y, .n = n};
    plan.unordered = true;
    plan.baseline = 0;
    if (count < GROUPS_LEAST || spc_compute(c->a, &units->series, &plan, chart, &e) != RC_OK)
        return false;
    *out = (struct chart_picture){.lang = c->lang, .id = "funnel", .name = d->m.name, .unit = d->m.per == 100 ? S("%") : S(""), .stratum = units,
                                  .scale = SPC_SCALE_LABELS, .chart = chart};
    return true;
}
