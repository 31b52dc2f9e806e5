/* What the parts of sqlgen share: a statement as it was read, and what its check found out. */
#ifndef CADRE_TOOLS_SQLGEN_H
#define CADRE_TOOLS_SQLGEN_H

#include "store/dialect.h"
#include "tool.h"

#include <sqlite3.h>

enum kind { ONE, MANY, EACH, EXEC };
enum type { T_INT, T_REAL, T_TEXT, T_BLOB, T_NONE };

#define MAX_ITEMS 120

struct item { /* a parameter or a column */
    struct str name;
    enum type type;
    bool nullable;
};

struct items {
    struct item v[MAX_ITEMS];
    int n;
};

struct statement {
    struct str name;
    enum kind kind;
    const char *path; /* as told in errors */
    int line;         /* of -- name: */
    struct str comment;
    struct str source; /* the section's text, for tokens and line numbers */
    struct str sql;    /* squeezed; by the check */
    struct items in, out;
    struct items columns; /* by the check */
};

struct file {
    struct str stem; /* programme/mentor/mentor_sql */
    const char *path;
    size_t first, count; /* its statements */
};

extern const char *const type_words[]; /* "int", by enum type */

/* Says file:line: reason and goes on; the run fails at its end. */
void complain(const char *path, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
const struct item *items_find(const struct items *items, struct str name);
bool is_identifier(struct str s); /* may it be a name in C */

/* sqlgen_check.c: prepares st in the schema, fills sql and columns, complains of what is wrong. */
void check_statement(struct arena *a, sqlite3 *db, struct statement *st);

/* sqlgen_write.c: the generated files. */
void write_header(struct arena *a, const char *folder, const struct file *f, const struct statement *v);
void write_source(struct arena *a, const char *folder, const struct file *f, const struct statement *v);
void write_index(struct arena *a, const char *folder, const struct statement *v, size_t count);

#endif
