/* Rules by which statements of other tools become evidence here. A rule names an activity, a verb, perhaps a smallest score, and what it counts
 * for. A job looks at what came since; who did it is found by her account here, by her e-mail address or its hash, or by the roster's id, and
 * who is not found is counted and never guessed. A statement that is voided takes its evidence back. */
#ifndef CADRE_CAMPUS_XAPI_RULE_H
#define CADRE_CAMPUS_XAPI_RULE_H

#include "campus/xapi/inside.h"
#include "gen/campus/xapi/rule_sql.h"
#include "out/job.h"

#define XAPI_RULE_EVERY_MS INT64_C(30000)
#define XAPI_DRY_MOST 5000 /* statements that a dry run looks at */

struct xapi_rule_new {
    struct str activity, verb, home_page, kind, use; /* use: no value for none */
    bool prefix;
    int64_t least, client, level; /* -1, 0 and 0: none */
    const int64_t *competencies;
    size_t competency_count;
};

/* The kinds of evidence that a rule can make. */
extern const char *const xapi_rule_kinds[];
extern const size_t xapi_rule_kind_count;

/* Inside a closure. id 0: a new one. RC_CONFLICT: the version is another; RC_NOT_FOUND. */
enum rc xapi_rule_put(struct db *tx, int64_t *id, int64_t version, const struct xapi_rule_new *n, int64_t actor, int64_t now, struct err *e) MUST_CHECK;
/* state: "on", "off"; again: from the first statement. */
enum rc xapi_rule_switch(struct db *tx, int64_t id, int64_t version, const char *state, bool again, int64_t actor, int64_t now, struct err *e) MUST_CHECK;
/* What became evidence stays. */
enum rc xapi_rule_remove(struct db *tx, int64_t id, int64_t version, int64_t actor, int64_t now, struct err *e) MUST_CHECK;

/* What it would do with what is stored: the newest XAPI_DRY_MOST statements that bear its activity or verb. */
struct xapi_dry {
    int64_t looked, matching, known;
    bool all; /* there are no older ones */
};
enum rc xapi_rule_try(struct db *db, struct arena *a, const struct row_xapi_rule_find *rule, struct xapi_dry *out) MUST_CHECK;

/* How an actor is named in a statement, for people: an address, an account. */
struct str xapi_actor_text(struct arena *a, json_t *statement);
/* How the object is called: its name in the language, else its id. */
struct str xapi_object_text(struct arena *a, json_t *statement, struct str language);

enum rc xapi_run_rules(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e) MUST_CHECK;

#endif
