/* Mixed model equations, factored: see mme.h. */
#include "engine/stats/mme.h"

#include <lapacke.h>
#include <math.h>

#define TAIL_MOST ((size_t)6000)             /* 288 MB */
#define HEAD_MOST ((size_t)40 * 1000 * 1000) /* entries: 640 MB with the inverse */

/* ---- the equations
 * ---------------------------------------------------------------------------------------------------- */
/* Effects with more levels first; the residual is none of them. */
static void order_effects(struct gstudy *g, struct mme *m)
{
    for (size_t k = 0; k < g->effects; k++) {
        if (k == g->residual)
            continue;
        size_t at = m->effects++;
        uint32_t mine = gstudy_cells_of(g, g->effect_facets[k])->count;
        for (; at > 0 && gstudy_cells_of(g, g->effect_facets[m->effect[at - 1]])->count < mine; at--)
            m->effect[at] = m->effect[at - 1];
        m->effect[at] = k;
    }
    for (size_t k = 0; k < m->effects; k++)
        m->from[k + 1] = m->from[k] + gstudy_cells_of(g, g->effect_facets[m->effect[k]])->count;
    m->n = m->from[m->effects] + 1;
}

/* Calls of one pass: how often levels of two effects meet, each pair once; the later effect gives the row. */
static void fill_rows(struct gstudy *g, struct mme *m, size_t *at)
{
    for (size_t r = 0; r < m->effects; r++) {
        const struct gstudy_cells *row = gstudy_cells_of(g, g->effect_facets[m->effect[r]]);
        for (size_t c = 0; c < r; c++) {
            const struct gstudy_cells *col = gstudy_cells_of(g, g->effect_facets[m->effect[c]]);
            const struct gstudy_cells *both = gstudy_cells_of(g, row->facets | col->facets);
            for (uint32_t k = 0; k < both->count; k++) {
                size_t i = m->from[r] + gstudy_cell(row, gstudy_first(both, k));
                if (m->column != NULL) {
                    m->column[at[i]] = (uint32_t)(m->from[c] + gstudy_cell(col, gstudy_first(both, k)));
                    m->value[at[i]] = gstudy_size(both, k);
                }
                at[i]++;
            }
        }
    }
    size_t mean = m->n - 1;
    for (size_t i = 0; i < mean; i++, at[mean]++) {
        if (m->column == NULL)
            continue;
        m->column[at[mean]] = (uint32_t)i;
        m->value[at[mean]] = m->diagonal[i];
    }
}

static void right_hand_side(struct gstudy *g, struct mme *m)
{
    double sum = 0, *rhs = m->rhs;
    for (size_t i = 0; i < g->n; i++)
        sum += g->y[i];
    m->centre = sum / (double)g->n;
    for (size_t i = 0; i < g->n; i++) {
        double z = g->y[i] - m->centre;
        m->yy += z * z;
        rhs[m->n - 1] += z;
    }
    for (size_t k = 0; k < m->effects; k++) {
        const struct gstudy_cells *cells = gstudy_cells_of(g, g->effect_facets[m->effect[k]]);
        for (size_t i = 0; i < g->n; i++)
            rhs[m->from[k] + cells->code[i]] += g->y[i] - m->centre;
    }
}

/* Elimination tree and the number of entries in each column of the factor (Davis 2005, LDL). False: too many. */
static bool symbolic(struct mme *m)
{
    size_t all = 0;
    for (size_t k = 0; k < m->n; k++) {
        m->parent[k] = -1;
        m->mark[k] = k;
        for (size_t p = m->row_from[k]; p < m->row_from[k + 1]; p++) {
            for (size_t i = m->column[p]; m->mark[i] != k; i = (size_t)m->parent[i]) {
                if (m->parent[i] < 0)
                    m->parent[i] = (int32_t)k;
                m->l_count[i]++;
                m->mark[i] = k;
                if (++all > 4 * HEAD_MOST)
                    return false;
            }
        }
    }
    /* The tail begins where the work is least: what sparse code does with a column of c entries, in c^2, takes about
     * thirty times as long as dense code of LAPACK takes for as much. */
    double sparse = 0, least = INFINITY, dense;
    for (size_t j = 0; j + 1 < m->n; j++)
        sparse += (double)m->l_count[j] * (double)m->l_count[j];
    m->head = m->n - 1;
    for (size_t j = m->n - 1; j > 0 && m->n - j <= TAIL_MOST; j--) {
        dense = (double)(m->n - j);
        if (30 * sparse + dense * dense * dense < least) {
            least = 30 * sparse + dense * dense * dense;
            m->head = j;
        }
        sparse -= (double)m->l_count[j - 1] * (double)m->l_count[j - 1];
    }
    size_t head = 0;
    for (size_t j = 0; j < m->head; j++)
        head += m->l_count[j];
    return head <= HEAD_MOST;
}

