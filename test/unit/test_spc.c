/* Control charts: lines that can be worked out by hand, what each rule set finds, what may be claimed, and tables that are refused.
 * The reference cases of `./dev cases` hold the numbers of other tools. */
#include "problems_fixture.h"
#include "stats_fixture.h"

#include "engine/spc/gap.h"
#include "engine/spc/series.h"
#include "engine/spc/spc.h"
#include "engine/stats/its.h"
#include "gen/msg_chart.h"
#include "view/chart.h"

static struct spc_chart chart;

static void compute(const double *y, const double *n, size_t count, struct spc_plan plan)
{
    struct spc_series s = {.count = count, .y = y, .n = n};
    assert_int_equal(spc_compute(a, &s, &plan, &chart, &e), RC_OK);
}

static struct spc_plan planned(enum spc_kind kind, enum spc_rules rules, enum spc_good good)
{
    struct spc_plan p = spc_plan_default();
    p.kind = kind;
    p.rules = rules;
    p.good = good;
    return p;
}

/* ---- lines -------------------------------------------------------------------------------------------------------------------- */
static void test_individuals_by_hand(void **state)
{
    (void)state;
    const double y[] = {10, 12, 11, 15};
    compute(y, NULL, 4, planned(SPC_I, SPC_ANHOEJ, SPC_NEITHER));
    near(chart.cl[0], 12, 1e-12);
    near(chart.ucl[3], 12 + 3 * (7.0 / 3) / 1.128, 1e-12);
    near(chart.lcl[3], 12 - 3 * (7.0 / 3) / 1.128, 1e-12);
    assert_true(chart.phases[0].trial);
    assert_int_equal(chart.finding, SPC_TOO_FEW);
}

static void test_shares_follow_the_denominator(void **state)
{
    (void)state;
    const double y[] = {5, 0, 20, STATS_MISSING}, n[] = {50, 0, 100, 10};
    struct spc_plan plan = planned(SPC_P, SPC_ANHOEJ, SPC_NEITHER);
    plan.multiply = 100;
    compute(y, n, 4, plan);
    near(chart.cl[0], 100 * 25.0 / 150, 1e-9);
    near(chart.ucl[2], 100 * (25.0 / 150 + 3 * sqrt(25.0 / 150 * (125.0 / 150) / 100)), 1e-9);
    assert_true(is_missing(chart.y[1]) && is_missing(chart.ucl[1]) && is_missing(chart.y[3]));
    assert_true(chart.lcl[0] >= 0);
}

static void test_a_point_left_out_is_bridged(void **state)
{
    (void)state;
    const double y[] = {1, 2, 100, 3, 4};
    const bool out[] = {false, false, true, false, false};
    struct spc_series s = {.count = 5, .y = y, .excluded = out};
    struct spc_plan plan = planned(SPC_I, SPC_NELSON, SPC_NEITHER);
    assert_int_equal(spc_compute(a, &s, &plan, &chart, &e), RC_OK);
    near(chart.cl[0], 2.5, 1e-12);
    near(chart.ucl[0], 2.5 + 3 / 1.128, 1e-12);
    assert_true(chart.beyond[2]);
    assert_int_equal(chart.rule[2], 0);
}

static void refused(enum spc_kind kind, const double *y, const double *n, int msg, const char *place)
{
    struct spc_series s = {.count = 2, .y = y, .n = n};
    struct spc_plan plan = planned(kind, SPC_ANHOEJ, SPC_NEITHER);
    assert_int_equal(spc_compute(a, &s, &plan, &chart, &e), RC_INVALID);
    assert_int_equal(e.msg, msg);
    assert_string_equal(e.field, place);
}

static void test_refusals(void **state)
{
    (void)state;
    refused(SPC_P, (double[]){1, 6}, (double[]){5, 5}, M_chart_above_denominator, "2");
    refused(SPC_U, (double[]){1, 6}, (double[]){5, 0}, M_chart_denominator_zero, "2");
    refused(SPC_U, (double[]){1, 6}, (double[]){-5, 1}, M_chart_denominator_negative, "1");
    refused(SPC_C, (double[]){1, -6}, NULL, M_chart_count_negative, "2");
    refused(SPC_T, (double[]){0, 3}, NULL, M_chart_time_zero, "1");
    refused(SPC_P, (double[]){0, 3}, NULL, M_chart_needs_denominator, "");
    refused(SPC_I, (double[]){STATS_MISSING, STATS_MISSING}, NULL, M_chart_empty, "");
}

