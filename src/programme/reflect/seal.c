/* Sealing: see seal.h. The associated data of the AEAD is the context; a box that is sealed to a public key has no place for such, so
 * a hash of the context lies in it before the key. */
#include "programme/reflect/seal.h"

#include <sodium.h>

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define TITLE_BLOCK 64
#define BODY_BLOCK 512
#define CONTEXT_BYTES (16 + 1 + 4 * 8 + SEAL_KEY)
#define CODE_BYTES 20
#define CODE_LETTERS 32

_Static_assert(SEAL_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES && SEAL_KEY == crypto_box_PUBLICKEYBYTES &&
                   SEAL_KEY == crypto_box_SECRETKEYBYTES && SEAL_KEY == crypto_generichash_BYTES,
               "one size of key");

static void put_number(unsigned char *p, int64_t v)
{
    for (int i = 0; i < 8; i++)
        p[i] = (unsigned char)((uint64_t)v >> (8 * i));
}

/* The context as bytes of one length, each field in its place, so that no two contexts have the same ones. */
static void write_context(const struct seal_context *x, unsigned char out[CONTEXT_BYTES])
{
    memset(out, 0, CONTEXT_BYTES);
    memcpy(out, "cadre reflect 1", 15);
    out[16] = (unsigned char)x->purpose;
    put_number(out + 17, x->owner);
    put_number(out + 25, x->record);
    put_number(out + 33, x->reader);
    put_number(out + 41, x->version);
    if (x->public_key != NULL)
        memcpy(out + 49, x->public_key, SEAL_KEY);
}

void seal_new_pair(unsigned char public_key[SEAL_KEY], unsigned char private_key[SEAL_KEY])
{
    crypto_box_keypair(public_key, private_key);
}

bool seal_is_pair(const unsigned char public_key[SEAL_KEY], const unsigned char private_key[SEAL_KEY])
{
    unsigned char of_it[SEAL_KEY];
    return crypto_scalarmult_base(of_it, private_key) == 0 && sodium_memcmp(of_it, public_key, SEAL_KEY) == 0;
}

/* ---- under a key ------------------------------------------------------------------------------------------------------------------ */

static struct str lock_bytes(struct arena *a, const unsigned char *key, const struct seal_context *x, const unsigned char *p, size_t n)
{
    unsigned char context[CONTEXT_BYTES];
    unsigned char *out = arena_alloc_raw(a, NONCE + n + TAG);
    write_context(x, context);
    randombytes_buf(out, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, p, n, context, sizeof context, NULL, out, key);
    return (struct str){(const char *)out, NONCE + n + TAG};
}

/* out has room for sealed.n - NONCE - TAG bytes. */
static bool unlock_bytes(const unsigned char *key, const struct seal_context *x, struct str sealed, unsigned char *out)
{
    unsigned char context[CONTEXT_BYTES];
    const unsigned char *p = (const unsigned char *)sealed.p;
    write_context(x, context);
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, p + NONCE, sealed.n - NONCE, context, sizeof context, p, key) == 0;
}

static size_t block_of(const struct seal_context *x)
{
    return x->purpose == SEAL_TITLE ? TITLE_BLOCK : BODY_BLOCK;
}

struct str seal_text(struct arena *a, const unsigned char key[SEAL_KEY], const struct seal_context *x, struct str text)
{
    size_t block = block_of(x), padded = (text.n / block + 1) * block, n;
    unsigned char *plain = arena_alloc(a, padded);
    if (text.n != 0)
        memcpy(plain, text.p, text.n);
    ASSERT(sodium_pad(&n, plain, text.n, block, padded) == 0 && n == padded);
    struct str sealed = lock_bytes(a, key, x, plain, padded);
    sodium_memzero(plain, padded);
    return sealed;
}

struct opened {
    unsigned char *p;
    size_t n;
};

static void zero_opened(void *arg)
{
    const struct opened *o = arg;
    sodium_memzero(o->p, o->n);
}

bool seal_open_text(struct arena *a, const unsigned char key[SEAL_KEY], const struct seal_context *x, struct str sealed, struct str *text)
{
    if (sealed.n <= NONCE + TAG)
        return false;
    struct opened *o = ARENA_NEW(a, struct opened);
    size_t n;
    o->n = sealed.n - NONCE - TAG;
    o->p = arena_alloc(a, o->n);
    if (!unlock_bytes(key, x, sealed, o->p))
        return false;
    arena_defer(a, zero_opened, o);
    if (sodium_unpad(&n, o->p, o->n, block_of(x)) != 0)
        return false;
    *text = (struct str){(const char *)o->p, n};
    return true;
}

struct str seal_key(struct arena *a, const unsigned char by[SEAL_KEY], const struct seal_context *x, const unsigned char key[SEAL_KEY])
{
    return lock_bytes(a, by, x, key, SEAL_KEY);
}

