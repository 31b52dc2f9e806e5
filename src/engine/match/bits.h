/* A bit for each entry of an instance, in 64-bit words. */
#ifndef CADRE_ENGINE_MATCH_BITS_H
#define CADRE_ENGINE_MATCH_BITS_H

#include "base/base.h"

#define BIT_WORDS(count) ((size_t)(count) / 64 + 1)

static inline bool bit_get(const uint64_t *bits, size_t k)
{
    return (bits[k / 64] >> (k % 64) & 1) != 0;
}

static inline void bit_set(uint64_t *bits, size_t k)
{
    bits[k / 64] |= UINT64_C(1) << (k % 64);
}

static inline void bit_clear(uint64_t *bits, size_t k)
{
    bits[k / 64] &= ~(UINT64_C(1) << (k % 64));
}

/* The last set bit at or before k; there must be one. */
static inline uint32_t bit_last(const uint64_t *bits, uint32_t k)
{
    size_t word = k / 64;
    uint64_t w = bits[word] & (~UINT64_C(0) >> (63 - k % 64));
    while (w == 0)
        w = bits[--word];
    return (uint32_t)(word * 64 + 63 - (size_t)__builtin_clzll(w));
}

#endif
