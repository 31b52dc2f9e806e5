/* What the files of the launches share. */
#ifndef CADRE_CAMPUS_LTI_INSIDE_H
#define CADRE_CAMPUS_LTI_INSIDE_H

#include "campus/lti/claims.h"
#include "campus/lti/lti.h"
#include "gen/campus/lti/lti_sql.h"
#include "gen/msg_lti.h"

/* ---- platforms (platform.c) --------------------------------------------------------------------------------------------------------- */

struct lti_platform {
    int64_t id;
    struct str name, issuer, client_id, deployments, auth_url, token_url, jwks_url;
    struct str origins;   /* of pages that may frame us; with spaces between, never without the platform's own */
    struct str origins_said; /* as the administrator entered them */
    bool by_roster, on;
    int64_t version;
    struct str jwks;      /* empty: not fetched yet */
    struct str token, token_scopes; /* empty: none */
    int64_t token_until;
};
enum rc lti_platform_load(struct db *db, struct arena *a, int64_t id, struct lti_platform *out) MUST_CHECK;

/* As a form or a registration gives it. RC_INVALID with the field; RC_CONFLICT: issuer and client id are taken. */
struct lti_platform_new {
    struct str name, issuer, client_id, deployments, auth_url, token_url, jwks_url, origins;
    bool by_roster;
};
/* Trims, checks; deployments and origins get their plain form. Without a database. */
enum rc lti_platform_check(struct arena *a, struct lti_platform_new *n, struct err *e) MUST_CHECK;
/* Inside a closure. */
enum rc lti_platform_add(struct db *tx, struct arena *a, const struct lti_platform_new *n, int64_t actor, int64_t now, int64_t *id, struct err *e) MUST_CHECK;

/* Fetches the platform's keys and keeps them. */
enum rc lti_keys_fetch(struct ctx *c, struct lti_platform *p) MUST_CHECK;
/* Remembers why something with a platform failed, for its page. */
enum rc lti_note_failure(struct db *db, int64_t platform, const struct err *why, int64_t now) MUST_CHECK;

/* JSON from another server, an object or a list; freed with the arena. NULL: it is none. */
json_t *lti_parse(struct arena *a, struct str text);
/* The text of a member, in the arena; empty when it is none. */
struct str lti_member(struct arena *a, json_t *o, const char *key);

/* ---- who may in, and where to (admit.c) -------------------------------------------------------------------------------------------------- */

enum lti_does { LTI_LINKS = 1, LTI_ADDS = 2, LTI_JOINS = 4, LTI_TEACHES = 8 };
struct lti_admitted {
    unsigned does;        /* of lti_does: what is written about her */
    int64_t context, person;
    int64_t programme;
    struct str name;      /* of the person */
    struct str roles;     /* words: what the way in is good for */
    struct str goal;      /* a path of this site */
    msg_id refused;       /* 0: she may in; else why not */
    const char *to_whom;  /* "again", "administrator", "coordinator": what helps */
    struct str detail;
};
/* Inside a closure: notes the course and the link, finds or adds the person, gives her the place that the administrator's mapping has for her
 * there. A refusal is no failure: what was noted of the course stays, nothing else is written. */
enum rc lti_admit(struct db *tx, struct arena *a, const struct lti_platform *p, const struct lti_launch *l, int64_t now, struct lti_admitted *out,
                  struct err *e) MUST_CHECK;

/* The same for a member that the platform tells of, who is not here herself; dry: nothing is written, and db may be any connection. */
enum rc lti_admit_member(struct db *db, struct arena *a, const struct lti_platform *p, const struct row_lti_context_get *course, const struct lti_launch *l,
                         bool dry, int64_t now, struct lti_admitted *out, struct err *e) MUST_CHECK;

/* ---- one-time ways (door.c) ------------------------------------------------------------------------------------------------------------------- */

struct lti_door {
    const char *kind;     /* "enter", "pick", "register" */
    int64_t platform, context, person; /* 0: none */
    struct str goal, data;
    bool framed;
};
#define LTI_DOOR_MS (10 * MS_PER_MINUTE)
#define LTI_PICK_MS MS_PER_HOUR
#define LTI_REGISTER_MS MS_PER_DAY
/* Inside a closure: the token in the arena. */
enum rc lti_door_make(struct db *tx, struct arena *a, const struct lti_door *d, int64_t now, int64_t valid_ms, struct str *token) MUST_CHECK;
/* RC_GONE when it was used or is too old, RC_NOT_FOUND when there never was one. */
enum rc lti_door_find(struct db *db, struct arena *a, const char *kind, struct str token, int64_t now, struct lti_door *out) MUST_CHECK;
/* Inside a closure: it opens no more. RC_GONE when it did already. */
enum rc lti_door_use(struct db *tx, struct arena *a, struct str token) MUST_CHECK;

/* ---- the platform's services (service.c) ----------------------------------------------------------------------------------------------------- */

#define LTI_TOKEN_PURPOSE "lti token" /* auth/secret.h */
#define LTI_SCOPE_SCORE "https://purl.imsglobal.org/spec/lti-ags/scope/score"
#define LTI_SCOPE_LINEITEM "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
#define LTI_SCOPE_LINEITEM_READ "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
#define LTI_SCOPE_MEMBERS "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

struct lti_call {
    const char *method;   /* NULL: GET */
    struct str url;
    const char *accept, *type; /* NULL: none */
    struct str body;
};
struct fetched; /* out/fetch.h */
/* Asks a service of the platform with a token of these scopes, which is fetched where there is none that is good; once more with a new one when
 * it is refused. RC_OK for a status of 2xx. Not inside a closure. */
enum rc lti_service(struct db *db, struct arena *a, struct lti_platform *p, const char *scopes, const struct lti_call *call, int64_t now,
                    struct fetched *out, struct err *e) MUST_CHECK;

/* ---- jobs and routes ------------------------------------------------------------------------------------------------------------------------ */

#define LTI_SCORES_JOB "lti_scores"
enum rc lti_scores_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e) MUST_CHECK;

/* A plain page: what is wrong, and what helps. to_whom as in lti_admitted. */
enum rc lti_refuse(struct ctx *c, msg_id what, struct str detail, const char *to_whom, int status) MUST_CHECK;

handler lti_handle_login, lti_post_launch, lti_get_enter;
handler lti_get_courses, lti_handle_members, lti_handle_pick, lti_handle_register, lti_post_register_new;
handler lti_get_platforms, lti_handle_new, lti_get_platform, lti_handle_edit, lti_post_switch, lti_handle_context;

#endif
