/* The table behind the tables. Tables of sex by outcome, outcome by region and region by sex come from one table of all
 * three, and an attacker who knows that its counts are not negative either can narrow what each of them leaves open.
 * Where tables overlap like that, in a ring, the cells of the finer table become unknown cells of the release. Where
 * they do not (one table, or tables that share dimensions like the links of a chain), every set of tables with equal
 * totals has a finer table, and it would tell nothing (Beeri, Fagin, Maier, Yannakakis 1983; the test is the reduction
 * of Graham, Yu and Ozsoyoglu).
 *
 * Left out: a finer table of more than CROSS_MOST cells, and tables whose categories are of different depth. */
#include "engine/disclosure/reader.h"

#define CROSS_MOST ((size_t)3000)
#define TABLES_MOST 64

typedef uint32_t mask; /* a set of dimensions */

struct core {
    mask tables[TABLES_MOST]; /* those of the ring, each by its dimensions in it */
    size_t count;
    mask all;
};

/* ---- is there a ring
 * ------------------------------------------------------------------------------------------------------ */

static mask mask_of(const struct labelled *l, const struct labelled_cell *c)
{
    mask m = 0;
    for (size_t k = 0; k < l->dimension_count; k++)
        if (c->at[k] != 0)
            m |= (mask)1 << k;
    return m;
}

/* The tables of a snapshot: sets of dimensions that no other holds. False when there are too many. */
static bool gather(const struct labelled *l, uint32_t snapshot, struct core *core)
{
    core->count = 0;
    for (size_t k = 0; k < l->count; k++) {
        const struct labelled_cell *c = &l->cells[k];
        mask m = mask_of(l, c);
        bool held = c->snapshot != snapshot || c->change;
        for (size_t t = 0; t < core->count && !held; t++)
            held = (m & ~core->tables[t]) == 0;
        if (held)
            continue;
        size_t kept = 0;
        for (size_t t = 0; t < core->count; t++)
            if ((core->tables[t] & ~m) != 0)
                core->tables[kept++] = core->tables[t];
        if (kept == TABLES_MOST)
            return false;
        core->tables[kept++] = m;
        core->count = kept;
    }
    return true;
}

/* Takes off dimensions that stand in one table alone and tables that another holds, as long as there are any. */
static void reduce(struct core *core)
{
    for (bool again = true; again;) {
        mask once = 0, twice = 0;
        size_t kept = 0;
        again = false;
        for (size_t t = 0; t < core->count; t++) {
            twice |= once & core->tables[t];
            once |= core->tables[t];
        }
        for (size_t t = 0; t < core->count; t++)
            core->tables[t] &= twice;
        for (size_t t = 0; t < core->count; t++) {
            bool held = false;
            for (size_t o = 0; o < core->count && !held; o++)
                held = o != t && (core->tables[t] & ~core->tables[o]) == 0 &&
                       (core->tables[t] != core->tables[o] || o < t);
            if (!held)
                core->tables[kept++] = core->tables[t];
        }
        again = kept < core->count;
        core->count = kept;
    }
    core->all = 0;
    for (size_t t = 0; t < core->count; t++)
        core->all |= core->tables[t];
}

/* ---- the finer table
 * -------------------------------------------------------------------------------------------------------- */

struct leaves {
    uint32_t *category[LABELLED_DIMENSIONS_MOST];
    size_t count[LABELLED_DIMENSIONS_MOST];
};

/* The categories of each dimension that have none below them. Returns how many cells the finer table has, at most
 * CROSS_MOST + 1. */
static size_t find_leaves(struct labelled *l, const struct core *core, struct leaves *out)
{
    size_t cells = 1;
    for (size_t k = 0; k < l->dimension_count; k++) {
        const struct dimension *d = &l->dimensions[k];
        bool *above = ARENA_ARRAY(l->a, d->count, bool);
        out->category[k] = ARENA_ARRAY(l->a, d->count, uint32_t);
        out->count[k] = 0;
        for (size_t c = 1; c < d->count; c++)
            above[d->categories[c].parent] = true;
        if ((core->all >> k & 1) == 0)
            continue;
        for (uint32_t c = 1; c < d->count; c++)
            if (!above[c])
                out->category[k][out->count[k]++] = c;
        cells = out->count[k] == 0 || cells > CROSS_MOST / out->count[k] ? CROSS_MOST + 1 : cells * out->count[k];
        if (cells > CROSS_MOST)
            return cells;
    }
    return cells;
}

