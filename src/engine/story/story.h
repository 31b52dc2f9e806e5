/* Branching cases: text in, an attempt that can be played, resumed and replayed, and what is wrong with the text.
 *
 * A case is a file of passages: Twee 3 (iftechfoundation, Twee 3 Specification 1.0.0) or the HTML that Twine 2 writes, with
 * the macros that the story formats SugarCube and Harlowe have in common; docs/story.md is what authors read. Nothing of a file
 * is ever run but that small language, and nothing is passed through: what comes out is Markdown, for a renderer that shows HTML
 * as text (view/markdown.h).
 *
 *     struct story_problems problems = story_problems_new(a);
 *     struct story *s = story_parse(a, S("case.twee"), bytes, &problems);
 *     struct story_attempt *t;
 *     TRY(story_replay(a, s, seed, choices, count, &t, &e));
 *     const struct story_step *now = story_now(t);        ... show now->blocks and now->choices ...
 *     TRY(story_choose(t, choice, &e));                   ... keep the choice, show story_now(t) ...
 *
 * An attempt is a pure function of the version of the case, the seed and the list of choices: keep these three and it can be
 * resumed anywhere, on any machine, with the same result. A story may be read by many threads at once; an attempt belongs to one.
 */
#ifndef CADRE_ENGINE_STORY_STORY_H
#define CADRE_ENGINE_STORY_STORY_H

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "engine/story/faults.h"

#define STORY_BYTES_MOST ((size_t)16 << 20)
#define STORY_PASSAGES_MOST 100000
#define STORY_CHOICES_MOST 200 /* shown at once */
#define STORY_STEPS_MOST 10000 /* choices in one attempt */
#define STORY_NONE UINT32_MAX

/* ---- what is wrong with a case --------------------------------------------------------------------------------------- */
enum story_severity { STORY_WARNING, STORY_ERROR };

enum story_fault {
#define X(name, word, severity) STORY_##name,
    STORY_FAULTS(X)
#undef X
        STORY_FAULT_COUNT,
};

struct story_problem {
    enum story_fault fault;
    enum story_severity severity;
    struct str file;
    uint32_t line;      /* of the file, from 1 */
    struct str passage; /* its title; empty for the file as a whole */
    struct str name;    /* what it is about: a macro, a link's target, a variable; may be empty */
    struct str detail;  /* plain words, English; may be empty */
    uint32_t n;         /* a second line or a count; 0: none */
};

#define STORY_PROBLEMS_KEPT 20000

struct story_problems {
    struct arena *a;
    struct story_problem *items; /* story_problems_sort orders them by line */
    size_t kept, room;
    size_t errors, warnings; /* all that were found, kept or not */
};

struct story_problems story_problems_new(struct arena *a);
/* By line, then as they were found. */
void story_problems_sort(struct story_problems *p);
/* "link_to_nowhere": the fault's name in JSON and for translations (M_story_<word>). */
struct str story_fault_word(enum story_fault fault);
/* The problem in the reader's language, without its place. In the arena. */
struct str story_problem_text(struct arena *a, int lang, const struct story_problem *p);

/* ---- a case ---------------------------------------------------------------------------------------------------------- */
struct story;

enum story_format { STORY_SUGARCUBE, STORY_HARLOWE, STORY_EITHER }; /* EITHER: none is named, both kinds of macros are read */

enum story_kind { STORY_UNSET, STORY_NUMBER, STORY_TEXT, STORY_TRUTH };

struct story_value {
    enum story_kind kind;
    double number;   /* of a truth: 0 or 1 */
    struct str text; /* of a text */
};

/* A variable, declared in the passage StoryVariables or not. */
struct story_variable {
    struct str name;       /* with its $ */
    enum story_kind kind;  /* declared kind; STORY_UNSET: not declared */
    bool score;            /* shown to who plays */
    bool ranged;           /* a number that stays within least and most: what is beyond becomes the nearer end */
    double least, most;
    struct str label;      /* of a score: "Trust of the team"; empty: none */
    const struct str *words; /* a text of these words only; NULL: any text */
    size_t word_count;
    struct story_value first; /* before the first passage; STORY_UNSET: none */
    uint32_t line;            /* of its declaration; 0: none */
};

struct story_info {
    struct str file, title, ifid;
    struct str format_name, format_version; /* as the file says; may be empty */
    enum story_format format;
    struct str language; /* StoryData's "language", a BCP 47 tag; may be empty */
    uint32_t start;      /* a passage; STORY_NONE: there is none */
    size_t passages;     /* all, with those below */
    size_t endings;
    bool html; /* the file was Twine's HTML */
    struct str briefing, debrief; /* Markdown of the passages StoryBriefing and StoryDebrief; empty: none */
};

struct story_passage {
    struct str title, tags; /* tags with single spaces between */
    struct str source;      /* as the author wrote it */
    struct str metadata;    /* JSON; may be empty */
    uint32_t line;          /* of its header */
    bool ending;            /* tagged so */
    bool special;           /* not part of the way: StoryData, StoryVariables, scripts, styles and the like */
};

/* Reads a case; file names it in the problems and is copied, bytes must live as long as the story does. Never NULL: what cannot
 * be read is told in p, with line and passage, and is missing from the story. Tells what is wrong with each passage by itself;
 * story_check looks at the whole. A story with errors can still be played as far as it goes: authors try what they write. */
struct story *story_parse(struct arena *a, struct str file, struct str bytes, struct story_problems *p);

