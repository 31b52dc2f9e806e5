/* Inside the engine of disclosure: the release as arrays, the attack, and the cuts that it leaves behind. */
#ifndef CADRE_ENGINE_DISCLOSURE_RELEASE_H
#define CADRE_ENGINE_DISCLOSURE_RELEASE_H

#include "engine/disclosure/disclosure.h"

struct cell {
    int64_t count;
    uint32_t cost;
    uint8_t kind;
    bool unknown; /* count is not the true one */
    bool signed_; /* may be below zero */
    bool sensitive;
    bool hidden;         /* the attacker does not see it: always for unseen, never for out */
    bool exposed;        /* found to be beyond help */
    uint32_t tail, head; /* in the network: its two sums, or the ground, node 0 */
};

struct term {
    uint32_t cell;
    int32_t sign; /* +1 the total, -1 a part */
};

struct network;
struct program;

/* Cells of which at least one more must be hidden before a certain sensitive cell is protected. Ascending. */
struct cut {
    uint32_t *cells;
    size_t count;
};

struct cuts {
    struct arena *a;
    struct cut *items;
    size_t count, room;
};

struct disclosure {
    struct arena *a;
    struct disclosure_rule rule;
    struct cell *cells;
    size_t count, room;
    struct term *terms; /* of all sums */
    size_t term_count, term_room;
    size_t *sum_from; /* of each sum, and one more: where its terms begin */
    size_t sum_count, sum_room;
    uint32_t *sensitive;
    size_t sensitive_count;
    bool prepared, has_unknown;
    struct network *network; /* one of these two, once prepared */
    struct program *program;
    uint64_t work; /* steps done so far */
};

static inline bool cell_is_candidate(const struct cell *c)
{
    return c->kind == DISCLOSURE_OPEN && !c->hidden;
}

/* Adds a cut with room for `most` cells; the caller fills it and sets its count. */
struct cut *cuts_add(struct cuts *c, size_t most);

/* Lists what is sensitive, hides it, and chooses the attack, once; makes the program when there is none. */
void release_prepare(struct disclosure *d);
/* Hides or shows an open cell, for the attack too. */
void release_set_hidden(struct disclosure *d, uint32_t cell, bool hidden);

/* Is the interval of a hidden cell at least min_width wide? When it is not and cuts is given, adds why: one or two
 * cuts. An empty cut says that nothing can help. */
bool release_check(struct disclosure *d, uint32_t cell, struct cuts *cuts);

/* The two attacks. network_new: NULL when the sums are no network. */
struct network *network_new(struct disclosure *d);
void network_set_hidden(struct disclosure *d, uint32_t cell, bool hidden);
bool network_check(struct disclosure *d, uint32_t cell, struct cuts *cuts);
struct disclosure_interval network_interval(struct disclosure *d, uint32_t cell);

struct program *program_new(struct disclosure *d);
/* Ends it, on the thread that made it; release_prepare makes another when there are more questions. */
void program_end(struct disclosure *d);
void program_set_hidden(struct disclosure *d, uint32_t cell, bool hidden);
bool program_check(struct disclosure *d, uint32_t cell, struct cuts *cuts);
struct disclosure_interval program_interval(struct disclosure *d, uint32_t cell);

#endif
