/* The methods of `cadre stats` on generalizability: see stats_methods.h. Here the effects are read from the command
 * line and the columns they name, and the study is printed. */
#include <math.h>

#include "command/stats.h"
#include "engine/stats/composite.h"
#include "engine/stats/gstudy.h"

struct study {
    const struct stats_job *job;
    struct stats_table t;
    struct gstudy *g;
    struct gstudy_fit fit;
    double *y;
    struct str *labels[GSTUDY_FACETS_MOST]; /* of the facets' levels */
    size_t left_out;
};

/* ---- effects
 * ---------------------------------------------------------------------------------------------------------- */
/* The facet of that name, added when it is new; its column is found later. */
static enum rc facet_named(struct gstudy *g, struct str name, uint32_t *bit, struct err *e)
{
    for (size_t f = 0; f < g->facets; f++) {
        if (str_eq(g->facet_name[f], name)) {
            *bit = UINT32_C(1) << f;
            return RC_OK;
        }
    }
    if (g->facets == GSTUDY_FACETS_MOST)
        return err_set(e, RC_INVALID, 0, "--effects: more than %d columns", GSTUDY_FACETS_MOST);
    *bit = UINT32_C(1) << gstudy_facet(g, name, NULL, 0);
    return RC_OK;
}

static enum rc read_effects(struct gstudy *g, const char *text, struct err *e)
{
    for (struct str rest = str_from(text), word, name; str_cut(&rest, ' ', &word);) {
        uint32_t facets = 0, bit = 0;
        if (str_empty(word))
            continue;
        struct str columns = word;
        if (str_find(word, S("="), NULL))
            str_cut(&columns, '=', &name);
        else
            name = word;
        for (struct str column; str_cut(&columns, ',', &column); facets |= bit) {
            if (str_empty(column))
                return err_set(e, RC_INVALID, 0, "--effects: '%.*s' names no column", STR_ARG(word));
            TRY(facet_named(g, column, &bit, e));
        }
        if (g->effects == GSTUDY_EFFECTS_MOST - 2)
            return err_set(e, RC_INVALID, 0, "--effects: more than %d effects", GSTUDY_EFFECTS_MOST - 2);
        for (size_t k = 0; k < g->effects; k++)
            if (str_eq(g->effect_name[k], name))
                return err_set(e, RC_INVALID, 0, "--effects: %.*s stands there twice", STR_ARG(name));
        gstudy_effect(g, name, facets);
    }
    return g->effects != 0 ? RC_OK : err_set(e, RC_INVALID, 0, "--effects names none");
}

static enum rc find_object(const struct gstudy *g, const char *name, size_t *out, struct err *e)
{
    *out = 0;
    for (size_t k = 0; name != NULL && k < g->effects; k++) {
        *out = k;
        if (str_eq_z(g->effect_name[k], name))
            return RC_OK;
    }
    return name == NULL ? RC_OK : err_set(e, RC_INVALID, 0, "--object: there is no effect %s", name);
}

/* ---- scores
 * ----------------------------------------------------------------------------------------------------------- */
/* Codes of a facet for the rows that are kept, with the levels that these still use. */
static void keep_codes(struct study *s, size_t facet, const struct stats_levels *l, const bool *kept)
{
    struct arena *a = s->job->a;
    uint32_t *to = ARENA_ARRAY(a, (size_t)l->count + 1, uint32_t), *code = ARENA_ARRAY(a, s->t.rows, uint32_t),
             used = 0;
    struct str *label = ARENA_ARRAY(a, (size_t)l->count + 1, struct str);
    for (size_t row = 0; row < s->t.rows; row++)
        if (kept[row])
            to[l->code[row]] = 1;
    for (uint32_t k = 0; k < l->count; k++) {
        if (to[k] == 0)
            continue;
        label[used] = l->label[k];
        to[k] = used++;
    }
    for (size_t row = 0, i = 0; row < s->t.rows; row++)
        if (kept[row])
            code[i++] = to[l->code[row]];
    s->g->facet_code[facet] = code;
    s->g->facet_levels[facet] = used;
    s->labels[facet] = label;
}

