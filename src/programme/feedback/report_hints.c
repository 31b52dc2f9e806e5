/* What in a comment could tell who wrote it; see report.h. Word by word, against lists in the catalogs of all languages, since raters
 * write in any of them. It errs on the side of the rater: what it points out without need is not shown, what it misses is. */
#include "base/utf8.h"
#include "gen/msg_report.h"
#include "programme/feedback/report_inside.h"

#define NAME_SHORT 2 /* characters of a part of a name that counts only as it is written: "An", "Li" */
#define PARTS_MOST 512
#define ROOT_LEAST 4 /* characters that a word has in common with a group's title: "nurse", "nurses" */

/* Bytes of a word's next character, 0 where there is none: letters and digits of ASCII, and all else but general punctuation
 * (U+0080 to U+00BF, U+2000 to U+206F). */
static size_t word_char(struct str s, size_t at)
{
    unsigned char ch = (unsigned char)s.p[at], next = at + 1 < s.n ? (unsigned char)s.p[at + 1] : 0;
    if (ch < 0x80)
        return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
    if (ch == 0xC2 || (ch == 0xE2 && (next == 0x80 || next == 0x81)))
        return 0;
    return 1;
}

static size_t gap_char(struct str s, size_t at)
{
    unsigned char ch = (unsigned char)s.p[at];
    return ch == 0xC2 ? 2 : ch == 0xE2 ? 3 : 1;
}

/* The next word of a text. */
static bool next_word(struct str *rest, struct str *word)
{
    size_t from = 0, to, n;
    while (from < rest->n && word_char(*rest, from) == 0)
        from += gap_char(*rest, from);
    from = from < rest->n ? from : rest->n;
    for (to = from; to < rest->n && (n = word_char(*rest, to)) != 0;)
        to += n;
    *word = str_sub(*rest, from, to - from);
    *rest = str_sub(*rest, to, rest->n - to);
    return word->n != 0;
}

static bool list_has(struct str list, struct str word)
{
    struct str one;
    while (str_cut(&list, ' ', &one))
        if (str_eq(one, word))
            return true;
    return false;
}

/* Is it in the list of any language. The lists are written folded: small letters, no accents. */
static bool listed(msg_id id, struct str word)
{
    for (int lang = 0; lang < lang_count(); lang++)
        if (list_has(msg_text(lang, id), word))
            return true;
    return false;
}

/* Does one of the phrases, which are parted by "|", stand in the folded text, beginning and ending with whole words. */
static bool phrase_in(struct arena *a, msg_id id, struct str folded)
{
    struct buf b = buf_new(a, folded.n + 2), p = buf_new(a, 32);
    struct str rest = folded, word, phrase;
    buf_ch(&b, ' ');
    while (next_word(&rest, &word)) {
        buf_str(&b, word);
        buf_ch(&b, ' ');
    }
    for (int lang = 0; lang < lang_count(); lang++)
        for (struct str list = msg_text(lang, id); str_cut(&list, '|', &phrase);) {
            p.n = 0;
            buf_ch(&p, ' ');
            buf_str(&p, phrase);
            buf_ch(&p, ' ');
            if (str_find(buf_text(&b), buf_text(&p), NULL))
                return true;
        }
    return false;
}

/* "may" and "march" are months only with a capital inside a sentence. */
static bool month_by_capital(struct str words, const char *month)
{
    size_t at, from = 0, n = strlen(month);
    while (str_find(str_sub(words, from, words.n - from), (struct str){month, n}, &at)) {
        size_t begin = from + at, before = begin;
        from = begin + n;
        if (from < words.n && ((words.p[from] >= 'a' && words.p[from] <= 'z') || ((unsigned char)words.p[from] & 0x80) != 0))
            continue;
        while (before > 0 && words.p[before - 1] == ' ')
            before--;
        if (before > 0 && before < begin && words.p[before - 1] != '.' && words.p[before - 1] != '!' && words.p[before - 1] != '?' && words.p[before - 1] != '\n')
            return true;
    }
    return false;
}

static bool has_digit(struct str folded)
{
    for (size_t k = 0; k < folded.n; k++)
        if (folded.p[k] >= '0' && folded.p[k] <= '9')
            return true;
    return false;
}

/* The parts of all names, or of all titles: folded, and as they are written. */
struct parts {
    struct str *folded, *written;
    size_t count;
};

static void add_parts(struct arena *a, struct parts *p, struct str text)
{
    struct str rest = text, part;
    while (p->count < PARTS_MOST && next_word(&rest, &part)) {
        p->folded[p->count] = utf8_fold(a, part);
        p->written[p->count++] = part;
    }
}

static struct parts parts_new(struct arena *a)
{
    return (struct parts){ARENA_ARRAY(a, PARTS_MOST, struct str), ARENA_ARRAY(a, PARTS_MOST, struct str), 0};
}

static bool names_somebody(struct str word, struct str folded, const struct parts *names)
{
    for (size_t k = 0; k < names->count; k++) {
        struct str part = names->folded[k];
        if (part.n <= NAME_SHORT ? str_eq(names->written[k], word) : str_eq(part, folded) || (folded.n == part.n + 1 && folded.p[part.n] == 's' && str_starts(folded, part)))
            return true;
    }
    return false;
}

/* "nurse" for a group "Nurses and midwives": one begins with the other, but for small words. */
static bool names_group(struct str word, const struct parts *titles)
{
    for (size_t k = 0; k < titles->count; k++) {
        struct str part = titles->folded[k];
        if (part.n >= ROOT_LEAST && word.n >= ROOT_LEAST && (str_starts(part, word) || str_starts(word, part)))
            return true;
    }
    return false;
}

unsigned report_hints(struct arena *a, struct str words, const struct str *names, size_t name_count, const struct feedback_group *groups, size_t group_count)
{
    unsigned hints = 0;
    struct str folded = utf8_fold(a, words), rest = words, word;
    struct parts people = parts_new(a), titles = parts_new(a);
    for (size_t k = 0; k < name_count; k++)
        add_parts(a, &people, names[k]);
    for (size_t k = 0; k < group_count; k++)
        add_parts(a, &titles, groups[k].title);
    if (str_find(folded, S("@"), NULL) || str_find(folded, S("http"), NULL) || str_find(folded, S("www."), NULL))
        hints |= REPORT_HINT_ADDRESS;
    if (has_digit(folded))
        hints |= REPORT_HINT_NUMBER;
    if (phrase_in(a, M_report_phrases_role, folded))
        hints |= REPORT_HINT_ROLE;
    if (phrase_in(a, M_report_phrases_date, folded) || month_by_capital(words, "May") || month_by_capital(words, "March"))
        hints |= REPORT_HINT_DATE;
    while (next_word(&rest, &word)) {
        struct str key = utf8_fold(a, word);
        if (listed(M_report_words_date, key))
            hints |= REPORT_HINT_DATE;
        if (names_somebody(word, key, &people))
            hints |= REPORT_HINT_NAME;
        if (names_group(key, &titles))
            hints |= REPORT_HINT_ROLE;
    }
    return hints;
}
