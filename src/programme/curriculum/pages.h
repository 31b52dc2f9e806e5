/* The pages of the curriculum: what their files share. Every page opens the thing it is about with one of the functions
 * here, which take the access decision. */
#ifndef CADRE_PROGRAMME_CURRICULUM_PAGES_H
#define CADRE_PROGRAMME_CURRICULUM_PAGES_H

#include "gen/msg_curriculum.h"
#include "gen/programme/curriculum/curriculum_sql.h"
#include "gen/programme/curriculum/offering_sql.h"
#include "gen/programme/curriculum/session_state_view.h"
#include "http/server.h"
#include "programme/curriculum/inside.h"

#define PAGE_ROWS 50

/* ---- opening what a page is about -------------------------------------------------------------------------------- */
struct course_page {
    struct row_course_find row;
    struct target target;
    bool enrolled, teaches;
    bool may_change; /* sees drafts and the teacher's plan, edits */
};
/* The course of the address's first id, for who may see it. Drafts are there only for who may change them. */
enum rc page_course(struct ctx *c, struct course_page *out) MUST_CHECK;
/* The same, for who may change it. */
enum rc page_course_to_change(struct ctx *c, struct course_page *out) MUST_CHECK;

struct session_page {
    struct row_session_find row;
    struct target target;
    struct standing standing; /* of who asks */
    bool may_change;
};
enum rc page_session(struct ctx *c, struct session_page *out) MUST_CHECK;
/* The access decision about a session for who stands so in it; what is hidden from her is not found. */
enum rc page_standing_seen(struct ctx *c, const struct standing *s) MUST_CHECK;
enum rc page_session_to_change(struct ctx *c, struct session_page *out) MUST_CHECK;

struct offering_page {
    struct row_offering_find row;
    struct target target;
    struct str audience; /* the cohort's or group's name */
};
enum rc page_offering(struct ctx *c, enum permission p, struct offering_page *out) MUST_CHECK;
/* The frame of its pages: crumbs to the course (1) and the offering (2). */
struct page page_of_offering(struct ctx *c, const struct offering_page *o, struct str title, size_t crumb_count);

/* ---- small things ------------------------------------------------------------------------------------------------ */
struct str page_path(struct ctx *c, const char *fmt, int64_t id) __attribute__((format(printf, 2, 0))); /* one PRId64 */
struct str page_csrf(struct ctx *c);
/* What people wrote, as it stands under a heading of the page: its own headings are lower than that one. */
struct html page_markdown(struct ctx *c, struct str text, int below);
/* The page number of ?page=, from 1; anything else is 1. */
int64_t page_number(const struct ctx *c);
/* "done", "overdue", "soon" (within a week), "started", "new"; has_due false: no day. */
struct view_session_state page_state(const struct ctx *c, bool done, bool started, bool has_due, int64_t due);

/* "Group 2, Cohort 2025": either may have no value. */
struct str page_audience(struct ctx *c, struct str cohort, struct str group);
/* Of a page with a form: 0 while it is right, 409 after a conflict, else 422. */
int page_status(const struct ctx *c, const struct form *f);
void offering_csv(struct ctx *c, struct buf *b, const struct rows_offering_everybody *people,
                  const struct rows_offering_progress *progress, const struct rows_session_list *sessions);

/* "3.2 MB" */
struct str page_size_text(struct ctx *c, int64_t bytes);

/* ---- handlers, by file ------------------------------------------------------------------------------------------- */
enum rc get_learning(struct ctx *c);
enum rc get_course(struct ctx *c);
enum rc get_session(struct ctx *c);
enum rc post_session_read(struct ctx *c);

enum rc get_quiz(struct ctx *c);
enum rc post_quiz(struct ctx *c);
enum rc get_quiz_attempt(struct ctx *c);

/* get_ and post_ answer one method; the others show their form and take it. */
enum rc get_courses(struct ctx *c);
enum rc new_course(struct ctx *c);
enum rc edit_course(struct ctx *c);
enum rc course_state(struct ctx *c);

enum rc new_session(struct ctx *c);
enum rc edit_session(struct ctx *c);
enum rc session_state(struct ctx *c);
enum rc edit_tags(struct ctx *c);
enum rc edit_quiz(struct ctx *c);

enum rc get_materials(struct ctx *c);
enum rc post_materials(struct ctx *c);
enum rc new_material(struct ctx *c);
enum rc edit_material(struct ctx *c);
enum rc remove_material(struct ctx *c);
enum rc get_material_file(struct ctx *c);

enum rc get_offer(struct ctx *c);
enum rc post_offer(struct ctx *c);
enum rc get_offering(struct ctx *c);
enum rc change_offering(struct ctx *c);
enum rc get_offering_people(struct ctx *c);
enum rc get_offering_csv(struct ctx *c);
enum rc change_offering_person(struct ctx *c);
enum rc change_class(struct ctx *c);
enum rc get_attendance(struct ctx *c);
enum rc post_attendance(struct ctx *c);

enum rc get_coverage(struct ctx *c);
enum rc get_coverage_csv(struct ctx *c);
enum rc get_coverage_gaps(struct ctx *c);
enum rc get_coverage_sessions(struct ctx *c);

/* What the capability tells the house: sources.c */
enum rc curriculum_home(struct ctx *c, struct home_list *list);
enum rc curriculum_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc curriculum_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc curriculum_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);
extern const struct evidence_source curriculum_sources[];
#define CURRICULUM_SOURCE_COUNT 4

#endif
