/* The rules of observation on both engines: who may observe whom, what is kept once, what counts when, and the patterns. */
#include "programme/observe/observe.h"

#include "base/problems.h"
#include "framework_site.h"
#include "gen/msg_observe.h"
#include "gen/programme/observe/observe_sql.h"
#include "programme/framework/framework.h"
#include "programme/observe/inside.h"

#define DAY 20000
#define NOON (DAY * MS_PER_DAY + 12 * MS_PER_HOUR)

static const char text[] = "title: Acts\nkind: moment\nscale: 1-4\nlabel 1: a\nlabel 2: b\nlabel 3: c\nlabel 4: d\nrule: none\nlicence: CC0-1.0\n"
                           "source: Own\nlanguage: en\n\n# one: One\n? x: X\n? y: Y\n# two: Two\n? z: Z\n";

struct fixture {
    struct site *s;
    int64_t her, other, third;
    struct instrument acts;
    struct observe_sent sent;
    int answers[3];
    int64_t id;
    enum observe_outcome outcome;
    int64_t now;
    struct str token;
    bool again;
};

static enum rc add_people(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct person_details d = {.given_name = S("Her"), .family_name = S("Self"), .display_name = S(""), .email = S("her@example.org")};
    const struct content_file file = {S("instrument/acts/instrument.txt"), {text, sizeof text - 1}};
    struct problems p = problems_new(f->s->a);
    struct instrument_counts counts;
    int64_t cohort, id;
    TRY(people_add(tx, f->s->a, &d, 1, &f->her, e));
    d.given_name = S("Other");
    d.email = S("other@example.org");
    TRY(people_add(tx, f->s->a, &d, 1, &f->other, e));
    d.given_name = S("Third");
    d.email = S("third@example.org");
    TRY(people_add(tx, f->s->a, &d, 1, &f->third, e));
    TRY(programme_add_cohort(tx, f->s->programme, S("C"), S("Cohort"), 0, &cohort, e));
    TRY(programme_add_member(tx, f->her, f->s->programme, cohort, 0, 1, INT64_MAX, S("test"), 1, &id, e));
    return instrument_load(tx, f->s->a, &file, 1, 1, &p, &counts, e);
}

