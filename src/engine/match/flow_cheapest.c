/* Least cost by cost scaling. Costs are multiplied by the number of nodes + 1, so that a flow whose residual arcs all
 * have a reduced cost of at least -1 is of least cost. Each phase divides epsilon, sends flow over every arc whose
 * reduced cost is negative, and brings the excess that this makes back to the deficits, along short paths of arcs of
 * negative reduced cost; where there is none, the node's price falls. See flow.h. */
#include "engine/match/flow.h"

#define STEP 8
#define PATH 4u          /* arcs that excess moves over at once */
#define BUCKETS_MOST 64u /* times nodes: farther away is all the same */

struct scaling {
    struct flow *f;
    int64_t *cost; /* of each half, times scale */
    int64_t *price;
    int64_t epsilon;
    uint32_t *next;  /* of each node: the half to look at next */
    uint32_t *queue; /* ring of nodes with excess */
    bool *waits;     /* of each node: is in the queue */
    uint32_t head, queued;
    uint32_t lowered; /* prices since the last update */
    /* of the price update */
    uint32_t *bucket, *after, *ahead; /* lists of nodes by distance */
    uint32_t *distance;
    uint32_t buckets;
};

static int64_t reduced(const struct scaling *s, uint32_t v, uint32_t k)
{
    return s->cost[k] + s->price[v] - s->price[s->f->half[k].to];
}

static void enqueue(struct scaling *s, uint32_t v)
{
    if (s->waits[v])
        return;
    s->waits[v] = true;
    uint32_t at = s->head + s->queued++;
    s->queue[at < s->f->nodes ? at : at - s->f->nodes] = v;
}

static uint32_t dequeue(struct scaling *s)
{
    uint32_t v = s->queue[s->head];
    s->head = s->head + 1 < s->f->nodes ? s->head + 1 : 0;
    s->queued--;
    s->waits[v] = false;
    return v;
}

static void push(struct scaling *s, uint32_t v, uint32_t k, int32_t amount)
{
    struct flow *f = s->f;
    struct flow_half *h = &f->half[k];
    h->room -= amount;
    f->half[h->twin].room += amount;
    f->excess[v] -= amount;
    f->excess[h->to] += amount;
    if (f->excess[h->to] > 0)
        enqueue(s, h->to);
}

/* ---- price update: every node as far down as it is away from the nearest deficit
 * ----------------------------------------------------------------------------------------------------------------- */
static void bucket_remove(struct scaling *s, uint32_t v)
{
    uint32_t before = s->ahead[v], after = s->after[v];
    if (before != FLOW_NONE)
        s->after[before] = after;
    else
        s->bucket[s->distance[v]] = after;
    if (after != FLOW_NONE)
        s->ahead[after] = before;
}

static void bucket_put(struct scaling *s, uint32_t v, uint32_t distance)
{
    s->distance[v] = distance;
    s->after[v] = s->bucket[distance];
    s->ahead[v] = FLOW_NONE;
    if (s->after[v] != FLOW_NONE)
        s->ahead[s->after[v]] = v;
    s->bucket[distance] = v;
}

/* Arcs into v bring their tails nearer. */
static void bring_nearer(struct scaling *s, uint32_t v, uint32_t far)
{
    struct flow *f = s->f;
    for (uint32_t k = f->begin[v]; k < f->begin[v + 1]; k++) {
        uint32_t u = f->half[k].to, twin = f->half[k].twin;
        if (f->half[twin].room == 0 || s->distance[u] <= s->distance[v])
            continue;
        int64_t c = reduced(s, u, twin), length = c < 0 ? 0 : c / s->epsilon + 1;
        if (length >= far - s->distance[v])
            continue;
        uint32_t distance = s->distance[v] + (uint32_t)length;
        if (distance >= s->distance[u])
            continue;
        if (s->distance[u] != far)
            bucket_remove(s, u);
        bucket_put(s, u, distance);
    }
}

