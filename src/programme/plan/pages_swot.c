/* Strengths, weaknesses, opportunities and threats; and what was saved before, of these and of goals: read, compared, brought back. */
#include "gen/programme/plan/plan_list_view.h"
#include "gen/programme/plan/plan_version_view.h"
#include "programme/plan/inside.h"
#include "view/write.h"

/* ---- writing ----------------------------------------------------------------------------------------------------------------------------- */

struct saving {
    struct arena *a;
    struct plan_swot s;
    int64_t person, now;
};

static enum rc save_swot(struct db *tx, void *arg, struct err *e)
{
    const struct saving *s = arg;
    return plan_save_swot(tx, s->a, s->person, &s->s, s->now, e);
}

/* ?version=3: the form shows that state, to bring it back. */
static enum rc shown_first(struct ctx *c, const struct row_plan_swot_find *now, struct row_plan_swot_version_find *out)
{
    int64_t version;
    *out = (struct row_plan_swot_version_find){.version = now->version, .strengths = now->strengths, .weaknesses = now->weaknesses,
                                               .opportunities = now->opportunities, .threats = now->threats};
    if (c->rq->method != METHOD_POST && str_to_int(request_query(c->rq, "version"), &version))
        return sql_plan_swot_version_find(c->db, c->a, c->who->person, version, out);
    return RC_OK;
}

enum rc plan_handle_swot(struct ctx *c)
{
    struct row_plan_swot_find now = {0};
    struct row_plan_swot_version_find first;
    TRY(plan_require_own(c));
    enum rc rc = sql_plan_swot_find(c->db, c->a, c->who->person, &now);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(shown_first(c, &now, &first));
    struct form *f = form_new(c->a, c->lang, c->zone, S("/plan/swot"), M_plan_swot_save);
    form_add(f, (struct field){.name = "strengths", .kind = FIELD_LONG_TEXT, .label = M_plan_strengths, .hint = M_plan_strengths_hint, .rows = 5, .max = PLAN_WORDS, .value = first.strengths});
    form_add(f, (struct field){.name = "weaknesses", .kind = FIELD_LONG_TEXT, .label = M_plan_weaknesses, .hint = M_plan_weaknesses_hint, .rows = 5, .max = PLAN_WORDS, .value = first.weaknesses});
    form_add(f, (struct field){.name = "opportunities", .kind = FIELD_LONG_TEXT, .label = M_plan_opportunities, .hint = M_plan_opportunities_hint, .rows = 5, .max = PLAN_WORDS, .value = first.opportunities});
    form_add(f, (struct field){.name = "threats", .kind = FIELD_LONG_TEXT, .label = M_plan_threats, .hint = M_plan_threats_hint, .rows = 5, .max = PLAN_WORDS, .value = first.threats});
    form_add_version(f, now.version);
    f->draft = S("plan-swot");
    f->cancel = S("/plan");
    struct page page = plan_page(c, tr(c, M_plan_swot), NULL);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return plan_send_form(c, &page, STR_NONE, STR_NONE, f);
    struct saving s = {.a = c->a, .person = c->who->person, .now = c->now};
    s.s = (struct plan_swot){form_text(f, "strengths"), form_text(f, "weaknesses"), form_text(f, "opportunities"), form_text(f, "threats"), form_int(f, "version", 0)};
    rc = ctx_write(c, save_swot, &s);
    if (page_edit_failed(c, f, rc, now.version, &page.status))
        return plan_send_form(c, &page, STR_NONE, plan_path(c, "/plan/swot/versions/", now.version), f);
    TRY(rc);
    return page_redirect(c, S("/plan"), M_plan_swot_saved);
}

/* ---- what was saved before ------------------------------------------------------------------------------------------------------------------ */

static int64_t before_version(const struct ctx *c)
{
    int64_t before = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "before"), &before);
    return before;
}

static struct view_plan_list_items version_item(struct ctx *c, struct str base, int64_t version, int64_t changed_at, struct str tag)
{
    struct msg_arg n = MSG_TEXT("number", str_printf(c->a, "%" PRId64, version));
    return (struct view_plan_list_items){.href = str_printf(c->a, "%.*s/%" PRId64, STR_ARG(base), version),
                                         .title = tr_args(c, M_plan_version, &n, 1),
                                         .day = SOME_INT(day_from_ms(c->zone, changed_at)),
                                         .tag = tag};
}

enum rc plan_get_swot_versions(struct ctx *c)
{
    struct rows_plan_swot_versions rows;
    struct str base = S("/plan/swot/versions");
    TRY(plan_require_own(c));
    TRY(sql_plan_swot_versions(c->db, c->a, c->who->person, before_version(c), PLAN_ROWS + 1, &rows));
    struct view_plan_list v = {.none = tr(c, M_plan_no_versions), .items_count = rows.n < PLAN_ROWS ? rows.n : PLAN_ROWS};
    struct view_plan_list_items *list = ARENA_ARRAY(c->a, v.items_count, struct view_plan_list_items);
    for (size_t i = 0; i < v.items_count; i++)
        list[i] = version_item(c, base, rows.v[i].version, rows.v[i].changed_at, STR_NONE);
    v.items = list;
    if (rows.n > v.items_count)
        v.more = str_printf(c->a, "%.*s?before=%" PRId64, STR_ARG(base), rows.v[PLAN_ROWS - 1].version);
    struct page page = plan_page(c, tr(c, M_plan_versions), NULL);
    return view_plan_list_page(c, &page, &v);
}

