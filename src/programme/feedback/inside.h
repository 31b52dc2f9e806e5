/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_FEEDBACK_INSIDE_H
#define CADRE_PROGRAMME_FEEDBACK_INSIDE_H

#include "auth/session.h"
#include "gen/msg_feedback.h"
#include "gen/programme/feedback/answer_sql.h"
#include "gen/programme/feedback/feedback_sql.h"
#include "programme/feedback/feedback.h"
#include "programme/programme/programme.h"

#define FEEDBACK_DAYS_MOST 120

/* ---- round.c ---- */
/* Writes a round as it stands. RC_CONFLICT when somebody else wrote it meanwhile. */
enum rc feedback_save(struct db *tx, struct feedback_round *r, struct err *e) MUST_CHECK;
/* The same with a step from one state to another; RC_CONFLICT when it is in neither of the two it may begin in. */
enum rc feedback_step(struct db *tx, struct feedback_round *r, enum feedback_state from, enum feedback_state or_from, enum feedback_state to,
                      int64_t now, struct err *e) MUST_CHECK;
/* How many of the reminders are due on a day, and when something is due next after it. */
int64_t feedback_reminders_by(const struct feedback_round *r, int64_t day);
int64_t feedback_next_day(const struct feedback_round *r, int64_t today);

/* ---- raters.c ---- */
/* How many of a list there are in all and in each group of the round: those in either state ("" for none). */
struct feedback_named {
    int64_t total;
    int64_t groups[FEEDBACK_GROUP_COUNT]; /* by place in r->groups */
};
void feedback_count_named(const struct feedback_round *r, const struct rows_feedback_nominations *rows, const char *state, const char *or_state,
                          struct feedback_named *out);
bool feedback_named_enough(const struct feedback_round *r, const struct feedback_named *n);
/* Invites an approved rater: a mail goes out. */
enum rc feedback_invite(struct db *tx, struct arena *a, struct feedback_round *r, int64_t nomination, int64_t now) MUST_CHECK;

/* ---- answer.c ---- */
struct str feedback_token(struct arena *a);
struct str feedback_hash(struct arena *a, struct str token, const char *purpose, struct str of);
/* Every answer of a round under a number by chance, in an order by chance; links and invitations go. */
enum rc feedback_unlink(struct db *tx, struct arena *a, int64_t round) MUST_CHECK;
/* Deletes answers, links and invitations of a round. */
enum rc feedback_drop_answers(struct db *tx, int64_t round) MUST_CHECK;
/* Every item but those in words has an answer. RC_INVALID with the field. */
enum rc feedback_check_said(struct arena *a, const struct feedback_said *said, struct err *e) MUST_CHECK;
struct str feedback_write_points(struct arena *a, const struct feedback_said *said);
/* False when the text does not fit the instrument. */
bool feedback_read_points(const struct instrument *i, struct str points, int *answers);

#endif
