/* Calendar files (RFC 5545): events as other calendars take them in. Text is escaped and lines are folded as the standard says;
 * times are written in UTC, so no zone goes along. */
#ifndef CADRE_OUT_ICAL_H
#define CADRE_OUT_ICAL_H

#include "base/buf.h"

struct ical_event {
    struct str uid;         /* the same for every file of this event */
    int64_t sequence;       /* grows with each change */
    int64_t stamp_at;       /* when it was written or changed, UTC ms */
    int64_t starts_at;      /* UTC ms */
    int64_t minutes;        /* how long it lasts, at least 1 */
    struct str summary;
    struct str place;       /* empty: none is told */
    struct str url;         /* empty: none */
    bool private;           /* others who may see the calendar see that it is taken, no more */
    bool cancelled;
};

/* The file, lines ending in CRLF; in the arena. */
struct str ical_write(struct arena *a, const struct ical_event *events, size_t count);

#endif
