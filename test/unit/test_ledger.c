/* The ledger: the days of waves, what may be shown of small groups and against the edition before, and an evaluation
 * from its first mail to its figures on both engines: the change of the same people, who left, the comparison cohort,
 * the ceiling, a changed form. */
#include "programme/ledger/ledger.h"

#include <math.h>

#include "base/clock.h"
#include "base/problems.h"
#include "framework_site.h"
#include "gen/msg_ledger.h"
#include "programme/framework/framework.h"
#include "programme/ledger/inside.h"

#define DAY 20000
#define NOON (DAY * MS_PER_DAY + 12 * MS_PER_HOUR)
#define PEOPLE 24 /* 16 are asked, 8 compare */
#define ASKED 16

/* ---- days
 * ---------------------------------------------------------------------------------------------------------------------------
 */

static void a_moment_has_its_day(void **state)
{
    (void)state;
    int64_t start = day_from_civil(2025, 9, 1), end = day_from_civil(2026, 8, 31);
    assert_int_equal(ledger_moment_day(LEDGER_BASELINE, start, end), start);
    assert_int_equal(ledger_moment_day(LEDGER_END, start, end), end);
    assert_int_equal(ledger_moment_day(LEDGER_M6, start, end), day_from_civil(2027, 2, 28));
    assert_int_equal(ledger_moment_day(LEDGER_M12, start, end), day_from_civil(2027, 8, 31));
    assert_int_equal(ledger_moment_day(LEDGER_M6, start, day_from_civil(2027, 8, 31)), day_from_civil(2028, 2, 29));
    assert_int_equal(ledger_moment_day(LEDGER_M12, start, LEDGER_NO_DAY), LEDGER_NO_DAY);
    assert_int_equal(ledger_moment_day(LEDGER_BASELINE, LEDGER_NO_DAY, end), LEDGER_NO_DAY);
}

static void a_wave_asks_and_reminds_twice(void **state)
{
    (void)state;
    int64_t until = DAY + 21, next = ledger_next_day(DAY, until, DAY - 5), mails = 0;
    assert_int_equal(next, DAY);
    const int64_t days[] = {DAY, until - 7, until - 2, until + 1};
    for (size_t k = 0; k < COUNT_OF(days); k++) {
        assert_int_equal(next, days[k]);
        assert_int_equal(ledger_mails_by(DAY, until, next), k < 3 ? ++mails : mails);
        next = ledger_next_day(DAY, until, next);
    }
    assert_int_equal(next, LEDGER_NO_DAY);
    /* a short one: a reminder that would come with the first mail falls away */
    assert_int_equal(ledger_next_day(DAY, DAY + 3, DAY), DAY + 1);
    assert_int_equal(ledger_next_day(DAY, DAY + 3, DAY + 1), DAY + 4);
    assert_int_equal(ledger_mails_by(DAY, DAY + 3, DAY + 3), 2);
}

/* ---- what may be shown
 * ---------------------------------------------------------------------------------------------------------------- */

static struct arena *fresh(void **state)
{
    arena_reset(*state);
    return *state;
}

/* Cohorts of one stage. */
static struct ledger_groups groups_of(struct arena *a, size_t n)
{
    struct stage *stage = ARENA_NEW(a, struct stage);
    struct cohort *cohorts = ARENA_ARRAY(a, n, struct cohort);
    size_t *stage_of = ARENA_ARRAY(a, n, size_t);
    stage->id = 7;
    for (size_t k = 0; k < n; k++)
        cohorts[k] = (struct cohort){.id = 100 + (int64_t)k, .stage = 7};
    return (struct ledger_groups){1, n, stage, cohorts, stage_of};
}

/* n people of a cohort, whose change is -1, 0, 1, 2, 0, 1, 2 ... */
static void add_people(struct ledger_sample *s, size_t cohort, size_t n)
{
    for (size_t k = 0; k < n; k++)
        ledger_add_point(s, cohort, 3, 3 + (double)(k % 4) - 1);
}

