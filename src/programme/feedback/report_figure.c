/* Figures of one domain that leave open what any one rater said; see report.h. Pure.
 *
 * Two things bound what is known of a score x among n with mean m: the scale, since the others' scores end there (x >= n m - (n - 1)
 * high), and the spread, since |x - m| <= s (n - 1) / sqrt(n) (Samuelson 1968, How Deviant Can You Be, JASA 63:1522-1525). A mean
 * near an end and a small spread therefore give every rater away, however many there are: they are shown as bounds. */
#include <math.h>

#include "engine/disclosure/disclosure.h"
#include "programme/feedback/report_inside.h"

#define HALF 0.05 /* of a tenth: what rounding leaves */
#define CLOSE 1e-6

void report_part_add(struct report_part *p, double score, size_t judged)
{
    int64_t x = llround(score * REPORT_PARTS);
    p->fewest = p->n == 0 || judged < p->fewest ? judged : p->fewest;
    p->lowest = p->n == 0 || x < p->lowest ? x : p->lowest;
    p->highest = p->n == 0 || x > p->highest ? x : p->highest;
    p->n++;
    p->sum += x;
    p->squares += x * x;
}

double report_part_mean(const struct report_part *p)
{
    return (double)p->sum / (double)p->n / REPORT_PARTS;
}

double report_part_ss(const struct report_part *p)
{
    double m = report_part_mean(p);
    return fmax(0, (double)p->squares / REPORT_PARTS / REPORT_PARTS - (double)p->n * m * m);
}

static int64_t tenths(double x)
{
    return llround(x * 10);
}

/* So near the end of the scale a mean is not shown as it is: beyond it nobody could be a whole width away from the end. */
static double margin(int64_t n)
{
    return REPORT_WIDTH / (double)n;
}

/* Scores come in such steps. */
static double step_of(const struct report_part *p)
{
    return 1 / (double)(p->fewest > 0 ? p->fewest : 1);
}

/* The sum of squares around a part's mean that must fit what is shown, so that "all the same" is not told apart from a rater who stands half
 * a width off, nor from one who stands a step up with another a step down. */
static double room(const struct report_part *p)
{
    double n = (double)p->n, step = step_of(p);
    return p->n < 2 ? 0 : fmax(REPORT_WIDTH * REPORT_WIDTH / 4 * n / (n - 1), 2 * step * step);
}

/* A part's mean as it is known from its figure; at an end of the scale the end. */
static double shown_mean(const struct report_figure *f, double low, double high)
{
    return f->mean_is == REPORT_AT_LEAST ? high : f->mean_is == REPORT_AT_MOST ? low : (double)f->mean / 10;
}

static struct report_figure mean_figure(const struct report_part *p, double low, double high)
{
    double mean = report_part_mean(p), most = high - margin(p->n), fewest = low + margin(p->n);
    struct report_figure f = {.shown = true, .n = p->n, .mean = tenths(mean)};
    if (mean >= most - CLOSE) {
        f.mean = (int64_t)floor(most * 10 + CLOSE);
        f.mean_is = REPORT_AT_LEAST;
    } else if (mean <= fewest + CLOSE) {
        f.mean = (int64_t)ceil(fewest * 10 - CLOSE);
        f.mean_is = REPORT_AT_MOST;
    }
    return f;
}

/* Spread is said in such steps, in tenths: where few answers come in wide steps, a fine one would leave one set of them alone. A step of
 * spread s holds about 2 (n - 1) s times its width of sums of squares, which come twice a squared step apart; about eight of them
 * for a spread of half a point, else half a point. */
static int64_t grain(const struct report_part *whole)
{
    double need = 8 * step_of(whole) * step_of(whole), have = (double)(whole->n - 1);
    return have * 0.1 >= need ? 1 : have * 0.2 >= need ? 2 : 5;
}

/* The spread of the whole, unless its mean is but a bound: "up to", rounded up. It begins where there is room in each part at once, whose
 * means stand apart as they are shown: that limit must follow from what is shown too. */
static void add_spread(struct report_figure *f, const struct report_part *whole, const struct report_part *pools, const struct report_figure *figures, size_t count,
                       double low, double high)
{
    if (f->mean_is != REPORT_EXACT)
        return;
    double need = 0, mean = shown_mean(f, low, high);
    for (size_t k = 0; k < count; k++)
        need += (pools[k].n != 0 ? room(&pools[k]) : 0) + (figures[k].shown ? (double)pools[k].n * pow(shown_mean(&figures[k], low, high) - mean, 2) : 0);
    int64_t least = (int64_t)ceil(sqrt(fmax(need, room(whole)) / (double)(whole->n - 1)) * 10 - CLOSE);
    f->has_spread = true;
    f->spread = (int64_t)ceil(sqrt(report_part_ss(whole) / (double)(whole->n - 1)) * 10 - CLOSE);
    f->spread = f->spread < least ? least : f->spread;
    f->spread = (f->spread + grain(whole) - 1) / grain(whole) * grain(whole);
}

/* ---- the attack ----------------------------------------------------------------------------------------------------------------- */

struct range {
    double lo, hi;
};

/* What a figure says of the sum of its part; without one, what the scale says. */
static struct range sum_range(const struct report_part *p, const struct report_figure *f, double low, double high)
{
    double n = (double)p->n;
    struct range r = {n * low, n * high};
    if (f == NULL || !f->shown)
        return r;
    double from = n * ((double)f->mean / 10 - HALF), to = n * ((double)f->mean / 10 + HALF);
    if (f->mean_is == REPORT_AT_LEAST)
        from = r.hi - REPORT_WIDTH, to = r.hi;
    if (f->mean_is == REPORT_AT_MOST)
        to = r.lo + REPORT_WIDTH, from = r.lo;
    return (struct range){fmax(r.lo, from), fmin(r.hi, to)};
}

