/* Any bytes as a pack, as the data of two packs and as a public key: no crash; a pack that is in order is written by archive_write as it came, and
 * data compared with themselves do not differ. */
#include "engine/pack/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str bytes = {(const char *)data, size};
    struct problems p = problems_new(a);
    struct pack pack;
    struct pack_difference d;
    struct archive_file *files;
    unsigned char key[PACK_KEY_BYTES];
    size_t count;
    struct err e = {0};
    if (archive_read(a, bytes, &files, &count, &e) == RC_OK)
        ASSERT(str_eq(archive_write(a, files, count), bytes));
    else
        ASSERT(e.msg != 0);
    pack_read(a, bytes, NULL, &p, &pack);
    ASSERT(p.errors != 0 || (pack.has_key && pack.listed + 2 == pack.file_count));
    if (pack_key_read(a, bytes, key)) {
        unsigned char again[PACK_KEY_BYTES];
        ASSERT(pack_key_read(a, pack_key_pem(a, key), again) && memcmp(key, again, sizeof key) == 0);
    }
    if (pack_compare(a, bytes, bytes, &d, &e) == RC_OK)
        ASSERT(d.figure_count + d.about_count == 0);
    /* Two halves as two sets of data. */
    (void)(pack_compare(a, str_sub(bytes, 0, size / 2), str_sub(bytes, size / 2, size), &d, &e) == RC_OK);
    arena_free(a);
    return 0;
}
