/* Lower quotas: stable where it can be, else the fewest blocking pairs, or free of envy. See quota.h. */
#include "engine/match/quota.h"

#include "engine/match/flow.h"
#include "engine/match/match.h"

#define DEPTH_MOST 64u /* blocking pairs that the exact search goes up to */
#define ATTEMPTS 12u
#define NAMES_MOST 10u

struct search {
    const struct hr *h; /* as given */
    struct hr *c;       /* a copy that pairs are taken out of */
    struct arena *a;
    uint64_t effort; /* entries that may still be looked at */
    uint32_t *trial; /* a matching being looked at */
    uint32_t *best;
    uint64_t best_blocking; /* of best; UINT64_MAX: none yet */
};

static bool is_pinned(const struct hr *h, uint32_t i)
{
    return h->pinned != NULL && h->pinned[i] != HR_NONE;
}

uint32_t quota_missing(const struct hr *h, const uint32_t *partner)
{
    struct arena *own = arena_new(0);
    uint32_t *held = ARENA_ARRAY(own, h->count[HR_MENTOR], uint32_t), missing = 0;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
        if (partner[i] != HR_NONE)
            held[partner[i]]++;
    for (uint32_t j = 0; h->quota != NULL && j < h->count[HR_MENTOR]; j++)
        missing += held[j] < h->quota[j] ? h->quota[j] - held[j] : 0;
    arena_free(own);
    return missing;
}

/* Solves c fairly; gives what is missing. */
static uint32_t solve(struct search *s, uint32_t *partner)
{
    uint64_t cost = s->h->pref_count + s->h->count[HR_MENTEE] + s->h->count[HR_MENTOR];
    s->effort -= cost < s->effort ? cost : s->effort;
    match_fair(s->c, partner);
    return quota_missing(s->h, partner);
}

static uint64_t blocking_pairs(const struct hr *h, const uint32_t *partner)
{
    struct arena *own = arena_new(0);
    struct match_check k;
    match_check(h, own, partner, &k);
    arena_free(own);
    return k.blocking;
}

/* Keeps the trial when it has fewer blocking pairs than the best. It must meet the quotas. */
static bool offer(struct search *s)
{
    uint64_t blocking = blocking_pairs(s->h, s->trial);
    bool better = blocking < s->best_blocking;
    if (better) {
        s->best_blocking = blocking;
        memcpy(s->best, s->trial, s->h->count[HR_MENTEE] * sizeof *s->best);
    }
    return better;
}

static void put_back(struct hr *c, uint32_t entry, uint32_t twin)
{
    c->pref[entry].twin = twin;
    c->pref[twin].twin = entry;
}

/* ---- is there any matching at all?
 * ----------------------------------------------------------------------------------------------------- */
struct demand {
    const struct hr *h;
    struct flow_arc *arc;
    struct flow *f;
    uint32_t arcs, pairs;
};

/* Source 0, sink 1, mentees, mentors. Pairs come first among the arcs; a pinned mentee has its mentor alone. Cost: how
 * many mentors the mentee likes better and could block with, and more than any list for staying unmatched. */
static struct demand make_demand(const struct hr *h, struct arena *a)
{
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR], k = 0;
    struct demand d = {.h = h};
    d.arc = arena_alloc_raw(a, (h->pref_count + 2 * (size_t)n + m + 1) * sizeof *d.arc);
    for (uint32_t i = 0; i < n; i++) {
        struct hr_list list = h->list[HR_MENTEE][i];
        if (is_pinned(h, i))
            d.arc[k++] = (struct flow_arc){2 + i, 2 + n + h->pinned[i], 1, 1, 0};
        for (uint32_t e = list.from; e < list.to; e++)
            if (h->pref[e].twin != HR_NONE && h->capacity[hr_who(h, e)] > 0)
                d.arc[k++] = (struct flow_arc){2 + i, 2 + n + hr_who(h, e), 0, 1,
                                               (int64_t)(hr_tie_first(h, list, e) - list.from) - (int64_t)m};
    }
    d.pairs = k;
    for (uint32_t i = 0; i < n; i++)
        d.arc[k++] = (struct flow_arc){0, 2 + i, 0, 1, 0};
    for (uint32_t j = 0; j < m; j++) {
        int32_t most = h->capacity[j] < n ? (int32_t)h->capacity[j] : (int32_t)n;
        int32_t least = h->quota != NULL ? (int32_t)h->quota[j] : 0;
        d.arc[k++] = (struct flow_arc){2 + n + j, 1, least, most > least ? most : least, 0};
    }
    d.arc[k++] = (struct flow_arc){1, 0, 0, FLOW_MOST, 0};
    d.arcs = k;
    d.f = flow_new(a, n + m + 2, d.arc, k);
    return d;
}

