/* Memberships: see programme.h. What always holds: a person has at most one membership of a programme on any day; pauses lie
 * within their membership and do not overlap; a group of a cohort holds only while the person is in that cohort. */
#include "base/clock.h"
#include "gen/msg_programme.h"
#include "gen/programme/programme/member_sql.h"
#include "gen/programme/programme/programme_sql.h"
#include "programme/programme/inside.h"

static programme_joined_fn *joined;
static programme_left_fn *left;

void programme_on_joined(programme_joined_fn *fn)
{
    joined = fn;
}

void programme_on_left(programme_left_fn *fn)
{
    left = fn;
}

enum rc programme_tell_left(struct db *tx, int64_t person, int64_t programme)
{
    return left != NULL ? left(tx, person, programme, clock_now()) : RC_OK;
}

enum rc programme_tell_joined(struct db *tx, int64_t person, int64_t cohort, int64_t group, int64_t now)
{
    return joined != NULL ? joined(tx, person, cohort, group, now) : RC_OK;
}

static enum rc load(struct db *db, struct arena *a, int64_t id, struct membership *m)
{
    struct row_membership_find row;
    TRY(sql_membership_find(db, a, id, &row));
    *m = (struct membership){.id = row.id,
                             .person = row.person_id,
                             .programme = row.programme_id,
                             .cohort = row.cohort_id,
                             .stage = row.stage_id_null ? 0 : row.stage_id,
                             .state = a != NULL ? row.state : STR_NONE, /* without an arena it lives for the call alone */
                             .closed = row.closed != 0,
                             .start_day = row.start_day,
                             .end_day = row.end_day_null ? DAY_OPEN : row.end_day,
                             .version = row.version};
    return RC_OK;
}

enum rc programme_find_member(struct db *db, struct arena *a, int64_t membership, struct membership *out)
{
    return load(db, a, membership, out);
}

/* The membership as a form saw it. */
static enum rc load_version(struct db *tx, int64_t id, int64_t version, struct membership *m, struct err *e)
{
    TRY(load(tx, NULL, id, m));
    return m->version == version ? RC_OK : err_set(e, RC_CONFLICT, M_programme_changed, NULL);
}

static enum rc no_overlap(struct db *tx, int64_t person, int64_t programme, int64_t start_day, int64_t end_day, int64_t but,
                          struct err *e)
{
    struct row_membership_overlaps row;
    TRY(sql_membership_overlaps(tx, NULL, person, programme, start_day, end_day, but, &row));
    return row.n == 0 ? RC_OK : err_field(e, RC_CONFLICT, M_programme_member_overlap, "start", NULL);
}

enum rc programme_add_member_known(struct db *tx, int64_t id, int64_t person, int64_t programme, int64_t cohort, int64_t stage,
                                   int64_t start_day, int64_t end_day, struct str source)
{
    return sql_membership_add(tx, id, person, programme, cohort, programme_id_or_null(&stage), start_day,
                              programme_day_or_null(&end_day), source);
}

enum rc programme_add_member(struct db *tx, int64_t person, int64_t programme, int64_t cohort, int64_t stage, int64_t start_day,
                             int64_t end_day, struct str source, int64_t now, int64_t *id, struct err *e)
{
    TRY(programme_check_cohort(tx, programme, cohort, e));
    TRY(programme_check_stage(tx, programme, stage, e));
    if (end_day < start_day)
        return err_field(e, RC_INVALID, M_programme_end_before_start, "end", NULL);
    TRY(no_overlap(tx, person, programme, start_day, end_day, 0, e));
    int64_t new_id = db_new_id(tx);
    TRY(programme_add_member_known(tx, new_id, person, programme, cohort, stage, start_day, end_day, source));
    if (id != NULL)
        *id = new_id;
    return programme_tell_joined(tx, person, cohort, 0, now);
}

