/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_FEEDBACK_INSIDE_H
#define CADRE_PROGRAMME_FEEDBACK_INSIDE_H

#include "auth/session.h"
#include "gen/msg_feedback.h"
#include "gen/programme/feedback/answer_sql.h"
#include "gen/programme/feedback/feedback_sql.h"
#include "programme/feedback/feedback.h"
#include "programme/programme/programme.h"

#define FEEDBACK_DAYS_MOST 120

/* ---- round.c ---- */
/* Writes a round as it stands. RC_CONFLICT when somebody else wrote it meanwhile. */
enum rc feedback_save(struct db *tx, struct feedback_round *r, struct err *e) MUST_CHECK;
/* The same with a step from one state to another; RC_CONFLICT when it is in neither of the two it may begin in. */
enum rc feedback_step(struct db *tx, struct feedback_round *r, enum feedback_state from, enum feedback_state or_from, enum feedback_state to,
                      int64_t now, struct err *e) MUST_CHECK;
/* How many of the reminders are due on a day, and when something is due next after it. */
int64_t feedback_reminders_by(const struct feedback_round *r, int64_t day);
int64_t feedback_next_day(const struct feedback_round *r, int64_t today);

/* ---- raters.c ---- */
/* How many of a list there are in all and in each group of the round: those in either state ("" for none). */
struct feedback_named {
    int64_t total;
    int64_t groups[FEEDBACK_GROUP_COUNT]; /* by place in r->groups */
};
void feedback_count_named(const struct feedback_round *r, const struct rows_feedback_nominations *rows, const char *state, const char *or_state,
                          struct feedback_named *out);
bool feedback_named_enough(const struct feedback_round *r, const struct feedback_named *n);
/* Invites an approved rater: a mail goes out. */
enum rc feedback_invite(struct db *tx, struct arena *a, struct feedback_round *r, int64_t nomination, int64_t now) MUST_CHECK;

/* ---- answer.c ---- */
struct str feedback_token(struct arena *a);
struct str feedback_hash(struct arena *a, struct str token, const char *purpose, struct str of);
/* Every answer of a round under a number by chance, in an order by chance; links and invitations go. */
enum rc feedback_unlink(struct db *tx, struct arena *a, int64_t round) MUST_CHECK;
/* Deletes answers, links and invitations of a round. */
enum rc feedback_drop_answers(struct db *tx, int64_t round) MUST_CHECK;
/* Every item but those in words has an answer. RC_INVALID with the field. */
enum rc feedback_check_said(struct arena *a, const struct feedback_said *said, struct err *e) MUST_CHECK;

/* ---- pages.c: what pages share ---- */
struct str feedback_path(const struct ctx *c, int64_t round, const char *rest);
struct str feedback_or_gone(const struct ctx *c, struct str name);
/* "In draft", "Answers are collected"; how a group is called in this round. */
struct str feedback_state_name(const struct ctx *c, enum feedback_state s);
struct str feedback_group_name(const struct ctx *c, enum feedback_group_code g, struct str title);
/* The fields of a whole instrument, under the titles of its domains; answers and words show what was given before (NULL: nothing). */
void feedback_add_fields(const struct ctx *c, struct form *f, const struct instrument *i, const int *answers, const struct str *words);
/* What was chosen and written, behind form_read; an item that is not answered gets its error. */
void feedback_read_fields(const struct ctx *c, struct form *f, const struct instrument *i, struct feedback_said *said);
/* The round in the address, for who may do this with it. Nobody runs her own round: RC_NOT_FOUND. */
enum rc feedback_require(struct ctx *c, enum permission may, struct feedback_round *r) MUST_CHECK;
bool feedback_allows(struct ctx *c, enum permission may, const struct feedback_round *r);
/* Keeps that somebody read or did this in another's round. */
enum rc feedback_note(struct ctx *c, const struct feedback_round *r, const char *action) MUST_CHECK;
/* A page with one form and what stands before it, below the page of a round. */
enum rc feedback_send_form(struct ctx *c, const struct feedback_round *r, struct page *page, struct str note, struct form *f) MUST_CHECK;

handler feedback_get_list, feedback_handle_start, feedback_get_round, feedback_handle_self, feedback_handle_step; /* pages_round.c, pages_step.c */
handler feedback_handle_raters, feedback_handle_rater;                                                          /* pages_raters.c */
handler feedback_get_answer, feedback_post_answer, feedback_post_back, feedback_post_decline, feedback_handle_asked; /* pages_answer.c */
handler feedback_get_programme, feedback_handle_setting, feedback_handle_cohort;                                 /* pages_programme.c */

/* The steps that are taken on a page of their own: what the page of a round offers to who reads it. */
struct feedback_offer {
    struct str href, label;
};
/* room for FEEDBACK_OFFERS. */
#define FEEDBACK_OFFERS 16
size_t feedback_offers(struct ctx *c, const struct feedback_round *r, bool managing, struct feedback_offer *out);

/* ---- waiting.c ---- */
enum rc feedback_home(struct ctx *c, struct home_list *list);
enum rc feedback_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc feedback_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);
enum rc feedback_write_ask_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
enum rc feedback_write_remind_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
enum rc feedback_run_days(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e);
/* What one run of that job does at a time; *more: some is left. Inside a closure. */
enum rc feedback_do_days(struct db *tx, struct arena *a, int64_t now, bool *more) MUST_CHECK;
/* ---- held.c ---- */
enum rc feedback_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc feedback_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc feedback_retain(struct db *tx, struct str kind, int64_t before, bool *more);

#endif
