/* The rota: terms with their holidays, series of shifts on the wall clock, who supervises, who is on a shift and who waits for one.
 *
 * What always holds: a seat is a row and has one person at most; nobody is on two shifts of a day, nor at two places at a time (by unique
 * indexes, and by rules that read and write in one serializable closure); a shift takes no more people than its supervisors are enough
 * for; a shift is open only while somebody supervises it, and a supervisor who no longer has a role in the programme that day does not
 * count. By SQL others read the pub_rota_ views. */
#ifndef CADRE_PROGRAMME_ROTA_ROTA_H
#define CADRE_PROGRAMME_ROTA_ROTA_H

#include "programme/capability.h"

extern const struct capability rota_capability;

#define ROTA_SERIES_MOST 200   /* shifts of one series */
#define ROTA_TERM_DAYS 400     /* a term is no longer */
#define ROTA_SHIFT_MINUTES 1440 /* a shift is no longer */
#define ROTA_LACKING_DAYS 60   /* so early somebody is told that a credential will not hold on the day of a shift */
#define ROTA_ABSENT_MOST 2     /* who did not come so often */
#define ROTA_ABSENT_DAYS 90    /* in so many days takes no place by herself; one can be given to her */
#define ROTA_UNSUPERVISED_DAYS 28 /* so early the coordinator is told that nobody supervises a shift */

/* ---- terms: inside a closure ---------------------------------------------------------------------------------------------------------- */

struct rota_term {
    int64_t id;                  /* 0: a new one; set by the call */
    int64_t programme, version;
    struct str title;
    int64_t start_day, end_day, wish_until_day, most;
};
/* RC_INVALID when its days are in no order, it is too long, or shifts would lie outside. */
enum rc rota_save_term(struct db *tx, struct arena *a, struct rota_term *t, int64_t now, struct err *e) MUST_CHECK;
enum rc rota_add_holiday(struct db *tx, int64_t term, int64_t day, struct str title) MUST_CHECK;

/* "planned", "wishing", "published". RC_CONFLICT when it was changed meanwhile. */
enum rc rota_set_term_state(struct db *tx, int64_t term, int64_t version, struct str state, struct err *e) MUST_CHECK;

/* ---- series --------------------------------------------------------------------------------------------------------------------------- */

/* What a series makes of each of its days. */
enum rota_date_kind {
    ROTA_DATE_MADE,
    ROTA_DATE_TWICE,   /* the wall clock shows the hour twice that day: the first one is meant */
    ROTA_DATE_HOLIDAY, /* none is made */
    ROTA_DATE_THERE,   /* there is a shift at that time already: none is made */
    ROTA_DATE_GAP,     /* the clock skips the hour that day: the series cannot be made */
};
struct rota_date {
    int64_t day, starts_at;
    enum rota_date_kind kind;
    struct str title;  /* of a holiday */
};
struct rota_series {
    int64_t opportunity, term;
    int64_t weekday, weeks;      /* 0 Monday; every so many weeks from first_day on */
    int64_t start_minute, minutes; /* wall clock; how long each lasts, in time that passes */
    int64_t first_day, last_day; /* never beyond the term */
    int64_t person;              /* who makes it */
};
/* The days of a series; in the arena. RC_INVALID: without an end within its term, too many, none at all. */
enum rc rota_plan_series(struct db *db, struct arena *a, const struct zone *zone, const struct rota_series *s, struct rota_date **out, size_t *count,
                         struct err *e) MUST_CHECK;
/* The instant of a wall clock; RC_INVALID with M_placement_hour_gap when there is none. *twice: there are two, and it is the first. */
enum rc rota_instant(const struct zone *zone, int64_t day, int64_t minute, int64_t *at, bool *twice, struct err *e) MUST_CHECK;
/* Inside a closure: plans afresh and makes the shifts with the roles of the opportunity. RC_INVALID for a gap. */
enum rc rota_add_series(struct db *tx, struct arena *a, const struct zone *zone, const struct rota_series *s, int64_t now, size_t *made, struct err *e) MUST_CHECK;
/* One shift. RC_CONFLICT when there is one at that time; RC_INVALID outside the term, or in an hour that does not exist. */
enum rc rota_add_shift(struct db *tx, struct arena *a, const struct zone *zone, const struct rota_series *s, struct str note, int64_t now, int64_t *id,
                       struct err *e) MUST_CHECK;

/* The shifts of an opportunity from a day on that take place, at most 400, in their order; in the arena. */
struct rota_dated {
    int64_t id, day, starts_at, ends_at;
};
enum rc rota_dated(struct db *db, struct arena *a, int64_t opportunity, int64_t from_day, struct rota_dated **out, size_t *count) MUST_CHECK;

/* ---- shifts: inside a closure --------------------------------------------------------------------------------------------------------- */

