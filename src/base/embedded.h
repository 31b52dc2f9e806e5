/* Files that are part of the binary: migrations, static files, starter content. Made at build time by tools/embed, sorted
 * by path. */
#ifndef CADRE_BASE_EMBEDDED_H
#define CADRE_BASE_EMBEDDED_H

#include "base/str.h"

struct embedded {
    struct str path;    /* "static/cadre.css" */
    struct str bytes;
    struct str gzip;    /* no value where it does not pay */
    struct str etag;    /* quoted, from the bytes: "\"1f0c...\"" */
};

extern const struct embedded embedded_files[];
extern const size_t embedded_count;

const struct embedded *embedded_find(struct str path);
/* The first file whose path starts with prefix; its neighbours follow in order. NULL when none. */
const struct embedded *embedded_first(struct str prefix, size_t *count);

#endif
