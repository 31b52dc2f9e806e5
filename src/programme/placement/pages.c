/* The capability of placement: its routes, and what its pages share. */
#include "gen/programme/placement/placement_form_view.h"
#include "programme/placement/inside.h"

struct str placement_path(const struct ctx *c, int64_t opportunity, const char *end)
{
    return str_printf(c->a, "/placements/%" PRId64 "%s", opportunity, end);
}

struct page placement_page(struct ctx *c, struct str title, struct str opportunity, int64_t id)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_placement_title), S("/placements")};
    if (id != 0)
        crumbs[1] = (struct crumb){opportunity, placement_path(c, id, "")};
    return (struct page){.title = title, .section = "/placements", .crumbs = crumbs, .crumb_count = id != 0 ? 2 : 1};
}

enum rc placement_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_placement_form v = {.note = note, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_placement_form_page(c, page, &v);
}

struct str placement_kind_name(const struct ctx *c, struct str kind)
{
    return tr(c, str_eq_z(kind, "clinic") ? M_placement_kind_clinic : str_eq_z(kind, "project") ? M_placement_kind_project : str_eq_z(kind, "community") ? M_placement_kind_community : M_placement_kind_digital);
}

struct str placement_need_text(const struct ctx *c, struct str kind, struct str stage, struct str course, struct str credential)
{
    bool is_stage = str_eq_z(kind, "stage"), is_course = str_eq_z(kind, "course");
    struct msg_arg title = MSG_TEXT("title", is_stage ? stage : is_course ? course : credential);
    return tr_args(c, is_stage ? M_placement_need_stage : is_course ? M_placement_need_course : M_placement_need_credential, &title, 1);
}

enum rc placement_open(struct ctx *c, struct row_placement_find *o, bool *manages)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_placement_find(c->db, c->a, id, o));
    struct target t = {.programme = o->programme_id};
    TRY(access_require(c, P_PLACEMENT_VIEW, &t));
    *manages = access_allows(c, P_PLACEMENT_MANAGE, &t);
    return *manages || !str_eq_z(o->state, "draft") ? RC_OK : RC_NOT_FOUND;
}

enum rc placement_open_to_manage(struct ctx *c, struct row_placement_find *o)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_placement_find(c->db, c->a, id, o));
    struct target t = {.programme = o->programme_id};
    return access_require(c, P_PLACEMENT_MANAGE, &t);
}

static const struct route routes[] = {
    {METHOD_GET, "/placements", P_PLACEMENT_VIEW, BODY_NONE, RATE_PAGE, placement_get_list},
    {METHOD_GET, "/placements/new", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, placement_handle_new},
    {METHOD_POST, "/placements/new", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, placement_handle_new},
    {METHOD_GET, "/placements/{opportunity}", P_PLACEMENT_VIEW, BODY_NONE, RATE_PAGE, placement_get_one},
    {METHOD_GET, "/placements/{opportunity}/edit", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, placement_handle_edit},
    {METHOD_POST, "/placements/{opportunity}/edit", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, placement_handle_edit},
    {METHOD_GET, "/placements/{opportunity}/state", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, placement_handle_state},
    {METHOD_POST, "/placements/{opportunity}/state", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, placement_handle_state},
    {METHOD_GET, "/placements/{opportunity}/roles/new", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, placement_handle_new_role},
    {METHOD_POST, "/placements/{opportunity}/roles/new", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, placement_handle_new_role},
    {METHOD_GET, "/placement-roles/{placement_role}", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, placement_handle_role},
    {METHOD_POST, "/placement-roles/{placement_role}", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, placement_handle_role},
    {METHOD_POST, "/placement-roles/{placement_role}/needs", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, placement_post_need},
    {METHOD_GET, "/credentials", P_PLACEMENT_OWN, BODY_NONE, RATE_PAGE, placement_get_credentials},
    {METHOD_GET, "/people/{id}/credentials", P_PLACEMENT_OWN, BODY_NONE, RATE_PAGE, placement_get_credentials},
    {METHOD_GET, "/people/{id}/credentials/new", P_PLACEMENT_OWN, BODY_NONE, RATE_PAGE, placement_handle_credential},
    {METHOD_POST, "/people/{id}/credentials/new", P_PLACEMENT_OWN, BODY_FORM, RATE_WRITE, placement_handle_credential},
    {METHOD_GET, "/credentials/{credential}", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, placement_handle_decide},
    {METHOD_POST, "/credentials/{credential}", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, placement_handle_decide},
    {METHOD_GET, "/programmes/{id}/credentials", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, placement_get_kinds},
    {METHOD_GET, "/programmes/{id}/credentials/new", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, placement_handle_kind},
    {METHOD_POST, "/programmes/{id}/credentials/new", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, placement_handle_kind},
};

static const struct nav_entry nav[] = {{.href = "/placements", .label = M_placement_nav, .may = P_PLACEMENT_VIEW, .group = NAV_LEARNING, .order = 6}};

const struct capability placement_capability = {
    .name = "placement",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .home = placement_home,
    .calendar = placement_calendar,
    .export_person = placement_export,
    .erase_person = placement_erase,
};
