/* What Cadre tells of its own people in the record store, on both engines: each kind of evidence is told or named as private; an act becomes
 * one statement, once; what is taken back is voided; nothing private, nothing of somebody erased, and nothing while it is switched off. */
#include "campus/xapi/own.h"

#include "base/clock.h"
#include "campus/xapi/inside.h"
#include "campus/xapi/xapi.h"
#include "framework_site.h"
#include "out/mail.h"
#include "out/outbox.h"
#include "programme/privacy/privacy.h"

struct fixture {
    struct site *s;
    struct evidence_new e;
    int64_t now, id;
    bool on;
};

static void each_kind_is_told_or_named_as_private(void **state)
{
    (void)state;
    for (size_t i = 0; i < evidence_kind_count; i++) {
        const struct xapi_own_kind *k = xapi_own_kind_find(str_from(evidence_kinds[i].kind));
        if (k == NULL)
            fail_msg("evidence of the kind %s is neither told nor private: say so in campus/xapi/own_kinds.c", evidence_kinds[i].kind);
        assert_true((k->way == XAPI_OWN_TOLD) == (k->verb != NULL && k->type != NULL));
    }
    static const char *const closed[] = {"mentored", "was_mentored", "mentors", "mentor_reflected", "feedback_round", "goal_reached", "commended"};
    for (size_t i = 0; i < COUNT_OF(closed); i++)
        assert_int_equal(xapi_own_kind_find(str_from(closed[i]))->way, XAPI_OWN_PRIVATE);
}

static enum rc add(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    (void)e;
    return evidence_add(tx, &f->e, f->now, &f->id);
}

static int64_t evidence(struct fixture *f, const char *kind, int64_t source, int64_t replaces)
{
    f->e = (struct evidence_new){.person = f->s->person, .programme = f->s->programme, .kind = kind, .percent = -1, .source_kind = "thing", .source_id = source, .replaces = replaces, .at = f->now};
    assert_int_equal(store_write(f->s->db, add, f, &f->s->err), RC_OK);
    return f->id;
}

static enum rc ask(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    (void)e;
    return job_add(tx, "xapi_own", S("{}"), 0, f->now, NULL);
}

static void tell(struct fixture *f)
{
    static const struct job_handler own = {.kind = "xapi_own", .run = xapi_run_own};
    assert_int_equal(store_write(f->s->db, ask, f, &f->s->err), RC_OK);
    assert_int_equal(jobs_run_due(f->s->db, &own, 1, clock_now() + MS_PER_MINUTE, &f->s->err), RC_OK);
}

static size_t statements(struct fixture *f, struct rows_xapi_about *rows)
{
    struct str who = str_printf(f->s->a, "account https://cadre.example.org %" PRId64, f->s->person);
    assert_int_equal(sql_xapi_about(f->s->db, f->s->a, xapi_key(XAPI_AGENT, who), -1, 100, rows), RC_OK);
    return rows->n;
}

static bool voided(struct fixture *f, struct str uuid)
{
    struct row_xapi_by_uuid row;
    assert_int_equal(sql_xapi_by_uuid(f->s->db, f->s->a, uuid, &row), RC_OK);
    return row.voided != 0;
}

static void an_act_becomes_one_statement_once(void **state)
{
    struct fixture *f = *state;
    struct rows_xapi_about rows;
    evidence(f, "attended", 7, 0);
    evidence(f, "attended", 7, 0); /* for another competency: the same act */
    evidence(f, "quiz_passed", 8, 0);
    tell(f);
    assert_int_equal(statements(f, &rows), 2);
    assert_true(str_find(rows.v[0].body, S("http://adlnet.gov/expapi/verbs/attended"), NULL));
    assert_true(str_find(rows.v[0].body, S("http://adlnet.gov/expapi/activities/meeting"), NULL));
    assert_true(str_find(rows.v[1].body, S("\"success\":true"), NULL));
    assert_false(str_find(rows.v[0].body, S("example.com"), NULL)); /* no address */
}

