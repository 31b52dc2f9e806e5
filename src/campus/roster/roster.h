/* A roster: who is in the programme, as the institution's files say it. Both readers (oneroster.h, roster_csv.h) make
 * this one shape, so that comparing with the database and importing are written once. Pure data: nothing here is
 * checked against what Cadre knows. All text is in the arena the reader was given, trimmed, valid UTF-8; an empty text
 * is "not said". Birth dates, passwords and demographic data are never read. */
#ifndef CADRE_CAMPUS_ROSTER_ROSTER_H
#define CADRE_CAMPUS_ROSTER_ROSTER_H

#include "auth/access.h"
#include "base/problems.h"

#define ROSTER_NO_START INT64_MIN /* the file does not say from when */
#define ROSTER_NO_END INT64_MAX   /* open */

enum roster_format { ROSTER_PLAIN_CSV, ROSTER_ONEROSTER_1_1, ROSTER_ONEROSTER_1_2 };

/* How a record stands with the institution. */
enum roster_standing {
    ROSTER_ACTIVE,
    ROSTER_INACTIVE, /* known, but may not take part now: what she takes part in ends */
    ROSTER_REMOVED,  /* "tobedeleted": the institution has taken the record back */
};

/* A cohort, group or course: code finds it again in the next file, title is for people. Either may be empty, not both
 * unless there is none. */
struct roster_unit {
    struct str code;
    struct str title;
};

/* One stretch of a person in one cohort and, where there is one, one group of it. A person who is in two groups of a
 * cohort has two memberships with the same cohort. */
struct roster_membership {
    bool has_role;
    enum role role;            /* when has_role; never ROLE_ADMINISTRATOR: that is granted by hand */
    struct str source_role;    /* the file's own word */
    struct roster_unit cohort; /* plain CSV: `cohort`; OneRoster: the school year of the class's term */
    struct roster_unit group;  /* plain CSV: `group`; OneRoster: the class */
    struct roster_unit course; /* OneRoster: the class's course */
    struct str stage;          /* plain CSV: `stage`; OneRoster: the person's grade, else the class's */
    int64_t start_day;         /* ROSTER_NO_START or the first day */
    int64_t end_day;           /* ROSTER_NO_END or the last day */
    enum roster_standing standing;
    struct str source_id; /* the record's id in the file; empty in plain CSV */
    size_t row;           /* where it stands, for further problems */
};

struct roster_person {
    struct str id;         /* the institution's, unique in the roster: identity_source.sourced_id */
    struct str given_name; /* as the person prefers it, where the file says so */
    struct str family_name;
    struct str email; /* syntactically right and unlike every other's, or empty */
    struct str username;
    struct str language; /* BCP 47 tag as written, or empty */
    struct str profession; /* as written, or empty */
    bool has_role;       /* the person's main role, also without any membership */
    enum role role;
    struct str source_role;
    enum roster_standing standing;
    bool reference; /* a delta that speaks only of memberships: the id alone is known, names are empty */
    struct roster_membership *memberships;
    size_t membership_count;
    size_t row;
};

struct roster {
    enum roster_format format;
    bool partial;                 /* a delta: who is not in it stays as he is. Otherwise who is not in it has left */
    struct roster_person *people; /* in the file's order */
    size_t count;
    size_t membership_count; /* all people's */
    size_t skipped;          /* rows left out, each told as a problem */
};

/* Syntax of an e-mail address as people have them: one @, a dotted domain, no spaces, no quotes, at most 254 bytes. */
bool roster_email_ok(struct str email);
/* The role for a role word of OneRoster 1.1 or 1.2 (ASCII case does not matter): student is trainee; teacher and
 * counselor mentor; proctor assessor; other words of the standard give no role. False for a word the standard does not
 * have; words beginning "ext:" are the standard's way to extend it. */
bool roster_role_from_oneroster(struct str word, bool *has_role, enum role *role);
/* Drops second and later uses of an e-mail address, each with msg: as an error or a warning. */
void roster_check_emails(struct roster *r, struct arena *a, struct str file, bool refuse, msg_id msg,
                         struct problems *p);

#endif
