/* Trying what one writes, of kinds whose text stands in sections: all of it as people will read it, section by section, with who reads
 * it. Nothing is kept, and no room is opened. Of cases: try.c. */
#include "gen/programme/practice/practice_preview_view.h"
#include "programme/practice/author.h"
#include "view/markdown.h"

static struct str keys_text(struct arena *a, const struct section *x)
{
    struct buf b = buf_new(a, 64);
    for (size_t k = 0; k < x->key_count; k++)
        buf_printf(&b, "%s%.*s: %.*s", k != 0 ? ", " : "", STR_ARG(x->keys[k].key), STR_ARG(x->keys[k].value));
    return buf_text(&b);
}

static struct view_practice_preview_sections entry(struct ctx *c, const struct section *x, bool part)
{
    return (struct view_practice_preview_sections){
        .part = part, .word = str_eq(x->word, x->title) ? S("") : x->word, .title = x->title, .keys = keys_text(c->a, x), .text = x->body,
        .html = markdown_render(c->a, x->body, (struct markdown_options){.lang = c->lang, .heading_shift = part ? 3 : 2})};
}

enum rc practice_send_preview(struct ctx *c, const struct draft *d)
{
    struct problems ignored = problems_new(c->a);
    struct sections s = sections_read(c->a, d->x.code, d->source, &ignored);
    struct view_practice_preview v = {.back = practice_text_path(c, d, "edit")};
    struct view_practice_preview_sections *list = ARENA_ARRAY(c->a, SECTIONS_MOST, struct view_practice_preview_sections);
    for (size_t k = 0; k < s.count; k++) {
        list[v.sections_count++] = entry(c, &s.list[k], false);
        for (size_t n = 0; n < s.list[k].part_count; n++)
            list[v.sections_count++] = entry(c, &s.list[k].parts[n], true);
    }
    v.sections = list;
    const struct section_key *summary = section_find_key(s.head, s.head_count, "summary");
    v.summary = summary != NULL ? summary->value : S("");
    struct page page = practice_page(c, tr(c, M_practice_try), d->x.title, d->x.id);
    return view_practice_preview_page(c, &page, &v);
}
