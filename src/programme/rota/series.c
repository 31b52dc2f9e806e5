/* Terms and series: which days a series has, between holidays and across changes of the clock. See rota.h.
 *
 * A series keeps the wall clock: 18:00 stays 18:00 when the clocks change. A shift that would begin in the hour that is skipped is
 * refused with its day; in the hour that comes twice it begins the first time. */
#include "programme/rota/inside.h"

#include "base/utf8.h"
#include "view/write.h"

#include <sodium.h>

#define MINUTE_MS MS_PER_MINUTE

enum rc rota_zone(struct db *db, struct arena *a, int64_t programme, const struct zone **zone)
{
    struct programme p;
    TRY(programme_find(db, a, programme, &p));
    *zone = zone_find(p.zone);
    if (*zone == NULL)
        *zone = zone_utc();
    return RC_OK;
}

/* ---- terms -------------------------------------------------------------------------------------------------------------------------- */

enum rc rota_save_term(struct db *tx, struct arena *a, struct rota_term *t, int64_t now, struct err *e)
{
    struct row_rota_term_outside outside;
    if (t->end_day < t->start_day)
        return err_field(e, RC_INVALID, M_placement_term_ends_before, "end", NULL);
    if (t->end_day - t->start_day > ROTA_TERM_DAYS)
        return err_field(e, RC_INVALID, M_placement_term_long, "end", "%d", ROTA_TERM_DAYS);
    if (t->wish_until_day > t->end_day)
        return err_field(e, RC_INVALID, M_placement_wish_late, "wishes", NULL);
    if (t->id == 0) {
        t->id = db_new_id(tx);
        return sql_rota_term_add(tx, t->id, t->programme, t->title, t->start_day, t->end_day, t->wish_until_day, t->most, now);
    }
    TRY(sql_rota_term_outside(tx, a, t->id, t->start_day, t->end_day, &outside));
    if (outside.n != 0)
        return err_field(e, RC_INVALID, M_placement_term_outside, "end", "%" PRId64, outside.n);
    TRY(sql_rota_term_change(tx, t->id, t->version, t->title, t->start_day, t->end_day, t->wish_until_day, t->most));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_placement_changed, NULL);
}

enum rc rota_set_term_state(struct db *tx, int64_t term, int64_t version, struct str state, struct err *e)
{
    TRY(sql_rota_term_set_state(tx, term, version, state));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_placement_changed, NULL);
}

enum rc rota_add_holiday(struct db *tx, int64_t term, int64_t day, struct str title)
{
    return sql_rota_holiday_add(tx, term, day, title);
}

/* ---- the days of a series ----------------------------------------------------------------------------------------------------------- */

static bool same_wall(const struct zone *zone, int64_t at, const struct civil *c)
{
    struct civil w = civil_from_ms(zone, at);
    return w.year == c->year && w.month == c->month && w.day == c->day && w.hour == c->hour && w.minute == c->minute;
}

