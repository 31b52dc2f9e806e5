/* Every state that a case can come to, breadth first, each once, up to a bound: what the checker knows it knows from here. */
#ifndef CADRE_ENGINE_STORY_EXPLORE_H
#define CADRE_ENGINE_STORY_EXPLORE_H

#include "engine/story/keep.h"

struct state {
    size_t key;       /* in the pool */
    uint32_t length;  /* of the key */
    uint32_t passage; /* that is entered */
    uint32_t from;    /* the state it was first reached from; STORY_NONE: it begins */
    bool done;        /* explored */
    bool ends;        /* the way may end here: an ending, a dead end, a link to nowhere, or the bound of what is looked at */
};

struct edge {
    uint32_t from, to; /* states */
};

struct seen_fault {
    enum story_fault fault;
    uint32_t op, state;
    struct str name, why;
};

struct explored {
    const struct story *s;
    struct keep *f;
    struct state *states;
    size_t count, room;
    struct edge *edges;
    size_t edge_count, edge_room;
    bool complete; /* the bound was not hit */
    bool *entered; /* by passage */
    uint32_t *asked, *held; /* by operation: how often a condition was asked, and held */
    uint32_t *stuck, *passed; /* by passage: a state without a way on, one more than its number (0: none); with one, the same */
    struct seen_fault *faults; /* each once for an operation and a name */
    size_t fault_count, fault_room;
};

/* f stays the caller's; most: states at most; numbers: at most, about, to write them down with. */
struct explored *explore(struct arena *a, const struct story *s, struct keep *f, size_t most, size_t numbers);
/* "Start > Ward > Leave": the first way that leads to a state, its last passages. In the arena. */
struct str explored_way(struct arena *a, const struct explored *x, uint32_t state);

#endif
