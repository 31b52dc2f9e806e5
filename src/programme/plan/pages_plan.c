/* The plan on one page, as its owner sees it and as her mentor does; all of it for print; and the lists that go further back. */
#include "gen/programme/plan/carry_sql.h"
#include "gen/programme/plan/plan_list_view.h"
#include "gen/programme/plan/plan_page_view.h"
#include "gen/programme/plan/plan_print_view.h"
#include "gen/programme/plan/review_sql.h"
#include "programme/evidence/evidence.h"
#include "programme/people/people.h"
#include "programme/plan/inside.h"
#include "programme/programme/programme.h"

#define NAMES_MOST 500
#define ENDED_SHOWN 5
#define CHECKINS_SHOWN 3
#define REVIEWS_SHOWN 3

enum rc plan_next_checkin(struct ctx *c, int64_t person, const struct row_plan_goal_counts *counts, int64_t *day)
{
    struct row_plan_checkin_last last;
    enum rc rc = sql_plan_checkin_last(c->db, c->a, person, &last);
    *day = rc == RC_OK ? last.next_day : day_from_ms(c->zone, counts->first_at) + PLAN_CHECKIN_DAYS;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- the parts of the page ------------------------------------------------------------------------------------------------------------ */

static enum rc fill_swot(struct ctx *c, int64_t owner, struct view_plan_page *v)
{
    struct row_plan_swot_find s;
    enum rc rc = sql_plan_swot_find(c->db, c->a, owner, &s);
    if (v->own)
        v->swot_edit = S("/plan/swot");
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    struct view_plan_page_swot *x = ARENA_NEW(c->a, struct view_plan_page_swot);
    *x = (struct view_plan_page_swot){s.strengths, s.weaknesses, s.opportunities, s.threats, s.changed_at};
    v->swot = x;
    if (v->own)
        v->swot_versions = S("/plan/swot/versions");
    return RC_OK;
}

static enum rc fill_goals(struct ctx *c, int64_t owner, struct view_plan_page *v)
{
    struct rows_plan_goal_open rows;
    TRY(sql_plan_goal_open(c->db, c->a, owner, lang_tag(c->lang), 2 * PLAN_OPEN_MOST, &rows));
    struct view_plan_page_goals *list = ARENA_ARRAY(c->a, rows.n, struct view_plan_page_goals);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_plan_goal_open *r = &rows.v[i];
        list[i] = (struct view_plan_page_goals){.href = plan_path(c, "/plan/goals/", r->id),
                                                .what = r->what,
                                                .by = r->by_day,
                                                .past = r->by_day < c->today,
                                                .source = plan_source_name(c, r->source_kind),
                                                .competency = r->competency.p != NULL ? r->competency : r->competency_words,
                                                .actions = r->actions,
                                                .done = r->done};
    }
    v->goals = list;
    v->goals_count = rows.n;
    if (v->own)
        v->goal_new = S("/plan/goals/new");
    return RC_OK;
}

static enum rc fill_ended(struct ctx *c, int64_t owner, struct view_plan_page *v)
{
    struct rows_plan_goal_ended rows;
    TRY(sql_plan_goal_ended(c->db, c->a, owner, INT64_MAX, INT64_MAX, ENDED_SHOWN + 1, &rows));
    size_t n = rows.n < ENDED_SHOWN ? rows.n : ENDED_SHOWN;
    struct view_plan_page_ended *list = ARENA_ARRAY(c->a, n, struct view_plan_page_ended);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct view_plan_page_ended){plan_path(c, "/plan/goals/", rows.v[i].id), rows.v[i].what, rows.v[i].state,
                                                plan_state_name(c, rows.v[i].state), rows.v[i].ended_day};
    v->ended = list;
    v->ended_count = n;
    if (rows.n > n && v->own)
        v->ended_more = S("/plan/ended");
    return RC_OK;
}

