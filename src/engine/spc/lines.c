/* Centre lines and limits of one phase: see spc.h. */
#include <math.h>

#include "engine/spc/spc_inside.h"
#include "engine/stats/rmath.h"
#include "engine/stats/stats.h"

#define D2 1.128
#define D4 3.267
#define E2_THIRD (2.66 / 3)
#define NELSON_POWER (1 / 3.6)

struct work {
    const struct spc_series *s;
    struct spc_chart *c;
    struct spc_phase *p;
    const size_t *base; /* the points that make the lines */
    size_t base_count;
    double *scratch;
};

static int by_size(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static double median_of(struct work *w, const double *y)
{
    size_t n = 0;
    for (size_t k = 0; k < w->base_count; k++)
        if (!is_missing(y[w->base[k]]))
            w->scratch[n++] = y[w->base[k]];
    qsort(w->scratch, n, sizeof *w->scratch, by_size);
    return n == 0 ? STATS_MISSING : n % 2 == 1 ? w->scratch[n / 2] : (w->scratch[n / 2 - 1] + w->scratch[n / 2]) / 2;
}

static double mean_of(const struct work *w, const double *y)
{
    double sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < w->base_count; k++)
        if (!is_missing(y[w->base[k]])) {
            sum += y[w->base[k]];
            n++;
        }
    return n == 0 ? STATS_MISSING : sum / (double)n;
}

/* Mean moving range of the baseline: excluded points are bridged, missing ones are not. Screened once where the plan says so. */
static double moving_range(const struct work *w, const double *y)
{
    double most = INFINITY, mean = STATS_MISSING;
    for (int pass = 0; pass < (w->c->plan.screen ? 2 : 1); pass++) {
        double sum = 0;
        size_t n = 0;
        for (size_t k = 1; k < w->base_count; k++) {
            double range = fabs(y[w->base[k]] - y[w->base[k - 1]]);
            if (range < most || (pass == 0 && !is_missing(range))) {
                sum += range;
                n++;
            }
        }
        mean = n == 0 ? STATS_MISSING : sum / (double)n;
        most = D4 * mean;
    }
    return mean;
}

static double deviation_of(const struct work *w, const double *y)
{
    double mean = mean_of(w, y), sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < w->base_count; k++)
        if (!is_missing(y[w->base[k]])) {
            sum += (y[w->base[k]] - mean) * (y[w->base[k]] - mean);
            n++;
        }
    return n < 2 ? STATS_MISSING : sqrt(sum / (double)(n - 1));
}

/* Sum of numerators over sum of denominators, complete pairs alone. */
static double ratio_of(const struct work *w)
{
    double above = 0, below = 0;
    for (size_t k = 0; k < w->base_count; k++) {
        size_t i = w->base[k];
        if (!is_missing(w->s->y[i]) && !is_missing(w->s->n[i])) {
            above += w->s->y[i];
            below += w->s->n[i];
        }
    }
    return below > 0 ? above / below : STATS_MISSING;
}

static double z_of(double y, double center, double sigma)
{
    return y == center ? 0 : (y - center) / sigma;
}

/* The lines of one point from its centre and standard error. */
static void put(struct work *w, size_t i, double center, double sigma)
{
    struct spc_chart *c = w->c;
    c->cl[i] = center;
    c->lcl[i] = center - 3 * sigma;
    c->ucl[i] = center + 3 * sigma;
    c->lcl2[i] = center - 2 * sigma;
    c->ucl2[i] = center + 2 * sigma;
    c->z[i] = z_of(c->y[i], center, sigma);
}

static void clip(struct work *w, double least, double most)
{
    struct spc_chart *c = w->c;
    for (size_t i = w->p->first; i < w->p->end; i++) {
        c->lcl[i] = c->lcl[i] < least ? least : c->lcl[i];
        c->lcl2[i] = c->lcl2[i] < least ? least : c->lcl2[i];
        c->ucl[i] = c->ucl[i] > most ? most : c->ucl[i];
        c->ucl2[i] = c->ucl2[i] > most ? most : c->ucl2[i];
    }
}

