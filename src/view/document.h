/* Documents that stand alone: one HTML file with its looks inside, without script, that loads nothing and can be kept, mailed and
 * printed. A view writes it from <!doctype html> on, outside the site's layout, with a field of type html for the style sheet. */
#ifndef CADRE_VIEW_DOCUMENT_H
#define CADRE_VIEW_DOCUMENT_H

#include "view/view.h"

/* <style> with static/document.css. In the arena. */
struct html document_style(struct arena *a);
/* The content security policy that such a document needs and no more: nothing is loaded, run, framed or sent; only this style sheet,
 * named by its SHA-256, applies. in_file: for a <meta> element, where frame-ancestors is not allowed. */
struct str document_policy(struct arena *a, bool in_file);
/* "ltr" or "rtl", by a language's tag. */
struct str document_direction(struct str tag);

#endif
