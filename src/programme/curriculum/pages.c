/* The curriculum as a capability: its routes and entries, and what its pages share; see pages.h. */
#include "programme/curriculum/pages.h"

#include "gen/programme/curriculum/learning_sql.h"
#include "view/markdown.h"

static const struct route routes[] = {
    {METHOD_GET, "/learning", P_SIGNED_IN, BODY_NONE, RATE_PAGE, get_learning},
    {METHOD_GET, "/courses/{id}", P_COURSE_VIEW, BODY_NONE, RATE_PAGE, get_course},
    {METHOD_GET, "/sessions/{id}", P_COURSE_VIEW, BODY_NONE, RATE_PAGE, get_session},
    {METHOD_POST, "/sessions/{id}/read", P_COURSE_VIEW, BODY_FORM, RATE_WRITE, post_session_read},
    {METHOD_GET, "/sessions/{id}/quiz", P_QUIZ_TAKE, BODY_NONE, RATE_PAGE, get_quiz},
    {METHOD_POST, "/sessions/{id}/quiz", P_QUIZ_TAKE, BODY_FORM, RATE_WRITE, post_quiz},
    {METHOD_GET, "/quiz-attempts/{id}", P_QUIZ_TAKE, BODY_NONE, RATE_PAGE, get_quiz_attempt},
    {METHOD_GET, "/courses", P_COURSE_VIEW, BODY_NONE, RATE_PAGE, get_courses},
    {METHOD_GET, "/courses/new", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, new_course},
    {METHOD_POST, "/courses/new", P_COURSE_CHANGE, BODY_FORM, RATE_WRITE, new_course},
    {METHOD_GET, "/courses/{id}/edit", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, edit_course},
    {METHOD_POST, "/courses/{id}/edit", P_COURSE_CHANGE, BODY_FORM, RATE_WRITE, edit_course},
    {METHOD_GET, "/courses/{id}/state", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, course_state},
    {METHOD_POST, "/courses/{id}/state", P_COURSE_CHANGE, BODY_FORM, RATE_WRITE, course_state},
    /* texts of a whole session may be longer than what BODY_FORM takes */
    {METHOD_GET, "/courses/{id}/sessions/new", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, new_session},
    {METHOD_POST, "/courses/{id}/sessions/new", P_COURSE_CHANGE, BODY_UPLOAD, RATE_WRITE, new_session},
    {METHOD_GET, "/sessions/{id}/edit", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, edit_session},
    {METHOD_POST, "/sessions/{id}/edit", P_COURSE_CHANGE, BODY_UPLOAD, RATE_WRITE, edit_session},
    {METHOD_GET, "/sessions/{id}/state", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, session_state},
    {METHOD_POST, "/sessions/{id}/state", P_COURSE_CHANGE, BODY_FORM, RATE_WRITE, session_state},
    {METHOD_GET, "/sessions/{id}/competencies", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, edit_tags},
    {METHOD_POST, "/sessions/{id}/competencies", P_COURSE_CHANGE, BODY_FORM, RATE_WRITE, edit_tags},
    {METHOD_GET, "/sessions/{id}/quiz/edit", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, edit_quiz},
    {METHOD_POST, "/sessions/{id}/quiz/edit", P_COURSE_CHANGE, BODY_UPLOAD, RATE_WRITE, edit_quiz},
    {METHOD_GET, "/sessions/{id}/materials", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, get_materials},
    {METHOD_POST, "/sessions/{id}/materials", P_COURSE_CHANGE, BODY_FORM, RATE_WRITE, post_materials},
    {METHOD_GET, "/sessions/{id}/materials/new", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, new_material},
    {METHOD_POST, "/sessions/{id}/materials/new", P_COURSE_CHANGE, BODY_UPLOAD, RATE_WRITE, new_material},
    {METHOD_GET, "/sessions/{id}/materials/{material}", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, edit_material},
    {METHOD_POST, "/sessions/{id}/materials/{material}", P_COURSE_CHANGE, BODY_UPLOAD, RATE_WRITE, edit_material},
    {METHOD_GET, "/sessions/{id}/materials/{material}/remove", P_COURSE_CHANGE, BODY_NONE, RATE_PAGE, remove_material},
    {METHOD_POST, "/sessions/{id}/materials/{material}/remove", P_COURSE_CHANGE, BODY_FORM, RATE_WRITE,
     remove_material},
    {METHOD_GET, "/sessions/{id}/materials/{material}/file", P_COURSE_VIEW, BODY_NONE, RATE_PAGE, get_material_file},
    {METHOD_GET, "/courses/{id}/offer", P_OFFERING_CHANGE, BODY_NONE, RATE_PAGE, get_offer},
    {METHOD_POST, "/courses/{id}/offer", P_OFFERING_CHANGE, BODY_FORM, RATE_WRITE, post_offer},
    {METHOD_GET, "/offerings/{id}", P_PERSON_LIST, BODY_NONE, RATE_PAGE, get_offering},
    {METHOD_GET, "/offerings/{id}/change", P_OFFERING_CHANGE, BODY_NONE, RATE_PAGE, change_offering},
    {METHOD_POST, "/offerings/{id}/change", P_OFFERING_CHANGE, BODY_FORM, RATE_WRITE, change_offering},
    {METHOD_GET, "/offerings/{id}/people", P_PERSON_LIST, BODY_NONE, RATE_PAGE, get_offering_people},
    {METHOD_GET, "/offerings/{id}/people/csv", P_EVIDENCE_VIEW, BODY_NONE, RATE_PAGE, get_offering_csv},
    {METHOD_GET, "/offerings/{id}/people/{person}", P_OFFERING_CHANGE, BODY_NONE, RATE_PAGE, change_offering_person},
    {METHOD_POST, "/offerings/{id}/people/{person}", P_OFFERING_CHANGE, BODY_FORM, RATE_WRITE, change_offering_person},
    {METHOD_GET, "/classes/{id}", P_OFFERING_CHANGE, BODY_NONE, RATE_PAGE, change_class},
    {METHOD_POST, "/classes/{id}", P_OFFERING_CHANGE, BODY_FORM, RATE_WRITE, change_class},
    {METHOD_GET, "/classes/{id}/attendance", P_SIGNED_IN, BODY_NONE, RATE_PAGE, get_attendance},
    {METHOD_POST, "/classes/{id}/attendance", P_SIGNED_IN, BODY_FORM, RATE_WRITE, post_attendance},
    {METHOD_GET, "/coverage", P_COVERAGE_VIEW, BODY_NONE, RATE_PAGE, get_coverage},
    {METHOD_GET, "/coverage/csv", P_COVERAGE_VIEW, BODY_NONE, RATE_PAGE, get_coverage_csv},
    {METHOD_GET, "/coverage/gaps", P_COVERAGE_VIEW, BODY_NONE, RATE_PAGE, get_coverage_gaps},
    {METHOD_GET, "/coverage/sessions", P_COVERAGE_VIEW, BODY_NONE, RATE_PAGE, get_coverage_sessions},
};

