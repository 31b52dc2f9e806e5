/* A study: its scores grouped into cells, Henderson's method 1, and the decisions. See gstudy.h; REML is in reml.c. */
#include "engine/stats/gstudy.h"

#include <math.h>

#include "engine/stats/reml.h"

/* ---- the study
 * -------------------------------------------------------------------------------------------------------- */
struct gstudy *gstudy_new(struct arena *a, const double *y, size_t n)
{
    struct gstudy *g = ARENA_NEW(a, struct gstudy);
    *g = (struct gstudy){.a = a, .y = y, .n = n};
    return g;
}

int gstudy_facet(struct gstudy *g, struct str name, const uint32_t *code, uint32_t levels)
{
    ASSERT(g->facets < GSTUDY_FACETS_MOST);
    g->facet_name[g->facets] = name;
    g->facet_code[g->facets] = code;
    g->facet_levels[g->facets] = code != NULL ? levels : (uint32_t)g->n;
    return (int)g->facets++;
}

int gstudy_effect(struct gstudy *g, struct str name, uint32_t facets)
{
    ASSERT(g->effects + 1 < GSTUDY_EFFECTS_MOST);
    g->effect_name[g->effects] = name;
    g->effect_facets[g->effects] = facets;
    return (int)g->effects++;
}

/* ---- cells
 * ------------------------------------------------------------------------------------------------------------ */
static void measure(struct gstudy *g, struct gstudy_cells *c)
{
    if (c->code == NULL)
        return;
    c->size = ARENA_ARRAY(g->a, c->count, uint32_t);
    c->first = arena_alloc_raw(g->a, c->count * sizeof *c->first);
    for (size_t i = g->n; i-- > 0;) {
        uint32_t cell = c->code[i];
        c->size[cell]++;
        c->first[cell] = (uint32_t)i;
    }
}

/* Splits the cells of `by` by a facet: scores sorted by cell, then a stamp for each level of the facet. */
static void split(struct gstudy *g, const struct gstudy_cells *by, size_t facet, struct gstudy_cells *out)
{
    const uint32_t *code = g->facet_code[facet];
    uint32_t *from = ARENA_ARRAY(g->a, (size_t)by->count + 1, uint32_t),
             *made = arena_alloc_raw(g->a, g->n * sizeof *made);
    struct {
        uint32_t score, level;
    } *order = arena_alloc_raw(g->a, g->n * sizeof *order);
    uint32_t levels = g->facet_levels[facet];
    uint32_t *seen_in = ARENA_ARRAY(g->a, levels, uint32_t), *cell = arena_alloc_raw(g->a, levels * sizeof *cell);
    for (uint32_t c = 0; c < by->count; c++)
        from[c + 1] = from[c] + by->size[c];
    for (size_t i = 0; i < g->n; i++) {
        uint32_t at = from[by->code[i]]++;
        order[at].score = (uint32_t)i;
        order[at].level = code[i];
    }
    for (uint32_t c = 0, at = 0; c < by->count; c++) { /* from[c] is where cell c ends by now */
        for (; at < from[c]; at++) {
            uint32_t level = order[at].level;
            if (seen_in[level] != c + 1) {
                seen_in[level] = c + 1;
                cell[level] = out->count++;
            }
            made[order[at].score] = cell[level];
        }
    }
    out->code = out->count == g->n ? NULL : made;
}

static struct gstudy_cells *known(const struct gstudy *g, uint32_t facets)
{
    for (struct gstudy_cells *c = g->cells; c != NULL; c = c->next)
        if (c->facets == facets)
            return c;
    return NULL;
}

const struct gstudy_cells *gstudy_cells_of(struct gstudy *g, uint32_t facets)
{
    const struct gstudy_cells *by = NULL;
    ASSERT(facets != 0);
    uint32_t so_far = 0;
    for (size_t f = 0; f < 32; f++) {
        if ((facets >> f & 1) == 0)
            continue;
        so_far |= UINT32_C(1) << f;
        struct gstudy_cells *c = known(g, so_far);
        if (c == NULL) {
            c = ARENA_NEW(g->a, struct gstudy_cells);
            c->facets = so_far;
            if (f >= g->facets || g->facet_code[f] == NULL || (by != NULL && by->code == NULL)) {
                c->count = (uint32_t)g->n;
            } else if (by == NULL) {
                c->count = g->facet_levels[f];
                c->code = g->facet_code[f];
            } else {
                split(g, by, f, c);
            }
            measure(g, c);
            c->next = g->cells;
            g->cells = c;
        }
        by = c;
    }
    return by;
}

/* ---- Henderson 1
 * ------------------------------------------------------------------------------------------------------ */
/* Everything is computed about a value near the mean that has few bits, so that whole numbers stay exact. */
static double near_mean(double mean)
{
    int power;
    double m = frexp(mean, &power);
    return ldexp(nearbyint(ldexp(m, 12)), power - 12);
}

