/* Giving a course to a cohort or group, and enrolling who joins it; see curriculum.h. */
#include "gen/msg_curriculum.h"
#include "gen/programme/curriculum/curriculum_sql.h"
#include "gen/programme/curriculum/offering_sql.h"
#include "programme/curriculum/inside.h"
#include "programme/programme/programme.h"

static const int64_t *or_null(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

static enum rc programme_today(struct db *db, struct arena *a, int64_t programme, int64_t now, int64_t *today)
{
    struct programme p;
    TRY(programme_find(db, a, programme, &p));
    const struct zone *zone = zone_find(p.zone);
    *today = day_from_ms(zone != NULL ? zone : zone_utc(), now);
    return RC_OK;
}

/* Evenly between the two days: the last session on the last day, the first after an equal stretch. */
static enum rc add_sessions(struct db *tx, struct arena *a, int64_t course, int64_t offering, int64_t start_day,
                            int64_t end_day)
{
    struct rows_session_list sessions;
    TRY(sql_session_list(tx, a, course, &sessions));
    int64_t live = 0, place = 0;
    for (size_t i = 0; i < sessions.n; i++)
        live += !sessions.v[i].retired;
    for (size_t i = 0; i < sessions.n; i++) {
        if (sessions.v[i].retired)
            continue;
        place++;
        TRY(sql_offering_session_add(tx, db_new_id(tx), offering, sessions.v[i].id,
                                     start_day + (end_day - start_day) * place / live));
    }
    return RC_OK;
}

enum rc curriculum_offer(struct db *tx, struct arena *a, int64_t course, int64_t cohort, int64_t group,
                         int64_t start_day, int64_t end_day, int64_t now, int64_t *offering, struct err *e)
{
    struct row_course_find c;
    struct row_offering_same same;
    int64_t today;
    if (end_day < start_day)
        return err_field(e, RC_INVALID, M_curriculum_days_order, "end_day", NULL);
    if (cohort == 0 && group == 0)
        return err_field(e, RC_INVALID, M_curriculum_audience_missing, "audience", NULL);
    TRY(sql_course_find(tx, a, course, &c));
    if (!str_eq(c.state, S("published")))
        return err_set(e, RC_INVALID, M_curriculum_offer_unpublished, NULL);
    TRY(sql_offering_same(tx, a, course, cohort, group, start_day, end_day, &same));
    if (same.n != 0) /* a form that was sent twice */
        return err_field(e, RC_CONFLICT, M_curriculum_offer_same, "audience", NULL);
    TRY(programme_today(tx, a, c.programme_id, now, &today));
    int64_t id = db_new_id(tx);
    TRY(sql_offering_add(tx, id, course, or_null(&cohort), or_null(&group), start_day, end_day));
    TRY(add_sessions(tx, a, course, id, start_day, end_day));
    if (group != 0)
        TRY(sql_enrol_group(tx, id, group, today, now));
    else
        TRY(sql_enrol_cohort(tx, id, cohort, today, now));
    TRY(sql_enrol_offering_complete(tx, id, course, now));
    if (offering != NULL)
        *offering = id;
    return RC_OK;
}

enum rc curriculum_joined(struct db *tx, int64_t person, int64_t cohort, int64_t group, int64_t now)
{
    int64_t today = day_from_ms(zone_utc(), now) - 1; /* a day's grace: it may be yesterday still somewhere */
    return sql_enrol_joined(tx, person, cohort, group, today, now);
}

enum rc curriculum_left(struct db *tx, int64_t person, int64_t programme, int64_t now)
{
    struct arena *a = arena_new(1024);
    int64_t today;
    enum rc rc = programme_today(tx, a, programme, now, &today);
    arena_free(a);
    return rc == RC_OK ? sql_enrolments_leave(tx, person, programme, today) : rc;
}

/* ---- ends that pass by themselves, once a day ------------------------------------------------------------------- */

#define LEFT_EVERY_MS (24 * MS_PER_HOUR)
#define LEFT_DAYS 60 /* looked back on: a server may stand still for a while */
#define LEFT_CHUNK 200

struct leaving {
    const struct row_people_left *v;
    size_t n;
    int64_t now;
};

static enum rc leave(struct db *tx, void *arg, struct err *e)
{
    const struct leaving *l = arg;
    (void)e;
    for (size_t i = 0; i < l->n; i++)
        TRY(curriculum_left(tx, l->v[i].person_id, l->v[i].programme_id, l->now));
    return RC_OK;
}

static enum rc run_left(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    struct rows_people_left rows;
    int64_t now = clock_now(), today = day_from_ms(zone_utc(), now);
    (void)args;
    TRY(sql_people_left(db, a, today - LEFT_DAYS, today, &rows));
    for (size_t at = 0; at < rows.n; at += LEFT_CHUNK) {
        struct leaving l = {.v = rows.v + at, .n = rows.n - at < LEFT_CHUNK ? rows.n - at : LEFT_CHUNK, .now = now};
        TRY(store_write(db, leave, &l, e));
        TRY(job_progress(db, job, (int64_t)(at + l.n), (int64_t)rows.n));
    }
    return RC_OK;
}

const struct job_handler curriculum_jobs[CURRICULUM_JOB_COUNT] = {
    {.kind = "enrolment_left", .run = run_left, .every_ms = LEFT_EVERY_MS},
};

enum rc curriculum_offer_new_sessions(struct db *tx, struct arena *a, int64_t course, int64_t now)
{
    struct rows_offering_sessions_missing missing;
    TRY(sql_offering_sessions_missing(tx, a, course, day_from_ms(zone_utc(), now), &missing));
    for (size_t i = 0; i < missing.n; i++)
        TRY(sql_offering_session_add(tx, db_new_id(tx), missing.v[i].offering_id, missing.v[i].session_id,
                                     missing.v[i].end_day));
    return RC_OK;
}

enum rc curriculum_courses(struct db *db, struct arena *a, int64_t programme, struct curriculum_course **out,
                           size_t *count)
{
    struct rows_course_sessions_published rows;
    TRY(sql_course_sessions_published(db, a, programme, &rows));
    struct curriculum_course *list = ARENA_ARRAY(a, rows.n, struct curriculum_course);
    int64_t *sessions = ARENA_ARRAY(a, rows.n, int64_t);
    *count = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_course_sessions_published *r = &rows.v[i];
        struct curriculum_course *last = *count != 0 ? &list[*count - 1] : NULL;
        if (last == NULL || last->id != r->course_id) {
            last = &list[(*count)++];
            *last = (struct curriculum_course){.id = r->course_id,
                                               .stage = r->stage_id_null ? 0 : r->stage_id,
                                               .slug = r->slug,
                                               .title = r->title,
                                               .sessions = &sessions[i]};
        }
        sessions[i] = r->session_id;
        last->session_count++;
    }
    *out = list;
    return RC_OK;
}
