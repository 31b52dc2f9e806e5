/* All that a round is solved from, read in a handful of statements: people, lists, what must not be and what must. */
#include "programme/matching/inside.h"

static enum rc load_side(struct db *db, struct arena *a, int64_t round, enum hr_side side, struct match_data *d)
{
    struct rows_match_person_load people;
    TRY(sql_match_person_load(db, a, round, match_side_word(side), &people));
    uint32_t count = people.n != 0 ? (uint32_t)people.v[people.n - 1].place : 0;
    d->count[side] = count;
    d->member[side] = ARENA_ARRAY(a, count, struct match_member);
    for (size_t i = 0; i < people.n; i++) {
        const struct row_match_person_load *p = &people.v[i];
        d->member[side][p->place - 1] = (struct match_member){p->person_id, p->seats, p->least_null ? -1 : p->least, p->takes_part != 0, !p->answered_at_null, p->others != 0};
    }
    return RC_OK;
}

static enum rc load_lists(struct db *db, struct arena *a, int64_t round, enum hr_side side, struct match_data *d)
{
    struct rows_match_choice_load rows;
    TRY(sql_match_choice_load(db, a, round, match_side_word(side), &rows));
    uint32_t count = d->count[side], at = 0;
    d->from[side] = ARENA_ARRAY(a, count + 1, uint32_t);
    d->choice[side] = ARENA_ARRAY(a, rows.n, struct match_choice);
    for (size_t i = 0; i < rows.n; i++) {
        while (at < rows.v[i].place)
            d->from[side][at++] = (uint32_t)i;
        d->choice[side][i] = (struct match_choice){(uint32_t)rows.v[i].other - 1, (uint32_t)rows.v[i].rank};
    }
    while (at <= count)
        d->from[side][at++] = (uint32_t)rows.n;
    return RC_OK;
}

/* ---- who must not be with whom ------------------------------------------------------------------------------------------------- */

struct aparts {
    struct arena *a;
    struct match_apart *v;
    size_t n, room;
};

static void add_apart(struct aparts *l, int64_t mentee, int64_t mentor, struct str why)
{
    if (l->n == l->room) {
        size_t room = l->room * 2 + 64;
        l->v = arena_grow(l->a, l->v, l->room * sizeof *l->v, room * sizeof *l->v);
        l->room = room;
    }
    l->v[l->n++] = (struct match_apart){(uint32_t)mentee - 1, (uint32_t)mentor - 1, why};
}

static int by_pair(const void *x, const void *y)
{
    const struct match_apart *p = x, *q = y;
    if (p->mentee != q->mentee)
        return p->mentee < q->mentee ? -1 : 1;
    return p->mentor < q->mentor ? -1 : p->mentor > q->mentor;
}

static enum rc add_assessors(struct db *db, struct arena *a, const struct match_round *r, int64_t today, struct aparts *l)
{
    struct rows_match_assessors assessors;
    struct rows_match_person_groups groups;
    TRY(sql_match_assessors(db, a, r->id, r->programme, today, &assessors));
    if (assessors.n == 0)
        return RC_OK;
    TRY(sql_match_person_groups(db, a, r->id, r->programme, &groups));
    for (size_t i = 0; i < assessors.n; i++)
        for (size_t k = 0; k < groups.n; k++)
            if (groups.v[k].cohort_id == assessors.v[i].cohort_id)
                add_apart(l, groups.v[k].place, assessors.v[i].mentor, S("assessor"));
    return RC_OK;
}

