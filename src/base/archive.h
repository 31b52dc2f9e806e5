/* Zip files of one form alone, so that the same files are always the same bytes: stored without compression, in the order given, all
 * dated 1980-01-01, with plain names. Any program opens them. What is read must have that form, byte for byte: nothing can unpack to more
 * than it is, hide between two files, or be changed without being noticed. (base/zip.h reads the zip files of other programs.) */
#ifndef CADRE_BASE_ARCHIVE_H
#define CADRE_BASE_ARCHIVE_H

#include "base/err.h"

#define ARCHIVE_FILES_MOST 1000
#define ARCHIVE_BYTES_MOST ((size_t)1 << 30)
#define ARCHIVE_NAME_MOST 100

struct archive_file {
    struct str name; /* a-z, 0-9, _ - . and / between; no part begins with a dot */
    struct str bytes;
};

/* In the arena. The names are good and differ, and all together is within the limits. */
struct str archive_write(struct arena *a, const struct archive_file *files, size_t count);

/* Reads any bytes; names and bytes of the files are slices of them. Refused, with the place as detail: what is no zip file
 * (RC_UNSUPPORTED), names that are not good or stand twice, and compressed files (RC_INVALID), too much (RC_TOO_LARGE), and every byte
 * that archive_write would write otherwise (RC_MALFORMED): then *out still holds the files that could be read, up to the damage. */
enum rc archive_read(struct arena *a, struct str bytes, struct archive_file **out, size_t *count, struct err *e) MUST_CHECK;

#endif
