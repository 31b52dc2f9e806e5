/* Errors that remember the point before: Prais-Winsten, and GLS with an AR(1) by (restricted) likelihood. See its.h. */
#include <math.h>

#include "engine/stats/its.h"

#define ROUNDS_MOST 500
#define RHO_SETTLED 1e-13
#define PHI_MOST 18.0 /* of atanh(phi): 1 - 5e-16 */

struct transformed {
    struct stats_matrix x;
    double *y, *e;
};

/* Multiplies by the root of the inverse correlation: the first row by sqrt(1 - rho^2), the others less rho times the one before. */
static void transform(const struct its_design *d, double rho, struct transformed *t)
{
    size_t p = d->terms;
    double first = sqrt((1 - rho) * (1 + rho));
    for (size_t i = 0; i < d->n; i++) {
        t->y[i] = i == 0 ? first * d->y[0] : d->y[i] - rho * d->y[i - 1];
        for (size_t k = 0; k < p; k++)
            t->x.at[i * p + k] = i == 0 ? first * d->x[k] : d->x[i * p + k] - rho * d->x[(i - 1) * p + k];
    }
}

static double rho_of(const double *e, size_t n)
{
    double above = 0, below = 0;
    for (size_t i = 1; i < n; i++) {
        above += e[i] * e[i - 1];
        below += e[i - 1] * e[i - 1];
    }
    return below > 0 ? above / below : 0;
}

static void put(struct its_fit *f, const struct linear *fit, size_t terms)
{
    for (size_t k = 0; k < terms; k++)
        f->coef[k] = fit->term[k].coef;
    memcpy(f->cov, fit->cov, terms * terms * sizeof *fit->cov);
    f->sigma = fit->sigma;
}

static bool prais(struct arena *a, const struct its_design *d, double level, struct its_linear *out, struct transformed *t)
{
    struct linear fit;
    struct its_fit *f = &out->prais;
    *f = its_fit_new(a, d->terms);
    its_residuals(d, out->ols.coef, t->e);
    double rho = rho_of(t->e, d->n), before = 2;
    out->rho_two_step = rho;
    for (int k = 0; k < ROUNDS_MOST && fabs(rho - before) > RHO_SETTLED; k++) {
        if (!(fabs(rho) < 1))
            return false;
        transform(d, rho, t);
        if (linear_fit(a, &t->x, t->y, level, &fit, NULL) != RC_OK)
            return false;
        put(f, &fit, d->terms);
        f->rho = rho;
        its_residuals(d, f->coef, t->e);
        before = rho;
        rho = rho_of(t->e, d->n);
    }
    its_infer(f, d->terms, level, fit.df);
    double above = 0, below = 0, last = 0;
    for (size_t i = 0; i < d->n; i++) {
        double e = t->y[i];
        for (size_t k = 0; k < d->terms; k++)
            e -= t->x.at[i * d->terms + k] * f->coef[k];
        above += i == 0 ? 0 : (e - last) * (e - last);
        below += e * e;
        last = e;
    }
    out->dw_transformed = above / below;
    return true;
}

/* log |X'V^-1 X|, from the covariance of the transformed fit: a Cholesky, since it is small. */
static double log_determinant(struct arena *a, const double *cov, double sigma, size_t p)
{
    double *l = ARENA_ARRAY(a, p * p, double), sum = 0;
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j <= i; j++) {
            double v = cov[i * p + j] / (sigma * sigma);
            for (size_t k = 0; k < j; k++)
                v -= l[i * p + k] * l[j * p + k];
            l[i * p + j] = i == j ? sqrt(v) : v / l[j * p + j];
            sum += i == j ? 2 * log(l[i * p + j]) : 0;
        }
    return -sum;
}

struct likelihood {
    struct arena *a;
    const struct its_design *d;
    struct transformed *t;
    bool reml;
    struct linear fit; /* of the last one */
};

/* Profile log likelihood at phi, with sigma the deviation of the errors themselves; sigma of `fit` is that of the innovations. */
static double profile(struct likelihood *x, double phi)
{
    double n = (double)x->d->n, p = (double)x->d->terms;
    transform(x->d, phi, x->t);
    if (linear_fit(x->a, &x->t->x, x->t->y, 0.95, &x->fit, NULL) != RC_OK)
        return -INFINITY;
    double m = x->reml ? n - p : n, shrink = 0.5 * log((1 - phi) * (1 + phi)); /* log root det of the inverse of the correlation, over n - 1 innovations */
    double value = -0.5 * m * (log(2 * M_PI) + log(x->fit.rss / m) + 1) + shrink;
    if (x->reml)
        value -= 0.5 * log_determinant(x->a, x->fit.cov, x->fit.sigma, x->d->terms);
    return value;
}

/* The largest by golden section on atanh(phi), after a coarse search. */
static double largest(struct likelihood *x, double *value)
{
    const double ratio = (sqrt(5) - 1) / 2;
    double best = 0, most = -INFINITY;
    for (double z = -3; z <= PHI_MOST / 2; z += 0.25) {
        double v = profile(x, tanh(z));
        if (v > most) {
            most = v;
            best = z;
        }
    }
    double lo = best - 0.25, hi = best + 0.25;
    for (int k = 0; k < 60; k++) {
        double u = hi - ratio * (hi - lo), w = lo + ratio * (hi - lo);
        if (profile(x, tanh(u)) > profile(x, tanh(w)))
            hi = w;
        else
            lo = u;
    }
    double phi = tanh((lo + hi) / 2);
    *value = profile(x, phi);
    return phi;
}

static bool gls(struct arena *a, const struct its_design *d, double level, struct its_fit *f, struct transformed *t, bool reml)
{
    struct likelihood x = {.a = a, .d = d, .t = t, .reml = reml};
    double value, phi = largest(&x, &value), n = (double)d->n, p = (double)d->terms;
    *f = its_fit_new(a, d->terms);
    if (!isfinite(value))
        return false;
    put(f, &x.fit, d->terms);
    f->sigma = sqrt(x.fit.rss / (reml ? n - p : n)) / sqrt((1 - phi) * (1 + phi));
    f->rho = phi;
    f->loglik = value;
    its_infer(f, d->terms, level, n - p);
    if (phi > ITS_UNIT_ROOT) /* where the series starts is then as uncertain as one likes: it depends on where the search stopped */
        f->sigma = f->se[0] = f->t[0] = f->p[0] = f->lo[0] = f->hi[0] = STATS_MISSING;
    return true;
}

void its_autoregressive(struct arena *a, const struct its_design *d, double level, struct its_linear *out)
{
    struct transformed t = {.x = {d->n, d->terms, ARENA_ARRAY(a, d->n * d->terms, double)}, .y = ARENA_ARRAY(a, d->n, double), .e = ARENA_ARRAY(a, d->n, double)};
    out->dw_transformed = out->rho_two_step = STATS_MISSING;
    out->has_prais = prais(a, d, level, out, &t);
    out->has_gls = gls(a, d, level, &out->gls_ml, &t, false) && gls(a, d, level, &out->gls_reml, &t, true);
}
