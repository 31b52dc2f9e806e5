/* Frameworks as CSV: see content.h. One row for each item, a parent named by its code, texts as they stand. */
#include "base/csv.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "gen/msg_framework.h"
#include "programme/framework/content.h"

#define CODE_CHARS 100
#define WORD_CHARS 200
#define TITLE_CHARS_MAX 500

static const struct csv_limits limits = {.rows = CONTENT_ITEMS_MAX, .columns = 60, .field = 65536};

struct columns {
    int code, parent, kind, facet, title, statement;
    int levels[CONTENT_LEVEL_MAX];
};

/* A spreadsheet-safe export puts ' before what a spreadsheet would take for a formula; here it comes off again. */
static struct str plain(struct str s)
{
    return s.n > 1 && s.p[0] == '\'' && buf_csv_formula(str_sub(s, 1, s.n)) ? str_sub(s, 1, s.n) : s;
}

static struct str word_of(struct csv *csv, const struct csv_row *row, int column, size_t max)
{
    struct str s = str_trim(plain(csv_field(row, column)));
    if (utf8_count(s) > max) {
        csv_error_at(csv, row, column, M_framework_field_long, "%zu", max);
        return S("");
    }
    return s;
}

static bool columns_find(struct csv *csv, struct columns *c)
{
    *c = (struct columns){.code = csv_column_required(csv, "code"),
                          .parent = csv_column_required(csv, "parent"),
                          .kind = csv_column(csv, "kind"),
                          .facet = csv_column(csv, "facet"),
                          .title = csv_column_required(csv, "title"),
                          .statement = csv_column(csv, "statement")};
    for (int i = 0; i < CONTENT_LEVEL_MAX; i++) {
        const char name[] = {'l', 'e', 'v', 'e', 'l', '_', (char)('1' + i), '\0'};
        c->levels[i] = csv_column(csv, name);
    }
    return c->code >= 0 && c->parent >= 0 && c->title >= 0;
}

static void unknown_columns(struct csv *csv)
{
    static const char *const known[] = {"code", "parent", "kind", "facet", "title", "statement"};
    size_t n;
    const struct str *names = csv_columns(csv, &n);
    for (size_t i = 0; i < n; i++) {
        bool found = names[i].n == 7 && str_eq_nocase(str_sub(names[i], 0, 6), S("level_")) && names[i].p[6] >= '1' &&
                     names[i].p[6] <= '0' + CONTENT_LEVEL_MAX;
        for (size_t k = 0; k < COUNT_OF(known); k++)
            found = found || str_eq_nocase(names[i], str_from(known[k]));
        if (!found)
            problems_warn(csv_problems(csv), csv_file(csv), 1, names[i], M_framework_column_ignored, "%.*s", STR_ARG(names[i]));
    }
}

/* ---- growing lists ------------------------------------------------------------------------------------------------------ */

struct room { /* of the content's lists while they are read */
    size_t items, levels, texts;
};

static void *grown(struct arena *a, void *p, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return p;
    size_t more = *cap == 0 ? 64 : *cap * 2;
    p = arena_grow(a, p, *cap * size, more * size);
    *cap = more;
    return p;
}

static void levels_read(struct csv *csv, struct arena *a, const struct csv_row *row, const struct columns *col, size_t item,
                        struct str language, struct framework_content *c, struct room *room)
{
    int last = 0;
    for (int i = 0; i < CONTENT_LEVEL_MAX; i++) {
        struct str text = str_trim(plain(csv_field(row, col->levels[i])));
        if (str_empty(text))
            continue;
        if (last != i)
            csv_error_at(csv, row, col->levels[i], M_framework_level_gap, "%d", last + 1);
        last = i + 1;
        c->levels = grown(a, c->levels, c->level_count, &room->levels, sizeof *c->levels);
        c->levels[c->level_count++] =
            (struct content_level){.item = item, .language = language, .level = i + 1, .descriptor = str_dup(a, text)};
    }
}

/* ---- the framework's own language --------------------------------------------------------------------------------------- */

