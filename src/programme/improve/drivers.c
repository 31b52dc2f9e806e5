/* The driver diagram: an indented list drawn as a tree from the aim to primary and secondary drivers and ideas for change. See
 * inside.h. */
#include "base/utf8.h"
#include "programme/improve/inside.h"
#include "view/svg.h"

#define LEVELS 3
#define BOX_WIDTH 158.0
#define BOX_HEIGHT 40.0
#define ACROSS 187.0
#define DOWN 48.0
#define LETTERS 21

struct node {
    struct str text;
    size_t level, parent; /* parent: SIZE_MAX for the aim's own */
    double y, lowest, highest; /* middle; and those of the children */
    bool has_children;
};

/* Lines with their depth, by how far they are indented compared with those above. */
static size_t read_list(struct str list, struct node *out)
{
    size_t indent[LEVELS] = {0}, at[LEVELS] = {0}, n = 0, deep = 0;
    struct str line;
    while (n < IMPROVE_DRIVERS_MOST && str_line(&list, &line)) {
        size_t spaces = 0;
        while (spaces < line.n && (line.p[spaces] == ' ' || line.p[spaces] == '\t' || line.p[spaces] == '-' || line.p[spaces] == '*'))
            spaces++;
        struct str text = str_trim(str_sub(line, spaces, line.n));
        if (text.n == 0)
            continue;
        size_t level = n == 0 ? 0 : deep;
        while (level > 0 && spaces <= indent[level])
            level--;
        if (n != 0 && spaces > indent[level] && level + 1 < LEVELS)
            level++;
        indent[level] = spaces;
        at[level] = n;
        deep = level;
        out[n] = (struct node){.text = text, .level = level, .parent = level == 0 ? SIZE_MAX : at[level - 1]};
        if (level != 0)
            out[out[n].parent].has_children = true;
        n++;
    }
    return n;
}

/* Leaves stand under each other, a parent beside the middle of its children; children stand behind their parents in the list. */
static double place(struct node *nodes, size_t n)
{
    double next = DOWN / 2;
    for (size_t k = 0; k < n; k++) {
        nodes[k].lowest = -1;
        nodes[k].highest = 1e9;
        if (!nodes[k].has_children) {
            nodes[k].y = next;
            next += DOWN;
        }
    }
    for (size_t k = n; k-- > 0;) {
        struct node *x = &nodes[k];
        if (x->has_children)
            x->y = (x->lowest + x->highest) / 2;
        if (x->parent == SIZE_MAX)
            continue;
        struct node *up = &nodes[x->parent];
        up->lowest = x->y > up->lowest ? x->y : up->lowest;
        up->highest = x->y < up->highest ? x->y : up->highest;
    }
    return next - DOWN / 2;
}

static void draw_box(struct arena *a, struct svg *v, double x, double y, struct str text, bool strong)
{
    struct str first = utf8_truncate(text, LETTERS), rest = str_trim(str_sub(text, first.n, text.n));
    if (rest.n != 0) { /* break at a space */
        size_t n = first.n;
        while (n != 0 && first.p[n - 1] != ' ')
            n--;
        if (n != 0) {
            first = str_trim(str_sub(text, 0, n));
            rest = str_trim(str_sub(text, n, text.n));
        }
    }
    svg_rect(v, strong ? "area s1" : "axis", x, y - BOX_HEIGHT / 2, BOX_WIDTH, BOX_HEIGHT);
    svg_text(v, "text", x + 6, y + (rest.n != 0 ? -3 : 5), SVG_START, first);
    if (rest.n == 0)
        return;
    struct str second = utf8_truncate(rest, LETTERS);
    svg_text(v, "text", x + 6, y + 14, SVG_START, second.n < rest.n ? str_concat(a, utf8_truncate(rest, LETTERS - 1), S("…")) : second);
}

static void draw_arm(struct svg *v, double x, double from, double to)
{
    const struct svg_point points[] = {{x - (ACROSS - BOX_WIDTH), from}, {x - (ACROSS - BOX_WIDTH) / 2, from}, {x - (ACROSS - BOX_WIDTH) / 2, to}, {x, to}};
    svg_polyline(v, "axis", points, COUNT_OF(points));
}

struct html improve_draw_drivers(struct arena *a, int lang, struct str aim, struct str list)
{
    struct node *nodes = ARENA_ARRAY(a, IMPROVE_DRIVERS_MOST + 1, struct node);
    size_t n = read_list(list, nodes);
    if (n == 0)
        return (struct html){0};
    double bottom = place(nodes, n), first = 1e9, last = 0;
    struct buf desc = buf_new(a, 512);
    buf_str(&desc, aim);
    for (size_t k = 0; k < n; k++) {
        buf_z(&desc, nodes[k].level == 0 ? "; " : " > ");
        buf_str(&desc, nodes[k].text);
        if (nodes[k].level == 0) {
            first = nodes[k].y < first ? nodes[k].y : first;
            last = nodes[k].y > last ? nodes[k].y : last;
        }
    }
    struct svg v = svg_begin(a, "drivers", ACROSS * LEVELS + BOX_WIDTH + 2, bottom, msg_text(lang, M_improve_drivers_title), buf_text(&desc));
    draw_box(a, &v, 1, (first + last) / 2, aim, true);
    for (size_t k = 0; k < n; k++) {
        double x = 1 + ACROSS * (double)(nodes[k].level + 1);
        draw_arm(&v, x, nodes[k].parent == SIZE_MAX ? (first + last) / 2 : nodes[nodes[k].parent].y, nodes[k].y);
        draw_box(a, &v, x, nodes[k].y, nodes[k].text, false);
    }
    return svg_end(&v);
}
