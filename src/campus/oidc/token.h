/* The rules of OpenID Connect that need neither a network nor a database: what a discovery document must say, how a sign-in is asked for,
 * and which tokens are believed once their signature was found good (OpenID Connect Core 1.0, 3.1.3.7; Discovery 1.0; Back-Channel Logout
 * 1.0; PKCE, RFC 7636; RFC 9207). */
#ifndef CADRE_CAMPUS_OIDC_TOKEN_H
#define CADRE_CAMPUS_OIDC_TOKEN_H

#include <jansson.h>

#include "base/arena.h"
#include "base/str.h"

/* Why somebody is not signed in: one plain message each. */
enum sign_on_refusal {
    SIGN_ON_FINE,
    SIGN_ON_LOST,      /* no such sign-in is under way: too late, used already, made up */
    SIGN_ON_BROWSER,   /* it began in another browser */
    SIGN_ON_OFF,       /* the provider was turned off meanwhile */
    SIGN_ON_PROVIDER,  /* the provider itself says no */
    SIGN_ON_AWAY,      /* it does not answer, or not in a way that can be read */
    SIGN_ON_CODE,      /* it does not take the code (again) */
    SIGN_ON_TOKEN,     /* not a token, or its signature is none of the provider's */
    SIGN_ON_ALG,       /* an algorithm that is never believed */
    SIGN_ON_ISSUER,
    SIGN_ON_AUDIENCE,
    SIGN_ON_EXPIRED,   /* or not valid yet */
    SIGN_ON_NONCE,
    SIGN_ON_SUBJECT,   /* no identifier, or another one in the second answer */
    SIGN_ON_STRANGER,  /* nobody here is known by it */
    SIGN_ON_ADDRESS_TAKEN, /* somebody here has that address, and that alone is not enough */
    SIGN_ON_POWERFUL,  /* the person looks after the whole site: she links it herself */
    SIGN_ON_OTHER,     /* the person signs in with another account of this provider */
    SIGN_ON_LINKED,    /* the account belongs to another person here */
    SIGN_ON_CLOSED,    /* her account here is closed */
    SIGN_ON_SESSION,   /* who began to link is not signed in any more */
    SIGN_ON_SOCKET,    /* who she is was not said by the proxy */
    SIGN_ON_REFUSALS,
};

/* ---- what a provider says about itself ---- */
struct provider_metadata {
    struct str issuer, authorization, token, keys;
    struct str userinfo, end_session; /* no value: it has none */
    bool secret_in_body;              /* it takes the client's secret in the body alone */
    bool says_issuer;                 /* every answer of it carries iss (RFC 9207) */
};
enum metadata_fault { METADATA_FINE, METADATA_NOT_JSON, METADATA_ISSUER, METADATA_ADDRESS, METADATA_CODE, METADATA_PKCE, METADATA_ALG };
/* Reads a discovery document; issuer as the administrator wrote it, compared byte by byte. The texts of *out are in the arena. */
enum metadata_fault metadata_read(struct arena *a, struct str json, struct str issuer, struct provider_metadata *out);
/* Where the document stands: issuer without a slash at its end, and /.well-known/openid-configuration. */
struct str metadata_address(struct arena *a, struct str issuer);

/* ---- asking ---- */
struct authorization {
    struct str client_id, redirect_uri, scopes, state, nonce, verifier;
    struct str lang; /* the reader's language, a tag */
};
/* The address to which the browser is sent. */
struct str authorization_address(struct arena *a, struct str endpoint, const struct authorization *q);

/* ---- what comes back ---- */
#define TOKEN_SKEW_S 60 /* how far the provider's clock may be off */
#define SUBJECT_MOST 255 /* bytes: Core 1.0, section 2 */
struct id_token {
    struct str subject;
    struct str sid; /* no value: none */
};
/* Checks the claims of an ID token whose signature is good. now: UTC ms. */
enum sign_on_refusal id_token_check(struct arena *a, const json_t *claims, struct str issuer, struct str client_id, struct str nonce,
                                    int64_t now, struct id_token *out);
/* Checks those of a logout token; one of subject and sid may have no value. */
enum sign_on_refusal logout_token_check(struct arena *a, const json_t *claims, struct str issuer, struct str client_id, int64_t now,
                                        struct id_token *out);
/* A claim as text: a string that is not empty and not longer than most bytes, or a whole number. No value otherwise. */
struct str claim_text(struct arena *a, const json_t *claims, struct str name, size_t most);

/* May this claim hold the id of the roster? Not those that a person may change herself, or that several can share: addresses and names. */
bool claim_may_identify(struct str name);

/* JSON that somebody else wrote, as an object that is freed with the arena; NULL when it is none. */
json_t *foreign_object(struct arena *a, struct str text);

#endif
