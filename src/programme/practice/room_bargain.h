/* Bargaining in a room: offers, agreements, what came of it. The rules; the page is room_negotiation.c. */
#ifndef CADRE_PROGRAMME_PRACTICE_ROOM_BARGAIN_H
#define CADRE_PROGRAMME_PRACTICE_ROOM_BARGAIN_H

#include "engine/negotiation/negotiation.h"
#include "programme/practice/room.h"

#define BARGAIN_OFFERS_MOST 200
#define BARGAIN_WORDS 500 /* characters said with an offer */

/* The text of the room's negotiation, and the game that it is. */
struct bargain {
    struct negotiation n;
    struct negotiation_game game;
    struct rows_room_offers offers;         /* the latest first */
    struct rows_room_agreements agreements;
    const struct row_room_offers *deal;     /* NULL: none was signed */
    int64_t deadline;                       /* ms of play after which nothing can be signed any more; 0: none */
    bool closed;                            /* that has passed, and nothing was signed */
};
enum rc bargain_read(struct db *db, struct arena *a, const struct room *r, struct bargain *out) MUST_CHECK;
/* "2,1,3" as choices from 0, one for each issue; false when it is none of this game. */
bool bargain_choices(const struct bargain *b, struct str options, uint16_t *choices);
/* Has the party agreed to the offer. */
bool bargain_agreed(const struct bargain *b, int64_t offer, struct str party);

/* Inside closures. A new offer is its own party's yes. */
enum rc bargain_offer(struct db *tx, struct arena *a, int64_t room, int64_t person, struct str options, struct str words, int64_t now, struct err *e) MUST_CHECK;
/* Agrees to an open offer; with the last party it is signed. Or its own party takes it back. */
enum rc bargain_answer(struct db *tx, struct arena *a, int64_t room, int64_t person, int64_t offer, bool agree, int64_t now, bool *deal, struct err *e) MUST_CHECK;

#endif
