/* Writing a session: its fields with a preview, its competencies, its quiz as plain text, taking it out of the course.
 */
#include "programme/curriculum/author.h"

#include "gen/msg_form.h"
#include "gen/programme/curriculum/plain_form_view.h"
#include "gen/programme/curriculum/quiz_form_view.h"
#include "gen/programme/curriculum/tag_form_view.h"
#include "gen/programme/curriculum/text_form_view.h"
#include "programme/curriculum/pages.h"
#include "programme/framework/framework.h"

#define QUIZ_BYTES_MAX 200000

static struct page author_frame(struct ctx *c, struct str title, const struct row_session_find *r)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){r->course_title, page_path(c, "/courses/%" PRId64, r->course_id)};
    crumbs[1] = (struct crumb){r->title, page_path(c, "/sessions/%" PRId64, r->id)};
    return (struct page){.title = title, .section = "/courses", .crumbs = crumbs, .crumb_count = r->id != 0 ? 2 : 1};
}

/* ---- the fields -------------------------------------------------------------------------------------------------- */

static const struct text_field {
    const char *name;
    msg_id label, hint;
    bool required;
    int rows;
} text_fields[] = {{"aims", M_curriculum_aims, M_curriculum_markdown_hint, true, 6},
                   {"reading", M_curriculum_reading, 0, true, 24},
                   {"exercise", M_curriculum_exercise, 0, false, 16},
                   {"sources", M_curriculum_sources, 0, false, 8},
                   {"time_plan", M_curriculum_time_plan, M_curriculum_time_plan_hint, false, 10}};

static void add_needs(struct ctx *c, struct form *f, const struct row_session_find *r)
{
    struct choice *choices = ARENA_ARRAY(c->a, 3, struct choice);
    choices[0] = (struct choice){S("reading"), tr(c, M_curriculum_need_reading), tr(c, M_curriculum_need_reading_hint)};
    choices[1] = (struct choice){S("quiz"), tr(c, M_curriculum_need_quiz), tr(c, M_curriculum_need_quiz_hint)};
    choices[2] =
        (struct choice){S("attendance"), tr(c, M_curriculum_need_attendance), tr(c, M_curriculum_need_attendance_hint)};
    struct str *values = ARENA_ARRAY(c->a, 3, struct str);
    size_t n = 0;
    if (r->need_reading)
        values[n++] = choices[0].value;
    if (r->need_quiz)
        values[n++] = choices[1].value;
    if (r->need_attendance)
        values[n++] = choices[2].value;
    form_add(f, (struct field){.name = "needs",
                               .kind = FIELD_MANY,
                               .label = M_curriculum_needs,
                               .choices = choices,
                               .choice_count = 3,
                               .values = values,
                               .value_count = n});
}

