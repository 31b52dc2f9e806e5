/* Intervals of proportions, of their differences and ratios, and of rates. Counts are whole numbers; what is no
 * sensible pair of counts (no trials, more successes than trials, a negative or missing count) gives NaN at both ends.
 *
 * For pages: interval_wilson for a share of people, interval_newcombe for the difference of two shares. */
#ifndef CADRE_ENGINE_STATS_INTERVAL_H
#define CADRE_ENGINE_STATS_INTERVAL_H

#include "engine/stats/stats.h"

/* ---- a proportion: x of n -------------------------------------------------------------------------------------------
 */

/* Wilson 1927 (JASA 22:209), eq. for the score limits. At x = 0 and x = n one end is exactly 0 or 1. */
struct stats_interval interval_wilson(double x, double n, double level);
/* With continuity correction: Newcombe 1998a (Stat Med 17:857), method 4, the correction never larger than |x - n/2| as
 * R's prop.test has it. */
struct stats_interval interval_wilson_corrected(double x, double n, double level);
/* Clopper, Pearson 1934 (Biometrika 26:404), by the quantiles of the beta distribution. */
struct stats_interval interval_clopper_pearson(double x, double n, double level);
/* Equal tails of Beta(x + 1/2, n - x + 1/2), from 0 at x = 0 and to 1 at x = n: Brown, Cai, DasGupta 2001 (Statist Sci
 * 16:101), eq. 10 and 11. */
struct stats_interval interval_jeffreys(double x, double n, double level);
/* Agresti, Coull 1998 (Am Stat 52:119): may leave 0..1; interval_clip where that is shown to people. */
struct stats_interval interval_agresti_coull(double x, double n, double level);

struct stats_interval interval_clip(struct stats_interval i, double least, double most);

/* ---- two proportions
 * -------------------------------------------------------------------------------------------------- */

/* p1 - p2: Newcombe 1998b (Stat Med 17:873), method 10, from Wilson's limits. */
struct stats_interval interval_newcombe(double x1, double n1, double x2, double n2, double level);
/* p1 / p2 on the log scale, with the normal quantile to six decimals as printed tables have it: Katz et al. 1978
 * (Biometrics 34:469). NaN at both ends where x1 is 0; no lower and an infinite upper end where only x2 is. */
struct stats_interval interval_katz(double x1, double n1, double x2, double n2, double level);

/* ---- a rate: count in an exposure
 * ---------------------------------------------------------------------------------------- */

/* Garwood 1936 (Biometrika 28:437), by the quantiles of the gamma distribution. exposure > 0. */
struct stats_interval interval_poisson(double count, double exposure, double level);
/* Byar's approximation (Breslow, Day 1987, IARC 82, eq. 2.13), with 1.96 at the level 0.95 as there. */
struct stats_interval interval_byar(double count, double exposure, double level);

#endif
