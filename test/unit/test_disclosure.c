/* Disclosure control: thousands of small random releases against an attacker who tries every table there is. The brute
 * force below shares nothing with the engine but the numbers: it lists all whole, not negative values of the hidden
 * cells that agree with what is shown. */
#include "arena_fixture.h"

#include <pthread.h>

#include "engine/disclosure/disclosure.h"

#define CELLS 64
#define SUMS 64
#define CAP 14 /* the brute force looks at values up to this where no total bounds them */

static uint64_t seed = 1;

static uint32_t draw(uint32_t below)
{
    seed += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = seed;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ z >> 31) % below);
}

/* ---- a release of the test's own, and the brute force
 * ------------------------------------------------------------------- */

struct sum {
    size_t total, parts[16], count;
};

struct plain {
    int64_t count[CELLS];
    enum disclosure_kind kind[CELLS];
    uint32_t cost[CELLS];
    size_t cells;
    struct sum sums[SUMS];
    size_t sum_count;
};

static size_t plain_cell(struct plain *p, int64_t count, enum disclosure_kind kind, bool total)
{
    assert_true(p->cells < CELLS);
    p->count[p->cells] = count;
    p->kind[p->cells] = kind;
    p->cost[p->cells] = total ? DISCLOSURE_COST_TOTAL : count == 0 ? DISCLOSURE_COST_ZERO : DISCLOSURE_COST_CELL;
    return p->cells++;
}

/* A total of the cells: a new cell. */
static size_t plain_total(struct plain *p, const size_t *parts, size_t count, enum disclosure_kind kind)
{
    struct sum s = {.count = count};
    int64_t sum = 0;
    for (size_t k = 0; k < count; k++) {
        s.parts[k] = parts[k];
        sum += p->count[parts[k]];
    }
    s.total = plain_cell(p, sum, kind, true);
    p->sums[p->sum_count++] = s;
    return s.total;
}

static struct disclosure *engine_of(const struct plain *p, struct disclosure_rule rule)
{
    struct disclosure *d = disclosure_new(a, rule);
    for (size_t k = 0; k < p->cells; k++)
        disclosure_add(d, p->count[k], p->kind[k], p->cost[k]);
    for (size_t s = 0; s < p->sum_count; s++) {
        uint32_t parts[16];
        for (size_t k = 0; k < p->sums[s].count; k++)
            parts[k] = (uint32_t)p->sums[s].parts[k];
        disclosure_add_sum(d, (uint32_t)p->sums[s].total, parts, p->sums[s].count);
    }
    return d;
}

struct brute {
    int64_t value[CELLS];
    bool known[CELLS];
    int64_t lo[CELLS], hi[CELLS];
    bool capped; /* some cell had no total to bound it: looked at up to CAP only */
};

/* Fills in what follows. False when a sum cannot hold. set: what was filled in. */
static bool follow(const struct plain *p, struct brute *b, size_t *set, size_t *count)
{
    bool again = true;
    while (again) {
        again = false;
        for (size_t s = 0; s < p->sum_count; s++) {
            const struct sum *m = &p->sums[s];
            int64_t rest = 0;
            size_t open = 0, which = 0;
            for (size_t k = 0; k <= m->count; k++) {
                size_t c = k == m->count ? m->total : m->parts[k];
                if (!b->known[c]) {
                    open++;
                    which = c;
                } else {
                    rest += c == m->total ? b->value[c] : -b->value[c];
                }
            }
            if (open == 0 && rest != 0)
                return false;
            if (open != 1)
                continue;
            int64_t v = which == m->total ? -rest : rest;
            if (v < 0 || v > CAP * 8)
                return false;
            b->value[which] = v;
            b->known[which] = true;
            set[(*count)++] = which;
            again = true;
        }
    }
    return true;
}

/* The most that an open cell can be, from the totals that are known. */
static int64_t most_of(const struct plain *p, struct brute *b, size_t cell)
{
    int64_t most = INT64_MAX;
    for (size_t s = 0; s < p->sum_count; s++) {
        const struct sum *m = &p->sums[s];
        int64_t rest = b->value[m->total];
        bool has = false;
        for (size_t k = 0; k < m->count; k++) {
            has = has || m->parts[k] == cell;
            rest -= b->known[m->parts[k]] ? b->value[m->parts[k]] : 0;
        }
        if (has && b->known[m->total] && rest < most)
            most = rest;
    }
    b->capped = b->capped || most == INT64_MAX;
    return most == INT64_MAX ? CAP : most;
}

