/* Restoring and checking, as far as the engines agree: see store.h. A backup is always a SQLite file, so what is read
 * from one stands here too. */
#include "base/buf.h"
#include "store/sqlite.h"

/* ---- reading a backup -----------------------------------------------------------------------------------------------
 */

enum rc backup_open(const char *path, struct sqlite3 **out, struct err *e)
{
    TRY(sqlite_open_conn(path, SQLITE_OPEN_READONLY, out, e));
    enum rc rc = sqlite_claim(*out, path, false, e);
    if (rc != RC_OK) {
        sqlite3_close(*out);
        *out = NULL;
    }
    return rc;
}

static bool column_type(const char *decl, enum column_type *type)
{
    static const char *const words[] = {
        [COL_INT] = "INTEGER", [COL_REAL] = "REAL", [COL_TEXT] = "TEXT", [COL_BLOB] = "BLOB"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcasecmp(decl, words[i]) == 0) {
            *type = (enum column_type)i;
            return true;
        }
    return false;
}

#define MAX_COLUMNS 200

/* Names go into SQL text, and a file may come from anywhere. */
static bool is_plain_name(struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!((name.p[i] >= 'a' && name.p[i] <= 'z') || (name.p[i] >= '0' && name.p[i] <= '9') || name.p[i] == '_'))
            return false;
    return name.n != 0 && name.n < 64;
}

static enum rc read_columns(sqlite3 *conn, struct arena *a, struct copy_table *t, struct err *e)
{
    sqlite3_stmt *q;
    t->columns = ARENA_ARRAY(a, MAX_COLUMNS, struct copy_column);
    if (sqlite3_prepare_v2(conn, "SELECT name, type FROM pragma_table_xinfo(?1) WHERE hidden = 0 ORDER BY cid", -1, &q,
                           NULL) != SQLITE_OK)
        return sqlite_err(conn, "tables", e);
    sqlite3_bind_text(q, 1, t->name.p, (int)t->name.n, SQLITE_STATIC);
    enum rc rc = RC_OK;
    while (rc == RC_OK && sqlite3_step(q) == SQLITE_ROW) {
        struct copy_column *c = &t->columns[t->column_count];
        c->name = str_dup(a, str_from((const char *)sqlite3_column_text(q, 0)));
        if (t->column_count + 1 == MAX_COLUMNS || !is_plain_name(t->name) || !is_plain_name(c->name) ||
            !column_type((const char *)sqlite3_column_text(q, 1), &c->type))
            rc = err_set(e, RC_INVALID, 0, "table %.*s, column %.*s: not of a name and type that Cadre writes",
                         STR_ARG(t->name), STR_ARG(c->name));
        t->column_count++;
    }
    sqlite3_finalize(q);
    return rc;
}

enum rc copy_tables(struct sqlite3 *conn, struct arena *a, struct copy_table **out, size_t *count, struct err *e)
{
    sqlite3_stmt *q;
    *count = 0;
    size_t cap = (size_t)sqlite_int(conn, "SELECT count(*) FROM sqlite_schema", 0);
    *out = ARENA_ARRAY(a, cap, struct copy_table);
    if (sqlite3_prepare_v2(conn,
                           "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                           " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
                           -1, &q, NULL) != SQLITE_OK)
        return sqlite_err(conn, "tables", e);
    while (sqlite3_step(q) == SQLITE_ROW && *count < cap)
        (*out)[(*count)++].name = str_dup(a, str_from((const char *)sqlite3_column_text(q, 0)));
    sqlite3_finalize(q);
    for (size_t i = 0; i < *count; i++)
        TRY(read_columns(conn, a, &(*out)[i], e));
    return RC_OK;
}

struct str copy_column_list(struct arena *a, const struct copy_table *t)
{
    struct buf b = buf_new(a, 256);
    for (int i = 0; i < t->column_count; i++)
        buf_printf(&b, "%s\"%.*s\"", i != 0 ? ", " : "", STR_ARG(t->columns[i].name));
    return str_dup(a, buf_text(&b));
}

/* The backup's version, after checking that its pages are sound and its migrations are this binary's. */
static enum rc judge_backup(struct store *s, const char *path, int *version, struct err *e)
{
    struct applied rows[1024];
    size_t n = 0;
    sqlite3 *conn;
    sqlite3_stmt *q = NULL;
    TRY(backup_open(path, &conn, e));
    enum rc rc = RC_OK;
    if (sqlite_int(conn, "SELECT count(*) FROM pragma_quick_check WHERE quick_check <> 'ok'", 1) != 0)
        rc = err_set(e, RC_INVALID, 0, "%s is damaged", path);
    else if (sqlite3_prepare_v2(conn, "SELECT version, digest FROM schema_version ORDER BY version", -1, &q, NULL) !=
             SQLITE_OK)
        rc = err_set(e, RC_INVALID, 0, "%s holds no schema: not a backup of Cadre's", path);
    while (rc == RC_OK && n < COUNT_OF(rows) && sqlite3_step(q) == SQLITE_ROW) {
        rows[n].version = sqlite3_column_int(q, 0);
        snprintf(rows[n].digest, sizeof rows[n].digest, "%s", (const char *)sqlite3_column_text(q, 1));
        n++;
    }
    sqlite3_finalize(q);
    sqlite3_close(conn);
    TRY(rc);
    if (n == 0)
        return err_set(e, RC_INVALID, 0, "%s holds no schema: not a backup of Cadre's", path);
    *version = rows[n - 1].version;
    return migrate_judge(s, rows, n, e);
}

