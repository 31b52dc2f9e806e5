/* The methods of `cadre stats` on intervals, effect sizes and agreement of two ways to measure: see stats_methods.h. */
#include <math.h>

#include "command/stats.h"
#include "engine/stats/effect.h"
#include "engine/stats/interval.h"
#include "engine/stats/method_agreement.h"

static void set(json_t *o, const char *key, double x)
{
    json_object_set_new(o, key, stats_json(x));
}

static void set_interval(json_t *o, const char *lo, const char *hi, struct stats_interval i)
{
    set(o, lo, i.lo);
    set(o, hi, i.hi);
}

/* ---- intervals
 * -------------------------------------------------------------------------------------------------------- */
/* The columns by name as numbers; false when one is not there. */
static bool find_columns(const struct stats_table *t, const char *const *names, size_t count, const double **x,
                         enum rc *rc, struct err *e)
{
    size_t at[4];
    for (size_t k = 0; k < count; k++) {
        int c = stats_column_find(t, str_from(names[k]));
        if (c < 0)
            return false;
        at[k] = (size_t)c;
    }
    *rc = RC_OK;
    for (size_t k = 0; k < count && *rc == RC_OK; k++)
        *rc = stats_numbers(t, at[k], &x[k], e);
    return true;
}

static bool whole(double x)
{
    return is_missing(x) || x == floor(x);
}

static json_t *proportion(const double *v, double level)
{
    json_t *o = json_object();
    double x = v[0], n = v[1];
    set(o, "x", x);
    set(o, "n", n);
    set(o, "p", n > 0 && x >= 0 && x <= n ? x / n : STATS_MISSING);
    set_interval(o, "wilson_lo", "wilson_hi", interval_wilson(x, n, level));
    set_interval(o, "wilsoncc_lo", "wilsoncc_hi", interval_wilson_corrected(x, n, level));
    set_interval(o, "cp_lo", "cp_hi", interval_clopper_pearson(x, n, level));
    set_interval(o, "jeffreys_lo", "jeffreys_hi", interval_jeffreys(x, n, level));
    set_interval(o, "ac_lo", "ac_hi", interval_agresti_coull(x, n, level));
    return o;
}

static json_t *difference(const double *v, double level)
{
    json_t *o = json_object();
    bool sensible = v[1] > 0 && v[0] >= 0 && v[0] <= v[1] && v[3] > 0 && v[2] >= 0 && v[2] <= v[3];
    set(o, "x1", v[0]);
    set(o, "n1", v[1]);
    set(o, "x2", v[2]);
    set(o, "n2", v[3]);
    set(o, "diff", sensible ? v[0] / v[1] - v[2] / v[3] : STATS_MISSING);
    set_interval(o, "newcombe_lo", "newcombe_hi", interval_newcombe(v[0], v[1], v[2], v[3], level));
    set(o, "rr", sensible && v[2] > 0 ? v[0] / v[1] / (v[2] / v[3]) : STATS_MISSING);
    set_interval(o, "rr_katz_lo", "rr_katz_hi", interval_katz(v[0], v[1], v[2], v[3], level));
    return o;
}

static json_t *rate(const double *v, double level)
{
    json_t *o = json_object();
    set(o, "count", v[0]);
    set(o, "exposure", v[1]);
    set(o, "rate", v[0] >= 0 && v[1] > 0 ? v[0] / v[1] : STATS_MISSING);
    set_interval(o, "exact_lo", "exact_hi", interval_poisson(v[0], v[1], level));
    set_interval(o, "byar_lo", "byar_hi", interval_byar(v[0], v[1], level));
    return o;
}

int stats_run_interval(const struct stats_job *job)
{
    static const struct {
        const char *names[4];
        size_t columns;
        bool exposure; /* the last column need not be whole */
        json_t *(*row)(const double *v, double level);
    } kinds[] = {{{"x1", "n1", "x2", "n2"}, 4, false, difference},
                 {{"x", "n"}, 2, false, proportion},
                 {{"count", "exposure"}, 2, true, rate}};
    struct stats_table t;
    struct err e = {0};
    enum rc rc = RC_OK;
    const double *x[4];
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        if (!find_columns(&t, kinds[k].names, kinds[k].columns, x, &rc, &e))
            continue;
        json_t *rows = json_array();
        for (size_t row = 0; row < t.rows && rc == RC_OK; row++) {
            double v[4] = {0};
            for (size_t c = 0; c < kinds[k].columns; c++) {
                v[c] = x[c][row];
                if (!whole(v[c]) && !(kinds[k].exposure && c == 1))
                    rc = err_set(&e, RC_INVALID, 0, "%.*s, row %" PRIu32 ", column %s: a count is a whole number",
                                 STR_ARG(t.file), t.line[row], kinds[k].names[c]);
            }
            json_array_append_new(rows, kinds[k].row(v, job->level));
        }
        if (rc == RC_OK)
            return stats_print(job, json_pack("{s:f,s:o}", "level", job->level, "rows", rows));
        json_decref(rows);
        return stats_fail(job, &e);
    }
    err_set(&e, RC_INVALID, 0, "the columns are x and n, or x1, n1, x2 and n2, or count and exposure");
    return stats_fail(job, &e);
}

