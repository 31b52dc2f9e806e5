/* The capability of commendations, and the small things that its pages share. */
#include "gen/programme/commend/commend_form_view.h"
#include "programme/commend/inside.h"

struct str commend_or_gone(const struct ctx *c, struct str name)
{
    return name.p != NULL ? name : tr(c, M_commend_somebody_gone);
}

struct page commend_page(struct ctx *c, struct str title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 1, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_commend_title), S("/commendations")};
    return (struct page){.title = title, .section = "/commendations", .crumbs = crumbs, .crumb_count = 1};
}

enum rc commend_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_commend_form v = {.note = note, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_commend_form_page(c, page, &v);
}

struct str commend_after(const struct ctx *c, const char *path, int64_t at, int64_t id)
{
    return str_printf(c->a, "%s%cat=%" PRId64 "&id=%" PRId64, path, strchr(path, '?') != NULL ? '&' : '?', at, id);
}

void commend_read_place(struct ctx *c, int64_t *at, int64_t *id)
{
    *at = *id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "at"), at);
    (void)str_to_int(request_query(c->rq, "id"), id);
}

static const struct route routes[] = {
    {METHOD_GET, "/commendations", P_COMMENDATION_VIEW, BODY_NONE, RATE_PAGE, commend_get_mine},
    {METHOD_GET, "/commendations/new", P_COMMEND, BODY_NONE, RATE_PAGE, commend_get_find},
    {METHOD_GET, "/commendations/shown", P_COMMEND, BODY_NONE, RATE_PAGE, commend_get_shown},
    {METHOD_GET, "/people/{id}/commend", P_COMMEND, BODY_NONE, RATE_PAGE, commend_handle_give},
    {METHOD_POST, "/people/{id}/commend", P_COMMEND, BODY_FORM, RATE_WRITE, commend_handle_give},
    {METHOD_GET, "/commendations/{id}", P_COMMENDATION_VIEW, BODY_NONE, RATE_PAGE, commend_handle_one},
    {METHOD_POST, "/commendations/{id}", P_COMMENDATION_VIEW, BODY_FORM, RATE_WRITE, commend_handle_one},
    {METHOD_GET, "/commendations/{id}/remove", P_COMMENDATION_VIEW, BODY_NONE, RATE_PAGE, commend_handle_remove},
    {METHOD_POST, "/commendations/{id}/remove", P_COMMENDATION_VIEW, BODY_FORM, RATE_WRITE, commend_handle_remove},
    {METHOD_GET, "/commendations/{id}/report", P_COMMENDATION_VIEW, BODY_NONE, RATE_PAGE, commend_handle_report},
    {METHOD_POST, "/commendations/{id}/report", P_COMMENDATION_VIEW, BODY_FORM, RATE_WRITE, commend_handle_report},
    {METHOD_GET, "/commendations/{id}/look", P_COMMENDATION_LOOK, BODY_NONE, RATE_PAGE, commend_handle_look},
    {METHOD_POST, "/commendations/{id}/look", P_COMMENDATION_LOOK, BODY_FORM, RATE_WRITE, commend_handle_look},
};

static const struct nav_entry nav[] = {{.href = "/commendations", .label = M_commend_nav, .may = P_COMMENDATION_VIEW, .group = NAV_FEEDBACK, .order = 20}};

static const struct evidence_source sources[] = {{.kind = "commendation", .describe = commend_describe}};

const struct capability commend_capability = {
    .name = "commend",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .home = commend_home,
    .export_person = commend_export,
    .erase_person = commend_erase,
};
