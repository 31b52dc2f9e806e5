/* Sealed reflections: keys, texts, sharing, and that nothing opens what it must not open: a wrong passphrase, changed bytes, rows
 * moved between people, texts or versions. And that the database holds no word of it in the clear. */
#include "framework_site.h"

#include "auth/session.h"
#include "base/clock.h"
#include "gen/auth/auth_sql.h"
#include "gen/msg_reflect.h"
#include "gen/programme/reflect/reflect_sql.h"
#include "programme/reflect/text.h"
#include "store/internal.h"

#define NOW (20000 * MS_PER_DAY)
#define PASSPHRASE "four otters juggle quietly"
#define OTHER_PASSPHRASE "seven lamps above the harbour"

/* ---- a site with three people who are signed in ----------------------------------------------------------------------------------- */

struct people {
    struct site *s;
    int64_t id[3], sign_in[3];
    struct str token[3];
};

enum { AUTHOR, READER, STRANGER };

static enum rc fill(struct db *tx, void *arg, struct err *e)
{
    static const char *const names[] = {"Author", "Reader", "Stranger"};
    struct people *p = arg;
    for (int i = 0; i < 3; i++) {
        struct person_details d = {.given_name = S("Ina"), .family_name = str_from(names[i]), .display_name = S(""), .email = S("")};
        struct actor who;
        struct session session;
        TRY(people_add(tx, p->s->a, &d, 1, &p->id[i], e));
        TRY(session_open(tx, p->s->a, p->id[i], false, S("Test"), NOW, &p->token[i]));
        TRY(session_load(tx, p->s->a, p->token[i], NOW, &who, &session));
        p->sign_in[i] = session.id;
    }
    return RC_OK;
}

static struct people people_make(struct site *s)
{
    struct people p = {.s = s};
    if (store_write(s->db, fill, &p, &s->err) != RC_OK)
        fail_msg("%s %s", s->err.field, s->err.detail);
    return p;
}

static void set_up(struct people *p, int who, const char *passphrase, char code[SEAL_CODE_CHARS + 1])
{
    char none[SEAL_CODE_CHARS + 1];
    assert_int_equal(reflect_make_key(p->s->db, p->s->a, p->id[who], str_from(passphrase), code != NULL, NOW, code != NULL ? code : none, &p->s->err), RC_OK);
}

static enum rc unlock(struct people *p, int who, const char *passphrase)
{
    int64_t wait;
    return reflect_unlock(p->s->db, p->s->a, p->id[who], p->sign_in[who], p->token[who], str_from(passphrase), NOW, &wait, &p->s->err);
}

/* Somebody who has a key of her own, opened in her session. */
static void give_key(struct people *p, int who)
{
    set_up(p, who, OTHER_PASSPHRASE, NULL);
    assert_int_equal(unlock(p, who, OTHER_PASSPHRASE), RC_OK);
}

static enum rc key_of(struct people *p, int who, unsigned char key[SEAL_KEY])
{
    return reflect_session_key(p->s->db, p->s->a, p->id[who], p->sign_in[who], p->token[who], NOW + 1, key, NULL);
}

struct work {
    struct people *p;
    int64_t id, version, author, reader, now;
    const unsigned char *key;
    struct reflect_text text;
    bool asked;
};

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    int64_t id = w->id;
    TRY(reflect_save(tx, w->p->s->a, w->author, &id, w->version, &w->text, w->now, e));
    w->id = id;
    return RC_OK;
}

static enum rc share(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    return reflect_share(tx, w->p->s->a, w->id, w->author, w->key, w->reader, w->now, &w->asked, e);
}

static enum rc withdraw(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    (void)e;
    return reflect_withdraw(tx, w->p->s->a, w->id, w->author, w->reader, w->now);
}

static enum rc delete(struct db *tx, void *arg, struct err *e)
{
    struct work *w = arg;
    return reflect_delete(tx, w->p->s->a, w->id, w->author, w->version, e);
}

static enum rc run(struct people *p, write_fn *fn, struct work *w)
{
    w->p = p;
    w->now = NOW;
    p->s->err = (struct err){0};
    return store_write(p->s->db, fn, w, &p->s->err);
}

static struct reflect_text sample(void)
{
    return (struct reflect_text){.kind = REFLECT_WHAT, .title = S("A quiet WINDHOVER"), .answers = {S("The team froze. MARROWBONE."), S("I waited too long"), S("Speak first")},
                                 .evidence = 77};
}

static int64_t write_one(struct people *p, int who)
{
    struct work w = {.author = p->id[who], .text = sample()};
    assert_int_equal(run(p, save, &w), RC_OK);
    return w.id;
}

/* What the author does about a text of hers and the reader; key receives her own. */
static struct work for_reader(struct people *p, int64_t id, unsigned char key[SEAL_KEY])
{
    assert_int_equal(key_of(p, AUTHOR, key), RC_OK);
    return (struct work){.id = id, .author = p->id[AUTHOR], .reader = p->id[READER], .key = key, .text = sample()};
}

