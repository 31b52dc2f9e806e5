/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_PORTFOLIO_INSIDE_H
#define CADRE_PROGRAMME_PORTFOLIO_INSIDE_H

#include "auth/session.h"
#include "gen/msg_portfolio.h"
#include "gen/programme/portfolio/portfolio_sql.h"
#include "programme/evidence/evidence.h"
#include "programme/plan/plan.h"
#include "programme/portfolio/portfolio.h"

/* ---- content.c: a portfolio as it is read, whichever way it is shown ---- */
struct portfolio_item {
    int64_t id, version;
    bool gone;           /* withdrawn: she sees that, others see nothing of it */
    bool confirmed;      /* somebody else said so */
    struct str title, kind, said;
    int64_t day;         /* in the zone of c */
    struct str *marks;   /* "2.1 Leading a team (Practised, level 3)" */
    size_t mark_count;
    struct str words;    /* Markdown */
};
struct portfolio_section {
    int64_t id, version;
    struct str title, words;
    struct portfolio_item *items;
    size_t item_count;
};
struct portfolio_content {
    int64_t id, version, arranged, person, changed_at;
    struct str title, introduction, name, language;
    struct portfolio_section *sections;
    size_t section_count;
    size_t shown;        /* items that others see */
};
/* In the language of c. RC_NOT_FOUND when there is none; takes no decision. */
enum rc portfolio_load(struct ctx *c, int64_t id, struct portfolio_content *out) MUST_CHECK;
/* How an act is confirmed, in role words. role may have no value. */
struct str portfolio_said(const struct ctx *c, struct str evidence_kind, int64_t person, int64_t by_person, struct str role, bool *confirmed);

/* A goal of hers among those that she may show; NULL: none of them. */
const struct plan_shown *portfolio_goal(const struct plan_shown *goals, size_t count, int64_t id);

/* ---- document.c: as others see it ---- */
enum portfolio_face { PORTFOLIO_SHARED, PORTFOLIO_PREVIEW, PORTFOLIO_FILE };
/* Writes the document and the headers that keep it to itself; PORTFOLIO_FILE: into *file, for a download. */
enum rc portfolio_send(struct ctx *c, int64_t id, enum portfolio_face face, struct str *file) MUST_CHECK;
/* The same as a PDF, in the arena. */
enum rc portfolio_print(struct ctx *c, int64_t id, struct str *out) MUST_CHECK;

/* ---- pages.c ---- */
struct str portfolio_path(const struct ctx *c, const char *start, int64_t id, const char *rest);
/* The portfolio of an address, for who owns it. */
enum rc portfolio_require(struct ctx *c, struct row_portfolio_find *p) MUST_CHECK;
enum rc portfolio_require_owner(struct ctx *c, int64_t person) MUST_CHECK;
enum rc portfolio_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;

/* ---- pages_parts.c ---- */
handler portfolio_handle_section_new, portfolio_handle_section, portfolio_handle_section_drop, portfolio_handle_choose, portfolio_handle_item,
    portfolio_handle_item_drop, portfolio_post_move;
/* ---- pages_links.c ---- */
handler portfolio_handle_links, portfolio_handle_revoke, portfolio_get_shared, portfolio_get_preview, portfolio_get_html, portfolio_get_pdf;

/* ---- held.c ---- */
enum rc portfolio_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc portfolio_forget(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc portfolio_retain(struct db *tx, struct str kind, int64_t before, bool *more);

#endif
