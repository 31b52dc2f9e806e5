/* Rounds of matching: a coordinator gathers mentees and mentors, both say whom they wish, a method of engine/match finds who is
 * with whom, and after the coordinator approved it the pairs are proposed in mentorship (programme/mentor). What a person wishes,
 * and whom she rules out, is read by herself and by who runs the round (P_MATCH_RUN), by nobody else; nothing is told to anyone
 * before a round is approved. */
#ifndef CADRE_PROGRAMME_MATCHING_MATCHING_H
#define CADRE_PROGRAMME_MATCHING_MATCHING_H

#include "engine/match/match.h"
#include "programme/capability.h"

extern const struct capability matching_capability;

#define MATCH_LIST_MOST 100 /* people on one list, those ruled out included */
#define MATCH_SEATS_MOST 50
#define MATCH_LEVELS_MOST 8 /* rounds one above the other */
#define MATCH_SMALL 5       /* counts of people below this are not shown */

enum match_way { MATCH_RANKS, MATCH_CRITERIA, MATCH_BOTH, MATCH_WAYS };
enum match_mode { MATCH_FAIR, MATCH_MENTOR, MATCH_REACH, MATCH_MODES };
/* What is done where no stable result gives each mentor her least number of mentees (engine/match/quota.h). */
enum match_near { MATCH_NEAR_BLOCKING, MATCH_NEAR_ENVY_FREE, MATCH_NEAR_OFF, MATCH_NEARS };
const char *match_way_word(enum match_way way);    /* "ranks": in the database, in addresses */
const char *match_mode_word(enum match_mode mode); /* "fair" */
const char *match_near_word(enum match_near near); /* "blocking", "envy-free", "off" */
bool match_find_way(struct str word, enum match_way *way);
bool match_find_mode(struct str word, enum match_mode *mode);
bool match_find_near(struct str word, enum match_near *near);

/* How much each criterion counts, 0 to 10. */
struct match_weights {
    int64_t interests; /* words of what she looks for that stand in what the mentor offers */
    int64_t language;  /* the mentor speaks hers */
    int64_t stage;     /* a learner one to three stages ahead */
    int64_t load;      /* few mentees now */
};

struct match_round {
    int64_t id, programme, cohort; /* cohort 0: the whole programme */
    struct str title, state;       /* "draft", "open", "approved", "dropped" */
    enum match_way way;
    enum match_mode mode;
    int64_t seed; /* of the lottery, published */
    struct match_weights weights;
    int64_t least; /* mentees that each mentor has at least, as far as her seats reach; a mentor may have a number of her own */
    enum match_near near;
    int64_t above; /* the round whose mentees mentor in this one, if a mentor is found for them there; 0: none */
    int64_t by[2]; /* until when mentees and mentors may change their lists, UTC ms */
    int64_t remind_days;
    bool apart_assessors; /* who assesses a cohort is not mentor of its people */
    int64_t opened_at, mode_changed_at, approved_at, approved_by; /* 0: not yet */
    int64_t version;
};

/* RC_NOT_FOUND when there is none. */
enum rc match_find(struct db *db, struct arena *a, int64_t id, struct match_round *out) MUST_CHECK;

/* ---- running a round: all inside a closure; version is the round's as the form was opened; today is a day of the programme ------ */

/* Makes a round (id 0, gets one; the lottery is drawn here) or changes one that is a draft or open. RC_INVALID for deadlines in
 * the past, and where the rounds above make a circle or are too many; RC_CONFLICT when it was changed meanwhile or is approved. */
enum rc match_save(struct db *tx, struct match_round *r, int64_t by, int64_t now, struct err *e) MUST_CHECK;
/* Lets people rank; tell: asks for mails to all. RC_INVALID when a side is empty or no mentor has a seat. */
enum rc match_open(struct db *tx, struct arena *a, int64_t round, int64_t version, bool tell, int64_t now, struct err *e) MUST_CHECK;
enum rc match_drop(struct db *tx, struct arena *a, int64_t round, int64_t version, struct err *e) MUST_CHECK;

