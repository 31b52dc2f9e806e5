/* The mode reach: a weakly stable matching of nearly the most mentees.
 *
 * The approximation is Z. Kiraly, "Linear time local approximation algorithm for maximum stable marriage" (Algorithms
 * 6, 2013), with a seat for each of his women. A mentee goes through the list twice; the second time mentors prefer it
 * to those of equal place who are in their first. Among mentors it likes equally it asks one with a free seat first;
 * one who got a seat while such another is still free holds it loosely, and gives it up to anybody who asks.
 *
 * Then stable paths match more, and a walk through neighbouring stable matchings (seats.c) takes what shows, while
 * effort lasts; the whole is tried again from other lotteries, where ties turn to those who went short before. */
#include "engine/match/seats.h"

#define EFFORT 7000000u /* entries looked at in all walks together */
#define EFFORT_PER_ENTRY 1000u
#define ATTEMPTS 3u
#define LARGE 1000000u /* from so many entries on, one attempt */

struct kiraly {
    struct seats s;
    uint64_t salt;
    uint64_t *refused; /* bit of each mentee entry: asked and refused in this round */
    uint32_t *tie;     /* of each mentee: where the tie begins that it asks in */
    uint8_t *round;    /* of each mentee: 0, 1, or 2 when it has given up */
    uint64_t *loose;   /* bit of each mentee */
    uint32_t *loosely; /* of each mentor: how many hold loosely */
    uint32_t *need[2]; /* of each agent: in how many attempts it went short; ties turn to those with the greater need */
};

/* Within a tie, the smaller goes first: need, then the lottery of the attempt. */
static uint64_t draw(const struct kiraly *k, enum hr_side side, uint32_t agent)
{
    return ((uint64_t)(UINT32_MAX - k->need[side][agent]) << 32) | hr_ticket(k->salt, side, agent) >> 32;
}

/* Would the mentor rather lose x than y? Both hold seats there. */
static bool is_worse(const struct kiraly *k, uint32_t x, uint32_t y)
{
    const struct hr *h = k->s.h;
    uint32_t px = seats_first(&k->s, h->pref[k->s.at[x]].twin), py = seats_first(&k->s, h->pref[k->s.at[y]].twin);
    if (px != py)
        return px > py;
    if (k->round[x] != k->round[y])
        return k->round[x] < k->round[y];
    return draw(k, HR_MENTEE, x) > draw(k, HR_MENTEE, y);
}

/* The held mentees of a mentor are a heap, the one it would lose first on top. */
static void put(struct kiraly *k, uint32_t slot, uint32_t i)
{
    k->s.held[slot] = i;
    k->s.slot[i] = slot;
}

static void heap_up(struct kiraly *k, uint32_t begin, uint32_t slot)
{
    uint32_t i = k->s.held[slot];
    while (slot > begin) {
        uint32_t above = begin + (slot - begin - 1) / 2;
        if (!is_worse(k, i, k->s.held[above]))
            break;
        put(k, slot, k->s.held[above]);
        slot = above;
    }
    put(k, slot, i);
}

static void heap_down(struct kiraly *k, uint32_t begin, uint32_t slot, uint32_t end)
{
    uint32_t i = k->s.held[slot];
    for (;;) {
        uint32_t below = begin + 2 * (slot - begin) + 1;
        if (below >= end)
            break;
        if (below + 1 < end && is_worse(k, k->s.held[below + 1], k->s.held[below]))
            below++;
        if (!is_worse(k, k->s.held[below], i))
            break;
        put(k, slot, k->s.held[below]);
        slot = below;
    }
    put(k, slot, i);
}

static void sit(struct kiraly *k, uint32_t slot, uint32_t i, uint32_t entry)
{
    uint32_t j = seats_mentor(&k->s, entry), begin = k->s.begin[j];
    k->s.at[i] = entry;
    put(k, slot, i);
    heap_up(k, begin, slot);
    heap_down(k, begin, k->s.slot[i], begin + k->s.taken[j]);
}

static void leave(struct kiraly *k, uint32_t i)
{
    uint32_t j = seats_mentor(&k->s, k->s.at[i]);
    if (bit_get(k->loose, i)) {
        bit_clear(k->loose, i);
        k->loosely[j]--;
    }
    k->s.at[i] = HR_NONE;
}