static double known_or(double known, double computed)
{
    return is_missing(known) ? computed : known;
}

static double unit(const struct spc_plan *plan)
{
    return plan->multiply > 0 ? plan->multiply : 1;
}

static double center_or(const struct work *w, double computed)
{
    return known_or(w->c->plan.center / unit(&w->c->plan), computed);
}

static double sigma_or(const struct work *w, double computed)
{
    return known_or(w->c->plan.sigma / unit(&w->c->plan), computed);
}

static void lines_run(struct work *w)
{
    double center = center_or(w, median_of(w, w->c->y));
    for (size_t i = w->p->first; i < w->p->end; i++)
        put(w, i, center, STATS_MISSING);
}

/* Making Data Count has 2.66, the others 3 / 1.128; both are the textbook's, rounded differently. */
static double individual_sigma(const struct work *w, const double *y)
{
    double range = moving_range(w, y);
    return w->c->plan.rules == SPC_MDC ? E2_THIRD * range : range / D2;
}

static void lines_i(struct work *w)
{
    double center = center_or(w, mean_of(w, w->c->y)), sigma = sigma_or(w, individual_sigma(w, w->c->y));
    for (size_t i = w->p->first; i < w->p->end; i++)
        put(w, i, center, sigma);
}

static void lines_mr(struct work *w)
{
    struct spc_chart *c = w->c;
    double center = center_or(w, mean_of(w, c->y));
    for (size_t i = w->p->first; i < w->p->end; i++) {
        put(w, i, center, center * (D4 - 1) / 3);
        c->lcl[i] = c->lcl2[i] = 0;
        c->ucl[i] = D4 * center;
        c->ucl2[i] = D4 / 3 * 2 * center;
    }
}

/* y^(1/3.6) is nearly normal where waiting times are exponential. */
static void lines_t(struct work *w)
{
    struct spc_chart *c = w->c;
    double *lines[] = {c->y, c->cl, c->lcl, c->ucl, c->lcl2, c->ucl2};
    for (size_t i = w->p->first; i < w->p->end; i++)
        c->y[i] = pow(c->y[i], NELSON_POWER);
    double center = pow(center_or(w, STATS_MISSING), NELSON_POWER);
    center = known_or(center, mean_of(w, c->y));
    double sigma = moving_range(w, c->y) / D2;
    for (size_t i = w->p->first; i < w->p->end; i++) {
        put(w, i, center, sigma);
        for (size_t k = 0; k < COUNT_OF(lines); k++)
            lines[k][i] = lines[k][i] < 0 ? 0 : pow(lines[k][i], 1 / NELSON_POWER);
    }
}

static void lines_c(struct work *w)
{
    double center = center_or(w, mean_of(w, w->c->y));
    for (size_t i = w->p->first; i < w->p->end; i++)
        put(w, i, center, sigma_or(w, sqrt(center)));
    clip(w, 0, INFINITY);
}

static void lines_g(struct work *w)
{
    double mean = center_or(w, mean_of(w, w->c->y)), middle = median_of(w, w->c->y);
    if (!is_missing(w->c->plan.center))
        middle = 0.693 * mean; /* of the geometric distribution, Provost, Murray 2011 */
    for (size_t i = w->p->first; i < w->p->end; i++) {
        put(w, i, mean, sigma_or(w, sqrt(mean * (mean + 1))));
        w->c->cl[i] = middle;
    }
    clip(w, 0, INFINITY);
}