/* A person may stand on both sides, and is not her own mentor. */
static void add_oneself(const struct match_data *d, struct arena *a, struct aparts *l)
{
    size_t room = 64;
    while (room < (size_t)d->count[HR_MENTOR] * 2 + 1)
        room *= 2;
    uint32_t *slots = ARENA_ARRAY(a, room, uint32_t);
    for (uint32_t j = 0; j < d->count[HR_MENTOR]; j++) {
        size_t at = (size_t)((uint64_t)d->member[HR_MENTOR][j].person * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (room - 1);
        while (slots[at] != 0)
            at = (at + 1) & (room - 1);
        slots[at] = j + 1;
    }
    for (uint32_t i = 0; i < d->count[HR_MENTEE]; i++) {
        int64_t person = d->member[HR_MENTEE][i].person;
        size_t at = (size_t)((uint64_t)person * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (room - 1);
        for (; slots[at] != 0; at = (at + 1) & (room - 1))
            if (d->member[HR_MENTOR][slots[at] - 1].person == person && person != 0)
                add_apart(l, i + 1, slots[at], S("oneself"));
    }
}

/* The coordinator's own names stand first where a pair is kept apart twice. */
static enum rc load_apart(struct db *db, struct arena *a, int64_t today, struct match_data *d)
{
    const struct match_round *r = &d->r;
    struct rows_match_rule_load rules;
    struct rows_match_conflicts conflicts;
    struct rows_match_together together;
    struct aparts l = {.a = a};
    TRY(sql_match_rule_load(db, a, r->id, &rules));
    d->pin = ARENA_ARRAY(a, rules.n, struct hr_pair);
    for (size_t i = 0; i < rules.n; i++)
        if (str_eq_z(rules.v[i].kind, "pin"))
            d->pin[d->pin_count++] = (struct hr_pair){(uint32_t)rules.v[i].mentee - 1, (uint32_t)rules.v[i].mentor - 1};
        else
            add_apart(&l, rules.v[i].mentee, rules.v[i].mentor, rules.v[i].name);
    TRY(sql_match_conflicts(db, a, r->id, r->programme, &conflicts));
    for (size_t i = 0; i < conflicts.n; i++)
        add_apart(&l, conflicts.v[i].mentee, conflicts.v[i].mentor, S("conflict"));
    TRY(sql_match_together(db, a, r->id, r->programme, &together));
    for (size_t i = 0; i < together.n; i++)
        add_apart(&l, together.v[i].mentee, together.v[i].mentor, S("together"));
    if (r->apart_assessors)
        TRY(add_assessors(db, a, r, today, &l));
    add_oneself(d, a, &l);
    if (l.n > 1)
        qsort(l.v, l.n, sizeof *l.v, by_pair);
    size_t n = 0;
    for (size_t i = 0; i < l.n; i++)
        if (n == 0 || by_pair(&l.v[n - 1], &l.v[i]) != 0)
            l.v[n++] = l.v[i];
    d->apart = l.v;
    d->apart_count = n;
    return RC_OK;
}

const struct match_apart *match_find_apart(const struct match_data *d, uint32_t mentee, uint32_t mentor)
{
    struct match_apart key = {.mentee = mentee, .mentor = mentor};
    return d->apart_count == 0 ? NULL : bsearch(&key, d->apart, d->apart_count, sizeof key, by_pair);
}

int64_t match_rank_of(const struct match_data *d, enum hr_side side, uint32_t agent, uint32_t other)
{
    for (uint32_t k = d->from[side][agent]; k < d->from[side][agent + 1]; k++)
        if (d->choice[side][k].other == other)
            return d->choice[side][k].rank;
    return -1;
}

enum rc match_load(struct db *db, struct arena *a, const struct match_round *r, int64_t today, struct match_data *out)
{
    struct rows_match_away away;
    *out = (struct match_data){.r = *r};
    for (enum hr_side side = HR_MENTEE; side <= HR_MENTOR; side++) {
        TRY(load_side(db, a, r->id, side, out));
        TRY(load_lists(db, a, r->id, side, out));
    }
    TRY(load_apart(db, a, today, out));
    out->away = ARENA_ARRAY(a, out->count[HR_MENTOR], bool);
    out->closed = ARENA_ARRAY(a, out->count[HR_MENTOR], bool);
    TRY(sql_match_away(db, a, r->id, r->programme, today, &away));
    for (size_t i = 0; i < away.n; i++)
        out->away[away.v[i].place - 1] = true;
    return r->way != MATCH_RANKS ? match_load_facts(db, a, r, out->count[HR_MENTEE], out->count[HR_MENTOR], &out->facts) : RC_OK;
}
