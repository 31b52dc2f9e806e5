/* The demo's projects: improvement that worked, that did not, and of which nothing can be said; and a community project that is under
 * way. They are data: what a team
 * wrote, and counts of whole months up to the last one. See demo_improve.h. */
#include "command/demo_improve.h"

#include "base/clock.h"
#include "engine/stats/stats.h"
#include "programme/framework/framework.h"
#include "programme/handover/handover.h"
#include "programme/improve/improve.h"

#define MONTHS_MOST 24
#define TEAM 3

struct demo_measure {
    const char *kind, *name, *definition, *source, *chart;
    int good, per, baseline;
    double target; /* 0: none */
    size_t months;
    struct {
        int y, n; /* n 0: the chart has no denominators */
    } point[MONTHS_MOST];
};

struct demo_cycle {
    int month; /* of its project, from 0 */
    const char *title, *prediction, *scale, *result, *decision;
};

struct demo_project {
    const char *title, *problem, *aim, *why, *value, *drivers, *competency, *outcome, *claim, *aim_met;
    struct demo_measure measure[3];
    struct demo_cycle cycle[3];
};

static const struct demo_project projects[] = {
    {"Fewer falls at night on Ward 4", "Patients fall on their way to the toilet, most of them between midnight and six: about three in a week.",
     "From 12 to 6 falls per 1,000 bed days", "Hourly rounds have halved falls on wards like ours; nobody has tried them at night here.", "safety",
     "Way to the toilet\n  Light\n    Night lamps at every bed\n  Help in time\n    Hourly rounds\n    Bell within reach\nMedicines\n  Sleeping pills\n    Review at admission",
     "CMP-T", "Rounds at night stay, the ward sister keeps the sheet. The lamps alone did little; asking about the toilet did it.", "improved", "met",
     {{"outcome", "Falls per 1,000 bed days", "Every fall on the ward, whether or not anybody was hurt", "Incident system", "u", -1, 1000, 12, 6, 24,
       {{12, 985}, {11, 940}, {14, 1010}, {12, 990}, {13, 1002}, {12, 975}, {11, 960}, {13, 1012}, {12, 998}, {14, 1005}, {13, 991}, {12, 968},
        {7, 1003}, {6, 985}, {5, 990}, {6, 1001}, {4, 962}, {5, 978}, {6, 1004}, {4, 995}, {5, 970}, {6, 989}, {5, 1008}, {4, 981}}},
      {"process", "Nights with rounds done", "Nights on which the sheet shows a round in every hour, of the first 28 of each month", "Sheet on the ward", "p", 1, 100, 0, 0, 12,
       {{12, 28}, {18, 28}, {22, 28}, {24, 28}, {23, 28}, {26, 28}, {26, 28}, {27, 28}, {26, 28}, {28, 28}, {27, 28}, {27, 28}}},
      {"balancing", "Complaints about sleep", "Complaints that name noise or being woken", "Ward book", "c", -1, 1, 0, 0, 12,
       {{3, 0}, {2, 0}, {4, 0}, {3, 0}, {2, 0}, {3, 0}, {1, 0}, {3, 0}, {2, 0}, {4, 0}, {2, 0}, {3, 0}}}},
     {{10, "Lamps at two beds", "Nobody falls at these two beds for a week", "small", "One fall, on the way back. People knew where the lamp was, but not whom to call.", "adapt"},
      {11, "Hourly rounds by one nurse, one night", "She manages, and nobody rings", "small", "She managed; the round took nine minutes.", "adopt"},
      {12, "Rounds on every night", "Half as many falls within three months", "wider", "Four to seven falls a month since, instead of twelve.", "adopt"}}},
    {"Discharge letters within a day", "Family doctors wait for a week and call us instead.", "From 60 to 90 of 100 letters sent within 24 hours",
     "A template makes letters shorter.", "efficiency", "Time to write\n  Template\n    Fewer fields\nTime to sign\n  Reminder",
     "COM-T", "The template was liked and changed nothing we can see: letters wait for the signature, not for the text. The next team should begin there.", "same", "missed",
     {{"outcome", "Letters within 24 hours", "Letters sent within 24 hours of discharge, of all discharges", "Letter system", "p", 1, 100, 0, 90, 20,
       {{61, 102}, {58, 97}, {66, 104}, {59, 99}, {63, 101}, {55, 95}, {64, 103}, {60, 98}, {57, 100}, {65, 105}, {62, 99}, {56, 96}, {63, 104}, {61, 98}, {58, 101}, {66, 103},
        {57, 97}, {64, 102}, {59, 100}, {62, 99}}}},
     {{10, "A template for one consultant", "Letters go out a day earlier", "small", "Written sooner, signed as late as before.", "abandon"}}},
    {"Asking about pain in a language people speak", "Pain is asked about less often where an interpreter would be needed.", "From half to nine in ten patients asked on every shift",
     "Cards with faces need no words.", "equity", "Being asked\n  Cards\n  Interpreters by telephone", "CTX-I",
     "The clinic closed after seven months. It looked promising, but seven points cannot tell.", "unknown", "unknown",
     {{"outcome", "Asked about pain", "Patients asked on every shift, of ten drawn by chance", "Chart review", "run", 1, 100, 0, 90, 7,
       {{5, 10}, {6, 10}, {5, 10}, {7, 10}, {8, 10}, {8, 10}, {9, 10}}}},
     {{3, "Cards at three beds", "All three are asked", "small", "All three were.", "adopt"}}},
};

