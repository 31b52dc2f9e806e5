/* The capability of portfolios, her list of them, and the page on which she puts one together. */
#include "gen/programme/portfolio/portfolio_edit_view.h"
#include "gen/programme/portfolio/portfolio_form_view.h"
#include "gen/programme/portfolio/portfolio_list_view.h"
#include "programme/portfolio/inside.h"
#include "view/markdown.h"

#define TITLE_MOST 120

struct str portfolio_path(const struct ctx *c, const char *start, int64_t id, const char *rest)
{
    return str_printf(c->a, "%s%" PRId64 "%s", start, id, rest);
}

enum rc portfolio_require_owner(struct ctx *c, int64_t person)
{
    struct target t = {.person = person};
    return access_require(c, P_PORTFOLIO_OWN, &t);
}

enum rc portfolio_require(struct ctx *c, struct row_portfolio_find *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_portfolio_find(c->db, c->a, id, p));
    return portfolio_require_owner(c, p->person_id);
}

enum rc portfolio_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_portfolio_form v = {.note = note, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_portfolio_form_page(c, page, &v);
}

/* ---- her list -------------------------------------------------------------------------------------------------------------------- */

static enum rc get_list(struct ctx *c)
{
    struct rows_portfolio_of_person rows;
    TRY(portfolio_require_owner(c, c->who->person));
    TRY(sql_portfolio_of_person(c->db, c->a, c->who->person, c->now, &rows));
    struct view_portfolio_list_list *list = ARENA_ARRAY(c->a, rows.n, struct view_portfolio_list_list);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct view_portfolio_list_list){.href = portfolio_path(c, "/portfolios/", rows.v[i].id, ""),
                                                    .title = rows.v[i].title,
                                                    .items = rows.v[i].items,
                                                    .links = rows.v[i].links,
                                                    .changed = rows.v[i].changed_at};
    struct view_portfolio_list v = {.list = list, .list_count = rows.n};
    struct crumb actions[] = {{tr(c, M_portfolio_new), S("/portfolios/new")}};
    struct page page = {.title = tr(c, M_portfolio_title), .section = "/portfolios", .actions = actions, .action_count = 1};
    return view_portfolio_list_page(c, &page, &v);
}

/* ---- title, introduction, language -------------------------------------------------------------------------------------------- */

static struct form *text_form(struct ctx *c, struct str action, msg_id submit, const struct row_portfolio_find *p)
{
    struct form *f = form_new(c->a, c->lang, c->zone, action, submit);
    struct choice *tongues = ARENA_ARRAY(c->a, (size_t)lang_count(), struct choice);
    for (int i = 0; i < lang_count(); i++)
        tongues[i] = (struct choice){.value = lang_tag(i), .label = lang_name(i)};
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_portfolio_field_title, .required = true, .max = TITLE_MOST, .value = p->title});
    form_add(f, (struct field){.name = "introduction", .kind = FIELD_LONG_TEXT, .label = M_portfolio_field_introduction, .hint = M_portfolio_words_hint, .rows = 10, .value = p->introduction});
    form_add(f, (struct field){.name = "language", .kind = FIELD_CHOICE, .label = M_portfolio_field_language, .hint = M_portfolio_field_language_hint, .required = true, .choices = tongues, .choice_count = (size_t)lang_count(), .value = p->language});
    return f;
}

struct writing {
    struct arena *a;
    int64_t id, version, person, now;
    struct str title, introduction, language;
};

static enum rc write_new(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    return portfolio_add(tx, w->a, w->person, w->title, w->introduction, w->language, w->now, &w->id, e);
}

static enum rc write_text(struct db *tx, void *arg, struct err *e)
{
    const struct writing *w = arg;
    return portfolio_change(tx, w->id, w->version, w->title, w->introduction, w->language, w->now, e);
}

static enum rc handle_new(struct ctx *c)
{
    TRY(portfolio_require_owner(c, c->who->person));
    struct row_portfolio_find none = {.title = S(""), .introduction = S(""), .language = lang_tag(c->lang)};
    struct form *f = text_form(c, S("/portfolios/new"), M_portfolio_new_save, &none);
    f->draft = S("portfolio-new");
    f->cancel = S("/portfolios");
    struct crumb crumbs[] = {{tr(c, M_portfolio_title), S("/portfolios")}};
    struct page page = {.title = tr(c, M_portfolio_new), .section = "/portfolios", .crumbs = crumbs, .crumb_count = 1};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return portfolio_send_form(c, &page, STR_NONE, f);
    struct writing w = {c->a, 0, 0, c->who->person, c->now, form_text(f, "title"), form_text(f, "introduction"), form_text(f, "language")};
    enum rc rc = ctx_write(c, write_new, &w);
    if (page_form_failed(c, f, rc, &page.status))
        return portfolio_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, portfolio_path(c, "/portfolios/", w.id, ""), M_portfolio_made);
}

