/* The learner's pages: my courses, a course, a session, "I have read this". */
#include "programme/curriculum/pages.h"

#include "gen/programme/curriculum/author_sql.h"
#include "gen/programme/curriculum/course_page_view.h"
#include "gen/programme/curriculum/learning_sql.h"
#include "gen/programme/curriculum/learning_view.h"
#include "gen/programme/curriculum/session_page_view.h"
#include "programme/framework/framework.h"

#define OFFERINGS_SHOWN 100

/* ---- my courses -------------------------------------------------------------------------------------------------- */

static struct view_learning_courses learning_card(struct ctx *c, const struct row_learning_courses *r)
{
    bool done = str_eq(r->state, S("completed"));
    return (struct view_learning_courses){
        .id = r->course_id,
        .title = r->title,
        .summary = r->summary,
        .href = page_path(c, "/courses/%" PRId64, r->course_id),
        .sessions = r->sessions,
        .completed = r->completed,
        .done = done,
        .starts = r->start_day > c->today ? SOME_INT(r->start_day) : (struct opt_int){0},
        .ends = r->end_day,
        .due = r->next_due_null || done ? (struct opt_int){0} : SOME_INT(r->next_due),
        .overdue = !done && !r->next_due_null && r->next_due < c->today,
    };
}

enum rc get_learning(struct ctx *c)
{
    int64_t page = page_number(c);
    struct rows_learning_courses rows;
    c->decided = true; /* one's own, whoever one is */
    TRY(sql_learning_courses(c->db, c->a, c->who->person, PAGE_ROWS + 1, (page - 1) * PAGE_ROWS, &rows));
    size_t n = rows.n > PAGE_ROWS ? PAGE_ROWS : rows.n;
    struct view_learning_courses *cards = ARENA_ARRAY(c->a, n, struct view_learning_courses);
    for (size_t i = 0; i < n; i++)
        cards[i] = learning_card(c, &rows.v[i]);
    struct view_learning v = {
        .courses = cards,
        .courses_count = n,
        .catalogue = access_somewhere(c->who, P_COURSE_VIEW),
        .newer = page > 1 ? page_path(c, "/learning?page=%" PRId64, page - 1) : S(""),
        .older = rows.n > PAGE_ROWS ? page_path(c, "/learning?page=%" PRId64, page + 1) : S(""),
    };
    struct page p = {.title = tr(c, M_curriculum_learning_title), .section = "/learning"};
    return view_learning_page(c, &p, &v);
}

/* ---- a course ---------------------------------------------------------------------------------------------------- */

/* The class of a session that matters: the one still to come, else the last. */
static const struct row_learning_classes *class_of(const struct ctx *c, const struct rows_learning_classes *classes,
                                                   int64_t session)
{
    const struct row_learning_classes *best = NULL;
    for (size_t i = 0; i < classes->n; i++) {
        const struct row_learning_classes *r = &classes->v[i];
        if (r->session_id == session && (best == NULL || (best->due_day < c->today && r->due_day >= best->due_day)))
            best = r;
    }
    return best;
}

static void fill_sessions(struct ctx *c, const struct course_page *course, const struct rows_learning_sessions *rows,
                          const struct rows_learning_classes *classes, struct view_course_page *v)
{
    struct view_course_page_sessions *list = ARENA_ARRAY(c->a, rows->n, struct view_course_page_sessions);
    for (size_t i = 0; i < rows->n; i++) {
        const struct row_learning_sessions *r = &rows->v[i];
        const struct row_learning_classes *at = class_of(c, classes, r->id);
        list[i] = (struct view_course_page_sessions){
            .id = r->id,
            .title = r->title,
            .summary = r->summary,
            .href = page_path(c, "/sessions/%" PRId64, r->id),
            .minutes = r->minutes,
            .due = at != NULL && r->completed_at_null ? SOME_INT(at->due_day) : (struct opt_int){0},
            .starts = at != NULL && !at->starts_at_null ? SOME_INT(at->starts_at) : (struct opt_int){0},
        };
        if (course->enrolled)
            list[i].state =
                page_state(c, !r->completed_at_null, !r->opened_at_null, at != NULL, at != NULL ? at->due_day : 0);
        v->minutes += r->minutes;
        v->done += !r->completed_at_null;
    }
    v->sessions = list;
    v->sessions_count = rows->n;
    v->total = (int64_t)rows->n;
    v->completed = rows->n != 0 && v->done == v->total;
}

