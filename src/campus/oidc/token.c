/* The rules of OpenID Connect: see token.h. */
#include "campus/oidc/token.h"

#include "auth/jose.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json_shape.h"
#include "base/utf8.h"
#include "out/fetch.h"

#define DEEPEST 16
#define VALUES_MOST 20000

static void release(void *json)
{
    json_decref(json);
}

json_t *foreign_object(struct arena *a, struct str text)
{
    struct json_shape shape = json_shape(text);
    json_t *o = text.n != 0 && shape.depth <= DEEPEST && shape.values <= VALUES_MOST ? json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (o == NULL)
        return NULL;
    arena_defer(a, release, o);
    return json_is_object(o) ? o : NULL;
}

static struct str text_of(struct arena *a, const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    return json_is_string(v) ? str_dup(a, (struct str){json_string_value(v), json_string_length(v)}) : STR_NONE;
}

static bool lists(const json_t *o, const char *name, const char *word, bool when_absent)
{
    const json_t *list = json_object_get(o, name);
    if (!json_is_array(list))
        return when_absent;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *z = json_string_value(json_array_get(list, i));
        if (z != NULL && strcmp(z, word) == 0)
            return true;
    }
    return false;
}

/* ---- what a provider says about itself ---------------------------------------------------------------------------------- */

struct str metadata_address(struct arena *a, struct str issuer)
{
    while (str_ends(issuer, S("/")))
        issuer.n--;
    return str_concat(a, issuer, S("/.well-known/openid-configuration"));
}

static bool signs_well(const json_t *o)
{
    static const char *const known[] = {"RS256", "RS384", "RS512", "PS256", "ES256"};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (lists(o, "id_token_signing_alg_values_supported", known[i], true))
            return true;
    return false;
}

enum metadata_fault metadata_read(struct arena *a, struct str json, struct str issuer, struct provider_metadata *out)
{
    const json_t *o = foreign_object(a, json);
    if (o == NULL)
        return METADATA_NOT_JSON;
    *out = (struct provider_metadata){.issuer = text_of(a, o, "issuer"),
                                      .authorization = text_of(a, o, "authorization_endpoint"),
                                      .token = text_of(a, o, "token_endpoint"),
                                      .keys = text_of(a, o, "jwks_uri"),
                                      .userinfo = text_of(a, o, "userinfo_endpoint"),
                                      .end_session = text_of(a, o, "end_session_endpoint"),
                                      .says_issuer = json_is_true(json_object_get(o, "authorization_response_iss_parameter_supported"))};
    out->secret_in_body = !lists(o, "token_endpoint_auth_methods_supported", "client_secret_basic", true) &&
                          lists(o, "token_endpoint_auth_methods_supported", "client_secret_post", false);
    if (!str_eq(out->issuer, issuer))
        return METADATA_ISSUER;
    if (!fetch_address_ok(out->authorization) || !fetch_address_ok(out->token) || !fetch_address_ok(out->keys))
        return METADATA_ADDRESS;
    if (!fetch_address_ok(out->userinfo))
        out->userinfo = STR_NONE;
    if (!fetch_address_ok(out->end_session))
        out->end_session = STR_NONE;
    if (!lists(o, "response_types_supported", "code", true))
        return METADATA_CODE;
    if (!lists(o, "code_challenge_methods_supported", "S256", true))
        return METADATA_PKCE;
    return signs_well(o) ? METADATA_FINE : METADATA_ALG;
}

/* ---- asking ------------------------------------------------------------------------------------------------------------- */

static void parameter(struct buf *b, const char *name, struct str value)
{
    buf_ch(b, '&');
    buf_z(b, name);
    buf_ch(b, '=');
    buf_url(b, value);
}

struct str authorization_address(struct arena *a, struct str endpoint, const struct authorization *q)
{
    struct buf b = buf_new(a, 1024);
    buf_str(&b, endpoint);
    buf_z(&b, str_find(endpoint, S("?"), NULL) ? "&response_type=code" : "?response_type=code");
    parameter(&b, "client_id", q->client_id);
    parameter(&b, "redirect_uri", q->redirect_uri);
    parameter(&b, "scope", q->scopes.n != 0 ? str_concat(a, S("openid "), q->scopes) : S("openid"));
    parameter(&b, "state", q->state);
    parameter(&b, "nonce", q->nonce);
    parameter(&b, "code_challenge", jose_hash(a, q->verifier));
    parameter(&b, "code_challenge_method", S("S256"));
    if (q->lang.n != 0)
        parameter(&b, "ui_locales", q->lang);
    return buf_text(&b);
}

/* ---- what comes back ---------------------------------------------------------------------------------------------------- */

