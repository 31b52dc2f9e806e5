/* Any bytes as a release, CSV or JSON by the first one: no crash; whatever is read is decided, and then no small count
 * is shown and each is protected, told as exposed, or withheld with all the rest. */
#include "engine/disclosure/labelled.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CELLS_MOST 400
#define EFFORT UINT64_C(3000000)

static bool is_exposed(const struct disclosure_result *r, uint32_t cell)
{
    for (size_t k = 0; k < r->exposed_count; k++)
        if (r->exposed[k] == cell)
            return true;
    return false;
}

static void decide(const struct labelled *l)
{
    struct disclosure_result r;
    disclosure_protect(l->release, EFFORT, 30, &r);
    for (uint32_t k = 0; k < r.cells; k++) {
        ASSERT(!disclosure_sensitive(l->release, k) || disclosure_hidden(l->release, k));
        ASSERT(r.withheld || is_exposed(&r, k) || disclosure_protected(l->release, k));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct err e = {0};
    if (size != 0) {
        struct labelled *l = labelled_new(a, disclosure_default);
        struct str file = data[0] % 2 == 0 ? S("release.json") : S("release.csv");
        struct str bytes = {(const char *)data + 1, size - 1};
        enum rc rc = labelled_read(l, file, bytes, &e);
        if (rc == RC_OK)
            rc = labelled_finish(l, data[0] % 4 > 1, &e);
        if (rc != RC_OK)
            ASSERT(e.detail[0] != '\0');
        else if (l->count <= CELLS_MOST)
            decide(l);
    }
    arena_free(a);
    return 0;
}
