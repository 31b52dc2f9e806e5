/* Calendar files (RFC 5545): events as other calendars take them in. Text is escaped and lines are folded as the standard says;
 * times are written in UTC, which every reader turns into her own on both sides of a change of the clocks, so no zone goes along; whole days
 * are written as days. */
#ifndef CADRE_OUT_ICAL_H
#define CADRE_OUT_ICAL_H

#include "base/buf.h"

struct ical_event {
    struct str uid;         /* the same for every file of this event */
    int64_t sequence;       /* grows with each change */
    int64_t stamp_at;       /* when it was written or changed, UTC ms */
    bool all_day;           /* it belongs to a day and no hour */
    int64_t day;            /* of one that does */
    int64_t starts_at;      /* of another: UTC ms */
    int64_t minutes;        /* how long that lasts, at least 1 */
    struct str summary;
    struct str text;        /* what more is to be said; empty: nothing */
    struct str place;       /* empty: none is told */
    struct str url;         /* empty: none */
    bool private;           /* others who may see the calendar see that it is taken, no more */
    bool free;              /* it takes no time: a day by which something is due */
    bool cancelled;
};

/* The file, lines ending in CRLF; in the arena. */
struct str ical_write(struct arena *a, const struct ical_event *events, size_t count);
/* The same as what a calendar program fetches again and again: it has a name, and says that once an hour is often enough. */
struct str ical_write_feed(struct arena *a, struct str name, const struct ical_event *events, size_t count);

#endif
