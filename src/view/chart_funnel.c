/* The funnel: units by their size, with limits that narrow as numbers grow; and Making Data Count's icons. See chart.h. */
#include <math.h>

#include "base/utf8.h"
#include "gen/msg_chart.h"
#include "view/chart.h"
#include "view/svg.h"

#define WIDTH 720.0
#define HEIGHT 320.0
#define CURVE 60
#define TICKS_MOST 20

struct funnel {
    double left, top, right, bottom, low, high, most;
};

static double x_at(const struct funnel *f, double n)
{
    return f->left + (f->right - f->left) * n / f->most;
}

static double y_at(const struct funnel *f, double v)
{
    return f->bottom - (f->bottom - f->top) * (v - f->low) / (f->high - f->low);
}

/* Three standard errors times the root of the size: the same for every unit; 0 where it is not known. */
static double spread_of(const struct spc_chart *c, const double *n)
{
    for (size_t i = 0; i < c->count; i++)
        if (isfinite(c->z[i]) && fabs(c->z[i]) > 1e-9 && n[i] > 0)
            return 3 * fabs((c->y[i] - c->cl[i]) / c->z[i]) * sqrt(n[i]);
    return 0;
}

static double step_for(double span, double parts)
{
    double raw = span / parts, ten = pow(10, floor(log10(raw)));
    return ten * (raw / ten <= 1 ? 1 : raw / ten <= 2 ? 2 : raw / ten <= 5 ? 5 : 10);
}

static void draw_axes(struct arena *a, struct svg *v, const struct chart_picture *p, const struct funnel *f)
{
    double step = step_for(f->high - f->low, 6), across = step_for(f->most, 5);
    double first = ceil(f->low / step) * step;
    for (int k = 0; k <= TICKS_MOST && first + k * step <= f->high + step / 100; k++) {
        double y = first + k * step;
        struct buf b = buf_new(a, 24);
        lang_real(&b, p->lang, y, step >= 1 ? 0 : (int)ceil(-log10(step) - 1e-9));
        buf_str(&b, p->unit);
        svg_line(v, "grid", f->left, y_at(f, y), f->right, y_at(f, y));
        svg_text(v, "quiet", f->left - 6, y_at(f, y) + 4, SVG_END, buf_text(&b));
    }
    for (int k = 0; k <= TICKS_MOST && k * across <= f->most; k++) {
        double x = k * across;
        struct buf b = buf_new(a, 24);
        lang_int(&b, p->lang, (int64_t)x);
        svg_line(v, "axis", x_at(f, x), f->bottom, x_at(f, x), f->bottom + 5);
        svg_text(v, "quiet", x_at(f, x), f->bottom + 19, SVG_MIDDLE, buf_text(&b));
    }
    svg_line(v, "axis", f->left, f->bottom, f->right, f->bottom);
}

static void draw_limits(struct svg *v, const struct spc_chart *c, const struct funnel *f, double spread)
{
    struct svg_point upper[CURVE], lower[CURVE];
    bool share = c->plan.kind == SPC_P || c->plan.kind == SPC_PP;
    double top = share ? (c->plan.multiply > 0 ? c->plan.multiply : 1) : INFINITY;
    for (size_t k = 0; k < CURVE; k++) {
        double n = f->most * (double)(k + 1) / CURVE, far = spread / sqrt(n);
        double high = fmin(c->cl[0] + far, top), low = fmax(c->cl[0] - far, 0);
        upper[k] = (struct svg_point){x_at(f, n), high <= f->high ? y_at(f, high) : NAN};
        lower[k] = (struct svg_point){x_at(f, n), low >= f->low ? y_at(f, low) : NAN};
    }
    svg_polyline(v, "limit", upper, CURVE);
    svg_polyline(v, "limit", lower, CURVE);
    svg_line(v, "centre", f->left, y_at(f, c->cl[0]), f->right, y_at(f, c->cl[0]));
}

static void draw_unit(struct svg *v, const struct chart_picture *p, const struct funnel *f, size_t i)
{
    const struct spc_chart *c = p->chart;
    double x = x_at(f, p->stratum->series.n[i]), y = y_at(f, c->y[i]);
    bool known = c->plan.good != SPC_NEITHER && c->rule[i] != 0, good = known && c->mark[i] == (int)c->plan.good;
    const struct svg_point diamond[] = {{x, y - 7}, {x + 7, y}, {x, y + 7}, {x - 7, y}}, triangle[] = {{x - 6.5, y - 5}, {x + 6.5, y - 5}, {x, y + 7}};
    if (c->rule[i] == 0)
        svg_circle(v, "dot plain", x, y, 4);
    else if (!known)
        svg_rect(v, "dot s3", x - 5, y - 5, 10, 10);
    else
        svg_polygon(v, good ? "dot s1" : "dot s2", good ? diamond : triangle, good ? 4 : 3);
    if (c->rule[i] != 0 || c->count <= 20)
        svg_text(v, c->rule[i] != 0 ? "text" : "quiet", x, y - 10, SVG_MIDDLE, utf8_truncate(p->stratum->x[i], 20));
}

