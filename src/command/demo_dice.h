/* Chance for the demo: one stream for each person, so that chunks do not matter. */
#ifndef CADRE_COMMAND_DEMO_DICE_H
#define CADRE_COMMAND_DEMO_DICE_H

#include "base/base.h"
#include "base/splitmix.h"

struct dice {
    uint64_t state;
};

static inline uint64_t roll(struct dice *d)
{
    return splitmix_next(&d->state);
}

static inline int64_t below(struct dice *d, int64_t n)
{
    return (int64_t)(roll(d) % (uint64_t)n);
}

static inline bool chance(struct dice *d, int percent)
{
    return below(d, 100) < percent;
}

/* The stream of a person; salt keeps the streams of two steps apart. */
static inline struct dice dice_of(uint64_t seed, uint64_t salt, int64_t index)
{
    struct dice dice = {.state = (seed * 2 + salt) * SPLITMIX_STEP + (uint64_t)index};
    (void)roll(&dice);
    return dice;
}

#endif
