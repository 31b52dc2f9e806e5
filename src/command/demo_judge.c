/* What a demo has of judging: a technology appraised alone and by a panel, one panel that still writes, groups that were drawn, a case that a
 * cohort is asked to take, one with experts of the programme's own, and reasons that were handed in and wait to be rated. Few of each, whatever
 * the size of the demo. */
#include "command/demo_room.h"
#include "gen/programme/practice/author_sql.h"
#include "gen/programme/practice/expert_sql.h"
#include "gen/programme/practice/rating_sql.h"
#include "programme/draw/draw.h"
#include "programme/instrument/instrument.h"
#include "programme/practice/appraisal.h"

#define PEOPLE_LEAST 14
#define MEMBERS 3
#define DRAWN 12

static int64_t trainee(const struct demo_rooms *d, size_t n)
{
    return d->ids[(size_t)(d->trainees - 1) - n];
}

static enum rc find(struct db *tx, struct arena *a, const struct demo_rooms *d, const char *code, struct row_practice_by_code *x)
{
    return sql_practice_by_code(tx, a, d->programme, str_from(code), x);
}

/* ---- appraisals ---------------------------------------------------------------------------------------------------------------------- */

static struct appraisal_writing written(size_t who)
{
    static const char *const decisions[] = {"pilot", "conditions", "wait"}, *const verdicts[] = {"favour", "open", "against"};
    static const char *const words[MEMBERS][APPRAISAL_ASPECT_COUNT] = {
        {"Forty people a month wait more than half a year for this. Whom it helps first depends on who lives far away.",
         "One trial, and its clinics are unlike ours. It says more about those who came than about those who did not.",
         "What it overlooks is found late. Somebody has to look at what it is unsure of, and by when.",
         "It was tried on people who look like half of those we see. For the others nobody knows.",
         "The pictures go to the maker. The contract does not say for how long, nor who else learns from them.",
         "The first year is cheap. The third is not in the offer."},
        {"The queue is real. Half of it is a question of who books, and that costs nothing.", "The numbers are the maker's own; one part was looked at by others.",
         "I would want to see what it does on a bad day, not only on a good one.", "Who cannot come by day is not helped by it either.",
         "Consent is one line on a long sheet.", "Cheaper than a second specialist, if it does what it says."},
        {"For two of our five places, yes.", "Good enough to try, not to rely on.", "A wrong all-clear is worse than a wait.", "The far places have the weakest network.",
         "Nothing leaves the house in the second offer: take that one.", "Training takes two days of everybody, and nobody counted that."},
    };
    struct appraisal_writing w = {.decision = str_from(decisions[who % COUNT_OF(decisions)]), .because = S("Worth finding out, with few people, and with an end that is set before.")};
    for (size_t k = 0; k < APPRAISAL_ASPECT_COUNT; k++) {
        w.verdict[k] = str_from(verdicts[(k * 2 + who) % COUNT_OF(verdicts)]);
        w.words[k] = str_from(words[who % MEMBERS][k]);
    }
    return w;
}

static enum rc appraise(struct db *tx, struct arena *a, const struct demo_rooms *d, const char *code, bool panel, bool closed, int64_t days, struct err *e)
{
    struct row_practice_by_code x;
    struct row_appraisal_find r;
    int64_t id, at = d->now - days * MS_PER_DAY;
    TRY(find(tx, a, d, code, &x));
    TRY(appraisal_open(tx, a, x.id, x.language, panel, trainee(d, 0), at, &id, e));
    for (size_t k = 1; k < MEMBERS && panel; k++)
        TRY(appraisal_come_in(tx, a, id, trainee(d, k), at + (int64_t)k * MS_PER_HOUR, e));
    for (size_t k = 0; k < (panel ? MEMBERS : 1); k++) {
        struct appraisal_writing w = written(k);
        TRY(appraisal_keep(tx, a, id, trainee(d, k), &w, closed || k != 0, at + (int64_t)(k + 5) * MS_PER_HOUR, e));
    }
    if (!panel || !closed)
        return RC_OK;
    TRY(sql_appraisal_find(tx, a, id, &r));
    TRY(appraisal_show(tx, a, id, r.version, at + MS_PER_DAY, e));
    TRY(appraisal_decide(tx, a, id, r.version + 1, S("conditions"), S("For one practice and six months; an eye doctor looks at every tenth picture; the pictures stay here."), at + MS_PER_DAY, e));
    TRY(sql_appraisal_find(tx, a, id, &r));
    TRY(appraisal_answer(tx, a, id, trainee(d, 1), r.version, true, S(""), e));
    TRY(appraisal_answer(tx, a, id, trainee(d, 2), r.version, false, S("Who lives far away gets the untested half of it."), e));
    TRY(sql_appraisal_find(tx, a, id, &r));
    return appraisal_close(tx, a, id, r.version, at + 2 * MS_PER_DAY, e);
}

