/* Reflections: what a person writes for herself, sealed. Neither the database nor its backups nor anybody's pages can show a text:
 * what opens it is her passphrase, her printed recovery code, or a session that she has unlocked. She shares one text with one
 * person at a time, takes that back, and sees every reading. docs/reflect.md tells the scheme and what it does not protect from. */
#ifndef CADRE_PROGRAMME_REFLECT_REFLECT_H
#define CADRE_PROGRAMME_REFLECT_REFLECT_H

#include "programme/capability.h"
#include "programme/reflect/seal.h"

extern const struct capability reflect_capability;

#define REFLECT_PASSES 3                               /* Argon2id: RFC 9106, second recommended choice, in one lane */
#define REFLECT_MEMORY (INT64_C(64) * 1024 * 1024)     /* bytes */
#define REFLECT_HOURS 8                                /* until an unlocked session locks itself */
#define REFLECT_READERS_MOST 50                        /* of one reflection */

/* ---- keys (keys.c) ------------------------------------------------------------------------------------------------------------- */
/* None of these with a passphrase stands inside a closure: they hash, and write by themselves. Where a passphrase or code is wrong:
 * RC_INVALID with the field in e; too often: RC_RATE_LIMITED with the seconds in *wait. A private key is the caller's to zero. */

/* Has she set up, and (NULL allowed) has she a recovery code. */
enum rc reflect_has_key(struct db *db, struct arena *a, int64_t person, bool *has, bool *has_code) MUST_CHECK;
/* Sets up. code: 0 bytes where she wants none, else filled with the code, which is known nowhere else. RC_CONFLICT when she has. */
enum rc reflect_make_key(struct db *db, struct arena *a, int64_t person, struct str passphrase, bool with_code, int64_t now,
                         char code[SEAL_CODE_CHARS + 1], struct err *e) MUST_CHECK;
/* May these words be a passphrase: long enough, and not the password she signs in with. RC_INVALID with field "passphrase". */
enum rc reflect_check_passphrase(struct db *db, struct arena *a, int64_t person, struct str passphrase, struct err *e) MUST_CHECK;
/* Opens one session of hers: sign_in is its number, token as the browser sent it. RC_NOT_FOUND when she has not set up. */
enum rc reflect_unlock(struct db *db, struct arena *a, int64_t person, int64_t sign_in, struct str token, struct str passphrase,
                       int64_t now, int64_t *wait, struct err *e) MUST_CHECK;
/* The private key itself, for work that is done at once with the passphrase in hand. */
enum rc reflect_private_key(struct db *db, struct arena *a, int64_t person, struct str passphrase, int64_t now,
                            unsigned char private_key[SEAL_KEY], int64_t *wait, struct err *e) MUST_CHECK;
/* Inside a closure. */
enum rc reflect_lock(struct db *tx, int64_t sign_in) MUST_CHECK;
/* The private key of an unlocked session; until (NULL allowed) is when it locks itself. RC_NOT_FOUND when it is locked. */
enum rc reflect_session_key(struct db *db, struct arena *a, int64_t person, int64_t sign_in, struct str token, int64_t now,
                            unsigned char private_key[SEAL_KEY], int64_t *until) MUST_CHECK;
/* Locks her other sessions; keep is the one that stays as it is. */
enum rc reflect_change_passphrase(struct db *db, struct arena *a, int64_t person, struct str old, struct str passphrase, int64_t keep,
                                  int64_t now, int64_t *wait, struct err *e) MUST_CHECK;
/* A new code in place of the one before; with_code false: none from now on. */
enum rc reflect_change_code(struct db *db, struct arena *a, int64_t person, struct str passphrase, bool with_code, int64_t now,
                            char code[SEAL_CODE_CHARS + 1], int64_t *wait, struct err *e) MUST_CHECK;
/* With the code, a new passphrase; the code is used up, and new_code is the next one. All her sessions are locked. */
enum rc reflect_recover(struct db *db, struct arena *a, int64_t person, struct str code, struct str passphrase, int64_t now,
                        char new_code[SEAL_CODE_CHARS + 1], int64_t *wait, struct err *e) MUST_CHECK;
/* Inside a closure: throws her keys away and deletes what nobody can open any more. What others share with her they can share anew. */
enum rc reflect_begin_anew(struct db *tx, int64_t person) MUST_CHECK;

/* ---- texts (text.c, reflect.c) ------------------------------------------------------------------------------------------------------- */

