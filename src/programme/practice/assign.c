/* Who is asked to take an exercise: a cohort or one of its groups until a day, and everybody who has a session of a course of which it is a part. */
#include "auth/session.h"
#include "gen/msg_cases.h"
#include "gen/programme/practice/author_sql.h"
#include "gen/programme/practice/practice_assign_view.h"
#include "programme/practice/inside.h"

#define DAYS_AHEAD 730

struct asking {
    struct arena *a;
    int64_t exercise, id, cohort, group, session, due, person, now;
    bool attach;
};

static enum rc assign(struct db *tx, void *arg, struct err *e)
{
    const struct asking *n = arg;
    struct row_practice_assigned_to there;
    const int64_t *group = n->group != 0 ? &n->group : NULL;
    TRY(sql_practice_assigned_to(tx, n->a, n->exercise, n->cohort, group, &there));
    if (there.n != 0)
        return err_field(e, RC_CONFLICT, group != NULL ? M_cases_group_already : M_practice_assigned_already, "cohort", NULL);
    TRY(sql_practice_assign(tx, db_new_id(tx), n->exercise, n->cohort, group, n->due, n->person, n->now));
    return audit_note(tx, n->now, n->person, "exercise_assign", 0, "exercise", n->exercise);
}

static enum rc unassign(struct db *tx, void *arg, struct err *e)
{
    const struct asking *n = arg;
    (void)e;
    TRY(sql_practice_unassign(tx, n->id));
    return audit_note(tx, n->now, n->person, "exercise_unassign", 0, "exercise", n->exercise);
}

static enum rc attach(struct db *tx, void *arg, struct err *e)
{
    const struct asking *n = arg;
    (void)e;
    return n->attach ? sql_practice_session_add(tx, n->exercise, n->session) : sql_practice_session_drop(tx, n->exercise, n->session);
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------------ */

/* A cohort's value is its number; a group's is that, a hyphen, and its own. */
static void read_whom(struct str value, struct asking *n)
{
    size_t hyphen;
    if (str_find(value, S("-"), &hyphen)) {
        (void)str_to_int(str_sub(value, hyphen + 1, value.n), &n->group);
        value = str_sub(value, 0, hyphen);
    }
    (void)str_to_int(value, &n->cohort);
}

static struct str whom_text(const struct ctx *c, struct str cohort, struct str group)
{
    return group.p != NULL ? str_printf(c->a, "%.*s: %.*s", STR_ARG(cohort), STR_ARG(group)) : cohort;
}

static enum rc assign_form(struct ctx *c, const struct row_practice_find *x, struct form **out)
{
    struct cohort *cohorts;
    struct rows_practice_groups groups;
    size_t count;
    TRY(programme_cohorts(c->db, c->a, x->programme_id, &cohorts, &count));
    TRY(sql_practice_groups(c->db, c->a, x->programme_id, &groups));
    struct choice *choices = ARENA_ARRAY(c->a, count + groups.n, struct choice);
    size_t n = 0;
    for (size_t k = 0; k < count; k++) {
        struct target t = {.programme = x->programme_id, .cohort = cohorts[k].id};
        if (access_allows(c, P_PRACTICE_ASSIGN, &t))
            choices[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, cohorts[k].id), .label = cohorts[k].title};
    }
    for (size_t k = 0; k < groups.n; k++) {
        struct target t = {.programme = x->programme_id, .cohort = groups.v[k].cohort_id};
        if (access_allows(c, P_PRACTICE_ASSIGN, &t))
            choices[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64 "-%" PRId64, groups.v[k].cohort_id, groups.v[k].id),
                                           .label = whom_text(c, groups.v[k].cohort, groups.v[k].title)};
    }
    if (n == 0)
        return RC_OK;
    struct form *f = *out = form_new(c->a, c->lang, c->zone, practice_path(c, x->id, "/assign"), M_practice_assign);
    form_add(f, (struct field){.name = "cohort", .kind = FIELD_CHOICE, .label = M_practice_cohort, .required = true, .choices = choices, .choice_count = n});
    form_add(f, (struct field){.name = "due", .kind = FIELD_DAY, .label = M_practice_until_day, .required = true, .min = c->today, .max = c->today + DAYS_AHEAD});
    return RC_OK;
}

static enum rc attach_form(struct ctx *c, const struct row_practice_find *x, struct form **out)
{
    struct rows_practice_session_choice rows;
    TRY(sql_practice_session_choice(c->db, c->a, x->programme_id, &rows));
    struct choice *choices = ARENA_ARRAY(c->a, rows.n, struct choice);
    for (size_t k = 0; k < rows.n; k++)
        choices[k] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[k].id),
                                     .label = str_printf(c->a, "%.*s: %.*s", STR_ARG(rows.v[k].course_title), STR_ARG(rows.v[k].title))};
    if (rows.n == 0)
        return RC_OK;
    struct form *f = *out = form_new(c->a, c->lang, c->zone, practice_path(c, x->id, "/sessions"), M_practice_attach);
    f->quiet = true;
    form_add(f, (struct field){.name = "session", .kind = FIELD_CHOICE, .label = M_practice_session, .required = true, .choices = choices, .choice_count = rows.n});
    form_add(f, (struct field){.name = "what", .kind = FIELD_HIDDEN, .value = S("add")});
    return RC_OK;
}

