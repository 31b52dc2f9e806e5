/* Cohen's and Fleiss' kappa: see kappa.h. */
#include "engine/stats/kappa.h"

#include <math.h>

#include "engine/stats/rmath.h"

/* ---- Cohen
 * ------------------------------------------------------------------------------------------------------------ */
size_t kappa_count(const uint32_t *x, const uint32_t *y, size_t n, uint32_t k, double *counts)
{
    size_t counted = 0;
    memset(counts, 0, (size_t)k * k * sizeof *counts);
    for (size_t i = 0; i < n; i++) {
        if (x[i] >= k || y[i] >= k)
            continue;
        counts[(size_t)x[i] * k + y[i]] += 1;
        counted++;
    }
    return counted;
}

/* Weight of agreement of cell (i, j). */
static double weight(uint32_t i, uint32_t j, uint32_t k, enum kappa_weights kind, const double *d, double most)
{
    double apart = k > 1 ? ((double)i - (double)j) / (double)(k - 1) : 0;
    switch (kind) {
    case KAPPA_LINEAR:
        return 1 - fabs(apart);
    case KAPPA_QUADRATIC:
        return 1 - apart * apart;
    case KAPPA_CUSTOM:
        return 1 - d[(size_t)i * k + j] / most;
    case KAPPA_UNWEIGHTED:
        break;
    }
    return i == j;
}

static enum rc check_weights(const double *d, uint32_t k, double *most, struct err *e)
{
    *most = 0;
    for (size_t c = 0; c < (size_t)k * k; c++) {
        if (!(d[c] >= 0) || isinf(d[c]))
            return err_set(e, RC_INVALID, 0, "weights of disagreement are finite and not negative");
        if (c % (k + 1) == 0 && d[c] != 0)
            return err_set(e, RC_INVALID, 0, "weights of disagreement are 0 on the diagonal");
        *most = fmax(*most, d[c]);
    }
    return *most > 0 ? RC_OK : err_set(e, RC_INVALID, 0, "one weight of disagreement at least is not 0");
}

enum rc kappa_cohen(struct arena *a, const double *counts, uint32_t k, enum kappa_weights weights,
                    const double *disagreement, double level, struct kappa *out, struct err *e)
{
    double most = 1, *row = ARENA_ARRAY(a, k, double), *col = ARENA_ARRAY(a, k, double);
    double *row_w = ARENA_ARRAY(a, k, double), *col_w = ARENA_ARRAY(a, k, double);
    *out = (struct kappa){0};
    if (weights == KAPPA_CUSTOM)
        TRY(check_weights(disagreement, k, &most, e));
    for (size_t c = 0; c < (size_t)k * k; c++)
        out->n += counts[c];
    if (!(out->n > 0))
        return err_set(e, RC_INVALID, 0, "there is no pair of ratings");
    for (uint32_t i = 0; i < k; i++) {
        for (uint32_t j = 0; j < k; j++) {
            double p = counts[(size_t)i * k + j] / out->n;
            row[i] += p;
            col[j] += p;
            out->observed += p * weight(i, j, k, weights, disagreement, most);
        }
    }
    for (uint32_t i = 0; i < k; i++) {
        for (uint32_t j = 0; j < k; j++) {
            double w = weight(i, j, k, weights, disagreement, most);
            row_w[i] += w * col[j];
            col_w[j] += w * row[i];
        }
        out->chance += row_w[i] * row[i];
    }
    double beyond = 1 - out->chance, kappa = (out->observed - out->chance) / beyond, spread = 0, spread0 = 0;
    out->value = (struct stats_estimate){STATS_MISSING, {STATS_MISSING, STATS_MISSING}};
    out->ase = out->z = out->p = STATS_MISSING;
    if (!(beyond > 1e-15))
        return RC_OK;
    for (uint32_t i = 0; i < k; i++) {
        for (uint32_t j = 0; j < k; j++) {
            double w = weight(i, j, k, weights, disagreement, most), both = row_w[i] + col_w[j];
            double off = w - both * (1 - kappa);
            spread += counts[(size_t)i * k + j] / out->n * off * off;
            spread0 += row[i] * col[j] * (w - both) * (w - both);
        }
    }
    double mean = kappa - out->chance * (1 - kappa);
    out->ase = sqrt(fmax(0, spread - mean * mean) / out->n) / beyond;
    double ase0 = sqrt(fmax(0, spread0 - out->chance * out->chance) / out->n) / beyond;
    double z = qnorm(1 - (1 - level) / 2, 0, 1, 1, 0);
    out->value = (struct stats_estimate){kappa, {kappa - z * out->ase, fmin(1, kappa + z * out->ase)}};
    if (ase0 > 0) {
        out->z = kappa / ase0;
        out->p = 2 * pnorm(-fabs(out->z), 0, 1, 1, 0);
    }
    return RC_OK;
}