static struct form *session_form(struct ctx *c, const struct row_session_find *r, struct str action)
{
    const struct str texts[] = {r->aims, r->reading, r->exercise, r->sources, r->time_plan};
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_curriculum_save);
    f->second = M_curriculum_preview;
    f->draft =
        r->id != 0 ? page_path(c, "session-%" PRId64, r->id) : page_path(c, "session-new-%" PRId64, r->course_id);
    f->cancel =
        r->id != 0 ? page_path(c, "/sessions/%" PRId64, r->id) : page_path(c, "/courses/%" PRId64, r->course_id);
    form_add_version(f, r->version);
    form_add(f, (struct field){.name = "title",
                               .kind = FIELD_TEXT,
                               .label = M_curriculum_title,
                               .required = true,
                               .max = CONTENT_TITLE_MAX,
                               .value = r->title});
    if (r->id != 0)
        form_add(f, (struct field){.name = "ordinal",
                                   .kind = FIELD_INT,
                                   .label = M_curriculum_position,
                                   .hint = M_curriculum_position_hint,
                                   .required = true,
                                   .min = 1,
                                   .max = 999,
                                   .value = page_path(c, "%" PRId64, r->ordinal)});
    form_add(f, (struct field){.name = "summary",
                               .kind = FIELD_LONG_TEXT,
                               .label = M_curriculum_summary,
                               .hint = M_curriculum_summary_hint,
                               .required = true,
                               .max = CONTENT_SUMMARY_MAX,
                               .value = r->summary});
    form_add(f, (struct field){.name = "minutes",
                               .kind = FIELD_INT,
                               .label = M_curriculum_minutes_head,
                               .required = true,
                               .min = 1,
                               .max = 10000,
                               .value = page_path(c, "%" PRId64, r->minutes)});
    for (size_t i = 0; i < COUNT_OF(text_fields); i++)
        form_add(f, (struct field){.name = text_fields[i].name,
                                   .kind = FIELD_LONG_TEXT,
                                   .label = text_fields[i].label,
                                   .hint = text_fields[i].hint,
                                   .required = text_fields[i].required,
                                   .max = CONTENT_TEXT_MAX,
                                   .rows = text_fields[i].rows,
                                   .value = texts[i]});
    add_needs(c, f, r);
    form_add(f, (struct field){.name = "pass",
                               .kind = FIELD_INT,
                               .label = M_curriculum_pass,
                               .hint = M_curriculum_pass_hint,
                               .required = true,
                               .min = 0,
                               .max = 100,
                               .value = page_path(c, "%" PRId64, r->pass_percent)});
    form_add(f, (struct field){.name = "reviewed",
                               .kind = FIELD_DAY,
                               .label = M_curriculum_reviewed,
                               .value = r->reviewed_day_null ? S("") : form_day_value(f, r->reviewed_day)});
    return f;
}

struct session_write {
    struct session_edit edit;
    struct author who;
    int64_t id;
};

static enum rc write_session(struct db *tx, void *arg, struct err *e)
{
    struct session_write *w = arg;
    struct arena *a = arena_new(0);
    enum rc rc = author_save_session(tx, a, &w->who, &w->edit, &w->id, e);
    arena_free(a);
    return rc;
}

static enum rc save_session(struct ctx *c, struct form *f, const struct row_session_find *r, int64_t *id)
{
    struct session_write w = {.who = {c->who->person, c->now},
                              .edit = {.id = r->id,
                                       .course = r->course_id,
                                       .version = form_int(f, "version", 0),
                                       .ordinal = form_int(f, "ordinal", r->ordinal),
                                       .title = form_text(f, "title"),
                                       .summary = form_text(f, "summary"),
                                       .minutes = form_int(f, "minutes", 60),
                                       .pass_percent = form_int(f, "pass", 60),
                                       .need_reading = form_has(f, "needs", S("reading")),
                                       .need_quiz = form_has(f, "needs", S("quiz")),
                                       .need_attendance = form_has(f, "needs", S("attendance")),
                                       .aims = form_text(f, "aims"),
                                       .time_plan = form_text(f, "time_plan"),
                                       .reading = form_text(f, "reading"),
                                       .exercise = form_text(f, "exercise"),
                                       .sources = form_text(f, "sources")}};
    w.edit.has_reviewed = form_day(f, "reviewed", &w.edit.reviewed_day);
    enum rc rc = ctx_write(c, write_session, &w);
    *id = w.id;
    return rc;
}

static void fill_previews(struct ctx *c, const struct form *f, struct view_text_form *v)
{
    struct view_text_form_previews *list = ARENA_ARRAY(c->a, COUNT_OF(text_fields), struct view_text_form_previews);
    for (size_t i = 0; i < COUNT_OF(text_fields); i++) {
        struct str text = form_text(f, text_fields[i].name);
        if (!str_empty(text))
            list[v->previews_count++] =
                (struct view_text_form_previews){tr(c, text_fields[i].label), page_markdown(c, text, 3)};
    }
    v->previews = list;
}

static enum rc session_form_page(struct ctx *c, const struct row_session_find *r, struct str action, msg_id title)
{
    struct view_text_form v = {0};
    struct page p = author_frame(c, tr(c, title), r);
    struct form *f = session_form(c, r, action);
    enum rc rc;
    int64_t id;
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) {
        if (!str_empty(request_form(c->rq, "second")))
            fill_previews(c, f, &v);
        else if ((rc = save_session(c, f, r, &id)) == RC_OK)
            return page_redirect(c, page_path(c, "/sessions/%" PRId64, id), M_curriculum_saved);
        else if (!page_edit_failed(c, f, rc, r->version, &p.status))
            return rc;
    }
    v.f = f;
    p.status = page_status(c, f);
    return view_text_form_page(c, &p, &v);
}