static void update_prices(struct scaling *s)
{
    struct flow *f = s->f;
    uint32_t far = s->buckets, reached = 0, last = 0;
    int64_t missing = 0;
    memset(s->bucket, 0xff, far * sizeof *s->bucket);
    for (uint32_t v = 0; v < f->nodes; v++) {
        s->distance[v] = far;
        missing += f->excess[v] > 0;
        if (f->excess[v] < 0)
            bucket_put(s, v, 0);
    }
    for (uint32_t d = 0; d < far && missing > 0; d++)
        for (uint32_t v; missing > 0 && (v = s->bucket[d]) != FLOW_NONE;) {
            bucket_remove(s, v);
            bring_nearer(s, v, far);
            missing -= f->excess[v] > 0;
            s->after[v] = v; /* done */
            last = d;
            reached++;
        }
    /* Whoever is farther than the last excess falls as far as that: no arc's reduced cost gets below -epsilon. */
    for (uint32_t v = 0; v < f->nodes && reached > 0; v++) {
        uint32_t d = s->distance[v] < last ? s->distance[v] : last;
        if (d > 0) {
            s->price[v] -= s->epsilon * d;
            s->next[v] = f->begin[v];
        }
    }
    s->lowered = 0;
}

/* ---- a phase
 * ------------------------------------------------------------------------------------------------------------------ */
/* came: the half by which the path came here, or FLOW_NONE. Where nothing leads on, the price falls so that nobody
 * comes. */
static void lower(struct scaling *s, uint32_t v, uint32_t came)
{
    struct flow *f = s->f;
    int64_t least = INT64_MAX;
    for (uint32_t k = f->begin[v]; k < f->begin[v + 1]; k++)
        if (f->half[k].room > 0) {
            int64_t c = reduced(s, v, k);
            least = c < least ? c : least;
        }
    if (least == INT64_MAX) {
        ASSERT(came != FLOW_NONE);
        least = reduced(s, v, s->f->half[came].twin);
    }
    s->price[v] -= least + s->epsilon;
    s->next[v] = f->begin[v];
    s->lowered++;
}

static bool find_arc(struct scaling *s, uint32_t v)
{
    struct flow *f = s->f;
    uint32_t k = s->next[v];
    while (k < f->begin[v + 1] && !(f->half[k].room > 0 && reduced(s, v, k) < 0))
        k++;
    s->next[v] = k;
    return k < f->begin[v + 1];
}

/* Moves excess of a node over up to PATH arcs, or to a deficit. */
static void move_excess(struct scaling *s, uint32_t start)
{
    struct flow *f = s->f;
    uint32_t path[PATH], length = 0, tip = start;
    while (length < PATH && f->excess[tip] >= 0) {
        if (find_arc(s, tip)) {
            path[length++] = s->next[tip];
            tip = f->half[s->next[tip]].to;
        } else {
            lower(s, tip, length > 0 ? path[length - 1] : FLOW_NONE);
            if (length > 0)
                tip = f->half[f->half[path[--length]].twin].to;
        }
    }
    for (uint32_t k = 0, v = start; k < length; k++) {
        struct flow_half h = f->half[path[k]];
        push(s, v, path[k], h.room < f->excess[v] ? h.room : (int32_t)f->excess[v]);
        v = h.to;
    }
}

static void run_phase(struct scaling *s)
{
    struct flow *f = s->f;
    s->head = s->queued = 0;
    for (uint32_t v = 0; v < f->nodes; v++) {
        s->next[v] = f->begin[v];
        for (uint32_t k = f->begin[v]; k < f->begin[v + 1]; k++)
            if (f->half[k].room > 0 && reduced(s, v, k) < 0) {
                int32_t amount = f->half[k].room;
                f->half[f->half[k].twin].room += amount;
                f->half[k].room = 0;
                f->excess[v] -= amount;
                f->excess[f->half[k].to] += amount;
            }
    }
    for (uint32_t v = 0; v < f->nodes; v++)
        if (f->excess[v] > 0)
            enqueue(s, v);
    update_prices(s);
    while (s->queued > 0) {
        uint32_t v = dequeue(s);
        while (f->excess[v] > 0) {
            move_excess(s, v);
            if (s->lowered > f->nodes)
                update_prices(s);
        }
    }
}

