/* The capability of hours: its routes, and what its pages share. */
#include "gen/programme/hours/hours_form_view.h"
#include "programme/hours/inside.h"

#include <sodium.h>

#define HASH_BYTES 32

struct page hours_page(struct ctx *c, struct str title, const struct crumb *crumbs, size_t count)
{
    struct crumb *all = ARENA_ARRAY(c->a, count + 1, struct crumb);
    all[0] = (struct crumb){tr(c, M_placement_title), S("/placements")};
    for (size_t k = 0; k < count; k++)
        all[k + 1] = crumbs[k];
    return (struct page){.title = title, .section = "/placements", .crumbs = all, .crumb_count = count + 1};
}

enum rc hours_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_hours_form v = {.note = note, .f = f};
    if (f != NULL && !form_ok(f) && page->status == 0)
        page->status = 422;
    return view_hours_form_page(c, page, &v);
}

struct str hours_or_gone(const struct ctx *c, struct str name)
{
    return name.p != NULL ? name : tr(c, M_placement_somebody_gone);
}

struct str hours_text(const struct ctx *c, int64_t minutes)
{
    const struct msg_arg args[] = {MSG_NUM("hours", minutes / 60), MSG_NUM("minutes", minutes % 60)};
    return tr_args(c, minutes < 60 ? M_placement_minutes_alone : minutes % 60 != 0 ? M_placement_hours_minutes : M_placement_hours_full, args, COUNT_OF(args));
}

struct str hours_hash(struct arena *a, struct str token)
{
    unsigned char *hash = arena_alloc_raw(a, HASH_BYTES);
    crypto_generichash(hash, HASH_BYTES, (const unsigned char *)token.p, token.n, NULL, 0);
    return (struct str){(const char *)hash, HASH_BYTES};
}

enum rc hours_shift_to_run(struct ctx *c, struct row_hours_shift *s)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_hours_shift(c->db, c->a, id, c->who->person, s));
    struct target t = {.programme = s->programme_id, .holder = s->supervises != 0 ? c->who->person : 0};
    return access_require(c, P_SHIFT_RUN, &t);
}

static const struct route routes[] = {
    {METHOD_GET, "/here/{rota_code}", P_PLACEMENT_OWN, BODY_NONE, RATE_PAGE, hours_handle_here},
    {METHOD_POST, "/here/{rota_code}", P_PLACEMENT_OWN, BODY_FORM, RATE_WRITE, hours_handle_here},
    {METHOD_GET, "/door/{rota_code}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, hours_get_door},
    {METHOD_GET, "/shifts/{rota_shift}/present", P_SHIFT_RUN, BODY_NONE, RATE_PAGE, hours_handle_present},
    {METHOD_POST, "/shifts/{rota_shift}/present", P_SHIFT_RUN, BODY_FORM, RATE_WRITE, hours_handle_present},
    {METHOD_GET, "/shifts/{rota_shift}/debrief", P_PLACEMENT_OWN, BODY_NONE, RATE_PAGE, hours_handle_debrief},
    {METHOD_POST, "/shifts/{rota_shift}/debrief", P_PLACEMENT_OWN, BODY_FORM, RATE_WRITE, hours_handle_debrief},
    {METHOD_GET, "/placements/{opportunity}/ideas", P_PLACEMENT_VIEW, BODY_NONE, RATE_PAGE, hours_get_ideas},
    {METHOD_GET, "/hours", P_PLACEMENT_OWN, BODY_NONE, RATE_PAGE, hours_get_own},
    {METHOD_GET, "/hours/new", P_PLACEMENT_OWN, BODY_NONE, RATE_PAGE, hours_handle_new},
    {METHOD_POST, "/hours/new", P_PLACEMENT_OWN, BODY_FORM, RATE_WRITE, hours_handle_new},
    {METHOD_GET, "/hours/verify", P_SHIFT_RUN, BODY_NONE, RATE_PAGE, hours_handle_verify},
    {METHOD_POST, "/hours/verify", P_SHIFT_RUN, BODY_FORM, RATE_WRITE, hours_handle_verify},
    {METHOD_GET, "/hours/{hours_record}", P_SHIFT_RUN, BODY_NONE, RATE_PAGE, hours_handle_one},
    {METHOD_POST, "/hours/{hours_record}", P_SHIFT_RUN, BODY_FORM, RATE_WRITE, hours_handle_one},
    {METHOD_GET, "/hours/confirm/{hours_token}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, hours_handle_link},
    {METHOD_POST, "/hours/confirm/{hours_token}", P_PUBLIC, BODY_FORM, RATE_PUBLIC, hours_handle_link},
};

static const struct evidence_source sources[] = {{.kind = "hours", .describe = hours_describe}};
static const struct mail_kind mails[] = {{"hours_verify", hours_write_mail, MAIL_shifts}, {"hours_remind", hours_write_remind_mail, MAIL_shifts}};
static const struct job_handler jobs[] = {{.kind = "hours_days", .run = hours_days_job, .every_ms = MS_PER_HOUR}};

const struct capability hours_capability = {
    .name = "hours",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .jobs = jobs,
    .job_count = COUNT_OF(jobs),
    .mails = mails,
    .mail_count = COUNT_OF(mails),
    .home = hours_home,
    .export_person = hours_export,
    .erase_person = hours_erase,
};
