/* The rules of practice on both engines: taking a case, what counts, what is kept of it; and ratings of what somebody did. */
#include "programme/practice/practice.h"

#include "base/problems.h"
#include "framework_site.h"
#include "gen/msg_practice.h"
#include "gen/msg_rating.h"
#include "gen/programme/practice/expert_sql.h"
#include "gen/programme/practice/rating_sql.h"
#include "programme/framework/framework.h"
#include "programme/practice/inside.h"
#include "programme/practice/rating.h"

#define NOON (20000 * MS_PER_DAY + 12 * MS_PER_HOUR)

static const char rubric[] = "title: Reasoning\nkind: rubric\nscale: 1-4\nlabel 1: a\nlabel 2: b\nlabel 3: c\nlabel 4: d\nunable: yes\nrule: domain means\n"
                             "licence: CC0-1.0\nsource: Own\nlanguage: en\n\n# one: One\n? x: X\n? y: Y\n# two: Two\n? z: Z\n! w: W\n";
static const char text[] = ":: StoryTitle\nThe corridor\n\n:: StoryData\n{\"start\": \"Start\", \"language\": \"en\"}\n\n"
                           ":: StoryAbout [note]\nsummary: A talk.\nminutes: 5\npractises: \n\n"
                           ":: StoryPanel [note]\n? first\n6: Talk\n3: Past\n\n"
                           ":: Start\nShe stands there.\n<!-- cadre panel first: What do you do? -->\n<!-- cadre timer 60: Past -->\n\n[[Stop->Talk]]\n[[Walk on->Past]]\n\n"
                           ":: Talk\n<!-- cadre reasoning: Why? -->\n\n[[Go->Done]]\n\n:: Past [ending]\nGone.\n\n:: Done [ending]\nWell.\n";

struct fixture {
    struct site *s;
    int64_t her, other, third, exercise, version, now;
    struct instrument rubric;
    struct practice_rating_new rating;
    int answers[4];
    struct str words[4];
    int64_t id, person, attempt, step;
    int64_t crowd[15];
    uint32_t choice;
    const struct practice_reason *why;
    enum practice_went went;
    const char *edit[2]; /* of the text: what becomes what */
};

static enum rc add_person(struct db *tx, struct fixture *f, const char *name, int64_t *id, struct err *e)
{
    struct person_details d = {.given_name = str_from(name), .family_name = S("Self"), .display_name = S(""),
                               .email = str_printf(f->s->a, "%s@example.org", name)};
    return people_add(tx, f->s->a, &d, 1, id, e);
}

static enum rc fill(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct instrument_counts counts;
    struct practice_text about;
    struct problems p = problems_new(f->s->a);
    const struct content_file sheet = {S("instrument/reasons/instrument.txt"), {rubric, sizeof rubric - 1}};
    TRY(add_person(tx, f, "her", &f->her, e));
    TRY(add_person(tx, f, "other", &f->other, e));
    TRY(add_person(tx, f, "third", &f->third, e));
    TRY(instrument_load(tx, f->s->a, &sheet, 1, 1, &p, &counts, e));
    practice_read_text(f->s->a, 0, PRACTICE_CASE, S("corridor"), (struct str){text, sizeof text - 1}, &p, &about);
    struct practice_publishing n = {.programme = f->s->programme, .code = S("corridor"), .language = S("en"), .own = true, .text = &about,
                                    .source = {text, sizeof text - 1}};
    TRY(practice_publish(tx, f->s->a, &n, 1, &f->version, e));
    f->exercise = n.exercise;
    return RC_OK;
}

static int open_site(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->s = site_open();
    if (store_write_bulk(f->s->db, fill, f, &f->s->err) != RC_OK)
        fail_msg("%s %s", f->s->err.field, f->s->err.detail);
    assert_int_equal(instrument_current(f->s->db, f->s->a, S("reasons"), S("en"), &f->rubric), RC_OK);
    f->now = NOON;
    *state = f;
    return 0;
}

static int shut_site(void **state)
{
    struct fixture *f = *state;
    site_shut(f->s);
    free(f);
    return 0;
}

/* ---- ratings ------------------------------------------------------------------------------------------------------------------------ */

static enum rc rate(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    return practice_rating_add(tx, f->s->a, &f->rating, f->now, &f->id, e);
}

