/* REML by average information: see reml.h. The state of a step is gamma, the components relative to the residual's. */
#include "engine/stats/reml.h"

#include <lapacke.h>
#include <math.h>

#include "engine/stats/mme.h"

#define STEPS_MOST 100
#define SMALLEST 1e-8 /* of gamma: below is zero */
#define ENOUGH 1e-7   /* of log likelihood still to gain before a step: after it, less than any digit that is printed */

struct step {
    double gamma[GSTUDY_EFFECTS_MOST]; /* 0: held there */
    double residual;                   /* sigma^2 of the residual, at its optimum for gamma */
    double deviance;
    double *v; /* spherical solution; the mean's place holds the mean */
};

/* Deviance and solution for gamma. False: M is not positive definite. */
static bool evaluate(struct mme *m, size_t scores, struct step *s)
{
    double theta[GSTUDY_EFFECTS_MOST], log_det, df = (double)scores - 1, explained = 0;
    for (size_t e = 0; e < m->effects; e++)
        theta[e] = sqrt(s->gamma[e]);
    if (!mme_factor(m, theta, &log_det))
        return false;
    for (size_t i = 0; i < m->n; i++)
        s->v[i] = m->rhs[i] * m->theta[i];
    mme_solve(m, s->v);
    for (size_t i = 0; i < m->n; i++)
        explained += m->rhs[i] * m->theta[i] * s->v[i];
    s->residual = (m->yy - explained) / df;
    if (!(s->residual > 0))
        return false;
    s->deviance = log_det + df * (1 + log(2 * M_PI * s->residual));
    return true;
}

/* u = theta v: the predictors, and the mean. */
static void predictors(const struct mme *m, const struct step *s, double *u)
{
    for (size_t i = 0; i < m->n; i++)
        u[i] = m->theta[i] * s->v[i];
}

static double dot(const double *x, const double *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* Average information of the components (random ones, then the residual): f_k' P f_l / 2 with working variates
 * f_k = Z_k u_k / sigma_k^2 and f_residual = e / sigma^2; everything through W'W, nothing of the length of y. */
static void information(struct mme *m, const struct step *s, const double *u, double info[][GSTUDY_EFFECTS_MOST])
{
    size_t k = m->effects, n = m->n;
    double *x = ARENA_ARRAY(m->a, n, double), *wf[GSTUDY_EFFECTS_MOST], *solved[GSTUDY_EFFECTS_MOST], s2 = s->residual;
    double *fitted = ARENA_ARRAY(m->a, n, double);
    mme_times(m, u, fitted);
    for (size_t e = 0; e <= k; e++) {
        wf[e] = ARENA_ARRAY(m->a, n, double);
        solved[e] = ARENA_ARRAY(m->a, n, double);
        if (e < k) {
            memset(x, 0, n * sizeof *x);
            for (size_t i = m->from[e]; s->gamma[e] > 0 && i < m->from[e + 1]; i++)
                x[i] = u[i] / (s->gamma[e] * s2);
            mme_times(m, x, wf[e]);
        }
        for (size_t i = 0; i < n; i++) {
            if (e == k)
                wf[e][i] = (m->rhs[i] - fitted[i]) / s2;
            solved[e][i] = m->theta[i] * wf[e][i];
        }
        mme_solve(m, solved[e]);
    }
    for (size_t e = 0; e <= k; e++) {
        for (size_t l = 0; l <= e; l++) {
            double ff = 0, through = 0;
            if (e < k) /* f_e' f_l: Z_e' f_l is a part of W' f_l */
                for (size_t i = m->from[e]; s->gamma[e] > 0 && i < m->from[e + 1]; i++)
                    ff += u[i] / (s->gamma[e] * s2) * wf[l][i];
            else if (l < k)
                for (size_t i = m->from[l]; s->gamma[l] > 0 && i < m->from[l + 1]; i++)
                    ff += u[i] / (s->gamma[l] * s2) * wf[e][i];
            else
                ff = (m->yy - 2 * dot(u, m->rhs, n) + dot(u, fitted, n)) / (s2 * s2);
            for (size_t i = 0; i < n; i++)
                through += m->theta[i] * wf[e][i] * solved[l][i];
            info[e][l] = info[l][e] = (ff - through) / (2 * s2);
        }
    }
}

/* d log likelihood / d component: random ones, then the residual's. M must be inverted. */
static void scores_of(const struct mme *m, size_t scores, const struct step *s, double *score)
{
    double used = 0, s2 = s->residual, random = 0;
    for (size_t e = 0; e < m->effects; e++) {
        double trace = 0, square = 0;
        for (size_t i = m->from[e]; i < m->from[e + 1]; i++) {
            trace += 1 - m->inverse[i];
            square += s->v[i] * s->v[i];
        }
        used += trace;
        random += square;
        score[e] = s->gamma[e] > 0 ? -(trace - square / s2) / (2 * s->gamma[e] * s2) : 0;
    }
    double df = (double)scores - 1, errors = df * s2 - random; /* e'e: of the penalized sum what is not penalty */
    score[m->effects] = -((df - used) - errors / s2) / (2 * s2);
}

/* delta = info^-1 score over the components that are not held at zero. */
static bool newton(size_t k, double info[][GSTUDY_EFFECTS_MOST], const double *score, const struct step *s,
                   double *delta, double *se)
{
    double packed[GSTUDY_EFFECTS_MOST * GSTUDY_EFFECTS_MOST];
    size_t free_of[GSTUDY_EFFECTS_MOST], n = 0;
    for (size_t e = 0; e <= k; e++) {
        delta[e] = 0;
        se[e] = STATS_MISSING;
        if (e == k || s->gamma[e] > 0)
            free_of[n++] = e;
    }
    for (size_t r = 0; r < n; r++)
        for (size_t c = 0; c < n; c++)
            packed[r * n + c] = info[free_of[r]][free_of[c]];
    if (LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'U', (lapack_int)n, packed, (lapack_int)n) != 0 ||
        LAPACKE_dpotri(LAPACK_COL_MAJOR, 'U', (lapack_int)n, packed, (lapack_int)n) != 0)
        return false;
    for (size_t r = 0; r < n; r++) {
        for (size_t c = 0; c < n; c++)
            delta[free_of[r]] += packed[(r < c ? c * n + r : r * n + c)] * score[free_of[c]];
        se[free_of[r]] = sqrt(packed[r * n + r]);
    }
    return true;
}

