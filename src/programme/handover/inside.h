/* What the files of handing over share and nobody else includes. */
#ifndef CADRE_PROGRAMME_HANDOVER_INSIDE_H
#define CADRE_PROGRAMME_HANDOVER_INSIDE_H

#include "auth/session.h"
#include "gen/msg_handover.h"
#include "gen/programme/handover/handover_sql.h"
#include "programme/handover/handover.h"
#include "programme/programme/programme.h"

/* ---- build.c ---- */
/* What the records say about what a pack hands over, in the language of c, section by section; at most HANDOVER_LINES_MOST. */
enum rc handover_build(struct ctx *c, const struct row_handover_find *h, struct handover_line **out, size_t *count) MUST_CHECK;

/* ---- pages.c ---- */
struct str handover_path(const struct ctx *c, int64_t pack, const char *end);
struct page handover_page(struct ctx *c, const struct row_handover_find *h, struct str title);
enum rc handover_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;
struct str handover_section_name(const struct ctx *c, struct str word);
/* The pack of the first {..}, for who gives or takes it and who keeps the programme. */
enum rc handover_open(struct ctx *c, enum permission p, struct row_handover_find *out) MUST_CHECK;
/* The same by its number. */
enum rc handover_open_id(struct ctx *c, enum permission p, int64_t id, struct row_handover_find *out) MUST_CHECK;
/* A line as people read it: who, then what. */
struct str handover_line_text(const struct ctx *c, bool has_person, struct str name, struct str text);

/* ---- prepare.c ---- */
handler handover_handle_project, handover_handle_placement, handover_handle_leader, handover_handle_line_new, handover_handle_line, handover_handle_line_remove, handover_handle_offer,
    handover_handle_withdraw;
/* ---- one.c ---- */
handler handover_get_list, handover_get_one, handover_handle_accept, handover_handle_answer;
/* ---- print.c ---- */
handler handover_get_pdf, handover_get_csv;

/* ---- waiting.c ---- */
enum rc handover_home(struct ctx *c, struct home_list *list);
enum rc handover_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc handover_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc handover_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);

#endif