static enum rc make_evidence(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    (void)e;
    return practice_rating_add_evidence(tx, f->s->a, f->id, f->s->programme, f->now);
}

static enum rc run(struct fixture *f, write_fn *fn)
{
    f->s->err = (struct err){0};
    return store_write(f->s->db, fn, f, &f->s->err);
}

static void give(struct fixture *f, int64_t rater, int x, int y, int z, struct str words)
{
    const int points[] = {x, y, z, INSTRUMENT_MISSING};
    memcpy(f->answers, points, sizeof points);
    for (size_t k = 0; k < 4; k++)
        f->words[k] = S("");
    f->words[3] = words;
    f->rating = (struct practice_rating_new){.version = f->version, .person = f->her, .rater = rater, .instrument = &f->rubric,
                                             .answers = f->answers, .words = f->words};
}

static void nobody_rates_herself_or_leaves_things_out(void **state)
{
    struct fixture *f = *state;
    give(f, f->her, 1, 2, 3, S(""));
    assert_int_equal(run(f, rate), RC_INVALID);
    assert_int_equal(f->s->err.msg, M_rating_yourself);
    give(f, f->other, 1, INSTRUMENT_MISSING, 3, S(""));
    assert_int_equal(run(f, rate), RC_INVALID);
    assert_int_equal(f->s->err.msg, M_rating_answer_missing);
    assert_string_equal(f->s->err.field, "i-y");
    give(f, f->other, 1, 5, 3, S(""));
    assert_int_equal(run(f, rate), RC_INVALID);
}

static void a_rating_is_read_as_it_was_given(void **state)
{
    struct fixture *f = *state;
    struct practice_rating out[2];
    int64_t ids[2];
    give(f, f->other, 4, INSTRUMENT_UNABLE, 3, S("Calm."));
    assert_int_equal(run(f, rate), RC_OK);
    ids[1] = f->id;
    give(f, f->third, 1, 2, 3, S(""));
    assert_int_equal(run(f, rate), RC_OK);
    ids[0] = f->id;
    assert_int_equal(practice_rating_read(f->s->db, f->s->a, &f->rubric, ids, 2, out), RC_OK);
    assert_int_equal(out[0].rater, f->third);
    assert_int_equal(out[0].person, f->her);
    assert_int_equal(out[0].answers[1], 2);
    assert_int_equal(out[0].words[3].n, 0);
    assert_true(str_eq_z(out[1].by, "other Self"));
    assert_int_equal(out[1].answers[0], 4);
    assert_int_equal(out[1].answers[1], INSTRUMENT_UNABLE);
    assert_int_equal(out[1].answers[3], INSTRUMENT_MISSING);
    assert_true(str_eq_z(out[1].words[3], "Calm."));
    ids[1] = 1;
    assert_int_equal(practice_rating_read(f->s->db, f->s->a, &f->rubric, ids, 2, out), RC_NOT_FOUND);
}

static void a_rating_becomes_evidence(void **state)
{
    struct fixture *f = *state;
    struct row_rating_find r;
    give(f, f->other, 4, 2, 3, S(""));
    assert_int_equal(run(f, rate), RC_OK);
    assert_int_equal(sql_rating_find(f->s->db, f->s->a, f->id, &r), RC_OK);
    assert_true(r.evidence_id_null);
    assert_int_equal(run(f, make_evidence), RC_OK);
    assert_int_equal(sql_rating_find(f->s->db, f->s->a, f->id, &r), RC_OK);
    assert_false(r.evidence_id_null);
}

static void agreement_is_counted(void **state)
{
    struct fixture *f = *state;
    int first[24], second[24];
    for (int k = 0; k < 24; k++) {
        first[k] = 1 + k % 4;
        second[k] = k < 20 ? first[k] : k == 20 ? INSTRUMENT_UNABLE : 4;
    }
    struct practice_agreement g = practice_agreement_of(f->s->a, first, second, 24, 1, 4);
    assert_int_equal(g.pairs, 23);
    assert_int_equal(g.exact, 21);
    assert_int_equal(g.within_one, 22);
    assert_true(g.some);
    assert_true(g.kappa.est > 0.8 && g.kappa.est < 1);
    g = practice_agreement_of(f->s->a, first, second, 19, 1, 4); /* too few to say */
    assert_int_equal(g.exact, 19);
    assert_false(g.some);
    for (int k = 0; k < 24; k++)
        first[k] = second[k] = 3;
    g = practice_agreement_of(f->s->a, first, second, 24, 1, 4); /* chance leaves nothing to agree on */
    assert_int_equal(g.exact, 24);
    assert_false(g.some);
}

