/* Groups of people side by side: the gap between one and all the others, with its interval, and which counts may be shown at all. */
#ifndef CADRE_ENGINE_SPC_GAP_H
#define CADRE_ENGINE_SPC_GAP_H

#include "engine/disclosure/disclosure.h"
#include "engine/spc/series.h"
#include "engine/stats/stats.h"

struct spc_gap {
    double value, others; /* of the group, and of all others together, in what the plan shows */
    double gap;           /* value - others */
    struct stats_interval ci;
};

/* Shares: Newcombe 1998, method 10. Rates: the limits of Byar put together by MOVER (Zou, Donner 2008). Values: Welch 1947, which
 * takes points as independent. Points that are left out are left out. NaN where it is not defined. */
struct spc_gap spc_gap_of(struct arena *a, const struct spc_stratum *strata, size_t count, size_t which, const struct spc_plan *plan, double level);

/* Makes points missing whose count is small (and, of shares, those whose rest is), with as many others as are needed, knowing
 * that the lines give the totals away. hidden: how many. False: nothing may be shown, or values are no counts. */
bool spc_suppress(struct arena *a, struct disclosure_rule rule, struct spc_stratum *strata, size_t count, bool share, size_t *hidden) MUST_CHECK;

#endif