/* The next gamma a share of the way along delta. What would go below zero goes next to it, and is held there when it
 * stands there already and still wants to go down. */
static void propose(const struct mme *m, const struct step *now, const double *delta, const double *score, double share,
                    struct step *next)
{
    size_t k = m->effects;
    double residual = now->residual + share * delta[k];
    if (!(residual > 0.05 * now->residual))
        residual = 0.05 * now->residual;
    for (size_t e = 0; e < k; e++) {
        double gamma = (now->gamma[e] * now->residual + share * delta[e]) / residual;
        if (!(now->gamma[e] > 0))
            next->gamma[e] = 0;
        else if (now->gamma[e] <= SMALLEST && score[e] <= 0)
            next->gamma[e] = 0;
        else
            next->gamma[e] = gamma > SMALLEST ? gamma : SMALLEST;
    }
}

static bool holds_any(const struct mme *m, const struct step *s)
{
    for (size_t e = 0; e < m->effects; e++)
        if (!(s->gamma[e] > 0))
            return true;
    return false;
}

/* Components held at zero are let go a little, to see whether the score would now take them up. The factor is lost. */
static bool release(struct mme *m, size_t scores, struct step *s, double *score)
{
    struct step probe = *s;
    bool taken = false;
    probe.v = ARENA_ARRAY(m->a, m->n, double);
    for (size_t e = 0; e < m->effects; e++)
        if (!(s->gamma[e] > 0))
            probe.gamma[e] = SMALLEST;
    if (!evaluate(m, scores, &probe) || !mme_invert(m))
        return false;
    scores_of(m, scores, &probe, score);
    for (size_t e = 0; e < m->effects; e++) {
        if (s->gamma[e] > 0 || !(score[e] * s->residual > 1e-6))
            continue;
        s->gamma[e] = SMALLEST * 10;
        taken = true;
    }
    return taken;
}

static void begin(const struct gstudy *g, const struct mme *m, const struct gstudy_fit *fit, struct step *s)
{
    double total = 0, residual = fit->anova[g->residual];
    for (size_t k = 0; k < g->effects; k++)
        total += fmax(0, fit->anova[k]);
    residual = fmax(residual, 0.01 * total);
    for (size_t e = 0; e < m->effects; e++)
        s->gamma[e] = fmax(fit->anova[m->effect[e]], 0.01 * total / (double)g->effects) / residual;
}