/* The scores and facets of all rows where none is missing. */
static enum rc read_scores(struct study *s, struct err *e)
{
    struct arena *a = s->job->a;
    struct stats_levels levels[GSTUDY_FACETS_MOST];
    bool *kept = ARENA_ARRAY(a, s->t.rows, bool), here[GSTUDY_FACETS_MOST];
    size_t score, n = 0;
    const double *y;
    TRY(stats_column_need(&s->t, str_from(command_option(s->job->c, "score", "y")), &score, e));
    TRY(stats_numbers(&s->t, score, &y, e));
    for (size_t row = 0; row < s->t.rows; row++)
        kept[row] = !is_missing(y[row]);
    for (size_t f = 0; f < s->g->facets; f++) {
        int column = stats_column_find(&s->t, s->g->facet_name[f]);
        here[f] = column >= 0;
        if (column < 0)
            continue;
        stats_levels_of(a, &s->t, (size_t)column, &levels[f]);
        for (size_t row = 0; row < s->t.rows; row++)
            kept[row] = kept[row] && levels[f].code[row] != STATS_NONE;
    }
    s->y = ARENA_ARRAY(a, s->t.rows, double);
    for (size_t row = 0; row < s->t.rows; row++)
        if (kept[row])
            s->y[n++] = y[row];
    s->left_out = s->t.rows - n;
    s->g->y = s->y;
    s->g->n = n;
    for (size_t f = 0; f < s->g->facets; f++) {
        s->g->facet_levels[f] = (uint32_t)n;
        if (here[f])
            keep_codes(s, f, &levels[f], kept);
    }
    return RC_OK;
}

/* ---- numbers to decide on
 * --------------------------------------------------------------------------------------------- */
/* "i=4,o=2" into count by facet; others keep what is there. */
static enum rc read_counts(const struct gstudy *g, struct str text, const char *option, double *count, bool *said,
                           struct err *e)
{
    for (struct str rest = text, part, name; str_cut(&rest, ',', &part);) {
        struct str value = part;
        size_t f = 0;
        double n;
        if (str_empty(part))
            continue;
        str_cut(&value, '=', &name);
        while (f < g->facets && !str_eq(g->facet_name[f], name))
            f++;
        if (f == g->facets)
            return err_set(e, RC_INVALID, 0, "--%s: '%.*s' is no column of the effects", option, STR_ARG(name));
        if (!str_to_real(value, &n) || !(n > 0) || n > 1e9)
            return err_set(e, RC_INVALID, 0, "--%s: '%.*s' needs a number above 0", option, STR_ARG(part));
        count[f] = n;
        said[f] = true;
    }
    return RC_OK;
}

static json_t *decision(const struct gstudy *g, const double *components, const double *count)
{
    struct gstudy_decision d;
    gstudy_decide(g, components, count, &d);
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "rel_err", stats_json(d.rel_err), "abs_err", stats_json(d.abs_err),
                     "sem_rel", stats_json(d.sem_rel), "sem_abs", stats_json(d.sem_abs), "G", stats_json(d.g), "Phi",
                     stats_json(d.phi));
}

/* By both estimates: {"anova", "reml"}, the second only where there is one. */
static json_t *decisions(const struct study *s, const double *count)
{
    json_t *one = json_pack("{s:o}", "anova", decision(s->g, s->fit.anova, count));
    if (s->fit.reml_done)
        json_object_set_new(one, "reml", decision(s->g, s->fit.reml, count));
    return one;
}

static json_t *counts_json(const struct gstudy *g, const double *count, const bool *said)
{
    json_t *n = json_object();
    for (size_t f = 0; f < g->facets; f++)
        if (said[f])
            json_object_set_new(n, str_z(g->a, g->facet_name[f]), stats_json(count[f]));
    return n;
}

static enum rc add_d_study(const struct study *s, const char *text, json_t *out, struct err *e)
{
    json_t *list = json_array();
    json_object_set_new(out, "d_study", list);
    for (struct str rest = str_from(text), word; str_cut(&rest, ' ', &word);) {
        double count[GSTUDY_FACETS_MOST];
        bool said[GSTUDY_FACETS_MOST] = {false};
        uint32_t own = s->g->effect_facets[s->g->object];
        if (str_empty(word))
            continue;
        TRY(read_counts(s->g, word, "n", count, said, e));
        for (size_t f = 0; f < s->g->facets; f++)
            if (!said[f] && (own >> f & 1) == 0)
                return err_set(e, RC_INVALID, 0, "--n: '%.*s' does not say how many of %.*s", STR_ARG(word),
                               STR_ARG(s->g->facet_name[f]));
        json_t *one = decisions(s, count);
        json_object_set_new(one, "n", counts_json(s->g, count, said));
        json_array_append_new(list, one);
    }
    return RC_OK;
}

/* Facets that are not the object's own. *only: the one there is. */
static size_t other_facets(const struct gstudy *g, size_t *only)
{
    size_t n = 0;
    for (size_t f = 0; f < g->facets; f++) {
        if ((g->effect_facets[g->object] >> f & 1) != 0)
            continue;
        *only = f;
        n++;
    }
    return n;
}

