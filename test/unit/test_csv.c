/* base/csv and base/problems: every way a table can be written, and every way it can be wrong. */
#include "problems_fixture.h"

#include "base/csv.h"
#include "gen/msg_file.h"

static struct csv *open_text(struct str text)
{
    return csv_open(a, S("t.csv"), text, NULL, &problems);
}

/* The whole table as "line:field|field;..." for comparing. */
static struct str dump(struct csv *csv)
{
    struct buf b = buf_new(a, 0);
    struct csv_row row;
    while (csv_next(csv, &row)) {
        buf_printf(&b, "%zu:", row.line);
        for (size_t i = 0; i < row.count; i++)
            buf_printf(&b, "%s%.*s", i != 0 ? "|" : "", STR_ARG(row.fields[i]));
        buf_ch(&b, ';');
    }
    return buf_text(&b);
}

static void assert_dump(struct str text, const char *want)
{
    struct str got = dump(open_text(text));
    if (!str_eq_z(got, want))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static void assert_problem(size_t i, enum severity severity, msg_id msg, size_t row, const char *column)
{
    assert_true(i < problems.kept);
    const struct problem *p = &problems.items[i];
    assert_int_equal(p->severity, severity);
    assert_int_equal(p->msg, msg);
    assert_int_equal(p->row, row);
    assert_true(str_eq_z(p->column, column));
    assert_true(str_eq_z(p->file, "t.csv"));
}

static void test_shapes(void **state)
{
    (void)state;
    assert_dump(S("a,b\n1,2\n3,4\n"), "2:1|2;3:3|4;");
    assert_dump(S("a,b\r\n1,2\r\n3,4"), "2:1|2;3:3|4;");
    assert_dump(S("a,b\r1,2\r3,4\r"), "2:1|2;3:3|4;");
    assert_dump(S("\xEF\xBB\xBF"
                  "a;b\n1,5;2\n"),
                "2:1,5|2;");
    assert_dump(S("a\tb\n 1 \t\"x\ty\"\n"), "2: 1 |x\ty;");
    assert_dump(S("\"a,;;;\",b\n1,2\n"), "2:1|2;"); /* semicolons inside quotes do not count */
    assert_dump(S("a\n1\n\n\n2\n"), "2:1;5:2;");
    assert_dump(S("a,b\n,\n1,\n"), "3:1|;"); /* a line of separators holds nothing */
    assert_dump(S("a,b\n\"x \"\"y\"\"\",\"\"\n"), "2:x \"y\"|;");
    assert_dump(S("a,b\n\"one\r\ntwo\nthree\",2\n9,9\n"), "2:one\r\ntwo\nthree|2;5:9|9;");
    assert_dump(S("a,b\n\"\n\n\",2\n9,9\n"), "2:\n\n|2;5:9|9;");
    assert_dump(S("\n\na,b\n1,2\n"), "4:1|2;");
    assert_dump(S("a,b\n1,2,,\n"), "2:1|2;");
    assert_dump(S("a,b\n"), "");
    assert_int_equal(problems.errors + problems.warnings, 0);
}

static void test_columns(void **state)
{
    (void)state;
    struct csv *csv = open_text(S(" Id ,Given_Name,,e\n7,Ann,,x\n"));
    assert_int_equal(csv_column(csv, "id"), 0);
    assert_int_equal(csv_column(csv, "given_NAME"), 1);
    assert_int_equal(csv_column(csv, "nothing"), -1);
    struct csv_row row;
    assert_true(csv_next(csv, &row));
    assert_true(str_eq_z(csv_field(&row, 1), "Ann"));
    assert_null(csv_field(&row, -1).p);
    assert_int_equal(problems.errors, 0);
    assert_int_equal(csv_column_required(csv, "email"), -1);
    assert_problem(0, PROBLEM_ERROR, M_file_csv_column_missing, 1, "email");
    csv_warning_at(csv, &row, 2, M_file_empty, NULL);
    assert_problem(1, PROBLEM_WARNING, M_file_empty, 2, "3"); /* a column without a name is told by its number */
    struct err e;
    assert_int_equal(problems_check(&problems, &e), RC_INVALID);
    assert_int_equal(e.msg, M_file_csv_column_missing);
    assert_string_equal(e.field, "email");
}

static void test_quotes_wrong(void **state)
{
    (void)state;
    assert_dump(S("a,b\n1,2\n1,x\"y\n3,4\n"), "2:1|2;");
    assert_problem(0, PROBLEM_ERROR, M_file_csv_quote, 3, "b");
    assert_dump(S("a,b\n\"x\"y,2\n"), "");
    assert_problem(1, PROBLEM_ERROR, M_file_csv_quote, 2, "a");
    assert_dump(S("a,b\n1,2\n1,\"never\nclosed,3\n"), "2:1|2;");
    assert_problem(2, PROBLEM_ERROR, M_file_csv_quote_open, 3, "b");
    assert_dump(S("a,\"b"), "");
    assert_problem(3, PROBLEM_ERROR, M_file_csv_quote_open, 1, "2");
    assert_int_equal(problems.kept, 4);
}

static void test_rows_wrong(void **state)
{
    (void)state;
    assert_dump(S("a,b\n1,2,3\n4\n5,6\n"), "3:4|;4:5|6;");
    assert_problem(0, PROBLEM_ERROR, M_file_csv_row_long, 2, "");
    assert_true(str_eq_z(problems.items[0].detail, "3, 2"));
    assert_problem(1, PROBLEM_WARNING, M_file_csv_row_short, 3, "");
    assert_int_equal(problems.kept, 2);
}

static void test_text_wrong(void **state)
{
    (void)state;
    assert_dump(S("a,b\n1,M\xFCller\n2,x\0y\n"), "2:1|M\xEF\xBF\xBDller;3:2|x\xEF\xBF\xBDy;");
    assert_problem(0, PROBLEM_ERROR, M_file_utf8, 2, "b");
    assert_problem(1, PROBLEM_ERROR, M_file_control, 3, "b");
    assert_dump(S("\xFF\xFE"
                  "a\0"),
                "");
    assert_problem(2, PROBLEM_ERROR, M_file_utf16, 0, "");
    assert_dump(S(""), "");
    assert_problem(3, PROBLEM_ERROR, M_file_empty, 0, "");
    assert_dump(S("\r\n\n"), "");
    assert_problem(4, PROBLEM_ERROR, M_file_empty, 0, "");
    assert_dump(S("a,b,A\n1,2,3\n"), "2:1|2|3;");
    assert_problem(5, PROBLEM_ERROR, M_file_csv_column_twice, 1, "A");
    assert_int_equal(problems.kept, 6);
}

static void test_limits(void **state)
{
    (void)state;
    const struct csv_limits small = {.rows = 2, .columns = 3, .field = 4};
    assert_true(str_eq_z(dump(csv_open(a, S("t.csv"), S("a\n1\n2\n3\n4\n"), &small, &problems)), "2:1;3:2;"));
    assert_problem(0, PROBLEM_ERROR, M_file_csv_rows, 4, "");
    dump(csv_open(a, S("t.csv"), S("a,b,c,d\n1,2,3,4\n"), &small, &problems));
    assert_problem(1, PROBLEM_ERROR, M_file_csv_columns, 1, "");
    assert_true(str_eq_z(dump(csv_open(a, S("t.csv"), S("a\n1234\n"), &small, &problems)), "2:1234;"));
    dump(csv_open(a, S("t.csv"), S("a\n12345\n"), &small, &problems));
    assert_problem(2, PROBLEM_ERROR, M_file_csv_field_long, 2, "a");
    assert_int_equal(problems.kept, 3);

    struct buf b = buf_new(a, 0); /* a field that never ends is given up long before the end of the file */
    buf_z(&b, "a\n\"");
    for (int i = 0; i < 1000000; i++)
        buf_ch(&b, 'x');
    dump(open_text(buf_text(&b)));
    assert_problem(3, PROBLEM_ERROR, M_file_csv_field_long, 2, "a");

    b.n = 0; /* one that fits is read whole across the pieces */
    buf_z(&b, "a,b\n\"");
    for (int i = 0; i < 65536; i++)
        buf_ch(&b, 'x');
    buf_z(&b, "\",7\n");
    struct csv *csv = open_text(buf_text(&b));
    struct csv_row row;
    assert_true(csv_next(csv, &row));
    assert_int_equal(row.fields[0].n, 65536);
    assert_true(str_eq_z(row.fields[1], "7"));
    assert_int_equal(problems.kept, 4);
}

static void test_problems_bounded(void **state)
{
    (void)state;
    for (size_t i = 0; i < 150; i++)
        problems_warn(&problems, S("f"), i, S(""), M_file_empty, NULL);
    assert_int_equal(problems.kept, PROBLEMS_KEPT);
    struct err e;
    assert_int_equal(problems_check(&problems, &e), RC_OK);
    problems_add(&problems, S("f"), 7, S("c"), M_file_utf8, "%s\xFF\n", "bad");
    assert_int_equal(problems.kept, PROBLEMS_KEPT);
    assert_int_equal(problems.items[PROBLEMS_KEPT - 1].severity, PROBLEM_ERROR); /* an error is never crowded out */
    assert_true(str_eq_z(problems.items[PROBLEMS_KEPT - 1].detail, "bad\xEF\xBF\xBD\n"));
    assert_int_equal(problems_check(&problems, &e), RC_INVALID);
    for (size_t i = 0; i < 150; i++)
        problems_add(&problems, S("f"), i, S(""), M_file_empty, NULL);
    assert_int_equal(problems.kept, PROBLEMS_KEPT);
    assert_int_equal(problems.errors, 151);
    assert_int_equal(problems.warnings, 150);
    for (size_t i = 0; i < problems.kept; i++)
        assert_int_equal(problems.items[i].severity, PROBLEM_ERROR);
    assert_true(str_eq_z(problem_place(a, &problems.items[0]), "f, 7, c"));
}

static void test_detail_bounded(void **state)
{
    (void)state;
    char longest[2000];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memcpy(longest + 198, "\xE2\x82\xAC", 3); /* would be cut in the middle */
    problems_add(&problems, S("f"), 1, S(""), M_file_utf8, "%s", longest);
    assert_int_equal(problems.items[0].detail.n, 198);
}

/* What people typed must not run in a spreadsheet, nor fall into other columns of one that splits at semicolons. */
static void test_written_fields(void **state)
{
    static const char *const cases[][2] = {{"plain", "plain"},
                                           {"a,b", "\"a,b\""},
                                           {"a;=1+1;", "\"a;=1+1;\""},
                                           {"a\t=1", "\"a\t=1\""},
                                           {"say \"x\"", "\"say \"\"x\"\"\""},
                                           {"=1+1", "\"'=1+1\""},
                                           {"@SUM(A1)", "\"'@SUM(A1)\""},
                                           {"\n=1", "\"'\n=1\""},
                                           {"\xEF\xBC\x9D" "1", "\"'\xEF\xBC\x9D" "1\""},
                                           {"-12.5", "-12.5"},
                                           {"", ""}};
    (void)state;
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf b = buf_new(arena, 16);
        buf_csv(&b, str_from(cases[i][0]));
        assert_true(str_eq_z(buf_text(&b), cases[i][1]));
    }
    arena_free(arena);
}

int main(void)
{
#define T WITH_PROBLEMS
    const struct CMUnitTest tests[] = {
        T(test_shapes),     T(test_columns), T(test_quotes_wrong),     T(test_rows_wrong),
        T(test_text_wrong), T(test_limits),  T(test_problems_bounded), T(test_detail_bounded),
        T(test_written_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
