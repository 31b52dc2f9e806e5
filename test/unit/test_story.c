/* Branching cases: reading Twee 3 and Twine's HTML in both formats of macros, playing, replaying, and other forms. */
#include "arena_fixture.h"
#include "chance.h"

#include "engine/story/story.h"
#include "gen/msg_story.h"

#define HEAD(format) ":: StoryData\n{\"ifid\":\"D674C58C-DEFA-4F70-B7A2-27742230C0FC\",\"format\":\"" format "\",\"start\":\"Start\"}\n\n"

static struct story_problems problems;

static struct story *parse(const char *text)
{
    problems = story_problems_new(a);
    return story_parse(a, S("case.twee"), str_from(text), &problems);
}

/* A case that has to be without fault. */
static struct story *parse_well(const char *text)
{
    struct story *s = parse(text);
    for (size_t k = 0; k < problems.kept; k++)
        fail_msg("line %u: %.*s", problems.items[k].line, STR_ARG(story_problem_text(a, 0, &problems.items[k])));
    return s;
}

/* Exactly this one problem, in this line. */
static void told(const char *text, enum story_fault fault, uint32_t line)
{
    parse(text);
    for (size_t k = 0; k < problems.kept; k++)
        if (problems.items[k].fault == fault && problems.items[k].line == line)
            return;
    fail_msg("%.*s in line %u is not told among %zu problems (first: line %u, %.*s)", STR_ARG(story_fault_word(fault)), line,
             problems.kept, problems.kept != 0 ? problems.items[0].line : 0,
             STR_ARG(problems.kept != 0 ? story_problem_text(a, 0, &problems.items[0]) : S("")));
}

static struct str shown(const struct story_attempt *t)
{
    struct buf b = buf_new(a, 256);
    const struct story_step *step = story_now(t);
    for (size_t k = 0; k < step->block_count; k++) {
        if (k != 0)
            buf_ch(&b, '|');
        buf_str(&b, step->blocks[k].text);
    }
    return buf_text(&b);
}

static struct str offered(const struct story_attempt *t)
{
    struct buf b = buf_new(a, 256);
    const struct story_step *step = story_now(t);
    for (size_t k = 0; k < step->choice_count; k++) {
        if (k != 0)
            buf_ch(&b, '|');
        buf_str(&b, step->choices[k].text);
    }
    return buf_text(&b);
}

static void choose(struct story_attempt *t, uint32_t choice)
{
    assert_int_equal(story_choose(t, choice, NULL), RC_OK);
}

/* What the first passage shows, in the dialect. */
static struct str first(const char *format, const char *body)
{
    struct story *s = parse_well(str_printf(a, ":: StoryData\n{\"format\":\"%s\"}\n:: Start\n%s\n\n:: Next [ward]\n[[Start]]\n", format, body).p);
    struct story_attempt *t = story_start(a, s, 1);
    if (!str_empty(story_now(t)->fault))
        fail_msg("%s: %.*s", body, STR_ARG(story_now(t)->fault));
    return shown(t);
}

static struct str only_choice(const char *format, const char *body)
{
    struct story_attempt *t = story_start(a, parse(str_z(a, str_printf(a, ":: StoryData\n{\"format\":\"%s\"}\n:: Start\n%s\n:: To\nx\n", format, body))), 1);
    assert_int_equal(story_now(t)->choice_count, 1);
    return story_now(t)->choices[0].text;
}

/* What can be chosen stands on a button: words without marks. */
static void choices_are_words(void **unused)
{
    (void)unused;
    assert_str(only_choice("Cadre", "[[Why *here*, **now**?->To]]"), "Why here, now?");
    assert_str(only_choice("Cadre", "[[3 * 4, a*b*c, *, **->To]]"), "3 * 4, a*b*c, *, **");
    assert_str(only_choice("Cadre", "[[''No'' //one//->To]]"), "''No'' //one//");
    assert_str(only_choice("SugarCube", "[[''No'' //one// at a//b->To]]"), "No one at a//b");
}

