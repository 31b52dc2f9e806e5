/* Competency frameworks: versions, items, levels, crosswalks. */
#ifndef CADRE_PROGRAMME_FRAMEWORK_FRAMEWORK_H
#define CADRE_PROGRAMME_FRAMEWORK_FRAMEWORK_H

#include "programme/capability.h"

extern const struct capability framework_capability;

struct competency {
    int64_t competency;   /* lasts over versions; what evidence and session tags name */
    int64_t item;         /* its item in the framework's current version */
    int64_t parent_item;
    int depth;            /* 0 domain */
    struct str code, kind, title, statement;
};

/* The framework a programme works with (programme_framework, else the site's default): the items in tree order, in the
 * language where there is a text for it. behaviours: also items below kind 'competency'. */
enum rc framework_outline(struct db *db, struct arena *a, int64_t programme, struct str language, bool behaviours, struct competency **out, size_t *count) MUST_CHECK;
/* The competency of a code in the programme's framework. RC_NOT_FOUND. */
enum rc framework_by_code(struct db *db, struct arena *a, int64_t programme, struct str code, int64_t *competency) MUST_CHECK;
/* Loads the shipped framework (content/framework/<dir>) unless this version is there already. Inside a bulk closure. files: path and
 * bytes, "framework.txt", "items.csv", "items.de.csv". Problems by file and line. */
struct content_file {
    struct str path;
    struct str bytes;
};
struct problems; /* base/problems.h */
enum rc framework_load(struct db *tx, struct arena *a, const struct content_file *files, size_t count, int64_t now, struct problems *problems, int64_t *framework, struct err *e) MUST_CHECK;

#endif
