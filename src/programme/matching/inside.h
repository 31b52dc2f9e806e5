/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_MATCHING_INSIDE_H
#define CADRE_PROGRAMME_MATCHING_INSIDE_H

#include "auth/session.h"
#include "engine/match/change.h"
#include "engine/match/quota.h"
#include "gen/msg_matching.h"
#include "gen/programme/matching/matching_sql.h"
#include "gen/programme/matching/solve_sql.h"
#include "programme/matching/matching.h"
#include "out/mail.h"
#include "programme/programme/programme.h"

#define MATCH_ROWS 50

static inline struct str match_side_word(enum hr_side side)
{
    return side == HR_MENTEE ? S("mentee") : S("mentor");
}

/* ---- round.c ---- */
/* The round, which must be a draft or open and be as it was seen; its version moves on. */
enum rc match_touch(struct db *tx, struct arena *a, int64_t round, int64_t version, struct match_round *r, struct err *e) MUST_CHECK;

/* ---- load.c: all that a round is solved from; agents by index, from 0 (place - 1) ---- */
struct match_member {
    int64_t person, seats, least; /* least: -1 as the round says */
    bool in, answered, others;
};
struct match_choice {
    uint32_t other;
    uint32_t rank; /* 0: ruled out */
};
struct match_apart {
    uint32_t mentee, mentor;
    struct str why; /* "assessor", "conflict", "together", or the name of the coordinator's rule */
};
struct match_facts; /* criteria.c */
struct match_data {
    struct match_round r;
    struct match_member *member[2];
    uint32_t count[2];
    uint32_t *from[2]; /* count + 1: the choices of agent i are from[i]..from[i + 1] - 1 */
    struct match_choice *choice[2];
    struct match_apart *apart; /* by mentee, mentor; one for each pair */
    size_t apart_count;
    struct hr_pair *pin;
    size_t pin_count;
    bool *away;   /* of each mentor: on leave today */
    bool *closed; /* of each mentor: a mentee of a round above who found nobody there (match_load_above) */
    struct match_facts *facts; /* NULL where no criteria count */
};
enum rc match_load(struct db *db, struct arena *a, const struct match_round *r, int64_t today, struct match_data *out) MUST_CHECK;
/* above.c: solves the rounds above as they stand, the highest first, and closes the mentors who found nobody there. RC_INVALID when one
 * of these rounds cannot be solved. */
enum rc match_load_above(struct db *db, struct arena *a, int64_t today, struct match_data *d, struct err *e) MUST_CHECK;
const struct match_apart *match_find_apart(const struct match_data *d, uint32_t mentee, uint32_t mentor);
/* The rank at which an agent has another: -1 where it does not say. */
int64_t match_rank_of(const struct match_data *d, enum hr_side side, uint32_t agent, uint32_t other);

/* ---- criteria.c ---- */
#define MATCH_BEST 30 /* mentors that criteria put on one mentee's list */
enum rc match_load_facts(struct db *db, struct arena *a, const struct match_round *r, uint32_t mentees, uint32_t mentors,
                         struct match_facts **out) MUST_CHECK;
/* Points of a pair: the sum over the criteria of weight (0..10) times fit (0..10). */
int64_t match_points(const struct match_facts *f, const struct match_weights *w, uint32_t mentee, uint32_t mentor);
/* The points of one mentee with every mentor, into points[mentors]: in time of the mentors and the words they share. */
void match_points_of(const struct match_facts *f, const struct match_weights *w, uint32_t mentee, int64_t *points);

