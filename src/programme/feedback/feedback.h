/* 360 feedback: a round in which a person is described by those who work with her, and by herself. A round goes
 *
 *     draft -> self -> nominate -> approve -> collect -> validate -> release -> meeting -> goal -> closed
 *
 * draft: somebody is to facilitate. self: she describes herself. nominate: she names raters by group. approve: the facilitator or the
 * coordinator looks at the list. collect: raters answer by one-time links. validate: is it enough; late answers still count.
 * release: the answers are put together, the facilitator reads the report first. meeting: she has the report, the two talk. goal: she
 * takes a goal from it into her plan. Every other way out (she leaves, somebody stops it) keeps what is there, and the round can
 * go on. The report itself is report.h, which says too how it asks for the answers.
 *
 * WHO GAVE WHICH ANSWER is not written down. A link's token is made when its mail is written and kept nowhere; the database holds
 * hash(token, "open") to open the form. A sheet of points lies under hash(token, "answer"), each comment under
 * hash(token, "words <item>") without its sheet and its group: only who holds the link finds them, to replace them or take them back.
 * Answers have no time, no language, no address and no number in order; no audit or access line is written for them. Every answer
 * writes all answers and invitations of its round anew (stir), so that PostgreSQL's transaction numbers do not pair the two. When
 * the answers are put together they get numbers by chance in an order by chance, and links and invitations are deleted, and with
 * them who answered.
 *
 * What somebody with the whole database can still learn: until the answers are put together, which of the invited have answered or
 * declined; whoever reads it again and again meanwhile (or holds two backups with one answer between them), which answer came with
 * which invitation, since both appear together; a write-ahead log or an unvacuumed table that is kept tells the same. Afterwards:
 * the named people, and sheets by group that nothing ties to them; with a group of one or two a sheet is as good as named, which is
 * why the report does not show it. How somebody writes may give her away in a comment. Whoever changes the program can note what it
 * would not. A rater who loses her phone loses nothing but what waits there unsent. */
#ifndef CADRE_PROGRAMME_FEEDBACK_FEEDBACK_H
#define CADRE_PROGRAMME_FEEDBACK_FEEDBACK_H

#include "programme/capability.h"
#include "programme/instrument/instrument.h"

extern const struct capability feedback_capability;

#define FEEDBACK_STATES(X)    \
    X(DRAFT, "draft")         \
    X(SELF, "self")           \
    X(NOMINATE, "nominate")   \
    X(APPROVE, "approve")     \
    X(COLLECT, "collect")     \
    X(VALIDATE, "validate")   \
    X(RELEASE, "release")     \
    X(MEETING, "meeting")     \
    X(GOAL, "goal")           \
    X(CLOSED, "closed")

enum feedback_state {
#define X(id, word) FEEDBACK_##id,
    FEEDBACK_STATES(X)
#undef X
        FEEDBACK_STATE_COUNT
};
const char *feedback_state_word(enum feedback_state s);

enum feedback_end { FEEDBACK_OPEN, FEEDBACK_ENDED_GOAL, FEEDBACK_ENDED_LEFT, FEEDBACK_ENDED_STOPPED };

/* Groups of raters by how they stand to the subject, with the fewest to name and the fewest answers of a valid round; a programme
 * chooses among them, sets its own numbers and may call them as it likes. Her own sheet
 * has the word FEEDBACK_SELF_GROUP. */
#define FEEDBACK_GROUPS(X)                                             \
    X(SENIOR, "senior", 4, 3) /* who supervise or teach her */         \
    X(PEER, "peer", 4, 3)     /* colleagues at her stage */            \
    X(JUNIOR, "junior", 0, 0) /* whom she supervises or teaches */     \
    X(TEAM, "team", 4, 3)     /* other professions she works with */   \
    X(OTHER, "other", 0, 0)
#define FEEDBACK_SELF_GROUP "self"

enum feedback_group_code {
#define X(id, word, named, valid) FEEDBACK_GROUP_##id,
    FEEDBACK_GROUPS(X)
#undef X
        FEEDBACK_GROUP_COUNT
};
const char *feedback_group_word(enum feedback_group_code g);
bool feedback_group_find(struct str word, enum feedback_group_code *g);

