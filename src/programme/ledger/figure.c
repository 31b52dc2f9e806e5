/* From what people did or said to the rows of an edition: values with their intervals, of the groups that may be shown. Pure: the same
 * sample gives the same rows. See inside.h. */
#include <math.h>

#include "engine/stats/effect.h"
#include "engine/stats/interval.h"
#include "engine/stats/rmath.h"
#include "programme/ledger/inside.h"

#define LEVEL 0.95

void ledger_add_point(struct ledger_sample *s, size_t cohort, double before, double after)
{
    if (s->n == s->cap) {
        size_t cap = s->cap != 0 ? 2 * s->cap : 64;
        s->v = arena_grow(s->a, s->v, s->cap * sizeof *s->v, cap * sizeof *s->v);
        s->cap = cap;
    }
    s->v[s->n++] = (struct ledger_point){(uint32_t)cohort, before, after};
}

struct ledger_row *ledger_add_row(struct ledger_rows *rows)
{
    if (rows->n == rows->cap) {
        size_t cap = rows->cap != 0 ? 2 * rows->cap : 64;
        rows->v = arena_grow(rows->a, rows->v, rows->cap * sizeof *rows->v, cap * sizeof *rows->v);
        rows->cap = cap;
    }
    struct ledger_row *row = &rows->v[rows->n++];
    *row = (struct ledger_row){.value = STATS_MISSING, .low = STATS_MISSING, .high = STATS_MISSING};
    return row;
}

/* ---- one group ------------------------------------------------------------------------------------------------------------------- */

/* Sorted by cohort: every group is a stretch of it. */
struct sorted {
    double *before, *after;
    size_t *from; /* of each group, and where it ends */
    size_t *to;
};

static void sort_points(struct arena *a, const struct ledger_groups *g, const struct ledger_sample *s, struct sorted *out)
{
    size_t groups = ledger_group_count(g), at = 0;
    size_t *next = ARENA_ARRAY(a, g->cohort_count + 1, size_t);
    *out = (struct sorted){ARENA_ARRAY(a, s->n + 1, double), ARENA_ARRAY(a, s->n + 1, double), ARENA_ARRAY(a, groups, size_t), ARENA_ARRAY(a, groups, size_t)};
    for (size_t k = 0; k < s->n; k++)
        next[s->v[k].cohort]++;
    out->to[0] = s->n;
    for (size_t k = 0; k < g->cohort_count; k++) {
        size_t n = next[k], group = 1 + g->stage_count + k, stage = g->stage_of[k];
        out->from[group] = next[k] = at;
        out->to[group] = at += n;
        if (stage != LEDGER_NO_STAGE) {
            if (k == 0 || g->stage_of[k - 1] != stage)
                out->from[1 + stage] = out->from[group];
            out->to[1 + stage] = at;
        }
    }
    for (size_t k = 0; k < s->n; k++) {
        size_t place = next[s->v[k].cohort]++;
        out->before[place] = s->v[k].before;
        out->after[place] = s->v[k].after;
    }
}

/* parts: of one. Divided by them, the result is the number nearest to its decimal digits. */
static double rounded(double x, double parts)
{
    return isfinite(x) ? round(x * parts) / parts : STATS_MISSING;
}

static void put(struct ledger_row *row, double value, struct stats_interval ci, double parts)
{
    row->value = rounded(value, parts);
    row->low = rounded(ci.lo, parts);
    row->high = rounded(ci.hi, parts);
}

static void tell_mean(struct ledger_row *row, const double *x, size_t n)
{
    double sum = 0, ss = 0;
    for (size_t k = 0; k < n; k++)
        sum += x[k];
    double mean = sum / (double)n;
    for (size_t k = 0; k < n; k++)
        ss += (x[k] - mean) * (x[k] - mean);
    double half = n > 1 ? qt(1 - (1 - LEVEL) / 2, (double)n - 1, 1, 0) * sqrt(ss / (double)(n - 1) / (double)n) : STATS_MISSING;
    put(row, mean, (struct stats_interval){mean - half, mean + half}, 10);
}

/* One or the other of two groups of people, apart by the number before. */
static enum rc tell_apart(struct arena *a, struct ledger_row *row, const double *which, const double *x, size_t n)
{
    double *one = ARENA_ARRAY(a, n + 1, double), *other = ARENA_ARRAY(a, n + 1, double);
    size_t ones = 0, others = 0;
    struct effect_groups g;
    struct err e = {0};
    for (size_t k = 0; k < n; k++)
        if (which[k] > 0.5)
            one[ones++] = x[k];
        else
            other[others++] = x[k];
    if (effect_of_groups(a, one, ones, other, others, LEVEL, &g, &e) == RC_OK)
        put(row, g.g, g.g_ci, 100);
    return RC_OK;
}