static enum rc open_as(struct people *p, int who, int64_t id, struct reflection *r)
{
    unsigned char key[SEAL_KEY];
    assert_int_equal(key_of(p, who, key), RC_OK);
    return reflect_open(p->s->db, p->s->a, id, p->id[who], key, r, &p->s->err);
}

/* Past the program, as whoever holds the database can. */
static void tamper(struct people *p, const char *sql)
{
    struct store *store = p->s->store;
    struct maintenance *m;
    assert_int_equal(store->ops->maintain(store, &m, &p->s->err), RC_OK);
    if (store->ops->exec(m, sql, &p->s->err) != RC_OK)
        fail_msg("%s: %s", sql, p->s->err.detail);
    store->ops->maintain_end(m);
}

#define TAMPER(p, ...) tamper(p, str_z((p)->s->a, str_printf((p)->s->a, __VA_ARGS__)))

static struct people begin(struct site **s)
{
    *s = site_open();
    struct people p = people_make(*s);
    set_up(&p, AUTHOR, PASSPHRASE, NULL);
    assert_int_equal(unlock(&p, AUTHOR, PASSPHRASE), RC_OK);
    return p;
}

static void expect(struct str text, const char *want)
{
    if (!str_eq_z(text, want))
        fail_msg("%.*s is not %s", STR_ARG(text), want);
}

/* ---- keys --------------------------------------------------------------------------------------------------------------------------- */

static void a_passphrase_opens_a_session_and_no_other(void **state)
{
    struct site *s;
    (void)state;
    struct people p = begin(&s);
    unsigned char key[SEAL_KEY];
    int64_t until;
    assert_int_equal(reflect_session_key(s->db, s->a, p.id[AUTHOR], p.sign_in[AUTHOR], p.token[AUTHOR], NOW, key, &until), RC_OK);
    assert_int_equal(until, NOW + REFLECT_HOURS * MS_PER_HOUR);
    assert_int_equal(reflect_session_key(s->db, s->a, p.id[AUTHOR], p.sign_in[AUTHOR], p.token[AUTHOR], until, key, NULL), RC_NOT_FOUND);
    assert_int_equal(reflect_session_key(s->db, s->a, p.id[AUTHOR], p.sign_in[AUTHOR], p.token[READER], NOW, key, NULL), RC_NOT_FOUND);
    assert_int_equal(reflect_session_key(s->db, s->a, p.id[AUTHOR], p.sign_in[READER], p.token[AUTHOR], NOW, key, NULL), RC_NOT_FOUND);
    assert_int_equal(reflect_session_key(s->db, s->a, p.id[READER], p.sign_in[AUTHOR], p.token[AUTHOR], NOW, key, NULL), RC_NOT_FOUND);
    site_shut(s);
}

static enum rc lock(struct db *tx, void *arg, struct err *e)
{
    const struct people *p = arg;
    (void)e;
    return reflect_lock(tx, p->sign_in[AUTHOR]);
}

static enum rc sign_out(struct db *tx, void *arg, struct err *e)
{
    const struct people *p = arg;
    (void)e;
    return session_end(tx, p->id[AUTHOR], p->sign_in[AUTHOR]);
}

static void locking_and_signing_out_lock(void **state)
{
    struct site *s;
    (void)state;
    struct people p = begin(&s);
    unsigned char key[SEAL_KEY];
    assert_int_equal(store_write(s->db, lock, &p, &s->err), RC_OK);
    assert_int_equal(key_of(&p, AUTHOR, key), RC_NOT_FOUND);
    assert_int_equal(unlock(&p, AUTHOR, PASSPHRASE), RC_OK);
    assert_int_equal(store_write(s->db, sign_out, &p, &s->err), RC_OK);
    struct row_reflect_unlocked_find row;
    assert_int_equal(sql_reflect_unlocked_find(s->db, s->a, p.sign_in[AUTHOR], p.id[AUTHOR], NOW, &row), RC_NOT_FOUND);
    site_shut(s);
}

static void wrong_passphrases_are_refused_and_must_wait(void **state)
{
    struct site *s;
    (void)state;
    struct people p = begin(&s);
    int64_t wait = 0;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(unlock(&p, AUTHOR, "not the passphrase at all"), RC_INVALID);
        assert_int_equal(s->err.msg, M_reflect_wrong);
        assert_string_equal(s->err.field, "passphrase");
    }
    assert_int_equal(reflect_unlock(s->db, s->a, p.id[AUTHOR], p.sign_in[AUTHOR], p.token[AUTHOR], S(PASSPHRASE), NOW, &wait, &s->err), RC_RATE_LIMITED);
    assert_true(wait > 0);
    assert_int_equal(reflect_unlock(s->db, s->a, p.id[AUTHOR], p.sign_in[AUTHOR], p.token[AUTHOR], S(PASSPHRASE), NOW + wait * MS_PER_SECOND, &wait, &s->err), RC_OK);
    assert_int_equal(unlock(&p, READER, PASSPHRASE), RC_NOT_FOUND); /* has not set up */
    site_shut(s);
}

