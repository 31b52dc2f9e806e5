/* Random-slope growth: see growth.h. Time is centred and scaled inside; estimates are told in the units they came in.
 */
#include "engine/stats/growth.h"

#include <lapacke.h>
#include <math.h>

#include "engine/stats/rmath.h"

#define FIXED_MOST (2 * GROWTH_GROUPS_MOST)
#define SEARCH_MOST 4000 /* evaluations of the deviance */

/* What a person's rows come down to: with z = (1, t), the sums z'z, z'x (2 x p) and z'y. */
struct person {
    double n, t, tt; /* z'z = {{n, t}, {t, tt}} */
    double zy[2];
    double *zx; /* 2 x p */
};

struct problem {
    struct arena *a;
    size_t n, p, persons;
    unsigned random; /* 1 or 2 effects */
    bool ml;
    double centre, scale; /* of time */
    size_t groups;        /* lines: 1, or as many as there are groups */
    struct person *person;
    double *xx, *xy, yy; /* of all rows */
    /* found by deviance() */
    double *c, *beta; /* X'V^-1 X as its Cholesky factor, and the fixed effects */
    double rss;       /* over sigma: (n - p) or n times the residual variance */
};

/* ---- the deviance
 * ------------------------------------------------------------------------------------------------------- */

/* Lambda = {{l[0], 0}, {l[1], l[2]}}; M = I + Lambda' z'z Lambda, and K = Lambda M^-1 Lambda', symmetric. Returns log
 * det M. */
static double shrink(const struct person *s, const double *l, double *k)
{
    double a = l[0], b = l[1], c = l[2];
    double m11 = 1 + a * a * s->n + 2 * a * b * s->t + b * b * s->tt;
    double m12 = c * (a * s->t + b * s->tt), m22 = 1 + c * c * s->tt, det = m11 * m22 - m12 * m12;
    k[0] = a * a * m22 / det;                                   /* intercept, intercept */
    k[1] = (a * b * m22 - a * c * m12) / det;                   /* intercept, slope */
    k[2] = (b * b * m22 - 2 * b * c * m12 + c * c * m11) / det; /* slope, slope */
    return log(det);
}

/* -2 log likelihood at a relative factor, but for what the scale of time adds. Fills c, beta and rss. INFINITY where it
 * cannot be. */