/* ---- columns and rows of a comparison
 * --------------------------------------------------------------------------------------- */
/* The two columns of --columns A,B; without it those called so, or else the only two there are. */
static enum rc two_columns(const struct stats_job *job, const struct stats_table *t, const char *first,
                           const char *second, const double **x, const double **y, struct err *e)
{
    struct str given = str_from(command_option(job->c, "columns", NULL)), name[2] = {str_from(first), str_from(second)};
    size_t at[2];
    if (given.p != NULL) {
        if (!str_cut(&given, ',', &name[0]) || !str_cut(&given, ',', &name[1]) || given.n != 0)
            return err_set(e, RC_INVALID, 0, "--columns names two columns, as before,after");
    } else if (t->columns == 2 && stats_column_find(t, name[0]) < 0) {
        name[0] = stats_column_name(t, 0);
        name[1] = stats_column_name(t, 1);
    }
    for (int k = 0; k < 2; k++)
        TRY(stats_column_need(t, str_trim(name[k]), &at[k], e));
    TRY(stats_numbers(t, at[0], x, e));
    return stats_numbers(t, at[1], y, e);
}

/* The rows that --only COLUMN=VALUE keeps; all without it. NULL-free: one flag for each row. */
static enum rc rows_kept(const struct stats_job *job, const struct stats_table *t, bool *kept, struct err *e)
{
    struct str rest = str_from(command_option(job->c, "only", NULL)), column;
    size_t at, count = 0;
    for (size_t k = 0; k < t->rows; k++)
        kept[k] = true;
    if (rest.p == NULL)
        return RC_OK;
    if (!str_cut(&rest, '=', &column) || rest.n == 0)
        return err_set(e, RC_INVALID, 0, "--only is a column and a value, as group=A");
    TRY(stats_column_need(t, str_trim(column), &at, e));
    for (size_t k = 0; k < t->rows; k++) {
        kept[k] = str_eq(stats_text(t, at, k), str_trim(rest));
        count += kept[k];
    }
    return count != 0 ? RC_OK
                      : err_set(e, RC_INVALID, 0, "no row has %.*s in column %.*s", STR_ARG(rest), STR_ARG(column));
}

static void set_t(json_t *o, const struct effect_t *t)
{
    set(o, "t", t->t);
    set(o, "df", t->df);
    set(o, "p", t->p);
    json_object_set_new(o, "diff_ci", stats_json_interval(t->ci));
}

/* ---- two groups
 * --------------------------------------------------------------------------------------------------------- */
static enum rc group_numbers(const struct stats_job *job, const struct stats_table *t, const double **out,
                             struct err *e)
{
    size_t at;
    if (command_option(job->c, "columns", NULL) == NULL) {
        TRY(stats_column_need(t, str_from(command_option(job->c, "score", "y")), &at, e));
        return stats_numbers(t, at, out, e);
    }
    const double *before, *after;
    TRY(two_columns(job, t, "pre", "post", &before, &after, e));
    double *change = ARENA_ARRAY(job->a, t->rows + 1, double);
    for (size_t k = 0; k < t->rows; k++)
        change[k] = after[k] - before[k];
    *out = change;
    return RC_OK;
}

/* The two levels to compare: --compare A,B, else the two there are. */
static enum rc two_levels(const struct stats_job *job, const struct stats_levels *l, uint32_t level[2], struct err *e)
{
    struct str given = str_from(command_option(job->c, "compare", NULL)), word;
    if (given.p == NULL) {
        if (l->count != 2)
            return err_set(e, RC_INVALID, 0, "there are %" PRIu32 " groups: --compare A,B says which two", l->count);
        level[0] = 0;
        level[1] = 1;
        return RC_OK;
    }
    for (int k = 0; k < 2; k++) {
        level[k] = STATS_NONE;
        if (!str_cut(&given, ',', &word))
            return err_set(e, RC_INVALID, 0, "--compare names two groups, as A,B");
        for (uint32_t g = 0; g < l->count; g++)
            if (str_eq(l->label[g], str_trim(word)))
                level[k] = g;
        if (level[k] == STATS_NONE)
            return err_set(e, RC_INVALID, 0, "there is no group '%.*s'", STR_ARG(str_sub(word, 0, 100)));
    }
    return given.n == 0 && level[0] != level[1] ? RC_OK
                                                : err_set(e, RC_INVALID, 0, "--compare names two groups, as A,B");
}

