/* Inside the engine of control charts: spc.c builds the lines, rules.c judges the points, finding.c says what that means. */
#ifndef CADRE_ENGINE_SPC_SPC_INSIDE_H
#define CADRE_ENGINE_SPC_SPC_INSIDE_H

#include "engine/spc/spc.h"

/* Lines of points first..end-1; y, cl, ... of c are filled, without multiplying. */
void spc_lines(struct arena *a, const struct spc_series *s, struct spc_chart *c, struct spc_phase *p);
/* Events and marks of all phases. */
void spc_judge(struct arena *a, struct spc_chart *c);
void spc_find(struct spc_chart *c);

struct spc_runs spc_runs_of(const struct spc_chart *c, const struct spc_phase *p);

#endif
