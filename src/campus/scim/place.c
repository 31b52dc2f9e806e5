/* Groups that an administrator chose for a cohort or a group of Cadre: who belongs to one is brought in, who no longer does is taken out again.
 * What was done by hand, by a roster or by a page goes before: who stands in another cohort of the programme is left there, and nobody is taken
 * out whom another hand put in. A few people at a time, so that nobody else waits; what is left is done by the next request. */
#include "base/clock.h"
#include "campus/scim/inside.h"
#include "programme/programme/programme.h"

#define PLACED_AT_ONCE 50

struct placing {
    const struct ctx *c;
    size_t done; /* out */
};

typedef struct row_scim_members_due due;

static const struct member_span *open_member(const struct person_history *h, int64_t programme, int64_t today)
{
    for (size_t i = 0; i < h->member_count; i++)
        if (h->members[i].m.programme == programme && !h->members[i].m.closed && h->members[i].m.end_day >= today)
            return &h->members[i];
    return NULL;
}

static bool is_ours(const struct member_span *s)
{
    return str_eq(s->source, SCIM_SOURCE);
}

static enum rc set_state(struct db *tx, const due *r, bool made)
{
    return sql_scim_member_set(tx, r->group_id, r->person_id, made ? S("made") : S("found"));
}

/* What the rules refuse is left as it is. */
static bool refused(enum rc rc)
{
    return rc == RC_CONFLICT || rc == RC_INVALID || rc == RC_NOT_FOUND;
}

static enum rc into_cohort(struct db *tx, const struct person_history *h, const due *r, int64_t today, int64_t now)
{
    const struct member_span *m = open_member(h, r->programme_id, today);
    int64_t from = today;
    enum rc rc;
    if (m != NULL && (m->m.cohort == r->cohort_id || !is_ours(m) || m->m.start_day > today))
        return set_state(tx, r, m->m.cohort == r->cohort_id && is_ours(m));
    if (m != NULL) {
        rc = programme_transfer_member(tx, m->m.id, m->m.version, r->cohort_id, 0, today, SCIM_SOURCE, now, NULL, NULL);
    } else {
        for (size_t i = 0; i < h->member_count; i++) /* she left today: from tomorrow on */
            if (h->members[i].m.programme == r->programme_id && h->members[i].m.end_day == today)
                from = today + 1;
        rc = programme_add_member(tx, r->person_id, r->programme_id, r->cohort_id, 0, from, DAY_OPEN, SCIM_SOURCE, now, NULL, NULL);
    }
    return rc == RC_OK || refused(rc) ? set_state(tx, r, rc == RC_OK) : rc;
}

static enum rc into_group(struct db *tx, struct arena *a, const struct person_history *h, const due *r, int64_t today, int64_t now)
{
    struct learner_group g;
    TRY(programme_find_group(tx, a, r->learner_group_id, &g));
    const struct member_span *m = open_member(h, g.programme, today);
    bool there = false;
    for (size_t i = 0; i < h->group_count; i++)
        there = there || (h->groups[i].group == g.id && h->groups[i].end_day >= today);
    if (there || m == NULL || m->m.start_day > today || (g.cohort != 0 && m->m.cohort != g.cohort))
        return set_state(tx, r, false);
    enum rc rc = programme_add_group_member(tx, g.id, r->person_id, today, DAY_OPEN, now);
    return rc == RC_OK || refused(rc) ? set_state(tx, r, rc == RC_OK) : rc;
}

static enum rc take_out(struct db *tx, const struct person_history *h, const due *r, int64_t today)
{
    enum rc rc = RC_OK;
    if (!r->learner_group_id_null) {
        rc = programme_end_group_member(tx, r->learner_group_id, r->person_id, today - 1, NULL);
    } else if (!r->cohort_id_null) {
        const struct member_span *m = open_member(h, r->programme_id, today);
        if (m != NULL && is_ours(m) && m->m.cohort == r->cohort_id) {
            int64_t last = m->m.start_day < today ? today - 1 : m->m.start_day;
            rc = programme_end_member(tx, m->m.id, m->m.version, MEMBERSHIP_WITHDRAWN, last, NULL);
        }
    }
    return rc == RC_OK || refused(rc) ? sql_scim_member_gone(tx, r->group_id, r->person_id) : rc;
}

static enum rc place_one(struct db *tx, struct arena *a, const due *r, int64_t now)
{
    struct person_history h;
    struct programme p;
    bool leaving = str_eq(r->state, S("leaving"));
    if (r->programme_id_null)
        return leaving ? sql_scim_member_gone(tx, r->group_id, r->person_id) : sql_scim_member_set(tx, r->group_id, r->person_id, S("kept"));
    TRY(programme_find(tx, a, r->programme_id, &p));
    TRY(programme_history(tx, a, r->person_id, &h));
    const struct zone *zone = zone_find(p.zone);
    int64_t today = day_from_ms(zone != NULL ? zone : zone_utc(), now);
    if (leaving)
        return take_out(tx, &h, r, today);
    return r->cohort_id_null ? into_group(tx, a, &h, r, today, now) : into_cohort(tx, &h, r, today, now);
}

static enum rc place_some(struct db *tx, void *arg, struct err *e)
{
    struct placing *p = arg;
    struct arena *a = arena_new(0);
    struct rows_scim_members_due rows = {0};
    (void)e;
    enum rc rc = sql_scim_members_due(tx, a, PLACED_AT_ONCE, &rows);
    for (size_t i = 0; rc == RC_OK && i < rows.n; i++)
        rc = place_one(tx, a, &rows.v[i], p->c->now);
    if (rc == RC_OK)
        rc = sql_scim_group_sweep(tx);
    p->done = rows.n;
    arena_free(a);
    return rc;
}

enum rc scim_place_all(struct ctx *c)
{
    struct placing p = {.c = c};
    do
        TRY(ctx_write(c, place_some, &p));
    while (p.done == PLACED_AT_ONCE);
    return RC_OK;
}
