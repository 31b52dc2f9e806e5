/* `cadre chart FILE.csv`: control charts from the command line. Reads the series, computes the chart, prints JSON, and writes the
 * picture as SVG where it is asked for. What a person decided (phases, points left out) is given with its reason. */
#include <errno.h>
#include <math.h>
#include <unistd.h>

#include "base/msg.h"
#include "command/stats.h"
#include "command/verbs.h"
#include "engine/spc/gap.h"
#include "engine/spc/series.h"
#include "engine/spc/spc.h"
#include "view/chart.h"

#define FILE_MOST ((size_t)256 << 20)
#define DECISIONS_MOST ((size_t)100)

/* "2024-03-01=new checklist": a time and what is said of it. */
struct decision {
    struct str at, why;
};

struct job {
    struct command *c;
    struct arena *a;
    struct spc_data data;
    struct spc_plan plan;
    struct decision *phases, *excluded, *notes;
    size_t phase_count, excluded_count, note_count;
    struct chart_picture *pictures; /* one for each stratum */
    int64_t threshold;              /* of --suppress; 0: nothing is hidden */
    size_t hidden;
};

static const char *option(const struct job *j, const char *name)
{
    return command_option(j->c, name, NULL);
}

/* ---- what was asked ---------------------------------------------------------------------------------------------------------- */
static bool read_decisions(const struct job *j, const char *name, struct decision **out, size_t *count)
{
    struct str rest = str_from(option(j, name)), part, at;
    *out = ARENA_ARRAY(j->a, DECISIONS_MOST, struct decision);
    *count = 0;
    while (rest.p != NULL && str_cut(&rest, ';', &part)) {
        struct str why = part;
        if (!str_cut(&why, '=', &at) || str_empty(str_trim(why))) {
            command_say("--%s takes TIME=REASON, as \"2024-03-01=new checklist\"; several are parted by ;", name);
            return false;
        }
        if (*count == DECISIONS_MOST) {
            command_say("--%s takes %zu at most", name, DECISIONS_MOST);
            return false;
        }
        (*out)[(*count)++] = (struct decision){str_trim(at), str_trim(why)};
    }
    return true;
}

static bool read_word(const struct job *j, const char *name, int (*find)(struct str word), int otherwise, int *out, const char *words)
{
    const char *text = option(j, name);
    *out = text == NULL ? otherwise : find(str_from(text));
    if (*out < 0)
        command_say("--%s takes one of %s, not '%s'", name, words, text);
    return *out >= 0;
}

static int good_find(struct str word)
{
    return str_eq_nocase(word, S("up")) ? 1 + SPC_UP_IS_GOOD : str_eq_nocase(word, S("down")) ? 1 + SPC_DOWN_IS_GOOD : str_eq_nocase(word, S("neither")) ? 1 : -1;
}

static bool read_real(const struct job *j, const char *name, double otherwise, double *out)
{
    const char *text = option(j, name);
    *out = otherwise;
    if (text == NULL || str_to_real(str_from(text), out))
        return true;
    command_say("--%s takes a number, not '%s'", name, text);
    return false;
}

#define KIND_WORD(kind, word) word " "
static bool read_options(struct job *j, int *kind)
{
    int rules, good;
    int64_t baseline;
    j->plan = spc_plan_default();
    if (option(j, "chart") == NULL)
        *kind = SPC_KIND_COUNT;
    else if (!read_word(j, "chart", spc_kind_find, 0, kind, SPC_KINDS(KIND_WORD)))
        return false;
    if (!read_word(j, "rules", spc_rules_find, SPC_ANHOEJ, &rules, SPC_RULE_SETS(KIND_WORD)) ||
        !read_word(j, "good", good_find, 1, &good, "up down neither") || !read_real(j, "per", 1, &j->plan.multiply) ||
        !read_real(j, "target", STATS_MISSING, &j->plan.target) || !read_real(j, "center", STATS_MISSING, &j->plan.center) ||
        !read_real(j, "sigma", STATS_MISSING, &j->plan.sigma) || !command_number(j->c, "baseline", 0, 0, SPC_POINTS_MOST, &baseline) ||
        !command_number(j->c, "suppress", 0, 0, 1000000, &j->threshold) || !read_decisions(j, "phase", &j->phases, &j->phase_count) ||
        !read_decisions(j, "exclude", &j->excluded, &j->excluded_count) || !read_decisions(j, "note", &j->notes, &j->note_count))
        return false;
    if (!(j->plan.multiply > 0) || j->plan.sigma < 0) {
        command_say(j->plan.sigma < 0 ? "--sigma cannot be below 0" : "--per takes a number above 0");
        return false;
    }
    j->plan.rules = (enum spc_rules)rules;
    j->plan.good = (enum spc_good)(good - 1);
    j->plan.baseline = (size_t)baseline;
    j->plan.screen = command_flag(j->c, "screen");
    j->plan.unordered = command_flag(j->c, "funnel");
    return true;
}
#undef KIND_WORD

