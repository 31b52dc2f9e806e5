/* How a function says that it could not do its work. `enum rc` is the kind (it maps to one HTTP status and one exit
 * status, in one place each); `struct err` carries what a person is told. Bad input is an err, a broken invariant is
 * ASSERT. */
#ifndef CADRE_BASE_ERR_H
#define CADRE_BASE_ERR_H

#include "base/str.h"

enum rc {
    RC_OK = 0,
    RC_INVALID,         /* 422: what was sent is wrong; err says where */
    RC_MALFORMED,       /* 400: the request or file cannot be read at all */
    RC_UNAUTHENTICATED, /* 401: nobody is signed in; browsers are sent to sign in */
    RC_DENIED,          /* 403: signed in, and may know it exists, but may not */
    RC_NOT_FOUND,       /* 404: is not there, or may not be known to be there */
    RC_CONFLICT,        /* 409: somebody else changed it, or it exists already */
    RC_OUTDATED,        /* 412: what a program said that it knows is no longer so */
    RC_GONE,            /* 410: was here, has expired or was revoked */
    RC_TOO_LARGE,       /* 413 */
    RC_UNSUPPORTED,     /* 415: a kind of file or body that is not read here */
    RC_RATE_LIMITED,    /* 429 */
    RC_BUSY,            /* 503: try again soon */
    RC_INTERNAL,        /* 500: logged with detail, told without */
};

/* msg is a message id (generated, M_...) or 0 for the general text of rc. field names the form field, CSV column or
 * header at fault, may be empty. detail is plain text put into the message's {detail}. */
struct err {
    enum rc rc;
    int msg;
    char field[64];
    char detail[512];
};

/* Fills e (NULL allowed) and returns rc, so that `return err_set(...)` reads well. detail_fmt may be NULL. */
enum rc err_set(struct err *e, enum rc rc, int msg, const char *detail_fmt, ...) PRINTF_LIKE(4, 5);
enum rc err_field(struct err *e, enum rc rc, int msg, const char *field, const char *detail_fmt, ...) PRINTF_LIKE(5, 6);

/* Passes a failure on; runs the expression once. */
#define TRY(expr)                \
    do {                         \
        enum rc try_rc_ = (expr); \
        if (try_rc_ != RC_OK)    \
            return try_rc_;      \
    } while (0)

#endif
