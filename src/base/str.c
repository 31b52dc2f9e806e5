/* The str functions: see str.h. */
#include "base/str.h"

#include <errno.h>
#include <locale.h>

struct str str_from(const char *z)
{
    return (struct str){z, z != NULL ? strlen(z) : 0};
}

struct str str_dup(struct arena *a, struct str s)
{
    if (s.p == NULL)
        return s;
    char *p = arena_alloc_raw(a, s.n + 1);
    memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return (struct str){p, s.n};
}

const char *str_z(struct arena *a, struct str s)
{
    return s.p == NULL ? "" : str_dup(a, s).p;
}

struct str str_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    ASSERT(n >= 0);
    char *p = arena_alloc_raw(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct str){p, (size_t)n};
}

struct str str_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct str s = str_vprintf(a, fmt, ap);
    va_end(ap);
    return s;
}

struct str str_concat(struct arena *a, struct str x, struct str y)
{
    char *p = arena_alloc_raw(a, x.n + y.n + 1);
    if (x.n != 0)
        memcpy(p, x.p, x.n);
    if (y.n != 0)
        memcpy(p + x.n, y.p, y.n);
    p[x.n + y.n] = '\0';
    return (struct str){p, x.n + y.n};
}

bool str_empty(struct str s)
{
    return s.n == 0;
}

bool str_eq(struct str x, struct str y)
{
    return x.n == y.n && (x.n == 0 || memcmp(x.p, y.p, x.n) == 0);
}

bool str_eq_z(struct str x, const char *z)
{
    return str_eq(x, str_from(z));
}

static unsigned char ascii_lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_eq_nocase(struct str x, struct str y)
{
    if (x.n != y.n)
        return false;
    for (size_t i = 0; i < x.n; i++)
        if (ascii_lower(x.p[i]) != ascii_lower(y.p[i]))
            return false;
    return true;
}

int str_cmp(struct str x, struct str y)
{
    size_t n = x.n < y.n ? x.n : y.n;
    int c = n != 0 ? memcmp(x.p, y.p, n) : 0;
    if (c != 0)
        return c;
    return x.n < y.n ? -1 : x.n > y.n;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + (s.n - suffix.n), suffix.p, suffix.n) == 0);
}

bool str_find(struct str s, struct str needle, size_t *at)
{
    if (needle.n > s.n)
        return false;
    const char *hit = needle.n == 0 ? s.p : memmem(s.p, s.n, needle.p, needle.n);
    if (hit == NULL && needle.n != 0)
        return false;
    if (at != NULL)
        *at = needle.n == 0 ? 0 : (size_t)(hit - s.p);
    return true;
}

struct str str_sub(struct str s, size_t from, size_t n)
{
    if (from > s.n)
        from = s.n;
    if (n > s.n - from)
        n = s.n - from;
    return (struct str){s.p != NULL ? s.p + from : NULL, n};
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.n != 0 && is_space(s.p[0]))
        s = str_sub(s, 1, s.n);
    while (s.n != 0 && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool str_cut(struct str *rest, char sep, struct str *part)
{
    if (rest->p == NULL)
        return false;
    const char *hit = rest->n != 0 ? memchr(rest->p, sep, rest->n) : NULL;
    if (hit == NULL) {
        *part = *rest;
        *rest = STR_NONE;
        return true;
    }
    size_t n = (size_t)(hit - rest->p);
    *part = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n + 1, rest->n);
    return true;
}

bool str_line(struct str *rest, struct str *line)
{
    if (rest->n == 0)
        return false;
    bool cut = str_cut(rest, '\n', line);
    if (cut && line->n != 0 && line->p[line->n - 1] == '\r')
        line->n--;
    return cut;
}

bool str_to_int(struct str s, int64_t *out)
{
    bool negative = s.n != 0 && s.p[0] == '-';
    size_t i = negative ? 1 : 0;
    if (i == s.n)
        return false;
    int64_t v = 0;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        int digit = s.p[i] - '0';
        if (__builtin_mul_overflow(v, (int64_t)10, &v) ||
            __builtin_add_overflow(v, negative ? -(int64_t)digit : (int64_t)digit, &v))
            return false;
    }
    *out = v;
    return true;
}

bool str_to_real(struct str s, double *out)
{
    char tmp[64];
    if (s.n == 0 || s.n >= sizeof tmp || is_space(s.p[0]))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (strchr("+-.eE0123456789", s.p[i]) == NULL || s.p[i] == '\0')
            return false;
    memcpy(tmp, s.p, s.n);
    tmp[s.n] = '\0';
    char *end = NULL;
    errno = 0;
    double v = strtod(tmp, &end); /* the process never leaves the C locale for numbers */
    if (end != tmp + s.n || !(v - v == 0.0))
        return false;
    *out = v;
    return true;
}

uint64_t str_hash(struct str s)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return h;
}
