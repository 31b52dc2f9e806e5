/* Text as (pointer, length). A str does not own its bytes and need not end in NUL; whoever hands one out says how long it
 * lives (an arena, a literal, a request). {NULL, 0} is "no value"; {"", 0} is "empty". Text from outside is UTF-8 that was
 * checked where it came in. */
#ifndef CADRE_BASE_STR_H
#define CADRE_BASE_STR_H

#include "base/arena.h"

struct str {
    const char *p;
    size_t n;
};

#define S(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define S_INIT(literal) {"" literal, sizeof(literal) - 1} /* for static tables */
#define STR_NONE ((struct str){NULL, 0})
/* printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).n, ((s).p != NULL ? (s).p : "")

struct str str_from(const char *z);                              /* z may be NULL: no value; shares z's bytes */
struct str str_dup(struct arena *a, struct str s);               /* a copy, also NUL-terminated */
const char *str_z(struct arena *a, struct str s);                /* a NUL-terminated copy; never NULL */
struct str str_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str str_vprintf(struct arena *a, const char *fmt, va_list ap);
struct str str_concat(struct arena *a, struct str x, struct str y);

bool str_empty(struct str s);                                    /* true for no value too */
bool str_eq(struct str x, struct str y);
bool str_eq_z(struct str x, const char *z);
bool str_eq_nocase(struct str x, struct str y);                  /* ASCII only: protocol words, never names */
int str_cmp(struct str x, struct str y);                         /* bytewise, as COLLATE "C" sorts */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_find(struct str s, struct str needle, size_t *at);      /* at may be NULL */
struct str str_sub(struct str s, size_t from, size_t n);         /* clipped to s */
struct str str_trim(struct str s);                               /* ASCII white space off both ends */
/* Cuts the text before the first sep off *rest. False when *rest has no value left; "a,,b" gives a, "", b. */
bool str_cut(struct str *rest, char sep, struct str *part);
/* The next line without its LF or CRLF. False at the end. */
bool str_line(struct str *rest, struct str *line);

bool str_to_int(struct str s, int64_t *out);                     /* decimal, optional '-', whole text, no overflow */
bool str_to_real(struct str s, double *out);                     /* finite, '.' as decimal point, whole text */
uint64_t str_hash(struct str s);                                 /* FNV-1a: tables in memory only */

#endif
