/* People: who they are (in one place), their accounts, the pages about signing in and one's own account. */
#ifndef CADRE_PROGRAMME_PEOPLE_PEOPLE_H
#define CADRE_PROGRAMME_PEOPLE_PEOPLE_H

#include "programme/capability.h"

extern const struct capability people_capability;

struct person_details {
    struct str given_name;
    struct str family_name;
    struct str display_name;  /* empty: given and family name */
    struct str email;         /* empty: none; signs in by link made by a coordinator */
    struct str language;      /* no value: the programme's */
    struct str zone;
};

/* Inside a closure. Makes the person, the identity and an account without a password. RC_CONFLICT when the e-mail address is
 * taken (e->field "email"). */
enum rc people_add(struct db *tx, struct arena *a, const struct person_details *d, int64_t now, int64_t *person, struct err *e) MUST_CHECK;
/* Inside a closure. *changed tells whether anything differed. */
enum rc people_change(struct db *tx, struct arena *a, int64_t person, const struct person_details *d, bool *changed, struct err *e) MUST_CHECK;
enum rc people_by_email(struct db *db, struct arena *a, struct str email, int64_t *person) MUST_CHECK;
enum rc people_by_source(struct db *db, struct arena *a, struct str source, struct str sourced_id, int64_t *person) MUST_CHECK;
/* Inside a closure: remembers what the institution's system calls the person. */
enum rc people_set_source(struct db *tx, struct str source, struct str sourced_id, int64_t person) MUST_CHECK;
/* The name to show. RC_NOT_FOUND for nobody and for the erased. */
enum rc people_name(struct db *db, struct arena *a, int64_t person, struct str *name) MUST_CHECK;
/* Any person who holds the role now, the first by id: for `cadre link --role`. */
enum rc people_with_role(struct db *db, struct arena *a, struct str role, int64_t today, int64_t *person) MUST_CHECK;

/* "/sign-in/link/<token>": the path of a sign-in link. */
struct str people_link_path(struct arena *a, struct str token);

#endif