struct feedback_quota {
    enum feedback_group_code code;
    struct str title;           /* empty: the usual word */
    int64_t named;              /* fewest to name */
    int64_t valid;              /* fewest answers of a valid round; 0, or at least FEEDBACK_QUOTA_MIN and fewer than named */
};

/* ---- how a programme holds its rounds ------------------------------------------------------------------------------------------- */

#define FEEDBACK_INSTRUMENT "leadership-360"
#define FEEDBACK_NAMED 12       /* raters to name, at the fewest */
#define FEEDBACK_VALID 10       /* answers of a valid round, at the fewest */
#define FEEDBACK_LEAST 4        /* answers of a group that is shown by itself */
#define FEEDBACK_LEAST_MIN 3    /* no programme sets fewer */
#define FEEDBACK_DAYS 21        /* to answer */
#define FEEDBACK_REMIND "7 2"   /* days before the last one */
#define FEEDBACK_REMIND_MOST 5
#define FEEDBACK_NAMED_MOST 60  /* raters of a round */
#define FEEDBACK_WORDS_MAX 1000 /* characters of a comment */

struct feedback_setting {
    int64_t programme;
    struct str instrument;      /* slug */
    bool by_mentor;             /* her mentor facilitates; else somebody of the faculty, whom the coordinator names */
    int64_t named_total, valid_total, least, days;
    struct str remind;          /* "7 2": days before the last one, falling */
    struct feedback_quota groups[FEEDBACK_GROUP_COUNT];
    size_t group_count;
    int64_t version;            /* 0: nothing was set, these are the defaults */
};
enum rc feedback_load_setting(struct db *db, struct arena *a, int64_t programme, struct feedback_setting *out) MUST_CHECK;
/* Inside a closure. remind is tidied ("2, 7" becomes "7 2"). RC_INVALID with the field, RC_CONFLICT when it was changed meanwhile. */
enum rc feedback_save_setting(struct db *tx, struct arena *a, struct feedback_setting *s, struct err *e) MUST_CHECK;

/* ---- rounds --------------------------------------------------------------------------------------------------------------------- */

struct feedback_round {
    int64_t id, programme, subject, instrument;
    int64_t facilitator;        /* 0: nobody yet */
    int64_t started_by;
    enum feedback_state state;
    enum feedback_end ended;
    enum feedback_state resume; /* of a round that stopped before its report: where it goes on; FEEDBACK_STATE_COUNT: nowhere */
    int64_t named_total, valid_total, least, days;
    struct str remind;
    int64_t due_day;            /* the last day to answer; 0: answers are not asked for yet */
    int64_t next_day;
    bool thin;                  /* put together although it was not valid */
    int64_t created_at, since_at;
    int64_t read_at, released_at, meeting_at, closed_at; /* 0: not yet */
    struct str meeting_place;
    int64_t goal;               /* 0: none yet */
    int64_t version;
    struct str subject_name, facilitator_name; /* no value: gone, or nobody */
    struct feedback_quota groups[FEEDBACK_GROUP_COUNT];
    size_t group_count;
};
/* RC_NOT_FOUND. */
enum rc feedback_find(struct db *db, struct arena *a, int64_t id, struct feedback_round *out) MUST_CHECK;

/* What follows runs inside a closure, on a round that feedback_find read in it, and leaves it as it then is. by and now: who does it
 * when. RC_CONFLICT with M_feedback_moved when the round is not where the step begins; feedback_check_version says so of a page
 * that was opened before. Who may is for the pages. */
enum rc feedback_check_version(const struct feedback_round *r, int64_t version, struct err *e) MUST_CHECK;

/* A round of a member of the programme. facilitator 0: as the programme says, her mentor; nobody: it waits in draft for one, else it
 * begins with her own view. RC_CONFLICT when she has one that is open, RC_INVALID when she is no member or facilitates herself. */