static json_t *needed_json(struct gstudy_needed n)
{
    return json_pack("{s:o,s:o}", "G", is_missing(n.g) ? json_null() : json_integer((json_int_t)n.g), "Phi",
                     is_missing(n.phi) ? json_null() : json_integer((json_int_t)n.phi));
}

static enum rc add_needed(const struct study *s, json_t *out, struct err *e)
{
    const struct gstudy *g = s->g;
    const char *vary = command_option(s->job->c, "vary", NULL);
    double count[GSTUDY_FACETS_MOST], target;
    bool said[GSTUDY_FACETS_MOST] = {false};
    size_t facet = 0, others = other_facets(g, &facet);
    if (!stats_option_real(s->job, "target", 0.8, 0.01, 0.999, &target))
        return err_set(e, RC_INVALID, 0, "--target cannot be used");
    if (vary == NULL && others != 1)
        return RC_OK;
    for (size_t f = 0; f < g->facets; f++)
        count[f] = 1;
    TRY(read_counts(g, str_from(command_option(s->job->c, "fixed", "")), "fixed", count, said, e));
    if (vary != NULL) {
        for (facet = 0; facet < g->facets && !str_eq_z(g->facet_name[facet], vary); facet++) {
        }
        if (facet == g->facets || (g->effect_facets[g->object] >> facet & 1) != 0)
            return err_set(e, RC_INVALID, 0, "--vary: %s is no column of the effects, or the object's own", vary);
    }
    struct gstudy_needed anova, reml;
    gstudy_need(g, s->fit.anova, count, facet, target, &anova);
    json_t *one = json_pack("{s:f,s:o,s:o,s:o}", "target", target, "vary", stats_json_text(g->facet_name[facet]),
                            "fixed", counts_json(g, count, said), "anova", needed_json(anova));
    if (s->fit.reml_done) {
        gstudy_need(g, s->fit.reml, count, facet, target, &reml);
        json_object_set_new(one, "reml", needed_json(reml));
    }
    json_object_set_new(out, "raters_needed", one);
    return RC_OK;
}

/* What the reliability is with as many scores as there were, where one facet alone makes the difference. */
static void add_counts(const struct study *s, json_t *out)
{
    struct gstudy_counts n = gstudy_object_counts(s->g);
    double count[GSTUDY_FACETS_MOST];
    size_t facet = 0;
    json_object_set_new(out, "n_arithmetic", stats_json(n.arithmetic));
    json_object_set_new(out, "n_harmonic", stats_json(n.harmonic));
    json_object_set_new(out, "raters_per_person", json_pack("[I,I]", (json_int_t)n.least, (json_int_t)n.most));
    if (other_facets(s->g, &facet) != 1)
        return;
    count[facet] = n.harmonic;
    json_object_set_new(out, "at_harmonic", decisions(s, count));
}

/* ---- printing
 * --------------------------------------------------------------------------------------------------------- */
static json_t *by_effect(const struct gstudy *g, const double *value)
{
    json_t *one = json_object();
    for (size_t k = 0; k < g->effects; k++)
        json_object_set_new(one, str_z(g->a, g->effect_name[k]), stats_json(value[k]));
    return one;
}

static json_t *level_label(const struct study *s, size_t effect, uint32_t level)
{
    struct buf b = buf_new(s->job->a, 16);
    uint32_t first = gstudy_first(gstudy_cells_of(s->g, s->g->effect_facets[effect]), level);
    for (size_t f = 0; f < s->g->facets; f++) {
        if ((s->g->effect_facets[effect] >> f & 1) == 0)
            continue;
        if (b.n != 0)
            buf_ch(&b, ':');
        if (s->g->facet_code[f] != NULL)
            buf_str(&b, s->labels[f][s->g->facet_code[f][first]]);
        else
            buf_printf(&b, "%" PRIu32, first + 1);
    }
    return stats_json_text(buf_text(&b));
}

static void add_blups(const struct study *s, json_t *out)
{
    json_t *all = json_object();
    for (size_t k = 0; k < s->g->effects; k++) {
        json_t *id = json_array();
        if (s->fit.blup[k] == NULL) {
            json_decref(id);
            continue;
        }
        for (uint32_t l = 0; l < s->fit.levels[k]; l++)
            json_array_append_new(id, level_label(s, k, l));
        json_object_set_new(
            all, str_z(s->job->a, s->g->effect_name[k]),
            json_pack("{s:o,s:o}", "id", id, "blup", stats_json_array(s->fit.blup[k], s->fit.levels[k])));
    }
    json_object_set_new(out, "blup", all);
}

