/* Interrupted time series: the design, least squares, Newey-West, tests of what is left. See its.h. */
#include "engine/stats/its.h"

#include <lapacke.h>
#include <math.h>

#include "engine/stats/rmath.h"


/* ---- design ------------------------------------------------------------------------------------------------------------------- */
static void fill_row(const struct its_plan *plan, double time, bool after, double origin, double *x)
{
    size_t k = 0;
    x[k++] = 1;
    x[k++] = time;
    x[k++] = after;
    if (!plan->no_trend)
        x[k++] = after ? time - origin : 0;
    for (unsigned h = 1; h <= plan->harmonics; h++) {
        x[k++] = sin(2 * M_PI * h * time / plan->period);
        x[k++] = cos(2 * M_PI * h * time / plan->period);
    }
}

static void name_terms(struct arena *a, const struct its_plan *plan, struct its_design *out)
{
    size_t k = 0;
    out->name = ARENA_ARRAY(a, out->terms, struct str);
    out->name[k++] = S("const");
    out->name[k++] = S("time");
    out->name[k++] = S("level");
    if (!plan->no_trend)
        out->name[k++] = S("trend");
    for (unsigned h = 1; h <= plan->harmonics; h++) {
        out->name[k++] = str_printf(a, "sin%u", h);
        out->name[k++] = str_printf(a, "cos%u", h);
    }
}

enum rc its_design(struct arena *a, const double *y, const double *time, const double *exposure, size_t n, const struct its_plan *plan,
                   struct its_design *out, struct err *e)
{
    size_t base = plan->no_trend ? 3 : 4;
    if (n > ITS_POINTS_MOST)
        return err_set(e, RC_TOO_LARGE, 0, "%zu points at most", ITS_POINTS_MOST);
    if (plan->from < 3 || plan->settled + 2 > n || plan->settled < plan->from)
        return err_set(e, RC_INVALID, 0, "at least 3 points before and 2 points after are needed; there are %zu and %zu", plan->from,
                       plan->settled < n ? n - plan->settled : 0);
    *out = (struct its_design){.terms = base + 2 * plan->harmonics, .effect_first = 2, .effect_terms = base - 2, .post = plan->from};
    out->x = ARENA_ARRAY(a, n * out->terms, double);
    out->y = ARENA_ARRAY(a, n, double);
    out->row = ARENA_ARRAY(a, n, size_t);
    out->offset = exposure != NULL ? ARENA_ARRAY(a, n, double) : NULL;
    double origin = is_missing(plan->trend_from) ? time[plan->settled] : plan->trend_from;
    for (size_t i = 0; i < n; i++) {
        if (i >= plan->from && i < plan->settled)
            continue;
        if (is_missing(y[i]) || (exposure != NULL && !(exposure[i] > 0)))
            return err_set(e, RC_INVALID, 0, "point %zu has no value%s; every point is needed", i + 1, exposure != NULL ? " or no denominator" : "");
        fill_row(plan, time[i], i >= plan->settled, origin, out->x + out->n * out->terms);
        out->y[out->n] = y[i];
        out->row[out->n] = i;
        if (exposure != NULL)
            out->offset[out->n] = exposure[i];
        out->n++;
    }
    out->counterfactual = ARENA_ARRAY(a, out->terms, double);
    out->effect = ARENA_ARRAY(a, out->terms, double);
    fill_row(plan, time[plan->effect_at], false, origin, out->counterfactual);
    fill_row(plan, time[plan->effect_at], true, origin, out->effect);
    for (size_t k = 0; k < out->terms; k++)
        out->effect[k] -= out->counterfactual[k];
    name_terms(a, plan, out);
    return RC_OK;
}

/* ---- fits --------------------------------------------------------------------------------------------------------------------- */
struct its_fit its_fit_new(struct arena *a, size_t terms)
{
    double *room = ARENA_ARRAY(a, terms * (6 + terms), double);
    return (struct its_fit){.coef = room, .se = room + terms, .t = room + 2 * terms, .p = room + 3 * terms, .lo = room + 4 * terms,
                            .hi = room + 5 * terms, .cov = room + 6 * terms, .sigma = STATS_MISSING, .loglik = STATS_MISSING, .rho = STATS_MISSING};
}

