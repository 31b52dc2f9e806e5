/* A small site with stubs for sessions and tokens, and a client that sends exactly the bytes it is told: for the tests
 * of the server. Each test starts its own server on a free port. */
#ifndef CADRE_TEST_HTTP_SITE_H
#define CADRE_TEST_HTTP_SITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/embedded.h"
#include "base/log.h"
#include "gen/http/error_view.h"
#include "gen/msg_error.h"
#include "http/server.h"

/* ---- a site
 * ---------------------------------------------------------------------------------------------------------- */

struct session {
    int64_t id;
};

static const struct grant admin_grant = {.role = ROLE_ADMINISTRATOR};
static const struct session one_session = {1};

static enum rc hook_session(struct ctx *c, struct str cookie, struct visitor *v)
{
    (void)c;
    if (!str_eq(cookie, S("good")) && !str_eq(cookie, S("admin")) && !str_eq(cookie, S("german")))
        return RC_NOT_FOUND;
    v->who = (struct actor){.person = 7, .account = 7, .name = S("Ada <b>")};
    if (str_eq(cookie, S("admin"))) {
        v->who.grants = &admin_grant;
        v->who.grant_count = 1;
    }
    v->session = &one_session;
    v->lang = str_eq(cookie, S("german")) ? S("de") : STR_NONE;
    v->zone = S("Europe/Berlin");
    return RC_OK;
}

static enum rc hook_token(struct ctx *c, struct str bearer, struct visitor *v)
{
    (void)c;
    if (!str_eq(bearer, S("cadre_x")))
        return RC_NOT_FOUND;
    v->who = (struct actor){.person = 8, .account = 8, .by_token = true};
    return RC_OK;
}

static struct str hook_csrf(struct ctx *c)
{
    return str_dup(c->a, S("token-1"));
}

static atomic_int health = RC_OK;

static enum rc hook_check(struct db *db)
{
    (void)db;
    return (enum rc)atomic_load(&health);
}

static struct server_hooks hooks = {.session = hook_session, .token = hook_token, .csrf = hook_csrf, .check = hook_check};

static atomic_int gate_open = 1, at_gate;

static enum rc say(struct ctx *c, struct str text)
{
    const struct view_error view = {.text = text};
    const struct page page = {.title = S("Title & <more>"), .section = "/home"};
    return view_error_page(c, &page, &view);
}

static enum rc get_hello(struct ctx *c)
{
    return say(
        c, str_printf(c->a, "hello %" PRId64 " lang %d zone %d <i>", c->who->person, c->lang, c->zone == zone_utc()));
}

static enum rc get_echo(struct ctx *c)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    return say(c, str_printf(c->a, "id %" PRId64 " q [%.*s] path [%.*s] client [%.*s]", id,
                             STR_ARG(request_query(c->rq, "q")), STR_ARG(c->rq->path), STR_ARG(c->rq->client)));
}

static enum rc post_form(struct ctx *c)
{
    struct str name = request_form(c->rq, "name");
    if (str_eq(name, S("go")))
        return page_redirect(c, S("/hello"), M_error_gone);
    if (str_eq(name, S("away")))
        return page_redirect(c, S("//evil.example/"), 0);
    if (str_eq(name, S("bad")))
        return err_field(&c->err, RC_INVALID, M_error_invalid_more, "name", "%s", "so \"bad\" <it> is");
    return say(c, str_printf(c->a, "name [%.*s] bytes %zu", STR_ARG(name), c->rq->body.n));
}

static enum rc get_wait(struct ctx *c)
{
    atomic_fetch_add(&at_gate, 1);
    for (int i = 0; i < 60000 && atomic_load(&gate_open) == 0; i++)
        usleep(1000);
    atomic_fetch_sub(&at_gate, 1);
    return say(c, S("waited"));
}

static enum rc get_fail(struct ctx *c)
{
    return err_set(&c->err, RC_INTERNAL, M_error_gone, "%s", "secret of the inside");
}

static enum rc get_file(struct ctx *c)
{
    return page_download(c, "text/csv", S("../a\"b\r\n\xc3\xa4.csv"), S("x,y\n"));
}

static enum rc get_decided(struct ctx *c)
{
    TRY(access_require(c, P_PERSON_VIEW, &(struct target){.person = 99}));
    return say(c, S("decided"));
}

static enum rc get_big(struct ctx *c)
{
    char *p = arena_alloc_raw(c->a, 4u << 20);
    memset(p, 'x', 4u << 20);
    return page_download(c, "text/plain", S("big"), (struct str){p, 4u << 20});
}

#define R(m, p, who, b, r, h)                                                                                          \
    {                                                                                                                  \
        .method = METHOD_##m, .pattern = (p), .may = (who), .body = (b), .rate = (r), .handle = (h)                    \
    }

