/* What the files of practice share and nobody else includes. */
#ifndef CADRE_PROGRAMME_PRACTICE_INSIDE_H
#define CADRE_PROGRAMME_PRACTICE_INSIDE_H

#include "engine/story/story.h"
#include "gen/msg_practice.h"
#include "gen/programme/practice/practice_sql.h"
#include "programme/practice/practice.h"
#include "programme/practice/sections.h"
#include "programme/practice/tally.h"
#include "programme/programme/programme.h"

#define PRACTICE_PAGE 50
#define PRACTICE_WORDS 4000 /* characters of one answer about reasons */
#define PRACTICE_SOURCE_MOST 200000 /* characters that are edited on a page */

/* ---- text.c ------------------------------------------------------------------------------------------------------------------------- */
#define PRACTICE_ABOUT "StoryAbout"
#define PRACTICE_PANEL "StoryPanel"
/* Does the passage ask the panel this question. */
bool practice_asks(const struct story_passage *p, struct str question);
/* Do two versions of a case ask it in the same words, with choices that lead to the same passages. */
bool practice_same_question(const struct story *x, const struct story *y, struct str question);
/* In which words; empty where no passage asks it. */
struct str practice_question_text(struct arena *a, const struct story *s, struct str question);
bool practice_code_valid(struct str code);
/* How a kind whose text stands in sections is read. */
struct practice_reader {
    const char *keys; /* of the head, beside those that every kind has; with | between; NULL: none */
    bool rubric;      /* it must name one */
    const struct section_rule *rules;
    size_t rule_count;
    const char *begin; /* behind the head: what an author begins with */
    void (*read)(struct arena *a, const struct sections *s, struct problems *p); /* tells what is wrong with its sections */
};
extern const struct practice_reader practice_read_role_play, practice_read_negotiation, practice_read_listening, practice_read_debate, practice_read_speaking,
    practice_read_appraisal;
/* NULL for a kind whose text stands in no sections. */
const struct practice_reader *practice_reader_of(enum practice_kind kind);
/* The text with which an author begins one of the kind. */
struct str practice_begin_text(struct arena *a, enum practice_kind kind, struct str title, struct str language);
/* The kind that the head of a text in sections names; false, with the word that stands there, when it is none of those. */
bool practice_find_kind_in(struct str bytes, enum practice_kind *kind, struct str *word);

/* ---- publish.c ---------------------------------------------------------------------------------------------------------------------- */
struct practice_publishing {
    int64_t programme;
    int64_t exercise;            /* 0: a new one */
    struct str code, language;   /* of this text */
    bool own;                    /* the language in which the exercise is written; else a translation of what is current */
    const struct practice_text *text;
    struct str source;
    int64_t person;              /* 0: from content files */
    int64_t stage;               /* 0: for everybody */
    const int64_t *competencies; /* text->competency_count */
};
/* Inside a closure. The text becomes what is current in its language; *version is 0 where it is that already. */
enum rc practice_publish(struct db *tx, struct arena *a, struct practice_publishing *n, int64_t now, int64_t *version, struct err *e) MUST_CHECK;
/* What a text names must be there: its stage and competencies in the programme. Tells what is not. */
enum rc practice_find_named(struct db *db, struct arena *a, int64_t programme, struct problems *p, const struct practice_text *text, int64_t *stage,
                            int64_t **competencies) MUST_CHECK;
struct str practice_digest(struct arena *a, struct str source);
/* A translation has the passages of its original, in its order, with as many links, questions and timers in each; or its sections. */
void practice_check_translation(struct arena *a, enum practice_kind kind, struct str original, struct str file, struct str bytes, struct problems *p);

/* ---- cache.c: cases that were read, for all requests; a case is known by the digest of its text -------------------------------------- */
/* The case of a version; lives as long as the arena. */
enum rc practice_story(struct db *db, struct arena *a, int64_t version, struct str digest, const struct story **out) MUST_CHECK;

/* ---- attempt.c ---------------------------------------------------------------------------------------------------------------------- */
/* Where an attempt stands. */
struct practice_stand {
    struct row_practice_attempt r;
    const struct story *story;
    struct story_attempt *t;
    const struct story_step *step;
};
enum rc practice_stand(struct db *db, struct arena *a, int64_t attempt, struct practice_stand *out, struct err *e) MUST_CHECK;
/* Inside a closure, before the attempt is done: evidence of the first time through, for each competency of the exercise; percent -1: no
 * score. *first is 0 where it adds none. */
enum rc practice_add_evidence(struct db *tx, struct arena *a, int64_t person, int64_t programme, int64_t exercise, int64_t attempt, int64_t percent,
                              int64_t now, int64_t *first) MUST_CHECK;
/* Does the step ask for reasons; the question, no value when not. The framework it suggests, or empty. */
struct str practice_reason_asked(const struct story_step *step, struct str *framework);
/* In thousandths: by how many experts chose the same, against the most that chose one way (Charlin et al. 2000, Teach Learn Med
 * 12:189-195; Fournier, Demeester, Charlin 2008, BMC Med Inform Decis Mak 8:18). False where the panel said nothing. */
bool practice_credit(const struct rows_practice_panel *panel, struct str question, struct str target, int64_t *credit);
/* Has the time of its passage run out. */
bool practice_too_late(const struct row_practice_attempt *r, int64_t now);