/* An entry of the mentee's tie whose mentor has a free seat; else HR_NONE. */
static uint32_t free_in_tie(const struct kiraly *k, uint32_t i, uint32_t tie)
{
    const struct hr *h = k->s.h;
    uint32_t found = HR_NONE;
    uint64_t best = 0;
    for (uint32_t e = tie; e < h->list[HR_MENTEE][i].to && (e == tie || hr_tied(h, e)); e++) {
        uint32_t j = hr_who(h, e);
        if (h->pref[e].twin == HR_NONE || k->s.taken[j] >= k->s.room[j] || bit_get(k->refused, e))
            continue;
        uint64_t ticket = draw(k, HR_MENTOR, j);
        if (found == HR_NONE || ticket < best) {
            found = e;
            best = ticket;
        }
    }
    return found;
}

/* Somebody who holds loosely at j, or HR_NONE. Free seats only ever get fewer: who does not find one is firm from now
 * on. */
static uint32_t loose_one(struct kiraly *k, uint32_t j)
{
    for (uint32_t s = k->s.begin[j]; k->loosely[j] > 0 && s < k->s.begin[j] + k->s.taken[j]; s++) {
        uint32_t i = k->s.held[s];
        if (!bit_get(k->loose, i))
            continue;
        if (free_in_tie(k, i, k->tie[i]) != HR_NONE)
            return i;
        bit_clear(k->loose, i);
        k->loosely[j]--;
    }
    return HR_NONE;
}

/* The mentee asks for entry. Gives who is without a seat afterwards: nobody (HR_NONE), the mentee, or another. */
static uint32_t ask(struct kiraly *k, uint32_t i, uint32_t entry)
{
    struct seats *s = &k->s;
    uint32_t j = seats_mentor(s, entry), begin = s->begin[j];
    if (s->taken[j] < s->room[j]) {
        sit(k, begin + s->taken[j]++, i, entry);
        if (free_in_tie(k, i, k->tie[i]) != HR_NONE) {
            bit_set(k->loose, i);
            k->loosely[j]++;
        }
        return HR_NONE;
    }
    uint32_t loser = loose_one(k, j);
    if (loser == HR_NONE) {
        loser = s->held[begin];
        s->at[i] = entry;
        bool better = is_worse(k, loser, i) &&
                      (k->round[i] != k->round[loser] || k->need[HR_MENTEE][i] != k->need[HR_MENTEE][loser] ||
                       seats_first(s, s->h->pref[s->at[loser]].twin) != seats_first(s, s->h->pref[entry].twin));
        s->at[i] = HR_NONE;
        if (!better) {
            bit_set(k->refused, entry);
            return i;
        }
        bit_set(k->refused, s->at[loser]);
    }
    uint32_t slot = s->slot[loser];
    leave(k, loser);
    sit(k, slot, i, entry);
    return loser;
}

/* The next entry to ask for: a free one of the tie, any of the tie not refused, the next tie, the second round. */
static uint32_t next_entry(struct kiraly *k, uint32_t i)
{
    const struct hr *h = k->s.h;
    struct hr_list list = h->list[HR_MENTEE][i];
    while (k->round[i] < 2) {
        while (k->tie[i] < list.to) {
            uint32_t e = free_in_tie(k, i, k->tie[i]);
            if (e != HR_NONE)
                return e;
            uint64_t best = 0;
            uint32_t next = k->tie[i], found = HR_NONE;
            for (; next < list.to && (next == k->tie[i] || hr_tied(h, next)); next++) {
                if (h->pref[next].twin == HR_NONE || k->s.room[hr_who(h, next)] == 0 || bit_get(k->refused, next))
                    continue;
                uint64_t ticket = draw(k, HR_MENTOR, hr_who(h, next));
                if (found == HR_NONE || ticket < best) {
                    found = next;
                    best = ticket;
                }
            }
            if (found != HR_NONE)
                return found;
            k->tie[i] = next;
        }
        k->round[i]++;
        k->tie[i] = list.from;
        for (uint32_t e = list.from; e < list.to; e++)
            bit_clear(k->refused, e);
    }
    return HR_NONE;
}

