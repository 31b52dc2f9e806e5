/* Badges as Open Badges 3.0 writes them: an OpenBadgeCredential (W3C Verifiable Credentials 2.0) as a JSON Web Token signed with RS256,
 * the profile of who issues, the achievement, and the Bitstring Status List of what was withdrawn. The header of a token has alg, kid and
 * typ and nothing else, and its kid is an address that answers with the key (Open Badges 3.0, "Create the JOSE Header"). */
#include <sodium.h>
#include <zlib.h>

#include "auth/jose.h"
#include "base/json_set.h"
#include "campus/badge/inside.h"
#include "campus/key/key.h"

#define KEYS_PATH "/badges/keys"
#define CONTEXT_VC "https://www.w3.org/ns/credentials/v2"
#define CONTEXT_OB "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
#define STATUS_FRESH_MS (5 * MS_PER_MINUTE) /* how long others may keep a status list */

static struct str address(const struct ctx *c, const char *start, int64_t id, const char *rest)
{
    return mail_link(c->a, str_printf(c->a, "%s%" PRId64 "%s", start, id, rest));
}

/* The text of an object, which is freed. */
static struct str dump(struct arena *a, json_t *o)
{
    char *z = json_dumps(o, JSON_COMPACT);
    ASSERT(z != NULL);
    struct str s = str_dup(a, str_from(z));
    free(z);
    json_decref(o);
    return s;
}

static void set_type(json_t *o, const char *first, const char *second)
{
    json_t *list = json_new_list(o, "type");
    json_array_append_new(list, json_string(first));
    if (second != NULL)
        json_array_append_new(list, json_string(second));
}

/* Seconds, as the dates of a token have them: both must be the same instant. */
static void set_date(struct arena *a, json_t *o, const char *key, const char *claim, int64_t ms)
{
    json_set_time(a, o, key, ms - ms % MS_PER_SECOND);
    json_set_int(o, claim, ms / MS_PER_SECOND);
}

/* ---- signing ---------------------------------------------------------------------------------------------------------------------- */

static enum rc sign(struct ctx *c, json_t *claims, struct str *jwt)
{
    struct str key;
    enum rc rc = key_ready(c->db, c->a, KEY_BADGE, c->now, &key, &c->err);
    json_t *o = rc == RC_OK ? json_loadb(key.p, key.n, 0, NULL) : NULL;
    if (rc != RC_OK) {
        json_decref(claims);
        return rc;
    }
    struct str name = str_dup(c->a, str_from(json_string_value(json_object_get(o, "kid"))));
    json_set_text(o, "kid", mail_link(c->a, str_concat(c->a, S(KEYS_PATH "/"), name)));
    struct str named = dump(c->a, o);
    rc = jose_sign(c->a, named, "JWT", dump(c->a, claims), jwt);
    sodium_memzero((char *)named.p, named.n);
    return rc;
}

/* The key set with the names that tokens use; each key is looked up by the end of its address. */
static json_t *load_keys(struct ctx *c, enum rc *rc)
{
    struct str keys;
    *rc = key_set(c->db, c->a, &keys);
    if (*rc != RC_OK)
        return NULL;
    json_t *set = json_loadb(keys.p, keys.n, 0, NULL), *key;
    size_t i;
    json_array_foreach(json_object_get(set, "keys"), i, key)
    {
        struct str name = str_dup(c->a, str_from(json_string_value(json_object_get(key, "kid"))));
        json_set_text(key, "kid", mail_link(c->a, str_concat(c->a, S(KEYS_PATH "/"), name)));
    }
    return set;
}

enum rc badge_keys_json(struct ctx *c, struct str *json)
{
    enum rc rc;
    json_t *set = load_keys(c, &rc);
    TRY(rc);
    *json = dump(c->a, set);
    return RC_OK;
}

enum rc badge_key_json(struct ctx *c, struct str name, struct str *json)
{
    enum rc rc;
    json_t *set = load_keys(c, &rc), *key;
    size_t i;
    TRY(rc);
    *json = STR_NONE;
    struct str wanted = str_concat(c->a, S("/"), name);
    json_array_foreach(json_object_get(set, "keys"), i, key)
        if (str_ends(str_from(json_string_value(json_object_get(key, "kid"))), wanted) && json->p == NULL)
            *json = dump(c->a, json_incref(key));
    json_decref(set);
    return json->p != NULL ? RC_OK : RC_NOT_FOUND;
}

/* ---- what is recognised, by whom ----------------------------------------------------------------------------------------------------- */

static void set_issuer(struct ctx *c, json_t *o, int64_t programme, struct str title)
{
    json_set_text(o, "id", address(c, "/badges/issuers/", programme, ""));
    set_type(o, "Profile", NULL);
    json_set_text(o, "name", title);
    json_set_text(o, "url", mail_link(c->a, S("/")));
}

struct str badge_issuer_json(struct ctx *c, int64_t programme, struct str title)
{
    json_t *o = json_object(), *list = json_new_list(o, "@context");
    json_array_append_new(list, json_string(CONTEXT_VC));
    json_array_append_new(list, json_string(CONTEXT_OB));
    set_issuer(c, o, programme, title);
    return dump(c->a, o);
}

