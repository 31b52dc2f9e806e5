/* The files inside the binary: sorted, found, and the compressed copy says the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/embedded.h"

static void table_is_sound(void **state)
{
    (void)state;
    size_t packed = 0;
    assert_true(embedded_count > 3);
    for (size_t i = 0; i < embedded_count; i++) {
        const struct embedded *e = &embedded_files[i];
        if (i != 0)
            assert_true(str_cmp(embedded_files[i - 1].path, e->path) < 0);
        assert_false(str_find(e->path, S("/."), NULL));
        assert_true(e->etag.n == 34 && e->etag.p[0] == '"' && e->etag.p[33] == '"');
        if (e->gzip.p == NULL)
            continue;
        packed++;
        assert_true(e->gzip.n < e->bytes.n);
        unsigned char *out = malloc(e->bytes.n);
        z_stream z = {.next_in = (Bytef *)(uintptr_t)e->gzip.p, .avail_in = (uInt)e->gzip.n, .next_out = out};
        z.avail_out = (uInt)e->bytes.n;
        assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
        assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
        assert_int_equal(z.total_out, e->bytes.n);
        assert_memory_equal(out, e->bytes.p, e->bytes.n);
        inflateEnd(&z);
        free(out);
    }
    assert_true(packed > 3);
}

static void files_are_found(void **state)
{
    (void)state;
    size_t n;
    const struct embedded *css = embedded_find(S("static/cadre.css"));
    assert_non_null(css);
    FILE *f = fopen(CADRE_SOURCE_DIR "/static/cadre.css", "rb");
    assert_non_null(f);
    char *bytes = malloc(css->bytes.n + 1);
    assert_int_equal(fread(bytes, 1, css->bytes.n + 1, f), css->bytes.n);
    assert_memory_equal(bytes, css->bytes.p, css->bytes.n);
    free(bytes);
    fclose(f);
    assert_null(embedded_find(S("static/none.css")));
    const struct embedded *first = embedded_first(S("migrations/"), &n);
    assert_non_null(first);
    assert_true(n != 0 && str_starts(first[n - 1].path, S("migrations/")));
    assert_null(embedded_first(S("nowhere/"), &n));
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table_is_sound), cmocka_unit_test(files_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
