/* What the files of the server share and nobody else includes. A struct exchange is one request and its answer. It is
 * made by the adapter on the I/O thread, lent to one worker at a time (between server_submit and adapter_resume), and
 * goes back to a free list when the answer has left; with it goes its arena, so a page is written once and sent from
 * where it was written. */
#ifndef CADRE_HTTP_INSIDE_H
#define CADRE_HTTP_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "http/metrics.h"
#include "http/rate.h"
#include "http/server.h"

#define TARGET_MAX 4096u      /* bytes of path and query */
#define HEAD_MAX (8u * 1024u) /* bytes of a request's head; more is 431 */
#define HEADERS_MAX 64u       /* its headers */
#define NO_DEADLINE UINT64_MAX

/* Of each thread. Sanitizers need several times as much. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_SIZE ((size_t)2048 * 1024)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define STACK_SIZE ((size_t)2048 * 1024)
#endif
#endif
#ifndef STACK_SIZE
#define STACK_SIZE ((size_t)256 * 1024)
#endif

struct conn { /* one connection; the list is the keeper's to walk, under conn_lock */
    struct conn *next, *prev;
    int fd;
    atomic_uint_least64_t deadline_us; /* of the phase it is in, on clock_steady_us; it is cut when this has passed */
    bool local;                        /* the peer is on this machine */
    bool by_proxy;                     /* it came through the further socket */
    char address[46];
};

enum stage {
    STAGE_HEAD, /* the head has come in, nothing was decided */
    STAGE_BODY, /* the body is coming in */
    STAGE_WORK, /* a worker has it */
    STAGE_DONE, /* the answer is ready to be sent */
    STAGE_SENDING,
};

/* An answer that stays open. Its fields are under stream_lock. */
struct stream {
    struct stream *next, *prev; /* of all that are open */
    int64_t thing, told;        /* the version that was told last; -2: none yet */
    uint64_t beat_us, end_us;   /* when something must be said, lest the peer or a proxy gives up; when it ends */
    char out[40];               /* what waits to be sent */
    size_t out_n;
    bool open, asleep, over;    /* in the list; suspended; to be ended */
};

struct exchange {
    struct exchange *next; /* in the queue or the free list */
    struct server *server;
    struct conn *conn;
    void *wire;  /* the library's connection */
    void *reply; /* the library's response */
    enum stage stage;
    struct arena *a;
    struct request rq;
    struct response rs;
    struct route_match match;
    bool slash;       /* the address is right but for a '/' at its end */
    int status_early; /* found out before the head was read: 414 */
    char *body;       /* malloc: grows while the client sends, unlike an arena without leaving copies behind */
    size_t body_cap, body_limit;
    uint64_t start_us, body_us;
    bool counted; /* in server.active */
    struct stream stream;
};

/* Answers made at start for what is refused before a worker sees it: no memory is taken, no database is asked. */
struct plain_answer {
    int status;
    struct str html; /* one per language, see errors.c */
    struct str json;
};

struct worker {
    struct server *server;
    struct db *db;
    pthread_t thread;
    pthread_cond_t wake;  /* called, or quit */
    bool called;          /* taken from the idle ones: there is something in the queue */
    struct worker *below; /* the one that was idle before */
};

struct server {
    struct app *app;
    struct router *router;
    struct http_settings set; /* with the defaults filled in */
    struct metrics metrics;
    struct rate_table *rates;
    void *daemon;
    int listen_fd;
    char address[128];
    char unlink_path[108]; /* of a Unix socket */
    int door_fd;           /* the further socket (door.c); -1: none */
    char door_path[108];
    pthread_t door;
    bool door_runs;

    pthread_mutex_t lock; /* of the queue and of the numbers below */
    pthread_cond_t ended; /* a thread has ended */
    struct exchange *head, *tail;
    size_t queued, busy; /* waiting, and with a worker */
    struct worker *idle; /* workers that wait, the last one first: what it worked with is still at hand */
    size_t running;      /* workers and the keeper, until they end */
    bool quit;
    atomic_bool stopping; /* answers close their connections */
    atomic_size_t active; /* requests taken and not yet answered to the last byte */
    atomic_size_t body_bytes;

    struct worker *workers; /* set.workers of them */
    atomic_bool worked;     /* since the keeper last gave memory back */

    pthread_t keeper; /* cuts slow connections, checks the database */
    bool keeper_runs;
    struct db *keeper_db;
    pthread_cond_t keeper_wake;       /* with lock */
    atomic_uint_least64_t healthy_us; /* when the database last answered; 0: never */

    pthread_mutex_t stream_lock;
    pthread_cond_t stream_wake; /* with stream_lock: the first stream, something was posted, or the end */
    struct stream *streams;
    size_t stream_count;
    bool stream_poke;           /* something may have changed */
    bool stream_quit;
    pthread_t watcher;          /* asks for versions while there are streams */
    struct db *watcher_db;

