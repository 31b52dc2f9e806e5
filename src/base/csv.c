/* CSV over libcsv, which does the quoting; the reader feeds it one line at a time, so that never more than one row is
 * in memory, and knows by that where each row begins. */
#include "base/csv.h"

#include <csv.h>

#include "base/utf8.h"
#include "gen/msg_file.h"

#define PIECE ((size_t)16 * 1024) /* fed at once where a line is longer */

const struct csv_limits csv_default_limits = {.rows = 1000000, .columns = 200, .field = (size_t)64 * 1024};

struct csv {
    struct arena *a;
    struct problems *problems;
    struct str file;
    struct str rest; /* not yet fed */
    struct csv_limits limits;
    struct csv_parser parser;
    struct str *names;
    size_t name_count;
    size_t line;     /* of the first byte of rest */
    size_t row_line; /* of the row being read */
    size_t rows;
    bool row_done; /* libcsv saw the row's end */
    bool in_line;  /* the last piece fed did not end its line */
    bool over;

    struct buf text; /* the row's fields, one after the other */
    size_t *ends;    /* of each field in text; limits.columns of them */
    size_t field_count;
    struct str *fields;
};

static int never_space(unsigned char c)
{
    (void)c;
    return 0;
}

static void parser_free(void *parser)
{
    csv_free(parser);
}

static void stop(struct csv *csv)
{
    csv->over = true;
    csv->field_count = 0;
}

static struct str column_label(const struct csv *csv, size_t index)
{
    if (index < csv->name_count && !str_empty(csv->names[index]))
        return csv->names[index];
    return str_printf(csv->a, "%zu", index + 1);
}

static void on_field(void *bytes, size_t n, void *arg)
{
    struct csv *csv = arg;
    if (csv->field_count < csv->limits.columns) {
        buf_add(&csv->text, bytes, n);
        csv->ends[csv->field_count] = csv->text.n;
    }
    csv->field_count++;
}

static void on_row(int c, void *arg)
{
    (void)c;
    struct csv *csv = arg;
    csv->row_done = true;
}

/* Cuts the next piece off rest: up to and with the next line end, at most PIECE. */
static struct str next_piece(struct csv *csv)
{
    struct str r = csv->rest;
    size_t max = r.n < PIECE ? r.n : PIECE, n = 0;
    while (n < max && r.p[n] != '\n' && r.p[n] != '\r')
        n++;
    bool ends = n < max;
    if (ends)
        n += r.p[n] == '\r' && n + 1 < r.n && r.p[n + 1] == '\n' ? 2 : 1;
    csv->line += ends;
    csv->in_line = !ends;
    csv->rest = str_sub(r, n, r.n);
    return str_sub(r, 0, n);
}

/* Lets libcsv read until a row is complete or the text ends. False: the reading is over. */
static bool read_row(struct csv *csv)
{
    csv->text.n = 0;
    csv->field_count = 0;
    csv->row_done = false;
    bool begun = false;
    while (!csv->row_done && csv->rest.n != 0) {
        if (!begun)
            csv->row_line = csv->line;
        struct str piece = next_piece(csv);
        bool wrong = csv_parse(&csv->parser, piece.p, piece.n, on_field, on_row, csv) != piece.n;
        begun = begun || csv->in_line || csv->field_count != 0 || csv->parser.entry_pos != 0 || csv->parser.quoted;
        if (wrong) {
            problems_add(csv->problems, csv->file, csv->row_line, column_label(csv, csv->field_count), M_file_csv_quote,
                         NULL);
            stop(csv);
            return false;
        }
        if (csv->parser.entry_pos > csv->limits.field) {
            problems_add(csv->problems, csv->file, csv->row_line, column_label(csv, csv->field_count),
                         M_file_csv_field_long, "%zu", csv->limits.field);
            stop(csv);
            return false;
        }
    }
    if (!csv->row_done && csv_fini(&csv->parser, on_field, on_row, csv) != 0) {
        problems_add(csv->problems, csv->file, csv->row_line, column_label(csv, csv->field_count),
                     M_file_csv_quote_open, NULL);
        stop(csv);
        return false;
    }
    if (csv->field_count > csv->limits.columns) {
        problems_add(csv->problems, csv->file, csv->row_line, S(""), M_file_csv_columns, "%zu", csv->limits.columns);
        stop(csv);
        return false;
    }
    return csv->row_done;
}

/* Field i of the row just read; what is not text is told and replaced. */
static struct str take_field(struct csv *csv, size_t i)
{
    size_t from = i == 0 ? 0 : csv->ends[i - 1];
    struct str s = {csv->text.p + from, csv->ends[i] - from};
    if (s.n > csv->limits.field) {
        problems_add(csv->problems, csv->file, csv->row_line, column_label(csv, i), M_file_csv_field_long, "%zu",
                     csv->limits.field);
        return S("");
    }
    if (utf8_is_text(s))
        return s;
    msg_id msg = utf8_valid(s) ? M_file_control : M_file_utf8;
    problems_add(csv->problems, csv->file, csv->row_line, column_label(csv, i), msg, "%.*s", STR_ARG(s));
    return utf8_clean(csv->a, s);
}

