/* Releases from files: what follows from the listed cells, what is refused and how it is told, and the examples of
 * docs/disclosure.md end to end. */
#include "arena_fixture.h"
#include "chance.h"

#include "base/buf.h"
#include "engine/disclosure/labelled.h"

static struct labelled *read_as(const char *file, const char *text, bool totals, bool audit)
{
    struct err e = {0};
    struct labelled *l = labelled_new(a, disclosure_default);
    l->totals = totals;
    if (labelled_read(l, str_from(file), str_from(text), &e) != RC_OK || labelled_finish(l, audit, &e) != RC_OK)
        fail_msg("%s in\n%s", e.detail, text);
    return l;
}

static struct labelled *read_csv(const char *text)
{
    return read_as("release.csv", text, true, false);
}

static void refused(const char *file, const char *text, const char *why)
{
    struct err e = {0};
    struct labelled *l = labelled_new(a, disclosure_default);
    enum rc rc = labelled_read(l, str_from(file), str_from(text), &e);
    if (rc == RC_OK)
        rc = labelled_finish(l, false, &e);
    assert_int_not_equal(rc, RC_OK);
    if (strstr(e.detail, why) == NULL)
        fail_msg("'%s' is not told for\n%s\nbut: %s", why, text, e.detail);
}

/* The cell whose categories are these, in the order of the dimensions; "" for a total. */
static const struct labelled_cell *cell_at(const struct labelled *l, uint32_t snapshot, const char *x, const char *y)
{
    for (size_t k = 0; k < l->count; k++) {
        const struct labelled_cell *c = &l->cells[k];
        if (c->snapshot == snapshot && !c->change && str_eq_z(labelled_name(l, c, 0), x) &&
            (l->dimension_count < 2 || str_eq_z(labelled_name(l, c, 1), y)))
            return c;
    }
    return NULL;
}

static bool hidden_at(const struct labelled *l, const char *x, const char *y)
{
    const struct labelled_cell *c = cell_at(l, (uint32_t)l->snapshot_count - 1, x, y);
    assert_non_null(c);
    return disclosure_hidden(l->release, c->cell);
}

static struct disclosure_result protect(struct labelled *l)
{
    struct disclosure_result r;
    disclosure_protect(l->release, DISCLOSURE_EFFORT_FULL, 50, &r);
    return r;
}

static void test_totals(void **state)
{
    (void)state;
    struct labelled *l = read_csv("stage,outcome,count\nearly,yes,12\nearly,no,9\nlate,yes,8\nlate,no,30\n");
    assert_int_equal(l->count, 9);
    assert_int_equal(cell_at(l, 0, "early", "")->count, 21);
    assert_int_equal(cell_at(l, 0, "", "no")->count, 39);
    assert_int_equal(cell_at(l, 0, "", "")->count, 59);
    assert_true(cell_at(l, 0, "", "")->implied);
    l = read_as("release.csv", "stage,outcome,count\nearly,yes,12\nearly,no,9\n", false, false);
    assert_int_equal(l->count, 2);
}

static void test_hierarchy(void **state)
{
    (void)state;
    struct labelled *l = read_csv("region,count\nAsia > India,3\nAsia>China,9\nAsia > Nepal,7\nEurope,20\n");
    assert_int_equal(cell_at(l, 0, "Asia", NULL)->count, 19);
    assert_int_equal(cell_at(l, 0, "", NULL)->count, 39);
    struct disclosure_result r = protect(l);
    assert_int_equal(r.complementary, 1);
    assert_true(r.smallest);
    assert_true(hidden_at(l, "Asia > India", NULL));
    assert_true(hidden_at(l, "Asia > Nepal", NULL));
    assert_false(hidden_at(l, "Asia", NULL));
}

/* Women alone next to all: who is not a woman is what is left. */
static void test_rest(void **state)
{
    (void)state;
    struct labelled *l = read_csv("sex,outcome,count\n,yes,30\n,no,40\nF,yes,27\nF,no,35\n");
    const struct labelled_cell *rest = cell_at(l, 0, "(others)", "yes");
    assert_non_null(rest);
    assert_int_equal(rest->count, 3);
    assert_int_equal(rest->kind, DISCLOSURE_UNSEEN);
    struct disclosure_result r = protect(l);
    assert_int_equal(r.exposed_count, 0);
    assert_true(hidden_at(l, "F", "yes") && hidden_at(l, "F", "no"));
    assert_false(hidden_at(l, "", "yes"));
}

