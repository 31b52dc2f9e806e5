/* A case as a picture: where each passage stands and how the arrows run, in layers from top to bottom (Sugiyama, Tagawa, Toda 1981:
 * arrows that close a circle are turned, passages stand below those that lead to them, each layer is ordered by the mean place of its
 * neighbours, then moved towards them). Coordinates only; view/story_graph.h draws them. */
#ifndef CADRE_ENGINE_STORY_LAYOUT_H
#define CADRE_ENGINE_STORY_LAYOUT_H

#include "engine/story/story.h"

#define STORY_HELD_BACK UINT64_MAX /* as traffic of a link: so few that it is not told */
#define LAYOUT_PASSAGES_MOST 400 /* those nearest to the start are shown */
#define LAYOUT_BOX_WIDTH 150
#define LAYOUT_BOX_HEIGHT 44

struct layout_box {
    uint32_t passage;
    double x, y; /* of its middle, in pixels */
    bool reached; /* some way leads here from the start */
};

struct layout_point {
    double x, y;
};

struct layout_arrow {
    uint32_t from, to;          /* boxes */
    struct layout_point *points; /* from border to border */
    size_t count;
    uint64_t traffic; /* of all the links it stands for */
    bool held_back;   /* of one of them it is not told */
    bool by_text;     /* not a choice: an include, a consequence, a timer */
};

struct layout {
    struct layout_box *boxes;
    size_t box_count;
    struct layout_arrow *arrows;
    size_t arrow_count;
    size_t left_out; /* passages that are not shown */
    double width, height;
};

/* traffic: by the number of a link, how often it was taken; NULL: not known. Everything lives in a. Deterministic; time and space are
 * bounded by LAYOUT_PASSAGES_MOST whatever the case. */
struct layout story_layout(struct arena *a, const struct story *s, const uint64_t *traffic);

#endif
