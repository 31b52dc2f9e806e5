/* Composites of strata: see composite.h. */
#include "engine/stats/composite.h"

#include <math.h>

/* Codes that are used, renumbered in order; returns how many there are. */
static uint32_t compact(struct arena *a, uint32_t *code, size_t n, uint32_t levels)
{
    uint32_t *to = ARENA_ARRAY(a, (size_t)levels + 1, uint32_t), used = 0;
    for (size_t i = 0; i < n; i++)
        to[code[i]] = 1;
    for (uint32_t k = 0; k < levels; k++)
        to[k] = to[k] != 0 ? used++ : 0;
    for (size_t i = 0; i < n; i++)
        code[i] = to[code[i]];
    return used;
}

/* One stratum as a study of its own; the mean of each person into mean[], NaN for who has no score. */
static enum rc study_stratum(struct arena *a, const struct composite_data *d, uint32_t v, struct composite_stratum *out,
                             double *mean, struct err *e)
{
    double *y = ARENA_ARRAY(a, d->n, double);
    uint32_t *person = ARENA_ARRAY(a, d->n, uint32_t), *item = ARENA_ARRAY(a, d->n, uint32_t);
    uint32_t *count = ARENA_ARRAY(a, (size_t)d->persons + 1, uint32_t);
    struct gstudy_fit fit;
    struct gstudy_decision decision;
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++) {
        if (d->stratum[i] != v || is_missing(d->y[i]) || d->person[i] >= d->persons || d->item[i] >= d->items)
            continue;
        count[d->person[i]]++;
        mean[d->person[i]] += d->y[i];
        y[n] = d->y[i];
        person[n] = d->person[i];
        item[n++] = d->item[i];
    }
    for (uint32_t k = 0; k < d->persons; k++)
        mean[k] = count[k] != 0 ? mean[k] / count[k] : STATS_MISSING;
    uint32_t persons = compact(a, person, n, d->persons), items = compact(a, item, n, d->items);
    struct gstudy *g = gstudy_new(a, y, n);
    uint32_t p = UINT32_C(1) << gstudy_facet(g, S("p"), person, persons), i = UINT32_C(1)
                                                                              << gstudy_facet(g, S("i"), item, items);
    gstudy_effect(g, S("p"), p);
    gstudy_effect(g, S("i"), i);
    gstudy_effect(g, S("pi"), p | i);
    TRY(gstudy_fit(g, 0, false, &fit, e));
    double counts[2] = {1, gstudy_object_counts(g).harmonic};
    gstudy_decide(g, fit.anova, counts, &decision);
    *out = (struct composite_stratum){persons,      counts[1],  fit.anova[0], fit.anova[1],
                                      fit.anova[2], decision.g, decision.phi};
    return RC_OK;
}

/* Covariance over those who have both; n - 1. */
static double covariance(const double *x, const double *y, size_t n)
{
    double mean_x = 0, mean_y = 0, sum = 0, both = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_missing(x[i]) || is_missing(y[i]))
            continue;
        both += 1;
        mean_x += (x[i] - mean_x) / both;
        mean_y += (y[i] - mean_y) / both;
    }
    for (size_t i = 0; i < n; i++)
        if (!is_missing(x[i]) && !is_missing(y[i]))
            sum += (x[i] - mean_x) * (y[i] - mean_y);
    return both > 1 ? sum / (both - 1) : STATS_MISSING;
}

enum rc composite_fit(struct arena *a, const struct composite_data *d, struct composite *c, struct err *e)
{
    size_t k = d->strata, persons = d->persons;
    if (k == 0 || k > COMPOSITE_STRATA_MOST)
        return err_set(e, RC_INVALID, 0, "1 to %d strata are needed; there are %zu", COMPOSITE_STRATA_MOST, k);
    c->strata = k;
    c->stratum = ARENA_ARRAY(a, k, struct composite_stratum);
    c->covariance = ARENA_ARRAY(a, k * k, double);
    c->total = (struct gstudy_decision){0};
    double *mean = ARENA_ARRAY(a, k * persons, double);
    for (size_t v = 0; v < k; v++) {
        struct err inner = {0};
        if (study_stratum(a, d, (uint32_t)v, &c->stratum[v], mean + v * persons, &inner) != RC_OK)
            return err_set(e, RC_INVALID, 0, "stratum %zu: %s", v + 1, inner.detail);
    }
    for (size_t v = 0; v < k; v++) {
        const struct composite_stratum *s = &c->stratum[v];
        double w = c->weight[v];
        for (size_t u = 0; u < k; u++) {
            double *cov = &c->covariance[v * k + u];
            *cov = u == v ? s->p : covariance(mean + v * persons, mean + u * persons, persons);
            c->total.universe += w * c->weight[u] * *cov;
        }
        c->total.rel_err += w * w * fmax(0, s->pi) / s->items;
        c->total.abs_err += w * w * (fmax(0, s->pi) + fmax(0, s->i)) / s->items;
    }
    struct gstudy_decision *t = &c->total;
    t->sem_rel = sqrt(t->rel_err);
    t->sem_abs = sqrt(t->abs_err);
    t->g = t->universe > 0 ? t->universe / (t->universe + t->rel_err) : STATS_MISSING;
    t->phi = t->universe > 0 ? t->universe / (t->universe + t->abs_err) : STATS_MISSING;
    return RC_OK;
}
