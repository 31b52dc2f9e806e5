/* The routes of the launches, what they hold about a person, and the capability. */
#include "campus/lti/inside.h"

#include "base/json_set.h"

static const struct route routes[] = {
    {METHOD_GET, "/lti/login", P_PUBLIC, BODY_NONE, RATE_PUBLIC, lti_handle_login},
    {METHOD_POST, "/lti/login", P_PUBLIC, BODY_FOREIGN_FORM, RATE_PUBLIC, lti_handle_login},
    {METHOD_POST, "/lti/launch", P_PUBLIC, BODY_FOREIGN_FORM, RATE_PUBLIC, lti_post_launch},
    {METHOD_GET, "/lti/enter/{token}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, lti_get_enter},
    {METHOD_GET, "/lti/pick/{token}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, lti_handle_pick},
    {METHOD_POST, "/lti/pick/{token}", P_PUBLIC, BODY_FORM, RATE_PUBLIC, lti_handle_pick},
    {METHOD_GET, "/lti/register/{token}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, lti_handle_register},
    {METHOD_POST, "/lti/register/{token}", P_PUBLIC, BODY_FORM, RATE_PUBLIC, lti_handle_register},
    {METHOD_GET, "/lti/courses", P_ROSTER_IMPORT, BODY_NONE, RATE_PAGE, lti_get_courses},
    {METHOD_GET, "/lti/courses/{lti_context}", P_ROSTER_IMPORT, BODY_NONE, RATE_PAGE, lti_handle_members},
    {METHOD_POST, "/lti/courses/{lti_context}", P_ROSTER_IMPORT, BODY_FORM, RATE_WRITE, lti_handle_members},
    {METHOD_GET, "/site/lti", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, lti_get_platforms},
    {METHOD_GET, "/site/lti/new", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, lti_handle_new},
    {METHOD_POST, "/site/lti/new", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, lti_handle_new},
    {METHOD_POST, "/site/lti/register", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, lti_post_register_new},
    {METHOD_GET, "/site/lti/{lti_platform}", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, lti_get_platform},
    {METHOD_GET, "/site/lti/{lti_platform}/edit", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, lti_handle_edit},
    {METHOD_POST, "/site/lti/{lti_platform}/edit", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, lti_handle_edit},
    {METHOD_POST, "/site/lti/{lti_platform}/switch", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, lti_post_switch},
    {METHOD_GET, "/site/lti/courses/{lti_context}", P_SITE_CHANGE, BODY_NONE, RATE_PAGE, lti_handle_context},
    {METHOD_POST, "/site/lti/courses/{lti_context}", P_SITE_CHANGE, BODY_FORM, RATE_WRITE, lti_handle_context},
};

static const struct nav_entry nav[] = {
    {.href = "/lti/courses", .label = M_lti_courses_nav, .may = P_ROSTER_IMPORT, .group = NAV_PROGRAMME, .order = 80},
    {.href = "/site/lti", .label = M_lti_nav, .may = P_SITE_CHANGE, .group = NAV_SITE, .order = 62},
};

/* Whoever finishes asks for the job; this finds what a server that died left. */
static const struct job_handler jobs[] = {{.kind = LTI_SCORES_JOB, .run = lti_scores_job, .every_ms = MS_PER_HOUR / 4}};

/* ---- what is held about a person ---------------------------------------------------------------------------------------------------- */

static enum rc export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_lti_person_of accounts;
    struct rows_lti_seat_of seats;
    TRY(sql_lti_person_of(db, a, person, &accounts));
    TRY(sql_lti_seat_of(db, a, person, &seats));
    json_t *own = json_new_object(into, "learning_platforms"), *list = json_new_list(own, "accounts"), *opened = json_new_list(own, "opened");
    for (size_t i = 0; i < accounts.n; i++) {
        json_t *one = json_new_item(list);
        json_set_text(one, "platform", accounts.v[i].name);
        json_set_text(one, "issuer", accounts.v[i].issuer);
        json_set_text(one, "subject", accounts.v[i].subject);
        json_set_time(a, one, "first", accounts.v[i].made_at);
        json_set_time(a, one, "last", accounts.v[i].launched_at);
    }
    for (size_t i = 0; i < seats.n; i++) {
        json_t *one = json_new_item(opened);
        json_set_text(one, "platform", seats.v[i].platform);
        json_set_text(one, "course", seats.v[i].course);
        json_set_text(one, "link", seats.v[i].title);
        json_set_text(one, "kind", seats.v[i].kind);
        json_set_int(one, "thing", seats.v[i].thing);
        json_set_time(a, one, "at", seats.v[i].opened_at);
        json_set_int_unless(one, "percent_sent", seats.v[i].sent_null, seats.v[i].sent);
        json_set_time_unless(a, one, "sent", seats.v[i].sent_at_null, seats.v[i].sent_at);
    }
    return RC_OK;
}

static enum rc erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_lti_seat_drop(tx, person));
    TRY(sql_lti_door_drop(tx, person));
    return sql_lti_person_drop(tx, person);
}

const struct capability lti_capability = {
    .name = "lti",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .jobs = jobs,
    .job_count = COUNT_OF(jobs),
    .export_person = export_person,
    .erase_person = erase_person,
};
