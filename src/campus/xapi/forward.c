/* Sending: see forward.h. */
#include "campus/xapi/forward.h"

#include "auth/secret.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "campus/xapi/lexical.h"
#include "campus/xapi/text.h"
#include "out/fetch.h"

#define BATCH 50
#define BATCH_BYTES (2u * 1024u * 1024u)
#define RUN_US 20000000u            /* of one store at a time: the others and other jobs wait */
#define AGAIN_MS INT64_C(15000)     /* after the first failure, then twice that, ... */
#define AGAIN_MOST MS_PER_HOUR
#define BOUNDARY "cadre-forward-5c1d0f2e9b"

struct forwarding {
    struct db *db;
    struct arena *a;
    struct row_xapi_forward_find f;
    struct str secret;
    int64_t own;
    /* what a batch came to */
    int64_t seq_done, sent, refused, now, next_at;
    struct str problem;
};

enum rc xapi_forward_waits(struct db *db, struct arena *a, struct str which, int64_t seq_done, int64_t *n)
{
    struct row_xapi_client_by_login own;
    struct row_xapi_forward_waiting row;
    enum rc rc = sql_xapi_client_by_login(db, a, S("cadre"), &own);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_xapi_forward_waiting(db, a, seq_done, XAPI_FORWARD_COUNT, str_eq_z(which, "own") ? 1 : str_eq_z(which, "outside") ? 2 : 0, rc == RC_OK ? own.id : 0, &row));
    *n = row.n;
    return RC_OK;
}

static bool wanted(const struct forwarding *w, int64_t client)
{
    return str_eq_z(w->f.which, "all") || str_eq_z(w->f.which, "own") == (client == w->own);
}

/* ---- one request ------------------------------------------------------------------------------------------------------------------------- */

/* The statement with its id, and without its version, which the other store writes as it speaks. */
static void put_statement(struct buf *b, struct arena *a, const struct row_xapi_forward_next *r)
{
    char id[37];
    size_t at = 0;
    struct str name, value;
    xapi_uuid_text((const unsigned char *)r->uuid.p, id);
    buf_printf(b, "{\"id\":\"%s\"", id);
    while (xapi_text_member(a, r->body, &at, &name, &value)) {
        if (str_eq_z(name, "version"))
            continue;
        buf_ch(b, ',');
        buf_json(b, name);
        buf_ch(b, ':');
        buf_str(b, value);
    }
    buf_ch(b, '}');
}

static void put_files(struct buf *b, const struct rows_xapi_attachments_of *files)
{
    for (size_t i = 0; i < files->n; i++) {
        buf_printf(b, "\r\n--" BOUNDARY "\r\nContent-Type: %.*s\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: %.*s\r\n\r\n", STR_ARG(files->v[i].type),
                   STR_ARG(files->v[i].sha2));
        buf_str(b, files->v[i].bytes);
    }
    buf_z(b, "\r\n--" BOUNDARY "--\r\n");
}

/* What came of it, for this batch or this statement. */
enum outcome { DELIVERED, REFUSED, FAILED };

static enum outcome send(struct forwarding *w, const struct row_xapi_forward_next *const *list, size_t n, const struct rows_xapi_attachments_of *files)
{
    struct buf b = buf_new(w->a, 64 * 1024);
    struct err e = {0};
    struct fetched out;
    bool mixed = files != NULL && files->n != 0;
    if (mixed)
        buf_z(&b, "--" BOUNDARY "\r\nContent-Type: application/json\r\n\r\n");
    for (size_t i = 0; i < n; i++) {
        buf_ch(&b, i == 0 ? '[' : ',');
        put_statement(&b, w->a, list[i]);
    }
    buf_ch(&b, ']');
    if (mixed)
        put_files(&b, files);
    const struct fetch_header headers[] = {{"X-Experience-API-Version", w->f.speaks}, {"Content-Type", mixed ? S("multipart/mixed; boundary=" BOUNDARY) : S("application/json")}};
    const struct fetch f = {.method = "POST", .url = str_concat(w->a, w->f.address, S("statements")), .headers = headers, .header_count = COUNT_OF(headers), .body = buf_text(&b),
                            .user = w->f.login, .password = w->secret};
    enum rc rc = fetch_send(w->a, &f, &out, &e);
    if (rc != RC_OK) {
        w->problem = str_dup(w->a, str_from(e.detail));
        return FAILED;
    }
    if (out.status == 200 || out.status == 204)
        return DELIVERED;
    w->problem = str_printf(w->a, "%d %.*s", out.status, STR_ARG(utf8_clip(utf8_clean(w->a, out.body), 300)));
    return out.status == 400 || out.status == 409 || out.status == 413 || out.status == 422 ? REFUSED : FAILED;
}

/* ---- a portion --------------------------------------------------------------------------------------------------------------------------- */

static enum rc note(struct db *tx, void *arg, struct err *e)
{
    const struct forwarding *w = arg;
    (void)e;
    TRY(sql_xapi_forward_sent(tx, w->f.id, w->f.version, w->seq_done, w->sent, w->refused, w->now));
    if (db_changes(tx) == 0)
        return RC_GONE; /* changed or switched off meanwhile */
    return w->problem.n != 0 ? sql_xapi_forward_problem(tx, w->f.id, w->f.version, w->problem, w->now) : RC_OK;
}

