/* The database: one SQL text on two engines. A store is one database (a SQLite file or a postgresql:// address); a db is one
 * connection to it, used by one thread at a time. Reading happens on a thread's own db. Writing happens only inside a
 * closure given to store_write: on SQLite one writer thread commits many closures together, each in a savepoint; on
 * PostgreSQL the closure runs SERIALIZABLE on the caller's connection and is run again on a serialization failure, or while
 * the server has no room for more locks. So a closure decides only on what it reads through the db it is given, and has no
 * other effect than its writes and *arg, which it sets afresh at each run.
 *
 * Statements are never written here: tools/sqlgen reads *.sql beside each capability and generates gen/<path>_sql.h with
 *     enum rc sql_NAME(struct db *db, struct arena *a, <inputs>, <output>);
 * for  -- name: NAME :one | :many | :each | :exec
 *   :one   fills struct row_NAME; RC_NOT_FOUND when there is no row
 *   :many  fills struct rows_NAME {struct row_NAME *v; size_t n;}, in the arena
 *   :each  calls enum rc fn(void *arg, const struct row_NAME *row) for each row as it arrives; texts live for the call
 *   :exec  db_changes(db) tells how many rows it changed
 * Errors: RC_CONFLICT (a unique or foreign key or CHECK says no), RC_BUSY, RC_INTERNAL (logged). */
#ifndef CADRE_STORE_STORE_H
#define CADRE_STORE_STORE_H

#include "base/err.h"

struct store;
struct db;

enum engine { ENGINE_SQLITE, ENGINE_POSTGRES };

struct store_options {
    bool create;    /* SQLite: make the file when it is not there */
    int max_group;  /* closures in one commit; 0: 256 */
};

/* url: a file path, "file:..." or "postgresql://...". Does not migrate. The store is freed by store_close, after every db
 * of it. Errors: RC_NOT_FOUND (no such file), RC_INVALID (not a database of Cadre), RC_BUSY (no connection). */
enum rc store_open(const char *url, struct store_options options, struct store **out, struct err *e) MUST_CHECK;
void store_close(struct store *s);
enum engine store_engine(const struct store *s);

/* Brings the schema up to this binary's. from and to (NULL allowed) tell the versions. RC_CONFLICT when the database is
 * newer than the binary: nothing is changed. Several processes may call it at once. */
enum rc store_migrate(struct store *s, int *from, int *to, struct err *e) MUST_CHECK;
/* The version of the database and of this binary, without changing either. */
enum rc store_version(struct store *s, int *database, int *binary, struct err *e) MUST_CHECK;

/* A connection for the calling thread. It refuses writes outside store_write. */
enum rc store_connect(struct store *s, struct db **out, struct err *e) MUST_CHECK;
void db_close(struct db *db);
struct store *db_store(struct db *db);

/* Runs fn in a transaction and returns when what it wrote is durable. fn's failure undoes fn's writes alone and is
 * returned, with e filled by fn. The first statement that fails fails the closure: those after it return the same code, and
 * nothing is written even when fn returns RC_OK (use ON CONFLICT to try something). RC_NOT_FOUND of a :one is no failure.
 * Not inside a closure, nor between db_snapshot_begin and _end. On SQLite fn runs on another thread: arg must not hold anything bound to the calling
 * thread but plain memory, which the caller leaves alone until this returns. */
typedef enum rc write_fn(struct db *tx, void *arg, struct err *e);
enum rc store_write(struct db *db, write_fn *fn, void *arg, struct err *e) MUST_CHECK;
/* The same for bulk loads on the command line and in jobs (import, demo, restore): alone in its transaction and with no
 * time limit. */
enum rc store_write_bulk(struct db *db, write_fn *fn, void *arg, struct err *e) MUST_CHECK;
/* Inside a closure: between these two, :exec statements are sent without waiting for their answers (PostgreSQL pipeline;
 * a no-op on SQLite). db_changes is not known in between; the first failure is returned by the end. No :one or :many. */
void db_pipeline_begin(struct db *tx);
enum rc db_pipeline_end(struct db *tx) MUST_CHECK;

/* A new key: unique in the database for all time, never 0, below 2^53. */
int64_t db_new_id(struct db *db);
/* A key that tells nothing about order or number: for people. */
int64_t db_new_opaque_id(struct db *db);
/* Random bytes for names that no two things may share, and that are no secret. */
void db_draw(struct db *db, void *bytes, size_t count);
/* For the demo alone, before anything is drawn: from here on db_new_opaque_id and db_draw of this store follow from a seed, so that the same
 * writes, made one after the other, get the same keys. Whoever knows the seed can guess them. */
void store_draw_from(struct store *s, uint64_t seed);
/* Rows changed by the last :exec on this connection. */
int64_t db_changes(const struct db *db);

/* Rows seen by several reads agree with each other between these two. */
enum rc db_snapshot_begin(struct db *db) MUST_CHECK;
void db_snapshot_end(struct db *db);
/* Many reads in a row: from the first of them until the end, or until this connection writes, they may share one
 * snapshot, where that is cheaper than one for each (SQLite: the file is locked once and not for each statement). */
void db_reads_begin(struct db *db);
void db_reads_end(struct db *db);

/* Copies the whole database, as one consistent snapshot and while others write, into a new SQLite file at path, whatever
 * the engine; progress (NULL allowed) is called with rows done and the estimated total. The file appears whole or not at
 * all. RC_CONFLICT when path exists. */
typedef void store_progress(void *arg, int64_t done, int64_t total);
enum rc store_backup(struct store *s, const char *path, store_progress *progress, void *arg, struct err *e) MUST_CHECK;
/* Fills an empty database of the same or an older schema version from such a file, then migrates. RC_CONFLICT when s is
 * not empty. Also the way from SQLite to PostgreSQL. */
enum rc store_restore(struct store *s, const char *path, store_progress *progress, void *arg, struct err *e) MUST_CHECK;
/* Integrity: engine's own check, foreign keys, schema version. Messages go to fn, one a problem; RC_CONFLICT when any. */
enum rc store_check(struct store *s, void (*problem)(void *arg, struct str text), void *arg, struct err *e) MUST_CHECK;

/* For /metrics: counts since start. */
struct store_stats {
    int64_t commits, closures, retries, failures;
    int64_t commit_us; /* total microseconds spent in commits */
    int64_t queued;    /* closures waiting now */
    int64_t statements; /* of SQL that were run, reading and writing */
};
struct store_stats store_stats(struct store *s);

#endif
