/* See jose.h. */
#include "auth/jose.h"

#include <cjose/cjose.h>
#include <sodium.h>

#define RSA_BITS 2048
#define KEYS_MOST 50

/* ---- text ----------------------------------------------------------------------------------------------------------------------------- */

struct str jose_base64url(struct arena *a, struct str bytes)
{
    size_t cap = sodium_base64_encoded_len(bytes.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *z = arena_alloc_raw(a, cap);
    sodium_bin2base64(z, cap, (const unsigned char *)(bytes.p != NULL ? bytes.p : ""), bytes.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_from(z);
}

struct str jose_from_base64url(struct arena *a, struct str text)
{
    unsigned char *out = arena_alloc_raw(a, text.n + 1);
    size_t n;
    if (sodium_base642bin(out, text.n + 1, text.p != NULL ? text.p : "", text.n, NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return STR_NONE;
    out[n] = '\0';
    return (struct str){(const char *)out, n};
}

struct str jose_hash(struct arena *a, struct str bytes)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)(bytes.p != NULL ? bytes.p : ""), bytes.n);
    return jose_base64url(a, (struct str){(const char *)hash, sizeof hash});
}

static void drop_json(void *json)
{
    json_decref(json);
}

/* NULL when it is not a JSON object; freed with the arena. */
static json_t *object_of(struct arena *a, struct str text)
{
    json_t *json = text.p != NULL ? json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (json != NULL)
        arena_defer(a, drop_json, json);
    return json_is_object(json) ? json : NULL;
}

static struct str member(const json_t *object, const char *name)
{
    const json_t *v = json_object_get(object, name);
    return json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)} : STR_NONE;
}

/* ---- keys ----------------------------------------------------------------------------------------------------------------------------- */

static void drop_key(void *key)
{
    cjose_jwk_release(key);
}

static cjose_jwk_t *key_of(struct arena *a, struct str jwk)
{
    cjose_jwk_t *key = cjose_jwk_import(jwk.p, jwk.n, NULL);
    if (key != NULL)
        arena_defer(a, drop_key, key);
    return key;
}

/* What the thumbprint is made of: the members that the kind of key needs, in the order of their names, nothing else. */
static struct str thumbprint(struct arena *a, const json_t *key)
{
    struct str e = member(key, "e"), n = member(key, "n");
    return jose_hash(a, str_printf(a, "{\"e\":\"%.*s\",\"kty\":\"RSA\",\"n\":\"%.*s\"}", STR_ARG(e), STR_ARG(n)));
}

enum rc jose_key_new(struct arena *a, struct str *private_jwk, struct str *kid)
{
    cjose_jwk_t *key = cjose_jwk_create_RSA_random(RSA_BITS, NULL, 0, NULL);
    if (key == NULL)
        return RC_INTERNAL;
    arena_defer(a, drop_key, key);
    char *text = cjose_jwk_to_json(key, true, NULL);
    json_t *json = text != NULL ? object_of(a, str_from(text)) : NULL;
    if (text != NULL)
        cjose_get_dealloc()(text);
    if (json == NULL)
        return RC_INTERNAL;
    *kid = thumbprint(a, json);
    json_object_set_new(json, "kid", json_stringn(kid->p, kid->n));
    text = json_dumps(json, JSON_COMPACT);
    *private_jwk = str_dup(a, str_from(text));
    sodium_memzero(text, strlen(text));
    free(text);
    return RC_OK;
}

enum rc jose_public(struct arena *a, struct str private_jwk, struct str *jwk)
{
    const json_t *json = object_of(a, private_jwk);
    struct str e = member(json, "e"), n = member(json, "n"), kid = member(json, "kid");
    if (json == NULL || e.n == 0 || n.n == 0 || kid.n == 0)
        return RC_INVALID;
    *jwk = str_printf(a, "{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"%.*s\",\"e\":\"%.*s\",\"n\":\"%.*s\"}", STR_ARG(kid), STR_ARG(e), STR_ARG(n));
    return RC_OK;
}

/* ---- signing -------------------------------------------------------------------------------------------------------------------------- */

static enum rc sign(struct arena *a, cjose_jwk_t *key, cjose_header_t *header, const char *typ, struct str payload, struct str *compact)
{
    const char *kid = cjose_jwk_get_kid(key, NULL), *text;
    if (!cjose_header_set(header, CJOSE_HDR_ALG, CJOSE_HDR_ALG_RS256, NULL) || (kid != NULL && !cjose_header_set(header, CJOSE_HDR_KID, kid, NULL)) ||
        (typ != NULL && !cjose_header_set(header, "typ", typ, NULL)))
        return RC_INTERNAL;
    cjose_jws_t *jws = cjose_jws_sign(key, header, (const uint8_t *)payload.p, payload.n, NULL);
    if (jws == NULL)
        return RC_INVALID;
    bool good = cjose_jws_export(jws, &text, NULL);
    if (good)
        *compact = str_dup(a, str_from(text));
    cjose_jws_release(jws);
    return good ? RC_OK : RC_INTERNAL;
}