static void name_some(struct buf *b, uint32_t *named, uint32_t id)
{
    if (++*named <= NAMES_MOST)
        buf_printf(b, "%s%" PRIu32, *named > 1 ? ", " : " ", id);
}

/* The mentors that compete for the same too few mentees (Hall 1935). */
static void tell_demand(const struct demand *d, struct quota_result *out, struct buf *why)
{
    const struct hr *h = d->h;
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR], v = 2 + n, mentors = 0, mentees = 0;
    uint64_t needed = 0;
    struct arena *own = arena_new(0);
    bool *inside = ARENA_ARRAY(own, n + m + 2, bool), *could = ARENA_ARRAY(own, n, bool);
    while (d->f->excess[v] >= 0)
        v++;
    flow_reach(d->f, v, false, inside);
    buf_z(why, "mentor");
    for (uint32_t j = 0; j < m; j++)
        if (inside[2 + n + j] && h->quota[j] > 0) {
            name_some(why, &mentors, j + 1);
            needed += h->quota[j];
        }
    if (mentors > NAMES_MOST)
        buf_printf(why, " and %" PRIu32 " more", mentors - NAMES_MOST);
    for (uint32_t k = 0; k < d->pairs; k++)
        could[d->arc[k].from - 2] |= inside[d->arc[k].to];
    buf_printf(why, " must have %" PRIu64 " mentees in all, but only these can be matched there: mentee", needed);
    for (uint32_t i = 0; i < n; i++)
        if (could[i])
            name_some(why, &mentees, i + 1);
    if (mentees == 0)
        buf_z(why, " none");
    else if (mentees > NAMES_MOST)
        buf_printf(why, " and %" PRIu32 " more", mentees - NAMES_MOST);
    buf_printf(why, " (%" PRIu32 ")\n", mentees);
    out->lack_mentors = mentors;
    out->lack_needed = needed;
    out->lack_mentees = mentees;
    arena_free(own);
}

/* ---- fewest blocking pairs, exactly
 * ---------------------------------------------------------------------------------------------------- */
struct level {
    uint32_t *entry; /* the pairs of the stable matching here, as entries of the mentees */
    uint32_t count, at;
    uint32_t twin; /* of entry[at], while it is taken out */
};

struct tree {
    struct search *s;
    struct level level[DEPTH_MOST + 1];
    bool *kept; /* of each entry: not to be taken out below here, as that was tried */
};

static void open_level(struct tree *t, struct level *l)
{
    struct search *s = t->s;
    l->count = l->at = 0;
    if (l->entry == NULL)
        l->entry = arena_alloc_raw(s->a, s->h->count[HR_MENTEE] * sizeof *l->entry);
    for (uint32_t i = 0; i < s->h->count[HR_MENTEE]; i++) {
        uint32_t e =
            s->trial[i] != HR_NONE && !is_pinned(s->h, i) ? hr_entry(s->c, HR_MENTEE, i, s->trial[i]) : HR_NONE;
        if (e != HR_NONE && !t->kept[e])
            l->entry[l->count++] = e;
    }
}

/* Looks for a set of exactly `depth` pairs. Taking out one pair moves at most one seat's worth from one mentor to
 * another, so what is missing cannot be more than the pairs still to come. */
static bool find_set(struct tree *t, uint32_t depth)
{
    struct search *s = t->s;
    uint32_t top = 0;
    bool found = false;
    if (solve(s, s->trial) > depth)
        return false;
    open_level(t, &t->level[0]);
    for (;;) {
        struct level *l = &t->level[top];
        if (found || s->effort == 0 || l->at == l->count) {
            for (uint32_t k = 0; k < l->at; k++)
                t->kept[l->entry[k]] = false;
            if (top == 0)
                return found;
            l = &t->level[--top];
            put_back(s->c, l->entry[l->at], l->twin);
            t->kept[l->entry[l->at++]] = true;
            continue;
        }
        uint32_t e = l->entry[l->at];
        l->twin = s->c->pref[e].twin;
        hr_take_out(s->c, e);
        uint32_t missing = solve(s, s->trial);
        if (missing == 0 && offer(s))
            found = s->best_blocking <= depth;
        if (!found && missing != 0 && top + 1 < depth && missing <= depth - top - 1) {
            open_level(t, &t->level[++top]);
            continue;
        }
        put_back(s->c, e, l->twin);
        t->kept[e] = true;
        l->at++;
    }
}

