/* The methods of `cadre stats` that fit a model: analysis of covariance, growth. See stats_methods.h. */
#include <math.h>

#include "command/stats.h"
#include "engine/stats/growth.h"
#include "engine/stats/linear.h"

/* A column by an option, as numbers. */
static enum rc numbers_of(const struct stats_job *job, const struct stats_table *t, const char *option,
                          const char *otherwise, struct str *name, const double **x, struct err *e)
{
    size_t at;
    TRY(stats_column_need(t, str_from(command_option(job->c, option, otherwise)), &at, e));
    *name = stats_column_name(t, at);
    return stats_numbers(t, at, x, e);
}

/* The level that --reference names; the first without it. */
static enum rc reference_of(const struct stats_job *job, const struct stats_levels *l, uint32_t *out, struct err *e)
{
    const char *name = command_option(job->c, "reference", NULL);
    *out = 0;
    if (name == NULL)
        return RC_OK;
    for (uint32_t k = 0; k < l->count; k++)
        if (str_eq_z(l->label[k], name)) {
            *out = k;
            return RC_OK;
        }
    return err_set(e, RC_INVALID, 0, "there is no group '%.100s'", name);
}

/* ---- analysis of covariance
 * -------------------------------------------------------------------------------------------- */
static void append(json_t *o, const char *key, double x)
{
    json_array_append_new(json_object_get(o, key), stats_json(x));
}

static json_t *terms_json(const struct linear_term *term, size_t count, const char *names, bool tests)
{
    json_t *o = json_pack("{s:[],s:[],s:[],s:[],s:[]}", names, "coef", "se", "lo", "hi");
    if (tests) {
        json_object_set_new(o, "t", json_array());
        json_object_set_new(o, "p", json_array());
    }
    for (size_t k = 0; k < count; k++) {
        json_array_append_new(json_object_get(o, names), stats_json_text(term[k].name));
        append(o, "coef", term[k].coef);
        append(o, "se", term[k].se);
        append(o, "lo", term[k].ci.lo);
        append(o, "hi", term[k].ci.hi);
        if (tests) {
            append(o, "t", term[k].t);
            append(o, "p", term[k].p);
        }
    }
    return o;
}

static enum rc fit_ancova(const struct stats_job *job, const struct stats_table *t, json_t **out, struct err *e)
{
    const double *outcome, *covariate;
    struct str outcome_name, covariate_name;
    struct stats_levels l;
    struct ancova r;
    uint32_t reference;
    size_t by;
    TRY(numbers_of(job, t, "outcome", "post", &outcome_name, &outcome, e));
    TRY(numbers_of(job, t, "covariate", "pre", &covariate_name, &covariate, e));
    TRY(stats_column_need(t, str_from(command_option(job->c, "by", "group")), &by, e));
    stats_levels_of(job->a, t, by, &l);
    TRY(reference_of(job, &l, &reference, e));
    TRY(ancova(job->a, outcome, covariate, &l, t->rows, reference, covariate_name, stats_column_name(t, by), job->level,
               &r, e));
    json_t *o = terms_json(r.fit.term, r.fit.terms, "term", true);
    json_object_set_new(o, "n", json_integer((json_int_t)r.fit.n));
    json_object_set_new(o, "left_out", json_integer((json_int_t)r.left_out));
    json_object_set_new(o, "outcome", stats_json_text(outcome_name));
    json_object_set_new(o, "reference", stats_json_text(l.label[reference]));
    json_object_set_new(o, "sigma", stats_json(r.fit.sigma));
    json_object_set_new(o, "df", stats_json(r.fit.df));
    json_object_set_new(o, "groups_F",
                        json_pack("{s:o,s:o,s:o,s:o}", "F", stats_json(r.f), "df1", stats_json(r.f_df), "df2",
                                  stats_json(r.fit.df), "p", stats_json(r.f_p)));
    json_t *adjusted = terms_json(r.adjusted, l.count, "group", false);
    json_object_set_new(adjusted, "at", stats_json(r.at));
    json_object_set_new(o, "adjusted_means", adjusted);
    *out = o;
    return RC_OK;
}

int stats_run_ancova(const struct stats_job *job)
{
    struct stats_table t;
    struct err e = {0};
    json_t *out;
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    return fit_ancova(job, &t, &out, &e) == RC_OK ? stats_print(job, out) : stats_fail(job, &e);
}

/* ---- growth
 * ------------------------------------------------------------------------------------------------------------- */
struct growth_names {
    struct str id, time, by;
};

/* The names of the fixed effects, in their order. */
static struct str fixed_name(const struct stats_job *job, const struct growth_data *d, const struct growth_names *names,
                             size_t k)
{
    if (k == 0)
        return S("(Intercept)");
    if (k == 1)
        return names->time;
    size_t others = d->group->count - 1, which = (k - 2) % others;
    struct str group = str_concat(job->a, names->by, d->group->label[which + (which >= d->reference)]);
    return k < 2 + others ? group : str_printf(job->a, "%.*s:%.*s", STR_ARG(names->time), STR_ARG(group));
}

