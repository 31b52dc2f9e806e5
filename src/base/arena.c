/* Arena allocator. A list of blocks, newest first; allocation bumps a pointer. Large requests get a block of their own,
 * placed behind the current one so that the current one keeps being filled. */
#include "base/arena.h"

#include <malloc.h>

#define LARGE (32u * 1024u * 1024u) /* who held so much gives it back to the system: the C library keeps it otherwise */
#define ALIGN 16u
#define DEFAULT_BLOCK (16u * 1024u)

struct block {
    struct block *next;
    size_t cap;
    size_t used;
    size_t pad; /* keeps the data that follows aligned to 16 */
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *arg);
    void *arg;
};

struct arena {
    struct block *head;
    struct deferred *deferred;
    size_t block_size;
    size_t held;
};

void die(const char *file, int line, const char *what)
{
    fprintf(stderr, "cadre: broken invariant at %s:%d: %s\n", file, line, what);
    abort();
}

static size_t round_up(size_t n)
{
    ASSERT(n <= SIZE_MAX - ALIGN);
    return (n + (ALIGN - 1u)) & ~(size_t)(ALIGN - 1u);
}

static char *block_data(struct block *b)
{
    return (char *)(b + 1);
}

static struct block *block_new(struct arena *a, size_t cap)
{
    struct block *b = malloc(sizeof *b + cap);
    ASSERT(b != NULL);
    *b = (struct block){.cap = cap};
    a->held += sizeof *b + cap;
    return b;
}

struct arena *arena_new(size_t block_size)
{
    struct arena *a = calloc(1, sizeof *a);
    ASSERT(a != NULL);
    a->block_size = round_up(block_size != 0 ? block_size : DEFAULT_BLOCK);
    a->head = block_new(a, a->block_size);
    return a;
}

void *arena_alloc_raw(struct arena *a, size_t n)
{
    size_t need = round_up(n != 0 ? n : 1);
    struct block *b = a->head;
    if (need > b->cap - b->used) {
        if (need > a->block_size / 4) {
            struct block *own = block_new(a, need);
            own->used = need;
            own->next = b->next;
            b->next = own;
            return block_data(own);
        }
        b = block_new(a, a->block_size);
        b->next = a->head;
        a->head = b;
    }
    void *p = block_data(b) + b->used;
    b->used += need;
    return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
    void *p = arena_alloc_raw(a, n);
    memset(p, 0, n);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t n;
    ASSERT(!__builtin_mul_overflow(count, size, &n));
    return arena_alloc(a, n);
}

void *arena_grow(struct arena *a, void *old, size_t old_n, size_t new_n)
{
    if (new_n <= old_n && old != NULL)
        return old;
    struct block *b = a->head;
    size_t old_room = round_up(old_n != 0 ? old_n : 1);
    if (old != NULL && (char *)old + old_room == block_data(b) + b->used) {
        size_t more = round_up(new_n) - old_room;
        if (more <= b->cap - b->used) {
            b->used += more;
            return old;
        }
    }
    void *p = arena_alloc_raw(a, new_n);
    if (old_n != 0 && old != NULL)
        memcpy(p, old, old_n);
    return p;
}

void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg)
{
    struct deferred *d = ARENA_NEW(a, struct deferred);
    *d = (struct deferred){.next = a->deferred, .fn = fn, .arg = arg};
    a->deferred = d;
}

void arena_reset(struct arena *a)
{
    while (a->deferred != NULL) {
        struct deferred *d = a->deferred;
        a->deferred = d->next;
        d->fn(d->arg);
    }
    struct block *keep = NULL;
    bool large = a->held > LARGE;
    for (struct block *b = a->head, *next; b != NULL; b = next) {
        next = b->next;
        if (keep == NULL && b->cap == a->block_size) {
            keep = b;
            continue;
        }
        a->held -= sizeof *b + b->cap;
        free(b);
    }
    if (keep == NULL)
        keep = block_new(a, a->block_size);
    keep->next = NULL;
    keep->used = 0;
    a->head = keep;
    if (large)
        malloc_trim(0);
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    arena_reset(a);
    free(a->head);
    free(a);
}

size_t arena_held(const struct arena *a)
{
    return a->held;
}
