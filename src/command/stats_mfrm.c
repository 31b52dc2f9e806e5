/* The method of `cadre stats` on rating scales: see stats_methods.h. Ratings stand one a row (person, rater, item, y)
 * or one item a column (person, rater, and every other column an item). */
#include <math.h>

#include "command/stats.h"
#include "engine/stats/mfrm.h"

struct ratings {
    struct mfrm_data d;
    double *rating;
    struct str *label[MFRM_FACETS];
};

static const char *const facet_name[MFRM_FACETS] = {"person", "rater", "item"};

/* Codes renumbered so that every level is used. */
static void compact(struct arena *a, struct ratings *r, int facet, uint32_t *code, uint32_t levels,
                    const struct str *label)
{
    uint32_t *to = ARENA_ARRAY(a, (size_t)levels + 1, uint32_t);
    r->label[facet] = ARENA_ARRAY(a, (size_t)levels + 1, struct str);
    for (size_t i = 0; i < r->d.n; i++)
        to[code[i]] = 1;
    for (uint32_t k = 0; k < levels; k++) {
        if (to[k] == 0)
            continue;
        r->label[facet][r->d.levels[facet]] = label[k];
        to[k] = r->d.levels[facet]++;
    }
    for (size_t i = 0; i < r->d.n; i++)
        code[i] = to[code[i]];
    r->d.code[facet] = code;
}

static enum rc read_ratings(const struct stats_job *job, const struct stats_table *t, struct ratings *r, struct err *e)
{
    struct arena *a = job->a;
    struct stats_levels l[MFRM_FACETS];
    struct stats_levels *levels = l;
    size_t column[MFRM_FACETS] = {0}, *score = ARENA_ARRAY(a, t->columns, size_t), scores = 0;
    int y = stats_column_find(t, str_from(command_option(job->c, "score", "y")));
    for (int f = 0; f < MFRM_FACETS - (y < 0); f++)
        TRY(stats_column_need(t, str_from(facet_name[f]), &column[f], e));
    for (size_t k = 0; k < t->columns; k++) /* the columns with ratings */
        if (y >= 0 ? (size_t)y == k : k != column[MFRM_PERSON] && k != column[MFRM_RATER])
            score[scores++] = k;
    if (scores == 0)
        return err_set(e, RC_INVALID, 0, "%.*s: there is no column with ratings", STR_ARG(t->file));
    for (int f = 0; f < MFRM_FACETS - (y < 0); f++)
        stats_levels_of(a, t, column[f], &levels[f]);
    size_t room = t->rows * scores;
    uint32_t *code[MFRM_FACETS];
    r->rating = ARENA_ARRAY(a, room, double);
    for (int f = 0; f < MFRM_FACETS; f++)
        code[f] = ARENA_ARRAY(a, room, uint32_t);
    struct str *names = ARENA_ARRAY(a, scores, struct str);
    for (size_t k = 0; k < scores; k++) {
        const double *x;
        names[k] = stats_column_name(t, score[k]);
        TRY(stats_numbers(t, score[k], &x, e));
        for (size_t row = 0; row < t->rows; row++) {
            uint32_t item = y < 0 ? (uint32_t)k : levels[MFRM_ITEM].code[row];
            if (is_missing(x[row]) || levels[MFRM_PERSON].code[row] == STATS_NONE ||
                levels[MFRM_RATER].code[row] == STATS_NONE || item == STATS_NONE)
                continue;
            r->rating[r->d.n] = x[row];
            code[MFRM_PERSON][r->d.n] = levels[MFRM_PERSON].code[row];
            code[MFRM_RATER][r->d.n] = levels[MFRM_RATER].code[row];
            code[MFRM_ITEM][r->d.n++] = item;
        }
    }
    r->d.rating = r->rating;
    for (int f = 0; f < MFRM_FACETS; f++) {
        bool columns = f == MFRM_ITEM && y < 0;
        compact(a, r, f, code[f], columns ? (uint32_t)scores : levels[f].count, columns ? names : levels[f].label);
    }
    return RC_OK;
}

static json_t *element_json(const struct mfrm_element *x, struct str label)
{
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:I}", "id", stats_json_text(label), "measure", stats_json(x->measure),
                     "se", stats_json(x->se), "infit", stats_json(x->infit), "outfit", stats_json(x->outfit), "raw",
                     stats_json(x->raw), "count", (json_int_t)x->count);
}

static void add_elements(json_t *out, const struct ratings *r, const struct mfrm *m)
{
    for (int f = 0; f < MFRM_FACETS; f++) {
        json_t *measures = json_array(), *stats = json_array();
        for (uint32_t c = 0; c < r->d.levels[f]; c++) {
            json_array_append_new(measures, stats_json(m->element[f][c].measure));
            json_array_append_new(stats, element_json(&m->element[f][c], r->label[f][c]));
        }
        char name[32];
        snprintf(name, sizeof name, "%s_stats", facet_name[f]);
        json_object_set_new(out, facet_name[f], measures);
        json_object_set_new(out, name, stats);
    }
}

static json_t *reliability_json(const struct mfrm *m)
{
    json_t *out = json_object();
    for (int f = 0; f < MFRM_FACETS; f++)
        json_object_set_new(out, facet_name[f],
                            json_pack("{s:o,s:o,s:o}", "rel_pop", stats_json(m->reliability[f].population),
                                      "rel_sample", stats_json(m->reliability[f].sample), "sep_sample",
                                      stats_json(m->reliability[f].separation)));
    return out;
}

int stats_run_mfrm(const struct stats_job *job)
{
    const char *way = command_option(job->c, "estimate", "joint");
    bool joint = strcmp(way, "joint") == 0;
    struct stats_table t;
    struct ratings r = {0};
    struct mfrm m;
    struct err e = {0};
    if (!joint && strcmp(way, "marginal") != 0) {
        command_say("--estimate is joint or marginal, not '%s'", way);
        return EXIT_USAGE;
    }
    if (!stats_read(job, 0, &t))
        return EXIT_REFUSED;
    if (read_ratings(job, &t, &r, &e) != RC_OK ||
        (joint ? mfrm_joint(job->a, &r.d, &m, &e) : mfrm_marginal(job->a, &r.d, &m, &e)) != RC_OK)
        return stats_fail(job, &e);
    json_t *out =
        json_pack("{s:s,s:I,s:o,s:o,s:o,s:I}", "estimate", way, "ratings", (json_int_t)r.d.n, "categories",
                  stats_json_array(m.category, m.categories), "steps", stats_json_array(m.step, m.categories - 1),
                  "loglik", stats_json(m.loglik), "rounds", (json_int_t)m.rounds);
    add_elements(out, &r, &m);
    if (joint) {
        json_object_set_new(out, "extreme", json_integer((json_int_t)m.extreme));
        json_object_set_new(out, "reliability", reliability_json(&m));
    } else {
        json_object_set_new(out, "variance", stats_json(m.variance));
        json_object_set_new(out, "deviance", stats_json(m.deviance));
        json_object_set_new(out, "eap_rel", stats_json(m.eap_reliability));
        json_object_set_new(out, "eap", stats_json_array(m.eap, r.d.levels[MFRM_PERSON]));
        json_object_set_new(out, "eap_sd", stats_json_array(m.eap_sd, r.d.levels[MFRM_PERSON]));
    }
    return stats_print(job, out);
}
