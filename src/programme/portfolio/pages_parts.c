/* The parts of a portfolio: sections with her words, choosing evidence for one, what she says about an item, the order. */
#include "gen/programme/portfolio/portfolio_form_view.h"
#include "programme/portfolio/inside.h"
#include "view/write.h"

#define TITLE_MOST 120
#define PAGE_ROWS 50

struct parting {
    struct arena *a;
    int64_t portfolio, id, version, arranged, now;
    struct str title, words;
    const int64_t *chosen, *goals;
    size_t count, goal_count;
    enum portfolio_what what;
    bool up;
};

/* The way back, and the crumbs, of whatever belongs to a portfolio. */
struct around {
    struct row_portfolio_find p;
    struct str back;
    struct crumb crumbs[2];
    struct page page;
};

static enum rc stand_in(struct ctx *c, int64_t portfolio, msg_id title, struct around *w)
{
    TRY(sql_portfolio_find(c->db, c->a, portfolio, &w->p));
    TRY(portfolio_require_owner(c, w->p.person_id));
    w->back = portfolio_path(c, "/portfolios/", portfolio, "");
    w->crumbs[0] = (struct crumb){tr(c, M_portfolio_title), S("/portfolios")};
    w->crumbs[1] = (struct crumb){w->p.title, w->back};
    w->page = (struct page){.title = tr(c, title), .section = "/portfolios", .crumbs = w->crumbs, .crumb_count = 2};
    return RC_OK;
}

/* ---- sections ------------------------------------------------------------------------------------------------------------------ */

static struct form *section_form(struct ctx *c, struct str action, msg_id submit, struct str title, struct str words)
{
    struct form *f = form_new(c->a, c->lang, c->zone, action, submit);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_portfolio_section_title, .required = true, .max = TITLE_MOST, .value = title});
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_portfolio_section_words, .hint = M_portfolio_words_hint, .rows = 10, .value = words});
    return f;
}

static enum rc write_section_new(struct db *tx, void *arg, struct err *e)
{
    struct parting *s = arg;
    return portfolio_add_section(tx, s->a, s->portfolio, s->title, s->words, s->now, &s->id, e);
}

enum rc portfolio_handle_section_new(struct ctx *c)
{
    int64_t id;
    struct around w;
    TRY(request_id(c->rq, 0, &id));
    TRY(stand_in(c, id, M_portfolio_section_new, &w));
    struct form *f = section_form(c, portfolio_path(c, "/portfolios/", id, "/sections/new"), M_portfolio_section_add, STR_NONE, STR_NONE);
    f->draft = str_printf(c->a, "portfolio-%" PRId64 "-section", id);
    f->cancel = w.back;
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return portfolio_send_form(c, &w.page, STR_NONE, f);
    struct parting s = {.a = c->a, .portfolio = id, .title = form_text(f, "title"), .words = form_text(f, "words"), .now = c->now};
    enum rc rc = ctx_write(c, write_section_new, &s);
    if (page_form_failed(c, f, rc, &w.page.status))
        return portfolio_send_form(c, &w.page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, portfolio_path(c, "/portfolio-sections/", s.id, "/choose"), M_portfolio_section_added);
}

static enum rc open_section(struct ctx *c, msg_id title, struct row_portfolio_section_find *s, struct around *w)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_portfolio_section_find(c->db, c->a, id, s));
    return stand_in(c, s->portfolio_id, title, w);
}

static enum rc write_section(struct db *tx, void *arg, struct err *e)
{
    const struct parting *s = arg;
    return portfolio_change_section(tx, s->a, s->id, s->version, s->title, s->words, s->now, e);
}

/* A form with, below it, the way to take the thing out. */
static enum rc send_with_drop(struct ctx *c, struct page *page, struct str note, struct form *f, struct str drop, msg_id word)
{
    struct view_portfolio_form v = {.note = note, .f = f, .drop = drop, .drop_word = tr(c, word)};
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_portfolio_form_page(c, page, &v);
}

enum rc portfolio_handle_section(struct ctx *c)
{
    struct row_portfolio_section_find row;
    struct around w;
    TRY(open_section(c, M_portfolio_section_change, &row, &w));
    struct form *f = section_form(c, portfolio_path(c, "/portfolio-sections/", row.id, ""), M_portfolio_save, row.title, row.words);
    f->draft = str_printf(c->a, "portfolio-section-%" PRId64, row.id);
    f->cancel = w.back;
    form_add_version(f, row.version);
    struct str drop = portfolio_path(c, "/portfolio-sections/", row.id, "/drop");
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return send_with_drop(c, &w.page, STR_NONE, f, drop, M_portfolio_section_drop);
    struct parting s = {.a = c->a, .id = row.id, .version = form_int(f, "version", 0), .title = form_text(f, "title"), .words = form_text(f, "words"), .now = c->now};
    enum rc rc = ctx_write(c, write_section, &s);
    if (page_form_failed(c, f, rc, &w.page.status))
        return send_with_drop(c, &w.page, STR_NONE, f, drop, M_portfolio_section_drop);
    TRY(rc);
    return page_redirect(c, w.back, M_portfolio_saved);
}

