/* The server over real sockets: pages, data, who gets in, what is forged, how errors are told, static files. */
#include "http_site.h"

#include <signal.h>
#include <sys/wait.h>

/* ---- pages
 * ----------------------------------------------------------------------------------------------------------- */

static void test_page(void **state)
{
    (void)state;
    start((struct http_settings){0});
    struct str s = ask("GET /hello", "");
    assert_int_equal(status(s), 200);
    assert_has(s, "Content-Type: text/html; charset=utf-8\r\n");
    assert_has(s, "hello 0 lang 0 zone 1 &lt;i&gt;");
    assert_has(s, "Title &amp; &lt;more&gt;");
    assert_has(s, "<html lang=\"en\"");
    assert_lacks(s, "href=\"/site\"");
    assert_has(s, "Content-Security-Policy: default-src 'none'; script-src 'self';");
    assert_has(s, "X-Content-Type-Options: nosniff\r\n");
    assert_has(s, "Referrer-Policy: same-origin\r\n");
    assert_has(s, "Cross-Origin-Opener-Policy: same-origin\r\n");
    assert_has(s, "Permissions-Policy: ");
    assert_has(s, "Cache-Control: no-cache\r\n");
    assert_lacks(s, "Strict-Transport-Security");

    s = ask("GET /hello", "Cookie: s=good\r\n");
    assert_has(s, "hello 7 lang 0 zone 0");
    assert_has(s, "Ada &lt;b&gt;");
    assert_has(s, "href=\"/home\" aria-current=\"page\"");
    assert_lacks(s, "href=\"/site\"");
    assert_has(s, "value=\"token-1\"");
    assert_has(s, "Cache-Control: no-store\r\n");
    assert_has(ask("GET /hello", "Cookie: s=admin\r\n"), "href=\"/site\"");
    assert_has(ask("GET /hello", "Cookie: s=ended\r\n"), "hello 0 ");
}

static void test_language(void **state)
{
    (void)state;
    start((struct http_settings){0});
    assert_has(ask("GET /hello", "Accept-Language: de-AT, en;q=0.5\r\n"), "<html lang=\"de\"");
    assert_has(ask("GET /hello", "Accept-Language: de\r\nCookie: lang=en\r\n"), "<html lang=\"en\"");
    assert_has(ask("GET /hello", "Accept-Language: en\r\nCookie: s=german; lang=en\r\n"), "<html lang=\"de\"");
    assert_has(ask("GET /hello?a=1", ""), "href=\"/language/de?back=%2Fhello%3Fa%3D1\"");
    assert_lacks(ask("GET /hello", "Cookie: s=good\r\n"), "/language/");
    struct str s = ask("GET /language/de?back=%2Fhello%3Fa%3D1", "");
    assert_int_equal(status(s), 303);
    assert_has(s, "Location: /hello?a=1\r\n");
    assert_has(s, "Set-Cookie: lang=de; Path=/; Max-Age=31536000;");
    assert_has(ask("GET /language/de?back=https://evil.example/", ""), "Location: /\r\n");
    assert_int_equal(status(ask("GET /language/xx", "")), 404);
}

static void test_json(void **state)
{
    (void)state;
    start((struct http_settings){0});
    struct str s = ask("GET /hello", "Accept: application/json\r\n");
    assert_int_equal(status(s), 200);
    assert_has(s, "Content-Type: application/json\r\n");
    assert_has(s, "\"text\":\"hello 0");
    assert_lacks(s, "<html");
    s = ask("GET /things/5.json?q=a%20b", "");
    assert_has(s, "\"text\":\"id 5 q [a b] path [/things/5] client [127.0.0.1]\"");
    s = ask("GET /things/x.json", "");
    assert_int_equal(status(s), 404);
    assert_has(s, "Content-Type: application/problem+json\r\n");
    assert_has(s, "\"type\":\"/problems/not-found\"");
    assert_has(s, "\"status\":404");
    assert_has(s, "\"instance\":\"/things/x\"");
}

