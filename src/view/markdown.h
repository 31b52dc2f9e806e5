/* Markdown (CommonMark, with tables and strikethrough) as HTML. Nothing in the text can become markup that it does not
 * stand for: raw HTML is shown as text, links lead only to https, http, mailto and this site, pictures become links.
 * Takes space linear in the text; time too, but for some hostile texts, of which the longest allowed costs about 0.4 s.
 */
#ifndef CADRE_VIEW_MARKDOWN_H
#define CADRE_VIEW_MARKDOWN_H

#include "view/view.h"

struct markdown_options {
    int lang;          /* of the few words that are added */
    int heading_shift; /* "# x" becomes <h1> plus this; never below <h6> */
    bool absolute;     /* links lead to other sites only: for documents that leave this one */
    size_t max_bytes;  /* longer texts are shown as they are, without formatting; 0: 96 KiB */
};

/* The result lives in a. No value or empty text gives empty html. What cannot be formatted within
 * bounds (nested over 64 deep, tables of more than 64 columns, output far beyond the input) is shown as plain text. */
struct html markdown_render(struct arena *a, struct str text, struct markdown_options options);

#endif
