/* Limits of agreement and the concordance correlation: see method_agreement.h. */
#include "engine/stats/method_agreement.h"

#include <math.h>

#include "engine/stats/rmath.h"

struct sums {
    double n, mean_a, mean_b, aa, bb, ab; /* sums of squares and products about the means */
};

static struct sums sums_of(const double *a, const double *b, size_t n)
{
    struct sums s = {0};
    for (size_t k = 0; k < n; k++)
        if (!is_missing(a[k]) && !is_missing(b[k])) {
            s.n++;
            s.mean_a += a[k];
            s.mean_b += b[k];
        }
    s.mean_a /= s.n;
    s.mean_b /= s.n;
    for (size_t k = 0; k < n; k++)
        if (!is_missing(a[k]) && !is_missing(b[k])) {
            double x = a[k] - s.mean_a, y = b[k] - s.mean_b;
            s.aa += x * x;
            s.bb += y * y;
            s.ab += x * y;
        }
    return s;
}

static struct stats_interval around(double middle, double half)
{
    return (struct stats_interval){middle - half, middle + half};
}

static struct stats_interval ccc_interval(double ccc, double r, double shift, double n, double level)
{
    double cc = ccc * ccc, rr = r * r, uu = shift * shift;
    if (!(n > 2) || !(fabs(ccc) < 1) || r == 0)
        return (struct stats_interval){STATS_MISSING, STATS_MISSING};
    double var = ((1 - rr) * cc / ((1 - cc) * rr) + 2 * cc * ccc * (1 - ccc) * uu / (r * (1 - cc) * (1 - cc)) -
                  cc * cc * uu * uu / (2 * rr * (1 - cc) * (1 - cc))) /
                 (n - 2);
    double half = qnorm((1 + level) / 2, 0, 1, 1, 0) * sqrt(fmax(var, 0));
    return (struct stats_interval){tanh(atanh(ccc) - half), tanh(atanh(ccc) + half)};
}

enum rc method_agreement(const double *a, const double *b, size_t n, double level, struct method_agreement *out,
                         struct err *e)
{
    struct sums s = sums_of(a, b, n);
    if (s.n < 2)
        return err_set(e, RC_INVALID, 0, "two complete pairs are needed; there %s %g", s.n == 1 ? "is" : "are", s.n);
    double df = s.n - 1, t = qt((1 + level) / 2, df, 1, 0),
           z = level == 0.95 ? 1.96 : qnorm((1 + level) / 2, 0, 1, 1, 0);
    double variance = fmax(s.aa + s.bb - 2 * s.ab, 0) / df, va = s.aa / df, vb = s.bb / df, cov = s.ab / df;
    double difference = s.mean_a - s.mean_b;
    *out = (struct method_agreement){.n = (size_t)s.n, .left_out = n - (size_t)s.n, .mean_diff = difference};
    out->sd_diff = sqrt(variance);
    out->loa = around(difference, z * out->sd_diff);
    out->mean_ci = around(difference, t * out->sd_diff / sqrt(s.n));
    out->loa_se = sqrt(3 * variance / s.n);
    out->lower_ci = around(out->loa.lo, t * out->loa_se);
    out->upper_ci = around(out->loa.hi, t * out->loa_se);
    bool vary = va > 0 && vb > 0;
    out->pearson = vary ? cov / sqrt(va * vb) : STATS_MISSING;
    out->ccc = vary ? 2 * cov / (va + vb + difference * difference) : STATS_MISSING;
    out->ccc_ci =
        ccc_interval(out->ccc, out->pearson, vary ? difference / sqrt(sqrt(va * vb)) : STATS_MISSING, s.n, level);
    /* The sums of the mean m = (a + b) / 2 and the difference d = a - b follow from those of a and b. */
    double mm = (s.aa + s.bb + 2 * s.ab) / 4, md = (s.aa - s.bb) / 2, dd = s.aa + s.bb - 2 * s.ab;
    out->slope = mm > 0 ? md / mm : STATS_MISSING;
    double rest = dd - out->slope * md;
    out->slope_p =
        s.n > 2 && rest > 0 ? 2 * pt(-fabs(out->slope) / sqrt(rest / (s.n - 2) / mm), s.n - 2, 1, 0) : STATS_MISSING;
    return RC_OK;
}
