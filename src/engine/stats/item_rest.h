/* Which items tell people apart: each item's correlation with the rest (item-rest correlation; point-biserial where an item gives all
 * or nothing). An item that goes along with the others measures what they measure; one near 0 does not tell strong from weak, one below
 * 0 tells the wrong way round (Ebel, Frisbie 1991, ch. 13: .20 and more is acceptable). */
#ifndef CADRE_ENGINE_STATS_ITEM_REST_H
#define CADRE_ENGINE_STATS_ITEM_REST_H

#include "engine/stats/stats.h"

struct item_rest {
    size_t people;           /* with an answer to this one */
    double mean, sd;         /* of their answers; n - 1; NaN below two */
    size_t pairs;            /* with an answer to another one too */
    double r;                /* with the mean of the others that the person answered; NaN where one of the two does not vary */
    struct stats_interval ci; /* by Fisher's z (1921); NaN below four pairs */
};

/* Each row is a person, each column an item; an answer that is missing (NaN) is left out, and so people on different ways can be
 * compared. out: x->columns of them. Two passes over the matrix. */
void item_rest_of(const struct stats_matrix *x, double level, struct item_rest *out);

#endif
