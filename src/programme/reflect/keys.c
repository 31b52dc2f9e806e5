/* The keys of people: set up, unlocked for a session, wrapped anew. See reflect.h. Private keys and what passphrases give live on the
 * stack, and are zeroed before their function returns. */
#include <sodium.h>

#include "auth/session.h"
#include "base/clock.h"
#include "gen/auth/auth_sql.h"
#include "gen/msg_reflect.h"
#include "gen/programme/reflect/reflect_sql.h"
#include "programme/reflect/reflect.h"

_Static_assert(PASSWORD_SALT_BYTES == 16, "the salt that stands in reflect_key");

static const unsigned char *bytes(struct str s)
{
    return (const unsigned char *)s.p;
}

static struct str as_str(struct arena *a, const unsigned char *p, size_t n)
{
    return str_dup(a, (struct str){(const char *)p, n});
}

static struct seal_context private_context(enum seal_purpose purpose, int64_t person, int64_t record, const unsigned char *public_key)
{
    return (struct seal_context){.purpose = purpose, .owner = person, .record = record, .public_key = public_key};
}

static struct str attempt_name(struct arena *a, int64_t person)
{
    return str_printf(a, "reflect %" PRId64, person);
}

/* The row of a person, with a public key of the right length. */
static enum rc find_key(struct db *db, struct arena *a, int64_t person, struct row_reflect_key_find *k, struct err *e)
{
    TRY(sql_reflect_key_find(db, a, person, k));
    return k->public_key.n == SEAL_KEY && k->salt.n == PASSWORD_SALT_BYTES ? RC_OK : err_set(e, RC_CONFLICT, M_reflect_damaged, NULL);
}

/* ---- wrapping ---------------------------------------------------------------------------------------------------------------------- */

/* A private key under a passphrase, and what is needed to unwrap it. */
struct wrap {
    struct str salt, by_passphrase;
};

static enum rc make_wrap(struct arena *a, int64_t person, const unsigned char *public_key, const unsigned char *private_key,
                         struct str passphrase, struct wrap *w)
{
    unsigned char salt[PASSWORD_SALT_BYTES], key[SEAL_KEY];
    randombytes_buf(salt, sizeof salt);
    enum rc rc = password_derive(passphrase, salt, REFLECT_PASSES, REFLECT_MEMORY, key, sizeof key);
    if (rc == RC_OK) {
        struct seal_context x = private_context(SEAL_PRIVATE_BY_PASSPHRASE, person, 0, public_key);
        w->salt = as_str(a, salt, sizeof salt);
        w->by_passphrase = seal_key(a, key, &x, private_key);
    }
    sodium_memzero(key, sizeof key);
    return rc;
}

static bool open_wrap(const struct row_reflect_key_find *k, int64_t person, struct str passphrase, unsigned char *private_key, enum rc *rc)
{
    unsigned char key[SEAL_KEY];
    struct seal_context x = private_context(SEAL_PRIVATE_BY_PASSPHRASE, person, 0, bytes(k->public_key));
    *rc = password_derive(passphrase, bytes(k->salt), k->passes, k->memory, key, sizeof key);
    bool opens = *rc == RC_OK && seal_open_key(key, &x, k->by_passphrase, private_key) && seal_is_pair(bytes(k->public_key), private_key);
    sodium_memzero(key, sizeof key);
    return opens;
}

static struct str make_code(struct arena *a, int64_t person, const unsigned char *public_key, const unsigned char *private_key,
                            char code[SEAL_CODE_CHARS + 1])
{
    unsigned char key[SEAL_KEY];
    struct seal_context x = private_context(SEAL_PRIVATE_BY_CODE, person, 0, public_key);
    seal_new_code(code);
    ASSERT(seal_code_key(str_from(code), key));
    struct str wrapped = seal_key(a, key, &x, private_key);
    sodium_memzero(key, sizeof key);
    return wrapped;
}