static enum rc set_password(struct db *tx, void *arg, struct err *e)
{
    struct people *p = arg;
    struct row_account_by_person account;
    struct str hash;
    (void)e;
    TRY(sql_account_by_person(tx, p->s->a, p->id[READER], &account));
    TRY(password_hash(p->s->a, S("the words of signing in"), &hash));
    return sql_account_set_password(tx, account.id, hash, 0);
}

static void a_passphrase_is_long_and_not_the_password(void **state)
{
    struct site *s;
    char code[SEAL_CODE_CHARS + 1];
    (void)state;
    struct people p = begin(&s);
    assert_int_equal(reflect_make_key(s->db, s->a, p.id[READER], S("short"), false, NOW, code, &s->err), RC_INVALID);
    assert_int_equal(s->err.msg, M_reflect_weak);
    assert_int_equal(store_write(s->db, set_password, &p, &s->err), RC_OK);
    assert_int_equal(reflect_make_key(s->db, s->a, p.id[READER], S("the words of signing in"), false, NOW, code, &s->err), RC_INVALID);
    assert_int_equal(s->err.msg, M_reflect_is_password);
    assert_int_equal(reflect_make_key(s->db, s->a, p.id[AUTHOR], S(PASSPHRASE), false, NOW, code, &s->err), RC_CONFLICT);
    site_shut(s);
}

static void changing_the_passphrase_keeps_the_texts(void **state)
{
    struct site *s;
    struct reflection r;
    int64_t wait;
    (void)state;
    struct people p = begin(&s);
    int64_t id = write_one(&p, AUTHOR);
    assert_int_equal(reflect_change_passphrase(s->db, s->a, p.id[AUTHOR], S("wrong old passphrase"), S(OTHER_PASSPHRASE), 0, NOW, &wait, &s->err), RC_INVALID);
    assert_string_equal(s->err.field, "old");
    assert_int_equal(reflect_change_passphrase(s->db, s->a, p.id[AUTHOR], S(PASSPHRASE), S(OTHER_PASSPHRASE), 0, NOW, &wait, &s->err), RC_OK);
    assert_int_equal(unlock(&p, AUTHOR, PASSPHRASE), RC_INVALID);
    assert_int_equal(unlock(&p, AUTHOR, OTHER_PASSPHRASE), RC_OK);
    assert_int_equal(open_as(&p, AUTHOR, id, &r), RC_OK);
    expect(r.text.title, "A quiet WINDHOVER");
    site_shut(s);
}

static void a_code_recovers_once(void **state)
{
    struct site *s = site_open();
    struct reflection r;
    char code[SEAL_CODE_CHARS + 1], next[SEAL_CODE_CHARS + 1];
    int64_t wait;
    (void)state;
    struct people p = people_make(s);
    set_up(&p, AUTHOR, PASSPHRASE, code);
    int64_t id = write_one(&p, AUTHOR);
    assert_int_equal(strlen(code), SEAL_CODE_CHARS);
    assert_int_equal(reflect_recover(s->db, s->a, p.id[AUTHOR], S("0000-0000-0000-0000-0000-0000-0000-0000"), S(OTHER_PASSPHRASE), NOW, next, &wait, &s->err), RC_INVALID);
    assert_int_equal(reflect_recover(s->db, s->a, p.id[AUTHOR], S("half a code"), S(OTHER_PASSPHRASE), NOW, next, &wait, &s->err), RC_INVALID);
    assert_string_equal(s->err.field, "code");
    char typed[2 * SEAL_CODE_CHARS] = ""; /* as people type: small letters, blanks for dashes, O and l for 0 and 1 */
    for (size_t i = 0; code[i] != '\0'; i++)
        typed[i] = code[i] == '-' ? ' ' : code[i] == '0' ? 'o' : code[i] == '1' ? 'l' : code[i] >= 'A' ? (char)(code[i] - 'A' + 'a') : code[i];
    assert_int_equal(reflect_recover(s->db, s->a, p.id[AUTHOR], str_from(typed), S(OTHER_PASSPHRASE), NOW, next, &wait, &s->err), RC_OK);
    assert_int_equal(unlock(&p, AUTHOR, OTHER_PASSPHRASE), RC_OK);
    assert_int_equal(open_as(&p, AUTHOR, id, &r), RC_OK);
    assert_int_equal(reflect_recover(s->db, s->a, p.id[AUTHOR], str_from(code), S(PASSPHRASE), NOW, next, &wait, &s->err), RC_INVALID);
    assert_int_equal(reflect_change_code(s->db, s->a, p.id[AUTHOR], S(OTHER_PASSPHRASE), true, NOW, code, &wait, &s->err), RC_OK);
    assert_int_equal(reflect_recover(s->db, s->a, p.id[AUTHOR], str_from(code), S(PASSPHRASE), NOW, next, &wait, &s->err), RC_OK);
    assert_int_equal(reflect_change_code(s->db, s->a, p.id[AUTHOR], S(PASSPHRASE), false, NOW, code, &wait, &s->err), RC_OK);
    assert_int_equal(reflect_recover(s->db, s->a, p.id[AUTHOR], str_from(next), S(OTHER_PASSPHRASE), NOW, code, &wait, &s->err), RC_INVALID);
    site_shut(s);
}

