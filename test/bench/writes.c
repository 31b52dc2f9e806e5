/* For the bench: the rule "I have read this" from many threads, without HTTP.   bench_writes DB PAIRS FROM SECONDS THREADS
 * takes lines of bench_people's output from line FROM on and prints writes acknowledged a second, writes in one commit, and
 * how many lines it took, with spaces between. */
#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "programme/curriculum/inside.h"

#define THREADS_MAX 64
#define PAIRS_MAX 1000000

static struct {
    int64_t person, session;
} pairs[PAIRS_MAX];
static size_t pair_count;
static atomic_size_t next_pair, done;
static atomic_bool failed;
static uint64_t until_us;

struct mark {
    int64_t person, session, now;
};

static enum rc write_mark(struct db *tx, void *arg, struct err *e)
{
    const struct mark *m = arg;
    struct arena *a = arena_new(0);
    (void)e;
    enum rc rc = learning_mark_read(tx, a, m->person, m->session, m->now);
    arena_free(a);
    return rc;
}

static void *work(void *arg)
{
    struct db *db = arg;
    struct err e = {0};
    while (clock_steady_us() < until_us) {
        size_t i = atomic_fetch_add(&next_pair, 1);
        if (i >= pair_count)
            break;
        struct mark m = {pairs[i].person, pairs[i].session, clock_now()};
        if (store_write(db, write_mark, &m, &e) != RC_OK) {
            fprintf(stderr, "bench_writes: %s\n", e.detail);
            atomic_store(&failed, true);
            break;
        }
        atomic_fetch_add(&done, 1);
    }
    return NULL;
}

static bool read_pairs(const char *path, int64_t from)
{
    FILE *f = fopen(path, "re");
    char line[512];
    if (f == NULL)
        return false;
    for (int64_t n = 0; pair_count < PAIRS_MAX && fgets(line, sizeof line, f) != NULL; n++)
        if (n >= from && sscanf(line, "%*s %*s %" SCNd64 " %" SCNd64, &pairs[pair_count].person, &pairs[pair_count].session) == 2)
            pair_count++;
    fclose(f);
    return true;
}

int main(int argc, char **argv)
{
    struct store *store;
    struct db *dbs[THREADS_MAX];
    pthread_t threads[THREADS_MAX];
    struct err e = {0};
    int64_t from, seconds, count;
    if (argc != 6 || !str_to_int(str_from(argv[3]), &from) || !str_to_int(str_from(argv[4]), &seconds) ||
        !str_to_int(str_from(argv[5]), &count) || count < 1 || count > THREADS_MAX)
        return 2;
    if (!read_pairs(argv[2], from) || store_open(argv[1], (struct store_options){0}, &store, &e) != RC_OK)
        return 1;
    for (int64_t i = 0; i < count; i++)
        if (store_connect(store, &dbs[i], &e) != RC_OK)
            return 1;
    uint64_t start = clock_steady_us();
    until_us = start + (uint64_t)seconds * 1000000u;
    for (int64_t i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, work, dbs[i]) != 0)
            return 1;
    for (int64_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    uint64_t us = clock_steady_us() - start;
    struct store_stats st = store_stats(store);
    for (int64_t i = 0; i < count; i++)
        db_close(dbs[i]);
    store_close(store);
    size_t n = atomic_load(&done);
    printf("%.1f %.3f %zu\n", (double)n * 1e6 / (double)us, st.commits > 0 ? (double)st.closures / (double)st.commits : 0, n);
    return atomic_load(&failed) ? 1 : 0;
}
