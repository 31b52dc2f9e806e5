/* What follows from the cells that a release lists: the totals along every dimension and up every hierarchy, the rest
 * where a total is more than its listed parts, and the change of a cell from one snapshot to the next. Then the
 * engine's release of it. */
#include "engine/disclosure/reader.h"

/* ---- children by parent
 * ----------------------------------------------------------------------------------------------------- */

struct child {
    uint32_t parent;
    uint32_t cell;
};

static unsigned depth_of(const struct dimension *d, uint32_t category)
{
    unsigned depth = 0;
    for (; category != 0; category = d->categories[category].parent)
        depth++;
    return depth;
}

/* The place of the parent along a dimension. */
static void parent_place(const struct labelled *l, const struct labelled_cell *c, size_t dimension, uint32_t *at)
{
    memcpy(at, c->at, LABELLED_DIMENSIONS_MOST * sizeof *at);
    at[dimension] = l->dimensions[dimension].categories[c->at[dimension]].parent;
}

/* Is the cell one of those that are never printed, so that a total of nothing else is not printed either? */
static bool is_unseen(const struct labelled *l, const struct labelled_cell *c, bool audit)
{
    return c->withheld && (c->implied || (!audit && c->snapshot + 1 == l->snapshot_count));
}

/* Totals along a dimension that the files do not list, from deep to shallow, so that those that are made are parts
 * again. */
static enum rc add_parents(struct labelled *l, size_t dimension, bool audit, bool *more, struct err *e)
{
    const struct dimension *d = &l->dimensions[dimension];
    unsigned deepest = 0;
    for (uint32_t k = 0; k < d->count; k++) {
        unsigned depth = depth_of(d, k);
        deepest = depth > deepest ? depth : deepest;
    }
    for (unsigned depth = deepest; depth > 0; depth--) {
        size_t before = l->count;
        for (size_t k = 0; k < before; k++) {
            uint32_t at[LABELLED_DIMENSIONS_MOST], category = l->cells[k].at[dimension];
            if (category == 0 || depth_of(d, category) != depth)
                continue;
            parent_place(l, &l->cells[k], dimension, at);
            uint32_t parent = reader_find(l, l->cells[k].snapshot, at);
            if (parent == LABELLED_NOT_A_CELL) {
                *more = true;
                TRY(reader_add(l, l->cells[k].snapshot, at,
                               (struct labelled_cell){.count = 0, .implied = true, .withheld = true}, e));
                parent = (uint32_t)l->count - 1;
            }
            struct labelled_cell *p = &l->cells[parent];
            if (parent >= before && p->implied) {
                p->count += l->cells[k].count;
                p->withheld = p->withheld && is_unseen(l, &l->cells[k], audit);
            }
        }
    }
    return RC_OK;
}

struct grouped {
    struct child *items;
    size_t count;
};

static int by_parent(const void *x, const void *y)
{
    const struct child *a = x, *b = y;
    if (a->parent != b->parent)
        return a->parent < b->parent ? -1 : 1;
    return a->cell < b->cell ? -1 : a->cell > b->cell;
}

/* The cells that have a parent along the dimension, by parent. */
static struct grouped group(struct labelled *l, size_t dimension)
{
    struct grouped g = {.items = arena_alloc_raw(l->a, (l->count + 1) * sizeof *g.items)};
    for (size_t k = 0; k < l->count; k++) {
        uint32_t at[LABELLED_DIMENSIONS_MOST];
        if (l->cells[k].at[dimension] == 0 || l->cells[k].change)
            continue;
        parent_place(l, &l->cells[k], dimension, at);
        uint32_t parent = reader_find(l, l->cells[k].snapshot, at);
        if (parent != LABELLED_NOT_A_CELL)
            g.items[g.count++] = (struct child){parent, (uint32_t)k};
    }
    qsort(g.items, g.count, sizeof *g.items, by_parent);
    return g;
}

/* Totals that are more than their parts get a rest; those that are less are wrong. */
static enum rc add_rests(struct labelled *l, size_t dimension, bool *more, struct err *e)
{
    struct grouped g = group(l, dimension);
    for (size_t from = 0, to; from < g.count; from = to) {
        uint32_t parent = g.items[from].parent;
        int64_t sum = 0;
        for (to = from; to < g.count && g.items[to].parent == parent; to++)
            sum += l->cells[g.items[to].cell].count;
        int64_t rest = l->cells[parent].count - sum;
        if (rest == 0)
            continue;
        if (rest < 0)
            return err_set(e, RC_INVALID, 0, "%.*s: the parts add up to %" PRId64 ", which is more than %" PRId64,
                           STR_ARG(str_sub(reader_place(l, &l->cells[parent]), 0, 200)), sum, l->cells[parent].count);
        uint32_t at[LABELLED_DIMENSIONS_MOST];
        memcpy(at, l->cells[parent].at, sizeof at);
        at[dimension] = reader_rest(l, dimension, at[dimension]);
        uint32_t known = reader_find(l, l->cells[parent].snapshot, at);
        if (known != LABELLED_NOT_A_CELL)
            return err_set(e, RC_INVALID, 0, "%.*s: the totals do not agree with each other",
                           STR_ARG(str_sub(reader_place(l, &l->cells[parent]), 0, 200)));
        *more = true;
        TRY(reader_add(l, l->cells[parent].snapshot, at,
                       (struct labelled_cell){.count = rest, .implied = true, .withheld = true}, e));
    }
    return RC_OK;
}