/* Every table: depth by depth, with what follows filled in. The stack is as deep as there are cells. */
static void brute_from(const struct plain *p, struct brute *b)
{
    size_t set[CELLS], count = 0, open = SIZE_MAX;
    if (follow(p, b, set, &count)) {
        for (size_t k = 0; k < p->cells && open == SIZE_MAX; k++)
            if (!b->known[k])
                open = k;
        if (open == SIZE_MAX) {
            for (size_t k = 0; k < p->cells; k++) {
                b->lo[k] = b->value[k] < b->lo[k] ? b->value[k] : b->lo[k];
                b->hi[k] = b->value[k] > b->hi[k] ? b->value[k] : b->hi[k];
            }
        } else {
            int64_t most = most_of(p, b, open);
            b->known[open] = true;
            for (int64_t v = 0; v <= most; v++) {
                b->value[open] = v;
                brute_from(p, b);
            }
            b->known[open] = false;
        }
    }
    for (size_t k = 0; k < count; k++)
        b->known[set[k]] = false;
}

static void brute_force(const struct plain *p, const bool *hidden, struct brute *b)
{
    b->capped = false;
    for (size_t k = 0; k < p->cells; k++) {
        b->known[k] = !hidden[k];
        b->value[k] = hidden[k] ? 0 : p->count[k];
        b->lo[k] = INT64_MAX;
        b->hi[k] = -1;
    }
    brute_from(p, b);
}

/* ---- releases
 * ------------------------------------------------------------------------------------------------------------ */

static int64_t draw_count(void)
{
    return draw(4) == 0 ? 0 : (int64_t)draw(draw(2) == 0 ? 4 : 10);
}

/* rows x columns with all totals; extra: also the grand total of all cells, which is no network any more. */
static void table_of(struct plain *p, size_t rows, size_t columns, enum disclosure_kind totals, bool extra)
{
    size_t at[8][8], parts[16], row[8], column[8];
    *p = (struct plain){0};
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            at[r][c] = plain_cell(p, draw_count(), DISCLOSURE_OPEN, false);
    for (size_t r = 0; r < rows; r++)
        row[r] = plain_total(p, at[r], columns, totals);
    for (size_t c = 0; c < columns; c++) {
        for (size_t r = 0; r < rows; r++)
            parts[r] = at[r][c];
        column[c] = plain_total(p, parts, rows, totals);
    }
    size_t grand = plain_total(p, row, rows, totals);
    struct sum s = {.total = grand, .count = columns};
    memcpy(s.parts, column, columns * sizeof *column);
    p->sums[p->sum_count++] = s;
    if (!extra)
        return;
    s = (struct sum){.total = grand, .count = rows * columns};
    for (size_t k = 0; k < rows * columns; k++)
        s.parts[k] = k;
    p->sums[p->sum_count++] = s;
}

/* Groups of subgroups with their totals, some of them out already, some never printed. */
static void tree_of(struct plain *p)
{
    size_t groups[4], parts[4], group_count = 1 + draw(3);
    *p = (struct plain){0};
    for (size_t g = 0; g < group_count; g++) {
        size_t count = 1 + draw(3);
        for (size_t k = 0; k < count; k++)
            parts[k] = plain_cell(p, draw_count(), draw(6) == 0 ? DISCLOSURE_UNSEEN : DISCLOSURE_OPEN, false);
        groups[g] = plain_total(p, parts, count, draw(5) == 0 ? DISCLOSURE_OUT : DISCLOSURE_OPEN);
    }
    plain_total(p, groups, group_count, draw(2) == 0 ? DISCLOSURE_OUT : DISCLOSURE_OPEN);
}

/* 2 x 2 x 2 or 2 x 2 x 3 with all two-way margins, themselves with totals along the first of their axes. */
static void cube_of(struct plain *p, size_t deep)
{
    size_t at[2][2][3], xy[2][2], parts[4];
    *p = (struct plain){0};
    for (size_t x = 0; x < 2; x++)
        for (size_t y = 0; y < 2; y++)
            for (size_t z = 0; z < deep; z++)
                at[x][y][z] = plain_cell(p, draw_count(), DISCLOSURE_OPEN, false);
    for (size_t x = 0; x < 2; x++)
        for (size_t y = 0; y < 2; y++)
            xy[x][y] = plain_total(p, at[x][y], deep, DISCLOSURE_OPEN);
    for (size_t x = 0; x < 2; x++)
        for (size_t z = 0; z < deep; z++) {
            parts[0] = at[x][0][z];
            parts[1] = at[x][1][z];
            plain_total(p, parts, 2, DISCLOSURE_OPEN);
        }
    for (size_t y = 0; y < 2; y++)
        for (size_t z = 0; z < deep; z++) {
            parts[0] = at[0][y][z];
            parts[1] = at[1][y][z];
            plain_total(p, parts, 2, DISCLOSURE_OPEN);
        }
    plain_total(p, xy[0], 2, DISCLOSURE_OPEN);
}

