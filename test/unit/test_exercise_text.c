/* Texts of exercises in sections: what is read, what is refused and on which line; role-plays and negotiations; what a translation must have
 * like its original. */
#include "problems_fixture.h"

#include "gen/msg_practice.h"
#include "programme/practice/practice.h"
#include "programme/practice/room_text.h"

#define HEAD(kind) "kind: " kind "\ntitle: One bed\nsummary: Two patients, one bed.\nminutes: 40\npractises: COM-P.1\nrubric: team\n"

static const char role_play[] = HEAD("role_play") "opened by: anybody\n"
                                "\n# Briefing\n\nIt is *seven*.\n\n### The ward\n\nFull.\n\n"
                                "# Role: sister | The ward sister\nseats: 2\noptional: yes\n\nHas seen it before.\n\n## Private\n\nThe bed is promised.\n\n"
                                "## Debrief\n\nWhat did you not say?\n"
                                "# Role: surgeon | The surgeon\n\nIn a hurry.\n## Private\nHer list ends at four.\n"
                                "# Observers\nseats: 4\nWho asks?\n"
                                "# Phase: read | Read\nminutes: 5\nshows: prepare\n"
                                "# Phase: talk | Talk\nminutes: 10\nshows: play\nFind a way.\n"
                                "# Debrief\nWhat helped?\n";

static const char negotiation[] = HEAD("negotiation") "# Briefing\nNights.\n"
                                  "# Party: residents | The residents\nbest alternative: 30\ndeadline: 12\nTired.\n## Private\nYou have an offer.\n"
                                  "## Alternative\nLeave.\n"
                                  "# Party: hospital | The hospital\nbest alternative: 20\nShort of people.\n## Private\nThree posts.\n## Alternative\nLocums.\n"
                                  "# Issue: nights | Nights\nAt most.\n\n| option | hospital | residents |\n|---|--:|--:|\n| Four | 0 | 40 |\n| Six \\| seven | 30 | 10 |\n"
                                  "# Issue: pay | Pay\n| option | residents | hospital |\n|---|---|---|\n| Same | 0 | 20 |\n| More | 15 | 5 |\n| Much | 25 | 0 |\n"
                                  "# Phase: talk | Talk\nminutes: 20\nshows: play\n# Debrief\nWell?\n";

static struct sections read_sections(const char *text)
{
    return sections_read(a, S("x.md"), str_from(text), &problems);
}

static void reads_sections(void **state)
{
    (void)state;
    struct sections s = read_sections(role_play);
    assert_count(0, 0);
    assert_int_equal(s.head_count, 7);
    assert_int_equal(s.count, 7);
    const struct section *briefing = sections_find(&s, "Briefing", S("")), *sister = sections_find(&s, "Role", S("sister"));
    assert_str(briefing->body, "It is *seven*.\n\n### The ward\n\nFull.");
    assert_int_equal(briefing->line, 9);
    assert_int_equal(briefing->body_line, 11);
    assert_str(sister->title, "The ward sister");
    assert_str(section_value(sister, "seats"), "2");
    assert_str(sister->body, "Has seen it before.");
    assert_int_equal(sister->part_count, 2);
    assert_str(section_part(sister, "Debrief")->body, "What did you not say?");
    assert_int_equal(sections_find(&s, "Role", S("surgeon"))->part_count, 1);
    assert_null(sections_find(&s, "Role", S("nobody")));
    assert_str(sections_find(&s, "Observers", S(""))->body, "Who asks?");
}

/* What looks like a heading in a fenced block is text; CRLF and a byte order mark do no harm; a sentence with a colon is no key. */
static void reads_what_others_write(void **state)
{
    (void)state;
    struct sections s = read_sections("\xef\xbb\xbfkind: debate\r\n\r\n# Motion\r\nThis: is no key.\r\n```\r\n# not a heading\r\n```\r\n## Part\r\nx\r\n");
    assert_count(0, 0);
    assert_str(s.head[0].value, "debate");
    assert_int_equal(s.count, 1);
    assert_int_equal(s.list[0].key_count, 0);
    assert_int_equal(s.list[0].part_count, 1);
    assert_str(s.list[0].parts[0].body, "x");
    const struct section_entry *list;
    s = read_sections("# Order\nFirst:\n- For: 5 minutes\n  1. Against\ntext\n");
    assert_int_equal(section_read_list(a, &s.list[0], &list), 2);
    assert_str(list[1].text, "Against");
    assert_int_equal(list[1].line, 4);
}

