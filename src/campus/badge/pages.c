/* The capability of badges, and the small things that its pages share. */
#include "campus/badge/inside.h"
#include "gen/campus/badge/badge_form_view.h"

#define GIVING_EVERY_MS (5 * MS_PER_MINUTE)

struct str badge_path(const struct ctx *c, const char *start, int64_t id, const char *rest)
{
    return str_printf(c->a, "%s%" PRId64 "%s", start, id, rest);
}

struct str badge_picture(const struct ctx *c, int64_t badge)
{
    return badge_path(c, "/badges/a/", badge, "/picture.svg");
}

struct page badge_page(struct ctx *c, const char *section, msg_id up, struct str title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 1, struct crumb);
    crumbs[0] = (struct crumb){tr(c, up), str_from(section)};
    return (struct page){.title = title, .section = section, .crumbs = crumbs, .crumb_count = 1};
}

enum rc badge_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_badge_form v = {.note = note, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_badge_form_page(c, page, &v);
}

void badge_read_place(struct ctx *c, int64_t *at, int64_t *id)
{
    *at = *id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "at"), at);
    (void)str_to_int(request_query(c->rq, "id"), id);
}

struct str badge_after(const struct ctx *c, struct str path, int64_t at, int64_t id)
{
    return str_printf(c->a, "%.*s?at=%" PRId64 "&id=%" PRId64, STR_ARG(path), at, id);
}

enum rc badge_send_json(struct ctx *c, struct str json)
{
    c->rs->type = "application/json";
    c->rs->fixed = json;
    response_header(c->rs, "Access-Control-Allow-Origin", S("*"));
    return RC_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/badges", P_BADGE_OWN, BODY_NONE, RATE_PAGE, badge_get_mine},
    {METHOD_GET, "/badges/mine/{badge_award}", P_BADGE_OWN, BODY_NONE, RATE_PAGE, badge_get_mine_one},
    {METHOD_GET, "/badges/mine/{badge_award}/share", P_BADGE_OWN, BODY_NONE, RATE_PAGE, badge_handle_share},
    {METHOD_POST, "/badges/mine/{badge_award}/share", P_BADGE_OWN, BODY_FORM, RATE_WRITE, badge_handle_share},
    {METHOD_GET, "/badges/mine/{badge_award}/file/{badge_file}", P_BADGE_OWN, BODY_NONE, RATE_PAGE, badge_get_file},
    {METHOD_GET, "/badges/made", P_BADGE_MANAGE, BODY_NONE, RATE_PAGE, badge_get_list},
    {METHOD_GET, "/badges/new", P_BADGE_MANAGE, BODY_NONE, RATE_PAGE, badge_handle_new},
    {METHOD_POST, "/badges/new", P_BADGE_MANAGE, BODY_FORM, RATE_WRITE, badge_handle_new},
    {METHOD_GET, "/badges/made/{badge}", P_BADGE_MANAGE, BODY_NONE, RATE_PAGE, badge_get_one},
    {METHOD_GET, "/badges/made/{badge}/text", P_BADGE_MANAGE, BODY_NONE, RATE_PAGE, badge_handle_text},
    {METHOD_POST, "/badges/made/{badge}/text", P_BADGE_MANAGE, BODY_FORM, RATE_WRITE, badge_handle_text},
    {METHOD_GET, "/badges/made/{badge}/publish", P_BADGE_MANAGE, BODY_NONE, RATE_PAGE, badge_handle_publish},
    {METHOD_POST, "/badges/made/{badge}/publish", P_BADGE_MANAGE, BODY_FORM, RATE_WRITE, badge_handle_publish},
    {METHOD_GET, "/badges/made/{badge}/retire", P_BADGE_MANAGE, BODY_NONE, RATE_PAGE, badge_handle_retire},
    {METHOD_POST, "/badges/made/{badge}/retire", P_BADGE_MANAGE, BODY_FORM, RATE_WRITE, badge_handle_retire},
    {METHOD_GET, "/badges/made/{badge}/drop", P_BADGE_MANAGE, BODY_NONE, RATE_PAGE, badge_handle_drop},
    {METHOD_POST, "/badges/made/{badge}/drop", P_BADGE_MANAGE, BODY_FORM, RATE_WRITE, badge_handle_drop},
    {METHOD_GET, "/badges/made/{badge}/give", P_BADGE_MANAGE, BODY_NONE, RATE_PAGE, badge_handle_give},
    {METHOD_POST, "/badges/made/{badge}/give", P_BADGE_MANAGE, BODY_FORM, RATE_WRITE, badge_handle_give},
    {METHOD_GET, "/badges/given/{badge_award}/withdraw", P_BADGE_MANAGE, BODY_NONE, RATE_PAGE, badge_handle_withdraw},
    {METHOD_POST, "/badges/given/{badge_award}/withdraw", P_BADGE_MANAGE, BODY_FORM, RATE_WRITE, badge_handle_withdraw},
    {METHOD_GET, "/badges/v", P_PUBLIC, BODY_NONE, RATE_PUBLIC, badge_handle_check},
    {METHOD_POST, "/badges/v", P_PUBLIC, BODY_UPLOAD, RATE_PUBLIC, badge_handle_check},
    {METHOD_GET, "/badges/v/{badge_token}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, badge_get_shared},
    {METHOD_GET, "/badges/a/{badge}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, badge_get_achievement},
    {METHOD_GET, "/badges/a/{badge}/{badge_picture}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, badge_get_picture},
    {METHOD_GET, "/badges/issuers/{badge_issuer}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, badge_get_issuer},
    {METHOD_GET, "/badges/status/{badge_list}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, badge_get_status},
    {METHOD_GET, "/badges/keys", P_PUBLIC, BODY_NONE, RATE_PUBLIC, badge_get_keys},
    {METHOD_GET, "/badges/keys/{badge_key}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, badge_get_key},
};

static const struct nav_entry nav[] = {{.href = "/badges", .label = M_badge_nav, .may = P_BADGE_OWN, .group = NAV_PROGRESS, .order = 40},
                                       {.href = "/badges/made", .label = M_badge_nav_made, .may = P_BADGE_MANAGE, .group = NAV_PROGRAMME, .order = 60}};

static const struct job_handler jobs[] = {{.kind = "badge_give", .run = badge_run_giving, .every_ms = GIVING_EVERY_MS}};

const struct capability badge_capability = {
    .name = "badge",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .jobs = jobs,
    .job_count = COUNT_OF(jobs),
    .home = badge_home,
    .export_person = badge_export_person,
    .erase_person = badge_erase_person,
};
