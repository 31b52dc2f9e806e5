/* Matching on preferences: every mode and the certificate against all matchings of thousands of tiny instances, the
 * reader's refusals, and what must hold on larger ones. */
#include "files.h"
#include "match_tiny.h"

static void from_plain(const struct tiny *t, const int *plain, uint32_t *partner)
{
    for (int i = 0; i < t->n; i++)
        partner[i] = plain[i] == TINY_NOBODY ? HR_NONE : (uint32_t)plain[i];
}

static int rank_or_last(const struct tiny *t, int i, int j)
{
    return j == TINY_NOBODY ? 99 : t->likes[i][j];
}

/* Best and worst rank that any stable matching gives each mentee; the size of the largest; the most of any matching. */
struct all_stable {
    int best[TINY_N], worst[TINY_N], count, largest, most;
};

static struct all_stable enumerate(const struct tiny *t)
{
    struct all_stable s = {.largest = -1};
    int p[TINY_N];
    for (int i = 0; i < t->n; i++)
        s.best[i] = 1000;
    tiny_none(t, p);
    do {
        if (!tiny_allowed(t, p))
            continue;
        int size = tiny_size(t, p);
        s.most = size > s.most ? size : s.most;
        if (tiny_blocking(t, p) != 0)
            continue;
        s.count++;
        s.largest = size > s.largest ? size : s.largest;
        for (int i = 0; i < t->n; i++) {
            int rank = t->pinned[i] != TINY_NOBODY ? 0 : rank_or_last(t, i, p[i]);
            s.best[i] = rank < s.best[i] ? rank : s.best[i];
            s.worst[i] = rank > s.worst[i] ? rank : s.worst[i];
        }
    } while (tiny_next(t, p));
    return s;
}

static void assert_stable(const struct tiny *t, const uint32_t *partner, struct str text)
{
    int plain[TINY_N];
    tiny_plain(t, partner, plain);
    if (!tiny_allowed(t, plain) || tiny_blocking(t, plain) != 0)
        fail_msg("not stable:\n%.*s", STR_ARG(text));
}

static void modes_are_optimal_on_strict_lists(void **state)
{
    (void)state;
    int several = 0;
    for (uint64_t seed = 1; seed <= 6000; seed++) {
        struct tiny t;
        struct str text = tiny_make(&t, seed, (struct tiny_options){.rules = seed % 2 == 0});
        struct hr *h = tiny_read(text, seed);
        struct all_stable all = enumerate(&t);
        uint32_t fair[TINY_N], mentor[TINY_N];
        match_fair(h, fair);
        match_mentor(h, mentor);
        assert_stable(&t, fair, text);
        assert_stable(&t, mentor, text);
        for (int i = 0; i < t.n; i++) {
            if (t.pinned[i] != TINY_NOBODY)
                continue;
            int plain[TINY_N];
            tiny_plain(&t, fair, plain);
            assert_int_equal(rank_or_last(&t, i, plain[i]), all.best[i]);
            tiny_plain(&t, mentor, plain);
            assert_int_equal(rank_or_last(&t, i, plain[i]), all.worst[i]);
        }
        several += all.count > 1;
        if (seed % 100 == 0)
            arena_reset(a);
    }
    assert_true(several > 30);
}

static void ties_are_broken_by_the_lottery(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4000; seed++) {
        struct tiny t;
        struct str text = tiny_make(&t, seed, (struct tiny_options){.ties = true, .rules = seed % 2 == 0});
        struct hr *h = tiny_read(text, seed), *again = tiny_read(text, seed);
        uint32_t fair[TINY_N], mentor[TINY_N], same[TINY_N];
        match_fair(h, fair);
        match_mentor(h, mentor);
        assert_stable(&t, fair, text);
        assert_stable(&t, mentor, text);
        match_fair(again, same);
        assert_memory_equal(fair, same, (size_t)t.n * sizeof *fair);
        for (size_t e = 1; e < h->pref_count; e++)
            if (hr_tied(h, e)) {
                enum hr_side other = e < h->list[HR_MENTOR][0].from ? HR_MENTOR : HR_MENTEE;
                assert_true(hr_ticket(seed, other, hr_who(h, e - 1)) < hr_ticket(seed, other, hr_who(h, e)));
            }
        if (seed % 100 == 0)
            arena_reset(a);
    }
}

