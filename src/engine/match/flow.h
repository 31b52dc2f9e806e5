/* Flow in a sparse network whose arcs have bounds and costs: what placement, cuts and cheapest closed sets come down
 * to. Everything is a circulation: what goes into a node comes out. Memory is linear in nodes and arcs; nothing recurs.
 */
#ifndef CADRE_ENGINE_MATCH_FLOW_H
#define CADRE_ENGINE_MATCH_FLOW_H

#include "base/err.h"

#define FLOW_NONE UINT32_MAX
#define FLOW_MOST (INT32_MAX / 2) /* "no upper bound" */

struct flow_arc {
    uint32_t from, to;
    int32_t least, most; /* 0 <= least <= most <= FLOW_MOST */
    int64_t cost;        /* of a unit */
};

struct flow_half { /* an arc as one of its ends sees it */
    uint32_t to;
    uint32_t twin; /* the half at the other end */
    int32_t room;  /* how much more may go this way */
};

struct flow {
    struct arena *a;
    uint32_t nodes, arcs;
    const struct flow_arc *arc; /* the caller's; must outlive the network */
    uint32_t *begin;            /* nodes + 1: the halves of node v are begin[v]..begin[v + 1] - 1 */
    struct flow_half *half;
    uint32_t *forward; /* of each arc: its half at from */
    int32_t *base;     /* of each arc: what it carries while nothing can be taken back */
    int64_t *excess;   /* of each node: how much came in more than went out */
    int64_t *price;    /* after flow_cheapest: proves the result; else NULL */
};

/* A network in which every arc carries its least flow; excess is what that leaves at the nodes. */
struct flow *flow_new(struct arena *a, uint32_t nodes, const struct flow_arc *arc, uint32_t arcs);

/* How much an arc carries. */
static inline int32_t flow_on(const struct flow *f, uint32_t arc)
{
    return f->base[arc] + f->half[f->half[f->forward[arc]].twin].room;
}

/* Brings as much excess as there is a way for to nodes with a deficit (maximum flow: Dinic 1970). True when none is
 * left: the flow is then a circulation within its bounds. */
bool flow_drain(struct flow *f);

/* After flow_drain: marks the nodes that excess could still reach from those that have some (into) or the nodes from
 * which a deficit could be reached. One start, or FLOW_NONE for all. This is a minimum cut. */
void flow_reach(const struct flow *f, uint32_t start, bool into, bool *reached);

/* From a circulation within its bounds to one of the least cost: cost scaling (Goldberg, Tarjan 1990) with partial
 * augmentations and global price updates (Goldberg 1997; Bunnagel, Korte, Vygen 1998). Afterwards price proves it: an
 * arc with cost + price[from] - price[to] above 0 carries its least, below 0 its most. RC_TOO_LARGE where costs times
 * nodes do not fit 62 bits. */
enum rc flow_cheapest(struct flow *f, struct err *e) MUST_CHECK;

/* Holds every arc whose reduced cost is not 0 at what it carries: what can still be reached are exactly the other
 * circulations of the same least cost. The caller may then set other costs in its arcs and call flow_cheapest again. */
void flow_fix(struct flow *f);

/* The sum of flow times cost. */
int64_t flow_cost(const struct flow *f);

#endif
