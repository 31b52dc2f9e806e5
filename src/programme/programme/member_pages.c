/* Changing a person's membership: leave, deferral, return, transfer, completion, withdrawal, putting days right, a new one. Each
 * is a small form; what it does is told before it is done. The rule itself is run for that, and undone. */
#include "auth/session.h"
#include "gen/msg_programme.h"
#include "gen/programme/programme/member_check_view.h"
#include "gen/programme/programme/programme_sql.h"
#include "programme/people/people.h"
#include "programme/programme/inside.h"
#include "view/write.h"

enum act { ACT_LEAVE, ACT_DEFERRAL, ACT_RETURN, ACT_TRANSFER, ACT_COMPLETE, ACT_WITHDRAW, ACT_CORRECT, ACT_ADD };

/* Which fields an act asks for. */
enum { ASK_COHORT = 1, ASK_STAGE = 2, ASK_START = 4, ASK_END = 8, ASK_DAY = 16, ASK_LAST = 32 };

static const struct act_text {
    const char *word;
    msg_id title, submit, hint, day, done;
    /* what will happen, with and without a last day; {name}, {cohort}, {to}, {first}, {last} */
    msg_id tells, tells_open;
    const char *audit;
    unsigned asks;
    bool danger;
} acts[] = {
    [ACT_LEAVE] = {"leave", M_programme_leave_title, M_programme_leave_submit, M_programme_leave_hint, 0, M_programme_leave_done, M_programme_leave_tells, M_programme_leave_tells_open, "membership_leave", ASK_START | ASK_END, false},
    [ACT_DEFERRAL] = {"deferral", M_programme_deferral_title, M_programme_deferral_submit, M_programme_deferral_hint, 0, M_programme_deferral_done, M_programme_deferral_tells, M_programme_deferral_tells_open, "membership_deferral", ASK_START | ASK_END, false},
    [ACT_RETURN] = {"return", M_programme_return_title, M_programme_return_submit, M_programme_return_hint, M_programme_return_day, M_programme_return_done, M_programme_return_tells, 0, "membership_return", ASK_LAST, false},
    [ACT_TRANSFER] = {"transfer", M_programme_transfer_title, M_programme_transfer_submit, M_programme_transfer_hint, M_programme_transfer_day, M_programme_transfer_done, M_programme_transfer_tells, 0, "membership_transfer", ASK_COHORT | ASK_STAGE | ASK_DAY, false},
    [ACT_COMPLETE] = {"complete", M_programme_complete_title, M_programme_complete_submit, M_programme_complete_hint, M_programme_last_day, M_programme_complete_done, M_programme_complete_tells, 0, "membership_complete", ASK_LAST, true},
    [ACT_WITHDRAW] = {"withdraw", M_programme_withdraw_title, M_programme_withdraw_submit, M_programme_withdraw_hint, M_programme_last_day, M_programme_withdraw_done, M_programme_withdraw_tells, 0, "membership_withdraw", ASK_LAST, true},
    [ACT_CORRECT] = {"correct", M_programme_correct_title, M_programme_correct_submit, M_programme_correct_hint, 0, M_programme_correct_done, M_programme_correct_tells, M_programme_correct_tells_open, "membership_correct", ASK_STAGE | ASK_START | ASK_END, false},
    [ACT_ADD] = {"add", M_programme_member_add_title, M_programme_member_add_submit, M_programme_member_add_hint, 0, M_programme_member_add_done, M_programme_member_add_tells, M_programme_member_add_tells_open, "membership_add", ASK_COHORT | ASK_STAGE | ASK_START | ASK_END, false},
};

/* One request about one membership, or about a new one. */
struct task {
    enum act act;
    struct membership m; /* all but person 0 for a new one */
    struct str name;     /* of the person */
    struct str cohort;   /* title of hers now */
    int64_t pause;
    const struct cohort_place *cohorts; /* she may be put into */
    size_t cohort_count;
    const struct stage *stages; /* of the programme; none for a new membership */
    size_t stage_count;
    struct form *f;
};

static struct str person_path(const struct ctx *c, const struct task *t)
{
    return str_printf(c->a, "/people/%" PRId64, t->m.person);
}

/* ---- what it is about ------------------------------------------------------------------------------------------------------------ */

static enum rc load_cohorts(struct ctx *c, struct task *t)
{
    struct cohort_place *all;
    size_t total;
    TRY(programme_all_cohorts(c->db, c->a, &all, &total));
    t->cohorts = all;
    for (size_t i = 0; i < total; i++) {
        struct target place = {.programme = all[i].programme, .cohort = all[i].cohort};
        bool fits = t->act == ACT_ADD || (all[i].programme == t->m.programme && all[i].cohort != t->m.cohort);
        if (fits && access_allows(c, P_PERSON_CHANGE, &place))
            all[t->cohort_count++] = all[i];
    }
    return RC_OK;
}

