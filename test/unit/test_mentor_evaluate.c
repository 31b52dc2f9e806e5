/* How a mentoring goes: who is asked when, what is kept, which means are shown; reminders once; calendar files; the questions. */
#include "framework_site.h"

#include "base/embedded.h"
#include "gen/msg_mentor.h"
#include "gen/out/mail_sql.h"
#include "gen/programme/mentor/evaluate_sql.h"
#include "gen/programme/mentor/mentor_sql.h"
#include "out/ical.h"
#include "out/mail.h"
#include "programme/mentor/questions.h"
#include "programme/mentor/mentor.h"

#define TODAY 20000
#define NOW (TODAY * MS_PER_DAY)
#define PAIRS 7

/* ---- the questions ------------------------------------------------------------------------------------------------------------------ */

static void every_language_asks_the_same(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    const struct mentor_questions *en = mentor_questions_shipped(a, "en"), *de = mentor_questions_shipped(a, "de"), *none = mentor_questions_shipped(a, "xx");
    assert_true(str_eq(none->title, en->title));
    assert_false(str_eq(de->title, en->title));
    assert_int_equal(en->count, de->count);
    for (size_t i = 0; i < en->count; i++) {
        assert_true(str_eq(en->items[i].name, de->items[i].name));
        assert_int_equal(en->items[i].mentee, de->items[i].mentee);
        assert_int_equal(en->items[i].mentor, de->items[i].mentor);
        for (int k = 1; k <= QUESTION_CHOICES; k++)
            assert_int_equal(en->items[i].anchors[k].p == NULL, de->items[i].anchors[k].p == NULL);
    }
    arena_free(a);
}

static void what_is_no_question_is_told_by_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
    } wrong[] = {
        {"", 1},
        {"title: T\n? a both: A\n1: x\n", 4},                     /* the last anchor is missing */
        {"title: T\n? a both: A\n1: x\n? b both: B\n", 4},        /* of the one before */
        {"title: T\n? a both: A\n1: x\n5: y\n5: z\n", 5},
        {"title: T\n? a both: A\n0: x\n", 3},
        {"title: T\n? a both: A\n1x\n", 3},
        {"title: T\n? a all: A\n", 2},
        {"title: T\n? words both: A\n", 2},
        {"title: T\n? a both: A\n1: x\n5: y\n? a both: A\n", 5},
        {"title: T\n1: x\n", 2},
        {"title: T\nsomething\n", 2},
    };
    struct mentor_questions in;
    int line;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_false(mentor_questions_read(str_from(wrong[i].text), &in, &line));
        if (line != wrong[i].line)
            fail_msg("%zu: line %d, not %d", i, line, wrong[i].line);
    }
    assert_true(mentor_questions_read(S("title: T\n\n? a mentor: A: b\n1: x\n5: y\n"), &in, &line));
    assert_true(in.items[0].mentor && !in.items[0].mentee && str_eq(in.items[0].text, S("A: b")));
}

/* ---- calendar files ----------------------------------------------------------------------------------------------------------------- */

static bool has(struct str text, const char *part)
{
    return str_find(text, str_from(part), NULL);
}

static void calendar_text_is_escaped_and_folded(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct ical_event e = {.uid = S("1@x"), .sequence = 3, .stamp_at = 0, .starts_at = 1800000000000, .minutes = 45, .summary = S("Meeting with mentor"), .place = S("Room 2; floor 1, \\ left\nthen \xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc"), .private = true};
    struct str text = ical_write(a, &e, 1);
    assert_true(has(text, "LOCATION:Room 2\\; floor 1\\, \\\\ left\\nthen "));
    assert_true(has(text, "DTSTART:20270115T080000Z\r\n"));
    assert_true(has(text, "DURATION:PT45M\r\nSEQUENCE:3\r\n"));
    assert_true(has(text, "CLASS:PRIVATE\r\nSTATUS:CONFIRMED\r\n"));
    for (size_t from = 0; from < text.n;) { /* every line ends in CRLF, holds 75 octets at most, and whole characters */
        size_t end;
        assert_true(str_find(str_sub(text, from, text.n), S("\r\n"), &end));
        assert_true(end <= 75);
        from += end + 2;
    }
    e.place = S("");
    e.cancelled = true;
    text = ical_write(a, &e, 1);
    assert_false(has(text, "LOCATION"));
    assert_true(has(text, "STATUS:CANCELLED"));
    arena_free(a);
}

