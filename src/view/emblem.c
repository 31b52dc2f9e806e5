/* Emblems: see emblem.h. A picture is a short list of shapes in a square of 256 units, laid one over the other; two small writers
 * turn the list into SVG and into pixels. */
#include "view/emblem.h"

#include <cairo.h>
#include <math.h>

#define SIDE 256.0
#define MIDDLE (SIDE / 2)
#define POINTS_MOST 64
#define SHAPES_MOST 16
#define TEETH 24
#define PI 3.14159265358979323846

struct point {
    double x, y;
};

/* A closed area; a circle has no points. */
struct shape {
    uint32_t colour; /* 0xRRGGBB */
    double radius;
    struct point at; /* of a circle */
    struct point points[POINTS_MOST];
    size_t count;
};

struct drawing {
    struct shape shapes[SHAPES_MOST];
    size_t count;
};

static const uint32_t inks[EMBLEM_COLOUR_COUNT] = {0x0b6170, 0x1d4f91, 0x17603a, 0x7a4a00, 0xa3231f, 0x6a4ca3};
#define PAPER 0xffffffu

static const char *const symbol_words[EMBLEM_SYMBOL_COUNT] = {
#define X(word) #word,
    EMBLEM_SYMBOLS(X)
#undef X
};
static const char *const colour_words[EMBLEM_COLOUR_COUNT] = {
#define X(word) #word,
    EMBLEM_COLOURS(X)
#undef X
};

const char *emblem_symbol_word(enum emblem_symbol s)
{
    ASSERT(s < EMBLEM_SYMBOL_COUNT);
    return symbol_words[s];
}

const char *emblem_colour_word(enum emblem_colour c)
{
    ASSERT(c < EMBLEM_COLOUR_COUNT);
    return colour_words[c];
}

struct emblem emblem_read(struct str symbol, struct str colour)
{
    struct emblem e = {0};
    for (int i = 0; i < EMBLEM_SYMBOL_COUNT; i++)
        if (str_eq_z(symbol, symbol_words[i]))
            e.symbol = (enum emblem_symbol)i;
    for (int i = 0; i < EMBLEM_COLOUR_COUNT; i++)
        if (str_eq_z(colour, colour_words[i]))
            e.colour = (enum emblem_colour)i;
    return e;
}

/* ---- shapes -------------------------------------------------------------------------------------------------------------------- */

static struct shape *new_shape(struct drawing *d, uint32_t colour)
{
    ASSERT(d->count < SHAPES_MOST);
    struct shape *s = &d->shapes[d->count++];
    *s = (struct shape){.colour = colour};
    return s;
}

static void circle(struct drawing *d, uint32_t colour, double x, double y, double radius)
{
    struct shape *s = new_shape(d, colour);
    s->at = (struct point){x, y};
    s->radius = radius;
}

static void polygon(struct drawing *d, uint32_t colour, const struct point *points, size_t count)
{
    ASSERT(count <= POINTS_MOST);
    struct shape *s = new_shape(d, colour);
    memcpy(s->points, points, count * sizeof *points);
    s->count = count;
}

static void box(struct drawing *d, uint32_t colour, double x, double y, double width, double height)
{
    struct point p[] = {{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}};
    polygon(d, colour, p, COUNT_OF(p));
}

/* Points by turns on an outer and an inner circle: a seal has many, a star five. */
static void spikes(struct drawing *d, uint32_t colour, double y, size_t teeth, double outer, double inner)
{
    struct point p[POINTS_MOST];
    ASSERT(2 * teeth <= POINTS_MOST);
    for (size_t i = 0; i < 2 * teeth; i++) {
        double angle = PI * (double)i / (double)teeth - PI / 2, r = i % 2 == 0 ? outer : inner;
        p[i] = (struct point){MIDDLE + r * cos(angle), y + r * sin(angle)};
    }
    polygon(d, colour, p, 2 * teeth);
}

static void draw_book(struct drawing *d, uint32_t ink)
{
    struct point left[] = {{72, 92}, {122, 104}, {122, 172}, {72, 160}};
    struct point right[] = {{184, 92}, {134, 104}, {134, 172}, {184, 160}};
    polygon(d, ink, left, COUNT_OF(left));
    polygon(d, ink, right, COUNT_OF(right));
}

static void draw_person(struct drawing *d, uint32_t ink, double x, double y)
{
    struct point body[] = {{x - 20, y + 50}, {x - 14, y + 22}, {x + 14, y + 22}, {x + 20, y + 50}};
    circle(d, ink, x, y, 15);
    polygon(d, ink, body, COUNT_OF(body));
}

/* x = 16 sin^3 t, y = 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t. */
static void draw_heart(struct drawing *d, uint32_t ink)
{
    struct point p[POINTS_MOST];
    for (size_t i = 0; i < POINTS_MOST; i++) {
        double t = 2 * PI * (double)i / POINTS_MOST;
        p[i] = (struct point){MIDDLE + 3.4 * 16 * pow(sin(t), 3), 124 - 3.4 * (13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t))};
    }
    polygon(d, ink, p, POINTS_MOST);
}

static void draw_compass(struct drawing *d, uint32_t ink)
{
    struct point needle[] = {{128, 70}, {144, 128}, {128, 186}, {112, 128}};
    struct point across[] = {{78, 128}, {128, 118}, {178, 128}, {128, 138}};
    polygon(d, ink, across, COUNT_OF(across));
    polygon(d, ink, needle, COUNT_OF(needle));
    circle(d, PAPER, MIDDLE, MIDDLE, 8);
}