enum rc jose_sign(struct arena *a, struct str private_jwk, const char *typ, struct str payload, struct str *compact)
{
    cjose_jwk_t *key = key_of(a, private_jwk);
    if (key == NULL || cjose_jwk_get_kty(key, NULL) != CJOSE_JWK_KTY_RSA)
        return RC_INVALID;
    cjose_header_t *header = cjose_header_new(NULL);
    enum rc rc = header != NULL ? sign(a, key, header, typ, payload, compact) : RC_INTERNAL;
    cjose_header_release(header);
    return rc;
}

/* ---- checking ------------------------------------------------------------------------------------------------------------------------- */

/* The kind of key that an algorithm goes with; NULL: never believed. */
static const char *kind_for(struct str alg)
{
    static const char *const rsa[] = {"RS256", "RS384", "RS512", "PS256"};
    for (size_t i = 0; i < COUNT_OF(rsa); i++)
        if (str_eq_z(alg, rsa[i]))
            return "RSA";
    return str_eq_z(alg, "ES256") ? "EC" : NULL;
}

bool jose_peek(struct arena *a, struct str compact, struct jose_token *out)
{
    struct str rest = compact, header, payload;
    if (compact.n > JOSE_TOKEN_MOST || !str_cut(&rest, '.', &header) || !str_cut(&rest, '.', &payload) || rest.p == NULL || str_find(rest, S("."), NULL))
        return false;
    struct str header_text = jose_from_base64url(a, header), claims_text = jose_from_base64url(a, payload);
    out->header = object_of(a, header_text);
    out->claims = object_of(a, claims_text);
    return out->header != NULL && out->claims != NULL;
}

/* A key that may sign with this algorithm: of the right kind and, where it says so, for signatures and for this algorithm. */
static bool fits(const json_t *key, struct str alg)
{
    struct str use = member(key, "use"), own = member(key, "alg"), kty = member(key, "kty");
    return str_eq_z(kty, kind_for(alg)) && (use.p == NULL || str_eq_z(use, "sig")) && (own.p == NULL || str_eq(own, alg)) &&
           (!str_eq_z(kty, "EC") || str_eq_z(member(key, "crv"), "P-256"));
}

static const json_t *find_key(const json_t *set, struct str alg, struct str kid, bool *other_kind)
{
    const json_t *keys = json_object_get(set, "keys"), *found = NULL;
    size_t n = json_array_size(keys), fitting = 0;
    for (size_t i = 0; i < n && i < KEYS_MOST; i++) {
        const json_t *key = json_array_get(keys, i);
        if (kid.p != NULL && !str_eq(member(key, "kid"), kid))
            continue;
        if (fits(key, alg)) {
            fitting++;
            found = key;
        } else if (kid.p != NULL) {
            *other_kind = true;
        }
    }
    return kid.p != NULL || fitting == 1 ? found : NULL;
}

/* cjose reads a key that holds what signing needs too; only what checking needs is given to it. */
static cjose_jwk_t *public_key(struct arena *a, const json_t *key)
{
    static const char *const names[] = {"kty", "n", "e", "crv", "x", "y"};
    json_t *bare = json_object();
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (json_object_get(key, names[i]) != NULL)
            json_object_set(bare, names[i], json_object_get(key, names[i]));
    char *text = json_dumps(bare, JSON_COMPACT);
    json_decref(bare);
    cjose_jwk_t *out = text != NULL ? key_of(a, str_from(text)) : NULL;
    free(text);
    return out;
}

enum jose_verdict jose_verify(struct arena *a, struct str compact, struct str keys, struct jose_token *out)
{
    struct jose_token token;
    bool other_kind = false;
    if (!jose_peek(a, compact, &token) || json_object_get(token.header, "crit") != NULL)
        return JOSE_MALFORMED;
    struct str alg = member(token.header, "alg"), kid = member(token.header, "kid");
    if (alg.p == NULL || kind_for(alg) == NULL)
        return JOSE_ALG;
    const json_t *set = object_of(a, keys), *key = find_key(set, alg, kid, &other_kind);
    if (key == NULL)
        return other_kind ? JOSE_ALG : JOSE_NO_KEY;
    cjose_jwk_t *checks = public_key(a, key);
    if (checks == NULL || (str_eq_z(member(key, "kty"), "RSA") && cjose_jwk_get_keysize(checks, NULL) < RSA_BITS))
        return JOSE_ALG;
    cjose_jws_t *jws = cjose_jws_import(compact.p, compact.n, NULL);
    if (jws == NULL)
        return JOSE_MALFORMED;
    bool good = cjose_jws_verify(jws, checks, NULL);
    cjose_jws_release(jws);
    if (!good)
        return JOSE_SIGNATURE;
    *out = token;
    return JOSE_GOOD;
}