static enum rc load_stages(struct ctx *c, struct task *t)
{
    struct stage *stages;
    if (t->m.programme == 0)
        return RC_OK;
    TRY(programme_stages(c->db, c->a, t->m.programme, &stages, &t->stage_count));
    t->stages = stages;
    return RC_OK;
}

static enum rc load_member(struct ctx *c, struct task *t)
{
    int64_t id;
    struct cohort_details cohort;
    struct str word = c->rq->params[1];
    size_t i = 0;
    while (i < ACT_ADD && !str_eq_z(word, acts[i].word))
        i++;
    if (i == ACT_ADD)
        return RC_NOT_FOUND;
    t->act = (enum act)i;
    TRY(request_id(c->rq, 0, &id));
    TRY(programme_find_member(c->db, c->a, id, &t->m));
    struct target target = {.person = t->m.person, .programme = t->m.programme, .cohort = t->m.cohort};
    TRY(access_require(c, P_PERSON_CHANGE, &target));
    TRY(programme_find_cohort(c->db, c->a, t->m.cohort, &cohort));
    t->cohort = cohort.title;
    if (t->act == ACT_RETURN && !str_to_int(request_query(c->rq, "pause"), &t->pause) &&
        !str_to_int(request_form(c->rq, "pause"), &t->pause))
        return RC_NOT_FOUND;
    return people_name(c->db, c->a, t->m.person, &t->name);
}

static enum rc load_person(struct ctx *c, struct task *t)
{
    struct target target;
    t->act = ACT_ADD;
    TRY(request_id(c->rq, 0, &t->m.person));
    TRY(programme_person_target(c, t->m.person, &target));
    TRY(access_require(c, P_PERSON_CHANGE, &target));
    return people_name(c->db, c->a, t->m.person, &t->name);
}

/* ---- the form ------------------------------------------------------------------------------------------------------------------------ */

static void ask_cohort(struct ctx *c, const struct task *t)
{
    struct choice *choices = ARENA_ARRAY(c->a, t->cohort_count, struct choice);
    for (size_t i = 0; i < t->cohort_count; i++) {
        const struct cohort_place *p = &t->cohorts[i];
        struct str both = str_printf(c->a, "%.*s, %.*s", STR_ARG(p->programme_title), STR_ARG(p->title));
        choices[i] = (struct choice){.value = str_printf(c->a, "%" PRId64, p->cohort), .label = t->act == ACT_ADD ? both : p->title};
    }
    form_add(t->f, (struct field){.name = "cohort", .kind = FIELD_CHOICE, .label = M_programme_cohort, .required = true, .choices = choices, .choice_count = t->cohort_count});
}

static void ask_stage(struct ctx *c, const struct task *t)
{
    struct choice *choices = ARENA_ARRAY(c->a, t->stage_count + 1, struct choice);
    choices[0] = (struct choice){.value = S("0"), .label = tr(c, M_programme_stage_of_cohort)};
    for (size_t i = 0; i < t->stage_count; i++)
        choices[i + 1] = (struct choice){.value = str_printf(c->a, "%" PRId64, t->stages[i].id), .label = t->stages[i].title};
    int64_t now = t->act == ACT_CORRECT ? t->m.stage : 0;
    form_add(t->f, (struct field){.name = "stage", .kind = FIELD_CHOICE, .label = M_programme_stage, .required = true, .choices = choices, .choice_count = t->stage_count + 1, .value = str_printf(c->a, "%" PRId64, now)});
}

static struct str day_value(const struct form *f, int64_t day)
{
    return day == DAY_OPEN ? STR_NONE : form_day_value(f, day);
}

static void make_form(struct ctx *c, struct task *t)
{
    const struct act_text *text = &acts[t->act];
    bool is_new = t->act == ACT_ADD;
    struct str action = is_new ? str_printf(c->a, "%.*s/memberships/new", STR_ARG(person_path(c, t))) : str_printf(c->a, "/memberships/%" PRId64 "/%s", t->m.id, text->word);
    struct form *f = t->f = form_new(c->a, c->lang, c->zone, action, M_programme_check);
    if ((text->asks & ASK_COHORT) != 0)
        ask_cohort(c, t);
    if ((text->asks & ASK_STAGE) != 0 && t->stage_count != 0)
        ask_stage(c, t);
    if ((text->asks & ASK_START) != 0)
        form_add(f, (struct field){.name = "start", .kind = FIELD_DAY, .label = M_programme_first_day, .required = true, .value = day_value(f, t->act == ACT_CORRECT ? t->m.start_day : c->today)});
    if ((text->asks & ASK_END) != 0)
        form_add(f, (struct field){.name = "end", .kind = FIELD_DAY, .label = M_programme_last_day, .hint = t->act == ACT_LEAVE || t->act == ACT_DEFERRAL ? M_programme_away_end_hint : 0, .value = day_value(f, t->act == ACT_CORRECT ? t->m.end_day : DAY_OPEN)});
    if ((text->asks & ASK_DAY) != 0)
        form_add(f, (struct field){.name = "day", .kind = FIELD_DAY, .label = text->day, .required = true, .value = day_value(f, c->today)});
    if ((text->asks & ASK_LAST) != 0)
        form_add(f, (struct field){.name = "last_day", .kind = FIELD_DAY, .label = text->day, .required = true, .value = day_value(f, t->act == ACT_RETURN ? c->today - 1 : c->today)});
    if (t->pause != 0)
        form_add(f, (struct field){.name = "pause", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, t->pause)});
    form_add_version(f, t->m.version);
    f->cancel = person_path(c, t);
}

