/* Deferred acceptance from either side (Gale, Shapley 1962) on strict lists. The mentors' lists are strict places in
 * one array, so who is held is one bit an entry, and the last one a full mentor holds only ever moves up: a running
 * pointer finds it, and all searching together is linear in the entries (after Gusfield, Irving 1989, 1.6). */
#include "engine/match/bits.h"
#include "engine/match/match.h"

struct seat_state {
    uint32_t free;
    uint32_t last; /* the worst entry held; meaningful when any is */
};

/* Writes the mentors of the mentees' chosen entries, and the pins. */
static void write_partners(const struct hr *h, const uint32_t *chosen, uint32_t *partner)
{
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++) {
        uint32_t e = chosen[i];
        partner[i] = e != HR_NONE ? hr_who(h, e) : h->pinned != NULL ? h->pinned[i] : HR_NONE;
    }
}

/* The mentee proposes on from *next until accepted; gives the one who lost the seat, HR_NONE when nobody did. */
static uint32_t propose(const struct hr *h, uint32_t i, uint32_t *next, struct seat_state *seats, uint64_t *held)
{
    for (uint32_t to = h->list[HR_MENTEE][i].to; next[i] < to; next[i]++) {
        struct hr_pref e = h->pref[next[i]];
        if (e.twin == HR_NONE)
            continue;
        struct seat_state *s = &seats[e.who & ~HR_TIED];
        if (s->free > 0) {
            if (s->last == HR_NONE || e.twin > s->last)
                s->last = e.twin;
            s->free--;
            bit_set(held, e.twin);
            return HR_NONE;
        }
        if (s->last == HR_NONE || e.twin > s->last)
            continue;
        uint32_t loser = hr_who(h, s->last);
        bit_set(held, e.twin);
        bit_clear(held, s->last);
        s->last = bit_last(held, s->last);
        next[loser]++;
        return loser;
    }
    return HR_NONE;
}

void match_fair(const struct hr *h, uint32_t *partner)
{
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR];
    uint32_t *next = partner; /* the entry the mentee is at; becomes the result */
    struct arena *own = arena_new(0);
    struct seat_state *seats = arena_alloc_raw(own, m * sizeof *seats);
    uint64_t *held = ARENA_ARRAY(own, h->pref_count / 64 + 1, uint64_t);
    for (uint32_t j = 0; j < m; j++)
        seats[j] = (struct seat_state){h->seats[j], HR_NONE};
    for (uint32_t i = 0; i < n; i++)
        next[i] = h->list[HR_MENTEE][i].from;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t at = i; at != HR_NONE;)
            at = propose(h, at, next, seats, held);
    for (uint32_t i = 0; i < n; i++)
        if (next[i] == h->list[HR_MENTEE][i].to)
            next[i] = HR_NONE;
    write_partners(h, next, partner);
    arena_free(own);
}

void match_mentor(const struct hr *h, uint32_t *partner)
{
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR], top = 0;
    uint32_t *chosen = partner;
    struct arena *own = arena_new(0);
    uint32_t *next = ARENA_ARRAY(own, m, uint32_t), *missing = ARENA_ARRAY(own, m, uint32_t);
    uint32_t *stack = ARENA_ARRAY(own, m, uint32_t);
    memset(chosen, 0xff, n * sizeof *chosen);
    for (uint32_t j = m; j-- > 0;) {
        next[j] = h->list[HR_MENTOR][j].from;
        missing[j] = h->seats[j];
        stack[top++] = j;
    }
    while (top > 0) {
        uint32_t j = stack[top - 1];
        if (missing[j] == 0 || next[j] == h->list[HR_MENTOR][j].to) {
            missing[j] = 0; /* nobody is left to ask: such a mentor is done for good */
            top--;
            continue;
        }
        struct hr_pref p = h->pref[next[j]++];
        uint32_t i = p.who & ~HR_TIED;
        if (p.twin == HR_NONE || chosen[i] < p.twin)
            continue;
        uint32_t loser = chosen[i] != HR_NONE ? hr_who(h, chosen[i]) : HR_NONE;
        chosen[i] = p.twin;
        missing[j]--;
        if (loser != HR_NONE && loser != j && missing[loser]++ == 0 && next[loser] != h->list[HR_MENTOR][loser].to)
            stack[top++] = loser;
    }
    write_partners(h, chosen, partner);
    arena_free(own);
}
