/* The director's page: what works, for whom, where the holes are; the page of each figure; all of it as CSV. Everything is read from the
 * latest edition; nothing is counted here. */
#include <math.h>

#include "gen/programme/ledger/ledger_figure_view.h"
#include "gen/programme/ledger/ledger_dashboard_view.h"
#include "out/job.h"
#include "programme/ledger/inside.h"

#define PART_ROWS 50
#define EARLIER_MOST 12
#define WORKS_MOST 12

static enum rc open_current(struct ctx *c, struct programme *p)
{
    TRY(programme_current(c, p));
    struct target t = {.programme = p->id};
    return access_require(c, P_REPORT_VIEW, &t);
}

static struct str level_name(struct ctx *c, enum ledger_level level)
{
    return str_printf(c->a, "%s %.*s", ledger_level_word(level), STR_ARG(tr(c, ledger_level_name(level))));
}

/* ---- the dashboard ----------------------------------------------------------------------------------------------------------------------- */

static struct view_ledger_dashboard_levels_figures row_of(const struct ledger_figure *f)
{
    return (struct view_ledger_dashboard_levels_figures){.key = f->key, .code = f->code, .label = f->label, .href = f->href, .about = f->about, .value = f->value, .low = f->low, .high = f->high,
                                                    .unit = str_from(ledger_unit_word(f->unit)), .text = f->text, .n = f->n, .of = f->of, .held = f->held_back,
                                                    .missing = f->missing, .notes = f->notes, .design = f->design,
                                                    .design_points = f->design_points > 0 ? SOME_REAL(f->design_points) : (struct opt_real){0},
                                                    .day = f->day != 0 ? SOME_INT(f->day) : (struct opt_int){0}};
}

/* A change for the better beyond its interval, in people or in projects: what is put first. */
static bool works(const struct ledger_figure *f)
{
    bool change = f->unit == LEDGER_CHANGE || f->unit == LEDGER_EFFECT || (f->unit == LEDGER_APART && f->design_points > 0);
    return (change && f->low.some && f->low.v > 0) || ((f->level == LEDGER_4A || f->level == LEDGER_4B) && f->value.some && f->value.v > 0);
}

static void fill_levels(struct ctx *c, const struct ledger_figure *f, size_t count, const struct ledger_whom *w, struct view_ledger_dashboard *v)
{
    struct view_ledger_dashboard_levels *levels = ARENA_ARRAY(c->a, LEDGER_LEVEL_COUNT, struct view_ledger_dashboard_levels);
    struct view_ledger_dashboard_works *good = ARENA_ARRAY(c->a, WORKS_MOST, struct view_ledger_dashboard_works);
    struct view_ledger_dashboard_holes *holes = ARENA_ARRAY(c->a, count + 1, struct view_ledger_dashboard_holes);
    for (int level = 0; level < LEDGER_LEVEL_COUNT; level++) {
        struct view_ledger_dashboard_levels_figures *rows = ARENA_ARRAY(c->a, count + 1, struct view_ledger_dashboard_levels_figures);
        size_t n = 0;
        for (size_t k = 0; k < count; k++) {
            if ((int)f[k].level != level || f[k].cohort != w->cohort || (w->cohort == 0 && f[k].stage != w->stage))
                continue;
            rows[n++] = row_of(&f[k]);
            struct str name = level_name(c, f[k].level);
            if (works(&f[k]) && v->works_count < WORKS_MOST)
                good[v->works_count++] = (struct view_ledger_dashboard_works){name, f[k].label, f[k].href, f[k].text};
            if (f[k].missing.n != 0 && (f[k].unit != LEDGER_CHANGE || !f[k].value.some))
                holes[v->holes_count++] = (struct view_ledger_dashboard_holes){name, f[k].label, f[k].href, f[k].missing};
        }
        if (n != 0)
            levels[v->levels_count++] = (struct view_ledger_dashboard_levels){str_from(ledger_level_word((enum ledger_level)level)), tr(c, ledger_level_name((enum ledger_level)level)), rows, n};
    }
    v->levels = levels;
    v->works = good;
    v->holes = holes;
}