void its_infer(struct its_fit *f, size_t terms, double level, double df)
{
    double q = df > 0 ? qt((1 + level) / 2, df, 1, 0) : qnorm((1 + level) / 2, 0, 1, 1, 0);
    for (size_t k = 0; k < terms; k++) {
        f->se[k] = sqrt(f->cov[k * terms + k]);
        f->t[k] = f->se[k] > 0 ? f->coef[k] / f->se[k] : STATS_MISSING;
        f->p[k] = 2 * (df > 0 ? pt(-fabs(f->t[k]), df, 1, 0) : pnorm(-fabs(f->t[k]), 0, 1, 1, 0));
        f->lo[k] = f->coef[k] - q * f->se[k];
        f->hi[k] = f->coef[k] + q * f->se[k];
    }
}

void its_residuals(const struct its_design *d, const double *coef, double *out)
{
    for (size_t i = 0; i < d->n; i++) {
        out[i] = d->y[i];
        for (size_t k = 0; k < d->terms; k++)
            out[i] -= d->x[i * d->terms + k] * coef[k];
    }
}

struct its_effect its_effect_of(const struct its_design *d, const struct its_fit *f, double level, double df)
{
    struct its_effect x = {0};
    double var = 0;
    for (size_t i = 0; i < d->terms; i++) {
        x.est += d->effect[i] * f->coef[i];
        x.counterfactual += d->counterfactual[i] * f->coef[i];
        for (size_t j = 0; j < d->terms; j++)
            var += d->effect[i] * d->effect[j] * f->cov[i * d->terms + j];
    }
    double q = df > 0 ? qt((1 + level) / 2, df, 1, 0) : qnorm((1 + level) / 2, 0, 1, 1, 0);
    x.se = sqrt(var);
    x.lo = x.est - q * x.se;
    x.hi = x.est + q * x.se;
    return x;
}

/* out = a b, all p x p */
static void multiply(const double *a, const double *b, size_t p, double *out)
{
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++) {
            out[i * p + j] = 0;
            for (size_t k = 0; k < p; k++)
                out[i * p + j] += a[i * p + k] * b[k * p + j];
        }
}

void its_newey_west(struct arena *a, const double *scores, size_t n, size_t terms, const double *bread, size_t lags, double *cov)
{
    double *meat = ARENA_ARRAY(a, terms * terms, double), *half = ARENA_ARRAY(a, terms * terms, double);
    for (size_t lag = 0; lag <= lags && lag < n; lag++) {
        double w = (lag == 0 ? 0.5 : 1) * (1 - (double)lag / (double)(lags + 1));
        for (size_t i = lag; i < n; i++)
            for (size_t j = 0; j < terms; j++)
                for (size_t k = 0; k < terms; k++)
                    meat[j * terms + k] += w * (scores[i * terms + j] * scores[(i - lag) * terms + k] + scores[(i - lag) * terms + j] * scores[i * terms + k]);
    }
    multiply(bread, meat, terms, half);
    multiply(half, bread, terms, cov);
}

/* ---- Durbin, Watson 1950 ------------------------------------------------------------------------------------------------------- */
/* P(sum of lambda x chi2(1) < 0) by Imhof 1961. */
static double imhof_below_zero(const double *lambda, size_t count)
{
    double end = 1, sum = 0;
    for (double log_rho = 0; log_rho < 34 && end < 1e6; end *= 1.2) {
        log_rho = log(end);
        for (size_t k = 0; k < count; k++)
            log_rho += 0.25 * log1p(lambda[k] * lambda[k] * end * end);
    }
    enum { STEPS = 20000 };
    double h = end / STEPS;
    for (int s = 0; s <= STEPS; s++) {
        double u = s == 0 ? 1e-12 : h * s, angle = 0, log_rho = 0;
        for (size_t k = 0; k < count; k++) {
            angle += 0.5 * atan(lambda[k] * u);
            log_rho += 0.25 * log1p(lambda[k] * lambda[k] * u * u);
        }
        sum += (s == 0 || s == STEPS ? 1 : s % 2 == 1 ? 4 : 2) * sin(angle) / (u * exp(log_rho));
    }
    double p = 0.5 - sum * h / 3 / M_PI;
    return p < 0 ? 0 : p > 1 ? 1 : p;
}

