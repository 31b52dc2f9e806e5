/* Finding rotations: from a full mentor go to the last mentee it holds, from there to the next mentor who would take
 * that mentee, and so on; where the walk meets itself, all of them can move on by one. See rotations.h. */
#include "engine/match/rotations.h"

#include "engine/match/bits.h"
#include "engine/match/flow.h"
#include "engine/match/match.h"

struct walk {
    const struct hr *h;
    struct arena *a;
    struct rotations *out;
    uint32_t *at;      /* of each mentee: its entry */
    uint32_t *next;    /* of each mentee: the entry it would go to, or is to be looked at next */
    uint32_t *last;    /* of each mentor: the last entry it holds, HR_NONE without any */
    uint32_t *free;    /* of each mentor: seats nobody has in any stable matching */
    uint32_t *place;   /* of each mentor: 1 + where it stands on the walk */
    uint32_t *latest;  /* of each mentor: the last rotation it took part in */
    uint32_t *passed;  /* of each entry of a mentor: the rotation after which the mentor no longer wants it */
    uint64_t *held;    /* bit of each entry of a mentor */
    uint64_t *settled; /* bit of each mentor: takes part in no more rotations */
    uint32_t *walk;    /* mentors */
    size_t move_room, need_room, begin_room;
    uint32_t move_count;
};

static void *more(struct arena *a, void *old, size_t *room, size_t size)
{
    size_t wanted = *room != 0 ? *room * 2 : 64;
    void *p = arena_grow(a, old, *room * size, wanted * size);
    *room = wanted;
    return p;
}

static void add_need(struct walk *w, uint32_t first, uint32_t then)
{
    struct rotations *out = w->out;
    if (first == HR_NONE || first == then)
        return;
    if (out->need_count == w->need_room)
        out->need = more(w->a, out->need, &w->need_room, sizeof *out->need);
    out->need[out->need_count++] = (struct rotation_need){first, then};
}

static struct walk walk_new(const struct hr *h, struct arena *own, struct arena *a, struct rotations *out)
{
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR];
    struct walk w = {.h = h, .a = a, .out = out};
    out->best = arena_alloc_raw(a, n * sizeof *out->best);
    match_fair(h, out->best);
    w.at = arena_alloc_raw(own, n * sizeof(uint32_t));
    w.next = arena_alloc_raw(own, n * sizeof(uint32_t));
    w.last = arena_alloc_raw(own, m * sizeof(uint32_t));
    w.latest = arena_alloc_raw(own, m * sizeof(uint32_t));
    w.free = arena_alloc_raw(own, m * sizeof(uint32_t));
    w.place = ARENA_ARRAY(own, m, uint32_t);
    w.walk = arena_alloc_raw(own, m * sizeof(uint32_t));
    w.passed = arena_alloc_raw(own, h->pref_count * sizeof(uint32_t));
    w.held = ARENA_ARRAY(own, BIT_WORDS(h->pref_count), uint64_t);
    w.settled = ARENA_ARRAY(own, BIT_WORDS(m), uint64_t);
    memset(w.passed, 0xff, h->pref_count * sizeof(uint32_t));
    for (uint32_t j = 0; j < m; j++) {
        w.last[j] = w.latest[j] = HR_NONE;
        w.free[j] = h->seats[j];
    }
    for (uint32_t i = 0; i < n; i++) {
        bool moves = out->best[i] != HR_NONE && !(h->pinned != NULL && h->pinned[i] != HR_NONE);
        w.at[i] = moves ? hr_entry(h, HR_MENTEE, i, out->best[i]) : HR_NONE;
        w.next[i] = moves ? w.at[i] + 1 : h->list[HR_MENTEE][i].to;
        if (!moves)
            continue;
        uint32_t j = out->best[i], twin = h->pref[w.at[i]].twin;
        w.free[j]--;
        bit_set(w.held, twin);
        w.last[j] = w.last[j] == HR_NONE || twin > w.last[j] ? twin : w.last[j];
    }
    return w;
}

/* The mentor that would take the last mentee of j, the best below where it is now; HR_NONE: nobody, ever. */
static uint32_t next_mentor(struct walk *w, uint32_t j)
{
    const struct hr *h = w->h;
    uint32_t i = hr_who(h, w->last[j]), to = h->list[HR_MENTEE][i].to;
    for (uint32_t e = w->next[i]; e < to; e++) {
        uint32_t twin = h->pref[e].twin, other = hr_who(h, e);
        if (twin == HR_NONE || h->seats[other] == 0)
            continue;
        if (w->free[other] == 0 && twin > w->last[other])
            continue;
        w->next[i] = w->free[other] == 0 ? e : to; /* nobody passes a mentor with a free seat */
        return w->free[other] == 0 ? other : HR_NONE;
    }
    w->next[i] = to;
    return HR_NONE;
}

