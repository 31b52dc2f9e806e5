/* Instruments as plain text: what is read, what is refused and on which line; adding up; and what ships, in every language. */
#include "arena_fixture.h"
#include "files.h"

#include "programme/instrument/text.h"

#include "gen/msg_instrument.h"

#include <glob.h>

#define HEAD                                                                                                           \
    "title: Ward round\nkind: rubric\nscale: 1-3\nrule: domain means\nleast: 50\nlicence: CC-BY-4.0\nsource: Own\nlanguage: en\n"

static const char good[] = HEAD "\n"
                                "Think of *this* round.\n"
                                "\n"
                                "# talking: Talking\n"
                                "? plan [COM-P.1, COM-T.1]: Said what the plan is\n"
                                "> For today\n"
                                "> and tomorrow\n"
                                "1: open\n2: when asked\n3: first\n"
                                "? rush reversed: Was in a rush\n"
                                "1: never\n2: at times\n3: always\n"
                                "# words: In words\n"
                                "! advice: What would you advise?\n";

static const char german[] = "title: Visite\nlanguage: de\n\n"
                             "# talking: Sprechen\n"
                             "? plan: Sagte den Plan\n1: offen\n2: gefragt\n3: zuerst\n"
                             "? rush: War in Eile\n1: nie\n2: manchmal\n3: immer\n"
                             "# words: In Worten\n! advice: Was raten Sie?\n";

static void read_good(struct instrument *i)
{
    struct problems p = problems_new(a);
    instrument_text_read(a, S("x.txt"), str_from(good), &p, i);
    assert_int_equal(p.errors, 0);
}

static void reads_all(void **state)
{
    (void)state;
    struct instrument i;
    read_good(&i);
    assert_str(i.title, "Ward round");
    assert_str(i.about, "Think of *this* round.");
    assert_int_equal(i.kind, INSTRUMENT_RUBRIC);
    assert_int_equal(i.rule, RULE_DOMAIN_MEANS);
    assert_true(i.unable);
    assert_int_equal(i.low, 1);
    assert_int_equal(i.high, 3);
    assert_int_equal(i.domain_count, 2);
    assert_int_equal(i.item_count, 3);
    assert_str(i.items[0].hint, "For today and tomorrow");
    assert_int_equal(i.items[0].competency_count, 2);
    assert_str(i.items[0].competency_codes[1], "COM-T.1");
    assert_str(i.items[0].anchors[2], "first");
    assert_str(i.items[1].code, "rush");
    assert_true(i.items[1].reversed && !i.items[0].reversed);
    assert_true(i.items[2].words && i.items[2].anchors == NULL);
    assert_int_equal(i.domains[1].first, 2);
    assert_int_equal(instrument_item_by_code(&i, S("advice")), 2);
    assert_true(instrument_item_by_code(&i, S("none")) == SIZE_MAX);
}

static void reads_a_translation(void **state)
{
    (void)state;
    struct instrument i;
    struct problems p = problems_new(a);
    read_good(&i);
    instrument_text_translate(a, S("x.de.txt"), str_from(german), S("de"), &p, &i);
    assert_int_equal(p.errors + p.warnings, 0);
    assert_str(i.title, "Visite");
    assert_str(i.about, "Think of *this* round."); /* has none of its own */
    assert_str(i.items[1].text, "War in Eile");
    assert_str(i.items[1].anchors[1], "manchmal");
    assert_true(i.items[1].reversed);
    assert_str(i.items[0].hint, "");
}

static void partial_translation_is_a_warning(void **state)
{
    (void)state;
    struct instrument i;
    struct problems p = problems_new(a);
    read_good(&i);
    instrument_text_translate(a, S("x.de.txt"), S("title: Visite\nlanguage: de\n\n# talking: Sprechen\n? plan: Sagte den Plan\n"), S("de"), &p, &i);
    assert_int_equal(p.errors, 0);
    assert_int_equal(p.warnings, 4); /* the part in words, the anchors of plan, rush, advice */
    assert_str(i.items[0].text, "Sagte den Plan");
    assert_str(i.items[0].anchors[0], "open");
}

struct wrong {
    const char *text;
    msg_id msg;
    size_t line;
};

