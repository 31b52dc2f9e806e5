/* Control charts: how a measure of care moves over time, and whether that is more than chance.
 *
 * A series is arrays in the order of time; a plan says which chart and which one rule set judge it, fixed before the data are
 * looked at. spc_compute gives lines, signals and what may be said of them. Nothing is re-based, screened or left out by itself:
 * phases, exclusions and screening are in the plan, where a person put them.
 *
 * Limits: Shewhart 1931 in the forms of Montgomery 2009 (I, MR, x-bar, s, p, u, c), with the rounded constants 1.128, 2.66 and
 * 3.267; p' and u' of Laney 2002; g of Benneyan 2001 with the median as centre; t of Nelson 1994 (power 1/3.6). A number that is
 * missing or not defined is NaN. Called by the verb `cadre chart` and by the pages of improvement projects. */
#ifndef CADRE_ENGINE_SPC_SPC_H
#define CADRE_ENGINE_SPC_SPC_H

#include "base/err.h"

#define SPC_POINTS_MOST ((size_t)1000000)
#define SPC_LIMITS_FROM ((size_t)12) /* points of a baseline, below which limits are on trial */
#define SPC_CLAIM_FROM ((size_t)10)  /* points that are not on the centre line, below which nothing is claimed */

/* X(kind, word) */
#define SPC_KINDS(X)                                                                                                   \
    X(RUN, "run") X(I, "i") X(MR, "mr") X(XBAR, "xbar") X(S, "s") X(P, "p") X(PP, "pp") X(U, "u") X(UP, "up") X(C, "c") X(G, "g") X(T, "t")
enum spc_kind {
#define SPC_KIND(kind, word) SPC_##kind,
    SPC_KINDS(SPC_KIND)
#undef SPC_KIND
        SPC_KIND_COUNT
};

/* Runs of Anhoej, Olesen 2014 (with the limits, where there are any); Western Electric 1956, rules 1 to 4; Nelson 1984, 1 to 8;
 * Making Data Count of the NHS; IHI: the run chart rules of Perla, Provost, Murray 2011, and on charts with limits the five rules
 * of Provost, Murray 2011. */
#define SPC_RULE_SETS(X)                                                                                               \
    X(ANHOEJ, "anhoej") X(WESTERN_ELECTRIC, "western-electric") X(NELSON, "nelson") X(MDC, "mdc") X(IHI, "ihi")
enum spc_rules {
#define SPC_RULE_SET(set, word) SPC_##set,
    SPC_RULE_SETS(SPC_RULE_SET)
#undef SPC_RULE_SET
        SPC_RULE_SET_COUNT
};

enum spc_good { SPC_NEITHER = 0, SPC_UP_IS_GOOD = 1, SPC_DOWN_IS_GOOD = -1 };

/* "xbar"; the value of a word but for case, -1 for any other (p' and u' are understood too). */
const char *spc_kind_word(enum spc_kind kind);
int spc_kind_find(struct str word);
const char *spc_rules_word(enum spc_rules rules);
int spc_rules_find(struct str word);
/* Does the chart divide by a denominator: p, p', u, u'. Run, I and MR charts do where they are given one. */
bool spc_kind_divides(enum spc_kind kind);

struct spc_series {
    size_t count;
    const double *y;      /* values; numerators where n divides; means of subgroups for xbar */
    const double *n;      /* denominators, or sizes of subgroups for xbar and s; NULL: there are none */
    const double *s;      /* standard deviations of subgroups, xbar and s alone */
    const bool *excluded; /* left out of lines and rules, but drawn; NULL: none */
};

struct spc_plan {
    enum spc_kind kind;
    enum spc_rules rules;
    enum spc_good good;
    size_t baseline;     /* only the first so many points of each phase make its lines; 0: all */
    const size_t *phase; /* the first point of each later phase, ascending, each above 0 */
    size_t phase_count;
    bool screen;         /* drop moving ranges above 3.267 times their mean, once (Nelson 1982) */
    bool unordered;      /* the points are units, not times: a funnel. Laney's spread is then the standard deviation */
    double multiply;     /* of what is shown, 0 for 1: 100 makes percent */
    double target;       /* in what is shown, NaN: none */
    double center, sigma; /* known from elsewhere, in what is shown; NaN: computed */
};
/* An Anhoej run chart without anything special. */
struct spc_plan spc_plan_default(void);

/* What the runs of a phase say (Anhoej, Olesen 2014): points on the centre line do not count. */
struct spc_runs {
    size_t n_obs, n_useful;
    size_t longest, longest_max;     /* 0 where n_useful is 0 */
    size_t crossings, crossings_min;
    bool signal;
};

