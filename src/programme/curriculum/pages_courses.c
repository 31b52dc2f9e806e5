/* The catalogue of courses, and writing a course: its own fields, publishing it, taking it back. */
#include "base/utf8.h"
#include "gen/programme/curriculum/course_list_view.h"
#include "gen/programme/curriculum/plain_form_view.h"
#include "gen/programme/curriculum/text_form_view.h"
#include "programme/curriculum/author.h"
#include "programme/curriculum/pages.h"
#include "programme/programme/programme.h"

/* ---- the catalogue ----------------------------------------------------------------------------------------------- */

/* LIKE over a folded column: the person's own % and _ stand for nothing. */
static struct str search_pattern(struct ctx *c, struct str search)
{
    struct str key = utf8_fold(c->a, search);
    if (str_empty(key))
        return S("");
    struct buf b = buf_new(c->a, key.n + 3);
    buf_ch(&b, '%');
    for (size_t i = 0; i < key.n; i++)
        buf_ch(&b, key.p[i] == '%' || key.p[i] == '_' || key.p[i] == '\\' ? ' ' : key.p[i]);
    buf_ch(&b, '%');
    return buf_text(&b);
}

static struct str list_path(struct ctx *c, struct str search, int64_t page)
{
    struct buf b = buf_new(c->a, 64);
    buf_z(&b, "/courses?q=");
    buf_url(&b, search);
    buf_printf(&b, "&page=%" PRId64, page);
    return buf_text(&b);
}

static enum rc fill_list(struct ctx *c, int64_t programme, struct view_course_list *v)
{
    struct rows_course_list rows;
    struct row_course_count count;
    struct str pattern = search_pattern(c, v->search);
    int64_t page = page_number(c);
    TRY(sql_course_list(c->db, c->a, programme, v->authors, pattern, PAGE_ROWS + 1, (page - 1) * PAGE_ROWS, &rows));
    TRY(sql_course_count(c->db, c->a, programme, v->authors, pattern, &count));
    size_t n = rows.n > PAGE_ROWS ? PAGE_ROWS : rows.n;
    struct view_course_list_courses *list = ARENA_ARRAY(c->a, n, struct view_course_list_courses);
    for (size_t i = 0; i < n; i++) {
        const struct row_course_list *r = &rows.v[i];
        list[i] = (struct view_course_list_courses){.id = r->id,
                                                    .title = r->title,
                                                    .summary = r->summary,
                                                    .href = page_path(c, "/courses/%" PRId64, r->id),
                                                    .stage = r->stage_title.p != NULL ? r->stage_title : S(""),
                                                    .sessions = r->sessions,
                                                    .minutes = r->minutes,
                                                    .state = r->state,
                                                    .reviewed = r->reviewed_day_null ? (struct opt_int){0}
                                                                                     : SOME_INT(r->reviewed_day)};
    }
    v->courses = list;
    v->courses_count = n;
    v->total = count.n;
    v->newer = page > 1 ? list_path(c, v->search, page - 1) : S("");
    v->older = rows.n > n ? list_path(c, v->search, page + 1) : S("");
    return RC_OK;
}

enum rc get_courses(struct ctx *c)
{
    struct programme programme;
    TRY(programme_current(c, &programme));
    struct target t = {.programme = programme.id};
    TRY(access_require(c, P_COURSE_VIEW, &t));
    struct str search = str_trim(request_query(c->rq, "q"));
    struct view_course_list v = {.search = search.p != NULL ? search : S(""),
                                 .authors = access_allows(c, P_COURSE_CHANGE, &t)};
    v.create = v.authors ? S("/courses/new") : S("");
    TRY(fill_list(c, programme.id, &v));
    struct page p = {.title = tr(c, M_curriculum_courses_title), .caption = programme.title, .section = "/courses"};
    return view_course_list_page(c, &p, &v);
}

/* ---- the form of a course ---------------------------------------------------------------------------------------- */

