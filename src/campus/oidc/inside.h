/* What the files of this capability share and nobody else includes. */
#ifndef CADRE_CAMPUS_OIDC_INSIDE_H
#define CADRE_CAMPUS_OIDC_INSIDE_H

#include "auth/jose.h"
#include "campus/oidc/oidc.h"
#include "campus/oidc/token.h"
#include "gen/campus/oidc/oidc_sql.h"
#include "gen/msg_signon.h"

#define SIGN_ON_MINUTES 10 /* how long a sign-in may take at the provider */
#define CALLBACK_PATH "/sign-on/callback"
#define LOGOUT_PATH "/sign-on/logout"
#define PROXY_PATH "/sign-on/proxy/" /* and the provider's number: what the proxy protects */
#define SECRET_PURPOSE "sign-on client"

struct provider {
    struct row_sign_on_provider_find row;
    struct provider_metadata meta; /* of a provider that was never asked, all without a value */
};
/* RC_NOT_FOUND. Of a reverse proxy meta has nothing. */
enum rc provider_load(struct db *db, struct arena *a, int64_t id, struct provider *p) MUST_CHECK;
bool provider_is_proxy(const struct provider *p);

/* ---- remote.c: what is asked of a provider ---- */

/* Asks for its document and its keys, and keeps them in p and in the database. RC_BUSY: no answer, or none that can be read (e's detail says
 * what); RC_INVALID: the document says something that will not do, *fault. */
enum rc provider_ask(struct ctx *c, struct provider *p, enum metadata_fault *fault, struct err *e) MUST_CHECK;
/* The same, when that was done long ago; a provider that does not answer now is taken as it was. */
enum rc provider_refresh(struct ctx *c, struct provider *p) MUST_CHECK;
/* Exchanges a code for tokens. */
enum rc provider_redeem(struct ctx *c, const struct provider *p, struct str code, struct str verifier, struct str *id_token,
                        struct str *access_token, enum sign_on_refusal *why) MUST_CHECK;
/* Checks a signature; asks for the keys once more when the one it names is not known yet, but not more than some times a minute. */
enum rc provider_verify(struct ctx *c, struct provider *p, struct str compact, const json_t **claims, enum sign_on_refusal *why) MUST_CHECK;
/* What the provider says about a person besides; NULL when it does not. It must speak of the same subject. */
const json_t *provider_userinfo(struct ctx *c, const struct provider *p, struct str access_token, struct str subject, enum sign_on_refusal *why);

/* ---- link.c: who that is here ---- */

/* What a provider says of somebody whom it vouches for. */
struct newcomer {
    struct str subject, sid;
    struct str roster_id;         /* no value: not said, or no claim was chosen */
    struct str email;             /* no value: not said, or not verified */
    struct str given, family, display;
};
struct arrival {
    struct provider *p;
    struct newcomer n;
    int64_t link_to;              /* who links it with herself; 0: a sign-in */
    struct people_entry entry;    /* out, of a sign-in: the session */
    enum sign_on_refusal why;     /* out: when she is not let in; nothing was written then */
};
/* A closure for store_write: arg is a struct arrival. */
enum rc arrive(struct db *tx, void *arg, struct err *e);

/* ---- sign_on.c ---- */

/* Sends the browser to a provider; link_to: who links her account there, 0: a sign-in. */
enum rc sign_on_begin(struct ctx *c, int64_t provider, struct str back, int64_t link_to) MUST_CHECK;
/* Ends a sign-in, good or refused; back: where she wants to go. */
enum rc sign_on_finish(struct ctx *c, struct arrival *v, struct str back) MUST_CHECK;
/* The sign-in that this answer belongs to, by its state: it is used up by this. */
enum rc sign_on_claim(struct ctx *c, struct row_sign_on_start_find *s, enum sign_on_refusal *why) MUST_CHECK;
/* The page that says why somebody is not signed in. p may be NULL; detail is a word of the provider's own. */
enum rc sign_on_refuse(struct ctx *c, const struct provider *p, enum sign_on_refusal why, struct str detail) MUST_CHECK;
enum rc sign_on_post_start(struct ctx *c);
enum rc sign_on_get_callback(struct ctx *c);
enum rc sign_on_ways(struct ctx *c, struct str back, const struct form *const **forms, size_t *count);

/* ---- proxy.c ---- */
enum rc sign_on_get_proxy(struct ctx *c);

/* ---- logout.c ---- */
enum rc sign_on_leaving(struct ctx *c, struct str *to);
enum rc sign_on_get_left(struct ctx *c);
enum rc sign_on_post_logout(struct ctx *c);

/* ---- account.c ---- */
enum rc sign_on_get_account(struct ctx *c);
enum rc sign_on_post_link(struct ctx *c);
enum rc sign_on_post_unlink(struct ctx *c);

/* ---- site.c ---- */
enum rc sign_on_get_site(struct ctx *c);
enum rc sign_on_get_new(struct ctx *c);
enum rc sign_on_post_new(struct ctx *c);
enum rc sign_on_get_provider(struct ctx *c);
enum rc sign_on_post_provider(struct ctx *c);
enum rc sign_on_post_test(struct ctx *c);
enum rc sign_on_post_turn(struct ctx *c);

#endif
