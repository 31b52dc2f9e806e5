/* Gaps between groups and small numbers: see gap.h. */
#include "engine/spc/gap.h"

#include <math.h>

#include "base/strmap.h"
#include "engine/stats/effect.h"
#include "engine/stats/interval.h"

#define CELLS_MOST ((size_t)20000)

struct sums {
    double y, n;
    double *values;
    size_t count;
};

static void add_stratum(struct sums *s, const struct spc_stratum *x)
{
    for (size_t i = 0; i < x->series.count; i++) {
        bool out = x->series.excluded != NULL && x->series.excluded[i];
        double y = x->series.y[i], n = x->series.n != NULL ? x->series.n[i] : STATS_MISSING;
        if (out || is_missing(y))
            continue;
        s->values[s->count++] = x->series.n != NULL ? y / n : y;
        if (!is_missing(n)) {
            s->y += y;
            s->n += n;
        }
    }
}

/* Rates: each side's own limits, put together (Zou, Donner 2008, eq. 3). */
static struct stats_interval mover(const struct sums *one, const struct sums *rest, double level)
{
    struct stats_interval a = interval_byar(one->y, one->n, level), b = interval_byar(rest->y, rest->n, level);
    double p = one->y / one->n, q = rest->y / rest->n;
    return (struct stats_interval){p - q - hypot(p - a.lo, b.hi - q), p - q + hypot(a.hi - p, q - b.lo)};
}

struct spc_gap spc_gap_of(struct arena *a, const struct spc_stratum *strata, size_t count, size_t which, const struct spc_plan *plan, double level)
{
    size_t most = 1;
    double unit = plan->multiply > 0 ? plan->multiply : 1;
    struct sums one = {0}, rest = {0};
    struct spc_gap g = {STATS_MISSING, STATS_MISSING, STATS_MISSING, {STATS_MISSING, STATS_MISSING}};
    for (size_t k = 0; k < count; k++)
        most += strata[k].series.count;
    one.values = arena_alloc_raw(a, most * sizeof(double));
    rest.values = arena_alloc_raw(a, most * sizeof(double));
    for (size_t k = 0; k < count; k++)
        add_stratum(k == which ? &one : &rest, &strata[k]);
    if (spc_kind_divides(plan->kind)) {
        g.value = one.n > 0 ? one.y / one.n : STATS_MISSING;
        g.others = rest.n > 0 ? rest.y / rest.n : STATS_MISSING;
        if (one.n > 0 && rest.n > 0)
            g.ci = plan->kind == SPC_P || plan->kind == SPC_PP ? interval_newcombe(one.y, one.n, rest.y, rest.n, level) : mover(&one, &rest, level);
    } else {
        struct effect_groups e;
        if (effect_of_groups(a, one.values, one.count, rest.values, rest.count, level, &e, NULL) == RC_OK) {
            g.value = e.mean[0];
            g.others = e.mean[1];
            g.ci = e.welch.ci;
        }
    }
    g.gap = g.value - g.others;
    double *all[] = {&g.value, &g.others, &g.gap, &g.ci.lo, &g.ci.hi};
    for (size_t k = 0; k < COUNT_OF(all); k++)
        *all[k] *= unit;
    return g;
}

/* ---- small numbers -------------------------------------------------------------------------------------------------------- */
struct grid {
    struct arena *a;
    struct spc_stratum *strata;
    size_t rows, columns;
    size_t **column; /* of each point of each stratum */
    int64_t *counts;
};

/* One column for each time that any group has. */
static void make_grid(struct grid *g)
{
    struct strmap times = strmap_new(g->a);
    g->column = ARENA_ARRAY(g->a, g->rows + 1, size_t *);
    for (size_t k = 0; k < g->rows; k++) {
        const struct spc_stratum *s = &g->strata[k];
        g->column[k] = ARENA_ARRAY(g->a, s->series.count + 1, size_t);
        for (size_t i = 0; i < s->series.count; i++) {
            size_t at = strmap_add(&times, s->x[i], times.count);
            g->column[k][i] = at == STRMAP_NONE ? times.count - 1 : at;
        }
    }
    g->columns = times.count;
    if (g->rows * g->columns <= CELLS_MOST)
        g->counts = ARENA_ARRAY(g->a, g->rows * g->columns + 1, int64_t);
}

static bool is_count(double v)
{
    return is_missing(v) || (v >= 0 && v == floor(v) && v <= (double)DISCLOSURE_COUNT_MOST);
}

/* The counts, or of shares what is left of the denominators. */
static bool fill_grid(struct grid *g, bool rest)
{
    memset(g->counts, 0, g->rows * g->columns * sizeof *g->counts);
    for (size_t k = 0; k < g->rows; k++)
        for (size_t i = 0; i < g->strata[k].series.count; i++) {
            const struct spc_series *s = &g->strata[k].series;
            double v = rest && s->n != NULL ? s->n[i] - s->y[i] : s->y[i];
            if (!is_count(v))
                return false;
            g->counts[k * g->columns + g->column[k][i]] += is_missing(v) ? 0 : (int64_t)v;
        }
    return true;
}

static bool decide(struct grid *g, struct disclosure_rule rule, bool *shown)
{
    if (g->rows == 1) {
        if (!disclosure_show_groups(g->a, rule, g->counts, g->columns, true, shown))
            return false;
        shown[g->columns] = true; /* the total, as in a table */
        return true;
    }
    return disclosure_show_table(g->a, rule, g->counts, g->rows, g->columns, shown);
}

bool spc_suppress(struct arena *a, struct disclosure_rule rule, struct spc_stratum *strata, size_t count, bool share, size_t *hidden)
{
    struct grid g = {.a = a, .strata = strata, .rows = count};
    *hidden = 0;
    make_grid(&g);
    if (g.counts == NULL)
        return false;
    bool *keep = ARENA_ARRAY(a, (g.rows + 1) * (g.columns + 1), bool), *shown = ARENA_ARRAY(a, (g.rows + 1) * (g.columns + 1), bool);
    memset(keep, 1, (g.rows + 1) * (g.columns + 1));
    for (int rest = 0; rest <= (share ? 1 : 0); rest++) {
        if (!fill_grid(&g, rest == 1) || !decide(&g, rule, shown))
            return false;
        for (size_t k = 0; k < g.rows; k++)
            for (size_t c = 0; c <= g.columns; c++)
                keep[k * (g.columns + 1) + c] = keep[k * (g.columns + 1) + c] && shown[k * (g.columns + 1) + c];
    }
    for (size_t k = 0; k < g.rows; k++) {
        double *y = ARENA_ARRAY(a, strata[k].series.count + 1, double);
        bool total = keep[k * (g.columns + 1) + g.columns]; /* where the total is hidden, no line may tell it */
        for (size_t i = 0; i < strata[k].series.count; i++) {
            bool show = total && keep[k * (g.columns + 1) + g.column[k][i]];
            y[i] = show ? strata[k].series.y[i] : STATS_MISSING;
            *hidden += !show && !is_missing(strata[k].series.y[i]);
        }
        strata[k].series.y = y;
    }
    return true;
}
