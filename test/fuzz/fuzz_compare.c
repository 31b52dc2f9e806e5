/* Any bytes as a table for what compares: groups, pairs, counts, covariance, growth, interrupted series, composites. No crash, no
 * endless loop; a refusal has its reason, an interval its order, a probability its range. The first two bytes choose. */
#include "engine/stats/composite.h"
#include "engine/stats/effect.h"
#include "engine/stats/growth.h"
#include "engine/stats/interval.h"
#include "engine/stats/its.h"
#include "engine/stats/method_agreement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LEVEL 0.95
#define COLUMNS 4

static bool is_order(struct stats_interval i)
{
    return is_missing(i.lo) || is_missing(i.hi) || i.lo <= i.hi;
}

static bool is_probability(double p)
{
    return is_missing(p) || (p >= 0 && p <= 1);
}

static bool is_told(enum rc rc, const struct err *e)
{
    return rc == RC_OK || e->detail[0] != '\0';
}

static void on_groups(struct arena *a, size_t n, const double *const *x, struct err *e)
{
    struct effect_groups g;
    enum rc rc = effect_of_groups(a, x[0], n / 2, x[1], n - n / 2, LEVEL, &g, e);
    ASSERT(is_told(rc, e));
    if (rc == RC_OK)
        ASSERT(is_order(g.d_ci) && is_order(g.g_ci) && is_probability(g.pooled.p) && is_probability(g.welch.p) &&
               (is_missing(g.cliff) || (g.cliff >= -1 && g.cliff <= 1)));
}

static void on_pairs(struct arena *a, size_t n, const double *const *x, struct err *e)
{
    struct effect_pairs p;
    struct method_agreement m;
    enum rc rc = effect_of_pairs(a, x[0], x[1], n, LEVEL, &p, e);
    ASSERT(is_told(rc, e));
    if (rc == RC_OK)
        ASSERT(is_order(p.d_z_ci) && is_probability(p.t.p) && is_probability(p.wilcoxon_p) && is_probability(p.wilcoxon_exact_p));
    rc = method_agreement(x[0], x[1], n, LEVEL, &m, e);
    ASSERT(is_told(rc, e));
    if (rc == RC_OK)
        ASSERT(is_order(m.loa) && is_order(m.ccc_ci) && is_probability(m.slope_p));
}

static void on_counts(const double *v, struct err *e)
{
    double table[2][2] = {{v[0], v[1]}, {v[2], v[3]}};
    struct effect_mcnemar m;
    ASSERT(is_order(interval_wilson(v[0], v[1], LEVEL)) && is_order(interval_wilson_corrected(v[0], v[1], LEVEL)));
    ASSERT(is_order(interval_clopper_pearson(v[0], v[1], LEVEL)) && is_order(interval_jeffreys(v[0], v[1], LEVEL)));
    ASSERT(is_order(interval_agresti_coull(v[0], v[1], LEVEL)) && is_order(interval_newcombe(v[0], v[1], v[2], v[3], LEVEL)));
    ASSERT(is_order(interval_katz(v[0], v[1], v[2], v[3], LEVEL)) && is_order(interval_byar(v[0], v[1], LEVEL)));
    ASSERT(is_order(interval_poisson(v[0], v[1], LEVEL)));
    enum rc rc = effect_mcnemar(table, &m, e);
    ASSERT(is_told(rc, e));
    if (rc == RC_OK)
        ASSERT(is_probability(m.p) && is_probability(m.exact_p));
}

