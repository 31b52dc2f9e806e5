/* A cascade: levels of mentees and mentors, where the mentees of one are the mentors of another (faculty, residents,
 * senior students, junior students). They are solved top-down, and who found no mentor above does not mentor below. One
 * JSON text holds all levels (docs/match.md); people are known by their names in it. */
#ifndef CADRE_ENGINE_MATCH_CASCADE_H
#define CADRE_ENGINE_MATCH_CASCADE_H

#include "engine/match/hr.h"

struct cascade_level {
    struct str name;
    struct hr *h;
    struct str *names[2]; /* of mentees and of mentors, as many as h counts */
    uint32_t *person[2];  /* the same as numbers: one for each name */
    uint32_t *partner;    /* set by who solves the level */
    uint32_t *closed;     /* after cascade_open: mentors who may not mentor, in their order */
    uint32_t closed_count;
    uint32_t released; /* pins to these, which do not hold */
};

struct cascade {
    struct cascade_level *level; /* top-down: nobody is a mentor in an earlier level than one where they are a mentee */
    uint32_t levels, people;
};

/* Is this JSON text a cascade: an object with a member "levels"? Looks at the outermost members alone. */
bool cascade_is(struct str text);

/* Reads it and puts the levels in order. RC_INVALID with e->detail: which level and line is wrong, or which people make
 * a circular chain. */
enum rc cascade_read(struct arena *a, struct str text, uint64_t seed, struct cascade **out, struct err *e) MUST_CHECK;

/* Before level k is solved, after those above: takes the seats of mentors who were mentees above and found nobody in
 * any of these levels. level[k].h is then to be solved into level[k].partner, which has room. */
void cascade_open(struct cascade *c, struct arena *a, uint32_t k);

#endif
