/* Effect sizes and their tests: see effect.h. */
#include "engine/stats/effect.h"

#include <math.h>

#include "engine/stats/rmath.h"

#define EXACT_MOST 49 /* pairs for which Wilcoxon's distribution is counted out */

static const struct stats_interval undefined = {STATS_MISSING, STATS_MISSING};

static double two_sided_t(double t, double df)
{
    return 2 * pt(-fabs(t), df, 1, 0);
}

static struct stats_interval around(double middle, double half)
{
    return (struct stats_interval){middle - half, middle + half};
}

struct moments {
    size_t n;
    double mean, sd;
};

/* In two passes; all values are there. */
static struct moments moments_of(const double *x, size_t n)
{
    double sum = 0, squares = 0;
    for (size_t k = 0; k < n; k++)
        sum += x[k];
    double mean = sum / (double)n;
    for (size_t k = 0; k < n; k++)
        squares += (x[k] - mean) * (x[k] - mean);
    double sd = sqrt(squares / ((double)n - 1));
    return (struct moments){n, mean, sd <= 1e-13 * fabs(mean) ? 0 : sd};
}

static size_t keep_present(const double *x, size_t n, double *kept)
{
    size_t count = 0;
    for (size_t k = 0; k < n; k++)
        if (!is_missing(x[k]))
            kept[count++] = x[k];
    return count;
}

static int ascending(const void *p, const void *q)
{
    double a = *(const double *)p, b = *(const double *)q;
    return a < b ? -1 : a > b;
}

/* ---- standardized differences
 * ---------------------------------------------------------------------------------------------- */

double effect_j(double df)
{
    return df >= 2 ? exp(lgammafn(df / 2) - log(df / 2) / 2 - lgammafn((df - 1) / 2)) : STATS_MISSING;
}

/* The non-centrality at which the observed t has so much probability below it. */
static double noncentrality(double t, double df, double below)
{
    double step = sqrt(1 + t * t / (2 * df)), lo = t - qnorm(below, 0, 1, 1, 0) * step, hi = lo;
    /* pnt falls as the parameter grows; start near the answer, so that no tail is so far out that it cannot be
     * computed. */
    for (int k = 0; k < 60 && pnt(t, df, lo, 1, 0) < below; k++)
        lo -= step / 4;
    for (int k = 0; k < 60 && pnt(t, df, hi, 1, 0) > below; k++)
        hi += step / 4;
    for (int k = 0; k < 200 && hi - lo > 1e-14 * fmax(1, fabs(lo)); k++) {
        double middle = (lo + hi) / 2;
        if (pnt(t, df, middle, 1, 0) > below)
            lo = middle;
        else
            hi = middle;
    }
    return (lo + hi) / 2;
}

struct stats_interval effect_noncentral_t(double t, double df, double level)
{
    if (!isfinite(t) || !(df > 0))
        return undefined;
    return (struct stats_interval){noncentrality(t, df, (1 + level) / 2), noncentrality(t, df, (1 - level) / 2)};
}

static struct stats_interval scaled(struct stats_interval i, double by)
{
    return (struct stats_interval){i.lo * by, i.hi * by};
}

/* ---- two groups
 * -------------------------------------------------------------------------------------------------------- */

/* For each x how many y are below and above, by bisection in both sorted. */
static double cliff_delta(double *x, size_t nx, double *y, size_t ny)
{
    size_t below = 0, up_to = 0;
    double sum = 0;
    qsort(x, nx, sizeof *x, ascending);
    qsort(y, ny, sizeof *y, ascending);
    for (size_t k = 0; k < nx; k++) {
        while (below < ny && y[below] < x[k])
            below++;
        while (up_to < ny && y[up_to] <= x[k])
            up_to++;
        sum += (double)below - (double)(ny - up_to);
    }
    return sum / ((double)nx * (double)ny);
}

static struct effect_t t_of(double difference, double se, double df, double level)
{
    double t = se > 0 ? difference / se : STATS_MISSING;
    return (struct effect_t){t, df, two_sided_t(t, df), around(difference, qt((1 + level) / 2, df, 1, 0) * se)};
}