/* Sum over levels of (sum of y - c)^2 / n. */
static long double t_term(struct gstudy *g, const struct gstudy_cells *cells, double c)
{
    long double t = 0;
    if (cells->code == NULL) {
        for (size_t i = 0; i < g->n; i++)
            t += (long double)(g->y[i] - c) * (g->y[i] - c);
        return t;
    }
    double *sum = ARENA_ARRAY(g->a, cells->count, double);
    for (size_t i = 0; i < g->n; i++)
        sum[cells->code[i]] += g->y[i] - c;
    for (uint32_t k = 0; k < cells->count; k++)
        t += (long double)sum[k] * sum[k] / cells->size[k];
    return t;
}

/* What component `of` adds to the expected T of effect `in`: sum over their common cells of n_cell^2 / n_level. */
static long double t_coefficient(struct gstudy *g, uint32_t in, uint32_t of)
{
    const struct gstudy_cells *level = gstudy_cells_of(g, in), *both = gstudy_cells_of(g, in | of);
    long double k = 0;
    if (both->code == NULL || both == level)
        return both->code == NULL ? level->count : (long double)g->n;
    for (uint32_t c = 0; c < both->count; c++) {
        double size = both->size[c];
        k += size * size / level->size[level->code[both->first[c]]];
    }
    return k;
}

/* Gauss with the largest pivot of scaled rows; k unknowns. Returns the unknown that cannot be told from others, or k.
 */
static size_t solve(long double m[][GSTUDY_EFFECTS_MOST + 1], size_t k)
{
    for (size_t r = 0; r < k; r++) {
        long double most = 0;
        for (size_t c = 0; c < k; c++)
            most = fmaxl(most, fabsl(m[r][c]));
        for (size_t c = 0; most > 0 && c <= k; c++)
            m[r][c] /= most;
    }
    for (size_t p = 0; p < k; p++) {
        size_t best = p;
        for (size_t r = p + 1; r < k; r++)
            if (fabsl(m[r][p]) > fabsl(m[best][p]))
                best = r;
        if (!(fabsl(m[best][p]) > 1e-12L))
            return p;
        for (size_t c = 0; c <= k; c++) {
            long double swap = m[p][c];
            m[p][c] = m[best][c];
            m[best][c] = swap;
        }
        for (size_t r = 0; r < k; r++) {
            long double times = m[r][p] / m[p][p];
            for (size_t c = p; r != p && c <= k; c++)
                m[r][c] -= times * m[p][c];
        }
    }
    return k;
}

static enum rc henderson(struct gstudy *g, struct gstudy_fit *out, struct err *e)
{
    long double m[GSTUDY_EFFECTS_MOST][GSTUDY_EFFECTS_MOST + 1], sum = 0, n = (long double)g->n;
    long double of_mean[GSTUDY_EFFECTS_MOST], t[GSTUDY_EFFECTS_MOST];
    double most = 0;
    for (size_t i = 0; i < g->n; i++) {
        sum += g->y[i];
        most = fmax(most, fabs(g->y[i]));
    }
    out->mean = (double)(sum / n);
    double c = near_mean(out->mean);
    long double off = sum - n * c, t_mean = off * off / n, all = n * c * c + 2 * c * off; /* T of y less T of y - c */
    for (size_t k = 0; k < g->effects; k++) {
        const struct gstudy_cells *cells = gstudy_cells_of(g, g->effect_facets[k]);
        uint64_t squares = 0; /* of at most 2^32 scores: no overflow */
        out->levels[k] = cells->count;
        for (uint32_t l = 0; cells->code != NULL && l < cells->count; l++)
            squares += (uint64_t)cells->size[l] * cells->size[l];
        of_mean[k] = cells->code != NULL ? (long double)squares / n : 1;
        t[k] = t_term(g, cells, c);
        out->t[k] = (double)(t[k] + all);
    }
    out->t_mean = (double)(t_mean + all);
    for (size_t r = 0; r < g->effects; r++) {
        for (size_t k = 0; k < g->effects; k++)
            m[r][k] = t_coefficient(g, g->effect_facets[r], g->effect_facets[k]) - of_mean[k];
        m[r][g->effects] = t[r] - t_mean;
    }
    size_t lost = solve(m, g->effects);
    if (lost != g->effects)
        return err_set(e, RC_INVALID, 0,
                       "the effect %.*s cannot be told from the others: it has too few levels, or the "
                       "same as another",
                       STR_ARG(g->effect_name[lost]));
    for (size_t k = 0; k < g->effects; k++) {
        out->anova[k] = (double)(m[k][g->effects] / m[k][k]);
        if (fabs(out->anova[k]) <= 1e-26 * most * most) /* what rounding leaves of scores that are all the same */
            out->anova[k] = 0;
    }
    return RC_OK;
}

/* ---- the fit
 * ---------------------------------------------------------------------------------------------------------- */