/* The private key from the passphrase, with the waits that guessing costs. */
static enum rc open_private(struct db *db, struct arena *a, int64_t person, struct str passphrase, const char *field, int64_t now,
                            struct row_reflect_key_find *k, unsigned char *private_key, int64_t *wait, struct err *e)
{
    TRY(find_key(db, a, person, k, e));
    TRY(attempt_begin(db, a, attempt_name(a, person), now, wait, e));
    enum rc rc;
    if (!open_wrap(k, person, passphrase, private_key, &rc))
        return rc == RC_BUSY ? err_set(e, rc, 0, NULL) : err_field(e, RC_INVALID, M_reflect_wrong, field, NULL);
    return attempt_succeeded(db, a, attempt_name(a, person), e);
}

/* ---- setting up --------------------------------------------------------------------------------------------------------------------- */

enum rc reflect_has_key(struct db *db, struct arena *a, int64_t person, bool *has, bool *has_code)
{
    struct row_reflect_key_find k;
    enum rc rc = sql_reflect_key_find(db, a, person, &k);
    *has = rc == RC_OK;
    if (has_code != NULL)
        *has_code = *has && k.by_code.p != NULL;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc reflect_check_passphrase(struct db *db, struct arena *a, int64_t person, struct str passphrase, struct err *e)
{
    struct row_account_by_person account;
    if (!password_good_enough(passphrase))
        return err_field(e, RC_INVALID, M_reflect_weak, "passphrase", NULL);
    enum rc rc = sql_account_by_person(db, a, person, &account);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    if (account.password_hash.p != NULL && password_matches(account.password_hash, passphrase))
        return err_field(e, RC_INVALID, M_reflect_is_password, "passphrase", NULL);
    return RC_OK;
}

struct keeping {
    struct arena *a;
    int64_t person, now, version, keep;
    struct str public_key, by_code;
    struct wrap wrap;
};

static enum rc add_key(struct db *tx, void *arg, struct err *e)
{
    const struct keeping *s = arg;
    TRY(sql_reflect_key_add(tx, s->person, s->public_key, s->wrap.salt, REFLECT_PASSES, REFLECT_MEMORY, s->wrap.by_passphrase, s->by_code, s->now));
    if (db_changes(tx) != 1)
        return err_set(e, RC_CONFLICT, M_reflect_has_key, NULL);
    return audit_note(tx, s->now, s->person, "reflect_key_make", s->person, NULL, 0);
}

enum rc reflect_make_key(struct db *db, struct arena *a, int64_t person, struct str passphrase, bool with_code, int64_t now,
                         char code[SEAL_CODE_CHARS + 1], struct err *e)
{
    unsigned char public_key[SEAL_KEY], private_key[SEAL_KEY];
    struct keeping s = {.a = a, .person = person, .now = now, .by_code = STR_NONE};
    code[0] = '\0';
    TRY(reflect_check_passphrase(db, a, person, passphrase, e));
    seal_new_pair(public_key, private_key);
    s.public_key = as_str(a, public_key, sizeof public_key);
    enum rc rc = make_wrap(a, person, public_key, private_key, passphrase, &s.wrap);
    if (rc == RC_OK && with_code)
        s.by_code = make_code(a, person, public_key, private_key, code);
    sodium_memzero(private_key, sizeof private_key);
    return rc != RC_OK ? err_set(e, rc, 0, NULL) : store_write(db, add_key, &s, e);
}

/* ---- a session --------------------------------------------------------------------------------------------------------------------- */

struct unlocking {
    int64_t person, sign_in, until, now;
    struct str by_token;
};

static enum rc set_unlocked(struct db *tx, void *arg, struct err *e)
{
    const struct unlocking *s = arg;
    (void)e;
    TRY(sql_reflect_unlocked_drop_ended(tx, s->now));
    return sql_reflect_unlocked_set(tx, s->sign_in, s->person, s->by_token, s->until);
}

enum rc reflect_unlock(struct db *db, struct arena *a, int64_t person, int64_t sign_in, struct str token, struct str passphrase,
                       int64_t now, int64_t *wait, struct err *e)
{
    struct row_reflect_key_find k;
    unsigned char private_key[SEAL_KEY], key[SEAL_KEY];
    struct unlocking s = {.person = person, .sign_in = sign_in, .until = now + REFLECT_HOURS * MS_PER_HOUR, .now = now};
    enum rc rc = open_private(db, a, person, passphrase, "passphrase", now, &k, private_key, wait, e);
    if (rc == RC_OK) {
        struct seal_context x = private_context(SEAL_PRIVATE_BY_TOKEN, person, sign_in, bytes(k.public_key));
        seal_token_key(token, key);
        s.by_token = seal_key(a, key, &x, private_key);
    }
    sodium_memzero(private_key, sizeof private_key);
    sodium_memzero(key, sizeof key);
    return rc != RC_OK ? rc : store_write(db, set_unlocked, &s, e);
}

enum rc reflect_private_key(struct db *db, struct arena *a, int64_t person, struct str passphrase, int64_t now,
                            unsigned char private_key[SEAL_KEY], int64_t *wait, struct err *e)
{
    struct row_reflect_key_find k;
    return open_private(db, a, person, passphrase, "passphrase", now, &k, private_key, wait, e);
}

enum rc reflect_lock(struct db *tx, int64_t sign_in)
{
    return sql_reflect_unlocked_drop(tx, sign_in);
}

enum rc reflect_session_key(struct db *db, struct arena *a, int64_t person, int64_t sign_in, struct str token, int64_t now,
                            unsigned char private_key[SEAL_KEY], int64_t *until)
{
    struct row_reflect_unlocked_find row;
    struct row_reflect_key_find k;
    unsigned char key[SEAL_KEY];
    TRY(sql_reflect_unlocked_find(db, a, sign_in, person, now, &row));
    TRY(find_key(db, a, person, &k, NULL));
    struct seal_context x = private_context(SEAL_PRIVATE_BY_TOKEN, person, sign_in, bytes(k.public_key));
    seal_token_key(token, key);
    bool opens = seal_open_key(key, &x, row.by_token, private_key) && seal_is_pair(bytes(k.public_key), private_key);
    sodium_memzero(key, sizeof key);
    if (!opens) /* changed, or of another session: as good as locked */
        return RC_NOT_FOUND;
    if (until != NULL)
        *until = row.until_at;
    return RC_OK;
}

/* ---- wrapping anew ------------------------------------------------------------------------------------------------------------------ */

static enum rc key_meanwhile(struct db *tx, struct err *e)
{
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_reflect_key_changed, NULL);
}

