/* What a demo has of rooms: see demo_room.c. */
#ifndef CADRE_COMMAND_DEMO_ROOM_H
#define CADRE_COMMAND_DEMO_ROOM_H

#include "store/store.h"

struct demo_rooms {
    int64_t programme, now;
    int64_t lead;       /* who opens them */
    const int64_t *ids; /* people, trainees first */
    int64_t trainees;
};
/* Inside a bulk closure; arg is a struct demo_rooms. */
enum rc demo_room(struct db *tx, void *arg, struct err *e) MUST_CHECK;

#endif
