/* What a mentor notes for herself about her mentoring, and what she shares of it with the one who stands behind her. */
#include "gen/programme/mentor/mentor_log_shared_view.h"
#include "gen/programme/mentor/mentor_log_view.h"
#include "programme/mentor/inside.h"
#include "programme/people/people.h"

#define PAGE_ROWS 50

/* One's own, read by oneself alone. */
static enum rc require_own(struct ctx *c)
{
    struct target t = {.holder = c->who->person};
    return access_require(c, P_MENTOR_PAIR, &t);
}

static void read_place(struct ctx *c, int64_t *day, int64_t *id)
{
    *day = *id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "day"), day);
    (void)str_to_int(request_query(c->rq, "id"), id);
}

static struct page log_page(struct ctx *c, struct str title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_mentor_mine), S("/pairs")};
    crumbs[1] = (struct crumb){tr(c, M_mentor_log), S("/mentors/log")};
    return (struct page){.title = title, .section = "/mentors", .crumbs = crumbs, .crumb_count = 2};
}

/* ---- the list ------------------------------------------------------------------------------------------------------------------------ */

static void fill_entries(struct ctx *c, const struct rows_wall_log_list *rows, struct view_mentor_log *v)
{
    size_t n = rows->n < PAGE_ROWS ? rows->n : PAGE_ROWS;
    struct view_mentor_log_entries *list = ARENA_ARRAY(c->a, n, struct view_mentor_log_entries);
    for (size_t i = 0; i < n; i++) {
        const struct row_wall_log_list *r = &rows->v[i];
        list[i] = (struct view_mentor_log_entries){.day = r->day, .did = r->did, .outcome = r->outcome, .shared = !r->shared_at_null, .edit = mentor_path(c, "/mentors/log/", r->id)};
        list[i].remove = str_printf(c->a, "/mentors/log/%" PRId64 "/remove", r->id);
        if (v->behind.n == 0 && !list[i].shared)
            continue; /* nobody to share it with */
        struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/mentors/log/%" PRId64 "/share", r->id), list[i].shared ? M_mentor_log_unshare : M_mentor_log_share);
        form_add(f, (struct field){.name = "shared", .kind = FIELD_HIDDEN, .value = list[i].shared ? S("0") : S("1")});
        list[i].share = f;
    }
    v->entries = list;
    v->entries_count = n;
    if (rows->n > n)
        v->more = str_printf(c->a, "/mentors/log?day=%" PRId64 "&id=%" PRId64, rows->v[n - 1].day, rows->v[n - 1].id);
}

static enum rc fill_students(struct ctx *c, struct view_mentor_log *v)
{
    struct rows_mentor_supervised_by rows;
    TRY(sql_mentor_supervised_by(c->db, c->a, c->who->person, PAGE_ROWS, &rows));
    struct view_mentor_log_students *list = ARENA_ARRAY(c->a, rows.n, struct view_mentor_log_students);
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct view_mentor_log_students){rows.v[i].display_name, mentor_path(c, "/mentors/log/of/", rows.v[i].student_id)};
    v->students = list;
    v->students_count = rows.n;
    return RC_OK;
}

