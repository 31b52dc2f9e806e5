/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_OBSERVE_INSIDE_H
#define CADRE_PROGRAMME_OBSERVE_INSIDE_H

#include "auth/session.h"
#include "gen/msg_observe.h"
#include "gen/programme/observe/observe_sql.h"
#include "programme/observe/observe.h"
#include "programme/programme/programme.h"

/* ---- observe.c ---- */
#define OBSERVE_HASH_BYTES 32
/* Twelve signs that are read aloud and typed without mistakes, 60 bits of chance. */
struct str observe_new_code(struct arena *a);
/* For links in mails: 32 random bytes in base64url. */
struct str observe_new_token(struct arena *a);
struct str observe_hash(struct arena *a, struct str code);
/* A code as typed: capitals and small letters, spaces and hyphens make no difference. */
struct str observe_clean_code(struct arena *a, struct str typed);
enum rc observe_complete_assessment(struct db *tx, struct arena *a, int64_t assessment, int64_t now) MUST_CHECK;

/* ---- form.c: the page that a code opens ---- */
handler observe_get_form, observe_post_form, observe_get_request, observe_post_request, observe_handle_seen, observe_get_sent, observe_get_confirm,
    observe_post_confirm, observe_get_code;

/* ---- mine.c ---- */
handler observe_get_mine, observe_get_one, observe_handle_look, observe_handle_mail, observe_get_given;
/* ---- codes.c ---- */
handler observe_get_code_page, observe_post_code, observe_get_print, observe_handle_revoke, observe_handle_ask;
/* ---- oversee.c ---- */
handler observe_get_programme, observe_handle_setting, observe_handle_place, observe_handle_looked;
/* ---- assess.c ---- */
handler observe_get_assessments, observe_get_find, observe_handle_assess, observe_handle_assessment;

/* ---- waiting.c ---- */
enum rc observe_home(struct ctx *c, struct home_list *list);
enum rc observe_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc observe_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);
enum rc observe_export(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc observe_erase(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc observe_retain(struct db *tx, struct str kind, int64_t before, bool *more);
enum rc observe_write_confirm_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
enum rc observe_write_request_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);

/* ---- pages.c: small things that pages share ---- */
struct str observe_path(const struct ctx *c, const char *start, int64_t id);
/* How an observer is called: her name, or "an outside observer" with the name given. */
struct str observe_observer(const struct ctx *c, struct str account_name, bool has_account, struct str given);
struct str observe_or_gone(const struct ctx *c, struct str name);
struct str observe_state_word(const struct ctx *c, struct str state);
/* What an act is called; instruments are read once each and remembered. */
struct observe_names {
    struct instrument seen[8];
    size_t count;
};
enum rc observe_act_name(struct ctx *c, struct observe_names *names, int64_t instrument, struct str act, struct str *out) MUST_CHECK;
/* A page with one form and what stands before it. */
enum rc observe_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;
/* What to do with the outcome of a write: true: the form with the error in it is to be shown. */
/* The programme of an address, for who keeps what is observed there. */
enum rc observe_require_programme(struct ctx *c, struct programme *p) MUST_CHECK;
/* Target of a decision about what was seen of a person in a programme: who keeps another programme of hers is not meant. */
enum rc observe_target(struct ctx *c, int64_t subject, int64_t programme, struct target *t) MUST_CHECK;
/* QR code of an address as a picture; unit: pixels a module. */
struct html observe_qr(struct ctx *c, struct str address, double unit);
struct view_observe_answers;
/* Fills a list of what was answered. */
enum rc observe_fill_answers(struct ctx *c, const struct instrument *i, int64_t observation, struct view_observe_answers *v) MUST_CHECK;

#endif