enum reflect_kind { REFLECT_FREE, REFLECT_WHAT, REFLECT_GIBBS, REFLECT_KINDS };
#define REFLECT_STEPS_MOST 6
const char *reflect_kind_word(enum reflect_kind kind);          /* "free", "what", "gibbs": in the database and in addresses */
bool reflect_find_kind(struct str word, enum reflect_kind *kind);
size_t reflect_steps(enum reflect_kind kind);                   /* how many questions it asks */

struct reflect_text {
    enum reflect_kind kind;
    bool draft;
    struct str title;                          /* may be empty */
    struct str answers[REFLECT_STEPS_MOST];
    int64_t competency, evidence, meeting;     /* what it is tied to; 0: nothing */
    struct str not_patients;                   /* hashes of what she said is no patient, with spaces between */
};

/* Inside a closure. *id 0: a new one, and filled. version: as the form had it. Needs no private key, so that nothing is lost when the
 * session has locked itself meanwhile. The text gets a new key, sealed to herself and to who may read it now. RC_NOT_FOUND when it
 * is not hers, RC_CONFLICT when she has not set up (M_reflect_no_key) or it was changed since (M_reflect_changed). */
enum rc reflect_save(struct db *tx, struct arena *a, int64_t author, int64_t *id, int64_t version, const struct reflect_text *t,
                     int64_t now, struct err *e) MUST_CHECK;

/* Keeping what is being written, before it is saved: nothing of it is shown to anybody else, and no sign of a patient is asked about.
 * A new text and a draft are kept as that draft; a change of a finished text is kept beside it, and saving it is reflect_finish. */
struct reflect_unsaved {
    int64_t id, version;                       /* the text; 0: a new one, and filled. version: as the form had it */
    int64_t kept, kept_version;                /* the kept change of a finished text; 0: none yet, and filled */
};
/* Inside a closure. RC_NOT_FOUND, RC_CONFLICT as in reflect_save, also when another window keeps a change of the same text. */
enum rc reflect_keep(struct db *tx, struct arena *a, int64_t author, struct reflect_unsaved *u, const struct reflect_text *t, int64_t now,
                     struct err *e) MUST_CHECK;
/* Inside a closure: reflect_save of u->id, and the kept change goes if it is as it was; another window's stays. */
enum rc reflect_finish(struct db *tx, struct arena *a, int64_t author, struct reflect_unsaved *u, const struct reflect_text *t, int64_t now,
                       struct err *e) MUST_CHECK;

struct reflection {
    int64_t id, author, version, written_at, changed_at, shared_at;
    struct str author_name;                    /* no value: erased */
    bool mine;                                 /* the reader wrote it */
    struct reflect_text text;
};
/* Opens a reflection with the private key of the author or of one with whom it is shared. RC_NOT_FOUND for everybody else;
 * RC_CONFLICT with M_reflect_damaged when what is stored does not open. A draft is the author's alone. */
enum rc reflect_open(struct db *db, struct arena *a, int64_t id, int64_t person, const unsigned char private_key[SEAL_KEY],
                     struct reflection *out, struct err *e) MUST_CHECK;
/* The title of a row of a list; no value when it does not open. */
struct str reflect_open_title(struct arena *a, const unsigned char public_key[SEAL_KEY], const unsigned char private_key[SEAL_KEY], int64_t id,
                              int64_t author, int64_t reader, int64_t version, struct str sealed_key, struct str sealed_title);

/* Inside a closure: the author shares with a person, with the author's private key. *asked: he has no key yet, so he is only asked to
 * set one up; call it again then. RC_INVALID with a message for herself, RC_CONFLICT when there are too many or it is a draft. */
enum rc reflect_share(struct db *tx, struct arena *a, int64_t id, int64_t author, const unsigned char private_key[SEAL_KEY],
                      int64_t reader, int64_t now, bool *asked, struct err *e) MUST_CHECK;
/* Inside a closure: deletes the key of that reader. The author's own stays, whatever is asked. */
enum rc reflect_withdraw(struct db *tx, struct arena *a, int64_t id, int64_t author, int64_t reader, int64_t now) MUST_CHECK;
/* Inside a closure: that a reader opened it now. */
enum rc reflect_note_reading(struct db *tx, int64_t id, int64_t author, int64_t reader, int64_t now) MUST_CHECK;
/* Inside a closure, with its keys and readings. RC_CONFLICT when it was changed since. */
enum rc reflect_delete(struct db *tx, struct arena *a, int64_t id, int64_t author, int64_t version, struct err *e) MUST_CHECK;

/* All reflections of an author that open, oldest first, in the arena; *closed counts those that do not. */
enum rc reflect_open_all(struct db *db, struct arena *a, int64_t author, const unsigned char private_key[SEAL_KEY], struct reflection **out,
                         size_t *count, int64_t *closed) MUST_CHECK;

#endif
