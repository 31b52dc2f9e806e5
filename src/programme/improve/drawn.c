/* A measure's points as a chart: computed from the records each time, with phases that a person set, points that were left out with
 * a reason, and the project's cycles marked. Groups with small numbers are hidden through the whole of it. See inside.h. */
#include <math.h>

#include "engine/disclosure/disclosure.h"
#include "engine/spc/gap.h"
#include "engine/stats/stats.h"
#include "programme/improve/inside.h"

static struct spc_plan plan_of(const struct row_improve_measure_find *m)
{
    struct spc_plan p = spc_plan_default();
    int kind = spc_kind_find(m->chart), rules = spc_rules_find(m->rules);
    p.kind = kind >= 0 ? (enum spc_kind)kind : SPC_RUN;
    p.rules = rules >= 0 ? (enum spc_rules)rules : SPC_ANHOEJ;
    p.good = (enum spc_good)m->good;
    p.multiply = m->per;
    p.target = m->target_null ? STATS_MISSING : m->target;
    p.baseline = (size_t)m->baseline;
    return p;
}

/* The rows of one group, which follow each other, as a series. */
static void take_stratum(struct arena *a, const struct row_improve_points *v, size_t n, bool subgroups, struct spc_stratum *out)
{
    double *y = ARENA_ARRAY(a, n + 1, double), *size = ARENA_ARRAY(a, n + 1, double), *sd = ARENA_ARRAY(a, n + 1, double);
    bool *left_out = ARENA_ARRAY(a, n + 1, bool), sized = false;
    *out = (struct spc_stratum){.label = v[0].stratum, .x = ARENA_ARRAY(a, n + 1, struct str), .at = ARENA_ARRAY(a, n + 1, int64_t), .line = ARENA_ARRAY(a, n + 1, size_t)};
    for (size_t k = 0; k < n; k++) {
        out->x[k] = v[k].label;
        out->at[k] = v[k].day;
        y[k] = v[k].y_null ? STATS_MISSING : v[k].y;
        size[k] = v[k].n_null ? STATS_MISSING : v[k].n;
        sd[k] = v[k].sd_null ? STATS_MISSING : v[k].sd;
        left_out[k] = v[k].left_out.n != 0;
        sized = sized || !v[k].n_null;
    }
    out->series = (struct spc_series){.count = n, .y = y, .n = sized ? size : NULL, .s = subgroups ? sd : NULL, .excluded = left_out};
}

/* The point from which something counts: the first on or after its day. */
static size_t point_at(const struct spc_stratum *s, int64_t day)
{
    size_t i = 0;
    while (i < s->series.count && s->at[i] < day)
        i++;
    return i;
}

static void mark_one(const struct spc_stratum *s, int64_t day, struct str text, struct chart_note *notes, size_t *n)
{
    size_t at = point_at(s, day), k = *n;
    if (at >= s->series.count || day < s->at[0])
        return;
    for (; k > 0 && notes[k - 1].point > at; k--) /* in the order of their points */
        notes[k] = notes[k - 1];
    notes[k] = (struct chart_note){at, text};
    (*n)++;
}

static void mark(struct ctx *c, const struct spc_stratum *s, const struct improve_marks *m, struct chart_picture *p)
{
    struct chart_note *notes = ARENA_ARRAY(c->a, m->cycles.n + m->leaders.n + 1, struct chart_note);
    for (size_t k = 0; k < m->cycles.n; k++)
        mark_one(s, m->cycles.v[k].from_day, m->cycles.v[k].title, notes, &p->note_count);
    for (size_t k = 0; k < m->leaders.n; k++)
        mark_one(s, m->leaders.v[k].day, tr(c, M_project_new_leader), notes, &p->note_count);
    p->notes = notes;
}

enum rc improve_read_marks(struct ctx *c, int64_t project, struct improve_marks *out)
{
    TRY(sql_improve_cycles(c->db, c->a, project, &out->cycles));
    return sql_improve_leaders(c->db, c->a, project, &out->leaders);
}

struct row_improve_measure_find improve_of_list(const struct row_improve_measures *m)
{
    return (struct row_improve_measure_find){m->id, m->project_id, m->kind, m->name, m->definition, m->source, m->good, m->chart, m->rules, m->per, m->target, m->target_null,
                                             m->baseline, m->sampling, m->scale, m->version, m->owner_id, m->owner_id_null};
}

bool improve_of_subgroups(enum spc_kind kind)
{
    return kind == SPC_XBAR || kind == SPC_S;
}