enum rc mme_new(struct gstudy *g, struct mme **out)
{
    struct arena *a = g->a;
    struct mme *m = *out = ARENA_NEW(a, struct mme);
    m->a = a;
    order_effects(g, m);
    if (m->n > INT32_MAX / 2)
        return RC_TOO_LARGE;
    m->diagonal = ARENA_ARRAY(a, m->n, double);
    m->rhs = ARENA_ARRAY(a, m->n, double);
    m->row_from = ARENA_ARRAY(a, m->n + 1, size_t);
    for (size_t k = 0; k < m->effects; k++) {
        const struct gstudy_cells *cells = gstudy_cells_of(g, g->effect_facets[m->effect[k]]);
        for (uint32_t l = 0; l < cells->count; l++)
            m->diagonal[m->from[k] + l] = cells->size[l];
    }
    m->diagonal[m->n - 1] = (double)g->n;
    fill_rows(g, m, m->row_from + 1);
    for (size_t k = 0; k < m->n; k++)
        m->row_from[k + 1] += m->row_from[k];
    size_t entries = m->row_from[m->n], *at = ARENA_ARRAY(a, m->n, size_t);
    memcpy(at, m->row_from, m->n * sizeof *at);
    m->column = arena_alloc_raw(a, (entries + 1) * sizeof *m->column);
    m->value = arena_alloc_raw(a, (entries + 1) * sizeof *m->value);
    fill_rows(g, m, at);
    right_hand_side(g, m);
    m->parent = ARENA_ARRAY(a, m->n, int32_t);
    m->mark = ARENA_ARRAY(a, m->n, size_t);
    m->l_count = ARENA_ARRAY(a, m->n, size_t);
    if (!symbolic(m))
        return RC_TOO_LARGE;
    m->l_from = ARENA_ARRAY(a, m->head + 1, size_t);
    for (size_t j = 0; j < m->head; j++)
        m->l_from[j + 1] = m->l_from[j] + m->l_count[j];
    m->l_row = arena_alloc_raw(a, (m->l_from[m->head] + 1) * sizeof *m->l_row);
    m->l_value = arena_alloc_raw(a, (m->l_from[m->head] + 1) * sizeof *m->l_value);
    m->d = ARENA_ARRAY(a, m->head + 1, double);
    size_t t = m->n - m->head;
    m->tail = arena_alloc_raw(a, t * t * sizeof *m->tail);
    m->theta = ARENA_ARRAY(a, m->n, double);
    m->inverse = ARENA_ARRAY(a, m->n, double);
    m->work = ARENA_ARRAY(a, m->n, double);
    m->of = ARENA_ARRAY(a, m->n, double);
    m->z = arena_alloc_raw(a, (m->l_from[m->head] + 1) * sizeof *m->z);
    m->filled = ARENA_ARRAY(a, m->head + 1, size_t);
    m->pattern = ARENA_ARRAY(a, m->n + 1, size_t);
    return RC_OK;
}

/* ---- factor and solve
 * ------------------------------------------------------------------------------------------------- */
/* Row k of the factor: y holds row k of M, is eliminated by the head columns that meet it, and is left zero where those
 * stood. Returns what they took from the diagonal. */
static double eliminate_row(struct mme *m, size_t k, size_t *filled, size_t *pattern, double *y)
{
    size_t top = m->n;
    m->mark[k] = k;
    for (size_t p = m->row_from[k]; p < m->row_from[k + 1]; p++) {
        size_t i = m->column[p], length = 0;
        y[i] += m->value[p] * m->theta[i] * m->theta[k];
        for (; i < m->head && m->mark[i] != k; i = (size_t)m->parent[i]) {
            pattern[length++] = i;
            m->mark[i] = k;
        }
        while (length > 0) /* onto the stack, so that columns come in order */
            pattern[--top] = pattern[--length];
    }
    double taken = 0;
    for (; top < m->n; top++) {
        size_t i = pattern[top], end = filled[i];
        double yi = y[i], l = yi / m->d[i];
        y[i] = 0;
        for (size_t p = m->l_from[i]; p < end; p++)
            y[m->l_row[p]] -= m->l_value[p] * yi;
        taken += l * yi;
        m->l_row[end] = (uint32_t)k;
        m->l_value[end] = l;
        filled[i]++;
    }
    return taken;
}

