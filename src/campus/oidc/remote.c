/* What is asked of a provider: its document, its keys, tokens for a code, what it says of a person. Nothing here runs inside a closure of the
 * store, and while a provider is waited for, no snapshot of the database is held. */
#include "auth/secret.h"
#include "base/clock.h"
#include "base/log.h"
#include "campus/oidc/inside.h"
#include "out/fetch.h"
#include "out/mail.h"

#define ANSWER_MOST ((size_t)256 * 1024)
#define FRESH_MS (24 * MS_PER_HOUR)
#define KEY_TRIES 6 /* a minute: anybody may send a token with a key that nobody knows */
#define PATIENCE_MS 8000

bool provider_is_proxy(const struct provider *p)
{
    return str_eq_z(p->row.kind, "proxy");
}

enum rc provider_load(struct db *db, struct arena *a, int64_t id, struct provider *p)
{
    *p = (struct provider){0};
    TRY(sql_sign_on_provider_find(db, a, id, &p->row));
    if (p->row.metadata.n != 0 && metadata_read(a, p->row.metadata, p->row.issuer, &p->meta) != METADATA_FINE)
        p->meta = (struct provider_metadata){0};
    return RC_OK;
}

/* ---- one request ---------------------------------------------------------------------------------------------------------- */

static enum rc ask(struct ctx *c, struct fetch *f, struct fetched *out, struct err *e)
{
    f->limit = ANSWER_MOST;
    f->timeout_ms = PATIENCE_MS;
    db_reads_end(c->db);
    return fetch_send(c->a, f, out, e);
}

static enum rc ask_for_json(struct ctx *c, struct str url, struct str *body, struct err *e)
{
    static const struct fetch_header accept = {"Accept", S_INIT("application/json")};
    struct fetch f = {.url = url, .headers = &accept, .header_count = 1};
    struct fetched got;
    TRY(ask(c, &f, &got, e));
    if (got.status != 200 || foreign_object(c->a, got.body) == NULL)
        return err_set(e, RC_BUSY, 0, "%.*s: status %d, %s", STR_ARG(str_sub(url, 0, 300)), got.status,
                       got.status == 200 ? "not a JSON object" : "not 200");
    *body = got.body;
    return RC_OK;
}

/* ---- the document and the keys --------------------------------------------------------------------------------------------- */

struct keeping {
    int64_t id, now;
    struct str metadata, keys; /* metadata without a value: the keys alone */
};

static enum rc keep(struct db *tx, void *arg, struct err *e)
{
    const struct keeping *k = arg;
    (void)e;
    if (k->metadata.p == NULL)
        return sql_sign_on_provider_keep_keys(tx, k->id, k->keys);
    return sql_sign_on_provider_keep_metadata(tx, k->id, k->metadata, k->keys, k->now);
}

enum rc provider_ask(struct ctx *c, struct provider *p, enum metadata_fault *fault, struct err *e)
{
    struct keeping k = {.id = p->row.id, .now = c->now};
    struct provider_metadata meta;
    *fault = METADATA_FINE;
    TRY(ask_for_json(c, metadata_address(c->a, p->row.issuer), &k.metadata, e));
    *fault = metadata_read(c->a, k.metadata, p->row.issuer, &meta);
    if (*fault != METADATA_FINE)
        return err_set(e, RC_INVALID, 0, "%.*s", STR_ARG(str_sub(meta.issuer, 0, 300)));
    TRY(ask_for_json(c, meta.keys, &k.keys, e));
    p->meta = meta;
    p->row.key_set = k.keys;
    return ctx_write(c, keep, &k);
}

enum rc provider_refresh(struct ctx *c, struct provider *p)
{
    struct err why = {0};
    enum metadata_fault fault;
    bool known = p->meta.issuer.n != 0;
    if (known && c->now - p->row.metadata_at < FRESH_MS && p->row.metadata_at <= c->now)
        return RC_OK;
    enum rc rc = provider_ask(c, p, &fault, &why);
    if (rc == RC_OK)
        return RC_OK;
    log_event(LOG_WARN, "sign_on.provider", "provider=%" PRId64 " rc=%d fault=%d", p->row.id, (int)rc, (int)fault);
    return known ? RC_OK : RC_BUSY;
}

/* ---- tokens ------------------------------------------------------------------------------------------------------------------ */

static void field(struct buf *b, const char *name, struct str value)
{
    if (b->n != 0)
        buf_ch(b, '&');
    buf_z(b, name);
    buf_ch(b, '=');
    buf_url(b, value);
}

static struct str form_encoded(struct arena *a, struct str s)
{
    struct buf b = buf_new(a, s.n + 16);
    buf_url(&b, s);
    return buf_text(&b);
}