/* ---- solve.c ---- */
struct match_settings {
    enum match_mode mode;
    uint64_t seed;
    struct match_weights weights;
    uint32_t mentor; /* whose seats are others, HR_NONE: nobody's */
    uint32_t seats;
    int64_t least;
    enum match_near near;
};
#define MATCH_LOOKS UINT64_C(20000000) /* of quota_match: a part of a second */
/* How a mode, and what meets the least numbers after it, came out. */
struct match_how {
    struct match_reach_result reach; /* in that mode */
    bool near;                       /* the mode's own result left somebody short, and another one was looked for */
    bool none;                       /* there is none: the mode's own result stands */
    struct quota_result quota;       /* where near */
};
struct match_run {
    struct hr *h;
    uint32_t *partner;
    struct match_check check;
    struct match_how how;
    uint32_t released; /* pins to mentors who found nobody above: they do not hold */
    uint64_t digest; /* of the result */
};
struct match_settings match_settings_of(const struct match_round *r);
/* RC_INVALID with a message when a pin cannot be kept. */
enum rc match_solve(const struct match_data *d, struct arena *a, const struct match_settings *s, struct match_run *out, struct err *e) MUST_CHECK;
/* Solves an instance. */
void match_apply(enum match_mode mode, enum match_near near, const struct hr *h, struct arena *a, uint32_t *partner, struct match_how *how);
match_solver *match_solver_of(enum match_mode mode);
/* The instance as `cadre match` reads it. */
struct str match_write_hr(struct arena *a, const struct hr *h);

enum match_lack { LACK_NO_LIST, LACK_RULED_OUT, LACK_APART, LACK_NOT_FREE, LACK_NO_SEATS, LACK_FULL, LACKS };
/* Why a mentee who takes part got nobody. */
enum match_lack match_why_none(const struct match_data *d, const struct match_run *run, uint32_t mentee);

/* Counts of one group in a table of groups. */
struct match_count {
    int64_t n, matched, first;
    bool hidden;                 /* the whole row */
    bool hide_matched, hide_first;
};
/* Hides what is small, and so much else that nothing hidden follows from the rest and the sums. */
void match_suppress(struct match_count *rows, size_t count);

/* ---- approve.c ---- */
struct match_after {
    struct match_move *moves;
    size_t count;
    uint64_t digest;
    struct match_fewest fewest; /* where the fewest moves were asked for */
    uint32_t missing;           /* mentees short of the least numbers afterwards */
};
/* What changes about one who takes part. A mentee can only leave. */
struct match_shift {
    enum hr_side side;
    uint32_t agent;
    bool leaves;
    int64_t seats;  /* that a mentor will have in this round, when she does not leave */
    bool afresh;    /* all anew but the pairs that were accepted; else the fewest moves */
};
/* A pair that is neither proposed nor going on. */
bool match_has_ended(struct str state);
/* Who would move, from what was solved and how the pairs stand now. */
struct match_past;
enum rc match_plan_shift(struct arena *a, const struct match_past *past, const struct match_round *r, const struct match_shift *s,
                         struct match_after *out, struct err *e) MUST_CHECK;
/* Moves them. RC_CONFLICT when it would now be others than digest says. */
enum rc match_apply_shift(struct db *tx, struct arena *a, int64_t round, int64_t version, const struct match_shift *s, uint64_t digest,
                          int64_t now, struct err *e) MUST_CHECK;
/* What was solved, read again, and who is with whom by this round now. */
struct match_past {
    struct hr *h;      /* as it was solved; pairs that have ended are kept apart */
    struct hr *now;    /* with the seats of today, and without the mentees who left */
    uint32_t *partner;
    int64_t *pair;     /* of each mentee, 0: none */
    bool *accepted;    /* of each mentee: her pair is more than proposed */
    struct rows_match_apart_load apart;
    enum match_near near; /* how the least numbers were met: off where the mode met them, or nothing did */
    struct rows_match_person_load people[2];
};
enum rc match_load_past(struct db *db, struct arena *a, const struct match_round *r, struct match_past *out, struct err *e) MUST_CHECK;

/* ---- csv.c ---- */
struct match_csv_list {
    enum hr_side side;
    int64_t place;
    struct match_wish *list;
    size_t count, room;
};
struct match_csv {
    struct match_csv_list *lists;
    size_t count;
    size_t rows;
};
struct problems;
struct match_names { /* for finding people of the round by address or number */
    struct rows_match_person_names of[2];
};
void match_read_csv(struct arena *a, struct str file, struct str bytes, const struct match_names *names, struct match_csv *out, struct problems *p);
struct str match_write_csv(struct arena *a, const struct match_names *names, const struct match_data *d);

