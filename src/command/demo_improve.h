/* The demo's improvement projects: one that worked, one that did not, one of which nothing can be said, and a community project under way; all made up, and the
 * pages say so. */
#ifndef CADRE_COMMAND_DEMO_IMPROVE_H
#define CADRE_COMMAND_DEMO_IMPROVE_H

#include "store/store.h"

struct demo_improving {
    int64_t programme, now, today;
    const int64_t *ids; /* the people of the demo, trainees first */
    int64_t trainees;
};
/* A bulk closure: arg is a struct demo_improving. Four projects at most, whatever the size of the demo. */
enum rc demo_improve(struct db *tx, void *arg, struct err *e);

#endif
