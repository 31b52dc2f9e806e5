/* The capability of the rota: its routes, and what its pages share. */
#include "gen/msg_curriculum.h"
#include "gen/programme/rota/rota_form_view.h"
#include "programme/rota/inside.h"
#include "view/write.h"

struct str rota_shift_path(const struct ctx *c, int64_t shift, const char *end)
{
    return str_printf(c->a, "/shifts/%" PRId64 "%s", shift, end);
}

struct str rota_term_path(const struct ctx *c, int64_t term, const char *end)
{
    return str_printf(c->a, "/terms/%" PRId64 "%s", term, end);
}

struct page rota_page(struct ctx *c, struct str title, const struct crumb *crumbs, size_t count)
{
    struct crumb *all = ARENA_ARRAY(c->a, count + 1, struct crumb);
    all[0] = (struct crumb){tr(c, M_placement_title), S("/placements")};
    for (size_t k = 0; k < count; k++)
        all[k + 1] = crumbs[k];
    return (struct page){.title = title, .section = "/placements", .crumbs = all, .crumb_count = count + 1};
}

enum rc rota_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_rota_form v = {.note = note, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_rota_form_page(c, page, &v);
}

struct str rota_weekday(const struct ctx *c, int weekday)
{
    static const msg_id days[] = {M_curriculum_weekday_1, M_curriculum_weekday_2, M_curriculum_weekday_3, M_curriculum_weekday_4, M_curriculum_weekday_5, M_curriculum_weekday_6, M_curriculum_weekday_7};
    return tr(c, days[weekday]);
}

struct str rota_when(const struct ctx *c, int64_t starts_at, int64_t ends_at)
{
    struct civil from = civil_from_ms(c->zone, starts_at), to = civil_from_ms(c->zone, ends_at);
    int64_t day = day_from_ms(c->zone, starts_at);
    const struct msg_arg args[] = {MSG_TEXT("weekday", rota_weekday(c, weekday_of(day))), MSG_TEXT("day", view_day_str(c->a, c->lang, day)),
                                   MSG_TEXT("from", str_printf(c->a, "%02d:%02d", from.hour, from.minute)),
                                   MSG_TEXT("to", str_printf(c->a, "%02d:%02d", to.hour, to.minute))};
    return tr_args(c, M_placement_when, args, COUNT_OF(args));
}

struct str rota_or_gone(const struct ctx *c, struct str name)
{
    return name.p != NULL ? name : tr(c, M_placement_somebody_gone);
}

enum rc rota_open_shift_page(struct ctx *c, struct row_rota_shift_find *s, bool *manages)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_rota_shift_find(c->db, c->a, id, s));
    struct target t = {.programme = s->programme_id};
    TRY(access_require(c, P_PLACEMENT_VIEW, &t));
    *manages = access_allows(c, P_PLACEMENT_MANAGE, &t);
    return *manages || !str_eq_z(s->opportunity_state, "draft") ? RC_OK : RC_NOT_FOUND;
}

enum rc rota_shift_to_manage(struct ctx *c, struct row_rota_shift_find *s)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_rota_shift_find(c->db, c->a, id, s));
    struct target t = {.programme = s->programme_id};
    return access_require(c, P_PLACEMENT_MANAGE, &t);
}

enum rc rota_term_to_manage(struct ctx *c, struct row_rota_term_find *t)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_rota_term_find(c->db, c->a, id, t));
    struct target of = {.programme = t->programme_id};
    return access_require(c, P_PLACEMENT_MANAGE, &of);
}

