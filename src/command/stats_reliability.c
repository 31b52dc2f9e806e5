/* The methods of `cadre stats` on agreement and reliability: see stats_methods.h. */
#include "command/stats.h"
#include "engine/stats/alpha.h"
#include "engine/stats/icc.h"
#include "engine/stats/kappa.h"
#include "engine/stats/ordinal.h"

int stats_run_icc(const struct stats_job *job)
{
    struct stats_table t;
    struct stats_matrix x;
    struct icc r;
    struct err e = {0};
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    if (stats_table_matrix(&t, -1, &x, &e) != RC_OK || icc_shrout_fleiss(job->a, &x, job->level, &r, &e) != RC_OK)
        return stats_fail(job, &e);
    json_t *out = json_pack("{s:I,s:I,s:I}", "targets", (json_int_t)r.targets, "raters", (json_int_t)r.raters,
                            "left_out", (json_int_t)r.left_out);
    for (int k = 0; k < ICC_KINDS; k++) {
        json_t *one = stats_json_estimate(r.kind[k].value);
        json_object_set_new(one, "F", stats_json(r.kind[k].f));
        json_object_set_new(one, "df1", stats_json(r.kind[k].df1));
        json_object_set_new(one, "df2", stats_json(r.kind[k].df2));
        json_object_set_new(one, "p", stats_json(r.kind[k].p));
        json_object_set_new(out, icc_name[k], one);
    }
    json_object_set_new(out, "mean_squares",
                        json_pack("{s:o,s:o,s:o,s:o}", "BMS", stats_json(r.bms), "JMS", stats_json(r.jms), "WMS",
                                  stats_json(r.wms), "EMS", stats_json(r.ems)));
    return stats_print(job, out);
}

/* ---- alpha
 * ------------------------------------------------------------------------------------------------------------ */
static json_t *per_item(const struct alpha *r, size_t offset)
{
    json_t *array = json_array();
    for (size_t k = 0; k < r->items; k++) {
        double v;
        memcpy(&v, (const char *)&r->item[k] + offset, sizeof v);
        json_array_append_new(array, stats_json(v));
    }
    return array;
}

int stats_run_alpha(const struct stats_job *job)
{
    struct stats_table t;
    struct stats_matrix x;
    struct alpha r;
    struct err e = {0};
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    if (stats_table_matrix(&t, -1, &x, &e) != RC_OK || alpha_of(job->a, &x, job->level, &r, &e) != RC_OK)
        return stats_fail(job, &e);
    json_t *items = json_array();
    for (size_t k = 0; k < t.columns; k++)
        json_array_append_new(items, stats_json_text(stats_column_name(&t, k)));
    json_t *out = json_pack("{s:I,s:I,s:o}", "persons", (json_int_t)r.persons, "left_out", (json_int_t)r.left_out,
                            "items", items);
    json_object_set_new(out, "raw_alpha", stats_json(r.raw));
    json_object_set_new(out, "feldt_lo", stats_json(r.feldt.lo));
    json_object_set_new(out, "feldt_hi", stats_json(r.feldt.hi));
    json_object_set_new(out, "std_alpha", stats_json(r.standardized));
    json_object_set_new(out, "guttman_l6", stats_json(r.guttman_l6));
    json_object_set_new(out, "mean_r", stats_json(r.mean_r));
    json_object_set_new(out, "drop_alpha", per_item(&r, offsetof(struct alpha_item, drop_alpha)));
    json_object_set_new(out, "item_rest_r", per_item(&r, offsetof(struct alpha_item, rest_r)));
    json_object_set_new(out, "item_mean", per_item(&r, offsetof(struct alpha_item, mean)));
    json_object_set_new(out, "item_sd", per_item(&r, offsetof(struct alpha_item, sd)));
    return stats_print(job, out);
}

/* ---- kappa
 * ------------------------------------------------------------------------------------------------------------ */
/* The declared scale: what stands in --levels, in that order. Codes of words that are not in it become STATS_NONE + an
 * error with its row. */
