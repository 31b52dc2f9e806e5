/* The roster as a plain table, for institutions without OneRoster: one row for each person and cohort. Columns, in any
 * order, with ASCII case and spaces or hyphens for underscores all the same:
 *
 *     id            the institution's id of the person; required        aliases: person_id, student_id,
 * matriculation_number, ... given_name    required unless family_name is there                first_name, forename
 *     family_name   required unless given_name is there                 last_name, surname
 *     email         required                                            e_mail, mail, email_address
 *     role          trainee, mentor, coordinator, author, director, assessor; a trainee when not said
 *     cohort        code or title of the cohort                         class_of, intake
 *     stage         code or title of the stage                          year, level, grade
 *     group         groups, with ; or | between                         groups, team
 *     start, end    first and last day, YYYY-MM-DD                      start_date, end_date, ...
 *     language      BCP 47 tag                                          lang, locale
 *     profession    a word of PROFESSIONS (people.h) or its name        occupation, discipline
 *
 * Other columns are left alone; one warning names them. Rows with the same id are one person in several cohorts; they
 * must agree in name and e-mail address. */
#ifndef CADRE_CAMPUS_ROSTER_ROSTER_CSV_H
#define CADRE_CAMPUS_ROSTER_ROSTER_CSV_H

#include "campus/roster/roster.h"

/* Reads bytes (file names it in the problems). Never NULL; in use only where problems has no errors. */
struct roster *roster_csv_read(struct arena *a, struct str file, struct str bytes, struct problems *p);

#endif
