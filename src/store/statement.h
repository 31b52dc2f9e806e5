/* What the generated SQL functions are made of. Only generated code and src/store include this. */
#ifndef CADRE_STORE_STATEMENT_H
#define CADRE_STORE_STATEMENT_H

#include "store/store.h"

enum column_type { COL_INT, COL_REAL, COL_TEXT, COL_BLOB };

struct statement {
    const char *name;
    const char *sql;
    const uint8_t *param_types; /* enum column_type */
    const uint8_t *column_types;
    uint16_t index; /* into a db's cache of prepared statements; dense over the whole program */
    uint8_t param_count;
    uint8_t column_count;
};

/* Every statement of the program, by index: the cache's size, and the tests that prepare each on both engines. */
extern const struct statement *const all_statements[];
extern const size_t statement_count;

struct value {
    bool null;
    union {
        int64_t i;
        double r;
        struct str s; /* text and blob */
    } u;
};

/* Runs st with params; calls row for each result row (values live for the call). row may be NULL. A row that returns not
 * RC_OK ends the run with that code. */
enum rc db_run(struct db *db, const struct statement *st, const struct value *params,
               enum rc (*row)(void *arg, const struct value *values), void *arg) MUST_CHECK;

#endif
