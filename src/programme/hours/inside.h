/* What the files of hours share and nobody else includes. */
#ifndef CADRE_PROGRAMME_HOURS_INSIDE_H
#define CADRE_PROGRAMME_HOURS_INSIDE_H

#include "auth/session.h"
#include "base/clock.h"
#include "gen/msg_placement.h"
#include "gen/programme/hours/hours_sql.h"
#include "programme/hours/hours.h"
#include "programme/programme/programme.h"

/* ---- pages.c ---- */
struct page hours_page(struct ctx *c, struct str title, const struct crumb *crumbs, size_t count);
enum rc hours_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;
struct str hours_or_gone(const struct ctx *c, struct str name);
/* "3 h 15 min" */
struct str hours_text(const struct ctx *c, int64_t minutes);
struct str hours_hash(struct arena *a, struct str token);
/* The shift of the address, for who supervises it or keeps the rota. */
enum rc hours_shift_to_run(struct ctx *c, struct row_hours_shift *s) MUST_CHECK;

/* ---- here.c ---- */
handler hours_get_door, hours_handle_here, hours_handle_present, hours_handle_debrief;
/* ---- ideas.c ---- */
handler hours_get_ideas;
/* ---- own.c ---- */
handler hours_get_own, hours_handle_new;
/* ---- verify.c ---- */
handler hours_handle_verify, hours_handle_one, hours_handle_link;
enum rc hours_write_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
/* ---- remind.c ---- */
enum rc hours_days_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e);
enum rc hours_write_remind_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
/* ---- waiting.c ---- */
enum rc hours_home(struct ctx *c, struct home_list *list);
enum rc hours_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);
enum rc hours_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc hours_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);

#endif
