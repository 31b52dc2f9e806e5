/* What the checker has to keep of a state, worked out before it explores: which variables can change the way, which may be read
 * unset, and where each is still of use. The less is kept, the more states are one. */
#ifndef CADRE_ENGINE_STORY_KEEP_H
#define CADRE_ENGINE_STORY_KEEP_H

#include "engine/story/inside.h"

enum follow {
    FOLLOW_NOT,    /* no condition asks for it, and it is always set before it is read */
    FOLLOW_IS_SET, /* only whether it is set */
    FOLLOW_VALUE,
};

struct keep {
    const struct story *s;
    struct arena *a;
    uint8_t *follow;    /* by variable: enum follow */
    bool *ignored;      /* by variable: FOLLOW_NOT */
    bool *cosmetic;     /* by operation: a condition that changes words only; all false when every condition is followed */
    uint32_t *passage_of; /* by operation */
    bool *unsure;       /* by variable: may be read before it is set */
    uint32_t *kept;     /* the variables that are followed from passage to passage */
    size_t kept_count;
    uint32_t *place;    /* by variable: where it stands in kept; STORY_NONE: it does not */
    size_t words;       /* of 64 bits, for a set of them */
    uint64_t *live;     /* by passage, `words` each: of use when it is entered */
    double *lowest, *highest; /* by variable: where counting further changes no answer */
    bool *visits;         /* by passage: how often it was entered is asked for */
    uint32_t visits_most; /* counting further changes no answer */
    bool turns;
};

/* light: conditions that change words only are not followed. */
struct keep *keep_new(struct arena *a, const struct story *s, bool light);
bool keep_is_live(const struct keep *f, uint32_t passage, uint32_t variable);

#endif