/* ---- all
 * ----------------------------------------------------------------------------------------------------------------------
 */
/* From prices that are right to within 1 to prices that are right: a price falls to what an arc says, until none does
 * (Bellman 1958, Ford 1956). The flow is of least cost, so there is no cycle that would go on for ever. */
static void round_prices(struct scaling *s, int64_t scale)
{
    struct flow *f = s->f;
    s->head = s->queued = 0;
    for (uint32_t v = 0; v < f->nodes; v++) {
        int64_t p = s->price[v];
        s->price[v] = p >= 0 ? p / scale : -((-p + scale - 1) / scale);
        enqueue(s, v);
    }
    while (s->queued > 0) {
        uint32_t v = dequeue(s);
        for (uint32_t k = f->begin[v]; k < f->begin[v + 1]; k++) {
            uint32_t to = f->half[k].to;
            if (f->half[k].room == 0 || s->price[v] + s->cost[k] / scale >= s->price[to])
                continue;
            s->price[to] = s->price[v] + s->cost[k] / scale;
            enqueue(s, to);
        }
    }
}

static struct scaling scaling_new(struct flow *f, struct arena *own, int64_t scale)
{
    struct scaling s = {.f = f};
    s.cost = arena_alloc_raw(own, (size_t)f->arcs * 2 * sizeof *s.cost);
    s.price = f->price;
    s.next = arena_alloc_raw(own, f->nodes * sizeof *s.next);
    s.waits = ARENA_ARRAY(own, f->nodes, bool);
    s.queue = arena_alloc_raw(own, f->nodes * sizeof *s.queue);
    s.buckets = f->nodes < UINT32_MAX / BUCKETS_MOST ? f->nodes * 2 + 64 : f->nodes;
    s.bucket = arena_alloc_raw(own, s.buckets * sizeof *s.bucket);
    s.after = arena_alloc_raw(own, f->nodes * sizeof *s.after);
    s.ahead = arena_alloc_raw(own, f->nodes * sizeof *s.ahead);
    s.distance = arena_alloc_raw(own, f->nodes * sizeof *s.distance);
    for (uint32_t k = 0; k < f->arcs; k++) {
        uint32_t x = f->forward[k];
        s.cost[x] = f->arc[k].cost * scale;
        s.cost[f->half[x].twin] = -s.cost[x];
    }
    return s;
}

enum rc flow_cheapest(struct flow *f, struct err *e)
{
    int64_t most = 1, scale = (int64_t)f->nodes + 1, limit = (INT64_C(1) << 60) / scale / scale;
    for (uint32_t k = 0; k < f->arcs; k++) {
        int64_t c = f->arc[k].cost < 0 ? -f->arc[k].cost : f->arc[k].cost;
        most = c > most ? c : most;
    }
    if (most > limit)
        return err_set(e, RC_TOO_LARGE, 0, "weights are too large for so many people: at most %" PRId64, limit);
    struct arena *own = arena_new(0);
    f->price = f->price != NULL ? f->price : arena_alloc_raw(f->a, f->nodes * sizeof *f->price);
    memset(f->price, 0, f->nodes * sizeof *f->price);
    struct scaling s = scaling_new(f, own, scale);
    for (s.epsilon = most * scale; s.epsilon > 1;) {
        s.epsilon = s.epsilon / STEP > 1 ? s.epsilon / STEP : 1;
        run_phase(&s);
    }
    round_prices(&s, scale);
    arena_free(own);
    return RC_OK;
}

void flow_fix(struct flow *f)
{
    for (uint32_t k = 0; k < f->arcs; k++) {
        struct flow_half *x = &f->half[f->forward[k]], *y = &f->half[x->twin];
        if (f->arc[k].cost + f->price[f->arc[k].from] - f->price[f->arc[k].to] == 0)
            continue;
        f->base[k] += y->room;
        x->room = y->room = 0;
    }
}
