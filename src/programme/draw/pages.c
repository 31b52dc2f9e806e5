/* The capability of draws, the list of them, and what one does: tell, keep, a term, drop. */
#include "auth/session.h"
#include "gen/programme/draw/draw_form_view.h"
#include "gen/programme/draw/draw_list_view.h"
#include "programme/draw/inside.h"

#define PAGE_ROWS 50
#define SOURCES_MOST 60
#define DAYS_AHEAD 1100

struct str draw_path(const struct ctx *c, int64_t draw, const char *end)
{
    return str_printf(c->a, "/draws/%" PRId64 "%s", draw, end);
}

struct page draw_page(struct ctx *c, struct str title, const struct row_draw_find *d)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_draw_title), S("/draws")};
    if (d != NULL)
        crumbs[1] = (struct crumb){d->title, draw_path(c, d->id, "")};
    return (struct page){.title = title, .section = "/draws", .crumbs = crumbs, .crumb_count = d != NULL ? 2 : 1};
}

static enum rc send_form(struct ctx *c, struct page *page, struct str lead, struct form *f)
{
    struct view_draw_form v = {.lead = lead, .f = f};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_draw_form_page(c, page, &v);
}

enum rc draw_open(struct ctx *c, struct row_draw_find *d, bool *runs)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    enum rc rc = sql_draw_find(c->db, c->a, id, d);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target t = {.programme = rc == RC_OK ? d->programme_id : 0};
    *runs = access_allows(c, P_OFFERING_CHANGE, &t);
    bool sees = access_allows(c, P_PROGRAMME_VIEW, &t);
    if (rc == RC_NOT_FOUND || (!*runs && !sees))
        return RC_NOT_FOUND;
    return RC_OK;
}

static enum rc open_to_run(struct ctx *c, struct row_draw_find *d)
{
    bool runs;
    TRY(draw_open(c, d, &runs));
    return runs ? RC_OK : RC_NOT_FOUND;
}

/* ---- the list ------------------------------------------------------------------------------------------------------------------------ */

enum rc draw_get_list(struct ctx *c)
{
    struct programme p;
    struct rows_draw_list rows;
    struct view_draw_list v = {0};
    int64_t before = INT64_MAX;
    TRY(programme_current(c, &p));
    struct target t = {.programme = p.id};
    TRY(access_require(c, P_PROGRAMME_VIEW, &t));
    (void)str_to_int(request_query(c->rq, "before"), &before);
    TRY(sql_draw_list(c->db, c->a, p.id, before, PAGE_ROWS + 1, &rows));
    struct view_draw_list_draws *list = ARENA_ARRAY(c->a, rows.n, struct view_draw_list_draws);
    v.draws_count = rows.n <= PAGE_ROWS ? rows.n : PAGE_ROWS;
    for (size_t k = 0; k < v.draws_count; k++)
        list[k] = (struct view_draw_list_draws){draw_path(c, rows.v[k].id, ""), rows.v[k].title, str_eq_z(rows.v[k].kind, "term"), rows.v[k].parts,
                                                rows.v[k].state, rows.v[k].created_at};
    v.draws = list;
    if (rows.n > PAGE_ROWS)
        v.more = str_printf(c->a, "/draws?before=%" PRId64, rows.v[PAGE_ROWS - 1].created_at);
    struct page page = {.title = tr(c, M_draw_title), .section = "/draws"};
    struct crumb action = {tr(c, M_draw_new), S("/draws/new")};
    if (access_allows(c, P_OFFERING_CHANGE, &t)) {
        page.actions = &action;
        page.action_count = 1;
    }
    return view_draw_list_page(c, &page, &v);
}

/* ---- telling a draw ------------------------------------------------------------------------------------------------------------------ */

struct telling {
    struct arena *a;
    struct draw_new n;
    int64_t now, draw;
};

static enum rc tell(struct db *tx, void *arg, struct err *e)
{
    struct telling *t = arg;
    return draw_tell(tx, t->a, &t->n, t->now, &t->draw, e);
}