/* The name of who stands behind who asks, in the programme she works in; empty when nobody does. */
static enum rc find_behind(struct ctx *c, struct str *name)
{
    struct programme here;
    struct row_mentor_supervisor_of behind;
    *name = S("");
    enum rc rc = programme_current(c, &here);
    if (rc == RC_OK)
        rc = sql_mentor_supervisor_of(c->db, c->a, here.id, c->who->person, &behind);
    if (rc == RC_OK)
        *name = behind.name.p != NULL ? behind.name : tr(c, M_mentor_gone);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc mentor_get_log(struct ctx *c)
{
    struct rows_wall_log_list rows;
    int64_t day, id;
    struct view_mentor_log v = {.new_entry = S("/mentors/log/new")};
    TRY(require_own(c));
    read_place(c, &day, &id);
    TRY(find_behind(c, &v.behind));
    TRY(sql_wall_log_list(c->db, c->a, c->who->person, day, id, PAGE_ROWS + 1, &rows));
    fill_entries(c, &rows, &v);
    TRY(fill_students(c, &v));
    struct page page = log_page(c, tr(c, M_mentor_log));
    page.crumb_count = 1;
    return view_mentor_log_page(c, &page, &v);
}

/* ---- one entry ------------------------------------------------------------------------------------------------------------------------ */

struct logging {
    struct mentor_log g;
    int64_t id, person, today, now;
    bool shared;
};

static enum rc save_log(struct db *tx, void *arg, struct err *e)
{
    struct logging *s = arg;
    s->g.id = s->id;
    return mentor_save_log(tx, &s->g, s->person, s->today, s->now, e);
}

static enum rc edit_log(struct ctx *c, const struct row_wall_log_find *old, int64_t programme)
{
    bool is_new = old->id == 0;
    struct form *f = form_new(c->a, c->lang, c->zone, is_new ? S("/mentors/log/new") : mentor_path(c, "/mentors/log/", old->id), M_mentor_log_save);
    form_add(f, (struct field){.name = "day", .kind = FIELD_DAY, .label = M_mentor_log_day, .required = true, .value = form_day_value(f, is_new ? c->today : old->day)});
    form_add(f, (struct field){.name = "did", .kind = FIELD_LONG_TEXT, .label = M_mentor_log_did, .hint = M_mentor_log_did_hint, .required = true, .max = 2000, .rows = 4, .no_draft = true, .value = old->did});
    form_add(f, (struct field){.name = "outcome", .kind = FIELD_LONG_TEXT, .label = M_mentor_log_outcome, .hint = M_mentor_log_outcome_hint, .max = 2000, .rows = 4, .no_draft = true, .value = old->outcome});
    if (is_new) {
        struct choice *competencies;
        size_t count;
        TRY(mentor_competency_choices(c, programme, &competencies, &count));
        form_add(f, (struct field){.name = "competency", .kind = FIELD_CHOICE, .label = M_mentor_log_competency, .hint = M_mentor_log_competency_hint, .required = true, .choices = competencies, .choice_count = count, .value = S("0")});
    }
    form_add_version(f, old->version);
    f->cancel = S("/mentors/log");
    struct page page = log_page(c, tr(c, is_new ? M_mentor_log_new : M_mentor_log_edit));
    struct str note = tr(c, M_mentor_log_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, NULL, note, f);
    struct logging s = {.id = old->id, .person = c->who->person, .today = c->today, .now = c->now};
    s.g = (struct mentor_log){.version = form_int(f, "version", 0), .programme = programme, .did = form_text(f, "did"), .outcome = form_text(f, "outcome")};
    (void)form_day(f, "day", &s.g.day);
    if (is_new)
        (void)str_to_int(form_text(f, "competency"), &s.g.competency);
    enum rc rc = ctx_write(c, save_log, &s);
    if (page_edit_failed(c, f, rc, old->version, &page.status))
        return mentor_send_form(c, &page, NULL, note, f);
    TRY(rc);
    return page_redirect(c, S("/mentors/log"), M_mentor_log_saved);
}

enum rc mentor_new_log(struct ctx *c)
{
    struct programme here;
    const struct row_wall_log_find none = {0};
    TRY(require_own(c));
    TRY(programme_current(c, &here));
    return edit_log(c, &none, here.id);
}

/* An entry of the address, of who asks. */
static enum rc require_entry(struct ctx *c, struct row_wall_log_find *row)
{
    int64_t id;
    TRY(require_own(c));
    TRY(request_id(c->rq, 0, &id));
    return sql_wall_log_find(c->db, c->a, id, c->who->person, row);
}

enum rc mentor_change_log(struct ctx *c)
{
    struct row_wall_log_find row;
    TRY(require_entry(c, &row));
    return edit_log(c, &row, row.programme_id);
}

static enum rc share(struct db *tx, void *arg, struct err *e)
{
    const struct logging *s = arg;
    (void)e;
    return sql_wall_log_share(tx, s->id, s->person, s->shared ? &s->now : NULL);
}

enum rc mentor_post_share(struct ctx *c)
{
    struct row_wall_log_find row;
    TRY(require_entry(c, &row));
    struct logging s = {.id = row.id, .person = c->who->person, .now = c->now, .shared = str_eq_z(request_form(c->rq, "shared"), "1")};
    TRY(ctx_write(c, share, &s));
    return page_redirect(c, S("/mentors/log"), s.shared ? M_mentor_log_now_shared : M_mentor_log_now_private);
}

static enum rc remove_log(struct db *tx, void *arg, struct err *e)
{
    const struct logging *s = arg;
    (void)e;
    return sql_wall_log_remove(tx, s->id, s->person);
}

enum rc mentor_handle_remove_log(struct ctx *c)
{
    struct row_wall_log_find row;
    TRY(require_entry(c, &row));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/mentors/log/%" PRId64 "/remove", row.id), M_mentor_log_remove);
    f->danger = true;
    f->cancel = S("/mentors/log");
    struct page page = log_page(c, tr(c, M_mentor_log_remove));
    if (c->rq->method != METHOD_POST)
        return mentor_send_form(c, &page, NULL, str_printf(c->a, "%.*s %.*s", STR_ARG(tr(c, M_mentor_log_remove_note)), STR_ARG(row.did)), f);
    struct logging s = {.id = row.id, .person = c->who->person};
    TRY(ctx_write(c, remove_log, &s));
    return page_redirect(c, S("/mentors/log"), M_mentor_log_removed);
}

/* ---- what is shared with who stands behind ------------------------------------------------------------------------------------------------ */

static enum rc note_reading(struct db *tx, void *arg, struct err *e)
{
    const struct logging *s = arg;
    (void)e;
    return audit_note(tx, s->now, s->id, "mentor_log_read", s->person, NULL, 0);
}

enum rc mentor_get_shared_log(struct ctx *c)
{
    struct rows_mentor_supervised_by mine;
    struct rows_wall_log_shared rows;
    int64_t student, day, id;
    struct str name = STR_NONE;
    TRY(require_own(c));
    TRY(request_id(c->rq, 0, &student));
    TRY(sql_mentor_supervised_by(c->db, c->a, c->who->person, 1000, &mine));
    for (size_t i = 0; i < mine.n; i++)
        if (mine.v[i].student_id == student)
            name = mine.v[i].display_name;
    if (name.p == NULL)
        return RC_NOT_FOUND;
    read_place(c, &day, &id);
    TRY(sql_wall_log_shared(c->db, c->a, student, c->who->person, day, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_mentor_log_shared_entries *list = ARENA_ARRAY(c->a, n, struct view_mentor_log_shared_entries);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct view_mentor_log_shared_entries){rows.v[i].day, rows.v[i].did, rows.v[i].outcome};
    struct view_mentor_log_shared v = {.entries = list, .entries_count = n};
    if (rows.n > n)
        v.more = str_printf(c->a, "/mentors/log/of/%" PRId64 "?day=%" PRId64 "&id=%" PRId64, student, rows.v[n - 1].day, rows.v[n - 1].id);
    if (n != 0) {
        struct logging s = {.id = c->who->person, .person = student, .now = c->now};
        TRY(ctx_write(c, note_reading, &s));
    }
    struct page page = log_page(c, name);
    return view_mentor_log_shared_page(c, &page, &v);
}
