/* Templates on pages: the list, one version with what it asks for, its text, and writing: each change is a new version. */
#include "gen/programme/pack/pack_template_list_view.h"
#include "gen/programme/pack/pack_template_show_view.h"
#include "programme/pack/inside.h"
#include "view/markdown.h"

#define HEADING_OF_STANDARD 2

static struct page template_page(struct ctx *c, struct str title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    struct page page = pack_page(c, title);
    crumbs[0] = page.crumbs[0];
    crumbs[1] = (struct crumb){tr(c, M_pack_templates), S("/pack-templates")};
    page.crumbs = crumbs;
    page.crumb_count = 2;
    return page;
}

enum rc pack_get_templates(struct ctx *c)
{
    struct programme p;
    struct rows_pack_templates rows;
    TRY(pack_require_here(c, &p));
    TRY(sql_pack_templates(c->db, c->a, p.id, &rows));
    struct view_pack_template_list_list *list = ARENA_ARRAY(c->a, rows.n, struct view_pack_template_list_list);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_pack_template_list_list){.href = pack_path(c, "/pack-templates/", rows.v[k].id, ""), .title = rows.v[k].title, .code = rows.v[k].code,
                                                        .language = lang_name(lang_find(rows.v[k].language)), .version = rows.v[k].version, .shipped = rows.v[k].shipped};
    struct view_pack_template_list v = {.list = list, .list_count = rows.n};
    struct crumb actions[] = {{tr(c, M_pack_template_new), S("/pack-templates/new")}};
    struct page page = pack_page(c, tr(c, M_pack_templates));
    page.caption = p.title;
    page.actions = actions;
    page.action_count = 1;
    return view_pack_template_list_page(c, &page, &v);
}

static enum rc open_template(struct ctx *c, struct row_pack_template_find *out)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_pack_template_find(c->db, c->a, id, out));
    return pack_require_in(c, out->programme_id);
}

/* ---- one version ------------------------------------------------------------------------------------------------------------------------ */

static struct str listed(struct arena *a, const struct str *v, size_t n)
{
    struct buf b = buf_new(a, 128);
    for (size_t k = 0; k < n; k++)
        buf_printf(&b, "%s%.*s", k == 0 ? "" : ", ", STR_ARG(v[k]));
    return buf_text(&b);
}

/* What a standard asks for, in the words that people read. */
static struct str figures_of(struct ctx *c, const struct pack_standard *x)
{
    struct str *words = ARENA_ARRAY(c->a, x->figure_count * pack_figure_kind_count, struct str);
    size_t n = 0;
    for (size_t k = 0; k < x->figure_count; k++) {
        size_t before = n;
        for (size_t f = 0; f < pack_figure_kind_count; f++)
            if (pack_asks(x->figures[k], str_from(pack_figure_kinds[f].code)))
                words[n++] = tr(c, pack_figure_kinds[f].label);
        if (n == before)
            words[n++] = x->figures[k];
    }
    return listed(c->a, words, n);
}

static void fill_standards(struct ctx *c, const struct pack_template *t, struct view_pack_template_show *v)
{
    struct view_pack_template_show_standards *list = ARENA_ARRAY(c->a, t->standard_count, struct view_pack_template_show_standards);
    for (size_t k = 0; k < t->standard_count; k++) {
        const struct pack_standard *x = &t->standards[k];
        const struct str records[3] = {tr(c, M_pack_records_courses), tr(c, M_pack_records_competencies), tr(c, M_pack_records_projects)};
        const bool wanted[3] = {x->courses, x->competency_list, x->projects};
        struct str some[3];
        size_t n = 0;
        for (size_t r = 0; r < 3; r++)
            if (wanted[r])
                some[n++] = records[r];
        list[k] = (struct view_pack_template_show_standards){.number = x->number, .title = x->title, .source = x->source, .checked = {.some = x->checked, .v = x->checked_day},
                                                             .figures = figures_of(c, x), .records = listed(c->a, some, n)};
        list[k].words = markdown_render(c->a, x->words, (struct markdown_options){.lang = c->lang, .heading_shift = HEADING_OF_STANDARD});
    }
    v->standards = list;
    v->standards_count = t->standard_count;
}