/* ---- taking a case ------------------------------------------------------------------------------------------------------------------- */

static enum rc begin(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    return practice_start(tx, f->s->a, f->person, f->exercise, S("en"), 7, f->now, &f->attempt, e);
}

static enum rc go(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    return practice_choose(tx, f->s->a, f->attempt, f->step, f->choice, f->why, f->now, &f->went, e);
}

static enum rc stop(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    return practice_leave(tx, f->attempt, f->now, e);
}

static const struct practice_reason why = {S_INIT("box"), S_INIT("Who"), S_INIT("What"), S_INIT("Because")};

static void choose(struct fixture *f, int64_t step, uint32_t choice, const struct practice_reason *reason)
{
    f->step = step;
    f->choice = choice;
    f->why = reason;
    assert_int_equal(run(f, go), RC_OK);
}

static struct row_practice_attempt attempt_of(struct fixture *f)
{
    struct row_practice_attempt r;
    assert_int_equal(sql_practice_attempt(f->s->db, f->s->a, f->attempt, &r), RC_OK);
    return r;
}

static void a_step_is_taken_once(void **state)
{
    struct fixture *f = *state;
    f->person = f->her;
    assert_int_equal(run(f, begin), RC_OK);
    int64_t first = f->attempt;
    assert_int_equal(run(f, begin), RC_OK); /* the one that is going on */
    assert_int_equal(f->attempt, first);
    f->step = 0;
    f->choice = 3;
    assert_int_equal(run(f, go), RC_INVALID);
    assert_int_equal(f->s->err.msg, M_practice_no_such_choice);
    choose(f, 0, 1, NULL);
    assert_int_equal(f->went, PRACTICE_WENT);
    choose(f, 0, 2, NULL); /* from a tab that stands behind */
    assert_int_equal(f->went, PRACTICE_ALREADY);
    assert_int_equal(attempt_of(f).steps, 1);
    f->step = 1;
    f->choice = 1;
    assert_int_equal(run(f, go), RC_INVALID); /* it asks for reasons */
    assert_int_equal(f->s->err.msg, M_practice_reason_needed);
    choose(f, 1, 1, &why);
    struct row_practice_attempt r = attempt_of(f);
    assert_true(str_eq_z(r.state, "done"));
    assert_true(str_eq_z(r.ending, "Done"));
    assert_int_equal(r.credit, 100);
    assert_false(r.evidence_id_null);
    choose(f, 2, 1, &why); /* behind the end nothing happens */
    assert_int_equal(f->went, PRACTICE_ALREADY);
}

static void the_second_time_is_practice(void **state)
{
    struct fixture *f = *state;
    f->person = f->her;
    assert_int_equal(run(f, begin), RC_OK);
    choose(f, 0, 2, NULL);
    struct row_practice_attempt r = attempt_of(f);
    assert_true(str_eq_z(r.ending, "Past"));
    assert_int_equal(r.credit, 50); /* three experts against six */
    assert_false(r.evidence_id_null);
    assert_int_equal(run(f, begin), RC_OK);
    assert_int_equal(attempt_of(f).turn, 2);
    choose(f, 0, 2, NULL);
    assert_true(attempt_of(f).evidence_id_null);
    assert_int_equal(run(f, begin), RC_OK);
    assert_int_equal(run(f, stop), RC_OK);
    assert_true(str_eq_z(attempt_of(f).state, "left"));
    assert_int_equal(run(f, stop), RC_CONFLICT);
}

static void time_runs_out_by_the_clock_of_the_server(void **state)
{
    struct fixture *f = *state;
    f->person = f->her;
    assert_int_equal(run(f, begin), RC_OK);
    assert_int_equal(attempt_of(f).deadline_at, NOON + 60 * MS_PER_SECOND);
    f->now += 60 * MS_PER_SECOND;
    choose(f, 0, 1, NULL);
    assert_int_equal(f->went, PRACTICE_TIME_UP);
    assert_true(str_eq_z(attempt_of(f).ending, "Past"));
}

/* ---- what is told of many ------------------------------------------------------------------------------------------------------------ */

