/* Reports of whole rounds on both engines: what is frozen and when, what two rounds show that differ in one rater's answer, and the figures of
 * a programme. */
#include "programme/feedback/report_inside.h"

#include "base/problems.h"
#include "chance.h"
#include "framework_site.h"
#include "gen/msg_report.h"
#include "gen/programme/feedback/answer_sql.h"
#include "gen/programme/feedback/report_sql.h"
#include "programme/framework/framework.h"

#define DAY 20000
#define NOON (DAY * MS_PER_DAY + 12 * MS_PER_HOUR)
#define RATERS_MOST 20
#define ITEMS 5

static const char text[] = "title: Seen\nkind: multisource\nscale: 1-5\nlabel 1: a\nlabel 2: b\nlabel 3: c\nlabel 4: d\nlabel 5: e\nunable: yes\nrule: domain means\n"
                           "least: 50\nlicence: CC0-1.0\nsource: Own\nlanguage: en\n\n# one: One\n? o1: O1\n? o2: O2\n# two: Two\n? t1: T1\n? t2: T2\n# words: Words\n! keep: Keep?\n";

struct fixture {
    struct site *s;
    int64_t her, mentor, round;
    struct instrument i;
    struct feedback_round r;
    struct str tokens[RATERS_MOST];
    int64_t nominations[RATERS_MOST];
    size_t raters, at;
    int answers[ITEMS];
    struct str words[ITEMS];
    int64_t now;
    enum rc (*step)(struct fixture *f, struct db *tx, struct err *e);
};

