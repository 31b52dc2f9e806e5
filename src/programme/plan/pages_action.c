/* What somebody will do for a goal, with days; and what of her own evidence speaks for it. */
#include "gen/programme/plan/plan_evidence_view.h"
#include "programme/evidence/evidence.h"
#include "programme/plan/inside.h"
#include "view/write.h"

#define EVIDENCE_ROWS 30

/* ---- actions --------------------------------------------------------------------------------------------------------------------------- */

struct acting {
    struct arena *a;
    struct plan_action t;
    int64_t id, goal, person, today, now;
    bool flag; /* done; remove */
};

static enum rc save_action(struct db *tx, void *arg, struct err *e)
{
    struct acting *s = arg;
    s->t.id = s->id;
    s->t.goal = s->goal;
    return s->flag ? plan_remove_action(tx, s->a, s->person, s->id, s->t.version, e) : plan_save_action(tx, s->a, s->person, &s->t, s->today, s->now, e);
}

static enum rc tick(struct db *tx, void *arg, struct err *e)
{
    const struct acting *s = arg;
    (void)e;
    return plan_tick_action(tx, s->a, s->person, s->id, s->flag, s->now);
}

static enum rc handle_action(struct ctx *c, const struct row_plan_goal_find *g, const struct row_plan_action_find *old, struct str action)
{
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_plan_action_save);
    form_add(f, (struct field){.name = "what", .kind = FIELD_TEXT, .label = M_plan_action_what, .hint = M_plan_action_hint, .max = 300, .required = true, .value = old->what});
    form_add(f, (struct field){.name = "due", .kind = FIELD_DAY, .label = M_plan_action_due, .required = true,
                               .value = form_day_value(f, old->id != 0 ? old->due_day : c->today + 14 < g->by_day || g->by_day < c->today ? c->today + 14 : g->by_day)});
    if (old->id != 0)
        form_add(f, (struct field){.name = "remove", .kind = FIELD_BOOL, .label = M_plan_action_remove});
    form_add_version(f, old->version);
    f->draft = old->id != 0 ? str_printf(c->a, "plan-action-%" PRId64, old->id) : str_printf(c->a, "plan-action-new-%" PRId64, g->id);
    f->cancel = plan_path(c, "/plan/goals/", g->id);
    struct page page = plan_page(c, tr(c, old->id != 0 ? M_plan_action_edit : M_plan_action_new), g);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return plan_send_form(c, &page, STR_NONE, STR_NONE, f);
    struct acting s = {.a = c->a, .id = old->id, .goal = g->id, .person = c->who->person, .today = c->today, .now = c->now, .flag = form_bool(f, "remove")};
    s.t = (struct plan_action){.version = form_int(f, "version", 0), .what = form_text(f, "what")};
    (void)form_day(f, "due", &s.t.due_day);
    enum rc rc = ctx_write(c, save_action, &s);
    if (page_edit_failed(c, f, rc, old->version, &page.status))
        return plan_send_form(c, &page, STR_NONE, plan_path(c, "/plan/goals/", g->id), f);
    TRY(rc);
    return page_redirect(c, plan_path(c, "/plan/goals/", g->id), s.flag ? M_plan_action_removed : M_plan_action_saved);
}

static enum rc check_open(struct ctx *c, const struct row_plan_goal_find *g)
{
    return str_eq_z(g->state, "open") ? RC_OK : err_set(&c->err, RC_CONFLICT, M_plan_goal_over, NULL);
}

enum rc plan_new_action(struct ctx *c)
{
    struct row_plan_goal_find g;
    const struct row_plan_action_find none = {0};
    TRY(plan_require_goal(c, &g));
    TRY(check_open(c, &g));
    return handle_action(c, &g, &none, str_printf(c->a, "/plan/goals/%" PRId64 "/actions/new", g.id));
}

static enum rc require_action(struct ctx *c, struct row_plan_goal_find *g, struct row_plan_action_find *t)
{
    int64_t id;
    TRY(plan_require_goal(c, g));
    TRY(request_id(c->rq, 1, &id));
    TRY(sql_plan_action_find(c->db, c->a, id, c->who->person, t));
    return t->goal_id == g->id ? RC_OK : RC_NOT_FOUND;
}

enum rc plan_edit_action(struct ctx *c)
{
    struct row_plan_goal_find g;
    struct row_plan_action_find t;
    TRY(require_action(c, &g, &t));
    TRY(check_open(c, &g));
    return handle_action(c, &g, &t, str_printf(c->a, "/plan/goals/%" PRId64 "/actions/%" PRId64, g.id, t.id));
}

enum rc plan_post_tick(struct ctx *c)
{
    struct row_plan_goal_find g;
    struct row_plan_action_find t;
    TRY(require_action(c, &g, &t));
    struct acting s = {.a = c->a, .id = t.id, .person = c->who->person, .now = c->now, .flag = !str_eq_z(request_form(c->rq, "done"), "0")};
    TRY(ctx_write(c, tick, &s));
    return page_redirect(c, plan_path(c, "/plan/goals/", g.id), s.flag ? M_plan_ticked : M_plan_unticked);
}

/* ---- evidence ---------------------------------------------------------------------------------------------------------------------------- */

