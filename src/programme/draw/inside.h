/* What the files of draws share and nobody else includes. */
#ifndef CADRE_PROGRAMME_DRAW_INSIDE_H
#define CADRE_PROGRAMME_DRAW_INSIDE_H

#include "engine/draw/draw.h"
#include "gen/msg_draw.h"
#include "gen/programme/draw/draw_sql.h"
#include "programme/draw/draw.h"
#include "programme/people/people.h"
#include "programme/programme/programme.h"

#define DRAW_GROUPS_MAX 200
#define DRAW_WORD_MAX 100

/* The text that decides: the secret, and behind a space the word that was said. */
struct str draw_seed(struct arena *a, struct str secret, struct str word);
/* The list as everybody can fetch it, "number,profession,stage" line by line; after the draw with a column "group". In a term
 * "number,group" of the teams. What is hashed before is the list without what was drawn. */
struct str draw_list_text(struct arena *a, const struct rows_draw_entries *rows, bool term, bool drawn);

/* A property of those in a list as small numbers, and how well the groups mix it; count 0 while nothing is drawn. */
struct draw_kinds {
    uint32_t *kind, kinds;
    struct str *names;   /* kinds of them, as they stand in the list */
    uint32_t *many;
};
struct draw_kinds draw_kinds_of(struct arena *a, const struct rows_draw_entries *rows, bool stage);

/* pages.c, show.c, waiting.c */
enum rc draw_get_list(struct ctx *c);
enum rc draw_handle_new(struct ctx *c);
enum rc draw_handle_draw(struct ctx *c);
enum rc draw_get_file(struct ctx *c);
enum rc draw_handle_keep(struct ctx *c);
enum rc draw_handle_term(struct ctx *c);
enum rc draw_handle_drop(struct ctx *c);
enum rc draw_handle_debate(struct ctx *c);
struct str draw_debate_path(const struct ctx *c, int64_t draw, int64_t round, int64_t favour);
/* How a group of a term is called. */
struct str draw_team_title(struct arena *a, const struct row_draw_entries *r);
/* The draw of the address, for whom it is to be seen; *runs: may c->who draw it. */
enum rc draw_open(struct ctx *c, struct row_draw_find *d, bool *runs) MUST_CHECK;
struct str draw_path(const struct ctx *c, int64_t draw, const char *end);
struct page draw_page(struct ctx *c, struct str title, const struct row_draw_find *d);
enum rc draw_export_person(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc draw_retain(struct db *tx, struct str kind, int64_t before, bool *more);

#endif
