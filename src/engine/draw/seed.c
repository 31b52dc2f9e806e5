/* The order that follows from a seed: see draw.h. */
#include <sodium.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/draw/draw.h"

/* SHA-256 by libsodium, which needs no set-up for it. */
static void hash_of(struct str text, unsigned char hash[crypto_hash_sha256_BYTES])
{
    crypto_hash_sha256(hash, (const unsigned char *)(text.p != NULL ? text.p : ""), text.n);
}

uint64_t draw_key(struct str seed, const char *what, uint64_t number)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state s;
    char tail[64];
    int n = snprintf(tail, sizeof tail, "/%s/%" PRIu64, what, number);
    crypto_hash_sha256_init(&s);
    crypto_hash_sha256_update(&s, (const unsigned char *)(seed.p != NULL ? seed.p : ""), seed.n);
    crypto_hash_sha256_update(&s, (const unsigned char *)tail, (unsigned long long)n);
    crypto_hash_sha256_final(&s, hash);
    uint64_t key = 0;
    for (int k = 0; k < 8; k++)
        key = key << 8 | hash[k];
    return key;
}

struct str draw_commitment(struct arena *a, struct str text)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof hash + 1];
    hash_of(text, hash);
    return str_dup(a, str_from(sodium_bin2hex(hex, sizeof hex, hash, sizeof hash)));
}

struct keyed {
    uint64_t key;
    uint32_t number;
};

static int by_key(const void *x, const void *y)
{
    const struct keyed *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

uint32_t *draw_order(struct arena *a, struct str seed, const char *what, uint32_t count)
{
    struct keyed *all = ARENA_ARRAY(a, count, struct keyed);
    uint32_t *order = ARENA_ARRAY(a, count, uint32_t);
    for (uint32_t k = 0; k < count; k++)
        all[k] = (struct keyed){draw_key(seed, what, (uint64_t)k + 1), k};
    qsort(all, count, sizeof *all, by_key);
    for (uint32_t k = 0; k < count; k++)
        order[k] = all[k].number;
    return order;
}
