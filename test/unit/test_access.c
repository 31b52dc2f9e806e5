/* The access decision, cell by cell: every role and nobody, every permission, every place a thing can be. The expected answers
 * stand in access_table.h, written out so that a change of the rules shows in the diff of a test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "auth/access.h"

/* The actor is person 1. Where her role is held, and what she asks about, in the order of the columns. */
enum place { OWN, HELD, SAME_COHORT, WHOLE_PROGRAMME, OTHER_COHORT, OTHER_PROGRAMME, SITE, PLACES };

static const struct target targets[PLACES] = {
    [OWN] = {.person = 1, .programme = 20},
    [HELD] = {.person = 2, .programme = 20, .holder = 1},
    [SAME_COHORT] = {.person = 2, .programme = 10, .cohort = 11},
    [WHOLE_PROGRAMME] = {.person = 2, .programme = 10},
    [OTHER_COHORT] = {.person = 2, .programme = 10, .cohort = 12},
    [OTHER_PROGRAMME] = {.person = 2, .programme = 20, .cohort = 21},
    [SITE] = {.person = 2},
};

struct row {
    const char *permission;
    const char *role;     /* "nobody" signed in, "none": signed in without a role */
    const char *cohort;   /* answers when the role is held in cohort 11 of programme 10: y yes, n no, h hidden */
    const char *programme; /* in programme 10 */
    const char *site;     /* in the whole site */
};

static const struct row table[] = {
#include "access_table.h"
};

static char answer(const struct actor *who, enum permission p, const struct target *t)
{
    switch (access_decide(who, p, t)) {
    case ACCESS_ALLOW:
        return 'y';
    case ACCESS_DENY:
        return 'n';
    case ACCESS_HIDE:
        return 'h';
    case ACCESS_LENT:
        return 'l';
    }
    return '?';
}

static void answers(const char *role_name, enum permission p, int64_t programme, int64_t cohort, char out[PLACES + 1])
{
    struct grant g = {.programme = programme, .cohort = cohort};
    struct actor who = {.person = strcmp(role_name, "nobody") == 0 ? 0 : 1, .grants = &g};
    if (role_find(str_from(role_name), &g.role))
        who.grant_count = 1;
    for (int i = 0; i < PLACES; i++)
        out[i] = answer(&who, p, &targets[i]);
    out[PLACES] = '\0';
}

static void every_cell(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        const struct row *r = &table[i];
        enum permission p;
        char got[PLACES + 1];
        assert_true(permission_find(str_from(r->permission), &p));
        const char *expected[] = {r->cohort, r->programme, r->site};
        static const int64_t scope[][2] = {{10, 11}, {10, 0}, {0, 0}};
        for (size_t k = 0; k < 3; k++) {
            answers(r->role, p, scope[k][0], scope[k][1], got);
            if (strcmp(got, expected[k]) != 0)
                fail_msg("%s of %s, scope %zu: %s, expected %s", r->permission, r->role, k, got, expected[k]);
        }
    }
}

static void no_cell_is_missing(void **state)
{
    (void)state;
    size_t roles = ROLE_COUNT + 2;
    assert_int_equal(COUNT_OF(table), roles * (PERMISSION_COUNT - 3));
}

static void a_token_does_no_more_than_its_scopes(void **state)
{
    (void)state;
    struct grant g = {.role = ROLE_ADMINISTRATOR};
    struct actor who = {.person = 1, .grants = &g, .grant_count = 1, .by_token = true, .scopes = permission_set_read(S("person_list"))};
    for (int p = P_SIGNED_IN + 1; p < PERMISSION_COUNT; p++)
        for (int i = 0; i < PLACES; i++)
            if (p != P_PERSON_LIST)
                assert_int_not_equal(access_decide(&who, (enum permission)p, &targets[i]), ACCESS_ALLOW);
    assert_int_equal(access_decide(&who, P_PERSON_LIST, &targets[SITE]), ACCESS_ALLOW);
    assert_false(access_somewhere(&who, P_AUDIT_VIEW));
}

