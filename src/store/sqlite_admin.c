/* The SQLite engine's side of migration, backup, restore and check. A backup is made by SQLite's own copy of pages, out
 * of one read transaction, so that others write meanwhile without beginning it anew. */
#include "store/sqlite.h"

#include "base/log.h"

#define PAGES_A_STEP 256

/* ---- maintenance connections ----------------------------------------------------------------------------------------
 */

enum rc sqlite_maintain(struct store *s, struct maintenance **out, struct err *e)
{
    sqlite3 *conn;
    TRY(sqlite_open_conn(sqlite_store_of(s)->path, SQLITE_OPEN_READWRITE, &conn, e));
    sqlite3_busy_timeout(conn, 60000);
    /* Rebuilding a table drops what others refer to for a moment: the keys are checked before the commit instead. */
    sqlite3_db_config(conn, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
    struct maintenance *m = calloc(1, sizeof *m);
    ASSERT(m != NULL);
    m->lite = conn;
    *out = m;
    return RC_OK;
}

void sqlite_maintain_end(struct maintenance *m)
{
    sqlite3_close(m->lite);
    free(m);
}

enum rc sqlite_exec(struct maintenance *m, const char *sql, struct err *e)
{
    return sqlite3_exec(m->lite, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : sqlite_err(m->lite, NULL, e);
}

enum rc sqlite_query(struct maintenance *m, const char *sql, text_row_fn *row, void *arg, struct err *e)
{
    sqlite3_stmt *q;
    const char *texts[16];
    enum rc rc = RC_OK;
    int code;
    if (sqlite3_prepare_v2(m->lite, sql, -1, &q, NULL) != SQLITE_OK)
        return sqlite_err(m->lite, NULL, e);
    int columns = sqlite3_column_count(q);
    ASSERT(columns <= (int)COUNT_OF(texts));
    while (rc == RC_OK && (code = sqlite3_step(q)) != SQLITE_DONE) {
        if (code != SQLITE_ROW) {
            rc = sqlite_err(m->lite, NULL, e);
            break;
        }
        for (int i = 0; i < columns; i++)
            texts[i] = (const char *)sqlite3_column_text(q, i);
        rc = row(arg, texts);
        if (rc != RC_OK)
            err_set(e, rc, 0, "the answer cannot be read");
    }
    sqlite3_finalize(q);
    return rc;
}

/* ---- copying pages --------------------------------------------------------------------------------------------------
 */

static enum rc copy_pages(sqlite3 *from, sqlite3 *to, store_progress *progress, void *arg, struct err *e)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    if (b == NULL)
        return sqlite_err(to, "copy", e);
    int code;
    do {
        code = sqlite3_backup_step(b, PAGES_A_STEP);
        if (progress != NULL)
            progress(arg, sqlite3_backup_pagecount(b) - sqlite3_backup_remaining(b), sqlite3_backup_pagecount(b));
    } while (code == SQLITE_OK);
    code = sqlite3_backup_finish(b);
    return code == SQLITE_OK ? RC_OK : err_set(e, sqlite_rc(code), 0, "copy: %s", sqlite3_errstr(code));
}

static enum rc backup_into(struct store *s, const char *path, store_progress *progress, void *arg, struct err *e)
{
    sqlite3 *from, *to;
    TRY(sqlite_open_conn(sqlite_store_of(s)->path, SQLITE_OPEN_READWRITE, &from, e));
    enum rc rc = sqlite_open_conn(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &to, e);
    if (rc == RC_OK) {
        if (sqlite3_exec(from, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL) != SQLITE_OK)
            rc = sqlite_err(from, "snapshot", e);
        if (rc == RC_OK)
            rc = copy_pages(from, to, progress, arg, e);
        /* One plain file, without a -wal beside it. */
        if (rc == RC_OK && sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
            rc = sqlite_err(to, "copy", e);
        sqlite3_close(to);
    }
    sqlite3_close(from);
    return rc;
}

enum rc sqlite_backup(struct store *s, const char *path, store_progress *progress, void *arg, struct err *e)
{
    struct new_file f;
    TRY(new_file_begin(&f, path, e));
    enum rc rc = backup_into(s, f.path, progress, arg, e);
    if (rc == RC_OK)
        return new_file_commit(&f, e);
    new_file_abandon(&f);
    return rc;
}

enum rc sqlite_restore(struct store *s, const char *path, int version, store_progress *progress, void *arg,
                       struct err *e)
{
    sqlite3 *from, *to;
    (void)version; /* the file brings its schema along */
    TRY(backup_open(path, &from, e));
    enum rc rc = sqlite_open_conn(sqlite_store_of(s)->path, SQLITE_OPEN_READWRITE, &to, e);
    if (rc == RC_OK) {
        rc = copy_pages(from, to, progress, arg, e);
        sqlite3_close(to);
    }
    sqlite3_close(from);
    return rc;
}

/* ---- check ----------------------------------------------------------------------------------------------------------
 */

struct report {
    problem_fn *problem;
    void *arg;
};

static enum rc report_integrity(void *arg, const char *const *texts)
{
    const struct report *r = arg;
    if (texts[0] != NULL && strcmp(texts[0], "ok") != 0)
        r->problem(r->arg, str_from(texts[0]));
    return RC_OK;
}

static enum rc report_key(void *arg, const char *const *texts)
{
    const struct report *r = arg;
    char text[300];
    snprintf(text, sizeof text, "table %s, row %s: refers to a row of %s that is not there", texts[0],
             texts[1] != NULL ? texts[1] : "?", texts[2]);
    r->problem(r->arg, str_from(text));
    return RC_OK;
}

enum rc sqlite_check(struct store *s, problem_fn *problem, void *arg, struct err *e)
{
    struct report r = {problem, arg};
    struct maintenance *m;
    TRY(sqlite_maintain(s, &m, e));
    enum rc rc = sqlite_query(m, "PRAGMA integrity_check", report_integrity, &r, e);
    if (rc == RC_OK)
        rc = sqlite_query(m, sqlite_ops.check_foreign_keys, report_key, &r, e);
    sqlite_maintain_end(m);
    return rc;
}