/* ---- rules -------------------------------------------------------------------------------------------------------------------- */
static void test_bounds_of_runs(void **state)
{
    (void)state;
    size_t least, most;
    assert_int_equal(spc_longest_max(10), 6);
    assert_int_equal(spc_longest_max(24), 8);
    assert_int_equal(spc_crossings_min(10), 2);
    assert_int_equal(spc_crossings_min(24), 8);
    /* Swed, Eisenhart 1943, table II: of 10 and 10, 6 runs or fewer and 16 or more */
    spc_runs_bounds(10, 10, &least, &most);
    assert_int_equal(least, 7);
    assert_int_equal(most, 15);
    spc_runs_bounds(5, 5, &least, &most);
    assert_int_equal(least, 3);
    assert_int_equal(most, 9);
}

static bool has_event(uint8_t rule, size_t point, int direction)
{
    for (size_t k = 0; k < chart.event_count; k++)
        if (chart.events[k].rule == rule && chart.events[k].point == point && chart.events[k].direction == direction)
            return true;
    return false;
}

static void test_run_chart_rules_of_ihi(void **state)
{
    (void)state;
    /* A value on the median is passed over in a shift, a repeated one in a trend. */
    const double y[] = {5, 1, 5, 1, 4, 6, 3, 7, 8, 9, 6, 7, 1, 2, 2, 3, 4, 5};
    struct spc_plan plan = planned(SPC_RUN, SPC_IHI, SPC_UP_IS_GOOD);
    plan.center = 3;
    compute(y, NULL, COUNT_OF(y), plan);
    assert_true(has_event(1, 10, 1)); /* 4 6 (3) 7 8 9 6 */
    assert_true(has_event(2, 17, 1)); /* 1 2 (2) 3 4 5 */
    assert_int_equal(chart.rule[6], 0);
}

static void test_making_data_count_at_a_turn(void **state)
{
    (void)state;
    const double y[] = {1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1, 12, -6, 12, -6, 12, -6, 12, -6, 12};
    compute(y, NULL, COUNT_OF(y), planned(SPC_I, SPC_MDC, SPC_UP_IS_GOOD));
    assert_true(has_event(2, 6, 1) && has_event(2, 12, -1));
    assert_int_equal(chart.mark[5], 1);
    assert_int_equal(chart.mark[6], -1); /* the turn belongs to the trend that begins there */
}

/* ---- claims ------------------------------------------------------------------------------------------------------------------- */
static void half_and_half(double *y, size_t n, double first, double second)
{
    for (size_t k = 0; k < n; k++)
        y[k] = (k < n / 2 ? first : second) + (k % 2 == 0 ? 1 : -1);
}

static void test_improved_needs_a_direction(void **state)
{
    (void)state;
    double y[24];
    half_and_half(y, 24, 50, 30);
    compute(y, NULL, 24, planned(SPC_RUN, SPC_ANHOEJ, SPC_DOWN_IS_GOOD));
    assert_int_equal(chart.finding, SPC_BETTER);
    assert_int_equal(chart.because.from, 12);
    near(chart.before, 50, 1e-9);
    near(chart.after, 30, 1e-9);
    compute(y, NULL, 24, planned(SPC_RUN, SPC_ANHOEJ, SPC_UP_IS_GOOD));
    assert_int_equal(chart.finding, SPC_WORSE);
    compute(y, NULL, 24, planned(SPC_RUN, SPC_ANHOEJ, SPC_NEITHER));
    assert_int_equal(chart.finding, SPC_CHANGED);
    compute(y, NULL, 9, planned(SPC_RUN, SPC_ANHOEJ, SPC_DOWN_IS_GOOD));
    assert_int_equal(chart.finding, SPC_TOO_FEW);
}

static void test_single_points_and_setbacks_are_no_improvement(void **state)
{
    (void)state;
    double y[36];
    for (size_t k = 0; k < 24; k++)
        y[k] = k % 2 == 0 ? 60 : 40;
    y[20] = -20;
    compute(y, NULL, 24, planned(SPC_I, SPC_ANHOEJ, SPC_DOWN_IS_GOOD));
    assert_int_equal(chart.finding, SPC_SINGLE_GOOD);
    /* It was better for a while, and then it was not. */
    half_and_half(y, 24, 50, 30);
    for (size_t k = 24; k < 36; k++)
        y[k] = k % 2 == 0 ? 51 : 49;
    struct spc_plan plan = planned(SPC_I, SPC_NELSON, SPC_DOWN_IS_GOOD);
    plan.baseline = 12;
    compute(y, NULL, 36, plan);
    assert_int_not_equal(chart.finding, SPC_BETTER);
}

