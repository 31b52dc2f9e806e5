/* What generated views are made of. A view is a *.html file beside its capability; tools/viewgen turns it into
 *     gen/<path>/<name>_view.h: struct view_NAME with the declared fields, and const struct view view_NAME_def
 * with one function that writes HTML and one that writes JSON, so that a page and its data never differ. docs/views.md
 * describes the language. */
#ifndef CADRE_VIEW_VIEW_H
#define CADRE_VIEW_VIEW_H

#include "base/clock.h"
#include "base/msg.h"

/* Markup that is safe by construction. Made only by the Markdown renderer, the SVG writer and the form writer; there is
 * no function from text to html that does not escape. */
struct html {
    const char *p;
    size_t n;
};

/* What writing depends on besides the data. */
struct view_env {
    struct buf *out;
    struct arena *a;
    int lang;
    const struct zone *zone;
    struct str csrf; /* for forms; empty where nobody is signed in */
};

struct view {
    const char *name;
    void (*html)(struct view_env *env, const void *data);
    void (*json)(struct view_env *env, const void *data);
};

/* Some view together with its data: a field declared `any`, for frames that hold whatever page there is. */
struct view_any {
    const struct view *view; /* NULL: nothing */
    const void *data;
};

/* Optional numbers: a field declared `int?`, `time?`, `day?` or `real?`. */
struct opt_int {
    bool some;
    int64_t v;
};
struct opt_real {
    bool some;
    double v;
};
#define SOME_INT(x) ((struct opt_int){.some = true, .v = (x)})
#define SOME_REAL(x) ((struct opt_real){.some = true, .v = (x)})

#endif
