/* The rules of commendations on both engines: who may praise whom and how often, when it becomes evidence and how it goes. */
#include "programme/commend/commend.h"

#include "base/problems.h"
#include "framework_site.h"
#include "gen/msg_commend.h"
#include "gen/programme/commend/commend_sql.h"
#include "programme/commend/inside.h"
#include "programme/framework/framework.h"

#define DAY 20000
#define NOON (DAY * MS_PER_DAY + 12 * MS_PER_HOUR)

struct fixture {
    struct site *s;
    int64_t her, giver, outsider;
    struct commend_new n;
    int64_t id, version, now;
    bool yes;
    enum { GIVE, SEE, SHOW, REMOVE, TAKE_BACK, REPORT, LOOK } what;
};

static enum rc add_people(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct person_details d = {.given_name = S("Her"), .family_name = S("Self"), .display_name = S(""), .email = S("her@example.org")};
    struct content_file framework[] = {{S("framework.txt"), site_file(f->s, "content/framework/cadre-leadership/framework.txt")},
                                       {S("items.csv"), site_file(f->s, "content/framework/cadre-leadership/items.csv")}};
    struct problems p = problems_new(f->s->a);
    int64_t cohort, id;
    TRY(framework_load(tx, f->s->a, framework, COUNT_OF(framework), 1, &p, &id, e));
    TRY(people_add(tx, f->s->a, &d, 1, &f->her, e));
    d.given_name = S("Giver");
    d.email = S("giver@example.org");
    TRY(people_add(tx, f->s->a, &d, 1, &f->giver, e));
    d.given_name = S("Outsider");
    d.email = S("outsider@example.org");
    TRY(people_add(tx, f->s->a, &d, 1, &f->outsider, e));
    TRY(programme_add_cohort(tx, f->s->programme, S("C"), S("Cohort"), 0, &cohort, e));
    TRY(programme_add_member(tx, f->her, f->s->programme, cohort, 0, 1, INT64_MAX, S("test"), 1, &id, e));
    return programme_grant_role(tx, f->giver, ROLE_MENTOR, f->s->programme, 0, 1, INT64_MAX, S("test"), e);
}

