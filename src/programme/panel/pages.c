/* The capability of the progress panel, and the small things that its pages share. */
#include "gen/programme/panel/panel_form_view.h"
#include "programme/panel/inside.h"

struct str panel_or_gone(const struct ctx *c, struct str name)
{
    return name.p != NULL ? name : tr(c, M_panel_somebody_gone);
}

struct str panel_path(const struct ctx *c, int64_t panel, const char *end)
{
    return str_printf(c->a, "/panels/%" PRId64 "%s", panel, end);
}

struct str panel_case_path(const struct ctx *c, int64_t case_id, const char *end)
{
    return str_printf(c->a, "/panel-cases/%" PRId64 "%s", case_id, end);
}

struct str panel_word(const struct ctx *c, struct str outcome, struct str word)
{
    if (word.n != 0)
        return word;
    return tr(c, str_eq_z(outcome, "progress") ? M_panel_progress : str_eq_z(outcome, "conditions") ? M_panel_with_conditions : M_panel_not_yet);
}

struct str panel_state_word(const struct ctx *c, struct str state)
{
    return tr(c, str_eq_z(state, "draft") ? M_panel_state_draft : str_eq_z(state, "open") ? M_panel_state_open : str_eq_z(state, "meeting") ? M_panel_state_meeting : M_panel_state_closed);
}

struct page panel_page(struct ctx *c, struct str title, int64_t panel, struct str panel_title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_panel_title), S("/panels")};
    crumbs[1] = (struct crumb){panel_title, panel_path(c, panel, "")};
    return (struct page){.title = title, .section = "/panels", .crumbs = crumbs, .crumb_count = panel != 0 ? 2 : 1};
}

enum rc panel_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_panel_form v = {.note = note, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_panel_form_page(c, page, &v);
}

enum rc panel_open_one(struct ctx *c, bool managing, struct panel_reader *r)
{
    int64_t id;
    struct row_panel_member_is member;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_panel_find(c->db, c->a, id, &r->p));
    struct target t = {.programme = r->p.programme_id};
    if (managing)
        TRY(access_require(c, P_PANEL_MANAGE, &t));
    r->manages = access_allows(c, P_PANEL_MANAGE, &t);
    TRY(sql_panel_member_is(c->db, c->a, id, c->who->person, &member));
    t.holder = member.n != 0 && !str_eq_z(r->p.state, "draft") ? c->who->person : 0;
    r->sits = access_allows(c, P_PANEL_SIT, &t);
    return r->manages ? RC_OK : access_require(c, P_PANEL_SIT, &t);
}

enum rc panel_open_case(struct ctx *c, struct case_reader *r)
{
    int64_t id;
    struct target t;
    enum panel_apart apart;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_panel_case_find(c->db, c->a, id, &r->k));
    TRY(panel_sits(c->db, c->a, id, c->who->person, &apart));
    bool draft = str_eq_z(r->k.state, "draft");
    r->own = apart == PANEL_OWN_CASE;
    struct target seat = {.holder = apart == PANEL_SITS && !draft ? c->who->person : 0};
    r->sits = access_allows(c, P_PANEL_SIT, &seat);
    TRY(programme_person_target_in(c, r->k.person_id, r->k.programme_id, &t));
    t.holder = r->sits ? c->who->person : 0;
    TRY(access_require(c, P_PANEL_CASE, &t));
    struct target here = {.places = t.places, .place_count = t.place_count};
    r->manages = !r->own && access_allows(c, P_PANEL_MANAGE, &here);
    if (r->own && draft)
        return RC_NOT_FOUND;
    return apart == PANEL_TIED || apart == PANEL_RECUSED ? RC_NOT_FOUND : RC_OK;
}

static enum rc write_note(struct db *tx, void *arg, struct err *e)
{
    const struct panel_noting *n = arg;
    (void)e;
    return audit_note(tx, n->now, n->actor, n->action, n->subject, n->kind, n->object);
}

enum rc panel_note(struct ctx *c, const char *action, int64_t subject, const char *kind, int64_t object)
{
    struct panel_noting n = {c->who->person, subject, object, c->now, action, kind};
    return ctx_write(c, write_note, &n);
}

