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
    struct str profession;    /* a word of PROFESSIONS; no value: not said */
};

/* What people learn or work as: by this groups mix. The word stands in the database and in rosters. */
#define PROFESSIONS(X)                                                                                                 \
    X(medicine) X(nursing) X(midwifery) X(pharmacy) X(dentistry) X(physiotherapy) X(occupational_therapy)              \
    X(speech_therapy) X(dietetics) X(psychology) X(social_work) X(paramedicine) X(laboratory) X(radiography)           \
    X(public_health) X(management) X(informatics) X(other)

/* What a permission allows, in plain words, as a key for programs names it; 0 for P_PUBLIC and P_SIGNED_IN. */
msg_id people_scope_word(enum permission p);

/* By its word, or by its name in any language of the site; false when it is none. */
bool people_find_profession(struct arena *a, struct str text, struct str *word);
/* Its name in a language (an index); no value for no profession. */
struct str people_profession_name(int lang, struct str word);

/* Inside a closure. Makes the person, the identity and an account without a password. RC_CONFLICT when the e-mail address is
 * taken (e->field "email"). */
enum rc people_add(struct db *tx, struct arena *a, const struct person_details *d, int64_t now, int64_t *person, struct err *e) MUST_CHECK;
/* Inside a closure. *changed tells whether anything differed. */
enum rc people_change(struct db *tx, struct arena *a, int64_t person, const struct person_details *d, bool *changed, struct err *e) MUST_CHECK;
/* Inside a closure: opens or closes the account of a person. Closing ends her sessions and the links made for her at once; what is held about
 * her stays. RC_CONFLICT for the last administrator of the site. Noted as done by actor. */
enum rc people_set_access(struct db *tx, int64_t person, bool open, int64_t actor, int64_t today, int64_t now, struct err *e) MUST_CHECK;
enum rc people_by_email(struct db *db, struct arena *a, struct str email, int64_t *person) MUST_CHECK;
enum rc people_by_source(struct db *db, struct arena *a, struct str source, struct str sourced_id, int64_t *person) MUST_CHECK;
/* Inside a closure: remembers what the institution's system calls the person. */
enum rc people_set_source(struct db *tx, struct str source, struct str sourced_id, int64_t person) MUST_CHECK;
/* The name to show. RC_NOT_FOUND for nobody and for the erased. */
enum rc people_name(struct db *db, struct arena *a, int64_t person, struct str *name) MUST_CHECK;
/* The person known longest of those who hold the role now, first of those who do not learn besides: for `cadre link --role`. */
enum rc people_with_role(struct db *db, struct arena *a, struct str role, int64_t today, int64_t *person) MUST_CHECK;

/* Who a person is. version (NULL allowed) grows with each change. RC_NOT_FOUND for nobody and for the erased. */
enum rc people_find(struct db *db, struct arena *a, int64_t person, struct person_details *d, int64_t *version) MUST_CHECK;
/* Given and family name as the display name has them when nobody said otherwise; either may be empty. */
struct str people_full_name(struct arena *a, struct str given, struct str family);

/* For loading many: person (db_new_opaque_id) and account (db_new_id) are new, the e-mail address is known to be free and the
 * source to know nobody of this id; without a sourced_id no source knows her. Runs :exec statements alone, so it may stand inside a pipeline. */
enum rc people_add_known(struct db *tx, struct arena *a, const struct person_details *d, struct str source, struct str sourced_id,
                         int64_t person, int64_t account, int64_t now, struct err *e) MUST_CHECK;
/* The rules that people_add applies to details, without a database. */
enum rc people_check(struct arena *a, const struct person_details *d, struct err *e) MUST_CHECK;

/* Lists of people that are read page by page in the order of their names, from pub_people_list: whoever keeps one puts a person
 * in and takes her out, her name is followed here, and who is erased is in no list. list says what is listed, of whose list it
 * is, ref what stands for her in it. Inside a closure. */
enum rc people_list_put(struct db *tx, struct str list, int64_t of, int64_t ref, int64_t person) MUST_CHECK;
enum rc people_list_drop(struct db *tx, struct str list, int64_t of, int64_t person) MUST_CHECK;

/* May who stand in for a person with these roles: make a link that signs in as her, change the address her links go to. Only
 * when who may do, in the same places, whatever those roles allow; whoever may grant roles may. */
bool people_covers(const struct actor *who, const struct grant *grants, size_t count);

/* Whom a form names in a text field: by number, by e-mail address, or by the beginnings of a name's words among the people of the
 * programme (0 is no programme: nobody is found by name). *person is 0 when the form must come back: nobody is there (an error
 * beside the field), or several are: then the field has become a choice among them. For forms of who may list these people. */
enum rc people_read_person(struct ctx *c, struct form *f, const char *name, int64_t programme, int64_t *person) MUST_CHECK;

/* Signing in by other means than those of this house: a higher floor proves who she is, then calls these in this order. */
struct people_entry {
    struct arena *a;
    int64_t person, now;
    bool lent;             /* somebody else could have come in this way: auth/session.h */
    struct str device;
    struct str token;      /* out */
};
/* An entry for this browser; person is to be set. */
struct people_entry people_entry(struct ctx *c);
/* Inside a closure: opens a session for a person who has proved who she is, and notes it. */
enum rc people_open_session(struct db *tx, struct people_entry *in) MUST_CHECK;
/* Gives the browser its session and sends it to where the person wanted to go. */
enum rc people_entered(struct ctx *c, const struct people_entry *in, struct str back) MUST_CHECK;
/* Where the person wanted to go: an address of this site, and not one of the pages about signing in; else her home. */
struct str people_way_back(struct str to);

/* What a higher floor adds to signing in and out; registered once, before any request. */
struct people_sign_on {
    /* A button for each further way to sign in; back is where she wants to go. */
    enum rc (*ways)(struct ctx *c, struct str back, const struct form *const **forms, size_t *count);
    /* Her session is about to be ended by herself: where to go then, an address of this site; no value: as always. */
    enum rc (*leaving)(struct ctx *c, struct str *to);
    const char *account;   /* the page on which one links accounts of other systems with one's own */
    msg_id account_title;
};
void people_set_sign_on(const struct people_sign_on *s);

/* "/sign-in/link/<token>": the path of a sign-in link. */
struct str people_link_path(struct arena *a, struct str token);

#endif
