/* Inside the reader of releases: rows as CSV and JSON give them. */
#ifndef CADRE_ENGINE_DISCLOSURE_READER_H
#define CADRE_ENGINE_DISCLOSURE_READER_H

#include "base/strmap.h"
#include "engine/disclosure/labelled.h"

#define ROW_WORDS (LABELLED_DIMENSIONS_MOST + 1)

struct labelled_reader {
    struct strmap names[LABELLED_DIMENSIONS_MOST]; /* of each dimension: path to category */
    struct strmap snapshots;
    struct strmap cells; /* key of snapshot and categories to index in cells */
    struct str file;     /* being read, for messages */
};

/* A dimension by name, made when it is new. RC_INVALID when there are too many. */
enum rc reader_dimension(struct labelled *l, struct str name, size_t *out, struct err *e) MUST_CHECK;
/* A category by path, made with its parents when it is new; "", "Total" and "*" are the total. */
enum rc reader_category(struct labelled *l, size_t dimension, struct str path, uint32_t *out, struct err *e) MUST_CHECK;
/* The rest under a parent. */
uint32_t reader_rest(struct labelled *l, size_t dimension, uint32_t parent);
uint32_t reader_snapshot(struct labelled *l, struct str name);

/* The cell at a place, or LABELLED_NOT_A_CELL. */
uint32_t reader_find(struct labelled *l, uint32_t snapshot, const uint32_t *at);
/* Adds a cell. RC_INVALID when there are too many. at is copied. */
enum rc reader_add(struct labelled *l, uint32_t snapshot, const uint32_t *at, struct labelled_cell c,
                   struct err *e) MUST_CHECK;
/* Adds a cell that a file names: the same cell twice is fine when the counts agree. */
enum rc reader_row(struct labelled *l, uint32_t snapshot, const uint32_t *at, int64_t count, bool shown, size_t line,
                   struct err *e) MUST_CHECK;
/* "outcome of group A: yes, region: North", for messages; in the arena. */
struct str reader_place(struct labelled *l, const struct labelled_cell *c);

/* Adds the finer table behind tables that overlap in a ring (cross.c). After the release's own cells. */
enum rc reader_cross(struct labelled *l, struct err *e) MUST_CHECK;

enum rc reader_json(struct labelled *l, struct str bytes, struct err *e) MUST_CHECK;
enum rc reader_csv(struct labelled *l, struct str bytes, struct err *e) MUST_CHECK;

#endif