/* ---- is the destination empty? --------------------------------------------------------------------------------------
 */

static enum rc exec_memory(void *arg, const char *sql, struct err *e)
{
    return sqlite3_exec(arg, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : sqlite_err(arg, NULL, e);
}

static enum rc take_count(void *arg, const char *const *texts)
{
    return texts[0] != NULL && str_to_int(str_from(texts[0]), arg) ? RC_OK : RC_INTERNAL;
}

static enum rc compare_counts(struct store *s, struct maintenance *m, sqlite3 *fresh, struct arena *a, struct err *e)
{
    struct copy_table *tables;
    size_t count;
    TRY(copy_tables(fresh, a, &tables, &count, e));
    for (size_t i = 0; i < count; i++) {
        if (str_eq(tables[i].name, S("schema_version")) || str_eq(tables[i].name, S("id_block")))
            continue;
        const char *sql = str_printf(a, "SELECT count(*) FROM \"%.*s\"", STR_ARG(tables[i].name)).p;
        const char *exists = str_printf(a, s->ops->table_exists, tables[i].name.p).p;
        int64_t there = -1, seeds = sqlite_int(fresh, sql, 0);
        /* On the other engine the table may be missing on purpose: then it is empty. */
        const char *guarded =
            s->ops->engine == ENGINE_SQLITE ? sql : str_printf(a, "SELECT count(*) FROM (%s) x", exists).p;
        TRY(s->ops->query(m, guarded, take_count, &there, e));
        if (s->ops->engine != ENGINE_SQLITE && there == 1)
            TRY(s->ops->query(m, sql, take_count, &there, e));
        if (there > seeds)
            return err_set(e, RC_CONFLICT, 0, "the database is not empty: %.*s has %" PRId64 " rows",
                           STR_ARG(tables[i].name), there);
    }
    return RC_OK;
}

/* Empty: it holds no more rows than its migrations put there, which a database in memory tells. */
static enum rc require_empty(struct store *s, int version, struct err *e)
{
    struct maintenance *m;
    sqlite3 *fresh;
    if (version == 0)
        return RC_OK; /* never migrated: read_applied has seen that there are no tables */
    TRY(s->ops->maintain(s, &m, e));
    enum rc rc = sqlite_open_conn(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &fresh, e);
    if (rc == RC_OK) {
        struct arena *a = arena_new(0);
        rc = migrate_script(s, version, true, exec_memory, fresh, e);
        if (rc == RC_OK)
            rc = compare_counts(s, m, fresh, a, e);
        arena_free(a);
        sqlite3_close(fresh);
    }
    s->ops->maintain_end(m);
    return rc;
}

/* ---- the two calls --------------------------------------------------------------------------------------------------
 */

enum rc store_restore(struct store *s, const char *path, store_progress *progress, void *arg, struct err *e)
{
    int version, there;
    struct err own;
    if (e == NULL)
        e = &own;
    TRY(judge_backup(s, path, &version, e));
    TRY(migrate_version(s, &there, e));
    if (there > version)
        return err_set(e, RC_CONFLICT, 0,
                       "the database is at version %d already and the file at %d: use a new database", there, version);
    TRY(require_empty(s, there, e));
    TRY(s->ops->restore(s, path, version, progress, arg, e));
    ids_forget(s);
    return store_migrate(s, NULL, NULL, e);
}

struct counted {
    void (*problem)(void *arg, struct str text);
    void *arg;
    int64_t count;
};

static void count_problem(void *arg, struct str text)
{
    struct counted *c = arg;
    c->count++;
    if (c->problem != NULL)
        c->problem(c->arg, text);
}

enum rc store_check(struct store *s, void (*problem)(void *arg, struct str text), void *arg, struct err *e)
{
    struct counted c = {problem, arg, 0};
    int database, binary;
    char text[128];
    TRY(store_version(s, &database, &binary, e));
    if (database != binary) {
        snprintf(text, sizeof text, "the schema is at version %d, this program's is %d", database, binary);
        count_problem(&c, str_from(text));
    }
    TRY(s->ops->check(s, count_problem, &c, e));
    return c.count == 0 ? RC_OK : err_set(e, RC_CONFLICT, 0, "%" PRId64 " problems", c.count);
}