static enum rc tell_value(struct arena *a, enum ledger_unit unit, struct ledger_row *row, const double *before, const double *after, size_t n)
{
    struct effect_pairs p;
    struct err e = {0};
    if (n == 0)
        return RC_OK;
    switch (unit) {
    case LEDGER_SHARE:
        put(row, (double)row->n / (double)n, interval_wilson((double)row->n, (double)n, LEVEL), 1000);
        return RC_OK;
    case LEDGER_POINTS:
        tell_mean(row, after, n);
        return RC_OK;
    case LEDGER_CHANGE:
    case LEDGER_EFFECT:
        if (effect_of_pairs(a, before, after, n, LEVEL, &p, &e) != RC_OK)
            return RC_OK;
        if (unit == LEDGER_CHANGE)
            put(row, p.mean_diff, p.t.ci, 100);
        else
            put(row, p.d_z, p.d_z_ci, 100);
        return RC_OK;
    case LEDGER_APART:
        return tell_apart(a, row, before, after, n);
    }
    return RC_OK;
}

/* Is there a difference at all. Where all are the same the figure tells what each of them is. */
static bool varies(enum ledger_unit unit, const double *before, const double *after, size_t n)
{
    if (unit == LEDGER_SHARE)
        return true;
    for (size_t k = 1; k < n; k++)
        if (unit == LEDGER_POINTS || unit == LEDGER_APART ? after[k] != after[0] : after[k] - before[k] != after[0] - before[0])
            return true;
    return false;
}

/* ---- all groups ------------------------------------------------------------------------------------------------------------------ */

static struct str code_of(struct arena *a, const struct ledger_family *f, const char *name)
{
    return f->moment.n == 0 ? str_printf(a, "%s.%s", ledger_level_word(f->level), name)
                            : str_printf(a, "%s.%s.%.*s", ledger_level_word(f->level), name, STR_ARG(f->moment));
}

/* The row of that code and group in the edition before, NULL: none. */
static const struct ledger_row *row_before(const struct ledger_rows *before, struct str code, const struct ledger_row *row)
{
    for (size_t k = 0; k < before->n; k++) {
        const struct ledger_row *b = &before->v[k];
        if (b->about == row->about && b->cohort == row->cohort && (row->cohort != 0 || b->stage == row->stage) && str_eq(b->code, code))
            return b;
    }
    return NULL;
}

static void name_group(const struct ledger_groups *g, size_t group, struct ledger_row *row)
{
    if (group > g->stage_count) {
        size_t k = group - 1 - g->stage_count;
        row->cohort = g->cohorts[k].id;
        row->stage = g->stage_of[k] != LEDGER_NO_STAGE ? g->stages[g->stage_of[k]].id : 0;
    } else if (group > 0)
        row->stage = g->stages[group - 1].id;
}

static void counts_of(enum ledger_unit unit, const double *before, const double *after, size_t n, int64_t *out)
{
    const double *yes = unit == LEDGER_SHARE ? after : before;
    bool two = unit == LEDGER_SHARE || unit == LEDGER_APART;
    out[0] = two ? 0 : (int64_t)n;
    for (size_t k = 0; k < n && two; k++)
        out[yes[k] > 0.5 ? 0 : 1]++;
}

struct telling {
    struct arena *a;
    const struct ledger_groups *g;
    const struct ledger_family *f;
    const struct ledger_rows *before;
    struct sorted s;
    size_t parts;
    int64_t *now;            /* of each group, parts each */
    const int64_t *of;       /* of each group */
    bool *shown;
    const struct ledger_row **old; /* of each group, of the first unit */
};

/* Does anything differ from the edition before; then the release must bear both. */
static void decide(struct telling *t)
{
    size_t groups = t->f->whole ? 1 : ledger_group_count(t->g);
    int64_t *then = ARENA_ARRAY(t->a, groups * t->parts, int64_t);
    bool *out = ARENA_ARRAY(t->a, groups, bool), same = true, some = false;
    for (size_t k = 0; k < groups; k++) {
        const struct ledger_row *b = t->old[k];
        out[k] = b == NULL || !b->held; /* a group that had no row had nobody */
        some = some || b != NULL;
        if (b != NULL)
            then[k * t->parts] = b->n;
        if (b != NULL && t->parts == 2)
            then[k * 2 + 1] = b->of - b->n;
        for (size_t p = 0; p < t->parts; p++)
            same = same && then[k * t->parts + p] == t->now[k * t->parts + p];
    }
    static const struct ledger_groups none;
    struct ledger_cells cells = {.groups = t->f->whole ? &none : t->g, .parts = t->parts, .now = t->now};
    if (t->f->secret && some && !same) {
        cells.before = then;
        cells.before_shown = out;
    }
    if (t->f->open)
        memset(t->shown, true, groups * sizeof *t->shown);
    else if (!ledger_release(t->a, &cells, t->shown))
        memset(t->shown, 0, groups * sizeof *t->shown);
}