static enum rc new_form(struct ctx *c, int64_t programme, struct form **out)
{
    struct cohort *cohorts;
    size_t count, n = 0;
    struct rows_draw_offerings offerings;
    TRY(programme_cohorts(c->db, c->a, programme, &cohorts, &count));
    TRY(sql_draw_offerings(c->db, c->a, programme, c->today, SOURCES_MOST, &offerings));
    struct choice *from = ARENA_ARRAY(c->a, count + offerings.n, struct choice);
    for (size_t k = 0; k < count; k++)
        from[n++] = (struct choice){.value = str_printf(c->a, "c%" PRId64, cohorts[k].id), .label = cohorts[k].title, .hint = tr(c, M_draw_cohort)};
    for (size_t k = 0; k < offerings.n; k++)
        from[n++] = (struct choice){.value = str_printf(c->a, "o%" PRId64, offerings.v[k].id), .label = offerings.v[k].title, .hint = tr(c, M_draw_offering)};
    struct form *f = *out = form_new(c->a, c->lang, c->zone, S("/draws/new"), M_draw_tell);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_draw_name, .hint = M_draw_name_hint, .required = true, .max = 80});
    form_add(f, (struct field){.name = "from", .kind = FIELD_MANY, .label = M_draw_from, .hint = M_draw_from_hint, .required = true, .choices = from, .choice_count = n});
    form_add(f, (struct field){.name = "parts", .kind = FIELD_INT, .label = M_draw_parts, .required = true, .min = 1, .max = DRAW_GROUPS_MAX});
    form_add(f, (struct field){.name = "stages", .kind = FIELD_BOOL, .label = M_draw_stages, .value = S("1")});
    return RC_OK;
}

static int by_person(const void *x, const void *y)
{
    const struct draw_entry *a = x, *b = y;
    return (a->person > b->person) - (a->person < b->person);
}

static void add_person(struct draw_entry *all, size_t *n, int64_t person, struct str profession, struct str stage)
{
    if (*n <= DRAW_LIST_MAX)
        all[(*n)++] = (struct draw_entry){.person = person, .profession = profession.p != NULL ? profession : S(""), .stage = stage.p != NULL ? stage : S("")};
}

/* Everybody in one of the chosen cohorts and offerings, once, by number. */
static enum rc gather(struct ctx *c, int64_t programme, const struct form *f, struct draw_new *n)
{
    const struct field *from = form_field((struct form *)(uintptr_t)f, "from");
    struct draw_entry *all = ARENA_ARRAY(c->a, DRAW_LIST_MAX + 1, struct draw_entry);
    size_t count = 0, kept = 0;
    for (size_t k = 0; k < from->value_count; k++) {
        int64_t id = 0;
        (void)str_to_int(str_sub(from->values[k], 1, from->values[k].n), &id);
        if (from->values[k].p[0] == 'c') {
            struct rows_draw_of_cohort rows;
            TRY(sql_draw_of_cohort(c->db, c->a, id, c->today, DRAW_LIST_MAX + 1, &rows));
            for (size_t r = 0; r < rows.n; r++)
                add_person(all, &count, rows.v[r].person_id, rows.v[r].profession, rows.v[r].stage);
        } else {
            struct rows_draw_of_offering rows;
            TRY(sql_draw_of_offering(c->db, c->a, id, programme, c->today, DRAW_LIST_MAX + 1, &rows));
            for (size_t r = 0; r < rows.n; r++)
                add_person(all, &count, rows.v[r].person_id, rows.v[r].profession, rows.v[r].stage);
        }
    }
    qsort(all, count, sizeof *all, by_person);
    for (size_t k = 0; k < count; k++)
        if (k == 0 || all[k].person != all[k - 1].person)
            all[kept++] = all[k];
    n->entries = all;
    n->count = kept;
    return RC_OK;
}

