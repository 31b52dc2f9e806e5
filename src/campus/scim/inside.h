/* What the files of SCIM share. */
#ifndef CADRE_CAMPUS_SCIM_INSIDE_H
#define CADRE_CAMPUS_SCIM_INSIDE_H

#include <jansson.h>

#include "campus/scim/filter.h"
#include "gen/campus/scim/scim_sql.h"
#include "http/ctx.h"

#define SCIM_USER_SCHEMA "urn:ietf:params:scim:schemas:core:2.0:User"
#define SCIM_GROUP_SCHEMA "urn:ietf:params:scim:schemas:core:2.0:Group"
#define SCIM_FOUND_MOST 1000 /* a filter that is looked up takes so many into account */
#define SCIM_AT_ONCE 20      /* resources of one statement */
#define SCIM_SOURCE S("scim")

/* Ids in statements that take twenty: those behind the last are 0. */
#define SCIM_IDS(v)                                                                                                                        \
    (v)[0], (v)[1], (v)[2], (v)[3], (v)[4], (v)[5], (v)[6], (v)[7], (v)[8], (v)[9], (v)[10], (v)[11], (v)[12], (v)[13], (v)[14], (v)[15],  \
        (v)[16], (v)[17], (v)[18], (v)[19]

/* ---- people (user.c, save.c) ---------------------------------------------------------------------------------------------------------- */

struct scim_user {
    int64_t person, resource;
    bool known;              /* the other system has said something about her */
    bool deleted;
    bool derived;            /* nobody said how she is called but by her names */
    bool active;
    struct str user_name, external_id, given, family, formatted, display, email, language, zone, profession;
    int64_t created_at, changed_at;
    struct str version;      /* W/"..." */
};

/* Those of the people who are there, in the order of their numbers; who was deleted is left out unless deleted is true. */
enum rc scim_users_load(struct db *db, struct arena *a, const int64_t *people, size_t count, bool deleted, struct scim_user *out, size_t *found) MUST_CHECK;
/* The person of a resource, who may not be there. RC_NOT_FOUND. */
enum rc scim_user_person(struct db *db, struct arena *a, int64_t resource, int64_t *person) MUST_CHECK;
enum rc scim_user_find(struct db *db, struct arena *a, struct str id, struct scim_user *out) MUST_CHECK;
json_t *scim_user_json(struct arena *a, const struct scim_user *u);
/* Does she suit all terms? RC_INVALID, invalidFilter: an attribute that is not kept. */
enum rc scim_user_suits(struct arena *a, const struct scim_user *u, const struct scim_filter *f, bool *suits, struct err *e) MUST_CHECK;
/* What a member of a resource, or of an operation without a path, says: key is read as a path. */
enum rc scim_user_put_object(struct arena *a, struct scim_user *u, json_t *object, struct err *e) MUST_CHECK;
enum rc scim_user_put_path(struct arena *a, struct scim_user *u, const struct scim_path *path, json_t *value, struct err *e) MUST_CHECK;

/* ---- operations (patch.c) --------------------------------------------------------------------------------------------------------------- */

enum scim_verb { SCIM_ADD, SCIM_REPLACE, SCIM_REMOVE };
struct scim_operation {
    enum scim_verb verb;
    bool pathless;
    struct scim_path path;
    json_t *value;           /* NULL: none; belongs to the body */
};
struct scim_patch {
    struct scim_operation *operations;
    size_t count;
};
/* The body of a PATCH as RFC 7644 has it, and as others send it: "Add" for "add", one operation without a list around it. */
enum rc scim_patch_read(struct arena *a, json_t *body, struct scim_patch *out, struct err *e) MUST_CHECK;
enum rc scim_user_apply(struct arena *a, struct scim_user *u, const struct scim_patch *p, struct err *e) MUST_CHECK;

/* JSON from outside, without names that stand twice and not too deep; freed with the arena. RC_MALFORMED, invalidSyntax. */
enum rc scim_parse(struct arena *a, struct str text, json_t **out, struct err *e) MUST_CHECK;
/* A text, also within a list or an object of its own: [{"value": "x"}]; null is no value. False: it is something else. */
bool scim_text(json_t *v, struct str *out);
/* true, "True", [{"value": "true"}] */
bool scim_truth(json_t *v, bool *out);
/* A member by its name in whatever letters. */
json_t *scim_member(json_t *object, const char *name);
enum rc scim_bad_value(struct err *e, const char *attribute) MUST_CHECK;

