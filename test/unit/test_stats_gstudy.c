/* Generalizability: cells, Henderson 1 and REML against what is written straight from their definitions with dense
 * matrices, on designs made by chance; decisions; what cannot be estimated. */
#include "chance.h"
#include "stats_fixture.h"

#include <lapacke.h>

#include "engine/stats/composite.h"
#include "engine/stats/gstudy.h"
#include "engine/stats/reliability.h"

/* ---- designs
 * ---------------------------------------------------------------------------------------------------------- */
enum design { CROSSED, NESTED, TWO_FACETS, NESTED_FACET, REPEATED, DESIGNS };

struct sample {
    size_t n;
    double y[400];
    uint32_t code[3][400], levels[3];
};

/* Levels that are used, numbered from 0. */
static void compact(uint32_t *code, size_t n, uint32_t *levels)
{
    uint32_t to[64] = {0}, used = 0;
    for (size_t i = 0; i < n; i++)
        to[code[i]] = 1;
    for (uint32_t k = 0; k < 64; k++)
        to[k] = to[k] != 0 ? used++ : 0;
    for (size_t i = 0; i < n; i++)
        code[i] = to[code[i]];
    *levels = used;
}

/* Scores of 12 persons on 5 x 3 conditions, of which some are missing. */
static struct gstudy *make(struct sample *s, enum design design, uint64_t seed, double person, double rater)
{
    double by_person[12], by_second[8], by_third[3], by_pair[12][8];
    chance_state = seed;
    s->n = 0;
    for (int k = 0; k < 12; k++)
        by_person[k] = person * chance_normal();
    for (int k = 0; k < 8; k++)
        by_second[k] = rater * chance_normal();
    for (int k = 0; k < 3; k++)
        by_third[k] = 0.4 * chance_normal();
    for (int p = 0; p < 12; p++)
        for (int k = 0; k < 8; k++)
            by_pair[p][k] = 0.5 * chance_normal();
    for (uint32_t p = 0; p < 12; p++) {
        for (uint32_t r = 0; r < 6; r++) {
            for (uint32_t o = 0; o < (design == CROSSED || design == NESTED ? 1 : 3); o++) {
                if (chance(4) == 0)
                    continue;
                uint32_t second = design == NESTED_FACET ? r % 3 : r;
                s->code[0][s->n] = p;
                s->code[1][s->n] = second;
                s->code[2][s->n] = design == NESTED_FACET ? o + 3 * (r / 3) : o;
                s->y[s->n++] =
                    4 + by_person[p] + by_second[second] + by_third[o] + by_pair[p][second] + 0.6 * chance_normal();
            }
        }
    }
    struct gstudy *g = gstudy_new(a, s->y, s->n);
    for (int f = 0; f < 3; f++)
        compact(s->code[f], s->n, &s->levels[f]);
    gstudy_facet(g, S("p"), s->code[0], s->levels[0]);
    gstudy_facet(g, S("r"), design == NESTED ? NULL : s->code[1], s->levels[1]);
    gstudy_facet(g, S("o"), s->code[2], s->levels[2]);
    gstudy_effect(g, S("p"), 1);
    if (design != NESTED)
        gstudy_effect(g, S("r"), 2);
    if (design == TWO_FACETS) {
        gstudy_effect(g, S("o"), 4);
        gstudy_effect(g, S("po"), 5);
        gstudy_effect(g, S("ro"), 6);
    }
    if (design == NESTED_FACET)
        gstudy_effect(g, S("o:r"), 6);
    gstudy_effect(g, S("pr"), 3);
    if (design == TWO_FACETS || design == NESTED_FACET)
        gstudy_effect(g, S("pro"), 7);
    return g;
}

/* ---- by definition
 * ---------------------------------------------------------------------------------------------------- */
/* Do scores i and j share a level of the effect? */
static bool together(const struct gstudy *g, size_t effect, size_t i, size_t j)
{
    if ((g->effect_facets[effect] >> 31 & 1) != 0)
        return i == j;
    for (size_t f = 0; f < g->facets; f++)
        if ((g->effect_facets[effect] >> f & 1) != 0 &&
            (g->facet_code[f] != NULL ? g->facet_code[f][i] != g->facet_code[f][j] : i != j))
            return false;
    return true;
}

