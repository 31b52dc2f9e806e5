/* What the files of evidence packs share and nobody else includes. */
#ifndef CADRE_PROGRAMME_PACK_INSIDE_H
#define CADRE_PROGRAMME_PACK_INSIDE_H

#include "auth/session.h"
#include "engine/pack/pack.h"
#include "gen/msg_pack.h"
#include "gen/programme/pack/pack_report_view.h"
#include "gen/programme/pack/pack_sql.h"
#include "programme/pack/figures.h"
#include "programme/pack/pack.h"
#include "programme/programme/programme.h"

/* ---- load.c: templates ---- */
struct pack_writing {
    int64_t programme, person, now; /* person 0: from a file */
    struct str code, body;
    int64_t before, version;        /* the version that this follows and its number; 0: there was none */
    const struct pack_template *t;
};
/* Inside a closure. RC_CONFLICT when another version came meanwhile, or when there is one already. */
enum rc pack_template_write(struct db *tx, struct arena *a, const struct pack_writing *w, int64_t *id, struct err *e) MUST_CHECK;
bool pack_code_valid(struct str s); /* a-z, 0-9 and hyphens between, at most 60 */

/* ---- keys.c ---- */
/* The key that signs now; made when there is none. Writes in a closure of its own. RC_CONFLICT when it is locked under another secret. The caller
 * zeroes key->seed. */
enum rc pack_key_ready(struct ctx *c, struct pack_key *key, int64_t *id) MUST_CHECK;
handler pack_get_keys, pack_get_key, pack_handle_key_new;

/* ---- build.c: what goes into a pack ---- */
struct pack_built {
    struct row_pack_template_find row;
    struct pack_template t;
    struct programme programme;
    struct pack_scope scope;
    struct pack_content content;
    struct view_pack_report report;
    struct str data, digest; /* the data file, and its SHA-256 */
};
/* Reads and counts everything, in the language of the template, in one snapshot. RC_INVALID when the template cannot be read any more. */
enum rc pack_build(struct ctx *c, int64_t template, int64_t from_day, int64_t until_day, struct pack_built *out) MUST_CHECK;
/* The zip file, in the arena. */
struct str pack_seal(struct ctx *c, const struct pack_built *b, const struct pack_key *key);

/* ---- pages.c ---- */
/* The programme that who asks works in, when she may make packs there. */
enum rc pack_require_here(struct ctx *c, struct programme *out) MUST_CHECK;
/* Of one programme: whoever may not, finds nothing. */
enum rc pack_require_in(struct ctx *c, int64_t programme) MUST_CHECK;
struct page pack_page(struct ctx *c, struct str title);
enum rc pack_send_form(struct ctx *c, struct page *page, struct str note, const struct problems *problems, struct form *f) MUST_CHECK;
struct str pack_path(const struct ctx *c, const char *start, int64_t id, const char *end);

/* ---- pages_make.c ---- */
handler pack_handle_new, pack_get_preview, pack_post_make;
/* ---- pages_template.c ---- */
handler pack_get_templates, pack_get_template, pack_get_template_text, pack_handle_template_edit, pack_handle_template_new;

#endif