static void say_problems(const struct job *j, const struct problems *p)
{
    for (size_t k = 0; k < p->kept; k++) {
        const struct problem *x = &p->items[k];
        struct msg_arg args[] = {MSG_TEXT("detail", x->detail)};
        struct str place = problem_place(j->a, x), text = msg_format(j->a, 0, x->msg, args, 1);
        command_say("%.*s: %.*s", STR_ARG(place), STR_ARG(text));
    }
    if (p->errors + p->warnings > p->kept)
        command_say("and %zu more", p->errors + p->warnings - p->kept);
}

static bool read_series(struct job *j, int kind)
{
    struct problems p = problems_new(j->a);
    struct spc_request r = {.x = str_from(option(j, "x")), .y = str_from(option(j, "y")), .n = str_from(option(j, "n")), .by = str_from(option(j, "by")),
                            .sum = command_flag(j->c, "sum"), .subgroups = kind == SPC_XBAR || kind == SPC_S,
                            .want_n = kind < SPC_KIND_COUNT && spc_kind_divides((enum spc_kind)kind)};
    struct str only = str_from(option(j, "only")), bytes, file = str_from(j->c->args[0]);
    if (only.p != NULL) {
        r.only_value = only;
        if (!str_cut(&r.only_value, '=', &r.only_column)) {
            command_say("--only takes COLUMN=VALUE, not '%.*s'", STR_ARG(only));
            return false;
        }
    }
    if (!command_read_file(j->c, j->c->args[0], FILE_MOST, &bytes))
        return false;
    spc_read(j->a, file, bytes, &r, &j->data, &p);
    say_problems(j, &p);
    return p.errors == 0;
}

/* ---- computing ---------------------------------------------------------------------------------------------------------------- */
/* Points by their times; a time that is in no stratum is said. */
static bool place_decisions(struct job *j, const char *name, const struct decision *d, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        bool found = false;
        for (size_t s = 0; s < j->data.count; s++)
            found = found || spc_point_find(&j->data.strata[s], d[k].at) != SIZE_MAX;
        if (!found) {
            command_say("--%s: there is no point '%.*s'; name one as it stands in the file, or by its number as #12", name, STR_ARG(d[k].at));
            return false;
        }
    }
    return true;
}

static int by_place(const void *x, const void *y)
{
    size_t a = *(const size_t *)x, b = *(const size_t *)y;
    return (a > b) - (a < b);
}

static bool compute_stratum(struct job *j, struct spc_stratum *s, struct chart_picture *p)
{
    size_t *phase = ARENA_ARRAY(j->a, j->phase_count + 1, size_t), n = 0, notes = 0;
    bool *excluded = ARENA_ARRAY(j->a, s->series.count + 1, bool);
    struct spc_chart *chart = ARENA_NEW(j->a, struct spc_chart);
    struct chart_note *note = ARENA_ARRAY(j->a, j->note_count + 1, struct chart_note);
    struct spc_plan plan = j->plan;
    struct err e = {0};
    for (size_t k = 0; k < j->phase_count; k++)
        if (spc_point_find(s, j->phases[k].at) != SIZE_MAX)
            phase[n++] = spc_point_find(s, j->phases[k].at);
    qsort(phase, n, sizeof *phase, by_place);
    for (size_t k = 0; k < j->excluded_count; k++)
        if (spc_point_find(s, j->excluded[k].at) != SIZE_MAX)
            excluded[spc_point_find(s, j->excluded[k].at)] = true;
    for (size_t k = 0; k < j->note_count; k++)
        if (spc_point_find(s, j->notes[k].at) != SIZE_MAX)
            note[notes++] = (struct chart_note){spc_point_find(s, j->notes[k].at), j->notes[k].why};
    s->series.excluded = excluded;
    plan.phase = phase;
    plan.phase_count = n;
    if (spc_compute(j->a, &s->series, &plan, chart, &e) != RC_OK) {
        int64_t at;
        struct msg_arg args[] = {MSG_TEXT("detail", str_from(e.detail))};
        struct str why = e.msg != 0 ? msg_format(j->a, 0, e.msg, args, 1) : str_from(e.detail);
        bool known = str_to_int(str_from(e.field), &at) && at >= 1 && (size_t)at <= s->series.count;
        if (known)
            command_say("%s, %zu: %.*s", j->c->args[0], s->line[at - 1], STR_ARG(why));
        else
            command_say("%.*s%s%.*s", STR_ARG(s->label), str_empty(s->label) ? "" : ": ", STR_ARG(why));
        return false;
    }
    struct str name = str_from(command_option(j->c, "name", NULL));
    *p = (struct chart_picture){.name = name.p != NULL ? name : j->data.y_name, .unit = j->plan.multiply == 100 && j->data.n_name.n != 0 ? S("%") : S(""),
                                .stratum = s, .scale = j->data.scale, .chart = chart, .notes = note, .note_count = notes};
    return true;
}

