/* Maximum-weight matching with capacities by cost scaling: the forward and reverse auction with epsilon scaling, which
 * is the push-relabel method of cost-scaling minimum-cost flow on this network (Bertsekas 1988; Bertsekas, Castanon
 * 1989 for capacities, 1992 for unmatched agents; Goldberg, Kennedy 1995).
 *
 * Weights are multiplied by n + 1, so that being within 1 of the optimum for each mentee is the optimum. Prices obey,
 * at the end of each phase: nobody gains more than epsilon by going elsewhere, and a mentor with a free seat costs
 * nothing.
 *
 * Dense instances keep the weights as a table of rows without mentor numbers; sparse ones never have a table. */
#include "engine/match/score.h"

#define SCALE_STEP 6
#define UNREACHED (INT64_MIN / 4)

__extension__ typedef __int128 wide; /* sums of scaled weights */

struct column {
    uint32_t mentee;
    uint32_t pair;
};

struct auction {
    const struct score *g;
    int64_t scale, epsilon;
    int64_t *price;  /* of a seat at each mentor: what the next bidder outbids */
    uint32_t *at;    /* of each mentee: its pair, or SCORE_NONE */
    uint32_t *taken; /* of each mentor */
    uint32_t *begin; /* of each mentor: its part of the heaps */
    int64_t *bid;    /* heaps: the least bid of a mentor on top */
    uint32_t *bidder;
    uint32_t *queue;
    uint32_t *column_from; /* m + 1 */
    struct column *column;
    int64_t *table;    /* dense: n rows of m scaled weights, UNREACHED where there is no pair; else NULL */
    uint32_t *pair_of; /* dense: the pair of each cell */
};

struct choice {
    uint32_t mentor, pair;
    int64_t best, second; /* values; second is never below that of staying unmatched */
};

static uint32_t room_of(const struct auction *k, uint32_t j)
{
    return k->begin[j + 1] - k->begin[j];
}

static struct choice choose_sparse(const struct auction *k, uint32_t i)
{
    const struct score *g = k->g;
    struct choice c = {SCORE_NONE, SCORE_NONE, 0, 0};
    for (uint32_t e = g->from[i]; e < g->from[i + 1]; e++) {
        uint32_t j = g->mentor[e];
        int64_t v = g->weight[e] * k->scale - k->price[j];
        if (v > c.best) {
            c = (struct choice){j, e, v, c.best};
        } else if (v > c.second) {
            c.second = v;
        }
    }
    return c;
}

static struct choice choose_dense(const struct auction *k, uint32_t i)
{
    const int64_t *row = k->table + (size_t)i * k->g->m, *price = k->price;
    struct choice c = {SCORE_NONE, SCORE_NONE, 0, 0};
    for (uint32_t j = 0, m = k->g->m; j < m; j++) {
        int64_t v = row[j] - price[j];
        if (v <= c.second)
            continue;
        if (v > c.best) {
            c.second = c.best;
            c.best = v;
            c.mentor = j;
        } else {
            c.second = v;
        }
    }
    if (c.mentor != SCORE_NONE)
        c.pair = k->pair_of[(size_t)i * k->g->m + c.mentor];
    return c;
}

static struct choice choose(const struct auction *k, uint32_t i)
{
    return k->table != NULL ? choose_dense(k, i) : choose_sparse(k, i);
}

/* ---- a mentor's seats
 * ---------------------------------------------------------------------------------------------------- */
static void sift_up(struct auction *k, uint32_t begin, uint32_t at, int64_t bid, uint32_t bidder)
{
    while (at > 0) {
        uint32_t above = (at - 1) / 2;
        if (k->bid[begin + above] <= bid)
            break;
        k->bid[begin + at] = k->bid[begin + above];
        k->bidder[begin + at] = k->bidder[begin + above];
        at = above;
    }
    k->bid[begin + at] = bid;
    k->bidder[begin + at] = bidder;
}

static void sift_down(struct auction *k, uint32_t begin, uint32_t count, int64_t bid, uint32_t bidder)
{
    uint32_t at = 0;
    for (uint32_t below; (below = 2 * at + 1) < count; at = below) {
        below += below + 1 < count && k->bid[begin + below + 1] < k->bid[begin + below];
        if (k->bid[begin + below] >= bid)
            break;
        k->bid[begin + at] = k->bid[begin + below];
        k->bidder[begin + at] = k->bidder[begin + below];
    }
    k->bid[begin + at] = bid;
    k->bidder[begin + at] = bidder;
}

