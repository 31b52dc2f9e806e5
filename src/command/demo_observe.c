/* The demo's observations: a few of each trainee in the last weeks, by staff and by people without an account; assessments by two;
 * a request that waits, one observation to look at, one that nobody has confirmed; and an assessor who sends many at once, so that
 * there is a pattern to see. In a large programme every so many trainees have some, so that a demo of any size is made quickly. */
#include "command/demo_observe.h"

#include "base/clock.h"
#include "base/splitmix.h"
#include "programme/observe/observe.h"

#define OBSERVED_MOST 2500   /* trainees with observations */
#define BULK 7               /* sent within minutes by one assessor */

static int64_t below(uint64_t *state, int64_t n)
{
    return (int64_t)(splitmix_next(state) % (uint64_t)n);
}

/* By the order of the acts of the shipped instrument. */
static const char *const narratives[] = {
    "Began the evening handover with the two sickest patients and had the plan said back.",
    "Said that the dose looked too high, twice, until the consultant checked it.",
    "Gave everybody a task by name when the patient collapsed, and called for help at once.",
    "Told the student what to look for, by when, and came back after ten minutes to ask.",
    "Asked the nurse why she disagreed before defending the plan. They changed it together.",
    "Let the first-year student examine first, then named one thing to try next time.",
    "Saw that the new colleague was near tears, took over two tasks and asked after the shift.",
    "Asked the social worker before the discharge and changed the plan: there was no lift at home.",
};

static const char *const outsiders[][2] = {
    {"Mrs Keller, ward sister", "ward.sister@example.net"}, {"R. Osei, paramedic", "paramedic@example.net"},
    {"Pharmacy, Dr Lind", "pharmacy@example.net"},          {"Clinic volunteer", "volunteer@example.net"},
};

struct work {
    struct db *tx;
    struct arena *a;
    const struct demo_observing *d;
    struct instrument moment, rubric;
    int *answers;
    struct err *e;
};

static int64_t staff(const struct work *w, uint64_t *dice)
{
    return w->d->ids[w->d->trainees + below(dice, w->d->people - w->d->trainees)];
}

static void answer_act(struct work *w, size_t domain, uint64_t *dice)
{
    for (size_t k = 0; k < w->moment.item_count; k++)
        w->answers[k] = w->moment.items[k].domain != domain ? INSTRUMENT_MISSING : below(dice, 8) == 0 ? INSTRUMENT_UNABLE : 2 + (int)below(dice, 3) - (below(dice, 6) == 0);
}

/* One observation: observer 0 is somebody without an account. */
static enum rc observe(struct work *w, int64_t subject, int64_t observer, bool known, int64_t days_ago, int64_t at, const char *key, uint64_t *dice, int64_t *id)
{
    size_t domain = (size_t)below(dice, (int64_t)w->moment.domain_count), who = (size_t)below(dice, COUNT_OF(outsiders));
    enum observe_outcome outcome;
    answer_act(w, domain, dice);
    struct observe_sent s = {.programme = w->d->programme,
                             .subject = subject,
                             .instrument = &w->moment,
                             .domain = domain,
                             .answers = w->answers,
                             .narrative = str_from(narratives[domain % COUNT_OF(narratives)]),
                             .day = w->d->today - days_ago,
                             .today = w->d->today,
                             .observer = observer,
                             .known = known,
                             .name = observer == 0 ? str_from(outsiders[who][0]) : S(""),
                             .address = observer == 0 ? str_from(outsiders[who][1]) : S(""),
                             .language = S("en"),
                             .key = str_from(key)};
    return observe_keep(w->tx, w->a, &s, at, id, &outcome, w->e);
}

static enum rc of_trainee(struct work *w, int64_t index)
{
    const struct demo_observing *d = w->d;
    uint64_t dice = (d->seed * 2 + 9) * SPLITMIX_STEP + (uint64_t)index;
    (void)splitmix_next(&dice);
    int64_t n = below(&dice, 4), id;
    for (int64_t k = 0; k < n; k++) {
        int64_t ago = below(&dice, 50), late = below(&dice, 10) == 0 ? below(&dice, 5) : 0, at = d->now - (ago > late ? ago - late : 0) * MS_PER_DAY - below(&dice, 300) * MS_PER_MINUTE;
        bool outside = below(&dice, 4) == 0;
        TRY(observe(w, d->ids[index], outside ? 0 : staff(w, &dice), true, ago, at, str_z(w->a, str_printf(w->a, "demo-%" PRId64 "-%" PRId64, index, k)), &dice, &id));
    }
    return RC_OK;
}

