/* What placement tells the rest of the house: what waits, what is held about a person. */
#include "base/json_set.h"
#include "gen/msg_calendar.h"
#include "programme/placement/inside.h"
#include "view/write.h"

#define WAITING_MOST 50

static enum rc ending_items(struct ctx *c, struct home_list *list)
{
    struct rows_credentials_ending_of rows;
    TRY(sql_credentials_ending_of(c->db, c->a, c->who->person, c->today, c->today + CREDENTIAL_SOON_DAYS, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct msg_arg title = MSG_TEXT("title", rows.v[k].title);
        home_add(list, (struct home_item){.title = tr_args(c, M_placement_home_ends, &title, 1), .href = S("/credentials"), .kind = tr(c, M_placement_credential),
                                          .has_due = true, .due_day = rows.v[k].last_day, .weight = 30});
    }
    return RC_OK;
}

enum rc placement_home(struct ctx *c, struct home_list *list)
{
    struct rows_credentials_stated_count rows;
    TRY(ending_items(c, list));
    if (!access_somewhere(c->who, P_PLACEMENT_MANAGE))
        return RC_OK;
    TRY(sql_credentials_stated_count(c->db, c->a, WAITING_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct target t = {.programme = rows.v[k].programme_id};
        struct msg_arg n = MSG_NUM("n", rows.v[k].n);
        if (access_allows(c, P_PLACEMENT_MANAGE, &t))
            home_add(list, (struct home_item){.title = tr_args(c, M_placement_home_stated, &n, 1), .kind = tr(c, M_placement_credential), .weight = 25,
                                              .href = str_printf(c->a, "/programmes/%" PRId64 "/credentials", rows.v[k].programme_id)});
    }
    return RC_OK;
}

/* Credentials that run out: what kinds somebody has, a vaccination for one, is told nowhere else. */
enum rc placement_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_credentials_ending_of rows;
    struct target t = {.person = c->who->person};
    if (!access_allows(c, P_PLACEMENT_OWN, &t))
        return RC_OK;
    TRY(sql_credentials_ending_of(c->db, c->a, c->who->person, day_from_ms(c->zone, from), day_from_ms(c->zone, until - 1), &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct msg_arg title = MSG_TEXT("title", rows.v[k].title);
        calendar_add(list, (struct calendar_entry){.what = S("credential"), .id = rows.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = rows.v[k].last_day,
                                                   .title = tr_args(c, M_placement_home_ends, &title, 1), .href = S("/credentials"), .detail = tr(c, M_placement_credential),
                                                   .outside = tr(c, M_calendar_outside_due)});
    }
    return RC_OK;
}

/* ---- what is held about a person ---------------------------------------------------------------------------------------------------- */

enum rc placement_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_credentials_of rows;
    TRY(sql_credentials_of(db, a, person, &rows));
    json_t *list = json_new_list(into, "credentials");
    for (size_t k = 0; k < rows.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "kind", rows.v[k].title);
        json_set_text(o, "reference", rows.v[k].reference);
        json_set_text(o, "state", rows.v[k].state);
        json_set_day(a, o, "issued", rows.v[k].issued_day);
        if (!rows.v[k].last_day_null)
            json_set_day(a, o, "last_day", rows.v[k].last_day);
    }
    return RC_OK;
}

enum rc placement_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    return sql_credential_erase(tx, person);
}
