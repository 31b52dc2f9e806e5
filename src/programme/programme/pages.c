/* The capability, and the pages of programmes and their stages. */
#include "auth/session.h"
#include "gen/msg_programme.h"
#include "gen/programme/programme/programme_form_view.h"
#include "gen/programme/programme/programme_list_view.h"
#include "gen/programme/programme/programme_sql.h"
#include "gen/programme/programme/programme_units_view.h"
#include "gen/programme/programme/programme_view.h"
#include "programme/programme/inside.h"

#define UNITS_A_PAGE 50
#define UNITS_AT_FIRST 20 /* cohorts and groups on the programme's own page */

/* ---- shared -------------------------------------------------------------------------------------------------------------------- */

struct page programme_page(struct ctx *c, struct str title, const struct programme *p, int status)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_programme_list_title), S("/programmes")};
    if (p != NULL)
        crumbs[1] = (struct crumb){p->title, str_printf(c->a, "/programmes/%" PRId64, p->id)};
    return (struct page){
        .title = title, .section = "/programmes", .crumbs = crumbs, .crumb_count = p != NULL ? 2 : 1, .status = status};
}

enum rc programme_send_form(struct ctx *c, const struct page *page, struct str note, const struct form *f)
{
    struct view_programme_form v = {.note = note, .f = f};
    return view_programme_form_page(c, page, &v);
}

enum rc programme_require(struct ctx *c, enum permission p, struct programme *out)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    struct target t = {.programme = id};
    TRY(access_require(c, p, &t));
    return programme_find(c->db, c->a, id, out);
}

static struct str programme_path(const struct ctx *c, int64_t programme, const char *rest)
{
    return str_printf(c->a, "/programmes/%" PRId64 "%s", programme, rest);
}

/* ---- all programmes ----------------------------------------------------------------------------------------------------------------- */

/* Those that the person may see; a cohort's role opens its programme too. */
static bool may_see(struct ctx *c, int64_t programme)
{
    struct target t = {.programme = programme};
    return access_allows(c, P_PROGRAMME_VIEW, &t);
}

static enum rc get_list(struct ctx *c)
{
    struct rows_programme_list_counts rows;
    struct view_programme_list v = {0};
    TRY(sql_programme_list_counts(c->db, c->a, c->today, &rows));
    struct view_programme_list_programmes *list = ARENA_ARRAY(c->a, rows.n, struct view_programme_list_programmes);
    for (size_t i = 0; i < rows.n; i++)
        if (may_see(c, rows.v[i].id))
            list[v.programmes_count++] = (struct view_programme_list_programmes){.id = rows.v[i].id,
                                                                                 .code = rows.v[i].code,
                                                                                 .title = rows.v[i].title,
                                                                                 .href = programme_path(c, rows.v[i].id, ""),
                                                                                 .members = rows.v[i].members,
                                                                                 .cohorts = rows.v[i].cohorts};
    v.programmes = list;
    if (access_allows(c, P_PROGRAMME_CREATE, &(struct target){0}))
        v.add = S("/programmes/new");
    struct page page = {.title = tr(c, M_programme_list_title), .section = "/programmes"};
    return view_programme_list_page(c, &page, &v);
}

/* ---- one programme -------------------------------------------------------------------------------------------------------------------- */

static enum rc fill_counts(struct ctx *c, int64_t programme, struct view_programme *v)
{
    struct row_programme_counts row;
    TRY(sql_programme_counts(c->db, c->a, programme, c->today, &row));
    v->away = row.away;
    v->cohort_total = row.cohorts;
    v->group_total = row.learner_groups;
    v->stage_total = row.stages;
    return RC_OK;
}

static enum rc fill_stages(struct ctx *c, int64_t programme, bool change, struct view_programme *v)
{
    struct stage *stages;
    size_t count;
    struct rows_stage_members counts;
    TRY(programme_stages(c->db, c->a, programme, &stages, &count));
    TRY(sql_stage_members(c->db, c->a, programme, c->today, &counts));
    struct view_programme_stages *list = ARENA_ARRAY(c->a, count, struct view_programme_stages);
    for (size_t i = 0; i < count; i++) {
        list[i] = (struct view_programme_stages){
            .id = stages[i].id, .ordinal = stages[i].ordinal, .code = stages[i].code, .title = stages[i].title};
        if (change)
            list[i].edit = str_printf(c->a, "/stages/%" PRId64 "/edit", stages[i].id);
        for (size_t k = 0; k < counts.n; k++)
            if (counts.v[k].stage_id == stages[i].id)
                list[i].members = counts.v[k].members;
    }
    for (size_t k = 0; k < counts.n; k++)
        v->members += counts.v[k].members;
    v->stages = list;
    v->stages_count = count;
    return RC_OK;
}