static enum rc add_crowd(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    for (size_t k = 0; k < COUNT_OF(f->crowd); k++)
        TRY(add_person(tx, f, str_printf(f->s->a, "p%zu", k).p, &f->crowd[k], e));
    return RC_OK;
}

/* So many more of the crowd take it, all that way. */
static void crowd_takes(struct fixture *f, size_t from, size_t count, uint32_t choice)
{
    for (size_t k = from; k < from + count; k++) {
        f->person = f->crowd[k];
        assert_int_equal(run(f, begin), RC_OK);
        choose(f, 0, choice, NULL);
        if (choice == 1)
            choose(f, 1, 1, &why);
    }
}

static const struct practice_question_tally *tally_of(struct fixture *f, const char *question)
{
    struct practice_question_tally *all;
    size_t count;
    assert_int_equal(practice_read_tally(f->s->db, f->s->a, f->version, &all, &count), RC_OK);
    return practice_find_tally(all, count, str_from(question));
}

static void a_single_one_is_not_told(void **state)
{
    struct fixture *f = *state;
    struct practice_traffic traffic;
    const struct story *s;
    struct row_practice_version v;
    assert_int_equal(store_write_bulk(f->s->db, add_crowd, f, &f->s->err), RC_OK);
    crowd_takes(f, 0, 4, 1);
    assert_null(tally_of(f, "first")); /* of four nothing is told */
    crowd_takes(f, 4, 1, 2);
    const struct practice_question_tally *q = tally_of(f, "first");
    assert_int_equal(q->people, 5);
    assert_int_equal(q->count, 2);
    for (size_t k = 0; k < q->count; k++) /* 4 and 1: each would give away the other */
        assert_false(q->ways[k].shown);
    q = tally_of(f, "");
    for (size_t k = 0; k < q->count; k++) /* nor do the endings tell it */
        assert_false(q->ways[k].shown);
    assert_int_equal(sql_practice_version(f->s->db, f->s->a, f->version, &v), RC_OK);
    assert_int_equal(practice_story(f->s->db, f->s->a, f->version, v.digest, &s), RC_OK);
    assert_int_equal(practice_read_traffic(f->s->db, f->s->a, f->version, s, &traffic), RC_OK);
    assert_int_equal(traffic.people, 5);
    for (size_t k = 0; k < story_link_count(s); k++) /* nor the ways, those behind it either */
        assert_true(traffic.links[k] == STORY_HELD_BACK || traffic.links[k] == 0);
    crowd_takes(f, 5, 4, 2);
    assert_int_equal(tally_of(f, "first")->people, 5); /* not counted again for so few */
    crowd_takes(f, 9, 6, 2);
    q = tally_of(f, "first");
    assert_true(q->people >= 10);
}

static void many_are_told(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(store_write_bulk(f->s->db, add_crowd, f, &f->s->err), RC_OK);
    crowd_takes(f, 0, 9, 1);
    crowd_takes(f, 9, 6, 2);
    const struct practice_question_tally *q = tally_of(f, "first");
    assert_int_equal(q->people, 15);
    assert_true(q->shown);
    assert_true(q->ways[0].shown && q->ways[1].shown);
    assert_true(str_eq_z(q->ways[0].target, "Talk"));
    assert_int_equal(q->ways[0].people, 9);
}

/* ---- a panel of one's own ------------------------------------------------------------------------------------------------------------ */

static enum rc ask_experts(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct row_expert_least r;
    (void)e;
    for (size_t k = 0; k < 6; k++)
        TRY(sql_expert_ask(tx, f->exercise, f->crowd[k], f->other, 1));
    TRY(sql_expert_least(tx, f->s->a, f->exercise, &r));
    return sql_expert_set_least(tx, f->exercise, r.version, 5);
}

static int64_t experts_for(struct fixture *f, const char *target, bool own)
{
    struct rows_practice_panel rows;
    assert_int_equal(sql_practice_panel(f->s->db, f->s->a, f->version, &rows), RC_OK);
    for (size_t k = 0; k < rows.n; k++)
        if (str_eq_z(rows.v[k].target, target)) {
            assert_int_equal(rows.v[k].own, own);
            return rows.v[k].experts;
        }
    return 0;
}

