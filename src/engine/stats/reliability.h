/* What pages ask of a set of ratings: how reliable are they by now, and how many more raters would it take. */
#ifndef CADRE_ENGINE_STATS_RELIABILITY_H
#define CADRE_ENGINE_STATS_RELIABILITY_H

#include "engine/stats/stats.h"

struct reliability {
    size_t persons, ratings;
    double raters;          /* for each person; harmonic mean */
    double between, within; /* components of variance: persons, and raters within a person */
    double single;          /* reliability of one rater's score: ICC(1,1) */
    double now;             /* of the mean over as many raters as there are on average: ICC(1,k), G */
    double sem;             /* standard error of such a mean, in points of the scale */
    double needed;          /* raters for each person until the target; NaN: no number is enough */
};

/* Everybody is rated by raters of her own, as in 360 feedback: raters within persons, one-way random, unbalanced; REML,
 * and Henderson 1 where REML has no answer (gstudy.h). One score for each rater, the mean of the items, say; person[i]
 * is 0..persons-1, a NaN score is left out. Reliabilities are NaN where no score differs from another. RC_INVALID with
 * e->detail: fewer than two persons with scores, or nobody with two. */
enum rc reliability_of_raters(struct arena *a, const uint32_t *person, uint32_t persons, const double *score, size_t n,
                              double target, struct reliability *out, struct err *e) MUST_CHECK;

/* The same for one person: reliability of her mean over so many raters, and how many more she would need (0: enough;
 * NaN: no number is). */
double reliability_with(const struct reliability *r, size_t raters);
double reliability_more(const struct reliability *r, size_t raters);

#endif
