/* Cronbach's alpha: how far the items of a form measure one thing. */
#ifndef CADRE_ENGINE_STATS_ALPHA_H
#define CADRE_ENGINE_STATS_ALPHA_H

#include "engine/stats/stats.h"

struct alpha_item {
    double mean, sd;   /* n - 1 */
    double drop_alpha; /* alpha without this item; NaN where one item is left */
    double rest_r;     /* correlation with the sum of the others; NaN where one of them does not vary */
};

struct alpha {
    size_t persons, items;
    size_t left_out;             /* rows with a missing answer */
    double raw;                  /* (k / (k - 1)) (1 - sum of item variances / variance of the sum); Cronbach 1951 */
    struct stats_interval feldt; /* 1 - (1 - alpha) F; Feldt, Woodruff, Salih 1987, eq. 2 */
    double standardized;         /* of the mean correlation; NaN where an item does not vary, as the two below */
    double mean_r;
    double guttman_l6;       /* lambda 6 of the correlations (Guttman 1945); NaN where they are singular */
    struct alpha_item *item; /* in the arena */
};

/* Each row is a person, each column an item; rows with a missing answer are left out. Items without variance stay in,
 * and alpha may be negative. NaN where the sum does not vary. RC_INVALID: fewer than two complete rows or two items. */
enum rc alpha_of(struct arena *a, const struct stats_matrix *x, double level, struct alpha *out,
                 struct err *e) MUST_CHECK;

#endif
