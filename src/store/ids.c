/* Keys: see db_new_id in store.h. A process reserves a block of 2^28 ids, durably and outside every closure, and hands
 * them out by counting up. Blocks are aligned to their size, so that id_next alone tells where its block ends: a
 * multiple of the size (0 at the start) means that nothing is left. At half the writer takes a new block and forgets
 * the rest: 2^25 blocks last longer than any server. What is drawn is drawn from the system, but in a demo. */
#include "store/internal.h"

#include <sys/random.h>

#include "base/log.h"
#include "base/splitmix.h"

#define ID_MASK (ID_BLOCK - 1)
#define ID_LIMIT (INT64_C(1) << 53)

enum rc ids_install(struct store *s, int64_t next)
{
    if (next > ID_LIMIT || next < ID_BLOCK || (next & ID_MASK) != 0) {
        log_event(LOG_ERROR, "store.ids", "what=\"no block left or a damaged id_block\" next=%" PRId64, next);
        return RC_INTERNAL;
    }
    atomic_store(&s->id_next, next - ID_BLOCK + 1); /* the block's own base is never given: it would be 0 once */
    return RC_OK;
}

void ids_forget(struct store *s)
{
    atomic_store(&s->id_next, 0);
}

bool ids_low(const struct store *s)
{
    int64_t used = atomic_load(&s->id_next) & ID_MASK;
    return used == 0 || used >= ID_BLOCK / 2;
}

int64_t db_new_id(struct db *db)
{
    struct store *s = db->store;
    int64_t v = atomic_load(&s->id_next);
    for (;;) {
        if ((v & ID_MASK) != 0) {
            if (atomic_compare_exchange_weak(&s->id_next, &v, v + 1))
                return v;
        } else if (s->ops->reserve_ids(db) == RC_OK) {
            v = atomic_load(&s->id_next);
        } else {
            /* The disk is full, or the like: the write that wants this key will fail too, or a random key serves it. */
            log_event(LOG_WARN, "store.ids", "what=\"no block could be reserved: a random key is used\"");
            return db_new_opaque_id(db);
        }
    }
}

int64_t db_new_opaque_id(struct db *db)
{
    uint64_t v = 0;
    while (v == 0) {
        db_draw(db, &v, sizeof v);
        v >>= 11;
    }
    return (int64_t)v;
}

void db_draw(struct db *db, void *bytes, size_t count)
{
    struct store *s = db->store;
    unsigned char *at = bytes;
    while (count > 0) {
        uint64_t v;
        if (s->drawn)
            v = splitmix_of(atomic_fetch_add(&s->draw, SPLITMIX_STEP) + SPLITMIX_STEP);
        else if (getrandom(&v, sizeof v, 0) != (ssize_t)sizeof v)
            continue; /* interrupted before the pool was ready */
        size_t n = count < sizeof v ? count : sizeof v;
        memcpy(at, &v, n);
        at += n;
        count -= n;
    }
}

void store_draw_from(struct store *s, uint64_t seed)
{
    s->drawn = true;
    atomic_store(&s->draw, splitmix_of(seed + SPLITMIX_STEP)); /* apart from streams that others begin at the seed itself */
}
