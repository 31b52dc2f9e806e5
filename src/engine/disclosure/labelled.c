/* The names of a release, and the cells by their names: see labelled.h. Totals and sums stand in totals.c, the formats
 * in read_csv.c and read_json.c. */
#include "engine/disclosure/reader.h"

#include "base/buf.h"

struct labelled *labelled_new(struct arena *a, struct disclosure_rule rule)
{
    struct labelled *l = ARENA_NEW(a, struct labelled);
    l->a = a;
    l->rule = rule;
    l->totals = true;
    l->reader = ARENA_NEW(a, struct labelled_reader);
    l->reader->snapshots = strmap_new(a);
    l->reader->cells = strmap_new(a);
    return l;
}

enum rc labelled_read(struct labelled *l, struct str file, struct str bytes, struct err *e)
{
    l->reader->file = file;
    enum rc rc = str_ends(file, S(".json")) ? reader_json(l, bytes, e) : reader_csv(l, bytes, e);
    l->plain = l->plain && l->files == 0;
    l->files++;
    return rc;
}

/* ---- names
 * ------------------------------------------------------------------------------------------------------------- */

static uint32_t new_category(struct labelled *l, size_t dimension, struct category c)
{
    struct dimension *d = &l->dimensions[dimension];
    if (d->count == d->room) {
        size_t room = d->room == 0 ? 16 : d->room * 2;
        d->categories = arena_grow(l->a, d->categories, d->room * sizeof *d->categories, room * sizeof *d->categories);
        d->room = room;
    }
    d->categories[d->count] = c;
    return (uint32_t)d->count++;
}

enum rc reader_dimension(struct labelled *l, struct str name, size_t *out, struct err *e)
{
    name = str_trim(name);
    for (size_t k = 0; k < l->dimension_count; k++)
        if (str_eq(l->dimensions[k].name, name)) {
            *out = k;
            return RC_OK;
        }
    if (name.n == 0)
        return err_set(e, RC_INVALID, 0, "a column has no name");
    if (l->dimension_count == LABELLED_DIMENSIONS_MOST)
        return err_set(e, RC_INVALID, 0, "more than %d dimensions; '%.*s' is one too many", LABELLED_DIMENSIONS_MOST,
                       STR_ARG(str_sub(name, 0, 60)));
    *out = l->dimension_count++;
    l->dimensions[*out] = (struct dimension){.name = str_dup(l->a, name)};
    l->reader->names[*out] = strmap_new(l->a);
    new_category(l, *out, (struct category){.name = S("")});
    return RC_OK;
}

static bool is_total(struct str name)
{
    return name.n == 0 || str_eq(name, S("*")) || str_eq_nocase(name, S("total"));
}

enum rc reader_category(struct labelled *l, size_t dimension, struct str path, uint32_t *out, struct err *e)
{
    struct strmap *names = &l->reader->names[dimension];
    struct str rest = str_trim(path), part, whole = STR_NONE;
    uint32_t at = 0;
    size_t depth = 0;
    *out = 0;
    if (is_total(rest))
        return RC_OK;
    while (str_cut(&rest, '>', &part)) {
        part = str_trim(part);
        if (part.n == 0)
            return err_set(e, RC_INVALID, 0, "'%.*s' has an empty part", STR_ARG(str_sub(path, 0, 100)));
        if (++depth > LABELLED_DEPTH_MOST)
            return err_set(e, RC_INVALID, 0, "a category has more than %d levels", LABELLED_DEPTH_MOST);
        whole = whole.n == 0 ? str_dup(l->a, part) : str_printf(l->a, "%.*s > %.*s", STR_ARG(whole), STR_ARG(part));
        size_t known = strmap_get(names, whole);
        if (known == STRMAP_NONE) {
            known = new_category(l, dimension, (struct category){.name = whole, .parent = at});
            strmap_add(names, whole, known);
        }
        at = (uint32_t)known;
    }
    *out = at;
    return RC_OK;
}

uint32_t reader_rest(struct labelled *l, size_t dimension, uint32_t parent)
{
    struct str above = l->dimensions[dimension].categories[parent].name;
    struct str key =
        str_printf(l->a, "%.*s\x1f", STR_ARG(above)); /* no name of a file, whose ends are trimmed, is that */
    size_t known = strmap_add(&l->reader->names[dimension], key, l->dimensions[dimension].count);
    if (known != STRMAP_NONE)
        return (uint32_t)known;
    struct str name = above.n == 0 ? S("(others)") : str_printf(l->a, "%.*s > (others)", STR_ARG(above));
    return new_category(l, dimension, (struct category){.name = name, .parent = parent});
}

