/* Closures on PostgreSQL: on the caller's connection, SERIALIZABLE, run again when the engine says that another
 * transaction came between, or that it has no room for locks. A pipeline sends commands without waiting for each answer. What always holds: RC_OK means
 * that the answer to COMMIT was read; a closure whose COMMIT got no answer is RC_BUSY, and may be in the database all
 * the same. */
#include "store/postgres.h"

#include <sys/random.h>

#include "base/clock.h"
#include "base/log.h"

#define RETRY_FOR_US 10000000u /* a closure is tried for ten seconds ... */
#define RETRY_AT_LEAST 10      /* ... and at least so often */
#define PIPELINE_SYNC 256      /* commands between two looks at the answers */

/* ---- pipelines ------------------------------------------------------------------------------------------------------
 */

void pg_pipeline_begin(struct db *tx)
{
    struct pg_db *d = pg_of(tx);
    d->pipelined = 0;
    d->pipeline_prepared = false;
    if (pg_ready(d) == RC_OK && PQenterPipelineMode(d->conn) == 0)
        (void)!pg_failed(d, "pipeline", NULL);
}

/* Reads the answers up to the synchronisation point; the first failure counts, what follows it was skipped. */
static enum rc read_answers(struct pg_db *d)
{
    enum rc rc = RC_OK;
    d->pipelined = 0;
    for (int nulls = 0;;) {
        PGresult *res = PQgetResult(d->conn);
        ExecStatusType status = PQresultStatus(res);
        if (res == NULL && PQstatus(d->conn) != CONNECTION_BAD && nulls++ == 0)
            continue; /* between two commands */
        if (res == NULL) {
            d->broken = true;
            return pg_failed(d, "pipeline", NULL);
        }
        nulls = 0;
        if (status == PGRES_FATAL_ERROR && rc == RC_OK)
            rc = pg_failed(d, "pipeline", res);
        else
            PQclear(res);
        if (status == PGRES_PIPELINE_SYNC)
            break;
        if (PQstatus(d->conn) == CONNECTION_BAD)
            return rc != RC_OK ? rc : pg_failed(d, "pipeline", NULL);
    }
    /* Was a skipped command the one that prepares a statement? Nobody knows: begin with a new connection. */
    if (rc != RC_OK && d->pipeline_prepared)
        d->broken = true;
    d->pipeline_prepared = false;
    return rc;
}

enum rc pg_pipeline_send(struct pg_db *d, const struct statement *st, const struct value *params)
{
    struct pg_params p;
    char name[16];
    TRY(pg_ready(d));
    if (!pg_was_prepared(d, st, name)) {
        Oid oids[UINT8_MAX];
        pg_param_oids(st, oids);
        d->pipeline_prepared = true;
        if (PQsendPrepare(d->conn, name, st->sql, st->param_count, oids) == 0)
            return pg_failed(d, st->name, NULL);
    }
    pg_bind(&p, st, params);
    if (PQsendQueryPrepared(d->conn, name, st->param_count, p.values, p.lengths, p.formats, 1) == 0)
        return pg_failed(d, st->name, NULL);
    if (++d->pipelined < PIPELINE_SYNC)
        return RC_OK;
    if (PQpipelineSync(d->conn) == 0)
        return pg_failed(d, st->name, NULL);
    return read_answers(d);
}

enum rc pg_pipeline_end(struct db *tx)
{
    struct pg_db *d = pg_of(tx);
    if (d->conn == NULL || PQpipelineStatus(d->conn) == PQ_PIPELINE_OFF)
        return tx->failed;
    if (PQstatus(d->conn) == CONNECTION_BAD || PQpipelineSync(d->conn) == 0)
        return pg_failed(d, "pipeline", NULL);
    enum rc rc = read_answers(d);
    if (PQexitPipelineMode(d->conn) == 0)
        d->broken = true;
    return rc;
}

/* ---- closures -------------------------------------------------------------------------------------------------------
 */

/* Sends COMMIT and reads its answer. */
static enum rc commit(struct pg_db *d)
{
    struct store *s = d->base.store;
    uint64_t from = clock_steady_us();
    PGresult *res = PQexec(d->conn, "COMMIT");
    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        return pg_failed(d, "commit", res);
    bool undone = strcmp(PQcmdStatus(res), "COMMIT") != 0; /* a failed transaction is rolled back in silence */
    PQclear(res);
    if (undone)
        return RC_INTERNAL;
    atomic_fetch_add(&s->commits, 1);
    atomic_fetch_add(&s->commit_us, (int64_t)(clock_steady_us() - from));
    return RC_OK;
}

static void rollback(struct pg_db *d)
{
    if (!d->broken && PQtransactionStatus(d->conn) != PQTRANS_IDLE && !pg_command(d->conn, "ROLLBACK"))
        d->broken = true;
}

/* Up to a random part of 1, 2, 4 ... 64 ms. */
static void pause_before(int attempt)
{
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        random = (uint32_t)clock_steady_us();
    uint32_t limit_us = 1000u << (attempt < 6 ? attempt : 6);
    struct timespec t = {.tv_nsec = (long)(random % limit_us) * 1000};
    nanosleep(&t, NULL);
}

/* One run of the closure; committed tells that COMMIT was sent. */
static enum rc run_closure(struct pg_db *d, write_fn *fn, void *arg, bool bulk, bool *committed, struct err *e)
{
    static const char page[] = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE";
    static const char load[] = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE; SET LOCAL statement_timeout = 0";
    *committed = false;
    *e = (struct err){0};
    d->passing = d->unique = false;
    TRY(pg_begin(d, bulk ? load : page));
    closure_begin(&d->base);
    enum rc rc = closure_end(&d->base, fn(&d->base, arg, e), e);
    if (rc == RC_OK) {
        *committed = true;
        rc = commit(d);
    }
    if (rc != RC_OK)
        rollback(d);
    return rc;
}

enum rc pg_write(struct db *db, write_fn *fn, void *arg, bool bulk, struct err *e)
{
    struct pg_db *d = pg_of(db);
    uint64_t from = clock_steady_us();
    bool unique_again = false, lost_again = false;
    ASSERT(d->stream == NULL); /* not while rows of a read are arriving */
    for (int attempt = 0;; attempt++) {
        bool committed, again = false;
        enum rc rc = run_closure(d, fn, arg, bulk, &committed, e);
        if (rc == RC_OK)
            return RC_OK;
        if (d->passing) {
            again = attempt + 1 < RETRY_AT_LEAST || clock_steady_us() - from < RETRY_FOR_US;
        } else if (d->broken && rc == RC_BUSY && !committed) {
            again = !lost_again; /* the server undid it: nothing was said yet */
            lost_again = true;
        } else if (d->unique) {
            /* Under SERIALIZABLE a key may turn out to be taken by a transaction that the closure could not see: the
             * second run sees it and can say so in its own words. */
            again = !unique_again;
            unique_again = true;
        }
        if (!again) {
            if (d->passing)
                rc = RC_BUSY;
            return e->rc == rc ? rc : err_set(e, rc, 0, NULL);
        }
        atomic_fetch_add(&db->store->retries, 1);
        pause_before(attempt);
    }
}