enum rc pack_get_template(struct ctx *c)
{
    struct row_pack_template_find row;
    struct rows_pack_template_versions versions;
    struct problems problems = problems_new(c->a);
    struct pack_template t;
    TRY(open_template(c, &row));
    pack_template_read(c->a, row.code, row.body, &problems, &t);
    TRY(problems_check(&problems, &c->err));
    TRY(sql_pack_template_versions(c->db, c->a, row.programme_id, row.code, row.language, &versions));
    struct view_pack_template_show v = {.lang = row.language, .summary = t.summary, .body = t.body, .document = t.document, .edition = t.edition, .source = t.source, .reviewed = t.reviewed,
                                        .text = pack_path(c, "/pack-templates/", row.id, "/text")};
    fill_standards(c, &t, &v);
    struct view_pack_template_show_versions *list = ARENA_ARRAY(c->a, versions.n, struct view_pack_template_show_versions);
    for (size_t k = 0; k < versions.n; k++) {
        list[k] = (struct view_pack_template_show_versions){.href = pack_path(c, "/pack-templates/", versions.v[k].id, ""), .version = versions.v[k].version, .made = versions.v[k].created_at,
                                                            .here = versions.v[k].id == row.id, .shipped = versions.v[k].shipped};
        if (versions.v[k].id != row.id && str_eq_z(versions.v[k].state, "current"))
            v.current = list[k].href;
    }
    v.versions = list;
    v.versions_count = versions.n;
    struct crumb actions[] = {{tr(c, M_pack_template_edit), pack_path(c, "/pack-templates/", row.id, "/edit")}};
    struct msg_arg args[] = {MSG_TEXT("code", row.code), MSG_NUM("version", row.version)};
    struct page page = template_page(c, row.title);
    page.caption = tr_args(c, M_pack_template_version, args, 2);
    page.actions = actions;
    page.action_count = str_eq_z(row.state, "current");
    return view_pack_template_show_page(c, &page, &v);
}

enum rc pack_get_template_text(struct ctx *c)
{
    struct row_pack_template_find row;
    TRY(open_template(c, &row));
    struct str name = str_printf(c->a, "%.*s.%.*s.md", STR_ARG(row.code), STR_ARG(row.language));
    return page_download(c, "text/markdown; charset=utf-8", name, row.body);
}

/* ---- writing ----------------------------------------------------------------------------------------------------------------------------- */

struct saving {
    struct arena *a;
    struct pack_writing w;
    int64_t id;
};

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    return pack_template_write(tx, s->a, &s->w, &s->id, e);
}

/* before: NULL for a new one. */
static enum rc write_template(struct ctx *c, int64_t programme, const struct row_pack_template_find *before, struct form *f, struct page *page, struct str note)
{
    struct problems problems = problems_new(c->a);
    struct pack_template t;
    form_add(f, (struct field){.name = "text", .kind = FIELD_LONG_TEXT, .label = M_pack_template_text, .hint = M_pack_template_text_hint, .required = true, .max = PACK_TEMPLATE_MOST,
                               .rows = 24, .value = before != NULL ? before->body : STR_NONE});
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return pack_send_form(c, page, note, NULL, f);
    struct str text = str_concat(c->a, form_text(f, "text"), S("\n"));
    pack_template_read(c->a, S(""), text, &problems, &t);
    if (before != NULL && problems.errors == 0 && !str_eq(t.language, before->language))
        problems_add(&problems, S(""), 0, S("language"), M_pack_language_other, "%.*s", STR_ARG(before->language));
    struct saving s = {.a = c->a, .w = {.programme = programme, .person = c->who->person, .now = c->now, .body = text, .t = &t}};
    s.w.code = before != NULL ? before->code : form_text(f, "code");
    if (before == NULL && !pack_code_valid(s.w.code))
        form_error(f, "code", M_pack_code_bad, "");
    if (before != NULL) {
        s.w.before = before->id;
        s.w.version = before->version;
    }
    if (problems.errors != 0 || !form_ok(f))
        return pack_send_form(c, page, note, &problems, f);
    enum rc rc = ctx_write(c, save, &s);
    if (page_form_failed(c, f, rc, &page->status))
        return pack_send_form(c, page, note, NULL, f);
    TRY(rc);
    return page_redirect(c, pack_path(c, "/pack-templates/", s.id, ""), M_pack_template_saved);
}

enum rc pack_handle_template_edit(struct ctx *c)
{
    struct row_pack_template_find row;
    TRY(open_template(c, &row));
    struct form *f = form_new(c->a, c->lang, c->zone, pack_path(c, "/pack-templates/", row.id, "/edit"), M_pack_template_save);
    f->cancel = pack_path(c, "/pack-templates/", row.id, "");
    f->draft = pack_path(c, "pack-template-", row.id, "");
    struct page page = template_page(c, tr(c, M_pack_template_edit));
    page.caption = row.title;
    return write_template(c, row.programme_id, &row, f, &page, tr(c, M_pack_template_edit_note));
}

enum rc pack_handle_template_new(struct ctx *c)
{
    struct programme p;
    TRY(pack_require_here(c, &p));
    struct form *f = form_new(c->a, c->lang, c->zone, S("/pack-templates/new"), M_pack_template_save);
    f->cancel = S("/pack-templates");
    f->draft = S("pack-template-new");
    form_add(f, (struct field){.name = "code", .kind = FIELD_TEXT, .label = M_pack_code, .hint = M_pack_code_hint, .required = true, .max = 60});
    struct page page = template_page(c, tr(c, M_pack_template_new));
    page.caption = p.title;
    return write_template(c, p.id, NULL, f, &page, tr(c, M_pack_template_new_note));
}
