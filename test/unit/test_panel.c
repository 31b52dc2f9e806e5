/* The rules of the progress panel on both engines: who sits on which case, what is frozen when, what a decision asks for, and that a
 * reversal keeps both and takes the step to another stage back. */
#include "programme/panel/panel.h"

#include "framework_site.h"
#include "gen/msg_panel.h"
#include "gen/programme/panel/panel_sql.h"
#include "programme/mentor/mentor.h"
#include "programme/panel/inside.h"

#define DAY 20000
#define NOON (DAY * MS_PER_DAY + 12 * MS_PER_HOUR)

struct fixture {
    struct site *s;
    int64_t her, other, member, mentor, outsider;
    int64_t cohort, first, second, panel, case_id, pair;
    int64_t version, added, decision, id, who;
    struct panel_plan plan;
    struct panel_setting setting;
    struct panel_decision_new n;
    struct panel_condition_new condition;
    enum panel_step step;
    struct str words;
    bool yes;
    enum { PLAN, COHORT, MEMBER, STEP, SUMMARY, DECIDE, ANSWER, MEET, RECUSE, SETTING, PAIR, CHOOSE, LOST } what;
};

static enum rc person(struct db *tx, struct fixture *f, const char *name, int64_t *id, struct err *e)
{
    struct person_details d = {.given_name = str_from(name), .family_name = S("X"), .display_name = S(""), .email = S("")};
    return people_add(tx, f->s->a, &d, 1, id, e);
}

static enum rc fill(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    int64_t id, p = f->s->programme;
    struct person_details d = {.given_name = S("Her"), .family_name = S("X"), .display_name = S(""), .email = S("her@example.org"), .language = S("de")};
    TRY(people_add(tx, f->s->a, &d, 1, &f->her, e));
    TRY(person(tx, f, "Other", &f->other, e));
    TRY(person(tx, f, "Member", &f->member, e));
    TRY(person(tx, f, "Mentor", &f->mentor, e));
    TRY(person(tx, f, "Outsider", &f->outsider, e));
    TRY(programme_add_stage(tx, p, 1, S("Y1"), S("Year 1"), &f->first, e));
    TRY(programme_add_stage(tx, p, 2, S("Y2"), S("Year 2"), &f->second, e));
    TRY(programme_add_cohort(tx, p, S("C"), S("Cohort"), f->first, &f->cohort, e));
    TRY(programme_add_member(tx, f->her, p, f->cohort, 0, 1, INT64_MAX, S("test"), 1, &id, e));
    TRY(programme_add_member(tx, f->other, p, f->cohort, 0, 1, INT64_MAX, S("test"), 1, &id, e));
    TRY(programme_grant_role(tx, f->member, ROLE_ASSESSOR, p, 0, 1, INT64_MAX, S("test"), e));
    return programme_grant_role(tx, f->mentor, ROLE_MENTOR, p, 0, 1, INT64_MAX, S("test"), e);
}

static enum rc act(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct arena *a = f->s->a;
    switch (f->what) {
    case PLAN:
        return panel_save(tx, &f->plan, f->member, DAY, NOON, e);
    case COHORT:
        return panel_add_cohort(tx, a, f->panel, f->cohort, DAY, &f->added, e);
    case MEMBER:
        return panel_set_member(tx, a, f->panel, f->who, f->yes, DAY, NOON, e);
    case STEP:
        return panel_take_step(tx, a, f->panel, f->version, f->step, NOON, e);
    case SUMMARY:
        return panel_save_summary(tx, a, f->case_id, f->who, f->version, f->words, f->yes, NOON, e);
    case DECIDE:
        return panel_decide(tx, a, &f->n, NOON, &f->decision, e);
    case ANSWER:
        return panel_answer(tx, f->decision, f->who, S("I see."), NOON, e);
    case MEET:
        return panel_meet_condition(tx, f->id, f->member, NOON, e);
    case RECUSE:
        return panel_recuse(tx, a, f->case_id, f->who, NOON, e);
    case SETTING:
        return panel_save_setting(tx, a, &f->setting, e);
    case CHOOSE:
        return sql_panel_choice_set(tx, f->who, f->yes);
    case LOST:
        return panel_erase(tx, a, f->who, NOON);
    case PAIR:
        f->pair = db_new_id(tx);
        TRY(mentor_propose(tx, f->pair, f->s->programme, f->mentor, f->her, NOON));
        return mentor_answer(tx, a, f->pair, true, S(""), NOON, e);
    }
    return RC_INTERNAL;
}

