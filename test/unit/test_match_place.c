/* Placement: both aims against all choices of thousands of tiny instances, what is said where there is none, the
 * reader's refusals, the survey that is shared between projects. */
#include "arena_fixture.h"
#include "chance.h"
#include "files.h"

#include <unistd.h>

#include "base/clock.h"
#include "engine/match/place.h"

#define EDGES_MOST 11

struct kind {
    bool days, conflicts, tight;
};

/* As text, so that the reader is part of it. */
static struct str random_text(struct kind kind)
{
    struct buf b = buf_new(a, 1024);
    uint32_t students = 1 + chance(4), shifts = 1 + chance(4), count = 0;
    if (kind.conflicts) { /* fewer students with more shifts */
        students = 1 + chance(3);
        shifts = 3 + chance(3);
    }
    buf_z(&b, "{\"students\":[");
    for (uint32_t i = 0; i < students; i++)
        buf_printf(&b, "%s{\"id\":%" PRIu32 ",\"max\":%" PRIu32 "}", i != 0 ? "," : "", i + 1,
                   chance(4) + kind.conflicts);
    buf_z(&b, "],\n\"shifts\":[");
    for (uint32_t s = 0; s < shifts; s++) {
        uint32_t least = kind.tight && chance(3) == 0 ? 1 + chance(2) : 0;
        buf_printf(&b, "%s{\"id\":%" PRIu32 ",\"min\":%" PRIu32 ",\"max\":%" PRIu32, s != 0 ? "," : "", 10 + s, least,
                   least + chance(3));
        if (kind.days)
            buf_printf(&b, ",\"day\":%" PRIu32, chance(3));
        buf_z(&b, ",\"roles\":{");
        for (uint32_t r = 0; r < 2; r++) {
            least = kind.tight && chance(3) == 0 ? 1 : 0;
            buf_printf(&b, "%s\"%c\":[%" PRIu32 ",%" PRIu32 "]", r != 0 ? "," : "", (char)('a' + r), least,
                       least + chance(3));
        }
        buf_z(&b, "}}");
    }
    buf_z(&b, "],\n\"edges\":[");
    for (uint32_t i = 0; i < students; i++)
        for (uint32_t s = 0; s < shifts; s++)
            for (uint32_t r = 0; r < 2; r++)
                if (chance(kind.conflicts && r == 1 ? 6 : 2) == 0 && count < EDGES_MOST)
                    buf_printf(&b, "%s[%" PRIu32 ",%" PRIu32 ",\"%c\",%d]", count++ != 0 ? "," : "", i + 1, 10 + s,
                               (char)('a' + r), (int)chance(9) - 1);
    buf_z(&b, "]");
    if (kind.conflicts) {
        count = 0;
        buf_z(&b, ",\"conflicts\":[");
        for (uint32_t s = 0; s < shifts; s++)
            for (uint32_t x = s + 1; x < shifts; x++)
                if (chance(2) == 0)
                    buf_printf(&b, "%s[%" PRIu32 ",%" PRIu32 "]", count++ != 0 ? "," : "", 10 + s, 10 + x);
        buf_z(&b, "]");
    }
    buf_z(&b, "}\n");
    return buf_text(&b);
}

static struct place *read_place(struct str text)
{
    struct place *p;
    struct err e = {0};
    if (place_read(a, text, &p, &e) != RC_OK)
        fail_msg("%s in\n%.*s", e.detail, STR_ARG(text));
    return p;
}

static bool excludes(const struct place *p, uint32_t x, uint32_t y)
{
    uint32_t s = p->role[p->edge[x].role].shift, t = p->role[p->edge[y].role].shift;
    if (p->edge[x].student != p->edge[y].student)
        return false;
    if (s == t || (p->shift[s].day == p->shift[t].day && p->shift[s].day != PLACE_NO_DAY))
        return true;
    for (uint32_t k = 0; k < p->conflicts; k++)
        if ((p->conflict[k].shift == s && p->conflict[k].other == t) ||
            (p->conflict[k].shift == t && p->conflict[k].other == s))
            return true;
    return false;
}