struct match_filter {
    int64_t cohort, stage, group; /* of mentees; 0: any */
    bool without;                 /* only mentees who have no mentor; only mentors with a free seat */
};
/* Takes in all who answer to the filter and are not in the round yet; *added counts them. */
enum rc match_take_in(struct db *tx, struct arena *a, int64_t round, int64_t version, enum hr_side side, const struct match_filter *f,
                      int64_t today, int64_t *added, struct err *e) MUST_CHECK;
/* One person. RC_INVALID: not of the programme (or of the round's cohort), no mentor, on leave; RC_CONFLICT: in it already. */
enum rc match_take_one(struct db *tx, struct arena *a, int64_t round, int64_t version, enum hr_side side, int64_t person, int64_t today,
                       struct err *e) MUST_CHECK;
/* Seats of a mentor, and the least number of mentees (-1: as the round says), which is not above the seats. */
enum rc match_set_seats(struct db *tx, struct arena *a, int64_t round, int64_t place, int64_t version, int64_t seats, int64_t least,
                        struct err *e) MUST_CHECK;
/* Takes somebody out before approval, with what was fixed about her. */
enum rc match_take_out(struct db *tx, struct arena *a, int64_t round, int64_t version, enum hr_side side, int64_t place, struct err *e) MUST_CHECK;

/* Fixes two together (pin) or keeps them apart, by a rule that has a name. Places count from 1. */
enum rc match_add_rule(struct db *tx, struct arena *a, int64_t round, int64_t version, bool pin, int64_t mentee, int64_t mentor,
                       struct str name, int64_t today, struct err *e) MUST_CHECK;
enum rc match_remove_rule(struct db *tx, struct arena *a, int64_t round, int64_t version, int64_t rule, struct err *e) MUST_CHECK;

/* ---- lists ---------------------------------------------------------------------------------------------------------------------- */

enum match_step { MATCH_ADD, MATCH_UP, MATCH_DOWN, MATCH_TIE, MATCH_REMOVE, MATCH_RULE_OUT, MATCH_STEPS };
bool match_find_step(struct str word, enum match_step *step); /* "add", "up", "down", "tie", "remove", "out" */

struct match_wish {
    int64_t other; /* a place on the other side, from 1 */
    int64_t rank;  /* from 1; 0: not with this one */
};
/* Takes a step in a list of *count wishes with room for one more, and numbers the ranks anew from 1. False when other is not in it
 * (or, for adding, is in it already). Pure. */
bool match_step_list(struct match_wish *list, size_t *count, enum match_step step, int64_t other);

/* One step in somebody's own list, saved at once. RC_CONFLICT: changed meanwhile, or the deadline has passed; RC_INVALID: a person
 * outside the round, too long a list, everybody ruled out. */
enum rc match_change_list(struct db *tx, struct arena *a, int64_t round, enum hr_side side, int64_t person, int64_t version,
                          enum match_step step, int64_t other, int64_t now, struct err *e) MUST_CHECK;
/* Hands in what is saved; others: a mentor takes gladly also those she did not rank. */
enum rc match_hand_in(struct db *tx, struct arena *a, int64_t round, enum hr_side side, int64_t person, int64_t version, bool others,
                      int64_t now, struct err *e) MUST_CHECK;

/* One list written whole and handed in: from a file, in the demo. now 0: not handed in. */
enum rc match_write_list(struct db *tx, int64_t round, enum hr_side side, int64_t place, const struct match_wish *list, size_t count,
                         int64_t now) MUST_CHECK;
/* Approves a round as it stands: the pairs are proposed in mentorship; tell: everybody gets a mail. digest 0: whatever comes out.
 * RC_CONFLICT when it was approved already, when the round above is not yet, or would now come out otherwise than digest says; RC_INVALID when a pin cannot be kept. */
enum rc match_approve(struct db *tx, struct arena *a, int64_t round, int64_t version, uint64_t digest, bool tell, int64_t by, int64_t today, int64_t now,
                      int64_t *pairs, struct err *e) MUST_CHECK;

#endif