enum rc draw_handle_new(struct ctx *c)
{
    struct programme p;
    struct form *f;
    TRY(programme_current(c, &p));
    struct target t = {.programme = p.id};
    TRY(access_require(c, P_OFFERING_CHANGE, &t));
    TRY(new_form(c, p.id, &f));
    f->cancel = S("/draws");
    struct page page = draw_page(c, tr(c, M_draw_new), NULL);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return send_form(c, &page, tr(c, M_draw_new_lead), f);
    struct telling s = {.a = c->a, .now = c->now,
                        .n = {.programme = p.id, .title = form_text(f, "title"), .parts = form_int(f, "parts", 1), .by_stage = form_bool(f, "stages"),
                              .person = c->who->person}};
    TRY(gather(c, p.id, f, &s.n));
    enum rc rc = ctx_write(c, tell, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return send_form(c, &page, tr(c, M_draw_new_lead), f);
    TRY(rc);
    return page_redirect(c, draw_path(c, s.draw, ""), M_draw_told);
}

/* ---- a term of debates between the groups of a draw ---------------------------------------------------------------------------------- */

enum rc draw_handle_term(struct ctx *c)
{
    struct row_draw_find d;
    struct rows_draw_groups groups;
    TRY(open_to_run(c, &d));
    if (!str_eq_z(d.kind, "groups") || !str_eq_z(d.state, "kept"))
        return RC_NOT_FOUND;
    TRY(sql_draw_groups(c->db, c->a, d.id, &groups));
    struct form *f = form_new(c->a, c->lang, c->zone, draw_path(c, d.id, "/term"), M_draw_tell);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_draw_name, .required = true, .max = 80});
    form_add(f, (struct field){.name = "parts", .kind = FIELD_INT, .label = M_draw_rounds, .hint = M_draw_rounds_hint, .required = true, .min = 1, .max = DRAW_ROUNDS_MAX});
    f->cancel = draw_path(c, d.id, "");
    struct page page = draw_page(c, tr(c, M_draw_a_term), &d);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return send_form(c, &page, tr(c, M_draw_term_lead), f);
    struct draw_entry *entries = ARENA_ARRAY(c->a, groups.n, struct draw_entry);
    for (size_t k = 0; k < groups.n; k++)
        entries[k] = (struct draw_entry){.group = groups.v[k].group_id, .profession = S(""), .stage = S("")};
    struct telling s = {.a = c->a, .now = c->now,
                        .n = {.programme = d.programme_id, .title = form_text(f, "title"), .parts = form_int(f, "parts", 1), .of = d.id, .entries = entries,
                              .count = groups.n, .person = c->who->person}};
    enum rc rc = ctx_write(c, tell, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return send_form(c, &page, tr(c, M_draw_term_lead), f);
    TRY(rc);
    return page_redirect(c, draw_path(c, s.draw, ""), M_draw_told);
}

/* ---- keeping and dropping ------------------------------------------------------------------------------------------------------------ */

struct ending {
    struct arena *a;
    int64_t draw, version, person, now, first_day, last_day;
    struct str prefix, state;
};

static enum rc keep(struct db *tx, void *arg, struct err *e)
{
    const struct ending *n = arg;
    TRY(draw_keep(tx, n->a, n->draw, n->version, n->prefix, n->first_day, n->last_day, n->now, e));
    return audit_note(tx, n->now, n->person, "draw_keep", 0, "draw", n->draw);
}

enum rc draw_handle_keep(struct ctx *c)
{
    struct row_draw_find d;
    struct rows_draw_entries rows;
    TRY(open_to_run(c, &d));
    if (!str_eq_z(d.kind, "groups") || !str_eq_z(d.state, "drawn"))
        return page_redirect(c, draw_path(c, d.id, ""), 0);
    TRY(sql_draw_entries(c->db, c->a, d.id, &rows));
    struct form *f = form_new(c->a, c->lang, c->zone, draw_path(c, d.id, "/keep"), M_draw_keep);
    form_add(f, (struct field){.name = "prefix", .kind = FIELD_TEXT, .label = M_draw_prefix, .hint = M_draw_prefix_hint, .required = true, .max = 20, .value = str_printf(c->a, "D%" PRId64 "-", d.id % 10000)});
    form_add(f, (struct field){.name = "first", .kind = FIELD_DAY, .label = M_draw_first_day, .required = true, .min = c->today, .max = c->today + DAYS_AHEAD, .value = form_day_value(f, c->today)});
    form_add(f, (struct field){.name = "last", .kind = FIELD_DAY, .label = M_draw_last_day, .hint = M_draw_last_hint, .min = c->today, .max = c->today + DAYS_AHEAD});
    form_add_version(f, d.version);
    f->cancel = draw_path(c, d.id, "");
    struct page page = draw_page(c, tr(c, M_draw_keep), &d);
    struct msg_arg args[] = {MSG_NUM("n", d.parts), MSG_NUM("people", (int64_t)rows.n)};
    struct str lead = tr_args(c, M_draw_keep_lead, args, COUNT_OF(args));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return send_form(c, &page, lead, f);
    struct ending n = {.a = c->a, .draw = d.id, .version = form_int(f, "version", 0), .person = c->who->person, .now = c->now, .last_day = DAY_OPEN,
                       .prefix = form_text(f, "prefix")};
    (void)form_day(f, "first", &n.first_day);
    (void)form_day(f, "last", &n.last_day);
    if (n.last_day < n.first_day) {
        form_error(f, "last", M_draw_last_before, NULL);
        return send_form(c, &page, lead, f);
    }
    enum rc rc = ctx_write(c, keep, &n);
    if (page_edit_failed(c, f, rc, d.version, &page.status))
        return send_form(c, &page, lead, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_draw_now_kept);
}

