/* See secret.h. XSalsa20-Poly1305 (libsodium's secretbox) under BLAKE2b(key: the secret, message: the purpose). */
#include "auth/secret.h"

#include <sodium.h>

static struct str secret_of_server;

void secret_configure(struct str secret)
{
    secret_of_server = secret;
}

bool secret_is_set(void)
{
    return secret_of_server.n != 0;
}

static void locking_key(unsigned char key[crypto_secretbox_KEYBYTES], const char *purpose)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, crypto_secretbox_KEYBYTES);
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
    crypto_generichash_update(&state, (const unsigned char *)secret_of_server.p, secret_of_server.n);
    crypto_generichash_final(&state, key, crypto_secretbox_KEYBYTES);
    sodium_memzero(&state, sizeof state);
}

struct str secret_lock(struct arena *a, const char *purpose, struct str bytes, bool *locked)
{
    *locked = secret_is_set();
    if (!*locked)
        return str_dup(a, bytes);
    unsigned char key[crypto_secretbox_KEYBYTES];
    size_t n = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + bytes.n;
    unsigned char *out = arena_alloc_raw(a, n);
    locking_key(key, purpose);
    randombytes_buf(out, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, (const unsigned char *)bytes.p, bytes.n, out, key);
    sodium_memzero(key, sizeof key);
    return (struct str){(const char *)out, n};
}

bool secret_open(struct arena *a, const char *purpose, struct str box, bool locked, struct str *bytes)
{
    unsigned char key[crypto_secretbox_KEYBYTES];
    const unsigned char *p = (const unsigned char *)box.p;
    const size_t around = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (!locked) {
        *bytes = str_dup(a, box);
        return true;
    }
    if (!secret_is_set() || box.n < around)
        return false;
    unsigned char *out = arena_alloc_raw(a, box.n - around + 1);
    locking_key(key, purpose);
    bool good = crypto_secretbox_open_easy(out, p + crypto_secretbox_NONCEBYTES, box.n - crypto_secretbox_NONCEBYTES, p, key) == 0;
    sodium_memzero(key, sizeof key);
    *bytes = (struct str){(const char *)out, box.n - around};
    return good;
}
