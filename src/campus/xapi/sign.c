/* Hashes, and the signatures that may come with statements (xAPI 2.0, 4.2.6; 1.0.3, Data 2.6): a JSON web signature (RFC 7515) whose
 * payload is the statement without it. Where the signature brings its certificate along (x5c), it is checked with that; who the
 * certificate belongs to is for those who read the statement to judge. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sodium.h>

#include "campus/xapi/inside.h"
#include "gen/msg_xapi.h"

static struct str digest(struct arena *a, const EVP_MD *how, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    ASSERT(EVP_Digest(bytes.p != NULL ? bytes.p : "", bytes.n, hash, &n, how, NULL) == 1);
    char *text = arena_alloc_raw(a, 2 * n);
    for (unsigned i = 0; i < n; i++) {
        text[2 * i] = digits[hash[i] >> 4];
        text[2 * i + 1] = digits[hash[i] & 15];
    }
    return (struct str){text, 2 * n};
}

struct str xapi_sha1(struct arena *a, struct str bytes)
{
    return digest(a, EVP_sha1(), bytes);
}

struct str xapi_sha2(struct arena *a, struct str bytes, size_t digits)
{
    return digest(a, digits == 128 ? EVP_sha512() : digits == 96 ? EVP_sha384() : digits == 56 ? EVP_sha224() : EVP_sha256(), bytes);
}

/* No value when it is not base64. */
static struct str decode(struct arena *a, struct str text, int variant)
{
    unsigned char *out = arena_alloc_raw(a, text.n + 1);
    size_t n;
    if (sodium_base642bin(out, text.n + 1, text.p, text.n, NULL, &n, NULL, variant) != 0)
        return STR_NONE;
    return (struct str){(char *)out, n};
}

static const EVP_MD *algorithm(const char *alg)
{
    if (alg == NULL)
        return NULL;
    return strcmp(alg, "RS256") == 0 ? EVP_sha256() : strcmp(alg, "RS384") == 0 ? EVP_sha384() : strcmp(alg, "RS512") == 0 ? EVP_sha512() : NULL;
}

/* Does the key of the first certificate say that it signed this? */
static bool certified(struct arena *a, json_t *chain, const EVP_MD *how, struct str signed_text, struct str signature)
{
    struct str der = str_from(json_string_value(json_array_get(chain, 0)));
    der = der.p != NULL ? decode(a, der, sodium_base64_VARIANT_ORIGINAL) : STR_NONE;
    const unsigned char *at = (const unsigned char *)der.p;
    X509 *certificate = der.p != NULL ? d2i_X509(NULL, &at, (long)der.n) : NULL;
    EVP_PKEY *key = certificate != NULL ? X509_get_pubkey(certificate) : NULL;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool right = key != NULL && EVP_PKEY_base_id(key) == EVP_PKEY_RSA && EVP_DigestVerifyInit(md, NULL, how, NULL, key) == 1 &&
                 EVP_DigestVerify(md, (const unsigned char *)signature.p, signature.n, (const unsigned char *)signed_text.p, signed_text.n) == 1;
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
    X509_free(certificate);
    return right;
}

/* The statement before it was signed. */
static json_t *unsigned_copy(json_t *statement)
{
    json_t *copy = json_deep_copy(statement), *list = json_object_get(copy, "attachments");
    for (size_t i = json_array_size(list); i-- > 0;) {
        const char *use = json_string_value(json_object_get(json_array_get(list, i), "usageType"));
        if (use != NULL && strcmp(use, XAPI_SIGNATURE) == 0)
            json_array_remove(list, i);
    }
    if (json_array_size(list) == 0)
        json_object_del(copy, "attachments");
    return copy;
}

static enum rc check(struct arena *a, struct str jws, json_t *statement)
{
    struct str rest = jws, head, body;
    if (!str_cut(&rest, '.', &head) || !str_cut(&rest, '.', &body) || rest.p == NULL || rest.n == 0 || memchr(rest.p, '.', rest.n) != NULL)
        return RC_MALFORMED;
    struct str signed_text = str_sub(jws, 0, head.n + 1 + body.n);
    struct str header = decode(a, head, sodium_base64_VARIANT_URLSAFE_NO_PADDING), payload = decode(a, body, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    struct str signature = decode(a, rest, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    json_t *h, *said;
    if (header.p == NULL || payload.p == NULL || signature.p == NULL || xapi_parse(a, header, &h, NULL) != RC_OK || xapi_parse(a, payload, &said, NULL) != RC_OK)
        return RC_MALFORMED;
    const EVP_MD *how = algorithm(json_string_value(json_object_get(h, "alg")));
    json_t *chain = json_object_get(h, "x5c");
    if (how == NULL || !json_is_object(said) || (chain != NULL && !certified(a, chain, how, signed_text, signature)))
        return RC_MALFORMED;
    json_t *before = unsigned_copy(statement);
    json_t *x = json_object_get(said, "id"), *y = json_object_get(statement, "id");
    bool same = xapi_equal(before, said) && (x == NULL || y == NULL || json_equal(x, y));
    json_decref(before);
    return same ? RC_OK : RC_MALFORMED;
}

enum rc xapi_check_signature(struct ctx *c, struct str jws, json_t *statement)
{
    const char *id = json_string_value(json_object_get(statement, "id"));
    return check(c->a, jws, statement) == RC_OK ? RC_OK : err_set(&c->err, RC_MALFORMED, M_xapi_bad_signature, "%s", id != NULL ? id : "");
}
