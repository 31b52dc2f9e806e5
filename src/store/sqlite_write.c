/* The writer of a SQLite store: one thread that runs every closure. It takes all that queued up while the last commit
 * ran, opens one transaction, runs them one after the other, commits once, and wakes each waiter with its own result.
 * What always holds: a waiter hears RC_OK only after the commit that holds its rows; a closure that fails takes nobody
 * along; a closure may be run more than once (store.h says so), because an interrupted write makes SQLite undo the
 * whole transaction, which is then begun again without the slow one.
 *
 * A savepoint for each closure would cost as much as a small write: SQLite keeps a copy of every page that changes behind it.
 * Hardly a closure fails after it has written, so they run without; when one does, the transaction is undone and run again with
 * savepoints, as are the groups that follow for a while. */
#include "store/sqlite.h"

#include <errno.h>
#include <semaphore.h>

#include "base/clock.h"
#include "base/log.h"

#define SLOW_US 250000u   /* a closure in company is interrupted after this */
#define CAREFUL_GROUPS 64 /* groups with savepoints after a closure failed that had written */
#define PROGRESS_OPS 2000 /* virtual machine steps between two looks at the clock */

struct job {
    struct job *next;
    write_fn *fn; /* NULL: reserve ids */
    void *arg;
    struct err *e;
    enum rc rc;
    bool bulk;
    bool alone;     /* was too slow in company: comes after the group */
    sem_t finished; /* posted once rc and *e are set; the waiter's stack holds the job, so nothing touches it after */
};

enum command { BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO, COMMANDS };
static const char *const command_texts[COMMANDS] = {
    "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "SAVEPOINT closure", "RELEASE closure", "ROLLBACK TO closure",
};

struct writer {
    struct sqlite_store *store;
    pthread_mutex_t lock;
    pthread_cond_t wanted;
    struct job *first, *last;
    bool started, stop;
    pthread_t thread;
    /* of the thread alone: */
    struct sqlite_db *db;
    struct log_keeper *log;
    bool roomy; /* its cache is that for bulk */
    sqlite3_stmt *commands[COMMANDS];
    struct job **group;
    size_t group_count;
    int careful; /* groups to come whose closures get savepoints */
};

/* ---- the transaction ------------------------------------------------------------------------------------------------
 */

static int command(struct writer *w, enum command c)
{
    sqlite3_stmt *q = w->commands[c];
    sqlite3_step(q);
    return sqlite3_reset(q);
}

static bool in_transaction(const struct writer *w)
{
    return sqlite3_get_autocommit(w->db->conn) == 0;
}

static void rollback(struct writer *w)
{
    if (in_transaction(w) && command(w, ROLLBACK) != SQLITE_OK)
        log_event(LOG_ERROR, "store.rollback", "code=%d", sqlite3_extended_errcode(w->db->conn));
}

static int on_progress(void *arg)
{
    struct sqlite_db *d = arg;
    if (d->deadline == 0 || clock_steady_us() < d->deadline)
        return 0;
    d->interrupted = true;
    return 1;
}

/* With CADRE_STORE_TWICE set a debug build runs each closure and undoes it before it runs it in earnest: one that does not
 * bear that, as a slow neighbour or a serialization failure may ask of it at any time, fails its test. */
static void rehearse(struct writer *w, struct job *job)
{
#ifndef NDEBUG
    struct store *s = w->db->base.store;
    uint64_t draw = atomic_load(&s->draw);
    int64_t next = atomic_load(&s->id_next);
    if (getenv("CADRE_STORE_TWICE") == NULL || command(w, SAVEPOINT) != SQLITE_OK)
        return;
    (void)closure_end(&w->db->base, job->fn(&w->db->base, job->arg, job->e), job->e);
    ASSERT(command(w, ROLLBACK_TO) == SQLITE_OK && command(w, RELEASE) == SQLITE_OK);
    *job->e = (struct err){0};
    if (s->drawn) { /* a demo made so has the keys of any other; it alone asks for keys */
        atomic_store(&s->draw, draw);
        atomic_store(&s->id_next, next);
    }
    closure_begin(&w->db->base);
#else
    (void)w, (void)job;
#endif
}

