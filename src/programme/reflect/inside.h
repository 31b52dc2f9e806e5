/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_REFLECT_INSIDE_H
#define CADRE_PROGRAMME_REFLECT_INSIDE_H

#include "auth/session.h"
#include "gen/msg_reflect.h"
#include "gen/programme/reflect/reflect_sql.h"
#include "programme/reflect/reflect.h"

#define REFLECT_KEPT "reflection_reading" /* the rule of retention for who read what */
#define REFLECT_TITLE_MOST 150            /* characters */

/* ---- pages.c ---- */
/* Her own reflections: who asks is she, signed in by herself. */
enum rc reflect_require_own(struct ctx *c);
/* The private key of this session into key; RC_NOT_FOUND while it is locked. Whoever calls it zeroes key. */
enum rc reflect_key_here(struct ctx *c, unsigned char key[SEAL_KEY], int64_t *until);
/* To the page that unlocks, and from there back to this address. */
enum rc reflect_go_unlock(struct ctx *c);
/* Crumbs to the list. */
struct page reflect_page(struct ctx *c, struct str title);
struct str reflect_path(const struct ctx *c, int64_t id, const char *rest);
struct str reflect_kind_name(const struct ctx *c, enum reflect_kind kind);
/* How a person is called; a text where she is erased. */
struct str reflect_name(const struct ctx *c, struct str name);
/* A form on a page of its own, with a remark above and who can read this beside it. */
enum rc reflect_send_form(struct ctx *c, struct page *page, struct str note, bool private, const struct form *f);
/* A form whose passphrase or code was guessed too often or was wrong: true when it is to be shown again, with the status in page. */
bool reflect_form_failed(struct ctx *c, struct form *f, enum rc rc, int64_t wait, struct page *page);
/* The reflection of the address, for its author alone. */
enum rc reflect_require_text(struct ctx *c, struct row_reflection_find *r);

/* ---- pages_key.c ---- */
enum rc reflect_handle_setup(struct ctx *c);
enum rc reflect_handle_unlock(struct ctx *c);
enum rc reflect_post_lock(struct ctx *c);
enum rc reflect_get_protection(struct ctx *c);
enum rc reflect_handle_passphrase(struct ctx *c);
enum rc reflect_handle_code(struct ctx *c);
enum rc reflect_handle_recover(struct ctx *c);
enum rc reflect_handle_anew(struct ctx *c);
enum rc reflect_handle_notice(struct ctx *c);

/* ---- pages_list.c ---- */
enum rc reflect_get_list(struct ctx *c);
enum rc reflect_get_shared(struct ctx *c);
enum rc reflect_get_take(struct ctx *c);
enum rc reflect_get_file(struct ctx *c);

/* ---- pages_write.c ---- */
enum rc reflect_get_kinds(struct ctx *c);
enum rc reflect_handle_new(struct ctx *c);
enum rc reflect_handle_edit(struct ctx *c);
enum rc reflect_handle_delete(struct ctx *c);
/* What the form asks at a step, as a title of the answer. */
struct str reflect_step_title(const struct ctx *c, enum reflect_kind kind, size_t step);

/* ---- pages_text.c ---- */
enum rc reflect_get_text(struct ctx *c);
enum rc reflect_handle_share(struct ctx *c);
enum rc reflect_post_finish(struct ctx *c);
enum rc reflect_handle_withdraw(struct ctx *c);

/* ---- ties.c: what a reflection is tied to ---- */
/* Adds the fields "competency", "evidence", "meeting" to a form, each only where there is something to choose. */
enum rc reflect_add_ties(struct ctx *c, struct form *f, const struct reflect_text *t);
/* Reads them: the form has taken only what was offered, and only what is hers was. */
void reflect_read_ties(const struct form *f, struct reflect_text *t);
struct reflect_tie {
    struct str label, href; /* href empty: nothing to click */
};
/* The ties of a text by this author, for c->who: at most three. */
enum rc reflect_tie_list(struct ctx *c, const struct reflect_text *t, int64_t author, struct reflect_tie out[3], size_t *count);

/* ---- waiting.c ---- */
enum rc reflect_home(struct ctx *c, struct home_list *list);
enum rc reflect_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc reflect_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc reflect_retain(struct db *tx, struct str kind, int64_t before, bool *more);

#endif
