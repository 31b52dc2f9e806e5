/* Milestones, tasks, minutes and files of a project: the forms behind its board. */
#include "gen/programme/improve/improve_minutes_view.h"
#include "gen/programme/improve/work_sql.h"
#include "programme/improve/inside.h"
#include "view/markdown.h"

#define MILESTONES_MOST 100
#define PAGE_ROWS 50
#define MINUTES_LONGEST 20000

static struct str board_path(const struct ctx *c, int64_t project, const char *at)
{
    return str_concat(c->a, improve_path(c, project, "/board"), str_from(at));
}

/* ---- milestones -------------------------------------------------------------------------------------------------------------------- */
struct stoning {
    struct improve_milestone m;
    int64_t project, id, version;
};

static enum rc put_milestone(struct db *tx, void *arg, struct err *e)
{
    const struct stoning *x = arg;
    return improve_put_milestone(tx, x->project, x->id, x->version, &x->m, e);
}

static enum rc handle_milestone(struct ctx *c, const struct row_improve_find *p, const struct row_improve_milestone_find *m)
{
    bool is_new = m->id == 0;
    struct page page = improve_page(c, p, tr(c, is_new ? M_project_milestone_new : M_project_milestone_edit));
    struct form *f = form_new(c->a, c->lang, c->zone, is_new ? improve_path(c, p->id, "/milestones/new") : str_printf(c->a, "/project-milestones/%" PRId64, m->id), M_project_save);
    f->cancel = board_path(c, p->id, "#milestones");
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_project_milestone_title, .hint = M_project_milestone_hint, .required = true, .max = IMPROVE_TITLE_MOST, .value = m->title});
    form_add(f, (struct field){.name = "due", .kind = FIELD_DAY, .label = M_project_due, .required = true, .value = is_new ? STR_NONE : form_day_value(f, m->due_day)});
    if (!is_new)
        form_add(f, (struct field){.name = "done", .kind = FIELD_DAY, .label = M_project_reached_on, .min = 1, .max = c->today, .value = m->done_day_null ? STR_NONE : form_day_value(f, m->done_day)});
    form_add_version(f, m->version);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return improve_send_form(c, &page, S(""), f);
    struct stoning x = {.m = {.title = form_text(f, "title")}, .project = p->id, .id = m->id, .version = form_int(f, "version", 0)};
    (void)form_day(f, "due", &x.m.due_day);
    if (!is_new)
        (void)form_day(f, "done", &x.m.done_day);
    enum rc rc = ctx_write(c, put_milestone, &x);
    if (page_edit_failed(c, f, rc, m->version, &page.status))
        return improve_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_improve_saved);
}

enum rc improve_handle_milestone_new(struct ctx *c)
{
    struct row_improve_find p;
    struct rows_improve_milestones there;
    TRY(improve_open(c, P_PROJECT_CHANGE, &p));
    TRY(sql_improve_milestones(c->db, c->a, p.id, MILESTONES_MOST, &there));
    if (there.n == MILESTONES_MOST)
        return err_set(&c->err, RC_INVALID, M_project_many, "%d", MILESTONES_MOST);
    return handle_milestone(c, &p, &(struct row_improve_milestone_find){.version = 1});
}

enum rc improve_handle_milestone(struct ctx *c)
{
    struct row_improve_milestone_find m;
    struct row_improve_find p;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_improve_milestone_find(c->db, c->a, id, &m));
    TRY(improve_open_id(c, P_PROJECT_CHANGE, m.project_id, &p));
    return handle_milestone(c, &p, &m);
}

/* ---- tasks --------------------------------------------------------------------------------------------------------------------------- */
struct tasking {
    struct arena *a;
    struct improve_task t;
    struct str state;
    int64_t project, id, version, now;
};

static enum rc put_task(struct db *tx, void *arg, struct err *e)
{
    const struct tasking *x = arg;
    int64_t task;
    TRY(improve_put_task(tx, x->a, x->project, x->id, x->version, &x->t, &task, e));
    return x->state.n != 0 ? improve_set_task(tx, x->id, x->state, x->now) : RC_OK;
}

static struct str id_text(const struct ctx *c, bool none, int64_t id)
{
    return none ? S("") : str_printf(c->a, "%" PRId64, id);
}