struct work {
    struct db *tx;
    struct arena *a;
    const struct demo_improving *d;
    struct err *e;
};

/* The first of the month that many months before this one. */
static int64_t month_before(int64_t today, int64_t months)
{
    struct civil c = civil_from_day(today);
    int64_t n = (int64_t)c.year * 12 + c.month - 1 - months;
    return day_from_civil((int)(n / 12), (int)(n % 12) + 1, 1);
}

static enum rc add_measure(const struct work *w, int64_t project, const struct demo_measure *x, int64_t at)
{
    struct improve_measure m = {.kind = str_from(x->kind), .name = str_from(x->name), .definition = str_from(x->definition), .source = str_from(x->source), .chart = str_from(x->chart),
                                .rules = S("anhoej"), .sampling = S(""), .good = x->good, .baseline = x->baseline, .per = x->per, .target = x->target > 0 ? x->target : STATS_MISSING};
    struct spc_stratum s = {.label = S(""), .x = ARENA_ARRAY(w->a, x->months, struct str), .at = ARENA_ARRAY(w->a, x->months, int64_t)};
    double *y = ARENA_ARRAY(w->a, x->months, double), *n = ARENA_ARRAY(w->a, x->months, double);
    struct improve_counts counts;
    int64_t id;
    for (size_t k = 0; k < x->months; k++) {
        struct buf label = buf_new(w->a, 16);
        s.at[k] = month_before(w->d->today, (int64_t)(x->months - k)); /* all measures end together */
        day_format(&label, s.at[k]);
        s.x[k] = str_sub(buf_text(&label), 0, 7); /* YYYY-MM */
        y[k] = x->point[k].y;
        n[k] = x->point[k].n;
    }
    s.series = (struct spc_series){.count = x->months, .y = y, .n = x->point[0].n > 0 ? n : NULL};
    struct spc_data data = {.scale = SPC_SCALE_MONTHS, .strata = &s, .count = 1, .rows = x->months};
    TRY(improve_add_measure(w->tx, project, &m, at, &id));
    return improve_put_points(w->tx, w->a, id, &data, false, &counts, w->e);
}

static enum rc add_project(const struct work *w, size_t k)
{
    const struct demo_project *p = &projects[k];
    const struct demo_improving *d = w->d;
    size_t months = p->measure[0].months;
    int64_t id, competency = 0, began = month_before(d->today, (int64_t)months) * MS_PER_DAY, ended = d->now - (int64_t)(k + 2) * MS_PER_DAY;
    enum rc rc = framework_by_code(w->tx, w->a, d->programme, str_from(p->competency), &competency);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct improve_charter c = {.title = str_from(p->title), .problem = str_from(p->problem), .aim = str_from(p->aim), .why = str_from(p->why), .value = str_from(p->value), .sponsor = S(""),
                                .ethics = S(""), .drivers = str_from(p->drivers), .by_day = d->today - (int64_t)k, .competencies = &competency, .competency_count = rc == RC_OK};
    TRY(improve_start(w->tx, d->programme, d->ids[k * TEAM], &c, true, began, &id));
    for (size_t i = 1; i < TEAM; i++)
        TRY(improve_join(w->tx, id, d->ids[k * TEAM + i], S("member"), d->ids[k * TEAM + i], began + (int64_t)i));
    for (size_t i = 0; i < COUNT_OF(p->measure) && p->measure[i].kind != NULL; i++)
        TRY(add_measure(w, id, &p->measure[i], began + (int64_t)i));
    for (size_t i = 0; i < COUNT_OF(p->cycle) && p->cycle[i].title != NULL; i++) {
        const struct demo_cycle *x = &p->cycle[i];
        struct improve_cycle cycle = {.title = str_from(x->title), .prediction = str_from(x->prediction), .scale = str_from(x->scale), .who = S(""), .result = str_from(x->result),
                                      .decision = str_from(x->decision), .from_day = month_before(d->today, (int64_t)months - x->month)};
        int64_t one;
        TRY(improve_add_cycle(w->tx, id, &cycle, began, &one));
    }
    const struct improve_ending end = {.id = id, .version = 1, .finished = true, .outcome = str_from(p->outcome), .ending = S("The next team begins from this page."), .claim = str_from(p->claim), .aim_met = str_from(p->aim_met), .shown = true};
    return improve_end(w->tx, w->a, &end, d->ids[k * TEAM], ended, w->e);
}

