/* Appraising a technology: need, evidence, safety, equity, privacy, cost, then a decision. Alone, or as a panel: each member writes apart and
 * hands in; when the chair shows all, everybody sees everything; the chair writes the joint decision, each agrees or dissents in words.
 * What it rests on carries a day of review, which comes to the Home of those who decided. */
#ifndef CADRE_PROGRAMME_PRACTICE_APPRAISAL_H
#define CADRE_PROGRAMME_PRACTICE_APPRAISAL_H

#include "gen/msg_appraisal.h"
#include "gen/programme/practice/appraisal_sql.h"
#include "programme/practice/inside.h"
#include "programme/practice/talk_text.h"

#define APPRAISAL_WORDS 3000 /* characters about one aspect */
#define APPRAISAL_PANEL_MOST 12
#define APPRAISAL_CODE_LETTERS 8

struct appraisal_writing {
    struct str verdict[APPRAISAL_ASPECT_COUNT]; /* favour, open, against; empty: not said */
    struct str words[APPRAISAL_ASPECT_COUNT];
    struct str decision, because;
};

/* Inside closures. */
enum rc appraisal_open(struct db *tx, struct arena *a, int64_t exercise, struct str language, bool panel, int64_t person, int64_t now, int64_t *id,
                       struct err *e) MUST_CHECK;
enum rc appraisal_come_in(struct db *tx, struct arena *a, int64_t id, int64_t person, int64_t now, struct err *e) MUST_CHECK;
/* Keeps what she wrote; hand_in: for good, and nothing may be missing then (e->field names it). Alone that ends it. */
enum rc appraisal_keep(struct db *tx, struct arena *a, int64_t id, int64_t person, const struct appraisal_writing *w, bool hand_in, int64_t now,
                       struct err *e) MUST_CHECK;
/* The chair shows all: two at least have handed in; who has not is out. */
enum rc appraisal_show(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t now, struct err *e) MUST_CHECK;
enum rc appraisal_decide(struct db *tx, struct arena *a, int64_t id, int64_t version, struct str decision, struct str because, int64_t now, struct err *e) MUST_CHECK;
/* dissent empty: she agrees. decided: the version of the appraisal she read. */
enum rc appraisal_answer(struct db *tx, struct arena *a, int64_t id, int64_t person, int64_t decided, bool agrees, struct str dissent, struct err *e) MUST_CHECK;
enum rc appraisal_close(struct db *tx, struct arena *a, int64_t id, int64_t version, int64_t now, struct err *e) MUST_CHECK;

/* For the rest of practice. */
enum rc appraisal_redirect_attempt(struct ctx *c, int64_t attempt) MUST_CHECK; /* RC_NOT_FOUND: not made in one */
enum rc appraisal_export_person(struct db *db, struct arena *a, int64_t person, json_t *into) MUST_CHECK;
enum rc appraisal_erase_person(struct db *tx, int64_t person) MUST_CHECK;
enum rc appraisal_retain(struct db *tx, struct arena *a, int64_t before, int64_t most, bool *more) MUST_CHECK;

/* Handlers. */
enum rc appraisal_handle_begin(struct ctx *c);
enum rc appraisal_handle_join(struct ctx *c);
enum rc appraisal_handle(struct ctx *c);
enum rc appraisal_handle_show(struct ctx *c);
enum rc appraisal_post_decide(struct ctx *c);
enum rc appraisal_post_answer(struct ctx *c);
enum rc appraisal_handle_close(struct ctx *c);
enum rc appraisal_handle_source_new(struct ctx *c);
enum rc appraisal_handle_source(struct ctx *c);

#endif
