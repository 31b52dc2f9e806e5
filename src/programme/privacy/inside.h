/* What the files of this capability share among themselves. */
#ifndef CADRE_PROGRAMME_PRIVACY_INSIDE_H
#define CADRE_PROGRAMME_PRIVACY_INSIDE_H

#include "gen/msg_privacy.h"
#include "gen/programme/privacy/privacy_sql.h"
#include "programme/privacy/privacy.h"

#define PRIVACY_ROUTE_COUNT 11
extern const struct route privacy_routes[PRIVACY_ROUTE_COUNT];

#define EXPORT_JOB "person_export"

#endif
