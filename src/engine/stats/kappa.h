/* Agreement of two raters, or of several, on categories: Cohen's and Fleiss' kappa. */
#ifndef CADRE_ENGINE_STATS_KAPPA_H
#define CADRE_ENGINE_STATS_KAPPA_H

#include "engine/stats/stats.h"

#define KAPPA_LEVELS_MOST 1000

enum kappa_weights { KAPPA_UNWEIGHTED, KAPPA_LINEAR, KAPPA_QUADRATIC, KAPPA_CUSTOM };

struct kappa {
    double n;                /* pairs */
    double observed, chance; /* weighted agreement */
    struct stats_estimate value;
    double ase;  /* asymptotic standard error; the interval is normal */
    double z, p; /* of no agreement beyond chance, with the standard error under it */
};

/* Counts pairs of codes 0..k-1 into counts[k * k], x the row; a pair with a code of k or more (STATS_NONE) is left out.
 * Returns how many were counted. */
size_t kappa_count(const uint32_t *x, const uint32_t *y, size_t n, uint32_t k, double *counts);

/* Cohen's kappa from a k x k table of counts. Weights of agreement: 1 on the diagonal alone; 1 - |i - j| / (k - 1);
 * 1 - ((i - j) / (k - 1))^2; or 1 - d / max d from disagreement d[k * k], not negative (Cohen 1960, 1968). Standard
 * errors: Fleiss, Cohen, Everitt 1969, eq. 8, 9 (unweighted), 15, 16. NaN where chance leaves nothing to agree on.
 * RC_INVALID: an empty table, wrong weights. */
enum rc kappa_cohen(struct arena *a, const double *counts, uint32_t k, enum kappa_weights weights,
                    const double *disagreement, double level, struct kappa *out, struct err *e) MUST_CHECK;

/* Cohen's kappa with quadratic weights (Cohen 1968) of two lists of points of one scale, 95% interval; a pair with a point outside of
 * it is left out. False where no pair is left, or chance leaves nothing to agree on. */
bool kappa_of_points(struct arena *a, const int *first, const int *second, size_t n, int low, int high, struct kappa *out);

struct kappa_fleiss {
    size_t subjects, raters, left_out; /* subjects with a missing rating */
    uint32_t categories;
    double kappa, z, p;
    double *category_kappa; /* of each category against all others; NaN for one that nobody or everybody used */
};

/* Fleiss' kappa (Fleiss 1971; standard error: Fleiss, Nee, Landis 1979). code[subject * raters + rater], 0..k-1 or
 * STATS_NONE. RC_INVALID: fewer than two raters, or no subject that all rated. */
enum rc kappa_fleiss(struct arena *a, const uint32_t *code, size_t subjects, size_t raters, uint32_t k,
                     struct kappa_fleiss *out, struct err *e) MUST_CHECK;

#endif
