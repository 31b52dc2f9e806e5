/* The smallest set of cells to hide with the sensitive ones. Every cut that the attack returns must be hit by every set
 * that protects, so the smallest set is a least-cost hitting set of cuts, which are found only as they are needed: a
 * set that hits all cuts so far is tried; either it protects, or the attack returns cuts that it misses (implicit
 * hitting sets; Moreno-Centeno, Karp 2013, Oper. Res. 61:453-468). Branch and bound by depth; the bound is a family of
 * disjoint cuts, each of which costs at least its cheapest cell. Cells that were tried are forbidden to their siblings,
 * so no set is met twice. */
#include "engine/disclosure/protect.h"

#define CANDIDATES_MOST 2048
#define DEPTH_MOST 64

struct frame {
    uint64_t *branch;    /* cells still to be tried here */
    uint64_t *forbidden; /* and those that are not to be */
    size_t chosen;       /* the one being tried, SIZE_MAX before the first */
};

struct exact {
    struct disclosure *d;
    struct arena *a;
    uint32_t *cell; /* of each candidate: by cost, then count, then number */
    size_t count, words;
    size_t *place; /* of each cell of the release among the candidates */
    uint64_t **cut;
    size_t cut_count, cut_room;
    uint64_t *chosen, *used;
    uint64_t cost, bound; /* of chosen; a set must not cost more than bound */
    struct frame frame[DEPTH_MOST + 1];
    size_t depth;
    uint64_t until;
};

static bool has(const uint64_t *set, size_t k)
{
    return (set[k / 64] >> (k % 64) & 1) != 0;
}

static void put(uint64_t *set, size_t k)
{
    set[k / 64] |= UINT64_C(1) << (k % 64);
}

static void drop(uint64_t *set, size_t k)
{
    set[k / 64] &= ~(UINT64_C(1) << (k % 64));
}

static size_t first(const uint64_t *set, size_t words)
{
    for (size_t w = 0; w < words; w++)
        if (set[w] != 0)
            return w * 64 + (size_t)__builtin_ctzll(set[w]);
    return SIZE_MAX;
}

static bool meets(const uint64_t *x, const uint64_t *y, size_t words)
{
    for (size_t w = 0; w < words; w++)
        if ((x[w] & y[w]) != 0)
            return true;
    return false;
}

static uint64_t *new_set(struct exact *x)
{
    return ARENA_ARRAY(x->a, x->words + 1, uint64_t);
}

/* ---- setting up
 * ------------------------------------------------------------------------------------------------------------ */

struct ranked {
    uint32_t cell, cost;
    int64_t count;
};

static int by_cost(const void *p, const void *q)
{
    const struct ranked *a = p, *b = q;
    if (a->cost != b->cost)
        return a->cost < b->cost ? -1 : 1;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return a->cell < b->cell ? -1 : a->cell > b->cell;
}

/* False when there are too many candidates to try. */
static bool set_up(struct exact *x, struct disclosure *d, struct arena *a, uint64_t until)
{
    *x = (struct exact){.d = d, .a = a, .until = until};
    struct ranked *r = arena_alloc_raw(a, (d->count + 1) * sizeof *r);
    for (uint32_t k = 0; k < d->count; k++) {
        const struct cell *c = &d->cells[k];
        if (c->kind == DISCLOSURE_OPEN && !c->sensitive)
            r[x->count++] = (struct ranked){k, c->cost, c->count};
    }
    if (x->count > CANDIDATES_MOST)
        return false;
    qsort(r, x->count, sizeof *r, by_cost);
    x->words = (x->count + 63) / 64;
    x->cell = ARENA_ARRAY(a, x->count + 1, uint32_t);
    x->place = ARENA_ARRAY(a, d->count + 1, size_t);
    for (size_t k = 0; k < x->count; k++) {
        x->cell[k] = r[k].cell;
        x->place[r[k].cell] = k;
    }
    x->chosen = new_set(x);
    x->used = new_set(x);
    for (size_t k = 0; k <= DEPTH_MOST; k++) {
        x->frame[k].branch = new_set(x);
        x->frame[k].forbidden = new_set(x);
    }
    return true;
}

static void show_set(const struct exact *x, const uint64_t *set)
{
    for (size_t k = 0; k < x->count; k++)
        release_set_hidden(x->d, x->cell[k], has(set, k));
}