static bool is_allowed(const struct place *p, uint32_t set)
{
    int student[8] = {0}, role[16] = {0}, shift[8] = {0};
    for (uint32_t x = 0; x < p->edges; x++) {
        if ((set >> x & 1) == 0)
            continue;
        student[p->edge[x].student]++;
        role[p->edge[x].role]++;
        shift[p->role[p->edge[x].role].shift]++;
        for (uint32_t y = 0; y < x; y++)
            if ((set >> y & 1) != 0 && excludes(p, x, y))
                return false;
    }
    for (uint32_t i = 0; i < p->students; i++)
        if (student[i] > p->student[i].most)
            return false;
    for (uint32_t r = 0; r < p->roles; r++)
        if (role[r] < p->role[r].least || role[r] > p->role[r].most)
            return false;
    for (uint32_t s = 0; s < p->shifts; s++)
        if (shift[s] < p->shift[s].least || shift[s] > p->shift[s].most)
            return false;
    return true;
}

/* What the aims compare: placed, less at the worst rank, less at the next, ..., weight. */
struct worth {
    int64_t key[EDGES_MOST + 2];
};

static struct worth worth_of(const struct place *p, uint32_t set, bool generous)
{
    struct worth w = {{0}};
    for (uint32_t x = 0; x < p->edges; x++) {
        if ((set >> x & 1) == 0)
            continue;
        uint32_t rank = 1;
        int64_t seen[EDGES_MOST];
        uint32_t count = 0;
        for (uint32_t y = 0; y < p->edges; y++) {
            bool better = p->edge[y].student == p->edge[x].student && p->edge[y].weight > p->edge[x].weight;
            for (uint32_t z = 0; z < count && better; z++)
                better = seen[z] != p->edge[y].weight;
            if (better)
                seen[count++] = p->edge[y].weight;
        }
        rank += count;
        if (generous) {
            w.key[0]++;
            w.key[EDGES_MOST + 1 - rank]--; /* the worst first; rank 1 follows from the others */
        }
        w.key[EDGES_MOST + 1] += p->edge[x].weight;
    }
    return w;
}

static int compare_worth(const struct worth *x, const struct worth *y)
{
    for (size_t k = 0; k < COUNT_OF(x->key); k++)
        if (x->key[k] != y->key[k])
            return x->key[k] < y->key[k] ? -1 : 1;
    return 0;
}

static bool best_of_all(const struct place *p, bool generous, struct worth *best)
{
    bool any = false;
    for (uint32_t set = 0; set < UINT32_C(1) << p->edges; set++) {
        if (!is_allowed(p, set))
            continue;
        struct worth w = worth_of(p, set, generous);
        if (!any || compare_worth(&w, best) > 0)
            *best = w;
        any = true;
    }
    return any;
}

/* Every line says that more is needed than there is; the numbers are the cut's. */
static void assert_reason(struct str why, struct str text)
{
    struct str line;
    if (why.n == 0)
        fail_msg("no reason for\n%.*s", STR_ARG(text));
    while (str_line(&why, &line)) {
        const char *z = str_z(a, line), *least = strstr(z, "at least "), *needed = strstr(z, " are needed");
        const char *all = strstr(z, " in all"), *last = NULL;
        assert_non_null(least);
        long need = strtol(least + 9, NULL, 10), supply = 0;
        for (; needed != NULL && needed > z && needed[-1] != ' '; needed--)
            need = strtol(needed - 1, NULL, 10);
        for (; all != NULL; all = strstr(all + 1, " in all"))
            last = all;
        for (; last != NULL && last > z && last[-1] != ' '; last--)
            supply = strtol(last - 1, NULL, 10);
        if (strstr(z, "nobody can come") == NULL && strstr(z, "shifts conflict") == NULL && need <= supply)
            fail_msg("%s\n%ld and %ld\n%.*s", z, need, supply, STR_ARG(text));
    }
}

static bool cbc_is_there(void)
{
    return access("/usr/bin/cbc", X_OK) == 0;
}

struct tally {
    int solved, refused, by_solver;
};

