/* Tables that people and institutions send: CSV as RFC 4180 has it, read row by row. The separator is a comma, or the
 * semicolon or tab that spreadsheets write in other countries (the header line decides); a byte order mark is skipped;
 * lines end in LF, CRLF or CR. Spaces belong to the field, as the RFC says; a reader that does not want them trims.
 *
 *     struct csv *csv = csv_open(a, S("people.csv"), bytes, NULL, &problems);
 *     int id = csv_column(csv, "id");
 *     for (struct csv_row row; csv_next(csv, &row);)
 *         ... csv_field(&row, id) ...
 *
 * What is wrong goes to the problems: a broken quote or a limit ends the reading, a row with a wrong number of fields
 * is told and left out (short rows are filled with empty fields), bad UTF-8 and control characters are told and
 * replaced. */
#ifndef CADRE_BASE_CSV_H
#define CADRE_BASE_CSV_H

#include "base/problems.h"

struct csv_limits {
    size_t rows; /* without the header */
    size_t columns;
    size_t field; /* bytes */
};
extern const struct csv_limits csv_default_limits; /* 1,000,000 rows, 200 columns, 64 KiB */

struct csv_row {
    const struct str *fields; /* as many as the header has columns; valid until the next csv_next: str_dup what stays */
    size_t count;
    size_t line; /* of the file, from 1, where the row begins */
};

struct csv;

/* Reads the header. bytes must outlive the reader; file names it in the problems; limits may be NULL. Never NULL: where
 * the header cannot be read, that is an error in p and there are no columns and no rows. */
struct csv *csv_open(struct arena *a, struct str file, struct str bytes, const struct csv_limits *limits,
                     struct problems *p);

/* The columns by name, trimmed, in the file's order. */
const struct str *csv_columns(const struct csv *csv, size_t *count);
/* The place of a column whose name is this but for ASCII case; -1 when there is none. */
int csv_column(const struct csv *csv, const char *name);
/* The same, and an error in the problems when it is missing. */
int csv_column_required(struct csv *csv, const char *name);

/* The next row that holds anything. False at the end or after an error that ends the reading. */
bool csv_next(struct csv *csv, struct csv_row *row);
/* The field of a column; no value when column is -1. */
struct str csv_field(const struct csv_row *row, int column);

/* A problem with a field of the current row: file, line and column's name are put in. */
#define csv_error_at(csv, row, column, msg, ...)                                                                       \
    problems_add(csv_problems(csv), csv_file(csv), (row)->line, csv_name(csv, column), msg, __VA_ARGS__)
#define csv_warning_at(csv, row, column, msg, ...)                                                                     \
    problems_warn(csv_problems(csv), csv_file(csv), (row)->line, csv_name(csv, column), msg, __VA_ARGS__)
struct problems *csv_problems(const struct csv *csv);
struct str csv_file(const struct csv *csv);
struct str csv_name(const struct csv *csv, int column); /* empty for -1 */

#endif
