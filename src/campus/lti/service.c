/* Asking a platform's services: with an access token, which the platform gives for an assertion that Cadre signs (1EdTech Security Framework 1.0,
 * 4.1; RFC 7523), and which is kept until shortly before it expires. */
#include "campus/lti/inside.h"

#include "auth/jose.h"
#include "auth/secret.h"
#include "auth/session.h"
#include "campus/key/key.h"
#include "out/fetch.h"

#define ASSERTION_MS MS_PER_MINUTE
#define TOKEN_MARGIN_MS MS_PER_MINUTE
#define TOKEN_LONGEST_S 86400

static enum rc bad_answer(struct err *e, msg_id msg, int status)
{
    return err_field(e, RC_BUSY, msg, "administrator", "HTTP %d", status);
}

static enum rc assertion(struct db *db, struct arena *a, const struct lti_platform *p, int64_t now, struct str *out, struct err *e)
{
    struct str key;
    struct buf b = buf_new(a, 512);
    TRY(key_ready(db, a, KEY_LAUNCH, now, &key, e));
    buf_z(&b, "{\"iss\":");
    buf_json(&b, p->client_id);
    buf_z(&b, ",\"sub\":");
    buf_json(&b, p->client_id);
    buf_z(&b, ",\"aud\":");
    buf_json(&b, p->token_url);
    buf_printf(&b, ",\"iat\":%" PRId64 ",\"exp\":%" PRId64 ",\"jti\":", now / MS_PER_SECOND, (now + ASSERTION_MS) / MS_PER_SECOND);
    buf_json(&b, link_token_new(a));
    buf_z(&b, "}");
    return jose_sign(a, key, "JWT", buf_text(&b), out);
}

struct keeping {
    const struct lti_platform *p;
    struct str token;
    bool locked;
};

static enum rc keep(struct db *tx, void *arg, struct err *e)
{
    const struct keeping *k = arg;
    (void)e;
    return sql_lti_platform_token(tx, k->p->id, k->token, k->locked, k->p->token_scopes, k->p->token_until);
}

static enum rc fetch_token(struct db *db, struct arena *a, struct lti_platform *p, const char *scopes, int64_t now, struct err *e)
{
    struct str signed_by_us;
    struct buf body = buf_new(a, 1024);
    struct fetched got;
    TRY(assertion(db, a, p, now, &signed_by_us, e));
    buf_z(&body, "grant_type=client_credentials&client_assertion_type=");
    buf_url(&body, S("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    buf_z(&body, "&client_assertion=");
    buf_url(&body, signed_by_us);
    buf_z(&body, "&scope=");
    buf_url(&body, str_from(scopes));
    const struct fetch_header headers[] = {{"Content-Type", S("application/x-www-form-urlencoded")}, {"Accept", S("application/json")}};
    const struct fetch f = {.method = "POST", .url = p->token_url, .headers = headers, .header_count = COUNT_OF(headers), .body = buf_text(&body)};
    struct err why = {0};
    if (fetch_send(a, &f, &got, &why) != RC_OK)
        return err_field(e, RC_BUSY, M_lti_no_access, "administrator", "%s", why.detail);
    json_t *o = got.status == 200 ? lti_parse(a, got.body) : NULL;
    p->token = lti_member(a, o, "access_token");
    if (p->token.n == 0)
        return bad_answer(e, M_lti_no_access, got.status);
    json_int_t lasts = json_integer_value(json_object_get(o, "expires_in"));
    lasts = lasts < 0 ? 0 : lasts > TOKEN_LONGEST_S ? TOKEN_LONGEST_S : lasts;
    p->token_scopes = str_from(scopes);
    p->token_until = now + (int64_t)lasts * MS_PER_SECOND;
    struct keeping k = {.p = p};
    k.token = secret_lock(a, LTI_TOKEN_PURPOSE, p->token, &k.locked);
    return store_write(db, keep, &k, e);
}

static enum rc send_with_token(struct arena *a, const struct lti_platform *p, const struct lti_call *call, struct fetched *out, struct err *e)
{
    struct fetch_header headers[3] = {{"Authorization", str_printf(a, "Bearer %.*s", STR_ARG(p->token))}};
    size_t n = 1;
    if (call->accept != NULL)
        headers[n++] = (struct fetch_header){"Accept", str_from(call->accept)};
    if (call->type != NULL)
        headers[n++] = (struct fetch_header){"Content-Type", str_from(call->type)};
    const struct fetch f = {.method = call->method, .url = call->url, .headers = headers, .header_count = n, .body = call->body, .limit = (size_t)4 << 20};
    struct err why = {0};
    if (fetch_send(a, &f, out, &why) != RC_OK)
        return err_field(e, RC_BUSY, M_lti_no_service, "administrator", "%s", why.detail);
    return RC_OK;
}

enum rc lti_service(struct db *db, struct arena *a, struct lti_platform *p, const char *scopes, const struct lti_call *call, int64_t now,
                    struct fetched *out, struct err *e)
{
    bool kept = p->token.n != 0 && str_eq_z(p->token_scopes, scopes) && p->token_until > now + TOKEN_MARGIN_MS;
    if (!kept)
        TRY(fetch_token(db, a, p, scopes, now, e));
    TRY(send_with_token(a, p, call, out, e));
    if (out->status == 401 && kept) { /* it was taken back before its time */
        TRY(fetch_token(db, a, p, scopes, now, e));
        TRY(send_with_token(a, p, call, out, e));
    }
    if (out->status == 404 || out->status == 410)
        return err_field(e, RC_NOT_FOUND, M_lti_no_service, "administrator", "HTTP %d", out->status);
    return out->status >= 200 && out->status < 300 ? RC_OK : bad_answer(e, M_lti_no_service, out->status);
}
