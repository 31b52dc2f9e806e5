/* The demo's practice: trainees have taken cases, some well and some not, a few stopped or are in the middle; so that what is counted of
 * a case has something to count. At most TAKERS of them take each case, whatever the size of the demo. */
#include "command/demo_practice.h"

#include "base/clock.h"
#include "command/demo_dice.h"
#include "engine/story/story.h"
#include "programme/practice/inside.h"

#define TAKERS 70
#define STEPS_MOST 60

static const struct practice_reason reasons[] = {
    {S_INIT("principles"), S_INIT("The patient, the nurse who saw it first, the team that works with us tomorrow."),
     S_INIT("Harm that can still be undone against a few minutes and somebody's pride."), S_INIT("It is now or never, and I would want it for my own mother.")},
    {S_INIT("box"), S_INIT("The patient and her daughter; the consultant; the ward at night."),
     S_INIT("What she wants, what is indicated, what it will mean for her life, what the ward can carry."), S_INIT("Her wish was clear, so the rest is how, not whether.")},
    {S_INIT("cases"), S_INIT("Everybody on the rota, and those who will lie on the ward."),
     S_INIT("Loyalty to a colleague against the safety of people who cannot choose."), S_INIT("A quiet word first; if it changes nothing, the next step is not mine alone.")},
    {S_INIT("other"), S_INIT("Me, the team, the patient."), S_INIT("What I could say to all of them afterwards."),
     S_INIT("I asked myself which of these I could explain at the next meeting.")},
};

struct work {
    struct db *tx;
    struct arena *a;
    const struct demo_practising *d;
    struct err *e;
    struct rows_practice_panel panel;
};

/* Who is able takes the way that the panel would take, where it was asked; else, any. */
static uint32_t pick(const struct work *w, struct dice *dice, const struct practice_stand *s, int able)
{
    const struct story_step *step = s->step;
    struct str question = STR_NONE;
    uint32_t best = STORY_TIME_UP;
    int64_t most = -1;
    for (size_t k = 0; k < step->block_count; k++)
        if (step->blocks[k].kind == STORY_BLOCK_PANEL)
            question = step->blocks[k].name;
    for (size_t k = 0; k < step->choice_count && question.p != NULL; k++) {
        int64_t credit = -1;
        if (!step->choices[k].enabled || step->choices[k].passage == STORY_NONE)
            continue;
        (void)practice_credit(&w->panel, question, story_passage(s->story, step->choices[k].passage)->title, &credit);
        if (credit > most) {
            most = credit;
            best = step->choices[k].number;
        }
    }
    if (step->choice_count == 0 || (best != STORY_TIME_UP && chance(dice, able)))
        return best;
    for (int64_t left = 1 + below(dice, 12), k = 0;; k = (k + 1) % (int64_t)step->choice_count)
        if (step->choices[k].enabled && --left <= 0)
            return step->choices[k].number;
}

/* A person's way through a case; stop: how many steps she takes at most. */
static enum rc take(struct work *w, int64_t person, int64_t exercise, struct dice *dice, int able, int64_t stop, int64_t at)
{
    int64_t attempt;
    enum practice_went went;
    TRY(practice_start(w->tx, w->a, person, exercise, S("en"), 1 + (roll(dice) & 0xffffff), at, &attempt, w->e));
    for (int64_t step = 0;; step++) {
        struct practice_stand s;
        struct str framework;
        TRY(practice_stand(w->tx, w->a, attempt, &s, w->e));
        if (!str_eq_z(s.r.state, "going") || step == stop)
            return RC_OK;
        if (step == STEPS_MOST)
            return practice_leave(w->tx, attempt, at, w->e);
        int64_t think = (20 + below(dice, 140)) * MS_PER_SECOND;
        if (s.step->choice_count == 0) /* only time leads on from here */
            at = s.r.deadline_at;
        else
            at += !s.r.deadline_at_null && at + think >= s.r.deadline_at && chance(dice, 80) ? MS_PER_SECOND * 5 : think;
        bool asked = practice_reason_asked(s.step, &framework).p != NULL;
        const struct practice_reason *why = &reasons[below(dice, COUNT_OF(reasons))];
        TRY(practice_choose(w->tx, w->a, attempt, step, pick(w, dice, &s, able), asked ? why : NULL, at, &went, w->e));
    }
}

static enum rc take_all(struct work *w, const struct row_demo_cases *x, int64_t number)
{
    const struct demo_practising *d = w->d;
    int64_t step = d->trainees / TAKERS + 1;
    struct arena *own = w->a;
    TRY(sql_practice_panel(w->tx, own, x->version_id, &w->panel));
    for (int64_t i = number % step; i < d->trainees; i += step) {
        struct dice trait = dice_of(d->seed, 61, i), dice = dice_of(d->seed, 62 + (uint64_t)number, i);
        int able = 10 + (int)below(&trait, 88);
        int64_t days = 2 + below(&dice, 150), stop = chance(&dice, 7) ? 1 + below(&dice, 4) : -1;
        if (!chance(&dice, 72))
            continue;
        w->a = arena_new(0);
        enum rc rc = take(w, d->ids[i], x->id, &dice, able, stop, d->now - days * MS_PER_DAY - below(&dice, 10) * MS_PER_HOUR);
        arena_free(w->a);
        w->a = own;
        TRY(rc);
    }
    return practice_count(w->tx, own, x->version_id, d->now);
}

enum rc demo_practice(struct db *tx, void *arg, struct err *e)
{
    struct work w = {tx, arena_new(0), arg, e, {0}};
    struct arena *a = w.a;
    struct rows_demo_cases rows = {0};
    enum rc rc = sql_demo_cases(tx, a, w.d->programme, &rows);
    for (size_t k = 0; k < rows.n && rc == RC_OK; k++)
        rc = take_all(&w, &rows.v[k], (int64_t)k);
    arena_free(a);
    return rc;
}
