/* The curriculum map and its gaps, on rows made by hand. */
#include "programme/curriculum/coverage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Two domains; behaviours under the first competency. */
static struct competency all[] = {
    {.competency = 100, .item = 1, .parent_item = 0, .depth = 0, .code = S_INIT("A"), .kind = S_INIT("domain")},
    {.competency = 101, .item = 2, .parent_item = 1, .depth = 1, .code = S_INIT("A1"), .kind = S_INIT("competency")},
    {.competency = 102, .item = 3, .parent_item = 2, .depth = 2, .code = S_INIT("A1.1"), .kind = S_INIT("behaviour")},
    {.competency = 103, .item = 4, .parent_item = 2, .depth = 2, .code = S_INIT("A1.2"), .kind = S_INIT("behaviour")},
    {.competency = 104, .item = 5, .parent_item = 1, .depth = 1, .code = S_INIT("A2"), .kind = S_INIT("competency")},
    {.competency = 105, .item = 6, .parent_item = 0, .depth = 0, .code = S_INIT("B"), .kind = S_INIT("domain")},
    {.competency = 106, .item = 7, .parent_item = 6, .depth = 1, .code = S_INIT("B1"), .kind = S_INIT("competency")},
    {.competency = 107, .item = 8, .parent_item = 6, .depth = 1, .code = S_INIT("B2"), .kind = S_INIT("competency")},
};
static struct competency shown[6];
static struct coverage_outline outline = {
    .all = all, .all_count = COUNT_OF(all), .shown = shown, .shown_count = COUNT_OF(shown)};
static const struct stage stages[] = {{.id = 11, .ordinal = 1, .title = S_INIT("Y1")},
                                      {.id = 12, .ordinal = 2, .title = S_INIT("Y2")}};

static int setup(void **state)
{
    static const size_t rows[] = {0, 1, 4, 5, 6, 7};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        shown[i] = all[rows[i]];
    *state = arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static struct coverage build(struct arena *a, const struct coverage_tag *tags, size_t n)
{
    struct coverage c;
    coverage_build(a, &outline, stages, COUNT_OF(stages), tags, n, &c);
    return c;
}

static void test_sessions_are_counted_once(void **state)
{
    const struct coverage_tag tags[] = {
        {1, 11, 101, 'I'}, {1, 11, 101, 'P'},
        {1, 11, 102, 'I'},                   /* one session: the competency twice, by a behaviour once */
        {2, 11, 103, 'I'},                   /* another by a behaviour alone */
        {3, 12, 101, 'A'}, {4, 0, 104, 'P'}, /* one of a course without a stage */
        {5, 11, 999, 'I'},                   /* of another framework */
    };
    struct coverage c = build(*state, tags, COUNT_OF(tags));
    assert_int_equal(c.row_count, 6);
    const struct coverage_row *a = &c.rows[0], *a1 = &c.rows[1], *a2 = &c.rows[2];
    assert_true(a->group && c.rows[3].group);
    assert_false(a1->group || a2->group);
    assert_int_equal(a1->competency->competency, 101);
    assert_int_equal(a1->cells[0].sessions[COVERAGE_INTRODUCED], 2);
    assert_int_equal(a1->cells[0].sessions[COVERAGE_PRACTISED], 1);
    assert_int_equal(a1->cells[0].sessions[COVERAGE_ANY], 2);
    assert_int_equal(a1->cells[1].sessions[COVERAGE_ASSESSED], 1);
    assert_int_equal(a1->total.sessions[COVERAGE_ANY], 3);
    assert_true(c.stageless);
    assert_int_equal(a2->cells[2].sessions[COVERAGE_PRACTISED], 1);
    assert_int_equal(a->total.sessions[COVERAGE_ANY], 4); /* the domain counts what is under it */
    assert_int_equal(a->cells[0].sessions[COVERAGE_INTRODUCED], 2);
    assert_int_equal(c.most[COVERAGE_ANY], 2);
    assert_int_equal(c.most[COVERAGE_ASSESSED], 1);
    assert_int_equal(c.rows[4].total.sessions[COVERAGE_ANY], 0);
}

static void test_an_empty_map(void **state)
{
    struct coverage c = build(*state, NULL, 0);
    struct coverage_gap *gaps;
    size_t n;
    assert_false(c.stageless);
    assert_int_equal(c.most[COVERAGE_ANY], 0);
    coverage_gaps(*state, &c, &gaps, &n);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(gaps[i].kind, GAP_NEVER_TOUCHED);
    struct coverage none;
    struct coverage_outline nothing = {0};
    coverage_build(*state, &nothing, stages, COUNT_OF(stages), NULL, 0, &none);
    coverage_gaps(*state, &none, &gaps, &n);
    assert_int_equal(n, 0);
}

static void test_gaps(void **state)
{
    const struct coverage_tag tags[] = {
        {1, 11, 102, 'I'}, /* A1: taught by a behaviour, never assessed */
        {2, 11, 104, 'A'}, /* A2: assessed, never taught */
        {3, 12, 106, 'I'},
        {4, 11, 106, 'A'}, /* B1: assessed a year before it is introduced */
    };                     /* B2: never touched */
    struct coverage c = build(*state, tags, COUNT_OF(tags));
    struct coverage_gap *gaps;
    size_t n;
    coverage_gaps(*state, &c, &gaps, &n);
    assert_int_equal(n, 4);
    static const struct {
        enum gap_kind kind;
        int64_t competency;
    } want[] = {
        {GAP_NEVER_ASSESSED, 101}, {GAP_NEVER_TAUGHT, 104}, {GAP_NEVER_TOUCHED, 107}, {GAP_ASSESSED_EARLY, 106}};
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(gaps[i].kind, want[i].kind);
        assert_int_equal(gaps[i].row->competency->competency, want[i].competency);
    }
    assert_int_equal(gaps[3].assessed_stage, 0);
    assert_int_equal(gaps[3].taught_stage, 1);
}

