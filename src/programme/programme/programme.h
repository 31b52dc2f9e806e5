/* Programmes, stages, cohorts, groups, memberships and role grants: the rules. */
#ifndef CADRE_PROGRAMME_PROGRAMME_PROGRAMME_H
#define CADRE_PROGRAMME_PROGRAMME_PROGRAMME_H

#include "programme/capability.h"

extern const struct capability programme_capability;

struct programme {
    int64_t id;
    struct str code, title, zone, language;
    int64_t version;
};
struct stage {
    int64_t id, ordinal;
    struct str code, title;
};
struct cohort {
    int64_t id, stage;  /* stage 0: none */
    struct str code, title;
    int64_t version;
};

/* Inside a closure, all of these. RC_CONFLICT when the code is taken. */
enum rc programme_add(struct db *tx, struct str code, struct str title, struct str zone, struct str language, int64_t now, int64_t *id, struct err *e) MUST_CHECK;
enum rc programme_add_stage(struct db *tx, int64_t programme, int64_t ordinal, struct str code, struct str title, int64_t *id, struct err *e) MUST_CHECK;
enum rc programme_add_cohort(struct db *tx, int64_t programme, struct str code, struct str title, int64_t stage, int64_t *id, struct err *e) MUST_CHECK;
enum rc programme_add_group(struct db *tx, int64_t programme, int64_t cohort, struct str code, struct str title, int64_t *id, struct err *e) MUST_CHECK;
/* stage 0: the cohort's. end_day INT64_MAX: open. Also tells the hook that others registered (curriculum enrols). */
enum rc programme_add_member(struct db *tx, int64_t person, int64_t programme, int64_t cohort, int64_t stage, int64_t start_day, int64_t end_day, struct str source, int64_t now, int64_t *id, struct err *e) MUST_CHECK;
enum rc programme_add_group_member(struct db *tx, int64_t group, int64_t person, int64_t start_day, int64_t end_day, int64_t now) MUST_CHECK;
/* programme 0: the whole site; cohort 0: the whole programme; end_day INT64_MAX: open. A role whose rights reach the whole site
 * wherever it is held is given in the whole site alone: nobody shall take it for less. */
enum rc programme_grant_role(struct db *tx, int64_t person, enum role role, int64_t programme, int64_t cohort, int64_t start_day, int64_t end_day, struct str source, struct err *e) MUST_CHECK;

/* Reading. Lists are in the arena, ordered (stages by ordinal, cohorts by code). */
enum rc programme_find(struct db *db, struct arena *a, int64_t id, struct programme *out) MUST_CHECK;
enum rc programme_by_code(struct db *db, struct arena *a, struct str code, struct programme *out) MUST_CHECK;
enum rc programme_list(struct db *db, struct arena *a, struct programme **out, size_t *count) MUST_CHECK;
enum rc programme_stages(struct db *db, struct arena *a, int64_t programme, struct stage **out, size_t *count) MUST_CHECK;
enum rc programme_cohorts(struct db *db, struct arena *a, int64_t programme, struct cohort **out, size_t *count) MUST_CHECK;
/* Every cohort of every open programme, for a choice. */
struct cohort_place {
    int64_t programme, cohort;
    struct str programme_title, title;
};
enum rc programme_all_cohorts(struct db *db, struct arena *a, struct cohort_place **out, size_t *count) MUST_CHECK;
/* The programmes and cohorts a person belongs to or did, as places of an access target. */
enum rc programme_places(struct db *db, struct arena *a, int64_t person, struct grant **out, size_t *count) MUST_CHECK;
/* The programme that c->who works in: by a role in force or the latest membership; the only one when there is one. RC_NOT_FOUND when none. */
enum rc programme_current(struct ctx *c, struct programme *out) MUST_CHECK;
/* Target of an access decision about a person: fills t->person and her places. */
enum rc programme_person_target(struct ctx *c, int64_t person, struct target *t) MUST_CHECK;
/* The same about what belongs to one programme: who keeps another programme of hers is not meant. */
enum rc programme_person_target_in(struct ctx *c, int64_t person, int64_t programme, struct target *t) MUST_CHECK;

/* ---- changing what is there: inside a closure; version is the one the form was opened with ---------------------------- */

/* RC_CONFLICT with M_programme_changed when somebody else changed it meanwhile. */
enum rc programme_change(struct db *tx, const struct programme *p, struct err *e) MUST_CHECK;
enum rc programme_change_stage(struct db *tx, int64_t programme, const struct stage *s, struct err *e) MUST_CHECK;

struct cohort_details {
    int64_t id, programme, version;
    struct str code, title;
    int64_t stage;              /* 0: none */
    int64_t start_day, end_day; /* INT64_MIN: not said; INT64_MAX: not said */
};
enum rc programme_find_cohort(struct db *db, struct arena *a, int64_t id, struct cohort_details *out) MUST_CHECK;
enum rc programme_change_cohort(struct db *tx, const struct cohort_details *c, struct err *e) MUST_CHECK;
/* The stage behind the cohort's by ordinal; the first one for a cohort without. RC_NOT_FOUND when there is none. */
enum rc programme_next_stage(struct db *db, struct arena *a, const struct cohort_details *c, struct stage *out) MUST_CHECK;
/* All members without a stage of their own go along. */
enum rc programme_advance_cohort(struct db *tx, int64_t cohort, int64_t version, int64_t stage, struct err *e) MUST_CHECK;

