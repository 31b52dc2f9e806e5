/* A branching case as a picture (engine/story/layout.h): for pages, in the house's classes, and as a file that stands alone. A list
 * of the passages with their links belongs beside it. */
#ifndef CADRE_VIEW_STORY_GRAPH_H
#define CADRE_VIEW_STORY_GRAPH_H

#include "engine/story/story.h"
#include "view/view.h"

struct story_graph_options {
    int lang;
    const char *id;          /* unique in the page; NULL: "story" */
    const uint64_t *traffic; /* by link, how often it was taken, or STORY_HELD_BACK (engine/story/layout.h); NULL: not shown */
    const uint32_t *way;     /* the passages that somebody came through, in their order: drawn strong, in place of what is
                              most taken; NULL: nobody's */
    size_t way_count;
};

struct html story_graph(struct arena *a, const struct story *s, struct story_graph_options options);
/* The same as an SVG file, with its own colours, light and dark. */
struct str story_graph_file(struct arena *a, const struct story *s, struct story_graph_options options);

#endif
