/* Evidence packs: the same data give the same bytes, one changed byte anywhere is found, what is no pack is refused, and two packs differ as
 * they do. That a pack is what other programs read is in test/flow/pack.flow. */
#include "arena_fixture.h"

#include "base/clock.h"
#include "base/zip.h"
#include "engine/pack/pack.h"
#include "gen/msg_file.h"
#include "gen/msg_pack.h"
#include "zip_build.h"

/* RFC 8032, 7.1, TEST 1. */
static const struct pack_key rfc = {
    .seed = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
             0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60},
    .public_key = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
                   0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a},
};

static struct str pack_of(const char *data, const struct pack_key *key)
{
    const struct archive_file files[] = {
        {S("figures.csv"), S("code,value\n")},
        {S("index.html"), S("<!doctype html>\n<title>Pack</title>\n")},
        {S("pack.json"), str_from(data)},
    };
    struct pack_about about = {.programme = S("LEAD"), .programme_title = S("Leadership"), .template = S("wfme"), .language = S("en"), .software = S("Cadre 1"),
                               .template_version = 2, .from_day = day_from_civil(2026, 1, 1), .until_day = day_from_civil(2026, 6, 30), .as_of = INT64_C(1782864000000)};
    return pack_write(a, &about, files, COUNT_OF(files), key);
}

static struct problems read_with(struct str bytes, const unsigned char *key, struct pack *out)
{
    struct problems p = problems_new(a);
    pack_read(a, bytes, key, &p, out);
    return p;
}

static void a_pack_is_in_order(void **state)
{
    (void)state;
    struct pack p;
    struct str bytes = pack_of("{}", &rfc);
    assert_true(pack_key_fits(&rfc));
    assert_int_equal(read_with(bytes, NULL, &p).errors, 0);
    assert_int_equal(read_with(bytes, rfc.public_key, &p).errors, 0);
    assert_str(p.about.programme, "LEAD");
    assert_str(p.about.template, "wfme");
    assert_int_equal(p.about.template_version, 2);
    assert_int_equal(p.about.until_day, day_from_civil(2026, 6, 30));
    assert_int_equal(p.about.as_of, INT64_C(1782864000000));
    assert_int_equal(p.listed, 4); /* the key too */
    assert_int_equal(p.file_count, 6);
    assert_memory_equal(p.public_key, rfc.public_key, PACK_KEY_BYTES);
    assert_str(pack_file(&p, PACK_DATA), "{}");
    /* printf 'd75a98...' | xxd -r -p | sha256sum */
    assert_str(p.fingerprint, "21fe 31df a154 a261 626b f854 046f d227 1b7b ed4b 6abe 45aa 5887 7ef4 7f97 21b9");
}

static void the_same_data_give_the_same_bytes(void **state)
{
    (void)state;
    struct str x = pack_of("{}", &rfc), y = pack_of("{}", &rfc);
    assert_true(str_eq(x, y));
    assert_false(str_eq(x, pack_of("{ }", &rfc)));
}

static void every_changed_byte_is_found(void **state)
{
    (void)state;
    struct str bytes = pack_of("{}", &rfc);
    char *changed = arena_alloc_raw(a, bytes.n);
    struct arena *whole = a;
    for (size_t k = 0; k < bytes.n; k++)
        for (int bit = 0; bit < 8; bit += k % 3 == 0 ? 1 : 7) {
            struct pack p;
            memcpy(changed, bytes.p, bytes.n);
            changed[k] = (char)(changed[k] ^ 1 << bit);
            a = arena_new(0);
            if (read_with((struct str){changed, bytes.n}, NULL, &p).errors == 0)
                fail_msg("byte %zu, bit %d", k, bit);
            arena_free(a);
            a = whole;
        }
}

static void a_changed_file_is_named(void **state)
{
    (void)state;
    struct str bytes = pack_of("{}", &rfc);
    size_t at;
    struct pack p;
    assert_true(str_find(bytes, S("<title>"), &at));
    char *changed = arena_alloc_raw(a, bytes.n);
    memcpy(changed, bytes.p, bytes.n);
    changed[at + 1] = 'T';
    struct problems found = read_with((struct str){changed, bytes.n}, NULL, &p);
    assert_int_equal(found.errors, 2);
    assert_int_equal(found.items[0].msg, M_file_archive_changed);
    has(found.items[0].detail, "index.html");
    assert_int_equal(found.items[1].msg, M_pack_file_changed);
    assert_str(found.items[1].file, "index.html");
}

