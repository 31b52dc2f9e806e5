/* Giving and ending roles: the administrator's work. */
#include "auth/session.h"
#include "gen/msg_programme.h"
#include "gen/programme/programme/programme_sql.h"
#include "programme/people/people.h"
#include "programme/programme/inside.h"

static const msg_id role_names[ROLE_COUNT] = {
    [ROLE_TRAINEE] = M_programme_role_trainee,         [ROLE_MENTOR] = M_programme_role_mentor,
    [ROLE_ASSESSOR] = M_programme_role_assessor,       [ROLE_COORDINATOR] = M_programme_role_coordinator,
    [ROLE_AUTHOR] = M_programme_role_author,           [ROLE_DIRECTOR] = M_programme_role_director,
    [ROLE_ADMINISTRATOR] = M_programme_role_administrator,
};

static const msg_id role_hints[ROLE_COUNT] = {
    [ROLE_MENTOR] = M_programme_role_mentor_hint,         [ROLE_ASSESSOR] = M_programme_role_assessor_hint,
    [ROLE_COORDINATOR] = M_programme_role_coordinator_hint, [ROLE_AUTHOR] = M_programme_role_author_hint,
    [ROLE_DIRECTOR] = M_programme_role_director_hint,     [ROLE_ADMINISTRATOR] = M_programme_role_administrator_hint,
};

static struct str person_path(const struct ctx *c, int64_t person)
{
    return str_printf(c->a, "/people/%" PRId64, person);
}

static enum rc role_page(struct ctx *c, int64_t person, msg_id title, struct page *page)
{
    struct str name;
    TRY(people_name(c->db, c->a, person, &name));
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_programme_people), S("/people")};
    crumbs[1] = (struct crumb){name, person_path(c, person)};
    *page = (struct page){.title = tr(c, title), .section = "/people", .crumbs = crumbs, .crumb_count = 2};
    return RC_OK;
}

/* ---- giving ------------------------------------------------------------------------------------------------------------------------ */

/* "0-0" the site, "P-0" a programme, "P-C" a cohort. */
static struct str place_value(struct ctx *c, int64_t programme, int64_t cohort)
{
    return str_printf(c->a, "%" PRId64 "-%" PRId64, programme, cohort);
}

static enum rc place_choices(struct ctx *c, struct choice **out, size_t *count)
{
    struct programme *programmes;
    struct cohort_place *cohorts;
    size_t programme_count, cohort_count;
    TRY(programme_list(c->db, c->a, &programmes, &programme_count));
    TRY(programme_all_cohorts(c->db, c->a, &cohorts, &cohort_count));
    struct choice *v = ARENA_ARRAY(c->a, programme_count + cohort_count + 1, struct choice);
    size_t n = 0;
    v[n++] = (struct choice){.value = S("0-0"), .label = tr(c, M_programme_whole_site)};
    for (size_t i = 0; i < programme_count; i++) {
        v[n++] = (struct choice){.value = place_value(c, programmes[i].id, 0), .label = programmes[i].title};
        for (size_t k = 0; k < cohort_count; k++)
            if (cohorts[k].programme == programmes[i].id)
                v[n++] = (struct choice){.value = place_value(c, programmes[i].id, cohorts[k].cohort),
                                         .label = str_printf(c->a, "%.*s, %.*s", STR_ARG(programmes[i].title), STR_ARG(cohorts[k].title))};
    }
    *out = v;
    *count = n;
    return RC_OK;
}

static enum rc role_form(struct ctx *c, int64_t person, struct form **out)
{
    struct choice *places, *roles = ARENA_ARRAY(c->a, ROLE_COUNT, struct choice);
    size_t place_count, role_count = 0;
    TRY(place_choices(c, &places, &place_count));
    for (int r = 0; r < ROLE_COUNT; r++)
        if (role_hints[r] != 0) /* a trainee becomes one by being in a cohort */
            roles[role_count++] = (struct choice){.value = str_from(role_word((enum role)r)), .label = tr(c, role_names[r]), .hint = tr(c, role_hints[r])};
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "%.*s/roles/new", STR_ARG(person_path(c, person))), M_programme_role_give);
    form_add(f, (struct field){.name = "role", .kind = FIELD_CHOICE, .label = M_programme_role, .required = true, .choices = roles, .choice_count = role_count});
    form_add(f, (struct field){.name = "place", .kind = FIELD_CHOICE, .label = M_programme_role_where, .required = true, .choices = places, .choice_count = place_count});
    form_add(f, (struct field){.name = "start", .kind = FIELD_DAY, .label = M_programme_first_day, .required = true, .value = form_day_value(f, c->today)});
    form_add(f, (struct field){.name = "end", .kind = FIELD_DAY, .label = M_programme_last_day});
    f->cancel = person_path(c, person);
    *out = f;
    return RC_OK;
}

