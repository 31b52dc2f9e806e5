/* The lineage of one person: who mentored her, who mentored them, whom she mentors, whom they mentor: two generations up and two
 * down, at most LINEAGE_WIDTH people asked about in each, so that it costs four statements however large a programme is. */
#ifndef CADRE_PROGRAMME_MENTOR_LINEAGE_H
#define CADRE_PROGRAMME_MENTOR_LINEAGE_H

#include "store/store.h"

#define LINEAGE_WIDTH 10      /* people of one generation whose own mentors or mentees are looked for */
#define LINEAGE_GENERATIONS 5 /* two above, the person, two below */
#define LINEAGE_MOST 80

struct lineage_node {
    int64_t person;
    int generation;           /* -2 the oldest, 0 the person, 2 the youngest */
    struct str name;          /* no value: erased */
    bool named;               /* she lets others read her name here */
    bool partner;             /* a mentor or mentee of the person who looks */
    int64_t first_at;         /* when her first pair in this lineage began; 0 for the person alone */
    int row;                  /* from the top, in drawing order */
};

struct lineage_edge {
    size_t mentor, mentee;    /* nodes */
    int64_t from_at;
    int64_t until_at;         /* 0: goes on */
};

struct lineage {
    struct lineage_node nodes[LINEAGE_MOST];
    size_t node_count;
    struct lineage_edge edges[LINEAGE_MOST];
    size_t edge_count;
    bool more;                /* there are more people than are told here */
};

/* Fills out. Node 0 is the person. viewer: who looks, for whom partners are marked. */
enum rc lineage_find(struct db *db, struct arena *a, int64_t programme, int64_t person, struct str name, int64_t viewer,
                     struct lineage *out) MUST_CHECK;

#endif
