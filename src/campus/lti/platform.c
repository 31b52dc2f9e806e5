/* Platforms: what the administrator says of them, their keys, and why something with them failed. See inside.h. */
#include "campus/lti/inside.h"

#include "auth/secret.h"
#include "auth/session.h"
#include "base/utf8.h"
#include "out/fetch.h"

enum rc lti_platform_load(struct db *db, struct arena *a, int64_t id, struct lti_platform *out)
{
    struct row_lti_platform_get r;
    TRY(sql_lti_platform_get(db, a, id, &r));
    *out = (struct lti_platform){.id = r.id,
                                 .name = r.name,
                                 .issuer = r.issuer,
                                 .client_id = r.client_id,
                                 .deployments = r.deployments,
                                 .auth_url = r.auth_url,
                                 .token_url = r.token_url,
                                 .jwks_url = r.jwks_url,
                                 .origins_said = r.origins,
                                 .by_roster = r.by_roster != 0,
                                 .on = str_eq(r.state, S("on")),
                                 .version = r.version,
                                 .jwks = r.jwks,
                                 .token_scopes = r.token_scopes,
                                 .token_until = r.token_until};
    if (r.token.n == 0 || !secret_open(a, LTI_TOKEN_PURPOSE, r.token, r.token_locked != 0, &out->token))
        out->token = S(""); /* another one is asked for */
    struct str of_issuer = lti_origin(a, r.issuer), of_auth = lti_origin(a, r.auth_url);
    struct buf b = buf_new(a, 200);
    buf_str(&b, of_auth);
    if (of_issuer.n != 0 && !str_eq(of_issuer, of_auth))
        buf_printf(&b, " %.*s", STR_ARG(of_issuer));
    if (r.origins.n != 0)
        buf_printf(&b, " %.*s", STR_ARG(r.origins));
    out->origins = str_trim(buf_text(&b));
    return RC_OK;
}

/* ---- what may be said ---------------------------------------------------------------------------------------------------------------- */

static enum rc check_url(struct str url, const char *field, struct err *e)
{
    if (url.n == 0 || url.n > LTI_URL_MOST || !fetch_address_ok(url))
        return err_field(e, RC_INVALID, M_lti_no_address, field, NULL);
    return RC_OK;
}

/* One a line, without empty ones. */
static struct str plain_lines(struct arena *a, struct str text)
{
    struct buf b = buf_new(a, text.n + 1);
    struct str line;
    while (str_line(&text, &line)) {
        line = str_trim(line);
        if (line.n != 0)
            buf_printf(&b, "%s%.*s", b.n != 0 ? "\n" : "", STR_ARG(line));
    }
    return buf_text(&b);
}

static enum rc plain_origins(struct arena *a, struct str text, struct str *out, struct err *e)
{
    struct buf b = buf_new(a, text.n + 1);
    struct str line, word;
    while (str_line(&text, &line))
        while (str_cut(&line, ' ', &word)) {
            word = str_trim(word);
            struct str origin = lti_origin(a, word);
            if (word.n == 0)
                continue;
            if (origin.n == 0 || !fetch_address_ok(origin))
                return err_field(e, RC_INVALID, M_lti_no_address, "origins", NULL);
            buf_printf(&b, "%s%.*s", b.n != 0 ? " " : "", STR_ARG(origin));
        }
    *out = buf_text(&b);
    return RC_OK;
}

enum rc lti_platform_check(struct arena *a, struct lti_platform_new *n, struct err *e)
{
    n->name = str_trim(n->name);
    n->issuer = str_trim(n->issuer);
    n->client_id = str_trim(n->client_id);
    if (n->name.n == 0)
        return err_field(e, RC_INVALID, M_lti_needed, "name", NULL);
    TRY(check_url(n->issuer, "issuer", e));
    if (n->client_id.n == 0 || n->client_id.n > 1000)
        return err_field(e, RC_INVALID, M_lti_needed, "client_id", NULL);
    n->deployments = plain_lines(a, n->deployments);
    TRY(check_url(n->auth_url, "auth_url", e));
    TRY(check_url(n->token_url, "token_url", e));
    TRY(check_url(n->jwks_url, "jwks_url", e));
    return plain_origins(a, n->origins, &n->origins, e);
}

enum rc lti_platform_add(struct db *tx, struct arena *a, const struct lti_platform_new *n, int64_t actor, int64_t now, int64_t *id, struct err *e)
{
    struct row_lti_platform_taken there;
    int64_t new_id = db_new_id(tx);
    enum rc rc = sql_lti_platform_taken(tx, a, n->issuer, n->client_id, &there);
    if (rc == RC_OK)
        return err_field(e, RC_CONFLICT, M_lti_taken, "client_id", NULL);
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_lti_platform_add(tx, new_id, n->name, n->issuer, n->client_id, n->deployments, n->auth_url, n->token_url, n->jwks_url, n->origins,
                             n->by_roster, now));
    *id = new_id;
    return audit_note(tx, now, actor, "lti_platform_add", 0, "lti_platform", new_id);
}

/* ---- keys -------------------------------------------------------------------------------------------------------------------------------- */

static void release(void *json)
{
    json_decref(json);
}

json_t *lti_parse(struct arena *a, struct str text)
{
    json_t *o = json_loadb(text.p != NULL ? text.p : "", text.n, JSON_REJECT_DUPLICATES, NULL);
    if (o != NULL)
        arena_defer(a, release, o);
    return o;
}

struct str lti_member(struct arena *a, json_t *o, const char *key)
{
    json_t *v = json_object_get(o, key);
    return json_is_string(v) ? str_dup(a, (struct str){json_string_value(v), json_string_length(v)}) : S("");
}

static enum rc write_keys(struct db *tx, void *arg, struct err *e)
{
    const struct lti_platform *p = arg;
    (void)e;
    return sql_lti_platform_keys(tx, p->id, p->jwks);
}

enum rc lti_keys_fetch(struct ctx *c, struct lti_platform *p)
{
    struct fetch f = {.url = p->jwks_url, .limit = (size_t)256 * 1024, .timeout_ms = 5000};
    struct fetched got;
    struct err why = {0};
    enum rc rc = fetch_send(c->a, &f, &got, &why);
    if (rc != RC_OK)
        return err_field(&c->err, RC_INVALID, M_lti_no_keys, "administrator", "%s", why.detail);
    if (got.status != 200)
        return err_field(&c->err, RC_INVALID, M_lti_no_keys, "administrator", "HTTP %d", got.status);
    json_t *set = lti_parse(c->a, got.body);
    if (!json_is_array(json_object_get(set, "keys")))
        return err_field(&c->err, RC_INVALID, M_lti_no_keys, "administrator", "JSON");
    p->jwks = got.body;
    return ctx_write(c, write_keys, p);
}

/* ---- what went wrong ------------------------------------------------------------------------------------------------------------------------ */

struct failure {
    int64_t platform, now;
    struct str name, detail;
};

static enum rc write_failure(struct db *tx, void *arg, struct err *e)
{
    const struct failure *f = arg;
    (void)e;
    return sql_lti_platform_failed(tx, f->platform, f->name, f->detail, f->now);
}

enum rc lti_note_failure(struct db *db, int64_t platform, const struct err *why, int64_t now)
{
    struct failure f = {platform, now, why->msg != 0 ? msg_name(why->msg) : S("error_internal"), utf8_clip(str_from(why->detail), 300)};
    return store_write(db, write_failure, &f, NULL);
}