static enum rc anew(struct db *tx, void *arg, struct err *e)
{
    const struct people *p = arg;
    (void)e;
    return reflect_begin_anew(tx, p->id[READER]);
}

static void beginning_anew_loses_ones_own_and_asks_again_for_what_was_shared(void **state)
{
    struct site *s;
    struct reflection r;
    unsigned char key[SEAL_KEY];
    (void)state;
    struct people p = begin(&s);
    set_up(&p, READER, OTHER_PASSPHRASE, NULL);
    int64_t own = write_one(&p, READER), shared = write_one(&p, AUTHOR);
    struct work w = for_reader(&p, shared, key);
    assert_int_equal(run(&p, share, &w), RC_OK);
    assert_int_equal(store_write(s->db, anew, &p, &s->err), RC_OK);
    set_up(&p, READER, PASSPHRASE, NULL);
    assert_int_equal(unlock(&p, READER, PASSPHRASE), RC_OK);
    assert_int_equal(open_as(&p, READER, own, &r), RC_NOT_FOUND);
    assert_int_equal(open_as(&p, READER, shared, &r), RC_NOT_FOUND);
    struct rows_reflection_ready ready;
    assert_int_equal(sql_reflection_ready(s->db, s->a, p.id[AUTHOR], 9, &ready), RC_OK);
    assert_int_equal(ready.n, 1);
    assert_int_equal(run(&p, share, &w), RC_OK);
    assert_int_equal(open_as(&p, READER, shared, &r), RC_OK);
    site_shut(s);
}

/* ---- texts -------------------------------------------------------------------------------------------------------------------------- */

static void what_was_written_is_read_again(void **state)
{
    struct site *s;
    struct reflection r;
    (void)state;
    struct people p = begin(&s);
    int64_t id = write_one(&p, AUTHOR);
    assert_int_equal(open_as(&p, AUTHOR, id, &r), RC_OK);
    expect(r.text.title, "A quiet WINDHOVER");
    expect(r.text.answers[0], "The team froze. MARROWBONE.");
    expect(r.text.answers[2], "Speak first");
    assert_int_equal(r.text.kind, REFLECT_WHAT);
    assert_int_equal(r.text.evidence, 77);
    assert_true(r.mine && !r.text.draft && r.version == 1);
    site_shut(s);
}

static void two_tabs_lose_nothing(void **state)
{
    struct site *s;
    struct reflection r;
    (void)state;
    struct people p = begin(&s);
    int64_t id = write_one(&p, AUTHOR);
    struct work one = {.author = p.id[AUTHOR], .id = id, .version = 1, .text = sample()}, two = one;
    one.text.answers[0] = S("The first tab");
    two.text.answers[0] = S("The second tab");
    assert_int_equal(run(&p, save, &one), RC_OK);
    assert_int_equal(run(&p, save, &two), RC_CONFLICT);
    assert_int_equal(s->err.msg, M_reflect_changed);
    assert_int_equal(open_as(&p, AUTHOR, id, &r), RC_OK);
    expect(r.text.answers[0], "The first tab");
    two.version = 2; /* she has seen it, and saves over it */
    assert_int_equal(run(&p, save, &two), RC_OK);
    assert_int_equal(open_as(&p, AUTHOR, id, &r), RC_OK);
    expect(r.text.answers[0], "The second tab");
    site_shut(s);
}

static void a_locked_session_can_save(void **state)
{
    struct site *s;
    struct reflection r;
    (void)state;
    struct people p = begin(&s);
    assert_int_equal(store_write(s->db, lock, &p, &s->err), RC_OK);
    int64_t id = write_one(&p, AUTHOR);
    assert_int_equal(unlock(&p, AUTHOR, PASSPHRASE), RC_OK);
    assert_int_equal(open_as(&p, AUTHOR, id, &r), RC_OK);
    site_shut(s);
}

