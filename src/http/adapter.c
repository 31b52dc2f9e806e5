/* The door: the only file that knows libmicrohttpd. Everything here but adapter_resume runs on its one I/O thread. It
 * refuses what version 0.9.75 lets through (two lengths, a length with chunks, other transfer encodings, odd header
 * names, two hosts, folded lines, bare line feeds, NUL bytes), keeps the limits, and sees to it that each phase of a
 * connection has a deadline: the library's own timeout starts again with every byte. See docs/http.md.
 *
 * The library calls on_request once when the head is there, then for each piece of body, then with no data when all is
 * in. An answer given at the first call closes the connection, so only refusals are; the rest wait for the last call.
 */
#include "http/inside.h"

#include <errno.h>
#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "http/listen.h"
#include "http/parse.h"

#define SPARE_MAX 64u /* exchanges kept for the next requests */
#define ARENA_BLOCK (24u * 1024u)
#define CONNECTION_MEMORY (16u * 1024u) /* the library clears and so touches all of it */

/* ---- exchanges
 * ------------------------------------------------------------------------------------------------------- */

static struct exchange *exchange_take(struct server *s)
{
    struct exchange *x = s->spare;
    if (x != NULL) {
        s->spare = x->next;
        s->spare_count--;
    } else {
        x = calloc(1, sizeof *x);
        ASSERT(x != NULL);
        x->a = arena_new(ARENA_BLOCK);
    }
    *x = (struct exchange){.server = s, .a = x->a, .start_us = clock_steady_us()};
    x->rq.id = s->next_id;
    s->next_id = s->next_id * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    x->rs.fd = -1;
    return x;
}

static void body_release(struct exchange *x)
{
    atomic_fetch_sub(&x->server->body_bytes, x->body_cap);
    free(x->body);
    x->body = NULL;
    x->body_cap = 0;
}

static void exchange_give_back(struct exchange *x)
{
    struct server *s = x->server;
    stream_drop(x);
    body_release(x);
    if (x->reply != NULL)
        MHD_destroy_response(x->reply);
    else if (x->rs.fd >= 0)
        close(x->rs.fd);
    if (x->counted)
        atomic_fetch_sub(&s->active, 1);
    if (s->spare_count == SPARE_MAX) {
        arena_free(x->a);
        free(x);
        return;
    }
    arena_reset(x->a);
    x->next = s->spare;
    s->spare = x;
    s->spare_count++;
}

/* ---- deadlines
 * ------------------------------------------------------------------------------------------------------- */

static void set_deadline(struct exchange *x, uint64_t from_us, uint64_t bytes)
{
    const struct http_settings *set = &x->server->set;
    uint64_t us = (uint64_t)set->timeout_s * 1000000u + bytes * 1000000u / (uint64_t)set->least_rate;
    atomic_store(&x->conn->deadline_us, from_us + us);
}

/* ---- sending
 * --------------------------------------------------------------------------------------------------------- */

static void add_header(struct MHD_Response *r, const char *name, const char *value)
{
    if (MHD_add_response_header(r, name, value) != MHD_YES)
        log_event(LOG_ERROR, "http.header", "name=%s", name);
}

/* On every answer, unless its handler gave a stricter one of its own. The policy allows what the pages use: own scripts, styles and forms, pictures also inline. */
#define POLICY                                                                                                                               \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; "   \
    "form-action 'self'"
