/* The table that the statistics read from CSV: numbers, words, levels, and what is said of wrong fields. */
#include "stats_fixture.h"

#include "engine/stats/stats.h"

static struct stats_table t;

static enum rc read_text(const char *text)
{
    e = (struct err){0};
    return stats_table_read(a, S("marks.csv"), str_from(text), &t, &e);
}

static void test_numbers(void **state)
{
    const double *x;
    (void)state;
    assert_int_equal(read_text("y,z\n1, 2.50\n-0.125,\n1e-3,NA\n12345678901234567890,.5\n0.1,007\n"), RC_OK);
    assert_int_equal(t.rows, 5);
    assert_int_equal(stats_numbers(&t, 0, &x, &e), RC_OK);
    assert_true(x[0] == 1 && x[1] == -0.125 && x[2] == 1e-3 && x[3] == 12345678901234567890.0 && x[4] == 0.1);
    assert_int_equal(stats_numbers(&t, 1, &x, &e), RC_OK);
    assert_true(x[0] == 2.5 && is_missing(x[1]) && is_missing(x[2]) && x[3] == 0.5 && x[4] == 7);
}

static void test_what_is_no_number(void **state)
{
    static const char *const wrong[] = {"x", "1,5", "inf", "-Infinity", "1e999", "0x10", "1 2", "--1", "5."};
    const double *x;
    (void)state;
    for (size_t k = 0; k < COUNT_OF(wrong); k++) {
        struct buf b = buf_new(a, 64);
        buf_printf(&b, "id,score\n1,3\n\n2,\"%s\"\n", wrong[k]);
        buf_ch(&b, '\0');
        assert_int_equal(read_text(b.p), RC_OK);
        if (strcmp(wrong[k], "5.") == 0) { /* as C reads it */
            assert_int_equal(stats_numbers(&t, 1, &x, &e), RC_OK);
            continue;
        }
        assert_int_equal(stats_numbers(&t, 1, &x, &e), RC_INVALID);
        assert_non_null(strstr(e.detail, "marks.csv, row 4, column score: '"));
    }
}

static void test_levels_in_order(void **state)
{
    struct stats_levels l;
    (void)state;
    assert_int_equal(read_text("who\n10\nb\n2\n\"\"\n1.0\n\xc3\xa4\n007\n7\n1\nb\n12345678901234567890\n"), RC_OK);
    stats_levels_of(a, &t, 0, &l);
    static const char *const order[] = {"1", "2", "7", "10", "007", "12345678901234567890", "b", "\xc3\xa4"};
    assert_int_equal(l.count, COUNT_OF(order));
    for (size_t k = 0; k < COUNT_OF(order); k++)
        assert_true(str_eq_z(l.label[k], order[k]));
    static const uint32_t codes[] = {3, 6, 1, 0, 7, 4, 2, 0, 6, 5}; /* the empty row is no row of a one-column file */
    assert_int_equal(t.rows, COUNT_OF(codes));
    for (size_t k = 0; k < COUNT_OF(codes); k++)
        assert_int_equal(l.code[k], codes[k]);
}

static void test_levels_together(void **state)
{
    struct stats_levels l[2];
    (void)state;
    assert_int_equal(read_text("x,y\nB,A\nC,\nA,3\n"), RC_OK);
    stats_levels_joint(a, &t, (size_t[]){0, 1}, 2, l);
    assert_int_equal(l[0].count, 4);
    assert_true(l[0].code[0] == 2 && l[0].code[1] == 3 && l[0].code[2] == 1);
    assert_true(l[1].code[0] == 1 && l[1].code[1] == STATS_NONE && l[1].code[2] == 0);
}

static void test_many_rows_and_late_words(void **state)
{
    struct buf b = buf_new(a, 1 << 20);
    struct stats_levels l;
    (void)state;
    buf_z(&b, "who,y\n");
    for (int k = 0; k < 100000; k++)
        buf_printf(&b, "%s%d,%d.5\n", k == 99999 ? "x" : "", k % 5000, k);
    buf_ch(&b, '\0');
    assert_int_equal(read_text(b.p), RC_OK);
    assert_int_equal(t.rows, 100000);
    stats_levels_of(a, &t, 0, &l);
    assert_int_equal(l.count, 5001);
    assert_int_equal(l.code[4999], 4999);
    assert_int_equal(l.code[99999], 5000);
    assert_true(str_eq(stats_text(&t, 1, 99999), S("99999.5")));
    assert_true(str_eq(stats_text(&t, 0, 99999), S("x4999")));
}

static void test_files_that_are_no_tables(void **state)
{
    size_t k;
    (void)state;
    assert_int_equal(read_text(""), RC_INVALID);
    assert_non_null(strstr(e.detail, "marks.csv"));
    assert_int_equal(read_text("a,b\n"), RC_INVALID);
    assert_non_null(strstr(e.detail, "no row below the header"));
    assert_int_equal(read_text("a,b\n1,\"2\n"), RC_INVALID);
    assert_non_null(strstr(e.detail, "row 2, column b"));
    assert_int_equal(read_text("a,b\n1,2,3\n"), RC_INVALID);
    assert_int_equal(read_text("a,a\n1,2\n"), RC_INVALID);
    assert_int_equal(read_text("a,b\n1,2\n"), RC_OK);
    assert_int_equal(stats_column_need(&t, S("c"), &k, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "there are a, b"));
    assert_int_equal(stats_column_need(&t, S("B"), &k, &e), RC_OK);
    assert_int_equal(k, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATS_TEST(test_numbers),
        STATS_TEST(test_what_is_no_number),
        STATS_TEST(test_levels_in_order),
        STATS_TEST(test_levels_together),
        STATS_TEST(test_many_rows_and_late_words),
        STATS_TEST(test_files_that_are_no_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
