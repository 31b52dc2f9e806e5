/* Growing text and the emitters for each context it can stand in: see buf.h. */
#include "base/buf.h"

#include <math.h>

struct buf buf_new(struct arena *a, size_t cap)
{
    struct buf b = {.a = a, .cap = cap != 0 ? cap : 256};
    b.p = arena_alloc_raw(a, b.cap);
    return b;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (n == 0)
        return;
    if (n > b->cap - b->n) {
        size_t cap = b->cap != 0 ? b->cap : 256; /* a zeroed buf with an arena is empty */
        while (n > cap - b->n) {
            ASSERT(cap <= SIZE_MAX / 2);
            cap *= 2;
        }
        b->p = arena_grow(b->a, b->p, b->cap, cap);
        b->cap = cap;
    }
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

void buf_str(struct buf *b, struct str s)
{
    buf_add(b, s.p, s.n);
}

void buf_z(struct buf *b, const char *z)
{
    buf_add(b, z, strlen(z));
}

void buf_ch(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_int(struct buf *b, int64_t v)
{
    char tmp[24];
    size_t at = sizeof tmp;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        tmp[--at] = (char)('0' + u % 10);
        u /= 10;
    } while (u != 0);
    if (v < 0)
        tmp[--at] = '-';
    buf_add(b, tmp + at, sizeof tmp - at);
}

void buf_real(struct buf *b, double v)
{
    if (!isfinite(v)) {
        buf_z(b, "null");
        return;
    }
    char tmp[40];
    for (int digits = 15; digits <= 17; digits++) {
        int n = snprintf(tmp, sizeof tmp, "%.*g", digits, v);
        if (strtod(tmp, NULL) == v || digits == 17) {
            buf_add(b, tmp, (size_t)n);
            return;
        }
    }
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    char tmp[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(tmp, sizeof tmp, fmt, ap);
    va_end(ap);
    ASSERT(n >= 0);
    if ((size_t)n < sizeof tmp) {
        buf_add(b, tmp, (size_t)n);
        return;
    }
    va_start(ap, fmt);
    buf_str(b, str_vprintf(b->a, fmt, ap));
    va_end(ap);
}

void buf_json(struct buf *b, struct str s)
{
    if (s.p == NULL) {
        buf_z(b, "null");
        return;
    }
    buf_ch(b, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(b, s.p + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\') {
            buf_ch(b, '\\');
            buf_ch(b, (char)c);
        } else if (c == '\n') {
            buf_z(b, "\\n");
        } else if (c == '\t') {
            buf_z(b, "\\t");
        } else if (c == '\r') {
            buf_z(b, "\\r");
        } else {
            buf_printf(b, "\\u%04x", c);
        }
    }
    buf_add(b, s.p + from, s.n - from);
    buf_ch(b, '"');
}

static const char *html_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void buf_html(struct buf *b, struct str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *entity = html_entity(s.p[i]);
        if (entity == NULL)
            continue;
        buf_add(b, s.p + from, i - from);
        buf_z(b, entity);
        from = i + 1;
    }
    if (s.n != 0)
        buf_add(b, s.p + from, s.n - from);
}

bool buf_csv_formula(struct str s)
{
    static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
    bool formula = s.n != 0 && strchr("=+-@\t\r\n", s.p[0]) != NULL && s.p[0] != '\0';
    for (size_t i = 0; i < COUNT_OF(wide); i++)
        formula = formula || str_starts(s, str_from(wide[i]));
    return formula;
}

void buf_csv(struct buf *b, struct str s)
{
    bool formula = buf_csv_formula(s);
    double number;
    if (formula && str_to_real(s, &number))
        formula = false;
    bool quote = formula;
    for (size_t i = 0; i < s.n && !quote; i++)
        quote = strchr(",;\t\"\n\r", s.p[i]) != NULL && s.p[i] != '\0'; /* ; and tab: spreadsheets split at them too */
    if (!quote) {
        buf_str(b, s);
        return;
    }
    buf_ch(b, '"');
    if (formula)
        buf_ch(b, '\''); /* a spreadsheet must not run what somebody typed into a name */
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_ch(b, '"');
        buf_ch(b, s.p[i]);
    }
    buf_ch(b, '"');
}

void buf_url(struct buf *b, struct str s)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                     c == '_' || c == '~';
        if (plain) {
            buf_ch(b, (char)c);
        } else {
            buf_ch(b, '%');
            buf_ch(b, hex[c >> 4]);
            buf_ch(b, hex[c & 15]);
        }
    }
}

struct str buf_text(const struct buf *b)
{
    return (struct str){b->p, b->n};
}
