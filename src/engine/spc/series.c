/* Reading a series: see series.h. */
#include "engine/spc/series.h"

#include <math.h>

#include "base/clock.h"
#include "base/csv.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "engine/patient/patient.h"
#include "engine/stats/stats.h"
#include "gen/msg_chart.h"

#define COLUMNS_MOST 200
#define FIELD_MOST 2000
#define DUPLICATES_TOLD 5

/* ---- single values ----------------------------------------------------------------------------------------------------- */
static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 12,5 or 1,234: whichever was meant, it is not known here. */
static bool has_comma(struct str s)
{
    size_t digits = 0, commas = 0;
    for (size_t i = 0; i < s.n; i++) {
        digits += digit(s.p[i]);
        commas += s.p[i] == ',';
    }
    return commas != 0 && digits != 0 && digits + commas + (s.p[0] == '-') + (memchr(s.p, '.', s.n) != NULL) == s.n;
}

bool spc_number(struct str s, double *out, msg_id *msg)
{
    s = str_trim(s);
    *out = STATS_MISSING;
    if (s.n == 0 || str_eq_nocase(s, S("NA")) || str_eq_nocase(s, S("NaN")))
        return true;
    if (str_to_real(s, out))
        return true;
    *out = STATS_MISSING;
    *msg = has_comma(s) ? M_chart_decimal_comma : s.p[s.n - 1] == '%' ? M_chart_percent_sign : M_chart_not_number;
    return false;
}

static bool digits_at(struct str s, size_t at, size_t n, int *out)
{
    *out = 0;
    for (size_t i = at; i < at + n; i++) {
        if (i >= s.n || !digit(s.p[i]))
            return false;
        *out = *out * 10 + (s.p[i] - '0');
    }
    return true;
}

static bool day_of(int y, int m, int d, int64_t *day)
{
    if (y < 1900 || y > 2200 || !civil_valid(y, m, d))
        return false;
    *day = day_from_civil(y, m, d);
    return true;
}

bool spc_date(struct str s, enum spc_scale *scale, int64_t *day)
{
    int y, m, d;
    s = str_trim(s);
    if (digits_at(s, 0, 4, &y) && s.n >= 7 && s.p[4] == '-') {
        if (s.n == 7 && (s.p[5] == 'Q' || s.p[5] == 'q') && digits_at(s, 6, 1, &m) && m >= 1 && m <= 4) {
            *scale = SPC_SCALE_QUARTERS;
            return day_of(y, 3 * m - 2, 1, day);
        }
        if (!digits_at(s, 5, 2, &m))
            return false;
        *scale = s.n == 7 ? SPC_SCALE_MONTHS : SPC_SCALE_DAYS;
        if (s.n == 7)
            return day_of(y, m, 1, day);
        bool ends = s.n == 10 || (s.n > 10 && (s.p[10] == 'T' || s.p[10] == ' '));
        return ends && s.p[7] == '-' && digits_at(s, 8, 2, &d) && day_of(y, m, d, day);
    }
    *scale = SPC_SCALE_DAYS;
    return s.n == 10 && s.p[2] == '.' && s.p[5] == '.' && digits_at(s, 0, 2, &d) && digits_at(s, 3, 2, &m) && digits_at(s, 6, 4, &y) &&
           day_of(y, m, d, day);
}

/* 03/04/2024: March or April. */
static bool slashed(struct str s)
{
    size_t slashes = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!digit(s.p[i]) && s.p[i] != '/')
            return false;
        slashes += s.p[i] == '/';
    }
    return slashes == 2;
}

/* What looks like a date, also one that does not exist. */
static bool date_like(struct str s)
{
    int y;
    enum spc_scale scale;
    int64_t day;
    s = str_trim(s);
    if (spc_date(s, &scale, &day) || slashed(s))
        return true;
    return s.n == 10 && ((digits_at(s, 0, 4, &y) && s.p[4] == '-' && s.p[7] == '-') || (s.p[2] == '.' && s.p[5] == '.' && digits_at(s, 6, 4, &y)));
}

