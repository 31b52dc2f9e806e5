/* The attack as a flow. When every cell stands in at most two sums, and signs can be chosen so that it enters one with
 * + and the other with -, the sums are nodes, the cells are arcs, and the true table is a circulation. Another table
 * that the attacker cannot tell from it differs by a circulation in the residual network of the hidden arcs: a hidden
 * arc can always carry more and can give back what it carries. So the largest value of a cell is its count plus the
 * most that flows back from its head to its tail without it, and the smallest is found the other way round. Augmenting
 * paths by breadth (Edmonds, Karp 1972); all in whole numbers. */
#include "engine/disclosure/release.h"

#define ENDLESS (INT64_MAX / 4)
#define GROUND 0

struct step {
    uint32_t arc; /* by which the node was reached */
    uint32_t from;
};

struct network {
    size_t nodes;
    /* Arcs at each node: at[from[v]..from[v + 1]), the hidden ones first, hidden_count[v] of them. */
    uint32_t *at;
    size_t *from;
    uint32_t *hidden_count;
    size_t *place[2]; /* of each arc: where it stands in at, for its tail and its head */
    int64_t *value;   /* of each arc, the count but while flowing */
    uint32_t *changed;
    bool *is_changed;
    size_t changed_count;
    struct step *step;
    uint32_t *queue;
    uint32_t *seen; /* node was reached in the search of this number */
    uint32_t search;
    bool *useful[2]; /* of each arc, while cuts are found */
};

/* ---- the network ----------------------------------------------------------------------------------------------------
 */

/* The first two sums of each cell; false when some cell stands in more. */
static bool two_uses(const struct disclosure *d, uint32_t (*uses)[2], int8_t (*signs)[2])
{
    for (size_t k = 0; k < d->count; k++)
        uses[k][0] = uses[k][1] = UINT32_MAX;
    for (size_t s = 0; s < d->sum_count; s++)
        for (size_t t = d->sum_from[s]; t < d->sum_from[s + 1]; t++) {
            uint32_t c = d->terms[t].cell;
            unsigned which = uses[c][0] == UINT32_MAX ? 0 : 1;
            if (uses[c][which] != UINT32_MAX)
                return false;
            uses[c][which] = (uint32_t)s;
            signs[c][which] = (int8_t)d->terms[t].sign;
        }
    return true;
}

/* A factor +1 or -1 for each sum, so that each cell with two has opposite signs in them. */
static bool orient(const struct disclosure *d, uint32_t (*uses)[2], int8_t (*signs)[2], int8_t *factor)
{
    uint32_t *queue = arena_alloc_raw(d->a, d->sum_count * sizeof *queue);
    for (size_t start = 0; start < d->sum_count; start++) {
        size_t head = 0, tail = 0;
        if (factor[start] != 0)
            continue;
        factor[start] = 1;
        queue[tail++] = (uint32_t)start;
        while (head < tail) {
            uint32_t s = queue[head++];
            for (size_t t = d->sum_from[s]; t < d->sum_from[s + 1]; t++) {
                uint32_t c = d->terms[t].cell, other = uses[c][0] == s ? uses[c][1] : uses[c][0];
                if (other == UINT32_MAX)
                    continue;
                if (other == s)
                    return false;
                int8_t mine = uses[c][0] == s ? signs[c][0] : signs[c][1];
                int8_t theirs = uses[c][0] == s ? signs[c][1] : signs[c][0];
                int8_t wanted = (int8_t)(-factor[s] * mine * theirs);
                if (factor[other] == 0) {
                    factor[other] = wanted;
                    queue[tail++] = other;
                } else if (factor[other] != wanted) {
                    return false;
                }
            }
        }
    }
    return true;
}

static void swap_places(struct disclosure *d, size_t x, size_t y, uint32_t node)
{
    struct network *f = d->network;
    uint32_t ex = f->at[x], ey = f->at[y];
    f->at[x] = ey;
    f->at[y] = ex;
    f->place[d->cells[ex].tail == node ? 0 : 1][ex] = y;
    f->place[d->cells[ey].tail == node ? 0 : 1][ey] = x;
}

static void move_at(struct disclosure *d, uint32_t cell, unsigned end, bool hidden)
{
    struct network *f = d->network;
    uint32_t node = end == 0 ? d->cells[cell].tail : d->cells[cell].head;
    if (hidden)
        swap_places(d, f->place[end][cell], f->from[node] + f->hidden_count[node]++, node);
    else
        swap_places(d, f->place[end][cell], f->from[node] + --f->hidden_count[node], node);
}

void network_set_hidden(struct disclosure *d, uint32_t cell, bool hidden)
{
    if (d->cells[cell].tail == d->cells[cell].head)
        return;
    move_at(d, cell, 0, hidden);
    move_at(d, cell, 1, hidden);
}

