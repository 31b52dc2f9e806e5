/* Long work, one job at a time on a thread of its own: imports, exports, counts, retention. Jobs are rows, so that several
 * servers share them: whoever takes a job holds its lease and renews it with each progress report; a job whose server died is
 * taken again when the lease runs out, so a job must bear being run twice. */
#ifndef CADRE_OUT_JOB_H
#define CADRE_OUT_JOB_H

#include "store/store.h"

#define JOB_LEASE_MS INT64_C(60000)

struct job_handler {
    const char *kind;
    /* Runs one job; args is the text given to job_add. What it returns is the job's end: RC_OK done, else failed with e's
     * message. */
    enum rc (*run)(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e);
    int64_t every_ms; /* not 0: runs by itself, this long after its last end */
};

struct job_state {
    struct str kind;
    struct str state;   /* "waiting", "running", "done", "failed" */
    int64_t person;     /* who asked for it, 0: nobody */
    int64_t done, total;
    struct str problem; /* message name when failed, else empty */
};

/* Inside a closure: asks for a job, not before run_at. args: JSON of ids and words. person 0: the program itself. */
enum rc job_add(struct db *tx, const char *kind, struct str args, int64_t person, int64_t run_at, int64_t *id) MUST_CHECK;
enum rc job_find(struct db *db, struct arena *a, int64_t id, struct job_state *out) MUST_CHECK;
/* From within run: how far it is, and the lease renewed. At most a few times a second is written. RC_GONE: the lease was lost,
 * stop. */
enum rc job_progress(struct db *db, int64_t job, int64_t done, int64_t total) MUST_CHECK;

/* From within run, for what is done in portions: runs fn in one closure after the other, each with an empty arena, until it says that nothing is
 * left. fn sets *more afresh. */
typedef enum rc job_portion_fn(struct db *tx, struct arena *a, int64_t now, bool *more);
enum rc job_portions(struct db *db, job_portion_fn *fn, struct err *e) MUST_CHECK;

struct jobs; /* the thread */
/* handlers stay valid until jobs_stop. */
enum rc jobs_start(struct store *s, const struct job_handler *handlers, size_t count, struct jobs **out, struct err *e) MUST_CHECK;
/* Waits for the job that runs now. */
void jobs_stop(struct jobs *j);
/* Runs everything that is due now, on the calling thread, and returns: the command line and tests. */
enum rc jobs_run_due(struct db *db, const struct job_handler *handlers, size_t count, int64_t now, struct err *e) MUST_CHECK;

#endif