static const char *const common_headers[][2] = {
    {"Content-Security-Policy", POLICY "; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

struct str adapter_policy(struct arena *a, struct str framed_by, struct str posts_to)
{
    return str_printf(a, POLICY "%s%.*s; frame-ancestors %.*s", posts_to.n != 0 ? " " : "", STR_ARG(posts_to),
                      STR_ARG(framed_by.n != 0 ? framed_by : S("'none'")));
}

static void put_to_sleep(struct exchange *x)
{
    atomic_store(&x->conn->deadline_us, NO_DEADLINE);
    MHD_suspend_connection(x->wire);
}

/* The library asks for more of an answer that stays open: what it has was sent. */
static ssize_t on_stream(void *cls, uint64_t pos, char *to, size_t most)
{
    struct exchange *x = cls;
    (void)pos;
    set_deadline(x, clock_steady_us(), 0);
    ssize_t n = stream_take(x, to, most, put_to_sleep);
    return n >= 0 ? n : MHD_CONTENT_READER_END_OF_STREAM;
}

void adapter_wake(struct exchange *x)
{
    atomic_store(&x->conn->deadline_us, clock_steady_us() + (uint64_t)x->server->set.timeout_s * 1000000u);
    MHD_resume_connection(x->wire);
}

static struct MHD_Response *make_body(struct exchange *x)
{
    struct response *rs = &x->rs;
    if (rs->stream != 0)
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, sizeof x->stream.out, on_stream, x, NULL);
    if (rs->fd >= 0) {
        struct MHD_Response *r = MHD_create_response_from_fd64((uint64_t)rs->fd_size, rs->fd);
        if (r != NULL)
            rs->fd = -1; /* closed with the response */
        return r;
    }
    struct str bytes = rs->fixed.p != NULL ? rs->fixed : buf_text(&rs->body);
    union {
        const char *from;
        void *to;
    } p = {.from = bytes.p}; /* the library takes a void * and only reads */
    return MHD_create_response_from_buffer(bytes.n, p.to, MHD_RESPMEM_PERSISTENT);
}

static bool has_header(const struct response *rs, const char *name)
{
    for (size_t i = 0; i < rs->header_count; i++)
        if (str_eq_z(rs->headers[i].name, name))
            return true;
    return false;
}

/* The library's response of x->rs. May run on a worker. */
static void make_reply(struct exchange *x)
{
    struct response *rs = &x->rs;
    struct MHD_Response *r = make_body(x);
    if (r == NULL)
        return;
    x->reply = r;
    bool has_type = rs->status != 204 && rs->status != 304;
    if (has_type)
        add_header(r, "Content-Type", rs->type != NULL ? rs->type : "text/html; charset=utf-8");
    for (size_t i = 0; i < rs->header_count; i++)
        add_header(r, rs->headers[i].name.p, str_z(x->a, rs->headers[i].value));
    for (size_t i = 0; i < COUNT_OF(common_headers); i++)
        if (!has_header(rs, common_headers[i][0]))
            add_header(r, common_headers[i][0], common_headers[i][1]);
    if (x->rq.secure)
        add_header(r, "Strict-Transport-Security", "max-age=31536000");
    if (atomic_load_explicit(&x->server->stopping, memory_order_relaxed))
        add_header(r, "Connection", "close");
}

static enum MHD_Result send_reply(struct exchange *x)
{
    if (x->reply == NULL)
        make_reply(x);
    if (x->reply == NULL)
        return MHD_NO;
    size_t bytes = x->rs.fd_size > 0 ? (size_t)x->rs.fd_size : x->rs.fixed.p != NULL ? x->rs.fixed.n : x->rs.body.n;
    set_deadline(x, clock_steady_us(), bytes);
    x->stage = STAGE_SENDING;
    if (x->rs.stream != 0 && x->counted) { /* it is no request under way: a stop need not wait for it */
        atomic_fetch_sub(&x->server->active, 1);
        x->counted = false;
    }
    return MHD_queue_response(x->wire, (unsigned)(x->rs.status != 0 ? x->rs.status : 200), x->reply);
}

/* Answers before the body was read; the library closes the connection after it. */
static enum MHD_Result refuse(struct exchange *x, int status)
{
    plain_answer(x, status);
    response_header(&x->rs, "Connection", S("close"));
    access_note(x, "-");
    return send_reply(x);
}

/* The library takes no answer in the middle of a body: this one is written past it, and the connection closed. */
static enum MHD_Result refuse_midway(struct exchange *x, int status, const char *reason)
{
    plain_answer(x, status);
    access_note(x, "-");
    struct buf b = buf_new(x->a, 4096);
    buf_printf(&b, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %zu\r\n", status, reason,
               x->rs.type, x->rs.fixed.n);
    for (size_t i = 0; i < COUNT_OF(common_headers); i++)
        buf_printf(&b, "%s: %s\r\n", common_headers[i][0], common_headers[i][1]);
    buf_z(&b, "\r\n");
    buf_str(&b, x->rs.fixed);
    ssize_t sent = send(x->conn->fd, b.p, b.n, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)sent; /* a peer that does not read its answer loses it */
    shutdown(x->conn->fd, SHUT_WR);
    /* reading on a little keeps the kernel from taking the answer back with a reset */
    char sink[8192];
    for (int i = 0; i < 64 && recv(x->conn->fd, sink, sizeof sink, MSG_DONTWAIT) > 0; i++)
        ;
    return MHD_NO;
}

/* ---- the head
 * -------------------------------------------------------------------------------------------------------- */

struct head {
    struct exchange *x;
    unsigned hosts, lengths, encodings;
    uint64_t length;
    bool bad, chunked;
    bool seamed;    /* this version of the library leaves the head where it came in */
    uintptr_t next; /* where the next line must begin then */
};

/* The library hides from us what a NUL cuts off, joins folded lines and takes a line without a name for the end of the
 * head. But 0.9.75 cuts the head up where it lies: when each line begins right behind the CRLF of the one before it,
 * nothing is hidden. Later versions refuse such requests themselves. */
static void check_seam(struct head *h, struct str name, struct str value)
{
    const char *gap = name.p + name.n;
    h->bad = h->bad || (uintptr_t)name.p != h->next || value.p <= gap;
    for (gap++; gap < value.p && !h->bad; gap++)
        h->bad = *gap != ' ' && *gap != '\t';
    h->next = (uintptr_t)value.p + value.n + 2;
}

static void begin_seams(struct head *h, const char *method, const char *version)
{
    h->seamed = strcmp(MHD_get_version(), "0.9.75") == 0;
    uintptr_t at = (uintptr_t)method + strlen(method) + 1 + h->x->rq.target.n + 1;
    h->bad = h->seamed && (uintptr_t)version != at;
    h->next = (uintptr_t)version + strlen(version) + 2;
}

static bool host_is_plausible(struct str host)
{
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    (c != '\0' && strchr(".-_:[]%", c) != NULL);
        if (!good)
            return false;
    }
    return host.n != 0;
}

