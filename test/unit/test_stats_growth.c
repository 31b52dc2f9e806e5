/* Growth models against the likelihood written out with whole matrices, which shares nothing with the engine: what the
 * engine tells is the same likelihood, and no step away from its answer is better. */
#include "chance.h"
#include "stats_fixture.h"

#include "engine/stats/growth.h"

#define ROWS_MOST 60
#define TERMS_MOST 6

/* ---- data
 * --------------------------------------------------------------------------------------------------------------- */

struct data {
    double y[ROWS_MOST], time[ROWS_MOST];
    uint32_t person[ROWS_MOST], group[ROWS_MOST];
    struct str label[ROWS_MOST];
    struct stats_levels persons, groups;
    struct growth_data d;
};

/* Unequal numbers of rows at unequal times, far from 0. */
static void make(struct data *x, uint32_t persons, double slopes, bool grouped)
{
    size_t n = 0;
    for (uint32_t who = 0; who < persons; who++) {
        double start = 4 * chance_normal(), grow = slopes * chance_normal();
        for (uint32_t k = 0; k < 3 + who % 4 && n < ROWS_MOST; k++, n++) {
            x->person[n] = who;
            x->group[n] = who % 2;
            x->time[n] = 2020 + k + 0.1 * (who % 3);
            x->y[n] = 50 + start + (1.5 + grow + 0.7 * (who % 2)) * (x->time[n] - 2020) + chance_normal();
        }
    }
    for (size_t k = 0; k < ROWS_MOST; k++)
        x->label[k] = S("x");
    x->persons = (struct stats_levels){persons, x->person, x->label};
    x->groups = (struct stats_levels){2, x->group, x->label};
    x->d = (struct growth_data){x->y, x->time, &x->persons, grouped ? &x->groups : NULL, 0, n};
}

/* ---- the likelihood written out
 * --------------------------------------------------------------------------------------------------- */

/* In place; returns the log of the determinant. */
static double cholesky(double *m, size_t n)
{
    double log_det = 0;
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < j; k++)
            for (size_t i = j; i < n; i++)
                m[i * n + j] -= m[i * n + k] * m[j * n + k];
        double root = sqrt(m[j * n + j]);
        log_det += 2 * log(root);
        for (size_t i = j; i < n; i++)
            m[i * n + j] /= root;
    }
    return log_det;
}

static void forward(const double *l, size_t n, double *b)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= l[i * n + k] * b[k];
        b[i] /= l[i * n + i];
    }
}

/* -2 log likelihood of variances: intercept, covariance, slope, residual. */
static double dense(const struct data *x, bool ml, const double *v)
{
    static double m[ROWS_MOST * ROWS_MOST], column[TERMS_MOST + 1][ROWS_MOST], xx[TERMS_MOST * TERMS_MOST],
        xy[TERMS_MOST];
    size_t n = x->d.n, p = x->d.group != NULL ? 4 : 2;
    for (size_t i = 0; i < n; i++) {
        bool other = x->group[i] != x->d.reference;
        for (size_t j = 0; j < n; j++) {
            double same = v[0] + v[1] * (x->time[i] + x->time[j]) + v[2] * x->time[i] * x->time[j];
            m[i * n + j] = (x->person[i] == x->person[j] ? same : 0) + (i == j ? v[3] : 0);
        }
        column[0][i] = 1;
        column[1][i] = x->time[i];
        column[2][i] = other;
        column[3][i] = other ? x->time[i] : 0;
        column[p][i] = x->y[i];
    }
    double deviance = cholesky(m, n), rest = 0;
    for (size_t c = 0; c <= p; c++)
        forward(m, n, column[c]);
    for (size_t i = 0; i < p; i++) {
        xy[i] = 0;
        for (size_t k = 0; k < n; k++)
            xy[i] += column[i][k] * column[p][k];
        for (size_t j = 0; j < p; j++) {
            xx[i * p + j] = 0;
            for (size_t k = 0; k < n; k++)
                xx[i * p + j] += column[i][k] * column[j][k];
        }
    }
    double restricted = cholesky(xx, p);
    forward(xx, p, xy);
    for (size_t k = 0; k < n; k++)
        rest += column[p][k] * column[p][k];
    for (size_t i = 0; i < p; i++)
        rest -= xy[i] * xy[i];
    return deviance + (ml ? 0 : restricted) + rest + (double)(ml ? n : n - p) * log(2 * M_PI);
}

