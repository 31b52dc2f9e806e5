/* The shape of a JSON text from outside, before a parser that recurses is let near it: jansson reads and writes down to 2048
 * levels, which takes more stack than a worker has, and a file of ten million empty lists takes a hundred times its size. */
#ifndef CADRE_BASE_JSON_SHAPE_H
#define CADRE_BASE_JSON_SHAPE_H

#include "base/str.h"

struct json_shape {
    size_t depth;  /* of objects and lists within each other */
    size_t values; /* about how many there are, names of members too */
};

/* Counts without recursion and without asking whether it is JSON: whatever a parser takes for nested is counted. */
struct json_shape json_shape(struct str text);

#endif
