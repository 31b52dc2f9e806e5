/* The capability of improvement projects: its routes, the lists, and what its pages share. */
#include "gen/programme/improve/improve_form_view.h"
#include "gen/programme/improve/improve_list_view.h"
#include "gen/programme/improve/improve_programme_view.h"
#include "programme/improve/inside.h"

#define PAGE_ROWS 50

struct str improve_path(const struct ctx *c, int64_t id, const char *end)
{
    return str_printf(c->a, "/projects/%" PRId64 "%s", id, end);
}

static const struct {
    const char *word;
    msg_id text;
} words[] = {
    {"safety", M_improve_value_safety},     {"equity", M_improve_value_equity},   {"effectiveness", M_improve_value_effectiveness}, {"efficiency", M_improve_value_efficiency},
    {"experience", M_improve_value_experience}, {"running", M_improve_state_running}, {"finished", M_improve_state_finished},       {"stopped", M_improve_state_stopped},
    {"improved", M_improve_claim_improved}, {"changed", M_improve_claim_changed}, {"same", M_improve_claim_same},                   {"worse", M_improve_claim_worse},
    {"unknown", M_improve_claim_unknown},   {"outcome", M_improve_kind_outcome},  {"process", M_improve_kind_process},              {"balancing", M_improve_kind_balancing},
    {"lead", M_improve_part_lead},          {"member", M_improve_part_member},    {"adviser", M_improve_part_adviser},              {"small", M_improve_scale_small},
    {"wider", M_improve_scale_wider},       {"all", M_improve_scale_all},         {"adopt", M_improve_decision_adopt},              {"adapt", M_improve_decision_adapt},
    {"abandon", M_improve_decision_abandon}, {"improvement", M_project_kind_improvement}, {"interprofessional", M_project_kind_interprofessional},
    {"community", M_project_kind_community},
};

struct str improve_word(const struct ctx *c, struct str word)
{
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if (str_eq_z(word, words[k].word))
            return tr(c, words[k].text);
    return word;
}

struct choice *improve_choices(struct ctx *c, const char *const *given, const msg_id *labels, size_t count)
{
    struct choice *choices = ARENA_ARRAY(c->a, count, struct choice);
    for (size_t k = 0; k < count; k++)
        choices[k] = (struct choice){.value = str_from(given[k]), .label = labels != NULL ? tr(c, labels[k]) : improve_word(c, str_from(given[k]))};
    return choices;
}

/* Its team, who keeps the programme, and once it is shown everybody of the programme, who may read. */
static enum rc open_any(struct ctx *c, enum permission p, int64_t id, struct row_improve_find *out)
{
    struct row_improve_is_member mine;
    TRY(sql_improve_find(c->db, c->a, id, out));
    TRY(sql_improve_is_member(c->db, c->a, id, c->who->person, &mine));
    struct target t = {.programme = out->programme_id, .holder = mine.n != 0 ? c->who->person : 0};
    if (p == P_PROJECT_VIEW && out->shown == 1) {
        struct target open = {.programme = out->programme_id};
        if (access_allows(c, P_PROJECT_START, &open))
            return RC_OK;
    }
    return access_require(c, p, &t);
}

enum rc improve_open_id(struct ctx *c, enum permission p, int64_t id, struct row_improve_find *out)
{
    TRY(open_any(c, p, id, out));
    if (p == P_PROJECT_CHANGE && !str_eq_z(out->state, "running"))
        return err_set(&c->err, RC_CONFLICT, M_improve_changed, NULL);
    return RC_OK;
}

enum rc improve_open_team(struct ctx *c, int64_t id, struct row_improve_find *out, bool *changes)
{
    struct row_improve_is_member mine;
    TRY(sql_improve_find(c->db, c->a, id, out));
    TRY(sql_improve_is_member(c->db, c->a, id, c->who->person, &mine));
    struct target t = {.programme = out->programme_id, .holder = mine.n != 0 ? c->who->person : 0};
    TRY(access_require(c, P_PROJECT_VIEW, &t));
    *changes = str_eq_z(out->state, "running") && access_allows(c, P_PROJECT_CHANGE, &t);
    return RC_OK;
}

