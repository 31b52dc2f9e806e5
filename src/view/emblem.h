/* Emblems: small pictures without words, each a seal with a symbol in one of the house's colours. The same shapes are written as SVG
 * and drawn as pixels, so that both are one picture. A file of its own: it is kept, mailed and shown where no style sheet reaches. */
#ifndef CADRE_VIEW_EMBLEM_H
#define CADRE_VIEW_EMBLEM_H

#include "base/buf.h"
#include "base/err.h"

#define EMBLEM_SYMBOLS(X) X(star) X(book) X(people) X(heart) X(compass) X(steps) X(lamp) X(scales)
#define EMBLEM_COLOURS(X) X(teal) X(blue) X(green) X(amber) X(red) X(violet)

enum emblem_symbol {
#define X(word) EMBLEM_##word,
    EMBLEM_SYMBOLS(X)
#undef X
        EMBLEM_SYMBOL_COUNT
};
enum emblem_colour {
#define X(word) EMBLEM_COLOUR_##word,
    EMBLEM_COLOURS(X)
#undef X
        EMBLEM_COLOUR_COUNT
};

struct emblem {
    enum emblem_symbol symbol;
    enum emblem_colour colour;
};

/* Of words as they stand in a database; a word that is none gives the first. */
struct emblem emblem_read(struct str symbol, struct str colour);
const char *emblem_symbol_word(enum emblem_symbol s);
const char *emblem_colour_word(enum emblem_colour c);

/* A whole SVG file; the title (not empty) is for who does not see it. In the arena. */
struct str emblem_svg(struct arena *a, struct emblem e, struct str title);
/* The same as a PNG of so many pixels each way, 16 to 2048, the corners transparent. RC_BUSY without memory. */
enum rc emblem_png(struct arena *a, struct emblem e, int pixels, struct str *out) MUST_CHECK;

#endif
