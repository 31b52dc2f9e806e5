/* Growth over time of persons who start and grow differently: y = fixed line (for each group) + a random intercept and,
 * where asked for, a random slope for each person + error (Laird, Ware 1982, Biometrics 38:963). REML or ML by the
 * profiled deviance in the relative Cholesky factor of the random effects (Bates, Maechler, Bolker, Walker 2015, J Stat
 * Softw 67(1), eq. 34-41), person by person: O(persons) a step, no matrix larger than the fixed effects. Predictions of
 * the random effects are their conditional means (BLUPs; Henderson 1975). */
#ifndef CADRE_ENGINE_STATS_GROWTH_H
#define CADRE_ENGINE_STATS_GROWTH_H

#include "engine/stats/stats.h"

#define GROWTH_GROUPS_MOST 50

struct growth_data {
    const double *y, *time;
    const struct stats_levels *person;
    const struct stats_levels *group; /* NULL: one line for all. A group for each row, STATS_NONE where missing */
    uint32_t reference; /* the group that intercept and slope speak of; the others' terms are differences */
    size_t n;
};

struct growth_effect {
    double est, se;
    struct stats_interval ci; /* normal */
};

struct growth {
    size_t n, left_out; /* rows used; rows with something missing */
    uint32_t persons;   /* with at least one row */
    size_t fixed_count; /* intercept, time, the other groups, time by the other groups */
    struct growth_effect *fixed;
    double intercept_var, slope_var, cov; /* slope_var and cov: NaN without random slope */
    double residual_var;
    double deviance; /* -2 log likelihood, restricted under REML */
    bool singular;   /* a variance is 0 or a correlation is 1: the data do not tell the random effects apart */
    double *intercept, *slope; /* BLUPs of each person level; NaN for those without rows */
};

/* RC_INVALID: fewer than two persons, rows that do not outnumber the random effects, no spread in time, groups without
 * rows or without spread in time, or no spread around the line. */
enum rc growth_fit(struct arena *a, const struct growth_data *data, bool random_slope, bool ml, double level,
                   struct growth *out, struct err *e) MUST_CHECK;

#endif
