/* What the coordinator arranges: what holds for mentoring in the programme, who stands behind a learner who mentors, and a pair
 * proposed to both outside any round. */
#include "gen/msg_people.h"
#include "gen/programme/mentor/mentor_students_view.h"
#include "programme/framework/framework.h"
#include "programme/mentor/inside.h"
#include "programme/people/people.h"

#define PAGE_ROWS 50

static struct str number(struct ctx *c, int64_t n)
{
    return str_printf(c->a, "%" PRId64, n);
}

/* ---- settings ---------------------------------------------------------------------------------------------------------------------- */

static enum rc stage_choices(struct ctx *c, int64_t programme, struct choice **out, size_t *count)
{
    struct stage *stages;
    size_t n;
    TRY(programme_stages(c->db, c->a, programme, &stages, &n));
    struct choice *list = ARENA_ARRAY(c->a, n + 1, struct choice);
    list[0] = (struct choice){.value = S("0"), .label = tr(c, M_mentor_any_stage)};
    for (size_t i = 0; i < n; i++)
        list[i + 1] = (struct choice){.value = number(c, stages[i].id), .label = stages[i].title};
    *out = list;
    *count = n + 1;
    return RC_OK;
}

static enum rc course_choices(struct ctx *c, int64_t programme, struct str chosen, struct choice **out, size_t *count)
{
    struct rows_mentor_course_choices rows;
    bool there = chosen.n == 0;
    TRY(sql_mentor_course_choices(c->db, c->a, programme, &rows));
    struct choice *list = ARENA_ARRAY(c->a, rows.n + 2, struct choice);
    list[0] = (struct choice){.value = S("-"), .label = tr(c, M_mentor_no_training)};
    for (size_t i = 0; i < rows.n; i++) {
        list[i + 1] = (struct choice){.value = rows.v[i].slug, .label = rows.v[i].title};
        there = there || str_eq(rows.v[i].slug, chosen);
    }
    *count = rows.n + 1;
    if (!there) /* a course that is not here, or no more, stays what was chosen until somebody chooses another */
        list[(*count)++] = (struct choice){.value = chosen, .label = chosen};
    *out = list;
    return RC_OK;
}

enum rc mentor_competency_choices(struct ctx *c, int64_t programme, struct choice **out, size_t *count)
{
    struct competency *all;
    size_t n;
    *count = 1;
    enum rc rc = framework_outline(c->db, c->a, programme, lang_tag(c->lang), false, &all, &n);
    if (rc == RC_NOT_FOUND)
        n = 0;
    else
        TRY(rc);
    struct choice *list = ARENA_ARRAY(c->a, n + 1, struct choice);
    list[0] = (struct choice){.value = S("0"), .label = tr(c, M_mentor_no_competency)};
    for (size_t i = 0; i < n; i++)
        if (all[i].depth > 0)
            list[(*count)++] = (struct choice){.value = number(c, all[i].competency), .label = all[i].title};
    *out = list;
    return RC_OK;
}

struct setting {
    struct arena *a;
    struct mentor_settings s;
    int64_t by, now;
};

static enum rc save_settings(struct db *tx, void *arg, struct err *e)
{
    struct setting *x = arg;
    struct mentor_settings s = x->s;
    TRY(mentor_save_settings(tx, x->a, &s, e));
    return audit_note(tx, x->now, x->by, "mentor_setting_change", 0, "programme", s.programme);
}

enum rc mentor_edit_settings(struct ctx *c)
{
    struct programme p;
    struct mentor_settings old;
    struct choice *stages, *courses, *competencies;
    size_t stage_count, course_count, competency_count;
    TRY(mentor_require_programme(c, P_MENTOR_MANAGE, &p));
    TRY(mentor_settings_of(c->db, c->a, p.id, &old));
    TRY(stage_choices(c, p.id, &stages, &stage_count));
    TRY(course_choices(c, p.id, old.training, &courses, &course_count));
    TRY(mentor_competency_choices(c, p.id, &competencies, &competency_count));
    struct form *f = form_new(c->a, c->lang, c->zone, mentor_programme_path(c, p.id, "/settings"), M_mentor_settings_save);
    form_add(f, (struct field){.name = "months", .kind = FIELD_TEXT, .label = M_mentor_months, .hint = M_mentor_months_hint, .max = 60, .value = old.months});
    form_add(f, (struct field){.name = "least", .kind = FIELD_INT, .label = M_mentor_least, .hint = M_mentor_least_hint, .required = true, .min = 3, .max = 50, .value = number(c, old.least)});
    form_add(f, (struct field){.name = "stage", .kind = FIELD_CHOICE, .label = M_mentor_from_stage, .hint = M_mentor_from_stage_hint, .required = true, .choices = stages, .choice_count = stage_count, .value = number(c, old.from_stage)});
    form_add(f, (struct field){.name = "training", .kind = FIELD_CHOICE, .label = M_mentor_training, .hint = M_mentor_training_hint, .required = true, .choices = courses, .choice_count = course_count, .value = old.training.n != 0 ? old.training : S("-")});
    form_add(f, (struct field){.name = "competency", .kind = FIELD_CHOICE, .label = M_mentor_competency, .hint = M_mentor_competency_hint, .required = true, .choices = competencies, .choice_count = competency_count, .value = number(c, old.competency)});
    form_add_version(f, old.version);
    f->cancel = mentor_programme_path(c, p.id, "");
    struct page page = mentor_below_programme(c, p.id, tr(c, M_mentor_settings));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, NULL, STR_NONE, f);
    struct setting x = {.a = c->a, .by = c->who->person, .now = c->now};
    x.s = (struct mentor_settings){.programme = p.id, .months = form_text(f, "months"), .least = form_int(f, "least", MENTOR_LEAST), .training = str_eq_z(form_text(f, "training"), "-") ? S("") : form_text(f, "training"), .version = form_int(f, "version", 0)};
    (void)str_to_int(form_text(f, "stage"), &x.s.from_stage);
    (void)str_to_int(form_text(f, "competency"), &x.s.competency);
    enum rc rc = ctx_write(c, save_settings, &x);
    if (page_edit_failed(c, f, rc, old.version, &page.status))
        return mentor_send_form(c, &page, NULL, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, mentor_programme_path(c, p.id, ""), M_mentor_settings_saved);
}

