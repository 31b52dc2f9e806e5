/* How often somebody may ask: one bucket for each (class, key) in a table of fixed size. Any thread. */
#ifndef CADRE_HTTP_RATE_H
#define CADRE_HTTP_RATE_H

#include "base/str.h"

struct rate_table;

struct rate_table *rate_table_new(void);
void rate_table_free(struct rate_table *t);

/* Takes one of the per_minute that key may use; all of them may be used at once after a quiet minute. 0 when there was
 * one, else the seconds (at least 1) until there is. now_us: clock_steady_us. */
unsigned rate_take(struct rate_table *t, unsigned class, struct str key, unsigned per_minute, uint64_t now_us);

/* What counts as one client among addresses: itself for IPv4, the /64 for IPv6. In a. */
struct str rate_address(struct arena *a, struct str address);

#endif
