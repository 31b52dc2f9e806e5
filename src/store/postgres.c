/* The PostgreSQL engine: connections and statements. Each db is one connection of its thread. Parameters and results
 * travel typed and binary; a statement is prepared at its first use on a connection. Outside closures a connection is
 * read-only. A lost connection is replaced at the next use, and a read that had not given a row yet is then run again.
 */
#include "store/postgres.h"

#include <endian.h>

#include "base/log.h"

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25 };
enum { OID_OID = 26, OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_UNKNOWN = 705, OID_BPCHAR = 1042, OID_VARCHAR = 1043 };

static const char settings_page[] = "SET statement_timeout = '30s'; SET default_transaction_read_only = on;"
                                    "SET synchronous_commit = on; SET extra_float_digits = 3";
const char pg_settings_maintenance[] = "SET statement_timeout = 0; SET default_transaction_read_only = off;"
                                       "SET synchronous_commit = on; SET extra_float_digits = 3";

/* ---- errors ---------------------------------------------------------------------------------------------------------
 */

enum rc pg_rc(const char *state)
{
    static const char *const busy[] = {"08", "40", "53", "57",
                                       "58"}; /* connection, rollback, resources, shutdown, system */
    if (state == NULL || strcmp(state, "55P03") == 0)
        return RC_BUSY;
    if (strncmp(state, "23", 2) == 0 || strcmp(state, "P0001") == 0) /* a constraint; a trigger's RAISE */
        return RC_CONFLICT;
    for (size_t i = 0; i < COUNT_OF(busy); i++)
        if (strncmp(state, busy[i], 2) == 0)
            return RC_BUSY;
    return RC_INTERNAL;
}

enum rc pg_failed(struct pg_db *d, const char *statement, PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE),
               *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    enum rc rc = pg_rc(state);
    /* A migration changed a table under a prepared statement: the connection begins anew. */
    const char *where = PQresultErrorField(res, PG_DIAG_SOURCE_FUNCTION);
    bool plan_gone = state != NULL &&
                     (strcmp(state, "26000") == 0 || (where != NULL && strcmp(where, "RevalidateCachedQuery") == 0));
    if (d->conn == NULL || PQstatus(d->conn) == CONNECTION_BAD || plan_gone) {
        d->broken = true;
        rc = RC_BUSY;
    }
    if (state != NULL) {
        /* Another transaction came between, a deadlock, or no room for locks: SERIALIZABLE keeps those of the whole cluster for as
         * long as its longest transaction runs. */
        d->passing |= strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 || strcmp(state, "53200") == 0;
        d->unique |= strcmp(state, "23505") == 0;
    }
    log_event(rc == RC_INTERNAL ? LOG_ERROR
              : d->broken       ? LOG_WARN
                                : LOG_DEBUG,
              "store.statement", "statement=%s state=%s what=\"%s\"", statement, state != NULL ? state : "none",
              text != NULL ? text : "connection");
    PQclear(res);
    return db_fail(&d->base, rc);
}

enum rc pg_err(PGconn *conn, PGresult *res, struct err *e)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE),
               *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    enum rc rc = PQstatus(conn) == CONNECTION_BAD ? RC_BUSY : pg_rc(state);
    err_set(e, rc, 0, "%s", text != NULL ? text : PQerrorMessage(conn));
    PQclear(res);
    return rc;
}

static void on_notice(void *arg, const char *text)
{
    (void)arg;
    log_event(LOG_DEBUG, "store.notice", "what=\"%s\"", text);
}

/* ---- connections ----------------------------------------------------------------------------------------------------
 */

bool pg_command(PGconn *conn, const char *sql)
{
    PGresult *res = PQexec(conn, sql);
    bool ok = PQresultStatus(res) == PGRES_COMMAND_OK || PQresultStatus(res) == PGRES_TUPLES_OK;
    PQclear(res);
    return ok;
}

