/* Reliability of raters within persons, for pages: see reliability.h. */
#include "engine/stats/reliability.h"

#include <math.h>

#include "engine/stats/gstudy.h"

enum rc reliability_of_raters(struct arena *a, const uint32_t *person, uint32_t persons, const double *score, size_t n,
                              double target, struct reliability *out, struct err *e)
{
    double *y = ARENA_ARRAY(a, n, double);
    uint32_t *code = ARENA_ARRAY(a, n, uint32_t), *to = ARENA_ARRAY(a, (size_t)persons + 1, uint32_t), used = 0;
    struct gstudy_fit fit;
    struct gstudy_needed needed;
    size_t kept = 0;
    *out = (struct reliability){0};
    for (size_t i = 0; i < n; i++) {
        if (is_missing(score[i]) || person[i] >= persons)
            continue;
        if (to[person[i]] == 0)
            to[person[i]] = ++used;
        code[kept] = to[person[i]] - 1;
        y[kept++] = score[i];
    }
    if (used < 2)
        return err_set(e, RC_INVALID, 0, "two persons with ratings or more are needed; there %s %" PRIu32,
                       used == 1 ? "is" : "are", used);
    if (kept == used)
        return err_set(e, RC_INVALID, 0, "nobody has two ratings or more");
    struct gstudy *g = gstudy_new(a, y, kept);
    gstudy_facet(g, S("person"), code, used);
    int rater = gstudy_facet(g, S("rater"), NULL, 0);
    gstudy_effect(g, S("person"), 1);
    gstudy_effect(g, S("rater"), 3);
    TRY(gstudy_fit(g, 0, true, &fit, e));
    const double *components = fit.reml_done ? fit.reml : fit.anova;
    double one[2] = {1, 1};
    out->persons = used;
    out->ratings = kept;
    out->raters = gstudy_object_counts(g).harmonic;
    out->between = fmax(0, components[0]);
    out->within = fmax(0, components[1]);
    out->sem = sqrt(out->within / out->raters);
    out->single = out->between + out->within > 0 ? out->between / (out->between + out->within) : STATS_MISSING;
    out->now =
        out->between + out->within > 0 ? out->between / (out->between + out->within / out->raters) : STATS_MISSING;
    gstudy_need(g, components, one, (size_t)rater, target, &needed);
    out->needed = needed.g;
    return RC_OK;
}

double reliability_with(const struct reliability *r, size_t raters)
{
    return raters != 0 && r->between + r->within > 0 ? r->between / (r->between + r->within / (double)raters)
                                                     : STATS_MISSING;
}

double reliability_more(const struct reliability *r, size_t raters)
{
    return is_missing(r->needed) ? STATS_MISSING : fmax(0, r->needed - (double)raters);
}
