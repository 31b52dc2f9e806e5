/* The demo's rounds of 360 feedback: a dozen trainees, each a step further than the one before, from the own view to the goal; and the
 * first trainee with an old report and a new one, however small the demo, and one more for the first mentor to read. They are made by the
 * rules that people follow, link by link, so that nothing in them says who answered what. */
#include "command/demo_feedback.h"

#include "base/clock.h"
#include "command/demo_dice.h"
#include "programme/feedback/feedback.h"
#include "programme/plan/plan.h"

#define FIRST 7              /* trainees with a round: every so many from here on */
#define EVERY 11
#define RATERS 12
#define ANSWERED 7           /* of a round that collects */
#define GOAL_DAYS 60
#define FEWEST 24            /* trainees: of fewer nobody finds enough raters */
#define IN_TURN (-1)

struct wanted {
    enum feedback_state until;
    int64_t begun;              /* days ago */
    int64_t subject;            /* by her place, facilitated by the first mentor; else the next in turn, by her own */
};
static const struct wanted rounds[] = {
    {FEEDBACK_SELF, 1, IN_TURN},     {FEEDBACK_NOMINATE, 3, IN_TURN}, {FEEDBACK_APPROVE, 6, IN_TURN}, {FEEDBACK_COLLECT, 16, IN_TURN}, {FEEDBACK_VALIDATE, 26, IN_TURN},
    {FEEDBACK_RELEASE, 30, IN_TURN}, {FEEDBACK_MEETING, 33, IN_TURN}, {FEEDBACK_GOAL, 40, IN_TURN},   {FEEDBACK_CLOSED, 60, IN_TURN},  {FEEDBACK_CLOSED, 200, IN_TURN},
    {FEEDBACK_CLOSED, 240, 0},       {FEEDBACK_MEETING, 34, 0},       {FEEDBACK_RELEASE, 30, 3},
};

static const char *const outsiders[][2] = {
    {"Mrs Keller, ward sister", "ward.sister@example.net"}, {"R. Osei, paramedic", "paramedic@example.net"},
    {"Pharmacy, Dr Lind", "pharmacy@example.net"},          {"Clinic volunteer", "volunteer@example.net"},
};
/* What raters write to a question in words, one after the other; the questions take turns at the two lists. */
static const char *const words[][9] = {
    {"Asks the quietest person first.", "Says early when something cannot be done.", "Stays calm, and says what happens next.", "Keeps what was promised.",
     "Thanks people by name.", "Explains why, not only what.", "Comes when called, at night too.", "Admits a mistake at once.", "Lets others finish."},
    {"Could give feedback sooner, not only when asked.", "Might hand over more and hold back longer.", "Say no a little earlier.", "Write the plan down, so that the night knows it.",
     "Ask for help before it is late.", "Speak up in the big round as on the ward.", "Leave time for questions at the end.", "Start on time.", "Look up from the notes."},
};

struct work {
    struct arena *a;
    const struct demo_feedback *d;
    struct instrument i;
    int *answers;
    struct str *words;
    struct dice dice;
    size_t k;                   /* which of the rounds */
    const struct wanted *wanted;
    int64_t subject, at;        /* whose, and when it began */
    size_t said[COUNT_OF(words)]; /* which comment comes next */
};

static struct feedback_said said(struct work *w, int64_t height)
{
    for (size_t k = 0; k < w->i.item_count; k++) {
        int64_t own = (int64_t)((w->k * 2 + w->i.items[k].domain) % 3) - 1; /* everybody is stronger in one part than in another */
        int64_t point = height + own + below(&w->dice, 2) - (below(&w->dice, 4) == 0);
        w->words[k] = S("");
        w->answers[k] = w->i.items[k].words ? INSTRUMENT_MISSING : below(&w->dice, 14) == 0 && w->i.unable ? INSTRUMENT_UNABLE : (int)(point > w->i.high ? w->i.high : point < w->i.low ? w->i.low : point);
    }
    for (size_t k = 0, question = 0; k < w->i.item_count; k++)
        if (w->i.items[k].words) {
            size_t which = question++ % COUNT_OF(words);
            if (below(&w->dice, 2) == 0)
                w->words[k] = str_from(words[which][w->said[which]++ % COUNT_OF(words[which])]);
        }
    return (struct feedback_said){&w->i, w->answers, w->words};
}

/* One more rater of a group; somebody who cannot be one is passed over. */
static enum rc name_one(struct db *tx, struct work *w, struct feedback_round *r, size_t n, int64_t *id, struct err *e)
{
    const struct demo_feedback *d = w->d;
    struct feedback_rater rater = {.group = n < 4 ? FEEDBACK_GROUP_SENIOR : n < 8 ? FEEDBACK_GROUP_PEER : FEEDBACK_GROUP_TEAM};
    enum rc rc = RC_INVALID;
    for (int64_t t = 0; t < 60 && (rc == RC_INVALID || rc == RC_CONFLICT); t++) {
        if (rater.group == FEEDBACK_GROUP_SENIOR)
            rater.person = d->ids[d->trainees + below(&w->dice, d->people - d->trainees)];
        else if (rater.group == FEEDBACK_GROUP_PEER)
            rater.person = d->ids[below(&w->dice, d->trainees)];
        else {
            rater.name = str_from(outsiders[n - 8][0]);
            rater.address = str_from(outsiders[n - 8][1]);
        }
        rc = feedback_name(tx, w->a, r, &rater, id, e);
    }
    return rc;
}

static enum rc answer_one(struct db *tx, struct work *w, int64_t nomination, struct err *e)
{
    struct str token;
    TRY(feedback_new_link(tx, w->a, nomination, &token, e));
    struct feedback_said s = said(w, 3);
    return feedback_answer(tx, w->a, token, &s, false, e);
}

