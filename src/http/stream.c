/* Event streams: answers that stay open and tell when a thing has changed (page_stream in ctx.h). A connection with nothing to say is
 * suspended and costs its memory alone. One thread, the watcher, asks the database for the versions of all things that are followed:
 * once a second, so that several servers on one database need nothing else, and soon after a post to this one. See docs/http.md. */
#include "http/inside.h"

#include "base/clock.h"
#include "base/log.h"

#define ASK_MS 1000
#define ASK_SOON_MS 50      /* after a post: what comes together is asked once */
#define BEAT_US 15000000u
#define LIFE_US 600000000u  /* then the browser asks again, and who may no longer is told so */
#define RETRY_MS 3000       /* how long the browser waits before it does */

static struct exchange *exchange_of(struct stream *t)
{
    return (struct exchange *)(void *)((char *)t - offsetof(struct exchange, stream));
}

static void wake(struct stream *t)
{
    if (!t->asleep)
        return;
    t->asleep = false;
    adapter_wake(exchange_of(t));
}

static void say(struct stream *t, const char *text, size_t n)
{
    if (t->out_n != 0)
        return; /* the peer is slow: it is told when it has read what went before */
    memcpy(t->out, text, n);
    t->out_n = n;
    t->beat_us = clock_steady_us() + BEAT_US;
    wake(t);
}

/* ---- the I/O thread's side -------------------------------------------------------------------------------------------------------- */

bool stream_open(struct exchange *x)
{
    struct server *s = x->server;
    struct stream *t = &x->stream;
    uint64_t now = clock_steady_us();
    pthread_mutex_lock(&s->stream_lock);
    bool room = s->stream_count < (size_t)s->set.streams && !s->stream_quit;
    if (room) {
        *t = (struct stream){.next = s->streams, .thing = x->rs.stream, .told = -2, .beat_us = now + BEAT_US, .end_us = now + LIFE_US, .open = true};
        t->out_n = (size_t)snprintf(t->out, sizeof t->out, "retry: %d\n\n", RETRY_MS);
        if (s->streams != NULL)
            s->streams->prev = t;
        s->streams = t;
        s->stream_count++;
        s->stream_poke = true;
        pthread_cond_signal(&s->stream_wake);
    }
    pthread_mutex_unlock(&s->stream_lock);
    return room;
}

ssize_t stream_take(struct exchange *x, char *to, size_t most, void (*sleep)(struct exchange *x))
{
    struct server *s = x->server;
    struct stream *t = &x->stream;
    pthread_mutex_lock(&s->stream_lock);
    ssize_t n = -1;
    if (t->out_n != 0) {
        size_t take = t->out_n < most ? t->out_n : most;
        memcpy(to, t->out, take);
        memmove(t->out, t->out + take, t->out_n - take);
        t->out_n -= take;
        n = (ssize_t)take;
    } else if (!t->over) {
        n = 0;
        t->asleep = true;
        sleep(x);
    }
    pthread_mutex_unlock(&s->stream_lock);
    return n;
}

void stream_drop(struct exchange *x)
{
    struct server *s = x->server;
    struct stream *t = &x->stream;
    if (!t->open)
        return;
    pthread_mutex_lock(&s->stream_lock);
    if (t->next != NULL)
        t->next->prev = t->prev;
    if (t->prev != NULL)
        t->prev->next = t->next;
    else
        s->streams = t->next;
    s->stream_count--;
    t->open = t->asleep = false;
    pthread_mutex_unlock(&s->stream_lock);
}

/* ---- the watcher ------------------------------------------------------------------------------------------------------------------ */

/* The things that are followed, each once as far as neighbours in the list go; asking twice does no harm. Under the lock. */
static size_t collect(struct server *s, struct arena *a, int64_t **ids)
{
    size_t n = 0;
    *ids = ARENA_ARRAY(a, s->stream_count, int64_t);
    for (struct stream *t = s->streams; t != NULL; t = t->next) {
        bool there = false;
        for (size_t k = 0; k < n && !there; k++)
            there = (*ids)[k] == t->thing;
        if (!there)
            (*ids)[n++] = t->thing;
    }
    return n;
}

static void tell(struct stream *t, int64_t version)
{
    char text[sizeof t->out];
    if (version == t->told || t->out_n != 0)
        return;
    int n = snprintf(text, sizeof text, "data: %" PRId64 "\n\n", version);
    t->told = version;
    say(t, text, (size_t)n);
}

static void tell_all(struct server *s, const int64_t *ids, const int64_t *versions, size_t count)
{
    uint64_t now = clock_steady_us();
    for (struct stream *t = s->streams, *next; t != NULL; t = next) {
        next = t->next;
        for (size_t k = 0; k < count; k++)
            if (ids[k] == t->thing)
                tell(t, versions[k]);
        if (now >= t->end_us) {
            t->over = true;
            wake(t);
        } else if (now >= t->beat_us) {
            say(t, ":\n\n", 3);
        }
    }
}

static void wait_ms(struct server *s, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&s->stream_wake, &s->stream_lock, &until);
}

static void *watcher_run(void *arg)
{
    struct server *s = arg;
    struct arena *a = arena_new(0);
    bool healthy = true;
    pthread_mutex_lock(&s->stream_lock);
    while (!s->stream_quit) {
        int64_t *ids, *versions;
        if (s->streams == NULL) {
            pthread_cond_wait(&s->stream_wake, &s->stream_lock);
            continue;
        }
        if (!s->stream_poke)
            wait_ms(s, ASK_MS);
        if (s->stream_poke && !s->stream_quit)
            wait_ms(s, ASK_SOON_MS);
        s->stream_poke = false;
        size_t n = collect(s, a, &ids);
        pthread_mutex_unlock(&s->stream_lock);
        versions = ARENA_ARRAY(a, n, int64_t);
        enum rc rc = s->app->hooks->versions(s->watcher_db, a, ids, n, clock_now(), versions);
        if ((rc == RC_OK) != healthy)
            log_event(rc == RC_OK ? LOG_INFO : LOG_ERROR, "http.watch", "rc=%d", (int)rc);
        healthy = rc == RC_OK;
        pthread_mutex_lock(&s->stream_lock);
        tell_all(s, ids, versions, healthy ? n : 0);
        arena_reset(a);
    }
    pthread_mutex_unlock(&s->stream_lock);
    arena_free(a);
    return NULL;
}

void streams_poke(struct server *s)
{
    pthread_mutex_lock(&s->stream_lock);
    if (s->streams != NULL) {
        s->stream_poke = true;
        pthread_cond_signal(&s->stream_wake);
    }
    pthread_mutex_unlock(&s->stream_lock);
}

void streams_start(struct server *s, const pthread_attr_t *attr)
{
    if (s->app->hooks->versions == NULL) {
        s->stream_quit = true;
        return;
    }
    ASSERT(pthread_create(&s->watcher, attr, watcher_run, s) == 0);
}

void streams_stop(struct server *s)
{
    pthread_mutex_lock(&s->stream_lock);
    bool runs = !s->stream_quit;
    s->stream_quit = true;
    for (struct stream *t = s->streams; t != NULL; t = t->next) {
        t->over = true;
        wake(t);
    }
    pthread_cond_signal(&s->stream_wake);
    pthread_mutex_unlock(&s->stream_lock);
    if (runs)
        pthread_join(s->watcher, NULL);
}
