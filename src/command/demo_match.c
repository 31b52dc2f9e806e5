/* The demo's rounds of matching: see demo_match.h. Both are small whatever the size of the demo: the youngest cohort of the
 * programme and the next, each with the mentors that have seats. */
#include "command/demo_match.h"

#include "base/clock.h"
#include "base/splitmix.h"
#include "programme/matching/matching.h"
#include "programme/programme/programme.h"

#define MENTEES_MOST 60 /* who rank; the others have not answered yet */
#define LIST_LENGTH 4

struct round_plan {
    struct arena *a;
    int64_t programme, cohort, by, today, now;
    uint64_t seed;
    const char *title;
    bool finished;
};

/* A list of a few of the other side, each once. */
static size_t draw_list(uint64_t *state, int64_t others, struct match_wish out[LIST_LENGTH])
{
    size_t n = 0;
    for (int tries = 0; tries < 3 * LIST_LENGTH && n < LIST_LENGTH; tries++) {
        int64_t other = (int64_t)(splitmix_next(state) % (uint64_t)others) + 1;
        bool there = false;
        for (size_t i = 0; i < n; i++)
            there |= out[i].other == other;
        if (!there) {
            out[n] = (struct match_wish){.other = other, .rank = (int64_t)n + 1};
            n++;
        }
    }
    return n;
}

static enum rc write_lists(struct db *tx, const struct round_plan *p, int64_t round, enum hr_side side, int64_t people, int64_t others, int64_t now)
{
    uint64_t state = p->seed * 31 + (uint64_t)side + (p->finished ? 7 : 0);
    for (int64_t place = 1; place <= people && place <= MENTEES_MOST; place++) {
        struct match_wish list[LIST_LENGTH];
        size_t n = draw_list(&state, others, list);
        bool answers = p->finished || place % 2 == 0;
        if (answers)
            TRY(match_write_list(tx, round, side, place, list, n, now));
    }
    return RC_OK;
}

static enum rc write_round(struct db *tx, void *arg, struct err *e)
{
    const struct round_plan *p = arg;
    int64_t now = p->finished ? p->now - 30 * MS_PER_DAY : p->now - 3 * MS_PER_DAY, mentees, mentors, pairs;
    struct match_round r = {.programme = p->programme, .cohort = p->cohort, .title = str_from(p->title), .way = MATCH_RANKS, .mode = MATCH_FAIR, .weights = {5, 3, 0, 2}, .remind_days = 0, .apart_assessors = true};
    r.by[HR_MENTEE] = r.by[HR_MENTOR] = now + 12 * MS_PER_DAY;
    TRY(match_save(tx, &r, p->by, now, e));
    struct match_filter all = {0}, with_seat = {.without = true};
    TRY(match_take_in(tx, p->a, r.id, 1, HR_MENTEE, &all, p->today, &mentees, e));
    TRY(match_take_in(tx, p->a, r.id, 2, HR_MENTOR, &with_seat, p->today, &mentors, e));
    if (mentees == 0 || mentors == 0)
        return match_drop(tx, p->a, r.id, 3, e);
    TRY(match_open(tx, p->a, r.id, 3, false, now, e));
    TRY(write_lists(tx, p, r.id, HR_MENTEE, mentees, mentors, now));
    TRY(write_lists(tx, p, r.id, HR_MENTOR, mentors, mentees < MENTEES_MOST ? mentees : MENTEES_MOST, now));
    if (!p->finished)
        return RC_OK;
    return match_approve(tx, p->a, r.id, 4, 0, false, p->by, p->today, p->now - 10 * MS_PER_DAY, &pairs, e);
}

enum rc demo_match_fill(struct db *db, int64_t programme, int64_t by, uint64_t seed, int64_t today, int64_t now, struct err *e)
{
    struct arena *a = arena_new(0);
    struct cohort *cohorts;
    size_t count;
    struct round_plan p = {.a = a, .programme = programme, .by = by, .today = today, .now = now, .seed = seed};
    enum rc rc = programme_cohorts(db, a, programme, &cohorts, &count);
    for (size_t k = 0; k < 2 && k < count && rc == RC_OK; k++) {
        p.finished = k == 0;
        p.title = p.finished ? "Mentors, first call" : "Mentors, second call";
        p.cohort = cohorts[count - 1 - k].id;
        rc = store_write_bulk(db, write_round, &p, e);
    }
    arena_free(a);
    return rc;
}