/* Gives the least number of blocking pairs, or the first that was not refuted within the effort. */
static uint64_t search_exactly(struct search *s, uint32_t missing)
{
    struct tree *t = ARENA_NEW(s->a, struct tree);
    t->s = s;
    t->kept = ARENA_ARRAY(s->a, s->h->pref_count, bool);
    for (uint32_t depth = missing; depth <= DEPTH_MOST; depth++) {
        if (s->best_blocking <= depth || find_set(t, depth))
            return s->best_blocking;
        if (s->effort == 0)
            return depth;
    }
    return DEPTH_MOST + 1;
}

/* ---- fewest blocking pairs, nearly
 * ------------------------------------------------------------------------------------------------------ */
/* Takes out, one after the other, the first pair that leaves less missing. */
static void try_greedily(struct search *s)
{
    struct arena *own = arena_new(0);
    uint32_t n = s->h->count[HR_MENTEE], *now = arena_alloc_raw(own, n * sizeof *now);
    uint32_t missing = solve(s, now), looked = 0;
    for (uint32_t i = 0; missing > 0 && looked < n && s->effort > 0; i = i + 1 < n ? i + 1 : 0, looked++) {
        if (now[i] == HR_NONE || is_pinned(s->h, i))
            continue;
        uint32_t e = hr_entry(s->c, HR_MENTEE, i, now[i]), twin = s->c->pref[e].twin;
        hr_take_out(s->c, e);
        uint32_t then = solve(s, s->trial);
        if (then >= missing) {
            put_back(s->c, e, twin);
            continue;
        }
        missing = then;
        memcpy(now, s->trial, n * sizeof *now);
        looked = 0;
    }
    if (missing == 0) {
        memcpy(s->trial, now, n * sizeof *now);
        offer(s);
    }
    arena_free(own);
}

/* From any matching that meets the quotas: each mentor keeps so many as it must, those it likes best; the others are
 * matched stably around them. Then who is kept is let go again, one by one, where that makes fewer blocking pairs. */
static void keep_the_needed(struct search *s, const uint32_t *any, uint32_t *keeps)
{
    const struct hr *h = s->h;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
        keeps[i] = is_pinned(h, i) ? h->pinned[i] : HR_NONE;
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++) {
        struct hr_list list = h->list[HR_MENTOR][j];
        uint32_t needed = h->quota[j], pins = h->capacity[j] - h->seats[j];
        needed -= pins < needed ? pins : needed;
        for (uint32_t p = list.from; p < list.to && needed > 0; p++)
            if (h->pref[p].twin != HR_NONE && any[hr_who(h, p)] == j) {
                keeps[hr_who(h, p)] = j;
                needed--;
            }
    }
}

static void solve_around(struct search *s, const uint32_t *keeps)
{
    struct arena *own = arena_new(0);
    struct hr *before = s->c;
    s->c = hr_copy(s->h, own);
    for (uint32_t i = 0; i < s->h->count[HR_MENTEE]; i++)
        if (keeps[i] != HR_NONE && !is_pinned(s->h, i))
            hr_pin_now(s->c, i, keeps[i]);
    if (solve(s, s->trial) == 0)
        offer(s);
    s->c = before;
    arena_free(own);
}

static enum rc try_from_flow(struct search *s, struct demand *d)
{
    uint32_t n = s->h->count[HR_MENTEE];
    struct arena *own = arena_new(0);
    uint32_t *any = arena_alloc_raw(own, n * sizeof *any), *keeps = arena_alloc_raw(own, n * sizeof *keeps);
    enum rc rc = flow_cheapest(d->f, NULL);
    memset(any, 0xff, n * sizeof *any);
    for (uint32_t k = 0; k < d->pairs; k++)
        if (flow_on(d->f, k) > 0)
            any[d->arc[k].from - 2] = d->arc[k].to - 2 - n;
    memcpy(s->trial, any, n * sizeof *any);
    offer(s);
    keep_the_needed(s, any, keeps);
    solve_around(s, keeps);
    for (uint32_t i = 0; i < n && s->effort > 0; i++) {
        uint64_t before = s->best_blocking;
        uint32_t j = keeps[i];
        if (j == HR_NONE || is_pinned(s->h, i))
            continue;
        keeps[i] = HR_NONE;
        solve_around(s, keeps);
        if (s->best_blocking == before)
            keeps[i] = j;
    }
    arena_free(own);
    return rc;
}

