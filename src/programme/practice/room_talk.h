/* What debates and listening in rooms share: their kinds, their routes, what they hold about a person. */
#ifndef CADRE_PROGRAMME_PRACTICE_ROOM_TALK_H
#define CADRE_PROGRAMME_PRACTICE_ROOM_TALK_H

#include "gen/msg_debate.h"
#include "gen/msg_listening.h"
#include "programme/practice/room.h"
#include "programme/practice/talk_text.h"

extern const struct room_kind room_debate, room_listening;

/* Inside a closure: the sides of a debate of a drawn term, for who sits as a speaker; for_good: they are kept. RC_INVALID where a side has
 * nobody. */
enum rc room_term_settle(struct db *tx, struct arena *a, const struct room *r, bool for_good, struct err *e) MUST_CHECK;

enum rc room_post_vote(struct ctx *c);
enum rc room_handle_ballot(struct ctx *c);
enum rc room_post_point(struct ctx *c);
enum rc room_post_heard(struct ctx *c);

enum rc room_talk_export(struct db *db, struct arena *a, int64_t person, json_t *into) MUST_CHECK;
/* Inside a closure, as the next: what hangs on a room that goes. */
enum rc room_talk_erase(struct db *tx, int64_t person) MUST_CHECK;
enum rc room_talk_drop(struct db *tx, int64_t room) MUST_CHECK;

#endif