static const struct route routes[] = {
    R(GET, "/hello", P_PUBLIC, BODY_NONE, RATE_PAGE, get_hello),
    R(GET, "/limited", P_PUBLIC, BODY_NONE, RATE_PUBLIC, get_hello),
    R(GET, "/private", P_SIGNED_IN, BODY_NONE, RATE_PAGE, get_hello),
    R(GET, "/site", P_AUDIT_VIEW, BODY_NONE, RATE_PAGE, get_hello),
    R(GET, "/hidden", P_PERSON_ERASE, BODY_NONE, RATE_PAGE, get_hello),
    R(GET, "/undecided", P_PERSON_VIEW, BODY_NONE, RATE_PAGE, get_hello),
    R(GET, "/decided", P_PERSON_VIEW, BODY_NONE, RATE_PAGE, get_decided),
    R(GET, "/things/{id}", P_PUBLIC, BODY_NONE, RATE_PAGE, get_echo),
    R(POST, "/form", P_PUBLIC, BODY_FORM, RATE_WRITE, post_form),
    R(POST, "/none", P_PUBLIC, BODY_NONE, RATE_WRITE, post_form),
    R(POST, "/json", P_PUBLIC, BODY_JSON, RATE_WRITE, post_form),
    R(POST, "/upload", P_PUBLIC, BODY_UPLOAD, RATE_WRITE, post_form),
    R(POST, "/launch", P_PUBLIC, BODY_FOREIGN_FORM, RATE_WRITE, post_form),
    R(POST, "/sign-in", P_PUBLIC, BODY_FORM, RATE_SIGN_IN, post_form),
    R(GET, "/wait", P_PUBLIC, BODY_NONE, RATE_PAGE, get_wait),
    R(GET, "/fail", P_PUBLIC, BODY_NONE, RATE_PAGE, get_fail),
    R(GET, "/file", P_PUBLIC, BODY_NONE, RATE_PAGE, get_file),
    R(GET, "/big", P_PUBLIC, BODY_NONE, RATE_PAGE, get_big),
};
static const struct route_set sets[] = {{routes, COUNT_OF(routes)}};
static const struct nav_item nav[] = {{"/home", M_error_gone, P_SIGNED_IN, false}, {"/site", M_error_denied, P_AUDIT_VIEW, false}};

static struct app app;
static struct server *server;
static struct arena *a;

static inline void start(struct http_settings settings)
{
    settings.no_access_log = true;
    app = (struct app){.settings = settings,
                       .hooks = &hooks,
                       .routes = sets,
                       .route_count = COUNT_OF(sets),
                       .nav = nav,
                       .nav_count = COUNT_OF(nav),
                       .session_cookie = "s"};
    struct err e;
    assert_int_equal(server_start(&app, "127.0.0.1:0", &server, &e), RC_OK);
}

static inline int setup(void **state)
{
    (void)state;
    a = arena_new(0);
    atomic_store(&gate_open, 1);
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    atomic_store(&gate_open, 1);
    bool stopped = server == NULL || server_stop(server);
    server = NULL;
    arena_free(a);
    return stopped ? 0 : -1;
}

/* ---- a client that says what it wants
 * -------------------------------------------------------------------------------- */

static inline int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    const char *colon = strrchr(server_address(server), ':');
    to.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static inline void give(int fd, struct str s)
{
    while (s.n != 0) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* the server may have closed on purpose */
        s = str_sub(s, (size_t)n, s.n);
    }
}

/* All that comes until the server closes or is silent for ms. */
static inline struct str take(int fd, int ms)
{
    struct buf b = buf_new(a, 65536);
    char chunk[16384];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (poll(&p, 1, ms) > 0) {
        ssize_t n = recv(fd, chunk, sizeof chunk, 0);
        if (n <= 0)
            break;
        buf_add(&b, chunk, (size_t)n);
    }
    return buf_text(&b);
}

static inline bool is_closed(int fd, int ms)
{
    char c;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, ms) > 0 && recv(fd, &c, 1, 0) <= 0;
}

/* One whole answer: head, and as many bytes as it says. */
static inline struct str take_one(int fd)
{
    struct buf b = buf_new(a, 65536);
    size_t need = SIZE_MAX;
    char c[4096];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (b.n < need && poll(&p, 1, 30000) > 0) {
        size_t want = need == SIZE_MAX ? 1 : need - b.n < sizeof c ? need - b.n : sizeof c;
        ssize_t n = recv(fd, c, want, 0);
        if (n <= 0)
            break;
        buf_add(&b, c, (size_t)n);
        if (need == SIZE_MAX && b.n >= 4 && memcmp(b.p + b.n - 4, "\r\n\r\n", 4) == 0) {
            size_t at;
            need = b.n;
            if (str_find(buf_text(&b), S("Content-Length: "), &at))
                need += strtoul(b.p + at + 16, NULL, 10);
        }
    }
    return buf_text(&b);
}

static inline struct str talk_n(struct str request)
{
    int fd = dial();
    give(fd, request);
    struct str answer = take_one(fd);
    close(fd);
    return answer;
}

static inline struct str talk(const char *request)
{
    return talk_n(str_from(request));
}

/* "GET /hello" and further header lines, each with its CRLF. */
static inline struct str ask(const char *line, const char *headers)
{
    return talk_n(str_printf(a, "%s HTTP/1.1\r\nHost: x\r\n%s\r\n", line, headers));
}

static inline struct str post(const char *path, const char *headers, const char *body)
{
    return talk_n(str_printf(a,
                             "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: "
                             "application/x-www-form-urlencoded\r\n%sContent-Length: %zu\r\n\r\n%s",
                             path, headers, strlen(body), body));
}

static inline int status(struct str answer)
{
    assert_true(answer.n > 12);
    assert_memory_equal(answer.p, "HTTP/1.1 ", 9);
    return (int)strtol(answer.p + 9, NULL, 10);
}

static inline bool has(struct str answer, const char *text)
{
    return str_find(answer, str_from(text), NULL);
}

/* Until /metrics says so, which the I/O thread answers: what was sent before has then been taken in. */
static inline void wait_for_metric(const char *line)
{
    for (int i = 0; i < 12000; i++) {
        if (has(ask("GET /metrics", ""), line))
            return;
        usleep(10000);
    }
    fail_msg("/metrics never said %s", line);
}

#define assert_has(answer, text) assert_true(has((answer), (text)))
#define assert_lacks(answer, text) assert_false(has((answer), (text)))

#define FORM "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
