/* Tables and lists in the sections of a text, and what a translation must have like its original; see sections.h. */
#include "gen/msg_practice.h"
#include "programme/practice/sections.h"

/* ---- tables ----------------------------------------------------------------------------------------------------------------------- */

/* The cells of a line, without the bars at its ends; how many there are. */
static size_t split_row(struct arena *a, struct str line, struct str *cells, size_t most)
{
    struct buf cell = buf_new(a, 32);
    size_t count = 0;
    line = str_trim(line);
    if (str_starts(line, S("|")))
        line = str_sub(line, 1, line.n);
    if (str_ends(line, S("|")) && !str_ends(line, S("\\|")))
        line = str_sub(line, 0, line.n - 1);
    for (size_t k = 0; k <= line.n; k++) {
        if (k < line.n && line.p[k] == '\\' && k + 1 < line.n && line.p[k + 1] == '|') {
            buf_ch(&cell, '|');
            k++;
        } else if (k < line.n && line.p[k] != '|') {
            buf_ch(&cell, line.p[k]);
        } else {
            if (count < most)
                cells[count] = str_dup(a, str_trim(buf_text(&cell)));
            count++;
            cell.n = 0;
        }
    }
    return count;
}

static bool is_row(struct str line)
{
    return str_starts(str_trim(line), S("|"));
}

static bool is_rule(struct str line)
{
    line = str_trim(line);
    bool hyphen = false;
    for (size_t k = 0; k < line.n; k++) {
        if (strchr("|-: ", line.p[k]) == NULL)
            return false;
        hyphen = hyphen || line.p[k] == '-';
    }
    return hyphen;
}

static void add_row(struct arena *a, const struct sections *s, struct str line, size_t number, struct problems *p, struct section_table *t,
                    struct section_row *rows)
{
    if (t->count == SECTION_ROWS_MOST) {
        problems_add(p, s->file, number, S(""), M_practice_table_rows, "%d", SECTION_ROWS_MOST);
        return;
    }
    struct str *cells = ARENA_ARRAY(a, t->width, struct str);
    for (size_t k = 0; k < t->width; k++)
        cells[k] = S("");
    if (split_row(a, line, cells, t->width) > t->width)
        problems_add(p, s->file, number, S(""), M_practice_table_cells, "%zu", t->width);
    rows[t->count++] = (struct section_row){cells, number};
}

bool section_read_table(struct arena *a, const struct sections *s, const struct section *of, struct problems *p, struct section_table *out)
{
    struct str rest = of->body, line, before = S("");
    struct section_row *rows = NULL;
    size_t number = of->body_line, count = 0;
    *out = (struct section_table){0};
    for (; str_line(&rest, &line); number++) {
        if (rows != NULL && !is_row(line))
            break;
        if (rows != NULL) {
            if (count++ <= SECTION_ROWS_MOST) /* one too many is told once */
                add_row(a, s, line, number, p, out, rows);
        } else if (is_row(before) && is_rule(line)) {
            struct str *headings = ARENA_ARRAY(a, SECTION_CELLS_MOST, struct str);
            size_t width = split_row(a, before, headings, SECTION_CELLS_MOST);
            if (width > SECTION_CELLS_MOST)
                problems_add(p, s->file, number - 1, S(""), M_practice_table_cells, "%d", SECTION_CELLS_MOST);
            out->headings = headings;
            out->width = width < SECTION_CELLS_MOST ? width : SECTION_CELLS_MOST;
            out->line = number - 1;
            out->rows = rows = ARENA_ARRAY(a, SECTION_ROWS_MOST, struct section_row);
        }
        before = line;
    }
    return rows != NULL;
}

int section_column(const struct section_table *t, const char *heading)
{
    for (size_t k = 0; k < t->width; k++)
        if (str_eq_z(t->headings[k], heading))
            return (int)k;
    return -1;
}

/* ---- lists ------------------------------------------------------------------------------------------------------------------------ */

static bool is_entry(struct str line, struct str *text)
{
    size_t n = 0;
    line = str_trim(line);
    if (str_starts(line, S("- ")) || str_starts(line, S("* "))) {
        *text = str_trim(str_sub(line, 2, line.n));
        return true;
    }
    while (n < line.n && n < 4 && line.p[n] >= '0' && line.p[n] <= '9')
        n++;
    if (n == 0 || !str_starts(str_sub(line, n, line.n), S(". ")))
        return false;
    *text = str_trim(str_sub(line, n + 2, line.n));
    return true;
}

