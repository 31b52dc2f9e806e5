/* The joint estimation of the many-facet rating scale, and what both estimations share: see mfrm.h. */
#include "engine/stats/mfrm.h"

#include <lapacke.h>
#include <math.h>

#include "engine/stats/mfrm_inside.h"

#define ROUNDS_MOST 100

/* ---- shared
 * ----------------------------------------------------------------------------------------------------------- */
static int ascending(const void *x, const void *y)
{
    double a, b;
    memcpy(&a, x, sizeof a);
    memcpy(&b, y, sizeof b);
    return (a > b) - (a < b);
}

enum rc mfrm_categories(struct arena *a, const struct mfrm_data *d, struct mfrm *out, uint8_t *x, struct err *e)
{
    double *sorted = ARENA_ARRAY(a, d->n + 1, double);
    if (d->n != 0)
        memcpy(sorted, d->rating, d->n * sizeof *sorted);
    qsort(sorted, d->n, sizeof *sorted, ascending);
    out->categories = 0;
    for (size_t i = 0; i < d->n; i++) {
        if (sorted[i] != nearbyint(sorted[i]))
            return err_set(e, RC_INVALID, 0, "ratings are whole numbers, not %g", sorted[i]);
        if (i != 0 && sorted[i] == sorted[i - 1])
            continue;
        if (out->categories == MFRM_CATEGORIES_MOST)
            return err_set(e, RC_INVALID, 0, "at most %d different ratings are worked on", MFRM_CATEGORIES_MOST);
        out->category[out->categories++] = sorted[i];
    }
    if (out->categories < 2)
        return err_set(e, RC_INVALID, 0, "all ratings are the same");
    for (size_t i = 0; i < d->n; i++)
        for (size_t k = 0; k < out->categories; k++)
            if (out->category[k] == d->rating[i])
                x[i] = (uint8_t)k;
    for (int f = 0; f < MFRM_FACETS; f++) {
        out->element[f] = ARENA_ARRAY(a, d->levels[f], struct mfrm_element);
        for (size_t i = 0; i < d->n; i++) {
            out->element[f][d->code[f][i]].raw += d->rating[i];
            out->element[f][d->code[f][i]].count++;
        }
    }
    return RC_OK;
}

static void add_at(double *info, size_t n, size_t r, size_t c, double v)
{
    info[r < c ? r * n + c : c * n + r] += v;
}

void mfrm_inform(double *info, size_t n, const struct mfrm_place *place, const double *p, size_t categories,
                 double weight)
{
    double mean = 0, square = 0, above[MFRM_CATEGORIES_MOST + 1] = {0}, sum[MFRM_CATEGORIES_MOST + 1] = {0};
    for (size_t k = categories; k-- > 0;) {
        above[k] = p[k] + (k + 1 < categories ? above[k + 1] : 0); /* P(x >= k), E(x; x >= k) */
        sum[k] = (double)k * p[k] + (k + 1 < categories ? sum[k + 1] : 0);
        mean += (double)k * p[k];
        square += (double)k * (double)k * p[k];
    }
    double variance = weight * (square - mean * mean);
    for (size_t i = 0; i < place->count; i++)
        for (size_t j = 0; j <= i; j++)
            add_at(info, n, place->at[i], place->at[j], variance * place->sign[i] * place->sign[j]);
    for (size_t k = 1; k < categories; k++) {
        double with_x = -weight * (sum[k] - mean * above[k]); /* a step's statistic is -[x >= k] */
        for (size_t i = 0; i < place->count; i++)
            add_at(info, n, place->at[i], place->steps + k - 1, with_x * place->sign[i]);
        for (size_t l = 1; l <= k; l++)
            add_at(info, n, place->steps + k - 1, place->steps + l - 1, weight * (above[k] - above[k] * above[l]));
    }
}

bool mfrm_newton(double *info, size_t n, double *score, const double *value, const struct mfrm_block *zero,
                 size_t blocks, double *scratch)
{
    double scale = 0;
    for (size_t i = 0; i < n; i++)
        scale += info[i * n + i] / (double)n;
    if (!(scale > 0))
        return false;
    for (size_t b = 0; b < blocks;
         b++) { /* likelihood less scale (sum)^2 / 2: it does not feel the sum, which so goes to 0 */
        double sum = 0;
        for (size_t i = zero[b].from; i < zero[b].to; i++)
            sum += value[i];
        for (size_t i = zero[b].from; i < zero[b].to; i++) {
            score[i] -= scale * sum;
            for (size_t j = i; j < zero[b].to; j++)
                info[i * n + j] += scale;
        }
    }
    /* By rows the upper triangle is by columns the lower. A pivot that is nothing beside the diagonal it came from:
     * what it belongs to is not determined. */
    double least = 1;
    for (size_t i = 0; i < n; i++)
        scratch[i] = info[i * n + i];
    if (LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'L', (lapack_int)n, info, (lapack_int)n) != 0)
        return false;
    for (size_t i = 0; i < n; i++)
        least = fmin(least, info[i * n + i] * info[i * n + i] / scratch[i]);
    return least > 1e-10 &&
           LAPACKE_dpotrs(LAPACK_COL_MAJOR, 'L', (lapack_int)n, 1, info, (lapack_int)n, score, (lapack_int)n) == 0;
}