static void wrong_is_told_by_line(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"", M_instrument_empty, 0},
        {"title: \xff\n", M_instrument_not_text, 1},
        {"just words\n", M_instrument_head_line, 1},
        {HEAD "colour: red\n\n# a: A\n", M_instrument_key_unknown, 9},
        {HEAD "title: Twice\n\n# a: A\n", M_instrument_twice, 9},
        {"title: T\n\n# a: A\n? b: B\n", M_instrument_key_missing, 1},
        {HEAD "label 4: Much\n\n# a: A\n", M_instrument_point_outside, 9},
        {"label 1: Little\n", M_instrument_label_first, 1},
        {HEAD "label 1: Little\n\n# a: A\n? b: B\n1: x\n2: y\n3: z\n", M_instrument_labels_some, 3},
        {HEAD "unable: perhaps\n\n# a: A\n", M_instrument_one_of, 9},
        {"kind: nonsense\n", M_instrument_one_of, 1},
        {"rule: guess\n", M_instrument_one_of, 1},
        {"scale: 3-1\n", M_instrument_scale_bad, 1},
        {"scale: 1-100\n", M_instrument_scale_bad, 1},
        {"least: 101\n", M_instrument_least_bad, 1},
        {HEAD "\n? b: B\n", M_instrument_no_domain, 10},
        {HEAD "\n# a: A\n", M_instrument_domain_empty, 0},
        {HEAD "\n# a: A\n? Big Code: B\n", M_instrument_code_bad, 11},
        {HEAD "\n# a: A\n? b\n", M_instrument_no_colon, 11},
        {HEAD "\n# a: A\n? b:\n", M_instrument_no_words, 11},
        {HEAD "\n# a: A\n? b: B\n", M_instrument_anchors_none, 11},
        {HEAD "\n# a: A\n? b: B\n1: x\n", M_instrument_anchors_some, 11},
        {HEAD "\n# a: A\n? b: B\n4: x\n", M_instrument_point_outside, 12},
        {HEAD "\n# a: A\n? b: B\n1: x\n1: y\n", M_instrument_twice, 13},
        {HEAD "\n# a: A\n! b: B\n1: x\n", M_instrument_anchor_words, 12},
        {HEAD "\n# a: A\n? b: B\nnonsense\n", M_instrument_line_unknown, 12},
        {HEAD "\n# a: A\n? b: B\n1: x\n2: y\n3: z\n? b: again\n", M_instrument_twice, 15},
    };
    for (size_t k = 0; k < COUNT_OF(cases); k++) {
        struct problems p = problems_new(a);
        struct instrument i;
        bool found = false;
        instrument_text_read(a, S("x.txt"), str_from(cases[k].text), &p, &i);
        for (size_t n = 0; n < p.kept; n++)
            found = found || (p.items[n].msg == cases[k].msg && p.items[n].row == cases[k].line);
        if (!found)
            fail_msg("case %zu is not told on line %zu", k, cases[k].line);
    }
}

static void wrong_translations(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"language: de\n\n", M_instrument_key_missing, 1},
        {"title: V\nlanguage: fr\n\n", M_instrument_language_other, 2},
        {"title: V\nlanguage: de\nscale: 1-3\n", M_instrument_not_translated_key, 3},
        {"title: V\nlanguage: de\n\n# nowhere: N\n", M_instrument_code_unknown, 4},
        {"title: V\nlanguage: de\n\n# talking: S\n? nothing: N\n", M_instrument_code_unknown, 5},
        {"title: V\nlanguage: de\n\n! plan: N\n", M_instrument_code_unknown, 4},
        {"title: V\nlanguage: de\n\n? plan: N\n? plan: N\n", M_instrument_twice, 5},
        {"title: V\nlanguage: de\n\n? plan: N\n9: N\n", M_instrument_point_outside, 5},
        {"title: V\nlanguage: de\n\n? plan: N\n1: N\n", M_instrument_anchors_some, 0},
    };
    for (size_t k = 0; k < COUNT_OF(cases); k++) {
        struct problems p = problems_new(a);
        struct instrument i;
        bool found = false;
        read_good(&i);
        instrument_text_translate(a, S("x.de.txt"), str_from(cases[k].text), S("de"), &p, &i);
        for (size_t n = 0; n < p.kept; n++)
            found = found || (p.items[n].msg == cases[k].msg && p.items[n].row == cases[k].line && p.items[n].severity == PROBLEM_ERROR);
        if (!found)
            fail_msg("case %zu is not told on line %zu", k, cases[k].line);
    }
}

/* ---- adding up --------------------------------------------------------------------------------------------------------- */

/* Two domains of 3 and 1 rated items on 1-5; the second item of the first is reversed; one question in words. */
static struct instrument scored(enum instrument_rule rule, int least)
{
    struct instrument i = {.low = 1, .high = 5, .unable = true, .rule = rule, .least_percent = least, .domain_count = 2, .item_count = 5};
    i.items = ARENA_ARRAY(a, 5, struct instrument_item);
    i.domains = ARENA_ARRAY(a, 2, struct instrument_domain);
    i.domains[0] = (struct instrument_domain){.first = 0, .count = 3};
    i.domains[1] = (struct instrument_domain){.first = 3, .count = 2};
    i.items[1].reversed = true;
    i.items[4].words = true;
    return i;
}

