/* The server's threads: a bounded queue between the I/O thread and the workers, and the keeper, who cuts connections
 * that are too slow and asks the database once a second whether it is there. See server.h and inside.h. */
#include "http/inside.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"

#define HANDLERS_END_S 5 /* after the grace */
#define KEEPER_MS 250
#define TRIM_MS 5000

bool server_has_room(struct server *s)
{
    pthread_mutex_lock(&s->lock);
    bool room = s->queued < (size_t)s->set.queue && !s->quit;
    pthread_mutex_unlock(&s->lock);
    return room;
}

bool server_submit(struct exchange *x)
{
    struct server *s = x->server;
    x->next = NULL;
    pthread_mutex_lock(&s->lock);
    bool taken = !s->quit;
    if (taken) {
        if (s->tail != NULL)
            s->tail->next = x;
        else
            s->head = x;
        s->tail = x;
        s->queued++;
        if (s->idle != NULL) {
            struct worker *w = s->idle;
            s->idle = w->below;
            w->called = true;
            pthread_cond_signal(&w->wake);
        }
    }
    pthread_mutex_unlock(&s->lock);
    return taken;
}

static struct exchange *queue_take(struct server *s)
{
    struct exchange *x = s->head;
    s->head = x->next;
    if (s->head == NULL)
        s->tail = NULL;
    s->queued--;
    return x;
}

/* Waits until there is something in the queue, or the server quits. Called with the lock held. */
static void wait_for_work(struct worker *w)
{
    struct server *s = w->server;
    while (s->head == NULL && !s->quit) {
        w->called = false;
        w->below = s->idle;
        s->idle = w;
        while (!w->called && !s->quit)
            pthread_cond_wait(&w->wake, &s->lock);
    }
}