enum rc improve_open(struct ctx *c, enum permission p, struct row_improve_find *out)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    return improve_open_id(c, p, id, out);
}

enum rc improve_open_ended(struct ctx *c, enum permission p, struct row_improve_find *out)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    return open_any(c, p, id, out);
}

struct page improve_page(struct ctx *c, const struct row_improve_find *p, struct str title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_improve_title), S("/projects")};
    if (p != NULL)
        crumbs[1] = (struct crumb){p->title, improve_path(c, p->id, "")};
    return (struct page){.title = title, .section = "/projects", .crumbs = crumbs, .crumb_count = p != NULL ? 2 : 1};
}

enum rc improve_send_form(struct ctx *c, struct page *page, struct str note, struct form *f)
{
    struct view_improve_form v = {.note = note, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_improve_form_page(c, page, &v);
}

/* ---- lists ---------------------------------------------------------------------------------------------------------------------- */
void improve_read_place(struct ctx *c, int64_t *at, int64_t *id)
{
    *at = *id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "at"), at);
    (void)str_to_int(request_query(c->rq, "id"), id);
}

/* The programme that who asks works in, when she may start or see projects there. */
static enum rc require_here(struct ctx *c, enum permission p, struct programme *out)
{
    enum rc rc = programme_current(c, out);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target t = {.programme = rc == RC_OK ? out->id : 0};
    TRY(access_require(c, p, &t));
    return rc;
}

enum rc improve_get_list(struct ctx *c)
{
    struct rows_improve_mine rows;
    struct programme p;
    struct target t = {.holder = c->who->person};
    TRY(access_require(c, P_PROJECT_VIEW, &t));
    TRY(sql_improve_mine(c->db, c->a, c->who->person, &rows));
    struct view_improve_list_list *list = ARENA_ARRAY(c->a, rows.n, struct view_improve_list_list);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_improve_list_list){.href = improve_path(c, rows.v[k].id, ""),
                                                  .title = rows.v[k].title,
                                                  .aim = rows.v[k].aim,
                                                  .tag = improve_word(c, rows.v[k].state),
                                                  .value = improve_word(c, rows.v[k].value),
                                                  .kind = improve_word(c, rows.v[k].kind),
                                                  .day = rows.v[k].by_day};
    struct view_improve_list v = {.mine = true, .list = list, .list_count = rows.n};
    enum rc rc = programme_current(c, &p);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target here = {.programme = p.id};
    if (rc == RC_OK && access_allows(c, P_PROJECT_START, &here)) {
        v.start = S("/projects/new");
        v.gallery = S("/projects/gallery");
    }
    if (rc == RC_OK && access_in_programme(c->who, P_PROJECT_VIEW, p.id))
        v.programme = S("/projects/programme");
    struct page page = {.title = tr(c, M_improve_title), .section = "/projects"};
    return view_improve_list_page(c, &page, &v);
}