size_t spc_point_find(const struct spc_stratum *s, struct str name)
{
    int64_t number;
    name = str_trim(name);
    if (name.n > 1 && name.p[0] == '#' && str_to_int(str_sub(name, 1, name.n), &number))
        return number >= 1 && (uint64_t)number <= s->series.count ? (size_t)(number - 1) : SIZE_MAX;
    for (size_t i = 0; i < s->series.count; i++)
        if (str_eq(s->x[i], name))
            return i;
    return SIZE_MAX;
}

/* ---- the table ----------------------------------------------------------------------------------------------------------- */
struct cell_row {
    size_t line;
    const struct str *fields;
};

struct reader {
    struct arena *a;
    const struct spc_request *r;
    struct problems *p;
    struct str file;
    const struct str *names;
    size_t columns;
    struct cell_row *rows;
    size_t count, room;
    int x, y, n, by, only;
    size_t duplicates;
    struct spc_data *out;
};

static struct str column_name(const struct reader *x, int column)
{
    return column < 0 ? S("") : x->names[column];
}

static void wrong(struct reader *x, const struct cell_row *row, int column, msg_id msg)
{
    problems_add(x->p, x->file, row->line, column_name(x, column), msg, "%.*s", STR_ARG(str_sub(str_trim(row->fields[column]), 0, 60)));
}

/* Keeps the fields of the rows that are asked for. */
static void keep_rows(struct reader *x, struct csv *csv)
{
    for (struct csv_row row; csv_next(csv, &row);) {
        if (x->only >= 0 && !str_eq(str_trim(row.fields[x->only]), str_trim(x->r->only_value)))
            continue;
        if (x->count == x->room) {
            size_t more = x->room == 0 ? 256 : 2 * x->room;
            x->rows = arena_grow(x->a, x->rows, x->room * sizeof *x->rows, more * sizeof *x->rows);
            x->room = more;
        }
        struct str *fields = ARENA_ARRAY(x->a, x->columns, struct str);
        for (size_t k = 0; k < x->columns; k++)
            fields[k] = str_dup(x->a, row.fields[k]);
        x->rows[x->count++] = (struct cell_row){row.line, fields};
    }
}

static int find_name(const struct reader *x, struct str name)
{
    for (size_t k = 0; k < x->columns; k++)
        if (str_eq_nocase(x->names[k], name))
            return (int)k;
    return -1;
}

static struct str all_names(const struct reader *x)
{
    struct buf b = buf_new(x->a, 256);
    for (size_t k = 0; k < x->columns && b.n < 120; k++) {
        buf_z(&b, k == 0 ? "" : ", ");
        buf_str(&b, x->names[k]);
    }
    return buf_text(&b);
}

/* The column that was asked for, -1 when none was; a name that is not there is a problem. */
static int asked(struct reader *x, struct str name)
{
    if (str_empty(name))
        return -1;
    int at = find_name(x, name);
    if (at < 0)
        problems_add(x->p, x->file, 1, name, M_chart_no_column, "%.*s", STR_ARG(all_names(x)));
    return at;
}

static int usual(const struct reader *x, const char *const *names)
{
    for (size_t k = 0; names[k] != NULL; k++)
        if (find_name(x, str_from(names[k])) >= 0)
            return find_name(x, str_from(names[k]));
    return -1;
}

enum holds { HOLDS_NOTHING, HOLDS_DATES, HOLDS_NUMBERS, HOLDS_TEXT };

static enum holds column_holds(const struct reader *x, size_t column)
{
    bool dates = true, numbers = true, any = false;
    for (size_t i = 0; i < x->count; i++) {
        struct str s = str_trim(x->rows[i].fields[column]);
        double v;
        msg_id why;
        if (s.n == 0)
            continue;
        dates = dates && date_like(s);
        numbers = numbers && spc_number(s, &v, &why);
        any = any || !spc_number(s, &v, &why) || v == v;
    }
    return !any ? HOLDS_NOTHING : dates ? HOLDS_DATES : numbers ? HOLDS_NUMBERS : HOLDS_TEXT;
}

static bool is_taken(const struct reader *x, int column)
{
    return column == x->x || column == x->y || column == x->n || column == x->by || column == x->only;
}

