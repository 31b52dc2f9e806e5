/* What a panel reads of one trainee: attainment by competency and stage, observations and assessments as points, courses, hours.
 * Everything comes from the read contracts of curriculum, observation and instruments; a fixed number of statements for a person. */
#include "gen/programme/panel/panel_case_view.h"
#include "programme/framework/framework.h"
#include "programme/instrument/instrument.h"
#include "programme/panel/inside.h"

#define OBSERVED_SHOWN 30
#define ASSESSED_SHOWN 12
#define LEVELS_MOST 12

static panel_hours_fn *hours;

void panel_on_hours(panel_hours_fn *fn)
{
    hours = fn;
}

/* ---- attainment: one row for each competency; what speaks for a behaviour speaks for the competency above it --------------------- */

struct level {
    int64_t point, high, n;
};
struct attained {
    int64_t last_session;       /* a session that teaches two behaviours of one competency counts once */
    struct level levels[LEVELS_MOST];
    size_t level_count;
    int64_t *of, *done;         /* for each stage, the last one for none */
};
struct attainment {
    struct competency *outline;
    size_t *row;                /* of each item of the outline; SIZE_MAX: a domain */
    size_t outline_count;
    struct attained *rows;
    const struct competency **heads;
    size_t row_count;
    struct stage *stages;
    size_t stage_count;
};

static enum rc read_outline(struct ctx *c, int64_t programme, struct attainment *t)
{
    enum rc rc = framework_outline(c->db, c->a, programme, lang_tag(c->lang), true, &t->outline, &t->outline_count);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    t->row = ARENA_ARRAY(c->a, t->outline_count, size_t);
    t->rows = ARENA_ARRAY(c->a, t->outline_count, struct attained);
    t->heads = ARENA_ARRAY(c->a, t->outline_count, const struct competency *);
    for (size_t k = 0; k < t->outline_count; k++) {
        const struct competency *item = &t->outline[k];
        bool below = str_eq_z(item->kind, "behaviour"); /* stands behind its competency */
        if (str_eq_z(item->kind, "domain") || (below && t->row_count == 0)) {
            t->row[k] = SIZE_MAX;
            continue;
        }
        if (!below)
            t->heads[t->row_count++] = item;
        t->row[k] = t->row_count - 1;
    }
    for (size_t k = 0; k < t->row_count; k++) {
        t->rows[k].of = ARENA_ARRAY(c->a, t->stage_count + 1, int64_t);
        t->rows[k].done = ARENA_ARRAY(c->a, t->stage_count + 1, int64_t);
    }
    return RC_OK;
}

static struct attained *row_of(struct attainment *t, int64_t competency)
{
    for (size_t k = 0; k < t->outline_count; k++)
        if (t->outline[k].competency == competency)
            return t->row[k] != SIZE_MAX ? &t->rows[t->row[k]] : NULL;
    return NULL;
}

static size_t stage_of(const struct attainment *t, bool none, int64_t stage)
{
    for (size_t k = 0; k < t->stage_count; k++)
        if (!none && t->stages[k].id == stage)
            return k;
    return t->stage_count;
}

static enum rc read_learned(struct ctx *c, int64_t programme, int64_t person, struct attainment *t)
{
    struct rows_panel_learned rows;
    TRY(sql_panel_learned(c->db, c->a, person, programme, &rows));
    for (size_t k = 0; k < rows.n; k++) { /* in the order of sessions */
        struct attained *r = row_of(t, rows.v[k].competency_id);
        if (r == NULL || r->last_session == rows.v[k].session_id)
            continue;
        size_t stage = stage_of(t, rows.v[k].stage_id_null, rows.v[k].stage_id);
        r->last_session = rows.v[k].session_id;
        r->of[stage]++;
        r->done[stage] += rows.v[k].done;
    }
    return RC_OK;
}

