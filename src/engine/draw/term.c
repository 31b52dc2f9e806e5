/* Who meets whom on which side over a term: see draw.h. */
#include <math.h>

#include "engine/draw/draw.h"

struct term {
    uint32_t places;  /* teams, and one that nobody holds where their number is odd */
    uint32_t cycle;   /* rounds until everybody has met everybody */
    uint32_t half;    /* debates of a round */
    struct draw_debate *v;
    uint32_t count;
};

/* The pairs of a round: the last place stays, the others go round in a circle. */
static void pair_round(struct term *t, uint32_t round, const uint32_t *team, uint32_t teams)
{
    uint32_t m = t->cycle, r = round % m;
    for (uint32_t k = 0; k < t->half; k++) {
        uint32_t x = k == 0 ? t->places - 1 : (r + k) % m, y = (r + m - k) % m;
        x = x < teams ? team[x] : DRAW_BYE;
        y = y < teams ? team[y] : DRAW_BYE;
        t->v[t->count++] = x == DRAW_BYE ? (struct draw_debate){round, y, x} : (struct draw_debate){round, x, y};
    }
}

static void turn(struct draw_debate *d)
{
    uint32_t x = d->in_favour;
    d->in_favour = d->against;
    d->against = x;
}

/* A pair meets again a whole cycle later, on the other sides; what has no such second time is marked single. */
static bool *change_sides(struct arena *a, struct term *t, uint32_t rounds)
{
    bool *single = ARENA_ARRAY(a, t->count, bool);
    for (uint32_t k = 0; k < t->count; k++) {
        struct draw_debate *d = &t->v[k];
        bool second = d->round / t->cycle % 2 == 1;
        if (d->against == DRAW_BYE)
            continue;
        if (second)
            turn(d);
        else
            single[k] = d->round + t->cycle >= rounds;
    }
    return single;
}

struct trails {
    uint32_t vertices, edges;
    uint32_t *ends[2], *debate;
    uint32_t *first, *next; /* half-edges of a vertex: 2 * edge + end, as a list; UINT32_MAX ends it */
    bool *used;
};

static void add_edge(struct trails *w, uint32_t x, uint32_t y, uint32_t debate)
{
    uint32_t e = w->edges++;
    w->ends[0][e] = x;
    w->ends[1][e] = y;
    w->debate[e] = debate;
    for (uint32_t end = 0; end < 2; end++) {
        w->next[2 * e + end] = w->first[w->ends[end][e]];
        w->first[w->ends[end][e]] = 2 * e + end;
    }
}

/* Walks from a vertex along edges nobody has walked until there is none; who is left behind speaks for, who is come to speaks against. */
static void walk_from(struct trails *w, uint32_t vertex, struct draw_debate *v)
{
    for (;;) {
        uint32_t h = w->first[vertex];
        while (h != UINT32_MAX && w->used[h / 2])
            h = w->next[h];
        w->first[vertex] = h;
        if (h == UINT32_MAX)
            return;
        uint32_t e = h / 2, to = w->ends[1 - h % 2][e];
        w->used[e] = true;
        if (w->debate[e] != DRAW_BYE) {
            v[w->debate[e]].in_favour = vertex;
            v[w->debate[e]].against = to;
        }
        vertex = to;
    }
}

/* Teams with an odd number of debates are joined to a vertex of their own, so that every trail closes. */
static void balance_single(struct arena *a, struct term *t, uint32_t teams, const bool *single)
{
    size_t most = (size_t)t->count + teams;
    struct trails w = {.vertices = teams + 1, .debate = ARENA_ARRAY(a, most, uint32_t), .first = ARENA_ARRAY(a, (size_t)teams + 1, uint32_t),
                       .next = ARENA_ARRAY(a, 2 * most, uint32_t), .used = ARENA_ARRAY(a, most, bool)};
    uint32_t *degree = ARENA_ARRAY(a, teams, uint32_t);
    w.ends[0] = ARENA_ARRAY(a, most, uint32_t);
    w.ends[1] = ARENA_ARRAY(a, most, uint32_t);
    for (uint32_t k = 0; k <= teams; k++)
        w.first[k] = UINT32_MAX;
    for (uint32_t k = 0; k < t->count; k++)
        if (single[k]) {
            add_edge(&w, t->v[k].in_favour, t->v[k].against, k);
            degree[t->v[k].in_favour]++;
            degree[t->v[k].against]++;
        }
    for (uint32_t k = 0; k < teams; k++)
        if (degree[k] % 2 == 1)
            add_edge(&w, k, teams, DRAW_BYE);
    for (uint32_t k = 0; k <= teams; k++)
        walk_from(&w, k, t->v);
}

struct draw_debate *draw_term(struct arena *a, struct str seed, uint32_t teams, uint32_t rounds, uint32_t *count)
{
    struct term t = {.places = teams + teams % 2};
    t.cycle = t.places - 1;
    t.half = t.places / 2;
    t.v = ARENA_ARRAY(a, (size_t)t.half * rounds, struct draw_debate);
    const uint32_t *team = draw_order(a, seed, "team", teams);
    for (uint32_t r = 0; r < rounds; r++)
        pair_round(&t, r, team, teams);
    balance_single(a, &t, teams, change_sides(a, &t, rounds));
    if (draw_key(seed, "side", 1) % 2 == 1) /* so that each team is as likely on either side of each debate */
        for (uint32_t k = 0; k < t.count; k++)
            if (t.v[k].against != DRAW_BYE)
                turn(&t.v[k]);
    *count = t.count;
    return t.v;
}

/* The mean of |heads - tails| in n tosses: n C(n - 1, floor((n - 1) / 2)) / 2^(n - 1) (de Moivre 1733). */
static double coin_gap(uint32_t n)
{
    if (n == 0)
        return 0;
    double m = n - 1, half = floor(m / 2);
    return (double)n * exp(lgamma(m + 1) - lgamma(half + 1) - lgamma(m - half + 1) - m * log(2));
}

struct draw_balance draw_balance(struct arena *a, uint32_t teams, uint32_t rounds, const struct draw_debate *debates, uint32_t count)
{
    uint32_t *pro = ARENA_ARRAY(a, teams, uint32_t), *contra = ARENA_ARRAY(a, teams, uint32_t), *byes = ARENA_ARRAY(a, teams, uint32_t),
             *met = ARENA_ARRAY(a, (size_t)teams * teams, uint32_t), cycle = teams + teams % 2 - 1;
    struct draw_balance b = {.meet_best = (rounds + cycle - 1) / cycle, .bye_best = teams % 2 == 1 ? (rounds + teams - 1) / teams : 0};
    for (uint32_t k = 0; k < count; k++) {
        const struct draw_debate *d = &debates[k];
        if (d->against == DRAW_BYE) {
            byes[d->in_favour]++;
            continue;
        }
        pro[d->in_favour]++;
        contra[d->against]++;
        uint32_t x = d->in_favour < d->against ? d->in_favour : d->against, y = d->in_favour + d->against - x;
        uint32_t times = ++met[(size_t)x * teams + y];
        b.meet_most = times > b.meet_most ? times : b.meet_most;
    }
    for (uint32_t k = 0; k < teams; k++) {
        uint32_t gap = pro[k] > contra[k] ? pro[k] - contra[k] : contra[k] - pro[k];
        b.side_gap = gap > b.side_gap ? gap : b.side_gap;
        b.side_best |= (pro[k] + contra[k]) % 2;
        b.bye_most = byes[k] > b.bye_most ? byes[k] : b.bye_most;
        b.side_chance += coin_gap(pro[k] + contra[k]) / teams;
    }
    return b;
}