/* A page of cohorts or groups, which have the same face. */
struct units {
    struct view_programme_unit *v;
    size_t n;
    struct str more; /* address of the next page */
};

static struct str more_href(struct ctx *c, int64_t programme, const char *kind, struct str after)
{
    struct buf b = buf_new(c->a, 96);
    buf_printf(&b, "/programmes/%" PRId64 "/%s?after=", programme, kind);
    buf_url(&b, after);
    return buf_text(&b);
}

static enum rc load_cohorts(struct ctx *c, int64_t programme, struct str after, size_t most, struct units *u)
{
    struct rows_cohort_list_counts rows;
    TRY(sql_cohort_list_counts(c->db, c->a, programme, c->today, after, (int64_t)most + 1, &rows));
    u->v = ARENA_ARRAY(c->a, most, struct view_programme_unit);
    for (; u->n < rows.n && u->n < most; u->n++) {
        const struct row_cohort_list_counts *r = &rows.v[u->n];
        struct target t = {.programme = programme, .cohort = r->id};
        struct str href = access_allows(c, P_PERSON_LIST, &t) ? str_printf(c->a, "/cohorts/%" PRId64, r->id) : STR_NONE;
        u->v[u->n] = (struct view_programme_unit){
            .id = r->id, .code = r->code, .title = r->title, .href = href, .note = r->stage_title, .members = r->members};
    }
    if (rows.n > most)
        u->more = more_href(c, programme, "cohorts", rows.v[most - 1].code);
    return RC_OK;
}

static enum rc load_groups(struct ctx *c, int64_t programme, struct str after, size_t most, struct units *u)
{
    struct rows_group_list_counts rows;
    TRY(sql_group_list_counts(c->db, c->a, programme, c->today, after, (int64_t)most + 1, &rows));
    u->v = ARENA_ARRAY(c->a, most, struct view_programme_unit);
    for (; u->n < rows.n && u->n < most; u->n++) {
        const struct row_group_list_counts *r = &rows.v[u->n];
        struct target t = {.programme = programme, .cohort = r->cohort_id_null ? 0 : r->cohort_id};
        struct str href = access_allows(c, P_PERSON_LIST, &t) ? str_printf(c->a, "/groups/%" PRId64, r->id) : STR_NONE;
        u->v[u->n] = (struct view_programme_unit){.id = r->id,
                                                  .code = r->code,
                                                  .title = r->title,
                                                  .href = href,
                                                  .note = r->cohort_title.p != NULL ? r->cohort_title : tr(c, M_programme_several_cohorts),
                                                  .members = r->members};
    }
    if (rows.n > most)
        u->more = more_href(c, programme, "groups", rows.v[most - 1].code);
    return RC_OK;
}

static enum rc send_units(struct ctx *c, bool groups)
{
    struct programme p;
    struct units u = {0};
    TRY(programme_require(c, P_PROGRAMME_VIEW, &p));
    struct str after = request_query(c->rq, "after");
    if (after.p == NULL)
        after = S("");
    if (groups)
        TRY(load_groups(c, p.id, after, UNITS_A_PAGE, &u));
    else
        TRY(load_cohorts(c, p.id, after, UNITS_A_PAGE, &u));
    struct view_programme_units v = {.groups = groups, .units = u.v, .units_count = u.n, .more = u.more};
    if (after.n != 0)
        v.first = programme_path(c, p.id, groups ? "/groups" : "/cohorts");
    struct page page = programme_page(c, tr(c, groups ? M_programme_groups : M_programme_cohorts), &p, 0);
    return view_programme_units_page(c, &page, &v);
}

static enum rc get_cohorts(struct ctx *c)
{
    return send_units(c, false);
}

static enum rc get_groups(struct ctx *c)
{
    return send_units(c, true);
}

static enum rc fill_units(struct ctx *c, int64_t programme, struct view_programme *v)
{
    struct units cohorts = {0}, groups = {0};
    TRY(load_cohorts(c, programme, S(""), UNITS_AT_FIRST, &cohorts));
    TRY(load_groups(c, programme, S(""), UNITS_AT_FIRST, &groups));
    v->cohorts = cohorts.v;
    v->cohorts_count = cohorts.n;
    v->groups = groups.v;
    v->groups_count = groups.n;
    if (cohorts.more.n != 0)
        v->all_cohorts = programme_path(c, programme, "/cohorts");
    if (groups.more.n != 0)
        v->all_groups = programme_path(c, programme, "/groups");
    return RC_OK;
}

