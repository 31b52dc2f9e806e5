/* Signing in on both engines: passwords, links that work once, sessions that end, keys for programs. */
#include "framework_site.h"

#include "auth/session.h"
#include "base/clock.h"
#include "gen/auth/auth_sql.h"

#define NOW INT64_C(1700000000000)

struct work {
    struct site *s;
    struct str token, hash, email, scopes;
    int64_t now, person, id;
    bool lent;
    enum role role;
};

static enum rc open_session(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    (void)e;
    return session_open(tx, w->s->a, w->s->person, w->lent, S("Firefox, Linux"), w->now, &w->token);
}

static enum rc end_session(struct db *tx, void *arg, struct err *e)
{
    const struct work *w = arg;
    (void)e;
    return session_end(tx, w->s->person, w->id);
}

static enum rc make_link(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    (void)e;
    return sign_in_link_make(tx, w->s->a, w->s->person, w->lent, w->now, 30 * MS_PER_MINUTE, &w->token);
}

static enum rc redeem(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    (void)e;
    return sign_in_link_redeem(tx, w->s->a, w->token, w->now, &w->person, &w->lent);
}

static enum rc give_password(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    struct row_account_by_person account;
    struct person_details d = {.given_name = S("Ada"), .family_name = S("Okoro"), .display_name = S(""), .email = w->email};
    bool changed;
    TRY(people_change(tx, w->s->a, w->s->person, &d, &changed, e));
    TRY(sql_account_by_person(tx, w->s->a, w->s->person, &account));
    return sql_account_set_password(tx, account.id, w->hash, 0);
}

static enum rc make_token(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    TRY(programme_grant_role(tx, w->s->person, w->role, w->s->programme, 0, day_from_ms(zone_utc(), NOW) - 1, INT64_MAX, S("test"), e));
    return token_make(tx, w->s->a, w->s->person, S("sync"), w->scopes, w->now, w->now + MS_PER_DAY, &w->token);
}

static enum rc mark_token(struct db *tx, void *arg, struct err *e)
{
    const struct work *w = arg;
    (void)e;
    assert_int_not_equal(w->id, 0);
    return token_mark(tx, w->id, w->now);
}

static void must(struct work *w, write_fn *fn)
{
    assert_int_equal(store_write(w->s->db, fn, w, &w->s->err), RC_OK);
}

static void test_a_session_lives_and_ends(void **state)
{
    struct work w = {.s = site_open(), .now = NOW};
    struct actor who;
    struct session s;
    (void)state;
    must(&w, open_session);
    assert_int_equal(session_load(w.s->db, w.s->a, w.token, NOW + 1, &who, &s), RC_OK);
    assert_int_equal(who.person, w.s->person);
    assert_false(session_is_stale(&s, NOW + MS_PER_MINUTE));
    assert_true(session_is_stale(&s, NOW + MS_PER_HOUR));
    /* neither a part of the token nor another one opens it */
    assert_int_equal(session_load(w.s->db, w.s->a, str_sub(w.token, 0, 42), NOW, &who, &s), RC_NOT_FOUND);
    struct str other = str_dup(w.s->a, w.token);
    ((char *)(uintptr_t)other.p)[0] = other.p[0] == 'A' ? 'B' : 'A';
    assert_int_equal(session_load(w.s->db, w.s->a, other, NOW, &who, &s), RC_NOT_FOUND);
    /* it expires */
    assert_int_equal(session_load(w.s->db, w.s->a, w.token, NOW + (SESSION_DAYS + 1) * MS_PER_DAY, &who, &s), RC_NOT_FOUND);
    /* and can be ended by its owner */
    assert_int_equal(session_load(w.s->db, w.s->a, w.token, NOW, &who, &s), RC_OK);
    w.id = s.id;
    must(&w, end_session);
    assert_int_equal(session_load(w.s->db, w.s->a, w.token, NOW, &who, &s), RC_NOT_FOUND);
    assert_int_equal(store_write(w.s->db, end_session, &w, &w.s->err), RC_NOT_FOUND);
    site_shut(w.s);
}

static enum rc mark_demo(struct db *tx, void *arg, struct err *e)
{
    const struct work *w = arg;
    (void)e;
    return site_mark_demo(tx, w->now);
}

/* Who made the way in stays with the session; a demo is marked, and says so of lent sessions. */
static void test_a_lent_session_stays_one(void **state)
{
    struct work w = {.s = site_open(), .now = NOW, .lent = true};
    struct actor who;
    struct session s;
    (void)state;
    must(&w, make_link);
    w.lent = false;
    must(&w, redeem);
    assert_true(w.lent);
    must(&w, open_session);
    assert_int_equal(session_load(w.s->db, w.s->a, w.token, NOW, &who, &s), RC_OK);
    assert_true(who.lent && !who.demo);
    must(&w, mark_demo);
    assert_int_equal(session_load(w.s->db, w.s->a, w.token, NOW, &who, &s), RC_OK);
    assert_true(who.lent && who.demo);
    w.lent = false;
    must(&w, make_link);
    w.lent = true;
    must(&w, redeem);
    assert_false(w.lent);
    must(&w, open_session);
    assert_int_equal(session_load(w.s->db, w.s->a, w.token, NOW, &who, &s), RC_OK);
    assert_false(who.lent || who.demo);
    site_shut(w.s);
}

