/* The many-facet rating scale: the likelihood equations hold, simulated measures come back, and what cannot be
 * estimated is refused with its reason. */
#include "chance.h"
#include "stats_fixture.h"

#include "engine/stats/mfrm.h"
#include "engine/stats/mfrm_inside.h"

#define MOST 4000

static uint32_t code[MFRM_FACETS][MOST];
static double rating[MOST];
static struct mfrm_data d;

static int set_up_data(void **state)
{
    d = (struct mfrm_data){.rating = rating};
    for (int f = 0; f < MFRM_FACETS; f++)
        d.code[f] = code[f];
    return set_up_stats(state);
}

static void add(uint32_t person, uint32_t rater, uint32_t item, double x)
{
    uint32_t at[MFRM_FACETS] = {person, rater, item};
    for (int f = 0; f < MFRM_FACETS; f++) {
        code[f][d.n] = at[f];
        if (at[f] >= d.levels[f])
            d.levels[f] = at[f] + 1;
    }
    rating[d.n++] = x;
}

static const double severity[4] = {-0.6, -0.1, 0.2, 0.5}, hard[3] = {-0.5, 0, 0.5}, into[3] = {-1.5, 0, 1.5};

/* 150 persons, each rated by two of four raters on three items in four categories. */
static void simulate(double spread)
{
    for (uint32_t p = 0; p < 150; p++) {
        double able = spread * chance_normal();
        for (uint32_t k = 0; k < 2; k++) {
            uint32_t r = (p + k * (1 + p / 4 % 3)) % 4;
            for (uint32_t i = 0; i < 3; i++) {
                double prob[MFRM_CATEGORIES_MOST], u = chance_share();
                uint32_t x = 0;
                mfrm_probabilities(able - severity[r] - hard[i], into, 4, prob);
                while (x < 3 && u > prob[x])
                    u -= prob[x++];
                add(p, r, i, x + 1);
            }
        }
    }
}

static void test_joint_equations(void **state)
{
    struct mfrm m;
    double expected[MFRM_FACETS][200] = {{0}}, seen[MFRM_FACETS][200] = {{0}}, sum[MFRM_FACETS] = {0};
    (void)state;
    simulate(1.2);
    assert_int_equal(mfrm_joint(a, &d, &m, &e), RC_OK);
    assert_int_equal(m.categories, 4);
    for (size_t i = 0; i < d.n; i++) {
        double p[MFRM_CATEGORIES_MOST], eta = 0;
        for (int f = 0; f < MFRM_FACETS; f++)
            eta += (f == MFRM_PERSON ? 1 : -1) * m.element[f][code[f][i]].measure;
        if (is_missing(eta)) /* of somebody with the lowest or highest alone */
            continue;
        mfrm_probabilities(eta, m.step, 4, p);
        for (int f = 0; f < MFRM_FACETS; f++) {
            expected[f][code[f][i]] += p[1] + 2 * p[2] + 3 * p[3];
            seen[f][code[f][i]] += rating[i] - 1;
        }
    }
    for (int f = 0; f < MFRM_FACETS; f++) {
        for (uint32_t c = 0; c < d.levels[f]; c++) {
            near(expected[f][c], seen[f][c], 1e-6); /* each raw score is what the measures expect */
            sum[f] += is_missing(m.element[f][c].measure) ? 0 : m.element[f][c].measure;
        }
    }
    near(sum[MFRM_PERSON], 0, 1e-6);
    near(sum[MFRM_ITEM], 0, 1e-6);
    near(m.step[0] + m.step[1] + m.step[2], 0, 1e-6);
    assert_true(m.element[MFRM_RATER][0].measure < m.element[MFRM_RATER][2].measure);
    assert_true(m.element[MFRM_RATER][1].infit > 0.7 && m.element[MFRM_RATER][1].infit < 1.3);
    assert_true(m.reliability[MFRM_PERSON].sample > 0.5);
}