static enum rc read_judged(struct ctx *c, int64_t programme, int64_t person, struct attainment *t)
{
    struct rows_panel_judged rows;
    TRY(sql_panel_judged(c->db, c->a, person, programme, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        struct attained *r = row_of(t, rows.v[k].competency_id);
        size_t at = 0;
        if (r == NULL)
            continue;
        while (at < r->level_count && (r->levels[at].point != rows.v[k].point || r->levels[at].high != rows.v[k].high))
            at++;
        if (at == LEVELS_MOST)
            continue; /* more scales than anybody uses */
        if (at == r->level_count)
            r->levels[r->level_count++] = (struct level){rows.v[k].point, rows.v[k].high, 0};
        r->levels[at].n += rows.v[k].n;
    }
    return RC_OK;
}

static int by_point(const void *x, const void *y)
{
    const struct level *a = x, *b = y;
    if (a->high != b->high)
        return a->high < b->high ? -1 : 1;
    return a->point < b->point ? -1 : a->point > b->point;
}

static void show_row(struct ctx *c, struct attainment *t, size_t at, const bool *used, struct view_panel_case_rows *out)
{
    struct attained *r = &t->rows[at];
    struct view_panel_case_rows_cells *cells = ARENA_ARRAY(c->a, t->stage_count + 1, struct view_panel_case_rows_cells);
    struct view_panel_case_rows_levels *levels = ARENA_ARRAY(c->a, r->level_count, struct view_panel_case_rows_levels);
    *out = (struct view_panel_case_rows){.title = t->heads[at]->title, .cells = cells, .levels = levels, .levels_count = r->level_count};
    for (size_t s = 0; s <= t->stage_count; s++)
        if (used[s])
            cells[out->cells_count++] = (struct view_panel_case_rows_cells){r->done[s], r->of[s]};
    qsort(r->levels, r->level_count, sizeof r->levels[0], by_point);
    for (size_t k = 0; k < r->level_count; k++)
        levels[k] = (struct view_panel_case_rows_levels){r->levels[k].point, r->levels[k].high, r->levels[k].n};
}

static enum rc fill_attainment(struct ctx *c, int64_t programme, int64_t person, struct view_panel_case *v)
{
    struct attainment t = {0};
    TRY(programme_stages(c->db, c->a, programme, &t.stages, &t.stage_count));
    TRY(read_outline(c, programme, &t));
    TRY(read_learned(c, programme, person, &t));
    TRY(read_judged(c, programme, person, &t));
    bool *used = ARENA_ARRAY(c->a, t.stage_count + 1, bool);
    struct view_panel_case_stages *stages = ARENA_ARRAY(c->a, t.stage_count + 1, struct view_panel_case_stages);
    struct view_panel_case_rows *rows = ARENA_ARRAY(c->a, t.row_count, struct view_panel_case_rows);
    for (size_t s = 0; s <= t.stage_count; s++) {
        for (size_t k = 0; k < t.row_count; k++)
            used[s] = used[s] || t.rows[k].of[s] != 0;
        if (used[s])
            stages[v->stages_count++] = (struct view_panel_case_stages){s < t.stage_count ? t.stages[s].title : tr(c, M_panel_no_stage)};
    }
    for (size_t k = 0; k < t.row_count; k++)
        show_row(c, &t, k, used, &rows[k]);
    v->stages = stages;
    v->rows = rows;
    v->rows_count = t.row_count;
    return RC_OK;
}

/* ---- observations and assessments: points ------------------------------------------------------------------------------------------ */

struct shelf {
    struct instrument seen[8];
    size_t count;
};

/* Instruments are read once each. */
static enum rc instrument_of(struct ctx *c, struct shelf *s, int64_t id, const struct instrument **out)
{
    for (size_t k = 0; k < s->count; k++)
        if (s->seen[k].id == id) {
            *out = &s->seen[k];
            return RC_OK;
        }
    struct instrument *place = s->count < COUNT_OF(s->seen) ? &s->seen[s->count++] : ARENA_NEW(c->a, struct instrument);
    TRY(instrument_find(c->db, c->a, id, lang_tag(c->lang), place));
    *out = place;
    return RC_OK;
}

static struct str act_title(const struct instrument *i, struct str act)
{
    for (size_t d = 0; d < i->domain_count; d++)
        if (str_eq(i->domains[d].code, act))
            return i->domains[d].title;
    return i->title;
}

static enum rc fill_observed(struct ctx *c, int64_t programme, int64_t person, struct shelf *shelf, struct view_panel_case *v)
{
    struct rows_panel_observed rows;
    struct row_panel_observed_count count;
    TRY(sql_panel_observed_count(c->db, c->a, person, programme, &count));
    TRY(sql_panel_observed(c->db, c->a, person, programme, OBSERVED_SHOWN, &rows));
    struct view_panel_case_observed *list = ARENA_ARRAY(c->a, rows.n, struct view_panel_case_observed);
    for (size_t k = 0, end; k < rows.n; k = end) {
        const struct instrument *i;
        struct view_panel_case_observed *o = &list[v->observed_count++];
        for (end = k; end < rows.n && rows.v[end].id == rows.v[k].id; end++)
            ;
        TRY(instrument_of(c, shelf, rows.v[k].instrument_id, &i));
        struct view_panel_case_observed_answers *answers = ARENA_ARRAY(c->a, end - k, struct view_panel_case_observed_answers);
        *o = (struct view_panel_case_observed){.day = rows.v[k].day, .act = act_title(i, rows.v[k].act), .answers = answers};
        for (size_t m = k; m < end; m++) {
            size_t item = rows.v[m].item_id_null ? SIZE_MAX : instrument_item_by_id(i, rows.v[m].item_id);
            if (item != SIZE_MAX && !i->items[item].words)
                answers[o->answers_count++] = (struct view_panel_case_observed_answers){
                    .text = i->items[item].text, .point = rows.v[m].point_null ? (struct opt_int){0} : SOME_INT(rows.v[m].point), .high = i->high};
        }
    }
    v->observed = list;
    v->observed_total = count.seen;
    v->observers = count.observers;
    return RC_OK;
}

/* The sheets of one assessment are rows from k to end; each is scored by its instrument's rule. */
static void fill_sheets(struct ctx *c, const struct instrument *i, const struct rows_panel_assessed *rows, size_t k, size_t end,
                        struct view_panel_case_assessed *out)
{
    struct view_panel_case_assessed_sheets *sheets = ARENA_ARRAY(c->a, end - k, struct view_panel_case_assessed_sheets);
    struct instrument_score *scores = ARENA_ARRAY(c->a, i->domain_count, struct instrument_score), whole;
    int *answers = ARENA_ARRAY(c->a, i->item_count, int);
    out->sheets = sheets;
    for (size_t next; k < end; k = next) {
        for (size_t m = 0; m < i->item_count; m++)
            answers[m] = INSTRUMENT_MISSING;
        for (next = k; next < end && rows->v[next].sheet_id == rows->v[k].sheet_id; next++) {
            size_t item = rows->v[next].item_id_null ? SIZE_MAX : instrument_item_by_id(i, rows->v[next].item_id);
            if (item != SIZE_MAX)
                answers[item] = rows->v[next].point_null ? INSTRUMENT_UNABLE : (int)rows->v[next].point;
        }
        instrument_score(i, answers, scores, &whole);
        struct view_panel_case_assessed_sheets *s = &sheets[out->sheets_count++];
        struct view_panel_case_assessed_sheets_parts *parts = ARENA_ARRAY(c->a, i->domain_count, struct view_panel_case_assessed_sheets_parts);
        *s = (struct view_panel_case_assessed_sheets){.assessor = panel_or_gone(c, rows->v[k].assessor), .parts = parts};
        for (size_t d = 0; d < i->domain_count; d++)
            if (scores[d].of != 0)
                parts[s->parts_count++] = (struct view_panel_case_assessed_sheets_parts){i->domains[d].title, scores[d].some ? SOME_REAL(scores[d].value) : (struct opt_real){0}};
    }
}

static enum rc fill_assessed(struct ctx *c, int64_t programme, int64_t person, struct shelf *shelf, struct view_panel_case *v)
{
    struct rows_panel_assessed rows;
    TRY(sql_panel_assessed(c->db, c->a, person, programme, ASSESSED_SHOWN, &rows));
    struct view_panel_case_assessed *list = ARENA_ARRAY(c->a, rows.n, struct view_panel_case_assessed);
    for (size_t k = 0, end; k < rows.n; k = end) {
        const struct instrument *i;
        struct view_panel_case_assessed *out = &list[v->assessed_count++];
        for (end = k; end < rows.n && rows.v[end].id == rows.v[k].id; end++)
            ;
        TRY(instrument_of(c, shelf, rows.v[k].instrument_id, &i));
        *out = (struct view_panel_case_assessed){.title = rows.v[k].title, .instrument = i->title, .day = rows.v[k].day, .high = i->high};
        fill_sheets(c, i, &rows, k, end, out);
    }
    v->assessed = list;
    return RC_OK;
}

/* ---- courses, hours -------------------------------------------------------------------------------------------------------------------- */

static enum rc fill_courses(struct ctx *c, int64_t programme, int64_t person, struct view_panel_case *v)
{
    struct rows_panel_courses rows;
    TRY(sql_panel_courses(c->db, c->a, person, programme, &rows));
    struct view_panel_case_courses *list = ARENA_ARRAY(c->a, rows.n, struct view_panel_case_courses);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_panel_case_courses){rows.v[k].title, rows.v[k].done, rows.v[k].sessions, rows.v[k].done == rows.v[k].sessions};
    v->courses = list;
    v->courses_count = rows.n;
    return RC_OK;
}