/* The only column that holds this and has no part yet; -1 when there are none or several. */
static int only_one(const struct reader *x, enum holds what)
{
    int found = -1;
    for (size_t k = 0; k < x->columns; k++)
        if (!is_taken(x, (int)k) && column_holds(x, k) == what) {
            if (found >= 0)
                return -1;
            found = (int)k;
        }
    return found;
}

static void find_columns(struct reader *x)
{
    static const char *const times[] = {"x", "date", "month", "week", "day", "period", "quarter", "year", "time", "i", NULL};
    static const char *const values[] = {"y", "value", "numerator", "count", "stat", NULL};
    static const char *const sizes[] = {"n", "denominator", NULL};
    x->y = asked(x, x->r->y);
    x->n = asked(x, x->r->n);
    x->by = asked(x, x->r->by);
    x->x = asked(x, x->r->x);
    if (x->p->errors != 0)
        return;
    if (x->x < 0)
        x->x = usual(x, times);
    if (x->x < 0)
        x->x = only_one(x, HOLDS_DATES);
    if (x->y < 0)
        x->y = usual(x, values);
    if (x->y < 0)
        x->y = only_one(x, HOLDS_NUMBERS);
    if (x->n < 0 && x->r->want_n)
        x->n = usual(x, sizes);
    if (x->n == x->y)
        x->n = -1;
    if (x->x < 0 || x->y < 0)
        problems_add(x->p, x->file, 1, S(""), x->x < 0 ? M_chart_which_time : M_chart_which_value, "%.*s", STR_ARG(all_names(x)));
}

/* ---- no rows of patients -------------------------------------------------------------------------------------------------- */
static bool names_a_person(struct arena *a, struct str name)
{
    static const char *const signs[] = {"patient", "mrn",     "nhs",      "surname", "forename",  "first name", "last name", "firstname", "lastname",
                                        "birth",   "dob",     "postcode", "address", "admission", "case id",    "case no",   "hospital number",
                                        "fallnummer", "geburt", "nachname", "vorname", "versichert", "aufnahme", "initials", "anschrift"};
    struct str folded = utf8_fold(a, name);
    char *p = arena_alloc_raw(a, folded.n + 1);
    for (size_t i = 0; i < folded.n; i++)
        p[i] = folded.p[i] == '_' || folded.p[i] == '-' || folded.p[i] == '.' ? ' ' : folded.p[i];
    struct str plain = {p, folded.n};
    if (str_eq(plain, S("name")) || str_eq(plain, S("age")) || str_eq(plain, S("sex")) || str_eq(plain, S("alter")))
        return true;
    for (size_t k = 0; k < COUNT_OF(signs); k++)
        if (str_find(plain, str_from(signs[k]), NULL))
            return true;
    return false;
}

static void refuse_names(struct reader *x)
{
    for (size_t k = 0; k < x->columns; k++)
        if (names_a_person(x->a, x->names[k]))
            problems_add(x->p, x->file, 1, x->names[k], M_chart_patient_column, NULL);
}

/* Times and numbers of a series are none of a patient's, also when they are old or long: so its columns are found first. */
static void refuse_values(struct reader *x)
{
    for (size_t k = 0; k < x->columns; k++)
        for (size_t i = 0; i < x->count; i++) {
            struct patient_sign sign;
            struct str s = x->rows[i].fields[k];
            bool asks = (int)k != x->x && (int)k != x->y && (int)k != x->n;
            if (!asks || !utf8_valid(s) || patient_find(s, x->r->year, &sign, 1) == 0 || sign.kind == PATIENT_AGE)
                continue;
            problems_add(x->p, x->file, x->rows[i].line, x->names[k], M_chart_patient_value, NULL);
            break;
        }
}