/* The same values once more, out of sight, with the button that does it. */
static struct form *confirm_form(struct ctx *c, const struct task *t)
{
    struct form *f = form_new(c->a, c->lang, c->zone, t->f->action, acts[t->act].submit);
    for (size_t i = 0; i < t->f->count; i++)
        form_add(f, (struct field){.name = t->f->fields[i].name, .kind = FIELD_HIDDEN, .value = t->f->fields[i].value});
    form_add(f, (struct field){.name = "sure", .kind = FIELD_HIDDEN, .value = S("1")});
    f->danger = acts[t->act].danger;
    f->cancel = person_path(c, t);
    return f;
}

/* ---- doing it ------------------------------------------------------------------------------------------------------------------------- */

struct doing {
    const struct task *t;
    int64_t programme, cohort, stage, version, start_day, end_day, day, last_day;
    int64_t by, now;
    bool try_only; /* undone again */
};

static enum rc act(struct db *tx, const struct doing *d, struct err *e)
{
    const struct membership *m = &d->t->m;
    switch (d->t->act) {
    case ACT_LEAVE:
        return programme_pause_member(tx, m->id, d->version, PAUSE_LEAVE, d->start_day, d->end_day, e);
    case ACT_DEFERRAL:
        return programme_pause_member(tx, m->id, d->version, PAUSE_DEFERRAL, d->start_day, d->end_day, e);
    case ACT_RETURN:
        return programme_resume_member(tx, m->id, d->version, d->t->pause, d->last_day, e);
    case ACT_TRANSFER:
        return programme_transfer_member(tx, m->id, d->version, d->cohort, d->stage, d->day, S("page"), d->now, NULL, e);
    case ACT_COMPLETE:
        return programme_end_member(tx, m->id, d->version, MEMBERSHIP_COMPLETED, d->last_day, e);
    case ACT_WITHDRAW:
        return programme_end_member(tx, m->id, d->version, MEMBERSHIP_WITHDRAWN, d->last_day, e);
    case ACT_CORRECT:
        return programme_correct_member(tx, m->id, d->version, d->stage, d->start_day, d->end_day, e);
    case ACT_ADD:
        return programme_add_member(tx, m->person, d->programme, d->cohort, d->stage, d->start_day, d->end_day, S("page"), d->now, NULL, e);
    }
    return RC_INTERNAL;
}

#define UNDONE RC_GONE /* no rule of memberships gives it */

static enum rc act_write(struct db *tx, void *arg, struct err *e)
{
    const struct doing *d = arg;
    TRY(act(tx, d, e));
    if (d->try_only)
        return UNDONE;
    return audit_note(tx, d->now, d->by, acts[d->t->act].audit, d->t->m.person, "membership", d->t->m.id);
}

static struct doing read_form(struct ctx *c, const struct task *t)
{
    struct doing d = {.t = t, .programme = t->m.programme, .by = c->who->person, .now = c->now, .start_day = c->today, .end_day = DAY_OPEN, .day = c->today, .last_day = c->today};
    d.cohort = form_int(t->f, "cohort", 0);
    d.stage = form_int(t->f, "stage", 0);
    d.version = form_int(t->f, "version", 0);
    (void)form_day(t->f, "start", &d.start_day);
    (void)form_day(t->f, "end", &d.end_day);
    (void)form_day(t->f, "day", &d.day);
    (void)form_day(t->f, "last_day", &d.last_day);
    for (size_t i = 0; i < t->cohort_count; i++)
        if (t->cohorts[i].cohort == d.cohort)
            d.programme = t->cohorts[i].programme;
    return d;
}

/* ---- the pages ------------------------------------------------------------------------------------------------------------------------- */