enum rc pg_open_conn(const char *url, const char *settings, PGconn **out, struct err *e)
{
    /* What stands after dbname overrides the address, what stands before can be overridden by it. */
    static const char *const keys[] = {"connect_timeout", "tcp_user_timeout", "fallback_application_name",
                                       "dbname",          "client_encoding",  NULL};
    const char *const values[] = {"10", "30000", "cadre", url, "UTF8", NULL};
    *out = NULL;
    PGconn *conn = PQconnectdbParams(keys, values, 1);
    ASSERT(conn != NULL);
    const char *encoding = PQparameterStatus(conn, "server_encoding");
    enum rc rc = RC_OK;
    if (PQstatus(conn) != CONNECTION_OK)
        rc = err_set(e, RC_BUSY, 0, "no connection to PostgreSQL: %s",
                     PQerrorMessage(conn)); /* never holds the password */
    else if (PQserverVersion(conn) < 140000)
        rc = err_set(e, RC_INVALID, 0, "PostgreSQL 14 or newer is needed, this is %d", PQserverVersion(conn) / 10000);
    else if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
        rc = err_set(e, RC_INVALID, 0, "the database's encoding is %s, UTF8 is needed",
                     encoding != NULL ? encoding : "unknown");
    else if (!pg_command(conn, settings))
        rc = err_set(e, RC_BUSY, 0, "%s", PQerrorMessage(conn));
    if (rc != RC_OK) {
        PQfinish(conn);
        return rc;
    }
    PQsetNoticeProcessor(conn, on_notice, NULL);
    *out = conn;
    return RC_OK;
}

enum rc pg_ready(struct pg_db *d)
{
    struct err e;
    if (!d->broken && d->conn != NULL)
        return RC_OK;
    /* What the closure or the snapshot saw so far went with the connection. */
    if (d->base.in_closure || d->base.snapshots != 0)
        return db_fail(&d->base, RC_BUSY);
    PQfinish(d->conn);
    d->conn = NULL;
    if (d->prepared_size != 0)
        memset(d->prepared, 0, d->prepared_size * sizeof *d->prepared);
    if (pg_open_conn(pg_store_of(d->base.store)->url, settings_page, &d->conn, &e) != RC_OK) {
        log_event(LOG_WARN, "store.connect", "what=\"%s\"", e.detail);
        return RC_BUSY;
    }
    d->broken = false;
    return RC_OK;
}

enum rc pg_begin(struct pg_db *d, const char *sql)
{
    for (int attempt = 0;; attempt++) {
        TRY(pg_ready(d));
        PGresult *res = PQexec(d->conn, sql);
        if (PQresultStatus(res) == PGRES_COMMAND_OK) {
            PQclear(res);
            return RC_OK;
        }
        enum rc rc = pg_failed(d, "begin", res);
        if (!d->broken || attempt != 0) {
            d->broken = true; /* whatever state it is in */
            return rc;
        }
    }
}

/* ---- parameters -----------------------------------------------------------------------------------------------------
 */

void pg_param_oids(const struct statement *st, Oid oids[UINT8_MAX])
{
    static const Oid of_type[] = {
        [COL_INT] = OID_INT8, [COL_REAL] = OID_FLOAT8, [COL_TEXT] = OID_TEXT, [COL_BLOB] = OID_BYTEA};
    for (int i = 0; i < st->param_count; i++)
        oids[i] = of_type[st->param_types[i]];
}

void pg_bind(struct pg_params *p, const struct statement *st, const struct value *params)
{
    for (int i = 0; i < st->param_count; i++) {
        const struct value *v = &params[i];
        p->formats[i] = 1;
        p->values[i] = (const char *)&p->numbers[i];
        p->lengths[i] = 8;
        if (v->null) {
            p->values[i] = NULL;
        } else if (st->param_types[i] == COL_INT || st->param_types[i] == COL_REAL) {
            uint64_t bits;
            memcpy(&bits, &v->u, sizeof bits); /* an integer and a double are both 8 bytes at the union's start */
            p->numbers[i] = htobe64(bits);
        } else {
            ASSERT(v->u.s.n <= INT32_MAX);
            p->values[i] = v->u.s.p;
            p->lengths[i] = (int)v->u.s.n;
        }
    }
}

