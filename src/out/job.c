/* Jobs: see job.h. */
#include "out/job.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/msg.h"
#include "gen/out/job_sql.h"

#define POLL_MS 500
#define MOST_ATTEMPTS 3
#define REPORT_EVERY_US 300000u

struct jobs {
    struct store *store;
    struct db *db;
    const struct job_handler *handlers;
    size_t count;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
};

enum rc job_add(struct db *tx, const char *kind, struct str args, int64_t person, int64_t run_at, int64_t *id)
{
    int64_t new_id = db_new_id(tx);
    TRY(sql_job_add(tx, new_id, str_from(kind), args, person != 0 ? &person : NULL, clock_now(), run_at));
    if (id != NULL)
        *id = new_id;
    return RC_OK;
}

enum rc job_find(struct db *db, struct arena *a, int64_t id, struct job_state *out)
{
    struct row_job_find row;
    TRY(sql_job_find(db, a, id, &row));
    *out = (struct job_state){.kind = row.kind,
                              .state = row.state,
                              .person = row.person_id_null ? 0 : row.person_id,
                              .done = row.done,
                              .total = row.total,
                              .problem = row.problem};
    return RC_OK;
}

struct report {
    int64_t job, done, total, now;
};

static enum rc write_report(struct db *tx, void *arg, struct err *e)
{
    const struct report *r = arg;
    (void)e;
    TRY(sql_job_renew(tx, r->job, r->done, r->total, r->now + JOB_LEASE_MS));
    return db_changes(tx) != 0 ? RC_OK : RC_GONE;
}

enum rc job_progress(struct db *db, int64_t job, int64_t done, int64_t total)
{
    static _Thread_local uint64_t last;
    uint64_t now = clock_steady_us();
    if (now - last < REPORT_EVERY_US && done < total)
        return RC_OK;
    last = now;
    struct report r = {.job = job, .done = done, .total = total, .now = clock_now()};
    return store_write(db, write_report, &r, NULL);
}

struct portion {
    job_portion_fn *fn;
    struct arena *a;
    int64_t now;
    bool more;
};

static enum rc do_portion(struct db *tx, void *arg, struct err *e)
{
    struct portion *p = arg;
    (void)e;
    return p->fn(tx, p->a, p->now, &p->more);
}

enum rc job_portions(struct db *db, job_portion_fn *fn, struct err *e)
{
    struct portion p = {.fn = fn, .a = arena_new(0), .now = clock_now()};
    enum rc rc;
    do {
        arena_reset(p.a);
        rc = store_write(db, do_portion, &p, e);
    } while (rc == RC_OK && p.more);
    arena_free(p.a);
    return rc;
}

struct taking {
    int64_t job, now;
};

static enum rc write_take(struct db *tx, void *arg, struct err *e)
{
    const struct taking *t = arg;
    (void)e;
    TRY(sql_job_take(tx, t->job, t->now, t->now + JOB_LEASE_MS, t->now + JOB_LEASE_MS + CLOCK_SKEW_MS));
    return db_changes(tx) != 0 ? RC_OK : RC_CONFLICT; /* another server was quicker */
}

struct ending {
    int64_t job, now;
    const char *state;
    struct str problem;
    const struct job_handler *again; /* runs by itself: asked for anew */
};

static enum rc ask_again(struct db *tx, struct arena *a, const struct job_handler *h, int64_t run_at)
{
    struct row_job_open_of_kind open;
    TRY(sql_job_open_of_kind(tx, a, str_from(h->kind), &open));
    return open.n != 0 ? RC_OK : job_add(tx, h->kind, S("{}"), 0, run_at, NULL);
}

static enum rc write_end(struct db *tx, void *arg, struct err *e)
{
    const struct ending *end = arg;
    (void)e;
    TRY(sql_job_end(tx, end->job, str_from(end->state), end->problem, end->now));
    if (end->again == NULL)
        return RC_OK;
    struct arena *a = arena_new(0);
    enum rc rc = ask_again(tx, a, end->again, end->now + end->again->every_ms);
    arena_free(a);
    return rc;
}

static const struct job_handler *handler_of(const struct job_handler *handlers, size_t count, struct str kind)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_z(kind, handlers[i].kind))
            return &handlers[i];
    return NULL;
}