/* ---- times ------------------------------------------------------------------------------------------------------------------ */
/* What all times of the column are; a problem for each that is something else. */
static enum spc_scale find_scale(struct reader *x)
{
    size_t dates = 0, numbers = 0;
    enum spc_scale first = SPC_SCALE_LABELS;
    char style = 0;
    for (size_t i = 0; i < x->count; i++) {
        struct str s = str_trim(x->rows[i].fields[x->x]);
        double v;
        dates += s.n != 0 && date_like(s);
        numbers += str_to_real(s, &v);
    }
    if (dates == 0)
        return numbers == x->count ? SPC_SCALE_NUMBERS : SPC_SCALE_LABELS;
    for (size_t i = 0; i < x->count; i++) {
        struct str s = str_trim(x->rows[i].fields[x->x]);
        enum spc_scale scale;
        int64_t day;
        if (s.n == 0)
            continue;
        if (!spc_date(s, &scale, &day)) {
            wrong(x, &x->rows[i], x->x, slashed(s) ? M_chart_slash_date : M_chart_not_date);
            continue;
        }
        char now = s.p[2] == '.' ? '.' : '-';
        if (style == 0) {
            style = now;
            first = scale;
        } else if (scale != first || style != now) {
            wrong(x, &x->rows[i], x->x, M_chart_mixed_dates);
        }
    }
    return first;
}

/* ---- strata and points ------------------------------------------------------------------------------------------------------- */
struct point {
    int64_t at; /* of dates */
    double number; /* of numbers */
    size_t row, stratum; /* row: keeps the order of the file among equals */
    double y, n;
};

static int by_time(const void *a, const void *b)
{
    const struct point *p = a, *q = b;
    if (p->stratum != q->stratum)
        return p->stratum < q->stratum ? -1 : 1;
    if (p->at != q->at)
        return p->at < q->at ? -1 : 1;
    if (p->number != q->number)
        return p->number < q->number ? -1 : 1;
    return (p->row > q->row) - (p->row < q->row);
}

/* Labels keep the order of the file; one that comes again belongs to where it first stood. */
static struct point *make_points(struct reader *x, struct strmap *strata)
{
    struct point *points = ARENA_ARRAY(x->a, x->count + 1, struct point);
    struct strmap labels = strmap_new(x->a);
    for (size_t i = 0; i < x->count; i++) {
        struct point *p = &points[i];
        const struct cell_row *row = &x->rows[i];
        struct str time = str_trim(row->fields[x->x]), stratum = x->by < 0 ? S("") : str_trim(row->fields[x->by]);
        enum spc_scale scale;
        msg_id why = 0;
        *p = (struct point){.row = i, .n = STATS_MISSING};
        if (time.n == 0)
            problems_add(x->p, x->file, row->line, x->names[x->x], M_chart_no_time, NULL);
        else if (x->out->scale == SPC_SCALE_NUMBERS)
            (void)!str_to_real(time, &p->number);
        else if (x->out->scale == SPC_SCALE_LABELS)
            p->at = (int64_t)(strmap_get(&labels, time) != STRMAP_NONE ? strmap_get(&labels, time) : (strmap_add(&labels, time, i), i));
        else
            (void)!spc_date(time, &scale, &p->at);
        if (!spc_number(row->fields[x->y], &p->y, &why))
            wrong(x, row, x->y, why);
        if (x->n >= 0 && !spc_number(row->fields[x->n], &p->n, &why))
            wrong(x, row, x->n, why);
        p->stratum = strmap_get(strata, stratum);
        if (p->stratum == STRMAP_NONE) {
            p->stratum = strata->count;
            strmap_add(strata, stratum, p->stratum);
        }
    }
    return points;
}

static bool same_time(const struct point *p, const struct point *q)
{
    return p->stratum == q->stratum && p->at == q->at && p->number == q->number;
}

