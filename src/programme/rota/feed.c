/* Calendars: a private address of an opportunity under which calendar programs fetch its shifts (RFC 5545). Whoever has the address can read
 * it, so it can be renewed; it names nobody. People have one address for all they do (programme/calendar); addresses of a person's shifts that
 * were made before there was one go on until she ends them. */
#include "gen/programme/rota/feed_sql.h"
#include "gen/programme/rota/rota_feed_view.h"
#include "out/ical.h"
#include "out/mail.h"
#include "programme/rota/inside.h"

#include <sodium.h>

#define BACK_DAYS 60
#define EVENTS_MOST 500

/* ---- the calendar itself ---------------------------------------------------------------------------------------------------------------- */

static struct ical_event event_of(struct ctx *c, const char *what, int64_t id, int64_t shift, int64_t version, int64_t at, int64_t starts_at, int64_t ends_at)
{
    return (struct ical_event){.uid = str_printf(c->a, "%s-%" PRId64 "@cadre", what, id), .sequence = version, .stamp_at = at, .starts_at = starts_at,
                               .minutes = (ends_at - starts_at) / MS_PER_MINUTE, .url = mail_link(c->a, str_printf(c->a, "/shifts/%" PRId64, shift))};
}

static enum rc of_person(struct ctx *c, int64_t person, struct ical_event **out, size_t *count)
{
    struct rows_rota_feed_places places;
    struct rows_rota_feed_supervised supervised;
    int64_t from = c->now - BACK_DAYS * MS_PER_DAY;
    TRY(sql_rota_feed_places(c->db, c->a, person, from, EVENTS_MOST, &places));
    TRY(sql_rota_feed_supervised(c->db, c->a, person, from, EVENTS_MOST, &supervised));
    struct ical_event *list = *out = ARENA_ARRAY(c->a, places.n + supervised.n, struct ical_event);
    for (size_t k = 0; k < places.n; k++) {
        const struct row_rota_feed_places *r = &places.v[k];
        struct ical_event *e = &list[(*count)++];
        *e = event_of(c, "place", r->id, r->shift_id, r->version, r->since_at, r->starts_at, r->ends_at);
        e->summary = str_printf(c->a, "%.*s: %.*s", STR_ARG(r->title), STR_ARG(r->role));
        e->place = r->place;
        e->cancelled = str_eq_z(r->state, "cancelled");
    }
    for (size_t k = 0; k < supervised.n; k++) {
        const struct row_rota_feed_supervised *r = &supervised.v[k];
        struct ical_event *e = &list[(*count)++];
        *e = event_of(c, "supervision", r->id, r->id, r->version, r->created_at, r->starts_at, r->ends_at);
        e->summary = r->title;
        e->place = r->place;
        e->cancelled = str_eq_z(r->state, "cancelled");
    }
    return RC_OK;
}

static enum rc of_opportunity(struct ctx *c, int64_t opportunity, struct ical_event **out, size_t *count)
{
    struct rows_rota_feed_shifts rows;
    TRY(sql_rota_feed_shifts(c->db, c->a, opportunity, c->today - BACK_DAYS, EVENTS_MOST, &rows));
    struct ical_event *list = *out = ARENA_ARRAY(c->a, rows.n, struct ical_event);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_rota_feed_shifts *r = &rows.v[k];
        list[k] = event_of(c, "shift", r->id, r->id, r->version, r->created_at, r->starts_at, r->ends_at);
        list[k].summary = r->title;
        list[k].place = r->place;
        list[k].cancelled = str_eq_z(r->state, "cancelled");
    }
    *count = rows.n;
    return RC_OK;
}

enum rc rota_get_feed(struct ctx *c)
{
    struct row_rota_feed_by_code feed;
    struct ical_event *events = NULL;
    struct str code = c->rq->params[0];
    size_t count = 0;
    if (str_ends(code, S(".ics")))
        code = str_sub(code, 0, code.n - 4);
    TRY(sql_rota_feed_by_code(c->db, c->a, code, &feed));
    TRY(feed.person_id_null ? of_opportunity(c, feed.opportunity_id, &events, &count) : of_person(c, feed.person_id, &events, &count));
    c->rs->type = "text/calendar; charset=utf-8";
    c->rs->fixed = ical_write(c->a, events, count);
    return RC_OK;
}

/* ---- the page with the address ----------------------------------------------------------------------------------------------------------- */

struct renewing {
    struct arena *a;
    int64_t opportunity, actor, now;
};

static enum rc renew(struct db *tx, void *arg, struct err *e)
{
    const struct renewing *s = arg;
    unsigned char bytes[20];
    struct buf code = buf_new(s->a, 2 * sizeof bytes);
    (void)e;
    randombytes_buf(bytes, sizeof bytes); /* a secret: not from what the demo can repeat */
    for (size_t k = 0; k < sizeof bytes; k++)
        buf_printf(&code, "%02x", bytes[k]);
    TRY(sql_rota_feed_drop_opportunity(tx, s->opportunity));
    TRY(sql_rota_feed_add(tx, db_new_id(tx), s->opportunity, buf_text(&code), s->now));
    return audit_note(tx, s->now, s->actor, "rota_change", 0, "opportunity", s->opportunity);
}

enum rc rota_handle_opportunity_feed(struct ctx *c)
{
    int64_t id;
    struct row_rota_opportunity o;
    struct row_rota_feed_of_opportunity row = {.code = S("")};
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_rota_opportunity(c->db, c->a, id, &o));
    struct target t = {.programme = o.programme_id};
    TRY(access_require(c, P_PLACEMENT_MANAGE, &t));
    enum rc rc = sql_rota_feed_of_opportunity(c->db, c->a, id, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct str action = str_printf(c->a, "/placements/%" PRId64 "/calendar", id);
    struct form *f = form_new(c->a, c->lang, c->zone, action, row.code.n != 0 ? M_placement_feed_renew : M_placement_feed_make);
    f->quiet = row.code.n != 0;
    f->no_warn = true;
    if (c->rq->method == METHOD_POST) {
        struct renewing s = {.a = c->a, .opportunity = id, .actor = c->who->person, .now = c->now};
        TRY(ctx_write(c, renew, &s));
        return page_redirect(c, action, M_placement_feed_made);
    }
    const struct crumb crumbs[] = {{o.title, str_printf(c->a, "/placements/%" PRId64 "/shifts", id)}};
    struct page page = rota_page(c, tr(c, M_placement_feed), crumbs, 1);
    struct view_rota_feed v = {.address = row.code.n != 0 ? mail_link(c->a, str_printf(c->a, "/feeds/%.*s.ics", STR_ARG(row.code))) : STR_NONE, .f = f};
    return view_rota_feed_page(c, &page, &v);
}

/* ---- a person's own, of before ------------------------------------------------------------------------------------------------------------ */

enum rc rota_has_own_feed(struct db *db, struct arena *a, int64_t person, bool *there)
{
    struct row_rota_feed_of_person row;
    enum rc rc = sql_rota_feed_of_person(db, a, person, &row);
    *there = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc rota_end_own_feed(struct db *tx, int64_t person)
{
    return sql_rota_feed_drop_person(tx, person);
}

/* Where the page with a person's own address was. */
enum rc rota_get_own_feed(struct ctx *c)
{
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_PLACEMENT_OWN, &t));
    return page_redirect(c, S("/account/calendar"), 0);
}