static void test_the_form_token_belongs_to_the_session(void **state)
{
    struct work w = {.s = site_open(), .now = NOW};
    (void)state;
    must(&w, open_session);
    struct str first = w.token, one = session_csrf(w.s->a, first);
    must(&w, open_session);
    assert_true(str_eq(one, session_csrf(w.s->a, first)));
    assert_false(str_eq(one, session_csrf(w.s->a, w.token)));
    assert_false(str_find(one, str_sub(first, 0, 8), NULL));
    site_shut(w.s);
}

static void test_a_link_works_once(void **state)
{
    struct work w = {.s = site_open(), .now = NOW};
    (void)state;
    must(&w, make_link);
    must(&w, redeem);
    assert_int_equal(w.person, w.s->person);
    assert_int_equal(store_write(w.s->db, redeem, &w, &w.s->err), RC_GONE);
    must(&w, make_link);
    w.now = NOW + 31 * MS_PER_MINUTE;
    assert_int_equal(store_write(w.s->db, redeem, &w, &w.s->err), RC_GONE);
    w.token = S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_int_equal(store_write(w.s->db, redeem, &w, &w.s->err), RC_NOT_FOUND);
    site_shut(w.s);
}

static void test_passwords_and_the_wait_after_failures(void **state)
{
    struct work w = {.s = site_open(), .now = NOW, .email = S("Ada@Example.org")};
    int64_t person, wait;
    (void)state;
    assert_int_equal(password_hash(w.s->a, S("a quiet ward at night"), &w.hash), RC_OK);
    assert_true(str_starts(w.hash, S("$argon2id$v=19$m=19456,t=2,p=1$")));
    must(&w, give_password);
#define TRY_PASSWORD(text, at) password_check(w.s->db, w.s->a, S("ada@example.ORG"), S(text), (at), &person, &wait, &w.s->err)
    assert_int_equal(TRY_PASSWORD("a quiet ward at night", NOW), RC_OK);
    assert_int_equal(person, w.s->person);
    assert_int_equal(password_check(w.s->db, w.s->a, S("nobody@example.org"), S("x"), NOW, &person, &wait, &w.s->err), RC_INVALID);
    for (int i = 0; i < 5; i++)
        assert_int_equal(TRY_PASSWORD("wrong", NOW), RC_INVALID);
    assert_int_equal(TRY_PASSWORD("a quiet ward at night", NOW), RC_RATE_LIMITED);
    assert_int_equal(wait, 1);
    assert_int_equal(TRY_PASSWORD("wrong", NOW + 1001), RC_INVALID);
    assert_int_equal(TRY_PASSWORD("a quiet ward at night", NOW + 1002), RC_RATE_LIMITED);
    assert_int_equal(wait, 2);
    assert_int_equal(TRY_PASSWORD("a quiet ward at night", NOW + 5000), RC_OK);
    assert_int_equal(TRY_PASSWORD("a quiet ward at night", NOW + 5001), RC_OK);
    site_shut(w.s);
}

/* What is told about an address, and how often it may be asked, must not tell whether anybody has it. */
static void test_an_unknown_address_is_treated_alike(void **state)
{
    struct work w = {.s = site_open(), .now = NOW, .email = S("Ada@Example.org")};
    int64_t person, waits[2];
    struct str words[] = {S("ada@example.org"), S("Nobody@example.org")};
    (void)state;
    assert_int_equal(password_hash(w.s->a, S("a quiet ward at night"), &w.hash), RC_OK);
    must(&w, give_password);
    for (int i = 0; i < 8; i++) {
        enum rc got[2];
        for (int k = 0; k < 2; k++)
            got[k] = password_check(w.s->db, w.s->a, words[k], S("wrong"), NOW + i, &person, &waits[k], &w.s->err);
        assert_int_equal(got[0], i < 5 ? RC_INVALID : RC_RATE_LIMITED);
        assert_int_equal(got[0], got[1]);
        assert_int_equal(waits[0], waits[1]);
    }
    site_shut(w.s);
}

