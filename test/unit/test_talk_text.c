/* The texts of listening, debate, speaking and appraisal: what is read, and what is refused on which line. */
#include "problems_fixture.h"

#include "gen/msg_practice.h"
#include "gen/msg_talk.h"
#include "programme/practice/practice.h"
#include "programme/practice/talk_text.h"

#define HEAD(kind) "kind: " kind "\ntitle: A title\nsummary: A summary.\nminutes: 40\npractises: COM-P.1\nrubric: team\n"

static const char listening[] = HEAD("listening") "# Briefing\nSit down.\n"
                                "# Story: night | The night\nseconds: 120\nThe pump alarmed.\n## Teller\nSlowly.\n"
                                "# Story: day | The day\nseconds: 90\nShe called.\n"
                                "# Recall: when | When?\nstory: night\n- [ ] At ten | No.\n- [x] At two\n"
                                "# Recall: who | Who?\nstory: day\n- [x] She\n- [ ] He\n"
                                "# Reflect: fear | Say back her fear.\nstory: night\n- She was alone\n- She is afraid\n"
                                "# Debrief\nWell?\n";
static const char debate[] = HEAD("debate") "# Motion\ntie: swing\nprepare: 15\nThis house would.\n# Background\nFacts.\n# For\nYes.\n# Against\nNo.\n"
                             "# Speech: f1 | First for\nside: for\nseconds: 240\npoints from: 60\npoints until: 180\n"
                             "# Speech: a1 | First against\nside: against\nseconds: 240\n# Debrief\nWell?\n";
static const char speaking[] = HEAD("speaking") "# Task\nSpeak.\n# Timing\ngreen: 120\namber: 150\nred: 180\nfast: 150\n# Fillers\n- um\n- you know\n# Debrief\nWell?\n";
static const char appraisal[] = HEAD("appraisal") "# Tool\nIt reads pictures.\n# Aspect: need | Need?\nWho waits?\n# Aspect: evidence | Evidence?\n# Aspect: safety | Safe?\n"
                                "# Aspect: equity | Fair?\n# Aspect: privacy | Private?\n# Aspect: cost | Dear?\n"
                                "# Source: trial | The trial\nlink: https://example.org/trial\nreview: 2027-05-01\nIt says.\n# Debrief\nWell?\n";

static struct sections read_as(enum practice_kind kind, const char *text)
{
    struct practice_text out;
    practice_read_text(a, 0, kind, S("x.md"), str_from(text), &problems, &out);
    struct problems ignored = problems_new(a);
    return sections_read(a, S("x.md"), str_from(text), &ignored);
}

static void reads_listening(void **state)
{
    (void)state;
    struct listening *l = ARENA_NEW(a, struct listening);
    struct sections s = read_as(PRACTICE_LISTENING, listening);
    assert_count(0, 0);
    listening_read(a, &s, &problems, l);
    assert_int_equal(l->story_count, 2);
    assert_str(l->stories[0].told, "The pump alarmed.");
    assert_str(l->stories[0].teller, "Slowly.");
    assert_int_equal(l->stories[0].seconds, 120);
    assert_int_equal(l->stories[0].item_count, 2);
    assert_int_equal(l->stories[1].item_count, 1);
    const struct listening_item *when = &l->stories[0].items[0], *fear = &l->stories[0].items[1];
    assert_true(!when->reflect && fear->reflect);
    assert_true(!when->options[0].right && when->options[1].right);
    assert_str(when->options[0].text, "At ten");
    assert_str(when->options[0].why, "No.");
    assert_str(when->options[1].why, "");
    assert_int_equal(fear->option_count, 2);
    assert_str(fear->options[1].text, "She is afraid");
}

static void reads_debate(void **state)
{
    (void)state;
    struct debate d;
    struct sections s = read_as(PRACTICE_DEBATE, debate);
    debate_read(a, &s, &problems, &d);
    assert_count(0, 0);
    assert_str(d.motion, "This house would.");
    assert_int_equal(d.tie, DEBATE_TIE_SWING);
    assert_int_equal(d.prepare_seconds, 900);
    assert_int_equal(d.speech_count, 2);
    assert_true(!d.speeches[0].against && d.speeches[1].against);
    assert_int_equal(d.speeches[0].points_until, 180);
    assert_int_equal(d.speeches[1].points_until, 0);
}

