/* Instruments as plain text, read without a database; docs/content.md describes the form. */
#ifndef CADRE_PROGRAMME_INSTRUMENT_TEXT_H
#define CADRE_PROGRAMME_INSTRUMENT_TEXT_H

#include "base/problems.h"
#include "programme/instrument/instrument.h"

#define INSTRUMENT_TEXT_MAX 100000 /* characters */

/* Reads a whole instrument. *out is complete only when no error was added; ids, slug and version are left at 0. Its texts point
 * into bytes. */
void instrument_text_read(struct arena *a, struct str file, struct str bytes, struct problems *p, struct instrument *out);
/* Reads a translation into that language and puts its texts over those of i, found by code; what it lacks stays as it is and is a warning, what i
 * lacks is an error. */
void instrument_text_translate(struct arena *a, struct str file, struct str bytes, struct str language, struct problems *p,
                               struct instrument *i);

#endif
