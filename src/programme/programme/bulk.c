/* A whole programme at once: see bulk.h. */
#include "programme/programme/bulk.h"

#include "gen/programme/programme/bulk_sql.h"
#include "gen/programme/programme/programme_sql.h"
#include "programme/programme/inside.h"

struct filling {
    struct arena *a;
    struct str source;
    struct programme_roll *roll;
    size_t member_cap, group_member_cap, grant_cap;
};

/* Room for one more in an array of the roll. */
static void *room(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return v;
    size_t more = *cap != 0 ? *cap * 2 : 256;
    v = arena_grow(a, v, *cap * size, more * size);
    *cap = more;
    return v;
}

static enum rc take_member(void *arg, const struct row_roll_members *r)
{
    struct filling *f = arg;
    struct programme_roll *roll = f->roll;
    roll->members = room(f->a, roll->members, roll->member_count, &f->member_cap, sizeof *roll->members);
    roll->members[roll->member_count++] = (struct roll_member){.id = r->id,
                                                               .person = r->person_id,
                                                               .cohort = r->cohort_id,
                                                               .stage = r->stage_id_null ? 0 : r->stage_id,
                                                               .start_day = r->start_day,
                                                               .end_day = r->end_day_null ? DAY_OPEN : r->end_day,
                                                               .version = r->version,
                                                               .closed = r->closed != 0,
                                                               .of_source = str_eq(r->source, f->source)};
    return RC_OK;
}

static enum rc take_group_member(void *arg, const struct row_roll_group_members *r)
{
    struct filling *f = arg;
    struct programme_roll *roll = f->roll;
    roll->group_members =
        room(f->a, roll->group_members, roll->group_member_count, &f->group_member_cap, sizeof *roll->group_members);
    roll->group_members[roll->group_member_count++] = (struct roll_group_member){.group = r->group_id,
                                                                                 .person = r->person_id,
                                                                                 .start_day = r->start_day,
                                                                                 .end_day = r->end_day_null ? DAY_OPEN : r->end_day};
    return RC_OK;
}

static enum rc take_grant(void *arg, const struct row_roll_grants *r)
{
    struct filling *f = arg;
    struct programme_roll *roll = f->roll;
    enum role role;
    if (!role_find(r->role, &role))
        return RC_OK;
    roll->grants = room(f->a, roll->grants, roll->grant_count, &f->grant_cap, sizeof *roll->grants);
    roll->grants[roll->grant_count++] = (struct roll_grant){.id = r->id,
                                                            .person = r->person_id,
                                                            .cohort = r->cohort_id_null ? 0 : r->cohort_id,
                                                            .role = role,
                                                            .start_day = r->start_day,
                                                            .end_day = r->end_day_null ? DAY_OPEN : r->end_day,
                                                            .of_source = str_eq(r->source, f->source)};
    return RC_OK;
}

enum rc programme_roll(struct db *db, struct arena *a, int64_t programme, struct str source, struct programme_roll *out)
{
    struct filling f = {.a = a, .source = source, .roll = out};
    struct rows_roll_groups groups;
    *out = (struct programme_roll){0};
    TRY(programme_stages(db, a, programme, &out->stages, &out->stage_count));
    TRY(programme_cohorts(db, a, programme, &out->cohorts, &out->cohort_count));
    TRY(sql_roll_groups(db, a, programme, &groups));
    out->groups = ARENA_ARRAY(a, groups.n, struct learner_group);
    out->group_count = groups.n;
    for (size_t i = 0; i < groups.n; i++)
        out->groups[i] = (struct learner_group){.id = groups.v[i].id,
                                                .programme = programme,
                                                .cohort = groups.v[i].cohort_id_null ? 0 : groups.v[i].cohort_id,
                                                .code = groups.v[i].code,
                                                .title = groups.v[i].title};
    TRY(sql_roll_members(db, a, programme, take_member, &f));
    TRY(sql_roll_group_members(db, a, programme, take_group_member, &f));
    return sql_roll_grants(db, a, programme, take_grant, &f);
}

struct other {
    void (*fn)(void *arg, int64_t person, const struct grant *g);
    void *arg;
};

static enum rc take_other(void *arg, const struct row_roll_elsewhere *r)
{
    const struct other *o = arg;
    struct grant g = {.programme = r->programme_id, .cohort = r->cohort_id};
    if (role_find(r->role, &g.role))
        o->fn(o->arg, r->person_id, &g);
    return RC_OK;
}

enum rc programme_each_other_grant(struct db *db, struct arena *a, int64_t programme, int64_t today,
                                   void (*fn)(void *arg, int64_t person, const struct grant *g), void *arg)
{
    struct other o = {fn, arg};
    return sql_roll_elsewhere(db, a, programme, today, take_other, &o);
}

enum rc programme_add_group_member_known(struct db *tx, int64_t group, int64_t person, int64_t start_day, int64_t end_day)
{
    return sql_group_member_add(tx, group, person, start_day, programme_day_or_null(&end_day));
}

enum rc programme_grant_role_known(struct db *tx, int64_t id, int64_t person, enum role role, int64_t programme, int64_t cohort,
                                   int64_t start_day, int64_t end_day, struct str source)
{
    return sql_role_grant_add(tx, id, person, str_from(role_word(role)), programme_id_or_null(&programme), programme_id_or_null(&cohort),
                              start_day, programme_day_or_null(&end_day), source);
}

enum rc programme_set_group_member_end(struct db *tx, int64_t group, int64_t person, int64_t start_day, int64_t end_day)
{
    return sql_group_member_set_end(tx, group, person, start_day, programme_day_or_null(&end_day));
}

enum rc programme_leave_group_known(struct db *tx, int64_t group, int64_t person, int64_t last_day)
{
    TRY(sql_group_member_end(tx, group, person, last_day));
    return sql_group_member_drop(tx, group, person, last_day);
}
