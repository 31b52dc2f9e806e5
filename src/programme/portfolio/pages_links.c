/* Showing a portfolio: links that end, what they open, the preview, and the files to keep. */
#include "gen/programme/portfolio/portfolio_link_made_view.h"
#include "gen/programme/portfolio/portfolio_links_view.h"
#include "out/mail.h"
#include "programme/portfolio/inside.h"

#define LINKS_SHOWN 200
#define FOR_WHOM_MOST 100

/* ---- the links ------------------------------------------------------------------------------------------------------------------ */

static struct form *link_form(struct ctx *c, int64_t portfolio)
{
    static const struct {
        struct str value;
        msg_id label;
    } spans[] = {{S_INIT("7"), M_portfolio_days_7}, {S_INIT("30"), M_portfolio_days_30}, {S_INIT("90"), M_portfolio_days_90}, {S_INIT("365"), M_portfolio_days_365}};
    struct choice *days = ARENA_ARRAY(c->a, COUNT_OF(spans), struct choice);
    for (size_t i = 0; i < COUNT_OF(spans); i++)
        days[i] = (struct choice){.value = spans[i].value, .label = tr(c, spans[i].label)};
    struct form *f = form_new(c->a, c->lang, c->zone, portfolio_path(c, "/portfolios/", portfolio, "/links"), M_portfolio_link_make);
    form_add(f, (struct field){.name = "for_whom", .kind = FIELD_TEXT, .label = M_portfolio_for_whom, .hint = M_portfolio_for_whom_hint, .required = true, .max = FOR_WHOM_MOST});
    form_add(f, (struct field){.name = "days", .kind = FIELD_CHOICE, .label = M_portfolio_days, .required = true, .choices = days, .choice_count = COUNT_OF(spans), .value = str_printf(c->a, "%d", PORTFOLIO_LINK_DAYS)});
    return f;
}

static enum rc send_links(struct ctx *c, const struct row_portfolio_find *p, struct form *f, int status)
{
    struct rows_portfolio_links rows;
    TRY(sql_portfolio_links(c->db, c->a, p->id, LINKS_SHOWN, &rows));
    struct view_portfolio_links_list *list = ARENA_ARRAY(c->a, rows.n, struct view_portfolio_links_list);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_portfolio_links *r = &rows.v[i];
        bool revoked = !r->revoked_at_null, works = !revoked && r->expires_at > c->now;
        list[i] = (struct view_portfolio_links_list){.for_whom = r->for_whom,
                                                     .made = r->created_at,
                                                     .until = r->expires_at,
                                                     .state = works ? S("works") : revoked ? S("revoked") : S("expired"),
                                                     .state_word = tr(c, works ? M_portfolio_link_works : revoked ? M_portfolio_link_revoked : M_portfolio_link_expired),
                                                     .opened = r->opened,
                                                     .last = r->last_opened_at_null ? (struct opt_int){0} : SOME_INT(r->last_opened_at),
                                                     .revoke = works ? portfolio_path(c, "/portfolio-links/", r->id, "/revoke") : STR_NONE};
    }
    struct view_portfolio_links v = {.list = list, .list_count = rows.n, .f = f};
    struct crumb crumbs[] = {{tr(c, M_portfolio_title), S("/portfolios")}, {p->title, portfolio_path(c, "/portfolios/", p->id, "")}};
    struct page page = {.title = tr(c, M_portfolio_links), .section = "/portfolios", .crumbs = crumbs, .crumb_count = 2, .status = status};
    return view_portfolio_links_page(c, &page, &v);
}

struct linking {
    struct arena *a;
    int64_t portfolio, person, link, version, days, now;
    struct str for_whom, token;
};

static enum rc write_share(struct db *tx, void *arg, struct err *e)
{
    struct linking *s = arg;
    TRY(portfolio_share(tx, s->a, s->portfolio, s->for_whom, s->days, s->now, &s->token, e));
    return audit_note(tx, s->now, s->person, "portfolio_share", s->person, "portfolio", s->portfolio);
}

