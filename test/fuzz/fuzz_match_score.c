/* Any bytes as weights: no crash, and whatever is read is matched within the capacities and meets its own bound. */
#include "engine/match/score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct score *g;
    struct score_result r;
    struct err e = {0};
    if (score_read(a, (struct str){(const char *)data, size}, &g, &e) == RC_OK) {
        uint32_t *partner = ARENA_ARRAY(a, g->n, uint32_t), *held = ARENA_ARRAY(a, g->m, uint32_t);
        if (score_solve(g, partner, &r, &e) == RC_OK) {
            int64_t weight = 0;
            for (uint32_t i = 0; i < g->n; i++) {
                uint32_t k = g->from[i];
                while (partner[i] != SCORE_NONE && k < g->from[i + 1] && g->mentor[k] != partner[i])
                    k++;
                ASSERT(partner[i] == SCORE_NONE ||
                       (k < g->from[i + 1] && held[partner[i]]++ < g->capacity[partner[i]]));
                weight += partner[i] != SCORE_NONE ? g->weight[k] : 0;
            }
            ASSERT(weight == r.weight && r.bound == r.weight);
        }
    }
    arena_free(a);
    return 0;
}
