/* Draws on pages: groups of a cohort or an offering, mixed by profession and stage, and terms of debates between such groups. A draw is
 * told first (its list, and the hash of what will decide), then drawn, then kept: its groups become learner groups. What it computes is
 * engine/draw. */
#ifndef CADRE_PROGRAMME_DRAW_DRAW_H
#define CADRE_PROGRAMME_DRAW_DRAW_H

#include "programme/capability.h"

extern const struct capability draw_capability;

#define DRAW_LIST_MAX 1000 /* people of one draw */

/* One of a list: a person, or in a term a group. */
struct draw_entry {
    int64_t person, group;      /* 0: none */
    struct str profession;      /* a word of people.h; empty: not said */
    struct str stage;           /* a code; empty: none */
};
struct draw_new {
    int64_t programme;
    struct str title;
    int64_t parts;              /* groups, or rounds of a term */
    bool by_stage;
    int64_t of;                 /* a term: the draw whose groups meet; 0: groups */
    const struct draw_entry *entries; /* numbered from 1 in this order */
    size_t count;
    int64_t person;             /* who makes it */
};
/* Inside closures, all of these; a is for what is read. Tells the draw: list and commitment stand from here on. RC_INVALID: too few or too
 * many, with e->field "from" or "parts". */
enum rc draw_tell(struct db *tx, struct arena *a, const struct draw_new *n, int64_t now, int64_t *draw, struct err *e) MUST_CHECK;
/* Draws it. word: what was said in front of everybody, may be empty. RC_CONFLICT when that was done already. */
enum rc draw_make(struct db *tx, struct arena *a, int64_t draw, int64_t version, struct str word, int64_t now, struct err *e) MUST_CHECK;
/* Its groups become learner groups with these people from first_day to last_day. */
enum rc draw_keep(struct db *tx, struct arena *a, int64_t draw, int64_t version, struct str prefix, int64_t first_day, int64_t last_day, int64_t now,
                  struct err *e) MUST_CHECK;

#endif
