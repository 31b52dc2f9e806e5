/* The frontier of a negotiation and where a deal stands; see negotiation.h. */
#include "engine/negotiation/negotiation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Deals of the first issues that nothing dominates, while the map is made. */
struct front {
    uint16_t *choices; /* [deal * issues] */
    int64_t *points;   /* [deal * parties] */
    size_t n, cap;
};

static struct front front_new(struct arena *a, const struct negotiation_game *g, size_t cap)
{
    return (struct front){ARENA_ARRAY(a, cap * g->issues, uint16_t), ARENA_ARRAY(a, cap * g->parties, int64_t), 0, cap};
}

/* Is x at least as good for all as y. */
static bool covers(const int64_t *x, const int64_t *y, size_t parties)
{
    for (size_t k = 0; k < parties; k++)
        if (x[k] < y[k])
            return false;
    return true;
}

/* Adds a deal unless one that is there is as good for all; takes out those that it is as good as. False when there is no room. */
static bool front_add(struct front *f, const struct negotiation_game *g, const uint16_t *choices, const int64_t *points)
{
    size_t keep = 0;
    for (size_t k = 0; k < f->n; k++)
        if (covers(&f->points[k * g->parties], points, g->parties))
            return true;
    for (size_t k = 0; k < f->n; k++) {
        if (covers(points, &f->points[k * g->parties], g->parties))
            continue;
        memmove(&f->points[keep * g->parties], &f->points[k * g->parties], g->parties * sizeof *points);
        memmove(&f->choices[keep * g->issues], &f->choices[k * g->issues], g->issues * sizeof *choices);
        keep++;
    }
    f->n = keep;
    if (f->n == f->cap)
        return false;
    memcpy(&f->points[f->n * g->parties], points, g->parties * sizeof *points);
    memcpy(&f->choices[f->n * g->issues], choices, g->issues * sizeof *choices);
    f->n++;
    return true;
}

/* Every deal of `from` with every option of the issue. */
static bool add_issue(struct front *to, const struct front *from, const struct negotiation_game *g, size_t issue)
{
    uint16_t choices[NEGOTIATION_GAME_ISSUES];
    int64_t points[NEGOTIATION_GAME_PARTIES];
    bool room = true;
    to->n = 0;
    for (size_t k = 0; k < from->n; k++)
        for (size_t option = 0; option < g->options[issue]; option++) {
            memcpy(choices, &from->choices[k * g->issues], g->issues * sizeof *choices);
            choices[issue] = (uint16_t)option;
            for (size_t p = 0; p < g->parties; p++)
                points[p] = from->points[k * g->parties + p] + g->points[issue][option * g->parties + p];
            room = front_add(to, g, choices, points) && room;
        }
    return room;
}

static int by_first_party(const void *x, const void *y)
{
    const struct negotiation_deal *a = x, *b = y;
    return a->points[0] > b->points[0] ? -1 : a->points[0] < b->points[0] ? 1 : a->points[1] < b->points[1] ? -1 : a->points[1] > b->points[1];
}

static int64_t joint(const int64_t *points, size_t parties)
{
    int64_t sum = 0;
    for (size_t k = 0; k < parties; k++)
        sum += points[k];
    return sum;
}

/* The logarithm of the product of gains: a product of eight numbers of a million would not be exact either. False when one gains nothing. */
static bool product_of_gains(const struct negotiation_game *g, const int64_t *points, double *out)
{
    *out = 0;
    for (size_t k = 0; k < g->parties; k++) {
        if (points[k] <= g->best[k])
            return false;
        *out += log((double)(points[k] - g->best[k]));
    }
    return true;
}

static void describe(struct negotiation_map *m, const struct negotiation_game *g)
{
    double greatest = -1, product;
    m->nash = SIZE_MAX;
    for (size_t k = 0; k < m->count; k++) {
        int64_t sum = joint(m->frontier[k].points, g->parties);
        m->joint_most = sum > m->joint_most ? sum : m->joint_most;
        if (product_of_gains(g, m->frontier[k].points, &product) && (m->nash == SIZE_MAX || product > greatest)) {
            greatest = product;
            m->nash = k;
        }
    }
    m->deals = 1;
    for (size_t issue = 0; issue < g->issues; issue++) {
        m->deals *= (double)g->options[issue];
        for (size_t p = 0; p < g->parties; p++) {
            int64_t most = 0;
            for (size_t option = 0; option < g->options[issue]; option++)
                most = g->points[issue][option * g->parties + p] > most ? g->points[issue][option * g->parties + p] : most;
            m->most[p] += most;
        }
    }
}