/* ---- asking, answering, means ----------------------------------------------------------------------------------------------------- */

struct asking {
    struct site *s;
    int64_t mentors[PAIRS], mentees[PAIRS], pairs[PAIRS], profiles[PAIRS];
    int64_t today, now, count;
    size_t which; /* of the pairs, for answers */
    bool by_mentor, more, same_mentor;
    int64_t choice;
    struct mentor_meeting m;
    struct mentor_choice chosen;
};

static enum rc person(struct db *tx, struct asking *q, const char *name, const char *email, int64_t *id, struct err *e)
{
    struct person_details d = {.given_name = str_from(name), .family_name = S("X"), .email = str_from(email)};
    return people_add(tx, q->s->a, &d, 1, id, e);
}

static enum rc make_pair(struct db *tx, struct asking *q, size_t i, struct err *e)
{
    struct row_mentor_profile_of profile;
    struct mentor_profile m = {.programme = q->s->programme, .offers = S("O"), .interests = S("I"), .languages = S(" en "), .capacity = 40, .away_until = INT64_MIN, .shown = true};
    struct mentor_agreement g = {.aims = S("a"), .points = S("p"), .cadence_weeks = 4};
    if (i > 0 && q->same_mentor) {
        q->mentors[i] = q->mentors[0];
    } else {
        TRY(person(tx, q, "Mentor", i == 0 ? "mentor@example.org" : "", &q->mentors[i], e));
        TRY(programme_grant_role(tx, q->mentors[i], ROLE_MENTOR, q->s->programme, 0, TODAY - 9, INT64_MAX, S("test"), e));
        m.person = q->mentors[i];
        TRY(mentor_save_profile(tx, q->s->a, &m, TODAY, e));
    }
    TRY(person(tx, q, "Mentee", i == 0 ? "mentee@example.org" : "", &q->mentees[i], e));
    TRY(sql_mentor_profile_of(tx, q->s->a, q->s->programme, q->mentors[i], &profile));
    TRY(mentor_ask(tx, q->s->a, profile.id, q->mentees[i], S("w"), TODAY, NOW, &q->pairs[i], e));
    TRY(mentor_answer(tx, q->s->a, q->pairs[i], true, S("w"), NOW, e));
    TRY(mentor_save_agreement(tx, q->s->a, q->pairs[i], &g, q->mentors[i], NOW, e));
    TRY(mentor_sign(tx, q->s->a, q->pairs[i], 1, q->mentors[i], NOW, e));
    return mentor_sign(tx, q->s->a, q->pairs[i], 1, q->mentees[i], NOW, e);
}

static enum rc make_pairs(struct db *tx, void *arg, struct err *e)
{
    struct asking *q = arg;
    for (size_t i = 0; i < PAIRS; i++)
        TRY(make_pair(tx, q, i, e));
    return RC_OK;
}

static enum rc ask_all(struct db *tx, void *arg, struct err *e)
{
    struct asking *q = arg;
    (void)e;
    return mentor_ask_evaluations(tx, q->s->a, q->s->programme, q->today, q->now, &q->more);
}

static enum rc reply(struct db *tx, void *arg, struct err *e)
{
    struct asking *q = arg;
    const struct mentor_reply r = {S("worth"), q->choice};
    return mentor_save_evaluation(tx, q->s->a, q->pairs[q->which], q->by_mentor ? q->mentors[q->which] : q->mentees[q->which], 3, &r, 1, S("SESAMEWORT"), q->now, e);
}

static void expect(struct asking *q, write_fn *fn, enum rc rc, msg_id msg)
{
    struct err e = {0};
    enum rc got = store_write(q->s->db, fn, q, &e);
    if (got != rc || e.msg != msg)
        fail_msg("rc %d, %.*s; expected rc %d, %.*s", got, STR_ARG(msg_name(e.msg)), rc, STR_ARG(msg_name(msg)));
}

static struct asking *begin(bool same_mentor)
{
    struct site *s = site_open();
    struct asking *q = ARENA_NEW(s->a, struct asking);
    *q = (struct asking){.s = s, .today = TODAY, .now = NOW, .same_mentor = same_mentor, .choice = 4};
    expect(q, make_pairs, RC_OK, 0);
    return q;
}