static void item_read(struct csv *csv, struct arena *a, const struct csv_row *row, const struct columns *col,
                      struct framework_content *c, struct room *room)
{
    struct content_item it = {.code = word_of(csv, row, col->code, CODE_CHARS),
                              .kind = word_of(csv, row, col->kind, WORD_CHARS),
                              .facet = word_of(csv, row, col->facet, WORD_CHARS),
                              .title = word_of(csv, row, col->title, TITLE_CHARS_MAX),
                              .statement = plain(csv_field(row, col->statement)),
                              .parent = CONTENT_NONE,
                              .has_sequence = true,
                              .sequence = (int64_t)c->item_count + 1,
                              .row = row->line};
    if (str_empty(it.code))
        csv_error_at(csv, row, col->code, M_framework_code_missing, NULL);
    if (str_empty(it.title) && str_empty(str_trim(it.statement)))
        csv_error_at(csv, row, col->title, M_framework_text_missing, "%.*s", STR_ARG(it.code));
    it.code = str_dup(a, it.code);
    it.kind = str_dup(a, it.kind);
    it.facet = str_dup(a, it.facet);
    it.title = str_dup(a, it.title);
    it.statement = str_dup(a, it.statement);
    it.path = S("");
    c->items = grown(a, c->items, c->item_count, &room->items, sizeof *c->items);
    levels_read(csv, a, row, col, c->item_count, S(""), c, room);
    c->items[c->item_count++] = it;
}

struct parents { /* the parent column of each item, until all codes are known */
    struct str *v;
    size_t cap;
};

static void parents_resolve(struct csv *csv, struct arena *a, const struct parents *parents, struct framework_content *c)
{
    struct problems *p = csv_problems(csv);
    struct strmap codes = strmap_new(a);
    for (size_t i = 0; i < c->item_count; i++)
        if (!str_empty(c->items[i].code) && strmap_add(&codes, c->items[i].code, i) != STRMAP_NONE)
            problems_add(p, csv_file(csv), c->items[i].row, S("code"), M_framework_code_twice, "%.*s",
                         STR_ARG(c->items[i].code));
    for (size_t i = 0; i < c->item_count; i++)
        if (!str_empty(parents->v[i])) {
            c->items[i].parent = strmap_get(&codes, parents->v[i]); /* STRMAP_NONE is CONTENT_NONE */
            if (c->items[i].parent == CONTENT_NONE)
                problems_add(p, csv_file(csv), c->items[i].row, S("parent"), M_framework_parent_unknown, "%.*s",
                             STR_ARG(parents->v[i]));
        }
}

void content_read_csv(struct arena *a, struct str file, struct str bytes, struct framework_content *c, struct problems *p)
{
    struct csv *csv = csv_open(a, file, bytes, &limits, p);
    struct columns col;
    if (!columns_find(csv, &col))
        return;
    unknown_columns(csv);
    struct room room = {0};
    struct parents parents = {0};
    for (struct csv_row row; csv_next(csv, &row);) {
        parents.v = grown(a, parents.v, c->item_count, &parents.cap, sizeof *parents.v);
        parents.v[c->item_count] = str_dup(a, str_trim(plain(csv_field(&row, col.parent))));
        item_read(csv, a, &row, &col, c, &room);
    }
    parents_resolve(csv, a, &parents, c);
    if (c->item_count == 0 && p->errors == 0)
        problems_add(p, file, 0, STR_NONE, M_framework_empty, NULL);
}

/* ---- further languages -------------------------------------------------------------------------------------------------- */

static struct strmap codes_of(const struct framework_content *c, struct arena *a)
{
    struct strmap codes = strmap_new(a);
    for (size_t i = 0; i < c->item_count; i++)
        if (!str_empty(c->items[i].code))
            strmap_add(&codes, c->items[i].code, i);
    return codes;
}

static void text_read(struct csv *csv, struct arena *a, const struct csv_row *row, const struct columns *col, size_t item,
                      struct str language, struct framework_content *c, struct room *room)
{
    c->texts = grown(a, c->texts, c->text_count, &room->texts, sizeof *c->texts);
    c->texts[c->text_count++] =
        (struct content_text){.item = item,
                              .language = language,
                              .title = str_dup(a, word_of(csv, row, col->title, TITLE_CHARS_MAX)),
                              .statement = str_dup(a, plain(csv_field(row, col->statement))),
                              .facet = str_dup(a, word_of(csv, row, col->facet, WORD_CHARS))};
    levels_read(csv, a, row, col, item, language, c, room);
}

