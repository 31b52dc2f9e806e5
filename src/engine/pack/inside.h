/* What the files of evidence packs share and nobody else includes: JSON from outside. */
#ifndef CADRE_ENGINE_PACK_INSIDE_H
#define CADRE_ENGINE_PACK_INSIDE_H

#include <jansson.h>

#include "engine/pack/pack.h"

/* An object that is not nested deeply, with at most so many values; NULL: it is none. Freed with the arena. */
json_t *pack_json(struct arena *a, struct str text, size_t values_most);
/* No value where it is no text. */
struct str pack_json_text(const json_t *o, const char *key);

#endif