/* The offerings that the person may plan or look into. */
static enum rc fill_offerings(struct ctx *c, const struct course_page *course, struct view_course_page *v)
{
    struct rows_offering_list rows;
    if (!access_somewhere(c->who, P_PERSON_LIST))
        return RC_OK;
    TRY(sql_offering_list(c->db, c->a, course->row.id, OFFERINGS_SHOWN, &rows));
    struct view_course_page_offerings *list = ARENA_ARRAY(c->a, rows.n, struct view_course_page_offerings);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_offering_list *r = &rows.v[i];
        struct target t = {.programme = course->row.programme_id, .cohort = r->cohort_id_null ? 0 : r->cohort_id};
        if (access_allows(c, P_PERSON_LIST, &t))
            list[v->offerings_count++] =
                (struct view_course_page_offerings){.href = page_path(c, "/offerings/%" PRId64, r->id),
                                                    .audience = page_audience(c, r->cohort_title, r->group_title),
                                                    .begins = r->start_day,
                                                    .ends = r->end_day,
                                                    .people = r->people,
                                                    .done = r->completed};
    }
    v->offerings = list;
    return RC_OK;
}

static void add_action(struct ctx *c, struct view_course_page *v, struct view_course_page_actions *list,
                       const char *fmt, int64_t id, msg_id label)
{
    list[v->actions_count++] = (struct view_course_page_actions){page_path(c, fmt, id), tr(c, label)};
}

static void fill_actions(struct ctx *c, const struct course_page *course, struct view_course_page *v)
{
    struct view_course_page_actions *list = ARENA_ARRAY(c->a, 4, struct view_course_page_actions);
    int64_t id = course->row.id;
    bool published = str_eq(course->row.state, S("published"));
    if (course->may_change) {
        add_action(c, v, list, "/courses/%" PRId64 "/edit", id, M_curriculum_course_edit);
        add_action(c, v, list, "/courses/%" PRId64 "/sessions/new", id, M_curriculum_session_new);
        add_action(c, v, list, "/courses/%" PRId64 "/state", id,
                   published ? M_curriculum_retire : M_curriculum_publish);
    }
    if (published && access_somewhere(c->who, P_OFFERING_CHANGE))
        add_action(c, v, list, "/courses/%" PRId64 "/offer", id, M_curriculum_offer_title);
    v->actions = list;
}

/* For authors: what was taken out can be put back. */
static enum rc fill_retired(struct ctx *c, const struct course_page *course, struct view_course_page *v)
{
    struct rows_session_list rows;
    if (!course->may_change)
        return RC_OK;
    TRY(sql_session_list(c->db, c->a, course->row.id, &rows));
    struct view_course_page_retired *list = ARENA_ARRAY(c->a, rows.n, struct view_course_page_retired);
    for (size_t i = 0; i < rows.n; i++)
        if (rows.v[i].retired)
            list[v->retired_count++] =
                (struct view_course_page_retired){page_path(c, "/sessions/%" PRId64, rows.v[i].id), rows.v[i].title};
    v->retired = list;
    v->retired_total = (int64_t)v->retired_count;
    return RC_OK;
}