static const char *kind_of(enum badge_earn earn)
{
    return earn == BADGE_BY_COURSE ? "Course" : earn == BADGE_BY_PROGRAMME ? "CertificateOfCompletion" : "Badge";
}

static enum rc set_alignment(struct ctx *c, json_t *o, int64_t badge)
{
    struct rows_badge_competencies rows;
    TRY(sql_badge_competencies(c->db, c->a, badge, &rows));
    json_t *list = rows.n != 0 ? json_new_list(o, "alignment") : NULL;
    for (size_t i = 0; i < rows.n; i++) {
        json_t *to = json_new_item(list);
        set_type(to, "Alignment", NULL);
        json_set_words(to, "targetCode", rows.v[i].code);
        json_set_text(to, "targetFramework", rows.v[i].framework_title);
        json_set_text(to, "targetName", rows.v[i].title);
        json_set_words(to, "targetDescription", rows.v[i].statement);
        json_set_text(to, "targetType", S("CFItem"));
        json_set_text(to, "targetUrl", mail_link(c->a, str_concat(c->a, S("/ims/case/v1p1/CFItems/"), rows.v[i].identifier)));
    }
    return RC_OK;
}

static enum rc set_achievement(struct ctx *c, json_t *o, const struct row_badge_find *b)
{
    json_set_text(o, "id", address(c, "/badges/a/", b->id, ""));
    set_type(o, "Achievement", NULL);
    json_set_text(o, "achievementType", str_from(kind_of(badge_earn_read(b->earn))));
    json_set_text(o, "name", b->title);
    json_set_text(o, "description", b->about);
    json_t *criteria = json_new_object(o, "criteria");
    json_set_text(criteria, "id", address(c, "/badges/a/", b->id, ""));
    json_set_text(criteria, "narrative", b->criteria);
    json_t *image = json_new_object(o, "image");
    json_set_text(image, "id", address(c, "/badges/a/", b->id, "/picture.png"));
    json_set_text(image, "type", S("Image"));
    return set_alignment(c, o, b->id);
}

enum rc badge_achievement_json(struct ctx *c, const struct row_badge_find *b, struct str *json)
{
    json_t *o = json_object(), *list = json_new_list(o, "@context");
    json_array_append_new(list, json_string(CONTEXT_VC));
    json_array_append_new(list, json_string(CONTEXT_OB));
    enum rc rc = set_achievement(c, o, b);
    if (rc == RC_OK)
        set_issuer(c, json_new_object(o, "creator"), b->programme_id, b->programme);
    *json = dump(c->a, o);
    return rc;
}

/* ---- the credential -------------------------------------------------------------------------------------------------------------------- */

static struct str hex(struct arena *a, const unsigned char *bytes, size_t n)
{
    char *z = arena_alloc_raw(a, 2 * n + 1);
    sodium_bin2hex(z, 2 * n + 1, bytes, n);
    return str_from(z);
}

struct str badge_identity(struct arena *a, struct str email_key, struct str salt)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    struct str both = str_concat(a, email_key, salt);
    crypto_hash_sha256(hash, (const unsigned char *)both.p, both.n);
    return str_concat(a, S("sha256$"), hex(a, hash, sizeof hash));
}

/* Whom it was given to, told so that only who knows her address recognises it. */
static enum rc set_identity(struct ctx *c, json_t *subject, int64_t person)
{
    struct row_badge_email who;
    unsigned char salt_bytes[16];
    enum rc rc = sql_badge_email(c->db, c->a, person, &who);
    if (rc != RC_OK || str_empty(who.email_key))
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    randombytes_buf(salt_bytes, sizeof salt_bytes);
    struct str salt = hex(c->a, salt_bytes, sizeof salt_bytes);
    json_t *o = json_new_item(json_new_list(subject, "identifier"));
    json_set_text(o, "type", S("IdentityObject"));
    json_set_bool(o, "hashed", true);
    json_set_text(o, "identityHash", badge_identity(c->a, who.email_key, salt));
    json_set_text(o, "identityType", S("emailAddress"));
    json_set_text(o, "salt", salt);
    return RC_OK;
}

static void set_status(struct ctx *c, json_t *o, int64_t list, int64_t place)
{
    struct str there = address(c, "/badges/status/", list, "");
    json_set_text(o, "id", str_printf(c->a, "%.*s#%" PRId64, STR_ARG(there), place));
    json_set_text(o, "type", S("BitstringStatusListEntry"));
    json_set_text(o, "statusPurpose", S("revocation"));
    json_set_text(o, "statusListIndex", str_printf(c->a, "%" PRId64, place));
    json_set_text(o, "statusListCredential", there);
}