static void a_pack_cut_or_drawn_out_is_found(void **state)
{
    (void)state;
    struct str bytes = pack_of("{}", &rfc), longer = str_concat(a, bytes, S("x"));
    struct arena *whole = a;
    for (size_t n = 0; n < bytes.n; n++) {
        struct pack p;
        a = arena_new(0);
        if (read_with(str_sub(bytes, 0, n), NULL, &p).errors == 0)
            fail_msg("cut to %zu", n);
        arena_free(a);
        a = whole;
    }
    struct pack p;
    assert_int_equal(read_with(longer, NULL, &p).errors, 1);
}

static void another_key_is_told(void **state)
{
    (void)state;
    struct pack p;
    struct pack_key other = rfc;
    other.seed[0] ^= 1;
    assert_false(pack_key_fits(&other));
    pack_key_new(&other);
    assert_true(pack_key_fits(&other));
    struct problems found = read_with(pack_of("{}", &other), rfc.public_key, &p);
    assert_int_equal(found.errors, 1);
    assert_int_equal(found.items[0].msg, M_pack_signature_other);
    assert_int_equal(read_with(pack_of("{}", &other), other.public_key, &p).errors, 0);
}

static void keys_are_written_and_read(void **state)
{
    (void)state;
    unsigned char key[PACK_KEY_BYTES];
    struct str pem = pack_key_pem(a, rfc.public_key);
    /* as openssl writes the key of RFC 8410's form */
    assert_str(pem, "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n");
    assert_true(pack_key_read(a, pem, key));
    assert_memory_equal(key, rfc.public_key, sizeof key);
    assert_false(pack_key_read(a, S(""), key));
    assert_false(pack_key_read(a, S("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n"), key));
    assert_false(pack_key_read(a, S("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"), key)); /* X25519 */
}

/* ---- zip files that are none of ours ---------------------------------------------------------------------------------------------- */

static void refused(struct str bytes, int msg)
{
    struct pack p;
    struct problems found = read_with(bytes, NULL, &p);
    assert_true(found.errors >= 1);
    assert_int_equal(found.items[0].msg, msg);
}

static void other_zip_files_are_refused(void **state)
{
    (void)state;
    char zeros[100000] = {0};
    const struct zip_part bomb = {.name = "bomb", .data = {zeros, sizeof zeros}, .deflate = true}, up = {.name = "../etc/passwd", .data = S("x")},
                          root = {.name = "/etc/passwd", .data = S("x")}, back = {.name = "a\\b", .data = S("x")}, dot = {.name = "a/.ssh", .data = S("x")},
                          capital = {.name = "INDEX.HTML", .data = S("x")};
    refused(S(""), M_file_zip_not);
    refused(S("id,name\n"), M_file_zip_not);
    refused(zip_build(a, &bomb, 1), M_file_archive_packed);
    refused(zip_build(a, &up, 1), M_file_zip_name);
    refused(zip_build(a, &root, 1), M_file_zip_name);
    refused(zip_build(a, &back, 1), M_file_zip_name);
    refused(zip_build(a, &dot, 1), M_file_zip_name);
    refused(zip_build(a, &capital, 1), M_file_zip_name);
    const struct archive_file twice[] = {{S("a"), S("1")}, {S("b"), S("2")}};
    struct str bytes = archive_write(a, twice, 2);
    char *p = arena_alloc_raw(a, bytes.n);
    memcpy(p, bytes.p, bytes.n);
    for (size_t k = 0; k < bytes.n; k++)
        if (p[k] == 'b')
            p[k] = 'a';
    refused((struct str){p, bytes.n}, M_file_zip_twice);
}

static void files_come_and_go(void **state)
{
    (void)state;
    struct pack p;
    struct str bytes = pack_of("{}", &rfc);
    assert_int_equal(read_with(bytes, NULL, &p).errors, 0);
    struct archive_file *files = ARENA_ARRAY(a, p.file_count + 1, struct archive_file);
    size_t n = 0, count = p.file_count;
    for (size_t k = 0; k < count; k++)
        if (!str_eq_z(p.files[k].name, "index.html"))
            files[n++] = p.files[k];
    struct problems found = read_with(archive_write(a, files, n), NULL, &p);
    assert_int_equal(found.errors, 1);
    assert_int_equal(found.items[0].msg, M_pack_file_missing);
    assert_str(found.items[0].file, "index.html");
    assert_int_equal(read_with(bytes, NULL, &p).errors, 0);
    memcpy(files, p.files, count * sizeof *files);
    files[count] = (struct archive_file){S("more.txt"), S("more")};
    found = read_with(archive_write(a, files, count + 1), NULL, &p);
    assert_int_equal(found.errors, 1);
    assert_int_equal(found.items[0].msg, M_pack_file_unlisted);
    assert_str(found.items[0].file, "more.txt");
}

