/* What the files of this capability share among themselves. */
#ifndef CADRE_PROGRAMME_PLAN_INSIDE_H
#define CADRE_PROGRAMME_PLAN_INSIDE_H

#include "auth/session.h"
#include "base/clock.h"
#include "gen/msg_plan.h"
#include "gen/programme/plan/plan_sql.h"
#include "programme/plan/plan.h"

/* ---- goal.c ---- */
#define PLAN_KEY 32
/* A new key of 32 hex digits, in the arena. */
struct str plan_new_key(struct arena *a);
const char *plan_state_word(enum plan_state s);
bool plan_find_state(struct str word, enum plan_state *s);
/* RC_CONFLICT with the words for it unless the last statement changed one row. */
enum rc plan_meanwhile(struct db *tx, struct err *e) MUST_CHECK;
/* NULL for 0. */
const int64_t *plan_or_null(const int64_t *v);
/* The goal, when it is this person's. */
enum rc plan_own_goal(struct db *db, struct arena *a, int64_t person, int64_t goal, struct row_plan_goal_find *g) MUST_CHECK;

#endif