static int open_site(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->s = site_open();
    assert_int_equal(store_write_bulk(f->s->db, add_people, f, &f->s->err), RC_OK);
    assert_int_equal(instrument_current(f->s->db, f->s->a, S("acts"), S("en"), &f->acts), RC_OK);
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

static enum rc keep(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    return observe_keep(tx, f->s->a, &f->sent, f->now, &f->id, &f->outcome, e);
}

/* An observation of her, first act, by an account (0: by an outsider). */
static void set(struct fixture *f, int64_t observer, const char *key)
{
    f->answers[0] = 3;
    f->answers[1] = INSTRUMENT_UNABLE;
    f->answers[2] = INSTRUMENT_MISSING;
    f->sent = (struct observe_sent){.programme = f->s->programme, .subject = f->her, .instrument = &f->acts, .domain = 0, .answers = f->answers,
                                    .narrative = S("Said it twice."), .day = DAY, .today = DAY, .observer = observer,
                                    .name = observer == 0 ? S("Outsider") : S(""), .address = observer == 0 ? S("out@example.net") : S(""),
                                    .language = S("en"), .key = str_from(key)};
}

static enum rc send(struct fixture *f)
{
    f->s->err = (struct err){0};
    return store_write(f->s->db, keep, f, &f->s->err);
}

static void refused(struct fixture *f, enum rc rc, msg_id msg)
{
    assert_int_equal(send(f), rc);
    assert_int_equal(f->s->err.msg, msg);
}

static int64_t evidence_of(struct fixture *f)
{
    struct rows_observation_evidence_of rows;
    assert_int_equal(sql_observation_evidence_of(f->s->db, f->s->a, f->id, &rows), RC_OK);
    return (int64_t)rows.n;
}

static void nobody_observes_herself(void **state)
{
    struct fixture *f = *state;
    set(f, f->her, "k1");
    refused(f, RC_INVALID, M_observe_yourself);
    set(f, 0, "k1");
    f->sent.address = S("Her@Example.org"); /* her address, as somebody else might write it */
    refused(f, RC_INVALID, M_observe_yourself);
}

static void content_is_checked(void **state)
{
    struct fixture *f = *state;
    set(f, f->other, "k1");
    f->sent.day = DAY + 1;
    refused(f, RC_INVALID, M_observe_day_ahead);
    f->sent.day = DAY - OBSERVE_BACK_DAYS - 1;
    refused(f, RC_INVALID, M_observe_day_long_ago);
    f->sent.day = DAY - OBSERVE_BACK_DAYS;
    f->answers[1] = INSTRUMENT_MISSING;
    refused(f, RC_INVALID, M_observe_answer_missing);
    f->answers[1] = 5; /* not on the scale */
    refused(f, RC_INVALID, M_observe_answer_missing);
    f->answers[1] = 1;
    assert_int_equal(send(f), RC_OK); /* what another act asks is not missed */
    assert_int_equal(f->outcome, OBSERVE_COUNTS);
    assert_int_equal(evidence_of(f), 1);
}

static void sent_twice_is_kept_once(void **state)
{
    struct fixture *f = *state;
    set(f, f->other, "k1");
    assert_int_equal(send(f), RC_OK);
    int64_t first = f->id;
    assert_int_equal(send(f), RC_OK);
    assert_int_equal(f->outcome, OBSERVE_THERE_ALREADY);
    assert_int_equal(f->id, first);
    assert_int_equal(evidence_of(f), 1);
    f->answers[0] = 4;
    refused(f, RC_CONFLICT, M_observe_key_used);
    f->sent.key = S("k2");
    assert_int_equal(send(f), RC_OK);
    assert_true(f->id != first);
}

static enum rc mail(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    (void)e;
    f->token = observe_new_token(f->s->a);
    return sql_observation_confirm_hash(tx, f->id, observe_hash(f->s->a, f->token), f->now + OBSERVE_CONFIRM_DAYS * MS_PER_DAY);
}

static enum rc confirm(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    return observe_confirm(tx, f->s->a, f->token, f->now, &f->id, &f->again, e);
}

static void an_outsider_confirms(void **state)
{
    struct fixture *f = *state;
    struct row_observation_find o;
    set(f, 0, "k1");
    f->sent.address = S("Third@example.org"); /* somebody who is not signed in, but has an account */
    assert_int_equal(send(f), RC_OK);
    assert_int_equal(f->outcome, OBSERVE_TO_CONFIRM);
    assert_int_equal(evidence_of(f), 0);
    f->token = S("wrong");
    assert_int_equal(store_write(f->s->db, confirm, f, &f->s->err), RC_NOT_FOUND);
    assert_int_equal(store_write(f->s->db, mail, f, &f->s->err), RC_OK);
    f->now += (OBSERVE_CONFIRM_DAYS + 1) * MS_PER_DAY;
    assert_int_equal(store_write(f->s->db, confirm, f, &f->s->err), RC_GONE);
    f->now = NOON + MS_PER_HOUR;
    assert_int_equal(store_write(f->s->db, confirm, f, &f->s->err), RC_OK);
    assert_false(f->again);
    assert_int_equal(evidence_of(f), 1);
    assert_int_equal(sql_observation_find(f->s->db, f->s->a, f->id, &o), RC_OK);
    assert_int_equal(o.observer_id, f->third);
    assert_int_equal(store_write(f->s->db, confirm, f, &f->s->err), RC_OK);
    assert_true(f->again);
    assert_int_equal(evidence_of(f), 1); /* the button pressed twice counts once */
}

static void one_address_is_not_flooded(void **state)
{
    struct fixture *f = *state;
    for (int k = 0; k < OBSERVE_UNCONFIRMED_MOST; k++) {
        set(f, 0, str_z(f->s->a, str_printf(f->s->a, "k%d", k)));
        assert_int_equal(send(f), RC_OK);
    }
    set(f, 0, "more");
    refused(f, RC_RATE_LIMITED, M_observe_too_many);
    f->now += 2 * MS_PER_HOUR;
    assert_int_equal(send(f), RC_OK);
}

static void patterns_are_found(void **state)
{
    struct fixture *f = *state;
    struct rows_observe_backdated late;
    struct rows_observe_bulk bulk;
    struct rows_observe_one_signs one;
    for (int k = 0; k < 6; k++) { /* the other: six within ten minutes, three of them about ten days ago */
        set(f, f->other, str_z(f->s->a, str_printf(f->s->a, "o%d", k)));
        f->now = NOON + k * 2 * MS_PER_MINUTE;
        f->sent.day = k < 3 ? DAY - 10 : DAY;
        assert_int_equal(send(f), RC_OK);
    }
    set(f, f->third, "t");
    assert_int_equal(send(f), RC_OK);
    assert_int_equal(sql_observe_backdated(f->s->db, f->s->a, f->s->programme, 0, 7, 3, 10, &late), RC_OK);
    assert_int_equal(late.n, 1);
    assert_int_equal(late.v[0].observer_id, f->other);
    assert_int_equal(late.v[0].n, 3);
    assert_int_equal(late.v[0].latest, 10);
    assert_int_equal(sql_observe_bulk(f->s->db, f->s->a, f->s->programme, 0, 30 * MS_PER_MINUTE, 6, 10, &bulk), RC_OK);
    assert_int_equal(bulk.n, 1);
    assert_int_equal(bulk.v[0].n, 6);
    assert_int_equal(sql_observe_bulk(f->s->db, f->s->a, f->s->programme, 0, 5 * MS_PER_MINUTE, 6, 10, &bulk), RC_OK);
    assert_int_equal(bulk.n, 0); /* never six within five minutes */
    assert_int_equal(sql_observe_one_signs(f->s->db, f->s->a, f->s->programme, 0, 5, 80, 10, &one), RC_OK);
    assert_int_equal(one.n, 1); /* six of seven are 85 % */
    assert_int_equal(one.v[0].n, 6);
    assert_int_equal(one.v[0].all_of, 7);
    assert_int_equal(sql_observe_one_signs(f->s->db, f->s->a, f->s->programme, 0, 5, 90, 10, &one), RC_OK);
    assert_int_equal(one.n, 0);
}

static void codes_and_agreement(void **state)
{
    struct fixture *f = *state;
    struct str code = observe_new_code(f->s->a);
    assert_int_equal(code.n, 12);
    assert_true(str_eq(observe_clean_code(f->s->a, code), code));
    assert_true(str_eq_z(observe_clean_code(f->s->a, S("AB-cd O1 il")), "abcd0111"));
    const int first[] = {1, 2, 3, INSTRUMENT_UNABLE, 4}, second[] = {1, 3, 1, 2, INSTRUMENT_MISSING};
    struct agreement g = agreement_of(first, second, 5);
    assert_int_equal(g.items, 3);
    assert_int_equal(g.exact, 1);
    assert_int_equal(g.within_one, 2);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_site, shut_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_observes_herself), TEST(content_is_checked),         TEST(sent_twice_is_kept_once), TEST(an_outsider_confirms),
        TEST(one_address_is_not_flooded), TEST(patterns_are_found), TEST(codes_and_agreement),
    };
    return site_run(tests, COUNT_OF(tests));
}