static enum rc send_assign(struct ctx *c, const struct row_practice_find *x, struct form *assign_f, struct form *attach_f, int status)
{
    struct rows_practice_assignments rows;
    struct rows_practice_sessions sessions;
    struct view_practice_assign v = {.assign = assign_f, .attach = attach_f};
    TRY(sql_practice_assignments(c->db, c->a, x->id, &rows));
    struct view_practice_assign_cohorts *list = ARENA_ARRAY(c->a, rows.n, struct view_practice_assign_cohorts);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_practice_assign_cohorts){whom_text(c, rows.v[k].cohort, rows.v[k].group_title), rows.v[k].due_day, rows.v[k].by,
                                                        str_printf(c->a, "/practice/assignments/%" PRId64 "/drop", rows.v[k].id)};
    v.cohorts = list;
    v.cohorts_count = rows.n;
    TRY(sql_practice_sessions(c->db, c->a, x->id, &sessions));
    struct view_practice_assign_sessions *parts = ARENA_ARRAY(c->a, sessions.n, struct view_practice_assign_sessions);
    for (size_t k = 0; k < sessions.n; k++) {
        struct form *f = form_new(c->a, c->lang, c->zone, practice_path(c, x->id, "/sessions"), M_practice_detach);
        f->quiet = f->no_warn = true;
        form_add(f, (struct field){.name = "session", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, sessions.v[k].id)});
        form_add(f, (struct field){.name = "what", .kind = FIELD_HIDDEN, .value = S("drop")});
        parts[k] = (struct view_practice_assign_sessions){sessions.v[k].title, sessions.v[k].course_title, f};
    }
    v.sessions = parts;
    v.sessions_count = sessions.n;
    struct page page = practice_page(c, tr(c, M_practice_who_takes), x->title, x->id);
    page.status = status;
    return view_practice_assign_page(c, &page, &v);
}

/* Whoever writes or assigns may see who is asked. */
static enum rc open_to_assign(struct ctx *c, struct row_practice_find *x, bool *writes)
{
    TRY(practice_open(c, x, writes));
    struct target t = {.programme = x->programme_id};
    if (!access_allows(c, P_PRACTICE_ASSIGN, &t) && !*writes)
        return RC_NOT_FOUND; /* what may be taken is hidden from others, so a refusal here is a missing page */
    return str_eq_z(x->state, "draft") ? RC_NOT_FOUND : RC_OK;
}

enum rc practice_handle_assign(struct ctx *c)
{
    struct row_practice_find x;
    struct form *f = NULL, *other = NULL;
    bool writes;
    int status = 0;
    TRY(open_to_assign(c, &x, &writes));
    TRY(assign_form(c, &x, &f));
    if (writes)
        TRY(attach_form(c, &x, &other));
    if (c->rq->method != METHOD_POST)
        return send_assign(c, &x, f, other, 0);
    if (f == NULL)
        return RC_DENIED;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return send_assign(c, &x, f, other, 422);
    struct asking n = {.a = c->a, .exercise = x.id, .person = c->who->person, .now = c->now};
    read_whom(form_text(f, "cohort"), &n);
    (void)form_day(f, "due", &n.due);
    enum rc rc = ctx_write(c, assign, &n);
    if (page_form_failed(c, f, rc, &status))
        return send_assign(c, &x, f, other, status);
    TRY(rc);
    return page_redirect(c, f->action, M_practice_now_assigned);
}

enum rc practice_post_session(struct ctx *c)
{
    struct row_practice_find x;
    struct rows_practice_session_choice rows;
    struct asking n = {.attach = str_eq_z(request_form(c->rq, "what"), "add")};
    bool offered = false;
    TRY(practice_open_to_write(c, &x));
    TRY(sql_practice_session_choice(c->db, c->a, x.programme_id, &rows));
    (void)str_to_int(request_form(c->rq, "session"), &n.session);
    for (size_t k = 0; k < rows.n; k++)
        offered = offered || rows.v[k].id == n.session;
    if (!offered)
        return RC_NOT_FOUND;
    n.exercise = x.id;
    TRY(ctx_write(c, attach, &n));
    return page_redirect(c, practice_path(c, x.id, "/assign"), M_practice_saved);
}

enum rc practice_handle_unassign(struct ctx *c)
{
    struct row_practice_assignment r;
    struct row_practice_find x;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    enum rc rc = sql_practice_assignment(c->db, c->a, id, &r);
    if (rc == RC_OK)
        rc = sql_practice_find(c->db, c->a, r.exercise_id, lang_tag(c->lang), &x);
    struct target t = {.programme = rc == RC_OK ? x.programme_id : 0, .cohort = rc == RC_OK ? r.cohort_id : 0};
    bool may = access_allows(c, P_PRACTICE_ASSIGN, &t);
    TRY(rc);
    if (!may)
        return RC_NOT_FOUND;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/practice/assignments/%" PRId64 "/drop", id), M_practice_unassign);
    f->danger = true;
    f->cancel = practice_path(c, x.id, "/assign");
    struct page page = practice_page(c, tr(c, M_practice_unassign), x.title, x.id);
    struct msg_arg cohort = MSG_TEXT("cohort", whom_text(c, r.cohort, r.group_title));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, tr_args(c, M_practice_unassign_note, &cohort, 1), f);
    struct asking n = {.exercise = x.id, .id = id, .person = c->who->person, .now = c->now};
    TRY(ctx_write(c, unassign, &n));
    return page_redirect(c, f->cancel, M_practice_unassigned);
}
