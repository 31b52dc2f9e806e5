/* What the progress panel tells the rest of the house: what waits for a person, what is held about her, what erasing her means, and
 * what is deleted when it is old. */
#include "base/json_set.h"
#include "gen/msg_calendar.h"
#include "programme/panel/inside.h"

#define WAITING_MAX 50
#define RETAIN_PANELS 5

/* ---- Home ------------------------------------------------------------------------------------------------------------------------- */

static enum rc own_items(struct ctx *c, struct home_list *list)
{
    struct rows_panel_waits_for_person rows;
    struct rows_panel_conditions_due due;
    struct str kind = tr(c, M_panel_panel);
    TRY(sql_panel_waits_for_person(c->db, c->a, c->who->person, WAITING_MAX, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_panel_waits_for_person *r = &rows.v[k];
        if (r->summary != 0)
            home_add(list, (struct home_item){.title = tr(c, M_panel_home_summary), .href = panel_case_path(c, r->id, "/summary"), .detail = r->title, .kind = kind, .has_due = true, .due_day = r->summary_day, .weight = 15});
        if (r->unread != 0)
            home_add(list, (struct home_item){.title = tr(c, M_panel_home_decided), .href = panel_case_path(c, r->id, ""), .detail = r->title, .kind = kind, .weight = 5});
    }
    TRY(sql_panel_conditions_due(c->db, c->a, c->who->person, WAITING_MAX, &due));
    for (size_t k = 0; k < due.n; k++)
        home_add(list, (struct home_item){.title = due.v[k].words, .href = panel_case_path(c, due.v[k].case_id, ""), .detail = tr(c, M_panel_home_condition), .kind = tr(c, M_panel_condition), .has_due = true, .due_day = due.v[k].due_day, .weight = 12});
    return RC_OK;
}

static enum rc seat_items(struct ctx *c, struct home_list *list)
{
    struct rows_panel_waits_for_member rows;
    TRY(sql_panel_waits_for_member(c->db, c->a, c->who->person, WAITING_MAX, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_panel_waits_for_member *r = &rows.v[k];
        struct msg_arg left = MSG_NUM("n", r->undecided);
        if (r->undecided != 0)
            home_add(list, (struct home_item){.title = tr_args(c, str_eq_z(r->state, "meeting") ? M_panel_home_left : M_panel_home_read, &left, 1), .href = panel_path(c, r->id, ""), .detail = r->title, .kind = tr(c, M_panel_panel), .has_due = true, .due_day = r->meets_day, .weight = 13});
    }
    return RC_OK;
}

/* Who keeps a programme: conditions whose day has passed, and that a panel is due this month. */
static enum rc keeper_items(struct ctx *c, struct home_list *list)
{
    struct rows_panel_conditions_over over;
    struct panel_setting setting;
    struct row_panel_last last;
    struct programme p;
    if (!access_somewhere(c->who, P_PANEL_MANAGE))
        return RC_OK;
    TRY(sql_panel_conditions_over(c->db, c->a, c->today, WAITING_MAX, &over));
    for (size_t k = 0; k < over.n; k++) {
        struct target t = {.programme = over.v[k].programme_id};
        struct msg_arg n = MSG_NUM("n", over.v[k].n);
        if (access_allows(c, P_PANEL_MANAGE, &t))
            home_add(list, (struct home_item){.title = tr_args(c, M_panel_home_over, &n, 1), .href = str_printf(c->a, "/programmes/%" PRId64 "/panels/conditions", over.v[k].programme_id), .kind = tr(c, M_panel_panel), .weight = 24});
    }
    enum rc rc = programme_current(c, &p);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    struct target here = {.programme = p.id};
    if (!access_allows(c, P_PANEL_MANAGE, &here))
        return RC_OK;
    TRY(panel_setting_of(c->db, c->a, p.id, &setting));
    TRY(sql_panel_last(c->db, c->a, p.id, &last));
    if (panel_month_due(setting.months, c->today, last.day_null ? INT64_MIN : last.day))
        home_add(list, (struct home_item){.title = tr(c, M_panel_home_due), .href = S("/panels/new"), .detail = p.title, .kind = tr(c, M_panel_panel), .weight = 24});
    return RC_OK;
}

enum rc panel_home(struct ctx *c, struct home_list *list)
{
    TRY(own_items(c, list));
    TRY(seat_items(c, list));
    return keeper_items(c, list);
}

/* ---- calendar ---------------------------------------------------------------------------------------------------------------------- */

/* The day a panel meets, for its members; for who is before one her summary and what she has still to do: elsewhere nobody need read that she is. */
enum rc panel_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_panel_of_member sits;
    struct rows_panel_waits_for_person own;
    struct rows_panel_conditions_due due;
    struct target member = {.holder = c->who->person}, herself = {.person = c->who->person};
    (void)from;
    (void)until;
    if (access_allows(c, P_PANEL_SIT, &member)) {
        TRY(sql_panel_of_member(c->db, c->a, c->who->person, CALENDAR_MOST, &sits));
        for (size_t k = 0; k < sits.n; k++)
            calendar_add(list, (struct calendar_entry){.what = S("panel"), .id = sits.v[k].id, .all_day = true, .day = sits.v[k].meets_day, .title = sits.v[k].title, .href = panel_path(c, sits.v[k].id, ""),
                                                       .detail = tr(c, M_panel_panel), .outside = tr(c, M_panel_panel)});
    }
    if (!access_allows(c, P_PANEL_CASE, &herself))
        return RC_OK;
    TRY(sql_panel_waits_for_person(c->db, c->a, c->who->person, CALENDAR_MOST, &own));
    for (size_t k = 0; k < own.n; k++)
        if (own.v[k].summary != 0)
            calendar_add(list, (struct calendar_entry){.what = S("panel-summary"), .id = own.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = own.v[k].summary_day, .title = tr(c, M_panel_home_summary),
                                                       .href = panel_case_path(c, own.v[k].id, "/summary"), .detail = own.v[k].title, .outside = tr(c, M_calendar_outside_due)});
    TRY(sql_panel_conditions_due(c->db, c->a, c->who->person, CALENDAR_MOST, &due));
    for (size_t k = 0; k < due.n; k++)
        calendar_add(list, (struct calendar_entry){.what = S("panel-condition"), .id = due.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = due.v[k].due_day, .title = due.v[k].words,
                                                   .href = panel_case_path(c, due.v[k].case_id, ""), .detail = tr(c, M_panel_home_condition), .outside = tr(c, M_calendar_outside_due)});
    return RC_OK;
}

/* ---- what is held about a person --------------------------------------------------------------------------------------------------- */

static void export_conditions(struct arena *a, const struct rows_panel_export_conditions *rows, int64_t decision, json_t *list)
{
    for (size_t k = 0; k < rows->n; k++) {
        if (rows->v[k].decision_id != decision)
            continue;
        json_t *o = json_new_item(list);
        json_set_words(o, "words", rows->v[k].words);
        json_set_day(a, o, "due", rows->v[k].due_day);
        json_set_bool(o, "met", !rows->v[k].met_at_null);
    }
}

enum rc panel_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_panel_export_cases rows;
    struct rows_panel_export_conditions conditions;
    struct rows_panel_export_sat sat;
    struct row_panel_choice_find choice;
    TRY(sql_panel_export_cases(db, a, person, &rows));
    TRY(sql_panel_export_conditions(db, a, person, &conditions));
    TRY(sql_panel_export_sat(db, a, person, &sat));
    enum rc rc = sql_panel_choice_find(db, a, person, &choice);
    if (rc == RC_OK)
        json_set_bool(into, "panel_mails", choice.mails != 0);
    else if (rc != RC_NOT_FOUND)
        return rc;
    json_t *cases = json_new_list(into, "panels"), *seats = json_new_list(into, "panel_seats"), *decisions = NULL;
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_panel_export_cases *r = &rows.v[k];
        if (k == 0 || rows.v[k - 1].id != r->id) {
            json_t *o = json_new_item(cases);
            json_set_words(o, "panel", r->title);
            json_set_day(a, o, "day", r->meets_day);
            json_set_words(o, "summary_draft", r->draft);
            json_set_words(o, "summary", r->sent);
            decisions = json_new_list(o, "decisions");
        }
        if (r->decision_null)
            continue;
        json_t *d = json_new_item(decisions);
        json_set_words(d, "outcome", r->outcome);
        json_set_words(d, "called", r->word);
        json_set_words(d, "reasons", r->reasons);
        json_set_words(d, "reversal", r->reversal);
        json_set_words(d, "answer", r->answer);
        json_set_bool(d, "stands", r->stands != 0);
        export_conditions(a, &conditions, r->decision, json_new_list(d, "conditions"));
    }
    for (size_t k = 0; k < sat.n; k++) {
        json_t *o = json_new_item(seats);
        json_set_words(o, "panel", sat.v[k].title);
        json_set_day(a, o, "day", sat.v[k].meets_day);
    }
    return RC_OK;
}

