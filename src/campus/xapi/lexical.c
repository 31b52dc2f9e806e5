/* The special data types of xAPI: see lexical.h. */
#include "campus/xapi/lexical.h"

#include "base/clock.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_hex(struct str s, size_t n)
{
    if (s.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (hex_value(s.p[i]) < 0)
            return false;
    return true;
}

bool xapi_is_sha1(struct str s)
{
    return is_hex(s, 40);
}

bool xapi_is_sha2(struct str s)
{
    return is_hex(s, 64) || is_hex(s, 56) || is_hex(s, 96) || is_hex(s, 128);
}

static bool hyphen_at(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

bool xapi_is_uuid(struct str s)
{
    if (s.n != 36)
        return false;
    for (size_t i = 0; i < 36; i++)
        if (hyphen_at(i) ? s.p[i] != '-' : hex_value(s.p[i]) < 0)
            return false;
    int version = hex_value(s.p[14]), variant = hex_value(s.p[19]);
    return version >= 1 && version <= 8 && (variant & 0xc) == 0x8;
}

void xapi_uuid_bytes(struct str s, unsigned char bytes[16])
{
    for (size_t i = 0, k = 0; i + 1 < s.n && k < 16; i += 2) {
        if (hyphen_at(i))
            i++;
        bytes[k++] = (unsigned char)(hex_value(s.p[i]) * 16 + hex_value(s.p[i + 1]));
    }
}

void xapi_uuid_text(const unsigned char bytes[16], char text[37])
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;
    for (size_t i = 0; i < 16; i++) {
        if (hyphen_at(at))
            text[at++] = '-';
        text[at++] = digits[bytes[i] >> 4];
        text[at++] = digits[bytes[i] & 15];
    }
    text[at] = '\0';
}

bool xapi_is_iri(struct str s)
{
    size_t i = 0;
    while (i < s.n && (is_alpha(s.p[i]) || (i > 0 && (is_digit(s.p[i]) || s.p[i] == '+' || s.p[i] == '-' || s.p[i] == '.'))))
        i++;
    if (i == 0 || i + 1 >= s.n || s.p[i] != ':')
        return false;
    for (i++; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= ' ' || c == 0x7f || strchr("<>\"{}|\\^`", c) != NULL)
            return false;
        if (c == '%' && (s.n - i < 3 || hex_value(s.p[i + 1]) < 0 || hex_value(s.p[i + 2]) < 0))
            return false;
    }
    return true;
}

/* RFC 5321 as far as people use it: a local part without white space, one @, a domain of labels. */
bool xapi_is_mailto(struct str s)
{
    struct str scheme = S("mailto:");
    if (!str_starts(s, scheme))
        return false;
    s = str_sub(s, scheme.n, s.n);
    size_t at = s.n;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == ',' || c == ';')
            return false;
        if (c == '@')
            at = i;
    }
    if (at == 0 || at + 1 >= s.n || memchr(s.p, '@', at) != NULL)
        return false;
    struct str domain = str_sub(s, at + 1, s.n), label;
    while (str_cut(&domain, '.', &label)) {
        if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!is_alpha(label.p[i]) && !is_digit(label.p[i]) && label.p[i] != '-' && (unsigned char)label.p[i] < 0x80)
                return false;
    }
    return true;
}

/* ---- languages --------------------------------------------------------------------------------------------------------------- */

static bool all_alpha(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_alpha(s.p[i]))
            return false;
    return true;
}

static bool all_alphanumeric(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_alpha(s.p[i]) && !is_digit(s.p[i]))
            return false;
    return s.n >= 1 && s.n <= 8;
}

/* Which part of a tag comes next; each may only be followed by later ones. */
enum subtag { SUB_LANGUAGE, SUB_EXTLANG, SUB_SCRIPT, SUB_REGION, SUB_VARIANT, SUB_EXTENSION, SUB_PRIVATE };

/* The part that a subtag is, after `at`; SUB_LANGUAGE when it can be none there. */
static enum subtag subtag_of(struct str s, enum subtag at, size_t length)
{
    bool alpha = all_alpha(s);
    if (s.n == 1)
        return s.p[0] == 'x' || s.p[0] == 'X' ? SUB_PRIVATE : SUB_EXTENSION;
    if (alpha && s.n == 3 && at <= SUB_EXTLANG && length <= 3)
        return SUB_EXTLANG;
    if (alpha && s.n == 4 && at < SUB_SCRIPT)
        return SUB_SCRIPT;
    if (at < SUB_REGION && ((alpha && s.n == 2) || (s.n == 3 && is_digit(s.p[0]) && is_digit(s.p[1]) && is_digit(s.p[2]))))
        return SUB_REGION;
    if (at <= SUB_VARIANT && (s.n >= 5 || (s.n == 4 && is_digit(s.p[0]))))
        return SUB_VARIANT;
    return SUB_LANGUAGE;
}

bool xapi_is_language(struct str s)
{
    struct str sub;
    if (s.n == 0 || s.n > 100 || !str_cut(&s, '-', &sub) || !all_alphanumeric(sub))
        return false;
    enum subtag at = SUB_LANGUAGE;
    if (str_eq_nocase(sub, S("x")))
        at = SUB_PRIVATE;
    else if (!(all_alpha(sub) && sub.n >= 2) && !str_eq_nocase(sub, S("i")))
        return false;
    size_t length = sub.n, extlangs = 0;
    bool open = at == SUB_PRIVATE; /* a singleton needs something behind it */
    while (str_cut(&s, '-', &sub)) {
        if (!all_alphanumeric(sub))
            return false;
        if (at == SUB_PRIVATE || (at == SUB_EXTENSION && sub.n > 1)) {
            open = false;
            continue;
        }
        enum subtag next = length == 1 ? SUB_VARIANT : subtag_of(sub, at, length);
        if (next == SUB_LANGUAGE || open || (next == SUB_EXTLANG && ++extlangs > 3))
            return false;
        open = next >= SUB_EXTENSION;
        at = next;
    }
    return !open;
}