/* libzip reads what archive_write writes. */
static void other_programs_read_it(void **state)
{
    (void)state;
    struct unzip *z;
    struct str got;
    struct err e = {0};
    struct str bytes = pack_of("{}", &rfc);
    assert_int_equal(unzip_open(a, bytes, NULL, &z, &e), RC_OK);
    assert_int_equal(z->count, 6);
    assert_int_equal(unzip_read(z, unzip_find(z, S("index.html")), &got, &e), RC_OK);
    assert_str(got, "<!doctype html>\n<title>Pack</title>\n");
}

/* ---- differences ---------------------------------------------------------------------------------------------------------------------- */

static void two_packs_differ(void **state)
{
    (void)state;
    struct pack_difference d;
    struct err e = {0};
    struct str from = S("{\"until\":\"2026-01-31\",\"figures\":["
                        "{\"code\":\"a\",\"group\":\"\",\"label\":\"Kept\",\"text\":\"1\"},"
                        "{\"code\":\"b\",\"group\":\"Year 1\",\"label\":\"Moves\",\"text\":\"12 of 30\"},"
                        "{\"code\":\"b\",\"group\":\"Year 2\",\"label\":\"Moves\",\"text\":\"9 of 30\"}],"
                        "\"records\":[{\"code\":\"project\",\"name\":\"Falls\",\"label\":\"Project\",\"text\":\"running\"}]}");
    struct str to = S("{\"until\":\"2026-02-28\",\"figures\":["
                      "{\"code\":\"b\",\"group\":\"Year 1\",\"label\":\"Moves\",\"text\":\"14 of 30\"},"
                      "{\"code\":\"a\",\"group\":\"\",\"label\":\"Kept\",\"text\":\"1\"},"
                      "{\"code\":\"c\",\"group\":\"\",\"label\":\"New\",\"text\":\"3\"}],"
                      "\"records\":[{\"code\":\"project\",\"name\":\"Falls\",\"label\":\"Project\",\"text\":\"improved\"}]}");
    assert_int_equal(pack_compare(a, from, to, &d, &e), RC_OK);
    assert_int_equal(d.about_count, 1);
    assert_str(d.about[0].from, "2026-01-31");
    assert_int_equal(d.same, 1);
    assert_int_equal(d.figure_count, 4);
    assert_int_equal(d.figures[0].kind, PACK_CHANGED);
    assert_str(d.figures[0].from, "12 of 30");
    assert_str(d.figures[0].to, "14 of 30");
    assert_int_equal(d.figures[1].kind, PACK_APPEARED);
    assert_str(d.figures[1].code, "c");
    assert_int_equal(d.figures[2].kind, PACK_GONE);
    assert_str(d.figures[2].group, "Year 2");
    assert_int_equal(d.figures[3].kind, PACK_CHANGED);
    assert_str(d.figures[3].group, "Falls");
    assert_int_equal(pack_compare(a, to, to, &d, &e), RC_OK);
    assert_int_equal(d.figure_count + d.about_count, 0);
    assert_int_equal(pack_compare(a, S("[]"), to, &d, &e), RC_MALFORMED);
    assert_int_equal(pack_compare(a, STR_NONE, to, &d, &e), RC_MALFORMED);
    assert_int_equal(e.msg, M_pack_data_bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(a_pack_is_in_order),       IN_ARENA(the_same_data_give_the_same_bytes), IN_ARENA(every_changed_byte_is_found),
        IN_ARENA(a_changed_file_is_named),  IN_ARENA(a_pack_cut_or_drawn_out_is_found),  IN_ARENA(another_key_is_told),
        IN_ARENA(keys_are_written_and_read), IN_ARENA(other_zip_files_are_refused),      IN_ARENA(files_come_and_go),
        IN_ARENA(other_programs_read_it),   IN_ARENA(two_packs_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
