/* The certificate: is a result a matching, is it stable, what does it give. Independent of how it was found. */
#include "engine/match/match.h"

struct look {
    const struct hr *h;
    const uint32_t *partner;
    struct match_check *out;
    uint32_t *at;    /* of each mentee: the entry that was chosen */
    uint32_t *limit; /* of each mentor: entries before it may block */
    uint32_t *worse; /* of each mentor: entries before it are better than somebody held */
};

static bool is_pinned(const struct hr *h, uint32_t i)
{
    return h->pinned != NULL && h->pinned[i] != HR_NONE;
}

static void not_allowed(struct look *l, uint32_t i, uint32_t j)
{
    if (l->out->not_allowed++ == 0)
        l->out->not_allowed_example = (struct hr_pair){i, j};
}

/* Finds each mentee's entry; counts what each mentor holds and its last. */
static void find_entries(struct look *l)
{
    const struct hr *h = l->h;
    struct match_check *out = l->out;
    for (uint32_t i = 0; i < h->count[HR_MENTEE]; i++) {
        uint32_t j = l->partner[i], entry = HR_NONE;
        l->at[i] = HR_NONE;
        if (j == HR_NONE || j >= h->count[HR_MENTOR]) {
            if (j != HR_NONE || is_pinned(h, i))
                not_allowed(l, i, j);
            continue;
        }
        out->matched++;
        out->held[j]++;
        if (is_pinned(h, i)) {
            if (h->pinned[i] != j)
                not_allowed(l, i, j);
            continue;
        }
        entry = hr_entry(h, HR_MENTEE, i, j);
        if (entry == HR_NONE || h->pref[entry].twin == HR_NONE) {
            not_allowed(l, i, j);
            continue;
        }
        l->at[i] = entry;
        uint32_t twin = h->pref[entry].twin;
        if (out->cutoff[j] == HR_NONE || twin > out->cutoff[j])
            out->cutoff[j] = twin;
    }
}

static void find_limits(struct look *l)
{
    const struct hr *h = l->h;
    struct match_check *out = l->out;
    for (uint32_t j = 0; j < h->count[HR_MENTOR]; j++) {
        bool full = out->held[j] >= h->capacity[j];
        l->worse[j] = out->cutoff[j] != HR_NONE ? hr_tie_first(h, h->list[HR_MENTOR][j], out->cutoff[j]) : 0;
        l->limit[j] = full ? l->worse[j] : HR_NONE;
        if (!full)
            out->cutoff[j] = HR_NONE;
        if (out->held[j] > h->capacity[j])
            not_allowed(l, HR_NONE, j);
        if (h->quota != NULL && out->held[j] < h->quota[j])
            out->quota_missing += h->quota[j] - out->held[j];
    }
}

/* Everything a mentee strictly prefers to its entry must be out of its reach; counts the rank on the way. */
static void look_for_blocks(struct look *l, uint32_t i)
{
    const struct hr *h = l->h;
    struct hr_list list = h->list[HR_MENTEE][i];
    uint32_t until = l->at[i] != HR_NONE ? hr_tie_first(h, list, l->at[i]) : list.to, rank = 0;
    for (uint32_t e = list.from; e < until; e++) {
        struct hr_pref p = h->pref[e];
        uint32_t j = p.who & ~HR_TIED;
        rank += (p.who & HR_TIED) == 0;
        if (p.twin == HR_NONE || p.twin >= l->limit[j])
            continue;
        if (l->out->blocking++ == 0)
            l->out->example = (struct hr_pair){i, j};
        l->out->envy += p.twin < l->worse[j];
    }
    if (l->at[i] != HR_NONE)
        l->out->profile[rank]++;
}

void match_check(const struct hr *h, struct arena *a, const uint32_t *partner, struct match_check *out)
{
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR], longest = 0;
    struct arena *own = arena_new(0);
    *out =
        (struct match_check){.held = ARENA_ARRAY(a, m, uint32_t), .cutoff = arena_alloc_raw(a, m * sizeof(uint32_t))};
    struct look l = {h,
                     partner,
                     out,
                     arena_alloc_raw(own, n * sizeof(uint32_t)),
                     arena_alloc_raw(own, m * sizeof(uint32_t)),
                     arena_alloc_raw(own, m * sizeof(uint32_t))};
    memset(out->cutoff, 0xff, m * sizeof *out->cutoff);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t length = h->list[HR_MENTEE][i].to - h->list[HR_MENTEE][i].from;
        longest = length > longest ? length : longest;
    }
    out->profile = ARENA_ARRAY(a, longest, uint32_t);
    find_entries(&l);
    find_limits(&l);
    for (uint32_t i = 0; i < n; i++)
        if (!is_pinned(h, i))
            look_for_blocks(&l, i);
    for (uint32_t rank = 0; rank < longest; rank++)
        if (out->profile[rank] != 0)
            out->profile_count = rank + 1;
    arena_free(own);
}
