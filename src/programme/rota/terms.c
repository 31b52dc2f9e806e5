/* Terms: the list, the page of one with its holidays and shifts, from which day to which, and when wishes are taken. */
#include "gen/programme/rota/alloc_sql.h"
#include "gen/programme/rota/rota_term_view.h"
#include "gen/programme/rota/rota_terms_view.h"
#include "programme/rota/inside.h"

#define AHEAD_DAYS 1460

static struct str state_word(const struct ctx *c, struct str state)
{
    return tr(c, str_eq_z(state, "published") ? M_placement_term_published : str_eq_z(state, "wishing") ? M_placement_term_wishing : M_placement_term_planned);
}

enum rc rota_get_terms(struct ctx *c)
{
    struct programme p;
    struct rows_rota_terms rows;
    struct view_rota_terms v = {0};
    int64_t day = INT64_MAX, id = INT64_MAX;
    TRY(programme_current(c, &p));
    struct target t = {.programme = p.id};
    TRY(access_require(c, P_PLACEMENT_MANAGE, &t));
    (void)str_to_int(request_query(c->rq, "day"), &day);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_rota_terms(c->db, c->a, p.id, day, id, ROTA_PAGE + 1, &rows));
    size_t n = rows.n <= ROTA_PAGE ? rows.n : ROTA_PAGE;
    struct view_rota_terms_list *list = ARENA_ARRAY(c->a, n, struct view_rota_terms_list);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_rota_terms_list){rota_term_path(c, rows.v[k].id, ""), rows.v[k].title, rows.v[k].start_day, rows.v[k].end_day, rows.v[k].state,
                                                state_word(c, rows.v[k].state)};
    v.list = list;
    v.list_count = n;
    if (rows.n > n)
        v.more = str_printf(c->a, "/terms?day=%" PRId64 "&id=%" PRId64, rows.v[n - 1].start_day, rows.v[n - 1].id);
    struct page page = rota_page(c, tr(c, M_placement_terms), NULL, 0);
    const struct crumb action = {tr(c, M_placement_term_new), S("/terms/new")};
    page.actions = &action;
    page.action_count = 1;
    return view_rota_terms_page(c, &page, &v);
}

/* ---- one ---------------------------------------------------------------------------------------------------------------------------- */

struct saving {
    struct arena *a;
    struct rota_term t;
    int64_t person, now;
    int64_t saved; /* out */
};

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    struct rota_term t = s->t;
    TRY(rota_save_term(tx, s->a, &t, s->now, e));
    TRY(audit_note(tx, s->now, s->person, "rota_change", 0, "rota_term", t.id));
    s->saved = t.id;
    return RC_OK;
}

static enum rc handle(struct ctx *c, struct str action, const struct row_rota_term_find *t, struct page *page)
{
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_placement_save);
    bool fresh = t->id == 0;
    f->cancel = fresh ? S("/terms") : rota_term_path(c, t->id, "");
    form_add_version(f, t->version);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_placement_term_title, .hint = M_placement_term_title_hint, .required = true, .max = 80, .value = t->title});
    form_add(f, (struct field){.name = "start", .kind = FIELD_DAY, .label = M_placement_term_start, .required = true, .min = c->today - ROTA_TERM_DAYS, .max = c->today + AHEAD_DAYS, .value = fresh ? STR_NONE : form_day_value(f, t->start_day)});
    form_add(f, (struct field){.name = "end", .kind = FIELD_DAY, .label = M_placement_term_end, .required = true, .min = c->today - ROTA_TERM_DAYS, .max = c->today + AHEAD_DAYS, .value = fresh ? STR_NONE : form_day_value(f, t->end_day)});
    form_add(f, (struct field){.name = "wishes", .kind = FIELD_DAY, .label = M_placement_wish_until, .hint = M_placement_wish_until_hint, .required = true, .min = c->today - ROTA_TERM_DAYS, .max = c->today + AHEAD_DAYS, .value = fresh ? STR_NONE : form_day_value(f, t->wish_until_day)});
    form_add(f, (struct field){.name = "most", .kind = FIELD_INT, .label = M_placement_term_most, .hint = M_placement_term_most_hint, .required = true, .min = 1, .max = 200, .value = str_printf(c->a, "%" PRId64, t->most)});
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return rota_send_form(c, page, STR_NONE, f);
    struct saving s = {.a = c->a, .person = c->who->person, .now = c->now};
    s.t = (struct rota_term){.id = t->id, .programme = t->programme_id, .version = form_int(f, "version", 0), .title = form_text(f, "title"), .most = form_int(f, "most", 1)};
    (void)form_day(f, "start", &s.t.start_day);
    (void)form_day(f, "end", &s.t.end_day);
    (void)form_day(f, "wishes", &s.t.wish_until_day);
    enum rc rc = ctx_write(c, save, &s);
    struct row_rota_term_find now = *t;
    if (rc == RC_CONFLICT && t->id != 0)
        TRY(sql_rota_term_find(c->db, c->a, t->id, &now));
    if (page_edit_failed(c, f, rc, now.version, &page->status))
        return rota_send_form(c, page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, rota_term_path(c, s.saved, ""), M_placement_saved);
}

