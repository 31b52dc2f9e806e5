/* People and groups as another system of the institution keeps them: SCIM 2.0 (RFC 7643, RFC 7644) under /scim/v2. docs/scim.md. */
#ifndef CADRE_CAMPUS_SCIM_SCIM_H
#define CADRE_CAMPUS_SCIM_SCIM_H

#include "programme/capability.h"

extern const struct capability scim_capability;

#endif
