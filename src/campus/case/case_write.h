/* Writing CASE: a CFPackage as JSON. What case_read read is written with every member, in the order of the standard's
 * tables and each list in its own order: reading it again gives the same package (case_difference is empty), and
 * writing that gives the same bytes. */
#ifndef CADRE_CAMPUS_CASE_CASE_WRITE_H
#define CADRE_CAMPUS_CASE_CASE_WRITE_H

#include "campus/case/case.h"

/* The package as JSON text, one line for each element of a list; in the arena. */
struct str case_write(struct arena *a, const struct case_package *package);
/* One object of a type as JSON on one line: how parts of a framework are kept in the database. */
struct str case_write_object(struct arena *a, const struct case_type *type, const void *object);

/* Fills in what CASE 1.1 requires and the package does not say, before an export: caseVersion, CFPackageURI, and the
 * uri of everything that has an identifier, as base_url/ims/case/v1p1/<class>/<identifier>. What is there stays. */
void case_complete(struct arena *a, struct case_package *package, struct str base_url);

#endif
