/* Cronbach's alpha and what belongs to it: see alpha.h. */
#include "engine/stats/alpha.h"

#include <lapacke.h>
#include <math.h>

#include "engine/stats/rmath.h"

static bool complete(const double *row, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (is_missing(row[k]))
            return false;
    return true;
}

/* Means into the items, covariances (n - 1) into the k x k matrix. */
static double *covariances(struct arena *a, const struct stats_matrix *x, struct alpha *out)
{
    size_t k = out->items;
    double n = (double)out->persons, *cov = ARENA_ARRAY(a, k * k, double), *off = ARENA_ARRAY(a, k, double);
    for (size_t i = 0; i < x->rows; i++) {
        bool whole = complete(x->at + i * k, k);
        for (size_t j = 0; whole && j < k; j++)
            out->item[j].mean += x->at[i * k + j] / n;
    }
    for (size_t i = 0; i < x->rows; i++) {
        if (!complete(x->at + i * k, k))
            continue;
        for (size_t j = 0; j < k; j++)
            off[j] = x->at[i * k + j] - out->item[j].mean;
        for (size_t j = 0; j < k; j++)
            for (size_t l = 0; l <= j; l++)
                cov[j * k + l] += off[j] * off[l] / (n - 1);
    }
    for (size_t j = 0; j < k; j++)
        for (size_t l = 0; l < j; l++)
            cov[l * k + j] = cov[j * k + l];
    for (size_t j = 0; j < k; j++) {
        double *v = &cov[j * k + j], scale = out->item[j].mean * out->item[j].mean;
        if (*v <= 1e-24 * scale) /* what rounding leaves of a constant */
            *v = 0;
        out->item[j].sd = sqrt(*v);
    }
    return cov;
}

static double alpha_from(double k, double variances, double total)
{
    return k > 1 && total > 0 ? k / (k - 1) * (1 - variances / total) : STATS_MISSING;
}

/* What rests on the correlations. */
static void standardize(struct arena *a, const double *cov, struct alpha *out)
{
    size_t k = out->items;
    double *r = ARENA_ARRAY(a, k * k, double), sum = 0;
    out->standardized = out->mean_r = out->guttman_l6 = STATS_MISSING;
    for (size_t j = 0; j < k; j++)
        if (!(out->item[j].sd > 0))
            return;
    for (size_t j = 0; j < k; j++)
        for (size_t l = 0; l < k; l++)
            sum += r[j * k + l] = j == l ? 1 : cov[j * k + l] / (out->item[j].sd * out->item[l].sd);
    double n = (double)k;
    out->mean_r = (sum - n) / (n * (n - 1));
    out->standardized = n / (n - 1) * (1 - n / sum);
    if (LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', (lapack_int)k, r, (lapack_int)k) != 0 ||
        LAPACKE_dpotri(LAPACK_ROW_MAJOR, 'L', (lapack_int)k, r, (lapack_int)k) != 0)
        return;
    double unique = 0; /* of an item: what the others do not explain, 1 / its place on the inverse's diagonal */
    for (size_t j = 0; j < k; j++)
        unique += 1 / r[j * k + j];
    out->guttman_l6 = 1 - unique / sum;
}

enum rc alpha_of(struct arena *a, const struct stats_matrix *x, double level, struct alpha *out, struct err *e)
{
    size_t k = x->columns;
    *out = (struct alpha){.items = k, .item = ARENA_ARRAY(a, k, struct alpha_item)};
    for (size_t i = 0; i < x->rows; i++)
        out->persons += complete(x->at + i * k, k);
    out->left_out = x->rows - out->persons;
    if (k < 2)
        return err_set(e, RC_INVALID, 0, "alpha needs two items (columns) or more");
    if (out->persons < 2)
        return err_set(e, RC_INVALID, 0, "alpha needs two rows or more without a missing answer; there %s %zu",
                       out->persons == 1 ? "is" : "are", out->persons);
    double *cov = covariances(a, x, out), total = 0, variances = 0, n = (double)out->persons, items = (double)k;
    double *with_sum = ARENA_ARRAY(a, k, double); /* covariance of an item with the sum */
    for (size_t j = 0; j < k; j++) {
        for (size_t l = 0; l < k; l++)
            with_sum[j] += cov[j * k + l];
        total += with_sum[j];
        variances += cov[j * k + j];
    }
    if (total <= 1e-14 * variances) /* items that cancel each other leave rounding only */
        total = 0;
    out->raw = alpha_from(items, variances, total);
    double tail = (1 - level) / 2, df1 = n - 1, df2 = (n - 1) * (items - 1);
    out->feldt.lo = 1 - (1 - out->raw) * qf(1 - tail, df1, df2, 1, 0);
    out->feldt.hi = 1 - (1 - out->raw) * qf(tail, df1, df2, 1, 0);
    for (size_t j = 0; j < k; j++) {
        double own = cov[j * k + j], rest = total - 2 * with_sum[j] + own;
        out->item[j].drop_alpha = alpha_from(items - 1, variances - own, rest);
        out->item[j].rest_r =
            own > 0 && rest > 1e-14 * variances ? (with_sum[j] - own) / sqrt(own * rest) : STATS_MISSING;
    }
    standardize(a, cov, out);
    return RC_OK;
}
