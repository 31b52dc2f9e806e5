/* UTF-8 checks and folding: see utf8.h. The form of well-formed sequences follows the Unicode Standard 15, table 3-7.
 */
#include "base/utf8.h"

#include <utf8proc.h>

#include "base/buf.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

static const unsigned char *bytes(struct str s)
{
    return (const unsigned char *)s.p;
}

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* Length of the well-formed sequence at p (n > 0 bytes left), 0 when there is none. */
static size_t sequence(const unsigned char *p, size_t n)
{
    unsigned char c = p[0];
    if (c < 0x80)
        return 1;
    if (c < 0xC2 || c > 0xF4 || n < 2 || !is_tail(p[1]))
        return 0;
    if (c < 0xE0)
        return 2;
    if (c < 0xF0) {
        if (n < 3 || !is_tail(p[2]) || (c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F))
            return 0;
        return 3;
    }
    if (n < 4 || !is_tail(p[2]) || !is_tail(p[3]) || (c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F))
        return 0;
    return 4;
}

size_t utf8_valid_prefix(struct str s)
{
    const unsigned char *p = bytes(s);
    size_t i = 0;
    while (i < s.n) {
        uint64_t word;
        if (s.n - i >= sizeof word) { /* eight bytes of ASCII at once: nearly all there is */
            memcpy(&word, p + i, sizeof word);
            if ((word & UINT64_C(0x8080808080808080)) == 0) {
                i += sizeof word;
                continue;
            }
        }
        size_t n = sequence(p + i, s.n - i);
        if (n == 0)
            return i;
        i += n;
    }
    return i;
}

bool utf8_valid(struct str s)
{
    return utf8_valid_prefix(s) == s.n;
}

static bool is_control(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

bool utf8_is_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_control((unsigned char)s.p[i]))
            return false;
    return utf8_valid(s);
}

struct str utf8_clean(struct arena *a, struct str s)
{
    if (utf8_is_text(s))
        return s;
    const unsigned char *p = bytes(s);
    struct buf b = buf_new(a, s.n + 16);
    for (size_t i = 0; i < s.n;) {
        size_t n = is_control(p[i]) ? 0 : sequence(p + i, s.n - i);
        if (n == 0) {
            buf_z(&b, REPLACEMENT);
            i++;
        } else {
            buf_add(&b, p + i, n);
            i += n;
        }
    }
    return buf_text(&b);
}

bool utf8_take(struct str *s, uint32_t *c)
{
    utf8proc_int32_t found;
    utf8proc_ssize_t n = s->n != 0 ? utf8proc_iterate((const utf8proc_uint8_t *)s->p, (utf8proc_ssize_t)s->n, &found) : 0;
    if (n <= 0)
        return false;
    *c = (uint32_t)found;
    *s = str_sub(*s, (size_t)n, s->n);
    return true;
}

size_t utf8_count(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += !is_tail((unsigned char)s.p[i]);
    return n;
}

struct str utf8_truncate(struct str s, size_t max)
{
    if (s.n <= max)
        return s;
    const unsigned char *p = bytes(s);
    size_t boundary = 0; /* the end of the last whole grapheme that fits */
    utf8proc_int32_t before = -1, state = 0;
    for (size_t i = 0, count = 0; i < s.n; count++) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate(p + i, (utf8proc_ssize_t)(s.n - i), &c);
        if (n <= 0)
            return (struct str){s.p, boundary};
        if (before == -1 || utf8proc_grapheme_break_stateful(before, c, &state))
            boundary = i;
        if (count == max)
            return (struct str){s.p, boundary};
        before = c;
        i += (size_t)n;
    }
    return s;
}

struct str utf8_clip(struct str s, size_t max)
{
    if (s.n <= max)
        return s;
    while (max > 0 && is_tail((unsigned char)s.p[max]))
        max--;
    return (struct str){s.p, max};
}

/* Marks that a person leaves out when typing a name: accents, Hebrew points, Arabic vowel signs, tone marks. Spacing
 * and vowel signs of Indic scripts are letters to their readers and stay. */
