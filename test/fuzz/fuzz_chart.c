/* Any bytes as the table of a chart: no crash, no endless loop; what is refused has its reason, what is drawn is a picture. The first
 * two bytes choose chart and rules. */
#include "engine/spc/gap.h"
#include "engine/spc/series.h"
#include "engine/stats/stats.h"
#include "view/chart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void draw(struct arena *a, const struct spc_data *d, struct spc_stratum *s, const struct spc_plan *plan)
{
    struct spc_chart c;
    struct err e = {0};
    if (spc_compute(a, &s->series, plan, &c, &e) != RC_OK) {
        ASSERT(e.msg != 0);
        return;
    }
    for (size_t k = 0; k < c.event_count; k++)
        ASSERT(c.events[k].from <= c.events[k].point && c.events[k].point < c.count);
    struct chart_picture p = {.name = d->y_name, .stratum = s, .scale = d->scale, .chart = &c};
    struct html picture = plan->unordered && s->series.n != NULL ? chart_draw_funnel(a, &p) : chart_draw(a, &p);
    ASSERT(chart_file(a, picture).n > 100);
    (void)chart_draw_icons(a, &p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 20000)
        return 0;
    struct arena *a = arena_new(0);
    struct problems problems = problems_new(a);
    struct spc_plan plan = spc_plan_default();
    struct spc_data d;
    size_t phase[] = {3, 7}, hidden;
    plan.kind = (enum spc_kind)(data[0] % SPC_KIND_COUNT);
    plan.rules = (enum spc_rules)(data[1] % SPC_RULE_SET_COUNT);
    plan.good = (enum spc_good)(data[1] / 16 % 3 - 1);
    plan.baseline = data[0] / 32;
    plan.screen = (data[0] & 16) != 0;
    plan.unordered = (data[1] & 8) != 0 && spc_kind_divides(plan.kind);
    struct spc_request r = {.want_n = spc_kind_divides(plan.kind), .subgroups = plan.kind == SPC_XBAR || plan.kind == SPC_S, .no_people = (data[1] & 64) != 0, .year = 2026};
    if ((data[1] & 128) != 0)
        r.by = S("by");
    spc_read(a, S("f.csv"), (struct str){(const char *)data + 2, size - 2}, &r, &d, &problems);
    if (problems.errors == 0 && d.count <= 8) {
        if ((data[0] & 8) != 0)
            (void)!spc_suppress(a, disclosure_default, d.strata, d.count, plan.kind == SPC_P, &hidden);
        for (size_t k = 0; k < d.count; k++) {
            plan.phase = phase;
            plan.phase_count = d.strata[k].series.count > 8 ? 2 : 0;
            (void)spc_gap_of(a, d.strata, d.count, k, &plan, 0.95);
            draw(a, &d, &d.strata[k], &plan);
        }
    }
    arena_free(a);
    return 0;
}
