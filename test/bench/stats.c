/* Times of the statistics without the program around them. bench_stats data DIR writes what is to be computed:
 * 1,000,000 sparse ratings and 1,000,000 pairs, as raw numbers for the peers. bench_stats run DIR times each method on
 * them (and REML on DIR/insteval.csv, where that is) and prints `name seconds processor-seconds` lines, the best of some turns. */
#include <math.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/stats/gstudy.h"
#include "engine/stats/kappa.h"

#define RATINGS ((size_t)1000 * 1000)
#define PERSONS 100000
#define RATERS 20000
#define TURNS 5     /* at least, */
#define SECONDS 4.0 /* and as many as fit: on a busy machine the best of them is what it takes */

static uint64_t state = 1;

/* SplitMix64 (Steele, Lea, Flood 2014), 0..1. */
static double uniform(void)
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static double normal(void)
{
    return sqrt(-2 * log(1 - uniform())) * cos(2 * M_PI * uniform());
}

static const char *path_of(struct arena *a, const char *dir, const char *name)
{
    return str_z(a, str_printf(a, "%s/%s", dir, name));
}

static void save(const char *path, const void *p, size_t n)
{
    FILE *to = fopen(path, "wb");
    ASSERT(to != NULL && fwrite(p, 1, n, to) == n && fclose(to) == 0);
}

static struct str load(struct arena *a, const char *path)
{
    struct buf b = buf_new(a, 1 << 20);
    char chunk[65536];
    FILE *from = fopen(path, "rb");
    if (from == NULL) {
        perror(path);
        exit(1);
    }
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, from)) > 0;)
        buf_add(&b, chunk, n);
    fclose(from);
    return buf_text(&b);
}

static void make(struct arena *a, const char *dir)
{
    uint32_t *p = ARENA_ARRAY(a, RATINGS, uint32_t), *r = ARENA_ARRAY(a, RATINGS, uint32_t);
    double *y = ARENA_ARRAY(a, RATINGS, double), *person = ARENA_ARRAY(a, PERSONS, double),
           *rater = ARENA_ARRAY(a, RATERS, double);
    for (size_t k = 0; k < PERSONS; k++)
        person[k] = 0.4 * normal();
    for (size_t k = 0; k < RATERS; k++)
        rater[k] = 0.3 * normal();
    for (size_t i = 0; i < RATINGS; i++) { /* 10 raters each on the mean */
        p[i] = i < PERSONS ? (uint32_t)i : (uint32_t)(uniform() * PERSONS);
        r[i] = i < RATERS ? (uint32_t)i : (uint32_t)(uniform() * RATERS);
        y[i] = fmin(5, fmax(1, nearbyint(3.5 + person[p[i]] + rater[r[i]] + 0.6 * normal())));
    }
    save(path_of(a, dir, "person.u32"), p, RATINGS * sizeof *p);
    save(path_of(a, dir, "rater.u32"), r, RATINGS * sizeof *r);
    save(path_of(a, dir, "score.f64"), y, RATINGS * sizeof *y);
    FILE *csv = fopen(path_of(a, dir, "ratings.csv"), "w");
    ASSERT(csv != NULL);
    fputs("p,r,y\n", csv);
    for (size_t i = 0; i < RATINGS; i++)
        fprintf(csv, "%" PRIu32 ",%" PRIu32 ",%g\n", p[i], r[i], y[i]);
    ASSERT(fclose(csv) == 0);
    csv = fopen(path_of(a, dir, "pairs.csv"), "w");
    ASSERT(csv != NULL);
    fputs("first,second\n", csv);
    for (size_t i = 0; i < RATINGS; i++) {
        p[i] = (uint32_t)(uniform() * 7);
        r[i] = uniform() < 0.6 ? p[i] : (uint32_t)(uniform() * 7);
        fprintf(csv, "%" PRIu32 ",%" PRIu32 "\n", p[i] + 1, r[i] + 1);
    }
    ASSERT(fclose(csv) == 0);
    save(path_of(a, dir, "first.u32"), p, RATINGS * sizeof *p);
    save(path_of(a, dir, "second.u32"), r, RATINGS * sizeof *r);
}