/* How a file's format marks text becomes Markdown; a file that names none is Markdown already. */
static void marks(void **unused)
{
    (void)unused;
    assert_str(first("SugarCube", "''No'' //one// said <<if true>>//so//<</if>>"), "**No** *one* said *so*");
    assert_str(first("SugarCube", "at https://a.example//b or and/or, o'clock // then"), "at https://a.example//b or and/or, o'clock // then");
    assert_str(first("SugarCube", "Note:''so'' is''nt''"), "Note:**so** is''nt''");
    assert_str(first("SugarCube", "!!A ward\n#one\n##deeper\n# two"), "## A ward\n1. one\n   1. deeper\n1.  two");
    assert_str(first("SugarCube", "//open\n\nand closed//"), "//open\n\nand closed//");
    assert_str(first("Harlowe", "##A ward\n''No'' //one//"), "## A ward\n**No** *one*");
    assert_str(first("Cadre", "''No'' //one// ==said==\n!so"), "''No'' //one// ==said==\n!so");
}

/* ---- reading --------------------------------------------------------------------------------------------------------- */
static void twee_headers(void **unused)
{
    (void)unused;
    struct story *s = parse_well("\xef\xbb\xbf:: StoryTitle\r\nA rota\r\n\r\n::Start\r\nHello [[Other \\[x\\]->Other {x}]]\r\n\r\n"
                                 "::  Other \\{x\\}   [ending  ward]   {\"position\":\"1,2\"}\r\nBye\r\n\r\n\r\n");
    const struct story_info *i = story_info(s);
    assert_str(i->title, "A rota");
    assert_int_equal(i->passages, 3);
    assert_int_equal(i->endings, 1);
    uint32_t other = story_find(s, S("Other {x}"));
    assert_true(other != STORY_NONE);
    const struct story_passage *p = story_passage(s, other);
    assert_str(p->tags, "ending ward");
    assert_str(p->source, "Bye");
    assert_str(p->metadata, "{\"position\":\"1,2\"}");
    assert_int_equal(p->line, 7);
    assert_true(p->ending && story_has_tag(p, S("ward")) && !story_has_tag(p, S("war")));
}

static void story_data(void **unused)
{
    (void)unused;
    struct story *s = parse_well(":: StoryData\n{\"ifid\": \"X\", \"format\": \"Harlowe\", \"format-version\": \"3.3.8\", \"start\": \"There\", "
                                 "\"language\": \"de\"}\n:: Here\n[[There]]\n:: There\n[[Here]]");
    const struct story_info *i = story_info(s);
    assert_int_equal(i->format, STORY_HARLOWE);
    assert_str(i->ifid, "X");
    assert_str(i->language, "de");
    assert_str(story_passage(s, i->start)->title, "There");
}

