/* The capability of reflections, and what its pages share. */
#include <sodium.h>

#include "gen/programme/reflect/reflect_form_view.h"
#include "programme/reflect/inside.h"

enum rc reflect_require_own(struct ctx *c)
{
    struct target t = {.person = c->who->person};
    return access_require(c, P_REFLECTION, &t);
}

enum rc reflect_key_here(struct ctx *c, unsigned char key[SEAL_KEY], int64_t *until)
{
    if (c->session == NULL)
        return RC_NOT_FOUND;
    return reflect_session_key(c->db, c->a, c->who->person, c->session->id, c->session->token, c->now, key, until);
}

enum rc reflect_go_unlock(struct ctx *c)
{
    struct buf b = buf_new(c->a, 128);
    buf_z(&b, "/reflections/unlock?back=");
    buf_url(&b, c->rq->method == METHOD_POST ? S("/reflections") : c->rq->path);
    return page_redirect(c, buf_text(&b), 0);
}

struct page reflect_page(struct ctx *c, struct str title)
{
    struct crumb *crumb = ARENA_NEW(c->a, struct crumb);
    *crumb = (struct crumb){tr(c, M_reflect_title), S("/reflections")};
    return (struct page){.title = title, .section = "/reflections", .crumbs = crumb, .crumb_count = 1};
}

struct str reflect_path(const struct ctx *c, int64_t id, const char *rest)
{
    return str_printf(c->a, "/reflections/%" PRId64 "%s", id, rest);
}

struct str reflect_kind_name(const struct ctx *c, enum reflect_kind kind)
{
    static const msg_id names[REFLECT_KINDS] = {M_reflect_kind_free, M_reflect_kind_what, M_reflect_kind_gibbs};
    return tr(c, names[kind]);
}

struct str reflect_name(const struct ctx *c, struct str name)
{
    return name.p != NULL ? name : tr(c, M_reflect_gone);
}

enum rc reflect_send_form(struct ctx *c, struct page *page, struct str note, bool private, const struct form *f)
{
    struct view_reflect_form v = {.note = note, .private = private, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_reflect_form_page(c, page, &v);
}

bool reflect_form_failed(struct ctx *c, struct form *f, enum rc rc, int64_t wait, struct page *page)
{
    if (rc != RC_RATE_LIMITED)
        return page_form_failed(c, f, rc, &page->status);
    struct str seconds = str_printf(c->a, "%" PRId64, wait);
    response_header(c->rs, "Retry-After", seconds);
    form_error(f, "", M_reflect_wait, seconds.p);
    page->status = 429;
    return true;
}

enum rc reflect_require_text(struct ctx *c, struct row_reflection_find *r)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_reflection_find(c->db, c->a, id, c->who->person, r));
    struct target t = {.person = r->author_id};
    return access_require(c, P_REFLECTION, &t);
}

static const struct route routes[] = {
    {METHOD_GET, "/reflections", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_get_list},
    {METHOD_GET, "/reflections/setup", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_handle_setup},
    {METHOD_POST, "/reflections/setup", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_handle_setup},
    {METHOD_GET, "/reflections/unlock", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_handle_unlock},
    {METHOD_POST, "/reflections/unlock", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_handle_unlock},
    {METHOD_POST, "/reflections/lock", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_post_lock},
    {METHOD_GET, "/reflections/protection", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_get_protection},
    {METHOD_GET, "/reflections/passphrase", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_handle_passphrase},
    {METHOD_POST, "/reflections/passphrase", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_handle_passphrase},
    {METHOD_GET, "/reflections/code", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_handle_code},
    {METHOD_POST, "/reflections/code", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_handle_code},
    {METHOD_GET, "/reflections/recover", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_handle_recover},
    {METHOD_POST, "/reflections/recover", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_handle_recover},
    {METHOD_GET, "/reflections/anew", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_handle_anew},
    {METHOD_POST, "/reflections/anew", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_handle_anew},
    {METHOD_GET, "/reflections/shared", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_get_shared},
    {METHOD_GET, "/reflections/take", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_get_take},
    {METHOD_GET, "/reflections/take/{reflect_file}", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_get_file},
    {METHOD_GET, "/reflections/new", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_get_kinds},
    {METHOD_GET, "/reflections/new/{reflect_kind}", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_handle_new},
    {METHOD_POST, "/reflections/new/{reflect_kind}", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_handle_new},
    {METHOD_GET, "/reflections/{id}", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_get_text},
    {METHOD_GET, "/reflections/{id}/edit", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_handle_edit},
    {METHOD_POST, "/reflections/{id}/edit", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_handle_edit},
    {METHOD_GET, "/reflections/{id}/delete", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_handle_delete},
    {METHOD_POST, "/reflections/{id}/delete", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_handle_delete},
    {METHOD_GET, "/reflections/{id}/share", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_handle_share},
    {METHOD_POST, "/reflections/{id}/share", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_handle_share},
    {METHOD_POST, "/reflections/{id}/readers/{person}/finish", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_post_finish},
    {METHOD_GET, "/reflections/{id}/readers/{person}/withdraw", P_REFLECTION, BODY_NONE, RATE_PAGE, reflect_handle_withdraw},
    {METHOD_POST, "/reflections/{id}/readers/{person}/withdraw", P_REFLECTION, BODY_FORM, RATE_WRITE, reflect_handle_withdraw},
    {METHOD_GET, "/programmes/{id}/reflections", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, reflect_handle_notice},
    {METHOD_POST, "/programmes/{id}/reflections", P_PROGRAMME_CHANGE, BODY_FORM, RATE_WRITE, reflect_handle_notice},
};

static const struct nav_entry nav[] = {{.href = "/reflections", .label = M_reflect_nav, .may = P_REFLECTION, .group = NAV_PROGRESS, .order = 10}};

const struct capability reflect_capability = {
    .name = "reflect",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .home = reflect_home,
    .export_person = reflect_export,
    .erase_person = reflect_erase,
    .retain = reflect_retain,
};