/* P(DW <= d) under no autocorrelation, whatever the design: eigenvalues of M A M, M what the design leaves, A of differences. */
static double dw_probability(struct arena *a, const struct its_design *x, const double *cov, double scale, double d)
{
    size_t n = x->n, p = x->terms;
    double *m = ARENA_ARRAY(a, n * n, double), *am = ARENA_ARRAY(a, n * n, double), *xs = ARENA_ARRAY(a, n * p, double), *w = ARENA_ARRAY(a, n, double);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < p; k++)
            for (size_t j = 0; j < p; j++)
                xs[i * p + k] += x->x[i * p + j] * cov[j * p + k] / scale;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            m[i * n + j] = i == j;
            for (size_t k = 0; k < p; k++)
                m[i * n + j] -= xs[i * p + k] * x->x[j * p + k];
        }
    /* (D M)' (D M), D the differences: the same as M A M */
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            for (size_t t = 1; t < n; t++)
                am[i * n + j] += (m[t * n + i] - m[(t - 1) * n + i]) * (m[t * n + j] - m[(t - 1) * n + j]);
    if (LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'N', 'U', (lapack_int)n, am, (lapack_int)n, w) != 0)
        return STATS_MISSING;
    for (size_t k = p; k < n; k++)
        w[k] -= d;
    return imhof_below_zero(w + p, n - p);
}

static double durbin_watson(const double *e, size_t n)
{
    double above = 0, below = e[0] * e[0];
    for (size_t i = 1; i < n; i++) {
        above += (e[i] - e[i - 1]) * (e[i] - e[i - 1]);
        below += e[i] * e[i];
    }
    return below > 0 ? above / below : STATS_MISSING;
}

/* ---- tests ----------------------------------------------------------------------------------------------------------------------- */
static void test_left_over(struct arena *a, const struct its_design *d, const double *e, struct its_linear *out)
{
    double n = (double)d->n, all = 0, box = 0;
    for (size_t i = 0; i < d->n; i++)
        all += e[i] * e[i];
    for (size_t lag = 1; lag <= ITS_ACF; lag++) {
        double sum = 0;
        for (size_t i = lag; i < d->n; i++)
            sum += e[i] * e[i - lag];
        out->acf[lag - 1] = all > 0 ? sum / all : STATS_MISSING;
    }
    for (size_t lag = 1; lag <= ITS_LAGS; lag++) {
        size_t terms = d->terms + lag;
        struct stats_matrix x = {d->n, terms, ARENA_ARRAY(a, d->n * terms, double)};
        struct linear fit;
        box += out->acf[lag - 1] * out->acf[lag - 1] / (n - (double)lag);
        out->ljung_box[lag - 1] = (struct its_test){n * (n + 2) * box, pchisq(n * (n + 2) * box, (double)lag, 0, 0)};
        out->breusch_godfrey[lag - 1] = (struct its_test){STATS_MISSING, STATS_MISSING};
        for (size_t i = 0; i < d->n; i++) {
            memcpy(x.at + i * terms, d->x + i * d->terms, d->terms * sizeof *x.at);
            for (size_t k = 1; k <= lag; k++)
                x.at[i * terms + d->terms + k - 1] = i >= k ? e[i - k] : 0;
        }
        if (linear_fit(a, &x, e, 0.95, &fit, NULL) == RC_OK && all > 0) {
            double stat = n * (1 - fit.rss / all);
            out->breusch_godfrey[lag - 1] = (struct its_test){stat, pchisq(stat, (double)lag, 0, 0)};
        }
    }
}

