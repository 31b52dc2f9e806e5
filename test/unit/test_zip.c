/* base/zip: reads honest zip files whole, refuses each kind of dishonest one with its own message. */
#include "arena_fixture.h"

#include "base/zip.h"
#include "gen/msg_file.h"
#include "zip_build.h"

static struct str repeat(char c, size_t n)
{
    char *p = arena_alloc_raw(a, n);
    memset(p, c, n);
    return (struct str){p, n};
}

static void assert_refused(struct str bytes, enum rc rc, int msg)
{
    struct unzip *z;
    struct err e = {0};
    assert_int_equal(unzip_open(a, bytes, NULL, &z, &e), rc);
    assert_int_equal(e.msg, msg);
    assert_null(z);
}

static void test_reads(void **state)
{
    (void)state;
    const struct zip_part parts[] = {
        {.name = "a.csv", .data = S("id,name\n1,x\n")},
        {.name = "folder/", .data = S(""), .mode = 040755},
        {.name = "folder/b.txt", .data = repeat('b', 100000), .deflate = true},
        {.name = "empty", .data = S("")},
    };
    struct str bytes = zip_build(a, parts, COUNT_OF(parts));
    struct unzip *z;
    struct err e = {0};
    assert_int_equal(unzip_open(a, bytes, NULL, &z, &e), RC_OK);
    assert_int_equal(z->count, 3);
    assert_true(str_eq_z(z->entries[1].name, "folder/b.txt"));
    struct str got;
    assert_int_equal(unzip_read(z, unzip_find(z, S("a.csv")), &got, &e), RC_OK);
    assert_true(str_eq(got, parts[0].data));
    assert_int_equal(unzip_read(z, unzip_find(z, S("folder/b.txt")), &got, &e), RC_OK);
    assert_true(str_eq(got, parts[2].data));
    assert_int_equal(unzip_read(z, unzip_find(z, S("empty")), &got, &e), RC_OK);
    assert_int_equal(got.n, 0);
    assert_null(unzip_find(z, S("A.csv")));
}

static void test_not_zip(void **state)
{
    (void)state;
    assert_refused(S(""), RC_UNSUPPORTED, M_file_zip_not);
    assert_refused(S("id,name\n"), RC_UNSUPPORTED, M_file_zip_not);
    const struct zip_part part = {.name = "a", .data = S("hello")};
    struct str bytes = zip_build(a, &part, 1);
    for (size_t n = 4; n < bytes.n; n++) { /* cut anywhere: never a crash, never taken for whole */
        struct unzip *z;
        struct err e = {0};
        assert_int_not_equal(unzip_open(a, str_sub(bytes, 0, n), NULL, &z, &e), RC_OK);
    }
}

static void test_names(void **state)
{
    (void)state;
    static const char *const unsafe[] = {"/etc/passwd", "../a", "a/../../b", "a\\b", "C:evil",
                                         "a//b",        "./a",  "a/..",      "a\nb"};
    for (size_t i = 0; i < COUNT_OF(unsafe); i++) {
        const struct zip_part part = {.name = unsafe[i], .data = S("x")};
        /* a control character with no UTF-8 flag is shown through code page 437, where it is a picture: a safe name */
        if (strchr(unsafe[i], '\n') == NULL)
            assert_refused(zip_build(a, &part, 1), RC_INVALID, M_file_zip_name);
    }
    char name[300];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_refused(zip_build(a, &(struct zip_part){.name = name, .data = S("x")}, 1), RC_INVALID, M_file_zip_name);
    const struct zip_part twice[] = {{.name = "a.csv", .data = S("x")}, {.name = "A.CSV", .data = S("y")}};
    assert_refused(zip_build(a, twice, 2), RC_INVALID, M_file_zip_twice);
}

