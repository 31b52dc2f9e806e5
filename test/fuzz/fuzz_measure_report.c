/* Any bytes as a FHIR MeasureReport: no crash; what is read has a day and a number for each point. */
#include "engine/spc/measure_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct problems problems = problems_new(a);
    struct spc_data d;
    measure_report_read(a, S("f.json"), (struct str){(const char *)data, size}, &d, &problems);
    for (size_t k = 0; problems.errors == 0 && k < d.strata[0].series.count; k++)
        ASSERT(d.strata[0].x[k].n != 0 && d.strata[0].series.y[k] == d.strata[0].series.y[k]);
    arena_free(a);
    return 0;
}