static void reach_is_stable_and_near_the_largest(void **state)
{
    (void)state;
    int sum = 0, best = 0;
    for (uint64_t seed = 1; seed <= 4000; seed++) {
        struct tiny t;
        struct str text = tiny_make(&t, seed, (struct tiny_options){.ties = true, .rules = seed % 2 == 0});
        struct hr *h = tiny_read(text, seed);
        struct all_stable all = enumerate(&t);
        struct match_reach_result r;
        uint32_t partner[TINY_N];
        match_reach(h, partner, &r);
        assert_stable(&t, partner, text);
        int pins = 0;
        for (int i = 0; i < t.n; i++)
            pins += t.pinned[i] != TINY_NOBODY;
        assert_true(((int)r.first - pins) * 3 >= (all.largest - pins) * 2);
        assert_true(r.size >= r.first && (int)r.size <= all.largest);
        assert_int_equal(r.bound, all.most);
        sum += (int)r.size;
        best += all.largest;
        if (seed % 100 == 0)
            arena_reset(a);
    }
    assert_true(sum * 1000 >= best * 999);
}

/* Larger ones, contested, with seats of one to four and many ties. */
static struct str contested(uint64_t seed, uint32_t n, uint32_t m, uint32_t length)
{
    struct buf b = buf_new(a, 65536);
    uint64_t state = seed * 977;
    bool *listed = ARENA_ARRAY(a, (size_t)n * m, bool);
    buf_printf(&b, "%" PRIu32 " %" PRIu32 "\n", n, m);
    for (uint32_t i = 0; i < n; i++) {
        bool open = false;
        buf_printf(&b, "%" PRIu32, i + 1);
        for (uint32_t k = 0; k < length; k++) {
            uint32_t j = (uint32_t)(hr_ticket(state++, HR_MENTEE, 0) % m);
            if (listed[(size_t)i * m + j])
                continue;
            listed[(size_t)i * m + j] = true;
            bool more = hr_ticket(state++, HR_MENTEE, 0) % 3 == 0 && k + 1 < length;
            if (!more && open)
                buf_ch(&b, ')');
            buf_z(&b, more && !open ? " (" : " ");
            buf_printf(&b, "%" PRIu32, j + 1);
            open = more;
        }
        buf_z(&b, open ? ")\n" : "\n");
    }
    for (uint32_t j = 0; j < m; j++) {
        bool open = false;
        buf_printf(&b, "%" PRIu32 " %" PRIu64, j + 1, 1 + hr_ticket(state++, HR_MENTEE, 0) % 4);
        for (uint32_t turn = 0; turn < n; turn++) {
            uint32_t i = (turn + j * 13) % n;
            if (!listed[(size_t)i * m + j])
                continue;
            if (!open && hr_ticket(state++, HR_MENTEE, 0) % 2 == 0) {
                buf_z(&b, " (");
                open = true;
            }
            buf_printf(&b, " %" PRIu32, i + 1);
            if (open && hr_ticket(state++, HR_MENTEE, 0) % 3 == 0) {
                buf_z(&b, " )");
                open = false;
            }
        }
        buf_z(&b, open ? ")\n" : "\n");
    }
    return buf_text(&b);
}

/* Nothing here is one-sided: every entry has its twin in the other's list. */
static void assert_linked(const struct hr *h)
{
    assert_int_equal(h->one_sided, 0);
    for (int side = 0; side < 2; side++)
        for (uint32_t k = 0; k < h->count[side]; k++)
            for (uint32_t e = h->list[side][k].from; e < h->list[side][k].to; e++) {
                uint32_t twin = h->pref[e].twin, other = hr_who(h, e);
                assert_true(twin >= h->list[!side][other].from && twin < h->list[!side][other].to);
                assert_true(h->pref[twin].twin == e && hr_who(h, twin) == k);
            }
}

static void reach_is_stable_on_larger_ones(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        uint32_t n = 20 + (uint32_t)seed * 2;
        struct hr *h = tiny_read(contested(seed, n, seed % 2 == 0 ? n : n / 3, seed % 3 == 0 ? 45 : 4), seed);
        assert_linked(h);
        uint32_t *partner = ARENA_ARRAY(a, n, uint32_t), *fair = ARENA_ARRAY(a, n, uint32_t);
        struct match_reach_result r;
        struct match_check k, of_fair;
        match_reach(h, partner, &r);
        match_fair(h, fair);
        match_check(h, a, partner, &k);
        match_check(h, a, fair, &of_fair);
        assert_int_equal(k.not_allowed, 0);
        assert_int_equal(k.blocking, 0);
        assert_int_equal(k.matched, r.size);
        assert_true(r.size >= of_fair.matched && r.size <= r.bound);
        arena_reset(a);
    }
}

