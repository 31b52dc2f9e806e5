/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_COMMEND_INSIDE_H
#define CADRE_PROGRAMME_COMMEND_INSIDE_H

#include "auth/session.h"
#include "gen/msg_commend.h"
#include "gen/programme/commend/commend_sql.h"
#include "programme/commend/commend.h"
#include "programme/programme/programme.h"

/* ---- give.c: finding somebody, saying it, what others are commended for ---- */
handler commend_get_find, commend_handle_give, commend_get_shown;
/* ---- mine.c: what one was commended for and what one gave; one commendation and what can be done with it ---- */
handler commend_get_mine, commend_handle_one, commend_handle_remove, commend_handle_report, commend_handle_look;
/* ---- waiting.c ---- */
enum rc commend_home(struct ctx *c, struct home_list *list);
enum rc commend_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);
enum rc commend_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc commend_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);

/* ---- pages.c: small things that pages share ---- */
struct str commend_or_gone(const struct ctx *c, struct str name);
/* Below the list, with its crumb. */
struct page commend_page(struct ctx *c, struct str title);
/* A page with one form and what stands before it. */
enum rc commend_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;
/* "?at=1&id=2" of the last row of a page; and where the next page begins. */
struct str commend_after(const struct ctx *c, const char *path, int64_t at, int64_t id);
void commend_read_place(struct ctx *c, int64_t *at, int64_t *id);

#endif
