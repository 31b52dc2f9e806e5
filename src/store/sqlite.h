/* The SQLite engine's own structs, shared by its files: sqlite.c (connections and statements), sqlite_write.c (the
 * writer thread), sqlite_log.c (the write-ahead log), sqlite_admin.c (migration, backup, restore, check). */
#ifndef CADRE_STORE_SQLITE_H
#define CADRE_STORE_SQLITE_H

#include "store/internal.h"

#include <sqlite3.h>

#define SQLITE_CADRE_ID 0x43445245 /* application_id: "CDRE" */
#define SQLITE_BUSY_MS 10000       /* how long another process may hold the write lock */

struct cached;

struct sqlite_db {
    struct db base;
    sqlite3 *conn;
    struct cached **cache; /* by the statement's index */
    size_t cache_size, cached;
    uint64_t tick;
    sqlite3_stmt *begin, *commit; /* of a reader */
    /* of the writer's connection: */
    uint64_t deadline; /* clock_steady_us at which the closure is interrupted; 0: never */
    bool interrupted;
};

struct writer;

struct sqlite_store {
    struct store base;
    char *path;
    struct writer *writer;
};

static inline struct sqlite_db *sqlite_of(struct db *db)
{
    return (struct sqlite_db *)db;
}

static inline struct sqlite_store *sqlite_store_of(struct store *s)
{
    return (struct sqlite_store *)s;
}

/* What an SQLite code means to Cadre. */
enum rc sqlite_rc(int code);
/* Fills e from the connection's last error; what (NULL allowed) is put before it. */
enum rc sqlite_err(sqlite3 *conn, const char *what, struct err *e);

/* Opens path and sets what every connection needs. flags: SQLITE_OPEN_READWRITE and so on. */
enum rc sqlite_open_conn(const char *path, int flags, sqlite3 **out, struct err *e) MUST_CHECK;
/* Is the file a database of Cadre's; an empty one becomes one when create is set. */
enum rc sqlite_claim(sqlite3 *conn, const char *path, bool create, struct err *e) MUST_CHECK;
/* A db around its own connection. */
enum rc sqlite_db_open(struct sqlite_store *s, struct sqlite_db **out, struct err *e) MUST_CHECK;
void sqlite_db_close(struct sqlite_db *d);
/* The first column of the first row of sql as an integer; fallback when there is none or it fails. */
int64_t sqlite_int(sqlite3 *conn, const char *sql, int64_t fallback);

/* sqlite_write.c */
struct writer *writer_new(struct sqlite_store *s);
void writer_free(struct writer *w); /* finishes what is queued */
enum rc writer_run(struct writer *w, write_fn *fn, void *arg, bool bulk, struct err *e);
enum rc writer_reserve_ids(struct writer *w);
bool writer_is_self(struct writer *w);

/* sqlite_log.c */
struct log_keeper;
/* Takes the place of SQLite's own care for the log of the writer's connection, which must outlive it. */
struct log_keeper *log_keeper_new(struct sqlite_store *s, sqlite3 *writer);
void log_keeper_free(struct log_keeper *k); /* NULL allowed */
/* After a commit, outside a transaction: sees to it that a log that is full is copied back, and soon begun anew. */
void log_keeper_tend(struct log_keeper *k);

/* sqlite_admin.c */
enum rc sqlite_maintain(struct store *s, struct maintenance **out, struct err *e);
void sqlite_maintain_end(struct maintenance *m);
enum rc sqlite_exec(struct maintenance *m, const char *sql, struct err *e);
enum rc sqlite_query(struct maintenance *m, const char *sql, text_row_fn *row, void *arg, struct err *e);
enum rc sqlite_backup(struct store *s, const char *path, store_progress *progress, void *arg, struct err *e);
enum rc sqlite_restore(struct store *s, const char *path, int version, store_progress *progress, void *arg,
                       struct err *e);
enum rc sqlite_check(struct store *s, problem_fn *problem, void *arg, struct err *e);

#endif
