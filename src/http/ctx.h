/* What a handler works with: the request, who sent it, a read connection, an arena, and the answer. One struct ctx lives
 * for one request on one worker. A handler reads its parameters, calls a rule, fills a view and returns; it returns an rc
 * other than RC_OK (with ctx->err filled) and the error page or problem document is written in one place. */
#ifndef CADRE_HTTP_CTX_H
#define CADRE_HTTP_CTX_H

#include "auth/access.h"
#include "http/request.h"
#include "store/store.h"
#include "view/form.h"
#include "view/view.h"

struct app; /* http/server.h: the store, the settings, the routes */
struct session;

struct ctx {
    struct arena *a;
    struct app *app;
    struct db *db;            /* this worker's read connection */
    const struct request *rq;
    struct response *rs;
    struct actor *who;        /* never NULL; who->person is 0 for nobody */
    const struct session *session; /* NULL for nobody and for API tokens */
    int lang;
    const struct zone *zone;  /* of the programme the person is in, else the site's */
    int64_t now;              /* UTC ms, one value for the whole request */
    int64_t today;            /* the civil day in zone */
    struct err err;
    bool lent_shown;          /* a demo shows something private in a lent session: the page says so */
    struct str framed_by, posts_to; /* page_frame; empty: nobody, nowhere else */
    bool decided;             /* an access decision about a target was taken: the server insists where the route needs one */
};

typedef enum rc handler(struct ctx *c);

enum rate_class {
    RATE_PAGE,
    RATE_WRITE,
    RATE_SIGN_IN,
    RATE_PUBLIC,
    RATE_OWN, /* the handler counts for itself */
};
enum body_kind {
    BODY_NONE,
    BODY_FORM,   /* 256 KiB */
    BODY_UPLOAD, /* 32 MiB */
    BODY_JSON,   /* 1 MiB */
    BODY_FOREIGN_FORM, /* 256 KiB, posted by another site's page on purpose (LTI, sign-on): the session is not looked at,
                          neither origin nor token are checked, and the handler proves itself who sent it */
    BODY_FOREIGN, /* 8 MiB of anything, sent by another program: the same, and the handler reads it itself */
};

/* Who may even call a route. The handler still asks access_require() about the thing itself where needs_target is set. */
struct route {
    enum method method;       /* a GET route answers HEAD too */
    const char *pattern;      /* "/people/{id}/evidence": {..} matches one segment */
    enum permission may;      /* P_PUBLIC, P_SIGNED_IN, P_ACCOUNT, or a permission held in some scope; a session good for less
                                 than all that she may is kept out by some (access_opens_more) */
    enum body_kind body;
    enum rate_class rate;
    handler *handle;
};

/* A page within the site's layout. Zeroed fields are left out. */
struct crumb {
    struct str label;
    struct str href;
};
struct page {
    struct str title;
    struct str caption;         /* small line above the title */
    const char *section;        /* href of the navigation item that is current, "/home" */
    const struct crumb *crumbs; /* from the top, without the page itself */
    size_t crumb_count;
    const struct crumb *actions; /* beside the title: what one does here, the first one is the main one */
    size_t action_count;
    bool narrow;                /* sign-in and other single forms */
    bool wide;                  /* big tables */
    struct str drafts;          /* behind a one-time link: by what the device knows whose drafts these are, "link-..." */
    int status;                 /* 0: 200; 422 for a form that comes back */
};

/* Writes the page as HTML in the layout, or as JSON. The generated view_NAME_page() calls this. */
enum rc page_send(struct ctx *c, const struct page *p, const struct view *v, const void *data);
/* A rule's refusal (RC_INVALID, RC_CONFLICT) goes into the form, with the page's status; false: anything else, which is for the
 * error page, or RC_OK. */
bool page_form_failed(struct ctx *c, struct form *f, enum rc rc, int *status);
/* The same for a form with a version. After a conflict, and only then, it takes the version that is there now: what is wrong in a
 * field says nothing of what others changed meanwhile. */
bool page_edit_failed(struct ctx *c, struct form *f, enum rc rc, int64_t version, int *status);
/* 303 to an address of this site; flash (0: none) is shown once on the next page. To a program: 200 {"location": ...}. */
enum rc page_redirect(struct ctx *c, struct str to, msg_id flash);
/* Compresses the page that was just written, for who is on a slow network: only while nobody is signed in, since a secret and what
 * somebody typed, compressed together, tell about each other by their length. */
void page_compress(struct ctx *c);
/* A file to keep: name is made safe for the header. */
enum rc page_download(struct ctx *c, const char *type, struct str filename, struct str bytes);

/* Keeps the answer open and tells each change of a thing as a server-sent event: its version, and nothing else, so that what changed is asked
 * for by a request of its own. No worker is held. hooks->versions says which version a thing has; it is asked once a second, and at once
 * when something was posted to this server. The stream ends by itself after some minutes, and the browser asks again. */
enum rc page_stream(struct ctx *c, int64_t thing);

/* This answer may be shown in a frame by pages of these origins (with spaces between; empty: none), and its forms may be sent to one origin
 * besides this site (empty: none). Cookies of this answer are then for the frame alone: SameSite=None, Secure, Partitioned, which browsers take
 * where they refuse third-party cookies. The origins are ours to have checked. A framed session does this by itself. */
void page_frame(struct ctx *c, struct str framed_by, struct str posts_to);

/* Sets a cookie for the whole site, HttpOnly, SameSite=Lax, Secure where the request was; max_age_s 0 deletes it. The value
 * is made by us: visible ASCII without quotes, commas, semicolons or backslashes. */
void ctx_cookie(struct ctx *c, const char *name, struct str value, int64_t max_age_s);

/* Shorthands */
struct str tr(const struct ctx *c, msg_id id);
struct str tr_args(const struct ctx *c, msg_id id, const struct msg_arg *args, size_t count);

/* The one access decision (auth/access.h) for this request: RC_OK, RC_DENIED or RC_NOT_FOUND (where existence is
 * private), and notes that it was taken. */
enum rc access_require(struct ctx *c, enum permission p, const struct target *t) MUST_CHECK;
/* The same as a question, for filtering a list or showing a button; it counts as a decision too. */
bool access_allows(struct ctx *c, enum permission p, const struct target *t);

/* store_write with this request's connection and err. */
enum rc ctx_write(struct ctx *c, write_fn *fn, void *arg) MUST_CHECK;

#endif
