/* The demo's development plans. */
#ifndef CADRE_COMMAND_DEMO_PLAN_H
#define CADRE_COMMAND_DEMO_PLAN_H

#include "store/store.h"

struct demo_planning {
    int64_t programme, now, today;
    const int64_t *ids;         /* of the trainees */
    int64_t trainees;
    uint64_t seed;
};
/* A bulk closure: arg is a struct demo_planning. Mentoring stands already. */
enum rc demo_plan(struct db *tx, void *arg, struct err *e);

#endif