static void test_which_passwords_are_good_enough(void **state)
{
    (void)state;
    assert_true(password_good_enough(S("a quiet ward at night")));
    assert_true(password_good_enough(S("\xe5\xa4\x9c\xe5\x8b\xa4\xe3\x81\xae\xe9\x9d\x99\xe3\x81\x8b\xe3\x81\xaa\xe7\x97\x85\xe6\xa3\x9f\xe3\x81\xa7\xe5\xad\xa6\xe3\x81\xb6\xe5\xa4\x9c")));
    assert_false(password_good_enough(S("short")));
    assert_false(password_good_enough(S("aaaaaaaaaaaaaaaa")));
    assert_false(password_good_enough(S("password123456")));
    assert_false(password_good_enough(S("PasswordPassword")));
    assert_false(password_good_enough(S("leadership2026")));
}

/* A programme in New Zealand, thirteen hours before UTC, and one who joins it. */
static enum rc go_to_auckland(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    int64_t programme, cohort, day = w->id;
    TRY(programme_add(tx, S("NZ"), S("Auckland"), S("Pacific/Auckland"), S("en"), w->now, &programme, e));
    TRY(programme_add_cohort(tx, programme, S("A"), S("A"), 0, &cohort, e));
    TRY(programme_add_member(tx, w->s->person, programme, cohort, 0, day, INT64_MAX, S("test"), w->now, NULL, e));
    return programme_grant_role(tx, w->s->person, ROLE_COORDINATOR, programme, 0, day, day, S("test"), e);
}

/* What a person may on a day, may begin and end with that day where the programme is. */
static void test_days_are_those_of_the_programme(void **state)
{
    struct work w = {.s = site_open(), .now = NOW, .id = day_from_ms(zone_utc(), NOW)};
    int64_t midnight = ms_from_civil(zone_find(S("Pacific/Auckland")), civil_from_day(w.id));
    struct actor who;
    struct session s;
    (void)state;
    must(&w, go_to_auckland);
    w.now = midnight - MS_PER_DAY;
    must(&w, open_session);
    assert_int_equal(session_load(w.s->db, w.s->a, w.token, midnight - 1, &who, &s), RC_OK);
    assert_int_equal(who.grant_count, 0);
    assert_true(str_eq(s.zone, S("Pacific/Auckland"))); /* a member sees its days too */
    assert_int_equal(session_load(w.s->db, w.s->a, w.token, midnight, &who, &s), RC_OK);
    assert_int_equal(who.grant_count, 2);
    assert_int_equal(session_load(w.s->db, w.s->a, w.token, midnight + MS_PER_DAY - 1, &who, &s), RC_OK);
    assert_int_equal(who.grant_count, 2);
    assert_int_equal(session_load(w.s->db, w.s->a, w.token, midnight + MS_PER_DAY, &who, &s), RC_OK);
    assert_int_equal(who.grant_count, 1);
    assert_int_equal(who.grants[0].role, ROLE_TRAINEE);
    site_shut(w.s);
}

static void test_a_key_carries_its_scopes(void **state)
{
    struct work w = {.s = site_open(), .now = NOW, .role = ROLE_COORDINATOR, .scopes = S("person_list programme_view")};
    struct actor who;
    struct target here = {0};
    (void)state;
    must(&w, make_token);
    here.programme = w.s->programme;
    assert_true(str_starts(w.token, S("cadre_")));
    assert_int_equal(token_load(w.s->db, w.s->a, w.token, NOW, &who, &w.id), RC_OK);
    must(&w, mark_token);
    assert_int_equal(token_load(w.s->db, w.s->a, w.token, NOW, &who, &w.id), RC_OK);
    assert_int_equal(w.id, 0); /* today is known */
    assert_true(who.by_token);
    assert_int_equal(access_decide(&who, P_PERSON_LIST, &here), ACCESS_ALLOW);
    assert_int_equal(access_decide(&who, P_PROGRAMME_VIEW, &here), ACCESS_ALLOW);
    assert_int_equal(access_decide(&who, P_PROGRAMME_CHANGE, &here), ACCESS_DENY); /* she may, the key may not */
    assert_int_equal(token_load(w.s->db, w.s->a, w.token, NOW + 2 * MS_PER_DAY, &who, &w.id), RC_NOT_FOUND);
    assert_int_equal(token_load(w.s->db, w.s->a, S("cadre_x"), NOW, &who, &w.id), RC_NOT_FOUND);
    site_shut(w.s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_session_lives_and_ends),
        cmocka_unit_test(test_a_lent_session_stays_one),
        cmocka_unit_test(test_the_form_token_belongs_to_the_session),
        cmocka_unit_test(test_a_link_works_once),
        cmocka_unit_test(test_passwords_and_the_wait_after_failures),
        cmocka_unit_test(test_an_unknown_address_is_treated_alike),
        cmocka_unit_test(test_which_passwords_are_good_enough),
        cmocka_unit_test(test_days_are_those_of_the_programme),
        cmocka_unit_test(test_a_key_carries_its_scopes),
    };
    return site_run(tests, COUNT_OF(tests));
}
