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
/* One competency as it is called now, whichever version it is in. RC_NOT_FOUND. Many of them: join pub_framework_competency. */
enum rc framework_competency(struct db *db, struct arena *a, int64_t competency, struct str language, struct competency *out) MUST_CHECK;
/* "/competencies/12": leads to the item in the latest published version. */
struct str framework_competency_path(struct arena *a, int64_t competency);
/* The site's default framework is found by programme 0. RC_NOT_FOUND when there is none. */
enum rc framework_of_programme(struct db *db, struct arena *a, int64_t programme, int64_t *framework) MUST_CHECK;

/* Loads the shipped framework (content/framework/<dir>) unless this version is there already. Inside a bulk closure. files: path and
 * bytes, "framework.txt", "items.csv", "items.de.csv" (folders before the names are ignored). Problems by file and line. It is
 * published at once, and the site's default when there is none or the default was its version before. */
struct content_file {
    struct str path;
    struct str bytes;
};
struct problems; /* base/problems.h */
enum rc framework_load(struct db *tx, struct arena *a, const struct content_file *files, size_t count, int64_t now, struct problems *problems, int64_t *framework, struct err *e) MUST_CHECK;

/* ---- versions and their states ------------------------------------------------------------------------------------------- */

enum framework_state { FRAMEWORK_DRAFT, FRAMEWORK_PUBLISHED, FRAMEWORK_RETIRED };
/* Why this site may show the text: it came with Cadre; its licence is open; the importer says "I hold the right". */
enum framework_rights { RIGHTS_SHIPPED, RIGHTS_OPEN, RIGHTS_HELD };

struct framework {
    int64_t id;
    int64_t lineage;             /* the same for all versions */
    struct str identifier, title, version, language, publisher, description, licence;
    enum framework_rights rights;
    int64_t rights_person;       /* 0: none */
    int64_t rights_at;
    enum framework_state state;
    bool is_default;
    int64_t revision;
    int64_t created_at;
};
/* Title and description in the language where they are there in it. RC_NOT_FOUND. */
enum rc framework_find(struct db *db, struct arena *a, int64_t id, struct str language, struct framework *out) MUST_CHECK;

/* What anybody may fetch: published versions whose text may be passed on (not those that this site only holds the right to show), by title, the
 * newest version of each first. */
struct framework_offer {
    int64_t id;
    struct str identifier; /* of the document: several versions may have the same */
};
enum rc framework_offered(struct db *db, struct arena *a, struct framework_offer **out, size_t *count) MUST_CHECK;

/* For pages: the framework of an address, in the language of c. RC_NOT_FOUND too for a draft where c->who may not change
 * frameworks; and the access decision. */
enum rc framework_open(struct ctx *c, int64_t id, struct framework *out) MUST_CHECK;
/* May c->who take the text away as a file: not where this site only holds the right to show it, unless c->who changes
 * frameworks. */
bool framework_may_export(struct ctx *c, const struct framework *f);

/* Inside a closure, each noted in the audit. revision: as the page showed it; RC_CONFLICT when it has changed since or the
 * state does not allow it (a draft is published or dropped, a published one retired; the default and what a programme has
 * chosen are not retired). Dropping deletes it. */
enum rc framework_publish(struct db *tx, struct arena *a, int64_t id, int64_t revision, int64_t person, int64_t now, struct err *e) MUST_CHECK;
enum rc framework_retire(struct db *tx, struct arena *a, int64_t id, int64_t revision, int64_t person, int64_t now, struct err *e) MUST_CHECK;
enum rc framework_make_default(struct db *tx, struct arena *a, int64_t id, int64_t revision, int64_t person, int64_t now, struct err *e) MUST_CHECK;
enum rc framework_drop(struct db *tx, struct arena *a, int64_t id, int64_t revision, int64_t person, int64_t now, struct err *e) MUST_CHECK;
/* The programme works with this framework (published) from now on; 0: with the site's default, whatever that is. */
enum rc framework_choose(struct db *tx, struct arena *a, int64_t programme, int64_t framework, int64_t person, int64_t now, struct err *e) MUST_CHECK;

/* ---- crosswalks ---------------------------------------------------------------------------------------------------------- */

/* The competencies of a framework for which evidence of this competency speaks, and how far (0 < weight <= 1): itself with 1
 * when it has an item there, and what crosswalks say, the greatest weight where several say it. Strongest first; the lists
 * are in the arena. */
enum rc framework_translate(struct db *db, struct arena *a, int64_t competency, int64_t to_framework, int64_t **targets, double **weights, size_t *count) MUST_CHECK;

#endif