enum rc provider_redeem(struct ctx *c, const struct provider *p, struct str code, struct str verifier, struct str *id_token,
                        struct str *access_token, enum sign_on_refusal *why)
{
    static const struct fetch_header headers[] = {{"Accept", S_INIT("application/json")},
                                                  {"Content-Type", S_INIT("application/x-www-form-urlencoded")}};
    struct fetch f = {.method = "POST", .url = p->meta.token, .headers = headers, .header_count = COUNT_OF(headers)};
    struct buf b = buf_new(c->a, 1024);
    struct fetched got;
    struct err e = {0};
    field(&b, "grant_type", S("authorization_code"));
    field(&b, "code", code);
    field(&b, "redirect_uri", mail_link(c->a, S(CALLBACK_PATH)));
    field(&b, "code_verifier", verifier);
    struct str secret = STR_NONE;
    if (p->row.client_secret.p != NULL && !secret_open(c->a, SECRET_PURPOSE, p->row.client_secret, p->row.client_secret_locked != 0, &secret)) {
        log_event(LOG_ERROR, "sign_on.secret", "provider=%" PRId64 " does not open", p->row.id);
        return RC_INTERNAL;
    }
    if (secret.n == 0 || p->meta.secret_in_body)
        field(&b, "client_id", p->row.client_id);
    if (secret.n != 0 && p->meta.secret_in_body)
        field(&b, "client_secret", secret);
    if (secret.n != 0 && !p->meta.secret_in_body) { /* RFC 6749, 2.3.1: both are form-encoded first */
        f.user = form_encoded(c->a, p->row.client_id);
        f.password = form_encoded(c->a, secret);
    }
    f.body = buf_text(&b);
    *why = SIGN_ON_AWAY;
    if (ask(c, &f, &got, &e) != RC_OK) {
        log_event(LOG_WARN, "sign_on.token", "provider=%" PRId64 " does not answer", p->row.id);
        return RC_OK;
    }
    const json_t *o = foreign_object(c->a, got.body);
    if (got.status >= 400 && got.status < 500)
        *why = SIGN_ON_CODE;
    if (got.status != 200 || o == NULL) {
        log_event(LOG_WARN, "sign_on.token", "provider=%" PRId64 " status=%d", p->row.id, got.status);
        return RC_OK;
    }
    *id_token = claim_text(c->a, o, S("id_token"), JOSE_TOKEN_MOST);
    *access_token = claim_text(c->a, o, S("access_token"), ANSWER_MOST);
    *why = id_token->n != 0 ? SIGN_ON_FINE : SIGN_ON_TOKEN;
    return RC_OK;
}

struct trying {
    int64_t id, now;
    bool may;
};

static enum rc try_keys(struct db *tx, void *arg, struct err *e)
{
    struct trying *t = arg;
    (void)e;
    TRY(sql_sign_on_provider_try_keys(tx, t->id, t->now, t->now - MS_PER_MINUTE, KEY_TRIES));
    t->may = db_changes(tx) != 0;
    return RC_OK;
}

/* A provider changes its keys: then it is asked for them again, and the token looked at once more. */
static enum rc keys_again(struct ctx *c, struct provider *p, bool *got)
{
    struct trying t = {.id = p->row.id, .now = c->now};
    struct keeping k = {.id = p->row.id};
    struct err e = {0};
    TRY(ctx_write(c, try_keys, &t));
    *got = t.may && ask_for_json(c, p->meta.keys, &k.keys, &e) == RC_OK;
    if (!*got)
        return RC_OK;
    p->row.key_set = k.keys;
    return ctx_write(c, keep, &k);
}

enum rc provider_verify(struct ctx *c, struct provider *p, struct str compact, const json_t **claims, enum sign_on_refusal *why)
{
    struct jose_token token = {0};
    enum jose_verdict verdict = jose_verify(c->a, compact, p->row.key_set, &token);
    bool got = false;
    if (verdict == JOSE_NO_KEY)
        TRY(keys_again(c, p, &got));
    if (got)
        verdict = jose_verify(c->a, compact, p->row.key_set, &token);
    *claims = token.claims;
    *why = verdict == JOSE_GOOD ? SIGN_ON_FINE : verdict == JOSE_ALG ? SIGN_ON_ALG : SIGN_ON_TOKEN;
    return RC_OK;
}

const json_t *provider_userinfo(struct ctx *c, const struct provider *p, struct str access_token, struct str subject, enum sign_on_refusal *why)
{
    if (p->meta.userinfo.n == 0 || access_token.n == 0)
        return NULL;
    const struct fetch_header headers[] = {{"Accept", S("application/json")}, {"Authorization", str_concat(c->a, S("Bearer "), access_token)}};
    struct fetch f = {.url = p->meta.userinfo, .headers = headers, .header_count = COUNT_OF(headers)};
    struct fetched got;
    struct err e = {0};
    if (ask(c, &f, &got, &e) != RC_OK || got.status != 200)
        return NULL;
    const json_t *o = foreign_object(c->a, got.body), *sub = json_object_get(o, "sub");
    if (o == NULL)
        return NULL;
    if (!json_is_string(sub) || !str_eq((struct str){json_string_value(sub), json_string_length(sub)}, subject))
        *why = SIGN_ON_SUBJECT; /* a token was put under another person's answer */
    return o;
}