static json_t *study_json(const struct study *s)
{
    const struct gstudy *g = s->g;
    const struct gstudy_fit *f = &s->fit;
    json_t *levels = json_object(), *t = by_effect(g, f->t);
    for (size_t k = 0; k < g->effects; k++)
        json_object_set_new(levels, str_z(g->a, g->effect_name[k]), json_integer(f->levels[k]));
    json_object_set_new(levels, "mu", json_integer(1));
    json_object_set_new(t, "mu", stats_json(f->t_mean));
    json_t *out = json_pack("{s:I,s:I,s:o,s:o,s:o,s:o,s:o}", "n", (json_int_t)g->n, "left_out", (json_int_t)s->left_out,
                            "mean", stats_json(f->mean), "object", stats_json_text(g->effect_name[g->object]), "levels",
                            levels, "T", t, "anova_vc", by_effect(g, f->anova));
    if (!f->reml_done && f->why[0] != '\0')
        json_object_set_new(out, "reml", json_pack("{s:b,s:s}", "done", 0, "why", f->why));
    if (!f->reml_done)
        return out;
    json_object_set_new(out, "reml_vc", by_effect(g, f->reml));
    json_object_set_new(out, "reml_se", by_effect(g, f->reml_se));
    json_object_set_new(out, "reml_dev", stats_json(f->deviance));
    json_object_set_new(out, "reml_singular", json_boolean(f->singular));
    json_object_set_new(out, "reml_steps", json_integer(f->steps));
    json_object_set_new(out, "mu_gls", stats_json(f->mu));
    json_object_set_new(out, "se_mu", stats_json(f->se_mu));
    return out;
}

int stats_run_gstudy(const struct stats_job *job)
{
    struct study s = {.job = job};
    struct err e = {0};
    size_t object;
    const char *effects = command_option(job->c, "effects", NULL);
    if (effects == NULL) {
        command_say("gstudy needs --effects, as \"p i pi=p,i\"");
        return EXIT_USAGE;
    }
    if (!stats_read(job, 0, &s.t))
        return EXIT_REFUSED;
    s.g = gstudy_new(job->a, NULL, 0);
    if (read_effects(s.g, effects, &e) != RC_OK ||
        find_object(s.g, command_option(job->c, "object", NULL), &object, &e) != RC_OK ||
        read_scores(&s, &e) != RC_OK || gstudy_fit(s.g, object, !command_flag(job->c, "no-reml"), &s.fit, &e) != RC_OK)
        return stats_fail(job, &e);
    json_t *out = study_json(&s);
    add_counts(&s, out);
    if (command_flag(job->c, "blups"))
        add_blups(&s, out);
    if (add_d_study(&s, command_option(job->c, "n", ""), out, &e) == RC_OK && add_needed(&s, out, &e) == RC_OK)
        return stats_print(job, out);
    json_decref(out);
    return stats_fail(job, &e);
}

/* ---- intraclass correlations by REML
 * ---------------------------------------------------------------------------------- */
int stats_run_icc_reml(const struct stats_job *job)
{
    struct stats_table t;
    struct stats_matrix x;
    struct gstudy_fit f;
    struct err e = {0};
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    if (stats_table_matrix(&t, -1, &x, &e) != RC_OK)
        return stats_fail(job, &e);
    size_t cells = x.rows * x.columns, n = 0;
    double *y = ARENA_ARRAY(job->a, cells, double);
    uint32_t *person = ARENA_ARRAY(job->a, cells, uint32_t), *rater = ARENA_ARRAY(job->a, cells, uint32_t);
    uint32_t *rater_to = ARENA_ARRAY(job->a, x.columns, uint32_t), persons = 0, raters = 0, last = STATS_NONE;
    for (size_t j = 0; j < x.columns; j++) /* one more than the code; 0: rated nobody */
        for (size_t i = 0; rater_to[j] == 0 && i < x.rows; i++)
            if (!is_missing(x.at[i * x.columns + j]))
                rater_to[j] = ++raters;
    for (size_t c = 0; c < cells; c++) {
        if (is_missing(x.at[c]))
            continue;
        if (last != (uint32_t)(c / x.columns)) {
            last = (uint32_t)(c / x.columns);
            persons++;
        }
        y[n] = x.at[c];
        person[n] = persons - 1;
        rater[n++] = rater_to[c % x.columns] - 1;
    }
    struct gstudy *g = gstudy_new(job->a, y, n);
    uint32_t p = UINT32_C(1) << gstudy_facet(g, S("p"), person, persons), r = UINT32_C(1)
                                                                              << gstudy_facet(g, S("r"), rater, raters);
    gstudy_effect(g, S("p"), p);
    gstudy_effect(g, S("r"), r);
    gstudy_effect(g, S("Residual"), p | r);
    if (gstudy_fit(g, 0, true, &f, &e) != RC_OK)
        return stats_fail(job, &e);
    if (!f.reml_done) {
        err_set(&e, RC_INVALID, 0, "%s", f.why);
        return stats_fail(job, &e);
    }
    double all = f.reml[0] + f.reml[1] + f.reml[2];
    return stats_print(job, json_pack("{s:I,s:I,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "ratings", (json_int_t)n, "persons",
                                      (json_int_t)persons, "raters", (json_int_t)raters, "vc", by_effect(g, f.reml),
                                      "vc_se", by_effect(g, f.reml_se), "ICC2", stats_json(f.reml[0] / all), "ICC3",
                                      stats_json(f.reml[0] / (f.reml[0] + f.reml[2])), "grand_mean", stats_json(f.mu),
                                      "blup_p", stats_json_array(f.blup[0], persons), "blup_r",
                                      stats_json_array(f.blup[1], raters)));
}

