/* Groups: what a student can have one of. A day is a group, a shift with several roles is one; of shifts that conflict
 * each joins the first group all of which it conflicts with. What is left over between groups is "open". */
#include "engine/match/place_inside.h"

static int compare_u64(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

/* Shifts in the order of their days, so that those of a day stand together. */
static uint32_t *order_shifts(const struct place *p, struct arena *a)
{
    struct arena *own = arena_new(0);
    uint64_t *key = arena_alloc_raw(own, p->shifts * sizeof *key);
    uint32_t *order = arena_alloc_raw(a, p->shifts * sizeof *order);
    for (uint32_t s = 0; s < p->shifts; s++)
        key[s] = (uint64_t)p->shift[s].day << 32 | s;
    qsort(key, p->shifts, sizeof *key, compare_u64);
    for (uint32_t s = 0; s < p->shifts; s++)
        order[s] = (uint32_t)key[s];
    arena_free(own);
    return order;
}

/* Edges by student and, within, by day and shift: two passes of counting. */
static void order_edges(const struct place *p, struct place_groups *g, struct arena *a)
{
    struct arena *own = arena_new(0);
    uint32_t *order = order_shifts(p, own), *at = ARENA_ARRAY(own, (size_t)p->shifts + 1, uint32_t);
    uint32_t *by_shift = arena_alloc_raw(own, p->edges * sizeof *by_shift), total = 0;
    for (uint32_t k = 0; k < p->edges; k++)
        at[place_shift_of(p, k)]++;
    for (uint32_t s = 0; s < p->shifts; s++) {
        uint32_t here = at[order[s]];
        at[order[s]] = total;
        total += here;
    }
    for (uint32_t k = 0; k < p->edges; k++)
        by_shift[at[place_shift_of(p, k)]++] = k;
    g->from = ARENA_ARRAY(a, (size_t)p->students + 2, uint32_t);
    g->edge = arena_alloc_raw(a, p->edges * sizeof *g->edge);
    for (uint32_t k = 0; k < p->edges; k++)
        g->from[p->edge[k].student + 2]++;
    for (uint32_t i = 2; i <= p->students; i++)
        g->from[i] += g->from[i - 1];
    for (uint32_t k = 0; k < p->edges; k++)
        g->edge[g->from[p->edge[by_shift[k]].student + 1]++] = by_shift[k];
    arena_free(own);
}

static void order_conflicts(const struct place *p, struct place_groups *g, struct arena *a)
{
    struct arena *own = arena_new(0);
    uint64_t *key = arena_alloc_raw(own, (size_t)p->conflicts * 2 * sizeof *key);
    size_t count = 0;
    for (uint32_t k = 0; k < p->conflicts; k++) {
        struct place_conflict c = p->conflict[k];
        key[count++] = (uint64_t)c.shift << 32 | c.other;
        key[count++] = (uint64_t)c.other << 32 | c.shift;
    }
    qsort(key, count, sizeof *key, compare_u64);
    g->near_from = ARENA_ARRAY(a, (size_t)p->shifts + 1, uint32_t);
    g->near = arena_alloc_raw(a, count * sizeof *g->near);
    uint32_t kept = 0, s = 0;
    for (size_t k = 0; k < count; k++) {
        if (k != 0 && key[k] == key[k - 1])
            continue;
        for (; s < (uint32_t)(key[k] >> 32); s++)
            g->near_from[s + 1] = kept;
        g->near[kept++] = (uint32_t)key[k];
    }
    for (; s < p->shifts; s++)
        g->near_from[s + 1] = kept;
    arena_free(own);
}

bool place_conflicting(const struct place *p, const struct place_groups *g, uint32_t shift, uint32_t other)
{
    if (shift == other || (p->shift[shift].day == p->shift[other].day && p->shift[shift].day != PLACE_NO_DAY))
        return true;
    uint32_t low = g->near_from[shift], high = g->near_from[shift + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (g->near[middle] < other)
            low = middle + 1;
        else
            high = middle;
    }
    return low < g->near_from[shift + 1] && g->near[low] == other;
}

/* Of one student: where its shifts went so far. */
struct sorter {
    const struct place *p;
    struct place_groups *g;
    struct arena *a;
    uint32_t *first; /* of each shift: 1 + its first edge for this student; 0: none yet */
    uint32_t *items; /* of each group: shifts in it */
    uint32_t *hits;  /* of each group: shifts in it that conflict with the one at hand */
    size_t open_room;
};

static void add_open(struct sorter *x, uint32_t edge, uint32_t other)
{
    struct place_groups *g = x->g;
    if (g->open_count == x->open_room) {
        size_t room = x->open_room != 0 ? x->open_room * 2 : 64;
        g->open = arena_grow(x->a, g->open, x->open_room * sizeof *g->open, room * sizeof *g->open);
        x->open_room = room;
    }
    g->open[g->open_count++] = (struct place_open){edge, other};
}

/* Counts, for each group, the shifts of the student so far that conflict with this one; step -1 takes that back. */
static void count_hits(struct sorter *x, uint32_t shift, uint32_t day_from, uint32_t at, int step)
{
    struct place_groups *g = x->g;
    for (uint32_t k = day_from; k < at; k++) {
        uint32_t edge = g->edge[k];
        if (x->first[place_shift_of(x->p, edge)] == edge + 1 && place_shift_of(x->p, edge) != shift)
            x->hits[g->group[edge]] += (uint32_t)step;
    }
    uint32_t day = x->p->shift[shift].day;
    for (uint32_t k = g->near_from[shift]; k < g->near_from[shift + 1]; k++) {
        uint32_t other = g->near[k];
        bool counted = day != PLACE_NO_DAY && x->p->shift[other].day == day;
        if (x->first[other] != 0 && !counted)
            x->hits[g->group[x->first[other] - 1]] += (uint32_t)step;
    }
}

static void note_open(struct sorter *x, uint32_t edge, uint32_t shift, uint32_t day_from, uint32_t at)
{
    struct place_groups *g = x->g;
    for (uint32_t k = day_from; k < at; k++) {
        uint32_t other = g->edge[k];
        if (x->first[place_shift_of(x->p, other)] == other + 1 && g->group[other] != g->group[edge])
            add_open(x, other, edge);
    }
    uint32_t day = x->p->shift[shift].day;
    for (uint32_t k = g->near_from[shift]; k < g->near_from[shift + 1]; k++) {
        uint32_t other = g->near[k];
        bool counted = day != PLACE_NO_DAY && x->p->shift[other].day == day;
        if (x->first[other] != 0 && !counted && g->group[x->first[other] - 1] != g->group[edge])
            add_open(x, x->first[other] - 1, edge);
    }
}

static void group_student(struct sorter *x, uint32_t i)
{
    struct place_groups *g = x->g;
    uint32_t begin = g->count, day_from = g->from[i];
    for (uint32_t k = g->from[i]; k < g->from[i + 1]; k++) {
        uint32_t edge = g->edge[k], shift = place_shift_of(x->p, edge), day = x->p->shift[shift].day, to = FLOW_NONE;
        if (day == PLACE_NO_DAY || x->p->shift[place_shift_of(x->p, g->edge[day_from])].day != day)
            day_from = k;
        if (x->first[shift] != 0) { /* another role on the same shift */
            g->group[edge] = g->group[x->first[shift] - 1];
            g->size[g->group[edge]]++;
            continue;
        }
        if (x->p->conflicts == 0 && day_from < k) {
            to = g->group[g->edge[day_from]];
        } else if (x->p->conflicts != 0) {
            count_hits(x, shift, day_from, k, 1);
            for (uint32_t other = begin; other < g->count && to == FLOW_NONE; other++)
                if (x->hits[other] == x->items[other])
                    to = other;
            count_hits(x, shift, day_from, k, -1);
        }
        if (to == FLOW_NONE)
            to = g->count++;
        g->group[edge] = to;
        g->size[to]++;
        x->items[to]++;
        if (x->p->conflicts != 0)
            note_open(x, edge, shift, day_from, k);
        x->first[shift] = edge + 1;
    }
    for (uint32_t k = g->from[i]; k < g->from[i + 1]; k++)
        x->first[place_shift_of(x->p, g->edge[k])] = 0;
}

struct place_groups place_group(const struct place *p, struct arena *a)
{
    struct place_groups g = {0};
    struct arena *own = arena_new(0);
    order_edges(p, &g, a);
    order_conflicts(p, &g, a);
    g.group = arena_alloc_raw(a, p->edges * sizeof *g.group);
    g.size = ARENA_ARRAY(a, p->edges, uint32_t);
    struct sorter x = {p,
                       &g,
                       a,
                       ARENA_ARRAY(own, p->shifts, uint32_t),
                       ARENA_ARRAY(own, p->edges, uint32_t),
                       ARENA_ARRAY(own, p->edges, uint32_t),
                       0};
    for (uint32_t i = 0; i < p->students; i++)
        group_student(&x, i);
    arena_free(own);
    return g;
}