/* The separator that stands most often in the header line outside quotes. */
static unsigned char find_separator(struct str bytes)
{
    static const char separators[] = {',', ';', '\t'};
    size_t seen[COUNT_OF(separators)] = {0};
    bool quoted = false;
    for (size_t i = 0; i < bytes.n; i++) {
        char c = bytes.p[i];
        if (c == '"')
            quoted = !quoted;
        if (!quoted && (c == '\n' || c == '\r') && i != 0)
            break;
        for (size_t k = 0; k < COUNT_OF(separators) && !quoted; k++)
            seen[k] += c == separators[k];
    }
    size_t best = 0;
    for (size_t k = 1; k < COUNT_OF(separators); k++)
        if (seen[k] > seen[best])
            best = k;
    return (unsigned char)separators[best];
}

static void check_names(struct csv *csv)
{
    for (size_t i = 0; i < csv->name_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (!str_empty(csv->names[i]) && str_eq_nocase(csv->names[i], csv->names[k])) {
                problems_add(csv->problems, csv->file, csv->row_line, csv->names[i], M_file_csv_column_twice, NULL);
                break;
            }
        }
    }
}

static void read_header(struct csv *csv)
{
    if (!read_row(csv)) {
        if (!csv->over)
            problems_add(csv->problems, csv->file, 0, S(""), M_file_empty, NULL);
        csv->over = true;
        return;
    }
    csv->names = ARENA_ARRAY(csv->a, csv->field_count, struct str);
    for (size_t i = 0; i < csv->field_count; i++)
        csv->names[i] = str_dup(csv->a, str_trim(take_field(csv, i)));
    csv->name_count = csv->field_count;
    csv->fields = ARENA_ARRAY(csv->a, csv->name_count, struct str);
    check_names(csv);
}

struct csv *csv_open(struct arena *a, struct str file, struct str bytes, const struct csv_limits *limits,
                     struct problems *p)
{
    struct csv *csv = ARENA_NEW(a, struct csv);
    csv->a = a;
    csv->problems = p;
    csv->file = str_dup(a, file);
    csv->limits = limits != NULL ? *limits : csv_default_limits;
    csv->line = csv->row_line = 1;
    if (str_starts(bytes, S("\xFF\xFE")) || str_starts(bytes, S("\xFE\xFF"))) {
        problems_add(p, csv->file, 0, S(""), M_file_utf16, NULL);
        csv->over = true;
        return csv;
    }
    if (str_starts(bytes, S("\xEF\xBB\xBF")))
        bytes = str_sub(bytes, 3, bytes.n);
    csv->rest = bytes;
    csv->text = buf_new(a, 1024);
    csv->ends = ARENA_ARRAY(a, csv->limits.columns, size_t);
    ASSERT(csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
    arena_defer(a, parser_free, &csv->parser);
    csv_set_delim(&csv->parser, find_separator(bytes));
    csv_set_space_func(&csv->parser, never_space);
    read_header(csv);
    return csv;
}

const struct str *csv_columns(const struct csv *csv, size_t *count)
{
    *count = csv->name_count;
    return csv->names;
}

int csv_column(const struct csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->name_count; i++)
        if (str_eq_nocase(csv->names[i], str_from(name)))
            return (int)i;
    return -1;
}

int csv_column_required(struct csv *csv, const char *name)
{
    int column = csv_column(csv, name);
    if (column < 0 && csv->name_count != 0) /* a file without any header was told already */
        problems_add(csv->problems, csv->file, 1, str_from(name), M_file_csv_column_missing, "%s", name);
    return column;
}

/* Does the row hold anything: spreadsheets leave lines of separators behind. */
static bool row_blank(const struct csv *csv)
{
    return csv->text.n == 0;
}

static bool row_fits(struct csv *csv)
{
    for (size_t i = csv->name_count; i < csv->field_count; i++) {
        if (csv->ends[i] != csv->ends[i - 1]) { /* empty fields beyond the header are harmless */
            problems_add(csv->problems, csv->file, csv->row_line, S(""), M_file_csv_row_long, "%zu, %zu",
                         csv->field_count, csv->name_count);
            return false;
        }
    }
    if (csv->field_count < csv->name_count)
        problems_warn(csv->problems, csv->file, csv->row_line, S(""), M_file_csv_row_short, "%zu, %zu",
                      csv->field_count, csv->name_count);
    return true;
}

bool csv_next(struct csv *csv, struct csv_row *row)
{
    *row = (struct csv_row){0};
    while (!csv->over) {
        if (!read_row(csv)) {
            csv->over = true;
            break;
        }
        if (row_blank(csv))
            continue;
        if (csv->rows == csv->limits.rows) {
            problems_add(csv->problems, csv->file, csv->row_line, S(""), M_file_csv_rows, "%zu", csv->limits.rows);
            stop(csv);
            break;
        }
        csv->rows++;
        if (!row_fits(csv))
            continue;
        for (size_t i = 0; i < csv->name_count; i++)
            csv->fields[i] = i < csv->field_count ? take_field(csv, i) : S("");
        *row = (struct csv_row){csv->fields, csv->name_count, csv->row_line};
        return true;
    }
    return false;
}

struct str csv_field(const struct csv_row *row, int column)
{
    if (column < 0)
        return STR_NONE;
    ASSERT((size_t)column < row->count);
    return row->fields[column];
}

struct problems *csv_problems(const struct csv *csv)
{
    return csv->problems;
}

struct str csv_file(const struct csv *csv)
{
    return csv->file;
}

struct str csv_name(const struct csv *csv, int column)
{
    return column < 0 || (size_t)column >= csv->name_count ? S("") : column_label(csv, (size_t)column);
}