static void test_head(void **state)
{
    (void)state;
    start((struct http_settings){0});
    int fd = dial();
    give(fd, S("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    struct str s = take(fd, 3000), head, get;
    close(fd);
    size_t at;
    assert_true(str_find(s, S("\r\n\r\n"), &at));
    head = str_sub(s, 0, at);
    get = str_sub(s, at + 4, s.n);
    assert_true(str_starts(get, S("HTTP/1.1 200")));
    /* the same headers, and no body in between */
    assert_true(str_find(head, S("Content-Length: "), &at));
    struct str length = str_sub(head, at, 20);
    assert_true(str_find(get, length, NULL));
    assert_has(head, "Content-Security-Policy");
}

static void test_routes(void **state)
{
    (void)state;
    start((struct http_settings){0});
    assert_int_equal(status(ask("GET /nowhere", "")), 404);
    struct str s = ask("POST /hello", "Content-Length: 0\r\n");
    assert_int_equal(status(s), 405);
    assert_has(s, "Allow: GET, HEAD\r\n");
    s = ask("BREW /hello", "Accept: application/json\r\n");
    assert_int_equal(status(s), 405);
    assert_has(s, "Allow: GET, HEAD\r\n");
    assert_has(s, "\"status\":405");
    assert_int_equal(status(ask("OPTIONS /form", "")), 405);
    s = ask("GET /hello/?a=%20b", "");
    assert_int_equal(status(s), 308);
    assert_has(s, "Location: /hello?a=%20b\r\n");
    assert_int_equal(status(ask("GET //evil.example/", "")), 404);
    assert_int_equal(status(ask("GET /things/1%2F2", "")), 400);
    assert_int_equal(status(ask("GET /things/%00", "")), 400);
    assert_int_equal(status(ask("GET /things/%ff", "")), 400);
    assert_int_equal(status(ask("GET /things/1?q=%", "")), 400);
    assert_int_equal(status(ask("GET /things/01", "")), 404);
    assert_int_equal(status(ask("GET http://x/hello", "")), 400);
}

static void test_pipelining(void **state)
{
    (void)state;
    start((struct http_settings){0});
    int fd = dial();
    give(fd, S("GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
               "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
               "6\r\n\r\nname=a"
               "GET /things/2 HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_has(take_one(fd), "id 1 ");
    assert_has(take_one(fd), "ok\n");
    assert_has(take_one(fd), "name [a]");
    assert_has(take_one(fd), "id 2 ");
    for (int i = 0; i < 300; i++) { /* keep-alive */
        give(fd, S("GET /things/3 HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert_has(take_one(fd), "id 3 ");
    }
    close(fd);
}

/* ---- who
 * ------------------------------------------------------------------------------------------------------------- */

static void test_access(void **state)
{
    (void)state;
    start((struct http_settings){0});
    struct str s = ask("GET /private?x=1&y=a%20b", "");
    assert_int_equal(status(s), 303);
    assert_has(s, "Location: /sign-in?back=%2Fprivate%3Fx%3D1%26y%3Da%2520b\r\n");
    s = ask("GET /private", "Accept: application/json\r\n");
    assert_int_equal(status(s), 401);
    assert_has(s, "WWW-Authenticate: Bearer realm=\"cadre\"\r\n");
    assert_has(s, "application/problem+json");
    assert_int_equal(status(ask("GET /private", "Cookie: s=good\r\n")), 200);
    assert_has(ask("GET /private", "Authorization: Bearer cadre_x\r\n"), "hello 8 ");
    s = ask("GET /private", "Authorization: Bearer wrong\r\nCookie: s=good\r\n"); /* no falling back */
    assert_int_equal(status(s), 401);
    assert_has(s, "error=\"invalid_token\"");
    assert_int_equal(status(ask("GET /site", "Cookie: s=good\r\n")), 403);
    assert_int_equal(status(ask("GET /site", "Cookie: s=admin\r\n")), 200);
    assert_int_equal(status(ask("GET /hidden", "Cookie: s=good\r\n")), 404);
    assert_int_equal(status(ask("GET /decided", "Cookie: s=good\r\n")), 404); /* somebody else's */
    assert_has(ask("GET /decided", "Cookie: s=admin\r\n"), "decided");
}

/* A handler that forgot to ask about the thing itself gives nothing away. */
static void test_undecided(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(STDERR_FILENO);
        start((struct http_settings){0});
        _exit(status(ask("GET /undecided", "Cookie: s=admin\r\n")) == 500 ? 50 : 1);
    }
    int how;
    assert_int_equal(waitpid(child, &how, 0), child);
    bool aborted = WIFSIGNALED(how) && WTERMSIG(how) == SIGABRT, told = WIFEXITED(how) && WEXITSTATUS(how) == 50;
    assert_true(aborted || told); /* as the library was built */
}

static void test_forgery(void **state)
{
    (void)state;
    start((struct http_settings){0});
    static const char *const fine[] = {
        "",
        "Origin: http://x\r\n",
        "Sec-Fetch-Site: same-origin\r\n",
        "Sec-Fetch-Site: none\r\n",
        "Sec-Fetch-Site: same-origin\r\nOrigin: null\r\n",
    };
    static const char *const forged[] = {
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://x.evil.example\r\n",
        "Origin: x\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\nOrigin: http://x\r\n",
        "Sec-Fetch-Site: \r\n",
    };
    for (size_t i = 0; i < COUNT_OF(fine); i++)
        assert_int_equal(status(post("/form", fine[i], "name=a")), 200);
    for (size_t i = 0; i < COUNT_OF(forged); i++)
        assert_int_equal(status(post("/form", forged[i], "name=a")), 403);
    /* with a session the token is asked for */
    assert_int_equal(status(post("/form", "Cookie: s=good\r\n", "name=a")), 403);
    assert_int_equal(status(post("/form", "Cookie: s=good\r\n", "name=a&csrf=")), 403);
    assert_int_equal(status(post("/form", "Cookie: s=good\r\n", "name=a&csrf=token-2")), 403);
    assert_int_equal(status(post("/form", "Cookie: s=good\r\n", "name=a&csrf=token-1x")), 403);
    assert_int_equal(status(post("/form", "Cookie: s=good\r\n", "name=a&csrf=token-1")), 200);
    assert_int_equal(status(post("/form", "Cookie: s=good\r\nX-CSRF-Token: token-1\r\n", "name=a")), 200);
    assert_int_equal(status(post("/form?csrf=token-1", "Cookie: s=good\r\n", "name=a")), 403);
    assert_int_equal(status(post("/form", "Cookie: s=good\r\nOrigin: http://evil.example\r\n", "name=a&csrf=token-1")),
                     403);
    /* a program has no cookies that a page could use */
    assert_int_equal(status(post("/form", "Authorization: Bearer cadre_x\r\n", "name=a")), 200);
    /* other sites may post here on purpose, but never with a session */
    struct str s =
        post("/launch", "Origin: https://lms.example\r\nSec-Fetch-Site: cross-site\r\nCookie: s=good\r\n", "name=a");
    assert_int_equal(status(s), 200);
    assert_lacks(s, "data-person");
}

static void test_rates(void **state)
{
    (void)state;
    /* so few a minute that none comes back while this runs, on however slow a machine */
    start((struct http_settings){.sign_in_per_minute = 2, .public_per_minute = 3, .page_per_minute = 2});
    for (int i = 0; i < 2; i++)
        assert_int_equal(status(post("/sign-in", "", "name=a")), 200);
    struct str s = post("/sign-in", "", "name=a");
    assert_int_equal(status(s), 429);
    assert_has(s, "Retry-After: ");
    for (int i = 0; i < 8; i++)
        assert_int_equal(status(ask("GET /hello", "")), i < 2 ? 200 : 429);
    for (int i = 0; i < 40; i++) /* who is signed in is not held up by the others behind her address */
        assert_int_equal(status(ask("GET /hello", "Cookie: s=good\r\n")), 200);
    for (int i = 0; i < 8; i++)
        assert_int_equal(status(ask("GET /limited", "")), i < 3 ? 200 : 429);
    /* nobody can choose an address by a header */
    assert_int_equal(status(ask("GET /limited", "X-Forwarded-For: 10.0.0.1\r\n")), 429);
    assert_true(server_stop(server));
    start((struct http_settings){.no_rate_limits = true});
    for (int i = 0; i < 20; i++)
        assert_int_equal(status(post("/sign-in", "", "name=a")), 200);
}

static void test_proxy(void **state)
{
    (void)state;
    start((struct http_settings){.trust_proxy = true});
    struct str s = ask("GET /things/1", "X-Forwarded-For: 6.6.6.6, 10.0.0.1\r\nX-Forwarded-Proto: https\r\n");
    assert_has(s, "client [10.0.0.1]");
    assert_has(s, "Strict-Transport-Security: max-age=31536000\r\n");
    assert_int_equal(status(post("/form", "X-Forwarded-Proto: https\r\nOrigin: http://x\r\n", "name=a")), 403);
    assert_has(post("/form", "X-Forwarded-Proto: https\r\nOrigin: https://x\r\n", "name=go"), "Secure\r\n");
}

/* ---- answers
 * --------------------------------------------------------------------------------------------------------- */

static void test_errors(void **state)
{
    (void)state;
    start((struct http_settings){0});
    struct str s = ask("GET /fail", "");
    assert_int_equal(status(s), 500);
    assert_lacks(s, "secret");
    assert_lacks(s, "It has expired");
    assert_has(s, "Request number ");
    s = ask("GET /fail", "Accept: application/json\r\n");
    assert_lacks(s, "secret");
    s = post("/form", "", "name=bad");
    assert_int_equal(status(s), 422);
    assert_has(s, "so &quot;bad&quot; &lt;it&gt; is");
    s = post("/form", "Accept: application/json\r\n", "name=bad");
    assert_int_equal(status(s), 422);
    assert_has(s, "Content-Type: application/problem+json\r\n");
    assert_has(s, "\"field\":\"name\"");
    assert_has(s, "so \\\"bad\\\" <it> is");
}

static void test_no_page_for_a_program(void **state)
{
    (void)state;
    start((struct http_settings){0});
    struct str s = ask("GET /nowhere.json", "");
    assert_int_equal(status(s), 404);
    assert_has(s, "Content-Type: application/problem+json\r\n");
}

static void test_redirect(void **state)
{
    (void)state;
    start((struct http_settings){0});
    struct str s = post("/form", "", "name=go");
    assert_int_equal(status(s), 303);
    assert_has(s, "Location: /hello\r\n");
    assert_has(s,
               str_printf(a, "Set-Cookie: flash=%d; Path=/; Max-Age=60; HttpOnly; SameSite=Lax\r\n", M_error_gone).p);
    assert_has(post("/form", "", "name=away"), "Location: /\r\n");
    assert_has(post("/form", "", "name=away"), "Set-Cookie: flash=0; ");
    s = post("/form", "Accept: application/json\r\n", "name=go");
    assert_int_equal(status(s), 200);
    assert_has(s, "{\"location\":\"/hello\"}");
    s = ask("GET /hello", str_printf(a, "Cookie: flash=%d\r\n", M_error_gone).p);
    assert_has(s, "This is no longer here");
    assert_has(s, "data-saved=\"\"");
    assert_has(s, "Set-Cookie: flash=; Path=/; Max-Age=0;");
    static const char *const made_up[] = {"0", "1", "-1", "999999999", "4095", "99999999999999", "x", "8192000"};
    for (size_t i = 0; i < COUNT_OF(made_up); i++)
        assert_int_equal(status(ask("GET /hello", str_printf(a, "Cookie: flash=%s\r\n", made_up[i]).p)), 200);
}

static void test_download(void **state)
{
    (void)state;
    start((struct http_settings){0});
    struct str s = ask("GET /file", "");
    assert_has(s, "Content-Type: text/csv\r\n");
    assert_has(s, "Content-Disposition: attachment; filename=\"_._a_b");
    assert_has(s, "filename*=UTF-8''_._a%22b");
    assert_has(s, "%C3%A4.csv\r\n");
    s = ask("GET /big", "");
    assert_int_equal(status(s), 200);
    assert_true(s.n > 4u << 20);
}

static void test_static(void **state)
{
    (void)state;
    start((struct http_settings){0});
    const struct embedded *css = embedded_find(S("static/cadre.css"));
    assert_non_null(css);
    struct str s = ask("GET /static/cadre.css", "");
    assert_int_equal(status(s), 200);
    assert_has(s, "Content-Type: text/css; charset=utf-8\r\n");
    assert_has(s, "Cache-Control: no-cache\r\n");
    assert_has(s, "Vary: Accept-Encoding\r\n");
    assert_true(str_ends(s, str_sub(css->bytes, css->bytes.n - 40, 40)));
    struct str version = str_sub(css->etag, 1, css->etag.n - 2);
    s = ask(str_printf(a, "GET /static/cadre.css?v=%.*s", STR_ARG(version)).p, "Accept-Encoding: gzip, br\r\n");
    assert_has(s, "Cache-Control: public, max-age=31536000, immutable\r\n");
    assert_has(s, "Content-Encoding: gzip\r\n");
    assert_true(str_ends(s, css->gzip));
    assert_has(ask("GET /static/cadre.css?v=old", ""), "Cache-Control: no-cache\r\n");
    s = ask("GET /static/cadre.css", str_printf(a, "If-None-Match: \"x\", W/%.*s\r\n", STR_ARG(css->etag)).p);
    assert_int_equal(status(s), 304);
    assert_true(str_ends(s, S("\r\n\r\n")));
    assert_int_equal(status(ask("GET /static/../migrations", "")), 404);
    assert_int_equal(status(ask("GET /static/", "")), 404);
    assert_has(ask("GET /hello", ""), str_printf(a, "/static/cadre.css?v=%.*s", STR_ARG(version)).p);
}

/* Asks until the answer is the wanted one; counts how often it asked, and how often the server was not well. */
static void wait_for_health(int wanted, int *asked, int *unwell)
{
    for (int i = 0; i < 12000; i++) {
        int got = status(ask("GET /healthz", ""));
        *asked += 1;
        *unwell += got == 503;
        if (got == wanted)
            return;
        usleep(10000);
    }
    fail_msg("/healthz never answered %d", wanted);
}

static void test_health_and_metrics(void **state)
{
    (void)state;
    atomic_store(&health, RC_INTERNAL);
    start((struct http_settings){0});
    int asked = 0, unwell = 0;
    wait_for_health(503, &asked, &unwell);
    atomic_store(&health, RC_OK);
    wait_for_health(200, &asked, &unwell);
    ask("GET /nowhere", "");
    struct str s = ask("GET /metrics", "");
    assert_int_equal(status(s), 200);
    assert_has(s, "cadre_requests_total{class=\"4xx\"} 1\n");
    assert_has(s, str_printf(a, "cadre_requests_total{class=\"5xx\"} %d\n", unwell).p);
    assert_has(s, str_printf(a, "cadre_request_seconds_bucket{le=\"+Inf\"} %d\n", asked + 1).p);
    assert_has(s, "cadre_queue_length 0\n");
    assert_has(s, "cadre_connections ");
    assert_int_equal(status(ask("GET /metrics", "X-Forwarded-For: 10.0.0.1\r\n")), 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_page),     TEST(test_language),   TEST(test_json),   TEST(test_head),
        TEST(test_routes),   TEST(test_pipelining), TEST(test_access), TEST(test_undecided),
        TEST(test_forgery),  TEST(test_rates),      TEST(test_proxy),  TEST(test_errors),
        TEST(test_no_page_for_a_program), TEST(test_redirect), TEST(test_download),   TEST(test_static), TEST(test_health_and_metrics),
    };
    log_set_level(LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
