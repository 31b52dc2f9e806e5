/* What the records say about what is handed over. They are read when a pack is looked at before it is offered, and once more when it is:
 * then they stay as they were. Names stand with their people, never in the text. See inside.h. */
#include "base/utf8.h"
#include "programme/handover/inside.h"
#include "programme/improve/improve.h"
#include "programme/people/people.h"
#include "view/write.h"

#define OF_EACH_MOST 30
#define YEAR_DAYS 365
#define CYCLE_DAYS 28

struct builder {
    struct ctx *c;
    struct handover_line *lines;
    size_t n;
};

static void add_about(struct builder *b, enum handover_section section, int64_t about, int64_t person, struct str name, struct str text)
{
    if (b->n < HANDOVER_LINES_MOST && text.n != 0)
        b->lines[b->n++] = (struct handover_line){.section = section, .person = person, .about = about, .name = name, .text = utf8_truncate(text, HANDOVER_TEXT_MOST)};
}

static void add_person(struct builder *b, enum handover_section section, int64_t person, struct str name, struct str text)
{
    add_about(b, section, 0, person, name, text);
}

static void add(struct builder *b, enum handover_section section, struct str text)
{
    add_person(b, section, 0, STR_NONE, text);
}

static struct str day_text(const struct builder *b, int64_t day)
{
    return view_day_str(b->c->a, b->c->lang, day);
}

/* A message about a thing, and a day. */
static struct str told(const struct builder *b, msg_id id, struct str what, int64_t day)
{
    const struct msg_arg args[] = {MSG_TEXT("what", what), MSG_TEXT("day", day_text(b, day))};
    return tr_args(b->c, id, args, COUNT_OF(args));
}

static struct str counted(const struct builder *b, msg_id id, int64_t n, int64_t day)
{
    const struct msg_arg args[] = {MSG_NUM("n", n), MSG_TEXT("day", day_text(b, day))};
    return tr_args(b->c, id, args, COUNT_OF(args));
}

/* ---- a project ---------------------------------------------------------------------------------------------------------------------- */

static enum rc tasks_of_project(struct builder *b, int64_t project)
{
    struct ctx *c = b->c;
    struct rows_handover_tasks tasks;
    struct rows_handover_milestones stones;
    TRY(sql_handover_tasks(c->db, c->a, project, 2 * OF_EACH_MOST, &tasks));
    TRY(sql_handover_milestones(c->db, c->a, project, OF_EACH_MOST, &stones));
    for (size_t k = 0; k < stones.n; k++) {
        bool late = stones.v[k].due_day < c->today;
        add(b, late ? HANDOVER_risk : HANDOVER_task, told(b, late ? M_handover_milestone_late : M_handover_milestone, stones.v[k].title, stones.v[k].due_day));
    }
    for (size_t k = 0; k < tasks.n; k++) {
        const struct row_handover_tasks *t = &tasks.v[k];
        add_about(b, HANDOVER_task, t->id, t->person_id_null ? 0 : t->person_id, t->name,
                  t->due_day_null ? t->title : told(b, t->due_day < c->today ? M_handover_task_late : M_handover_task_due, t->title, t->due_day));
        if (t->person_id_null)
            add(b, HANDOVER_risk, told(b, M_handover_task_nobody, t->title, c->today));
    }
    return RC_OK;
}