static enum rc drop(struct db *tx, void *arg, struct err *e)
{
    const struct ending *n = arg;
    TRY(sql_draw_state(tx, n->draw, n->version, n->state, S("dropped")));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_draw_changed, NULL);
    return audit_note(tx, n->now, n->person, "draw_drop", 0, "draw", n->draw);
}

enum rc draw_handle_drop(struct ctx *c)
{
    struct row_draw_find d;
    TRY(open_to_run(c, &d));
    if (!str_eq_z(d.state, "told") && !str_eq_z(d.state, "drawn"))
        return page_redirect(c, draw_path(c, d.id, ""), 0);
    struct form *f = form_new(c->a, c->lang, c->zone, draw_path(c, d.id, "/drop"), M_draw_drop);
    f->danger = true;
    f->cancel = draw_path(c, d.id, "");
    form_add_version(f, d.version);
    struct page page = draw_page(c, tr(c, M_draw_drop), &d);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return send_form(c, &page, tr(c, M_draw_drop_lead), f);
    struct ending n = {.draw = d.id, .version = form_int(f, "version", 0), .person = c->who->person, .now = c->now, .state = d.state};
    enum rc rc = ctx_write(c, drop, &n);
    if (page_edit_failed(c, f, rc, d.version, &page.status))
        return send_form(c, &page, tr(c, M_draw_drop_lead), f);
    TRY(rc);
    return page_redirect(c, S("/draws"), M_draw_dropped);
}

/* ---- the capability ------------------------------------------------------------------------------------------------------------------ */

static const struct route routes[] = {
    {METHOD_GET, "/draws", P_PROGRAMME_VIEW, BODY_NONE, RATE_PAGE, draw_get_list},
    {METHOD_GET, "/draws/new", P_OFFERING_CHANGE, BODY_NONE, RATE_PAGE, draw_handle_new},
    {METHOD_POST, "/draws/new", P_OFFERING_CHANGE, BODY_FORM, RATE_WRITE, draw_handle_new},
    {METHOD_GET, "/draws/{draw}", P_PROGRAMME_VIEW, BODY_NONE, RATE_PAGE, draw_handle_draw},
    {METHOD_POST, "/draws/{draw}", P_OFFERING_CHANGE, BODY_FORM, RATE_WRITE, draw_handle_draw},
    {METHOD_GET, "/draws/{draw}/file", P_PROGRAMME_VIEW, BODY_NONE, RATE_PAGE, draw_get_file},
    {METHOD_GET, "/draws/{draw}/keep", P_OFFERING_CHANGE, BODY_NONE, RATE_PAGE, draw_handle_keep},
    {METHOD_POST, "/draws/{draw}/keep", P_OFFERING_CHANGE, BODY_FORM, RATE_WRITE, draw_handle_keep},
    {METHOD_GET, "/draws/{draw}/term", P_OFFERING_CHANGE, BODY_NONE, RATE_PAGE, draw_handle_term},
    {METHOD_POST, "/draws/{draw}/term", P_OFFERING_CHANGE, BODY_FORM, RATE_WRITE, draw_handle_term},
    {METHOD_GET, "/draws/{draw}/debate", P_PRACTICE_LEAD, BODY_NONE, RATE_PAGE, draw_handle_debate},
    {METHOD_POST, "/draws/{draw}/debate", P_PRACTICE_LEAD, BODY_FORM, RATE_WRITE, draw_handle_debate},
    {METHOD_GET, "/draws/{draw}/drop", P_OFFERING_CHANGE, BODY_NONE, RATE_PAGE, draw_handle_drop},
    {METHOD_POST, "/draws/{draw}/drop", P_OFFERING_CHANGE, BODY_FORM, RATE_WRITE, draw_handle_drop},
};

static const struct nav_entry nav[] = {{.href = "/draws", .label = M_draw_nav, .may = P_OFFERING_CHANGE, .group = NAV_PROGRAMME, .order = 45}};

const struct capability draw_capability = {
    .name = "draw",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .export_person = draw_export_person,
    .retain = draw_retain,
};
