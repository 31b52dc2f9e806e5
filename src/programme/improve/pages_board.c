/* The board of a project: where things stand, on one page, for its team and who keeps the programme. */
#include "gen/programme/improve/improve_board_view.h"
#include "gen/programme/improve/work_sql.h"
#include "programme/improve/inside.h"
#include "programme/people/people.h"

#define TASKS_MOST 200
#define ENDED_MOST 20
#define MILESTONES_MOST 100
#define MINUTES_SHOWN 5
#define SOON_DAYS 14
#define LINE_MOST 120

int64_t improve_quiet_days(int64_t scale)
{
    return scale == SPC_SCALE_QUARTERS ? 200 : scale == SPC_SCALE_MONTHS ? 75 : 45;
}

struct str improve_first_line(const struct ctx *c, struct str text)
{
    struct str rest = str_trim(text), line = S("");
    (void)str_line(&rest, &line);
    while (line.n != 0 && (line.p[0] == '#' || line.p[0] == ' '))
        line = str_sub(line, 1, line.n);
    struct str cut = utf8_truncate(line, LINE_MOST);
    return cut.n < line.n ? str_concat(c->a, cut, S("…")) : cut;
}

struct board {
    struct row_improve_find p;
    bool changes;
};

static struct form *state_form(struct ctx *c, int64_t task, const char *state, msg_id label)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/project-tasks/%" PRId64 "/state", task), label);
    form_add(f, (struct field){.name = "state", .kind = FIELD_HIDDEN, .value = str_from(state)});
    f->no_warn = f->quiet = true;
    return f;
}

static enum rc fill_tasks(struct ctx *c, const struct board *b, const struct rows_improve_milestones *stones, struct rows_improve_tasks_open *open, struct view_improve_board *v)
{
    struct rows_improve_tasks_ended ended;
    TRY(sql_improve_tasks_open(c->db, c->a, b->p.id, TASKS_MOST, open));
    TRY(sql_improve_tasks_ended(c->db, c->a, b->p.id, ENDED_MOST, &ended));
    struct view_improve_board_tasks *tasks = ARENA_ARRAY(c->a, open->n, struct view_improve_board_tasks);
    struct view_improve_board_ended *done = ARENA_ARRAY(c->a, ended.n, struct view_improve_board_ended);
    for (size_t k = 0; k < open->n; k++) {
        const struct row_improve_tasks_open *t = &open->v[k];
        tasks[k] = (struct view_improve_board_tasks){.title = t->title, .mine = !t->person_id_null && t->person_id == c->who->person, .late = !t->due_day_null && t->due_day < c->today};
        if (!t->person_id_null)
            tasks[k].who = t->name.p != NULL ? t->name : tr(c, M_improve_somebody);
        if (!t->due_day_null)
            tasks[k].due = SOME_INT(t->due_day);
        for (size_t m = 0; m < stones->n && !t->milestone_id_null; m++)
            if (stones->v[m].id == t->milestone_id)
                tasks[k].under = stones->v[m].title;
        if (b->changes) {
            tasks[k].href = str_printf(c->a, "/project-tasks/%" PRId64, t->id);
            tasks[k].tick = state_form(c, t->id, "done", M_project_tick);
        }
    }
    for (size_t k = 0; k < ended.n; k++)
        done[k] = (struct view_improve_board_ended){.title = ended.v[k].title, .who = ended.v[k].name, .day = day_from_ms(c->zone, ended.v[k].ended_at),
                                                    .dropped = str_eq_z(ended.v[k].state, "dropped"), .again = b->changes ? state_form(c, ended.v[k].id, "open", M_project_untick) : NULL};
    v->tasks = tasks;
    v->tasks_count = open->n;
    v->ended = done;
    v->ended_count = ended.n;
    return RC_OK;
}

static void fill_milestones(struct ctx *c, const struct board *b, const struct rows_improve_milestones *stones, const struct rows_improve_tasks_open *open, struct view_improve_board *v)
{
    struct view_improve_board_milestones *list = ARENA_ARRAY(c->a, stones->n, struct view_improve_board_milestones);
    for (size_t k = 0; k < stones->n; k++) {
        const struct row_improve_milestones *m = &stones->v[k];
        list[k] = (struct view_improve_board_milestones){.title = m->title, .due = m->due_day, .late = m->done_day_null && m->due_day < c->today,
                                                         .soon = m->done_day_null && m->due_day <= c->today + SOON_DAYS};
        if (b->changes)
            list[k].href = str_printf(c->a, "/project-milestones/%" PRId64, m->id);
        if (!m->done_day_null)
            list[k].done = SOME_INT(m->done_day);
        else if (!v->next_day.some) {
            v->next = m->title;
            v->next_day = SOME_INT(m->due_day);
            v->next_late = list[k].late;
        }
        for (size_t t = 0; t < open->n; t++)
            list[k].open += !open->v[t].milestone_id_null && open->v[t].milestone_id == m->id;
    }
    v->milestones = list;
    v->milestones_count = stones->n;
}

static enum rc fill_team(struct ctx *c, int64_t project, struct view_improve_board *v)
{
    struct rows_improve_members rows;
    TRY(sql_improve_members(c->db, c->a, project, &rows));
    struct view_improve_board_team *team = ARENA_ARRAY(c->a, rows.n, struct view_improve_board_team);
    for (size_t k = 0; k < rows.n; k++) {
        bool seen = rows.v[k].profession.p == NULL;
        v->unsaid += seen;
        for (size_t i = 0; i < k && !seen; i++)
            seen = rows.v[i].profession.p != NULL && str_eq(rows.v[i].profession, rows.v[k].profession);
        v->professions += !seen;
        team[k] = (struct view_improve_board_team){rows.v[k].name.p != NULL ? rows.v[k].name : tr(c, M_improve_somebody), improve_word(c, rows.v[k].part),
                                                   people_profession_name(c->lang, rows.v[k].profession)};
    }
    v->people = (int64_t)rows.n;
    v->team = team;
    v->team_count = rows.n;
    return RC_OK;
}

