/* Intervals of proportions and rates: see interval.h. */
#include "engine/stats/interval.h"

#include <math.h>

#include "engine/stats/rmath.h"

static const struct stats_interval undefined = {STATS_MISSING, STATS_MISSING};

static double normal_quantile(double level)
{
    return qnorm((1 + level) / 2, 0, 1, 1, 0);
}

/* False for NaN too. */
static bool sensible(double x, double n)
{
    return n > 0 && x >= 0 && x <= n && isfinite(n);
}

struct stats_interval interval_clip(struct stats_interval i, double least, double most)
{
    return (struct stats_interval){fmin(fmax(i.lo, least), most), fmin(fmax(i.hi, least), most)};
}

/* ---- a proportion
 * ------------------------------------------------------------------------------------------------------- */

struct stats_interval interval_wilson(double x, double n, double level)
{
    if (!sensible(x, n))
        return undefined;
    double z = normal_quantile(level), p = x / n, zz = z * z / n;
    double middle = (p + zz / 2) / (1 + zz), half = sqrt(zz * (p * (1 - p) + zz / 4)) / (1 + zz);
    return (struct stats_interval){x == 0 ? 0 : fmax(middle - half, 0), x == n ? 1 : fmin(middle + half, 1)};
}

struct stats_interval interval_wilson_corrected(double x, double n, double level)
{
    if (!sensible(x, n))
        return undefined;
    double z = normal_quantile(level), zz = z * z / n, shift = fmin(0.5, fabs(x - n / 2)) / n;
    double below = x / n - shift, above = x / n + shift;
    double lo = below <= 0 ? 0 : (below + zz / 2 - sqrt(zz * (below * (1 - below) + zz / 4))) / (1 + zz);
    double hi = above >= 1 ? 1 : (above + zz / 2 + sqrt(zz * (above * (1 - above) + zz / 4))) / (1 + zz);
    return interval_clip((struct stats_interval){lo, hi}, 0, 1);
}

struct stats_interval interval_clopper_pearson(double x, double n, double level)
{
    if (!sensible(x, n))
        return undefined;
    double tail = (1 - level) / 2;
    return (struct stats_interval){x == 0 ? 0 : qbeta(tail, x, n - x + 1, 1, 0),
                                   x == n ? 1 : qbeta(tail, x + 1, n - x, 0, 0)};
}

struct stats_interval interval_jeffreys(double x, double n, double level)
{
    if (!sensible(x, n))
        return undefined;
    double tail = (1 - level) / 2;
    return (struct stats_interval){x == 0 ? 0 : qbeta(tail, x + 0.5, n - x + 0.5, 1, 0),
                                   x == n ? 1 : qbeta(tail, x + 0.5, n - x + 0.5, 0, 0)};
}

struct stats_interval interval_agresti_coull(double x, double n, double level)
{
    if (!sensible(x, n))
        return undefined;
    double z = normal_quantile(level), m = n + z * z, p = (x + z * z / 2) / m, half = z * sqrt(p * (1 - p) / m);
    return (struct stats_interval){p - half, p + half};
}

/* ---- two proportions
 * ------------------------------------------------------------------------------------------------------ */

struct stats_interval interval_newcombe(double x1, double n1, double x2, double n2, double level)
{
    if (!sensible(x1, n1) || !sensible(x2, n2))
        return undefined;
    struct stats_interval a = interval_wilson(x1, n1, level), b = interval_wilson(x2, n2, level);
    double p1 = x1 / n1, p2 = x2 / n2, d = p1 - p2;
    return (struct stats_interval){d - hypot(p1 - a.lo, b.hi - p2), d + hypot(a.hi - p1, p2 - b.lo)};
}

struct stats_interval interval_katz(double x1, double n1, double x2, double n2, double level)
{
    if (!sensible(x1, n1) || !sensible(x2, n2) || x1 == 0)
        return undefined;
    if (x2 == 0)
        return (struct stats_interval){STATS_MISSING, INFINITY};
    double middle = log(x1 / n1) - log(x2 / n2);
    double z = round(normal_quantile(level) * 1e6) / 1e6, half = z * sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2);
    return (struct stats_interval){exp(middle - half), exp(middle + half)};
}

/* ---- a rate
 * --------------------------------------------------------------------------------------------------------------- */

static bool sensible_rate(double count, double exposure)
{
    return count >= 0 && isfinite(count) && exposure > 0 && isfinite(exposure);
}

struct stats_interval interval_poisson(double count, double exposure, double level)
{
    if (!sensible_rate(count, exposure))
        return undefined;
    double tail = (1 - level) / 2;
    return (struct stats_interval){count == 0 ? 0 : qgamma(tail, count, 1, 1, 0) / exposure,
                                   qgamma(tail, count + 1, 1, 0, 0) / exposure};
}

struct stats_interval interval_byar(double count, double exposure, double level)
{
    if (!sensible_rate(count, exposure))
        return undefined;
    double z = level == 0.95 ? 1.96 : normal_quantile(level), up = count + 1;
    double lo = count == 0 ? 0 : count * pow(1 - 1 / (9 * count) - z / (3 * sqrt(count)), 3);
    double hi = up * pow(1 - 1 / (9 * up) + z / (3 * sqrt(up)), 3);
    return (struct stats_interval){fmax(lo, 0) / exposure, hi / exposure};
}
