/* Mentorship: who offers to be a mentor, who asks whom, and what the two of a pair keep together. What they write lies behind a
 * wall: P_MENTOR_PAIR is held by the two and reached by no role, and only statements called wall_* touch it. Everybody else can
 * know at most that a pair exists, its state, its days and how many meetings were held. */
#ifndef CADRE_PROGRAMME_MENTOR_MENTOR_H
#define CADRE_PROGRAMME_MENTOR_MENTOR_H

#include "programme/capability.h"

extern const struct capability mentor_capability;

#define MENTOR_SILENCE_DAYS 60      /* without a meeting or a note: both are told */
#define MENTOR_SILENCE_MORE_DAYS 14 /* later still: the coordinator is told how many pairs, never which words */
#define MENTOR_CAPACITY_MAX 50
/* Where a programme has set nothing (mentor_settings_of). */
#define MENTOR_MONTHS "3 6 12"           /* after which the relationship is evaluated */
#define MENTOR_LEAST 5                   /* fewest pairs behind a published number */
#define MENTOR_TRAINING "near-peer-mentoring" /* slug of the course before mentoring as a learner */

struct mentor_profile {
    int64_t programme, person;
    struct str offers, interests, availability;
    struct str languages;       /* " de en ", a space around each tag */
    int64_t capacity;           /* 0: not now */
    int64_t away_until;         /* the last day of a leave; INT64_MIN: none */
    bool shown;
    int64_t version;            /* 0: there was none */
};

/* All of these run inside a closure; today is the civil day of who asks. */

/* Writes or changes a profile. RC_CONFLICT when it was changed meanwhile. */
enum rc mentor_save_profile(struct db *tx, struct arena *a, const struct mentor_profile *p, int64_t today, struct err *e) MUST_CHECK;
/* What a mentee looks for; wants: the coordinator is asked for a mentor. version 0: there was none. */
enum rc mentor_save_wish(struct db *tx, int64_t programme, int64_t person, int64_t version, struct str looks_for, bool wants,
                         int64_t now, struct err *e) MUST_CHECK;

/* A mentee asks a mentor with a few words. RC_INVALID or RC_CONFLICT with a message when she asks herself, asks twice, the two
 * are together already, must not be, or the mentor has no free seat, is away or is no mentor now. */
enum rc mentor_ask(struct db *tx, struct arena *a, int64_t profile, int64_t mentee, struct str words, int64_t today, int64_t now,
                   int64_t *pair, struct err *e) MUST_CHECK;
/* The mentor answers. A yes checks seats and conflicts again. RC_CONFLICT when it was answered or withdrawn already. */
enum rc mentor_answer(struct db *tx, struct arena *a, int64_t pair, bool yes, struct str words, int64_t now, struct err *e) MUST_CHECK;
/* One of the two answers; words may be empty. The second yes makes the pair, a no of either ends it. */
enum rc mentor_answer_as(struct db *tx, struct arena *a, int64_t pair, int64_t by, bool yes, struct str words, int64_t now,
                         struct err *e) MUST_CHECK;

/* Would these two be a pair now: RC_OK, or RC_INVALID or RC_CONFLICT with the reason (who is no mentor, away, full, in a conflict
 * of interest, not ready to mentor as a learner, mentored by the mentee herself; together already). For who arranges pairs. */
enum rc mentor_check(struct db *db, struct arena *a, int64_t programme, int64_t mentor, int64_t mentee, int64_t today,
                     struct err *e) MUST_CHECK;
/* A coordinator proposes a pair to both: checks as mentor_check does, and neither has said yes yet. */
enum rc mentor_arrange(struct db *tx, struct arena *a, int64_t programme, int64_t mentor, int64_t mentee, int64_t today, int64_t now,
                       int64_t *pair, struct err *e) MUST_CHECK;

enum mentor_step { MENTOR_WITHDRAW, MENTOR_PAUSE, MENTOR_RESUME, MENTOR_COMPLETE, MENTOR_CONCLUDE, MENTOR_STEPS };
/* "withdraw", "pause", ...: in addresses. */
bool mentor_find_step(struct str word, enum mentor_step *step);
/* May this step be taken in this state, by the mentee or by the mentor. */
bool mentor_may_step(struct str state, enum mentor_step step, bool is_mentee);
/* Takes a step. An end writes the evidence that one mentored and the other was mentored, when they met at least once. again: who
 * takes the step is a mentee and asks the coordinator for another mentor. */
enum rc mentor_take_step(struct db *tx, struct arena *a, int64_t pair, int64_t version, enum mentor_step step, int64_t by, bool again,
                         int64_t now, struct err *e) MUST_CHECK;

/* A pause with the day on which the two mean to go on; INT64_MIN: open. RC_INVALID when that day is past. */
enum rc mentor_pause(struct db *tx, struct arena *a, int64_t pair, int64_t version, int64_t by, int64_t until_day, int64_t today,
                     int64_t now, struct err *e) MUST_CHECK;

/* A round of matching brings two together: a proposed pair that the mentor answers. pair is a new id; one :exec statement, so
 * it may stand inside a pipeline. The round has looked at seats and conflicts; RC_CONFLICT when the two are together already. */
