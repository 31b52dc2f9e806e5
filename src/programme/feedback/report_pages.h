/* What the pages of the report share: pictures and words. */
#ifndef CADRE_PROGRAMME_FEEDBACK_REPORT_PAGES_H
#define CADRE_PROGRAMME_FEEDBACK_REPORT_PAGES_H

#include "programme/feedback/report_inside.h"

struct report_norm_domain {
    struct str title;
    int64_t people;
    double mean, spread;
};

/* ---- report_pictures.c ---- */
struct html report_draw_gap(struct ctx *c, const struct frozen *f);
struct html report_draw_window(struct ctx *c, const struct frozen *f);
struct html report_draw_pools(struct ctx *c, const struct frozen *f);
/* Reliability by the number of raters, 1 to most. */
struct html report_draw_raters(struct ctx *c, const struct report_norm *norm, size_t raters, size_t most, double target);
struct html report_draw_growth(struct ctx *c, const struct frozen *f, const struct growth *g);
struct html report_draw_norm(struct ctx *c, const struct instrument *i, const char *id, const struct report_norm_domain *v, size_t count);

/* ---- report_files.c ---- */
handler report_get_figures;

/* ---- pages_report.c ---- */
msg_id report_window_msg(enum johari w);
struct str report_window_word(enum johari w); /* in JSON and files */
struct str report_bound_word(const struct report_figure *f);
/* What a pool's groups are called, one after the other. */
struct str report_pool_title(struct ctx *c, const struct feedback_round *r, struct str members);
/* Reads a report for a page, when the asker may: she herself once it is released, who facilitates once it is frozen. Notes a reading by
 * another. RC_NOT_FOUND else. */
struct report_opened {
    struct feedback_round r;
    struct frozen f;
    struct growth g;
    struct report_norm norm;
    bool facilitates;
};
enum rc report_open(struct ctx *c, struct report_opened *o) MUST_CHECK;
/* Raters behind the figures, and up to how many the curve of reliability goes. */
size_t report_raters(const struct frozen *f);
size_t report_curve(size_t raters, const struct report_norm *norm);

#endif