static size_t asked(struct asking *q)
{
    struct rows_mentor_evaluation_counts rows;
    assert_int_equal(sql_mentor_evaluation_counts(q->s->db, q->s->a, q->s->programme, &rows), RC_OK);
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++)
        n += (size_t)rows.v[i].asked;
    return n;
}

struct told {
    struct mentor_mean *v;
    size_t n;
};

static struct told means(struct asking *q, int64_t least)
{
    struct told told;
    assert_int_equal(mentor_means(q->s->db, q->s->a, q->s->programme, least, &told.v, &told.n), RC_OK);
    return told;
}

static void a_pair_is_asked_when_its_month_comes_and_once(void **state)
{
    (void)state;
    struct asking *q = begin(false);
    q->today = TODAY + 80;
    expect(q, ask_all, RC_OK, 0);
    assert_int_equal(asked(q), 0);
    q->today = TODAY + 92; /* 4 October 2024 is day 20000; three months are 92 days */
    expect(q, ask_all, RC_OK, 0);
    assert_int_equal(asked(q), 2 * PAIRS);
    expect(q, ask_all, RC_OK, 0);
    assert_int_equal(asked(q), 2 * PAIRS);
    q->today = TODAY + 170; /* long past the third month, not yet the sixth */
    expect(q, ask_all, RC_OK, 0);
    assert_int_equal(asked(q), 2 * PAIRS);
    q->today = TODAY + 183;
    expect(q, ask_all, RC_OK, 0);
    assert_int_equal(asked(q), 4 * PAIRS);
    site_shut(q->s);
}

static void one_answers_once_and_alone_reads_it(void **state)
{
    (void)state;
    struct asking *q = begin(false);
    struct rows_wall_reply_own rows;
    expect(q, reply, RC_NOT_FOUND, 0); /* nobody asked yet */
    q->today = TODAY + 92;
    expect(q, ask_all, RC_OK, 0);
    expect(q, reply, RC_OK, 0);
    expect(q, reply, RC_CONFLICT, M_mentor_evaluated_already);
    assert_int_equal(sql_wall_reply_own(q->s->db, q->s->a, q->pairs[0], q->mentees[0], 3, &rows), RC_OK);
    assert_int_equal(rows.n, 2);
    assert_int_equal(sql_wall_reply_own(q->s->db, q->s->a, q->pairs[0], q->mentors[0], 3, &rows), RC_OK);
    assert_int_equal(rows.n, 0);
    site_shut(q->s);
}

static void means_need_enough_pairs_and_move_in_blocks(void **state)
{
    (void)state;
    struct asking *q = begin(false);
    q->today = TODAY + 92;
    expect(q, ask_all, RC_OK, 0);
    for (q->which = 0; q->which < 3; q->which++) {
        assert_int_equal(means(q, 3).n, 0);
        q->choice = 3;
        q->now++;
        expect(q, reply, RC_OK, 0);
    }
    struct told rows = means(q, 3);
    assert_int_equal(rows.n, 1);
    assert_int_equal(rows.v[0].n, 3);
    assert_false(rows.v[0].by_mentors);
    assert_true(rows.v[0].mean == 3.0);
    q->choice = 1;
    for (; q->which < 5; q->which++) { /* a fourth and a fifth change nothing */
        q->now++;
        expect(q, reply, RC_OK, 0);
        rows = means(q, 3);
        assert_int_equal(rows.v[0].n, 3);
        assert_true(rows.v[0].mean == 3.0);
    }
    q->now++;
    expect(q, reply, RC_OK, 0);
    rows = means(q, 3);
    assert_int_equal(rows.v[0].n, 6);
    assert_true(rows.v[0].mean == 2.0);
    assert_int_equal(means(q, 7).n, 0);
    site_shut(q->s);
}

static void many_answers_about_one_mentor_make_no_mean(void **state)
{
    (void)state;
    struct asking *q = begin(true);
    q->today = TODAY + 92;
    expect(q, ask_all, RC_OK, 0);
    for (q->which = 0; q->which < PAIRS; q->which++)
        expect(q, reply, RC_OK, 0);
    assert_int_equal(means(q, 3).n, 0);
    q->by_mentor = true;
    for (q->which = 0; q->which < PAIRS; q->which++)
        expect(q, reply, RC_OK, 0);
    assert_int_equal(means(q, 3).n, 0);
    site_shut(q->s);
}