/* ---- the engine's release
 * ------------------------------------------------------------------------------------------------------ */

static enum disclosure_kind kind_of(const struct labelled *l, const struct labelled_cell *c, bool audit)
{
    bool now = c->snapshot + 1 == l->snapshot_count;
    if (c->withheld)
        return audit && now && !c->implied ? DISCLOSURE_OPEN : DISCLOSURE_UNSEEN;
    return now ? DISCLOSURE_OPEN : DISCLOSURE_OUT;
}

static uint32_t cost_of(const struct labelled_cell *c)
{
    if (c->sums != 0)
        return (uint32_t)DISCLOSURE_COST_TOTAL * c->sums;
    return c->count == 0 ? DISCLOSURE_COST_ZERO : DISCLOSURE_COST_CELL;
}

static void build_sums(struct labelled *l, const struct grouped *g, struct disclosure *d)
{
    uint32_t *parts = arena_alloc_raw(l->a, (g->count + 1) * sizeof *parts);
    for (size_t from = 0, to; from < g->count; from = to) {
        uint32_t parent = g->items[from].parent;
        for (to = from; to < g->count && g->items[to].parent == parent; to++)
            parts[to - from] = l->cells[g->items[to].cell].cell;
        disclosure_add_sum(d, l->cells[parent].cell, parts, to - from);
    }
}

/* The same place in the latest snapshot before that has it. */
static uint32_t earlier(struct labelled *l, const struct labelled_cell *c)
{
    for (uint32_t s = c->snapshot; s-- > 0;) {
        uint32_t known = reader_find(l, s, c->at);
        if (known != LABELLED_NOT_A_CELL)
            return known;
    }
    return LABELLED_NOT_A_CELL;
}

/* Counts that never fall are taken to add up over time: each change is then a count itself. */
static enum rc build_changes(struct labelled *l, struct err *e)
{
    size_t count = l->count;
    bool falls = false;
    for (size_t k = 0; k < count; k++) {
        uint32_t before = earlier(l, &l->cells[k]);
        falls = falls || (before != LABELLED_NOT_A_CELL && l->cells[k].count < l->cells[before].count);
    }
    for (size_t k = 0; k < count; k++) {
        uint32_t before = earlier(l, &l->cells[k]);
        if (before == LABELLED_NOT_A_CELL)
            continue;
        int64_t change = l->cells[k].count - l->cells[before].count;
        uint32_t cell = falls ? disclosure_add_change(l->release, change)
                              : disclosure_add(l->release, change, DISCLOSURE_UNSEEN, DISCLOSURE_COST_CELL);
        disclosure_add_sum(l->release, l->cells[k].cell, (uint32_t[]){l->cells[before].cell, cell}, 2);
        TRY(reader_add(
            l, l->cells[k].snapshot, l->cells[k].at,
            (struct labelled_cell){.count = change, .kind = DISCLOSURE_UNSEEN, .implied = true, .change = true}, e));
        l->cells[l->count - 1].cell = cell;
    }
    return RC_OK;
}

enum rc labelled_finish(struct labelled *l, bool audit, struct err *e)
{
    bool more = true;
    struct grouped groups[LABELLED_DIMENSIONS_MOST];
    if (l->count == 0)
        return err_set(e, RC_INVALID, 0, "there is no count in it");
    /* A round can open the next: a rest in one dimension has its totals in another. */
    while (more) {
        more = false;
        for (size_t k = 0; k < l->dimension_count && l->totals; k++)
            TRY(add_parents(l, k, audit, &more, e));
        for (size_t k = 0; k < l->dimension_count; k++)
            TRY(add_rests(l, k, &more, e));
    }
    for (size_t k = 0; k < l->dimension_count; k++) {
        groups[k] = group(l, k);
        for (size_t c = 0; c < groups[k].count; c++)
            if (c == 0 || groups[k].items[c].parent != groups[k].items[c - 1].parent)
                l->cells[groups[k].items[c].parent].sums++;
    }
    l->release = disclosure_new(l->a, l->rule);
    for (size_t k = 0; k < l->count; k++) {
        struct labelled_cell *c = &l->cells[k];
        c->kind = kind_of(l, c, audit);
        if (c->count > DISCLOSURE_COUNT_MOST)
            return err_set(e, RC_INVALID, 0, "%.*s: more than %" PRId64, STR_ARG(str_sub(reader_place(l, c), 0, 200)),
                           DISCLOSURE_COUNT_MOST);
        c->cell = disclosure_add(l->release, c->count, c->kind, cost_of(c));
    }
    for (size_t k = 0; k < l->dimension_count; k++)
        build_sums(l, &groups[k], l->release);
    TRY(build_changes(l, e));
    return reader_cross(l, e);
}