static json_t *groups_json(const struct effect_groups *r, const struct stats_levels *l, const uint32_t *level)
{
    json_t *o = json_object();
    json_object_set_new(o, "groups",
                        json_pack("[o,o]", stats_json_text(l->label[level[0]]), stats_json_text(l->label[level[1]])));
    json_object_set_new(o, "n", json_pack("[I,I]", (json_int_t)r->n[0], (json_int_t)r->n[1]));
    json_object_set_new(o, "mean", stats_json_array(r->mean, 2));
    json_object_set_new(o, "sd", stats_json_array(r->sd, 2));
    set(o, "d", r->d);
    set_interval(o, "d_nct_lo", "d_nct_hi", r->d_ci);
    set(o, "g", r->g);
    set_interval(o, "g_nct_lo", "g_nct_hi", r->g_ci);
    set(o, "g_var", r->g_var);
    set_interval(o, "g_wald_lo", "g_wald_hi", r->g_wald);
    set(o, "glass_delta", r->glass);
    set(o, "J_exact", r->j);
    set(o, "t_pooled", r->pooled.t);
    set(o, "df_pooled", r->pooled.df);
    set(o, "p_pooled", r->pooled.p);
    json_object_set_new(o, "diff_ci", stats_json_interval(r->pooled.ci));
    set(o, "welch_t", r->welch.t);
    set(o, "welch_df", r->welch.df);
    set(o, "welch_p", r->welch.p);
    json_object_set_new(o, "welch_ci", stats_json_interval(r->welch.ci));
    set(o, "cliff_delta", r->cliff);
    return o;
}

static enum rc compare_groups(const struct stats_job *job, const struct stats_table *t, json_t **out, struct err *e)
{
    const double *x;
    struct stats_levels l;
    struct effect_groups r;
    uint32_t level[2];
    size_t by, n[2] = {0};
    bool *kept = ARENA_ARRAY(job->a, t->rows + 1, bool);
    double *part[2] = {ARENA_ARRAY(job->a, t->rows + 1, double), ARENA_ARRAY(job->a, t->rows + 1, double)};
    TRY(group_numbers(job, t, &x, e));
    TRY(stats_column_need(t, str_from(command_option(job->c, "by", "group")), &by, e));
    TRY(rows_kept(job, t, kept, e));
    stats_levels_of(job->a, t, by, &l);
    TRY(two_levels(job, &l, level, e));
    for (size_t k = 0; k < t->rows; k++)
        for (int g = 0; g < 2; g++)
            if (kept[k] && l.code[k] == level[g])
                part[g][n[g]++] = x[k];
    TRY(effect_of_groups(job->a, part[0], n[0], part[1], n[1], job->level, &r, e));
    *out = groups_json(&r, &l, level);
    return RC_OK;
}

int stats_run_groups(const struct stats_job *job)
{
    struct stats_table t;
    struct err e = {0};
    json_t *out;
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    return compare_groups(job, &t, &out, &e) == RC_OK ? stats_print(job, out) : stats_fail(job, &e);
}

/* ---- pairs
 * ----------------------------------------------------------------------------------------------------------------- */
static json_t *wald_json(const struct effect_wald *w)
{
    json_t *o = json_object();
    set(o, "est", w->est);
    set(o, "var", w->var);
    set_interval(o, "lo", "hi", w->ci);
    return o;
}

static json_t *pairs_json(const struct effect_pairs *r)
{
    json_t *o = json_object();
    json_object_set_new(o, "n", json_integer((json_int_t)r->n));
    json_object_set_new(o, "left_out", json_integer((json_int_t)r->left_out));
    set(o, "mean_pre", r->mean_pre);
    set(o, "mean_post", r->mean_post);
    set(o, "sd_pre", r->sd_pre);
    set(o, "sd_post", r->sd_post);
    set(o, "r", r->r);
    set(o, "mean_diff", r->mean_diff);
    set(o, "sd_diff", r->sd_diff);
    set_t(o, &r->t);
    set(o, "d_z", r->d_z);
    set_interval(o, "d_z_lo", "d_z_hi", r->d_z_ci);
    set(o, "d_av", r->d_av);
    json_object_set_new(o, "smcc", wald_json(&r->smcc));
    json_object_set_new(o, "smcr", wald_json(&r->smcr));
    set(o, "wilcoxon_V", r->wilcoxon_v);
    set(o, "wilcoxon_p", r->wilcoxon_p);
    set(o, "wilcoxon_exact_p", r->wilcoxon_exact_p);
    return o;
}

