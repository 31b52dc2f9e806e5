/* What the plan tells the rest of the house: what waits for its owner and her mentor, what stands in her calendar, how its evidence is
 * called, what is held about a person and what erasing her means. Nothing here shows to anybody what somebody else wrote. */
#include "gen/programme/plan/carry_sql.h"
#include "gen/programme/plan/review_sql.h"
#include "programme/plan/inside.h"

#define WAITING_MAX 50
#define CALENDAR_MAX 200
#define GOAL_DAYS_AHEAD 14
#define DESCRIBED 10
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
    TRY(sql_plan_action_calendar(c->db, c->a, c->who->person, first, last, CALENDAR_MAX, &actions));
    TRY(sql_plan_goal_calendar(c->db, c->a, c->who->person, first, last, CALENDAR_MAX, &goals));
    for (size_t i = 0; i < actions.n; i++)
        calendar_add(list, (struct calendar_entry){.starts_at = ms_from_civil(c->zone, civil_from_day(actions.v[i].due_day)),
                                                   .title = actions.v[i].what,
                                                   .href = str_printf(c->a, "/plan/goals/%" PRId64, actions.v[i].goal_id),
                                                   .detail = actions.v[i].goal});
    for (size_t i = 0; i < goals.n; i++)
        calendar_add(list, (struct calendar_entry){.starts_at = ms_from_civil(c->zone, civil_from_day(goals.v[i].by_day)),
                                                   .title = goals.v[i].what,
                                                   .href = str_printf(c->a, "/plan/goals/%" PRId64, goals.v[i].id),
                                                   .detail = tr(c, M_plan_goal)});
    return RC_OK;
}

/* ---- evidence: that a goal was reached; its words are the owner's ------------------------------------------------------------------------ */

enum rc plan_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    for (size_t at = 0; at < count; at += DESCRIBED) {
        int64_t i[DESCRIBED] = {0};
        size_t n = count - at < DESCRIBED ? count - at : DESCRIBED;
        struct rows_plan_goal_owners rows;
        memcpy(i, ids + at, n * sizeof *ids);
        TRY(sql_plan_goal_owners(c->db, c->a, i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], &rows));
        for (size_t m = 0; m < n; m++)
            out[at + m] = (struct evidence_label){tr(c, M_plan_evidence_title), S("")};
        for (size_t k = 0; k < rows.n; k++)
            for (size_t m = 0; m < n; m++)
                if (i[m] == rows.v[k].id && rows.v[k].person_id == c->who->person)
                    out[at + m].href = str_printf(c->a, "/plan/goals/%" PRId64, i[m]);
    }
    return RC_OK;
}

/* ---- what is held about a person: the words are hers, and she takes them along herself ------------------------------------------------- */

enum rc plan_export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct row_plan_held held;
    TRY(sql_plan_held(db, a, person, &held));
    json_t *o = json_object();
    json_object_set_new(o, "goals", json_integer(held.goals));
    json_object_set_new(o, "actions", json_integer(held.actions));
    json_object_set_new(o, "check_ins", json_integer(held.checkins));
    json_object_set_new(o, "reviews", json_integer(held.reviews));
    json_object_set_new(o, "strengths_and_weaknesses_versions", json_integer(held.swot));
    json_object_set_new(o, "reviews_of_others", json_integer(held.reviewed));
    json_object_set_new(o, "whole", json_string("/plan/export"));
    json_object_set_new(into, "plan", o);
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