static enum rc fill_checkins(struct ctx *c, int64_t owner, struct view_plan_page *v)
{
    struct rows_plan_checkin_list rows;
    struct row_plan_goal_counts counts;
    int64_t next;
    TRY(sql_plan_checkin_list(c->db, c->a, owner, INT64_MAX, INT64_MAX, CHECKINS_SHOWN + 1, &rows));
    TRY(sql_plan_goal_counts(c->db, c->a, owner, &counts));
    size_t n = rows.n < CHECKINS_SHOWN ? rows.n : CHECKINS_SHOWN;
    struct view_plan_page_checkins *list = ARENA_ARRAY(c->a, n, struct view_plan_page_checkins);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct view_plan_page_checkins){rows.v[i].day, rows.v[i].with_mentor != 0, rows.v[i].going, plan_going_name(c, rows.v[i].going),
                                                   rows.v[i].words};
    v->checkins = list;
    v->checkins_count = n;
    if (counts.open_goals != 0) {
        TRY(plan_next_checkin(c, owner, &counts, &next));
        v->next_checkin = SOME_INT(next);
    }
    if (v->own && counts.open_goals + counts.ended != 0)
        v->checkin_new = S("/plan/checkins/new");
    if (rows.n > n && v->own)
        v->checkins_more = S("/plan/checkins");
    return RC_OK;
}

static enum rc fill_reviews(struct ctx *c, int64_t owner, struct view_plan_page *v)
{
    struct rows_plan_review_list rows;
    bool open = false;
    TRY(sql_plan_review_list(c->db, c->a, owner, INT64_MAX, INT64_MAX, REVIEWS_SHOWN + 1, &rows));
    size_t n = rows.n < REVIEWS_SHOWN ? rows.n : REVIEWS_SHOWN, shown = 0;
    struct view_plan_page_reviews *list = ARENA_ARRAY(c->a, n, struct view_plan_page_reviews);
    for (size_t i = 0; i < n; i++) {
        const struct row_plan_review_list *r = &rows.v[i];
        bool hers = !r->mentor_id_null && r->mentor_id == c->who->person;
        open = open || r->closed_at_null;
        if (!v->own && !hers)
            continue; /* what another mentor said is between that one and the owner */
        list[shown++] = (struct view_plan_page_reviews){.href = plan_path(c, "/plan/reviews/", r->id),
                                                        .opened = r->opened_at,
                                                        .mentor = r->mentor_id_null ? STR_NONE : plan_or_gone(c, r->mentor),
                                                        .waits = r->closed_at_null && (v->own ? r->owner_at_null : r->mentor_at_null),
                                                        .complete = !r->closed_at_null};
    }
    v->reviews = list;
    v->reviews_count = shown;
    v->rubric = S("/plan/rubric");
    if (v->own && !open && v->goals_count + v->ended_count != 0)
        v->review_new = S("/plan/reviews/new");
    if (rows.n > n && v->own)
        v->reviews_more = S("/plan/reviews");
    return RC_OK;
}

/* Who else reads it, whose plan the owner reads herself, and the numbers of the programme for who keeps it. */
static enum rc fill_around(struct ctx *c, struct view_plan_page *v)
{
    struct rows_plan_pairs_of pairs;
    struct rows_plan_pairs_as_mentor mentees;
    struct programme p;
    TRY(sql_plan_pairs_of(c->db, c->a, c->who->person, &pairs));
    struct view_plan_page_readers *readers = ARENA_ARRAY(c->a, pairs.n, struct view_plan_page_readers);
    for (size_t i = 0; i < pairs.n; i++)
        if (pairs.v[i].shared != 0)
            readers[v->readers_count++] = (struct view_plan_page_readers){plan_or_gone(c, pairs.v[i].mentor)};
    v->readers = readers;
    v->share = S("/plan/share");
    v->take = S("/plan/export");
    v->print = S("/plan/print");
    TRY(sql_plan_pairs_as_mentor(c->db, c->a, c->who->person, 0, 1, &mentees));
    if (mentees.n != 0)
        v->mentees = S("/plan/mentees");
    enum rc rc = programme_current(c, &p);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    struct target here = {.programme = p.id};
    if (access_allows(c, P_REPORT_VIEW, &here))
        v->programme = str_printf(c->a, "/programmes/%" PRId64 "/plans", p.id);
    return RC_OK;
}