/* ---- joint
 * ------------------------------------------------------------------------------------------------------------ */
struct joint {
    struct arena *a;
    const struct mfrm_data *d;
    struct mfrm *out;
    uint8_t *x;
    bool *in; /* ratings that count */
    size_t parameters;
    size_t *place[MFRM_FACETS]; /* of each element; SIZE_MAX: extreme */
    size_t steps;               /* place of the first */
    struct mfrm_block zero[3];
    double *value, *score, *info, *trial, *scratch;
};

/* Leaves out, over and over, the ratings of elements that have the lowest or the highest category alone; the rest gets
 * its place among the parameters. */
static enum rc choose(struct joint *j, struct err *e)
{
    const struct mfrm_data *d = j->d;
    size_t left = d->n, top = j->out->categories - 1;
    for (bool more = true; more;) {
        more = false;
        for (int f = 0; f < MFRM_FACETS; f++) {
            size_t *low = ARENA_ARRAY(j->a, d->levels[f], size_t), *high = ARENA_ARRAY(j->a, d->levels[f], size_t);
            size_t *all = ARENA_ARRAY(j->a, d->levels[f], size_t);
            for (size_t i = 0; i < d->n; i++) {
                uint32_t c = d->code[f][i];
                all[c] += j->in[i];
                low[c] += j->in[i] && j->x[i] == 0;
                high[c] += j->in[i] && j->x[i] == top;
            }
            for (size_t i = 0; i < d->n; i++) {
                uint32_t c = d->code[f][i];
                if (!j->in[i] || (low[c] != all[c] && high[c] != all[c]))
                    continue;
                j->in[i] = false;
                left--;
                more = true;
            }
        }
    }
    j->out->extreme = d->n - left;
    if (left == 0)
        return err_set(e, RC_INVALID, 0, "every person, rater or item has the lowest or the highest rating alone");
    for (int f = 0; f < MFRM_FACETS; f++) {
        size_t from = j->parameters;
        j->place[f] = ARENA_ARRAY(j->a, d->levels[f], size_t);
        for (uint32_t c = 0; c < d->levels[f]; c++)
            j->place[f][c] = SIZE_MAX;
        for (size_t i = 0; i < d->n; i++)
            if (j->in[i])
                j->place[f][d->code[f][i]] = 0;
        for (uint32_t c = 0; c < d->levels[f]; c++)
            if (j->place[f][c] == 0)
                j->place[f][c] = j->parameters++;
        if (f != MFRM_RATER)
            j->zero[f == MFRM_ITEM] = (struct mfrm_block){from, j->parameters};
    }
    j->steps = j->parameters;
    j->parameters += top;
    j->zero[2] = (struct mfrm_block){j->steps, j->parameters};
    if (j->parameters > MFRM_PARAMETERS_MOST)
        return err_set(e, RC_INVALID, 0, "%zu persons, raters, items and steps; at most %d are worked on",
                       j->parameters, MFRM_PARAMETERS_MOST);
    return RC_OK;
}

static double eta_of(const struct joint *j, const double *value, size_t i)
{
    return value[j->place[MFRM_PERSON][j->d->code[MFRM_PERSON][i]]] -
           value[j->place[MFRM_RATER][j->d->code[MFRM_RATER][i]]] -
           value[j->place[MFRM_ITEM][j->d->code[MFRM_ITEM][i]]];
}

static double joint_loglik(const struct joint *j, const double *value)
{
    double sum = 0, p[MFRM_CATEGORIES_MOST];
    for (size_t i = 0; i < j->d->n; i++) {
        if (!j->in[i])
            continue;
        double eta = eta_of(j, value, i);
        sum -= mfrm_probabilities(eta, value + j->steps, j->out->categories, p);
        for (size_t k = 1; k <= j->x[i]; k++)
            sum += eta - value[j->steps + k - 1];
    }
    return sum;
}

/* Score and information at the values. */
static void differentiate(struct joint *j)
{
    size_t n = j->parameters, categories = j->out->categories;
    double p[MFRM_CATEGORIES_MOST];
    memset(j->score, 0, n * sizeof *j->score);
    memset(j->info, 0, n * n * sizeof *j->info);
    for (size_t i = 0; i < j->d->n; i++) {
        if (!j->in[i])
            continue;
        struct mfrm_place place = {.count = MFRM_FACETS, .steps = j->steps};
        double off = j->x[i], above = 0;
        for (int f = 0; f < MFRM_FACETS; f++) {
            place.at[f] = j->place[f][j->d->code[f][i]];
            place.sign[f] = f == MFRM_PERSON ? 1 : -1;
        }
        mfrm_probabilities(eta_of(j, j->value, i), j->value + j->steps, categories, p);
        for (size_t k = categories; k-- > 1;) {
            off -= (double)k * p[k];
            above += p[k];
            j->score[j->steps + k - 1] -= (j->x[i] >= k) - above;
        }
        for (int f = 0; f < MFRM_FACETS; f++)
            j->score[place.at[f]] += place.sign[f] * off;
        mfrm_inform(j->info, n, &place, p, categories, 1);
    }
}

