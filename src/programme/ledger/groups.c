/* Of whom figures are told: the programme, its stages and its cohorts, where cohorts of one stage stand together. See inside.h. */
#include "programme/ledger/inside.h"

static size_t stage_at(const struct stage *stages, size_t count, int64_t id)
{
    for (size_t k = 0; k < count; k++)
        if (stages[k].id == id)
            return k;
    return LEDGER_NO_STAGE;
}

enum rc ledger_load_groups(struct db *db, struct arena *a, int64_t programme, struct ledger_groups *out)
{
    struct stage *stages;
    struct cohort *cohorts;
    size_t stage_count, count, n = 0;
    TRY(programme_stages(db, a, programme, &stages, &stage_count));
    TRY(programme_cohorts(db, a, programme, &cohorts, &count));
    struct cohort *sorted = ARENA_ARRAY(a, count + 1, struct cohort);
    size_t *stage_of = ARENA_ARRAY(a, count + 1, size_t);
    for (size_t s = 0; s <= stage_count; s++) {
        size_t wanted = s < stage_count ? s : LEDGER_NO_STAGE;
        for (size_t k = 0; k < count; k++)
            if (stage_at(stages, stage_count, cohorts[k].stage) == wanted) {
                stage_of[n] = wanted;
                sorted[n++] = cohorts[k];
            }
    }
    *out = (struct ledger_groups){stage_count, count, stages, sorted, stage_of};
    return RC_OK;
}

size_t ledger_find_cohort(const struct ledger_groups *g, int64_t cohort)
{
    for (size_t k = 0; k < g->cohort_count; k++)
        if (g->cohorts[k].id == cohort)
            return k;
    return SIZE_MAX;
}

int64_t *ledger_sum_groups(struct arena *a, const struct ledger_groups *g, const int64_t *cohorts)
{
    int64_t *out = ARENA_ARRAY(a, ledger_group_count(g), int64_t);
    for (size_t k = 0; k < g->cohort_count; k++) {
        out[0] += cohorts[k];
        if (g->stage_of[k] != LEDGER_NO_STAGE)
            out[1 + g->stage_of[k]] += cohorts[k];
        out[1 + g->stage_count + k] = cohorts[k];
    }
    return out;
}
