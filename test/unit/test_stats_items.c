/* Item-rest correlations: against figures worked out by hand, and at the edges. */
#include "engine/stats/item_rest.h"

#include "stats_fixture.h"

static void as_by_hand(void **unused)
{
    (void)unused;
    double at[] = {1, 1, 0, 1, .5, 1, 0, 0, 1, 1, 1, 0, 0, .5, 1, 0, 0, 1};
    struct stats_matrix x = {6, 3, at};
    struct item_rest out[3];
    item_rest_of(&x, 0.95, out);
    assert_int_equal(out[0].people, 6);
    near(out[0].mean, 0.5, 1e-12);
    near(out[0].r, 0, 1e-12);
    near(out[2].r, -sqrt(2.0 / 3), 1e-12); /* written the other way round */
    near(out[0].ci.hi, tanh(1.9599639845400545 / sqrt(3)), 1e-9);
    near(out[0].ci.lo, -out[0].ci.hi, 1e-12);
}

static void two_alike_go_together(void **unused)
{
    (void)unused;
    double at[] = {0, 0, 1, 1, .5, .5, 0, 0, 1, 1};
    struct stats_matrix x = {5, 2, at};
    struct item_rest out[2];
    item_rest_of(&x, 0.95, out);
    near(out[0].r, 1, 1e-12);
    assert_true(is_missing(out[0].ci.lo)); /* at the end of the scale Fisher's z is infinite */
}

static void what_is_missing_is_left_out(void **unused)
{
    (void)unused;
    double at[] = {1, STATS_MISSING, STATS_MISSING, 1, 1, 0, 0, 1, 1, 1, 0, 1};
    struct stats_matrix x = {6, 2, at};
    struct item_rest out[2];
    item_rest_of(&x, 0.95, out);
    assert_int_equal(out[0].people, 5);
    assert_int_equal(out[0].pairs, 4); /* who answered nothing else is no pair */
    near(out[0].r, -1 / sqrt(3), 1e-12); /* of (1,0) (0,1) (1,1) (0,1) */
}

static void nobody_differs(void **unused)
{
    (void)unused;
    double at[] = {1, 0, 1, 1, 1, 0};
    struct stats_matrix x = {3, 2, at};
    struct item_rest out[2];
    item_rest_of(&x, 0.95, out);
    assert_true(out[0].sd == 0);
    assert_true(is_missing(out[0].r) && is_missing(out[1].r));
    x.rows = 0;
    item_rest_of(&x, 0.95, out);
    assert_true(is_missing(out[0].mean));
}

int main(void)
{
    const struct CMUnitTest tests[] = {STATS_TEST(as_by_hand), STATS_TEST(two_alike_go_together), STATS_TEST(what_is_missing_is_left_out),
                                       STATS_TEST(nobody_differs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