static bool is_accent(utf8proc_int32_t c)
{
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
           (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE20 && c <= 0xFE2F) || (c >= 0x0483 && c <= 0x0489) ||
           (c >= 0x0591 && c <= 0x05C7 && c != 0x05BE && c != 0x05C0 && c != 0x05C3 && c != 0x05C6) ||
           (c >= 0x0610 && c <= 0x061A) || (c >= 0x064B && c <= 0x065F) || c == 0x0670 || (c >= 0x06D6 && c <= 0x06DC);
}

/* Letters whose stroke is part of the letter for Unicode, an accent for whoever types without it. After case folding.
 */
static const char *plain_letter(utf8proc_int32_t c)
{
    switch (c) {
    case 0x00E6:
        return "ae";
    case 0x00F8:
        return "o";
    case 0x0111:
        return "d";
    case 0x0127:
        return "h";
    case 0x0131:
        return "i";
    case 0x0142:
        return "l";
    case 0x0153:
        return "oe";
    case 0x0167:
        return "t";
    default:
        return NULL;
    }
}

static bool is_space(utf8proc_int32_t c)
{
    return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0x1680;
}

static struct str fold_ascii(struct arena *a, struct str s)
{
    char *p = arena_alloc_raw(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (is_space(c)) {
            if (n > 0 && p[n - 1] != ' ')
                p[n++] = ' ';
        } else {
            p[n++] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        }
    }
    n -= n > 0 && p[n - 1] == ' ';
    return (struct str){p, n};
}

/* Code points of s, decomposed and case-folded, in the arena. */
static utf8proc_int32_t *decompose(struct arena *a, struct str s, size_t *count)
{
    const utf8proc_option_t options =
        UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    const utf8proc_ssize_t n = (utf8proc_ssize_t)s.n;
    size_t cap = s.n + 32;
    utf8proc_int32_t *out = ARENA_ARRAY(a, cap, utf8proc_int32_t);
    utf8proc_ssize_t got = utf8proc_decompose(bytes(s), n, out, (utf8proc_ssize_t)cap, options);
    if (got > (utf8proc_ssize_t)cap) { /* ligatures and the like: longer than their bytes */
        cap = (size_t)got;
        out = ARENA_ARRAY(a, cap, utf8proc_int32_t);
        got = utf8proc_decompose(bytes(s), n, out, (utf8proc_ssize_t)cap, options);
    }
    ASSERT(got >= 0); /* the text was made valid, the sizes are far from overflow */
    *count = (size_t)got;
    return out;
}

struct str utf8_fold(struct arena *a, struct str s)
{
    if (s.p == NULL)
        return STR_NONE;
    bool ascii = true;
    for (size_t i = 0; i < s.n && ascii; i++)
        ascii = (unsigned char)s.p[i] < 0x80;
    if (ascii)
        return fold_ascii(a, s);
    if (!utf8_valid(s))
        s = utf8_clean(a, s);

    size_t count = 0, n = 0;
    utf8proc_int32_t *in = decompose(a, s, &count);
    utf8proc_int32_t *out = ARENA_ARRAY(a, count * 2 + 1, utf8proc_int32_t);
    for (size_t i = 0; i < count; i++) {
        utf8proc_int32_t c = in[i];
        const char *plain = plain_letter(c);
        if (is_space(c)) {
            if (n > 0 && out[n - 1] != ' ')
                out[n++] = ' ';
        } else if (plain != NULL) {
            for (; *plain != '\0'; plain++)
                out[n++] = *plain;
        } else if (!is_accent(c)) {
            out[n++] = c;
        }
    }
    n -= n > 0 && out[n - 1] == ' ';

    utf8proc_ssize_t len = utf8proc_normalize_utf32(out, (utf8proc_ssize_t)n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    struct buf b = buf_new(a, s.n + 16);
    for (utf8proc_ssize_t i = 0; i < len; i++) {
        utf8proc_uint8_t tmp[4];
        buf_add(&b, tmp, (size_t)utf8proc_encode_char(out[i], tmp));
    }
    return b.n == 0 ? S("") : buf_text(&b);
}

bool utf8_is_letter(uint32_t c)
{
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return true;
    default:
        return false;
    }
}

bool utf8_is_space(uint32_t c)
{
    return is_space((utf8proc_int32_t)c) || utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ZS;
}
