/* Mixed model equations of a study (Henderson 1963), factored fast: counts of how levels of effects meet, sparse, with
 * the effects of many levels first and the mean last. The sparse head is eliminated by an up-looking LDL' (Davis 2005);
 * where what is left has filled up, the tail is a dense Cholesky of LAPACK. With relative standard deviations theta the
 * matrix is
 *
 *     M = Theta W'W Theta + I     (the mean has theta 1 and no I; Bates et al. 2015, eq. 18)
 *
 * so that an effect whose component is 0 needs no special case. Indices are those of the elimination. */
#ifndef CADRE_ENGINE_STATS_MME_H
#define CADRE_ENGINE_STATS_MME_H

#include "engine/stats/gstudy.h"

struct mme {
    struct arena *a;
    size_t n;                             /* unknowns; the last is the mean */
    size_t effects;                       /* random ones but the residual, in the order of elimination */
    size_t effect[GSTUDY_EFFECTS_MOST];   /* which of the study's */
    size_t from[GSTUDY_EFFECTS_MOST + 1]; /* first unknown of each; after the last, the mean */
    /* W'W: the part of each row before the diagonal, and the diagonal */
    size_t *row_from;
    uint32_t *column;
    double *value, *diagonal;
    double *rhs;       /* W'(y - centre) */
    double centre, yy; /* sum of (y - centre)^2 */
    /* the factor */
    size_t head;    /* unknowns eliminated sparsely */
    size_t *l_from; /* of each head column; its rows ascend */
    uint32_t *l_row;
    double *l_value;
    double *d;       /* of the head */
    double *tail;    /* (n - head)^2, upper Cholesky by columns */
    double *theta;   /* of each unknown */
    double *inverse; /* diagonal of the inverse, after mme_invert */
    /* scratch */
    int32_t *parent;
    size_t *l_count, *mark, *filled, *pattern;
    double *work, *of, *z;
};

/* The equations of a study. RC_TOO_LARGE where the factor would not fit into memory that one may take. */
enum rc mme_new(struct gstudy *g, struct mme **out) MUST_CHECK;
/* Factors for theta[effect]; gives log |M|. False: not positive definite. */
bool mme_factor(struct mme *m, const double *theta, double *log_det) MUST_CHECK;
/* x := M^-1 x. */
void mme_solve(const struct mme *m, double *x);
/* y := W'W x. */
void mme_times(const struct mme *m, const double *x, double *y);
/* The diagonal of M^-1 into m->inverse (Takahashi, Fagan, Chin 1973); the tail is overwritten, so it comes last. */
bool mme_invert(struct mme *m) MUST_CHECK;

#endif
