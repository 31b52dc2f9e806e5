/* Collecting what all capabilities have for a person; and this capability itself. */
#include "programme/calendar/calendar.h"

#include "base/json_set.h"
#include "programme/calendar/inside.h"

static const struct capability *const *capabilities;
static size_t capability_count;

void calendar_set_sources(const struct capability *const *all, size_t count)
{
    capabilities = all;
    capability_count = count;
}

int64_t calendar_begins(const struct calendar_list *list, const struct calendar_entry *e)
{
    return e->all_day ? ms_from_civil(list->zone, civil_from_day(e->day)) : e->starts_at;
}

void calendar_add(struct calendar_list *list, struct calendar_entry entry)
{
    int64_t begins = calendar_begins(list, &entry);
    if (begins < list->from || begins >= list->until)
        return;
    if (list->n == list->cap) {
        size_t cap = list->cap != 0 ? list->cap * 2 : 16;
        list->v = arena_grow(list->a, list->v, list->cap * sizeof *list->v, cap * sizeof *list->v);
        list->cap = cap;
    }
    list->v[list->n++] = entry;
}

enum rc calendar_collect(struct ctx *c, int64_t from, int64_t until, struct calendar_list *out)
{
    *out = (struct calendar_list){.a = c->a, .zone = c->zone, .from = from, .until = until};
    for (size_t i = 0; i < capability_count; i++) {
        size_t before = out->n;
        if (capabilities[i]->calendar == NULL)
            continue;
        TRY(capabilities[i]->calendar(c, from, until, out));
        out->cut = out->cut || out->n - before >= CALENDAR_MOST;
    }
    return RC_OK;
}

/* ---- what is held about a person ---------------------------------------------------------------------------------------------------- */

static enum rc export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct row_calendar_feed_of row;
    enum rc rc = sql_calendar_feed_of(db, a, person, &row);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    json_t *o = json_new_object(into, "calendar_address");
    json_set_time(a, o, "made", row.made_at);
    if (!row.read_day_null)
        json_set_day(a, o, "last_fetched", row.read_day);
    return RC_OK;
}

static enum rc erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    return sql_calendar_feed_drop(tx, person);
}

/* ---- the capability ----------------------------------------------------------------------------------------------------------------- */

static const struct route routes[] = {
    {METHOD_GET, "/calendar", P_SIGNED_IN, BODY_NONE, RATE_PAGE, calendar_get_month},
    {METHOD_GET, "/calendar/{calendar_feed}", P_PUBLIC, BODY_NONE, RATE_PUBLIC, calendar_get_feed},
    {METHOD_GET, "/account/calendar", P_ACCOUNT, BODY_NONE, RATE_PAGE, calendar_handle_address},
    {METHOD_POST, "/account/calendar", P_ACCOUNT, BODY_FORM, RATE_WRITE, calendar_handle_address},
    {METHOD_POST, "/account/calendar/end", P_ACCOUNT, BODY_FORM, RATE_WRITE, calendar_post_end},
    {METHOD_POST, "/account/calendar/shifts/end", P_ACCOUNT, BODY_FORM, RATE_WRITE, calendar_post_end_shifts},
};

static const struct nav_entry nav[] = {{.href = "/calendar", .label = M_calendar_nav, .may = P_QUIZ_TAKE, .group = NAV_LEARNING, .order = 10}};

const struct capability calendar_capability = {
    .name = "calendar",
    .routes = routes,
    .route_count = COUNT_OF(routes),
    .nav = nav,
    .nav_count = COUNT_OF(nav),
    .export_person = export_person,
    .erase_person = erase_person,
};