static void test_a_phase_alone_claims_nothing(void **state)
{
    (void)state;
    double y[26];
    const size_t phase[] = {13};
    half_and_half(y, 26, 50, 30);
    struct spc_plan plan = planned(SPC_I, SPC_ANHOEJ, SPC_DOWN_IS_GOOD);
    plan.phase = phase;
    plan.phase_count = 1;
    compute(y, NULL, 26, plan);
    assert_int_equal(chart.finding, SPC_BETTER); /* 13 points below the centre before: more than chance */
    assert_false(chart.has_because);
    for (size_t k = 13; k < 26; k++)
        y[k] = k % 2 == 0 ? 51 : 48;
    compute(y, NULL, 26, plan);
    assert_int_equal(chart.finding, SPC_STEADY);
}

/* ---- tables ------------------------------------------------------------------------------------------------------------------- */
static struct spc_data read_table(const char *text, struct spc_request r)
{
    struct spc_data d;
    problems = problems_new(a);
    spc_read(a, S("f.csv"), str_from(text), &r, &d, &problems);
    return d;
}

static void assert_problem(msg_id msg, size_t row)
{
    for (size_t k = 0; k < problems.kept; k++)
        if (problems.items[k].msg == msg && problems.items[k].row == row)
            return;
    for (size_t k = 0; k < problems.kept; k++)
        print_message("  %.*s row %zu\n", STR_ARG(msg_name(problems.items[k].msg)), problems.items[k].row);
    fail_msg("want %.*s in row %zu", STR_ARG(msg_name(msg)), row);
}

static void test_reading(void **state)
{
    (void)state;
    struct spc_request none = {0};
    struct spc_data d = read_table("month;value\n2024-03;3\n2024-01;1\n2024-02;\n", none);
    assert_count(0, 0);
    assert_int_equal(d.scale, SPC_SCALE_MONTHS);
    assert_int_equal(d.strata[0].series.count, 3);
    near(d.strata[0].series.y[0], 1, 0);
    assert_true(is_missing(d.strata[0].series.y[1]));
    assert_int_equal(spc_point_find(&d.strata[0], S("2024-03")), 2);
    assert_int_equal(spc_point_find(&d.strata[0], S("#1")), 0);
    read_table("date,value\n2024-01-01,\"1,5\"\n2024-01-02,x\n2024-01-03,5%\n", none);
    assert_problem(M_chart_decimal_comma, 2);
    assert_problem(M_chart_not_number, 3);
    assert_problem(M_chart_percent_sign, 4);
    read_table("date,value\n2024-01-01,1\n02.01.2024,2\n03/01/2024,3\n2024-02-31,4\n", none);
    assert_problem(M_chart_mixed_dates, 3);
    assert_problem(M_chart_slash_date, 4);
    assert_problem(M_chart_not_date, 5);
    read_table("date,value\n2024-01-01,1\n2024-01-01,2\n", none);
    assert_problem(M_chart_duplicate, 3);
    read_table("month,n,days\n2024-01-01,1,10\n", none);
    assert_problem(M_chart_which_value, 1);
    d = read_table("date,value\n2024-01-01,1\n2024-01-01,2\n", (struct spc_request){.sum = true});
    assert_count(0, 0);
    near(d.strata[0].series.y[0], 3, 0);
}

static void test_no_rows_of_patients(void **state)
{
    (void)state;
    struct spc_request r = {.no_people = true, .year = 2026};
    read_table("date,value,patient_id\n2024-01-01,1,7\n", r);
    assert_problem(M_chart_patient_column, 1);
    read_table("date,value,remark\n2024-01-01,1,ok\n2024-01-02,1,Mrs Ahmed fell\n", r);
    assert_problem(M_chart_patient_value, 3);
    read_table("date,value,ward\n2024-01-01,1,4 North\n", r);
    assert_count(0, 0);
    read_table("month,count\n2012-11-01,17\n2012-12-01,12\n", r); /* an old series is no day of birth */
    assert_count(0, 0);
    read_table("date,value,about\n2024-01-01,1,1938-04-02\n", r);
    assert_problem(M_chart_patient_value, 2);
}

static void test_subgroups(void **state)
{
    (void)state;
    struct spc_data d = read_table("x,y\n1,2\n1,4\n2,5\n2,\n", (struct spc_request){.subgroups = true});
    assert_int_equal(d.strata[0].series.count, 2);
    near(d.strata[0].series.y[0], 3, 1e-12);
    near(d.strata[0].series.s[0], sqrt(2), 1e-12);
    near(d.strata[0].series.n[1], 1, 0);
    assert_true(is_missing(d.strata[0].series.s[1]));
}

