/* The many-facet rating scale (Linacre 1989; Andrich 1978): how able persons are, how severe raters and how hard items,
 * on one scale of logits, from ratings in categories,
 *
 *     log(P_k / P_k-1) = person - rater - item - step_k
 *
 * The expert's view beside generalizability: who is severe, who rates unlike the others. */
#ifndef CADRE_ENGINE_STATS_MFRM_H
#define CADRE_ENGINE_STATS_MFRM_H

#include "engine/stats/stats.h"

#define MFRM_CATEGORIES_MOST 20
#define MFRM_PARAMETERS_MOST 2000
#define MFRM_WORK_MOST 4e10 /* steps of arithmetic in all rounds of the marginal estimation: a minute or less */

enum mfrm_facet { MFRM_PERSON, MFRM_RATER, MFRM_ITEM, MFRM_FACETS };

struct mfrm_data {
    size_t n;
    const uint32_t *code[MFRM_FACETS]; /* of each rating, from 0; every level below levels[] is used */
    uint32_t levels[MFRM_FACETS];
    const double *rating; /* whole numbers */
    double work_most;     /* of the marginal estimation, as MFRM_WORK_MOST; 0 is that */
};

struct mfrm_element {
    double measure;       /* logits; NaN where every rating is the lowest or the highest there is */
    double se;            /* 1 / sqrt(information); joint only */
    double infit, outfit; /* mean squares of residuals, weighted and not; joint only (Wright, Masters 1982, p. 100) */
    double raw;           /* sum of the ratings */
    uint32_t count;
};

/* Separation of a facet's measures: share of their variance that is not error, with the variance of these elements or
 * of those they stand for (n - 1). */
struct mfrm_reliability {
    double population, sample, separation;
};

struct mfrm {
    size_t categories;                     /* that were used */
    double category[MFRM_CATEGORIES_MOST]; /* their ratings, ascending; gaps are closed up */
    double step[MFRM_CATEGORIES_MOST];     /* into category k = 1.. at step[k - 1]; their sum is 0 */
    struct mfrm_element *element[MFRM_FACETS];
    double loglik;
    unsigned rounds;
    size_t extreme; /* ratings left out because they are of persons, raters or items without a measure; joint only */
    struct mfrm_reliability reliability[MFRM_FACETS]; /* joint only */
    /* marginal only */
    double variance;        /* of persons, about 0 */
    double deviance;        /* -2 log likelihood */
    double *eap, *eap_sd;   /* of each person: posterior mean and spread */
    double eap_reliability; /* variance of eap / (that + mean posterior variance) */
};

/* Joint maximum likelihood: persons, items and steps each sum to 0, raters float; no correction of bias (Wright,
 * Masters 1982, ch. 4). Newton's method on all parameters at once. RC_INVALID: no two categories; ratings that do not
 * hang together (raters and persons in groups that nobody links); more than MFRM_PARAMETERS_MOST parameters. */
enum rc mfrm_joint(struct arena *a, const struct mfrm_data *d, struct mfrm *out, struct err *e) MUST_CHECK;

/* Marginal maximum likelihood (Bock, Aitkin 1981): persons normal about 0; items float, raters and steps sum to 0. EM
 * on 81 equally spaced nodes from -8 to 8, or wider where the variance asks for it. Measures of persons are NaN: see
 * eap. RC_INVALID as above but for the number of persons; and where more would be kept or worked than is sensible: 64 million numbers
 * (pairs of a rater and an item, times nodes, times categories and one), 5000 rounds or MFRM_WORK_MOST. */
enum rc mfrm_marginal(struct arena *a, const struct mfrm_data *d, struct mfrm *out, struct err *e) MUST_CHECK;

#endif