/* -2 log restricted likelihood with V written out: log|V| + log(1'V^-1 1) + y'Py + (n - 1) log 2 pi. */
static double dense_deviance(const struct gstudy *g, const double *components, double *mu)
{
    lapack_int n = (lapack_int)g->n;
    double *v = ARENA_ARRAY(a, g->n * g->n, double), *x = ARENA_ARRAY(a, 2 * g->n, double), *y = x + n, det = 0;
    for (size_t i = 0; i < g->n; i++) {
        for (size_t j = 0; j < g->n; j++)
            for (size_t k = 0; k < g->effects; k++)
                v[i * g->n + j] += together(g, k, i, j) ? components[k] : 0;
        x[i] = 1;
        y[i] = g->y[i];
    }
    assert_int_equal(LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'L', n, v, n), 0);
    for (size_t i = 0; i < g->n; i++)
        det += 2 * log(v[i * g->n + i]);
    assert_int_equal(LAPACKE_dtrtrs(LAPACK_COL_MAJOR, 'L', 'N', 'N', n, 2, v, n, x, n), 0);
    double xx = 0, xy = 0, yy = 0;
    for (size_t i = 0; i < g->n; i++) {
        xx += x[i] * x[i];
        xy += x[i] * y[i];
        yy += y[i] * y[i];
    }
    *mu = xy / xx;
    return det + log(xx) + (yy - xy * xy / xx) + ((double)g->n - 1) * log(2 * M_PI);
}

/* Expected T of an effect when the components are these, by summing what the scores of each level share. */
static double dense_expected(const struct gstudy *g, size_t in, const double *components)
{
    double sum = 0;
    for (size_t i = 0; i < g->n; i++) {
        double size = 0, covariance = 0;
        for (size_t j = 0; j < g->n; j++) {
            if (!together(g, in, i, j))
                continue;
            size += 1;
            for (size_t k = 0; k < g->effects; k++)
                covariance += together(g, k, i, j) ? components[k] : 0;
        }
        sum += covariance / size;
    }
    return sum;
}

static double dense_t(const struct gstudy *g, size_t in)
{
    double t = 0;
    for (size_t i = 0; i < g->n; i++) {
        double size = 0, sum = 0;
        for (size_t j = 0; j < g->n; j++) {
            if (together(g, in, i, j)) {
                size += 1;
                sum += g->y[j];
            }
        }
        t += sum * g->y[i] / size;
    }
    return t;
}

static void test_against_definitions(void **state)
{
    static struct sample s;
    unsigned singular = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        enum design design = (enum design)(seed % DESIGNS);
        struct gstudy *g = make(&s, design, seed, seed % 3 == 0 ? 0.05 : 0.7, seed % 4 == 0 ? 0 : 0.5);
        struct gstudy_fit f;
        double mu, sum = 0;
        assert_int_equal(gstudy_fit(g, 0, true, &f, &e), RC_OK);
        assert_int_equal(g->effect_facets[g->residual] >> 31, design == REPEATED);
        for (size_t i = 0; i < g->n; i++)
            sum += g->y[i];
        /* Henderson 1: T as observed is T as expected */
        double t_mean = sum * sum / (double)g->n, expected_mean = 0;
        for (size_t k = 0; k < g->effects; k++)
            for (size_t i = 0; i < g->n; i++)
                for (size_t j = 0; j < g->n; j++)
                    expected_mean += together(g, k, i, j) ? f.anova[k] / (double)g->n : 0;
        for (size_t k = 0; k < g->effects; k++) {
            near(f.t[k], dense_t(g, k), 1e-9 * f.t[k]);
            near(f.t[k] - t_mean, dense_expected(g, k, f.anova) - expected_mean, 1e-8 * f.t[k]);
        }
        /* REML: the likelihood is what it says, and no step aside is better */
        assert_true(f.reml_done);
        double at = dense_deviance(g, f.reml, &mu);
        near(f.deviance, at, 1e-7 * fabs(at));
        near(f.mu, mu, 1e-7);
        singular += f.singular;
        for (size_t k = 0; k < g->effects; k++) {
            double aside[GSTUDY_EFFECTS_MOST];
            assert_true(f.reml[k] >= 0);
            for (int way = -1; way <= 1; way += 2) {
                memcpy(aside, f.reml, sizeof aside);
                aside[k] = aside[k] > 0 ? aside[k] * (1 + 0.002 * way) : 1e-5;
                if (!(dense_deviance(g, aside, &mu) > at - 1e-9)) {
                    print_message("seed %u, effect %zu of %zu\n", (unsigned)seed, k, g->effects);
                    fail();
                }
            }
        }
        assert_true(g->residual < g->effects && f.blup[g->residual] == NULL);
    }
    assert_true(singular > 3 && singular < 40); /* the boundary was met, and not always */
}