/* Small counts become missing, and others with them, so that nobody can work them out from the totals. */
static bool suppress(struct job *j)
{
    const struct disclosure_rule rule = {j->threshold, j->threshold};
    if (j->threshold == 0)
        return true;
    if (!spc_suppress(j->a, rule, j->data.strata, j->data.count, j->plan.kind == SPC_P || j->plan.kind == SPC_PP, &j->hidden)) {
        command_say("too much of this would have to be hidden, or the values are not counts: nothing is shown");
        return false;
    }
    return true;
}

static bool compute(struct job *j, int kind)
{
    j->plan.kind = kind < SPC_KIND_COUNT ? (enum spc_kind)kind : spc_choose(&j->data.strata[0].series);
    j->pictures = ARENA_ARRAY(j->a, j->data.count + 1, struct chart_picture);
    if (j->plan.unordered && !spc_kind_divides(j->plan.kind)) {
        command_say("--funnel needs a chart of shares or rates (p, pp, u, up): name the denominator by --n");
        return false;
    }
    if (!place_decisions(j, "phase", j->phases, j->phase_count) || !place_decisions(j, "exclude", j->excluded, j->excluded_count) ||
        !place_decisions(j, "note", j->notes, j->note_count) || !suppress(j))
        return false;
    for (size_t k = 0; k < j->data.count; k++)
        if (!compute_stratum(j, &j->data.strata[k], &j->pictures[k]))
            return false;
    return true;
}

