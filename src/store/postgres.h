/* The PostgreSQL engine's own structs, shared by its files: postgres.c (connections and statements), postgres_write.c
 * (closures and pipelines), postgres_admin.c (migration and check), postgres_copy.c (backup and restore). */
#ifndef CADRE_STORE_POSTGRES_H
#define CADRE_STORE_POSTGRES_H

#include "store/internal.h"

#include <libpq-fe.h>

struct stream;

struct pg_store {
    struct store base;
    char *url;
    pthread_mutex_t ids_lock;
};

struct pg_db {
    struct db base;
    PGconn *conn;                      /* NULL until connected again */
    const struct statement **prepared; /* by index, on this connection */
    size_t prepared_size;
    struct stream *stream;      /* rows that are still arriving */
    bool broken;                /* to be connected again at the next use */
    bool passing, unique; /* how a statement of the closure failed; passing: run again it may go through */
    int pipelined;              /* commands since the last synchronisation */
    bool pipeline_prepared;     /* one of them prepares a statement */
};

static inline struct pg_db *pg_of(struct db *db)
{
    return (struct pg_db *)db;
}

static inline struct pg_store *pg_store_of(struct store *s)
{
    return (struct pg_store *)s;
}

/* Connects and runs the settings (SQL) of the session. RC_BUSY when there is no connection, RC_INVALID when the server
 * or database cannot serve. */
enum rc pg_open_conn(const char *url, const char *settings, PGconn **out, struct err *e) MUST_CHECK;
extern const char pg_settings_maintenance[];

/* What an SQLSTATE means to Cadre; NULL: the connection. */
enum rc pg_rc(const char *state);
/* Notes, logs and maps a failed result of d (freed here; NULL: the connection failed). */
enum rc pg_failed(struct pg_db *d, const char *statement, PGresult *res);
/* Runs a command without parameters; true when it succeeded. */
bool pg_command(PGconn *conn, const char *sql);
/* Fills e from a failed result, which is freed. */
enum rc pg_err(PGconn *conn, PGresult *res, struct err *e);

/* A connection that is thought to work; connects again where it is known not to. */
enum rc pg_ready(struct pg_db *d) MUST_CHECK;
/* Begins a transaction outside any; connects again once when the connection turns out to be lost. */
enum rc pg_begin(struct pg_db *d, const char *sql) MUST_CHECK;

/* A statement's parameters as libpq wants them. */
struct pg_params {
    const char *values[UINT8_MAX];
    int lengths[UINT8_MAX];
    int formats[UINT8_MAX];
    uint64_t numbers[UINT8_MAX]; /* in network order */
};
void pg_bind(struct pg_params *p, const struct statement *st, const struct value *params);
/* Is st prepared on this connection? Marks it as such. name is what it is called there. */
bool pg_was_prepared(struct pg_db *d, const struct statement *st, char name[16]);
void pg_param_oids(const struct statement *st, Oid oids[UINT8_MAX]);

/* postgres_write.c */
enum rc pg_write(struct db *db, write_fn *fn, void *arg, bool bulk, struct err *e);
void pg_pipeline_begin(struct db *tx);
enum rc pg_pipeline_send(struct pg_db *d, const struct statement *st, const struct value *params);
enum rc pg_pipeline_end(struct db *tx);

/* postgres_admin.c */
enum rc pg_maintain(struct store *s, struct maintenance **out, struct err *e);
void pg_maintain_end(struct maintenance *m);
enum rc pg_exec(struct maintenance *m, const char *sql, struct err *e);
enum rc pg_query(struct maintenance *m, const char *sql, text_row_fn *row, void *arg, struct err *e);
enum rc pg_reserve_ids(struct db *db);
enum rc pg_check(struct store *s, problem_fn *problem, void *arg, struct err *e);

/* postgres_copy.c */
enum rc pg_backup(struct store *s, const char *path, store_progress *progress, void *arg, struct err *e);
enum rc pg_restore(struct store *s, const char *path, int version, store_progress *progress, void *arg, struct err *e);

#endif