/* The next combination of leaves in the dimensions of a set; false after the last. Begin with all at leaf 0. */
static bool next(const struct leaves *v, mask dimensions, size_t *at)
{
    for (size_t k = 0; k < LABELLED_DIMENSIONS_MOST; k++) {
        if ((dimensions >> k & 1) == 0)
            continue;
        if (++at[k] < v->count[k])
            return true;
        at[k] = 0;
    }
    return false;
}

static uint32_t cell_at(struct labelled *l, uint32_t snapshot, const struct leaves *v, mask dimensions,
                        const size_t *at)
{
    uint32_t place[LABELLED_DIMENSIONS_MOST] = {0};
    for (size_t k = 0; k < l->dimension_count; k++)
        if ((dimensions >> k & 1) != 0)
            place[k] = v->category[k][at[k]];
    return reader_find(l, snapshot, place);
}

/* Do the leaf cells of every table of the ring add up to the total: is none listed at another depth or left out? */
static bool is_whole(struct labelled *l, uint32_t snapshot, const struct core *core, const struct leaves *v)
{
    const uint32_t total_place[LABELLED_DIMENSIONS_MOST] = {0};
    uint32_t total = reader_find(l, snapshot, total_place);
    for (size_t t = 0; t < core->count && total != LABELLED_NOT_A_CELL; t++) {
        size_t at[LABELLED_DIMENSIONS_MOST] = {0};
        int64_t sum = 0;
        do {
            uint32_t c = cell_at(l, snapshot, v, core->tables[t], at);
            sum += c != LABELLED_NOT_A_CELL ? l->cells[c].count : 0;
        } while (next(v, core->tables[t], at));
        if (sum != l->cells[total].count)
            return false;
    }
    return total != LABELLED_NOT_A_CELL;
}

/* One sum for each cell of a table of the ring: it is all that the finer table has at its place. fine: the finer
 * table's cells in the order of next, LABELLED_NOT_A_CELL where there is none. */
static enum rc add_sums(struct labelled *l, uint32_t snapshot, const struct core *core, const struct leaves *v,
                        mask table, const uint32_t *fine, struct err *e)
{
    size_t outer[LABELLED_DIMENSIONS_MOST] = {0};
    uint32_t *parts = arena_alloc_raw(l->a, (CROSS_MOST + 1) * sizeof *parts);
    do {
        uint32_t c = cell_at(l, snapshot, v, table, outer);
        size_t at[LABELLED_DIMENSIONS_MOST] = {0}, count = 0, number = 0;
        if (c == LABELLED_NOT_A_CELL)
            continue;
        do {
            bool same = true;
            for (size_t k = 0; k < l->dimension_count && same; k++)
                same = (table >> k & 1) == 0 || at[k] == outer[k];
            if (same && fine[number] != LABELLED_NOT_A_CELL)
                parts[count++] = fine[number];
            number++;
        } while (next(v, core->all, at));
        if (count == 0 && l->cells[c].count > 0)
            return err_set(e, RC_INVALID, 0,
                           "%.*s: the other tables leave no room for it; they are not of the same people",
                           STR_ARG(str_sub(reader_place(l, &l->cells[c]), 0, 200)));
        disclosure_add_sum(l->release, l->cells[c].cell, parts, count);
    } while (next(v, table, outer));
    return RC_OK;
}

static enum rc cross_snapshot(struct labelled *l, uint32_t snapshot, struct err *e)
{
    struct core core;
    struct leaves v;
    size_t at[LABELLED_DIMENSIONS_MOST] = {0}, number = 0;
    if (!gather(l, snapshot, &core))
        return RC_OK;
    reduce(&core);
    if (core.count < 2 || find_leaves(l, &core, &v) > CROSS_MOST || !is_whole(l, snapshot, &core, &v))
        return RC_OK;
    uint32_t *fine = arena_alloc_raw(l->a, (CROSS_MOST + 1) * sizeof *fine);
    do {
        bool room = true; /* a place that some table does not have holds nobody */
        for (size_t t = 0; t < core.count && room; t++)
            room = cell_at(l, snapshot, &v, core.tables[t], at) != LABELLED_NOT_A_CELL;
        fine[number++] = room ? disclosure_add_unknown(l->release) : LABELLED_NOT_A_CELL;
    } while (next(&v, core.all, at));
    for (size_t t = 0; t < core.count; t++)
        TRY(add_sums(l, snapshot, &core, &v, core.tables[t], fine, e));
    return RC_OK;
}

enum rc reader_cross(struct labelled *l, struct err *e)
{
    for (uint32_t s = 0; s < l->snapshot_count && l->totals; s++)
        TRY(cross_snapshot(l, s, e));
    return RC_OK;
}