static enum rc declare_levels(const struct stats_job *job, const struct stats_table *t, struct stats_levels l[2],
                              struct err *e)
{
    const char *text = command_option(job->c, "levels", NULL);
    if (text == NULL)
        return RC_OK;
    uint32_t *to = ARENA_ARRAY(job->a, l[0].count + 1, uint32_t), count = 0;
    struct str *label = ARENA_ARRAY(job->a, strlen(text) / 2 + 2, struct str);
    memset(to, 0xff, l[0].count * sizeof *to);
    for (struct str rest = str_from(text), word; str_cut(&rest, ',', &word); count++) {
        label[count] = str_trim(word);
        for (uint32_t k = 0; k < l[0].count; k++) {
            if (!str_eq(l[0].label[k], label[count]))
                continue;
            if (to[k] != STATS_NONE)
                return err_set(e, RC_INVALID, 0, "--levels names %.*s twice", STR_ARG(word));
            to[k] = count;
        }
    }
    for (size_t c = 0; c < 2; c++) {
        for (size_t row = 0; row < t->rows; row++) {
            uint32_t *code = &l[c].code[row];
            if (*code == STATS_NONE)
                continue;
            if (to[*code] == STATS_NONE)
                return err_set(e, RC_INVALID, 0, "%.*s, row %" PRIu32 ", column %.*s: '%.*s' is not among --levels",
                               STR_ARG(t->file), t->line[row], STR_ARG(stats_column_name(t, c)),
                               STR_ARG(l[c].label[*code]));
            *code = to[*code];
        }
        l[c].count = count;
        l[c].label = label;
    }
    return RC_OK;
}

/* Counts of pairs: each row once, or as often as a third column says. */
static enum rc count_pairs(const struct stats_table *t, const struct stats_levels l[2], double *counts, struct err *e)
{
    const double *times;
    uint32_t k = l[0].count;
    if (t->columns == 2) {
        kappa_count(l[0].code, l[1].code, t->rows, k, counts);
        return RC_OK;
    }
    TRY(stats_numbers(t, 2, &times, e));
    for (size_t row = 0; row < t->rows; row++) {
        if (l[0].code[row] == STATS_NONE || l[1].code[row] == STATS_NONE || is_missing(times[row]))
            continue;
        if (times[row] < 0)
            return err_set(e, RC_INVALID, 0, "%.*s, row %" PRIu32 ", column %.*s: a count is not negative",
                           STR_ARG(t->file), t->line[row], STR_ARG(stats_column_name(t, 2)));
        counts[(size_t)l[0].code[row] * k + l[1].code[row]] += times[row];
    }
    return RC_OK;
}

/* k rows by semicolon of k numbers by comma. */
static enum rc read_disagreement(const char *text, uint32_t k, double *d, struct err *e)
{
    size_t n = 0, rows = 0;
    for (struct str rest = str_from(text), row, field; str_cut(&rest, ';', &row); rows++) {
        size_t from = n;
        while (str_cut(&row, ',', &field))
            if (n - from >= k || n >= (size_t)k * k || !str_to_real(str_trim(field), &d[n++]))
                return err_set(e, RC_INVALID, 0, "--disagreement, row %zu: %" PRIu32 " numbers are needed", rows + 1,
                               k);
        if (n - from != k)
            return err_set(e, RC_INVALID, 0, "--disagreement, row %zu: %" PRIu32 " numbers are needed", rows + 1, k);
    }
    return rows == k ? RC_OK : err_set(e, RC_INVALID, 0, "--disagreement needs %" PRIu32 " rows", k);
}

static enum rc add_kappa(const struct stats_job *job, json_t *out, const char *name, const double *counts, uint32_t k,
                         enum kappa_weights weights, const double *disagreement, struct err *e)
{
    struct kappa r;
    TRY(kappa_cohen(job->a, counts, k, weights, disagreement, job->level, &r, e));
    json_t *one = stats_json_estimate(r.value);
    json_object_set_new(one, "ase", stats_json(r.ase));
    json_object_set_new(one, "z", stats_json(r.z));
    json_object_set_new(one, "p", stats_json(r.p));
    json_object_set_new(one, "observed", stats_json(r.observed));
    json_object_set_new(one, "chance", stats_json(r.chance));
    json_object_set_new(out, "n", stats_json(r.n));
    json_object_set_new(out, name, one);
    return RC_OK;
}