enum rc get_course(struct ctx *c)
{
    struct course_page course;
    struct rows_learning_sessions sessions;
    struct rows_learning_classes classes;
    TRY(page_course(c, &course));
    TRY(sql_learning_sessions(c->db, c->a, c->who->person, course.row.id, &sessions));
    TRY(sql_learning_classes(c->db, c->a, c->who->person, course.row.id, &classes));
    const struct row_course_find *r = &course.row;
    struct view_course_page v = {
        .title = r->title,
        .summary = r->summary,
        .description = page_markdown(c, r->description, 1),
        .state = r->state,
        .stage = r->stage_title.p != NULL ? r->stage_title : S(""),
        .licence = r->licence,
        .reviewed = r->reviewed_day_null ? (struct opt_int){0} : SOME_INT(r->reviewed_day),
        .enrolled = course.enrolled,
    };
    fill_sessions(c, &course, &sessions, &classes, &v);
    fill_actions(c, &course, &v);
    TRY(fill_retired(c, &course, &v));
    TRY(fill_offerings(c, &course, &v));
    struct crumb crumbs[] = {course.enrolled ? (struct crumb){tr(c, M_curriculum_learning_title), S("/learning")}
                                             : (struct crumb){tr(c, M_curriculum_courses_title), S("/courses")}};
    struct page p = {.title = r->title,
                     .caption = tr(c, M_curriculum_course),
                     .section = course.enrolled ? "/learning" : "/courses",
                     .crumbs = crumbs,
                     .crumb_count = COUNT_OF(crumbs)};
    return view_course_page_page(c, &p, &v);
}

/* ---- a session --------------------------------------------------------------------------------------------------- */

static void fill_needs(struct ctx *c, const struct standing *s, struct view_session_page *v)
{
    struct view_session_page_needs *needs = ARENA_ARRAY(c->a, 3, struct view_session_page_needs);
    if (s->need_reading)
        needs[v->needs_count++] = (struct view_session_page_needs){S("reading"), s->read_at != 0};
    if (s->need_quiz)
        needs[v->needs_count++] = (struct view_session_page_needs){S("quiz"), s->quiz_passed_at != 0};
    if (s->need_attendance)
        needs[v->needs_count++] = (struct view_session_page_needs){S("attendance"), s->attended};
    v->needs = needs;
}

static struct str attendance_word(const struct ctx *c, struct str state)
{
    return str_eq(state, S("present"))   ? tr(c, M_curriculum_present)
           : str_eq(state, S("late"))    ? tr(c, M_curriculum_late)
           : str_eq(state, S("excused")) ? tr(c, M_curriculum_excused)
           : str_eq(state, S("absent"))  ? tr(c, M_curriculum_absent)
                                         : S("");
}

static enum rc fill_classes(struct ctx *c, const struct session_page *s, struct view_session_page *v)
{
    struct rows_learning_classes rows;
    TRY(sql_learning_classes(c->db, c->a, c->who->person, s->row.course_id, &rows));
    struct view_session_page_classes *list = ARENA_ARRAY(c->a, rows.n, struct view_session_page_classes);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_learning_classes *r = &rows.v[i];
        if (r->session_id != s->row.id)
            continue;
        list[v->classes_count++] = (struct view_session_page_classes){
            .due = r->due_day,
            .starts = r->starts_at_null ? (struct opt_int){0} : SOME_INT(r->starts_at),
            .ends = r->ends_at_null ? (struct opt_int){0} : SOME_INT(r->ends_at),
            .place = r->place,
            .teacher = r->teacher.p != NULL ? r->teacher : S(""),
            .attendance = r->attendance.p != NULL ? attendance_word(c, r->attendance) : S(""),
        };
    }
    v->classes = list;
    return RC_OK;
}

