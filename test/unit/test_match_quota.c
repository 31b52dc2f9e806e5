/* Lower quotas against all matchings of thousands of tiny instances: when a stable one meets them, the fewest blocking
 * pairs, freedom from envy, and that there is none. */
#include "match_tiny.h"

#include "engine/match/match.h"
#include "engine/match/quota.h"

/* Somebody is preferred by a mentor to one it holds, and prefers that mentor. */
static int envy(const struct tiny *t, const int *p)
{
    int pairs = 0;
    for (int i = 0; i < t->n; i++)
        for (int j = 0; j < t->m; j++) {
            if (t->pinned[i] != TINY_NOBODY || !tiny_may(t, i, j) ||
                (p[i] != TINY_NOBODY && t->likes[i][p[i]] <= t->likes[i][j]))
                continue;
            bool worse = false;
            for (int k = 0; k < t->n; k++)
                worse |= p[k] == j && t->pinned[k] == TINY_NOBODY && t->ranks[j][k] > t->ranks[j][i];
            pairs += worse;
        }
    return pairs;
}

struct all {
    int matchings; /* that meet the quotas */
    int fewest;    /* blocking pairs of these */
    int envy_free;
};

static struct all look_at_all(const struct tiny *t)
{
    struct all all = {0, 1000, 0};
    int p[TINY_N];
    tiny_none(t, p);
    do {
        if (!tiny_allowed(t, p) || tiny_missing(t, p) != 0)
            continue;
        int blocking = tiny_blocking(t, p);
        all.matchings++;
        all.fewest = blocking < all.fewest ? blocking : all.fewest;
        all.envy_free += envy(t, p) == 0;
    } while (tiny_next(t, p));
    return all;
}

/* A quota that is below the pins or possible at all; tiny instances draw any. */
static void fewest_blocking_pairs(void **state)
{
    (void)state;
    int none = 0, unstable = 0, deep = 0, ties = 0, ties_met = 0;
    for (uint64_t seed = 1; seed <= 12000; seed++) {
        struct tiny t;
        bool tied = seed % 5 == 0;
        struct str text =
            tiny_make(&t, seed, (struct tiny_options){.ties = tied, .rules = seed % 3 == 0, .quotas = true});
        struct hr *h = tiny_read(text, seed);
        struct all all = look_at_all(&t);
        struct quota_result r;
        struct buf why = buf_new(a, 64);
        uint32_t partner[TINY_N];
        int plain[TINY_N];
        enum rc rc = quota_match(h, QUOTA_BLOCKING, QUOTA_EFFORT / 10, partner, &r, &why);
        if (rc != (all.matchings > 0 ? RC_OK : RC_CONFLICT))
            fail_msg("status %d, of %d matchings in\n%.*s", (int)rc, all.matchings, STR_ARG(text));
        if (rc != RC_OK) {
            none++;
            assert_true(str_starts(buf_text(&why), S("mentor ")));
            continue;
        }
        tiny_plain(&t, partner, plain);
        assert_true(tiny_allowed(&t, plain) && tiny_missing(&t, plain) == 0);
        assert_int_equal(r.blocking, tiny_blocking(&t, plain));
        assert_true((int)r.at_least <= all.fewest && (int)r.blocking >= all.fewest);
        if (!tied && (!r.exact || (int)r.blocking != all.fewest))
            fail_msg("%d blocking pairs, not %d, in\n%.*s", (int)r.blocking, all.fewest, STR_ARG(text));
        if (r.stable)
            assert_int_equal(r.blocking, 0);
        unstable += r.blocking != 0 && !tied;
        deep += r.blocking > 1 && !tied;
        ties += tied;
        ties_met += tied && (int)r.blocking == all.fewest;
        if (seed % 100 == 0)
            arena_reset(a);
    }
    assert_true(none > 1000 && unstable > 500 && deep > 50);
    assert_true(ties_met * 100 >= ties * 95);
}

/* Without the exact search what is found is allowed, and not far away. */
static void little_effort_is_a_heuristic(void **state)
{
    (void)state;
    int sum = 0, best = 0;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct tiny t;
        struct str text = tiny_make(&t, seed, (struct tiny_options){.rules = seed % 3 == 0, .quotas = true});
        struct hr *h = tiny_read(text, seed);
        struct all all = look_at_all(&t);
        struct quota_result r;
        struct buf why = buf_new(a, 64);
        uint32_t partner[TINY_N];
        int plain[TINY_N];
        if (quota_match(h, QUOTA_BLOCKING, seed % 2 == 0 ? 1 : 200, partner, &r, &why) != RC_OK)
            continue;
        tiny_plain(&t, partner, plain);
        assert_true(tiny_allowed(&t, plain) && tiny_missing(&t, plain) == 0);
        assert_true((int)r.at_least <= all.fewest && (int)r.blocking >= all.fewest);
        assert_int_equal(r.exact, r.at_least == r.blocking);
        sum += (int)r.blocking;
        best += all.fewest;
        if (seed % 100 == 0)
            arena_reset(a);
    }
    assert_true(sum <= best * 3);
}

