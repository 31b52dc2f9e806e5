/* The checker of branching cases: test/data/story holds cases with planted faults, each with what has to be found in its passage
 * Expected: line, fault and passage, exactly these. And what holds for any case: what is played at random never goes where the
 * checker says one cannot go. */
#include "arena_fixture.h"
#include "chance.h"
#include "files.h"

#include <dirent.h>

#include "engine/story/story.h"

static struct story *parse(struct str text, struct story_problems *p)
{
    *p = story_problems_new(a);
    return story_parse(a, S("case.twee"), text, p);
}

static struct str found(const struct story_problems *p)
{
    struct buf b = buf_new(a, 256);
    for (size_t k = 0; k < p->kept; k++) {
        const struct story_problem *x = &p->items[k];
        buf_printf(&b, "%u %.*s%s%.*s\n", x->line, STR_ARG(story_fault_word(x->fault)), x->passage.n != 0 ? " " : "", STR_ARG(x->passage));
    }
    return buf_text(&b);
}

/* ---- planted faults -------------------------------------------------------------------------------------------------- */
static struct str expected(struct str text)
{
    size_t at;
    assert_true(str_find(text, S("\n:: Expected [note]\n"), &at));
    return str_sub(text, at + sizeof "\n:: Expected [note]\n" - 1, text.n);
}

static void planted_faults(void **unused)
{
    (void)unused;
    DIR *dir = opendir(CADRE_SOURCE_DIR "/test/data/story");
    size_t faulty = 0, good = 0, wrong = 0;
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        struct story_problems p;
        if (!str_ends(str_from(d->d_name), S(".twee")))
            continue;
        struct str text = file_read(a, str_printf(a, "test/data/story/%s", d->d_name).p), want = expected(text);
        struct story_checked r = story_check(a, parse(text, &p), 0, &p);
        struct str got = found(&p);
        *(want.n != 0 ? &faulty : &good) += 1;
        if (!str_eq(got, want) || !r.complete) {
            print_error("%s: found\n%.*sinstead of\n%.*s", d->d_name, STR_ARG(got), STR_ARG(want));
            wrong++;
        }
    }
    closedir(dir);
    assert_int_equal(wrong, 0);
    assert_true(faulty >= 80 && good >= 3);
}

static void a_link_to_nowhere_names_its_target(void **unused)
{
    (void)unused;
    struct story_problems p;
    story_check(a, parse(S(":: Start\n[[Go|Cellar door]]\n"), &p), 0, &p);
    assert_int_equal(p.kept, 1);
    has(story_problem_text(a, 0, &p.items[0]), "'Cellar door'");
    has(story_problem_text(a, lang_find(S("de")), &p.items[0]), "'Cellar door'");
}

/* The case that docs/story.md shows is one that a reader can take as it is. */
static void the_guide_is_true(void **unused)
{
    (void)unused;
    struct str text = file_read(a, "docs/story.md");
    size_t from, n;
    assert_true(str_find(text, S("```\n:: StoryTitle"), &from));
    text = str_sub(text, from + 4, text.n);
    assert_true(str_find(text, S("\n```"), &n));
    struct story_problems p;
    struct story *s = parse(str_sub(text, 0, n), &p);
    struct story_checked r = story_check(a, s, 0, &p);
    assert_str(found(&p), "");
    assert_true(r.complete);
    assert_int_equal(story_info(s)->endings, 2);
}

/* ---- the bound ------------------------------------------------------------------------------------------------------- */
/* n switches that can be turned at will: 2^n states. */
static struct str switches(int n)
{
    struct buf b = buf_new(a, 4096);
    buf_z(&b, ":: StoryInit\n<<set $all to 0>>\n");
    for (int k = 0; k < n; k++)
        buf_printf(&b, "<<set $s%d to false>>\n", k);
    buf_z(&b, ":: Start\n");
    for (int k = 0; k < n; k++)
        buf_printf(&b, "<<if $s%d>>[[off %d|Start][$s%d to false]]<<else>>[[on %d|Start][$s%d to true]]<</if>>\n", k, k, k, k, k);
    buf_z(&b, "[[Home]]\n");
    buf_z(&b, ":: Home [ending]\n<<if $all is 1>>[[Never]]<</if>>\n:: Never\n[[Home]]\n:: Cellar\n[[Home]]\n");
    return buf_text(&b);
}

static void the_bound_is_said(void **unused)
{
    (void)unused;
    struct story_problems p;
    struct story_checked r = story_check(a, parse(switches(6), &p), 0, &p);
    assert_true(r.complete);
    assert_in_range(r.states, 64, 200);
    assert_str(found(&p), "18 never Home\n19 unreachable_condition Never\n21 unreachable Cellar\n");
    r = story_check(a, parse(switches(6), &p), 50, &p);
    assert_false(r.complete);
    assert_int_equal(r.bound, 50);
    assert_true(r.states <= 50);
    assert_str(found(&p), "21 unreachable Cellar\n"); /* and nothing that was only not seen */
    r = story_check(a, parse(switches(40), &p), 1000, &p);
    assert_false(r.complete);
}