static const struct ledger_row *row_of(const struct ledger_rows *rows, int64_t cohort, int64_t stage)
{
    for (size_t k = 0; k < rows->n; k++)
        if (rows->v[k].cohort == cohort && (cohort != 0 || rows->v[k].stage == stage))
            return &rows->v[k];
    return NULL;
}

static struct ledger_rows tell(struct arena *a, const struct ledger_groups *g, const size_t *people,
                               const struct ledger_rows *before, int64_t day)
{
    struct ledger_sample s = {.a = a};
    static const struct ledger_rows none;
    struct ledger_rows rows = {.a = a};
    for (size_t k = 0; k < g->cohort_count; k++)
        add_people(&s, k, people[k]);
    struct ledger_family f = {.level = LEDGER_2A,
                              .names = {"change"},
                              .units = {LEDGER_CHANGE},
                              .moment = S("end"),
                              .sample = &s,
                              .secret = true,
                              .design = LEDGER_DESIGN_PAIRED};
    assert_int_equal(ledger_tell(a, g, &f, before != NULL ? before : &none, day, &rows), RC_OK);
    return rows;
}

static void the_change_of_the_same_people(void **state)
{
    struct arena *a = fresh(state);
    struct ledger_groups g = groups_of(a, 2);
    struct ledger_rows rows = tell(a, &g, (size_t[]){8, 12}, NULL, DAY);
    const struct ledger_row *all = row_of(&rows, 0, 0);
    assert_int_equal(rows.n, 4);
    assert_true(str_eq_z(all->code, "2a.change.end"));
    assert_int_equal(all->n, 20);
    /* -1, 0, 1, 2 five times: mean 0.5, s 1.147, t(19) 2.093: 0.5 +- 0.537 */
    assert_true(fabs(all->value - 0.5) < 1e-9 && fabs(all->low + 0.04) < 1e-9 && fabs(all->high - 1.04) < 1e-9);
    assert_false(row_of(&rows, 100, 0)->held);
}

static void a_small_cohort_is_held_back_and_another_with_it(void **state)
{
    struct arena *a = fresh(state);
    struct ledger_groups g = groups_of(a, 3);
    struct ledger_rows rows = tell(a, &g, (size_t[]){8, 12, 3}, NULL, DAY);
    assert_false(row_of(&rows, 0, 0)->held);
    const struct ledger_row *small = row_of(&rows, 102, 0);
    assert_true(small->held && isnan(small->value));
    /* or the total less the other two would tell it */
    assert_int_equal(row_of(&rows, 100, 0)->held + row_of(&rows, 101, 0)->held, 1);
}

static void nothing_new_is_shown_of_the_few_who_came_since(void **state)
{
    struct arena *a = fresh(state);
    struct ledger_groups g = groups_of(a, 1);
    struct ledger_rows first = tell(a, &g, (size_t[]){20}, NULL, DAY),
                       second = tell(a, &g, (size_t[]){22}, &first, DAY + 7),
                       third = tell(a, &g, (size_t[]){26}, &first, DAY + 14);
    const struct ledger_row *row = row_of(&second, 0, 0);
    assert_false(row->held);
    assert_int_equal(row->day, DAY);
    assert_int_equal(row->n, 20);
    assert_int_equal(row_of(&third, 0, 0)->day, DAY + 14);
    assert_int_equal(row_of(&third, 0, 0)->n, 26);
}

