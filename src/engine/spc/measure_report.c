/* FHIR R4 MeasureReport: see measure_report.h. */
#include "engine/spc/measure_report.h"

#include <jansson.h>

#include "base/json_shape.h"
#include "engine/stats/stats.h"
#include "gen/msg_chart.h"

#define DEEP_MOST 40
#define VALUES_MOST 200000

struct report {
    int64_t day;
    struct str label;
    double y, n;
};

struct reader {
    struct arena *a;
    struct problems *p;
    struct str file;
    struct report *reports;
    size_t count;
    bool sized;
};

static void wrong(struct reader *x, struct str place, msg_id msg, const char *detail)
{
    problems_add(x->p, x->file, 0, place, msg, "%s", detail);
}

static const char *text_of(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s != NULL ? s : "";
}

/* The count of a population, by its code. NaN: there is none. */
static double population(const json_t *group, const char *code)
{
    size_t i, k;
    json_t *item, *coding;
    json_array_foreach(json_object_get(group, "population"), i, item) {
        json_array_foreach(json_object_get(json_object_get(item, "code"), "coding"), k, coding) {
            if (strcmp(text_of(coding, "code"), code) == 0 && json_is_number(json_object_get(item, "count")))
                return json_number_value(json_object_get(item, "count"));
        }
    }
    return STATS_MISSING;
}

static void read_report(struct reader *x, const json_t *o, struct str place)
{
    struct report *r = &x->reports[x->count];
    const json_t *group = json_array_get(json_object_get(o, "group"), 0), *score = json_object_get(json_object_get(group, "measureScore"), "value");
    const char *start = text_of(json_object_get(o, "period"), "start");
    enum spc_scale scale;
    if (json_object_get(o, "subject") != NULL || strcmp(text_of(o, "type"), "individual") == 0 || strcmp(text_of(o, "type"), "subject-list") == 0) {
        wrong(x, place, M_chart_report_individual, "");
        return;
    }
    if (!spc_date(str_from(start), &scale, &r->day)) {
        wrong(x, place, M_chart_report_period, start);
        return;
    }
    r->label = str_dup(x->a, str_sub(str_from(start), 0, 10));
    r->n = population(group, "denominator");
    r->y = population(group, "numerator");
    if (is_missing(r->y) && json_is_number(score)) {
        r->y = json_number_value(score);
        r->n = STATS_MISSING;
    }
    x->sized = x->sized || !is_missing(r->n);
    if (is_missing(r->y))
        wrong(x, place, M_chart_report_value, "");
    else
        x->count++;
}

static int by_day(const void *a, const void *b)
{
    const struct report *p = a, *q = b;
    return (p->day > q->day) - (p->day < q->day);
}

static void finish(struct reader *x, struct spc_data *out)
{
    struct spc_stratum *s = ARENA_NEW(x->a, struct spc_stratum);
    double *y = ARENA_ARRAY(x->a, x->count + 1, double), *n = ARENA_ARRAY(x->a, x->count + 1, double);
    qsort(x->reports, x->count, sizeof *x->reports, by_day);
    s->x = ARENA_ARRAY(x->a, x->count + 1, struct str);
    s->at = ARENA_ARRAY(x->a, x->count + 1, int64_t);
    s->line = ARENA_ARRAY(x->a, x->count + 1, size_t);
    for (size_t k = 0; k < x->count; k++) {
        if (k > 0 && x->reports[k].day == x->reports[k - 1].day)
            problems_add(x->p, x->file, 0, S("period"), M_chart_duplicate, "%.*s", STR_ARG(x->reports[k].label));
        s->x[k] = x->reports[k].label;
        s->at[k] = x->reports[k].day;
        y[k] = x->reports[k].y;
        n[k] = x->reports[k].n;
    }
    s->series = (struct spc_series){.count = x->count, .y = y, .n = x->sized ? n : NULL};
    *out = (struct spc_data){.scale = SPC_SCALE_DAYS, .x_name = S("period"), .y_name = S("numerator"), .n_name = x->sized ? S("denominator") : S(""), .strata = s, .count = 1, .rows = x->count};
}

void measure_report_read(struct arena *a, struct str file, struct str bytes, struct spc_data *out, struct problems *p)
{
    struct reader x = {.a = a, .p = p, .file = file};
    struct json_shape shape = json_shape(bytes);
    json_error_t error;
    *out = (struct spc_data){0};
    if (shape.depth > DEEP_MOST || shape.values > VALUES_MOST) {
        wrong(&x, S(""), M_chart_report_not, "");
        return;
    }
    json_t *root = json_loadb(bytes.p, bytes.n, JSON_REJECT_DUPLICATES, &error), *entry;
    const json_t *entries = json_object_get(root, "entry");
    size_t k;
    x.reports = ARENA_ARRAY(a, json_array_size(entries) + 1, struct report);
    if (strcmp(text_of(root, "resourceType"), "MeasureReport") == 0) {
        read_report(&x, root, S(""));
    } else if (strcmp(text_of(root, "resourceType"), "Bundle") == 0) {
        json_array_foreach(entries, k, entry) {
            const json_t *o = json_object_get(entry, "resource");
            if (strcmp(text_of(o, "resourceType"), "MeasureReport") == 0)
                read_report(&x, o, str_printf(a, "entry[%zu].resource", k));
        }
    } else {
        wrong(&x, S(""), M_chart_report_not, "");
    }
    json_decref(root);
    if (p->errors == 0 && x.count == 0)
        wrong(&x, S(""), M_chart_empty, "");
    if (p->errors == 0)
        finish(&x, out);
}
