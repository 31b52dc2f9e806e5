/* Reading a CSV into columns of numbers and words, and columns into levels: see stats.h. */
#include <math.h>

#include "base/csv.h"
#include "base/strmap.h"
#include "engine/stats/stats.h"

struct stats_column {
    struct str name;
    double *number; /* NaN where there is none */
    uint32_t *word; /* 0: none, else one more than the index in words; NULL while no row has one */
    struct str *words;
    size_t word_count, word_room;
    struct strmap known; /* index of a word */
};

/* ---- reading
 * ---------------------------------------------------------------------------------------------------------- */
/* A number written as people write it, at most 15 digits and so exact: an integer below 2^53 divided by a power of ten
 * rounds once (Clinger 1990). What begins with a needless 0 is an identifier and left to be a word. */
static bool plain_number(struct str s, double *out)
{
    static const double power[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    size_t i = 0, digits = 0, after = 0;
    int64_t m = 0;
    bool minus = s.n != 0 && s.p[0] == '-', point = false;
    i += minus;
    if (i + 1 < s.n && s.p[i] == '0' && s.p[i + 1] != '.')
        return false;
    for (; i < s.n; i++) {
        unsigned d = (unsigned)(s.p[i] - '0');
        if (d <= 9) {
            m = m * 10 + (int64_t)d;
            after += point;
            if (++digits > 15)
                return false;
        } else if (s.p[i] == '.' && !point && digits != 0) {
            point = true;
        } else {
            return false;
        }
    }
    if (digits == 0 || (point && after == 0))
        return false;
    *out = (double)(minus ? -m : m) / power[after];
    return true;
}

static struct str trimmed(struct str s)
{
    return s.n != 0 && (s.p[0] <= ' ' || s.p[s.n - 1] <= ' ') ? str_trim(s) : s;
}

static void put_word(struct stats_table *t, struct stats_column *c, size_t row, size_t room, struct str s)
{
    if (c->word == NULL) {
        c->word = ARENA_ARRAY(t->a, room, uint32_t);
        c->known = strmap_new(t->a);
    }
    size_t at = strmap_get(&c->known, s);
    if (at == STRMAP_NONE) {
        if (c->word_count == c->word_room) {
            size_t more = c->word_room == 0 ? 16 : c->word_room * 2;
            c->words = arena_grow(t->a, c->words, c->word_room * sizeof *c->words, more * sizeof *c->words);
            c->word_room = more;
        }
        at = c->word_count++;
        c->words[at] = str_dup(t->a, s);
        strmap_add(&c->known, c->words[at], at);
    }
    c->word[row] = (uint32_t)at + 1;
}

static void put_field(struct stats_table *t, struct stats_column *c, size_t row, size_t room, struct str s)
{
    double v;
    s = trimmed(s);
    if (plain_number(s, &v)) {
        c->number[row] = v;
        return;
    }
    c->number[row] = str_to_real(s, &v) ? v : STATS_MISSING;
    if (s.n != 0)
        put_word(t, c, row, room, s);
}

/* Room for more rows in every column; what is new of the words is zero. */
static size_t grow(struct stats_table *t, size_t room)
{
    size_t more = room * 2;
    t->line = arena_grow(t->a, t->line, room * sizeof *t->line, more * sizeof *t->line);
    for (size_t k = 0; k < t->columns; k++) {
        struct stats_column *c = &t->column[k];
        c->number = arena_grow(t->a, c->number, room * sizeof *c->number, more * sizeof *c->number);
        if (c->word != NULL) {
            c->word = arena_grow(t->a, c->word, room * sizeof *c->word, more * sizeof *c->word);
            memset(c->word + room, 0, (more - room) * sizeof *c->word);
        }
    }
    return more;
}

static enum rc first_problem(const struct problems *p, struct err *e)
{
    for (size_t i = 0; i < p->kept; i++) {
        const struct problem *x = &p->items[i];
        if (x->severity != PROBLEM_ERROR)
            continue;
        struct msg_arg args[] = {MSG_TEXT("detail", x->detail)};
        struct str why = msg_format(p->a, 0, x->msg, args, COUNT_OF(args));
        struct buf b = buf_new(p->a, 64);
        if (x->row != 0)
            buf_printf(&b, ", row %zu", x->row);
        if (!str_empty(x->column))
            buf_printf(&b, ", column %.*s", STR_ARG(x->column));
        return err_set(e, RC_INVALID, 0, "%.*s%.*s: %.*s", STR_ARG(x->file), STR_ARG(buf_text(&b)), STR_ARG(why));
    }
    return RC_OK;
}

enum rc stats_table_read(struct arena *a, struct str file, struct str bytes, struct stats_table *out, struct err *e)
{
    struct problems p = problems_new(a);
    struct csv_limits limits = {STATS_ROWS_MOST, STATS_COLUMNS_MOST, 4096};
    struct csv *csv = csv_open(a, file, bytes, &limits, &p);
    *out = (struct stats_table){.a = a, .file = str_dup(a, file)};
    const struct str *names = csv_columns(csv, &out->columns);
    size_t room = bytes.n / 16 + 16; /* most rows are longer than that */
    if (room > 65536)
        room = 65536;
    out->line = ARENA_ARRAY(a, room, uint32_t);
    out->column = ARENA_ARRAY(a, out->columns, struct stats_column);
    for (size_t k = 0; k < out->columns; k++)
        out->column[k] = (struct stats_column){.name = names[k], .number = ARENA_ARRAY(a, room, double)};
    for (struct csv_row row; csv_next(csv, &row); out->rows++) {
        if (out->rows == room)
            room = grow(out, room);
        out->line[out->rows] = (uint32_t)row.line;
        for (size_t k = 0; k < out->columns; k++)
            put_field(out, &out->column[k], out->rows, room, row.fields[k]);
    }
    TRY(first_problem(&p, e));
    if (out->rows == 0)
        return err_set(e, RC_INVALID, 0, "%.*s: there is no row below the header", STR_ARG(file));
    return RC_OK;
}

/* ---- columns
 * ---------------------------------------------------------------------------------------------------------- */
struct str stats_column_name(const struct stats_table *t, size_t column)
{
    return t->column[column].name;
}

int stats_column_find(const struct stats_table *t, struct str name)
{
    for (size_t k = 0; k < t->columns; k++)
        if (str_eq_nocase(t->column[k].name, name))
            return (int)k;
    return -1;
}

enum rc stats_column_need(const struct stats_table *t, struct str name, size_t *out, struct err *e)
{
    int k = stats_column_find(t, name);
    *out = k < 0 ? 0 : (size_t)k;
    if (k >= 0)
        return RC_OK;
    struct buf b = buf_new(t->a, 128);
    for (size_t i = 0; i < t->columns && b.n < 300; i++)
        buf_printf(&b, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(t->column[i].name));
    return err_set(e, RC_INVALID, 0, "%.*s: there is no column %.*s; there are %.*s", STR_ARG(t->file), STR_ARG(name),
                   STR_ARG(buf_text(&b)));
}

enum rc stats_numbers(const struct stats_table *t, size_t column, const double **out, struct err *e)
{
    const struct stats_column *c = &t->column[column];
    *out = c->number;
    if (c->word == NULL)
        return RC_OK;
    for (size_t row = 0; row < t->rows; row++) {
        if (c->word[row] == 0 || !is_missing(c->number[row]))
            continue;
        struct str s = c->words[c->word[row] - 1];
        if (!str_eq(s, S("NA")) && !str_eq(s, S("NaN")))
            return err_set(e, RC_INVALID, 0, "%.*s, row %" PRIu32 ", column %.*s: '%.*s' is not a finite number",
                           STR_ARG(t->file), t->line[row], STR_ARG(c->name), STR_ARG(str_sub(s, 0, 60)));
    }
    return RC_OK;
}

struct str stats_text(const struct stats_table *t, size_t column, size_t row)
{
    const struct stats_column *c = &t->column[column];
    if (c->word != NULL && c->word[row] != 0)
        return c->words[c->word[row] - 1];
    if (is_missing(c->number[row]))
        return S("");
    struct buf b = buf_new(t->a, 24);
    buf_real(&b, c->number[row]);
    return buf_text(&b);
}

enum rc stats_table_matrix(const struct stats_table *t, int skip, struct stats_matrix *out, struct err *e)
{
    *out = (struct stats_matrix){.rows = t->rows, .columns = t->columns - (skip >= 0)};
    out->at = ARENA_ARRAY(t->a, out->rows * out->columns, double);
    for (size_t k = 0, to = 0; k < t->columns; k++) {
        const double *x;
        if ((int)k == skip)
            continue;
        TRY(stats_numbers(t, k, &x, e));
        for (size_t row = 0; row < t->rows; row++)
            out->at[row * out->columns + to] = x[row];
        to++;
    }
    return RC_OK;
}

/* ---- levels
 * ----------------------------------------------------------------------------------------------------------- */
/* What tells one level from another: a number, or a word when it was not a plain one. Numbers sort before words. */
struct key {
    double number;
    struct str word; /* empty: a number */
};

static int by_key(const void *x, const void *y)
{
    const struct key *a = x, *b = y;
    if (str_empty(a->word) != str_empty(b->word))
        return str_empty(a->word) ? -1 : 1;
    if (str_empty(a->word))
        return (a->number > b->number) - (a->number < b->number);
    return str_cmp(a->word, b->word);
}

static struct str key_label(struct arena *a, const struct key *k)
{
    if (!str_empty(k->word))
        return k->word;
    struct buf b = buf_new(a, 24);
    buf_real(&b, k->number);
    return buf_text(&b);
}

/* Distinct numbers by open addressing on their bits; grows at half full. */
struct seen {
    struct arena *a;
    uint32_t *slot; /* one more than the index in key */
    size_t cap;
    struct key *key;
    size_t count, room;
};

static size_t slot_of(const struct seen *s, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    bits ^= bits >> 32; /* finalizer of SplitMix64 (Steele, Lea, Flood 2014) */
    bits *= UINT64_C(0xbf58476d1ce4e5b9);
    bits ^= bits >> 29;
    size_t at = (size_t)bits & (s->cap - 1);
    while (s->slot[at] != 0 && s->key[s->slot[at] - 1].number != v)
        at = (at + 1) & (s->cap - 1);
    return at;
}

static void seen_key(struct seen *s, struct key k)
{
    if (s->count == s->room) {
        size_t more = s->room == 0 ? 64 : s->room * 2;
        s->key = arena_grow(s->a, s->key, s->room * sizeof *s->key, more * sizeof *s->key);
        s->room = more;
    }
    s->key[s->count++] = k;
}

static uint32_t seen_number(struct seen *s, double v)
{
    if ((s->count + 1) * 2 > s->cap) {
        s->cap = s->cap == 0 ? 256 : s->cap * 4;
        s->slot = ARENA_ARRAY(s->a, s->cap, uint32_t);
        for (size_t k = 0; k < s->count; k++)
            s->slot[slot_of(s, s->key[k].number)] = (uint32_t)k + 1;
    }
    size_t at = slot_of(s, v);
    if (s->slot[at] == 0) {
        seen_key(s, (struct key){.number = v});
        s->slot[at] = (uint32_t)s->count;
    }
    return s->slot[at] - 1;
}

void stats_levels_joint(struct arena *a, const struct stats_table *t, const size_t *columns, size_t count,
                        struct stats_levels *out)
{
    struct seen seen = {.a = a};
    struct strmap words = strmap_new(a);
    struct key *word_keys = NULL;
    size_t word_count = 0, word_room = 0;
    /* Codes first in the order of appearance: numbers from 0, words from the top. */
    for (size_t c = 0; c < count; c++) {
        const struct stats_column *col = &t->column[columns[c]];
        out[c].code = arena_alloc_raw(a, t->rows * sizeof *out[c].code);
        size_t *word_at = ARENA_ARRAY(a, col->word_count + 1, size_t);
        for (size_t w = 0; w < col->word_count; w++) {
            word_at[w] = strmap_add(&words, col->words[w], word_count);
            if (word_at[w] != STRMAP_NONE)
                continue;
            if (word_count == word_room) {
                size_t more = word_room == 0 ? 16 : word_room * 2;
                word_keys = arena_grow(a, word_keys, word_room * sizeof *word_keys, more * sizeof *word_keys);
                word_room = more;
            }
            word_keys[word_count] = (struct key){.word = col->words[w]};
            word_at[w] = word_count++;
        }
        for (size_t row = 0; row < t->rows; row++) {
            uint32_t w = col->word != NULL ? col->word[row] : 0;
            if (w != 0)
                out[c].code[row] = STATS_NONE - 1 - (uint32_t)word_at[w - 1];
            else
                out[c].code[row] = is_missing(col->number[row]) ? STATS_NONE : seen_number(&seen, col->number[row]);
        }
    }
    size_t all = seen.count + word_count;
    struct key *sorted = ARENA_ARRAY(a, all + 1, struct key);
    if (seen.count != 0)
        memcpy(sorted, seen.key, seen.count * sizeof *sorted);
    if (word_count != 0)
        memcpy(sorted + seen.count, word_keys, word_count * sizeof *sorted);
    qsort(sorted, all, sizeof *sorted, by_key);
    uint32_t *number_to = ARENA_ARRAY(a, seen.count + 1, uint32_t), *word_to = ARENA_ARRAY(a, word_count + 1, uint32_t);
    struct str *label = ARENA_ARRAY(a, all + 1, struct str);
    for (size_t k = 0; k < all; k++) {
        label[k] = key_label(a, &sorted[k]);
        if (str_empty(sorted[k].word))
            number_to[seen_number(&seen, sorted[k].number)] = (uint32_t)k;
        else
            word_to[strmap_get(&words, sorted[k].word)] = (uint32_t)k;
    }
    for (size_t c = 0; c < count; c++) {
        out[c].count = (uint32_t)all;
        out[c].label = label;
        for (size_t row = 0; row < t->rows; row++) {
            uint32_t *code = &out[c].code[row];
            if (*code != STATS_NONE)
                *code = *code < seen.count ? number_to[*code] : word_to[STATS_NONE - 1 - *code];
        }
    }
}

void stats_levels_of(struct arena *a, const struct stats_table *t, size_t column, struct stats_levels *out)
{
    stats_levels_joint(a, t, &column, 1, out);
}
