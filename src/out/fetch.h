/* Asking another server by HTTP: sign-on, launches, a second record store. A request of ours is bounded in time, in size and in how many run at
 * once, so that a slow server elsewhere holds up what waits for it and nothing else. Redirects are not followed: an address is what an
 * administrator entered or what a document at such an address says. */
#ifndef CADRE_OUT_FETCH_H
#define CADRE_OUT_FETCH_H

#include "base/str.h"
#include "base/err.h"

struct fetch_header {
    const char *name;
    struct str value; /* one line */
};

struct fetch {
    const char *method;  /* NULL: "GET", or "POST" with a body */
    struct str url;      /* https; http only to this machine (localhost, 127.0.0.1, [::1]) */
    const struct fetch_header *headers;
    size_t header_count;
    struct str body;     /* no value: none. Say its type in a header */
    struct str user, password; /* no value: no Basic authentication */
    size_t limit;        /* bytes of an answer; 0: 1 MiB */
    int timeout_ms;      /* in all; 0: 10 seconds */
};

struct fetched {
    int status;
    struct str body, type, link, location, etag; /* headers: as sent, empty when missing; Link joined with ", " */
};

/* Everything of out lies in the arena. RC_OK with whatever status the other server chose. RC_INVALID (field "url"): not an address that may be
 * asked. RC_BUSY: no answer, too slow, not to be trusted (its certificate), or too many requests of ours at once; err's detail says which, in
 * English, for an administrator. RC_TOO_LARGE: more than the limit. Never inside a closure of the store. Thread-safe. */
enum rc fetch_send(struct arena *a, const struct fetch *f, struct fetched *out, struct err *e) MUST_CHECK;

/* May this address be asked: https, or http to this machine, without a user and without characters that no address has? */
bool fetch_address_ok(struct str url);

#endif
