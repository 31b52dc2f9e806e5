/* Sealing, by libsodium alone: what is locked under a key, what is sealed to a public key, and for what. Everything sealed is bound
 * to a context, which says what it is, whose, of which record in which version; it opens in that context and in no other, so that
 * rows moved between people, records or versions do not open. docs/reflect.md describes the scheme. Keys are plain bytes of the
 * caller, who zeroes them (sodium_memzero); no function here stores or logs one. */
#ifndef CADRE_PROGRAMME_REFLECT_SEAL_H
#define CADRE_PROGRAMME_REFLECT_SEAL_H

#include "base/str.h"

#define SEAL_KEY 32         /* bytes of every key: private, public, of a text, derived */
#define SEAL_CODE_CHARS 39  /* "XXXX-XXXX-...": eight groups of four */

enum seal_purpose {
    SEAL_PRIVATE_BY_PASSPHRASE = 1, /* a private key under what a passphrase gives */
    SEAL_PRIVATE_BY_CODE,           /* under a recovery code */
    SEAL_PRIVATE_BY_TOKEN,          /* under the token of a session */
    SEAL_TEXT_KEY,                  /* the key of a text, to a reader */
    SEAL_TITLE,
    SEAL_BODY,
};

struct seal_context {
    enum seal_purpose purpose;
    int64_t owner;                   /* the person whose key or text it is */
    int64_t record;                  /* the text, the session; 0: none */
    int64_t reader;                  /* to whom a text's key is sealed; 0: none */
    int64_t version;                 /* of the text; 0: none */
    const unsigned char *public_key; /* of the owner, for her private key; NULL: none */
};

/* A new pair. */
void seal_new_pair(unsigned char public_key[SEAL_KEY], unsigned char private_key[SEAL_KEY]);
bool seal_is_pair(const unsigned char public_key[SEAL_KEY], const unsigned char private_key[SEAL_KEY]);

/* Text under a key (XChaCha20-Poly1305, a new nonce each time), padded to whole blocks so that its length tells little. In the arena. */
struct str seal_text(struct arena *a, const unsigned char key[SEAL_KEY], const struct seal_context *x, struct str text);
/* The text again, in the arena and zeroed with it. False when it was changed, moved or sealed under another key. */
bool seal_open_text(struct arena *a, const unsigned char key[SEAL_KEY], const struct seal_context *x, struct str sealed, struct str *text);

/* A key under another one. */
struct str seal_key(struct arena *a, const unsigned char by[SEAL_KEY], const struct seal_context *x, const unsigned char key[SEAL_KEY]);
bool seal_open_key(const unsigned char by[SEAL_KEY], const struct seal_context *x, struct str sealed, unsigned char key[SEAL_KEY]);

/* A key to whoever holds the private key of a public one (an anonymous box). False when the public key is none. */
bool seal_key_to(struct arena *a, const unsigned char public_key[SEAL_KEY], const struct seal_context *x, const unsigned char key[SEAL_KEY],
                 struct str *sealed);
bool seal_open_key_to(const unsigned char public_key[SEAL_KEY], const unsigned char private_key[SEAL_KEY], const struct seal_context *x,
                      struct str sealed, unsigned char key[SEAL_KEY]);

/* A new recovery code of 160 random bits for people to write down: no letter in it looks like another one. */
void seal_new_code(char code[SEAL_CODE_CHARS + 1]);
/* The key of a code as it was typed, in any case, with or without spaces and dashes, O for 0, I or L for 1. False when it is none. */
bool seal_code_key(struct str typed, unsigned char key[SEAL_KEY]);
/* The key that the raw token of a session gives: the database, which holds a hash of the token, cannot give it. */
void seal_token_key(struct str token, unsigned char key[SEAL_KEY]);

#endif
