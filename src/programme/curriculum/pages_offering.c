/* Giving a course to people: offering it (what it will do is shown before it is done), the offering with its classes,
 * its days, and how far its people are. */
#include "auth/session.h"
#include "base/utf8.h"
#include "gen/programme/curriculum/offering_people_view.h"
#include "gen/programme/curriculum/offering_sql.h"
#include "gen/programme/curriculum/offering_view.h"
#include "gen/programme/curriculum/plain_form_view.h"
#include "programme/curriculum/pages.h"
#include "programme/programme/programme.h"
#include "view/write.h"

/* ---- opening ----------------------------------------------------------------------------------------------------- */

struct str page_audience(struct ctx *c, struct str cohort, struct str group)
{
    if (group.p == NULL)
        return cohort.p != NULL ? cohort : S("");
    return cohort.p != NULL ? str_printf(c->a, "%.*s, %.*s", STR_ARG(group), STR_ARG(cohort)) : group;
}

enum rc page_offering(struct ctx *c, enum permission p, struct offering_page *out)
{
    int64_t id;
    *out = (struct offering_page){0};
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_offering_find(c->db, c->a, id, &out->row));
    out->target =
        (struct target){.programme = out->row.programme_id, .cohort = out->row.cohort_id_null ? 0 : out->row.cohort_id};
    out->audience = page_audience(c, out->row.cohort_title, out->row.group_title);
    return access_require(c, p, &out->target);
}

struct page page_of_offering(struct ctx *c, const struct offering_page *o, struct str title, size_t crumb_count)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){o->row.course_title, page_path(c, "/courses/%" PRId64, o->row.course_id)};
    crumbs[1] = (struct crumb){o->audience, page_path(c, "/offerings/%" PRId64, o->row.id)};
    return (struct page){.title = title,
                         .caption = o->row.course_title,
                         .section = "/courses",
                         .crumbs = crumbs,
                         .crumb_count = crumb_count};
}

/* ---- offering a course ------------------------------------------------------------------------------------------- */

/* "c12" for a cohort, "g12" for a group of it. Only those that the person may plan for. */
struct audiences {
    struct choice *choices;
    int64_t *cohorts; /* of each choice, 0: none */
    int64_t *groups;
    size_t count;
};

static void add_audience(struct ctx *c, struct audiences *list, int64_t programme, int64_t cohort, int64_t group,
                         struct str label, struct str hint)
{
    if (!access_allows(c, P_OFFERING_CHANGE, &(struct target){.programme = programme, .cohort = cohort}))
        return;
    struct str value = group != 0 ? page_path(c, "g%" PRId64, group) : page_path(c, "c%" PRId64, cohort);
    list->choices[list->count] = (struct choice){value, label, hint};
    list->cohorts[list->count] = cohort;
    list->groups[list->count++] = group;
}

static enum rc load_audiences(struct ctx *c, int64_t programme, struct audiences *list)
{
    struct cohort *cohorts;
    size_t n;
    struct rows_audience_groups groups;
    TRY(programme_cohorts(c->db, c->a, programme, &cohorts, &n));
    TRY(sql_audience_groups(c->db, c->a, programme, &groups));
    *list = (struct audiences){.choices = ARENA_ARRAY(c->a, n + groups.n, struct choice),
                               .cohorts = ARENA_ARRAY(c->a, n + groups.n, int64_t),
                               .groups = ARENA_ARRAY(c->a, n + groups.n, int64_t)};
    for (size_t i = 0; i < n; i++)
        add_audience(c, list, programme, cohorts[i].id, 0, cohorts[i].title, tr(c, M_curriculum_whole_cohort));
    for (size_t i = 0; i < groups.n; i++) {
        const struct row_audience_groups *g = &groups.v[i];
        struct str cohort = S("");
        for (size_t k = 0; k < n; k++)
            if (!g->cohort_id_null && cohorts[k].id == g->cohort_id)
                cohort = cohorts[k].title;
        struct str label =
            str_empty(cohort) ? g->title : str_printf(c->a, "%.*s, %.*s", STR_ARG(g->title), STR_ARG(cohort));
        add_audience(c, list, programme, g->cohort_id_null ? 0 : g->cohort_id, g->id, label, S(""));
    }
    return RC_OK;
}