/* ---- who stands behind a learner who mentors ----------------------------------------------------------------------------------------- */

enum rc mentor_get_students(struct ctx *c)
{
    struct programme p;
    struct rows_mentor_students rows;
    int64_t after_id = 0;
    TRY(mentor_require_programme(c, P_MENTOR_MANAGE, &p));
    struct str after = request_query(c->rq, "after");
    (void)str_to_int(request_query(c->rq, "id"), &after_id);
    struct view_mentor_students v = {.alone_only = request_query(c->rq, "alone").n != 0,
                                     .all = mentor_programme_path(c, p.id, "/students"),
                                     .only = mentor_programme_path(c, p.id, "/students?alone=1")};
    TRY(sql_mentor_students(c->db, c->a, p.id, c->today, v.alone_only, after, after_id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_mentor_students_students *list = ARENA_ARRAY(c->a, n, struct view_mentor_students_students);
    for (size_t i = 0; i < n; i++) {
        const struct row_mentor_students *r = &rows.v[i];
        list[i] = (struct view_mentor_students_students){.id = r->person_id,
                                                         .name = r->display_name,
                                                         .href = str_printf(c->a, "/programmes/%" PRId64 "/mentoring/students/%" PRId64, p.id, r->person_id),
                                                         .faculty = r->faculty_id_null ? STR_NONE : r->faculty.p != NULL ? r->faculty : tr(c, M_mentor_gone),
                                                         .mentees = r->mentees};
    }
    v.students = list;
    v.students_count = n;
    if (rows.n > n) {
        struct buf b = buf_new(c->a, 128);
        buf_printf(&b, "/programmes/%" PRId64 "/mentoring/students?%safter=", p.id, v.alone_only ? "alone=1&" : "");
        buf_url(&b, rows.v[n - 1].sort_key);
        buf_printf(&b, "&id=%" PRId64, rows.v[n - 1].person_id);
        v.more = buf_text(&b);
    }
    struct page page = mentor_below_programme(c, p.id, tr(c, M_mentor_students));
    return view_mentor_students_page(c, &page, &v);
}

struct standing {
    struct arena *a;
    int64_t programme, student, faculty, by, today, now;
};

static enum rc supervise(struct db *tx, void *arg, struct err *e)
{
    const struct standing *s = arg;
    TRY(mentor_supervise(tx, s->a, s->programme, s->student, s->faculty, s->today, s->now, e));
    return audit_note(tx, s->now, s->by, "mentor_supervision_change", s->student, "programme", s->programme);
}

/* A learner of this programme who is not known elsewhere is not there. */
static enum rc require_student(struct ctx *c, int64_t programme, int64_t *student, struct str *name)
{
    struct row_mentor_learner learner;
    TRY(request_id(c->rq, 1, student));
    TRY(sql_mentor_learner(c->db, c->a, programme, *student, c->today, &learner));
    return people_name(c->db, c->a, *student, name);
}

enum rc mentor_edit_supervision(struct ctx *c)
{
    struct programme p;
    struct row_mentor_supervisor_of old = {0};
    struct str name;
    struct standing s = {.a = c->a, .by = c->who->person, .today = c->today, .now = c->now};
    TRY(mentor_require_programme(c, P_MENTOR_MANAGE, &p));
    TRY(require_student(c, p.id, &s.student, &name));
    s.programme = p.id;
    enum rc rc = sql_mentor_supervisor_of(c->db, c->a, p.id, s.student, &old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/programmes/%" PRId64 "/mentoring/students/%" PRId64, p.id, s.student), M_mentor_behind_save);
    form_add(f, (struct field){.name = "faculty", .kind = FIELD_TEXT, .label = M_mentor_behind, .hint = M_mentor_behind_hint});
    f->cancel = mentor_programme_path(c, p.id, "/students");
    struct page page = mentor_below_programme(c, p.id, name);
    struct msg_arg who = MSG_TEXT("name", old.name.p != NULL ? old.name : tr(c, M_mentor_gone));
    enum rc ready = mentor_ready(c->db, c->a, p.id, s.student, c->today, &c->err);
    struct str now = rc == RC_OK ? tr_args(c, M_mentor_behind_now, &who, 1) : tr(c, M_mentor_nobody_behind_note);
    struct str note = str_printf(c->a, "%.*s %.*s", STR_ARG(now), STR_ARG(tr(c, ready == RC_OK ? M_mentor_ready_yes : c->err.msg)));
    c->err = (struct err){0};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, NULL, note, f);
    if (form_text(f, "faculty").n != 0)
        TRY(people_read_person(c, f, "faculty", p.id, &s.faculty));
    if (!form_ok(f))
        return mentor_send_form(c, &page, NULL, note, f);
    rc = ctx_write(c, supervise, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return mentor_send_form(c, &page, NULL, note, f);
    TRY(rc);
    return page_redirect(c, mentor_programme_path(c, p.id, "/students"), M_mentor_behind_saved);
}

/* ---- a pair outside any round ---------------------------------------------------------------------------------------------------------- */

struct proposing {
    struct arena *a;
    int64_t programme, mentor, mentee, pair, by, today, now;
};

static enum rc propose(struct db *tx, void *arg, struct err *e)
{
    struct proposing *s = arg;
    TRY(mentor_arrange(tx, s->a, s->programme, s->mentor, s->mentee, s->today, s->now, &s->pair, e));
    return audit_note(tx, s->now, s->by, "mentor_pair_propose", s->mentee, "programme", s->programme);
}

static enum rc check_mentee(struct ctx *c, struct form *f, int64_t programme, int64_t mentee, bool *ok)
{
    struct row_mentor_belongs row;
    TRY(sql_mentor_belongs(c->db, c->a, programme, mentee, c->today, &row));
    *ok = row.n != 0;
    if (!*ok)
        form_error(f, "mentee", M_mentor_person_none, NULL);
    return RC_OK;
}

/* First what will happen, with both names and every check; then it is done. */
enum rc mentor_handle_propose(struct ctx *c)
{
    struct programme p;
    struct proposing s = {.a = c->a, .by = c->who->person, .today = c->today, .now = c->now};
    bool ok = false, both;
    TRY(mentor_require_programme(c, P_MENTOR_MANAGE, &p));
    s.programme = p.id;
    struct form *f = form_new(c->a, c->lang, c->zone, mentor_programme_path(c, p.id, "/propose"), M_mentor_propose_check);
    form_add(f, (struct field){.name = "mentor", .kind = FIELD_TEXT, .label = M_mentor_mentor, .hint = M_people_named_hint, .required = true, .value = request_query(c->rq, "mentor")});
    form_add(f, (struct field){.name = "mentee", .kind = FIELD_TEXT, .label = M_mentor_mentee, .hint = M_people_named_hint, .required = true, .value = request_query(c->rq, "mentee")});
    f->cancel = mentor_programme_path(c, p.id, "");
    struct page page = mentor_below_programme(c, p.id, tr(c, M_mentor_propose));
    TRY(mentor_read_two(c, f, p.id, &s.mentor, &s.mentee, &both));
    if (!both)
        return mentor_send_form(c, &page, NULL, tr(c, M_mentor_propose_note), f);
    TRY(check_mentee(c, f, p.id, s.mentee, &ok));
    enum rc rc = ok ? mentor_check(c->db, c->a, p.id, s.mentor, s.mentee, c->today, &c->err) : RC_OK;
    if (!ok || page_form_failed(c, f, rc, &page.status))
        return mentor_send_form(c, &page, NULL, tr(c, M_mentor_propose_note), f);
    TRY(rc);
    if (!str_eq_z(request_form(c->rq, "sure"), "1")) {
        struct str mentor, mentee;
        TRY(people_name(c->db, c->a, s.mentor, &mentor));
        TRY(people_name(c->db, c->a, s.mentee, &mentee));
        const struct msg_arg names[] = {MSG_TEXT("mentor", mentor), MSG_TEXT("mentee", mentee)};
        struct form *sure = form_new(c->a, c->lang, c->zone, mentor_programme_path(c, p.id, "/propose"), M_mentor_propose_do);
        form_add(sure, (struct field){.name = "mentor", .kind = FIELD_HIDDEN, .value = number(c, s.mentor)});
        form_add(sure, (struct field){.name = "mentee", .kind = FIELD_HIDDEN, .value = number(c, s.mentee)});
        form_add(sure, (struct field){.name = "sure", .kind = FIELD_HIDDEN, .value = S("1")});
        sure->cancel = mentor_programme_path(c, p.id, "/propose");
        return mentor_send_form(c, &page, NULL, tr_args(c, M_mentor_propose_sure, names, COUNT_OF(names)), sure);
    }
    rc = ctx_write(c, propose, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return mentor_send_form(c, &page, NULL, tr(c, M_mentor_propose_note), f);
    TRY(rc);
    return page_redirect(c, mentor_programme_path(c, p.id, ""), M_mentor_proposed);
}
