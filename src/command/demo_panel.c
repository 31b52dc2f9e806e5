/* The demo's progress panels: one of half a year ago with decisions, conditions, a reversal and an answer; one that is open for
 * summaries; one that meets today. They concern the first two cohorts, so they are small in a demo of any size. */
#include "command/demo_panel.h"

#include "base/clock.h"
#include "programme/panel/panel.h"

#define PAST_DAYS 150
#define FEWEST 40               /* trainees: of fewer a panel shows nothing */
#define PAST_CASES 30           /* of the past panel: so many decisions */
#define SUMMARIES 12

static const char *const summaries[] = {
    "I lead handovers now in a fixed order and ask for questions first. Two observations show it.\n\nHard for me: saying no to a senior. I want to practise it in the simulation.",
    "In spring I avoided urgent calls. Since the course on conflict I took four, and twice somebody saw me. I still talk too fast.",
    "What I am proud of: the bus timetable for our clinic. What I owe: reading before ward rounds.",
};
static const char *const reasons[] = {
    "Handovers were seen five times, at level 3 and above. You ask the quiet ones first. Keep that, and teach it to the first year.",
    "Learning is complete. There is little that was seen of you under pressure, so we ask for it.",
    "You were seen twice in half a year. We cannot judge on that, and do not hold it against you: ask to be observed.",
};

struct work {
    struct db *tx;
    struct arena *a;
    const struct demo_panels *d;
    int64_t staff[3];           /* who sits: the director, an author, an assessor */
    struct err *e;
};

/* A panel with its members, open; it meets days from today. */
static enum rc open_panel(const struct work *w, const char *title, int64_t cohort, int64_t days, int64_t *panel)
{
    const struct demo_panels *d = w->d;
    int64_t day = d->today + days, at = d->now + (days < 0 ? days - 20 : -9) * MS_PER_DAY, added;
    struct panel_plan p = {.programme = d->programme, .title = str_from(title), .meets_day = day, .summary_day = day - 3};
    TRY(panel_save(w->tx, &p, w->staff[0], day, at, w->e));
    *panel = p.id;
    TRY(panel_add_cohort(w->tx, w->a, p.id, cohort, d->today, &added, w->e));
    for (size_t k = 0; k < COUNT_OF(w->staff); k++)
        TRY(panel_set_member(w->tx, w->a, p.id, w->staff[k], true, d->today, at, w->e));
    return panel_take_step(w->tx, w->a, p.id, 1, PANEL_OPEN, at, w->e);
}

static enum rc summarise(const struct work *w, int64_t panel, int64_t from, int64_t until, int64_t at)
{
    for (int64_t k = from; k < until && k < from + SUMMARIES; k++) {
        int64_t one, person = w->d->ids[k];
        TRY(panel_case_of(w->tx, w->a, panel, person, &one));
        TRY(panel_save_summary(w->tx, w->a, one, person, 1, str_from(summaries[k % 3]), k % 4 != 3, at, w->e));
    }
    return RC_OK;
}

static enum rc decide(const struct work *w, int64_t panel, int64_t trainee, enum panel_outcome outcome, int64_t today, int64_t at, int64_t *id)
{
    const struct panel_condition_new seen = {S("Two emergencies, led and observed, at level 3"), w->d->today + 20};
    struct panel_decision_new n = {.by = w->staff[1], .outcome = outcome, .reasons = str_from(reasons[outcome]), .reversal = S(""), .today = today};
    TRY(panel_case_of(w->tx, w->a, panel, w->d->ids[trainee], &n.case_id));
    n.conditions = &seen;
    n.condition_count = outcome == PANEL_CONDITIONS;
    return panel_decide(w->tx, w->a, &n, at, id, w->e);
}

/* Half a year ago: everybody has a decision; the second one was reversed, the first trainee answered. */
static enum rc past(const struct work *w)
{
    const struct demo_panels *d = w->d;
    int64_t panel, id, day = d->today - PAST_DAYS, at = d->now - PAST_DAYS * MS_PER_DAY, until = d->first < PAST_CASES ? d->first : PAST_CASES;
    TRY(open_panel(w, "Progress panel, half a year ago", d->cohorts[0], -PAST_DAYS, &panel));
    TRY(summarise(w, panel, 0, until, at - 4 * MS_PER_DAY));
    TRY(panel_take_step(w->tx, w->a, panel, 2, PANEL_BEGIN, at, w->e));
    for (int64_t k = 0; k < until; k++) {
        enum panel_outcome outcome = k % 5 == 0 ? PANEL_CONDITIONS : k % 7 == 1 ? PANEL_NOT_YET : PANEL_PROGRESS;
        TRY(decide(w, panel, k, outcome, day, at + k * 4 * MS_PER_MINUTE, &id));
        if (k == 0)
            TRY(panel_answer(w->tx, id, d->ids[0], S("That is fair. I will ask for the emergency shifts in autumn."), at + 2 * MS_PER_DAY, w->e));
        if (k != 1)
            continue;
        struct panel_decision_new other = {.by = w->staff[2], .outcome = PANEL_PROGRESS, .reasons = str_from(reasons[0]), .reverses = id, .today = day,
                                           .reversal = S("Three observations had been made and were confirmed after the meeting.")};
        TRY(panel_case_of(w->tx, w->a, panel, d->ids[1], &other.case_id));
        TRY(panel_decide(w->tx, w->a, &other, at + 9 * MS_PER_DAY, &id, w->e));
    }
    return panel_take_step(w->tx, w->a, panel, 3, PANEL_CLOSE, at + MS_PER_DAY, w->e);
}

static enum rc all(const struct work *w)
{
    const struct demo_panels *d = w->d;
    int64_t panel, id;
    TRY(past(w));
    TRY(open_panel(w, "Progress panel, first year", d->cohorts[0], 10, &panel));
    TRY(summarise(w, panel, 1, d->first, d->now - 2 * MS_PER_DAY));
    if (d->cohort_count < 2 || d->first + 2 > d->trainees)
        return RC_OK;
    TRY(open_panel(w, "Progress panel, second year", d->cohorts[1], 0, &panel));
    TRY(summarise(w, panel, d->first, d->first + 2, d->now - 3 * MS_PER_DAY));
    TRY(panel_take_step(w->tx, w->a, panel, 2, PANEL_BEGIN, d->now - MS_PER_HOUR, w->e));
    TRY(decide(w, panel, d->first, PANEL_PROGRESS, d->today, d->now - MS_PER_HOUR / 2, &id));
    return decide(w, panel, d->first + 1, PANEL_CONDITIONS, d->today, d->now - MS_PER_HOUR / 3, &id);
}

enum rc demo_panel(struct db *tx, void *arg, struct err *e)
{
    const struct demo_panels *d = arg;
    if (d->trainees < FEWEST)
        return RC_OK;
    struct work w = {tx, arena_new(0), d, {d->ids[d->trainees + 1], d->ids[d->trainees + 3], d->ids[d->trainees + 5]}, e};
    enum rc rc = all(&w);
    arena_free(w.a);
    return rc;
}
