/* The demo's evaluations: one of what people trust themselves to do, before, at the end, and 6 and 12 months after, held against a cohort that
 * had it not; one of what they say they do; and how sessions were. */
#ifndef CADRE_COMMAND_DEMO_LEDGER_H
#define CADRE_COMMAND_DEMO_LEDGER_H

#include "store/store.h"

struct demo_evaluating {
    int64_t programme, now, today;
    const int64_t *ids;         /* the people of the demo, trainees first, cohort by cohort */
    int64_t trainees, cohort_count;
    const int64_t *cohorts;     /* their ids; those of one stage stand together */
    const int64_t *starts;      /* the day each began */
    int64_t each;               /* cohorts of one stage */
    int64_t coordinator;
    uint64_t seed;
};
/* A bulk closure: arg is a struct demo_evaluating. Eight cohorts at most, whatever the size of the demo. */
enum rc demo_evaluate(struct db *tx, void *arg, struct err *e);

#endif