/* Cycles whose result is owed, and how fresh the numbers of each measure are. */
static enum rc fill_measuring(struct ctx *c, const struct board *b, struct view_improve_board *v)
{
    struct rows_improve_cycles cycles;
    struct rows_improve_measure_state rows;
    TRY(sql_improve_cycles(c->db, c->a, b->p.id, &cycles));
    TRY(sql_improve_measure_state(c->db, c->a, b->p.id, &rows));
    struct view_improve_board_cycles *open = ARENA_ARRAY(c->a, cycles.n, struct view_improve_board_cycles);
    for (size_t k = 0; k < cycles.n; k++)
        if (cycles.v[k].result.n == 0)
            open[v->cycles_count++] = (struct view_improve_board_cycles){b->changes ? str_printf(c->a, "/project-cycles/%" PRId64, cycles.v[k].id) : S(""), cycles.v[k].title,
                                                                         cycles.v[k].until_day_null ? cycles.v[k].from_day + IMPROVE_CYCLE_DAYS : cycles.v[k].until_day};
    struct view_improve_board_measures *list = ARENA_ARRAY(c->a, rows.n, struct view_improve_board_measures);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_improve_measure_state *m = &rows.v[k];
        struct msg_arg name = MSG_TEXT("name", m->owner);
        list[k] = (struct view_improve_board_measures){.href = str_printf(c->a, "/measures/%" PRId64, m->id), .name = m->name,
                                                       .owner = m->owner.p != NULL ? tr_args(c, M_project_owner_is, &name, 1) : tr(c, M_project_owner_lead)};
        list[k].quiet = c->today - (m->last_day_null ? day_from_ms(c->zone, m->created_at) : m->last_day) > improve_quiet_days(m->scale) && str_eq_z(b->p.state, "running");
        if (!m->last_day_null)
            list[k].last = SOME_INT(m->last_day);
    }
    v->cycles = open;
    v->measures = list;
    v->measures_count = rows.n;
    return RC_OK;
}

static struct str size_text(struct ctx *c, int64_t bytes)
{
    struct msg_arg n = MSG_NUM("n", bytes < 1024 ? 1 : bytes / 1024);
    return tr_args(c, M_project_kilobytes, &n, 1);
}

static enum rc fill_papers(struct ctx *c, const struct board *b, struct view_improve_board *v)
{
    struct rows_improve_minutes_list minutes;
    struct rows_improve_files files;
    TRY(sql_improve_minutes_list(c->db, c->a, b->p.id, INT64_MAX, INT64_MAX, MINUTES_SHOWN + 1, &minutes));
    TRY(sql_improve_files(c->db, c->a, b->p.id, IMPROVE_FILES_MOST, &files));
    size_t n = minutes.n < MINUTES_SHOWN ? minutes.n : MINUTES_SHOWN;
    struct view_improve_board_minutes *list = ARENA_ARRAY(c->a, n, struct view_improve_board_minutes);
    for (size_t k = 0; k < n; k++)
        list[k] = (struct view_improve_board_minutes){str_printf(c->a, "/project-minutes/%" PRId64, minutes.v[k].id), minutes.v[k].day, improve_first_line(c, minutes.v[k].body)};
    struct view_improve_board_files *papers = ARENA_ARRAY(c->a, files.n, struct view_improve_board_files);
    for (size_t k = 0; k < files.n; k++)
        papers[k] = (struct view_improve_board_files){.href = str_printf(c->a, "/project-files/%" PRId64, files.v[k].id), .name = files.v[k].name, .size = size_text(c, files.v[k].size),
                                                      .who = files.v[k].by_name, .day = day_from_ms(c->zone, files.v[k].added_at),
                                                      .remove = b->changes ? str_printf(c->a, "/project-files/%" PRId64 "/remove", files.v[k].id) : S("")};
    v->minutes = list;
    v->minutes_count = n;
    if (minutes.n > n)
        v->more_minutes = improve_path(c, b->p.id, "/minutes");
    v->files = papers;
    v->files_count = files.n;
    return RC_OK;
}

enum rc improve_get_board(struct ctx *c)
{
    struct board b;
    struct rows_improve_milestones stones;
    struct rows_improve_tasks_open open;
    struct row_improve_task_counts counts;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(improve_open_team(c, id, &b.p, &b.changes));
    TRY(sql_improve_milestones(c->db, c->a, id, MILESTONES_MOST, &stones));
    TRY(sql_improve_task_counts(c->db, c->a, id, c->today, &counts));
    struct view_improve_board v = {.made_up = b.p.made_up == 1, .kind = improve_word(c, b.p.kind), .running = str_eq_z(b.p.state, "running"), .late = counts.late, .open = counts.open,
                                   .nobody = counts.nobody, .done = counts.done};
    TRY(fill_tasks(c, &b, &stones, &open, &v));
    fill_milestones(c, &b, &stones, &open, &v);
    TRY(fill_team(c, id, &v));
    TRY(fill_measuring(c, &b, &v));
    TRY(fill_papers(c, &b, &v));
    if (b.changes) {
        v.add_task = improve_path(c, id, "/tasks/new");
        v.add_milestone = improve_path(c, id, "/milestones/new");
        v.add_minutes = improve_path(c, id, "/minutes/new");
        v.add_file = improve_path(c, id, "/files/new");
    }
    struct page page = improve_page(c, &b.p, tr(c, M_project_board));
    page.caption = v.kind;
    return view_improve_board_page(c, &page, &v);
}
