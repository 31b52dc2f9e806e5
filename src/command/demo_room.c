/* The demo's rooms: a role-play that is over, a negotiation that came to a deal, and a room that is open, with one person asked into it. All
 * by the rules that people's own rooms follow. */
#include "command/demo_room.h"

#include "programme/practice/practice.h"

#define TRAINEES_LEAST 7 /* with fewer there are no rooms */

enum rc demo_room(struct db *tx, void *arg, struct err *e)
{
    const struct demo_rooms *d = arg;
    static const char *const roles[] = {"surgeon", "emergency", "sister", "manager"}, *const parties[] = {"diabetes", "youth"};
    struct arena *a = arena_new(0);
    const struct practice_room_demo rooms[] = {
        {.exercise = "the-bed-promised-twice", .parts = roles, .count = COUNT_OF(roles), .observer = true, .played = true, .at = d->now - 20 * MS_PER_DAY},
        {.exercise = "one-room-two-clinics", .parts = parties, .count = COUNT_OF(parties), .played = true, .offers = {"1,1,1,1,1,1", "3,2,2,2,1,2"},
         .at = d->now - 6 * MS_PER_DAY},
        {.exercise = "the-handover-at-the-door", .count = 2, .at = d->now - MS_PER_DAY / 24},
    };
    enum rc rc = RC_OK;
    for (size_t k = 0; k < COUNT_OF(rooms) && rc == RC_OK && d->trainees >= TRAINEES_LEAST; k++)
        rc = practice_room_fill(tx, a, d->programme, &rooms[k], d->lead, d->ids + k, e);
    arena_free(a);
    return rc;
}
