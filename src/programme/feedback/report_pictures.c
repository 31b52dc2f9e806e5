/* The pictures of a report, from the frozen figures; each stands beside its table. */
#include <math.h>

#include "base/utf8.h"
#include "gen/msg_report.h"
#include "programme/feedback/report_pages.h"
#include "view/svg.h"

#define NARROW 320.0 /* a phone shows it whole */
#define SIDE 14.0    /* left and right of a scale */
#define ROW 50.0
#define TOP 30.0
#define LETTERS_MOST 26
#define LETTER 12.0  /* from one letter to the next */
#define LINE 17.0
#define BAND 52.0       /* height of a scale that stands upright */
#define BAND_STEP 90.0
#define FIELD_CHARS 19 /* of a line within a field of the Johari window */

static double across(const struct instrument *i, double x)
{
    return SIDE + (x - i->low) / (double)(i->high - i->low) * (NARROW - 2 * SIDE);
}

static double clamp(const struct instrument *i, double x)
{
    return fmin(fmax(x, i->low), i->high);
}

/* The scale across the top with a line for each point. */
static void draw_frame(struct ctx *c, struct svg *s, const struct instrument *i, double height)
{
    for (int x = i->low; x <= i->high; x++) {
        svg_line(s, "grid", across(i, x), TOP - 8, across(i, x), height - 8);
        svg_text(s, "quiet", across(i, x), TOP - 14, SVG_MIDDLE, str_printf(c->a, "%d", x));
    }
}

/* A row's name stands above it. */
static void draw_label(struct svg *s, double y, struct str title)
{
    svg_text(s, NULL, 0, y - 15, SVG_START, utf8_truncate(title, 44));
}

static void diamond(struct svg *s, const char *class_name, double x, double y, double r)
{
    const struct svg_point p[] = {{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}};
    svg_polygon(s, class_name, p, COUNT_OF(p));
}

static double row(size_t d)
{
    return TOP + 28 + ROW * (double)d;
}

struct html report_draw_gap(struct ctx *c, const struct frozen *f)
{
    double height = row(f->domain_count) - 20;
    struct svg s = svg_begin(c->a, "report-gap", NARROW, height, tr(c, M_report_gap_picture), tr(c, M_report_gap_desc));
    draw_frame(c, &s, &f->i, height);
    for (size_t d = 0; d < f->domain_count; d++) {
        const struct frozen_domain *x = &f->domains[d];
        double y = row(d), others = (double)x->figure.mean / 10;
        draw_label(&s, y, x->title);
        if (x->figure.shown && isfinite(x->gap.ci.lo)) {
            double half = (x->gap.ci.hi - x->gap.ci.lo) / 2;
            svg_line(&s, "line s2", across(&f->i, clamp(&f->i, others - half)), y, across(&f->i, clamp(&f->i, others + half)), y);
        }
        if (x->figure.shown)
            diamond(&s, "dot s2", across(&f->i, others), y, 7);
        if (x->self.some)
            svg_circle(&s, "dot s1", across(&f->i, x->self.mean), y, 6);
    }
    return svg_end(&s);
}

/* Words below each other, as many to a line as fit a field of the window; a word that is longer alone is cut. The next line's place. */
static double draw_wrapped(struct ctx *c, struct svg *s, const char *class_name, double x, double y, struct str text)
{
    struct buf line = buf_new(c->a, 64);
    struct str word;
    while (text.n != 0 && str_cut(&text, ' ', &word)) {
        if (line.n != 0 && utf8_count(buf_text(&line)) + 1 + utf8_count(word) > FIELD_CHARS) {
            svg_text(s, class_name, x, y, SVG_START, utf8_truncate(str_dup(c->a, buf_text(&line)), FIELD_CHARS));
            y += LINE;
            line.n = 0;
        }
        buf_z(&line, line.n != 0 ? " " : "");
        buf_str(&line, word);
    }
    svg_text(s, class_name, x, y, SVG_START, utf8_truncate(str_dup(c->a, buf_text(&line)), FIELD_CHARS));
    return y + LINE;
}