enum rc new_session(struct ctx *c)
{
    struct course_page course;
    TRY(page_course_to_change(c, &course));
    const struct row_session_find none = {.course_id = course.row.id,
                                          .course_title = course.row.title,
                                          .title = S(""),
                                          .summary = S(""),
                                          .aims = S(""),
                                          .time_plan = S(""),
                                          .reading = S(""),
                                          .exercise = S(""),
                                          .sources = S(""),
                                          .minutes = 60,
                                          .pass_percent = 60,
                                          .need_reading = 1,
                                          .need_quiz = 1,
                                          .reviewed_day_null = true};
    return session_form_page(c, &none, page_path(c, "/courses/%" PRId64 "/sessions/new", course.row.id),
                             M_curriculum_session_new);
}

enum rc edit_session(struct ctx *c)
{
    struct session_page s;
    TRY(page_session_to_change(c, &s));
    return session_form_page(c, &s.row, page_path(c, "/sessions/%" PRId64 "/edit", s.row.id),
                             M_curriculum_session_edit);
}

/* ---- taking a session out ---------------------------------------------------------------------------------------- */

struct retire_write {
    int64_t course, session;
    bool retired;
    struct author who;
};

static enum rc write_retired(struct db *tx, void *arg, struct err *e)
{
    const struct retire_write *w = arg;
    struct arena *a = arena_new(0);
    (void)e;
    enum rc rc = author_set_retired(tx, a, &w->who, w->course, w->session, w->retired);
    arena_free(a);
    return rc;
}

enum rc session_state(struct ctx *c)
{
    struct session_page s;
    TRY(page_session_to_change(c, &s));
    bool retired = s.row.retired != 0;
    struct str back = page_path(c, "/sessions/%" PRId64, s.row.id);
    struct form *f = form_new(c->a, c->lang, c->zone, page_path(c, "/sessions/%" PRId64 "/state", s.row.id),
                              retired ? M_curriculum_session_restore : M_curriculum_session_retire);
    f->cancel = back;
    form_add(f, (struct field){.name = "retired", .kind = FIELD_HIDDEN, .value = retired ? S("0") : S("1")});
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) {
        struct retire_write w = {.course = s.row.course_id,
                                 .session = s.row.id,
                                 .retired = form_bool(f, "retired"),
                                 .who = {c->who->person, c->now}};
        TRY(ctx_write(c, write_retired, &w));
        return page_redirect(c, page_path(c, "/courses/%" PRId64, s.row.course_id), M_curriculum_saved);
    }
    struct view_plain_form v = {
        .note = tr(c, retired ? M_curriculum_session_restore_note : M_curriculum_session_retire_note), .f = f};
    struct page p =
        author_frame(c, tr(c, retired ? M_curriculum_session_restore : M_curriculum_session_retire), &s.row);
    return view_plain_form_page(c, &p, &v);
}

/* ---- competencies ------------------------------------------------------------------------------------------------ */

/* The rows of the table: every competency; behaviours only where they are named already, since courses name
 * competencies. */
struct tag_table {
    struct competency *all, *shown;
    size_t all_count, shown_count;
    struct rows_session_tags tags;
    bool *listed; /* of all */
};

static bool has_tag(const struct tag_table *t, int64_t competency, char use)
{
    for (size_t i = 0; i < t->tags.n; i++)
        if (t->tags.v[i].competency_id == competency && (use == '\0' || t->tags.v[i].use.p[0] == use))
            return true;
    return false;
}

