/* Agreement of any number of raters who may have left some out: Krippendorff's alpha, and Kendall's W of rankings. */
#ifndef CADRE_ENGINE_STATS_ORDINAL_H
#define CADRE_ENGINE_STATS_ORDINAL_H

#include "engine/stats/stats.h"

struct krippendorff {
    size_t units;                      /* rows with two values or more; the others cannot tell anything */
    size_t values;                     /* in those rows */
    double nominal, ordinal, interval; /* NaN where all values are the same */
    double
        irr_factor; /* R's irr 0.84.1 has 1 - (1 - alpha) times this: where nothing is missing and more than two rated,
                       it counts each value once for each other rater and so corrects for too large a sample */
};

/* Krippendorff's alpha (Krippendorff 2019, ch. 12): 1 - observed / expected disagreement, with the differences of
 * categories, of ranks and of values. The ordinal difference, the values between c and k and half of their own, is the
 * distance of their mid-ranks; so each is a sum of squares and takes one pass. Each row is what was rated, each column
 * a rater, NaN a missing value. RC_INVALID: no row with two values. */
enum rc krippendorff_alpha(struct arena *a, const struct stats_matrix *x, struct krippendorff *out,
                           struct err *e) MUST_CHECK;

struct kendall {
    size_t subjects, raters, left_out; /* rows with a missing value */
    double w;                          /* corrected for ties; NaN where nobody ranks anything above anything */
    double w_without_ties;             /* as if there were none */
    double chisq, df, p;
};

/* Kendall's coefficient of concordance (Kendall, Babington Smith 1939; ties: Siegel 1956, eq. 9.16). RC_INVALID: fewer
 * than two complete rows or two columns. */
enum rc kendall_w(struct arena *a, const struct stats_matrix *x, struct kendall *out, struct err *e) MUST_CHECK;

#endif