/* RC_INVALID when she has no role in the programme that day, or is elsewhere at that time. Whoever waited for room moves up. */
enum rc rota_add_supervisor(struct db *tx, struct arena *a, int64_t shift, int64_t person, int64_t now, struct err *e) MUST_CHECK;
/* An open shift that nobody supervises any more is planned again. */
enum rc rota_drop_supervisor(struct db *tx, int64_t shift, int64_t person) MUST_CHECK;
/* RC_INVALID without a supervisor, or with fewer than those who are needed ask for. */
enum rc rota_open_shift(struct db *tx, struct arena *a, int64_t shift, int64_t version, struct err *e) MUST_CHECK;
/* Everybody on it is told by mail. */
enum rc rota_cancel_shift(struct db *tx, struct arena *a, int64_t shift, int64_t version, int64_t now, struct err *e) MUST_CHECK;

/* ---- places: inside a closure --------------------------------------------------------------------------------------------------------- */

enum rota_how { ROTA_ALLOCATED, ROTA_TAKEN, ROTA_WAITED, ROTA_SWAPPED, ROTA_GIVEN };
struct rota_take {
    int64_t shift, role, person;
    enum rota_how how;
    int lang;                    /* in which a refusal is told */
    int64_t instead;             /* the place that she gives up for it in the same closure; 0: none */
};
/* Takes a free seat. RC_CONFLICT: the role or the shift is full. RC_INVALID: she may not, with the reason. */
enum rc rota_take(struct db *tx, struct arena *a, const struct rota_take *t, int64_t now, int64_t *place, struct err *e) MUST_CHECK;
/* Gives a place up; the waiting list moves. late: after the day of notice, which asks for words. moved (NULL allowed): who has it now, or 0. */
enum rc rota_drop(struct db *tx, struct arena *a, int64_t place, struct str words, int64_t today, int64_t now, int64_t *moved, struct err *e) MUST_CHECK;
/* RC_CONFLICT when there is a free seat that she may have: then she takes it. */
enum rc rota_wait(struct db *tx, struct arena *a, const struct rota_take *t, int64_t now, struct err *e) MUST_CHECK;

/* ---- swaps: inside a closure ---------------------------------------------------------------------------------------------------------- */

struct rota_offer {
    int64_t place, person;       /* hers */
    int64_t to;                  /* 0: all who may */
    bool exchange;               /* she wants one of theirs in return */
    struct str words;
    int lang;
};
/* Offers a place. RC_INVALID when it is not hers, the opportunity has no swaps, or its day of notice has passed; RC_CONFLICT when a swap of
 * it is under way. */
enum rc rota_swap_offer(struct db *tx, struct arena *a, const struct rota_offer *o, int64_t now, int64_t *id, struct err *e) MUST_CHECK;

/* What can be done with a swap, and by whom; the rule asks whether by may. */
enum rota_swap_step {
    ROTA_SWAP_ACCEPT,   /* whoever it is offered to; other: what she gives, where one in return is wanted */
    ROTA_SWAP_DECLINE,  /* she whom it was offered to alone; whoever said yes takes it back */
    ROTA_SWAP_CONFIRM,  /* who offered it says yes to what she gets in return */
    ROTA_SWAP_REJECT,   /* or no */
    ROTA_SWAP_WITHDRAW, /* who offered it */
    ROTA_SWAP_APPROVE,  /* who keeps the rota or supervises: the caller has asked for access */
    ROTA_SWAP_REFUSE,   /* with words */
};
struct rota_swap_act {
    int64_t swap, version, by, other;
    enum rota_swap_step step;
    bool approves;               /* by may approve: she alone is told why another cannot */
    struct str words;
    int lang;
};
/* Once both have said yes, and somebody has approved where the opportunity asks for it, both places change hands in this closure by the
 * rules of taking a place on the days of the shifts; or none does. RC_GONE when it is over, RC_CONFLICT when it changed meanwhile,
 * RC_INVALID with the reason when one of the two may not have the other's place. */
enum rc rota_swap_do(struct db *tx, struct arena *a, const struct rota_swap_act *s, int64_t now, struct err *e) MUST_CHECK;

/* ---- the passing of days: inside a closure ------------------------------------------------------------------------------------------------ */

/* Ends swaps behind their limit; reminds by mail of shifts that begin within two days; tells whoever will lack, on the day of a shift of hers, a
 * credential that its role asks for; open shifts whose supervisors have left are planned again. Each person is told once of each place.
 * *more: there is more of it, call again. */
enum rc rota_pass(struct db *tx, struct arena *a, int64_t now, bool *more) MUST_CHECK;

/* ---- for pages ---------------------------------------------------------------------------------------------------------------------- */

/* "Thursday 12 March 2026, 18:00 to 21:00" */
struct str rota_when(const struct ctx *c, int64_t starts_at, int64_t ends_at);

/* An address of before people had one for their whole calendar, under which a person's shifts alone are fetched: is there one; inside a closure:
 * ends it. */
enum rc rota_has_own_feed(struct db *db, struct arena *a, int64_t person, bool *there) MUST_CHECK;
enum rc rota_end_own_feed(struct db *tx, int64_t person) MUST_CHECK;

#endif
