/* Reading FHIR R4 MeasureReports as the series of a chart: one report, or a Bundle of them. Each is a point: its period begins it,
 * group[0]'s populations "numerator" and "denominator" are counts, or its measureScore is the value. Summaries alone: a report about a
 * single patient is refused. */
#ifndef CADRE_ENGINE_SPC_MEASURE_REPORT_H
#define CADRE_ENGINE_SPC_MEASURE_REPORT_H

#include "engine/spc/series.h"

/* As spc_read; a problem's column is the place in the JSON, "entry[2].resource". */
void measure_report_read(struct arena *a, struct str file, struct str bytes, struct spc_data *out, struct problems *p);

#endif
