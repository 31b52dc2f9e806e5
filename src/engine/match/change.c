/* Other capacities, kept pairs, fewest moves. See change.h. */
#include "engine/match/change.h"

#include "engine/match/match.h"
#include "engine/match/rotations.h"

#define ATTEMPTS 12u

/* ---- changed instances
 * --------------------------------------------------------------------------------------------------------- */
/* Of two pinned to the same mentor: does x lose its pin before y? */
static bool is_looser(const struct hr *h, uint32_t mentor, uint32_t x, uint32_t y)
{
    uint32_t px = hr_entry(h, HR_MENTOR, mentor, x), py = hr_entry(h, HR_MENTOR, mentor, y);
    struct hr_list list = h->list[HR_MENTOR][mentor];
    px = px != HR_NONE ? hr_tie_first(h, list, px) : HR_NONE;
    py = py != HR_NONE ? hr_tie_first(h, list, py) : HR_NONE;
    return px != py ? px > py : hr_ticket(h->seed, HR_MENTEE, x) > hr_ticket(h->seed, HR_MENTEE, y);
}

static void release_pins(struct hr *h, uint32_t mentor, uint32_t count)
{
    for (; count > 0; count--) {
        uint32_t loosest = HR_NONE;
        for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
            if (h->pinned[i] == mentor && (loosest == HR_NONE || is_looser(h, mentor, i, loosest)))
                loosest = i;
        hr_unpin(h, loosest);
    }
}

struct hr *match_change_seats(const struct hr *h, struct arena *a, const struct match_seats *changes, size_t count)
{
    struct hr *c = hr_copy(h, a);
    for (size_t k = 0; k < count; k++) {
        uint32_t j = changes[k].mentor, capacity = changes[k].capacity;
        ASSERT(j < c->count[HR_MENTOR]);
        uint32_t pins = c->capacity[j] - c->seats[j];
        if (pins > capacity)
            release_pins(c, j, pins - capacity);
        c->seats[j] = capacity - (pins < capacity ? pins : capacity);
        c->capacity[j] = capacity;
        if (c->quota != NULL && c->quota[j] > capacity)
            c->quota[j] = capacity;
    }
    return c;
}

struct hr *match_change_without(const struct hr *h, struct arena *a, const bool *out)
{
    struct hr *c = hr_copy(h, a);
    for (uint32_t i = 0; i < c->count[HR_MENTEE]; i++) {
        if (!out[i])
            continue;
        if (c->pinned != NULL && c->pinned[i] != HR_NONE)
            hr_unpin(c, i);
        for (uint32_t e = c->list[HR_MENTEE][i].from; e < c->list[HR_MENTEE][i].to; e++)
            hr_take_out(c, e);
    }
    return c;
}

struct hr *match_change_keep(const struct hr *h, struct arena *a, const uint32_t *before, const bool *keep)
{
    struct hr *c = hr_copy(h, a);
    uint32_t n = c->count[HR_MENTEE], m = c->count[HR_MENTOR];
    uint32_t *over = ARENA_ARRAY(c->a, m, uint32_t);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t j = keep[i] && before[i] < m ? before[i] : HR_NONE;
        bool pinned = c->pinned != NULL && c->pinned[i] != HR_NONE;
        if (j == HR_NONE || pinned || c->capacity[j] == 0 || hr_is_excluded(c, i, j))
            continue;
        if (c->seats[j] == 0) { /* first all are pinned, then those that are too many are released */
            c->seats[j] = 1;
            over[j]++;
        }
        hr_pin_now(c, i, j);
    }
    for (uint32_t j = 0; j < m; j++)
        for (; over[j] > 0; over[j]--) {
            uint32_t loosest = HR_NONE;
            for (uint32_t i = 0; i < n; i++)
                if (c->pinned[i] == j && !(h->pinned != NULL && h->pinned[i] == j) &&
                    (loosest == HR_NONE || is_looser(c, j, i, loosest)))
                    loosest = i;
            hr_unpin(c, loosest);
            c->seats[j]--;
        }
    return c;
}

void match_moves(const struct hr *h, struct arena *a, const uint32_t *before, const uint32_t *after,
                 struct match_move **out, size_t *count)
{
    *count = 0;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
        *count += before[i] != after[i];
    *out = arena_alloc_raw(a, *count * sizeof **out);
    size_t k = 0;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
        if (before[i] != after[i])
            (*out)[k++] = (struct match_move){i, before[i], after[i]};
}

/* ---- fewest moves
 * -------------------------------------------------------------------------------------------------------------- */
static uint32_t count_moves(const struct hr *h, const uint32_t *before, const uint32_t *after)
{
    uint32_t moves = 0;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
        moves += before[i] != after[i];
    return moves;
}

/* Exact for the order that ties have now. */
static void solve_strict(const struct hr *h, const uint32_t *before, uint32_t *partner)
{
    struct arena *own = arena_new(0);
    struct rotations r = rotations_find(h, own);
    int32_t *cost = ARENA_ARRAY(own, r.count, int32_t);
    for (uint32_t k = 0; k < r.count; k++)
        for (uint32_t x = r.begin[k]; x < r.begin[k + 1]; x++) {
            struct rotation_move v = r.move[x];
            cost[k] += (v.to != before[v.mentee]) - (v.from != before[v.mentee]);
        }
    rotations_cheapest(&r, h->count[HR_MENTEE], cost, partner);
    arena_free(own);
}

/* Whose pair can no longer be, or is one of too many at its mentor, has to move in any matching. */
static uint32_t must_move(const struct hr *h, const uint32_t *before)
{
    struct arena *own = arena_new(0);
    uint32_t *held = ARENA_ARRAY(own, h->count[HR_MENTOR], uint32_t), moves = 0;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++) {
        uint32_t j = before[i], entry = j != HR_NONE ? hr_entry(h, HR_MENTEE, i, j) : HR_NONE;
        bool pinned = h->pinned != NULL && h->pinned[i] != HR_NONE;
        if (pinned ? h->pinned[i] != j : j != HR_NONE && (entry == HR_NONE || h->pref[entry].twin == HR_NONE))
            moves++;
        else if (j != HR_NONE && held[j]++ >= h->capacity[j])
            moves++;
    }
    arena_free(own);
    return moves;
}

static bool stood(const void *before, uint32_t mentee, uint32_t mentor)
{
    return ((const uint32_t *)before)[mentee] == mentor;
}

void match_fewest_moves(const struct hr *h, const uint32_t *before, uint32_t *partner, struct match_fewest *out)
{
    uint32_t n = h->count[HR_MENTEE];
    struct arena *own = arena_new(0);
    bool ties = hr_has_ties(h);
    if (!ties) {
        solve_strict(h, before, partner);
        out->moves = out->at_least = count_moves(h, before, partner);
    } else {
        uint32_t *trial = arena_alloc_raw(own, n * sizeof *trial);
        struct hr *c = hr_copy(h, own);
        *out = (struct match_fewest){.moves = UINT32_MAX, .at_least = must_move(h, before)};
        for (uint32_t k = 0; k < ATTEMPTS && out->moves > out->at_least; k++) {
            hr_redraw(c, h->seed + k, stood, before);
            solve_strict(c, before, trial);
            uint32_t moves = count_moves(h, before, trial);
            if (moves < out->moves) {
                out->moves = moves;
                memcpy(partner, trial, n * sizeof *partner);
            }
        }
    }
    out->exact = out->moves == out->at_least;
    arena_free(own);
}
