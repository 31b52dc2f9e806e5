/* The texts: kept, opened, shared, taken back, deleted. See reflect.h. Each version of a text has a key of its own, so that whoever
 * could once open a version cannot open the next one by what he kept. */
#include "programme/reflect/reflect.h"

#include <sodium.h>

#include "auth/session.h"
#include "gen/msg_reflect.h"
#include "gen/programme/reflect/reflect_sql.h"
#include "programme/reflect/text.h"

#define ALL_PART 200

static struct seal_context context_of(enum seal_purpose purpose, int64_t id, int64_t author, int64_t version)
{
    return (struct seal_context){.purpose = purpose, .owner = author, .record = id, .version = version};
}

static struct seal_context key_context(int64_t id, int64_t author, int64_t reader, int64_t version)
{
    return (struct seal_context){.purpose = SEAL_TEXT_KEY, .owner = author, .record = id, .reader = reader, .version = version};
}

static const unsigned char *bytes(struct str s)
{
    return (const unsigned char *)s.p;
}

/* The public key of a person. RC_NOT_FOUND when she has none. */
static enum rc public_key_of(struct db *db, struct arena *a, int64_t person, struct str *public_key)
{
    struct row_reflect_key_find k;
    TRY(sql_reflect_key_find(db, a, person, &k));
    *public_key = k.public_key;
    return k.public_key.n == SEAL_KEY ? RC_OK : RC_CONFLICT;
}

/* Seals the key of a text to one person and keeps that. */
static enum rc give_key(struct db *tx, struct arena *a, int64_t id, int64_t author, int64_t reader, int64_t version, struct str public_key,
                        const unsigned char *key, int64_t now, struct err *e)
{
    struct str sealed;
    struct seal_context x = key_context(id, author, reader, version);
    if (public_key.n != SEAL_KEY || !seal_key_to(a, bytes(public_key), &x, key, &sealed))
        return err_set(e, RC_CONFLICT, M_reflect_damaged, NULL);
    return sql_reflection_key_set(tx, id, reader, reader == author, sealed, now);
}