static void read_hidden(const struct disclosure *d, const struct plain *p, bool *hidden)
{
    for (size_t k = 0; k < p->cells; k++)
        hidden[k] = disclosure_hidden(d, (uint32_t)k);
}

static bool is_exposed(const struct disclosure_result *r, size_t cell)
{
    for (size_t k = 0; k < r->exposed_count; k++)
        if (r->exposed[k] == cell)
            return true;
    return false;
}

/* What was decided, against the brute force: nothing small is shown, every small count has its width, and what is
 * called exposed stays narrow even when everything is hidden. */
static void check_release(const struct plain *p, struct disclosure_rule rule, struct disclosure *d,
                          const struct disclosure_result *r)
{
    bool hidden[CELLS], all[CELLS];
    struct brute b, everything;
    read_hidden(d, p, hidden);
    brute_force(p, hidden, &b);
    for (size_t k = 0; k < p->cells; k++)
        all[k] = p->kind[k] != DISCLOSURE_OUT;
    if (r->exposed_count != 0)
        brute_force(p, all, &everything);
    for (size_t k = 0; k < p->cells; k++) {
        bool small = p->count[k] > 0 && p->count[k] < rule.threshold && p->kind[k] != DISCLOSURE_OUT;
        if (!small)
            continue;
        assert_true(hidden[k]);
        if (is_exposed(r, k))
            assert_true(everything.hi[k] - everything.lo[k] < rule.min_width);
        else
            assert_true(b.hi[k] - b.lo[k] >= rule.min_width);
    }
    for (uint32_t k = 0; k < p->cells; k++) {
        struct disclosure_interval i = disclosure_attack(d, k);
        assert_true(b.capped ? i.lo <= b.lo[k] : i.lo == b.lo[k]);
        assert_true(b.capped ? i.hi >= b.hi[k] : i.hi == b.hi[k]);
    }
}

static void test_tables(void **state)
{
    (void)state;
    const struct disclosure_rule rule = {.threshold = 4, .min_width = 3};
    for (int n = 0; n < 4000; n++) {
        struct plain p;
        struct disclosure_result r;
        table_of(&p, 1 + draw(3), 1 + draw(3), n % 3 == 0 ? DISCLOSURE_OUT : DISCLOSURE_OPEN, false);
        struct disclosure *d = engine_of(&p, rule);
        disclosure_protect(d, DISCLOSURE_EFFORT_FULL, n % 2 == 0 ? 50 : 0, &r);
        assert_false(r.withheld);
        check_release(&p, rule, d, &r);
        arena_reset(a);
    }
}

static void test_trees(void **state)
{
    (void)state;
    const struct disclosure_rule rule = {.threshold = 4, .min_width = 4};
    for (int n = 0; n < 800; n++) {
        struct plain p;
        struct disclosure_result r;
        tree_of(&p);
        struct disclosure *d = engine_of(&p, rule);
        disclosure_protect(d, DISCLOSURE_EFFORT_FULL, n % 2 == 0 ? 50 : 0, &r);
        assert_false(r.withheld);
        check_release(&p, rule, d, &r);
        arena_reset(a);
    }
}

/* The same tables by both attacks: one sum that says nothing new makes the network a linear program. */
static void test_attacks_agree(void **state)
{
    (void)state;
    const struct disclosure_rule rule = {.threshold = 5, .min_width = 5};
    for (int n = 0; n < 1500; n++) {
        uint64_t from = seed;
        size_t rows = 2 + draw(3), columns = 2 + draw(3);
        struct plain p, q;
        struct disclosure_result r;
        bool hidden[CELLS];
        seed = from + 7;
        table_of(&p, rows, columns, DISCLOSURE_OUT, false);
        seed = from + 7;
        table_of(&q, rows, columns, DISCLOSURE_OUT, true);
        struct disclosure *flow = engine_of(&p, rule), *lp = engine_of(&q, rule);
        disclosure_protect(flow, DISCLOSURE_EFFORT_FULL, 50, &r);
        read_hidden(flow, &p, hidden);
        disclosure_hide_exactly(lp, hidden);
        for (uint32_t k = 0; k < p.cells; k++) {
            struct disclosure_interval x = disclosure_attack(flow, k), y = disclosure_attack(lp, k);
            assert_int_equal(x.lo, y.lo);
            assert_int_equal(x.hi, y.hi);
            assert_int_equal(disclosure_protected(flow, k), disclosure_protected(lp, k));
        }
        arena_reset(a);
    }
}

