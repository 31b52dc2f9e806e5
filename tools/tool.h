/* What the generators share: reading a file, writing one only when its text changed, and stopping with file:line. They
 * run at build time, so a failure ends the program. */
#ifndef CADRE_TOOLS_TOOL_H
#define CADRE_TOOLS_TOOL_H

#include "base/buf.h"

#include <errno.h>
#include <sys/stat.h>

#define TOOL_FN __attribute__((unused)) static

/* line 0: about the whole file. */
NORETURN PRINTF_LIKE(3, 4) TOOL_FN void tool_fail(const char *file, int line, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (line > 0)
        fprintf(stderr, "%s:%d: ", file, line);
    else
        fprintf(stderr, "%s: ", file);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

/* The file's bytes, followed by a NUL that is not counted. No value when it cannot be opened. */
TOOL_FN struct str tool_try_read(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return STR_NONE;
    struct buf b = buf_new(a, 16384);
    char chunk[16384];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) != 0;)
        buf_add(&b, chunk, n);
    if (ferror(f) != 0)
        tool_fail(path, 0, "cannot be read: %s", strerror(errno));
    fclose(f);
    buf_ch(&b, '\0');
    return (struct str){b.p, b.n - 1};
}

TOOL_FN struct str tool_read(struct arena *a, const char *path)
{
    struct str s = tool_try_read(a, path);
    if (s.p == NULL)
        tool_fail(path, 0, "cannot be opened: %s", strerror(errno));
    return s;
}

/* Makes the folders that path lies in, then the file, unless it holds these bytes already. */
TOOL_FN void tool_write(struct arena *a, const char *path, struct str text)
{
    struct str old = tool_try_read(a, path);
    if (old.p != NULL && str_eq(old, text))
        return;
    char *folder = (char *)(uintptr_t)str_z(a, str_from(path));
    for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST)
            tool_fail(folder, 0, "cannot be made: %s", strerror(errno));
        *slash = '/';
    }
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0)
        tool_fail(path, 0, "cannot be written: %s", strerror(errno));
}

/* "programme/home/list_view.h" -> "PROGRAMME_HOME_LIST_VIEW_H", for include guards. */
TOOL_FN struct str tool_guard(struct arena *a, struct str path)
{
    char *p = arena_alloc(a, path.n + 1);
    for (size_t i = 0; i < path.n; i++) {
        char c = path.p[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        p[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : word ? c : '_';
    }
    return (struct str){p, path.n};
}

/* A C string literal's inside. */
TOOL_FN void tool_quote(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '\n')
            buf_z(b, "\\n");
        else if (c == '"' || c == '\\')
            buf_printf(b, "\\%c", c);
        else if (c < 0x20 || c >= 0x7f || c == '?')
            buf_printf(b, "\\%03o", c);
        else
            buf_ch(b, (char)c);
    }
}

#endif