enum rc panel_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_panel_erase_summary(tx, person));
    TRY(sql_panel_erase_words(tx, person));
    TRY(sql_panel_choice_erase(tx, person));
    return sql_panel_erase_conditions(tx, person);
}

static enum rc drop_panel(struct db *tx, int64_t panel)
{
    TRY(sql_panel_drop_conditions(tx, panel));
    TRY(sql_panel_drop_links(tx, panel));
    TRY(sql_panel_drop_decisions(tx, panel));
    TRY(sql_panel_drop_recusals(tx, panel));
    TRY(sql_panel_drop_cases(tx, panel));
    TRY(sql_panel_drop_members(tx, panel));
    return sql_panel_drop(tx, panel);
}

enum rc panel_retain(struct db *tx, struct str kind, int64_t before, bool *more)
{
    if (!str_eq_z(kind, "panel"))
        return RC_OK;
    struct arena *a = arena_new(0);
    struct rows_panel_old rows = {0};
    enum rc rc = sql_panel_old(tx, a, before, RETAIN_PANELS, &rows);
    for (size_t k = 0; k < rows.n && rc == RC_OK; k++)
        rc = drop_panel(tx, rows.v[k].id);
    *more = rows.n == RETAIN_PANELS;
    arena_free(a);
    return rc;
}
