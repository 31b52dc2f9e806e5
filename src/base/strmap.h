/* From a text to a number, in an arena: finding a record by the identifier that a file gave it. Hashed with a secret
 * key (SipHash), so that no file can make it slow. */
#ifndef CADRE_BASE_STRMAP_H
#define CADRE_BASE_STRMAP_H

#include "base/str.h"

#define STRMAP_NONE SIZE_MAX

struct strmap_slot {
    struct str key; /* no value: free */
    size_t value;
};

struct strmap {
    struct arena *a;
    struct strmap_slot *slots;
    size_t cap; /* a power of two, or 0 */
    size_t count;
    unsigned char secret[16];
};

struct strmap strmap_new(struct arena *a);
/* Puts value under key unless the key is there. The key's bytes must live as long as the map; no value counts as empty.
 * Returns the value that was there, STRMAP_NONE when there was none. */
size_t strmap_add(struct strmap *m, struct str key, size_t value);
/* STRMAP_NONE when the key is not there. */
size_t strmap_get(const struct strmap *m, struct str key);

#endif
