/* What an id_token of a platform says (LTI 1.3 core, 5; OpenID Connect core, 3.1.3.7): every rule that it can break by itself. Pure: no database,
 * no clock. The signature was checked before (auth/jose.h). */
#ifndef CADRE_CAMPUS_LTI_CLAIMS_H
#define CADRE_CAMPUS_LTI_CLAIMS_H

#include <jansson.h>

#include "base/err.h"

#define LTI_KEY_MOST 255     /* characters of ids, as LTI allows them */
#define LTI_URL_MOST 2000
#define LTI_DATA_MOST 60000  /* what a platform wants back with a choice */
#define LTI_SKEW_MS INT64_C(60000)       /* clocks may differ by so much */
#define LTI_STATE_MS INT64_C(600000)     /* a launch takes no longer */

/* What the token must say to be meant for us and now. */
struct lti_expect {
    struct str issuer, client_id, deployments, nonce; /* deployments: one a line */
    struct str site;                                  /* "https://cadre.example.org/" */
    int64_t now;
};

enum lti_message { LTI_RESOURCE_LINK, LTI_DEEP_LINKING };

/* What a link opens. */
enum lti_kind { LTI_NONE, LTI_SESSION, LTI_QUIZ, LTI_EXERCISE, LTI_KINDS };
extern const char *const lti_kind_words[LTI_KINDS];
struct lti_goal {
    enum lti_kind kind;
    int64_t id;          /* of the session or exercise; 0: the exercise of this code */
    struct str code;
};

/* Texts are borrowed from the claims or empty. */
struct lti_launch {
    enum lti_message message;
    struct str subject, deployment;
    struct str given, family, name;
    struct str roster_id;               /* lis.person_sourcedid */
    bool learner, instructor;           /* in this course */
    struct str context, context_title;
    struct str resource, resource_title;
    struct lti_goal goal;
    bool frame;                         /* the platform says that it shows us in a frame */
    struct str lineitem, lineitems;     /* scores: the column, the list of columns */
    bool may_score, may_list, may_make;
    struct str members_url;             /* names and roles */
    struct str deep_return, deep_data;
    bool deep_many;                     /* more than one thing may be chosen */
};

/* RC_INVALID: e says which rule it breaks; e->field is "again" where opening the link again may help, else "administrator". */
enum rc lti_read_claims(json_t *claims, const struct lti_expect *x, struct lti_launch *out, struct err *e) MUST_CHECK;

/* A member of a course as names and roles have her (NRPS 2.0, 2.2): who she is and her part. False: not one, or not active any more. */
bool lti_read_member(json_t *member, struct lti_launch *out);

/* "session/12", "quiz/12", "case/surge", "exercise/12"; also a path of this site, "/sessions/12/quiz". False: it names nothing. */
bool lti_read_goal(struct str text, struct lti_goal *out);

/* "https://moodle.example.org" of an address; no value when it has no such beginning. */
struct str lti_origin(struct arena *a, struct str url);

/* An address with something put behind its path and before its query: lineitem?type_id=1 -> lineitem/scores?type_id=1; and with parameters
 * added to its query (already encoded, "limit=50&x=1"). */
struct str lti_url_under(struct arena *a, struct str url, const char *segment);
struct str lti_url_with(struct arena *a, struct str url, struct str parameters);

/* The address of the next page in a Link header (RFC 8288), no value: there is none. */
struct str lti_next_page(struct arena *a, struct str link);

#endif
