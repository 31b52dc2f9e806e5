/* One SQL text, two engines. Migrations are written once, in the types INTEGER, TEXT, BLOB and REAL; this file turns
 * such a script into the statements that one engine understands. It also offers the SQL lexer to tools/sqlgen. It knows
 * no database: the generator, the migration runner and tests link it without one. docs/sql.md holds the rules for
 * authors. */
#ifndef CADRE_STORE_DIALECT_H
#define CADRE_STORE_DIALECT_H

#include "store/store.h"

enum sql_kind {
    SQL_SPACE,
    SQL_COMMENT, /* -- to the end of the line, or a C comment */
    SQL_WORD,    /* keyword or plain identifier */
    SQL_NUMBER,
    SQL_STRING, /* '...', E'...', x'...' and, on PostgreSQL, $tag$...$tag$ */
    SQL_QUOTED, /* "identifier" */
    SQL_PARAM,  /* $1 */
    SQL_PUNCT,  /* one character, or :: */
    SQL_BROKEN, /* what is opened here (string, identifier, comment) never ends */
};

struct sql_token {
    enum sql_kind kind;
    struct str text;
    int line; /* counted from 1 */
};

struct sql_lexer {
    enum engine engine;
    struct str rest;
    int line;
};

struct sql_lexer sql_lexer(enum engine engine, struct str text);
/* The next token; false at the end. Tokens cover the text without gaps. */
bool sql_next(struct sql_lexer *lx, struct sql_token *t);
/* A keyword or plain identifier, compared without case. */
bool sql_is_word(const struct sql_token *t, const char *word);
bool sql_is_punct(const struct sql_token *t, char c);

struct sql_statement {
    struct str text; /* NUL-terminated, without the final semicolon and without comments around it */
    int line;        /* where it begins in the script */
};

/* Splits a script into its statements, keeps those for the engine, and writes each in the engine's words. All in the
 * arena. Errors: RC_MALFORMED, with the line in e->detail. */
enum rc dialect_script(struct arena *a, enum engine engine, struct str script, struct sql_statement **out,
                       size_t *count, struct err *e) MUST_CHECK;

#endif