static void what_is_wrong(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        enum story_fault fault;
        uint32_t line;
    } cases[] = {
        {"", STORY_NO_PASSAGES, 1},
        {"only words\n", STORY_NO_PASSAGES, 1},
        {"words\n:: Start\n", STORY_STRAY_TEXT, 1},
        {":: Start\n\xff\xfe\n", STORY_NOT_TEXT, 2},
        {":: Start\nx\n:: Start\ny\n", STORY_DUPLICATE, 3},
        {":: Begin\nx\n", STORY_NO_START, 1},
        {":: StoryData\n{\"start\":\"Gone\"}\n:: Start\n", STORY_NO_START, 1},
        {":: StoryData\n{\"start\":\n:: Start\n", STORY_BAD_STORY_DATA, 2},
        {":: Start [a b\nx\n", STORY_BAD_HEADER, 1},
        {":: Start ] x\nx\n", STORY_BAD_HEADER, 1},
        {":: Start {\"position\":}\nx\n", STORY_BAD_METADATA, 1},
        {":: Start\n:: [tag]\nx\n", STORY_NO_TITLE, 2},
        {":: Start\n[[Gone]]\n", STORY_LINK_TO_NOWHERE, 2},
        {":: Start\nx\n[[Go|Gone]]\n", STORY_LINK_TO_NOWHERE, 3},
        {":: Start\n[[Go->]]\n", STORY_BAD_LINK, 2},
        {":: Start\n[[Go|$where]]\n", STORY_BAD_LINK, 2},
        {":: Start\n[[Go\n", STORY_UNCLOSED, 2},
        {":: Start\n<<if $x>>\n", STORY_UNCLOSED, 2},
        {":: Start\nx\n<</if>>\n", STORY_STRAY_END, 3},
        {":: Start\n<<else>>\n", STORY_STRAY_END, 2},
        {":: Start\n<<if $x>>a<<else>>b<<else>>c<</if>>", STORY_BROKEN_MACRO, 2},
        {":: Start\n<<frobnicate 1>>\n", STORY_UNKNOWN_MACRO, 2},
        {":: StoryData\n{\"format\":\"Harlowe\"}\n:: Start\n\n(frob: 1)[x]\n", STORY_UNKNOWN_MACRO, 5},
        {":: Start\n<<set $x to>>\n", STORY_BROKEN_MACRO, 2},
        {":: Start\n<<set x to 1>>\n", STORY_BROKEN_MACRO, 2},
        {":: Start\n<<set $x to (1 + 2>>\n", STORY_BAD_EXPRESSION, 2},
        {":: Start\n<<set $x to 1 2>>\n", STORY_BAD_EXPRESSION, 2},
        {":: Start\n<<set $x to [1,2]>>\n", STORY_BAD_EXPRESSION, 2},
        {":: Start\n<<if $x = 1>>a<</if>>\n", STORY_BAD_EXPRESSION, 2},
        {":: Start\n<<if>>a<</if>>\n", STORY_BROKEN_MACRO, 2},
        {":: Start\n<<print visited(\"Gone\")>>\n", STORY_NO_SUCH_PASSAGE, 2},
        {":: Start\n<<print system(1)>>\n", STORY_BAD_EXPRESSION, 2},
        {":: Start\n<<include \"Gone\">>\n", STORY_INCLUDE_OF_NOTHING, 2},
        {":: Start\n<!-- cadre tmer 60: X -->\n", STORY_UNKNOWN_DIRECTIVE, 2},
        {":: Start\n<!-- cadre timer soon: Start -->\n", STORY_BAD_DIRECTIVE, 2},
        {":: Start\n<!-- cadre timer 60: Gone -->\n", STORY_LINK_TO_NOWHERE, 2},
        {":: Start\n<!-- cadre after 2: Gone -->\n", STORY_NO_SUCH_PASSAGE, 2},
        {":: Start\n<!-- cadre on nowhere: Start -->\n", STORY_NO_SUCH_TAG, 2},
        {":: Start\n<!-- cadre reasoning two-box: Why? -->\n", STORY_BAD_DIRECTIVE, 2},
        {":: Start\n<!-- not closed\n", STORY_UNCLOSED, 2},
        {":: StoryVariables\n$x: colour\n:: Start\n", STORY_BAD_DECLARATION, 2},
        {":: StoryVariables\n$x: number 5 to 1\n:: Start\n", STORY_BAD_DECLARATION, 2},
        {":: StoryVariables\n$x: number 0 to 5\n:: Start\n<<set $x to 9>>\n", STORY_OUT_OF_RANGE, 4},
        {":: StoryVariables\n$x: yes/no\n:: Start\n<<set $x to 9>>\n", STORY_WRONG_KIND, 4},
        {":: StoryVariables\n$x: one of calm, tense\n:: Start\n<<set $x to \"angry\">>\n", STORY_OUT_OF_RANGE, 4},
        {":: Start\nx <script>alert(1)</script> y\n", STORY_NOT_CARRIED, 2},
        {":: Start\nx <b onclick=\"alert(1)\">y</b>\n", STORY_HTML_AS_TEXT, 2},
        {":: Start\n:: Mine [script]\nalert(1)\n", STORY_NOT_CARRIED, 2},
        {":: StoryData\n{\"format\":\"Chapbook\"}\n:: Start\n", STORY_OTHER_FORMAT, 1},
        {"<html><body>Hello</body></html>", STORY_NOT_A_STORY, 1},
        {"<html><div id=\"storeArea\"><div tiddler=\"Start\">x</div></div></html>", STORY_TWINE_1, 1},
    };
    for (size_t k = 0; k < COUNT_OF(cases); k++)
        told(cases[k].text, cases[k].fault, cases[k].line);
}