bool pg_was_prepared(struct pg_db *d, const struct statement *st, char name[16])
{
    snprintf(name, 16, "s%u", (unsigned)st->index);
    if (st->index >= d->prepared_size) {
        size_t size = (size_t)st->index + 1 > statement_count ? (size_t)st->index + 1 : statement_count;
        d->prepared = realloc(d->prepared, size * sizeof *d->prepared);
        ASSERT(d->prepared != NULL);
        memset(d->prepared + d->prepared_size, 0, (size - d->prepared_size) * sizeof *d->prepared);
        d->prepared_size = size;
    }
    const struct statement *there = d->prepared[st->index];
    ASSERT(there == NULL || there == st); /* indexes are unique over the program */
    d->prepared[st->index] = st;
    return there != NULL;
}

static enum rc prepare(struct pg_db *d, const struct statement *st, char name[16])
{
    Oid oids[UINT8_MAX];
    if (pg_was_prepared(d, st, name))
        return RC_OK;
    pg_param_oids(st, oids);
    PGresult *res = PQprepare(d->conn, name, st->sql, st->param_count, oids);
    if (PQresultStatus(res) == PGRES_COMMAND_OK) {
        PQclear(res);
        return RC_OK;
    }
    d->prepared[st->index] = NULL;
    return pg_failed(d, st->name, res);
}

/* ---- results --------------------------------------------------------------------------------------------------------
 */

static bool decode_number(const char *p, int n, Oid type, int64_t *i, double *r)
{
    uint64_t u8 = 0;
    uint32_t u4 = 0;
    uint16_t u2 = 0;
    float f;
    if (n == 8)
        memcpy(&u8, p, 8);
    else if (n == 4)
        memcpy(&u4, p, 4);
    else if (n == 2)
        memcpy(&u2, p, 2);
    switch (type) {
    case OID_INT8:
        *i = (int64_t)be64toh(u8);
        break;
    case OID_INT4:
        *i = (int32_t)be32toh(u4);
        break;
    case OID_OID:
        *i = (int64_t)be32toh(u4);
        break;
    case OID_INT2:
        *i = (int16_t)be16toh(u2);
        break;
    case OID_BOOL:
        *i = p[0] != 0;
        break;
    case OID_FLOAT8:
        u8 = be64toh(u8);
        memcpy(r, &u8, 8);
        return false;
    case OID_FLOAT4:
        u4 = be32toh(u4);
        memcpy(&f, &u4, 4);
        *r = (double)f;
        return false;
    default:
        break;
    }
    *r = (double)*i;
    return true;
}

static bool is_number(Oid type)
{
    return type == OID_INT8 || type == OID_INT4 || type == OID_INT2 || type == OID_OID || type == OID_BOOL ||
           type == OID_FLOAT8 || type == OID_FLOAT4;
}

static bool is_text(Oid type)
{
    return type == OID_TEXT || type == OID_VARCHAR || type == OID_BPCHAR || type == OID_NAME || type == OID_UNKNOWN;
}

/* One cell; false when its type is not what the statement declares (NUMERIC above all). */
static bool decode(const PGresult *res, int row, int col, enum column_type want, struct value *v)
{
    Oid type = PQftype(res, col);
    *v = (struct value){.null = PQgetisnull(res, row, col) != 0};
    const char *p = PQgetvalue(res, row, col);
    int n = PQgetlength(res, row, col);
    if (want == COL_TEXT || want == COL_BLOB) {
        if (!v->null)
            v->u.s = (struct str){p, (size_t)n};
        return want == COL_TEXT ? is_text(type) : type == OID_BYTEA;
    }
    if (!is_number(type))
        return false;
    if (v->null)
        return want == COL_REAL || (type != OID_FLOAT8 && type != OID_FLOAT4);
    int64_t i = 0;
    double r = 0;
    bool whole = decode_number(p, n, type, &i, &r);
    if (want == COL_INT)
        v->u.i = i;
    else
        v->u.r = r;
    return whole || want == COL_REAL;
}

