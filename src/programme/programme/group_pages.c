/* The pages of a group: who is in it, changing it, joining and leaving. */
#include "auth/session.h"
#include "gen/msg_programme.h"
#include "gen/programme/programme/learner_group_view.h"
#include "gen/programme/programme/programme_sql.h"
#include "programme/people/people.h"
#include "programme/programme/inside.h"

#define PAGE_ROWS 50

static struct str group_path(const struct ctx *c, int64_t group, const char *rest)
{
    return str_printf(c->a, "/groups/%" PRId64 "%s", group, rest);
}

static enum rc require_group(struct ctx *c, enum permission p, struct learner_group *g, struct programme *programme)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(programme_find_group(c->db, c->a, id, g));
    struct target t = {.programme = g->programme, .cohort = g->cohort};
    TRY(access_require(c, p, &t));
    return programme_find(c->db, c->a, g->programme, programme);
}

enum rc programme_get_group(struct ctx *c)
{
    struct learner_group g;
    struct programme p;
    struct rows_group_members rows;
    int64_t after = 0;
    TRY(require_group(c, P_PERSON_LIST, &g, &p));
    struct str key = request_query(c->rq, "after");
    (void)str_to_int(request_query(c->rq, "id"), &after);
    TRY(sql_group_members(c->db, c->a, g.id, c->today, key.p != NULL ? key : S(""), after, PAGE_ROWS + 1, &rows));
    struct target t = {.programme = g.programme, .cohort = g.cohort};
    bool change = access_allows(c, P_PERSON_CHANGE, &t);
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_learner_group_members *list = ARENA_ARRAY(c->a, n, struct view_learner_group_members);
    for (size_t i = 0; i < n; i++) {
        const struct row_group_members *r = &rows.v[i];
        list[i] = (struct view_learner_group_members){
            .name = r->display_name, .href = str_printf(c->a, "/people/%" PRId64, r->person_id), .first = r->start_day, .last = r->end_day_null ? (struct opt_int){0} : SOME_INT(r->end_day)};
        if (change) {
            struct form *f = form_new(c->a, c->lang, c->zone, group_path(c, g.id, "/leave"), M_programme_leave_group);
            form_add(f, (struct field){.name = "person", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, r->person_id)});
            list[i].leave = f;
        }
    }
    struct view_learner_group v = {.code = g.code, .members = list, .members_count = n};
    if (rows.n > n) {
        struct buf b = buf_new(c->a, 128);
        buf_printf(&b, "/groups/%" PRId64 "?after=", g.id);
        buf_url(&b, rows.v[n - 1].sort_key);
        buf_printf(&b, "&id=%" PRId64, rows.v[n - 1].person_id);
        v.more = buf_text(&b);
    }
    if (access_allows(c, P_PROGRAMME_CHANGE, &t))
        v.edit = group_path(c, g.id, "/edit");
    v.people = str_printf(c->a, "/people?programme=%" PRId64 "&cohort=%" PRId64, g.programme, g.cohort);
    struct page page = programme_page(c, g.title, &p, 0);
    return view_learner_group_page(c, &page, &v);
}

/* ---- making and changing ---------------------------------------------------------------------------------------------------------- */

struct saving {
    struct learner_group g;
    int64_t by, now, id;
};

static enum rc save_group(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    s->id = s->g.id;
    if (s->g.id == 0)
        TRY(programme_add_group(tx, s->g.programme, s->g.cohort, s->g.code, s->g.title, &s->id, e));
    else
        TRY(programme_change_group(tx, &s->g, e));
    return audit_note(tx, s->now, s->by, s->g.id == 0 ? "group_add" : "group_change", 0, "group", s->id);
}

static enum rc edit_group(struct ctx *c, const struct programme *p, const struct learner_group *g)
{
    struct cohort *cohorts;
    size_t count;
    TRY(programme_cohorts(c->db, c->a, p->id, &cohorts, &count));
    struct choice *choices = ARENA_ARRAY(c->a, count + 1, struct choice);
    choices[0] = (struct choice){.value = S("0"), .label = tr(c, M_programme_several_cohorts)};
    for (size_t i = 0; i < count; i++)
        choices[i + 1] = (struct choice){.value = str_printf(c->a, "%" PRId64, cohorts[i].id), .label = cohorts[i].title};
    struct str action = g->id == 0 ? str_printf(c->a, "/programmes/%" PRId64 "/groups/new", p->id) : group_path(c, g->id, "/edit");
    struct form *f = form_new(c->a, c->lang, c->zone, action, 0);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_programme_title, .required = true, .value = g->title});
    form_add(f, (struct field){.name = "code", .kind = FIELD_TEXT, .label = M_programme_code, .required = true, .max = 40, .value = g->code});
    if (g->id == 0) /* who is in it belongs to that cohort: it cannot move */
        form_add(f, (struct field){.name = "cohort", .kind = FIELD_CHOICE, .label = M_programme_cohort, .hint = M_programme_group_hint, .required = true, .choices = choices, .choice_count = count + 1, .value = S("0")});
    f->cancel = g->id == 0 ? str_printf(c->a, "/programmes/%" PRId64, p->id) : group_path(c, g->id, "");
    struct page page = programme_page(c, tr(c, g->id == 0 ? M_programme_add_group : M_programme_edit_group), p, 0);
    if (c->rq->method != METHOD_POST)
        return programme_send_form(c, &page, STR_NONE, f);
    page.status = 422;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return programme_send_form(c, &page, STR_NONE, f);
    struct saving s = {.by = c->who->person, .now = c->now};
    s.g = (struct learner_group){.id = g->id, .programme = p->id, .cohort = form_int(f, "cohort", g->cohort), .code = form_text(f, "code"), .title = form_text(f, "title")};
    enum rc rc = ctx_write(c, save_group, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return programme_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, group_path(c, s.id, ""), M_programme_saved);
}