const struct story_info *story_info(const struct story *s);
const struct story_passage *story_passage(const struct story *s, uint32_t passage);
/* The passage with this title; STORY_NONE where there is none. */
uint32_t story_find(const struct story *s, struct str title);
bool story_has_tag(const struct story_passage *p, struct str tag);
/* Links are numbered from 0, as in story_choice; the first one from a passage to a passage, STORY_NONE where there is none. */
size_t story_link_count(const struct story *s);
uint32_t story_find_link(const struct story *s, uint32_t from, uint32_t to);
struct story_link {
    uint32_t from, to; /* passages; to is STORY_NONE where it leads nowhere */
    struct str text;   /* as written */
};
struct story_link story_link_at(const struct story *s, uint32_t link);
const struct story_variable *story_variables(const struct story *s, size_t *count);

/* ---- the whole case ---------------------------------------------------------------------------------------------------- */
#define STORY_STATES 200000

struct story_checked {
    size_t states;  /* that were looked at: where one stands, with what has happened that can still matter */
    size_t bound;   /* that could be looked at */
    bool complete;  /* all were: what is not found is not there. If not, nothing is said to be impossible but what no link leads to */
};

/* What is wrong with the case as a whole: what cannot be reached, dead ends, loops without a way out, conditions that never hold,
 * variables that are read before they are set, on any way that can be taken. Tries every choice and every way in which chance can
 * fall, looking at `states` states at most (0: STORY_STATES); p gets what it finds, in the order of lines with what is there
 * already. */
struct story_checked story_check(struct arena *a, const struct story *s, size_t states, struct story_problems *p);

/* ---- an attempt ------------------------------------------------------------------------------------------------------ */
enum story_block_kind {
    STORY_BLOCK_TEXT,        /* Markdown */
    STORY_BLOCK_CONSEQUENCE, /* Markdown: what an earlier choice led to; name is the title of its passage */
    STORY_BLOCK_REASONING,   /* asks why: text is the question; name the framework (four-principles, four-box, cases) or empty */
    STORY_BLOCK_PANEL,       /* this choice is compared with the panel's: text is the question; name its key, unique in the case */
};

struct story_block {
    enum story_block_kind kind;
    struct str text, name;
};

struct story_choice {
    uint32_t number;   /* what story_choose takes: from 1 in the order of the passage */
    struct str text;   /* plain */
    uint32_t link;     /* the same in every attempt on this version: for counting traffic */
    uint32_t passage;  /* where it leads; STORY_NONE: nowhere, an author's mistake */
    bool enabled;
};

struct story_score {
    struct str name, label; /* "$trust", "Trust of the team" */
    struct story_value value;
    bool ranged;
    double least, most;
};

struct story_timer {
    uint32_t seconds; /* 0: none. The server keeps the deadline; when it has passed, choose STORY_TIME_UP */
    uint32_t passage; /* where that leads */
};

#define STORY_TIME_UP 0

struct story_step {
    uint32_t number;  /* choices made so far */
    uint32_t passage; /* where the attempt stands; STORY_NONE only where the story has no start */
    struct str title, tags;
    const struct story_block *blocks;
    size_t block_count;
    const struct story_choice *choices;
    size_t choice_count;
    const struct story_score *scores;
    size_t score_count;
    struct story_timer timer;
    bool ended; /* nothing can be chosen, and no time runs */
    struct str fault; /* plain words, English: what the author's text did that it cannot; empty: nothing */
    uint32_t fault_line;
};

struct story_attempt;

/* A new attempt, standing on the first passage. The seed decides all that is random. Everything lives in a, which grows with each
 * step. */
struct story_attempt *story_start(struct arena *a, const struct story *s, uint64_t seed);
/* Takes a choice of the step that story_now shows, or STORY_TIME_UP where it has a timer. RC_INVALID where there is no such
 * choice: the attempt stays where it is. */
enum rc story_choose(struct story_attempt *t, uint32_t choice, struct err *e) MUST_CHECK;
/* story_start and every choice. RC_INVALID where one is not there (e says which): *out then stands before it. */
enum rc story_replay(struct arena *a, const struct story *s, uint64_t seed, const uint32_t *choices, size_t count,
                     struct story_attempt **out, struct err *e) MUST_CHECK;
/* Where the attempt stands. Valid until the next choice. */
const struct story_step *story_now(const struct story_attempt *t);
/* The choices so far. Valid until the next choice. */
const uint32_t *story_choices(const struct story_attempt *t, size_t *count);
/* The value of a variable now ("$trust"); STORY_UNSET where it has none or there is none. */
struct story_value story_value_of(const struct story_attempt *t, struct str name);
/* As it is shown: 7, 2.5, yes, true; empty for an unset one. */
void story_write_value(struct buf *b, struct story_value v);
/* A step as a JSON object: step, passage, tags, blocks, choices, scores, timer, ended. */
void story_write_step(struct buf *b, const struct story *s, const struct story_step *step);
/* "1,3,0" as a list, and back. False where it is none. */
bool story_choices_read(struct arena *a, struct str text, uint32_t **choices, size_t *count);
void story_choices_write(struct buf *b, const uint32_t *choices, size_t count);

/* ---- other forms ----------------------------------------------------------------------------------------------------- */
/* The case as Twee 3, as HTML that Twine 2 opens (it stands alone and holds no script), and as JSON. */
void story_write_twee(struct buf *b, const struct story *s);
void story_write_html(struct buf *b, const struct story *s);
void story_write_json(struct buf *b, const struct story *s);

#endif
