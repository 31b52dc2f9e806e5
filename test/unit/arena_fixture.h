/* For tests of what works in memory alone: an arena `a` that is new for each test, and what is asked of text. */
#ifndef CADRE_TEST_ARENA_FIXTURE_H
#define CADRE_TEST_ARENA_FIXTURE_H

#include "base/base.h"

#include <setjmp.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"

static struct arena *a;

static int set_up(void **unused)
{
    (void)unused;
    a = arena_new(0);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    arena_free(a);
    return 0;
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static inline void assert_str(struct str got, const char *want)
{
    if (got.p == NULL || !str_eq_z(got, want))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static inline void has(struct str text, const char *piece)
{
    if (!str_find(text, str_from(piece), NULL))
        fail_msg("\"%s\" is not in:\n%.*s", piece, STR_ARG(text));
}

static inline void has_not(struct str text, const char *piece)
{
    if (str_find(text, str_from(piece), NULL))
        fail_msg("\"%s\" is in:\n%.*s", piece, STR_ARG(text));
}

#endif
