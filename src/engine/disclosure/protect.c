/* Choosing what is hidden: sweeps that repair, a pass that takes back what was not needed, and a proof or a better
 * answer.
 *
 * A sweep asks the attack about every sensitive cell. For one that is not protected the attack returns cuts: sets of
 * cells of which at least one more must be hidden, whatever else is. Cells that stand in many cuts at little cost are
 * hidden, until all are protected (a greedy cover, Chvatal 1979). Hiding more never narrows an interval, so what helps
 * is never undone by a later step. The search for the smallest set stands in exact.c. */
#include "engine/disclosure/protect.h"

#define SWEEP_MOST 256 /* sensitive cells whose cuts one sweep gathers: bounds its memory */

/* ---- sweeps
 * -------------------------------------------------------------------------------------------------------------- */

size_t protect_gather(struct disclosure *d, struct cuts *cuts)
{
    size_t open = 0;
    for (size_t k = 0; k < d->sensitive_count && open < SWEEP_MOST; k++) {
        uint32_t cell = d->sensitive[k];
        size_t before = cuts->count;
        if (d->cells[cell].exposed || release_check(d, cell, cuts))
            continue;
        open++;
        for (size_t c = before; c < cuts->count; c++)
            if (cuts->items[c].count == 0)
                d->cells[cell].exposed = true;
        if (d->cells[cell].exposed) {
            cuts->count = before;
            open--;
        }
    }
    return open;
}

static bool better(const struct disclosure *d, const uint32_t *score, uint32_t x, uint32_t y)
{
    const struct cell *cx = &d->cells[x], *cy = &d->cells[y];
    uint64_t sx = (uint64_t)score[x] * cy->cost, sy = (uint64_t)score[y] * cx->cost;
    if (sx != sy)
        return sx > sy;
    if (cx->cost != cy->cost)
        return cx->cost < cy->cost;
    return cx->count != cy->count ? cx->count < cy->count : x < y;
}

/* Hides a cell of every cut. score: in how many of the open cuts a cell stands; all zero before and after. */
static void cover(struct disclosure *d, const struct cuts *cuts, uint32_t *score)
{
    bool *met = ARENA_ARRAY(cuts->a, cuts->count + 1, bool);
    for (size_t c = 0; c < cuts->count; c++)
        for (size_t k = 0; k < cuts->items[c].count; k++)
            score[cuts->items[c].cells[k]]++;
    for (;;) {
        uint32_t best = UINT32_MAX;
        for (size_t c = 0; c < cuts->count; c++)
            for (size_t k = 0; !met[c] && k < cuts->items[c].count; k++)
                if (best == UINT32_MAX || better(d, score, cuts->items[c].cells[k], best))
                    best = cuts->items[c].cells[k];
        if (best == UINT32_MAX)
            return;
        release_set_hidden(d, best, true);
        for (size_t c = 0; c < cuts->count; c++) {
            const struct cut *cut = &cuts->items[c];
            bool has = false;
            d->work += cut->count;
            for (size_t k = 0; !met[c] && k < cut->count; k++)
                has |= cut->cells[k] == best;
            for (size_t k = 0; has && k < cut->count; k++)
                score[cut->cells[k]]--;
            met[c] |= has;
        }
    }
}

/* False when the effort ran out before all that can be protected was. */
static bool repair(struct disclosure *d, uint64_t effort)
{
    uint32_t *score = ARENA_ARRAY(d->a, d->count + 1, uint32_t);
    struct arena *a = arena_new(0);
    bool done = false;
    while (!done && d->work <= effort) {
        struct cuts cuts = {.a = a};
        done = protect_gather(d, &cuts) == 0;
        cover(d, &cuts, score);
        arena_reset(a);
    }
    arena_free(a);
    return done;
}

/* ---- taking back
 * ------------------------------------------------------------------------------------------------------- */

bool protect_holds(struct disclosure *d)
{
    for (size_t k = 0; k < d->sensitive_count; k++)
        if (!d->cells[d->sensitive[k]].exposed && !release_check(d, d->sensitive[k], NULL))
            return false;
    return true;
}

struct given {
    uint32_t cell;
    uint32_t cost;
    int64_t count;
};

/* The dearest first, of these the largest count. */
static int by_loss(const void *x, const void *y)
{
    const struct given *a = x, *b = y;
    if (a->cost != b->cost)
        return a->cost > b->cost ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->cell < b->cell ? -1 : a->cell > b->cell;
}

static void take_back(struct disclosure *d, uint64_t effort)
{
    size_t n = 0;
    struct given *g = arena_alloc_raw(d->a, (d->count + 1) * sizeof *g);
    for (uint32_t k = 0; k < d->count; k++) {
        const struct cell *c = &d->cells[k];
        if (c->kind == DISCLOSURE_OPEN && c->hidden && !c->sensitive)
            g[n++] = (struct given){k, c->cost, c->count};
    }
    qsort(g, n, sizeof *g, by_loss);
    for (size_t k = 0; k < n && d->work <= effort; k++) {
        release_set_hidden(d, g[k].cell, false);
        if (!protect_holds(d))
            release_set_hidden(d, g[k].cell, true);
    }
}

/* ---- all together
 * -------------------------------------------------------------------------------------------------------- */

/* Hides all that can be. When nothing is out, that protects everything: with any table its multiples are possible too.
 * Otherwise what is not known to be protected within a second share of the effort counts as exposed. */
static void withhold(struct disclosure *d, uint64_t effort)
{
    bool out = false;
    for (uint32_t k = 0; k < d->count; k++) {
        out = out || d->cells[k].kind == DISCLOSURE_OUT;
        if (d->cells[k].kind == DISCLOSURE_OPEN)
            release_set_hidden(d, k, true);
    }
    uint64_t until = d->work + effort;
    for (size_t k = 0; k < d->sensitive_count; k++) {
        struct cell *c = &d->cells[d->sensitive[k]];
        c->exposed = out && (d->work > until || !release_check(d, d->sensitive[k], NULL));
    }
}

static void tell(struct disclosure *d, struct disclosure_result *out)
{
    uint32_t *exposed = arena_alloc_raw(d->a, (d->sensitive_count + 1) * sizeof *exposed);
    out->cells = d->count;
    out->exposed = exposed;
    for (uint32_t k = 0; k < d->count; k++) {
        const struct cell *c = &d->cells[k];
        if (c->exposed)
            exposed[out->exposed_count++] = k;
        if (c->kind != DISCLOSURE_OPEN || !c->hidden)
            continue;
        if (c->sensitive) {
            out->primary++;
        } else {
            out->complementary++;
            out->cost += c->cost;
        }
    }
}

void disclosure_protect(struct disclosure *d, uint64_t effort, unsigned exact, struct disclosure_result *out)
{
    *out = (struct disclosure_result){0};
    release_prepare(d);
    d->work = 0;
    if (repair(d, effort)) {
        take_back(d, effort);
        if (exact != 0)
            out->smallest = exact_improve(d, d->work + effort / 100 * exact);
    } else {
        out->withheld = true;
        withhold(d, effort);
    }
    tell(d, out);
    program_end(d);
}