enum rc rota_handle_new_term(struct ctx *c)
{
    struct programme p;
    TRY(programme_current(c, &p));
    struct target of = {.programme = p.id};
    TRY(access_require(c, P_PLACEMENT_MANAGE, &of));
    struct row_rota_term_find t = {.programme_id = p.id, .most = 4};
    const struct crumb crumbs[] = {{tr(c, M_placement_terms), S("/terms")}};
    struct page page = rota_page(c, tr(c, M_placement_term_new), crumbs, 1);
    return handle(c, S("/terms/new"), &t, &page);
}

static struct page term_page(struct ctx *c, struct str title, const struct row_rota_term_find *t, bool below)
{
    const struct crumb crumbs[] = {{tr(c, M_placement_terms), S("/terms")}, {t->title, rota_term_path(c, t->id, "")}};
    return rota_page(c, title, crumbs, below ? 2 : 1);
}

enum rc rota_handle_term(struct ctx *c)
{
    struct row_rota_term_find t;
    TRY(rota_term_to_manage(c, &t));
    struct page page = term_page(c, tr(c, M_placement_edit), &t, true);
    return handle(c, rota_term_path(c, t.id, "/edit"), &t, &page);
}

static struct form *holiday_form(struct ctx *c, const struct row_rota_term_find *t)
{
    struct form *f = form_new(c->a, c->lang, c->zone, rota_term_path(c, t->id, "/holidays"), M_placement_holiday_add);
    f->quiet = true;
    form_add(f, (struct field){.name = "day", .kind = FIELD_DAY, .label = M_placement_holiday_day, .required = true, .min = t->start_day, .max = t->end_day});
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_placement_holiday_title, .required = true, .max = 80});
    return f;
}

static enum rc fill_holidays(struct ctx *c, const struct row_rota_term_find *t, struct view_rota_term *v)
{
    struct rows_rota_holidays rows;
    TRY(sql_rota_holidays(c->db, c->a, t->id, &rows));
    struct view_rota_term_holidays *list = ARENA_ARRAY(c->a, rows.n, struct view_rota_term_holidays);
    for (size_t k = 0; k < rows.n; k++) {
        struct form *f = form_new(c->a, c->lang, c->zone, rota_term_path(c, t->id, "/holidays"), M_placement_need_drop);
        f->quiet = f->no_warn = true;
        form_add(f, (struct field){.name = "drop", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, rows.v[k].day)});
        list[k] = (struct view_rota_term_holidays){rows.v[k].title, rows.v[k].day, f};
    }
    v->holidays = list;
    v->holidays_count = rows.n;
    return RC_OK;
}

static enum rc fill_shifts(struct ctx *c, const struct row_rota_term_find *t, struct view_rota_term *v)
{
    struct rows_rota_shifts_of_term rows;
    int64_t at = 0, id = 0;
    (void)str_to_int(request_query(c->rq, "at"), &at);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_rota_shifts_of_term(c->db, c->a, t->id, at, id, ROTA_PAGE + 1, &rows));
    size_t n = rows.n <= ROTA_PAGE ? rows.n : ROTA_PAGE;
    struct view_rota_term_shifts *list = ARENA_ARRAY(c->a, n, struct view_rota_term_shifts);
    for (size_t k = 0; k < n; k++) {
        const struct row_rota_shifts_of_term *r = &rows.v[k];
        list[k] = (struct view_rota_term_shifts){rota_shift_path(c, r->id, ""), r->title, rota_when(c, r->starts_at, r->ends_at), r->held, r->seats, r->supervised == 0,
                                                 str_eq_z(r->state, "open")};
    }
    v->shifts = list;
    v->shifts_count = n;
    if (rows.n > n)
        v->more = str_printf(c->a, "/terms/%" PRId64 "?at=%" PRId64 "&id=%" PRId64, t->id, rows.v[n - 1].starts_at, rows.v[n - 1].id);
    return RC_OK;
}