enum rc programme_add_group_member(struct db *tx, int64_t group, int64_t person, int64_t start_day, int64_t end_day, int64_t now)
{
    struct row_group_member_overlaps same;
    struct row_group_find row;
    if (end_day < start_day)
        return RC_INVALID;
    TRY(sql_group_find(tx, NULL, group, &row));
    TRY(sql_group_member_overlaps(tx, NULL, group, person, start_day, end_day, &same));
    if (same.n != 0)
        return RC_CONFLICT;
    TRY(sql_group_member_add(tx, group, person, start_day, programme_day_or_null(&end_day)));
    return programme_tell_joined(tx, person, row.cohort_id_null ? 0 : row.cohort_id, group, now);
}

/* ---- leave and deferral -------------------------------------------------------------------------------------------------- */

static enum rc touch(struct db *tx, int64_t membership, int64_t version, struct err *e)
{
    TRY(sql_membership_touch(tx, membership, version));
    return programme_was_changed(tx, e);
}

enum rc programme_pause_member(struct db *tx, int64_t membership, int64_t version, enum pause_kind kind, int64_t start_day,
                               int64_t end_day, struct err *e)
{
    struct membership m;
    struct row_pause_overlaps row;
    TRY(load_version(tx, membership, version, &m, e));
    if (end_day < start_day)
        return err_field(e, RC_INVALID, M_programme_end_before_start, "end", NULL);
    if (start_day < m.start_day || start_day > m.end_day)
        return err_field(e, RC_INVALID, M_programme_pause_outside, "start", NULL);
    if (end_day != DAY_OPEN && end_day > m.end_day)
        return err_field(e, RC_INVALID, M_programme_pause_outside, "end", NULL);
    if (end_day == DAY_OPEN)
        end_day = m.end_day; /* of a membership whose end is known */
    TRY(sql_pause_overlaps(tx, NULL, membership, start_day, end_day, &row));
    if (row.n != 0)
        return err_field(e, RC_CONFLICT, M_programme_pause_overlap, "start", NULL);
    TRY(sql_pause_add(tx, db_new_id(tx), membership, kind == PAUSE_LEAVE ? S("leave") : S("deferral"), start_day,
                      programme_day_or_null(&end_day)));
    return touch(tx, membership, version, e);
}

enum rc programme_resume_member(struct db *tx, int64_t membership, int64_t version, int64_t pause, int64_t last_day, struct err *e)
{
    struct membership m;
    struct row_pause_find row;
    TRY(load_version(tx, membership, version, &m, e));
    TRY(sql_pause_find(tx, NULL, pause, &row));
    if (row.membership_id != membership)
        return RC_NOT_FOUND;
    if (!row.end_day_null && row.end_day < last_day)
        return err_field(e, RC_INVALID, M_programme_pause_over, "last_day", NULL);
    if (last_day > m.end_day)
        return err_field(e, RC_INVALID, M_programme_pause_outside, "last_day", NULL);
    if (last_day < row.start_day)
        TRY(sql_pause_delete(tx, pause));
    else
        TRY(sql_pause_end(tx, pause, last_day));
    return touch(tx, membership, version, e);
}

/* ---- ends ---------------------------------------------------------------------------------------------------------------- */

/* Closes the row, and with it what lies inside; cohort 0 ends groups drawn from several cohorts too. */
static enum rc close_row(struct db *tx, const struct membership *m, const char *state, int64_t last_day, int64_t cohort,
                         struct err *e)
{
    TRY(sql_membership_close(tx, m->id, m->version, str_from(state), last_day));
    TRY(programme_was_changed(tx, e));
    TRY(sql_pause_drop_later(tx, m->id, last_day));
    TRY(sql_pause_cut(tx, m->id, last_day));
    TRY(sql_group_member_end_of_cohort(tx, m->person, m->programme, cohort, last_day));
    return sql_group_member_drop_of_cohort(tx, m->person, m->programme, cohort, last_day);
}

