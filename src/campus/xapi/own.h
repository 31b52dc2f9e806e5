/* What Cadre tells of its own people: evidence that becomes statements. A kind of evidence that is not told here is never written, and each
 * kind must stand in the list: a test compares it with all kinds there are. docs/xapi.md shows the same list to people. */
#ifndef CADRE_CAMPUS_XAPI_OWN_H
#define CADRE_CAMPUS_XAPI_OWN_H

#include "out/job.h"

enum xapi_own_way {
    XAPI_OWN_PRIVATE, /* never told: between people, or about what somebody thinks */
    XAPI_OWN_TOLD,
    XAPI_OWN_BACK,    /* takes something back: what was told of that is voided */
    XAPI_OWN_OUTSIDE, /* came from a statement, so there is one already */
};

struct xapi_own_kind {
    const char *kind; /* of evidence */
    enum xapi_own_way way;
    const char *verb, *display; /* the display is English */
    const char *type;           /* of the activity */
};

/* NULL: no such kind. */
const struct xapi_own_kind *xapi_own_kind_find(struct str kind);

/* Writes what waits in the outbox: a job. */
enum rc xapi_run_own(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e) MUST_CHECK;
#define XAPI_OWN_EVERY_MS INT64_C(30000)

#endif
