/* `cadre stats METHOD FILE.csv`: the verb, its files and options, and how results are printed. The methods stand in
 * stats_*.c, the mathematics in engine/stats, the list of them in stats_methods.h. */
#include "command/stats.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>
#include <zlib.h>

#include "command/verbs.h"

#define FILE_MOST ((size_t)1 << 30)

/* ---- input ------------------------------------------------------------------------------------------------------------ */
/* The bytes of a file, unpacked where it is a gzip. */
static bool read_bytes(const struct stats_job *job, const char *path, struct str *out)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    gzFile z = fd >= 0 ? gzdopen(fd, "rb") : NULL;
    if (z == NULL) {
        command_say("cannot read %s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    struct buf b = buf_new(job->a, (size_t)1 << 16);
    char *chunk = arena_alloc_raw(job->a, 1 << 17);
    int n;
    errno = 0;
    while ((n = gzread(z, chunk, 1 << 17)) > 0 && b.n <= FILE_MOST)
        buf_add(&b, chunk, (size_t)n);
    int problem = errno, state = Z_OK;
    gzerror(z, &state);
    gzclose_r(z);
    if (n < 0 || state < 0)
        command_say("cannot read %s: %s", path, problem != 0 ? strerror(problem) : "the gzip is damaged or cut off");
    else if (b.n > FILE_MOST)
        command_say("%s is larger than %zu bytes", path, FILE_MOST);
    *out = buf_text(&b);
    return n == 0 && state >= 0 && b.n <= FILE_MOST;
}

bool stats_read(const struct stats_job *job, size_t k, struct stats_table *out)
{
    struct str bytes;
    struct err e = {0};
    if (!read_bytes(job, job->files[k], &bytes))
        return false;
    if (stats_table_read(job->a, str_from(job->files[k]), bytes, out, &e) == RC_OK)
        return true;
    stats_fail(job, &e);
    return false;
}

bool stats_option_real(const struct stats_job *job, const char *name, double otherwise, double least, double most,
                       double *out)
{
    const char *text = command_option(job->c, name, NULL);
    *out = otherwise;
    if (text == NULL)
        return true;
    if (str_to_real(str_from(text), out) && *out >= least && *out <= most)
        return true;
    command_say("--%s takes a number from %g to %g, not '%s'", name, least, most, text);
    return false;
}

/* ---- output ----------------------------------------------------------------------------------------------------------- */
int stats_fail(const struct stats_job *job, const struct err *e)
{
    command_say("%s: %s", job->method, e->detail[0] != '\0' ? e->detail : "cannot be computed");
    return EXIT_REFUSED;
}

json_t *stats_json(double x)
{
    return isfinite(x) ? json_real(x == 0 ? 0 : x) : json_null();
}

json_t *stats_json_array(const double *x, size_t n)
{
    json_t *array = json_array();
    for (size_t k = 0; k < n; k++)
        json_array_append_new(array, stats_json(x[k]));
    return array;
}

json_t *stats_json_interval(struct stats_interval ci)
{
    return json_pack("[o,o]", stats_json(ci.lo), stats_json(ci.hi));
}

json_t *stats_json_estimate(struct stats_estimate x)
{
    return json_pack("{s:o,s:o,s:o}", "est", stats_json(x.est), "lo", stats_json(x.ci.lo), "hi", stats_json(x.ci.hi));
}

json_t *stats_json_text(struct str s)
{
    return json_stringn(s.p != NULL ? s.p : "", s.n);
}

int stats_print(const struct stats_job *job, json_t *result)
{
    (void)job;
    ASSERT(result != NULL);
    int failed = json_dumpf(result, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    json_decref(result);
    if (failed == 0 && fputc('\n', stdout) != EOF && fflush(stdout) == 0)
        return EXIT_DONE;
    command_say("cannot write the result: %s", strerror(errno));
    return EXIT_REFUSED;
}

/* ---- the verb --------------------------------------------------------------------------------------------------------- */
static const struct {
    const char *name;
    size_t files;
    int (*run)(const struct stats_job *job);
} methods[] = {
#define METHOD(function, name, files, does) {name, files, stats_run_##function},
    STATS_METHODS(METHOD)
#undef METHOD
};

static int run(struct command *c)
{
    struct stats_job job = {.c = c, .a = c->a, .method = c->args[0]};
    job.files = c->args + 1;
    job.file_count = c->arg_count - 1;
    if (!stats_option_real(&job, "level", 0.95, 0.5, 0.9999, &job.level))
        return EXIT_USAGE;
    for (size_t k = 0; k < COUNT_OF(methods); k++) {
        if (strcmp(methods[k].name, job.method) != 0)
            continue;
        if (methods[k].files == job.file_count)
            return methods[k].run(&job);
        command_say("%s takes %zu file%s", job.method, methods[k].files, methods[k].files == 1 ? "" : "s");
        return EXIT_USAGE;
    }
    command_say("there is no method '%s'; `cadre stats --help` lists them", job.method);
    return EXIT_USAGE;
}

static const struct option_def options[] = {
    {"level", "P", "of the intervals (default 0.95)"},
    {"levels", "A,B,...", "kappa: the scale in order, with levels that nobody used (default: those in the file)"},
    {"disagreement", "MATRIX", "kappa: weights of disagreement, rows by ;, as 0,1,3;1,0,6;3,6,0"},
    {"effects", "LIST", "gstudy: effects with their columns, as \"p i pi=p,i\" or \"p r:p=p,r\" (a column that is not there: each row)"},
    {"object", "EFFECT", "gstudy: what is to be told apart (default: the first effect)"},
    {"score", "COLUMN", "gstudy, groups, growth, its: where the scores stand (default y)"},
    {"n", "LIST", "gstudy: numbers to decide on, as \"r=5 r=10\" or \"i=4,o=2 i=8,o=1\""},
    {"target", "G", "gstudy: the coefficient to reach (default 0.8)"},
    {"vary", "COLUMN", "gstudy: what to take more of (default: the only one there is)"},
    {"fixed", "LIST", "gstudy: numbers of the others meanwhile, as \"o=3\" (default 1 each)"},
    {"weights", "W,W,...", "gstudy-mv: of the strata in order (default: the same for each)"},
    {"estimate", "HOW", "mfrm: joint (default) or marginal"},
    {"columns", "A,B", "pairs, agreement: the two columns; groups: compare the change from one to the other"},
    {"only", "COLUMN=VALUE", "groups, pairs: rows with that value alone"},
    {"by", "COLUMN", "groups, ancova (default group); growth: a line for each of these groups"},
    {"compare", "A,B", "groups: which two, the first less the second (default: the two there are)"},
    {"outcome", "COLUMN", "ancova: what is compared (default post)"},
    {"covariate", "COLUMN", "ancova: what it is adjusted for (default pre)"},
    {"reference", "GROUP", "ancova, growth: the group that the others are compared with (default: the first)"},
    {"time", "COLUMN", "growth, its: when (default time; its: or 0, 1, 2, ...)"},
    {"id", "COLUMN", "growth: whose rows these are (default id)"},
    {"no-slope", NULL, "growth: everybody grows alike, only the start differs"},
    {"ml", NULL, "growth: maximum likelihood instead of REML"},
    {"from", "LABEL", "its: the first point after the interruption, as the label column has it"},
    {"settled", "LABEL", "its: the first point when it was in place; those between are of neither side (default: --from)"},
    {"label", "COLUMN", "its: what points are called (default: the first column)"},
    {"no-trend", NULL, "its: the slope stays, only the level may change"},
    {"trend-from", "TIME", "its: where the added trend is 0 (default: at the first point after)"},
    {"offset", "COLUMN", "its: counts out of this, by Poisson regression"},
    {"counts", NULL, "its: counts without a denominator, by Poisson regression"},
    {"harmonics", "N", "its: pairs of sine and cosine for the seasons (default 0)"},
    {"period", "N", "its: points in a year, for the seasons (default 12)"},
    {"effect-at", "LABEL", "its: tell the effect there (default: the last point)"},
    {"no-reml", NULL, "gstudy: Henderson 1 alone"},
    {"blups", NULL, "gstudy: print the predicted value of every level"},
};

#define HELP(function, name, files, does) name ": " does ".\n\n"
const struct verb verb_stats = {
    .name = "stats",
    .arguments = "METHOD FILE [FILE] [FILE]",
    .summary = "Compute a statistic from CSV and print it as JSON",
    .details = "FILE is a CSV whose first row names the columns; an empty field is a missing value; .gz is unpacked; - is "
               "standard input. What is not defined is null.\n\n" STATS_METHODS(HELP)
               "docs/stats.md tells formats, formulas and sources.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