/* ---- time ------------------------------------------------------------------------------------------------------------------------ */

/* So many digits at *i as a number. */
static bool digits(struct str s, size_t *i, size_t n, int *value)
{
    if (s.n - *i < n)
        return false;
    *value = 0;
    for (size_t k = 0; k < n; k++, ++*i) {
        if (!is_digit(s.p[*i]))
            return false;
        *value = *value * 10 + (s.p[*i] - '0');
    }
    return true;
}

static bool take(struct str s, size_t *i, char c)
{
    if (*i >= s.n || s.p[*i] != c)
        return false;
    ++*i;
    return true;
}

/* What stands behind the seconds; minutes east of UTC. */
static bool offset(struct str s, size_t i, int *minutes)
{
    *minutes = 0;
    if (i == s.n || ((s.p[i] == 'Z' || s.p[i] == 'z') && i + 1 == s.n))
        return true;
    bool minus = s.p[i] == '-';
    if (!minus && s.p[i] != '+')
        return false;
    i++;
    int h, m = 0;
    if (!digits(s, &i, 2, &h))
        return false;
    if (i < s.n) {
        take(s, &i, ':');
        if (!digits(s, &i, 2, &m))
            return false;
    }
    if (i != s.n || h > 23 || m > 59 || (minus && h == 0 && m == 0))
        return false;
    *minutes = minus ? -(h * 60 + m) : h * 60 + m;
    return true;
}

bool xapi_timestamp(struct str s, int64_t *ms)
{
    size_t i = 0;
    int year, month, day, hour, minute, second = 0, east;
    if (!digits(s, &i, 4, &year) || !take(s, &i, '-') || !digits(s, &i, 2, &month) || !take(s, &i, '-') || !digits(s, &i, 2, &day) ||
        !civil_valid(year, month, day))
        return false;
    if (i == s.n) { /* ISO 8601 calls a day a timestamp too */
        *ms = day_from_civil(year, month, day) * MS_PER_DAY;
        return true;
    }
    if ((s.p[i] != 'T' && s.p[i] != 't' && s.p[i] != ' ') || (i++, !digits(s, &i, 2, &hour)) || !take(s, &i, ':') || !digits(s, &i, 2, &minute))
        return false;
    int64_t fraction = 0, unit = 100;
    if (take(s, &i, ':')) {
        if (!digits(s, &i, 2, &second))
            return false;
        if (take(s, &i, '.') || take(s, &i, ',')) {
            size_t from = i;
            for (; i < s.n && is_digit(s.p[i]); i++, unit /= 10)
                fraction += (s.p[i] - '0') * unit;
            if (i == from)
                return false;
        }
    }
    if (hour > 23 || minute > 59 || second > 60 || !offset(s, i, &east))
        return false;
    *ms = day_from_civil(year, month, day) * MS_PER_DAY + hour * MS_PER_HOUR + (minute - east) * MS_PER_MINUTE + second * MS_PER_SECOND + fraction;
    return true;
}

/* Numbers, each with its letter, in the order of the letters; only the last may have a fraction. Returns how many there were, or -1. */
static int designated(struct str s, const char *letters)
{
    int count = 0;
    bool fraction = false;
    size_t i = 0;
    while (i < s.n) {
        size_t from = i;
        while (i < s.n && is_digit(s.p[i]))
            i++;
        if (i == from || fraction)
            return -1;
        if (i < s.n && (s.p[i] == '.' || s.p[i] == ',')) {
            fraction = true;
            size_t point = i++;
            while (i < s.n && is_digit(s.p[i]))
                i++;
            if (i == point + 1)
                return -1;
        }
        const char *letter = i < s.n && s.p[i] != '\0' ? strchr(letters, s.p[i]) : NULL;
        if (letter == NULL)
            return -1;
        letters = letter + 1;
        i++;
        count++;
    }
    return count;
}

bool xapi_is_duration(struct str s)
{
    if (s.n < 3 || s.p[0] != 'P')
        return false;
    s = str_sub(s, 1, s.n);
    if (s.p[s.n - 1] == 'W')
        return designated(s, "W") == 1;
    struct str date;
    bool timed = memchr(s.p, 'T', s.n) != NULL;
    str_cut(&s, 'T', &date);
    int days = designated(date, "YMD"), hours = timed ? designated(s, "HMS") : 0;
    return days >= 0 && hours >= 0 && days + hours > 0 && (!timed || hours > 0);
}

bool xapi_is_media_type(struct str s)
{
    struct str type, sub = s;
    for (size_t i = 0; i < s.n; i++) /* it becomes a header: no line ends in its parameters */
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    str_cut(&sub, ';', &s);
    s = str_trim(s);
    if (!str_cut(&s, '/', &type) || type.n == 0 || s.n == 0)
        return false;
    for (int side = 0; side < 2; side++, type = s)
        for (size_t i = 0; i < type.n; i++)
            if (!is_alpha(type.p[i]) && !is_digit(type.p[i]) && (type.p[i] == '\0' || strchr("!#$&-^_.+*", type.p[i]) == NULL))
                return false;
    return true;
}