static void reads_speaking(void **state)
{
    (void)state;
    struct speaking x;
    struct sections s = read_as(PRACTICE_SPEAKING, speaking);
    speaking_read(a, &s, &problems, &x);
    assert_count(0, 0);
    assert_true(x.green == 120 && x.amber == 150 && x.red == 180 && x.slow == 110 && x.fast == 150);
    assert_int_equal(x.filler_count, 2);
    assert_str(x.fillers[1], "you know");
}

static void reads_appraisal(void **state)
{
    (void)state;
    struct appraisal *x = ARENA_NEW(a, struct appraisal);
    struct sections s = read_as(PRACTICE_APPRAISAL, appraisal);
    appraisal_read(a, &s, &problems, x);
    assert_count(0, 0);
    assert_str(x->aspects[APPRAISAL_need].guide, "Who waits?");
    assert_str(x->aspects[APPRAISAL_cost].title, "Dear?");
    assert_int_equal(x->source_count, 1);
    assert_str(x->sources[0].link, "https://example.org/trial");
    assert_int_equal(x->sources[0].review_day, 20939);
}

/* A piece of a good text replaced by another: what is told, and on which line (0: of the file as a whole). */
static void refuses(enum practice_kind kind, const char *text, const char *was, const char *is, msg_id msg, size_t line)
{
    struct buf b = buf_new(a, 4096);
    size_t at;
    assert_true(str_find(str_from(text), str_from(was), &at));
    buf_str(&b, str_sub(str_from(text), 0, at));
    buf_z(&b, is);
    buf_z(&b, text + at + strlen(was));
    buf_ch(&b, '\0');
    problems = problems_new(a);
    (void)read_as(kind, b.p);
    for (size_t k = 0; k < problems.kept; k++)
        if (problems.items[k].msg == msg && problems.items[k].row == line)
            return;
    fail_msg("\"%s\" for \"%s\": %zu problems, not the one on line %zu", is, was, problems.kept, line);
}

static void refuses_what_is_wrong(void **state)
{
    (void)state;
    refuses(PRACTICE_LISTENING, listening, "- [x] At two", "- At two", M_talk_option_bad, 20);
    refuses(PRACTICE_LISTENING, listening, "- [x] At two", "- [ ] At two", M_talk_one_right, 17);
    refuses(PRACTICE_LISTENING, listening, "- [ ] At ten | No.\n", "", M_talk_options_count, 17);
    refuses(PRACTICE_LISTENING, listening, "story: night", "story: evening", M_talk_story_unknown, 17);
    refuses(PRACTICE_LISTENING, listening, "# Recall: who | Who?\nstory: day", "# Recall: who | Who?\nstory: night", M_talk_story_bare, 0);
    refuses(PRACTICE_LISTENING, listening, "The pump alarmed.", "", M_practice_section_empty, 9);
    refuses(PRACTICE_DEBATE, debate, "side: against", "side: for", M_talk_sides_uneven, 0);
    refuses(PRACTICE_DEBATE, debate, "seconds: 240", "seconds: 200", M_talk_sides_uneven, 0);
    refuses(PRACTICE_DEBATE, debate, "points until: 180", "points until: 300", M_talk_points_bad, 17);
    refuses(PRACTICE_DEBATE, debate, "tie: swing", "tie: luck", M_practice_word_bad, 8);
    refuses(PRACTICE_DEBATE, debate, "This house would.", "This house\nwould.", M_talk_motion_bad, 7);
    refuses(PRACTICE_DEBATE, debate, "# For\nYes.", "# For", M_practice_section_empty, 0);
    refuses(PRACTICE_SPEAKING, speaking, "amber: 150", "amber: 100", M_talk_signals_order, 9);
    refuses(PRACTICE_SPEAKING, speaking, "fast: 150", "fast: 90", M_talk_pace_order, 9);
    refuses(PRACTICE_APPRAISAL, appraisal, "# Aspect: cost", "# Aspect: price", M_talk_aspect_missing, 0);
    refuses(PRACTICE_APPRAISAL, appraisal, "2027-05-01", "soon", M_practice_day_bad, 16);
    refuses(PRACTICE_APPRAISAL, appraisal, "https:", "javascript:", M_talk_link_bad, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PROBLEMS(reads_listening), WITH_PROBLEMS(reads_debate), WITH_PROBLEMS(reads_speaking), WITH_PROBLEMS(reads_appraisal),
        WITH_PROBLEMS(refuses_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