static double processor(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct study {
    size_t n;
    const double *y;
    const uint32_t *code[2];
    uint32_t levels[2];
    bool reml;
    struct gstudy_fit fit;
};

static void fit_study(struct arena *a, void *arg)
{
    struct study *s = arg;
    struct err e = {0};
    struct gstudy *g = gstudy_new(a, s->y, s->n);
    uint32_t p = UINT32_C(1) << gstudy_facet(g, S("p"), s->code[0], s->levels[0]);
    uint32_t r = UINT32_C(1) << gstudy_facet(g, S("r"), s->code[1], s->levels[1]);
    gstudy_effect(g, S("p"), p);
    gstudy_effect(g, S("r"), r);
    gstudy_effect(g, S("pr"), p | r);
    if (gstudy_fit(g, 0, s->reml, &s->fit, &e) != RC_OK || s->fit.reml_done != s->reml) {
        fprintf(stderr, "%s%s\n", e.detail, s->fit.why);
        exit(1);
    }
}

struct pairs {
    const uint32_t *x, *y;
    struct kappa k;
};

static void fit_kappa(struct arena *a, void *arg)
{
    struct pairs *p = arg;
    struct err e = {0};
    double counts[49];
    kappa_count(p->x, p->y, RATINGS, 7, counts);
    ASSERT(kappa_cohen(a, counts, 7, KAPPA_QUADRATIC, NULL, 0.95, &p->k, &e) == RC_OK);
}

static void time_it(const char *name, void (*work)(struct arena *a, void *arg), void *arg,
                    double value(const void *arg))
{
    double best = INFINITY, best_cpu = INFINITY;
    double all = 0;
    for (int turn = 0; turn < TURNS || all < SECONDS; turn++) {
        struct arena *a = arena_new(0);
        uint64_t from = clock_steady_us();
        double cpu = processor();
        work(a, arg);
        best_cpu = fmin(best_cpu, processor() - cpu);
        double took = (double)(clock_steady_us() - from) / 1e6;
        best = fmin(best, took);
        all += took;
        arena_free(a);
    }
    printf("%s %.6f %.6f %.9g\n", name, best, best_cpu, value(arg));
}

static double person_anova(const void *arg)
{
    return ((const struct study *)arg)->fit.anova[0];
}

static double person_reml(const void *arg)
{
    return ((const struct study *)arg)->fit.reml[0];
}

static double kappa_value(const void *arg)
{
    return ((const struct pairs *)arg)->k.value.est;
}

static void run(struct arena *a, const char *dir)
{
    struct study s = {.n = RATINGS, .levels = {PERSONS, RATERS}}, inst = {.reml = true};
    struct pairs pairs = {0};
    s.code[0] = (const void *)load(a, path_of(a, dir, "person.u32")).p;
    s.code[1] = (const void *)load(a, path_of(a, dir, "rater.u32")).p;
    s.y = (const void *)load(a, path_of(a, dir, "score.f64")).p;
    time_it("henderson", fit_study, &s, person_anova);
    pairs.x = (const void *)load(a, path_of(a, dir, "first.u32")).p;
    pairs.y = (const void *)load(a, path_of(a, dir, "second.u32")).p;
    time_it("kappa", fit_kappa, &pairs, kappa_value);
    if (access(path_of(a, dir, "insteval.csv"), R_OK) != 0)
        return;
    struct stats_table t;
    struct stats_levels d, st;
    struct err e = {0};
    ASSERT(stats_table_read(a, S("insteval.csv"), load(a, path_of(a, dir, "insteval.csv")), &t, &e) == RC_OK);
    stats_levels_of(a, &t, (size_t)stats_column_find(&t, S("d")), &d);
    stats_levels_of(a, &t, (size_t)stats_column_find(&t, S("s")), &st);
    ASSERT(stats_numbers(&t, (size_t)stats_column_find(&t, S("y")), &inst.y, &e) == RC_OK);
    inst.n = t.rows;
    inst.code[0] = d.code;
    inst.code[1] = st.code;
    inst.levels[0] = d.count;
    inst.levels[1] = st.count;
    time_it("reml", fit_study, &inst, person_reml);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(0);
    if (argc == 3 && strcmp(argv[1], "data") == 0)
        make(a, argv[2]);
    else if (argc == 3 && strcmp(argv[1], "run") == 0)
        run(a, argv[2]);
    else
        fprintf(stderr, "usage: bench_stats data|run DIR\n");
    arena_free(a);
    return argc == 3 ? 0 : 2;
}