static void what_all_said_alike_is_held_back(void **state)
{
    struct arena *a = fresh(state);
    struct ledger_groups g = groups_of(a, 1);
    struct ledger_sample s = {.a = a};
    struct ledger_rows rows = {.a = a}, none = {.a = a};
    for (int k = 0; k < 9; k++)
        ledger_add_point(&s, 0, 10, 10);
    struct ledger_family f = {.level = LEDGER_2A,
                              .names = {"change", "effect"},
                              .units = {LEDGER_CHANGE, LEDGER_EFFECT},
                              .sample = &s,
                              .secret = true,
                              .notes = S("ceiling")};
    assert_int_equal(ledger_tell(a, &g, &f, &none, DAY, &rows), RC_OK);
    for (size_t k = 0; k < rows.n; k++)
        assert_true(rows.v[k].held && isnan(rows.v[k].value));
    assert_string_equal(
        ledger_remarks(a, lang_find(S("en")), row_of(&rows, 0, 0)->notes).p,
        "At least 15 in 100 had the highest value there is already before: they cannot show a change for the better.");
}

static void who_answered_is_told_of_any_number(void **state)
{
    struct arena *a = fresh(state);
    struct ledger_groups g = groups_of(a, 1);
    struct ledger_sample s = {.a = a};
    struct ledger_rows rows = {.a = a}, none = {.a = a};
    for (int k = 0; k < 4; k++)
        ledger_add_point(&s, 0, 0, k == 0);
    struct ledger_family f = {
        .level = LEDGER_2A, .names = {"asked"}, .units = {LEDGER_SHARE}, .sample = &s, .open = true};
    assert_int_equal(ledger_tell(a, &g, &f, &none, DAY, &rows), RC_OK);
    assert_int_equal(row_of(&rows, 0, 0)->n, 1);
    assert_int_equal(row_of(&rows, 0, 0)->of, 4);
    assert_true(fabs(row_of(&rows, 0, 0)->value - 0.25) < 1e-9);
}

/* ---- an evaluation
 * ------------------------------------------------------------------------------------------------------------------------
 */

#define FORM(scale, item)                                                                                              \
    "title: Sure\nkind: evaluation\n" scale                                                                            \
    "unable: yes\nrule: domain means\nleast: 50\nlicence: CC-BY-4.0\nsource: Test\nlanguage: en\n\nHow sure?\n\n"      \
    "# a: A\n? one: One\n? two: " item "\n"
#define TO_FIVE "scale: 1-5\nlabel 1: Not\nlabel 2: 2\nlabel 3: 3\nlabel 4: 4\nlabel 5: Very\n"
static const char form_first[] = FORM(TO_FIVE, "Two"), form_worded[] = FORM(TO_FIVE, "Two, in other words"),
                  form_scaled[] =
                      FORM("scale: 1-6\nlabel 1: Not\nlabel 2: 2\nlabel 3: 3\nlabel 4: 4\nlabel 5: 5\nlabel 6: Very\n",
                           "Two");

struct fixture {
    struct site *s;
    int64_t people[PEOPLE], cohorts[2], wave[2][LEDGER_MOMENT_COUNT];
    struct ledger_evaluation v;
    int64_t id, version, today, member;
    int answers[2];
    bool more;
    const char *form;
    enum { SAVE, START, STOP, DO, ANSWER, DECLINE, LEAVE, ERASE, OLD, FORM, MOVE } what;
    size_t at, moment, cohort;
};

static enum rc load_form(struct db *tx, struct fixture *f, struct err *e)
{
    const struct content_file file = {S("instrument/sure/instrument.txt"), str_from(f->form)};
    struct problems p = problems_new(f->s->a);
    struct instrument_counts counts;
    return instrument_load(tx, f->s->a, &file, 1, 1, &p, &counts, e);
}

static enum rc fill(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    int64_t id, p = f->s->programme;
    TRY(programme_add_cohort(tx, p, S("A"), S("Asked"), 0, &f->cohorts[0], e));
    TRY(programme_add_cohort(tx, p, S("B"), S("Compares"), 0, &f->cohorts[1], e));
    for (size_t k = 0; k < PEOPLE; k++) {
        struct person_details d = {.given_name = str_printf(f->s->a, "P%zu", k),
                                   .family_name = S("X"),
                                   .display_name = S(""),
                                   .email = str_printf(f->s->a, "p%zu@example.org", k)};
        TRY(people_add(tx, f->s->a, &d, 1, &f->people[k], e));
        TRY(programme_add_member(tx, f->people[k], p, f->cohorts[k >= ASKED], 0, DAY - 100, INT64_MAX, S("test"), 1,
                                 k == 0 ? &f->member : &id, e));
    }
    f->form = form_first;
    return load_form(tx, f, e);
}

