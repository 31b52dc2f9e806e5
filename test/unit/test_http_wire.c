/* The server over real sockets: what it refuses, what it limits, slow clients, a full queue, how it stops. */
#include "http_site.h"

/* ---- what the library lets through
 * ----------------------------------------------------------------------------------- */

static void assert_refused(const char *request, int want)
{
    int fd = dial();
    give(fd, str_from(request));
    struct str s = take_one(fd);
    if (s.n == 0)
        fail_msg("no answer to: %s", request);
    if (status(s) != want)
        fail_msg("%d instead of %d to: %s", status(s), want, request);
    char rest[1024]; /* the library says some of its own refusals twice */
    while (recv(fd, rest, sizeof rest, MSG_DONTWAIT) > 0)
        ;
    if (!is_closed(fd, 10000))
        fail_msg("not closed after: %s", request);
    close(fd);
}

static void test_malformed(void **state)
{
    (void)state;
    start((struct http_settings){0});
    assert_int_equal(status(talk(FORM "Content-Length: 1\r\n\r\na")), 200);
    assert_int_equal(status(talk(FORM "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n")), 200);
    assert_refused(FORM "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400);
    assert_refused(FORM "Content-Length: 1\r\ncontent-length: 2\r\n\r\nab", 400);
    assert_refused(FORM "Content-Length: 1, 1\r\n\r\na", 400);
    assert_refused(FORM "Content-Length: +1\r\n\r\na", 400);
    assert_refused(FORM "Content-Length: 0x1\r\n\r\na", 400);
    assert_refused(FORM "Content-Length:\r\n\r\na", 400);
    assert_refused(FORM "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 400);
    assert_refused(FORM "Transfer-Encoding: gzip\r\n\r\na", 400);
    assert_refused(FORM "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400);
    assert_refused(FORM "Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\na", 400);
    assert_refused(FORM "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    assert_refused(FORM "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: a@b\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost:\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length : 1\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: x\r\nX y: 1\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: x\r\nX(y): 1\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: x\r\n: 1\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: x\r\nX: a\x01z\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: x\r\nX: a\r\n folded\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\tx\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\nHost: x\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: x\nX: y\r\n\r\n", 400);
    assert_refused("GET /hello HTTP/1.1\r\nHost: x\r\n\n", 400);
    assert_int_equal(status(talk("GET /hello HTTP/1.0\r\n\r\n")), 200);
    static const char *const nul[] = {
        "GET /hello HTTP/1.1\r\nHost: x~y\r\n\r\n", "GET /hello~ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\nX~: y\r\n\r\n", "GET /hello HTTP/1.1\r\nHost: x\r\nX: ~\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\n~: y\r\n\r\n"};
    for (size_t i = 0; i < COUNT_OF(nul); i++) {
        struct str request = str_dup(a, str_from(nul[i]));
        char *tilde = memchr(request.p, '~', request.n);
        *tilde = '\0';
        int fd = dial();
        give(fd, request);
        struct str s = take(fd, 2000); /* refused, or closed without a word */
        assert_true(s.n == 0 || status(s) == 400);
        close(fd);
    }
    /* a head that comes in pieces is the same head */
    struct buf head = buf_new(a, 8192);
    buf_z(&head, "GET /hello HTTP/1.1\r\nHost:x\r\n");
    for (int i = 0; i < 40; i++)
        buf_printf(&head, "X-%d: \t %0120d  \r\n", i, i);
    buf_z(&head, "\r\n");
    int fd = dial();
    for (size_t i = 0; i < head.n; i += 7) {
        give(fd, str_sub(buf_text(&head), i, 7));
        if (i % 1000 < 7)
            usleep(2000);
    }
    assert_int_equal(status(take_one(fd)), 200);
    close(fd);
    /* bytes that are no text in a header are not seen, and do no harm */
    assert_has(ask("GET /hello", "Cookie: s=good\xff\r\n"), "hello 0 ");
}

static void test_sizes(void **state)
{
    (void)state;
    start((struct http_settings){0});
    struct str longest = {memset(arena_alloc(a, 40000), 'a', 40000), 40000};
    assert_int_equal(status(ask(str_printf(a, "GET /things/1?q=%.*s", 4000, longest.p).p, "")), 200);
    assert_refused(str_printf(a, "GET /things/1?q=%.*s HTTP/1.1\r\nHost: x\r\n\r\n", 4100, longest.p).p, 414);
    assert_int_equal(status(ask("GET /hello", str_printf(a, "X: %.*s\r\n", 7000, longest.p).p)), 200);
    assert_refused(str_printf(a, "GET /hello HTTP/1.1\r\nHost: x\r\nX: %.*s\r\n\r\n", 9000, longest.p).p, 431);
    assert_refused(str_printf(a, "GET /hello HTTP/1.1\r\nHost: x\r\nX: %.*s\r\n\r\n", 40000, longest.p).p, 431);
    struct buf many = buf_new(a, 4096);
    for (int i = 0; i < 70; i++)
        buf_printf(&many, "X-%d: 1\r\n", i);
    buf_ch(&many, '\0');
    assert_int_equal(status(ask("GET /hello", many.p)), 431);
}

static void test_bodies(void **state)
{
    (void)state;
    start((struct http_settings){0});
    /* refused by what it says, before any of it is sent */
    assert_refused("POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 2147483648\r\n\r\n", 413);
    assert_refused("POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 262145\r\n\r\n", 413);
    assert_refused("POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413);
    assert_refused("POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", 413);
    assert_refused("GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", 413);
    assert_refused("POST /none HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 413);
    assert_refused("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", 404);
    assert_refused("POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", 405);
    /* a client that asks first hears no instead of "go on" */
    struct str s = talk("POST /form HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2147483648\r\n\r\n");
    assert_int_equal(status(s), 413);
    s = talk(FORM "Expect: 100-continue\r\nContent-Length: 1\r\n\r\na");
    assert_int_equal(status(s), 100);
    /* chunked: as soon as it is too much */
    char *chunk = arena_alloc(a, 65536);
    memset(chunk, 'a', 65536);
    int fd = dial();
    give(fd, S(FORM "Transfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 5; i++) {
        give(fd, S("10000\r\n"));
        give(fd, (struct str){chunk, 65536});
        give(fd, S("\r\n"));
    }
    s = take_one(fd);
    assert_int_equal(status(s), 413);
    assert_true(is_closed(fd, 10000));
    close(fd);
    /* just right */
    struct str whole = str_printf(a, FORM "Content-Length: 262144\r\n\r\nname=%s%s%s%s", "a=", "b=", "c=", "d");
    struct buf b = buf_new(a, 300000);
    buf_str(&b, whole);
    while (b.n < whole.n + 262144 - 12)
        buf_ch(&b, 'x');
    s = talk_n(buf_text(&b));
    assert_int_equal(status(s), 200);
    assert_has(s, "bytes 262144");
}

static void test_body_memory(void **state)
{
    (void)state;
    start((struct http_settings){.body_memory = 1 << 20});
    char *chunk = arena_alloc(a, 65536);
    memset(chunk, 'a', 65536);
    int fds[3];
    for (int i = 0; i < 2; i++) {
        fds[i] = dial();
        give(fds[i], S("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 500000\r\n\r\n"));
        for (int k = 0; k < 7; k++)
            give(fds[i], (struct str){chunk, 65536});
    }
    wait_for_metric("cadre_body_bytes 1048576\n");
    struct str s = ask("POST /upload", "Content-Length: 500000\r\n");
    assert_int_equal(status(s), 503);
    assert_has(s, "Retry-After: 1\r\n");
    fds[2] = dial(); /* the same when it is not said before */
    give(fds[2], S("POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10000\r\n"));
    give(fds[2], (struct str){chunk, 65536});
    give(fds[2], S("\r\n10000\r\n"));
    give(fds[2], (struct str){chunk, 65536});
    assert_int_equal(status(take_one(fds[2])), 503);
    for (int i = 0; i < 3; i++)
        close(fds[i]);
    wait_for_metric("cadre_body_bytes 0\n"); /* what was held is given back */
    s = ask("POST /upload", "Content-Type: text/csv\r\nExpect: 100-continue\r\nContent-Length: 500000\r\n");
    assert_int_equal(status(s), 100);
}

static void test_body_kinds(void **state)
{
    (void)state;
    start((struct http_settings){0});
    assert_has(post("/form", "", "name=a+b%21"), "name [a b!]");
    assert_int_equal(status(post("/form", "", "name=%")), 400);
    struct str s = talk(
        "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: 63\r\n\r\n"
        "--X\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nup\r\n--X--\r\n");
    assert_has(s, "name [up]");
    assert_int_equal(
        status(talk("POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\na")), 415);
    assert_int_equal(status(talk("POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na")), 415);
    assert_int_equal(
        status(talk("POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")),
        200);
    assert_int_equal(
        status(talk("POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}")), 415);
    assert_has(talk("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 2\r\n\r\nab"),
               "bytes 2");
}

/* ---- load and time
 * --------------------------------------------------------------------------------------------------- */

static void wait_at_gate(int n)
{
    for (int i = 0; i < 60000 && atomic_load(&at_gate) != n; i++)
        usleep(1000);
    assert_int_equal(atomic_load(&at_gate), n);
}

static void test_queue_full(void **state)
{
    (void)state;
    start((struct http_settings){.workers = 2, .queue = 3});
    atomic_store(&gate_open, 0);
    int fds[5];
    for (int i = 0; i < 5; i++) {
        fds[i] = dial();
        give(fds[i], S("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
        wait_at_gate(i < 2 ? i + 1 : 2);
    }
    wait_for_metric("cadre_queue_length 3\n");
    struct str s = ask("GET /wait", "");
    assert_int_equal(status(s), 503);
    assert_has(s, "Retry-After: 1\r\n");
    assert_int_equal(status(ask("GET /healthz", "")), 200); /* needs no worker */
    int fd = dial();                                        /* the connection goes on */
    give(fd, S("GET /wait HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n"));
    s = take_one(fd);
    assert_int_equal(status(s), 503);
    assert_has(s, "\"type\":\"/problems/busy\"");
    atomic_store(&gate_open, 1);
    for (int i = 0; i < 5; i++) {
        assert_has(take_one(fds[i]), "waited");
        close(fds[i]);
    }
    give(fd, S("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_has(take_one(fd), "waited");
    close(fd);
}

static void test_slow_clients(void **state)
{
    (void)state;
    start((struct http_settings){.timeout_s = 1, .least_rate = 100000});
    int silent = dial(), head = dial(), body = dial(), reader = dial();
    int small = 4096;
    setsockopt(reader, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    give(reader, S("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"));
    give(head, S("GET /hello HTTP/1.1\r\nHost: x\r\n"));
    give(body, S(FORM "Content-Length: 1000\r\n\r\n"));
    bool head_cut = false, body_cut = false;
    for (int i = 0; i < 30; i++) { /* one byte every tenth of a second: never silent for long */
        usleep(100000);
        head_cut = head_cut || send(head, i == 0 ? "X" : "x", 1, MSG_NOSIGNAL) != 1;
        body_cut = body_cut || send(body, "a", 1, MSG_NOSIGNAL) != 1;
    }
    assert_true(head_cut);
    assert_true(body_cut);
    assert_true(is_closed(silent, 10000));
    /* who does not read its answer loses it: 4 MiB may take some 40 s at this rate, silence is cut after one */
    size_t got = 0;
    char sink[4096];
    ssize_t n;
    usleep(1000000);
    while ((n = recv(reader, sink, sizeof sink, MSG_DONTWAIT)) > 0)
        got += (size_t)n;
    assert_true(got < 4u << 20);
    int fds[] = {silent, head, body, reader};
    for (size_t i = 0; i < COUNT_OF(fds); i++)
        close(fds[i]);
    assert_int_equal(status(ask("GET /hello", "")), 200);
}

static void test_suspended_is_not_cut(void **state)
{
    (void)state;
    start((struct http_settings){.timeout_s = 1});
    atomic_store(&gate_open, 0);
    int fd = dial(), gone = dial();
    give(fd, S("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
    give(gone, S("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
    wait_at_gate(2);
    close(gone); /* nobody notices until the answer is there */
    usleep(2500000);
    atomic_store(&gate_open, 1);
    assert_has(take_one(fd), "waited");
    close(fd);
}

static void test_connection_limits(void **state)
{
    (void)state;
    start((struct http_settings){.per_address = 3});
    int fds[4];
    for (int i = 0; i < 4; i++)
        fds[i] = dial();
    for (int i = 0; i < 3; i++) {
        give(fds[i], S("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert_int_equal(status(take_one(fds[i])), 200);
    }
    assert_true(is_closed(fds[3], 10000));
    for (int i = 0; i < 4; i++)
        close(fds[i]);
    assert_true(server_stop(server));
    start((struct http_settings){.connections = 3});
    for (int i = 0; i < 4; i++)
        fds[i] = dial();
    for (int i = 0; i < 3; i++) {
        give(fds[i], S("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert_int_equal(status(take_one(fds[i])), 200);
    }
    give(fds[3], S("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_int_equal(take(fds[3], 300).n, 0); /* waits */
    close(fds[0]);
    assert_int_equal(status(take_one(fds[3])), 200);
    for (int i = 1; i < 4; i++)
        close(fds[i]);
}

/* Opens the gate as soon as nobody is let in any more: then the stop has begun. */
static void *open_gate_later(void *arg)
{
    const struct sockaddr_in *to = arg;
    for (int i = 0, in = 0; i < 60000 && in == 0; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        in = connect(fd, (const struct sockaddr *)to, sizeof *to);
        close(fd);
        usleep(1000);
    }
    atomic_store(&gate_open, 1);
    return NULL;
}

static void test_graceful_stop(void **state)
{
    (void)state;
    start((struct http_settings){.workers = 1});
    atomic_store(&gate_open, 0);
    int running = dial(), queued = dial(), idle = dial(), late;
    give(running, S("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
    wait_at_gate(1);
    give(queued, S("GET /things/4 HTTP/1.1\r\nHost: x\r\n\r\n"));
    wait_for_metric("cadre_queue_length 1\n");
    const char *address = str_dup(a, str_from(server_address(server))).p;
    struct sockaddr_in to = {.sin_family = AF_INET};
    to.sin_port = htons((uint16_t)strtoul(strrchr(address, ':') + 1, NULL, 10));
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    pthread_t t;
    assert_int_equal(pthread_create(&t, NULL, open_gate_later, &to), 0);
    assert_true(server_stop(server));
    server = NULL;
    pthread_join(t, NULL);
    struct str s = take_one(running);
    assert_has(s, "waited");
    assert_has(s, "Connection: close\r\n");
    assert_has(take_one(queued), "id 4 ");
    assert_true(is_closed(idle, 10000));
    late = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_not_equal(connect(late, (const struct sockaddr *)&to, sizeof to), 0);
    close(running), close(queued), close(idle), close(late);
}

/* Opens the gate as soon as the other one was answered. */
static void *open_gate_late(void *arg)
{
    struct pollfd p = {.fd = *(const int *)arg, .events = POLLIN};
    (void)poll(&p, 1, 60000);
    atomic_store(&gate_open, 1);
    return NULL;
}

/* When the grace is over, what no worker has taken is told so, and what runs is still waited for. */
static void test_impatient_stop(void **state)
{
    (void)state;
    start((struct http_settings){.workers = 1, .grace_s = 1});
    atomic_store(&gate_open, 0);
    int running = dial(), queued = dial();
    give(running, S("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
    wait_at_gate(1);
    give(queued, S("GET /things/4 HTTP/1.1\r\nHost: x\r\n\r\n"));
    wait_for_metric("cadre_queue_length 1\n");
    pthread_t t;
    assert_int_equal(pthread_create(&t, NULL, open_gate_late, &queued), 0);
    assert_true(server_stop(server));
    server = NULL;
    pthread_join(t, NULL);
    struct str s = take_one(queued);
    assert_int_equal(status(s), 503);
    assert_has(s, "Retry-After: 1\r\n");
    assert_has(take_one(running), "waited");
    close(running);
    close(queued);
}

static void test_listen(void **state)
{
    (void)state;
    struct err e;
    struct server *other;
    start((struct http_settings){0});
    static const char *const bad[] = {"",    "x",      "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:123456",
                                      "127.0.0.1:65536", ":80", "::1:80", "unix:"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(server_start(&app, bad[i], &other, &e), RC_INVALID);
    assert_int_equal(server_start(&app, server_address(server), &other, &e), RC_CONFLICT);
    assert_has(str_from(e.detail), "cannot listen on 127.0.0.1:");
    assert_true(server_stop(server));
    if (server_start(&app, "[::1]:0", &server, &e) == RC_OK) { /* not every machine has IPv6 */
        assert_true(strncmp(server_address(server), "[::1]:", 6) == 0);
        assert_true(server_stop(server));
    }
    struct str path = str_printf(a, "/tmp/cadre-test-%d.sock", (int)getpid());
    assert_int_equal(server_start(&app, str_printf(a, "unix:%.*s", STR_ARG(path)).p, &server, &e), RC_OK);
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    memcpy(to.sun_path, path.p, path.n);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    give(fd, S("GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_has(take_one(fd), "client [local]");
    close(fd);
    assert_true(server_stop(server));
    server = NULL;
    assert_int_not_equal(access(path.p, F_OK), 0);
}

/* Many at once, most of them rude: the server answers, and gives everything back. */
static void *rude(void *arg)
{
    unsigned seed = *(unsigned *)arg;
    for (int i = 0; i < 150; i++) {
        int fd = dial();
        struct pollfd p = {.fd = fd, .events = POLLIN};
        char sink[4096];
        switch (rand_r(&seed) % 5) {
        case 0:
            give(fd, S("GET /hello HT"));
            break;
        case 1:
            give(fd, S("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
            break; /* gone before the answer */
        case 2:
            give(fd, S(FORM "Content-Length: 100\r\n\r\nab"));
            break;
        default:
            give(fd, S("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
            if (poll(&p, 1, 60000) > 0 && recv(fd, sink, sizeof sink, 0) > 12 && memcmp(sink, "HTTP/1.1 200", 12) == 0)
                ++*(unsigned *)arg;
            break;
        }
        close(fd);
    }
    return NULL;
}

static void test_rude_crowd(void **state)
{
    (void)state;
    start((struct http_settings){.no_rate_limits = true, .timeout_s = 2});
    unsigned counts[4] = {1, 1001, 2001, 3001};
    pthread_t t[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&t[i], NULL, rude, &counts[i]), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    assert_true(counts[0] > 1 + 30);
    struct str s = STR_NONE;
    for (int i = 0; i < 600 && !has(s, "cadre_connections 1\n"); i++) {
        usleep(100000);
        s = ask("GET /metrics", "");
    }
    assert_has(s, "cadre_connections 1\n");
    assert_has(s, "cadre_body_bytes 0\n");
    assert_has(s, "cadre_workers_busy 0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_malformed),
        TEST(test_sizes),
        TEST(test_bodies),
        TEST(test_body_memory),
        TEST(test_body_kinds),
        TEST(test_queue_full),
        TEST(test_slow_clients),
        TEST(test_suspended_is_not_cut),
        TEST(test_connection_limits),
        TEST(test_graceful_stop),
        TEST(test_impatient_stop),
        TEST(test_listen),
        TEST(test_rude_crowd),
    };
    log_set_level(LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
