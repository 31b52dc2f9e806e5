/* For tests of readers that tell all that is wrong with a file: an arena `a` and a list `problems`, new for each test.
 */
#ifndef CADRE_TEST_PROBLEMS_FIXTURE_H
#define CADRE_TEST_PROBLEMS_FIXTURE_H

#include "arena_fixture.h"
#include "base/problems.h"

static struct problems problems;

static int set_up_problems(void **state)
{
    set_up(state);
    problems = problems_new(a);
    return 0;
}

#define WITH_PROBLEMS(test) cmocka_unit_test_setup_teardown(test, set_up_problems, tear_down)

static inline void assert_count(size_t errors, size_t warnings)
{
    if (problems.errors == errors && problems.warnings == warnings)
        return;
    for (size_t i = 0; i < problems.kept; i++) {
        const struct problem *p = &problems.items[i];
        print_message("  %s %d %.*s: %.*s\n", p->severity == PROBLEM_ERROR ? "error" : "warning", p->msg,
                      STR_ARG(problem_place(a, p)), STR_ARG(p->detail));
    }
    fail_msg("%zu errors, %zu warnings; want %zu, %zu", problems.errors, problems.warnings, errors, warnings);
}

#endif
