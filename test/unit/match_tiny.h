/* Tiny random instances of mentees and mentors, kept as plain rank tables beside their .hr text, and everything that
 * can be known about them by trying all matchings. Only the last two functions use the engine. */
#ifndef CADRE_TEST_MATCH_TINY_H
#define CADRE_TEST_MATCH_TINY_H

#include "arena_fixture.h"
#include "base/buf.h"
#include "engine/match/match.h"

#define TINY_N 6
#define TINY_M 4
#define TINY_NOBODY (-1)

struct tiny {
    int n, m;
    int likes[TINY_N][TINY_M]; /* rank of the mentor for the mentee from 1, ties share; 0: not listed */
    int ranks[TINY_M][TINY_N]; /* rank of the mentee for the mentor; 0: not listed */
    int capacity[TINY_M];
    int quota[TINY_M];
    bool excluded[TINY_N][TINY_M];
    int pinned[TINY_N];
    int order[TINY_N][TINY_M], order_count[TINY_N];
    uint64_t state;
};

struct tiny_options {
    bool ties, rules, quotas;
};

static inline uint32_t tiny_random(struct tiny *t, uint32_t below)
{
    t->state = t->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((t->state >> 33) % below);
}

static inline void tiny_list(struct tiny *t, struct buf *b, int count, int *rank, bool ties)
{
    int all[TINY_N], length = 0, place = 0;
    bool open = false;
    for (int k = 0; k < count; k++)
        all[k] = k;
    for (int k = count - 1; k > 0; k--) {
        int other = (int)tiny_random(t, (uint32_t)k + 1), keep = all[k];
        all[k] = all[other];
        all[other] = keep;
    }
    length = count - (tiny_random(t, 3) == 0 ? (int)tiny_random(t, (uint32_t)count + 1) : 0);
    for (int k = 0; k < count; k++)
        rank[k] = 0;
    for (int k = 0; k < length; k++) {
        bool more = ties && k + 1 < length && tiny_random(t, 2) == 0;
        if (!open)
            place++;
        if (more && !open)
            buf_z(b, " (");
        buf_printf(b, " %d", all[k] + 1);
        if (open && !more)
            buf_z(b, " )");
        open = more;
        rank[all[k]] = place;
    }
    buf_ch(b, '\n');
}

/* Fills t and gives its text. */
static inline struct str tiny_make(struct tiny *t, uint64_t seed, struct tiny_options o)
{
    struct buf b = buf_new(a, 1024);
    *t = (struct tiny){.state = seed * 2 + 1};
    tiny_random(t, 2);
    t->n = 1 + (int)tiny_random(t, TINY_N);
    t->m = 1 + (int)tiny_random(t, TINY_M);
    buf_printf(&b, "# seed %" PRIu64 "\n%d %d\n", seed, t->n, t->m);
    for (int i = 0; i < t->n; i++) {
        buf_printf(&b, "%d", i + 1);
        tiny_list(t, &b, t->m, t->likes[i], o.ties);
        t->pinned[i] = TINY_NOBODY;
    }
    for (int j = 0; j < t->m; j++) {
        t->capacity[j] = (int)tiny_random(t, 4);
        buf_printf(&b, "%d %d", j + 1, t->capacity[j]);
        tiny_list(t, &b, t->n, t->ranks[j], o.ties);
    }
    for (int i = 0; o.rules && i < t->n; i++) {
        int j = (int)tiny_random(t, (uint32_t)t->m), used = 0;
        for (int k = 0; k < i; k++)
            used += t->pinned[k] == j;
        if (tiny_random(t, 5) == 0) {
            t->excluded[i][j] = true;
            buf_printf(&b, "X %d %d\n", i + 1, j + 1);
        } else if (tiny_random(t, 6) == 0 && used < t->capacity[j]) {
            t->pinned[i] = j;
            buf_printf(&b, "P %d %d # fixed\n", i + 1, j + 1);
        }
    }
    for (int j = 0; o.quotas && j < t->m; j++)
        if (t->capacity[j] > 0 && tiny_random(t, 2) == 0) {
            t->quota[j] = 1 + (int)tiny_random(t, (uint32_t)t->capacity[j]);
            buf_printf(&b, "Q %d %d\n", j + 1, t->quota[j]);
        }
    return buf_text(&b);
}

static inline bool tiny_may(const struct tiny *t, int i, int j)
{
    return t->likes[i][j] != 0 && t->ranks[j][i] != 0 && !t->excluded[i][j];
}

/* Is it a matching at all? */
static inline bool tiny_allowed(const struct tiny *t, const int *partner)
{
    int held[TINY_M] = {0};
    for (int i = 0; i < t->n; i++) {
        int j = partner[i];
        if (t->pinned[i] != TINY_NOBODY ? j != t->pinned[i] : j != TINY_NOBODY && !tiny_may(t, i, j))
            return false;
        if (j != TINY_NOBODY && ++held[j] > t->capacity[j])
            return false;
    }
    return true;
}

static inline int tiny_blocking(const struct tiny *t, const int *partner)
{
    int blocking = 0;
    for (int i = 0; i < t->n; i++)
        for (int j = 0; j < t->m; j++) {
            if (t->pinned[i] != TINY_NOBODY || !tiny_may(t, i, j))
                continue;
            if (partner[i] != TINY_NOBODY && t->likes[i][partner[i]] <= t->likes[i][j])
                continue;
            int held = 0;
            bool worse = false;
            for (int k = 0; k < t->n; k++) {
                held += partner[k] == j;
                worse |= partner[k] == j && t->pinned[k] == TINY_NOBODY && t->ranks[j][k] > t->ranks[j][i];
            }
            blocking += held < t->capacity[j] || worse;
        }
    return blocking;
}

static inline int tiny_size(const struct tiny *t, const int *partner)
{
    int size = 0;
    for (int i = 0; i < t->n; i++)
        size += partner[i] != TINY_NOBODY;
    return size;
}

static inline int tiny_missing(const struct tiny *t, const int *partner)
{
    int missing = 0;
    for (int j = 0; j < t->m; j++) {
        int held = 0;
        for (int i = 0; i < t->n; i++)
            held += partner[i] == j;
        missing += held < t->quota[j] ? t->quota[j] - held : 0;
    }
    return missing;
}

/* Steps through all assignments, matching or not. Start with all TINY_NOBODY. */
static inline bool tiny_next(const struct tiny *t, int *partner)
{
    for (int i = 0; i < t->n; i++) {
        if (++partner[i] < t->m)
            return true;
        partner[i] = TINY_NOBODY;
    }
    return false;
}

static inline void tiny_none(const struct tiny *t, int *partner)
{
    for (int i = 0; i < t->n; i++)
        partner[i] = TINY_NOBODY;
}

/* The engine's reading of it, with the lottery of that seed. */
static inline struct hr *tiny_read(struct str text, uint64_t seed)
{
    struct hr *h;
    struct err e = {0};
    if (hr_read(a, text, seed, &h, &e) != RC_OK)
        fail_msg("%s in\n%.*s", e.detail, STR_ARG(text));
    return h;
}

/* The engine's answer as a plain one. */
static inline void tiny_plain(const struct tiny *t, const uint32_t *partner, int *plain)
{
    for (int i = 0; i < t->n; i++)
        plain[i] = partner[i] == HR_NONE ? TINY_NOBODY : (int)partner[i];
}

#endif
