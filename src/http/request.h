/* One request as the program sees it, and the answer being made. The adapter (http/adapter.c) fills the one and sends the
 * other; nothing here knows the HTTP library. All memory is the request's arena. Paths, queries and form values were
 * percent-decoded and checked to be UTF-8 without NUL before a handler sees them. */
#ifndef CADRE_HTTP_REQUEST_H
#define CADRE_HTTP_REQUEST_H

#include "base/buf.h"
#include "base/err.h"

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHOD_PATCH, METHOD_HEAD, METHOD_OTHER };

struct header {
    struct str name;
    struct str value;
};

struct part { /* one field of a form or query; of a multipart body too */
    struct str name;
    struct str value;     /* a file's bytes, where filename is set */
    struct str filename;  /* as sent, no path taken from it ever */
    struct str type;
};

struct request {
    enum method method;
    struct str path;          /* "/people/12", decoded, without a ".json" suffix */
    struct str target;        /* as sent, with the query: where a sign-in returns to */
    struct part *query;
    size_t query_count;
    struct header *headers;
    size_t header_count;
    struct str body;          /* whole; its limit stood in the route */
    struct part *form;        /* the body's fields when it is a form */
    size_t form_count;
    struct str params[4];     /* what {..} in the route's pattern matched */
    size_t param_count;
    struct str client;        /* the peer's address, or the one a trusted proxy names; for rate limits only */
    bool wants_json;          /* .json suffix or Accept prefers application/json */
    bool secure;              /* came over TLS (told by a trusted proxy) */
    bool by_proxy;            /* came through the socket on which a proxy may say who somebody is */
    uint64_t id;              /* in the access log and the error page */
};

struct str request_header(const struct request *rq, const char *name);      /* no value when absent */
struct str request_query(const struct request *rq, const char *name);
struct str request_form(const struct request *rq, const char *name);
const struct part *request_part(const struct request *rq, const char *name); /* of the form; NULL when absent */
struct str request_cookie(const struct request *rq, const char *name);
/* The i-th {..} of the pattern as a number. RC_NOT_FOUND when it is not one: a wrong address is a missing page. */
enum rc request_id(const struct request *rq, size_t i, int64_t *id) MUST_CHECK;

struct response {
    int status;               /* 200 unless set */
    const char *type;         /* content type; "text/html; charset=utf-8" unless set */
    struct buf body;
    struct str fixed;         /* instead of body: bytes that outlive the process's requests (static files) */
    int fd;                   /* instead of both, when not -1: a file to send, closed after */
    int64_t fd_size;
    int64_t stream;           /* instead of all, when not 0: the thing whose changes are told as they come (page_stream) */
    struct header headers[16];
    size_t header_count;
};

void response_header(struct response *rs, const char *name, struct str value); /* value: arena or literal; no CR or LF */

#endif
