/* What the files of this capability share among themselves. */
#ifndef CADRE_PROGRAMME_PLAN_INSIDE_H
#define CADRE_PROGRAMME_PLAN_INSIDE_H

#include "auth/session.h"
#include "base/clock.h"
#include "gen/msg_plan.h"
#include "gen/programme/plan/plan_sql.h"
#include "programme/plan/plan.h"

#define PLAN_ROWS 50        /* of a page of a list */
#define PLAN_REVIEW_DAYS 14 /* from being asked for a review until it is due */
#define PLAN_WORDS 4000     /* characters of a long text */

/* ---- goal.c ---- */
#define PLAN_KEY 32
/* A new key of 32 hex digits, in the arena. */
struct str plan_new_key(struct db *tx, struct arena *a);
const char *plan_state_word(enum plan_state s);
bool plan_find_state(struct str word, enum plan_state *s);
/* RC_CONFLICT with the words for it unless the last statement changed one row. */
enum rc plan_meanwhile(struct db *tx, struct err *e) MUST_CHECK;
/* NULL for 0. */
const int64_t *plan_or_null(const int64_t *v);
/* The goal, when it is this person's. */
enum rc plan_own_goal(struct db *db, struct arena *a, int64_t person, int64_t goal, struct row_plan_goal_find *g) MUST_CHECK;

/* How all that a person's goals were taken from is called, in one statement for each kind. */
struct plan_names {
    struct plan_origin *of[PLAN_SOURCES];
    size_t count[PLAN_SOURCES];
};
enum rc plan_load_names(struct db *db, struct arena *a, int lang, int64_t person, size_t most, struct plan_names *out) MUST_CHECK;
/* No value when it is not among them. */
struct str plan_name_of(const struct plan_names *n, struct str kind, int64_t id);

/* ---- pages.c: what the pages share ---- */
/* The decisions. Reading another one's plan is noted. */
enum rc plan_require_own(struct ctx *c) MUST_CHECK;
enum rc plan_require_read(struct ctx *c, int64_t owner) MUST_CHECK;
/* The goal of the address, for its owner to change. */
enum rc plan_require_goal(struct ctx *c, struct row_plan_goal_find *g) MUST_CHECK;
struct str plan_path(const struct ctx *c, const char *start, int64_t id);
/* A page below the plan; goal (NULL allowed) is the step between. */
struct page plan_page(struct ctx *c, struct str title, const struct row_plan_goal_find *goal);
/* saved (may be empty): where what is stored can be read beside what was typed. */
enum rc plan_send_form(struct ctx *c, struct page *page, struct str note, struct str saved, struct form *f);
struct str plan_source_name(const struct ctx *c, struct str kind);
struct str plan_state_name(const struct ctx *c, struct str state);
struct str plan_going_name(const struct ctx *c, struct str going);
/* "Observation: handing over", or the kind alone when there is no title. */
struct str plan_source_line(const struct ctx *c, struct str kind, struct str title);
struct str plan_or_gone(const struct ctx *c, struct str name);
/* What a goal was taken from in a line, and where it can be read; href only for the owner. */
enum rc plan_source_label(struct ctx *c, int64_t owner, struct str kind, int64_t id, struct str words, struct str *label, struct str *href) MUST_CHECK;
/* The place in a list from the query, "at" and "id"; the end of time when there is none. */
void plan_read_place(const struct ctx *c, int64_t *at, int64_t *id);

/* ---- pages_plan.c ---- */
enum rc plan_get_own(struct ctx *c);
enum rc plan_get_of(struct ctx *c);
enum rc plan_get_print(struct ctx *c);
enum rc plan_get_ended(struct ctx *c);
enum rc plan_get_checkins(struct ctx *c);
enum rc plan_get_reviews(struct ctx *c);
enum rc plan_get_mentees(struct ctx *c);
/* When the owner means to look at her plan again. */
enum rc plan_next_checkin(struct ctx *c, int64_t person, const struct row_plan_goal_counts *counts, int64_t *day) MUST_CHECK;

/* ---- pages_swot.c ---- */
enum rc plan_handle_swot(struct ctx *c);
enum rc plan_get_swot_versions(struct ctx *c);
enum rc plan_get_swot_version(struct ctx *c);
enum rc plan_get_goal_versions(struct ctx *c);
enum rc plan_get_goal_version(struct ctx *c);

/* ---- pages_goal.c ---- */
enum rc plan_get_goal(struct ctx *c);
enum rc plan_new_goal(struct ctx *c);
enum rc plan_edit_goal(struct ctx *c);
enum rc plan_handle_end(struct ctx *c);
enum rc plan_handle_remove(struct ctx *c);

/* ---- pages_action.c ---- */
enum rc plan_new_action(struct ctx *c);
enum rc plan_edit_action(struct ctx *c);
enum rc plan_post_tick(struct ctx *c);
enum rc plan_handle_evidence(struct ctx *c);
enum rc plan_post_unlink(struct ctx *c);

/* Puts the titles of evidence where a ref has a kind and an id; what was withdrawn has no kind and gets words for that unless it has a
 * title already. */
struct evidence_ref;
enum rc plan_evidence_titles(struct ctx *c, const struct evidence_ref *refs, struct str *titles, size_t count) MUST_CHECK;

/* ---- pages_review.c ---- */
enum rc plan_handle_checkin(struct ctx *c);
enum rc plan_handle_share(struct ctx *c);
enum rc plan_new_review(struct ctx *c);
enum rc plan_handle_review(struct ctx *c);
enum rc plan_handle_drop(struct ctx *c);
enum rc plan_get_rubric(struct ctx *c);

/* ---- pages_carry.c ---- */
enum rc plan_get_export(struct ctx *c);
enum rc plan_get_file(struct ctx *c);
enum rc plan_handle_import(struct ctx *c);
enum rc plan_handle_take(struct ctx *c);

/* ---- pages_programme.c ---- */
enum rc plan_get_programme(struct ctx *c);
enum rc plan_handle_setting(struct ctx *c);

/* ---- waiting.c ---- */
enum rc plan_home(struct ctx *c, struct home_list *list);
enum rc plan_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc plan_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);
enum rc plan_export_person(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc plan_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc plan_retain(struct db *tx, struct str kind, int64_t before, bool *more);

#endif