static void reads_role_play(void **state)
{
    (void)state;
    struct practice_text text;
    struct room_plan r;
    struct sections s = read_sections(role_play);
    practice_read_text(a, 0, PRACTICE_ROLE_PLAY, S("x.md"), str_from(role_play), &problems, &text);
    assert_count(0, 0);
    assert_str(text.rubric, "team");
    assert_str(text.title, "One bed");
    assert_int_equal(text.minutes, 40);
    role_play_read(a, &s, &problems, &r);
    assert_true(r.anybody);
    assert_int_equal(r.part_count, 2);
    assert_true(r.parts[0].optional && !r.parts[1].optional);
    assert_int_equal(r.parts[0].seats, 2);
    assert_int_equal(r.parts[1].seats, 1);
    assert_str(r.parts[1].hidden, "Her list ends at four.");
    assert_int_equal(r.observers, 4);
    assert_str(r.guide, "Who asks?");
    assert_int_equal(r.phase_count, 2);
    assert_int_equal(r.phases[1].seconds, 600);
    assert_int_equal(r.phases[1].shows, ROOM_PLAY);
    assert_str(r.phases[1].text, "Find a way.");
}

static void reads_negotiation(void **state)
{
    (void)state;
    struct practice_text text;
    struct negotiation n;
    struct sections s = read_sections(negotiation);
    practice_read_text(a, 0, PRACTICE_NEGOTIATION, S("x.md"), str_from(negotiation), &problems, &text);
    negotiation_read(a, &s, &problems, &n);
    assert_count(0, 0);
    assert_false(n.plan.anybody);
    assert_int_equal(n.plan.part_count, 2);
    assert_int_equal(n.best[0], 30);
    assert_int_equal(n.deadline[0], 720000);
    assert_int_equal(n.deadline[1], 0);
    assert_str(n.alternatives[1], "Locums.");
    assert_int_equal(n.issue_count, 2);
    assert_str(n.issues[0].text, "At most.");
    assert_str(n.issues[0].options[1], "Six | seven");
    assert_int_equal(n.issues[0].points[0][0], 40); /* columns are known by their heading, not by their place */
    assert_int_equal(n.issues[0].points[1][1], 30);
    assert_int_equal(n.issues[1].option_count, 3);
}

/* ---- what is wrong ---------------------------------------------------------------------------------------------------------------- */

static const char *replaced(const char *text, const char *from, const char *to)
{
    size_t at;
    struct str s = str_from(text);
    assert_true(str_find(s, str_from(from), &at));
    struct str rest = str_sub(s, at + strlen(from), s.n);
    return str_z(a, str_printf(a, "%.*s%s%.*s", (int)at, text, to, STR_ARG(rest)));
}

static void refuses(enum practice_kind kind, const char *text, msg_id msg, size_t line)
{
    struct practice_text read;
    struct problems p = problems_new(a);
    practice_read_text(a, 0, kind, S("x.md"), str_from(text), &p, &read);
    for (size_t k = 0; k < p.kept; k++)
        if (p.items[k].msg == msg && p.items[k].row == line)
            return;
    for (size_t k = 0; k < p.kept; k++)
        print_message("  line %zu: message %d (%.*s)\n", p.items[k].row, p.items[k].msg, STR_ARG(p.items[k].detail));
    fail_msg("message %d is not told in line %zu", msg, line);
}

static void refuses_role_plays(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        msg_id msg;
        size_t line;
    } wrong[] = {
        {"title: One bed\n", "", M_practice_key_missing, 1},
        {"rubric: team\n", "", M_practice_key_missing, 1},
        {"minutes: 40", "minutes: 0", M_practice_minutes_bad, 4},
        {"opened by: anybody", "opened by: me", M_practice_word_bad, 7},
        {"minutes: 40\n", "minutes: 40\nminutes: 41\n", M_practice_section_twice, 5},
        {"\n# Briefing\n", "\nIt begins.\n# Briefing\n", M_practice_not_a_key, 9},
        {"# Briefing\n\nIt is *seven*.\n", "# Briefings\n", M_practice_section_unknown, 9},
        {"# Briefing\n", "# Debrief\n", M_practice_section_missing, 0},
        {"# Briefing\n", "# Debrief\n", M_practice_section_too_many, 45},
        {"### The ward", "## The ward", M_practice_part_unknown, 13},
        {"# Role: sister | The ward sister", "# Role: The ward sister", M_practice_section_name_missing, 17},
        {"# Role: sister |", "# Role: Sister |", M_practice_section_name_bad, 17},
        {"# Role: surgeon", "# Role: sister", M_practice_section_twice, 30},
        {"seats: 2", "seats: two", M_practice_number_bad, 18},
        {"seats: 2", "chairs: 2", M_practice_section_key_unknown, 18},
        {"optional: yes", "optional: maybe", M_practice_word_bad, 19},
        {"\n## Private\n\nThe bed is promised.\n", "", M_practice_section_empty, 17},
        {"Has seen it before.\n", "", M_practice_section_empty, 17},
        {"shows: prepare", "shows: all", M_practice_word_bad, 40},
        {"shows: prepare", "shows: debrief", M_practice_phase_order, 41},
        {"shows: play", "shows: debrief", M_practice_phase_none, 0},
        {"minutes: 10\n", "", M_practice_key_missing, 41},
    };
    for (size_t k = 0; k < COUNT_OF(wrong); k++)
        refuses(PRACTICE_ROLE_PLAY, replaced(role_play, wrong[k].from, wrong[k].to), wrong[k].msg, wrong[k].line);
    refuses(PRACTICE_ROLE_PLAY, "kind: role_play\n## Part\n", M_practice_part_alone, 2);
    refuses(PRACTICE_ROLE_PLAY, "kind: role_play\n\xff\n", M_practice_not_text, 2);
}