static enum rc compare_pairs(const struct stats_job *job, const struct stats_table *t, struct effect_pairs *out,
                             struct err *e)
{
    const double *before, *after;
    bool *kept = ARENA_ARRAY(job->a, t->rows + 1, bool);
    double *x = ARENA_ARRAY(job->a, t->rows + 1, double), *y = ARENA_ARRAY(job->a, t->rows + 1, double);
    size_t n = 0;
    TRY(two_columns(job, t, "pre", "post", &before, &after, e));
    TRY(rows_kept(job, t, kept, e));
    for (size_t k = 0; k < t->rows; k++)
        if (kept[k]) {
            x[n] = before[k];
            y[n++] = after[k];
        }
    return effect_of_pairs(job->a, x, y, n, job->level, out, e);
}

int stats_run_pairs(const struct stats_job *job)
{
    struct stats_table t;
    struct effect_pairs r;
    struct err e = {0};
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    return compare_pairs(job, &t, &r, &e) == RC_OK ? stats_print(job, pairs_json(&r)) : stats_fail(job, &e);
}

/* ---- McNemar
 * ----------------------------------------------------------------------------------------------------------------- */
static enum rc count_changes(const struct stats_job *job, const struct stats_table *t, double table[2][2],
                             struct stats_levels *l, struct err *e)
{
    const double *times = NULL;
    if (t->columns != 2 && t->columns != 3)
        return err_set(e, RC_INVALID, 0,
                       "two columns are needed, before and after, or three where the third counts; there are %zu",
                       t->columns);
    stats_levels_joint(job->a, t, (size_t[]){0, 1}, 2, l);
    if (l[0].count != 2)
        return err_set(e, RC_INVALID, 0, "two answers are needed in the two columns; there are %" PRIu32, l[0].count);
    if (t->columns == 3)
        TRY(stats_numbers(t, 2, &times, e));
    for (size_t k = 0; k < t->rows; k++)
        if (l[0].code[k] != STATS_NONE && l[1].code[k] != STATS_NONE && !(times != NULL && is_missing(times[k])))
            table[l[0].code[k]][l[1].code[k]] += times != NULL ? times[k] : 1;
    return RC_OK;
}

int stats_run_mcnemar(const struct stats_job *job)
{
    struct stats_table t;
    struct stats_levels l[2];
    struct effect_mcnemar r;
    struct err e = {0};
    double table[2][2] = {{0}};
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    if (count_changes(job, &t, table, l, &e) != RC_OK || effect_mcnemar(table, &r, &e) != RC_OK)
        return stats_fail(job, &e);
    json_t *o = json_object();
    json_object_set_new(o, "levels",
                        json_pack("[o,o]", stats_json_text(l[0].label[0]), stats_json_text(l[0].label[1])));
    json_object_set_new(o, "table",
                        json_pack("[o,o]", stats_json_array(r.table[0], 2), stats_json_array(r.table[1], 2)));
    set(o, "chisq", r.chisq);
    set(o, "p", r.p);
    set(o, "exact_p", r.exact_p);
    set(o, "odds_ratio", r.odds);
    return stats_print(job, o);
}

/* ---- agreement
 * ----------------------------------------------------------------------------------------------------------------- */
int stats_run_agreement(const struct stats_job *job)
{
    struct stats_table t;
    struct method_agreement r;
    struct err e = {0};
    const double *x, *y;
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    if (two_columns(job, &t, "a", "b", &x, &y, &e) != RC_OK ||
        method_agreement(x, y, t.rows, job->level, &r, &e) != RC_OK)
        return stats_fail(job, &e);
    json_t *o = json_object();
    json_object_set_new(o, "n", json_integer((json_int_t)r.n));
    json_object_set_new(o, "left_out", json_integer((json_int_t)r.left_out));
    set(o, "mean_diff", r.mean_diff);
    set(o, "sd_diff", r.sd_diff);
    json_object_set_new(o, "loa", stats_json_interval(r.loa));
    json_object_set_new(o, "mean_ci", stats_json_interval(r.mean_ci));
    set(o, "loa_se", r.loa_se);
    json_object_set_new(o, "loa_lower_ci", stats_json_interval(r.lower_ci));
    json_object_set_new(o, "loa_upper_ci", stats_json_interval(r.upper_ci));
    set(o, "pearson", r.pearson);
    set(o, "ccc", r.ccc);
    json_object_set_new(o, "ccc_ci", stats_json_interval(r.ccc_ci));
    set(o, "slope", r.slope);
    set(o, "slope_p", r.slope_p);
    return stats_print(job, o);
}