static void nobody_is_envied(void **state)
{
    (void)state;
    int none = 0, found = 0;
    for (uint64_t seed = 1; seed <= 6000; seed++) {
        struct tiny t;
        struct str text = tiny_make(&t, seed, (struct tiny_options){.rules = seed % 3 == 0, .quotas = true});
        struct hr *h = tiny_read(text, seed);
        struct all all = look_at_all(&t);
        struct quota_result r;
        struct buf why = buf_new(a, 64);
        uint32_t partner[TINY_N];
        int plain[TINY_N];
        enum rc rc = quota_match(h, QUOTA_ENVY_FREE, QUOTA_EFFORT, partner, &r, &why);
        if (rc != (all.envy_free > 0 ? RC_OK : RC_CONFLICT))
            fail_msg("status %d, of %d without envy in\n%.*s", (int)rc, all.envy_free, STR_ARG(text));
        none += rc != RC_OK && all.matchings > 0;
        if (rc != RC_OK)
            continue;
        tiny_plain(&t, partner, plain);
        assert_true(tiny_allowed(&t, plain) && tiny_missing(&t, plain) == 0);
        assert_int_equal(envy(&t, plain), 0);
        found += !r.stable;
        if (seed % 100 == 0)
            arena_reset(a);
    }
    assert_true(none > 20 && found > 300);
}

/* 300 mentees, 100 mentors of four seats, the last five must have three: they cost others little. */
static void a_few_quotas_cost_little(void **state)
{
    (void)state;
    struct buf b = buf_new(a, 65536);
    bool *listed = ARENA_ARRAY(a, 300 * 100, bool);
    buf_z(&b, "300 100\n");
    for (uint32_t i = 0; i < 300; i++) {
        buf_printf(&b, "%" PRIu32, i + 1);
        for (uint32_t k = 0; k < 5; k++) {
            uint64_t x = hr_ticket(1, HR_MENTEE, i * 5 + k) % 10000;
            uint32_t j = (uint32_t)(x * x / 1000000); /* small numbers more often */
            if (!listed[i * 100 + j])
                buf_printf(&b, " %" PRIu32, j + 1);
            listed[i * 100 + j] = true;
        }
        buf_ch(&b, '\n');
    }
    for (uint32_t j = 0; j < 100; j++) {
        buf_printf(&b, "%" PRIu32 " 4", j + 1);
        for (uint32_t k = 0; k < 300; k++)
            if (listed[(k * 7 + j) % 300 * 100 + j])
                buf_printf(&b, " %" PRIu32, (k * 7 + j) % 300 + 1);
        buf_ch(&b, '\n');
    }
    for (uint32_t j = 95; j < 100; j++)
        buf_printf(&b, "Q %" PRIu32 " 3\n", j + 1);
    struct hr *h = tiny_read(buf_text(&b), 1);
    uint32_t *partner = ARENA_ARRAY(a, 300, uint32_t);
    for (int way = 0; way < 2; way++) {
        struct quota_result r;
        struct match_check k;
        struct buf why = buf_new(a, 64);
        assert_int_equal(quota_match(h, (enum quota_way)way, QUOTA_EFFORT / 20, partner, &r, &why), RC_OK);
        match_check(h, a, partner, &k);
        assert_true(!r.stable && r.stable_missing > 0);
        assert_true(k.not_allowed == 0 && k.quota_missing == 0 && k.blocking == r.blocking && k.matched == r.matched);
        assert_true(r.matched * 100 >= r.stable_matched * 85);
        assert_true(way == QUOTA_BLOCKING ? r.blocking <= 40 : k.envy == 0);
    }
}

static void reason_names_who_is_too_few(void **state)
{
    (void)state;
    struct hr *h = tiny_read(S("3 2\n1 1 2\n2 1 2\n3 1\n1 3 1 2 3\n2 2 1 2\nQ 1 2\nQ 2 2\n"), 1);
    struct quota_result r;
    struct buf why = buf_new(a, 64);
    uint32_t partner[3];
    assert_int_equal(quota_match(h, QUOTA_BLOCKING, QUOTA_EFFORT, partner, &r, &why), RC_CONFLICT);
    assert_true(str_find(buf_text(&why), S("must have 4 mentees in all, but only these"), NULL));
    assert_true(str_find(buf_text(&why), S("mentee 1, 2, 3 (3)"), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(fewest_blocking_pairs),    IN_ARENA(little_effort_is_a_heuristic), IN_ARENA(nobody_is_envied),
        IN_ARENA(a_few_quotas_cost_little), IN_ARENA(reason_names_who_is_too_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
