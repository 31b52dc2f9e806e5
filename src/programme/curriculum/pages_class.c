/* One session as it is given to one offering: when, where and by whom; and the list of who was there. */
#include "auth/session.h"
#include "gen/programme/curriculum/attendance_view.h"
#include "gen/programme/curriculum/offering_sql.h"
#include "gen/programme/curriculum/plain_form_view.h"
#include "programme/curriculum/pages.h"
#include "programme/people/people.h"

#define TEACHERS_MAX 300
#define LIST_ROWS 200 /* names on one page of a list */

struct class_page {
    struct row_class_find row;
    struct target target;
    struct str audience;
};

static enum rc open_class(struct ctx *c, enum permission p, struct class_page *out)
{
    int64_t id;
    *out = (struct class_page){0};
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_class_find(c->db, c->a, id, &out->row));
    const struct row_class_find *r = &out->row;
    out->target = (struct target){.programme = r->programme_id,
                                  .cohort = r->cohort_id_null ? 0 : r->cohort_id,
                                  .holder = r->teacher_id_null ? 0 : r->teacher_id};
    out->audience = page_audience(c, r->cohort_title, r->group_title);
    return access_require(c, p, &out->target);
}

static struct page class_frame(struct ctx *c, const struct class_page *k, struct str title)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){k->row.course_title, page_path(c, "/courses/%" PRId64, k->row.course_id)};
    bool may = access_allows(c, P_PERSON_LIST, &k->target);
    crumbs[1] = may ? (struct crumb){k->audience, page_path(c, "/offerings/%" PRId64, k->row.offering_id)}
                    : (struct crumb){k->row.title, page_path(c, "/sessions/%" PRId64, k->row.session_id)};
    return (struct page){
        .title = title, .caption = k->row.title, .section = "/courses", .crumbs = crumbs, .crumb_count = 2};
}

/* ---- when, where, by whom ---------------------------------------------------------------------------------------- */

static struct str teacher_name(struct ctx *c, const struct row_class_find *r)
{
    return r->teacher.p != NULL ? r->teacher : tr(c, M_curriculum_teacher_now);
}

/* A list to choose from where it is short; else the teacher is named by her e-mail address, and a box takes her off. */
static enum rc add_teacher(struct ctx *c, const struct class_page *k, struct form *f)
{
    const struct row_class_find *r = &k->row;
    struct rows_class_teachers rows;
    TRY(sql_class_teachers(c->db, c->a, r->programme_id, c->today, TEACHERS_MAX + 1, &rows));
    if (rows.n > TEACHERS_MAX) {
        form_add(f, (struct field){.name = "teacher_email",
                                   .kind = FIELD_EMAIL,
                                   .label = M_curriculum_teacher_email,
                                   .hint = r->teacher_id_null ? 0 : M_curriculum_teacher_email_hint});
        if (!r->teacher_id_null)
            form_add(f, (struct field){.name = "nobody", .kind = FIELD_BOOL, .label = M_curriculum_teacher_none});
        return RC_OK;
    }
    struct choice *list = ARENA_ARRAY(c->a, rows.n + 1, struct choice);
    size_t count = rows.n;
    bool there = r->teacher_id_null;
    for (size_t i = 0; i < rows.n; i++) {
        list[i] =
            (struct choice){.value = page_path(c, "%" PRId64, rows.v[i].person_id), .label = rows.v[i].display_name};
        there = there || rows.v[i].person_id == r->teacher_id;
    }
    if (!there) /* who holds no role any more stays the teacher until somebody else is chosen */
        list[count++] = (struct choice){.value = page_path(c, "%" PRId64, r->teacher_id), .label = teacher_name(c, r)};
    form_add(f, (struct field){.name = "teacher",
                               .kind = FIELD_CHOICE,
                               .label = M_curriculum_teacher,
                               .choices = list,
                               .choice_count = count,
                               .value = r->teacher_id_null ? S("") : page_path(c, "%" PRId64, r->teacher_id)});
    return RC_OK;
}