static enum rc give_readers(struct db *tx, struct arena *a, int64_t id, int64_t author, int64_t version, const unsigned char *key, int64_t now,
                            size_t *readers, struct err *e)
{
    struct rows_reflection_readers rows;
    TRY(sql_reflection_readers(tx, a, id, &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (rows.v[i].public_key.p != NULL)
            TRY(give_key(tx, a, id, author, rows.v[i].person_id, version, rows.v[i].public_key, key, now, e));
    *readers = rows.n;
    return RC_OK;
}

/* ---- keeping ------------------------------------------------------------------------------------------------------------------------ */

struct sealing {
    int64_t id, author, version, now; /* version: the one that is written */
    int64_t of, of_version;           /* a change that is kept beside this text; 0: none */
    struct str title, body;
    bool draft;
};

static enum rc write_text(struct db *tx, const struct reflect_text *t, const struct sealing *s, struct err *e)
{
    if (s->version == 1)
        TRY(sql_reflection_add(tx, s->id, s->author, str_from(reflect_kind_word(t->kind)), s->draft, s->title, s->body, s->now, s->of != 0 ? &s->of : NULL,
                               s->of != 0 ? &s->of_version : NULL));
    else
        TRY(sql_reflection_change(tx, s->id, s->author, s->version - 1, s->draft, s->title, s->body, s->now));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_reflect_changed, NULL);
}

static enum rc save_under(struct db *tx, struct arena *a, struct sealing *s, const struct reflect_text *t, const unsigned char *key,
                          struct err *e)
{
    struct str own;
    size_t readers = 0;
    enum rc rc = public_key_of(tx, a, s->author, &own);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? err_set(e, RC_CONFLICT, M_reflect_no_key, NULL) : rc;
    struct seal_context title = context_of(SEAL_TITLE, s->id, s->author, s->version), body = context_of(SEAL_BODY, s->id, s->author, s->version);
    struct str plain = reflect_write_body(a, t);
    s->title = seal_text(a, key, &title, t->title);
    s->body = seal_text(a, key, &body, plain);
    sodium_memzero((void *)(uintptr_t)plain.p, plain.n);
    if (s->version > 1)
        TRY(give_readers(tx, a, s->id, s->author, s->version, key, s->now, &readers, e));
    s->draft = t->draft && readers == 0; /* what others may read is no draft */
    TRY(write_text(tx, t, s, e));
    return give_key(tx, a, s->id, s->author, s->author, s->version, own, key, s->now, e);
}

/* The text when it is hers, in the version that she had before her. */
static enum rc find_version(struct db *tx, struct arena *a, int64_t author, int64_t id, int64_t version, struct row_reflection_find *out, struct err *e)
{
    TRY(sql_reflection_find(tx, a, id, author, out));
    if (out->author_id != author)
        return RC_NOT_FOUND;
    return out->version == version ? RC_OK : err_set(e, RC_CONFLICT, M_reflect_changed, NULL);
}

static enum rc save_sealed(struct db *tx, struct arena *a, struct sealing *s, const struct reflect_text *t, struct err *e)
{
    unsigned char key[SEAL_KEY];
    randombytes_buf(key, sizeof key);
    enum rc rc = save_under(tx, a, s, t, key, e);
    sodium_memzero(key, sizeof key);
    return rc;
}

enum rc reflect_save(struct db *tx, struct arena *a, int64_t author, int64_t *id, int64_t version, const struct reflect_text *t,
                     int64_t now, struct err *e)
{
    struct row_reflection_find old;
    struct sealing s = {.id = *id, .author = author, .version = *id != 0 ? version + 1 : 1, .now = now};
    if (s.id != 0)
        TRY(find_version(tx, a, author, s.id, version, &old, e));
    else
        s.id = db_new_id(tx);
    TRY(save_sealed(tx, a, &s, t, e));
    *id = s.id;
    return RC_OK;
}

/* ---- what is being written ------------------------------------------------------------------------------------------------------------ */

enum rc reflect_keep(struct db *tx, struct arena *a, int64_t author, struct reflect_unsaved *u, const struct reflect_text *t, int64_t now,
                     struct err *e)
{
    struct row_reflection_find old, kept;
    struct reflect_text draft = *t;
    draft.draft = true;
    if (u->id != 0)
        TRY(find_version(tx, a, author, u->id, u->version, &old, e));
    if (u->id == 0 || old.draft != 0) {
        TRY(reflect_save(tx, a, author, &u->id, u->version, &draft, now, e));
        u->version++;
        return RC_OK;
    }
    struct sealing s = {.id = u->kept, .author = author, .version = u->kept_version + 1, .now = now, .of = u->id, .of_version = u->version};
    if (u->kept == 0) {
        s.id = db_new_id(tx);
        s.version = 1;
    } else {
        TRY(find_version(tx, a, author, u->kept, u->kept_version, &kept, e));
        if (kept.of_id_null || kept.of_id != u->id)
            return RC_NOT_FOUND;
    }
    TRY(save_sealed(tx, a, &s, &draft, e));
    u->kept = s.id;
    u->kept_version = s.version;
    return RC_OK;
}

static enum rc drop_unsaved(struct db *tx, struct arena *a, int64_t of, int64_t author, const int64_t *version)
{
    struct row_reflection_unsaved_of u;
    enum rc rc = sql_reflection_unsaved_of(tx, a, of, author, &u);
    if (rc != RC_OK || (version != NULL && u.version != *version))
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(sql_reflection_drop_keys(tx, u.id));
    return sql_reflection_drop(tx, u.id, author, u.version);
}

enum rc reflect_finish(struct db *tx, struct arena *a, int64_t author, struct reflect_unsaved *u, const struct reflect_text *t, int64_t now,
                       struct err *e)
{
    int64_t id = u->id;
    TRY(reflect_save(tx, a, author, &u->id, u->version, t, now, e));
    u->version++;
    return id != 0 && u->kept != 0 ? drop_unsaved(tx, a, id, author, &u->kept_version) : RC_OK;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------------------ */

/* What of a row is needed to open it. */
struct closed {
    int64_t id, author, reader, version;
    struct str sealed, title, body;
};

static bool open_closed(struct arena *a, const unsigned char *public_key, const unsigned char *private_key, const struct closed *r,
                        struct reflect_text *t)
{
    unsigned char key[SEAL_KEY];
    struct seal_context x = key_context(r->id, r->author, r->reader, r->version);
    struct seal_context title = context_of(SEAL_TITLE, r->id, r->author, r->version), body = context_of(SEAL_BODY, r->id, r->author, r->version);
    struct str plain;
    bool opens = seal_open_key_to(public_key, private_key, &x, r->sealed, key) && seal_open_text(a, key, &title, r->title, &t->title);
    if (opens && r->body.p != NULL)
        opens = seal_open_text(a, key, &body, r->body, &plain) && reflect_read_body(a, plain, t);
    sodium_memzero(key, sizeof key);
    return opens;
}

struct str reflect_open_title(struct arena *a, const unsigned char public_key[SEAL_KEY], const unsigned char private_key[SEAL_KEY], int64_t id,
                              int64_t author, int64_t reader, int64_t version, struct str sealed_key, struct str sealed_title)
{
    struct reflect_text t = {0};
    struct closed r = {id, author, reader, version, sealed_key, sealed_title, STR_NONE};
    return open_closed(a, public_key, private_key, &r, &t) ? t.title : STR_NONE;
}

enum rc reflect_open(struct db *db, struct arena *a, int64_t id, int64_t person, const unsigned char private_key[SEAL_KEY],
                     struct reflection *out, struct err *e)
{
    struct row_reflection_find r;
    struct str public_key;
    TRY(sql_reflection_find(db, a, id, person, &r));
    if (r.sealed.p == NULL || r.mine_null || (r.draft && r.author_id != person))
        return RC_NOT_FOUND;
    TRY(public_key_of(db, a, person, &public_key));
    *out = (struct reflection){.id = r.id, .author = r.author_id, .version = r.version, .written_at = r.written_at, .changed_at = r.changed_at,
                               .shared_at = r.shared_at, .author_name = r.author, .mine = r.author_id == person};
    struct closed x = {r.id, r.author_id, person, r.version, r.sealed, r.title, r.body};
    if (!open_closed(a, bytes(public_key), private_key, &x, &out->text))
        return err_set(e, RC_CONFLICT, M_reflect_damaged, NULL);
    out->text.draft = r.draft != 0;
    return RC_OK;
}

enum rc reflect_open_all(struct db *db, struct arena *a, int64_t author, const unsigned char private_key[SEAL_KEY], struct reflection **out,
                         size_t *count, int64_t *closed)
{
    struct str public_key;
    struct row_reflection_count all;
    struct rows_reflection_all rows;
    int64_t at = INT64_MIN, id = 0;
    *count = 0;
    *closed = 0;
    TRY(public_key_of(db, a, author, &public_key));
    TRY(sql_reflection_count(db, a, author, &all));
    size_t room = (size_t)all.n;
    *out = ARENA_ARRAY(a, room, struct reflection);
    do {
        TRY(sql_reflection_all(db, a, author, at, id, ALL_PART, &rows));
        for (size_t i = 0; i < rows.n && *count < room; i++) {
            const struct row_reflection_all *r = &rows.v[i];
            struct reflection *x = &(*out)[*count];
            struct closed c = {r->id, author, author, r->version, r->sealed, r->title, r->body};
            *x = (struct reflection){.id = r->id, .author = author, .version = r->version, .written_at = r->written_at, .changed_at = r->changed_at, .mine = true};
            at = r->written_at;
            id = r->id;
            bool opens = open_closed(a, bytes(public_key), private_key, &c, &x->text);
            x->text.draft = r->draft != 0;
            *count += opens;
            *closed += !opens;
        }
    } while (rows.n == ALL_PART);
    return RC_OK;
}

/* ---- sharing ------------------------------------------------------------------------------------------------------------------------ */

static enum rc check_sharing(struct db *tx, struct arena *a, const struct row_reflection_find *r, int64_t author, int64_t reader, struct err *e)
{
    struct rows_reflection_readers rows;
    if (r->author_id != author)
        return RC_NOT_FOUND;
    if (reader == author)
        return err_field(e, RC_INVALID, M_reflect_share_self, "person", NULL);
    if (r->draft)
        return err_set(e, RC_CONFLICT, M_reflect_share_draft, NULL);
    TRY(sql_reflection_readers(tx, a, r->id, &rows));
    return rows.n < REFLECT_READERS_MOST ? RC_OK : err_set(e, RC_CONFLICT, M_reflect_share_many, NULL);
}

enum rc reflect_share(struct db *tx, struct arena *a, int64_t id, int64_t author, const unsigned char private_key[SEAL_KEY],
                      int64_t reader, int64_t now, bool *asked, struct err *e)
{
    struct row_reflection_find r;
    struct str own, theirs;
    unsigned char key[SEAL_KEY];
    TRY(sql_reflection_find(tx, a, id, author, &r));
    TRY(check_sharing(tx, a, &r, author, reader, e));
    TRY(audit_note(tx, now, author, "reflection_share", reader, "reflection", id));
    enum rc rc = public_key_of(tx, a, reader, &theirs);
    *asked = rc == RC_NOT_FOUND;
    if (*asked)
        return sql_reflection_key_set(tx, id, reader, 0, STR_NONE, now);
    TRY(rc);
    TRY(public_key_of(tx, a, author, &own));
    struct seal_context x = key_context(id, author, author, r.version);
    if (!seal_open_key_to(bytes(own), private_key, &x, r.sealed, key))
        return err_set(e, RC_CONFLICT, M_reflect_damaged, NULL);
    rc = give_key(tx, a, id, author, reader, r.version, theirs, key, now, e);
    sodium_memzero(key, sizeof key);
    return rc;
}

/* The reflection, when this person wrote it. */
static enum rc find_own(struct db *tx, struct arena *a, int64_t id, int64_t author)
{
    struct row_reflection_find r;
    TRY(sql_reflection_find(tx, a, id, author, &r));
    return r.author_id == author ? RC_OK : RC_NOT_FOUND;
}

enum rc reflect_withdraw(struct db *tx, struct arena *a, int64_t id, int64_t author, int64_t reader, int64_t now)
{
    TRY(find_own(tx, a, id, author));
    TRY(sql_reflection_withdraw(tx, id, reader));
    return db_changes(tx) != 0 ? audit_note(tx, now, author, "reflection_withdraw", reader, "reflection", id) : RC_OK;
}

enum rc reflect_note_reading(struct db *tx, int64_t id, int64_t author, int64_t reader, int64_t now)
{
    TRY(sql_reflection_reading_add(tx, db_new_id(tx), id, reader, now));
    TRY(sql_reflection_mark_read(tx, id, reader, now));
    return audit_note(tx, now, reader, "reflection_read", author, "reflection", id);
}

enum rc reflect_delete(struct db *tx, struct arena *a, int64_t id, int64_t author, int64_t version, struct err *e)
{
    TRY(find_own(tx, a, id, author));
    TRY(drop_unsaved(tx, a, id, author, NULL));
    TRY(sql_reflection_drop_readings(tx, id));
    TRY(sql_reflection_drop_keys(tx, id));
    TRY(sql_reflection_drop(tx, id, author, version));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_reflect_changed, NULL);
}
