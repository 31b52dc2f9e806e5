/* Rounds of matching for `cadre demo`: one that is approved, one in which people rank. */
#ifndef CADRE_COMMAND_DEMO_MATCH_H
#define CADRE_COMMAND_DEMO_MATCH_H

#include "base/err.h"
#include "store/store.h"

/* Behind the mentors' profiles. Without any, or without mentees, nothing is made. by: who runs the rounds. */
enum rc demo_match_fill(struct db *db, int64_t programme, int64_t by, uint64_t seed, int64_t today, int64_t now, struct err *e) MUST_CHECK;

#endif
