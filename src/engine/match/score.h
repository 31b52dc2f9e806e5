/* Mentees and mentors with one weight for each pair: at most one mentor for each mentee, mentors up to their capacity,
 * the total weight as large as it can be. Leaving somebody unmatched counts nothing, so no pair of negative weight is
 * ever chosen. */
#ifndef CADRE_ENGINE_MATCH_SCORE_H
#define CADRE_ENGINE_MATCH_SCORE_H

#include "base/err.h"

#define SCORE_NONE UINT32_MAX

struct score {
    uint32_t n, m;
    uint32_t *capacity; /* of each mentor */
    uint32_t *from;     /* n + 1: the pairs of mentee i are from[i]..from[i + 1] - 1 */
    uint32_t *mentor;   /* of each pair, from 0 */
    int64_t *weight;    /* of each pair, times 10^decimals */
    unsigned decimals;
};

struct score_result {
    int64_t weight; /* total, times 10^decimals */
    int64_t
        bound; /* no matching has more: from the prices, by linear programming duality, worked out from the instance */
    uint32_t matched;
};

/* Reads a .asg text; e->detail is "line N: why". */
enum rc score_read(struct arena *a, struct str text, struct score **out, struct err *e) MUST_CHECK;
/* partner: the mentor of each mentee, or SCORE_NONE. RC_TOO_LARGE where weights times mentees do not fit 62 bits. */
enum rc score_solve(const struct score *s, uint32_t *partner, struct score_result *out, struct err *e) MUST_CHECK;

#endif