static void read_length(struct head *h, struct str value)
{
    h->lengths++;
    h->bad = h->bad || value.n == 0 || value.n > 18;
    h->length = 0;
    for (size_t i = 0; i < value.n && !h->bad; i++) {
        h->bad = value.p[i] < '0' || value.p[i] > '9';
        h->length = h->length * 10 + (uint64_t)(value.p[i] - '0');
    }
}

static enum MHD_Result on_header(void *arg, enum MHD_ValueKind kind, const char *key, size_t key_n, const char *value,
                                 size_t value_n)
{
    (void)kind;
    struct head *h = arg;
    struct request *rq = &h->x->rq;
    struct str name = {key, key_n}, text = str_trim((struct str){value != NULL ? value : "", value_n});
    if (h->seamed)
        check_seam(h, name, (struct str){value, value_n});
    h->bad = h->bad || !is_token(name);
    bool clean = utf8_valid(text);
    for (size_t i = 0; i < text.n; i++)
        if (((unsigned char)text.p[i] < 0x20 && text.p[i] != '\t') || text.p[i] == 0x7f)
            h->bad = true;
    if (str_eq_nocase(name, S("Host"))) {
        h->hosts++;
        h->bad = h->bad || !host_is_plausible(text);
    } else if (str_eq_nocase(name, S("Content-Length"))) {
        read_length(h, text);
    } else if (str_eq_nocase(name, S("Transfer-Encoding"))) {
        h->encodings++;
        h->chunked = str_eq_nocase(text, S("chunked"));
        h->bad = h->bad || !h->chunked;
    }
    if (clean) /* bytes that are not UTF-8 are not seen by anybody */
        rq->headers[rq->header_count++] = (struct header){name, text};
    return MHD_YES;
}