/* Takes a bid; gives who lost a seat by it, or SCORE_NONE. The price stays while seats are free. */
static uint32_t take_bid(struct auction *k, uint32_t j, int64_t bid, uint32_t bidder)
{
    uint32_t begin = k->begin[j], loser = SCORE_NONE;
    if (k->taken[j] < room_of(k, j)) {
        sift_up(k, begin, k->taken[j]++, bid, bidder);
        if (k->taken[j] == room_of(k, j))
            k->price[j] = k->bid[begin];
        return SCORE_NONE;
    }
    loser = k->bidder[begin];
    sift_down(k, begin, k->taken[j], bid, bidder);
    k->price[j] = k->bid[begin];
    return loser;
}

/* ---- a phase
 * -------------------------------------------------------------------------------------------------------------- */
/* Drops who is further than epsilon from the best, keeps the rest at the mentor's price. Gives how many are queued. */
static uint32_t begin_phase(struct auction *k)
{
    const struct score *g = k->g;
    uint32_t queued = 0;
    memset(k->taken, 0, g->m * sizeof *k->taken);
    for (uint32_t i = 0; i < g->n; i++) {
        struct choice c = choose(k, i);
        uint32_t e = k->at[i];
        if (e != SCORE_NONE && g->weight[e] * k->scale - k->price[g->mentor[e]] >= c.best - k->epsilon) {
            uint32_t j = g->mentor[e], slot = k->begin[j] + k->taken[j]++;
            k->bid[slot] = k->price[j]; /* all alike: a heap */
            k->bidder[slot] = i;
        } else {
            k->at[i] = SCORE_NONE;
            if (c.best > 0)
                k->queue[queued++] = i;
        }
    }
    return queued;
}

/* Mentees bid until each has a seat or nothing to gain. The queue is a stack: who is outbid bids again at once. */
static void bid_forward(struct auction *k, uint32_t queued)
{
    while (queued > 0) {
        uint32_t i = k->queue[--queued];
        while (i != SCORE_NONE) {
            struct choice c = choose(k, i);
            if (c.mentor == SCORE_NONE)
                break;
            k->at[i] = c.pair;
            i = take_bid(k, c.mentor, k->price[c.mentor] + (c.best - c.second) + k->epsilon, i);
            if (i != SCORE_NONE)
                k->at[i] = SCORE_NONE;
        }
    }
}

static int64_t profit(const struct auction *k, uint32_t i)
{
    uint32_t e = k->at[i];
    return e != SCORE_NONE ? k->g->weight[e] * k->scale - k->price[k->g->mentor[e]] : 0;
}

/* A mentor with a free seat that is not free of charge lowers its price until somebody comes, or to nothing. */
static void lower_price(struct auction *k, uint32_t j, uint32_t *queued)
{
    const struct score *g = k->g;
    while (k->taken[j] < room_of(k, j) && k->price[j] > 0) {
        int64_t best = UNREACHED, second = UNREACHED;
        struct column won = {SCORE_NONE, SCORE_NONE};
        for (uint32_t c = k->column_from[j]; c < k->column_from[j + 1]; c++) {
            struct column x = k->column[c];
            if (k->at[x.mentee] == x.pair)
                continue;
            int64_t v = g->weight[x.pair] * k->scale - profit(k, x.mentee);
            if (v > best) {
                second = best;
                best = v;
                won = x;
            } else if (v > second) {
                second = v;
            }
        }
        if (best <= k->epsilon) {
            k->price[j] = 0;
            return;
        }
        int64_t price = second - k->epsilon > 0 ? second - k->epsilon : 0;
        if (price < k->price[j])
            k->price[j] = price;
        uint32_t before = k->at[won.mentee];
        k->at[won.mentee] = won.pair;
        k->taken[j]++;
        if (before == SCORE_NONE)
            continue;
        uint32_t left = g->mentor[before];
        if (k->taken[left]-- == room_of(k, left) && k->price[left] > 0)
            k->queue[(*queued)++] = left;
    }
}

static void bid_back(struct auction *k)
{
    uint32_t queued = 0;
    for (uint32_t j = 0; j < k->g->m; j++)
        if (k->taken[j] < room_of(k, j) && k->price[j] > 0)
            k->queue[queued++] = j;
    while (queued > 0) {
        uint32_t j = k->queue[--queued];
        lower_price(k, j, &queued);
    }
}

/* ---- set-up
 * ---------------------------------------------------------------------------------------------------------------- */
