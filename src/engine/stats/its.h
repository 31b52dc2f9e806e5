/* Interrupted time series: what a series did after something began, against what it would have done. Segmented least squares with
 * errors that remember: Newey and West 1987 (Bartlett weights, times n / (n - k)), Prais and Winsten 1954 iterated, and generalized
 * least squares with an AR(1) by likelihood, side by side, since on short series they may not agree and then nothing is certain.
 * Counts: Poisson with an offset, and quasi-Poisson (McCullagh, Nelder 1989). Design after Wagner 2002 and Lopez Bernal 2017. */
#ifndef CADRE_ENGINE_STATS_ITS_H
#define CADRE_ENGINE_STATS_ITS_H

#include "engine/stats/linear.h"

#define ITS_POINTS_MOST ((size_t)2000)
#define ITS_LAGS 4      /* Newey-West with 0..ITS_LAGS-1 lags; tests up to ITS_LAGS */
#define ITS_ACF 6
#define ITS_UNIT_ROOT 0.999 /* of phi, above which GLS knows no intercept and no sigma */
#define ITS_EXACT_DW 400 /* points up to which the Durbin-Watson p is exact */
#define ITS_EACH_SIDE 12 /* points before and after, below which a series is short */

struct its_plan {
    size_t from;       /* the first point after the interruption */
    size_t settled;    /* points from..settled-1 are of neither side and left out; at least from */
    bool no_trend;     /* the slope stays, only the level may change */
    double trend_from; /* where the added trend is 0; NaN: at the first point that is settled */
    unsigned harmonics; /* pairs of sine and cosine; 0: none */
    double period;      /* of the first pair, in units of time */
    size_t effect_at;   /* the point at which the effect is told */
    double level;       /* of intervals */
};

/* Columns: const, time, level, and trend where there is one; then the harmonics. */
struct its_design {
    size_t n, terms;
    double *x;     /* n x terms */
    double *y, *offset; /* of the rows that are kept; offset: NULL: none (as given, not its logarithm) */
    size_t *row;   /* of each kept point, which it was */
    double *effect; /* terms: what effect_at has more than its counterfactual */
    double *counterfactual; /* terms: effect_at as if nothing had begun */
    size_t effect_first; /* of the terms: level (2), then trend */
    size_t effect_terms;
    size_t post;   /* the first kept point after the interruption */
    struct str *name;
};

/* y, time, exposure (NULL: none) of n points, all present. RC_INVALID: too few on a side, exposure not above 0. */
enum rc its_design(struct arena *a, const double *y, const double *time, const double *exposure, size_t n, const struct its_plan *plan,
                   struct its_design *out, struct err *e) MUST_CHECK;

struct its_fit {
    double *coef, *se, *t, *p, *lo, *hi; /* terms */
    double *cov;                         /* terms x terms */
    double sigma, loglik, rho;           /* NaN where the method has none */
};

struct its_test {
    double stat, p;
};

struct its_effect {
    double est, se, lo, hi, counterfactual;
};

struct its_linear {
    struct its_fit ols, nw[ITS_LAGS], prais, gls_ml, gls_reml;
    bool has_prais, has_gls;
    double r2, sigma, dw, dw_p, dw_transformed, rho_two_step;
    double acf[ITS_ACF];
    struct its_test ljung_box[ITS_LAGS], breusch_godfrey[ITS_LAGS];
    size_t lag; /* of Newey-West that is used by default: whole part of 4 (n / 100)^(2/9) */
    bool disagree, unit_root, autocorrelated, few;
};

/* Least squares and all that goes with it. RC_INVALID: as linear_fit. */
enum rc its_linear(struct arena *a, const struct its_design *d, double level, struct its_linear *out, struct err *e) MUST_CHECK;
struct its_effect its_effect_of(const struct its_design *d, const struct its_fit *f, double level, double df);

struct its_count {
    struct its_fit poisson, quasi;
    double *nw_se; /* terms: Newey-West with 3 lags, times n / (n - k) */
    double deviance, dispersion, loglik;
    double averted; /* expected without the interruption less fitted, summed over the points after it */
    bool overdispersed, few;
};
/* Poisson regression with log link by iterated least squares. RC_INVALID: a count below 0, no convergence. */
enum rc its_count(struct arena *a, const struct its_design *d, double level, struct its_count *out, struct err *e) MUST_CHECK;

/* ---- inside ------------------------------------------------------------------------------------------------------------------- */
/* Prais-Winsten and GLS (its_ar.c). */
void its_autoregressive(struct arena *a, const struct its_design *d, double level, struct its_linear *out);
/* t, p and interval from coef and se; df 0: normal. */
void its_infer(struct its_fit *f, size_t terms, double level, double df);
struct its_fit its_fit_new(struct arena *a, size_t terms);
/* y - X b */
void its_residuals(const struct its_design *d, const double *coef, double *out);
/* b (X'X)^-1 in bread; scores n x terms; cov with Bartlett weights. */
void its_newey_west(struct arena *a, const double *scores, size_t n, size_t terms, const double *bread, size_t lags, double *cov);

#endif