static enum rc tell_unit(const struct telling *t, size_t unit, int64_t day, struct ledger_rows *rows)
{
    struct str code = code_of(t->a, t->f, t->f->names[unit]);
    for (size_t k = 0; k < (t->f->whole ? 1 : ledger_group_count(t->g)); k++) {
        size_t from = t->s.from[k], n = t->s.to[k] - from;
        if (k != 0 && n == 0 && t->of[k] == 0)
            continue;
        struct ledger_row *row = ledger_add_row(rows);
        row->code = code;
        row->level = t->f->level;
        row->unit = t->f->units[unit];
        row->about = t->f->about;
        name_group(t->g, k, row);
        row->design = t->f->design;
        row->day = day;
        row->n = t->now[k * t->parts];
        row->of = t->parts == 2 ? (int64_t)n : t->of[k];
        row->missing = k == 0 ? t->f->missing : S("");
        row->notes = k == 0 ? t->f->notes : S("");
        bool tells = t->shown[k] && (!t->f->secret || n == 0 || varies(row->unit, t->s.before + from, t->s.after + from, n));
        const struct ledger_row *b = row_before(t->before, code, row);
        if (tells)
            TRY(tell_value(t->a, row->unit, row, t->s.before + from, t->s.after + from, n));
        else if (t->f->secret && b != NULL && !b->held) { /* what is out stays as it is */
            *row = *b;
        } else
            row->held = true;
    }
    return RC_OK;
}

enum rc ledger_tell(struct arena *a, const struct ledger_groups *g, const struct ledger_family *f, const struct ledger_rows *before, int64_t day,
                    struct ledger_rows *rows)
{
    size_t groups = ledger_group_count(g);
    struct telling t = {.a = a, .g = g, .f = f, .before = before, .parts = f->units[0] == LEDGER_SHARE || f->units[0] == LEDGER_APART ? 2 : 1,
                        .shown = ARENA_ARRAY(a, groups, bool), .old = ARENA_ARRAY(a, groups, const struct ledger_row *)};
    struct str code = code_of(a, f, f->names[0]);
    int64_t *cohorts = ARENA_ARRAY(a, g->cohort_count + 1, int64_t);
    t.now = ARENA_ARRAY(a, groups * t.parts, int64_t);
    sort_points(a, g, f->sample, &t.s);
    for (size_t k = 0; k < f->sample->n; k++)
        cohorts[f->sample->v[k].cohort]++;
    t.of = ledger_sum_groups(a, g, f->of != NULL ? f->of : cohorts);
    for (size_t k = 0; k < groups; k++) {
        struct ledger_row group = {.about = f->about};
        name_group(g, k, &group);
        t.old[k] = row_before(before, code, &group);
        counts_of(f->units[0], t.s.before + t.s.from[k], t.s.after + t.s.from[k], t.s.to[k] - t.s.from[k], &t.now[k * t.parts]);
    }
    decide(&t);
    for (size_t u = 0; u < COUNT_OF(f->names) && f->names[u] != NULL; u++)
        TRY(tell_unit(&t, u, day, rows));
    return RC_OK;
}

void ledger_tell_hole(struct ledger_rows *rows, enum ledger_level level, const char *name, enum ledger_unit unit, struct str missing, int64_t day)
{
    struct ledger_row *row = ledger_add_row(rows);
    row->code = str_printf(rows->a, "%s.%s", ledger_level_word(level), name);
    row->level = level;
    row->unit = unit;
    row->missing = missing;
    row->day = day;
}

void ledger_tell_things(struct ledger_rows *rows, enum ledger_level level, const char *name, int64_t n, int64_t of, struct str missing, struct str notes,
                        enum ledger_design design, int64_t day)
{
    ledger_tell_hole(rows, level, name, LEDGER_SHARE, missing, day);
    struct ledger_row *row = &rows->v[rows->n - 1];
    row->n = n;
    row->of = of;
    row->notes = notes;
    row->design = design;
    put(row, (double)n / (double)of, interval_wilson((double)n, (double)of, LEVEL), 1000);
}