struct giving {
    int64_t person, programme, cohort, start_day, end_day, by, now;
    enum role role;
};

static enum rc give(struct db *tx, void *arg, struct err *e)
{
    const struct giving *g = arg;
    TRY(programme_grant_role(tx, g->person, g->role, g->programme, g->cohort, g->start_day, g->end_day, S("page"), e));
    return audit_note(tx, g->now, g->by, "role_grant", g->person, role_word(g->role), g->cohort != 0 ? g->cohort : g->programme);
}

enum rc programme_handle_role_new(struct ctx *c)
{
    struct giving g = {.by = c->who->person, .now = c->now, .end_day = DAY_OPEN};
    struct target t;
    struct form *f;
    struct page page;
    TRY(request_id(c->rq, 0, &g.person));
    TRY(programme_person_target(c, g.person, &t));
    TRY(access_require(c, P_ROLE_GRANT, &t));
    TRY(role_page(c, g.person, M_programme_role_new, &page));
    TRY(role_form(c, g.person, &f));
    struct str note = tr(c, M_programme_role_note);
    if (c->rq->method != METHOD_POST)
        return programme_send_form(c, &page, note, f);
    page.status = 422;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return programme_send_form(c, &page, note, f);
    struct str place = form_text(f, "place"), programme;
    ASSERT(role_find(form_text(f, "role"), &g.role) && str_cut(&place, '-', &programme)); /* both are choices of ours */
    (void)str_to_int(programme, &g.programme);
    (void)str_to_int(place, &g.cohort);
    (void)form_day(f, "start", &g.start_day);
    (void)form_day(f, "end", &g.end_day);
    enum rc rc = ctx_write(c, give, &g);
    if (page_form_failed(c, f, rc, &page.status))
        return programme_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, person_path(c, g.person), M_programme_role_given);
}

/* ---- ending ------------------------------------------------------------------------------------------------------------------------- */

struct ending {
    int64_t grant, person, last_day, today, by, now;
    const char *role;
};

static enum rc end(struct db *tx, void *arg, struct err *e)
{
    const struct ending *x = arg;
    TRY(programme_end_role(tx, x->grant, x->last_day, x->today, e));
    return audit_note(tx, x->now, x->by, "role_end", x->person, x->role, x->grant);
}

enum rc programme_handle_role_end(struct ctx *c)
{
    struct ending x = {.by = c->who->person, .now = c->now, .today = c->today};
    struct row_role_grant_find row;
    struct page page;
    struct target t;
    enum role role;
    TRY(request_id(c->rq, 0, &x.grant));
    TRY(access_require(c, P_ROLE_GRANT, &(struct target){0}));
    TRY(sql_role_grant_find(c->db, c->a, x.grant, &row));
    TRY(programme_person_target(c, row.person_id, &t));
    TRY(access_require(c, P_ROLE_GRANT, &t));
    if (!role_find(row.role, &role))
        return RC_NOT_FOUND;
    x.person = row.person_id;
    x.role = role_word(role);
    TRY(role_page(c, x.person, M_programme_role_end, &page));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/roles/%" PRId64 "/end", x.grant), M_programme_role_end_button);
    form_add(f, (struct field){.name = "last_day", .kind = FIELD_DAY, .label = M_programme_last_day, .hint = M_programme_role_end_hint, .required = true, .value = form_day_value(f, c->today - 1)});
    f->cancel = person_path(c, x.person);
    f->danger = true;
    struct msg_arg word = MSG_TEXT("role", tr(c, role_names[role]));
    struct str note = tr_args(c, M_programme_role_end_tells, &word, 1);
    if (c->rq->method != METHOD_POST)
        return programme_send_form(c, &page, note, f);
    page.status = 422;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return programme_send_form(c, &page, note, f);
    (void)form_day(f, "last_day", &x.last_day);
    enum rc rc = ctx_write(c, end, &x);
    if (page_form_failed(c, f, rc, &page.status))
        return programme_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, person_path(c, x.person), M_programme_role_is_ended);
}
