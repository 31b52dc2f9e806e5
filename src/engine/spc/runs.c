/* Runs and crossings: see spc.h. */
#include <math.h>

#include "engine/spc/spc_inside.h"
#include "engine/stats/rmath.h"
#include "engine/stats/stats.h"

size_t spc_longest_max(size_t n)
{
    return n == 0 ? 0 : (size_t)rint(log2((double)n)) + 3;
}

size_t spc_crossings_min(size_t n)
{
    return n < 2 ? 0 : (size_t)qbinom(0.05, (double)(n - 1), 0.5, 1, 0);
}

struct spc_runs spc_runs_of(const struct spc_chart *c, const struct spc_phase *p)
{
    struct spc_runs r = {0};
    int before = 0;
    size_t run = 0;
    for (size_t i = p->first; i < p->end; i++) {
        if (c->excluded[i])
            continue;
        r.n_obs++;
        int side = (c->y[i] > c->cl[i]) - (c->y[i] < c->cl[i]);
        if (side == 0)
            continue;
        r.n_useful++;
        run = side == before ? run + 1 : 1;
        r.crossings += before != 0 && side != before;
        r.longest = run > r.longest ? run : r.longest;
        before = side;
    }
    r.longest_max = spc_longest_max(r.n_useful);
    r.crossings_min = spc_crossings_min(r.n_useful);
    r.signal = r.n_useful != 0 && (r.longest > r.longest_max || r.crossings < r.crossings_min);
    return r;
}

/* log of n over k */
static double log_choose(double n, double k)
{
    return k < 0 || k > n ? -INFINITY : lgammafn(n + 1) - lgammafn(k + 1) - lgammafn(n - k + 1);
}

/* Probability of exactly r runs of n1 and n2 (Wald, Wolfowitz 1940). */
static double runs_probability(double n1, double n2, size_t r)
{
    double half = floor((double)r / 2), all = log_choose(n1 + n2, n1);
    if (r % 2 == 0)
        return 2 * exp(log_choose(n1 - 1, half - 1) + log_choose(n2 - 1, half - 1) - all);
    return exp(log_choose(n1 - 1, half) + log_choose(n2 - 1, half - 1) - all) + exp(log_choose(n1 - 1, half - 1) + log_choose(n2 - 1, half) - all);
}

#define TAIL 0.025

void spc_runs_bounds(size_t n1, size_t n2, size_t *least, size_t *most)
{
    size_t most_runs = 2 * (n1 < n2 ? n1 : n2) + (n1 != n2);
    double below = 0, above = 0;
    *least = 2;
    *most = most_runs;
    if (n1 == 0 || n2 == 0)
        return;
    while (*least < most_runs && (below += runs_probability((double)n1, (double)n2, *least)) <= TAIL)
        ++*least;
    while (*most > 2 && (above += runs_probability((double)n1, (double)n2, *most)) <= TAIL)
        --*most;
}
