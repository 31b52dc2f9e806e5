/* After a matching was made something changes: a mentor leaves, gains or loses a seat, a mentee leaves. Two answers: run a mode afresh
 * on the changed instance (with what was accepted fixed, if wanted), or the stable matching that moves the fewest.
 * Either way the list of who moves can be shown before anything is applied.
 *
 *     struct hr *now = match_change_seats(h, a, changes, count);       what is different
 *     now = match_change_keep(now, a, before, accepted);               only if accepted pairs stay
 *     match_fair(now, partner);   or   match_fewest_moves(now, before, partner, &result);
 *     match_moves(now, a, before, partner, &moves, &move_count);
 *
 * before is the matching that stood: the mentor of each mentee, or HR_NONE. It may be any matching, stable or not, and
 * may name pairs that can no longer be. None of these functions changes h. */
#ifndef CADRE_ENGINE_MATCH_CHANGE_H
#define CADRE_ENGINE_MATCH_CHANGE_H

#include "engine/match/hr.h"

struct match_seats {
    uint32_t mentor, capacity; /* from now on; 0: the mentor leaves */
};

/* A copy of a finished instance with other capacities, in the arena; a lower quota above the new capacity is lowered to
 * it. Where a mentor has fewer seats than mentees pinned to it, pins are released: those it likes least (or does not
 * list) first, among equals the larger ticket. */
struct hr *match_change_seats(const struct hr *h, struct arena *a, const struct match_seats *changes, size_t count);

/* A copy that the mentees marked in out have left: neither matched nor blocking, and a pin gives its seat back. */
struct hr *match_change_without(const struct hr *h, struct arena *a, const bool *out);

/* A copy in which the mentees marked in keep are pinned to before[i], as far as the seats reach (released as above) and
 * no rule excludes the pair. What is pinned already stays as it is. */
struct hr *match_change_keep(const struct hr *h, struct arena *a, const uint32_t *before, const bool *keep);

struct match_fewest {
    uint32_t moves;    /* mentees whose mentor is not the one before */
    uint32_t at_least; /* no stable matching has fewer moves than this */
    bool exact;        /* moves == at_least */
};
/* The weakly stable matching with the fewest moves. Without ties it is exact: the stable matchings are the closed sets
 * of rotations, and the cheapest closed set is a minimum cut (Irving, Leather, Gusfield 1987; Cheng, McDermid, Suzuki
 * 2008 for capacities). With ties the question is NP-hard: ties are broken in favour of what stood, in several ways
 * beyond that, each is solved exactly, and the best is given; exact then says whether the bound was met. */
void match_fewest_moves(const struct hr *h, const uint32_t *before, uint32_t *partner, struct match_fewest *out);

struct match_move {
    uint32_t mentee, from, to; /* mentors, or HR_NONE */
};
/* Who moves, by mentee. */
void match_moves(const struct hr *h, struct arena *a, const uint32_t *before, const uint32_t *after,
                 struct match_move **out, size_t *count);

#endif