static enum rc store_wrap(struct db *tx, void *arg, struct err *e)
{
    const struct keeping *s = arg;
    TRY(sql_reflect_key_change(tx, s->person, s->version, s->wrap.salt, REFLECT_PASSES, REFLECT_MEMORY, s->wrap.by_passphrase));
    TRY(key_meanwhile(tx, e));
    if (s->by_code.p != NULL)
        TRY(sql_reflect_key_set_code(tx, s->person, s->version + 1, s->by_code));
    TRY(sql_reflect_unlocked_drop_others(tx, s->person, s->keep));
    return audit_note(tx, s->now, s->person, "reflect_key_change", s->person, NULL, 0);
}

enum rc reflect_change_passphrase(struct db *db, struct arena *a, int64_t person, struct str old, struct str passphrase, int64_t keep,
                                  int64_t now, int64_t *wait, struct err *e)
{
    struct row_reflect_key_find k;
    unsigned char private_key[SEAL_KEY];
    struct keeping s = {.a = a, .person = person, .now = now, .keep = keep, .by_code = STR_NONE};
    TRY(reflect_check_passphrase(db, a, person, passphrase, e));
    enum rc rc = open_private(db, a, person, old, "old", now, &k, private_key, wait, e);
    if (rc == RC_OK)
        rc = make_wrap(a, person, bytes(k.public_key), private_key, passphrase, &s.wrap);
    sodium_memzero(private_key, sizeof private_key);
    s.version = k.version;
    return rc != RC_OK ? rc : store_write(db, store_wrap, &s, e);
}

