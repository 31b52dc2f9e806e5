/* `cadre stats its`: interrupted time series. See stats_methods.h. */
#include <math.h>

#include "command/stats.h"
#include "engine/stats/its.h"

static void set(json_t *o, const char *key, double x)
{
    json_object_set_new(o, key, stats_json(x));
}

/* ---- what was asked ------------------------------------------------------------------------------------------------------------ */
/* The first row of that label from `from` on. */
static enum rc find_row(const struct stats_job *job, const struct stats_table *t, const char *option, size_t otherwise, size_t *out, struct err *e)
{
    const char *text = command_option(job->c, option, NULL), *column = command_option(job->c, "label", NULL);
    size_t label = 0;
    *out = otherwise;
    if (column != NULL)
        TRY(stats_column_need(t, str_from(column), &label, e));
    if (text == NULL)
        return RC_OK;
    for (size_t k = 0; k < t->rows; k++)
        if (str_eq(stats_text(t, label, k), str_from(text))) {
            *out = k;
            return RC_OK;
        }
    return err_set(e, RC_INVALID, 0, "--%s: the column %.*s has no '%s'", option, STR_ARG(stats_column_name(t, label)), text);
}

static enum rc read_times(const struct stats_job *job, const struct stats_table *t, const double **out, struct err *e)
{
    const char *asked = command_option(job->c, "time", NULL);
    int column = stats_column_find(t, str_from(asked != NULL ? asked : "time"));
    if (column >= 0 || asked != NULL) {
        size_t at;
        TRY(stats_column_need(t, str_from(asked != NULL ? asked : "time"), &at, e));
        TRY(stats_numbers(t, at, out, e));
        for (size_t k = 0; k < t->rows; k++)
            if (is_missing((*out)[k]) || (k > 0 && (*out)[k] <= (*out)[k - 1]))
                return err_set(e, RC_INVALID, 0, "row %" PRIu32 ": times rise from row to row, each once", t->line[k]);
        return RC_OK;
    }
    double *time = ARENA_ARRAY(job->a, t->rows + 1, double);
    for (size_t k = 0; k < t->rows; k++)
        time[k] = (double)k;
    *out = time;
    return RC_OK;
}