/* ---- composites
 * ------------------------------------------------------------------------------------------------------- */
static enum rc read_weights(const char *text, struct composite *c, struct err *e)
{
    size_t n = 0;
    for (struct str rest = str_from(text), part; str_cut(&rest, ',', &part); n++)
        if (n >= c->strata || !str_to_real(str_trim(part), &c->weight[n]))
            return err_set(e, RC_INVALID, 0, "--weights needs %zu numbers, one for each stratum", c->strata);
    return n == c->strata ? RC_OK
                          : err_set(e, RC_INVALID, 0, "--weights needs %zu numbers, one for each stratum", c->strata);
}

static json_t *composite_json(const struct composite *c, const struct stats_levels *strata)
{
    json_t *list = json_array(), *weights = stats_json_array(c->weight, c->strata), *cov = json_array();
    for (size_t v = 0; v < c->strata; v++) {
        const struct composite_stratum *s = &c->stratum[v];
        json_array_append_new(list,
                              json_pack("{s:o,s:I,s:o,s:o,s:o,s:o,s:o,s:o}", "stratum",
                                        stats_json_text(strata->label[v]), "persons", (json_int_t)s->persons, "items",
                                        stats_json(s->items), "p", stats_json(s->p), "i", stats_json(s->i), "pi",
                                        stats_json(s->pi), "G", stats_json(s->g), "Phi", stats_json(s->phi)));
        json_array_append_new(cov, stats_json_array(c->covariance + v * c->strata, c->strata));
    }
    return json_pack("{s:o,s:o,s:o,s:{s:o,s:o,s:o,s:o,s:o,s:o,s:o}}", "strata", list, "weights", weights, "universe",
                     cov, "composite", "universe_var", stats_json(c->total.universe), "rel_err",
                     stats_json(c->total.rel_err), "abs_err", stats_json(c->total.abs_err), "sem_rel",
                     stats_json(c->total.sem_rel), "sem_abs", stats_json(c->total.sem_abs), "G", stats_json(c->total.g),
                     "Phi", stats_json(c->total.phi));
}

int stats_run_gstudy_mv(const struct stats_job *job)
{
    static const char *const names[] = {"p", "stratum", "i"};
    struct stats_table t;
    struct stats_levels l[3];
    struct composite c;
    struct err e = {0};
    const double *y;
    size_t column;
    const char *weights = command_option(job->c, "weights", NULL);
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    for (size_t k = 0; k < COUNT_OF(names); k++) {
        if (stats_column_need(&t, str_from(names[k]), &column, &e) != RC_OK)
            return stats_fail(job, &e);
        stats_levels_of(job->a, &t, column, &l[k]);
    }
    if (stats_column_need(&t, str_from(command_option(job->c, "score", "y")), &column, &e) != RC_OK ||
        stats_numbers(&t, column, &y, &e) != RC_OK)
        return stats_fail(job, &e);
    c.strata = l[1].count;
    c.weight = ARENA_ARRAY(job->a, (size_t)l[1].count + 1, double);
    for (size_t v = 0; v < c.strata; v++)
        c.weight[v] = 1.0 / (double)c.strata;
    if ((weights != NULL && read_weights(weights, &c, &e) != RC_OK) ||
        composite_fit(
            job->a,
            &(struct composite_data){t.rows, y, l[0].code, l[1].code, l[2].code, l[0].count, l[1].count, l[2].count},
            &c, &e) != RC_OK)
        return stats_fail(job, &e);
    return stats_print(job, composite_json(&c, &l[1]));
}
