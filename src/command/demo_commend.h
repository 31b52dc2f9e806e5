/* The demo's commendations. */
#ifndef CADRE_COMMAND_DEMO_COMMEND_H
#define CADRE_COMMAND_DEMO_COMMEND_H

#include "store/store.h"

struct demo_commending {
    int64_t programme, now, today;
    const int64_t *ids;         /* of the people: trainees first, then the staff */
    int64_t trainees, people;
    uint64_t seed;
};
/* A bulk closure: arg is a struct demo_commending. */
enum rc demo_commend(struct db *tx, void *arg, struct err *e);

#endif