static void on_series(struct arena *a, size_t n, const double *const *x, unsigned how, struct err *e)
{
    struct its_plan plan = {.from = n / 2, .settled = n / 2 + how % 3, .no_trend = (how & 4) != 0, .trend_from = STATS_MISSING,
                            .harmonics = how / 8 % 3, .period = 12, .effect_at = n - 1, .level = LEVEL};
    struct its_design d;
    struct its_linear linear;
    struct its_count count;
    double *time = ARENA_ARRAY(a, n, double);
    for (size_t k = 0; k < n; k++)
        time[k] = (double)k;
    enum rc rc = its_design(a, x[0], time, (how & 128) != 0 ? x[1] : NULL, n, &plan, &d, e);
    ASSERT(is_told(rc, e));
    if (rc == RC_OK && (how & 64) != 0)
        ASSERT(is_told(its_count(a, &d, LEVEL, &count, e), e));
    else if (rc == RC_OK)
        ASSERT(is_told(its_linear(a, &d, LEVEL, &linear, e), e));
}

/* Labels in the first two columns, numbers in the next two. */
static void on_labels(struct arena *a, const struct stats_table *t, const double *const *x, unsigned how, struct err *e)
{
    struct stats_levels l[2];
    struct ancova r;
    struct growth g;
    for (size_t k = 0; k < 2; k++)
        stats_levels_of(a, t, k, &l[k]);
    if (l[0].count == 0 || l[1].count == 0 || l[1].count > GROWTH_GROUPS_MOST)
        return;
    if (how % 2 == 0)
        ASSERT(is_told(ancova(a, x[0], x[1], &l[1], t->rows, how % l[1].count, S("c"), S("g"), LEVEL, &r, e), e));
    struct growth_data d = {.y = x[0], .time = x[1], .person = &l[0], .group = (how & 8) != 0 && l[1].count > 1 ? &l[1] : NULL, .n = t->rows};
    if (how % 2 == 1)
        ASSERT(is_told(growth_fit(a, &d, (how & 2) != 0, (how & 4) != 0, LEVEL, &g, e), e));
}

/* Person, stratum and item are the first columns as labels; every stratum weighs the same. */
static void on_strata(struct arena *a, const struct stats_table *t, const double *y, struct err *e)
{
    struct stats_levels l[3];
    for (size_t k = 0; k < 3; k++)
        stats_levels_of(a, t, k, &l[k]);
    struct composite_data d = {.n = t->rows, .y = y, .person = l[0].code, .stratum = l[1].code, .item = l[2].code,
                               .persons = l[0].count, .strata = l[1].count, .items = l[2].count};
    struct composite c = {.strata = d.strata, .weight = ARENA_ARRAY(a, (size_t)d.strata + 1, double)};
    for (size_t k = 0; k < d.strata; k++)
        c.weight[k] = 1;
    ASSERT(is_told(composite_fit(a, &d, &c, e), e));
}

/* The numbers of the table's columns from a first one on; false where one has none. */
static bool take_numbers(const struct stats_table *t, size_t from, size_t count, const double **x)
{
    struct err e = {0};
    if (t->columns < from + count || t->rows == 0)
        return false;
    for (size_t k = 0; k < count; k++)
        if (stats_numbers(t, from + k, &x[k], &e) != RC_OK)
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    if (size > 2000) /* enough for a table */
        size = 2000;
    struct arena *a = arena_new(0);
    struct stats_table t;
    struct err e = {0};
    const double *x[COLUMNS];
    unsigned method = data[0] % 6, how = data[1];
    if (stats_table_read(a, S("f.csv"), (struct str){(const char *)data + 2, size - 2}, &t, &e) != RC_OK) {
        ASSERT(e.detail[0] != '\0');
    } else if (method == 5) {
        if (take_numbers(&t, 3, 1, x))
            on_strata(a, &t, x[0], &e);
    } else if (method == 4) {
        if (take_numbers(&t, 2, 2, x))
            on_labels(a, &t, x, how, &e);
    } else if (take_numbers(&t, 0, method == 2 ? 4 : 2, x)) {
        if (method == 0)
            on_groups(a, t.rows, x, &e);
        else if (method == 1)
            on_pairs(a, t.rows, x, &e);
        else if (method == 2)
            on_counts((const double[]){x[0][0], x[1][0], x[2][0], x[3][0]}, &e);
        else
            on_series(a, t.rows, x, how, &e);
    }
    arena_free(a);
    return 0;
}
