/* A small writer of SVG pictures: shapes with numbers, text that is escaped, classes of static/cadre.css for all
 * colour. Every picture has a title and a description; a table with the same numbers belongs beside it. Coordinates are
 * user units of the view box; more than two decimals are not written. */
#ifndef CADRE_VIEW_SVG_H
#define CADRE_VIEW_SVG_H

#include "view/view.h"

struct svg {
    struct buf out;
    int open; /* groups */
};

struct svg_point {
    double x, y;
};

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* id is unique in the page (letters, digits, -), the title has id "<id>-t" for the region around it; title and desc are
 * not empty; desc says what the picture shows. */
struct svg svg_begin(struct arena *a, const char *id, double width, double height, struct str title, struct str desc);
/* The same for a picture whose parts are links: it is a group then, since an image has no parts for a screen reader. */
struct svg svg_begin_links(struct arena *a, const char *id, double width, double height, struct str title, struct str desc);
/* What is drawn until the end of the link leads to href, a path of this site; a text in it is its name. */
void svg_link(struct svg *s, struct str href);
void svg_link_end(struct svg *s);
/* class_name: literal words of the style sheet, or NULL. */
void svg_group(struct svg *s, const char *class_name);
void svg_group_end(struct svg *s);
void svg_line(struct svg *s, const char *class_name, double x1, double y1, double x2, double y2);
void svg_rect(struct svg *s, const char *class_name, double x, double y, double width, double height);
void svg_circle(struct svg *s, const char *class_name, double x, double y, double r);
/* An open line through the points. A point that is not finite breaks the line there. */
void svg_polyline(struct svg *s, const char *class_name, const struct svg_point *points, size_t count);
/* A closed area; points that are not finite are left out. */
void svg_polygon(struct svg *s, const char *class_name, const struct svg_point *points, size_t count);
void svg_text(struct svg *s, const char *class_name, double x, double y, enum svg_anchor anchor, struct str text);
/* A finished picture at (x, y), in its own size; its id differs from this one's. */
void svg_nest(struct svg *s, double x, double y, struct html picture);
/* The height of a finished picture. */
double svg_height(struct html picture);
/* Ends the picture; every group must be closed. The html lives in the arena. */
struct html svg_end(struct svg *s);

#endif
