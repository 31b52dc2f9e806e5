/* Reading zip files with libzip: see zip.h. The sizes that the directory claims are checked against each other and
 * against the file before memory is taken for them; what an entry really holds is checked against its claim. */
#include "base/zip.h"

#include <sys/stat.h>
#include <zip.h>

#include "base/utf8.h"
#include "gen/msg_file.h"

#define NAME_MAX_BYTES 255

const struct unzip_limits unzip_default_limits = {
    .entries = 1000,
    .entry_bytes = (uint64_t)64 << 20,
    .total_bytes = (uint64_t)256 << 20,
    .ratio = 200,
    .ratio_from = (uint64_t)1 << 20,
};

/* What the entries add up to. */
struct sums {
    uint64_t size;
    uint64_t compressed;
};

static void discard(void *handle)
{
    zip_discard(handle);
}

static bool name_safe(struct str name)
{
    if (name.n == 0 || name.n > NAME_MAX_BYTES || name.p[0] == '/' || !utf8_is_text(name) ||
        memchr(name.p, '\\', name.n) != NULL || (name.n > 1 && name.p[1] == ':'))
        return false;
    struct str rest = name, part;
    while (str_cut(&rest, '/', &part))
        if (str_eq(part, S("..")) || str_eq(part, S(".")) || (part.n == 0 && rest.p != NULL))
            return false;
    return true;
}

static bool ends_nocase(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq_nocase(str_sub(s, s.n - suffix.n, suffix.n), suffix);
}

static bool regular(zip_t *zip, uint64_t index)
{
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(zip, index, 0, &system, &attributes) != 0)
        return false;
    if (system != ZIP_OPSYS_UNIX)
        return true;
    mode_t type = (mode_t)(attributes >> 16) & S_IFMT;
    return type == 0 || type == S_IFREG || type == S_IFDIR;
}

static enum rc check_sizes(const zip_stat_t *st, struct str name, size_t file_bytes, const struct unzip_limits *l,
                           struct sums *sum, struct err *e)
{
    if (st->size > l->entry_bytes)
        return err_set(e, RC_TOO_LARGE, M_file_zip_entry_large, "%.*s", STR_ARG(name));
    bool bomb = st->size > l->ratio_from && st->size / l->ratio > st->comp_size;
    if (bomb)
        return err_set(e, RC_TOO_LARGE, M_file_zip_bomb, "%.*s", STR_ARG(name));
    sum->size += st->size; /* at most entries x entry_bytes: cannot overflow */
    if (sum->size > l->total_bytes)
        return err_set(e, RC_TOO_LARGE, M_file_zip_large, NULL);
    /* Entries that share their bytes multiply them: together they cannot be longer than the file. */
    if (st->comp_size > file_bytes || (sum->compressed += st->comp_size) > file_bytes ||
        (st->comp_method == ZIP_CM_STORE && st->comp_size != st->size))
        return err_set(e, RC_MALFORMED, M_file_zip_damaged, "%.*s", STR_ARG(name));
    return RC_OK;
}

static enum rc check_name(const struct unzip *z, struct str name, struct err *e)
{
    if (!name_safe(name))
        return err_set(e, RC_INVALID, M_file_zip_name, "%.*s", STR_ARG(utf8_clean(z->a, utf8_clip(name, 100))));
    for (size_t i = 0; i < z->count; i++)
        if (str_eq_nocase(z->entries[i].name, name))
            return err_set(e, RC_INVALID, M_file_zip_twice, "%.*s", STR_ARG(name));
    if (ends_nocase(name, S(".zip")))
        return err_set(e, RC_INVALID, M_file_zip_nested, "%.*s", STR_ARG(name));
    return RC_OK;
}