/* One rater among n whose scores add up to something in the range. within: the sum of squares that may lie around the part's mean. Where
 * scores are a width apart, each rater may have given any of them. Where they are not, others must fit what is shown as well; all
 * the same fits only together with one a step up and another a step down. */
static double one_rater(const struct report_part *p, struct range sum, double within, double low, double high)
{
    double n = (double)p->n, mean = report_part_mean(p), off = sqrt(fmax(0, within) * (n - 1) / n);
    if ((double)(p->highest - p->lowest) >= (REPORT_WIDTH - CLOSE) * REPORT_PARTS)
        return REPORT_WIDTH;
    if (within < 2 * step_of(p) * step_of(p) - CLOSE)
        return 0;
    double lo = fmax(fmax(low, sum.lo - (n - 1) * high), mean - off), hi = fmin(fmin(high, sum.hi - (n - 1) * low), mean + off);
    return hi - lo;
}

static void merge(struct report_part *into, const struct report_part *p)
{
    if (p->n == 0)
        return;
    if (into->n == 0) {
        *into = *p;
        return;
    }
    *into = (struct report_part){into->n + p->n,
                                 into->sum + p->sum,
                                 into->squares + p->squares,
                                 into->lowest < p->lowest ? into->lowest : p->lowest,
                                 into->highest > p->highest ? into->highest : p->highest,
                                 into->fewest < p->fewest ? into->fewest : p->fewest};
}

double report_left_open(const struct report_part *whole, const struct report_figure *figure, const struct report_part *pools,
                        const struct report_figure *figures, size_t count, double low, double high)
{
    struct report_part rest = {0};
    struct range total = sum_range(whole, figure, low, high), parts = {0};
    double apart = 0, most = INFINITY, least = INFINITY; /* of the sum of squares: around the parts' means; at the most around that of the whole */
    for (size_t k = 0; k < count; k++)
        if (!figures[k].shown)
            merge(&rest, &pools[k]);
    if (count == 0)
        rest = *whole;
    for (size_t k = 0; k <= count; k++) {
        const struct report_part *p = k < count ? &pools[k] : &rest;
        if (p->n == 0 || (k < count && !figures[k].shown))
            continue;
        struct range r = sum_range(p, k < count ? &figures[k] : NULL, low, high);
        parts = (struct range){parts.lo + r.lo, parts.hi + r.hi};
        apart += report_part_ss(p);
    }
    if (figure->has_spread) /* with the parts' means where they are */
        most = (double)(whole->n - 1) * pow((double)figure->spread / 10, 2) - (report_part_ss(whole) - apart);
    for (size_t k = 0; k <= count; k++) {
        const struct report_part *p = k < count ? &pools[k] : &rest;
        if (p->n == 0 || (k < count && !figures[k].shown))
            continue;
        struct range r = sum_range(p, k < count ? &figures[k] : NULL, low, high);
        struct range left = {fmax(r.lo, total.lo - (parts.hi - r.hi)), fmin(r.hi, total.hi - (parts.lo - r.lo))};
        least = fmin(least, one_rater(p, left, most - (apart - report_part_ss(p)), low, high)); /* the other parts as they are */
    }
    return least;
}

/* ---- deciding --------------------------------------------------------------------------------------------------------------------- */

/* Which pools may be shown beside the whole: by how many judged; and none where the mean of one, or of those who are left, is but a bound,
 * since who subtracts the others from the whole would come closer to it. That one is at the end is all that holding back says. */
static void show_pools(struct arena *a, const struct report_part *pools, size_t count, double low, double high, int64_t least, struct report_figure *figures)
{
    int64_t *counts = ARENA_ARRAY(a, count, int64_t);
    bool *shown = ARENA_ARRAY(a, count, bool);
    struct report_part rest = {0};
    for (size_t k = 0; k < count; k++)
        counts[k] = pools[k].n;
    bool fine = disclosure_show_groups(a, (struct disclosure_rule){least, least}, counts, count, true, shown);
    for (size_t k = 0; fine && k < count; k++) {
        if (!shown[k] || pools[k].n < least)
            merge(&rest, &pools[k]);
        else
            figures[k] = mean_figure(&pools[k], low, high);
        fine = figures[k].mean_is == REPORT_EXACT;
    }
    if (!fine || (rest.n != 0 && mean_figure(&rest, low, high).mean_is != REPORT_EXACT))
        memset(figures, 0, count * sizeof *figures);
}

/* Widens what is said of the spread until every rater has her width. */
static void widen_spread(struct report_figure *figure, const struct report_part *whole, const struct report_part *pools, const struct report_figure *figures, size_t count,
                         double low, double high)
{
    while (figure->has_spread && report_left_open(whole, figure, pools, figures, count, low, high) < REPORT_WIDTH - CLOSE)
        if ((double)(figure->spread += grain(whole)) / 10 > high - low) {
            figure->has_spread = false;
            figure->spread = 0;
        }
}

void report_figures_of(struct arena *a, const struct report_part *whole, const struct report_part *pools, size_t count, double low, double high,
                       int64_t least, struct report_figure *figure, struct report_figure *figures)
{
    *figure = (struct report_figure){0};
    memset(figures, 0, count * sizeof *figures);
    if (whole->n < least)
        return;
    *figure = mean_figure(whole, low, high);
    show_pools(a, pools, count, low, high, least, figures);
    add_spread(figure, whole, pools, figures, count, low, high);
    widen_spread(figure, whole, pools, figures, count, low, high);
    if (report_left_open(whole, figure, pools, figures, count, low, high) < REPORT_WIDTH - CLOSE) {
        *figure = (struct report_figure){0};
        memset(figures, 0, count * sizeof *figures);
    }
}
