/* Pictures in a PDF: what view/svg.h wrote, drawn with cairo in the colours of the light look, as a figure that says its title and its
 * description. It reads the few elements that svg.c writes, as it writes them, and nothing else. See view/pdf.h. */
#include "view/pdf_inside.h"

#include <math.h>

#define DEEP_MOST 16
#define DASHES_MOST 4

struct colour {
    double r, g, b;
};

static const struct colour INK = {0.078, 0.149, 0.169}, SOFT = {0.29, 0.365, 0.388}, LINE = {0.835, 0.875, 0.882}, EDGE = {0.42, 0.498, 0.525}, PAPER = {1, 1, 1}, ONE = {0.043, 0.38, 0.439},
                           TWO = {0.69, 0.337, 0.043}, THREE = {0.416, 0.298, 0.639}, GOAL = {0.09, 0.376, 0.227};

/* How an element looks, by its classes: the rules of chart_file in view/chart.c. */
struct style {
    struct colour fill, stroke, own;
    bool filled, stroked, own_fill, own_stroke; /* in the colour of s1 to s3 */
    double width, size, opacity; /* of what is filled; 0: all of it */
    bool bold;
    double dash[DASHES_MOST];
    int dashes;
};

static void dash(struct style *s, int count, double a, double b, double c, double d)
{
    const double all[DASHES_MOST] = {a, b, c, d};
    memcpy(s->dash, all, sizeof all);
    s->dashes = count;
}