static enum rc handle_text(struct ctx *c)
{
    struct row_portfolio_find p;
    TRY(portfolio_require(c, &p));
    struct str back = portfolio_path(c, "/portfolios/", p.id, "");
    struct form *f = text_form(c, portfolio_path(c, "/portfolios/", p.id, "/text"), M_portfolio_save, &p);
    f->draft = str_printf(c->a, "portfolio-%" PRId64, p.id);
    f->cancel = back;
    form_add_version(f, p.version);
    struct crumb crumbs[] = {{tr(c, M_portfolio_title), S("/portfolios")}, {p.title, back}};
    struct page page = {.title = tr(c, M_portfolio_text_change), .section = "/portfolios", .crumbs = crumbs, .crumb_count = 2};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return portfolio_send_form(c, &page, STR_NONE, f);
    struct writing w = {c->a, p.id, form_int(f, "version", 0), 0, c->now, form_text(f, "title"), form_text(f, "introduction"), form_text(f, "language")};
    enum rc rc = ctx_write(c, write_text, &w);
    if (page_form_failed(c, f, rc, &page.status))
        return portfolio_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, back, M_portfolio_saved);
}

static enum rc write_drop(struct db *tx, void *arg, struct err *e)
{
    const struct writing *w = arg;
    return portfolio_drop(tx, w->id, w->version, e);
}

static enum rc handle_drop(struct ctx *c)
{
    struct row_portfolio_find p;
    TRY(portfolio_require(c, &p));
    struct str back = portfolio_path(c, "/portfolios/", p.id, "");
    struct form *f = form_new(c->a, c->lang, c->zone, portfolio_path(c, "/portfolios/", p.id, "/drop"), M_portfolio_drop);
    f->danger = true;
    f->cancel = back;
    form_add_version(f, p.version);
    struct crumb crumbs[] = {{tr(c, M_portfolio_title), S("/portfolios")}, {p.title, back}};
    struct page page = {.title = tr(c, M_portfolio_drop), .section = "/portfolios", .crumbs = crumbs, .crumb_count = 2};
    struct msg_arg title = MSG_TEXT("title", p.title);
    struct str note = tr_args(c, M_portfolio_drop_note, &title, 1);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return portfolio_send_form(c, &page, note, f);
    struct writing w = {.id = p.id, .version = form_int(f, "version", 0)};
    enum rc rc = ctx_write(c, write_drop, &w);
    if (page_form_failed(c, f, rc, &page.status))
        return portfolio_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, S("/portfolios"), M_portfolio_dropped);
}

/* ---- putting it together ---------------------------------------------------------------------------------------------------------- */

static struct html words(struct ctx *c, struct str text, int heading_shift)
{
    return markdown_render(c->a, text, (struct markdown_options){.lang = c->lang, .heading_shift = heading_shift, .absolute = true});
}

static void fill_items(struct ctx *c, const struct portfolio_content *p, size_t section, struct view_portfolio_edit_sections *to)
{
    const struct portfolio_section *s = &p->sections[section];
    struct view_portfolio_edit_sections_items *items = ARENA_ARRAY(c->a, s->item_count, struct view_portfolio_edit_sections_items);
    for (size_t i = 0; i < s->item_count; i++) {
        const struct portfolio_item *from = &s->items[i];
        items[i] = (struct view_portfolio_edit_sections_items){.ref = portfolio_path(c, "item-", from->id, ""),
                                                               .href = portfolio_path(c, "/portfolio-items/", from->id, ""),
                                                               .title = from->title,
                                                               .kind = from->kind,
                                                               .day = from->day,
                                                               .said = from->said,
                                                               .confirmed = from->confirmed,
                                                               .gone = from->gone,
                                                               .words = words(c, from->words, 3),
                                                               .first = section == 0 && i == 0,
                                                               .last = section + 1 == p->section_count && i + 1 == s->item_count};
    }
    to->items = items;
    to->items_count = s->item_count;
}

static void fill_sections(struct ctx *c, const struct portfolio_content *p, struct view_portfolio_edit *v)
{
    struct view_portfolio_edit_sections *list = ARENA_ARRAY(c->a, p->section_count, struct view_portfolio_edit_sections);
    for (size_t s = 0; s < p->section_count; s++) {
        const struct portfolio_section *from = &p->sections[s];
        list[s] = (struct view_portfolio_edit_sections){.ref = portfolio_path(c, "section-", from->id, ""),
                                                        .href = portfolio_path(c, "/portfolio-sections/", from->id, ""),
                                                        .choose = portfolio_path(c, "/portfolio-sections/", from->id, "/choose"),
                                                        .title = from->title,
                                                        .words = words(c, from->words, 2),
                                                        .first = s == 0,
                                                        .last = s + 1 == p->section_count};
        fill_items(c, p, s, &list[s]);
    }
    v->sections = list;
    v->sections_count = p->section_count;
}