static void run_one(struct db *db, struct arena *a, const struct job_handler *handlers, size_t count,
                    const struct row_job_next *row)
{
    struct err e = {0};
    const struct job_handler *h = handler_of(handlers, count, row->kind);
    struct ending end = {.job = row->id, .state = "done"};
    enum rc rc = RC_UNSUPPORTED;
    if (h != NULL && row->attempts < MOST_ATTEMPTS) {
        uint64_t from = clock_steady_us();
        rc = h->run(db, a, row->id, row->args, &e);
        log_event(rc == RC_OK ? LOG_INFO : LOG_WARN, "job", "kind=%.*s id=%" PRId64 " rc=%d us=%" PRIu64, STR_ARG(row->kind),
                  row->id, (int)rc, clock_steady_us() - from);
    }
    if (rc == RC_GONE)
        return;
    if (rc != RC_OK) {
        end.state = "failed";
        end.problem = e.msg != 0 ? msg_name(e.msg) : S("error_internal");
    }
    if (h != NULL && h->every_ms != 0)
        end.again = h;
    end.now = clock_now();
    if (store_write(db, write_end, &end, NULL) != RC_OK)
        log_event(LOG_ERROR, "job.end", "id=%" PRId64, row->id);
}

/* Takes and runs one job; RC_NOT_FOUND when none is due. */
static enum rc run_next(struct db *db, struct arena *a, const struct job_handler *handlers, size_t count, int64_t now)
{
    struct row_job_next row;
    TRY(sql_job_next(db, a, now, now + CLOCK_SKEW_MS, now + JOB_LEASE_MS + CLOCK_SKEW_MS, &row));
    struct taking t = {.job = row.id, .now = now};
    enum rc rc = store_write(db, write_take, &t, NULL);
    if (rc == RC_CONFLICT)
        return RC_OK;
    TRY(rc);
    run_one(db, a, handlers, count, &row);
    return RC_OK;
}

enum rc jobs_run_due(struct db *db, const struct job_handler *handlers, size_t count, int64_t now, struct err *e)
{
    struct arena *a = arena_new(0);
    enum rc rc;
    (void)e;
    while ((rc = run_next(db, a, handlers, count, now)) == RC_OK)
        arena_reset(a);
    arena_free(a);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool wait_or_stop(struct jobs *j, int64_t ms)
{
    pthread_mutex_lock(&j->lock);
    if (!j->stopping)
        steady_cond_wait(&j->wake, &j->lock, ms);
    bool stop = j->stopping;
    pthread_mutex_unlock(&j->lock);
    return stop;
}

static enum rc write_periodic(struct db *tx, void *arg, struct err *e)
{
    struct jobs *j = arg;
    struct arena *a = arena_new(0);
    enum rc rc = RC_OK;
    (void)e;
    for (size_t i = 0; i < j->count && rc == RC_OK; i++)
        if (j->handlers[i].every_ms != 0)
            rc = ask_again(tx, a, &j->handlers[i], clock_now());
    arena_free(a);
    return rc;
}

static void *jobs_thread(void *arg)
{
    struct jobs *j = arg;
    struct arena *a = arena_new(0);
    if (store_write(j->db, write_periodic, j, NULL) != RC_OK)
        log_event(LOG_WARN, "job.periodic", "cannot be asked for now");
    for (bool stop = false; !stop;) {
        clock_watch();
        enum rc rc = run_next(j->db, a, j->handlers, j->count, clock_now());
        arena_reset(a);
        stop = wait_or_stop(j, rc == RC_OK ? 0 : POLL_MS);
    }
    arena_free(a);
    return NULL;
}

enum rc jobs_start(struct store *s, const struct job_handler *handlers, size_t count, struct jobs **out, struct err *e)
{
    struct jobs *j = calloc(1, sizeof *j);
    ASSERT(j != NULL);
    *j = (struct jobs){.store = s, .handlers = handlers, .count = count};
    enum rc rc = store_connect(s, &j->db, e);
    if (rc != RC_OK) {
        free(j);
        return rc;
    }
    pthread_mutex_init(&j->lock, NULL);
    steady_cond_init(&j->wake);
    ASSERT(pthread_create(&j->thread, NULL, jobs_thread, j) == 0);
    *out = j;
    return RC_OK;
}

void jobs_stop(struct jobs *j)
{
    if (j == NULL)
        return;
    pthread_mutex_lock(&j->lock);
    j->stopping = true;
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->lock);
    pthread_join(j->thread, NULL);
    db_close(j->db);
    pthread_cond_destroy(&j->wake);
    pthread_mutex_destroy(&j->lock);
    free(j);
}