uint32_t reader_snapshot(struct labelled *l, struct str name)
{
    struct str kept = str_dup(l->a, str_trim(name));
    size_t known = strmap_add(&l->reader->snapshots, kept, l->snapshot_count);
    if (known != STRMAP_NONE)
        return (uint32_t)known;
    if (l->snapshot_count == l->snapshot_room) {
        size_t room = l->snapshot_room == 0 ? 4 : l->snapshot_room * 2;
        l->snapshots =
            arena_grow(l->a, l->snapshots, l->snapshot_room * sizeof *l->snapshots, room * sizeof *l->snapshots);
        l->snapshot_room = room;
    }
    l->snapshots[l->snapshot_count] = kept;
    return (uint32_t)l->snapshot_count++;
}

struct str labelled_name(const struct labelled *l, const struct labelled_cell *c, size_t dimension)
{
    return l->dimensions[dimension].categories[c->at[dimension]].name;
}

struct str reader_place(struct labelled *l, const struct labelled_cell *c)
{
    struct buf b = buf_new(l->a, 64);
    if (l->snapshot_count > 1)
        buf_printf(&b, "%.*s, ", STR_ARG(l->snapshots[c->snapshot]));
    for (size_t k = 0; k < l->dimension_count; k++)
        if (c->at[k] != 0)
            buf_printf(&b, "%.*s %.*s, ", STR_ARG(l->dimensions[k].name), STR_ARG(labelled_name(l, c, k)));
    struct str s = buf_text(&b);
    return s.n < 2 ? S("the total of all") : str_dup(l->a, str_sub(s, 0, s.n - 2));
}

/* ---- cells
 * -------------------------------------------------------------------------------------------------------------- */

/* The bytes of snapshot and categories. New dimensions are 0, so the key leaves closing zeros out. */
static struct str key_of(const struct labelled *l, uint32_t snapshot, const uint32_t *at, uint32_t *words)
{
    size_t n = l->dimension_count;
    while (n > 0 && at[n - 1] == 0)
        n--;
    words[0] = snapshot;
    for (size_t k = 0; k < n; k++)
        words[k + 1] = at[k];
    return (struct str){(const char *)words, (n + 1) * sizeof *words};
}

uint32_t reader_find(struct labelled *l, uint32_t snapshot, const uint32_t *at)
{
    uint32_t words[ROW_WORDS];
    size_t known = strmap_get(&l->reader->cells, key_of(l, snapshot, at, words));
    return known == STRMAP_NONE ? LABELLED_NOT_A_CELL : (uint32_t)known;
}

enum rc reader_add(struct labelled *l, uint32_t snapshot, const uint32_t *at, struct labelled_cell c, struct err *e)
{
    uint32_t words[ROW_WORDS];
    if (l->count >= DISCLOSURE_CELLS_MOST)
        return err_set(e, RC_TOO_LARGE, 0, "more than %zu cells, with the totals", DISCLOSURE_CELLS_MOST);
    if (l->count == l->room) {
        size_t room = l->room == 0 ? 64 : l->room * 2;
        l->cells = arena_grow(l->a, l->cells, l->room * sizeof *l->cells, room * sizeof *l->cells);
        l->room = room;
    }
    c.snapshot = snapshot;
    c.at = ARENA_ARRAY(l->a, LABELLED_DIMENSIONS_MOST, uint32_t);
    memcpy(c.at, at, l->dimension_count * sizeof *at);
    c.cell = LABELLED_NOT_A_CELL;
    if (!c.change)
        strmap_add(&l->reader->cells, str_dup(l->a, key_of(l, snapshot, at, words)), l->count);
    l->cells[l->count++] = c;
    return RC_OK;
}

enum rc reader_row(struct labelled *l, uint32_t snapshot, const uint32_t *at, int64_t count, bool shown, size_t line,
                   struct err *e)
{
    uint32_t known = reader_find(l, snapshot, at);
    if (known == LABELLED_NOT_A_CELL)
        return reader_add(l, snapshot, at, (struct labelled_cell){.count = count, .withheld = !shown, .line = line}, e);
    struct labelled_cell *c = &l->cells[known];
    if (c->count != count || c->withheld == shown)
        return err_set(e, RC_INVALID, 0, "%.*s: two rows that do not agree: %" PRId64 " and %" PRId64 "%s",
                       STR_ARG(str_sub(reader_place(l, c), 0, 200)), c->count, count,
                       c->count == count ? ", shown and not shown" : "");
    return RC_OK;
}