static struct page task_page(struct ctx *c, const struct task *t, int status)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_programme_people), S("/people")};
    crumbs[1] = (struct crumb){t->name, person_path(c, t)};
    return (struct page){.title = tr(c, acts[t->act].title), .section = "/people", .crumbs = crumbs, .crumb_count = 2, .status = status};
}

static enum rc send_form(struct ctx *c, const struct task *t, int status)
{
    struct page page = task_page(c, t, status);
    return programme_send_form(c, &page, tr(c, acts[t->act].hint), t->f);
}

static struct str tells(struct ctx *c, const struct task *t, const struct doing *d)
{
    const struct act_text *text = &acts[t->act];
    struct str to = t->cohort;
    for (size_t i = 0; i < t->cohort_count; i++)
        if (t->cohorts[i].cohort == d->cohort)
            to = t->cohorts[i].title;
    int64_t first = (text->asks & ASK_START) != 0 ? d->start_day : d->day;
    int64_t last = (text->asks & ASK_LAST) != 0 ? d->last_day : d->end_day;
    if (t->act == ACT_RETURN)
        first = d->last_day + 1;
    bool away = t->act == ACT_LEAVE || t->act == ACT_DEFERRAL, with_member = away && last == DAY_OPEN && t->m.end_day != DAY_OPEN;
    if (with_member) /* the rule ends it there */
        last = t->m.end_day;
    const struct msg_arg args[] = {MSG_TEXT("name", t->name), MSG_TEXT("cohort", t->cohort), MSG_TEXT("to", to),
                                   MSG_TEXT("first", view_day_str(c->a, c->lang, first)),
                                   MSG_TEXT("last", last == DAY_OPEN ? S("") : view_day_str(c->a, c->lang, last))};
    if (with_member)
        return tr_args(c, t->act == ACT_LEAVE ? M_programme_leave_tells_to_end : M_programme_deferral_tells_to_end, args, COUNT_OF(args));
    return tr_args(c, last == DAY_OPEN && text->tells_open != 0 ? text->tells_open : text->tells, args, COUNT_OF(args));
}

/* How many groups end with it, for those acts that end groups. */
static enum rc count_groups(struct ctx *c, const struct task *t, int64_t *groups)
{
    struct row_group_open_count row;
    *groups = 0;
    if (t->act != ACT_TRANSFER && t->act != ACT_COMPLETE && t->act != ACT_WITHDRAW)
        return RC_OK;
    int64_t cohort = t->act == ACT_TRANSFER ? t->m.cohort : 0;
    TRY(sql_group_open_count(c->db, c->a, t->m.person, t->m.programme, cohort, c->today, &row));
    *groups = row.n;
    return RC_OK;
}

static enum rc send_check(struct ctx *c, const struct task *t, const struct doing *d)
{
    struct view_member_check v = {.tells = tells(c, t, d), .f = confirm_form(c, t)};
    TRY(count_groups(c, t, &v.groups));
    struct page page = task_page(c, t, 0);
    return view_member_check_page(c, &page, &v);
}

static enum rc get_task(struct ctx *c, struct task *t)
{
    if ((acts[t->act].asks & ASK_COHORT) != 0)
        TRY(load_cohorts(c, t));
    if ((acts[t->act].asks & ASK_STAGE) != 0)
        TRY(load_stages(c, t));
    make_form(c, t);
    return c->rq->method == METHOD_POST ? RC_OK : send_form(c, t, 0);
}

static enum rc post_task(struct ctx *c, struct task *t)
{
    if (!form_read(t->f, c->rq->form, c->rq->form_count))
        return send_form(c, t, 422);
    struct doing d = read_form(c, t);
    bool sure = str_eq(request_form(c->rq, "sure"), S("1"));
    d.try_only = !sure;
    int status = 0;
    enum rc rc = ctx_write(c, act_write, &d);
    if (page_edit_failed(c, t->f, rc, t->m.version, &status))
        return send_form(c, t, status);
    if (rc == UNDONE && !sure)
        return send_check(c, t, &d);
    TRY(rc);
    return page_redirect(c, person_path(c, t), acts[t->act].done);
}

enum rc programme_get_member_new(struct ctx *c)
{
    struct task t = {0};
    TRY(load_person(c, &t));
    return get_task(c, &t);
}

enum rc programme_post_member_new(struct ctx *c)
{
    struct task t = {0};
    TRY(load_person(c, &t));
    TRY(get_task(c, &t));
    return post_task(c, &t);
}

enum rc programme_get_member_action(struct ctx *c)
{
    struct task t = {0};
    TRY(load_member(c, &t));
    return get_task(c, &t);
}

enum rc programme_post_member_action(struct ctx *c)
{
    struct task t = {0};
    TRY(load_member(c, &t));
    TRY(get_task(c, &t));
    return post_task(c, &t);
}