static void refuses_negotiations(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        msg_id msg;
        size_t line;
    } wrong[] = {
        {"best alternative: 30\n", "", M_practice_key_missing, 9},
        {"best alternative: 30", "best alternative: -1", M_practice_number_bad, 10},
        {"## Alternative\nLeave.\n", "", M_practice_section_empty, 9},
        {"| 0 | 40 |", "| 0 | much |", M_practice_number_bad, 29},
        {"| 0 | 40 |", "| 0 | 40 | 7 |", M_practice_table_cells, 29},
        {"| 0 | 40 |", "| 0 |", M_practice_number_bad, 29},
        {"| option | hospital | residents |", "| option | hospital | patients |", M_practice_issue_column, 27},
        {"| option | hospital | residents |", "| way | hospital | residents |", M_practice_issue_table, 24},
        {"| More | 15 | 5 |\n| Much | 25 | 0 |\n", "", M_practice_issue_options, 32},
        {"| Same |", "| |", M_practice_section_empty, 34},
    };
    for (size_t k = 0; k < COUNT_OF(wrong); k++)
        refuses(PRACTICE_NEGOTIATION, replaced(negotiation, wrong[k].from, wrong[k].to), wrong[k].msg, wrong[k].line);
}

static void bounds_hold(void **state)
{
    (void)state;
    struct buf b = buf_new(a, 4096);
    for (int k = 0; k < SECTIONS_MOST + 5; k++)
        buf_printf(&b, "%s Word: n%d | T\n", k % 3 == 0 ? "#" : "##", k);
    struct sections s = sections_read(a, S("x.md"), buf_text(&b), &problems);
    assert_count(1, 0);
    assert_int_equal(problems.items[0].row, SECTIONS_MOST + 1);
    assert_int_equal(s.count, (SECTIONS_MOST + 2) / 3);
    b.n = 0;
    buf_z(&b, "# T\n| a | b |\n|---|---|\n");
    for (int k = 0; k < SECTION_ROWS_MOST + 9; k++)
        buf_z(&b, "| 1 | 2 |\n");
    struct section_table t;
    s = sections_read(a, S("x.md"), buf_text(&b), &problems);
    assert_true(section_read_table(a, &s, &s.list[0], &problems, &t));
    assert_int_equal(t.count, SECTION_ROWS_MOST);
    assert_count(2, 0);
}

/* ---- translations ----------------------------------------------------------------------------------------------------------------- */

static void compares(const char *text, const char *from, const char *to, size_t line)
{
    struct problems p = problems_new(a);
    struct sections x = read_sections(text), y = read_sections(from != NULL ? replaced(text, from, to) : text);
    sections_compare(a, &x, &y, &p);
    if (line == SIZE_MAX) {
        assert_int_equal(p.errors, 0);
        return;
    }
    assert_int_equal(p.errors, 1);
    assert_int_equal(p.items[0].msg, M_practice_translation_section);
    assert_int_equal(p.items[0].row, line);
}

static void compares_translations(void **state)
{
    (void)state;
    compares(role_play, NULL, NULL, SIZE_MAX);
    compares(role_play, "| The surgeon", "| Die Chirurgin", SIZE_MAX);
    compares(negotiation, "| Four |", "| Vier |", SIZE_MAX);
    compares(negotiation, "| 0 | 40 |", "| 0 | 41 |", 29);
    compares(negotiation, "| Much | 25 | 0 |\n", "", 32);
    compares(negotiation, "deadline: 12\n", "", 9);
    compares(negotiation, "deadline: 12\n", "deadline: 13\n", 11);
    compares(role_play, "Role: surgeon", "Role: chirurgin", 30);
    compares(role_play, "## Debrief\n\nWhat did you not say?\n", "", 17);
    compares(role_play, "# Debrief\nWhat helped?\n", "", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PROBLEMS(reads_sections),    WITH_PROBLEMS(reads_what_others_write), WITH_PROBLEMS(reads_role_play),
        WITH_PROBLEMS(reads_negotiation), WITH_PROBLEMS(refuses_role_plays),      WITH_PROBLEMS(refuses_negotiations),
        WITH_PROBLEMS(bounds_hold),       WITH_PROBLEMS(compares_translations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
