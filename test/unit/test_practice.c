/* The rules of practice on both engines: taking a case, what counts, what is kept of it; and ratings of what somebody did. */
#include "programme/practice/practice.h"

#include "base/problems.h"
#include "framework_site.h"
#include "gen/msg_practice.h"
#include "gen/msg_rating.h"
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
    int64_t id, attempt, step;
    uint32_t choice;
    const struct practice_reason *why;
    enum practice_went went;
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

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_site, shut_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_rates_herself_or_leaves_things_out), TEST(a_rating_is_read_as_it_was_given), TEST(a_rating_becomes_evidence), TEST(agreement_is_counted),
    };
    return site_run(tests, COUNT_OF(tests));
}