static enum rc get_programme(struct ctx *c)
{
    struct programme p;
    TRY(programme_require(c, P_PROGRAMME_VIEW, &p));
    struct target t = {.programme = p.id};
    bool change = access_allows(c, P_PROGRAMME_CHANGE, &t);
    struct view_programme v = {.id = p.id, .code = p.code, .zone = p.zone, .language = lang_name(lang_find(p.language))};
    TRY(fill_counts(c, p.id, &v));
    TRY(fill_stages(c, p.id, change, &v));
    TRY(fill_units(c, p.id, &v));
    if (change) {
        v.edit = programme_path(c, p.id, "/edit");
        v.add_stage = programme_path(c, p.id, "/stages/new");
        v.add_cohort = programme_path(c, p.id, "/cohorts/new");
        v.add_group = programme_path(c, p.id, "/groups/new");
    }
    if (access_allows(c, P_ROSTER_IMPORT, &t))
        v.import = programme_path(c, p.id, "/import");
    if (access_allows(c, P_PERSON_LIST, &t))
        v.people = str_printf(c->a, "/people?programme=%" PRId64, p.id);
    struct page page = programme_page(c, p.title, NULL, 0);
    return view_programme_page(c, &page, &v);
}

/* ---- making and changing one ------------------------------------------------------------------------------------------------------------ */

static struct form *programme_form(struct ctx *c, struct str action, const struct programme *p, bool is_new)
{
    int count = lang_count();
    struct choice *languages = ARENA_ARRAY(c->a, (size_t)count, struct choice);
    for (int i = 0; i < count; i++)
        languages[i] = (struct choice){.value = lang_tag(i), .label = lang_name(i)};
    struct form *f = form_new(c->a, c->lang, c->zone, action, is_new ? M_programme_add_button : 0);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_programme_title, .required = true, .value = p->title});
    form_add(f, (struct field){.name = "code", .kind = FIELD_TEXT, .label = M_programme_code, .hint = M_programme_code_hint, .required = true, .max = 40, .value = p->code});
    form_add(f, (struct field){.name = "zone", .kind = FIELD_TEXT, .label = M_programme_zone, .hint = M_programme_zone_hint, .required = true, .max = 60, .value = p->zone});
    form_add(f, (struct field){.name = "language", .kind = FIELD_CHOICE, .label = M_programme_language, .required = true, .choices = languages, .choice_count = (size_t)count, .value = p->language});
    form_add_version(f, p->version);
    f->cancel = is_new ? S("/programmes") : programme_path(c, p->id, "");
    return f;
}

struct saving {
    struct programme p;
    int64_t by, now;
    bool is_new;
};

static enum rc save_programme(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    struct programme *p = &s->p;
    if (s->is_new)
        TRY(programme_add(tx, p->code, p->title, p->zone, p->language, s->now, &p->id, e));
    else
        TRY(programme_change(tx, p, e));
    return audit_note(tx, s->now, s->by, s->is_new ? "programme_add" : "programme_change", 0, "programme", p->id);
}

static enum rc edit_programme(struct ctx *c, const struct programme *p, bool is_new)
{
    struct form *f = programme_form(c, is_new ? S("/programmes/new") : programme_path(c, p->id, "/edit"), p, is_new);
    struct page page = programme_page(c, tr(c, is_new ? M_programme_add : M_programme_edit), is_new ? NULL : p, 0);
    if (c->rq->method != METHOD_POST)
        return programme_send_form(c, &page, STR_NONE, f);
    page.status = 422;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return programme_send_form(c, &page, STR_NONE, f);
    struct saving s = {.by = c->who->person, .now = c->now, .is_new = is_new};
    s.p = (struct programme){.id = p->id, .code = form_text(f, "code"), .title = form_text(f, "title"), .zone = form_text(f, "zone"), .language = form_text(f, "language"), .version = form_int(f, "version", 0)};
    enum rc rc = ctx_write(c, save_programme, &s);
    if (page_edit_failed(c, f, rc, p->version, &page.status))
        return programme_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, programme_path(c, s.p.id, ""), M_programme_saved);
}

static enum rc new_programme(struct ctx *c)
{
    TRY(access_require(c, P_PROGRAMME_CREATE, &(struct target){0}));
    const struct programme empty = {.zone = S("UTC"), .language = lang_tag(c->lang)};
    return edit_programme(c, &empty, true);
}