/* ---- the attack on a set
 * --------------------------------------------------------------------------------------------------- */

/* True when the chosen set protects; else there are new cuts, at least one, which it misses. */
static bool protects(struct exact *x)
{
    struct arena *scratch = arena_new(0);
    struct cuts cuts = {.a = scratch};
    show_set(x, x->chosen);
    bool fine = protect_gather(x->d, &cuts) == 0;
    for (size_t c = 0; c < cuts.count; c++) {
        if (x->cut_count == x->cut_room) {
            size_t room = x->cut_room == 0 ? 64 : x->cut_room * 2;
            x->cut = arena_grow(x->a, x->cut, x->cut_room * sizeof *x->cut, room * sizeof *x->cut);
            x->cut_room = room;
        }
        uint64_t *set = x->cut[x->cut_count++] = new_set(x);
        for (size_t k = 0; k < cuts.items[c].count; k++)
            put(set, x->place[cuts.items[c].cells[k]]);
    }
    arena_free(scratch);
    return fine;
}

/* ---- branch and bound
 * ---------------------------------------------------------------------------------------------------- */

enum look { LOOK_NOTHING, LOOK_BRANCH, LOOK_LEAF };

/* What is left to do with the chosen set at this frame: nothing (it cannot be finished within the bound), branch over a
 * cut that it misses, or it misses none. */
static enum look look(struct exact *x, struct frame *f)
{
    uint64_t least = x->cost;
    size_t fewest = SIZE_MAX, which = 0;
    memset(x->used, 0, x->words * sizeof *x->used);
    x->d->work += (x->cut_count + 1) * x->words;
    for (size_t c = 0; c < x->cut_count; c++) {
        size_t n = 0, cheapest = SIZE_MAX;
        bool apart = true;
        if (meets(x->cut[c], x->chosen, x->words))
            continue;
        for (size_t w = 0; w < x->words; w++) {
            uint64_t open = x->cut[c][w] & ~f->forbidden[w];
            n += (size_t)__builtin_popcountll(open);
            apart = apart && (open & x->used[w]) == 0;
            if (cheapest == SIZE_MAX && open != 0)
                cheapest = w * 64 + (size_t)__builtin_ctzll(open);
        }
        if (n == 0)
            return LOOK_NOTHING;
        if (apart) {
            least += x->d->cells[x->cell[cheapest]].cost;
            for (size_t w = 0; w < x->words; w++)
                x->used[w] |= x->cut[c][w] & ~f->forbidden[w];
        }
        if (n < fewest) {
            fewest = n;
            which = c;
        }
    }
    if (least > x->bound)
        return LOOK_NOTHING;
    if (fewest == SIZE_MAX)
        return LOOK_LEAF;
    for (size_t w = 0; w < x->words; w++)
        f->branch[w] = x->cut[which][w] & ~f->forbidden[w];
    return LOOK_BRANCH;
}

static void unchoose(struct exact *x, struct frame *f)
{
    if (f->chosen == SIZE_MAX)
        return;
    drop(x->chosen, f->chosen);
    put(f->forbidden, f->chosen);
    x->cost -= x->d->cells[x->cell[f->chosen]].cost;
    f->chosen = SIZE_MAX;
}

/* Tries the next cell of the frame and opens a frame below it. False when all were tried. */
static bool descend(struct exact *x, struct frame *f)
{
    unchoose(x, f);
    size_t k = first(f->branch, x->words);
    if (k == SIZE_MAX || x->depth == DEPTH_MOST)
        return false;
    drop(f->branch, k);
    f->chosen = k;
    put(x->chosen, k);
    x->cost += x->d->cells[x->cell[k]].cost;
    struct frame *below = &x->frame[++x->depth];
    memcpy(below->forbidden, f->forbidden, x->words * sizeof *below->forbidden);
    below->chosen = SIZE_MAX;
    return true;
}

/* Visits every set within the bound that protects and calls found, which may lower the bound and ends the search with
 * false. True when the search came to its end. */
