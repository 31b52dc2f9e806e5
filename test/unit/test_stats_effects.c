/* Intervals, effect sizes, agreement, covariance, gaps: what can be worked out by hand, what must hold for all counts,
 * and input that has no answer. The reference cases of `./dev cases` hold the numbers of other tools. */
#include "stats_fixture.h"

#include "engine/stats/effect.h"
#include "engine/stats/gap.h"
#include "engine/stats/interval.h"
#include "engine/stats/linear.h"
#include "engine/stats/method_agreement.h"
#include "engine/stats/rmath.h"

#define assert_near(x, y) near_share((x), (y), 1e-9)
#define assert_missing(x) assert_true(is_missing(x))

/* ---- intervals
 * -------------------------------------------------------------------------------------------------------- */

typedef struct stats_interval (*proportion_fn)(double x, double n, double level);
static const proportion_fn proportions[] = {interval_wilson, interval_wilson_corrected, interval_clopper_pearson,
                                            interval_jeffreys, interval_agresti_coull};

static void test_proportions_hold(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT_OF(proportions); f++)
        for (double n = 1; n <= 30; n++) {
            double before = -1;
            for (double x = 0; x <= n; x++) {
                struct stats_interval i = proportions[f](x, n, 0.95), mirror = proportions[f](n - x, n, 0.95);
                assert_true(i.lo <= x / n && x / n <= i.hi && i.lo < i.hi);
                assert_true(fabs(i.lo - (1 - mirror.hi)) < 1e-9);
                assert_true(i.lo >= before);
                before = i.lo;
                if (proportions[f] != interval_agresti_coull)
                    assert_true(i.lo >= 0 && i.hi <= 1 && (x != 0 || i.lo == 0) && (x != n || i.hi == 1));
            }
        }
}

/* Each end of Clopper and Pearson's is where the tail is 2.5 per cent; Wilson's where the score test is at its edge. */
static void test_proportions_by_definition(void **state)
{
    (void)state;
    for (double x = 1; x < 17; x += 3) {
        struct stats_interval c = interval_clopper_pearson(x, 17, 0.9), w = interval_wilson(x, 17, 0.9);
        double z = qnorm(0.95, 0, 1, 1, 0);
        assert_near(pbinom(x - 1, 17, c.lo, 0, 0), 0.05);
        assert_near(pbinom(x, 17, c.hi, 1, 0), 0.05);
        assert_near((x / 17 - w.lo) / sqrt(w.lo * (1 - w.lo) / 17), z);
        assert_near((w.hi - x / 17) / sqrt(w.hi * (1 - w.hi) / 17), z);
    }
    struct stats_interval p = interval_poisson(4, 2, 0.95);
    assert_near(ppois(3, p.lo * 2, 0, 0), 0.025);
    assert_near(ppois(4, p.hi * 2, 1, 0), 0.025);
}

static void test_no_interval(void **state)
{
    (void)state;
    static const double wrong[][2] = {{0, 0},       {3, 2}, {-1, 5}, {1, -5}, {STATS_MISSING, 5}, {1, STATS_MISSING},
                                      {1, INFINITY}};
    for (size_t k = 0; k < COUNT_OF(wrong); k++) {
        double x = wrong[k][0], n = wrong[k][1];
        for (size_t f = 0; f < COUNT_OF(proportions); f++) {
            assert_missing(proportions[f](x, n, 0.95).lo);
            assert_missing(proportions[f](x, n, 0.95).hi);
        }
        assert_missing(interval_newcombe(x, n, 1, 2, 0.95).lo);
        assert_missing(interval_newcombe(1, 2, x, n, 0.95).hi);
        assert_missing(interval_katz(1, 2, x, n, 0.95).hi);
    }
    assert_missing(interval_poisson(-1, 1, 0.95).lo);
    assert_missing(interval_poisson(1, 0, 0.95).lo);
    assert_missing(interval_byar(1, -1, 0.95).lo);
    assert_missing(interval_katz(0, 5, 2, 5, 0.95).lo);
    assert_true(isinf(interval_katz(2, 5, 0, 5, 0.95).hi));
    struct stats_interval i = interval_clip((struct stats_interval){-0.2, 1.3}, 0, 1);
    assert_true(i.lo == 0 && i.hi == 1);
}

/* ---- effect sizes
 * --------------------------------------------------------------------------------------------------------- */