static void test_linked(void **state)
{
    (void)state;
    struct err e = {0};
    struct labelled *l = labelled_new(a, disclosure_default);
    assert_int_equal(labelled_read(l, S("a.csv"), S("stage,outcome,count\nx,yes,2\nx,no,18\ny,yes,30\ny,no,40\n"), &e),
                     RC_OK);
    assert_int_equal(labelled_read(l, S("b.csv"), S("stage,sex,count\nx,F,9\nx,M,11\ny,F,30\ny,M,40\n"), &e), RC_OK);
    assert_int_equal(labelled_finish(l, false, &e), RC_OK);
    assert_int_equal(l->count, 4 + 4 + 2 + 2 + 2 + 1); /* the totals of the stages and of all are shared */
    struct disclosure_result r = protect(l);
    assert_int_equal(r.complementary, 3);
    assert_true(r.smallest);
    l = labelled_new(a, disclosure_default);
    assert_int_equal(labelled_read(l, S("a.csv"), S("stage,outcome,count\nx,yes,2\nx,no,18\n"), &e), RC_OK);
    assert_int_equal(labelled_read(l, S("b.csv"), S("stage,sex,count\nx,F,9\nx,M,12\n"), &e), RC_OK);
    assert_int_equal(labelled_finish(l, false, &e), RC_INVALID); /* 20 are not 21 */
}

/* ---- tables in a ring: sex by outcome, outcome by stage, stage by sex
 * ------------------------------------------------------ */

/* The finer table of 2 x 2 x 2 and all of its margins, by brute force: cell k of it is the bits of k. */
struct ring {
    int64_t fine[8], left[64], lo[64], hi[64];
    bool shown[64];
    unsigned members[64]; /* of each labelled cell: which of the finer ones it sums */
    size_t count;
    int64_t value[8];
};

static void ring_try(struct ring *r, unsigned k)
{
    if (k == 8) {
        for (size_t m = 0; m < r->count; m++) {
            int64_t sum = 0;
            for (unsigned c = 0; c < 8; c++)
                sum += (r->members[m] >> c & 1) != 0 ? r->value[c] : 0;
            r->lo[m] = sum < r->lo[m] ? sum : r->lo[m];
            r->hi[m] = sum > r->hi[m] ? sum : r->hi[m];
        }
        return;
    }
    int64_t least = 0, most = 80;
    for (size_t m = 0; m < r->count; m++) {
        if (!r->shown[m] || (r->members[m] >> k & 1) == 0)
            continue;
        most = r->left[m] < most ? r->left[m] : most;
        if (r->members[m] >> (k + 1) == 0) /* nobody comes after */
            least = r->left[m] > least ? r->left[m] : least;
    }
    for (int64_t v = least; v <= most; v++) {
        r->value[k] = v;
        for (size_t m = 0; m < r->count; m++)
            r->left[m] -= (r->members[m] >> k & 1) != 0 ? v : 0;
        ring_try(r, k + 1);
        for (size_t m = 0; m < r->count; m++)
            r->left[m] += (r->members[m] >> k & 1) != 0 ? v : 0;
    }
}

/* x is bit 0, y bit 1, z bit 2; a table lists the sums over the third. */
static void read_ring(struct labelled *l, const int64_t *fine)
{
    static const char *const names = "xyz";
    struct err e = {0};
    for (unsigned without = 0; without < 3; without++) {
        unsigned p = without == 0 ? 1 : 0, q = without == 2 ? 1 : 2;
        struct buf b = buf_new(a, 128);
        buf_printf(&b, "%c,%c,count\n", names[p], names[q]);
        for (unsigned k = 0; k < 8; k++)
            if ((k >> without & 1) == 0)
                buf_printf(&b, "%u,%u,%" PRId64 "\n", k >> p & 1, k >> q & 1, fine[k] + fine[k | 1u << without]);
        if (labelled_read(l, S("t.csv"), buf_text(&b), &e) != RC_OK)
            fail_msg("%s", e.detail);
    }
    if (labelled_finish(l, false, &e) != RC_OK)
        fail_msg("%s", e.detail);
}