/* ---- pages ---- */
enum rc match_require(struct ctx *c, struct match_round *r);      /* who runs the round of the address */
struct str match_path(const struct ctx *c, int64_t round, const char *rest);
struct page match_page(struct ctx *c, const struct match_round *r, struct str title, bool below);
struct str match_csrf(struct ctx *c);
enum rc match_send_form(struct ctx *c, struct page *page, struct str note, const struct form *f);
struct str match_mode_name(const struct ctx *c, enum match_mode mode);
struct str match_mode_price(const struct ctx *c, enum match_mode mode);
const struct zone *match_zone(struct ctx *c, int64_t programme);
int64_t match_today(struct ctx *c, const struct match_round *r);
struct str match_near_name(const struct ctx *c, enum match_near near);
/* The least number of mentees for each mentor, and what is done where no stable result gives it. */
void match_least_fields(struct ctx *c, struct form *f, int64_t least, enum match_near near);
void match_weight_fields(struct form *f, const struct match_weights *w);
struct match_weights match_read_weights(const struct form *f);
/* A field that names somebody of a side who takes part: a choice in a small round, else a text that people_read_person reads. none
 * (0: somebody must be named) is what naming nobody means. */
enum rc match_add_person_field(struct ctx *c, struct form *f, const struct match_round *r, enum hr_side side, struct field field, msg_id none) MUST_CHECK;
/* What it says: person and place, both 0 for nobody and where the form must come back (form_ok is false then). */
enum rc match_read_person(struct ctx *c, struct form *f, const struct match_round *r, enum hr_side side, const char *name, int64_t *person,
                          int64_t *place) MUST_CHECK;

enum rc match_get_rounds(struct ctx *c);
enum rc match_new_round(struct ctx *c);
enum rc match_get_round(struct ctx *c);
enum rc match_edit_round(struct ctx *c);
enum rc match_handle_open(struct ctx *c);
enum rc match_handle_drop(struct ctx *c);
enum rc match_post_remind(struct ctx *c);

enum rc match_get_people(struct ctx *c);
enum rc match_add_people(struct ctx *c);
enum rc match_handle_person(struct ctx *c);
enum rc match_get_rules(struct ctx *c);
enum rc match_new_rule(struct ctx *c);
enum rc match_post_rule_remove(struct ctx *c);

enum rc match_own_mentors(struct ctx *c);
enum rc match_own_mentees(struct ctx *c);

enum rc match_get_lists_csv(struct ctx *c);
enum rc match_get_template(struct ctx *c);
enum rc match_handle_import(struct ctx *c);
enum rc match_handle_upload(struct ctx *c);

enum rc match_get_preview(struct ctx *c);
enum rc match_get_unmatched(struct ctx *c);
enum rc match_get_load(struct ctx *c);
enum rc match_new_scenario(struct ctx *c);
enum rc match_post_scenario_remove(struct ctx *c);
enum rc match_get_compare(struct ctx *c);

enum rc match_handle_approve(struct ctx *c);
enum rc match_get_outcome(struct ctx *c);
enum rc match_handle_shift(struct ctx *c);
enum rc match_handle_leave(struct ctx *c);
enum rc match_get_result(struct ctx *c);
enum rc match_get_solved(struct ctx *c);

/* ---- told.c ---- */
#define MATCH_MAILS 3
extern const struct mail_kind matching_mails[MATCH_MAILS];
enum rc match_home(struct ctx *c, struct home_list *list);
enum rc match_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc match_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc match_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc match_retain(struct db *tx, struct str kind, int64_t before, bool *more);
enum rc match_remind_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e);
/* Asks for a mail to each who takes part and, where silent, has not handed in; kind is one of matching_mails. */
enum rc match_mail_side(struct db *tx, struct arena *a, int64_t round, enum hr_side side, const char *kind, bool silent, int64_t now, int64_t *sent) MUST_CHECK;

#endif
