/* Any bytes as a zip file: no crash, and what is handed out is as long as the directory said and within the limits. */
#include "base/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    const struct unzip_limits limits = {
        .entries = 20, .entry_bytes = 1 << 16, .total_bytes = 1 << 17, .ratio = 200, .ratio_from = 1 << 12};
    struct unzip *z;
    struct err e = {0};
    if (unzip_open(a, (struct str){(const char *)data, size}, &limits, &z, &e) == RC_OK) {
        ASSERT(z->count <= limits.entries);
        for (size_t i = 0; i < z->count; i++) {
            struct str bytes;
            struct str name = z->entries[i].name;
            ASSERT(!str_starts(name, S("../")) && !str_find(name, S("/../"), NULL) && !str_starts(name, S("/")));
            if (unzip_read(z, &z->entries[i], &bytes, &e) == RC_OK)
                ASSERT(bytes.n == z->entries[i].size && bytes.n <= limits.entry_bytes);
        }
    } else {
        ASSERT(e.msg != 0);
    }
    arena_free(a);
    return 0;
}