enum rc plan_evidence_titles(struct ctx *c, const struct evidence_ref *refs, struct str *titles, size_t count)
{
    struct evidence_ref *wanted = ARENA_ARRAY(c->a, count, struct evidence_ref);
    struct evidence_label *labels = ARENA_ARRAY(c->a, count, struct evidence_label);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (refs[i].kind.p != NULL)
            wanted[n++] = refs[i];
    TRY(evidence_describe(c, wanted, n, labels));
    n = 0;
    for (size_t i = 0; i < count; i++) {
        if (refs[i].kind.p != NULL)
            titles[i] = labels[n++].title;
        else if (titles[i].n == 0)
            titles[i] = tr(c, M_plan_link_withdrawn);
    }
    return RC_OK;
}

static enum rc fill_evidence(struct ctx *c, const struct row_plan_goal_find *g, struct view_plan_evidence *v, struct form **out)
{
    struct rows_plan_evidence_page rows;
    int64_t at, id;
    plan_read_place(c, &at, &id);
    TRY(sql_plan_evidence_page(c->db, c->a, c->who->person, g->id, at, id, EVIDENCE_ROWS + 1, &rows));
    size_t n = rows.n < EVIDENCE_ROWS ? rows.n : EVIDENCE_ROWS;
    if (n == 0)
        return RC_OK;
    struct evidence_ref *refs = ARENA_ARRAY(c->a, n, struct evidence_ref);
    struct str *titles = ARENA_ARRAY(c->a, n, struct str);
    struct choice *list = ARENA_ARRAY(c->a, n, struct choice);
    for (size_t i = 0; i < n; i++)
        refs[i] = (struct evidence_ref){rows.v[i].source_kind, rows.v[i].source_id};
    TRY(plan_evidence_titles(c, refs, titles, n));
    for (size_t i = 0; i < n; i++) {
        const struct msg_arg args[] = {MSG_TEXT("kind", evidence_kind_word(c, rows.v[i].kind)), MSG_TEXT("day", view_day_str(c->a, c->lang, day_from_ms(c->zone, rows.v[i].at)))};
        list[i] = (struct choice){str_printf(c->a, "%" PRId64, rows.v[i].id), titles[i], tr_args(c, M_plan_link_kind_day, args, COUNT_OF(args))};
    }
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/plan/goals/%" PRId64 "/evidence%s", g->id, at == INT64_MAX ? "" : str_z(c->a, str_printf(c->a, "?at=%" PRId64 "&id=%" PRId64, at, id))), M_plan_link_save);
    form_add(f, (struct field){.name = "evidence", .kind = FIELD_MANY, .label = M_plan_link_which, .choices = list, .choice_count = n, .boxed = true});
    f->cancel = plan_path(c, "/plan/goals/", g->id);
    f->no_warn = true;
    v->f = *out = f;
    if (rows.n > n)
        v->more = str_printf(c->a, "/plan/goals/%" PRId64 "/evidence?at=%" PRId64 "&id=%" PRId64, g->id, rows.v[n - 1].at, rows.v[n - 1].id);
    return RC_OK;
}

struct linking {
    struct arena *a;
    int64_t person, goal, link;
    const int64_t *evidence;
    size_t count;
};

static enum rc link_evidence(struct db *tx, void *arg, struct err *e)
{
    const struct linking *s = arg;
    return plan_link_evidence(tx, s->a, s->person, s->goal, s->evidence, s->count, e);
}

/* What was ticked: numbers, whatever the page offered, since another tab may have changed that meanwhile. */
static enum rc read_ticks(struct ctx *c, struct linking *s)
{
    int64_t *list = ARENA_ARRAY(c->a, c->rq->form_count, int64_t);
    for (size_t i = 0; i < c->rq->form_count; i++)
        if (str_eq_z(c->rq->form[i].name, "evidence") && !str_to_int(c->rq->form[i].value, &list[s->count++]))
            return err_field(&c->err, RC_INVALID, M_plan_evidence_bad, "evidence", NULL);
    s->evidence = list;
    return s->count != 0 ? RC_OK : err_field(&c->err, RC_INVALID, M_plan_link_choose, "evidence", NULL);
}

enum rc plan_handle_evidence(struct ctx *c)
{
    struct row_plan_goal_find g;
    TRY(plan_require_goal(c, &g));
    struct view_plan_evidence v = {.goal = g.what};
    struct page page = plan_page(c, tr(c, M_plan_link_new), &g);
    struct form *f = NULL;
    TRY(fill_evidence(c, &g, &v, &f));
    if (c->rq->method != METHOD_POST)
        return view_plan_evidence_page(c, &page, &v);
    struct linking s = {.a = c->a, .person = c->who->person, .goal = g.id};
    enum rc rc = read_ticks(c, &s);
    if (rc == RC_OK)
        rc = ctx_write(c, link_evidence, &s);
    if (rc != RC_OK && f == NULL)
        return rc;
    if (page_form_failed(c, f, rc, &page.status))
        return view_plan_evidence_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, plan_path(c, "/plan/goals/", g.id), M_plan_linked);
}

static enum rc unlink_evidence(struct db *tx, void *arg, struct err *e)
{
    const struct linking *s = arg;
    (void)e;
    return plan_unlink(tx, s->a, s->person, s->goal, s->link);
}

enum rc plan_post_unlink(struct ctx *c)
{
    struct row_plan_goal_find g;
    struct linking s = {.a = c->a, .person = c->who->person};
    TRY(plan_require_goal(c, &g));
    TRY(request_id(c->rq, 1, &s.link));
    s.goal = g.id;
    TRY(ctx_write(c, unlink_evidence, &s));
    return page_redirect(c, plan_path(c, "/plan/goals/", g.id), M_plan_unlinked);
}