static int open_site(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->s = site_open();
    assert_int_equal(store_write_bulk(f->s->db, add_people, f, &f->s->err), RC_OK);
    f->n = (struct commend_new){.programme = f->s->programme, .person = f->her, .giver = f->giver, .words = S("Asked first."), .today = DAY};
    struct competency *all;
    size_t count;
    assert_int_equal(framework_outline(f->s->db, f->s->a, f->s->programme, S("en"), false, &all, &count), RC_OK);
    f->n.competency = all[count - 1].competency;
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

static enum rc act(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    switch (f->what) {
    case GIVE:
        return commend_give(tx, f->s->a, &f->n, f->now, &f->id, e);
    case SEE:
        return commend_see(tx, f->s->a, f->her, f->now);
    case SHOW:
        return commend_show(tx, f->id, f->version, f->yes, e);
    case REMOVE:
        return commend_remove(tx, f->s->a, f->id, f->version, f->her, f->now, e);
    case TAKE_BACK:
        return commend_take_back(tx, f->id, f->giver, e);
    case REPORT:
        return commend_report(tx, f->id, f->version, S("unkind"), f->now, e);
    case LOOK:
        return commend_look(tx, f->s->a, f->id, f->version, f->yes, S("I looked."), f->giver, f->now, e);
    }
    return RC_INTERNAL;
}

static void does(struct fixture *f, unsigned what, enum rc rc, msg_id msg)
{
    f->what = what;
    f->s->err = (struct err){0};
    assert_int_equal(store_write(f->s->db, act, f, &f->s->err), rc);
    if (msg != 0)
        assert_int_equal(f->s->err.msg, msg);
}

static struct row_commendation_find found(struct fixture *f)
{
    struct row_commendation_find d;
    assert_int_equal(sql_commendation_find(f->s->db, f->s->a, f->id, S("en"), &d), RC_OK);
    f->version = d.version;
    return d;
}

static void only_others_of_the_programme(void **state)
{
    struct fixture *f = *state;
    f->n.person = f->giver;
    does(f, GIVE, RC_INVALID, M_commend_yourself);
    f->n.person = f->outsider;
    does(f, GIVE, RC_INVALID, M_commend_not_here);
    f->n.person = f->her;
    f->n.today = 0; /* before she was a member */
    does(f, GIVE, RC_INVALID, M_commend_not_here);
    f->n.today = DAY;
    does(f, GIVE, RC_OK, 0);
    does(f, GIVE, RC_CONFLICT, M_commend_same);
}

static void ten_within_a_day(void **state)
{
    struct fixture *f = *state;
    for (int k = 0; k < COMMEND_A_DAY; k++) {
        f->n.words = str_printf(f->s->a, "Number %d.", k);
        does(f, GIVE, RC_OK, 0);
    }
    f->n.words = S("One more.");
    does(f, GIVE, RC_INVALID, M_commend_enough);
    f->now = NOON + MS_PER_DAY + 1;
    does(f, GIVE, RC_OK, 0);
}

static void evidence_once_it_is_seen(void **state)
{
    struct fixture *f = *state;
    does(f, GIVE, RC_OK, 0);
    assert_true(found(f).evidence_id_null);
    does(f, SEE, RC_OK, 0);
    struct row_commendation_find d = found(f);
    assert_false(d.evidence_id_null);
    assert_int_equal(d.seen_at, NOON);
    does(f, SEE, RC_OK, 0);
    assert_int_equal(found(f).evidence_id, d.evidence_id); /* seen once */
    does(f, TAKE_BACK, RC_CONFLICT, M_commend_seen_meanwhile);
}

static void taken_back_while_unseen(void **state)
{
    struct fixture *f = *state;
    struct row_commendation_find d;
    does(f, GIVE, RC_OK, 0);
    does(f, TAKE_BACK, RC_OK, 0);
    assert_int_equal(sql_commendation_find(f->s->db, f->s->a, f->id, S("en"), &d), RC_NOT_FOUND);
    does(f, TAKE_BACK, RC_CONFLICT, M_commend_seen_meanwhile);
}

static void shown_and_hidden_by_the_version_seen(void **state)
{
    struct fixture *f = *state;
    struct rows_commendation_shown_by rows;
    does(f, GIVE, RC_OK, 0);
    found(f);
    f->yes = true;
    does(f, SHOW, RC_OK, 0);
    does(f, SHOW, RC_CONFLICT, M_commend_changed);
    assert_int_equal(sql_commendation_shown_by(f->s->db, f->s->a, f->s->programme, f->her, 5, S("en"), &rows), RC_OK);
    assert_int_equal(rows.n, 1);
    found(f);
    f->yes = false;
    does(f, SHOW, RC_OK, 0);
    assert_int_equal(sql_commendation_shown_by(f->s->db, f->s->a, f->s->programme, f->her, 5, S("en"), &rows), RC_OK);
    assert_int_equal(rows.n, 0);
}

static void removed_words_are_gone(void **state)
{
    struct fixture *f = *state;
    does(f, GIVE, RC_OK, 0);
    does(f, SEE, RC_OK, 0);
    found(f);
    does(f, REMOVE, RC_OK, 0);
    assert_int_equal(found(f).words.n, 0);
    does(f, REMOVE, RC_CONFLICT, M_commend_changed);
    f->yes = true;
    does(f, SHOW, RC_CONFLICT, M_commend_changed);
}

static void the_coordinator_looks_once(void **state)
{
    struct fixture *f = *state;
    does(f, GIVE, RC_OK, 0);
    does(f, SEE, RC_OK, 0);
    found(f);
    f->yes = false;
    does(f, LOOK, RC_CONFLICT, M_commend_changed); /* nobody asked */
    does(f, REPORT, RC_OK, 0);
    found(f);
    does(f, REPORT, RC_CONFLICT, M_commend_changed);
    f->yes = true;
    does(f, LOOK, RC_OK, 0);
    struct row_commendation_find d = found(f);
    assert_int_equal(d.words.n, 0);
    assert_false(d.looked_at_null);
    does(f, LOOK, RC_CONFLICT, M_commend_changed);
}

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, open_site, shut_site)
    const struct CMUnitTest tests[] = {
        ONE(only_others_of_the_programme), ONE(ten_within_a_day),     ONE(evidence_once_it_is_seen),  ONE(taken_back_while_unseen),
        ONE(shown_and_hidden_by_the_version_seen), ONE(removed_words_are_gone), ONE(the_coordinator_looks_once),
    };
    return site_run(tests, COUNT_OF(tests));
}
