/* Changes after a matching was made: the fewest moves against all stable matchings of thousands of tiny instances, the
 * rotations against the mentors' best, kept and released pairs. */
#include "match_tiny.h"

#include "engine/match/change.h"
#include "engine/match/match.h"
#include "engine/match/rotations.h"

static int moves_between(const struct tiny *t, const int *x, const int *y)
{
    int moves = 0;
    for (int i = 0; i < t->n; i++)
        moves += x[i] != y[i];
    return moves;
}

/* By trying all matchings; stable ones are counted. */
static int fewest_of_all(const struct tiny *t, const int *before, int *stable)
{
    int p[TINY_N], least = 1000;
    *stable = 0;
    tiny_none(t, p);
    do {
        if (!tiny_allowed(t, p) || tiny_blocking(t, p) != 0)
            continue;
        int moves = moves_between(t, before, p);
        least = moves < least ? moves : least;
        ++*stable;
    } while (tiny_next(t, p));
    return least;
}

/* A matching that stood: any at all, with pairs that may not be too, or one that was stable before. */
static void make_before(struct tiny *t, const struct hr *h, uint32_t *before)
{
    if (tiny_random(t, 2) == 0)
        match_mentor(h, before);
    else
        for (int i = 0; i < t->n; i++) {
            uint32_t j = tiny_random(t, (uint32_t)t->m + 1);
            before[i] = j == (uint32_t)t->m ? HR_NONE : j;
        }
}

static struct hr *change_one(struct tiny *t, const struct hr *h)
{
    int pins[TINY_M] = {0};
    for (int i = 0; i < t->n; i++)
        if (t->pinned[i] != TINY_NOBODY)
            pins[t->pinned[i]]++;
    uint32_t j = tiny_random(t, (uint32_t)t->m), capacity = tiny_random(t, 4);
    capacity = capacity < (uint32_t)pins[j] ? (uint32_t)pins[j] : capacity;
    t->capacity[j] = (int)capacity;
    return match_change_seats(h, a, &(struct match_seats){j, capacity}, 1);
}

static void fewest_moves_are_fewest(void **state)
{
    (void)state;
    int several = 0, met = 0, ties = 0;
    for (uint64_t seed = 1; seed <= 8000; seed++) {
        struct tiny t;
        bool tied = seed % 4 == 0;
        struct str text = tiny_make(&t, seed, (struct tiny_options){.ties = tied, .rules = seed % 3 == 0});
        struct hr *h = tiny_read(text, seed);
        uint32_t before[TINY_N], partner[TINY_N];
        int plain_before[TINY_N], plain[TINY_N], stable;
        make_before(&t, h, before);
        struct hr *now = change_one(&t, h);
        struct match_fewest r;
        match_fewest_moves(now, before, partner, &r);
        tiny_plain(&t, before, plain_before);
        tiny_plain(&t, partner, plain);
        if (!tiny_allowed(&t, plain) || tiny_blocking(&t, plain) != 0)
            fail_msg("not stable:\n%.*s", STR_ARG(text));
        int least = fewest_of_all(&t, plain_before, &stable);
        assert_int_equal(r.moves, moves_between(&t, plain_before, plain));
        assert_true((int)r.at_least <= least && (int)r.moves >= least);
        if (r.exact && (int)r.moves != least)
            fail_msg("%d moves, not %d:\n%.*s", (int)r.moves, least, STR_ARG(text));
        if (!tied)
            assert_true(r.exact);
        several += stable > 1 && !tied;
        ties += tied;
        met += tied && (int)r.moves == least;
        if (seed % 100 == 0)
            arena_reset(a);
    }
    assert_true(several > 30);
    assert_true(met * 100 >= ties * 98);
}

