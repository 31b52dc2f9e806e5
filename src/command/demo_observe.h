/* What a demo has of observation: see demo_observe.c. */
#ifndef CADRE_COMMAND_DEMO_OBSERVE_H
#define CADRE_COMMAND_DEMO_OBSERVE_H

#include "store/store.h"

struct demo_observing {
    int64_t programme, now, today;
    const int64_t *ids;         /* trainees first, then staff */
    int64_t trainees, people;
    int64_t place_group;        /* the group whose names a place's code offers */
    uint64_t seed;
    int64_t from, until;        /* trainees of this run; the first run makes what a programme has once */
};
/* Inside a bulk closure; arg is a struct demo_observing. */
enum rc demo_observe(struct db *tx, void *arg, struct err *e) MUST_CHECK;

#endif
