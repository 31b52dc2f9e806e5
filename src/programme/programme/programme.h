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
/* programme 0: the whole site; cohort 0: the whole programme; end_day INT64_MAX: open. */
enum rc programme_grant_role(struct db *tx, int64_t person, enum role role, int64_t programme, int64_t cohort, int64_t start_day, int64_t end_day, struct str source, struct err *e) MUST_CHECK;

/* Reading. Lists are in the arena, ordered (stages by ordinal, cohorts by code). */
enum rc programme_find(struct db *db, struct arena *a, int64_t id, struct programme *out) MUST_CHECK;
enum rc programme_by_code(struct db *db, struct arena *a, struct str code, struct programme *out) MUST_CHECK;
enum rc programme_list(struct db *db, struct arena *a, struct programme **out, size_t *count) MUST_CHECK;
enum rc programme_stages(struct db *db, struct arena *a, int64_t programme, struct stage **out, size_t *count) MUST_CHECK;
enum rc programme_cohorts(struct db *db, struct arena *a, int64_t programme, struct cohort **out, size_t *count) MUST_CHECK;
/* The programmes and cohorts a person belongs to or did, as places of an access target. */
enum rc programme_places(struct db *db, struct arena *a, int64_t person, struct grant **out, size_t *count) MUST_CHECK;
/* The programme that c->who works in: by a role in force or the latest membership; the only one when there is one. RC_NOT_FOUND when none. */
enum rc programme_current(struct ctx *c, struct programme *out) MUST_CHECK;
/* Target of an access decision about a person: fills t->person and her places. */
enum rc programme_person_target(struct ctx *c, int64_t person, struct target *t) MUST_CHECK;

/* Called inside the closure for each membership or group membership that begins; registered by main.c. */
typedef enum rc programme_joined_fn(struct db *tx, int64_t person, int64_t cohort, int64_t group, int64_t now);
void programme_on_joined(programme_joined_fn *fn);

#endif