static enum rc change_programme(struct ctx *c)
{
    struct programme p;
    TRY(programme_require(c, P_PROGRAMME_CHANGE, &p));
    return edit_programme(c, &p, false);
}

/* ---- stages ------------------------------------------------------------------------------------------------------------------------------ */

struct stage_saving {
    struct stage s;
    int64_t programme, by, now;
};

static enum rc save_stage(struct db *tx, void *arg, struct err *e)
{
    const struct stage_saving *s = arg; /* it may be run again: what is new has no id before */
    int64_t id = s->s.id;
    if (id == 0)
        TRY(programme_add_stage(tx, s->programme, s->s.ordinal, s->s.code, s->s.title, &id, e));
    else
        TRY(programme_change_stage(tx, s->programme, &s->s, e));
    return audit_note(tx, s->now, s->by, "stage_change", 0, "stage", id);
}

static enum rc edit_stage(struct ctx *c, const struct programme *p, const struct stage *stage)
{
    struct str action = stage->id == 0 ? programme_path(c, p->id, "/stages/new") : str_printf(c->a, "/stages/%" PRId64 "/edit", stage->id);
    struct form *f = form_new(c->a, c->lang, c->zone, action, 0);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_programme_title, .hint = M_programme_stage_hint, .required = true, .value = stage->title});
    form_add(f, (struct field){.name = "code", .kind = FIELD_TEXT, .label = M_programme_code, .required = true, .max = 40, .value = stage->code});
    form_add(f, (struct field){.name = "ordinal", .kind = FIELD_INT, .label = M_programme_ordinal, .hint = M_programme_ordinal_hint, .required = true, .min = 0, .max = 1000, .value = str_printf(c->a, "%" PRId64, stage->ordinal)});
    f->cancel = programme_path(c, p->id, "");
    struct page page = programme_page(c, tr(c, stage->id == 0 ? M_programme_add_stage : M_programme_edit_stage), p, 0);
    if (c->rq->method != METHOD_POST)
        return programme_send_form(c, &page, STR_NONE, f);
    page.status = 422;
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return programme_send_form(c, &page, STR_NONE, f);
    struct stage_saving s = {.programme = p->id, .by = c->who->person, .now = c->now};
    s.s = (struct stage){.id = stage->id, .ordinal = form_int(f, "ordinal", 0), .code = form_text(f, "code"), .title = form_text(f, "title")};
    enum rc rc = ctx_write(c, save_stage, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return programme_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, programme_path(c, p->id, ""), M_programme_saved);
}

static enum rc new_stage(struct ctx *c)
{
    struct programme p;
    struct stage *stages, next = {0};
    size_t count;
    TRY(programme_require(c, P_PROGRAMME_CHANGE, &p));
    TRY(programme_stages(c->db, c->a, p.id, &stages, &count));
    next.ordinal = count != 0 ? stages[count - 1].ordinal + 1 : 1;
    return edit_stage(c, &p, &next);
}

static enum rc change_stage(struct ctx *c)
{
    int64_t id;
    struct row_stage_find row;
    struct programme p;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_stage_find(c->db, c->a, id, &row));
    struct target t = {.programme = row.programme_id};
    TRY(access_require(c, P_PROGRAMME_CHANGE, &t));
    TRY(programme_find(c->db, c->a, row.programme_id, &p));
    return edit_stage(c, &p, &(struct stage){.id = id, .ordinal = row.ordinal, .code = row.code, .title = row.title});
}

/* ---- the capability ------------------------------------------------------------------------------------------------------------------------- */

