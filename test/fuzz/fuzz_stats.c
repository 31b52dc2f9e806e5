/* Any bytes as a table given to each of the statistics: no crash, no endless loop; a refusal has its reason. The first
 * byte chooses the method. */
#include "engine/stats/alpha.h"
#include "engine/stats/composite.h"
#include "engine/stats/gstudy.h"
#include "engine/stats/icc.h"
#include "engine/stats/kappa.h"
#include "engine/stats/mfrm.h"
#include "engine/stats/ordinal.h"
#include "engine/stats/reliability.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_matrix(struct arena *a, struct stats_table *t, unsigned method, struct err *e)
{
    struct stats_matrix x;
    struct icc icc;
    struct alpha alpha;
    struct krippendorff k;
    struct kendall w;
    enum rc rc = stats_table_matrix(t, -1, &x, e);
    if (rc == RC_OK)
        rc = method == 0   ? icc_shrout_fleiss(a, &x, 0.95, &icc, e)
             : method == 1 ? alpha_of(a, &x, 0.95, &alpha, e)
             : method == 2 ? krippendorff_alpha(a, &x, &k, e)
                           : kendall_w(a, &x, &w, e);
    ASSERT(rc == RC_OK || e->detail[0] != '\0');
    if (rc == RC_OK && method == 1)
        ASSERT(!(alpha.raw > 1 + 1e-9));
}

static void on_pairs(struct arena *a, struct stats_table *t, struct err *e)
{
    struct stats_levels l[2];
    struct kappa r;
    stats_levels_joint(a, t, (size_t[]){0, 1}, 2, l);
    if (l[0].count == 0 || l[0].count > 64)
        return;
    double *counts = ARENA_ARRAY(a, (size_t)l[0].count * l[0].count, double);
    kappa_count(l[0].code, l[1].code, t->rows, l[0].count, counts);
    for (int weights = KAPPA_UNWEIGHTED; weights <= KAPPA_QUADRATIC; weights++)
        if (kappa_cohen(a, counts, l[0].count, (enum kappa_weights)weights, NULL, 0.95, &r, e) == RC_OK)
            ASSERT(!(r.value.est > 1 + 1e-9) && !(r.ase < 0));
    uint32_t *code = ARENA_ARRAY(a, t->rows * 2, uint32_t);
    struct kappa_fleiss f;
    for (size_t row = 0; row < t->rows; row++)
        for (size_t k = 0; k < 2; k++)
            code[row * 2 + k] = l[k].code[row];
    ASSERT(kappa_fleiss(a, code, t->rows, 2, l[0].count, &f, e) == RC_OK || e->detail[0] != '\0');
}

/* Scores in the last column, facets in the first two: rows without a missing value, levels that are used. */
static size_t take_scores(struct arena *a, struct stats_table *t, double *y, uint32_t *code[2], uint32_t levels[2],
                          struct err *e)
{
    struct stats_levels l[2];
    const double *x;
    size_t n = 0;
    if (t->columns < 3 || stats_numbers(t, t->columns - 1, &x, e) != RC_OK)
        return 0;
    for (size_t f = 0; f < 2; f++)
        stats_levels_of(a, t, f, &l[f]);
    for (size_t row = 0; row < t->rows; row++) {
        if (is_missing(x[row]) || l[0].code[row] == STATS_NONE || l[1].code[row] == STATS_NONE)
            continue;
        y[n] = x[row];
        for (size_t f = 0; f < 2; f++)
            code[f][n] = l[f].code[row];
        n++;
    }
    for (size_t f = 0; f < 2; f++) {
        uint32_t *to = ARENA_ARRAY(a, (size_t)l[f].count + 1, uint32_t);
        levels[f] = 0;
        for (size_t i = 0; i < n; i++)
            to[code[f][i]] = 1;
        for (uint32_t k = 0; k < l[f].count; k++)
            to[k] = to[k] != 0 ? levels[f]++ : 0;
        for (size_t i = 0; i < n; i++)
            code[f][i] = to[code[f][i]];
    }
    return n;
}

static void on_scores(struct arena *a, struct stats_table *t, unsigned method, struct err *e)
{
    double *y = ARENA_ARRAY(a, t->rows, double);
    uint32_t *code[2] = {ARENA_ARRAY(a, t->rows, uint32_t), ARENA_ARRAY(a, t->rows, uint32_t)}, levels[2] = {0};
    size_t n = take_scores(a, t, y, code, levels, e);
    if (method < 3) {
        struct gstudy *g = gstudy_new(a, y, n);
        struct gstudy_fit fit;
        gstudy_facet(g, S("p"), code[0], levels[0]);
        gstudy_facet(g, S("r"), method == 0 ? NULL : code[1], levels[1]);
        gstudy_effect(g, S("p"), 1);
        if (method == 1)
            gstudy_effect(g, S("r"), 2);
        gstudy_effect(g, S("pr"), 3);
        enum rc rc = gstudy_fit(g, 0, true, &fit, e);
        ASSERT(rc == RC_OK || e->detail[0] != '\0');
        for (size_t k = 0; rc == RC_OK && fit.reml_done && k < g->effects; k++)
            ASSERT(fit.reml[k] >= 0);
        return;
    }
    struct mfrm_data d = {.n = n,
                          .code = {code[0], code[1], ARENA_ARRAY(a, n, uint32_t)},
                          .levels = {levels[0], levels[1], 1},
                          .rating = y,
                          .work_most = 2e8};
    struct mfrm m;
    struct reliability r;
    ASSERT((method == 3 ? mfrm_joint(a, &d, &m, e) : mfrm_marginal(a, &d, &m, e)) == RC_OK || e->detail[0] != '\0');
    ASSERT(reliability_of_raters(a, code[0], levels[0], y, n, 0.8, &r, e) == RC_OK || e->detail[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct stats_table t;
    struct err e = {0};
    unsigned method = size != 0 ? data[0] % 10 : 0;
    if (size > 2000) /* enough for a table */
        size = 2000;
    if (size == 0 || stats_table_read(a, S("f.csv"), (struct str){(const char *)data + 1, size - 1}, &t, &e) != RC_OK) {
        ASSERT(size == 0 || e.detail[0] != '\0');
    } else if (method < 4) {
        on_matrix(a, &t, method, &e);
    } else if (method == 4) {
        if (t.columns >= 2)
            on_pairs(a, &t, &e);
    } else {
        on_scores(a, &t, method - 5, &e);
    }
    arena_free(a);
    return 0;
}