enum rc improve_get_gallery(struct ctx *c)
{
    struct programme p;
    struct rows_improve_gallery rows;
    int64_t at, id;
    TRY(require_here(c, P_PROJECT_START, &p));
    improve_read_place(c, &at, &id);
    TRY(sql_improve_gallery(c->db, c->a, p.id, at, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_improve_list_list *list = ARENA_ARRAY(c->a, n, struct view_improve_list_list);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_improve_list_list){.href = improve_path(c, rows.v[k].id, ""),
                                                  .title = rows.v[k].title,
                                                  .aim = rows.v[k].aim,
                                                  .tag = improve_word(c, rows.v[k].claim.n != 0 ? rows.v[k].claim : S("finished")),
                                                  .value = improve_word(c, rows.v[k].value),
                                                  .made_up = rows.v[k].made_up == 1,
                                                  .kind = improve_word(c, rows.v[k].kind),
                                                  .day = day_from_ms(c->zone, rows.v[k].ended_at)};
    struct view_improve_list v = {.list = list, .list_count = n};
    if (rows.n > n)
        v.more = str_printf(c->a, "/projects/gallery?at=%" PRId64 "&id=%" PRId64, rows.v[n - 1].ended_at, rows.v[n - 1].id);
    struct page page = improve_page(c, NULL, tr(c, M_improve_gallery));
    page.caption = p.title;
    return view_improve_list_page(c, &page, &v);
}

static int64_t count_where(const struct rows_improve_counts *rows, const char *value, const char *state, const char *claim)
{
    int64_t n = 0;
    for (size_t k = 0; k < rows->n; k++)
        if (str_eq_z(rows->v[k].value, value) && (state == NULL || str_eq_z(rows->v[k].state, state)) && (claim == NULL || str_eq_z(rows->v[k].claim, claim)))
            n += rows->v[k].n;
    return n;
}

enum rc improve_get_programme(struct ctx *c)
{
    static const char *const values[] = {"safety", "equity", "effectiveness", "efficiency", "experience"};
    struct programme p;
    struct rows_improve_counts counts;
    struct rows_improve_of_programme rows;
    int64_t at, id;
    TRY(require_here(c, P_PROJECT_VIEW, &p));
    improve_read_place(c, &at, &id);
    TRY(sql_improve_counts(c->db, c->a, p.id, &counts));
    TRY(sql_improve_of_programme(c->db, c->a, p.id, at, id, PAGE_ROWS + 1, &rows));
    struct view_improve_programme_values *table = ARENA_ARRAY(c->a, COUNT_OF(values), struct view_improve_programme_values);
    for (size_t k = 0; k < COUNT_OF(values); k++)
        table[k] = (struct view_improve_programme_values){.value = improve_word(c, str_from(values[k])),
                                                          .running = count_where(&counts, values[k], "running", NULL),
                                                          .improved = count_where(&counts, values[k], "finished", "improved"),
                                                          .finished = count_where(&counts, values[k], "finished", NULL),
                                                          .stopped = count_where(&counts, values[k], "stopped", NULL)};
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_improve_programme_list *list = ARENA_ARRAY(c->a, n, struct view_improve_programme_list);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_improve_programme_list){.href = improve_path(c, rows.v[k].id, ""),
                                                       .title = rows.v[k].title,
                                                       .kind = improve_word(c, rows.v[k].kind),
                                                       .made_up = rows.v[k].made_up == 1,
                                                       .value = improve_word(c, rows.v[k].value),
                                                       .state = improve_word(c, rows.v[k].state),
                                                       .claim = rows.v[k].claim.n != 0 ? improve_word(c, rows.v[k].claim) : S(""),
                                                       .by = rows.v[k].by_day};
    struct view_improve_programme v = {.values = table, .values_count = COUNT_OF(values), .list = list, .list_count = n};
    if (rows.n > n)
        v.more = str_printf(c->a, "/projects/programme?at=%" PRId64 "&id=%" PRId64, rows.v[n - 1].created_at, rows.v[n - 1].id);
    struct page page = improve_page(c, NULL, tr(c, M_improve_programme));
    page.caption = p.title;
    return view_improve_programme_page(c, &page, &v);
}

