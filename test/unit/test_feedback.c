/* The rules of a round of 360 feedback on both engines: who is asked, what is answered once, what holds nobody's name, what is enough,
 * reminders, and every way out. */
#include "programme/feedback/inside.h"

#include "base/problems.h"
#include "framework_site.h"
#include "gen/programme/feedback/answer_sql.h"
#include "programme/framework/framework.h"
#include "programme/people/people.h"

#define DAY 20000
#define NOON (DAY * MS_PER_DAY + 12 * MS_PER_HOUR)
#define ITEMS 3
#define RATERS 12

static const char text[] = "title: Seen\nkind: multisource\nscale: 1-5\nlabel 1: a\nlabel 2: b\nlabel 3: c\nlabel 4: d\nlabel 5: e\nunable: yes\nrule: domain means\n"
                           "least: 50\nlicence: CC0-1.0\nsource: Own\nlanguage: en\n\n# one: One\n? x: X\n? y: Y\n# words: Words\n! keep: Keep?\n";

struct fixture {
    struct site *s;
    int64_t her, mentor, other, cohort, round, nominations[RATERS];
    struct str tokens[RATERS];
    struct instrument i;
    struct feedback_round r;
    int64_t now, today, id;
    size_t at;
    int answers[ITEMS];
    struct str words[ITEMS];
    bool flag, more;
    struct feedback_rater rater;
    enum rc (*step)(struct fixture *f, struct db *tx, struct err *e);
};

static enum rc add_people(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct person_details d = {.given_name = S("Her"), .family_name = S("Self"), .display_name = S(""), .email = S("her@example.org")};
    const struct content_file file = {S("instrument/leadership-360/instrument.txt"), {text, sizeof text - 1}};
    struct problems p = problems_new(f->s->a);
    struct instrument_counts counts;
    int64_t id;
    TRY(people_add(tx, f->s->a, &d, 1, &f->her, e));
    d.given_name = S("Mentor");
    d.email = S("mentor@example.org");
    TRY(people_add(tx, f->s->a, &d, 1, &f->mentor, e));
    d.given_name = S("Other");
    d.email = S("other@example.org");
    TRY(people_add(tx, f->s->a, &d, 1, &f->other, e));
    TRY(programme_add_cohort(tx, f->s->programme, S("C"), S("Cohort"), 0, &f->cohort, e));
    TRY(programme_add_member(tx, f->her, f->s->programme, f->cohort, 0, 1, INT64_MAX, S("test"), 1, &id, e));
    return instrument_load(tx, f->s->a, &file, 1, 1, &p, &counts, e);
}

