/* Open addressing with linear probing, at most two thirds full: see strmap.h. */
#include "base/strmap.h"

#include <sodium.h>

struct strmap strmap_new(struct arena *a)
{
    struct strmap m = {.a = a};
    _Static_assert(sizeof m.secret == crypto_shorthash_KEYBYTES, "the key of SipHash-2-4");
    randombytes_buf(m.secret, sizeof m.secret);
    return m;
}

/* The slot that holds key, or the free one where it would go. */
static struct strmap_slot *find(const struct strmap *m, struct str key)
{
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t h;
    crypto_shorthash(hash, (const unsigned char *)key.p, key.n, m->secret);
    memcpy(&h, hash, sizeof h);
    size_t at = (size_t)h & (m->cap - 1);
    while (m->slots[at].key.p != NULL && !str_eq(m->slots[at].key, key))
        at = (at + 1) & (m->cap - 1);
    return &m->slots[at];
}

static void grow(struct strmap *m)
{
    struct strmap old = *m;
    m->cap = old.cap != 0 ? old.cap * 2 : 64;
    m->slots = ARENA_ARRAY(m->a, m->cap, struct strmap_slot);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].key.p != NULL)
            *find(m, old.slots[i].key) = old.slots[i];
}

size_t strmap_add(struct strmap *m, struct str key, size_t value)
{
    if (key.p == NULL)
        key = S("");
    if (m->count >= m->cap - m->cap / 3)
        grow(m);
    struct strmap_slot *slot = find(m, key);
    if (slot->key.p != NULL)
        return slot->value;
    *slot = (struct strmap_slot){key, value};
    m->count++;
    return STRMAP_NONE;
}

size_t strmap_get(const struct strmap *m, struct str key)
{
    if (m->cap == 0)
        return STRMAP_NONE;
    if (key.p == NULL)
        key = S("");
    const struct strmap_slot *slot = find(m, key);
    return slot->key.p != NULL ? slot->value : STRMAP_NONE;
}
