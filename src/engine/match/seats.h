/* Who sits where while a matching is being improved: for each mentor the mentees it holds, for each mentee its entry
 * and its seat. Private to the engine's reach mode and bound. */
#ifndef CADRE_ENGINE_MATCH_SEATS_H
#define CADRE_ENGINE_MATCH_SEATS_H

#include "engine/match/bits.h"
#include "engine/match/match.h"

struct seats {
    const struct hr *h;
    struct arena *a;
    uint64_t *first; /* bit set: this entry begins a tie, or stands alone */
    uint32_t *at;    /* of each mentee: its entry, or HR_NONE */
    uint32_t *slot;  /* of each mentee: its place in held */
    uint32_t *begin; /* of each mentor: where its part of held begins */
    uint32_t *held;  /* mentees */
    uint32_t *taken; /* of each mentor: how many it holds */
    uint32_t *room;  /* of each mentor: how many it can hold, at most its list */
};

struct seats seats_new(const struct hr *h, struct arena *a);
void seats_clear(struct seats *s);
void seats_write(const struct seats *s, uint32_t *partner);

static inline uint32_t seats_first(const struct seats *s, uint32_t entry)
{
    return bit_last(s->first, entry);
}

static inline uint32_t seats_mentor(const struct seats *s, uint32_t entry)
{
    return hr_who(s->h, entry);
}

/* Matches more mentees by augmenting paths. stable: a weakly stable matching stays so (see seats.c); else any paths,
 * which ends with the most pairs that there can be. Gives how many were won. */
uint32_t seats_augment(struct seats *s, bool stable);
/* Walks through weakly stable matchings of the same size, by exchanges from either side, and takes every gain that
 * shows. Ends after so many gains or so much effort (entries looked at). Gives how many were won. */
uint32_t seats_walk(struct seats *s, uint64_t seed, uint32_t wanted, uint64_t effort);

#endif