enum outcome {
    RAN,   /* and its failure, when it failed, left nothing behind */
    LOST,  /* the whole transaction is gone; job->alone tells whether the closure was interrupted */
    AGAIN, /* the transaction was undone, since what the closure wrote could not be undone alone */
};

/* What a closure that failed among others has written goes. */
static enum outcome undo_job(struct writer *w, bool saved, bool wrote)
{
    if (saved)
        return command(w, ROLLBACK_TO) == SQLITE_OK && command(w, RELEASE) == SQLITE_OK ? RAN : LOST;
    if (!wrote)
        return RAN;
    rollback(w);
    w->careful = CAREFUL_GROUPS;
    return AGAIN;
}

/* Runs one closure, and undoes it alone when it failed. company: others share the transaction, so it has a time limit. */
static enum outcome run_job(struct writer *w, struct job *job, bool company)
{
    struct sqlite_db *d = w->db;
    bool saved = company && w->careful != 0;
    if (saved && command(w, SAVEPOINT) != SQLITE_OK)
        return LOST;
    *job->e = (struct err){0};
    closure_begin(&d->base);
    d->interrupted = false;
    rehearse(w, job);
    int64_t changes = sqlite3_total_changes64(d->conn);
    d->deadline = company ? clock_steady_us() + SLOW_US : 0;
    job->rc = closure_end(&d->base, job->fn(&d->base, job->arg, job->e), job->e);
    d->deadline = 0;
    job->alone = d->interrupted;
    d->interrupted = false;
    if (!in_transaction(w))
        return LOST;
    if (job->rc == RC_OK)
        return !saved || command(w, RELEASE) == SQLITE_OK ? RAN : LOST;
    if (company)
        return undo_job(w, saved, sqlite3_total_changes64(d->conn) != changes);
    rollback(w);
    return RAN;
}

/* Nothing of the group was written: those whose closure said nothing worse hear rc. */
static void fail_group(struct writer *w, enum rc rc, const char *what)
{
    log_event(rc == RC_CONFLICT ? LOG_DEBUG : LOG_ERROR, "store.commit", "step=%s code=%d what=\"%s\" closures=%zu",
              what, sqlite3_extended_errcode(w->db->conn), sqlite3_errmsg(w->db->conn), w->group_count);
    rollback(w);
    for (size_t i = 0; i < w->group_count; i++) {
        struct job *job = w->group[i];
        if (job->rc == RC_OK) {
            job->rc = rc;
            err_set(job->e, rc, 0, NULL);
        }
        job->alone = false;
    }
}

/* Runs what of the group is not marked alone. False when the transaction was lost to a slow closure, which is marked
 * now, or undone to be careful: the rest is to be run again. */
static bool run_closures(struct writer *w, bool company, bool *failed)
{
    for (size_t i = 0; i < w->group_count; i++) {
        struct job *job = w->group[i];
        enum outcome outcome = job->alone ? RAN : run_job(w, job, company);
        if (outcome == RAN)
            continue;
        if (outcome == AGAIN || job->alone)
            return false;
        enum rc rc = sqlite_rc(sqlite3_extended_errcode(w->db->conn));
        fail_group(w, rc == RC_BUSY ? RC_BUSY : RC_INTERNAL, "closure");
        *failed = true;
        return true;
    }
    return true;
}

static void commit(struct writer *w)
{
    struct store *s = &w->store->base;
    uint64_t from = clock_steady_us();
    int code = command(w, COMMIT);
    uint64_t took = clock_steady_us() - from;
    if (code == SQLITE_OK) {
        atomic_fetch_add(&s->commits, 1);
        atomic_fetch_add(&s->commit_us, (int64_t)took);
        return;
    }
    if (sqlite_rc(code) == RC_CONFLICT && w->group_count > 1) {
        /* A deferred constraint of one of them: alone each hears what is its own. */
        rollback(w);
        for (size_t i = 0; i < w->group_count; i++)
            w->group[i]->alone = true;
        return;
    }
    fail_group(w, sqlite_rc(code), "commit");
}

