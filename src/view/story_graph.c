/* Drawing a branching case: see story_graph.h. */
#include "view/story_graph.h"

#include <math.h>

#include "base/utf8.h"
#include "engine/story/layout.h"
#include "gen/msg_story.h"
#include "view/svg.h"

#define LINE_CHARACTERS 20 /* of a title, in a box */
#define HEAD 7.0           /* of an arrow */

/* The first line of a title, ending at a space where it can; *rest: what is left. */
static struct str first_line(struct str title, struct str *rest)
{
    struct str line = utf8_truncate(title, LINE_CHARACTERS);
    size_t n = line.n;
    if (n < title.n && title.p[n] != ' ') {
        while (n != 0 && line.p[n - 1] != ' ')
            n--;
        n = n == 0 ? line.n : n;
    }
    *rest = str_trim(str_sub(title, n, title.n));
    return str_trim(str_sub(title, 0, n));
}

/* Is the passage one of the way; is to the next behind it somewhere, where to is one. */
static bool on_way(const struct story_graph_options *o, uint32_t passage, uint32_t to)
{
    for (size_t k = 0; k < o->way_count; k++)
        if (o->way[k] == passage && (to == STORY_NONE || (k + 1 < o->way_count && o->way[k + 1] == to)))
            return true;
    return false;
}

static void draw_box(struct svg *v, struct arena *a, const struct story *s, const struct layout_box *box, const struct story_graph_options *o)
{
    const struct story_passage *p = story_passage(s, box->passage);
    bool start = box->passage == story_info(s)->start;
    double left = box->x - LAYOUT_BOX_WIDTH / 2.0, top = box->y - LAYOUT_BOX_HEIGHT / 2.0;
    struct str rest, line = first_line(p->title, &rest);
    svg_rect(v, start || on_way(o, box->passage, STORY_NONE) ? "area s1" : box->reached ? "axis" : "limit", left, top, LAYOUT_BOX_WIDTH, LAYOUT_BOX_HEIGHT);
    if (p->ending)
        svg_rect(v, "axis", left + 3, top + 3, LAYOUT_BOX_WIDTH - 6, LAYOUT_BOX_HEIGHT - 6);
    svg_text(v, "text", box->x, box->y + (rest.n != 0 ? -3 : 5), SVG_MIDDLE, line);
    if (rest.n == 0)
        return;
    struct str second = utf8_truncate(rest, LINE_CHARACTERS);
    if (second.n < rest.n)
        second = str_concat(a, utf8_truncate(rest, LINE_CHARACTERS - 1), S("…"));
    svg_text(v, "text", box->x, box->y + 13, SVG_MIDDLE, second);
}

/* strong: of the way, or, where no way is drawn, taken by somebody. */
static void draw_arrow(struct svg *v, struct arena *a, const struct layout_arrow *arrow, bool counts, bool strong)
{
    struct svg_point *points = ARENA_ARRAY(a, arrow->count, struct svg_point), head[3];
    for (size_t k = 0; k < arrow->count; k++)
        points[k] = (struct svg_point){arrow->points[k].x, arrow->points[k].y};
    const char *look = strong ? "line s1" : arrow->by_text ? "limit" : "axis";
    svg_polyline(v, look, points, arrow->count);
    struct svg_point to = points[arrow->count - 1], from = points[arrow->count - 2];
    double angle = atan2(to.y - from.y, to.x - from.x);
    head[0] = (struct svg_point){to.x - HEAD * cos(angle - 0.5), to.y - HEAD * sin(angle - 0.5)};
    head[1] = to;
    head[2] = (struct svg_point){to.x - HEAD * cos(angle + 0.5), to.y - HEAD * sin(angle + 0.5)};
    svg_polyline(v, strong ? "line s1" : "axis", head, 3);
    if (!counts || arrow->by_text || arrow->held_back)
        return;
    struct buf count = buf_new(a, 16);
    buf_int(&count, (int64_t)arrow->traffic);
    svg_text(v, "text quiet", points[0].x * 0.6 + points[1].x * 0.4 + 4, points[0].y * 0.6 + points[1].y * 0.4, SVG_START, buf_text(&count));
}

struct html story_graph(struct arena *a, const struct story *s, struct story_graph_options options)
{
    struct layout l = story_layout(a, s, options.traffic);
    const struct story_info *i = story_info(s);
    struct msg_arg title[] = {MSG_TEXT("name", str_empty(i->title) ? i->file : i->title)}, shown[] = {MSG_NUM("n", (int64_t)l.box_count)},
                   left[] = {MSG_NUM("n", (int64_t)l.left_out)};
    struct str desc = msg_format(a, options.lang, M_story_graph_desc, shown, 1);
    if (l.left_out != 0)
        desc = str_printf(a, "%.*s %.*s", STR_ARG(desc), STR_ARG(msg_format(a, options.lang, M_story_graph_left_out, left, 1)));
    struct svg v = svg_begin(a, options.id != NULL ? options.id : "story", l.width, l.height,
                             msg_format(a, options.lang, M_story_graph_title, title, 1), desc);
    for (size_t k = 0; k < l.arrow_count; k++)
        draw_arrow(&v, a, &l.arrows[k], options.traffic != NULL,
                   options.way_count == 0 ? l.arrows[k].traffic != 0 : on_way(&options, l.boxes[l.arrows[k].from].passage, l.boxes[l.arrows[k].to].passage));
    for (size_t k = 0; k < l.box_count; k++)
        draw_box(&v, a, s, &l.boxes[k], &options);
    return svg_end(&v);
}

struct str story_graph_file(struct arena *a, const struct story *s, struct story_graph_options options)
{
    static const struct str begin = S_INIT("<svg "), after = S_INIT("</desc>\n");
    struct html h = story_graph(a, s, options);
    struct str picture = {h.p, h.n};
    size_t at = 0;
    struct buf b = buf_new(a, picture.n + 1024);
    ASSERT(str_starts(picture, begin) && str_find(picture, after, &at));
    buf_z(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" ");
    buf_str(&b, str_sub(picture, begin.n, at + after.n - begin.n));
    buf_z(&b, "<style>\nsvg { background: #fff; color: #1c2530 }\n"
              ".axis, .limit, .line { fill: none; stroke: #65717d }\n.limit { stroke-dasharray: 4 4 }\n"
              ".line { stroke: #0b5c8a; stroke-width: 2 }\n.area { fill: #e4eff6; stroke: #0b5c8a; stroke-width: 2 }\n"
              ".text { font: 13px system-ui, sans-serif; fill: currentColor }\n.quiet { fill: #55606b }\n"
              "@media (prefers-color-scheme: dark) { svg { background: #14191f; color: #e6eaee } .axis, .limit { stroke: #8d99a5 } "
              ".line { stroke: #7cc0ea } .area { fill: #17303f; stroke: #7cc0ea } .quiet { fill: #a9b4bf } }\n</style>\n");
    buf_str(&b, str_sub(picture, at + after.n, picture.n));
    return buf_text(&b);
}
