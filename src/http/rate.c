/* Rate limits by the generic cell rate algorithm (ATM Forum 1996): for each key only the time is kept at which its
 * bucket would be full again. The table has sets of WAYS cells; a new key takes the place of the one that would be full
 * first, so memory is bounded and whoever is limited just now is the last to be forgotten. Keys are hashed with a
 * random key: nobody can choose addresses that share a set. */
#include "http/rate.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>

#define SETS 4096u
#define WAYS 4u

struct cell {
    uint64_t key;
    uint64_t full_us; /* when all of its allowance is there again */
};

struct rate_table {
    pthread_mutex_t lock;
    unsigned char secret[crypto_shorthash_KEYBYTES];
    struct cell cells[SETS][WAYS];
};

struct rate_table *rate_table_new(void)
{
    struct rate_table *t = calloc(1, sizeof *t);
    ASSERT(t != NULL && sodium_init() >= 0);
    pthread_mutex_init(&t->lock, NULL);
    randombytes_buf(t->secret, sizeof t->secret);
    return t;
}

void rate_table_free(struct rate_table *t)
{
    if (t == NULL)
        return;
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static struct cell *find_cell(struct rate_table *t, uint64_t key)
{
    struct cell *set = t->cells[key % SETS], *oldest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (set[i].full_us < oldest->full_us)
            oldest = &set[i];
    }
    *oldest = (struct cell){.key = key};
    return oldest;
}

unsigned rate_take(struct rate_table *t, unsigned class, struct str key, unsigned per_minute, uint64_t now_us)
{
    ASSERT(per_minute != 0);
    unsigned char tag[64], hash[crypto_shorthash_BYTES];
    size_t n = key.n < sizeof tag - 1 ? key.n : sizeof tag - 1;
    tag[0] = (unsigned char)class;
    if (n != 0)
        memcpy(tag + 1, key.p, n);
    crypto_shorthash(hash, tag, n + 1, t->secret);
    uint64_t id;
    memcpy(&id, hash, sizeof id);

    uint64_t window = UINT64_C(60000000), each = window / per_minute;
    unsigned wait = 0;
    pthread_mutex_lock(&t->lock);
    struct cell *c = find_cell(t, id);
    uint64_t from = c->full_us > now_us ? c->full_us : now_us;
    if (from + each > now_us + window)
        wait = (unsigned)((from + each - now_us - window + 999999) / 1000000);
    else
        c->full_us = from + each;
    pthread_mutex_unlock(&t->lock);
    return wait;
}

struct str rate_address(struct arena *a, struct str address)
{
    struct in6_addr v6;
    if (!str_find(address, S(":"), NULL) || inet_pton(AF_INET6, str_z(a, address), &v6) != 1 ||
        IN6_IS_ADDR_V4MAPPED(&v6))
        return address;
    char *prefix = arena_alloc_raw(a, 8);
    memcpy(prefix, &v6, 8);
    return (struct str){prefix, 8};
}
