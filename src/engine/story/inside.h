/* A parsed case as the engine's files share it. Every passage is compiled to a flat list of operations with jumps, every
 * expression to a flat list of instructions for a small stack machine, so that nothing recurses over what an author wrote. */
#ifndef CADRE_ENGINE_STORY_INSIDE_H
#define CADRE_ENGINE_STORY_INSIDE_H

#include "base/strmap.h"
#include "engine/story/story.h"

#define INCLUDES_DEEP 32      /* within each other */
#define VALUES_DEEP 200       /* on the stack of an expression */
#define OPERATIONS_MOST 200000 /* run by one step */
#define TEXT_MOST ((size_t)1 << 20) /* bytes that one step shows */
#define PENDING_MOST 64
#define GOTO_MOST 50
#define VARIABLES_MOST 4096

/* Grows a list of the arena by one: `*PUSH(a, s->ops, s->op_count, s->op_room) = op`. */
#define PUSH(a, list, count, room)                                                                                     \
    (((count) == (room) ? ((list) = vec_grow((a), (list), &(room), sizeof *(list))) : (list)), &(list)[(count)++])
void *vec_grow(struct arena *a, void *list, size_t *room, size_t size);

/* ---- expressions ----------------------------------------------------------------------------------------------------- */
enum code {
    CODE_NUMBER, /* number */
    CODE_TEXT,   /* arg: of texts */
    CODE_TRUTH,  /* arg: 0, 1 */
    CODE_LOAD,   /* arg: variable */
    CODE_DEFINED,
    CODE_NOT,
    CODE_NEGATE,
    CODE_ADD,
    CODE_SUBTRACT,
    CODE_MULTIPLY,
    CODE_DIVIDE,
    CODE_REMAINDER,
    CODE_EQUAL,
    CODE_UNEQUAL,
    CODE_LESS,
    CODE_LESS_EQUAL,
    CODE_GREATER,
    CODE_GREATER_EQUAL,
    CODE_CONTAINS,
    CODE_AND,     /* arg: where to go on with false when the left side is */
    CODE_OR,      /* the same with true */
    CODE_AS_TRUTH,
    CODE_VISITED, /* arg: passage; STORY_NONE: the present one */
    CODE_TURNS,   /* passages entered so far */
    CODE_RANDOM,  /* two numbers */
    CODE_EITHER,  /* arg: how many */
    CODE_FLOOR,
    CODE_CEIL,
    CODE_ROUND,
    CODE_ABS,
    CODE_LEAST,    /* arg: how many */
    CODE_MOST,
    CODE_AS_TEXT,
    CODE_AS_NUMBER,
};

struct instruction {
    enum code code;
    uint32_t arg;
    double number;
};

struct expression {
    uint32_t from, count; /* of instructions; count 0: none */
};

/* ---- operations ------------------------------------------------------------------------------------------------------ */
enum op_kind {
    OP_TEXT,   /* text */
    OP_PRINT,  /* e */
    OP_SET,    /* variable x = e */
    OP_UNSET,  /* variable x */
    OP_UNLESS, /* go to x unless e holds */
    OP_JUMP,   /* to x */
    OP_LINK,   /* x: of links */
    OP_INCLUDE, /* passage x, named text */
    OP_GOTO,    /* passage x, named text */
    OP_AFTER,   /* passage x when y more were entered */
    OP_UPON,    /* passage x when one with tag `text` is entered */
    OP_TIMER,   /* y seconds, then passage x */
    OP_REASON,  /* text, name */
    OP_PANEL,   /* text, name */
};

struct op {
    enum op_kind kind;
    uint32_t line, x, y;
    struct expression e;
    struct str text, name;
};

struct link {
    struct str text, target;
    uint32_t line, from, to;      /* passages; to may be STORY_NONE */
    uint32_t first_op, end_op;    /* run when it is chosen */
};

struct passage {
    struct story_passage shown;
    uint32_t first_op, end_op;
    uint32_t body_line; /* of the first line of source */
    uint32_t *tags;     /* of the story's tags */
    size_t tag_count;
    bool included;      /* by some passage, or a consequence */
};

struct story {
    struct arena *a;
    struct story_info info;
    struct story_problems *p; /* while parsing */
    struct passage *passages;
    size_t passage_count, passage_room;
    struct strmap titles, tag_names, variable_names;
    size_t tag_count;
    struct story_variable *variables;
    size_t variable_count, variable_room;
    uint32_t *temporary; /* variables that last for one passage: _name */
    size_t temporary_count, temporary_room;
    struct op *ops;
    size_t op_count, op_room;
    struct instruction *code;
    size_t code_count, code_room;
    struct link *links;
    size_t link_count, link_room;
    struct str *texts;
    size_t text_count, text_room;
    uint32_t *before; /* passages that run before the start: StoryInit, those tagged startup */
    size_t before_count, before_room;
    struct str start_name, zoom; /* what StoryData says beside s->info */
    struct tag_color {
        struct str tag, color;
    } *colors;
    size_t color_count, color_room;
    uint32_t data_line;
};

