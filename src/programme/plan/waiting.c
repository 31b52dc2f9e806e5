/* What the plan tells the rest of the house: what waits for its owner and her mentor, what stands in her calendar, how its evidence is
 * called, what is held about a person and what erasing her means. Nothing here shows to anybody what somebody else wrote. */
#include "base/json_set.h"
#include "gen/msg_calendar.h"
#include "gen/programme/plan/carry_sql.h"
#include "gen/programme/plan/review_sql.h"
#include "programme/plan/inside.h"

#define WAITING_MAX 50
#define GOAL_DAYS_AHEAD 14
#define RETAIN_ROWS 200

static bool may_read_own(struct ctx *c)
{
    struct target t = {.person = c->who->person};
    return access_allows(c, P_PLAN_READ, &t);
}

/* ---- Home ----------------------------------------------------------------------------------------------------------------------------- */

static enum rc add_open_goals(struct ctx *c, struct home_list *list)
{
    struct rows_plan_action_waiting actions;
    struct rows_plan_goal_due goals;
    TRY(sql_plan_action_waiting(c->db, c->a, c->who->person, WAITING_MAX, &actions));
    for (size_t i = 0; i < actions.n; i++)
        home_add(list, (struct home_item){.title = actions.v[i].what,
                                          .href = str_printf(c->a, "/plan/goals/%" PRId64, actions.v[i].goal_id),
                                          .detail = actions.v[i].goal,
                                          .kind = tr(c, M_plan_action),
                                          .has_due = true,
                                          .due_day = actions.v[i].due_day,
                                          .weight = 15});
    TRY(sql_plan_goal_due(c->db, c->a, c->who->person, c->today + GOAL_DAYS_AHEAD, WAITING_MAX, &goals));
    for (size_t i = 0; i < goals.n; i++)
        home_add(list, (struct home_item){.title = goals.v[i].by_day < c->today ? tr(c, M_plan_home_goal_past) : tr(c, M_plan_home_goal),
                                          .href = str_printf(c->a, "/plan/goals/%" PRId64, goals.v[i].id),
                                          .detail = goals.v[i].what,
                                          .kind = tr(c, M_plan_goal),
                                          .has_due = true,
                                          .due_day = goals.v[i].by_day,
                                          .weight = 16});
    return RC_OK;
}

static enum rc add_goals(struct ctx *c, struct home_list *list)
{
    struct row_plan_goal_counts counts;
    int64_t day;
    TRY(sql_plan_goal_counts(c->db, c->a, c->who->person, &counts));
    if (counts.open_goals == 0)
        return RC_OK;
    TRY(add_open_goals(c, list));
    TRY(plan_next_checkin(c, c->who->person, &counts, &day));
    home_add(list, (struct home_item){.title = tr(c, M_plan_home_checkin),
                                      .href = S("/plan/checkins/new"),
                                      .kind = tr(c, M_plan_nav),
                                      .has_due = true,
                                      .due_day = day,
                                      .weight = 17});
    return RC_OK;
}

static enum rc add_reviews(struct ctx *c, struct home_list *list)
{
    struct rows_plan_review_waiting_owner own;
    struct rows_plan_review_waiting_mentor mentor;
    TRY(sql_plan_review_waiting_owner(c->db, c->a, c->who->person, &own));
    for (size_t i = 0; i < own.n; i++)
        home_add(list, (struct home_item){.title = tr(c, M_plan_home_review_own),
                                          .href = str_printf(c->a, "/plan/reviews/%" PRId64, own.v[i].id),
                                          .kind = tr(c, M_plan_nav),
                                          .has_due = true,
                                          .due_day = day_from_ms(c->zone, own.v[i].opened_at) + PLAN_REVIEW_DAYS,
                                          .weight = 18});
    TRY(sql_plan_review_waiting_mentor(c->db, c->a, c->who->person, WAITING_MAX, &mentor));
    for (size_t i = 0; i < mentor.n; i++)
        home_add(list, (struct home_item){.title = tr(c, M_plan_home_review_mentor),
                                          .href = str_printf(c->a, "/plan/reviews/%" PRId64, mentor.v[i].id),
                                          .detail = mentor.v[i].owner.p != NULL ? mentor.v[i].owner : tr(c, M_plan_somebody_gone),
                                          .kind = tr(c, M_plan_nav),
                                          .has_due = true,
                                          .due_day = day_from_ms(c->zone, mentor.v[i].opened_at) + PLAN_REVIEW_DAYS,
                                          .weight = 18});
    return RC_OK;
}

