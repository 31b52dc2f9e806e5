/* Drawing control charts: see chart.h. A panel is a frame with its scales; a picture is one panel or several. */
#include "view/chart.h"

#include <math.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "gen/msg_chart.h"
#include "view/svg.h"

#define NOTE_LINE 19.0
#define NOTES_MOST 12
#define TICKS_MOST 20 /* steps that are lost in large numbers would never end */
#define LABEL_APART 14.0
#define GAP_FACTOR 1.6 /* of the usual distance between points: longer is a gap */

struct frame {
    double left, top, right, bottom; /* where points may lie */
};

struct panel {
    struct arena *a;
    struct svg *v;
    const struct chart_picture *p;
    const struct spc_chart *c;
    struct frame f;
    double low, high;   /* of the value scale */
    double first, last; /* of the time scale */
    double usual;       /* distance of points */
};

/* ---- scales --------------------------------------------------------------------------------------------------------------- */
static double time_of(const struct panel *d, size_t i)
{
    return d->p->scale <= SPC_SCALE_QUARTERS ? (double)d->p->stratum->at[i] : (double)i;
}

static double x_of(const struct panel *d, size_t i)
{
    double span = d->last - d->first;
    return d->f.left + 8 + (d->f.right - d->f.left - 16) * (span > 0 ? (time_of(d, i) - d->first) / span : 0.5);
}

static double y_at(const struct panel *d, double v)
{
    return d->f.bottom - (d->f.bottom - d->f.top) * (v - d->low) / (d->high - d->low);
}

static void widen(double *low, double *high, double v)
{
    if (!isfinite(v))
        return;
    *low = v < *low ? v : *low;
    *high = v > *high ? v : *high;
}

/* The values a chart has to show: points, lines, target. Limits far out do not squeeze the points to a line. */
static void span_of(const struct spc_chart *c, double *low, double *high)
{
    for (size_t i = 0; i < c->count; i++) {
        widen(low, high, c->y[i]);
        widen(low, high, c->cl[i]);
        widen(low, high, c->lcl[i]);
        widen(low, high, c->ucl[i]);
    }
    widen(low, high, c->plan.target);
}

