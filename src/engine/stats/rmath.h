/* The distributions of R (libRmath). Its functions keep to R's names: pf, qf, pt, qt, pnorm, qbeta, ... What to know:
 * it writes warnings to standard output where precision is lost (a non-central tail far out), so arguments are kept
 * within reason by the caller, and the exact tables of signrank and wilcox are static memory, not for threads. */
#ifndef CADRE_ENGINE_STATS_RMATH_H
#define CADRE_ENGINE_STATS_RMATH_H

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#endif
