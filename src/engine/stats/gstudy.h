/* Generalizability: where differences between scores come from (persons, raters, items, ...), and how many raters or
 * items a decision needs. A study is scores with facets and the effects of a design, crossed, nested or unbalanced; its
 * components of variance are estimated by Henderson's method 1, which takes no time, and by REML, which is the default
 * of what is reported; they agree where the design is balanced and no estimate is negative.
 *
 *     struct gstudy *g = gstudy_new(a, y, n);
 *     int p = gstudy_facet(g, S("p"), persons), r = gstudy_facet(g, S("r"), raters);
 *     gstudy_effect(g, S("p"), 1u << p);
 *     gstudy_effect(g, S("pr"), 1u << p | 1u << r);
 *     TRY(gstudy_fit(g, p's effect, true, &fit, e));
 *     gstudy_decide(g, fit.reml, counts, &decision); */
#ifndef CADRE_ENGINE_STATS_GSTUDY_H
#define CADRE_ENGINE_STATS_GSTUDY_H

#include "engine/stats/stats.h"

#define GSTUDY_FACETS_MOST 12
#define GSTUDY_EFFECTS_MOST 32 /* with the residual */

struct gstudy_cells;

struct gstudy {
    struct arena *a;
    size_t n;        /* scores */
    const double *y; /* none missing */
    size_t facets;
    struct str facet_name[GSTUDY_FACETS_MOST];
    const uint32_t *facet_code[GSTUDY_FACETS_MOST]; /* NULL: each score is a level of its own */
    uint32_t facet_levels[GSTUDY_FACETS_MOST];
    size_t effects; /* after gstudy_fit the residual is among them */
    struct str effect_name[GSTUDY_EFFECTS_MOST];
    uint32_t effect_facets[GSTUDY_EFFECTS_MOST]; /* a bit for each facet */
    size_t residual;                             /* the effect whose every level has one score */
    size_t object;                               /* what is to be told apart: an effect */
    struct gstudy_cells *cells;                  /* found so far */
};

/* y[n] must outlive the study. */
struct gstudy *gstudy_new(struct arena *a, const double *y, size_t n);
/* A facet with its code of each score, 0..levels-1, all of them used; NULL: each score its own level, as raters who
 * scored one person each. Returns its number. At most GSTUDY_FACETS_MOST. */
int gstudy_facet(struct gstudy *g, struct str name, const uint32_t *code, uint32_t levels);
/* An effect of these facets: {p} persons, {p, i} what persons and items make together, or items within persons. Returns
 * its number. At most GSTUDY_EFFECTS_MOST - 1. */
int gstudy_effect(struct gstudy *g, struct str name, uint32_t facets);

struct gstudy_fit {
    double mean;                   /* of all scores */
    double t[GSTUDY_EFFECTS_MOST]; /* sum over levels of n_level mean^2 */
    double t_mean;                 /* n mean^2 */
    uint32_t levels[GSTUDY_EFFECTS_MOST];
    double anova[GSTUDY_EFFECTS_MOST]; /* components by Henderson 1; may be negative */
    bool reml_done;                    /* else why says why not */
    char why[160];
    double reml[GSTUDY_EFFECTS_MOST];    /* components by REML; 0 at the boundary */
    double reml_se[GSTUDY_EFFECTS_MOST]; /* asymptotic; NaN at the boundary */
    bool singular;                       /* a component is 0 */
    unsigned steps;
    double deviance;                   /* -2 log restricted likelihood, with its constant, as lme4 gives it */
    double mu, se_mu;                  /* generalized least squares */
    double *blup[GSTUDY_EFFECTS_MOST]; /* best linear unbiased predictors of the levels; NULL for the residual */
};

/* Components of variance of all effects. Where no effect has a level for each score, an effect "residual" is added.
 * Henderson 1: Henderson 1953; Searle, Casella, McCulloch 1992, ch. 5; Brennan 2001, ch. 7 (analogous T terms).
 * REML: Patterson, Thompson 1971, by average information: Gilmour, Thompson, Cullis 1995 (reml.h). reml false: only
 * Henderson 1. RC_INVALID: fewer than two scores, effects that cannot be told apart in these data. */
enum rc gstudy_fit(struct gstudy *g, size_t object, bool reml, struct gstudy_fit *out, struct err *e) MUST_CHECK;

/* ---- decisions
 * -------------------------------------------------------------------------------------------------------- */
struct gstudy_decision {
    double universe;         /* variance of what is to be told apart */
    double rel_err, abs_err; /* variances of the error of ranking, and of the score itself */
    double sem_rel, sem_abs; /* their square roots */
    double g, phi;           /* universe / (universe + error); NaN when both are 0 */
};

/* With count[facet] of each facet, as the mean over so many; those of the object's own facets are not used. Negative
 * components count as 0 (Brennan 2001, eq. 4.18 to 4.24). Effects within the object's own facets (the day, where
 * candidates are within days) are no error. */
void gstudy_decide(const struct gstudy *g, const double *components, const double *count, struct gstudy_decision *out);

struct gstudy_needed {
    double g, phi; /* the least number that reaches the target; NaN: none does */
};
/* How many of one facet are needed for coefficients of target (0..1), with count of the others. */
void gstudy_need(const struct gstudy *g, const double *components, const double *count, size_t facet, double target,
                 struct gstudy_needed *out);

/* Scores for each level of the object. */
struct gstudy_counts {
    uint32_t least, most;
    double arithmetic, harmonic; /* means */
};
struct gstudy_counts gstudy_object_counts(struct gstudy *g);

/* ---- inside: cells
 * ------------------------------------------------------------------------------------------------------ The scores
 * grouped by some facets at once. */
struct gstudy_cells {
    uint32_t facets;
    uint32_t count;
    const uint32_t *code; /* of each score; NULL: each score is a cell */
    uint32_t *size;       /* scores in each cell; these two NULL where code is */
    uint32_t *first;      /* one of them */
    struct gstudy_cells *next;
};
const struct gstudy_cells *gstudy_cells_of(struct gstudy *g, uint32_t facets);
static inline uint32_t gstudy_cell(const struct gstudy_cells *c, size_t score)
{
    return c->code != NULL ? c->code[score] : (uint32_t)score;
}

static inline uint32_t gstudy_size(const struct gstudy_cells *c, size_t cell)
{
    return c->code != NULL ? c->size[cell] : 1;
}
static inline uint32_t gstudy_first(const struct gstudy_cells *c, size_t cell)
{
    return c->code != NULL ? c->first[cell] : (uint32_t)cell;
}

#endif