static void test_what_is_no_gap(void **state)
{
    const struct coverage_tag tags[] = {
        {1, 11, 101, 'I'}, {1, 11, 101, 'A'}, /* in the same stage */
        {2, 11, 104, 'P'}, {3, 12, 104, 'A'}, /* practised, though never introduced */
        {4, 11, 106, 'P'}, {5, 12, 106, 'I'}, {6, 12, 106, 'A'},
        {7, 0, 107, 'I'},  {8, 11, 107, 'A'}, /* a course without a stage has no place in the order */
    };
    struct coverage c = build(*state, tags, COUNT_OF(tags));
    struct coverage_gap *gaps;
    size_t n;
    coverage_gaps(*state, &c, &gaps, &n);
    assert_int_equal(n, 0);
    const struct coverage_tag late[] = {{4, 11, 106, 'P'}, {5, 12, 106, 'I'}, {6, 11, 106, 'A'}};
    c = build(*state, late, COUNT_OF(late)); /* practised with the assessment, introduced after it */
    coverage_gaps(*state, &c, &gaps, &n);
    assert_int_equal(gaps[n - 1].kind, GAP_ASSESSED_EARLY);
}

static void test_belonging(void **state)
{
    (void)state;
    assert_true(coverage_belongs(&outline, 101, 101));
    assert_true(coverage_belongs(&outline, 102, 101));
    assert_true(coverage_belongs(&outline, 103, 100));
    assert_false(coverage_belongs(&outline, 101, 102));
    assert_false(coverage_belongs(&outline, 104, 101));
    assert_false(coverage_belongs(&outline, 106, 100));
    assert_false(coverage_belongs(&outline, 999, 100));
}

static void test_shades(void **state)
{
    (void)state;
    assert_int_equal(coverage_shade(0, 3), 0);
    assert_int_equal(coverage_shade(1, 3), 1);
    assert_int_equal(coverage_shade(3, 3), 3);
    assert_int_equal(coverage_shade(1, 100), 1);
    assert_int_equal(coverage_shade(20, 100), 1);
    assert_int_equal(coverage_shade(21, 100), 2);
    assert_int_equal(coverage_shade(100, 100), 5);
    for (int64_t most = 1; most < 60; most++) {
        int last = 0;
        for (int64_t n = 1; n <= most; n++) {
            int shade = coverage_shade(n, most);
            assert_true(shade >= last && shade >= 1 && shade <= 5);
            assert_true(n <= coverage_shade_limit(shade, most));
            last = shade;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sessions_are_counted_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_empty_map, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gaps, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_gap, setup, teardown),
        cmocka_unit_test_setup_teardown(test_belonging, setup, teardown),
        cmocka_unit_test_setup_teardown(test_shades, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
