/* All stable matchings of an instance without ties at once: the best for the mentees, and the rotations that lead from
 * it to the best for the mentors. A stable matching is a set of rotations that holds, with each, those it needs first
 * (Irving, Leather, Gusfield 1987; for capacities Cheng, McDermid, Suzuki 2008). Private to the engine. */
#ifndef CADRE_ENGINE_MATCH_ROTATIONS_H
#define CADRE_ENGINE_MATCH_ROTATIONS_H

#include "engine/match/hr.h"

struct rotation_move {
    uint32_t mentee, from, to; /* mentors */
};

struct rotation_need {
    uint32_t first, then; /* rotation first must be applied before rotation then */
};

struct rotations {
    uint32_t *best;  /* the mentee-optimal matching */
    uint32_t count;  /* rotations, in an order in which they can be applied */
    uint32_t *begin; /* count + 1: the moves of rotation r are begin[r]..begin[r + 1] - 1 */
    struct rotation_move *move;
    struct rotation_need *need;
    size_t need_count;
};

/* Ties count as broken in the order of the entries. Time and memory linear in the preferences. */
struct rotations rotations_find(const struct hr *h, struct arena *a);

/* The stable matching for which the costs of its rotations add up to the least; among those the best for the mentees.
 * cost[r] is what applying rotation r adds. */
void rotations_cheapest(const struct rotations *r, uint32_t mentees, const int32_t *cost, uint32_t *partner);

#endif