size_t section_read_list(struct arena *a, const struct section *of, const struct section_entry **out)
{
    struct str rest = of->body, line, text;
    size_t count = 0, number = of->body_line;
    while (str_line(&rest, &line))
        count += is_entry(line, &text);
    struct section_entry *list = ARENA_ARRAY(a, count, struct section_entry);
    *out = list;
    rest = of->body;
    for (count = 0; str_line(&rest, &line); number++)
        if (is_entry(line, &text))
            list[count++] = (struct section_entry){text, number};
    return count;
}

/* ---- translations ------------------------------------------------------------------------------------------------------------------- */

struct comparison {
    struct arena *a;
    const struct sections *original, *translation;
    struct problems *p;
    bool told;
};

static void tell(struct comparison *c, size_t line, struct str where)
{
    if (!c->told)
        problems_add(c->p, c->translation->file, line, S(""), M_practice_translation_section, "%.*s", STR_ARG(where));
    c->told = true;
}

/* Numbers, and words that are no prose, stay as they are. */
static bool numbers_agree(struct str x, struct str y)
{
    double one, other;
    bool number = str_to_real(x, &one);
    return number == str_to_real(y, &other) && (!number || (one <= other && one >= other));
}

static void compare_keys(struct comparison *c, const struct section_key *x, size_t x_count, const struct section_key *y, size_t y_count, size_t line)
{
    for (size_t k = 0; k < x_count; k++) {
        if (section_find_key(x, k, str_z(c->a, x[k].key)) != NULL) /* one that is there twice is told elsewhere */
            continue;
        const struct section_key *other = section_find_key(y, y_count, str_z(c->a, x[k].key));
        if (other == NULL || !numbers_agree(x[k].value, other->value))
            tell(c, other != NULL ? other->line : line, x[k].key);
    }
    for (size_t k = 0; k < y_count; k++)
        if (section_find_key(x, x_count, str_z(c->a, y[k].key)) == NULL)
            tell(c, y[k].line, y[k].key);
}

static void compare_tables(struct comparison *c, const struct section *x, const struct section *y)
{
    struct problems ignored = problems_new(c->a);
    struct section_table one, other;
    bool has = section_read_table(c->a, c->original, x, &ignored, &one);
    if (section_read_table(c->a, c->translation, y, &ignored, &other) != has || (has && one.width != other.width)) {
        tell(c, y->line, y->title);
        return;
    }
    if (has && one.count != other.count)
        tell(c, other.line, y->title);
    for (size_t row = 0; has && row < one.count && row < other.count; row++)
        for (size_t k = 0; k < one.width; k++)
            if (!numbers_agree(one.rows[row].cells[k], other.rows[row].cells[k]))
                tell(c, other.rows[row].line, other.headings[k]);
}

static void compare_section(struct comparison *c, const struct section *x, const struct section *y)
{
    if (!str_eq(x->word, y->word) || (x->name.n != 0 && !str_eq(x->name, y->name))) {
        tell(c, y->line, x->name.n != 0 ? x->name : x->word);
        return;
    }
    compare_keys(c, x->keys, x->key_count, y->keys, y->key_count, y->line);
    compare_tables(c, x, y);
}

static void compare_lists(struct comparison *c, const struct section *x, size_t x_count, const struct section *y, size_t y_count, size_t line)
{
    for (size_t k = 0; k < x_count || k < y_count; k++) {
        if (k == x_count || k == y_count) {
            tell(c, k < y_count ? y[k].line : line, k < x_count ? x[k].word : y[k].word);
            return;
        }
        compare_section(c, &x[k], &y[k]);
    }
}

void sections_compare(struct arena *a, const struct sections *original, const struct sections *translation, struct problems *p)
{
    struct comparison c = {.a = a, .original = original, .translation = translation, .p = p};
    compare_lists(&c, original->list, original->count, translation->list, translation->count, 0);
    for (size_t k = 0; k < original->count && k < translation->count && !c.told; k++)
        compare_lists(&c, original->list[k].parts, original->list[k].part_count, translation->list[k].parts, translation->list[k].part_count,
                      translation->list[k].line);
}