static void certificate_counts_what_there_is(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        struct tiny t;
        struct str text = tiny_make(
            &t, seed, (struct tiny_options){.ties = seed % 3 != 0, .rules = seed % 2 == 0, .quotas = seed % 5 == 0});
        struct hr *h = tiny_read(text, seed);
        int plain[TINY_N];
        tiny_none(&t, plain);
        do {
            uint32_t partner[TINY_N];
            struct match_check k;
            if (tiny_random(&t, 8) != 0)
                continue;
            from_plain(&t, plain, partner);
            match_check(h, a, partner, &k);
            bool allowed = tiny_allowed(&t, plain);
            assert_int_equal(k.not_allowed == 0, allowed);
            if (!allowed)
                continue;
            assert_int_equal(k.blocking, tiny_blocking(&t, plain));
            assert_int_equal(k.matched, tiny_size(&t, plain));
            assert_int_equal(k.quota_missing, tiny_missing(&t, plain));
        } while (tiny_next(&t, plain));
        if (seed % 100 == 0)
            arena_reset(a);
    }
}

/* The reasons that match_explain gives are true, and its smallest change does what it says and nothing smaller does. */
static void explanations_are_true(void **state)
{
    (void)state;
    int full = 0;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        struct tiny t;
        struct str text = tiny_make(&t, seed, (struct tiny_options){.ties = seed % 2 == 0, .rules = seed % 3 == 0});
        struct hr *h = tiny_read(text, seed);
        uint32_t partner[TINY_N], changed[TINY_N];
        match_fair(h, partner);
        for (int i = 0; i < t.n; i++) {
            struct match_reason *r;
            size_t count;
            match_explain(h, a, partner, HR_MENTEE, (uint32_t)i, match_fair, &r, &count);
            for (size_t k = 0; k < count; k++) {
                int j = (int)r[k].other;
                bool wanted = t.pinned[i] == TINY_NOBODY && tiny_may(&t, i, j) && partner[i] != (uint32_t)j &&
                              (partner[i] == HR_NONE || t.likes[i][partner[i]] > t.likes[i][j]);
                assert_int_equal(wanted, r[k].why == WHY_FULL || r[k].why == WHY_LOTTERY || r[k].why == WHY_NO_SEATS);
                assert_int_equal(r[k].why == WHY_EXCLUDED, t.excluded[i][j] && partner[i] != (uint32_t)j);
                if (r[k].seats_needed == 0)
                    continue;
                full++;
                h->seats[j] += r[k].seats_needed;
                match_fair(h, changed);
                assert_int_equal(changed[i], j);
                h->seats[j]--;
                match_fair(h, changed);
                assert_int_not_equal(changed[i], j);
                h->seats[j] -= r[k].seats_needed - 1;
            }
        }
        if (seed % 50 == 0)
            arena_reset(a);
    }
    assert_true(full > 500);
}

static void reader_refuses_with_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "line 1: the file is empty"},
        {"# nothing\n\n", "line 3: the file is empty"},
        {"2\n", "line 1: expected the number of mentors"},
        {"x 2\n", "line 1: expected the number of mentees, found 'x'"},
        {"1 1 1\n1 1\n1 1 1\n", "line 1: the first line holds two numbers"},
        {"99999999 1\n1\n", "line 1: 99999999 mentees and 1 mentors are announced"},
        {"2 1\n1 1\n", "line 3: the file ends after 1 of 2 mentees"},
        {"1 1\n1 2\n1 1 1\n", "line 2: mentor 2 is outside 1 to 1"},
        {"1 1\n1 0\n1 1 1\n", "line 2: mentor 0 is outside"},
        {"1 2\n1 2 2\n1 1\n2 1\n", "line 2: mentor 2 stands twice"},
        {"1 1\n1 -1\n1 1 1\n", "line 2: expected the number of a mentor, found '-1'"},
        {"1 1\n1 1a\n1 1 1\n", "line 2: expected the number of a mentor, found '1a'"},
        {"2 1\n1 1\n1 1\n1 1 1\n", "line 3: a second line for mentee 1"},
        {"1 1\n1 (1\n1 1 1\n", "line 2: '(' without ')'"},
        {"1 1\n1 1)\n1 1 1\n", "line 2: ')' without '('"},
        {"1 1\n1 ((1))\n1 1 1\n", "line 2: a tie within a tie"},
        {"1 1\n1 1\n1\n", "line 3: expected a capacity"},
        {"1 1\n1 1\n1 4294967296 1\n", "line 3: expected a capacity"},
        {"1 1\n1 1\n1 1 1\nZ 1 1\n", "line 4: expected X, P or Q"},
        {"1 1\n1 1\n1 1 1\nX 1\n", "line 4: expected the number of a mentor"},
        {"1 1\n1 1\n1 1 1\nX 1 1 1\n", "line 4: X has more numbers"},
        {"1 1\n1 1\n1 1 1\nP 1 1\nP 1 1\n", "line 5: mentee 1 is pinned twice"},
        {"1 1\n1 1\n1 0 1\nP 1 1\n", "more mentees are pinned to mentor 1 than the 0 seats"},
        {"1 1\n1 1\n1 1 1\nX 1 1\nP 1 1\n", "mentee 1 is pinned to mentor 1, but the pair is excluded"},
        {"1 1\n1 1\n1 1 1\nQ 1 2\n", "mentor 1 must have at least 2 mentees, but has 1 seats"},
    };
    for (size_t k = 0; k < COUNT_OF(cases); k++) {
        struct hr *h;
        struct err e = {0};
        assert_int_equal(hr_read(a, str_from(cases[k].text), 1, &h, &e), RC_INVALID);
        if (!str_starts(str_from(e.detail), str_from(cases[k].says)))
            fail_msg("said '%s', not '%s'", e.detail, cases[k].says);
    }
}