static enum rc take_goal(struct db *tx, struct work *w, struct feedback_round *r, int64_t at, struct err *e)
{
    int64_t today = w->d->today - (w->d->now - at) / MS_PER_DAY;
    bool long_ago = w->wanted->begun > 2 * GOAL_DAYS;
    struct plan_goal goal = {.what = S("Give feedback within a day, unasked"), .measure = S("Two colleagues say that they heard it in time"), .by_day = (long_ago ? today : w->d->today) + GOAL_DAYS,
                             .source = PLAN_FEEDBACK, .source_id = r->id};
    TRY(plan_save_goal(tx, w->a, r->subject, &goal, today, at, e));
    TRY(feedback_close(tx, r, goal.id, at, e));
    const struct plan_end end = {.goal = goal.id, .version = 1, .state = PLAN_REACHED, .outcome = S("Two colleagues said it of their own accord.")};
    return long_ago ? plan_end_goal(tx, w->a, r->subject, &end, today + GOAL_DAYS, at + GOAL_DAYS * MS_PER_DAY, e) : RC_OK;
}

/* Behind the answers: as far as this round is to go. */
static enum rc go_on(struct db *tx, struct work *w, struct feedback_round *r, struct err *e)
{
    enum feedback_state until = w->wanted->until;
    int64_t at = w->at + 25 * MS_PER_DAY;
    TRY(feedback_end_collecting(tx, r, at, e));
    if (until == FEEDBACK_VALIDATE)
        return RC_OK;
    TRY(feedback_put_together(tx, w->a, r, true, at, e));
    if (until == FEEDBACK_RELEASE)
        return RC_OK;
    TRY(feedback_note_read(tx, r, at + MS_PER_DAY, e));
    TRY(feedback_release(tx, r, at + MS_PER_DAY, e));
    TRY(feedback_set_meeting(tx, r, until == FEEDBACK_MEETING ? w->d->now + 3 * MS_PER_DAY : at + 3 * MS_PER_DAY, S("Room 2.14"), e));
    if (until == FEEDBACK_MEETING)
        return RC_OK;
    TRY(feedback_met(tx, r, at + 4 * MS_PER_DAY, e));
    return until == FEEDBACK_GOAL ? RC_OK : take_goal(tx, w, r, at + 5 * MS_PER_DAY, e);
}

static enum rc ask_raters(struct db *tx, struct work *w, struct feedback_round *r, struct err *e)
{
    int64_t named[RATERS];
    enum feedback_state until = w->wanted->until;
    for (size_t n = 0; n < RATERS; n++)
        TRY(name_one(tx, w, r, n, &named[n], e));
    if (until == FEEDBACK_NOMINATE)
        return RC_OK;
    TRY(feedback_send_list(tx, w->a, r, w->at + 2 * MS_PER_DAY, e));
    if (until == FEEDBACK_APPROVE)
        return RC_OK;
    TRY(feedback_collect(tx, w->a, r, w->d->today - w->wanted->begun + 3, w->at + 3 * MS_PER_DAY, e));
    for (size_t n = 0; n < (until == FEEDBACK_COLLECT ? ANSWERED : RATERS); n++)
        TRY(answer_one(tx, w, named[n], e));
    return until == FEEDBACK_COLLECT ? RC_OK : go_on(tx, w, r, e);
}

static enum rc fill_one(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    const struct demo_feedback *d = w->d;
    struct feedback_round r;
    int64_t id;
    arena_reset(w->a);
    w->dice = dice_of(d->seed, 360, (int64_t)w->k);
    for (size_t k = 0; k < COUNT_OF(words); k++)
        w->said[k] = w->k; /* from here too each time: what writes may run again */
    TRY(instrument_current(tx, w->a, S(FEEDBACK_INSTRUMENT), S("en"), &w->i));
    w->answers = ARENA_ARRAY(w->a, w->i.item_count, int);
    w->words = ARENA_ARRAY(w->a, w->i.item_count, struct str);
    enum rc rc = feedback_start(tx, w->a, d->programme, w->subject, w->wanted->subject == IN_TURN ? 0 : d->mentor, w->subject, d->today, w->at, &id, e);
    if (rc == RC_INVALID || rc == RC_CONFLICT)
        return RC_OK; /* she has left, or began before */
    TRY(rc);
    TRY(feedback_find(tx, w->a, id, &r));
    if (r.state == FEEDBACK_DRAFT) {
        if (w->wanted->until == FEEDBACK_SELF)
            return RC_OK; /* one waits for somebody to facilitate */
        TRY(feedback_set_facilitator(tx, w->a, &r, d->coordinator, w->at, e));
    }
    if (w->wanted->until == FEEDBACK_SELF)
        return RC_OK;
    struct feedback_said own = said(w, 3);
    TRY(feedback_keep_self(tx, w->a, &r, &own, w->at + MS_PER_DAY, e));
    return ask_raters(tx, w, &r, e);
}

enum rc demo_feedback_fill(struct db *db, const struct demo_feedback *d, struct err *e)
{
    struct work w = {.a = arena_new(0), .d = d};
    enum rc rc = RC_OK;
    for (w.k = 0; w.k < COUNT_OF(rounds) && d->people - d->trainees >= 6 && rc == RC_OK; w.k++) {
        w.wanted = &rounds[w.k];
        int64_t at = w.wanted->subject == IN_TURN ? FIRST + EVERY * (int64_t)w.k : w.wanted->subject;
        if (at >= d->trainees || d->trainees < FEWEST)
            continue;
        w.subject = d->ids[at];
        w.at = d->now - w.wanted->begun * MS_PER_DAY;
        rc = store_write_bulk(db, fill_one, &w, e);
    }
    arena_free(w.a);
    return rc;
}