static enum rc set_credential(struct ctx *c, json_t *o, const struct row_badge_award_find *w)
{
    struct row_badge_find b;
    struct str id = str_concat(c->a, S("urn:uuid:"), w->uuid), subject_id = str_concat(c->a, S("urn:uuid:"), badge_new_uuid(c->db, c->a));
    TRY(sql_badge_find(c->db, c->a, w->badge_id, &b));
    json_t *list = json_new_list(o, "@context");
    json_array_append_new(list, json_string(CONTEXT_VC));
    json_array_append_new(list, json_string(CONTEXT_OB));
    json_set_text(o, "id", id);
    set_type(o, "VerifiableCredential", "OpenBadgeCredential");
    json_set_text(o, "name", b.title);
    set_issuer(c, json_new_object(o, "issuer"), b.programme_id, b.programme);
    set_date(c->a, o, "validFrom", "nbf", w->awarded_at);
    if (!w->until_at_null)
        set_date(c->a, o, "validUntil", "exp", w->until_at);
    json_t *subject = json_new_object(o, "credentialSubject");
    json_set_text(subject, "id", subject_id);
    set_type(subject, "AchievementSubject", NULL);
    TRY(set_identity(c, subject, w->person_id));
    TRY(set_achievement(c, json_new_object(subject, "achievement"), &b));
    set_status(c, json_new_object(o, "credentialStatus"), w->list_id, w->place);
    json_set_text(o, "iss", address(c, "/badges/issuers/", b.programme_id, ""));
    json_set_text(o, "jti", id);
    json_set_text(o, "sub", subject_id);
    return RC_OK;
}

struct keeping {
    int64_t id;
    struct str jwt;
};

static enum rc keep(struct db *tx, void *arg, struct err *e)
{
    const struct keeping *k = arg;
    (void)e;
    return sql_badge_award_keep(tx, k->id, k->jwt);
}

enum rc badge_credential(struct ctx *c, const struct row_badge_award_find *w, struct str *jwt)
{
    *jwt = w->jwt;
    if (w->person_id_null)
        return RC_GONE;
    if (w->jwt.p != NULL)
        return RC_OK;
    struct keeping k = {.id = w->id};
    struct row_badge_award_find now;
    json_t *o = json_object();
    enum rc rc = set_credential(c, o, w);
    if (rc != RC_OK) {
        json_decref(o);
        return rc;
    }
    TRY(sign(c, o, &k.jwt));
    TRY(ctx_write(c, keep, &k));
    TRY(sql_badge_award_find(c->db, c->a, w->id, &now)); /* another request may have been first: there is only one */
    *jwt = now.jwt;
    return now.jwt.p != NULL ? RC_OK : RC_GONE;
}

/* ---- what was withdrawn ---------------------------------------------------------------------------------------------------------------- */

/* Compressed as gzip has it, with nothing of this machine in it. RC_BUSY without memory. */
static enum rc gzip(struct arena *a, const unsigned char *bytes, size_t n, struct str *out)
{
    z_stream z = {0};
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return RC_BUSY;
    size_t most = deflateBound(&z, n);
    char *p = arena_alloc_raw(a, most);
    z.next_in = (Bytef *)bytes;
    z.avail_in = (uInt)n;
    z.next_out = (Bytef *)p;
    z.avail_out = (uInt)most;
    int got = deflate(&z, Z_FINISH);
    *out = (struct str){p, z.total_out};
    deflateEnd(&z);
    return got == Z_STREAM_END ? RC_OK : RC_INTERNAL;
}

enum rc badge_status_jwt(struct ctx *c, int64_t list, struct str *jwt)
{
    struct row_badge_list_there there;
    struct rows_badge_list_revoked rows;
    struct str packed;
    TRY(sql_badge_list_there(c->db, c->a, list, &there));
    TRY(sql_badge_list_revoked(c->db, c->a, list, &rows));
    unsigned char *bits = arena_alloc(c->a, BADGE_LIST_PLACES / 8);
    for (size_t i = 0; i < rows.n; i++) /* the first place is the highest bit of the first byte */
        bits[rows.v[i].place / 8] |= (unsigned char)(0x80 >> (rows.v[i].place % 8));
    TRY(gzip(c->a, bits, BADGE_LIST_PLACES / 8, &packed));
    struct str id = address(c, "/badges/status/", list, ""), issuer = address(c, "/badges/issuers/", there.programme_id, "");
    json_t *o = json_object(), *context = json_new_list(o, "@context");
    json_array_append_new(context, json_string(CONTEXT_VC));
    json_set_text(o, "id", id);
    set_type(o, "VerifiableCredential", "BitstringStatusListCredential");
    json_set_text(o, "issuer", issuer);
    set_date(c->a, o, "validFrom", "nbf", c->now);
    set_date(c->a, o, "validUntil", "exp", c->now + STATUS_FRESH_MS);
    json_t *subject = json_new_object(o, "credentialSubject");
    json_set_text(subject, "id", str_concat(c->a, id, S("#list")));
    json_set_text(subject, "type", S("BitstringStatusList"));
    json_set_text(subject, "statusPurpose", S("revocation"));
    json_set_int(subject, "ttl", STATUS_FRESH_MS);
    json_set_text(subject, "encodedList", str_concat(c->a, S("u"), jose_base64url(c->a, packed)));
    json_set_text(o, "iss", issuer);
    json_set_text(o, "jti", id);
    json_set_text(o, "sub", str_concat(c->a, id, S("#list")));
    return sign(c, o, jwt);
}
