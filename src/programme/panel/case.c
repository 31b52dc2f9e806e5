/* The page of one trainee before a panel: what may be judged, her summary, what was decided, and the way to the next one. The
 * trainee reads the same page about herself; who keeps the programme reads the decision and its conditions alone. */
#include "gen/programme/panel/panel_case_view.h"
#include "programme/panel/inside.h"
#include "view/markdown.h"

static enum rc fill_decisions(struct ctx *c, const struct case_reader *r, struct view_panel_case *v)
{
    struct rows_panel_decisions rows;
    TRY(sql_panel_decisions(c->db, c->a, r->k.id, &rows));
    struct view_panel_case_decisions *list = ARENA_ARRAY(c->a, rows.n, struct view_panel_case_decisions);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_panel_decisions *d = &rows.v[k];
        list[k] = (struct view_panel_case_decisions){.outcome = d->outcome,
                                                     .word = panel_word(c, d->outcome, d->word),
                                                     .reasons = d->reasons,
                                                     .stage = d->stage,
                                                     .by = panel_or_gone(c, d->by_name),
                                                     .at = d->at,
                                                     .reversal = d->reversal,
                                                     .stands = d->stands,
                                                     .answer = d->answer};
        if (d->stands && r->own && d->answered_at_null)
            v->answer = panel_case_path(c, r->k.id, "/answer");
        v->unread = v->unread || (d->stands && r->own && d->read_at_null);
    }
    v->decisions = list;
    v->decisions_count = rows.n;
    return RC_OK;
}

static enum rc fill_conditions(struct ctx *c, const struct case_reader *r, struct view_panel_case *v)
{
    struct rows_panel_conditions rows;
    TRY(sql_panel_conditions(c->db, c->a, r->k.person_id, r->k.programme_id, r->k.id, &rows));
    struct view_panel_case_conditions *list = ARENA_ARRAY(c->a, rows.n, struct view_panel_case_conditions);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_panel_conditions *o = &rows.v[k];
        list[k] = (struct view_panel_case_conditions){.words = o->words,
                                                      .due = o->due_day,
                                                      .over = o->met_at_null && o->due_day < c->today,
                                                      .met = o->met_at_null ? (struct opt_int){0} : SOME_INT(o->met_at),
                                                      .met_by = panel_or_gone(c, o->met_by)};
        if (o->met_at_null && (r->sits || r->manages))
            list[k].note = str_printf(c->a, "/panel-cases/%" PRId64 "/conditions/%" PRId64, r->k.id, o->id);
    }
    v->conditions = list;
    v->conditions_count = rows.n;
    return RC_OK;
}

static enum rc fill_earlier(struct ctx *c, const struct case_reader *r, struct view_panel_case *v)
{
    struct rows_panel_decision_before rows;
    TRY(sql_panel_decision_before(c->db, c->a, r->k.person_id, r->k.programme_id, r->k.id, &rows));
    struct view_panel_case_earlier *list = ARENA_ARRAY(c->a, rows.n, struct view_panel_case_earlier);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_panel_case_earlier){rows.v[k].title, rows.v[k].meets_day, panel_word(c, rows.v[k].outcome, rows.v[k].word), rows.v[k].reasons};
    v->earlier = list;
    v->earlier_count = rows.n;
    return RC_OK;
}

static enum rc fill_ways(struct ctx *c, const struct case_reader *r, struct view_panel_case *v)
{
    struct row_panel_beside beside;
    bool meets = str_eq_z(r->k.state, "meeting"), closed = str_eq_z(r->k.state, "closed");
    if (r->own && str_eq_z(r->k.state, "open"))
        v->write = panel_case_path(c, r->k.id, "/summary");
    if (!r->sits)
        return RC_OK;
    v->queue = panel_path(c, r->k.panel_id, "");
    TRY(sql_panel_beside(c->db, c->a, r->k.panel_id, r->k.place, c->who->person, &beside));
    if (beside.before != 0)
        v->before = panel_case_path(c, beside.before, "");
    if (beside.behind != 0)
        v->behind = panel_case_path(c, beside.behind, "");
    if (beside.left != 0 && beside.left != beside.behind)
        v->left = panel_case_path(c, beside.left, "");
    if (meets || (closed && v->decisions_count != 0))
        v->decide = panel_case_path(c, r->k.id, "/decide");
    if (!closed && v->decisions_count == 0)
        v->stay_away = panel_case_path(c, r->k.id, "/stay-away");
    return RC_OK;
}

struct reading {
    int64_t case_id, now;
};

static enum rc note_read(struct db *tx, void *arg, struct err *e)
{
    const struct reading *r = arg;
    (void)e;
    return sql_panel_decision_read(tx, r->case_id, r->now);
}

enum rc panel_get_case(struct ctx *c)
{
    struct case_reader r;
    TRY(panel_open_case(c, &r));
    bool all = r.own || r.sits;
    struct view_panel_case v = {.name = panel_or_gone(c, r.k.name),
                                .stage = r.k.stage,
                                .panel = r.k.title,
                                .day = r.k.meets_day,
                                .summary_day = r.k.summary_day,
                                .state = r.k.state,
                                .state_word = panel_state_word(c, r.k.state),
                                .own = r.own,
                                .sits = r.sits,
                                .all = all,
                                .sent = r.k.sent_at_null ? (struct opt_int){0} : SOME_INT(r.k.sent_at),
                                .draft = r.own && r.k.draft.n != 0 && !str_eq(r.k.draft, r.k.sent)};
    TRY(fill_decisions(c, &r, &v));
    TRY(fill_conditions(c, &r, &v));
    if (all) {
        if (r.k.sent.n != 0)
            v.summary = markdown_render(c->a, r.k.sent, (struct markdown_options){.heading_shift = 2});
        TRY(fill_earlier(c, &r, &v));
        TRY(panel_fill_evidence(c, r.k.programme_id, r.k.person_id, &v));
        TRY(fill_ways(c, &r, &v));
    }
    if (v.unread) {
        struct reading seen = {r.k.id, c->now};
        TRY(ctx_write(c, note_read, &seen));
    }
    if (!r.own)
        TRY(panel_note(c, "panel_case_view", r.k.person_id, "panel_case", r.k.id));
    struct page page = panel_page(c, r.own ? r.k.title : v.name, r.sits || r.manages ? r.k.panel_id : 0, r.k.title);
    page.caption = r.own ? STR_NONE : r.k.stage;
    return view_panel_case_page(c, &page, &v);
}
