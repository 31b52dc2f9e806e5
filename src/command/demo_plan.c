/* The demo's development plans: some hundreds whatever its size, in every state; the first trainee's is whole, and waits for her mentor's
 * points. Goals come from observations and meetings where there are some. */
#include "command/demo_plan.h"

#include "base/clock.h"
#include "command/demo_dice.h"
#include "programme/framework/framework.h"
#include "programme/plan/plan.h"

#define PLANS_MOST 400

static const struct {
    const char *what, *measure, *competency, *first, *then;
} goals[] = {
    {"In the evening handover I ask the quietest person first what worries them.", "In four of five handovers, and two nurses say it has changed.", "COM-T",
     "Ask the charge nurse to watch one handover", "Count five handovers in my notebook"},
    {"When I disagree on the round I say it in one sentence, with what I would do instead.", "Three times this month, and my registrar remembers one.", "CHA-P",
     "Write down the sentence I wanted to say, after each round", "Say it once, on a calm day"},
    {"At the start of a resuscitation I give each person one task by name.", "In two simulations the observer hears every task given by name.", "CMP-T",
     "Book the simulation room with two colleagues", "Ask the tutor to note who got which task"},
    {"Before I change a plan I ask the physiotherapist or the pharmacist.", "Once in every round for three weeks; one plan changes because of it.", "CTX-I",
     "Learn the names of both on my ward", "Ask one of them on each Monday round"},
    {"I listen to a relative to the end before I explain.", "In three talks I do not speak in the first two minutes.", "COM-I", "Watch my consultant in one such talk",
     "Ask a nurse afterwards how long I listened"},
};

static const struct plan_swot swots[] = {
    {S_INIT("People come to me when it gets loud. I keep calm."), S_INIT("I speak first and ask later. I put off hard talks."),
     S_INIT("I run the evening handover three times a week."), S_INIT("Night duty in March. A team that changes every month."), 0},
    {S_INIT("I prepare well and keep what I promise."), S_INIT("In a big round I say nothing."), S_INIT("My mentor leads the team I would like to join."),
     S_INIT("Examinations in spring."), 0},
};

struct work {
    struct db *tx;
    struct arena *a;
    const struct demo_planning *d;
    struct err *e;
};

/* What she takes a goal from: the newest of a kind, or her own idea. */
static enum rc choose_source(const struct work *w, int64_t person, enum plan_source s, struct plan_goal *g)
{
    struct plan_origin *found;
    size_t count;
    TRY(plan_origins(w->tx, w->a, 0, person, s, 0, 1, &found, &count));
    g->source = count != 0 ? s : PLAN_OWN;
    g->source_id = count != 0 ? found[0].id : 0;
    return RC_OK;
}

/* A goal that was set so many days ago, with two actions. */
static enum rc set_goal(const struct work *w, int64_t person, size_t which, int64_t days_ago, int64_t days_ahead, enum plan_source s, int64_t *goal)
{
    const struct demo_planning *d = w->d;
    int64_t began = d->today - days_ago, at = d->now - days_ago * MS_PER_DAY;
    struct plan_goal g = {.what = str_from(goals[which].what), .measure = str_from(goals[which].measure), .by_day = d->today + days_ahead};
    enum rc rc = framework_by_code(w->tx, w->a, d->programme, str_from(goals[which].competency), &g.competency);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(choose_source(w, person, s, &g));
    TRY(plan_save_goal(w->tx, w->a, person, &g, began, at, w->e));
    struct plan_action first = {.goal = g.id, .what = str_from(goals[which].first), .due_day = began + 10};
    struct plan_action then = {.goal = g.id, .what = str_from(goals[which].then), .due_day = d->today + days_ahead / 2 > began ? d->today + days_ahead / 2 : began};
    TRY(plan_save_action(w->tx, w->a, person, &first, began, at, w->e));
    TRY(plan_tick_action(w->tx, w->a, person, first.id, true, at + 9 * MS_PER_DAY));
    TRY(plan_save_action(w->tx, w->a, person, &then, began, at, w->e));
    *goal = g.id;
    return RC_OK;
}

static enum rc look_again(const struct work *w, int64_t person, enum plan_going going, const char *words, int64_t days_ago)
{
    const struct demo_planning *d = w->d;
    const struct plan_checkin k = {.with_mentor = going == PLAN_STUCK, .going = going, .words = str_from(words), .next_day = d->today - days_ago + 45};
    return plan_add_checkin(w->tx, w->a, person, &k, d->today - days_ago, d->now - days_ago * MS_PER_DAY, w->e);
}

static enum rc write_one(const struct work *w, int64_t person, struct dice *dice)
{
    const struct demo_planning *d = w->d;
    static const enum plan_source sources[] = {PLAN_OBSERVATION, PLAN_OBSERVATION, PLAN_MEETING, PLAN_OWN};
    int64_t goal, days = 20 + below(dice, 60);
    if (chance(dice, 70))
        TRY(plan_save_swot(w->tx, w->a, person, &swots[below(dice, COUNT_OF(swots))], d->now - days * MS_PER_DAY, w->e));
    TRY(set_goal(w, person, (size_t)below(dice, COUNT_OF(goals)), days, 20 + below(dice, 60), sources[below(dice, COUNT_OF(sources))], &goal));
    if (chance(dice, 30)) {
        const struct plan_end end = {.goal = goal, .version = 1, .state = PLAN_REACHED, .outcome = S("It works on most days. Two colleagues said so without being asked.")};
        TRY(plan_end_goal(w->tx, w->a, person, &end, d->today - 3, d->now - 3 * MS_PER_DAY, w->e));
    }
    if (chance(dice, 60))
        TRY(look_again(w, person, (enum plan_going)below(dice, PLAN_GOINGS), "Twice this week. Hard when it is late.", days / 2));
    return RC_OK;
}

/* Two goals and a review that she has given her points in. */
static enum rc write_first(const struct work *w)
{
    const struct demo_planning *d = w->d;
    int64_t person = d->ids[0], first, second, pair = 0, review;
    TRY(plan_save_swot(w->tx, w->a, person, &swots[0], d->now - 40 * MS_PER_DAY, w->e));
    TRY(set_goal(w, person, 0, 40, 50, PLAN_OBSERVATION, &first));
    TRY(set_goal(w, person, 1, 25, 70, PLAN_MEETING, &second));
    TRY(look_again(w, person, PLAN_SLOWLY, "Asked first in two handovers. On the third I forgot, because we were late.", 20));
    enum rc rc = plan_first_reader(w->tx, w->a, person, &pair);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(plan_open_review(w->tx, w->a, person, pair, d->now - 2 * MS_PER_DAY, &review, w->e));
    const struct plan_score scores[] = {{first, {3, 2, 2}}, {second, {2, 1, 1}}};
    return plan_give_scores(w->tx, w->a, review, person, scores, COUNT_OF(scores), S("The second one needs somebody who looks."), d->now - 2 * MS_PER_DAY, w->e);
}

static enum rc write_all(const struct work *w)
{
    const struct demo_planning *d = w->d;
    int64_t step = d->trainees / PLANS_MOST + 1;
    TRY(write_first(w));
    for (int64_t i = step; i < d->trainees; i += step) {
        struct dice dice = dice_of(d->seed, 51, i);
        if (chance(&dice, 45))
            TRY(write_one(w, d->ids[i], &dice));
        arena_reset(w->a);
    }
    return RC_OK;
}

enum rc demo_plan(struct db *tx, void *arg, struct err *e)
{
    struct work w = {tx, arena_new(0), arg, e};
    enum rc rc = write_all(&w);
    arena_free(w.a);
    return rc;
}
