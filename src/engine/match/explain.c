/* "Why not X?": the reason for each entry of a person's list, and the smallest change that would have made the pair.
 * What is told is the person's own place and the mentor's published cutoff, never another person's. */
#include "engine/match/match.h"

struct view {
    const struct hr *h;
    const uint32_t *partner;
    struct match_check check;
    enum hr_side side;
    uint32_t agent;
    match_solver *solve;
};

/* Places count from 1; a tie shares its first place. */
static uint32_t place_of(const struct hr *h, enum hr_side side, uint32_t owner, uint32_t entry)
{
    struct hr_list list = h->list[side][owner];
    return hr_tie_first(h, list, entry) - list.from + 1;
}

static bool would_be_matched(const struct view *v, const struct hr *changed, uint32_t mentor, uint32_t *partner)
{
    v->solve(changed, partner);
    return partner[v->agent] == mentor;
}

/* More seats never hurt a mentee in the fair mode (Gale, Sotomayor 1985), so the least number is found by halving;
 * outside that mode the number found is one that suffices. 0: none does, as the mentee gets somebody better then too.
 */
static uint32_t seats_needed(const struct view *v, uint32_t mentor, uint32_t most, uint32_t *partner)
{
    struct hr changed = *v->h;
    uint32_t low = 1, high = most;
    struct arena *own = arena_new(0);
    changed.seats = arena_alloc_raw(own, changed.count[HR_MENTOR] * sizeof *changed.seats);
    memcpy(changed.seats, v->h->seats, changed.count[HR_MENTOR] * sizeof *changed.seats);
    changed.seats[mentor] = v->h->seats[mentor] + high;
    if (!would_be_matched(v, &changed, mentor, partner))
        low = high = 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        changed.seats[mentor] = v->h->seats[mentor] + middle;
        if (would_be_matched(v, &changed, mentor, partner))
            high = middle;
        else
            low = middle + 1;
    }
    arena_free(own);
    return high;
}

/* Moves an entry within its list and puts the twins right. */
static void move_entry(struct hr *h, uint32_t from, uint32_t to)
{
    struct hr_pref moved = h->pref[from];
    uint32_t least = from < to ? from : to, most = from < to ? to : from;
    if (from < to)
        memmove(&h->pref[from], &h->pref[from + 1], (to - from) * sizeof moved);
    else
        memmove(&h->pref[to + 1], &h->pref[to], (from - to) * sizeof moved);
    h->pref[to] = moved;
    for (uint32_t p = least; p <= most; p++)
        if (h->pref[p].twin != HR_NONE)
            h->pref[h->pref[p].twin].twin = p;
}

/* The lowest place in the mentor's list that would have sufficed, from 1, counted in the order that the lottery made; 0
 * where even the first is not enough. A better place never hurts. */
static uint32_t place_needed(const struct view *v, uint32_t mentor, uint32_t entry, uint32_t *partner)
{
    struct hr changed = *v->h;
    struct arena *own = arena_new(0);
    uint32_t first = changed.list[HR_MENTOR][mentor].from, low = first, high = entry, at = entry;
    changed.pref = arena_alloc_raw(own, changed.pref_count * sizeof *changed.pref);
    memcpy(changed.pref, v->h->pref, changed.pref_count * sizeof *changed.pref);
    while (low < high) { /* with entries before low the pair is made, from high on it is not */
        uint32_t middle = low + (high - low) / 2;
        move_entry(&changed, at, middle);
        at = middle;
        if (would_be_matched(v, &changed, mentor, partner))
            low = middle + 1;
        else
            high = middle;
    }
    arena_free(own);
    return low - first;
}

static bool seat_was_free(const struct view *v, uint32_t mentor)
{
    return v->check.held[mentor] < v->h->capacity[mentor];
}

/* The worst entry that a mentor holds. */
static uint32_t last_held(const struct view *v, uint32_t mentor)
{
    struct hr_list list = v->h->list[HR_MENTOR][mentor];
    for (uint32_t p = list.to; p > list.from; p--)
        if (v->h->pref[p - 1].twin != HR_NONE && v->partner[hr_who(v->h, p - 1)] == mentor)
            return p - 1;
    return HR_NONE;
}

