/* Sessions, sign-in links, API tokens, audit lines: see session.h. */
#include "auth/session.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "gen/auth/auth_sql.h"

#define TOKEN_BYTES 32
#define TOKEN_CHARS 43 /* base64url of 32 bytes, without padding */
#define HASH_BYTES 32
#define API_PREFIX "cadre_"

static const int B64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

static struct str token_hash(struct arena *a, struct str token)
{
    unsigned char *h = arena_alloc_raw(a, HASH_BYTES);
    crypto_generichash(h, HASH_BYTES, (const unsigned char *)token.p, token.n, NULL, 0);
    return (struct str){(const char *)h, HASH_BYTES};
}

static struct str base64(struct arena *a, const unsigned char *bytes, size_t n)
{
    size_t cap = sodium_base64_encoded_len(n, B64);
    char *z = arena_alloc_raw(a, cap);
    sodium_bin2base64(z, cap, bytes, n, B64);
    return str_from(z);
}

static struct str token_new(struct arena *a)
{
    unsigned char raw[TOKEN_BYTES];
    randombytes_buf(raw, sizeof raw);
    return base64(a, raw, sizeof raw);
}

struct str link_token_new(struct arena *a)
{
    return token_new(a);
}

struct str link_token_hash(struct arena *a, struct str token)
{
    return token_hash(a, token);
}

/* A day is that of the programme's own zone: a role ends there at midnight, not some hours before or after. Elsewhere it is at
 * most a day earlier or later than in UTC. */
static bool in_force(const struct row_grants_of *r, int64_t now)
{
    int64_t utc = day_from_ms(zone_utc(), now);
    bool open = r->end_day_null;
    if (r->start_day < utc && (open || r->end_day > utc))
        return true;
    const struct zone *zone = r->zone.n != 0 ? zone_find(r->zone) : NULL;
    int64_t day = day_from_ms(zone != NULL ? zone : zone_utc(), now);
    return r->start_day <= day && (open || r->end_day >= day);
}

/* The programme whose days are hers: that of the role that began last, else of the membership that did (pub_programme_zone). */
static struct str zone_of(const struct rows_grants_of *rows)
{
    const struct row_grants_of *best = NULL;
    bool best_given = false;
    for (size_t i = 0; i < rows->n; i++) {
        const struct row_grants_of *r = &rows->v[i];
        bool given = !str_eq(r->role, S("trainee"));
        if (r->zone.n == 0 || (best != NULL && best_given && !given))
            continue;
        if (best == NULL || given != best_given || r->start_day > best->start_day) {
            best = r;
            best_given = given;
        }
    }
    return best != NULL ? best->zone : STR_NONE;
}

static enum rc load_grants(struct db *db, struct arena *a, int64_t person, int64_t now, struct actor *who, struct str *zone)
{
    struct rows_grants_of rows;
    TRY(sql_grants_of(db, a, person, &rows));
    struct grant *grants = ARENA_ARRAY(a, rows.n, struct grant);
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++)
        if (in_force(&rows.v[i], now) && role_find(rows.v[i].role, &grants[n].role)) {
            grants[n].programme = rows.v[i].programme_id;
            grants[n].cohort = rows.v[i].cohort_id;
            n++;
        }
    who->grants = grants;
    who->grant_count = n;
    *zone = zone_of(&rows);
    return RC_OK;
}

enum rc actor_grants(struct db *db, struct arena *a, int64_t person, int64_t now, struct actor *who)
{
    struct str zone;
    return load_grants(db, a, person, now, who, &zone);
}

static bool has_word(struct str words, const char *wanted)
{
    struct str word;
    while (str_cut(&words, ' ', &word))
        if (str_eq_z(word, wanted))
            return true;
    return false;
}

/* Of what she holds, what a limited session is good for. */
static void keep_grants(struct arena *a, struct actor *who, int64_t programme, struct str roles)
{
    struct grant *kept = ARENA_ARRAY(a, who->grant_count, struct grant);
    size_t n = 0;
    for (size_t i = 0; i < who->grant_count; i++)
        if (who->grants[i].programme == programme && has_word(roles, role_word(who->grants[i].role)))
            kept[n++] = who->grants[i];
    who->grants = kept;
    who->grant_count = n;
}

enum rc session_load(struct db *db, struct arena *a, struct str token, int64_t now, struct actor *who, struct session *s)
{
    if (token.n != TOKEN_CHARS)
        return RC_NOT_FOUND;
    struct row_sign_in_by_token row;
    TRY(sql_sign_in_by_token(db, a, token_hash(a, token), now, &row));
    *s = (struct session){.id = row.id,
                          .person = row.person_id,
                          .seen_at = row.seen_at,
                          .token = token,
                          .language = row.language};
    *who = (struct actor){.person = row.person_id,
                          .account = row.account_id,
                          .name = row.display_name,
                          .lent = row.lent != 0,
                          .demo = row.demo != 0};
    TRY(load_grants(db, a, row.person_id, now, who, &s->zone));
    s->limited = !row.only_programme_null;
    s->framed_by = row.framed_by.p != NULL ? row.framed_by : S("");
    if (s->limited)
        keep_grants(a, who, row.only_programme, row.only_roles);
    if (row.zone.n != 0) /* the one she chose */
        s->zone = row.zone;
    return RC_OK;
}

