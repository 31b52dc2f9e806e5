/* What the files of the PDF writer share: pdf.c (the document, its pages and passes), pdf_finish.c (what cairo leaves
 * out), pdf_text.c (text blocks), pdf_blocks.c (lists,
 * quotes, tables, contents), pdf_markdown.c, pdf_picture.c. Lengths are PDF points, y grows downwards. */
#ifndef CADRE_VIEW_PDF_INSIDE_H
#define CADRE_VIEW_PDF_INSIDE_H

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "view/pdf.h"

/* A4 with two centimetres and a little around. */
#define PDF_WIDTH 595.276
#define PDF_HEIGHT 841.89
/* A1 lying, of a poster. */
#define PDF_POSTER_WIDTH 2383.94
#define PDF_POSTER_HEIGHT 1683.78
#define PDF_SIDE 62.0
#define PDF_TOP 62.0
#define PDF_BOTTOM (PDF_HEIGHT - 76.0)
#define PDF_FOOT (PDF_HEIGHT - 48.0)
#define PDF_BODY 10.5      /* size of ordinary text */
#define PDF_SMALL 9.0
#define PDF_INDENT 18.0
#define PDF_NARROWEST 120.0 /* a column is not indented to less */
#define PDF_NESTING_MOST 128

struct pdf_heading_seen {
    int level;
    struct str text;
    int64_t page;
};

/* What a leaf of the structure says where its letters are drawn in another order than they are read. */
struct pdf_spoken {
    size_t tag;           /* which one, counted from 0 as they were begun */
    struct str text;
};

/* What is open: a list, an item, a quote. */
struct pdf_open {
    enum { OPEN_LIST, OPEN_ITEM, OPEN_QUOTE } kind;
    bool ordered;
    int64_t number;     /* of the next item */
    bool waits;         /* an item whose mark is not drawn yet */
    double left, right; /* the column before */
};

struct pdf_table {
    struct arena *a;
    struct pdf_column *columns; /* NULL: none is open */
    size_t count;
    double *x;                  /* count + 1 edges */
};

struct pdf {
    const struct pdf_options *o;
    struct arena *a;            /* lives as long as the document */
    struct arena *scratch;      /* one block */
    PangoContext *pango;
    cairo_surface_t *surface;
    cairo_t *cr;                /* NULL while measuring */
    bool silent;                /* what is drawn is no part of the text: a table's head once more */
    size_t tags;                /* elements of the structure that were begun */
    struct pdf_spoken *spoken;
    size_t spoken_count, spoken_cap;
    enum rc rc;
    int64_t page, pages;
    double y;
    double left, right;         /* edges of the column */
    int64_t unknown;

    bool with_contents;
    bool contents_seen;
    int64_t contents_page;      /* where pdf_contents was called */
    double contents_y;

    struct pdf_heading_seen *headings;
    size_t heading_count, heading_cap, heading_at; /* heading_at: the next one of this pass */
    int outline[4];             /* the last entry of each level */

    struct pdf_open open[PDF_NESTING_MOST];
    size_t depth;
    struct pdf_table table;
};

/* How a block of text looks. */
struct pdf_look {
    const char *tag;
    double size;
    double before, after; /* space */
    bool bold, soft, code, bar;
    int keep;             /* lines of what follows that must fit on the page too */
    size_t heading;       /* 1 + its number; 0: none */
};

struct pdf_block {
    PangoLayout *layout;
    const struct pdf_run *runs;
    size_t *starts;       /* where each run begins in the layout's text, count + 1 of them */
    size_t count;
};

/* ---- pdf.c ---- */
void pdf_tag_begin(struct pdf *p, const char *tag, const char *attributes);
void pdf_tag_end(struct pdf *p, const char *tag);
/* What an element says to who hears it, in the order in which it is read; tag: what p->tags was when it began. */
void pdf_say(struct pdf *p, size_t tag, struct str text);
void pdf_page_new(struct pdf *p);
void pdf_fail(struct pdf *p, enum rc rc);
void pdf_ink(struct pdf *p, double r, double g, double b);
/* "name='h12'" and the like. */
const char *pdf_name(struct pdf *p, const char *key, size_t number);

/* ---- pdf_finish.c ---- */
/* Puts into a finished file what cairo does not write: its language, that its title is shown, what elements say. false: the file is not
 * as expected. */
bool pdf_finish(struct buf *out, struct arena *a, struct str language, const struct pdf *p);

/* ---- pdf_text.c ---- */
struct pdf_block pdf_block_make(struct pdf *p, const struct pdf_run *runs, size_t count, double width, double size, bool bold, bool number);
void pdf_block_free(struct pdf_block *b);
double pdf_block_height(const struct pdf_block *b);
/* The whole block at (x, y), with spans and links tagged. */
void pdf_block_draw(struct pdf *p, const struct pdf_block *b, double x, double y, bool soft);
/* A block that flows over pages. */
void pdf_flow(struct pdf *p, const struct pdf_run *runs, size_t count, const struct pdf_look *look);
void pdf_put_link(struct pdf *p, struct str href); /* begins its tag; pdf_tag_end(p, CAIRO_TAG_LINK) */

/* ---- pdf_blocks.c ---- */
/* Draws the mark of an item that waits for its first block, at y; takes the indent before, by the direction of its first text. */
void pdf_item_indent(struct pdf *p, struct str text);
void pdf_item_mark(struct pdf *p, double y);
void pdf_contents_draw(struct pdf *p);

#endif