static void run_group(struct writer *w)
{
    bool company = w->group_count > 1, failed = false;
    for (size_t i = 0; i < w->group_count; i++) {
        w->group[i]->rc = RC_OK;
        w->group[i]->alone = false;
    }
    for (;;) {
        if (command(w, BEGIN) != SQLITE_OK) {
            fail_group(w, sqlite_rc(sqlite3_extended_errcode(w->db->conn)), "begin");
            return;
        }
        if (run_closures(w, company, &failed))
            break;
        atomic_fetch_add(&w->store->base.retries, 1);
    }
    w->careful -= w->careful > 0;
    if (!failed && in_transaction(w))
        commit(w);
}

/* ---- the queue ------------------------------------------------------------------------------------------------------
 */

/* Wakes those of the group that are not to be run alone, which move to its front; returns how many these are. */
static size_t finish_group(struct writer *w)
{
    size_t late = 0;
    for (size_t i = 0; i < w->group_count; i++) {
        struct job *job = w->group[i];
        if (job->alone)
            w->group[late++] = job;
        else
            sem_post(&job->finished);
    }
    return late;
}

static void reserve(struct writer *w)
{
    sqlite3_stmt *q;
    sqlite3 *conn = w->db->conn;
    if (sqlite3_prepare_v2(conn, ID_RESERVE_SQL, -1, &q, NULL) != SQLITE_OK) {
        log_event(LOG_DEBUG, "store.ids", "what=\"%s\"", sqlite3_errmsg(conn)); /* not migrated yet */
        return;
    }
    int64_t next = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
    /* Durable only when the statement has ended, and only then is the block this process's own. */
    if (next != 0 && sqlite3_step(q) == SQLITE_DONE && sqlite3_reset(q) == SQLITE_OK)
        (void)!ids_install(&w->store->base, next);
    else
        log_event(LOG_WARN, "store.ids", "code=%d", sqlite3_extended_errcode(conn));
    sqlite3_finalize(q);
}

/* Takes what is queued, at most max_group and a bulk closure alone. Called with the lock held. */
static void take_group(struct writer *w)
{
    size_t max = (size_t)w->store->base.options.max_group;
    w->group_count = 0;
    while (w->first != NULL && w->group_count < max) {
        struct job *job = w->first;
        bool solitary = job->bulk || job->fn == NULL;
        if (solitary && w->group_count != 0)
            break;
        w->first = job->next;
        if (w->first == NULL)
            w->last = NULL;
        w->group[w->group_count++] = job;
        if (solitary)
            break;
    }
    atomic_fetch_sub(&w->store->base.queued, (int64_t)w->group_count);
}

/* Bulk touches pages all over the file; with the small cache each would be written and read many times. */
static void make_room(struct writer *w, bool bulk)
{
    if (bulk == w->roomy)
        return;
    sqlite3_exec(w->db->conn, bulk ? "PRAGMA cache_size = -65536" : "PRAGMA cache_size = -4096; PRAGMA shrink_memory", NULL, NULL, NULL);
    w->roomy = bulk;
}

static void serve_group(struct writer *w)
{
    if (ids_low(&w->store->base))
        reserve(w);
    if (w->group[0]->fn == NULL) {
        w->group[0]->rc = ids_low(&w->store->base) ? RC_BUSY : RC_OK;
        finish_group(w);
        return;
    }
    make_room(w, w->group[0]->bulk);
    run_group(w);
    size_t late = finish_group(w);
    for (size_t i = 0; i < late; i++) {
        w->group[0] = w->group[i];
        w->group_count = 1;
        run_group(w);
        finish_group(w);
    }
    log_keeper_tend(w->log);
}

