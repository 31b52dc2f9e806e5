/* The record store as lines of JSON: one statement each, with the bytes of its attachments, for taking it elsewhere and bringing it here. */
#ifndef CADRE_CAMPUS_XAPI_LINES_H
#define CADRE_CAMPUS_XAPI_LINES_H

#include <stdio.h>

#include "store/store.h"

typedef void xapi_lines_progress(void *arg, int64_t done, int64_t total);

/* Writes every statement in the order in which it was stored, one to a line: as it is shown ("exact", with id, stored and authority), and where
 * it came with attachments their bytes, in base64, under "_attachments" as a list of {"sha2", "type", "bytes"}. Voided ones too, before what
 * voids them. RC_BUSY: the file cannot be written. */
enum rc xapi_lines_export(struct db *db, FILE *out, xapi_lines_progress *progress, void *arg, int64_t *count, struct err *e) MUST_CHECK;

struct xapi_lines_told {
    int64_t stored, known; /* new here; here before, with the same content */
    int64_t line;          /* of the failure, 0: none; of what stands before it all batches but the last were stored */
};

/* Reads such lines, or plain statements of another store, one to a line, in batches that are stored whole or not at all: when a line is wrong,
 * nothing of its batch is stored and nothing behind it is looked at. What is here already is left, so a file can be brought again. Ids are
 * kept; stored is now, or what the line says with keep_stored. Attachments without their bytes need a fileUrl. total: bytes of the file, for the
 * progress. RC_MALFORMED, RC_CONFLICT: told->line says where and e why. */
enum rc xapi_lines_import(struct db *db, FILE *in, int64_t total, bool keep_stored, xapi_lines_progress *progress, void *arg, struct xapi_lines_told *told, struct err *e) MUST_CHECK;

#endif