static void assert_score(struct instrument_score s, bool some, double value, size_t judged, size_t unable, size_t of)
{
    assert_int_equal(s.some, some);
    if (some)
        assert_float_equal(s.value, value, 1e-12);
    assert_int_equal(s.judged, judged);
    assert_int_equal(s.unable, unable);
    assert_int_equal(s.of, of);
}

static void adds_up(void **state)
{
    (void)state;
    struct instrument_score d[2], whole;
    const int full[] = {5, 2, 3, 1, INSTRUMENT_MISSING};
    const int partial[] = {5, INSTRUMENT_UNABLE, 2, INSTRUMENT_MISSING, INSTRUMENT_MISSING};
    struct instrument i = scored(RULE_DOMAIN_MEANS, 60);
    instrument_score(&i, full, d, &whole); /* 5, 6 - 2 = 4, 3: mean 4; and 1 */
    assert_score(d[0], true, 4, 3, 0, 3);
    assert_score(d[1], true, 1, 1, 0, 1);
    assert_score(whole, true, 2.5, 4, 0, 4);
    instrument_score(&i, partial, d, &whole); /* two of three are 66 %, of the other domain nothing */
    assert_score(d[0], true, 3.5, 2, 1, 3);
    assert_score(d[1], false, 0, 0, 0, 1);
    assert_score(whole, true, 3.5, 2, 1, 4);
    i = scored(RULE_DOMAIN_MEANS, 67);
    instrument_score(&i, partial, d, &whole);
    assert_score(d[0], false, 0, 2, 1, 3);
    assert_false(whole.some);
    i = scored(RULE_MEAN, 50);
    instrument_score(&i, full, d, &whole);
    assert_score(whole, true, 13.0 / 4, 4, 0, 4);
    i = scored(RULE_SUM, 50);
    instrument_score(&i, full, d, &whole);
    assert_score(whole, true, 13, 4, 0, 4);
    instrument_score(&i, partial, d, &whole);
    assert_false(whole.some || d[0].some);
    i = scored(RULE_NONE, 50);
    instrument_score(&i, full, d, &whole);
    assert_score(whole, false, 0, 4, 0, 4);
}

static void answers_that_count(void **state)
{
    (void)state;
    struct instrument i = scored(RULE_MEAN, 50);
    assert_true(instrument_answer_valid(&i, 1) && instrument_answer_valid(&i, 5) && instrument_answer_valid(&i, INSTRUMENT_UNABLE));
    assert_false(instrument_answer_valid(&i, 0) || instrument_answer_valid(&i, 6) || instrument_answer_valid(&i, INSTRUMENT_MISSING));
    i.unable = false;
    assert_false(instrument_answer_valid(&i, INSTRUMENT_UNABLE));
}

/* ---- what ships -------------------------------------------------------------------------------------------------------- */

static void shipped_is_right_and_translated(void **state)
{
    (void)state;
    glob_t g;
    size_t moments = 0;
    assert_int_equal(glob(CADRE_SOURCE_DIR "/content/instrument/*/instrument.txt", 0, NULL, &g), 0);
    for (size_t k = 0; k < g.gl_pathc; k++) {
        struct problems p = problems_new(a);
        struct instrument i;
        struct str path = str_from(g.gl_pathv[k]);
        instrument_text_read(a, path, file_read(a, g.gl_pathv[k]), &p, &i);
        struct str other = str_concat(a, str_sub(path, 0, path.n - 4), S(".de.txt"));
        if (p.errors == 0)
            instrument_text_translate(a, other, file_read(a, str_z(a, other)), S("de"), &p, &i);
        if (p.errors + p.warnings != 0)
            fail_msg("%.*s: %.*s", STR_ARG(problem_place(a, &p.items[0])), STR_ARG(msg_text(0, p.items[0].msg)));
        for (size_t d = 0; i.kind == INSTRUMENT_MOMENT && d < i.domain_count; d++)
            assert_in_range(i.domains[d].count, 1, 3); /* an act is judged by one to three behaviours */
        moments += i.kind == INSTRUMENT_MOMENT;
    }
    assert_true(g.gl_pathc >= 5 && moments >= 1);
    globfree(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(reads_all),
        IN_ARENA(reads_a_translation),
        IN_ARENA(partial_translation_is_a_warning),
        IN_ARENA(wrong_is_told_by_line),
        IN_ARENA(wrong_translations),
        IN_ARENA(adds_up),
        IN_ARENA(answers_that_count),
        IN_ARENA(shipped_is_right_and_translated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