static void solve_and_compare(struct str text, bool generous, struct tally *t)
{
    struct place *p = read_place(text);
    struct place_options o = {.aim = generous ? PLACE_GENEROUS : PLACE_WEIGHT};
    struct place_result r;
    struct buf why = buf_new(a, 64);
    struct err e = {0};
    struct worth best, mine;
    bool any = best_of_all(p, generous, &best);
    enum rc rc = place_solve(p, &o, a, &r, &why, &e);
    if (rc != (any ? RC_OK : RC_CONFLICT))
        fail_msg("status %d, %s in\n%.*s", (int)rc, e.detail, STR_ARG(text));
    t->by_solver += r.used_solver;
    if (!any) {
        t->refused++;
        assert_reason(buf_text(&why), text);
        return;
    }
    uint32_t set = 0;
    for (uint32_t x = 0; x < p->edges; x++)
        set |= r.chosen[x] ? UINT32_C(1) << x : 0;
    mine = worth_of(p, set, generous);
    if (!is_allowed(p, set) || compare_worth(&mine, &best) != 0)
        fail_msg("not the best of\n%.*s", STR_ARG(text));
    assert_true(r.proven && place_check(p, r.chosen, &why));
    assert_int_equal(r.weight, mine.key[EDGES_MOST + 1]);
    t->solved++;
}

static void flows_are_best(void **unused)
{
    (void)unused;
    struct tally t = {0};
    for (uint64_t seed = 1; seed <= 6000; seed++) {
        chance_state = seed;
        struct str text = random_text((struct kind){.days = seed % 2 == 0, .tight = seed % 3 != 0});
        solve_and_compare(text, seed % 4 < 2, &t);
        if (seed % 100 == 0)
            arena_reset(a);
    }
    assert_true(t.solved > 1500 && t.refused > 500 && t.by_solver == 0);
}

static void conflicts_are_kept(void **unused)
{
    (void)unused;
    if (!cbc_is_there())
        skip();
    struct tally t = {0};
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        chance_state = seed + 100000;
        struct str text = random_text((struct kind){.conflicts = true, .tight = seed % 2 == 0});
        solve_and_compare(text, seed % 4 == 0, &t);
        if (seed % 100 == 0)
            arena_reset(a);
    }
    assert_true(t.solved > 500 && t.refused > 200 && t.by_solver > 25);
}

/* Shifts 2 and 3 need the only student, and exclude each other; groups alone do not say so. */
static void says_what_conflicts_leave_short(void **unused)
{
    (void)unused;
    if (!cbc_is_there())
        skip();
    struct place *p =
        read_place(S("{\"students\":[{\"id\":1,\"max\":3}],\"shifts\":[{\"id\":1,\"roles\":{\"a\":[0,1]}},"
                     "{\"id\":2,\"min\":1,\"roles\":{\"a\":[0,1]}},{\"id\":3,\"roles\":{\"a\":[1,1]}}],"
                     "\"edges\":[[1,1,\"a\",1],[1,2,\"a\",1],[1,3,\"a\",1]],\"conflicts\":[[1,2],[2,3]]}"));
    struct place_result r;
    struct buf why = buf_new(a, 64);
    assert_int_equal(place_solve(p, &(struct place_options){0}, a, &r, &why, NULL), RC_CONFLICT);
    assert_true(r.used_solver && str_starts(buf_text(&why), S("shift ")));
    assert_true(str_find(buf_text(&why), S("needs at least 1, and 0 can be had once all else is filled"), NULL));
}

static void certificate_agrees_with_the_rules(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= 600; seed++) {
        chance_state = seed;
        struct place *p =
            read_place(random_text((struct kind){.days = seed % 2 == 0, .conflicts = seed % 3 == 0, .tight = true}));
        struct buf why = buf_new(a, 64);
        for (uint32_t set = 0; set < UINT32_C(1) << p->edges; set++) {
            bool chosen[EDGES_MOST + 1] = {false};
            if (chance(8) != 0)
                continue;
            for (uint32_t x = 0; x < p->edges; x++)
                chosen[x] = (set >> x & 1) != 0;
            assert_int_equal(place_check(p, chosen, &why), is_allowed(p, set));
        }
        arena_reset(a);
    }
}

