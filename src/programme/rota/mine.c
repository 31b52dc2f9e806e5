/* One's own shifts: what is ahead, what one waits for, what one supervises. */
#include "gen/programme/rota/alloc_sql.h"
#include "gen/programme/rota/rota_mine_view.h"
#include "programme/rota/inside.h"

#define PLACES_MOST 50
#define BACK_MS (12 * MS_PER_HOUR)

enum rc rota_get_mine(struct ctx *c)
{
    struct rows_rota_places_of places;
    struct rows_rota_waiting_of waiting;
    struct rows_rota_supervised_by supervised;
    struct view_rota_mine v = {0};
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_PLACEMENT_OWN, &t));
    TRY(sql_rota_places_of(c->db, c->a, c->who->person, c->now - BACK_MS, INT64_MAX, PLACES_MOST, &places));
    TRY(sql_rota_waiting_of(c->db, c->a, c->who->person, c->now, &waiting));
    TRY(sql_rota_supervised_by(c->db, c->a, c->who->person, c->now - BACK_MS, INT64_MAX, PLACES_MOST, &supervised));
    struct view_rota_mine_places *list = ARENA_ARRAY(c->a, places.n, struct view_rota_mine_places);
    for (size_t k = 0; k < places.n; k++) {
        const struct row_rota_places_of *r = &places.v[k];
        list[k] = (struct view_rota_mine_places){rota_shift_path(c, r->shift_id, ""), r->title, rota_when(c, r->starts_at, r->ends_at), r->place, r->role, r->leads,
                                                 str_eq_z(r->shift_state, "open")};
    }
    v.places = list;
    v.places_count = places.n;
    struct view_rota_mine_waiting *waits = ARENA_ARRAY(c->a, waiting.n, struct view_rota_mine_waiting);
    for (size_t k = 0; k < waiting.n; k++)
        waits[k] = (struct view_rota_mine_waiting){rota_shift_path(c, waiting.v[k].shift_id, ""), waiting.v[k].title,
                                                   rota_when(c, waiting.v[k].starts_at, waiting.v[k].ends_at), waiting.v[k].role};
    v.waiting = waits;
    v.waiting_count = waiting.n;
    struct rows_rota_swaps_of swaps;
    struct rows_rota_swaps_for_all offered;
    TRY(sql_rota_swaps_of(c->db, c->a, c->who->person, c->now, &swaps));
    TRY(sql_rota_swaps_for_all(c->db, c->a, c->who->person, c->today, c->now, PLACES_MOST, &offered));
    struct view_rota_mine_swaps *under_way = ARENA_ARRAY(c->a, swaps.n, struct view_rota_mine_swaps);
    for (size_t k = 0; k < swaps.n; k++)
        under_way[k] = (struct view_rota_mine_swaps){str_printf(c->a, "/swaps/%" PRId64, swaps.v[k].id), swaps.v[k].title, rota_when(c, swaps.v[k].starts_at, swaps.v[k].ends_at),
                                                     swaps.v[k].role, swaps.v[k].state, swaps.v[k].person_id == c->who->person};
    v.swaps = under_way;
    v.swaps_count = swaps.n;
    struct view_rota_mine_offered *for_all = ARENA_ARRAY(c->a, offered.n, struct view_rota_mine_offered);
    for (size_t k = 0; k < offered.n; k++)
        for_all[k] = (struct view_rota_mine_offered){str_printf(c->a, "/swaps/%" PRId64, offered.v[k].id), offered.v[k].title,
                                                     rota_when(c, offered.v[k].starts_at, offered.v[k].ends_at), offered.v[k].role, offered.v[k].exchange != 0};
    v.offered = for_all;
    v.offered_count = offered.n;
    struct view_rota_mine_supervised *sees = ARENA_ARRAY(c->a, supervised.n, struct view_rota_mine_supervised);
    for (size_t k = 0; k < supervised.n; k++)
        sees[k] = (struct view_rota_mine_supervised){rota_shift_path(c, supervised.v[k].shift_id, ""), supervised.v[k].title,
                                                     rota_when(c, supervised.v[k].starts_at, supervised.v[k].ends_at), supervised.v[k].held,
                                                     str_eq_z(supervised.v[k].state, "open")};
    v.supervised = sees;
    v.supervised_count = supervised.n;
    struct rows_rota_wishing wishing;
    TRY(sql_rota_wishing(c->db, c->a, c->who->person, c->today, &wishing));
    struct view_rota_mine_wishing *open = ARENA_ARRAY(c->a, wishing.n, struct view_rota_mine_wishing);
    for (size_t k = 0; k < wishing.n; k++)
        open[k] = (struct view_rota_mine_wishing){rota_term_path(c, wishing.v[k].id, "/wishes"), wishing.v[k].title, wishing.v[k].wish_until_day, wishing.v[k].handed != 0};
    v.wishing = open;
    v.wishing_count = wishing.n;
    struct page page = rota_page(c, tr(c, M_placement_my_shifts), NULL, 0);
    return view_rota_mine_page(c, &page, &v);
}