struct negotiation_map *negotiation_map_make(struct arena *a, const struct negotiation_game *g)
{
    struct negotiation_map *m = ARENA_NEW(a, struct negotiation_map);
    struct front now = front_new(a, g, NEGOTIATION_FRONTIER_MOST), next = front_new(a, g, NEGOTIATION_FRONTIER_MOST);
    ASSERT(g->parties >= 2 && g->parties <= NEGOTIATION_GAME_PARTIES && g->issues >= 1 && g->issues <= NEGOTIATION_GAME_ISSUES);
    now.n = 1; /* nothing settled yet, no points */
    m->complete = true;
    for (size_t issue = 0; issue < g->issues; issue++) {
        m->complete = add_issue(&next, &now, g, issue) && m->complete;
        struct front swap = now;
        now = next;
        next = swap;
    }
    m->frontier = ARENA_ARRAY(a, now.n, struct negotiation_deal);
    m->most = ARENA_ARRAY(a, g->parties, int64_t);
    m->count = now.n;
    for (size_t k = 0; k < now.n; k++)
        m->frontier[k] = (struct negotiation_deal){&now.choices[k * g->issues], &now.points[k * g->parties]};
    qsort(m->frontier, m->count, sizeof *m->frontier, by_first_party);
    describe(m, g);
    return m;
}

static double distance_between(const struct negotiation_map *m, const int64_t *x, const int64_t *y, size_t parties)
{
    double sum = 0;
    for (size_t k = 0; k < parties; k++) {
        double d = m->most[k] != 0 ? (double)(x[k] - y[k]) / (double)m->most[k] : 0;
        sum += d * d;
    }
    return sqrt(sum);
}

void negotiation_judge(const struct negotiation_game *g, const struct negotiation_map *m, const uint16_t *choices, struct negotiation_verdict *out)
{
    *out = (struct negotiation_verdict){.better = SIZE_MAX};
    for (size_t issue = 0; issue < g->issues; issue++)
        for (size_t p = 0; p < g->parties; p++)
            out->points[p] += g->points[issue][choices[issue] * g->parties + p];
    out->joint = joint(out->points, g->parties);
    out->gain = out->joint - joint(g->best, g->parties);
    for (size_t p = 0; p < g->parties; p++)
        out->below[p] = out->points[p] < g->best[p];
    for (size_t k = 0; k < m->count; k++) {
        const int64_t *points = m->frontier[k].points;
        if (!covers(points, out->points, g->parties))
            continue;
        double d = distance_between(m, points, out->points, g->parties);
        int64_t left = joint(points, g->parties) - out->joint;
        out->left = left > out->left ? left : out->left;
        if (left > 0 && (out->better == SIZE_MAX || d < out->distance)) {
            out->distance = d;
            out->better = k;
        }
    }
    out->on_frontier = out->better == SIZE_MAX;
}

/* The points of the deal on both scales. */
static void place(const struct negotiation_game *g, const size_t *at, size_t party, size_t other, int64_t *x, int64_t *y)
{
    *x = *y = 0;
    for (size_t issue = 0; issue < g->issues; issue++) {
        const int64_t *points = &g->points[issue][at[issue] * g->parties];
        *x += points[party];
        for (size_t p = 0; p < g->parties; p++)
            *y += p == other || (other == SIZE_MAX && p != party) ? points[p] : 0;
    }
}

bool negotiation_grid(const struct negotiation_game *g, size_t party, size_t other, size_t columns, size_t rows, double most, uint32_t *counts,
                      int64_t *x_most, int64_t *y_most)
{
    size_t at[NEGOTIATION_GAME_ISSUES] = {0};
    double deals = 1;
    *x_most = *y_most = 0;
    memset(counts, 0, columns * rows * sizeof *counts);
    for (size_t issue = 0; issue < g->issues; issue++) {
        int64_t x = 0, y = 0;
        deals *= (double)g->options[issue];
        for (size_t option = 0; option < g->options[issue]; option++) {
            const int64_t *points = &g->points[issue][option * g->parties];
            int64_t sum = other != SIZE_MAX ? points[other] : joint(points, g->parties) - points[party];
            x = points[party] > x ? points[party] : x;
            y = sum > y ? sum : y;
        }
        *x_most += x;
        *y_most += y;
    }
    if (deals > most)
        return false;
    for (;;) {
        int64_t x, y;
        size_t issue = 0;
        place(g, at, party, other, &x, &y);
        size_t column = *x_most != 0 ? (size_t)(x * (int64_t)(columns - 1) / *x_most) : 0, row = *y_most != 0 ? (size_t)(y * (int64_t)(rows - 1) / *y_most) : 0;
        counts[row * columns + column]++;
        while (issue < g->issues && ++at[issue] == g->options[issue])
            at[issue++] = 0;
        if (issue == g->issues)
            return true;
    }
}
