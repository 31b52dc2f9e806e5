/* Guides: what ships is in order, one worked project of each kind; and what is wrong in one is told with its line. */
#include "problems_fixture.h"

#include "base/embedded.h"
#include "gen/msg_guide.h"
#include "programme/guide/guide.h"

#define HEAD "title: T\nkind: project\nsummary: S\nlanguage: en\nlicence: CC0-1.0\nreviewed: 2026-11-23\n\n"
#define CHART "```chart\nname: Falls\nchart: c\ngood: down\nsays: too few\n"
#define FIGURES "\nmonth,count\n2026-01,3\n2026-02,4\n2026-03,2\n```\n"

static struct guide *read_as(const char *text)
{
    struct guide *g = ARENA_NEW(a, struct guide);
    problems = problems_new(a);
    (void)guide_read(a, S("g.md"), str_from(text), g, &problems);
    return g;
}

static void refused(const char *text, msg_id msg, size_t line)
{
    read_as(text);
    if (problems.errors == 0)
        fail_msg("taken: %s", text);
    if (problems.items[0].msg != msg || problems.items[0].row != line)
        fail_msg("message %d in line %zu: %s", (int)problems.items[0].msg, problems.items[0].row, text);
}

static void reads(void **state)
{
    (void)state;
    struct guide *g = read_as(HEAD "# One\nWords.\n" CHART "mark: 2026-03 = The last\nmark: 2026-02 = Before\n" FIGURES "\nMore.\n");
    assert_int_equal(problems.errors, 0);
    assert_str(g->title, "T");
    assert_int_equal(g->kind, GUIDE_PROJECT);
    assert_int_equal(g->part_count, 2);
    assert_str(g->parts[0].words, "# One\nWords.");
    assert_str(g->parts[1].words, "More.");
    const struct guide_chart *c = g->parts[0].chart;
    assert_int_equal(c->chart.count, 3);
    assert_int_equal(c->note_count, 2);
    assert_int_equal(c->notes[0].point, 1);
    assert_str(c->notes[1].text, "The last");
    assert_null(g->parts[1].chart);
    assert_int_equal(read_as(HEAD "Words alone.")->part_count, 1);
    assert_int_equal(problems.errors, 0);
}

static void refuses(void **state)
{
    (void)state;
    refused("title: T\n\nWords.\n", M_guide_head_missing, 2);
    refused("title: T\nkind: novel\n\nWords.\n", M_guide_bad_head, 2);
    refused("author: me\n" HEAD "Words.\n", M_guide_bad_head, 1);
    refused(HEAD, M_guide_empty, 7);
    refused(HEAD "```chart\nname: Falls\ncolour: red\n", M_guide_bad_chart, 10);
    refused(HEAD "```chart\nname: Falls\nchart: pie\n", M_guide_bad_chart, 10);
    refused(HEAD CHART, M_guide_chart_open, 12);
    refused(HEAD CHART "\nmonth,count\n2026-01,3\n", M_guide_chart_open, 15);
    refused(HEAD CHART "mark: 2027-01 = Never\n" FIGURES, M_guide_bad_mark, 19);
    refused(HEAD CHART "\nmonth,count\n2026-01,many\n```\n", M_guide_bad_figures, 16);
    refused(HEAD "```chart\nname: Share\nchart: p\nsays: too few\n" FIGURES, M_guide_bad_figures, 17);
    refused(HEAD "```chart\nname: Falls\nchart: c\ngood: down\nsays: better\n" FIGURES, M_guide_other_finding, 18);
    refused(HEAD "\xff", M_guide_not_text, 0);
}

static void names(void **state)
{
    struct str code;
    bool translation;
    (void)state;
    assert_true(guide_code(S("first-meeting.md"), &code, &translation) && !translation);
    assert_str(code, "first-meeting");
    assert_true(guide_code(S("first-meeting.de.md"), &code, &translation) && translation);
    assert_false(guide_code(S("../x.md"), &code, &translation));
    assert_false(guide_code(S(".md"), &code, &translation));
    assert_false(guide_code(S("first.txt"), &code, &translation));
}

/* The first chart of a worked project is its outcome: one got better, one did not, one cannot say. */
static void ships(void **state)
{
    (void)state;
    size_t count, found[3] = {0}, mentoring = 0;
    const struct embedded *files = embedded_first(S("content/guides/"), &count);
    for (size_t k = 0; k < count; k++) {
        struct guide g;
        struct str code;
        bool translation;
        problems = problems_new(a);
        if (!guide_read(a, files[k].path, files[k].bytes, &g, &problems))
            fail_msg("%.*s", STR_ARG(problem_place(a, &problems.items[0])));
        assert_true(guide_code(str_sub(files[k].path, strlen("content/guides/"), files[k].path.n), &code, &translation));
        if (translation) {
            assert_non_null(embedded_find(str_printf(a, "content/guides/%.*s.md", STR_ARG(code))));
            continue;
        }
        mentoring += g.kind == GUIDE_MENTORING;
        if (g.kind != GUIDE_PROJECT)
            continue;
        enum spc_finding f = g.parts[0].chart->chart.finding;
        found[f == SPC_BETTER ? 0 : f == SPC_STEADY ? 1 : 2]++;
    }
    assert_true(found[0] == 1 && found[1] == 1 && found[2] == 1 && mentoring == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {WITH_PROBLEMS(reads), WITH_PROBLEMS(refuses), WITH_PROBLEMS(names), WITH_PROBLEMS(ships)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