static const struct route routes[] = {
    {METHOD_GET, "/projects", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_list},
    {METHOD_GET, "/projects/gallery", P_PROJECT_START, BODY_NONE, RATE_PAGE, improve_get_gallery},
    {METHOD_GET, "/projects/programme", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_programme},
    {METHOD_GET, "/projects/new", P_PROJECT_START, BODY_NONE, RATE_PAGE, improve_handle_new},
    {METHOD_POST, "/projects/new", P_PROJECT_START, BODY_FORM, RATE_WRITE, improve_handle_new},
    {METHOD_GET, "/projects/{id}", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_one},
    {METHOD_GET, "/projects/{id}/report", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_report},
    {METHOD_GET, "/projects/{id}/poster", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_poster},
    {METHOD_GET, "/projects/{id}/poster/pdf", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_poster_pdf},
    {METHOD_GET, "/projects/{id}/edit", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_edit},
    {METHOD_POST, "/projects/{id}/edit", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_edit},
    {METHOD_GET, "/projects/{id}/team", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_team},
    {METHOD_POST, "/projects/{id}/team", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_team},
    {METHOD_GET, "/projects/{id}/team/{person}", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_leave},
    {METHOD_POST, "/projects/{id}/team/{person}", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_leave},
    {METHOD_GET, "/projects/{id}/end", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_end},
    {METHOD_POST, "/projects/{id}/end", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_end},
    {METHOD_GET, "/projects/{id}/measures/new", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_measure_new},
    {METHOD_POST, "/projects/{id}/measures/new", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_measure_new},
    {METHOD_GET, "/projects/{id}/cycles/new", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_cycle_new},
    {METHOD_POST, "/projects/{id}/cycles/new", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_cycle_new},
    {METHOD_GET, "/project-cycles/{improve_cycle}", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_cycle},
    {METHOD_POST, "/project-cycles/{improve_cycle}", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_cycle},
    {METHOD_GET, "/projects/{id}/grow", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_grow},
    {METHOD_POST, "/projects/{id}/grow", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_grow},
    {METHOD_GET, "/projects/{id}/board", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_board},
    {METHOD_GET, "/projects/{id}/milestones/new", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_milestone_new},
    {METHOD_POST, "/projects/{id}/milestones/new", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_milestone_new},
    {METHOD_GET, "/project-milestones/{improve_milestone}", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_milestone},
    {METHOD_POST, "/project-milestones/{improve_milestone}", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_milestone},
    {METHOD_GET, "/projects/{id}/tasks/new", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_task_new},
    {METHOD_POST, "/projects/{id}/tasks/new", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_task_new},
    {METHOD_GET, "/project-tasks/{improve_task}", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_task},
    {METHOD_POST, "/project-tasks/{improve_task}", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_task},
    {METHOD_POST, "/project-tasks/{improve_task}/state", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_post_task_state},
    {METHOD_GET, "/projects/{id}/minutes", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_minutes_list},
    {METHOD_GET, "/projects/{id}/minutes/new", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_minutes_new},
    {METHOD_POST, "/projects/{id}/minutes/new", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_minutes_new},
    {METHOD_GET, "/project-minutes/{improve_minutes}", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_minutes},
    {METHOD_GET, "/project-minutes/{improve_minutes}/edit", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_minutes},
    {METHOD_POST, "/project-minutes/{improve_minutes}/edit", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_minutes},
    {METHOD_GET, "/projects/{id}/files/new", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_file_new},
    {METHOD_POST, "/projects/{id}/files/new", P_PROJECT_CHANGE, BODY_UPLOAD, RATE_WRITE, improve_handle_file_new},
    {METHOD_GET, "/project-files/{improve_file}", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_file},
    {METHOD_GET, "/project-files/{improve_file}/remove", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_file_remove},
    {METHOD_POST, "/project-files/{improve_file}/remove", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_file_remove},
    {METHOD_GET, "/measures/{improve_measure}", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_measure},
    {METHOD_GET, "/measures/{improve_measure}/csv", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_csv},
    {METHOD_GET, "/measures/{improve_measure}/picture", P_PROJECT_VIEW, BODY_NONE, RATE_PAGE, improve_get_svg},
    {METHOD_GET, "/measures/{improve_measure}/edit", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_measure_edit},
    {METHOD_POST, "/measures/{improve_measure}/edit", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_measure_edit},
    {METHOD_GET, "/measures/{improve_measure}/data", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_data},
    {METHOD_POST, "/measures/{improve_measure}/data", P_PROJECT_CHANGE, BODY_UPLOAD, RATE_WRITE, improve_handle_data},
    {METHOD_GET, "/measures/{improve_measure}/phase", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_phase},
    {METHOD_POST, "/measures/{improve_measure}/phase", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_phase},
    {METHOD_GET, "/measures/{improve_measure}/leave-out", P_PROJECT_CHANGE, BODY_NONE, RATE_PAGE, improve_handle_leave_out},
    {METHOD_POST, "/measures/{improve_measure}/leave-out", P_PROJECT_CHANGE, BODY_FORM, RATE_WRITE, improve_handle_leave_out},
};

static const struct nav_entry nav[] = {{.href = "/projects", .label = M_improve_nav, .may = P_PROJECT_VIEW, .group = NAV_PROGRESS, .order = 40}};

static const struct evidence_source sources[] = {{.kind = "improvement", .describe = improve_describe}};

const struct capability improve_capability = {
    .name = "improve",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .home = improve_home,
    .calendar = improve_calendar,
    .export_person = improve_export,
    .erase_person = improve_erase,
};