/* Who led moves on: the pack is offered, and who comes next has gone through a part of it. */
static enum rc add_handover(const struct work *w, int64_t project, const int64_t *team)
{
    const struct demo_improving *d = w->d;
    const struct handover_new n = {.programme = d->programme, .project = project, .from = team[0], .to = d->ids[0], .last_day = d->today + 21, .stays = true};
    const struct handover_line typed[] = {{.section = HANDOVER_key, .text = S("The dining room: the warden opens at half past six")},
                                          {.section = HANDOVER_account, .text = S("The shared calendar: the programme's office gives access")},
                                          {.section = HANDOVER_learned, .text = S("Come before eight. Later nobody wants to talk any more.")}};
    const struct handover_line found[] = {{.section = HANDOVER_risk, .text = S("Nobody has this task: Ask the guests what they want to know")},
                                          {.section = HANDOVER_task, .person = team[0], .text = S("Print the poster in four languages")},
                                          {.section = HANDOVER_contact, .person = team[2], .text = S("works in the team")}};
    int64_t id;
    bool done;
    TRY(handover_start(w->tx, w->a, &n, team[0], d->now - 3 * MS_PER_DAY, &id, w->e));
    for (size_t i = 0; i < COUNT_OF(typed); i++)
        TRY(handover_put_line(w->tx, id, 0, 0, &typed[i], w->e));
    TRY(handover_offer(w->tx, id, 1, found, COUNT_OF(found), d->now - 2 * MS_PER_DAY, w->e));
    struct handover_waiting *lines;
    size_t count;
    TRY(handover_read_waiting(w->tx, w->a, id, &lines, &count));
    const struct handover_decision words[] = {{lines[0].id, lines[0].version, HANDOVER_DECLINE, S("I do not speak with the guests alone yet.")},
                                              {lines[1].id, lines[1].version, HANDOVER_ACCEPT, S("")},
                                              {lines[3].id, lines[3].version, HANDOVER_ASK, S("Who opens when the warden is away?")}};
    return handover_decide(w->tx, w->a, id, words, COUNT_OF(words), d->today - 1, d->now - MS_PER_DAY, &done, w->e);
}

/* A community project in its second month: tasks done, owed and late, a milestone ahead, minutes. */
static enum rc add_community(const struct work *w)
{
    const struct demo_improving *d = w->d;
    const int64_t *team = &d->ids[COUNT_OF(projects) * TEAM];
    static const struct {
        const char *title;
        int who, due;
        bool done;
    } tasks[] = {
        {"Ask the shelter for a room", 0, -30, true},       {"Find two nurses who come along", 1, -21, true},
        {"Write down whom to call at night", 2, -3, false}, {"Bring blood pressure cuffs", 1, 5, false},
        {"Print the poster in four languages", 0, 12, false}, {"Ask the guests what they want to know", -1, 0, false},
    };
    const struct improve_charter c = {.kind = S("community"), .title = S("Evenings at the shelter"), .aim = S("Twelve evenings, each with two professions"), .value = S("equity"),
                                      .problem = S("People who sleep at the shelter see a doctor only in the emergency department."), .why = S(""), .sponsor = S(""), .ethics = S(""),
                                      .drivers = S(""), .by_day = d->today + 120};
    const struct improve_milestone stones[] = {{.title = S("The shelter has said yes"), .due_day = d->today - 25, .done_day = d->today - 27}, {.title = S("First evening"), .due_day = d->today + 10}};
    int64_t id, began = d->now - 45 * MS_PER_DAY;
    TRY(improve_start(w->tx, d->programme, team[0], &c, true, began, &id));
    for (size_t i = 1; i < TEAM; i++)
        TRY(improve_join(w->tx, id, team[i], S("member"), team[i], began + (int64_t)i));
    for (size_t i = 0; i < COUNT_OF(stones); i++)
        TRY(improve_put_milestone(w->tx, id, 0, 0, &stones[i], w->e));
    for (size_t i = 0; i < COUNT_OF(tasks); i++) {
        const struct improve_task t = {.title = str_from(tasks[i].title), .person = tasks[i].who >= 0 ? team[tasks[i].who] : 0, .due_day = tasks[i].due != 0 ? d->today + tasks[i].due : 0};
        int64_t task;
        TRY(improve_put_task(w->tx, w->a, id, 0, 0, &t, &task, w->e));
        if (tasks[i].done)
            TRY(improve_set_task(w->tx, task, S("done"), d->now + tasks[i].due * MS_PER_DAY));
    }
    TRY(add_handover(w, id, team));
    return improve_put_minutes(w->tx, id, 0, 0, d->today - 27, S("## With the warden\n\nShe gives us the dining room on Thursdays from seven. We bring what we need and take it with us.\n\n"
                               "- Two professions each evening\n- Nobody is asked for a name"), team[0], w->e);
}

enum rc demo_improve(struct db *tx, void *arg, struct err *e)
{
    const struct demo_improving *d = arg;
    struct work w = {tx, arena_new(0), d, e};
    enum rc rc = RC_OK;
    for (size_t k = 0; k < COUNT_OF(projects) && rc == RC_OK && d->trainees >= (int64_t)((k + 1) * TEAM); k++) {
        rc = add_project(&w, k);
        arena_reset(w.a);
    }
    if (rc == RC_OK && d->trainees >= (int64_t)((COUNT_OF(projects) + 1) * TEAM))
        rc = add_community(&w);
    arena_free(w.a);
    return rc;
}