static uint32_t approximate(struct kiraly *k, uint64_t salt)
{
    const struct hr *h = k->s.h;
    uint32_t n = h->count[HR_MENTEE], size = 0,
             offset = n != 0 && salt != h->seed ? (uint32_t)(hr_ticket(salt, HR_MENTOR, 0) % n) : 0;
    k->salt = salt;
    seats_clear(&k->s);
    memset(k->refused, 0, BIT_WORDS(h->pref_count) * sizeof *k->refused);
    memset(k->loose, 0, BIT_WORDS(n) * sizeof *k->loose);
    memset(k->loosely, 0, h->count[HR_MENTOR] * sizeof *k->loosely);
    memset(k->round, 0, n);
    for (uint32_t i = 0; i < n; i++)
        k->tie[i] = h->list[HR_MENTEE][i].from;
    for (uint32_t turn = 0; turn < n; turn++) {
        uint32_t i = turn + offset < n ? turn + offset : turn + offset - n;
        while (i != HR_NONE) {
            uint32_t e = next_entry(k, i);
            i = e != HR_NONE ? ask(k, i, e) : HR_NONE;
        }
    }
    for (uint32_t i = 0; i < n; i++)
        size += k->s.at[i] != HR_NONE;
    return size;
}

static struct kiraly kiraly_new(const struct hr *h, struct arena *a)
{
    uint32_t n = h->count[HR_MENTEE];
    struct kiraly k = {.s = seats_new(h, a)};
    k.refused = ARENA_ARRAY(a, BIT_WORDS(h->pref_count), uint64_t);
    k.tie = ARENA_ARRAY(a, n, uint32_t);
    for (int side = 0; side < 2; side++)
        k.need[side] = ARENA_ARRAY(a, h->count[side], uint32_t);
    k.round = ARENA_ARRAY(a, n, uint8_t);
    k.loose = ARENA_ARRAY(a, BIT_WORDS(n), uint64_t);
    k.loosely = ARENA_ARRAY(a, h->count[HR_MENTOR], uint32_t);
    return k;
}

/* Who went short in this attempt comes first in the ties of the next (after "squeaky wheel", Joslin, Clements 1999). */
static void note_needs(struct kiraly *k)
{
    const struct hr *h = k->s.h;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
        k->need[HR_MENTEE][i] += k->s.at[i] == HR_NONE;
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++)
        k->need[HR_MENTOR][j] += k->s.taken[j] < k->s.room[j];
}

static uint32_t count_pins(const struct hr *h)
{
    uint32_t pins = 0;
    for (uint32_t i = 0; h->pinned != NULL && i < h->count[HR_MENTEE]; i++)
        pins += h->pinned[i] != HR_NONE;
    return pins;
}

uint32_t match_bound(const struct hr *h)
{
    struct arena *own = arena_new(0);
    struct seats s = seats_new(h, own);
    uint32_t size = seats_augment(&s, false);
    arena_free(own);
    return size + count_pins(h);
}

void match_reach(const struct hr *h, uint32_t *partner, struct match_reach_result *out)
{
    struct arena *own = arena_new(0);
    struct kiraly k = kiraly_new(h, own);
    uint32_t pins = count_pins(h), best = 0;
    *out = (struct match_reach_result){.bound = match_bound(h)};
    bool ties = hr_has_ties(h);
    uint64_t effort = (uint64_t)h->pref_count * EFFORT_PER_ENTRY < EFFORT / ATTEMPTS ? h->pref_count * EFFORT_PER_ENTRY
                                                                                     : EFFORT / ATTEMPTS;
    do {
        uint32_t size = approximate(&k, h->seed + out->attempts) + pins;
        out->first = out->attempts == 0 ? size : out->first;
        size += seats_augment(&k.s, true);
        note_needs(&k);
        if (ties && size < out->bound)
            size += seats_walk(&k.s, h->seed + out->attempts, out->bound - size, effort);
        if (size > best || out->attempts == 0) {
            best = size;
            seats_write(&k.s, partner);
        }
    } while (++out->attempts < ATTEMPTS && best < out->bound && ties && h->pref_count < LARGE);
    out->size = best;
    arena_free(own);
}
