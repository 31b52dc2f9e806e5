/* What a demo has of portfolios: see demo_portfolio.c. */
#ifndef CADRE_COMMAND_DEMO_PORTFOLIO_H
#define CADRE_COMMAND_DEMO_PORTFOLIO_H

#include "store/store.h"

struct demo_portfolios {
    int64_t now;
    const int64_t *ids; /* people, trainees first */
    int64_t trainees;
};
/* Inside a bulk closure; arg is a struct demo_portfolios. */
enum rc demo_portfolio(struct db *tx, void *arg, struct err *e) MUST_CHECK;

#endif
