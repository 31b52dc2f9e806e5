/* Checking a badge that somebody brings: first the file, then the signature against the keys of this site, then what the site knows of it.
 * Only badges of this site are judged: of any other nothing can be said here but that it is another's. */
#include "auth/jose.h"
#include "campus/badge/inside.h"
#include "campus/key/key.h"

static enum badge_verdict of_file(enum bake_found found)
{
    static const enum badge_verdict verdicts[BAKE_COUNT] = {[BAKE_JWT] = BADGE_HOLDS,
                                                            [BAKE_EMPTY] = BADGE_FILE_EMPTY,
                                                            [BAKE_PICTURE] = BADGE_FILE_PICTURE,
                                                            [BAKE_DAMAGED] = BADGE_FILE_DAMAGED,
                                                            [BAKE_EMBEDDED] = BADGE_FILE_EMBEDDED,
                                                            [BAKE_UNKNOWN] = BADGE_FILE_UNKNOWN};
    return verdicts[found];
}

static enum badge_verdict of_signature(enum jose_verdict verdict)
{
    switch (verdict) {
    case JOSE_GOOD: return BADGE_HOLDS;
    case JOSE_MALFORMED: return BADGE_NO_TOKEN;
    case JOSE_ALG: return BADGE_UNSIGNED;
    case JOSE_NO_KEY: return BADGE_FOREIGN;
    case JOSE_SIGNATURE: return BADGE_CHANGED;
    }
    return BADGE_NO_TOKEN;
}

/* The key that the token names, if it is ours, as a set of one. A badge that was given while the site had another address names the key
 * by that one; the end of it, a hash of the key, is what counts. */
static enum rc key_named(struct ctx *c, struct str kid, struct str *set)
{
    struct str keys, name = kid;
    TRY(key_set(c->db, c->a, &keys));
    for (size_t at; str_find(name, S("/"), &at);)
        name = str_sub(name, at + 1, name.n);
    json_t *all = json_loadb(keys.p, keys.n, 0, NULL), *one = json_pack("{s:[]}", "keys"), *key;
    size_t i;
    json_array_foreach(json_object_get(all, "keys"), i, key)
        if (str_eq(name, str_from(json_string_value(json_object_get(key, "kid"))))) {
            json_object_set_new(key, "kid", json_stringn(kid.p, kid.n));
            json_array_append(json_object_get(one, "keys"), key);
        }
    char *z = json_dumps(one, JSON_COMPACT);
    *set = str_dup(c->a, str_from(z));
    free(z);
    json_decref(all);
    json_decref(one);
    return RC_OK;
}

/* The salted hash in the credential, compared with that of an address. */
static bool belongs(struct ctx *c, const json_t *claims, struct str email)
{
    const json_t *o = json_array_get(json_object_get(json_object_get(claims, "credentialSubject"), "identifier"), 0);
    struct str hash = str_from(json_string_value(json_object_get(o, "identityHash"))), salt = str_from(json_string_value(json_object_get(o, "salt")));
    return hash.p != NULL && salt.p != NULL && str_eq(hash, badge_identity(c->a, email_key(c->a, email), salt));
}

static enum rc look_up(struct ctx *c, const json_t *claims, struct badge_checked *out)
{
    struct row_badge_award_by_uuid found;
    struct str id = str_from(json_string_value(json_object_get(claims, "jti")));
    out->verdict = BADGE_NO_BADGE;
    if (!str_starts(id, S("urn:uuid:")))
        return RC_OK;
    enum rc rc = sql_badge_award_by_uuid(c->db, c->a, str_sub(id, sizeof "urn:uuid:" - 1, id.n), &found);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(sql_badge_award_find(c->db, c->a, found.id, &out->award));
    bool expired = !out->award.until_at_null && out->award.until_at <= c->now;
    out->verdict = !out->award.revoked_at_null ? BADGE_WITHDRAWN : expired ? BADGE_EXPIRED : out->award.awarded_at > c->now + CLOCK_SKEW_MS ? BADGE_EARLY : BADGE_HOLDS;
    return RC_OK;
}

enum rc badge_check(struct ctx *c, struct str bytes, struct str email, struct badge_checked *out)
{
    struct str jwt, keys, kid = STR_NONE;
    struct jose_token token;
    *out = (struct badge_checked){.verdict = of_file(bake_read(bytes, &jwt)), .asked = !str_empty(email)};
    if (out->verdict != BADGE_HOLDS)
        return RC_OK;
    if (jose_peek(c->a, jwt, &token))
        kid = str_from(json_string_value(json_object_get(token.header, "kid")));
    TRY(key_named(c, kid.p != NULL ? kid : S(""), &keys));
    out->verdict = of_signature(jose_verify(c->a, jwt, keys, &token));
    if (out->verdict != BADGE_HOLDS)
        return RC_OK;
    TRY(look_up(c, token.claims, out));
    out->belongs = out->asked && belongs(c, token.claims, email);
    return RC_OK;
}
