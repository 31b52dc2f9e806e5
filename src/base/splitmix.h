/* Numbers that look like chance and follow from a seed: SplitMix64 (Steele, Lea, Flood 2014, Fast splittable pseudorandom number
 * generators). For the demo and whatever must come out the same again; never for what nobody may guess. */
#ifndef CADRE_BASE_SPLITMIX_H
#define CADRE_BASE_SPLITMIX_H

#include <stdint.h>

#define SPLITMIX_STEP UINT64_C(0x9e3779b97f4a7c15)

/* The number of a state; no two states give the same. */
static inline uint64_t splitmix_of(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline uint64_t splitmix_next(uint64_t *state)
{
    return splitmix_of(*state += SPLITMIX_STEP);
}

#endif