static enum rc write_section_drop(struct db *tx, void *arg, struct err *e)
{
    const struct parting *s = arg;
    return portfolio_drop_section(tx, s->a, s->id, s->version, s->now, e);
}

static struct form *drop_form(struct ctx *c, struct str action, msg_id submit, struct str cancel, int64_t version)
{
    struct form *f = form_new(c->a, c->lang, c->zone, action, submit);
    f->danger = true;
    f->cancel = cancel;
    form_add_version(f, version);
    return f;
}

/* The confirmation of a step that takes something out, and the step. */
static enum rc drop_part(struct ctx *c, struct around *w, struct form *f, struct str note, int64_t id, write_fn *fn, msg_id done)
{
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return portfolio_send_form(c, &w->page, note, f);
    struct parting s = {.a = c->a, .id = id, .version = form_int(f, "version", 0), .now = c->now};
    enum rc rc = ctx_write(c, fn, &s);
    if (page_form_failed(c, f, rc, &w->page.status))
        return portfolio_send_form(c, &w->page, note, f);
    TRY(rc);
    return page_redirect(c, w->back, done);
}

enum rc portfolio_handle_section_drop(struct ctx *c)
{
    struct row_portfolio_section_find row;
    struct around w;
    TRY(open_section(c, M_portfolio_section_drop, &row, &w));
    struct msg_arg title = MSG_TEXT("title", row.title);
    struct form *f = drop_form(c, portfolio_path(c, "/portfolio-sections/", row.id, "/drop"), M_portfolio_section_drop, w.back, row.version);
    return drop_part(c, &w, f, tr_args(c, M_portfolio_section_drop_note, &title, 1), row.id, write_section_drop, M_portfolio_section_dropped);
}

/* ---- choosing evidence ----------------------------------------------------------------------------------------------------------- */

static enum rc page_of_evidence(struct ctx *c, int64_t portfolio, struct rows_portfolio_choices *rows)
{
    int64_t at = INT64_MAX, id = INT64_MAX;
    struct str before = request_query(c->rq, "before"), part = STR_NONE;
    if (before.p != NULL && (!str_cut(&before, '-', &part) || !str_to_int(part, &at) || !str_to_int(before, &id)))
        return err_field(&c->err, RC_MALFORMED, 0, "before", "not a place in the list");
    return sql_portfolio_choices(c->db, c->a, c->who->person, portfolio, at, id, PAGE_ROWS + 1, rows);
}

static enum rc fill_choices(struct ctx *c, const struct rows_portfolio_choices *rows, size_t n, struct form *f)
{
    struct choice *choices = ARENA_ARRAY(c->a, n, struct choice);
    struct evidence_ref *refs = ARENA_ARRAY(c->a, n, struct evidence_ref);
    struct evidence_label *labels = ARENA_ARRAY(c->a, n, struct evidence_label);
    for (size_t i = 0; i < n; i++)
        refs[i] = (struct evidence_ref){rows->v[i].source_kind, rows->v[i].source_id};
    TRY(evidence_describe(c, refs, n, labels));
    for (size_t i = 0; i < n; i++) {
        const struct row_portfolio_choices *r = &rows->v[i];
        const struct msg_arg args[] = {MSG_TEXT("kind", evidence_kind_word(c, r->kind)),
                                       MSG_TEXT("day", view_day_str(c->a, c->lang, day_from_ms(c->zone, r->at)))};
        choices[i] = (struct choice){.value = str_printf(c->a, "%" PRId64, r->id), .label = labels[i].title, .hint = tr_args(c, M_portfolio_choice_hint, args, 2)};
    }
    if (n != 0)
        form_add(f, (struct field){.name = "item", .kind = FIELD_MANY, .label = M_portfolio_choose_label, .choices = choices, .choice_count = n});
    return RC_OK;
}

static enum rc write_choice(struct db *tx, void *arg, struct err *e)
{
    const struct parting *s = arg;
    if (s->count != 0)
        TRY(portfolio_choose(tx, s->a, s->id, s->chosen, s->count, s->now, e));
    return s->goal_count != 0 ? portfolio_choose_goals(tx, s->a, s->id, s->goals, s->goal_count, s->now, e) : RC_OK;
}

