/* The SQLite engine: connections and statements. Every connection belongs to one thread at a time, so SQLite's own
 * locks are off. Readers are query_only; the one that writes is the writer thread's (sqlite_write.c). The file is in
 * WAL mode: readers never wait for the writer. */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

/* Prepared statements kept for each connection: some 5 KiB each, so that a server with a few readers stays small. */
#define MAX_CACHED 160

struct cached {
    const struct statement *st;
    sqlite3_stmt *stmt;
    uint64_t used; /* tick of the last use */
    bool busy;
    uint8_t slot[]; /* SQLite's index of $1, $2, ... */
};

/* ---- errors ---------------------------------------------------------------------------------------------------------
 */

enum rc sqlite_rc(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return RC_OK;
    case SQLITE_CONSTRAINT:
        return RC_CONFLICT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_INTERRUPT:
        return RC_BUSY;
    default:
        return RC_INTERNAL;
    }
}

enum rc sqlite_err(sqlite3 *conn, const char *what, struct err *e)
{
    int code = conn != NULL ? sqlite3_extended_errcode(conn) : SQLITE_NOMEM;
    enum rc rc = sqlite_rc(code);
    return err_set(e, rc != RC_OK ? rc : RC_INTERNAL, 0, "%s%s%s", what != NULL ? what : "", what != NULL ? ": " : "",
                   conn != NULL ? sqlite3_errmsg(conn) : "no memory");
}

static enum rc statement_failed(struct sqlite_db *d, const struct statement *st)
{
    int code = sqlite3_extended_errcode(d->conn);
    enum rc rc = sqlite_rc(code);
    log_event(rc == RC_CONFLICT ? LOG_DEBUG
              : rc == RC_BUSY   ? LOG_WARN
                                : LOG_ERROR,
              "store.statement", "statement=%s code=%d what=\"%s\"", st->name, code, sqlite3_errmsg(d->conn));
    return db_fail(&d->base, rc != RC_OK ? rc : RC_INTERNAL);
}

/* ---- connections ----------------------------------------------------------------------------------------------------
 */

static void configure_library(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* a global lock for a number that nobody reads */
    /* Pages are allocated one by one: a cache would begin with twenty of them, and each sort has a cache of its own. */
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}

int64_t sqlite_int(sqlite3 *conn, const char *sql, int64_t fallback)
{
    sqlite3_stmt *q;
    int64_t v = fallback;
    if (sqlite3_prepare_v2(conn, sql, -1, &q, NULL) != SQLITE_OK)
        return fallback;
    if (sqlite3_step(q) == SQLITE_ROW)
        v = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    return v;
}

static enum rc open_failed(const char *path, sqlite3 *conn, struct err *e)
{
    if ((sqlite3_errcode(conn) & 0xff) == SQLITE_CANTOPEN && access(path, F_OK) != 0 && errno == ENOENT)
        return err_set(e, RC_NOT_FOUND, 0, "%s: there is no such file", path);
    if ((sqlite3_errcode(conn) & 0xff) == SQLITE_NOTADB)
        return err_set(e, RC_INVALID, 0, "%s is not a database", path);
    return sqlite_err(conn, path, e);
}

enum rc sqlite_open_conn(const char *path, int flags, sqlite3 **out, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    sqlite3 *conn = NULL;
    pthread_once(&once, configure_library);
    *out = NULL;
    if (sqlite3_open_v2(path, &conn, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, NULL) !=
        SQLITE_OK) {
        enum rc rc = open_failed(path, conn, e);
        sqlite3_close(conn);
        return rc;
    }
    sqlite3_busy_timeout(conn, SQLITE_BUSY_MS);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_limit(conn, SQLITE_LIMIT_WORKER_THREADS, 0);
    /* The first of these reads the file: here it turns out when it is none of SQLite's. LIKE minds case, as on
     * PostgreSQL. What is deleted is overwritten: who was erased must not be read from the free pages of a file. */
    if (sqlite3_exec(conn,
                     "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1024;"
                     "PRAGMA secure_delete = ON; PRAGMA mmap_size = 0; PRAGMA journal_size_limit = 16777216; PRAGMA case_sensitive_like = ON;"
                     "SELECT 1 FROM sqlite_schema LIMIT 1;",
                     NULL, NULL, NULL) != SQLITE_OK) {
        enum rc rc = open_failed(path, conn, e);
        sqlite3_close(conn);
        return rc;
    }
    *out = conn;
    return RC_OK;
}

