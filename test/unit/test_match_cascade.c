/* Cascades: every level against the rule, on thousands of random ones; order and circles; refusals. */
#include "arena_fixture.h"
#include "chance.h"

#include "base/buf.h"
#include "engine/match/cascade.h"
#include "engine/match/match.h"

static struct cascade *read_cascade(struct str text)
{
    struct cascade *c;
    struct err e = {0};
    assert_true(cascade_is(text));
    if (cascade_read(a, text, 1, &c, &e) != RC_OK)
        fail_msg("%s in\n%.*s", e.detail, STR_ARG(text));
    return c;
}

#define PEOPLE 4 /* on each floor */
#define FLOORS 4

/* One line of a list: everybody of the other side, shuffled, some left out. */
static void put_list(struct buf *b, uint32_t count)
{
    uint32_t order[PEOPLE];
    for (uint32_t k = 0; k < count; k++)
        order[k] = k;
    for (uint32_t k = count; k-- > 1;) {
        uint32_t x = chance(k + 1), keep = order[k];
        order[k] = order[x];
        order[x] = keep;
    }
    for (uint32_t k = 0; k < count; k++)
        if (chance(4) != 0)
            buf_printf(b, " %" PRIu32, order[k] + 1);
}

static void put_names(struct buf *b, const char *member, uint32_t floor)
{
    buf_printf(b, "\"%s\":[", member);
    for (uint32_t k = 0; k < PEOPLE; k++)
        buf_printf(b, "%s\"p%" PRIu32 "-%" PRIu32 "\"", k != 0 ? "," : "", floor, k);
    buf_z(b, "],");
}

/* Floors 0..FLOORS-1; level f has the people of floor f as mentors and those of floor f + 1 as mentees. Written in any
 * order. */
static struct str random_cascade(void)
{
    struct buf b = buf_new(a, 2048);
    uint32_t order[FLOORS - 1] = {0, 1, 2};
    for (uint32_t k = FLOORS - 1; k-- > 1;) {
        uint32_t x = chance(k + 1), keep = order[k];
        order[k] = order[x];
        order[x] = keep;
    }
    buf_z(&b, "{\"note\":\"levels\",\"levels\":[");
    for (uint32_t x = 0; x < FLOORS - 1; x++) {
        uint32_t f = order[x];
        buf_printf(&b, "%s{\"name\":\"%" PRIu32 "\",", x != 0 ? ",\n" : "", f);
        put_names(&b, "mentors", f);
        put_names(&b, "mentees", f + 1);
        buf_printf(&b, "\"hr\":\"%d %d\\n", PEOPLE, PEOPLE);
        for (uint32_t i = 0; i < PEOPLE; i++) {
            buf_printf(&b, "%" PRIu32, i + 1);
            put_list(&b, PEOPLE);
            buf_z(&b, "\\n");
        }
        for (uint32_t j = 0; j < PEOPLE; j++) {
            buf_printf(&b, "%" PRIu32 " %" PRIu32, j + 1, chance(3));
            put_list(&b, PEOPLE);
            buf_z(&b, "\\n");
        }
        if (chance(3) == 0)
            buf_printf(&b, "X %" PRIu32 " 1\\n", 1 + chance(PEOPLE));
        buf_z(&b, "\"}");
    }
    buf_z(&b, "]}");
    return buf_text(&b);
}

static void each_level_obeys_the_one_above(void **unused)
{
    (void)unused;
    uint32_t closed = 0;
    for (uint64_t seed = 1; seed <= 2500; seed++) {
        chance_state = seed;
        struct str text = random_cascade();
        struct cascade *c = read_cascade(text);
        bool matched[FLOORS][PEOPLE] = {{true, true, true, true}};
        assert_int_equal(c->levels, FLOORS - 1);
        for (uint32_t k = 0; k < c->levels; k++) {
            struct cascade_level *l = &c->level[k];
            assert_int_equal(l->name.p[0], '0' + (char)k); /* top-down, whatever the file's order */
            uint32_t before[PEOPLE];
            memcpy(before, l->h->capacity, sizeof before);
            cascade_open(c, a, k);
            match_fair(l->h, l->partner);
            struct match_check check;
            match_check(l->h, a, l->partner, &check);
            assert_true(check.blocking == 0 && check.not_allowed == 0);
            for (uint32_t j = 0; j < PEOPLE; j++) {
                assert_int_equal(l->h->capacity[j], matched[k][j] ? before[j] : 0);
                assert_true(matched[k][j] || check.held[j] == 0);
                closed += !matched[k][j];
            }
            for (uint32_t i = 0; i < PEOPLE; i++)
                matched[k + 1][i] = l->partner[i] != HR_NONE;
        }
        if (seed % 50 == 0)
            arena_reset(a);
    }
    assert_true(closed > 1000);
}