/* One stratum's points, sorted; adds up or refuses those of one time. */
static void fill(struct reader *x, struct spc_stratum *s, const struct point *points, size_t count)
{
    size_t n = 0;
    double *y = ARENA_ARRAY(x->a, count + 1, double), *size = ARENA_ARRAY(x->a, count + 1, double), *sd = NULL;
    uint32_t *group = ARENA_ARRAY(x->a, count + 1, uint32_t);
    s->x = ARENA_ARRAY(x->a, count + 1, struct str);
    s->at = ARENA_ARRAY(x->a, count + 1, int64_t);
    s->line = ARENA_ARRAY(x->a, count + 1, size_t);
    for (size_t i = 0; i < count; i++) {
        const struct point *p = &points[i];
        const struct cell_row *row = &x->rows[p->row];
        bool again = i != 0 && same_time(p, p - 1);
        if (again && !x->r->sum && !x->r->subgroups && x->duplicates++ < DUPLICATES_TOLD)
            problems_add(x->p, x->file, row->line, x->names[x->x], M_chart_duplicate, "%.*s", STR_ARG(str_sub(str_trim(row->fields[x->x]), 0, 60)));
        if (again && x->r->sum) {
            bool whole = !is_missing(p->y) && (x->n < 0 || !is_missing(p->n));
            y[n - 1] = !whole ? y[n - 1] : is_missing(y[n - 1]) ? p->y : y[n - 1] + p->y;
            size[n - 1] = !whole ? size[n - 1] : is_missing(size[n - 1]) ? p->n : size[n - 1] + p->n;
            continue;
        }
        group[i] = (uint32_t)(again ? n - 1 : n);
        if (again && x->r->subgroups)
            continue;
        s->x[n] = str_trim(row->fields[x->x]);
        s->at[n] = x->out->scale <= SPC_SCALE_QUARTERS ? p->at : (int64_t)n;
        s->line[n] = row->line;
        y[n] = p->y;
        size[n] = p->n;
        n++;
    }
    if (x->r->subgroups) {
        double *all = ARENA_ARRAY(x->a, count + 1, double);
        sd = ARENA_ARRAY(x->a, count + 1, double);
        for (size_t i = 0; i < count; i++)
            all[i] = points[i].y;
        n = spc_subgroups(all, group, count, y, sd, size);
    }
    s->series = (struct spc_series){.count = n, .y = y, .n = x->n >= 0 || x->r->subgroups ? size : NULL, .s = sd};
}

static void make_strata(struct reader *x)
{
    struct strmap strata = strmap_new(x->a);
    struct point *points = make_points(x, &strata);
    if (x->p->errors != 0)
        return;
    if (strata.count > SPC_STRATA_MOST) {
        problems_add(x->p, x->file, 0, column_name(x, x->by), M_chart_many_strata, "%zu", strata.count);
        return;
    }
    qsort(points, x->count, sizeof *points, by_time);
    x->out->strata = ARENA_ARRAY(x->a, strata.count + 1, struct spc_stratum);
    for (size_t from = 0, to; from < x->count; from = to) {
        for (to = from; to < x->count && points[to].stratum == points[from].stratum; to++)
            ;
        struct spc_stratum *s = &x->out->strata[x->out->count++];
        s->label = x->by < 0 ? S("") : str_trim(x->rows[points[from].row].fields[x->by]);
        fill(x, s, points + from, to - from);
    }
}

void spc_read(struct arena *a, struct str file, struct str bytes, const struct spc_request *r, struct spc_data *out, struct problems *p)
{
    struct csv_limits limits = {SPC_POINTS_MOST, COLUMNS_MOST, FIELD_MOST};
    struct csv *csv = csv_open(a, file, bytes, &limits, p);
    struct reader x = {.a = a, .r = r, .p = p, .file = file, .x = -1, .y = -1, .n = -1, .by = -1, .only = -1, .out = out};
    *out = (struct spc_data){0};
    x.names = csv_columns(csv, &x.columns);
    if (p->errors == 0)
        x.only = asked(&x, r->only_column);
    if (p->errors != 0)
        return;
    keep_rows(&x, csv);
    if (p->errors == 0 && r->no_people)
        refuse_names(&x);
    if (p->errors == 0)
        find_columns(&x);
    if (p->errors == 0 && r->no_people)
        refuse_values(&x);
    if (p->errors == 0 && x.count == 0)
        problems_add(p, file, 0, S(""), x.only >= 0 ? M_chart_no_such_rows : M_chart_empty, NULL);
    if (p->errors != 0)
        return;
    out->x_name = x.names[x.x];
    out->y_name = x.names[x.y];
    out->n_name = column_name(&x, x.n);
    out->by_name = column_name(&x, x.by);
    out->rows = x.count;
    out->scale = find_scale(&x);
    if (p->errors == 0)
        make_strata(&x);
}
