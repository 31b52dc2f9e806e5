/* The demo's progress panels. */
#ifndef CADRE_COMMAND_DEMO_PANEL_H
#define CADRE_COMMAND_DEMO_PANEL_H

#include "store/store.h"

struct demo_panels {
    int64_t programme, now, today;
    const int64_t *ids;         /* of the people: trainees first, by cohort, then the staff */
    int64_t trainees;
    int64_t cohorts[2];         /* the first two */
    int64_t cohort_count;
    int64_t first;              /* trainees in the first cohort */
};
/* A bulk closure: arg is a struct demo_panels. */
enum rc demo_panel(struct db *tx, void *arg, struct err *e);

#endif