static void test_ring(void **state)
{
    (void)state;
    const struct disclosure_rule rule = {.threshold = 4, .min_width = 4};
    int protected = 0;
    for (int n = 0; n < 600; n++) {
        struct ring r = {0};
        struct labelled *l = labelled_new(a, rule);
        for (int k = 0; k < 8; k++)
            r.fine[k] = chance(3) != 0 ? 0 : 1 + chance(9);
        read_ring(l, r.fine);
        struct disclosure_result result = protect(l);
        assert_true(result.cells > l->count); /* the finer table is there */
        bool total_shown = false;
        r.count = l->count;
        for (size_t m = 0; m < l->count; m++) {
            const struct labelled_cell *c = &l->cells[m];
            for (unsigned k = 0; k < 8; k++) {
                bool in = true;
                for (size_t d = 0; d < 3; d++) {
                    unsigned axis = (unsigned)(l->dimensions[d].name.p[0] - 'x');
                    in = in && (c->at[d] == 0 || labelled_name(l, c, d).p[0] - '0' == (int)(k >> axis & 1));
                }
                r.members[m] |= (unsigned)in << k;
            }
            r.shown[m] = !disclosure_hidden(l->release, c->cell);
            r.left[m] = c->count;
            r.lo[m] = INT64_MAX;
            total_shown = total_shown || (r.shown[m] && r.members[m] == 255);
        }
        if (total_shown && result.exposed_count == 0) {
            ring_try(&r, 0);
            for (size_t m = 0; m < l->count; m++)
                if (disclosure_sensitive(l->release, l->cells[m].cell))
                    assert_true(r.hi[m] - r.lo[m] >= rule.min_width);
            protected++;
        }
        arena_reset(a);
    }
    assert_true(protected > 50);
}

/* Hiding the table of x and z alone leaves 0 to 24 for its small cell as far as that table goes; but of x = 0 only 4 +
 * 4 can have z = 1, as the other two tables tell. */
static void test_ring_by_hand(void **state)
{
    (void)state;
    const struct disclosure_rule rule = {.threshold = 4, .min_width = 10};
    const int64_t fine[8] = {18, 10, 3, 10, 2, 2, 1, 29};
    struct labelled *l = labelled_new(a, rule);
    read_ring(l, fine);
    bool hidden[64] = {false};
    uint32_t small = UINT32_MAX;
    for (size_t k = 0; k < l->count; k++) {
        const struct labelled_cell *c = &l->cells[k];
        size_t set = 0;
        bool y = false;
        for (size_t d = 0; d < 3; d++) {
            set += c->at[d] != 0;
            y = y || (c->at[d] != 0 && str_eq_z(l->dimensions[d].name, "y"));
        }
        hidden[c->cell] = set == 2 && !y;
        if (hidden[c->cell] && c->count == 3)
            small = c->cell;
    }
    assert_int_not_equal(small, UINT32_MAX);
    disclosure_hide_exactly(l->release, hidden);
    struct disclosure_interval i = disclosure_attack(l->release, small);
    assert_int_equal(i.lo, 0);
    assert_int_equal(i.hi, 8);
    assert_false(disclosure_protected(l->release, small));
    struct disclosure_result r = protect(l);
    assert_int_equal(r.exposed_count, 0);
    assert_true(disclosure_protected(l->release, small));
}

static void test_ring_of_others(void **state)
{
    (void)state;
    struct err e = {0};
    struct labelled *l = labelled_new(a, disclosure_default);
    /* Each pair of tables agrees, and no table of all three has these margins: nobody can be equal to y, y to z, and
     * not x to z. */
    assert_int_equal(labelled_read(l, S("a.csv"), S("x,y,count\n0,0,9\n1,1,9\n"), &e), RC_OK);
    assert_int_equal(labelled_read(l, S("b.csv"), S("y,z,count\n0,0,9\n1,1,9\n"), &e), RC_OK);
    assert_int_equal(labelled_read(l, S("c.csv"), S("x,z,count\n0,1,9\n1,0,9\n"), &e), RC_OK);
    assert_int_equal(labelled_finish(l, false, &e), RC_INVALID);
    assert_non_null(strstr(e.detail, "not of the same people"));
}

static void test_snapshots(void **state)
{
    (void)state;
    struct labelled *l = read_csv("snapshot,group,count\nMay,A,20\nMay,B,9\nJune,A,22\nJune,B,15\nJune,C,7\n");
    assert_int_equal(l->snapshot_count, 2);
    assert_int_equal(cell_at(l, 0, "A", NULL)->kind, DISCLOSURE_OUT);
    assert_int_equal(cell_at(l, 0, "", NULL)->kind, DISCLOSURE_OUT);
    struct disclosure_result r = protect(l);
    assert_int_equal(r.exposed_count, 0);
    assert_true(hidden_at(l, "A", NULL));
    assert_false(hidden_at(l, "", NULL));
}

