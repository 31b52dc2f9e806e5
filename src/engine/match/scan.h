/* Reading numbers from the plain text formats: a pointer that walks over the bytes, line by line, and knows the line
 * for messages. Used by the readers of .hr and .asg files alone. */
#ifndef CADRE_ENGINE_MATCH_SCAN_H
#define CADRE_ENGINE_MATCH_SCAN_H

#include "base/err.h"

struct scan {
    const char *at;
    const char *end;
    size_t line; /* from 1 */
};

static inline struct scan scan_new(struct str text)
{
    if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
        text = str_sub(text, 3, text.n - 3);
    return (struct scan){text.p, text.p + text.n, 1};
}

static inline bool scan_is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* Blanks and a comment; stops at the line's end. */
static inline void scan_blanks(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\r'))
        s->at++;
    if (s->at < s->end && *s->at == '#') {
        const char *lf = memchr(s->at, '\n', (size_t)(s->end - s->at));
        s->at = lf != NULL ? lf : s->end;
    }
}

static inline bool scan_line_over(struct scan *s)
{
    scan_blanks(s);
    return s->at == s->end || *s->at == '\n';
}

/* To the first thing of the next line that holds any. False at the end of the file. */
static inline bool scan_next_line(struct scan *s)
{
    while (scan_line_over(s)) {
        if (s->at == s->end)
            return false;
        s->at++;
        s->line++;
    }
    return true;
}

/* To the first thing, on this line or a later one. */
#define scan_anywhere scan_next_line

/* A whole number of at most 32 bits at the pointer; it must end at a blank, bracket, comment or line's end. */
static inline bool scan_u32(struct scan *s, uint32_t *out)
{
    const char *p = s->at, *from = p;
    uint64_t v = 0;
    while (p < s->end && scan_is_digit(*p) && v <= UINT32_MAX)
        v = v * 10 + (uint64_t)(*p++ - '0');
    if (p == from || v > UINT32_MAX)
        return false;
    if (p < s->end && *p != ' ' && *p != '\n' && *p != '\r' && *p != '\t' && *p != ')' && *p != '(' && *p != '#')
        return false;
    s->at = p;
    *out = (uint32_t)v;
    return true;
}

/* What stands at the pointer, cut short, for a message. */
static inline struct str scan_word(const struct scan *s)
{
    size_t n = 0, room = (size_t)(s->end - s->at);
    while (n < room && n < 20 && (unsigned char)s->at[n] > ' ' && (unsigned char)s->at[n] < 0x7f)
        n++;
    return n != 0 ? (struct str){s->at, n} : S("the end of the line");
}

/* How many numbers a text holds at most: room is made once, before reading. */
static inline size_t scan_count(struct str text)
{
    size_t count = 0;
    bool inside = false;
    for (size_t i = 0; i < text.n; i++) {
        bool digit = scan_is_digit(text.p[i]);
        count += digit && !inside;
        inside = digit;
    }
    return count;
}

#define scan_fail(s, e, ...) scan_fail_(s, e, __VA_ARGS__)
PRINTF_LIKE(3, 4) static inline enum rc scan_fail_(const struct scan *s, struct err *e, const char *fmt, ...)
{
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_set(e, RC_INVALID, 0, "line %zu: %s", s->line, text);
}

#endif