static void does(struct fixture *f, unsigned what, enum rc rc, msg_id msg)
{
    f->what = what;
    f->s->err = (struct err){0};
    enum rc got = store_write(f->s->db, act, f, &f->s->err);
    if (got != rc || (msg != 0 && f->s->err.msg != msg))
        fail_msg("rc %d, %.*s", got, STR_ARG(msg_name(f->s->err.msg)));
}

static void sits(struct fixture *f, int64_t who, enum panel_apart wanted)
{
    enum panel_apart apart;
    assert_int_equal(panel_sits(f->s->db, f->s->a, f->case_id, who, &apart), RC_OK);
    assert_int_equal(apart, wanted);
}

/* A panel in planning, with her cohort before it and one member. */
static int open_site(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->s = site_open();
    assert_int_equal(store_write_bulk(f->s->db, fill, f, &f->s->err), RC_OK);
    f->plan = (struct panel_plan){.programme = f->s->programme, .title = S("Winter"), .meets_day = DAY + 20, .summary_day = DAY + 10};
    does(f, PLAN, RC_OK, 0);
    f->panel = f->plan.id;
    does(f, COHORT, RC_OK, 0);
    f->who = f->member;
    f->yes = true;
    does(f, MEMBER, RC_OK, 0);
    assert_int_equal(panel_case_of(f->s->db, f->s->a, f->panel, f->her, &f->case_id), RC_OK);
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

static void step(struct fixture *f, enum panel_step to, int64_t version)
{
    f->step = to;
    f->version = version;
    does(f, STEP, RC_OK, 0);
}

static void meet(struct fixture *f)
{
    step(f, PANEL_OPEN, 1);
    step(f, PANEL_BEGIN, 2);
    f->n = (struct panel_decision_new){.case_id = f->case_id, .by = f->member, .outcome = PANEL_PROGRESS, .reasons = S("Seen."), .reversal = S(""), .today = DAY};
}

/* The stage of her own; 0: her cohort's. */
static int64_t own_stage(struct fixture *f)
{
    struct person_history h;
    struct membership m;
    assert_int_equal(programme_history(f->s->db, f->s->a, f->her, &h), RC_OK);
    assert_int_equal(programme_find_member(f->s->db, f->s->a, h.members[0].m.id, &m), RC_OK);
    return m.stage;
}

static void days_are_checked(void **state)
{
    struct fixture *f = *state;
    f->plan = (struct panel_plan){.programme = f->s->programme, .title = S("P"), .meets_day = DAY - 1, .summary_day = DAY - 1};
    does(f, PLAN, RC_INVALID, M_panel_day_past);
    f->plan.meets_day = DAY;
    f->plan.summary_day = DAY + 1;
    does(f, PLAN, RC_INVALID, M_panel_summary_late);
    f->plan.summary_day = DAY;
    does(f, PLAN, RC_OK, 0);
    f->plan.version = 9;
    does(f, PLAN, RC_CONFLICT, M_panel_changed);
}

static void a_cohort_comes_once(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(f->added, 2);
    does(f, COHORT, RC_OK, 0);
    assert_int_equal(f->added, 0);
    meet(f);
    does(f, COHORT, RC_CONFLICT, M_panel_frozen);
}

static void only_who_works_there_sits(void **state)
{
    struct fixture *f = *state;
    f->who = f->outsider;
    does(f, MEMBER, RC_INVALID, M_panel_no_role);
    sits(f, f->outsider, PANEL_NO_MEMBER);
    sits(f, f->member, PANEL_SITS);
    sits(f, f->her, PANEL_OWN_CASE);
}

static void a_mentor_stays_away_also_afterwards(void **state)
{
    struct fixture *f = *state;
    f->who = f->mentor;
    does(f, MEMBER, RC_OK, 0);
    sits(f, f->mentor, PANEL_SITS);
    does(f, PAIR, RC_OK, 0);
    sits(f, f->mentor, PANEL_TIED);
    meet(f);
    f->n.by = f->mentor;
    does(f, DECIDE, RC_DENIED, 0);
    f->n.by = f->outsider;
    does(f, DECIDE, RC_DENIED, 0);
    f->n.by = f->her;
    does(f, DECIDE, RC_DENIED, 0);
}

static void who_stays_away_stays_away(void **state)
{
    struct fixture *f = *state;
    f->who = f->member;
    does(f, RECUSE, RC_OK, 0);
    sits(f, f->member, PANEL_RECUSED);
    does(f, RECUSE, RC_DENIED, 0);
    meet(f);
    does(f, DECIDE, RC_DENIED, 0);
}

static void a_panel_needs_people(void **state)
{
    struct fixture *f = *state;
    f->who = f->member;
    f->yes = false;
    does(f, MEMBER, RC_OK, 0);
    f->step = PANEL_OPEN;
    f->version = 1;
    does(f, STEP, RC_INVALID, M_panel_nobody_sits);
    f->yes = true;
    does(f, MEMBER, RC_OK, 0);
    does(f, STEP, RC_OK, 0);
    does(f, STEP, RC_CONFLICT, M_panel_changed); /* two coordinators at once */
    f->step = PANEL_CLOSE;
    f->version = 2;
    does(f, STEP, RC_CONFLICT, M_panel_changed); /* it has not met */
    f->plan = (struct panel_plan){.programme = f->s->programme, .title = S("Empty"), .meets_day = DAY, .summary_day = DAY};
    does(f, PLAN, RC_OK, 0);
    f->panel = f->plan.id;
    f->step = PANEL_OPEN;
    f->version = 1;
    does(f, STEP, RC_INVALID, M_panel_nobody_before);
}

static void a_summary_is_hers_until_it_is_sent_and_frozen(void **state)
{
    struct fixture *f = *state;
    struct row_panel_case_find k;
    f->who = f->her;
    f->words = S("Mine");
    f->version = 1;
    f->yes = false;
    does(f, SUMMARY, RC_NOT_FOUND, 0); /* not asked for yet */
    step(f, PANEL_OPEN, 1);
    f->version = 1;
    does(f, SUMMARY, RC_OK, 0);
    does(f, SUMMARY, RC_CONFLICT, M_panel_summary_changed);
    assert_int_equal(sql_panel_case_find(f->s->db, f->s->a, f->case_id, &k), RC_OK);
    assert_true(k.sent_at_null && k.sent.n == 0 && str_eq_z(k.draft, "Mine"));
    f->version = 2;
    f->yes = true;
    f->words = S("");
    does(f, SUMMARY, RC_INVALID, M_panel_summary_empty);
    f->words = S("Mine");
    f->who = f->other;
    does(f, SUMMARY, RC_NOT_FOUND, 0);
    f->who = f->her;
    does(f, SUMMARY, RC_OK, 0);
    step(f, PANEL_BEGIN, 2);
    f->version = 3;
    f->words = S("Later");
    does(f, SUMMARY, RC_CONFLICT, M_panel_summary_frozen);
    assert_int_equal(sql_panel_case_find(f->s->db, f->s->a, f->case_id, &k), RC_OK);
    assert_true(str_eq_z(k.sent, "Mine"));
}

static void a_decision_is_checked(void **state)
{
    struct fixture *f = *state;
    step(f, PANEL_OPEN, 1);
    f->n = (struct panel_decision_new){.case_id = f->case_id, .by = f->member, .outcome = PANEL_CONDITIONS, .reasons = S("Seen."), .reversal = S(""), .today = DAY};
    does(f, DECIDE, RC_CONFLICT, M_panel_not_meeting);
    step(f, PANEL_BEGIN, 2);
    does(f, DECIDE, RC_INVALID, M_panel_condition_missing);
    f->condition = (struct panel_condition_new){S("Lead two"), DAY};
    f->n.conditions = &f->condition;
    f->n.condition_count = 1;
    does(f, DECIDE, RC_INVALID, M_panel_due_past);
    f->condition.due_day = DAY + 1;
    f->n.outcome = PANEL_PROGRESS;
    does(f, DECIDE, RC_INVALID, M_panel_condition_spare);
    f->n.outcome = PANEL_NOT_YET;
    f->n.next_stage = true;
    does(f, DECIDE, RC_INVALID, M_panel_stage_not_yet);
    f->n.next_stage = false;
    does(f, DECIDE, RC_OK, 0);
    does(f, DECIDE, RC_CONFLICT, M_panel_decided_meanwhile); /* another member had the form open too */
}

static void a_reversal_keeps_both_and_takes_the_step_back(void **state)
{
    struct fixture *f = *state;
    struct rows_panel_decisions rows;
    meet(f);
    f->n.next_stage = true;
    does(f, DECIDE, RC_OK, 0);
    assert_int_equal(own_stage(f), f->second);
    step(f, PANEL_CLOSE, 3);
    int64_t before = f->decision;
    f->n.next_stage = false;
    f->n.outcome = PANEL_NOT_YET;
    f->n.reverses = before;
    does(f, DECIDE, RC_INVALID, M_panel_reversal_missing);
    f->n.reversal = S("A mistake.");
    does(f, DECIDE, RC_OK, 0);
    assert_int_equal(own_stage(f), 0);
    assert_int_equal(sql_panel_decisions(f->s->db, f->s->a, f->case_id, &rows), RC_OK);
    assert_int_equal(rows.n, 2);
    assert_true(rows.v[0].stands && !rows.v[1].stands);
    assert_int_equal(rows.v[1].id, before);
    does(f, DECIDE, RC_CONFLICT, M_panel_decided_meanwhile);
    f->n.reverses = 0;
    does(f, DECIDE, RC_CONFLICT, M_panel_not_meeting);
}

static void no_stage_behind_the_last(void **state)
{
    struct fixture *f = *state;
    meet(f);
    f->n.next_stage = true;
    does(f, DECIDE, RC_OK, 0);
    f->n.reverses = f->decision;
    f->n.reversal = S("Again.");
    does(f, DECIDE, RC_OK, 0); /* taken back and taken again: one step, not two */
    assert_int_equal(own_stage(f), f->second);
    int64_t stage;
    struct str title;
    assert_int_equal(panel_next_stage(f->s->db, f->s->a, f->s->programme, f->her, DAY, &stage, &title), RC_NOT_FOUND);
    assert_int_equal(panel_next_stage(f->s->db, f->s->a, f->s->programme, f->outsider, DAY, &stage, &title), RC_NOT_FOUND);
}

static void answered_once_met_once(void **state)
{
    struct fixture *f = *state;
    struct rows_panel_conditions_due due;
    meet(f);
    f->condition = (struct panel_condition_new){S("Lead two"), DAY + 5};
    f->n.outcome = PANEL_CONDITIONS;
    f->n.conditions = &f->condition;
    f->n.condition_count = 1;
    does(f, DECIDE, RC_OK, 0);
    f->who = f->other;
    does(f, ANSWER, RC_CONFLICT, M_panel_answered_already);
    f->who = f->her;
    does(f, ANSWER, RC_OK, 0);
    does(f, ANSWER, RC_CONFLICT, M_panel_answered_already);
    assert_int_equal(sql_panel_conditions_due(f->s->db, f->s->a, f->her, 10, &due), RC_OK);
    assert_int_equal(due.n, 1);
    f->id = due.v[0].id;
    does(f, MEET, RC_OK, 0);
    does(f, MEET, RC_CONFLICT, M_panel_met_already);
    assert_int_equal(sql_panel_conditions_due(f->s->db, f->s->a, f->her, 10, &due), RC_OK);
    assert_int_equal(due.n, 0);
}

static void months_and_words(void **state)
{
    struct fixture *f = *state;
    static const char *const wrong[] = {"", " ", "0", "13", "1 x", "-1", "99999999999999999999", "1;7"};
    f->setting = (struct panel_setting){.programme = f->s->programme, .words = {S(""), S(""), S("Later")}};
    for (size_t k = 0; k < COUNT_OF(wrong); k++) {
        f->setting.months = str_from(wrong[k]);
        does(f, SETTING, RC_INVALID, M_panel_months_wrong);
    }
    f->setting.months = S("12, 3,3");
    does(f, SETTING, RC_OK, 0);
    assert_true(str_eq_z(f->setting.months, "3 12"));
    does(f, SETTING, RC_CONFLICT, M_panel_changed);
    int64_t march = day_from_civil(2027, 3, 10);
    assert_true(panel_month_due(S("3 12"), march, INT64_MIN));
    assert_true(panel_month_due(S("3 12"), march, day_from_civil(2027, 2, 28)));
    assert_false(panel_month_due(S("3 12"), march, day_from_civil(2027, 3, 1)));
    assert_false(panel_month_due(S("1 7"), march, INT64_MIN));
    meet(f);
    f->n.outcome = PANEL_NOT_YET;
    does(f, DECIDE, RC_OK, 0);
    struct rows_panel_decisions rows;
    assert_int_equal(sql_panel_decisions(f->s->db, f->s->a, f->case_id, &rows), RC_OK);
    assert_true(str_eq_z(rows.v[0].word, "Later"));
}

static struct str about(struct fixture *f, int64_t id, int64_t person)
{
    return str_printf(f->s->a, "%" PRId64 " %" PRId64, id, person);
}

static void writes(struct fixture *f, int kind, int64_t id, int64_t person, enum rc rc, struct mail *out)
{
    assert_int_equal(panel_mails[kind].write(f->s->db, f->s->a, about(f, id, person), NOON, out), rc);
}

/* 0 asks for a summary, 1 says that the panel sits, 2 that a decision is there. Nobody is told what is no longer so. */
static void mails_say_that_and_never_what(void **state)
{
    struct fixture *f = *state;
    struct mail mail;
    writes(f, 0, f->case_id, f->her, RC_NOT_FOUND, &mail); /* nobody is asked yet */
    step(f, PANEL_OPEN, 1);
    writes(f, 0, f->case_id, f->her, RC_OK, &mail);
    assert_true(str_eq_z(mail.to, "her@example.org"));
    assert_true(str_find(mail.text, S("Guten Tag Her X"), NULL) && str_find(mail.text, str_printf(f->s->a, "/panel-cases/%" PRId64 "/summary", f->case_id), NULL));
    writes(f, 0, f->case_id, f->other, RC_NOT_FOUND, &mail); /* no address */
    writes(f, 1, f->panel, f->her, RC_NOT_FOUND, &mail);
    step(f, PANEL_BEGIN, 2);
    writes(f, 0, f->case_id, f->her, RC_NOT_FOUND, &mail);
    writes(f, 1, f->panel, f->her, RC_NOT_FOUND, &mail); /* she does not sit on it */
    f->n = (struct panel_decision_new){.case_id = f->case_id, .by = f->member, .outcome = PANEL_NOT_YET, .reasons = S("Unseen."), .reversal = S(""), .today = DAY};
    does(f, DECIDE, RC_OK, 0);
    int64_t first = f->decision;
    writes(f, 2, first, f->other, RC_NOT_FOUND, &mail);
    writes(f, 2, first, f->her, RC_OK, &mail);
    assert_false(str_find(mail.text, S("Unseen"), NULL));
    assert_true(str_find(mail.text, str_printf(f->s->a, "/panel-cases/%" PRId64 "\n", f->case_id), NULL));
    struct str subject = mail.subject;
    f->n.reverses = first;
    f->n.reversal = S("A mistake.");
    does(f, DECIDE, RC_OK, 0);
    writes(f, 2, first, f->her, RC_NOT_FOUND, &mail);
    writes(f, 2, f->decision, f->her, RC_OK, &mail);
    assert_false(str_eq(subject, mail.subject));
    f->who = f->her;
    f->yes = false;
    does(f, CHOOSE, RC_OK, 0);
    writes(f, 2, f->decision, f->her, RC_NOT_FOUND, &mail);
    f->yes = true;
    does(f, CHOOSE, RC_OK, 0);
    writes(f, 2, f->decision, f->her, RC_OK, &mail);
    struct row_panel_choice_find choice;
    assert_int_equal(sql_panel_choice_find(f->s->db, f->s->a, f->her, &choice), RC_OK);
    does(f, LOST, RC_OK, 0);
    assert_int_equal(sql_panel_choice_find(f->s->db, f->s->a, f->her, &choice), RC_NOT_FOUND);
}

/* No statement of a panel names what it must not read: words between two, reflections, 360 feedback, what an observer told. */
static void statements_stay_on_this_side_of_the_wall(void **state)
{
    static const char *const walled[] = {"mentor_words", "mentor_log", "mentor_meeting", "mentor_action", "mentor_agreement", "mentor_reply",
                                         "mentor_evaluation", "mentor_wish", "reflect", "feedback", "narrative", "observe_link"};
    struct fixture *f = *state;
    static const char *const files[] = {"src/programme/panel/panel.sql", "migrations/0017_panel.sql", "migrations/0063_panel.sql"};
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct str rest = site_file(f->s, files[i]), line;
        assert_true(rest.n > 100);
        while (str_line(&rest, &line)) {
            size_t remark = line.n;
            (void)str_find(line, S("--"), &remark);
            for (size_t k = 0; k < COUNT_OF(walled); k++)
                if (str_find(str_sub(line, 0, remark), str_from(walled[k]), NULL))
                    fail_msg("%s: %.*s", files[i], STR_ARG(line));
        }
    }
}

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, open_site, shut_site)
    const struct CMUnitTest tests[] = {
        ONE(days_are_checked),          ONE(a_cohort_comes_once),
        ONE(only_who_works_there_sits), ONE(a_mentor_stays_away_also_afterwards),
        ONE(who_stays_away_stays_away), ONE(a_panel_needs_people),
        ONE(a_summary_is_hers_until_it_is_sent_and_frozen), ONE(a_decision_is_checked),
        ONE(a_reversal_keeps_both_and_takes_the_step_back), ONE(no_stage_behind_the_last),
        ONE(answered_once_met_once),    ONE(months_and_words),
        ONE(mails_say_that_and_never_what), ONE(statements_stay_on_this_side_of_the_wall),
    };
    return site_run(tests, COUNT_OF(tests));
}
