/* One's panels: before which one is, on which one sits, which one keeps; and the queue of a meeting. */
#include "gen/programme/panel/panel_conditions_view.h"
#include "gen/programme/panel/panel_list_view.h"
#include "gen/programme/panel/panel_queue_view.h"
#include "programme/panel/inside.h"

#define PAGE_ROWS 50
#define OWN_SHOWN 20
#define MEMBERS_SHOWN 30

static enum rc fill_own(struct ctx *c, struct view_panel_list *v)
{
    struct rows_panel_of_person rows;
    TRY(sql_panel_of_person(c->db, c->a, c->who->person, OWN_SHOWN, &rows));
    struct view_panel_list_own *list = ARENA_ARRAY(c->a, rows.n, struct view_panel_list_own);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_panel_list_own){.href = panel_case_path(c, rows.v[k].id, ""),
                                               .title = rows.v[k].title,
                                               .day = rows.v[k].meets_day,
                                               .state_word = panel_state_word(c, rows.v[k].state),
                                               .outcome = rows.v[k].outcome.p != NULL ? panel_word(c, rows.v[k].outcome, rows.v[k].word) : STR_NONE,
                                               .write = str_eq_z(rows.v[k].state, "open") && rows.v[k].sent_at_null};
    v->own = list;
    v->own_count = rows.n;
    return RC_OK;
}

static enum rc fill_seats(struct ctx *c, struct view_panel_list *v)
{
    struct rows_panel_of_member rows;
    TRY(sql_panel_of_member(c->db, c->a, c->who->person, OWN_SHOWN, &rows));
    struct view_panel_list_seats *list = ARENA_ARRAY(c->a, rows.n, struct view_panel_list_seats);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_panel_list_seats){panel_path(c, rows.v[k].id, ""), rows.v[k].title, rows.v[k].meets_day, rows.v[k].state,
                                                 panel_state_word(c, rows.v[k].state), rows.v[k].cases, rows.v[k].decided};
    v->seats = list;
    v->seats_count = rows.n;
    return RC_OK;
}

static enum rc fill_kept(struct ctx *c, const struct programme *p, struct view_panel_list *v)
{
    struct rows_panel_of_programme rows;
    int64_t day = INT64_MAX, id = INT64_MAX;
    (void)str_to_int(request_query(c->rq, "day"), &day);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_panel_of_programme(c->db, c->a, p->id, day, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_panel_list_kept *list = ARENA_ARRAY(c->a, n, struct view_panel_list_kept);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_panel_list_kept){panel_path(c, rows.v[k].id, ""), rows.v[k].title, rows.v[k].meets_day, rows.v[k].state,
                                                panel_state_word(c, rows.v[k].state), rows.v[k].cases, rows.v[k].decided};
    v->kept = list;
    v->kept_count = n;
    if (rows.n > n)
        v->more = str_printf(c->a, "/panels?day=%" PRId64 "&id=%" PRId64, rows.v[n - 1].meets_day, rows.v[n - 1].id);
    v->manages = true;
    v->add = S("/panels/new");
    v->settings = str_printf(c->a, "/programmes/%" PRId64 "/panels/settings", p->id);
    v->conditions = str_printf(c->a, "/programmes/%" PRId64 "/panels/conditions", p->id);
    return RC_OK;
}

enum rc panel_get_list(struct ctx *c)
{
    struct programme p;
    struct target t = {.person = c->who->person};
    struct view_panel_list v = {0};
    TRY(access_require(c, P_PANEL_CASE, &t));
    TRY(fill_own(c, &v));
    TRY(fill_seats(c, &v));
    enum rc rc = programme_current(c, &p);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target here = {.programme = p.id};
    if (rc == RC_OK && access_allows(c, P_PANEL_MANAGE, &here))
        TRY(fill_kept(c, &p, &v));
    v.nothing = v.own_count + v.seats_count == 0 && !v.manages;
    v.mails = S("/panels/mails");
    struct page page = {.title = tr(c, M_panel_title), .section = "/panels"};
    return view_panel_list_page(c, &page, &v);
}

/* ---- the queue --------------------------------------------------------------------------------------------------------------------- */

