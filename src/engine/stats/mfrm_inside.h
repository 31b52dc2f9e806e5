/* What the two estimations of the many-facet rating scale share: categories, probabilities, Newton's step. */
#ifndef CADRE_ENGINE_STATS_MFRM_INSIDE_H
#define CADRE_ENGINE_STATS_MFRM_INSIDE_H

#include "engine/stats/mfrm.h"

/* Ratings as categories 0..K-1 in x[n], gaps closed; fills out->categories and category[]. */
enum rc mfrm_categories(struct arena *a, const struct mfrm_data *d, struct mfrm *out, uint8_t *x,
                        struct err *e) MUST_CHECK;

/* Probabilities of K categories at eta = person - rater - item, steps[k - 1] into category k. Returns log of their sum
 * before it was divided out. */
static inline double mfrm_probabilities(double eta, const double *steps, size_t categories, double *p)
{
    double at = 0, most = 0, sum = 0;
    p[0] = 0;
    for (size_t k = 1; k < categories; k++) {
        at += eta - steps[k - 1];
        p[k] = at;
        most = at > most ? at : most;
    }
    for (size_t k = 0; k < categories; k++)
        sum += p[k] = __builtin_exp(p[k] - most);
    for (size_t k = 0; k < categories; k++)
        p[k] /= sum;
    return most + __builtin_log(sum);
}

/* Adds one rating's (or weight ratings') covariance of its statistics to the information: params[] are the places of
 * what moves eta, with sign; steps begin at place `steps`. */
struct mfrm_place {
    size_t at[MFRM_FACETS];
    double sign[MFRM_FACETS];
    size_t count;
    size_t steps;
};
void mfrm_inform(double *info, size_t n, const struct mfrm_place *place, const double *p, size_t categories,
                 double weight);

/* Solves info delta = score in place (upper triangle given by rows). from..to are the blocks whose sum is held at zero;
 * scratch has room for n. False: a parameter is not determined. */
struct mfrm_block {
    size_t from, to;
};
bool mfrm_newton(double *info, size_t n, double *score, const double *value, const struct mfrm_block *zero,
                 size_t blocks, double *scratch);

#endif
