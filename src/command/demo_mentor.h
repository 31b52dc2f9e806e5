/* The mentoring of the demo: profiles, pairs in every state over some years, learners who mentor younger ones with a mentor of the
 * faculty behind them, answers about how it goes, and whom to call. */
#ifndef CADRE_COMMAND_DEMO_MENTOR_H
#define CADRE_COMMAND_DEMO_MENTOR_H

#include "store/store.h"

struct demo_mentoring {
    struct arena *a;
    uint64_t seed;
    int64_t now, today, programme;
    int64_t people, trainees;      /* people 0 .. trainees - 1 learn, by stage; the others are staff */
    const int64_t *ids;            /* of the people */
    const unsigned char *stage;    /* of the trainees: 0 the first year, 5 and up residents */
    const bool *is_mentor;         /* of the people: which of the staff are mentors */
    int64_t senior_stage;          /* id of the stage from which learners mentor */
    const int64_t *sessions;       /* of the course for mentors; none: 0 */
    size_t session_count;
    /* the plan, made by demo_mentor_fill */
    int32_t *mentor_of;            /* of each trainee: index of a person, -1 nobody */
    int32_t *seniors, *faculty;    /* learners who mentor; mentors of the faculty */
    int64_t senior_count, faculty_count, next;
};

enum rc demo_mentor_fill(struct db *db, struct demo_mentoring *m, struct err *e) MUST_CHECK;

#endif