bool mme_factor(struct mme *m, const double *theta, double *log_det)
{
    size_t t = m->n - m->head, *filled = m->filled, *pattern = m->pattern;
    double *y = m->work;
    memcpy(filled, m->l_from, m->head * sizeof *filled);
    memset(m->mark, 0xff, m->n * sizeof *m->mark);
    memset(y, 0, m->n * sizeof *y);
    for (size_t e = 0; e < m->effects; e++)
        for (size_t i = m->from[e]; i < m->from[e + 1]; i++)
            m->theta[i] = theta[e];
    m->theta[m->n - 1] = 1;
    *log_det = 0;
    for (size_t k = 0; k < m->n; k++) {
        double own = m->diagonal[k] * m->theta[k] * m->theta[k] + (k + 1 < m->n);
        own -= eliminate_row(m, k, filled, pattern, y);
        if (k < m->head) {
            if (!(own > 0))
                return false;
            m->d[k] = own;
            *log_det += log(own);
            continue;
        }
        double *row = m->tail + (k - m->head) * t;
        memcpy(row, y + m->head, (k - m->head) * sizeof *row);
        memset(y + m->head, 0, (k - m->head) * sizeof *row);
        row[k - m->head] = own;
    }
    if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', (lapack_int)t, m->tail, (lapack_int)t) != 0)
        return false;
    for (size_t k = 0; k < t; k++)
        *log_det += 2 * log(m->tail[k * t + k]);
    return isfinite(*log_det);
}

void mme_solve(const struct mme *m, double *x)
{
    size_t t = m->n - m->head;
    for (size_t j = 0; j < m->head; j++)
        for (size_t p = m->l_from[j]; p < m->l_from[j + 1]; p++)
            x[m->l_row[p]] -= m->l_value[p] * x[j];
    LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, 'U', (lapack_int)t, 1, m->tail, (lapack_int)t, x + m->head, (lapack_int)t);
    for (size_t j = m->head; j-- > 0;) {
        x[j] /= m->d[j];
        for (size_t p = m->l_from[j]; p < m->l_from[j + 1]; p++)
            x[j] -= m->l_value[p] * x[m->l_row[p]];
    }
}

void mme_times(const struct mme *m, const double *x, double *y)
{
    for (size_t k = 0; k < m->n; k++)
        y[k] = m->diagonal[k] * x[k];
    for (size_t k = 0; k < m->n; k++) {
        for (size_t p = m->row_from[k]; p < m->row_from[k + 1]; p++) {
            y[k] += m->value[p] * x[m->column[p]];
            y[m->column[p]] += m->value[p] * x[k];
        }
    }
}

/* ---- the inverse's diagonal
 * ------------------------------------------------------------------------------------------- */
/* Column j of the inverse on the pattern of the factor, from those after it. z: entries in the order of l_value; of:
 * the factor's value of each row of this column; sum: the products, by row. */
static void invert_column(struct mme *m, size_t j, double *z, double *of, double *sum)
{
    size_t t = m->n - m->head, from = m->l_from[j], to = m->l_from[j + 1], dense = to;
    for (size_t p = from; p < to; p++) {
        size_t r = m->l_row[p];
        of[r] = m->l_value[p];
        sum[r] = 0;
        m->mark[r] = j;
        if (r >= m->head && dense == to)
            dense = p;
    }
    for (size_t p = from; p < dense; p++) {
        size_t k = m->l_row[p];
        double at_k = m->inverse[k] * of[k];
        for (size_t q = m->l_from[k]; q < m->l_from[k + 1]; q++) {
            size_t r = m->l_row[q];
            if (m->mark[r] != j)
                continue;
            sum[r] += z[q] * of[k];
            at_k += z[q] * of[r];
        }
        sum[k] += at_k;
    }
    for (size_t p = dense; p < to; p++) {
        size_t k = m->l_row[p];
        const double *column = m->tail + (k - m->head) * t;
        double at_k = column[k - m->head] * of[k];
        for (size_t q = dense; q < p; q++) {
            size_t r = m->l_row[q];
            sum[r] += column[r - m->head] * of[k];
            at_k += column[r - m->head] * of[r];
        }
        sum[k] += at_k;
    }
    m->inverse[j] = 1 / m->d[j];
    for (size_t p = from; p < to; p++) {
        z[p] = -sum[m->l_row[p]];
        m->inverse[j] -= m->l_value[p] * z[p];
    }
}

bool mme_invert(struct mme *m)
{
    size_t t = m->n - m->head;
    if (LAPACKE_dpotri_work(LAPACK_COL_MAJOR, 'U', (lapack_int)t, m->tail, (lapack_int)t) != 0)
        return false;
    for (size_t k = 0; k < t; k++)
        m->inverse[m->head + k] = m->tail[k * t + k];
    memset(m->mark, 0xff, m->n * sizeof *m->mark);
    for (size_t j = m->head; j-- > 0;)
        invert_column(m, j, m->z, m->of, m->work);
    return true;
}
