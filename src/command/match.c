/* `cadre match FILE`: who is matched or placed with whom. Here: the verb's description, the file, the choice by its
 * kind; the kinds stand in match_*.c, the methods in engine/match. */
#include "command/match.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/verbs.h"

struct mapping {
    void *p;
    size_t n;
};

static void unmap(void *arg)
{
    struct mapping *m = arg;
    munmap(m->p, m->n);
}

/* The file's bytes, mapped until the arena goes. What cannot be mapped (a pipe) is read. */
static bool map_file(struct command *c, const char *path, struct str *out)
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

int match_job_print(const struct match_job *job, const struct buf *result)
{
    (void)job;
    if (fwrite(result->p, 1, result->n, stdout) == result->n && fflush(stdout) == 0)
        return EXIT_DONE;
    command_say("cannot write the result: %s", strerror(errno));
    return EXIT_REFUSED;
}

static const struct {
    struct str ending;
    int (*work)(const struct match_job *job);
} kinds[] = {
    {S_INIT(".hr"), match_job_preferences},
    {S_INIT(".asg"), match_job_scores},
};

static int run(struct command *c)
{
    struct match_job job = {.c = c, .path = c->args[0]};
    struct str path = str_from(job.path);
    int64_t seed;
    if (!command_number(c, "seed", 1, 0, INT64_MAX, &seed))
        return EXIT_USAGE;
    job.seed = (uint64_t)seed;
    for (size_t k = 0; k < COUNT_OF(kinds); k++)
        if (str_ends(path, kinds[k].ending))
            return map_file(c, job.path, &job.text) ? kinds[k].work(&job) : EXIT_REFUSED;
    command_say("%s: the name must end in .hr or .asg", job.path);
    return EXIT_USAGE;
}

static const struct option_def options[] = {
    {"mode", "MODE", "fair (default), mentor or reach, for .hr files"},
    {"seed", "N", "the lottery that breaks ties (default 1)"},
    {"explain", "ID", "why this mentee (7) or mentor (m7) got what it got"},
    JSON_OPTION,
};

const struct verb verb_match = {
    .name = "match",
    .arguments = "FILE",
    .summary = "Match mentees and mentors, or place students on shifts",
    .details = "FILE.hr holds preferences of both sides. Mode fair gives each mentee the best that any stable matching "
               "has, and no mentee "
               "gains by an untrue list; mode mentor is the same for mentors; mode reach matches as many as it can "
               "while the result stays "
               "stable, and mentees can then gain by untrue lists. Ties are broken by one lottery, which the seed "
               "makes public.\n\n"
               "FILE.asg holds a weight for each pair; the total weight is made as large as it can be.\n\n"
               "The result is one line `mentee mentor` each, 0 for unmatched. What the certificate found goes to "
               "standard error, or into "
               "the JSON. The same file, mode and seed always give the same result. docs/match.md tells the formats "
               "and what is promised.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