static enum rc check_open(const struct membership *m, int64_t day, const char *field, struct err *e)
{
    if (m->closed)
        return err_set(e, RC_CONFLICT, M_programme_member_closed, NULL);
    if (day < m->start_day)
        return err_field(e, RC_INVALID, M_programme_before_member, field, NULL);
    if (day > m->end_day)
        return err_field(e, RC_INVALID, M_programme_after_member, field, NULL);
    return RC_OK;
}

enum rc programme_end_member(struct db *tx, int64_t membership, int64_t version, enum membership_end how, int64_t last_day,
                             struct err *e)
{
    struct membership m;
    TRY(load_version(tx, membership, version, &m, e));
    TRY(check_open(&m, last_day, "last_day", e));
    TRY(close_row(tx, &m, how == MEMBERSHIP_COMPLETED ? "completed" : "withdrawn", last_day, 0, e));
    return programme_tell_left(tx, m.person, m.programme);
}

enum rc programme_transfer_member(struct db *tx, int64_t membership, int64_t version, int64_t cohort, int64_t stage, int64_t day,
                                  struct str source, int64_t now, int64_t *id, struct err *e)
{
    struct membership m;
    TRY(load_version(tx, membership, version, &m, e));
    TRY(programme_check_cohort(tx, m.programme, cohort, e));
    TRY(programme_check_stage(tx, m.programme, stage, e));
    if (cohort == m.cohort)
        return err_field(e, RC_INVALID, M_programme_same_cohort, "cohort", NULL);
    TRY(check_open(&m, day, "day", e));
    int64_t holds = m.id;
    if (day == m.start_day) {
        TRY(sql_membership_change(tx, m.id, m.version, cohort, programme_id_or_null(&stage), m.start_day,
                                  programme_day_or_null(&m.end_day)));
        TRY(programme_was_changed(tx, e));
        TRY(sql_group_member_end_of_cohort(tx, m.person, m.programme, m.cohort, day - 1));
        TRY(sql_group_member_drop_of_cohort(tx, m.person, m.programme, m.cohort, day - 1));
    } else {
        TRY(close_row(tx, &m, "transferred", day - 1, m.cohort, e));
        holds = db_new_id(tx);
        TRY(programme_add_member_known(tx, holds, m.person, m.programme, cohort, stage, day, m.end_day, source));
    }
    if (id != NULL)
        *id = holds;
    TRY(programme_tell_left(tx, m.person, m.programme));
    return programme_tell_joined(tx, m.person, cohort, 0, now);
}

enum rc programme_correct_member(struct db *tx, int64_t membership, int64_t version, int64_t stage, int64_t start_day,
                                 int64_t end_day, struct err *e)
{
    struct membership m;
    struct row_pause_before before;
    TRY(load_version(tx, membership, version, &m, e));
    if (m.closed && end_day == DAY_OPEN)
        return err_field(e, RC_INVALID, M_programme_end_needed, "end", NULL);
    TRY(programme_check_stage(tx, m.programme, stage, e));
    if (end_day < start_day)
        return err_field(e, RC_INVALID, M_programme_end_before_start, "end", NULL);
    TRY(no_overlap(tx, m.person, m.programme, start_day, end_day, m.id, e));
    TRY(sql_pause_before(tx, NULL, membership, start_day, &before));
    if (before.n != 0)
        return err_field(e, RC_INVALID, M_programme_pause_outside, "start", NULL);
    TRY(sql_membership_change(tx, membership, version, m.cohort, programme_id_or_null(&stage), start_day,
                              programme_day_or_null(&end_day)));
    TRY(programme_was_changed(tx, e));
    int64_t now = clock_now();
    if (m.end_day < day_from_ms(zone_utc(), now) && end_day > m.end_day) /* she is in again what she had left */
        TRY(programme_tell_joined(tx, m.person, m.cohort, 0, now));
    TRY(programme_tell_left(tx, m.person, m.programme));
    if (end_day == DAY_OPEN)
        return RC_OK;
    TRY(sql_pause_drop_later(tx, membership, end_day));
    return sql_pause_cut(tx, membership, end_day);
}