static enum rc send_plan(struct ctx *c, int64_t owner)
{
    struct view_plan_page v = {.own = owner == c->who->person};
    TRY(plan_require_read(c, owner));
    TRY(people_name(c->db, c->a, owner, &v.name));
    TRY(fill_swot(c, owner, &v));
    TRY(fill_goals(c, owner, &v));
    TRY(fill_ended(c, owner, &v));
    TRY(fill_checkins(c, owner, &v));
    TRY(fill_reviews(c, owner, &v));
    if (v.own)
        TRY(fill_around(c, &v));
    struct msg_arg name = MSG_TEXT("name", v.name);
    struct page page = {.title = tr(c, M_plan_title), .section = "/plan"};
    if (!v.own) {
        page = plan_page(c, tr_args(c, M_plan_of, &name, 1), NULL);
        struct crumb *crumbs = ARENA_ARRAY(c->a, 2, struct crumb);
        crumbs[0] = page.crumbs[0];
        crumbs[1] = (struct crumb){tr(c, M_plan_mentees), S("/plan/mentees")};
        page.crumbs = crumbs;
        page.crumb_count = 2;
    }
    return view_plan_page_page(c, &page, &v);
}

enum rc plan_get_own(struct ctx *c)
{
    return send_plan(c, c->who->person);
}

enum rc plan_get_of(struct ctx *c)
{
    int64_t owner;
    TRY(request_id(c->rq, 0, &owner));
    return send_plan(c, owner);
}

/* ---- lists that go further back ---------------------------------------------------------------------------------------------------------- */

static enum rc send_list(struct ctx *c, struct view_plan_list *v, msg_id title, msg_id none)
{
    struct page page = plan_page(c, tr(c, title), NULL);
    v->none = tr(c, none);
    return view_plan_list_page(c, &page, v);
}

enum rc plan_get_ended(struct ctx *c)
{
    struct rows_plan_goal_ended rows;
    int64_t at, id;
    TRY(plan_require_own(c));
    plan_read_place(c, &at, &id);
    TRY(sql_plan_goal_ended(c->db, c->a, c->who->person, at, id, PLAN_ROWS + 1, &rows));
    struct view_plan_list v = {.items_count = rows.n < PLAN_ROWS ? rows.n : PLAN_ROWS};
    struct view_plan_list_items *list = ARENA_ARRAY(c->a, v.items_count, struct view_plan_list_items);
    for (size_t i = 0; i < v.items_count; i++)
        list[i] = (struct view_plan_list_items){.href = plan_path(c, "/plan/goals/", rows.v[i].id),
                                                .title = rows.v[i].what,
                                                .words = rows.v[i].outcome,
                                                .day = SOME_INT(rows.v[i].ended_day),
                                                .tag = plan_state_name(c, rows.v[i].state),
                                                .good = str_eq_z(rows.v[i].state, "reached")};
    v.items = list;
    if (rows.n > v.items_count)
        v.more = str_printf(c->a, "/plan/ended?at=%" PRId64 "&id=%" PRId64, rows.v[PLAN_ROWS - 1].ended_day, rows.v[PLAN_ROWS - 1].id);
    return send_list(c, &v, M_plan_ended, M_plan_no_ended);
}

enum rc plan_get_checkins(struct ctx *c)
{
    struct rows_plan_checkin_list rows;
    int64_t at, id;
    TRY(plan_require_own(c));
    plan_read_place(c, &at, &id);
    TRY(sql_plan_checkin_list(c->db, c->a, c->who->person, at, id, PLAN_ROWS + 1, &rows));
    struct view_plan_list v = {.items_count = rows.n < PLAN_ROWS ? rows.n : PLAN_ROWS};
    struct view_plan_list_items *list = ARENA_ARRAY(c->a, v.items_count, struct view_plan_list_items);
    for (size_t i = 0; i < v.items_count; i++)
        list[i] = (struct view_plan_list_items){.title = plan_going_name(c, rows.v[i].going),
                                                .words = rows.v[i].words,
                                                .day = SOME_INT(rows.v[i].day),
                                                .tag = rows.v[i].with_mentor != 0 ? tr(c, M_plan_with_mentor_was) : STR_NONE};
    v.items = list;
    if (rows.n > v.items_count)
        v.more = str_printf(c->a, "/plan/checkins?at=%" PRId64 "&id=%" PRId64, rows.v[PLAN_ROWS - 1].day, rows.v[PLAN_ROWS - 1].id);
    return send_list(c, &v, M_plan_checkins, M_plan_no_checkins);
}