static void make_columns(struct auction *k, struct arena *a)
{
    const struct score *g = k->g;
    k->column_from = ARENA_ARRAY(a, (size_t)g->m + 2, uint32_t);
    k->column = arena_alloc_raw(a, g->from[g->n] * sizeof *k->column);
    for (uint32_t e = 0; e < g->from[g->n]; e++)
        k->column_from[g->mentor[e] + 2]++;
    for (uint32_t j = 2; j < g->m + 2; j++)
        k->column_from[j] += k->column_from[j - 1];
    for (uint32_t i = 0; i < g->n; i++)
        for (uint32_t e = g->from[i]; e < g->from[i + 1]; e++)
            k->column[k->column_from[g->mentor[e] + 1]++] = (struct column){i, e};
}

static void make_table(struct auction *k, struct arena *a)
{
    const struct score *g = k->g;
    size_t cells = (size_t)g->n * g->m;
    if (cells == 0 || g->from[g->n] < cells / 2)
        return;
    k->table = arena_alloc_raw(a, cells * sizeof *k->table);
    k->pair_of = arena_alloc_raw(a, cells * sizeof *k->pair_of);
    for (size_t c = 0; c < cells; c++)
        k->table[c] = UNREACHED;
    for (uint32_t i = 0; i < g->n; i++)
        for (uint32_t e = g->from[i]; e < g->from[i + 1]; e++) {
            k->table[(size_t)i * g->m + g->mentor[e]] = g->weight[e] * k->scale;
            k->pair_of[(size_t)i * g->m + g->mentor[e]] = e;
        }
}

static struct auction auction_new(const struct score *g, struct arena *a)
{
    struct auction k = {.g = g, .scale = (int64_t)g->n + 1};
    uint32_t most = g->n > g->m ? g->n : g->m;
    k.price = ARENA_ARRAY(a, g->m, int64_t);
    k.at = arena_alloc_raw(a, g->n * sizeof *k.at);
    memset(k.at, 0xff, g->n * sizeof *k.at);
    k.taken = ARENA_ARRAY(a, g->m, uint32_t);
    k.begin = ARENA_ARRAY(a, (size_t)g->m + 1, uint32_t);
    k.queue = arena_alloc_raw(a, most * sizeof *k.queue);
    make_columns(&k, a);
    make_table(&k, a);
    for (uint32_t j = 0; j < g->m; j++) {
        uint32_t length = k.column_from[j + 1] - k.column_from[j];
        k.begin[j + 1] = k.begin[j] + (g->capacity[j] < length ? g->capacity[j] : length);
        if (k.begin[j + 1] == k.begin[j])
            k.price[j] = INT64_MAX / 4; /* no seats: never wanted */
    }
    k.bid = arena_alloc_raw(a, k.begin[g->m] * sizeof *k.bid);
    k.bidder = arena_alloc_raw(a, k.begin[g->m] * sizeof *k.bidder);
    return k;
}

/* Any prices bound every matching: each mentee is worth at most its best at these prices, each seat its price. */
static void add_up(const struct auction *k, uint32_t *partner, struct score_result *out)
{
    const struct score *g = k->g;
    wide bound = 0;
    *out = (struct score_result){0};
    for (uint32_t i = 0; i < g->n; i++) {
        uint32_t e = k->at[i];
        partner[i] = e != SCORE_NONE ? g->mentor[e] : SCORE_NONE;
        bound += choose_sparse(k, i).best;
        if (e != SCORE_NONE) {
            out->weight += g->weight[e];
            out->matched++;
        }
    }
    for (uint32_t j = 0; j < g->m; j++)
        bound += room_of(k, j) != 0 ? (wide)k->price[j] * room_of(k, j) : 0;
    out->bound = (int64_t)(bound / k->scale);
}

enum rc score_solve(const struct score *g, uint32_t *partner, struct score_result *out, struct err *e)
{
    int64_t most = 0, limit = (INT64_C(1) << 58) / ((int64_t)g->n + 1);
    for (uint32_t k = 0; k < g->from[g->n]; k++) {
        if (g->weight[k] > limit || g->weight[k] < -limit)
            return err_set(e, RC_TOO_LARGE, 0, "weights are too large: with %" PRIu32 " mentees, at most %" PRId64,
                           g->n, limit);
        most = g->weight[k] > most ? g->weight[k] : most;
    }
    struct arena *own = arena_new(0);
    struct auction k = auction_new(g, own);
    k.epsilon = most * k.scale / 4 > 1 ? most * k.scale / 4 : 1;
    for (;;) {
        bid_forward(&k, begin_phase(&k));
        bid_back(&k);
        if (k.epsilon == 1)
            break;
        k.epsilon = k.epsilon / SCALE_STEP > 1 ? k.epsilon / SCALE_STEP : 1;
    }
    add_up(&k, partner, out);
    arena_free(own);
    return RC_OK;
}