/* What no role reaches: closed in a lent session where it would be open in her own, but for a demo; and never a program's. */
static void what_is_private_is_not_lent(void **state)
{
    (void)state;
    int found = 0;
    for (int r = 0; r <= ROLE_COUNT; r++)
        for (int p = P_SIGNED_IN + 1; p < PERMISSION_COUNT; p++)
            for (int i = 0; i < PLACES; i++) {
                struct grant g = {.role = (enum role)(r % ROLE_COUNT)};
                struct actor own = {.person = 1, .grants = &g, .grant_count = r < ROLE_COUNT}, lent = own, demo, program = own;
                lent.lent = true;
                demo = lent;
                demo.demo = true;
                program.by_token = true;
                for (int s = 0; s < PERMISSION_COUNT; s++)
                    permission_add(&program.scopes, (enum permission)s);
                enum decision mine = access_decide(&own, (enum permission)p, &targets[i]);
                bool private = mine == ACCESS_ALLOW && access_private((enum permission)p);
                found += private;
                assert_int_equal(access_decide(&lent, (enum permission)p, &targets[i]), private ? ACCESS_LENT : mine);
                assert_int_equal(access_decide(&demo, (enum permission)p, &targets[i]), mine);
                if (access_private((enum permission)p)) {
                    assert_int_not_equal(access_decide(&program, (enum permission)p, &targets[i]), ACCESS_ALLOW);
                    assert_false(access_somewhere(&program, (enum permission)p));
                }
            }
    assert_true(found >= ROLE_COUNT + 1);
    assert_true(access_private(P_MENTOR_PAIR));
    assert_false(access_private(P_EVIDENCE_VIEW));
    assert_false(access_private(P_SIGNED_IN));
}

static void an_account_is_anybodys_and_opens_more(void **state)
{
    (void)state;
    struct actor who = {.person = 1}, program = {.person = 1, .by_token = true}, nobody = {0};
    const enum permission both[] = {P_ACCOUNT, P_SIGNED_IN};
    for (size_t i = 0; i < COUNT_OF(both); i++) {
        assert_true(access_of_any_account(both[i]));
        assert_int_equal(access_decide(&who, both[i], &targets[SITE]), ACCESS_ALLOW);
        assert_true(access_somewhere(&program, both[i]));
        assert_int_equal(access_decide(&nobody, both[i], &targets[SITE]), ACCESS_DENY);
        assert_false(access_somewhere(&nobody, both[i]));
    }
    for (int p = 0; p < PERMISSION_COUNT; p++)
        assert_int_equal(access_opens_more((enum permission)p), p == P_ACCOUNT || p == P_PERSON_EXPORT);
    assert_false(access_of_any_account(P_PUBLIC));
    assert_false(access_of_any_account(P_PERSON_EXPORT));
}

static void a_persons_places_count(void **state)
{
    (void)state;
    struct grant g = {.role = ROLE_COORDINATOR, .programme = 10, .cohort = 11};
    struct actor who = {.person = 1, .grants = &g, .grant_count = 1};
    struct grant here[] = {{.programme = 20, .cohort = 21}, {.programme = 10, .cohort = 11}};
    struct target t = {.person = 2, .places = here, .place_count = 2};
    assert_int_equal(access_decide(&who, P_PERSON_VIEW, &t), ACCESS_ALLOW);
    t.place_count = 1;
    assert_int_equal(access_decide(&who, P_PERSON_VIEW, &t), ACCESS_HIDE);
}

static void somewhere_means_some_place(void **state)
{
    (void)state;
    for (int r = 0; r < ROLE_COUNT; r++)
        for (int p = P_SIGNED_IN + 1; p < PERMISSION_COUNT; p++) {
            struct grant g = {.role = (enum role)r, .programme = 10, .cohort = 11};
            struct actor who = {.person = 1, .grants = &g, .grant_count = 1};
            bool some = false;
            for (int i = 0; i < PLACES; i++)
                some |= access_decide(&who, (enum permission)p, &targets[i]) == ACCESS_ALLOW;
            assert_int_equal(access_somewhere(&who, (enum permission)p), some);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell),
        cmocka_unit_test(no_cell_is_missing),
        cmocka_unit_test(a_token_does_no_more_than_its_scopes),
        cmocka_unit_test(what_is_private_is_not_lent), cmocka_unit_test(an_account_is_anybodys_and_opens_more),
        cmocka_unit_test(a_persons_places_count),
        cmocka_unit_test(somewhere_means_some_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
