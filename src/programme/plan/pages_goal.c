/* One goal: its page, writing and changing it, how it ended, taking it away. */
#include "gen/programme/plan/plan_goal_view.h"
#include "programme/evidence/evidence.h"
#include "programme/framework/framework.h"
#include "programme/plan/inside.h"
#include "programme/programme/programme.h"
#include "view/write.h"

#define ORIGINS_SHOWN 8 /* of each kind, in the choice */

/* ---- the page -------------------------------------------------------------------------------------------------------------------------- */

static struct form *tick_form(struct ctx *c, int64_t goal, const struct row_plan_action_list *t)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/plan/goals/%" PRId64 "/actions/%" PRId64 "/done", goal, t->id),
                              t->done_at_null ? M_plan_tick : M_plan_untick);
    form_add(f, (struct field){.name = "done", .kind = FIELD_HIDDEN, .value = t->done_at_null ? S("1") : S("0")});
    f->no_warn = f->quiet = true;
    return f;
}

static enum rc fill_actions(struct ctx *c, const struct row_plan_goal_find *g, struct view_plan_goal *v)
{
    struct rows_plan_action_list rows;
    bool changes = v->own && str_eq_z(g->state, "open");
    TRY(sql_plan_action_list(c->db, c->a, g->id, PLAN_ACTIONS_MOST, &rows));
    struct view_plan_goal_actions *list = ARENA_ARRAY(c->a, rows.n, struct view_plan_goal_actions);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_plan_action_list *t = &rows.v[i];
        list[i] = (struct view_plan_goal_actions){.what = t->what,
                                                  .due = t->due_day,
                                                  .late = t->done_at_null && t->due_day < c->today,
                                                  .done = t->done_at_null ? (struct opt_int){0} : SOME_INT(t->done_at)};
        if (changes) {
            list[i].edit = str_printf(c->a, "/plan/goals/%" PRId64 "/actions/%" PRId64, g->id, t->id);
            list[i].tick = tick_form(c, g->id, t);
        }
    }
    v->actions = list;
    v->actions_count = rows.n;
    if (changes)
        v->action_new = str_printf(c->a, "/plan/goals/%" PRId64 "/actions/new", g->id);
    return RC_OK;
}

static enum rc fill_links(struct ctx *c, const struct row_plan_goal_find *g, struct view_plan_goal *v)
{
    struct rows_plan_link_list rows;
    TRY(sql_plan_link_list(c->db, c->a, g->id, PLAN_ACTIONS_MOST, &rows));
    struct view_plan_goal_links *list = ARENA_ARRAY(c->a, rows.n, struct view_plan_goal_links);
    struct evidence_ref *refs = ARENA_ARRAY(c->a, rows.n, struct evidence_ref);
    struct str *titles = ARENA_ARRAY(c->a, rows.n, struct str);
    for (size_t i = 0; i < rows.n; i++) {
        refs[i] = (struct evidence_ref){rows.v[i].source_kind, rows.v[i].source_id};
        titles[i] = rows.v[i].title;
    }
    TRY(plan_evidence_titles(c, refs, titles, rows.n));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_plan_link_list *l = &rows.v[i];
        list[i] = (struct view_plan_goal_links){.title = titles[i], .day = l->day};
        if (l->kind.p != NULL)
            list[i].kind = evidence_kind_word(c, l->kind);
        if (!v->own)
            continue;
        if (l->kind.p != NULL)
            list[i].href = plan_path(c, "/evidence/", l->evidence_id);
        struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/plan/goals/%" PRId64 "/evidence/%" PRId64 "/remove", g->id, l->id), M_plan_unlink);
        f->no_warn = f->quiet = true;
        list[i].remove = f;
    }
    v->links = list;
    v->links_count = rows.n;
    if (v->own)
        v->link_new = str_printf(c->a, "/plan/goals/%" PRId64 "/evidence", g->id);
    return RC_OK;
}

static struct page goal_page(struct ctx *c, const struct row_plan_goal_find *g)
{
    struct page page = plan_page(c, g->what, NULL);
    if (g->person_id == c->who->person)
        return page;
    struct msg_arg name = MSG_TEXT("name", plan_or_gone(c, g->owner));
    struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
    crumbs[0] = page.crumbs[0];
    crumbs[1] = (struct crumb){tr_args(c, M_plan_of, &name, 1), str_printf(c->a, "/people/%" PRId64 "/plan", g->person_id)};
    page.crumbs = crumbs;
    page.crumb_count = 2;
    return page;
}

