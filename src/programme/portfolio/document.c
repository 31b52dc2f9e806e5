/* A portfolio as others see it: one document without the site around it, so that nothing else can be reached from it. The shared
 * page, the preview and the file to keep are the same text. */
#include "gen/programme/portfolio/portfolio_document_view.h"
#include "programme/portfolio/inside.h"
#include "view/document.h"
#include "view/markdown.h"

#define HEADING_OF_PAGE 1    /* "# x" in the introduction stands under the title */
#define HEADING_OF_SECTION 2
#define HEADING_OF_ITEM 3

static struct html words(struct ctx *c, struct str text, int shift)
{
    return markdown_render(c->a, text, (struct markdown_options){.lang = c->lang, .heading_shift = shift, .absolute = true});
}

static void fill_item(struct ctx *c, const struct portfolio_item *from, struct view_portfolio_document_sections_items *to)
{
    struct view_portfolio_document_sections_items_marks *marks = ARENA_ARRAY(c->a, from->mark_count, struct view_portfolio_document_sections_items_marks);
    for (size_t i = 0; i < from->mark_count; i++)
        marks[i].text = from->marks[i];
    *to = (struct view_portfolio_document_sections_items){.title = from->title,
                                                          .kind = from->kind,
                                                          .day = from->day,
                                                          .said = from->said,
                                                          .confirmed = from->confirmed,
                                                          .marks = marks,
                                                          .marks_count = from->mark_count,
                                                          .words = words(c, from->words, HEADING_OF_ITEM)};
}

static void fill_sections(struct ctx *c, const struct portfolio_content *p, struct view_portfolio_document *v)
{
    struct view_portfolio_document_sections *sections = ARENA_ARRAY(c->a, p->section_count, struct view_portfolio_document_sections);
    for (size_t s = 0; s < p->section_count; s++) {
        const struct portfolio_section *from = &p->sections[s];
        struct view_portfolio_document_sections_items *items = ARENA_ARRAY(c->a, from->item_count, struct view_portfolio_document_sections_items);
        sections[s] = (struct view_portfolio_document_sections){.title = from->title, .words = words(c, from->words, HEADING_OF_SECTION), .items = items};
        for (size_t i = 0; i < from->item_count; i++)
            if (!from->items[i].gone)
                fill_item(c, &from->items[i], &items[sections[s].items_count++]);
    }
    v->sections = sections;
    v->sections_count = p->section_count;
}

static void keep_to_itself(struct ctx *c)
{
    response_header(c->rs, "Content-Security-Policy", document_policy(c->a, false));
    response_header(c->rs, "Referrer-Policy", S("no-referrer"));
    response_header(c->rs, "X-Robots-Tag", S("noindex, nofollow"));
    response_header(c->rs, "Cache-Control", S("no-store"));
}

enum rc portfolio_send(struct ctx *c, int64_t id, enum portfolio_face face, struct str *file)
{
    struct portfolio_content p;
    struct row_portfolio_find row;
    TRY(sql_portfolio_find(c->db, c->a, id, &row));
    c->lang = lang_find(row.language); /* the page has a language of its own, whoever reads it */
    TRY(portfolio_load(c, id, &p));
    struct view_portfolio_document v = {.lang = lang_tag(c->lang),
                                        .dir = document_direction(lang_tag(c->lang)),
                                        .style = document_style(c->a),
                                        .policy = document_policy(c->a, true),
                                        .preview = face == PORTFOLIO_PREVIEW,
                                        .title = p.title,
                                        .name = p.name,
                                        .introduction = words(c, p.introduction, HEADING_OF_PAGE),
                                        .day = c->today};
    if (face == PORTFOLIO_PREVIEW)
        v.back = portfolio_path(c, "/portfolios/", id, "");
    fill_sections(c, &p, &v);
    if (face != PORTFOLIO_FILE)
        keep_to_itself(c);
    if (c->rq->wants_json && face != PORTFOLIO_FILE) {
        struct page page = {.title = p.title};
        return page_send(c, &page, &view_portfolio_document_def, &v);
    }
    struct buf out = buf_new(c->a, 16384);
    struct view_env env = {.out = &out, .a = c->a, .lang = c->lang, .zone = c->zone, .csrf = S("")};
    view_portfolio_document_def.html(&env, &v);
    if (face == PORTFOLIO_FILE)
        *file = buf_text(&out);
    else
        c->rs->body = out;
    return RC_OK;
}
