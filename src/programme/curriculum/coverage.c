/* The curriculum map; see coverage.h. */
#include "programme/curriculum/coverage.h"

#define NO_ROW SIZE_MAX

/* ---- which rows a competency counts for -------------------------------------------------------------------------- */

/* For looking up by competency and by item. */
struct place {
    int64_t key;
    size_t at; /* in the outline */
};

static int by_key(const void *x, const void *y)
{
    const struct place *a = x, *b = y;
    return a->key < b->key ? -1 : a->key > b->key;
}

static size_t find(const struct place *places, size_t count, int64_t key)
{
    const struct place want = {.key = key};
    const struct place *hit = count != 0 ? bsearch(&want, places, count, sizeof *places, by_key) : NULL;
    return hit != NULL ? hit->at : NO_ROW;
}

struct builder {
    struct arena *a;
    const struct coverage_outline *outline;
    size_t *row_of; /* by place in the outline: its row, NO_ROW for behaviours */
    size_t *parent; /* by place in the outline: that of its parent, NO_ROW at the top */
    struct place *by_competency;
    const struct stage *stages;
    struct coverage *c;
    int64_t (*seen)[COVERAGE_USES]; /* by row: the session counted last */
};

/* In tree order a parent stands before its children, so one pass settles all. */
static void make_rows(struct builder *b)
{
    size_t n = b->outline->all_count, shown = 0;
    const struct competency *all = b->outline->all;
    struct place *by_item = ARENA_ARRAY(b->a, n, struct place);
    b->by_competency = ARENA_ARRAY(b->a, n, struct place);
    b->row_of = ARENA_ARRAY(b->a, n, size_t);
    b->parent = ARENA_ARRAY(b->a, n, size_t);
    b->c->rows = ARENA_ARRAY(b->a, n, struct coverage_row);
    for (size_t i = 0; i < n; i++) {
        by_item[i] = (struct place){all[i].item, i};
        b->by_competency[i] = (struct place){all[i].competency, i};
    }
    if (n != 0) {
        qsort(by_item, n, sizeof *by_item, by_key);
        qsort(b->by_competency, n, sizeof *by_item, by_key);
    }
    for (size_t i = 0; i < n; i++) {
        size_t up = find(by_item, n, all[i].parent_item);
        b->parent[i] = up != NO_ROW && up < i ? up : NO_ROW;
        b->row_of[i] = NO_ROW;
        if (shown == b->outline->shown_count || b->outline->shown[shown].item != all[i].item)
            continue; /* a behaviour: the list without them is the same list in the same order */
        shown++;
        b->row_of[i] = b->c->row_count;
        b->c->rows[b->c->row_count++] = (struct coverage_row){
            .competency = &all[i], .cells = ARENA_ARRAY(b->a, b->c->stage_count + 1, struct coverage_cell)};
        if (b->parent[i] != NO_ROW && b->row_of[b->parent[i]] != NO_ROW)
            b->c->rows[b->row_of[b->parent[i]]].group = true;
    }
}

/* ---- counting ---------------------------------------------------------------------------------------------------- */

static void count(struct builder *b, size_t row, size_t cell, enum coverage_use use, int64_t session)
{
    if (b->seen[row][use] == session)
        return;
    b->seen[row][use] = session;
    b->c->rows[row].cells[cell].sessions[use]++;
    b->c->rows[row].total.sessions[use]++;
}

static size_t cell_of(struct builder *b, int64_t stage)
{
    for (size_t i = 0; i < b->c->stage_count; i++)
        if (b->stages[i].id == stage)
            return i;
    b->c->stageless = true;
    return b->c->stage_count;
}

static void count_tag(struct builder *b, const struct coverage_tag *t)
{
    enum coverage_use use = t->use == 'I'   ? COVERAGE_INTRODUCED
                            : t->use == 'P' ? COVERAGE_PRACTISED
                                            : COVERAGE_ASSESSED;
    size_t cell = cell_of(b, t->stage);
    for (size_t at = find(b->by_competency, b->outline->all_count, t->competency); at != NO_ROW; at = b->parent[at]) {
        if (b->row_of[at] == NO_ROW)
            continue;
        count(b, b->row_of[at], cell, use, t->session);
        count(b, b->row_of[at], cell, COVERAGE_ANY, t->session);
    }
}