/* p, p', u, u': the standard error follows the denominator; the primed ones widen it by what z-scores vary (Laney 2002). */
static void lines_ratio(struct work *w)
{
    struct spc_chart *c = w->c;
    enum spc_kind kind = c->plan.kind;
    bool share = kind == SPC_P || kind == SPC_PP, laney = kind == SPC_PP || kind == SPC_UP;
    double center = center_or(w, ratio_of(w)), spread = share ? center * (1 - center) : center, factor = 1;
    for (size_t i = w->p->first; i < w->p->end; i++) {
        double n = w->s->n[i], sigma = n > 0 ? sqrt(spread / n) : STATS_MISSING;
        put(w, i, center, known_or(c->plan.sigma / unit(&c->plan), sigma));
        w->scratch[i] = (c->y[i] - center) / sigma; /* of the whole series: room for it is there */
    }
    if (laney) {
        factor = c->plan.unordered ? deviation_of(w, w->scratch) : moving_range(w, w->scratch) / D2;
        for (size_t i = w->p->first; i < w->p->end; i++)
            if (w->s->n[i] > 0)
                put(w, i, center, sqrt(spread / w->s->n[i]) * factor);
    }
    clip(w, 0, share ? 1 : INFINITY);
}

/* Expected s of a subgroup of n over sigma. */
static double c4(double n)
{
    return n > 1 ? sqrt(2 / (n - 1)) * exp(lgammafn(n / 2) - lgammafn((n - 1) / 2)) : STATS_MISSING;
}

/* Mean of s where subgroups are all of one size, else pooled (Montgomery 6.31). */
static double within(const struct work *w)
{
    double first = STATS_MISSING, pooled = 0, degrees = 0;
    bool same = true;
    for (size_t i = 0; i < w->s->count; i++) {
        first = is_missing(first) ? w->s->n[i] : first;
        same = same && (w->s->n[i] == first);
    }
    if (same)
        return mean_of(w, w->s->s);
    for (size_t k = 0; k < w->base_count; k++) {
        size_t i = w->base[k];
        if (w->s->n[i] > 1) {
            pooled += (w->s->n[i] - 1) * w->s->s[i] * w->s->s[i];
            degrees += w->s->n[i] - 1;
        }
    }
    return degrees > 0 ? sqrt(pooled / degrees) : STATS_MISSING;
}

static void lines_xbar(struct work *w)
{
    double above = 0, below = 0, s = within(w);
    for (size_t k = 0; k < w->base_count; k++) {
        size_t i = w->base[k];
        if (w->s->n[i] > 0) {
            above += w->s->n[i] * w->s->y[i];
            below += w->s->n[i];
        }
    }
    double center = center_or(w, below > 0 ? above / below : STATS_MISSING);
    for (size_t i = w->p->first; i < w->p->end; i++)
        put(w, i, center, sigma_or(w, s) / (is_missing(w->c->plan.sigma) ? c4(w->s->n[i]) : 1) / sqrt(w->s->n[i]));
}

static void lines_s(struct work *w)
{
    double center = center_or(w, within(w));
    for (size_t i = w->p->first; i < w->p->end; i++) {
        double c = c4(w->s->n[i]);
        put(w, i, center, center * sqrt(1 - c * c) / c);
    }
    clip(w, 0, INFINITY);
}

void spc_lines(struct arena *a, const struct spc_series *s, struct spc_chart *c, struct spc_phase *p)
{
    static void (*const lines[SPC_KIND_COUNT])(struct work *w) = {
        [SPC_RUN] = lines_run, [SPC_I] = lines_i,       [SPC_MR] = lines_mr,     [SPC_XBAR] = lines_xbar,
        [SPC_S] = lines_s,     [SPC_P] = lines_ratio,   [SPC_PP] = lines_ratio,  [SPC_U] = lines_ratio,
        [SPC_UP] = lines_ratio, [SPC_C] = lines_c,      [SPC_G] = lines_g,       [SPC_T] = lines_t,
    };
    struct work w = {.s = s, .c = c, .p = p, .scratch = arena_alloc_raw(a, (s->count + 1) * sizeof(double))};
    size_t *base = arena_alloc_raw(a, (p->end - p->first + 1) * sizeof *base);
    size_t last = c->plan.baseline != 0 && p->first + c->plan.baseline < p->end ? p->first + c->plan.baseline : p->end;
    for (size_t i = p->first; i < last; i++)
        if (!c->excluded[i]) {
            base[w.base_count++] = i;
            p->base += !is_missing(c->y[i]);
        }
    w.base = base;
    p->trial = p->base < SPC_LIMITS_FROM;
    lines[c->plan.kind](&w);
}