void content_read_csv_language(struct arena *a, struct str file, struct str bytes, struct str language,
                               struct framework_content *c, struct problems *p)
{
    struct csv *csv = csv_open(a, file, bytes, &limits, p);
    struct columns col;
    if (!columns_find(csv, &col))
        return;
    struct strmap codes = codes_of(c, a);
    bool *seen = ARENA_ARRAY(a, c->item_count, bool);
    struct room room = {.levels = c->level_count, .texts = c->text_count};
    language = str_dup(a, language);
    for (struct csv_row row; csv_next(csv, &row);) {
        struct str code = str_trim(plain(csv_field(&row, col.code)));
        size_t item = strmap_get(&codes, code);
        if (item == STRMAP_NONE)
            csv_error_at(csv, &row, col.code, M_framework_code_unknown, "%.*s", STR_ARG(code));
        else if (seen[item])
            csv_error_at(csv, &row, col.code, M_framework_code_twice, "%.*s", STR_ARG(code));
        else {
            seen[item] = true;
            text_read(csv, a, &row, &col, item, language, c, &room);
        }
    }
}

/* ---- writing ------------------------------------------------------------------------------------------------------------- */

/* The texts of each item in one language, by item. */
struct shown {
    const struct content_text **texts;
    const struct str *(*levels)[CONTENT_LEVEL_MAX];
    int level_most;
};

static struct shown shown_in(struct arena *a, const struct framework_content *c, struct str language)
{
    struct shown s = {.texts = arena_array(a, c->item_count, sizeof *s.texts),
                      .levels = arena_array(a, c->item_count, sizeof *s.levels)};
    for (size_t i = 0; i < c->text_count; i++)
        if (str_eq(c->texts[i].language, language))
            s.texts[c->texts[i].item] = &c->texts[i];
    for (size_t i = 0; i < c->level_count; i++) {
        const struct content_level *l = &c->levels[i];
        if (str_eq(l->language, language) && l->level <= CONTENT_LEVEL_MAX) {
            s.levels[l->item][l->level - 1] = &l->descriptor;
            s.level_most = l->level > s.level_most ? l->level : s.level_most;
        }
    }
    return s;
}

static void write_item(struct buf *b, const struct framework_content *c, const struct shown *s, size_t i, bool own)
{
    const struct content_item *it = &c->items[i];
    const struct content_text *t = s->texts[i];
    struct str title = own ? (it->title_made ? S("") : it->title) : t != NULL ? t->title : S("");
    struct str statement = own ? it->statement : t != NULL ? t->statement : S("");
    struct str facet = own ? it->facet : t != NULL ? t->facet : S("");
    const struct str fields[] = {it->code, it->parent != CONTENT_NONE ? c->items[it->parent].code : S(""), it->kind, facet,
                                 title, statement};
    for (size_t k = 0; k < COUNT_OF(fields); k++) {
        if (k != 0)
            buf_ch(b, ',');
        buf_csv(b, fields[k]);
    }
    for (int k = 0; k < s->level_most; k++) {
        buf_ch(b, ',');
        buf_csv(b, s->levels[i][k] != NULL ? *s->levels[i][k] : S(""));
    }
    buf_z(b, "\r\n");
}

/* Every row needs a code by which the others name it: items that came without one are written with their identifier. */
static const struct framework_content *with_codes(struct arena *a, const struct framework_content *c)
{
    struct framework_content *copy = ARENA_NEW(a, struct framework_content);
    *copy = *c;
    copy->items = ARENA_ARRAY(a, c->item_count, struct content_item);
    struct strmap seen = strmap_new(a);
    for (size_t i = 0; i < c->item_count; i++) {
        copy->items[i] = c->items[i];
        if (str_empty(c->items[i].code) || strmap_add(&seen, c->items[i].code, i) != STRMAP_NONE)
            copy->items[i].code = c->items[i].identifier;
    }
    return copy;
}

struct str content_write_csv(struct arena *a, const struct framework_content *content, struct str language)
{
    const struct framework_content *c = with_codes(a, content);
    struct buf b = buf_new(a, 256 + c->item_count * 200);
    struct shown s = shown_in(a, c, language);
    buf_z(&b, "code,parent,kind,facet,title,statement");
    for (int k = 1; k <= s.level_most; k++)
        buf_printf(&b, ",level_%d", k);
    buf_z(&b, "\r\n");
    const size_t *order = content_order(c, a);
    for (size_t i = 0; i < c->item_count; i++)
        write_item(&b, c, &s, order[i], str_empty(language));
    return buf_text(&b);
}
