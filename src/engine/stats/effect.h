/* Effect sizes with intervals, and the tests that belong to them: two groups, one group measured twice, a table of
 * pairs. Missing values are left out: single values in groups, whole pairs in pairs.
 *
 * Standardized mean differences have non-central t intervals (Hedges, Olkin 1985; Steiger, Fouladi 1997; Cumming, Finch
 * 2001, Educ Psychol Meas 61:532); the factor J is exact, gamma(df/2) / (sqrt(df/2) gamma((df-1)/2)) (Hedges 1981, J
 * Educ Stat 6:107). Where nothing varies what is divided by it is NaN. */
#ifndef CADRE_ENGINE_STATS_EFFECT_H
#define CADRE_ENGINE_STATS_EFFECT_H

#include "engine/stats/stats.h"

/* Hedges' J for so many degrees of freedom; NaN below 2. */
double effect_j(double df);
/* The interval of a non-centrality parameter for an observed t. NaN where t or df is. */
struct stats_interval effect_noncentral_t(double t, double df, double level);

struct effect_t {
    double t, df, p;          /* two-sided */
    struct stats_interval ci; /* of the difference of means */
};

/* ---- two groups
 * --------------------------------------------------------------------------------------------------------- */

struct effect_groups {
    size_t n[2];
    double mean[2], sd[2];      /* sd with n - 1 */
    double d;                   /* (mean 1 - mean 2) / pooled sd (Cohen 1988) */
    struct stats_interval d_ci; /* non-central t */
    double g;                   /* J d (Hedges 1981) */
    struct stats_interval g_ci; /* J times that of d */
    double g_var;               /* 1/n1 + 1/n2 + g^2 / (2 (n1 + n2)) (Hedges 1982, large samples) */
    struct stats_interval g_wald;
    double j;
    double glass;                  /* by the sd of group 2, the control (Glass 1976) */
    struct effect_t pooled, welch; /* Student 1908; Welch 1947 */
    double cliff;                  /* P(x1 > x2) - P(x1 < x2) (Cliff 1993) */
};

/* RC_INVALID: a group of fewer than two. */
enum rc effect_of_groups(struct arena *a, const double *x, size_t nx, const double *y, size_t ny, double level,
                         struct effect_groups *out, struct err *e) MUST_CHECK;

/* ---- pairs: after less before
 * --------------------------------------------------------------------------------------------- */

struct effect_wald {
    double est, var;
    struct stats_interval ci;
};

struct effect_pairs {
    size_t n, left_out;
    double mean_pre, mean_post, sd_pre, sd_post, r; /* r: NaN where one does not vary */
    double mean_diff, sd_diff;
    struct effect_t t;
    double d_z;                   /* mean / sd of the differences (Cohen 1988) */
    struct stats_interval d_z_ci; /* non-central t */
    double d_av;                  /* by the root of the mean of the two variances */
    struct effect_wald smcc;      /* J(n-1) d_z, variance 1/n + g^2 / 2n (Gibbons, Hedeker, Davis 1993) */
    struct effect_wald
        smcr; /* J(n-1) mean / sd before, variance 2 (1 - r) / n + g^2 / 2n (Becker 1988, eq. 5 and 13) */
    double
        wilcoxon_v; /* sum of the ranks of the positive differences (Wilcoxon 1945); ties are equal numbers, as in R */
    double wilcoxon_p;       /* two-sided, normal, corrected for ties and continuity; NaN where nothing differs */
    double wilcoxon_exact_p; /* below 50 pairs without ties and zeros, else NaN */
};

/* RC_INVALID: fewer than two complete pairs. */
enum rc effect_of_pairs(struct arena *a, const double *pre, const double *post, size_t n, double level,
                        struct effect_pairs *out, struct err *e) MUST_CHECK;

/* ---- a table of pairs
 * ------------------------------------------------------------------------------------------------------ */

struct effect_mcnemar {
    double table[2][2];
    double chisq, p; /* (b - c)^2 / (b + c), without correction (McNemar 1947) */
    double exact_p;  /* two-sided binomial */
    double odds;     /* b / c */
};

/* Counts, row before, column after. NaN where nobody changed. RC_INVALID: a count that is negative or not whole. */
enum rc effect_mcnemar(double table[2][2], struct effect_mcnemar *out, struct err *e) MUST_CHECK;

#endif
