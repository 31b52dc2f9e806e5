/* The way between PostgreSQL and a backup, which is a SQLite file: table by table with COPY in its binary form, a row
 * at a time, so that memory does not grow with the database. Reading happens in one snapshot, writing in one
 * transaction; the result is whole or not there. Foreign keys are taken away for the copy and put back (and thereby
 * checked) at its end, so that neither the order of tables nor rows that refer to each other matter. Binary COPY:
 * PostgreSQL manual, "COPY". */
#include "base/buf.h"
#include "store/postgres.h"
#include "store/sqlite.h"

#include <endian.h>

#define PROGRESS_ROWS 1000
#define SEND_BYTES 65536

struct progress {
    store_progress *fn;
    void *arg;
    int64_t done, total;
};

static void progress_row(struct progress *p)
{
    if (++p->done % PROGRESS_ROWS == 0 && p->fn != NULL)
        p->fn(p->arg, p->done, p->total > p->done ? p->total : p->done);
}

static void progress_end(const struct progress *p)
{
    if (p->fn != NULL)
        p->fn(p->arg, p->done, p->done);
}

static enum rc take_count(void *arg, const char *const *texts)
{
    return texts[0] != NULL && str_to_int(str_from(texts[0]), arg) ? RC_OK : RC_INTERNAL;
}

/* Does PostgreSQL have the table too? What only SQLite has is made for it in an engine block and is not data. */
static enum rc has_table(struct maintenance *m, struct arena *a, struct str name, bool *has, struct err *e)
{
    int64_t n = 0;
    const char *exists = str_printf(a, postgres_ops.table_exists, name.p).p;
    TRY(pg_query(m, str_printf(a, "SELECT count(*) FROM (%s) x", exists).p, take_count, &n, e));
    *has = n == 1;
    return RC_OK;
}

/* ---- reading COPY's stream ------------------------------------------------------------------------------------------
 */

/* A window on the stream: bytes [at, n) are not used yet. */
struct input {
    char *p;
    size_t at, n, cap;
};

static void input_add(struct input *in, const char *p, size_t n)
{
    if (in->at != 0) {
        memmove(in->p, in->p + in->at, in->n - in->at);
        in->n -= in->at;
        in->at = 0;
    }
    if (in->n + n > in->cap) {
        in->cap = (in->n + n) * 2;
        in->p = realloc(in->p, in->cap);
        ASSERT(in->p != NULL);
    }
    memcpy(in->p + in->n, p, n);
    in->n += n;
}

static bool read_u32(const struct input *in, size_t at, uint32_t *v)
{
    if (in->n - at < 4)
        return false;
    memcpy(v, in->p + at, 4);
    *v = be32toh(*v);
    return true;
}

enum row_state { ROW_WHOLE, ROW_INCOMPLETE, ROW_END, ROW_WRONG };