enum rc improve_person_choices(struct ctx *c, int64_t project, struct str nobody, struct choice **out, size_t *count)
{
    struct rows_improve_members rows;
    TRY(sql_improve_members(c->db, c->a, project, &rows));
    struct choice *choices = ARENA_ARRAY(c->a, rows.n + 1, struct choice);
    choices[0] = (struct choice){.value = S("0"), .label = nobody};
    for (size_t k = 0; k < rows.n; k++)
        choices[k + 1] = (struct choice){.value = id_text(c, false, rows.v[k].person_id), .label = rows.v[k].name.p != NULL ? rows.v[k].name : tr(c, M_improve_somebody)};
    *out = choices;
    *count = rows.n + 1;
    return RC_OK;
}

static enum rc milestone_choices(struct ctx *c, int64_t project, struct choice **out, size_t *count)
{
    struct rows_improve_milestones rows;
    TRY(sql_improve_milestones(c->db, c->a, project, MILESTONES_MOST, &rows));
    struct choice *choices = ARENA_ARRAY(c->a, rows.n + 1, struct choice);
    choices[0] = (struct choice){.value = S("0"), .label = tr(c, M_project_no_milestone)};
    for (size_t k = 0; k < rows.n; k++)
        choices[k + 1] = (struct choice){.value = id_text(c, false, rows.v[k].id), .label = rows.v[k].title};
    *out = choices;
    *count = rows.n + 1;
    return RC_OK;
}

static enum rc handle_task(struct ctx *c, const struct row_improve_find *p, const struct row_improve_task_find *t)
{
    static const char *const states[] = {"open", "done", "dropped"};
    static const msg_id labels[] = {M_project_open, M_project_done, M_project_dropped};
    bool is_new = t->id == 0;
    struct choice *people, *stones;
    size_t person_count, stone_count;
    TRY(improve_person_choices(c, p->id, tr(c, M_project_nobody), &people, &person_count));
    TRY(milestone_choices(c, p->id, &stones, &stone_count));
    struct page page = improve_page(c, p, tr(c, is_new ? M_project_task_new : M_project_task_edit));
    struct form *f = form_new(c->a, c->lang, c->zone, is_new ? improve_path(c, p->id, "/tasks/new") : str_printf(c->a, "/project-tasks/%" PRId64, t->id), M_project_save);
    f->cancel = board_path(c, p->id, "#tasks");
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_project_task_title, .required = true, .max = IMPROVE_TITLE_MOST, .value = t->title});
    form_add(f, (struct field){.name = "person", .kind = FIELD_CHOICE, .label = M_project_who, .required = true, .choices = people, .choice_count = person_count, .value = id_text(c, false, t->person_id_null ? 0 : t->person_id)});
    form_add(f, (struct field){.name = "due", .kind = FIELD_DAY, .label = M_project_due, .value = t->due_day_null ? STR_NONE : form_day_value(f, t->due_day)});
    if (stone_count > 1)
        form_add(f, (struct field){.name = "milestone", .kind = FIELD_CHOICE, .label = M_project_for_milestone, .required = true, .choices = stones, .choice_count = stone_count, .value = id_text(c, false, t->milestone_id_null ? 0 : t->milestone_id)});
    if (!is_new)
        form_add(f, (struct field){.name = "state", .kind = FIELD_CHOICE, .label = M_improve_state, .required = true, .choices = improve_choices(c, states, labels, 3), .choice_count = 3, .value = t->state});
    form_add_version(f, t->version);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return improve_send_form(c, &page, S(""), f);
    struct tasking x = {.a = c->a, .t = {.title = form_text(f, "title")}, .state = is_new ? S("") : form_text(f, "state"), .project = p->id, .id = t->id, .version = form_int(f, "version", 0), .now = c->now};
    (void)str_to_int(form_text(f, "person"), &x.t.person);
    if (stone_count > 1)
        (void)str_to_int(form_text(f, "milestone"), &x.t.milestone);
    (void)form_day(f, "due", &x.t.due_day);
    enum rc rc = ctx_write(c, put_task, &x);
    if (page_edit_failed(c, f, rc, t->version, &page.status))
        return improve_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_improve_saved);
}

enum rc improve_handle_task_new(struct ctx *c)
{
    struct row_improve_find p;
    struct row_improve_task_counts counts;
    TRY(improve_open(c, P_PROJECT_CHANGE, &p));
    TRY(sql_improve_task_counts(c->db, c->a, p.id, c->today, &counts));
    if (counts.open >= IMPROVE_TASKS_MOST)
        return err_set(&c->err, RC_INVALID, M_project_many, "%d", IMPROVE_TASKS_MOST);
    return handle_task(c, &p, &(struct row_improve_task_find){.version = 1, .person_id = c->who->person, .due_day_null = true, .milestone_id_null = true});
}

