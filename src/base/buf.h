/* A growing text, in an arena. Used for pages, JSON, CSV, SQL-free output of every kind. What buf_str returns lives as
 * long as the arena but is only valid until the next append. */
#ifndef CADRE_BASE_BUF_H
#define CADRE_BASE_BUF_H

#include "base/str.h"

struct buf {
    struct arena *a;
    char *p;
    size_t n;
    size_t cap;
};

struct buf buf_new(struct arena *a, size_t cap);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_z(struct buf *b, const char *z);
void buf_ch(struct buf *b, char c);
void buf_int(struct buf *b, int64_t v);
void buf_real(struct buf *b, double v);   /* shortest text that reads back as the same double; "null" when not finite */
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_json(struct buf *b, struct str s); /* a quoted JSON string; no value gives null */
void buf_html(struct buf *b, struct str s); /* text or a double-quoted attribute's value, escaped */
void buf_csv(struct buf *b, struct str s);  /* one RFC 4180 field, quoted where needed; a leading = + - @ gets a ' before it */
/* Does it begin as what a spreadsheet takes for a formula: = + - @, the wide forms of Japanese ones, white space before them. */
bool buf_csv_formula(struct str s);
void buf_url(struct buf *b, struct str s);  /* percent-encoded path segment or query value */
struct str buf_text(const struct buf *b);

#endif