static enum rc course_form(struct ctx *c, int64_t programme, const struct row_course_find *r, struct str action,
                           struct form **out)
{
    struct stage *stages;
    size_t n;
    TRY(programme_stages(c->db, c->a, programme, &stages, &n));
    struct choice *choices = ARENA_ARRAY(c->a, n, struct choice);
    for (size_t i = 0; i < n; i++)
        choices[i] = (struct choice){.value = page_path(c, "%" PRId64, stages[i].id), .label = stages[i].title};
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_curriculum_save);
    f->second = M_curriculum_preview;
    f->draft = r->id != 0 ? page_path(c, "course-%" PRId64, r->id) : S("course-new");
    f->cancel = r->id != 0 ? page_path(c, "/courses/%" PRId64, r->id) : S("/courses");
    form_add_version(f, r->version);
    form_add(f, (struct field){.name = "title",
                               .kind = FIELD_TEXT,
                               .label = M_curriculum_title,
                               .required = true,
                               .max = CONTENT_TITLE_MAX,
                               .value = r->title});
    form_add(f, (struct field){.name = "stage",
                               .kind = FIELD_CHOICE,
                               .label = M_curriculum_stage,
                               .hint = M_curriculum_stage_hint,
                               .choices = choices,
                               .choice_count = n,
                               .value = r->stage_id != 0 ? page_path(c, "%" PRId64, r->stage_id) : S("")});
    form_add(f, (struct field){.name = "summary",
                               .kind = FIELD_LONG_TEXT,
                               .label = M_curriculum_summary,
                               .hint = M_curriculum_summary_hint,
                               .required = true,
                               .max = CONTENT_SUMMARY_MAX,
                               .value = r->summary});
    form_add(f, (struct field){.name = "description",
                               .kind = FIELD_LONG_TEXT,
                               .label = M_curriculum_description,
                               .hint = M_curriculum_markdown_hint,
                               .max = CONTENT_TEXT_MAX,
                               .rows = 12,
                               .value = r->description});
    form_add(f, (struct field){.name = "language",
                               .kind = FIELD_TEXT,
                               .label = M_curriculum_language,
                               .hint = M_curriculum_language_hint,
                               .required = true,
                               .max = 35,
                               .value = r->language});
    form_add(f, (struct field){.name = "licence",
                               .kind = FIELD_TEXT,
                               .label = M_curriculum_licence,
                               .hint = M_curriculum_licence_hint,
                               .required = true,
                               .max = CONTENT_TITLE_MAX,
                               .value = r->licence});
    form_add(f, (struct field){.name = "reviewed",
                               .kind = FIELD_DAY,
                               .label = M_curriculum_reviewed,
                               .value = r->reviewed_day_null ? S("") : form_day_value(f, r->reviewed_day)});
    *out = f;
    return RC_OK;
}

struct course_write {
    struct course_edit edit;
    struct author who;
    int64_t id;
};

static enum rc write_course(struct db *tx, void *arg, struct err *e)
{
    struct course_write *w = arg;
    struct arena *a = arena_new(0);
    enum rc rc = author_save_course(tx, a, &w->who, &w->edit, &w->id, e);
    arena_free(a);
    return rc;
}

static enum rc save_course(struct ctx *c, struct form *f, int64_t programme, const struct row_course_find *r,
                           int64_t *id)
{
    struct course_write w = {.who = {c->who->person, c->now},
                             .edit = {.id = r->id,
                                      .programme = programme,
                                      .version = form_int(f, "version", 0),
                                      .stage = form_int(f, "stage", 0),
                                      .title = form_text(f, "title"),
                                      .summary = form_text(f, "summary"),
                                      .description = form_text(f, "description"),
                                      .language = form_text(f, "language"),
                                      .licence = form_text(f, "licence")}};
    w.edit.has_reviewed = form_day(f, "reviewed", &w.edit.reviewed_day);
    enum rc rc = ctx_write(c, write_course, &w);
    *id = w.id;
    return rc;
}

