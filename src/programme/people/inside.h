/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_PROGRAMME_PEOPLE_INSIDE_H
#define CADRE_PROGRAMME_PEOPLE_INSIDE_H

#include "auth/session.h"
#include "gen/auth/auth_sql.h"
#include "gen/msg_people.h"
#include "gen/programme/people/people_sql.h"
#include "out/mail.h"
#include "programme/people/people.h"
#include "programme/programme/programme.h"

/* ---- sign_in.c ---- */
extern const struct people_sign_on *people_sign_on; /* NULL: nothing is registered */
enum rc people_get_sign_in(struct ctx *c);
enum rc people_post_sign_in(struct ctx *c);
enum rc people_post_link(struct ctx *c);
enum rc people_get_link_sent(struct ctx *c);
enum rc people_get_link(struct ctx *c);
enum rc people_post_sign_out(struct ctx *c);

/* ---- account.c ---- */
enum rc people_get_account(struct ctx *c);
enum rc people_post_account(struct ctx *c);
enum rc people_get_password(struct ctx *c);
enum rc people_post_password(struct ctx *c);
enum rc people_get_sign_ins(struct ctx *c);
enum rc people_handle_mails(struct ctx *c);
enum rc people_handle_mail_stop(struct ctx *c);
enum rc people_post_sign_in_end(struct ctx *c);
enum rc people_post_sign_in_end_others(struct ctx *c);

/* ---- tokens.c ---- */
enum rc people_get_tokens(struct ctx *c);
enum rc people_post_tokens(struct ctx *c);
enum rc people_post_token_revoke(struct ctx *c);

/* ---- list.c ---- */
struct str people_role_name(const struct ctx *c, enum role role);
enum rc people_get_list(struct ctx *c);

/* ---- person.c ---- */
enum rc people_get_person(struct ctx *c);
enum rc people_get_edit(struct ctx *c);
enum rc people_post_edit(struct ctx *c);
enum rc people_get_new(struct ctx *c);
enum rc people_post_new(struct ctx *c);
enum rc people_get_person_link(struct ctx *c);
enum rc people_post_person_link(struct ctx *c);
enum rc people_get_access(struct ctx *c);
enum rc people_post_access(struct ctx *c);

/* ---- shared ---- */

/* What is typed into a search, as the index of words has it: at most so many words, the longest first. */
#define WORDS_WANTED 3
struct words_wanted {
    struct str v[WORDS_WANTED];
    size_t n;
};
void people_search_words(struct arena *a, struct str text, struct words_wanted *out);
/* Behind all words that begin so. */
struct str people_behind_all(struct arena *a, struct str word);

/* Settings of one's own account are a person's business in a browser, never a program's with a key: RC_DENIED for those. */
enum rc people_browser_only(struct ctx *c) MUST_CHECK;
/* The fields that say who a person is, with what is known already. language and zone: also those. */
void people_add_fields(struct form *f, const struct person_details *d, bool names);
struct person_details people_read_fields(const struct form *f);
/* The languages as choices, the programme's own first. */
struct field people_language_field(struct arena *a, int lang, struct str value);

#endif
