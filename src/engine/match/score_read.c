/* The .asg format: three numbers, the capacities, a line for each mentee. Weights may be negative and may have
 * decimals; all are kept as whole numbers of the smallest decimal place that occurs. */
#include "engine/match/scan.h"
#include "engine/match/score.h"

#define MOST_DECIMALS 9u

/* The most digits after any decimal point. */
static unsigned count_decimals(struct str text)
{
    unsigned most = 0, run = 0;
    bool inside = false, comment = false;
    for (size_t k = 0; k < text.n; k++) {
        char c = text.p[k];
        comment = c == '\n' ? false : comment || c == '#';
        run = inside && scan_is_digit(c) ? run + 1 : 0;
        inside = !comment && (c == '.' || run > 0);
        most = run > most ? run : most;
    }
    return most;
}

static bool word_ends(const struct scan *s)
{
    return s->at == s->end || *s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t' || *s->at == '#';
}

static bool add_digit(int64_t *v, int digit)
{
    return !__builtin_mul_overflow(*v, 10, v) && !__builtin_add_overflow(*v, digit, v);
}

static bool read_weight(struct scan *s, unsigned decimals, int64_t *out)
{
    bool negative = s->at < s->end && *s->at == '-', any = false;
    int64_t v = 0;
    unsigned places = 0;
    s->at += negative;
    for (; s->at < s->end && scan_is_digit(*s->at); s->at++, any = true)
        if (!add_digit(&v, *s->at - '0'))
            return false;
    if (s->at < s->end && *s->at == '.')
        for (s->at++; s->at < s->end && scan_is_digit(*s->at); s->at++, places++, any = true)
            if (!add_digit(&v, *s->at - '0'))
                return false;
    for (; places < decimals; places++)
        if (!add_digit(&v, 0))
            return false;
    *out = negative ? -v : v;
    return any && word_ends(s);
}

static enum rc read_u32(struct scan *s, const char *what, uint32_t *out, struct err *e)
{
    scan_blanks(s);
    if (!scan_u32(s, out))
        return scan_fail(s, e, "expected %s, found '%.*s'", what, STR_ARG(scan_word(s)));
    return RC_OK;
}

static enum rc read_row(struct scan *s, struct score *g, uint32_t i, size_t room, uint32_t *seen, struct err *e)
{
    uint32_t count, pair = g->from[i];
    TRY(read_u32(s, "how many pairs the mentee has", &count, e));
    if (count > room - pair)
        return scan_fail(s, e, "mentee %" PRIu32 " has %" PRIu32 " pairs, but the first line leaves room for %zu",
                         i + 1, count, room - pair);
    for (uint32_t k = 0; k < count; k++, pair++) {
        uint32_t mentor;
        TRY(read_u32(s, "the number of a mentor", &mentor, e));
        if (mentor == 0 || mentor > g->m)
            return scan_fail(s, e, "mentor %" PRIu32 " is outside 1 to %" PRIu32, mentor, g->m);
        if (seen[mentor - 1] == i + 1)
            return scan_fail(s, e, "mentor %" PRIu32 " stands twice in the list", mentor);
        seen[mentor - 1] = i + 1;
        g->mentor[pair] = mentor - 1;
        scan_blanks(s);
        struct str word = scan_word(s);
        if (!read_weight(s, g->decimals, &g->weight[pair]))
            return scan_fail(s, e, "expected a weight, found '%.*s'", STR_ARG(word));
    }
    if (!scan_line_over(s))
        return scan_fail(s, e, "more than the %" PRIu32 " pairs that the line announces", count);
    g->from[i + 1] = pair;
    return RC_OK;
}

enum rc score_read(struct arena *a, struct str text, struct score **out, struct err *e)
{
    struct scan s = scan_new(text);
    struct score *g = ARENA_NEW(a, struct score);
    uint32_t pairs;
    if (!scan_next_line(&s))
        return scan_fail(&s, e, "the file is empty");
    TRY(read_u32(&s, "the number of mentees", &g->n, e));
    TRY(read_u32(&s, "the number of mentors", &g->m, e));
    TRY(read_u32(&s, "the number of pairs", &pairs, e));
    if (!scan_line_over(&s))
        return scan_fail(&s, e, "the first line holds three numbers: mentees, mentors, pairs");
    size_t left = (size_t)(s.end - s.at);
    if ((size_t)g->n + g->m + pairs > left || g->n == UINT32_MAX || pairs == UINT32_MAX)
        return scan_fail(&s, e, "the file is too short for what its first line announces");
    g->decimals = count_decimals((struct str){s.at, left});
    if (g->decimals > MOST_DECIMALS)
        return err_set(e, RC_INVALID, 0, "a weight has %u decimals; at most %u are read", g->decimals, MOST_DECIMALS);
    g->capacity = ARENA_ARRAY(a, g->m, uint32_t);
    g->from = ARENA_ARRAY(a, (size_t)g->n + 1, uint32_t);
    g->mentor = arena_alloc_raw(a, pairs * sizeof *g->mentor);
    g->weight = arena_alloc_raw(a, pairs * sizeof *g->weight);
    for (uint32_t j = 0; j < g->m; j++) {
        if (!scan_next_line(&s))
            return scan_fail(&s, e, "the file ends after %" PRIu32 " of %" PRIu32 " capacities", j, g->m);
        TRY(read_u32(&s, "a capacity", &g->capacity[j], e));
    }
    if (!scan_line_over(&s))
        return scan_fail(&s, e, "more than %" PRIu32 " capacities", g->m);
    struct arena *own = arena_new(0);
    uint32_t *seen = ARENA_ARRAY(own, g->m, uint32_t);
    enum rc rc = RC_OK;
    for (uint32_t i = 0; i < g->n && rc == RC_OK; i++)
        rc = scan_next_line(&s) ? read_row(&s, g, i, pairs, seen, e)
                                : scan_fail(&s, e, "the file ends after %" PRIu32 " of %" PRIu32 " mentees", i, g->n);
    arena_free(own);
    if (rc == RC_OK && scan_next_line(&s))
        rc = scan_fail(&s, e, "something follows the last mentee: '%.*s'", STR_ARG(scan_word(&s)));
    if (rc == RC_OK && g->from[g->n] != pairs)
        rc = err_set(e, RC_INVALID, 0, "the first line announces %" PRIu32 " pairs, the lists hold %" PRIu32, pairs,
                     g->from[g->n]);
    *out = g;
    return rc;
}