static struct str hours_text(const struct ctx *c, int64_t minutes)
{
    struct buf b = buf_new(c->a, 16);
    lang_real(&b, c->lang, (double)minutes / 60, minutes % 60 == 0 ? 0 : 1);
    return buf_text(&b);
}

static enum rc fill_hours(struct ctx *c, int64_t programme, int64_t person, struct view_panel_case *v)
{
    struct panel_hours h = {0};
    if (hours != NULL)
        TRY(hours(c, programme, person, &h));
    v->has_hours = h.verified_minutes > 0 || h.waiting_minutes > 0;
    v->hours = (double)h.verified_minutes / 60;
    v->hours_waiting = (double)h.waiting_minutes / 60;
    v->hours_text = hours_text(c, h.verified_minutes);
    v->waiting_text = hours_text(c, h.waiting_minutes);
    return RC_OK;
}

enum rc panel_fill_evidence(struct ctx *c, int64_t programme, int64_t person, struct view_panel_case *v)
{
    struct shelf *shelf = ARENA_NEW(c->a, struct shelf);
    TRY(fill_attainment(c, programme, person, v));
    TRY(fill_observed(c, programme, person, shelf, v));
    TRY(fill_assessed(c, programme, person, shelf, v));
    TRY(fill_courses(c, programme, person, v));
    return fill_hours(c, programme, person, v);
}
