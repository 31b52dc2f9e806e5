/* The frontier of a negotiation against what looking at every deal gives; a game worked out by hand; bounds. */
#include "arena_fixture.h"

#include "base/splitmix.h"
#include "engine/negotiation/negotiation.h"

/* Two issues; what one gives up on the first costs it little and helps the other much, and the other way round. Deals (first, second party):
 * (10,0)+(2,8)=12,8; (10,0)+(0,10)=10,10; (10,0)+(8,0)=18,0; (4,6)+...=6,14 4,16 12,6; (0,8)+...=2,16 0,18 8,8. */
static const size_t by_hand_options[] = {3, 3};
static const int64_t first_issue[] = {10, 0, 4, 6, 0, 8}, second_issue[] = {2, 8, 0, 10, 8, 0};
static const int64_t *const by_hand_points[] = {first_issue, second_issue};
static const int64_t by_hand_best[] = {5, 6};
static const struct negotiation_game by_hand = {2, 2, by_hand_options, by_hand_points, by_hand_best};

static void works_by_hand(void **state)
{
    (void)state;
    struct negotiation_map *m = negotiation_map_make(a, &by_hand);
    static const int64_t want[][2] = {{18, 0}, {12, 8}, {10, 10}, {6, 14}, {4, 16}, {0, 18}};
    assert_true(m->complete);
    assert_int_equal(m->count, COUNT_OF(want));
    for (size_t k = 0; k < m->count; k++) {
        assert_int_equal(m->frontier[k].points[0], want[k][0]);
        assert_int_equal(m->frontier[k].points[1], want[k][1]);
    }
    assert_int_equal(m->joint_most, 20);
    assert_int_equal(m->nash, 2); /* (10-5)*(10-6) = 20; (12-5)*(8-6) = 14; (6-5)*(14-6) = 8 */
    assert_int_equal(m->most[0], 18);
    assert_true(m->deals > 8.5 && m->deals < 9.5);
}

static void judges_by_hand(void **state)
{
    (void)state;
    struct negotiation_map *m = negotiation_map_make(a, &by_hand);
    struct negotiation_verdict v;
    negotiation_judge(&by_hand, m, (const uint16_t[]){2, 2}, &v); /* 8, 8 */
    assert_int_equal(v.joint, 16);
    assert_int_equal(v.gain, 5);
    assert_false(v.on_frontier);
    assert_int_equal(v.left, 4);
    assert_int_equal(v.better, 2); /* (10,10) is nearer than (12,8) */
    assert_true(v.distance > 0.157 && v.distance < 0.158); /* sqrt((2/18)^2 + (2/18)^2) */
    assert_false(v.below[0] || v.below[1]);
    negotiation_judge(&by_hand, m, (const uint16_t[]){1, 1}, &v); /* 4, 16 */
    assert_true(v.on_frontier && v.below[0] && !v.below[1]);
    assert_int_equal(v.left, 0);
    assert_true(v.distance < 1e-12);
}

/* Any game: each deal of the frontier is dominated by none of all deals, and each deal by one of the frontier or on it. */
#define GAMES 60
static void agrees_with_every_deal(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int game = 0; game < GAMES; game++) {
        arena_reset(a);
        struct negotiation_game g = {.parties = 2 + splitmix_next(&seed) % 3, .issues = 1 + splitmix_next(&seed) % 4};
        size_t *options = ARENA_ARRAY(a, g.issues, size_t), all = 1;
        const int64_t **points = ARENA_ARRAY(a, g.issues, const int64_t *);
        int64_t *best = ARENA_ARRAY(a, g.parties, int64_t);
        for (size_t k = 0; k < g.issues; k++) {
            options[k] = 1 + splitmix_next(&seed) % 5;
            all *= options[k];
            int64_t *row = ARENA_ARRAY(a, options[k] * g.parties, int64_t);
            for (size_t n = 0; n < options[k] * g.parties; n++)
                row[n] = (int64_t)(splitmix_next(&seed) % 12);
            points[k] = row;
        }
        g.options = options;
        g.points = points;
        g.best = best;
        struct negotiation_map *m = negotiation_map_make(a, &g);
        assert_true(m->complete);
        for (size_t deal = 0; deal < all; deal++) {
            uint16_t choices[NEGOTIATION_GAME_ISSUES] = {0};
            struct negotiation_verdict v;
            bool covered = false;
            for (size_t k = 0, rest = deal; k < g.issues; rest /= options[k++])
                choices[k] = (uint16_t)(rest % options[k]);
            negotiation_judge(&g, m, choices, &v);
            for (size_t k = 0; k < m->count; k++) {
                bool as_good = true, better = false, equal = true;
                for (size_t p = 0; p < g.parties; p++) {
                    as_good = as_good && v.points[p] >= m->frontier[k].points[p];
                    better = better || v.points[p] > m->frontier[k].points[p];
                    equal = equal && v.points[p] == m->frontier[k].points[p];
                    covered = covered || equal;
                }
                assert_false(as_good && better); /* nothing dominates the frontier */
            }
            assert_true(v.on_frontier == (v.left == 0));
            covered = false;
            for (size_t k = 0; k < m->count && !covered; k++) {
                covered = true;
                for (size_t p = 0; p < g.parties; p++)
                    covered = covered && m->frontier[k].points[p] >= v.points[p];
            }
            assert_true(covered);
        }
    }
}

static void counts_on_a_grid(void **state)
{
    (void)state;
    uint32_t counts[10 * 10], sum = 0;
    int64_t x, y;
    assert_true(negotiation_grid(&by_hand, 0, 1, 10, 10, 9, counts, &x, &y));
    for (size_t k = 0; k < COUNT_OF(counts); k++)
        sum += counts[k];
    assert_int_equal(sum, 9);
    assert_int_equal(x, 18);
    assert_int_equal(y, 18);
    assert_int_equal(counts[0 * 10 + 9], 1); /* (18, 0) */
    assert_true(negotiation_grid(&by_hand, 0, SIZE_MAX, 10, 10, 9, counts, &x, &y));
    assert_int_equal(counts[0 * 10 + 9], 1);
    assert_false(negotiation_grid(&by_hand, 0, 1, 10, 10, 8, counts, &x, &y));
}

/* Points that nobody can better: 2^13 deals, all on the frontier. It says that it is not all. */
static void says_when_it_is_not_all(void **state)
{
    (void)state;
    int64_t rows[13][4];
    const int64_t *points[13];
    size_t options[13];
    for (size_t k = 0; k < 13; k++) {
        options[k] = 2;
        rows[k][0] = rows[k][3] = 0;
        rows[k][1] = rows[k][2] = (int64_t)1 << k;
        points[k] = rows[k];
    }
    const struct negotiation_game g = {2, 13, options, points, (const int64_t[]){0, 0}};
    struct negotiation_map *m = negotiation_map_make(a, &g);
    assert_false(m->complete);
    assert_int_equal(m->count, NEGOTIATION_FRONTIER_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {IN_ARENA(works_by_hand), IN_ARENA(judges_by_hand), IN_ARENA(agrees_with_every_deal), IN_ARENA(counts_on_a_grid),
                                       IN_ARENA(says_when_it_is_not_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