static void enough_experts_take_the_place_of_what_was_expected(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(store_write_bulk(f->s->db, add_crowd, f, &f->s->err), RC_OK);
    assert_int_equal(store_write(f->s->db, ask_experts, f, &f->s->err), RC_OK);
    crowd_takes(f, 0, 1, 1);
    assert_true(attempt_of(f).evidence_id_null); /* an expert's way is no evidence */
    assert_int_equal(attempt_of(f).expert, 1);
    crowd_takes(f, 1, 3, 2);
    assert_int_equal(experts_for(f, "Talk", false), 6); /* four are not enough */
    crowd_takes(f, 4, 2, 2);
    assert_int_equal(experts_for(f, "Talk", true), 1);
    assert_int_equal(experts_for(f, "Past", true), 5);
    assert_null(tally_of(f, "first")); /* experts are not counted among learners */
    f->person = f->her;
    assert_int_equal(run(f, begin), RC_OK);
    choose(f, 0, 2, NULL);
    assert_int_equal(attempt_of(f).credit, 100); /* by the panel as it is now */
    f->person = f->crowd[0];
    assert_int_equal(run(f, begin), RC_OK);
    assert_int_equal(attempt_of(f).expert, 0); /* once */
}

static enum rc publish_edited(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct practice_text about;
    struct problems p = problems_new(f->s->a);
    struct str source = {text, sizeof text - 1};
    struct str was = str_from(f->edit[0]);
    size_t at = 0;
    assert_true(str_find(source, was, &at));
    struct str edited = str_printf(f->s->a, "%.*s%s%.*s", STR_ARG(str_sub(source, 0, at)), f->edit[1], STR_ARG(str_sub(source, at + was.n, source.n - at - was.n)));
    practice_read_text(f->s->a, 0, PRACTICE_CASE, S("corridor"), edited, &p, &about);
    struct practice_publishing n = {.programme = f->s->programme, .exercise = f->exercise, .code = S("corridor"), .language = S("en"), .own = true,
                                    .text = &about, .source = edited};
    return practice_publish(tx, f->s->a, &n, 2, &f->version, e);
}

/* Words around a question may change; a question that asks something else, or offers something else, has no answers yet. */
static void a_new_version_keeps_the_panel_of_what_it_asks_as_before(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(store_write_bulk(f->s->db, add_crowd, f, &f->s->err), RC_OK);
    assert_int_equal(store_write(f->s->db, ask_experts, f, &f->s->err), RC_OK);
    crowd_takes(f, 0, 4, 1);
    f->edit[0] = "She stands there.", f->edit[1] = "She stands in the corridor.";
    assert_int_equal(store_write(f->s->db, publish_edited, f, &f->s->err), RC_OK);
    assert_int_equal(experts_for(f, "Talk", false), 6); /* four are not enough */
    crowd_takes(f, 4, 2, 2);
    assert_int_equal(experts_for(f, "Talk", true), 4); /* those of both versions */
    assert_int_equal(experts_for(f, "Past", true), 2);
    f->edit[1] = "She stands here.";
    assert_int_equal(store_write(f->s->db, publish_edited, f, &f->s->err), RC_OK);
    assert_int_equal(experts_for(f, "Talk", true), 4);
    f->edit[0] = "What do you do?", f->edit[1] = "What does she need?";
    assert_int_equal(store_write(f->s->db, publish_edited, f, &f->s->err), RC_OK);
    assert_int_equal(experts_for(f, "Talk", false), 6);
    f->edit[0] = "[[Walk on->Past]]", f->edit[1] = "[[Walk on->Past]]\n[[Call somebody->Done]]";
    assert_int_equal(store_write(f->s->db, publish_edited, f, &f->s->err), RC_OK);
    assert_int_equal(experts_for(f, "Talk", false), 6);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_site, shut_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_rates_herself_or_leaves_things_out), TEST(a_rating_is_read_as_it_was_given), TEST(a_rating_becomes_evidence), TEST(agreement_is_counted),
        TEST(a_step_is_taken_once), TEST(the_second_time_is_practice), TEST(time_runs_out_by_the_clock_of_the_server), TEST(a_single_one_is_not_told),
        TEST(many_are_told), TEST(enough_experts_take_the_place_of_what_was_expected), TEST(a_new_version_keeps_the_panel_of_what_it_asks_as_before),
    };
    return site_run(tests, COUNT_OF(tests));
}