/* ---- expressions and macros ------------------------------------------------------------------------------------------ */
static void expressions(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *value;
    } cases[] = {
        {"1 + 2 * 3", "7"},        {"(1 + 2) * 3", "9"},      {"7 % 4", "3"},          {"1 / 4", "0.25"},
        {"-2 - -3", "1"},          {"\"a\" + 1", "a1"},       {"'it''s'", NULL},       {"\"a\\\"b\"", "a\"b"},
        {"1 is 1", "true"},        {"1 eq '1'", "false"},     {"1 isnot 2", "true"},   {"1 is not 1", "false"},
        {"2 gt 1 and 1 gte 1", "true"}, {"2 < 1 or 1 <= 0", "false"}, {"not 1 is 2", "true"}, {"!true", "false"},
        {"not not true", "true"},  {"1 lt 2 && 3 neq 4 || false", "true"}, {"true or $never", "true"},
        {"false and $never", "false"}, {"def $never", "false"}, {"ndef $never", "true"}, {"min(3, 1, 2)", "1"},
        {"Math.max(3, 1, 2)", "3"}, {"Math.floor(2.7)", "2"}, {"round(2.5)", "3"},     {"num(\"42\") + 1", "43"},
        {"\"team\" contains \"ea\"", "true"}, {"random(4, 4)", "4"}, {"either(\"x\")", "x"}, {"visited(\"Next\")", "0"},
        {"visited()", "1"},        {"hasVisited(\"Start\")", "true"}, {"turns()", "1"}, {"0.1 + 0.2", "0.30000000000000004"},
        {"1e3", NULL},             {"((((((1))))))", "1"},    {"1000000 * 1000000", "1000000000000"},
    };
    for (size_t k = 0; k < COUNT_OF(cases); k++)
        if (cases[k].value != NULL) {
            struct str got = first("SugarCube", str_printf(a, "<<print %s>>", cases[k].text).p);
            if (!str_eq_z(got, cases[k].value))
                fail_msg("%s is %.*s, not %s", cases[k].text, STR_ARG(got), cases[k].value);
        }
}

static void sugarcube(void **unused)
{
    (void)unused;
    assert_str(first("SugarCube", "<<set $x to 2, $y = 'b'; $x += 3>>$x$y $$x"), "5b $x");
    assert_str(first("SugarCube", "<<set $x to 1>><<if $x is 1>>one<<elseif $x is 2>>two<<else>>more<</if>>"), "one");
    assert_str(first("SugarCube", "<<set $x to 2>><<if $x is 1>>one<<else if $x is 2>>two<<else>>more<</if>>"), "two");
    assert_str(first("SugarCube", "<<set $x to 3>><<if $x is 1>>one<<elseif $x is 2>>two<<else>>more<<endif>>"), "more");
    assert_str(first("SugarCube", "<<silently>>a<<set $x to 1>><</silently>><<nobr>>b$x<</nobr>>"), "b1");
    assert_str(first("SugarCube", "a/* one */b<!-- two -->c/% three %/d"), "abcd");
    assert_str(first("SugarCube", "(if: true)[x]"), "(if: true)[x]");
    assert_str(first("SugarCube", "<<set $t to \"a >> b\">><<= $t>>"), "a >> b");
    assert_str(first("SugarCube", "<<if true>>\n    deep\n\n\n\n\ttoo\n<</if>>"), "deep\n\ntoo");
    assert_str(first("SugarCube", "Go [[on|Next]] now.\n* [[one|Next]]\n- [[two->Next]] [[three|Next]]\n"), "Go on now.");
}

