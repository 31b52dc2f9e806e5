/* Forwarding: another record store gets what is stored here, in the order of storing. Each has its place in that order (seq_done), which lies in
 * the database and moves only when the other store has answered; so nothing is lost by a restart, and what was sent once more has its id and is
 * known there. A store that does not answer is asked again later and later; a statement that it refuses for good is counted, told, and passed. */
#ifndef CADRE_CAMPUS_XAPI_FORWARD_H
#define CADRE_CAMPUS_XAPI_FORWARD_H

#include "campus/xapi/inside.h"
#include "gen/campus/xapi/forward_sql.h"
#include "out/job.h"

#define XAPI_FORWARD_EVERY_MS INT64_C(15000)
#define XAPI_FORWARD_COUNT 10000 /* of what waits, counted at most */
#define XAPI_FORWARD_LOCK "passwords of other record stores"

enum rc xapi_run_forward(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e) MUST_CHECK;
/* How many wait, of the next XAPI_FORWARD_COUNT stored. */
enum rc xapi_forward_waits(struct db *db, struct arena *a, struct str which, int64_t seq_done, int64_t *n) MUST_CHECK;

#endif
