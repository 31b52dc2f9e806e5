/* The capability of matching: its routes, and what its pages share. */
#include "base/clock.h"
#include "gen/msg_people.h"
#include "gen/programme/matching/match_form_view.h"
#include "programme/matching/inside.h"
#include "programme/people/people.h"

enum rc match_require(struct ctx *c, struct match_round *r)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(match_find(c->db, c->a, id, r));
    struct target t = {.programme = r->programme, .cohort = r->cohort};
    return access_require(c, P_MATCH_RUN, &t);
}

struct str match_path(const struct ctx *c, int64_t round, const char *rest)
{
    return str_printf(c->a, "/rounds/%" PRId64 "%s", round, rest);
}

struct page match_page(struct ctx *c, const struct match_round *r, struct str title, bool below)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_matching_title), S("/rounds")};
    crumbs[1] = (struct crumb){r->title, match_path(c, r->id, "")};
    return (struct page){.title = title, .caption = below ? r->title : STR_NONE, .section = "/rounds", .crumbs = crumbs, .crumb_count = below ? 2 : 1};
}

struct str match_csrf(struct ctx *c)
{
    return c->session != NULL ? session_csrf(c->a, c->session->token) : S("");
}

enum rc match_send_form(struct ctx *c, struct page *page, struct str note, const struct form *f)
{
    struct view_match_form v = {.note = note, .f = f};
    if (page->status == 0 && !form_ok(f))
        page->status = 422;
    return view_match_form_page(c, page, &v);
}

struct str match_mode_name(const struct ctx *c, enum match_mode mode)
{
    return tr(c, mode == MATCH_FAIR ? M_matching_mode_fair : mode == MATCH_MENTOR ? M_matching_mode_mentor : M_matching_mode_reach);
}

struct str match_mode_price(const struct ctx *c, enum match_mode mode)
{
    return tr(c, mode == MATCH_FAIR ? M_matching_price_fair : mode == MATCH_MENTOR ? M_matching_price_mentor : M_matching_price_reach);
}

struct str match_near_name(const struct ctx *c, enum match_near near)
{
    return tr(c, near == MATCH_NEAR_BLOCKING ? M_matching_near_blocking : near == MATCH_NEAR_ENVY_FREE ? M_matching_near_envy : M_matching_near_off);
}

void match_least_fields(struct ctx *c, struct form *f, int64_t least, enum match_near near)
{
    static const msg_id hints[MATCH_NEARS] = {M_matching_near_blocking_hint, M_matching_near_envy_hint, M_matching_near_off_hint};
    struct choice *nears = ARENA_ARRAY(c->a, MATCH_NEARS, struct choice);
    for (int i = 0; i < MATCH_NEARS; i++)
        nears[i] = (struct choice){.value = str_from(match_near_word((enum match_near)i)), .label = match_near_name(c, (enum match_near)i), .hint = tr(c, hints[i])};
    form_add(f, (struct field){.name = "least", .kind = FIELD_INT, .label = M_matching_least, .hint = M_matching_least_hint, .required = true, .min = 0, .max = MATCH_SEATS_MOST, .value = str_printf(f->a, "%" PRId64, least)});
    form_add(f, (struct field){.name = "nearest", .kind = FIELD_CHOICE, .label = M_matching_nearest, .hint = M_matching_nearest_hint, .required = true, .choices = nears, .choice_count = MATCH_NEARS, .value = str_from(match_near_word(near))});
}

/* The programme's own zone: deadlines and leaves are told in it. */
const struct zone *match_zone(struct ctx *c, int64_t programme)
{
    struct row_match_zone row;
    const struct zone *z = sql_match_zone(c->db, c->a, programme, &row) == RC_OK ? zone_find(row.zone) : NULL;
    return z != NULL ? z : c->zone;
}

int64_t match_today(struct ctx *c, const struct match_round *r)
{
    return day_from_ms(match_zone(c, r->programme), c->now);
}

