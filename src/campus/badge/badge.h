/* Badges after Open Badges 3.0 (1EdTech 2024): what a programme recognises, given when it is earned or by hand, as a credential that
 * anybody can check without asking anybody (docs/badge.md). A badge is no evidence: it says again what evidence said, and counting it
 * would count the same thing twice. */
#ifndef CADRE_CAMPUS_BADGE_BADGE_H
#define CADRE_CAMPUS_BADGE_BADGE_H

#include "programme/capability.h"

extern const struct capability badge_capability;

#define BADGE_TITLE_MOST 80
#define BADGE_COMPETENCIES_MOST 10

enum badge_earn { BADGE_BY_HAND, BADGE_BY_COURSE, BADGE_BY_PROGRAMME, BADGE_BY_ROLE, BADGE_EARN_COUNT };
const char *badge_earn_word(enum badge_earn earn); /* "hand", "course", "programme", "role": in the database, in forms */
enum badge_earn badge_earn_read(struct str word);  /* of such a word; any other is by hand */

struct badge_text {
    int64_t programme;
    struct str title, about, criteria; /* the last two: Markdown, not empty */
    enum badge_earn earn;
    int64_t course;                    /* BADGE_BY_COURSE: of the programme */
    int64_t role, times;               /* BADGE_BY_ROLE: a role of an opportunity of the programme, and how often she had it */
    int64_t months;                    /* valid so long; 0: for good */
    struct str symbol, colour;         /* words of view/emblem.h */
    const int64_t *competencies;
    size_t competency_count;
};

/* All of these run inside a closure. Versions are those that the page was opened with: RC_CONFLICT when it is another by now. */

/* A draft. RC_INVALID when the course or role is not one of the programme. */
enum rc badge_draft(struct db *tx, struct arena *a, const struct badge_text *t, int64_t now, int64_t *id, struct err *e) MUST_CHECK;
enum rc badge_rewrite(struct db *tx, struct arena *a, int64_t id, int64_t version, const struct badge_text *t, struct err *e) MUST_CHECK;
enum rc badge_open(struct db *tx, int64_t id, int64_t version, int64_t now, struct err *e) MUST_CHECK;
/* Nobody gets it any more; who has it keeps it. */
enum rc badge_close(struct db *tx, int64_t id, int64_t version, struct err *e) MUST_CHECK;
enum rc badge_throw_away(struct db *tx, int64_t id, int64_t version, struct err *e) MUST_CHECK;

/* By hand. RC_INVALID (field "person") when she was never in the programme or has the badge; RC_CONFLICT when it is not published. */
enum rc badge_give(struct db *tx, struct arena *a, int64_t badge, int64_t person, int64_t by, struct str reason, int64_t now, int64_t *award,
                   struct err *e) MUST_CHECK;
/* To those who have earned it (badge_earned), however long ago that was asked: passes over who has it meanwhile or is gone, and gives it to
 * nobody when it is not published. */
enum rc badge_give_earned(struct db *tx, struct arena *a, int64_t badge, const int64_t *people, size_t count, int64_t now) MUST_CHECK;
enum rc badge_withdraw(struct db *tx, int64_t award, int64_t version, int64_t by, struct str why, int64_t now, struct err *e) MUST_CHECK;
/* A public page, at an address that is new each time; or none any more. */
enum rc badge_show(struct db *tx, struct arena *a, int64_t award, int64_t version, bool shown, struct err *e) MUST_CHECK;

/* Who has earned it and never had it, at most so many. today: in the zone of the programme. Reads all that was ever done for it, so it is
 * asked outside of closures, and seldom. */
enum rc badge_earned(struct db *db, struct arena *a, int64_t badge, size_t most, int64_t today, int64_t **people, size_t *count) MUST_CHECK;

#endif