enum rc feedback_start(struct db *tx, struct arena *a, int64_t programme, int64_t subject, int64_t facilitator, int64_t by, int64_t today,
                       int64_t now, int64_t *id, struct err *e) MUST_CHECK;
/* Names who facilitates, and begins a round that waited for one. RC_INVALID for the subject and for who is among the raters. */
enum rc feedback_set_facilitator(struct db *tx, struct arena *a, struct feedback_round *r, int64_t person, int64_t now, struct err *e) MUST_CHECK;

struct feedback_said {
    const struct instrument *instrument;
    const int *answers;         /* of each item: a point, INSTRUMENT_UNABLE; of one in words passed over */
    const struct str *words;    /* of each item; may be empty */
};
/* self -> nominate. RC_INVALID when an item is not answered. */
enum rc feedback_keep_self(struct db *tx, struct arena *a, struct feedback_round *r, const struct feedback_said *said, int64_t now, struct err *e) MUST_CHECK;
/* What she said of herself; answers and words have room for every item. RC_NOT_FOUND: nothing yet. */
enum rc feedback_load_self(struct db *db, struct arena *a, const struct feedback_round *r, const struct instrument *i, int *answers, struct str *words) MUST_CHECK;

struct feedback_rater {
    int64_t person;             /* 0: name and address */
    struct str name, address;   /* an address that somebody has becomes that person */
    enum feedback_group_code group;
};
/* While she names raters, or later as a further one, who then waits for approval. RC_INVALID with the field: herself, the facilitator,
 * an address that is none, a group that the round does not ask, one too many. RC_CONFLICT: named already. */
enum rc feedback_name(struct db *tx, struct arena *a, struct feedback_round *r, const struct feedback_rater *n, int64_t *id, struct err *e) MUST_CHECK;
/* Takes one back that is not approved. */
enum rc feedback_unname(struct db *tx, struct arena *a, struct feedback_round *r, int64_t nomination, struct err *e) MUST_CHECK;
/* nominate -> approve. RC_INVALID with M_feedback_too_few when the list is too short in all or in a group. */
enum rc feedback_send_list(struct db *tx, struct arena *a, struct feedback_round *r, int64_t now, struct err *e) MUST_CHECK;
/* One rater: yes or no, a no with a reason. While answers are collected a yes sends the mail at once. */
enum rc feedback_decide(struct db *tx, struct arena *a, struct feedback_round *r, int64_t nomination, bool yes, struct str reason, int64_t now, struct err *e) MUST_CHECK;
/* approve -> nominate, for her to name others. */
enum rc feedback_send_back(struct db *tx, struct feedback_round *r, int64_t now, struct err *e) MUST_CHECK;
/* approve -> collect: all who are not refused are approved and get their mails. RC_INVALID when those are too few. */
enum rc feedback_collect(struct db *tx, struct arena *a, struct feedback_round *r, int64_t today, int64_t now, struct err *e) MUST_CHECK;
/* collect or validate -> collect until a later day. */
enum rc feedback_extend(struct db *tx, struct feedback_round *r, int64_t last_day, int64_t today, int64_t now, struct err *e) MUST_CHECK;
/* collect -> validate, before its last day or behind it. */
enum rc feedback_end_collecting(struct db *tx, struct feedback_round *r, int64_t now, struct err *e) MUST_CHECK;

/* Is it enough. Of answers only what cannot reveal: whether a group has enough, and all together in steps of FEEDBACK_STEP. Neither
 * ever tells that all who were asked have answered: one fewer than they are is always enough, and a group of which that leaves fewer
 * than FEEDBACK_QUOTA_MIN has no number of its own. */
#define FEEDBACK_STEP 5
#define FEEDBACK_QUOTA_MIN 2
struct feedback_enough {
    bool valid;
    bool some;                  /* enough for any report: the fewest of one group, in all */
    int64_t at_least;           /* answers, rounded down to a step */
    bool counts[FEEDBACK_GROUP_COUNT]; /* by place in r->groups: has a number of its own */
    bool groups[FEEDBACK_GROUP_COUNT]; /* has its fewest, or no number */
};
enum rc feedback_count(struct db *db, struct arena *a, const struct feedback_round *r, struct feedback_enough *out) MUST_CHECK;

