/* What the parts of placement share: the groups of edges of which a student may have one, and the conflicts that groups
 * do not say. Private to place*.c. */
#ifndef CADRE_ENGINE_MATCH_PLACE_INSIDE_H
#define CADRE_ENGINE_MATCH_PLACE_INSIDE_H

#include "engine/match/flow.h"
#include "engine/match/place.h"

struct place_open { /* two edges of a student that cannot both be had, in different groups */
    uint32_t edge, other;
};

struct place_groups {
    uint32_t *from;  /* students + 1 */
    uint32_t *edge;  /* the edges of student i are edge[from[i]]..edge[from[i + 1] - 1], those of a shift together */
    uint32_t *group; /* of each edge: one edge of a group can be had; groups of different students differ */
    uint32_t *size;  /* of each group */
    uint32_t count;
    /* conflicts of shifts, both ways: near[near_from[s]]..near[near_from[s + 1] - 1], ascending */
    uint32_t *near_from, *near;
    struct place_open *open; /* by student; of the edges of a shift, only the first of each pair of shifts */
    size_t open_count;
};

struct place_groups place_group(const struct place *p, struct arena *a);
bool place_conflicting(const struct place *p, const struct place_groups *g, uint32_t shift, uint32_t other);

static inline uint32_t place_shift_of(const struct place *p, uint32_t edge)
{
    return p->role[p->edge[edge].role].shift;
}

/* The network: a circulation from the sink T to the source S over students, groups, roles, shifts. */
struct place_net {
    struct flow_arc *arc; /* edges first, each with its own number */
    uint32_t arcs, nodes;
    uint32_t student, role, shift, group; /* the first node of each kind; S is 0, T is 1 */
};
struct place_net place_network(const struct place *p, const struct place_groups *g, struct arena *a);

/* Why the network of f, drained, has no circulation. */
void place_tell_cut(const struct place *p, const struct place_net *net, const struct flow *f, struct place_cut *data, struct buf *why);

/* The integer program, solved by another program; see place_solve for what comes back. */
enum rc place_by_solver(const struct place *p, const struct place_groups *g, const struct place_options *o,
                        bool *chosen, bool *proven, struct buf *why, struct err *e) MUST_CHECK;

/* "shift 3, role nurse" */
void place_name_role(const struct place *p, uint32_t role, struct buf *b);

#endif