/* Who shall teach, by what the form says; 0: nobody. False with an error in the form when there is no such person. */
static enum rc read_teacher(struct ctx *c, const struct class_page *k, struct form *f, int64_t *teacher, bool *known)
{
    const struct row_class_find *r = &k->row;
    struct row_class_teacher role = {0};
    struct str email = form_text(f, "teacher_email");
    *known = true;
    if (form_field(f, "teacher") != NULL) {
        *teacher = form_int(f, "teacher", 0);
        return RC_OK;
    }
    *teacher = r->teacher_id_null || form_bool(f, "nobody") ? 0 : r->teacher_id;
    if (str_empty(email))
        return RC_OK;
    enum rc rc = people_by_email(c->db, c->a, email, teacher);
    if (rc == RC_OK)
        rc = sql_class_teacher(c->db, c->a, r->programme_id, c->today, *teacher, &role);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *known = role.n != 0;
    if (!*known)
        form_error(f, "teacher_email", M_curriculum_teacher_unknown, NULL);
    return RC_OK;
}

static enum rc class_form(struct ctx *c, const struct class_page *k, struct form **out)
{
    const struct row_class_find *r = &k->row;
    struct form *f = form_new(c->a, c->lang, c->zone, page_path(c, "/classes/%" PRId64, r->id), M_curriculum_save);
    f->cancel = page_path(c, "/offerings/%" PRId64, r->offering_id);
    form_add_version(f, r->version);
    form_add(f, (struct field){.name = "starts",
                               .kind = FIELD_WHEN,
                               .label = M_curriculum_class_starts,
                               .hint = M_curriculum_class_starts_hint,
                               .value = r->starts_at_null ? S("") : form_when_value(f, r->starts_at)});
    form_add(f, (struct field){.name = "ends",
                               .kind = FIELD_WHEN,
                               .label = M_curriculum_class_ends,
                               .value = r->ends_at_null ? S("") : form_when_value(f, r->ends_at)});
    form_add(f, (struct field){.name = "place", .kind = FIELD_TEXT, .label = M_curriculum_place, .value = r->place});
    TRY(add_teacher(c, k, f));
    form_add(f, (struct field){.name = "due",
                               .kind = FIELD_DAY,
                               .label = M_curriculum_due,
                               .hint = M_curriculum_due_hint,
                               .value = form_day_value(f, r->due_day)});
    *out = f;
    return RC_OK;
}

struct class_write {
    struct class_edit edit;
    const struct zone *zone;
    int64_t now, by;
};

static enum rc write_class(struct db *tx, void *arg, struct err *e)
{
    const struct class_write *w = arg;
    TRY(class_change(tx, &w->edit, w->zone, e));
    return audit_note(tx, w->now, w->by, "class_change", 0, "offering_session", w->edit.id);
}

enum rc change_class(struct ctx *c)
{
    struct class_page k;
    struct form *f;
    TRY(open_class(c, P_OFFERING_CHANGE, &k));
    TRY(class_form(c, &k, &f));
    struct page p = class_frame(c, &k, tr(c, M_curriculum_class_title));
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) {
        struct class_write w = {.zone = c->zone, .now = c->now, .by = c->who->person};
        bool known;
        w.edit =
            (struct class_edit){.id = k.row.id, .version = form_int(f, "version", 0), .place = form_text(f, "place")};
        w.edit.has_start = form_when(f, "starts", &w.edit.starts_at);
        w.edit.has_end = form_when(f, "ends", &w.edit.ends_at);
        w.edit.has_due = form_day(f, "due", &w.edit.due_day);
        TRY(read_teacher(c, &k, f, &w.edit.teacher, &known));
        enum rc rc = known ? ctx_write(c, write_class, &w) : RC_INVALID;
        if (rc == RC_OK)
            return page_redirect(c, f->cancel, M_curriculum_saved);
        if (known && !page_edit_failed(c, f, rc, k.row.version, &p.status))
            return rc;
    }
    struct view_plain_form_facts facts[] = {{tr(c, M_curriculum_audience), k.audience},
                                            {tr(c, M_curriculum_teacher_now), teacher_name(c, &k.row)}};
    struct view_plain_form v = {.facts = facts, .facts_count = k.row.teacher_id_null ? 1 : 2, .f = f};
    p.status = page_status(c, f);
    return view_plain_form_page(c, &p, &v);
}

/* ---- who was there ----------------------------------------------------------------------------------------------- */