static enum rc store_code(struct db *tx, void *arg, struct err *e)
{
    const struct keeping *s = arg;
    TRY(sql_reflect_key_set_code(tx, s->person, s->version, s->by_code));
    TRY(key_meanwhile(tx, e));
    return audit_note(tx, s->now, s->person, "reflect_key_change", s->person, NULL, 0);
}

enum rc reflect_change_code(struct db *db, struct arena *a, int64_t person, struct str passphrase, bool with_code, int64_t now,
                            char code[SEAL_CODE_CHARS + 1], int64_t *wait, struct err *e)
{
    struct row_reflect_key_find k;
    unsigned char private_key[SEAL_KEY];
    struct keeping s = {.a = a, .person = person, .now = now, .by_code = STR_NONE};
    code[0] = '\0';
    enum rc rc = open_private(db, a, person, passphrase, "passphrase", now, &k, private_key, wait, e);
    if (rc == RC_OK && with_code)
        s.by_code = make_code(a, person, bytes(k.public_key), private_key, code);
    sodium_memzero(private_key, sizeof private_key);
    s.version = k.version;
    return rc != RC_OK ? rc : store_write(db, store_code, &s, e);
}

static bool open_by_code(const struct row_reflect_key_find *k, int64_t person, struct str code, unsigned char *private_key)
{
    unsigned char key[SEAL_KEY];
    struct seal_context x = private_context(SEAL_PRIVATE_BY_CODE, person, 0, bytes(k->public_key));
    bool opens = k->by_code.p != NULL && seal_code_key(code, key) && seal_open_key(key, &x, k->by_code, private_key) &&
                 seal_is_pair(bytes(k->public_key), private_key);
    sodium_memzero(key, sizeof key);
    return opens;
}

enum rc reflect_recover(struct db *db, struct arena *a, int64_t person, struct str code, struct str passphrase, int64_t now,
                        char new_code[SEAL_CODE_CHARS + 1], int64_t *wait, struct err *e)
{
    struct row_reflect_key_find k;
    unsigned char private_key[SEAL_KEY];
    struct keeping s = {.a = a, .person = person, .now = now};
    new_code[0] = '\0';
    TRY(reflect_check_passphrase(db, a, person, passphrase, e));
    TRY(find_key(db, a, person, &k, e));
    TRY(attempt_begin(db, a, attempt_name(a, person), now, wait, e));
    if (!open_by_code(&k, person, code, private_key))
        return err_field(e, RC_INVALID, M_reflect_wrong_code, "code", NULL);
    enum rc rc = make_wrap(a, person, bytes(k.public_key), private_key, passphrase, &s.wrap);
    if (rc == RC_OK)
        s.by_code = make_code(a, person, bytes(k.public_key), private_key, new_code);
    sodium_memzero(private_key, sizeof private_key);
    s.version = k.version;
    if (rc == RC_OK)
        rc = attempt_succeeded(db, a, attempt_name(a, person), e);
    return rc != RC_OK ? rc : store_write(db, store_wrap, &s, e);
}

enum rc reflect_begin_anew(struct db *tx, int64_t person)
{
    TRY(sql_reflect_drop_readings(tx, person));
    TRY(sql_reflect_drop_keys(tx, person));
    TRY(sql_reflect_drop_texts(tx, person));
    TRY(sql_reflect_forget_shared(tx, person));
    TRY(sql_reflect_unlocked_drop_others(tx, person, 0));
    return sql_reflect_key_drop(tx, person);
}
