/* The parsers of requests: escapes, fields, multipart, cookies, Accept; by example and with random mutations. */
#include "arena_fixture.h"
#include "chance.h"

#include "base/utf8.h"
#include "http/parse.h"

static enum rc decode(const char *z, bool plus, struct str *out)
{
    return percent_decode(a, str_from(z), plus, out);
}

static void test_percent(void **state)
{
    (void)state;
    struct str s;
    assert_int_equal(decode("abc", false, &s), RC_OK);
    assert_str(s, "abc");
    assert_int_equal(decode("", false, &s), RC_OK);
    assert_str(s, "");
    assert_int_equal(decode("a%20b+c", false, &s), RC_OK);
    assert_str(s, "a b+c");
    assert_int_equal(decode("a%20b+c", true, &s), RC_OK);
    assert_str(s, "a b c");
    assert_int_equal(decode("%c3%A4", false, &s), RC_OK);
    assert_str(s, "\xc3\xa4");
    assert_int_equal(decode("%25%32%46", false, &s), RC_OK);
    assert_str(s, "%2F");
    static const char *const bad[] = {"%", "%4", "a%", "%zz", "%4g", "%00", "%ff", "%c3", "\xff", "%ed%a0%80"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(decode(bad[i], false, &s), RC_MALFORMED);
    assert_int_equal(percent_decode(a, (struct str){"a\0b", 3}, false, &s), RC_MALFORMED);
}

static void test_path(void **state)
{
    (void)state;
    struct str s;
    assert_int_equal(path_decode(a, S("/a%20b"), &s), RC_OK);
    assert_str(s, "/a b");
    static const char *const bad[] = {"", "*", "a", "http://x/", "/a%2Fb", "/a%2fb", "/%", "/a%00"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(path_decode(a, str_from(bad[i]), &s), RC_MALFORMED);
    assert_true(is_local_address(S("/")));
    assert_true(is_local_address(S("/people?x=1")));
    static const char *const foreign[] = {"",        "a", "//evil", "/\\evil", "https://evil", "/a\r\nSet-Cookie: x",
                                          "/\t/evil"};
    for (size_t i = 0; i < COUNT_OF(foreign); i++)
        assert_false(is_local_address(str_from(foreign[i])));
}

static void test_fields(void **state)
{
    (void)state;
    struct part *p;
    size_t n;
    assert_int_equal(fields_parse(a, S("a=1&b=x+y&&c&d=&a=%32&=e"), &p, &n), RC_OK);
    assert_int_equal(n, 6);
    assert_str(p[0].value, "1");
    assert_str(p[1].value, "x y");
    assert_str(p[2].name, "c");
    assert_str(p[2].value, "");
    assert_str(p[3].value, "");
    assert_str(p[4].value, "2");
    assert_str(p[5].name, "");
    struct request rq = {.form = p, .form_count = n, .query = p, .query_count = n};
    assert_str(request_form(&rq, "a"), "1");
    assert_str(request_query(&rq, "b"), "x y");
    assert_null(request_form(&rq, "z").p);
    assert_null(request_part(&rq, "z"));
    assert_int_equal(fields_parse(a, STR_NONE, &p, &n), RC_OK);
    assert_int_equal(n, 0);
    assert_int_equal(fields_parse(a, S("a=%"), &p, &n), RC_MALFORMED);
    assert_int_equal(fields_parse(a, S("%00=1"), &p, &n), RC_MALFORMED);
    struct buf many = buf_new(a, 4096);
    for (size_t i = 0; i < PARTS_MAX; i++)
        buf_z(&many, i == 0 ? "a" : "&a");
    assert_int_equal(fields_parse(a, buf_text(&many), &p, &n), RC_OK);
    assert_int_equal(n, PARTS_MAX);
    buf_z(&many, "&a");
    assert_int_equal(fields_parse(a, buf_text(&many), &p, &n), RC_TOO_LARGE);
}

#define BOUNDARY "multipart/form-data; boundary=XX"

static enum rc multipart(const char *type, const char *body, struct part **p, size_t *n)
{
    return multipart_parse(a, str_from(type), str_from(body), p, n);
}

static void test_multipart(void **state)
{
    (void)state;
    struct part *p;
    size_t n;
    const char *body =
        "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n"
        "--XX  \r\ncontent-disposition: Form-Data; name=b; filename=\"..\\\\x\\\"y.csv\"; filename*=UTF-8''evil\r\n"
        "Content-Type: text/csv\r\n\r\nl1\r\n--XXnot\r\nl2\r\n"
        "--XX\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--XX--\r\nepilogue";
    assert_int_equal(multipart(BOUNDARY, body, &p, &n), RC_OK);
    assert_int_equal(n, 3);
    assert_str(p[0].name, "a");
    assert_str(p[0].value, "one");
    assert_null(p[0].filename.p);
    assert_str(p[1].name, "b");
    assert_str(p[1].filename, "..\\x\"y.csv");
    assert_str(p[1].type, "text/csv");
    assert_str(p[1].value, "l1\r\n--XXnot\r\nl2");
    assert_str(p[2].value, "");
    /* no parts at all; a boundary in quotes; no CRLF after the closing delimiter */
    assert_int_equal(multipart("multipart/form-data; boundary=\"a b\"", "--a b--", &p, &n), RC_OK);
    assert_int_equal(n, 0);
    assert_int_equal(multipart(BOUNDARY,
                               "--XX\r\nContent-Disposition: form-data; name=\"\"; filename=\"\"\r\n\r\n\xff\r\n--XX--",
                               &p, &n),
                     RC_OK);
    assert_str(p[0].filename, "");
}

static void test_multipart_refused(void **state)
{
    (void)state;
    struct part *p;
    size_t n;
#define PART(head, value) "--XX\r\n" head "\r\n\r\n" value "\r\n--XX--\r\n"
    assert_int_equal(multipart(BOUNDARY, PART("Content-Disposition: form-data; name=a", "1"), &p, &n), RC_OK);
    static const char *const bodies[] = {
        "",
        "--XX",
        "--XX\r\n",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nno end",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nend without CRLF--XX--",
        PART("Content-Type: text/plain", "no name"),
        PART("Content-Disposition: form-data", "no name"),
        PART("Content-Disposition: attachment; name=a", "1"),
        PART("Content-Disposition: form-data; name=a; name=b", "1"),
        PART("Content-Disposition: form-data; name=\"a", "1"),
        PART("Content-Disposition: form-data; name=\"a\" b", "1"),
        PART("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b", "1"),
        PART("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64", "MQ=="),
        PART("Content-Disposition form-data; name=a", "1"),
        PART("Bad Header: x\r\nContent-Disposition: form-data; name=a", "1"),
        PART("Content-Disposition: form-data; name=a", "\xff"),
        PART("Content-Disposition: form-data; name=\xff", "1"),
        PART("Content-Disposition: form-data; name=a; filename=\xff", "1"),
    };
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        assert_int_equal(multipart(BOUNDARY, bodies[i], &p, &n), RC_MALFORMED);
    static const char *const types[] = {
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"XX ",
        "multipart/form-data; boundary=\"XX \"",
        "multipart/form-data; boundary=XX; boundary=YY",
        "multipart/form-data; boundary=X\x01X",
        "multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789012345678901",
    };
    for (size_t i = 0; i < COUNT_OF(types); i++)
        assert_int_equal(multipart(types[i], PART("Content-Disposition: form-data; name=a", "1"), &p, &n),
                         RC_MALFORMED);
    struct buf many = buf_new(a, 4096);
    for (size_t i = 0; i <= PARTS_MAX; i++)
        buf_z(&many, "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n");
    buf_z(&many, "--XX--");
    assert_int_equal(multipart_parse(a, S(BOUNDARY), buf_text(&many), &p, &n), RC_TOO_LARGE);
}

static void test_cookies(void **state)
{
    (void)state;
    struct header headers[] = {{S("cookie"), S("a=1; session=abc=; b=\"q\";novalue; c=")}, {S("Cookie"), S("late=2")}};
    struct request rq = {.headers = headers, .header_count = COUNT_OF(headers)};
    assert_str(request_cookie(&rq, "a"), "1");
    assert_str(request_cookie(&rq, "session"), "abc=");
    assert_str(request_cookie(&rq, "b"), "q");
    assert_str(request_cookie(&rq, "c"), "");
    assert_str(request_cookie(&rq, "late"), "2");
    assert_null(request_cookie(&rq, "novalue").p);
    assert_null(request_cookie(&rq, "sess").p);
    assert_str(request_header(&rq, "COOKIE"), headers[0].value.p);
    assert_null(request_header(&rq, "Host").p);
}

static void test_accept(void **state)
{
    (void)state;
    static const char *const html[] = {
        "",
        "*/*",
        "text/html",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "application/json, text/html",
        "application/json;q=0.5, text/html;q=0.6",
        "application/json;q=x",
        "application/json;q=0",
        "application/json;q=0.8, */*",
        "text/csv",
    };
    static const char *const json[] = {
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/problem+json, text/html;q=0.9",
        "application/json, */*;q=0.1",
        "text/html;q=0.2, application/json;q=0.3",
    };
    for (size_t i = 0; i < COUNT_OF(html); i++)
        assert_false(accept_prefers_json(str_from(html[i])));
    for (size_t i = 0; i < COUNT_OF(json); i++)
        assert_true(accept_prefers_json(str_from(json[i])));
    assert_true(accept_gzip(S("deflate, gzip;q=0.5")));
    assert_true(accept_gzip(S("*")));
    assert_false(accept_gzip(S("gzip;q=0, *")));
    assert_false(accept_gzip(S("br")));
    assert_false(accept_gzip(STR_NONE));
}

static void test_ids(void **state)
{
    (void)state;
    struct request rq = {.param_count = 1};
    int64_t id;
    rq.params[0] = S("12");
    assert_int_equal(request_id(&rq, 0, &id), RC_OK);
    assert_int_equal(id, 12);
    assert_int_equal(request_id(&rq, 1, &id), RC_NOT_FOUND);
    static const char *const bad[] = {
        "", "0", "-1", "+1", "01", "1x", " 1", "9007199254740992", "99999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        rq.params[0] = str_from(bad[i]);
        assert_int_equal(request_id(&rq, 0, &id), RC_NOT_FOUND);
        assert_int_equal(id, 0);
    }
}

static void test_tokens(void **state)
{
    (void)state;
    assert_true(is_token(S("X-Header_1")));
    static const char *const bad[] = {"", "a b", "a:", "a\t", "(a)", "\xc3\xa4", "a\x7f"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(is_token(str_from(bad[i])));
    assert_false(is_token((struct str){"a\0", 2}));
}

/* ---- random mutations: nothing may crash (sanitizers watch), and what is accepted keeps its promises
 * ------------------ */

static struct str mutate(struct arena *m, const char *from, const char *spice, size_t spice_n)
{
    size_t n = strlen(from);
    char *p = malloc(n + 16); /* of its own, so that a read behind its end is seen */
    assert_non_null(p);
    memcpy(p, from, n);
    for (uint32_t k = chance(8); k > 0 && n > 1; k--) {
        uint32_t at = chance((uint32_t)n), what = chance(4);
        if (what == 0) {
            p[at] = (char)chance(256);
        } else if (what == 1) {
            p[at] = spice[chance((uint32_t)spice_n)];
        } else if (what == 2) {
            memmove(p + at, p + at + 1, n - at - 1);
            n--;
        } else {
            n = at + 1;
        }
    }
    char *exact = malloc(n);
    assert_non_null(exact);
    memcpy(exact, p, n);
    free(p);
    arena_defer(m, free, exact);
    return (struct str){exact, n};
}

static void assert_clean(struct str s)
{
    assert_true(utf8_valid(s));
    assert_true(s.n == 0 || memchr(s.p, '\0', s.n) == NULL);
}

static void test_fields_mutated(void **state)
{
    (void)state;
    struct arena *m = arena_new(0);
    size_t accepted = 0;
    for (int i = 0; i < 40000; i++) {
        struct str text = mutate(m, "name=M%C3%BCller+x&day=2026-01-02&&long=%20%41%7e&e=&=f", "%&=+\0\xff", 6);
        struct part *p;
        size_t n;
        if (fields_parse(m, text, &p, &n) == RC_OK) {
            accepted++;
            assert_true(n <= 12);
            for (size_t k = 0; k < n; k++) {
                assert_clean(p[k].name);
                assert_clean(p[k].value);
            }
        }
        struct str type = mutate(m, "form-data; name=\"a\\\"b\"; filename=\"c.csv\"; q=0.5", "\";=\\", 4), value;
        if (header_parameter(m, type, "name", &value) == RC_OK)
            assert_true(value.n <= type.n);
        accept_prefers_json(type);
        accept_gzip(type);
        arena_reset(m);
    }
    assert_true(accepted > 1000 && accepted < 39000); /* mutations hit both sides */
    arena_free(m);
}

static void test_multipart_mutated(void **state)
{
    (void)state;
    struct arena *m = arena_new(0);
    size_t accepted = 0;
    for (int i = 0; i < 40000; i++) {
        struct str body =
            mutate(m,
                   "x\r\n--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--XX\r\n"
                   "Content-Disposition: form-data; name=\"f\"; filename=\"x.csv\"\r\nContent-Type: a/b\r\n\r\n"
                   "1,2\r\n--X\r\n\r\n--XX--\r\n",
                   "\r\n-X:\";\0", 8);
        struct part *p;
        size_t n;
        if (multipart_parse(m, S(BOUNDARY), body, &p, &n) == RC_OK) {
            accepted++;
            for (size_t k = 0; k < n; k++) {
                assert_clean(p[k].name);
                assert_clean(p[k].filename);
                if (p[k].filename.p == NULL)
                    assert_clean(p[k].value);
                assert_true(p[k].value.n == 0 ||
                            (p[k].value.p >= body.p && p[k].value.p + p[k].value.n <= body.p + body.n));
            }
        }
        arena_reset(m);
    }
    assert_true(accepted > 1000 && accepted < 39000);
    arena_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_percent),
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_multipart),
        cmocka_unit_test(test_multipart_refused),
        cmocka_unit_test(test_cookies),
        cmocka_unit_test(test_accept),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_fields_mutated),
        cmocka_unit_test(test_multipart_mutated),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