static void note_needs(struct walk *w, uint32_t i, uint32_t from, uint32_t r)
{
    add_need(w, w->latest[from], r);
    for (uint32_t e = w->at[i] + 1; e < w->next[i]; e++)
        if (w->h->pref[e].twin != HR_NONE)
            add_need(w, w->passed[w->h->pref[e].twin], r);
}

/* Applies the rotation of the mentors walk[from..to-1]: the last mentee of each goes to the following one. */
static void rotate(struct walk *w, uint32_t from, uint32_t to)
{
    const struct hr *h = w->h;
    struct rotations *out = w->out;
    uint32_t r = out->count, begin = w->move_count;
    for (uint32_t k = from; k < to; k++) {
        uint32_t j = w->walk[k], i = hr_who(h, w->last[j]);
        if (w->move_count == w->move_room)
            out->move = more(w->a, out->move, &w->move_room, sizeof *out->move);
        out->move[w->move_count++] = (struct rotation_move){i, j, hr_who(h, w->next[i])};
        note_needs(w, i, j, r);
    }
    for (uint32_t k = begin; k < w->move_count; k++) {
        uint32_t i = out->move[k].mentee;
        bit_clear(w->held, h->pref[w->at[i]].twin);
        w->at[i] = w->next[i]++;
        bit_set(w->held, h->pref[w->at[i]].twin);
    }
    for (uint32_t k = from; k < to; k++) {
        uint32_t j = w->walk[k], last = bit_last(w->held, w->last[j]);
        for (uint32_t p = last + 1; p <= w->last[j]; p++)
            w->passed[p] = r;
        w->last[j] = last;
        w->latest[j] = r;
    }
    if ((size_t)out->count + 2 > w->begin_room)
        out->begin = more(w->a, out->begin, &w->begin_room, sizeof *out->begin);
    out->begin[out->count++] = begin;
    out->begin[out->count] = w->move_count;
}

static void settle(struct walk *w, uint32_t *length)
{
    for (; *length > 0; (*length)--) {
        bit_set(w->settled, w->walk[*length - 1]);
        w->place[w->walk[*length - 1]] = 0;
    }
}

static void walk_from(struct walk *w, uint32_t start)
{
    uint32_t length = 0;
    w->walk[length++] = start;
    w->place[start] = length;
    while (length > 0) {
        uint32_t j = next_mentor(w, w->walk[length - 1]);
        if (j == HR_NONE || bit_get(w->settled, j)) {
            settle(w, &length);
        } else if (w->place[j] == 0) {
            w->walk[length++] = j;
            w->place[j] = length;
        } else {
            uint32_t from = w->place[j] - 1;
            rotate(w, from, length);
            for (; length > from; length--)
                w->place[w->walk[length - 1]] = 0;
        }
    }
}

struct rotations rotations_find(const struct hr *h, struct arena *a)
{
    struct rotations out = {0};
    struct arena *own = arena_new(0);
    struct walk w = walk_new(h, own, a, &out);
    out.begin = more(a, NULL, &w.begin_room, sizeof *out.begin);
    out.begin[0] = 0;
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++)
        if (w.free[j] > 0 || w.last[j] == HR_NONE)
            bit_set(w.settled, j);
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++)
        while (!bit_get(w.settled, j))
            walk_from(&w, j);
    arena_free(own);
    return out;
}

/* The set of greatest profit that is closed is the source's side of a minimum cut (Picard 1976). */
void rotations_cheapest(const struct rotations *r, uint32_t mentees, const int32_t *cost, uint32_t *partner)
{
    if (mentees != 0)
        memcpy(partner, r->best, mentees * sizeof *partner);
    if (r->count == 0)
        return;
    struct arena *own = arena_new(0);
    struct flow_arc *arc = arena_alloc_raw(own, r->need_count * sizeof *arc);
    for (size_t k = 0; k < r->need_count; k++)
        arc[k] = (struct flow_arc){r->need[k].then, r->need[k].first, 0, FLOW_MOST, 0};
    struct flow *f = flow_new(own, r->count, arc, (uint32_t)r->need_count);
    for (uint32_t k = 0; k < r->count; k++)
        f->excess[k] = -(int64_t)cost[k];
    flow_drain(f);
    bool *chosen = ARENA_ARRAY(own, r->count, bool);
    flow_reach(f, FLOW_NONE, true, chosen);
    for (uint32_t k = 0; k < r->count; k++)
        for (uint32_t x = r->begin[k]; chosen[k] && x < r->begin[k + 1]; x++)
            partner[r->move[x].mentee] = r->move[x].to;
    arena_free(own);
}
