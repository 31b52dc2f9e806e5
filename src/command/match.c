/* `cadre match FILE`: who is matched or placed with whom. Here: the verb's description, the file, the choice by its
 * kind; the kinds stand in match_*.c, the methods in engine/match. */
#include "command/match.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/verbs.h"
#include "engine/match/cascade.h"

struct mapping {
    void *p;
    size_t n;
};

static void unmap(void *arg)
{
    struct mapping *m = arg;
    munmap(m->p, m->n);
}

/* What cannot be mapped (a pipe) is read. */
bool match_map_file(struct command *c, const char *path, struct str *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        command_say("cannot read %s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    if (!S_ISREG(st.st_mode) || st.st_size == 0) {
        close(fd);
        return command_read_file(c, path, SIZE_MAX / 4, out);
    }
    struct mapping *m = ARENA_NEW(c->a, struct mapping);
    m->n = (size_t)st.st_size;
    m->p = mmap(NULL, m->n, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    close(fd);
    if (m->p == MAP_FAILED) {
        command_say("cannot read %s: %s", path, strerror(errno));
        return false;
    }
    arena_defer(c->a, unmap, m);
    *out = (struct str){m->p, m->n};
    return true;
}

int match_job_fail(const struct match_job *job, const struct err *e)
{
    command_say("%s: %s", job->path, e->detail[0] != '\0' ? e->detail : "cannot be used");
    return EXIT_REFUSED;
}

void match_print_weight(struct buf *b, int64_t weight, unsigned decimals)
{
    uint64_t u = weight < 0 ? 0 - (uint64_t)weight : (uint64_t)weight, unit = 1;
    for (unsigned k = 0; k < decimals; k++)
        unit *= 10;
    buf_printf(b, "%s%" PRIu64, weight < 0 ? "-" : "", u / unit);
    for (uint64_t rest = u % unit; rest != 0; rest %= unit) {
        if (rest == u % unit && unit != 1)
            buf_ch(b, '.');
        unit /= 10;
        buf_ch(b, (char)('0' + rest / unit));
    }
}

int match_job_print(const struct match_job *job, const struct buf *result)
{
    (void)job;
    if (fwrite(result->p, 1, result->n, stdout) == result->n && fflush(stdout) == 0)
        return EXIT_DONE;
    command_say("cannot write the result: %s", strerror(errno));
    return EXIT_REFUSED;
}

enum kind { KIND_PREFERENCES = 1, KIND_SCORES = 2, KIND_PLACEMENT = 4, KIND_CASCADE = 8 };

static const struct {
    struct str ending;
    enum kind kind;
    int (*work)(const struct match_job *job);
} kinds[] = {
    {S_INIT(".hr"), KIND_PREFERENCES, match_job_preferences},
    {S_INIT(".asg"), KIND_SCORES, match_job_scores},
    {S_INIT(".json"), KIND_CASCADE, match_job_cascade}, /* with levels */
    {S_INIT(".json"), KIND_PLACEMENT, match_job_placement},
};

/* Options that not every kind of file takes. */
static const struct {
    const char *name;
    unsigned kinds;
    const char *where;
} special[] = {
    {"mode", KIND_PREFERENCES | KIND_CASCADE, ".hr files and cascades"},
    {"explain", KIND_PREFERENCES, ".hr files"},
    {"quotas", KIND_PREFERENCES, ".hr files"},
    {"looks", KIND_PREFERENCES, ".hr files"},
    {"since", KIND_PREFERENCES, ".hr files"},
    {"seats", KIND_PREFERENCES, ".hr files"},
    {"keep", KIND_PREFERENCES, ".hr files"},
    {"aim", KIND_PLACEMENT, "placements (.json)"},
    {"seconds", KIND_PLACEMENT, "placements (.json)"},
};

static bool options_fit(const struct command *c, enum kind kind)
{
    for (size_t k = 0; k < COUNT_OF(special); k++)
        if ((special[k].kinds & kind) == 0 && command_flag(c, special[k].name)) {
            command_say("--%s is for %s", special[k].name, special[k].where);
            return false;
        }
    return true;
}

static int run(struct command *c)
{
    struct match_job job = {.c = c, .path = c->args[0]};
    struct str path = str_from(job.path);
    int64_t seed;
    if (!command_number(c, "seed", 1, 0, INT64_MAX, &seed))
        return EXIT_USAGE;
    job.seed = (uint64_t)seed;
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        if (!str_ends(path, kinds[k].ending))
            continue;
        if (job.text.p == NULL && !match_map_file(c, job.path, &job.text))
            return EXIT_REFUSED;
        if (kinds[k].kind == KIND_CASCADE && !cascade_is(job.text))
            continue;
        return options_fit(c, kinds[k].kind) ? kinds[k].work(&job) : EXIT_USAGE;
    }
    command_say("%s: the name must end in .hr, .asg or .json", job.path);
    return EXIT_USAGE;
}

static const struct option_def options[] = {
    {"mode", "MODE", "fair (default), mentor, reach, or fewest (moves since), for .hr files"},
    {"seed", "N", "the lottery that breaks ties (default 1)"},
    {"explain", "ID", "why this mentee (7) or mentor (m7) got what it got, for .hr files"},
    {"quotas", "WAY", "where no stable matching meets lower quotas: blocking (default), envy-free or off"},
    {"looks", "N", "millions of looks at entries that meeting lower quotas may take (default 1000)"},
    {"since", "RESULT", "a result that stood: who moves is told"},
    {"seats", "LIST", "mentors with other seats than in the file, 3=0,5=2: 3 leaves"},
    {"keep", NULL, "the pairs of --since stay"},
    {"aim", "AIM", "weight (default) or generous: fewest at the worst ranks, for placements"},
    {"seconds", "N", "time for conflicts that need an integer program (default 60), for placements"},
    JSON_OPTION,
};

const struct verb verb_match = {
    .name = "match",
    .arguments = "FILE",
    .summary = "Match mentees and mentors, or place students on shifts",
    .details =
        "FILE.hr holds preferences of both sides. Mode fair gives each mentee the best that any stable matching "
        "has, and no mentee "
        "gains by an untrue list; mode mentor is the same for mentors; mode reach matches as many as it can "
        "while the result stays "
        "stable, and mentees can then gain by untrue lists. Ties are broken by one lottery, which the seed "
        "makes public.\n\n"
        "FILE.asg holds a weight for each pair; the total weight is made as large as it can be.\n\n"
        "FILE.json holds students, shifts with roles, and who may have which: a placement. Aim weight makes the "
        "total weight as large as it can be; aim generous places as many as it can, with the fewest at the worst "
        "ranks. Where there is no placement, the shifts and roles that cannot be filled are told, with the "
        "reason.\n\n"
        "FILE.json with levels is a cascade: who was a mentee above mentors below only if matched. Its result is "
        "JSON.\n\n"
        "The result is one line `mentee mentor` each, 0 for unmatched; of a placement a JSON list of "
        "[student, shift, role]. What the certificate found goes to "
        "standard error, or into "
        "the JSON. The same file, mode and seed always give the same result. docs/match.md tells the formats "
        "and what is promised.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