/* One field, without its frame; how far down it reaches. */
static double draw_field(struct ctx *c, struct svg *s, const struct frozen *f, enum johari field, double left, double top)
{
    double at = draw_wrapped(c, s, "quiet", left, top + 22, tr(c, report_window_msg(field))) + 6;
    for (size_t d = 0; d < f->domain_count; d++)
        if (f->domains[d].window == field)
            at = draw_wrapped(c, s, NULL, left, at, f->domains[d].title) + 4;
    return at;
}

struct html report_draw_window(struct ctx *c, const struct frozen *f)
{
    static const enum johari places[2][2] = {{JOHARI_STRENGTH_KNOWN, JOHARI_STRENGTH_UNSEEN}, {JOHARI_NEED_KNOWN, JOHARI_BLIND_SPOT}};
    double half = NARROW / 2, top[3] = {0};
    struct svg measure = svg_begin(c->a, "report-window", NARROW, NARROW, tr(c, M_report_window_picture), tr(c, M_report_window_desc));
    for (int y = 0; y < 2; y++)
        top[y + 1] = fmax(draw_field(c, &measure, f, places[y][0], 0, top[y]), draw_field(c, &measure, f, places[y][1], 0, top[y])) + 4;
    struct svg s = svg_begin(c->a, "report-window", NARROW, top[2] + 2, tr(c, M_report_window_picture), tr(c, M_report_window_desc));
    for (int y = 0; y < 2; y++)
        for (int x = 0; x < 2; x++) {
            enum johari field = places[y][x];
            svg_rect(&s, field == JOHARI_BLIND_SPOT ? "area s2" : x == 0 ? "area s1" : "area s3", x * half + 1, top[y] + 1, half - 6, top[y + 1] - top[y] - 6);
            draw_field(c, &s, f, field, x * half + 9, top[y]);
        }
    return svg_end(&s);
}

/* A tick and a letter for each pool but the whole. The letters stand below in the order of the ticks, so that none hides another where
 * means are close. */
static void draw_letters(struct ctx *c, struct svg *s, const struct frozen *f, const struct frozen_domain *x, double y)
{
    bool drawn[LETTERS_MOST] = {0};
    size_t count = f->pool_count == 0 ? 0 : f->pool_count - 1 < LETTERS_MOST ? f->pool_count - 1 : LETTERS_MOST;
    double free_from = 0;
    for (size_t n = 0; n < count; n++) {
        size_t next = count;
        for (size_t p = 0; p < count; p++)
            if (x->pools[p].shown && !drawn[p] && (next == count || x->pools[p].mean < x->pools[next].mean))
                next = p;
        if (next == count)
            return;
        double at = across(&f->i, (double)x->pools[next].mean / 10);
        drawn[next] = true;
        svg_line(s, "axis", at, y - 9, at, y + 9);
        svg_text(s, NULL, fmax(at, free_from), y + 21, SVG_MIDDLE, str_printf(c->a, "%c", (char)('A' + (int)next)));
        free_from = fmax(at, free_from) + LETTER;
    }
}

struct html report_draw_pools(struct ctx *c, const struct frozen *f)
{
    double height = row(f->domain_count) - 20;
    struct svg s = svg_begin(c->a, "report-groups", NARROW, height, tr(c, M_report_groups_picture), tr(c, M_report_groups_desc));
    draw_frame(c, &s, &f->i, height);
    for (size_t d = 0; d < f->domain_count; d++) {
        const struct frozen_domain *x = &f->domains[d];
        draw_label(&s, row(d), x->title);
        if (x->figure.shown)
            diamond(&s, "dot s2", across(&f->i, (double)x->figure.mean / 10), row(d), 7);
        draw_letters(c, &s, f, x, row(d));
    }
    return svg_end(&s);
}

