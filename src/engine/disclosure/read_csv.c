/* A release as CSV: columns count, and where wanted shown and snapshot; every other column is a dimension. */
#include "base/csv.h"
#include "engine/disclosure/reader.h"

static const struct csv_limits limits = {
    .rows = DISCLOSURE_CELLS_MOST, .columns = LABELLED_DIMENSIONS_MOST + 3, .field = 4096};

struct columns {
    int count, shown, snapshot;
    int dimension[LABELLED_DIMENSIONS_MOST]; /* column of each dimension of the release; -1: not in this file */
};

static enum rc at_line(const struct labelled *l, size_t line, enum rc rc, struct err *e)
{
    char told[sizeof e->detail];
    if (rc == RC_OK || e == NULL)
        return rc;
    memcpy(told, e->detail, sizeof told);
    return err_set(e, rc, 0, "%.*s, line %zu: %.400s", STR_ARG(str_sub(l->reader->file, 0, 80)), line, told);
}

static enum rc problem(const struct labelled *l, const struct problems *p, struct err *e)
{
    const struct problem *first = NULL;
    for (size_t k = 0; k < p->kept && first == NULL; k++)
        if (p->items[k].severity == PROBLEM_ERROR)
            first = &p->items[k];
    if (first == NULL)
        return RC_OK;
    struct msg_arg args[] = {MSG_TEXT("detail", first->detail)};
    struct str text = msg_format(l->a, 0, first->msg, args, COUNT_OF(args));
    return err_set(e, RC_MALFORMED, 0, "%.*s, line %zu: %.*s", STR_ARG(str_sub(l->reader->file, 0, 80)), first->row,
                   STR_ARG(str_sub(text, 0, 300)));
}

static enum rc find_columns(struct labelled *l, struct csv *csv, struct columns *c, struct err *e)
{
    size_t n;
    const struct str *names = csv_columns(csv, &n);
    c->count = csv_column(csv, "count");
    c->shown = csv_column(csv, "shown");
    c->snapshot = csv_column(csv, "snapshot");
    for (size_t k = 0; k < LABELLED_DIMENSIONS_MOST; k++)
        c->dimension[k] = -1;
    if (c->count < 0)
        return err_set(e, RC_INVALID, 0, "there is no column count");
    for (size_t k = 0; k < n; k++) {
        size_t d;
        if ((int)k == c->count || (int)k == c->shown || (int)k == c->snapshot)
            continue;
        TRY(reader_dimension(l, names[k], &d, e));
        if (c->dimension[d] >= 0)
            return err_set(e, RC_INVALID, 0, "two columns are called '%.*s'", STR_ARG(str_sub(names[k], 0, 60)));
        c->dimension[d] = (int)k;
    }
    return RC_OK;
}

static enum rc read_shown(struct str text, bool *shown, struct err *e)
{
    static const char *const yes[] = {"", "yes", "true", "1"}, *const no[] = {"no", "false", "0"};
    text = str_trim(text);
    for (size_t k = 0; k < COUNT_OF(yes); k++)
        if (str_eq_nocase(text, str_from(yes[k]))) {
            *shown = true;
            return RC_OK;
        }
    for (size_t k = 0; k < COUNT_OF(no); k++)
        if (str_eq_nocase(text, str_from(no[k]))) {
            *shown = false;
            return RC_OK;
        }
    return err_set(e, RC_INVALID, 0, "shown is yes or no, not '%.*s'", STR_ARG(str_sub(text, 0, 40)));
}

static enum rc read_row(struct labelled *l, const struct columns *c, const struct csv_row *row, struct err *e)
{
    uint32_t at[LABELLED_DIMENSIONS_MOST] = {0};
    int64_t count;
    bool shown = true;
    struct str text = str_trim(csv_field(row, c->count));
    if (!str_to_int(text, &count) || count < 0 || count > DISCLOSURE_COUNT_MOST)
        return err_set(e, RC_INVALID, 0, "count is a whole number from 0 to %" PRId64 ", not '%.*s'",
                       DISCLOSURE_COUNT_MOST, STR_ARG(str_sub(text, 0, 40)));
    if (c->shown >= 0)
        TRY(read_shown(csv_field(row, c->shown), &shown, e));
    for (size_t k = 0; k < l->dimension_count; k++)
        if (c->dimension[k] >= 0)
            TRY(reader_category(l, k, csv_field(row, c->dimension[k]), &at[k], e));
    uint32_t snapshot = reader_snapshot(l, c->snapshot >= 0 ? csv_field(row, c->snapshot) : S(""));
    return reader_row(l, snapshot, at, count, shown, row->line, e);
}

enum rc reader_csv(struct labelled *l, struct str bytes, struct err *e)
{
    struct problems problems = problems_new(l->a);
    struct csv *csv = csv_open(l->a, l->reader->file, bytes, &limits, &problems);
    struct columns c;
    struct csv_row row;
    TRY(problem(l, &problems, e));
    TRY(at_line(l, 1, find_columns(l, csv, &c, e), e));
    while (csv_next(csv, &row))
        TRY(at_line(l, row.line, read_row(l, &c, &row, e), e));
    return problem(l, &problems, e);
}