static void test_predictors(void **state)
{
    /* Balanced one-way: the predictor is the person's mean less the grand one, shrunk by n s_p / (n s_p + s_e). */
    static const double y[] = {1, 2, 3, 5, 6, 7, 2, 4, 6, 9, 8, 7};
    uint32_t p[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
    static const double mean[] = {2, 6, 4, 8};
    struct gstudy *g = gstudy_new(a, y, 12);
    struct gstudy_fit f;
    (void)state;
    gstudy_facet(g, S("p"), p, 4);
    gstudy_facet(g, S("r"), NULL, 0);
    gstudy_effect(g, S("p"), 1);
    gstudy_effect(g, S("r:p"), 3);
    assert_int_equal(gstudy_fit(g, 0, true, &f, &e), RC_OK);
    near(f.anova[1], 1.75, 1e-12);
    near(f.anova[0], 20.0 / 3 - 1.75 / 3, 1e-12);
    near(f.reml[0], f.anova[0], 1e-6);
    near(f.reml[1], f.anova[1], 1e-6);
    for (int k = 0; k < 4; k++)
        near(f.blup[0][k], (mean[k] - 5) * 3 * f.anova[0] / (3 * f.anova[0] + f.anova[1]), 1e-6);
    near(f.se_mu, sqrt(f.anova[0] / 4 + f.anova[1] / 12), 1e-6);
}

/* ---- decisions
 * -------------------------------------------------------------------------------------------------------- */
static void test_numbers_needed(void **state)
{
    static struct sample s;
    struct gstudy *g = make(&s, TWO_FACETS, 7, 0.7, 0.5);
    struct gstudy_fit f;
    (void)state;
    assert_int_equal(gstudy_fit(g, 0, true, &f, &e), RC_OK);
    for (int target = 5; target < 96; target += 5) {
        double count[3] = {1, 1, 2};
        struct gstudy_needed needed;
        struct gstudy_decision d;
        gstudy_need(g, f.reml, count, 1, target / 100.0, &needed);
        double g_first = NAN, phi_first = NAN;
        for (int n = 2000; n >= 1; n--) { /* by trying */
            count[1] = n;
            gstudy_decide(g, f.reml, count, &d);
            if (d.g >= target / 100.0)
                g_first = n;
            if (d.phi >= target / 100.0)
                phi_first = n;
        }
        assert_true(needed.g == g_first || (is_missing(needed.g) && is_missing(g_first)));
        assert_true(needed.phi == phi_first || (is_missing(needed.phi) && is_missing(phi_first)));
    }
    double zero[GSTUDY_EFFECTS_MOST] = {0}, count[3] = {1, 1, 1};
    struct gstudy_needed needed;
    struct gstudy_decision d;
    gstudy_need(g, zero, count, 1, 0.8, &needed);
    gstudy_decide(g, zero, count, &d);
    assert_true(is_missing(needed.g) && is_missing(d.g) && is_missing(d.phi));
    zero[0] = 1; /* no error at all: one is enough */
    gstudy_need(g, zero, count, 1, 0.8, &needed);
    assert_true(needed.g == 1 && needed.phi == 1);
}

/* ---- what cannot be estimated
 * ----------------------------------------------------------------------------------------- */
static void test_degenerate(void **state)
{
    double y[] = {1, 2, 3, 4, 5, 6}, same[] = {2.1, 2.1, 2.1, 2.1, 2.1, 2.1}, additive[] = {1, 2, 3, 4, 5, 6};
    uint32_t p[] = {0, 0, 1, 1, 2, 2}, r[] = {0, 1, 0, 1, 0, 1}, one[6] = {0};
    struct gstudy_fit f;
    (void)state;
    /* one person only; one score a person; the same facet twice; an effect without one */
    struct gstudy *g = gstudy_new(a, y, 6);
    gstudy_facet(g, S("p"), one, 1);
    gstudy_facet(g, S("r"), r, 2);
    gstudy_effect(g, S("p"), 1);
    gstudy_effect(g, S("r"), 2);
    assert_int_equal(gstudy_fit(g, 0, true, &f, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "the effect"));
    g = gstudy_new(a, y, 1);
    gstudy_facet(g, S("p"), one, 1);
    gstudy_effect(g, S("p"), 1);
    assert_int_equal(gstudy_fit(g, 0, true, &f, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "two scores"));
    g = gstudy_new(a, y, 6);
    gstudy_facet(g, S("p"), NULL, 0);
    gstudy_effect(g, S("p"), 1);
    assert_int_equal(gstudy_fit(g, 0, true, &f, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "one score each"));
    g = gstudy_new(a, y, 6);
    gstudy_facet(g, S("p"), p, 3);
    gstudy_effect(g, S("p"), 1);
    gstudy_effect(g, S("q"), 1);
    assert_int_equal(gstudy_fit(g, 0, true, &f, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "same facets"));
    /* all the same: components of zero, no REML, and it says why */
    g = gstudy_new(a, same, 6);
    gstudy_facet(g, S("p"), p, 3);
    gstudy_effect(g, S("p"), 1);
    assert_int_equal(gstudy_fit(g, 0, true, &f, &e), RC_OK);
    assert_true(f.anova[0] == 0 && !f.reml_done && strstr(f.why, "do not vary") != NULL);
    /* persons and raters explain everything */
    g = gstudy_new(a, additive, 6);
    gstudy_facet(g, S("p"), p, 3);
    gstudy_facet(g, S("r"), r, 2);
    gstudy_effect(g, S("p"), 1);
    gstudy_effect(g, S("r"), 2);
    gstudy_effect(g, S("pr"), 3);
    assert_int_equal(gstudy_fit(g, 0, true, &f, &e), RC_OK);
    near(f.anova[0], 4, 1e-12);
    near(f.anova[1], 0.5, 1e-12);
    assert_true(!f.reml_done && strstr(f.why, "no residual variance") != NULL);
}

static void test_composite(void **state)
{
    /* Two strata of two items each, four persons; the second stratum is the first plus 1: perfectly correlated. */
    double y[16];
    uint32_t p[16], v[16], i[16];
    static const double first[4][2] = {{1, 2}, {2, 4}, {4, 3}, {5, 6}};
    for (uint32_t k = 0; k < 16; k++) {
        p[k] = k / 4;
        v[k] = k / 2 % 2;
        i[k] = k % 2;
        y[k] = first[p[k]][i[k]] + v[k];
    }
    double weight[] = {0.5, 0.5};
    struct composite c = {.weight = weight};
    struct composite_data d = {16, y, p, v, i, 4, 2, 2};
    (void)state;
    assert_int_equal(composite_fit(a, &d, &c, &e), RC_OK);
    near(c.stratum[0].p, c.stratum[1].p, 1e-12);
    near(c.stratum[0].items, 2, 1e-12);
    near(c.covariance[1], c.stratum[0].p + c.stratum[0].pi / 2, 1e-12); /* what is common to both means, errors too */
    near(c.total.rel_err, c.stratum[0].pi / 4, 1e-12);
    d.strata = 0;
    assert_int_equal(composite_fit(a, &d, &c, &e), RC_INVALID);
    for (uint32_t k = 0; k < 16; k++)
        p[k] = 0;
    d.strata = 2;
    assert_int_equal(composite_fit(a, &d, &c, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "stratum 1"));
}

/* ---- what pages ask
 * --------------------------------------------------------------------------------------------------- */
static void test_round_of_feedback(void **state)
{
    static const uint32_t person[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
    static const double score[] = {1, 2, 3, 5, 6, 7, 2, 4, 6, 9, 8, 7};
    struct reliability r;
    (void)state;
    assert_int_equal(reliability_of_raters(a, person, 4, score, 12, 0.8, &r, &e), RC_OK);
    near(r.raters, 3, 1e-12);
    near(r.single, (73.0 / 12) / (73.0 / 12 + 1.75), 1e-6);
    near(r.now, (73.0 / 12) / (73.0 / 12 + 1.75 / 3), 1e-6);
    near(r.sem, sqrt(1.75 / 3), 1e-6);
    assert_true(r.needed == 2);
    assert_int_equal(reliability_of_raters(a, person, 4, score, 1, 0.8, &r, &e), RC_INVALID);
    assert_int_equal(reliability_of_raters(a, person, 4, score, 3, 0.8, &r, &e), RC_INVALID);
    static const double same[12] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
    assert_int_equal(reliability_of_raters(a, person, 4, same, 12, 0.8, &r, &e), RC_OK);
    assert_true(is_missing(r.now) && is_missing(r.single) && is_missing(r.needed));
    static const double alike[] = {1, 5, 9, 5, 1, 9, 9, 1, 5, 1, 9, 5}; /* persons do not differ */
    assert_int_equal(reliability_of_raters(a, person, 4, alike, 12, 0.8, &r, &e), RC_OK);
    assert_true(r.now == 0 && is_missing(r.needed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATS_TEST(test_against_definitions), STATS_TEST(test_predictors), STATS_TEST(test_numbers_needed),
        STATS_TEST(test_degenerate),          STATS_TEST(test_composite),  STATS_TEST(test_round_of_feedback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