static enum rc give_rows(struct pg_db *d, const struct statement *st, const PGresult *res, row_fn *row, void *arg)
{
    struct value values[UINT8_MAX];
    int rows = PQntuples(res);
    if (row == NULL || rows == 0)
        return RC_OK;
    if (PQnfields(res) != st->column_count) {
        log_event(LOG_ERROR, "store.type", "statement=%s columns=%d", st->name, PQnfields(res));
        return db_fail(&d->base, RC_INTERNAL);
    }
    for (int r = 0; r < rows; r++) {
        for (int i = 0; i < st->column_count; i++) {
            if (decode(res, r, i, st->column_types[i], &values[i]))
                continue;
            log_event(LOG_ERROR, "store.type", "statement=%s column=%d oid=%u", st->name, i + 1, PQftype(res, i));
            return db_fail(&d->base, RC_INTERNAL);
        }
        TRY(row(arg, values));
    }
    return RC_OK;
}

static void note_changes(struct pg_db *d, PGresult *res)
{
    int64_t n;
    if (strncmp(PQcmdStatus(res), "SELECT", 6) != 0 && str_to_int(str_from(PQcmdTuples(res)), &n))
        d->base.changes = n;
}

/* ---- rows one by one ------------------------------------------------------------------------------------------------
 */

/* A run whose rows are still arriving. When a row's function runs another statement, what is left is fetched first. */
struct stream {
    PGresult **held;
    size_t first, count, cap;
    bool all_here;
};

static void stream_fetch_rest(struct pg_db *d)
{
    struct stream *s = d->stream;
    if (s == NULL || s->all_here)
        return;
    PGresult *res;
    while ((res = PQgetResult(d->conn)) != NULL) {
        if (s->count == s->cap) {
            s->cap = s->cap != 0 ? s->cap * 2 : 64;
            s->held = realloc(s->held, s->cap * sizeof *s->held);
            ASSERT(s->held != NULL);
        }
        s->held[s->count++] = res;
    }
    s->all_here = true;
}

static PGresult *stream_next(struct pg_db *d, struct stream *s)
{
    if (s->all_here)
        return s->first < s->count ? s->held[s->first++] : NULL;
    PGresult *res = PQgetResult(d->conn);
    s->all_here = res == NULL;
    return res;
}

static enum rc run_stream(struct pg_db *d, const struct statement *st, const char *name, const struct pg_params *p,
                          row_fn *row, void *arg, bool *given)
{
    struct stream s = {0}, *outer = d->stream;
    enum rc rc = RC_OK;
    if (PQsendQueryPrepared(d->conn, name, st->param_count, p->values, p->lengths, p->formats, 1) == 0)
        return pg_failed(d, st->name, NULL);
    PQsetSingleRowMode(d->conn);
    d->stream = &s;
    PGresult *res;
    while ((res = stream_next(d, &s)) != NULL) {
        ExecStatusType status = PQresultStatus(res);
        if (rc != RC_OK || status == PGRES_TUPLES_OK) {
            PQclear(res); /* the end, or rows nobody wants any more */
        } else if (status == PGRES_SINGLE_TUPLE) {
            *given = true;
            rc = give_rows(d, st, res, row, arg);
            PQclear(res);
        } else {
            rc = pg_failed(d, st->name, res);
        }
    }
    d->stream = outer;
    free(s.held);
    return rc;
}

/* ---- running --------------------------------------------------------------------------------------------------------
 */