enum rc plan_get_reviews(struct ctx *c)
{
    struct rows_plan_review_list rows;
    int64_t at, id;
    TRY(plan_require_own(c));
    plan_read_place(c, &at, &id);
    TRY(sql_plan_review_list(c->db, c->a, c->who->person, at, id, PLAN_ROWS + 1, &rows));
    struct view_plan_list v = {.items_count = rows.n < PLAN_ROWS ? rows.n : PLAN_ROWS};
    struct view_plan_list_items *list = ARENA_ARRAY(c->a, v.items_count, struct view_plan_list_items);
    for (size_t i = 0; i < v.items_count; i++) {
        const struct row_plan_review_list *r = &rows.v[i];
        struct msg_arg goals = MSG_NUM("n", r->goals);
        list[i] = (struct view_plan_list_items){.href = plan_path(c, "/plan/reviews/", r->id),
                                                .title = r->mentor_id_null ? tr(c, r->brought != 0 ? M_plan_review_brought : M_plan_review_alone) : plan_or_gone(c, r->mentor),
                                                .words = tr_args(c, M_plan_goals_count, &goals, 1),
                                                .day = SOME_INT(day_from_ms(c->zone, r->opened_at)),
                                                .tag = tr(c, r->closed_at_null ? M_plan_review_open : M_plan_review_complete),
                                                .good = !r->closed_at_null};
    }
    v.items = list;
    if (rows.n > v.items_count)
        v.more = str_printf(c->a, "/plan/reviews?at=%" PRId64 "&id=%" PRId64, rows.v[PLAN_ROWS - 1].opened_at, rows.v[PLAN_ROWS - 1].id);
    return send_list(c, &v, M_plan_reviews, M_plan_no_reviews);
}

/* Whose plans one may read as a mentor. */
enum rc plan_get_mentees(struct ctx *c)
{
    struct rows_plan_pairs_as_mentor rows;
    struct target t = {.person = c->who->person};
    int64_t after = 0;
    TRY(access_require(c, P_PLAN_READ, &t));
    (void)str_to_int(request_query(c->rq, "after"), &after);
    TRY(sql_plan_pairs_as_mentor(c->db, c->a, c->who->person, after, PLAN_ROWS + 1, &rows));
    struct view_plan_list v = {.note = tr(c, M_plan_mentees_note), .items_count = rows.n < PLAN_ROWS ? rows.n : PLAN_ROWS};
    struct view_plan_list_items *list = ARENA_ARRAY(c->a, v.items_count, struct view_plan_list_items);
    for (size_t i = 0; i < v.items_count; i++) {
        struct msg_arg goals = MSG_NUM("n", rows.v[i].goals);
        list[i] = (struct view_plan_list_items){.href = str_printf(c->a, "/people/%" PRId64 "/plan", rows.v[i].mentee_id),
                                                .title = plan_or_gone(c, rows.v[i].mentee),
                                                .words = tr_args(c, M_plan_goals_count, &goals, 1)};
    }
    v.items = list;
    if (rows.n > v.items_count)
        v.more = str_printf(c->a, "/plan/mentees?after=%" PRId64, rows.v[PLAN_ROWS - 1].id);
    return send_list(c, &v, M_plan_mentees, M_plan_no_mentees);
}

/* ---- all of it, to read and to print --------------------------------------------------------------------------------------------------------- */