static void harlowe(void **unused)
{
    (void)unused;
    assert_str(first("Harlowe", "(set: $x to 2)(set: $x to it + 1)$x"), "3");
    assert_str(first("Harlowe", "(put: 4 into $x)(print: $x * 2)"), "8");
    assert_str(first("Harlowe", "(set: $x to 1)(if: $x is 1)[one](else-if: $x is 2)[two](else:)[more]"), "one");
    assert_str(first("Harlowe", "(set: $x to 2)(if: $x is 1)[one] (elseif: $x is 2)[two]\n(else:)[more]"), "two");
    assert_str(first("Harlowe", "(set: $x to 3)(IF: $x is 1)[one](Else_If: $x is 2)[two](else:)[more [x] [[Next]]]"), "more [x] Next");
    assert_str(first("Harlowe", "(unless: false)[shown](if: true)[=to the end]"), "shownto the end]");
    assert_str(first("Harlowe", "(either: \"x\")(random: 3, 3)"), "x3");
    assert_str(first("Harlowe", "(if: (history:) contains \"Next\")[been](else:)[not yet] (print: visits)"), "not yet 1");
    assert_str(first("Harlowe", "<<1>>x"), "<<1>>x");
    assert_str(first("", "(set: $x to 1)<<set $y to 2>>$x$y (note: this)"), "12 (note: this)");
}

static void links_in_all_forms(void **unused)
{
    (void)unused;
    struct story *s = parse_well(HEAD("SugarCube") ":: Start\n[[Next]]\n[[a|Next]]\n[[b->Next]]\n[[Next<-c]]\n[[d|Next][$x to 7]]\n"
                                 "<<link \"e\" \"Next\">><<set $x to 8>>no<</link>>\n<<button [[f|Next]]>><</button>>\n"
                                 "<<link \"g\">><<goto \"Next\">><</link>>\n[[site|https://example.org/x]]\n\n:: Next\n<<if def $x>>$x<</if>>[[Start]]");
    for (uint32_t k = 1; k <= 8; k++) {
        struct story_attempt *t = story_start(a, s, 1);
        assert_str(offered(t), "Next|a|b|c|d|e|f|g");
        assert_str(shown(t), "[site](<https://example.org/x>)");
        choose(t, k);
        assert_str(story_now(t)->title, "Next");
        assert_str(shown(t), k == 5 ? "7Start" : k == 6 ? "8Start" : "");
    }
    s = parse_well(HEAD("Harlowe") ":: Start\n(link-goto: \"a\", \"Next\") (link-goto: \"Next\")\n(link: \"b\")[(set: $x to 3)(goto: \"Next\")]\n"
                   "(link-reveal-goto: \"c\", \"Next\")[(set: $x to 4)]\n:: Next\n(if: $x is 3)[three]");
    struct story_attempt *t = story_start(a, s, 1);
    assert_str(offered(t), "a|Next|b|c");
    choose(t, 3);
    assert_str(shown(t), "three");
}

/* ---- playing --------------------------------------------------------------------------------------------------------- */
static const char *const long_case =
    HEAD("SugarCube") ":: StoryVariables\n// of the team\n$trust: score 0 to 10 = 5 \"Trust\"\n$told: yes/no = no\n$mood: one of calm, angry = calm\n\n"
    ":: StoryInit\n<<set $days to 3>>\n\n"
    ":: Start [ward]\n$mood<!-- cadre timer 2 min: Late --><!-- cadre panel first: What now? --> <<= random(1, 1000)>>\n"
    "[[Speak][$trust += 20]]\n[[Wait|Start]]\n[[Go->Ward]]\n\n"
    ":: Speak\n<!-- cadre after 2: Letter --><!-- cadre on ward: Rumour -->Said.\n<!-- cadre reasoning four-box: Why? -->\n[[Corridor]]\n\n"
    ":: Corridor\nQuiet. $trust\n[[Ward]]\n\n:: Ward [ward]\nBusy, $days.\n[[Home]]\n\n:: Home [ending]\n<<include \"Sum\">>\n\n"
    ":: Letter\nA letter. <<set $trust -= 4>>\n\n:: Rumour\nA rumour.\n\n:: Late [ending]\nToo late.\n\n:: Sum\n<<= visited(\"Ward\")>> $trust\n";