static enum rc find_fewest(struct search *s, struct demand *d, uint32_t missing, struct quota_result *out)
{
    bool strict = !hr_has_ties(s->h);
    uint64_t all = s->effort;
    out->at_least = 0;
    if (strict) {
        s->effort = all / 2;
        out->at_least = search_exactly(s, missing);
        if (out->at_least == s->best_blocking)
            return RC_OK;
        s->effort += all / 2;
    }
    s->c = hr_copy(s->h, s->a);
    uint64_t half = s->effort / 2;
    s->effort -= half;
    try_greedily(s);
    s->effort += half;
    return try_from_flow(s, d);
}

/* ---- free of envy
 * ----------------------------------------------------------------------------------------------------------------------
 */
static uint32_t solve_with(struct search *s, uint32_t j, uint32_t capacity)
{
    uint32_t pins = s->h->capacity[j] - s->h->seats[j];
    s->c->seats[j] = capacity > pins ? capacity - pins : 0;
    return solve(s, s->trial);
}

/* Who sits at a mentor when the quotas are the only seats stays content there if nobody it could envy is let in: from
 * the lists of all mentors it likes better it is taken out with everybody below it. All others are matched on what is
 * left. */
static void solve_below(struct search *s, const uint32_t *least)
{
    const struct hr *h = s->h;
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR];
    struct arena *own = arena_new(0);
    uint32_t *limit = arena_alloc_raw(own, m * sizeof *limit);
    s->c = hr_copy(h, own);
    for (uint32_t j = 0; j < m; j++)
        limit[j] = h->list[HR_MENTOR][j].to;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t last = least[i] != HR_NONE && !is_pinned(h, i) ? hr_entry(h, HR_MENTEE, i, least[i]) : 0;
        for (uint32_t e = h->list[HR_MENTEE][i].from; e < last; e++) {
            uint32_t twin = h->pref[e].twin, j = hr_who(h, e);
            if (twin != HR_NONE && twin < limit[j])
                limit[j] = twin;
        }
    }
    for (uint32_t j = 0; j < m; j++)
        for (uint32_t p = limit[j]; p < h->list[HR_MENTOR][j].to; p++)
            hr_take_out(s->c, p);
    if (solve(s, s->trial) == 0)
        memcpy(s->best, s->trial, n * sizeof *s->best);
    arena_free(own);
}

static uint32_t count_matched(const struct hr *h, const uint32_t *partner)
{
    uint32_t matched = 0;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
        matched += partner[i] != HR_NONE;
    return matched;
}

/* More seats than the quotas, mentor by mentor, as many as leave all quotas filled: more for one never give another
 * more mentees, so the most is found by halving. */
static void open_seats(struct search *s)
{
    const struct hr *h = s->h;
    for (uint32_t j = 0; j < h->count[HR_MENTOR] && s->effort > 0; j++) {
        uint32_t low = h->quota[j], high = h->capacity[j];
        uint32_t useful = h->list[HR_MENTOR][j].to - h->list[HR_MENTOR][j].from + (h->capacity[j] - h->seats[j]);
        high = high < useful ? high : useful > low ? useful : low;
        if (solve_with(s, j, high) == 0)
            low = high;
        while (low < high && s->effort > 0) { /* high is known to be too many */
            uint32_t middle = low + (high - low) / 2;
            if (middle == low)
                break;
            if (solve_with(s, j, middle) == 0)
                low = middle;
            else
                high = middle;
        }
        (void)solve_with(s, j, low);
    }
}

static enum rc find_envy_free(struct search *s, struct quota_result *out, struct buf *why)
{
    const struct hr *h = s->h;
    uint32_t n = h->count[HR_MENTEE];
    struct hr *few = s->c;
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++) {
        uint32_t pins = h->capacity[j] - h->seats[j];
        few->seats[j] = h->quota[j] > pins ? h->quota[j] - pins : 0;
    }
    uint32_t missing = solve(s, s->best);
    if (missing > 0) {
        buf_printf(why,
                   "no matching without envy meets the lower quotas: even if these were the only seats, %" PRIu32
                   " would stay empty\n",
                   missing);
        out->lack_seats = missing;
        return RC_CONFLICT;
    }
    uint32_t *least = arena_alloc_raw(s->a, n * sizeof *least);
    memcpy(least, s->best, n * sizeof *least);
    solve_below(s, least);
    s->c = few;
    open_seats(s);
    if (solve(s, s->trial) == 0 && count_matched(h, s->trial) > count_matched(h, s->best))
        memcpy(s->best, s->trial, n * sizeof *s->best);
    s->best_blocking = blocking_pairs(h, s->best);
    return RC_OK;
}

