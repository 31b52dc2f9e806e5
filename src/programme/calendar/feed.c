/* What a calendar program fetches under a person's private address. Nobody is signed in: what is told is what she could look at herself now,
 * by the roles she holds now, and of what is private only that it is. */
#include <sodium.h>

#include "base/clock.h"
#include "http/parse.h"
#include "http/server.h"
#include "out/ical.h"
#include "out/mail.h"
#include "programme/calendar/inside.h"
#include "programme/calendar/told.h"
#include "programme/people/people.h"

#define BACK_DAYS 60
#define AHEAD_DAYS 400
#define UNTOLD_MINUTES 60 /* how long one lasts of which nobody said it */

struct fetching {
    struct arena *a;
    int64_t id, today;
    struct str hash, told_now;
    struct telling telling;
    struct ical_event *events, *all;
    size_t count, all_count;
};

/* Herself, as far as the address goes: c as if she asked. who: to be filled. */
static enum rc as_person(const struct ctx *c, const struct row_calendar_feed_by_hash *feed, struct actor *who, struct ctx *out)
{
    struct person_details d;
    *who = (struct actor){.person = feed->person_id, .lent = feed->lent != 0};
    TRY(people_find(c->db, c->a, feed->person_id, &d, NULL));
    TRY(actor_grants(c->db, c->a, feed->person_id, c->now, who));
    const struct zone *zone = d.zone.n != 0 ? zone_find(d.zone) : NULL;
    *out = *c;
    out->who = who;
    out->session = NULL;
    out->lang = lang_find(d.language.n != 0 ? d.language : feed->language);
    out->zone = zone != NULL ? zone : c->app->zone != NULL ? c->app->zone : zone_utc();
    out->today = day_from_ms(out->zone, out->now);
    return RC_OK;
}

static struct str month_link(struct ctx *c, int64_t at)
{
    struct civil d = civil_from_ms(c->zone, at);
    return mail_link(c->a, str_printf(c->a, "/calendar?month=%04d-%02d", d.year, d.month));
}

static struct ical_event event_of(struct ctx *c, const struct calendar_list *list, const struct calendar_entry *e)
{
    bool due = e->sort == CALENDAR_DUE, private = e->outside.n != 0;
    struct msg_arg title = MSG_TEXT("title", e->title);
    struct ical_event out = {.uid = str_printf(c->a, "%.*s-%" PRId64 "@cadre", STR_ARG(e->what), e->id), .all_day = e->all_day, .day = e->day, .starts_at = e->starts_at,
                             .minutes = e->all_day ? 0 : e->minutes != 0 ? e->minutes : UNTOLD_MINUTES, .private = private, .free = due};
    if (private) {
        out.summary = e->outside;
        out.place = e->outside_place;
        out.url = month_link(c, calendar_begins(list, e));
        return out;
    }
    out.summary = due ? tr_args(c, M_calendar_due, &title, 1) : e->title;
    out.text = e->detail;
    out.place = e->place;
    out.url = mail_link(c->a, e->href);
    return out;
}

static enum rc collect(struct ctx *c, struct fetching *f)
{
    struct calendar_list list;
    int64_t from = ms_from_civil(c->zone, civil_from_day(c->today - BACK_DAYS)), until = ms_from_civil(c->zone, civil_from_day(c->today + AHEAD_DAYS));
    TRY(calendar_collect(c, from, until, &list));
    f->events = ARENA_ARRAY(c->a, list.n, struct ical_event);
    for (size_t i = 0; i < list.n; i++)
        if (list.v[i].sort != CALENDAR_DONE)
            f->events[f->count++] = event_of(c, &list, &list.v[i]);
    f->telling = (struct telling){.from = from, .until = until, .now = c->now / MS_PER_SECOND * MS_PER_SECOND, .cut = list.cut, .gone = tr(c, M_calendar_gone), .zone = c->zone};
    return RC_OK;
}

static void merge(struct fetching *f, struct str told)
{
    told_merge(f->a, told, &f->telling, f->events, f->count, &f->all, &f->all_count, &f->told_now);
}

/* What was told is read again here: two programs may fetch at once. An address that ended meanwhile is not there. */
static enum rc tell(struct db *tx, void *arg, struct err *e)
{
    struct fetching *f = arg;
    struct row_calendar_feed_told now;
    (void)e;
    TRY(sql_calendar_feed_told(tx, f->a, f->id, f->hash, &now));
    merge(f, now.told);
    return sql_calendar_feed_tell(tx, f->id, f->told_now, f->today);
}

/* Its tag, with the quotes. */
static struct str tag_of(struct arena *a, struct str text)
{
    unsigned char bytes[16];
    struct buf b = buf_new(a, 2 * sizeof bytes + 2);
    crypto_generichash(bytes, sizeof bytes, (const unsigned char *)text.p, text.n, NULL, 0);
    buf_ch(&b, '"');
    for (size_t i = 0; i < sizeof bytes; i++)
        buf_printf(&b, "%02x", bytes[i]);
    buf_ch(&b, '"');
    return buf_text(&b);
}

static void send(struct ctx *c, struct str text)
{
    struct str tag = tag_of(c->a, text), none = request_header(c->rq, "If-None-Match");
    response_header(c->rs, "ETag", tag);
    response_header(c->rs, "Cache-Control", S("private, no-cache"));
    c->rs->type = "text/calendar; charset=utf-8";
    if (none.p != NULL && etag_among(none, str_sub(tag, 1, tag.n - 2)))
        c->rs->status = 304;
    else
        c->rs->fixed = text;
}

enum rc calendar_get_feed(struct ctx *c)
{
    struct row_calendar_feed_by_hash feed;
    struct actor who;
    struct ctx hers;
    struct str code = c->rq->params[0];
    if (str_ends(code, S(".ics")))
        code = str_sub(code, 0, code.n - 4);
    struct fetching f = {.a = c->a, .hash = link_token_hash(c->a, code)};
    TRY(sql_calendar_feed_by_hash(c->db, c->a, f.hash, &feed));
    TRY(as_person(c, &feed, &who, &hers));
    f.id = feed.id;
    f.today = hers.today;
    TRY(collect(&hers, &f));
    merge(&f, feed.told);
    if (feed.read_day_null || feed.read_day != f.today || !str_eq(f.told_now, feed.told))
        TRY(ctx_write(c, tell, &f));
    send(c, ical_write_feed(c->a, tr(&hers, M_calendar_name), f.all, f.all_count));
    return RC_OK;
}