static enum rc read_plan(const struct stats_job *job, const struct stats_table *t, struct its_plan *plan, struct err *e)
{
    int64_t harmonics;
    *plan = (struct its_plan){.level = job->level, .no_trend = command_flag(job->c, "no-trend")};
    if (command_option(job->c, "from", NULL) == NULL)
        return err_set(e, RC_INVALID, 0, "--from says where the interruption is");
    if (!stats_option_real(job, "trend-from", STATS_MISSING, -1e9, 1e9, &plan->trend_from) || !stats_option_real(job, "period", 12, 2, 1e6, &plan->period) ||
        !command_number(job->c, "harmonics", 0, 0, 20, &harmonics))
        return err_set(e, RC_INVALID, 0, "an option is wrong");
    plan->harmonics = (unsigned)harmonics;
    TRY(find_row(job, t, "from", 0, &plan->from, e));
    TRY(find_row(job, t, "settled", plan->from, &plan->settled, e));
    return find_row(job, t, "effect-at", t->rows == 0 ? 0 : t->rows - 1, &plan->effect_at, e);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------------------------ */
static json_t *fit_json(const struct its_fit *f, size_t terms)
{
    const struct {
        const char *key;
        const double *value;
    } lists[] = {{"coef", f->coef}, {"se", f->se}, {"t", f->t}, {"p", f->p}, {"lo", f->lo}, {"hi", f->hi}};
    json_t *o = json_object();
    for (size_t k = 0; k < COUNT_OF(lists); k++)
        json_object_set_new(o, lists[k].key, stats_json_array(lists[k].value, terms));
    return o;
}

static json_t *test_json(struct its_test t)
{
    return json_pack("[o,o]", stats_json(t.stat), stats_json(t.p));
}

static json_t *effect_json(struct its_effect x)
{
    json_t *o = json_object();
    set(o, "est", x.est);
    set(o, "se", x.se);
    set(o, "lo", x.lo);
    set(o, "hi", x.hi);
    set(o, "counterfactual", x.counterfactual);
    return o;
}

static json_t *names_json(const struct its_design *d)
{
    json_t *list = json_array();
    for (size_t k = 0; k < d->terms; k++)
        json_array_append_new(list, stats_json_text(d->name[k]));
    return list;
}

static void warn(json_t *list, bool on, const char *text)
{
    if (on)
        json_array_append_new(list, json_string(text));
}

static json_t *linear_json(struct arena *a, const struct its_design *d, const struct its_linear *r, double level)
{
    double df = (double)(d->n - d->terms);
    json_t *o = json_pack("{s:o,s:o,s:o}", "term", names_json(d), "before", json_integer((json_int_t)d->post), "after", json_integer((json_int_t)(d->n - d->post)));
    json_t *effect = json_object(), *warnings = json_array();
    json_object_set_new(o, "ols", fit_json(&r->ols, d->terms));
    for (size_t lag = 0; lag < ITS_LAGS; lag++) {
        const char *name = str_z(a, str_printf(a, "nw_lag%zu", lag));
        json_object_set_new(o, name, fit_json(&r->nw[lag], d->terms));
        json_object_set_new(effect, name, effect_json(its_effect_of(d, &r->nw[lag], level, df)));
    }
    json_object_set_new(o, "nw_default_lag", json_integer((json_int_t)r->lag));
    if (r->has_prais) {
        json_t *p = fit_json(&r->prais, d->terms);
        set(p, "rho", r->prais.rho);
        set(p, "sigma", r->prais.sigma);
        set(p, "dw_transformed", r->dw_transformed);
        json_object_set_new(o, "prais_winsten", p);
        json_object_set_new(effect, "prais_winsten", effect_json(its_effect_of(d, &r->prais, level, df)));
        set(o, "rho_two_step", r->rho_two_step);
    }
    for (int reml = 0; reml <= 1 && r->has_gls; reml++) {
        const struct its_fit *f = reml ? &r->gls_reml : &r->gls_ml;
        json_t *g = fit_json(f, d->terms);
        set(g, "phi", f->rho);
        set(g, "sigma", f->sigma);
        set(g, "loglik", f->loglik);
        json_object_set_new(o, reml ? "gls_ar1_reml" : "gls_ar1_ml", g);
        json_object_set_new(effect, reml ? "gls_ar1_reml" : "gls_ar1_ml", effect_json(its_effect_of(d, f, level, df)));
    }
    json_object_set_new(o, "effect", effect);
    set(o, "r2", r->r2);
    set(o, "sigma", r->sigma);
    set(o, "dw", r->dw);
    set(o, "dw_p", r->dw_p);
    json_object_set_new(o, "acf", stats_json_array(r->acf, ITS_ACF));
    for (size_t lag = 1; lag <= ITS_LAGS; lag++) {
        json_object_set_new(o, str_z(a, str_printf(a, "ljung_box%zu", lag)), test_json(r->ljung_box[lag - 1]));
        json_object_set_new(o, str_z(a, str_printf(a, "breusch_godfrey%zu", lag)), test_json(r->breusch_godfrey[lag - 1]));
    }
    warn(warnings, r->disagree, "the methods do not agree about the level: claim nothing from one of them alone");
    warn(warnings, r->unit_root, "the series is near a unit root: it wanders, and a change of level cannot be told from wandering");
    warn(warnings, r->autocorrelated && !r->unit_root, "neighbouring points are alike: the intervals of plain least squares are too narrow");
    warn(warnings, r->few, "fewer than 12 points on a side: a trend there is hardly known");
    json_object_set_new(o, "warnings", warnings);
    return o;
}

static json_t *rates_json(const struct its_fit *f, const struct its_design *d, double deviance, double dispersion)
{
    json_t *o = json_object(), *rr = json_array(), *lo = json_array(), *hi = json_array();
    for (size_t k = 0; k < d->terms; k++) {
        json_array_append_new(rr, stats_json(exp(f->coef[k])));
        json_array_append_new(lo, stats_json(exp(f->lo[k])));
        json_array_append_new(hi, stats_json(exp(f->hi[k])));
    }
    json_object_set_new(o, "term", names_json(d));
    json_object_set_new(o, "coef", stats_json_array(f->coef, d->terms));
    json_object_set_new(o, "se", stats_json_array(f->se, d->terms));
    json_object_set_new(o, "rr", rr);
    json_object_set_new(o, "lo", lo);
    json_object_set_new(o, "hi", hi);
    set(o, "deviance", deviance);
    set(o, "dispersion", dispersion);
    return o;
}

static json_t *count_json(const struct its_design *d, const struct its_count *r)
{
    json_t *o = json_object(), *warnings = json_array();
    json_object_set_new(o, "poisson", rates_json(&r->poisson, d, r->deviance, 1));
    json_object_set_new(o, "quasipoisson", rates_json(&r->quasi, d, r->deviance, r->dispersion));
    json_object_set_new(o, "nw_lag3_se", stats_json_array(r->nw_se, d->terms));
    set(o, "loglik", r->loglik);
    set(o, "averted_post", r->averted);
    warn(warnings, r->overdispersed, "the counts vary more than Poisson allows: read quasipoisson");
    warn(warnings, r->few, "fewer than 12 points on a side: a trend there is hardly known");
    json_object_set_new(o, "warnings", warnings);
    return o;
}

static enum rc compute(const struct stats_job *job, const struct stats_table *t, json_t **out, struct err *e)
{
    const double *y, *time, *offset = NULL;
    struct its_plan plan;
    struct its_design d;
    const char *by = command_option(job->c, "offset", NULL);
    size_t column;
    TRY(stats_column_need(t, str_from(command_option(job->c, "score", "y")), &column, e));
    TRY(stats_numbers(t, column, &y, e));
    TRY(read_times(job, t, &time, e));
    if (by != NULL) {
        TRY(stats_column_need(t, str_from(by), &column, e));
        TRY(stats_numbers(t, column, &offset, e));
    }
    TRY(read_plan(job, t, &plan, e));
    TRY(its_design(job->a, y, time, offset, t->rows, &plan, &d, e));
    if (by != NULL || command_flag(job->c, "counts")) {
        struct its_count r;
        TRY(its_count(job->a, &d, job->level, &r, e));
        *out = count_json(&d, &r);
    } else {
        struct its_linear r;
        TRY(its_linear(job->a, &d, job->level, &r, e));
        *out = linear_json(job->a, &d, &r, job->level);
    }
    return RC_OK;
}

int stats_run_its(const struct stats_job *job)
{
    struct stats_table t;
    struct err e = {0};
    json_t *out;
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    return compute(job, &t, &out, &e) == RC_OK ? stats_print(job, out) : stats_fail(job, &e);
}