/* ---- all
 * ----------------------------------------------------------------------------------------------------------------------
 */
struct hungry {
    bool *mentor;
};

static bool is_hungry(const void *arg, uint32_t mentee, uint32_t mentor)
{
    (void)mentee;
    return ((const struct hungry *)arg)->mentor[mentor];
}

/* With ties some orders may give more to mentors that are short: mentees then turn to these first. */
static uint32_t try_orders(struct search *s, uint32_t missing)
{
    const struct hr *h = s->h;
    struct hungry hungry = {ARENA_ARRAY(s->a, h->count[HR_MENTOR], bool)};
    for (uint32_t turn = 0; turn < ATTEMPTS && missing > 0 && hr_has_ties(h); turn++) {
        uint32_t *held = ARENA_ARRAY(s->a, h->count[HR_MENTOR], uint32_t);
        for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++)
            if (s->trial[i] != HR_NONE)
                held[s->trial[i]]++;
        for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++)
            hungry.mentor[j] |= held[j] < h->quota[j];
        hr_redraw(s->c, h->seed + turn, is_hungry, &hungry);
        missing = solve(s, s->trial);
    }
    return missing;
}

static void compare(const struct hr *h, const uint32_t *stable, const uint32_t *partner, struct quota_result *out)
{
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++) {
        uint32_t x = stable[i] != HR_NONE ? hr_entry(h, HR_MENTEE, i, stable[i]) : HR_NONE;
        uint32_t y = partner[i] != HR_NONE ? hr_entry(h, HR_MENTEE, i, partner[i]) : HR_NONE;
        out->matched += partner[i] != HR_NONE;
        out->stable_matched += stable[i] != HR_NONE;
        if (stable[i] == partner[i])
            continue;
        x = x != HR_NONE ? hr_tie_first(h, h->list[HR_MENTEE][i], x) : HR_NONE;
        y = y != HR_NONE ? hr_tie_first(h, h->list[HR_MENTEE][i], y) : HR_NONE;
        out->worse += y > x;
        out->better += y < x;
    }
}

static enum rc find_nearest(struct search *s, enum quota_way way, struct quota_result *out, struct buf *why)
{
    struct demand d = make_demand(s->h, s->a);
    if (!flow_drain(d.f)) {
        tell_demand(&d, out, why);
        return RC_CONFLICT;
    }
    return way == QUOTA_ENVY_FREE ? find_envy_free(s, out, why) : find_fewest(s, &d, out->stable_missing, out);
}

enum rc quota_match(const struct hr *h, enum quota_way way, uint64_t effort, uint32_t *partner,
                    struct quota_result *out, struct buf *why)
{
    uint32_t n = h->count[HR_MENTEE];
    struct arena *own = arena_new(0);
    struct search s = {.h = h, .c = hr_copy(h, own), .a = own, .effort = effort, .best_blocking = UINT64_MAX};
    uint32_t *stable = arena_alloc_raw(own, n * sizeof *stable);
    s.trial = arena_alloc_raw(own, n * sizeof *s.trial);
    s.best = arena_alloc_raw(own, n * sizeof *s.best);
    *out = (struct quota_result){0};
    out->stable_missing = solve(&s, s.trial);
    if (n != 0)
        memcpy(stable, s.trial, n * sizeof *stable);
    enum rc rc = RC_OK;
    out->stable = try_orders(&s, out->stable_missing) == 0;
    if (out->stable) {
        s.best = s.trial;
        s.best_blocking = 0;
    } else {
        s.c = hr_copy(h, own);
        rc = find_nearest(&s, way, out, why);
    }
    if (rc == RC_OK) {
        if (n != 0)
            memcpy(partner, s.best, n * sizeof *partner);
        out->blocking = s.best_blocking;
        out->exact = out->stable || (way == QUOTA_BLOCKING && out->blocking == out->at_least);
        compare(h, stable, partner, out);
    }
    arena_free(own);
    return rc;
}