enum rc plan_get_goal(struct ctx *c)
{
    struct row_plan_goal_find g;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_plan_goal_find(c->db, c->a, id, lang_tag(c->lang), &g));
    TRY(plan_require_read(c, g.person_id));
    struct view_plan_goal v = {.own = g.person_id == c->who->person,
                               .owner = plan_or_gone(c, g.owner),
                               .what = g.what,
                               .measure = g.measure,
                               .by = g.by_day,
                               .past = str_eq_z(g.state, "open") && g.by_day < c->today,
                               .competency = g.competency.p != NULL ? g.competency : g.competency_words,
                               .state = g.state,
                               .word = plan_state_name(c, g.state),
                               .outcome = g.outcome,
                               .ended = g.ended_day_null ? (struct opt_int){0} : SOME_INT(g.ended_day)};
    TRY(plan_source_label(c, g.person_id, g.source_kind, g.source_id_null ? 0 : g.source_id, g.source_words, &v.source, &v.source_href));
    TRY(fill_actions(c, &g, &v));
    TRY(fill_links(c, &g, &v));
    if (v.own) {
        v.finish = str_printf(c->a, "/plan/goals/%" PRId64 "/end", id);
        if (str_eq_z(g.state, "open"))
            v.edit = str_printf(c->a, "/plan/goals/%" PRId64 "/edit", id);
        v.versions = str_printf(c->a, "/plan/goals/%" PRId64 "/versions", id);
        v.remove = str_printf(c->a, "/plan/goals/%" PRId64 "/remove", id);
    }
    struct page page = goal_page(c, &g);
    return view_plan_goal_page(c, &page, &v);
}

/* ---- writing one ------------------------------------------------------------------------------------------------------------------------- */

/* "observation-12"; "own-0". A goal that came from another Cadre keeps its kind with 0. */
static struct str source_value(const struct ctx *c, struct str kind, int64_t id)
{
    return str_printf(c->a, "%.*s-%" PRId64, STR_ARG(kind), id);
}

struct draft {
    struct row_plan_goal_find g; /* what the form shows first */
    bool is_new;
};

static void add_source(struct ctx *c, struct choice *list, size_t *n, struct str kind, const struct plan_origin *o)
{
    struct str day = view_day_str(c->a, c->lang, o->day), line = plan_source_line(c, kind, o->title);
    const struct msg_arg args[] = {MSG_TEXT("source", line), MSG_TEXT("day", day)};
    struct str value = source_value(c, kind, o->id);
    for (size_t i = 0; i < *n; i++)
        if (str_eq(list[i].value, value))
            return;
    list[(*n)++] = (struct choice){.value = value, .label = str_eq(o->title, day) ? line : tr_args(c, M_plan_source_on, args, COUNT_OF(args))};
}

/* Her own idea, the newest of each kind, and what the goal is taken from now. */
static enum rc source_choices(struct ctx *c, const struct draft *d, struct choice **out, size_t *count)
{
    struct plan_names names;
    enum plan_source s = PLAN_OWN;
    TRY(plan_load_names(c->db, c->a, c->lang, c->who->person, ORIGINS_SHOWN, &names));
    struct choice *list = ARENA_ARRAY(c->a, 3 + PLAN_SOURCES * ORIGINS_SHOWN, struct choice);
    list[0] = (struct choice){.value = S("own-0"), .label = tr(c, M_plan_source_own)};
    size_t n = 1;
    (void)plan_find_source(d->g.source_kind, &s);
    if (s != PLAN_OWN && d->g.source_id_null) {
        list[n++] = (struct choice){.value = source_value(c, d->g.source_kind, 0), .label = plan_source_line(c, d->g.source_kind, d->g.source_words)};
    } else if (s != PLAN_OWN) {
        struct plan_origin *now;
        size_t found;
        TRY(plan_origins(c->db, c->a, c->lang, c->who->person, s, d->g.source_id, 1, &now, &found));
        if (found == 1)
            add_source(c, list, &n, d->g.source_kind, now);
        else /* withdrawn since: the goal keeps what it was taken from */
            list[n++] = (struct choice){.value = source_value(c, d->g.source_kind, d->g.source_id), .label = plan_source_name(c, d->g.source_kind)};
    }
    for (int k = PLAN_OWN + 1; k < PLAN_SOURCES; k++)
        for (size_t i = 0; i < names.count[k]; i++)
            add_source(c, list, &n, str_from(plan_source_word((enum plan_source)k)), &names.of[k][i]);
    *out = list;
    *count = n;
    return RC_OK;
}

