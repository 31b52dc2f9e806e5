/* The server: what main.c fills in, and starting and stopping it. The way of a request, the limits and the settings are
 * described in docs/http.md. */
#ifndef CADRE_HTTP_SERVER_H
#define CADRE_HTTP_SERVER_H

#include "http/ctx.h"
#include "http/router.h"

/* Zero means the default, so that a struct of zeroes is a working configuration. */
struct http_settings {
    int workers;            /* 8 */
    int queue;              /* requests that wait for a worker: 256; more are told 503 */
    int connections;        /* at once: 2000 */
    int per_address;        /* connections of one address at once: 0, no limit (a proxy or a campus is one address) */
    int timeout_s;          /* 20: silence, a head, the start of a body or of an answer may last so long */
    int least_rate;         /* bytes a second a body or an answer must move on average: 1024 */
    int streams;            /* open event streams at once: half of connections */
    int grace_s;            /* 10: how long a stop lets what runs and waits finish */
    int64_t body_memory;    /* bytes of all bodies in flight: 128 MiB */
    bool trust_proxy;       /* believe X-Forwarded-For and -Proto of a peer on this machine (loopback or Unix socket) */
    const char *sign_on_socket; /* a further Unix socket, a path: who comes through it is a proxy that may say who somebody is; NULL: none */
    bool metrics_open;      /* /metrics for everybody; else only for this machine, asked without a proxy */
    bool no_access_log;     /* for benches */
    bool no_rate_limits;    /* for benches and tests */
    /* Of one address, which may be a whole campus. Who is signed in is known and not limited: the queue is, for all. */
    int sign_in_per_minute; /* attempts to sign in: 60 */
    int public_per_minute;  /* requests to routes that are for everybody: 1200 */
    int page_per_minute;    /* other pages, while nobody is signed in: 1200 */
    int write_per_minute;   /* other changes, while nobody is signed in: 300 */
};

/* The navigation has two levels: groups, and what stands in each. A group of which a person sees one entry is that entry. */
enum nav_group {
    NAV_HOME,
    NAV_LEARNING,
    NAV_FEEDBACK,  /* how am I seen */
    NAV_PROGRESS,  /* what have I reached, and what next */
    NAV_MENTORING,
    NAV_PROGRAMME, /* what it consists of, and who runs it */
    NAV_SITE,
    NAV_GROUP_COUNT,
};

/* An entry of the navigation: shown to those who hold the permission somewhere. */
struct nav_item {
    const char *href;
    msg_id label;
    enum permission may;
    enum nav_group group;
};

/* Who sends a request: filled by a hook. Zeroed fields stand for nobody and for "not set". */
struct visitor {
    struct actor who;
    const struct session *session;
    struct str lang; /* the person's setting, a tag */
    struct str zone; /* IANA name */
    struct str framed_by; /* origins of pages that may show this session in a frame */
};

/* What higher floors do for the server; main.c registers them. All may be NULL. In ctx, the first three see a, app, db,
 * rq and now; everything they return lives in c->a. */
struct server_hooks {
    /* cookie: the value of SESSION_COOKIE. RC_NOT_FOUND: nobody, or no longer. */
    enum rc (*session)(struct ctx *c, struct str cookie, struct visitor *v);
    /* bearer: what stands after "Authorization: Bearer". RC_NOT_FOUND: not a token, told as 401. */
    enum rc (*token)(struct ctx *c, struct str bearer, struct visitor *v);
    /* The CSRF token of c->session. Called only when there is one. */
    struct str (*csrf)(struct ctx *c);
    /* Of things that pages follow by page_stream: versions[i] of ids[i]; it differs whenever what is shown of the thing does, by what was
     * written or by time alone. -1: gone. NULL: nothing is followed. */
    enum rc (*versions)(struct db *db, struct arena *a, const int64_t *ids, size_t count, int64_t now, int64_t *versions);
    /* What went wrong, told as another protocol wants it under its own addresses: true when the answer's type and body are written; it
     * may change the status. NULL, false: a page or a problem document. */
    bool (*problem)(struct ctx *c, int status, struct str text);
    /* A trivial read on an own connection (db is NULL without a store); once a second, for /healthz. */
    enum rc (*check)(struct db *db);
};

struct app {
    struct store *store; /* NULL: workers have no connection (tests) */
    struct http_settings settings;
    const struct server_hooks *hooks; /* never NULL */
    const struct route_set *routes;
    size_t route_count;
    const struct nav_item *nav;
    size_t nav_count;
    const struct zone *zone;    /* the site's; NULL: UTC */
    const char *session_cookie; /* the cookie's name; NULL: no sessions */
    const char *frame_cookie;   /* that of a session in a frame of another site's page; NULL: none */
    void *data;                 /* main's own */
};

struct server;

/* Listens on "127.0.0.1:8080", "[::1]:8080", "localhost:0" (port 0: any free one) or "unix:/run/cadre.sock" and serves
 * until server_stop. app must stay until then. Routes that clash end the process. Errors: RC_INVALID (not an address),
 * RC_CONFLICT (the address is taken or not ours), and those of store_connect. */
enum rc server_start(struct app *app, const char *listen, struct server **out, struct err *e) MUST_CHECK;
/* Where it listens, with the port that was chosen: "127.0.0.1:43121". Lives as long as the server. */
const char *server_address(const struct server *s);
/* The table of all routes of this server. */
const struct router *server_router(const struct server *s);
/* Takes no more connections, finishes what runs (up to grace_s; what still waits then is told 503), closes everything
 * and frees s. False when a handler still runs 5 s after that: s stays, and the process should end. */
bool server_stop(struct server *s);

#endif