static enum rc send_dashboard(struct ctx *c, const struct programme *p)
{
    struct ledger_whom w = ledger_read_whom(c);
    struct ledger_groups g;
    struct ledger_figure *f;
    size_t count;
    int64_t edition, day = 0;
    struct view_ledger_dashboard v = {.chain = str_printf(c->a, "%.*s?%.*s", STR_ARG(ledger_path(c, p->id, "/ledger/chain")), STR_ARG(ledger_whom_query(c->a, &w))), .csv = ledger_path(c, p->id, "/ledger/csv")};
    struct target t = {.programme = p->id};
    TRY(ledger_load_groups(c->db, c->a, p->id, &g));
    v.whom = *ledger_fill_whom(c, p, &g, &w, ledger_path(c, p->id, "/ledger"), &v.group);
    TRY(ledger_figures(c->db, c->a, c->lang, p->id, w.stage != 0 || w.cohort != 0, &f, &count, &edition));
    fill_levels(c, f, count, &w, &v);
    for (size_t k = 0; k < count; k++)
        day = f[k].day > day ? f[k].day : day;
    if (edition != 0) {
        v.edition = SOME_INT(edition);
        v.counted = SOME_INT(day);
    }
    if (access_allows(c, P_EVALUATION_MANAGE, &t)) {
        v.evaluations = ledger_path(c, p->id, "/evaluations");
        struct form *count_now = form_new(c->a, c->lang, c->zone, ledger_path(c, p->id, "/ledger/count"), M_ledger_count_now);
        count_now->no_warn = count_now->quiet = true;
        v.count = count_now;
    }
    struct page page = ledger_page(c, p, tr(c, M_ledger_title), S(""), S(""));
    page.caption = v.group;
    page.wide = true;
    return view_ledger_dashboard_page(c, &page, &v);
}

enum rc ledger_get_current(struct ctx *c)
{
    struct programme p;
    TRY(open_current(c, &p));
    return send_dashboard(c, &p);
}

enum rc ledger_get_dashboard(struct ctx *c)
{
    struct programme p;
    TRY(ledger_open_programme(c, P_REPORT_VIEW, &p));
    return send_dashboard(c, &p);
}

/* ---- counting now ------------------------------------------------------------------------------------------------------------------------ */

struct asking {
    struct arena *a;
    int64_t programme, person, now;
};

static enum rc ask(struct db *tx, void *arg, struct err *e)
{
    const struct asking *s = arg;
    int64_t id;
    (void)e;
    TRY(audit_note(tx, s->now, s->person, "ledger_count", 0, "programme", s->programme));
    return job_add(tx, "ledger_count", str_printf(s->a, "%" PRId64, s->programme), s->person, s->now, &id);
}

enum rc ledger_post_count(struct ctx *c)
{
    struct programme p;
    TRY(ledger_open_programme(c, P_EVALUATION_MANAGE, &p));
    struct asking s = {c->a, p.id, c->who->person, c->now};
    TRY(ctx_write(c, ask, &s));
    return page_redirect(c, ledger_path(c, p.id, "/ledger"), M_ledger_counting);
}

/* ---- one figure ---------------------------------------------------------------------------------------------------------------------------- */

/* Where the records of a level are looked at; empty: nowhere as a whole. */
static struct str records_of(struct ctx *c, const struct programme *p, const struct ledger_figure *f)
{
    switch (f->level) {
    case LEDGER_2B:
        return S("/courses");
    case LEDGER_3B:
        return str_eq_z(f->code, "3b.observed") ? ledger_path(c, p->id, "/observations") : S("/feedback/programme");
    case LEDGER_4A:
    case LEDGER_4B:
        return S("/projects/programme");
    case LEDGER_1:
    case LEDGER_2A:
    case LEDGER_3A:
    case LEDGER_LEVEL_COUNT:
        break;
    }
    struct target t = {.programme = p->id};
    return access_allows(c, P_EVALUATION_MANAGE, &t) ? ledger_path(c, p->id, "/evaluations") : S("");
}

static bool same_figure(const struct ledger_figure *f, const struct ledger_figure *g)
{
    return str_eq(f->code, g->code) && str_eq(f->about, g->about);
}

static struct str points_of(struct ctx *c, double points)
{
    struct buf b = buf_new(c->a, 8);
    lang_real(&b, c->lang, points, points == floor(points) ? 0 : 1);
    return buf_text(&b);
}

static void fill_parts(struct ctx *c, const struct ledger_figure *all, size_t count, const struct ledger_figure *f, struct view_ledger_figure *v)
{
    struct view_ledger_figure_parts *parts = ARENA_ARRAY(c->a, PART_ROWS, struct view_ledger_figure_parts);
    int64_t from = 0, at = 0;
    (void)str_to_int(request_query(c->rq, "from"), &from);
    for (size_t k = 0; k < count; k++) {
        if (!same_figure(&all[k], f) || (all[k].cohort == 0 && all[k].stage == 0) || at++ < from)
            continue;
        if (v->parts_count == PART_ROWS) {
            v->more = str_printf(c->a, "%.*s?from=%" PRId64, STR_ARG(f->href), from + PART_ROWS);
            break;
        }
        parts[v->parts_count++] =
            (struct view_ledger_figure_parts){.title = all[k].group, .href = all[k].href, .stage = all[k].cohort == 0, .text = all[k].text, .value = all[k].value, .n = all[k].n, .of = all[k].of, .held = all[k].held_back};
    }
    v->parts = parts;
}

