/* Writing and checking evidence packs: see pack.h. */
#include <sodium.h>

#include "base/clock.h"
#include "base/json_shape.h"
#include "base/utf8.h"
#include "engine/pack/inside.h"
#include "gen/msg_pack.h"

#define MANIFEST "manifest.json"
#define SIGNATURE "manifest.sig"
#define KEY "key.pem"
#define DEPTH_MOST 8
#define MANIFEST_VALUES_MOST 50000
#define HASH_CHARS 64
#define PEM_BEGIN "-----BEGIN PUBLIC KEY-----"
#define PEM_END "-----END PUBLIC KEY-----"

/* SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410, 4). */
static const unsigned char info[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

/* ---- keys ---------------------------------------------------------------------------------------------------------------------------- */

struct str pack_hash(struct arena *a, struct str bytes)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[HASH_CHARS + 1];
    crypto_hash_sha256(hash, (const unsigned char *)(bytes.p != NULL ? bytes.p : ""), bytes.n);
    return str_dup(a, str_from(sodium_bin2hex(hex, sizeof hex, hash, sizeof hash)));
}

static void from_seed(const unsigned char seed[PACK_KEY_BYTES], unsigned char public_key[PACK_KEY_BYTES], unsigned char secret[crypto_sign_SECRETKEYBYTES])
{
    _Static_assert(crypto_sign_PUBLICKEYBYTES == PACK_KEY_BYTES && crypto_sign_SEEDBYTES == PACK_KEY_BYTES, "sizes of RFC 8032");
    crypto_sign_seed_keypair(public_key, secret, seed);
}

void pack_key_new(struct pack_key *out)
{
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    randombytes_buf(out->seed, sizeof out->seed);
    from_seed(out->seed, out->public_key, secret);
    sodium_memzero(secret, sizeof secret);
}

bool pack_key_fits(const struct pack_key *key)
{
    unsigned char public_key[PACK_KEY_BYTES], secret[crypto_sign_SECRETKEYBYTES];
    from_seed(key->seed, public_key, secret);
    sodium_memzero(secret, sizeof secret);
    return memcmp(public_key, key->public_key, sizeof public_key) == 0;
}

struct str pack_fingerprint(struct arena *a, const unsigned char public_key[PACK_KEY_BYTES])
{
    struct str hex = pack_hash(a, (struct str){(const char *)public_key, PACK_KEY_BYTES});
    struct buf b = buf_new(a, HASH_CHARS + HASH_CHARS / 4);
    for (size_t k = 0; k < hex.n; k++) {
        if (k != 0 && k % 4 == 0)
            buf_ch(&b, ' ');
        buf_ch(&b, hex.p[k]);
    }
    return buf_text(&b);
}

struct str pack_key_pem(struct arena *a, const unsigned char public_key[PACK_KEY_BYTES])
{
    unsigned char der[sizeof info + PACK_KEY_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof der, sodium_base64_VARIANT_ORIGINAL)];
    memcpy(der, info, sizeof info);
    memcpy(der + sizeof info, public_key, PACK_KEY_BYTES);
    sodium_bin2base64(text, sizeof text, der, sizeof der, sodium_base64_VARIANT_ORIGINAL);
    return str_printf(a, PEM_BEGIN "\n%s\n" PEM_END "\n", text);
}

