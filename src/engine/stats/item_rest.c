/* Item-rest correlations: see item_rest.h. */
#include "engine/stats/item_rest.h"

#include <math.h>

#include "engine/stats/rmath.h"

/* The mean of what a person answered beside one item; NaN where that is nothing. */
static double rest_of(const struct stats_matrix *x, size_t row, size_t item)
{
    double sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < x->columns; k++) {
        double v = x->at[row * x->columns + k];
        if (k != item && !is_missing(v)) {
            sum += v;
            n++;
        }
    }
    return n != 0 ? sum / (double)n : STATS_MISSING;
}

/* Means and squares, updated one by one (Welford 1962). */
struct moments {
    double n, mean_x, mean_y, xx, yy, xy;
};

static void add(struct moments *m, double x, double y)
{
    m->n += 1;
    double dx = x - m->mean_x, dy = y - m->mean_y;
    m->mean_x += dx / m->n;
    m->mean_y += dy / m->n;
    m->xx += dx * (x - m->mean_x);
    m->yy += dy * (y - m->mean_y);
    m->xy += dx * (y - m->mean_y);
}

static void correlate(const struct moments *m, double level, struct item_rest *out)
{
    out->pairs = (size_t)m->n;
    out->r = out->ci.lo = out->ci.hi = STATS_MISSING;
    if (!(m->xx > 1e-12) || !(m->yy > 1e-12))
        return;
    out->r = fmax(-1, fmin(1, m->xy / sqrt(m->xx * m->yy)));
    if (m->n < 4 || fabs(out->r) >= 1)
        return;
    double z = atanh(out->r), half = qnorm(1 - (1 - level) / 2, 0, 1, 1, 0) / sqrt(m->n - 3);
    out->ci = (struct stats_interval){tanh(z - half), tanh(z + half)};
}

void item_rest_of(const struct stats_matrix *x, double level, struct item_rest *out)
{
    for (size_t k = 0; k < x->columns; k++) {
        struct moments own = {0}, both = {0};
        for (size_t row = 0; row < x->rows; row++) {
            double v = x->at[row * x->columns + k];
            if (is_missing(v))
                continue;
            add(&own, v, v);
            double rest = rest_of(x, row, k);
            if (!is_missing(rest))
                add(&both, v, rest);
        }
        out[k] = (struct item_rest){.people = (size_t)own.n, .mean = own.n > 0 ? own.mean_x : STATS_MISSING,
                                    .sd = own.n > 1 ? sqrt(own.xx / (own.n - 1)) : STATS_MISSING};
        correlate(&both, level, &out[k]);
    }
}
