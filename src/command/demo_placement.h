/* The demo's placements: two clinics with a term of shifts. */
#ifndef CADRE_COMMAND_DEMO_PLACEMENT_H
#define CADRE_COMMAND_DEMO_PLACEMENT_H

#include "store/store.h"

struct demo_placements {
    int64_t programme, now, today;
    const int64_t *ids;         /* of the people: trainees first, then the staff */
    int64_t trainees, people;
    uint64_t seed;
};
/* A bulk closure: arg is a struct demo_placements. */
enum rc demo_placement(struct db *tx, void *arg, struct err *e);

#endif
