/* Puts files into the binary: `embed OUT.c ROOT dir...` writes the table that base/embedded.h declares, sorted by path,
 * with a gzip variant where that is smaller and an ETag from the bytes. Hidden files are left out. */
#include "tool.h"

#include "base/embedded.h"

#include <dirent.h>
#include <sodium.h>
#include <zlib.h>

struct files {
    struct arena *a;
    struct str *paths;
    size_t count, room;
};

static void files_add(struct files *f, struct str path)
{
    if (f->count == f->room) {
        size_t room = f->room != 0 ? 2 * f->room : 64;
        f->paths = arena_grow(f->a, f->paths, f->room * sizeof *f->paths, room * sizeof *f->paths);
        f->room = room;
    }
    f->paths[f->count++] = path;
}

/* Replaces folders in the list by what they hold, until only files are left; the list is its own work queue. */
static void files_walk(struct files *f, const char *root)
{
    for (size_t i = 0; i < f->count;) {
        const char *full = str_printf(f->a, "%s/%.*s", root, STR_ARG(f->paths[i])).p;
        struct stat st;
        if (stat(full, &st) != 0)
            tool_fail(full, 0, "cannot be read: %s", strerror(errno));
        if (!S_ISDIR(st.st_mode)) {
            i++;
            continue;
        }
        struct str folder = f->paths[i];
        f->paths[i] = f->paths[--f->count];
        DIR *d = opendir(full);
        if (d == NULL)
            tool_fail(full, 0, "cannot be opened: %s", strerror(errno));
        for (struct dirent *e; (e = readdir(d)) != NULL;)
            if (e->d_name[0] != '.')
                files_add(f, str_printf(f->a, "%.*s/%s", STR_ARG(folder), e->d_name));
        closedir(d);
    }
}

static int by_path(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* Formats that are compressed already gain nothing worth a second copy. */
static bool is_text(struct str path)
{
    static const char *const kinds[] = {".css", ".js",   ".svg",  ".txt", ".md",         ".csv",
                                        ".sql", ".html", ".json", ".xml", ".webmanifest"};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_ends(path, str_from(kinds[i])))
            return true;
    return false;
}

static struct str gzip(struct arena *a, struct str in)
{
    z_stream z = {0};
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        tool_fail("embed", 0, "zlib does not start");
    size_t room = deflateBound(&z, in.n);
    char *out = arena_alloc(a, room);
    z.next_in = (Bytef *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        tool_fail("embed", 0, "zlib does not finish");
    size_t n = z.total_out;
    deflateEnd(&z);
    return (struct str){out, n};
}

static void write_bytes(struct buf *b, const char *kind, size_t i, struct str bytes)
{
    buf_printf(b, "static const unsigned char %s_%zu[] = {", kind, i);
    for (size_t k = 0; k < bytes.n; k++)
        buf_printf(b, "%s%u,", k % 32 == 0 ? "\n" : "", (unsigned)(unsigned char)bytes.p[k]);
    buf_z(b, bytes.n == 0 ? "0};\n" : "\n};\n"); /* C has no empty array */
}

static void write_file(struct arena *a, const char *root, struct str path, size_t i, struct buf *data,
                       struct buf *table)
{
    struct str bytes = tool_read(a, str_printf(a, "%s/%.*s", root, STR_ARG(path)).p);
    unsigned char hash[crypto_generichash_BYTES_MIN];
    char etag[2 * sizeof hash + 1];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)bytes.p, bytes.n, NULL, 0);
    sodium_bin2hex(etag, sizeof etag, hash, sizeof hash);
    struct str packed = is_text(path) ? gzip(a, bytes) : STR_NONE;
    bool pays = packed.p != NULL && packed.n < bytes.n;

    write_bytes(data, "file", i, bytes);
    if (pays)
        write_bytes(data, "gzip", i, packed);
    buf_z(table, "    {S_INIT(\"");
    tool_quote(table, path);
    buf_printf(table, "\"), {(const char *)file_%zu, %zu}, ", i, bytes.n);
    if (pays)
        buf_printf(table, "{(const char *)gzip_%zu, %zu}, ", i, packed.n);
    else
        buf_z(table, "{NULL, 0}, ");
    buf_printf(table, "S_INIT(\"\\\"%s\\\"\")},\n", etag);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: embed OUT.c ROOT dir...\n");
        return 2;
    }
    if (sodium_init() < 0)
        tool_fail("embed", 0, "libsodium does not start");
    struct arena *a = arena_new(1 << 20);
    struct files files = {.a = a};
    for (int i = 3; i < argc; i++) {
        struct stat st;
        if (stat(str_printf(a, "%s/%s", argv[2], argv[i]).p, &st) ==
            0) /* a folder that is not there yet holds nothing */
            files_add(&files, str_from(argv[i]));
    }
    files_walk(&files, argv[2]);
    if (files.count != 0)
        qsort(files.paths, files.count, sizeof *files.paths, by_path);

    struct buf out = buf_new(a, 1 << 20), table = buf_new(a, 16384);
    buf_z(&out, "/* Made by tools/embed: do not edit. */\n#include \"base/embedded.h\"\n\n");
    for (size_t i = 0; i < files.count; i++)
        write_file(a, argv[2], files.paths[i], i, &out, &table);
    buf_z(&out, "\nconst struct embedded embedded_files[] = {\n");
    buf_str(&out, buf_text(&table));
    if (files.count == 0)
        buf_z(&out, "    {S_INIT(\"\"), {NULL, 0}, {NULL, 0}, {NULL, 0}},\n");
    buf_printf(&out, "};\nconst size_t embedded_count = %zu;\n", files.count);
    tool_write(a, argv[1], buf_text(&out));
    arena_free(a);
    return 0;
}
