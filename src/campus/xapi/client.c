/* Who may use the record store: clients, each with a name and a secret, scopes, and how much it may ask in a minute. */
#include <pthread.h>
#include <sodium.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "campus/xapi/inside.h"
#include "campus/xapi/xapi.h"
#include "auth/session.h"
#include "gen/msg_xapi.h"

const char *const xapi_scope_words[XAPI_SCOPE_COUNT] = {
#define X(name, word) [XAPI_##name] = word,
    XAPI_SCOPES(X)
#undef X
};

bool xapi_scope_find(struct str word, size_t *scope)
{
    for (size_t i = 0; i < XAPI_SCOPE_COUNT; i++)
        if (str_eq_z(word, xapi_scope_words[i])) {
            *scope = i;
            return true;
        }
    return false;
}

/* ---- making and ending ------------------------------------------------------------------------------------------------------------- */

#define SECRET_BYTES 32
#define LOGIN_BYTES 9

static struct str base64(struct arena *a, const unsigned char *bytes, size_t n)
{
    size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(a, room);
    sodium_bin2base64(text, room, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_from(text);
}

static struct str hash_of(struct arena *a, struct str secret)
{
    unsigned char *hash = arena_alloc(a, crypto_hash_sha256_BYTES);
    crypto_hash_sha256(hash, (const unsigned char *)(secret.p != NULL ? secret.p : ""), secret.n);
    return (struct str){(char *)hash, crypto_hash_sha256_BYTES};
}

enum rc xapi_client_make(struct db *tx, struct arena *a, const struct xapi_client_new *n, int64_t actor, struct xapi_client_made *out)
{
    unsigned char bytes[SECRET_BYTES];
    int64_t id = db_new_id(tx);
    db_draw(tx, bytes, LOGIN_BYTES);
    out->login = base64(a, bytes, LOGIN_BYTES);
    db_draw(tx, bytes, SECRET_BYTES);
    out->secret = base64(a, bytes, SECRET_BYTES);
    struct buf authority = buf_new(a, 256);
    buf_z(&authority, "{\"objectType\":\"Agent\",\"name\":");
    buf_json(&authority, n->name);
    buf_z(&authority, ",\"account\":{\"homePage\":");
    buf_json(&authority, n->site);
    buf_z(&authority, ",\"name\":");
    buf_json(&authority, out->login);
    buf_z(&authority, "}}");
    TRY(sql_xapi_client_add(tx, id, n->name, out->login, hash_of(a, out->secret), n->may, buf_text(&authority), n->per_minute, n->now));
    return audit_note(tx, n->now, actor, "xapi_client_make", 0, "xapi_client", id);
}

enum rc xapi_client_end(struct db *tx, int64_t client, int64_t actor, int64_t now)
{
    TRY(sql_xapi_client_end(tx, client, now));
    return db_changes(tx) != 0 ? audit_note(tx, now, actor, "xapi_client_end", 0, "xapi_client", client) : RC_NOT_FOUND;
}

/* ---- how much ------------------------------------------------------------------------------------------------------------------------ */

/* A bucket for each client that asked lately, of this server: it holds a minute's share. */
#define BUCKETS 256
static struct {
    int64_t client;
    uint64_t full_us; /* when it will be full again */
} buckets[BUCKETS];
static pthread_mutex_t bucket_lock = PTHREAD_MUTEX_INITIALIZER;

/* Seconds to wait, 0: go on. Two clients that share a bucket share the smaller limit, which 256 make rare. */
static unsigned count_request(int64_t client, int64_t per_minute)
{
    uint64_t now = clock_steady_us(), each = 60000000u / (uint64_t)per_minute;
    size_t i = (size_t)client % BUCKETS;
    unsigned wait = 0;
    pthread_mutex_lock(&bucket_lock);
    if (buckets[i].client != client || buckets[i].full_us < now) {
        buckets[i].client = client;
        buckets[i].full_us = now;
    }
    if (buckets[i].full_us - now > 60000000u)
        wait = (unsigned)((buckets[i].full_us - now - 60000000u) / 1000000u) + 1;
    else
        buckets[i].full_us += each;
    pthread_mutex_unlock(&bucket_lock);
    return wait;
}

/* ---- who asks -------------------------------------------------------------------------------------------------------------------------- */

static enum rc nobody(struct ctx *c)
{
    response_header(c->rs, "WWW-Authenticate", S("Basic realm=\"xapi\", charset=\"UTF-8\""));
    return err_set(&c->err, RC_UNAUTHENTICATED, M_xapi_no_client, NULL);
}

/* "Basic" and the base64 of "login:secret". */
static bool credentials(struct arena *a, struct str authorization, struct str *login, struct str *secret)
{
    struct str scheme;
    if (!str_cut(&authorization, ' ', &scheme) || !str_eq_nocase(scheme, S("Basic")))
        return false;
    authorization = str_trim(authorization);
    unsigned char *bytes = arena_alloc_raw(a, authorization.n + 1);
    size_t n;
    if (authorization.n == 0 || authorization.n > 500 ||
        sodium_base642bin(bytes, authorization.n + 1, authorization.p, authorization.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    *secret = (struct str){(char *)bytes, n};
    return str_cut(secret, ':', login) && secret->p != NULL && utf8_valid(*login);
}

enum rc xapi_client_find(struct ctx *c, struct str authorization, struct xapi_client *out)
{
    struct row_xapi_client_by_login row;
    struct str login, secret, word;
    if (!credentials(c->a, authorization, &login, &secret))
        return nobody(c);
    enum rc rc = sql_xapi_client_by_login(c->db, c->a, login, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct str hash = hash_of(c->a, secret);
    if (rc != RC_OK || !row.ended_at_null || row.secret_hash.n != hash.n || sodium_memcmp(row.secret_hash.p, hash.p, hash.n) != 0)
        return nobody(c);
    unsigned wait = count_request(row.id, row.per_minute);
    if (wait != 0) {
        response_header(c->rs, "Retry-After", str_printf(c->a, "%u", wait));
        return RC_RATE_LIMITED;
    }
    *out = (struct xapi_client){.id = row.id, .authority = row.authority};
    size_t scope;
    while (str_cut(&row.may, ' ', &word))
        if (xapi_scope_find(word, &scope))
            out->may[scope] = true;
    json_t *authority;
    TRY(xapi_parse(c->a, row.authority, &authority, &c->err));
    return xapi_check_agent(c->a, authority, &out->authority_identifier, &c->err);
}