enum rc plan_get_goal_versions(struct ctx *c)
{
    struct row_plan_goal_find g;
    struct rows_plan_goal_versions rows;
    TRY(plan_require_goal(c, &g));
    struct str base = str_printf(c->a, "/plan/goals/%" PRId64 "/versions", g.id);
    TRY(sql_plan_goal_versions(c->db, c->a, g.id, before_version(c), PLAN_ROWS + 1, &rows));
    struct view_plan_list v = {.none = tr(c, M_plan_no_versions), .items_count = rows.n < PLAN_ROWS ? rows.n : PLAN_ROWS};
    struct view_plan_list_items *list = ARENA_ARRAY(c->a, v.items_count, struct view_plan_list_items);
    for (size_t i = 0; i < v.items_count; i++)
        list[i] = version_item(c, base, rows.v[i].version, rows.v[i].changed_at, plan_state_name(c, rows.v[i].state));
    v.items = list;
    if (rows.n > v.items_count)
        v.more = str_printf(c->a, "%.*s?before=%" PRId64, STR_ARG(base), rows.v[PLAN_ROWS - 1].version);
    struct page page = plan_page(c, tr(c, M_plan_versions), &g);
    return view_plan_list_page(c, &page, &v);
}

/* Beside each other: as it was then, and as it is now where that differs. */
static struct view_plan_version_parts part(struct ctx *c, msg_id label, struct str then, struct str now)
{
    return (struct view_plan_version_parts){tr(c, label), then, now, !str_eq(then, now)};
}

static struct str title_of(struct ctx *c, int64_t version)
{
    struct msg_arg n = MSG_TEXT("number", str_printf(c->a, "%" PRId64, version));
    return tr_args(c, M_plan_version, &n, 1);
}

enum rc plan_get_swot_version(struct ctx *c)
{
    struct row_plan_swot_find now;
    struct row_plan_swot_version_find then;
    int64_t version;
    TRY(plan_require_own(c));
    TRY(request_id(c->rq, 0, &version));
    TRY(sql_plan_swot_version_find(c->db, c->a, c->who->person, version, &then));
    TRY(sql_plan_swot_find(c->db, c->a, c->who->person, &now));
    const struct view_plan_version_parts parts[] = {part(c, M_plan_strengths, then.strengths, now.strengths),
                                                    part(c, M_plan_weaknesses, then.weaknesses, now.weaknesses),
                                                    part(c, M_plan_opportunities, then.opportunities, now.opportunities),
                                                    part(c, M_plan_threats, then.threats, now.threats)};
    struct view_plan_version v = {.number = version, .saved = then.changed_at, .present = version == now.version, .parts = parts, .parts_count = COUNT_OF(parts)};
    if (!v.present)
        v.restore = str_printf(c->a, "/plan/swot?version=%" PRId64, version);
    struct page page = plan_page(c, title_of(c, version), NULL);
    page.caption = tr(c, M_plan_swot);
    return view_plan_version_page(c, &page, &v);
}

enum rc plan_get_goal_version(struct ctx *c)
{
    struct row_plan_goal_find now;
    struct row_plan_goal_version_find then;
    struct str source_then, source_now, href;
    int64_t version, me = c->who->person;
    TRY(plan_require_goal(c, &now));
    TRY(request_id(c->rq, 1, &version));
    TRY(sql_plan_goal_version_find(c->db, c->a, now.id, version, lang_tag(c->lang), &then));
    TRY(plan_source_label(c, me, then.source_kind, then.source_id_null ? 0 : then.source_id, then.source_words, &source_then, &href));
    TRY(plan_source_label(c, me, now.source_kind, now.source_id_null ? 0 : now.source_id, now.source_words, &source_now, &href));
    struct view_plan_version_parts parts[] = {
        part(c, M_plan_what, then.what, now.what),
        part(c, M_plan_measure, then.measure, now.measure),
        part(c, M_plan_by, view_day_str(c->a, c->lang, then.by_day), view_day_str(c->a, c->lang, now.by_day)),
        part(c, M_plan_source, source_then, source_now),
        part(c, M_plan_competency, then.competency.p != NULL ? then.competency : then.competency_words, now.competency.p != NULL ? now.competency : now.competency_words),
        part(c, M_plan_state, plan_state_name(c, then.state), plan_state_name(c, now.state)),
        part(c, M_plan_outcome, then.outcome, now.outcome),
    };
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (parts[i].then.n != 0 || parts[i].now.n != 0)
            parts[n++] = parts[i];
    struct view_plan_version v = {.number = version, .saved = then.changed_at, .present = version == now.version, .parts = parts, .parts_count = n};
    if (!v.present && str_eq_z(now.state, "open"))
        v.restore = str_printf(c->a, "/plan/goals/%" PRId64 "/edit?version=%" PRId64, now.id, version);
    struct page page = plan_page(c, title_of(c, version), &now);
    return view_plan_version_page(c, &page, &v);
}