/* Why a mentor did not take the mentee who stands at an entry of its list and would have come. */
static enum match_why refusal(const struct view *v, uint32_t mentor, uint32_t entry, uint32_t *cutoff)
{
    const struct hr *h = v->h;
    struct hr_list list = h->list[HR_MENTOR][mentor];
    uint32_t last = last_held(v, mentor);
    if (h->seats[mentor] == 0)
        return WHY_NO_SEATS;
    if (seat_was_free(v, mentor) || last == HR_NONE)
        return WHY_QUOTA;
    uint32_t last_tie = hr_tie_first(h, list, last);
    *cutoff = last_tie - list.from + 1;
    if (hr_tie_first(h, list, entry) > last_tie)
        return WHY_FULL;
    return entry > last ? WHY_LOTTERY : entry >= last_tie ? WHY_TIE : WHY_QUOTA;
}

static void smallest_change(const struct view *v, uint32_t mentor, uint32_t entry, struct match_reason *r)
{
    struct hr_list list = v->h->list[HR_MENTOR][mentor];
    struct arena *own = arena_new(0);
    uint32_t *partner = arena_alloc_raw(own, v->h->count[HR_MENTEE] * sizeof *partner);
    r->seats_needed = seats_needed(v, mentor, list.to - list.from, partner);
    if (r->why == WHY_FULL)
        r->place_needed = place_needed(v, mentor, entry, partner);
    arena_free(own);
}

/* Did the mentee get somebody it likes more than, or as much as, its entry? */
static bool has_as_good(const struct view *v, uint32_t mentee, uint32_t entry, bool *equal)
{
    struct hr_list list = v->h->list[HR_MENTEE][mentee];
    uint32_t got = v->partner[mentee] != HR_NONE ? hr_entry(v->h, HR_MENTEE, mentee, v->partner[mentee]) : HR_NONE;
    *equal = got != HR_NONE && hr_tie_first(v->h, list, got) == hr_tie_first(v->h, list, entry);
    return *equal || (got != HR_NONE && got < entry);
}

static struct match_reason reason_for(const struct view *v, uint32_t entry)
{
    const struct hr *h = v->h;
    bool to_mentee = v->side == HR_MENTEE, equal;
    uint32_t other = hr_who(h, entry), mentee = to_mentee ? v->agent : other, mentor = to_mentee ? other : v->agent;
    uint32_t theirs = h->pref[entry].twin != HR_NONE ? h->pref[entry].twin : hr_entry(h, !v->side, other, v->agent);
    bool pinned = h->pinned != NULL && h->pinned[mentee] != HR_NONE;
    struct match_reason r = {.other = other};
    if (theirs != HR_NONE && to_mentee) /* a mentor is not told where a mentee put it */
        r.place = place_of(h, HR_MENTOR, other, theirs);
    if (v->partner[mentee] == mentor)
        r.why = pinned ? WHY_PINNED : WHY_MATCHED;
    else if (hr_is_excluded(h, mentee, mentor))
        r.why = WHY_EXCLUDED;
    else if (pinned)
        r.why = to_mentee ? WHY_PINNED : WHY_THEIRS;
    else if (theirs == HR_NONE)
        r.why = WHY_NOT_ANSWERED;
    else if (has_as_good(v, mentee, to_mentee ? entry : theirs, &equal))
        r.why = !to_mentee ? WHY_THEIRS : equal ? WHY_EQUAL : WHY_BETTER;
    else {
        uint32_t at_mentor = to_mentee ? theirs : entry;
        r.why = refusal(v, mentor, at_mentor, &r.cutoff);
        if (to_mentee && v->solve != NULL && r.why != WHY_QUOTA)
            smallest_change(v, mentor, at_mentor, &r);
    }
    return r;
}

void match_explain(const struct hr *h, struct arena *a, const uint32_t *partner, enum hr_side side, uint32_t agent,
                   match_solver *solve, struct match_reason **out, size_t *count)
{
    struct view v = {.h = h, .partner = partner, .side = side, .agent = agent, .solve = solve};
    struct hr_list list = h->list[side][agent];
    match_check(h, a, partner, &v.check);
    *count = list.to - list.from;
    *out = ARENA_ARRAY(a, *count, struct match_reason);
    for (size_t k = 0; k < *count; k++)
        (*out)[k] = reason_for(&v, list.from + (uint32_t)k);
}
