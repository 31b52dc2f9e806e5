/* Bundles that people upload: a zip file in memory, opened with distrust. The whole directory is checked before
 * anything is read; nothing is ever written to a path taken from it. (libzip owns the prefix zip_, hence the other
 * name.) */
#ifndef CADRE_BASE_ZIP_H
#define CADRE_BASE_ZIP_H

#include "base/err.h"

struct unzip_limits {
    size_t entries;
    uint64_t entry_bytes; /* uncompressed */
    uint64_t total_bytes; /* uncompressed, all entries */
    uint64_t ratio;       /* uncompressed : compressed, refused where an entry is above ratio_from bytes */
    uint64_t ratio_from;
};
extern const struct unzip_limits unzip_default_limits; /* 1,000 entries, 64 MiB, 256 MiB, 200 above 1 MiB */

struct unzip_entry {
    struct str name; /* UTF-8, relative, no "..", no backslash, unlike every other name even without case */
    size_t size;     /* uncompressed bytes, as the directory says; unzip_read holds it to that */
    uint64_t index;  /* in the file */
};

struct unzip {
    struct unzip_entry *entries; /* files only, in the file's order */
    size_t count;
    struct arena *a;
    void *handle;
};

/* Checks the directory. bytes must outlive the arena's content; limits may be NULL. Refused, each with its own message
 * and the entry's name as detail: what is no zip file (RC_UNSUPPORTED), damage (RC_MALFORMED), too much (RC_TOO_LARGE),
 * encrypted entries, links, unsafe or doubled names, zip files inside (RC_INVALID). */
enum rc unzip_open(struct arena *a, struct str bytes, const struct unzip_limits *limits, struct unzip **out,
                   struct err *e) MUST_CHECK;
/* NULL when there is no entry of that name (exactly). */
const struct unzip_entry *unzip_find(const struct unzip *z, struct str name);
/* The entry's bytes, in the arena; its checksum was verified. */
enum rc unzip_read(struct unzip *z, const struct unzip_entry *entry, struct str *out, struct err *e) MUST_CHECK;

#endif