static enum rc set_wal(sqlite3 *conn, const char *path, struct err *e)
{
    /* Another process may be doing the same, and the switch does not wait by itself. */
    for (int tries = 0; tries < 100; tries++) {
        int code = sqlite3_exec(conn, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if (code == SQLITE_OK)
            return RC_OK;
        if (sqlite_rc(code) != RC_BUSY)
            break;
        usleep(50000);
    }
    return sqlite_err(conn, path, e);
}

enum rc sqlite_claim(sqlite3 *conn, const char *path, bool create, struct err *e)
{
    int64_t id = sqlite_int(conn, "PRAGMA application_id", 0);
    if (id == SQLITE_CADRE_ID)
        return RC_OK;
    if (id != 0 || sqlite_int(conn, "SELECT count(*) FROM sqlite_schema", 1) != 0)
        return err_set(e, RC_INVALID, 0, "%s is a database, but not one of Cadre's", path);
    if (!create)
        return err_set(e, RC_INVALID, 0, "%s is empty: not a database of Cadre's", path);
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d", SQLITE_CADRE_ID);
    return sqlite3_exec(conn, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : sqlite_err(conn, path, e);
}

enum rc sqlite_db_open(struct sqlite_store *s, struct sqlite_db **out, struct err *e)
{
    struct sqlite_db *d = calloc(1, sizeof *d);
    ASSERT(d != NULL);
    enum rc rc = sqlite_open_conn(s->path, SQLITE_OPEN_READWRITE, &d->conn, e);
    if (rc != RC_OK) {
        free(d);
        return rc;
    }
    d->base.store = &s->base;
    *out = d;
    return RC_OK;
}

static void cached_free(struct sqlite_db *d, size_t index)
{
    struct cached *c = d->cache[index];
    sqlite3_finalize(c->stmt);
    free(c);
    d->cache[index] = NULL;
    d->cached--;
}

void sqlite_db_close(struct sqlite_db *d)
{
    for (size_t i = 0; i < d->cache_size; i++)
        if (d->cache[i] != NULL)
            cached_free(d, i);
    free(d->cache);
    sqlite3_finalize(d->begin);
    sqlite3_finalize(d->commit);
    sqlite3_close(d->conn);
    free(d);
}

/* ---- prepared statements --------------------------------------------------------------------------------------------
 */

static struct cached *prepare(struct sqlite_db *d, const struct statement *st, unsigned flags)
{
    struct cached *c = calloc(1, sizeof *c + st->param_count);
    ASSERT(c != NULL);
    c->st = st;
    if (sqlite3_prepare_v3(d->conn, st->sql, -1, flags, &c->stmt, NULL) != SQLITE_OK) {
        free(c);
        return NULL;
    }
    for (int i = 0; i < st->param_count; i++) {
        char name[16];
        snprintf(name, sizeof name, "$%d", i + 1);
        c->slot[i] = (uint8_t)sqlite3_bind_parameter_index(c->stmt, name);
    }
    return c;
}

static void make_room(struct sqlite_db *d, size_t index)
{
    if (index >= d->cache_size) {
        size_t size = index + 1 > statement_count ? index + 1 : statement_count;
        struct cached **cache = realloc(d->cache, size * sizeof *cache);
        ASSERT(cache != NULL);
        memset(cache + d->cache_size, 0, (size - d->cache_size) * sizeof *cache);
        d->cache = cache;
        d->cache_size = size;
    }
    if (d->cached < MAX_CACHED)
        return;
    struct cached *oldest = NULL;
    size_t at = 0;
    for (size_t i = 0; i < d->cache_size; i++) {
        struct cached *c = d->cache[i];
        if (c != NULL && !c->busy && (oldest == NULL || c->used < oldest->used)) {
            oldest = c;
            at = i;
        }
    }
    if (oldest != NULL)
        cached_free(d, at);
}

/* The prepared statement, from the cache where it is not in use further up the stack. */
static struct cached *take(struct sqlite_db *d, const struct statement *st, bool *keep)
{
    struct cached *c = st->index < d->cache_size ? d->cache[st->index] : NULL;
    *keep = c == NULL || !c->busy;
    if (c != NULL && c->busy)
        return prepare(d, st, 0);
    if (c == NULL) {
        make_room(d, st->index);
        c = prepare(d, st, SQLITE_PREPARE_PERSISTENT);
        if (c == NULL)
            return NULL;
        d->cache[st->index] = c;
        d->cached++;
    }
    ASSERT(c->st == st); /* indexes are unique over the program */
    c->busy = true;
    c->used = ++d->tick;
    return c;
}

static void give_back(struct cached *c, bool keep)
{
    if (!keep) {
        sqlite3_finalize(c->stmt);
        free(c);
        return;
    }
    sqlite3_reset(c->stmt);
    sqlite3_clear_bindings(c->stmt);
    c->busy = false;
}

static bool bind(const struct cached *c, const struct value *params)
{
    for (int i = 0; i < c->st->param_count; i++) {
        const struct value *v = &params[i];
        int slot = c->slot[i], code;
        if (v->null)
            code = sqlite3_bind_null(c->stmt, slot);
        else if (c->st->param_types[i] == COL_INT)
            code = sqlite3_bind_int64(c->stmt, slot, v->u.i);
        else if (c->st->param_types[i] == COL_REAL)
            code = sqlite3_bind_double(c->stmt, slot, v->u.r);
        else if (c->st->param_types[i] == COL_TEXT)
            code = sqlite3_bind_text64(c->stmt, slot, v->u.s.p, v->u.s.n, SQLITE_STATIC, SQLITE_UTF8);
        else
            code = sqlite3_bind_blob64(c->stmt, slot, v->u.s.p, v->u.s.n, SQLITE_STATIC);
        if (code != SQLITE_OK)
            return false;
    }
    return true;
}

/* One column; false when the database holds another type than the statement declares. */
static bool column(sqlite3_stmt *q, int i, enum column_type want, struct value *v)
{
    int have = sqlite3_column_type(q, i);
    *v = (struct value){.null = have == SQLITE_NULL};
    if (v->null)
        return true;
    switch (want) {
    case COL_INT:
        v->u.i = sqlite3_column_int64(q, i);
        return have == SQLITE_INTEGER;
    case COL_REAL:
        v->u.r = sqlite3_column_double(q, i);
        return have == SQLITE_FLOAT || have == SQLITE_INTEGER;
    case COL_TEXT:
        v->u.s.p = (const char *)sqlite3_column_text(q, i);
        break;
    case COL_BLOB:
        v->u.s.p = sqlite3_column_blob(q, i);
        break;
    }
    v->u.s.n = (size_t)sqlite3_column_bytes(q, i);
    if (v->u.s.p == NULL)
        v->u.s = S(""); /* an empty blob has no address */
    return have == (want == COL_TEXT ? SQLITE_TEXT : SQLITE_BLOB);
}

static enum rc step(struct sqlite_db *d, const struct statement *st, sqlite3_stmt *q, row_fn *row, void *arg)
{
    struct value values[UINT8_MAX];
    for (;;) {
        int code = sqlite3_step(q);
        if (code == SQLITE_DONE)
            return RC_OK;
        if (code != SQLITE_ROW)
            return statement_failed(d, st);
        if (row == NULL)
            continue;
        for (int i = 0; i < st->column_count; i++) {
            if (column(q, i, st->column_types[i], &values[i]))
                continue;
            log_event(LOG_ERROR, "store.type", "statement=%s column=%d", st->name, i + 1);
            return db_fail(&d->base, RC_INTERNAL);
        }
        TRY(row(arg, values));
    }
}

static enum rc sqlite_run(struct db *db, const struct statement *st, const struct value *params, bool stream,
                          row_fn *row, void *arg)
{
    struct sqlite_db *d = sqlite_of(db);
    (void)stream; /* SQLite knows no other way */
    /* An interrupted or failed write may have taken the whole transaction with it: nothing runs outside one. */
    if (db->in_closure && (d->interrupted || sqlite3_get_autocommit(d->conn) != 0))
        return db_fail(db, RC_BUSY);
    bool keep;
    struct cached *c = take(d, st, &keep);
    if (c == NULL)
        return statement_failed(d, st);
    bool reads = sqlite3_stmt_readonly(c->stmt) != 0;
    enum rc rc = bind(c, params) ? step(d, st, c->stmt, row, arg) : statement_failed(d, st);
    if (rc == RC_OK && !reads)
        db->changes = sqlite3_changes64(d->conn);
    give_back(c, keep);
    return rc;
}

/* ---- the engine's table ---------------------------------------------------------------------------------------------
 */

/* A new file is its owner's alone, as its -wal and -shm then are: it holds what is known about everybody. One that is there,
 * or an address that only SQLite understands, stays as it is. */
static void make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0)
        close(fd);
}