bool seal_open_key(const unsigned char by[SEAL_KEY], const struct seal_context *x, struct str sealed, unsigned char key[SEAL_KEY])
{
    return sealed.n == NONCE + SEAL_KEY + TAG && unlock_bytes(by, x, sealed, key);
}

/* ---- to a public key -------------------------------------------------------------------------------------------------------------- */

static void hash_context(const struct seal_context *x, unsigned char out[SEAL_KEY])
{
    unsigned char context[CONTEXT_BYTES];
    write_context(x, context);
    crypto_generichash(out, SEAL_KEY, context, sizeof context, NULL, 0);
}

bool seal_key_to(struct arena *a, const unsigned char public_key[SEAL_KEY], const struct seal_context *x, const unsigned char key[SEAL_KEY],
                 struct str *sealed)
{
    unsigned char plain[2 * SEAL_KEY], *out = arena_alloc_raw(a, sizeof plain + crypto_box_SEALBYTES);
    hash_context(x, plain);
    memcpy(plain + SEAL_KEY, key, SEAL_KEY);
    bool done = crypto_box_seal(out, plain, sizeof plain, public_key) == 0;
    sodium_memzero(plain, sizeof plain);
    *sealed = (struct str){(const char *)out, sizeof plain + crypto_box_SEALBYTES};
    return done;
}

bool seal_open_key_to(const unsigned char public_key[SEAL_KEY], const unsigned char private_key[SEAL_KEY], const struct seal_context *x,
                      struct str sealed, unsigned char key[SEAL_KEY])
{
    unsigned char plain[2 * SEAL_KEY], expected[SEAL_KEY];
    if (sealed.n != sizeof plain + crypto_box_SEALBYTES)
        return false;
    bool opens = crypto_box_seal_open(plain, (const unsigned char *)sealed.p, sealed.n, public_key, private_key) == 0;
    if (opens) {
        hash_context(x, expected);
        opens = sodium_memcmp(plain, expected, SEAL_KEY) == 0;
    }
    if (opens)
        memcpy(key, plain + SEAL_KEY, SEAL_KEY);
    sodium_memzero(plain, sizeof plain);
    return opens;
}

/* ---- codes and tokens ------------------------------------------------------------------------------------------------------------- */

static const char letters[CODE_LETTERS + 1] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's: no I, L, O, U */

void seal_new_code(char code[SEAL_CODE_CHARS + 1])
{
    unsigned char raw[CODE_BYTES];
    randombytes_buf(raw, sizeof raw);
    size_t at = 0;
    for (size_t i = 0; i < CODE_LETTERS; i++) {
        unsigned bits = 0;
        for (size_t k = i * 5; k < i * 5 + 5; k++)
            bits = bits << 1 | (((unsigned)raw[k / 8] >> (7 - k % 8)) & 1u);
        if (i != 0 && i % 4 == 0)
            code[at++] = '-';
        code[at++] = letters[bits];
    }
    code[at] = '\0';
    sodium_memzero(raw, sizeof raw);
}

static int letter_value(char c)
{
    char up = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    up = up == 'O' ? '0' : up == 'I' || up == 'L' ? '1' : up;
    const char *at = up != '\0' ? strchr(letters, up) : NULL;
    return at != NULL ? (int)(at - letters) : -1;
}

bool seal_code_key(struct str typed, unsigned char key[SEAL_KEY])
{
    static const unsigned char purpose[] = "cadre reflect recovery code";
    unsigned char raw[CODE_BYTES] = {0};
    size_t n = 0;
    bool good = true;
    for (size_t i = 0; i < typed.n && good; i++) {
        if (typed.p[i] == ' ' || typed.p[i] == '-')
            continue;
        int v = letter_value(typed.p[i]);
        good = v >= 0 && n < CODE_LETTERS;
        for (size_t k = 0; good && k < 5; k++)
            raw[(n * 5 + k) / 8] |= (unsigned char)(((unsigned)v >> (4 - k) & 1u) << (7 - (n * 5 + k) % 8));
        n++;
    }
    good = good && n == CODE_LETTERS;
    if (good)
        crypto_generichash(key, SEAL_KEY, purpose, sizeof purpose - 1, raw, sizeof raw);
    sodium_memzero(raw, sizeof raw);
    return good;
}

void seal_token_key(struct str token, unsigned char key[SEAL_KEY])
{
    static const unsigned char purpose[] = "cadre reflect session";
    crypto_generichash(key, SEAL_KEY, purpose, sizeof purpose - 1, (const unsigned char *)token.p,
                       token.n < crypto_generichash_KEYBYTES_MAX ? token.n : crypto_generichash_KEYBYTES_MAX);
}