static enum rc load_table(struct ctx *c, const struct row_session_find *r, struct tag_table *t)
{
    *t = (struct tag_table){0};
    struct str language = lang_tag(c->lang);
    TRY(sql_session_tags(c->db, c->a, r->id, &t->tags));
    enum rc rc = framework_outline(c->db, c->a, r->programme_id, language, true, &t->all, &t->all_count);
    if (rc == RC_OK)
        rc = framework_outline(c->db, c->a, r->programme_id, language, false, &t->shown, &t->shown_count);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    t->listed = ARENA_ARRAY(c->a, t->all_count, bool);
    for (size_t i = 0, k = 0; i < t->all_count; i++) {
        bool shown = k < t->shown_count && t->shown[k].item == t->all[i].item;
        k += shown;
        t->listed[i] = shown || has_tag(t, t->all[i].competency, '\0');
    }
    return RC_OK;
}

/* A domain heads its rows; it can be named itself only where it is already. */
static bool is_group(const struct tag_table *t, size_t i)
{
    bool parent = i + 1 < t->all_count && t->all[i + 1].parent_item == t->all[i].item && t->all[i].depth == 0;
    return parent && !has_tag(t, t->all[i].competency, '\0');
}

static bool was_sent(struct ctx *c, int64_t competency, char use)
{
    return request_part(c->rq, str_printf(c->a, "%c%" PRId64, use, competency).p) != NULL;
}

struct tags_write {
    int64_t course, session, version;
    struct session_tag *tags;
    size_t count;
    struct author who;
};

static enum rc write_tags(struct db *tx, void *arg, struct err *e)
{
    const struct tags_write *w = arg;
    return author_save_tags(tx, &w->who, w->course, w->session, w->version, w->tags, w->count, e);
}

/* What was ticked, and what stands in no row of the table: a competency of another framework stays named. */
static void take_tags(struct ctx *c, const struct tag_table *t, struct tags_write *w)
{
    static const char uses[] = {'I', 'P', 'A'};
    w->tags = ARENA_ARRAY(c->a, 3 * t->all_count + t->tags.n, struct session_tag);
    for (size_t i = 0; i < t->all_count; i++)
        for (size_t u = 0; u < COUNT_OF(uses); u++)
            if (t->listed[i] && was_sent(c, t->all[i].competency, uses[u]))
                w->tags[w->count++] = (struct session_tag){t->all[i].competency, uses[u]};
    for (size_t k = 0; k < t->tags.n; k++) {
        bool listed = false;
        for (size_t i = 0; i < t->all_count; i++)
            listed = listed || (t->listed[i] && t->all[i].competency == t->tags.v[k].competency_id);
        if (!listed)
            w->tags[w->count++] = (struct session_tag){t->tags.v[k].competency_id, t->tags.v[k].use.p[0]};
    }
}

enum rc edit_tags(struct ctx *c)
{
    struct session_page s;
    struct tag_table t;
    struct str error = S("");
    bool sent = c->rq->method == METHOD_POST;
    TRY(page_session_to_change(c, &s));
    TRY(load_table(c, &s.row, &t));
    if (sent) {
        struct tags_write w = {.course = s.row.course_id, .session = s.row.id, .who = {c->who->person, c->now}};
        (void)str_to_int(request_form(c->rq, "version"), &w.version);
        take_tags(c, &t, &w);
        enum rc rc = ctx_write(c, write_tags, &w);
        if (rc == RC_OK)
            return page_redirect(c, page_path(c, "/sessions/%" PRId64, s.row.id), M_curriculum_saved);
        if (rc != RC_CONFLICT)
            return rc;
        error = tr(c, M_curriculum_changed);
    }
    struct view_tag_form_rows *rows = ARENA_ARRAY(c->a, t.all_count, struct view_tag_form_rows);
    struct view_tag_form v = {.csrf = page_csrf(c),
                              .action = page_path(c, "/sessions/%" PRId64 "/competencies", s.row.id),
                              .back = page_path(c, "/sessions/%" PRId64, s.row.id),
                              .version = page_path(c, "%" PRId64, s.row.version),
                              .error = error,
                              .rows = rows};
    for (size_t i = 0; i < t.all_count; i++) {
        int64_t k = t.all[i].competency;
        if (t.listed[i])
            rows[v.rows_count++] =
                (struct view_tag_form_rows){.competency = k,
                                            .code = t.all[i].code,
                                            .title = t.all[i].title,
                                            .group = is_group(&t, i),
                                            .introduced = sent ? was_sent(c, k, 'I') : has_tag(&t, k, 'I'),
                                            .practised = sent ? was_sent(c, k, 'P') : has_tag(&t, k, 'P'),
                                            .assessed = sent ? was_sent(c, k, 'A') : has_tag(&t, k, 'A')};
    }
    struct page p = author_frame(c, tr(c, M_curriculum_tags_edit), &s.row);
    p.status = str_empty(error) ? 0 : 409;
    return view_tag_form_page(c, &p, &v);
}