static double deviance(struct problem *m, const double *l)
{
    size_t p = m->p;
    double log_det = 0, yy = m->yy, xy[FIXED_MOST], k[3];
    memcpy(m->c, m->xx, p * p * sizeof *m->c);
    memcpy(xy, m->xy, p * sizeof *xy);
    for (size_t s = 0; s < m->persons; s++) {
        const struct person *q = &m->person[s];
        const double *z0 = q->zx, *z1 = q->zx + p;
        log_det += shrink(q, l, k);
        double y0 = k[0] * q->zy[0] + k[1] * q->zy[1], y1 = k[1] * q->zy[0] + k[2] * q->zy[1];
        yy -= q->zy[0] * y0 + q->zy[1] * y1;
        for (size_t i = 0; i < p; i++) {
            if (z0[i] == 0 && z1[i] == 0)
                continue;
            double w0 = k[0] * z0[i] + k[1] * z1[i], w1 = k[1] * z0[i] + k[2] * z1[i];
            xy[i] -= z0[i] * y0 + z1[i] * y1;
            for (size_t j = 0; j <= i; j++)
                m->c[i * p + j] -= w0 * z0[j] + w1 * z1[j];
        }
    }
    if (LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', (lapack_int)p, m->c, (lapack_int)p) != 0)
        return INFINITY;
    memcpy(m->beta, xy, p * sizeof *xy);
    LAPACKE_dpotrs(LAPACK_ROW_MAJOR, 'L', (lapack_int)p, 1, m->c, (lapack_int)p, m->beta, 1);
    m->rss = yy;
    for (size_t i = 0; i < p; i++)
        m->rss -= m->beta[i] * xy[i];
    if (!(m->rss > 0))
        return INFINITY;
    double df = m->ml ? (double)m->n : (double)(m->n - p);
    if (!m->ml)
        for (size_t i = 0; i < p; i++)
            log_det += 2 * log(m->c[i * p + i]);
    return log_det + df * (1 + log(2 * M_PI * m->rss / df));
}

/* ---- the search
 * ----------------------------------------------------------------------------------------------------------- */

struct corner {
    double at[3], value;
};

static double try_at(struct problem *m, const double *at)
{
    double l[3] = {at[0], m->random == 2 ? at[1] : 0, m->random == 2 ? at[2] : 0};
    return deviance(m, l);
}

static int by_value(const void *x, const void *y)
{
    const struct corner *a = x, *b = y;
    return a->value < b->value ? -1 : a->value > b->value;
}

static struct corner along(struct problem *m, size_t dims, const double *middle, const struct corner *worst, double by)
{
    struct corner c = {.value = 0};
    for (size_t d = 0; d < dims; d++)
        c.at[d] = middle[d] + by * (middle[d] - worst->at[d]);
    c.value = try_at(m, c.at);
    return c;
}

/* Nelder, Mead 1965: few parameters, a smooth function, no derivative needed. One run from a start with a step. */
static struct corner simplex(struct problem *m, struct corner start, double step, int *left)
{
    size_t dims = m->random == 2 ? 3 : 1;
    struct corner c[4];
    for (size_t k = 0; k <= dims; k++) {
        c[k] = start;
        if (k > 0)
            c[k].at[k - 1] += step;
        c[k].value = try_at(m, c[k].at);
    }
    while ((*left -= 2) > 0) {
        double middle[3] = {0}, spread = 0;
        qsort(c, dims + 1, sizeof *c, by_value);
        for (size_t d = 0; d < dims; d++) {
            for (size_t k = 0; k < dims; k++)
                middle[d] += c[k].at[d] / (double)dims;
            spread = fmax(spread, fabs(c[dims].at[d] - c[0].at[d]));
        }
        if (spread < 1e-9 * fmax(1, fabs(c[0].at[0])))
            break;
        struct corner *worst = &c[dims], next = along(m, dims, middle, worst, 1);
        if (next.value < c[0].value) {
            struct corner further = along(m, dims, middle, worst, 2);
            *worst = further.value < next.value ? further : next;
        } else if (next.value < c[dims - 1].value || (dims == 1 && next.value < worst->value)) {
            *worst = next;
        } else {
            struct corner inside = along(m, dims, middle, worst, next.value < worst->value ? 0.5 : -0.5);
            if (inside.value < fmin(next.value, worst->value)) {
                *worst = inside;
                continue;
            }
            for (size_t k = 1; k <= dims; k++) {
                for (size_t d = 0; d < dims; d++)
                    c[k].at[d] = (c[k].at[d] + c[0].at[d]) / 2;
                c[k].value = try_at(m, c[k].at);
            }
        }
    }
    qsort(c, dims + 1, sizeof *c, by_value);
    return c[0];
}

/* From several starts, each run again from where it ended until that brings nothing more. */
static struct corner find_least(struct problem *m)
{
    static const double starts[][3] = {{1, 0, 1}, {0.2, 0, 0.2}, {4, 0, 0.5}};
    struct corner best = {.value = INFINITY};
    for (size_t s = 0; s < COUNT_OF(starts); s++) {
        int left = SEARCH_MOST;
        struct corner at = {.value = INFINITY};
        memcpy(at.at, starts[s], sizeof at.at);
        for (double step = 0.5, before = INFINITY; left > 0; step = 0.05) {
            at = simplex(m, at, step, &left);
            if (!(before - at.value > 1e-10))
                break;
            before = at.value;
        }
        if (at.value < best.value)
            best = at;
    }
    return best;
}

/* ---- reading the data
 * ------------------------------------------------------------------------------------------------------ */

static bool is_complete(const struct growth_data *d, size_t row)
{
    return !is_missing(d->y[row]) && !is_missing(d->time[row]) && d->person->code[row] != STATS_NONE &&
           (d->group == NULL || d->group->code[row] != STATS_NONE);
}

/* The row's fixed part: 1, t, then 1 and t of its group where that is not the reference. At most four entries are not
 * 0. */
static size_t fixed_row(const struct problem *m, const struct growth_data *d, size_t row, size_t *at, double *value)
{
    double t = (d->time[row] - m->centre) / m->scale;
    at[0] = 0;
    at[1] = 1;
    value[0] = 1;
    value[1] = t;
    if (d->group == NULL || d->group->code[row] == d->reference)
        return 2;
    uint32_t g = d->group->code[row];
    at[2] = 2 + g - (g > d->reference);
    at[3] = at[2] + m->groups - 1;
    value[2] = 1;
    value[3] = t;
    return 4;
}

static void add_row(struct problem *m, const struct growth_data *d, size_t row, struct person *s)
{
    size_t at[4];
    double x[4], y = d->y[row];
    size_t count = fixed_row(m, d, row, at, x);
    double t = m->random == 2 ? x[1] : 0;
    s->n++;
    s->t += t;
    s->tt += t * t;
    s->zy[0] += y;
    s->zy[1] += t * y;
    m->yy += y * y;
    for (size_t i = 0; i < count; i++) {
        m->xy[at[i]] += x[i] * y;
        s->zx[at[i]] += x[i];
        s->zx[m->p + at[i]] += t * x[i];
        for (size_t j = 0; j < count; j++)
            m->xx[at[i] * m->p + at[j]] += x[i] * x[j];
    }
}

/* Centre and scale of time, rows and persons. */
static enum rc survey(struct problem *m, const struct growth_data *d, struct err *e)
{
    bool *seen = ARENA_ARRAY(m->a, (size_t)d->person->count + 1, bool);
    double sum = 0, squares = 0;
    for (size_t k = 0; k < d->n; k++)
        if (is_complete(d, k)) {
            m->n++;
            sum += d->time[k];
            m->persons += !seen[d->person->code[k]];
            seen[d->person->code[k]] = true;
        }
    if (m->persons < 2)
        return err_set(e, RC_INVALID, 0, "two persons are needed; there %s %zu", m->persons == 1 ? "is" : "are",
                       m->persons);
    if (m->n <= m->persons * m->random)
        return err_set(
            e, RC_INVALID, 0,
            "%zu rows do not tell %u random effects of each of %zu persons from chance; more rows are needed%s", m->n,
            m->random, m->persons, m->random == 2 ? ", or a model without random slope" : "");
    m->centre = sum / (double)m->n;
    for (size_t k = 0; k < d->n; k++)
        if (is_complete(d, k))
            squares += (d->time[k] - m->centre) * (d->time[k] - m->centre);
    m->scale = sqrt(squares / (double)m->n);
    if (!(m->scale > 1e-12 * fabs(m->centre)) || m->scale == 0)
        return err_set(e, RC_INVALID, 0, "time does not vary");
    return RC_OK;
}

/* ---- telling
 * -------------------------------------------------------------------------------------------------------------- */

/* Back from centred, scaled time: a line's intercept is a - b c / s, its slope b / s. */
static void tell_fixed(struct problem *m, double level, struct growth *out)
{
    size_t p = m->p;
    double sigma2 = out->residual_var, z = qnorm((1 + level) / 2, 0, 1, 1, 0), by = m->centre / m->scale;
    LAPACKE_dpotri(LAPACK_ROW_MAJOR, 'L', (lapack_int)p, m->c, (lapack_int)p);
    out->fixed_count = p;
    out->fixed = ARENA_ARRAY(m->a, p, struct growth_effect);
    for (size_t k = 0; k < p; k++) {
        bool slope = k == 1 || k > m->groups;
        size_t other = k == 0 ? 1 : k + m->groups - 1; /* the slope that belongs to an intercept */
        struct growth_effect *f = &out->fixed[k];
        double var = m->c[k * p + k];
        f->est = m->beta[k];
        if (slope) {
            f->est /= m->scale;
            var /= m->scale * m->scale;
        } else {
            double cov = other > k ? m->c[other * p + k] : m->c[k * p + other];
            f->est -= by * m->beta[other];
            var += by * by * m->c[other * p + other] - 2 * by * cov;
        }
        f->se = sqrt(fmax(var, 0) * sigma2);
        f->ci = (struct stats_interval){f->est - z * f->se, f->est + z * f->se};
    }
}

static void tell_random(struct problem *m, const double *l, struct growth *out)
{
    double s2 = out->residual_var, by = m->centre / m->scale;
    double a = l[0] * l[0] * s2, ab = l[0] * l[1] * s2, b = (l[1] * l[1] + l[2] * l[2]) * s2;
    out->singular = fabs(l[0]) < 1e-4 || (m->random == 2 && fabs(l[2]) < 1e-4);
    if (m->random == 1) {
        out->intercept_var = a;
        out->slope_var = out->cov = STATS_MISSING;
        return;
    }
    out->intercept_var = a - 2 * by * ab + by * by * b;
    out->slope_var = b / (m->scale * m->scale);
    out->cov = (ab - by * b) / m->scale;
}

static void predict(struct problem *m, const struct growth_data *d, const uint32_t *place, const double *l,
                    struct growth *out)
{
    out->intercept = ARENA_ARRAY(m->a, (size_t)d->person->count + 1, double);
    out->slope = ARENA_ARRAY(m->a, (size_t)d->person->count + 1, double);
    for (uint32_t who = 0; who < d->person->count; who++) {
        out->intercept[who] = out->slope[who] = STATS_MISSING;
        if (place[who] == STATS_NONE)
            continue;
        const struct person *s = &m->person[place[who]];
        double k[3], r0 = s->zy[0], r1 = s->zy[1];
        for (size_t i = 0; i < m->p; i++) {
            r0 -= s->zx[i] * m->beta[i];
            r1 -= s->zx[m->p + i] * m->beta[i];
        }
        shrink(s, l, k);
        double a = k[0] * r0 + k[1] * r1, b = k[1] * r0 + k[2] * r1;
        out->intercept[who] = a - (m->random == 2 ? b * m->centre / m->scale : 0);
        if (m->random == 2)
            out->slope[who] = b / m->scale;
    }
}

/* ---- all together
 * ------------------------------------------------------------------------------------------------------------ */

/* Does the line alone, without random effects, leave anything; and can its terms be told apart? */
static enum rc check_line(struct problem *m, double spread, struct err *e)
{
    static const double nothing[3] = {0, 0, 0};
    double whole = deviance(m, nothing);
    for (size_t i = 0; i < m->p; i++)
        if (isfinite(whole) && m->c[i * m->p + i] * m->c[i * m->p + i] < 1e-10 * m->xx[i * m->p + i])
            return err_set(e, RC_INVALID, 0, "a group has no rows, or only one time");
    if (isfinite(whole) && m->rss > 1e-13 * spread)
        return RC_OK;
    return err_set(
        e, RC_INVALID, 0,
        "there is no line with spread around it: a group has no rows or one time, or the values lie on the line");
}

enum rc growth_fit(struct arena *a, const struct growth_data *d, bool random_slope, bool ml, double level,
                   struct growth *out, struct err *e)
{
    struct problem m = {
        .a = a, .random = random_slope ? 2 : 1, .ml = ml, .groups = d->group != NULL ? d->group->count : 1};
    double mean = 0, spread = 0;
    if (m.groups == 0 || m.groups > GROWTH_GROUPS_MOST)
        return err_set(e, RC_INVALID, 0, "1 to %d groups can be compared; there are %zu", GROWTH_GROUPS_MOST, m.groups);
    TRY(survey(&m, d, e));
    m.p = 2 * m.groups;
    if (m.n <= m.p + m.random)
        return err_set(e, RC_INVALID, 0, "%zu rows are too few for %zu fixed effects", m.n, m.p);
    for (size_t k = 0; k < d->n; k++)
        mean += is_complete(d, k) ? d->y[k] / (double)m.n : 0;
    double *y = arena_alloc_raw(a, (d->n + 1) * sizeof *y);
    for (size_t k = 0; k < d->n; k++) {
        y[k] = d->y[k] - mean;
        spread += is_complete(d, k) ? y[k] * y[k] : 0;
    }
    struct growth_data centred = *d;
    centred.y = y;
    m.person = ARENA_ARRAY(a, m.persons, struct person);
    m.xx = ARENA_ARRAY(a, m.p * m.p, double);
    m.c = ARENA_ARRAY(a, m.p * m.p, double);
    m.xy = ARENA_ARRAY(a, m.p, double);
    m.beta = ARENA_ARRAY(a, m.p, double);
    double *zx = ARENA_ARRAY(a, m.persons * 2 * m.p, double);
    uint32_t *place = ARENA_ARRAY(a, (size_t)d->person->count + 1, uint32_t), count = 0;
    memset(place, 0xff, (size_t)d->person->count * sizeof *place);
    for (size_t k = 0; k < d->n; k++) {
        if (!is_complete(d, k))
            continue;
        uint32_t who = d->person->code[k];
        if (place[who] == STATS_NONE) {
            m.person[count].zx = zx + count * 2 * m.p;
            place[who] = count++;
        }
        add_row(&m, &centred, k, &m.person[place[who]]);
    }
    TRY(check_line(&m, spread, e));
    struct corner best = find_least(&m);
    double l[3] = {best.at[0], m.random == 2 ? best.at[1] : 0, m.random == 2 ? best.at[2] : 0};
    *out = (struct growth){.n = m.n, .left_out = d->n - m.n, .persons = (uint32_t)m.persons};
    out->deviance = deviance(&m, l) + (ml ? 0 : 2 * (double)m.groups * log(m.scale));
    out->residual_var = m.rss / (ml ? (double)m.n : (double)(m.n - m.p));
    predict(&m, d, place, l, out);
    tell_fixed(&m, level, out);
    out->fixed[0].est += mean;
    out->fixed[0].ci.lo += mean;
    out->fixed[0].ci.hi += mean;
    tell_random(&m, l, out);
    return RC_OK;
}