static void test_noncentral_t(void **state)
{
    (void)state;
    static const double t[] = {-8, -0.3, 0, 0.7, 2.5, 12, 60}, df[] = {2, 5, 40, 900};
    for (size_t i = 0; i < COUNT_OF(t); i++)
        for (size_t k = 0; k < COUNT_OF(df); k++) {
            struct stats_interval c = effect_noncentral_t(t[i], df[k], 0.95);
            assert_true(c.lo < c.hi);
            if (fabs(t[i]) > 30)
                continue;
            assert_true(fabs(pnt(t[i], df[k], c.lo, 1, 0) - 0.975) < 1e-8);
            assert_true(fabs(pnt(t[i], df[k], c.hi, 1, 0) - 0.025) < 1e-8);
        }
    assert_missing(effect_noncentral_t(STATS_MISSING, 4, 0.95).lo);
    assert_near(effect_j(2), 1 / sqrt(M_PI)); /* gamma(1) / gamma(1/2) */
    assert_missing(effect_j(1));
}

static void test_groups(void **state)
{
    (void)state;
    struct effect_groups r;
    const double x[] = {4, STATS_MISSING, 6, 8}, y[] = {1, 3, 5, 7};
    assert_int_equal(effect_of_groups(a, x, 4, y, 4, 0.95, &r, &e), RC_OK);
    assert_int_equal(r.n[0], 3);
    assert_near(r.mean[0], 6);
    assert_near(r.sd[0], 2);
    assert_near(r.d, 2 / sqrt((2 * 4 + 3 * 20.0 / 3) / 5));
    assert_near(r.cliff, 6.0 / 12); /* 4: 2 below 2 above; 6: 3 and 1; 8: 4 and 0 */
    assert_near(r.glass, 2 / sqrt(20.0 / 3));
    assert_true(r.d_ci.lo < r.d && r.d < r.d_ci.hi);
    const double flat[] = {2, 2, 2};
    assert_int_equal(effect_of_groups(a, flat, 3, flat, 3, 0.95, &r, &e), RC_OK);
    assert_missing(r.d);
    assert_missing(r.g_ci.lo);
    assert_missing(r.pooled.p);
    assert_missing(r.glass);
    assert_near(r.cliff, 0);
    assert_int_equal(effect_of_groups(a, x, 2, y, 4, 0.95, &r, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "1 and 4"));
    assert_int_equal(effect_of_groups(a, NULL, 0, NULL, 0, 0.95, &r, &e), RC_INVALID);
}

static void test_pairs(void **state)
{
    (void)state;
    struct effect_pairs r;
    const double pre[] = {10, 20, 30, STATS_MISSING, 5}, post[] = {11, 22, 33, 4, STATS_MISSING};
    assert_int_equal(effect_of_pairs(a, pre, post, 5, 0.95, &r, &e), RC_OK);
    assert_true(r.n == 3 && r.left_out == 2);
    assert_near(r.mean_diff, 2);
    assert_near(r.t.t, 2 * sqrt(3));
    assert_near(r.d_z, 2);
    assert_near(r.smcc.est, 2 * effect_j(2));
    assert_near(r.wilcoxon_v, 6);
    assert_near(r.wilcoxon_exact_p, 0.25);
    /* Everybody one point more: the change is certain, its size in its own spread is not defined. */
    const double up[] = {11.1, 21.1, 31.1}, from[] = {10.1, 20.1, 30.1};
    assert_int_equal(effect_of_pairs(a, from, up, 3, 0.95, &r, &e), RC_OK);
    assert_near(r.mean_diff, 1);
    assert_true(r.sd_diff == 0);
    assert_missing(r.d_z);
    assert_missing(r.t.p);
    assert_missing(r.smcc.est);
    assert_false(is_missing(r.smcr.est));
    assert_int_equal(effect_of_pairs(a, from, from, 3, 0.95, &r, &e), RC_OK);
    assert_missing(r.wilcoxon_p);
    assert_near(r.mean_diff, 0);
    const double flat[] = {3, 3, 3};
    assert_int_equal(effect_of_pairs(a, flat, up, 3, 0.95, &r, &e), RC_OK);
    assert_missing(r.r);
    assert_missing(r.smcr.est);
    assert_int_equal(effect_of_pairs(a, pre, post, 1, 0.95, &r, &e), RC_INVALID);
    assert_int_equal(effect_of_pairs(a, pre, post, 0, 0.95, &r, &e), RC_INVALID);
}

/* The exact distribution against all 2^n signs. */
static void test_wilcoxon_exact(void **state)
{
    (void)state;
    for (uint32_t signs = 0; signs < 1u << 7; signs += 5) {
        double zero[7] = {0}, d[7], v = 0;
        size_t as_far = 0;
        struct effect_pairs r;
        for (uint32_t k = 0; k < 7; k++) {
            d[k] = (signs >> k & 1) != 0 ? k + 1.0 : -(k + 1.0);
            v += d[k] > 0 ? d[k] : 0;
        }
        for (uint32_t other = 0; other < 1u << 7; other++) {
            double w = 0;
            for (uint32_t k = 0; k < 7; k++)
                w += (other >> k & 1) != 0 ? k + 1.0 : 0;
            as_far += fabs(w - 14) >= fabs(v - 14);
        }
        assert_int_equal(effect_of_pairs(a, zero, d, 7, 0.95, &r, &e), RC_OK);
        assert_near(r.wilcoxon_v, v);
        assert_near(r.wilcoxon_exact_p, (double)as_far / 128);
    }
}