/* ---- JSON --------------------------------------------------------------------------------------------------------------------- */
static json_t *whole(size_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *runs_json(const struct spc_runs *r)
{
    json_t *o = json_pack("{s:o,s:o}", "n_obs", whole(r->n_obs), "n_useful", whole(r->n_useful));
    const size_t value[] = {r->longest, r->longest_max, r->crossings, r->crossings_min};
    static const char *const key[] = {"longest_run", "longest_run_max", "n_crossings", "n_crossings_min"};
    for (size_t k = 0; k < COUNT_OF(key); k++)
        json_object_set_new(o, key[k], r->n_useful == 0 ? json_null() : whole(value[k]));
    json_object_set_new(o, "runs_signal", json_boolean(r->signal));
    return o;
}

static json_t *signals_json(const struct spc_chart *c)
{
    json_t *o = json_object();
    for (size_t r = 1; r <= spc_rule_count(c); r++) {
        char name[8];
        json_t *list = json_array();
        snprintf(name, sizeof name, "%zu", r);
        for (size_t k = 0; k < c->event_count; k++)
            if (c->events[k].rule == r)
                json_array_append_new(list, whole(c->events[k].point + 1));
        json_object_set_new(o, name, list);
    }
    return o;
}

static const char *finding_word(enum spc_finding f)
{
    static const char *const words[] = {"too_few", "steady", "better", "worse", "changed", "single_good", "single_bad", "single"};
    return words[f];
}

static void put_points(json_t *o, const struct chart_picture *p)
{
    const struct spc_chart *c = p->chart;
    const struct {
        const char *key;
        const double *value;
    } lines[] = {{"y", c->y}, {"cl", c->cl}, {"lcl", c->lcl}, {"ucl", c->ucl}, {"lcl2s", c->lcl2}, {"ucl2s", c->ucl2}};
    json_t *x = json_array(), *beyond = json_array(), *part = json_array(), *rule = json_array(), *mark = json_array(), *excluded = json_array();
    size_t phase = 0;
    for (size_t i = 0; i < c->count; i++) {
        phase += phase + 1 < c->phase_count && i == c->phases[phase + 1].first;
        json_array_append_new(x, stats_json_text(p->stratum->x[i]));
        json_array_append_new(beyond, json_boolean(c->beyond[i]));
        json_array_append_new(part, whole(phase + 1));
        json_array_append_new(rule, json_integer(c->rule[i]));
        json_array_append_new(mark, json_integer(c->mark[i]));
        if (c->excluded[i])
            json_array_append_new(excluded, whole(i + 1));
    }
    json_object_set_new(o, "x", x);
    for (size_t k = 0; k < COUNT_OF(lines); k++)
        json_object_set_new(o, lines[k].key, stats_json_array(lines[k].value, c->count));
    json_object_set_new(o, "sigma_signal", beyond);
    json_object_set_new(o, "part", part);
    json_object_set_new(o, "rule", rule);
    json_object_set_new(o, "mark", mark);
    json_object_set_new(o, "excluded", excluded);
}

static void put_phases(json_t *o, const struct chart_picture *p)
{
    const struct spc_chart *c = p->chart;
    json_t *phases = json_array(), *runs = json_array();
    for (size_t k = 0; k < c->phase_count; k++) {
        const struct spc_phase *x = &c->phases[k];
        json_array_append_new(phases, json_pack("{s:o,s:o,s:o,s:b}", "first", stats_json_text(p->stratum->x[x->first]), "points",
                                                whole(x->end - x->first), "base", whole(x->base), "trial", (int)x->trial));
        json_array_append_new(runs, runs_json(&x->runs));
    }
    json_object_set_new(o, "phases", phases);
    json_object_set_new(o, "runs", runs);
}

static json_t *chart_json(const struct job *j, const struct chart_picture *p)
{
    static const char *const icons[] = {NULL, "common_cause", "improvement", "concern", "high", "low"};
    static const char *const assurances[] = {NULL, "consistent_pass", "consistent_fail", "inconsistent"};
    const struct spc_chart *c = p->chart;
    json_t *o = json_object();
    if (!str_empty(p->stratum->label))
        json_object_set_new(o, "stratum", stats_json_text(p->stratum->label));
    put_points(o, p);
    put_phases(o, p);
    json_object_set_new(o, "signals", signals_json(c));
    json_object_set_new(o, "finding", json_string(finding_word(c->finding)));
    json_object_set_new(o, "before", stats_json(c->before));
    json_object_set_new(o, "after", stats_json(c->after));
    json_object_set_new(o, "title", stats_json_text(chart_title(j->a, p)));
    json_object_set_new(o, "sentence", stats_json_text(chart_sentence(j->a, p)));
    if (c->plan.rules == SPC_MDC) {
        json_object_set_new(o, "variation", icons[c->variation] != NULL ? json_string(icons[c->variation]) : json_null());
        json_object_set_new(o, "assurance", assurances[c->assurance] != NULL ? json_string(assurances[c->assurance]) : json_null());
    }
    return o;
}

/* Each stratum against all the others together. */
static json_t *gaps_json(const struct job *j)
{
    json_t *list = json_array();
    for (size_t k = 0; k < j->data.count; k++) {
        struct spc_gap g = spc_gap_of(j->a, j->data.strata, j->data.count, k, &j->plan, 0.95);
        json_array_append_new(list, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "stratum", stats_json_text(j->data.strata[k].label), "value", stats_json(g.value),
                                              "others", stats_json(g.others), "gap", stats_json(g.gap), "lo", stats_json(g.ci.lo), "hi", stats_json(g.ci.hi)));
    }
    return list;
}

static json_t *decisions_json(const struct decision *d, size_t count)
{
    json_t *list = json_array();
    for (size_t k = 0; k < count; k++)
        json_array_append_new(list, json_pack("{s:o,s:o}", "at", stats_json_text(d[k].at), "why", stats_json_text(d[k].why)));
    return list;
}

static json_t *result(const struct job *j)
{
    static const char *const goods[] = {"down", "neither", "up"};
    json_t *o = json_pack("{s:s,s:s,s:s,s:b,s:o,s:o}", "chart", spc_kind_word(j->plan.kind), "rules", spc_rules_word(j->plan.rules), "good",
                          goods[j->plan.good + 1], "screened_mr", (int)j->plan.screen, "baseline",
                          j->plan.baseline != 0 ? whole(j->plan.baseline) : json_null(), "target", stats_json(j->plan.target));
    json_object_set_new(o, "rebased", decisions_json(j->phases, j->phase_count));
    json_object_set_new(o, "left_out", decisions_json(j->excluded, j->excluded_count));
    if (j->threshold != 0)
        json_object_set_new(o, "hidden", whole(j->hidden));
    if (str_empty(j->data.by_name)) {
        json_t *one = chart_json(j, &j->pictures[0]);
        json_object_update_missing(o, one);
        json_decref(one);
        return o;
    }
    json_t *strata = json_array();
    for (size_t k = 0; k < j->data.count; k++)
        json_array_append_new(strata, chart_json(j, &j->pictures[k]));
    json_object_set_new(o, "by", stats_json_text(j->data.by_name));
    json_object_set_new(o, "strata", strata);
    json_object_set_new(o, "gaps", gaps_json(j));
    return o;
}

