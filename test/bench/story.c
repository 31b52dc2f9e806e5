/* Reading and checking a case of 10,000 passages, without the program around it; story.mjs says what comes of it. Three cases: choices
 * alone; conditions on variables that are decided nearby, as authors write them; and one in which everything can change everything,
 * where the bound is hit. Beside them what no checker can do without: going over the bytes (is it text, where do lines begin). And a
 * step of an attempt that is 30 choices old, replayed from its list. Prints JSON; times are medians of processor time, in seconds. */
#include "base/utf8.h"
#include "engine/story/story.h"

#define PASSAGES 10000
#define TURNS 15

static uint64_t state;

static uint32_t chance(uint32_t below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((state >> 33) % below);
}

static const char *const words = "The ward is busy tonight, and the registrar has been called away to another floor. Two beds are waiting for a "
                                 "decision, and the family of the third asks who is in charge.\n";

static uint32_t further(uint32_t k, uint32_t most)
{
    uint32_t to = k + 1 + chance(most);
    return to < PASSAGES ? to : PASSAGES - 1;
}

enum kind { PLAIN, NEARBY, EVERYTHING, KINDS };

static void conditions(struct buf *b, enum kind kind, uint32_t k)
{
    uint32_t what = chance(10);
    if (kind == NEARBY) {
        if (k % 10 == 0)
            buf_printf(b, "<<set $told%u to either(\"yes\", \"no\", \"later\")>>\n", k / 10);
        if (k % 10 == 5)
            buf_printf(b, "<<if $told%u is \"yes\">>[[It is out|P%u]]<<elseif $told%u is \"no\">>[[Wait|P%u]]<</if>>\n", k / 10,
                       further(k, 1), k / 10, further(k, 3));
    } else if (kind == EVERYTHING && what < 2) {
        buf_printf(b, "<<set $trust += %u>>\n", chance(3));
    } else if (kind == EVERYTHING && what < 4) {
        buf_printf(b, "<<set $told to %s>>\n", chance(2) != 0 ? "true" : "false");
    } else if (kind == EVERYTHING && what < 6) {
        buf_printf(b, "<<if $told>>[[They know|P%u]]<<else>>You wait.<</if>>\n", further(k, 3));
    } else if (kind == EVERYTHING && what < 8) {
        buf_printf(b, "<<if $trust gt %u>>They listen.<</if>><<if visited() gt 1>>Again.<</if>>\n", chance(6));
    }
}

static struct str make(struct arena *a, enum kind kind)
{
    struct buf b = buf_new(a, 4 << 20);
    state = 7;
    buf_z(&b, ":: StoryData\n{\"ifid\": \"D674C58C-DEFA-4F70-B7A2-27742230C0FC\", \"format\": \"SugarCube\", \"start\": \"P0\"}\n\n"
              ":: StoryInit\n<<set $trust to 0, $told to false>>\n\n");
    for (uint32_t k = 0; k < PASSAGES; k++) {
        buf_printf(&b, ":: P%u%s\n%s", k, k == PASSAGES - 1 ? " [ending]" : "", words);
        if (k == PASSAGES - 1)
            break;
        conditions(&b, kind, k);
        buf_printf(&b, "[[Go on|P%u]]\n[[Ask the nurse|P%u]]\n\n", k + 1, further(k, 20));
    }
    return buf_text(&b);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double median(double *x)
{
    for (size_t i = 1; i < TURNS; i++)
        for (size_t k = i; k != 0 && x[k - 1] > x[k]; k--) {
            double swap = x[k];
            x[k] = x[k - 1];
            x[k - 1] = swap;
        }
    return x[TURNS / 2];
}

static size_t read_bytes(struct str s)
{
    size_t lines = utf8_is_text(s);
    for (const char *p = s.p, *end = s.p + s.n; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        lines++;
    return lines;
}

static void measure(struct arena *a, enum kind kind)
{
    static const char *const names[] = {"choices alone", "conditions decided nearby", "everything changes everything"};
    double reading[TURNS], parsing[TURNS], checking[TURNS], both[TURNS];
    struct str text = make(a, kind);
    struct story_checked r = {0};
    size_t lines = 0, found = 0;
    for (size_t k = 0; k < TURNS; k++) {
        struct arena *one = arena_new(1 << 20);
        struct story_problems p = story_problems_new(one);
        double from = now();
        lines += read_bytes(text);
        double read = now();
        struct story *s = story_parse(one, S("case.twee"), text, &p);
        double parsed = now();
        r = story_check(one, s, 0, &p);
        double checked = now();
        found = p.errors + p.warnings;
        reading[k] = read - from;
        parsing[k] = parsed - read;
        checking[k] = checked - parsed;
        both[k] = checked - read;
        arena_free(one);
    }
    ASSERT(lines > PASSAGES);
    printf("{\"name\":\"%s\",\"bytes\":%zu,\"read\":%.6f,\"parse\":%.6f,\"check\":%.6f,\"both\":%.6f,\"states\":%zu,\"complete\":%s,"
           "\"found\":%zu}",
           names[kind], text.n, median(reading), median(parsing), median(checking), median(both), r.states, r.complete ? "true" : "false",
           found);
}

static void steps(struct arena *a)
{
    struct story_problems p = story_problems_new(a);
    struct story *s = story_parse(a, S("case.twee"), make(a, EVERYTHING), &p);
    uint32_t choices[30];
    double took[TURNS];
    for (size_t k = 0; k < COUNT_OF(choices); k++)
        choices[k] = 1 + (uint32_t)(k % 2);
    for (size_t k = 0; k < TURNS; k++) {
        double from = now();
        for (int i = 0; i < 100; i++) {
            struct arena *one = arena_new(0);
            struct story_attempt *t;
            ASSERT(story_replay(one, s, 1, choices, COUNT_OF(choices), &t, NULL) == RC_OK);
            arena_free(one);
        }
        took[k] = (now() - from) / 100;
    }
    printf("%.9f", median(took));
}

int main(void)
{
    struct arena *a = arena_new(1 << 20);
    printf("{\"passages\":%d,\"cases\":[", PASSAGES);
    for (enum kind kind = PLAIN; kind < KINDS; kind++) {
        fputs(kind == PLAIN ? "" : ",", stdout);
        measure(a, kind);
    }
    fputs("],\"step\":", stdout);
    steps(a);
    puts("}");
    arena_free(a);
    return 0;
}
