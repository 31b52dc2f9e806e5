/* Portfolios: a page that a person makes of what she chose from her evidence, with her own words, and shows to whom she wants by
 * links that end. It belongs to her: no role reaches it, and leaving a programme takes nothing from it. What is shown of an item
 * comes from the evidence thread at the moment of reading: how it is called, when it was, for which competency, and in role words
 * who confirmed it, never by name. */
#ifndef CADRE_PROGRAMME_PORTFOLIO_PORTFOLIO_H
#define CADRE_PROGRAMME_PORTFOLIO_PORTFOLIO_H

#include "programme/capability.h"

extern const struct capability portfolio_capability;

#define PORTFOLIO_MOST 20        /* of one person */
#define PORTFOLIO_SECTIONS_MOST 30
#define PORTFOLIO_ITEMS_MOST 200
#define PORTFOLIO_LINKS_MOST 50  /* that work, of one portfolio */
#define PORTFOLIO_LINK_DAYS 30   /* how long a link works unless she says otherwise */
#define PORTFOLIO_LINK_DAYS_MOST 365
#define PORTFOLIO_TOKEN_CHARS 43 /* 32 random bytes in base64url */

/* All of these stand inside a closure. Versions are those that the form was opened with: RC_CONFLICT with
 * M_portfolio_changed when something was changed meanwhile. Who may is asked before, by the pages. */

/* RC_INVALID when she has PORTFOLIO_MOST. language is one of the interface's. */
enum rc portfolio_add(struct db *tx, struct arena *a, int64_t person, struct str title, struct str introduction, struct str language,
                      int64_t now, int64_t *id, struct err *e) MUST_CHECK;
enum rc portfolio_change(struct db *tx, int64_t id, int64_t version, struct str title, struct str introduction, struct str language,
                         int64_t now, struct err *e) MUST_CHECK;
/* With its sections, items and links: the links open nothing any more. */
enum rc portfolio_drop(struct db *tx, int64_t id, int64_t version, struct err *e) MUST_CHECK;

/* RC_INVALID when there are PORTFOLIO_SECTIONS_MOST. */
enum rc portfolio_add_section(struct db *tx, struct arena *a, int64_t portfolio, struct str title, struct str words, int64_t now,
                              int64_t *id, struct err *e) MUST_CHECK;
enum rc portfolio_change_section(struct db *tx, struct arena *a, int64_t id, int64_t version, struct str title, struct str words,
                                 int64_t now, struct err *e) MUST_CHECK;
/* With the items in it; the evidence itself stays. */
enum rc portfolio_drop_section(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t now, struct err *e) MUST_CHECK;

/* Puts evidence of the person into a section, at its end, in the order given; what the portfolio has already stays where it is.
 * All or nothing: RC_NOT_FOUND when any of it is not hers, was withdrawn, or is never shown to others; RC_INVALID (field "item")
 * when there would be more than PORTFOLIO_ITEMS_MOST. */
enum rc portfolio_choose(struct db *tx, struct arena *a, int64_t section, const int64_t *evidence, size_t count, int64_t now,
                         struct err *e) MUST_CHECK;
/* Goals of her plan, which so become readable for whoever may open the portfolio. RC_NOT_FOUND when one is not hers or was dropped. */
enum rc portfolio_choose_goals(struct db *tx, struct arena *a, int64_t section, const int64_t *goals, size_t count, int64_t now,
                               struct err *e) MUST_CHECK;
/* What a person may choose from and this portfolio does not have yet, the newest first, at most so many. */
enum rc portfolio_offered(struct db *db, struct arena *a, int64_t person, int64_t portfolio, int64_t most, int64_t **evidence, size_t *count) MUST_CHECK;
enum rc portfolio_change_item(struct db *tx, struct arena *a, int64_t id, int64_t version, struct str words, int64_t now,
                              struct err *e) MUST_CHECK;
enum rc portfolio_drop_item(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t now, struct err *e) MUST_CHECK;

/* One step up or down. An item leaves its section over the edge, into the neighbour; the first of all and the last of all stay.
 * arranged is the portfolio's when the page was opened, so that a button pressed twice moves once. RC_NOT_FOUND when the section
 * or item is not of this portfolio. */
enum portfolio_what { PORTFOLIO_SECTION, PORTFOLIO_ITEM };
enum rc portfolio_move(struct db *tx, struct arena *a, int64_t portfolio, int64_t arranged, enum portfolio_what what, int64_t id,
                       bool up, int64_t now, struct err *e) MUST_CHECK;

/* Makes a link and gives its token, which is told once and kept nowhere. days: 1 to PORTFOLIO_LINK_DAYS_MOST. */
enum rc portfolio_share(struct db *tx, struct arena *a, int64_t portfolio, struct str for_whom, int64_t days, int64_t now,
                        struct str *token, struct err *e) MUST_CHECK;
/* At once: the next opening is refused. */
enum rc portfolio_revoke(struct db *tx, int64_t link, int64_t version, int64_t now, struct err *e) MUST_CHECK;
/* Whom a token opens a portfolio of. RC_GONE for whatever else it is: expired, taken back, deleted, never there; the answer is the
 * same for all of them. */
struct portfolio_opened {
    int64_t link, portfolio, person;
};
enum rc portfolio_open(struct db *db, struct arena *a, struct str token, int64_t now, struct portfolio_opened *out, struct err *e) MUST_CHECK;

#endif