static void others_cannot_change_share_or_delete(void **state)
{
    struct site *s;
    unsigned char key[SEAL_KEY];
    (void)state;
    struct people p = begin(&s);
    give_key(&p, STRANGER);
    assert_int_equal(key_of(&p, STRANGER, key), RC_OK);
    int64_t id = write_one(&p, AUTHOR);
    struct work w = {.author = p.id[STRANGER], .reader = p.id[READER], .id = id, .version = 1, .text = sample(), .key = key};
    assert_int_equal(run(&p, save, &w), RC_NOT_FOUND);
    assert_int_equal(run(&p, share, &w), RC_NOT_FOUND);
    assert_int_equal(run(&p, withdraw, &w), RC_NOT_FOUND);
    assert_int_equal(run(&p, delete, &w), RC_NOT_FOUND);
    w.text.draft = true;
    w.id = 0;
    w.author = p.id[READER]; /* has no key to seal to */
    assert_int_equal(run(&p, save, &w), RC_CONFLICT);
    assert_int_equal(s->err.msg, M_reflect_no_key);
    site_shut(s);
}

/* ---- sharing ------------------------------------------------------------------------------------------------------------------------ */

static void sharing_reading_withdrawing(void **state)
{
    struct site *s;
    struct reflection r;
    unsigned char key[SEAL_KEY];
    (void)state;
    struct people p = begin(&s);
    give_key(&p, READER);
    give_key(&p, STRANGER);
    int64_t id = write_one(&p, AUTHOR);
    assert_int_equal(open_as(&p, READER, id, &r), RC_NOT_FOUND);
    struct work w = for_reader(&p, id, key);
    assert_int_equal(run(&p, share, &w), RC_OK);
    assert_false(w.asked);
    assert_int_equal(open_as(&p, READER, id, &r), RC_OK);
    expect(r.text.answers[1], "I waited too long");
    assert_false(r.mine);
    assert_int_equal(open_as(&p, STRANGER, id, &r), RC_NOT_FOUND);
    w.version = 1; /* the next version is sealed to who may read */
    w.text.answers[1] = S("Changed");
    w.text.draft = true;
    assert_int_equal(run(&p, save, &w), RC_OK);
    assert_int_equal(open_as(&p, READER, id, &r), RC_OK);
    expect(r.text.answers[1], "Changed");
    assert_false(r.text.draft); /* what is shared is none */
    assert_int_equal(run(&p, withdraw, &w), RC_OK);
    assert_int_equal(open_as(&p, READER, id, &r), RC_NOT_FOUND);
    assert_int_equal(open_as(&p, AUTHOR, id, &r), RC_OK);
    w.reader = p.id[AUTHOR];
    assert_int_equal(run(&p, withdraw, &w), RC_OK); /* not from herself */
    assert_int_equal(open_as(&p, AUTHOR, id, &r), RC_OK);
    assert_int_equal(run(&p, share, &w), RC_INVALID);
    site_shut(s);
}

static void who_has_no_key_is_asked(void **state)
{
    struct site *s;
    struct reflection r;
    unsigned char key[SEAL_KEY];
    (void)state;
    struct people p = begin(&s);
    struct work w = for_reader(&p, write_one(&p, AUTHOR), key);
    assert_int_equal(run(&p, share, &w), RC_OK);
    assert_true(w.asked);
    struct rows_reflection_waiting waiting;
    assert_int_equal(sql_reflection_waiting(s->db, s->a, p.id[READER], 9, &waiting), RC_OK);
    assert_true(waiting.n == 1 && waiting.v[0].asked);
    give_key(&p, READER);
    assert_int_equal(open_as(&p, READER, w.id, &r), RC_NOT_FOUND);
    assert_int_equal(run(&p, share, &w), RC_OK);
    assert_false(w.asked);
    assert_int_equal(open_as(&p, READER, w.id, &r), RC_OK);
    site_shut(s);
}

static void a_draft_is_not_shared(void **state)
{
    struct site *s;
    unsigned char key[SEAL_KEY];
    (void)state;
    struct people p = begin(&s);
    struct work w = for_reader(&p, 0, key);
    w.text.draft = true;
    assert_int_equal(run(&p, save, &w), RC_OK);
    assert_int_equal(run(&p, share, &w), RC_CONFLICT);
    assert_int_equal(s->err.msg, M_reflect_share_draft);
    site_shut(s);
}

/* ---- what must not open ------------------------------------------------------------------------------------------------------------- */

