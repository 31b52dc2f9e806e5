/* The record store: a Learning Record Store of the Experience API, 1.0.3 and 2.0 (IEEE 9274.1.1), under /xapi. docs/xapi.md. */
#ifndef CADRE_CAMPUS_XAPI_XAPI_H
#define CADRE_CAMPUS_XAPI_XAPI_H

#include "programme/capability.h"

extern const struct capability xapi_capability;

/* A client that may use the store. may: words of scopes with spaces between; site: the address of this site, for the agent that vouches. */
struct xapi_client_new {
    struct str name, may, site;
    int64_t per_minute, now;
};
struct xapi_client_made {
    struct str login, secret; /* the secret is shown once: only its hash is kept */
};
/* Inside a closure; actor 0: whoever runs the server. */
enum rc xapi_client_make(struct db *tx, struct arena *a, const struct xapi_client_new *n, int64_t actor, struct xapi_client_made *out) MUST_CHECK;
/* It is not let in any more; what it sent stays. RC_NOT_FOUND: there is none, or it was ended before. */
enum rc xapi_client_end(struct db *tx, int64_t client, int64_t actor, int64_t now) MUST_CHECK;

bool xapi_scope_find(struct str word, size_t *scope);
/* "statements/write statements/read state profile" */
#define XAPI_SCOPES_USUAL "statements/write statements/read state profile"

#endif