static void test_gap_and_small_numbers(void **state)
{
    (void)state;
    struct spc_request r = {.by = S("g"), .y = S("y"), .n = S("n")};
    struct spc_data d = read_table("x,g,y,n\n1,A,50,100\n1,B,30,100\n2,A,2,100\n2,B,40,100\n", r);
    struct spc_plan plan = planned(SPC_P, SPC_ANHOEJ, SPC_NEITHER);
    struct spc_gap g = spc_gap_of(a, d.strata, d.count, 0, &plan, 0.95);
    size_t hidden;
    near(g.gap, 52.0 / 200 - 70.0 / 200, 1e-12);
    assert_true(g.ci.lo < g.gap && g.gap < g.ci.hi);
    assert_true(spc_suppress(a, disclosure_default, d.strata, d.count, true, &hidden));
    assert_true(hidden > 1); /* the 2, and what would give it away */
    assert_true(is_missing(d.strata[0].series.y[1]));
}

/* ---- pictures and series that were interrupted ---------------------------------------------------------------------------------- */
static void test_picture_says_what_it_shows(void **state)
{
    (void)state;
    struct spc_data d = read_table("date,value\n2024-01-01,1\n2024-02-01,\n2024-03-01,3\n2024-04-01,2\n", (struct spc_request){0});
    compute(d.strata[0].series.y, NULL, 4, planned(SPC_I, SPC_ANHOEJ, SPC_DOWN_IS_GOOD));
    struct chart_note note = {2, S("a <new> rota")};
    struct chart_picture p = {.name = S("Falls & harm"), .stratum = &d.strata[0], .scale = d.scale, .chart = &chart, .notes = &note, .note_count = 1};
    struct str file = chart_file(a, chart_draw(a, &p));
    assert_true(str_find(file, S("too few points"), NULL));
    assert_true(str_find(file, S("Falls &amp; harm"), NULL));
    assert_true(str_find(file, S("a &lt;new&gt; rota"), NULL));
    assert_true(str_find(file, S("on trial"), NULL));
    assert_false(str_find(file, S("nan"), NULL));
    assert_int_equal(chart_time(&p, 0).n, 7);
}

static void test_interrupted_series(void **state)
{
    (void)state;
    double y[40], time[40];
    struct its_plan plan = {.from = 20, .settled = 22, .trend_from = STATS_MISSING, .effect_at = 39, .level = 0.95};
    struct its_design d;
    struct its_linear r;
    for (size_t k = 0; k < 40; k++) {
        time[k] = (double)k;
        y[k] = 10 + 0.5 * (double)k + (k >= 22 ? -6 : 0) + (k % 2 == 0 ? 0.1 : -0.1);
    }
    assert_int_equal(its_design(a, y, time, NULL, 40, &plan, &d, &e), RC_OK);
    assert_int_equal(d.n, 38); /* two were of neither side */
    assert_int_equal(its_linear(a, &d, 0.95, &r, &e), RC_OK);
    near(r.ols.coef[2], -6, 0.1);
    near(r.ols.coef[1], 0.5, 0.01);
    struct its_effect x = its_effect_of(&d, &r.nw[1], 0.95, 34);
    near(x.est, -6, 0.2);
    near(x.counterfactual, 10 + 0.5 * 39, 0.2);
    assert_false(r.disagree || r.unit_root || r.few);
    plan.from = 2;
    assert_int_equal(its_design(a, y, time, NULL, 40, &plan, &d, &e), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATS_TEST(test_individuals_by_hand),
        STATS_TEST(test_shares_follow_the_denominator),
        STATS_TEST(test_a_point_left_out_is_bridged),
        STATS_TEST(test_refusals),
        STATS_TEST(test_bounds_of_runs),
        STATS_TEST(test_run_chart_rules_of_ihi),
        STATS_TEST(test_making_data_count_at_a_turn),
        STATS_TEST(test_improved_needs_a_direction),
        STATS_TEST(test_single_points_and_setbacks_are_no_improvement),
        STATS_TEST(test_a_phase_alone_claims_nothing),
        WITH_PROBLEMS(test_reading),
        WITH_PROBLEMS(test_no_rows_of_patients),
        WITH_PROBLEMS(test_subgroups),
        WITH_PROBLEMS(test_gap_and_small_numbers),
        WITH_PROBLEMS(test_picture_says_what_it_shows),
        STATS_TEST(test_interrupted_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