static void moved_and_changed_rows_do_not_open(void **state)
{
    struct site *s;
    struct reflection r;
    unsigned char key[SEAL_KEY];
    (void)state;
    struct people p = begin(&s);
    give_key(&p, READER);
    assert_int_equal(key_of(&p, AUTHOR, key), RC_OK);
    int64_t one = write_one(&p, AUTHOR), two = write_one(&p, AUTHOR), three = write_one(&p, AUTHOR), theirs = write_one(&p, READER);
    TAMPER(&p, "UPDATE reflection SET body = (SELECT x.body FROM reflection x WHERE x.id = %" PRId64 ") WHERE id = %" PRId64, two, one);
    assert_int_equal(open_as(&p, AUTHOR, one, &r), RC_CONFLICT); /* the text of another one */
    assert_int_equal(s->err.msg, M_reflect_damaged);
    TAMPER(&p, "UPDATE reflection_key SET sealed = (SELECT x.sealed FROM reflection_key x WHERE x.reflection_id = %" PRId64 " AND x.author = 1) WHERE reflection_id = %" PRId64, two, one);
    assert_int_equal(open_as(&p, AUTHOR, one, &r), RC_CONFLICT); /* text and key of another one */
    TAMPER(&p, "UPDATE reflection SET title = body WHERE id = %" PRId64, two);
    assert_int_equal(open_as(&p, AUTHOR, two, &r), RC_CONFLICT); /* the body as title */
    TAMPER(&p, "UPDATE reflection SET version = 2 WHERE id = %" PRId64, three);
    assert_int_equal(open_as(&p, AUTHOR, three, &r), RC_CONFLICT); /* said to be another version */
    TAMPER(&p, "INSERT INTO reflection_key (reflection_id, person_id, author, sealed, shared_at) SELECT reflection_id, %" PRId64 ", 0, sealed, 5 FROM reflection_key WHERE reflection_id = %" PRId64, p.id[READER], three);
    assert_int_equal(open_as(&p, READER, three, &r), RC_CONFLICT); /* another person's key row */
    TAMPER(&p, "UPDATE reflection SET author_id = %" PRId64 " WHERE id = %" PRId64, p.id[AUTHOR], theirs);
    assert_int_equal(open_as(&p, READER, theirs, &r), RC_CONFLICT); /* said to be written by another person */
    site_shut(s);
}

static void keys_of_another_person_do_not_open(void **state)
{
    struct site *s;
    unsigned char key[SEAL_KEY];
    (void)state;
    struct people p = begin(&s);
    set_up(&p, READER, OTHER_PASSPHRASE, NULL);
    set_up(&p, STRANGER, OTHER_PASSPHRASE, NULL);
    assert_int_equal(unlock(&p, READER, OTHER_PASSPHRASE), RC_OK);
    TAMPER(&p, "UPDATE reflect_unlocked SET by_token = (SELECT x.by_token FROM reflect_unlocked x WHERE x.person_id = %" PRId64 ") WHERE person_id = %" PRId64, p.id[AUTHOR], p.id[READER]);
    assert_int_equal(key_of(&p, READER, key), RC_NOT_FOUND);
    TAMPER(&p, "UPDATE reflect_key SET by_passphrase = (SELECT x.by_passphrase FROM reflect_key x WHERE x.person_id = %" PRId64 "), salt = (SELECT x.salt FROM reflect_key x WHERE x.person_id = %" PRId64 ") WHERE person_id = %" PRId64,
           p.id[READER], p.id[READER], p.id[STRANGER]);
    assert_int_equal(unlock(&p, STRANGER, OTHER_PASSPHRASE), RC_INVALID); /* the same passphrase, another one's row */
    TAMPER(&p, "UPDATE reflect_key SET public_key = (SELECT x.public_key FROM reflect_key x WHERE x.person_id = %" PRId64 ") WHERE person_id = %" PRId64, p.id[STRANGER], p.id[AUTHOR]);
    assert_int_equal(unlock(&p, AUTHOR, PASSPHRASE), RC_INVALID); /* a public key that is not hers */
    assert_int_equal(key_of(&p, AUTHOR, key), RC_NOT_FOUND);
    TAMPER(&p, "UPDATE reflect_key SET memory = 1099511627776 WHERE person_id = %" PRId64, p.id[READER]);
    assert_int_equal(unlock(&p, READER, OTHER_PASSPHRASE), RC_INVALID); /* does not take all the memory there is */
    site_shut(s);
}

static void one_changed_bit_anywhere_does_not_open(void **state)
{
    struct arena *a = arena_new(0);
    unsigned char key[SEAL_KEY], public_key[SEAL_KEY], private_key[SEAL_KEY], out[SEAL_KEY];
    struct seal_context x = {.purpose = SEAL_BODY, .owner = 1, .record = 2, .version = 3};
    struct str text, box;
    (void)state;
    randombytes_buf(key, sizeof key);
    seal_new_pair(public_key, private_key);
    struct str sealed = seal_text(a, key, &x, S("words"));
    assert_int_equal(sealed.n % 512, 24 + 16);
    assert_true(seal_key_to(a, public_key, &x, key, &box));
    assert_true(seal_open_text(a, key, &x, sealed, &text) && str_eq_z(text, "words"));
    assert_true(seal_open_key_to(public_key, private_key, &x, box, out) && memcmp(out, key, sizeof key) == 0);
    struct str copies[] = {sealed, box};
    for (size_t k = 0; k < COUNT_OF(copies); k++)
        for (size_t i = 0; i < copies[k].n; i++) {
            struct str copy = str_dup(a, copies[k]);
            ((char *)(uintptr_t)copy.p)[i] = (char)(copy.p[i] ^ (1 << i % 8));
            if (k == 0 ? seal_open_text(a, key, &x, copy, &text) : seal_open_key_to(public_key, private_key, &x, copy, out))
                fail_msg("byte %zu of %zu changed, and it opens", i, k);
        }
    for (size_t n = 0; n < sealed.n; n += 7)
        assert_false(seal_open_text(a, key, &x, str_sub(sealed, 0, n), &text));
    struct seal_context others[] = {x, x, x, x, x};
    others[0].purpose = SEAL_TITLE;
    others[1].owner = 9;
    others[2].record = 9;
    others[3].version = 9;
    others[4].reader = 9;
    for (size_t k = 0; k < COUNT_OF(others); k++)
        assert_false(seal_open_text(a, key, &others[k], sealed, &text) || seal_open_key_to(public_key, private_key, &others[k], box, out));
    arena_free(a);
}

