/* Placement: students on shifts, in roles, each pair of student and role with a weight. Every role and shift has a
 * least and a most number of students, every student a most number of shifts. A student has one role at most on a
 * shift, one shift at most on a day and, of shifts that conflict, one at most.
 *
 * Made from records (the pages) or from a .json text (place_read); indices count from 0, ids are the caller's and used
 * in messages alone. All that is given stays the caller's and is not changed. */
#ifndef CADRE_ENGINE_MATCH_PLACE_H
#define CADRE_ENGINE_MATCH_PLACE_H

#include "base/buf.h"
#include "base/err.h"

#define PLACE_NO_DAY UINT32_MAX
#define PLACE_MOST 1000000000 /* "no upper bound" */

struct place_student {
    int64_t id;
    int32_t most; /* shifts */
};

struct place_shift {
    int64_t id;
    uint32_t day; /* any number; shifts with the same are on the same day. PLACE_NO_DAY: no such rule */
    int32_t least, most;
};

struct place_role { /* a role on one shift */
    uint32_t shift;
    struct str name;
    int32_t least, most;
};

struct place_edge { /* a student may have a role; what is not listed is not allowed. No pair twice */
    uint32_t student, role;
    int64_t weight; /* any unit, times 10^decimals; may be negative */
};

struct place_conflict {
    uint32_t shift, other;
};

struct place {
    const struct place_student *student;
    const struct place_shift *shift;
    const struct place_role *role;
    const struct place_edge *edge;
    const struct place_conflict *conflict;
    uint32_t students, shifts, roles, edges, conflicts;
    unsigned decimals;
};

enum place_aim {
    PLACE_WEIGHT, /* the largest total weight */
    /* Generous: as many placements as can be, among those the fewest at the worst rank, then at the next better one,
     * and so on; last, the largest weight. A student's ranks come from the weights: 1 for the largest, equal weights
     * share. */
    PLACE_GENEROUS,
};

/* Why roles or shifts stay short, as data: a line for each that does, and behind it who else needs the same people and what there is
 * (the first of them in full, of the others that they are short). Indices into what was given; PLACE_CUT_NONE: does not apply. */
#define PLACE_CUT_NONE UINT32_MAX
enum place_cut_kind {
    PLACE_CUT_SHORT,   /* needs `least`, `can` can be had */
    PLACE_CUT_ALSO,    /* needs `least` of the same people */
    PLACE_CUT_STUDENT, /* could come, `least` times at most */
    PLACE_CUT_FULL,    /* a role or shift on the way that takes `least` at most */
    PLACE_CUT_MORE,    /* `least` further ones are not listed */
};
struct place_cut_line {
    enum place_cut_kind what;
    uint32_t shift, role, student;
    int64_t least, can;
};
struct place_cut {
    struct arena *a; /* whose memory the lines take */
    struct place_cut_line *v;
    size_t n, cap;
};

struct place_options {
    struct place_cut *cut; /* NULL: in words alone */
    enum place_aim aim;
    unsigned seconds;   /* for the solver of conflicts in all; 0: 60 */
    const char *solver; /* its program; NULL: "cbc" */
};

struct place_result {
    bool *chosen; /* of each edge */
    uint32_t placed;
    int64_t weight;
    bool proven;       /* nothing better exists; false only where the solver ran out of time */
    bool used_solver;  /* conflicts were left over that a flow cannot say */
    uint32_t *profile; /* placements at rank 1, 2, ... */
    uint32_t profile_count;
};

/* Solves it; the result is in the arena. Mostly one flow of least cost (flow.h). Conflicts are part of the flow as far
 * as a student's shifts fall into groups of which one may be had; where that is not all, and the flow breaks one, CBC
 * (Forrest and others, coinor-cbc) solves the integer program as a child process.
 *
 * RC_CONFLICT: there is no placement; why is written to `why`, one line for each shift and role that cannot be filled,
 * in words (from a minimum cut). RC_INVALID: bounds that contradict themselves, with e->detail. RC_BUSY: the solver is
 * not there or found nothing in its time; e->detail says which. RC_TOO_LARGE: weights too large for so many people. */
enum rc place_solve(const struct place *p, const struct place_options *o, struct arena *a, struct place_result *out,
                    struct buf *why, struct err *e) MUST_CHECK;

/* Independent of how it was found: does a choice of edges keep all rules? False with the first broken one in words. */
bool place_check(const struct place *p, const bool *chosen, struct buf *why);

/* The rank of each edge for its student, from 1; in the arena. *worst is the largest. */
uint32_t *place_ranks(const struct place *p, struct arena *a, uint32_t *worst);

/* Reads a .json text (shared format; docs/match.md). RC_INVALID with e->detail saying where and why. */
enum rc place_read(struct arena *a, struct str text, struct place **out, struct err *e) MUST_CHECK;

#endif
