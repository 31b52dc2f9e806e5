/* Passwords: see session.h. Argon2id with the parameters of OWASP's guidance (19 MiB, two passes) through libsodium. Hashing
 * is the one costly thing a stranger can ask for, so two slots bound what it takes. */
#include <pthread.h>
#include <sodium.h>

#include "auth/session.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "gen/auth/auth_sql.h"

#define MEMORY_BYTES ((size_t)19 * 1024 * 1024)
#define PASSES 2
#define SLOTS 2
#define FREE_FAILURES 5
#define LONGEST_WAIT_S 900
#define LONGEST_PASSWORD 1024
#define HASH_BYTES 32
/* What password_derive is asked for stands in the database, so it is held within bounds. */
#define MOST_PASSES 20
#define LEAST_MEMORY (INT64_C(8) * 1024 * 1024)
#define MOST_MEMORY (INT64_C(512) * 1024 * 1024)
_Static_assert(PASSWORD_SALT_BYTES == crypto_pwhash_SALTBYTES, "the salt of Argon2id");

static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t slot_free = PTHREAD_COND_INITIALIZER;
static int slots_used;

static void slot_take(void)
{
    pthread_mutex_lock(&slots_lock);
    while (slots_used == SLOTS)
        pthread_cond_wait(&slot_free, &slots_lock);
    slots_used++;
    pthread_mutex_unlock(&slots_lock);
}

static void slot_give(void)
{
    pthread_mutex_lock(&slots_lock);
    slots_used--;
    pthread_cond_signal(&slot_free);
    pthread_mutex_unlock(&slots_lock);
}

enum rc password_hash(struct arena *a, struct str password, struct str *hash)
{
    char out[crypto_pwhash_STRBYTES];
    if (password.n > LONGEST_PASSWORD)
        return RC_TOO_LARGE;
    slot_take();
    int failed = crypto_pwhash_str_alg(out, password.p != NULL ? password.p : "", password.n, PASSES, MEMORY_BYTES,
                                       crypto_pwhash_ALG_ARGON2ID13);
    slot_give();
    if (failed != 0)
        return RC_BUSY; /* no memory for it now */
    *hash = str_dup(a, str_from(out));
    return RC_OK;
}

bool password_matches(struct str hash, struct str password)
{
    char z[crypto_pwhash_STRBYTES];
    if (hash.n == 0 || hash.n >= sizeof z || password.n > LONGEST_PASSWORD)
        return false;
    memcpy(z, hash.p, hash.n);
    z[hash.n] = '\0';
    slot_take();
    bool same = crypto_pwhash_str_verify(z, password.p != NULL ? password.p : "", password.n) == 0;
    slot_give();
    return same;
}

enum rc password_derive(struct str passphrase, const unsigned char *salt, int64_t passes, int64_t memory, unsigned char *key, size_t n)
{
    if (passphrase.n > LONGEST_PASSWORD || passes < 1 || passes > MOST_PASSES || memory < LEAST_MEMORY || memory > MOST_MEMORY)
        return RC_INVALID;
    slot_take();
    int failed = crypto_pwhash(key, n, passphrase.p != NULL ? passphrase.p : "", passphrase.n, salt, (unsigned long long)passes,
                               (size_t)memory, crypto_pwhash_ALG_ARGON2ID13);
    slot_give();
    return failed == 0 ? RC_OK : RC_BUSY;
}

bool password_good_enough(struct str password)
{
    static const char *const tried[] = {"password", "123456", "qwerty", "letmein", "welcome", "iloveyou", "leadership", "hospital"};
    if (utf8_count(password) < 12 || password.n > LONGEST_PASSWORD)
        return false;
    for (size_t i = 0; i < COUNT_OF(tried); i++) {
        struct str word = str_from(tried[i]);
        size_t at = 0, hits = 0;
        while (at + word.n <= password.n && str_eq_nocase(str_sub(password, at, word.n), word)) {
            at += word.n;
            hits++;
        }
        if (hits != 0 && password.n - at < 8) /* the word, or the word again and again, with a few signs behind it */
            return false;
    }
    size_t same = 1;
    while (same < password.n && password.p[same] == password.p[0])
        same++;
    return same < password.n;
}

static int64_t seconds_to_wait(int64_t attempts, int64_t at, int64_t now)
{
    if (attempts < FREE_FAILURES || at > now + CLOCK_SKEW_MS) /* the clock was set back: nobody waits until it is there again */
        return 0;
    int64_t over = attempts - FREE_FAILURES;
    int64_t pause = over >= 10 ? LONGEST_WAIT_S : INT64_C(1) << over;
    int64_t left = at + pause * MS_PER_SECOND - now;
    return left > 0 ? (left + MS_PER_SECOND - 1) / MS_PER_SECOND : 0;
}

static struct str address_hash(struct arena *a, struct str email)
{
    struct str key = email_key(a, email);
    unsigned char *h = arena_alloc_raw(a, HASH_BYTES);
    crypto_generichash(h, HASH_BYTES, (const unsigned char *)(key.p != NULL ? key.p : ""), key.n, NULL, 0);
    return (struct str){(const char *)h, HASH_BYTES};
}

struct attempt {
    struct str address;
    int64_t now, wait;
};

static enum rc begin_attempt(struct db *tx, void *arg, struct err *e)
{
    struct attempt *t = arg;
    struct row_sign_in_failure_find row;
    (void)e;
    t->wait = 0;
    enum rc rc = sql_sign_in_failure_find(tx, NULL, t->address, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    t->wait = seconds_to_wait(row.attempts, row.at, t->now);
    return t->wait > 0 ? RC_OK : sql_sign_in_failure_set(tx, t->address, row.attempts + 1, t->now);
}

static enum rc end_attempt(struct db *tx, void *arg, struct err *e)
{
    const struct attempt *t = arg;
    (void)e;
    return sql_sign_in_failure_clear(tx, t->address);
}

enum rc password_failures_clear(struct db *tx, struct arena *a, struct str email)
{
    return sql_sign_in_failure_clear(tx, address_hash(a, email));
}

enum rc attempt_begin(struct db *db, struct arena *a, struct str name, int64_t now, int64_t *wait, struct err *e)
{
    struct attempt t = {.address = address_hash(a, name), .now = now};
    TRY(store_write(db, begin_attempt, &t, e));
    *wait = t.wait;
    return t.wait > 0 ? RC_RATE_LIMITED : RC_OK;
}

enum rc attempt_succeeded(struct db *db, struct arena *a, struct str name, struct err *e)
{
    struct attempt t = {.address = address_hash(a, name)};
    return store_write(db, end_attempt, &t, e);
}

enum rc password_check(struct db *db, struct arena *a, struct str email, struct str password, int64_t now, int64_t *person,
                       int64_t *wait, struct err *e)
{
    /* A hash that no password has, so that an unknown address takes as long as a wrong password. */
    static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    struct attempt t = {.address = address_hash(a, email), .now = now};
    TRY(store_write(db, begin_attempt, &t, e));
    *wait = t.wait;
    if (t.wait > 0)
        return RC_RATE_LIMITED;
    struct row_account_by_email row;
    enum rc rc = sql_account_by_email(db, a, email_key(a, email), &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool open = rc == RC_OK && !row.disabled && row.password_hash.p != NULL;
    if (!password_matches(open ? row.password_hash : str_from(nobody), password) || !open)
        return RC_INVALID;
    *person = row.person_id;
    return store_write(db, end_attempt, &t, e);
}