struct html chart_draw_funnel(struct arena *a, const struct chart_picture *p)
{
    const struct spc_chart *c = p->chart;
    const double *n = p->stratum->series.n;
    struct funnel f = {.left = 62, .top = 20, .right = WIDTH - 40, .bottom = HEIGHT - 30, .low = INFINITY, .high = -INFINITY};
    struct msg_arg args[] = {MSG_NUM("n", (int64_t)c->count), MSG_TEXT("value", chart_number(a, p, c->cl[0]))};
    for (size_t i = 0; i < c->count; i++)
        if (isfinite(c->y[i])) {
            f.low = fmin(f.low, fmin(c->y[i], c->lcl[i]));
            f.high = fmax(f.high, fmax(c->y[i], c->ucl[i]));
            f.most = fmax(f.most, n[i]);
        }
    double pad = f.high > f.low ? (f.high - f.low) / 12 : 1;
    f.low = f.low >= 0 && f.low - pad < 0 ? 0 : f.low - pad;
    f.high += pad;
    f.most *= 1.05;
    struct svg v = svg_begin(a, p->id != NULL ? p->id : "funnel", WIDTH, HEIGHT, chart_title(a, p), msg_format(a, p->lang, M_chart_funnel_desc, args, COUNT_OF(args)));
    draw_axes(a, &v, p, &f);
    draw_limits(&v, c, &f, spread_of(c, n));
    for (size_t i = 0; i < c->count; i++)
        if (isfinite(c->y[i]) && n[i] > 0)
            draw_unit(&v, p, &f, i);
    return svg_end(&v);
}

/* ---- icons --------------------------------------------------------------------------------------------------------------- */
#define ICON 44.0

/* Points that rise (1), fall (-1) or stay about a line (0), the last ones drawn as the icon's kind. */
static void draw_icon_points(struct svg *v, double left, int way, const char *look)
{
    static const double level[] = {2, -3, 4, -2, 3, -1};
    for (size_t k = 0; k < COUNT_OF(level); k++) {
        double x = left + 7 + 6 * (double)k, y = 23 - (way == 0 ? level[k] : way * (3 * (double)k - 7.5));
        svg_circle(v, k >= 3 ? look : "dot plain", x, y, 3);
    }
}

struct html chart_draw_icons(struct arena *a, const struct chart_picture *p)
{
    const struct spc_chart *c = p->chart;
    struct str variation = chart_variation(p->lang, c), assurance = chart_assurance(p->lang, c);
    if (str_empty(variation))
        return (struct html){0};
    bool both = !str_empty(assurance);
    struct svg v = svg_begin(a, "mdc", both ? 2 * ICON + 8 : ICON, ICON, variation, both ? assurance : variation);
    int way = c->variation == SPC_ICON_COMMON ? 0 : c->variation == SPC_ICON_HIGH ? 1 : c->variation == SPC_ICON_LOW ? -1
              : (c->variation == SPC_ICON_IMPROVEMENT) == (c->plan.good == SPC_UP_IS_GOOD) ? 1 : -1;
    const char *look = c->variation == SPC_ICON_IMPROVEMENT ? "dot s1" : c->variation == SPC_ICON_CONCERN ? "dot s2" : c->variation == SPC_ICON_COMMON ? "dot plain" : "dot s3";
    svg_circle(&v, "axis", ICON / 2, ICON / 2, ICON / 2 - 2);
    draw_icon_points(&v, 0, way, look);
    if (both) {
        double left = ICON + 8, target = c->assurance == SPC_ASSURANCE_INCONSISTENT ? 22 : c->assurance == SPC_ASSURANCE_PASS ? 32 : 12;
        bool down = c->plan.good == SPC_DOWN_IS_GOOD && c->assurance != SPC_ASSURANCE_INCONSISTENT;
        svg_circle(&v, "axis", left + ICON / 2, ICON / 2, ICON / 2 - 2);
        draw_icon_points(&v, left, 0, c->assurance == SPC_ASSURANCE_PASS ? "dot s1" : c->assurance == SPC_ASSURANCE_FAIL ? "dot s2" : "dot plain");
        svg_line(&v, "target", left + 5, down ? ICON - target : target, left + ICON - 5, down ? ICON - target : target);
    }
    return svg_end(&v);
}
