/* JSON Web Signatures (RFC 7515) and keys (RFC 7517), as sign-on, launches and badges use them: compact serialisation alone. cjose does the
 * cryptography; what is decided here is which algorithm may go with which key, so that a token never chooses how it is checked. */
#ifndef CADRE_AUTH_JOSE_H
#define CADRE_AUTH_JOSE_H

#include <jansson.h>

#include "base/str.h"
#include "base/err.h"

/* A new RSA key of 2048 bits: the private JWK as JSON, in the arena, with kid: its thumbprint (RFC 7638). RC_INTERNAL. */
enum rc jose_key_new(struct arena *a, struct str *private_jwk, struct str *kid) MUST_CHECK;
/* What others may know of it: kty, n, e, kid, use "sig", alg "RS256". RC_INVALID: not such a key. */
enum rc jose_public(struct arena *a, struct str private_jwk, struct str *jwk) MUST_CHECK;

/* Signs payload with RS256; the header has alg, kid and typ (NULL: none). RC_INVALID: not a key that can. */
enum rc jose_sign(struct arena *a, struct str private_jwk, const char *typ, struct str payload, struct str *compact) MUST_CHECK;

enum jose_verdict {
    JOSE_GOOD,
    JOSE_MALFORMED, /* not a token, or not one whose content is a JSON object */
    JOSE_ALG,       /* an algorithm that is never believed: none, HS256, ... or one that does not fit the key */
    JOSE_NO_KEY,    /* no key of the set is the one that it names: fetch the set again */
    JOSE_SIGNATURE, /* changed, or signed by another key */
};
struct jose_token {
    json_t *header, *claims; /* objects, freed with the arena */
};
#define JOSE_TOKEN_MOST ((size_t)256 << 10)

/* keys: a JWK set as JSON. RS256, RS384, RS512, PS256 with RSA keys of at least 2048 bits, ES256 with keys on P-256. A token without a kid is
 * checked with the one key of the set that fits its algorithm, if there is just one. Keys for encryption are left out. Only the signature is
 * judged: who says it, to whom and until when is the caller's to check. *out is set for JOSE_GOOD alone. */
enum jose_verdict jose_verify(struct arena *a, struct str compact, struct str keys, struct jose_token *out);
/* The content of a token that nobody vouches for: to find out whom to ask. False: not a token. */
bool jose_peek(struct arena *a, struct str compact, struct jose_token *out);

/* SHA-256 of bytes as base64url without padding (RFC 7636 S256, kids, hashes of identity); bytes as base64url. */
struct str jose_hash(struct arena *a, struct str bytes);
struct str jose_base64url(struct arena *a, struct str bytes);
/* No value when it is not base64url without padding. */
struct str jose_from_base64url(struct arena *a, struct str text);

#endif