/* In the order of the framework; a competency of another framework has no text here and is left out. */
static enum rc fill_competencies(struct ctx *c, const struct session_page *s, struct view_session_page *v)
{
    struct rows_session_tags tags;
    struct competency *outline = NULL;
    size_t count = 0;
    TRY(sql_session_tags(c->db, c->a, s->row.id, &tags));
    if (tags.n == 0)
        return RC_OK;
    enum rc rc = framework_outline(c->db, c->a, s->row.programme_id, lang_tag(c->lang), true, &outline, &count);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct view_session_page_competencies *list = ARENA_ARRAY(c->a, tags.n, struct view_session_page_competencies);
    for (size_t i = 0; i < count; i++) {
        struct view_session_page_competencies k = {.code = outline[i].code, .title = outline[i].title};
        for (size_t t = 0; t < tags.n; t++) {
            if (tags.v[t].competency_id != outline[i].competency)
                continue;
            k.introduced = k.introduced || tags.v[t].use.p[0] == 'I';
            k.practised = k.practised || tags.v[t].use.p[0] == 'P';
            k.assessed = k.assessed || tags.v[t].use.p[0] == 'A';
        }
        if ((k.introduced || k.practised || k.assessed) && v->competencies_count < tags.n)
            list[v->competencies_count++] = k;
    }
    v->competencies = list;
    return RC_OK;
}

/* The sessions before and after it in its course. */
static enum rc fill_neighbours(struct ctx *c, const struct session_page *s, struct view_session_page *v)
{
    struct rows_learning_sessions rows;
    TRY(sql_learning_sessions(c->db, c->a, c->who->person, s->row.course_id, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        if (rows.v[i].id != s->row.id)
            continue;
        if (i > 0) {
            v->previous = page_path(c, "/sessions/%" PRId64, rows.v[i - 1].id);
            v->previous_title = rows.v[i - 1].title;
        }
        if (i + 1 < rows.n) {
            v->next = page_path(c, "/sessions/%" PRId64, rows.v[i + 1].id);
            v->next_title = rows.v[i + 1].title;
        }
    }
    return RC_OK;
}

static void fill_texts(struct ctx *c, const struct session_page *s, struct view_session_page *v)
{
    const struct row_session_find *r = &s->row;
    v->title = r->title;
    v->summary = r->summary;
    v->minutes = r->minutes;
    v->draft = str_eq(r->course_state, S("draft"));
    v->retired = r->retired != 0;
    v->aims = page_markdown(c, r->aims, 2);
    v->reading = page_markdown(c, r->reading, 2);
    v->exercise = page_markdown(c, r->exercise, 2);
    v->sources = page_markdown(c, r->sources, 2);
    if (s->may_change || s->standing.teaches) /* the plan is for teachers: learners never see it */
        v->time_plan = page_markdown(c, r->time_plan, 2);
}

static void fill_standing(struct ctx *c, const struct session_page *s, struct view_session_page *v)
{
    const struct standing *st = &s->standing;
    v->enrolled = st->enrolled;
    v->questions = access_allows(c, P_QUIZ_TAKE, &(struct target){.programme = s->row.programme_id}) ? st->questions : 0;
    v->quiz = page_path(c, "/sessions/%" PRId64 "/quiz", s->row.id);
    v->best = st->best_percent >= 0 ? SOME_INT(st->best_percent) : (struct opt_int){0};
    v->passed = st->quiz_passed_at != 0;
    if (!st->enrolled)
        return;
    fill_needs(c, st, v);
    v->completed = st->completed_at != 0 ? SOME_INT(st->completed_at) : (struct opt_int){0};
    v->read_at = st->read_at != 0 ? SOME_INT(st->read_at) : (struct opt_int){0};
    if (st->read_at == 0)
        v->mark_read = form_new(c->a, c->lang, c->zone, page_path(c, "/sessions/%" PRId64 "/read", s->row.id),
                                M_curriculum_mark_read);
}

static enum rc fill_materials(struct ctx *c, const struct session_page *s, struct view_session_page *v)
{
    struct rows_material_list rows;
    TRY(sql_material_list(c->db, c->a, s->row.id, &rows));
    struct view_session_page_materials *list = ARENA_ARRAY(c->a, rows.n, struct view_session_page_materials);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_material_list *r = &rows.v[i];
        list[i] = (struct view_session_page_materials){.id = r->id, .title = r->title, .size = S("")};
        if (str_eq(r->kind, S("text")))
            list[i].text = page_markdown(c, r->body, 3);
        else if (str_eq(r->kind, S("link")))
            list[i].link = r->body;
        else
            list[i].download = str_printf(c->a, "/sessions/%" PRId64 "/materials/%" PRId64 "/file", s->row.id, r->id);
        if (!r->file_size_null)
            list[i].size = page_size_text(c, r->file_size);
    }
    v->materials = list;
    v->materials_count = rows.n;
    return RC_OK;
}