static enum method method_of(const char *name)
{
    static const char *const names[] = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0)
            return (enum method)i;
    return METHOD_OTHER;
}

/* Who is at the other end: a proxy on this machine may say for whom it speaks. The last address of the list is the one
 * that the proxy itself saw. */
static void read_client(struct exchange *x)
{
    struct request *rq = &x->rq;
    rq->client = str_from(x->conn->address);
    rq->by_proxy = x->conn->by_proxy;
    if (!x->server->set.trust_proxy || !x->conn->local)
        return;
    struct str list = request_header(rq, "X-Forwarded-For"), item;
    while (str_cut(&list, ',', &item))
        if (list.p == NULL && str_trim(item).n != 0)
            rq->client = str_trim(item);
    rq->secure = str_eq_nocase(request_header(rq, "X-Forwarded-Proto"), S("https"));
}

/* The path, and the route it leads to. ".json" asks for data where the address without it is a page. */
static int find_route(struct exchange *x)
{
    struct request *rq = &x->rq;
    const struct router *router = x->server->router;
    struct str query = rq->target, path;
    str_cut(&query, '?', &path);
    if (path_decode(x->a, path, &rq->path) != RC_OK)
        return 400;
    if (str_ends(rq->path, S(".json"))) {
        struct str page = str_sub(rq->path, 0, rq->path.n - 5);
        x->match = router_match(router, rq->method, page);
        if (x->match.allowed != 0) {
            rq->path = page;
            rq->wants_json = true;
        }
    }
    if (x->match.allowed == 0) {
        rq->wants_json |= str_ends(rq->path, S(".json")); /* a program is told in its own way that there is none */
        x->match = router_match(router, rq->method, rq->path);
    }
    if (x->match.allowed == 0 && rq->path.n > 1 && rq->path.p[rq->path.n - 1] == '/')
        x->slash = router_match(router, rq->method, str_sub(rq->path, 0, rq->path.n - 1)).allowed != 0;
    if (x->match.allowed == 0)
        x->match.allowed = inline_allows(x);
    memcpy(rq->params, x->match.params, sizeof rq->params);
    rq->param_count = x->match.param_count;
    return 0;
}

static size_t limit_of(enum body_kind kind)
{
    switch (kind) {
    case BODY_FORM:
    case BODY_FOREIGN_FORM:
        return 256u * 1024u;
    case BODY_JSON:
        return 1024u * 1024u;
    case BODY_FOREIGN:
        return 8u * 1024u * 1024u;
    case BODY_UPLOAD:
        return 32u * 1024u * 1024u;
    case BODY_NONE:
        break;
    }
    return 0;
}

