/* What a demo has of badges: see demo_badge.c. */
#ifndef CADRE_COMMAND_DEMO_BADGE_H
#define CADRE_COMMAND_DEMO_BADGE_H

#include "store/store.h"

struct demo_badges {
    int64_t programme, now, today;
    const int64_t *ids; /* people, trainees first */
    int64_t trainees;
    int64_t coordinator;
};
/* Inside a bulk closure; arg is a struct demo_badges. */
enum rc demo_badge(struct db *tx, void *arg, struct err *e) MUST_CHECK;

#endif