static enum rc act(struct db *tx, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct arena *a = f->s->a;
    int64_t wave = f->cohort < COUNT_OF(f->wave) ? f->wave[f->cohort][f->moment] : 0; /* behind a loop over both: no wave is meant */
    struct ledger_evaluation v = f->v;
    switch (f->what) {
    case SAVE:
        TRY(ledger_evaluation_save(tx, a, &v, f->s->person, NOON, e));
        f->id = v.id;
        return RC_OK;
    case START:
        return ledger_evaluation_start(tx, a, f->id, f->version, f->today, e);
    case STOP:
        return ledger_evaluation_stop(tx, a, f->id, f->version, e);
    case DO:
        return ledger_wave_do(tx, a, wave, f->today, NOON, &f->more);
    case ANSWER:
        return ledger_answer(tx, a, wave, f->people[f->at], f->answers, f->today, e);
    case DECLINE:
        return ledger_decline(tx, a, wave, f->people[f->at], e);
    case FORM:
        return load_form(tx, f, e);
    case MOVE:
        return ledger_wave_move(tx, a, wave, f->version, f->today, DAY, e);
    case LEAVE:
        return programme_end_member(tx, f->member, f->version, MEMBERSHIP_WITHDRAWN, f->today, e);
    case ERASE:
        return ledger_erase(tx, a, f->people[f->at], NOON);
    case OLD:
        return ledger_retain(tx, S("ledger_answer"), f->today * MS_PER_DAY, &f->more);
    }
    return RC_INTERNAL;
}

static void does(struct fixture *f, unsigned what, enum rc rc, msg_id msg)
{
    f->what = what;
    f->s->err = (struct err){0};
    enum rc got =
        what == FORM ? store_write_bulk(f->s->db, act, f, &f->s->err) : store_write(f->s->db, act, f, &f->s->err);
    if (got != rc || (msg != 0 && f->s->err.msg != msg))
        fail_msg("rc %d, %.*s", got, STR_ARG(msg_name(f->s->err.msg)));
}

static void find_waves(struct fixture *f)
{
    struct rows_ledger_waves_of rows;
    assert_int_equal(sql_ledger_waves_of(f->s->db, f->s->a, f->id, &rows), RC_OK);
    assert_int_equal(rows.n, 2 * LEDGER_MOMENT_COUNT);
    for (size_t k = 0; k < rows.n; k++) {
        enum ledger_moment m;
        assert_true(ledger_moment_find(rows.v[k].moment, &m));
        f->wave[rows.v[k].cohort_id == f->cohorts[1]][m] = rows.v[k].id;
    }
}

