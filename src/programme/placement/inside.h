/* What the files of placement share and nobody else includes. */
#ifndef CADRE_PROGRAMME_PLACEMENT_INSIDE_H
#define CADRE_PROGRAMME_PLACEMENT_INSIDE_H

#include "auth/session.h"
#include "gen/msg_placement.h"
#include "gen/programme/placement/placement_sql.h"
#include "programme/placement/placement.h"
#include "programme/programme/programme.h"

#define PLACEMENT_PAGE 50
#define CREDENTIAL_SOON_DAYS 60

/* ---- pages.c ---- */
struct str placement_path(const struct ctx *c, int64_t opportunity, const char *end);
struct page placement_page(struct ctx *c, struct str title, struct str opportunity, int64_t id);
enum rc placement_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;
struct str placement_kind_name(const struct ctx *c, struct str kind);
/* What one need asks for, in a few words. */
struct str placement_need_text(const struct ctx *c, struct str kind, struct str stage, struct str course, struct str credential);
/* The opportunity of the address, for who may see it: open, or kept by c->who. */
enum rc placement_open(struct ctx *c, struct row_placement_find *o, bool *manages) MUST_CHECK;
enum rc placement_open_to_manage(struct ctx *c, struct row_placement_find *o) MUST_CHECK;

/* ---- list.c ---- */
handler placement_get_list, placement_get_one;
/* ---- edit.c ---- */
handler placement_handle_edit, placement_handle_new, placement_handle_state;
/* ---- role.c ---- */
handler placement_handle_role, placement_handle_new_role, placement_post_need;
/* ---- credentials.c ---- */
handler placement_get_credentials, placement_handle_credential, placement_handle_decide, placement_get_kinds, placement_handle_kind;

/* ---- waiting.c ---- */
enum rc placement_home(struct ctx *c, struct home_list *list);
enum rc placement_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc placement_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc placement_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);

#endif
