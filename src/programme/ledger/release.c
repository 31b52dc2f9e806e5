/* Which groups of a figure may be shown. All groups of it are one release: the cohorts add up to stages, those and the cohorts without a
 * stage to the programme, and a share has a yes and a no that make its people. What the edition before showed is out: nobody shall
 * learn from two editions what the few say who came or left in between. See engine/disclosure. */
#include "engine/disclosure/disclosure.h"
#include "programme/ledger/inside.h"

#define EFFORT (8 * DISCLOSURE_EFFORT_PAGE)
#define EXACT_SHARE 5
#define STAGE_COST (DISCLOSURE_COST_TOTAL / 2)

/* Cells of one snapshot: of each group its parts, and with two parts what they make together. */
struct snapshot {
    uint32_t *cell; /* groups x wide */
    size_t wide;
};

static uint32_t cost_of(const struct ledger_groups *g, size_t group, int64_t count)
{
    return group == 0 ? DISCLOSURE_COST_TOTAL : group <= g->stage_count ? STAGE_COST : count == 0 ? DISCLOSURE_COST_ZERO : DISCLOSURE_COST_CELL;
}

static int64_t count_of(const int64_t *counts, size_t parts, size_t group, size_t part)
{
    if (part < parts)
        return counts[group * parts + part];
    return counts[group * parts] + counts[group * parts + 1];
}

static void add_cells(struct disclosure *d, const struct ledger_cells *c, const int64_t *counts, const bool *out, struct snapshot *s)
{
    size_t groups = ledger_group_count(c->groups);
    for (size_t k = 0; k < groups; k++)
        for (size_t p = 0; p < s->wide; p++) {
            int64_t n = count_of(counts, c->parts, k, p);
            enum disclosure_kind kind = out == NULL ? DISCLOSURE_OPEN : out[k] ? DISCLOSURE_OUT : DISCLOSURE_UNSEEN;
            s->cell[k * s->wide + p] = disclosure_add(d, n, kind, cost_of(c->groups, k, n));
        }
}

/* Sums over groups for one part: stages of their cohorts, the programme of stages and of the cohorts without one. */
static void add_sums(struct arena *a, struct disclosure *d, const struct ledger_groups *g, const struct snapshot *s, size_t part)
{
    uint32_t *parts = ARENA_ARRAY(a, ledger_group_count(g), uint32_t);
    for (size_t stage = 0; stage < g->stage_count; stage++) {
        size_t n = 0;
        for (size_t k = 0; k < g->cohort_count; k++)
            if (g->stage_of[k] == stage)
                parts[n++] = s->cell[(1 + g->stage_count + k) * s->wide + part];
        if (n != 0)
            disclosure_add_sum(d, s->cell[(1 + stage) * s->wide + part], parts, n);
    }
    size_t n = 0;
    for (size_t stage = 0; stage < g->stage_count; stage++)
        parts[n++] = s->cell[(1 + stage) * s->wide + part];
    for (size_t k = 0; k < g->cohort_count; k++)
        if (g->stage_of[k] == LEDGER_NO_STAGE)
            parts[n++] = s->cell[(1 + g->stage_count + k) * s->wide + part];
    if (n != 0)
        disclosure_add_sum(d, s->cell[part], parts, n);
}

static void add_snapshot(struct arena *a, struct disclosure *d, const struct ledger_cells *c, const int64_t *counts, const bool *out, struct snapshot *s)
{
    s->wide = c->parts == 2 ? 3 : 1;
    s->cell = ARENA_ARRAY(a, ledger_group_count(c->groups) * s->wide, uint32_t);
    add_cells(d, c, counts, out, s);
    for (size_t p = 0; p < s->wide; p++)
        add_sums(a, d, c->groups, s, p);
    for (size_t k = 0; k < ledger_group_count(c->groups) && s->wide == 3; k++)
        disclosure_add_sum(d, s->cell[k * 3 + 2], &s->cell[k * 3], 2);
}

/* Do the counts of the edition before add up as the groups do now. A cohort that went on to another stage breaks that. */
static bool adds_up(struct arena *a, const struct ledger_cells *c)
{
    const struct ledger_groups *g = c->groups;
    int64_t *cohorts = ARENA_ARRAY(a, g->cohort_count + 1, int64_t);
    for (size_t p = 0; p < c->parts; p++) {
        for (size_t k = 0; k < g->cohort_count; k++)
            cohorts[k] = c->before[(1 + g->stage_count + k) * c->parts + p];
        const int64_t *sums = ledger_sum_groups(a, g, cohorts);
        for (size_t k = 0; k <= g->stage_count; k++)
            if (sums[k] != c->before[k * c->parts + p])
                return false;
    }
    return true;
}

static void add_changes(struct disclosure *d, const struct ledger_cells *c, const struct snapshot *now, const struct snapshot *then)
{
    size_t groups = ledger_group_count(c->groups);
    bool falls = false;
    for (size_t k = 0; k < groups * c->parts; k++)
        falls = falls || c->now[k] < c->before[k];
    for (size_t k = 0; k < groups; k++)
        for (size_t p = 0; p < now->wide; p++) {
            int64_t change = count_of(c->now, c->parts, k, p) - count_of(c->before, c->parts, k, p);
            uint32_t cell = falls ? disclosure_add_change(d, change) : disclosure_add(d, change, DISCLOSURE_UNSEEN, DISCLOSURE_COST_CELL);
            disclosure_add_sum(d, now->cell[k * now->wide + p], (uint32_t[]){then->cell[k * now->wide + p], cell}, 2);
        }
}

bool ledger_release(struct arena *a, const struct ledger_cells *c, bool *shown)
{
    struct disclosure *d = disclosure_new(a, disclosure_default);
    struct disclosure_result r;
    struct snapshot now, then;
    size_t groups = ledger_group_count(c->groups);
    memset(shown, 0, groups * sizeof *shown);
    if (c->before != NULL && c->groups->cohort_count != 0 && !adds_up(a, c))
        return false;
    add_snapshot(a, d, c, c->now, NULL, &now);
    if (c->before != NULL) {
        add_snapshot(a, d, c, c->before, c->before_shown, &then);
        add_changes(d, c, &now, &then);
    }
    disclosure_protect(d, EFFORT, EXACT_SHARE, &r);
    if (r.withheld || r.exposed_count != 0)
        return false;
    for (size_t k = 0; k < groups; k++) {
        shown[k] = true;
        for (size_t p = 0; p < now.wide; p++)
            shown[k] = shown[k] && !disclosure_hidden(d, now.cell[k * now.wide + p]);
    }
    return true;
}