static const struct route routes[] = {
    {METHOD_GET, "/programmes", P_PROGRAMME_VIEW, BODY_NONE, RATE_PAGE, get_list},
    {METHOD_GET, "/programmes/new", P_PROGRAMME_CREATE, BODY_NONE, RATE_PAGE, new_programme},
    {METHOD_POST, "/programmes/new", P_PROGRAMME_CREATE, BODY_FORM, RATE_WRITE, new_programme},
    {METHOD_GET, "/programmes/{id}", P_PROGRAMME_VIEW, BODY_NONE, RATE_PAGE, get_programme},
    {METHOD_GET, "/programmes/{id}/cohorts", P_PROGRAMME_VIEW, BODY_NONE, RATE_PAGE, get_cohorts},
    {METHOD_GET, "/programmes/{id}/groups", P_PROGRAMME_VIEW, BODY_NONE, RATE_PAGE, get_groups},
    {METHOD_GET, "/programmes/{id}/edit", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, change_programme},
    {METHOD_POST, "/programmes/{id}/edit", P_PROGRAMME_CHANGE, BODY_FORM, RATE_WRITE, change_programme},
    {METHOD_GET, "/programmes/{id}/stages/new", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, new_stage},
    {METHOD_POST, "/programmes/{id}/stages/new", P_PROGRAMME_CHANGE, BODY_FORM, RATE_WRITE, new_stage},
    {METHOD_GET, "/stages/{id}/edit", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, change_stage},
    {METHOD_POST, "/stages/{id}/edit", P_PROGRAMME_CHANGE, BODY_FORM, RATE_WRITE, change_stage},
    {METHOD_GET, "/programmes/{id}/cohorts/new", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, programme_handle_cohort_new},
    {METHOD_POST, "/programmes/{id}/cohorts/new", P_PROGRAMME_CHANGE, BODY_FORM, RATE_WRITE, programme_handle_cohort_new},
    {METHOD_GET, "/cohorts/{id}", P_PERSON_LIST, BODY_NONE, RATE_PAGE, programme_get_cohort},
    {METHOD_GET, "/cohorts/{id}/edit", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, programme_handle_cohort_edit},
    {METHOD_POST, "/cohorts/{id}/edit", P_PROGRAMME_CHANGE, BODY_FORM, RATE_WRITE, programme_handle_cohort_edit},
    {METHOD_GET, "/cohorts/{id}/next-stage", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, programme_get_next_stage},
    {METHOD_POST, "/cohorts/{id}/next-stage", P_PROGRAMME_CHANGE, BODY_FORM, RATE_WRITE, programme_post_next_stage},
    {METHOD_GET, "/programmes/{id}/groups/new", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, programme_handle_group_new},
    {METHOD_POST, "/programmes/{id}/groups/new", P_PROGRAMME_CHANGE, BODY_FORM, RATE_WRITE, programme_handle_group_new},
    {METHOD_GET, "/groups/{id}", P_PERSON_LIST, BODY_NONE, RATE_PAGE, programme_get_group},
    {METHOD_GET, "/groups/{id}/edit", P_PROGRAMME_CHANGE, BODY_NONE, RATE_PAGE, programme_handle_group_edit},
    {METHOD_POST, "/groups/{id}/edit", P_PROGRAMME_CHANGE, BODY_FORM, RATE_WRITE, programme_handle_group_edit},
    {METHOD_POST, "/groups/{id}/leave", P_PERSON_CHANGE, BODY_FORM, RATE_WRITE, programme_post_group_leave},
    {METHOD_GET, "/people/{id}/groups/new", P_PERSON_CHANGE, BODY_NONE, RATE_PAGE, programme_handle_join_group},
    {METHOD_POST, "/people/{id}/groups/new", P_PERSON_CHANGE, BODY_FORM, RATE_WRITE, programme_handle_join_group},
    {METHOD_GET, "/people/{id}/memberships/new", P_PERSON_CHANGE, BODY_NONE, RATE_PAGE, programme_get_member_new},
    {METHOD_POST, "/people/{id}/memberships/new", P_PERSON_CHANGE, BODY_FORM, RATE_WRITE, programme_post_member_new},
    {METHOD_GET, "/memberships/{id}/{action}", P_PERSON_CHANGE, BODY_NONE, RATE_PAGE, programme_get_member_action},
    {METHOD_POST, "/memberships/{id}/{action}", P_PERSON_CHANGE, BODY_FORM, RATE_WRITE, programme_post_member_action},
    {METHOD_GET, "/people/{id}/roles/new", P_ROLE_GRANT, BODY_NONE, RATE_PAGE, programme_handle_role_new},
    {METHOD_POST, "/people/{id}/roles/new", P_ROLE_GRANT, BODY_FORM, RATE_WRITE, programme_handle_role_new},
    {METHOD_GET, "/roles/{id}/end", P_ROLE_GRANT, BODY_NONE, RATE_PAGE, programme_handle_role_end},
    {METHOD_POST, "/roles/{id}/end", P_ROLE_GRANT, BODY_FORM, RATE_WRITE, programme_handle_role_end},
};

static const struct nav_entry nav[] = {{.href = "/programmes", .label = M_programme_nav, .may = P_PROGRAMME_VIEW, .group = NAV_PROGRAMME, .order = 0}};

const struct capability programme_capability = {
    .name = "programme",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .export_person = programme_export_person,
    .erase_person = programme_erase_person,
};
