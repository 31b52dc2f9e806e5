/* What the files of this capability share among themselves. */
#ifndef CADRE_PROGRAMME_EVIDENCE_INSIDE_H
#define CADRE_PROGRAMME_EVIDENCE_INSIDE_H

#include "gen/msg_evidence.h"
#include "programme/evidence/evidence.h"

#define EVIDENCE_ROUTE_COUNT 3
extern const struct route evidence_routes[EVIDENCE_ROUTE_COUNT];

#endif
