/* Least squares and the analysis of covariance: see linear.h. */
#include "engine/stats/linear.h"

#include <lapacke.h>
#include <math.h>

#include "engine/stats/rmath.h"

/* ---- least squares
 * -------------------------------------------------------------------------------------------------------- */

/* The inverse of R'R from R, the upper triangle of q (column-major, rows deep). */
static void covariance_of(const double *q, size_t rows, size_t p, double *cov)
{
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            cov[i * p + j] = i <= j ? q[j * rows + i] : 0;
    /* Row-major upper: what LAPACK takes for the lower triangle of the transpose. */
    LAPACKE_dpotri(LAPACK_ROW_MAJOR, 'U', (lapack_int)p, cov, (lapack_int)p);
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < i; j++)
            cov[i * p + j] = cov[j * p + i];
}

static enum rc check_rank(const double *q, const struct stats_matrix *x, struct err *e)
{
    for (size_t c = 0; c < x->columns; c++) {
        double length = 0;
        for (size_t r = 0; r < x->rows; r++)
            length = hypot(length, x->at[r * x->columns + c]);
        if (fabs(q[c * x->rows + c]) > 1e-11 * length)
            continue;
        char place[24];
        snprintf(place, sizeof place, "%zu", c + 1);
        return err_field(e, RC_INVALID, 0, place, "term %zu follows from those before it", c + 1);
    }
    return RC_OK;
}

enum rc linear_fit(struct arena *a, const struct stats_matrix *x, const double *y, double level, struct linear *out,
                   struct err *e)
{
    size_t n = x->rows, p = x->columns;
    if (p == 0 || p > LINEAR_TERMS_MOST)
        return err_set(e, RC_INVALID, 0, "1 to %d terms can be fitted; there are %zu", LINEAR_TERMS_MOST, p);
    if (n <= p)
        return err_set(e, RC_INVALID, 0, "%zu terms need at least %zu complete rows; there are %zu", p, p + 1, n);
    double *q = ARENA_ARRAY(a, n * p, double), *b = ARENA_ARRAY(a, n, double), *tau = ARENA_ARRAY(a, p, double);
    for (size_t c = 0; c < p; c++)
        for (size_t r = 0; r < n; r++)
            q[c * n + r] = x->at[r * p + c];
    memcpy(b, y, n * sizeof *b);
    if (LAPACKE_dgeqrf(LAPACK_COL_MAJOR, (lapack_int)n, (lapack_int)p, q, (lapack_int)n, tau) != 0)
        return err_set(e, RC_INVALID, 0, "the fit could not be computed");
    TRY(check_rank(q, x, e));
    LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'T', (lapack_int)n, 1, (lapack_int)p, q, (lapack_int)n, tau, b,
                   (lapack_int)n);
    *out = (struct linear){.n = n, .terms = p, .df = (double)(n - p)};
    for (size_t r = p; r < n; r++)
        out->rss += b[r] * b[r];
    LAPACKE_dtrtrs(LAPACK_COL_MAJOR, 'U', 'N', 'N', (lapack_int)p, 1, q, (lapack_int)n, b, (lapack_int)n);
    double size = 0;
    for (size_t r = 0; r < n; r++)
        size = hypot(size, y[r]);
    out->sigma = sqrt(out->rss / out->df);
    if (sqrt(out->rss) <= 1e-13 * size)
        out->sigma = out->rss = 0;
    out->cov = ARENA_ARRAY(a, p * p, double);
    covariance_of(q, n, p, out->cov);
    out->term = ARENA_ARRAY(a, p, struct linear_term);
    double quantile = qt((1 + level) / 2, out->df, 1, 0);
    for (size_t k = 0; k < p; k++) {
        struct linear_term *t = &out->term[k];
        for (size_t j = 0; j < p; j++)
            out->cov[k * p + j] *= out->sigma * out->sigma;
        t->coef = b[k];
        t->se = sqrt(out->cov[k * p + k]);
        t->t = t->se > 0 ? t->coef / t->se : STATS_MISSING;
        t->p = 2 * pt(-fabs(t->t), out->df, 1, 0);
        t->ci = (struct stats_interval){t->coef - quantile * t->se, t->coef + quantile * t->se};
    }
    return RC_OK;
}

/* ---- analysis of covariance
 * ------------------------------------------------------------------------------------------------ */