/* Square lists without much agreement, so that there are many stable matchings. */
static struct str square(uint64_t seed, uint32_t n, uint32_t capacity, uint32_t shift)
{
    struct buf b = buf_new(a, 4096);
    uint32_t m = n / capacity, *order = arena_alloc_raw(a, n * sizeof *order);
    uint64_t state = seed * 7919;
    buf_printf(&b, "%" PRIu32 " %" PRIu32 "\n", n, m);
    for (int side = 0; side < 2; side++) {
        uint32_t mine = side == 0 ? n : m, theirs = side == 0 ? m : n;
        for (uint32_t i = 0; i < mine; i++) {
            for (uint32_t k = 0; k < theirs; k++)
                order[k] = shift != 0 ? (k + i * (side == 0 ? 1 : capacity) + (side == 0 ? 0 : shift)) % theirs : k;
            for (uint32_t k = theirs; k-- > 1;) {
                uint32_t other = (uint32_t)(hr_ticket(state++, HR_MENTEE, 0) % (shift != 0 ? k / 8 + 1 : k + 1));
                uint32_t keep = order[k];
                other = shift != 0 ? k - other : other;
                order[k] = order[other];
                order[other] = keep;
            }
            buf_printf(&b, "%" PRIu32, i + 1);
            if (side == 1)
                buf_printf(&b, " %" PRIu32, capacity);
            for (uint32_t k = 0; k < theirs; k++)
                buf_printf(&b, " %" PRIu32, order[k] + 1);
            buf_ch(&b, '\n');
        }
    }
    return buf_text(&b);
}

/* All rotations together lead to the mentors' best; any set that is closed is stable. */
static void rotations_lead_to_the_mentors_best(void **state)
{
    (void)state;
    uint32_t total = 0;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        uint32_t n = 12 + (uint32_t)seed % 40, capacity = 1 + (uint32_t)seed % 3;
        n -= n % capacity;
        struct hr *h = tiny_read(square(seed, n, capacity, seed % 2 == 0 ? 1 : 0), seed);
        struct rotations r = rotations_find(h, a);
        uint32_t *mentor = ARENA_ARRAY(a, n, uint32_t), *p = ARENA_ARRAY(a, n, uint32_t);
        match_mentor(h, mentor);
        memcpy(p, r.best, n * sizeof *p);
        for (uint32_t x = 0; x < (r.count != 0 ? r.begin[r.count] : 0); x++) {
            assert_int_equal(p[r.move[x].mentee], r.move[x].from);
            p[r.move[x].mentee] = r.move[x].to;
        }
        assert_memory_equal(p, mentor, n * sizeof *p);
        total += r.count;
        int32_t *cost = ARENA_ARRAY(a, r.count, int32_t);
        for (uint32_t turn = 0; turn < 20; turn++) {
            struct match_check k;
            for (uint32_t x = 0; x < r.count; x++)
                cost[x] = (int32_t)(hr_ticket(seed, HR_MENTEE, turn * 1000 + x) % 7) - 3;
            rotations_cheapest(&r, n, cost, p);
            match_check(h, a, p, &k);
            assert_true(k.blocking == 0 && k.not_allowed == 0);
        }
        /* from a random stable matching and nothing changed: nobody moves */
        struct match_fewest f;
        uint32_t *again = ARENA_ARRAY(a, n, uint32_t);
        match_fewest_moves(h, p, again, &f);
        assert_int_equal(f.moves, 0);
        assert_true(f.exact);
        assert_memory_equal(p, again, n * sizeof *p);
        arena_reset(a);
    }
    assert_true(total > 1000);
}

