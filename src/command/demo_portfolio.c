/* The demo's portfolios: a few trainees have one, each with two sections and some of their evidence; one link that works and one that
 * ended. Their tokens are told to nobody, as with any link. */
#include "command/demo_portfolio.h"

#include "programme/portfolio/portfolio.h"

#define PORTFOLIOS 5 /* trainees who have one */
#define SHOWN 6

static const char introduction[] = "I began as the one who took notes. Here is what I have **led** since then, what others said about it, and what I still want to learn.";
static const char on_the_ward[] = "A ward is led by whoever makes it clear what comes next. I try to do three things:\n\n- ask the quietest person first\n- say the plan aloud, and have it said back\n- "
                                  "come back and look";
static const char learning[] = "What I read and practised before I tried it.";

static enum rc of_trainee(struct db *tx, struct arena *a, int64_t person, int64_t now, struct err *e)
{
    int64_t portfolio, first, second, *ids;
    size_t count;
    struct str token;
    TRY(portfolio_add(tx, a, person, S("Leading on the ward"), str_from(introduction), S("en"), now - 60 * MS_PER_DAY, &portfolio, e));
    TRY(portfolio_add_section(tx, a, portfolio, S("On the ward"), str_from(on_the_ward), now - 60 * MS_PER_DAY, &first, e));
    TRY(portfolio_add_section(tx, a, portfolio, S("What I learned first"), str_from(learning), now - 60 * MS_PER_DAY, &second, e));
    TRY(portfolio_offered(tx, a, person, portfolio, 2 * SHOWN, &ids, &count));
    TRY(portfolio_choose(tx, a, first, ids, count / 2, now - 3 * MS_PER_DAY, e));
    TRY(portfolio_choose(tx, a, second, ids + count / 2, count - count / 2, now - 3 * MS_PER_DAY, e));
    TRY(portfolio_share(tx, a, portfolio, S("Talk with my supervisor"), 7, now - 50 * MS_PER_DAY, &token, e));
    return portfolio_share(tx, a, portfolio, S("Application for the surgical rotation"), PORTFOLIO_LINK_DAYS, now - 2 * MS_PER_DAY, &token, e);
}

enum rc demo_portfolio(struct db *tx, void *arg, struct err *e)
{
    const struct demo_portfolios *d = arg;
    struct arena *a = arena_new(0);
    enum rc rc = RC_OK;
    for (int64_t i = 0; i < d->trainees && i < PORTFOLIOS && rc == RC_OK; i++)
        rc = of_trainee(tx, a, d->ids[i], d->now, e);
    arena_free(a);
    return rc;
}
