/* What a programme is told of the answers of many pairs: means over whole blocks. See mentor_means in mentor.h; answers come one after
 * the other in the order in which they were given, and no more than a block of each question is held at a time. */
#include "gen/programme/mentor/evaluate_sql.h"
#include "programme/mentor/mentor.h"

/* Different people, counted no further than is asked for. */
struct different {
    int64_t *ids;
    size_t n;
};

/* Who answered one question of one side in one month; a block is open until enough have answered. */
struct group {
    struct mentor_mean mean;    /* of the closed blocks; .mean holds the sum until the end */
    struct different mentors, mentees;
    int64_t *open_mentors, *open_mentees;
    size_t open;
    int64_t open_sum;
    struct group *next;
};

struct gathering {
    struct arena *a;
    size_t least;
    struct group *groups;       /* the newest first */
};

static void count_different(struct different *d, int64_t id, size_t most)
{
    size_t i = 0;
    while (i < d->n && d->ids[i] != id)
        i++;
    if (i == d->n && i < most)
        d->ids[d->n++] = id;
}

static struct group *group_of(struct gathering *g, const struct row_wall_evaluation_choices *r)
{
    /* months come one after the other: those before are not looked at again */
    for (struct group *k = g->groups; k != NULL && k->mean.month == r->month; k = k->next)
        if (k->mean.by_mentors == (r->side == 1) && str_eq(k->mean.item, r->item))
            return k;
    struct group *k = ARENA_NEW(g->a, struct group);
    int64_t *ids = ARENA_ARRAY(g->a, 4 * g->least, int64_t);
    k->mean = (struct mentor_mean){.month = r->month, .by_mentors = r->side == 1, .item = str_dup(g->a, r->item)};
    k->mentors.ids = ids;
    k->mentees.ids = ids + g->least;
    k->open_mentors = ids + 2 * g->least;
    k->open_mentees = ids + 3 * g->least;
    k->next = g->groups;
    return g->groups = k;
}

static enum rc take(void *arg, const struct row_wall_evaluation_choices *r)
{
    struct gathering *g = arg;
    struct group *k = group_of(g, r);
    k->open_mentors[k->open] = r->mentor_id;
    k->open_mentees[k->open++] = r->mentee_id;
    k->open_sum += r->choice;
    if (k->open < g->least)
        return RC_OK;
    for (size_t i = 0; i < k->open; i++) {
        count_different(&k->mentors, k->open_mentors[i], g->least);
        count_different(&k->mentees, k->open_mentees[i], g->least);
    }
    k->mean.n += (int64_t)k->open;
    k->mean.mean += (double)k->open_sum;
    k->open = 0;
    k->open_sum = 0;
    return RC_OK;
}

enum rc mentor_means(struct db *db, struct arena *a, int64_t programme, int64_t least, struct mentor_mean **out, size_t *count)
{
    struct gathering g = {.a = a, .least = (size_t)least};
    size_t n = 0;
    ASSERT(least > 0);
    TRY(sql_wall_evaluation_choices(db, a, programme, take, &g));
    for (const struct group *k = g.groups; k != NULL; k = k->next)
        n++;
    *out = ARENA_ARRAY(a, n, struct mentor_mean);
    *count = 0;
    for (const struct group *k = g.groups; k != NULL; k = k->next) {
        if (k->mentors.n < g.least || k->mentees.n < g.least)
            continue;
        (*out)[*count] = k->mean;
        (*out)[(*count)++].mean /= (double)k->mean.n;
    }
    return RC_OK;
}
