/* Reading the series of a chart from a table that somebody sends: which column is the time, which the values, what is a date, what
 * is a number, and what is wrong, by row and column. Nothing is guessed that could change a result: a decimal comma, a date that
 * could be two, a date that stands twice are told, not repaired. Used by `cadre chart` and by the measures of projects. */
#ifndef CADRE_ENGINE_SPC_SERIES_H
#define CADRE_ENGINE_SPC_SERIES_H

#include "base/problems.h"
#include "engine/spc/spc.h"

#define SPC_STRATA_MOST ((size_t)200)

enum spc_scale {
    SPC_SCALE_DAYS,   /* `at` is a civil day */
    SPC_SCALE_MONTHS, /* the same, the first of the month */
    SPC_SCALE_QUARTERS,
    SPC_SCALE_NUMBERS, /* in the order of the numbers */
    SPC_SCALE_LABELS,  /* anything else, in the order of the file */
};

/* Names of columns; empty where they are to be found by their usual names, or by being the only one that fits. */
struct spc_request {
    struct str x, y, n, by;
    struct str only_column, only_value; /* rows with that value alone */
    bool want_n;    /* look for a denominator when none is named */
    bool sum;       /* rows of one time are added up */
    bool subgroups; /* rows of one time are a subgroup: means and standard deviations */
    bool no_people; /* refuse what looks like a row for each patient; year: the present one, for days of birth */
    int64_t year;
};

struct spc_stratum {
    struct str label; /* empty where there is one */
    struct spc_series series;
    struct str *x;  /* of each point, as it is shown */
    int64_t *at;    /* see spc_scale; the place from 0 for numbers and labels */
    size_t *line;   /* of the file, where the point begins */
};

struct spc_data {
    enum spc_scale scale;
    struct str x_name, y_name, n_name, by_name; /* n_name, by_name: empty where there are none */
    struct spc_stratum *strata;
    size_t count;
    size_t rows;
};

/* Problems go to p, in the arena of p; data is filled when there is no error there. */
void spc_read(struct arena *a, struct str file, struct str bytes, const struct spc_request *r, struct spc_data *out, struct problems *p);

/* A single value of such a table: a number or nothing. False when it is neither; *msg says why. */
bool spc_number(struct str s, double *out, msg_id *msg);
/* A single time. False when it is no date (day, month or quarter). */
bool spc_date(struct str s, enum spc_scale *scale, int64_t *day);
/* The place of a point that is named by its time as it is shown, or as #12 by its number from 1; SIZE_MAX: none. */
size_t spc_point_find(const struct spc_stratum *s, struct str name);

#endif
