/* The capability of the development plan, and what its pages share: who may, how things are called. */
#include "gen/programme/plan/plan_form_view.h"
#include "programme/plan/inside.h"

/* ---- who may ----------------------------------------------------------------------------------------------------------------------- */

enum rc plan_require_own(struct ctx *c)
{
    struct target t = {.person = c->who->person};
    return access_require(c, P_PLAN_WRITE, &t);
}

static enum rc note_reading(struct db *tx, void *arg, struct err *e)
{
    const struct target *t = arg;
    (void)e;
    return audit_note(tx, clock_now(), t->holder, "plan_view", t->person, NULL, 0);
}

enum rc plan_require_read(struct ctx *c, int64_t owner)
{
    struct target t = {.person = owner};
    int64_t pair, me = c->who->person;
    if (owner == me)
        return access_require(c, P_PLAN_READ, &t);
    enum rc rc = plan_shared_pair(c->db, c->a, owner, me, &pair);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    t.holder = rc == RC_OK ? me : 0;
    TRY(access_require(c, P_PLAN_READ, &t));
    return ctx_write(c, note_reading, &t);
}

enum rc plan_require_goal(struct ctx *c, struct row_plan_goal_find *g)
{
    int64_t id;
    TRY(plan_require_own(c));
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_plan_goal_find(c->db, c->a, id, lang_tag(c->lang), g));
    return g->person_id == c->who->person ? RC_OK : RC_NOT_FOUND;
}

/* ---- pages and forms --------------------------------------------------------------------------------------------------------------- */

struct str plan_path(const struct ctx *c, const char *start, int64_t id)
{
    return str_printf(c->a, "%s%" PRId64, start, id);
}

struct page plan_page(struct ctx *c, struct str title, const struct row_plan_goal_find *goal)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_plan_title), S("/plan")};
    if (goal != NULL)
        crumbs[1] = (struct crumb){tr(c, M_plan_goal), plan_path(c, "/plan/goals/", goal->id)};
    return (struct page){.title = title, .section = "/plan", .crumbs = crumbs, .crumb_count = goal != NULL ? 2 : 1};
}

enum rc plan_send_form(struct ctx *c, struct page *page, struct str note, struct str saved, struct form *f)
{
    struct view_plan_form v = {.note = note, .saved = page->status == 409 ? saved : STR_NONE, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_plan_form_page(c, page, &v);
}

void plan_read_place(const struct ctx *c, int64_t *at, int64_t *id)
{
    *at = *id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "at"), at);
    (void)str_to_int(request_query(c->rq, "id"), id);
}

/* ---- words --------------------------------------------------------------------------------------------------------------------------- */

struct word {
    const char *code;
    msg_id id;
};

static struct str word_of(const struct ctx *c, const struct word *words, size_t count, struct str code)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_z(code, words[i].code))
            return tr(c, words[i].id);
    return code;
}

struct str plan_source_name(const struct ctx *c, struct str kind)
{
    static const struct word words[] = {{"own", M_plan_source_own},
                                        {"feedback", M_plan_source_feedback},
                                        {"observation", M_plan_source_observation},
                                        {"assessment", M_plan_source_assessment},
                                        {"meeting", M_plan_source_meeting}};
    return word_of(c, words, COUNT_OF(words), kind);
}

struct str plan_state_name(const struct ctx *c, struct str state)
{
    static const struct word words[] = {{"open", M_plan_state_open}, {"reached", M_plan_state_reached}, {"dropped", M_plan_state_dropped}};
    return word_of(c, words, COUNT_OF(words), state);
}

struct str plan_going_name(const struct ctx *c, struct str going)
{
    static const struct word words[] = {{"well", M_plan_going_well}, {"slowly", M_plan_going_slowly}, {"stuck", M_plan_going_stuck}};
    return word_of(c, words, COUNT_OF(words), going);
}

struct str plan_or_gone(const struct ctx *c, struct str name)
{
    return name.p != NULL ? name : tr(c, M_plan_somebody_gone);
}

struct str plan_source_line(const struct ctx *c, struct str kind, struct str title)
{
    const struct msg_arg args[] = {MSG_TEXT("kind", plan_source_name(c, kind)), MSG_TEXT("title", title)};
    return title.n != 0 ? tr_args(c, M_plan_source_titled, args, COUNT_OF(args)) : args[0].text;
}

enum rc plan_source_label(struct ctx *c, int64_t owner, struct str kind, int64_t id, struct str words, struct str *label, struct str *href)
{
    enum plan_source s = PLAN_OWN;
    struct plan_origin *found;
    size_t count = 0;
    *href = STR_NONE;
    if (id != 0 && plan_find_source(kind, &s))
        TRY(plan_origins(c->db, c->a, c->lang, owner, s, id, 1, &found, &count));
    *label = plan_source_line(c, kind, count == 1 ? found[0].title : words);
    if (count == 1 && owner == c->who->person && (s == PLAN_OBSERVATION || s == PLAN_ASSESSMENT))
        *href = plan_path(c, s == PLAN_OBSERVATION ? "/observations/" : "/assessments/", id);
    return RC_OK;
}

/* ---- the capability -------------------------------------------------------------------------------------------------------------------- */

