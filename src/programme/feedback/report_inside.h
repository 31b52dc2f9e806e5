/* What the files of the report share and nobody else includes. */
#ifndef CADRE_PROGRAMME_FEEDBACK_REPORT_INSIDE_H
#define CADRE_PROGRAMME_FEEDBACK_REPORT_INSIDE_H

#include "engine/stats/gap.h"
#include "engine/stats/reliability.h"
#include "programme/feedback/feedback.h"
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

/* ---- report_frozen.c: what was frozen, read again ---- */

struct frozen_domain {
    struct str code, title;
    size_t items;               /* that are rated */
    struct report_self self;
    struct report_figure figure; /* of all raters */
    struct report_figure *pools; /* one for each pool behind the first */
    /* Worked out of these two: */
    struct gap gap;             /* she less the others; not a number where it cannot be said */
    enum johari window;
};

struct frozen_pool {
    struct str members;         /* codes, a space between two */
    int64_t n;
};

struct frozen_comment {
    size_t item;                /* index into the instrument's items */
    int64_t ordinal;
    struct str words, held;
};

struct frozen {
    int64_t round, programme, subject, least, at;
    bool enough, released;
    struct str slug;
    struct instrument i;        /* in the reader's language */
    struct frozen_domain *domains; /* those that are rated */
    size_t domain_count;
    struct frozen_pool *pools;  /* 0: all */
    size_t pool_count;
    struct frozen_comment *comments; /* by item in the instrument's order */
    size_t comment_count;
    double cut;                 /* from here on a mean counts as a strength */
};
/* RC_NOT_FOUND: nothing is frozen of that round. */
enum rc report_load(struct db *db, struct arena *a, int64_t round, struct str language, struct frozen *out) MUST_CHECK;

/* The same domain in earlier rounds: those by an instrument of the same name whose questions of the domain have the same codes. */
#define REPORT_ROUNDS_MAX 8
struct growth_point {
    bool some;
    int64_t at;
    struct report_figure figure;
};
struct growth {
    size_t rounds;              /* with this one, which is the last; at most REPORT_ROUNDS_MAX */
    int64_t at[REPORT_ROUNDS_MAX];
    struct growth_point *points; /* domain by domain, `rounds` of each */
    struct gap *change;         /* of each domain: from the first round that can be compared to this one, or the slope of a year */
    bool *by_year;              /* of each domain: change is a slope by year, over three rounds or more */
};
enum rc report_load_growth(struct db *db, struct arena *a, const struct frozen *f, struct str language, struct growth *out) MUST_CHECK;

/* ---- report_norm.c: figures over many people ---- */

/* Reliability of raters in a programme by its last edition. false in known: too few reports yet. */
struct report_norm {
    bool known;
    int64_t people;
    struct reliability r;
};
enum rc report_load_norm(struct db *db, struct arena *a, int64_t programme, struct str slug, double target, struct report_norm *out) MUST_CHECK;
/* A new edition, when enough people have come since the last. */
enum rc report_renew_norm(struct db *tx, struct arena *a, int64_t programme, struct str slug, const struct instrument *i, int64_t now, struct err *e) MUST_CHECK;

#endif
