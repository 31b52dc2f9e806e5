/* Times of matching without the program around it: bench_match FILE [MODE] reads FILE.hr, FILE.asg or a placement and
 * prints milliseconds of processor time for reading, solving and checking (the best of several turns), and what came
 * out, as `name value` words on one line. Peak: bytes that the process held at most beyond the mapped file. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/match/match.h"
#include "engine/match/place.h"
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

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static double ms_since(double from)
{
    return now_ms() - from;
}

/* kB of a line of /proc/self/status. */
static long status_kb(const char *name)
{
    char line[200];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            kb = strtol(line + strlen(name), NULL, 10);
    if (f != NULL)
        fclose(f);
    return kb;
}

static void refused(const struct err *e)
{
    fprintf(stderr, "%s\n", e->detail);
    exit(1);
}

static void time_preferences(struct str text, const char *mode, long before_kb)
{
    struct arena *a = arena_new(0);
    struct hr *h;
    struct err e = {0};
    double at = now_ms();
    if (hr_read(a, text, 1, &h, &e) != RC_OK)
        refused(&e);
    double read = ms_since(at);
    uint32_t *partner = arena_alloc_raw(a, h->count[HR_MENTEE] * sizeof *partner);
    struct match_reach_result reach = {0};
    struct match_check check;
    double best = 1e9;
    for (int turn = 0; turn < 3; turn++) {
        at = now_ms();
        if (strcmp(mode, "reach") == 0)
            match_reach(h, partner, &reach);
        else if (strcmp(mode, "mentor") == 0)
            match_mentor(h, partner);
        else
            match_fair(h, partner);
        double took = ms_since(at);
        best = took < best ? took : best;
    }
    long peak = status_kb("VmHWM:") - before_kb;
    double checked = 1e9;
    for (int turn = 0; turn < 3; turn++) {
        at = now_ms();
        match_check(h, a, partner, &check);
        double took = ms_since(at);
        checked = took < checked ? took : checked;
    }
    printf("read %.2f solve %.2f check %.2f size %" PRIu32 " blocking %" PRIu64 " bound %" PRIu32
           " preferences %zu agents %" PRIu32 " peak %ld\n",
           read, best, checked, check.matched, check.blocking, reach.bound, h->pref_count,
           h->count[HR_MENTEE] + h->count[HR_MENTOR], peak * 1024);
    arena_free(a);
}

static void time_scores(struct str text)
{
    struct arena *a = arena_new(0);
    struct score *g;
    struct score_result r;
    struct err e = {0};
    double at = now_ms();
    if (score_read(a, text, &g, &e) != RC_OK)
        refused(&e);
    double read = ms_since(at);
    uint32_t *partner = arena_alloc_raw(a, g->n * sizeof *partner);
    double best = 1e9;
    for (int turn = 0; turn < 3; turn++) {
        at = now_ms();
        if (score_solve(g, partner, &r, &e) != RC_OK)
            refused(&e);
        double took = ms_since(at);
        best = took < best ? took : best;
    }
    printf("read %.2f solve %.2f weight %" PRId64 " bound %" PRId64 " size %" PRIu32 "\n", read, best, r.weight,
           r.bound, r.matched);
    arena_free(a);
}

/* A made-up placement: students with 20 shifts each that they may have, on days, roles of 2 to 12. */
static void time_placement(uint32_t students, uint32_t shifts)
{
    struct arena *a = arena_new(0);
    uint32_t choices = 20, roles = shifts * 2;
    struct place p = {.students = students, .shifts = shifts, .roles = roles, .edges = students * choices};
    struct place_student *student = ARENA_ARRAY(a, students, struct place_student);
    struct place_shift *shift = ARENA_ARRAY(a, shifts, struct place_shift);
    struct place_role *role = ARENA_ARRAY(a, roles, struct place_role);
    struct place_edge *edge = ARENA_ARRAY(a, p.edges, struct place_edge);
    for (uint32_t s = 0; s < shifts; s++)
        shift[s] = (struct place_shift){s, s % 100, 4, 24};
    for (uint32_t r = 0; r < roles; r++)
        role[r] = (struct place_role){r / 2, S("role"), 2, 12};
    for (uint32_t i = 0; i < students; i++) {
        student[i] = (struct place_student){i, 4};
        uint32_t at = (uint32_t)(hr_ticket(1, HR_MENTEE, i) % roles),
                 step = 1 + (uint32_t)(hr_ticket(2, HR_MENTEE, i) % (roles / choices));
        for (uint32_t k = 0; k < choices; k++)
            edge[i * choices + k] = (struct place_edge){i, (at + k * step) % roles,
                                                        1 + (int64_t)(hr_ticket(3, HR_MENTEE, i * choices + k) % 100)};
    }
    p.student = student;
    p.shift = shift;
    p.role = role;
    p.edge = edge;
    double took[2];
    struct place_result r;
    for (int aim = 0; aim < 2; aim++) {
        struct buf why = buf_new(a, 1024);
        struct err e = {0};
        double at = now_ms();
        enum rc rc = place_solve(&p, &(struct place_options){.aim = (enum place_aim)aim}, a, &r, &why, &e);
        if (rc != RC_OK) {
            fprintf(stderr, "%s%.*s\n", e.detail, STR_ARG(buf_text(&why)));
            exit(1);
        }
        took[aim] = ms_since(at);
        ASSERT(place_check(&p, r.chosen, &why));
    }
    printf("weight %.2f generous %.2f placed %" PRIu32 "\n", took[0], took[1], r.placed);
    arena_free(a);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "placement") == 0) {
        time_placement((uint32_t)strtoul(argv[2], NULL, 10), (uint32_t)strtoul(argv[3], NULL, 10));
        return 0;
    }
    if (argc < 2) {
        fprintf(stderr,
                "usage: bench_match FILE.hr|FILE.asg [fair|mentor|reach]\n       bench_match placement STUDENTS "
                "SHIFTS\n");
        return 2;
    }
    struct str text = map(argv[1]);
    if (str_ends(str_from(argv[1]), S(".asg")))
        time_scores(text);
    else
        time_preferences(text, argc > 2 ? argv[2] : "fair", status_kb("VmRSS:"));
    return 0;
}