enum rc effect_of_groups(struct arena *a, const double *x, size_t nx, const double *y, size_t ny, double level,
                         struct effect_groups *out, struct err *e)
{
    double *kept[2] = {arena_alloc_raw(a, (nx + 1) * sizeof *x), arena_alloc_raw(a, (ny + 1) * sizeof *y)};
    size_t n[2] = {keep_present(x, nx, kept[0]), keep_present(y, ny, kept[1])};
    if (n[0] < 2 || n[1] < 2)
        return err_set(e, RC_INVALID, 0, "each group needs two values; there are %zu and %zu", n[0], n[1]);
    *out = (struct effect_groups){.n = {n[0], n[1]}};
    for (int k = 0; k < 2; k++) {
        struct moments m = moments_of(kept[k], n[k]);
        out->mean[k] = m.mean;
        out->sd[k] = m.sd;
    }
    double n1 = (double)n[0], n2 = (double)n[1], df = n1 + n2 - 2, difference = out->mean[0] - out->mean[1];
    double v1 = out->sd[0] * out->sd[0], v2 = out->sd[1] * out->sd[1];
    double pooled = sqrt(((n1 - 1) * v1 + (n2 - 1) * v2) / df), spread = sqrt(1 / n1 + 1 / n2);
    out->pooled = t_of(difference, pooled * spread, df, level);
    double w1 = v1 / n1, w2 = v2 / n2;
    double welch_df = (w1 + w2) * (w1 + w2) / (w1 * w1 / (n1 - 1) + w2 * w2 / (n2 - 1));
    out->welch = t_of(difference, sqrt(w1 + w2), welch_df, level);
    out->d = pooled > 0 ? difference / pooled : STATS_MISSING;
    out->d_ci = scaled(effect_noncentral_t(out->pooled.t, df, level), spread);
    out->j = effect_j(df);
    out->g = out->j * out->d;
    out->g_ci = scaled(out->d_ci, out->j);
    out->g_var = 1 / n1 + 1 / n2 + out->g * out->g / (2 * (n1 + n2));
    out->g_wald = around(out->g, qnorm((1 + level) / 2, 0, 1, 1, 0) * sqrt(out->g_var));
    out->glass = out->sd[1] > 0 ? difference / out->sd[1] : STATS_MISSING;
    out->cliff = cliff_delta(kept[0], n[0], kept[1], n[1]);
    return RC_OK;
}

/* ---- Wilcoxon
 * ------------------------------------------------------------------------------------------------------------- */

struct ranked {
    double size;
    bool positive;
};

static int by_size(const void *p, const void *q)
{
    const struct ranked *a = p, *b = q;
    return a->size < b->size ? -1 : a->size > b->size;
}

/* P(V <= v) for n ranks without ties: how many of the 2^n sets of ranks have so small a sum, counted rank by rank. */
static double signed_rank_below(struct arena *a, size_t n, double v)
{
    size_t most = n * (n + 1) / 2;
    double *ways = ARENA_ARRAY(a, most + 1, double), below = 0;
    ways[0] = 1;
    for (size_t rank = 1; rank <= n; rank++)
        for (size_t sum = most; sum >= rank; sum--)
            ways[sum] += ways[sum - rank];
    for (size_t sum = 0; (double)sum <= v && sum <= most; sum++)
        below += ways[sum];
    return ldexp(below, -(int)n);
}

static void wilcoxon(struct arena *a, const double *difference, size_t count, struct effect_pairs *out)
{
    struct ranked *r = arena_alloc_raw(a, (count + 1) * sizeof *r);
    size_t n = 0;
    double v = 0, ties = 0;
    for (size_t k = 0; k < count; k++)
        if (difference[k] != 0)
            r[n++] = (struct ranked){fabs(difference[k]), difference[k] > 0};
    qsort(r, n, sizeof *r, by_size);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && r[to].size <= r[from].size; to++)
            ;
        double tied = (double)(to - from), rank = ((double)from + 1 + (double)to) / 2;
        ties += tied * tied * tied - tied;
        for (size_t k = from; k < to; k++)
            v += r[k].positive ? rank : 0;
    }
    double m = (double)n, expected = m * (m + 1) / 4;
    out->wilcoxon_v = v;
    out->wilcoxon_p = out->wilcoxon_exact_p = STATS_MISSING;
    if (n == 0)
        return;
    double sd = sqrt(m * (m + 1) * (2 * m + 1) / 24 - ties / 48), off = fabs(v - expected);
    out->wilcoxon_p = fmin(1, 2 * pnorm((fmin(0.5, off) - off) / sd, 0, 1, 1, 0));
    if (n == count && ties == 0 && n <= EXACT_MOST)
        out->wilcoxon_exact_p = fmin(1, 2 * signed_rank_below(a, n, fmin(v, 2 * expected - v)));
}

