/* Time. An instant is int64_t UTC milliseconds since 1970; a civil day is int64_t days since 1970-01-01 in whatever
 * calendar the programme lives in (columns end in _at and _day). Zones are IANA names; conversion is thread-safe and does
 * not touch TZ. */
#ifndef CADRE_BASE_CLOCK_H
#define CADRE_BASE_CLOCK_H

#include <pthread.h>

#include "base/buf.h"

#define MS_PER_SECOND INT64_C(1000)
#define MS_PER_MINUTE (60 * MS_PER_SECOND)
#define MS_PER_HOUR (60 * MS_PER_MINUTE)
#define MS_PER_DAY (24 * MS_PER_HOUR)

struct zone; /* a time zone, shared and never freed */

struct civil {
    int year, month, day; /* proleptic Gregorian; month and day from 1 */
    int hour, minute, second;
};

int64_t clock_now(void);        /* UTC milliseconds; goes back or far ahead when somebody sets the clock */
uint64_t clock_steady_us(void); /* microseconds that never go back, for durations only */

/* How far the clocks of two servers may differ. An instant further ahead was written down before the clock was set back. */
#define CLOCK_SKEW_MS MS_PER_MINUTE
/* Compares the two clocks: called every now and then by one thread, it notices when the clock was set, and logs it. */
void clock_watch(void);
/* Whether the clock kept its step for a day, or since the process began: what is deleted by its age waits for that. */
bool clock_settled(void);

/* A condition whose waits end by the steady clock: setting the clock neither cuts them short nor draws them out. */
void steady_cond_init(pthread_cond_t *c);
void steady_cond_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t ms);

/* The zone of an IANA name, or NULL when there is none of that name: a difference ("+02:00") is none. Kept for ever, each once. */
const struct zone *zone_find(struct str name);
const struct zone *zone_utc(void);

struct civil civil_from_ms(const struct zone *z, int64_t ms);
struct civil civil_from_day(int64_t day);
int64_t day_from_civil(int year, int month, int day);
bool civil_valid(int year, int month, int day);
int64_t day_from_ms(const struct zone *z, int64_t ms);
/* The instant at which that wall clock shows in z. In the hour that a clock change skips, the instant after the gap; in
 * the hour it repeats, the first. */
int64_t ms_from_civil(const struct zone *z, struct civil c);
int weekday_of(int64_t day); /* 0 Monday .. 6 Sunday */

bool day_parse(struct str s, int64_t *day);      /* YYYY-MM-DD, real dates only */
bool instant_parse(struct str s, int64_t *ms);   /* RFC 3339 with Z or an offset */
void day_format(struct buf *b, int64_t day);     /* YYYY-MM-DD */
void instant_format(struct buf *b, int64_t ms);  /* RFC 3339, UTC, milliseconds where not zero */

#endif
