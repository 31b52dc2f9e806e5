/* Rooms for a demo, step by step as people would go; see practice.h. */
#include "programme/practice/room_bargain.h"

#define MINUTE INT64_C(60000)

static enum rc come(struct db *tx, struct arena *a, int64_t room, const struct practice_room_demo *d, const int64_t *people, struct err *e)
{
    for (size_t k = 0; k < d->count + d->observer; k++) {
        if (d->parts == NULL && k != 0) { /* the others have not been in yet */
            TRY(sql_room_come_in(tx, room, people[k], 0, NULL));
            continue;
        }
        TRY(room_come_in(tx, room, people[k], d->at + (int64_t)(k + 1) * MINUTE));
        if (d->parts != NULL)
            TRY(room_take(tx, a, room, people[k], k < d->count ? str_from(d->parts[k]) : S("observer"), d->at + (int64_t)(k + 2) * MINUTE, e));
    }
    return RC_OK;
}

static enum rc bargain(struct db *tx, struct arena *a, int64_t room, const struct practice_room_demo *d, const int64_t *people, int64_t at, struct err *e)
{
    struct room r;
    struct bargain b;
    bool deal;
    for (size_t k = 0; k < COUNT_OF(d->offers); k++)
        TRY(bargain_offer(tx, a, room, people[k], str_from(d->offers[k]), S(""), at + (int64_t)(k + 1) * 6 * MINUTE, e));
    TRY(room_read(tx, a, room, people[0], at, &r));
    TRY(bargain_read(tx, a, &r, &b));
    return bargain_answer(tx, a, room, people[0], b.offers.v[0].id, true, at + 14 * MINUTE, &deal, e);
}

static enum rc play(struct db *tx, struct arena *a, int64_t room, const struct practice_room_demo *d, int64_t lead, const int64_t *people, struct err *e)
{
    struct room r;
    int64_t at = d->at + 10 * MINUTE;
    bool offered = d->offers[0] == NULL;
    TRY(room_step(tx, a, room, lead, ROOM_BEGIN, 0, at, e));
    TRY(room_read(tx, a, room, lead, at, &r));
    for (int64_t k = 0; k < (int64_t)r.plan.phase_count; k++) {
        if (!offered && r.plan.phases[k].shows == ROOM_PLAY) {
            TRY(bargain(tx, a, room, d, people, at, e));
            offered = true;
        }
        at += r.plan.phases[k].seconds * 1000;
        TRY(room_step(tx, a, room, lead, ROOM_NEXT, k, at, e));
    }
    return RC_OK;
}

enum rc practice_room_fill(struct db *tx, struct arena *a, int64_t programme, const struct practice_room_demo *d, int64_t lead, const int64_t *people,
                           struct err *e)
{
    struct row_practice_by_code x;
    int64_t room;
    enum rc rc = sql_practice_by_code(tx, a, programme, str_from(d->exercise), &x);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    TRY(room_open(tx, a, x.id, x.language, lead, d->at, &room, e));
    TRY(come(tx, a, room, d, people, e));
    return d->played ? play(tx, a, room, d, lead, people, e) : RC_OK;
}
