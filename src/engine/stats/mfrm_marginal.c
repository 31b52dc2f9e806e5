/* The marginal estimation of the many-facet rating scale: see mfrm.h. */
#include <math.h>

#include "engine/stats/mfrm_inside.h"

#define NODES 81
#define REACH 8.0
#define ROUNDS_MOST 5000
#define NUMBERS_MOST 64e6 /* that are kept of all pairs: half a gigabyte */

/* Ratings of one rater on one item: what the ratings say of that pair is their expected number at each node. */
struct pair {
    uint32_t rater, item;
};

struct marginal {
    struct arena *a;
    const struct mfrm_data *d;
    struct mfrm *out;
    uint8_t *x;
    size_t *order; /* ratings sorted by person */
    size_t *from;  /* of each person in order */
    struct pair *pair;
    size_t pairs;
    uint32_t *pair_of;        /* of each rating */
    size_t parameters, steps; /* raters, items, then steps */
    struct mfrm_block zero[2];
    double *value, *before, *score, *info, *scratch;
    double variance, reach;
    double node[NODES];
    double *number; /* expected ratings: pair x node */
    double *log_p;  /* pair x node x category */
};

static size_t place_of_item(const struct marginal *m, uint32_t item)
{
    return m->d->levels[MFRM_RATER] + item;
}

/* Ratings by person, and the pairs of rater and item that there are. */
static void sort_ratings(struct marginal *m)
{
    const struct mfrm_data *d = m->d;
    size_t persons = d->levels[MFRM_PERSON], all = (size_t)d->levels[MFRM_RATER] * d->levels[MFRM_ITEM];
    m->from = ARENA_ARRAY(m->a, persons + 1, size_t);
    m->order = ARENA_ARRAY(m->a, d->n, size_t);
    m->pair_of = ARENA_ARRAY(m->a, d->n, uint32_t);
    m->pair = ARENA_ARRAY(m->a, all < d->n ? all : d->n, struct pair);
    uint32_t *known = ARENA_ARRAY(m->a, all, uint32_t);
    for (size_t i = 0; i < d->n; i++) {
        size_t cell = (size_t)d->code[MFRM_RATER][i] * d->levels[MFRM_ITEM] + d->code[MFRM_ITEM][i];
        m->from[d->code[MFRM_PERSON][i] + 1]++;
        if (known[cell] == 0) {
            m->pair[m->pairs] = (struct pair){d->code[MFRM_RATER][i], d->code[MFRM_ITEM][i]};
            known[cell] = (uint32_t)++m->pairs;
        }
        m->pair_of[i] = known[cell] - 1;
    }
    size_t *at = ARENA_ARRAY(m->a, persons + 1, size_t);
    for (size_t p = 0; p < persons; p++)
        at[p + 1] = m->from[p + 1] += m->from[p];
    for (size_t i = 0; i < d->n; i++)
        m->order[at[d->code[MFRM_PERSON][i]]++] = i;
}

static void spread_nodes(struct marginal *m, double reach)
{
    m->reach = reach;
    for (int q = 0; q < NODES; q++)
        m->node[q] = -reach + 2 * reach * q / (NODES - 1);
}

static void tabulate(struct marginal *m)
{
    size_t categories = m->out->categories;
    for (size_t r = 0; r < m->pairs; r++) {
        double at = m->value[m->pair[r].rater] + m->value[place_of_item(m, m->pair[r].item)];
        for (int q = 0; q < NODES; q++) {
            double p[MFRM_CATEGORIES_MOST], *log_p = m->log_p + (r * NODES + (size_t)q) * categories;
            double eta = m->node[q] - at, so_far = -mfrm_probabilities(eta, m->value + m->steps, categories, p);
            for (size_t k = 0; k < categories; k++) {
                so_far += k > 0 ? eta - m->value[m->steps + k - 1] : 0;
                log_p[k] = so_far;
            }
        }
    }
}

/* The parameter of a normal on the nodes whose second moment there is this: cut off at the ends, it has a little less
 * than its parameter. By Newton from the moment itself. */
static double variance_for(const struct marginal *m, double moment)
{
    double s = moment;
    for (int turn = 0; turn < 50; turn++) {
        double all = 0, second = 0, fourth = 0;
        for (int q = 0; q < NODES; q++) {
            double square = m->node[q] * m->node[q], w = exp(-square / (2 * s));
            all += w;
            second += w * square;
            fourth += w * square * square;
        }
        second /= all;
        double slope = (fourth / all - second * second) / (2 * s * s), next = s - (second - moment) / slope;
        if (!(slope > 0) || !(next > s / 4) || !(next < s * 4))
            return moment;
        if (fabs(next - s) < 1e-12 * s)
            return next;
        s = next;
    }
    return s;
}