enum rc plan_home(struct ctx *c, struct home_list *list)
{
    if (!may_read_own(c))
        return RC_OK; /* neither for programs, nor for who signed in by another one's link */
    TRY(add_goals(c, list));
    return add_reviews(c, list);
}

/* ---- the calendar: days, no hours -------------------------------------------------------------------------------------------------------- */

enum rc plan_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_plan_action_calendar actions;
    struct rows_plan_goal_calendar goals;
    int64_t first = day_from_ms(c->zone, from), last = day_from_ms(c->zone, until - 1);
    if (!may_read_own(c))
        return RC_OK;
    TRY(sql_plan_action_calendar(c->db, c->a, c->who->person, first, last, CALENDAR_MOST, &actions));
    TRY(sql_plan_goal_calendar(c->db, c->a, c->who->person, first, last, CALENDAR_MOST, &goals));
    for (size_t i = 0; i < actions.n; i++)
        calendar_add(list, (struct calendar_entry){.what = S("plan-action"), .id = actions.v[i].id, .sort = CALENDAR_DUE, .all_day = true, .day = actions.v[i].due_day,
                                                   .outside = tr(c, M_calendar_outside_due),
                                                   .title = actions.v[i].what,
                                                   .href = str_printf(c->a, "/plan/goals/%" PRId64, actions.v[i].goal_id),
                                                   .detail = actions.v[i].goal});
    for (size_t i = 0; i < goals.n; i++)
        calendar_add(list, (struct calendar_entry){.what = S("plan-goal"), .id = goals.v[i].id, .sort = CALENDAR_DUE, .all_day = true, .day = goals.v[i].by_day,
                                                   .outside = tr(c, M_calendar_outside_due),
                                                   .title = goals.v[i].what,
                                                   .href = str_printf(c->a, "/plan/goals/%" PRId64, goals.v[i].id),
                                                   .detail = tr(c, M_plan_goal)});
    return RC_OK;
}

/* ---- evidence: that a goal was reached; its words are the owner's ------------------------------------------------------------------------ */

enum rc plan_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_plan_goal_owners rows;
    TRY(sql_plan_goal_owners(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t i = 0; i < count; i++)
        out[i] = (struct evidence_label){tr(c, M_plan_evidence_title), S("")};
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].person_id == c->who->person) {
            struct str href = str_printf(c->a, "/plan/goals/%" PRId64, rows.v[k].id);
            evidence_put(ids, count, rows.v[k].id, (struct evidence_label){tr(c, M_plan_evidence_title), href}, out);
        }
    return RC_OK;
}

/* ---- what is held about a person: the words are hers, and she takes them along herself ------------------------------------------------- */

enum rc plan_export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct row_plan_held held;
    TRY(sql_plan_held(db, a, person, &held));
    json_t *o = json_new_object(into, "plan");
    json_set_int(o, "goals", held.goals);
    json_set_int(o, "actions", held.actions);
    json_set_int(o, "check_ins", held.checkins);
    json_set_int(o, "reviews", held.reviews);
    json_set_int(o, "strengths_and_weaknesses_versions", held.swot);
    json_set_int(o, "reviews_of_others", held.reviewed);
    json_set_text(o, "whole", S("/plan/export"));
    return RC_OK;
}

enum rc plan_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    static enum rc (*const parts[])(struct db *db, int64_t person) = {
        sql_plan_erase_scores, sql_plan_erase_reviews, sql_plan_erase_reviewer, sql_plan_erase_checkins,      sql_plan_erase_links, sql_plan_erase_actions,
        sql_plan_erase_versions, sql_plan_erase_goals, sql_plan_erase_swot_versions, sql_plan_erase_swot, sql_plan_erase_shares, sql_plan_upload_remove};
    (void)a;
    (void)now;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        TRY(parts[i](tx, person));
    return RC_OK;
}

enum rc plan_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    if (!str_eq_z(kind, "plan_upload"))
        return RC_OK;
    TRY(sql_plan_upload_retain(tx, before, RETAIN_ROWS));
    *more = *more || db_changes(tx) == RETAIN_ROWS;
    return RC_OK;
}