/* The same table again: nothing has changed, nothing more is given away, and what was hidden stays hidden. */
static void test_same_again(void **state)
{
    (void)state;
    struct labelled *l =
        read_csv("snapshot,group,count,shown\n1,A,20,yes\n1,B,3,no\n1,C,9,no\n2,A,20,\n2,B,3,\n2,C,9,\n");
    struct disclosure_result r = protect(l);
    assert_int_equal(r.exposed_count, 0);
    assert_true(hidden_at(l, "B", NULL) && hidden_at(l, "C", NULL) && !hidden_at(l, "A", NULL));
}

static void test_check(void **state)
{
    (void)state;
    struct labelled *l = read_as("r.csv", "g,count,shown\nA,3,no\nB,9,yes\nC,7,yes\n", true, true);
    bool hidden[8] = {false};
    hidden[cell_at(l, 0, "A", NULL)->cell] = true;
    disclosure_hide_exactly(l->release, hidden);
    assert_false(disclosure_protected(l->release, cell_at(l, 0, "A", NULL)->cell));
    hidden[cell_at(l, 0, "C", NULL)->cell] = true;
    disclosure_hide_exactly(l->release, hidden);
    assert_true(disclosure_protected(l->release, cell_at(l, 0, "A", NULL)->cell));
}

static void test_json(void **state)
{
    (void)state;
    struct labelled *l =
        read_as("r.json", "{\"table\":[[20,3,17],[30,25,12],[11,40,22]],\"threshold\":4,\"min_width\":7}", true, false);
    assert_true(l->plain);
    assert_int_equal(l->rows, 3);
    assert_int_equal(l->rule.threshold, 4);
    assert_int_equal(l->rule.min_width, 7);
    assert_int_equal(l->count, 16);
    l = read_as(
        "r.json",
        "{\"snapshots\":[{\"cells\":[{\"g\":\"A\",\"count\":20}]},{\"tables\":[{\"cells\":[{\"g\":\"A\",\"count\":23},"
        "{\"g\":null,\"count\":60}]}]}]}",
        true, false);
    assert_false(l->plain);
    assert_int_equal(cell_at(l, 1, "(others)", NULL)->count, 37);
    assert_int_equal(protect(l).exposed_count, 0);
}

static void test_refusals(void **state)
{
    (void)state;
    refused("r.csv", "a,b\nx,3\n", "no column count");
    refused("r.csv", "a,count\nx,-1\n", "line 2");
    refused("r.csv", "a,count\nx,1.5\n", "whole number");
    refused("r.csv", "a,count\nx,3\nx,4\n", "do not agree");
    refused("r.csv", "a,count\n,3\nx,4\n", "more than 3");
    refused("r.csv", "a,a,count\nx,y,3\n", "a");
    refused("r.csv", "a,count,shown\nx,3,perhaps\n", "yes or no");
    refused("r.csv", "a,count\nx > ,3\n", "empty part");
    refused("r.csv", "a,count\n", "no count");
    refused("r.csv", "", "");
    refused("r.json", "{", "line 1");
    refused("r.json", "[]", "not an object");
    refused("r.json", "{}", "`table` or `cells`");
    refused("r.json", "{\"table\":[[1,2],[3]]}", "row 2");
    refused("r.json", "{\"table\":[[1,\"2\"]]}", "column 2");
    refused("r.json", "{\"table\":[[1]],\"threshold\":0}", "threshold");
    refused("r.json", "{\"cells\":[{\"g\":7,\"count\":1}]}", "cell 1");
    refused("r.json", "{\"cells\":[{\"g\":\"A\"}]}", "count");
    refused("r.json", "{\"table\":[[1]],\"rows\":[],\"columns\":[\"a\"]}", "number 1 is missing");
    refused("r.json", "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", "too deep");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(test_totals),     IN_ARENA(test_hierarchy),    IN_ARENA(test_rest),           IN_ARENA(test_linked),
        IN_ARENA(test_ring),       IN_ARENA(test_ring_by_hand), IN_ARENA(test_ring_of_others), IN_ARENA(test_snapshots),
        IN_ARENA(test_same_again), IN_ARENA(test_check),        IN_ARENA(test_json),           IN_ARENA(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
