/* Draws against what they promise, on thousands of lists: every group as mixed as it can be, everybody equally likely to come into each
 * group, the share that chance gives against counting; terms where sides, opponents and byes are as even as they can be. */
#include "arena_fixture.h"

#include <math.h>

#include "base/splitmix.h"
#include "engine/draw/draw.h"

static struct str seed_of(uint64_t n)
{
    return str_printf(a, "seed %" PRIu64, n);
}

/* ---- seeds -------------------------------------------------------------------------------------------------------------------------- */

static void the_key_is_that_of_any_other_program(void **state)
{
    (void)state;
    /* printf 'apple/person/1' | sha256sum; printf apple | sha256sum */
    assert_true(draw_key(S("apple"), "person", 1) == UINT64_C(0x5067739ecc53cb9f));
    assert_true(str_eq(draw_commitment(a, S("apple")), S("3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b")));
    const uint32_t *order = draw_order(a, S("apple"), "person", 200);
    for (uint32_t k = 1; k < 200; k++)
        assert_true(draw_key(S("apple"), "person", order[k - 1] + 1) < draw_key(S("apple"), "person", order[k] + 1));
}

/* ---- groups ------------------------------------------------------------------------------------------------------------------------- */

static uint32_t count_in(const struct draw_person *p, const uint32_t *into, uint32_t n, uint32_t group, int kind, uint32_t is)
{
    uint32_t c = 0;
    for (uint32_t k = 0; k < n; k++)
        c += into[k] == group && (kind == 0 || (kind == 1 ? p[k].profession : p[k].stage) == is);
    return c;
}

static void assert_even(const struct draw_person *p, const uint32_t *into, uint32_t n, uint32_t groups, int kind, uint32_t is)
{
    uint32_t least = UINT32_MAX, most = 0;
    for (uint32_t g = 0; g < groups; g++) {
        uint32_t c = count_in(p, into, n, g, kind, is);
        least = c < least ? c : least;
        most = c > most ? c : most;
    }
    assert_true(most - least <= 1);
}

static void groups_are_as_even_as_can_be(void **state)
{
    (void)state;
    uint64_t dice = 7;
    for (uint64_t round = 0; round < 3000; round++) {
        struct draw_person p[60];
        uint32_t into[60], n = (uint32_t)(1 + splitmix_next(&dice) % 60), groups = (uint32_t)(1 + splitmix_next(&dice) % n);
        uint32_t professions = (uint32_t)(1 + splitmix_next(&dice) % 6), stages = (uint32_t)(1 + splitmix_next(&dice) % 7);
        uint64_t skew = splitmix_next(&dice) % 3;
        for (uint32_t k = 0; k < n; k++) {
            p[k] = (struct draw_person){(uint32_t)(splitmix_next(&dice) % professions), (uint32_t)(splitmix_next(&dice) % stages)};
            if (skew == 0 && splitmix_next(&dice) % 4 != 0)
                p[k].profession = 0;
            if (skew == 1)
                p[k].stage = p[k].profession % stages;
        }
        draw_groups(a, seed_of(round), p, n, groups, into);
        for (uint32_t k = 0; k < n; k++)
            assert_true(into[k] < groups);
        assert_even(p, into, n, groups, 0, 0);
        for (uint32_t is = 0; is < 7; is++) {
            assert_even(p, into, n, groups, 1, is);
            assert_even(p, into, n, groups, 2, is);
        }
        uint32_t kind[60];
        for (uint32_t k = 0; k < n; k++)
            kind[k] = p[k].profession;
        struct draw_mix m = draw_mix(a, kind, professions, into, n, groups);
        assert_true(m.differ == m.most && m.differ <= m.pairs);
        arena_reset(a);
    }
}

/* Twelve people, three groups: over many seeds each comes into each about as often. */
static void everybody_comes_into_each_group(void **state)
{
    (void)state;
    struct draw_person p[12];
    uint32_t into[12], times[12][3] = {0};
    for (uint32_t k = 0; k < 12; k++)
        p[k] = (struct draw_person){k < 5 ? 0 : k < 9 ? 1 : 2, k % 4};
    for (uint64_t s = 0; s < 6000; s++) {
        draw_groups(a, seed_of(s), p, 12, 3, into);
        for (uint32_t k = 0; k < 12; k++)
            times[k][into[k]]++;
        arena_reset(a);
    }
    for (uint32_t k = 0; k < 12; k++)
        for (uint32_t g = 0; g < 3; g++)
            assert_true(times[k][g] > 1800 && times[k][g] < 2200); /* 2000, standard deviation 37 */
}

