/* Gaps and growth for pages: see gap.h. */
#include "engine/stats/gap.h"

#include <math.h>

#include "engine/stats/rmath.h"

static const struct gap untold = {STATS_MISSING, STATS_MISSING, STATS_MISSING, {STATS_MISSING, STATS_MISSING}, false};

double gap_sem(double sd, double reliability)
{
    return sd >= 0 && reliability >= 0 && reliability <= 1 ? sd * sqrt(1 - reliability) : STATS_MISSING;
}

static struct gap told(double gap, double se, double df, double level)
{
    if (!isfinite(gap) || !isfinite(se) || !(df > 0))
        return untold;
    double half = se * (isfinite(df) ? qt((1 + level) / 2, df, 1, 0) : qnorm((1 + level) / 2, 0, 1, 1, 0));
    struct gap g = {gap, se, df, {gap - half, gap + half}, false};
    g.beyond = g.ci.lo > 0 || g.ci.hi < 0;
    return g;
}

struct gap gap_of(double self, double self_sem, double mean, double sd, size_t n, double least_sd, double level)
{
    if (n < 2 || !(self_sem >= 0) || !(sd >= 0))
        return untold;
    double spread = fmax(sd, least_sd), of_mean = spread * spread / (double)n, var = self_sem * self_sem + of_mean;
    double df = of_mean > 0 ? var * var / (of_mean * of_mean / (double)(n - 1)) : INFINITY;
    return told(self - mean, sqrt(var), df, level);
}

enum johari gap_johari(const struct gap *g, double others_mean, double cut)
{
    if (is_missing(g->gap) || is_missing(others_mean) || is_missing(cut))
        return JOHARI_UNTOLD;
    if (g->beyond)
        return g->gap > 0 ? JOHARI_BLIND_SPOT : JOHARI_STRENGTH_UNSEEN;
    return others_mean >= cut ? JOHARI_STRENGTH_KNOWN : JOHARI_NEED_KNOWN;
}

struct gap gap_change(double mean1, double sd1, size_t n1, double mean2, double sd2, size_t n2, double least_sd,
                      double level)
{
    if (n1 < 2 || n2 < 2 || !(sd1 >= 0) || !(sd2 >= 0))
        return untold;
    double s1 = fmax(sd1, least_sd), s2 = fmax(sd2, least_sd), v1 = s1 * s1 / (double)n1, v2 = s2 * s2 / (double)n2;
    double var = v1 + v2;
    double df = var > 0 ? var * var / (v1 * v1 / (double)(n1 - 1) + v2 * v2 / (double)(n2 - 1)) : INFINITY;
    return told(mean2 - mean1, sqrt(var), df, level);
}

struct gap gap_growth(const double *time, const double *mean, const double *se, size_t rounds, double level)
{
    double w = 0, t = 0, y = 0, tt = 0, ty = 0;
    for (size_t k = 0; k < rounds; k++) {
        if (!(se[k] > 0) || !isfinite(time[k]) || !isfinite(mean[k]))
            return untold;
        double weight = 1 / (se[k] * se[k]);
        w += weight;
        t += weight * time[k];
        y += weight * mean[k];
    }
    t /= w;
    y /= w;
    for (size_t k = 0; k < rounds; k++) {
        double weight = 1 / (se[k] * se[k]);
        tt += weight * (time[k] - t) * (time[k] - t);
        ty += weight * (time[k] - t) * (mean[k] - y);
    }
    if (!(tt > 0))
        return untold;
    return told(ty / tt, 1 / sqrt(tt), INFINITY, level);
}
