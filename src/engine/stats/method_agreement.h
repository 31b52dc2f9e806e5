/* Do two ways of measuring agree: the same thing scored by two raters, by oneself and by others. */
#ifndef CADRE_ENGINE_STATS_METHOD_AGREEMENT_H
#define CADRE_ENGINE_STATS_METHOD_AGREEMENT_H

#include "engine/stats/stats.h"

struct method_agreement {
    size_t n, left_out;            /* pairs; pairs with a missing value */
    double mean_diff, sd_diff;     /* of a - b; sd with n - 1 */
    struct stats_interval loa;     /* limits of agreement, mean -+ 1.96 sd at 0.95 (Bland, Altman 1986, Lancet i:307) */
    struct stats_interval mean_ci; /* t */
    double loa_se;                 /* sqrt(3 sd^2 / n) (ibid.) */
    struct stats_interval lower_ci, upper_ci; /* of the two limits, t */
    double pearson;                           /* NaN where one does not vary, as the two below */
    double ccc; /* 2 s_ab / (s_a^2 + s_b^2 + (mean a - mean b)^2), n - 1 (Lin 1989, Biometrics 45:255, eq. 1) */
    struct stats_interval ccc_ci; /* by the inverse hyperbolic tangent (Lin 1989, with the correction of 2000); n > 2 */
    double slope, slope_p;        /* of the difference on the mean: does it grow with the size (Bland, Altman 1999) */
};

/* RC_INVALID: fewer than two complete pairs. */
enum rc method_agreement(const double *a, const double *b, size_t n, double level, struct method_agreement *out,
                         struct err *e) MUST_CHECK;

#endif