static enum rc fill_cases(struct ctx *c, const struct panel_reader *r, struct view_panel_queue *v)
{
    struct rows_panel_queue rows;
    int64_t place = -1, id = 0;
    (void)str_to_int(request_query(c->rq, "place"), &place);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    v->left_only = str_eq_z(request_query(c->rq, "show"), "left");
    TRY(sql_panel_queue(c->db, c->a, r->p.id, c->who->person, v->left_only, place, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_panel_queue_list *list = ARENA_ARRAY(c->a, n, struct view_panel_queue_list);
    for (size_t k = 0; k < n; k++) {
        const struct row_panel_queue *q = &rows.v[k];
        list[k] = (struct view_panel_queue_list){.name = panel_or_gone(c, q->name),
                                                 .stage = q->stage,
                                                 .seen = q->seen,
                                                 .assessed = q->assessed,
                                                 .summary = !q->sent_at_null,
                                                 .outcome = q->outcome,
                                                 .word = q->outcome.p != NULL ? panel_word(c, q->outcome, q->word) : STR_NONE,
                                                 .apart = q->apart != 0};
        if (q->apart == 0)
            list[k].href = panel_case_path(c, q->id, "");
    }
    v->list = list;
    v->list_count = n;
    if (rows.n > n)
        v->more = str_printf(c->a, "/panels/%" PRId64 "?%splace=%" PRId64 "&id=%" PRId64, r->p.id, v->left_only ? "show=left&" : "", rows.v[n - 1].place, rows.v[n - 1].id);
    return RC_OK;
}

static enum rc fill_members(struct ctx *c, int64_t panel, struct view_panel_queue *v)
{
    struct rows_panel_members rows;
    TRY(sql_panel_members(c->db, c->a, panel, MEMBERS_SHOWN, &rows));
    struct view_panel_queue_members *list = ARENA_ARRAY(c->a, rows.n, struct view_panel_queue_members);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_panel_queue_members){panel_or_gone(c, rows.v[k].name), rows.v[k].apart};
    v->members = list;
    v->members_count = rows.n;
    return RC_OK;
}

static void fill_steps(struct ctx *c, const struct panel_reader *r, struct view_panel_queue *v)
{
    bool planned = str_eq_z(r->p.state, "draft") || str_eq_z(r->p.state, "open");
    if (!r->manages)
        return;
    if (panel_may_step(r->p.state, PANEL_OPEN))
        v->open = panel_path(c, r->p.id, "/step/open");
    if (panel_may_step(r->p.state, PANEL_BEGIN))
        v->begin = panel_path(c, r->p.id, "/step/begin");
    if (panel_may_step(r->p.state, PANEL_CLOSE))
        v->close = panel_path(c, r->p.id, "/step/close");
    if (planned)
        v->cohort = panel_path(c, r->p.id, "/cohort");
    if (planned)
        v->change = panel_path(c, r->p.id, "/change");
    if (!str_eq_z(r->p.state, "closed"))
        v->seats = panel_path(c, r->p.id, "/members");
}

enum rc panel_get_queue(struct ctx *c)
{
    struct panel_reader r;
    struct row_panel_counts n;
    struct row_panel_beside beside;
    TRY(panel_open_one(c, false, &r));
    TRY(sql_panel_counts(c->db, c->a, r.p.id, &n));
    struct view_panel_queue v = {.state = r.p.state,
                                 .state_word = panel_state_word(c, r.p.state),
                                 .day = r.p.meets_day,
                                 .summary_day = r.p.summary_day,
                                 .cases = n.cases,
                                 .decided = n.decided,
                                 .left = n.cases - n.decided,
                                 .sent = n.sent,
                                 .sits = r.sits,
                                 .all = panel_path(c, r.p.id, ""),
                                 .remaining = panel_path(c, r.p.id, "?show=left")};
    TRY(fill_cases(c, &r, &v));
    TRY(fill_members(c, r.p.id, &v));
    fill_steps(c, &r, &v);
    if (r.sits) {
        TRY(sql_panel_beside(c->db, c->a, r.p.id, 0, c->who->person, &beside));
        if (beside.left != 0 && !str_eq_z(r.p.state, "closed"))
            v.next = panel_case_path(c, beside.left, "");
    }
    TRY(panel_note(c, "panel_view", 0, "panel", r.p.id));
    struct page page = panel_page(c, r.p.title, 0, STR_NONE);
    return view_panel_queue_page(c, &page, &v);
}

/* ---- conditions of a programme that are not met yet ----------------------------------------------------------------------------------- */

enum rc panel_get_conditions(struct ctx *c)
{
    struct programme p;
    struct rows_panel_conditions_open rows;
    int64_t programme, day = INT64_MIN, id = 0;
    TRY(request_id(c->rq, 0, &programme));
    TRY(programme_find(c->db, c->a, programme, &p));
    struct target t = {.programme = programme};
    TRY(access_require(c, P_PANEL_MANAGE, &t));
    (void)str_to_int(request_query(c->rq, "day"), &day);
    (void)str_to_int(request_query(c->rq, "id"), &id);
    TRY(sql_panel_conditions_open(c->db, c->a, programme, day, id, PAGE_ROWS + 1, &rows));
    size_t n = rows.n < PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_panel_conditions_list *list = ARENA_ARRAY(c->a, n, struct view_panel_conditions_list);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_panel_conditions_list){panel_case_path(c, rows.v[k].case_id, ""), panel_or_gone(c, rows.v[k].name), rows.v[k].words,
                                                      rows.v[k].due_day, rows.v[k].due_day < c->today};
    struct view_panel_conditions v = {.list = list, .list_count = n};
    if (rows.n > n)
        v.more = str_printf(c->a, "/programmes/%" PRId64 "/panels/conditions?day=%" PRId64 "&id=%" PRId64, programme, rows.v[n - 1].due_day, rows.v[n - 1].id);
    if (n != 0)
        TRY(panel_note(c, "panel_view", 0, "programme", programme));
    struct page page = panel_page(c, tr(c, M_panel_conditions_open), 0, STR_NONE);
    page.caption = p.title;
    return view_panel_conditions_page(c, &page, &v);
}