enum rc get_attendance(struct ctx *c)
{
    struct class_page k;
    struct rows_class_people rows;
    int64_t page = page_number(c);
    TRY(open_class(c, P_ATTENDANCE_TAKE, &k));
    TRY(sql_class_people(c->db, c->a, k.row.id, k.row.offering_id, LIST_ROWS + 1, (page - 1) * LIST_ROWS, &rows));
    size_t n = rows.n > LIST_ROWS ? LIST_ROWS : rows.n;
    struct view_attendance_people *list = ARENA_ARRAY(c->a, n, struct view_attendance_people);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct view_attendance_people){rows.v[i].person_id, rows.v[i].display_name,
                                                  rows.v[i].state.p != NULL ? rows.v[i].state : S("")};
    struct str self = page_path(c, "/classes/%" PRId64 "/attendance", k.row.id);
    struct view_attendance v = {
        .csrf = page_csrf(c),
        .action = page > 1 ? str_printf(c->a, "%.*s?page=%" PRId64, STR_ARG(self), page) : self,
        .when = k.row.starts_at_null ? (struct opt_int){0} : SOME_INT(k.row.starts_at),
        .place = k.row.place,
        .audience = k.audience,
        .people = list,
        .people_count = n,
        .total = (int64_t)n,
        .more = rows.n > n ? str_printf(c->a, "%.*s?page=%" PRId64, STR_ARG(self), page + 1) : S(""),
        .newer = page > 1 ? str_printf(c->a, "%.*s?page=%" PRId64, STR_ARG(self), page - 1) : S(""),
    };
    struct page p = class_frame(c, &k, tr(c, M_curriculum_attendance_list));
    return view_attendance_page(c, &p, &v);
}

struct note {
    int64_t person;
    struct str state;
};

struct list_write {
    struct class_given given;
    const struct note *notes;
    size_t count;
    int64_t by, now;
};

static enum rc write_list(struct db *tx, void *arg, struct err *e)
{
    const struct list_write *w = arg;
    struct arena *a = arena_new(0);
    enum rc rc = RC_OK;
    (void)e;
    for (size_t i = 0; i < w->count && rc == RC_OK; i++) {
        rc = attendance_note(tx, a, &w->given, w->notes[i].person, w->notes[i].state, w->by, w->now);
        if (rc == RC_OK)
            rc = audit_note(tx, w->now, w->by, "attendance_note", w->notes[i].person, "offering_session", w->given.id);
        arena_reset(a);
    }
    arena_free(a);
    return rc;
}

/* Only what differs from what the page showed is written: two people may take the list at once. "rest" settles those
 * who have no mark. */
static enum rc read_notes(struct ctx *c, const struct rows_class_people *rows, struct note *notes, size_t *count)
{
    struct str rest = request_form(c->rq, "rest");
    if (!str_empty(rest) && !attendance_state_valid(rest))
        return err_field(&c->err, RC_INVALID, 0, "rest", "present or absent");
    for (size_t i = 0; i < rows->n; i++) {
        char name[32];
        snprintf(name, sizeof name, "p%" PRId64, rows->v[i].person_id);
        struct str given = request_form(c->rq, name);
        name[0] = 'o';
        struct str shown = request_form(c->rq, name);
        if (shown.p == NULL && given.p == NULL)
            continue; /* enrolled since the page was opened */
        if (str_empty(given))
            given = rest;
        if (str_empty(given) || (shown.p != NULL && str_eq(given, shown)))
            continue;
        if (!attendance_state_valid(given))
            return err_field(&c->err, RC_INVALID, 0, "attendance", "present, late, excused or absent");
        notes[(*count)++] = (struct note){rows->v[i].person_id, given};
    }
    return RC_OK;
}

enum rc post_attendance(struct ctx *c)
{
    struct class_page k;
    struct rows_class_people rows;
    int64_t page = page_number(c);
    TRY(open_class(c, P_ATTENDANCE_TAKE, &k));
    TRY(sql_class_people(c->db, c->a, k.row.id, k.row.offering_id, LIST_ROWS, (page - 1) * LIST_ROWS, &rows));
    struct note *notes = ARENA_ARRAY(c->a, rows.n, struct note);
    struct list_write w = {
        .given = {.id = k.row.id,
                  .session = k.row.session_id,
                  .programme = k.row.programme_id,
                  .at = !k.row.starts_at_null && k.row.starts_at <= c->now ? k.row.starts_at : c->now},
        .notes = notes,
        .by = c->who->person,
        .now = c->now};
    TRY(read_notes(c, &rows, notes, &w.count));
    TRY(ctx_write(c, write_list, &w));
    return page_redirect(c, page_path(c, "/classes/%" PRId64 "/attendance", k.row.id), M_curriculum_attendance_saved);
}
