/* Signing in and staying signed in. Tokens are 32 random bytes in base64url, known to the browser or program alone; the
 * database holds their BLAKE2b-256. The CSRF token is a keyed hash of the sign-in token, so nothing is stored for it.
 * A session is lent when somebody else could have opened it: with a link that was made for the person instead of mailed to her, or
 * with a password that was set in such a session. access_decide keeps what is private to a person from lent sessions; a demo
 * database is marked, and lets them pass. */
#ifndef CADRE_AUTH_SESSION_H
#define CADRE_AUTH_SESSION_H

#include "auth/access.h"
#include "store/store.h"

#define SESSION_COOKIE "cadre_session"
#define FRAME_COOKIE "cadre_frame" /* of a session within a page of somebody else's */
#define SESSION_DAYS 14      /* since it was last used */
#define SIGN_IN_LINK_MINUTES 30

struct session {
    int64_t id;
    int64_t person;
    int64_t seen_at;
    struct str token;    /* as sent: the CSRF token derives from it */
    struct str language; /* the person's setting, or no value */
    struct str zone;
    bool limited;        /* good for less than all that she may: session_limit */
    struct str framed_by; /* origins of pages that may show it in a frame, with spaces between; empty: none */
};

/* Loads the session of a cookie's token with the grants in force at now. RC_NOT_FOUND when there is none (ended, expired,
 * disabled, malformed). */
enum rc session_load(struct db *db, struct arena *a, struct str token, int64_t now, struct actor *who, struct session *s) MUST_CHECK;
/* The roles that a person holds at now, into who->grants: for work that is done later in her name. */
enum rc actor_grants(struct db *db, struct arena *a, int64_t person, int64_t now, struct actor *who) MUST_CHECK;
/* The CSRF token that belongs to a sign-in token, in base64url. */
struct str session_csrf(struct arena *a, struct str token);
/* True when a session was last marked as used so long ago that session_touch is worth a write. */
bool session_is_stale(const struct session *s, int64_t now);
enum rc session_touch(struct db *tx, int64_t id, int64_t now) MUST_CHECK;

/* Inside a closure: opens a session for a person and gives its token. device is a short word on the browser. */
enum rc session_open(struct db *tx, struct arena *a, int64_t person, bool lent, struct str device, int64_t now,
                     struct str *token) MUST_CHECK;
/* The same for less than all that she may: of the roles she holds in one programme those that are named, and no others. Another system
 * vouches for who she is, and its administrators can be anybody there: so it is lent. */
struct session_limit {
    int64_t programme;
    struct str roles;     /* words with spaces between */
    struct str framed_by; /* as in struct session */
};
enum rc session_open_limited(struct db *tx, struct arena *a, int64_t person, const struct session_limit *limit, struct str device, int64_t now,
                             struct str *token) MUST_CHECK;
enum rc session_end(struct db *tx, int64_t person, int64_t id) MUST_CHECK;
enum rc session_end_others(struct db *tx, int64_t person, int64_t keep) MUST_CHECK;

/* Checks e-mail and password. Every address is treated alike, whether or not anybody has it: the same time, the same writes,
 * and after five failures the same waits (RC_RATE_LIMITED with the seconds in *wait). RC_INVALID otherwise. An attempt counts
 * as failed from its beginning until it succeeds, so that many at once are no way around the wait. Not inside a closure: it
 * hashes. */
enum rc password_check(struct db *db, struct arena *a, struct str email, struct str password, int64_t now, int64_t *person,
                       int64_t *wait, struct err *e) MUST_CHECK;
/* Inside a closure: forgets the failures at an address (a new password, an erased person). */
enum rc password_failures_clear(struct db *tx, struct arena *a, struct str email) MUST_CHECK;
/* Argon2id, 19 MiB, two passes; two at once in a process, the others wait. The result is in the arena. */
enum rc password_hash(struct arena *a, struct str password, struct str *hash) MUST_CHECK;
bool password_matches(struct str hash, struct str password);
#define PASSWORD_SALT_BYTES 16
/* A key of n bytes from a passphrase: Argon2id with so many passes over so many bytes of memory, in the same two slots. key is the
 * caller's, to be zeroed by him. RC_INVALID when passes or memory are out of all bounds, RC_BUSY when there is no memory now. */
enum rc password_derive(struct str passphrase, const unsigned char *salt, int64_t passes, int64_t memory, unsigned char *key, size_t n) MUST_CHECK;
/* Guessing something else than a sign-in: name is a word and a number, "reflect 12". The waits are those of password_check:
 * RC_RATE_LIMITED with the seconds in *wait. An attempt counts as failed until attempt_succeeded. Not inside a closure. */
enum rc attempt_begin(struct db *db, struct arena *a, struct str name, int64_t now, int64_t *wait, struct err *e) MUST_CHECK;
enum rc attempt_succeeded(struct db *db, struct arena *a, struct str name, struct err *e) MUST_CHECK;
/* Longer than 11 characters and none of the few that everybody tries. */
bool password_good_enough(struct str password);

/* A link that signs in once: makes the token inside a closure; the address is made by who shows it. lent: anybody but the person
 * may see it on its way. */
enum rc sign_in_link_make(struct db *tx, struct arena *a, int64_t person, bool lent, int64_t now, int64_t valid_ms,
                          struct str *token) MUST_CHECK;
/* Inside a closure: RC_GONE when used or expired, RC_NOT_FOUND when there never was one. */
enum rc sign_in_link_redeem(struct db *tx, struct arena *a, struct str token, int64_t now, int64_t *person, bool *lent) MUST_CHECK;
/* Inside a closure: marks the database as one of made-up people, in which lent sessions reach what is private. */
enum rc site_mark_demo(struct db *tx, int64_t now) MUST_CHECK;

/* The secret of a link in a mail, 43 characters, and what of it the database keeps: BLAKE2b-256. */
struct str link_token_new(struct arena *a);
struct str link_token_hash(struct arena *a, struct str token);

/* API tokens: "cadre_" and 43 characters, shown once. scopes: permission words with spaces between. */
enum rc token_load(struct db *db, struct arena *a, struct str bearer, int64_t now, struct actor *who, int64_t *unmarked) MUST_CHECK;
/* Inside a closure: the key was used today. *unmarked above is its number when that is not known yet, else 0. */
enum rc token_mark(struct db *tx, int64_t id, int64_t now) MUST_CHECK;
enum rc token_make(struct db *tx, struct arena *a, int64_t person, struct str name, struct str scopes, int64_t now,
                   int64_t expires_at, struct str *token) MUST_CHECK;

/* The folded key under which an e-mail address is found. */
struct str email_key(struct arena *a, struct str email);

/* One line of the audit, inside a closure. actor, subject and object may be 0. kind NULL: no object. */
enum rc audit_note(struct db *tx, int64_t now, int64_t actor, const char *action, int64_t subject, const char *kind,
                   int64_t object) MUST_CHECK;

#endif
