/* The lineage of a person: generations, who is told of by name, and that it stays small however large a programme is. */
#include "framework_site.h"

#include "programme/mentor/lineage.h"
#include "programme/mentor/mentor.h"

#define NOW (20000 * MS_PER_DAY)
#define MANY 60

struct family {
    struct site *s;
    int64_t p[MANY + 8];
    size_t count;
    size_t mentor, mentee;
    struct mentor_choice chosen;
};

static enum rc add_people(struct db *tx, void *arg, struct err *e)
{
    struct family *f = arg;
    for (size_t i = 0; i < f->count; i++) {
        struct person_details d = {.given_name = S("P"), .family_name = str_printf(f->s->a, "%zu", i)};
        TRY(people_add(tx, f->s->a, &d, 1, &f->p[i], e));
    }
    return RC_OK;
}

static enum rc add_pair(struct db *tx, void *arg, struct err *e)
{
    const struct family *f = arg;
    const struct mentor_past past = {.programme = f->s->programme, .mentor = f->p[f->mentor], .mentee = f->p[f->mentee], .state = S("active"), .began_at = NOW - 100 * MS_PER_DAY, .meetings = 1, .aims = S("a"), .points = S("p"), .place = S("x"), .agenda = S("y")};
    int64_t pair;
    (void)e;
    return mentor_record(tx, f->s->a, &past, NOW, &pair);
}

static enum rc tell_name(struct db *tx, void *arg, struct err *e)
{
    const struct family *f = arg;
    const struct mentor_choice chosen = {.in_lineage = true};
    (void)e;
    return mentor_record_choice(tx, f->p[f->mentor], &chosen);
}

static void run(struct family *f, write_fn *fn)
{
    struct err e = {0};
    assert_int_equal(store_write(f->s->db, fn, f, &e), RC_OK);
}

static void pair(struct family *f, size_t mentor, size_t mentee)
{
    f->mentor = mentor;
    f->mentee = mentee;
    run(f, add_pair);
}

static struct family *begin(size_t count)
{
    struct site *s = site_open();
    struct family *f = ARENA_NEW(s->a, struct family);
    *f = (struct family){.s = s, .count = count};
    run(f, add_people);
    return f;
}

static struct lineage *find(struct family *f, size_t person, size_t viewer)
{
    struct lineage *l = ARENA_NEW(f->s->a, struct lineage);
    assert_int_equal(lineage_find(f->s->db, f->s->a, f->s->programme, f->p[person], S("x"), f->p[viewer], l), RC_OK);
    return l;
}

static const struct lineage_node *node(const struct lineage *l, int64_t person)
{
    for (size_t i = 0; i < l->node_count; i++)
        if (l->nodes[i].person == person)
            return &l->nodes[i];
    return NULL;
}

/* 0 mentors 1, who mentors 2, who mentors 3 and 4, ... down to 6 */
static void two_generations_up_and_two_down(void **state)
{
    (void)state;
    struct family *f = begin(7);
    pair(f, 0, 1);
    pair(f, 1, 2);
    pair(f, 2, 3);
    pair(f, 2, 4);
    pair(f, 4, 5);
    pair(f, 5, 6);
    f->mentor = 1;
    run(f, tell_name);
    const struct lineage *l = find(f, 2, 2);
    static const int generation[] = {-2, -1, 0, 1, 1, 2};
    assert_int_equal(l->node_count, 6); /* 6 is three generations below */
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(node(l, f->p[i])->generation, generation[i]);
    assert_int_equal(l->edge_count, 5);
    assert_null(node(l, f->p[6]));
    assert_true(node(l, f->p[1])->named && node(l, f->p[1])->partner);
    assert_true(!node(l, f->p[0])->named && !node(l, f->p[0])->partner);
    assert_true(node(l, f->p[3])->partner && !node(l, f->p[5])->partner);
    for (size_t i = 0; i < l->edge_count; i++) /* mentors stand above their mentees */
        assert_true(l->nodes[l->edges[i].mentor].row < l->nodes[l->edges[i].mentee].row);
    site_shut(f->s);
}

static void two_mentors_share_a_mentee_and_a_past_circle_ends(void **state)
{
    (void)state;
    struct family *f = begin(4);
    pair(f, 0, 2);
    pair(f, 1, 2);
    pair(f, 3, 0);
    pair(f, 3, 1);
    pair(f, 2, 3); /* years later the other way round */
    const struct lineage *l = find(f, 2, 0);
    assert_int_equal(l->node_count, 4); /* everybody stands once */
    assert_int_equal(node(l, f->p[3])->generation, -2);
    assert_int_equal(l->edge_count, 4);
    assert_true(node(l, f->p[2])->partner && !node(l, f->p[1])->partner);
    site_shut(f->s);
}

static void it_stays_small(void **state)
{
    (void)state;
    struct family *f = begin(MANY + 2);
    for (size_t i = 1; i <= MANY; i++)
        pair(f, 0, i);
    const struct lineage *l = find(f, 0, 0);
    assert_true(l->more);
    assert_true(l->node_count <= LINEAGE_MOST && l->node_count > 20);
    bool seen[LINEAGE_MOST] = {false};
    for (size_t i = 0; i < l->node_count; i++) { /* each row once */
        assert_in_range(l->nodes[i].row, 0, (int)l->node_count - 1);
        assert_false(seen[l->nodes[i].row]);
        seen[l->nodes[i].row] = true;
    }
    assert_int_equal(find(f, MANY + 1, 0)->node_count, 1);
    site_shut(f->s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_generations_up_and_two_down),
        cmocka_unit_test(two_mentors_share_a_mentee_and_a_past_circle_ends),
        cmocka_unit_test(it_stays_small),
    };
    return site_run(tests, COUNT_OF(tests));
}