static void test_cubes(void **state)
{
    (void)state;
    const struct disclosure_rule rule = {.threshold = 3, .min_width = 2};
    for (int n = 0; n < 600; n++) {
        struct plain p;
        struct disclosure_result r;
        cube_of(&p, 2);
        struct disclosure *d = engine_of(&p, rule);
        disclosure_protect(d, DISCLOSURE_EFFORT_FULL, n % 4 == 0 ? 10 : 0, &r);
        assert_false(r.withheld);
        bool hidden[CELLS];
        struct brute b;
        read_hidden(d, &p, hidden);
        brute_force(&p, hidden, &b);
        for (size_t k = 0; k < p.cells; k++)
            if (p.count[k] > 0 && p.count[k] < rule.threshold) {
                assert_true(hidden[k]);
                assert_true(is_exposed(&r, k) || b.hi[k] - b.lo[k] >= rule.min_width);
            }
        arena_reset(a);
    }
}

/* ---- the smallest set
 * ---------------------------------------------------------------------------------------------------- */

/* The least cost of all sets of inner cells, by trying them all; 0 sets found gives UINT64_MAX. */
static uint64_t least_cost(const struct plain *p, size_t inner, struct disclosure_rule rule, size_t *how_many)
{
    uint64_t best = UINT64_MAX;
    *how_many = 0;
    for (uint32_t set = 0; set < 1u << inner; set++) {
        bool hidden[CELLS] = {false};
        uint64_t cost = 0;
        bool fine = true;
        struct brute b;
        for (size_t k = 0; k < inner; k++) {
            bool small = p->count[k] > 0 && p->count[k] < rule.threshold;
            fine = fine && !(small && (set >> k & 1) != 0);
            hidden[k] = small || (set >> k & 1) != 0;
            cost += (set >> k & 1) != 0 ? p->cost[k] : 0;
        }
        if (!fine || cost > best)
            continue;
        brute_force(p, hidden, &b);
        for (size_t k = 0; k < inner; k++)
            if (p->count[k] > 0 && p->count[k] < rule.threshold)
                fine = fine && b.hi[k] - b.lo[k] >= rule.min_width;
        if (!fine)
            continue;
        *how_many = cost < best ? 1 : *how_many + 1;
        best = cost;
    }
    return best;
}

static void test_smallest(void **state)
{
    (void)state;
    const struct disclosure_rule rule = {.threshold = 3, .min_width = 3};
    int compared = 0;
    for (int n = 0; n < 300; n++) {
        struct plain p;
        struct disclosure_result r;
        const struct disclosure_set *sets;
        size_t rows = 2 + draw(2), columns = 2 + draw(2), how_many;
        bool complete;
        table_of(&p, rows, columns, DISCLOSURE_OUT, n % 8 == 0);
        uint64_t least = least_cost(&p, rows * columns, rule, &how_many);
        struct disclosure *d = engine_of(&p, rule);
        disclosure_protect(d, DISCLOSURE_EFFORT_FULL, 90, &r);
        assert_int_equal(r.exposed_count == 0, least != UINT64_MAX);
        if (r.exposed_count == 0) {
            assert_true(r.smallest);
            assert_int_equal(r.cost, least);
            size_t got = disclosure_smallest_sets(d, DISCLOSURE_EFFORT_FULL, 500, &sets, &complete);
            assert_true(complete);
            assert_int_equal(got, how_many);
            check_release(&p, rule, d, &r);
            compared++;
        }
        arena_reset(a);
    }
    assert_true(compared > 100);
}

/* ---- for pages
 * ------------------------------------------------------------------------------------------------------------- */