static void place_arcs(struct disclosure *d, struct network *f)
{
    f->from = ARENA_ARRAY(d->a, f->nodes + 2, size_t);
    for (size_t k = 0; k < d->count; k++) {
        const struct cell *c = &d->cells[k];
        if (c->tail != c->head) {
            f->from[c->tail + 2]++;
            f->from[c->head + 2]++;
        }
    }
    for (size_t v = 2; v < f->nodes + 2; v++)
        f->from[v] += f->from[v - 1];
    f->at = arena_alloc_raw(d->a, (f->from[f->nodes + 1] + 1) * sizeof *f->at);
    for (uint32_t k = 0; k < d->count; k++) {
        const struct cell *c = &d->cells[k];
        if (c->tail == c->head)
            continue;
        f->at[f->place[0][k] = f->from[c->tail + 1]++] = k;
        f->at[f->place[1][k] = f->from[c->head + 1]++] = k;
    }
}

struct network *network_new(struct disclosure *d)
{
    struct arena *a = d->a;
    uint32_t(*uses)[2] = arena_alloc_raw(a, (d->count + 1) * sizeof *uses);
    int8_t(*signs)[2] = arena_alloc(a, (d->count + 1) * sizeof *signs);
    int8_t *factor = arena_alloc(a, d->sum_count + 1);
    if (!two_uses(d, uses, signs) || !orient(d, uses, signs, factor))
        return NULL;
    struct network *f = ARENA_NEW(a, struct network);
    f->nodes = d->sum_count + 1;
    for (size_t k = 0; k < d->count; k++) {
        struct cell *c = &d->cells[k];
        c->tail = c->head = GROUND;
        for (unsigned u = 0; u < 2; u++)
            if (uses[k][u] != UINT32_MAX) {
                if (signs[k][u] * factor[uses[k][u]] > 0)
                    c->tail = uses[k][u] + 1;
                else
                    c->head = uses[k][u] + 1;
            }
    }
    f->place[0] = arena_alloc_raw(a, (d->count + 1) * sizeof *f->place[0]);
    f->place[1] = arena_alloc_raw(a, (d->count + 1) * sizeof *f->place[1]);
    f->value = arena_alloc_raw(a, (d->count + 1) * sizeof *f->value);
    f->changed = arena_alloc_raw(a, (d->count + 1) * sizeof *f->changed);
    f->is_changed = ARENA_ARRAY(a, d->count + 1, bool);
    f->useful[0] = ARENA_ARRAY(a, d->count + 1, bool);
    f->useful[1] = ARENA_ARRAY(a, d->count + 1, bool);
    f->hidden_count = ARENA_ARRAY(a, f->nodes, uint32_t);
    f->step = arena_alloc_raw(a, f->nodes * sizeof *f->step);
    f->queue = arena_alloc_raw(a, f->nodes * sizeof *f->queue);
    f->seen = ARENA_ARRAY(a, f->nodes, uint32_t);
    place_arcs(d, f);
    d->network = f;
    for (uint32_t k = 0; k < d->count; k++) {
        f->value[k] = d->cells[k].count;
        if (d->cells[k].hidden)
            network_set_hidden(d, k, true);
    }
    return f;
}

/* ---- flowing
 * ------------------------------------------------------------------------------------------------------------- */

/* How much the arc can carry on, leaving node v: forwards without end, backwards what it carries. */
static int64_t residual(const struct disclosure *d, uint32_t arc, uint32_t v)
{
    const struct cell *c = &d->cells[arc];
    return c->tail == v || c->signed_ ? ENDLESS : d->network->value[arc];
}

/* All nodes that can be reached from start over hidden arcs without `without`; with backwards, all that can reach it.
 * Stops at goal. They have seen == search. */
static bool search(struct disclosure *d, uint32_t start, uint32_t goal, uint32_t without, bool backwards)
{
    struct network *f = d->network;
    size_t head = 0, tail = 0;
    f->search++;
    f->seen[start] = f->search;
    f->queue[tail++] = start;
    while (head < tail) {
        uint32_t v = f->queue[head++];
        d->work += f->hidden_count[v] + 1;
        for (size_t k = f->from[v]; k < f->from[v] + f->hidden_count[v]; k++) {
            uint32_t arc = f->at[k];
            const struct cell *c = &d->cells[arc];
            uint32_t w = c->tail == v ? c->head : c->tail;
            if (f->seen[w] == f->search || arc == without || residual(d, arc, backwards ? w : v) == 0)
                continue;
            f->seen[w] = f->search;
            f->step[w] = (struct step){arc, v};
            if (w == goal)
                return true;
            f->queue[tail++] = w;
        }
    }
    return false;
}

static void carry(struct disclosure *d, uint32_t arc, uint32_t v, int64_t amount)
{
    struct network *f = d->network;
    if (!f->is_changed[arc]) {
        f->is_changed[arc] = true;
        f->changed[f->changed_count++] = arc;
    }
    f->value[arc] += d->cells[arc].tail == v ? amount : -amount;
}