/* What was ticked, by number: the rule says whether it is hers. A value that is no number is nothing of hers. */
static enum rc read_ticks(struct ctx *c, const char *name, const int64_t **out, size_t *count)
{
    int64_t *ids = ARENA_ARRAY(c->a, c->rq->form_count, int64_t);
    for (size_t i = 0; i < c->rq->form_count; i++) {
        if (!str_eq_z(c->rq->form[i].name, name))
            continue;
        if (!str_to_int(c->rq->form[i].value, &ids[(*count)++]))
            return RC_NOT_FOUND;
    }
    *out = ids;
    return RC_OK;
}

/* Open goals that the portfolio has not yet; offered on the first page. */
static enum rc fill_goals(struct ctx *c, int64_t portfolio, struct form *f, size_t *offered)
{
    struct rows_portfolio_goals_in in;
    struct plan_shown *goals;
    size_t count, n = 0;
    TRY(sql_portfolio_goals_in(c->db, c->a, portfolio, &in));
    TRY(plan_goals_shown(c->db, c->a, c->who->person, &goals, &count));
    struct choice *choices = ARENA_ARRAY(c->a, count, struct choice);
    for (size_t i = 0; i < count && goals[i].open; i++) {
        bool there = false;
        for (size_t k = 0; k < in.n; k++)
            there = there || in.v[k].goal_id == goals[i].id;
        const struct msg_arg day = MSG_TEXT("day", view_day_str(c->a, c->lang, goals[i].by_day));
        if (!there)
            choices[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, goals[i].id), .label = goals[i].what, .hint = tr_args(c, M_portfolio_goal_until, &day, 1)};
    }
    if (n != 0)
        form_add(f, (struct field){.name = "goal", .kind = FIELD_MANY, .label = M_portfolio_goals_label, .hint = M_portfolio_goals_hint, .choices = choices, .choice_count = n});
    *offered = n;
    return RC_OK;
}

enum rc portfolio_handle_choose(struct ctx *c)
{
    struct row_portfolio_section_find row;
    struct rows_portfolio_choices rows;
    struct around w;
    TRY(open_section(c, M_portfolio_choose, &row, &w));
    TRY(page_of_evidence(c, row.portfolio_id, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct str here = portfolio_path(c, "/portfolio-sections/", row.id, "/choose"), before = request_query(c->rq, "before");
    struct form *f = form_new(c->a, c->lang, c->zone, before.p != NULL ? str_printf(c->a, "%.*s?before=%.*s", STR_ARG(here), STR_ARG(before)) : here, M_portfolio_choose_save);
    f->cancel = w.back;
    TRY(fill_choices(c, &rows, n, f));
    size_t goals = 0;
    if (before.p == NULL)
        TRY(fill_goals(c, row.portfolio_id, f, &goals));
    struct parting s = {.a = c->a, .id = row.id, .now = c->now};
    if (c->rq->method == METHOD_POST) {
        TRY(read_ticks(c, "item", &s.chosen, &s.count));
        TRY(read_ticks(c, "goal", &s.goals, &s.goal_count));
        bool none = s.count == 0 && s.goal_count == 0;
        if (none)
            form_error(f, n != 0 ? "item" : goals != 0 ? "goal" : "", M_portfolio_choose_none, NULL);
        enum rc rc = none ? RC_INVALID : ctx_write(c, write_choice, &s);
        if (rc == RC_OK)
            return page_redirect(c, w.back, M_portfolio_chosen);
        if (!none && !page_form_failed(c, f, rc, &w.page.status))
            return rc;
        w.page.status = 422;
    }
    struct msg_arg title = MSG_TEXT("title", row.title);
    bool any = n != 0 || goals != 0;
    struct view_portfolio_form v = {.note = any ? tr_args(c, M_portfolio_choose_note, &title, 1) : tr(c, M_portfolio_choose_empty), .f = any ? f : NULL};
    if (rows.n > n)
        v.older = str_printf(c->a, "%.*s?before=%" PRId64 "-%" PRId64, STR_ARG(here), rows.v[n - 1].at, rows.v[n - 1].id);
    return view_portfolio_form_page(c, &w.page, &v);
}

/* ---- one item --------------------------------------------------------------------------------------------------------------------- */

static enum rc open_item(struct ctx *c, msg_id title, struct row_portfolio_item_find *i, struct around *w)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_portfolio_item_find(c->db, c->a, id, i));
    return stand_in(c, i->portfolio_id, title, w);
}

static enum rc write_item(struct db *tx, void *arg, struct err *e)
{
    const struct parting *s = arg;
    return portfolio_change_item(tx, s->a, s->id, s->version, s->words, s->now, e);
}