static void test_groups(void **state)
{
    (void)state;
    bool shown[8];
    assert_true(disclosure_show_groups(a, disclosure_default, (int64_t[]){3, 9, 7}, 3, true, shown));
    assert_false(shown[0]);
    assert_true(shown[1]);
    assert_false(shown[2]); /* with the total and the 9, the 3 would be known; 7 is the lesser loss */
    assert_true(disclosure_show_groups(a, disclosure_default, (int64_t[]){3, 9, 7}, 3, false, shown));
    assert_true(!shown[0] && shown[1] && shown[2]);
    assert_true(disclosure_show_groups(a, disclosure_default, (int64_t[]){0, 9, 7}, 3, true, shown));
    assert_true(shown[0] && shown[1] && shown[2]);
    assert_true(disclosure_show_groups(a, disclosure_default, (int64_t[]){1, 2, 30}, 3, true, shown));
    assert_true(!shown[0] && !shown[1] && !shown[2]); /* 1 and 2 together are only 3 */
    assert_false(disclosure_show_groups(a, disclosure_default, (int64_t[]){1, 2}, 2, true, shown));
    assert_true(!shown[0] && !shown[1]);
    assert_true(disclosure_show_groups(a, disclosure_default, NULL, 0, true, shown));
    assert_true(disclosure_show_groups(a, disclosure_default, (int64_t[]){2}, 1, false, shown));
    assert_false(shown[0]);
}

/* A page that showed groups before: who came in between stays hidden. */
static void test_groups_again(void **state)
{
    (void)state;
    const int64_t before[] = {10, 9, 2};
    const bool before_shown[] = {true, false, false};
    bool shown[3];
    assert_true(disclosure_show_groups_again(a, disclosure_default, before, before_shown, before, 3, true, shown));
    assert_true(shown[0] && !shown[1] && !shown[2]); /* nothing is new, and nothing more is told */
    assert_false(disclosure_show_groups_again(a, disclosure_default, before, before_shown, (int64_t[]){11, 9, 2}, 3,
                                              true, shown));
    assert_true(!shown[0] && !shown[1] && !shown[2]); /* the totals tell that one came */
    assert_true(disclosure_show_groups_again(a, disclosure_default, before, before_shown, (int64_t[]){11, 9, 2}, 3,
                                             false, shown));
    assert_true(!shown[0] && shown[1] && !shown[2]);
    assert_true(disclosure_show_groups_again(a, disclosure_default, before, before_shown, (int64_t[]){20, 15, 9}, 3,
                                             true, shown));
    assert_true(shown[0]);
    /* One left, six came: the one is protected too. */
    assert_true(disclosure_show_groups_again(a, disclosure_default, before, before_shown, (int64_t[]){9, 15, 9}, 3,
                                             false, shown));
    assert_false(shown[0]);
}

static void test_page_tables(void **state)
{
    (void)state;
    for (int n = 0; n < 300; n++) {
        int64_t counts[100];
        bool shown[121], again[121];
        size_t rows = draw(11), columns = draw(11);
        for (size_t k = 0; k < rows * columns; k++)
            counts[k] = draw(3) == 0 ? (int64_t)draw(6) : (int64_t)draw(60);
        bool fine = disclosure_show_table(a, disclosure_default, counts, rows, columns, shown);
        assert_int_equal(fine, disclosure_show_table(a, disclosure_default, counts, rows, columns, again));
        assert_memory_equal(shown, again, (rows + 1) * (columns + 1));
        for (size_t r = 0; r < rows; r++)
            for (size_t c = 0; c < columns; c++)
                assert_true(!shown[r * (columns + 1) + c] || counts[r * columns + c] == 0 ||
                            counts[r * columns + c] >= 5);
        arena_reset(a);
    }
}

/* ---- over a whole release
 * ------------------------------------------------------------------------------------------------ */

/* A group of 20 was shown in May; in June it has 22. Two came, so June's count must not be shown; nor its rest of a
 * total. */
static void test_snapshots(void **state)
{
    (void)state;
    struct disclosure *d = disclosure_new(a, disclosure_default);
    struct disclosure_result r;
    uint32_t may = disclosure_add(d, 20, DISCLOSURE_OUT, 1), june = disclosure_add(d, 22, DISCLOSURE_OPEN, 1);
    uint32_t came = disclosure_add(d, 2, DISCLOSURE_UNSEEN, 1);
    uint32_t others = disclosure_add(d, 40, DISCLOSURE_OPEN, 1), all = disclosure_add(d, 62, DISCLOSURE_OPEN, 24);
    disclosure_add_sum(d, june, (uint32_t[]){may, came}, 2);
    disclosure_add_sum(d, all, (uint32_t[]){june, others}, 2);
    disclosure_protect(d, DISCLOSURE_EFFORT_FULL, 50, &r);
    assert_int_equal(r.exposed_count, 0);
    assert_true(r.smallest);
    assert_true(disclosure_hidden(d, june) && disclosure_hidden(d, others) && !disclosure_hidden(d, all));
    struct disclosure_interval i = disclosure_attack(d, came);
    assert_int_equal(i.lo, 0);
    assert_int_equal(i.hi, 42);
}

