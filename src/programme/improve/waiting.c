/* What projects tell the rest of the house: what waits for whom, how their evidence is called, what is held about a person. */
#include "base/json_set.h"
#include "gen/programme/improve/work_sql.h"
#include "programme/improve/inside.h"

#define WAITING_MOST 50

static enum rc owed_tasks(struct ctx *c, struct home_list *list)
{
    struct rows_improve_home_tasks rows;
    TRY(sql_improve_home_tasks(c->db, c->a, c->who->person, WAITING_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++)
        home_add(list, (struct home_item){.title = rows.v[k].title, .href = improve_path(c, rows.v[k].project_id, "/board#tasks"), .detail = rows.v[k].project, .kind = tr(c, M_project_home_task),
                                          .has_due = !rows.v[k].due_day_null, .due_day = rows.v[k].due_day, .weight = 20});
    return RC_OK;
}

static enum rc quiet_measures(struct ctx *c, struct home_list *list)
{
    struct rows_improve_home_measures rows;
    TRY(sql_improve_home_measures(c->db, c->a, c->who->person, &rows));
    for (size_t k = 0; k < rows.n && k < WAITING_MOST; k++) {
        int64_t last = rows.v[k].last_day_null ? day_from_ms(c->zone, rows.v[k].created_at) : rows.v[k].last_day, due = last + improve_quiet_days(rows.v[k].scale);
        struct msg_arg name = MSG_TEXT("name", rows.v[k].name);
        if (due < c->today)
            home_add(list, (struct home_item){.title = tr_args(c, rows.v[k].last_day_null ? M_project_home_no_data : M_project_home_quiet, &name, 1),
                                              .href = str_printf(c->a, "/measures/%" PRId64 "/data", rows.v[k].id), .detail = rows.v[k].project, .kind = tr(c, M_project_home_measure),
                                              .has_due = true, .due_day = due, .weight = 25});
    }
    return RC_OK;
}

enum rc improve_home(struct ctx *c, struct home_list *list)
{
    struct rows_improve_home_cycles rows;
    TRY(owed_tasks(c, list));
    TRY(quiet_measures(c, list));
    TRY(sql_improve_home_cycles(c->db, c->a, c->who->person, c->today, IMPROVE_CYCLE_DAYS, &rows));
    for (size_t k = 0; k < rows.n && k < WAITING_MOST; k++) {
        struct msg_arg title = MSG_TEXT("title", rows.v[k].title);
        home_add(list, (struct home_item){.title = tr_args(c, M_project_home_cycle, &title, 1), .href = str_printf(c->a, "/project-cycles/%" PRId64, rows.v[k].id), .detail = rows.v[k].project,
                                          .kind = tr(c, M_project_home_cycle_kind), .has_due = true, .due_day = rows.v[k].due_day, .weight = 22});
    }
    return RC_OK;
}

/* Her tasks; of the projects she is in, what is to be reached by when; of those she leads, when a cycle is looked at. */
enum rc improve_calendar(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list)
{
    struct rows_improve_home_tasks tasks;
    struct rows_improve_calendar_milestones goals;
    struct rows_improve_home_cycles cycles;
    struct target t = {.holder = c->who->person};
    int64_t first = day_from_ms(c->zone, from), last = day_from_ms(c->zone, until - 1);
    if (!access_allows(c, P_PROJECT_VIEW, &t))
        return RC_OK;
    TRY(sql_improve_home_tasks(c->db, c->a, c->who->person, CALENDAR_MOST, &tasks));
    for (size_t k = 0; k < tasks.n; k++)
        if (!tasks.v[k].due_day_null)
            calendar_add(list, (struct calendar_entry){.what = S("project-task"), .id = tasks.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = tasks.v[k].due_day, .title = tasks.v[k].title,
                                                       .href = improve_path(c, tasks.v[k].project_id, "/board#tasks"), .detail = tasks.v[k].project});
    TRY(sql_improve_calendar_milestones(c->db, c->a, c->who->person, first, last, CALENDAR_MOST, &goals));
    for (size_t k = 0; k < goals.n; k++)
        calendar_add(list, (struct calendar_entry){.what = S("project-milestone"), .id = goals.v[k].id, .sort = goals.v[k].done_day_null ? CALENDAR_DUE : CALENDAR_DONE, .all_day = true,
                                                   .day = goals.v[k].due_day, .title = goals.v[k].title, .href = improve_path(c, goals.v[k].project_id, "/board"), .detail = goals.v[k].project});
    TRY(sql_improve_home_cycles(c->db, c->a, c->who->person, last, IMPROVE_CYCLE_DAYS, &cycles));
    for (size_t k = 0; k < cycles.n; k++) {
        struct msg_arg title = MSG_TEXT("title", cycles.v[k].title);
        calendar_add(list, (struct calendar_entry){.what = S("project-cycle"), .id = cycles.v[k].id, .sort = CALENDAR_DUE, .all_day = true, .day = cycles.v[k].due_day,
                                                   .title = tr_args(c, M_project_home_cycle, &title, 1), .href = str_printf(c->a, "/project-cycles/%" PRId64, cycles.v[k].id), .detail = cycles.v[k].project});
    }
    return RC_OK;
}

enum rc improve_describe(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_improve_describe rows;
    TRY(sql_improve_describe(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t k = 0; k < rows.n; k++)
        evidence_put(ids, count, rows.v[k].id, (struct evidence_label){rows.v[k].title, improve_path(c, rows.v[k].id, "")}, out);
    return RC_OK;
}

enum rc improve_measure_states(struct ctx *c, int64_t project, struct improve_measure_state **out, size_t *count)
{
    struct rows_improve_measures rows;
    struct rows_improve_measure_state fresh;
    struct improve_marks none = {0};
    TRY(sql_improve_measures(c->db, c->a, project, &rows));
    TRY(sql_improve_measure_state(c->db, c->a, project, &fresh));
    struct improve_measure_state *list = ARENA_ARRAY(c->a, rows.n, struct improve_measure_state);
    for (size_t k = 0; k < rows.n && k < fresh.n; k++) { /* both in the order of the measures */
        struct row_improve_measure_find m = improve_of_list(&rows.v[k]);
        const struct row_improve_measure_state *f = &fresh.v[k];
        struct improve_drawn d;
        TRY(improve_draw(c, &m, &none, &d));
        list[k] = (struct improve_measure_state){.id = m.id, .name = m.name, .says = d.pictures != NULL ? improve_title(c, &d) : d.problem, .owner = m.owner_id_null ? 0 : m.owner_id, .owner_name = f->owner,
                                                 .has_last = !f->last_day_null, .last_day = f->last_day, .worse = improve_finding(&d) == SPC_WORSE};
        list[k].quiet = c->today - (f->last_day_null ? day_from_ms(c->zone, f->created_at) : f->last_day) > improve_quiet_days(f->scale);
    }
    *out = list;
    *count = rows.n;
    return RC_OK;
}

static enum rc export_work(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_improve_export_tasks tasks;
    struct rows_improve_export_minutes minutes;
    struct rows_improve_export_files files;
    TRY(sql_improve_export_tasks(db, a, person, &tasks));
    TRY(sql_improve_export_minutes(db, a, person, &minutes));
    TRY(sql_improve_export_files(db, a, person, &files));
    json_t *list = json_new_list(into, "project_tasks");
    for (size_t k = 0; k < tasks.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "task", tasks.v[k].title);
        json_set_text(o, "project", tasks.v[k].project);
        json_set_text(o, "state", tasks.v[k].state);
        if (!tasks.v[k].due_day_null)
            json_set_day(a, o, "due", tasks.v[k].due_day);
    }
    list = json_new_list(into, "project_minutes_written");
    for (size_t k = 0; k < minutes.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "project", minutes.v[k].project);
        json_set_day(a, o, "day", minutes.v[k].day);
        json_set_text(o, "text", minutes.v[k].body);
    }
    list = json_new_list(into, "project_files_added");
    for (size_t k = 0; k < files.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "project", files.v[k].project);
        json_set_text(o, "name", files.v[k].name);
        json_set_int(o, "bytes", files.v[k].size);
        json_set_time(a, o, "added", files.v[k].added_at);
    }
    return RC_OK;
}

enum rc improve_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_improve_export rows;
    TRY(sql_improve_export(db, a, person, &rows));
    json_t *list = json_new_list(into, "improvement_projects");
    for (size_t k = 0; k < rows.n; k++) {
        json_t *o = json_new_item(list);
        json_set_text(o, "title", rows.v[k].title);
        json_set_text(o, "aim", rows.v[k].aim);
        json_set_text(o, "state", rows.v[k].state);
        json_set_text(o, "part", rows.v[k].part);
        json_set_time(a, o, "since", rows.v[k].since_at);
    }
    return export_work(db, a, person, into);
}

/* What a team wrote is the team's; that she was of it goes, and what she had to do is nobody's. */
enum rc improve_erase(struct db *tx, struct arena *a, int64_t person, int64_t now)
{
    (void)a;
    (void)now;
    TRY(sql_improve_erase_tasks(tx, person));
    TRY(sql_improve_erase_owner(tx, person));
    return sql_improve_erase(tx, person);
}