/* E step: posterior of each person on the nodes; expected numbers, log likelihood, and the next variance. */
static double expect(struct marginal *m, double *variance)
{
    size_t categories = m->out->categories, persons = m->d->levels[MFRM_PERSON];
    double prior[NODES], all = 0, loglik = 0;
    *variance = 0;
    for (int q = 0; q < NODES; q++)
        all += prior[q] = exp(-m->node[q] * m->node[q] / (2 * m->variance));
    memset(m->number, 0, m->pairs * NODES * sizeof *m->number);
    tabulate(m);
    for (size_t p = 0; p < persons; p++) {
        double at[NODES], most = -INFINITY, sum = 0, mean = 0, square = 0;
        for (int q = 0; q < NODES; q++)
            at[q] = 0;
        for (size_t o = m->from[p]; o < m->from[p + 1]; o++) {
            const double *log_p = m->log_p + (size_t)m->pair_of[m->order[o]] * NODES * categories + m->x[m->order[o]];
            for (size_t q = 0; q < NODES; q++)
                at[q] += log_p[q * categories];
        }
        for (int q = 0; q < NODES; q++)
            most = fmax(most, at[q]);
        for (int q = 0; q < NODES; q++)
            sum += at[q] = exp(at[q] - most) * prior[q];
        loglik += most + log(sum / all);
        for (int q = 0; q < NODES; q++) {
            at[q] /= sum;
            mean += at[q] * m->node[q];
            square += at[q] * m->node[q] * m->node[q];
        }
        m->out->eap[p] = mean;
        m->out->eap_sd[p] = sqrt(fmax(0, square - mean * mean));
        *variance += square / (double)persons;
        for (size_t o = m->from[p]; o < m->from[p + 1]; o++) {
            double *number = m->number + (size_t)m->pair_of[m->order[o]] * NODES;
            for (size_t q = 0; q < NODES; q++)
                number[q] += at[q];
        }
    }
    *variance = variance_for(m, *variance);
    return loglik;
}

/* M step: one step of Newton on the expected likelihood (Lange 1995), which is concave. */
static bool maximize(struct marginal *m)
{
    size_t n = m->parameters, categories = m->out->categories;
    double p[MFRM_CATEGORIES_MOST];
    memset(m->score, 0, n * sizeof *m->score);
    memset(m->info, 0, n * n * sizeof *m->info);
    for (size_t i = 0; i < m->d->n; i++) { /* what was seen */
        m->score[m->d->code[MFRM_RATER][i]] -= m->x[i];
        m->score[place_of_item(m, m->d->code[MFRM_ITEM][i])] -= m->x[i];
        for (size_t k = 1; k <= m->x[i]; k++)
            m->score[m->steps + k - 1] -= 1;
    }
    for (size_t r = 0; r < m->pairs; r++) { /* less what was to be expected */
        size_t item = place_of_item(m, m->pair[r].item);
        struct mfrm_place place = {{m->pair[r].rater, item}, {-1, -1}, 2, m->steps};
        for (size_t q = 0; q < NODES; q++) {
            double number = m->number[r * NODES + q], mean = 0, above = 0;
            if (!(number > 1e-12))
                continue;
            mfrm_probabilities(m->node[q] - m->value[m->pair[r].rater] - m->value[item], m->value + m->steps,
                               categories, p);
            for (size_t k = categories; k-- > 1;) {
                mean += (double)k * p[k];
                above += p[k];
                m->score[m->steps + k - 1] += number * above;
            }
            m->score[m->pair[r].rater] += number * mean;
            m->score[item] += number * mean;
            mfrm_inform(m->info, n, &place, p, categories, number);
        }
    }
    return mfrm_newton(m->info, n, m->score, m->value, m->zero, COUNT_OF(m->zero), m->scratch);
}

/* What a round costs, in steps of arithmetic: the nodes of each rating and of each pair, and the factor of the information. */
static double work_of(const struct marginal *m)
{
    double n = (double)m->parameters, k = (double)m->out->categories;
    return (double)NODES * (2 * (double)m->d->n + (double)m->pairs * (k * k + 10 * k)) + n * n * n / 3;
}