static void fill_session_actions(struct ctx *c, const struct session_page *s, struct view_session_page *v)
{
    static const struct {
        const char *path;
        msg_id label;
    } all[] = {{"edit", M_curriculum_session_edit},
               {"quiz/edit", M_curriculum_quiz_edit},
               {"competencies", M_curriculum_tags_edit},
               {"materials", M_curriculum_materials_edit},
               {"state", 0}};
    if (!s->may_change)
        return;
    struct view_session_page_actions *list = ARENA_ARRAY(c->a, COUNT_OF(all), struct view_session_page_actions);
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        msg_id state = s->row.retired ? M_curriculum_session_restore : M_curriculum_session_retire;
        list[i] =
            (struct view_session_page_actions){str_printf(c->a, "/sessions/%" PRId64 "/%s", s->row.id, all[i].path),
                                               tr(c, all[i].label != 0 ? all[i].label : state)};
    }
    v->actions = list;
    v->actions_count = COUNT_OF(all);
}

enum rc get_session(struct ctx *c)
{
    struct session_page s;
    struct view_session_page v = {0};
    TRY(page_session(c, &s));
    fill_texts(c, &s, &v);
    fill_standing(c, &s, &v);
    fill_session_actions(c, &s, &v);
    TRY(fill_materials(c, &s, &v));
    TRY(fill_classes(c, &s, &v));
    TRY(fill_competencies(c, &s, &v));
    TRY(fill_neighbours(c, &s, &v));
    struct crumb crumbs[] = {s.standing.enrolled ? (struct crumb){tr(c, M_curriculum_learning_title), S("/learning")}
                                                 : (struct crumb){tr(c, M_curriculum_courses_title), S("/courses")},
                             {s.row.course_title, page_path(c, "/courses/%" PRId64, s.row.course_id)}};
    struct page p = {.title = s.row.title,
                     .section = s.standing.enrolled ? "/learning" : "/courses",
                     .crumbs = crumbs,
                     .crumb_count = COUNT_OF(crumbs)};
    return view_session_page_page(c, &p, &v);
}

/* ---- "I have read this" ------------------------------------------------------------------------------------------ */

struct mark {
    struct ctx *c;
    int64_t session;
    bool completes;
};

/* Whether she may is decided on what the write rests on, so that nothing is asked twice. */
static enum rc write_mark(struct db *tx, void *arg, struct err *e)
{
    struct mark *m = arg;
    struct ctx *c = m->c;
    struct standing s;
    (void)e;
    TRY(learning_standing(tx, c->a, c->who->person, m->session, &s));
    TRY(page_standing_seen(c, &s));
    bool before = s.completed_at != 0;
    TRY(learning_mark_read_from(tx, c->a, c->who->person, m->session, &s, c->now));
    m->completes = !before && s.completed_at != 0;
    return RC_OK;
}

enum rc post_session_read(struct ctx *c)
{
    struct mark m = {.c = c};
    TRY(request_id(c->rq, 0, &m.session));
    TRY(ctx_write(c, write_mark, &m));
    return page_redirect(c, page_path(c, "/sessions/%" PRId64, m.session),
                         m.completes ? M_curriculum_session_done : M_curriculum_read_noted);
}