/* ---- groups (group.c, place.c) ------------------------------------------------------------------------------------------------------------ */

struct scim_change {
    enum { SCIM_MEMBER_ADD, SCIM_MEMBER_REMOVE, SCIM_MEMBERS_CLEAR } what;
    int64_t resource;
};
struct scim_group {
    struct str name, external_id;
    struct scim_change *changes;
    size_t count, cap;
};
enum rc scim_group_put_object(struct arena *a, struct scim_group *g, json_t *object, struct err *e) MUST_CHECK;
enum rc scim_group_apply(struct arena *a, struct scim_group *g, const struct scim_patch *p, struct err *e) MUST_CHECK;

/* Brings people into the cohorts and groups that an administrator chose for theirs, and takes those out whom a group had brought in and who
 * do not belong to it any more, some at a time until nobody waits. What somebody did by hand is left as it is. */
enum rc scim_place_all(struct ctx *c) MUST_CHECK;

/* ---- a request (request.c) ------------------------------------------------------------------------------------------------------------------ */

struct scim_list {
    int64_t start, count;    /* from 1; at most SCIM_PAGE_MOST */
    bool filtered;
    struct scim_filter filter;
};
#define SCIM_PAGE 100
#define SCIM_PAGE_MOST 200
enum rc scim_list_read(struct ctx *c, struct scim_list *out) MUST_CHECK;
/* May the request's attributes and excludedAttributes show one of these? */
bool scim_shows(struct ctx *c, const char *attribute);
/* Answers with one resource, which is freed: what was not asked for is left out; 304 where the sender has this version. */
enum rc scim_send(struct ctx *c, int status, json_t *resource) MUST_CHECK;
enum rc scim_send_list(struct ctx *c, const struct scim_list *list, int64_t total, json_t *resources) MUST_CHECK;
/* RC_OUTDATED when the request wants another version than this. Inside a closure too. */
enum rc scim_if_match(const struct ctx *c, struct str version, struct err *e) MUST_CHECK;
/* "https://.../scim/v2/Users/12" */
struct str scim_address(struct arena *a, const char *kind, int64_t id);
json_t *scim_str(struct str s);
/* {"resourceType", "created", "lastModified", "location", "version"} */
json_t *scim_meta(struct arena *a, const char *kind, int64_t id, int64_t created_at, int64_t changed_at, struct str version);
/* A handler's work, told afterwards when it was refused: what the page shows. */
enum rc scim_run(struct ctx *c, handler *work) MUST_CHECK;
bool scim_problem(struct ctx *c, int status, struct str text);
/* A range of keys that begin so, or are this: [key, *to). */
struct str scim_range_end(struct arena *a, struct str key, bool begins);

/* ---- handlers --------------------------------------------------------------------------------------------------------------------------------- */

enum rc scim_get_users(struct ctx *c);
enum rc scim_post_users(struct ctx *c);
enum rc scim_get_user(struct ctx *c);
enum rc scim_put_user(struct ctx *c);
enum rc scim_patch_user(struct ctx *c);
enum rc scim_delete_user(struct ctx *c);
enum rc scim_get_groups(struct ctx *c);
enum rc scim_post_groups(struct ctx *c);
enum rc scim_get_group(struct ctx *c);
enum rc scim_put_group(struct ctx *c);
enum rc scim_patch_group(struct ctx *c);
enum rc scim_delete_group(struct ctx *c);
enum rc scim_get_config(struct ctx *c);
enum rc scim_get_types(struct ctx *c);
enum rc scim_get_type(struct ctx *c);
enum rc scim_get_schemas(struct ctx *c);
enum rc scim_get_schema(struct ctx *c);
enum rc scim_get_site(struct ctx *c);
enum rc scim_get_site_group(struct ctx *c);
enum rc scim_post_site_group(struct ctx *c);

#endif
