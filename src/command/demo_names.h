/* Names for the demo's people, from many places; any pairing is chance. */
#ifndef CADRE_COMMAND_DEMO_NAMES_H
#define CADRE_COMMAND_DEMO_NAMES_H

#include "base/base.h"

extern const char *const demo_given_names[];
extern const size_t demo_given_name_count;
extern const char *const demo_family_names[];
extern const size_t demo_family_name_count;

#endif