static enum rc add_people(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct person_details d = {.given_name = S("Her"), .family_name = S("Self"), .display_name = S(""), .email = S("her@example.org")};
    const struct content_file file = {S("instrument/leadership-360/instrument.txt"), {text, sizeof text - 1}};
    struct problems p = problems_new(f->s->a);
    struct instrument_counts counts;
    int64_t cohort, id;
    TRY(people_add(tx, f->s->a, &d, 1, &f->her, e));
    d.given_name = S("Mentor");
    d.email = S("mentor@example.org");
    TRY(people_add(tx, f->s->a, &d, 1, &f->mentor, e));
    TRY(programme_add_cohort(tx, f->s->programme, S("C"), S("Cohort"), 0, &cohort, e));
    TRY(programme_add_member(tx, f->her, f->s->programme, cohort, 0, 1, INT64_MAX, S("test"), 1, &id, e));
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

/* One step of the round in a closure of its own. */
static enum rc in_closure(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    if (f->round != 0)
        TRY(feedback_find(tx, f->s->a, f->round, &f->r));
    return f->step(f, tx, e);
}

static enum rc try_step(struct fixture *f, enum rc (*step)(struct fixture *, struct db *, struct err *))
{
    f->s->err = (struct err){0};
    f->step = step;
    return store_write(f->s->db, in_closure, f, &f->s->err);
}

static void do_step(struct fixture *f, enum rc (*step)(struct fixture *, struct db *, struct err *))
{
    enum rc rc = try_step(f, step);
    if (rc != RC_OK)
        fail_msg("%d: %.*s %s", rc, STR_ARG(msg_name(f->s->err.msg)), f->s->err.detail);
}

static enum rc start(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_start(tx, f->s->a, f->s->programme, f->her, f->mentor, f->mentor, DAY, f->now, &f->round, e);
}

static enum rc say_self(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_keep_self(tx, f->s->a, &f->r, &(struct feedback_said){&f->i, f->answers, f->words}, f->now, e);
}

static enum rc name(struct fixture *f, struct db *tx, struct err *e)
{
    static const enum feedback_group_code groups[] = {FEEDBACK_GROUP_SENIOR, FEEDBACK_GROUP_PEER, FEEDBACK_GROUP_TEAM};
    const struct feedback_rater n = {.name = str_printf(f->s->a, "Rater Number%zu", f->at), .address = str_printf(f->s->a, "r%zu@example.net", f->at), .group = groups[f->at % 3]};
    return feedback_name(tx, f->s->a, &f->r, &n, &f->nominations[f->at], e);
}

static enum rc send_list(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_send_list(tx, f->s->a, &f->r, f->now, e);
}

static enum rc collect(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_collect(tx, f->s->a, &f->r, DAY, f->now, e);
}

static enum rc new_link(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_new_link(tx, f->s->a, f->nominations[f->at], &f->tokens[f->at], e);
}

static enum rc answer(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_answer(tx, f->s->a, f->tokens[f->at], &(struct feedback_said){&f->i, f->answers, f->words}, true, e);
}

static enum rc take_back(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_take_back(tx, f->s->a, f->tokens[f->at], e);
}

static enum rc end(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_end_collecting(tx, &f->r, f->now, e);
}

static enum rc put_together(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_put_together(tx, f->s->a, &f->r, true, f->now, e);
}

static enum rc read_report(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_note_read(tx, &f->r, f->now, e);
}

static enum rc release(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_release(tx, &f->r, f->now, e);
}

static enum rc stop(struct fixture *f, struct db *tx, struct err *e)
{
    return feedback_stop(tx, &f->r, FEEDBACK_ENDED_STOPPED, f->now, e);
}

static void set_answers(struct fixture *f, int o, int t, const char *words)
{
    const int all[ITEMS] = {o, o, t, t, INSTRUMENT_MISSING};
    for (size_t k = 0; k < ITEMS; k++) {
        f->answers[k] = all[k];
        f->words[k] = k == ITEMS - 1 ? str_from(words) : S("");
    }
}

/* A round up to collecting, with so many raters (at least 12) in three groups. */
static void open_round(struct fixture *f, size_t raters)
{
    f->round = 0;
    f->raters = raters;
    do_step(f, start);
    set_answers(f, 3, 5, "I listen");
    do_step(f, say_self);
    for (f->at = 0; f->at < raters; f->at++)
        do_step(f, name);
    do_step(f, send_list);
    do_step(f, collect);
    for (f->at = 0; f->at < raters; f->at++)
        do_step(f, new_link);
}

static void answer_as(struct fixture *f, size_t rater, int o, int t, const char *words)
{
    f->at = rater;
    set_answers(f, o, t, words);
    do_step(f, answer);
}

static void close_round(struct fixture *f)
{
    do_step(f, end);
    do_step(f, put_together);
}

/* All that is frozen, as text; comments sorted. */
static int by_text(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static struct str frozen_text(struct fixture *f)
{
    struct frozen z;
    struct buf b = buf_new(f->s->a, 512);
    assert_int_equal(report_load(f->s->db, f->s->a, f->round, S("en"), &z), RC_OK);
    buf_printf(&b, "enough %d\n", z.enough);
    for (size_t p = 0; p < z.pool_count; p++)
        buf_printf(&b, "pool %.*s %" PRId64 "\n", STR_ARG(z.pools[p].members), z.pools[p].n);
    for (size_t d = 0; d < z.domain_count; d++)
        for (size_t p = 0; p < z.pool_count; p++) {
            const struct report_figure *g = p == 0 ? &z.domains[d].figure : &z.domains[d].pools[p - 1];
            buf_printf(&b, "%.*s %zu: %d %" PRId64 " %" PRId64 " %d %d %" PRId64 "\n", STR_ARG(z.domains[d].code), p, g->shown, g->n, g->mean, (int)g->mean_is, g->has_spread, g->spread);
        }
    struct str *words = ARENA_ARRAY(f->s->a, z.comment_count, struct str);
    for (size_t k = 0; k < z.comment_count; k++)
        words[k] = z.comments[k].words;
    qsort(words, z.comment_count, sizeof *words, by_text);
    for (size_t k = 0; k < z.comment_count; k++)
        buf_printf(&b, "%.*s\n", STR_ARG(words[k]));
    return buf_text(&b);
}

static void a_round_is_frozen_once(void **state)
{
    struct fixture *f = *state;
    struct frozen z;
    open_round(f, 14);
    for (size_t k = 0; k < 13; k++)
        answer_as(f, k, 3 + (int)(k % 2), 2 + (int)(k % 3), k < 5 ? "Says what matters" : k == 5 ? "Ask Number7 about it" : "");
    assert_int_equal(report_load(f->s->db, f->s->a, f->round, S("en"), &z), RC_NOT_FOUND); /* before it is put together there is nothing */
    f->at = 12;
    do_step(f, take_back);
    close_round(f);
    struct str once = frozen_text(f);
    assert_int_equal(report_load(f->s->db, f->s->a, f->round, S("en"), &z), RC_OK);
    assert_true(z.enough && !z.released);
    assert_int_equal(z.pools[0].n, 12);
    assert_int_equal(z.pool_count, 4);
    assert_int_equal(z.domain_count, 2);
    assert_int_equal(z.domains[0].figure.mean, 35);
    assert_true(z.domains[0].self.mean > 2.99 && z.domains[0].self.mean < 3.01);
    assert_int_equal(z.domains[1].window, JOHARI_BLIND_SPOT); /* she says 5, they 3 */
    assert_int_equal(z.comment_count, 5);                     /* and not the one with a name */
    f->at = 13;
    set_answers(f, 1, 1, "Late");
    assert_int_equal(try_step(f, answer), RC_GONE);
    f->at = 3;
    assert_int_equal(try_step(f, take_back), RC_GONE);
    assert_int_equal(try_step(f, put_together), RC_CONFLICT);
    assert_true(str_eq(frozen_text(f), once));
    assert_int_equal(try_step(f, release), RC_INVALID); /* nobody has read it */
    do_step(f, read_report);
    do_step(f, release);
    assert_int_equal(report_load(f->s->db, f->s->a, f->round, S("en"), &z), RC_OK);
    assert_true(z.released);
    assert_true(str_eq(frozen_text(f), once));
}

/* Two rounds that differ in one rater's answer only: a comment that is alone, and points of a domain that only three could judge. All
 * that is frozen is the same. With everybody's points they differ, so this test can fail. */
static void one_answer_below_the_threshold_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct str seen[3];
    for (int world = 0; world < 3; world++) {
        open_round(f, 14);
        for (size_t k = 0; k < 13; k++)
            answer_as(f, k, 3 + (int)(k % 2), k < 3 ? (world == 1 && k == 1 ? 1 : 4) : world == 2 ? 2 : INSTRUMENT_UNABLE, world == 1 && k == 4 ? "She is late" : "");
        close_round(f);
        seen[world] = frozen_text(f);
        do_step(f, stop);
        f->now += MS_PER_DAY;
    }
    assert_true(str_eq(seen[0], seen[1]));
    assert_false(str_eq(seen[0], seen[2]));
}

static void growth_over_rounds(void **state)
{
    struct fixture *f = *state;
    struct frozen z;
    struct growth g;
    for (int round = 0; round < 3; round++) {
        open_round(f, 14);
        for (size_t k = 0; k < 14; k++)
            answer_as(f, k, 2 + round / 2 + (int)(k % 2), 3, "");
        close_round(f);
        assert_int_equal(report_load(f->s->db, f->s->a, f->round, S("en"), &z), RC_OK);
        assert_int_equal(report_load_growth(f->s->db, f->s->a, &z, S("en"), &g), RC_OK);
        assert_int_equal(g.rounds, (size_t)round + 1);
        do_step(f, read_report);
        do_step(f, release);
        do_step(f, stop);
        f->now += 180 * MS_PER_DAY;
    }
    assert_int_equal(g.points[0].figure.mean, 25);
    assert_int_equal(g.points[2].figure.mean, 35);
    assert_true(g.by_year[0]);
    assert_true(g.change[0].gap > 0.5);
    assert_false(g.change[1].beyond);
}

/* Editions come by five people; reliability from ten. */
static enum rc fake_reports(struct fixture *f, struct db *tx, struct err *e)
{
    struct row_feedback_report_find mine;
    int64_t n = f->now;
    TRY(sql_feedback_report_find(tx, f->s->a, f->round, &mine));
    for (int k = 0; k < 5; k++) {
        int64_t id = 0, person;
        struct person_details d = {.given_name = str_printf(f->s->a, "P%" PRId64 "x%d", n, k), .family_name = S("X"), .display_name = S(""), .email = STR_NONE};
        struct feedback_round r;
        int64_t cohort, member;
        TRY(people_add(tx, f->s->a, &d, 1, &person, e));
        TRY(programme_add_cohort(tx, f->s->programme, d.given_name, d.given_name, 0, &cohort, e));
        TRY(programme_add_member(tx, person, f->s->programme, cohort, 0, 1, INT64_MAX, S("test"), 1, &member, e));
        TRY(feedback_start(tx, f->s->a, f->s->programme, person, f->mentor, f->mentor, DAY, f->now, &id, e));
        TRY(feedback_find(tx, f->s->a, id, &r));
        double m = 2.5 + chance_share() * 2;
        TRY(sql_feedback_report_add(tx, id, r.programme, r.subject, r.instrument, mine.slug, 4, 1, 12, m, 11 * 0.25, f->now));
        TRY(sql_feedback_report_pool_add(tx, id, 0, S(""), 12));
        TRY(sql_feedback_report_figure_add(tx, id, 0, S("one"), 12, (int64_t)(m * 10), 0, NULL));
        TRY(report_release(tx, &r, f->now, e));
    }
    return RC_OK;
}

static void a_programme_sees_editions(void **state)
{
    struct fixture *f = *state;
    struct report_norm norm;
    struct row_feedback_norm_last last;
    struct rows_feedback_norm_domains domains;
    chance_state = 7;
    open_round(f, 14);
    for (size_t k = 0; k < 14; k++)
        answer_as(f, k, 2 + (int)(k % 3), 3, "");
    close_round(f);
    do_step(f, read_report);
    do_step(f, release);
    assert_int_equal(sql_feedback_norm_last(f->s->db, f->s->a, f->s->programme, f->i.slug, &last), RC_NOT_FOUND); /* one person alone */
    do_step(f, fake_reports);
    assert_int_equal(sql_feedback_norm_last(f->s->db, f->s->a, f->s->programme, f->i.slug, &last), RC_OK);
    assert_int_equal(last.people, 5); /* the sixth waits for others */
    assert_int_equal(report_load_norm(f->s->db, f->s->a, f->s->programme, f->i.slug, 0.8, &norm), RC_OK);
    assert_false(norm.known);
    f->now++;
    do_step(f, fake_reports);
    assert_int_equal(sql_feedback_norm_last(f->s->db, f->s->a, f->s->programme, f->i.slug, &last), RC_OK);
    assert_int_equal(last.edition, 2);
    assert_int_equal(last.people, 10);
    assert_int_equal(report_load_norm(f->s->db, f->s->a, f->s->programme, f->i.slug, 0.8, &norm), RC_OK);
    assert_true(norm.known);
    assert_true(norm.r.between > 0.05 && norm.r.between < 1.5);
    assert_true(reliability_with(&norm.r, 24) > reliability_with(&norm.r, 12));
    assert_true(reliability_with(&norm.r, (size_t)(norm.r.needed + 1)) >= 0.8);
    assert_int_equal(sql_feedback_norm_domains(f->s->db, f->s->a, last.id, &domains), RC_OK);
    assert_true(domains.n == 1 || domains.n == 2);
    assert_int_equal(domains.v[0].people, 10);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_site, shut_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_round_is_frozen_once),
        TEST(one_answer_below_the_threshold_changes_nothing),
        TEST(growth_over_rounds),
        TEST(a_programme_sees_editions),
    };
    return site_run(tests, COUNT_OF(tests));
}