static const struct route routes[] = {
    {METHOD_GET, "/terms", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_get_terms},
    {METHOD_GET, "/terms/new", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_handle_new_term},
    {METHOD_POST, "/terms/new", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_handle_new_term},
    {METHOD_GET, "/terms/{rota_term}", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_get_term},
    {METHOD_GET, "/terms/{rota_term}/edit", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_handle_term},
    {METHOD_POST, "/terms/{rota_term}/edit", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_handle_term},
    {METHOD_POST, "/terms/{rota_term}/holidays", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_post_holiday},
    {METHOD_GET, "/terms/{rota_term}/state", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_handle_term_state},
    {METHOD_POST, "/terms/{rota_term}/state", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_handle_term_state},
    {METHOD_GET, "/terms/{rota_term}/wishes", P_PLACEMENT_VIEW, BODY_NONE, RATE_PAGE, rota_handle_wishes},
    {METHOD_POST, "/terms/{rota_term}/wishes", P_PLACEMENT_VIEW, BODY_FORM, RATE_WRITE, rota_handle_wishes},
    {METHOD_GET, "/terms/{rota_term}/proposals", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_handle_propose},
    {METHOD_POST, "/terms/{rota_term}/proposals", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_handle_propose},
    {METHOD_GET, "/proposals/{rota_proposal}", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_get_proposal},
    {METHOD_GET, "/proposals/{rota_proposal}/publish", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_handle_publish},
    {METHOD_POST, "/proposals/{rota_proposal}/publish", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_handle_publish},
    {METHOD_GET, "/feeds/{rota_feed}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, rota_get_feed},
    {METHOD_GET, "/shifts/calendar", P_PLACEMENT_OWN, BODY_NONE, RATE_PAGE, rota_get_own_feed},
    {METHOD_GET, "/placements/{opportunity}/calendar", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_handle_opportunity_feed},
    {METHOD_POST, "/placements/{opportunity}/calendar", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_handle_opportunity_feed},
    {METHOD_GET, "/placements/{opportunity}/shifts", P_PLACEMENT_VIEW, BODY_NONE, RATE_PAGE, rota_get_shifts},
    {METHOD_GET, "/placements/{opportunity}/shifts/new", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_handle_new_shift},
    {METHOD_POST, "/placements/{opportunity}/shifts/new", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_handle_new_shift},
    {METHOD_GET, "/placements/{opportunity}/series", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_handle_series},
    {METHOD_POST, "/placements/{opportunity}/series", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_handle_series},
    {METHOD_GET, "/shifts", P_PLACEMENT_OWN, BODY_NONE, RATE_PAGE, rota_get_mine},
    {METHOD_GET, "/shifts/{rota_shift}", P_PLACEMENT_VIEW, BODY_NONE, RATE_PAGE, rota_get_shift},
    {METHOD_POST, "/shifts/{rota_shift}/take", P_PLACEMENT_VIEW, BODY_FORM, RATE_WRITE, rota_post_take},
    {METHOD_GET, "/shifts/{rota_shift}/supervisors", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_handle_supervisor},
    {METHOD_POST, "/shifts/{rota_shift}/supervisors", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_handle_supervisor},
    {METHOD_GET, "/shifts/{rota_shift}/state", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_handle_state},
    {METHOD_POST, "/shifts/{rota_shift}/state", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_handle_state},
    {METHOD_GET, "/shifts/{rota_shift}/give", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_handle_give},
    {METHOD_POST, "/shifts/{rota_shift}/give", P_PLACEMENT_MANAGE, BODY_FORM, RATE_WRITE, rota_handle_give},
    {METHOD_GET, "/places/{rota_place}/drop", P_PLACEMENT_OWN, BODY_NONE, RATE_PAGE, rota_handle_drop},
    {METHOD_POST, "/places/{rota_place}/drop", P_PLACEMENT_OWN, BODY_FORM, RATE_WRITE, rota_handle_drop},
    {METHOD_GET, "/places/{rota_place}/swap", P_PLACEMENT_OWN, BODY_NONE, RATE_PAGE, rota_handle_offer},
    {METHOD_POST, "/places/{rota_place}/swap", P_PLACEMENT_OWN, BODY_FORM, RATE_WRITE, rota_handle_offer},
    {METHOD_GET, "/rota", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_get_overview},
    {METHOD_GET, "/rota/paper", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_get_paper},
    {METHOD_GET, "/rota/equity", P_REPORT_VIEW, BODY_NONE, RATE_PAGE, rota_get_equity},
    {METHOD_GET, "/rota/csv", P_PLACEMENT_MANAGE, BODY_NONE, RATE_PAGE, rota_get_csv},
    {METHOD_GET, "/swaps/{rota_swap}", P_PLACEMENT_VIEW, BODY_NONE, RATE_PAGE, rota_handle_swap},
    {METHOD_POST, "/swaps/{rota_swap}", P_PLACEMENT_VIEW, BODY_FORM, RATE_WRITE, rota_handle_swap},
};

static const struct mail_kind mails[] = {{"rota_moved", rota_write_moved_mail, MAIL_shifts}, {"rota_cancelled", rota_write_cancelled_mail, MAIL_shifts},
                                         {"rota_swap", rota_write_swap_mail, MAIL_shifts},
                                         {"rota_soon", rota_write_soon_mail, MAIL_shifts},
                                         {"rota_lacks", rota_write_lacks_mail, MAIL_shifts}};

static const struct job_handler jobs[] = {{.kind = "rota_propose", .run = rota_propose_job},
                                          {.kind = "rota_days", .run = rota_days_job, .every_ms = MS_PER_HOUR}};

const struct capability rota_capability = {
    .name = "rota",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .jobs = jobs,
    .job_count = COUNT_OF(jobs),
    .mails = mails,
    .mail_count = COUNT_OF(mails),
    .home = rota_home,
    .calendar = rota_calendar,
    .export_person = rota_export,
    .erase_person = rota_erase,
    .retain = rota_retain,
};
