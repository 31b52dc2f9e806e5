/* A framework in memory: its tree and its identifiers. See content.h. Called by the readers, the import and the loader of
 * the shipped framework; knows no database. */
#include "programme/framework/content.h"

#include <sodium.h>

#include "base/strmap.h"
#include "base/utf8.h"
#include "gen/msg_framework.h"

#define TITLE_CHARS 80
#define GUID_BYTES 16

/* ---- identifiers ------------------------------------------------------------------------------------------------------ */

/* RFC 9562: version 8 (bits of one's own making) for derived ones, 4 for random ones. */
static struct str guid_format(struct arena *a, unsigned char bytes[GUID_BYTES], unsigned version)
{
    static const char hex[] = "0123456789abcdef";
    bytes[6] = (unsigned char)((bytes[6] & 0x0fu) | (version << 4));
    bytes[8] = (unsigned char)((bytes[8] & 0x3fu) | 0x80u);
    char *out = arena_alloc_raw(a, 36);
    size_t n = 0;
    for (size_t i = 0; i < GUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[n++] = '-';
        out[n++] = hex[bytes[i] >> 4];
        out[n++] = hex[bytes[i] & 15u];
    }
    return (struct str){out, n};
}

struct str content_guid(struct arena *a)
{
    unsigned char bytes[GUID_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    return guid_format(a, bytes, 4);
}

struct str content_guid_of(struct arena *a, struct str space, struct str name)
{
    unsigned char bytes[GUID_BYTES];
    struct buf b = buf_new(a, space.n + name.n + 1);
    buf_str(&b, space);
    buf_ch(&b, '\n');
    buf_str(&b, name);
    crypto_generichash(bytes, sizeof bytes, (const unsigned char *)b.p, b.n, NULL, 0);
    return guid_format(a, bytes, 8);
}

/* ---- the tree --------------------------------------------------------------------------------------------------------- */

bool content_is_word_competency(struct str kind)
{
    return str_eq_nocase(str_trim(kind), S("competency"));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The run of digits at *at, without leading zeros; moves *at behind it. */
static struct str digits_at(struct str s, size_t *at)
{
    while (*at < s.n && s.p[*at] == '0')
        (*at)++;
    size_t from = *at;
    while (*at < s.n && is_digit(s.p[*at]))
        (*at)++;
    return str_sub(s, from, *at - from);
}

/* As people count: "L1.2" before "L1.10". */
static int code_cmp(struct str x, struct str y)
{
    size_t i = 0, j = 0;
    while (i < x.n && j < y.n) {
        if (is_digit(x.p[i]) && is_digit(y.p[j])) {
            struct str m = digits_at(x, &i), n = digits_at(y, &j);
            if (m.n != n.n)
                return m.n < n.n ? -1 : 1;
            int d = str_cmp(m, n);
            if (d != 0)
                return d;
            continue;
        }
        if (x.p[i] != y.p[j])
            return (unsigned char)x.p[i] < (unsigned char)y.p[j] ? -1 : 1;
        i++;
        j++;
    }
    return (i < x.n) - (j < y.n);
}

static int sibling_cmp(const void *px, const void *py, void *arg)
{
    const struct content_item *items = arg;
    size_t i = *(const size_t *)px, j = *(const size_t *)py;
    const struct content_item *x = &items[i], *y = &items[j];
    if (x->parent != y->parent)
        return x->parent + 1 < y->parent + 1 ? -1 : 1; /* CONTENT_NONE + 1 is 0 */
    if (x->has_sequence != y->has_sequence)
        return x->has_sequence ? -1 : 1;
    if (x->has_sequence && x->sequence != y->sequence)
        return x->sequence < y->sequence ? -1 : 1;
    if (str_empty(x->code) != str_empty(y->code))
        return str_empty(x->code) ? 1 : -1;
    int d = code_cmp(x->code, y->code);
    return d != 0 ? d : (i > j) - (i < j);
}

/* For each item, the first child and the next sibling, CONTENT_NONE where there is none. */
struct tree {
    size_t *child, *next;
    size_t first; /* at the top */
};

static struct tree tree_of(const struct framework_content *c, struct arena *a)
{
    size_t n = c->item_count;
    size_t *sorted = ARENA_ARRAY(a, n, size_t);
    struct tree t = {ARENA_ARRAY(a, n, size_t), ARENA_ARRAY(a, n, size_t), CONTENT_NONE};
    for (size_t i = 0; i < n; i++) {
        sorted[i] = i;
        t.child[i] = CONTENT_NONE;
    }
    qsort_r(sorted, n, sizeof *sorted, sibling_cmp, c->items);
    for (size_t k = n; k-- > 0;) { /* backwards, so that each becomes the first of what follows it */
        size_t i = sorted[k], parent = c->items[i].parent;
        size_t *head = parent == CONTENT_NONE ? &t.first : &t.child[parent];
        t.next[i] = *head;
        *head = i;
    }
    return t;
}

/* The beginning of the statement's first line that holds letters, without the marks of Markdown around it. */
static struct str title_from(struct arena *a, struct str statement)
{
    struct str line, found = STR_NONE;
    while (str_empty(found) && str_line(&statement, &line)) {
        line = str_trim(line);
        while (line.n != 0 && strchr("#>*_-+` \t", line.p[0]) != NULL)
            line = str_sub(line, 1, line.n);
        found = line;
    }
    struct str cut = utf8_truncate(found, TITLE_CHARS);
    if (cut.n == found.n)
        return cut;
    size_t end = cut.n;
    while (end > cut.n / 2 && cut.p[end - 1] != ' ')
        end--;
    return str_concat(a, str_trim(str_sub(cut, 0, end > cut.n / 2 ? end : cut.n)), S("…"));
}

static struct str item_where(const struct content_item *it)
{
    return !str_empty(it->path) ? it->path : it->row != 0 ? S("parent") : STR_NONE;
}

static void item_problem(struct problems *p, const struct content_item *it, msg_id msg)
{
    struct str what = !str_empty(it->code) ? it->code : it->identifier;
    problems_add(p, STR_NONE, it->row, item_where(it), msg, "%.*s", STR_ARG(what));
}

static void check_identifiers(const struct framework_content *c, struct arena *a, struct problems *p)
{
    struct strmap seen = strmap_new(a);
    for (size_t i = 0; i < c->item_count; i++)
        if (!str_empty(c->items[i].identifier) && strmap_add(&seen, c->items[i].identifier, i) != STRMAP_NONE)
            item_problem(p, &c->items[i], M_framework_identifier_twice);
}

static void finish_item(struct arena *a, struct content_item *it, const struct content_item *parent, size_t ordinal)
{
    it->ordinal = ordinal;
    it->depth = parent != NULL ? parent->depth + 1 : 0;
    it->indicator = parent != NULL && (parent->indicator || content_is_word_competency(parent->kind));
    it->title_made = str_empty(str_trim(it->title));
    if (it->title_made)
        it->title = title_from(a, it->statement);
    if (str_empty(it->title))
        it->title = !str_empty(it->code) ? it->code : S("…");
}

void content_arrange(struct framework_content *c, struct arena *a, struct problems *p)
{
    if (c->item_count > CONTENT_ITEMS_MAX) {
        problems_add(p, STR_NONE, 0, STR_NONE, M_framework_too_many_items, "%u", CONTENT_ITEMS_MAX);
        return;
    }
    if (p->errors == 0) /* else the reader may have told it already */
        check_identifiers(c, a, p);
    struct tree t = tree_of(c, a);
    bool *seen = ARENA_ARRAY(a, c->item_count, bool);
    size_t ordinal = 0, at = t.first;
    while (at != CONTENT_NONE) {
        struct content_item *it = &c->items[at];
        finish_item(a, it, it->parent != CONTENT_NONE ? &c->items[it->parent] : NULL, ordinal++);
        seen[at] = true;
        if (it->depth == CONTENT_DEPTH_MAX)
            item_problem(p, it, M_framework_too_deep);
        if (t.child[at] != CONTENT_NONE) {
            at = t.child[at];
            continue;
        }
        while (at != CONTENT_NONE && t.next[at] == CONTENT_NONE)
            at = c->items[at].parent;
        if (at != CONTENT_NONE)
            at = t.next[at];
    }
    for (size_t i = 0; i < c->item_count; i++) /* what hangs in a circle is never reached from the top */
        if (!seen[i]) {
            item_problem(p, &c->items[i], M_framework_circle);
            finish_item(a, &c->items[i], NULL, ordinal++);
        }
}

const size_t *content_order(const struct framework_content *c, struct arena *a)
{
    size_t *order = ARENA_ARRAY(a, c->item_count, size_t);
    for (size_t i = 0; i < c->item_count; i++)
        order[c->items[i].ordinal] = i;
    return order;
}

/* ---- the head of a shipped framework ----------------------------------------------------------------------------------- */

static struct content_name *name_in(struct framework_content *c, struct arena *a, struct str language)
{
    for (size_t i = 0; i < c->name_count; i++)
        if (str_eq(c->names[i].language, language))
            return &c->names[i];
    size_t n = c->name_count++;
    c->names = arena_grow(a, c->names, n * sizeof *c->names, (n + 1) * sizeof *c->names);
    c->names[n] = (struct content_name){.language = language, .title = S(""), .description = S("")};
    return &c->names[n];
}

static struct str *head_field(struct framework_content *c, struct arena *a, struct str key)
{
    const struct {
        const char *key;
        struct str *to;
    } fields[] = {{"identifier", &c->identifier}, {"title", &c->title},     {"version", &c->version},
                  {"language", &c->language},     {"licence", &c->licence}, {"publisher", &c->publisher},
                  {"description", &c->description}};
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (str_eq_z(key, fields[i].key))
            return fields[i].to;
    if (str_starts(key, S("title.")) && key.n > 6)
        return &name_in(c, a, str_sub(key, 6, key.n))->title;
    if (str_starts(key, S("description.")) && key.n > 12)
        return &name_in(c, a, str_sub(key, 12, key.n))->description;
    return NULL;
}

void content_read_head(struct arena *a, struct str file, struct str bytes, struct framework_content *c, struct problems *p)
{
    struct str line, key;
    for (size_t row = 1; str_line(&bytes, &line); row++) {
        line = str_trim(line);
        if (str_empty(line) || line.p[0] == '#')
            continue;
        struct str value = line;
        str_cut(&value, ':', &key);
        struct str *to = value.p != NULL ? head_field(c, a, str_trim(key)) : NULL;
        if (to == NULL || !utf8_is_text(value))
            problems_add(p, file, row, STR_NONE, M_framework_head_line, "%.*s", STR_ARG(key));
        else
            *to = str_trim(value);
    }
}