static void restore(struct disclosure *d)
{
    struct network *f = d->network;
    for (size_t k = 0; k < f->changed_count; k++) {
        f->value[f->changed[k]] = d->cells[f->changed[k]].count;
        f->is_changed[f->changed[k]] = false;
    }
    f->changed_count = 0;
}

/* The most that flows from one node to another without an arc, up to limit; the values stay as they are then. */
static int64_t flow_most(struct disclosure *d, uint32_t from, uint32_t to, uint32_t without, int64_t limit)
{
    struct network *f = d->network;
    int64_t total = 0;
    while (total < limit && search(d, from, to, without, false)) {
        int64_t most = ENDLESS;
        for (uint32_t v = to; v != from; v = f->step[v].from) {
            int64_t r = residual(d, f->step[v].arc, f->step[v].from);
            most = r < most ? r : most;
        }
        if (most == ENDLESS)
            return limit;
        most = most < limit - total ? most : limit - total;
        for (uint32_t v = to; v != from; v = f->step[v].from)
            carry(d, f->step[v].arc, f->step[v].from, most);
        total += most;
    }
    return total;
}

/* ---- cuts
 * ---------------------------------------------------------------------------------------------------------------- */

/* Marks the candidates that would let more through a flow that is at its most: those that leave the nodes which the
 * source reaches, or, with sink, enter those which reach the sink. */
static void mark_useful(struct disclosure *d, bool *useful, uint32_t from, uint32_t to, uint32_t without, bool sink)
{
    struct network *f = d->network;
    search(d, sink ? to : from, UINT32_MAX, without, sink);
    d->work += d->count;
    for (size_t k = 0; k < d->count; k++) {
        const struct cell *c = &d->cells[k];
        if (!cell_is_candidate(c) || useful[k])
            continue;
        bool tail = f->seen[c->tail] == f->search, head = f->seen[c->head] == f->search;
        if (tail == head)
            continue;
        useful[k] = (tail != sink) || c->count > 0;
    }
}

static void keep_useful(struct disclosure *d, bool *useful, struct cuts *cuts)
{
    size_t n = 0;
    for (size_t k = 0; k < d->count; k++)
        n += useful[k];
    struct cut *cut = cuts_add(cuts, n);
    for (uint32_t k = 0; k < d->count; k++)
        if (useful[k])
            cut->cells[cut->count++] = k;
    memset(useful, 0, d->count);
}

/* One cut around the cell's head and one around its tail: to widen the interval, some cell of each must be hidden. */
static void find_cuts(struct disclosure *d, uint32_t cell, bool down_too, struct cuts *cuts)
{
    const struct cell *c = &d->cells[cell];
    struct network *f = d->network;
    flow_most(d, c->head, c->tail, cell, ENDLESS);
    mark_useful(d, f->useful[0], c->head, c->tail, cell, false);
    mark_useful(d, f->useful[1], c->head, c->tail, cell, true);
    restore(d);
    if (down_too) {
        flow_most(d, c->tail, c->head, cell, ENDLESS);
        mark_useful(d, f->useful[0], c->tail, c->head, cell, true);
        mark_useful(d, f->useful[1], c->tail, c->head, cell, false);
        restore(d);
    }
    keep_useful(d, f->useful[0], cuts);
    keep_useful(d, f->useful[1], cuts);
}

bool network_check(struct disclosure *d, uint32_t cell, struct cuts *cuts)
{
    const struct cell *c = &d->cells[cell];
    int64_t width = d->rule.min_width;
    if (c->tail == c->head)
        return true;
    int64_t floor = c->signed_ ? width : c->count < width ? c->count : width;
    int64_t down = flow_most(d, c->tail, c->head, cell, floor);
    restore(d);
    int64_t up = down < width ? flow_most(d, c->head, c->tail, cell, width - down) : 0;
    restore(d);
    if (down + up >= width)
        return true;
    if (cuts != NULL)
        find_cuts(d, cell, down < floor, cuts);
    return false;
}

struct disclosure_interval network_interval(struct disclosure *d, uint32_t cell)
{
    const struct cell *c = &d->cells[cell];
    struct disclosure_interval i = {c->signed_ ? DISCLOSURE_NO_FLOOR : 0, DISCLOSURE_NO_LIMIT};
    if (c->tail == c->head)
        return i;
    int64_t down = flow_most(d, c->tail, c->head, cell, c->signed_ ? ENDLESS : c->count);
    restore(d);
    int64_t up = flow_most(d, c->head, c->tail, cell, ENDLESS);
    restore(d);
    if (down < ENDLESS)
        i.lo = c->count - down;
    if (up < ENDLESS)
        i.hi = c->count + up;
    return i;
}
