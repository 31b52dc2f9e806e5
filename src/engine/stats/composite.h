/* The generalizability of a composite: a score made of several strata (parts of a form, kinds of station), each with
 * items of its own, weighted. */
#ifndef CADRE_ENGINE_STATS_COMPOSITE_H
#define CADRE_ENGINE_STATS_COMPOSITE_H

#include "engine/stats/gstudy.h"

#define COMPOSITE_STRATA_MOST 100

/* One score a row; codes from 0, STATS_NONE or a NaN score leaves the row out. Items of different strata are different
 * though they have the same code. */
struct composite_data {
    size_t n;
    const double *y;
    const uint32_t *person, *stratum, *item;
    uint32_t persons, strata, items;
};

struct composite_stratum {
    size_t persons;
    double items;    /* harmonic mean of scores for each person */
    double p, i, pi; /* components by Henderson 1 */
    double g, phi;   /* of the mean over so many items */
};

struct composite {
    size_t strata;
    double *weight; /* of each, given */
    struct composite_stratum *stratum;
    double *covariance; /* strata x strata, of universe scores */
    struct gstudy_decision total;
};

/* Multivariate p x i with items nested in strata (Brennan 2001, ch. 9, p. 270-272; Rajaratnam, Cronbach, Gleser 1965):
 * universe w'Sw with the components of persons on S's diagonal and the covariances of persons' means beside it; errors
 * the weighted sums of those of the strata, each as the mean over its items. Components below 0 count as 0 in errors.
 * RC_INVALID: no stratum, too many, or one that cannot be studied by itself. */
enum rc composite_fit(struct arena *a, const struct composite_data *d, struct composite *c, struct err *e) MUST_CHECK;

#endif