/* It asks one cohort and holds another against it: before on DAY, at the end 100 days after. */
static int open_site(void **state)
{
    static struct ledger_arm arms[2];
    struct fixture *f = calloc(1, sizeof *f);
    f->s = site_open();
    assert_int_equal(store_write_bulk(f->s->db, fill, f, &f->s->err), RC_OK);
    arms[0] = (struct ledger_arm){f->cohorts[0], false};
    arms[1] = (struct ledger_arm){f->cohorts[1], true};
    f->v = (struct ledger_evaluation){.programme = f->s->programme,
                                      .title = S("Sure"),
                                      .instrument = S("sure"),
                                      .level = S("2a"),
                                      .days = 21,
                                      .arms = arms,
                                      .arm_count = 2};
    does(f, SAVE, RC_OK, 0);
    find_waves(f);
    f->version = 1;
    for (f->cohort = 0; f->cohort < 2; f->cohort++)
        for (f->moment = LEDGER_BASELINE; f->moment <= LEDGER_END; f->moment++) {
            f->today = DAY + 100 * (int64_t)f->moment;
            does(f, MOVE, RC_OK, 0);
        }
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

static void start(struct fixture *f)
{
    f->version = 1;
    f->today = DAY;
    does(f, START, RC_OK, 0);
}

static void passes(struct fixture *f, enum ledger_moment m, int64_t today)
{
    f->moment = m;
    f->today = today;
    for (f->cohort = 0; f->cohort < 2; f->cohort++) {
        does(f, DO, RC_OK, 0);
        assert_false(f->more);
    }
}

static void answers(struct fixture *f, size_t who, enum ledger_moment m, int points)
{
    f->at = who;
    f->moment = m;
    f->cohort = who >= ASKED;
    f->answers[0] = f->answers[1] = points;
    does(f, ANSWER, RC_OK, 0);
}

/* Of sixteen twelve answer at the end, two of three with a point more; of eight that compare all, one with a point
 * more. */
static void both_waves(struct fixture *f, const char *form)
{
    start(f);
    passes(f, LEDGER_BASELINE, DAY);
    for (size_t k = 0; k < PEOPLE; k++)
        answers(f, k, LEDGER_BASELINE, 2 + (int)(k % 3));
    passes(f, LEDGER_BASELINE, DAY + 22);
    f->form = form;
    does(f, FORM, RC_OK, 0);
    passes(f, LEDGER_END, DAY + 100);
    for (size_t k = 0; k < 12; k++)
        answers(f, k, LEDGER_END, 2 + (int)(k % 3) + (k % 3 != 0));
    for (size_t k = ASKED; k < PEOPLE; k++)
        answers(f, k, LEDGER_END, 2 + (int)(k % 3) + (k == ASKED));
    assert_int_equal(ledger_count(f->s->db, f->s->programme, NOON + 101 * MS_PER_DAY, &f->s->err), RC_OK);
}

static const struct ledger_figure *figure(struct fixture *f, const char *code)
{
    struct ledger_figure *all;
    size_t count;
    assert_int_equal(ledger_figures(f->s->db, f->s->a, lang_find(S("en")), f->s->programme, false, &all, &count, NULL),
                     RC_OK);
    for (size_t k = 0; k < count; k++)
        if (str_eq_z(all[k].code, code))
            return &all[k];
    fail_msg("no figure %s", code);
    return NULL;
}

static bool says(struct str text, const char *words)
{
    return str_find(text, str_from(words), NULL);
}

static void the_same_people_before_and_after(void **state)
{
    struct fixture *f = *state;
    both_waves(f, form_first);
    const struct ledger_figure *change = figure(f, "2a.change.end"), *effect = figure(f, "2a.effect.end"),
                               *compared = figure(f, "2a.compared.end");
    assert_int_equal(change->n.v, 12);
    assert_int_equal(change->of.v, 16);
    /* 0, 1, 1 four times: mean 0.67, s 0.492, d_z 1.35 */
    assert_true(fabs(change->value.v - 0.67) < 1e-9 && change->low.v > 0.3 && change->low.v < 0.4);
    assert_true(fabs(effect->value.v - 1.35) < 1e-9 && effect->low.v > 0 && effect->high.v > effect->value.v);
    assert_true(says(change->missing, "4 "));
    assert_true(compared->value.some && compared->value.v > 0.5 && compared->low.v < compared->value.v);
    assert_true(figure(f, "2a.compared.end")->design_points == 2 && change->design_points == 1.5);
    assert_int_equal(figure(f, "2a.asked.end")->n.v, 12);
    assert_int_equal(figure(f, "2a.asked.end")->of.v, 16);
    assert_int_equal(figure(f, "2a.asked.baseline")->n.v, 16);
    /* who left: four, so few that what they had said before is not told */
    assert_true(figure(f, "2a.left.end")->held_back);
    /* the moments that nobody was asked at are holes */
    assert_false(figure(f, "2a.effect.m6")->value.some);
    assert_true(figure(f, "2a.effect.m6")->missing.n != 0);
    assert_true(figure(f, "1.session")->missing.n != 0 && figure(f, "3a.effect")->missing.n != 0 &&
                figure(f, "4b.benefit")->missing.n != 0);
}

static void other_words_are_noted(void **state)
{
    struct fixture *f = *state;
    both_waves(f, form_worded);
    assert_true(figure(f, "2a.change.end")->value.some);
    assert_true(figure(f, "2a.change.end")->notes.n != 0);
}

static void another_scale_tells_no_change(void **state)
{
    struct fixture *f = *state;
    both_waves(f, form_scaled);
    assert_false(figure(f, "2a.change.end")->value.some);
    assert_true(says(figure(f, "2a.change.end")->notes, "no change can be told"));
}

/* All at the highest value, before and after: noted, no change told. */
static void everybody_at_the_ceiling(void **state)
{
    struct fixture *f = *state;
    start(f);
    passes(f, LEDGER_BASELINE, DAY);
    for (size_t k = 0; k < PEOPLE; k++)
        answers(f, k, LEDGER_BASELINE, 5);
    passes(f, LEDGER_END, DAY + 100);
    for (size_t k = 0; k < PEOPLE; k++)
        answers(f, k, LEDGER_END, 5);
    assert_int_equal(ledger_count(f->s->db, f->s->programme, NOON + 101 * MS_PER_DAY, &f->s->err), RC_OK);
    const struct ledger_figure *change = figure(f, "2a.change.end"), *effect = figure(f, "2a.effect.end");
    assert_false(change->value.some || effect->value.some);
    assert_true(change->held_back && says(change->notes, "highest value there is"));
}

static void everybody_is_asked_once_also_who_left(void **state)
{
    struct fixture *f = *state;
    struct rows_ledger_waves_of rows;
    start(f);
    passes(f, LEDGER_BASELINE, DAY);
    passes(f, LEDGER_BASELINE, DAY);
    struct row_ledger_ask_find ask;
    assert_int_equal(sql_ledger_ask_find(f->s->db, f->s->a, f->wave[0][0], f->people[0], &ask), RC_OK);
    assert_int_equal(ask.mails, 1);
    f->version = 1;
    f->today = DAY + 3;
    does(f, LEAVE, RC_OK, 0);
    answers(f, 1, LEDGER_BASELINE, 3);
    f->at = 2;
    does(f, DECLINE, RC_OK, 0);
    passes(f, LEDGER_BASELINE, DAY + 14);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(sql_ledger_ask_find(f->s->db, f->s->a, f->wave[0][0], f->people[k], &ask), RC_OK);
        assert_int_equal(ask.mails, k == 0 ? 2 : 1);
    }
    passes(f, LEDGER_END, DAY + 100);
    assert_int_equal(sql_ledger_ask_find(f->s->db, f->s->a, f->wave[0][LEDGER_END], f->people[0], &ask), RC_OK);
    /* late is late, and what was missed is missed */
    passes(f, LEDGER_BASELINE, DAY + 30);
    f->moment = LEDGER_BASELINE;
    f->cohort = f->at = 0;
    does(f, ANSWER, RC_GONE, M_ledger_wave_closed);
    assert_int_equal(sql_ledger_waves_of(f->s->db, f->s->a, f->id, &rows), RC_OK);
    for (size_t k = 0; k < rows.n; k++)
        assert_true(!str_eq_z(rows.v[k].moment, "baseline") || str_eq_z(rows.v[k].state, "closed"));
}

