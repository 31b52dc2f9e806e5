/* What the statistics share: the table that is read from CSV, levels, matrices, and these conventions.
 *
 * - A number that is missing in the input, or not defined in a result, is NaN (is_missing); it is printed as null.
 * - A method is a function of plain arrays, so that pages call it as the verb does; it allocates in the arena it is
 *   given and keeps nothing. Results are structs, whose header says the formula and its source (author, year).
 * - Input that the method cannot work on (one row, no variance at all where that is the question) is RC_INVALID with
 *   e->detail in plain words; a single figure that is not defined is NaN within a result.
 * - Intervals are two-sided at the level asked for, 0.95 unless told otherwise.
 * - Each subject has its own header: icc.h, alpha.h, kappa.h, ordinal.h, gstudy.h, mfrm.h, ... */
#ifndef CADRE_ENGINE_STATS_STATS_H
#define CADRE_ENGINE_STATS_STATS_H

#include "base/buf.h"
#include "base/err.h"

#define STATS_NONE UINT32_MAX /* no level: the field was empty */
#define STATS_ROWS_MOST ((size_t)10 * 1000 * 1000)
#define STATS_COLUMNS_MOST ((size_t)1000)

#define STATS_MISSING __builtin_nan("")
static inline bool is_missing(double x)
{
    return x != x;
}

struct stats_interval {
    double lo, hi;
};

struct stats_estimate {
    double est;
    struct stats_interval ci;
};

/* Row-major; at[row * columns + column]. */
struct stats_matrix {
    size_t rows, columns;
    double *at;
};

/* ---- tables
 * ----------------------------------------------------------------------------------------------------------- */
struct stats_column;

struct stats_table {
    struct arena *a;
    struct str file; /* as messages name it */
    size_t rows, columns;
    struct stats_column *column;
    uint32_t *line; /* of each row, its line in the file */
};

/* Reads a CSV (base/csv.h) whole; the first row names the columns. RC_INVALID with file, row and column in e->detail.
 * file and bytes need not live longer than the call. */
enum rc stats_table_read(struct arena *a, struct str file, struct str bytes, struct stats_table *out,
                         struct err *e) MUST_CHECK;

struct str stats_column_name(const struct stats_table *t, size_t column);
/* The column of that name but for ASCII case; -1 when there is none. */
int stats_column_find(const struct stats_table *t, struct str name);
/* The same; RC_INVALID with a message that names the columns there are. */
enum rc stats_column_need(const struct stats_table *t, struct str name, size_t *out, struct err *e) MUST_CHECK;

/* The column as numbers, NaN where the field is empty, NA or NaN; as many as the table has rows, owned by the table.
 * RC_INVALID with row and column where a field is no finite number. */
enum rc stats_numbers(const struct stats_table *t, size_t column, const double **out, struct err *e) MUST_CHECK;

/* The field as text, for labels: empty where it is, a number in its shortest form. In the table's arena. */
struct str stats_text(const struct stats_table *t, size_t column, size_t row);

/* All columns as a matrix of numbers, in the table's arena; with skip >= 0 without that column. */
enum rc stats_table_matrix(const struct stats_table *t, int skip, struct stats_matrix *out, struct err *e) MUST_CHECK;

/* ---- levels
 * -------------------------------------------------------------------------------------------------------------- A
 * column as groups: who rated, whom, which station. Level k of 0..count-1 in order: numbers by size, then words
 * bytewise. Numbers are the same level when they are the same number (1 and 1.0), words when they are the same bytes;
 * what is written like an identifier (007, more than 15 digits) is a word. */
struct stats_levels {
    uint32_t count;
    uint32_t *code;    /* of each row; STATS_NONE where the field is empty */
    struct str *label; /* of each level */
};
void stats_levels_of(struct arena *a, const struct stats_table *t, size_t column, struct stats_levels *out);

/* The levels of several columns together, on one scale. */
void stats_levels_joint(struct arena *a, const struct stats_table *t, const size_t *columns, size_t count,
                        struct stats_levels *out /* count of them */);

#endif