bool pack_key_read(struct arena *a, struct str pem, unsigned char public_key[PACK_KEY_BYTES])
{
    unsigned char der[sizeof info + PACK_KEY_BYTES];
    size_t n = 0, from, to;
    if (!str_find(pem, S(PEM_BEGIN), &from))
        return false;
    from += strlen(PEM_BEGIN);
    struct str rest = str_sub(pem, from, pem.n);
    if (!str_find(rest, S(PEM_END), &to) || to > 200)
        return false;
    const char *text = str_z(a, str_sub(rest, 0, to));
    if (sodium_base642bin(der, sizeof der, text, strlen(text), " \r\n\t", &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 || n != sizeof der ||
        memcmp(der, info, sizeof info) != 0)
        return false;
    memcpy(public_key, der + sizeof info, PACK_KEY_BYTES);
    return true;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

static void put_text(struct buf *b, const char *before, const char *key, struct str value)
{
    buf_printf(b, "%s\"%s\": ", before, key);
    buf_json(b, value);
}

static void put_day(struct buf *b, const char *before, const char *key, int64_t day)
{
    buf_printf(b, "%s\"%s\": \"", before, key);
    day_format(b, day);
    buf_ch(b, '"');
}

static struct str manifest_of(struct arena *a, const struct pack_about *about, const struct archive_file *files, size_t count, const struct pack_key *key)
{
    struct buf b = buf_new(a, 4096);
    put_text(&b, "{\n  ", "format", S(PACK_FORMAT));
    put_text(&b, ",\n  \"programme\": {", "code", about->programme);
    put_text(&b, ", ", "title", about->programme_title);
    put_day(&b, "},\n  \"period\": {", "from", about->from_day);
    put_day(&b, ", ", "until", about->until_day);
    buf_z(&b, "},\n  \"as_of\": \"");
    instant_format(&b, about->as_of);
    put_text(&b, "\",\n  \"template\": {", "code", about->template);
    buf_printf(&b, ", \"version\": %" PRId64 "}", about->template_version);
    put_text(&b, ",\n  ", "language", about->language);
    put_text(&b, ",\n  ", "software", about->software);
    put_text(&b, ",\n  ", "key", pack_fingerprint(a, key->public_key));
    buf_z(&b, ",\n  \"files\": [");
    for (size_t k = 0; k < count; k++) {
        put_text(&b, k == 0 ? "\n    {" : ",\n    {", "name", files[k].name);
        buf_printf(&b, ", \"bytes\": %zu", files[k].bytes.n);
        put_text(&b, ", ", "sha256", pack_hash(a, files[k].bytes));
        buf_ch(&b, '}');
    }
    buf_z(&b, "\n  ]\n}\n");
    return buf_text(&b);
}

struct str pack_write(struct arena *a, const struct pack_about *about, const struct archive_file *files, size_t count, const struct pack_key *key)
{
    unsigned char secret[crypto_sign_SECRETKEYBYTES], public_key[PACK_KEY_BYTES];
    unsigned char *signature = arena_alloc(a, crypto_sign_BYTES);
    struct archive_file *all = ARENA_ARRAY(a, count + 3, struct archive_file);
    for (size_t k = 0; k < count; k++)
        all[k] = files[k];
    all[count] = (struct archive_file){S(KEY), pack_key_pem(a, key->public_key)};
    struct str manifest = manifest_of(a, about, all, count + 1, key);
    from_seed(key->seed, public_key, secret);
    crypto_sign_detached(signature, NULL, (const unsigned char *)manifest.p, manifest.n, secret);
    sodium_memzero(secret, sizeof secret);
    all[count + 1] = (struct archive_file){S(MANIFEST), manifest};
    all[count + 2] = (struct archive_file){S(SIGNATURE), {(const char *)signature, crypto_sign_BYTES}};
    return archive_write(a, all, count + 3);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

struct reader {
    struct arena *a;
    struct problems *p;
    struct pack *out;
    bool *listed; /* one for each file */
};

struct str pack_file(const struct pack *p, const char *name)
{
    for (size_t k = 0; k < p->file_count; k++)
        if (str_eq_z(p->files[k].name, name))
            return p->files[k].bytes;
    return STR_NONE;
}

static void discard(void *json)
{
    json_decref(json);
}

json_t *pack_json(struct arena *a, struct str text, size_t values_most)
{
    json_error_t error;
    struct json_shape shape = json_shape(text);
    if (text.p == NULL || shape.depth > DEPTH_MOST || shape.values > values_most)
        return NULL;
    json_t *o = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &error);
    if (o != NULL)
        arena_defer(a, discard, o);
    return json_is_object(o) ? o : NULL;
}

struct str pack_json_text(const json_t *o, const char *key)
{
    json_t *v = json_object_get(o, key);
    return json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)} : STR_NONE;
}

static bool read_day(const json_t *o, const char *key, int64_t *day)
{
    struct str s = pack_json_text(o, key);
    return s.p != NULL && day_parse(s, day);
}

static bool read_about(const json_t *o, struct pack_about *out)
{
    const json_t *programme = json_object_get(o, "programme"), *period = json_object_get(o, "period"), *template = json_object_get(o, "template");
    out->programme = pack_json_text(programme, "code");
    out->programme_title = pack_json_text(programme, "title");
    out->template = pack_json_text(template, "code");
    out->template_version = json_integer_value(json_object_get(template, "version"));
    out->language = pack_json_text(o, "language");
    out->software = pack_json_text(o, "software");
    struct str as_of = pack_json_text(o, "as_of");
    return str_eq_z(pack_json_text(o, "format"), PACK_FORMAT) && out->programme.p != NULL && out->programme_title.p != NULL && out->template.p != NULL &&
           out->language.p != NULL && out->software.p != NULL && pack_json_text(o, "key").p != NULL && read_day(period, "from", &out->from_day) &&
           read_day(period, "until", &out->until_day) && as_of.p != NULL && instant_parse(as_of, &out->as_of);
}