static void pins_with_the_unmatched_do_not_hold(void **unused)
{
    (void)unused;
    struct cascade *c =
        read_cascade(S("{\"levels\":[{\"mentees\":[\"R\"],\"mentors\":[\"F\"],\"hr\":[\"1 1\",\"1\",\"1 1\"]},"
                       "{\"mentees\":[\"S\",\"T\"],\"mentors\":[\"R\",\"Q\"],\"hr\":[\"2 2\",\"1 1 2\",\"2 1\","
                       "\"1 2 1 2\",\"2 1 1\",\"P 1 1\"]}]}"));
    cascade_open(c, a, 0);
    match_fair(c->level[0].h, c->level[0].partner);
    cascade_open(c, a, 1);
    match_fair(c->level[1].h, c->level[1].partner);
    assert_int_equal(c->level[1].closed_count, 1);
    assert_int_equal(c->level[1].released, 1);
    assert_int_equal(c->level[1].partner[0], 1);
    assert_int_equal(c->level[1].partner[1], HR_NONE);
}

static void refusals_say_where(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"{\"levels\":3}", "a cascade is an object with a list 'levels'"},
        {"{\"levels\":[3]}", "levels[0]: must be an object"},
        {"{\"levels\":[{}]}", "level 1: needs hr"},
        {"{\"levels\":[{\"name\":\"top\",\"hr\":\"1 1\\n1 2\\n\"}]}", "level top: hr, line 2: mentor 2 is outside"},
        {"{\"levels\":[{\"hr\":\"1 1\\n1 1\\n1 1 1\\n\",\"mentees\":[]}]}",
         "level 1: needs a list 'mentees' with the 1 names"},
        {"{\"levels\":[{\"hr\":\"0 2\\n1 1\\n2 1\\n\",\"mentees\":[],\"mentors\":[\"A\",\"A\"]}]}",
         "level 1: A stands twice among the mentors"},
        {"{\"levels\":[{\"hr\":\"1 1\\n1 1\\n1 1 1\\n\",\"mentees\":[\"A\"],\"mentors\":[\"A\"]}]}",
         "the chain of mentors is circular: A mentors in level 1 and looks for a mentor in level 1"},
        {"{\"levels\":[{\"hr\":\"1 1\\n1 1\\n1 1 1\\n\",\"mentees\":[\"B\"],\"mentors\":[\"A\"]},"
         "{\"hr\":\"1 1\\n1 1\\n1 1 1\\n\",\"mentees\":[\"A\"],\"mentors\":[\"B\"]}]}",
         "the chain of mentors is circular: A mentors in level 1 and looks for a mentor in level 2; B mentors in level "
         "2"},
        {"{\"levels\":[]", "line 1: "},
    };
    for (size_t k = 0; k < COUNT_OF(cases); k++) {
        struct cascade *c;
        struct err e = {0};
        assert_int_equal(cascade_read(a, str_from(cases[k].text), 1, &c, &e), RC_INVALID);
        if (!str_starts(str_from(e.detail), str_from(cases[k].says)))
            fail_msg("said '%s', not '%s'", e.detail, cases[k].says);
    }
}

static void knows_a_cascade_by_its_member(void **unused)
{
    (void)unused;
    assert_true(cascade_is(S(" {\"a\":[{\"b\":1}], \"levels\" : []}")));
    assert_false(cascade_is(S("{\"a\":\"levels\"}")));
    assert_false(cascade_is(S("{\"a\":{\"levels\":1}}")));
    assert_false(cascade_is(S("[\"levels\"")));
    assert_false(cascade_is(S("{\"x\\\"levels\":1}")));
    assert_false(cascade_is(S("")));
    assert_false(cascade_is(S("{\"levels\\")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(each_level_obeys_the_one_above),
        IN_ARENA(pins_with_the_unmatched_do_not_hold),
        IN_ARENA(refusals_say_where),
        IN_ARENA(knows_a_cascade_by_its_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