static void test_kinds(void **state)
{
    (void)state;
    struct zip_part part = {.name = "a", .data = S("/etc/passwd"), .mode = 0120777};
    assert_refused(zip_build(a, &part, 1), RC_INVALID, M_file_zip_link);
    part.mode = 0020666;
    assert_refused(zip_build(a, &part, 1), RC_INVALID, M_file_zip_link);
    part = (struct zip_part){.name = "a", .data = S("secret"), .flags = 1};
    assert_refused(zip_build(a, &part, 1), RC_INVALID, M_file_zip_encrypted);
    part = (struct zip_part){.name = "a", .data = S("x"), .method = 12};
    assert_refused(zip_build(a, &part, 1), RC_UNSUPPORTED, M_file_zip_method);
    part = (struct zip_part){.name = "Inner.ZIP", .data = S("x")};
    assert_refused(zip_build(a, &part, 1), RC_INVALID, M_file_zip_nested);

    part = (struct zip_part){.name = "harmless.csv", .data = S("PK\x03\x04 and so on")};
    struct unzip *z;
    struct err e = {0};
    assert_int_equal(unzip_open(a, zip_build(a, &part, 1), NULL, &z, &e), RC_OK);
    struct str got;
    assert_int_equal(unzip_read(z, &z->entries[0], &got, &e), RC_INVALID);
    assert_int_equal(e.msg, M_file_zip_nested);
}

static void test_sizes(void **state)
{
    (void)state;
    struct zip_part part = {.name = "bomb", .data = repeat('0', 3 << 20), .deflate = true};
    assert_refused(zip_build(a, &part, 1), RC_TOO_LARGE, M_file_zip_bomb);
    part.data = repeat('0', 1 << 20); /* as dense, but small enough to be harmless */
    struct unzip *z;
    struct err e = {0};
    assert_int_equal(unzip_open(a, zip_build(a, &part, 1), NULL, &z, &e), RC_OK);

    part = (struct zip_part){.name = "large", .data = S("x"), .deflate = true, .claim_size = (64u << 20) + 1};
    assert_refused(zip_build(a, &part, 1), RC_TOO_LARGE, M_file_zip_entry_large);
    part = (struct zip_part){.name = "long", .data = S("x"), .claim_compressed = 4000, .claim_size = 4000};
    assert_refused(zip_build(a, &part, 1), RC_MALFORMED, M_file_zip_damaged);

    const struct zip_part overlap[] = {{.name = "a", .data = repeat('x', 5000)},
                                       {.name = "b", .data = repeat('x', 5000), .shared = true}};
    assert_refused(zip_build(a, overlap, 2), RC_MALFORMED, M_file_zip_damaged);

    const struct unzip_limits small = {
        .entries = 2, .entry_bytes = 10, .total_bytes = 15, .ratio = 200, .ratio_from = 99};
    const struct zip_part three[] = {
        {.name = "a", .data = S("12345678")}, {.name = "b", .data = S("12345678")}, {.name = "c", .data = S("1")}};
    assert_int_equal(unzip_open(a, zip_build(a, three, 2), &small, &z, &e), RC_TOO_LARGE);
    assert_int_equal(e.msg, M_file_zip_large);
    assert_int_equal(unzip_open(a, zip_build(a, three, 3), &small, &z, &e), RC_TOO_LARGE);
    assert_int_equal(e.msg, M_file_zip_entries);
}

static void assert_damaged(const struct zip_part *part)
{
    struct unzip *z;
    struct err e = {0};
    struct str got;
    assert_int_equal(unzip_open(a, zip_build(a, part, 1), NULL, &z, &e), RC_OK);
    assert_int_equal(unzip_read(z, &z->entries[0], &got, &e), RC_MALFORMED);
    assert_int_equal(e.msg, M_file_zip_damaged);
    assert_null(got.p);
}

/* What an entry really holds is not what the directory says. */
static void test_lies(void **state)
{
    (void)state;
    struct zip_part part = {.name = "a", .data = repeat('x', 50000), .deflate = true, .claim_size = 10};
    assert_damaged(&part);
    part.claim_size = 60000;
    assert_damaged(&part);
    part.claim_size = 0;
    part.claim_crc = 12345;
    assert_damaged(&part);
    part = (struct zip_part){.name = "a", .data = S("this is no deflate stream"), .method = 8};
    assert_damaged(&part);
}

int main(void)
{
#define T IN_ARENA
    const struct CMUnitTest tests[] = {
        T(test_reads), T(test_not_zip), T(test_names), T(test_kinds), T(test_sizes), T(test_lies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
