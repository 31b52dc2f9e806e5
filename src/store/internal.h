/* What the two engines have in common, for src/store alone. An engine is a table of functions; its store and its db
 * begin with the structs here. store.c calls through the table, so that no other file asks which engine it is. */
#ifndef CADRE_STORE_INTERNAL_H
#define CADRE_STORE_INTERNAL_H

#include "store/migrate.h"
#include "store/statement.h"

#include <pthread.h>
#include <stdatomic.h>

typedef enum rc row_fn(void *arg, const struct value *values);
/* A row of a query of src/store's own: texts[i] is NULL for NULL. */
typedef enum rc text_row_fn(void *arg, const char *const *texts);
typedef void problem_fn(void *arg, struct str text);

/* A connection for migration, check and copy: may change the schema, has no time limit. One of the two is set. */
struct maintenance {
    struct sqlite3 *lite;
    struct pg_conn *pg;
};

struct engine_ops {
    enum engine engine;
    enum rc (*open)(const char *url, struct store_options options, struct store **out, struct err *e);
    void (*close)(struct store *s);
    enum rc (*connect)(struct store *s, struct db **out, struct err *e);
    void (*disconnect)(struct db *db);
    /* stream: rows are handed on as they arrive, in constant memory. A failure goes through db_fail. */
    enum rc (*run)(struct db *db, const struct statement *st, const struct value *params, bool stream, row_fn *row,
                   void *arg);
    enum rc (*write)(struct db *db, write_fn *fn, void *arg, bool bulk, struct err *e);
    enum rc (*snapshot_begin)(struct db *db);
    void (*snapshot_end)(struct db *db);
    /* What many reads share; NULL: nothing. False when there is nothing to end. */
    bool (*reads_begin)(struct db *db);
    void (*reads_end)(struct db *db);
    void (*pipeline_begin)(struct db *tx);
    enum rc (*pipeline_end)(struct db *tx);
    /* Reserves a block of ids durably and calls ids_install; not inside a closure's transaction. */
    enum rc (*reserve_ids)(struct db *db);

    enum rc (*maintain)(struct store *s, struct maintenance **out, struct err *e);
    void (*maintain_end)(struct maintenance *m);
    /* One statement, or several. */
    enum rc (*exec)(struct maintenance *m, const char *sql, struct err *e);
    enum rc (*query)(struct maintenance *m, const char *sql, text_row_fn *row, void *arg, struct err *e);
    const char *begin_exclusive;    /* no other process migrates until the end of the transaction */
    const char *begin_snapshot;     /* reads that agree with each other */
    const char *table_exists;       /* one row when there is a table called %s */
    const char *count_tables;       /* how many tables there are, sqlite_% and schema_version apart */
    const char *check_foreign_keys; /* before a migration's commit; rows are violations. NULL: the engine sees to it */

    enum rc (*backup)(struct store *s, const char *path, store_progress *progress, void *arg, struct err *e);
    enum rc (*restore)(struct store *s, const char *path, int version, store_progress *progress, void *arg,
                       struct err *e);
    enum rc (*check)(struct store *s, problem_fn *problem, void *arg, struct err *e);
};

extern const struct engine_ops sqlite_ops, postgres_ops;

struct store {
    const struct engine_ops *ops;
    struct store_options options;
    const struct migration *migrations;
    size_t migration_count;
    struct arena *arena;     /* for what lives as long as the store */
    _Atomic int64_t id_next; /* see ids.c */
    bool drawn;              /* store_draw_from: what is drawn follows from a seed; else from the system */
    _Atomic uint64_t draw;   /* the state it has come to */
    _Atomic int64_t commits, closures, retries, failures, commit_us, queued, statements;
    _Atomic int open_dbs;
};

struct db {
    struct store *store;
    int64_t changes;
    int snapshots; /* nested db_snapshot_begin calls */
    bool reading;  /* between reads_begin and reads_end of the engine */
    bool in_closure;
    bool in_pipeline;
    enum rc failed; /* of the closure's first failing statement: on both engines the closure has failed then */
};

/* The shared beginning and end of a store and a db. */
void store_init(struct store *s, const struct engine_ops *ops, struct store_options options);
void store_release(struct store *s);

/* Notes that a statement of db failed; returns rc. */
enum rc db_fail(struct db *db, enum rc rc);
/* Gets db ready for a closure; gives the closure's result from what fn returned and what its statements did. */
void closure_begin(struct db *db);
enum rc closure_end(struct db *db, enum rc fn_rc, struct err *e);

/* ids.c */
#define ID_BLOCK (INT64_C(1) << 28)
#define ID_RESERVE_SQL                                                                                                 \
    "INSERT INTO id_block(one, next) VALUES (1, 268435456) ON CONFLICT (one) DO UPDATE"                                \
    " SET next = ((id_block.next + 268435455) / 268435456 + 1) * 268435456 RETURNING next"
/* next is what ID_RESERVE_SQL returned: the end of the block that is now this process's own. */
enum rc ids_install(struct store *s, int64_t next);
void ids_forget(struct store *s);    /* after a restore: the block belonged to the database that was */
bool ids_low(const struct store *s); /* no block, or half of it used */

/* files.c: making a file that appears whole or not at all. */
struct new_file {
    char path[4096]; /* the temporary name */
    const char *final;
};
enum rc new_file_begin(struct new_file *f, const char *path,
                       struct err *e) MUST_CHECK; /* RC_CONFLICT when path exists */
enum rc new_file_commit(struct new_file *f, struct err *e) MUST_CHECK;
void new_file_abandon(struct new_file *f);

/* restore.c: what both ways of copying need. Opens a backup for reading: RC_NOT_FOUND, RC_INVALID. */
enum rc backup_open(const char *path, struct sqlite3 **out, struct err *e) MUST_CHECK;

/* The ordinary tables of a SQLite file, with their columns; those that only SQLite has (of full-text search) are left
 * out. */
struct copy_column {
    struct str name;
    enum column_type type;
};
struct copy_table {
    struct str name;
    struct copy_column *columns;
    int column_count;
};
enum rc copy_tables(struct sqlite3 *conn, struct arena *a, struct copy_table **out, size_t *count,
                    struct err *e) MUST_CHECK;
/* "a", "b", "c" */
struct str copy_column_list(struct arena *a, const struct copy_table *t);

#endif