/* The residual is the effect with a level for each score; what has none is given one. */
static enum rc find_residual(struct gstudy *g, struct err *e)
{
    size_t found = SIZE_MAX;
    for (size_t k = 0; k < g->effects; k++) {
        if (g->effect_facets[k] == 0)
            return err_set(e, RC_INVALID, 0, "the effect %.*s has no facet", STR_ARG(g->effect_name[k]));
        for (size_t l = 0; l < k; l++)
            if (g->effect_facets[l] == g->effect_facets[k])
                return err_set(e, RC_INVALID, 0, "the effects %.*s and %.*s have the same facets",
                               STR_ARG(g->effect_name[l]), STR_ARG(g->effect_name[k]));
        if (gstudy_cells_of(g, g->effect_facets[k])->code != NULL)
            continue;
        if (found != SIZE_MAX)
            return err_set(e, RC_INVALID, 0,
                           "the effects %.*s and %.*s cannot be told apart: each score is a level of "
                           "either",
                           STR_ARG(g->effect_name[found]), STR_ARG(g->effect_name[k]));
        found = k;
    }
    g->residual = found;
    if (found == SIZE_MAX) /* a facet of its own, above those that have a name */
        g->residual = (size_t)gstudy_effect(g, S("residual"), UINT32_C(1) << 31);
    return RC_OK;
}

enum rc gstudy_fit(struct gstudy *g, size_t object, bool reml, struct gstudy_fit *out, struct err *e)
{
    *out = (struct gstudy_fit){0};
    g->object = object;
    if (g->n < 2)
        return err_set(e, RC_INVALID, 0, "two scores or more are needed; there %s %zu", g->n == 1 ? "is" : "are", g->n);
    TRY(find_residual(g, e));
    if (object == g->residual)
        return err_set(e, RC_INVALID, 0, "%.*s has one score each: nothing can be said of its reliability",
                       STR_ARG(g->effect_name[object]));
    TRY(henderson(g, out, e));
    if (reml)
        reml_fit(g, out);
    return RC_OK;
}

/* ---- decisions
 * -------------------------------------------------------------------------------------------------------- */
static double scores_over(const struct gstudy *g, uint32_t facets, const double *count)
{
    double over = 1;
    for (size_t f = 0; f < g->facets; f++)
        if ((facets >> f & 1) != 0)
            over *= count[f];
    return over;
}

static double ratio(double part, double error)
{
    return part + error > 0 ? part / (part + error) : STATS_MISSING;
}

void gstudy_decide(const struct gstudy *g, const double *components, const double *count, struct gstudy_decision *out)
{
    uint32_t own = g->effect_facets[g->object];
    *out = (struct gstudy_decision){.universe = fmax(0, components[g->object])};
    for (size_t k = 0; k < g->effects; k++) {
        uint32_t facets = g->effect_facets[k], others = facets & ~own;
        bool residual = (facets >> 31 & 1) != 0; /* an added one: over all that there is */
        if (others == 0)
            continue;
        double error = fmax(0, components[k]) / scores_over(g, residual ? ~own : others, count);
        out->abs_err += error;
        if ((facets & own) == own || residual)
            out->rel_err += error;
    }
    out->sem_rel = sqrt(out->rel_err);
    out->sem_abs = sqrt(out->abs_err);
    out->g = ratio(out->universe, out->rel_err);
    out->phi = ratio(out->universe, out->abs_err);
}

/* Least whole n with universe / (universe + fixed + falling / n) >= target. */
static double least(double universe, double at_one, double at_two, double target)
{
    double falling = 2 * (at_one - at_two), fixed = at_one - falling;
    double room = universe * (1 - target) / target - fixed;
    if (!(universe > 0) || room < 0 || (room <= 1e-12 * universe && falling > 0))
        return STATS_MISSING;
    double n = fmax(1, ceil(falling / room - 1e-9));
    return falling <= 1e-12 * at_one ? 1 : n;
}

void gstudy_need(const struct gstudy *g, const double *components, const double *count, size_t facet, double target,
                 struct gstudy_needed *out)
{
    struct gstudy_decision one, two;
    double c[GSTUDY_FACETS_MOST];
    memcpy(c, count, g->facets * sizeof *c);
    c[facet] = 1;
    gstudy_decide(g, components, c, &one);
    c[facet] = 2;
    gstudy_decide(g, components, c, &two);
    out->g = least(one.universe, one.rel_err, two.rel_err, target);
    out->phi = least(one.universe, one.abs_err, two.abs_err, target);
}

struct gstudy_counts gstudy_object_counts(struct gstudy *g)
{
    const struct gstudy_cells *c = gstudy_cells_of(g, g->effect_facets[g->object]);
    struct gstudy_counts out = {.least = UINT32_MAX};
    double inverse = 0;
    for (uint32_t k = 0; k < c->count; k++) {
        out.least = c->size[k] < out.least ? c->size[k] : out.least;
        out.most = c->size[k] > out.most ? c->size[k] : out.most;
        inverse += 1.0 / c->size[k];
    }
    out.arithmetic = (double)g->n / c->count;
    out.harmonic = c->count / inverse;
    return out;
}
