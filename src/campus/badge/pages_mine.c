/* What somebody has been given: her list, one of them, showing it to others or not, and the files to take along. */
#include "campus/badge/inside.h"
#include "gen/campus/badge/badge_mine_one_view.h"
#include "gen/campus/badge/badge_mine_view.h"
#include "view/markdown.h"

#define PAGE_ROWS 50
#define PNG_PIXELS 512

static struct str public_address(const struct ctx *c, struct str token)
{
    return token.p != NULL ? mail_link(c->a, str_concat(c->a, S("/badges/v/"), token)) : STR_NONE;
}

enum rc badge_get_mine(struct ctx *c)
{
    struct rows_badge_awards_of_person rows;
    int64_t at, id;
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_BADGE_OWN, &t));
    badge_read_place(c, &at, &id);
    TRY(sql_badge_awards_of_person(c->db, c->a, c->who->person, at, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_badge_mine_list *list = ARENA_ARRAY(c->a, n, struct view_badge_mine_list);
    for (size_t i = 0; i < n; i++) {
        const struct row_badge_awards_of_person *r = &rows.v[i];
        bool withdrawn = !r->revoked_at_null, expired = !r->until_at_null && r->until_at <= c->now;
        list[i] = (struct view_badge_mine_list){.href = badge_path(c, "/badges/mine/", r->id, ""),
                                                .picture = badge_picture(c, r->badge_id),
                                                .title = r->title,
                                                .about = r->about,
                                                .programme = r->programme,
                                                .at = r->awarded_at,
                                                .fresh = r->seen_at_null,
                                                .shown = r->token.p != NULL,
                                                .withdrawn = withdrawn,
                                                .expired = !withdrawn && expired};
    }
    struct view_badge_mine v = {.list = list, .list_count = n, .older = rows.n > n ? badge_after(c, S("/badges"), rows.v[n - 1].awarded_at, rows.v[n - 1].id) : STR_NONE};
    struct page page = {.title = tr(c, M_badge_title), .section = "/badges"};
    return view_badge_mine_page(c, &page, &v);
}

/* ---- one of them ------------------------------------------------------------------------------------------------------------------ */

/* Hers alone: a number that is another's is no page. */
static enum rc require_mine(struct ctx *c, struct row_badge_award_find *w)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_badge_award_find(c->db, c->a, id, w));
    struct target t = {.person = w->person_id};
    return access_require(c, P_BADGE_OWN, &t);
}

static enum rc write_seen(struct db *tx, void *arg, struct err *e)
{
    const struct row_badge_award_find *w = arg;
    (void)e;
    return sql_badge_award_seen(tx, w->id, w->seen_at);
}

enum rc badge_get_mine_one(struct ctx *c)
{
    struct row_badge_award_find w;
    TRY(require_mine(c, &w));
    if (w.seen_at_null) {
        struct row_badge_award_find seen = {.id = w.id, .seen_at = c->now};
        TRY(ctx_write(c, write_seen, &seen));
    }
    bool withdrawn = !w.revoked_at_null;
    struct view_badge_mine_one v = {.picture = badge_picture(c, w.badge_id),
                                    .about = w.about,
                                    .criteria = markdown_render(c->a, w.criteria, (struct markdown_options){.lang = c->lang, .heading_shift = 2}),
                                    .programme = w.programme,
                                    .at = w.awarded_at,
                                    .until = w.until_at_null ? (struct opt_int){0} : SOME_INT(w.until_at),
                                    .reason = w.reason,
                                    .withdrawn = withdrawn ? SOME_INT(w.revoked_at) : (struct opt_int){0},
                                    .why = w.revoked_why,
                                    .expired = !w.until_at_null && w.until_at <= c->now,
                                    .address = public_address(c, w.token),
                                    .share = badge_path(c, "/badges/mine/", w.id, "/share"),
                                    .png = badge_path(c, "/badges/mine/", w.id, "/file/png"),
                                    .svg = badge_path(c, "/badges/mine/", w.id, "/file/svg"),
                                    .jwt = badge_path(c, "/badges/mine/", w.id, "/file/jwt")};
    struct page page = badge_page(c, "/badges", M_badge_title, w.title);
    return view_badge_mine_one_page(c, &page, &v);
}

/* ---- showing it ------------------------------------------------------------------------------------------------------------------ */

struct showing {
    struct arena *a;
    int64_t award, badge, version, person, now;
    bool shown;
};

static enum rc write_show(struct db *tx, void *arg, struct err *e)
{
    const struct showing *s = arg;
    TRY(badge_show(tx, s->a, s->award, s->version, s->shown, e));
    return audit_note(tx, s->now, s->person, s->shown ? "badge_share" : "badge_hide", s->person, "badge", s->badge);
}

enum rc badge_handle_share(struct ctx *c)
{
    struct row_badge_award_find w;
    TRY(require_mine(c, &w));
    bool shown = w.token.p == NULL;
    struct str back = badge_path(c, "/badges/mine/", w.id, "");
    struct form *f = form_new(c->a, c->lang, c->zone, badge_path(c, "/badges/mine/", w.id, "/share"), shown ? M_badge_share : M_badge_hide);
    f->cancel = back;
    form_add_version(f, w.version);
    struct page page = badge_page(c, "/badges", M_badge_title, tr(c, shown ? M_badge_share : M_badge_hide));
    page.caption = w.title;
    struct str note = tr(c, shown ? M_badge_share_note : M_badge_hide_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return badge_send_form(c, &page, note, f);
    struct showing s = {c->a, w.id, w.badge_id, form_int(f, "version", 0), c->who->person, c->now, shown};
    enum rc rc = ctx_write(c, write_show, &s);
    if (page_edit_failed(c, f, rc, w.version, &page.status))
        return badge_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, back, shown ? M_badge_shared : M_badge_hidden);
}

/* ---- taking it along ------------------------------------------------------------------------------------------------------------- */

enum rc badge_get_file(struct ctx *c)
{
    struct row_badge_award_find w;
    struct str jwt, png, kind = c->rq->params[1];
    TRY(require_mine(c, &w));
    bool as_png = str_eq(kind, S("png")), as_svg = str_eq(kind, S("svg"));
    if (!as_png && !as_svg && !str_eq(kind, S("jwt")))
        return RC_NOT_FOUND;
    TRY(badge_credential(c, &w, &jwt));
    struct emblem e = emblem_read(w.symbol, w.colour);
    struct str name = str_printf(c->a, "%.*s.%.*s", STR_ARG(w.title), STR_ARG(kind));
    if (as_svg)
        return page_download(c, "image/svg+xml", name, bake_svg(c->a, emblem_svg(c->a, e, w.title), jwt));
    if (!as_png)
        return page_download(c, "text/plain; charset=utf-8", name, jwt);
    TRY(emblem_png(c->a, e, PNG_PIXELS, &png));
    return page_download(c, "image/png", name, bake_png(c->a, png, jwt));
}
