/* Memory that is released all at once. A request, a job, a verb of the command line has one arena; what is made while it
 * is served lives until arena_reset. Nothing in an arena is freed by itself. An arena belongs to one thread at a time. */
#ifndef CADRE_BASE_ARENA_H
#define CADRE_BASE_ARENA_H

#include "base/base.h"

struct arena;

/* A new arena; blocks are block_size bytes (0: 16 KiB) or larger where one allocation needs more. Never NULL: the process
 * ends when there is no memory. */
struct arena *arena_new(size_t block_size);

/* n zeroed bytes, aligned for any type, owned by the arena. Never NULL; n may be 0. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((malloc, returns_nonnull));

/* The same without zeroing, for what is overwritten at once. */
void *arena_alloc_raw(struct arena *a, size_t n) __attribute__((malloc, returns_nonnull));

/* Room for count items of size bytes; ends the process when the product overflows. */
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));

/* Grows the last allocation in place where it can, else copies. old may be NULL with old_n 0. */
void *arena_grow(struct arena *a, void *old, size_t old_n, size_t new_n) __attribute__((returns_nonnull));

/* Registers a call for the moment the arena is reset or freed; called in reverse order. */
void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg);

/* Runs the deferred calls and forgets every allocation; keeps the first block for the next use. */
void arena_reset(struct arena *a);

/* arena_reset, then frees the arena itself; NULL is allowed. */
void arena_free(struct arena *a);

/* Bytes held from the system, for the metrics. */
size_t arena_held(const struct arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))

#endif
