/* The outbox: what a lower floor tells a higher one, in the transaction of what it tells of. A row has a topic and the number of what it is
 * about, never a text. A topic can be switched off by a setting, "outbox_<topic>" = "off": then nothing is put in. Mails have rows of
 * their own kind (out/mail.h). */
#ifndef CADRE_OUT_OUTBOX_H
#define CADRE_OUT_OUTBOX_H

#include "store/store.h"

/* Inside a closure, also in a pipeline. id: of what it is about, made by db_new_id; it can be told of once. */
enum rc outbox_tell(struct db *tx, const char *topic, int64_t id, int64_t now) MUST_CHECK;
/* The oldest that wait; in the arena. */
enum rc outbox_waiting(struct db *db, struct arena *a, const char *topic, size_t most, int64_t **ids, size_t *count) MUST_CHECK;
/* Inside a closure: it was dealt with. RC_NOT_FOUND: by another server. */
enum rc outbox_take(struct db *tx, int64_t id) MUST_CHECK;

enum rc outbox_switch(struct db *tx, const char *topic, bool on, int64_t now) MUST_CHECK;
enum rc outbox_is_on(struct db *db, struct arena *a, const char *topic, bool *on) MUST_CHECK;

#endif
