/* The table of routes, and the table of rate limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/rate.h"
#include "http/router.h"

static enum rc handle(struct ctx *c)
{
    (void)c;
    return RC_OK;
}

#define ROUTE(m, p)                                                                                                    \
    {                                                                                                                  \
        .method = METHOD_##m, .pattern = (p), .may = P_PUBLIC, .handle = handle                                        \
    }

static const struct route first[] = {
    ROUTE(GET, "/"),           ROUTE(GET, "/people"),      ROUTE(GET, "/people/{id}"), ROUTE(POST, "/people/{id}"),
    ROUTE(GET, "/people/new"), ROUTE(POST, "/people/new"),
};
static const struct route second[] = {
    ROUTE(GET, "/{section}/new/{x}"),
    ROUTE(GET, "/people/{id}/{part}"),
    ROUTE(DELETE, "/people/{id}/{part}"),
    ROUTE(GET, "/a/{b}/c/{d}/e/{f}/{g}"),
};
static const struct route_set sets[] = {{first, COUNT_OF(first)}, {second, COUNT_OF(second)}};

static struct router *r;

static int setup(void **state)
{
    (void)state;
    r = router_new(sets, COUNT_OF(sets));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    router_free(r);
    return 0;
}

static struct route_match find(enum method m, const char *path)
{
    return router_match(r, m, str_from(path));
}

static void test_match(void **state)
{
    (void)state;
    assert_ptr_equal(find(METHOD_GET, "/").route, &first[0]);
    assert_ptr_equal(find(METHOD_GET, "/people").route, &first[1]);
    struct route_match m = find(METHOD_GET, "/people/12");
    assert_ptr_equal(m.route, &first[2]);
    assert_int_equal(m.param_count, 1);
    assert_true(str_eq(m.params[0], S("12")));
    assert_ptr_equal(find(METHOD_POST, "/people/12").route, &first[3]);
    assert_ptr_equal(find(METHOD_HEAD, "/people/12").route, &first[2]);
    m = find(METHOD_GET, "/a/1/c/2/e/3/4");
    assert_int_equal(m.param_count, 4);
    assert_true(str_eq(m.params[3], S("4")));
}

static void test_literal_first(void **state)
{
    (void)state;
    assert_ptr_equal(find(METHOD_GET, "/people/new").route, &first[4]);
    assert_ptr_equal(find(METHOD_POST, "/people/new").route, &first[5]);
    /* the earliest segment decides */
    assert_ptr_equal(find(METHOD_GET, "/people/new/x").route, &second[1]);
    assert_ptr_equal(find(METHOD_GET, "/other/new/x").route, &second[0]);
}

static void test_none(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "",          "people",  "/nothing",      "/people/",   "//people",
        "/people//", "/People", "/people/1/2/3", "/people//x", "/a/b/c/d/e/f/g/h/i/j/k/l"};
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        assert_null(find(METHOD_GET, paths[i]).route);
        assert_int_equal(find(METHOD_GET, paths[i]).allowed, 0);
    }
}

static void test_methods(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct route_match m = find(METHOD_DELETE, "/people/12");
    assert_null(m.route);
    assert_true(str_eq(router_allow(a, m.allowed), S("GET, POST, HEAD")));
    m = find(METHOD_OTHER, "/people/12/x");
    assert_null(m.route);
    assert_true(str_eq(router_allow(a, m.allowed), S("GET, DELETE, HEAD")));
    arena_free(a);
}

static void count_route(void *arg, const struct route *route)
{
    assert_non_null(route->pattern);
    ++*(size_t *)arg;
}

static void test_each(void **state)
{
    (void)state;
    size_t n = 0;
    router_each(r, count_route, &n);
    assert_int_equal(n, COUNT_OF(first) + COUNT_OF(second));
}

static bool start_aborts(const struct route *routes, size_t count)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int quiet = dup(STDERR_FILENO);
        (void)quiet;
        close(STDERR_FILENO);
        router_free(router_new(&(struct route_set){routes, count}, 1));
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_broken_tables(void **state)
{
    (void)state;
    const struct route good[] = {ROUTE(GET, "/a/{x}"), ROUTE(POST, "/a/{y}"), ROUTE(GET, "/a/x")};
    const struct route twice[] = {ROUTE(GET, "/a/{x}"), ROUTE(GET, "/a/{y}")};
    const struct route relative[] = {ROUTE(GET, "a")};
    const struct route empty_segment[] = {ROUTE(GET, "/a//b")};
    const struct route half_param[] = {ROUTE(GET, "/a/x{y}")};
    const struct route five[] = {ROUTE(GET, "/{a}/{b}/{c}/{d}/{e}")};
    const struct route body[] = {{.method = METHOD_GET, .pattern = "/a", .body = BODY_FORM, .handle = handle}};
    assert_false(start_aborts(good, COUNT_OF(good)));
    assert_true(start_aborts(twice, COUNT_OF(twice)));
    assert_true(start_aborts(relative, 1));
    assert_true(start_aborts(empty_segment, 1));
    assert_true(start_aborts(half_param, 1));
    assert_true(start_aborts(five, 1));
    assert_true(start_aborts(body, 1));
}

static void test_rates(void **state)
{
    (void)state;
    struct rate_table *t = rate_table_new();
    uint64_t now = 1000000;
    for (int i = 0; i < 10; i++)
        assert_int_equal(rate_take(t, 1, S("x"), 10, now), 0);
    assert_int_equal(rate_take(t, 1, S("x"), 10, now), 6);
    assert_int_equal(rate_take(t, 2, S("x"), 10, now), 0); /* another class */
    assert_int_equal(rate_take(t, 1, S("y"), 10, now), 0); /* another key */
    assert_int_equal(rate_take(t, 1, S("x"), 10, now + 5999999), 1);
    assert_int_equal(rate_take(t, 1, S("x"), 10, now + 6000000), 0);
    assert_int_equal(rate_take(t, 1, S("x"), 10, now + 6000000), 6);
    for (int i = 0; i < 10; i++)
        assert_int_equal(rate_take(t, 1, S("x"), 10, now + 120000000), 0);
    assert_true(rate_take(t, 1, S("x"), 10, now + 120000000) > 0);
    /* memory is bounded, and a flood of other keys does not make a limited one forgotten soon */
    struct arena *a = arena_new(0);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(rate_take(t, 1, str_printf(a, "%d", i), 10, now + 120000000), 0);
    assert_true(rate_take(t, 1, S("x"), 10, now + 120000000) > 0);
    assert_true(str_eq(rate_address(a, S("10.0.0.1")), S("10.0.0.1")));
    assert_true(str_eq(rate_address(a, S("2001:db8::1")), rate_address(a, S("2001:db8::ffff:2"))));
    assert_false(str_eq(rate_address(a, S("2001:db8:0:1::1")), rate_address(a, S("2001:db8:0:2::1"))));
    arena_free(a);
    rate_table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_match),   cmocka_unit_test(test_literal_first), cmocka_unit_test(test_none),
        cmocka_unit_test(test_methods), cmocka_unit_test(test_each),          cmocka_unit_test(test_broken_tables),
        cmocka_unit_test(test_rates),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
