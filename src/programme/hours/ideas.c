/* What teams said at the end of their shifts, opportunity by opportunity: the ideas are for everybody in the programme and may become projects;
 * what went well and what was risky is for whoever keeps the rota. */
#include "gen/programme/hours/hours_ideas_view.h"
#include "programme/hours/inside.h"

#define IDEAS_PAGE 50

enum rc hours_get_ideas(struct ctx *c)
{
    int64_t id, before_at = INT64_MAX, before_id = INT64_MAX;
    struct row_hours_opportunity o;
    struct rows_debriefs_of rows;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_hours_opportunity(c->db, c->a, id, &o));
    struct target t = {.programme = o.programme_id};
    TRY(access_require(c, P_PLACEMENT_VIEW, &t));
    bool keeps = access_allows(c, P_PLACEMENT_MANAGE, &t), starts = access_allows(c, P_PROJECT_START, &t);
    if (str_eq_z(o.state, "draft") && !keeps)
        return RC_NOT_FOUND;
    if (str_to_int(request_query(c->rq, "at"), &before_at))
        (void)str_to_int(request_query(c->rq, "id"), &before_id);
    TRY(sql_debriefs_of(c->db, c->a, id, keeps, before_at, before_id, IDEAS_PAGE + 1, &rows));
    size_t n = rows.n <= IDEAS_PAGE ? rows.n : IDEAS_PAGE;
    struct view_hours_ideas_list *list = ARENA_ARRAY(c->a, n, struct view_hours_ideas_list);
    for (size_t k = 0; k < n; k++) {
        const struct row_debriefs_of *r = &rows.v[k];
        list[k] = (struct view_hours_ideas_list){.at = r->written_at, .change = r->change};
        if (keeps) {
            list[k].well = r->well;
            list[k].risky = r->risky;
        }
        if (starts && r->change.n != 0)
            list[k].start = str_printf(c->a, "/projects/new?idea=%" PRId64, r->id);
    }
    struct view_hours_ideas v = {.list = list, .list_count = n};
    if (rows.n > n)
        v.more = str_printf(c->a, "/placements/%" PRId64 "/ideas?at=%" PRId64 "&id=%" PRId64, id, rows.v[n - 1].written_at, rows.v[n - 1].id);
    const struct crumb crumbs[] = {{o.title, str_printf(c->a, "/placements/%" PRId64, id)}};
    struct page page = hours_page(c, tr(c, M_placement_ideas), crumbs, 1);
    return view_hours_ideas_page(c, &page, &v);
}