static void reader_takes_what_the_format_allows(void **state)
{
    (void)state;
    struct hr *h =
        tiny_read(S("\xEF\xBB\xBF# example\r\n3 2\r\n\r\n1 2 1\r\n2 (1 2) # tie\n3\t1\n2 2 ( 1 2 )\n1 1 3 1 2"), 1);
    uint32_t partner[3];
    assert_int_equal(h->capacity[0], 1);
    assert_int_equal(h->capacity[1], 2);
    match_fair(h, partner);
    assert_int_equal(partner[0], 1);
    assert_int_equal(partner[1], 1);
    assert_int_equal(partner[2], 0);
    h = tiny_read(S("0 0"), 1);
    match_fair(h, partner);
    h = tiny_read(S("2 0\n1\n2\n"), 1);
    match_fair(h, partner);
    assert_int_equal(partner[0], HR_NONE);
    h = tiny_read(S("0 1\n1 5"), 1);
    match_mentor(h, partner);
}

/* A mentee cannot gain by leaving out or swapping entries: tried on all swaps of small instances. */
static void fair_is_strategy_proof(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 600; seed++) {
        struct tiny t;
        struct str text = tiny_make(&t, seed, (struct tiny_options){0});
        struct hr *h = tiny_read(text, seed);
        uint32_t truth[TINY_N], lie[TINY_N];
        match_fair(h, truth);
        for (uint32_t i = 0; i < (uint32_t)t.n; i++) {
            struct hr_list list = h->list[HR_MENTEE][i];
            int mine = truth[i] == HR_NONE ? 99 : t.likes[i][truth[i]];
            for (uint32_t x = list.from; x < list.to; x++)
                for (uint32_t y = x; y < list.to; y++) {
                    struct hr_pref p = h->pref[x], q = h->pref[y];
                    h->pref[x] = q;
                    h->pref[y] = p;
                    if (x == y)
                        h->pref[x].twin = HR_NONE;
                    match_fair(h, lie);
                    assert_true((lie[i] == HR_NONE ? 99 : t.likes[i][lie[i]]) >= mine);
                    h->pref[x] = p;
                    h->pref[y] = q;
                }
        }
        if (seed % 100 == 0)
            arena_reset(a);
    }
}

/* Real lists, one-sided and empty ones among them; four other solvers agree on what is asserted. */
static void the_survey_has_its_known_result(void **state)
{
    (void)state;
    struct hr *h = tiny_read(file_shared(a, "match/mentor-survey-dirty.hr"), 1);
    uint32_t *fair = ARENA_ARRAY(a, 100, uint32_t), *mentor = ARENA_ARRAY(a, 100, uint32_t);
    struct match_check k;
    assert_int_equal(h->count[HR_MENTEE], 100);
    assert_int_equal(h->one_sided, 85);
    match_fair(h, fair);
    match_mentor(h, mentor);
    match_check(h, a, fair, &k);
    assert_true(k.matched == 37 && k.blocking == 0 && k.not_allowed == 0);
    assert_memory_equal(fair, mentor, 100 * sizeof *fair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(modes_are_optimal_on_strict_lists),
        IN_ARENA(ties_are_broken_by_the_lottery),
        IN_ARENA(reach_is_stable_and_near_the_largest),
        IN_ARENA(reach_is_stable_on_larger_ones),
        IN_ARENA(certificate_counts_what_there_is),
        IN_ARENA(explanations_are_true),
        IN_ARENA(reader_refuses_with_the_line),
        IN_ARENA(reader_takes_what_the_format_allows),
        IN_ARENA(fair_is_strategy_proof),
        IN_ARENA(the_survey_has_its_known_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
