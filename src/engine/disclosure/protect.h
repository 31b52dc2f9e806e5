/* Inside the engine of disclosure: what the search for a smallest set shares with the repair. */
#ifndef CADRE_ENGINE_DISCLOSURE_PROTECT_H
#define CADRE_ENGINE_DISCLOSURE_PROTECT_H

#include "engine/disclosure/release.h"

/* Asks the attack about the sensitive cells and adds the cuts of those that are not protected (of the first 256 of
 * them). Those that nothing can help become exposed. Returns how many others are open. */
size_t protect_gather(struct disclosure *d, struct cuts *cuts);

/* Is every sensitive cell protected, but for the exposed ones? */
bool protect_holds(struct disclosure *d);

/* With a set that protects in place: looks for one that costs less until d->work passes until. True when proved that
 * none does. */
bool exact_improve(struct disclosure *d, uint64_t until);

#endif