static void finish(struct gstudy *g, struct mme *m, const struct step *s, const double *se, struct gstudy_fit *fit)
{
    double *u = ARENA_ARRAY(m->a, m->n, double), last = m->tail[(m->n - m->head) * (m->n - m->head) - 1];
    predictors(m, s, u);
    for (size_t e = 0; e < m->effects; e++) {
        size_t k = m->effect[e];
        fit->reml[k] = s->gamma[e] * s->residual;
        fit->reml_se[k] = se[e];
        fit->blup[k] = u + m->from[e];
        fit->singular = fit->singular || !(s->gamma[e] > 0);
    }
    fit->reml[g->residual] = s->residual;
    fit->reml_se[g->residual] = se[m->effects];
    fit->deviance = s->deviance;
    fit->mu = m->centre + u[m->n - 1];
    fit->se_mu = sqrt(s->residual) / last; /* the mean is last: its place in the inverse is 1 / l^2 */
    fit->reml_done = true;
}

static void cannot(struct gstudy_fit *fit, const char *why)
{
    snprintf(fit->why, sizeof fit->why, "%s", why);
}

/* Newton steps until the likelihood stands. False with fit->why. */
static bool climb(struct mme *m, size_t scores, struct step *now, struct step *next, double *se, struct gstudy_fit *fit)
{
    double info[GSTUDY_EFFECTS_MOST][GSTUDY_EFFECTS_MOST], score[GSTUDY_EFFECTS_MOST], delta[GSTUDY_EFFECTS_MOST];
    double *u = ARENA_ARRAY(m->a, m->n, double);
    for (; fit->steps < STEPS_MOST; fit->steps++) {
        predictors(m, now, u);
        information(m, now, u, info);
        if (!mme_invert(m))
            break;
        scores_of(m, scores, now, score);
        for (double ridge = 0; !newton(m->effects, info, score, now, delta, se);) {
            ridge = ridge > 0 ? ridge * 10 : 1e-8;
            if (ridge > 1e3)
                return cannot(fit, "the information is singular"), false;
            for (size_t e = 0; e <= m->effects; e++)
                info[e][e] *= 1 + ridge;
        }
        double gain = 0, share = 1;
        bool still = true; /* nothing is being held or let go */
        for (size_t e = 0; e <= m->effects; e++)
            gain += delta[e] * score[e];
        for (;; share /= 2) {
            propose(m, now, delta, score, share, next);
            if (evaluate(m, scores, next) && next->deviance <= now->deviance + 1e-9 * fabs(now->deviance))
                break;
            if (share < 1e-6)
                return cannot(fit, "the likelihood does not rise"), false;
        }
        for (size_t e = 0; e < m->effects; e++)
            still = still && !(next->gamma[e] <= SMALLEST && now->gamma[e] > 0);
        struct step swap = *now;
        *now = *next;
        *next = swap;
        if (gain >= ENOUGH || !still)
            continue;
        if (!holds_any(m, now))
            return true;
        bool more = release(m, scores, now, score);
        if (!evaluate(m, scores, now))
            break;
        if (!more)
            return true;
    }
    return cannot(fit, "REML did not converge"), false;
}

void reml_fit(struct gstudy *g, struct gstudy_fit *fit)
{
    struct mme *m;
    struct step now = {0}, next = {0};
    double se[GSTUDY_EFFECTS_MOST], total = 0;
    for (size_t k = 0; k < g->effects; k++)
        total += fabs(fit->anova[k]);
    if (!(fit->anova[g->residual] > 1e-10 * total)) {
        cannot(fit, total > 0 ? "there is no residual variance" : "the scores do not vary");
        return;
    }
    if (mme_new(g, &m) != RC_OK) {
        cannot(fit, "too large for REML");
        return;
    }
    now.v = ARENA_ARRAY(g->a, m->n, double);
    next.v = ARENA_ARRAY(g->a, m->n, double);
    begin(g, m, fit, &now);
    if (!evaluate(m, g->n, &now))
        cannot(fit, "the equations are singular");
    else if (climb(m, g->n, &now, &next, se, fit))
        finish(g, m, &now, se, fit);
}
