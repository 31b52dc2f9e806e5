/* What is sealed as the body of a reflection: its answers and ties as JSON. */
#ifndef CADRE_PROGRAMME_REFLECT_TEXT_H
#define CADRE_PROGRAMME_REFLECT_TEXT_H

#include "programme/reflect/reflect.h"

/* Everything but title and draft; those are kept beside. */
struct str reflect_write_body(struct arena *a, const struct reflect_text *t);
/* False when it is not what reflect_write_body makes. Texts in the arena, zeroed with it. */
bool reflect_read_body(struct arena *a, struct str body, struct reflect_text *t);

#endif
