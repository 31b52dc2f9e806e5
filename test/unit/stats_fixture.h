/* For tests of the statistics: an arena `a` and an error `e`, new for each test, and numbers that are nearly equal. */
#ifndef CADRE_TEST_STATS_FIXTURE_H
#define CADRE_TEST_STATS_FIXTURE_H

#include "arena_fixture.h"

#include <math.h>

#include "base/err.h"

static struct err e;

static int set_up_stats(void **state)
{
    e = (struct err){0};
    return set_up(state);
}

#define STATS_TEST(test) cmocka_unit_test_setup_teardown(test, set_up_stats, tear_down)

static inline void near_at(double x, double y, double off, int line)
{
    if (!(fabs(x - y) <= off))
        fail_msg("line %d: %.17g is not %.17g", line, x, y);
}

/* x is y, give or take `off`; or that share of y where y is beyond 1. */
#define near(x, y, off) near_at(x, y, off, __LINE__)
#define near_share(x, y, off) near_at(x, y, (off)*fmax(1, fabs((double)(y))), __LINE__)

#endif
