/* Any bytes as a badge that somebody brings: no crash; what is taken for a credential is a part of the bytes, and baked into a picture again it
 * comes out as it was. */
#include "campus/badge/bake.h"
#include "view/emblem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = {(const char *)data, size}, jwt, again, png;
    enum bake_found found = bake_read(bytes, &jwt);
    ASSERT(found < BAKE_COUNT && (found == BAKE_JWT) == (jwt.p != NULL));
    if (found != BAKE_JWT)
        return 0;
    ASSERT(jwt.p >= bytes.p && jwt.p + jwt.n <= bytes.p + bytes.n && jwt.n <= BAKE_JWT_MOST);
    struct arena *a = arena_new(0);
    struct emblem e = emblem_read(STR_NONE, STR_NONE);
    ASSERT(emblem_png(a, e, 16, &png) == RC_OK);
    ASSERT(bake_read(bake_png(a, png, jwt), &again) == BAKE_JWT && str_eq(again, jwt));
    ASSERT(bake_read(bake_svg(a, emblem_svg(a, e, S("x")), jwt), &again) == BAKE_JWT && str_eq(again, jwt));
    arena_free(a);
    return 0;
}