/* ---- what lies in the database ------------------------------------------------------------------------------------------------------ */

static const char *const secret_words[] = {"WINDHOVER", "MARROWBONE", "waited too long", "otters juggle", "lamps above"};

static void no_secret_in(const char *where, struct str bytes)
{
    for (size_t i = 0; i < COUNT_OF(secret_words); i++)
        if (str_find(bytes, str_from(secret_words[i]), NULL))
            fail_msg("%s holds \"%s\"", where, secret_words[i]);
}

static struct str read_bytes(struct arena *a, const char *path)
{
    struct buf b = buf_new(a, 65536);
    char part[8192];
    size_t n;
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return S("");
    while ((n = fread(part, 1, sizeof part, f)) != 0)
        buf_add(&b, part, n);
    fclose(f);
    return buf_text(&b);
}

static void the_database_and_its_backup_hold_no_word(void **state)
{
    struct site *s;
    char code[SEAL_CODE_CHARS + 1];
    unsigned char key[SEAL_KEY];
    (void)state;
    struct people p = begin(&s);
    set_up(&p, READER, OTHER_PASSPHRASE, code);
    int64_t id = write_one(&p, AUTHOR);
    struct work w = for_reader(&p, id, key);
    w.version = 1;
    assert_int_equal(run(&p, save, &w), RC_OK);
    assert_int_equal(run(&p, share, &w), RC_OK);
    char folder[] = "/tmp/cadre-reflect-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = str_z(s->a, str_printf(s->a, "%s/copy.db", folder));
    assert_int_equal(store_backup(s->store, path, NULL, NULL, &s->err), RC_OK);
    struct str copy = read_bytes(s->a, path); /* of either engine */
    assert_true(str_find(copy, S("reflection_key"), NULL));
    no_secret_in("the backup", copy);
    assert_false(str_find(copy, (struct str){(const char *)key, sizeof key}, NULL));
    assert_false(str_find(copy, p.token[AUTHOR], NULL));
    assert_false(str_find(copy, str_from(code), NULL));
    unlink(path);
    rmdir(folder);
    if (!site_on_postgres) {
        static const char *const names[] = {"x.db", "x.db-wal"};
        for (size_t i = 0; i < COUNT_OF(names); i++)
            no_secret_in(names[i], read_bytes(s->a, str_z(s->a, str_printf(s->a, "%s/%s", s->folder, names[i]))));
    }
    site_shut(s);
}

static enum rc erase(struct db *tx, void *arg, struct err *e)
{
    const struct people *p = arg;
    (void)e;
    return reflect_capability.erase_person(tx, p->s->a, p->id[AUTHOR], NOW);
}

static void erasure_leaves_neither_keys_nor_texts(void **state)
{
    struct site *s;
    struct row_reflect_key_find k;
    struct row_reflection_find r;
    unsigned char key[SEAL_KEY];
    (void)state;
    struct people p = begin(&s);
    set_up(&p, READER, OTHER_PASSPHRASE, NULL);
    int64_t id = write_one(&p, AUTHOR), theirs = write_one(&p, READER);
    assert_int_equal(unlock(&p, READER, OTHER_PASSPHRASE), RC_OK);
    assert_int_equal(key_of(&p, READER, key), RC_OK);
    struct work w = {.id = theirs, .author = p.id[READER], .reader = p.id[AUTHOR], .key = key};
    assert_int_equal(run(&p, share, &w), RC_OK);
    assert_int_equal(store_write(s->db, erase, &p, &s->err), RC_OK);
    assert_int_equal(sql_reflect_key_find(s->db, s->a, p.id[AUTHOR], &k), RC_NOT_FOUND);
    assert_int_equal(sql_reflection_find(s->db, s->a, id, p.id[AUTHOR], &r), RC_NOT_FOUND);
    assert_int_equal(sql_reflection_find(s->db, s->a, theirs, p.id[AUTHOR], &r), RC_OK);
    assert_true(r.sealed.p == NULL && r.mine_null);
    assert_int_equal(key_of(&p, AUTHOR, key), RC_NOT_FOUND);
    site_shut(s);
}