/* Sizes 1, 1, 1, 2 have ranks 2, 2, 2, 4: V = 8 of 10, variance 4 5 9 / 24 - 24 / 48 = 7. */
static void test_wilcoxon_ties(void **state)
{
    (void)state;
    struct effect_pairs r;
    const double zero[5] = {0}, d[] = {1, 1, -1, 2, 0};
    assert_int_equal(effect_of_pairs(a, zero, d, 5, 0.95, &r, &e), RC_OK);
    assert_near(r.wilcoxon_v, 8);
    assert_near(r.wilcoxon_p, 2 * pnorm(-2.5 / sqrt(7), 0, 1, 1, 0));
    assert_missing(r.wilcoxon_exact_p);
}

static void test_mcnemar(void **state)
{
    (void)state;
    struct effect_mcnemar r;
    assert_int_equal(effect_mcnemar((double[2][2]){{10, 5}, {1, 20}}, &r, &e), RC_OK);
    assert_near(r.chisq, 16.0 / 6);
    assert_near(r.exact_p, 14.0 / 64); /* 2 (1 + 6) / 2^6 */
    assert_near(r.odds, 5);
    assert_int_equal(effect_mcnemar((double[2][2]){{10, 0}, {0, 20}}, &r, &e), RC_OK);
    assert_missing(r.p);
    assert_missing(r.exact_p);
    assert_int_equal(effect_mcnemar((double[2][2]){{10, -1}, {0, 20}}, &r, &e), RC_INVALID);
    assert_int_equal(effect_mcnemar((double[2][2]){{10, 0.5}, {0, 20}}, &r, &e), RC_INVALID);
}

/* ---- agreement
 * ------------------------------------------------------------------------------------------------------------------ */

static void test_agreement(void **state)
{
    (void)state;
    struct method_agreement r;
    const double x[] = {1, 2, 3, 4, STATS_MISSING}, same[] = {1, 2, 3, 4, 9}, up[] = {3, 4, 5, 6, 1},
                 flat[] = {2, 2, 2, 2, 2};
    assert_int_equal(method_agreement(x, same, 5, 0.95, &r, &e), RC_OK);
    assert_true(r.n == 4 && r.left_out == 1);
    assert_near(r.ccc, 1);
    assert_true(r.sd_diff == 0 && r.loa.lo == 0 && r.loa.hi == 0);
    assert_missing(r.ccc_ci.lo);
    assert_int_equal(method_agreement(x, up, 5, 0.95, &r, &e), RC_OK);
    assert_near(r.pearson, 1);
    assert_near(r.mean_diff, -2);
    assert_near(r.ccc, 2 * (5.0 / 3) / (10.0 / 3 + 4));
    assert_near(r.slope, 0);
    assert_int_equal(method_agreement(x, flat, 5, 0.95, &r, &e), RC_OK);
    assert_missing(r.ccc);
    assert_near(r.mean_diff, 0.5);
    const double p[] = {1, 2, 3, 4, 5, 6, 7}, q[] = {1.5, 1.4, 3.6, 4.4, 4.1, 6.5, 6.9};
    assert_int_equal(method_agreement(p, q, 7, 0.95, &r, &e), RC_OK);
    assert_true(r.ccc_ci.lo < r.ccc && r.ccc < r.ccc_ci.hi && r.ccc_ci.hi < 1);
    assert_int_equal(method_agreement(x, same, 1, 0.95, &r, &e), RC_INVALID);
}

/* ---- covariance
 * ----------------------------------------------------------------------------------------------------------------- */