/* ---- pages.c ------------------------------------------------------------------------------------------------------------------------ */
struct str practice_path(const struct ctx *c, int64_t exercise, const char *end);
struct str practice_kind_name(const struct ctx *c, struct str kind);
/* What a clock shows that runs down: "4:05", "-0:30". */
struct str practice_clock_text(const struct ctx *c, int64_t seconds);
struct page practice_page(struct ctx *c, struct str title, struct str exercise_title, int64_t exercise);
enum rc practice_send_form(struct ctx *c, struct page *page, struct str note, struct form *f) MUST_CHECK;
/* The exercise of the address, for who may take it: published, or written by authors of the programme. *writes: may c->who change it. */
enum rc practice_open(struct ctx *c, struct row_practice_find *x, bool *writes) MUST_CHECK;
/* The same for who writes. */
enum rc practice_open_to_write(struct ctx *c, struct row_practice_find *x) MUST_CHECK;

/* ---- list.c, play.c, end.c ---------------------------------------------------------------------------------------------------------- */
enum rc practice_get_list(struct ctx *c);
enum rc practice_get_exercise(struct ctx *c);
enum rc practice_post_start(struct ctx *c);
enum rc practice_handle_attempt(struct ctx *c);
enum rc practice_handle_leave(struct ctx *c);
/* The page of an attempt that has ended, for whose it is. */
enum rc practice_send_end(struct ctx *c, const struct practice_stand *s) MUST_CHECK;
struct str practice_score_label(const struct story_score *s);
struct str practice_value_text(const struct ctx *c, double value);

/* ---- author.c, author_new.c, try.c, assign.c: author.h ------------------------------------------------------------------------------------------------------ */
enum rc practice_handle_new(struct ctx *c);
enum rc practice_handle_import(struct ctx *c);
enum rc practice_handle_edit(struct ctx *c);
enum rc practice_post_check(struct ctx *c);
enum rc practice_get_file(struct ctx *c);
enum rc practice_handle_publish(struct ctx *c);
enum rc practice_handle_state(struct ctx *c);
enum rc practice_get_try(struct ctx *c);
enum rc practice_handle_assign(struct ctx *c);
enum rc practice_post_session(struct ctx *c);
enum rc practice_handle_unassign(struct ctx *c);

/* ---- hand_in.c ---------------------------------------------------------------------------------------------------------------------- */
struct view_practice_end;
struct view_practice_way;
enum rc practice_handle_hand_in(struct ctx *c);
enum rc practice_handle_rate(struct ctx *c);
/* Step by step what was chosen and why; own: for whose way it is. */
enum rc practice_fill_way(struct ctx *c, const struct practice_stand *s, bool own, struct view_practice_way *v) MUST_CHECK;
/* On the page of a case that is through: handing it in, or what came of that. */
enum rc practice_fill_hand_in(struct ctx *c, const struct practice_stand *s, struct view_practice_end *v) MUST_CHECK;
/* A field that names somebody of the faculty: a choice, or typed (*typed) where there are many; and whom it names, 0 where that is nobody or
 * the form must come back. */
enum rc practice_add_faculty(struct ctx *c, struct form *f, int64_t programme, struct field field, bool *typed) MUST_CHECK;
enum rc practice_read_faculty(struct ctx *c, struct form *f, const char *name, int64_t programme, bool typed, int64_t *person) MUST_CHECK;
/* The attempt of the address, for whose it is; a story only where it is a case. */
enum rc practice_open_own(struct ctx *c, struct practice_stand *s) MUST_CHECK;

/* ---- expert.c ----------------------------------------------------------------------------------------------------------------------- */
enum rc practice_handle_panel(struct ctx *c);
/* Inside a closure: what the experts of a programme chose, of each question that enough of them answered. */
enum rc practice_count_panel(struct db *tx, struct arena *a, int64_t exercise, int64_t family) MUST_CHECK;

/* ---- figures.c ---------------------------------------------------------------------------------------------------------------------- */
enum rc practice_get_figures(struct ctx *c);
enum rc practice_get_figures_file(struct ctx *c);
#define PRACTICE_REST_LEAST 30 /* people below whom a correlation says little */
struct item_rest;
struct stats_interval;
/* few, same, against, hardly, open or tells. */
struct str practice_rest_verdict(const struct item_rest *r);
struct str practice_interval_text(const struct ctx *c, struct stats_interval ci);
/* Of sorted times in ms, between neighbours (Hyndman, Fan 1996, definition 7); in minutes, at least one. */
int64_t practice_quantile_minutes(const int64_t *ms, size_t n, double p);
/* Counts of people are told when they are none or many. */
struct opt_int practice_held(int64_t people);
/* room_figures.c: the same of an exercise that is done in rooms. */
enum rc room_send_figures(struct ctx *c, const struct row_practice_find *x);
enum rc room_send_figures_file(struct ctx *c, const struct row_practice_find *x);
/* A line of a file of figures; people none and a missing value stay empty: held back, or not there. */
void practice_put_figure(struct buf *b, const char *what, struct str about, struct str choice, struct opt_int people, const char *measure, double value);

/* ---- waiting.c ---------------------------------------------------------------------------------------------------------------------- */
enum rc practice_home(struct ctx *c, struct home_list *list);
enum rc practice_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
enum rc practice_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);
enum rc practice_describe_rating(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);
enum rc practice_export_person(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc practice_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now);
enum rc practice_retain(struct db *tx, struct str kind, int64_t before, bool *more);

#endif
