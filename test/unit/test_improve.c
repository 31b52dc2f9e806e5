/* Improvement projects without a database: which words may be said, what a text says, MeasureReports that are read and refused. */
#include "problems_fixture.h"

#include "engine/spc/measure_report.h"
#include "gen/msg_chart.h"
#include "programme/improve/improve.h"

static bool may(const char *claim, enum spc_finding one, enum spc_finding two)
{
    const enum spc_finding both[] = {one, two};
    return improve_may_claim(str_from(claim), both, 2);
}

static void test_words_follow_the_rules(void **state)
{
    (void)state;
    assert_true(may("improved", SPC_BETTER, SPC_STEADY));
    assert_false(may("improved", SPC_BETTER, SPC_WORSE));
    assert_false(may("improved", SPC_SINGLE_GOOD, SPC_STEADY));
    assert_false(may("improved", SPC_TOO_FEW, SPC_CHANGED));
    assert_true(may("worse", SPC_WORSE, SPC_STEADY));
    assert_false(may("worse", SPC_SINGLE_BAD, SPC_STEADY));
    assert_true(may("same", SPC_STEADY, SPC_STEADY));
    assert_false(may("same", SPC_TOO_FEW, SPC_TOO_FEW));
    assert_true(may("unknown", SPC_TOO_FEW, SPC_TOO_FEW));
    assert_false(improve_may_claim(S("improved"), NULL, 0));
    assert_false(improve_may_claim(S("marvellous"), NULL, 0));
}

static void test_texts_that_claim(void **state)
{
    (void)state;
    assert_true(improve_says_improved(a, S("Care IMPROVED on the ward.")));
    assert_true(improve_says_improved(a, S("Die Versorgung hat sich verbessert.")));
    assert_false(improve_says_improved(a, S("We wanted to know whether rounds help.")));
}

#define REPORT(start, rest) "{\"resourceType\":\"MeasureReport\",\"type\":\"summary\",\"period\":{\"start\":\"" start "\"}" rest "}"
#define COUNTS ",\"group\":[{\"population\":[{\"code\":{\"coding\":[{\"code\":\"numerator\"}]},\"count\":3},{\"code\":{\"coding\":[{\"code\":\"denominator\"}]},\"count\":40}]}]"

static struct spc_data read_json(const char *text)
{
    struct spc_data d;
    problems = problems_new(a);
    measure_report_read(a, S("f.json"), str_from(text), &d, &problems);
    return d;
}

static void refused(const char *text, msg_id msg)
{
    read_json(text);
    assert_int_not_equal(problems.errors, 0);
    assert_int_equal(problems.items[0].msg, msg);
}

static void test_measure_reports(void **state)
{
    (void)state;
    struct spc_data d = read_json("{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":" REPORT("2026-02-01", COUNTS) "},{\"resource\":" REPORT("2026-01-01T00:00:00Z", COUNTS) "}]}");
    assert_count(0, 0);
    assert_int_equal(d.strata[0].series.count, 2);
    assert_string_equal(str_z(a, d.strata[0].x[0]), "2026-01-01");
    assert_true(d.strata[0].series.y[0] == 3 && d.strata[0].series.n[1] == 40);
    d = read_json(REPORT("2026-02-01", ",\"group\":[{\"measureScore\":{\"value\":0.5}}]"));
    assert_true(d.strata[0].series.y[0] == 0.5 && d.strata[0].series.n == NULL);
    refused(REPORT("2026-02-01", COUNTS ",\"subject\":{\"reference\":\"Patient/1\"}"), M_chart_report_individual);
    refused(REPORT("soon", COUNTS), M_chart_report_period);
    refused(REPORT("2026-02-01", ",\"group\":[]"), M_chart_report_value);
    refused("{\"resourceType\":\"Patient\"}", M_chart_report_not);
    refused("[[[", M_chart_report_not);
    refused("{\"resourceType\":\"Bundle\",\"entry\":[]}", M_chart_empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PROBLEMS(test_words_follow_the_rules),
        WITH_PROBLEMS(test_texts_that_claim),
        WITH_PROBLEMS(test_measure_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