static enum rc get_edit(struct ctx *c)
{
    struct row_portfolio_find row;
    struct row_portfolio_link_count links;
    struct portfolio_content p;
    TRY(portfolio_require(c, &row));
    TRY(portfolio_load(c, row.id, &p));
    TRY(sql_portfolio_link_count(c->db, c->a, p.id, c->now, &links));
    struct view_portfolio_edit v = {.csrf = c->session != NULL ? session_csrf(c->a, c->session->token) : S(""),
                                    .move = portfolio_path(c, "/portfolios/", p.id, "/move"),
                                    .arranged = p.arranged,
                                    .text = portfolio_path(c, "/portfolios/", p.id, "/text"),
                                    .introduction = words(c, p.introduction, 1),
                                    .new_section = portfolio_path(c, "/portfolios/", p.id, "/sections/new"),
                                    .links = portfolio_path(c, "/portfolios/", p.id, "/links"),
                                    .pdf = portfolio_path(c, "/portfolios/", p.id, "/pdf"),
                                    .html = portfolio_path(c, "/portfolios/", p.id, "/html"),
                                    .drop = portfolio_path(c, "/portfolios/", p.id, "/drop"),
                                    .works = links.n};
    fill_sections(c, &p, &v);
    struct crumb crumbs[] = {{tr(c, M_portfolio_title), S("/portfolios")}};
    struct crumb actions[] = {{tr(c, M_portfolio_preview), portfolio_path(c, "/portfolios/", p.id, "/preview")}, {tr(c, M_portfolio_links), v.links}};
    struct page page = {.title = p.title, .section = "/portfolios", .crumbs = crumbs, .crumb_count = 1, .actions = actions, .action_count = 2};
    return view_portfolio_edit_page(c, &page, &v);
}

static const struct route routes[] = {
    {METHOD_GET, "/portfolios", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, get_list},
    {METHOD_GET, "/portfolios/new", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, handle_new},
    {METHOD_POST, "/portfolios/new", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, handle_new},
    {METHOD_GET, "/portfolios/{id}", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, get_edit},
    {METHOD_GET, "/portfolios/{id}/text", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, handle_text},
    {METHOD_POST, "/portfolios/{id}/text", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, handle_text},
    {METHOD_GET, "/portfolios/{id}/drop", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, handle_drop},
    {METHOD_POST, "/portfolios/{id}/drop", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, handle_drop},
    {METHOD_POST, "/portfolios/{id}/move", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, portfolio_post_move},
    {METHOD_GET, "/portfolios/{id}/sections/new", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, portfolio_handle_section_new},
    {METHOD_POST, "/portfolios/{id}/sections/new", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, portfolio_handle_section_new},
    {METHOD_GET, "/portfolio-sections/{id}", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, portfolio_handle_section},
    {METHOD_POST, "/portfolio-sections/{id}", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, portfolio_handle_section},
    {METHOD_GET, "/portfolio-sections/{id}/drop", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, portfolio_handle_section_drop},
    {METHOD_POST, "/portfolio-sections/{id}/drop", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, portfolio_handle_section_drop},
    {METHOD_GET, "/portfolio-sections/{id}/choose", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, portfolio_handle_choose},
    {METHOD_POST, "/portfolio-sections/{id}/choose", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, portfolio_handle_choose},
    {METHOD_GET, "/portfolio-items/{id}", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, portfolio_handle_item},
    {METHOD_POST, "/portfolio-items/{id}", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, portfolio_handle_item},
    {METHOD_GET, "/portfolio-items/{id}/drop", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, portfolio_handle_item_drop},
    {METHOD_POST, "/portfolio-items/{id}/drop", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, portfolio_handle_item_drop},
    {METHOD_GET, "/portfolios/{id}/preview", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, portfolio_get_preview},
    {METHOD_GET, "/portfolios/{id}/html", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, portfolio_get_html},
    {METHOD_GET, "/portfolios/{id}/pdf", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, portfolio_get_pdf},
    {METHOD_GET, "/portfolios/{id}/links", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, portfolio_handle_links},
    {METHOD_POST, "/portfolios/{id}/links", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, portfolio_handle_links},
    {METHOD_GET, "/portfolio-links/{id}/revoke", P_PORTFOLIO_OWN, BODY_NONE, RATE_PAGE, portfolio_handle_revoke},
    {METHOD_POST, "/portfolio-links/{id}/revoke", P_PORTFOLIO_OWN, BODY_FORM, RATE_WRITE, portfolio_handle_revoke},
    {METHOD_GET, "/p/{portfolio_token}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, portfolio_get_shared},
};

static const struct nav_entry nav[] = {{.href = "/portfolios", .label = M_portfolio_nav, .may = P_PORTFOLIO_OWN, .group = NAV_PROGRESS, .order = 30}};

const struct capability portfolio_capability = {
    .name = "portfolio",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .export_person = portfolio_export,
    .erase_person = portfolio_forget,
    .retain = portfolio_retain,
};
