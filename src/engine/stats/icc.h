/* Intraclass correlations: how far ratings of the same persons agree. */
#ifndef CADRE_ENGINE_STATS_ICC_H
#define CADRE_ENGINE_STATS_ICC_H

#include "engine/stats/stats.h"

enum icc_kind { ICC1, ICC2, ICC3, ICC1K, ICC2K, ICC3K, ICC_KINDS };
extern const char *const icc_name[ICC_KINDS]; /* "ICC1" ... "ICC3k" */

struct icc {
    size_t targets, raters;
    size_t left_out; /* rows with a missing rating */
    struct {
        struct stats_estimate value;
        double f, df1, df2, p; /* of the test against 0 */
    } kind[ICC_KINDS];
    double bms, jms, wms, ems; /* mean squares: between targets, between raters, within targets, error */
};

/* The six of Shrout and Fleiss (1979): one-way, two-way random, two-way mixed; a single rating and the mean of k. Each
 * row is a target, each column a rater; rows with a missing rating are left out (icc_reml keeps them). Intervals: pp.
 * 424-426; those of ICC(2,k) are the bounds of ICC(2,1) stepped up, as Shrout and Fleiss have it (McGraw and Wong 1996
 * differ a little). A ratio of zero to zero is NaN. RC_INVALID: fewer than two complete rows or two columns. */
enum rc icc_shrout_fleiss(struct arena *a, const struct stats_matrix *x, double level, struct icc *out,
                          struct err *e) MUST_CHECK;

#endif
