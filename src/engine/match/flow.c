/* Building a network, bringing excess to deficits, and cuts. See flow.h. */
#include "engine/match/flow.h"

struct flow *flow_new(struct arena *a, uint32_t nodes, const struct flow_arc *arc, uint32_t arcs)
{
    struct flow *f = ARENA_NEW(a, struct flow);
    *f = (struct flow){.a = a, .nodes = nodes, .arcs = arcs, .arc = arc};
    ASSERT(arcs < FLOW_NONE / 2);
    f->begin = ARENA_ARRAY(a, (size_t)nodes + 2, uint32_t);
    f->half = arena_alloc_raw(a, (size_t)arcs * 2 * sizeof *f->half);
    f->forward = arena_alloc_raw(a, arcs * sizeof *f->forward);
    f->base = arena_alloc_raw(a, arcs * sizeof *f->base);
    f->excess = ARENA_ARRAY(a, nodes, int64_t);
    uint32_t *at = f->begin + 1; /* filling moves each start to the next node's */
    for (uint32_t k = 0; k < arcs; k++) {
        ASSERT(arc[k].from < nodes && arc[k].to < nodes && arc[k].from != arc[k].to);
        ASSERT(arc[k].least >= 0 && arc[k].least <= arc[k].most && arc[k].most <= FLOW_MOST);
        if (arc[k].from + 1 < nodes)
            at[arc[k].from + 1]++;
        if (arc[k].to + 1 < nodes)
            at[arc[k].to + 1]++;
    }
    for (uint32_t v = 1; v < nodes; v++)
        at[v] += at[v - 1];
    for (uint32_t k = 0; k < arcs; k++) {
        uint32_t x = at[arc[k].from]++, y = at[arc[k].to]++;
        f->half[x] = (struct flow_half){arc[k].to, y, arc[k].most - arc[k].least};
        f->half[y] = (struct flow_half){arc[k].from, x, 0};
        f->forward[k] = x;
        f->base[k] = arc[k].least;
        f->excess[arc[k].to] += arc[k].least;
        f->excess[arc[k].from] -= arc[k].least;
    }
    return f;
}

int64_t flow_cost(const struct flow *f)
{
    int64_t sum = 0;
    for (uint32_t k = 0; k < f->arcs; k++)
        sum += f->arc[k].cost * flow_on(f, k);
    return sum;
}

/* ---- Dinic's algorithm, from all nodes with excess to all with a deficit
 * ----------------------------------------------------------------------------------------------------------------- */
struct drain {
    struct flow *f;
    uint32_t *level; /* FLOW_NONE: not reached */
    uint32_t *next;  /* of each node: the half to try next */
    uint32_t *queue; /* nodes by level; then the halves of the path */
};

/* Levels from all excess; true when a deficit was reached. */
static bool find_levels(struct drain *d)
{
    struct flow *f = d->f;
    uint32_t head = 0, tail = 0;
    bool found = false;
    for (uint32_t v = 0; v < f->nodes; v++) {
        d->next[v] = f->begin[v];
        d->level[v] = f->excess[v] > 0 ? 0 : FLOW_NONE;
        if (f->excess[v] > 0)
            d->queue[tail++] = v;
    }
    while (head < tail) {
        uint32_t v = d->queue[head++];
        found |= f->excess[v] < 0;
        for (uint32_t k = f->begin[v]; k < f->begin[v + 1]; k++) {
            struct flow_half h = f->half[k];
            if (h.room > 0 && d->level[h.to] == FLOW_NONE) {
                d->level[h.to] = d->level[v] + 1;
                d->queue[tail++] = h.to;
            }
        }
    }
    return found;
}

static void send_along(struct drain *d, uint32_t source, uint32_t sink, uint32_t length)
{
    struct flow *f = d->f;
    int64_t amount = f->excess[source] < -f->excess[sink] ? f->excess[source] : -f->excess[sink];
    for (uint32_t k = 0; k < length; k++)
        amount = f->half[d->queue[k]].room < amount ? f->half[d->queue[k]].room : amount;
    for (uint32_t k = 0; k < length; k++) {
        struct flow_half *h = &f->half[d->queue[k]];
        h->room -= (int32_t)amount;
        f->half[h->twin].room += (int32_t)amount;
    }
    f->excess[source] -= amount;
    f->excess[sink] += amount;
}

/* Sends from one node what the levels let through. */
static void send_from(struct drain *d, uint32_t source)
{
    struct flow *f = d->f;
    uint32_t v = source, length = 0;
    while (f->excess[source] > 0) {
        if (f->excess[v] < 0) {
            send_along(d, source, v, length);
            v = source;
            length = 0;
            continue;
        }
        uint32_t k = d->next[v];
        while (k < f->begin[v + 1] && !(f->half[k].room > 0 && d->level[f->half[k].to] == d->level[v] + 1))
            k++;
        d->next[v] = k;
        if (k < f->begin[v + 1]) {
            d->queue[length++] = k;
            v = f->half[k].to;
        } else if (length == 0) {
            return;
        } else {
            v = f->half[f->half[d->queue[--length]].twin].to;
            d->next[v]++;
        }
    }
}

bool flow_drain(struct flow *f)
{
    struct arena *own = arena_new(0);
    struct drain d = {f, arena_alloc_raw(own, f->nodes * sizeof(uint32_t)),
                      arena_alloc_raw(own, f->nodes * sizeof(uint32_t)),
                      arena_alloc_raw(own, f->nodes * sizeof(uint32_t))};
    while (find_levels(&d))
        for (uint32_t v = 0; v < f->nodes; v++)
            if (f->excess[v] > 0)
                send_from(&d, v);
    arena_free(own);
    bool left = false;
    for (uint32_t v = 0; v < f->nodes; v++)
        left |= f->excess[v] != 0;
    return !left;
}

void flow_reach(const struct flow *f, uint32_t start, bool into, bool *reached)
{
    struct arena *own = arena_new(0);
    uint32_t *queue = arena_alloc_raw(own, f->nodes * sizeof *queue), head = 0, tail = 0;
    for (uint32_t v = 0; v < f->nodes; v++) {
        reached[v] = start != FLOW_NONE ? v == start : into ? f->excess[v] > 0 : f->excess[v] < 0;
        if (reached[v])
            queue[tail++] = v;
    }
    while (head < tail) {
        uint32_t v = queue[head++];
        for (uint32_t k = f->begin[v]; k < f->begin[v + 1]; k++) {
            struct flow_half h = f->half[k];
            if ((into ? h.room : f->half[h.twin].room) > 0 && !reached[h.to]) {
                reached[h.to] = true;
                queue[tail++] = h.to;
            }
        }
    }
    arena_free(own);
}