static enum rc course_form_page(struct ctx *c, int64_t programme, const struct row_course_find *r, struct str action,
                                msg_id title)
{
    struct form *f;
    enum rc rc;
    int64_t id;
    int status;
    struct view_text_form v = {0};
    TRY(course_form(c, programme, r, action, &f));
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) {
        if (!str_empty(request_form(c->rq, "second"))) {
            v.previews = ARENA_NEW(c->a, struct view_text_form_previews);
            v.previews_count = 1;
            *(struct view_text_form_previews *)v.previews = (struct view_text_form_previews){
                .label = tr(c, M_curriculum_description), .text = page_markdown(c, form_text(f, "description"), 3)};
        } else if ((rc = save_course(c, f, programme, r, &id)) == RC_OK) {
            return page_redirect(c, page_path(c, "/courses/%" PRId64, id), M_curriculum_saved);
        } else if (!page_edit_failed(c, f, rc, r->version, &status)) {
            return rc;
        }
    }
    v.f = f;
    struct crumb crumbs[] = {{tr(c, M_curriculum_courses_title), S("/courses")}, {r->title, f->cancel}};
    struct page p = {.title = tr(c, title),
                     .caption = r->id != 0 ? r->title : S(""),
                     .section = "/courses",
                     .crumbs = crumbs,
                     .crumb_count = r->id != 0 ? 2 : 1,
                     .status = page_status(c, f)};
    return view_text_form_page(c, &p, &v);
}

enum rc new_course(struct ctx *c)
{
    struct programme programme;
    TRY(programme_current(c, &programme));
    TRY(access_require(c, P_COURSE_CHANGE, &(struct target){.programme = programme.id}));
    const struct row_course_find none = {.title = S(""),
                                         .summary = S(""),
                                         .description = S(""),
                                         .language = programme.language,
                                         .licence = S("CC-BY-4.0"),
                                         .reviewed_day_null = true};
    return course_form_page(c, programme.id, &none, S("/courses/new"), M_curriculum_course_new);
}

enum rc edit_course(struct ctx *c)
{
    struct course_page course;
    TRY(page_course_to_change(c, &course));
    if (course.row.stage_id_null)
        course.row.stage_id = 0;
    return course_form_page(c, course.row.programme_id, &course.row,
                            page_path(c, "/courses/%" PRId64 "/edit", course.row.id), M_curriculum_course_edit);
}

/* ---- publishing and taking back ---------------------------------------------------------------------------------- */

struct state_write {
    int64_t course;
    struct str state;
    struct author who;
};

static enum rc write_state(struct db *tx, void *arg, struct err *e)
{
    const struct state_write *w = arg;
    struct arena *a = arena_new(0);
    enum rc rc = author_set_state(tx, a, &w->who, w->course, w->state, e);
    arena_free(a);
    return rc;
}

/* One page for both: what it will do, and the button. What is sent says which, so that an old page does not do the
 * opposite. */
enum rc course_state(struct ctx *c)
{
    struct course_page course;
    TRY(page_course_to_change(c, &course));
    bool published = str_eq(course.row.state, S("published"));
    struct str back = page_path(c, "/courses/%" PRId64, course.row.id);
    struct form *f = form_new(c->a, c->lang, c->zone, page_path(c, "/courses/%" PRId64 "/state", course.row.id),
                              published ? M_curriculum_retire_do : M_curriculum_publish_do);
    f->cancel = back;
    const struct choice states[] = {{.value = S("published")}, {.value = S("retired")}};
    form_add(f, (struct field){.name = "state",
                               .kind = FIELD_HIDDEN,
                               .required = true,
                               .choices = states,
                               .choice_count = COUNT_OF(states),
                               .value = published ? S("retired") : S("published")});
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) {
        struct state_write w = {
            .course = course.row.id, .state = form_text(f, "state"), .who = {c->who->person, c->now}};
        bool known = str_eq(w.state, S("published")) || str_eq(w.state, S("retired"));
        if (!known)
            return err_field(&c->err, RC_INVALID, 0, "state", "published or retired");
        if (ctx_write(c, write_state, &w) == RC_OK)
            return page_redirect(c, back,
                                 str_eq(w.state, S("published")) ? M_curriculum_published : M_curriculum_taken_back);
        form_fail(f, &c->err);
    }
    struct view_plain_form v = {.note = tr(c, published ? M_curriculum_retire_note : M_curriculum_publish_note),
                                .f = f};
    struct crumb crumbs[] = {{tr(c, M_curriculum_courses_title), S("/courses")}, {course.row.title, back}};
    struct page p = {.title = tr(c, published ? M_curriculum_retire : M_curriculum_publish),
                     .caption = course.row.title,
                     .section = "/courses",
                     .crumbs = crumbs,
                     .crumb_count = COUNT_OF(crumbs),
                     .status = page_status(c, f)};
    return view_plain_form_page(c, &p, &v);
}
