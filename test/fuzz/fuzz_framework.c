/* Any bytes as a framework: the head first, then, after an empty line, the items as CSV. No crash; every item of what is
 * read without problems has its place in the tree, and what is written is read as the same tree. */
#include "base/utf8.h"
#include "programme/framework/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tree(struct arena *a, const struct framework_content *c)
{
    const size_t *order = content_order(c, a);
    for (size_t i = 0; i < c->item_count; i++) {
        const struct content_item *item = &c->items[order[i]];
        ASSERT(item->ordinal == i && item->depth >= 0 && item->depth <= CONTENT_DEPTH_MAX && item->title.n > 0);
        ASSERT(item->parent == CONTENT_NONE ? item->depth == 0 : item->depth == c->items[item->parent].depth + 1);
    }
}

static void again(struct arena *a, const struct framework_content *c)
{
    struct framework_content d = {0};
    struct problems p = problems_new(a);
    struct str csv = content_write_csv(a, c, S(""));
    content_read_csv(a, S("f.csv"), csv, &d, &p);
    ASSERT(p.errors == 0 && d.item_count == c->item_count);
    content_arrange(&d, a, &p);
    ASSERT(p.errors == 0);
    const size_t *x = content_order(c, a), *y = content_order(&d, a);
    for (size_t i = 0; i < d.item_count; i++)
        ASSERT(str_eq(c->items[x[i]].code, d.items[y[i]].code) && c->items[x[i]].depth == d.items[y[i]].depth);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str s = {(const char *)data, size};
    struct framework_content c = {0};
    struct problems p = problems_new(a);
    size_t at;
    if (str_find(s, S("\n\n"), &at)) {
        content_read_head(a, S("framework.txt"), str_sub(s, 0, at), &c, &p);
        s = str_sub(s, at + 2, s.n);
    }
    content_read_csv(a, S("items.csv"), s, &c, &p);
    if (p.errors == 0)
        content_arrange(&c, a, &p);
    if (p.errors == 0) {
        tree(a, &c);
        again(a, &c);
        content_read_csv_language(a, S("items.de.csv"), s, S("de"), &c, &p);
    }
    arena_free(a);
    return 0;
}
