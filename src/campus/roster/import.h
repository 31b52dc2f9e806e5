/* Bringing a roster into a programme: what the institution's file says is compared with what is there, shown, and applied all
 * at once or not at all. The same file twice changes nothing the second time.
 *
 *   who is who   by the institution's id (source "roster"), which holds for the whole site; else by the e-mail address, where
 *                the person it belongs to has no such id yet. An address that belongs to somebody with another id is an error.
 *   people       are added and their names, address, language, profession changed to what the file says; what it leaves empty stays.
 *   trainees     are in a cohort: added, moved, corrected, ended. A trainee whose row names no cohort stays where she is, goes
 *                to options.cohort, or is known without being in any.
 *   others       hold their role in the programme or the cohort that the file names.
 *   cohorts, groups  are found by code, in a plain CSV by title too, and made where they are not there. Stages must be there.
 *   groups       that a whole roster names have those members it says, among the people it names.
 *   who is not in a whole roster stays, unless options.end_missing: then what an earlier roster gave her ends.
 */
#ifndef CADRE_CAMPUS_ROSTER_IMPORT_H
#define CADRE_CAMPUS_ROSTER_IMPORT_H

#include "campus/roster/roster.h"
#include "programme/people/bulk.h"
#include "programme/programme/bulk.h"

extern const struct capability roster_capability;

#define ROSTER_SOURCE S("roster")
#define ROSTER_NONE UINT32_MAX /* no unit: the whole programme, no cohort */
#define ROSTER_FILE_MOST ((size_t)32 * 1024 * 1024) /* bytes */

struct roster_options {
    const struct actor *who; /* NULL: the command line, which may all that a file can ask for */
    bool end_missing;
    int64_t cohort; /* 0: none */
    int64_t today, now;
};

enum roster_act {
    ROSTER_PERSON_ADD,
    ROSTER_PERSON_LINK, /* was known without an id of the institution */
    ROSTER_PERSON_CHANGE,
    ROSTER_MEMBER_ADD,
    ROSTER_MEMBER_MOVE,
    ROSTER_MEMBER_CHANGE,
    ROSTER_MEMBER_END,
    ROSTER_GROUP_JOIN,
    ROSTER_GROUP_CHANGE, /* another last day */
    ROSTER_GROUP_LEAVE,
    ROSTER_ROLE_GIVE,
    ROSTER_ROLE_END,
    ROSTER_ACTS
};

enum roster_field {
    ROSTER_GIVEN_NAME = 1,
    ROSTER_FAMILY_NAME = 2,
    ROSTER_EMAIL = 4,
    ROSTER_LANGUAGE = 8,
    ROSTER_STAGE = 16,
    ROSTER_START = 32,
    ROSTER_END = 64,
    ROSTER_PROFESSION = 128,
};

/* A cohort or group that the file names. */
struct roster_unit_plan {
    int64_t id; /* 0: to be made */
    struct str code, title;
    int64_t stage;   /* cohorts: 0 none */
    uint32_t cohort; /* groups: index into the plan's cohorts, or ROSTER_NONE */
    bool named;      /* by this file; else it is only known */
    bool used;       /* by a step: what is new is made then only */
};

struct roster_person_plan {
    int64_t id; /* 0: to be added */
    struct str sourced_id;
    struct str name; /* to show */
    const struct person_details *before; /* NULL: she is new */
    struct person_details *after;        /* NULL: as before */
    size_t row; /* 0: not in the file */
};

struct roster_step {
    enum roster_act act;
    uint32_t person; /* index into the plan's people */
    uint32_t unit;   /* index into cohorts (members, roles) or groups; ROSTER_NONE */
    uint32_t from;   /* MEMBER_MOVE: the cohort she is in */
    unsigned fields; /* enum roster_field: what changes */
    size_t row;
    int64_t id, version; /* of the membership or role grant that is there */
    int64_t stage, start_day, end_day; /* end_day DAY_OPEN; for what ends, the last day */
    int64_t stage_before, start_before, end_before;
    enum role role;
};

struct roster_plan {
    enum roster_format format;
    bool partial;
    struct roster_person_plan *people;
    size_t people_count;
    struct roster_unit_plan *cohorts, *groups;
    size_t cohort_count, group_count;
    const struct stage *stages;
    size_t stage_count;
    struct roster_step *steps; /* person by person */
    size_t step_count;
    size_t counts[ROSTER_ACTS];
    size_t cohorts_new, groups_new;
    /* Each person of the file is one of these; so is who is missing and ends. */
    size_t added, changed, ended, unchanged;
    size_t missing; /* whom an earlier roster brought and this whole one does not name */
};

/* Reads a file of either kind, told apart by its first bytes. Problems as the readers tell them; another code than RC_OK only
 * for a file that cannot be opened at all. */
enum rc roster_read(struct arena *a, struct str file, struct str bytes, struct roster **out, struct problems *p, struct err *e) MUST_CHECK;

/* What bringing the file into the programme would do today. RC_OK also where p has errors: then the plan is not to be applied
 * (and empty where the file itself is wrong). Several statements over everybody, none for a row. */
enum rc roster_plan_make(struct db *db, struct arena *a, int64_t programme, struct str file, struct str bytes,
                         const struct roster_options *o, struct roster_plan *plan, struct problems *p, struct err *e) MUST_CHECK;

struct roster_request {
    int64_t programme;
    struct str file, bytes;
    struct roster_options options;
    int64_t upload; /* roster_upload it comes from, which is emptied and marked; 0: none */
    void (*progress)(void *arg, int64_t done, int64_t total); /* NULL allowed; from another thread */
    void *progress_arg;
};
/* Plans again inside one bulk closure and does it. RC_INVALID with errors in p when the file may not be applied, and nothing is
 * changed. *import (NULL allowed) is the roster_import row. */
enum rc roster_apply(struct db *db, struct arena *a, const struct roster_request *rq, struct roster_plan *plan, int64_t *import,
                     struct problems *p, struct err *e) MUST_CHECK;

/* The day in the programme's zone. */
int64_t roster_today(const struct programme *p, int64_t now);
/* "member_add": stable, for programs. */
const char *roster_act_word(enum roster_act act);
/* What a step is about, in words: "Entry 2026, from 1 September 2026". */
struct str roster_step_text(struct arena *a, int lang, const struct roster_plan *p, const struct roster_step *s);

#endif
