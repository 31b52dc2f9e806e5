/* What the generated SQL functions are made of. Only generated code and src/store include this. */
#ifndef CADRE_STORE_STATEMENT_H
#define CADRE_STORE_STATEMENT_H

#include "store/store.h"

enum column_type { COL_INT, COL_REAL, COL_TEXT, COL_BLOB };

/* Where a result column stands in its row struct. */
struct place {
    uint16_t at;
    uint16_t null_at; /* offset of its bool x_null, or one of the two below */
};
#define PLACE_REQUIRED 0u         /* a NULL here is a fault of the statement */
#define PLACE_NO_VALUE UINT16_MAX /* text or blob: NULL becomes STR_NONE */

struct statement {
    const char *name;
    const char *sql;
    const uint8_t *param_types; /* enum column_type */
    const uint8_t *column_types;
    const struct place *places; /* one for each column */
    uint32_t row_size;          /* of struct row_NAME */
    uint16_t index;             /* into a db's cache of prepared statements; dense over the whole program */
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

/* Runs st with params; calls row for each result row (values live for the call). row may be NULL. A row that returns
 * not RC_OK ends the run with that code. */
enum rc db_run(struct db *db, const struct statement *st, const struct value *params,
               enum rc (*row)(void *arg, const struct value *values), void *arg) MUST_CHECK;

/* The three ways to fetch, by the statement's places. one: the first row, RC_NOT_FOUND when there is none; row is
 * zeroed first. many: an array in the arena. each: rows as they arrive, texts live for the call. */
enum rc db_run_one(struct db *db, struct arena *a, const struct statement *st, const struct value *params,
                   void *row) MUST_CHECK;
enum rc db_run_many(struct db *db, struct arena *a, const struct statement *st, const struct value *params, void **rows,
                    size_t *count) MUST_CHECK;
enum rc db_run_each(struct db *db, struct arena *a, const struct statement *st, const struct value *params,
                    enum rc (*fn)(void *arg, const void *row), void *arg) MUST_CHECK;

/* Parameters from C values. */
static inline struct value value_int(int64_t v)
{
    return (struct value){.u.i = v};
}

static inline struct value value_real(double v)
{
    return (struct value){.u.r = v};
}

static inline struct value value_text(struct str v) /* no value is the empty text */
{
    return (struct value){.u.s = v.p != NULL ? v : (struct str){"", 0}};
}

static inline struct value value_int_or_null(const int64_t *v)
{
    return v != NULL ? value_int(*v) : (struct value){.null = true};
}

static inline struct value value_real_or_null(const double *v)
{
    return v != NULL ? value_real(*v) : (struct value){.null = true};
}

static inline struct value value_text_or_null(struct str v)
{
    return v.p != NULL ? value_text(v) : (struct value){.null = true};
}

#endif