static void apply(struct style *s, struct str word)
{
    if (str_eq_z(word, "s1") || str_eq_z(word, "s2") || str_eq_z(word, "s3")) {
        s->own = str_eq_z(word, "s1") ? ONE : str_eq_z(word, "s2") ? TWO : THREE;
    } else if (str_eq_z(word, "quiet")) {
        s->fill = SOFT;
    } else if (str_eq_z(word, "h1") || str_eq_z(word, "h2")) {
        s->bold = true;
        s->size = str_eq_z(word, "h1") ? 28 : 16;
    } else if (str_eq_z(word, "dot")) {
        s->filled = s->stroked = s->own_fill = true;
        s->stroke = PAPER;
        s->width = 1.5;
    } else if (str_eq_z(word, "line") || str_eq_z(word, "area")) {
        s->stroked = s->own_stroke = true;
        s->filled = s->own_fill = str_eq_z(word, "area");
        s->opacity = 0.12;
        s->width = 2;
    } else if (str_eq_z(word, "axis") || str_eq_z(word, "grid") || str_eq_z(word, "centre") || str_eq_z(word, "limit") || str_eq_z(word, "target") || str_eq_z(word, "note-line")) {
        s->stroked = true;
        s->filled = false;
        s->stroke = str_eq_z(word, "grid") ? LINE : str_eq_z(word, "centre") ? INK : str_eq_z(word, "target") ? GOAL : EDGE;
        s->width = str_eq_z(word, "centre") ? 1.5 : str_eq_z(word, "target") ? 2 : 1;
        if (str_eq_z(word, "limit"))
            dash(s, 2, 5, 4, 0, 0);
        if (str_eq_z(word, "target"))
            dash(s, 4, 10, 3, 2, 3);
        if (str_eq_z(word, "note-line"))
            dash(s, 2, 2, 3, 0, 0);
    } else if (str_eq_z(word, "trial")) {
        dash(s, 2, 1, 4, 0, 0);
    }
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------- */

/* The value of an attribute of a tag; empty where there is none. */
static struct str attribute(struct str tag, const char *name)
{
    char want[32];
    size_t at, end;
    snprintf(want, sizeof want, " %s=\"", name);
    if (!str_find(tag, str_from(want), &at))
        return S("");
    struct str rest = str_sub(tag, at + strlen(want), tag.n);
    return str_find(rest, S("\""), &end) ? str_sub(rest, 0, end) : S("");
}

/* Two decimals at most, as svg.c writes them. */
static bool take_number(struct str *s, double *v)
{
    size_t n = 0;
    double sign = 1, unit = 1;
    *v = 0;
    while (n < s->n && s->p[n] == ' ')
        n++;
    if (n < s->n && s->p[n] == '-') {
        sign = -1;
        n++;
    }
    size_t first = n;
    for (; n < s->n && ((s->p[n] >= '0' && s->p[n] <= '9') || (s->p[n] == '.' && unit == 1)); n++) {
        if (s->p[n] == '.')
            unit = 0.1;
        else if (unit == 1)
            *v = *v * 10 + (s->p[n] - '0');
        else {
            *v += unit * (s->p[n] - '0');
            unit /= 10;
        }
    }
    *v *= sign;
    *s = str_sub(*s, n, s->n);
    return n > first;
}

static double number_of(struct str tag, const char *name)
{
    struct str value = attribute(tag, name);
    double v = 0;
    (void)take_number(&value, &v);
    return v;
}

static struct style style_of(struct str tag)
{
    struct style s = {.fill = INK, .stroke = EDGE, .own = EDGE, .filled = true, .width = 1, .size = 13};
    struct str rest = attribute(tag, "class"), word;
    while (str_cut(&rest, ' ', &word))
        apply(&s, word);
    if (s.own_fill)
        s.fill = s.own;
    if (s.own_stroke)
        s.stroke = s.own;
    return s;
}

/* What buf_html wrote, as text. */
static struct str plain(struct arena *a, struct str s)
{
    static const struct {
        struct str name;
        char c;
    } entities[] = {{S_INIT("&amp;"), '&'}, {S_INIT("&lt;"), '<'}, {S_INIT("&gt;"), '>'}, {S_INIT("&quot;"), '"'}, {S_INIT("&#39;"), '\''}};
    struct buf b = buf_new(a, s.n + 1);
    while (s.n != 0) {
        size_t k = 0;
        while (k < COUNT_OF(entities) && !str_starts(s, entities[k].name))
            k++;
        buf_ch(&b, k < COUNT_OF(entities) ? entities[k].c : s.p[0]);
        s = str_sub(s, k < COUNT_OF(entities) ? entities[k].name.n : 1, s.n);
    }
    return buf_text(&b);
}

static struct str between(struct pdf *p, struct str all, const char *begin, const char *end)
{
    size_t from, open, to;
    if (!str_find(all, str_from(begin), &from) || !str_find(str_sub(all, from, all.n), S(">"), &open))
        return S("");
    struct str rest = str_sub(all, from + open + 1, all.n);
    return str_find(rest, str_from(end), &to) ? plain(p->scratch, str_sub(rest, 0, to)) : S("");
}

/* ---- drawing ------------------------------------------------------------------------------------------------------------------- */

static void paint(struct pdf *p, const struct style *s)
{
    if (s->filled) {
        cairo_set_source_rgba(p->cr, s->fill.r, s->fill.g, s->fill.b, s->opacity > 0 ? s->opacity : 1);
        if (s->stroked)
            cairo_fill_preserve(p->cr);
        else
            cairo_fill(p->cr);
    }
    if (s->stroked) {
        pdf_ink(p, s->stroke.r, s->stroke.g, s->stroke.b);
        cairo_set_line_width(p->cr, s->width);
        cairo_set_dash(p->cr, s->dash, s->dashes, 0);
        cairo_stroke(p->cr);
    }
    cairo_new_path(p->cr);
}

static void draw_path(struct pdf *p, struct str tag)
{
    struct style s = style_of(tag);
    struct str d = attribute(tag, "d");
    while (d.n != 0) {
        char what = d.p[0];
        double x, y;
        d = str_sub(d, 1, d.n);
        if (what == 'Z')
            cairo_close_path(p->cr);
        else if (take_number(&d, &x) && take_number(&d, &y))
            (what == 'M' ? cairo_move_to : cairo_line_to)(p->cr, x, y);
    }
    paint(p, &s);
}

static void draw_text(struct pdf *p, struct str tag, struct str inside)
{
    struct style s = style_of(tag);
    struct str text = plain(p->scratch, inside), anchor = attribute(tag, "text-anchor");
    PangoLayout *layout = pango_layout_new(p->pango);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, "sans");
    pango_font_description_set_size(font, (gint)lround(s.size * PANGO_SCALE));
    pango_font_description_set_weight(font, s.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(layout, text.n != 0 ? text.p : "", (int)text.n);
    PangoRectangle logical;
    pango_layout_get_extents(layout, NULL, &logical);
    double width = logical.width / (double)PANGO_SCALE, baseline = pango_layout_get_baseline(layout) / (double)PANGO_SCALE;
    double x = number_of(tag, "x") - (str_eq_z(anchor, "middle") ? width / 2 : str_eq_z(anchor, "end") ? width : 0);
    pdf_ink(p, s.fill.r, s.fill.g, s.fill.b);
    cairo_move_to(p->cr, x, number_of(tag, "y") - baseline);
    pango_cairo_show_layout(p->cr, layout);
    cairo_new_path(p->cr);
    p->unknown += pango_layout_get_unknown_glyphs_count(layout);
    g_object_unref(layout);
}

static bool is(struct str tag, const char *name)
{
    size_t n = strlen(name);
    return str_starts(tag, str_from(name)) && (tag.n == n || tag.p[n] == ' ' || tag.p[n] == '/' || tag.p[n] == '>');
}

static void draw_element(struct pdf *p, struct str tag, struct str inside)
{
    struct style s = style_of(tag);
    if (is(tag, "line")) {
        s.filled = false;
        cairo_move_to(p->cr, number_of(tag, "x1"), number_of(tag, "y1"));
        cairo_line_to(p->cr, number_of(tag, "x2"), number_of(tag, "y2"));
        paint(p, &s);
    } else if (is(tag, "rect")) {
        cairo_rectangle(p->cr, number_of(tag, "x"), number_of(tag, "y"), number_of(tag, "width"), number_of(tag, "height"));
        paint(p, &s);
    } else if (is(tag, "circle")) {
        cairo_arc(p->cr, number_of(tag, "cx"), number_of(tag, "cy"), number_of(tag, "r"), 0, 2 * G_PI);
        paint(p, &s);
    } else if (is(tag, "path")) {
        draw_path(p, tag);
    } else if (is(tag, "text")) {
        draw_text(p, tag, inside);
    }
}

/* A picture within a picture stands at its x and y, in its own size. */
static void draw_all(struct pdf *p, struct str rest)
{
    size_t at, end, deep = 0;
    while (str_find(rest, S("<"), &at)) {
        rest = str_sub(rest, at + 1, rest.n);
        if (!str_find(rest, S(">"), &end))
            return;
        struct str tag = str_sub(rest, 0, end), inside = S("");
        rest = str_sub(rest, end + 1, rest.n);
        if (str_find(rest, S("<"), &at))
            inside = str_sub(rest, 0, at);
        if (is(tag, "svg") && deep < DEEP_MOST) {
            cairo_save(p->cr);
            cairo_translate(p->cr, number_of(tag, "x"), number_of(tag, "y"));
            deep++;
        } else if (is(tag, "/svg") && deep > 0) {
            cairo_restore(p->cr);
            deep--;
        } else {
            draw_element(p, tag, inside);
        }
    }
    for (; deep > 0; deep--)
        cairo_restore(p->cr);
}

void pdf_picture(struct pdf *p, struct html picture)
{
    struct str all = {picture.p, picture.n};
    size_t end;
    if (p->rc != RC_OK || !str_find(all, S(">"), &end))
        return;
    struct str tag = str_sub(all, 0, end);
    double width = number_of(tag, "width"), height = number_of(tag, "height");
    double left = p->o->poster ? 0 : p->left, top = p->o->poster ? 0 : PDF_TOP;
    double wide = p->o->poster ? PDF_POSTER_WIDTH : p->right - p->left, high = p->o->poster ? PDF_POSTER_HEIGHT : PDF_BOTTOM - PDF_TOP;
    if (width <= 0 || height <= 0)
        return;
    double scale = fmin(wide / width, high / height);
    if (!p->o->poster && scale > 1)
        scale = 1;
    if (!p->o->poster && p->y + height * scale > PDF_BOTTOM)
        pdf_page_new(p);
    double y = p->o->poster ? top : p->y;
    p->y = y + height * scale + 8;
    if (p->cr == NULL)
        return;
    struct str said = str_concat(p->scratch, between(p, all, "<title", "</title>"), str_concat(p->scratch, S(" "), between(p, all, "<desc", "</desc>")));
    size_t number = p->tags;
    pdf_tag_begin(p, "Figure", NULL);
    pdf_say(p, number, said);
    cairo_save(p->cr);
    cairo_translate(p->cr, left + (wide - width * scale) / 2, y);
    cairo_scale(p->cr, scale, scale);
    draw_all(p, all);
    cairo_restore(p->cr);
    pdf_tag_end(p, "Figure");
    cairo_set_dash(p->cr, NULL, 0, 0);
}
