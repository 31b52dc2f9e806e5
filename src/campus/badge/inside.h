/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_CAMPUS_BADGE_INSIDE_H
#define CADRE_CAMPUS_BADGE_INSIDE_H

#include "auth/session.h"
#include "campus/badge/badge.h"
#include "campus/badge/bake.h"
#include "gen/campus/badge/badge_sql.h"
#include "gen/msg_badge.h"
#include "out/mail.h"
#include "programme/programme/programme.h"
#include "view/emblem.h"

#define BADGE_LIST_PLACES 131072 /* of a status list: the fewest that the standard allows */

/* ---- badge.c ---- */
struct str badge_new_uuid(struct db *tx, struct arena *a);

/* ---- credential.c: the JSON of the standard. Everything in the arena of c. ---- */
/* The signed credential of somebody's badge, signed now if it never was. RC_GONE when it is nobody's any more. */
enum rc badge_credential(struct ctx *c, const struct row_badge_award_find *w, struct str *jwt) MUST_CHECK;
/* Who issues; what is recognised; which are withdrawn (signed). */
struct str badge_issuer_json(struct ctx *c, int64_t programme, struct str title);
enum rc badge_achievement_json(struct ctx *c, const struct row_badge_find *b, struct str *json) MUST_CHECK;
enum rc badge_status_jwt(struct ctx *c, int64_t list, struct str *jwt) MUST_CHECK;
/* The public keys, each named by its address here; one of them by the end of that address, RC_NOT_FOUND. */
enum rc badge_keys_json(struct ctx *c, struct str *json) MUST_CHECK;
enum rc badge_key_json(struct ctx *c, struct str name, struct str *json) MUST_CHECK;
/* "sha256$..." of an address and a salt, as the standard names whom a badge belongs to. */
struct str badge_identity(struct arena *a, struct str email_key, struct str salt);

/* ---- check.c: is a credential one of ours, and does it still hold ---- */
enum badge_verdict {
    BADGE_HOLDS,
    BADGE_EXPIRED,
    BADGE_WITHDRAWN,
    BADGE_EARLY,      /* dated later than now */
    BADGE_CHANGED,    /* one of our keys is named, and did not sign this */
    BADGE_FOREIGN,    /* signed by a key that is not ours */
    BADGE_UNSIGNED,   /* an algorithm that is never believed */
    BADGE_NO_TOKEN,   /* cannot be read */
    BADGE_NO_BADGE,   /* ours, but no badge, or one that this site does not know */
    BADGE_FILE_EMPTY, /* and what bake_read says of a file */
    BADGE_FILE_PICTURE,
    BADGE_FILE_DAMAGED,
    BADGE_FILE_EMBEDDED,
    BADGE_FILE_UNKNOWN,
    BADGE_VERDICT_COUNT
};
struct badge_checked {
    enum badge_verdict verdict;
    struct row_badge_award_find award; /* for the first three */
    bool asked, belongs;               /* an address was given, and it is that of whom the badge was given to */
};
/* Of any bytes; email (may be empty): whether it is hers. */
enum rc badge_check(struct ctx *c, struct str bytes, struct str email, struct badge_checked *out) MUST_CHECK;

/* ---- pages.c ---- */
struct str badge_path(const struct ctx *c, const char *start, int64_t id, const char *rest);
enum rc badge_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;
struct page badge_page(struct ctx *c, const char *section, msg_id up, struct str title);
struct str badge_picture(const struct ctx *c, int64_t badge);
void badge_read_place(struct ctx *c, int64_t *at, int64_t *id);
struct str badge_after(const struct ctx *c, struct str path, int64_t at, int64_t id);
/* A JSON document of the standard, for any site that asks. */
enum rc badge_send_json(struct ctx *c, struct str json);

/* ---- pages_manage.c, pages_given.c, pages_mine.c, pages_public.c ---- */
handler badge_get_list, badge_handle_new, badge_get_one, badge_handle_text, badge_handle_publish, badge_handle_retire, badge_handle_drop;
handler badge_handle_give, badge_handle_withdraw;
handler badge_get_mine, badge_get_mine_one, badge_handle_share, badge_get_file;
handler badge_handle_check, badge_get_shared, badge_get_achievement, badge_get_picture, badge_get_issuer, badge_get_status, badge_get_keys, badge_get_key;
/* The badge of an address, for who keeps its programme. */
enum rc badge_require(struct ctx *c, struct row_badge_find *b) MUST_CHECK;

/* ---- held.c ---- */
enum rc badge_home(struct ctx *c, struct home_list *list);
enum rc badge_export_person(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc badge_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc badge_run_giving(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e);

#endif