struct str claim_text(struct arena *a, const json_t *claims, struct str name, size_t most)
{
    const json_t *v = json_object_get(claims, str_z(a, name));
    if (json_is_integer(v))
        return str_printf(a, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
    struct str s = json_is_string(v) ? str_trim((struct str){json_string_value(v), json_string_length(v)}) : STR_NONE;
    return s.n != 0 && s.n <= most && utf8_is_text(s) ? str_dup(a, s) : STR_NONE;
}

bool claim_may_identify(struct str name)
{
    static const char *const never[] = {"email", "email_verified", "name", "nickname", "given_name", "family_name", "middle_name",
                                        "picture", "profile", "website", "phone_number", "locale", "zoneinfo", "iss", "aud", "nonce", "exp", "iat"};
    for (size_t i = 0; i < COUNT_OF(never); i++)
        if (str_eq_nocase(name, str_from(never[i])))
            return false;
    return true;
}

static bool says(const json_t *v, struct str text)
{
    return json_is_string(v) && str_eq((struct str){json_string_value(v), json_string_length(v)}, text);
}

/* Meant for us, and for nobody who could hand it on: of several, we must be the one it was made for (azp). */
static bool is_for(const json_t *claims, struct str client_id)
{
    const json_t *aud = json_object_get(claims, "aud"), *azp = json_object_get(claims, "azp");
    bool named = says(aud, client_id);
    for (size_t i = 0; i < json_array_size(aud) && !named; i++)
        named = says(json_array_get(aud, i), client_id);
    if (!named || (azp != NULL && !says(azp, client_id)))
        return false;
    return azp != NULL || json_array_size(aud) <= 1;
}

static bool instant(const json_t *claims, const char *name, double *s)
{
    const json_t *v = json_object_get(claims, name);
    *s = json_number_value(v);
    return json_is_number(v);
}

/* exp and iat are required of both kinds of tokens, nbf counts where it is. */
static bool is_in_time(const json_t *claims, int64_t now)
{
    double at = (double)now / (double)MS_PER_SECOND, exp, iat, nbf;
    if (!instant(claims, "exp", &exp) || !instant(claims, "iat", &iat))
        return false;
    if (json_object_get(claims, "nbf") != NULL && (!instant(claims, "nbf", &nbf) || nbf > at + TOKEN_SKEW_S))
        return false;
    return exp > at - TOKEN_SKEW_S && iat < at + TOKEN_SKEW_S;
}

static enum sign_on_refusal check_common(const json_t *claims, struct str issuer, struct str client_id, int64_t now)
{
    if (!says(json_object_get(claims, "iss"), issuer))
        return SIGN_ON_ISSUER;
    if (client_id.n == 0 || !is_for(claims, client_id))
        return SIGN_ON_AUDIENCE;
    return is_in_time(claims, now) ? SIGN_ON_FINE : SIGN_ON_EXPIRED;
}

/* A subject is compared byte by byte, so nothing is trimmed off it. */
static struct str exact(struct arena *a, const json_t *claims, const char *name)
{
    struct str s = text_of(a, claims, name);
    return s.n != 0 && s.n <= SUBJECT_MOST && utf8_is_text(s) ? s : STR_NONE;
}

enum sign_on_refusal id_token_check(struct arena *a, const json_t *claims, struct str issuer, struct str client_id, struct str nonce,
                                    int64_t now, struct id_token *out)
{
    enum sign_on_refusal why = check_common(claims, issuer, client_id, now);
    if (why != SIGN_ON_FINE)
        return why;
    if (nonce.n == 0 || !says(json_object_get(claims, "nonce"), nonce))
        return SIGN_ON_NONCE;
    *out = (struct id_token){.subject = exact(a, claims, "sub"), .sid = exact(a, claims, "sid")};
    return out->subject.n != 0 ? SIGN_ON_FINE : SIGN_ON_SUBJECT;
}

enum sign_on_refusal logout_token_check(struct arena *a, const json_t *claims, struct str issuer, struct str client_id, int64_t now,
                                        struct id_token *out)
{
    enum sign_on_refusal why = check_common(claims, issuer, client_id, now);
    if (why != SIGN_ON_FINE)
        return why;
    const json_t *events = json_object_get(claims, "events");
    bool logout = json_is_object(json_object_get(events, "http://schemas.openid.net/event/backchannel-logout"));
    if (!logout || json_object_get(claims, "nonce") != NULL) /* an ID token is no order to sign somebody out */
        return SIGN_ON_TOKEN;
    *out = (struct id_token){.subject = exact(a, claims, "sub"), .sid = exact(a, claims, "sid")};
    return out->subject.n != 0 || out->sid.n != 0 ? SIGN_ON_FINE : SIGN_ON_SUBJECT;
}