/* A problem; name is shared, detail_fmt may be NULL. */
void story_tell(struct story *s, enum story_fault fault, uint32_t line, struct str passage, struct str name, uint32_t n,
                const char *detail_fmt, ...) PRINTF_LIKE(7, 8);
void story_problem_add(struct story_problems *list, struct story_problem problem);

/* The number of a variable, made when new; STORY_NONE when there are too many. */
uint32_t story_variable_at(struct story *s, struct str name);
uint32_t story_tag_at(struct story *s, struct str tag);
/* The passage that an operation leads to, in whatever way; STORY_NONE: it leads nowhere. */
uint32_t story_leads_to(const struct story *s, const struct op *op);

/* ---- reading --------------------------------------------------------------------------------------------------------- */
/* The passages of Twee 3 and of Twine 2's HTML: title, tags, source, line. */
void story_read_twee(struct story *s, struct str text);
void story_read_html(struct story *s, struct str text);
bool story_is_html(struct str text);
struct passage *story_add_passage(struct story *s, struct str title, struct str tags, struct str metadata, struct str source,
                                  uint32_t line, uint32_t body_line);
void story_read_data(struct story *s, struct str json, uint32_t line);
void story_read_variables(struct story *s, const struct passage *p);
/* May a text be its value: one of its words, or any where it has none. */
bool story_word_of(const struct story_variable *v, struct str text);
/* Compiles one passage. */
void story_compile(struct story *s, uint32_t passage);

/* Where a compiler stands: for what it tells. */
struct place {
    struct story *s;
    struct str passage;
    uint32_t line;
};
/* An expression; `it` is the variable that `it` stands for, STORY_NONE where it stands for none. False after telling why not. */
bool story_expression(const struct place *at, struct str text, uint32_t it, struct expression *out);
/* What a text in quotation marks says; false where it is none. */
bool story_quoted(struct arena *a, struct str s, struct str *out);
bool story_name_byte(char c);

/* ---- running --------------------------------------------------------------------------------------------------------- */
struct pending {
    uint32_t op;    /* OP_AFTER or OP_UPON */
    uint32_t still; /* passages to enter */
};

/* One who plays: a person's attempt with text, or the checker without. */
struct machine {
    const struct story *s;
    struct story_value *values; /* by variable */
    uint32_t *visits;           /* by passage */
    uint32_t turns;
    struct pending pending[PENDING_MOST];
    size_t pending_count;
    uint32_t here;
    /* What is random: a whole number from 0 to below - 1. */
    uint32_t (*draw)(void *arg, uint32_t below);
    void *draw_arg;
    /* Told of what the author's text does wrong; never NULL. */
    void (*fault)(void *arg, enum story_fault fault, uint32_t line, uint32_t passage, struct str name, const char *why);
    void *fault_arg;
    /* Whether a condition held; may be NULL. */
    void (*asked)(void *arg, uint32_t op, bool held);
    /* What is shown; NULL for the checker. */
    struct screen *screen;
    /* What the step came to. */
    uint32_t *links; /* STORY_CHOICES_MOST */
    size_t link_count;
    uint32_t timer_op; /* STORY_NONE: none */
    uint32_t go;       /* OP_GOTO: where; STORY_NONE: none */
    uint32_t ops_left;
    uint32_t op;     /* that runs */
    bool broke;      /* the step was cut short: a fault was told */
    struct arena *a; /* of texts that expressions make */
    /* For the checker, NULL and false for who plays. */
    bool *entered;         /* by passage: those that ran, included ones too */
    const bool *ignored;   /* by variable: what is set is not followed */
    const bool *cosmetic;  /* by operation: a condition that is not asked */
    bool matters;          /* what is drawn now may change the way */
    bool notes;            /* in `undo`: what variables held before they were set */
    struct undo {
        uint32_t variable;
        struct story_value was;
    } *undo;
    size_t undo_count, undo_room;
    struct arena *undo_arena;
    uint32_t trail[GOTO_MOST]; /* passages entered in this step */
    size_t trail_count;
};

/* What a step shows, as it grows. */
struct screen {
    struct buf text;
    struct story_block *blocks;
    size_t block_count, block_room;
    enum story_block_kind kind; /* of the text that grows */
    struct str name;
    size_t shown; /* bytes */
    bool full;
};

/* A kind of value that only the checker has: set, to what does not matter. */
#define VALUE_ANY ((enum story_kind)(STORY_TRUTH + 1))

/* The value of an expression; a fault is told and gives false. */
struct story_value machine_evaluate(struct machine *m, struct expression e, uint32_t line);
bool machine_holds(struct story_value v);
/* Puts a value into a variable: a declared range holds. */
void machine_set(struct machine *m, uint32_t variable, struct story_value v, uint32_t line);
/* The same without asking what is declared. */
void machine_put(struct machine *m, uint32_t variable, struct story_value v);
/* The variables' first values, and what runs before the start. */
void machine_begin(struct machine *m);
/* Enters a passage, and those it goes to: counts the visit, fires what was pending, runs it. */
void machine_enter(struct machine *m, uint32_t passage);
/* What choosing a link does before its passage is entered. */
void machine_follow(struct machine *m, uint32_t link);

#endif