struct html report_draw_raters(struct ctx *c, const struct report_norm *norm, size_t raters, size_t most, double target)
{
    double height = 230, left = 34, bottom = height - 30, wide = NARROW - left - SIDE, tall = bottom - 16;
    struct svg s = svg_begin(c->a, "report-raters", NARROW, height, tr(c, M_report_reliable_picture), tr(c, M_report_reliable_desc));
    struct svg_point *line = ARENA_ARRAY(c->a, most, struct svg_point);
    for (int x = 0; x <= 10; x += 2) {
        struct buf b = buf_new(c->a, 8);
        lang_real(&b, c->lang, (double)x / 10, 1);
        svg_line(&s, "grid", left, bottom - tall * x / 10, NARROW - SIDE, bottom - tall * x / 10);
        svg_text(&s, "quiet", left - 8, bottom - tall * x / 10 + 4, SVG_END, buf_text(&b));
    }
    for (size_t n = 1; n <= most; n++) {
        line[n - 1] = (struct svg_point){left + wide * (double)n / (double)most, bottom - tall * reliability_with(&norm->r, n)};
        if (n % 5 == 0)
            svg_text(&s, "quiet", line[n - 1].x, height - 8, SVG_MIDDLE, str_printf(c->a, "%zu", n));
    }
    svg_line(&s, "limit", left, bottom - tall * target, NARROW - SIDE, bottom - tall * target);
    svg_polyline(&s, "line s1", line, most);
    if (raters >= 1 && raters <= most)
        svg_circle(&s, "dot s1", line[raters - 1].x, line[raters - 1].y, 6);
    return svg_end(&s);
}

/* A band for each part under its name, one above the other: a phone shows names and lines whole, and no line crosses another. */
struct html report_draw_growth(struct ctx *c, const struct frozen *f, const struct growth *g)
{
    double height = BAND_STEP * (double)f->domain_count + 26, left = 26, wide = NARROW - left - 2 * SIDE, range = (double)(f->i.high - f->i.low);
    int64_t span = g->at[g->rounds - 1] - g->at[0];
    struct svg s = svg_begin(c->a, "report-growth", NARROW, height, tr(c, M_report_growth_picture), tr(c, M_report_growth_desc));
    for (size_t d = 0; d < f->domain_count; d++) {
        double low = BAND_STEP * (double)(d + 1) - 8;
        struct svg_point p[REPORT_ROUNDS_MAX];
        svg_text(&s, NULL, 0, low - BAND - 12, SVG_START, utf8_truncate(f->domains[d].title, 44));
        for (int x = f->i.low; x <= f->i.high; x++) {
            double y = low - BAND * (x - f->i.low) / range;
            svg_line(&s, "grid", left, y, NARROW - SIDE, y);
            if (x == f->i.low || x == f->i.high)
                svg_text(&s, "quiet", left - 8, y + 4, SVG_END, str_printf(c->a, "%d", x));
        }
        for (size_t k = 0; k < g->rounds; k++) {
            const struct growth_point *one = &g->points[d * g->rounds + k];
            double share = span > 0 ? (double)(g->at[k] - g->at[0]) / (double)span : 0;
            p[k] = (struct svg_point){left + SIDE + wide * share, one->some ? low - BAND * ((double)one->figure.mean / 10 - f->i.low) / range : NAN};
            if (d == 0)
                svg_text(&s, "quiet", p[k].x, height - 6, SVG_MIDDLE, str_printf(c->a, "%zu", k + 1));
        }
        svg_polyline(&s, "line s1", p, g->rounds);
        for (size_t k = 0; k < g->rounds; k++)
            if (isfinite(p[k].y))
                svg_circle(&s, "dot s1", p[k].x, p[k].y, 5);
    }
    return svg_end(&s);
}

struct html report_draw_norm(struct ctx *c, const struct instrument *i, const char *id, const struct report_norm_domain *v, size_t count)
{
    double height = row(count) - 20;
    struct svg s = svg_begin(c->a, id, NARROW, height, tr(c, M_report_programme_picture), tr(c, M_report_programme_desc));
    draw_frame(c, &s, i, height);
    for (size_t d = 0; d < count; d++) {
        double y = row(d);
        draw_label(&s, y, v[d].title);
        svg_line(&s, "line s1", across(i, clamp(i, v[d].mean - v[d].spread)), y, across(i, clamp(i, v[d].mean + v[d].spread)), y);
        svg_circle(&s, "dot s1", across(i, v[d].mean), y, 6);
    }
    return svg_end(&s);
}