static void *writer_main(void *arg)
{
    struct writer *w = arg;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (w->first == NULL && !w->stop)
            pthread_cond_wait(&w->wanted, &w->lock);
        if (w->first == NULL)
            break;
        take_group(w);
        pthread_mutex_unlock(&w->lock);
        serve_group(w);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* ---- beginning and end ----------------------------------------------------------------------------------------------
 */

struct writer *writer_new(struct sqlite_store *s)
{
    struct writer *w = calloc(1, sizeof *w);
    ASSERT(w != NULL);
    w->store = s;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wanted, NULL);
    return w;
}

static enum rc open_writer_db(struct writer *w, struct err *e)
{
    TRY(sqlite_db_open(w->store, &w->db, e));
    sqlite3 *conn = w->db->conn;
    sqlite3_exec(conn, "PRAGMA cache_size = -4096", NULL, NULL, NULL);
    sqlite3_progress_handler(conn, PROGRESS_OPS, on_progress, w->db);
    for (int c = 0; c < COMMANDS; c++)
        if (sqlite3_prepare_v3(conn, command_texts[c], -1, SQLITE_PREPARE_PERSISTENT, &w->commands[c], NULL) !=
            SQLITE_OK)
            return sqlite_err(conn, command_texts[c], e);
    w->log = log_keeper_new(w->store, conn);
    return RC_OK;
}

static void close_writer_db(struct writer *w)
{
    log_keeper_free(w->log);
    w->log = NULL;
    for (int c = 0; c < COMMANDS; c++) {
        sqlite3_finalize(w->commands[c]);
        w->commands[c] = NULL;
    }
    if (w->db != NULL)
        sqlite_db_close(w->db);
    w->db = NULL;
}

/* The thread starts with the first write: a verb that only reads needs none. Called with the lock held. */
static enum rc start(struct writer *w, struct err *e)
{
    if (w->started)
        return RC_OK;
    enum rc rc = open_writer_db(w, e);
    w->group = calloc((size_t)w->store->base.options.max_group, sizeof(struct job *));
    ASSERT(w->group != NULL);
    if (rc == RC_OK && pthread_create(&w->thread, NULL, writer_main, w) != 0)
        rc = err_set(e, RC_BUSY, 0, "no thread for the writer");
    w->started = rc == RC_OK;
    if (!w->started) {
        close_writer_db(w);
        free(w->group);
        w->group = NULL;
    }
    return rc;
}

void writer_free(struct writer *w)
{
    if (w->started) {
        pthread_mutex_lock(&w->lock);
        w->stop = true;
        pthread_cond_signal(&w->wanted);
        pthread_mutex_unlock(&w->lock);
        pthread_join(w->thread, NULL);
        close_writer_db(w);
        free(w->group);
    }
    pthread_cond_destroy(&w->wanted);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

bool writer_is_self(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    bool self = w->started && pthread_equal(pthread_self(), w->thread) != 0;
    pthread_mutex_unlock(&w->lock);
    return self;
}

static enum rc submit(struct writer *w, struct job *job)
{
    pthread_mutex_lock(&w->lock);
    enum rc rc = start(w, job->e);
    if (rc != RC_OK) {
        pthread_mutex_unlock(&w->lock);
        return rc;
    }
    ASSERT(pthread_equal(pthread_self(), w->thread) == 0); /* a closure inside a closure would wait for itself */
    sem_init(&job->finished, 0, 0);
    bool idle = w->first == NULL;
    if (idle)
        w->first = job;
    else
        w->last->next = job;
    w->last = job;
    atomic_fetch_add(&w->store->base.queued, 1);
    if (idle)
        pthread_cond_signal(&w->wanted);
    pthread_mutex_unlock(&w->lock);
    while (sem_wait(&job->finished) != 0)
        ASSERT(errno == EINTR);
    sem_destroy(&job->finished);
    return job->rc;
}

enum rc writer_run(struct writer *w, write_fn *fn, void *arg, bool bulk, struct err *e)
{
    struct job job = {.fn = fn, .arg = arg, .bulk = bulk, .e = e};
    return submit(w, &job);
}

enum rc writer_reserve_ids(struct writer *w)
{
    struct err e = {0};
    struct job job = {.e = &e};
    return submit(w, &job);
}
