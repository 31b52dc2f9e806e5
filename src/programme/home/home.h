/* Home is what I owe: one list, ordered by date, of what every capability says waits for the person. */
#ifndef CADRE_PROGRAMME_HOME_HOME_H
#define CADRE_PROGRAMME_HOME_HOME_H

#include "programme/capability.h"

extern const struct capability home_capability;

/* Registers the sources of all capabilities, at start, before any request. */
void home_set_sources(const struct capability *const *all, size_t count);

#endif
