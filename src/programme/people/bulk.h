/* Reading everybody at once, for loading many: campus/roster compares with this instead of asking once for each row. */
#ifndef CADRE_PROGRAMME_PEOPLE_BULK_H
#define CADRE_PROGRAMME_PEOPLE_BULK_H

#include "programme/people/people.h"

struct person_known {
    int64_t person;
    struct str sourced_id; /* no value: the source does not know her */
    struct str given_name, family_name, display_name;
    struct str email, email_key, language, zone, profession; /* no value: none */
};

/* Calls fn for each person of the site who has not been erased, by number, once for each id that source has for her (once where
 * it has none). Texts live for the call. */
enum rc people_each(struct db *db, struct arena *a, struct str source, enum rc (*fn)(void *arg, const struct person_known *k),
                    void *arg) MUST_CHECK;

#endif