static void the_general_export_is_sealed(void **state)
{
    struct site *s;
    (void)state;
    struct people p = begin(&s);
    (void)write_one(&p, AUTHOR);
    json_t *into = json_object();
    assert_int_equal(reflect_capability.export_person(s->db, s->a, p.id[AUTHOR], into), RC_OK);
    assert_int_equal(json_array_size(json_object_get(into, "reflections")), 1);
    const json_t *one = json_array_get(json_object_get(into, "reflections"), 0);
    assert_true(json_string_length(json_object_get(one, "text_sealed")) > 600);
    char *text = json_dumps(into, 0);
    no_secret_in("the export", str_from(text));
    free(text);
    json_decref(into);
    site_shut(s);
}

struct retaining {
    struct people *p;
    int64_t id, before;
    bool more;
};

static enum rc read_and_retain(struct db *tx, void *arg, struct err *e)
{
    struct retaining *r = arg;
    (void)e;
    r->more = false;
    if (r->before == 0) {
        TRY(reflect_note_reading(tx, r->id, r->p->id[AUTHOR], r->p->id[READER], NOW));
        return reflect_note_reading(tx, r->id, r->p->id[AUTHOR], r->p->id[READER], NOW + MS_PER_DAY);
    }
    TRY(reflect_capability.retain(tx, S("mentor_words"), INT64_MAX, &r->more));
    return reflect_capability.retain(tx, S("reflection_reading"), r->before, &r->more);
}

static void old_readings_go_and_others_stay(void **state)
{
    struct site *s;
    struct rows_reflection_readings rows;
    (void)state;
    struct people p = begin(&s);
    struct retaining r = {.p = &p, .id = write_one(&p, AUTHOR)};
    assert_int_equal(store_write(s->db, read_and_retain, &r, &s->err), RC_OK);
    r.before = NOW + 1;
    assert_int_equal(store_write(s->db, read_and_retain, &r, &s->err), RC_OK);
    assert_false(r.more);
    assert_int_equal(sql_reflection_readings(s->db, s->a, r.id, INT64_MAX, INT64_MAX, 9, &rows), RC_OK);
    assert_true(rows.n == 1 && rows.v[0].at == NOW + MS_PER_DAY);
    site_shut(s);
}

static void all_of_ones_own_open_at_once(void **state)
{
    struct site *s;
    struct reflection *all;
    unsigned char key[SEAL_KEY];
    size_t count;
    int64_t closed;
    (void)state;
    struct people p = begin(&s);
    int64_t one = write_one(&p, AUTHOR), two = write_one(&p, AUTHOR);
    assert_int_equal(key_of(&p, AUTHOR, key), RC_OK);
    assert_int_equal(reflect_open_all(s->db, s->a, p.id[AUTHOR], key, &all, &count, &closed), RC_OK);
    assert_true(count == 2 && closed == 0 && all[0].id == one && all[1].id == two);
    TAMPER(&p, "UPDATE reflection SET version = 7 WHERE id = %" PRId64, one);
    assert_int_equal(reflect_open_all(s->db, s->a, p.id[AUTHOR], key, &all, &count, &closed), RC_OK);
    assert_true(count == 1 && closed == 1 && all[0].id == two);
    site_shut(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_passphrase_opens_a_session_and_no_other),
        cmocka_unit_test(locking_and_signing_out_lock),
        cmocka_unit_test(wrong_passphrases_are_refused_and_must_wait),
        cmocka_unit_test(a_passphrase_is_long_and_not_the_password),
        cmocka_unit_test(changing_the_passphrase_keeps_the_texts),
        cmocka_unit_test(a_code_recovers_once),
        cmocka_unit_test(beginning_anew_loses_ones_own_and_asks_again_for_what_was_shared),
        cmocka_unit_test(what_was_written_is_read_again),
        cmocka_unit_test(two_tabs_lose_nothing),
        cmocka_unit_test(a_locked_session_can_save),
        cmocka_unit_test(others_cannot_change_share_or_delete),
        cmocka_unit_test(sharing_reading_withdrawing),
        cmocka_unit_test(who_has_no_key_is_asked),
        cmocka_unit_test(a_draft_is_not_shared),
        cmocka_unit_test(moved_and_changed_rows_do_not_open),
        cmocka_unit_test(keys_of_another_person_do_not_open),
        cmocka_unit_test(one_changed_bit_anywhere_does_not_open),
        cmocka_unit_test(the_database_and_its_backup_hold_no_word),
        cmocka_unit_test(erasure_leaves_neither_keys_nor_texts),
        cmocka_unit_test(the_general_export_is_sealed),
        cmocka_unit_test(old_readings_go_and_others_stay),
        cmocka_unit_test(all_of_ones_own_open_at_once),
    };
    int failed = cmocka_run_group_tests_name("reflect on SQLite", tests, NULL, NULL);
    if (getenv("CADRE_TEST_PG") != NULL) {
        site_on_postgres = true;
        failed += cmocka_run_group_tests_name("reflect on PostgreSQL", tests, NULL, NULL);
    }
    return failed;
}
