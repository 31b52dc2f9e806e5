/* Wishes and the proposal of a rota: what people rank goes to the placement engine, with fairness over terms in its weights; the result
 * is looked at before anybody has a place. */
#ifndef CADRE_PROGRAMME_ROTA_ALLOC_H
#define CADRE_PROGRAMME_ROTA_ALLOC_H

#include "store/store.h"

#define ROTA_RANKED_MOST 20    /* shifts that one person ranks */
#define ROTA_PROPOSE_STEPS 4
#define ROTA_EDGES_MOST 3000000 /* of all people, roles and shifts that a proposal weighs up */

/* ---- wishes: inside a closure ---------------------------------------------------------------------------------------------------------- */

struct rota_wishes {
    int64_t term, person, version; /* version 0: none were handed in */
    int64_t most;
    bool never[7], gladly[7];      /* weekdays, Monday first */
    const int64_t *shifts;         /* best first */
    size_t count;
};
/* RC_INVALID when the term takes no wishes (any more), a shift is not of it or ranked twice, a weekday both; RC_CONFLICT when she handed
 * in others meanwhile. */
enum rc rota_hand_in(struct db *tx, struct arena *a, const struct rota_wishes *w, int64_t today, int64_t now, struct err *e) MUST_CHECK;

/* ---- proposals ------------------------------------------------------------------------------------------------------------------------ */

/* Makes the proposal of rota_allocation id: reads on db, solves, writes the result in a closure of its own. What cannot be filled becomes
 * rows that say why. RC_CONFLICT when it was made already.
 *
 * Of all that can be: as many places as possible; among those the most wanted. A wish counts 100 points less 4 for each rank below
 * the first, a welcome weekday 15; less 4 for each shift of earlier terms (40 at most); for a role that leads 60 less 20 for each time led
 * before. Equal points are decided by a lottery of the proposal's own. Where it costs no place, nobody gets more shifts than needed. */
enum rc rota_propose(struct db *db, struct arena *a, int64_t id, int64_t now, struct err *e) MUST_CHECK;

/* Inside a bulk closure: everybody gets what was proposed, by the same rules as ever, and the term is published. *left: places that could
 * not be given any more. */
enum rc rota_publish(struct db *tx, struct arena *a, int64_t id, int64_t version, int lang, int64_t now, int64_t *given, int64_t *left, struct err *e) MUST_CHECK;

#endif
