/* Unicode text: is it well-formed, how long is it, by what key is it found and sorted. Text from outside is checked
 * with utf8_valid or utf8_is_text where it comes in; everything behind that may assume UTF-8. */
#ifndef CADRE_BASE_UTF8_H
#define CADRE_BASE_UTF8_H

#include "base/str.h"

/* Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. The empty text and no value are valid.
 */
bool utf8_valid(struct str s);
/* The number of leading bytes that are well-formed; s.n when all are. */
size_t utf8_valid_prefix(struct str s);
/* Valid, and without control characters other than tab, LF and CR: what people write. NUL cannot be stored on
 * PostgreSQL. */
bool utf8_is_text(struct str s);
/* The text with every byte that is not part of well-formed UTF-8, and every control character, replaced by U+FFFD. s
 * itself when there is none; else in the arena. For showing what was wrong, never for storing. */
struct str utf8_clean(struct arena *a, struct str s);

/* Takes the first character off valid UTF-8; false at its end. */
bool utf8_take(struct str *s, uint32_t *c);
/* Characters (code points) in valid UTF-8. */
size_t utf8_count(struct str s);
/* The longest beginning of valid UTF-8 with at most max characters; never ends between a letter and its accent. */
struct str utf8_truncate(struct str s, size_t max);
/* The longest beginning with at most max bytes that does not cut a character. */
struct str utf8_clip(struct str s, size_t max);

/* The key under which a name is searched and sorted: compatibility forms made one, case folded, accents and strokes
 * taken off ("Łukasz  Müller" and "lukasz muller" have one key), runs of white space one space, none at the ends.
 * Folding a key gives the key. Vowel signs of scripts that need them stay. In the arena; bad bytes fold to U+FFFD; no
 * value stays no value. */
struct str utf8_fold(struct arena *a, struct str s);

/* Is the character part of a word: a letter, a mark on one, or a digit, in any script. And is it a space within a line or the end of one. */
bool utf8_is_letter(uint32_t c);
bool utf8_is_space(uint32_t c);

#endif
