/* The RSA keys that Cadre signs with when it speaks to other systems: one in use for each purpose, made when it is first needed, followed by a new
 * one when an administrator says so. Their public halves stand at /.well-known/jwks.json, those that were followed too: what they signed stays
 * checkable. */
#ifndef CADRE_CAMPUS_KEY_KEY_H
#define CADRE_CAMPUS_KEY_KEY_H

#include "programme/capability.h"

extern const struct capability key_capability;

#define KEY_LAUNCH "launch" /* signs in at learning platforms */
#define KEY_BADGE "badge"

/* The private JWK that signs now for this purpose; made in a closure of its own when there is none, so never inside one. RC_CONFLICT when it is
 * locked under another secret than the server's. */
enum rc key_ready(struct db *db, struct arena *a, const char *purpose, int64_t now, struct str *private_jwk, struct err *e) MUST_CHECK;
/* All public keys as a JWK set. */
enum rc key_set(struct db *db, struct arena *a, struct str *keys) MUST_CHECK;

#endif
