/* The rules of a project's work: milestones, tasks, minutes, files, and who leads next. See improve.h. */
#include "auth/session.h"
#include "gen/msg_improve.h"
#include "gen/msg_project.h"
#include "gen/programme/improve/improve_sql.h"
#include "gen/programme/improve/work_sql.h"
#include "programme/curriculum/curriculum.h"
#include "programme/improve/improve.h"

static const int64_t *or_none(const int64_t *v)
{
    return *v != 0 ? v : NULL;
}

static enum rc changed_one(const struct db *tx, struct err *e)
{
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_improve_changed, NULL);
}

enum rc improve_put_milestone(struct db *tx, int64_t project, int64_t id, int64_t version, const struct improve_milestone *m, struct err *e)
{
    if (id == 0)
        return sql_improve_milestone_add(tx, db_new_id(tx), project, m->title, m->due_day, or_none(&m->done_day));
    TRY(sql_improve_milestone_change(tx, id, version, m->title, m->due_day, or_none(&m->done_day)));
    return changed_one(tx, e);
}

enum rc improve_put_task(struct db *tx, struct arena *a, int64_t project, int64_t id, int64_t version, const struct improve_task *t, int64_t *task, struct err *e)
{
    if (t->person != 0) {
        struct row_improve_is_member member;
        TRY(sql_improve_is_member(tx, a, project, t->person, &member));
        if (member.n == 0)
            return err_field(e, RC_INVALID, M_project_task_not_team, "person", NULL);
    }
    *task = id != 0 ? id : db_new_id(tx);
    if (id == 0)
        return sql_improve_task_add(tx, *task, project, or_none(&t->milestone), t->title, or_none(&t->person), or_none(&t->due_day));
    TRY(sql_improve_task_change(tx, id, version, or_none(&t->milestone), t->title, or_none(&t->person), or_none(&t->due_day)));
    return changed_one(tx, e);
}

enum rc improve_set_task(struct db *tx, int64_t id, struct str state, int64_t now)
{
    return sql_improve_task_set_state(tx, id, state, str_eq_z(state, "open") ? NULL : &now);
}

enum rc improve_put_minutes(struct db *tx, int64_t project, int64_t id, int64_t version, int64_t day, struct str body, int64_t by, struct err *e)
{
    if (id == 0)
        return sql_improve_minutes_add(tx, db_new_id(tx), project, day, body, by);
    TRY(sql_improve_minutes_change(tx, id, version, day, body));
    return changed_one(tx, e);
}

enum rc improve_add_file(struct db *tx, struct arena *a, int64_t project, struct str name, struct str bytes, int64_t by, int64_t now, struct err *e)
{
    struct row_improve_file_total total;
    const char *type = material_file_type(name, bytes);
    if (type == NULL)
        return err_field(e, RC_INVALID, M_project_file_kind, "file", NULL);
    TRY(sql_improve_file_total(tx, a, project, &total));
    if (total.n >= IMPROVE_FILES_MOST || total.bytes + (int64_t)bytes.n > IMPROVE_FILES_BYTES_MOST)
        return err_field(e, RC_INVALID, M_project_files_full, "file", NULL);
    return sql_improve_file_add(tx, db_new_id(tx), project, name, str_from(type), (int64_t)bytes.n, by, now, bytes);
}

enum rc improve_succeed(struct db *tx, int64_t project, int64_t from, int64_t to, bool stays, int64_t now)
{
    TRY(sql_improve_member_add(tx, project, to, S("lead"), now));
    TRY(sql_improve_tasks_pass(tx, project, from, to));
    TRY(sql_improve_measures_pass(tx, project, from, to));
    return stays ? sql_improve_member_add(tx, project, from, S("member"), now) : sql_improve_member_drop(tx, project, from);
}

enum rc improve_let_go(struct db *tx, int64_t project, int64_t task_or_measure, int64_t person)
{
    TRY(sql_improve_task_free(tx, task_or_measure, project, person));
    return sql_improve_measure_free(tx, task_or_measure, project, person);
}

enum rc improve_take_on(struct db *tx, int64_t project, int64_t task_or_measure, int64_t person)
{
    TRY(sql_improve_task_take(tx, task_or_measure, project, person));
    return sql_improve_measure_take(tx, task_or_measure, project, person);
}
