/* Any bytes as the file of a plan: no crash; what is read without problems keeps its promises. */
#include "programme/plan/carry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_goal(const struct carry_goal *g)
{
    ASSERT(g->key.n == PLAN_KEY && g->what.n != 0 && g->measure.n != 0 && g->source < PLAN_SOURCES);
    ASSERT(g->state == PLAN_OPEN || g->ended_day != 0);
    ASSERT(g->action_count <= PLAN_ACTIONS_MOST && g->link_count <= PLAN_ACTIONS_MOST && g->before_count <= CARRY_ROWS_MOST);
    for (size_t i = 0; i < g->action_count; i++)
        ASSERT(g->actions[i].key.n == PLAN_KEY && g->actions[i].what.n != 0);
}

static void check_review(const struct carry_review *r)
{
    for (size_t i = 0; i < r->judged_count; i++)
        for (size_t k = 0; k < PLAN_CRITERIA; k++) {
            ASSERT(r->judged[i].owner[k] >= -1 && r->judged[i].owner[k] <= PLAN_SCORE_MOST);
            ASSERT(r->judged[i].mentor[k] >= -1 && r->judged[i].mentor[k] <= PLAN_SCORE_MOST);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct problems p = problems_new(a);
    struct plan_import *i;
    plan_parse(a, (struct str){(const char *)data, size}, &p, &i);
    if (p.errors == 0) {
        for (size_t k = 0; k < i->goal_count; k++)
            check_goal(&i->goals[k]);
        for (size_t k = 0; k < i->checkin_count; k++)
            ASSERT(i->checkins[k].key.n == PLAN_KEY && i->checkins[k].going < PLAN_GOINGS);
        for (size_t k = 0; k < i->review_count; k++)
            check_review(&i->reviews[k]);
    }
    arena_free(a);
    return 0;
}
