/* Content files and problems for verbs: see files.h. */
#include "command/files.h"

#include <dirent.h>
#include <sys/stat.h>

#include "base/embedded.h"
#include "base/problems.h"

#define MOST_FILES 5000
#define MOST_BYTES ((size_t)8 * 1024 * 1024)

static int by_path(const void *x, const void *y)
{
    const struct content_file *a = x, *b = y;
    return str_cmp(a->path, b->path);
}

static bool gather_embedded(struct command *c, struct content_file **out, size_t *count)
{
    const struct embedded *first = embedded_first(S("content/"), count);
    *out = ARENA_ARRAY(c->a, *count, struct content_file);
    for (size_t i = 0; i < *count; i++)
        (*out)[i] = (struct content_file){str_sub(first[i].path, sizeof "content/" - 1, first[i].path.n), first[i].bytes};
    return true;
}

/* Folders still to be read, as paths relative to dir; breadth first, so nothing recurses. */
struct walk {
    struct command *c;
    const char *dir;
    struct str folders[MOST_FILES];
    size_t folder_count;
    struct content_file *files;
    size_t file_count;
};

static bool take_entry(struct walk *w, struct str folder, const char *name)
{
    struct arena *a = w->c->a;
    struct stat st;
    if (name[0] == '.')
        return true;
    struct str rel = folder.n != 0 ? str_printf(a, "%.*s/%s", STR_ARG(folder), name) : str_dup(a, str_from(name));
    const char *full = str_printf(a, "%s/%.*s", w->dir, STR_ARG(rel)).p;
    if (lstat(full, &st) != 0 || S_ISLNK(st.st_mode))
        return true; /* a link could lead anywhere */
    if (w->folder_count == MOST_FILES || w->file_count == MOST_FILES) {
        command_say("%s holds more than %d files", w->dir, MOST_FILES);
        return false;
    }
    if (S_ISDIR(st.st_mode)) {
        w->folders[w->folder_count++] = rel;
        return true;
    }
    w->files[w->file_count].path = rel;
    return !S_ISREG(st.st_mode) || command_read_file(w->c, full, MOST_BYTES, &w->files[w->file_count++].bytes);
}

static bool gather_folder(struct command *c, const char *dir, struct content_file **out, size_t *count)
{
    struct walk *w = ARENA_NEW(c->a, struct walk);
    *w = (struct walk){.c = c, .dir = dir, .files = ARENA_ARRAY(c->a, MOST_FILES, struct content_file)};
    w->folders[w->folder_count++] = S("");
    for (size_t i = 0; i < w->folder_count; i++) {
        const char *full = str_printf(c->a, "%s/%.*s", dir, STR_ARG(w->folders[i])).p;
        DIR *d = opendir(full);
        if (d == NULL) {
            command_say("cannot read the folder %s", full);
            return false;
        }
        bool ok = true;
        for (struct dirent *entry; ok && (entry = readdir(d)) != NULL;)
            ok = take_entry(w, w->folders[i], entry->d_name);
        closedir(d);
        if (!ok)
            return false;
    }
    qsort(w->files, w->file_count, sizeof *w->files, by_path);
    *out = w->files;
    *count = w->file_count;
    return true;
}

bool files_gather(struct command *c, const char *dir, struct content_file **out, size_t *count)
{
    return dir != NULL ? gather_folder(c, dir, out, count) : gather_embedded(c, out, count);
}

struct content_file *files_under(struct arena *a, const struct content_file *all, size_t count, struct str prefix, size_t *out_count)
{
    struct content_file *some = ARENA_ARRAY(a, count, struct content_file);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (str_starts(all[i].path, prefix))
            some[n++] = (struct content_file){str_sub(all[i].path, prefix.n, all[i].path.n), all[i].bytes};
    *out_count = n;
    return some;
}

static struct str problem_text(struct arena *a, const struct problem *p)
{
    struct msg_arg args[] = {MSG_TEXT("detail", p->detail.p != NULL ? p->detail : S(""))};
    return msg_format(a, 0, p->msg, args, COUNT_OF(args));
}

static void print_problem_json(struct buf *b, struct str text, const struct problem *p)
{
    buf_z(b, "{\"severity\":");
    buf_json(b, p->severity == PROBLEM_ERROR ? S("error") : S("warning"));
    buf_z(b, ",\"file\":");
    buf_json(b, p->file);
    buf_printf(b, ",\"row\":%zu,\"column\":", p->row);
    buf_json(b, p->column);
    buf_z(b, ",\"text\":");
    buf_json(b, text);
    buf_ch(b, '}');
}

void problems_json(struct buf *b, struct arena *a, const struct problems *p)
{
    buf_printf(b, "\"errors\":%zu,\"warnings\":%zu,\"problems\":[", p->errors, p->warnings);
    for (size_t i = 0; i < p->kept; i++) {
        if (i != 0)
            buf_ch(b, ',');
        print_problem_json(b, problem_text(a, &p->items[i]), &p->items[i]);
    }
    buf_ch(b, ']');
}

/* "people.csv:12: email: text", as compilers write it, with what is known. */
static void print_problem(struct buf *b, struct arena *a, const struct problem *p)
{
    buf_z(b, p->severity == PROBLEM_WARNING ? "warning: " : "");
    buf_str(b, p->file);
    if (p->row != 0)
        buf_printf(b, ":%zu", p->row);
    buf_z(b, p->file.n != 0 || p->row != 0 ? ": " : "");
    buf_str(b, p->column);
    buf_z(b, !str_empty(p->column) ? ": " : "");
    buf_str(b, problem_text(a, p));
    buf_ch(b, '\n');
}

void print_problems(const struct command *c, const struct problems *p)
{
    struct buf b = buf_new(c->a, 4096);
    if (c->json) {
        buf_ch(&b, '{');
        problems_json(&b, c->a, p);
        buf_z(&b, "}\n");
    }
    for (size_t i = 0; i < p->kept && !c->json; i++)
        print_problem(&b, c->a, &p->items[i]);
    if (!c->json && p->errors + p->warnings > p->kept)
        buf_printf(&b, "and %zu more\n", p->errors + p->warnings - p->kept);
    fwrite(b.p, 1, b.n, c->json ? stdout : stderr);
}