static void test_marginal_comes_back(void **state)
{
    struct mfrm m;
    double mean = 0;
    (void)state;
    simulate(1.2);
    assert_int_equal(mfrm_marginal(a, &d, &m, &e), RC_OK);
    for (int r = 0; r < 4; r++)
        near(m.element[MFRM_RATER][r].measure, severity[r], 0.35);
    for (int i = 0; i < 3; i++)
        mean += m.element[MFRM_ITEM][i].measure / 3;
    for (int i = 0; i < 3; i++)
        near(m.element[MFRM_ITEM][i].measure - mean, hard[i], 0.35);
    near(m.step[0] + m.step[1] + m.step[2], 0, 1e-6);
    near(sqrt(m.variance), 1.2, 0.3);
    near(m.deviance, -2 * m.loglik, 1e-9);
    assert_true(m.eap_reliability > 0.5 && m.eap_reliability < 0.95);
}

/* Persons far apart need wider nodes than -8..8. */
static void test_marginal_wide(void **state)
{
    struct mfrm m;
    (void)state;
    simulate(3.5);
    assert_int_equal(mfrm_marginal(a, &d, &m, &e), RC_OK);
    near(sqrt(m.variance), 3.5, 1);
    assert_true(fabs(m.eap[0]) < 20 && m.eap_sd[0] > 0);
}

static void test_extreme_and_gaps(void **state)
{
    struct mfrm m;
    (void)state;
    for (uint32_t p = 0; p < 6; p++)
        for (uint32_t r = 0; r < 2; r++)
            for (uint32_t i = 0; i < 2; i++)
                add(p, r, i, p == 0 ? 1 : p == 5 ? 9 : (p + r + 2 * i) % 3 == 0 ? 1 : (p + i) % 2 ? 4 : 9);
    assert_int_equal(mfrm_joint(a, &d, &m, &e), RC_OK);
    assert_int_equal(m.categories, 3);
    assert_true(m.category[1] == 4);
    assert_int_equal(m.extreme, 8);
    assert_true(is_missing(m.element[MFRM_PERSON][0].measure) && is_missing(m.element[MFRM_PERSON][5].se));
    assert_true(!is_missing(m.element[MFRM_PERSON][2].measure));
    near(m.element[MFRM_PERSON][0].raw, 4, 1e-12);
}

static void test_refused(void **state)
{
    struct mfrm m;
    (void)state;
    assert_int_equal(mfrm_joint(a, &d, &m, &e), RC_INVALID);
    assert_int_equal(mfrm_marginal(a, &d, &m, &e), RC_INVALID);
    add(0, 0, 0, 2);
    add(1, 0, 0, 2);
    assert_int_equal(mfrm_joint(a, &d, &m, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "all ratings are the same"));
    add(1, 0, 0, 2.5);
    assert_int_equal(mfrm_joint(a, &d, &m, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "whole numbers"));
    d.n = 0;
    add(0, 0, 0, 1);
    add(1, 0, 0, 2);
    assert_int_equal(mfrm_joint(a, &d, &m, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "lowest or the highest"));
    d.n = 0; /* two groups of persons with raters of their own: who is able and who is kind cannot be told */
    for (uint32_t p = 0; p < 8; p++)
        for (uint32_t r = 0; r < 2; r++)
            for (uint32_t i = 0; i < 3; i++)
                add(p, p / 4 * 2 + r, i, 1 + (p * 7 + r * 3 + i * 5) % 3);
    assert_int_equal(mfrm_joint(a, &d, &m, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "do not hang together"));
    for (uint32_t k = 0; k < MFRM_CATEGORIES_MOST + 1; k++)
        add(0, 0, 0, k);
    assert_int_equal(mfrm_joint(a, &d, &m, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "different ratings"));
}

/* What would take long ends with a reason, and is not an answer that was cut off. */
static void test_marginal_gives_up(void **state)
{
    struct mfrm m;
    (void)state;
    for (uint32_t p = 0; p < 20; p++)
        for (uint32_t r = 0; r < 2; r++)
            for (uint32_t i = 0; i < 3; i++)
                add(p, r, i, 1 + p / 5 + (p * 7 + r * 3 + i * 5) % 3);
    d.work_most = 1e4;
    assert_int_equal(mfrm_marginal(a, &d, &m, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "did not settle"));
    d.work_most = 0;
    assert_int_equal(mfrm_marginal(a, &d, &m, &e), RC_OK);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up_data, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_joint_equations), T(test_marginal_comes_back), T(test_marginal_wide), T(test_extreme_and_gaps),
        T(test_refused), T(test_marginal_gives_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