struct str session_csrf(struct arena *a, struct str token)
{
    static const unsigned char purpose[] = "csrf";
    unsigned char h[24];
    crypto_generichash(h, sizeof h, purpose, sizeof purpose - 1, (const unsigned char *)token.p,
                       token.n < crypto_generichash_KEYBYTES_MAX ? token.n : crypto_generichash_KEYBYTES_MAX);
    return base64(a, h, sizeof h);
}

bool session_is_stale(const struct session *s, int64_t now)
{
    return now - s->seen_at > 10 * MS_PER_MINUTE || s->seen_at > now + CLOCK_SKEW_MS;
}

enum rc session_touch(struct db *tx, int64_t id, int64_t now)
{
    return sql_sign_in_touch(tx, id, now, now + SESSION_DAYS * MS_PER_DAY, now + CLOCK_SKEW_MS);
}

enum rc session_open(struct db *tx, struct arena *a, int64_t person, bool lent, struct str device, int64_t now, struct str *token)
{
    *token = token_new(a);
    return sql_sign_in_add(tx, db_new_id(tx), person, token_hash(a, *token), device, now, now + SESSION_DAYS * MS_PER_DAY, lent, NULL, STR_NONE,
                           STR_NONE);
}

enum rc session_open_limited(struct db *tx, struct arena *a, int64_t person, const struct session_limit *limit, struct str device, int64_t now,
                             struct str *token)
{
    *token = token_new(a);
    return sql_sign_in_add(tx, db_new_id(tx), person, token_hash(a, *token), device, now, now + SESSION_DAYS * MS_PER_DAY, 1, &limit->programme,
                           limit->roles, limit->framed_by.n != 0 ? limit->framed_by : STR_NONE);
}

enum rc session_end(struct db *tx, int64_t person, int64_t id)
{
    TRY(sql_sign_in_end(tx, id, person));
    return db_changes(tx) != 0 ? RC_OK : RC_NOT_FOUND;
}

enum rc session_end_others(struct db *tx, int64_t person, int64_t keep)
{
    return sql_sign_in_end_others(tx, person, keep);
}

enum rc sign_in_link_make(struct db *tx, struct arena *a, int64_t person, bool lent, int64_t now, int64_t valid_ms, struct str *token)
{
    *token = token_new(a);
    return sql_sign_in_link_add(tx, token_hash(a, *token), person, now, now + valid_ms, lent);
}

enum rc sign_in_link_redeem(struct db *tx, struct arena *a, struct str token, int64_t now, int64_t *person, bool *lent)
{
    if (token.n != TOKEN_CHARS)
        return RC_NOT_FOUND;
    struct str hash = token_hash(a, token);
    struct row_sign_in_link_find row;
    TRY(sql_sign_in_link_find(tx, a, hash, &row));
    if (row.disabled)
        return RC_GONE;
    TRY(sql_sign_in_link_use(tx, hash, now));
    if (db_changes(tx) == 0)
        return RC_GONE;
    *person = row.person_id;
    *lent = row.lent != 0;
    return RC_OK;
}

enum rc site_mark_demo(struct db *tx, int64_t now)
{
    return sql_setting_set(tx, S("demo"), S("1"), now);
}

enum rc token_load(struct db *db, struct arena *a, struct str bearer, int64_t now, struct actor *who, int64_t *unmarked)
{
    *unmarked = 0;
    if (bearer.n != TOKEN_CHARS + sizeof API_PREFIX - 1 || !str_starts(bearer, S(API_PREFIX)))
        return RC_NOT_FOUND;
    struct row_api_token_find row;
    TRY(sql_api_token_find(db, a, token_hash(a, bearer), now, &row));
    *who = (struct actor){.person = row.person_id, .account = row.account_id, .name = row.display_name, .by_token = true, .scopes = permission_set_read(row.scopes)};
    if (row.used_day_null || row.used_day < day_from_ms(zone_utc(), now))
        *unmarked = row.id;
    return actor_grants(db, a, row.person_id, now, who);
}

enum rc token_mark(struct db *tx, int64_t id, int64_t now)
{
    return sql_api_token_used(tx, id, day_from_ms(zone_utc(), now));
}

enum rc token_make(struct db *tx, struct arena *a, int64_t person, struct str name, struct str scopes, int64_t now,
                   int64_t expires_at, struct str *token)
{
    *token = str_concat(a, S(API_PREFIX), token_new(a));
    return sql_api_token_add(tx, db_new_id(tx), person, name, token_hash(a, *token), scopes, now, expires_at);
}

struct str email_key(struct arena *a, struct str email)
{
    return utf8_fold(a, str_trim(email));
}

enum rc audit_note(struct db *tx, int64_t now, int64_t actor, const char *action, int64_t subject, const char *kind,
                   int64_t object)
{
    return sql_audit_add(tx, db_new_id(tx), now, actor != 0 ? &actor : NULL, str_from(action), subject != 0 ? &subject : NULL,
                         str_from(kind), kind != NULL ? &object : NULL);
}