static enum rc run_once(struct pg_db *d, const struct statement *st, const struct value *params, bool stream,
                        row_fn *row, void *arg, bool *given)
{
    struct pg_params p;
    char name[16];
    TRY(prepare(d, st, name));
    pg_bind(&p, st, params);
    if (stream)
        return run_stream(d, st, name, &p, row, arg, given);
    PGresult *res = PQexecPrepared(d->conn, name, st->param_count, p.values, p.lengths, p.formats, 1);
    if (PQresultStatus(res) != PGRES_TUPLES_OK && PQresultStatus(res) != PGRES_COMMAND_OK)
        return pg_failed(d, st->name, res);
    *given = true;
    note_changes(d, res);
    enum rc rc = give_rows(d, st, res, row, arg);
    PQclear(res);
    return rc;
}

static enum rc pg_run(struct db *db, const struct statement *st, const struct value *params, bool stream, row_fn *row,
                      void *arg)
{
    struct pg_db *d = pg_of(db);
    if (db->in_pipeline)
        return pg_pipeline_send(d, st, params);
    stream_fetch_rest(d);
    for (int attempt = 0;; attempt++) {
        bool given = false;
        TRY(pg_ready(d));
        enum rc rc = run_once(d, st, params, stream, row, arg, &given);
        if (rc == RC_OK || !d->broken || given || attempt != 0 || db->in_closure || db->snapshots != 0)
            return rc;
    }
}

/* ---- the engine's table ---------------------------------------------------------------------------------------------
 */

static enum rc pg_open(const char *url, struct store_options options, struct store **out, struct err *e)
{
    PGconn *conn;
    TRY(pg_open_conn(url, settings_page, &conn, e)); /* a wrong address is told now, not at the first page */
    PQfinish(conn);
    struct pg_store *s = calloc(1, sizeof *s);
    ASSERT(s != NULL);
    store_init(&s->base, &postgres_ops, options);
    s->url = strdup(url);
    ASSERT(s->url != NULL);
    pthread_mutex_init(&s->ids_lock, NULL);
    *out = &s->base;
    return RC_OK;
}

static void pg_close(struct store *base)
{
    struct pg_store *s = pg_store_of(base);
    pthread_mutex_destroy(&s->ids_lock);
    free(s->url);
    store_release(base);
}

static enum rc pg_connect(struct store *s, struct db **out, struct err *e)
{
    PGconn *conn;
    TRY(pg_open_conn(pg_store_of(s)->url, settings_page, &conn, e));
    struct pg_db *d = calloc(1, sizeof *d);
    ASSERT(d != NULL);
    d->conn = conn;
    *out = &d->base;
    return RC_OK;
}

static void pg_disconnect(struct db *db)
{
    struct pg_db *d = pg_of(db);
    PQfinish(d->conn);
    free(d->prepared);
    free(d);
}

static enum rc pg_snapshot_begin(struct db *db)
{
    return pg_begin(pg_of(db), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

static void pg_snapshot_end(struct db *db)
{
    struct pg_db *d = pg_of(db);
    if (d->broken || d->conn == NULL)
        return;
    stream_fetch_rest(d);
    if (!pg_command(d->conn, "ROLLBACK"))
        d->broken = true;
}

const struct engine_ops postgres_ops = {
    .engine = ENGINE_POSTGRES,
    .open = pg_open,
    .close = pg_close,
    .connect = pg_connect,
    .disconnect = pg_disconnect,
    .run = pg_run,
    .write = pg_write,
    .snapshot_begin = pg_snapshot_begin,
    .snapshot_end = pg_snapshot_end,
    .pipeline_begin = pg_pipeline_begin,
    .pipeline_end = pg_pipeline_end,
    .reserve_ids = pg_reserve_ids,
    .maintain = pg_maintain,
    .maintain_end = pg_maintain_end,
    .exec = pg_exec,
    .query = pg_query,
    .begin_exclusive = "BEGIN; SELECT pg_advisory_xact_lock(7161115321)",
    .begin_snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    .table_exists = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = '%s'"
                    " AND relnamespace = current_schema()::regnamespace",
    .count_tables = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relname <> 'schema_version'"
                    " AND relnamespace = current_schema()::regnamespace",
    .check_foreign_keys = NULL,
    .backup = pg_backup,
    .restore = pg_restore,
    .check = pg_check,
};