/* What the programme's framework has, and the goal's own when it is from another one. */
static enum rc competency_choices(struct ctx *c, const struct draft *d, struct choice **out, size_t *count)
{
    struct programme p = {0};
    struct competency *all = NULL;
    size_t total = 0, n = 0;
    bool seen = d->g.competency_id_null;
    enum rc rc = programme_current(c, &p);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    rc = framework_outline(c->db, c->a, p.id, lang_tag(c->lang), false, &all, &total);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct choice *list = ARENA_ARRAY(c->a, total + 2, struct choice);
    list[n++] = (struct choice){.value = S("0"), .label = d->g.competency_words.n != 0 ? d->g.competency_words : tr(c, M_plan_no_competency)};
    for (size_t i = 0; i < total; i++) {
        if (!str_eq_z(all[i].kind, "competency"))
            continue;
        const struct msg_arg args[] = {MSG_TEXT("code", all[i].code), MSG_TEXT("title", all[i].title)};
        list[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, all[i].competency),
                                    .label = all[i].code.n != 0 ? tr_args(c, M_plan_competency_named, args, COUNT_OF(args)) : all[i].title};
        seen = seen || all[i].competency == d->g.competency_id;
    }
    if (!seen)
        list[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, d->g.competency_id), .label = d->g.competency.p != NULL ? d->g.competency : tr(c, M_plan_competency_gone)};
    *out = list;
    *count = n;
    return RC_OK;
}

static enum rc goal_form(struct ctx *c, const struct draft *d, struct str action, struct form **out)
{
    struct choice *sources, *competencies;
    size_t source_count, competency_count;
    TRY(source_choices(c, d, &sources, &source_count));
    TRY(competency_choices(c, d, &competencies, &competency_count));
    const struct row_plan_goal_find *g = &d->g;
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_plan_goal_save);
    form_add(f, (struct field){.name = "what", .kind = FIELD_LONG_TEXT, .label = M_plan_what, .hint = M_plan_what_hint, .required = true, .rows = 3, .max = 500, .value = g->what});
    form_add(f, (struct field){.name = "measure", .kind = FIELD_LONG_TEXT, .label = M_plan_measure, .hint = M_plan_measure_hint, .required = true, .rows = 3, .max = 1000, .value = g->measure});
    form_add(f, (struct field){.name = "by", .kind = FIELD_DAY, .label = M_plan_by, .hint = M_plan_by_hint, .required = true,
                               .value = form_day_value(f, d->is_new && g->by_day == 0 ? c->today + 90 : g->by_day)});
    form_add(f, (struct field){.name = "source", .kind = FIELD_CHOICE, .label = M_plan_source, .hint = M_plan_source_hint, .required = true, .choices = sources, .choice_count = source_count,
                               .value = source_value(c, g->source_kind, g->source_id_null ? 0 : g->source_id)});
    form_add(f, (struct field){.name = "competency", .kind = FIELD_CHOICE, .label = M_plan_competency, .choices = competencies, .choice_count = competency_count,
                               .value = str_printf(c->a, "%" PRId64, g->competency_id_null ? 0 : g->competency_id)});
    form_add_version(f, g->version);
    f->draft = d->is_new ? S("plan-goal-new") : str_printf(c->a, "plan-goal-%" PRId64, g->id);
    f->cancel = d->is_new ? S("/plan") : plan_path(c, "/plan/goals/", g->id);
    *out = f;
    return RC_OK;
}

struct saving {
    struct arena *a;
    struct plan_goal g;
    int64_t id, person, today, now;
};

static enum rc save_goal(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    s->g.id = s->id;
    return plan_save_goal(tx, s->a, s->person, &s->g, s->today, s->now, e);
}

