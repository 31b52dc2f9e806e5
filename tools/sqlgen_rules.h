/* The rules that keep a statement the same on SQLite and PostgreSQL, as far as its tokens tell: words that only one
 * engine knows, casts that mean another width, sums that become NUMERIC. Used by sqlgen. */
#ifndef CADRE_TOOLS_SQLGEN_RULES_H
#define CADRE_TOOLS_SQLGEN_RULES_H

#include "store/dialect.h"

struct rules {
    const struct sql_token *tokens; /* without spaces and comments; two of kind SQL_SPACE follow the last */
    int count;
    void (*complain)(const struct rules *rules, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
    const char *path;
};

/* Calls complain for each rule that is broken. */
void rules_check(const struct rules *rules);

#endif
