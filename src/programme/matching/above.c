/* Rounds in levels: who is a mentee in a round above mentors in this one only if a mentor was found for her there (the cascade of
 * engine/match, over rounds). The rounds above are looked at as they stand: an approved one by its pairs, another one by what would
 * come out of it now. */
#include "programme/matching/inside.h"

struct found {
    int64_t person;
    bool matched;
};
struct level {
    struct found *v;
    size_t n;
};

static int by_person(const void *x, const void *y)
{
    const struct found *p = x, *q = y;
    if (p->person != q->person)
        return p->person < q->person ? -1 : 1;
    return (int)q->matched - (int)p->matched; /* found in one of the levels is found */
}

/* Closes the mentors of d who were mentees above and found nobody in any level. */
static void close_mentors(struct match_data *d, const struct level *all)
{
    for (uint32_t j = 0; j < d->count[HR_MENTOR]; j++) {
        int64_t person = d->member[HR_MENTOR][j].person;
        size_t low = 0, high = all->n;
        while (low < high) { /* the first of this person */
            size_t middle = low + (high - low) / 2;
            if (all->v[middle].person < person)
                low = middle + 1;
            else
                high = middle;
        }
        d->closed[j] = low < all->n && all->v[low].person == person && !all->v[low].matched;
    }
}

static void add_found(struct arena *a, struct level *all, const struct found *more, size_t n)
{
    struct found *v = ARENA_ARRAY(a, all->n + n, struct found);
    if (all->n != 0)
        memcpy(v, all->v, all->n * sizeof *v);
    if (n != 0)
        memcpy(v + all->n, more, n * sizeof *v);
    all->v = v;
    all->n += n;
    if (all->n > 1)
        qsort(v, all->n, sizeof *v, by_person);
}

static enum rc find_approved(struct db *db, struct arena *a, const struct match_round *r, struct level *all)
{
    struct rows_match_above_outcome rows;
    TRY(sql_match_above_outcome(db, a, r->id, &rows));
    struct found *v = ARENA_ARRAY(a, rows.n, struct found);
    for (size_t k = 0; k < rows.n; k++)
        v[k] = (struct found){rows.v[k].person_id, !match_has_ended(rows.v[k].state)};
    add_found(a, all, v, rows.n);
    return RC_OK;
}

static enum rc find_solved(struct db *db, struct arena *a, const struct match_round *r, int64_t today, struct level *all, struct err *e)
{
    struct match_data d;
    struct match_run run;
    struct match_settings s = match_settings_of(r);
    TRY(match_load(db, a, r, today, &d));
    close_mentors(&d, all);
    enum rc rc = match_solve(&d, a, &s, &run, e);
    if (rc == RC_INVALID)
        return err_set(e, RC_INVALID, M_matching_above_broken, NULL);
    TRY(rc);
    struct found *v = ARENA_ARRAY(a, d.count[HR_MENTEE], struct found);
    size_t n = 0;
    for (uint32_t i = 0; i < d.count[HR_MENTEE]; i++)
        if (d.member[HR_MENTEE][i].in)
            v[n++] = (struct found){d.member[HR_MENTEE][i].person, run.partner[i] != HR_NONE};
    add_found(a, all, v, n);
    return RC_OK;
}

enum rc match_load_above(struct db *db, struct arena *a, int64_t today, struct match_data *d, struct err *e)
{
    struct match_round up[MATCH_LEVELS_MOST];
    struct level all = {0};
    size_t n = 0;
    for (int64_t id = d->r.above; id != 0 && n < MATCH_LEVELS_MOST; id = up[n++].above) {
        enum rc rc = match_find(db, a, id, &up[n]);
        if (rc == RC_NOT_FOUND)
            break; /* dropped: it closes nobody */
        TRY(rc);
    }
    while (n-- > 0)
        TRY(str_eq_z(up[n].state, "approved") ? find_approved(db, a, &up[n], &all) : find_solved(db, a, &up[n], today, &all, e));
    close_mentors(d, &all);
    return RC_OK;
}