/* One entry of the manifest against its file. */
static void check_file(struct reader *r, const json_t *entry)
{
    struct str name = pack_json_text(entry, "name"), hash = pack_json_text(entry, "sha256");
    const json_t *bytes = json_object_get(entry, "bytes");
    if (name.p == NULL || hash.p == NULL || !json_is_integer(bytes)) {
        problems_add(r->p, S(MANIFEST), 0, S(""), M_pack_manifest_bad, NULL);
        return;
    }
    r->out->listed++;
    for (size_t k = 0; k < r->out->file_count; k++) {
        const struct archive_file *f = &r->out->files[k];
        if (!str_eq(f->name, name))
            continue;
        if (r->listed[k]) {
            problems_add(r->p, name, 0, S(""), M_pack_listed_twice, NULL);
            return;
        }
        r->listed[k] = true;
        if ((json_int_t)f->bytes.n != json_integer_value(bytes))
            problems_add(r->p, name, 0, S(""), M_pack_file_size, "%zu, %lld", f->bytes.n, (long long)json_integer_value(bytes));
        else if (!str_eq(pack_hash(r->a, f->bytes), hash))
            problems_add(r->p, name, 0, S(""), M_pack_file_changed, NULL);
        return;
    }
    problems_add(r->p, utf8_clip(name, ARCHIVE_NAME_MOST), 0, S(""), M_pack_file_missing, NULL);
}

static void check_manifest(struct reader *r, struct str manifest)
{
    json_t *o = pack_json(r->a, manifest, MANIFEST_VALUES_MOST), *files = json_object_get(o, "files"), *entry;
    size_t k;
    if (o == NULL || !read_about(o, &r->out->about) || !json_is_array(files)) {
        problems_add(r->p, S(MANIFEST), 0, S(""), M_pack_manifest_bad, NULL);
        return;
    }
    json_array_foreach(files, k, entry)
        check_file(r, entry);
    for (k = 0; k < r->out->file_count; k++)
        if (!r->listed[k] && !str_eq_z(r->out->files[k].name, MANIFEST) && !str_eq_z(r->out->files[k].name, SIGNATURE))
            problems_add(r->p, r->out->files[k].name, 0, S(""), M_pack_file_unlisted, NULL);
    if (r->out->has_key && !str_eq(pack_json_text(o, "key"), r->out->fingerprint))
        problems_add(r->p, S(KEY), 0, S(""), M_pack_key_other, NULL);
}

static void check_signature(struct reader *r, struct str manifest, const unsigned char *key)
{
    struct str signature = pack_file(r->out, SIGNATURE);
    if (signature.p == NULL || (key == NULL && !r->out->has_key))
        return; /* that it is missing was told */
    if (signature.n != crypto_sign_BYTES ||
        crypto_sign_verify_detached((const unsigned char *)signature.p, (const unsigned char *)manifest.p, manifest.n, key != NULL ? key : r->out->public_key) != 0)
        problems_add(r->p, S(SIGNATURE), 0, S(""), key != NULL ? M_pack_signature_other : M_pack_signature_bad, NULL);
}

static void read_key(struct reader *r)
{
    struct str pem = pack_file(r->out, KEY);
    if (pem.p == NULL)
        return;
    r->out->has_key = pack_key_read(r->a, pem, r->out->public_key);
    if (r->out->has_key)
        r->out->fingerprint = pack_fingerprint(r->a, r->out->public_key);
    else
        problems_add(r->p, S(KEY), 0, S(""), M_pack_key_bad, NULL);
}

void pack_read(struct arena *a, struct str bytes, const unsigned char *key, struct problems *p, struct pack *out)
{
    static const char *const needed[] = {MANIFEST, SIGNATURE, KEY, PACK_DATA};
    struct archive_file *files;
    struct err e = {0};
    *out = (struct pack){.fingerprint = S("")};
    if (bytes.n > PACK_BYTES_MOST) {
        problems_add(p, S(""), 0, S(""), M_pack_too_large, "%zu", PACK_BYTES_MOST >> 20);
        return;
    }
    if (archive_read(a, bytes, &files, &out->file_count, &e) != RC_OK) {
        problems_add(p, S(""), 0, S(""), e.msg, "%s", e.detail);
        if (e.rc != RC_MALFORMED)
            return;
    }
    out->files = files;
    struct reader r = {.a = a, .p = p, .out = out, .listed = ARENA_ARRAY(a, out->file_count, bool)};
    for (size_t k = 0; k < COUNT_OF(needed); k++)
        if (pack_file(out, needed[k]).p == NULL)
            problems_add(p, str_from(needed[k]), 0, S(""), M_pack_file_missing, NULL);
    read_key(&r);
    struct str manifest = pack_file(out, MANIFEST);
    if (manifest.p == NULL)
        return;
    check_manifest(&r, manifest);
    check_signature(&r, manifest, key);
}