static const struct route routes[] = {
    {METHOD_GET, "/plan", P_PLAN_READ, BODY_NONE, RATE_PAGE, plan_get_own},
    {METHOD_GET, "/plan/print", P_PLAN_READ, BODY_NONE, RATE_PAGE, plan_get_print},
    {METHOD_GET, "/plan/mentees", P_PLAN_READ, BODY_NONE, RATE_PAGE, plan_get_mentees},
    {METHOD_GET, "/plan/rubric", P_SIGNED_IN, BODY_NONE, RATE_PAGE, plan_get_rubric},
    {METHOD_GET, "/plan/swot", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_handle_swot},
    {METHOD_POST, "/plan/swot", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_handle_swot},
    {METHOD_GET, "/plan/swot/versions", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_get_swot_versions},
    {METHOD_GET, "/plan/swot/versions/{plan_version}", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_get_swot_version},
    {METHOD_GET, "/plan/ended", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_get_ended},
    {METHOD_GET, "/plan/goals/new", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_new_goal},
    {METHOD_POST, "/plan/goals/new", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_new_goal},
    {METHOD_GET, "/plan/goals/{id}", P_PLAN_READ, BODY_NONE, RATE_PAGE, plan_get_goal},
    {METHOD_GET, "/plan/goals/{id}/edit", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_edit_goal},
    {METHOD_POST, "/plan/goals/{id}/edit", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_edit_goal},
    {METHOD_GET, "/plan/goals/{id}/versions", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_get_goal_versions},
    {METHOD_GET, "/plan/goals/{id}/versions/{plan_version}", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_get_goal_version},
    {METHOD_GET, "/plan/goals/{id}/end", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_handle_end},
    {METHOD_POST, "/plan/goals/{id}/end", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_handle_end},
    {METHOD_GET, "/plan/goals/{id}/remove", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_handle_remove},
    {METHOD_POST, "/plan/goals/{id}/remove", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_handle_remove},
    {METHOD_GET, "/plan/goals/{id}/actions/new", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_new_action},
    {METHOD_POST, "/plan/goals/{id}/actions/new", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_new_action},
    {METHOD_GET, "/plan/goals/{id}/actions/{plan_action}", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_edit_action},
    {METHOD_POST, "/plan/goals/{id}/actions/{plan_action}", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_edit_action},
    {METHOD_POST, "/plan/goals/{id}/actions/{plan_action}/done", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_post_tick},
    {METHOD_GET, "/plan/goals/{id}/evidence", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_handle_evidence},
    {METHOD_POST, "/plan/goals/{id}/evidence", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_handle_evidence},
    {METHOD_POST, "/plan/goals/{id}/evidence/{plan_link}/remove", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_post_unlink},
    {METHOD_GET, "/plan/checkins", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_get_checkins},
    {METHOD_GET, "/plan/checkins/new", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_handle_checkin},
    {METHOD_POST, "/plan/checkins/new", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_handle_checkin},
    {METHOD_GET, "/plan/share", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_handle_share},
    {METHOD_POST, "/plan/share", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_handle_share},
    {METHOD_GET, "/plan/reviews", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_get_reviews},
    {METHOD_GET, "/plan/reviews/new", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_new_review},
    {METHOD_POST, "/plan/reviews/new", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_new_review},
    {METHOD_GET, "/plan/reviews/{plan_review}", P_PLAN_READ, BODY_NONE, RATE_PAGE, plan_handle_review},
    {METHOD_POST, "/plan/reviews/{plan_review}", P_PLAN_READ, BODY_FORM, RATE_WRITE, plan_handle_review},
    {METHOD_GET, "/plan/reviews/{plan_review}/drop", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_handle_drop},
    {METHOD_POST, "/plan/reviews/{plan_review}/drop", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_handle_drop},
    {METHOD_GET, "/plan/export", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_get_export},
    {METHOD_GET, "/plan/export/file", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_get_file},
    {METHOD_GET, "/plan/import", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_handle_import},
    {METHOD_POST, "/plan/import", P_PLAN_WRITE, BODY_UPLOAD, RATE_WRITE, plan_handle_import},
    {METHOD_GET, "/plan/import/check", P_PLAN_WRITE, BODY_NONE, RATE_PAGE, plan_handle_take},
    {METHOD_POST, "/plan/import/check", P_PLAN_WRITE, BODY_FORM, RATE_WRITE, plan_handle_take},
    {METHOD_GET, "/people/{id}/plan", P_PLAN_READ, BODY_NONE, RATE_PAGE, plan_get_of},
    {METHOD_GET, "/programmes/{id}/plans", P_REPORT_VIEW, BODY_NONE, RATE_PAGE, plan_get_programme},
    {METHOD_GET, "/programmes/{id}/plans/settings", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, plan_handle_setting},
    {METHOD_POST, "/programmes/{id}/plans/settings", P_PROGRAMME_CHANGE, BODY_FORM, RATE_WRITE, plan_handle_setting},
};

static const struct nav_entry nav[] = {{.href = "/plan", .label = M_plan_nav, .may = P_PLAN_READ, .group = NAV_PROGRESS, .order = 0}};

static const struct evidence_source sources[] = {{.kind = "plan_goal", .describe = plan_describe}};

const struct capability plan_capability = {
    .name = "plan",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .sources = sources,
    .source_count = COUNT_OF(sources),
    .calendar = plan_calendar,
    .home = plan_home,
    .export_person = plan_export_person,
    .erase_person = plan_erase_person,
    .retain = plan_retain,
};