static enum rc note_failure(struct db *tx, void *arg, struct err *e)
{
    const struct forwarding *w = arg;
    (void)e;
    return sql_xapi_forward_failed(tx, w->f.id, w->f.version, w->problem, w->now, w->next_at);
}

static enum rc fail(struct forwarding *w, struct err *e)
{
    int64_t wait = AGAIN_MS;
    for (int64_t i = 0; i < w->f.failures && wait < AGAIN_MOST; i++)
        wait *= 2;
    w->now = clock_now();
    w->next_at = w->now + (wait < AGAIN_MOST ? wait : AGAIN_MOST);
    TRY(store_write(w->db, note_failure, w, e));
    return RC_BUSY;
}

/* The first of the list by itself, with its attachments: sent, refused for good, or to be tried again. */
static enum rc send_alone(struct forwarding *w, const struct row_xapi_forward_next *r, struct err *e)
{
    struct rows_xapi_attachments_of files = {0};
    if (str_find(r->body, S("\"attachments\":"), NULL))
        TRY(sql_xapi_attachments_of(w->db, w->a, r->seq, &files));
    enum outcome o = send(w, &r, 1, &files);
    if (o == FAILED)
        return fail(w, e);
    w->seq_done = r->seq;
    w->sent = o == DELIVERED;
    w->refused = o == REFUSED;
    w->now = clock_now();
    enum rc rc = store_write(w->db, note, w, e);
    w->problem = STR_NONE;
    return rc;
}

/* Sends what comes next. *more: there is more behind it. RC_BUSY: the other store failed; RC_GONE: this was changed. */
static enum rc send_portion(struct forwarding *w, bool *more, struct err *e)
{
    struct rows_xapi_forward_next rows;
    const struct row_xapi_forward_next *list[BATCH];
    size_t n = 0, bytes = 0, i = 0;
    TRY(sql_xapi_forward_next(w->db, w->a, w->f.seq_done, (xapi_consistent_through(w->db) + 1) * XAPI_SEQ_MS, BATCH, &rows));
    *more = rows.n == BATCH;
    w->seq_done = w->f.seq_done;
    w->problem = STR_NONE;
    for (; i < rows.n; i++) {
        const struct row_xapi_forward_next *r = &rows.v[i];
        bool files = wanted(w, r->client_id) && str_find(r->body, S("\"attachments\":"), NULL);
        if (n != 0 && (files || bytes + r->body.n > BATCH_BYTES))
            break;
        if (wanted(w, r->client_id)) {
            list[n++] = r;
            bytes += r->body.n;
        }
        w->seq_done = r->seq;
        if (files) {
            i++;
            break;
        }
    }
    *more = *more || i < rows.n;
    if (rows.n == 0)
        return RC_OK;
    bool one = n == 1;
    enum outcome o = n == 0 ? DELIVERED : one ? REFUSED : send(w, list, n, NULL);
    if (o == FAILED)
        return fail(w, e);
    for (size_t k = 0; o == REFUSED && k < n; k++) /* one of them, or one with attachments: each by itself */
        TRY(send_alone(w, list[k], e));
    if (o == REFUSED) {
        w->f.seq_done = w->seq_done;
        return RC_OK;
    }
    w->sent = (int64_t)n;
    w->refused = 0;
    w->now = clock_now();
    w->f.seq_done = w->seq_done;
    return store_write(w->db, note, w, e);
}

static enum rc forward_one(struct db *db, int64_t job, int64_t id, struct err *e)
{
    uint64_t from = clock_steady_us();
    bool more = true;
    int64_t total = 0;
    enum rc rc = RC_OK;
    while (rc == RC_OK && more && clock_steady_us() - from < RUN_US) {
        struct arena *a = arena_new(0);
        struct forwarding w = {.db = db, .a = a};
        struct row_xapi_client_by_login own;
        rc = sql_xapi_forward_find(db, a, id, &w.f);
        if (rc == RC_OK && !str_eq_z(w.f.state, "on"))
            rc = RC_GONE;
        if (rc == RC_OK && sql_xapi_client_by_login(db, a, S("cadre"), &own) == RC_OK)
            w.own = own.id;
        if (rc == RC_OK && !secret_open(a, XAPI_FORWARD_LOCK, w.f.secret, w.f.locked != 0, &w.secret)) {
            w.problem = S("The password was locked under another secret of the server: enter it again.");
            rc = fail(&w, e);
        }
        if (rc == RC_OK)
            rc = send_portion(&w, &more, e);
        if (rc == RC_OK)
            rc = job_progress(db, job, total, total + 1);
        else if (rc == RC_BUSY || rc == RC_GONE || rc == RC_NOT_FOUND)
            more = false;
        total++;
        arena_free(a);
    }
    return rc == RC_BUSY || rc == RC_GONE || rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc xapi_run_forward(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    struct rows_xapi_forward_due due;
    int64_t now = clock_now();
    (void)args;
    TRY(sql_xapi_forward_due(db, a, now, now + AGAIN_MOST + CLOCK_SKEW_MS, &due));
    for (size_t i = 0; i < due.n; i++)
        TRY(forward_one(db, job, due.v[i].id, e));
    return RC_OK;
}