static enum rc fill_earlier(struct ctx *c, const struct programme *p, const struct ledger_figure *f, struct view_ledger_figure *v)
{
    struct ledger_figure *rows;
    TRY(ledger_earlier(c->db, c->a, c->lang, p->id, f, EARLIER_MOST, &rows, &v->earlier_count));
    struct view_ledger_figure_earlier *list = ARENA_ARRAY(c->a, v->earlier_count + 1, struct view_ledger_figure_earlier);
    for (size_t k = 0; k < v->earlier_count; k++)
        list[k] = (struct view_ledger_figure_earlier){rows[k].day, rows[k].text, rows[k].n, rows[k].held_back};
    v->earlier = list;
    return RC_OK;
}

enum rc ledger_get_figure(struct ctx *c)
{
    struct programme p;
    struct ledger_figure *all;
    const struct ledger_figure *f = NULL;
    size_t count;
    TRY(ledger_open_programme(c, P_REPORT_VIEW, &p));
    TRY(ledger_figures(c->db, c->a, c->lang, p.id, true, &all, &count, NULL));
    for (size_t k = 0; k < count && f == NULL; k++)
        if (str_eq(all[k].key, c->rq->params[1]))
            f = &all[k];
    if (f == NULL)
        return RC_NOT_FOUND;
    struct view_ledger_figure v = {.key = f->key, .code = f->code, .group = f->group, .about = f->about, .value = f->value, .low = f->low, .high = f->high,
                                   .unit = str_from(ledger_unit_word(f->unit)), .text = f->text, .n = f->n, .of = f->of, .held = f->held_back, .missing = f->missing, .notes = f->notes,
                                   .definition = f->definition, .source = f->source, .source_href = records_of(c, &p, f), .design = f->design,
                                   .design_points = f->design_points > 0 ? SOME_REAL(f->design_points) : (struct opt_real){0}, .points = points_of(c, f->design_points), .counted = f->day != 0 ? SOME_INT(f->day) : (struct opt_int){0}};
    if (f->cohort == 0 && f->stage == 0)
        fill_parts(c, all, count, f, &v);
    TRY(fill_earlier(c, &p, f, &v));
    struct page page = ledger_page(c, &p, f->label, tr(c, M_ledger_title), ledger_path(c, p.id, "/ledger"));
    page.caption = level_name(c, f->level);
    return view_ledger_figure_page(c, &page, &v);
}

/* ---- all of it as a file --------------------------------------------------------------------------------------------------------------------- */

static void csv_real(struct buf *b, struct opt_real x)
{
    if (x.some)
        buf_printf(b, "%.3f", x.v);
    buf_ch(b, ',');
}

static void csv_int(struct buf *b, struct opt_int x)
{
    if (x.some)
        buf_printf(b, "%" PRId64, x.v);
    buf_ch(b, ',');
}

static void csv_words(struct buf *b, struct str s)
{
    buf_csv(b, s);
    buf_ch(b, ',');
}

static void csv_row(struct buf *b, const struct ledger_figure *f)
{
    csv_words(b, f->key);
    csv_words(b, str_from(ledger_level_word(f->level)));
    csv_words(b, f->label);
    csv_words(b, f->about);
    csv_words(b, f->group);
    csv_words(b, str_from(ledger_unit_word(f->unit)));
    csv_real(b, f->value);
    csv_real(b, f->low);
    csv_real(b, f->high);
    csv_int(b, f->n);
    csv_int(b, f->of);
    csv_words(b, f->held_back ? S("yes") : S("no"));
    csv_words(b, f->missing);
    csv_words(b, f->notes);
    csv_words(b, f->design);
    csv_words(b, f->definition);
    csv_words(b, f->source);
    if (f->day != 0)
        day_format(b, f->day);
    buf_z(b, "\r\n");
}

enum rc ledger_get_csv(struct ctx *c)
{
    struct programme p;
    struct ledger_figure *f;
    struct buf b = buf_new(c->a, 4096);
    size_t count;
    TRY(ledger_open_programme(c, P_REPORT_VIEW, &p));
    TRY(ledger_figures(c->db, c->a, c->lang, p.id, true, &f, &count, NULL));
    buf_z(&b, "key,level,label,evaluation,group,unit,value,low,high,n,of,held_back,missing,notes,design,definition,source,as_of\r\n");
    for (size_t k = 0; k < count; k++)
        csv_row(&b, &f[k]);
    return page_download(c, "text/csv; charset=utf-8", S("ledger.csv"), buf_text(&b));
}
