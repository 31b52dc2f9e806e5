/* The demo's evaluations, played day by day as they would have gone: waves that were sent, who answered, what is still ahead. See
 * demo_ledger.h. */
#include "command/demo_ledger.h"

#include <math.h>

#include "base/clock.h"
#include "command/demo_dice.h"
#include "gen/programme/ledger/waves_sql.h"
#include "programme/ledger/ledger.h"
#include "programme/ledger/waves.h"

#define SALT 0x1ed6e5u
#define TERM 300          /* days from before to the end */
#define SETTLED 20        /* days after a cohort began, before it is asked */
#define SESSIONS_ASKED 400 /* days for which sessions are asked about */
#define SESSIONS_MOST 4   /* that one person says something about */

/* stage: the place among stages. gain: of the whole scale, at each moment. comes: percent who answer. */
struct demo_arm {
    int stage;
    bool compares;
    double gain[LEDGER_MOMENT_COUNT];
    int comes[LEDGER_MOMENT_COUNT];
};
static const struct demo_evaluation {
    const char *title, *instrument, *level;
    struct demo_arm arm[3];
    size_t arms;
} evaluations[] = {
    {"What I trust myself to do, before and after", "self-efficacy", "2a",
     {{2, false, {0, .14, .12, .10}, {92, 84, 66, 58}}, {0, false, {0, .14, .12, .10}, {90, 80, 60, 50}}, {4, true, {0, .04, .04, .04}, {74, 62, 50, 40}}}, 3},
    {"What I do, by my own account", "own-leadership", "3a", {{1, false, {0, .08, .07, .06}, {86, 70, 60, 50}}}, 1},
};

struct work {
    struct db *tx;
    struct arena *a; /* for one person */
    const struct demo_evaluating *d;
    struct err *e;
    int64_t number;  /* of the evaluation */
};

static int64_t first_of(const struct demo_evaluating *d, int64_t cohort)
{
    return (cohort * d->trainees + d->cohort_count - 1) / d->cohort_count;
}

static double part(struct dice *dice)
{
    return (double)below(dice, 1000) / 1000;
}

/* One form of one person: where she stands, what she gained, and chance. */
static int *fill_in(struct arena *a, const struct instrument *in, struct dice *dice, double stands)
{
    int *answers = ARENA_ARRAY(a, in->item_count + 1, int);
    for (size_t k = 0; k < in->item_count; k++) {
        double x = stands + (part(dice) - .5) * .4;
        int point = in->low + (int)lround((x < 0 ? 0 : x > 1 ? 1 : x) * (in->high - in->low));
        answers[k] = in->items[k].words ? INSTRUMENT_MISSING : in->unable && chance(dice, 3) ? INSTRUMENT_UNABLE : point;
    }
    return answers;
}

static enum rc answer_wave(struct work *w, const struct demo_arm *arm, int64_t cohort, int64_t wave, enum ledger_moment m, int64_t day)
{
    const struct demo_evaluating *d = w->d;
    struct ledger_asked q;
    for (int64_t i = first_of(d, cohort); i < first_of(d, cohort + 1); i++) {
        struct dice self = dice_of(d->seed, SALT + (uint64_t)w->number, i), now = dice_of(d->seed, SALT + 16 + (uint64_t)(w->number * 8 + m), i);
        double stands = .35 + .3 * part(&self) + arm->gain[m] * (.4 + 1.2 * part(&self));
        arena_reset(w->a);
        if (!chance(&now, arm->comes[m]))
            continue;
        enum rc rc = ledger_open_asked(w->tx, w->a, wave, d->ids[i], S("en"), &q);
        if (rc == RC_NOT_FOUND)
            continue; /* was no member then */
        TRY(rc);
        TRY(ledger_answer(w->tx, w->a, wave, d->ids[i], fill_in(w->a, &q.instrument, &now, stands), day + below(&now, 14), w->e));
    }
    return RC_OK;
}

/* What has passed of one wave by today. */
static enum rc play_wave(struct work *w, const struct demo_arm *arm, int64_t cohort, int64_t wave, enum ledger_moment m, int64_t day)
{
    bool more;
    if (day > w->d->today)
        return RC_OK;
    TRY(ledger_wave_do(w->tx, w->a, wave, day, day * MS_PER_DAY, &more));
    TRY(answer_wave(w, arm, cohort, wave, m, day));
    int64_t over = day + LEDGER_DAYS + 1;
    return over <= w->d->today ? ledger_wave_do(w->tx, w->a, wave, over, over * MS_PER_DAY, &more) : RC_OK;
}

static int64_t arm_cohort(const struct demo_evaluating *d, const struct demo_arm *arm)
{
    return arm->stage * d->each;
}

static int64_t wave_day(const struct demo_evaluating *d, const struct demo_arm *arm, enum ledger_moment m)
{
    /* those who compare are asked when the first cohort is */
    const int64_t start = d->starts[arm->compares ? arm_cohort(d, &evaluations[0].arm[0]) : arm_cohort(d, arm)] + SETTLED;
    return ledger_moment_day(m, start, start + TERM);
}

