/* Cases that were read, kept between requests: a case of 10,000 passages takes longer to read than a page may. A text is known by its
 * digest and never changes, so nothing here grows stale; what was used longest ago goes first. Many threads at once may use one case;
 * one that still is in use is only forgotten, and freed by whoever is last. */
#include <pthread.h>

#include "programme/practice/inside.h"

#define KEPT_CASES 64
#define KEPT_BYTES ((size_t)64 << 20)

struct kept {
    char digest[65];
    struct arena *a;
    const struct story *story;
    uint64_t used;
    int users;
    bool forgotten;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct kept *cases[KEPT_CASES];
static uint64_t clock_of_use;

static void free_case(struct kept *k)
{
    arena_free(k->a);
    free(k);
}

static void release(void *arg)
{
    struct kept *k = arg;
    pthread_mutex_lock(&lock);
    bool last = --k->users == 0 && k->forgotten;
    pthread_mutex_unlock(&lock);
    if (last)
        free_case(k);
}

/* With the lock held. */
static struct kept *find(struct str digest)
{
    for (size_t i = 0; i < KEPT_CASES; i++)
        if (cases[i] != NULL && str_eq_z(digest, cases[i]->digest)) {
            cases[i]->users++;
            cases[i]->used = ++clock_of_use;
            return cases[i];
        }
    return NULL;
}

/* With the lock held: takes one out; what nobody uses is returned to be freed. */
static struct kept *forget(size_t i)
{
    struct kept *k = cases[i];
    cases[i] = NULL;
    k->forgotten = true;
    return k->users == 0 ? k : NULL;
}

/* With the lock held: a free place, and room for that many bytes; to_free gets what had to go. */
static size_t make_room(size_t bytes, struct kept **to_free, size_t *count)
{
    for (;;) {
        size_t held = bytes, empty = KEPT_CASES, oldest = KEPT_CASES;
        for (size_t i = 0; i < KEPT_CASES; i++) {
            if (cases[i] == NULL) {
                empty = i;
                continue;
            }
            held += arena_held(cases[i]->a);
            if (oldest == KEPT_CASES || cases[i]->used < cases[oldest]->used)
                oldest = i;
        }
        if (oldest == KEPT_CASES || (empty != KEPT_CASES && held <= KEPT_BYTES))
            return empty;
        struct kept *k = forget(oldest);
        if (k != NULL)
            to_free[(*count)++] = k;
    }
}

static struct kept *keep(struct kept *k)
{
    struct kept *to_free[KEPT_CASES];
    size_t count = 0;
    pthread_mutex_lock(&lock);
    struct kept *there = find(str_from(k->digest)); /* somebody else read it meanwhile */
    if (there == NULL) {
        cases[make_room(arena_held(k->a), to_free, &count)] = k;
        k->users = 1;
        k->used = ++clock_of_use;
    }
    pthread_mutex_unlock(&lock);
    for (size_t i = 0; i < count; i++)
        free_case(to_free[i]);
    if (there == NULL)
        return k;
    free_case(k);
    return there;
}

static enum rc read_case(struct db *db, struct arena *a, int64_t version, struct str digest, struct kept **out)
{
    struct row_practice_source row;
    TRY(sql_practice_source(db, a, version, &row));
    struct kept *k = calloc(1, sizeof *k);
    ASSERT(k != NULL && digest.n < sizeof k->digest);
    memcpy(k->digest, digest.p, digest.n);
    k->a = arena_new((size_t)64 << 10);
    struct story_problems problems = story_problems_new(k->a);
    k->story = story_parse(k->a, S("case"), str_dup(k->a, row.source), &problems);
    *out = keep(k);
    return RC_OK;
}

enum rc practice_story(struct db *db, struct arena *a, int64_t version, struct str digest, const struct story **out)
{
    pthread_mutex_lock(&lock);
    struct kept *k = find(digest);
    pthread_mutex_unlock(&lock);
    if (k == NULL)
        TRY(read_case(db, a, version, digest, &k));
    arena_defer(a, release, k);
    *out = k->story;
    return RC_OK;
}