#define AUDIENCES_SHOWN 50

struct offer {
    struct course_page course;
    struct audiences audiences;
    struct form *f;
    size_t chosen; /* of the audiences */
    int64_t start_day, end_day, now, by, id;
};

static enum rc open_offer(struct ctx *c, struct offer *o)
{
    *o = (struct offer){.now = c->now, .by = c->who->person};
    TRY(page_course(c, &o->course));
    TRY(load_audiences(c, o->course.row.programme_id, &o->audiences));
    if (o->audiences.count == 0)
        return access_require(c, P_OFFERING_CHANGE, &(struct target){.programme = o->course.row.programme_id}) == RC_OK
                   ? RC_NOT_FOUND
                   : RC_DENIED;
    o->f = form_new(c->a, c->lang, c->zone, page_path(c, "/courses/%" PRId64 "/offer", o->course.row.id),
                    M_curriculum_offer_next);
    o->f->cancel = page_path(c, "/courses/%" PRId64, o->course.row.id);
    form_add(o->f, (struct field){.name = "audience",
                                  .kind = FIELD_CHOICE,
                                  .label = M_curriculum_audience,
                                  .required = true,
                                  .choices = o->audiences.choices,
                                  .choice_count = o->audiences.count});
    form_add(o->f,
             (struct field){.name = "start_day", .kind = FIELD_DAY, .label = M_curriculum_first_day, .required = true});
    form_add(o->f, (struct field){.name = "end_day",
                                  .kind = FIELD_DAY,
                                  .label = M_curriculum_last_day,
                                  .hint = M_curriculum_last_day_hint,
                                  .required = true});
    return RC_OK;
}

/* Of a large programme only those that are looked for, a page at a time; always the one that was chosen before. */
static void show_audiences(struct ctx *c, struct offer *o, struct view_plain_form *v)
{
    struct str q = str_trim(request_query(c->rq, "q")), wanted = utf8_fold(c->a, q), chosen = form_text(o->f, "audience");
    struct choice *shown = ARENA_ARRAY(c->a, AUDIENCES_SHOWN + 1, struct choice);
    size_t n = 0, met = 0;
    int64_t from = 0;
    if (o->audiences.count <= AUDIENCES_SHOWN)
        return;
    if (!str_to_int(request_query(c->rq, "from"), &from) || from < 0 || from > (int64_t)o->audiences.count)
        from = 0;
    for (size_t i = 0; i < o->audiences.count; i++) {
        const struct choice *one = &o->audiences.choices[i];
        bool before = chosen.n != 0 && str_eq(one->value, chosen);
        if (!before && !str_find(utf8_fold(c->a, one->label), wanted, NULL))
            continue;
        if (before || ((int64_t)met++ >= from && n < AUDIENCES_SHOWN))
            shown[n++] = *one;
    }
    struct field *field = form_field(o->f, "audience");
    field->choices = shown;
    field->choice_count = n;
    struct form *search = form_new(c->a, c->lang, c->zone, o->f->action, M_curriculum_audience_find);
    search->get = true;
    form_add(search, (struct field){.name = "q", .kind = FIELD_TEXT, .label = M_curriculum_audience_search, .max = 100, .value = utf8_clip(q, 100)});
    v->search = search;
    if (n == 0) {
        v->note = tr(c, M_curriculum_audience_none);
        o->f = NULL;
    }
    if ((int64_t)met > from + AUDIENCES_SHOWN) {
        struct buf b = buf_new(c->a, 128);
        buf_printf(&b, "/courses/%" PRId64 "/offer?from=%" PRId64 "&q=", o->course.row.id, from + AUDIENCES_SHOWN);
        buf_url(&b, q);
        v->more = buf_text(&b);
    }
}

static enum rc show_offer(struct ctx *c, struct offer *o, struct view_plain_form *v)
{
    int status = page_status(c, o->f);
    if (form_field(o->f, "audience")->kind == FIELD_CHOICE)
        show_audiences(c, o, v);
    v->f = o->f;
    struct crumb crumbs[] = {{tr(c, M_curriculum_courses_title), S("/courses")},
                             {o->course.row.title, page_path(c, "/courses/%" PRId64, o->course.row.id)}};
    struct page p = {.title = tr(c, M_curriculum_offer_title),
                     .caption = o->course.row.title,
                     .section = "/courses",
                     .crumbs = crumbs,
                     .crumb_count = COUNT_OF(crumbs),
                     .status = status};
    return view_plain_form_page(c, &p, v);
}

