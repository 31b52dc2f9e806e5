/* What a demo has of rooms: see demo_room.c. */
#ifndef CADRE_COMMAND_DEMO_ROOM_H
#define CADRE_COMMAND_DEMO_ROOM_H

#include "store/store.h"

struct demo_rooms {
    int64_t programme, now;
    int64_t lead;       /* who opens them */
    const int64_t *ids; /* people, trainees first */
    int64_t trainees;
    int64_t today;
    int64_t mentor, assessor, author; /* faculty who are asked to rate, to judge, to be experts */
    int64_t cohort;     /* that is asked to take exercises */
};
/* Inside a bulk closure; arg is a struct demo_rooms. */
enum rc demo_room(struct db *tx, void *arg, struct err *e) MUST_CHECK;

/* The same for debates, listening and speeches (demo_talk.c); and for appraisals, a draw, and what is asked and handed in (demo_judge.c). */
enum rc demo_talk(struct db *tx, void *arg, struct err *e) MUST_CHECK;
enum rc demo_judge(struct db *tx, void *arg, struct err *e) MUST_CHECK;

#endif