static enum rc open_task(struct ctx *c, struct row_improve_task_find *t, struct row_improve_find *p)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_improve_task_find(c->db, c->a, id, t));
    return improve_open_id(c, P_PROJECT_CHANGE, t->project_id, p);
}

enum rc improve_handle_task(struct ctx *c)
{
    struct row_improve_task_find t;
    struct row_improve_find p;
    TRY(open_task(c, &t, &p));
    return handle_task(c, &p, &t);
}

static enum rc set_task(struct db *tx, void *arg, struct err *e)
{
    const struct tasking *x = arg;
    (void)e;
    return improve_set_task(tx, x->id, x->state, x->now);
}

enum rc improve_post_task_state(struct ctx *c)
{
    struct row_improve_task_find t;
    struct row_improve_find p;
    TRY(open_task(c, &t, &p));
    bool done = str_eq_z(request_form(c->rq, "state"), "done");
    struct tasking x = {.id = t.id, .state = done ? S("done") : S("open"), .now = c->now};
    TRY(ctx_write(c, set_task, &x));
    return page_redirect(c, board_path(c, p.id, "#tasks"), done ? M_project_ticked : M_improve_saved);
}

/* ---- minutes -------------------------------------------------------------------------------------------------------------------------- */
struct noting {
    struct str body;
    int64_t project, id, version, day, by;
};

static enum rc put_minutes(struct db *tx, void *arg, struct err *e)
{
    const struct noting *x = arg;
    return improve_put_minutes(tx, x->project, x->id, x->version, x->day, x->body, x->by, e);
}

static enum rc handle_minutes(struct ctx *c, const struct row_improve_find *p, const struct row_improve_minutes_find *m)
{
    bool is_new = m->id == 0;
    struct page page = improve_page(c, p, tr(c, is_new ? M_project_minutes_new : M_project_minutes_edit));
    struct form *f = form_new(c->a, c->lang, c->zone, is_new ? improve_path(c, p->id, "/minutes/new") : str_printf(c->a, "/project-minutes/%" PRId64 "/edit", m->id), M_project_save);
    f->cancel = board_path(c, p->id, "#minutes");
    f->draft = str_printf(c->a, "project-minutes-%" PRId64, is_new ? p->id : m->id);
    form_add(f, (struct field){.name = "day", .kind = FIELD_DAY, .label = M_project_minutes_day, .required = true, .min = 1, .max = c->today, .value = form_day_value(f, is_new ? c->today : m->day)});
    form_add(f, (struct field){.name = "body", .kind = FIELD_LONG_TEXT, .label = M_project_minutes_body, .hint = M_project_minutes_hint, .required = true, .rows = 12, .max = MINUTES_LONGEST, .value = m->body});
    form_add_version(f, m->version);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return improve_send_form(c, &page, S(""), f);
    struct noting x = {.body = form_text(f, "body"), .project = p->id, .id = m->id, .version = form_int(f, "version", 0), .by = c->who->person};
    (void)form_day(f, "day", &x.day);
    enum rc rc = ctx_write(c, put_minutes, &x);
    if (page_edit_failed(c, f, rc, m->version, &page.status))
        return improve_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_improve_saved);
}

enum rc improve_handle_minutes_new(struct ctx *c)
{
    struct row_improve_find p;
    TRY(improve_open(c, P_PROJECT_CHANGE, &p));
    return handle_minutes(c, &p, &(struct row_improve_minutes_find){.version = 1});
}

enum rc improve_handle_minutes(struct ctx *c)
{
    struct row_improve_minutes_find m;
    struct row_improve_find p;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_improve_minutes_find(c->db, c->a, id, &m));
    TRY(improve_open_id(c, P_PROJECT_CHANGE, m.project_id, &p));
    return handle_minutes(c, &p, &m);
}