static void what_a_step_holds(void **unused)
{
    (void)unused;
    struct story *s = parse_well(long_case);
    struct story_attempt *t = story_start(a, s, 7);
    const struct story_step *step = story_now(t);
    assert_int_equal(step->number, 0);
    assert_int_equal(step->timer.seconds, 120);
    assert_str(story_passage(s, step->timer.passage)->title, "Late");
    assert_int_equal(step->block_count, 3);
    assert_int_equal(step->blocks[1].kind, STORY_BLOCK_PANEL);
    assert_str(step->blocks[1].name, "first");
    assert_int_equal(step->score_count, 1);
    assert_str(step->scores[0].label, "Trust");
    assert_true(step->scores[0].value.number == 5 && !step->ended);
    choose(t, 1);
    assert_true(story_value_of(t, S("$trust")).number == 10); /* kept within its range */
    assert_int_equal(story_now(t)->blocks[1].kind, STORY_BLOCK_REASONING);
    assert_str(story_now(t)->blocks[1].name, "four-box");
    choose(t, 1);
    assert_str(shown(t), "Quiet. 10");
    choose(t, 1);
    assert_str(shown(t), "A letter.|A rumour.|Busy, 3.");
    assert_int_equal(story_now(t)->blocks[0].kind, STORY_BLOCK_CONSEQUENCE);
    assert_str(story_now(t)->blocks[0].name, "Letter");
    choose(t, 1);
    assert_str(shown(t), "1 6");
    assert_true(story_now(t)->ended);
    assert_int_equal(story_choose(t, 1, NULL), RC_INVALID);
    assert_int_equal(story_choose(t, STORY_TIME_UP, NULL), RC_INVALID);
    assert_str(story_now(t)->title, "Home");
    t = story_start(a, s, 7);
    choose(t, STORY_TIME_UP);
    assert_str(story_now(t)->title, "Late");
}

static struct str step_json(const struct story *s, const struct story_attempt *t)
{
    struct buf b = buf_new(a, 512);
    story_write_step(&b, s, story_now(t));
    return buf_text(&b);
}

/* An attempt that is replayed from its choices stands where the one stands that was played; other seeds differ. */
static void replay_equals_play(void **unused)
{
    (void)unused;
    struct story *s = parse_well(long_case), *again = parse_well(long_case);
    size_t differ = 0;
    chance_state = 5;
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct story_attempt *t = story_start(a, s, seed), *r;
        differ += !str_eq(shown(t), shown(story_start(a, s, 1000)));
        for (size_t k = 0; k < 20 && !story_now(t)->ended; k++) {
            size_t count;
            choose(t, chance(story_now(t)->choice_count) + 1);
            const uint32_t *choices = story_choices(t, &count);
            assert_int_equal(count, k + 1);
            assert_int_equal(story_replay(a, again, seed, choices, count, &r, NULL), RC_OK);
            assert_str(step_json(again, r), str_z(a, step_json(s, t)));
        }
    }
    assert_true(differ > 40);
    uint32_t wrong[] = {1, 9};
    struct story_attempt *t;
    struct err e = {0};
    assert_int_equal(story_replay(a, s, 1, wrong, 2, &t, &e), RC_INVALID);
    assert_int_equal(e.msg, M_story_no_such_choice);
    assert_str(story_now(t)->title, "Speak");
}

static void chance_is_even(void **unused)
{
    (void)unused;
    struct story *s = parse_well(":: Start\n<<= random(1, 6)>>");
    size_t seen[7] = {0};
    for (uint64_t seed = 0; seed < 6000; seed++) {
        struct str text = shown(story_start(a, s, seed));
        assert_true(text.n == 1 && text.p[0] >= '1' && text.p[0] <= '6');
        seen[text.p[0] - '0']++;
    }
    for (size_t k = 1; k <= 6; k++)
        assert_in_range(seen[k], 850, 1150);
}

static void choices_as_text(void **unused)
{
    (void)unused;
    uint32_t *list;
    size_t count;
    assert_true(story_choices_read(a, S(" 1, 0,12 "), &list, &count));
    assert_int_equal(count, 3);
    struct buf b = buf_new(a, 16);
    story_choices_write(&b, list, count);
    assert_str(buf_text(&b), "1,0,12");
    assert_true(story_choices_read(a, S(""), &list, &count) && count == 0);
    assert_false(story_choices_read(a, S("1,,2"), &list, &count));
    assert_false(story_choices_read(a, S("1,-2"), &list, &count));
    assert_false(story_choices_read(a, S("x"), &list, &count));
}