static enum rc sqlite_open(const char *url, struct store_options options, struct store **out, struct err *e)
{
    if (strcmp(url, ":memory:") == 0 || strstr(url, "mode=memory") != NULL || strstr(url, ":memory:") != NULL)
        return err_set(e, RC_INVALID, 0, "a database in memory cannot be shared by several connections: name a file");
    sqlite3 *conn;
    int flags = SQLITE_OPEN_READWRITE | (options.create ? SQLITE_OPEN_CREATE : 0);
    if (options.create && strncmp(url, "file:", 5) != 0)
        make_private(url);
    TRY(sqlite_open_conn(url, flags, &conn, e));
    enum rc rc = sqlite_claim(conn, url, options.create, e);
    if (rc == RC_OK)
        rc = set_wal(conn, url, e); /* a restored copy is not in WAL mode */
    sqlite3_close(conn);
    TRY(rc);
    struct sqlite_store *s = calloc(1, sizeof *s);
    ASSERT(s != NULL);
    store_init(&s->base, &sqlite_ops, options);
    s->path = strdup(url);
    ASSERT(s->path != NULL);
    s->writer = writer_new(s);
    *out = &s->base;
    return RC_OK;
}

static void sqlite_close(struct store *base)
{
    struct sqlite_store *s = sqlite_store_of(base);
    writer_free(s->writer);
    free(s->path);
    store_release(base);
}