enum rc improve_get_minutes(struct ctx *c)
{
    struct row_improve_minutes_find m;
    struct row_improve_find p;
    int64_t id;
    bool changes;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_improve_minutes_find(c->db, c->a, id, &m));
    TRY(improve_open_team(c, m.project_id, &p, &changes));
    struct view_improve_minutes v = {.day = m.day, .by = m.name, .text = m.body, .body = markdown_render(c->a, m.body, (struct markdown_options){.lang = c->lang, .heading_shift = 1}),
                                     .edit = changes ? str_printf(c->a, "/project-minutes/%" PRId64 "/edit", id) : S("")};
    struct page page = improve_page(c, &p, tr(c, M_project_minutes));
    return view_improve_minutes_page(c, &page, &v);
}

enum rc improve_get_minutes_list(struct ctx *c)
{
    struct rows_improve_minutes_list rows;
    struct row_improve_find p;
    int64_t id, day, after;
    bool changes;
    TRY(request_id(c->rq, 0, &id));
    TRY(improve_open_team(c, id, &p, &changes));
    improve_read_place(c, &day, &after);
    TRY(sql_improve_minutes_list(c->db, c->a, id, day, after, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_improve_minutes_list *list = ARENA_ARRAY(c->a, n, struct view_improve_minutes_list);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_improve_minutes_list){str_printf(c->a, "/project-minutes/%" PRId64, rows.v[k].id), rows.v[k].day, improve_first_line(c, rows.v[k].body)};
    struct view_improve_minutes v = {.list = list, .list_count = n};
    if (rows.n > n)
        v.more = str_printf(c->a, "/projects/%" PRId64 "/minutes?at=%" PRId64 "&id=%" PRId64, id, rows.v[n - 1].day, rows.v[n - 1].id);
    struct page page = improve_page(c, &p, tr(c, M_project_minutes));
    return view_improve_minutes_page(c, &page, &v);
}

/* ---- files ------------------------------------------------------------------------------------------------------------------------------ */
struct filing {
    struct arena *a;
    struct str name, bytes;
    int64_t project, id, by, now;
};

static enum rc add_file(struct db *tx, void *arg, struct err *e)
{
    const struct filing *x = arg;
    return improve_add_file(tx, x->a, x->project, x->name, x->bytes, x->by, x->now, e);
}

static enum rc drop_file(struct db *tx, void *arg, struct err *e)
{
    const struct filing *x = arg;
    (void)e;
    return sql_improve_file_drop(tx, x->id);
}

enum rc improve_handle_file_new(struct ctx *c)
{
    struct row_improve_find p;
    TRY(improve_open(c, P_PROJECT_CHANGE, &p));
    struct page page = improve_page(c, &p, tr(c, M_project_file_new));
    struct form *f = form_new(c->a, c->lang, c->zone, improve_path(c, p.id, "/files/new"), M_project_file_new);
    f->cancel = board_path(c, p.id, "#files");
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_project_file, .hint = M_project_file_hint, .required = true, .max = IMPROVE_FILE_BYTES_MOST});
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return improve_send_form(c, &page, tr(c, M_project_file_note), f);
    const struct field *file = form_field(f, "file");
    struct filing x = {.a = c->a, .name = file->filename, .bytes = file->value, .project = p.id, .by = c->who->person, .now = c->now};
    enum rc rc = ctx_write(c, add_file, &x);
    if (page_form_failed(c, f, rc, &page.status))
        return improve_send_form(c, &page, tr(c, M_project_file_note), f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_improve_saved);
}

enum rc improve_get_file(struct ctx *c)
{
    struct row_improve_file_find file;
    struct row_improve_file_bytes b;
    struct row_improve_find p;
    int64_t id;
    bool changes;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_improve_file_find(c->db, c->a, id, &file));
    TRY(improve_open_team(c, file.project_id, &p, &changes));
    TRY(sql_improve_file_bytes(c->db, c->a, id, &b));
    return page_download(c, str_z(c->a, file.type), file.name, b.bytes);
}

enum rc improve_handle_file_remove(struct ctx *c)
{
    struct row_improve_file_find file;
    struct row_improve_find p;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_improve_file_find(c->db, c->a, id, &file));
    TRY(improve_open_id(c, P_PROJECT_CHANGE, file.project_id, &p));
    struct page page = improve_page(c, &p, tr(c, M_project_file_remove));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/project-files/%" PRId64 "/remove", id), M_project_file_remove);
    f->cancel = board_path(c, p.id, "#files");
    f->danger = true;
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return improve_send_form(c, &page, file.name, f);
    struct filing x = {.id = id};
    TRY(ctx_write(c, drop_file, &x));
    return page_redirect(c, f->cancel, M_improve_saved);
}
