/* Opportunity equity: which counts of who applied, was placed and led may be shown, and what is said of a group with them. Pure computation
 * over engine/disclosure and engine/stats; equity.c has the page. */
#ifndef CADRE_PROGRAMME_ROTA_EQUITY_H
#define CADRE_PROGRAMME_ROTA_EQUITY_H

#include "base/arena.h"

enum equity_part { EQUITY_MEMBERS, EQUITY_APPLIED, EQUITY_PLACED, EQUITY_LED, EQUITY_PARTS };

/* counts[group][part]; shown likewise, and in shown[count] that of all together. Applied and placed are parts of the members, led of the placed:
 * what remains of each is protected with them. False: nothing of it may be shown. */
bool equity_protect(struct arena *a, const int64_t (*counts)[EQUITY_PARTS], size_t count, bool (*shown)[EQUITY_PARTS]);

#endif