static void pairs_are_kept_while_there_are_seats(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct tiny t;
        struct str text = tiny_make(&t, seed, (struct tiny_options){.ties = seed % 2 == 0, .rules = seed % 3 == 0});
        struct hr *h = tiny_read(text, seed);
        uint32_t before[TINY_N], partner[TINY_N];
        bool keep[TINY_N];
        match_fair(h, before);
        uint32_t j = tiny_random(&t, (uint32_t)t.m), capacity = tiny_random(&t, 3);
        struct hr *now = match_change_seats(h, a, &(struct match_seats){j, capacity}, 1);
        t.capacity[j] = (int)capacity;
        for (int i = 0; i < t.n; i++)
            keep[i] = tiny_random(&t, 2) == 0;
        now = match_change_keep(now, a, before, keep);
        match_fair(now, partner);
        struct match_check k;
        match_check(now, a, partner, &k);
        assert_true(k.blocking == 0 && k.not_allowed == 0);
        int kept = 0, wanted = 0;
        for (int i = 0; i < t.n; i++) {
            bool wish = before[i] != HR_NONE && (keep[i] || t.pinned[i] != TINY_NOBODY);
            if (wish && before[i] != j)
                assert_int_equal(partner[i], before[i]);
            wanted += wish && before[i] == j;
            kept += wish && before[i] == j && partner[i] == j;
            if (now->pinned != NULL && now->pinned[i] == HR_NONE)
                t.pinned[i] = TINY_NOBODY;
            if (now->pinned != NULL && now->pinned[i] != HR_NONE)
                t.pinned[i] = (int)now->pinned[i];
        }
        assert_true(kept >= (wanted < (int)capacity ? wanted : (int)capacity));
        int plain[TINY_N]; /* the released count again: stable by the plain rules, too */
        tiny_plain(&t, partner, plain);
        if (!tiny_allowed(&t, plain) || tiny_blocking(&t, plain) != 0)
            fail_msg("not stable:\n%.*s", STR_ARG(text));
        if (seed % 100 == 0)
            arena_reset(a);
    }
}

/* Who left is nobody's mentee and blocks nobody; the others are stable again with the fewest moves. */
static void who_leaves_is_out_of_everything(void **state)
{
    (void)state;
    int pins = 0, filled = 0;
    for (uint64_t seed = 1; seed <= 4000; seed++) {
        struct tiny t;
        struct str text = tiny_make(&t, seed, (struct tiny_options){.rules = seed % 2 == 0});
        struct hr *h = tiny_read(text, seed);
        uint32_t before[TINY_N], partner[TINY_N], gone = tiny_random(&t, (uint32_t)t.n);
        int plain_before[TINY_N], plain[TINY_N], stable;
        bool out[TINY_N] = {false};
        out[gone] = true;
        match_fair(h, before);
        struct match_fewest r;
        match_fewest_moves(match_change_without(h, a, out), before, partner, &r);
        pins += t.pinned[gone] != TINY_NOBODY;
        t.pinned[gone] = TINY_NOBODY;
        for (int j = 0; j < t.m; j++)
            t.likes[gone][j] = 0;
        tiny_plain(&t, before, plain_before);
        tiny_plain(&t, partner, plain);
        if (!tiny_allowed(&t, plain) || tiny_blocking(&t, plain) != 0)
            fail_msg("not stable without %d:\n%.*s", (int)gone + 1, STR_ARG(text));
        assert_int_equal(r.moves, fewest_of_all(&t, plain_before, &stable));
        filled += r.moves > 1;
        if (seed % 100 == 0)
            arena_reset(a);
    }
    assert_true(pins > 50 && filled > 50);
}

static void moves_are_listed(void **state)
{
    (void)state;
    struct hr *h = tiny_read(S("3 2\n1 1\n2 1 2\n3 2\n1 1 1 2\n2 2 2 3\n"), 1);
    uint32_t before[3], after[3];
    struct match_move *v;
    size_t count;
    match_fair(h, before);
    struct hr *now = match_change_seats(h, a, &(struct match_seats){0, 0}, 1);
    match_fair(now, after);
    match_moves(now, a, before, after, &v, &count);
    assert_int_equal(count, 1);
    assert_int_equal(v[0].mentee, 0);
    assert_int_equal(v[0].from, 0);
    assert_int_equal(v[0].to, HR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(fewest_moves_are_fewest),
        IN_ARENA(rotations_lead_to_the_mentors_best),
        IN_ARENA(pairs_are_kept_while_there_are_seats),
        IN_ARENA(who_leaves_is_out_of_everything),
        IN_ARENA(moves_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
