/* Times of matching without the program around it: bench_match FILE [MODE] reads FILE.hr or FILE.asg and prints
 * milliseconds of reading, solving and checking, and what came out, as `name value` words on one line. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/match/match.h"
#include "engine/match/score.h"

static struct str map(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &st) != 0) {
        perror(path);
        exit(1);
    }
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    ASSERT(p != MAP_FAILED);
    close(fd);
    return (struct str){p, (size_t)st.st_size};
}

static double ms_since(uint64_t from)
{
    return (double)(clock_steady_us() - from) / 1000;
}

static void refused(const struct err *e)
{
    fprintf(stderr, "%s\n", e->detail);
    exit(1);
}

static void time_preferences(struct str text, const char *mode)
{
    struct arena *a = arena_new(0);
    struct hr *h;
    struct err e = {0};
    uint64_t at = clock_steady_us();
    if (hr_read(a, text, 1, &h, &e) != RC_OK)
        refused(&e);
    double read = ms_since(at);
    size_t held = arena_held(a);
    uint32_t *partner = arena_alloc_raw(a, h->count[HR_MENTEE] * sizeof *partner);
    struct match_reach_result reach = {0};
    struct match_check check;
    double best = 1e9;
    for (int turn = 0; turn < 3; turn++) {
        at = clock_steady_us();
        if (strcmp(mode, "reach") == 0)
            match_reach(h, partner, &reach);
        else if (strcmp(mode, "mentor") == 0)
            match_mentor(h, partner);
        else
            match_fair(h, partner);
        double took = ms_since(at);
        best = took < best ? took : best;
    }
    at = clock_steady_us();
    match_check(h, a, partner, &check);
    printf("read %.2f solve %.2f check %.2f size %" PRIu32 " blocking %" PRIu64 " bound %" PRIu32 " bytes %zu\n", read,
           best, ms_since(at), check.matched, check.blocking, reach.bound, held);
    arena_free(a);
}

static void time_scores(struct str text)
{
    struct arena *a = arena_new(0);
    struct score *g;
    struct score_result r;
    struct err e = {0};
    uint64_t at = clock_steady_us();
    if (score_read(a, text, &g, &e) != RC_OK)
        refused(&e);
    double read = ms_since(at);
    uint32_t *partner = arena_alloc_raw(a, g->n * sizeof *partner);
    at = clock_steady_us();
    if (score_solve(g, partner, &r, &e) != RC_OK)
        refused(&e);
    printf("read %.2f solve %.2f weight %" PRId64 " bound %" PRId64 " size %" PRIu32 "\n", read, ms_since(at), r.weight,
           r.bound, r.matched);
    arena_free(a);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: bench_match FILE.hr|FILE.asg [fair|mentor|reach]\n");
        return 2;
    }
    struct str text = map(argv[1]);
    if (str_ends(str_from(argv[1]), S(".asg")))
        time_scores(text);
    else
        time_preferences(text, argc > 2 ? argv[2] : "fair");
    return 0;
}