static enum rc fill_proposals(struct ctx *c, const struct row_rota_term_find *t, struct view_rota_term *v)
{
    struct rows_rota_allocations_of rows;
    struct row_rota_wishers_count n;
    TRY(sql_rota_allocations_of(c->db, c->a, t->id, &rows));
    TRY(sql_rota_wishers_count(c->db, c->a, t->id, &n));
    struct view_rota_term_proposals *list = ARENA_ARRAY(c->a, rows.n, struct view_rota_term_proposals);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_rota_term_proposals){str_printf(c->a, "/proposals/%" PRId64, rows.v[k].id), rows.v[k].made_at, rows.v[k].placed, str_eq_z(rows.v[k].state, "published")};
    v->proposals = list;
    v->proposals_count = rows.n;
    v->wishers = n.n;
    v->propose = rota_term_path(c, t->id, "/proposals");
    return RC_OK;
}

static enum rc send_term(struct ctx *c, const struct row_rota_term_find *t, struct form *holiday, int status)
{
    struct view_rota_term v = {.state = t->state, .state_word = state_word(c, t->state), .start = t->start_day, .end = t->end_day, .until = t->wish_until_day,
                               .most = t->most, .edit = rota_term_path(c, t->id, "/edit"), .change_state = rota_term_path(c, t->id, "/state"), .holiday = holiday};
    TRY(fill_holidays(c, t, &v));
    TRY(fill_shifts(c, t, &v));
    TRY(fill_proposals(c, t, &v));
    struct page page = term_page(c, t->title, t, false);
    page.status = status;
    return view_rota_term_page(c, &page, &v);
}

enum rc rota_get_term(struct ctx *c)
{
    struct row_rota_term_find t;
    TRY(rota_term_to_manage(c, &t));
    return send_term(c, &t, holiday_form(c, &t), 0);
}

struct resting {
    int64_t term, day, person, now;
    struct str title;
    bool drop;
};

static enum rc change_holiday(struct db *tx, void *arg, struct err *e)
{
    const struct resting *s = arg;
    (void)e;
    if (s->drop)
        TRY(sql_rota_holiday_drop(tx, s->term, s->day));
    else
        TRY(rota_add_holiday(tx, s->term, s->day, s->title));
    return audit_note(tx, s->now, s->person, "rota_change", 0, "rota_term", s->term);
}

enum rc rota_post_holiday(struct ctx *c)
{
    struct row_rota_term_find t;
    TRY(rota_term_to_manage(c, &t));
    struct resting s = {.term = t.id, .person = c->who->person, .now = c->now};
    s.drop = str_to_int(request_form(c->rq, "drop"), &s.day);
    if (!s.drop) {
        struct form *f = holiday_form(c, &t);
        if (!form_read(f, c->rq->form, c->rq->form_count))
            return send_term(c, &t, f, 422);
        (void)form_day(f, "day", &s.day);
        s.title = form_text(f, "title");
    }
    TRY(ctx_write(c, change_holiday, &s));
    return page_redirect(c, rota_term_path(c, t.id, ""), M_placement_saved);
}

/* ---- taking wishes ------------------------------------------------------------------------------------------------------------------- */

struct stating {
    int64_t term, version, person, now;
    struct str state;
};

static enum rc set_state(struct db *tx, void *arg, struct err *e)
{
    const struct stating *s = arg;
    TRY(rota_set_term_state(tx, s->term, s->version, s->state, e));
    return audit_note(tx, s->now, s->person, "rota_change", 0, "rota_term", s->term);
}

/* The next step: wishes are taken; free places can be taken by anybody. */
enum rc rota_handle_term_state(struct ctx *c)
{
    struct row_rota_term_find t;
    TRY(rota_term_to_manage(c, &t));
    const struct choice choices[] = {{S("wishing"), tr(c, M_placement_state_wishing), tr(c, M_placement_state_wishing_hint)},
                                     {S("published"), tr(c, M_placement_state_published), tr(c, M_placement_state_published_hint)},
                                     {S("planned"), tr(c, M_placement_state_planned), tr(c, M_placement_state_planned_hint)}};
    struct form *f = form_new(c->a, c->lang, c->zone, rota_term_path(c, t.id, "/state"), M_placement_save);
    f->cancel = rota_term_path(c, t.id, "");
    form_add_version(f, t.version);
    form_add(f, (struct field){.name = "state", .kind = FIELD_CHOICE, .label = M_placement_term_state, .required = true, .choices = choices, .choice_count = COUNT_OF(choices), .value = t.state});
    struct page page = term_page(c, tr(c, M_placement_term_state), &t, true);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return rota_send_form(c, &page, STR_NONE, f);
    struct stating s = {t.id, form_int(f, "version", 0), c->who->person, c->now, form_text(f, "state")};
    if (str_eq(s.state, t.state) && s.version == t.version)
        return page_redirect(c, f->cancel, M_placement_saved);
    enum rc rc = ctx_write(c, set_state, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return rota_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_placement_saved);
}