static bool compute(struct ctx *c, const struct spc_stratum *s, const struct rows_improve_phases *phases, struct improve_drawn *d, struct chart_picture *p)
{
    size_t *phase = ARENA_ARRAY(c->a, phases->n + 1, size_t);
    struct spc_chart *chart = ARENA_NEW(c->a, struct spc_chart);
    struct spc_plan plan = d->plan;
    struct err e = {0};
    for (size_t k = 0; k < phases->n; k++) {
        size_t at = point_at(s, phases->v[k].day);
        if (at != 0 && at < s->series.count && (plan.phase_count == 0 || phase[plan.phase_count - 1] < at))
            phase[plan.phase_count++] = at;
    }
    plan.phase = phase;
    bool divides = spc_kind_divides(plan.kind) && s->series.n == NULL;
    if (divides || spc_compute(c->a, &s->series, &plan, chart, &e) != RC_OK) {
        struct msg_arg detail = MSG_TEXT("detail", str_dup(c->a, str_from(e.detail)));
        d->problem = divides ? tr(c, M_improve_no_denominators) : tr_args(c, e.msg, &detail, 1);
        return false;
    }
    *p = (struct chart_picture){.lang = c->lang, .name = d->m.name, .unit = d->m.per == 100 ? S("%") : S(""), .stratum = s, .scale = (enum spc_scale)d->m.scale, .chart = chart};
    return true;
}

enum rc improve_draw(struct ctx *c, const struct row_improve_measure_find *m, const struct improve_marks *marks, struct improve_drawn *d)
{
    struct rows_improve_phases phases;
    struct spc_stratum *strata;
    *d = (struct improve_drawn){.m = *m, .plan = plan_of(m)};
    TRY(sql_improve_points(c->db, c->a, m->id, &d->points));
    TRY(sql_improve_phases(c->db, c->a, m->id, &phases));
    strata = ARENA_ARRAY(c->a, d->points.n + 1, struct spc_stratum);
    for (size_t from = 0, to; from < d->points.n; from = to) {
        for (to = from; to < d->points.n && str_eq(d->points.v[to].stratum, d->points.v[from].stratum); to++)
            ;
        take_stratum(c->a, &d->points.v[from], to - from, improve_of_subgroups(d->plan.kind), &strata[d->count++]);
    }
    bool share = d->plan.kind == SPC_P || d->plan.kind == SPC_PP, counted = spc_kind_divides(d->plan.kind) || d->plan.kind == SPC_C;
    if (d->count > 1 && counted && !spc_suppress(c->a, disclosure_default, strata, d->count, share, &d->hidden)) {
        d->problem = tr(c, M_improve_all_hidden);
        return RC_OK;
    }
    d->strata = strata;
    struct chart_picture *pictures = ARENA_ARRAY(c->a, d->count + 1, struct chart_picture);
    for (size_t k = 0; k < d->count; k++) {
        if (!compute(c, &strata[k], &phases, d, &pictures[k]))
            return RC_OK;
        mark(c, &strata[k], marks, &pictures[k]);
    }
    d->pictures = d->count != 0 ? pictures : NULL;
    return RC_OK;
}

struct html improve_picture(struct ctx *c, const struct improve_drawn *d, const char *id, bool narrow)
{
    if (d->pictures == NULL)
        return (struct html){0};
    struct chart_picture *p = ARENA_ARRAY(c->a, d->count, struct chart_picture);
    for (size_t k = 0; k < d->count; k++) {
        p[k] = d->pictures[k];
        p[k].id = id;
        p[k].narrow = narrow;
    }
    return d->count == 1 ? chart_draw(c->a, p) : chart_draw_strata(c->a, p, d->count, tr(c, M_improve_groups));
}

struct str improve_title(struct ctx *c, const struct improve_drawn *d)
{
    struct buf b = buf_new(c->a, 256);
    if (d->count == 1)
        return chart_title(c->a, d->pictures);
    for (size_t k = 0; k < d->count; k++) {
        struct chart_picture p = d->pictures[k];
        p.name = p.stratum->label;
        buf_z(&b, k == 0 ? "" : "; ");
        buf_str(&b, chart_title(c->a, &p));
    }
    return buf_text(&b);
}

/* Of groups: what all of them say, else that nothing can be claimed of the whole. */
enum spc_finding improve_finding(const struct improve_drawn *d)
{
    if (d->pictures == NULL)
        return SPC_TOO_FEW;
    enum spc_finding first = d->pictures[0].chart->finding;
    for (size_t k = 1; k < d->count; k++)
        if (d->pictures[k].chart->finding != first)
            return SPC_CHANGED;
    return first;
}

enum rc improve_measure_finding(struct db *db, struct arena *a, int64_t measure, enum spc_finding *out)
{
    struct row_improve_measure_find m;
    struct improve_drawn d;
    const struct improve_marks none = {0};
    struct ctx c = {.a = a, .db = db}; /* drawing reads by these two alone, and puts words into a language that nobody sees */
    TRY(sql_improve_measure_find(db, a, measure, &m));
    TRY(improve_draw(&c, &m, &none, &d));
    *out = improve_finding(&d);
    return RC_OK;
}