/* Two assessors of one trainee who mostly agree; the second sheet is missing where complete is false. */
static enum rc assess(struct work *w, int64_t index, bool complete, uint64_t *dice)
{
    const struct demo_observing *d = w->d;
    int64_t first = d->ids[d->trainees + 5], second = d->ids[d->trainees + 4], id, sheet; /* an assessor and a mentor */
    enum observe_outcome outcome;
    struct assessment_new n = {d->programme, d->ids[index], w->rubric.id, S("Simulated night on call"), d->today - 9, first, second};
    TRY(assessment_add(w->tx, w->a, &n, d->today, d->now - 9 * MS_PER_DAY, &id, w->e));
    int *points = ARENA_ARRAY(w->a, w->rubric.item_count, int);
    struct str *words = ARENA_ARRAY(w->a, w->rubric.item_count, struct str);
    for (size_t k = 0; k < w->rubric.item_count; k++) {
        points[k] = w->rubric.items[k].words ? INSTRUMENT_MISSING : 1 + (int)below(dice, 4);
        words[k] = w->rubric.items[k].words ? S("Kept the overview; could hand over tasks earlier.") : S("");
    }
    struct observe_sent s = {.programme = d->programme, .subject = d->ids[index], .assessment = id, .instrument = &w->rubric, .domain = SIZE_MAX, .answers = points, .words = words,
                             .narrative = S(""), .day = n.day, .today = n.day, .observer = first, .name = S(""), .address = S(""), .language = S("en"),
                             .key = str_printf(w->a, "demo-first-%" PRId64, index)};
    TRY(observe_keep(w->tx, w->a, &s, d->now - 8 * MS_PER_DAY, &sheet, &outcome, w->e));
    if (!complete)
        return RC_OK;
    for (size_t k = 0; k < w->rubric.item_count; k++)
        if (!w->rubric.items[k].words && below(dice, 3) == 0)
            points[k] = points[k] < 4 ? points[k] + 1 : 3;
    s.observer = second;
    s.key = str_printf(w->a, "demo-second-%" PRId64, index);
    return observe_keep(w->tx, w->a, &s, d->now - 7 * MS_PER_DAY, &sheet, &outcome, w->e);
}

/* What a programme has once. */
static enum rc once(struct work *w)
{
    const struct demo_observing *d = w->d;
    uint64_t dice = d->seed;
    int64_t id, link, assessor = d->ids[d->trainees + 5];
    struct observe_setting setting = {d->programme, S(OBSERVE_INSTRUMENT), true, OBSERVE_CODE_DAYS, OBSERVE_PATTERNS, 0};
    struct observe_request request = {d->programme, d->ids[0], assessor, S(""), S("The handover on Friday evening on ward 7.")};
    TRY(observe_save_setting(w->tx, &setting, w->e));
    TRY(observe_person_code(w->tx, w->a, d->programme, d->ids[0], d->now, &link));
    TRY(observe_add_place(w->tx, w->a, d->programme, d->place_group, S("Ward 7"), d->now, &link));
    TRY(observe_ask(w->tx, w->a, &request, d->now - MS_PER_DAY, &link, w->e));
    for (int64_t k = 0; k < BULK; k++)
        TRY(observe(w, d->ids[(d->trainees / 2 + k) % d->trainees], assessor, true, 3, d->now - 3 * MS_PER_DAY + k * 2 * MS_PER_MINUTE, str_z(w->a, str_printf(w->a, "demo-bulk-%" PRId64, k)), &dice, &id));
    TRY(observe(w, d->ids[0], assessor, true, 2, d->now - 2 * MS_PER_DAY, "demo-seen-this-week", &dice, &id));
    TRY(observe(w, d->ids[0], 0, false, 1, d->now - MS_PER_DAY, "demo-not-confirmed", &dice, &id));
    TRY(observe(w, d->ids[1], assessor, true, 4, d->now - 4 * MS_PER_DAY, "demo-to-look-at", &dice, &id));
    TRY(observe_ask_look(w->tx, id, 1, S("I was not on the ward that day. I think it was my twin on the rota."), d->now - MS_PER_DAY, w->e));
    for (int64_t k = 0; k < 6 && k < d->trainees; k++)
        TRY(assess(w, k, k != 5, &dice));
    return RC_OK;
}

enum rc demo_observe(struct db *tx, void *arg, struct err *e)
{
    const struct demo_observing *d = arg;
    struct work w = {.tx = tx, .a = arena_new(0), .d = d, .e = e};
    struct arena *kept = arena_new(0); /* the instruments, for the whole run */
    int64_t step = d->trainees / OBSERVED_MOST + 1;
    enum rc rc = instrument_current(tx, kept, S(OBSERVE_INSTRUMENT), S("en"), &w.moment);
    if (rc == RC_OK)
        rc = instrument_current(tx, kept, S("leadership-rubric"), S("en"), &w.rubric);
    w.answers = ARENA_ARRAY(kept, INSTRUMENT_ITEMS_MAX, int);
    if (rc == RC_OK && d->from == 0)
        rc = once(&w);
    for (int64_t i = (d->from + step - 1) / step * step; i < d->until && rc == RC_OK; i += step) {
        rc = of_trainee(&w, i);
        arena_reset(w.a);
    }
    arena_free(w.a);
    arena_free(kept);
    return rc;
}
