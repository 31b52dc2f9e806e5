/* What the methods of `cadre stats` share: the run, reading files and options, and JSON of numbers. A method is a
 * function stats_run_NAME(job) in one of stats_*.c with its entry in stats_methods.h; it reads its tables, calls
 * engine/stats and hands the result to stats_print. What goes wrong is said by stats_fail. */
#ifndef CADRE_COMMAND_STATS_H
#define CADRE_COMMAND_STATS_H

#include <jansson.h>

#include "command/command.h"
#include "command/stats_methods.h"
#include "engine/stats/stats.h"

struct stats_job {
    struct command *c;
    struct arena *a;
    const char *method;
    const char *const *files;
    size_t file_count;
    double level; /* of the intervals */
};

#define STATS_DECLARE(function, name, files, does) int stats_run_##function(const struct stats_job *job);
STATS_METHODS(STATS_DECLARE)
#undef STATS_DECLARE

/* File k as a table; says why not. */
bool stats_read(const struct stats_job *job, size_t k, struct stats_table *out) MUST_CHECK;
/* A number option that must lie within least..most; says what is wrong and returns false. */
bool stats_option_real(const struct stats_job *job, const char *name, double otherwise, double least, double most,
                       double *out) MUST_CHECK;

int stats_fail(const struct stats_job *job, const struct err *e);      /* says e, returns EXIT_REFUSED */
int stats_print(const struct stats_job *job, json_t *result);         /* prints and releases result */

/* null for what is missing or not finite. */
json_t *stats_json(double x);
json_t *stats_json_array(const double *x, size_t n);
json_t *stats_json_interval(struct stats_interval ci);                /* [lo, hi] */
json_t *stats_json_estimate(struct stats_estimate x);                 /* {"est", "lo", "hi"} */
json_t *stats_json_text(struct str s);

#endif