static void *worker_run(void *arg)
{
    struct worker *w = arg;
    struct server *s = w->server;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        wait_for_work(w);
        if (s->quit) {
            s->running--;
            pthread_cond_signal(&s->ended);
            break;
        }
        struct exchange *x = queue_take(s);
        s->busy++;
        pthread_mutex_unlock(&s->lock);
        dispatch_run(x, w->db);
        adapter_resume(x); /* x is not ours any more */
        atomic_store_explicit(&s->worked, true, memory_order_relaxed);
        pthread_mutex_lock(&s->lock);
        s->busy--;
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- the keeper
 * ------------------------------------------------------------------------------------------------------ */

static void cut_slow(struct server *s)
{
    uint64_t now = clock_steady_us();
    size_t cut = 0;
    pthread_mutex_lock(&s->conn_lock);
    for (struct conn *c = s->conns; c != NULL; c = c->next) {
        if (atomic_load(&c->deadline_us) >= now)
            continue;
        /* the I/O thread then sees the end of the stream; it closes, so the descriptor is still this connection's */
        shutdown(c->fd, SHUT_RDWR);
        atomic_store(&c->deadline_us, NO_DEADLINE);
        cut++;
    }
    pthread_mutex_unlock(&s->conn_lock);
    if (cut != 0) {
        atomic_fetch_add(&s->metrics.cut, cut);
        log_event(LOG_WARN, "http.cut", "connections=%zu", cut);
    }
}

/* A page about many people took memory for a moment; the C library would keep it for each of the threads. */
static void give_memory_back(struct server *s)
{
    if (atomic_exchange(&s->worked, false))
        malloc_trim(0);
}

static void check_health(struct server *s)
{
    enum rc rc = s->app->hooks->check != NULL ? s->app->hooks->check(s->keeper_db) : RC_OK;
    if (rc == RC_OK)
        atomic_store(&s->healthy_us, clock_steady_us());
    else
        log_event(LOG_ERROR, "http.unhealthy", "rc=%d", (int)rc);
}

static struct timespec in_ms(int64_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static void *keeper_run(void *arg)
{
    struct server *s = arg;
    for (unsigned round = 1;; round++) {
        cut_slow(s);
        if (round % (1000 / KEEPER_MS) == 0)
            check_health(s);
        if (round % (TRIM_MS / KEEPER_MS) == 0)
            give_memory_back(s);
        struct timespec until = in_ms(KEEPER_MS);
        pthread_mutex_lock(&s->lock);
        if (s->keeper_runs)
            pthread_cond_timedwait(&s->keeper_wake, &s->lock, &until);
        bool go_on = s->keeper_runs;
        if (!go_on) {
            s->running--;
            pthread_cond_signal(&s->ended);
        }
        pthread_mutex_unlock(&s->lock);
        if (!go_on)
            return NULL;
    }
}

/* ---- starting
 * -------------------------------------------------------------------------------------------------------- */

static void or_else(int *value, int otherwise)
{
    if (*value <= 0)
        *value = otherwise;
}

static struct http_settings with_defaults(struct http_settings set)
{
    or_else(&set.workers, 8);
    or_else(&set.queue, 256);
    or_else(&set.connections, 2000);
    or_else(&set.streams, set.connections / 2);
    or_else(&set.timeout_s, 20);
    or_else(&set.least_rate, 1024);
    or_else(&set.grace_s, 10);
    or_else(&set.sign_in_per_minute, 60);
    or_else(&set.write_per_minute, 300);
    or_else(&set.public_per_minute, 1200);
    or_else(&set.page_per_minute, 1200);
    if (set.per_address < 0)
        set.per_address = 0;
    if (set.body_memory <= 0)
        set.body_memory = INT64_C(128) << 20;
    return set;
}

/* As many descriptors as connections need, as far as we may. */
static void raise_file_limit(int connections)
{
    struct rlimit limit;
    rlim_t want = (rlim_t)connections + 200;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= want)
        return;
    limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        log_event(LOG_WARN, "http.files", "errno=%d", errno);
}

static struct router *all_routes(const struct app *app)
{
    struct route_set *sets = calloc(app->route_count + 1, sizeof *sets);
    ASSERT(sets != NULL);
    for (size_t i = 0; i < app->route_count; i++)
        sets[i] = app->routes[i];
    sets[app->route_count] = page_routes;
    struct router *router = router_new(sets, app->route_count + 1);
    free(sets);
    return router;
}

static struct server *server_new(struct app *app, const char *listen)
{
    ASSERT(app->hooks != NULL && sodium_init() >= 0);
    struct server *s = calloc(1, sizeof *s);
    ASSERT(s != NULL);
    s->app = app;
    s->set = with_defaults(app->settings);
    s->listen_fd = s->door_fd = -1;
    snprintf(s->address, sizeof s->address, "%s", listen);
    randombytes_buf(&s->next_id, sizeof s->next_id);
    s->router = all_routes(app);
    s->rates = rate_table_new();
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->conn_lock, NULL);
    pthread_mutex_init(&s->stream_lock, NULL);
    pthread_cond_init(&s->stream_wake, &monotonic);
    pthread_cond_init(&s->keeper_wake, &monotonic);
    pthread_cond_init(&s->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    s->workers = calloc((size_t)s->set.workers, sizeof *s->workers);
    ASSERT(s->workers != NULL);
    for (int i = 0; i < s->set.workers; i++)
        pthread_cond_init(&s->workers[i].wake, NULL);
    s->static_arena = arena_new(0);
    plain_answers_make(s);
    return s;
}

static void server_free(struct server *s)
{
    for (int i = 0; i < s->set.workers; i++) {
        if (s->workers[i].db != NULL)
            db_close(s->workers[i].db);
        pthread_cond_destroy(&s->workers[i].wake);
    }
    if (s->keeper_db != NULL)
        db_close(s->keeper_db);
    if (s->watcher_db != NULL)
        db_close(s->watcher_db);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->conn_lock);
    pthread_mutex_destroy(&s->stream_lock);
    pthread_cond_destroy(&s->stream_wake);
    pthread_cond_destroy(&s->keeper_wake);
    pthread_cond_destroy(&s->ended);
    rate_table_free(s->rates);
    router_free(s->router);
    arena_free(s->static_arena);
    free(s->workers);
    free(s);
}

static enum rc connect_all(struct server *s, struct err *e)
{
    if (s->app->store == NULL)
        return RC_OK;
    TRY(store_connect(s->app->store, &s->keeper_db, e));
    if (s->app->hooks->versions != NULL)
        TRY(store_connect(s->app->store, &s->watcher_db, e));
    for (int i = 0; i < s->set.workers; i++)
        TRY(store_connect(s->app->store, &s->workers[i].db, e));
    return RC_OK;
}

