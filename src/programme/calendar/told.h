/* What a feed was told before. A calendar program takes a change only with a SEQUENCE above the one it knows, and forgets an event that was
 * dropped only when it is told so; what is unchanged must stay unchanged to the byte, so that nothing is sent again. Capabilities need not
 * know any of that: what was told is kept with the feed as lines, one for each event,
 *
 *     uid TAB all_day TAB begins TAB minutes TAB fingerprint TAB sequence TAB changed_at TAB gone_at LF
 *
 * which names nobody and says nothing of what an event is about. */
#ifndef CADRE_PROGRAMME_CALENDAR_TOLD_H
#define CADRE_PROGRAMME_CALENDAR_TOLD_H

#include "out/ical.h"

#define TOLD_MOST 1000      /* events of one feed: those that begin first */
#define TOLD_GONE_DAYS 30   /* so long an event that was dropped is told as cancelled */

struct telling {
    int64_t from, until;    /* UTC ms: what was told and begins before or after is over or too far, not dropped */
    int64_t now;
    bool cut;               /* events may be missing that were not dropped: none is told as cancelled */
    struct str gone;        /* what an event is called that was dropped before it was over */
    const struct zone *zone;
};

/* events (in any order; theirs to sort) are what there is now, without sequence and stamp. *out: what is to be told, in the order of uids,
 * with those, and with what was dropped; *told_now is to be kept, and equals told when nothing changed. In the arena. Lines of told that
 * cannot be read count as never told. */
void told_merge(struct arena *a, struct str told, const struct telling *t, struct ical_event *events, size_t count, struct ical_event **out, size_t *out_count,
                struct str *told_now);

#endif