enum rc programme_handle_group_new(struct ctx *c)
{
    struct programme p;
    TRY(programme_require(c, P_PROGRAMME_CHANGE, &p));
    return edit_group(c, &p, &(struct learner_group){0});
}

enum rc programme_handle_group_edit(struct ctx *c)
{
    struct learner_group g;
    struct programme p;
    TRY(require_group(c, P_PROGRAMME_CHANGE, &g, &p));
    return edit_group(c, &p, &g);
}

/* ---- joining and leaving ----------------------------------------------------------------------------------------------------------------- */

struct moving {
    int64_t group, person, day, by, now;
};

static enum rc leave(struct db *tx, void *arg, struct err *e)
{
    const struct moving *m = arg;
    TRY(programme_end_group_member(tx, m->group, m->person, m->day, e));
    return audit_note(tx, m->now, m->by, "group_leave", m->person, "group", m->group);
}

enum rc programme_post_group_leave(struct ctx *c)
{
    struct learner_group g;
    struct programme p;
    TRY(require_group(c, P_PERSON_CHANGE, &g, &p));
    struct moving m = {.group = g.id, .day = c->today - 1, .by = c->who->person, .now = c->now};
    if (!str_to_int(request_form(c->rq, "person"), &m.person))
        return err_field(&c->err, RC_MALFORMED, 0, "person", NULL);
    TRY(ctx_write(c, leave, &m));
    return page_redirect(c, group_path(c, g.id, ""), M_programme_left_group);
}

static enum rc join(struct db *tx, void *arg, struct err *e)
{
    const struct moving *m = arg;
    enum rc rc = programme_add_group_member(tx, m->group, m->person, m->day, DAY_OPEN, m->now);
    if (rc == RC_CONFLICT)
        return err_field(e, RC_CONFLICT, M_programme_group_there, "group", NULL);
    TRY(rc);
    return audit_note(tx, m->now, m->by, "group_join", m->person, "group", m->group);
}

/* The groups of the programmes she is in, as far as they take people of her cohort and the maker may change them. */
static enum rc group_choices(struct ctx *c, int64_t person, struct choice **out, size_t *count)
{
    struct rows_group_open_to rows;
    TRY(sql_group_open_to(c->db, c->a, person, c->today, &rows));
    *out = ARENA_ARRAY(c->a, rows.n, struct choice);
    *count = 0;
    for (size_t i = 0; i < rows.n; i++) {
        struct target t = {.programme = rows.v[i].programme_id, .cohort = rows.v[i].cohort_id};
        if (access_allows(c, P_PERSON_CHANGE, &t))
            (*out)[(*count)++] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[i].id), .label = rows.v[i].title};
    }
    return RC_OK;
}

enum rc programme_handle_join_group(struct ctx *c)
{
    struct moving m = {.day = c->today, .by = c->who->person, .now = c->now};
    struct target t;
    struct str name;
    struct choice *groups;
    size_t count;
    TRY(request_id(c->rq, 0, &m.person));
    TRY(programme_person_target(c, m.person, &t));
    TRY(access_require(c, P_PERSON_CHANGE, &t));
    TRY(people_name(c->db, c->a, m.person, &name));
    TRY(group_choices(c, m.person, &groups, &count));
    struct str back = str_printf(c->a, "/people/%" PRId64, m.person);
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "%.*s/groups/new", STR_ARG(back)), M_programme_join_group);
    form_add(f, (struct field){.name = "group", .kind = FIELD_CHOICE, .label = M_programme_group, .required = true, .choices = groups, .choice_count = count});
    form_add(f, (struct field){.name = "start", .kind = FIELD_DAY, .label = M_programme_first_day, .required = true, .value = form_day_value(f, c->today)});
    f->cancel = back;
    struct crumb crumb = {name, back};
    struct page page = {.title = tr(c, M_programme_join_group_title), .section = "/people", .crumbs = &crumb, .crumb_count = 1};
    struct str note = count == 0 ? tr(c, M_programme_no_open_groups) : STR_NONE;
    if (c->rq->method != METHOD_POST)
        return programme_send_form(c, &page, note, count != 0 ? f : NULL);
    page.status = 422;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return programme_send_form(c, &page, note, f);
    m.group = form_int(f, "group", 0);
    (void)form_day(f, "start", &m.day);
    enum rc rc = ctx_write(c, join, &m);
    if (page_form_failed(c, f, rc, &page.status))
        return programme_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, back, M_programme_joined_group);
}