enum rc get_offer(struct ctx *c)
{
    struct offer o;
    TRY(open_offer(c, &o));
    struct view_plain_form v = {.lead = tr(c, M_curriculum_offer_lead)};
    return show_offer(c, &o, &v);
}

/* The same form with its values fixed, and how many people it is about. */
static enum rc show_offer_check(struct ctx *c, struct offer *o)
{
    int64_t cohort = o->audiences.cohorts[o->chosen], group = o->audiences.groups[o->chosen], people;
    struct row_audience_cohort_count of_cohort;
    struct row_audience_group_count of_group;
    if (group != 0)
        TRY(sql_audience_group_count(c->db, c->a, group, c->today, &of_group));
    else
        TRY(sql_audience_cohort_count(c->db, c->a, cohort, c->today, &of_cohort));
    people = group != 0 ? of_group.n : of_cohort.n;
    const struct msg_arg n = MSG_NUM("n", people);
    struct view_plain_form_facts facts[] = {
        {tr(c, M_curriculum_audience), o->audiences.choices[o->chosen].label},
        {tr(c, M_curriculum_first_day), view_day_str(c->a, c->lang, o->start_day)},
        {tr(c, M_curriculum_last_day), view_day_str(c->a, c->lang, o->end_day)},
    };
    struct form *f = form_new(c->a, c->lang, c->zone, o->f->action, M_curriculum_offer_do);
    f->cancel = o->f->action;
    for (size_t i = 0; i < o->f->count; i++)
        form_add(f, (struct field){.name = o->f->fields[i].name, .kind = FIELD_HIDDEN, .value = o->f->fields[i].value});
    form_add(f, (struct field){.name = "confirm", .kind = FIELD_HIDDEN, .value = S("1")});
    o->f = f;
    struct view_plain_form v = {
        .facts = facts, .facts_count = COUNT_OF(facts), .note = tr_args(c, M_curriculum_offer_will, &n, 1)};
    return show_offer(c, o, &v);
}

static enum rc write_offer(struct db *tx, void *arg, struct err *e)
{
    struct offer *o = arg;
    struct arena *a = arena_new(0);
    enum rc rc = curriculum_offer(tx, a, o->course.row.id, o->audiences.cohorts[o->chosen],
                                  o->audiences.groups[o->chosen], o->start_day, o->end_day, o->now, &o->id, e);
    arena_free(a);
    TRY(rc);
    return audit_note(tx, o->now, o->by, "offering_add", 0, "offering", o->id);
}

enum rc post_offer(struct ctx *c)
{
    struct offer o;
    struct view_plain_form v = {.lead = tr(c, M_curriculum_offer_lead)};
    TRY(open_offer(c, &o));
    if (!form_read(o.f, c->rq->form, c->rq->form_count) || !form_day(o.f, "start_day", &o.start_day) ||
        !form_day(o.f, "end_day", &o.end_day))
        return show_offer(c, &o, &v);
    while (o.chosen < o.audiences.count && !str_eq(o.audiences.choices[o.chosen].value, form_text(o.f, "audience")))
        o.chosen++;
    ASSERT(o.chosen < o.audiences.count);
    if (!str_eq(o.course.row.state, S("published")))
        form_error(o.f, "", M_curriculum_offer_unpublished, NULL);
    else if (o.end_day < o.start_day)
        form_error(o.f, "end_day", M_curriculum_days_order, NULL);
    if (!form_ok(o.f))
        return show_offer(c, &o, &v);
    if (request_form(c->rq, "confirm").n == 0)
        return show_offer_check(c, &o);
    if (ctx_write(c, write_offer, &o) != RC_OK) {
        form_fail(o.f, &c->err);
        return show_offer(c, &o, &v);
    }
    return page_redirect(c, page_path(c, "/offerings/%" PRId64, o.id), M_curriculum_offered);
}

/* ---- an offering ------------------------------------------------------------------------------------------------- */