static void check(const struct data *x, bool slope, bool ml)
{
    struct growth r;
    assert_int_equal(growth_fit(a, &x->d, slope, ml, 0.95, &r, &e), RC_OK);
    double v[] = {r.intercept_var, slope ? r.cov : 0, slope ? r.slope_var : 0, r.residual_var}, best = dense(x, ml, v);
    near_share(r.deviance, best, 2e-6);
    /* Steps along each entry of the factor and the residual; the factor is that at the mean of time, where it is well
     * conditioned. */
    double at = 2021.5, l0 = sqrt(v[0] + 2 * at * v[1] + at * at * v[2]), l1 = (v[1] + at * v[2]) / l0;
    double l2 = sqrt(fmax(v[2] - l1 * l1, 0));
    for (int k = 0; k < 4; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            double by = 1 + 0.02 * sign;
            double f0 = l0 * (k == 0 ? by : 1), f1 = l1 + (k == 1 && slope ? 0.02 * sign * (l2 + 0.01) : 0),
                   f2 = l2 * (k == 2 ? by : 1);
            double b = f1 * f1 + f2 * f2, c = f0 * f1;
            double w[] = {f0 * f0 - 2 * at * c + at * at * b, c - at * b, b, v[3] * (k == 3 ? by : 1)};
            if (!slope)
                w[0] = f0 * f0, w[1] = w[2] = 0;
            assert_true(dense(x, ml, w) >= best - 1e-5);
        }
}

static void test_against_whole_matrices(void **state)
{
    (void)state;
    static struct data x;
    for (int n = 0; n < 12; n++) {
        make(&x, 8 + (uint32_t)n % 4, n % 3 == 0 ? 1.2 : 0.4, n % 2 == 0);
        check(&x, true, n % 4 < 2);
        check(&x, false, n % 4 < 2);
        arena_reset(a);
    }
}

/* Time in other units and from another zero gives the same model. */
static void test_units(void **state)
{
    (void)state;
    static struct data x;
    struct growth r, s;
    make(&x, 10, 1, true);
    assert_int_equal(growth_fit(a, &x.d, true, false, 0.95, &r, &e), RC_OK);
    for (size_t k = 0; k < x.d.n; k++)
        x.time[k] = (x.time[k] - 2020) * 12;
    assert_int_equal(growth_fit(a, &x.d, true, false, 0.95, &s, &e), RC_OK);
    near_share(s.fixed[1].est, r.fixed[1].est / 12, 1e-6);
    near_share(s.fixed[3].se, r.fixed[3].se / 12, 1e-6);
    near_share(s.slope_var, r.slope_var / 144, 1e-4);
    near_share(s.slope[3], r.slope[3] / 12, 1e-4);
    near_share(s.fixed[0].est, r.fixed[0].est + 2020 * r.fixed[1].est, 1e-6);
    near_share(s.intercept[3], r.intercept[3] + 2020 * r.slope[3], 1e-4);
}

/* Persons who do not differ: the variances go to 0 and that is told. */
static void test_singular(void **state)
{
    (void)state;
    static struct data x;
    struct growth r;
    make(&x, 10, 0, false);
    for (size_t k = 0; k < x.d.n; k++)
        x.y[k] = 3 + (k % 2 == 0 ? 1 : -1);
    assert_int_equal(growth_fit(a, &x.d, false, false, 0.95, &r, &e), RC_OK);
    assert_true(r.singular);
    near_share(r.intercept_var, 0, 1e-6);
    near_share(r.intercept[0], 0, 1e-4);
}

static void refused(const struct growth_data *d, bool slope, const char *why)
{
    struct growth r;
    assert_int_equal(growth_fit(a, d, slope, false, 0.95, &r, &e), RC_INVALID);
    if (strstr(e.detail, why) == NULL)
        fail_msg("'%s' is not told, but: %s", why, e.detail);
}

static void test_refusals(void **state)
{
    (void)state;
    static struct data x;
    make(&x, 6, 1, true);
    struct growth_data d = x.d;
    d.n = 0;
    refused(&d, true, "two persons");
    d.n = 3;
    refused(&d, true, "two persons");
    make(&x, 6, 1, true);
    d = x.d;
    double kept = x.time[0];
    for (size_t k = 0; k < d.n; k++)
        x.time[k] = kept;
    refused(&d, true, "time does not vary");
    make(&x, 6, 1, true);
    for (size_t k = 0; k < d.n; k++)
        x.y[k] = 2 * x.time[k];
    refused(&x.d, true, "");
    make(&x, 6, 1, true);
    for (size_t k = 0; k < d.n; k++)
        x.group[k] = 0;
    refused(&x.d, true, "group");
    make(&x, 6, 1, true);
    for (size_t k = 0; k < d.n; k++)
        x.person[k] = (uint32_t)(k / 2 % 6);
    d = x.d;
    d.n = 12;
    refused(&d, true, "random slope");
    /* Rows with something missing are left out. */
    struct growth r;
    make(&x, 8, 1, false);
    x.y[2] = STATS_MISSING;
    x.person[5] = STATS_NONE;
    assert_int_equal(growth_fit(a, &x.d, true, false, 0.95, &r, &e), RC_OK);
    assert_int_equal(r.left_out, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATS_TEST(test_against_whole_matrices),
        STATS_TEST(test_units),
        STATS_TEST(test_singular),
        STATS_TEST(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