static void test_change_below_zero(void **state)
{
    (void)state;
    struct disclosure *d = disclosure_new(a, disclosure_default);
    struct disclosure_result r;
    uint32_t may = disclosure_add(d, 20, DISCLOSURE_OUT, 1), june = disclosure_add(d, 18, DISCLOSURE_OPEN, 1);
    uint32_t change = disclosure_add_change(d, -2);
    disclosure_add_sum(d, june, (uint32_t[]){may, change}, 2);
    disclosure_protect(d, DISCLOSURE_EFFORT_FULL, 50, &r);
    assert_true(disclosure_hidden(d, june));
    struct disclosure_interval i = disclosure_attack(d, change);
    assert_int_equal(i.lo, -20);
    assert_true(i.hi == DISCLOSURE_NO_LIMIT);
}

/* What is already out cannot be called back: told, and all of it withheld from pages. */
static void test_exposed(void **state)
{
    (void)state;
    struct disclosure *d = disclosure_new(a, disclosure_default);
    struct disclosure_result r;
    uint32_t x = disclosure_add(d, 3, DISCLOSURE_OPEN, 1), y = disclosure_add(d, 9, DISCLOSURE_OUT, 1);
    uint32_t t = disclosure_add(d, 12, DISCLOSURE_OUT, 1);
    disclosure_add_sum(d, t, (uint32_t[]){x, y}, 2);
    disclosure_protect(d, DISCLOSURE_EFFORT_FULL, 50, &r);
    assert_int_equal(r.exposed_count, 1);
    assert_int_equal(r.exposed[0], x);
}

/* Without effort nothing is shown. */
static void test_withheld(void **state)
{
    (void)state;
    struct plain p;
    struct disclosure_result r;
    do
        table_of(&p, 3, 3, DISCLOSURE_OPEN, false);
    while (p.count[0] != 2 || p.count[4] < 5);
    struct disclosure *d = engine_of(&p, disclosure_default);
    disclosure_protect(d, 3, 50, &r);
    assert_true(r.withheld);
    for (uint32_t k = 0; k < p.cells; k++)
        assert_true(disclosure_hidden(d, k));
    assert_int_equal(r.exposed_count, 0);
}

/* A page's release is made by a worker and its memory given back by the thread of the sockets, with more releases of that worker to come. */
static void *protect_elsewhere(void *arg)
{
    struct disclosure *d = disclosure_new(arg, disclosure_default);
    struct disclosure_result r;
    uint32_t x = disclosure_add(d, 3, DISCLOSURE_OPEN, 1), y = disclosure_add(d, 30, DISCLOSURE_OPEN, 1), t = disclosure_add(d, 33, DISCLOSURE_OPEN, 4);
    for (size_t k = 0; k < 3; k++) { /* three sums through one cell: no network */
        uint32_t rest = disclosure_add(d, 7 + (int64_t)k, DISCLOSURE_OPEN, 1), all = disclosure_add(d, 40 + (int64_t)k, DISCLOSURE_OPEN, 4);
        disclosure_add_sum(d, all, (uint32_t[]){t, rest}, 2);
    }
    disclosure_add_sum(d, t, (uint32_t[]){x, y}, 2);
    disclosure_protect(d, DISCLOSURE_EFFORT_PAGE, 5, &r);
    assert_true(disclosure_hidden(d, x));
    assert_true(disclosure_protected(d, x));
    disclosure_protect(d, DISCLOSURE_EFFORT_PAGE, 5, &r);
    return NULL;
}

static void test_memory_goes_elsewhere(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        pthread_t t;
        struct arena *own = arena_new(0);
        assert_int_equal(pthread_create(&t, NULL, protect_elsewhere, own), 0);
        assert_int_equal(pthread_join(t, NULL), 0);
        arena_free(own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(test_tables),        IN_ARENA(test_trees),
        IN_ARENA(test_attacks_agree), IN_ARENA(test_cubes),
        IN_ARENA(test_smallest),      IN_ARENA(test_groups),
        IN_ARENA(test_groups_again),  IN_ARENA(test_page_tables),
        IN_ARENA(test_snapshots),     IN_ARENA(test_change_below_zero),
        IN_ARENA(test_exposed),       IN_ARENA(test_withheld),
        IN_ARENA(test_memory_goes_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
