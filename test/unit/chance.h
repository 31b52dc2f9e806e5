/* Numbers by chance that are the same in every run: a linear congruential generator (Knuth 1997, 3.3.4) that a test may
 * begin where it likes by setting chance_state. */
#ifndef CADRE_TEST_CHANCE_H
#define CADRE_TEST_CHANCE_H

#include <stddef.h>
#include <stdint.h>

static uint64_t chance_state;

static inline uint64_t chance_next(void)
{
    return chance_state = chance_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
}

/* 0 to below - 1, which is less than 2^31. */
static inline uint32_t chance(size_t below)
{
    return (uint32_t)((chance_next() >> 33) % below);
}

/* From 0 to less than 1. */
static inline double chance_share(void)
{
    return (double)(chance_next() >> 11) * 0x1p-53;
}

/* Mean 0, standard deviation 1: about normal, as the sum of twelve. */
static inline double chance_normal(void)
{
    double sum = -6;
    for (int k = 0; k < 12; k++)
        sum += chance_share();
    return sum;
}

#endif