/* Reads the head; 0, or the status to refuse it with. */
static int read_head(struct exchange *x, const char *method, const char *version)
{
    struct request *rq = &x->rq;
    struct head h = {.x = x};
    const union MHD_ConnectionInfo *size = MHD_get_connection_info(x->wire, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    int count = MHD_get_connection_values_n(x->wire, MHD_HEADER_KIND, NULL, NULL);
    rq->client = str_from(x->conn->address);
    rq->method = method_of(method);
    if (x->status_early != 0)
        return x->status_early;
    if (count > (int)HEADERS_MAX || (size != NULL && size->header_size > HEAD_MAX))
        return 431;
    rq->headers = ARENA_ARRAY(x->a, (size_t)count, struct header);
    begin_seams(&h, method, version);
    MHD_get_connection_values_n(x->wire, MHD_HEADER_KIND, on_header, &h);
    if (h.seamed && size != NULL && h.next + 2 != (uintptr_t)method + size->header_size)
        h.bad = true;
    bool one_one = strcmp(version, "HTTP/1.1") == 0;
    if (h.bad || h.hosts > 1 || h.lengths > 1 || h.encodings > 1 || (h.lengths != 0 && h.encodings != 0) ||
        (one_one && h.hosts == 0) || (!one_one && h.encodings != 0))
        return 400;
    rq->wants_json = accept_prefers_json(request_header(rq, "Accept"));
    read_client(x);
    int status = find_route(x);
    if (status != 0)
        return status;
    x->body_limit = x->match.route != NULL ? limit_of(x->match.route->body) : 0;
    if (h.length > x->body_limit || (h.chunked && x->body_limit == 0))
        return x->match.allowed == 0 ? 404 : x->match.route == NULL ? 405 : 413;
    if (atomic_load(&x->server->body_bytes) + h.length > (size_t)x->server->set.body_memory)
        return 503;
    return 0;
}

/* ---- the body
 * -------------------------------------------------------------------------------------------------------- */

/* Makes room for n more bytes; false when all bodies together would take too much. */
static bool body_room(struct exchange *x, size_t n)
{
    struct server *s = x->server;
    size_t need = x->rq.body.n + n;
    if (need <= x->body_cap)
        return true;
    size_t cap = x->body_cap != 0 ? x->body_cap : 4096;
    while (cap < need)
        cap *= 2;
    cap = cap < x->body_limit ? cap : x->body_limit;
    if (atomic_fetch_add(&s->body_bytes, cap - x->body_cap) + (cap - x->body_cap) > (size_t)s->set.body_memory) {
        atomic_fetch_sub(&s->body_bytes, cap - x->body_cap);
        return false;
    }
    char *p = realloc(x->body, cap);
    ASSERT(p != NULL);
    x->body = p;
    x->body_cap = cap;
    return true;
}

static enum MHD_Result take_body(struct exchange *x, const char *data, size_t *size)
{
    if (*size > x->body_limit - x->rq.body.n)
        return refuse_midway(x, 413, "Content Too Large");
    if (!body_room(x, *size))
        return refuse_midway(x, 503, "Service Unavailable");
    memcpy(x->body + x->rq.body.n, data, *size);
    x->rq.body = (struct str){x->body, x->rq.body.n + *size};
    *size = 0;
    set_deadline(x, x->body_us, x->rq.body.n);
    return MHD_YES;
}

/* ---- the library's calls
 * --------------------------------------------------------------------------------------------- */

static enum MHD_Result turn_away(struct exchange *x)
{
    atomic_fetch_add(&x->server->metrics.refused, 1);
    plain_answer(x, 503);
    access_note(x, x->match.route != NULL ? x->match.route->pattern : "-");
    return send_reply(x);
}

/* All is in: answer here, or hand over to a worker. Who is turned away is so at once: of a crowd that the queue does
 * not take nobody waits with memory in hand. */
static enum MHD_Result begin(struct exchange *x)
{
    size_t active = atomic_fetch_add(&x->server->active, 1);
    x->counted = true;
    if (answer_inline(x))
        return send_reply(x);
    /* workers may be faster than this thread sends: answers that wait to be sent are counted too */
    if (active > 2 * (size_t)x->server->set.queue || !server_has_room(x->server))
        return turn_away(x);
    x->stage = STAGE_WORK;
    atomic_store(&x->conn->deadline_us, NO_DEADLINE);
    MHD_suspend_connection(x->wire);
    if (server_submit(x)) /* from here on a worker has x */
        return MHD_YES;
    plain_answer(x, 503);
    x->stage = STAGE_DONE;
    MHD_resume_connection(x->wire);
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **con_cls)
{
    (void)cls, (void)url, (void)mhd;
    struct exchange *x = *con_cls;
    int status;
    if (x == NULL)
        return MHD_NO;
    switch (x->stage) {
    case STAGE_HEAD:
        status = read_head(x, method, version);
        if (status != 0)
            return refuse(x, status);
        x->stage = STAGE_BODY;
        x->body_us = clock_steady_us();
        set_deadline(x, x->body_us, 0);
        return MHD_YES;
    case STAGE_BODY:
        return *size != 0 ? take_body(x, data, size) : begin(x);
    case STAGE_DONE:
        if (x->rs.stream != 0 && !stream_open(x)) {
            MHD_destroy_response(x->reply);
            x->reply = NULL;
            x->rs.stream = 0;
            plain_answer(x, 503);
        }
        return send_reply(x);
    case STAGE_WORK:
    case STAGE_SENDING:
        break;
    }
    return MHD_YES;
}

/* The request line is there: the target as it was sent, before the library takes it apart. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *mhd)
{
    struct exchange *x = exchange_take(cls);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    x->conn = info->socket_context;
    x->wire = mhd;
    struct str s = str_from(target != NULL ? target : "");
    if (s.n > TARGET_MAX)
        x->status_early = 414;
    x->rq.target = str_dup(x->a, str_sub(s, 0, TARGET_MAX));
    return x;
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **con_cls, enum MHD_RequestTerminationCode code)
{
    (void)mhd, (void)code;
    struct server *s = cls;
    struct exchange *x = *con_cls;
    if (x == NULL)
        return;
    *con_cls = NULL;
    /* the next head: the library cuts silence, this cuts what trickles */
    atomic_store(&x->conn->deadline_us, clock_steady_us() + (uint64_t)s->set.timeout_s * 2000000u);
    exchange_give_back(x);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct server *s = cls;
    struct conn *conn = *socket_context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        conn = calloc(1, sizeof *conn);
        ASSERT(conn != NULL);
        conn->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        conn->by_proxy = door_is_way_of(s, conn->fd);
        peer_describe(MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr, conn);
        atomic_store(&conn->deadline_us, clock_steady_us() + (uint64_t)s->set.timeout_s * 1000000u);
        *socket_context = conn;
        pthread_mutex_lock(&s->conn_lock);
        conn->next = s->conns;
        if (s->conns != NULL)
            s->conns->prev = conn;
        s->conns = conn;
        s->conn_count++;
        pthread_mutex_unlock(&s->conn_lock);
        return;
    }
    pthread_mutex_lock(&s->conn_lock);
    if (conn->next != NULL)
        conn->next->prev = conn->prev;
    if (conn->prev != NULL)
        conn->prev->next = conn->next;
    else
        s->conns = conn->next;
    s->conn_count--;
    pthread_mutex_unlock(&s->conn_lock);
    free(conn);
}

