/* Hours: signing in at the place of a shift by its code, hours on and outside the rota, verified by who supervised (from a mail whose link
 * opens a page, from a list, or one by one), and the two minutes of a team at the end. Verified hours become evidence for the competencies
 * at which the opportunity aims. By SQL others read pub_hours, pub_hours_presence and pub_hours_idea. */
#ifndef CADRE_PROGRAMME_HOURS_HOURS_H
#define CADRE_PROGRAMME_HOURS_HOURS_H

#include "programme/capability.h"
#include "programme/panel/panel.h"

extern const struct capability hours_capability;

#define HOURS_BEFORE_MINUTES 60  /* so early before a shift one can sign in */
#define HOURS_AFTER_MINUTES 240  /* so late after it one can sign out */
#define HOURS_BACK_DAYS 120      /* the earliest day of hours outside the rota */
#define HOURS_REMIND_DAYS 3      /* so long hours wait before whoever was asked is reminded */
#define HOURS_LINK_DAYS 14       /* the link in the mail */

/* ---- at the place: inside a closure ------------------------------------------------------------------------------------------------------ */

/* She is there. RC_INVALID: too early or too late, or the shift does not take place; a second time changes nothing. */
enum rc hours_sign_in(struct db *tx, struct arena *a, int64_t shift, int64_t person, int64_t by, int64_t now, struct err *e) MUST_CHECK;
/* She leaves: the minutes since she came, at most as long as the shift lasts and an hour, are hours that wait to be verified. */
enum rc hours_sign_out(struct db *tx, struct arena *a, int64_t shift, int64_t person, int64_t now, struct err *e) MUST_CHECK;
/* She did not come: only after the shift has begun, and not once she signed in. */
enum rc hours_no_show(struct db *tx, struct arena *a, int64_t shift, int64_t person, int64_t by, int64_t now, struct err *e) MUST_CHECK;

/* ---- hours: inside a closure --------------------------------------------------------------------------------------------------------------- */

struct hours_new {
    int64_t programme, person, place, opportunity; /* place, opportunity 0: none */
    int64_t day, minutes, supervisor;
    struct str what;
};
/* A mail asks the supervisor. RC_INVALID for oneself, for days ahead or too long ago; RC_CONFLICT when the place has hours already. */
enum rc hours_hand_in(struct db *tx, struct arena *a, const struct hours_new *n, int64_t today, int64_t now, int64_t *id, struct err *e) MUST_CHECK;
/* Once: RC_CONFLICT when it was decided. Refusing asks for words; verifying gives evidence. */
enum rc hours_decide(struct db *tx, struct arena *a, int64_t id, bool verifies, struct str words, int64_t by, int64_t now, struct err *e) MUST_CHECK;

/* Inside a closure: who was asked to verify hours that have waited for days is reminded of all of them by one mail, once. *more: call again. */
enum rc hours_remind(struct db *tx, struct arena *a, int64_t now, bool *more) MUST_CHECK;

/* What a team says at the end of a shift, written by one of them. Inside a closure; version 0: nothing was there. RC_INVALID when all three
 * are empty, RC_CONFLICT when somebody else wrote meanwhile. */
struct hours_debrief {
    int64_t shift, programme, opportunity, version, person;
    struct str well, risky, change;
};
enum rc hours_debrief(struct db *tx, const struct hours_debrief *d, int64_t now, struct err *e) MUST_CHECK;

/* For progress panels: panel_on_hours. */
enum rc hours_for_panel(struct ctx *c, int64_t programme, int64_t person, struct panel_hours *out) MUST_CHECK;

#endif