/* The example of the documentation, and what is said of it. */
static void says_who_is_missing(void **unused)
{
    (void)unused;
    struct place *p =
        read_place(S("{\"students\":[{\"id\":1,\"max\":1},{\"id\":2,\"max\":3}],"
                     "\"shifts\":[{\"id\":7,\"roles\":{\"nurse\":[2,3]}},{\"id\":8,\"roles\":{\"nurse\":[1,3]}},"
                     "{\"id\":9,\"min\":1,\"roles\":{\"porter\":[0,1]}}],"
                     "\"edges\":[[1,7,\"nurse\",1],[1,8,\"nurse\",1],[2,7,\"nurse\",1]]}"));
    struct place_result r;
    struct buf why = buf_new(a, 64);
    assert_int_equal(place_solve(p, &(struct place_options){0}, a, &r, &why, NULL), RC_CONFLICT);
    assert_true(str_find(buf_text(&why), S("shift 7, role nurse needs at least 2"), NULL) ||
                str_find(buf_text(&why), S("shift 8, role nurse needs at least 1"), NULL));
    assert_true(str_find(buf_text(&why), S("3 are needed"), NULL));
    assert_true(str_find(buf_text(&why), S("student 1 (at most 1 in all)"), NULL));
    assert_true(str_find(buf_text(&why), S("shift 9 needs at least 1, and 0 can be had; nobody can come"), NULL));
}

static void solver_that_is_missing_is_named(void **unused)
{
    (void)unused;
    struct place *p = read_place(S(
        "{\"students\":[{\"id\":1}],\"shifts\":[{\"id\":1,\"roles\":{\"a\":[0,1]}},{\"id\":2,\"roles\":{\"a\":[0,1]}},"
        "{\"id\":3,\"roles\":{\"a\":[0,1]}}],\"edges\":[[1,1,\"a\",1],[1,2,\"a\",1],[1,3,\"a\",1]],"
        "\"conflicts\":[[1,2],[2,3]]}"));
    struct place_options o = {.solver = "no-such-solver"};
    struct place_result r;
    struct buf why = buf_new(a, 64);
    struct err e = {0};
    enum rc rc = place_solve(p, &o, a, &r, &why, &e);
    if (rc == RC_OK) { /* the flow happened to keep the conflicts */
        assert_false(r.used_solver);
        return;
    }
    assert_int_equal(rc, RC_BUSY);
    assert_non_null(strstr(e.detail, "coinor-cbc"));
    o.solver = "false";
    assert_int_equal(place_solve(p, &o, a, &r, &why, &e), RC_BUSY);
    assert_non_null(strstr(e.detail, "ended with an error"));
}

static void refusals_say_where(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "line 1: '[' or '{' expected"},
        {"[]", "a placement is an object"},
        {"{}", "there must be a list 'students'"},
        {"{\"students\":[{}]}", "students[0]: needs an id"},
        {"{\"students\":[{\"id\":1,\"max\":-1}]}", "students[0]: max must be a whole number"},
        {"{\"students\":[{\"id\":1},{\"id\":1}]}", "students: the id 1 stands twice"},
        {"{\"students\":[],\"shifts\":[{\"id\":4}]}", "shift 4: needs roles"},
        {"{\"students\":[],\"shifts\":[{\"id\":4,\"min\":2,\"max\":1,\"roles\":{}}]}",
         "shift 4: at least 2 and at most 1"},
        {"{\"students\":[],\"shifts\":[{\"id\":4,\"roles\":{\"a\":[2]}}]}", "shift 4, role a: needs [min, max]"},
        {"{\"students\":[],\"shifts\":[{\"id\":4,\"roles\":{\"a\":[2,1]}}]}", "shift 4, role a: at least 2"},
        {"{\"students\":[],\"shifts\":[],\"edges\":[[1,1,\"a\",1]]}", "edges[0]: there is no student 1"},
        {"{\"students\":[{\"id\":1}],\"shifts\":[],\"edges\":[[1,1,\"a\",1]]}", "edges[0]: there is no shift 1"},
        {"{\"students\":[{\"id\":1}],\"shifts\":[{\"id\":1,\"roles\":{}}],\"edges\":[[1,1,\"a\",1]]}",
         "edges[0]: shift 1 has no role a"},
        {"{\"students\":[{\"id\":1}],\"shifts\":[{\"id\":1,\"roles\":{\"a\":[0,1]}}],\"edges\":[[1,1,\"a\",1],[1,1,"
         "\"a\",2]]}",
         "edges[1]: the student has this role already"},
        {"{\"students\":[{\"id\":1}],\"shifts\":[{\"id\":1,\"roles\":{\"a\":[0,1]}}],\"edges\":[[1,1,\"a\",\"x\"]]}",
         "edges[0]: the weight must be a number"},
        {"{\"students\":[{\"id\":1}],\"shifts\":[{\"id\":1,\"roles\":{\"a\":[0,1]}}],\"edges\":[[1,1,\"a\",0.12345678]]"
         "}",
         "edges[0]: the weight has more than 6 decimals"},
        {"{\"students\":[],\"shifts\":[{\"id\":1,\"roles\":{}}],\"edges\":[],\"conflicts\":[[1,1]]}",
         "conflicts[0]: shift 1 with itself"},
        {"{\"students\":[],\"students\":[]}", "line 1: duplicate object key"},
    };
    for (size_t k = 0; k < COUNT_OF(cases); k++) {
        struct place *p;
        struct err e = {0};
        assert_int_equal(place_read(a, str_from(cases[k].text), &p, &e), RC_INVALID);
        if (!str_starts(str_from(e.detail), str_from(cases[k].says)))
            fail_msg("said '%s', not '%s'", e.detail, cases[k].says);
    }
}