enum rc rota_instant(const struct zone *zone, int64_t day, int64_t minute, int64_t *at, bool *twice, struct err *e)
{
    struct civil c = civil_from_day(day);
    c.hour = (int)(minute / 60);
    c.minute = (int)(minute % 60);
    *at = ms_from_civil(zone, c);
    *twice = same_wall(zone, *at + 30 * MINUTE_MS, &c) || same_wall(zone, *at + 60 * MINUTE_MS, &c) || same_wall(zone, *at + 120 * MINUTE_MS, &c);
    if (same_wall(zone, *at, &c))
        return RC_OK;
    return err_field(e, RC_INVALID, M_placement_hour_gap, "start", "%04d-%02d-%02d, %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

static bool is_holiday(const struct rows_rota_holidays *h, int64_t day, struct str *title)
{
    for (size_t k = 0; k < h->n; k++)
        if (h->v[k].day == day) {
            *title = h->v[k].title;
            return true;
        }
    return false;
}

static bool is_there(const struct rows_rota_shift_times *t, int64_t at)
{
    for (size_t k = 0; k < t->n; k++)
        if (t->v[k].starts_at == at)
            return true;
    return false;
}

enum rc rota_plan_series(struct db *db, struct arena *a, const struct zone *zone, const struct rota_series *s, struct rota_date **out, size_t *count,
                         struct err *e)
{
    struct row_rota_term_find term;
    struct rows_rota_holidays holidays;
    struct rows_rota_shift_times there;
    *count = 0;
    TRY(sql_rota_term_find(db, a, s->term, &term));
    if (s->first_day < term.start_day || s->first_day > term.end_day)
        return err_field(e, RC_INVALID, M_placement_outside_term, "first", NULL);
    if (s->last_day < s->first_day || s->last_day > term.end_day)
        return err_field(e, RC_INVALID, M_placement_series_end, "last", NULL);
    TRY(sql_rota_holidays(db, a, s->term, &holidays));
    TRY(sql_rota_shift_times(db, a, s->opportunity, s->first_day, s->last_day, &there));
    struct rota_date *list = *out = ARENA_ARRAY(a, ROTA_SERIES_MOST, struct rota_date);
    int64_t day = s->first_day + (s->weekday - weekday_of(s->first_day) + 7) % 7;
    for (; day <= s->last_day; day += 7 * s->weeks) {
        if (*count == ROTA_SERIES_MOST)
            return err_field(e, RC_INVALID, M_placement_series_long, "last", "%d", ROTA_SERIES_MOST);
        struct rota_date *d = &list[(*count)++];
        bool twice;
        *d = (struct rota_date){.day = day};
        if (is_holiday(&holidays, day, &d->title))
            d->kind = ROTA_DATE_HOLIDAY;
        else if (rota_instant(zone, day, s->start_minute, &d->starts_at, &twice, NULL) != RC_OK)
            d->kind = ROTA_DATE_GAP;
        else if (is_there(&there, d->starts_at))
            d->kind = ROTA_DATE_THERE;
        else
            d->kind = twice ? ROTA_DATE_TWICE : ROTA_DATE_MADE;
    }
    return *count != 0 ? RC_OK : err_field(e, RC_INVALID, M_placement_series_none, "last", NULL);
}

/* ---- making shifts ------------------------------------------------------------------------------------------------------------------ */

/* What stands on the sign at the door: sixteen signs, 80 bits of chance. */
static struct str new_code(struct db *tx, struct arena *a)
{
    static const char signs[] = "0123456789abcdefghjkmnpqrstvwxyz";
    unsigned char bytes[16];
    char *out = arena_alloc_raw(a, sizeof bytes);
    db_draw(tx, bytes, sizeof bytes);
    for (size_t k = 0; k < sizeof bytes; k++)
        out[k] = signs[bytes[k] & 31u];
    return (struct str){out, sizeof bytes};
}

static enum rc make_shift(struct db *tx, struct arena *a, const struct rota_series *s, int64_t series, int64_t day, int64_t at, struct str note,
                          const struct rows_rota_roles *roles, int64_t now, int64_t *id)
{
    *id = db_new_id(tx);
    TRY(sql_rota_shift_add(tx, *id, s->opportunity, s->term, series != 0 ? &series : NULL, day, weekday_of(day), at, at + s->minutes * MINUTE_MS, note, new_code(tx, a), now));
    if (db_changes(tx) == 0)
        return RC_CONFLICT;
    for (size_t k = 0; k < roles->n; k++) {
        TRY(sql_rota_shift_role_add(tx, *id, roles->v[k].id, roles->v[k].least, roles->v[k].most));
        for (int64_t seat = 1; seat <= roles->v[k].most; seat++)
            TRY(sql_rota_seat_add(tx, db_new_id(tx), *id, roles->v[k].id, seat));
    }
    return RC_OK;
}

static enum rc check_opportunity(struct db *tx, struct arena *a, const struct rota_series *s, struct rows_rota_roles *roles, struct err *e)
{
    struct row_rota_opportunity o;
    struct row_rota_term_find t;
    TRY(sql_rota_opportunity(tx, a, s->opportunity, &o));
    TRY(sql_rota_term_find(tx, a, s->term, &t));
    TRY(sql_rota_roles(tx, a, s->opportunity, roles));
    if (!str_eq_z(o.state, "open"))
        return err_set(e, RC_INVALID, M_placement_not_open, NULL);
    if (t.programme_id != o.programme_id)
        return err_field(e, RC_INVALID, M_placement_outside_term, "term", NULL);
    return roles->n != 0 ? RC_OK : err_set(e, RC_INVALID, M_placement_no_role, NULL);
}

enum rc rota_add_series(struct db *tx, struct arena *a, const struct zone *zone, const struct rota_series *s, int64_t now, size_t *made, struct err *e)
{
    struct rows_rota_roles roles;
    struct rota_date *dates;
    size_t count;
    int64_t series = db_new_id(tx), shift;
    *made = 0;
    TRY(check_opportunity(tx, a, s, &roles, e));
    TRY(rota_plan_series(tx, a, zone, s, &dates, &count, e));
    for (size_t k = 0; k < count; k++)
        if (dates[k].kind == ROTA_DATE_GAP) {
            struct civil c = civil_from_day(dates[k].day);
            return err_field(e, RC_INVALID, M_placement_hour_gap, "start", "%04d-%02d-%02d, %02d:%02d", c.year, c.month, c.day, (int)(s->start_minute / 60),
                             (int)(s->start_minute % 60));
        }
    TRY(sql_rota_series_add(tx, series, s->opportunity, s->term, s->weekday, s->weeks, s->start_minute, s->minutes, s->first_day, s->last_day, s->person, now));
    for (size_t k = 0; k < count; k++) {
        if (dates[k].kind == ROTA_DATE_HOLIDAY || dates[k].kind == ROTA_DATE_THERE)
            continue;
        enum rc rc = make_shift(tx, a, s, series, dates[k].day, dates[k].starts_at, S(""), &roles, now, &shift);
        if (rc != RC_OK && rc != RC_CONFLICT)
            return rc;
        *made += rc == RC_OK;
    }
    return *made != 0 ? RC_OK : err_field(e, RC_INVALID, M_placement_series_none, "last", NULL);
}

enum rc rota_add_shift(struct db *tx, struct arena *a, const struct zone *zone, const struct rota_series *s, struct str note, int64_t now, int64_t *id,
                       struct err *e)
{
    struct rows_rota_roles roles;
    struct row_rota_term_find t;
    int64_t at;
    bool twice;
    TRY(check_opportunity(tx, a, s, &roles, e));
    TRY(sql_rota_term_find(tx, a, s->term, &t));
    if (s->first_day < t.start_day || s->first_day > t.end_day)
        return err_field(e, RC_INVALID, M_placement_outside_term, "first", NULL);
    TRY(rota_instant(zone, s->first_day, s->start_minute, &at, &twice, e));
    enum rc rc = make_shift(tx, a, s, 0, s->first_day, at, note, &roles, now, id);
    return rc == RC_CONFLICT ? err_field(e, RC_CONFLICT, M_placement_shift_there, "start", NULL) : rc;
}

enum rc rota_dated(struct db *db, struct arena *a, int64_t opportunity, int64_t from_day, struct rota_dated **out, size_t *count)
{
    struct rows_rota_dated rows;
    TRY(sql_rota_dated(db, a, opportunity, from_day, &rows));
    *out = ARENA_ARRAY(a, rows.n, struct rota_dated);
    *count = rows.n;
    for (size_t k = 0; k < rows.n; k++)
        (*out)[k] = (struct rota_dated){rows.v[k].id, rows.v[k].day, rows.v[k].starts_at, rows.v[k].ends_at};
    return RC_OK;
}