static const struct nav_entry nav[] = {
    {.href = "/courses", .label = M_curriculum_nav_courses, .may = P_COURSE_VIEW, .group = NAV_PROGRAMME, .order = 20},
    {.href = "/coverage", .label = M_curriculum_nav_coverage, .may = P_COVERAGE_VIEW, .group = NAV_PROGRAMME, .order = 30},
    {.href = "/learning", .label = M_curriculum_nav_learning, .may = P_QUIZ_TAKE, .group = NAV_LEARNING, .order = 0},
};

const struct capability curriculum_capability = {
    .name = "curriculum",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .sources = curriculum_sources,
    .source_count = CURRICULUM_SOURCE_COUNT,
    .jobs = curriculum_jobs,
    .job_count = CURRICULUM_JOB_COUNT,
    .home = curriculum_home,
    .calendar = curriculum_calendar,
    .export_person = curriculum_export,
    .erase_person = curriculum_erase,
};

/* ---- opening ----------------------------------------------------------------------------------------------------- */

/* Who is enrolled or teaches holds the course: she sees it wherever her roles reach. */
static struct target course_target(const struct ctx *c, int64_t programme, bool holds)
{
    return (struct target){.programme = programme, .holder = holds ? c->who->person : 0};
}

enum rc page_course(struct ctx *c, struct course_page *out)
{
    int64_t id;
    struct row_learning_in_course in;
    *out = (struct course_page){0};
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_course_find(c->db, c->a, id, &out->row));
    TRY(sql_learning_in_course(c->db, c->a, c->who->person, id, &in));
    out->enrolled = in.enrolments != 0;
    out->teaches = in.taught != 0;
    out->target = course_target(c, out->row.programme_id, out->enrolled || out->teaches);
    TRY(access_require(c, P_COURSE_VIEW, &out->target));
    out->may_change = access_allows(c, P_COURSE_CHANGE, &out->target);
    return str_eq(out->row.state, S("draft")) && !out->may_change ? RC_NOT_FOUND : RC_OK;
}