/* ---- what would hold a server up ------------------------------------------------------------------------------------- */
static void no_case_runs_on(void **unused)
{
    (void)unused;
    struct story_attempt *t = story_start(a, parse(":: Start\nx<<include \"Start\">>"), 1);
    has(story_now(t)->fault, "circle");
    t = story_start(a, parse(":: Start\n<<goto \"Other\">>\n:: Other\n<<goto \"Start\">>"), 1);
    has(story_now(t)->fault, "on and on");
    struct buf b = buf_new(a, 4096);
    buf_z(&b, ":: Start\n<<include \"p0\">>\n");
    for (int k = 0; k < 30; k++)
        buf_printf(&b, ":: p%d\n<<include \"p%d\">><<include \"p%d\">>\n", k, k + 1, k + 1);
    buf_z(&b, ":: p30\nmany words\n");
    t = story_start(a, parse(str_z(a, buf_text(&b))), 1);
    has(story_now(t)->fault, "does not come to an end");
    t = story_start(a, parse(":: Start\n<<set $x to 1>>[[Start][$x to $x * 10]]<<print $x / 0>>"), 1);
    has(story_now(t)->fault, "division by 0");
    for (int k = 0; k < 400; k++)
        choose(t, 1);
    assert_true(story_value_of(t, S("$x")).number == 1);
}

static void deep_and_long(void **unused)
{
    (void)unused;
    struct buf b = buf_new(a, 1 << 16);
    buf_z(&b, ":: Start\n<<print ");
    for (int k = 0; k < 100000; k++)
        buf_ch(&b, '(');
    buf_z(&b, ">>");
    told(str_z(a, buf_text(&b)), STORY_BAD_EXPRESSION, 2);
    b = buf_new(a, 1 << 16);
    buf_z(&b, ":: Start\n<<set $x to true>>");
    for (int k = 0; k < 50000; k++)
        buf_z(&b, "<<if $x>>");
    buf_z(&b, "deep");
    for (int k = 0; k < 50000; k++)
        buf_z(&b, "<</if>>");
    struct story *s = parse_well(str_z(a, buf_text(&b)));
    assert_str(shown(story_start(a, s, 1)), "deep");
    problems = story_problems_new(a);
    story_parse(a, S("large"), (struct str){b.p, STORY_BYTES_MOST + 1}, &problems);
    assert_int_equal(problems.items[0].fault, STORY_TOO_LARGE);
}

/* ---- other forms ----------------------------------------------------------------------------------------------------- */
static struct str written(const struct story *s, void (*write)(struct buf *b, const struct story *s))
{
    struct buf b = buf_new(a, 4096);
    write(&b, s);
    return buf_text(&b);
}

/* Twee to HTML to Twee and back: nothing of it changes. */
static void round_trip(void **unused)
{
    (void)unused;
    static const char *const cases[] = {
        NULL,
        ":: StoryTitle\nA & <b>\n:: StoryData\n{\"ifid\":\"X\",\"format\":\"Harlowe\",\"format-version\":\"3.3.8\",\"start\":\"A [1]\",\"zoom\":0.5,"
        "\"tag-colors\":{\"ending\":\"red\",\"ward\":\"blue\"},\"language\":\"de\"}\n"
        ":: A \\[1\\] [ending ward] {\"position\":\"100,200\",\"size\":\"100,100\"}\n<script>\"&amp;'</script>\n\n  two  \n :: three\n"
        ":: Größe \"x\" 'y'\n\n\n\tx &#65; ]]>\n",
        ":: Start\n\n:: Empty",
    };
    for (size_t k = 0; k < COUNT_OF(cases); k++) {
        struct story *s = parse(cases[k] != NULL ? cases[k] : long_case);
        struct str twee = written(s, story_write_twee), html = written(s, story_write_html);
        has_not(html, "<script");
        struct story *back = parse(str_z(a, html));
        assert_true(story_info(back)->html);
        assert_str(written(parse(str_z(a, twee)), story_write_twee), str_z(a, twee));
        assert_str(written(back, story_write_html), str_z(a, html));
        struct str places = written(back, story_write_twee); /* HTML says where each passage stands, also where Twee did not */
        if (k == 1)
            assert_true(str_find(places, S("{\"position\":\"100,200\",\"size\":\"100,100\"}"), NULL));
        for (uint32_t i = 0; i < story_info(back)->passages; i++) {
            const struct story_passage *x = story_passage(back, i), *y = NULL;
            for (uint32_t j = 0; j < story_info(s)->passages; j++)
                y = str_eq(story_passage(s, j)->title, x->title) ? story_passage(s, j) : y;
            assert_non_null(y);
            assert_str(x->tags, str_z(a, y->tags));
            assert_str(x->source, str_z(a, y->source));
        }
    }
}

