/* Maximum-weight matching against all matchings of tiny instances, and its own bound on larger ones. */
#include "arena_fixture.h"
#include "chance.h"

#include "base/buf.h"
#include "engine/match/score.h"

static struct str random_instance(uint32_t n, uint32_t m, uint32_t degree, uint32_t seats, int decimals)
{
    struct buf rows = buf_new(a, 1024), b = buf_new(a, 1024);
    uint32_t pairs = 0;
    bool *listed = ARENA_ARRAY(a, m, bool);
    for (uint32_t i = 0; i < n; i++) {
        struct buf row = buf_new(a, 64);
        uint32_t count = 0;
        memset(listed, 0, m * sizeof *listed);
        for (uint32_t k = 0; k < degree; k++) {
            uint32_t j = chance(m);
            if (listed[j])
                continue;
            listed[j] = true;
            count++;
            buf_printf(&row, " %" PRIu32 " %d", j + 1, (int)chance(60) - 10);
            if (decimals != 0 && chance(2) == 0)
                buf_printf(&row, ".%d", (int)chance(100));
        }
        buf_printf(&rows, "%" PRIu32 "%.*s\n", count, STR_ARG(buf_text(&row)));
        pairs += count;
    }
    buf_printf(&b, "%" PRIu32 " %" PRIu32 " %" PRIu32 "\n", n, m, pairs);
    for (uint32_t j = 0; j < m; j++)
        buf_printf(&b, "%s%" PRIu32, j != 0 ? " " : "", chance(seats + 1));
    buf_ch(&b, '\n');
    buf_str(&b, buf_text(&rows));
    return buf_text(&b);
}

static int64_t weight_of(const struct score *g, const uint32_t *partner)
{
    int64_t total = 0;
    uint32_t held[64] = {0};
    for (uint32_t i = 0; i < g->n; i++) {
        bool found = partner[i] == SCORE_NONE;
        for (uint32_t e = g->from[i]; e < g->from[i + 1]; e++)
            if (g->mentor[e] == partner[i]) {
                total += g->weight[e];
                found = true;
            }
        if (!found || (partner[i] != SCORE_NONE && ++held[partner[i] % 64] > g->capacity[partner[i]]))
            return INT64_MIN;
    }
    return total;
}

static int64_t best_of_all(const struct score *g)
{
    uint32_t pick[8] = {0}, partner[8];
    int64_t best = INT64_MIN;
    for (bool more = true; more;) {
        for (uint32_t i = 0; i < g->n; i++)
            partner[i] = pick[i] == 0 ? SCORE_NONE : g->mentor[g->from[i] + pick[i] - 1];
        int64_t w = weight_of(g, partner);
        best = w > best ? w : best;
        more = false;
        for (uint32_t i = 0; i < g->n && !more; i++) {
            more = pick[i] < g->from[i + 1] - g->from[i];
            pick[i] = more ? pick[i] + 1 : 0;
        }
    }
    return best;
}

static struct score *read_score(struct str text)
{
    struct score *g;
    struct err e = {0};
    if (score_read(a, text, &g, &e) != RC_OK)
        fail_msg("%s in\n%.*s", e.detail, STR_ARG(text));
    return g;
}

static void best_of_tiny_instances(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= 5000; seed++) {
        chance_state = seed;
        uint32_t n = chance(6), m = 1 + chance(5);
        struct score *g = read_score(random_instance(n, m, 1 + chance(5), 3, seed % 3 == 0));
        struct score_result r;
        uint32_t partner[8];
        assert_int_equal(score_solve(g, partner, &r, NULL), RC_OK);
        assert_int_equal(r.weight, best_of_all(g));
        assert_int_equal(r.weight, weight_of(g, partner));
        assert_int_equal(r.bound, r.weight);
        if (seed % 100 == 0)
            arena_reset(a);
    }
}

/* Sparse and dense: what the prices prove is what was found. */
static void larger_ones_meet_their_bound(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= 120; seed++) {
        chance_state = seed;
        uint32_t n = 50 + chance(400), m = 2 + chance(60);
        struct score *g = read_score(random_instance(n, m, seed % 2 == 0 ? 5 : 4 * m, 1 + n / m * 3, 0));
        struct score_result r;
        uint32_t *partner = ARENA_ARRAY(a, n, uint32_t);
        assert_int_equal(score_solve(g, partner, &r, NULL), RC_OK);
        assert_int_equal(r.weight, weight_of(g, partner));
        assert_int_equal(r.bound, r.weight);
        arena_reset(a);
    }
}

static void refusals_name_the_line(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "line 1: the file is empty"},
        {"1 1\n", "line 1: expected the number of pairs"},
        {"1 1 1 1\n", "line 1: the first line holds three"},
        {"9 9 999\n1\n", "line 1: the file is too short"},
        {"1 1 1\n1\n1 2 5\n", "line 3: mentor 2 is outside 1 to 1"},
        {"1 1 1\n1\n1 1 x\n", "line 3: expected a weight, found 'x'"},
        {"1 1 1\n1\n1 1 9999999999999999999999\n", "line 3: expected a weight"},
        {"1 1 1\n1\n1 1 5 5\n", "line 3: more than the 1 pairs"},
        {"1 1 1\n1\n2 1 5\n", "line 3: mentee 1 has 2 pairs"},
        {"1 1 2\n1\n1 1 5\n# end\n", "the first line announces 2 pairs, the lists hold 1"},
        {"1 1 1\n1\n1 1 5\n7\n", "line 4: something follows"},
        {"1 1 1\n1 1\n1 1 5\n", "line 2: more than 1 capacities"},
        {"2 1 1\n1\n1 1 5   \n", "line 4: the file ends after 1 of 2 mentees"},
        {"1 2 2\n1 1\n2 1 5 1 6\n", "line 3: mentor 1 stands twice"},
        {"1 1 1\n1\n1 1 0.1234567891\n", "a weight has 10 decimals"},
    };
    for (size_t k = 0; k < COUNT_OF(cases); k++) {
        struct score *g;
        struct err e = {0};
        assert_int_equal(score_read(a, str_from(cases[k].text), &g, &e), RC_INVALID);
        if (!str_starts(str_from(e.detail), str_from(cases[k].says)))
            fail_msg("said '%s', not '%s'", e.detail, cases[k].says);
    }
}

static void weights_that_do_not_fit_are_refused(void **unused)
{
    (void)unused;
    struct score *g = read_score(S("1 1 1\n1\n1 1 900000000000000000\n"));
    struct score_result r;
    struct err e = {0};
    uint32_t partner[1];
    assert_int_equal(score_solve(g, partner, &r, &e), RC_TOO_LARGE);
    assert_true(str_starts(str_from(e.detail), S("weights are too large")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(best_of_tiny_instances),
        IN_ARENA(larger_ones_meet_their_bound),
        IN_ARENA(refusals_name_the_line),
        IN_ARENA(weights_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
