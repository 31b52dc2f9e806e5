/* The calendar of a person: what every capability says has a time for her, as a month to look at and as a feed that calendar programs
 * fetch under a private address (RFC 5545). Feeds are read over shoulders and shared, so what a capability calls private is told there in
 * neutral words. docs/calendar.md. */
#ifndef CADRE_PROGRAMME_CALENDAR_CALENDAR_H
#define CADRE_PROGRAMME_CALENDAR_CALENDAR_H

#include "programme/capability.h"

extern const struct capability calendar_capability;

/* Registers the sources of all capabilities, at start, before any request. */
void calendar_set_sources(const struct capability *const *all, size_t count);

#endif