/* No two passages lie on each other when Twine opens what was written. */
static void html_has_places(void **unused)
{
    (void)unused;
    struct story *s = parse(":: Start\n[[Left]] [[Right]]\n\n:: Left\n[[End]]\n\n:: Right\n[[End]]\n\n:: End [ending]\nDone.\n\n:: Lost\nNobody comes here.\n");
    struct str rest = written(s, story_write_html), seen[5];
    size_t n = 0, at;
    while (n < 5 && str_find(rest, S("position=\""), &at)) {
        rest = str_sub(rest, at + 10, rest.n);
        assert_true(str_find(rest, S("\""), &at));
        seen[n++] = str_sub(rest, 0, at);
        for (size_t k = 0; k + 1 < n; k++)
            assert_false(str_eq(seen[k], seen[n - 1]));
    }
    assert_int_equal(n, 5);
}

static void html_of_twine(void **unused)
{
    (void)unused;
    struct story *s = parse("<!DOCTYPE html>\n<html><body><script>game()</script>\n<tw-storydata name=\"A &quot;case&quot;\" startnode='2' "
                            "ifid=X format=\"SugarCube\" hidden>\n<style role=\"stylesheet\">b{}</style><script role=\"script\">alert(1)</script>"
                            "<tw-tag name=\"ward\" color=\"blue\"></tw-tag>\n<tw-passagedata pid=\"1\" name=\"Other\" tags=\"ending\" "
                            "position=\"1,2\" size=\"3,4\">Bye &lt;&lt;= 1 + 1&gt;&gt; &#x41;&#66;</tw-passagedata>\n"
                            "<tw-passagedata pid=\"2\" name=\"Begin\" tags=\"\">Hello\n[[Gone]]\n[[Other]]</tw-passagedata></tw-storydata></body></html>");
    const struct story_info *i = story_info(s);
    assert_str(i->title, "A \"case\"");
    assert_str(story_passage(s, i->start)->title, "Begin");
    assert_int_equal(problems.kept, 3);
    assert_int_equal(problems.items[0].fault, STORY_NOT_CARRIED);
    assert_int_equal(problems.items[1].line, 4);
    assert_int_equal(problems.items[2].fault, STORY_LINK_TO_NOWHERE);
    assert_int_equal(problems.items[2].line, 7);
    struct story_attempt *t = story_start(a, s, 1);
    assert_false(story_now(t)->choices[0].enabled);
    assert_int_equal(story_choose(t, 1, NULL), RC_INVALID);
    choose(t, 2);
    assert_str(shown(t), "Bye 2 AB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(twee_headers),   IN_ARENA(story_data),         IN_ARENA(what_is_wrong),      IN_ARENA(expressions),
        IN_ARENA(sugarcube),      IN_ARENA(harlowe),            IN_ARENA(links_in_all_forms), IN_ARENA(what_a_step_holds),
        IN_ARENA(replay_equals_play), IN_ARENA(chance_is_even), IN_ARENA(choices_as_text),    IN_ARENA(no_case_runs_on),
        IN_ARENA(deep_and_long),  IN_ARENA(round_trip),         IN_ARENA(html_of_twine), IN_ARENA(html_has_places),      IN_ARENA(marks),
        IN_ARENA(choices_are_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
