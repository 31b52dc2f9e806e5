/* What the pages of authors share: the text at hand. author.c edits and publishes it, author_new.c begins one and takes files in and out,
 * try.c shows it as it will be read. */
#ifndef CADRE_PROGRAMME_PRACTICE_AUTHOR_H
#define CADRE_PROGRAMME_PRACTICE_AUTHOR_H

#include "gen/programme/practice/author_sql.h"
#include "programme/practice/inside.h"

struct draft {
    struct row_practice_find x;
    enum practice_kind kind;
    struct str language, source;
    int64_t version; /* of the draft; where there is none: minus the number of what is published, 0 where nothing is */
    struct row_practice_draft row;
    bool written;    /* there is a draft */
};

/* Of the address, for who writes: in ?language=, else as the exercise is written. */
enum rc practice_open_draft(struct ctx *c, struct draft *d) MUST_CHECK;
/* The same; RC_NOT_FOUND where nothing is written in that language. */
enum rc practice_open_text(struct ctx *c, struct draft *d) MUST_CHECK;
bool practice_language_valid(struct str tag);
/* An address below the exercise's, with the language of the text. */
struct str practice_text_path(const struct ctx *c, const struct draft *d, const char *end);
/* The page that shows the whole text of a kind in sections. */
enum rc practice_send_preview(struct ctx *c, const struct draft *d) MUST_CHECK;

/* A file that somebody brings: of Twine, in Twee, or in sections. */
struct practice_taken {
    enum practice_kind kind;
    struct str source, title, language; /* what the text says of itself; may be empty */
    struct str why;                     /* it could not be read, in the reader's words */
};
bool practice_take_file(struct ctx *c, struct str bytes, struct practice_taken *out);

#endif
