/* OneRoster CSV bundles, versions 1.1 and 1.2 (1EdTech): a zip with manifest.csv and one table for each kind of record.
 * Read leniently: what is harmless is told as a warning and read, what could put a person in the wrong place is an
 * error.
 *
 *   error    no users, a file that the manifest promises and the zip lacks, an unreadable table, a missing column that
 * is needed, an empty or doubled sourcedId, an unknown status, a day that is none, no status in a delta warning  no
 * manifest, columns and files that are not read, a reference to a record that is not there (an enrolment with one is
 * left out), an unknown role, a wrong or doubled e-mail address, a wrong dateLastModified
 *
 * A blank status in a bulk file means active, as the standard has it. Demographics, passwords and user profiles are not
 * read. endDate is exclusive in the standard; days here are the last day. */
#ifndef CADRE_CAMPUS_ROSTER_ONEROSTER_H
#define CADRE_CAMPUS_ROSTER_ONEROSTER_H

#include "campus/roster/roster.h"

enum oneroster_mode { ONEROSTER_ABSENT, ONEROSTER_BULK, ONEROSTER_DELTA };

/* What every record begins with. */
struct oneroster_record {
    struct str sourced_id;
    enum roster_standing standing; /* active, inactive, tobedeleted */
    int64_t modified_at;           /* UTC ms, INT64_MIN when not said */
    size_t row;
};

struct oneroster_list { /* a field with commas in it */
    struct str *items;
    size_t count;
};

struct oneroster_org {
    struct oneroster_record record;
    struct str name, type, identifier, parent;
};

struct oneroster_session {
    struct oneroster_record record;
    struct str title, type, parent, school_year;
    int64_t start_day, end_day; /* ROSTER_NO_START, ROSTER_NO_END */
};

struct oneroster_course {
    struct oneroster_record record;
    struct str title, code, org, session;
};

struct oneroster_class {
    struct oneroster_record record;
    struct str title, code, type, course, school, location;
    struct oneroster_list grades, terms;
};

struct oneroster_user {
    struct oneroster_record record;
    struct str enabled; /* "false" in any case: may not sign in */
    struct str given_name, family_name, preferred_given_name, preferred_family_name;
    struct str username, identifier, email, role, primary_org;
    struct oneroster_list grades, orgs;
};

struct oneroster_role { /* 1.2 */
    struct oneroster_record record;
    struct str user, type, role, org;
    int64_t start_day, end_day;
};

struct oneroster_enrollment {
    struct oneroster_record record;
    struct str class_id, school, user, role, primary;
    int64_t start_day, end_day;
};

enum oneroster_file {
    ONEROSTER_ORGS,
    ONEROSTER_SESSIONS,
    ONEROSTER_COURSES,
    ONEROSTER_CLASSES,
    ONEROSTER_USERS,
    ONEROSTER_ROLES,
    ONEROSTER_ENROLLMENTS,
    ONEROSTER_FILES
};

struct oneroster {
    enum roster_format format;
    enum oneroster_mode modes[ONEROSTER_FILES];
    struct oneroster_org *orgs;
    struct oneroster_session *sessions;
    struct oneroster_course *courses;
    struct oneroster_class *classes;
    struct oneroster_user *users;
    struct oneroster_role *roles;
    struct oneroster_enrollment *enrollments;
    size_t counts[ONEROSTER_FILES];
};

/* Reads the bundle. RC_OK also where p has errors (ask problems_check); another code only when it is no usable zip
 * file, with e filled and nothing in p. bytes must outlive the arena's content. */
enum rc oneroster_read(struct arena *a, struct str bytes, struct oneroster **out, struct problems *p,
                       struct err *e) MUST_CHECK;
/* Checks every reference between the tables and makes the common shape. */
struct roster *oneroster_roster(struct arena *a, const struct oneroster *o, struct problems *p);

/* "users.csv" */
struct str oneroster_file_name(enum oneroster_file file);

#endif