static enum rc climb(struct joint *j, struct err *e)
{
    size_t n = j->parameters;
    double now = joint_loglik(j, j->value);
    for (j->out->rounds = 1; j->out->rounds <= ROUNDS_MOST; j->out->rounds++) {
        double share = 1, most = 0, next;
        differentiate(j);
        if (!mfrm_newton(j->info, n, j->score, j->value, j->zero, COUNT_OF(j->zero), j->scratch))
            return err_set(e, RC_INVALID, 0,
                           "the ratings do not hang together: there are groups of persons, raters or items "
                           "that no common rating links");
        for (;; share /= 2) {
            for (size_t i = 0; i < n; i++)
                j->trial[i] = j->value[i] + share * j->score[i];
            next = joint_loglik(j, j->trial);
            if (next >= now - 1e-10 * fabs(now) || share < 1e-8)
                break;
        }
        for (size_t i = 0; i < n; i++)
            most = fmax(most, fabs(j->trial[i] - j->value[i]));
        memcpy(j->value, j->trial, n * sizeof *j->value);
        now = next;
        if (most < 1e-9)
            break;
    }
    j->out->loglik = now;
    return j->out->rounds <= ROUNDS_MOST ? RC_OK : err_set(e, RC_INVALID, 0, "the estimation did not converge");
}

/* Standard errors, infit and outfit of every element. */
static void judge(struct joint *j)
{
    double p[MFRM_CATEGORIES_MOST];
    for (size_t i = 0; i < j->d->n; i++) {
        if (!j->in[i])
            continue;
        double mean = 0, square = 0;
        mfrm_probabilities(eta_of(j, j->value, i), j->value + j->steps, j->out->categories, p);
        for (size_t k = 0; k < j->out->categories; k++) {
            mean += (double)k * p[k];
            square += (double)k * (double)k * p[k];
        }
        double variance = square - mean * mean, off = (double)j->x[i] - mean;
        for (int f = 0; f < MFRM_FACETS; f++) {
            struct mfrm_element *x = &j->out->element[f][j->d->code[f][i]];
            x->se += variance;
            x->infit += off * off;
            x->outfit += off * off / variance;
        }
    }
    for (int f = 0; f < MFRM_FACETS; f++) {
        double *counted = ARENA_ARRAY(j->a, j->d->levels[f], double);
        for (size_t i = 0; i < j->d->n; i++)
            counted[j->d->code[f][i]] += j->in[i];
        for (uint32_t c = 0; c < j->d->levels[f]; c++) {
            struct mfrm_element *x = &j->out->element[f][c];
            size_t place = j->place[f][c];
            if (place == SIZE_MAX) {
                x->measure = x->se = x->infit = x->outfit = STATS_MISSING;
                continue;
            }
            x->measure = j->value[place];
            x->infit /= x->se;
            x->outfit /= counted[c];
            x->se = 1 / sqrt(x->se);
        }
    }
}

/* Wright and Masters 1982, p. 92, 106. */
static struct mfrm_reliability separate(const struct mfrm_element *x, uint32_t levels)
{
    double n = 0, mean = 0, spread = 0, error = 0;
    for (uint32_t c = 0; c < levels; c++) {
        if (is_missing(x[c].measure))
            continue;
        n += 1;
        double off = x[c].measure - mean;
        mean += off / n;
        spread += off * (x[c].measure - mean);
        error += x[c].se * x[c].se;
    }
    struct mfrm_reliability r = {STATS_MISSING, STATS_MISSING, STATS_MISSING};
    if (n < 2 || !(spread > 0))
        return r;
    error /= n;
    double all = spread / n, sample = spread / (n - 1);
    r.population = fmax(0, all - error) / all;
    r.sample = fmax(0, sample - error) / sample;
    r.separation = sqrt(fmax(0, sample - error) / error);
    return r;
}

enum rc mfrm_joint(struct arena *a, const struct mfrm_data *d, struct mfrm *out, struct err *e)
{
    struct joint j = {
        .a = a, .d = d, .out = out, .x = ARENA_ARRAY(a, d->n + 1, uint8_t), .in = ARENA_ARRAY(a, d->n + 1, bool)};
    *out = (struct mfrm){0};
    TRY(mfrm_categories(a, d, out, j.x, e));
    memset(j.in, 1, d->n * sizeof *j.in);
    TRY(choose(&j, e));
    j.value = ARENA_ARRAY(a, j.parameters, double);
    j.trial = ARENA_ARRAY(a, j.parameters, double);
    j.score = ARENA_ARRAY(a, j.parameters, double);
    j.scratch = ARENA_ARRAY(a, j.parameters, double);
    j.info = ARENA_ARRAY(a, j.parameters * j.parameters, double);
    TRY(climb(&j, e));
    judge(&j);
    for (size_t k = 0; k + 1 < out->categories; k++)
        out->step[k] = j.value[j.steps + k];
    for (int f = 0; f < MFRM_FACETS; f++)
        out->reliability[f] = separate(out->element[f], d->levels[f]);
    return RC_OK;
}