struct spc_phase {
    size_t first, end; /* points first..end-1 */
    size_t base;       /* points that made its lines */
    bool trial;        /* fewer than SPC_LIMITS_FROM */
    struct spc_runs runs;
};

/* A rule that was met: `point` completed it. points from..point took part. */
struct spc_event {
    uint8_t rule;     /* as the rule set counts, from 1; Anhoej: 1 limits, 2 longest run, 3 crossings */
    int8_t direction; /* 1 high or rising, -1 low or falling, 0 neither */
    size_t from, point;
};

enum spc_icon { SPC_ICON_NONE, SPC_ICON_COMMON, SPC_ICON_IMPROVEMENT, SPC_ICON_CONCERN, SPC_ICON_HIGH, SPC_ICON_LOW };
enum spc_assurance { SPC_ASSURANCE_NONE, SPC_ASSURANCE_PASS, SPC_ASSURANCE_FAIL, SPC_ASSURANCE_INCONSISTENT };

/* What may be said. "Improved" is offered for SPC_BETTER alone (see spc_find). */
enum spc_finding {
    SPC_TOO_FEW,      /* no claim */
    SPC_STEADY,       /* no more than chance */
    SPC_BETTER,       /* a sustained change in the good direction, nothing bad after it */
    SPC_WORSE,        /* the same in the other */
    SPC_CHANGED,      /* a sustained change, but which direction is good is not stated, or it goes both ways */
    SPC_SINGLE_GOOD,  /* single points stand out, in the good direction: look at them; no lasting change */
    SPC_SINGLE_BAD,
    SPC_SINGLE,
};

struct spc_chart {
    struct spc_plan plan;
    size_t count;
    const bool *excluded;   /* never NULL */
    double *y, *cl;         /* as shown: multiplied */
    double *lcl, *ucl;      /* three standard errors; NaN: none */
    double *lcl2, *ucl2;    /* two */
    double *z;              /* of a point, in standard errors from its centre */
    bool *beyond;           /* outside the limits; also of points left out */
    uint8_t *rule;          /* the first rule that a point takes part in; 0: common cause */
    int8_t *mark;           /* direction of that rule */
    struct spc_phase *phases;
    size_t phase_count;
    struct spc_event *events; /* in the order of rules, then points */
    size_t event_count;
    enum spc_icon variation;      /* Making Data Count: of the last point */
    enum spc_assurance assurance; /* the target against the last limits */
    enum spc_finding finding;
    bool has_because; /* else there is none, or it is a step between phases */
    struct spc_event because; /* of the finding; windows of one shift put together */
    double before, after;            /* centres of the first and the last phase */
    bool has_limits;
};

/* Could each point stand on a chart of this kind: RC_INVALID with what is wrong with the one at *at, as spc_compute says it. */
enum rc spc_check_points(const struct spc_series *s, enum spc_kind kind, size_t *at, struct err *e) MUST_CHECK;

/* All of the above in the arena; the series must live as long. RC_INVALID with a message and the point, from 1, in e->field:
 * a numerator above its denominator, a negative count, a time that is not above 0, no number at all. A zero denominator is no
 * point. Linear in the points, but for medians. */
enum rc spc_compute(struct arena *a, const struct spc_series *s, const struct spc_plan *plan, struct spc_chart *out, struct err *e) MUST_CHECK;

/* Subgroups of observations for xbar and s: rows of one subgroup stand together, group[k] is the same number for them.
 * Missing observations are dropped; a subgroup of one has a mean and no s. Gives how many subgroups there are. */
size_t spc_subgroups(const double *y, const uint32_t *group, size_t rows, double *mean, double *sd, double *size);

/* Longest run that chance allows, and fewest crossings, for n useful points. */
size_t spc_longest_max(size_t n);
size_t spc_crossings_min(size_t n);
/* Bounds of the number of runs of n1 points above and n2 below, 2.5% in each tail (Swed, Eisenhart 1943): fewer than *least or
 * more than *most are a signal. */
void spc_runs_bounds(size_t n1, size_t n2, size_t *least, size_t *most);

/* How many rules the chart's rule set has; they count from 1. */
size_t spc_rule_count(const struct spc_chart *c);

/* The chart that assumes least: I for values from SPC_LIMITS_FROM points on, else a run chart. Whether a ratio is a share or a rate
 * is for a person to say. */
enum spc_kind spc_choose(const struct spc_series *s);

#endif
