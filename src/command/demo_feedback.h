/* What a demo has of 360 feedback: see demo_feedback.c. */
#ifndef CADRE_COMMAND_DEMO_FEEDBACK_H
#define CADRE_COMMAND_DEMO_FEEDBACK_H

#include "store/store.h"

struct demo_feedback {
    int64_t programme, now, today;
    const int64_t *ids;         /* trainees first, then staff */
    int64_t trainees, people;
    int64_t coordinator, mentor;
    uint64_t seed;
};
/* Rounds in every state, a dozen and three whatever the size of the demo; behind mentoring, since mentors facilitate, and behind the plans, which
 * goals are taken into. */
enum rc demo_feedback_fill(struct db *db, const struct demo_feedback *d, struct err *e) MUST_CHECK;

#endif
