/* Any bytes as preferences: no crash, and whatever is read is matched stably in every mode. */
#include "engine/match/change.h"
#include "engine/match/match.h"
#include "engine/match/quota.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct hr *h, struct arena *a, const uint32_t *partner, bool stable)
{
    struct match_check k;
    match_check(h, a, partner, &k);
    ASSERT(k.not_allowed == 0 && (!stable || k.blocking == 0));
}

/* The first mentor leaves, the last gains a seat; the pairs of every other mentee are kept. */
static void change(const struct hr *h, struct arena *a, const uint32_t *before)
{
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR], *partner = ARENA_ARRAY(a, n, uint32_t);
    bool *keep = ARENA_ARRAY(a, n, bool);
    struct match_fewest f;
    if (m == 0 || h->capacity[m - 1] == UINT32_MAX)
        return;
    struct match_seats seats[] = {{0, 0}, {m - 1, h->capacity[m - 1] + 1}};
    struct hr *now = match_change_seats(h, a, seats, 2);
    match_fewest_moves(now, before, partner, &f);
    check(now, a, partner, true);
    ASSERT(f.moves >= f.at_least);
    for (uint32_t i = 0; i < n; i += 2)
        keep[i] = true;
    now = match_change_keep(now, a, before, keep);
    match_fair(now, partner);
    check(now, a, partner, true);
}

static void meet_quotas(const struct hr *h, struct arena *a, uint32_t *partner)
{
    for (int way = 0; h->quota != NULL && way < 2; way++) {
        struct quota_result r;
        struct match_check k;
        struct buf why = buf_new(a, 64);
        if (quota_match(h, (enum quota_way)way, 100000, partner, &r, &why) != RC_OK)
            continue;
        match_check(h, a, partner, &k);
        ASSERT(k.not_allowed == 0 && k.quota_missing == 0 && k.blocking == r.blocking && r.at_least <= r.blocking);
        ASSERT(way == 0 || k.envy == 0);
    }
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
        change(h, a, partner);
        meet_quotas(h, a, partner);
    } else {
        ASSERT(e.detail[0] != '\0');
    }
    arena_free(a);
    return 0;
}