static void warn(const struct its_design *d, struct its_linear *out)
{
    const struct its_fit *fits[] = {&out->nw[out->lag], &out->prais, &out->gls_reml};
    bool some = false, all = true;
    size_t before = d->post, after = d->n - d->post;
    for (size_t k = 0; k < COUNT_OF(fits); k++) {
        bool there = k == 0 || (k == 1 ? out->has_prais : out->has_gls);
        if (!there)
            continue;
        bool clear = fits[k]->lo[2] > 0 || fits[k]->hi[2] < 0, apart = fits[k]->lo[2] > fits[0]->hi[2] || fits[k]->hi[2] < fits[0]->lo[2];
        bool estimate_outside = fits[k]->coef[2] < fits[0]->lo[2] || fits[k]->coef[2] > fits[0]->hi[2];
        some = some || clear;
        all = all && clear;
        out->disagree = out->disagree || apart || estimate_outside;
    }
    out->disagree = out->disagree || some != all;
    out->unit_root = (out->has_prais && out->prais.rho > 0.8) || (out->has_gls && out->gls_reml.rho > 0.9);
    out->autocorrelated = out->breusch_godfrey[0].p < 0.05;
    out->few = before < ITS_EACH_SIDE || after < ITS_EACH_SIDE;
}

enum rc its_linear(struct arena *a, const struct its_design *d, double level, struct its_linear *out, struct err *e)
{
    struct stats_matrix x = {d->n, d->terms, d->x};
    struct linear fit;
    double mean = 0, total = 0, *left = ARENA_ARRAY(a, d->n, double), *scores = ARENA_ARRAY(a, d->n * d->terms, double);
    TRY(linear_fit(a, &x, d->y, level, &fit, e));
    if (!(fit.sigma > 0))
        return err_set(e, RC_INVALID, 0, "the points lie on straight lines without any deviation: nothing is left to judge them by");
    *out = (struct its_linear){.ols = its_fit_new(a, d->terms), .sigma = fit.sigma};
    for (size_t k = 0; k < d->terms; k++)
        out->ols.coef[k] = fit.term[k].coef;
    memcpy(out->ols.cov, fit.cov, d->terms * d->terms * sizeof *fit.cov);
    out->ols.sigma = fit.sigma;
    its_infer(&out->ols, d->terms, level, fit.df);
    its_residuals(d, out->ols.coef, left);
    double *bread = ARENA_ARRAY(a, d->terms * d->terms, double), s2 = fit.sigma * fit.sigma;
    for (size_t k = 0; k < d->terms * d->terms; k++)
        bread[k] = fit.cov[k] / s2;
    for (size_t i = 0; i < d->n; i++)
        for (size_t k = 0; k < d->terms; k++)
            scores[i * d->terms + k] = left[i] * d->x[i * d->terms + k];
    for (size_t lag = 0; lag < ITS_LAGS; lag++) {
        out->nw[lag] = its_fit_new(a, d->terms);
        memcpy(out->nw[lag].coef, out->ols.coef, d->terms * sizeof(double));
        its_newey_west(a, scores, d->n, d->terms, bread, lag, out->nw[lag].cov);
        for (size_t k = 0; k < d->terms * d->terms; k++)
            out->nw[lag].cov[k] *= (double)d->n / fit.df;
        its_infer(&out->nw[lag], d->terms, level, fit.df);
    }
    for (size_t i = 0; i < d->n; i++)
        mean += d->y[i] / (double)d->n;
    for (size_t i = 0; i < d->n; i++)
        total += (d->y[i] - mean) * (d->y[i] - mean);
    out->r2 = total > 0 ? 1 - fit.rss / total : STATS_MISSING;
    out->dw = durbin_watson(left, d->n);
    out->dw_p = d->n <= ITS_EXACT_DW ? dw_probability(a, d, fit.cov, s2, out->dw) : pnorm(out->dw, 2, 2 / sqrt((double)d->n), 1, 0);
    test_left_over(a, d, left, out);
    size_t usual = (size_t)(4 * pow((double)d->n / 100, 2.0 / 9));
    out->lag = usual < ITS_LAGS ? usual : ITS_LAGS - 1;
    its_autoregressive(a, d, level, out);
    warn(d, out);
    return RC_OK;
}
