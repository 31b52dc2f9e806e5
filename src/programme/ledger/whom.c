/* Of whom a page of the ledger tells: the choice between the programme, its stages and its cohorts, in the address as "of". */
#include "gen/programme/ledger/ledger_whom_view.h"
#include "programme/ledger/inside.h"

#define GROUPS_MOST 600

struct ledger_whom ledger_read_whom(struct ctx *c)
{
    struct str of = request_query(c->rq, "of");
    struct ledger_whom w = {0};
    if (of.n > 1 && of.p[0] == 's')
        (void)str_to_int(str_sub(of, 1, of.n), &w.stage);
    else if (of.n > 1 && of.p[0] == 'c')
        (void)str_to_int(str_sub(of, 1, of.n), &w.cohort);
    return w;
}

struct str ledger_whom_query(struct arena *a, const struct ledger_whom *w)
{
    return w->stage != 0 ? str_printf(a, "of=s%" PRId64, w->stage) : w->cohort != 0 ? str_printf(a, "of=c%" PRId64, w->cohort) : S("of=");
}

struct view_ledger_whom *ledger_fill_whom(struct ctx *c, const struct programme *p, const struct ledger_groups *g, const struct ledger_whom *w, struct str path,
                                          struct str *title)
{
    struct view_ledger_whom *v = ARENA_NEW(c->a, struct view_ledger_whom);
    struct view_ledger_whom_groups *list = ARENA_ARRAY(c->a, ledger_group_count(g), struct view_ledger_whom_groups);
    size_t n = 0;
    list[n++] = (struct view_ledger_whom_groups){S(""), p->title, w->stage == 0 && w->cohort == 0};
    *title = p->title;
    for (size_t k = 0; k < g->stage_count; k++)
        list[n++] = (struct view_ledger_whom_groups){str_printf(c->a, "s%" PRId64, g->stages[k].id), g->stages[k].title, g->stages[k].id == w->stage};
    for (size_t k = 0; k < g->cohort_count && n < GROUPS_MOST; k++)
        list[n++] = (struct view_ledger_whom_groups){str_printf(c->a, "c%" PRId64, g->cohorts[k].id), g->cohorts[k].title, g->cohorts[k].id == w->cohort};
    for (size_t k = 0; k < n; k++)
        if (list[k].chosen)
            *title = list[k].title;
    *v = (struct view_ledger_whom){path, list, n};
    return v;
}
