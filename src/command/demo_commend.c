/* The demo's commendations: people name what they saw of each other; most were read, some are shown, one is new, one was not
 * meant kindly and waits for the coordinator. Their number does not grow beyond some hundreds, whatever the size of the demo. */
#include "command/demo_commend.h"

#include "base/clock.h"
#include "command/demo_dice.h"
#include "programme/commend/commend.h"
#include "programme/framework/framework.h"

#define GIVEN_MOST 400

static const struct {
    const char *competency, *words;
} said[] = {
    {"COM-T", "Asked the quietest person in the handover first. We found the missing blood result because of it."},
    {"CHA-P", "Said in front of everybody that the mix-up was theirs, and what they changed. Two of us then told ours."},
    {"CMP-T", "Gave each of us one task by name when the patient collapsed. Nobody stood around."},
    {"CTX-I", "Asked the physiotherapist before the round, and changed the plan because of the answer."},
    {"COM-I", "Listened to an angry relative for ten minutes without defending anybody. The complaint became a plan."},
    {"CHA-I", "Knows the names of the porters, and thanks them. Now all of us do."},
    {"CMP-I", "Stayed in the room for my first drain and said nothing until I asked."},
    {"CTX-T", "Noticed that nobody without a car came to our clinic, and got the evening bus to stop there."},
};

struct work {
    struct db *tx;
    struct arena *a;
    const struct demo_commending *d;
    struct err *e;
};

/* read: the person has seen it; shown: and shows it. */
static enum rc commend(const struct work *w, int64_t to, int64_t from, size_t what, int64_t at, bool read, bool shown, int64_t *id)
{
    struct commend_new n = {w->d->programme, w->d->ids[to], w->d->ids[from], 0, str_from(said[what].words), w->d->today};
    enum rc rc = framework_by_code(w->tx, w->a, w->d->programme, str_from(said[what].competency), &n.competency);
    if (rc != RC_OK || to == from)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(commend_give(w->tx, w->a, &n, at, id, w->e));
    if (read)
        TRY(commend_see(w->tx, w->a, n.person, at + MS_PER_HOUR));
    return shown ? commend_show(w->tx, *id, 2, true, w->e) : RC_OK;
}

static enum rc give_all(const struct work *w)
{
    const struct demo_commending *d = w->d;
    int64_t step = d->people / GIVEN_MOST + 1, mentor = d->trainees + 4, id = 0;
    for (int64_t i = 0; i < d->people; i += step) {
        struct dice dice = dice_of(d->seed, 41, i);
        int64_t from = below(&dice, d->people), days = 1 + below(&dice, 200);
        if (i == d->trainees || from == i)
            continue; /* the administrator is in no programme */
        if (chance(&dice, i < d->trainees ? 35 : 60))
            TRY(commend(w, i, from, (size_t)below(&dice, COUNT_OF(said)), d->now - days * MS_PER_DAY - MS_PER_HOUR, true, chance(&dice, 60), &id));
        arena_reset(w->a);
    }
    TRY(commend(w, mentor, 0, 4, d->now - 30 * MS_PER_DAY, true, true, &id));
    TRY(commend(w, mentor, 1, 6, d->now - 12 * MS_PER_DAY, true, true, &id));
    TRY(commend(w, 0, mentor, 0, d->now - 2 * MS_PER_DAY, false, false, &id)); /* not read yet: it waits on her Home */
    struct commend_new unkind = {d->programme, d->ids[1], d->ids[3], 0, S("For once you were on time. Clap, clap."), d->today};
    enum rc rc = framework_by_code(w->tx, w->a, d->programme, S("CHA-P"), &unkind.competency);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(commend_give(w->tx, w->a, &unkind, d->now - 3 * MS_PER_DAY, &id, w->e));
    TRY(commend_see(w->tx, w->a, unkind.person, d->now - 2 * MS_PER_DAY));
    return commend_report(w->tx, id, 2, S("This is mockery, and I do not want it here."), d->now - MS_PER_DAY, w->e);
}

enum rc demo_commend(struct db *tx, void *arg, struct err *e)
{
    struct work w = {tx, arena_new(0), arg, e};
    enum rc rc = give_all(&w);
    arena_free(w.a);
    return rc;
}
