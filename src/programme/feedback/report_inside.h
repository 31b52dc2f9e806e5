/* What the files of the report share and nobody else includes. */
#ifndef CADRE_PROGRAMME_FEEDBACK_REPORT_INSIDE_H
#define CADRE_PROGRAMME_FEEDBACK_REPORT_INSIDE_H

#include "programme/feedback/report.h"

/* ---- report_figure.c: pure ---- */

/* What is left open for each rater, in points: less than this may not be left. */
#define REPORT_WIDTH 1.0

/* Scores are whole numbers of parts of a point: sums then do not depend on the order of the sheets, which rounding would show. */
#define REPORT_PARTS 1000000

/* Some raters' scores in a domain: of a pool, or of those who are in none that is shown. */
struct report_part {
    int64_t n;
    int64_t sum, squares; /* of scores in parts, and of their squares */
    int64_t lowest, highest;
    size_t fewest;        /* items that one of them judged, the fewest: scores come in steps of a point by that many */
};
void report_part_add(struct report_part *p, double score, size_t judged);
double report_part_mean(const struct report_part *p);
double report_part_ss(const struct report_part *p); /* sum of squares around the mean */

/* How much the figures of a domain leave open for any one rater, in points: who looks knows the scale, the rounding, the whole's figure
 * (with its spread where it has one), those pools' that are shown, and who stands in which pool and judged. That a pool is held back
 * is not reckoned with. */
double report_left_open(const struct report_part *whole, const struct report_figure *figure, const struct report_part *pools,
                        const struct report_figure *figures, size_t count, double low, double high);

/* Decides the figures of a domain: whole, and one for each pool. least: k. */
void report_figures_of(struct arena *a, const struct report_part *whole, const struct report_part *pools, size_t count, double low, double high,
                       int64_t least, struct report_figure *figure, struct report_figure *figures);

#endif
