/* Building a release, and the questions about it that both attacks answer: see disclosure.h. */
#include "engine/disclosure/release.h"

const struct disclosure_rule disclosure_default = {.threshold = 5, .min_width = 5};

struct disclosure *disclosure_new(struct arena *a, struct disclosure_rule rule)
{
    ASSERT(rule.threshold >= 1 && rule.min_width >= 1);
    struct disclosure *d = ARENA_NEW(a, struct disclosure);
    d->a = a;
    d->rule = rule;
    return d;
}

static uint32_t add_cell(struct disclosure *d, struct cell c)
{
    ASSERT(!d->prepared && d->count < UINT32_MAX);
    if (d->count == d->room) {
        size_t room = d->room == 0 ? 64 : d->room * 2;
        d->cells = arena_grow(d->a, d->cells, d->room * sizeof *d->cells, room * sizeof *d->cells);
        d->room = room;
    }
    c.hidden = c.kind == DISCLOSURE_UNSEEN;
    d->cells[d->count] = c;
    return (uint32_t)d->count++;
}

uint32_t disclosure_add(struct disclosure *d, int64_t count, enum disclosure_kind kind, uint32_t cost)
{
    ASSERT(count >= 0 && count <= DISCLOSURE_COUNT_MOST && cost >= 1 && cost <= 1000);
    return add_cell(d, (struct cell){.count = count, .cost = cost, .kind = (uint8_t)kind});
}

uint32_t disclosure_add_change(struct disclosure *d, int64_t change)
{
    ASSERT(change >= -DISCLOSURE_COUNT_MOST && change <= DISCLOSURE_COUNT_MOST);
    return add_cell(d, (struct cell){.count = change, .cost = 1, .kind = DISCLOSURE_UNSEEN, .signed_ = true});
}

uint32_t disclosure_add_unknown(struct disclosure *d)
{
    d->has_unknown = true;
    return add_cell(d, (struct cell){.cost = 1, .kind = DISCLOSURE_UNSEEN, .unknown = true});
}

static void add_term(struct disclosure *d, uint32_t cell, int32_t sign)
{
    ASSERT(cell < d->count);
    if (d->term_count == d->term_room) {
        size_t room = d->term_room == 0 ? 128 : d->term_room * 2;
        d->terms = arena_grow(d->a, d->terms, d->term_room * sizeof *d->terms, room * sizeof *d->terms);
        d->term_room = room;
    }
    d->terms[d->term_count++] = (struct term){cell, sign};
}

void disclosure_add_sum(struct disclosure *d, uint32_t total, const uint32_t *parts, size_t count)
{
    int64_t sum = 0;
    bool known = true;
    ASSERT(!d->prepared);
    if (d->sum_count + 2 > d->sum_room) {
        size_t room = d->sum_room == 0 ? 32 : d->sum_room * 2;
        d->sum_from = arena_grow(d->a, d->sum_from, d->sum_room * sizeof *d->sum_from, room * sizeof *d->sum_from);
        d->sum_room = room;
    }
    d->sum_from[d->sum_count++] = d->term_count;
    add_term(d, total, 1);
    for (size_t k = 0; k < count; k++) {
        ASSERT(parts[k] != total);
        add_term(d, parts[k], -1);
        sum += d->cells[parts[k]].count;
        known = known && !d->cells[parts[k]].unknown;
    }
    d->sum_from[d->sum_count] = d->term_count;
    ASSERT(!known || sum == d->cells[total].count);
}

struct cut *cuts_add(struct cuts *c, size_t most)
{
    if (c->count == c->room) {
        size_t room = c->room == 0 ? 16 : c->room * 2;
        c->items = arena_grow(c->a, c->items, c->room * sizeof *c->items, room * sizeof *c->items);
        c->room = room;
    }
    struct cut *cut = &c->items[c->count++];
    *cut = (struct cut){.cells = arena_alloc_raw(c->a, most * sizeof *cut->cells)};
    return cut;
}

void release_set_hidden(struct disclosure *d, uint32_t cell, bool hidden)
{
    struct cell *c = &d->cells[cell];
    ASSERT(c->kind == DISCLOSURE_OPEN);
    if (c->hidden == hidden)
        return;
    c->hidden = hidden;
    if (d->network != NULL)
        network_set_hidden(d, cell, hidden);
    else if (d->program != NULL)
        program_set_hidden(d, cell, hidden);
}

void release_prepare(struct disclosure *d)
{
    if (d->prepared) {
        if (d->network == NULL && d->program == NULL)
            d->program = program_new(d);
        return;
    }
    d->prepared = true;
    d->sensitive = arena_alloc_raw(d->a, d->count * sizeof *d->sensitive);
    for (size_t k = 0; k < d->count; k++) {
        struct cell *c = &d->cells[k];
        int64_t size = c->count < 0 ? -c->count : c->count;
        c->sensitive = c->kind != DISCLOSURE_OUT && size > 0 && size < d->rule.threshold;
        if (!c->sensitive)
            continue;
        c->hidden = true;
        d->sensitive[d->sensitive_count++] = (uint32_t)k;
    }
    d->network = d->has_unknown ? NULL : network_new(d); /* a flow starts from the true table */
    if (d->network == NULL)
        d->program = program_new(d);
}

bool release_check(struct disclosure *d, uint32_t cell, struct cuts *cuts)
{
    release_prepare(d);
    return d->network != NULL ? network_check(d, cell, cuts) : program_check(d, cell, cuts);
}

bool disclosure_hidden(const struct disclosure *d, uint32_t cell)
{
    return d->cells[cell].hidden;
}

bool disclosure_sensitive(const struct disclosure *d, uint32_t cell)
{
    return d->cells[cell].sensitive;
}

void disclosure_hide_exactly(struct disclosure *d, const bool *hidden)
{
    release_prepare(d);
    for (uint32_t k = 0; k < d->count; k++)
        if (d->cells[k].kind == DISCLOSURE_OPEN)
            release_set_hidden(d, k, hidden[k]);
}

struct disclosure_interval disclosure_attack(struct disclosure *d, uint32_t cell)
{
    release_prepare(d);
    if (!d->cells[cell].hidden)
        return (struct disclosure_interval){d->cells[cell].count, d->cells[cell].count};
    return d->network != NULL ? network_interval(d, cell) : program_interval(d, cell);
}

bool disclosure_protected(struct disclosure *d, uint32_t cell)
{
    release_prepare(d);
    if (!d->cells[cell].sensitive)
        return true;
    return d->cells[cell].hidden && release_check(d, cell, NULL);
}
