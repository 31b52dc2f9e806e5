/* The text of one passage on its way to operations, as the files that compile it share it: body.c reads text, links and comments,
 * macro.c what the macros of both formats mean, sugarcube.c and harlowe.c how each format writes them. */
#ifndef CADRE_ENGINE_STORY_BODY_H
#define CADRE_ENGINE_STORY_BODY_H

#include "engine/story/inside.h"

enum block_kind {
    BLOCK_IF,     /* <<if>>, or (if:)[ */
    BLOCK_SHOWN,  /* <<nobr>>, or a hook that is shown as it is */
    BLOCK_SILENT, /* <<silently>>: its text is not shown */
    BLOCK_LINK,   /* <<link>>, what choosing it does */
    BLOCK_PLAIN,  /* a bracket of the text within a hook */
};

struct block {
    enum block_kind kind;
    struct str name;
    uint32_t line;
    uint32_t unless;     /* operation to complete, STORY_NONE: none (in else) */
    uint32_t jumps;      /* the last of the jumps to the end, each with the one before in x */
    uint32_t link, jump; /* of BLOCK_LINK */
    bool hook;           /* Harlowe's: a ] ends it */
    bool to_the_end;     /* begun by [=: nothing ends it */
};

struct body {
    struct place at;
    struct story *s;
    struct str text;
    size_t i;         /* read so far */
    size_t kept;      /* text from here on is not yet an operation */
    size_t counted;   /* lines counted up to here */
    uint32_t passage;
    enum story_format format;
    struct block *blocks;
    size_t block_count, block_room;
    size_t silent;    /* blocks whose text is not shown */
    bool html_told;
    size_t mark_ends[7]; /* markup.c, of each mark: where what is open ends; before where none ends */
    size_t mark_none[7];
};

struct op *body_emit(struct body *b, enum op_kind kind);
/* What was read as text up to `to`, as an operation. */
void body_flush(struct body *b, size_t to);
void body_text(struct body *b, struct str text);
uint32_t body_line(struct body *b, size_t at);
/* A problem at the present line. */
#define body_tell(b, fault, name, ...) story_tell((b)->s, (fault), (b)->at.line, (b)->at.passage, (name), 0, __VA_ARGS__)
void body_link(struct body *b, struct str text, struct str target);
/* What stands between [[ and ]]. */
void body_link_markup(struct body *b, struct str inside);
/* <!-- cadre ... -->: what stands behind the word. */
void body_directive(struct body *b, struct str text);

/* macro.c */
struct block *body_open(struct body *b, enum block_kind kind, struct str name);
void body_if(struct body *b, struct str name, struct str condition, bool negated);
/* The next branch of the innermost block, which is a BLOCK_IF. condition.p NULL: else. */
void body_branch(struct body *b, struct str name, struct str condition, bool negated);
/* Ends the innermost block. */
void body_close(struct body *b);
void body_set(struct body *b, struct str text);
void body_put(struct body *b, struct str text);
void body_unset(struct body *b, struct str text);
void body_print(struct body *b, struct str text);
void body_include(struct body *b, struct str text);
void body_goto(struct body *b, struct str text);
/* "text", "target" with a separator between; markup [[...]] too. The target may be missing: *target has no value. */
bool body_link_words(struct body *b, struct str text, char separator, struct str *shown, struct str *target);
/* The end of the first part of s that `stop` ends, outside of quotes and brackets; s.n when nothing does. */
size_t body_part(struct str s, size_t from, char stop);

/* At a byte that may begin a mark of the file's format; false where it stays as it is. */
bool body_markup(struct body *b);
bool body_sugarcube(struct body *b); /* at << */
bool body_harlowe(struct body *b);   /* at (, [ or ]: false where it is plain text */

#endif
