/* Reading CASE: a CFPackage in JSON, 1.0 or 1.1, leniently. Unknown members are kept, members of an unexpected type are
 * told and kept aside (extra), numbers where texts are expected become texts. Errors are what leaves a framework
 * without sense: no document, an item without identifier or statement, one identifier twice, a circle of isChildOf. */
#ifndef CADRE_CAMPUS_CASE_CASE_READ_H
#define CADRE_CAMPUS_CASE_CASE_READ_H

#include "base/problems.h"
#include "campus/case/case.h"

#define CASE_MAX_BYTES ((size_t)32 << 20)

/* RC_OK also where p has errors (ask problems_check). Otherwise e says why it is no JSON that can be read
 * (RC_MALFORMED, the line is in the detail; RC_TOO_LARGE) and *out is NULL. Problems name the place as
 * "CFItems[12].identifier". */
enum rc case_read(struct arena *a, struct str json, struct case_package **out, struct problems *p,
                  struct err *e) MUST_CHECK;

/* One object of a type from JSON text that case_write_object made, into *object (of the type's size). RC_MALFORMED when
 * it is no JSON object. */
enum rc case_read_object(struct arena *a, const struct case_type *type, struct str json, void *object,
                         struct problems *p, struct err *e) MUST_CHECK;

/* ---- the tree ---- */

#define CASE_NO_ITEM SIZE_MAX

struct case_node {
    size_t item; /* index in package->items */
    size_t
        parent; /* index of the parent's node (it stands before this one), CASE_NO_ITEM: directly under the document */
    size_t association; /* the isChildOf that put it here, CASE_NO_ITEM: none did */
    size_t position;    /* among its siblings, from 0 */
    int depth;          /* 0: directly under the document */
};

struct case_tree {
    struct case_node *nodes; /* every item once, depth first */
    size_t count;
};

/* The order of the framework: isChildOf makes the parent (the first one, where an item has several), siblings stand by
 * sequenceNumber, those without one after them in the order of CFItems. Items without a parent stand at the top. An
 * isChildOf whose end is not in the package is a warning, a circle an error (and cut, so that the tree is whole all the
 * same). */
struct case_tree case_tree_build(struct arena *a, const struct case_package *package, struct problems *p);

#endif