static json_t *variance_json(struct str group, const char *first, struct str second, double vcov, double sdcor)
{
    return json_pack("{s:o,s:o,s:o,s:o,s:o}", "grp", stats_json_text(group), "v1",
                     first != NULL ? json_string(first) : json_null(), "v2",
                     second.p != NULL ? stats_json_text(second) : json_null(), "vcov", stats_json(vcov), "sdcor",
                     stats_json(sdcor));
}

static json_t *variances_json(const struct stats_job *job, const struct growth_names *names, const struct growth *r)
{
    json_t *list = json_array();
    const char *intercept = "(Intercept)";
    json_array_append_new(list,
                          variance_json(names->id, intercept, STR_NONE, r->intercept_var, sqrt(r->intercept_var)));
    if (!is_missing(r->slope_var)) {
        json_array_append_new(
            list, variance_json(names->id, str_z(job->a, names->time), STR_NONE, r->slope_var, sqrt(r->slope_var)));
        json_array_append_new(list, variance_json(names->id, intercept, names->time, r->cov,
                                                  r->cov / sqrt(r->intercept_var * r->slope_var)));
    }
    json_array_append_new(list, variance_json(S("Residual"), NULL, STR_NONE, r->residual_var, sqrt(r->residual_var)));
    return list;
}

static json_t *growth_json(const struct stats_job *job, const struct growth_data *d, const struct growth_names *names,
                           const struct growth *r, bool ml)
{
    json_t *o = json_object(), *fixed = json_object(), *se = json_object(), *ci = json_object(), *id = json_array();
    for (size_t k = 0; k < r->fixed_count; k++) {
        const char *name = str_z(job->a, fixed_name(job, d, names, k));
        json_object_set_new(fixed, name, stats_json(r->fixed[k].est));
        json_object_set_new(se, name, stats_json(r->fixed[k].se));
        json_object_set_new(ci, name, stats_json_interval(r->fixed[k].ci));
    }
    json_object_set_new(o, "n", json_integer((json_int_t)r->n));
    json_object_set_new(o, "left_out", json_integer((json_int_t)r->left_out));
    json_object_set_new(o, "persons", json_integer((json_int_t)r->persons));
    json_object_set_new(o, "fixef", fixed);
    json_object_set_new(o, "se", se);
    json_object_set_new(o, "ci", ci);
    json_object_set_new(o, "var", variances_json(job, names, r));
    json_object_set_new(o, ml ? "ml_dev" : "reml_dev", stats_json(r->deviance));
    json_object_set_new(o, "singular", json_boolean(r->singular));
    for (uint32_t k = 0; k < d->person->count; k++)
        json_array_append_new(id, stats_json_text(d->person->label[k]));
    json_t *blup = json_pack("{s:o,s:o}", "id", id, "intercept", stats_json_array(r->intercept, d->person->count));
    if (!is_missing(r->slope_var))
        json_object_set_new(blup, "slope", stats_json_array(r->slope, d->person->count));
    json_object_set_new(o, "blup", blup);
    return o;
}

static enum rc fit_growth(const struct stats_job *job, const struct stats_table *t, json_t **out, struct err *e)
{
    struct growth_names names;
    struct stats_levels person, group;
    struct growth_data d = {.person = &person, .n = t->rows};
    struct growth r;
    struct str score;
    size_t at;
    const char *by = command_option(job->c, "by", NULL);
    bool ml = command_flag(job->c, "ml");
    TRY(numbers_of(job, t, "score", "y", &score, &d.y, e));
    TRY(numbers_of(job, t, "time", "time", &names.time, &d.time, e));
    TRY(stats_column_need(t, str_from(command_option(job->c, "id", "id")), &at, e));
    names.id = stats_column_name(t, at);
    stats_levels_of(job->a, t, at, &person);
    if (by != NULL) {
        TRY(stats_column_need(t, str_from(by), &at, e));
        names.by = stats_column_name(t, at);
        stats_levels_of(job->a, t, at, &group);
        d.group = &group;
        TRY(reference_of(job, &group, &d.reference, e));
    }
    TRY(growth_fit(job->a, &d, !command_flag(job->c, "no-slope"), ml, job->level, &r, e));
    *out = growth_json(job, &d, &names, &r, ml);
    return RC_OK;
}

int stats_run_growth(const struct stats_job *job)
{
    struct stats_table t;
    struct err e = {0};
    json_t *out;
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    return fit_growth(job, &t, &out, &e) == RC_OK ? stats_print(job, out) : stats_fail(job, &e);
}