/* ---- a draw -------------------------------------------------------------------------------------------------------------------------- */

static enum rc draw(struct db *tx, struct arena *a, const struct demo_rooms *d, struct err *e)
{
    static const char *const professions[] = {"medicine", "nursing", "medicine", "pharmacy"};
    struct draw_entry entries[DRAWN];
    int64_t id;
    for (size_t k = 0; k < DRAWN; k++)
        entries[k] = (struct draw_entry){.person = d->ids[k], .profession = str_from(professions[k % COUNT_OF(professions)]), .stage = S("")};
    struct draw_new n = {.programme = d->programme, .title = S("Teams for the simulation day"), .parts = 3, .entries = entries, .count = DRAWN, .person = d->lead};
    TRY(draw_tell(tx, a, &n, d->now - 4 * MS_PER_DAY, &id, e));
    return draw_make(tx, a, id, 1, S("two fours and a six"), d->now - 3 * MS_PER_DAY, e);
}

/* ---- cases ---------------------------------------------------------------------------------------------------------------------------- */

/* Reasons of two of those who are through, in the order of trainees: one waits for one of the faculty, one for two. */
static enum rc hand_in(struct db *tx, struct arena *a, const struct demo_rooms *d, const struct row_practice_by_code *x)
{
    struct instrument i;
    size_t handed = 0;
    enum rc rc = instrument_current(tx, a, S("reasoning-rubric"), S("en"), &i);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    for (int64_t k = 0; k < d->trainees && k < 200 && handed < 2; k++) {
        struct rows_practice_own_attempts rows;
        TRY(sql_practice_own_attempts(tx, a, d->ids[k], x->id, 1, &rows));
        if (rows.n == 0 || !str_eq_z(rows.v[0].state, "done"))
            continue;
        TRY(sql_hand_in_add(tx, rows.v[0].id, i.id, d->assessor, handed == 0 ? NULL : &d->mentor, d->now - 2 * MS_PER_DAY + (int64_t)handed));
        handed++;
    }
    return RC_OK;
}

static enum rc cases(struct db *tx, struct arena *a, const struct demo_rooms *d)
{
    struct row_practice_by_code x;
    TRY(find(tx, a, d, "unsafe-rota", &x));
    TRY(sql_practice_assign(tx, db_new_id(tx), x.id, d->cohort, NULL, d->today + 21, d->lead, d->now - 5 * MS_PER_DAY));
    TRY(find(tx, a, d, "speaking-in-the-parish-hall", &x));
    TRY(sql_practice_assign(tx, db_new_id(tx), x.id, d->cohort, NULL, d->today + 30, d->lead, d->now - 5 * MS_PER_DAY));
    TRY(find(tx, a, d, "handover-failure", &x));
    TRY(hand_in(tx, a, d, &x));
    TRY(sql_expert_ask(tx, x.id, d->author, d->lead, d->now - 6 * MS_PER_DAY));
    return sql_expert_ask(tx, x.id, d->mentor, d->lead, d->now - 6 * MS_PER_DAY);
}

enum rc demo_judge(struct db *tx, void *arg, struct err *e)
{
    const struct demo_rooms *d = arg;
    struct arena *a = arena_new(0);
    enum rc rc = RC_OK;
    if (d->trainees >= PEOPLE_LEAST) {
        rc = appraise(tx, a, d, "appraisal-a-camera-for-eyes", true, true, 15, e);
        rc = rc == RC_OK ? appraise(tx, a, d, "appraisal-scales-that-call", true, false, 2, e) : rc;
        rc = rc == RC_OK ? appraise(tx, a, d, "appraisal-a-machine-that-listens", false, true, 8, e) : rc;
        rc = rc == RC_OK ? cases(tx, a, d) : rc;
        rc = rc == RC_NOT_FOUND ? RC_OK : rc; /* a programme without these exercises */
        rc = rc == RC_OK ? draw(tx, a, d, e) : rc;
    }
    arena_free(a);
    return rc;
}
