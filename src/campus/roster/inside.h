/* What the files of the import share: the comparison of a roster with a programme while it is being made. */
#ifndef CADRE_CAMPUS_ROSTER_INSIDE_H
#define CADRE_CAMPUS_ROSTER_INSIDE_H

#include "base/strmap.h"
#include "campus/roster/import.h"

/* Somebody of the site whom the file may mean, or misses. The chains lead through the arrays of the roll by index + 1; 0 ends them. */
struct known {
    int64_t person;
    struct str sourced_id; /* no value: none */
    struct person_details d;
    uint32_t member, seat, grant, other;
    bool missing; /* the file does not name her, and should */
    bool said;    /* a row of the file was found to be her */
};

struct other_grant {
    struct grant g;
    uint32_t next;
};

/* Where a membership of the file leads: indices into the plan's units, and the stage's id. */
struct place_said {
    uint32_t cohort, group;
    int64_t stage;
};

enum stage_noted { STAGE_NOT_NOTED, STAGE_NOTED, STAGE_MIXED };

struct comparing {
    struct arena *a;
    struct arena *scratch; /* emptied after each person */
    struct db *db;
    int64_t programme;
    struct str file;
    const struct roster_options *o;
    struct problems *p;
    const struct roster *roster;
    struct roster_plan *plan;
    size_t step_cap, cohort_cap, group_cap;

    struct programme_roll roll;
    uint32_t *member_next, *seat_next, *grant_next;
    struct other_grant *others;
    size_t other_count, other_cap;
    int64_t *brought; /* people in the programme now by an earlier roster; sorted */
    size_t brought_count;
    struct known **known; /* sorted by person */
    size_t known_count, known_cap;
    struct strmap ids, emails;          /* of the file: index of the person in it */
    struct known **of_id, **of_email;   /* for each person in it: whose id, whose address that is; NULL nobody's */

    /* units.c */
    struct strmap stage_names, grades; /* of the programme; of the file, those that are none, with the first row */
    bool stages_said;                  /* the file names a stage that there is */
    struct strmap cohort_codes, cohort_names, cohort_said, cohort_ids;
    struct strmap group_codes, group_names, group_said, group_ids;
    uint32_t no_cohort; /* where trainees without a cohort go; ROSTER_NONE */
    struct place_said *said; /* for each membership of the roster in its order */
    enum stage_noted *noted; /* for each cohort: what is known of its people's stage */

    struct strmap languages_told, professions_told;
    size_t homeless, homeless_row; /* trainees in no cohort, and the first one's row */
    bool grants_all;               /* may give any role that a file can name */
};

/* Columns of a problem, by the names of the file's format. */
enum said_column { SAID_ID, SAID_USER, SAID_NAME, SAID_EMAIL, SAID_LANGUAGE, SAID_PROFESSION, SAID_MAIN_ROLE, SAID_ROLE, SAID_COHORT, SAID_HOME,
                   SAID_STAGE, SAID_GROUP, SAID_START, SAID_END };
void roster_wrong(struct comparing *c, size_t row, enum said_column column, msg_id msg, struct str detail);
void roster_warn(struct comparing *c, size_t row, enum said_column column, msg_id msg, struct str detail);

/* Adds a step for a person and counts it. */
struct roster_step *roster_step_add(struct comparing *c, enum roster_act act, uint32_t person, size_t row);

/* units.c: the cohorts, groups and stages that are there, then those that the file names. */
void roster_units_known(struct comparing *c);
void roster_units_said(struct comparing *c);
uint32_t roster_cohort_of(const struct comparing *c, const int64_t *id);
uint32_t roster_group_of(const struct comparing *c, const int64_t *id);

/* places.c: memberships, groups and roles of one person. k NULL: she is new. at: of her first membership in c->said. */
void roster_compare_places(struct comparing *c, const struct roster_person *person, const struct known *k, uint32_t at, size_t said_at);
/* All that she has in the programme ends; of_source: only what an earlier roster gave her. */
void roster_end_places(struct comparing *c, const struct known *k, uint32_t at, size_t row, bool of_source);

/* ---- import.c: files between dry run and apply --------------------------------------------------------------------------- */

#define ROSTER_JOB "roster_import"
#define ROSTER_UPLOAD_MS MS_PER_HOUR

struct roster_upload {
    int64_t id, programme;
    int64_t person; /* who sent it; nobody else may see it */
    bool by_token;  /* by a program, */
    struct permission_set scopes; /* that may do this much */
    int64_t job, import; /* 0: not asked for, not applied */
    struct str filename;
    struct roster_options options; /* as chosen; who, today and now are not kept */
    struct str bytes; /* only after roster_upload_bytes */
    int64_t size, expires_at;
};
/* Inside a closure. What has expired goes on the way. */
enum rc roster_upload_add(struct db *tx, struct arena *a, const struct roster_upload *u, int64_t now, int64_t *id) MUST_CHECK;
/* RC_NOT_FOUND when it has expired too. */
enum rc roster_upload_find(struct db *db, struct arena *a, int64_t id, int64_t now, struct roster_upload *out) MUST_CHECK;
enum rc roster_upload_bytes(struct db *db, struct arena *a, struct roster_upload *u) MUST_CHECK;
/* Inside a closure: asks for the job that applies it, unless that was asked for or done. */
enum rc roster_upload_start(struct db *tx, struct arena *a, int64_t id, int64_t person, int64_t now, int64_t *job) MUST_CHECK;
/* How far the upload is that this process applies now; nothing is set where it does not. The job itself says only begun and
 * done, because everything is one transaction. */
void roster_progress_now(int64_t upload, int64_t *done, int64_t *total);

enum rc roster_import_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e) MUST_CHECK;
enum rc roster_tidy_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e) MUST_CHECK;

#endif