static void what_began_is_not_changed(void **state)
{
    struct fixture *f = *state;
    start(f);
    f->v.id = f->id;
    f->v.version = 2;
    f->v.level = S("3a");
    does(f, SAVE, RC_CONFLICT, M_ledger_has_begun);
    f->v.level = S("2a");
    f->v.title = S("Another name");
    does(f, SAVE, RC_OK, 0);
    does(f, SAVE, RC_CONFLICT, M_ledger_changed_meanwhile);
    f->version = 3;
    f->today = DAY;
    does(f, STOP, RC_OK, 0);
    passes(f, LEDGER_BASELINE, DAY);
    struct row_ledger_ask_find ask;
    assert_int_equal(sql_ledger_ask_find(f->s->db, f->s->a, f->wave[0][0], f->people[0], &ask), RC_NOT_FOUND);
}

static void days_that_passed_leave_nothing_to_start(void **state)
{
    struct fixture *f = *state;
    f->version = 1;
    f->today = DAY + 200;
    does(f, START, RC_INVALID, M_ledger_nothing_ahead);
}

static void an_item_without_an_answer_is_named(void **state)
{
    struct fixture *f = *state;
    start(f);
    passes(f, LEDGER_BASELINE, DAY);
    f->cohort = f->at = 0;
    f->answers[0] = 3;
    f->answers[1] = INSTRUMENT_MISSING;
    does(f, ANSWER, RC_INVALID, M_ledger_answer_missing);
    assert_string_equal(f->s->err.field, "i-two");
    f->answers[1] = 6;
    does(f, ANSWER, RC_INVALID, M_ledger_answer_missing);
}

