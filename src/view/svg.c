/* Writing SVG: see svg.h. */
#include "view/svg.h"

#include <math.h>

/* At most two decimals; what is not finite would break the file, so it becomes 0. By hand, since a picture is mostly numbers. */
static void number(struct buf *b, double v)
{
    char digits[24];
    size_t at = sizeof digits;
    if (!isfinite(v) || fabs(v) > 1e9)
        v = 0;
    int64_t hundredths = llround(fabs(v) * 100);
    int64_t whole = hundredths / 100, rest = hundredths % 100;
    if (rest != 0) {
        if (rest % 10 != 0)
            digits[--at] = (char)('0' + rest % 10);
        digits[--at] = (char)('0' + rest / 10);
        digits[--at] = '.';
    }
    do
        digits[--at] = (char)('0' + whole % 10);
    while ((whole /= 10) != 0);
    if (v < 0 && hundredths != 0)
        digits[--at] = '-';
    buf_add(b, digits + at, sizeof digits - at);
}

static void attr(struct svg *s, const char *name, double v)
{
    buf_ch(&s->out, ' ');
    buf_z(&s->out, name);
    buf_z(&s->out, "=\"");
    number(&s->out, v);
    buf_ch(&s->out, '"');
}

static void open_element(struct svg *s, const char *name, const char *class_name)
{
    buf_ch(&s->out, '<');
    buf_z(&s->out, name);
    if (class_name != NULL) {
        buf_z(&s->out, " class=\"");
        buf_html(&s->out, str_from(class_name));
        buf_ch(&s->out, '"');
    }
}

static struct svg begin(struct arena *a, const char *role, const char *id, double width, double height, struct str title, struct str desc)
{
    ASSERT(!str_empty(title) && !str_empty(desc) && width > 0 && height > 0);
    struct svg s = {.out = buf_new(a, 4096)};
    buf_z(&s.out, "<svg viewBox=\"0 0 ");
    number(&s.out, width);
    buf_ch(&s.out, ' ');
    number(&s.out, height);
    buf_ch(&s.out, '"');
    attr(&s, "width", width);
    attr(&s, "height", height);
    buf_printf(&s.out, " role=\"%s\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">", role, id, id, id);
    buf_html(&s.out, title);
    buf_printf(&s.out, "</title><desc id=\"%s-d\">", id);
    buf_html(&s.out, desc);
    buf_z(&s.out, "</desc>\n");
    return s;
}

struct svg svg_begin(struct arena *a, const char *id, double width, double height, struct str title, struct str desc)
{
    return begin(a, "img", id, width, height, title, desc);
}

struct svg svg_begin_links(struct arena *a, const char *id, double width, double height, struct str title, struct str desc)
{
    return begin(a, "group", id, width, height, title, desc);
}

void svg_link(struct svg *s, struct str href)
{
    ASSERT(href.n > 1 && href.p[0] == '/' && href.p[1] != '/');
    buf_z(&s->out, "<a href=\"");
    buf_html(&s->out, href);
    buf_z(&s->out, "\">");
    s->open++;
}

void svg_link_end(struct svg *s)
{
    ASSERT(s->open > 0);
    s->open--;
    buf_z(&s->out, "</a>\n");
}

void svg_group(struct svg *s, const char *class_name)
{
    open_element(s, "g", class_name);
    buf_z(&s->out, ">\n");
    s->open++;
}

void svg_group_end(struct svg *s)
{
    ASSERT(s->open > 0);
    s->open--;
    buf_z(&s->out, "</g>\n");
}

void svg_line(struct svg *s, const char *class_name, double x1, double y1, double x2, double y2)
{
    open_element(s, "line", class_name);
    attr(s, "x1", x1);
    attr(s, "y1", y1);
    attr(s, "x2", x2);
    attr(s, "y2", y2);
    buf_z(&s->out, "/>\n");
}

void svg_rect(struct svg *s, const char *class_name, double x, double y, double width, double height)
{
    open_element(s, "rect", class_name);
    attr(s, "x", x);
    attr(s, "y", y);
    attr(s, "width", width > 0 ? width : 0); /* a negative length is an error in SVG */
    attr(s, "height", height > 0 ? height : 0);
    buf_z(&s->out, "/>\n");
}

void svg_circle(struct svg *s, const char *class_name, double x, double y, double r)
{
    open_element(s, "circle", class_name);
    attr(s, "cx", x);
    attr(s, "cy", y);
    attr(s, "r", r > 0 ? r : 0);
    buf_z(&s->out, "/>\n");
}

static void point(struct svg *s, char command, struct svg_point p)
{
    buf_ch(&s->out, command);
    number(&s->out, p.x);
    buf_ch(&s->out, ' ');
    number(&s->out, p.y);
}

static void path(struct svg *s, const char *class_name, const struct svg_point *points, size_t count, bool closed)
{
    bool pen_down = false;
    open_element(s, "path", class_name);
    buf_z(&s->out, " d=\"");
    for (size_t i = 0; i < count; i++) {
        bool finite = isfinite(points[i].x) && isfinite(points[i].y);
        if (finite)
            point(s, pen_down ? 'L' : 'M', points[i]);
        pen_down = finite || (closed && pen_down);
    }
    buf_z(&s->out, closed && pen_down ? "Z\"/>\n" : "\"/>\n");
}

void svg_polyline(struct svg *s, const char *class_name, const struct svg_point *points, size_t count)
{
    path(s, class_name, points, count, false);
}

void svg_polygon(struct svg *s, const char *class_name, const struct svg_point *points, size_t count)
{
    path(s, class_name, points, count, true);
}

void svg_text(struct svg *s, const char *class_name, double x, double y, enum svg_anchor anchor, struct str text)
{
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    open_element(s, "text", class_name);
    attr(s, "x", x);
    attr(s, "y", y);
    buf_z(&s->out, anchors[anchor]);
    buf_ch(&s->out, '>');
    buf_html(&s->out, text);
    buf_z(&s->out, "</text>\n");
}

void svg_nest(struct svg *s, double x, double y, struct html picture)
{
    static const struct str begin = S_INIT("<svg ");
    struct str text = {picture.p, picture.n};
    ASSERT(str_starts(text, begin));
    buf_z(&s->out, "<svg");
    attr(s, "x", x);
    attr(s, "y", y);
    buf_ch(&s->out, ' ');
    buf_str(&s->out, str_sub(text, begin.n, text.n));
}

double svg_height(struct html picture)
{
    struct str text = {picture.p, picture.n};
    double v = 0;
    size_t at, n;
    static const struct str name = S_INIT(" height=\"");
    if (!str_find(text, name, &at))
        return 0;
    text = str_sub(text, at + name.n, text.n);
    for (n = 0; n < text.n && text.p[n] >= '0' && text.p[n] <= '9'; n++)
        v = v * 10 + (text.p[n] - '0');
    return n < text.n && text.p[n] == '.' ? v + 1 : v;
}

struct html svg_end(struct svg *s)
{
    ASSERT(s->open == 0);
    buf_z(&s->out, "</svg>\n");
    return (struct html){s->out.p, s->out.n};
}