static const struct {
    const char *name;
    msg_id label, hint;
} weights[] = {{"weight_interests", M_matching_weight_interests, M_matching_weight_interests_hint},
               {"weight_language", M_matching_weight_language, M_matching_weight_language_hint},
               {"weight_stage", M_matching_weight_stage, M_matching_weight_stage_hint},
               {"weight_load", M_matching_weight_load, M_matching_weight_load_hint}};

void match_weight_fields(struct form *f, const struct match_weights *w)
{
    const int64_t values[] = {w->interests, w->language, w->stage, w->load};
    for (size_t i = 0; i < COUNT_OF(weights); i++)
        form_add(f, (struct field){.name = weights[i].name, .kind = FIELD_INT, .label = weights[i].label, .hint = weights[i].hint, .required = true, .min = 0, .max = 10, .value = str_printf(f->a, "%" PRId64, values[i])});
}

struct match_weights match_read_weights(const struct form *f)
{
    return (struct match_weights){form_int(f, "weight_interests", 0), form_int(f, "weight_language", 0), form_int(f, "weight_stage", 0), form_int(f, "weight_load", 0)};
}

/* Of so many people one chooses from a list. */
#define CHOOSE_AMONG 60

enum rc match_add_person_field(struct ctx *c, struct form *f, const struct match_round *r, enum hr_side side, struct field field, msg_id none)
{
    struct row_match_person_top top;
    struct rows_match_person_names rows;
    field.required = none == 0;
    TRY(sql_match_person_top(c->db, c->a, r->id, match_side_word(side), &top));
    if (top.n > CHOOSE_AMONG) {
        field.kind = FIELD_TEXT;
        field.hint = none != 0 ? none : M_people_named_hint;
        form_add(f, field);
        return RC_OK;
    }
    TRY(sql_match_person_names(c->db, c->a, r->id, match_side_word(side), &rows));
    struct choice *choices = ARENA_ARRAY(c->a, rows.n + 1, struct choice);
    size_t n = 0;
    if (none != 0) {
        choices[n++] = (struct choice){.value = S("0"), .label = tr(c, none)};
        field.value = S("0");
    }
    for (size_t i = 0; i < rows.n; i++)
        if (rows.v[i].takes_part && rows.v[i].name.p != NULL)
            choices[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[i].person_id), .label = rows.v[i].name};
    field.kind = FIELD_CHOICE;
    field.choices = choices;
    field.choice_count = n;
    form_add(f, field);
    return RC_OK;
}

