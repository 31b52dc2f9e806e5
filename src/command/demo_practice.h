/* The demo's practice: cases that people took. */
#ifndef CADRE_COMMAND_DEMO_PRACTICE_H
#define CADRE_COMMAND_DEMO_PRACTICE_H

#include "store/store.h"

struct demo_practising {
    int64_t programme, now, today;
    const int64_t *ids;         /* of the people: trainees first, then the staff */
    int64_t trainees, people;
    uint64_t seed;
};
/* A bulk closure: arg is a struct demo_practising. */
enum rc demo_practice(struct db *tx, void *arg, struct err *e);

#endif