enum rc get_offering(struct ctx *c)
{
    struct offering_page o;
    struct rows_offering_classes rows;
    struct row_offering_counts counts;
    TRY(page_offering(c, P_PERSON_LIST, &o));
    TRY(sql_offering_classes(c->db, c->a, o.row.id, &rows));
    TRY(sql_offering_counts(c->db, c->a, o.row.id, &counts));
    bool may_change = access_allows(c, P_OFFERING_CHANGE, &o.target),
         may_take = access_allows(c, P_ATTENDANCE_TAKE, &o.target);
    struct view_offering_classes *list = ARENA_ARRAY(c->a, rows.n, struct view_offering_classes);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_offering_classes *r = &rows.v[i];
        list[i] = (struct view_offering_classes){
            .id = r->id,
            .title = r->title,
            .session_href = page_path(c, "/sessions/%" PRId64, r->session_id),
            .retired = r->retired != 0,
            .starts = r->starts_at_null ? (struct opt_int){0} : SOME_INT(r->starts_at),
            .place = r->place,
            .teacher = r->teacher.p != NULL ? r->teacher : S(""),
            .due = r->due_day,
            .noted = r->noted,
            .change = may_change ? page_path(c, "/classes/%" PRId64, r->id) : S(""),
            .attendance = may_take ? page_path(c, "/classes/%" PRId64 "/attendance", r->id) : S(""),
        };
    }
    struct view_offering_tabs tabs[] = {
        {page_path(c, "/offerings/%" PRId64, o.row.id), tr(c, M_curriculum_sessions), true},
        {page_path(c, "/offerings/%" PRId64 "/people", o.row.id), tr(c, M_curriculum_people), false}};
    struct view_offering v = {
        .audience = o.audience,
        .course = o.row.course_title,
        .begins = o.row.start_day,
        .ends = o.row.end_day,
        .people = counts.people,
        .completed = counts.completed,
        .people_href = tabs[1].href,
        .change = may_change ? page_path(c, "/offerings/%" PRId64 "/change", o.row.id) : S(""),
        .tabs = tabs,
        .tabs_count = COUNT_OF(tabs),
        .classes = list,
        .classes_count = rows.n,
    };
    struct page p = page_of_offering(c, &o, o.audience, 1);
    return view_offering_page(c, &p, &v);
}

/* ---- its days ---------------------------------------------------------------------------------------------------- */

struct days {
    int64_t offering, version, start_day, end_day, now, by;
    bool again;
};

static enum rc write_days(struct db *tx, void *arg, struct err *e)
{
    const struct days *d = arg;
    struct arena *a = arena_new(0);
    enum rc rc = offering_change_days(tx, a, d->offering, d->version, d->start_day, d->end_day, d->again, e);
    arena_free(a);
    TRY(rc);
    return audit_note(tx, d->now, d->by, "offering_change", 0, "offering", d->offering);
}

enum rc change_offering(struct ctx *c)
{
    struct offering_page o;
    TRY(page_offering(c, P_OFFERING_CHANGE, &o));
    struct form *f =
        form_new(c->a, c->lang, c->zone, page_path(c, "/offerings/%" PRId64 "/change", o.row.id), M_curriculum_save);
    f->cancel = page_path(c, "/offerings/%" PRId64, o.row.id);
    form_add_version(f, o.row.version);
    form_add(f, (struct field){.name = "start",
                               .kind = FIELD_DAY,
                               .label = M_curriculum_first_day,
                               .required = true,
                               .value = form_day_value(f, o.row.start_day)});
    form_add(f, (struct field){.name = "end",
                               .kind = FIELD_DAY,
                               .label = M_curriculum_last_day,
                               .required = true,
                               .value = form_day_value(f, o.row.end_day)});
    form_add(f, (struct field){.name = "again", .kind = FIELD_BOOL, .label = M_curriculum_spread_again});
    struct page p = page_of_offering(c, &o, tr(c, M_curriculum_change_days), 2);
    struct days d = {.offering = o.row.id, .now = c->now, .by = c->who->person};
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count) &&
        form_day(f, "start", &d.start_day) && form_day(f, "end", &d.end_day)) {
        d.version = form_int(f, "version", 0);
        d.again = form_bool(f, "again");
        enum rc rc = ctx_write(c, write_days, &d);
        if (rc == RC_OK)
            return page_redirect(c, f->cancel, M_curriculum_saved);
        if (!page_edit_failed(c, f, rc, o.row.version, &p.status))
            return rc;
    }
    struct view_plain_form v = {.f = f};
    p.status = page_status(c, f);
    return view_plain_form_page(c, &p, &v);
}

