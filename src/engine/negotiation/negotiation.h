/* What a negotiation could have come to: all deals of issues with options, each worth so many points to each party. Points add up over the
 * issues (an additive scoring system: Raiffa 1982, The Art and Science of Negotiation, ch. 11), so the frontier of Pareto is found issue by
 * issue: what is dominated in a part of the issues is dominated in all. Pure; what it gives lives in the arena. */
#ifndef CADRE_ENGINE_NEGOTIATION_NEGOTIATION_H
#define CADRE_ENGINE_NEGOTIATION_NEGOTIATION_H

#include "base/arena.h"

#define NEGOTIATION_GAME_PARTIES 8
#define NEGOTIATION_GAME_ISSUES 16
#define NEGOTIATION_FRONTIER_MOST 4000 /* kept; a game with more is called incomplete */

struct negotiation_game {
    size_t parties, issues;
    const size_t *options;   /* of each issue, at least 1 */
    /* points[issue][option * parties + party], from 0 to 1,000,000 */
    const int64_t *const *points;
    const int64_t *best;     /* of each party: what it has without a deal */
};

struct negotiation_deal {
    const uint16_t *choices; /* of each issue, from 0 */
    const int64_t *points;   /* of each party */
};

struct negotiation_map {
    bool complete;           /* false: the frontier has more deals than are kept, and some of those kept may not be on it */
    double deals;            /* how many there are */
    struct negotiation_deal *frontier; /* by the points of the first party, falling; of deals with equal points, one */
    size_t count;
    int64_t joint_most;      /* of the points of all parties together */
    size_t nash;             /* which of the frontier has the greatest product of gains over the alternatives (Nash 1950, Econometrica 18:155);
                                SIZE_MAX: no deal is better for all than what they have */
    int64_t *most;           /* points of each party, at best */
};
struct negotiation_map *negotiation_map_make(struct arena *a, const struct negotiation_game *g);

struct negotiation_verdict {
    int64_t points[NEGOTIATION_GAME_PARTIES];
    int64_t joint;           /* all together */
    int64_t gain;            /* joint less all alternatives */
    bool below[NEGOTIATION_GAME_PARTIES]; /* signed for less than its alternative */
    bool on_frontier;        /* nothing would have been better for one and worse for nobody */
    int64_t left;            /* the most points there were to gain together without any party losing one; 0 on the frontier */
    double distance;         /* to the nearest deal of the frontier that is as good for all, each party's points as a share of its most: 0 on
                                the frontier, at most the root of the number of parties */
    size_t better;           /* that nearest deal; SIZE_MAX on the frontier */
};
void negotiation_judge(const struct negotiation_game *g, const struct negotiation_map *m, const uint16_t *choices, struct negotiation_verdict *out);

/* All deals on a grid of two scales, for a picture: x are the points of one party, y those of another, or of all others together (other =
 * SIZE_MAX). counts[row * columns + column] says how many deals fall there; the scales run from 0 to *x_most, *y_most. Deals are gone through one by one
 * up to `most` of them; false, with empty counts, when there are more. */
bool negotiation_grid(const struct negotiation_game *g, size_t party, size_t other, size_t columns, size_t rows, double most, uint32_t *counts,
                      int64_t *x_most, int64_t *y_most);

#endif
