/* The negotiations that ship are worth negotiating: there are deals that are better for everybody than none, few enough to have to be looked
 * for, more than one of them as good as can be, and others that leave value on the table; and the texts name the points that the tables do. */
#include "problems_fixture.h"

#include "base/embedded.h"
#include "programme/practice/practice.h"
#include "programme/practice/room_text.h"

struct deal {
    int64_t points[NEGOTIATION_PARTIES_MOST];
};

/* All deals, the options counted up like the digits of a number. */
static struct deal *all_deals(const struct negotiation *n, size_t *count)
{
    size_t option[NEGOTIATION_ISSUES_MOST] = {0}, k;
    *count = 1;
    for (k = 0; k < n->issue_count; k++)
        *count *= n->issues[k].option_count;
    struct deal *deals = ARENA_ARRAY(a, *count, struct deal);
    for (size_t d = 0; d < *count; d++) {
        for (size_t p = 0; p < n->plan.part_count; p++)
            for (k = 0, deals[d].points[p] = 0; k < n->issue_count; k++)
                deals[d].points[p] += n->issues[k].points[option[k]][p];
        for (k = 0; k < n->issue_count && ++option[k] == n->issues[k].option_count; k++)
            option[k] = 0;
    }
    return deals;
}

/* Is x at least as good as y for all, and better for somebody. */
static bool beats(const struct negotiation *n, const int64_t *x, const int64_t *y)
{
    bool better = false;
    for (size_t p = 0; p < n->plan.part_count; p++) {
        if (x[p] < y[p])
            return false;
        better |= x[p] > y[p];
    }
    return better;
}

static bool can_be_bettered(const struct negotiation *n, const struct deal *deals, size_t count, const struct deal *of)
{
    for (size_t d = 0; d < count; d++)
        if (beats(n, deals[d].points, of->points))
            return true;
    return false;
}

static void check_negotiation(struct str file, const struct negotiation *n)
{
    size_t count, zone = 0, efficient = 0;
    struct deal *deals = all_deals(n, &count);
    for (size_t d = 0; d < count; d++) {
        if (!beats(n, deals[d].points, n->best))
            continue;
        zone++;
        efficient += !can_be_bettered(n, deals, count, &deals[d]);
    }
    if (zone == 0 || zone > count / 5 || efficient < 2 || efficient >= zone)
        fail_msg("%.*s: %zu of %zu deals are better than none, %zu of them cannot be bettered", STR_ARG(file), zone, count, efficient);
    for (size_t p = 0; p < n->plan.part_count; p++)
        if (!str_find(n->alternatives[p], str_printf(a, "%" PRId64 " points", n->best[p]), NULL) &&
            !str_find(n->alternatives[p], str_printf(a, "%" PRId64 " Punkte", n->best[p]), NULL))
            fail_msg("%.*s: the alternative of %.*s does not name its points", STR_ARG(file), STR_ARG(n->plan.parts[p].title));
}

static void negotiations_are_worth_it(void **state)
{
    (void)state;
    size_t count, seen = 0;
    const struct embedded *first = embedded_first(S("content/exercises/"), &count);
    struct negotiation *n = ARENA_NEW(a, struct negotiation);
    for (size_t k = 0; k < count; k++) {
        if (!str_starts(first[k].bytes, S("kind: negotiation\n")))
            continue;
        struct sections s = sections_read(a, first[k].path, first[k].bytes, &problems);
        negotiation_read(a, &s, &problems, n);
        assert_count(0, 0);
        check_negotiation(first[k].path, n);
        seen++;
    }
    assert_true(seen >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {WITH_PROBLEMS(negotiations_are_worth_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
