/* The capability of handing over: its routes, and what its pages share. */
#include "gen/programme/handover/handover_form_view.h"
#include "programme/handover/inside.h"

struct str handover_path(const struct ctx *c, int64_t pack, const char *end)
{
    return str_printf(c->a, "/handovers/%" PRId64 "%s", pack, end);
}

struct str handover_section_name(const struct ctx *c, struct str word)
{
    static const msg_id names[] = {M_handover_risks, M_handover_tasks, M_handover_contacts, M_handover_keys, M_handover_accounts, M_handover_measures, M_handover_learned};
    int s = handover_section_find(word);
    return s < 0 ? word : tr(c, names[s]);
}

struct str handover_line_text(const struct ctx *c, bool has_person, struct str name, struct str text)
{
    const struct msg_arg args[] = {MSG_TEXT("name", name.p != NULL ? name : tr(c, M_handover_somebody)), MSG_TEXT("what", text)};
    return has_person ? tr_args(c, M_handover_who_what, args, COUNT_OF(args)) : text;
}

static struct str thing_path(const struct ctx *c, const struct row_handover_find *h)
{
    return h->project_id_null ? str_printf(c->a, "/placements/%" PRId64, h->opportunity_id) : str_printf(c->a, "/projects/%" PRId64, h->project_id);
}

struct page handover_page(struct ctx *c, const struct row_handover_find *h, struct str title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 3, struct crumb);
    size_t n = 0;
    crumbs[n++] = (struct crumb){tr(c, M_handover_title), S("/handovers")};
    if (h != NULL) {
        crumbs[n++] = (struct crumb){h->title, thing_path(c, h)};
        crumbs[n++] = (struct crumb){tr(c, M_handover_pack), handover_path(c, h->id, "")};
    }
    return (struct page){.title = title, .section = "/handovers", .crumbs = crumbs, .crumb_count = n};
}

enum rc handover_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_handover_form v = {.note = note, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_handover_form_page(c, page, &v);
}

/* What is being written is between who gives it and who keeps the programme; the successor sees it once it is offered. */
enum rc handover_open_id(struct ctx *c, enum permission p, int64_t id, struct row_handover_find *out)
{
    TRY(sql_handover_find(c->db, c->a, id, out));
    bool gives = out->from_id == c->who->person, takes = out->to_id == c->who->person && !out->offered_at_null;
    struct target t = {.programme = out->programme_id};
    if ((p == P_HANDOVER_VIEW && (gives || takes)) || (p == P_HANDOVER_CHANGE && gives) || (p == P_HANDOVER_TAKE && takes))
        t.holder = c->who->person;
    return access_require(c, p, &t);
}

enum rc handover_open(struct ctx *c, enum permission p, struct row_handover_find *out)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    return handover_open_id(c, p, id, out);
}

static const struct route routes[] = {
    {METHOD_GET, "/handovers", P_HANDOVER_VIEW, BODY_NONE, RATE_PAGE, handover_get_list},
    {METHOD_GET, "/projects/{id}/handover", P_HANDOVER_CHANGE, BODY_NONE, RATE_PAGE, handover_handle_project},
    {METHOD_POST, "/projects/{id}/handover", P_HANDOVER_CHANGE, BODY_FORM, RATE_WRITE, handover_handle_project},
    {METHOD_GET, "/placements/{opportunity}/handover", P_HANDOVER_CHANGE, BODY_NONE, RATE_PAGE, handover_handle_placement},
    {METHOD_POST, "/placements/{opportunity}/handover", P_HANDOVER_CHANGE, BODY_FORM, RATE_WRITE, handover_handle_placement},
    {METHOD_GET, "/placements/{opportunity}/leader", P_HANDOVER_CHANGE, BODY_NONE, RATE_PAGE, handover_handle_leader},
    {METHOD_POST, "/placements/{opportunity}/leader", P_HANDOVER_CHANGE, BODY_FORM, RATE_WRITE, handover_handle_leader},
    {METHOD_GET, "/handovers/{handover}", P_HANDOVER_VIEW, BODY_NONE, RATE_PAGE, handover_get_one},
    {METHOD_GET, "/handovers/{handover}/pdf", P_HANDOVER_VIEW, BODY_NONE, RATE_PAGE, handover_get_pdf},
    {METHOD_GET, "/handovers/{handover}/csv", P_HANDOVER_VIEW, BODY_NONE, RATE_PAGE, handover_get_csv},
    {METHOD_GET, "/handovers/{handover}/lines/new", P_HANDOVER_CHANGE, BODY_NONE, RATE_PAGE, handover_handle_line_new},
    {METHOD_POST, "/handovers/{handover}/lines/new", P_HANDOVER_CHANGE, BODY_FORM, RATE_WRITE, handover_handle_line_new},
    {METHOD_GET, "/handover-lines/{handover_line}", P_HANDOVER_CHANGE, BODY_NONE, RATE_PAGE, handover_handle_line},
    {METHOD_POST, "/handover-lines/{handover_line}", P_HANDOVER_CHANGE, BODY_FORM, RATE_WRITE, handover_handle_line},
    {METHOD_GET, "/handover-lines/{handover_line}/remove", P_HANDOVER_CHANGE, BODY_NONE, RATE_PAGE, handover_handle_line_remove},
    {METHOD_POST, "/handover-lines/{handover_line}/remove", P_HANDOVER_CHANGE, BODY_FORM, RATE_WRITE, handover_handle_line_remove},
    {METHOD_GET, "/handovers/{handover}/offer", P_HANDOVER_CHANGE, BODY_NONE, RATE_PAGE, handover_handle_offer},
    {METHOD_POST, "/handovers/{handover}/offer", P_HANDOVER_CHANGE, BODY_FORM, RATE_WRITE, handover_handle_offer},
    {METHOD_GET, "/handovers/{handover}/withdraw", P_HANDOVER_CHANGE, BODY_NONE, RATE_PAGE, handover_handle_withdraw},
    {METHOD_POST, "/handovers/{handover}/withdraw", P_HANDOVER_CHANGE, BODY_FORM, RATE_WRITE, handover_handle_withdraw},
    {METHOD_GET, "/handovers/{handover}/answer", P_HANDOVER_CHANGE, BODY_NONE, RATE_PAGE, handover_handle_answer},
    {METHOD_POST, "/handovers/{handover}/answer", P_HANDOVER_CHANGE, BODY_FORM, RATE_WRITE, handover_handle_answer},
    {METHOD_GET, "/handovers/{handover}/accept", P_HANDOVER_TAKE, BODY_NONE, RATE_PAGE, handover_handle_accept},
    {METHOD_POST, "/handovers/{handover}/accept", P_HANDOVER_TAKE, BODY_FORM, RATE_WRITE, handover_handle_accept},
};

static const struct nav_entry nav[] = {{.href = "/handovers", .label = M_handover_title, .may = P_HANDOVER_VIEW, .group = NAV_PROGRESS, .order = 45}};

const struct capability handover_capability = {
    .name = "handover",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .home = handover_home,
    .calendar = handover_calendar,
    .export_person = handover_export,
    .erase_person = handover_erase,
};
