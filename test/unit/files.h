/* Whole files for tests: of the source tree, and of the data beside it where that is at hand. */
#ifndef CADRE_TEST_FILES_H
#define CADRE_TEST_FILES_H

#include "base/base.h"

#include <setjmp.h>

#include <cmocka.h>

#include "base/buf.h"

/* path is absolute or from the top of the source tree. STR_NONE where there is no such file. */
static inline struct str file_read(struct arena *arena, const char *path)
{
    FILE *f = fopen(str_printf(arena, "%s%s", path[0] == '/' ? "" : CADRE_SOURCE_DIR "/", path).p, "rb");
    if (f == NULL)
        return STR_NONE;
    struct buf b = buf_new(arena, 4096);
    char part[8192];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) != 0;)
        buf_add(&b, part, n);
    fclose(f);
    return buf_text(&b);
}

/* The same for a file of the shared data; where it is absent, the test that asks is skipped. */
static inline struct str file_shared(struct arena *arena, const char *path)
{
    struct str bytes = file_read(arena, str_printf(arena, "../shared/data/%s", path).p);
    if (bytes.p == NULL) {
        print_message("skipped: %s is not at hand\n", path);
        skip();
    }
    return bytes;
}

#endif