static struct effect_wald standardized_change(double raw, double j, double error, double n, double level)
{
    struct effect_wald w = {.est = j * raw};
    w.var = error + w.est * w.est / (2 * n);
    w.ci = around(w.est, qnorm((1 + level) / 2, 0, 1, 1, 0) * sqrt(w.var));
    return w;
}

static double correlation(const double *x, const double *y, size_t n, struct moments mx, struct moments my)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += (x[k] - mx.mean) * (y[k] - my.mean);
    return mx.sd > 0 && my.sd > 0 ? sum / ((double)n - 1) / (mx.sd * my.sd) : STATS_MISSING;
}

enum rc effect_of_pairs(struct arena *a, const double *pre, const double *post, size_t n, double level,
                        struct effect_pairs *out, struct err *e)
{
    double *x = arena_alloc_raw(a, (n + 1) * sizeof *x), *y = arena_alloc_raw(a, (n + 1) * sizeof *y);
    double *difference = arena_alloc_raw(a, (n + 1) * sizeof *difference);
    size_t m = 0;
    for (size_t k = 0; k < n; k++) {
        if (is_missing(pre[k]) || is_missing(post[k]))
            continue;
        x[m] = pre[k];
        y[m] = post[k];
        difference[m] = post[k] - pre[k];
        m++;
    }
    if (m < 2)
        return err_set(e, RC_INVALID, 0, "two complete pairs are needed; there %s %zu", m == 1 ? "is" : "are", m);
    struct moments before = moments_of(x, m), after = moments_of(y, m), change = moments_of(difference, m);
    /* Differences that vary by rounding alone do not vary. */
    if (change.sd <= 1e-13 * (fabs(before.mean) + fabs(after.mean) + before.sd))
        change.sd = 0;
    double count = (double)m, df = count - 1, j = effect_j(df);
    *out = (struct effect_pairs){.n = m,
                                 .left_out = n - m,
                                 .mean_pre = before.mean,
                                 .mean_post = after.mean,
                                 .sd_pre = before.sd,
                                 .sd_post = after.sd,
                                 .r = correlation(x, y, m, before, after),
                                 .mean_diff = change.mean,
                                 .sd_diff = change.sd};
    out->t = t_of(change.mean, change.sd / sqrt(count), df, level);
    out->d_z = change.sd > 0 ? change.mean / change.sd : STATS_MISSING;
    out->d_z_ci = scaled(effect_noncentral_t(out->t.t, df, level), 1 / sqrt(count));
    double both = sqrt((before.sd * before.sd + after.sd * after.sd) / 2);
    out->d_av = both > 0 ? change.mean / both : STATS_MISSING;
    out->smcc = standardized_change(out->d_z, j, 1 / count, count, level);
    out->smcr = standardized_change(before.sd > 0 ? change.mean / before.sd : STATS_MISSING, j,
                                    2 * (1 - out->r) / count, count, level);
    wilcoxon(a, difference, m, out);
    return RC_OK;
}

/* ---- McNemar
 * -------------------------------------------------------------------------------------------------------------------
 */

enum rc effect_mcnemar(double table[2][2], struct effect_mcnemar *out, struct err *e)
{
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            out->table[i][j] = table[i][j];
            if (!(table[i][j] >= 0) || table[i][j] != floor(table[i][j]) || table[i][j] > 1e15)
                return err_set(e, RC_INVALID, 0, "the table holds counts: %g is none", table[i][j]);
        }
    double b = table[0][1], c = table[1][0], changed = b + c;
    bool none = changed == 0;
    out->chisq = none ? STATS_MISSING : (b - c) * (b - c) / changed;
    out->p = none ? STATS_MISSING : pchisq(out->chisq, 1, 0, 0);
    out->exact_p = none ? STATS_MISSING : fmin(1, 2 * pbinom(fmin(b, c), changed, 0.5, 1, 0));
    out->odds = c > 0 ? b / c : STATS_MISSING;
    return RC_OK;
}
