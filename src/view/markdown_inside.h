/* What the two readers of Markdown share: markdown.c makes HTML of it, pdf_markdown.c blocks of a PDF. */
#ifndef CADRE_VIEW_MARKDOWN_INSIDE_H
#define CADRE_VIEW_MARKDOWN_INSIDE_H

#include <md4c.h>

#include "base/buf.h"

#define MARKDOWN_FLAGS (MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_NOHTML)
#define MARKDOWN_BYTES (96u * 1024u) /* the longest text of a form, 20000 characters, in any script */
#define MARKDOWN_NESTING 64
#define MARKDOWN_SPANS 256
#define MARKDOWN_COLUMNS 64
/* Honest text grows less than tenfold; a short reference to a long address, used often, grows with the square. */
#define MARKDOWN_GROWTH 32u
#define MARKDOWN_GROWTH_BASE (64u * 1024u)

/* "&auml;" and "&#228;" as the character they stand for; what is not known stays as it was typed. */
void markdown_put_entity(struct buf *b, struct str e);
void markdown_put_code_point(struct buf *b, uint32_t c);
/* An attribute comes in pieces; entities must be read before anybody asks which scheme an address has. */
struct str markdown_attribute(struct arena *a, const MD_ATTRIBUTE *at);
/* md4c 0.4.8, Debian 12's, looks a few bytes past a text that ends inside a link (fixed in 0.5.0). So it is given a text that ends in
 * a line break, with more of them behind. */
struct str markdown_padded(struct arena *a, struct str s);

#endif
