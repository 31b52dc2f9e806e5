/* Any bytes as a cascade: no crash; levels are solved stably, and who found nobody above holds nobody below. */
#include "engine/match/cascade.h"
#include "engine/match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct cascade *c;
    struct err e = {0};
    struct str text = {(const char *)data, size};
    (void)cascade_is(text);
    if (cascade_read(a, text, 7, &c, &e) == RC_OK) {
        for (uint32_t k = 0; k < c->levels; k++) {
            struct cascade_level *l = &c->level[k];
            struct match_check check;
            cascade_open(c, a, k);
            match_fair(l->h, l->partner);
            match_check(l->h, a, l->partner, &check);
            ASSERT(check.not_allowed == 0 && check.blocking == 0);
            for (uint32_t x = 0; x < l->closed_count; x++)
                ASSERT(check.held[l->closed[x]] == 0);
        }
    } else {
        ASSERT(e.detail[0] != '\0');
    }
    arena_free(a);
    return 0;
}
