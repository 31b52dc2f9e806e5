/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_MENTOR_INSIDE_H
#define CADRE_PROGRAMME_MENTOR_INSIDE_H

#include "auth/session.h"
#include "gen/msg_mentor.h"
#include "gen/programme/mentor/chain_sql.h"
#include "gen/programme/mentor/mentor_call_view.h"
#include "gen/programme/mentor/mentor_form_view.h"
#include "gen/programme/mentor/mentor_sql.h"
#include "programme/mentor/mentor.h"
#include "programme/programme/programme.h"

#define MENTOR_KEPT "mentor_words" /* the rule of retention for what pairs wrote */

/* ---- pages.c ---- */
/* A pair, for one of its two; for everybody else there is none. */
enum rc mentor_require_pair(struct ctx *c, struct row_mentor_pair_find *p);
bool mentor_is_mentee(const struct ctx *c, const struct row_mentor_pair_find *p);
/* How the other of the two is called; a text where she is erased. */
struct str mentor_other_name(const struct ctx *c, const struct row_mentor_pair_find *p);
struct str mentor_path(const struct ctx *c, const char *start, int64_t id);
struct str mentor_state_word(const struct ctx *c, struct str state);
/* The languages offered in profiles. */
size_t mentor_languages(const struct choice **out);
struct str mentor_languages_text(struct arena *a, struct str tags);
/* A page of a pair: crumbs to it. */
struct page mentor_pair_page(struct ctx *c, const struct row_mentor_pair_find *p, struct str title, int status);
/* A form on a page of its own; pair NULL: not one of a pair, else who can read it and the way to help stand beside it. */
enum rc mentor_send_form(struct ctx *c, struct page *page, const struct row_mentor_pair_find *pair, struct str note, const struct form *f);
/* Whom to call, to stand in a page of a pair. */
enum rc mentor_fill_call(struct ctx *c, const struct row_mentor_pair_find *p, const struct view_mentor_call **out);
/* What to do with the outcome of a write: false: go on; true: the form with the error in it is to be shown. */

/* ---- pages_find.c ---- */
enum rc mentor_get_list(struct ctx *c);
enum rc mentor_get_profile(struct ctx *c);
enum rc mentor_own_profile(struct ctx *c);
enum rc mentor_own_wish(struct ctx *c);
enum rc mentor_handle_ask(struct ctx *c);

/* ---- pages_pair.c ---- */
enum rc mentor_get_pairs(struct ctx *c);
enum rc mentor_get_pair(struct ctx *c);
enum rc mentor_handle_answer(struct ctx *c);
enum rc mentor_handle_step(struct ctx *c);
enum rc mentor_get_help(struct ctx *c);
enum rc mentor_get_help_here(struct ctx *c);

/* ---- pages_work.c ---- */
enum rc mentor_handle_agreement(struct ctx *c);
enum rc mentor_post_sign(struct ctx *c);
enum rc mentor_new_meeting(struct ctx *c);
enum rc mentor_change_meeting(struct ctx *c);
enum rc mentor_handle_meeting(struct ctx *c);
enum rc mentor_handle_write(struct ctx *c);
enum rc mentor_new_action(struct ctx *c);
enum rc mentor_post_done(struct ctx *c);
struct form *mentor_write_form(struct ctx *c, const struct row_mentor_pair_find *p);

/* ---- pages_programme.c ---- */
/* The programme of the address, when who asks may do that in it. */
enum rc mentor_require_programme(struct ctx *c, enum permission may, struct programme *p);
struct str mentor_programme_path(struct ctx *c, int64_t programme, const char *rest);
/* A page below mentoring in the programme. */
struct page mentor_below_programme(struct ctx *c, int64_t programme, struct str title);
/* Reads the fields "mentor" and "mentee" (people_read_person); *both is false when the form must come back. */
enum rc mentor_read_two(struct ctx *c, struct form *f, int64_t programme, int64_t *mentor, int64_t *mentee, bool *both) MUST_CHECK;
enum rc mentor_get_programme(struct ctx *c);
enum rc mentor_new_conflict(struct ctx *c);
enum rc mentor_remove_conflict(struct ctx *c);
enum rc mentor_edit_help(struct ctx *c);
enum rc mentor_get_wall(struct ctx *c);

/* ---- pages_chain.c ---- */
/* The competencies of the programme's framework; the first choice is "0", none. */
enum rc mentor_competency_choices(struct ctx *c, int64_t programme, struct choice **out, size_t *count);
enum rc mentor_edit_settings(struct ctx *c);
enum rc mentor_get_students(struct ctx *c);
enum rc mentor_edit_supervision(struct ctx *c);
enum rc mentor_handle_propose(struct ctx *c);

/* ---- pages_log.c ---- */
enum rc mentor_get_log(struct ctx *c);
enum rc mentor_new_log(struct ctx *c);
enum rc mentor_change_log(struct ctx *c);
enum rc mentor_post_share(struct ctx *c);
enum rc mentor_handle_remove_log(struct ctx *c);
enum rc mentor_get_shared_log(struct ctx *c);

/* ---- pages_lineage.c ---- */
enum rc mentor_get_lineage(struct ctx *c);
enum rc mentor_get_own_lineage(struct ctx *c);

/* ---- evaluate.c ---- */
#define MENTOR_JOBS 2
#define MENTOR_MAILS 2
extern const struct job_handler mentor_jobs[MENTOR_JOBS];
extern const struct mail_kind mentor_mails[MENTOR_MAILS];

/* ---- pages_evaluate.c ---- */
enum rc mentor_handle_evaluation(struct ctx *c);
enum rc mentor_get_means(struct ctx *c);
enum rc mentor_handle_choices(struct ctx *c);
enum rc mentor_get_ics(struct ctx *c);
enum rc mentor_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);

/* ---- waiting.c ---- */
enum rc mentor_home(struct ctx *c, struct home_list *list);
enum rc mentor_get_written(struct ctx *c);
enum rc mentor_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);
enum rc mentor_describe_log(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);
enum rc mentor_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc mentor_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc mentor_retain(struct db *tx, struct str kind, int64_t before, bool *more);

#endif
