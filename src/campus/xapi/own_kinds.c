/* Which evidence is told as statements: see own.h. Verbs and types are those of the vocabulary of ADL (http://adlnet.gov/expapi). */
#include "base/base.h"
#include "campus/xapi/own.h"

#define VERB(word) "http://adlnet.gov/expapi/verbs/" #word, #word
#define TYPE(word) "http://adlnet.gov/expapi/activities/" #word

static const struct xapi_own_kind kinds[] = {
    {"session_completed", XAPI_OWN_TOLD, VERB(completed), TYPE(lesson)},
    {"quiz_passed", XAPI_OWN_TOLD, VERB(passed), TYPE(assessment)},
    {"attended", XAPI_OWN_TOLD, VERB(attended), TYPE(meeting)},
    {"course_completed", XAPI_OWN_TOLD, VERB(completed), TYPE(course)},
    {"exercise", XAPI_OWN_TOLD, VERB(completed), TYPE(simulation)},
    {"exercise_rated", XAPI_OWN_TOLD, VERB(scored), TYPE(simulation)},
    {"observed", XAPI_OWN_TOLD, VERB(scored), TYPE(performance)},
    {"assessed_by_rubric", XAPI_OWN_TOLD, VERB(scored), TYPE(performance)},
    {"hours_verified", XAPI_OWN_TOLD, VERB(completed), TYPE(performance)},
    {"project_finished", XAPI_OWN_TOLD, VERB(completed), TYPE(performance)},

    {"attendance_withdrawn", XAPI_OWN_BACK, NULL, NULL, NULL},
    {"observation_withdrawn", XAPI_OWN_BACK, NULL, NULL, NULL},
    {"goal_reopened", XAPI_OWN_PRIVATE, NULL, NULL, NULL},
    {"commendation_removed", XAPI_OWN_PRIVATE, NULL, NULL, NULL},

    {"outside_done", XAPI_OWN_OUTSIDE, NULL, NULL, NULL},
    {"outside_passed", XAPI_OWN_OUTSIDE, NULL, NULL, NULL},
    {"outside_assessed", XAPI_OWN_OUTSIDE, NULL, NULL, NULL},
    {"outside_withdrawn", XAPI_OWN_OUTSIDE, NULL, NULL, NULL},

    {"goal_reached", XAPI_OWN_PRIVATE, NULL, NULL, NULL},     /* her development plan */
    {"commended", XAPI_OWN_PRIVATE, NULL, NULL, NULL},        /* words between two people */
    {"feedback_round", XAPI_OWN_PRIVATE, NULL, NULL, NULL},   /* 360 feedback */
    {"mentor_reflected", XAPI_OWN_PRIVATE, NULL, NULL, NULL}, /* a reflection */
    {"mentored", XAPI_OWN_PRIVATE, NULL, NULL, NULL},         /* the mentor wall, as the two below */
    {"mentors", XAPI_OWN_PRIVATE, NULL, NULL, NULL},
    {"was_mentored", XAPI_OWN_PRIVATE, NULL, NULL, NULL},
};

const struct xapi_own_kind *xapi_own_kind_find(struct str kind)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_eq_z(kind, kinds[i].kind))
            return &kinds[i];
    return NULL;
}