enum rc portfolio_handle_links(struct ctx *c)
{
    struct row_portfolio_find p;
    TRY(portfolio_require(c, &p));
    struct form *f = link_form(c, p.id);
    if (c->rq->method != METHOD_POST)
        return send_links(c, &p, f, 0);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_links(c, &p, f, 422);
    struct linking s = {.a = c->a, .portfolio = p.id, .person = c->who->person, .days = form_int(f, "days", PORTFOLIO_LINK_DAYS), .now = c->now, .for_whom = form_text(f, "for_whom")};
    struct page failed = {0};
    enum rc rc = ctx_write(c, write_share, &s);
    if (page_form_failed(c, f, rc, &failed.status))
        return send_links(c, &p, f, failed.status);
    TRY(rc);
    struct str links = portfolio_path(c, "/portfolios/", p.id, "/links");
    struct view_portfolio_link_made v = {.link = mail_link(c->a, str_concat(c->a, S("/p/"), s.token)), .for_whom = s.for_whom, .until = c->now + s.days * MS_PER_DAY, .back = links};
    struct crumb crumbs[] = {{tr(c, M_portfolio_title), S("/portfolios")}, {p.title, portfolio_path(c, "/portfolios/", p.id, "")}, {tr(c, M_portfolio_links), links}};
    struct page page = {.title = tr(c, M_portfolio_link_made), .section = "/portfolios", .crumbs = crumbs, .crumb_count = COUNT_OF(crumbs)};
    return view_portfolio_link_made_page(c, &page, &v);
}

static enum rc write_revoke(struct db *tx, void *arg, struct err *e)
{
    const struct linking *s = arg;
    TRY(portfolio_revoke(tx, s->link, s->version, s->now, e));
    return audit_note(tx, s->now, s->person, "portfolio_revoke", s->person, "portfolio", s->portfolio);
}

enum rc portfolio_handle_revoke(struct ctx *c)
{
    int64_t id;
    struct row_portfolio_link_find l;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_portfolio_link_find(c->db, c->a, id, &l));
    TRY(portfolio_require_owner(c, l.person_id));
    struct str back = portfolio_path(c, "/portfolios/", l.portfolio_id, "/links");
    struct form *f = form_new(c->a, c->lang, c->zone, portfolio_path(c, "/portfolio-links/", id, "/revoke"), M_portfolio_revoke);
    f->danger = true;
    f->cancel = back;
    form_add_version(f, l.version);
    struct crumb crumbs[] = {{tr(c, M_portfolio_title), S("/portfolios")}, {l.title, portfolio_path(c, "/portfolios/", l.portfolio_id, "")}, {tr(c, M_portfolio_links), back}};
    struct page page = {.title = tr(c, M_portfolio_revoke), .section = "/portfolios", .crumbs = crumbs, .crumb_count = COUNT_OF(crumbs)};
    struct msg_arg whom = MSG_TEXT("whom", l.for_whom);
    struct str note = tr_args(c, M_portfolio_revoke_note, &whom, 1);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return portfolio_send_form(c, &page, note, f);
    struct linking s = {.portfolio = l.portfolio_id, .person = c->who->person, .link = id, .version = form_int(f, "version", 0), .now = c->now};
    enum rc rc = ctx_write(c, write_revoke, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return portfolio_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, back, M_portfolio_revoked);
}

/* ---- what a link opens ---------------------------------------------------------------------------------------------------------- */

static enum rc write_opened(struct db *tx, void *arg, struct err *e)
{
    const struct linking *s = arg;
    (void)e;
    return sql_portfolio_link_opened(tx, s->link, s->now);
}

enum rc portfolio_get_shared(struct ctx *c)
{
    struct portfolio_opened o;
    TRY(portfolio_open(c->db, c->a, c->rq->params[0], c->now, &o, &c->err));
    enum rc rc = portfolio_send(c, o.portfolio, PORTFOLIO_SHARED, NULL);
    if (rc == RC_NOT_FOUND) /* deleted between two reads */
        return err_set(&c->err, RC_GONE, M_portfolio_gone, NULL);
    TRY(rc);
    struct linking s = {.link = o.link, .now = c->now};
    bool counts = c->rq->method == METHOD_GET && c->who->person != o.person;
    return counts ? ctx_write(c, write_opened, &s) : RC_OK;
}

enum rc portfolio_get_preview(struct ctx *c)
{
    struct row_portfolio_find p;
    TRY(portfolio_require(c, &p));
    return portfolio_send(c, p.id, PORTFOLIO_PREVIEW, NULL);
}

static struct str file_name(struct ctx *c, const struct row_portfolio_find *p, const char *ending)
{
    return str_printf(c->a, "%.*s.%s", STR_ARG(p->title), ending);
}

enum rc portfolio_get_html(struct ctx *c)
{
    struct row_portfolio_find p;
    struct str file;
    TRY(portfolio_require(c, &p));
    TRY(portfolio_send(c, p.id, PORTFOLIO_FILE, &file));
    return page_download(c, "text/html; charset=utf-8", file_name(c, &p, "html"), file);
}

enum rc portfolio_get_pdf(struct ctx *c)
{
    struct row_portfolio_find p;
    struct str file;
    TRY(portfolio_require(c, &p));
    TRY(portfolio_print(c, p.id, &file));
    return page_download(c, "application/pdf", file_name(c, &p, "pdf"), file);
}