/* ---- the quiz ---------------------------------------------------------------------------------------------------- */

struct quiz_write_job {
    int64_t course, session, version;
    const struct quiz_question *questions;
    size_t count;
    struct author who;
};

static enum rc write_quiz(struct db *tx, void *arg, struct err *e)
{
    const struct quiz_write_job *w = arg;
    struct arena *a = arena_new(0);
    enum rc rc = author_save_quiz(tx, a, &w->who, w->course, w->session, w->version, w->questions, w->count, e);
    arena_free(a);
    return rc;
}

static int by_line(const void *x, const void *y)
{
    const struct view_quiz_form_problems *a = x, *b = y;
    return a->line < b->line ? -1 : a->line > b->line;
}

static void fill_problems(struct ctx *c, const struct problems *p, struct view_quiz_form *v)
{
    struct view_quiz_form_problems *list = ARENA_ARRAY(c->a, p->kept, struct view_quiz_form_problems);
    for (size_t i = 0; i < p->kept; i++) {
        const struct msg_arg detail = MSG_TEXT("detail", p->items[i].detail);
        list[i] = (struct view_quiz_form_problems){(int64_t)p->items[i].row, tr_args(c, p->items[i].msg, &detail, 1)};
    }
    if (p->kept != 0)
        qsort(list, p->kept, sizeof *list, by_line);
    v->problems = list;
    v->problems_count = p->kept;
}

enum rc edit_quiz(struct ctx *c)
{
    struct session_page s;
    struct quiz_question *questions;
    size_t count;
    struct view_quiz_form v = {0};
    enum rc rc;
    TRY(page_session_to_change(c, &s));
    struct page p = author_frame(c, tr(c, M_curriculum_quiz_edit), &s.row);
    TRY(quiz_load(c->db, c->a, s.row.id, &questions, &count));
    struct str back = page_path(c, "/sessions/%" PRId64, s.row.id);
    struct form *f =
        form_new(c->a, c->lang, c->zone, page_path(c, "/sessions/%" PRId64 "/quiz/edit", s.row.id), M_curriculum_save);
    f->cancel = back;
    f->draft = page_path(c, "quiz-edit-%" PRId64, s.row.id);
    form_add_version(f, s.row.version);
    form_add(f, (struct field){.name = "text",
                               .kind = FIELD_LONG_TEXT,
                               .label = M_curriculum_quiz_text,
                               .hint = M_curriculum_quiz_text_hint,
                               .max = QUIZ_BYTES_MAX,
                               .rows = 24,
                               .value = quiz_write(c->a, questions, count)});
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) {
        struct problems problems = problems_new(c->a);
        quiz_parse(c->a, S(""), 1, form_text(f, "text"), &problems, &questions, &count);
        struct quiz_write_job w = {.course = s.row.course_id,
                                   .session = s.row.id,
                                   .version = form_int(f, "version", 0),
                                   .questions = questions,
                                   .count = count,
                                   .who = {c->who->person, c->now}};
        fill_problems(c, &problems, &v);
        if (problems.errors != 0)
            form_error(f, "text", M_curriculum_quiz_errors, NULL);
        else if ((rc = ctx_write(c, write_quiz, &w)) == RC_OK)
            return page_redirect(c, back, M_curriculum_saved);
        else if (!page_edit_failed(c, f, rc, s.row.version, &p.status))
            return rc;
    }
    v.f = f;
    p.status = page_status(c, f);
    return view_quiz_form_page(c, &p, &v);
}
