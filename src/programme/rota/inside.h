/* What the files of the rota share and nobody else includes. */
#ifndef CADRE_PROGRAMME_ROTA_INSIDE_H
#define CADRE_PROGRAMME_ROTA_INSIDE_H

#include "auth/session.h"
#include "base/clock.h"
#include "gen/msg_placement.h"
#include "gen/programme/rota/rota_sql.h"
#include "gen/programme/rota/swap_sql.h"
#include "programme/placement/placement.h"
#include "programme/programme/programme.h"
#include "programme/rota/rota.h"

#define ROTA_PAGE 50

/* ---- shift.c ---- */
/* How many more people a shift takes, by its supervisors. */
static inline int64_t rota_room(const struct row_rota_shift_find *s)
{
    return s->supervisors * s->ratio - s->held;
}

/* ---- place.c ---- */
const char *rota_how_word(enum rota_how how);
/* May she have that role on that shift, whether or not a seat is free? As rota_take says it. */
enum rc rota_may(struct db *tx, struct arena *a, const struct rota_take *t, int64_t now, struct err *e) MUST_CHECK;
/* Whoever waits and may have it takes what is free of a role; *moved is the last who did, or 0. */
enum rc rota_move_waiting(struct db *tx, struct arena *a, int64_t shift, int64_t role, int64_t now, int64_t *moved) MUST_CHECK;

/* ---- pages.c ---- */
struct str rota_shift_path(const struct ctx *c, int64_t shift, const char *end);
struct str rota_term_path(const struct ctx *c, int64_t term, const char *end);
struct page rota_page(struct ctx *c, struct str title, const struct crumb *crumbs, size_t count);
enum rc rota_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;
struct str rota_weekday(const struct ctx *c, int weekday);
struct str rota_or_gone(const struct ctx *c, struct str name);
enum rc rota_open_shift_page(struct ctx *c, struct row_rota_shift_find *s, bool *manages) MUST_CHECK;
enum rc rota_shift_to_manage(struct ctx *c, struct row_rota_shift_find *s) MUST_CHECK;
enum rc rota_term_to_manage(struct ctx *c, struct row_rota_term_find *t) MUST_CHECK;
/* The zone of a programme. */
enum rc rota_zone(struct db *db, struct arena *a, int64_t programme, const struct zone **zone) MUST_CHECK;

/* ---- terms.c ---- */
handler rota_get_terms, rota_handle_new_term, rota_get_term, rota_handle_term, rota_post_holiday, rota_handle_term_state;
/* ---- plan.c ---- */
handler rota_get_shifts, rota_handle_series, rota_handle_new_shift;
/* ---- one.c ---- */
handler rota_get_shift, rota_handle_supervisor, rota_handle_state, rota_post_take, rota_handle_drop, rota_handle_give;
/* ---- wish.c, propose.c ---- */
handler rota_handle_wishes, rota_handle_propose, rota_get_proposal, rota_handle_publish;
enum rc rota_propose_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e);
/* ---- feed.c ---- */
handler rota_get_feed, rota_get_own_feed, rota_handle_opportunity_feed;
/* ---- mine.c ---- */
handler rota_get_mine;
/* ---- overview.c ---- */
handler rota_get_overview, rota_get_paper, rota_get_csv;
/* ---- equity.c ---- */
handler rota_get_equity;
/* ---- swap.c ---- */
/* A place ended otherwise: swaps of it are over, and who had part in them is told. */
enum rc rota_swap_place_gone(struct db *tx, struct arena *a, int64_t place, int64_t now) MUST_CHECK;
/* Ends those whose limit has passed; both are told. Sets *more. */
enum rc rota_swap_expire(struct db *tx, struct arena *a, int64_t now, bool *more) MUST_CHECK;
enum rc rota_swap_erase(struct db *tx, struct arena *a, int64_t person, int64_t now) MUST_CHECK;
/* ---- swap_pages.c ---- */
handler rota_handle_offer, rota_handle_swap;
enum rc rota_swap_home(struct ctx *c, struct home_list *list);
enum rc rota_write_swap_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);

/* ---- days.c ---- */
/* rota_pass, once an hour. */
enum rc rota_days_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e);

/* ---- waiting.c ---- */
enum rc rota_home(struct ctx *c, struct home_list *list);
enum rc rota_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc rota_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc rota_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc rota_retain(struct db *tx, struct str kind, int64_t before, bool *more);
enum rc rota_write_moved_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
enum rc rota_write_soon_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
enum rc rota_write_lacks_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
enum rc rota_write_cancelled_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);

#endif