static enum rc iterate(struct marginal *m, struct err *e)
{
    double most = (m->d->work_most > 0 ? m->d->work_most : MFRM_WORK_MOST) / work_of(m);
    double now = -INFINITY, variance, change = 0, was = m->variance;
    for (m->out->rounds = 1; m->out->rounds <= fmin(most, ROUNDS_MOST); m->out->rounds++) {
        double loglik = expect(m, &variance);
        if (loglik < now - 1e-9 * fabs(now) && change > 1e-12) { /* too far: half the way back */
            for (size_t i = 0; i < m->parameters; i++)
                m->value[i] = (m->value[i] + m->before[i]) / 2;
            m->variance = (m->variance + was) / 2;
            change /= 2;
            continue;
        }
        now = loglik;
        m->out->loglik = loglik;
        if (m->out->rounds > 1 && change < 1e-7) {
            if (4 * sqrt(m->variance) <= m->reach)
                return RC_OK;
            spread_nodes(m, 5 * sqrt(m->variance)); /* the nodes must cover the persons */
            now = -INFINITY;
        }
        if (!maximize(m))
            return err_set(e, RC_INVALID, 0,
                           "the ratings do not hang together: there are raters or items that no common "
                           "rating links");
        memcpy(m->before, m->value, m->parameters * sizeof *m->value);
        was = m->variance;
        change = fabs(variance - m->variance);
        m->variance = variance;
        for (size_t i = 0; i < m->parameters; i++) {
            m->value[i] += m->score[i];
            change = fmax(change, fabs(m->score[i]));
        }
        if (!(change < 1e6) || !(variance > 1e-9))
            return err_set(e, RC_INVALID, 0,
                           "the persons cannot be told apart, or a rating has no limit: the estimation "
                           "does not settle");
    }
    return err_set(e, RC_INVALID, 0,
                   "the marginal estimation did not settle in %u rounds, and no more are worked on with a table of this size; joint "
                   "estimation does in a few",
                   m->out->rounds - 1);
}

static void report(struct marginal *m)
{
    const struct mfrm_data *d = m->d;
    double n = d->levels[MFRM_PERSON], mean = 0, spread = 0, error = 0;
    for (uint32_t p = 0; p < d->levels[MFRM_PERSON]; p++) {
        double off = m->out->eap[p] - mean;
        mean += off / (p + 1);
        spread += off * (m->out->eap[p] - mean);
        error += m->out->eap_sd[p] * m->out->eap_sd[p] / n;
        m->out->element[MFRM_PERSON][p].measure = STATS_MISSING;
    }
    for (int f = 0; f < MFRM_FACETS; f++)
        for (uint32_t c = 0; c < d->levels[f]; c++)
            m->out->element[f][c].se = m->out->element[f][c].infit = m->out->element[f][c].outfit = STATS_MISSING;
    for (uint32_t r = 0; r < d->levels[MFRM_RATER]; r++)
        m->out->element[MFRM_RATER][r].measure = m->value[r];
    for (uint32_t i = 0; i < d->levels[MFRM_ITEM]; i++)
        m->out->element[MFRM_ITEM][i].measure = m->value[place_of_item(m, i)];
    for (size_t k = 0; k + 1 < m->out->categories; k++)
        m->out->step[k] = m->value[m->steps + k];
    m->out->variance = m->variance;
    m->out->deviance = -2 * m->out->loglik;
    spread /= n > 1 ? n - 1 : 1;
    m->out->eap_reliability = spread + error > 0 ? spread / (spread + error) : STATS_MISSING;
}

enum rc mfrm_marginal(struct arena *a, const struct mfrm_data *d, struct mfrm *out, struct err *e)
{
    struct marginal m = {.a = a, .d = d, .out = out, .x = ARENA_ARRAY(a, d->n + 1, uint8_t), .variance = 1};
    *out = (struct mfrm){0};
    TRY(mfrm_categories(a, d, out, m.x, e));
    if ((size_t)d->levels[MFRM_RATER] * d->levels[MFRM_ITEM] > 1000000)
        return err_set(e, RC_INVALID, 0, "too many raters and items: at most a million pairs of them are worked on");
    sort_ratings(&m);
    m.steps = (size_t)d->levels[MFRM_RATER] + d->levels[MFRM_ITEM];
    m.parameters = m.steps + out->categories - 1;
    if (m.parameters > MFRM_PARAMETERS_MOST)
        return err_set(e, RC_INVALID, 0, "%zu raters, items and steps; at most %d are worked on", m.parameters,
                       MFRM_PARAMETERS_MOST);
    if ((double)m.pairs * NODES * (double)(out->categories + 1) > NUMBERS_MOST)
        return err_set(e, RC_INVALID, 0, "%zu pairs of a rater and an item with %zu categories are too many for the marginal estimation", m.pairs,
                       out->categories);
    m.zero[0] = (struct mfrm_block){0, d->levels[MFRM_RATER]};
    m.zero[1] = (struct mfrm_block){m.steps, m.parameters};
    m.value = ARENA_ARRAY(a, m.parameters, double);
    m.before = ARENA_ARRAY(a, m.parameters, double);
    m.score = ARENA_ARRAY(a, m.parameters, double);
    m.scratch = ARENA_ARRAY(a, m.parameters, double);
    m.info = ARENA_ARRAY(a, m.parameters * m.parameters, double);
    m.number = ARENA_ARRAY(a, m.pairs * NODES, double);
    m.log_p = ARENA_ARRAY(a, m.pairs * NODES * out->categories, double);
    out->eap = ARENA_ARRAY(a, d->levels[MFRM_PERSON], double);
    out->eap_sd = ARENA_ARRAY(a, d->levels[MFRM_PERSON], double);
    spread_nodes(&m, REACH);
    TRY(iterate(&m, e));
    report(&m);
    return RC_OK;
}