static double nice_step(double span, double parts)
{
    double raw = span / parts, ten = pow(10, floor(log10(raw))), lead = raw / ten;
    return ten * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

/* Rounds outward to steps; what cannot be below zero does not begin there without need. */
static double round_span(double *low, double *high, double parts)
{
    if (!(*high > *low)) {
        double some = fabs(*low) > 0 ? fabs(*low) / 2 : 1;
        *low -= *low >= 0 && *low - some < 0 ? *low : some;
        *high += some;
    }
    if (*low > 0 && *low < (*high - *low) / 2)
        *low = 0;
    double step = nice_step(*high - *low, parts);
    *low = floor(*low / step) * step;
    *high = ceil(*high / step) * step;
    return step;
}

static int by_size(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void set_times(struct panel *d)
{
    size_t n = d->c->count;
    double *step = arena_alloc_raw(d->a, (n + 1) * sizeof *step);
    d->first = n == 0 ? 0 : time_of(d, 0);
    d->last = n == 0 ? 0 : time_of(d, n - 1);
    for (size_t i = 1; i < n; i++)
        step[i - 1] = time_of(d, i) - time_of(d, i - 1);
    if (n < 2)
        return;
    qsort(step, n - 1, sizeof *step, by_size);
    d->usual = step[(n - 1) / 2];
}

/* ---- axes ------------------------------------------------------------------------------------------------------------------- */
static struct str tick_text(const struct panel *d, double v, double step)
{
    struct buf b = buf_new(d->a, 24);
    int decimals = step >= 1 ? 0 : (int)ceil(-log10(step) - 1e-9);
    lang_real(&b, d->p->lang, v, decimals > 9 ? 9 : decimals);
    buf_str(&b, d->p->unit);
    return buf_text(&b);
}

static void draw_value_axis(struct panel *d, double step)
{
    for (int k = 0; k <= TICKS_MOST && d->low + k * step <= d->high + step / 2; k++) {
        double v = d->low + k * step;
        double y = y_at(d, fabs(v) < step / 1000 ? 0 : v);
        svg_line(d->v, "grid", d->f.left, y, d->f.right, y);
        svg_text(d->v, "quiet", d->f.left - 6, y + 4, SVG_END, tick_text(d, fabs(v) < step / 1000 ? 0 : v, step));
    }
}

/* As many times as fit without touching, always the first. */
static void draw_time_axis(struct panel *d)
{
    size_t n = d->c->count, longest = 0;
    svg_line(d->v, "axis", d->f.left, d->f.bottom, d->f.right, d->f.bottom);
    for (size_t i = 0; i < n; i++) {
        size_t length = utf8_count(chart_time(d->p, i));
        longest = length > longest ? length : longest;
    }
    double room = 7.4 * (double)(longest > 14 ? 14 : longest) + 14, free_from = -1e9;
    for (size_t i = 0; i < n; i++) {
        double x = x_of(d, i);
        if (x - room / 2 < free_from || x + room / 2 > d->f.right + 34)
            continue;
        svg_line(d->v, "axis", x, d->f.bottom, x, d->f.bottom + 5);
        svg_text(d->v, "quiet", x, d->f.bottom + 19, SVG_MIDDLE, utf8_truncate(chart_time(d->p, i), 14));
        free_from = x + room / 2;
    }
}

/* ---- lines ------------------------------------------------------------------------------------------------------------------ */
/* Where the lines of point i begin and end: half way to its neighbours, so that they step. */
static double edge_after(const struct panel *d, size_t i, size_t end)
{
    return i + 1 < end ? (x_of(d, i) + x_of(d, i + 1)) / 2 : x_of(d, i) + (end == d->c->count ? 8 : i + 1 < d->c->count ? (x_of(d, i + 1) - x_of(d, i)) / 2 : 0);
}

static double edge_before(const struct panel *d, size_t i, size_t first)
{
    return i > first ? (x_of(d, i - 1) + x_of(d, i)) / 2 : i == 0 ? x_of(d, i) - 8 : (x_of(d, i - 1) + x_of(d, i)) / 2;
}

/* A line of one phase as steps; where it stays level, one piece. */
static void draw_steps(struct panel *d, const char *look, const double *value, const struct spc_phase *phase)
{
    struct svg_point *points = arena_alloc_raw(d->a, 2 * (phase->end - phase->first) * sizeof *points + sizeof *points);
    size_t n = 0;
    for (size_t i = phase->first; i < phase->end; i++) {
        bool level = i > phase->first && value[i] == value[i - 1] && n >= 2;
        double y = y_at(d, value[i]), to = edge_after(d, i, phase->end);
        if (level) {
            points[n - 1].x = to;
            continue;
        }
        points[n++] = (struct svg_point){edge_before(d, i, phase->first), isfinite(value[i]) ? y : NAN};
        points[n++] = (struct svg_point){to, isfinite(value[i]) ? y : NAN};
    }
    svg_polyline(d->v, look, points, n);
}

static void draw_lines(struct panel *d)
{
    for (size_t k = 0; k < d->c->phase_count; k++) {
        const struct spc_phase *phase = &d->c->phases[k];
        draw_steps(d, "centre", d->c->cl, phase);
        if (!d->c->has_limits)
            continue;
        draw_steps(d, phase->trial ? "limit trial" : "limit", d->c->ucl, phase);
        draw_steps(d, phase->trial ? "limit trial" : "limit", d->c->lcl, phase);
    }
    if (isfinite(d->c->plan.target))
        svg_line(d->v, "target", d->f.left, y_at(d, d->c->plan.target), d->f.right, y_at(d, d->c->plan.target));
}

/* Numbers at the right end, pushed apart from the top down and back up where there is no room. */
static void draw_labels(struct panel *d)
{
    static const msg_id texts[] = {M_chart_label_limit, M_chart_label_limit, M_chart_label_centre, M_chart_label_target};
    const struct spc_chart *c = d->c;
    size_t last = c->count - 1, n = 0, order[4];
    bool middle = c->plan.kind == SPC_RUN || c->plan.kind == SPC_G, narrow = d->p->narrow;
    double value[] = {c->ucl[last], c->lcl[last], c->cl[last], c->plan.target}, y[4];
    for (size_t k = 0; k < 4; k++)
        if (isfinite(value[k])) {
            size_t at = n++;
            for (; at > 0 && value[order[at - 1]] < value[k]; at--)
                order[at] = order[at - 1];
            order[at] = k;
        }
    for (size_t k = 0; k < n; k++) {
        y[k] = y_at(d, value[order[k]]) + 4;
        if (k > 0 && y[k] < y[k - 1] + LABEL_APART)
            y[k] = y[k - 1] + LABEL_APART;
    }
    for (size_t k = n; k-- > 0;) {
        double most = k + 1 < n ? y[k + 1] - LABEL_APART : d->f.bottom + 6;
        y[k] = y[k] > most ? most : y[k];
    }
    for (size_t k = 0; k < n; k++) {
        size_t what = order[k];
        struct str number = chart_number(d->a, d->p, value[what]);
        struct msg_arg arg[] = {MSG_TEXT("value", number)};
        msg_id text = what == 2 && middle ? M_chart_label_median : texts[what];
        svg_text(d->v, what == 2 ? "text" : "quiet", d->f.right + 5, y[k], SVG_START, narrow ? number : msg_format(d->a, d->p->lang, text, arg, 1));
    }
}

/* ---- points ----------------------------------------------------------------------------------------------------------------- */
static void draw_diamond(struct svg *v, const char *look, double x, double y, double r)
{
    const struct svg_point points[] = {{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}};
    svg_polygon(v, look, points, COUNT_OF(points));
}

static void draw_triangle(struct svg *v, const char *look, double x, double y, double r)
{
    const struct svg_point points[] = {{x - r, y - r * 0.8}, {x + r, y - r * 0.8}, {x, y + r}};
    svg_polygon(v, look, points, COUNT_OF(points));
}

enum shape { SHAPE_COMMON, SHAPE_BETTER, SHAPE_WORSE, SHAPE_SIGNAL, SHAPE_EXCLUDED };

static enum shape shape_of(const struct spc_chart *c, size_t i)
{
    if (c->excluded[i])
        return SHAPE_EXCLUDED;
    if (c->rule[i] == 0)
        return SHAPE_COMMON;
    if (c->mark[i] == 0 || c->plan.good == SPC_NEITHER)
        return SHAPE_SIGNAL;
    return c->mark[i] == (int)c->plan.good ? SHAPE_BETTER : SHAPE_WORSE;
}

/* Improvement a diamond, concern a triangle, other signals a square, left out a cross. */
static void draw_point(struct svg *v, enum shape shape, double x, double y)
{
    switch (shape) {
    case SHAPE_COMMON:
        svg_circle(v, "dot plain", x, y, 4);
        break;
    case SHAPE_BETTER:
        draw_diamond(v, "dot s1", x, y, 7);
        break;
    case SHAPE_WORSE:
        draw_triangle(v, "dot s2", x, y, 6.5);
        break;
    case SHAPE_SIGNAL:
        svg_rect(v, "dot s3", x - 5, y - 5, 10, 10);
        break;
    case SHAPE_EXCLUDED:
        svg_line(v, "axis", x - 4, y - 4, x + 4, y + 4);
        svg_line(v, "axis", x - 4, y + 4, x + 4, y - 4);
        break;
    }
}

/* The points, joined: a missing one, a time that was left out, and the border of two phases are gaps. */
static void draw_points(struct panel *d)
{
    const struct spc_chart *c = d->c;
    struct svg_point *line = arena_alloc_raw(d->a, 2 * (c->count + 1) * sizeof *line);
    size_t n = 0, phase = 0;
    for (size_t i = 0; i < c->count; i++) {
        bool step = i != 0 && d->p->scale <= SPC_SCALE_QUARTERS && time_of(d, i) - time_of(d, i - 1) > GAP_FACTOR * d->usual;
        if (phase + 1 < c->phase_count && i == c->phases[phase + 1].first) {
            phase++;
            step = true;
        }
        if (step)
            line[n++] = (struct svg_point){NAN, NAN};
        line[n++] = (struct svg_point){x_of(d, i), isfinite(c->y[i]) ? y_at(d, c->y[i]) : NAN};
    }
    svg_polyline(d->v, "axis", line, n);
    for (size_t i = 0; i < c->count; i++)
        if (isfinite(c->y[i]))
            draw_point(d->v, shape_of(c, i), x_of(d, i), y_at(d, c->y[i]));
}

/* Numbered lines where something was done; notes of one point share their line, the numbers stand beside each other. */
static void draw_notes(struct panel *d)
{
    double free_from = -1e9;
    for (size_t k = 0; k < d->p->note_count && k < NOTES_MOST; k++) {
        double x = x_of(d, d->p->notes[k].point), at = x < free_from ? free_from : x;
        svg_line(d->v, "note-line", x, d->f.top - 4, x, d->f.bottom);
        svg_text(d->v, "text", at, d->f.top - 8, SVG_MIDDLE, str_printf(d->a, "%zu", k + 1));
        free_from = at + 16;
    }
}

static void draw_panel(struct panel *d, double step)
{
    set_times(d);
    draw_value_axis(d, step);
    draw_time_axis(d);
    draw_notes(d);
    draw_lines(d);
    draw_points(d);
    draw_labels(d);
}

static double draw_note_list(struct arena *a, struct svg *v, const struct chart_picture *p, double left, double y)
{
    size_t most = p->narrow ? 24 : 96;
    for (size_t k = 0; k < p->note_count && k < NOTES_MOST; k++, y += NOTE_LINE) {
        struct str text = p->notes[k].text, cut = utf8_truncate(text, most);
        svg_text(v, "text", left, y, SVG_START,
                 str_printf(a, "%zu  %.*s  %.*s%s", k + 1, STR_ARG(chart_time(p, p->notes[k].point)), STR_ARG(cut), cut.n < text.n ? "…" : ""));
    }
    return y;
}

static void frame_of(const struct chart_picture *p, double width, double height, double top, struct frame *f)
{
    *f = (struct frame){.left = p->narrow ? 46 : 58, .top = top, .right = width - (p->narrow ? 50 : 100), .bottom = height - 30};
}

struct html chart_draw(struct arena *a, const struct chart_picture *p)
{
    double width = p->narrow ? 320 : 720, base = p->narrow ? 240 : 300, low = INFINITY, high = -INFINITY;
    size_t notes = p->note_count < NOTES_MOST ? p->note_count : NOTES_MOST;
    double height = base + (notes != 0 ? NOTE_LINE * (double)notes + 8 : 0);
    struct svg v = svg_begin(a, p->id != NULL ? p->id : "chart", width, height, chart_title(a, p), chart_sentence(a, p));
    struct panel d = {.a = a, .v = &v, .p = p, .c = p->chart};
    frame_of(p, width, base, notes != 0 ? 26 : 12, &d.f);
    span_of(p->chart, &low, &high);
    double step = round_span(&low, &high, p->narrow ? 4 : 6);
    d.low = low;
    d.high = high;
    draw_panel(&d, step);
    draw_note_list(a, &v, p, d.f.left, base + 16);
    return svg_end(&v);
}

#define PANEL_WIDTH 360.0
#define PANEL_HEIGHT 190.0

struct html chart_draw_strata(struct arena *a, const struct chart_picture *p, size_t count, struct str by)
{
    size_t across = count > 1 && !p->narrow ? 2 : 1, down = (count + across - 1) / across;
    double low = INFINITY, high = -INFINITY, width = across == 2 ? 2 * PANEL_WIDTH : 320;
    struct msg_arg title[] = {MSG_TEXT("name", p->name), MSG_TEXT("by", by)}, desc[] = {MSG_NUM("n", (int64_t)count)};
    struct buf said = buf_new(a, 256);
    buf_str(&said, msg_format(a, p->lang, M_chart_strata_desc, desc, 1));
    for (size_t k = 0; k < count; k++) {
        span_of(p[k].chart, &low, &high);
        struct chart_picture one = p[k];
        one.name = p[k].stratum->label;
        buf_ch(&said, ' ');
        buf_str(&said, chart_title(a, &one));
        buf_ch(&said, '.');
    }
    double step = round_span(&low, &high, 4);
    struct svg v = svg_begin(a, p->id != NULL ? p->id : "strata", width, PANEL_HEIGHT * (double)down,
                             msg_format(a, p->lang, M_chart_strata_title, title, COUNT_OF(title)), buf_text(&said));
    for (size_t k = 0; k < count; k++) {
        double left = (double)(k % across) * PANEL_WIDTH, top = (double)(k / across) * PANEL_HEIGHT;
        struct chart_picture one = p[k];
        one.narrow = true;
        one.note_count = 0;
        struct panel d = {.a = a, .v = &v, .p = &one, .c = one.chart, .low = low, .high = high};
        d.f = (struct frame){left + 46, top + 24, left + (across == 2 ? PANEL_WIDTH : 320) - 52, top + PANEL_HEIGHT - 34};
        svg_text(&v, "text", d.f.left, top + 15, SVG_START, utf8_truncate(one.stratum->label, 40));
        draw_panel(&d, step);
    }
    return svg_end(&v);
}

struct str chart_file(struct arena *a, struct html picture)
{
    static const struct str begin = S_INIT("<svg "), after = S_INIT("</desc>\n");
    struct str text = {picture.p, picture.n};
    size_t at = 0;
    struct buf b = buf_new(a, text.n + 2048);
    ASSERT(str_starts(text, begin) && str_find(text, after, &at));
    buf_z(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" ");
    buf_str(&b, str_sub(text, begin.n, at + after.n - begin.n));
    buf_z(&b, "<style>\nsvg { background: #fff; --ink: #14262b; --soft: #4a5d63; --line: #d5dfe1; --edge: #6b7f86; --paper: #fff; --s: #6b7f86; --one: #0b6170; "
              "--two: #b0560b; --three: #6a4ca3; --goal: #17603a }\n"
              "text { font: 13px system-ui, sans-serif; fill: var(--ink) }\n.quiet { fill: var(--soft) }\n"
              ".axis, .grid, .centre, .limit, .target, .note-line { fill: none; stroke: var(--edge) }\n.grid { stroke: var(--line) }\n"
              ".centre { stroke: var(--ink); stroke-width: 1.5 }\n.limit { stroke-dasharray: 5 4 }\n.trial { stroke-dasharray: 1 4 }\n"
              ".target { stroke: var(--goal); stroke-width: 2; stroke-dasharray: 10 3 2 3 }\n.note-line { stroke-dasharray: 2 3 }\n"
              ".dot { fill: var(--s); stroke: var(--paper); stroke-width: 1.5 }\n.s1 { --s: var(--one) }\n.s2 { --s: var(--two) }\n.s3 { --s: var(--three) }\n"
              ".line { fill: none; stroke: var(--s); stroke-width: 2 }\n.area { fill: var(--s); fill-opacity: .12; stroke: var(--s); stroke-width: 2 }\n.h1 { font-size: 28px; font-weight: 700 }\n.h2 { font-size: 16px; font-weight: 700 }\n"
              "@media screen and (prefers-color-scheme: dark) { svg { background: #172225; --ink: #e4edee; --soft: #a5b6bb; --line: #2d3d42; --edge: #7d939a; "
              "--paper: #172225; --one: #72c9d4; --two: #f0a868; --three: #bda6ee; --goal: #8fd6ab } }\n</style>\n");
    buf_str(&b, str_sub(text, at + after.n, text.n));
    return buf_text(&b);
}
