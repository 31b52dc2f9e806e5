/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_PROGRAMME_INSIDE_H
#define CADRE_PROGRAMME_PROGRAMME_INSIDE_H

#include "programme/programme/programme.h"

/* RC_INVALID when the thing is not of that programme. */
enum rc programme_check_stage(struct db *tx, int64_t programme, int64_t stage, struct err *e) MUST_CHECK;
enum rc programme_check_cohort(struct db *tx, int64_t programme, int64_t cohort, struct err *e) MUST_CHECK;
/* Behind an UPDATE that names a version: RC_CONFLICT when it met no row. */
enum rc programme_was_changed(struct db *tx, struct err *e) MUST_CHECK;
/* Parameters that are NULL for "none" (id 0; day INT64_MIN or INT64_MAX). */
const int64_t *programme_id_or_null(const int64_t *id);
const int64_t *programme_day_or_null(const int64_t *day);

/* ---- history.c ---- */
enum rc programme_export_person(struct db *db, struct arena *a, int64_t person, json_t *into);
enum rc programme_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now);

#endif
