/* Commendations: anybody names a behaviour worth following of a person of the same programme, tied to a competency, in a sentence
 * or two. The person decides what is public; until she has seen it, who gave it can take it back. It becomes evidence of a kind of
 * its own when it is seen, and is no judgement. By SQL others read pub_commend_public: what people chose to show. */
#ifndef CADRE_PROGRAMME_COMMEND_COMMEND_H
#define CADRE_PROGRAMME_COMMEND_COMMEND_H

#include "programme/capability.h"

extern const struct capability commend_capability;

#define COMMEND_WORDS_MOST 400  /* characters: a sentence or two */
#define COMMEND_A_DAY 10        /* by one person */

struct commend_new {
    int64_t programme, person, giver, competency;
    struct str words;
    int64_t today;              /* the civil day of who gives it */
};

/* All of these run inside a closure. */

/* RC_INVALID with the field for oneself, somebody who is not in the programme today, the eleventh within a day; RC_CONFLICT when
 * the same words went to the same person within a day (a form sent twice). */
enum rc commend_give(struct db *tx, struct arena *a, const struct commend_new *n, int64_t now, int64_t *id, struct err *e) MUST_CHECK;
/* The person reads what is new, at most a page of it: from now on it is evidence, and hers to keep. */
enum rc commend_see(struct db *tx, struct arena *a, int64_t person, int64_t now) MUST_CHECK;
/* The person shows it to the programme, or keeps it to herself. RC_CONFLICT when it was changed meanwhile or is gone. */
enum rc commend_show(struct db *tx, int64_t id, int64_t version, bool shown, struct err *e) MUST_CHECK;
/* Its words are deleted and its evidence is taken back; by: the person, or the coordinator who looked at it. */
enum rc commend_remove(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t by, int64_t now, struct err *e) MUST_CHECK;
/* Who gave it takes it back and nothing is left. RC_CONFLICT when it was seen meanwhile. */
enum rc commend_take_back(struct db *tx, int64_t id, int64_t giver, struct err *e) MUST_CHECK;
/* The person asks the coordinator to look at it; and the coordinator has looked: it stays, or it is removed. */
enum rc commend_report(struct db *tx, int64_t id, int64_t version, struct str words, int64_t now, struct err *e) MUST_CHECK;
enum rc commend_look(struct db *tx, struct arena *a, int64_t id, int64_t version, bool removes, struct str answer, int64_t by, int64_t now,
                     struct err *e) MUST_CHECK;

/* What a person chose to show in a programme, newest first: for mentor_on_commendations (mentor.h). */
struct mentor_commendation;
enum rc commend_of_mentor(struct ctx *c, int64_t programme, int64_t person, size_t most, struct mentor_commendation **out, size_t *count) MUST_CHECK;

#endif
