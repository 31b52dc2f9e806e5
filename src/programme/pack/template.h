/* The text of a template, read without a database; docs/pack.md describes the form. */
#ifndef CADRE_PROGRAMME_PACK_TEMPLATE_H
#define CADRE_PROGRAMME_PACK_TEMPLATE_H

#include "base/problems.h"

#define PACK_TEMPLATE_MOST 100000 /* characters */
#define PACK_STANDARDS_MOST 40
#define PACK_ASKED_MOST 60        /* figures that one standard asks for */

struct pack_standard {
    struct str code, title;
    struct str number;       /* in the body's own document; empty: not checked */
    struct str source;       /* where the number was looked up; may be empty */
    bool checked;            /* on that day somebody found the number in the source */
    int64_t checked_day;
    const struct str *figures;
    size_t figure_count;
    const struct str *competencies; /* codes, or beginnings of codes, of the competencies that it is about; none: all */
    size_t competency_count;
    bool courses, competency_list, projects; /* records that it asks for */
    struct str words;        /* Markdown */
};

struct pack_template {
    struct str title, summary, language, body, document, edition, source;
    int64_t reviewed;
    const struct pack_standard *standards;
    size_t standard_count;
};

/* Reads any bytes. *out is whole only when no error was added. Its texts live as long as bytes and the arena. */
void pack_template_read(struct arena *a, struct str file, struct str bytes, struct problems *p, struct pack_template *out);

/* Does a figure's code answer what a template asks for: the same, or, where that ends in ".*", one that begins so. */
bool pack_asks(struct str asked, struct str code);
/* May a template ask for this: a figure that is counted here, or one of the ledger. */
bool pack_knows(struct str asked);

#endif
