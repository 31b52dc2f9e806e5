/* What is known of a person's way through the programmes, for her page and for the export; and erasing what is only about her. */
#include "base/json_set.h"
#include "gen/programme/programme/member_sql.h"
#include "gen/programme/programme/programme_sql.h"
#include "programme/programme/inside.h"

static int64_t day_or_open(int64_t day, bool null)
{
    return null ? DAY_OPEN : day;
}

static struct pause_span *pauses_of(struct arena *a, const struct rows_pause_of_person *rows, int64_t membership, size_t *count)
{
    struct pause_span *v = ARENA_ARRAY(a, rows->n, struct pause_span);
    *count = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const struct row_pause_of_person *r = &rows->v[i];
        if (r->membership_id == membership)
            v[(*count)++] = (struct pause_span){.id = r->id,
                                                .kind = str_eq(r->kind, S("leave")) ? PAUSE_LEAVE : PAUSE_DEFERRAL,
                                                .start_day = r->start_day,
                                                .end_day = day_or_open(r->end_day, r->end_day_null)};
    }
    return v;
}

static enum rc load_members(struct db *db, struct arena *a, int64_t person, struct person_history *out)
{
    struct rows_membership_of_person rows;
    struct rows_pause_of_person pauses;
    TRY(sql_membership_of_person(db, a, person, &rows));
    TRY(sql_pause_of_person(db, a, person, &pauses));
    struct member_span *v = ARENA_ARRAY(a, rows.n, struct member_span);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_membership_of_person *r = &rows.v[i];
        v[i] = (struct member_span){.m = {.id = r->id,
                                          .person = person,
                                          .programme = r->programme_id,
                                          .cohort = r->cohort_id,
                                          .state = r->state,
                                          .closed = !str_eq(r->state, S("active")),
                                          .start_day = r->start_day,
                                          .end_day = day_or_open(r->end_day, r->end_day_null),
                                          .version = r->version},
                                    .programme = r->programme_title,
                                    .cohort = r->cohort_title,
                                    .stage = r->stage_title,
                                    .source = r->source};
        v[i].pauses = pauses_of(a, &pauses, r->id, &v[i].pause_count);
    }
    out->members = v;
    out->member_count = rows.n;
    return RC_OK;
}

static enum rc load_groups(struct db *db, struct arena *a, int64_t person, struct person_history *out)
{
    struct rows_group_of_person rows;
    TRY(sql_group_of_person(db, a, person, &rows));
    struct group_span *v = ARENA_ARRAY(a, rows.n, struct group_span);
    for (size_t i = 0; i < rows.n; i++)
        v[i] = (struct group_span){.group = rows.v[i].id,
                                   .programme = rows.v[i].programme_id,
                                   .title = rows.v[i].title,
                                   .start_day = rows.v[i].start_day,
                                   .end_day = day_or_open(rows.v[i].end_day, rows.v[i].end_day_null)};
    out->groups = v;
    out->group_count = rows.n;
    return RC_OK;
}

static enum rc load_roles(struct db *db, struct arena *a, int64_t person, struct person_history *out)
{
    struct rows_role_grant_of_person rows;
    TRY(sql_role_grant_of_person(db, a, person, &rows));
    struct role_span *v = ARENA_ARRAY(a, rows.n, struct role_span);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_role_grant_of_person *r = &rows.v[i];
        struct role_span *span = &v[out->role_count];
        if (!role_find(r->role, &span->role))
            continue;
        span->id = r->id;
        span->programme_id = r->programme_id_null ? 0 : r->programme_id;
        span->cohort_id = r->cohort_id_null ? 0 : r->cohort_id;
        span->programme = r->programme_title;
        span->cohort = r->cohort_title;
        span->start_day = r->start_day;
        span->end_day = day_or_open(r->end_day, r->end_day_null);
        out->role_count++;
    }
    out->roles = v;
    return RC_OK;
}

enum rc programme_history(struct db *db, struct arena *a, int64_t person, struct person_history *out)
{
    *out = (struct person_history){0};
    TRY(load_members(db, a, person, out));
    TRY(load_groups(db, a, person, out));
    return load_roles(db, a, person, out);
}

/* ---- export and erasure ------------------------------------------------------------------------------------------------------ */

static void set_span(struct arena *a, json_t *o, int64_t first, int64_t last)
{
    json_set_day(a, o, "first_day", first);
    if (last != DAY_OPEN)
        json_set_day(a, o, "last_day", last);
}

static void export_member(struct arena *a, const struct member_span *s, json_t *o)
{
    json_set_words(o, "programme", s->programme);
    json_set_words(o, "cohort", s->cohort);
    json_set_words(o, "stage", s->stage);
    json_set_words(o, "state", s->m.state);
    json_set_words(o, "source", s->source);
    set_span(a, o, s->m.start_day, s->m.end_day);
    json_t *pauses = json_new_list(o, "away");
    for (size_t i = 0; i < s->pause_count; i++) {
        json_t *p = json_new_item(pauses);
        json_set_words(p, "kind", s->pauses[i].kind == PAUSE_LEAVE ? S("leave") : S("deferral"));
        set_span(a, p, s->pauses[i].start_day, s->pauses[i].end_day);
    }
}

enum rc programme_export_person(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct person_history h;
    TRY(programme_history(db, a, person, &h));
    json_t *members = json_new_list(into, "memberships"), *groups = json_new_list(into, "groups"), *roles = json_new_list(into, "roles");
    for (size_t i = 0; i < h.member_count; i++)
        export_member(a, &h.members[i], json_new_item(members));
    for (size_t i = 0; i < h.group_count; i++) {
        json_t *o = json_new_item(groups);
        json_set_words(o, "group", h.groups[i].title);
        set_span(a, o, h.groups[i].start_day, h.groups[i].end_day);
    }
    for (size_t i = 0; i < h.role_count; i++) {
        json_t *o = json_new_item(roles);
        json_set_words(o, "role", str_from(role_word(h.roles[i].role)));
        json_set_words(o, "programme", h.roles[i].programme);
        json_set_words(o, "cohort", h.roles[i].cohort);
        set_span(a, o, h.roles[i].start_day, h.roles[i].end_day);
    }
    return RC_OK;
}

/* Memberships and groups stay: they are counts of a person without a name. Roles would let nobody in; they go. What open
 * memberships there are end, so that nobody is counted as present who cannot be. */
enum rc programme_erase_person(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    struct person_history h;
    int64_t today = day_from_ms(zone_utc(), now);
    TRY(programme_history(tx, a, person, &h));
    for (size_t i = 0; i < h.member_count; i++) {
        const struct membership *m = &h.members[i].m;
        if (m->closed || m->end_day < today)
            continue;
        TRY(programme_end_member(tx, m->id, m->version, MEMBERSHIP_WITHDRAWN, m->start_day > today ? m->start_day : today, NULL));
    }
    return sql_role_grant_clear(tx, person);
}