static size_t no_unescape(void *cls, struct MHD_Connection *mhd, char *s)
{
    (void)cls, (void)mhd;
    return strlen(s); /* request.c decodes, and knows what is wrong */
}

/* ---- starting and stopping
 * ------------------------------------------------------------------------------------------- */

enum rc adapter_start(struct server *s, struct err *e)
{
    TRY(listen_open(s, e));
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, s->listen_fd, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)s->set.connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)s->set.per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)s->set.timeout_s, MHD_OPTION_THREAD_STACK_SIZE, STACK_SIZE,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_UNESCAPE_CALLBACK, no_unescape, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
    if (s->daemon != NULL)
        return RC_OK;
    listen_close(s);
    return err_set(e, RC_INTERNAL, 0, "the HTTP library does not start: %s", strerrordesc_np(errno));
}

void adapter_take(struct server *s, int fd)
{
    const struct sockaddr at = {.sa_family = AF_UNIX};
    if (MHD_add_connection(s->daemon, fd, &at, sizeof at) != MHD_YES) /* closed by the library: there are too many */
        log_event(LOG_WARN, "http.door", "a connection was not taken");
}

void adapter_stop_listening(struct server *s)
{
    MHD_quiesce_daemon(s->daemon);
    listen_shut(s); /* the I/O thread may still have a look at the descriptor */
}

void adapter_stop(struct server *s)
{
    MHD_stop_daemon(s->daemon);
    s->daemon = NULL;
    listen_close(s);
    while (s->spare != NULL) {
        struct exchange *x = s->spare;
        s->spare = x->next;
        arena_free(x->a);
        free(x);
    }
}

void adapter_resume(struct exchange *x)
{
    make_reply(x);
    x->stage = STAGE_DONE;
    MHD_resume_connection(x->wire);
}
