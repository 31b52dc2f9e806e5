/* Krippendorff's alpha and Kendall's W: see ordinal.h. */
#include "engine/stats/ordinal.h"

#include <math.h>

#include "engine/stats/rmath.h"

struct entry {
    double value;
    size_t at; /* where it came from */
};

static int by_value(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    return (a->value > b->value) - (a->value < b->value);
}

/* Sorts and puts the mid-rank of each value (1-based) to where it came from; returns the sum of t^3 - t over ties. */
static double mid_ranks(struct entry *v, size_t n, double *rank)
{
    double ties = 0;
    qsort(v, n, sizeof *v, by_value);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && v[to].value == v[from].value; to++) {
        }
        double t = (double)(to - from);
        ties += t * t * t - t;
        for (size_t k = from; k < to; k++)
            rank[v[k].at] = ((double)from + 1 + (double)to) / 2;
    }
    return ties;
}

static size_t values_in(const double *row, size_t n)
{
    size_t m = 0;
    for (size_t k = 0; k < n; k++)
        m += !is_missing(row[k]);
    return m;
}

/* 1 - (n - 1) sum over rows of squared differences / (m - 1) / (all squared differences); value of cell c in x[c]. */
static double alpha_of_squares(const struct stats_matrix *x, const double *value, size_t n)
{
    double mean = 0, all = 0, observed = 0, most = 0;
    for (size_t i = 0; i < x->rows; i++) {
        size_t m = values_in(x->at + i * x->columns, x->columns);
        for (size_t j = 0; m > 1 && j < x->columns; j++)
            if (!is_missing(x->at[i * x->columns + j])) {
                mean += value[i * x->columns + j] / (double)n;
                most = fmax(most, fabs(value[i * x->columns + j]));
            }
    }
    for (size_t i = 0; i < x->rows; i++) {
        size_t m = values_in(x->at + i * x->columns, x->columns);
        double row_mean = 0, within = 0;
        if (m < 2)
            continue;
        for (size_t j = 0; j < x->columns; j++)
            if (!is_missing(x->at[i * x->columns + j]))
                row_mean += value[i * x->columns + j] / (double)m;
        for (size_t j = 0; j < x->columns; j++) {
            double v = value[i * x->columns + j];
            if (is_missing(x->at[i * x->columns + j]))
                continue;
            within += (v - row_mean) * (v - row_mean);
            all += (v - mean) * (v - mean);
        }
        observed += within * (double)m / (double)(m - 1);
    }
    double noise = (double)n * (1e-14 * most) * (1e-14 * most); /* what rounding leaves of no difference */
    return all > noise ? 1 - (double)(n - 1) * observed / ((double)n * all) : STATS_MISSING;
}

/* Within a row and over all, two values differ or they do not. v is sorted by value within each row, then over all. */
static double alpha_of_categories(struct arena *a, const struct stats_matrix *x, const struct entry *sorted, size_t n)
{
    struct entry *row = ARENA_ARRAY(a, x->columns, struct entry);
    double observed = 0, same = 0, total = (double)n;
    for (size_t i = 0; i < x->rows; i++) {
        size_t m = 0;
        double alike = 0;
        for (size_t j = 0; j < x->columns; j++)
            if (!is_missing(x->at[i * x->columns + j]))
                row[m++] = (struct entry){x->at[i * x->columns + j], j};
        if (m < 2)
            continue;
        qsort(row, m, sizeof *row, by_value);
        for (size_t from = 0, to; from < m; from = to) {
            for (to = from + 1; to < m && row[to].value == row[from].value; to++) {
            }
            alike += (double)(to - from) * (double)(to - from);
        }
        observed += ((double)m * (double)m - alike) / (double)(m - 1);
    }
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && sorted[to].value == sorted[from].value; to++) {
        }
        same += (double)(to - from) * (double)(to - from);
    }
    return total * total > same ? 1 - (total - 1) * observed / (total * total - same) : STATS_MISSING;
}

enum rc krippendorff_alpha(struct arena *a, const struct stats_matrix *x, struct krippendorff *out, struct err *e)
{
    size_t cells = x->rows * x->columns, n = 0;
    struct entry *v = ARENA_ARRAY(a, cells, struct entry);
    double *rank = ARENA_ARRAY(a, cells, double);
    *out = (struct krippendorff){0};
    for (size_t i = 0; i < x->rows; i++) {
        size_t m = values_in(x->at + i * x->columns, x->columns);
        if (m < 2)
            continue;
        out->units++;
        out->values += m;
        for (size_t c = i * x->columns; c < (i + 1) * x->columns; c++)
            if (!is_missing(x->at[c]))
                v[n++] = (struct entry){x->at[c], c};
    }
    if (n == 0)
        return err_set(e, RC_INVALID, 0, "no row has two ratings or more");
    mid_ranks(v, n, rank);
    out->nominal = alpha_of_categories(a, x, v, n);
    out->ordinal = alpha_of_squares(x, rank, n);
    out->interval = alpha_of_squares(x, x->at, n);
    double others = (double)x->columns - 1, values = (double)n;
    out->irr_factor = n == cells ? (values * others - 1) / ((values - 1) * others) : 1;
    return RC_OK;
}

enum rc kendall_w(struct arena *a, const struct stats_matrix *x, struct kendall *out, struct err *e)
{
    struct entry *v = ARENA_ARRAY(a, x->rows, struct entry);
    double *rank = ARENA_ARRAY(a, x->rows, double), *sum = ARENA_ARRAY(a, x->rows, double), ties = 0, spread = 0;
    *out = (struct kendall){.raters = x->columns};
    for (size_t i = 0; i < x->rows; i++)
        out->subjects += values_in(x->at + i * x->columns, x->columns) == x->columns;
    out->left_out = x->rows - out->subjects;
    if (x->columns < 2 || out->subjects < 2)
        return err_set(e, RC_INVALID, 0, "Kendall's W needs two raters (columns) and two rows that all of them rated");
    for (size_t j = 0; j < x->columns; j++) {
        size_t n = 0;
        for (size_t i = 0; i < x->rows; i++)
            if (values_in(x->at + i * x->columns, x->columns) == x->columns)
                v[n++] = (struct entry){x->at[i * x->columns + j], i};
        ties += mid_ranks(v, n, rank);
        for (size_t k = 0; k < n; k++)
            sum[v[k].at] += rank[v[k].at];
    }
    double n = (double)out->subjects, m = (double)out->raters, mean = m * (n + 1) / 2;
    for (size_t i = 0; i < x->rows; i++)
        if (values_in(x->at + i * x->columns, x->columns) == x->columns)
            spread += (sum[i] - mean) * (sum[i] - mean);
    double most = m * m * (n * n * n - n) / 12, left = most - m * ties / 12;
    out->w_without_ties = spread / most;
    out->w = left > 0 ? spread / left : STATS_MISSING;
    out->df = n - 1;
    out->chisq = m * out->df * out->w;
    out->p = is_missing(out->w) ? STATS_MISSING : pchisq(out->chisq, out->df, 0, 0);
    return RC_OK;
}