/* validate -> release: from now on nobody answers, takes back or can be asked; who answered is forgotten. thin: although it is not
 * valid. RC_INVALID when it is not valid and thin is false, and when there are too few answers for anything. */
enum rc feedback_put_together(struct db *tx, struct arena *a, struct feedback_round *r, bool thin, int64_t now, struct err *e) MUST_CHECK;
/* The facilitator has opened the report. */
enum rc feedback_note_read(struct db *tx, struct feedback_round *r, int64_t now, struct err *e) MUST_CHECK;
/* release -> meeting. RC_INVALID before the facilitator has read it. */
enum rc feedback_release(struct db *tx, struct feedback_round *r, int64_t now, struct err *e) MUST_CHECK;
/* When the two talk; may be changed. */
enum rc feedback_set_meeting(struct db *tx, struct feedback_round *r, int64_t at, struct str place, struct err *e) MUST_CHECK;
/* meeting -> goal. RC_INVALID when no meeting was set or it is still to come. */
enum rc feedback_met(struct db *tx, struct feedback_round *r, int64_t now, struct err *e) MUST_CHECK;
/* goal -> closed, with a goal of hers that was taken from this round; the round becomes evidence of hers. */
enum rc feedback_close(struct db *tx, struct feedback_round *r, int64_t goal, int64_t now, struct err *e) MUST_CHECK;
/* Any -> closed. Before the report: nothing is deleted, links say that the round stopped, and feedback_resume goes on. */
enum rc feedback_stop(struct db *tx, struct feedback_round *r, enum feedback_end why, int64_t now, struct err *e) MUST_CHECK;
enum rc feedback_resume(struct db *tx, struct arena *a, struct feedback_round *r, int64_t today, int64_t now, struct err *e) MUST_CHECK;
/* Registered with programme_on_left: rounds of who is no member any more stop. */
enum rc feedback_left(struct db *tx, int64_t person, int64_t programme, int64_t now) MUST_CHECK;

/* ---- raters ---------------------------------------------------------------------------------------------------------------------- */

/* Inside a closure: a new link to an approved rater's form; only its hash is kept. RC_GONE: not asked any more. */
enum rc feedback_new_link(struct db *tx, struct arena *a, int64_t nomination, struct str *token, struct err *e) MUST_CHECK;

enum feedback_link_state {
    FEEDBACK_LINK_OPEN,         /* not answered */
    FEEDBACK_LINK_MINE,         /* answered with this very link: may be replaced or taken back */
    FEEDBACK_LINK_OTHER,        /* answered with another link of the same invitation */
    FEEDBACK_LINK_DECLINED,
    FEEDBACK_LINK_STOPPED,      /* the round stopped */
};
struct feedback_opened {
    enum feedback_link_state state;
    int64_t round;
};
/* RC_GONE: opens nothing, be it that the round is over or that it never did; the two look the same. */
enum rc feedback_open_link(struct db *db, struct arena *a, struct str token, struct feedback_opened *out, struct err *e) MUST_CHECK;

/* Inside a closure: keeps an answer. The same once more: nothing happens. Another one while there is one: RC_CONFLICT with
 * M_feedback_answered, and replace puts it in place of the first where the link is the same. RC_INVALID with the field of an item
 * that is not answered. */
enum rc feedback_answer(struct db *tx, struct arena *a, struct str token, const struct feedback_said *said, bool replace, struct err *e) MUST_CHECK;
/* What was answered with this link, to show it again. RC_NOT_FOUND. */
enum rc feedback_load_own(struct db *db, struct arena *a, struct str token, const struct instrument *i, int *answers, struct str *words) MUST_CHECK;
/* Deletes what was answered with this link; it can be answered anew. */
enum rc feedback_take_back(struct db *tx, struct arena *a, struct str token, struct err *e) MUST_CHECK;
/* The rater does not want to; or, yes again, does. */
enum rc feedback_decline(struct db *tx, struct arena *a, struct str token, bool declines, struct err *e) MUST_CHECK;

#endif