static void draw_scales(struct drawing *d, uint32_t ink)
{
    box(d, ink, 124, 78, 8, 94);
    box(d, ink, 78, 88, 100, 7);
    box(d, ink, 102, 168, 52, 9);
    struct point left[] = {{60, 134}, {108, 134}, {98, 150}, {70, 150}}, right[] = {{148, 134}, {196, 134}, {186, 150}, {158, 150}};
    struct point left_strings[] = {{82, 92}, {86, 92}, {106, 134}, {102, 134}, {84, 98}, {66, 134}, {62, 134}};
    struct point right_strings[] = {{170, 92}, {174, 92}, {194, 134}, {190, 134}, {172, 98}, {154, 134}, {150, 134}};
    polygon(d, ink, left, COUNT_OF(left));
    polygon(d, ink, right, COUNT_OF(right));
    polygon(d, ink, left_strings, COUNT_OF(left_strings));
    polygon(d, ink, right_strings, COUNT_OF(right_strings));
}

static void draw(struct drawing *d, struct emblem e)
{
    uint32_t ink = inks[e.colour];
    spikes(d, ink, MIDDLE, TEETH, 124, 114);
    circle(d, PAPER, MIDDLE, MIDDLE, 102);
    circle(d, ink, MIDDLE, MIDDLE, 97);
    circle(d, PAPER, MIDDLE, MIDDLE, 91);
    switch (e.symbol) {
    case EMBLEM_star: spikes(d, ink, 132, 5, 68, 28); break;
    case EMBLEM_book: draw_book(d, ink); break;
    case EMBLEM_people:
        draw_person(d, ink, 86, 112);
        draw_person(d, ink, 170, 112);
        draw_person(d, ink, 128, 96);
        box(d, ink, 108, 146, 40, 24);
        break;
    case EMBLEM_heart: draw_heart(d, ink); break;
    case EMBLEM_compass: draw_compass(d, ink); break;
    case EMBLEM_steps:
        box(d, ink, 76, 142, 30, 30);
        box(d, ink, 113, 116, 30, 56);
        box(d, ink, 150, 86, 30, 86);
        break;
    case EMBLEM_lamp:
        circle(d, ink, MIDDLE, 110, 38);
        box(d, ink, 110, 138, 36, 14);
        box(d, ink, 110, 157, 36, 9);
        box(d, ink, 116, 171, 24, 9);
        break;
    case EMBLEM_scales: draw_scales(d, ink); break;
    case EMBLEM_SYMBOL_COUNT: break;
    }
}

/* ---- as SVG -------------------------------------------------------------------------------------------------------------------- */

static void write_shape(struct buf *b, const struct shape *s)
{
    if (s->count == 0) {
        buf_printf(b, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\" fill=\"#%06x\"/>\n", s->at.x, s->at.y, s->radius, (unsigned)s->colour);
        return;
    }
    buf_z(b, "<polygon points=\"");
    for (size_t i = 0; i < s->count; i++)
        buf_printf(b, i != 0 ? " %.2f,%.2f" : "%.2f,%.2f", s->points[i].x, s->points[i].y);
    buf_printf(b, "\" fill=\"#%06x\"/>\n", (unsigned)s->colour);
}

struct str emblem_svg(struct arena *a, struct emblem e, struct str title)
{
    struct drawing d = {.count = 0};
    struct buf b = buf_new(a, 8192);
    ASSERT(!str_empty(title));
    draw(&d, e);
    buf_z(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 256 256\" width=\"256\" height=\"256\" role=\"img\">\n<title>");
    buf_html(&b, title);
    buf_z(&b, "</title>\n");
    for (size_t i = 0; i < d.count; i++)
        write_shape(&b, &d.shapes[i]);
    buf_z(&b, "</svg>\n");
    return buf_text(&b);
}

/* ---- as pixels ----------------------------------------------------------------------------------------------------------------- */

static cairo_status_t take_bytes(void *arg, const unsigned char *bytes, unsigned int n)
{
    buf_add(arg, bytes, n);
    return CAIRO_STATUS_SUCCESS;
}

static void paint(cairo_t *c, const struct shape *s)
{
    cairo_set_source_rgb(c, (double)(s->colour >> 16 & 255) / 255, (double)(s->colour >> 8 & 255) / 255, (double)(s->colour & 255) / 255);
    if (s->count == 0)
        cairo_arc(c, s->at.x, s->at.y, s->radius, 0, 2 * PI);
    for (size_t i = 0; i < s->count; i++)
        cairo_line_to(c, s->points[i].x, s->points[i].y);
    cairo_close_path(c);
    cairo_fill(c);
}

enum rc emblem_png(struct arena *a, struct emblem e, int pixels, struct str *out)
{
    struct drawing d = {.count = 0};
    struct buf b = buf_new(a, 16384);
    ASSERT(pixels >= 16 && pixels <= 2048);
    draw(&d, e);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, pixels, pixels);
    cairo_t *c = cairo_create(surface);
    cairo_scale(c, pixels / SIDE, pixels / SIDE);
    for (size_t i = 0; i < d.count; i++)
        paint(c, &d.shapes[i]);
    cairo_status_t status = cairo_status(c);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(surface, take_bytes, &b);
    cairo_destroy(c);
    cairo_surface_destroy(surface);
    *out = buf_text(&b);
    return status == CAIRO_STATUS_SUCCESS ? RC_OK : RC_BUSY;
}