bool kappa_of_points(struct arena *a, const int *first, const int *second, size_t n, int low, int high, struct kappa *out)
{
    uint32_t k = (uint32_t)(high - low) + 1;
    double *counts = ARENA_ARRAY(a, (size_t)k * k, double);
    for (size_t m = 0; m < n; m++)
        if (first[m] >= low && first[m] <= high && second[m] >= low && second[m] <= high)
            counts[(size_t)(first[m] - low) * k + (size_t)(second[m] - low)] += 1;
    return kappa_cohen(a, counts, k, KAPPA_QUADRATIC, NULL, 0.95, out, NULL) == RC_OK && !is_missing(out->value.est);
}

/* ---- Fleiss
 * ----------------------------------------------------------------------------------------------------------- */
static bool all_rated(const uint32_t *code, size_t raters, uint32_t k)
{
    for (size_t r = 0; r < raters; r++)
        if (code[r] >= k)
            return false;
    return true;
}

enum rc kappa_fleiss(struct arena *a, const uint32_t *code, size_t subjects, size_t raters, uint32_t k,
                     struct kappa_fleiss *out, struct err *e)
{
    *out = (struct kappa_fleiss){.raters = raters, .categories = k};
    double *share = ARENA_ARRAY(a, k + 1, double), *apart = ARENA_ARRAY(a, k + 1, double);
    uint32_t *count = ARENA_ARRAY(a, k + 1, uint32_t);
    out->category_kappa = ARENA_ARRAY(a, k + 1, double);
    if (raters < 2)
        return err_set(e, RC_INVALID, 0, "Fleiss' kappa needs two raters (columns) or more");
    for (size_t s = 0; s < subjects; s++) {
        const uint32_t *row = code + s * raters;
        if (!all_rated(row, raters, k)) {
            out->left_out++;
            continue;
        }
        out->subjects++;
        for (size_t r = 0; r < raters; r++)
            count[row[r]]++;
        for (size_t r = 0; r < raters; r++) { /* a category met again is zero by then */
            double c = count[row[r]];
            share[row[r]] += c;
            apart[row[r]] += c * ((double)raters - c);
            count[row[r]] = 0;
        }
    }
    if (out->subjects == 0)
        return err_set(e, RC_INVALID, 0, "no row has a rating by every rater");
    double n = (double)out->subjects, m = (double)raters, differ = 0, chance = 0, skew = 0;
    for (uint32_t j = 0; j < k; j++) {
        double p = share[j] / (n * m), q = 1 - p;
        chance += p * q;
        skew += p * q * (q - p);
        differ += apart[j];
        out->category_kappa[j] = p > 0 && q > 0 ? 1 - apart[j] / (n * m * (m - 1) * p * q) : STATS_MISSING;
    }
    out->kappa = chance > 0 ? 1 - differ / (n * m * (m - 1)) / chance : STATS_MISSING;
    double variance = 2 * (chance * chance - skew) / (chance * chance * n * m * (m - 1));
    out->z = chance > 0 && variance > 0 ? out->kappa / sqrt(variance) : STATS_MISSING;
    out->p = is_missing(out->z) ? STATS_MISSING : 2 * pnorm(-fabs(out->z), 0, 1, 1, 0);
    return RC_OK;
}