/* What "by chance" is said to give, against shuffled lists. */
static void chance_is_what_shuffling_gives(void **state)
{
    (void)state;
    uint32_t kind[20], into[20];
    uint64_t dice = 3, pairs = 0, differ = 0;
    struct draw_mix m = {0};
    for (uint32_t k = 0; k < 20; k++)
        kind[k] = k < 11 ? 0 : k < 16 ? 1 : 2;
    for (int round = 0; round < 20000; round++) {
        for (uint32_t k = 0; k < 20; k++)
            into[k] = k % 6;
        for (uint32_t k = 19; k > 0; k--) {
            uint32_t other = (uint32_t)(splitmix_next(&dice) % (k + 1)), was = into[k];
            into[k] = into[other];
            into[other] = was;
        }
        m = draw_mix(a, kind, 3, into, 20, 6);
        pairs += m.pairs;
        differ += m.differ;
        assert_true(m.differ <= m.most);
        arena_reset(a);
    }
    assert_true(fabs((double)differ / (double)pairs - m.chance) < 0.005);
}

static void the_same_seed_gives_the_same_groups(void **state)
{
    (void)state;
    enum { MANY = DRAW_PEOPLE_MAX };
    struct draw_person *p = ARENA_ARRAY(a, MANY, struct draw_person);
    uint32_t *x = ARENA_ARRAY(a, MANY, uint32_t), *y = ARENA_ARRAY(a, MANY, uint32_t), differ = 0;
    for (uint32_t k = 0; k < MANY; k++)
        p[k] = (struct draw_person){k % 13, k / 7 % 9};
    draw_groups(a, S("one"), p, MANY, MANY / 6, x);
    draw_groups(a, S("one"), p, MANY, MANY / 6, y);
    assert_memory_equal(x, y, MANY * sizeof *x);
    draw_groups(a, S("two"), p, MANY, MANY / 6, y);
    for (uint32_t k = 0; k < MANY; k++)
        differ += x[k] != y[k];
    assert_true(differ > MANY / 2);
}

/* ---- terms -------------------------------------------------------------------------------------------------------------------------- */

static void terms_are_as_even_as_can_be(void **state)
{
    (void)state;
    for (uint32_t teams = 2; teams <= 17; teams++)
        for (uint32_t rounds = 1; rounds <= 40; rounds++) {
            uint32_t count, cycle = teams + teams % 2 - 1, met[17][17] = {0};
            struct draw_debate *d = draw_term(a, seed_of(teams * 100 + rounds), teams, rounds, &count);
            assert_int_equal(count, rounds * ((teams + 1) / 2));
            for (uint32_t r = 0; r < rounds; r++) {
                uint32_t seen = 0;
                for (uint32_t k = 0; k < count; k++)
                    if (d[k].round == r) {
                        assert_false(seen & 1u << d[k].in_favour);
                        seen |= 1u << d[k].in_favour;
                        if (d[k].against != DRAW_BYE) {
                            assert_false(seen & 1u << d[k].against);
                            seen |= 1u << d[k].against;
                            met[d[k].in_favour][d[k].against]++;
                        }
                    }
                assert_int_equal(seen, (1u << teams) - 1);
            }
            struct draw_balance b = draw_balance(a, teams, rounds, d, count);
            assert_true(b.side_gap <= 1 && b.side_gap == b.side_best);
            assert_true(b.meet_most == b.meet_best && b.bye_most == b.bye_best);
            for (uint32_t x = 0; x < teams && rounds % (2 * cycle) == 0; x++)
                for (uint32_t y = 0; y < x; y++)
                    assert_int_equal(met[x][y], met[y][x]); /* as often on one side as on the other */
            arena_reset(a);
        }
}

static void every_team_is_on_either_side_as_often(void **state)
{
    (void)state;
    uint32_t pro[6] = {0};
    double gap = 0;
    for (uint64_t s = 0; s < 4000; s++) {
        uint32_t count;
        struct draw_debate *d = draw_term(a, seed_of(s), 6, 3, &count);
        for (uint32_t k = 0; k < count; k++)
            pro[d[k].in_favour] += d[k].round == 0;
        gap = draw_balance(a, 6, 3, d, count).side_chance;
        arena_reset(a);
    }
    for (uint32_t k = 0; k < 6; k++)
        assert_true(pro[k] > 1850 && pro[k] < 2150); /* 2000, standard deviation 32 */
    assert_true(fabs(gap - 1.5) < 1e-9); /* three tosses: 3 in one of four, 1 in three of four */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(the_key_is_that_of_any_other_program),
        IN_ARENA(groups_are_as_even_as_can_be),
        IN_ARENA(everybody_comes_into_each_group),
        IN_ARENA(chance_is_what_shuffling_gives),
        IN_ARENA(the_same_seed_gives_the_same_groups),
        IN_ARENA(terms_are_as_even_as_can_be),
        IN_ARENA(every_team_is_on_either_side_as_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
