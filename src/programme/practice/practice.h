/* Practice: exercises that people take alone, with somebody who facilitates, or in a group. One exercise of any kind is a text in
 * versions that never change (migrations/0040_practice.sql); what it is for, how long it takes and what experts would do stand in the
 * text itself. This capability keeps the ground: exercises, versions, drafts, who was asked to take what, ratings; and plays the first
 * kind, cases (engine/story). By SQL, others read pub_practice_exercise and pub_practice_done. */
#ifndef CADRE_PROGRAMME_PRACTICE_PRACTICE_H
#define CADRE_PROGRAMME_PRACTICE_PRACTICE_H

#include "base/problems.h"
#include "programme/capability.h"
#include "programme/practice/sections.h" /* the form of plain texts, for those of other capabilities too */

extern const struct capability practice_capability;
extern const struct capability appraisal_capability; /* appraisals of technologies: appraisal.h */

/* The word stands in the database, in files and in addresses. */
#define PRACTICE_KINDS(X)                                                                                                             \
    X(CASE, "case")               /* alone: a case with branches */                                                                    \
    X(ROLE_PLAY, "role_play")                                                                                                         \
    X(NEGOTIATION, "negotiation")                                                                                                     \
    X(LISTENING, "listening")                                                                                                         \
    X(DEBATE, "debate")                                                                                                               \
    X(SPEAKING, "speaking")                                                                                                           \
    X(APPRAISAL, "appraisal")     /* of a technology */

enum practice_kind {
#define X(id, word) PRACTICE_##id,
    PRACTICE_KINDS(X)
#undef X
        PRACTICE_KIND_COUNT
};
struct str practice_kind_word(enum practice_kind kind);
bool practice_find_kind(struct str word, enum practice_kind *kind);

/* ---- texts ------------------------------------------------------------------------------------------------------------------------- */

#define PRACTICE_COMPETENCIES_MAX 20
#define PRACTICE_MINUTES_MAX 600

/* How many experts of a panel take the way to a passage. */
struct practice_expert {
    struct str question, target;
    int64_t experts;
    size_t line;
};

/* What a text says of itself, whatever its kind. */
struct practice_text {
    enum practice_kind kind;
    struct str file;
    struct str title, summary;
    struct str language;                 /* empty: not said */
    struct str stage;                    /* a code; empty: for everybody */
    int64_t minutes;
    struct str competencies[PRACTICE_COMPETENCIES_MAX]; /* codes */
    size_t competency_count;
    struct str rubric;                   /* the code of an instrument by which people are judged in it; empty: none */
    size_t about_line, stage_line, competency_line, rubric_line; /* for what is told about them */
    const struct practice_expert *panel; /* question by question */
    size_t panel_count;
};

/* The lines `key: value` that a case has: summary, minutes, stage, practises, licence, reviewed. first_line: of lines in the file. Problems
 * are told with their line. */
void practice_read_about(struct arena *a, struct str lines, size_t first_line, struct problems *p, struct practice_text *out);

/* Reads a text of a kind as far as this capability needs it and tells everything that is wrong with it, in the language (an index) of
 * who reads that. A kind whose text stands in sections (sections.h) gets its line in the table of text.c. */
void practice_read_text(struct arena *a, int lang, enum practice_kind kind, struct str file, struct str bytes, struct problems *p,
                        struct practice_text *out);

/* ---- loading: exercises/<code>.twee or .md, exercises/<code>.<language>.twee or .md ---------------------------------------------------------------- */

struct content_file; /* programme/framework/framework.h */
struct practice_counts {
    int64_t added, changed, unchanged;
};
/* Inside a bulk closure, behind frameworks. A text that differs from what is current becomes a new version, unless the exercise was
 * changed on the pages (a warning). Problems by file and line; nothing is written when there is an error. */
enum rc practice_load(struct db *tx, struct arena *a, int64_t programme, const struct content_file *files, size_t count, int64_t now,
                      struct problems *problems, struct practice_counts *counts, struct err *e) MUST_CHECK;

/* ---- taking an exercise alone --------------------------------------------------------------------------------------------------------- */

/* Inside a closure: a new attempt on what is current in that language (a tag; else as it was written); the one that is going on
 * where there is one. seed 0: drawn. RC_NOT_FOUND where nothing is current. */
enum rc practice_start(struct db *tx, struct arena *a, int64_t person, int64_t exercise, struct str language, uint64_t seed, int64_t now,
                       int64_t *attempt, struct err *e) MUST_CHECK;

/* Why she chooses what she chooses: for a step that asks for it. */
struct practice_reason {
    struct str framework; /* principles, box, cases, other */
    struct str stakeholders, weighed, because;
};
enum practice_went {
    PRACTICE_WENT,      /* the choice was taken */
    PRACTICE_TIME_UP,   /* the deadline had passed: the case went on by itself */
    PRACTICE_ALREADY,   /* this step was taken before: nothing was changed */
};
/* Inside a closure: the choice of a step (the number of choices before it). A step that was taken is left as it is, whatever is sent.
 * With the last step the attempt ends, gets its credit and becomes evidence. RC_INVALID where the step has no such choice, or asks for
 * reasons and why is NULL. */
enum rc practice_choose(struct db *tx, struct arena *a, int64_t attempt, int64_t step, uint32_t choice, const struct practice_reason *why,
                        int64_t now, enum practice_went *went, struct err *e) MUST_CHECK;
/* Called inside the closure in which somebody gets through an exercise, whichever time; registered by main.c. */
typedef enum rc practice_finished_fn(struct db *tx, int64_t person, int64_t exercise, int64_t now);
void practice_on_finished(practice_finished_fn *fn);
/* Ends one that is going on without a result. */
enum rc practice_leave(struct db *tx, int64_t attempt, int64_t now, struct err *e) MUST_CHECK;

/* ---- rooms: one run of an exercise by several people --------------------------------------------------------------------------------- */

/* For a demo, inside a closure: a room as people would have made it, by the rules they follow. */
struct practice_room_demo {
    const char *exercise;     /* its code; nothing is made where there is none */
    const char *const *parts; /* who sits where, in the order of people; NULL: nobody has taken a seat */
    size_t count;             /* of people */
    bool observer;            /* one more, who watches */
    bool played;              /* until its end; else it is open */
    const char *offers[2];    /* of the first and the second party; the second is agreed to. NULL: none */
    int64_t at;               /* when it was opened */
};
enum rc practice_room_fill(struct db *tx, struct arena *a, int64_t programme, const struct practice_room_demo *d, int64_t lead, const int64_t *people,
                           struct err *e) MUST_CHECK;

/* A debate of a term that was drawn (programme/draw): which exercise, which debate of which draw, and the people of both groups, those who
 * speak for the motion first. */
struct practice_term_debate {
    int64_t exercise, draw, round, favour; /* favour: the number of the group that speaks for it */
    struct str title;                      /* of the draw */
    const int64_t *people[2];
    size_t count[2];
};
/* Inside a closure: opens its room, with sides, led by that person; everybody of both groups is asked in. RC_CONFLICT when it has one that was
 * not left; RC_NOT_FOUND when the exercise is no debate that is open. */
enum rc practice_open_debate(struct db *tx, struct arena *a, const struct practice_term_debate *d, struct str language, int64_t person, int64_t now,
                             int64_t *room, struct err *e) MUST_CHECK;
struct str practice_room_address(struct arena *a, int64_t room);

/* For streams (http/server.h): how the room of each id is shown; -1 when it is gone. */
enum rc practice_versions(struct db *db, struct arena *a, const int64_t *ids, size_t count, int64_t now, int64_t *versions) MUST_CHECK;

#endif