static enum rc tell_again(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    (void)e;
    return outbox_tell(tx, EVIDENCE_TOPIC, f->id, f->now);
}

static void what_was_told_is_not_told_again(void **state)
{
    struct fixture *f = *state;
    struct rows_xapi_about rows;
    evidence(f, "attended", 7, 0);
    tell(f);
    assert_int_equal(store_write(f->s->db, tell_again, f, &f->s->err), RC_OK);
    tell(f);
    assert_int_equal(statements(f, &rows), 1);
}

static void what_is_taken_back_is_voided(void **state)
{
    struct fixture *f = *state;
    struct rows_xapi_about rows;
    int64_t id = evidence(f, "attended", 7, 0);
    tell(f);
    assert_int_equal(statements(f, &rows), 1);
    struct str uuid = rows.v[0].uuid;
    assert_false(voided(f, uuid));
    f->now += 1000;
    evidence(f, "attendance_withdrawn", 7, id);
    tell(f);
    assert_true(voided(f, uuid));
    assert_int_equal(statements(f, &rows), 1); /* the voiding names Cadre, not her */
    f->now += 1000;
    int64_t early = evidence(f, "attended", 9, 0); /* taken back before it was told */
    evidence(f, "attendance_withdrawn", 9, early);
    tell(f);
    assert_int_equal(statements(f, &rows), 1);
}

static void nothing_private_is_told(void **state)
{
    struct fixture *f = *state;
    struct rows_xapi_about rows;
    int64_t *ids, source = 100;
    size_t n;
    for (size_t i = 0; i < evidence_kind_count; i++)
        if (xapi_own_kind_find(str_from(evidence_kinds[i].kind))->way != XAPI_OWN_TOLD)
            evidence(f, evidence_kinds[i].kind, source++, 0);
    evidence(f, "a_kind_of_tomorrow", source, 0);
    tell(f);
    assert_int_equal(statements(f, &rows), 0);
    assert_int_equal(outbox_waiting(f->s->db, f->s->a, EVIDENCE_TOPIC, 10, &ids, &n), RC_OK);
    assert_int_equal(n, 0);
}

static enum rc erase(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    return privacy_erase(tx, f->s->a, f->s->person, 0, f->now, e);
}

static void who_is_erased_is_not_told_of(void **state)
{
    struct fixture *f = *state;
    struct rows_xapi_about rows;
    static const struct capability *const all[] = {&xapi_capability, &people_capability};
    privacy_set_sources(all, COUNT_OF(all));
    evidence(f, "attended", 7, 0);
    tell(f);
    evidence(f, "attended", 8, 0);
    assert_int_equal(store_write_bulk(f->s->db, erase, f, &f->s->err), RC_OK);
    tell(f);
    assert_int_equal(statements(f, &rows), 0);
}

static enum rc turn(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    (void)e;
    return outbox_switch(tx, EVIDENCE_TOPIC, f->on, f->now);
}

static void it_can_be_switched_off(void **state)
{
    struct fixture *f = *state;
    struct rows_xapi_about rows;
    f->on = false;
    assert_int_equal(store_write(f->s->db, turn, f, &f->s->err), RC_OK);
    evidence(f, "attended", 7, 0);
    f->on = true;
    assert_int_equal(store_write(f->s->db, turn, f, &f->s->err), RC_OK);
    evidence(f, "attended", 8, 0);
    tell(f);
    assert_int_equal(statements(f, &rows), 1);
}

static int open_site(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->s = site_open();
    f->now = clock_now() - MS_PER_HOUR;
    mail_set_base(S("https://cadre.example.org"));
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

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, open_site, shut_site)
    const struct CMUnitTest tests[] = {
        ONE(each_kind_is_told_or_named_as_private), ONE(an_act_becomes_one_statement_once), ONE(what_was_told_is_not_told_again),
        ONE(what_is_taken_back_is_voided),          ONE(nothing_private_is_told),           ONE(who_is_erased_is_not_told_of),
        ONE(it_can_be_switched_off),
    };
    return site_run(tests, COUNT_OF(tests));
}
