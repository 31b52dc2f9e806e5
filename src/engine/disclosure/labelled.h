/* A release with names: what is read from CSV and JSON files and handed to the engine, with every total, rest and
 * change between snapshots that follows from it. docs/disclosure.md has the formats. Used by `cadre disclose`. */
#ifndef CADRE_ENGINE_DISCLOSURE_LABELLED_H
#define CADRE_ENGINE_DISCLOSURE_LABELLED_H

#include "engine/disclosure/disclosure.h"

#define LABELLED_DIMENSIONS_MOST 16
#define LABELLED_DEPTH_MOST 12                        /* levels of a hierarchy */
#define LABELLED_FILE_MOST ((size_t)64 * 1024 * 1024) /* bytes */

struct category {
    struct str name; /* the whole path, "Asia > India" */
    uint32_t parent; /* 0: directly under the total */
};

struct dimension {
    struct str name;
    struct category *categories; /* category 0 is the total */
    size_t count, room;
};

#define LABELLED_NOT_A_CELL UINT32_MAX

struct labelled_cell {
    uint32_t snapshot;
    uint32_t *at;  /* category of each dimension; 0 the total */
    uint32_t cell; /* in the engine; for a change between snapshots, that of the change */
    int64_t count;
    enum disclosure_kind kind;
    bool withheld; /* the file says that it is not shown */
    bool implied;  /* not in a file: a total, a rest */
    bool change;   /* the difference to an earlier snapshot */
    uint8_t sums;  /* in how many directions it is a total */
    size_t line;
};

struct labelled {
    struct arena *a;
    struct disclosure_rule rule;
    struct dimension dimensions[LABELLED_DIMENSIONS_MOST];
    size_t dimension_count;
    struct str *snapshots; /* names, the earliest first; the last is the one to be released */
    size_t snapshot_count, snapshot_room;
    struct labelled_cell *cells; /* in the order of the file, then what follows from them */
    size_t count, room;
    size_t files;         /* read so far */
    bool plain;           /* one table of rows and columns without names: cells are told as [row, column] from 0 */
    size_t rows, columns; /* of it */
    bool totals;          /* totals that the files do not list are published too */
    struct disclosure *release; /* after labelled_finish */
    struct labelled_reader *reader;
};

/* Empty; the rule may be changed by a JSON file that has one. */
struct labelled *labelled_new(struct arena *a, struct disclosure_rule rule);

/* Adds a file; its name says what it is: .json, else CSV. RC_MALFORMED or RC_INVALID with what and where in e->detail.
 */
enum rc labelled_read(struct labelled *l, struct str file, struct str bytes, struct err *e) MUST_CHECK;

/* Works out totals, rests and changes, checks that sums hold, and builds the release. audit: cells that the files do
 * not show are hidden cells of the release, instead of cells that are never printed. */
enum rc labelled_finish(struct labelled *l, bool audit, struct err *e) MUST_CHECK;

/* The category's name; "" for the total. */
struct str labelled_name(const struct labelled *l, const struct labelled_cell *c, size_t dimension);

#endif