enum rc mentor_propose(struct db *tx, int64_t pair, int64_t programme, int64_t mentor, int64_t mentee, int64_t now) MUST_CHECK;
/* A round moves the mentee on: the pair ends without fault. One that has ended already stays as it is. */
enum rc mentor_end_pair(struct db *tx, struct arena *a, int64_t pair, int64_t now) MUST_CHECK;

struct mentor_agreement {
    struct str aims, points;
    int64_t cadence_weeks;
    int64_t version;            /* 0: there was none */
};
/* A change of the text takes both signatures back. */
enum rc mentor_save_agreement(struct db *tx, struct arena *a, int64_t pair, const struct mentor_agreement *g, int64_t by, int64_t now,
                              struct err *e) MUST_CHECK;
/* Signs the text of that version. When both have signed, the pair is active. */
enum rc mentor_sign(struct db *tx, struct arena *a, int64_t pair, int64_t version, int64_t by, int64_t now, struct err *e) MUST_CHECK;

struct mentor_meeting {
    int64_t id, version;        /* 0: a new one */
    int64_t starts_at, minutes; /* 0 minutes: an hour */
    struct str place, agenda;
};
/* A new meeting lies ahead; only who wrote it changes it. */
enum rc mentor_save_meeting(struct db *tx, struct arena *a, int64_t pair, struct mentor_meeting *m, int64_t by, int64_t now,
                            struct err *e) MUST_CHECK;
enum mentor_mark { MENTOR_ONLY_NOTE, MENTOR_HELD, MENTOR_CANCELLED };
/* A note beside a meeting (may be empty with a mark); the meeting took place or was called off. */
enum rc mentor_note_meeting(struct db *tx, struct arena *a, int64_t pair, int64_t meeting, struct str note, enum mentor_mark mark,
                            int64_t by, int64_t now, struct err *e) MUST_CHECK;
/* The meetings that a mentee had with her mentors, newest first, at most so many; with meeting not 0 that one alone, or none when it is
 * not hers or was not held. For herself: whoever asks has decided that it is she. The list is in the arena. */
struct mentor_met {
    int64_t id, at;
    struct str mentor;          /* no value: erased */
};
enum rc mentor_met(struct db *db, struct arena *a, int64_t mentee, int64_t meeting, size_t most, struct mentor_met **out, size_t *count) MUST_CHECK;
/* kind: "message" or "checkin". */
enum rc mentor_write(struct db *tx, struct arena *a, int64_t pair, const char *kind, struct str body, int64_t by, int64_t now,
                     struct err *e) MUST_CHECK;
enum rc mentor_add_action(struct db *tx, struct arena *a, int64_t pair, int64_t owner, struct str body, int64_t due_day, int64_t by,
                          int64_t today, struct err *e) MUST_CHECK;
/* Only the owner ticks. RC_CONFLICT when it was ticked already. */
enum rc mentor_tick_action(struct db *tx, struct arena *a, int64_t pair, int64_t action, int64_t by, int64_t now, struct err *e) MUST_CHECK;

/* The coordinator: who must not be mentor of whom, and whom to call. */
enum rc mentor_add_conflict(struct db *tx, struct arena *a, int64_t programme, int64_t mentor, int64_t mentee, struct str kind,
                            int64_t today, int64_t *id, struct err *e) MUST_CHECK;
enum rc mentor_save_help(struct db *tx, int64_t programme, int64_t version, struct str words, struct err *e) MUST_CHECK;

/* ---- mentors who are learners themselves, and who stands behind them (chain.c) ----------------------------------------------- */

struct mentor_settings {
    int64_t programme;
    struct str months;          /* "3 6 12": ascending, 1 to 60 */
    int64_t least;
    int64_t from_stage;         /* 0: learners of any stage may mentor */
    struct str training;        /* slug of a course, also counted as "<slug>-de" and the like; empty: none */
    int64_t competency;         /* 0: none */
    int64_t version;            /* 0: nothing was set, these are the defaults */
};
enum rc mentor_settings_of(struct db *db, struct arena *a, int64_t programme, struct mentor_settings *out) MUST_CHECK;
/* months is tidied ("12, 3" becomes "3 12"). RC_INVALID with the field, RC_CONFLICT when changed meanwhile. */
enum rc mentor_save_settings(struct db *tx, struct arena *a, struct mentor_settings *s, struct err *e) MUST_CHECK;

/* May this person take mentees as things stand: RC_OK for who is no learner of the programme; for a learner RC_INVALID with the
 * reason (stage, away, training, nobody stands behind her). */
enum rc mentor_ready(struct db *db, struct arena *a, int64_t programme, int64_t mentor, int64_t today, struct err *e) MUST_CHECK;
/* Has she completed the course for mentors; *needed (NULL allowed): the programme has one. */
enum rc mentor_trained(struct db *db, struct arena *a, int64_t programme, int64_t mentor, bool *done, bool *needed) MUST_CHECK;
/* Who stands behind a learner's mentoring: a mentor who is no learner herself. faculty 0: nobody any more. */
enum rc mentor_supervise(struct db *tx, struct arena *a, int64_t programme, int64_t student, int64_t faculty, int64_t today, int64_t now,
                         struct err *e) MUST_CHECK;

