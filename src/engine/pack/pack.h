/* Evidence packs: what a programme shows to who accredits it, in one zip file that can be checked without this program. A pack holds files
 * (a page, tables, data), manifest.json with the SHA-256 and size of each of them, key.pem with the public key and manifest.sig with the Ed25519
 * signature over the manifest's bytes. Nothing in it comes from the clock or from chance: the same data give the same bytes.
 * docs/pack.md describes the form; openssl checks it too.
 *
 * Used by programme/pack, which makes packs, and by `cadre verify`. Pure; keys are plain bytes of the caller, who zeroes the secret ones. */
#ifndef CADRE_ENGINE_PACK_PACK_H
#define CADRE_ENGINE_PACK_PACK_H

#include "base/archive.h"
#include "base/problems.h"

#define PACK_FORMAT "cadre-pack-1"
#define PACK_KEY_BYTES 32       /* a public key, and the seed of a secret one (RFC 8032) */
#define PACK_PAGE "index.html"
#define PACK_DATA "pack.json"
#define PACK_TABLE "figures.csv"
#define PACK_BYTES_MOST ((size_t)64 << 20)

/* SHA-256 in 64 small letters and digits. In the arena. */
struct str pack_hash(struct arena *a, struct str bytes);

struct pack_key {
    unsigned char public_key[PACK_KEY_BYTES];
    unsigned char seed[PACK_KEY_BYTES];
};
void pack_key_new(struct pack_key *out);
/* Both halves from the seed. False when the public key is not the seed's. */
bool pack_key_fits(const struct pack_key *key);
/* The SHA-256 of a public key, in groups of four letters and digits: what people read to each other. In the arena. */
struct str pack_fingerprint(struct arena *a, const unsigned char public_key[PACK_KEY_BYTES]);
/* As PEM (SubjectPublicKeyInfo, RFC 8410), and from it; spaces and line ends do not matter. */
struct str pack_key_pem(struct arena *a, const unsigned char public_key[PACK_KEY_BYTES]);
bool pack_key_read(struct arena *a, struct str pem, unsigned char public_key[PACK_KEY_BYTES]) MUST_CHECK;

/* What a pack says of itself. Days are civil days, both within the period. */
struct pack_about {
    struct str programme, programme_title; /* code and title */
    struct str template, language;         /* code of the template */
    struct str software;
    int64_t template_version;
    int64_t from_day, until_day;
    int64_t as_of;                         /* UTC ms: no later record counts */
};

/* The zip file, in the arena. files: without manifest, key and signature, with names that differ. */
struct str pack_write(struct arena *a, const struct pack_about *about, const struct archive_file *files, size_t count, const struct pack_key *key);

struct pack {
    struct pack_about about;
    unsigned char public_key[PACK_KEY_BYTES];
    bool has_key;                 /* a public key could be read from it */
    struct str fingerprint;
    const struct archive_file *files; /* all of them */
    size_t file_count;
    size_t listed;                /* files that the manifest lists */
};

/* Reads any bytes and tells all that is wrong, each by the file it is in: a changed byte, wherever it is, is at least one problem. key
 * NULL: the signature is checked with the key that is in the pack, which says that it is whole but not who made it. The pack is in order when
 * p has no errors. bytes must outlive *out. */
void pack_read(struct arena *a, struct str bytes, const unsigned char *key, struct problems *p, struct pack *out);

/* ---- how two packs differ (difference.c) ------------------------------------------------------------------------------------------------ */

enum pack_change_kind { PACK_CHANGED, PACK_APPEARED, PACK_GONE };
struct pack_change {
    enum pack_change_kind kind;
    struct str code, group; /* what it is in both: code of a figure or record; which group, or record; may be empty */
    struct str label;       /* as the newer of the two calls it */
    struct str from, to;    /* as people read them; no value where it is not */
};
struct pack_difference {
    const struct pack_change *about;   /* of the packs themselves: period, template, ... */
    size_t about_count;
    const struct pack_change *figures; /* and records */
    size_t figure_count;
    size_t same;                       /* figures and records that both have alike */
};
/* From the data file of one pack to that of the other. RC_MALFORMED when one of them is not such data. */
enum rc pack_compare(struct arena *a, struct str from, struct str to, struct pack_difference *out, struct err *e) MUST_CHECK;
/* The bytes of a file of a pack; no value when it has none of that name. */
struct str pack_file(const struct pack *p, const char *name);

#endif