static bool bind_field(sqlite3_stmt *q, int i, enum column_type type, const char *p, uint32_t n)
{
    uint64_t bits;
    double r;
    if (type == COL_TEXT)
        return sqlite3_bind_text64(q, i, p, n, SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK;
    if (type == COL_BLOB)
        return (n == 0 ? sqlite3_bind_zeroblob(q, i, 0) : sqlite3_bind_blob64(q, i, p, n, SQLITE_STATIC)) == SQLITE_OK;
    if (n != 8)
        return false;
    memcpy(&bits, p, 8);
    bits = be64toh(bits);
    memcpy(&r, &bits, 8);
    return (type == COL_INT ? sqlite3_bind_int64(q, i, (int64_t)bits) : sqlite3_bind_double(q, i, r)) == SQLITE_OK;
}

/* Binds the row at in->at to q, and moves on when it is whole. */
static enum row_state read_row(struct input *in, const struct copy_table *t, sqlite3_stmt *q)
{
    size_t at = in->at + 2;
    uint16_t fields;
    if (in->n - in->at < 2)
        return ROW_INCOMPLETE;
    memcpy(&fields, in->p + in->at, 2);
    if (fields == UINT16_MAX)
        return ROW_END;
    if (be16toh(fields) != t->column_count)
        return ROW_WRONG;
    for (int i = 0; i < t->column_count; i++) {
        uint32_t n;
        if (!read_u32(in, at, &n))
            return ROW_INCOMPLETE;
        at += 4;
        if (n == UINT32_MAX) {
            sqlite3_bind_null(q, i + 1);
            continue;
        }
        if (in->n - at < n)
            return ROW_INCOMPLETE;
        if (!bind_field(q, i + 1, t->columns[i].type, in->p + at, n))
            return ROW_WRONG;
        at += n;
    }
    in->at = at;
    return ROW_WHOLE;
}

#define COPY_HEADER 19 /* signature 11, flags 4, length of the extension 4 */

static enum rc insert_rows(struct input *in, const struct copy_table *t, sqlite3 *to, sqlite3_stmt *q,
                           struct progress *p, struct err *e)
{
    enum row_state state;
    while ((state = read_row(in, t, q)) == ROW_WHOLE) {
        sqlite3_step(q);
        if (sqlite3_reset(q) != SQLITE_OK)
            return sqlite_err(to, t->name.p, e);
        progress_row(p);
    }
    return state != ROW_WRONG ? RC_OK
                              : err_set(e, RC_INTERNAL, 0, "table %.*s: a row of another shape", STR_ARG(t->name));
}

static enum rc receive(PGconn *from, const struct copy_table *t, sqlite3 *to, sqlite3_stmt *q, struct progress *p,
                       struct err *e)
{
    struct input in = {0};
    bool header = true;
    char *chunk;
    int n;
    enum rc rc = RC_OK;
    while ((n = PQgetCopyData(from, &chunk, 0)) > 0) {
        if (rc == RC_OK) {
            input_add(&in, chunk, (size_t)n);
            if (header && in.n >= COPY_HEADER) {
                in.at = COPY_HEADER;
                header = false;
            }
            if (!header)
                rc = insert_rows(&in, t, to, q, p, e);
        }
        PQfreemem(chunk);
    }
    free(in.p);
    for (PGresult *res; (res = PQgetResult(from)) != NULL;) {
        if (PQresultStatus(res) == PGRES_COMMAND_OK || rc != RC_OK)
            PQclear(res);
        else
            rc = pg_err(from, res, e);
    }
    return n == -2 && rc == RC_OK ? err_set(e, RC_BUSY, 0, "%s", PQerrorMessage(from)) : rc;
}

static enum rc fetch_table(struct maintenance *m, const struct copy_table *t, sqlite3 *to, struct arena *a,
                           struct progress *p, struct err *e)
{
    sqlite3_stmt *q;
    struct str columns = copy_column_list(a, t);
    struct buf b = buf_new(a, 512);
    buf_printf(&b, "INSERT INTO \"%.*s\" (%.*s) VALUES (?1", STR_ARG(t->name), STR_ARG(columns));
    for (int i = 1; i < t->column_count; i++)
        buf_printf(&b, ",?%d", i + 1);
    buf_z(&b, ")");
    if (sqlite3_prepare_v2(to, b.p, (int)b.n, &q, NULL) != SQLITE_OK)
        return sqlite_err(to, t->name.p, e);
    PGresult *res = PQexec(m->pg, str_printf(a, "COPY (SELECT %.*s FROM \"%.*s\") TO STDOUT (FORMAT binary)",
                                             STR_ARG(columns), STR_ARG(t->name))
                                      .p);
    enum rc rc = RC_OK;
    if (PQresultStatus(res) != PGRES_COPY_OUT) {
        rc = pg_err(m->pg, res, e);
    } else {
        PQclear(res);
        rc = receive(m->pg, t, to, q, p, e);
    }
    sqlite3_finalize(q);
    return rc;
}

/* ---- backup ---------------------------------------------------------------------------------------------------------
 */

static enum rc exec_file(void *arg, const char *sql, struct err *e)
{
    return sqlite3_exec(arg, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : sqlite_err(arg, NULL, e);
}

static enum rc fetch_all(struct maintenance *m, sqlite3 *to, struct arena *a, struct progress *p, struct err *e)
{
    struct copy_table *tables;
    size_t count;
    TRY(pg_query(m,
                 "SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class WHERE relkind = 'r'"
                 " AND relnamespace = current_schema()::regnamespace",
                 take_count, &p->total, e));
    TRY(copy_tables(to, a, &tables, &count, e));
    for (size_t i = 0; i < count; i++) {
        bool has;
        TRY(has_table(m, a, tables[i].name, &has, e));
        if (has)
            TRY(fetch_table(m, &tables[i], to, a, p, e));
    }
    return RC_OK;
}

/* The file is nobody's until it is whole, so it needs no journal; new_file_commit flushes it. */
static enum rc fill_file(struct store *s, struct maintenance *m, int version, sqlite3 *to, struct progress *p,
                         struct err *e)
{
    char sql[96];
    struct arena *a = arena_new(0);
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d", SQLITE_CADRE_ID);
    enum rc rc = exec_file(to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF", e);
    if (rc == RC_OK)
        rc = exec_file(to, sql, e);
    if (rc == RC_OK)
        rc = exec_file(to, "BEGIN", e);
    if (rc == RC_OK)
        rc = migrate_script(s, version, false, exec_file, to, e);
    if (rc == RC_OK)
        rc = fetch_all(m, to, a, p, e);
    if (rc == RC_OK)
        rc = exec_file(to, "COMMIT", e);
    if (rc == RC_OK && sqlite_int(to, "SELECT count(*) FROM pragma_foreign_key_check", 1) != 0)
        rc = err_set(e, RC_INTERNAL, 0, "the copy has rows that refer to rows that are not there");
    arena_free(a);
    return rc;
}

static enum rc backup_into(struct store *s, struct maintenance *m, const char *path, struct progress *p, struct err *e)
{
    sqlite3 *to;
    int64_t version = 0;
    TRY(pg_exec(m, postgres_ops.begin_snapshot, e));
    TRY(pg_query(m, "SELECT coalesce(max(version), 0) FROM schema_version", take_count, &version, e));
    if (version > INT32_MAX)
        return err_set(e, RC_INVALID, 0, "schema_version is damaged");
    TRY(sqlite_open_conn(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &to, e));
    enum rc rc = fill_file(s, m, (int)version, to, p, e);
    sqlite3_close(to);
    return rc;
}

enum rc pg_backup(struct store *s, const char *path, store_progress *progress, void *arg, struct err *e)
{
    struct new_file f;
    struct maintenance *m;
    struct progress p = {.fn = progress, .arg = arg};
    int database, binary;
    TRY(store_version(s, &database, &binary, e));
    if (database == 0 || database > binary)
        return err_set(e, RC_CONFLICT, 0, "the database is at version %d, this program's is %d", database, binary);
    TRY(new_file_begin(&f, path, e));
    enum rc rc = pg_maintain(s, &m, e);
    if (rc == RC_OK) {
        rc = backup_into(s, m, f.path, &p, e);
        pg_maintain_end(m);
    }
    if (rc != RC_OK) {
        new_file_abandon(&f);
        return rc;
    }
    progress_end(&p);
    return new_file_commit(&f, e);
}

/* ---- restore --------------------------------------------------------------------------------------------------------
 */

static void put_u32(struct buf *b, uint32_t v)
{
    v = htobe32(v);
    buf_add(b, &v, 4);
}

static void put_field(struct buf *b, sqlite3_stmt *q, int i, enum column_type type)
{
    if (sqlite3_column_type(q, i) == SQLITE_NULL) {
        put_u32(b, UINT32_MAX);
        return;
    }
    if (type == COL_INT || type == COL_REAL) {
        uint64_t bits = (uint64_t)sqlite3_column_int64(q, i);
        double r = sqlite3_column_double(q, i);
        if (type == COL_REAL)
            memcpy(&bits, &r, 8);
        bits = htobe64(bits);
        put_u32(b, 8);
        buf_add(b, &bits, 8);
        return;
    }
    const void *p = type == COL_TEXT ? (const void *)sqlite3_column_text(q, i) : sqlite3_column_blob(q, i);
    int n = sqlite3_column_bytes(q, i);
    put_u32(b, (uint32_t)n);
    buf_add(b, p, (size_t)n);
}

static enum rc send_rows(PGconn *to, const struct copy_table *t, sqlite3 *from, sqlite3_stmt *q, struct progress *p,
                         struct err *e)
{
    static const char header[COPY_HEADER] = "PGCOPY\n\377\r\n";
    struct arena *a = arena_new(2 * SEND_BYTES);
    struct buf b = buf_new(a, SEND_BYTES);
    uint16_t fields = htobe16((uint16_t)t->column_count), end = UINT16_MAX;
    enum rc rc = RC_OK;
    int code;
    buf_add(&b, header, sizeof header);
    while (rc == RC_OK && (code = sqlite3_step(q)) != SQLITE_DONE) {
        if (code != SQLITE_ROW) {
            rc = sqlite_err(from, t->name.p, e);
            break;
        }
        buf_add(&b, &fields, 2);
        for (int i = 0; i < t->column_count; i++)
            put_field(&b, q, i, t->columns[i].type);
        progress_row(p);
        if (b.n < SEND_BYTES / 2)
            continue;
        if (PQputCopyData(to, b.p, (int)b.n) != 1)
            rc = err_set(e, RC_BUSY, 0, "%s", PQerrorMessage(to));
        b.n = 0;
    }
    buf_add(&b, &end, 2);
    if (rc == RC_OK && PQputCopyData(to, b.p, (int)b.n) != 1)
        rc = err_set(e, RC_BUSY, 0, "%s", PQerrorMessage(to));
    arena_free(a);
    return rc;
}

static enum rc send_table(struct maintenance *m, const struct copy_table *t, sqlite3 *from, struct arena *a,
                          struct progress *p, struct err *e)
{
    sqlite3_stmt *q;
    struct str columns = copy_column_list(a, t);
    if (sqlite3_prepare_v2(from, str_printf(a, "SELECT %.*s FROM \"%.*s\"", STR_ARG(columns), STR_ARG(t->name)).p, -1,
                           &q, NULL) != SQLITE_OK)
        return sqlite_err(from, t->name.p, e);
    PGresult *res = PQexec(
        m->pg, str_printf(a, "COPY \"%.*s\" (%.*s) FROM STDIN (FORMAT binary)", STR_ARG(t->name), STR_ARG(columns)).p);
    enum rc rc = RC_OK;
    if (PQresultStatus(res) != PGRES_COPY_IN) {
        rc = pg_err(m->pg, res, e);
    } else {
        PQclear(res);
        rc = send_rows(m->pg, t, from, q, p, e);
        PQputCopyEnd(m->pg, rc == RC_OK ? NULL : "given up");
        while ((res = PQgetResult(m->pg)) != NULL) {
            if (PQresultStatus(res) == PGRES_COMMAND_OK || rc != RC_OK)
                PQclear(res);
            else
                rc = pg_err(m->pg, res, e);
        }
    }
    sqlite3_finalize(q);
    return rc;
}

/* The commands that a query of the catalogue writes: collected first, because they are run on the same connection. */
struct commands {
    struct arena *a;
    struct str *v;
    size_t n, cap;
};

static enum rc take_command(void *arg, const char *const *texts)
{
    struct commands *c = arg;
    if (c->n == c->cap) {
        size_t cap = c->cap != 0 ? c->cap * 2 : 32;
        c->v = arena_grow(c->a, c->v, c->cap * sizeof *c->v, cap * sizeof *c->v);
        c->cap = cap;
    }
    c->v[c->n++] = str_dup(c->a, str_from(texts[0]));
    return RC_OK;
}

static enum rc collect(struct maintenance *m, struct arena *a, const char *sql, struct commands *c, struct err *e)
{
    *c = (struct commands){.a = a};
    return pg_query(m, sql, take_command, c, e);
}

static enum rc run_all(struct maintenance *m, const struct commands *c, struct err *e)
{
    for (size_t i = 0; i < c->n; i++)
        TRY(pg_exec(m, c->v[i].p, e));
    return RC_OK;
}

#define KEYS_WHERE                                                                                                     \
    " FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY oid"
#define TABLES_WHERE " FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"

/* Takes away the rows that migrations put in. Triggers that forbid this sleep meanwhile. */
static enum rc empty_tables(struct maintenance *m, struct arena *a, struct err *e)
{
    struct commands off, empty, on;
    TRY(collect(m, a, "SELECT format('ALTER TABLE %s DISABLE TRIGGER USER', oid::regclass)" TABLES_WHERE, &off, e));
    TRY(collect(m, a, "SELECT 'TRUNCATE ' || string_agg(oid::regclass::text, ', ')" TABLES_WHERE, &empty, e));
    TRY(collect(m, a, "SELECT format('ALTER TABLE %s ENABLE TRIGGER USER', oid::regclass)" TABLES_WHERE, &on, e));
    TRY(run_all(m, &off, e));
    TRY(run_all(m, &empty, e));
    return run_all(m, &on, e);
}

static enum rc send_all(struct maintenance *m, sqlite3 *from, struct arena *a, struct progress *p, struct err *e)
{
    struct copy_table *tables;
    struct commands drop, add;
    size_t count;
    TRY(pg_exec(m, postgres_ops.begin_exclusive, e));
    TRY(collect(m, a, "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)" KEYS_WHERE,
                &drop, e));
    TRY(collect(m, a,
                "SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,"
                " pg_get_constraintdef(oid))" KEYS_WHERE,
                &add, e));
    TRY(run_all(m, &drop, e));
    TRY(empty_tables(m, a, e));
    TRY(copy_tables(from, a, &tables, &count, e));
    for (size_t i = 0; i < count; i++)
        p->total += sqlite_int(from, str_printf(a, "SELECT count(*) FROM \"%.*s\"", STR_ARG(tables[i].name)).p, 0);
    for (size_t i = 0; i < count; i++) {
        bool has;
        TRY(has_table(m, a, tables[i].name, &has, e));
        if (has)
            TRY(send_table(m, &tables[i], from, a, p, e));
    }
    TRY(run_all(m, &add, e));
    return pg_exec(m, "COMMIT", e);
}

enum rc pg_restore(struct store *s, const char *path, int version, store_progress *progress, void *arg, struct err *e)
{
    struct progress p = {.fn = progress, .arg = arg};
    struct maintenance *m;
    sqlite3 *from;
    TRY(migrate_to(s, version, NULL, NULL, e)); /* to the file's version, into which its rows fit */
    TRY(backup_open(path, &from, e));
    enum rc rc = pg_maintain(s, &m, e);
    if (rc == RC_OK) {
        struct arena *a = arena_new(0);
        rc = send_all(m, from, a, &p, e);
        if (rc == RC_OK)
            rc = pg_exec(m, "ANALYZE", e);
        arena_free(a);
        pg_maintain_end(m); /* an unfinished transaction ends with its connection */
    }
    sqlite3_close(from);
    if (rc == RC_OK)
        progress_end(&p);
    return rc;
}
