/* Crosswalks: how far an item of one framework speaks for one of another. Many-to-many; a weight lies between 0.05 and 1. */
#ifndef CADRE_PROGRAMME_FRAMEWORK_CROSSWALK_H
#define CADRE_PROGRAMME_FRAMEWORK_CROSSWALK_H

#include "base/problems.h"
#include "programme/framework/framework.h"

#define CROSSWALK_WEIGHT_MIN 0.05
#define CROSSWALK_LINKS_MAX 50000u

struct crosswalk_link {
    int64_t from_item, to_item;
    double weight;               /* in a change: 0 takes the link away */
};

/* Inside a closure. The frameworks are two, and not both must be of one kind: two versions of one framework are common, where
 * items that are gone are led over to new ones. */
enum rc crosswalk_add(struct db *tx, struct arena *a, struct str title, int64_t from_framework, int64_t to_framework, int64_t person,
                      int64_t now, int64_t *id, struct err *e) MUST_CHECK;
/* Inside a closure. Sets, adds or takes away these links; replace: all others are taken away first. version: as the page showed
 * it, RC_CONFLICT when it has grown since. RC_INVALID: a weight out of range, an item of another framework. */
enum rc crosswalk_change(struct db *tx, int64_t id, int64_t version, const struct crosswalk_link *links, size_t count, bool replace,
                         int64_t person, int64_t now, struct err *e) MUST_CHECK;
enum rc crosswalk_remove(struct db *tx, int64_t id, int64_t version, int64_t person, int64_t now, struct err *e) MUST_CHECK;

/* CSV with the columns from, to, weight: codes, or identifiers where items have no code. The two frameworks are those of the
 * crosswalk; the language only matters for nothing: titles are not read. */
enum rc crosswalk_read_csv(struct db *db, struct arena *a, int64_t from_framework, int64_t to_framework, struct str file,
                           struct str bytes, struct crosswalk_link **links, size_t *count, struct problems *p) MUST_CHECK;
/* With the titles beside for readers. */
enum rc crosswalk_write_csv(struct db *db, struct arena *a, int64_t id, struct str language, struct str *csv) MUST_CHECK;
/* The item of a framework with this code or, where no code is that, identifier. RC_NOT_FOUND. */
struct crosswalk_items;
enum rc crosswalk_items_load(struct db *db, struct arena *a, int64_t framework, struct crosswalk_items **out) MUST_CHECK;
bool crosswalk_item_find(const struct crosswalk_items *items, struct str code, int64_t *item);

/* Reads "0.5" and "0,5". False unless between 0.05 and 1. */
bool crosswalk_weight(struct str s, double *weight);

#endif
