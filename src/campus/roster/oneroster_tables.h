/* Inside the OneRoster reader: one table of the bundle into an array of structs, by a description of its columns. */
#ifndef CADRE_CAMPUS_ROSTER_ONEROSTER_TABLES_H
#define CADRE_CAMPUS_ROSTER_ONEROSTER_TABLES_H

#include "campus/roster/oneroster.h"

/* Reads the rows of file into its array in o; o->modes says whether it is bulk or delta. */
void oneroster_table_read(struct arena *a, struct oneroster *o, enum oneroster_file file, struct str bytes,
                          struct problems *p);

#endif
