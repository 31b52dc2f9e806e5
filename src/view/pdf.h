/* A small writer of PDF documents: headings, paragraphs, lists, tables, links, notes, on pages with numbers, and a table of contents
 * when the document is long. cairo makes the pages, pango shapes the text: any script, right to left and with combining marks.
 * The file is tagged (headings, paragraphs, lists, tables and links are marked as such), has a title and a language, an outline, and
 * holds its fonts.
 *
 *     static void tell(struct pdf *p, void *arg)
 *     {
 *         pdf_heading(p, 1, S("Portfolio"));
 *         pdf_text(p, S("Two lines about it."));
 *         pdf_contents(p);
 *         pdf_heading(p, 2, S("Leading on the ward"));
 *         pdf_list_begin(p, false, 1);
 *         pdf_item_begin(p);
 *         pdf_text(p, S("Evening handover"));
 *         pdf_item_end(p);
 *         pdf_list_end(p);
 *     }
 *     TRY(pdf_write(c->a, &(struct pdf_options){.title = ..., .made_at = c->now}, tell, &arg, &out, NULL, &c->err));
 *
 * The content is a function, which is called two or three times: to measure, then to draw. So a document needs no more memory than
 * one paragraph or one row of a table, its headings, and the file itself; and "Page 3 of 12" and the contents are known when they are
 * drawn. It must write the same each time and have no other effect. The same content, options and fonts give the same bytes: nothing
 * of the clock or of chance is in the file.
 *
 * What begins must end, in order (ASSERT). Texts are UTF-8 that was checked where it came in; they are read during the call alone.
 * An error (too long) is remembered, the calls after it do nothing, and pdf_write returns it. */
#ifndef CADRE_VIEW_PDF_H
#define CADRE_VIEW_PDF_H

#include "base/err.h"
#include "view/view.h"

struct pdf;

#define PDF_PAGES_MOST 2000
#define PDF_BYTES_MOST (64u * 1024u * 1024u)

struct pdf_options {
    struct str title;    /* of the document: shown in the window's title and at the foot of each page */
    struct str author;   /* may be empty */
    int lang;            /* of the few words that are added, and the document's own unless language is given */
    struct str language; /* BCP 47 tag; no value: that of lang */
    int64_t made_at;     /* UTC ms: the date in the file */
    bool poster;         /* one page of A1, lying, with one picture on it, without a foot */
};

struct pdf_facts {
    int64_t pages;
    int64_t unknown; /* characters that no font of this machine has: drawn as boxes */
};

typedef void pdf_content(struct pdf *p, void *arg);

/* Writes the whole document into out (buf_new). Errors: RC_BUSY with M_view_pdf_no_fonts when the machine has no font at all,
 * RC_TOO_LARGE above PDF_PAGES_MOST or PDF_BYTES_MOST, RC_INTERNAL when cairo fails. facts may be NULL. Takes about 3 ms a page. Any
 * number of threads may write documents at once. */
enum rc pdf_write(struct arena *a, const struct pdf_options *o, pdf_content *content, void *arg, struct buf *out, struct pdf_facts *facts,
                  struct err *e) MUST_CHECK;

/* ---- blocks: each stands under the one before ------------------------------------------------------------------------------- */

enum pdf_style { PDF_PLAIN = 0, PDF_BOLD = 1, PDF_ITALIC = 2, PDF_CODE = 4, PDF_STRUCK = 8 };

/* A piece of a paragraph. href: https:, http: or mailto:; anything else, and no value, is no link. A line break is "\n". */
struct pdf_run {
    struct str text;
    unsigned style;
    struct str href;
};

/* Level 1 is the title, 2 to 6 follow; levels 1 to 3 are in the outline, 2 and 3 in the contents. Stays with what follows. */
void pdf_heading(struct pdf *p, int level, struct str text);
void pdf_text(struct pdf *p, struct str text);
void pdf_runs(struct pdf *p, const struct pdf_run *runs, size_t count);
void pdf_quiet(struct pdf *p, struct str text); /* smaller and softer: dates, sources */
void pdf_note(struct pdf *p, struct str text);  /* set apart by a bar: one thing to know */
void pdf_code(struct pdf *p, struct str text);  /* as it is typed, in a monospaced font */
void pdf_link(struct pdf *p, struct str text, struct str href);
void pdf_rule(struct pdf *p);
/* A picture that view/svg.h wrote, as wide as the column at most; on a poster as large as the page. Read to who listens by its title and
 * its description. */
void pdf_picture(struct pdf *p, struct html picture);

void pdf_list_begin(struct pdf *p, bool ordered, int64_t start);
void pdf_item_begin(struct pdf *p);
void pdf_item_end(struct pdf *p);
void pdf_list_end(struct pdf *p);

void pdf_quote_begin(struct pdf *p);
void pdf_quote_end(struct pdf *p);

/* The head of a table is repeated on each page it reaches. weight: how wide a column is beside the others; 0 counts as 1. At most
 * PDF_COLUMNS_MOST. A row that is higher than a page is told cell by cell instead. */
#define PDF_COLUMNS_MOST 64
struct pdf_column {
    struct str title;
    int weight;
    bool number; /* stands at the end of its column */
};
struct pdf_cell {
    const struct pdf_run *runs;
    size_t count;
};
void pdf_table_begin(struct pdf *p, const struct pdf_column *columns, size_t count);
void pdf_row(struct pdf *p, const struct pdf_cell *cells);      /* as many as there are columns */
void pdf_row_text(struct pdf *p, const struct str *cells);
void pdf_table_end(struct pdf *p);

/* Where the contents stand when the document is long (PDF_CONTENTS_PAGES pages or more, and three headings); what follows then begins
 * a page. At most once, outside of everything else. */
#define PDF_CONTENTS_PAGES 5
void pdf_contents(struct pdf *p);

/* Markdown as view/markdown.h reads it, as blocks: "# x" becomes a heading of level 1 + shift. */
void pdf_markdown(struct pdf *p, struct str text, int heading_shift);

#endif