/* ---- reminders ------------------------------------------------------------------------------------------------------------------------ */

static enum rc plan(struct db *tx, void *arg, struct err *e)
{
    struct asking *q = arg;
    q->m.id = 0;
    return mentor_save_meeting(tx, q->s->a, q->pairs[0], &q->m, q->mentors[0], q->now, e);
}

static enum rc move(struct db *tx, void *arg, struct err *e)
{
    struct asking *q = arg;
    return mentor_save_meeting(tx, q->s->a, q->pairs[0], &q->m, q->mentors[0], q->now, e);
}

static enum rc remind(struct db *tx, void *arg, struct err *e)
{
    struct asking *q = arg;
    (void)e;
    return mentor_remind(tx, q->s->a, q->now, &q->more);
}

static enum rc choose(struct db *tx, void *arg, struct err *e)
{
    struct asking *q = arg;
    (void)e;
    return sql_mentor_choice_set(tx, q->mentees[0], 1, 1, 0, 0);
}

static size_t mails(struct asking *q)
{
    struct rows_outbox_due rows;
    assert_int_equal(sql_outbox_due(q->s->db, q->s->a, S("mail"), INT64_MAX / 2, 100, INT64_MAX / 2, 0, 0, &rows), RC_OK);
    for (size_t i = 0; i < rows.n; i++)
        assert_false(str_find(rows.v[i].payload, S("SESAMEWORT"), NULL));
    return rows.n;
}

static void a_reminder_goes_once_to_who_wants_it(void **state)
{
    (void)state;
    struct asking *q = begin(false);
    q->m = (struct mentor_meeting){.starts_at = NOW + 3 * MS_PER_DAY, .place = S("SESAMEWORT"), .agenda = S("SESAMEWORT")};
    expect(q, choose, RC_OK, 0);
    expect(q, plan, RC_OK, 0);
    expect(q, remind, RC_OK, 0);
    assert_int_equal(mails(q), 0); /* not yet */
    q->now = NOW + 2 * MS_PER_DAY + 1;
    expect(q, remind, RC_OK, 0);
    expect(q, remind, RC_OK, 0);
    assert_int_equal(mails(q), 1); /* the mentor did not ask for any */
    int64_t sent;
    mail_configure(&(struct mail_settings){.from = "x@example.org"}, mentor_capability.mails, mentor_capability.mail_count);
    assert_int_equal(mail_send_due(q->s->db, q->now, &sent), RC_OK);
    assert_int_equal(sent, 1);
    q->m.version = 1;
    q->m.starts_at = NOW + 9 * MS_PER_DAY; /* moved: reminded of the new time */
    expect(q, move, RC_OK, 0);
    q->now = NOW + 8 * MS_PER_DAY + 1;
    expect(q, remind, RC_OK, 0);
    assert_int_equal(mails(q), 1);
    q->m.starts_at = q->now + MS_PER_HOUR; /* planned on the day itself: no mail says so again */
    expect(q, plan, RC_OK, 0);
    expect(q, remind, RC_OK, 0);
    assert_int_equal(mails(q), 1);
    site_shut(q->s);
}

int main(void)
{
    const struct CMUnitTest files[] = {
        cmocka_unit_test(every_language_asks_the_same),
        cmocka_unit_test(what_is_no_question_is_told_by_line),
        cmocka_unit_test(calendar_text_is_escaped_and_folded),
    };
    const struct CMUnitTest rules[] = {
        cmocka_unit_test(a_pair_is_asked_when_its_month_comes_and_once),
        cmocka_unit_test(one_answers_once_and_alone_reads_it),
        cmocka_unit_test(means_need_enough_pairs_and_move_in_blocks),
        cmocka_unit_test(many_answers_about_one_mentor_make_no_mean),
        cmocka_unit_test(a_reminder_goes_once_to_who_wants_it),
    };
    return cmocka_run_group_tests_name("questions and calendar files", files, NULL, NULL) + site_run(rules, COUNT_OF(rules));
}