static void read_goal(const struct form *f, struct saving *s)
{
    struct str source = form_text(f, "source"), kind = STR_NONE;
    s->g = (struct plan_goal){.version = form_int(f, "version", 0), .what = form_text(f, "what"), .measure = form_text(f, "measure"), .competency = form_int(f, "competency", 0)};
    (void)form_day(f, "by", &s->g.by_day);
    if (str_cut(&source, '-', &kind) && plan_find_source(kind, &s->g.source))
        (void)str_to_int(source, &s->g.source_id);
}

static enum rc handle_goal(struct ctx *c, const struct draft *d, struct str action, int64_t version)
{
    struct form *f;
    TRY(goal_form(c, d, action, &f));
    struct page page = plan_page(c, tr(c, d->is_new ? M_plan_goal_new : M_plan_goal_edit), d->is_new ? NULL : &d->g);
    struct str note = tr(c, d->is_new ? M_plan_goal_note : M_plan_goal_edit_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return plan_send_form(c, &page, note, STR_NONE, f);
    struct saving s = {.a = c->a, .id = d->g.id, .person = c->who->person, .today = c->today, .now = c->now};
    read_goal(f, &s);
    enum rc rc = ctx_write(c, save_goal, &s);
    if (page_edit_failed(c, f, rc, version, &page.status))
        return plan_send_form(c, &page, note, str_printf(c->a, "/plan/goals/%" PRId64 "/versions/%" PRId64, d->g.id, version), f);
    TRY(rc);
    return page_redirect(c, plan_path(c, "/plan/goals/", s.g.id), d->is_new ? M_plan_goal_added : M_plan_goal_saved);
}

/* ?from=observation&id=12: what the goal is to be taken from, when it is hers to see. */
static enum rc read_from(struct ctx *c, struct draft *d)
{
    struct str from = request_query(c->rq, "from");
    enum plan_source s;
    struct plan_origin *found;
    size_t count = 0;
    int64_t id;
    d->g.source_kind = S("own");
    d->g.source_id_null = true;
    if (from.n == 0)
        return RC_OK;
    if (!plan_find_source(from, &s) || s == PLAN_OWN || !str_to_int(request_query(c->rq, "id"), &id) || id <= 0)
        return RC_NOT_FOUND;
    TRY(plan_origins(c->db, c->a, c->lang, c->who->person, s, id, 1, &found, &count));
    if (count != 1)
        return RC_NOT_FOUND;
    d->g.source_kind = from;
    d->g.source_id = id;
    d->g.source_id_null = false;
    return RC_OK;
}

enum rc plan_new_goal(struct ctx *c)
{
    struct draft d = {.is_new = true};
    TRY(plan_require_own(c));
    TRY(read_from(c, &d));
    d.g.competency_id_null = true;
    struct str action = d.g.source_id_null ? S("/plan/goals/new") : str_printf(c->a, "/plan/goals/new?from=%.*s&id=%" PRId64, STR_ARG(d.g.source_kind), d.g.source_id);
    return handle_goal(c, &d, action, 0);
}

/* ?version=3: the form shows that state, to bring it back. */
enum rc plan_edit_goal(struct ctx *c)
{
    struct draft d = {0};
    struct row_plan_goal_version_find v;
    int64_t version;
    TRY(plan_require_goal(c, &d.g));
    if (!str_eq_z(d.g.state, "open"))
        return err_set(&c->err, RC_CONFLICT, M_plan_goal_over, NULL);
    int64_t now = d.g.version;
    if (c->rq->method != METHOD_POST && str_to_int(request_query(c->rq, "version"), &version)) {
        TRY(sql_plan_goal_version_find(c->db, c->a, d.g.id, version, lang_tag(c->lang), &v));
        d.g.what = v.what;
        d.g.measure = v.measure;
        d.g.by_day = v.by_day;
        d.g.source_kind = v.source_kind;
        d.g.source_id = v.source_id;
        d.g.source_id_null = v.source_id_null;
        d.g.source_words = v.source_words;
        d.g.competency_id = v.competency_id;
        d.g.competency_id_null = v.competency_id_null;
        d.g.competency = v.competency;
        d.g.competency_words = v.competency_words;
    }
    return handle_goal(c, &d, str_printf(c->a, "/plan/goals/%" PRId64 "/edit", d.g.id), now);
}

/* ---- its end -------------------------------------------------------------------------------------------------------------------------------- */

struct ending {
    struct arena *a;
    struct plan_end end;
    int64_t person, today, now;
};

static enum rc end_goal(struct db *tx, void *arg, struct err *e)
{
    const struct ending *s = arg;
    return plan_end_goal(tx, s->a, s->person, &s->end, s->today, s->now, e);
}

enum rc plan_handle_end(struct ctx *c)
{
    struct row_plan_goal_find g;
    TRY(plan_require_goal(c, &g));
    struct choice states[] = {{.value = S("reached"), .label = tr(c, M_plan_state_reached), .hint = tr(c, M_plan_end_reached_hint)},
                              {.value = S("dropped"), .label = tr(c, M_plan_state_dropped), .hint = tr(c, M_plan_end_dropped_hint)},
                              {.value = S("open"), .label = tr(c, M_plan_state_open), .hint = tr(c, M_plan_end_open_hint)}};
    bool open = str_eq_z(g.state, "open");
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/plan/goals/%" PRId64 "/end", g.id), M_plan_end_save);
    form_add(f, (struct field){.name = "state", .kind = FIELD_CHOICE, .label = M_plan_state, .required = true, .choices = states, .choice_count = open ? 2 : 3, .value = open ? STR_NONE : g.state});
    form_add(f, (struct field){.name = "outcome", .kind = FIELD_LONG_TEXT, .label = M_plan_outcome, .hint = M_plan_outcome_hint, .max = PLAN_WORDS, .value = g.outcome});
    form_add(f, (struct field){.name = "tell", .kind = FIELD_BOOL, .label = M_plan_tell, .hint = M_plan_tell_hint, .value = g.evidence_id_null ? STR_NONE : S("1")});
    form_add_version(f, g.version);
    f->draft = str_printf(c->a, "plan-end-%" PRId64, g.id);
    f->cancel = plan_path(c, "/plan/goals/", g.id);
    struct page page = plan_page(c, tr(c, open ? M_plan_end_link : M_plan_end_change), &g);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return plan_send_form(c, &page, STR_NONE, STR_NONE, f);
    struct ending s = {.a = c->a, .person = c->who->person, .today = c->today, .now = c->now};
    s.end = (struct plan_end){.goal = g.id, .version = form_int(f, "version", 0), .outcome = form_text(f, "outcome"), .tell = form_bool(f, "tell")};
    (void)plan_find_state(form_text(f, "state"), &s.end.state);
    enum rc rc = ctx_write(c, end_goal, &s);
    if (page_edit_failed(c, f, rc, g.version, &page.status))
        return plan_send_form(c, &page, STR_NONE, plan_path(c, "/plan/goals/", g.id), f);
    TRY(rc);
    return page_redirect(c, plan_path(c, "/plan/goals/", g.id), M_plan_goal_saved);
}

struct removing {
    struct arena *a;
    int64_t goal, version, person;
};

static enum rc remove_goal(struct db *tx, void *arg, struct err *e)
{
    const struct removing *s = arg;
    return plan_remove_goal(tx, s->a, s->person, s->goal, s->version, e);
}

enum rc plan_handle_remove(struct ctx *c)
{
    struct row_plan_goal_find g;
    TRY(plan_require_goal(c, &g));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/plan/goals/%" PRId64 "/remove", g.id), M_plan_remove_yes);
    form_add_version(f, g.version);
    f->danger = true;
    f->no_warn = true;
    f->cancel = plan_path(c, "/plan/goals/", g.id);
    struct page page = plan_page(c, tr(c, M_plan_remove), &g);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return plan_send_form(c, &page, tr(c, M_plan_remove_note), STR_NONE, f);
    struct removing s = {c->a, g.id, form_int(f, "version", 0), c->who->person};
    enum rc rc = ctx_write(c, remove_goal, &s);
    if (page_edit_failed(c, f, rc, g.version, &page.status))
        return plan_send_form(c, &page, tr(c, M_plan_remove_note), plan_path(c, "/plan/goals/", g.id), f);
    TRY(rc);
    return page_redirect(c, S("/plan"), M_plan_removed);
}
