/* Augmenting paths over a matching with capacities.
 *
 * Along ties: a mentee moves only to a mentor it likes at least as much, a mentor gives a seat only to one it likes at least
 * as much as the one who leaves it. Then no pair can come to block: whoever would prefer the other now did so before, and
 * every seat that was taken still is, by somebody no worse.
 *
 * A phase searches from every unmatched mentee and visits no mentee twice; phases follow until one finds nothing. */
#include "engine/match/seats.h"

struct seats seats_new(const struct hr *h, struct arena *a)
{
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR], total = 0;
    struct seats s = {.h = h, .a = a};
    s.first = ARENA_ARRAY(a, BIT_WORDS(h->pref_count), uint64_t);
    s.at = arena_alloc_raw(a, n * sizeof *s.at);
    s.slot = ARENA_ARRAY(a, n, uint32_t);
    s.begin = ARENA_ARRAY(a, m, uint32_t);
    s.taken = ARENA_ARRAY(a, m, uint32_t);
    s.room = ARENA_ARRAY(a, m, uint32_t);
    for (uint32_t j = 0; j < m; j++) {
        uint32_t length = h->list[HR_MENTOR][j].to - h->list[HR_MENTOR][j].from;
        s.begin[j] = total;
        s.room[j] = h->seats[j] < length ? h->seats[j] : length;
        total += s.room[j];
    }
    s.held = arena_alloc_raw(a, total * sizeof *s.held);
    for (size_t e = 0; e < h->pref_count; e++)
        if (!hr_tied(h, e))
            bit_set(s.first, e);
    seats_clear(&s);
    return s;
}

void seats_clear(struct seats *s)
{
    memset(s->at, 0xff, s->h->count[HR_MENTEE] * sizeof *s->at);
    memset(s->taken, 0, s->h->count[HR_MENTOR] * sizeof *s->taken);
}

void seats_write(const struct seats *s, uint32_t *partner)
{
    const struct hr *h = s->h;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
        partner[i] = s->at[i] != HR_NONE ? hr_who(h, s->at[i]) : h->pinned != NULL ? h->pinned[i] : HR_NONE;
}

struct search {
    struct seats *s;
    bool along_ties;
    uint32_t *queue;  /* mentees */
    uint32_t *parent; /* of a visited mentee: the entry of another who wants its seat; HR_NONE at the root */
    uint32_t *limit;  /* of each mentor: entries (tie beginnings) from here on were visited */
    uint64_t *visited;
    uint32_t head, tail;
};

/* Puts the mentees whose seats the owner of entry may take into the queue. */
static void visit_mentor(struct search *f, uint32_t entry)
{
    struct seats *s = f->s;
    uint32_t j = seats_mentor(s, entry), place = f->along_ties ? seats_first(s, s->h->pref[entry].twin) : 0;
    if (place >= f->limit[j])
        return;
    f->limit[j] = place;
    for (uint32_t k = s->begin[j]; k < s->begin[j] + s->taken[j]; k++) {
        uint32_t other = s->held[k];
        if (bit_get(f->visited, other) || (f->along_ties && seats_first(s, s->h->pref[s->at[other]].twin) < place))
            continue;
        bit_set(f->visited, other);
        f->parent[other] = entry;
        f->queue[f->tail++] = other;
    }
}

/* Moves everybody on the path that ends with entry, whose mentor has a free seat. */
static void shift(struct search *f, uint32_t entry)
{
    struct seats *s = f->s;
    uint32_t j = seats_mentor(s, entry), slot = s->begin[j] + s->taken[j]++;
    while (entry != HR_NONE) {
        uint32_t i = hr_who(s->h, s->h->pref[entry].twin), free_slot = s->slot[i];
        s->held[slot] = i;
        s->slot[i] = slot;
        s->at[i] = entry;
        slot = free_slot;
        entry = f->parent[i];
    }
}

static bool search_from(struct search *f, uint32_t root)
{
    struct seats *s = f->s;
    const struct hr *h = s->h;
    f->parent[root] = HR_NONE;
    f->head = 0;
    f->tail = 1;
    f->queue[0] = root;
    while (f->head < f->tail) {
        uint32_t i = f->queue[f->head++];
        struct hr_list list = h->list[HR_MENTEE][i];
        uint32_t until = s->at[i] != HR_NONE && f->along_ties ? hr_tie_last(h, list, s->at[i]) + 1 : list.to;
        for (uint32_t e = list.from; e < until; e++) {
            if (h->pref[e].twin == HR_NONE || e == s->at[i])
                continue;
            uint32_t j = seats_mentor(s, e);
            if (s->taken[j] < s->room[j]) {
                shift(f, e);
                return true;
            }
            visit_mentor(f, e);
        }
    }
    return false;
}

uint32_t seats_augment(struct seats *s, bool along_ties)
{
    uint32_t n = s->h->count[HR_MENTEE], m = s->h->count[HR_MENTOR], gained = 0, before;
    struct arena *own = arena_new(0);
    struct search f = {.s = s, .along_ties = along_ties};
    f.queue = arena_alloc_raw(own, n * sizeof(uint32_t));
    f.parent = arena_alloc_raw(own, n * sizeof(uint32_t));
    f.limit = arena_alloc_raw(own, m * sizeof(uint32_t));
    f.visited = arena_alloc_raw(own, BIT_WORDS(n) * sizeof(uint64_t));
    do {
        before = gained;
        memset(f.limit, 0xff, m * sizeof(uint32_t));
        memset(f.visited, 0, BIT_WORDS(n) * sizeof(uint64_t));
        for (uint32_t i = 0; i < n; i++)
            if (s->at[i] == HR_NONE)
                gained += search_from(&f, i);
    } while (gained != before);
    arena_free(own);
    return gained;
}