static enum rc cycles_of_project(struct builder *b, int64_t project)
{
    struct ctx *c = b->c;
    struct rows_handover_cycles rows;
    TRY(sql_handover_cycles(c->db, c->a, project, OF_EACH_MOST, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_handover_cycles *x = &rows.v[k];
        int64_t due = x->until_day_null ? x->from_day + CYCLE_DAYS : x->until_day;
        const struct msg_arg args[] = {MSG_TEXT("what", x->title), MSG_TEXT("result", x->result)};
        if (x->result.n != 0)
            add(b, HANDOVER_learned, tr_args(c, M_handover_cycle_result, args, COUNT_OF(args)));
        else
            add(b, due < c->today ? HANDOVER_risk : HANDOVER_task, told(b, M_handover_cycle_owed, x->title, due));
    }
    return RC_OK;
}

static enum rc measures_of_project(struct builder *b, int64_t project)
{
    struct ctx *c = b->c;
    struct improve_measure_state *list;
    size_t n;
    TRY(improve_measure_states(c, project, &list, &n));
    for (size_t k = 0; k < n; k++) {
        const struct improve_measure_state *m = &list[k];
        const struct msg_arg args[] = {MSG_TEXT("what", m->name), MSG_TEXT("says", m->says), MSG_TEXT("day", m->has_last ? day_text(b, m->last_day) : S(""))};
        add_about(b, HANDOVER_measure, m->id, m->owner, m->owner_name, tr_args(c, m->has_last ? M_handover_measure : M_handover_measure_empty, args, COUNT_OF(args)));
        if (m->quiet)
            add(b, HANDOVER_risk, tr_args(c, M_handover_measure_quiet, args, COUNT_OF(args)));
        if (m->worse)
            add(b, HANDOVER_risk, tr_args(c, M_handover_measure_worse, args, COUNT_OF(args)));
    }
    return RC_OK;
}

static struct str part_of(const struct builder *b, struct str part, struct str profession)
{
    struct ctx *c = b->c;
    struct str what = tr(c, str_eq_z(part, "lead") ? M_handover_part_lead : str_eq_z(part, "adviser") ? M_handover_part_adviser : M_handover_part_member);
    if (profession.p == NULL)
        return what;
    const struct msg_arg args[] = {MSG_TEXT("part", what), MSG_TEXT("profession", people_profession_name(c->lang, profession))};
    return tr_args(c, M_handover_part_profession, args, COUNT_OF(args));
}

static enum rc of_project(struct builder *b, const struct row_handover_find *h)
{
    struct ctx *c = b->c;
    struct row_handover_project p;
    struct rows_handover_members members;
    TRY(sql_handover_project(c->db, c->a, h->project_id, h->from_id, &p));
    if (p.by_day < c->today)
        add(b, HANDOVER_risk, told(b, M_handover_aim_late, p.aim, p.by_day));
    TRY(tasks_of_project(b, h->project_id));
    TRY(cycles_of_project(b, h->project_id));
    TRY(sql_handover_members(c->db, c->a, h->project_id, h->to_id, OF_EACH_MOST, &members));
    for (size_t k = 0; k < members.n; k++)
        if (members.v[k].person_id != h->from_id || h->stays == 1)
            add_person(b, HANDOVER_contact, members.v[k].person_id, members.v[k].name, part_of(b, members.v[k].part, members.v[k].profession));
    if (p.sponsor.n != 0)
        add(b, HANDOVER_contact, told(b, M_handover_sponsor, p.sponsor, c->today));
    return measures_of_project(b, h->project_id);
}

/* ---- a clinic ----------------------------------------------------------------------------------------------------------------------- */

static enum rc shifts_of_clinic(struct builder *b, int64_t id, int64_t from)
{
    struct ctx *c = b->c;
    struct rows_handover_unsupervised bare;
    struct row_handover_shifts shifts;
    struct row_handover_hours hours;
    TRY(sql_handover_unsupervised(c->db, c->a, id, c->today, OF_EACH_MOST, &bare));
    TRY(sql_handover_shifts(c->db, c->a, id, from, c->today, &shifts));
    TRY(sql_handover_hours(c->db, c->a, id, from, &hours));
    for (size_t k = 0; k < bare.n; k++)
        add(b, HANDOVER_risk, told(b, M_handover_shift_bare, S(""), bare.v[k].day));
    if (shifts.ahead != 0)
        add(b, HANDOVER_task, counted(b, M_handover_shifts_ahead, shifts.ahead, shifts.last));
    if (hours.waiting != 0)
        add(b, HANDOVER_task, counted(b, M_handover_hours_waiting, hours.waiting, c->today));
    add(b, HANDOVER_measure, counted(b, M_handover_shifts_held, shifts.held, from));
    add(b, HANDOVER_measure, counted(b, M_handover_hours_verified, hours.minutes / 60, from));
    return RC_OK;
}

static enum rc of_clinic(struct builder *b, const struct row_handover_find *h)
{
    struct ctx *c = b->c;
    int64_t from = c->today - YEAR_DAYS, since = c->now - YEAR_DAYS * MS_PER_DAY;
    struct rows_handover_risks risks;
    struct rows_handover_ideas ideas;
    struct rows_handover_supervisors people;
    struct row_handover_contacts contacts;
    TRY(sql_handover_risks(c->db, c->a, h->opportunity_id, since, OF_EACH_MOST, &risks));
    TRY(sql_handover_ideas(c->db, c->a, h->opportunity_id, since, OF_EACH_MOST, &ideas));
    TRY(sql_handover_supervisors(c->db, c->a, h->opportunity_id, from, OF_EACH_MOST, &people));
    TRY(sql_handover_contacts(c->db, c->a, h->opportunity_id, &contacts));
    for (size_t k = 0; k < risks.n; k++)
        add(b, HANDOVER_risk, told(b, M_handover_debrief_risk, risks.v[k].risky, day_from_ms(c->zone, risks.v[k].written_at)));
    TRY(shifts_of_clinic(b, h->opportunity_id, from));
    for (size_t k = 0; k < people.n; k++)
        add_person(b, HANDOVER_contact, people.v[k].person_id, people.v[k].name, counted(b, M_handover_supervises, people.v[k].shifts, from));
    if (contacts.partners.n != 0)
        add(b, HANDOVER_contact, told(b, M_handover_partners, contacts.partners, c->today));
    add(b, HANDOVER_contact, told(b, M_handover_place, contacts.place, c->today));
    for (size_t k = 0; k < ideas.n; k++)
        add(b, HANDOVER_learned, told(b, M_handover_debrief_idea, ideas.v[k].change, day_from_ms(c->zone, ideas.v[k].written_at)));
    return RC_OK;
}

/* Section by section, each in the order in which its lines were found. */
static void order(struct builder *b, struct handover_line *out)
{
    size_t n = 0;
    for (int s = 0; s < HANDOVER_SECTION_COUNT; s++)
        for (size_t k = 0; k < b->n; k++)
            if ((int)b->lines[k].section == s)
                out[n++] = b->lines[k];
}

enum rc handover_build(struct ctx *c, const struct row_handover_find *h, struct handover_line **out, size_t *count)
{
    struct builder b = {.c = c, .lines = ARENA_ARRAY(c->a, HANDOVER_LINES_MOST, struct handover_line)};
    TRY(h->project_id_null ? of_clinic(&b, h) : of_project(&b, h));
    *out = ARENA_ARRAY(c->a, b.n, struct handover_line);
    order(&b, *out);
    *count = b.n;
    return RC_OK;
}