static void find_most(struct coverage *c)
{
    for (size_t r = 0; r < c->row_count; r++)
        for (size_t s = 0; s <= c->stage_count && !c->rows[r].group; s++)
            for (int u = 0; u < COVERAGE_USES; u++)
                if (c->rows[r].cells[s].sessions[u] > c->most[u])
                    c->most[u] = c->rows[r].cells[s].sessions[u];
}

void coverage_build(struct arena *a, const struct coverage_outline *outline, const struct stage *stages,
                    size_t stage_count, const struct coverage_tag *tags, size_t tag_count, struct coverage *out)
{
    *out = (struct coverage){.stage_count = stage_count};
    struct builder b = {.a = a, .outline = outline, .stages = stages, .c = out};
    make_rows(&b);
    b.seen = arena_array(a, out->row_count, sizeof *b.seen);
    for (size_t i = 0; i < tag_count; i++)
        count_tag(&b, &tags[i]);
    find_most(out);
}

bool coverage_belongs(const struct coverage_outline *outline, int64_t competency, int64_t row_competency)
{
    int64_t item = 0;
    for (size_t i = outline->all_count; i > 0; i--) { /* from below: parents stand before their children */
        const struct competency *k = &outline->all[i - 1];
        bool on_path = item != 0 ? k->item == item : k->competency == competency;
        if (!on_path)
            continue;
        if (k->competency == row_competency)
            return true;
        item = k->parent_item;
        if (item == 0)
            return false;
    }
    return false;
}

/* ---- shades ------------------------------------------------------------------------------------------------------ */

int64_t coverage_shade_limit(int shade, int64_t most)
{
    return most <= 5 ? shade : (most * shade + 4) / 5;
}

int coverage_shade(int64_t sessions, int64_t most)
{
    if (sessions <= 0)
        return 0;
    for (int shade = 1; shade < 5; shade++)
        if (sessions <= coverage_shade_limit(shade, most))
            return shade;
    return 5;
}

/* ---- gaps -------------------------------------------------------------------------------------------------------- */

/* The first stage in which there is a session for a use; stage_count when there is none. */
static size_t first_stage(const struct coverage *c, const struct coverage_row *r, enum coverage_use use)
{
    size_t s = 0;
    while (s < c->stage_count && r->cells[s].sessions[use] == 0)
        s++;
    return s;
}

static bool has_gap(const struct coverage *c, const struct coverage_row *r, enum gap_kind kind,
                    struct coverage_gap *gap)
{
    const int64_t *n = r->total.sessions;
    bool taught = n[COVERAGE_INTRODUCED] != 0 || n[COVERAGE_PRACTISED] != 0, assessed = n[COVERAGE_ASSESSED] != 0;
    *gap = (struct coverage_gap){.kind = kind, .row = r};
    switch (kind) {
    case GAP_NEVER_ASSESSED:
        return taught && !assessed;
    case GAP_NEVER_TAUGHT:
        return !taught && assessed;
    case GAP_NEVER_TOUCHED:
        return !taught && !assessed;
    default:
        break;
    }
    gap->assessed_stage = first_stage(c, r, COVERAGE_ASSESSED);
    gap->taught_stage = first_stage(c, r, n[COVERAGE_INTRODUCED] != 0 ? COVERAGE_INTRODUCED : COVERAGE_PRACTISED);
    return taught && assessed && gap->taught_stage < c->stage_count && gap->assessed_stage < gap->taught_stage;
}

void coverage_gaps(struct arena *a, const struct coverage *c, struct coverage_gap **out, size_t *found)
{
    *out = ARENA_ARRAY(a, 2 * c->row_count, struct coverage_gap); /* only the last kind can go with another */
    *found = 0;
    for (int kind = 0; kind < GAP_KINDS; kind++)
        for (size_t r = 0; r < c->row_count; r++) {
            struct coverage_gap gap;
            if (!c->rows[r].group && has_gap(c, &c->rows[r], (enum gap_kind)kind, &gap))
                (*out)[(*found)++] = gap;
        }
}