static void what_was_said_goes_with_her_and_when_it_is_old(void **state)
{
    struct fixture *f = *state;
    struct row_ledger_answer_find answer;
    start(f);
    passes(f, LEDGER_BASELINE, DAY);
    for (size_t k = 0; k < 3; k++)
        answers(f, k, LEDGER_BASELINE, 3);
    f->at = 0;
    does(f, ERASE, RC_OK, 0);
    assert_int_equal(sql_ledger_answer_find(f->s->db, f->s->a, f->wave[0][0], f->people[0], &answer), RC_NOT_FOUND);
    assert_int_equal(sql_ledger_answer_find(f->s->db, f->s->a, f->wave[0][0], f->people[1], &answer), RC_OK);
    f->today = DAY;
    does(f, OLD, RC_OK, 0);
    assert_int_equal(sql_ledger_answer_find(f->s->db, f->s->a, f->wave[0][0], f->people[1], &answer), RC_OK);
    f->today = DAY + 1;
    does(f, OLD, RC_OK, 0);
    assert_int_equal(sql_ledger_answer_find(f->s->db, f->s->a, f->wave[0][0], f->people[1], &answer), RC_NOT_FOUND);
}

static int open_arena(void **state)
{
    *state = arena_new(0);
    return 0;
}

static int shut_arena(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, open_site, shut_site)
    const struct CMUnitTest pure[] = {
        cmocka_unit_test(a_moment_has_its_day),
        cmocka_unit_test(a_wave_asks_and_reminds_twice),
        cmocka_unit_test(the_change_of_the_same_people),
        cmocka_unit_test(a_small_cohort_is_held_back_and_another_with_it),
        cmocka_unit_test(nothing_new_is_shown_of_the_few_who_came_since),
        cmocka_unit_test(what_all_said_alike_is_held_back),
        cmocka_unit_test(who_answered_is_told_of_any_number),
    };
    const struct CMUnitTest kept[] = {
        ONE(the_same_people_before_and_after),
        ONE(other_words_are_noted),
        ONE(another_scale_tells_no_change),
        ONE(everybody_at_the_ceiling),
        ONE(everybody_is_asked_once_also_who_left),
        ONE(what_began_is_not_changed),
        ONE(days_that_passed_leave_nothing_to_start),
        ONE(an_item_without_an_answer_is_named),
        ONE(what_was_said_goes_with_her_and_when_it_is_old),
    };
    return cmocka_run_group_tests(pure, open_arena, shut_arena) + site_run(kept, COUNT_OF(kept));
}
