/* Where tests keep what they make and throw away: TMPDIR, which `./dev test` puts into memory, or /tmp. */
#ifndef CADRE_TEST_TEMPORARY_H
#define CADRE_TEST_TEMPORARY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

/* A new folder, its name written to out. */
static inline void temporary_folder(char *out, size_t size, const char *name)
{
    const char *dir = getenv("TMPDIR");
    int n = snprintf(out, size, "%s/cadre-%s-XXXXXX", dir != NULL && dir[0] != '\0' ? dir : "/tmp", name);
    assert_true(n > 0 && (size_t)n < size);
    assert_non_null(mkdtemp(out));
}

#endif