/* ---- its people -------------------------------------------------------------------------------------------------- */

static struct str more_people(struct ctx *c, const struct offering_page *o, struct str search,
                              const struct row_offering_people *last)
{
    struct buf b = buf_new(c->a, 128);
    buf_printf(&b, "/offerings/%" PRId64 "/people?q=", o->row.id);
    buf_url(&b, search);
    buf_z(&b, "&after=");
    buf_url(&b, last->sort_key);
    buf_printf(&b, "&id=%" PRId64, last->person_id);
    return buf_text(&b);
}

static enum rc fill_people(struct ctx *c, const struct offering_page *o, struct view_offering_people *v)
{
    struct rows_offering_people rows;
    struct str after = request_query(c->rq, "after"), q = str_trim(request_query(c->rq, "q"));
    int64_t after_id = 0;
    (void)str_to_int(request_query(c->rq, "id"), &after_id);
    v->search = q.p != NULL ? q : S("");
    struct str word = utf8_fold(c->a, v->search), word_end = str_concat(c->a, word, S("\xF4\x8F\xBF\xBF"));
    TRY(sql_offering_people(c->db, c->a, o->row.id, o->row.course_id, after.p != NULL ? after : S(""), after_id, word,
                            word_end, PAGE_ROWS + 1, &rows));
    size_t n = rows.n > PAGE_ROWS ? PAGE_ROWS : rows.n;
    struct view_offering_people_list *list = ARENA_ARRAY(c->a, n, struct view_offering_people_list);
    bool may_see = access_allows(c, P_EVIDENCE_VIEW, &o->target),
         may_change = access_allows(c, P_OFFERING_CHANGE, &o->target);
    for (size_t i = 0; i < n; i++) {
        const struct row_offering_people *r = &rows.v[i];
        list[i] = (struct view_offering_people_list){
            .person = r->person_id,
            .name = r->display_name,
            .href = page_path(c, may_see ? "/people/%" PRId64 "/evidence" : "/people/%" PRId64, r->person_id),
            .done = may_see ? SOME_INT(r->completed) : (struct opt_int){0},
            .withdrawn = str_eq(r->state, S("withdrawn")),
            .completed = r->completed_at_null || !may_see ? (struct opt_int){0} : SOME_INT(r->completed_at),
            .last = r->last_at_null || !may_see ? (struct opt_int){0} : SOME_INT(r->last_at),
            .change = may_change && r->completed_at_null
                          ? str_printf(c->a, "/offerings/%" PRId64 "/people/%" PRId64, o->row.id, r->person_id)
                          : S(""),
        };
    }
    v->list = list;
    v->list_count = n;
    if (rows.n > n)
        v->more = more_people(c, o, v->search, &rows.v[n - 1]);
    return RC_OK;
}

enum rc get_offering_people(struct ctx *c)
{
    struct offering_page o;
    struct row_offering_counts counts;
    struct rows_session_list sessions;
    TRY(page_offering(c, P_PERSON_LIST, &o));
    TRY(sql_offering_counts(c->db, c->a, o.row.id, &counts));
    TRY(sql_session_list(c->db, c->a, o.row.course_id, &sessions));
    struct view_offering_people_tabs tabs[] = {
        {page_path(c, "/offerings/%" PRId64, o.row.id), tr(c, M_curriculum_sessions), false},
        {page_path(c, "/offerings/%" PRId64 "/people", o.row.id), tr(c, M_curriculum_people), true}};
    struct view_offering_people v = {
        .course = o.row.course_title,
        .audience = o.audience,
        .people = counts.people,
        .completed = counts.completed,
        .tabs = tabs,
        .tabs_count = COUNT_OF(tabs),
        .action = tabs[1].href,
        .first = tabs[1].href,
        .csv = access_allows(c, P_EVIDENCE_VIEW, &o.target)
                   ? page_path(c, "/offerings/%" PRId64 "/people/csv", o.row.id)
                   : S(""),
    };
    for (size_t i = 0; i < sessions.n; i++)
        v.sessions += !sessions.v[i].retired;
    TRY(fill_people(c, &o, &v));
    struct page p = page_of_offering(c, &o, o.audience, 1);
    return view_offering_people_page(c, &p, &v);
}