    pthread_mutex_t conn_lock;
    struct conn *conns;
    size_t conn_count;

    struct exchange *spare; /* I/O thread only */
    size_t spare_count;
    uint64_t next_id; /* I/O thread only */

    struct arena *static_arena;
    struct plain_answer *plain; /* [language * PLAIN_COUNT + i] */
};

/* ---- server.c ---- */
/* Is there room in the queue. Only the I/O thread fills it, so that the answer holds until it does. */
bool server_has_room(struct server *s);
/* Puts x into the queue; x then belongs to a worker. False when the server ends. */
bool server_submit(struct exchange *x);

/* ---- adapter.c: the only file that knows the HTTP library ---- */
enum rc adapter_start(struct server *s, struct err *e) MUST_CHECK;
void adapter_stop_listening(struct server *s);
void adapter_stop(struct server *s);
/* A connection that came in elsewhere. From any thread; it owns fd from now on. */
void adapter_take(struct server *s, int fd);
/* Called by whoever has x: makes the library's response from x->rs, then gives x back to the I/O thread. */
void adapter_resume(struct exchange *x);

/* Has the I/O thread go on with an exchange whose stream was asleep. Under stream_lock. */
void adapter_wake(struct exchange *x);
/* The content security policy of an answer that page_frame was called for. */
struct str adapter_policy(struct arena *a, struct str framed_by, struct str posts_to);

/* ---- frame.c ---- */
/* In place of a page that was asked for in a frame and may be shown in none: one that opens it in a window of its own. nobody is the caller's
 * and lives as long as c, whose actor it becomes then. */
void frame_answer(struct ctx *c, struct actor *nobody);

/* ---- door.c: the further socket, by which a proxy may say who somebody is ---- */
enum rc door_open(struct server *s, struct err *e) MUST_CHECK;
void door_start(struct server *s);
/* Nobody comes in any more, and its file is gone. */
void door_shut(struct server *s);
/* Is this a connection through it? */
bool door_is_way_of(const struct server *s, int fd);

/* ---- stream.c: event streams. The watcher is a thread of its own; it never waits for a peer. ---- */
void streams_start(struct server *s, const pthread_attr_t *attr);
/* Ends all streams and the watcher. Before the adapter stops: a connection that sleeps must have been woken. */
void streams_stop(struct server *s);
/* The stream of x is open from now on. False when there are too many, or the server ends. I/O thread. */
bool stream_open(struct exchange *x);
/* What is to be sent: the bytes, put into to; 0: nothing yet, x has been put to sleep by calling sleep(x) under the lock; -1: the end. */
ssize_t stream_take(struct exchange *x, char *to, size_t most, void (*sleep)(struct exchange *x));
/* The connection is gone. Harmless when x has no stream. */
void stream_drop(struct exchange *x);
/* Something was written on this server. */
void streams_poke(struct server *s);

/* ---- dispatch.c ---- */
/* Answers x on a worker: x->rs is filled on return, whatever happens. */
void dispatch_run(struct exchange *x, struct db *db);
/* Sets *c up for x->rq, with nobody asking. */
void dispatch_context(struct ctx *c, struct exchange *x, struct db *db, struct actor *nobody);

/* ---- guard.c ---- */
/* May this unsafe request come from where it comes from: Origin, Sec-Fetch-Site, and the session's token. */
enum rc guard_check(struct ctx *c, enum body_kind body) MUST_CHECK;

/* ---- errors.c ---- */
int status_of(enum rc rc);
/* Writes the answer for rc with c->err into c->rs: a page or a problem document. */
void error_answer(struct ctx *c, enum rc rc);
/* A page that says what went wrong, to a program: a problem document with the page's data as its member "page". */
void problem_of_page(struct ctx *c, const struct page *p, const struct view *v, const void *data);
/* Makes and finds the answers for refusals on the I/O thread. */
void plain_answers_make(struct server *s);
void plain_answer(struct exchange *x, int status);

/* ---- static.c ---- */
/* Answers what needs no worker: files, /healthz, /metrics. False when x is none of these. */
bool answer_inline(struct exchange *x);
/* The methods, bit m for method m, of an address that is answered so; 0 when it is none. */
unsigned inline_allows(const struct exchange *x);
/* The address of a static file with its version, "/static/cadre.css?v=1f0c"; in a. */
struct str static_address(struct arena *a, const char *path);

/* ---- page.c ---- */
/* The routes that the server brings along itself. */
extern const struct route_set page_routes;
/* Writes a page around content that is written already. */
void page_write(struct ctx *c, const struct page *p, const struct view *v, const void *data, struct buf *out);

/* One line in the access log, and the counters. */
void access_note(const struct exchange *x, const char *route);

#endif