/* Counting in a loop, words that depend on it, and text by chance do not make states without end. */
static void what_does_not_matter_is_not_followed(void **unused)
{
    (void)unused;
    struct story_problems p;
    struct story_checked r =
        story_check(a, parse(S(":: Start\n<<set $n to 0>>\n[[Walk]]\n:: Walk\n<<set $n += 1>><<set $steps to $n * 2>>$n, "
                               "<<= random(1, 1000)>> $steps\n<<if $n gte 20>>[[Home]]<</if>>\n[[Walk]]\n:: Home [ending]\nBye.\n"),
                             &p), 0, &p);
    assert_true(r.complete && p.kept == 0);
    assert_in_range(r.states, 20, 30);
    r = story_check(a, parse(S(":: Start\n<<set $w to either(\"a\", \"b\", \"c\")>>$w<<= random(1, 100)>>\n[[Start]]\n[[Home]]\n:: Home [ending]\n"), &p), 0, &p);
    assert_true(r.complete && p.kept == 0);
    assert_int_equal(r.states, 2);
}

/* ---- any case -------------------------------------------------------------------------------------------------------- */
/* A case by chance: a few passages, variables and conditions. */
static struct str any_case(void)
{
    struct buf b = buf_new(a, 2048);
    uint32_t passages = 4 + chance(8);
    buf_z(&b, ":: StoryInit\n<<set $x to 0, $y to false>>\n");
    for (uint32_t k = 0; k < passages; k++) {
        buf_printf(&b, ":: %s%u%s\n", k == 0 ? "Start" : "P", k, chance(5) == 0 && k != 0 ? " [ending]" : "");
        for (uint32_t n = 1 + chance(4); n != 0; n--)
            switch (chance(9)) {
            case 0:
                buf_printf(&b, "<<set $x to %u>>\n", chance(4));
                break;
            case 1:
                buf_printf(&b, "<<set $y to %s>>\n", chance(2) != 0 ? "true" : "false");
                break;
            case 2:
                buf_printf(&b, "<<if $x gt %u>>[[P%u]]<<elseif $y>>[[P%u]]<</if>>\n", chance(4), 1 + chance(passages - 1), 1 + chance(passages - 1));
                break;
            case 3:
                buf_printf(&b, "<<if visited(\"P%u\") is %u>>[[P%u]]<</if>>\n", 1 + chance(passages - 1), chance(3), 1 + chance(passages - 1));
                break;
            case 4:
                buf_printf(&b, "<<set $z%u to random(1, 3)>>\n", chance(2));
                break;
            case 5:
                buf_printf(&b, "$z%u\n", chance(2));
                break;
            case 6:
                buf_printf(&b, "[[go|P%u][$x += 1]]\n", 1 + chance(passages - 1));
                break;
            case 7:
                buf_printf(&b, "<!-- cadre after %u: P%u -->\n", 1 + chance(3), 1 + chance(passages - 1));
                break;
            default:
                buf_printf(&b, "[[P%u]]\n", 1 + chance(passages - 1));
            }
    }
    return buf_text(&b);
}

static bool says(const struct story_problems *p, enum story_fault fault, struct str passage)
{
    for (size_t k = 0; k < p->kept; k++)
        if (p->items[k].fault == fault && str_eq(p->items[k].passage, passage))
            return true;
    return false;
}

/* Whoever plays at random: stands only where one can stand, is stuck only where that is told, and reads nothing unset without its
 * being told. */
static void play_bears_the_checker_out(void **unused)
{
    (void)unused;
    chance_state = 11;
    size_t complete = 0, stuck = 0, unset = 0;
    for (int round = 0; round < 400; round++) {
        struct story_problems p;
        struct str text = any_case();
        struct story *s = parse(str_concat(a, S(":: StoryData\n{\"start\":\"Start0\"}\n"), text), &p);
        struct story_checked r = story_check(a, s, 20000, &p);
        complete += r.complete;
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct story_attempt *t = story_start(a, s, seed);
            for (int k = 0; k < 30; k++) {
                const struct story_step *step = story_now(t);
                struct str here = step->title;
                if (says(&p, STORY_UNREACHABLE, here) || says(&p, STORY_UNREACHABLE_CONDITION, here) || says(&p, STORY_ENDING_UNREACHABLE, here))
                    fail_msg("%.*s is reached in\n%.*s", STR_ARG(here), STR_ARG(text));
                if (r.complete && str_find(step->fault, S("is read before"), NULL)) {
                    unset++;
                    bool told = false;
                    for (size_t i = 0; i < p.kept; i++)
                        told = told || p.items[i].fault == STORY_UNSET_VARIABLE;
                    assert_true(told);
                }
                if (step->ended) {
                    bool told = says(&p, STORY_DEAD_END, here) || says(&p, STORY_DEAD_END_SOMETIMES, here);
                    stuck += told;
                    if (r.complete && !told && !story_has_tag(story_passage(s, step->passage), S("ending")) && step->choice_count == 0)
                        fail_msg("%.*s is a dead end in\n%.*s", STR_ARG(here), STR_ARG(text));
                    break;
                }
                assert_int_equal(story_choose(t, chance(step->choice_count) + 1, NULL), RC_OK);
            }
        }
    }
    assert_true(complete > 200 && stuck > 100 && unset > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(planted_faults), IN_ARENA(a_link_to_nowhere_names_its_target), IN_ARENA(the_guide_is_true), IN_ARENA(the_bound_is_said),
        IN_ARENA(what_does_not_matter_is_not_followed), IN_ARENA(play_bears_the_checker_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
