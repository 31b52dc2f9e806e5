/* What the institution owes the people it keeps records of: the audit, the export of all that is held about a person, erasure,
 * retention. The work is done by the capabilities that hold the records; here they are asked one after the other. */
#ifndef CADRE_PROGRAMME_PRIVACY_PRIVACY_H
#define CADRE_PROGRAMME_PRIVACY_PRIVACY_H

#include "programme/capability.h"

extern const struct capability privacy_capability;

/* Registers all capabilities, at start, before any request. */
void privacy_set_sources(const struct capability *const *all, size_t count);

/* All that is held about a person, as one JSON text in the arena. RC_NOT_FOUND when there is no such person. */
enum rc privacy_export(struct db *db, struct arena *a, int64_t person, int64_t now, struct str *json, struct err *e) MUST_CHECK;

/* Inside a closure: every capability deletes what names the person; the number and what was counted stay. RC_NOT_FOUND when
 * there is no such person, RC_GONE when it was done before. actor 0: the command line. */
enum rc privacy_erase(struct db *tx, struct arena *a, int64_t person, int64_t actor, int64_t now, struct err *e) MUST_CHECK;

/* Applies every retention rule in small closures. *rules counts the rules that were applied. */
enum rc privacy_retain(struct db *db, int64_t now, int64_t *rules, struct err *e) MUST_CHECK;

/* How many days records of a kind are kept (retention_rule). RC_NOT_FOUND when there is no such kind. */
enum rc privacy_keep_days(struct db *db, struct arena *a, const char *kind, int64_t *days) MUST_CHECK;

#endif