static const struct route routes[] = {
    {METHOD_GET, "/panels", P_PANEL_CASE, BODY_NONE, RATE_PAGE, panel_get_list},
    {METHOD_GET, "/panels/new", P_PANEL_MANAGE, BODY_NONE, RATE_PAGE, panel_handle_new},
    {METHOD_POST, "/panels/new", P_PANEL_MANAGE, BODY_FORM, RATE_WRITE, panel_handle_new},
    {METHOD_GET, "/panels/mails", P_PANEL_CASE, BODY_NONE, RATE_PAGE, panel_handle_mails},
    {METHOD_POST, "/panels/mails", P_PANEL_CASE, BODY_FORM, RATE_WRITE, panel_handle_mails},
    {METHOD_GET, "/programmes/{id}/panels/settings", P_PANEL_MANAGE, BODY_NONE, RATE_PAGE, panel_handle_setting},
    {METHOD_POST, "/programmes/{id}/panels/settings", P_PANEL_MANAGE, BODY_FORM, RATE_WRITE, panel_handle_setting},
    {METHOD_GET, "/programmes/{id}/panels/conditions", P_PANEL_MANAGE, BODY_NONE, RATE_PAGE, panel_get_conditions},
    {METHOD_GET, "/panels/{id}", P_PANEL_CASE, BODY_NONE, RATE_PAGE, panel_get_queue},
    {METHOD_GET, "/panels/{id}/change", P_PANEL_MANAGE, BODY_NONE, RATE_PAGE, panel_handle_change},
    {METHOD_POST, "/panels/{id}/change", P_PANEL_MANAGE, BODY_FORM, RATE_WRITE, panel_handle_change},
    {METHOD_GET, "/panels/{id}/members", P_PANEL_MANAGE, BODY_NONE, RATE_PAGE, panel_get_members},
    {METHOD_GET, "/panels/{id}/members/{person}", P_PANEL_MANAGE, BODY_NONE, RATE_PAGE, panel_handle_member},
    {METHOD_POST, "/panels/{id}/members/{person}", P_PANEL_MANAGE, BODY_FORM, RATE_WRITE, panel_handle_member},
    {METHOD_GET, "/panels/{id}/cohort", P_PANEL_MANAGE, BODY_NONE, RATE_PAGE, panel_handle_cohort},
    {METHOD_POST, "/panels/{id}/cohort", P_PANEL_MANAGE, BODY_FORM, RATE_WRITE, panel_handle_cohort},
    {METHOD_GET, "/panels/{id}/step/{panel_step}", P_PANEL_MANAGE, BODY_NONE, RATE_PAGE, panel_handle_step},
    {METHOD_POST, "/panels/{id}/step/{panel_step}", P_PANEL_MANAGE, BODY_FORM, RATE_WRITE, panel_handle_step},
    {METHOD_GET, "/panel-cases/{id}", P_PANEL_CASE, BODY_NONE, RATE_PAGE, panel_get_case},
    {METHOD_GET, "/panel-cases/{id}/summary", P_PANEL_CASE, BODY_NONE, RATE_PAGE, panel_handle_summary},
    {METHOD_POST, "/panel-cases/{id}/summary", P_PANEL_CASE, BODY_FORM, RATE_WRITE, panel_handle_summary},
    {METHOD_GET, "/panel-cases/{id}/decide", P_PANEL_SIT, BODY_NONE, RATE_PAGE, panel_handle_decide},
    {METHOD_POST, "/panel-cases/{id}/decide", P_PANEL_SIT, BODY_FORM, RATE_WRITE, panel_handle_decide},
    {METHOD_GET, "/panel-cases/{id}/stay-away", P_PANEL_SIT, BODY_NONE, RATE_PAGE, panel_handle_recuse},
    {METHOD_POST, "/panel-cases/{id}/stay-away", P_PANEL_SIT, BODY_FORM, RATE_WRITE, panel_handle_recuse},
    {METHOD_GET, "/panel-cases/{id}/answer", P_PANEL_CASE, BODY_NONE, RATE_PAGE, panel_handle_answer},
    {METHOD_POST, "/panel-cases/{id}/answer", P_PANEL_CASE, BODY_FORM, RATE_WRITE, panel_handle_answer},
    {METHOD_GET, "/panel-cases/{id}/conditions/{panel_condition}", P_PANEL_CASE, BODY_NONE, RATE_PAGE, panel_handle_condition},
    {METHOD_POST, "/panel-cases/{id}/conditions/{panel_condition}", P_PANEL_CASE, BODY_FORM, RATE_WRITE, panel_handle_condition},
};

static const struct nav_entry nav[] = {{.href = "/panels", .label = M_panel_nav, .may = P_PANEL_CASE, .group = NAV_PROGRESS, .order = 40}};

const struct capability panel_capability = {
    .name = "panel",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .mails = panel_mails,
    .mail_count = PANEL_MAILS,
    .home = panel_home,
    .calendar = panel_calendar,
    .export_person = panel_export,
    .erase_person = panel_erase,
    .retain = panel_retain,
};