static int open_site(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->s = site_open();
    assert_int_equal(store_write_bulk(f->s->db, add_people, f, &f->s->err), RC_OK);
    assert_int_equal(instrument_current(f->s->db, f->s->a, S("leadership-360"), S("en"), &f->i), RC_OK);
    assert_int_equal(f->i.item_count, ITEMS);
    f->now = NOON;
    f->today = DAY;
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

static enum rc in_closure(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    if (f->round != 0)
        TRY(feedback_find(tx, f->s->a, f->round, &f->r));
    return f->step(f, tx, e);
}

static enum rc run(struct fixture *f, enum rc (*step)(struct fixture *, struct db *, struct err *))
{
    f->step = step;
    f->s->err = (struct err){0};
    return store_write(f->s->db, in_closure, f, &f->s->err);
}

static void ok(struct fixture *f, enum rc (*step)(struct fixture *, struct db *, struct err *))
{
    assert_int_equal(run(f, step), RC_OK);
}

static void refused(struct fixture *f, enum rc (*step)(struct fixture *, struct db *, struct err *), enum rc rc, msg_id msg)
{
    assert_int_equal(run(f, step), rc);
    assert_int_equal(f->s->err.msg, msg);
}

static enum feedback_state state_now(struct fixture *f)
{
    struct feedback_round r;
    assert_int_equal(feedback_find(f->s->db, f->s->a, f->round, &r), RC_OK);
    return r.state;
}

/* ---- steps ------------------------------------------------------------------------------------------------------------------------ */

static enum rc start(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_start(tx, f->s->a, f->s->programme, f->her, f->mentor, f->her, f->today, f->now, &f->round, e);
}

static enum rc start_again(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_start(tx, f->s->a, f->s->programme, f->her, f->mentor, f->her, f->today, f->now, &f->id, e);
}

static enum rc start_alone(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_start(tx, f->s->a, f->s->programme, f->her, 0, f->her, f->today, f->now, &f->round, e);
}

static enum rc start_own(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_start(tx, f->s->a, f->s->programme, f->her, f->her, f->her, f->today, f->now, &f->id, e);
}

static enum rc start_stranger(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_start(tx, f->s->a, f->s->programme, f->other, f->mentor, f->her, f->today, f->now, &f->id, e);
}

static enum rc set_mentor(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_set_facilitator(tx, f->s->a, &f->r, f->mentor, f->now, e);
}

static enum rc set_other(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_set_facilitator(tx, f->s->a, &f->r, f->other, f->now, e);
}

static struct feedback_said said(struct fixture *f, int point, const char *words)
{
    f->answers[0] = point;
    f->answers[1] = INSTRUMENT_UNABLE;
    f->answers[2] = INSTRUMENT_MISSING;
    f->words[0] = f->words[1] = S("");
    f->words[2] = str_from(words);
    return (struct feedback_said){&f->i, f->answers, f->words};
}

static enum rc keep_self(struct fixture *f, struct db *tx, struct err *e)
{
    struct feedback_said s = said(f, 4, "mine");
    return feedback_keep_self(tx, f->s->a, &f->r, &s, f->now, e);
}

static enum rc keep_half(struct fixture *f, struct db *tx, struct err *e)
{
    struct feedback_said s = said(f, INSTRUMENT_MISSING, "");
    return feedback_keep_self(tx, f->s->a, &f->r, &s, f->now, e);
}

static enum rc name(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_name(tx, f->s->a, &f->r, &f->rater, &f->id, e);
}

static enum rc name_all(struct fixture *f, struct db *tx, struct err *e)
{
    for (size_t k = 0; k < RATERS; k++) {
        struct feedback_rater n = {.name = str_printf(f->s->a, "Rater %zu", k), .address = str_printf(f->s->a, "r%zu@example.net", k),
                                   .group = k < 4 ? FEEDBACK_GROUP_SENIOR : k < 8 ? FEEDBACK_GROUP_PEER : FEEDBACK_GROUP_TEAM};
        TRY(feedback_name(tx, f->s->a, &f->r, &n, &f->nominations[k], e));
    }
    return RC_OK;
}

static enum rc send_list(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_send_list(tx, f->s->a, &f->r, f->now, e);
}

static enum rc refuse_first(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_decide(tx, f->s->a, &f->r, f->nominations[0], false, f->flag ? S("Left the ward") : S(""), f->now, e);
}

static enum rc approve_first(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_decide(tx, f->s->a, &f->r, f->nominations[0], true, S(""), f->now, e);
}

static enum rc collect(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_collect(tx, f->s->a, &f->r, f->today, f->now, e);
}

static enum rc links(struct fixture *f, struct db *tx, struct err *e)
{
    for (size_t k = 0; k < RATERS; k++)
        TRY(feedback_new_link(tx, f->s->a, f->nominations[k], &f->tokens[k], e));
    return RC_OK;
}

static enum rc answer(struct fixture *f, struct db *tx, struct err *e)
{
    struct feedback_said s = said(f, 3, f->flag ? "other words" : "words");
    return feedback_answer(tx, f->s->a, f->tokens[f->at], &s, f->more, e);
}

static enum rc take_back(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_take_back(tx, f->s->a, f->tokens[f->at], e);
}

static enum rc decline(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_decline(tx, f->s->a, f->tokens[f->at], true, e);
}

static enum rc end_collecting(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_end_collecting(tx, &f->r, f->now, e);
}

static enum rc put_together(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_put_together(tx, f->s->a, &f->r, f->flag, f->now, e);
}

static enum rc extend(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_extend(tx, &f->r, f->id, f->today, f->now, e);
}

static enum rc stop(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_stop(tx, &f->r, FEEDBACK_ENDED_STOPPED, f->now, e);
}

static enum rc resume(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_resume(tx, f->s->a, &f->r, f->today, f->now, e);
}

static enum rc days(struct fixture *f, struct db *tx, struct err *e)
{
    (void)e;
    return feedback_do_days(tx, f->s->a, f->now, &f->more);
}

static enum rc leave(struct fixture *f, struct db *tx, struct err *e)
{
    struct member_span *m;
    struct person_history h;
    TRY(programme_history(tx, f->s->a, f->her, &h));
    m = (struct member_span *)h.members;
    TRY(programme_end_member(tx, m[0].m.id, m[0].m.version, MEMBERSHIP_WITHDRAWN, f->today - 1, e));
    return feedback_left(tx, f->her, f->s->programme, f->now);
}

/* ---- getting somewhere ---------------------------------------------------------------------------------------------------------------- */

static void to_collect(struct fixture *f)
{
    ok(f, start);
    ok(f, keep_self);
    ok(f, name_all);
    ok(f, send_list);
    ok(f, collect);
    ok(f, links);
}

static void answer_some(struct fixture *f, size_t from, size_t until)
{
    for (f->at = from; f->at < until; f->at++)
        ok(f, answer);
}

static int64_t sheets(struct fixture *f)
{
    struct rows_feedback_sheets rows;
    assert_int_equal(sql_feedback_sheets(f->s->db, f->s->a, f->round, &rows), RC_OK);
    return (int64_t)rows.n;
}

static int64_t comments(struct fixture *f)
{
    struct rows_feedback_comments rows;
    assert_int_equal(sql_feedback_comments(f->s->db, f->s->a, f->round, &rows), RC_OK);
    return (int64_t)rows.n;
}

static size_t to_remind(struct fixture *f)
{
    struct rows_feedback_invitation_to_remind rows;
    assert_int_equal(sql_feedback_invitation_to_remind(f->s->db, f->s->a, f->round, 99, 99, &rows), RC_OK);
    return rows.n;
}

/* ---- tests ---------------------------------------------------------------------------------------------------------------------------- */

static void a_round_starts_once(void **state)
{
    struct fixture *f = *state;
    refused(f, start_own, RC_INVALID, M_feedback_facilitates_herself);
    refused(f, start_stranger, RC_INVALID, M_feedback_no_member);
    ok(f, start);
    assert_int_equal(state_now(f), FEEDBACK_SELF);
    refused(f, start_again, RC_CONFLICT, M_feedback_open_already);
}

static void without_a_facilitator_it_waits(void **state)
{
    struct fixture *f = *state;
    ok(f, start_alone);
    assert_int_equal(state_now(f), FEEDBACK_DRAFT);
    refused(f, keep_self, RC_CONFLICT, M_feedback_moved);
    ok(f, set_mentor);
    assert_int_equal(state_now(f), FEEDBACK_SELF);
}

static void her_own_view_is_whole_and_comes_back(void **state)
{
    struct fixture *f = *state;
    int answers[ITEMS];
    struct str words[ITEMS];
    ok(f, start);
    refused(f, keep_half, RC_INVALID, M_feedback_answer_missing);
    assert_int_equal(sheets(f), 0);
    ok(f, keep_self);
    assert_int_equal(feedback_load_self(f->s->db, f->s->a, &f->r, &f->i, answers, words), RC_OK);
    assert_int_equal(answers[0], 4);
    assert_int_equal(answers[1], INSTRUMENT_UNABLE);
    assert_true(str_eq_z(words[2], "mine"));
    refused(f, keep_self, RC_CONFLICT, M_feedback_moved);
}

static void who_can_be_a_rater(void **state)
{
    struct fixture *f = *state;
    ok(f, start);
    ok(f, keep_self);
    f->rater = (struct feedback_rater){.name = S("Me"), .address = S("Her@Example.org"), .group = FEEDBACK_GROUP_PEER};
    refused(f, name, RC_INVALID, M_feedback_names_herself);
    f->rater.address = S("mentor@example.org");
    refused(f, name, RC_INVALID, M_feedback_names_facilitator);
    f->rater.address = S("one@example.net");
    ok(f, name);
    f->rater.address = S("ONE@example.net");
    refused(f, name, RC_CONFLICT, M_feedback_named_already);
    f->rater = (struct feedback_rater){.address = S("other@example.org"), .group = FEEDBACK_GROUP_PEER};
    ok(f, name);
    f->rater = (struct feedback_rater){.person = f->other, .group = FEEDBACK_GROUP_TEAM};
    refused(f, name, RC_CONFLICT, M_feedback_named_already); /* by the address before, by the account now */
    refused(f, set_other, RC_INVALID, M_feedback_facilitator_rates);
    refused(f, send_list, RC_INVALID, M_feedback_too_few);
}

static void a_refused_one_needs_a_reason_and_is_replaced(void **state)
{
    struct fixture *f = *state;
    ok(f, start);
    ok(f, keep_self);
    ok(f, name_all);
    ok(f, send_list);
    f->flag = false;
    refused(f, refuse_first, RC_INVALID, M_feedback_reason_missing);
    f->flag = true;
    ok(f, refuse_first);
    refused(f, collect, RC_INVALID, M_feedback_too_few_left);
    ok(f, approve_first);
    ok(f, collect);
    refused(f, refuse_first, RC_CONFLICT, M_feedback_decided_already);
    assert_int_equal(to_remind(f), RATERS);
}

static void an_answer_counts_once(void **state)
{
    struct fixture *f = *state;
    to_collect(f);
    f->at = 0;
    ok(f, answer);
    ok(f, answer); /* the same once more */
    assert_int_equal(sheets(f), 2);
    f->flag = true;
    refused(f, answer, RC_CONFLICT, M_feedback_answered);
    f->more = true; /* in its place */
    ok(f, answer);
    assert_int_equal(sheets(f), 2);
    assert_int_equal(comments(f), 2); /* hers and the new one */
    struct str first = f->tokens[0];
    refused(f, links, RC_GONE, M_feedback_link_gone); /* answered: no further link */
    f->tokens[0] = first;
    ok(f, take_back);
    assert_int_equal(sheets(f), 1);
    assert_int_equal(comments(f), 1);
    refused(f, take_back, RC_CONFLICT, M_feedback_nothing_of_link);
    ok(f, answer);
    assert_int_equal(sheets(f), 2);
}

static enum rc second_link(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_new_link(tx, f->s->a, f->nominations[0], &f->tokens[1], e);
}

static void another_link_of_the_same_rater(void **state)
{
    struct fixture *f = *state;
    to_collect(f);
    ok(f, second_link); /* the reminder's */
    f->at = 0;
    ok(f, answer);
    f->at = 1;
    refused(f, answer, RC_CONFLICT, M_feedback_answered_other);
    refused(f, take_back, RC_CONFLICT, M_feedback_nothing_of_link);
    refused(f, decline, RC_CONFLICT, M_feedback_take_back_first);
    assert_int_equal(sheets(f), 2);
}

/* What lies in the database says nothing about whose an answer is; behind putting together not even that somebody answered. */
static void nothing_ties_an_answer_to_its_rater(void **state)
{
    struct fixture *f = *state;
    struct rows_feedback_sheets before, after;
    struct rows_feedback_comments words;
    to_collect(f);
    answer_some(f, 0, RATERS);
    assert_int_equal(sql_feedback_sheets(f->s->db, f->s->a, f->round, &before), RC_OK);
    assert_int_equal(sql_feedback_comments(f->s->db, f->s->a, f->round, &words), RC_OK);
    for (size_t k = 0; k < words.n; k++)
        for (size_t m = 0; m < before.n; m++)
            assert_int_not_equal(words.v[k].id, before.v[m].id);
    ok(f, end_collecting);
    ok(f, put_together);
    assert_int_equal(sql_feedback_sheets(f->s->db, f->s->a, f->round, &after), RC_OK);
    assert_int_equal(after.n, before.n);
    for (size_t k = 0; k < after.n; k++)
        for (size_t m = 0; m < before.n; m++)
            assert_int_not_equal(after.v[k].id, before.v[m].id);
    assert_int_equal(to_remind(f), 0);
    for (f->at = 0; f->at < RATERS; f->at++)
        refused(f, answer, RC_GONE, M_feedback_link_gone);
    f->at = 3;
    refused(f, take_back, RC_GONE, M_feedback_link_gone);
}

static void what_is_enough(void **state)
{
    struct fixture *f = *state;
    struct feedback_enough n;
    to_collect(f);
    answer_some(f, 0, 3);
    ok(f, end_collecting);
    f->flag = true;
    refused(f, put_together, RC_INVALID, M_feedback_nothing_to_show); /* fewer than the fewest, even when somebody insists */
    answer_some(f, 3, 7);                                              /* late, and they count */
    f->flag = false;
    refused(f, put_together, RC_INVALID, M_feedback_not_valid);
    assert_int_equal(feedback_count(f->s->db, f->s->a, &f->r, &n), RC_OK);
    assert_int_equal(n.at_least, 5); /* of seven: in steps */
    assert_true(n.groups[FEEDBACK_GROUP_SENIOR] && n.groups[FEEDBACK_GROUP_PEER] && !n.groups[FEEDBACK_GROUP_TEAM]);
    f->id = DAY + 40;
    ok(f, extend);
    assert_int_equal(state_now(f), FEEDBACK_COLLECT);
    answer_some(f, 8, 11);
    ok(f, end_collecting);
    ok(f, put_together);
    assert_int_equal(state_now(f), FEEDBACK_RELEASE);
}

static void enough_never_tells_that_all_have_answered(void **state)
{
    struct fixture *f = *state;
    struct feedback_enough before, after;
    to_collect(f);
    answer_some(f, 0, RATERS - 1);
    ok(f, end_collecting);
    struct feedback_round r = f->r; /* as rounds are that were set so before it was forbidden */
    r.valid_total = RATERS;
    for (size_t g = 0; g < r.group_count; g++)
        r.groups[g].valid = RATERS;
    assert_int_equal(feedback_count(f->s->db, f->s->a, &r, &before), RC_OK);
    assert_true(before.valid && before.counts[FEEDBACK_GROUP_TEAM] && before.groups[FEEDBACK_GROUP_TEAM]); /* all but one are enough */
    answer_some(f, RATERS - 1, RATERS);
    assert_int_equal(feedback_count(f->s->db, f->s->a, &r, &after), RC_OK);
    assert_memory_equal(&before, &after, sizeof before);
    r.groups[FEEDBACK_GROUP_TEAM].valid = 1; /* "not enough" would say that nobody has */
    assert_int_equal(feedback_count(f->s->db, f->s->a, &r, &after), RC_OK);
    assert_false(after.counts[FEEDBACK_GROUP_TEAM]);
}

static int64_t mails(struct fixture *f, const char *kind)
{
    (void)kind;
    return (int64_t)to_remind(f);
}

static void reminders_go_to_who_has_not_answered(void **state)
{
    struct fixture *f = *state;
    struct rows_feedback_invitation_to_remind rows;
    to_collect(f);
    answer_some(f, 0, 4);
    f->at = 5;
    ok(f, decline);
    f->now = NOON + (FEEDBACK_DAYS - 7) * MS_PER_DAY;
    f->today = DAY + FEEDBACK_DAYS - 7;
    ok(f, days);
    assert_int_equal(mails(f, "feedback_remind"), RATERS - 5);
    /* once: the next run on that day finds nobody */
    assert_int_equal(sql_feedback_invitation_to_remind(f->s->db, f->s->a, f->round, 1, 99, &rows), RC_OK);
    assert_int_equal(rows.n, 0);
    assert_int_equal(sql_feedback_invitation_to_remind(f->s->db, f->s->a, f->round, 2, 99, &rows), RC_OK);
    assert_int_equal(rows.n, RATERS - 5);
    f->now = NOON + (FEEDBACK_DAYS + 1) * MS_PER_DAY;
    ok(f, days);
    assert_int_equal(state_now(f), FEEDBACK_VALIDATE);
}

static void who_leaves_loses_nothing(void **state)
{
    struct fixture *f = *state;
    struct feedback_opened opened;
    to_collect(f);
    answer_some(f, 0, 2);
    ok(f, leave);
    assert_int_equal(state_now(f), FEEDBACK_CLOSED);
    assert_int_equal(sheets(f), 3);
    assert_int_equal(feedback_open_link(f->s->db, f->s->a, f->tokens[5], &opened, NULL), RC_OK);
    assert_int_equal(opened.state, FEEDBACK_LINK_STOPPED);
    f->at = 5;
    refused(f, answer, RC_GONE, M_feedback_link_stopped);
    refused(f, resume, RC_INVALID, M_feedback_no_member); /* not before she is back */
}

static void a_stopped_round_goes_on(void **state)
{
    struct fixture *f = *state;
    to_collect(f);
    ok(f, stop);
    refused(f, stop, RC_CONFLICT, M_feedback_moved);
    ok(f, resume);
    assert_int_equal(state_now(f), FEEDBACK_COLLECT);
    answer_some(f, 0, 1);
    ok(f, stop);
    f->today = DAY + 90; /* long behind its last day */
    ok(f, resume);
    assert_int_equal(state_now(f), FEEDBACK_VALIDATE);
}

static enum rc erase(struct fixture *f, struct db *tx, struct err *e)
{
    (void)e;
    return feedback_erase(tx, f->s->a, f->her, f->now);
}

static void erasing_her_takes_words_and_names(void **state)
{
    struct fixture *f = *state;
    struct rows_feedback_nominations rows;
    to_collect(f);
    answer_some(f, 0, 5);
    ok(f, erase);
    assert_int_equal(state_now(f), FEEDBACK_CLOSED);
    assert_int_equal(comments(f), 0);
    assert_int_equal(sql_feedback_nominations(f->s->db, f->s->a, f->round, &rows), RC_OK);
    assert_int_equal(rows.n, RATERS);
    for (size_t k = 0; k < rows.n; k++)
        assert_true(rows.v[k].name.n == 0 && rows.v[k].address.p == NULL);
}

static void settings_are_tidied(void **state)
{
    struct fixture *f = *state;
    (void)f;
    struct feedback_round r = {.remind = S("7 2"), .due_day = 100};
    assert_int_equal(feedback_reminders_by(&r, 92), 0);
    assert_int_equal(feedback_reminders_by(&r, 93), 1);
    assert_int_equal(feedback_reminders_by(&r, 98), 2);
    assert_int_equal(feedback_next_day(&r, 80), 93);
    assert_int_equal(feedback_next_day(&r, 93), 98);
    assert_int_equal(feedback_next_day(&r, 98), 101);
    r.remind = S("");
    assert_int_equal(feedback_next_day(&r, 80), 101);
}

static void points_as_text(void **state)
{
    struct fixture *f = *state;
    int answers[ITEMS];
    assert_true(instrument_read_points(&f->i, S("5 - ."), answers));
    assert_int_equal(answers[0], 5);
    assert_int_equal(answers[1], INSTRUMENT_UNABLE);
    assert_false(instrument_read_points(&f->i, S("6 - ."), answers));
    assert_false(instrument_read_points(&f->i, S("5 -"), answers));
    assert_false(instrument_read_points(&f->i, S("5 - . 3"), answers));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_site, shut_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_round_starts_once), TEST(without_a_facilitator_it_waits), TEST(her_own_view_is_whole_and_comes_back), TEST(who_can_be_a_rater),
        TEST(a_refused_one_needs_a_reason_and_is_replaced), TEST(an_answer_counts_once), TEST(another_link_of_the_same_rater),
        TEST(nothing_ties_an_answer_to_its_rater), TEST(what_is_enough), TEST(enough_never_tells_that_all_have_answered),
        TEST(reminders_go_to_who_has_not_answered), TEST(who_leaves_loses_nothing),
        TEST(a_stopped_round_goes_on), TEST(erasing_her_takes_words_and_names), TEST(settings_are_tidied), TEST(points_as_text),
    };
    return site_run(tests, COUNT_OF(tests));
}
