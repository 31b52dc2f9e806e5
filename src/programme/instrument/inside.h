/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_INSTRUMENT_INSIDE_H
#define CADRE_PROGRAMME_INSTRUMENT_INSIDE_H

#include "gen/msg_instrument.h"
#include "gen/programme/instrument/instrument_sql.h"
#include "programme/instrument/text.h"

/* One language's text of a version. */
struct instrument_body {
    struct str language; /* empty: its own */
    struct str file;     /* how problems call it */
    struct str bytes;
};

/* bodies[0] in its own language, then the translations: reads all of them. Competencies are not looked up. */
void instrument_read_bodies(struct arena *a, const struct instrument_body *bodies, size_t count, struct problems *p, struct instrument *out);
/* Finds the competencies by their codes in the site's framework; one that is not there is a problem by its line. */
enum rc instrument_find_competencies(struct db *db, struct arena *a, struct str file, struct problems *p, struct instrument *i) MUST_CHECK;

/* Inside a closure: writes what was read as the version behind before (a zeroed row: there is none). person 0: from a file.
 * RC_CONFLICT when another version came meanwhile. */
enum rc instrument_add_version(struct db *tx, struct arena *a, const struct row_instrument_latest *before, struct str slug,
                               const struct instrument *i, const struct instrument_body *bodies, size_t count, int64_t person, int64_t now,
                               int64_t *id, struct err *e) MUST_CHECK;
/* A slug: a-z, 0-9 and hyphens between, at most 60. */
bool instrument_slug_valid(struct str s);

/* ---- pages.c, edit.c ---- */
handler instrument_get_list, instrument_get_show, instrument_get_latest, instrument_get_text;
handler instrument_handle_edit, instrument_handle_new, instrument_handle_state;

bool instrument_may_change(struct ctx *c);
struct str instrument_path(struct arena *a, int64_t id);
struct str instrument_word_of_kind(const struct ctx *c, enum instrument_kind kind);
struct view_instrument_show;
enum rc instrument_fill_show(struct ctx *c, const struct instrument *i, struct view_instrument_show *v) MUST_CHECK;

#endif
