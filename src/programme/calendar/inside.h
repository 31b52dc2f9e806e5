/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_CALENDAR_INSIDE_H
#define CADRE_PROGRAMME_CALENDAR_INSIDE_H

#include "auth/session.h"
#include "gen/msg_calendar.h"
#include "gen/programme/calendar/calendar_sql.h"
#include "programme/calendar/calendar.h"

/* ---- calendar.c: collecting ---- */
struct calendar_list {
    struct arena *a;
    const struct zone *zone;
    int64_t from, until;    /* what begins outside is left out */
    struct calendar_entry *v;
    size_t n, cap;
    bool cut;               /* a capability may have had more than it could add */
};
/* All that c->who has from one time until before another, in no order. */
enum rc calendar_collect(struct ctx *c, int64_t from, int64_t until, struct calendar_list *out) MUST_CHECK;
/* When an entry begins, a whole day at its beginning. */
int64_t calendar_begins(const struct calendar_list *list, const struct calendar_entry *e);

/* ---- month.c ---- */
handler calendar_get_month;
/* ---- feed.c: what is fetched under an address ---- */
handler calendar_get_feed;
/* ---- address.c: the page on which one makes it ---- */
handler calendar_handle_address, calendar_post_end, calendar_post_end_shifts;

#endif
