/* Control charts as pictures, and what they say in words: for pages, in the house's classes, and as files that stand alone. A
 * picture tells improvement and concern by colour and by shape; a table with the same numbers belongs beside it. */
#ifndef CADRE_VIEW_CHART_H
#define CADRE_VIEW_CHART_H

#include "engine/spc/series.h"
#include "engine/spc/spc.h"
#include "view/view.h"

/* Something that was done: marked at a point, with a number; the text stands under the picture. */
struct chart_note {
    size_t point;
    struct str text;
};

struct chart_picture {
    int lang;
    const char *id;      /* unique in the page; NULL: "chart" */
    struct str name;     /* of the measure */
    struct str unit;     /* behind numbers, "%"; may be empty */
    const struct spc_stratum *stratum;
    enum spc_scale scale;
    const struct spc_chart *chart;
    const struct chart_note *notes;
    size_t note_count;
    bool narrow;         /* for a phone: 320 wide */
};

/* The finding as a title, and the sentence with chart, points, rule, baseline. In the arena, as plain text. */
struct str chart_title(struct arena *a, const struct chart_picture *p);
struct str chart_sentence(struct arena *a, const struct chart_picture *p);
struct str chart_kind_name(int lang, enum spc_kind kind);
struct str chart_rules_name(int lang, enum spc_rules rules);
/* Making Data Count: what the icons say, as text; empty where there are none. */
struct str chart_variation(int lang, const struct spc_chart *c);
struct str chart_assurance(int lang, const struct spc_chart *c);
/* A number as the picture writes it, with the unit. */
struct str chart_number(struct arena *a, const struct chart_picture *p, double v);
/* A point's time as the picture writes it: 2026-04 where all are the first of a month. */
struct str chart_time(const struct chart_picture *p, size_t point);

struct html chart_draw(struct arena *a, const struct chart_picture *p);
/* Several charts on one scale, each under its stratum's label; by: what the strata are. */
struct html chart_draw_strata(struct arena *a, const struct chart_picture *p, size_t count, struct str by);
/* Units by their size, with limits that narrow (Spiegelhalter 2005); of a p or u chart with plan.unordered. */
struct html chart_draw_funnel(struct arena *a, const struct chart_picture *p);
/* Making Data Count's two icons. */
struct html chart_draw_icons(struct arena *a, const struct chart_picture *p);

/* A picture as an SVG file, with its own colours for light, dark and print. */
struct str chart_file(struct arena *a, struct html picture);

#endif
