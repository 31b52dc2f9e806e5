/* Baked badges (Open Badges 3.0, "Baked Badge"): a picture that carries its credential. A PNG holds it in an iTXt chunk with the
 * keyword openbadgecredential, an SVG in the attribute verify of an element openbadges:credential. */
#ifndef CADRE_CAMPUS_BADGE_BAKE_H
#define CADRE_CAMPUS_BADGE_BAKE_H

#include "base/err.h"

#define BAKE_JWT_MOST 65536 /* bytes of a credential that is looked at */

/* jwt is a compact JWS. The pictures are those of view/emblem.h, without a credential. In the arena. */
struct str bake_png(struct arena *a, struct str png, struct str jwt);
struct str bake_svg(struct arena *a, struct str svg, struct str jwt);

enum bake_found {
    BAKE_JWT,      /* *jwt is set: three parts of base64url with dots between; that it is signed is not looked at here */
    BAKE_EMPTY,    /* nothing was given */
    BAKE_PICTURE,  /* a picture without a credential */
    BAKE_DAMAGED,  /* a picture that was cut off or changed, or has two credentials */
    BAKE_EMBEDDED, /* a credential with an embedded proof, or as plain JSON: not one of ours */
    BAKE_UNKNOWN,  /* neither a picture nor a credential */
    BAKE_COUNT
};
/* Finds the credential in any bytes: a PNG, an SVG, or the text of a credential with white space around it. *jwt is a part of bytes. */
enum bake_found bake_read(struct str bytes, struct str *jwt);

#endif