struct taken {
    int64_t offering, person, now, by;
    const char *action;
    bool out, back;
};

static enum rc write_taken(struct db *tx, void *arg, struct err *e)
{
    const struct taken *t = arg;
    (void)e;
    if (t->out)
        TRY(sql_enrolment_withdraw(tx, t->offering, t->person));
    if (t->back)
        TRY(sql_enrolment_restore(tx, t->offering, t->person));
    return audit_note(tx, t->now, t->by, t->action, t->person, "offering", t->offering);
}

/* A spreadsheet of names and marks leaves the house: it is for those who may read evidence, and it is noted who took
 * it. */
enum rc get_offering_csv(struct ctx *c)
{
    struct offering_page o;
    struct rows_offering_everybody people;
    struct rows_offering_progress progress;
    struct rows_session_list sessions;
    TRY(page_offering(c, P_EVIDENCE_VIEW, &o));
    TRY(sql_offering_everybody(c->db, c->a, o.row.id, &people));
    TRY(sql_offering_progress(c->db, c->a, o.row.id, o.row.course_id, &progress));
    TRY(sql_session_list(c->db, c->a, o.row.course_id, &sessions));
    struct taken t = {.offering = o.row.id, .now = c->now, .by = c->who->person, .action = "offering_csv"};
    TRY(ctx_write(c, write_taken, &t));
    struct buf b = buf_new(c->a, 65536);
    offering_csv(c, &b, &people, &progress, &sessions);
    return page_download(c, "text/csv; charset=utf-8", str_printf(c->a, "%.*s.csv", STR_ARG(o.audience)), buf_text(&b));
}

/* ---- taking one person out, or back in --------------------------------------------------------------------------- */

enum rc change_offering_person(struct ctx *c)
{
    struct offering_page o;
    int64_t person;
    struct row_offering_person r;
    TRY(page_offering(c, P_OFFERING_CHANGE, &o));
    TRY(request_id(c->rq, 1, &person));
    TRY(sql_offering_person(c->db, c->a, o.row.id, person, &r));
    bool withdrawn = str_eq(r.state, S("withdrawn"));
    struct str back = page_path(c, "/offerings/%" PRId64 "/people", o.row.id);
    if (c->rq->method == METHOD_POST) {
        struct str wish = request_form(c->rq, "do");
        struct taken t = {.offering = o.row.id,
                          .person = person,
                          .now = c->now,
                          .by = c->who->person,
                          .action = "enrolment_change",
                          .out = str_eq(wish, S("withdraw")),
                          .back = str_eq(wish, S("restore"))};
        if (!t.out && !t.back)
            return err_field(&c->err, RC_INVALID, 0, "do", "withdraw or restore");
        TRY(ctx_write(c, write_taken, &t));
        return page_redirect(c, back, M_curriculum_saved);
    }
    struct form *f =
        form_new(c->a, c->lang, c->zone, str_printf(c->a, "/offerings/%" PRId64 "/people/%" PRId64, o.row.id, person),
                 withdrawn ? M_curriculum_restore_do : M_curriculum_withdraw_do);
    f->cancel = back;
    form_add(f, (struct field){.name = "do", .kind = FIELD_HIDDEN, .value = withdrawn ? S("restore") : S("withdraw")});
    struct view_plain_form_facts facts[] = {{tr(c, M_curriculum_name), r.display_name},
                                            {tr(c, M_curriculum_course), o.row.course_title}};
    struct view_plain_form v = {.facts = facts,
                                .facts_count = COUNT_OF(facts),
                                .note = tr(c, withdrawn ? M_curriculum_restore_note : M_curriculum_withdraw_note),
                                .f = f};
    struct page p = page_of_offering(c, &o, tr(c, withdrawn ? M_curriculum_restore : M_curriculum_withdraw), 2);
    return view_plain_form_page(c, &p, &v);
}