static bool run(struct exact *x, bool (*found)(struct exact *x, void *arg), void *arg)
{
    bool fresh = true; /* the frame on top was not looked at */
    x->depth = 0;
    x->frame[0].chosen = SIZE_MAX;
    memset(x->frame[0].forbidden, 0, x->words * sizeof *x->frame[0].forbidden);
    for (;;) {
        struct frame *f = &x->frame[x->depth];
        if (x->d->work > x->until)
            return false;
        if (fresh) {
            enum look what = look(x, f);
            if (what == LOOK_LEAF) {
                if (!protects(x))
                    continue; /* the same frame, with more cuts */
                if (!found(x, arg))
                    return false;
                what = LOOK_NOTHING;
            }
            if (what == LOOK_BRANCH && x->depth == DEPTH_MOST)
                return false;
            if (what == LOOK_NOTHING)
                memset(f->branch, 0, x->words * sizeof *f->branch);
        }
        fresh = descend(x, f);
        if (fresh)
            continue;
        if (x->depth == 0)
            return true;
        x->depth--;
    }
}

/* ---- what it is used for
 * ------------------------------------------------------------------------------------------------------- */

static uint64_t cost_now(const struct disclosure *d)
{
    uint64_t cost = 0;
    for (size_t k = 0; k < d->count; k++) {
        const struct cell *c = &d->cells[k];
        if (c->kind == DISCLOSURE_OPEN && c->hidden && !c->sensitive)
            cost += c->cost;
    }
    return cost;
}

static bool keep_better(struct exact *x, void *arg)
{
    uint64_t *best = arg;
    memcpy(best, x->chosen, x->words * sizeof *best);
    x->bound = x->cost - 1;
    return x->cost != 0;
}

bool exact_improve(struct disclosure *d, uint64_t until)
{
    uint64_t cost = cost_now(d);
    struct exact *x = ARENA_NEW(d->a, struct exact);
    struct arena *a = arena_new(0);
    bool proved = cost == 0;
    if (!proved && set_up(x, d, a, until)) {
        uint64_t *best = new_set(x);
        for (size_t k = 0; k < x->count; k++)
            if (d->cells[x->cell[k]].hidden)
                put(best, k);
        x->bound = cost - 1;
        proved = run(x, keep_better, best);
        show_set(x, best);
    }
    arena_free(a);
    return proved;
}

struct found_sets {
    struct arena *a;
    struct disclosure_set *sets;
    size_t count, most;
};

static int ascending(const void *p, const void *q)
{
    uint32_t a = *(const uint32_t *)p, b = *(const uint32_t *)q;
    return a < b ? -1 : a > b;
}

static int by_cells(const void *p, const void *q)
{
    const struct disclosure_set *a = p, *b = q;
    for (size_t k = 0; k < a->count && k < b->count; k++)
        if (a->cells[k] != b->cells[k])
            return a->cells[k] < b->cells[k] ? -1 : 1;
    return a->count < b->count ? -1 : a->count > b->count;
}

static bool keep_set(struct exact *x, void *arg)
{
    struct found_sets *f = arg;
    uint32_t *cells = arena_alloc_raw(f->a, (x->count + 1) * sizeof *cells);
    size_t n = 0;
    if (f->count == f->most)
        return false;
    for (size_t k = 0; k < x->count; k++)
        if (has(x->chosen, k))
            cells[n++] = x->cell[k];
    qsort(cells, n, sizeof *cells, ascending);
    f->sets[f->count++] = (struct disclosure_set){cells, n};
    return true;
}

size_t disclosure_smallest_sets(struct disclosure *d, uint64_t effort, size_t most, const struct disclosure_set **out,
                                bool *complete)
{
    struct exact *x = ARENA_NEW(d->a, struct exact);
    struct arena *a = arena_new(0);
    struct found_sets f = {.a = d->a, .sets = ARENA_ARRAY(d->a, most + 1, struct disclosure_set), .most = most};
    uint64_t *now;
    *complete = false;
    if (set_up(x, d, a, d->work + effort)) {
        now = new_set(x);
        for (size_t k = 0; k < x->count; k++)
            if (d->cells[x->cell[k]].hidden)
                put(now, k);
        x->bound = cost_now(d);
        *complete = run(x, keep_set, &f);
        qsort(f.sets, f.count, sizeof *f.sets, by_cells);
        show_set(x, now);
        if (f.count != 0) {
            for (size_t k = 0; k < x->count; k++)
                release_set_hidden(d, x->cell[k], false);
            for (size_t k = 0; k < f.sets[0].count; k++)
                release_set_hidden(d, f.sets[0].cells[k], true);
        }
    }
    arena_free(a);
    *out = f.sets;
    return f.count;
}
