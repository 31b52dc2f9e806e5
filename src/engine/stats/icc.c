/* The six intraclass correlations: see icc.h. */
#include "engine/stats/icc.h"

#include <math.h>

#include "engine/stats/rmath.h"

const char *const icc_name[ICC_KINDS] = {"ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"};

static bool complete(const double *row, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (is_missing(row[k]))
            return false;
    return true;
}

/* Sums of squares about the means, in two passes. */
static void mean_squares(struct arena *a, const struct stats_matrix *x, struct icc *out)
{
    size_t k = x->columns, n = out->targets;
    double *rater = ARENA_ARRAY(a, k, double), grand = 0, between = 0, raters = 0, within = 0, most = 0;
    for (size_t i = 0; i < x->rows; i++) {
        const double *row = x->at + i * k;
        if (!complete(row, k))
            continue;
        for (size_t j = 0; j < k; j++) {
            rater[j] += row[j] / (double)n;
            grand += row[j] / (double)(n * k);
            most = fmax(most, fabs(row[j]));
        }
    }
    for (size_t i = 0; i < x->rows; i++) {
        const double *row = x->at + i * k;
        double mean = 0;
        if (!complete(row, k))
            continue;
        for (size_t j = 0; j < k; j++)
            mean += row[j] / (double)k;
        between += (mean - grand) * (mean - grand) * (double)k;
        for (size_t j = 0; j < k; j++)
            within += (row[j] - mean) * (row[j] - mean);
    }
    for (size_t j = 0; j < k; j++)
        raters += (rater[j] - grand) * (rater[j] - grand) * (double)n;
    /* What rounding leaves of nothing is nothing. */
    double noise = (double)(n * k) * (1e-14 * most) * (1e-14 * most);
    between = between > noise ? between : 0;
    raters = raters > noise ? raters : 0;
    within = within > noise ? within : 0;
    double error = within - raters;
    if (error < 1e-12 * within || error <= noise)
        error = 0;
    out->bms = between / (double)(n - 1);
    out->jms = raters / (double)(k - 1);
    out->wms = within / (double)(n * (k - 1));
    out->ems = error / (double)((n - 1) * (k - 1));
}

/* Bounds of an ICC from those of its F: (F - 1) / (F + k - 1), or 1 - 1 / F for the mean of k. */
static void from_f(struct icc *out, enum icc_kind one, enum icc_kind mean, double f, double df1, double df2,
                   double level)
{
    double tail = (1 - level) / 2, k = (double)out->raters;
    double lo = f / qf(1 - tail, df1, df2, 1, 0), hi = f * qf(1 - tail, df2, df1, 1, 0);
    out->kind[one].value.ci =
        (struct stats_interval){1 - k / (lo + k - 1), 1 - k / (hi + k - 1)}; /* 1 where F has no end */
    out->kind[mean].value.ci = (struct stats_interval){1 - 1 / lo, 1 - 1 / hi};
    for (int m = 0; m < 2; m++) {
        enum icc_kind kind = m == 0 ? one : mean;
        out->kind[kind].f = f;
        out->kind[kind].df1 = df1;
        out->kind[kind].df2 = df2;
        out->kind[kind].p = is_missing(f) ? f : pf(f, df1, df2, 0, 0);
    }
}

/* ICC(2,1): Satterthwaite's degrees of freedom (Shrout and Fleiss 1979, p. 425). */
static void two_way_random(struct icc *out, double df1, double df2, double level)
{
    double tail = (1 - level) / 2, n = (double)out->targets, k = (double)out->raters;
    double r = out->kind[ICC2].value.est, fj = out->jms / out->ems;
    double u = k * r * fj + n * (1 + (k - 1) * r) - k * r;
    double v = (k - 1) * (n - 1) * u * u /
               ((n - 1) * k * k * r * r * fj * fj + (n * (1 + (k - 1) * r) - k * r) * (n * (1 + (k - 1) * r) - k * r));
    if (out->ems == 0) /* its limit, where raters differ by the same for everybody, or not at all */
        v = k - 1;
    double above = qf(1 - tail, n - 1, v, 1, 0), below = qf(1 - tail, v, n - 1, 1, 0);
    double mix = k * out->jms + (k * n - k - n) * out->ems;
    double lo = n * (out->bms - above * out->ems) / (above * mix + n * out->bms);
    double hi = n * (below * out->bms - out->ems) / (mix + n * below * out->bms);
    out->kind[ICC2].value.ci = (struct stats_interval){lo, hi};
    out->kind[ICC2K].value.ci = (struct stats_interval){k * lo / (1 + (k - 1) * lo), k * hi / (1 + (k - 1) * hi)};
    for (int m = 0; m < 2; m++) {
        enum icc_kind kind = m == 0 ? ICC2 : ICC2K;
        out->kind[kind].f = out->kind[ICC3].f;
        out->kind[kind].df1 = df1;
        out->kind[kind].df2 = df2;
        out->kind[kind].p = out->kind[ICC3].p;
    }
}

enum rc icc_shrout_fleiss(struct arena *a, const struct stats_matrix *x, double level, struct icc *out, struct err *e)
{
    *out = (struct icc){.raters = x->columns};
    for (size_t i = 0; i < x->rows; i++)
        out->targets += complete(x->at + i * x->columns, x->columns);
    out->left_out = x->rows - out->targets;
    if (x->columns < 2)
        return err_set(e, RC_INVALID, 0, "an intraclass correlation needs two raters (columns) or more");
    if (out->targets < 2)
        return err_set(e, RC_INVALID, 0,
                       "an intraclass correlation needs two rows or more that every rater rated; there %s %zu",
                       out->targets == 1 ? "is" : "are", out->targets);
    mean_squares(a, x, out);
    double n = (double)out->targets, k = (double)out->raters, b = out->bms, w = out->wms, ems = out->ems;
    double df1 = n - 1, df2 = (n - 1) * (k - 1);
    out->kind[ICC1].value.est = (b - w) / (b + (k - 1) * w);
    out->kind[ICC2].value.est = (b - ems) / (b + (k - 1) * ems + k * (out->jms - ems) / n);
    out->kind[ICC3].value.est = (b - ems) / (b + (k - 1) * ems);
    out->kind[ICC1K].value.est = (b - w) / b;
    out->kind[ICC2K].value.est = (b - ems) / (b + (out->jms - ems) / n);
    out->kind[ICC3K].value.est = (b - ems) / b;
    from_f(out, ICC1, ICC1K, b / w, df1, n * (k - 1), level);
    from_f(out, ICC3, ICC3K, b / ems, df1, df2, level);
    two_way_random(out, df1, df2, level);
    return RC_OK;
}