struct learner_group {
    int64_t id, programme, cohort; /* cohort 0: drawn from several */
    struct str code, title;
};
enum rc programme_find_group(struct db *db, struct arena *a, int64_t id, struct learner_group *out) MUST_CHECK;
enum rc programme_change_group(struct db *tx, const struct learner_group *g, struct err *e) MUST_CHECK;
/* last_day is the last in the group; a membership that has not begun by then falls away. */
enum rc programme_end_group_member(struct db *tx, int64_t group, int64_t person, int64_t last_day, struct err *e) MUST_CHECK;

/* Ends a role; one that has not begun falls away. The last administrator of the site stays one (RC_CONFLICT). */
enum rc programme_end_role(struct db *tx, int64_t grant, int64_t last_day, int64_t today, struct err *e) MUST_CHECK;
/* Inside a closure, before somebody can no longer sign in: RC_CONFLICT when she is the last administrator of the site. */
enum rc programme_leaves_administrator(struct db *tx, int64_t person, int64_t today, struct err *e) MUST_CHECK;
/* The roles that are not over, those too that have not begun: what whoever stands in for the person could do, now or later. */
enum rc programme_roles_ahead(struct db *db, struct arena *a, int64_t person, int64_t today, struct grant **out, size_t *count) MUST_CHECK;

/* ---- memberships (member.c) -------------------------------------------------------------------------------------------- */

#define DAY_OPEN INT64_MAX

struct membership {
    int64_t id, person, programme, cohort, stage; /* stage 0: the cohort's */
    struct str state;       /* "active", "transferred", "completed", "withdrawn" */
    bool closed;            /* any but the first */
    int64_t start_day, end_day; /* end_day DAY_OPEN while open */
    int64_t version;
};
enum membership_end { MEMBERSHIP_COMPLETED, MEMBERSHIP_WITHDRAWN };
enum pause_kind { PAUSE_LEAVE, PAUSE_DEFERRAL };

enum rc programme_find_member(struct db *db, struct arena *a, int64_t membership, struct membership *out) MUST_CHECK;
/* Days within the membership; end_day is the last day away, DAY_OPEN until it is known. Pauses do not overlap. */
enum rc programme_pause_member(struct db *tx, int64_t membership, int64_t version, enum pause_kind kind, int64_t start_day,
                               int64_t end_day, struct err *e) MUST_CHECK;
/* The person is back: last_day was the last day away. Before its start the pause falls away. */
enum rc programme_resume_member(struct db *tx, int64_t membership, int64_t version, int64_t pause, int64_t last_day,
                                struct err *e) MUST_CHECK;
/* From day on in another cohort of the same programme, in all that belongs to it; on the first day of the membership the
 * cohort is put right instead. stage 0: the new cohort's. *id (NULL allowed) is the membership that now holds; source says who
 * made it. */
enum rc programme_transfer_member(struct db *tx, int64_t membership, int64_t version, int64_t cohort, int64_t stage, int64_t day,
                                  struct str source, int64_t now, int64_t *id, struct err *e) MUST_CHECK;
/* Ends it, its groups in the programme with it; last_day is the last as a member. */
enum rc programme_end_member(struct db *tx, int64_t membership, int64_t version, enum membership_end how, int64_t last_day,
                             struct err *e) MUST_CHECK;
/* Puts the stage or the days right, without another state. */
enum rc programme_correct_member(struct db *tx, int64_t membership, int64_t version, int64_t stage, int64_t start_day,
                                 int64_t end_day, struct err *e) MUST_CHECK;

/* Where a person is and was, from the latest to the first: what her page shows. */
struct pause_span {
    int64_t id;
    enum pause_kind kind;
    int64_t start_day, end_day; /* DAY_OPEN */
};
struct member_span {
    struct membership m;
    struct str programme, cohort, stage, source; /* titles; stage empty where there is none */
    const struct pause_span *pauses;
    size_t pause_count;
};
struct group_span {
    int64_t group, programme;
    struct str title;
    int64_t start_day, end_day;
};
struct role_span {
    int64_t id;
    enum role role;
    int64_t programme_id, cohort_id;
    struct str programme, cohort; /* titles; empty: the whole site, the whole programme */
    int64_t start_day, end_day;
};
struct person_history {
    const struct member_span *members;
    size_t member_count;
    const struct group_span *groups;
    size_t group_count;
    const struct role_span *roles;
    size_t role_count;
};
enum rc programme_history(struct db *db, struct arena *a, int64_t person, struct person_history *out) MUST_CHECK;

/* For loading many: checked against the whole before, :exec statements alone, so it may stand inside a pipeline. The hook is
 * not told: call programme_tell_joined behind the pipeline. */
enum rc programme_add_member_known(struct db *tx, int64_t id, int64_t person, int64_t programme, int64_t cohort, int64_t stage,
                                   int64_t start_day, int64_t end_day, struct str source) MUST_CHECK;
enum rc programme_tell_joined(struct db *tx, int64_t person, int64_t cohort, int64_t group, int64_t now) MUST_CHECK;
enum rc programme_tell_left(struct db *tx, int64_t person, int64_t programme) MUST_CHECK;

/* Called inside the closure for each membership or group membership that begins; registered by main.c. */
typedef enum rc programme_joined_fn(struct db *tx, int64_t person, int64_t cohort, int64_t group, int64_t now);
void programme_on_joined(programme_joined_fn *fn);
/* The same when a membership or group membership gets a last day, which may be still to come. Ends that pass by themselves are
 * told to nobody: whoever must act on them looks at the days. */
typedef enum rc programme_left_fn(struct db *tx, int64_t person, int64_t programme, int64_t now);
void programme_on_left(programme_left_fn *fn);

#endif
