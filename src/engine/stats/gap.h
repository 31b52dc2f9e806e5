/* What a page of feedback may say of one number next to another: whether the gap between how somebody sees herself and
 * how others see her is more than the error of measuring, what it then means, and whether something grew from round to
 * round. Small, pure, for pages; means and standard deviations come from counts that disclosure control lets through.
 */
#ifndef CADRE_ENGINE_STATS_GAP_H
#define CADRE_ENGINE_STATS_GAP_H

#include "engine/stats/stats.h"

/* Standard error of measurement: sd sqrt(1 - reliability) (Lord, Novick 1968, eq. 3.8.4). NaN unless 0 <= reliability
 * <= 1. */
double gap_sem(double sd, double reliability);

struct gap {
    double gap, se;
    double df;                /* of the t quantile; infinite: normal */
    struct stats_interval ci; /* of the gap */
    bool beyond;              /* the interval does not hold 0: more than the error of measuring */
};

/* self less the mean of n others whose ratings spread by sd (n - 1). self_sem: the error of her own score (gap_sem), 0
 * where it is taken as it is. se = sqrt(self_sem^2 + sd^2 / n), with Welch's degrees of freedom (Welch 1947; her own
 * error known). With fewer than two others, or no number, all is NaN and beyond is false. Equal others have sd 0: then
 * least_sd stands for it, the smallest spread that the scale can tell (its step / sqrt(12), Sheppard), so that three
 * equal ratings are not taken for certainty. */
struct gap gap_of(double self, double self_sem, double mean, double sd, size_t n, double least_sd, double level);

/* The window of Luft and Ingham 1955, as far as the numbers carry it: a gap is only spoken of when it is beyond the
 * error. */
enum johari {
    JOHARI_UNTOLD,          /* too few answers */
    JOHARI_STRENGTH_KNOWN,  /* open: she and the others see it, at or above the cut */
    JOHARI_NEED_KNOWN,      /* open: she and the others see it, below the cut */
    JOHARI_STRENGTH_UNSEEN, /* the others see more than she does */
    JOHARI_BLIND_SPOT,      /* she sees more than the others do */
};
enum johari gap_johari(const struct gap *g, double others_mean, double cut);

/* From one round to a later one: later less earlier, se = sqrt(sd1^2 / n1 + sd2^2 / n2), Welch's degrees of freedom.
 * The raters of both rounds are taken as different people, which is careful where they are the same. */
struct gap gap_change(double mean1, double sd1, size_t n1, double mean2, double sd2, size_t n2, double least_sd,
                      double level);

/* Over three or more rounds: the slope per unit of time by weighted least squares, weights 1 / se^2 taken as known; the
 * interval is normal. gap is the slope. NaN for fewer than two times or an se that is not above 0. */
struct gap gap_growth(const double *time, const double *mean, const double *se, size_t rounds, double level);

#endif