enum rc page_course_to_change(struct ctx *c, struct course_page *out)
{
    TRY(page_course(c, out));
    return access_require(c, P_COURSE_CHANGE, &out->target);
}

static struct target standing_target(const struct ctx *c, const struct standing *s)
{
    return course_target(c, s->programme, s->enrolled || s->teaches);
}

enum rc page_standing_seen(struct ctx *c, const struct standing *s)
{
    struct target t = standing_target(c, s);
    TRY(access_require(c, P_COURSE_VIEW, &t));
    return s->hidden && !access_allows(c, P_COURSE_CHANGE, &t) ? RC_NOT_FOUND : RC_OK;
}

enum rc page_session(struct ctx *c, struct session_page *out)
{
    int64_t id;
    *out = (struct session_page){0};
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_session_find(c->db, c->a, id, &out->row));
    TRY(learning_standing(c->db, c->a, c->who->person, id, &out->standing));
    TRY(page_standing_seen(c, &out->standing));
    out->target = standing_target(c, &out->standing);
    out->may_change = access_allows(c, P_COURSE_CHANGE, &out->target);
    return RC_OK;
}

enum rc page_session_to_change(struct ctx *c, struct session_page *out)
{
    TRY(page_session(c, out));
    return access_require(c, P_COURSE_CHANGE, &out->target);
}

/* ---- small things ------------------------------------------------------------------------------------------------ */

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
struct str page_path(struct ctx *c, const char *fmt, int64_t id)
{
    return str_printf(c->a, fmt, id);
}
#pragma GCC diagnostic pop

struct str page_csrf(struct ctx *c)
{
    return c->session != NULL && c->app->hooks->csrf != NULL ? c->app->hooks->csrf(c) : S("");
}

/* The highest heading that a text uses: 1 for "# x"; 7 when it has none. */
static int highest_heading(struct str text)
{
    struct str line;
    int highest = 7;
    while (str_line(&text, &line)) {
        int n = 0;
        while ((size_t)n < line.n && line.p[n] == '#')
            n++;
        if (n > 0 && n < highest && (size_t)n < line.n && line.p[n] == ' ')
            highest = n;
    }
    return highest;
}

struct html page_markdown(struct ctx *c, struct str text, int below)
{
    int highest = highest_heading(text), shift = highest <= below ? below + 1 - highest : 0;
    return markdown_render(c->a, text, (struct markdown_options){.lang = c->lang, .heading_shift = shift});
}

int page_status(const struct ctx *c, const struct form *f)
{
    return form_ok(f) ? 0 : c->err.rc == RC_CONFLICT ? 409 : 422;
}

int64_t page_number(const struct ctx *c)
{
    int64_t n;
    return str_to_int(request_query(c->rq, "page"), &n) && n > 1 && n < 1000000 ? n : 1;
}

struct view_session_state page_state(const struct ctx *c, bool done, bool started, bool has_due, int64_t due)
{
    struct str word = done                             ? S("done")
                      : has_due && due < c->today      ? S("overdue")
                      : has_due && due <= c->today + 7 ? S("soon")
                      : started                        ? S("started")
                                                       : S("new");
    return (struct view_session_state){.word = word};
}