static enum rc print_goals(struct ctx *c, struct view_plan_print *v)
{
    struct rows_plan_all_goals goals;
    struct rows_plan_all_actions actions;
    struct rows_plan_all_links links;
    int64_t me = c->who->person;
    TRY(sql_plan_all_goals(c->db, c->a, me, lang_tag(c->lang), &goals));
    TRY(sql_plan_all_actions(c->db, c->a, me, &actions));
    TRY(sql_plan_all_links(c->db, c->a, me, &links));
    struct evidence_ref *refs = ARENA_ARRAY(c->a, links.n, struct evidence_ref);
    struct str *titles = ARENA_ARRAY(c->a, links.n, struct str);
    struct plan_names names;
    for (size_t i = 0; i < links.n; i++) {
        refs[i] = (struct evidence_ref){links.v[i].source_kind, links.v[i].source_id};
        titles[i] = links.v[i].title;
    }
    TRY(plan_evidence_titles(c, refs, titles, links.n));
    TRY(plan_load_names(c->db, c->a, c->lang, me, NAMES_MOST, &names));
    struct view_plan_print_goals *list = ARENA_ARRAY(c->a, goals.n, struct view_plan_print_goals);
    struct view_plan_print_goals_actions *acts = ARENA_ARRAY(c->a, actions.n, struct view_plan_print_goals_actions);
    struct view_plan_print_goals_links *marks = ARENA_ARRAY(c->a, links.n, struct view_plan_print_goals_links);
    for (size_t i = 0; i < goals.n; i++) {
        const struct row_plan_all_goals *g = &goals.v[i];
        struct str title = plan_name_of(&names, g->source_kind, g->source_id_null ? 0 : g->source_id);
        list[i] = (struct view_plan_print_goals){.what = g->what,
                                                 .measure = g->measure,
                                                 .by = g->by_day,
                                                 .competency = g->competency.p != NULL ? g->competency : g->competency_words,
                                                 .state = plan_state_name(c, g->state),
                                                 .outcome = g->outcome,
                                                 .actions = acts,
                                                 .links = marks};
        list[i].source = plan_source_line(c, g->source_kind, title.p != NULL ? title : g->source_words);
        for (size_t k = 0; k < actions.n; k++)
            if (actions.v[k].goal_id == g->id)
                acts[list[i].actions_count++] = (struct view_plan_print_goals_actions){actions.v[k].what, actions.v[k].due_day, !actions.v[k].done_at_null};
        for (size_t k = 0; k < links.n; k++)
            if (links.v[k].goal_id == g->id)
                marks[list[i].links_count++] = (struct view_plan_print_goals_links){titles[k], links.v[k].day};
        acts += list[i].actions_count;
        marks += list[i].links_count;
    }
    v->goals = list;
    v->goals_count = goals.n;
    return RC_OK;
}

enum rc plan_get_print(struct ctx *c)
{
    struct view_plan_print v = {.name = c->who->name, .at = c->now};
    struct row_plan_swot_find s;
    struct rows_plan_all_checkins checkins;
    TRY(plan_require_read(c, c->who->person));
    enum rc rc = sql_plan_swot_find(c->db, c->a, c->who->person, &s);
    if (rc == RC_OK) {
        struct view_plan_print_swot *x = ARENA_NEW(c->a, struct view_plan_print_swot);
        *x = (struct view_plan_print_swot){s.strengths, s.weaknesses, s.opportunities, s.threats};
        v.swot = x;
    } else if (rc != RC_NOT_FOUND) {
        return rc;
    }
    TRY(print_goals(c, &v));
    TRY(sql_plan_all_checkins(c->db, c->a, c->who->person, &checkins));
    struct view_plan_print_checkins *list = ARENA_ARRAY(c->a, checkins.n, struct view_plan_print_checkins);
    for (size_t i = 0; i < checkins.n; i++)
        list[i] = (struct view_plan_print_checkins){checkins.v[i].day, plan_going_name(c, checkins.v[i].going), checkins.v[i].words};
    v.checkins = list;
    v.checkins_count = checkins.n;
    struct page page = plan_page(c, tr(c, M_plan_print_title), NULL);
    return view_plan_print_page(c, &page, &v);
}
