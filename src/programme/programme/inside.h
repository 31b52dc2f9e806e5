/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_PROGRAMME_INSIDE_H
#define CADRE_PROGRAMME_PROGRAMME_INSIDE_H

#include "programme/programme/programme.h"

/* RC_INVALID when the thing is not of that programme. */
enum rc programme_check_stage(struct db *tx, int64_t programme, int64_t stage, struct err *e) MUST_CHECK;
enum rc programme_check_cohort(struct db *tx, int64_t programme, int64_t cohort, struct err *e) MUST_CHECK;
/* Behind an UPDATE that names a version: RC_CONFLICT when it met no row. */
enum rc programme_was_changed(struct db *tx, struct err *e) MUST_CHECK;
/* Parameters that are NULL for "none" (id 0; day INT64_MIN or INT64_MAX). */
const int64_t *programme_id_or_null(const int64_t *id);
const int64_t *programme_day_or_null(const int64_t *day);

/* ---- pages.c ---- */
/* A programme's own page as the way back, below a list of all. */
struct page programme_page(struct ctx *c, struct str title, const struct programme *p, int status);
/* A form with nothing beside it. */
enum rc programme_send_form(struct ctx *c, const struct page *page, struct str note, const struct form *f);
/* The programme that the address names; 404 or 403 as access decides. */
enum rc programme_require(struct ctx *c, enum permission permission, struct programme *p) MUST_CHECK;

/* ---- cohort_pages.c ---- */
enum rc programme_get_cohort(struct ctx *c);
enum rc programme_handle_cohort_new(struct ctx *c);
enum rc programme_handle_cohort_edit(struct ctx *c);
enum rc programme_get_next_stage(struct ctx *c);
enum rc programme_post_next_stage(struct ctx *c);

/* ---- group_pages.c ---- */
enum rc programme_get_group(struct ctx *c);
enum rc programme_handle_group_new(struct ctx *c);
enum rc programme_handle_group_edit(struct ctx *c);
enum rc programme_post_group_leave(struct ctx *c);
enum rc programme_handle_join_group(struct ctx *c);

/* ---- member_pages.c ---- */
enum rc programme_get_member_new(struct ctx *c);
enum rc programme_post_member_new(struct ctx *c);
enum rc programme_get_member_action(struct ctx *c);
enum rc programme_post_member_action(struct ctx *c);

/* ---- role_pages.c ---- */
enum rc programme_handle_role_new(struct ctx *c);
enum rc programme_handle_role_end(struct ctx *c);

/* ---- history.c ---- */
enum rc programme_export_person(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc programme_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now);

#endif