/* The term of a level: after intercept and covariate, the reference left out. */
static size_t term_of(uint32_t group, uint32_t reference)
{
    return 2 + group - (group > reference);
}

static void adjust(struct arena *a, struct ancova *out, const struct stats_levels *group, uint32_t reference,
                   double level)
{
    const struct linear *f = &out->fit;
    double quantile = qt((1 + level) / 2, f->df, 1, 0), *w = ARENA_ARRAY(a, f->terms, double);
    out->adjusted = ARENA_ARRAY(a, group->count, struct linear_term);
    for (uint32_t g = 0; g < group->count; g++) {
        struct linear_term *t = &out->adjusted[g];
        double var = 0;
        memset(w, 0, f->terms * sizeof *w);
        w[0] = 1;
        w[1] = out->at;
        if (g != reference)
            w[term_of(g, reference)] = 1;
        for (size_t i = 0; i < f->terms; i++) {
            t->coef += w[i] * f->term[i].coef;
            for (size_t j = 0; j < f->terms; j++)
                var += w[i] * w[j] * f->cov[i * f->terms + j];
        }
        t->name = group->label[g];
        t->se = sqrt(fmax(var, 0));
        t->t = t->p = STATS_MISSING;
        t->ci = (struct stats_interval){t->coef - quantile * t->se, t->coef + quantile * t->se};
    }
}

static bool is_complete(const double *outcome, const double *covariate, const struct stats_levels *group, size_t row)
{
    return !is_missing(outcome[row]) && !is_missing(covariate[row]) && group->code[row] != STATS_NONE;
}

static enum rc check_groups(const struct stats_levels *group, const size_t *members, size_t complete, struct err *e)
{
    if (group->count < 2 || group->count > LINEAR_TERMS_MOST - 2)
        return err_set(e, RC_INVALID, 0, "2 to %d groups can be compared; there are %" PRIu32, LINEAR_TERMS_MOST - 2,
                       group->count);
    for (uint32_t g = 0; g < group->count; g++)
        if (members[g] == 0)
            return err_set(e, RC_INVALID, 0, "group %.*s has no complete row of %zu", STR_ARG(group->label[g]),
                           complete);
    return RC_OK;
}

enum rc ancova(struct arena *a, const double *outcome, const double *covariate, const struct stats_levels *group,
               size_t n, uint32_t reference, struct str covariate_name, struct str group_name, double level,
               struct ancova *out, struct err *e)
{
    size_t p = (size_t)group->count + 1, m = 0, *members = ARENA_ARRAY(a, (size_t)group->count + 1, size_t);
    ASSERT(reference < group->count || group->count == 0);
    *out = (struct ancova){0};
    for (size_t k = 0; k < n; k++)
        if (is_complete(outcome, covariate, group, k)) {
            members[group->code[k]]++;
            m++;
        }
    TRY(check_groups(group, members, m, e));
    struct stats_matrix x = {m, p, ARENA_ARRAY(a, m * p, double)}, z = {m, 2, ARENA_ARRAY(a, m * 2, double)};
    double *y = ARENA_ARRAY(a, m, double), sum = 0;
    size_t row = 0;
    for (size_t k = 0; k < n; k++) {
        if (!is_complete(outcome, covariate, group, k))
            continue;
        y[row] = outcome[k];
        x.at[row * p] = z.at[row * 2] = 1;
        x.at[row * p + 1] = z.at[row * 2 + 1] = covariate[k];
        if (group->code[k] != reference)
            x.at[row * p + term_of(group->code[k], reference)] = 1;
        sum += covariate[k];
        row++;
    }
    struct linear without;
    TRY(linear_fit(a, &z, y, level, &without, e));
    TRY(linear_fit(a, &x, y, level, &out->fit, e));
    out->left_out = n - m;
    out->at = sum / (double)m;
    out->f_df = (double)(group->count - 1);
    out->f = out->fit.sigma > 0 ? (without.rss - out->fit.rss) / out->f_df / (out->fit.sigma * out->fit.sigma)
                                : STATS_MISSING;
    out->f_p = pf(out->f, out->f_df, out->fit.df, 0, 0);
    out->fit.term[0].name = S("(Intercept)");
    out->fit.term[1].name = covariate_name;
    for (uint32_t g = 0; g < group->count; g++)
        if (g != reference)
            out->fit.term[term_of(g, reference)].name = str_concat(a, group_name, group->label[g]);
    adjust(a, out, group, reference, level);
    return RC_OK;
}