/* What a mentor notes for herself: what she did and what came of it, nobody's name and nothing a mentee said. */
struct mentor_log {
    int64_t id, version;        /* id 0: a new one */
    int64_t programme, day;
    struct str did, outcome;
    int64_t competency;         /* of a new one: her reflection becomes evidence for it; 0: it does not */
};
/* RC_NOT_FOUND for what another one wrote, RC_CONFLICT when it was changed meanwhile. */
enum rc mentor_save_log(struct db *tx, struct mentor_log *g, int64_t person, int64_t today, int64_t now, struct err *e) MUST_CHECK;
#define MENTOR_KNOWN_MOST 5
/* The competencies a mentor says she is known for, in place of those before. */
enum rc mentor_save_known(struct db *tx, int64_t programme, int64_t person, const int64_t *competencies, size_t count, struct err *e) MUST_CHECK;

/* What colleagues publicly praise in a person, newest first: who keeps commendations registers how they are read (main.c). While
 * nobody does, profiles show none. Texts and list are in the arena of c. */
struct mentor_commendation {
    struct str text, by, competency;
    int64_t day;
};
typedef enum rc mentor_commendations_fn(struct ctx *c, int64_t programme, int64_t person, size_t most, struct mentor_commendation **out, size_t *count);
void mentor_on_commendations(mentor_commendations_fn *fn);

/* ---- how the relationship goes (evaluate.c) ----------------------------------------------------------------------------------- */

#define MENTOR_EVALUATION_DAYS 14  /* from being asked until it is due */
#define MENTOR_EVALUATION_WINDOW 45 /* days after a month within which a pair is asked about it */

/* Asks the two of every running pair of a programme that has reached one of its months, at most a few hundred; *more: some are
 * left. Who wants a mail gets one. */
enum rc mentor_ask_evaluations(struct db *tx, struct arena *a, int64_t programme, int64_t today, int64_t now, bool *more) MUST_CHECK;
struct mentor_reply {
    struct str item;
    int64_t choice;             /* 1 to 5 */
};
/* What one of the two answers, once. RC_NOT_FOUND when she was not asked, RC_CONFLICT when she has answered. */
enum rc mentor_save_evaluation(struct db *tx, struct arena *a, int64_t pair, int64_t person, int64_t month,
                               const struct mentor_reply *replies, size_t count, struct str words, int64_t now, struct err *e) MUST_CHECK;
/* What is told of many pairs (means.c): the mean of what mentors, or mentees, chose for a question about a month. A mean is taken over
 * whole blocks of `least` answers in the order in which they came, so that two readings never differ by fewer people, and is left
 * out where fewer than `least` mentors or fewer than `least` mentees stand behind it. In the arena. */
struct mentor_mean {
    int64_t month;
    bool by_mentors;
    struct str item;
    int64_t n;                  /* answers behind it */
    double mean;
};
enum rc mentor_means(struct db *db, struct arena *a, int64_t programme, int64_t least, struct mentor_mean **out, size_t *count) MUST_CHECK;
/* Asks for the mails of meetings that begin within a day, at most a few hundred: once for each meeting, to who wants them. */
enum rc mentor_remind(struct db *tx, struct arena *a, int64_t now, bool *more) MUST_CHECK;

/* What a person chose for herself. */
struct mentor_choice {
    bool remind;                /* a mail the day before a meeting; at first no */
    bool mail_due;              /* a mail when an evaluation is due; at first yes */
    bool tell_place;            /* calendar files name the place; at first no */
    bool in_lineage;            /* others may read her name in a lineage; at first no */
};
enum rc mentor_choice_of(struct db *db, struct arena *a, int64_t person, struct mentor_choice *out) MUST_CHECK;

/* ---- what took place before (past.c): for the demo, and for records brought from elsewhere ----------------------------------- */

#define MENTOR_PAST_MEETINGS 3 /* of those held, so many are told one by one */
struct mentor_past {
    int64_t programme, mentor, mentee;
    struct str state;           /* "proposed", "accepted", "active", "paused", "completed", "concluded", "declined" */
    int64_t began_at;           /* when it was proposed */
    int64_t ended_at;           /* of one that ended; else 0 */
    int64_t paused_until;       /* a day; 0: none */
    int64_t meetings;
    struct str aims, points;    /* of the agreement */
    struct str place, agenda;   /* of each meeting */
};
/* Inside a closure, without the checks that asking makes. Evidence follows as if it had happened here. */
enum rc mentor_record(struct db *tx, struct arena *a, const struct mentor_past *p, int64_t now, int64_t *pair) MUST_CHECK;
enum rc mentor_record_evaluation(struct db *tx, int64_t pair, int64_t person, int64_t month, int64_t at, const struct mentor_reply *replies,
                                 size_t count) MUST_CHECK;
enum rc mentor_record_choice(struct db *tx, int64_t person, const struct mentor_choice *x) MUST_CHECK;

/* Pairs that accept what the two write: accepted, active, paused. */
bool mentor_is_open(struct str state);

#endif
