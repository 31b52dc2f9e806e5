/* Times of control charts without the program around them. bench_chart data DIR writes 1,000 series of 36 months as raw numbers for the
 * peer; bench_chart run DIR computes for each the I chart and Nelson's eight rules, and draws SVG pictures, and prints
 * `name seconds processor-seconds value` lines for one chart, the best of some turns. The value: signals found, bytes drawn. */
#include <math.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/spc/series.h"
#include "engine/spc/spc.h"
#include "view/chart.h"

#define SERIES 1000
#define POINTS 36
#define SECONDS 3.0

static uint64_t state = 1;

/* SplitMix64 (Steele, Lea, Flood 2014), 0..1. */
static double uniform(void)
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static double values[SERIES][POINTS];

static void fill(void)
{
    for (size_t s = 0; s < SERIES; s++)
        for (size_t i = 0; i < POINTS; i++)
            values[s][i] = 20 + sqrt(-2 * log(1 - uniform())) * cos(2 * M_PI * uniform()) - (s % 3 == 0 && i > POINTS / 2 ? 2 : 0);
}

static double processor(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One turn over all series; gives what is counted. */
static double turn(struct arena *a, const struct spc_stratum *times, bool draws)
{
    double counted = 0;
    struct spc_plan plan = spc_plan_default();
    plan.kind = SPC_I;
    plan.rules = SPC_NELSON;
    plan.good = SPC_DOWN_IS_GOOD;
    for (size_t s = 0; s < SERIES; s++) {
        struct spc_series series = {.count = POINTS, .y = values[s]};
        struct spc_chart c;
        struct err e;
        ASSERT(spc_compute(a, &series, &plan, &c, &e) == RC_OK);
        struct spc_stratum own = *times;
        own.series = series;
        struct chart_picture p = {.name = S("Falls per 1,000 bed days"), .stratum = &own, .scale = SPC_SCALE_DAYS, .chart = &c};
        counted += draws ? (double)chart_file(a, chart_draw(a, &p)).n : (double)c.event_count;
        arena_reset(a);
    }
    return counted;
}

static void measure(const char *name, const struct spc_stratum *times, bool draws)
{
    struct arena *a = arena_new(1 << 20);
    double best = INFINITY, wall = INFINITY, value = 0;
    uint64_t began = clock_steady_us();
    while ((double)(clock_steady_us() - began) < SECONDS * 1e6) {
        uint64_t from = clock_steady_us();
        double cpu = processor();
        value = turn(a, times, draws);
        best = fmin(best, processor() - cpu);
        wall = fmin(wall, (double)(clock_steady_us() - from) / 1e6);
    }
    printf("%s %.9f %.9f %.0f\n", name, wall / SERIES, best / SERIES, value);
    arena_free(a);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(0);
    if (argc != 3) {
        fprintf(stderr, "usage: bench_chart data|run DIR\n");
        return 2;
    }
    fill();
    if (strcmp(argv[1], "data") == 0) {
        FILE *to = fopen(str_z(a, str_printf(a, "%s/charts.f64", argv[2])), "wb");
        ASSERT(to != NULL && fwrite(values, sizeof values, 1, to) == 1 && fclose(to) == 0);
        return 0;
    }
    struct spc_stratum times = {.x = ARENA_ARRAY(a, POINTS, struct str), .at = ARENA_ARRAY(a, POINTS, int64_t)};
    for (size_t i = 0; i < POINTS; i++) {
        struct buf b = buf_new(a, 16);
        times.at[i] = day_from_civil(2023 + (int)i / 12, 1 + (int)i % 12, 1);
        day_format(&b, times.at[i]);
        times.x[i] = buf_text(&b);
    }
    measure("chart", &times, false);
    measure("picture", &times, true);
    arena_free(a);
    return 0;
}
