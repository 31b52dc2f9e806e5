/* A whole programme at once, for loading many: campus/roster compares with this instead of asking once for each row, and writes
 * through what stands below where the rules of programme.h were checked against the whole before. */
#ifndef CADRE_PROGRAMME_PROGRAMME_BULK_H
#define CADRE_PROGRAMME_PROGRAMME_BULK_H

#include "programme/programme/programme.h"

struct roll_member {
    int64_t id, person, cohort, stage; /* stage 0: the cohort's */
    int64_t start_day, end_day;        /* end_day DAY_OPEN */
    int64_t version;
    bool closed;
    bool of_source; /* made by the source that the roll was asked for */
};
struct roll_group_member {
    int64_t group, person, start_day, end_day;
};
struct roll_grant {
    int64_t id, person, cohort; /* cohort 0: the whole programme */
    enum role role;
    int64_t start_day, end_day;
    bool of_source;
};
struct programme_roll {
    struct stage *stages;
    size_t stage_count;
    struct cohort *cohorts;
    size_t cohort_count;
    struct learner_group *groups;
    size_t group_count;
    struct roll_member *members; /* past ones too; in no order, as the next two */
    size_t member_count;
    struct roll_group_member *group_members;
    size_t group_member_count;
    struct roll_grant *grants;
    size_t grant_count;
};
/* Everything in the arena. */
enum rc programme_roll(struct db *db, struct arena *a, int64_t programme, struct str source, struct programme_roll *out) MUST_CHECK;

/* What people may do today besides being trainees of this programme, everywhere in the site: one call for each grant. */
enum rc programme_each_other_grant(struct db *db, struct arena *a, int64_t programme, int64_t today,
                                   void (*fn)(void *arg, int64_t person, const struct grant *g), void *arg) MUST_CHECK;

/* :exec statements alone, as programme_add_member_known; nobody is told. */
enum rc programme_add_group_member_known(struct db *tx, int64_t group, int64_t person, int64_t start_day, int64_t end_day) MUST_CHECK;
enum rc programme_grant_role_known(struct db *tx, int64_t id, int64_t person, enum role role, int64_t programme, int64_t cohort,
                                   int64_t start_day, int64_t end_day, struct str source) MUST_CHECK;
/* last_day is the last in the group, also where she has left it already; a membership that has not begun by then falls away. */
enum rc programme_leave_group_known(struct db *tx, int64_t group, int64_t person, int64_t last_day) MUST_CHECK;
/* Another last day for the row that began on start_day. */
enum rc programme_set_group_member_end(struct db *tx, int64_t group, int64_t person, int64_t start_day, int64_t end_day) MUST_CHECK;

#endif