static enum rc sqlite_connect(struct store *s, struct db **out, struct err *e)
{
    struct sqlite_db *d;
    TRY(sqlite_db_open(sqlite_store_of(s), &d, e));
    if (sqlite3_exec(d->conn, "PRAGMA query_only = ON", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v3(d->conn, "BEGIN", -1, SQLITE_PREPARE_PERSISTENT, &d->begin, NULL) != SQLITE_OK ||
        sqlite3_prepare_v3(d->conn, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &d->commit, NULL) != SQLITE_OK) {
        enum rc rc = sqlite_err(d->conn, "connection", e);
        sqlite_db_close(d);
        return rc;
    }
    *out = &d->base;
    return RC_OK;
}

static void sqlite_disconnect(struct db *db)
{
    sqlite_db_close(sqlite_of(db));
}

static enum rc sqlite_write(struct db *db, write_fn *fn, void *arg, bool bulk, struct err *e)
{
    return writer_run(sqlite_store_of(db->store)->writer, fn, arg, bulk, e);
}

static enum rc sqlite_snapshot_begin(struct db *db)
{
    struct sqlite_db *d = sqlite_of(db);
    int code = sqlite3_exec(d->conn, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return RC_OK;
    sqlite3_exec(d->conn, "ROLLBACK", NULL, NULL, NULL);
    log_event(LOG_WARN, "store.snapshot", "code=%d", code);
    return sqlite_rc(code);
}

static void sqlite_snapshot_end(struct db *db)
{
    sqlite3_exec(sqlite_of(db)->conn, "ROLLBACK", NULL, NULL, NULL);
}

/* A transaction that reads takes its lock with the first statement, and none when there is no statement. */
static bool sqlite_reads_begin(struct db *db)
{
    struct sqlite_db *d = sqlite_of(db);
    sqlite3_step(d->begin);
    return sqlite3_reset(d->begin) == SQLITE_OK;
}

static void sqlite_reads_end(struct db *db)
{
    struct sqlite_db *d = sqlite_of(db);
    if (sqlite3_get_autocommit(d->conn) != 0)
        return; /* a statement that failed has ended it */
    sqlite3_step(d->commit);
    if (sqlite3_reset(d->commit) != SQLITE_OK)
        sqlite3_exec(d->conn, "ROLLBACK", NULL, NULL, NULL);
}

static void sqlite_pipeline_begin(struct db *tx)
{
    (void)tx; /* there is no way to wait for */
}

static enum rc sqlite_pipeline_end(struct db *tx)
{
    (void)tx;
    return RC_OK;
}

static enum rc sqlite_reserve_ids(struct db *db)
{
    struct writer *w = sqlite_store_of(db->store)->writer;
    if (db->in_closure || writer_is_self(w))
        return RC_BUSY; /* the writer tried before the closure began; its own transaction must not be used */
    return writer_reserve_ids(w);
}

const struct engine_ops sqlite_ops = {
    .engine = ENGINE_SQLITE,
    .open = sqlite_open,
    .close = sqlite_close,
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .run = sqlite_run,
    .write = sqlite_write,
    .snapshot_begin = sqlite_snapshot_begin,
    .snapshot_end = sqlite_snapshot_end,
    .reads_begin = sqlite_reads_begin,
    .reads_end = sqlite_reads_end,
    .pipeline_begin = sqlite_pipeline_begin,
    .pipeline_end = sqlite_pipeline_end,
    .reserve_ids = sqlite_reserve_ids,
    .maintain = sqlite_maintain,
    .maintain_end = sqlite_maintain_end,
    .exec = sqlite_exec,
    .query = sqlite_query,
    .begin_exclusive = "BEGIN EXCLUSIVE",
    .begin_snapshot = "BEGIN",
    .table_exists = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = '%s'",
    .count_tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                    " AND name <> 'schema_version'",
    .check_foreign_keys = "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check",
    .backup = sqlite_backup,
    .restore = sqlite_restore,
    .check = sqlite_check,
};
