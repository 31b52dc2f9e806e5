/* What the pages of the import share. */
#ifndef CADRE_CAMPUS_ROSTER_PAGES_H
#define CADRE_CAMPUS_ROSTER_PAGES_H

#include "campus/roster/import.h"

struct view_import_plan;

/* Fills all of the view that follows from the plan; v->end_missing is set before. */
void roster_plan_view(struct ctx *c, const struct roster_plan *p, const struct problems *problems, struct view_import_plan *v);

#endif