int stats_run_kappa(const struct stats_job *job)
{
    static const struct {
        const char *name;
        enum kappa_weights weights;
    } kinds[] = {{"unweighted", KAPPA_UNWEIGHTED}, {"linear", KAPPA_LINEAR}, {"quadratic", KAPPA_QUADRATIC}};
    struct stats_table t;
    struct stats_levels l[2];
    struct err e = {0};
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    if (t.columns != 2 && t.columns != 3) {
        err_set(&e, RC_INVALID, 0,
                "two columns of ratings are needed, or three where the third counts the pairs; there are %zu",
                t.columns);
        return stats_fail(job, &e);
    }
    stats_levels_joint(job->a, &t, (size_t[]){0, 1}, 2, l);
    if (declare_levels(job, &t, l, &e) != RC_OK)
        return stats_fail(job, &e);
    uint32_t k = l[0].count;
    if (k == 0 || k > KAPPA_LEVELS_MOST) {
        err_set(&e, RC_INVALID, 0, "ratings on 1 to %d levels are needed; there are %" PRIu32, KAPPA_LEVELS_MOST, k);
        return stats_fail(job, &e);
    }
    double *counts = ARENA_ARRAY(job->a, (size_t)k * k, double), *d = ARENA_ARRAY(job->a, (size_t)k * k, double);
    json_t *out = json_object(), *levels = json_array();
    for (uint32_t i = 0; i < k; i++)
        json_array_append_new(levels, stats_json_text(l[0].label[i]));
    json_object_set_new(out, "levels", levels);
    const char *custom = command_option(job->c, "disagreement", NULL);
    enum rc rc = count_pairs(&t, l, counts, &e);
    for (size_t i = 0; rc == RC_OK && i < COUNT_OF(kinds); i++)
        rc = add_kappa(job, out, kinds[i].name, counts, k, kinds[i].weights, NULL, &e);
    if (rc == RC_OK && custom != NULL) {
        rc = read_disagreement(custom, k, d, &e);
        if (rc == RC_OK)
            rc = add_kappa(job, out, "weighted", counts, k, KAPPA_CUSTOM, d, &e);
    }
    if (rc == RC_OK)
        return stats_print(job, out);
    json_decref(out);
    return stats_fail(job, &e);
}

/* ---- several raters
 * --------------------------------------------------------------------------------------------------- */
int stats_run_fleiss(const struct stats_job *job)
{
    struct stats_table t;
    struct kappa_fleiss r;
    struct err e = {0};
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    size_t m = t.columns;
    struct stats_levels *l = ARENA_ARRAY(job->a, m, struct stats_levels);
    size_t *columns = ARENA_ARRAY(job->a, m, size_t);
    uint32_t *code = ARENA_ARRAY(job->a, t.rows * m, uint32_t);
    for (size_t k = 0; k < m; k++)
        columns[k] = k;
    stats_levels_joint(job->a, &t, columns, m, l);
    for (size_t row = 0; row < t.rows; row++)
        for (size_t k = 0; k < m; k++)
            code[row * m + k] = l[k].code[row];
    if (kappa_fleiss(job->a, code, t.rows, m, l[0].count, &r, &e) != RC_OK)
        return stats_fail(job, &e);
    json_t *levels = json_array();
    for (uint32_t k = 0; k < r.categories; k++)
        json_array_append_new(levels, stats_json_text(l[0].label[k]));
    return stats_print(job, json_pack("{s:I,s:I,s:I,s:o,s:o,s:o,s:o,s:o}", "subjects", (json_int_t)r.subjects, "raters",
                                      (json_int_t)r.raters, "left_out", (json_int_t)r.left_out, "levels", levels,
                                      "kappa", stats_json(r.kappa), "z", stats_json(r.z), "p", stats_json(r.p),
                                      "category_kappa", stats_json_array(r.category_kappa, r.categories)));
}

int stats_run_krippendorff(const struct stats_job *job)
{
    struct stats_table t;
    struct stats_matrix x;
    struct krippendorff r;
    struct kendall w;
    struct err e = {0};
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    if (stats_table_matrix(&t, -1, &x, &e) != RC_OK || krippendorff_alpha(job->a, &x, &r, &e) != RC_OK)
        return stats_fail(job, &e);
    json_t *out = json_pack("{s:{s:I,s:I,s:o,s:o,s:o}}", "krippendorff", "units", (json_int_t)r.units, "values",
                            (json_int_t)r.values, "nominal", stats_json(r.nominal), "ordinal", stats_json(r.ordinal),
                            "interval", stats_json(r.interval));
    json_object_set_new(out, "krippendorff_irr",
                        json_pack("{s:o,s:o,s:o}", "nominal", stats_json(1 - (1 - r.nominal) * r.irr_factor), "ordinal",
                                  stats_json(1 - (1 - r.ordinal) * r.irr_factor), "interval",
                                  stats_json(1 - (1 - r.interval) * r.irr_factor)));
    if (kendall_w(job->a, &x, &w, &e) !=
        RC_OK) /* many missing values are no matter for the one, and are for the other */
        json_object_set_new(out, "kendallW", json_pack("{s:n,s:s}", "W", "why", e.detail));
    else
        json_object_set_new(out, "kendallW",
                            json_pack("{s:I,s:I,s:o,s:o,s:o,s:o,s:o}", "subjects", (json_int_t)w.subjects, "left_out",
                                      (json_int_t)w.left_out, "W", stats_json(w.w), "W_without_ties",
                                      stats_json(w.w_without_ties), "chisq", stats_json(w.chisq), "df",
                                      stats_json(w.df), "p", stats_json(w.p)));
    return stats_print(job, out);
}