/* How the item is called; "Withdrawn" for what no longer stands. */
static enum rc item_title(struct ctx *c, const struct row_portfolio_item_find *i, struct str *out)
{
    struct row_portfolio_evidence_own own;
    struct evidence_label label;
    *out = tr(c, M_portfolio_item_gone);
    if (!i->goal_id_null) {
        struct plan_shown *goals;
        size_t count;
        TRY(plan_goals_shown(c->db, c->a, i->person_id, &goals, &count));
        const struct plan_shown *g = portfolio_goal(goals, count, i->goal_id);
        *out = g != NULL ? g->what : *out;
        return RC_OK;
    }
    enum rc rc = sql_portfolio_evidence_own(c->db, c->a, i->evidence_id, i->person_id, &own);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    struct evidence_ref ref = {own.source_kind, own.source_id};
    TRY(evidence_describe(c, &ref, 1, &label));
    *out = label.title;
    return RC_OK;
}

enum rc portfolio_handle_item(struct ctx *c)
{
    struct row_portfolio_item_find row;
    struct around w;
    TRY(open_item(c, M_portfolio_item_change, &row, &w));
    TRY(item_title(c, &row, &w.page.title));
    struct form *f = form_new(c->a, c->lang, c->zone, portfolio_path(c, "/portfolio-items/", row.id, ""), M_portfolio_save);
    f->draft = str_printf(c->a, "portfolio-item-%" PRId64, row.id);
    f->cancel = w.back;
    form_add(f, (struct field){.name = "words", .kind = FIELD_LONG_TEXT, .label = M_portfolio_item_words, .hint = M_portfolio_words_hint, .value = row.words});
    form_add_version(f, row.version);
    struct str drop = portfolio_path(c, "/portfolio-items/", row.id, "/drop"), note = tr(c, M_portfolio_item_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return send_with_drop(c, &w.page, note, f, drop, M_portfolio_item_drop);
    struct parting s = {.a = c->a, .id = row.id, .version = form_int(f, "version", 0), .words = form_text(f, "words"), .now = c->now};
    enum rc rc = ctx_write(c, write_item, &s);
    if (page_form_failed(c, f, rc, &w.page.status))
        return send_with_drop(c, &w.page, note, f, drop, M_portfolio_item_drop);
    TRY(rc);
    return page_redirect(c, w.back, M_portfolio_saved);
}

static enum rc write_item_drop(struct db *tx, void *arg, struct err *e)
{
    const struct parting *s = arg;
    return portfolio_drop_item(tx, s->a, s->id, s->version, s->now, e);
}

enum rc portfolio_handle_item_drop(struct ctx *c)
{
    struct row_portfolio_item_find row;
    struct around w;
    struct str title;
    TRY(open_item(c, M_portfolio_item_drop, &row, &w));
    TRY(item_title(c, &row, &title));
    struct msg_arg arg = MSG_TEXT("title", title);
    struct form *f = drop_form(c, portfolio_path(c, "/portfolio-items/", row.id, "/drop"), M_portfolio_item_drop, w.back, row.version);
    return drop_part(c, &w, f, tr_args(c, M_portfolio_item_drop_note, &arg, 1), row.id, write_item_drop, M_portfolio_item_dropped);
}

/* ---- order ------------------------------------------------------------------------------------------------------------------------- */

static enum rc write_move(struct db *tx, void *arg, struct err *e)
{
    const struct parting *s = arg;
    return portfolio_move(tx, s->a, s->portfolio, s->arranged, s->what, s->id, s->up, s->now, e);
}

/* The button pressed: up or down, with "item-12" or "section-3". */
enum rc portfolio_post_move(struct ctx *c)
{
    struct row_portfolio_find p;
    TRY(portfolio_require(c, &p));
    struct parting s = {.a = c->a, .portfolio = p.id, .now = c->now};
    struct str ref = request_form(c->rq, "up"), kind = STR_NONE;
    s.up = ref.p != NULL;
    if (!s.up)
        ref = request_form(c->rq, "down");
    bool known = ref.p != NULL && str_cut(&ref, '-', &kind) && str_to_int(ref, &s.id) && str_to_int(request_form(c->rq, "arranged"), &s.arranged);
    if (!known || !(str_eq_z(kind, "item") || str_eq_z(kind, "section")))
        return err_set(&c->err, RC_MALFORMED, 0, NULL);
    s.what = str_eq_z(kind, "item") ? PORTFOLIO_ITEM : PORTFOLIO_SECTION;
    TRY(ctx_write(c, write_move, &s));
    return page_redirect(c, portfolio_path(c, "/portfolios/", p.id, ""), M_portfolio_moved);
}
