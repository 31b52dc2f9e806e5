/* One's own hours: what is verified, what waits, and handing in hours outside the rota. */
#include "gen/programme/hours/hours_own_view.h"
#include "programme/hours/inside.h"

#define HOURS_PAGE 50
#define FACULTY_MOST 200

enum rc hours_get_own(struct ctx *c)
{
    struct rows_hours_of rows;
    struct programme p;
    struct row_hours_sum sum = {0};
    struct view_hours_own v = {0};
    int64_t day = INT64_MAX, id = INT64_MAX;
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_PLACEMENT_OWN, &t));
    (void)str_to_int(request_query(c->rq, "day"), &day);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_hours_of(c->db, c->a, c->who->person, day, id, HOURS_PAGE + 1, &rows));
    enum rc rc = programme_current(c, &p);
    if (rc == RC_OK)
        rc = sql_hours_sum(c->db, c->a, c->who->person, p.id, &sum);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    size_t n = rows.n <= HOURS_PAGE ? rows.n : HOURS_PAGE;
    struct view_hours_own_list *list = ARENA_ARRAY(c->a, n, struct view_hours_own_list);
    for (size_t k = 0; k < n; k++) {
        const struct row_hours_of *r = &rows.v[k];
        list[k] = (struct view_hours_own_list){r->day, r->opportunity.p != NULL ? r->opportunity : r->what, hours_text(c, r->minutes), hours_or_gone(c, r->supervisor), r->state, r->words};
    }
    v.list = list;
    v.list_count = n;
    v.verified = hours_text(c, sum.verified);
    v.waiting = hours_text(c, sum.waiting);
    if (rows.n > n)
        v.more = str_printf(c->a, "/hours?day=%" PRId64 "&id=%" PRId64, rows.v[n - 1].day, rows.v[n - 1].id);
    struct page page = hours_page(c, tr(c, M_placement_my_hours), NULL, 0);
    const struct crumb action = {tr(c, M_placement_hours_new), S("/hours/new")};
    page.actions = &action;
    page.action_count = 1;
    return view_hours_own_page(c, &page, &v);
}

struct handing {
    struct arena *a;
    struct hours_new n;
    int64_t today, now, id;
};

static enum rc hand_in(struct db *tx, void *arg, struct err *e)
{
    struct handing *h = arg;
    return hours_hand_in(tx, h->a, &h->n, h->today, h->now, &h->id, e);
}

static enum rc make_form(struct ctx *c, int64_t programme, struct form **out)
{
    struct rows_hours_faculty faculty;
    struct rows_hours_opportunities opportunities;
    size_t n = 0;
    TRY(sql_hours_faculty(c->db, c->a, programme, c->today, FACULTY_MOST, &faculty));
    TRY(sql_hours_opportunities(c->db, c->a, programme, &opportunities));
    struct choice *people = ARENA_ARRAY(c->a, faculty.n, struct choice), *where = ARENA_ARRAY(c->a, opportunities.n + 1, struct choice);
    for (size_t k = 0; k < faculty.n; k++)
        if (faculty.v[k].person_id != c->who->person)
            people[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, faculty.v[k].person_id), .label = faculty.v[k].display_name};
    where[0] = (struct choice){.value = S("0"), .label = tr(c, M_placement_hours_elsewhere)};
    for (size_t k = 0; k < opportunities.n; k++)
        where[k + 1] = (struct choice){.value = str_printf(c->a, "%" PRId64, opportunities.v[k].id), .label = opportunities.v[k].title};
    struct form *f = *out = form_new(c->a, c->lang, c->zone, S("/hours/new"), M_placement_hours_hand_in);
    f->cancel = S("/hours");
    f->draft = S("hours-new");
    form_add(f, (struct field){.name = "day", .kind = FIELD_DAY, .label = M_placement_shift_day, .required = true, .min = c->today - HOURS_BACK_DAYS, .max = c->today});
    form_add(f, (struct field){.name = "minutes", .kind = FIELD_INT, .label = M_placement_hours_minutes_label, .required = true, .min = 1, .max = 1440});
    form_add(f, (struct field){.name = "where", .kind = FIELD_CHOICE, .label = M_placement_hours_where, .required = true, .choices = where, .choice_count = opportunities.n + 1});
    form_add(f, (struct field){.name = "what", .kind = FIELD_TEXT, .label = M_placement_hours_what, .required = true});
    form_add(f, (struct field){.name = "supervisor", .kind = FIELD_CHOICE, .label = M_placement_hours_supervisor, .required = true, .choices = people, .choice_count = n});
    return RC_OK;
}

enum rc hours_handle_new(struct ctx *c)
{
    struct programme p;
    struct form *f;
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_PLACEMENT_OWN, &t));
    TRY(programme_current(c, &p));
    TRY(make_form(c, p.id, &f));
    const struct crumb crumbs[] = {{tr(c, M_placement_my_hours), S("/hours")}};
    struct page page = hours_page(c, tr(c, M_placement_hours_new), crumbs, 1);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return hours_send_form(c, &page, tr(c, M_placement_hours_new_note), f);
    struct handing h = {.a = c->a, .today = c->today, .now = c->now};
    h.n = (struct hours_new){.programme = p.id, .person = c->who->person, .opportunity = form_int(f, "where", 0), .minutes = form_int(f, "minutes", 0),
                             .supervisor = form_int(f, "supervisor", 0), .what = form_text(f, "what")};
    (void)form_day(f, "day", &h.n.day);
    enum rc rc = ctx_write(c, hand_in, &h);
    if (page_form_failed(c, f, rc, &page.status))
        return hours_send_form(c, &page, tr(c, M_placement_hours_new_note), f);
    TRY(rc);
    return page_redirect(c, S("/hours"), M_placement_hours_handed);
}
