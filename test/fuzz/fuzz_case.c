/* Any bytes as a CASE package: no crash; what can be read can be written and read again without a difference, and its
 * tree holds every item once. */
#include "campus/case/case_read.h"
#include "campus/case/case_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct problems p = problems_new(a);
    struct case_package *k, *again;
    struct err e = {0};
    if (case_read(a, (struct str){(const char *)data, size}, &k, &p, &e) == RC_OK) {
        struct str written = case_write(a, k);
        ASSERT(case_read(a, written, &again, &p, &e) == RC_OK);
        ASSERT(str_empty(case_difference(a, k, again)));
        ASSERT(str_eq(case_write(a, again), written));
        ASSERT(case_tree_build(a, k, &p).count == k->items.count);
    }
    arena_free(a);
    return 0;
}