enum rc match_read_person(struct ctx *c, struct form *f, const struct match_round *r, enum hr_side side, const char *name, int64_t *person,
                          int64_t *place)
{
    struct row_match_person_of row;
    struct str text = form_text(f, name);
    *person = *place = 0;
    if (text.n == 0 || str_eq_z(text, "0"))
        return RC_OK;
    TRY(people_read_person(c, f, name, r->programme, person));
    if (*person == 0)
        return RC_OK;
    enum rc rc = sql_match_person_of(c->db, c->a, r->id, match_side_word(side), *person, &row);
    if (rc == RC_OK && row.takes_part) {
        *place = row.place;
        return RC_OK;
    }
    *person = 0;
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        form_error(f, name, M_matching_outside, NULL);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- the capability ------------------------------------------------------------------------------------------------------------- */

static const struct route routes[] = {
    {METHOD_GET, "/rounds", P_MATCH_OWN, BODY_NONE, RATE_PAGE, match_get_rounds},
    {METHOD_GET, "/rounds/new", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_new_round},
    {METHOD_POST, "/rounds/new", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_new_round},
    {METHOD_GET, "/rounds/{id}", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_get_round},
    {METHOD_GET, "/rounds/{id}/edit", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_edit_round},
    {METHOD_POST, "/rounds/{id}/edit", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_edit_round},
    {METHOD_GET, "/rounds/{id}/open", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_handle_open},
    {METHOD_POST, "/rounds/{id}/open", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_handle_open},
    {METHOD_GET, "/rounds/{id}/drop", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_handle_drop},
    {METHOD_POST, "/rounds/{id}/drop", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_handle_drop},
    {METHOD_POST, "/rounds/{id}/remind", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_post_remind},
    {METHOD_GET, "/rounds/{id}/people/{side}", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_get_people},
    {METHOD_GET, "/rounds/{id}/people/{side}/add", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_add_people},
    {METHOD_POST, "/rounds/{id}/people/{side}/add", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_add_people},
    {METHOD_GET, "/rounds/{id}/people/{side}/{place}", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_handle_person},
    {METHOD_POST, "/rounds/{id}/people/{side}/{place}", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_handle_person},
    {METHOD_GET, "/rounds/{id}/rules", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_get_rules},
    {METHOD_GET, "/rounds/{id}/rules/new", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_new_rule},
    {METHOD_POST, "/rounds/{id}/rules/new", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_new_rule},
    {METHOD_POST, "/rounds/{id}/rules/{rule}/remove", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_post_rule_remove},
    {METHOD_GET, "/rounds/{id}/mentors", P_MATCH_OWN, BODY_NONE, RATE_PAGE, match_own_mentors},
    {METHOD_POST, "/rounds/{id}/mentors", P_MATCH_OWN, BODY_FORM, RATE_WRITE, match_own_mentors},
    {METHOD_GET, "/rounds/{id}/mentees", P_MATCH_OWN, BODY_NONE, RATE_PAGE, match_own_mentees},
    {METHOD_POST, "/rounds/{id}/mentees", P_MATCH_OWN, BODY_FORM, RATE_WRITE, match_own_mentees},
    {METHOD_GET, "/rounds/{id}/lists", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_handle_import},
    {METHOD_POST, "/rounds/{id}/lists", P_MATCH_RUN, BODY_UPLOAD, RATE_WRITE, match_handle_import},
    {METHOD_GET, "/rounds/{id}/lists/lists.csv", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_get_lists_csv},
    {METHOD_GET, "/rounds/{id}/lists/template.csv", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_get_template},
    {METHOD_GET, "/rounds/{id}/lists/{match_upload}", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_handle_upload},
    {METHOD_POST, "/rounds/{id}/lists/{match_upload}", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_handle_upload},
    {METHOD_GET, "/rounds/{id}/preview", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_get_preview},
    {METHOD_GET, "/rounds/{id}/unmatched", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_get_unmatched},
    {METHOD_GET, "/rounds/{id}/load", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_get_load},
    {METHOD_GET, "/rounds/{id}/scenarios/new", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_new_scenario},
    {METHOD_POST, "/rounds/{id}/scenarios/new", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_new_scenario},
    {METHOD_POST, "/rounds/{id}/scenarios/{scenario}/remove", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_post_scenario_remove},
    {METHOD_GET, "/rounds/{id}/compare", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_get_compare},
    {METHOD_GET, "/rounds/{id}/approve", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_handle_approve},
    {METHOD_POST, "/rounds/{id}/approve", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_handle_approve},
    {METHOD_GET, "/rounds/{id}/outcome", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_get_outcome},
    {METHOD_GET, "/rounds/{id}/solved", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_get_solved},
    {METHOD_GET, "/rounds/{id}/shift", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_handle_shift},
    {METHOD_POST, "/rounds/{id}/shift", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_handle_shift},
    {METHOD_GET, "/rounds/{id}/leave", P_MATCH_RUN, BODY_NONE, RATE_PAGE, match_handle_leave},
    {METHOD_POST, "/rounds/{id}/leave", P_MATCH_RUN, BODY_FORM, RATE_WRITE, match_handle_leave},
    {METHOD_GET, "/rounds/{id}/result", P_MATCH_OWN, BODY_NONE, RATE_PAGE, match_get_result},
};

static const struct nav_entry nav[] = {{.href = "/rounds", .label = M_matching_nav, .may = P_MATCH_RUN, .group = NAV_MENTORING, .order = 10}};

static const struct job_handler jobs[] = {{.kind = "match_remind", .run = match_remind_job, .every_ms = MS_PER_HOUR}};

const struct capability matching_capability = {
    .name = "matching",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .jobs = jobs,
    .job_count = COUNT_OF(jobs),
    .mails = matching_mails,
    .mail_count = MATCH_MAILS,
    .home = match_home,
    .calendar = match_calendar,
    .export_person = match_export,
    .erase_person = match_erase,
    .retain = match_retain,
};