/* ---- the picture -------------------------------------------------------------------------------------------------------------- */
static bool write_picture(const struct job *j)
{
    const char *path = option(j, "svg");
    const struct chart_picture *p = j->pictures;
    if (path == NULL)
        return true;
    struct html picture = j->plan.unordered          ? chart_draw_funnel(j->a, p)
                          : str_empty(j->data.by_name) ? chart_draw(j->a, p)
                                                       : chart_draw_strata(j->a, p, j->data.count, j->data.by_name);
    struct str text = chart_file(j->a, picture);
    FILE *f = fopen(path, "we");
    bool done = f != NULL && fwrite(text.p, 1, text.n, f) == text.n;
    int problem = errno;
    if (f != NULL && fclose(f) != 0 && done) {
        problem = errno;
        done = false;
    }
    if (!done)
        command_say("cannot write %s: %s", path, strerror(problem));
    return done;
}

static int run(struct command *c)
{
    struct job j = {.c = c, .a = c->a};
    struct stats_job print = {.c = c, .a = c->a};
    int kind;
    if (!read_options(&j, &kind))
        return EXIT_USAGE;
    if (!read_series(&j, kind) || !compute(&j, kind) || !write_picture(&j))
        return EXIT_REFUSED;
    return stats_print(&print, result(&j));
}

static const struct option_def options[] = {
    {"chart", "KIND", "run, i, mr, xbar, s, p, pp, u, up, c, g or t (default: i, and run below 12 points or with --n)"},
    {"rules", "SET", "the one rule set that judges: anhoej (default), western-electric, nelson, mdc, ihi"},
    {"good", "WAY", "which direction is good: up, down or neither (default)"},
    {"x", "COLUMN", "times (default: x, date, month, ... or the only column of dates)"},
    {"y", "COLUMN", "values or numerators (default: y, value, count, ... or the only column of numbers)"},
    {"n", "COLUMN", "denominators"},
    {"by", "COLUMN", "a chart for each of these, on one scale, and the gap between them"},
    {"only", "COLUMN=VALUE", "rows with that value alone"},
    {"sum", NULL, "add up rows of the same time"},
    {"per", "N", "show shares and rates per so many (100: percent)"},
    {"target", "T", "in what is shown"},
    {"baseline", "N", "only the first N points of each phase make its lines"},
    {"phase", "LIST", "where new phases begin and why, as \"2024-03-01=new ward\"; several parted by ;"},
    {"exclude", "LIST", "points that are left out and why"},
    {"note", "LIST", "what was done and when, for the picture"},
    {"screen", NULL, "leave out moving ranges above 3.267 times their mean, once"},
    {"center", "C", "the centre, where it is known from before"},
    {"sigma", "S", "the standard error, where it is known from before"},
    {"funnel", NULL, "points are units, not times: limits by size, no rules on runs"},
    {"suppress", "N", "hide counts above 0 and below N, and others so that nobody can work them out"},
    {"svg", "FILE", "write the picture"},
    {"name", "TEXT", "of the measure, for title and picture (default: the column's)"},
};

const struct verb verb_chart = {
    .name = "chart",
    .arguments = "FILE",
    .summary = "Draw a measure over time and say whether it changed",
    .details = "FILE is a CSV with a time, a value and, for shares and rates, a denominator in each row; - is standard input. The result is "
               "JSON: the lines, what each rule found, and what may be said. An empty field is a missing value and a gap. Limits that rest "
               "on fewer than 12 points are on trial; with fewer than 10 points nothing is claimed.\n\n"
               "Nothing is re-based, left out or screened by itself: --phase, --exclude and --screen say so, with a reason. A text in "
               "place of a number, a decimal comma, a date that could be two or stands twice, a numerator above its denominator are "
               "refused with their row.\n\ndocs/chart.md tells charts, rules and their sources.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