static enum rc add_entry(struct unzip *z, uint64_t index, size_t file_bytes, const struct unzip_limits *l,
                         struct sums *sum, struct err *e)
{
    const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
    zip_stat_t st;
    zip_stat_init(&st);
    if (zip_stat_index(z->handle, index, 0, &st) != 0 || (st.valid & needed) != needed)
        return err_set(e, RC_MALFORMED, M_file_zip_damaged, NULL);
    struct str name = str_dup(z->a, str_from(st.name));
    TRY(check_name(z, name, e));
    if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && st.encryption_method != ZIP_EM_NONE)
        return err_set(e, RC_INVALID, M_file_zip_encrypted, "%.*s", STR_ARG(name));
    if (!regular(z->handle, index))
        return err_set(e, RC_INVALID, M_file_zip_link, "%.*s", STR_ARG(name));
    if (st.comp_method != ZIP_CM_STORE && st.comp_method != ZIP_CM_DEFLATE)
        return err_set(e, RC_UNSUPPORTED, M_file_zip_method, "%.*s", STR_ARG(name));
    TRY(check_sizes(&st, name, file_bytes, l, sum, e));
    bool folder = name.p[name.n - 1] == '/';
    if (!folder)
        z->entries[z->count++] = (struct unzip_entry){name, (size_t)st.size, index};
    return RC_OK;
}

static zip_t *open_bytes(struct str bytes)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_t *zip = NULL;
    zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
    if (source != NULL) {
        zip = zip_open_from_source(source, ZIP_RDONLY, &error);
        if (zip == NULL)
            zip_source_free(source);
    }
    zip_error_fini(&error);
    return zip;
}

enum rc unzip_open(struct arena *a, struct str bytes, const struct unzip_limits *limits, struct unzip **out,
                   struct err *e)
{
    const struct unzip_limits *l = limits != NULL ? limits : &unzip_default_limits;
    *out = NULL;
    if (!str_starts(bytes, S("PK\x03\x04")) && !str_starts(bytes, S("PK\x05\x06")))
        return err_set(e, RC_UNSUPPORTED, M_file_zip_not, NULL);
    struct unzip *z = ARENA_NEW(a, struct unzip);
    z->a = a;
    zip_t *zip = open_bytes(bytes);
    if (zip == NULL)
        return err_set(e, RC_MALFORMED, M_file_zip_damaged, NULL);
    z->handle = zip;
    arena_defer(a, discard, zip);

    zip_int64_t count = zip_get_num_entries(zip, 0);
    if (count < 0)
        return err_set(e, RC_MALFORMED, M_file_zip_damaged, NULL);
    if ((uint64_t)count > l->entries)
        return err_set(e, RC_TOO_LARGE, M_file_zip_entries, "%zu", l->entries);
    z->entries = ARENA_ARRAY(a, (size_t)count, struct unzip_entry);
    struct sums sum = {0, 0};
    for (uint64_t i = 0; i < (uint64_t)count; i++)
        TRY(add_entry(z, i, bytes.n, l, &sum, e));
    *out = z;
    return RC_OK;
}

const struct unzip_entry *unzip_find(const struct unzip *z, struct str name)
{
    for (size_t i = 0; i < z->count; i++)
        if (str_eq(z->entries[i].name, name))
            return &z->entries[i];
    return NULL;
}

/* Exactly size bytes; the read after them ends the entry and makes libzip compare the checksum. */
static bool read_whole(zip_file_t *file, char *p, size_t size)
{
    size_t n = 0;
    while (n < size) {
        zip_int64_t got = zip_fread(file, p + n, size - n);
        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    char beyond;
    return zip_fread(file, &beyond, 1) == 0;
}

enum rc unzip_read(struct unzip *z, const struct unzip_entry *entry, struct str *out, struct err *e)
{
    *out = STR_NONE;
    zip_file_t *file = zip_fopen_index(z->handle, entry->index, 0);
    if (file == NULL)
        return err_set(e, RC_MALFORMED, M_file_zip_damaged, "%.*s", STR_ARG(entry->name));
    char *p = arena_alloc_raw(z->a, entry->size + 1);
    bool whole = read_whole(file, p, entry->size);
    zip_fclose(file);
    if (!whole)
        return err_set(e, RC_MALFORMED, M_file_zip_damaged, "%.*s", STR_ARG(entry->name));
    p[entry->size] = '\0';
    struct str s = {p, entry->size};
    if (str_starts(s, S("PK\x03\x04")))
        return err_set(e, RC_INVALID, M_file_zip_nested, "%.*s", STR_ARG(entry->name));
    *out = s;
    return RC_OK;
}