/* A term: flows of this size are asked for while somebody waits. Slack for sanitizers and a busy machine. */
static void a_term_is_quick(void **unused)
{
    (void)unused;
    struct place p = {.students = 400, .shifts = 60, .roles = 120, .edges = 400 * 12};
    struct place_student *student = ARENA_ARRAY(a, p.students, struct place_student);
    struct place_shift *shift = ARENA_ARRAY(a, p.shifts, struct place_shift);
    struct place_role *role = ARENA_ARRAY(a, p.roles, struct place_role);
    struct place_edge *edge = ARENA_ARRAY(a, p.edges, struct place_edge);
    chance_state = 5;
    for (uint32_t i = 0; i < p.students; i++) {
        student[i] = (struct place_student){i, 3};
        for (uint32_t k = 0, first = chance(120); k < 12; k++)
            edge[i * 12 + k] = (struct place_edge){i, (first + k * 7) % 120, chance(100)};
    }
    for (uint32_t s = 0; s < p.shifts; s++)
        shift[s] = (struct place_shift){s, s / 2, 4, 30};
    for (uint32_t r = 0; r < p.roles; r++)
        role[r] = (struct place_role){r / 2, S("role"), 2, 9};
    p.student = student;
    p.shift = shift;
    p.role = role;
    p.edge = edge;
    struct place_result r;
    struct buf why = buf_new(a, 64);
    struct err e = {0};
    clock_t from = clock();
    assert_int_equal(place_solve(&p, &(struct place_options){0}, a, &r, &why, &e), RC_OK);
    assert_true((double)(clock() - from) / CLOCKS_PER_SEC < 0.5);
    assert_true(place_check(&p, r.chosen, &why) && r.proven && r.placed > 900);
    int64_t weight = r.weight;
    assert_int_equal(place_solve(&p, &(struct place_options){.aim = PLACE_GENEROUS}, a, &r, &why, &e), RC_OK);
    assert_true(place_check(&p, r.chosen, &why) && r.weight <= weight);
}

static void the_survey_has_its_known_weight(void **unused)
{
    (void)unused;
    if (!cbc_is_there())
        skip();
    struct place *p = read_place(file_shared(a, "match/placement-survey.json"));
    struct place_result r;
    struct buf why = buf_new(a, 64);
    struct err e = {0};
    assert_int_equal(place_solve(p, &(struct place_options){0}, a, &r, &why, &e), RC_OK);
    assert_int_equal(r.weight, 16594);
    assert_true(r.used_solver && r.proven && place_check(p, r.chosen, &why));
    p->conflicts = 0;
    assert_int_equal(place_solve(p, &(struct place_options){0}, a, &r, &why, &e), RC_OK);
    assert_int_equal(r.weight, 17552);
    assert_false(r.used_solver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(flows_are_best),
        IN_ARENA(conflicts_are_kept),
        IN_ARENA(says_what_conflicts_leave_short),
        IN_ARENA(certificate_agrees_with_the_rules),
        IN_ARENA(says_who_is_missing),
        IN_ARENA(solver_that_is_missing_is_named),
        IN_ARENA(refusals_say_where),
        IN_ARENA(a_term_is_quick),
        IN_ARENA(the_survey_has_its_known_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
