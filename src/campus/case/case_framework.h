/* CASE packages as frameworks of the database, and frameworks as CASE packages. Nothing that a package says is lost on the
 * way: what has no column of its own stays with its item, association or document as JSON (extra), and what belongs to none of
 * them (definitions, rubrics) is one definition of kind CASE_REST. So an export of what was imported says the same again.
 *
 * What CASE has no member for goes to "extensions": {"cadre": ...}: facets and further languages. Levels become rubrics, one
 * criterion for each item, and are read from them. */
#ifndef CADRE_CAMPUS_CASE_CASE_FRAMEWORK_H
#define CADRE_CAMPUS_CASE_CASE_FRAMEWORK_H

#include "campus/case/case.h"
#include "programme/framework/content.h"

#define CASE_REST "CFPackage"

/* For framework_add_format: JSON files are read as CASE. */
extern const struct framework_format case_format;
/* /frameworks/{id}/case.json */
extern const struct capability case_capability;

/* Frameworks for other systems: /ims/case/v1p1 (provider.c) */
extern const struct capability case_service_capability;

/* The content of a package; problems are told with the path of the member. Not arranged yet. */
void case_to_content(struct arena *a, const struct case_package *package, struct framework_content *c, struct problems *p);
/* The package of a content that was loaded from the database. now: what lastChangeDateTime says where nothing was said. */
enum rc case_from_content(struct arena *a, const struct framework_content *c, int64_t now, struct case_package *package,
                          struct err *e) MUST_CHECK;

/* A framework as a package with what CASE 1.1 requires, and the same without items and what belongs to them. base_url: as below. */
enum rc case_load(struct db *db, struct arena *a, int64_t framework, struct str base_url, struct case_package *package, struct err *e) MUST_CHECK;
enum rc case_load_document(struct db *db, struct arena *a, int64_t framework, struct str base_url, struct case_package *package,
                           struct err *e) MUST_CHECK;
/* A framework as CASE 1.1 JSON. base_url: of this site, for the addresses that the standard wants everything to have. */
enum rc case_export(struct db *db, struct arena *a, int64_t framework, struct str base_url, struct str *json, struct err *e) MUST_CHECK;

#endif
