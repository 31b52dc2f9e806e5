/* Any bytes as preferences: no crash, and whatever is read is matched stably in every mode. */
#include "engine/match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct hr *h, struct arena *a, const uint32_t *partner, bool stable)
{
    struct match_check k;
    match_check(h, a, partner, &k);
    ASSERT(k.not_allowed == 0 && (!stable || k.blocking == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct hr *h;
    struct err e = {0};
    if (hr_read(a, (struct str){(const char *)data, size}, 7, &h, &e) == RC_OK) {
        uint32_t *partner = ARENA_ARRAY(a, h->count[HR_MENTEE], uint32_t);
        struct match_reach_result r;
        match_fair(h, partner);
        check(h, a, partner, true);
        for (uint32_t i = 0; i < h->count[HR_MENTEE] && i < 3; i++) {
            struct match_reason *reasons;
            size_t count;
            match_explain(h, a, partner, HR_MENTEE, i, match_fair, &reasons, &count);
        }
        match_mentor(h, partner);
        check(h, a, partner, true);
        match_reach(h, partner, &r);
        check(h, a, partner, true);
        ASSERT(r.size <= r.bound);
    } else {
        ASSERT(e.detail[0] != '\0');
    }
    arena_free(a);
    return 0;
}