static void test_ancova(void **state)
{
    (void)state;
    struct ancova r;
    struct str label[] = {S("A"), S("B"), S("C")};
    uint32_t code[] = {0, 0, 0, 1, 1, 1, STATS_NONE};
    struct stats_levels two = {2, code, label}, three = {3, code, label};
    /* y = 3 + 2 x + 5 in B, and one apart in each group, orthogonal to all terms */
    const double x[] = {1, 2, 3, 2, 3, 4, 9}, y[] = {5 + 1, 7 - 2, 9 + 1, 12 + 1, 14 - 2, 16 + 1, 1};
    assert_int_equal(ancova(a, y, x, &two, 7, 0, S("x"), S("g"), 0.95, &r, &e), RC_OK);
    assert_near(r.fit.term[0].coef, 3);
    assert_near(r.fit.term[1].coef, 2);
    assert_near(r.fit.term[2].coef, 5);
    assert_near(r.fit.rss, 12);
    assert_near(r.fit.df, 3);
    assert_true(str_eq_z(r.fit.term[2].name, "gB"));
    assert_int_equal(r.left_out, 1);
    assert_near(r.adjusted[1].coef - r.adjusted[0].coef, 5);
    assert_near(r.f, r.fit.term[2].t * r.fit.term[2].t);
    assert_int_equal(ancova(a, y, x, &two, 7, 1, S("x"), S("g"), 0.95, &r, &e), RC_OK);
    assert_near(r.fit.term[2].coef, -5);
    assert_int_equal(ancova(a, y, x, &three, 7, 0, S("x"), S("g"), 0.95, &r, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "group C"));
    const double flat[] = {4, 4, 4, 4, 4, 4, 4};
    assert_int_equal(ancova(a, y, flat, &two, 7, 0, S("x"), S("g"), 0.95, &r, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "term 2"));
    assert_int_equal(ancova(a, flat, x, &two, 7, 0, S("x"), S("g"), 0.95, &r, &e), RC_OK);
    assert_true(r.fit.sigma == 0);
    assert_missing(r.f);
    assert_int_equal(ancova(a, y, x, &two, 4, 0, S("x"), S("g"), 0.95, &r, &e), RC_OK); /* four rows, three terms */
    assert_int_equal(ancova(a, y, x, &two, 0, 0, S("x"), S("g"), 0.95, &r, &e), RC_INVALID);
}

/* ---- for pages
 * ------------------------------------------------------------------------------------------------------------------ */

static void test_gap(void **state)
{
    (void)state;
    assert_near(gap_sem(2, 0.75), 1);
    assert_missing(gap_sem(2, 1.1));
    assert_missing(gap_sem(-1, 0.5));
    struct gap g = gap_of(4.5, 0, 3, 0.8, 16, 0, 0.95);
    assert_near(g.gap, 1.5);
    assert_near(g.se, 0.2);
    assert_near(g.df, 15);
    assert_near(g.ci.lo, 1.5 - 0.2 * qt(0.975, 15, 1, 0));
    assert_true(g.beyond);
    assert_int_equal(gap_johari(&g, 3, 3.5), JOHARI_BLIND_SPOT);
    g = gap_of(4.5, 1, 3, 0.8, 16, 0, 0.95); /* her own score is uncertain too */
    assert_false(g.beyond);
    assert_int_equal(gap_johari(&g, 3, 3.5), JOHARI_NEED_KNOWN);
    assert_int_equal(gap_johari(&g, 4, 3.5), JOHARI_STRENGTH_KNOWN);
    g = gap_of(2, 0, 4, 0.5, 10, 0, 0.95);
    assert_int_equal(gap_johari(&g, 4, 3.5), JOHARI_STRENGTH_UNSEEN);
    g = gap_of(4, 0, 3.5, 0, 3, 1 / sqrt(12), 0.95); /* three equal ratings are no certainty */
    assert_false(g.beyond);
    g = gap_of(4, 0, 3, 0.5, 1, 0, 0.95);
    assert_missing(g.gap);
    assert_false(g.beyond);
    assert_int_equal(gap_johari(&g, 3, 3), JOHARI_UNTOLD);
    g = gap_of(STATS_MISSING, 0, 3, 0.5, 9, 0, 0.95);
    assert_int_equal(gap_johari(&g, 3, 3), JOHARI_UNTOLD);
    g = gap_change(3, 0.5, 10, 4, 0.5, 10, 0, 0.95);
    assert_near(g.gap, 1);
    assert_near(g.df, 18);
    assert_true(g.beyond);
    assert_missing(gap_change(3, 0.5, 1, 4, 0.5, 10, 0, 0.95).gap);
    g = gap_growth((double[]){0, 1, 2}, (double[]){1, 2, 3}, (double[]){0.1, 0.1, 0.1}, 3, 0.95);
    assert_near(g.gap, 1);
    assert_near(g.se, 0.1 / sqrt(2));
    assert_missing(gap_growth((double[]){1, 1}, (double[]){1, 2}, (double[]){0.1, 0.1}, 2, 0.95).gap);
    assert_missing(gap_growth((double[]){1, 2}, (double[]){1, 2}, (double[]){0, 0.1}, 2, 0.95).gap);
    assert_missing(gap_growth(NULL, NULL, NULL, 0, 0.95).gap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATS_TEST(test_proportions_hold), STATS_TEST(test_proportions_by_definition),
        STATS_TEST(test_no_interval),      STATS_TEST(test_noncentral_t),
        STATS_TEST(test_groups),           STATS_TEST(test_pairs),
        STATS_TEST(test_wilcoxon_exact),   STATS_TEST(test_wilcoxon_ties),
        STATS_TEST(test_mcnemar),          STATS_TEST(test_agreement),
        STATS_TEST(test_ancova),           STATS_TEST(test_gap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
