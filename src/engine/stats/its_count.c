/* Interrupted series of counts: Poisson and quasi-Poisson regression with an offset. See its.h. */
#include <math.h>

#include "engine/stats/its.h"
#include "engine/stats/rmath.h"

#define ROUNDS_MOST 100
#define SETTLED 1e-8 /* of the deviance, as R's glm; the dispersion then is R's too, with the weights of the last step */

/* One step: weighted least squares of the working response. */
static enum rc step(struct arena *a, const struct its_design *d, const double *mu, double *coef, double *bread, struct err *e)
{
    struct stats_matrix x = {d->n, d->terms, ARENA_ARRAY(a, d->n * d->terms, double)};
    double *z = ARENA_ARRAY(a, d->n, double);
    struct linear fit;
    for (size_t i = 0; i < d->n; i++) {
        double w = sqrt(mu[i]), base = d->offset != NULL ? log(d->offset[i]) : 0;
        z[i] = w * (log(mu[i]) - base + (d->y[i] - mu[i]) / mu[i]);
        for (size_t k = 0; k < d->terms; k++)
            x.at[i * d->terms + k] = w * d->x[i * d->terms + k];
    }
    TRY(linear_fit(a, &x, z, 0.95, &fit, e));
    for (size_t k = 0; k < d->terms; k++)
        coef[k] = fit.term[k].coef;
    for (size_t k = 0; k < d->terms * d->terms; k++)
        bread[k] = fit.sigma > 0 ? fit.cov[k] / (fit.sigma * fit.sigma) : fit.cov[k];
    return RC_OK;
}

/* Expected counts; without: as if nothing had begun. */
static void expect(const struct its_design *d, const double *coef, bool without, double *mu)
{
    for (size_t i = 0; i < d->n; i++) {
        double eta = d->offset != NULL ? log(d->offset[i]) : 0;
        for (size_t k = 0; k < d->terms; k++)
            if (!without || k < d->effect_first || k >= d->effect_first + d->effect_terms)
                eta += d->x[i * d->terms + k] * coef[k];
        mu[i] = exp(eta);
    }
}

static void sum_up(struct arena *a, const struct its_design *d, const double *mu, const double *weight, struct its_count *out)
{
    double pearson = 0, *without = ARENA_ARRAY(a, d->n, double);
    expect(d, out->poisson.coef, true, without);
    for (size_t i = 0; i < d->n; i++) {
        double y = d->y[i], m = mu[i];
        pearson += weight[i] * (y - m) * (y - m) / (m * m);
        out->deviance += 2 * ((y > 0 ? y * log(y / m) : 0) - (y - m));
        out->loglik += y * log(m) - m - lgammafn(y + 1);
        out->averted += i >= d->post ? without[i] - m : 0;
    }
    out->dispersion = pearson / (double)(d->n - d->terms);
}

enum rc its_count(struct arena *a, const struct its_design *d, double level, struct its_count *out, struct err *e)
{
    size_t p = d->terms;
    double before = INFINITY, deviance = 0, *mu = ARENA_ARRAY(a, d->n, double), *weight = ARENA_ARRAY(a, d->n, double), *scores = ARENA_ARRAY(a, d->n * p, double);
    double *bread = ARENA_ARRAY(a, p * p, double), *cov = ARENA_ARRAY(a, p * p, double);
    *out = (struct its_count){.poisson = its_fit_new(a, p), .quasi = its_fit_new(a, p), .nw_se = ARENA_ARRAY(a, p, double)};
    for (size_t i = 0; i < d->n; i++) {
        if (d->y[i] < 0)
            return err_set(e, RC_INVALID, 0, "point %zu: a count cannot be below zero", d->row[i] + 1);
        mu[i] = d->y[i] + 0.1;
    }
    for (int k = 0; k < ROUNDS_MOST && fabs(deviance - before) > SETTLED * (fabs(deviance) + 0.1); k++) {
        before = deviance;
        memcpy(weight, mu, d->n * sizeof *mu);
        TRY(step(a, d, mu, out->poisson.coef, bread, e));
        expect(d, out->poisson.coef, false, mu);
        deviance = 0;
        for (size_t i = 0; i < d->n; i++)
            deviance += 2 * ((d->y[i] > 0 ? d->y[i] * log(d->y[i] / mu[i]) : 0) - (d->y[i] - mu[i]));
        if (!isfinite(deviance))
            return err_set(e, RC_INVALID, 0, "the fit runs away: are there counts on both sides?");
    }
    sum_up(a, d, mu, weight, out);
    memcpy(out->quasi.coef, out->poisson.coef, p * sizeof(double));
    for (size_t k = 0; k < p * p; k++) {
        out->poisson.cov[k] = bread[k];
        out->quasi.cov[k] = bread[k] * out->dispersion;
    }
    its_infer(&out->poisson, p, level, 0);
    its_infer(&out->quasi, p, level, 0);
    for (size_t i = 0; i < d->n; i++)
        for (size_t k = 0; k < p; k++)
            scores[i * p + k] = weight[i] * (d->y[i] - mu[i]) / mu[i] * d->x[i * p + k];
    its_newey_west(a, scores, d->n, p, bread, 3, cov);
    for (size_t k = 0; k < p; k++)
        out->nw_se[k] = sqrt(cov[k * p + k] * (double)d->n / (double)(d->n - p));
    out->overdispersed = out->dispersion > 1.5;
    out->few = d->post < ITS_EACH_SIDE || d->n - d->post < ITS_EACH_SIDE;
    return RC_OK;
}
