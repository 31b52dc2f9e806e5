/* Writing and reading zip files of one form: see archive.h. The fields are those of PKWARE's APPNOTE, sections 4.3 and 4.4. */
#include "base/archive.h"

#include <zlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "gen/msg_file.h"

#define LOCAL 0x04034b50U
#define CENTRAL 0x02014b50U
#define END 0x06054b50U
#define LOCAL_BYTES 30
#define VERSION_NEEDED 20
#define MADE_BY (3 << 8 | VERSION_NEEDED) /* on Unix: the mode below is one */
#define UTF8_NAME 0x0800
#define FIRST_DAY 0x0021                  /* 1980-01-01 */
#define MODE (0100644U << 16)

static void put2(struct buf *b, uint32_t v)
{
    buf_ch(b, (char)(v & 0xff));
    buf_ch(b, (char)(v >> 8 & 0xff));
}

static void put4(struct buf *b, uint32_t v)
{
    put2(b, v & 0xffff);
    put2(b, v >> 16);
}

static uint32_t get2(const char *p)
{
    return (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8;
}

static uint32_t get4(const char *p)
{
    return get2(p) | get2(p + 2) << 16;
}

/* What the local header and the directory's entry have in common. */
static void put_facts(struct buf *b, const struct archive_file *f)
{
    put2(b, VERSION_NEEDED);
    put2(b, UTF8_NAME);
    put2(b, 0); /* stored */
    put2(b, 0); /* 00:00 */
    put2(b, FIRST_DAY);
    put4(b, (uint32_t)crc32_z(0, (const Bytef *)f->bytes.p, f->bytes.n));
    put4(b, (uint32_t)f->bytes.n);
    put4(b, (uint32_t)f->bytes.n);
    put2(b, (uint32_t)f->name.n);
    put2(b, 0); /* nothing extra */
}

static void put_entry(struct buf *b, const struct archive_file *f, size_t at)
{
    put4(b, CENTRAL);
    put2(b, MADE_BY);
    put_facts(b, f);
    put2(b, 0); /* no remark */
    put2(b, 0); /* one disk */
    put2(b, 0);
    put4(b, MODE);
    put4(b, (uint32_t)at);
    buf_str(b, f->name);
}

static bool name_good(struct str name)
{
    bool begins = true; /* a part of the path */
    for (size_t k = 0; k < name.n; k++) {
        char c = name.p[k];
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && (begins || (c != '_' && c != '-' && c != '.' && c != '/')))
            return false;
        begins = c == '/';
    }
    return name.n != 0 && name.n <= ARCHIVE_NAME_MOST && !begins;
}

static size_t room(const struct archive_file *files, size_t count)
{
    size_t n = 22;
    for (size_t k = 0; k < count; k++)
        n += files[k].bytes.n + 2 * files[k].name.n + LOCAL_BYTES + 46;
    return n;
}

struct str archive_write(struct arena *a, const struct archive_file *files, size_t count)
{
    ASSERT(count <= ARCHIVE_FILES_MOST && room(files, count) <= ARCHIVE_BYTES_MOST);
    size_t *at = ARENA_ARRAY(a, count, size_t);
    struct buf b = buf_new(a, room(files, count));
    for (size_t k = 0; k < count; k++) {
        ASSERT(name_good(files[k].name));
        at[k] = b.n;
        put4(&b, LOCAL);
        put_facts(&b, &files[k]);
        buf_str(&b, files[k].name);
        buf_str(&b, files[k].bytes);
    }
    size_t directory = b.n;
    for (size_t k = 0; k < count; k++)
        put_entry(&b, &files[k], at[k]);
    size_t end = b.n;
    put4(&b, END);
    put4(&b, 0); /* one disk */
    put2(&b, (uint32_t)count);
    put2(&b, (uint32_t)count);
    put4(&b, (uint32_t)(end - directory));
    put4(&b, (uint32_t)directory);
    put2(&b, 0); /* no remark */
    return buf_text(&b);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

static enum rc damaged(struct err *e, size_t at, struct str name)
{
    return err_set(e, RC_MALFORMED, M_file_archive_changed, name.n != 0 ? "%zu (%.*s)" : "%zu", at, STR_ARG(name));
}

static enum rc check_name(struct arena *a, const struct archive_file *files, size_t count, struct str name, struct err *e)
{
    if (!name_good(name))
        return err_set(e, RC_INVALID, M_file_zip_name, "%.*s", STR_ARG(utf8_clean(a, utf8_clip(name, ARCHIVE_NAME_MOST))));
    for (size_t k = 0; k < count; k++)
        if (str_eq(files[k].name, name))
            return err_set(e, RC_INVALID, M_file_zip_twice, "%.*s", STR_ARG(name));
    return RC_OK;
}

/* The file at *at, which is moved behind it. */
static enum rc read_file(struct arena *a, struct str bytes, size_t *at, struct archive_file *files, size_t *count, struct err *e)
{
    const char *p = bytes.p + *at;
    struct str before = *count != 0 ? files[*count - 1].name : S("");
    size_t left = bytes.n - *at;
    if (left < LOCAL_BYTES)
        return damaged(e, *at, before);
    size_t size = get4(p + 18), length = get2(p + 26);
    if (get2(p + 28) != 0 || left - LOCAL_BYTES < length || left - LOCAL_BYTES - length < size)
        return damaged(e, *at, before);
    struct str name = str_sub(bytes, *at + LOCAL_BYTES, length);
    TRY(check_name(a, files, *count, name, e));
    if (get2(p + 8) != 0)
        return err_set(e, RC_INVALID, M_file_archive_packed, "%.*s", STR_ARG(name));
    files[(*count)++] = (struct archive_file){name, str_sub(bytes, *at + LOCAL_BYTES + length, size)};
    *at += LOCAL_BYTES + length + size;
    return RC_OK;
}

/* In which file, or behind all files, a place lies. */
static struct str place_of(const struct archive_file *files, size_t count, size_t at)
{
    size_t end = 0;
    for (size_t k = 0; k < count; k++) {
        end += LOCAL_BYTES + files[k].name.n + files[k].bytes.n;
        if (at < end)
            return files[k].name;
    }
    return S("");
}

enum rc archive_read(struct arena *a, struct str bytes, struct archive_file **out, size_t *count, struct err *e)
{
    struct archive_file *files = ARENA_ARRAY(a, ARCHIVE_FILES_MOST, struct archive_file);
    size_t at = 0;
    *out = files;
    *count = 0;
    if (!str_starts(bytes, S("PK\x03\x04")))
        return err_set(e, RC_UNSUPPORTED, M_file_zip_not, NULL);
    if (bytes.n > ARCHIVE_BYTES_MOST)
        return err_set(e, RC_TOO_LARGE, M_file_zip_large, NULL);
    while (bytes.n - at >= 4 && get4(bytes.p + at) == LOCAL) {
        if (*count == ARCHIVE_FILES_MOST)
            return err_set(e, RC_TOO_LARGE, M_file_zip_entries, "%d", ARCHIVE_FILES_MOST);
        TRY(read_file(a, bytes, &at, files, count, e));
    }
    if (room(files, *count) > ARCHIVE_BYTES_MOST)
        return err_set(e, RC_TOO_LARGE, M_file_zip_large, NULL);
    struct str same = archive_write(a, files, *count);
    for (at = 0; at < bytes.n && at < same.n; at++)
        if (bytes.p[at] != same.p[at])
            return damaged(e, at, place_of(files, *count, at));
    return bytes.n == same.n ? RC_OK : damaged(e, at, S(""));
}