static void start_threads(struct server *s)
{
    pthread_attr_t small;
    pthread_attr_init(&small);
    ASSERT(pthread_attr_setstacksize(&small, STACK_SIZE) == 0);
    s->running = (size_t)s->set.workers + 1;
    for (int i = 0; i < s->set.workers; i++) {
        s->workers[i].server = s;
        ASSERT(pthread_create(&s->workers[i].thread, &small, worker_run, &s->workers[i]) == 0);
    }
    s->keeper_runs = true;
    ASSERT(pthread_create(&s->keeper, &small, keeper_run, s) == 0);
    streams_start(s, &small);
    pthread_attr_destroy(&small);
}

/* Ends the workers and the keeper; false when one of them does not end within seconds. */
static bool end_threads(struct server *s, int seconds)
{
    pthread_mutex_lock(&s->lock);
    s->quit = true;
    s->keeper_runs = false;
    for (int i = 0; i < s->set.workers; i++)
        pthread_cond_signal(&s->workers[i].wake);
    pthread_cond_signal(&s->keeper_wake);
    struct timespec until = in_ms((int64_t)seconds * 1000);
    int rc = 0;
    while (s->running != 0 && rc == 0)
        rc = pthread_cond_timedwait(&s->ended, &s->lock, &until);
    bool all = s->running == 0;
    pthread_mutex_unlock(&s->lock);
    for (int i = 0; i < s->set.workers && all; i++)
        pthread_join(s->workers[i].thread, NULL);
    if (all)
        pthread_join(s->keeper, NULL);
    return all;
}

enum rc server_start(struct app *app, const char *listen, struct server **out, struct err *e)
{
    *out = NULL;
    struct server *s = server_new(app, listen);
    enum rc rc = connect_all(s, e);
    if (rc != RC_OK) {
        server_free(s);
        return rc;
    }
    raise_file_limit(s->set.connections);
    check_health(s); /* so that the first question has an answer */
    /* signals are for the main thread */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    start_threads(s);
    rc = door_open(s, e);
    if (rc == RC_OK)
        rc = adapter_start(s, e);
    if (rc == RC_OK)
        door_start(s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != RC_OK) {
        door_shut(s);
        streams_stop(s);
        ASSERT(end_threads(s, 60));
        server_free(s);
        return rc;
    }
    log_event(LOG_INFO, "http.start", "address=%s workers=%d", s->address, s->set.workers);
    *out = s;
    return RC_OK;
}

const char *server_address(const struct server *s)
{
    return s->address;
}

const struct router *server_router(const struct server *s)
{
    return s->router;
}

/* ---- stopping
 * -------------------------------------------------------------------------------------------------------- */

static void wait_until_calm(struct server *s, int64_t ms)
{
    uint64_t end = clock_steady_us() + (uint64_t)ms * 1000;
    while (atomic_load(&s->active) != 0 && clock_steady_us() < end)
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

/* What no worker has taken is told to come again. */
static void drain_queue(struct server *s)
{
    for (;;) {
        pthread_mutex_lock(&s->lock);
        s->quit = true;
        struct exchange *x = s->head != NULL ? queue_take(s) : NULL;
        pthread_mutex_unlock(&s->lock);
        if (x == NULL)
            return;
        plain_answer(x, 503);
        access_note(x, x->match.route != NULL ? x->match.route->pattern : "-");
        adapter_resume(x);
    }
}

bool server_stop(struct server *s)
{
    atomic_store(&s->stopping, true);
    door_shut(s);
    adapter_stop_listening(s);
    streams_stop(s);
    wait_until_calm(s, (int64_t)s->set.grace_s * 1000);
    drain_queue(s);
    if (!end_threads(s, HANDLERS_END_S)) {
        log_event(LOG_ERROR, "http.stuck", "busy=%zu", s->busy);
        return false;
    }
    wait_until_calm(s, 1000);
    adapter_stop(s);
    log_event(LOG_INFO, "http.stop", "address=%s", s->address);
    server_free(s);
    return true;
}