static enum rc plan_days(struct work *w, struct arena *a, const struct demo_evaluation *x, int64_t id, int64_t (*waves)[LEDGER_MOMENT_COUNT])
{
    struct rows_ledger_waves_of rows;
    TRY(sql_ledger_waves_of(w->tx, a, id, &rows));
    for (size_t k = 0; k < rows.n; k++)
        for (size_t i = 0; i < x->arms; i++) {
            enum ledger_moment m;
            if (rows.v[k].cohort_id != w->d->cohorts[arm_cohort(w->d, &x->arm[i])] || !ledger_moment_find(rows.v[k].moment, &m))
                continue;
            waves[i][m] = rows.v[k].id;
            TRY(ledger_wave_move(w->tx, a, rows.v[k].id, rows.v[k].version, wave_day(w->d, &x->arm[i], m), 0, w->e));
        }
    return RC_OK;
}

static enum rc play(struct work *w, struct arena *a, const struct demo_evaluation *x)
{
    struct ledger_arm arms[COUNT_OF(x->arm)];
    int64_t waves[COUNT_OF(x->arm)][LEDGER_MOMENT_COUNT] = {{0}}, first = INT64_MAX;
    for (size_t i = 0; i < x->arms; i++) {
        arms[i] = (struct ledger_arm){w->d->cohorts[arm_cohort(w->d, &x->arm[i])], x->arm[i].compares};
        int64_t day = wave_day(w->d, &x->arm[i], LEDGER_BASELINE);
        first = day < first ? day : first;
    }
    struct ledger_evaluation v = {.programme = w->d->programme, .title = str_from(x->title), .instrument = str_from(x->instrument), .level = str_from(x->level),
                                  .days = LEDGER_DAYS, .arms = arms, .arm_count = x->arms};
    TRY(ledger_evaluation_save(w->tx, a, &v, w->d->coordinator, (first - 30) * MS_PER_DAY, w->e));
    TRY(plan_days(w, a, x, v.id, waves));
    TRY(ledger_evaluation_start(w->tx, a, v.id, 1, first - 1, w->e));
    for (size_t i = 0; i < x->arms; i++)
        for (int m = 0; m < LEDGER_MOMENT_COUNT; m++)
            TRY(play_wave(w, &x->arm[i], arm_cohort(w->d, &x->arm[i]), waves[i][m], (enum ledger_moment)m, wave_day(w->d, &x->arm[i], (enum ledger_moment)m)));
    return RC_OK;
}

/* One person says how some of the sessions were that she has finished. */
static enum rc say_sessions(struct work *w, int64_t index)
{
    const struct demo_evaluating *d = w->d;
    struct dice dice = dice_of(d->seed, SALT + 64, index);
    struct rows_ledger_session_to_ask rows;
    struct row_ledger_session_open open;
    struct instrument in;
    double stands = .5 + .35 * part(&dice);
    arena_reset(w->a);
    TRY(sql_ledger_session_to_ask(w->tx, w->a, d->ids[index], (d->today - SESSIONS_ASKED) * MS_PER_DAY, &rows));
    for (size_t k = 0; k < rows.n && k < SESSIONS_MOST; k++) {
        if (!chance(&dice, 55))
            continue;
        TRY(sql_ledger_session_open(w->tx, w->a, d->ids[index], rows.v[k].session_id, &open));
        TRY(instrument_current(w->tx, w->a, open.instrument, S("en"), &in));
        TRY(ledger_session_answer(w->tx, w->a, rows.v[k].session_id, d->ids[index], fill_in(w->a, &in, &dice, stands), rows.v[k].completed_at / MS_PER_DAY, w->e));
    }
    return RC_OK;
}

enum rc demo_evaluate(struct db *tx, void *arg, struct err *e)
{
    const struct demo_evaluating *d = arg;
    struct arena *a = arena_new(0), *person = arena_new(0);
    struct work w = {.tx = tx, .a = person, .d = d, .e = e};
    enum rc rc = d->cohort_count >= 5 * d->each ? RC_OK : RC_INTERNAL;
    for (w.number = 0; rc == RC_OK && w.number < (int64_t)COUNT_OF(evaluations); w.number++)
        rc = play(&w, a, &evaluations[w.number]);
    if (rc == RC_OK)
        rc = sql_ledger_session_setting_put(tx, d->programme, 1, S("session-feedback"), d->today - SESSIONS_ASKED, 0);
    for (int64_t c = 0; rc == RC_OK && c < d->cohort_count; c += d->each)
        for (int64_t i = first_of(d, c); rc == RC_OK && i < first_of(d, c + 1); i++)
            rc = say_sessions(&w, i);
    arena_free(person);
    arena_free(a);
    return rc;
}
