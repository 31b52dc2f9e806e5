/* The capability of the ledger: its routes, jobs, mails, and the small things that its pages share. */
#include "base/clock.h"
#include "gen/programme/ledger/ledger_form_view.h"
#include "programme/ledger/inside.h"

#define COUNT_EVERY_MS (6 * MS_PER_HOUR)

struct str ledger_path(const struct ctx *c, int64_t programme, const char *rest)
{
    return str_printf(c->a, "/programmes/%" PRId64 "%s", programme, rest);
}

enum rc ledger_open_programme(struct ctx *c, enum permission may, struct programme *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(programme_find(c->db, c->a, id, p));
    struct target t = {.programme = id};
    return access_require(c, may, &t);
}

struct page ledger_page(struct ctx *c, const struct programme *p, struct str title, struct str above, struct str above_href)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){p->title, ledger_path(c, p->id, "")};
    crumbs[1] = (struct crumb){above, above_href};
    return (struct page){.title = title, .section = "/ledger", .crumbs = crumbs, .crumb_count = above.n != 0 ? 2 : 1};
}

enum rc ledger_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_ledger_form v = {.note = note, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_ledger_form_page(c, page, &v);
}

static const struct route routes[] = {
    {METHOD_GET, "/ledger", P_REPORT_VIEW, BODY_NONE, RATE_PAGE, ledger_get_current},
    {METHOD_GET, "/programmes/{id}/ledger", P_REPORT_VIEW, BODY_NONE, RATE_PAGE, ledger_get_dashboard},
    {METHOD_GET, "/programmes/{id}/ledger/csv", P_REPORT_VIEW, BODY_NONE, RATE_PAGE, ledger_get_csv},
    {METHOD_GET, "/programmes/{id}/ledger/chain", P_REPORT_VIEW, BODY_NONE, RATE_PAGE, ledger_get_chain},
    {METHOD_POST, "/programmes/{id}/ledger/count", P_EVALUATION_MANAGE, BODY_FORM, RATE_WRITE, ledger_post_count},
    {METHOD_GET, "/programmes/{id}/ledger/{ledger_key}", P_REPORT_VIEW, BODY_NONE, RATE_PAGE, ledger_get_figure},
    {METHOD_GET, "/e/{ledger_token}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, ledger_get_link},
    {METHOD_POST, "/e/{ledger_token}", P_PUBLIC, BODY_FORM, RATE_PUBLIC, ledger_post_link},
    {METHOD_POST, "/e/{ledger_token}/decline", P_PUBLIC, BODY_FORM, RATE_PUBLIC, ledger_post_decline_link},
    {METHOD_GET, "/evaluations/asked/{ledger_wave}", P_EVALUATION_ANSWER, BODY_NONE, RATE_PAGE, ledger_handle_asked},
    {METHOD_POST, "/evaluations/asked/{ledger_wave}", P_EVALUATION_ANSWER, BODY_FORM, RATE_WRITE, ledger_handle_asked},
    {METHOD_POST, "/evaluations/asked/{ledger_wave}/decline", P_EVALUATION_ANSWER, BODY_FORM, RATE_WRITE, ledger_post_decline_asked},
    {METHOD_GET, "/sessions/{id}/feedback", P_EVALUATION_ANSWER, BODY_NONE, RATE_PAGE, ledger_handle_session},
    {METHOD_POST, "/sessions/{id}/feedback", P_EVALUATION_ANSWER, BODY_FORM, RATE_WRITE, ledger_handle_session},
    {METHOD_GET, "/programmes/{id}/evaluations", P_EVALUATION_MANAGE, BODY_NONE, RATE_PAGE, ledger_get_evaluations},
    {METHOD_GET, "/programmes/{id}/evaluations/new", P_EVALUATION_MANAGE, BODY_NONE, RATE_PAGE, ledger_handle_new},
    {METHOD_POST, "/programmes/{id}/evaluations/new", P_EVALUATION_MANAGE, BODY_FORM, RATE_WRITE, ledger_handle_new},
    {METHOD_GET, "/programmes/{id}/evaluations/sessions", P_EVALUATION_MANAGE, BODY_NONE, RATE_PAGE, ledger_handle_sessions},
    {METHOD_POST, "/programmes/{id}/evaluations/sessions", P_EVALUATION_MANAGE, BODY_FORM, RATE_WRITE, ledger_handle_sessions},
    {METHOD_GET, "/evaluations/{ledger_evaluation}", P_EVALUATION_MANAGE, BODY_NONE, RATE_PAGE, ledger_get_evaluation},
    {METHOD_GET, "/evaluations/{ledger_evaluation}/edit", P_EVALUATION_MANAGE, BODY_NONE, RATE_PAGE, ledger_handle_edit},
    {METHOD_POST, "/evaluations/{ledger_evaluation}/edit", P_EVALUATION_MANAGE, BODY_FORM, RATE_WRITE, ledger_handle_edit},
    {METHOD_GET, "/evaluations/{ledger_evaluation}/step/{ledger_step}", P_EVALUATION_MANAGE, BODY_NONE, RATE_PAGE, ledger_handle_step},
    {METHOD_POST, "/evaluations/{ledger_evaluation}/step/{ledger_step}", P_EVALUATION_MANAGE, BODY_FORM, RATE_WRITE, ledger_handle_step},
    {METHOD_GET, "/ledger-waves/{ledger_wave}", P_EVALUATION_MANAGE, BODY_NONE, RATE_PAGE, ledger_handle_wave},
    {METHOD_POST, "/ledger-waves/{ledger_wave}", P_EVALUATION_MANAGE, BODY_FORM, RATE_WRITE, ledger_handle_wave},
};

static const struct nav_entry nav[] = {{.href = "/ledger", .label = M_ledger_nav, .may = P_REPORT_VIEW, .group = NAV_PROGRAMME, .order = 5}};

static const struct mail_kind mails[] = {{"ledger_ask", ledger_write_ask, MAIL_evaluation}, {"ledger_remind", ledger_write_remind, MAIL_evaluation}};

static const struct job_handler jobs[] = {{.kind = "ledger_count", .run = ledger_run_count},
                                          {.kind = "ledger_weekly", .run = ledger_run_weekly, .every_ms = COUNT_EVERY_MS},
                                          {.kind = "ledger_days", .run = ledger_run_days, .every_ms = MS_PER_HOUR}};

const struct capability ledger_capability = {
    .name = "ledger",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .jobs = jobs,
    .job_count = COUNT_OF(jobs),
    .mails = mails,
    .mail_count = COUNT_OF(mails),
    .home = ledger_home,
    .calendar = ledger_calendar,
    .export_person = ledger_export,
    .erase_person = ledger_erase,
    .retain = ledger_retain,
};
