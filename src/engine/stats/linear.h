/* Least squares by QR (LAPACK), with t intervals, and the analysis of covariance on top of it. */
#ifndef CADRE_ENGINE_STATS_LINEAR_H
#define CADRE_ENGINE_STATS_LINEAR_H

#include "engine/stats/stats.h"

#define LINEAR_TERMS_MOST 200

struct linear_term {
    struct str name;
    double coef, se, t, p;
    struct stats_interval ci;
};

struct linear {
    size_t n, terms;
    struct linear_term *term; /* in the arena; the caller fills in the names */
    double df, rss, sigma;    /* sigma: sqrt(rss / df); 0 where the fit is perfect, and then t and p are NaN */
    double *cov;              /* terms x terms: of the coefficients */
};

/* y on the columns of x, row-major rows x columns, all present. RC_INVALID: more columns than rows less one, or a
 * column that follows from those before it, which is told by its number from 1 in e->field. */
enum rc linear_fit(struct arena *a, const struct stats_matrix *x, const double *y, double level, struct linear *out,
                   struct err *e) MUST_CHECK;

struct ancova {
    struct linear fit; /* intercept, covariate, then a term for each group but the reference, in order of the levels */
    size_t left_out;   /* rows with something missing */
    double f, f_df, f_p;          /* of the groups, given the covariate (Fisher 1932); f_df: how many terms */
    struct linear_term *adjusted; /* mean of each group at the mean of the covariate, with se and interval */
    double at;                    /* that mean */
};

/* outcome = intercept + covariate + group, with treatment coding against level `reference`. level[k] < level_count or
 * STATS_NONE. names: of covariate and group, for the terms. RC_INVALID as above, or when a group has nobody. */
enum rc ancova(struct arena *a, const double *outcome, const double *covariate, const struct stats_levels *group,
               size_t n, uint32_t reference, struct str covariate_name, struct str group_name, double level,
               struct ancova *out, struct err *e) MUST_CHECK;

#endif
