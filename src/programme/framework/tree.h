/* From items in tree order to the nested lists of the view framework_tree. */
#ifndef CADRE_PROGRAMME_FRAMEWORK_TREE_H
#define CADRE_PROGRAMME_FRAMEWORK_TREE_H

#include "gen/programme/framework/framework_tree_view.h"

struct tree_row {
    int64_t depth;
    struct str href, code, title, tag; /* href may be empty: nothing to click */
};

/* rows in tree order, also a stretch out of the middle of one. What lies more than four steps below the least deep row is
 * shown at the fifth. */
struct view_framework_tree *tree_nest(struct arena *a, const struct tree_row *rows, size_t count);

#endif
