/* A plan in words: what would be done with whom, and what is wrong, as the page of a dry run shows it. */
#include "campus/roster/inside.h"
#include "campus/roster/pages.h"
#include "gen/campus/roster/import_plan_view.h"
#include "gen/msg_import.h"
#include "gen/msg_people.h"
#include "view/write.h"

#define FIRST_ROWS 10 /* of each kind */
#define FIRST_COHORTS 50

static const struct {
    const char *word;
    msg_id title;
} acts[ROSTER_ACTS] = {
    [ROSTER_PERSON_ADD] = {"person_add", M_import_act_person_add},       [ROSTER_PERSON_LINK] = {"person_link", M_import_act_person_link},
    [ROSTER_PERSON_CHANGE] = {"person_change", M_import_act_person_change}, [ROSTER_MEMBER_ADD] = {"member_add", M_import_act_member_add},
    [ROSTER_MEMBER_MOVE] = {"member_move", M_import_act_member_move},    [ROSTER_MEMBER_CHANGE] = {"member_change", M_import_act_member_change},
    [ROSTER_MEMBER_END] = {"member_end", M_import_act_member_end},       [ROSTER_GROUP_JOIN] = {"group_join", M_import_act_group_join},
    [ROSTER_GROUP_CHANGE] = {"group_change", M_import_act_group_change}, [ROSTER_GROUP_LEAVE] = {"group_leave", M_import_act_group_leave},
    [ROSTER_ROLE_GIVE] = {"role_give", M_import_act_role_give},          [ROSTER_ROLE_END] = {"role_end", M_import_act_role_end},
};

const char *roster_act_word(enum roster_act act)
{
    return acts[act].word;
}

static const msg_id role_names[ROLE_COUNT] = {
    [ROLE_TRAINEE] = M_people_role_trainee,         [ROLE_MENTOR] = M_people_role_mentor, [ROLE_ASSESSOR] = M_people_role_assessor,
    [ROLE_COORDINATOR] = M_people_role_coordinator, [ROLE_AUTHOR] = M_people_role_author, [ROLE_DIRECTOR] = M_people_role_director,
    [ROLE_ADMINISTRATOR] = M_people_role_administrator,
};

struct words {
    struct arena *a;
    int lang;
    const struct roster_plan *p;
};

static struct str say(const struct words *w, msg_id id, struct str x, struct str y)
{
    struct msg_arg args[] = {MSG_TEXT("x", x.p != NULL ? x : S("")), MSG_TEXT("y", y.p != NULL ? y : S(""))};
    return msg_format(w->a, w->lang, id, args, COUNT_OF(args));
}

static struct str day_text(const struct words *w, int64_t day)
{
    return day == DAY_OPEN ? msg_text(w->lang, M_import_open) : view_day_str(w->a, w->lang, day);
}

/* "1 September 2026", "1 September 2026 to 31 August 2027" */
static struct str days_text(const struct words *w, int64_t start, int64_t end)
{
    if (end == DAY_OPEN)
        return say(w, M_import_from, day_text(w, start), STR_NONE);
    return say(w, M_import_from_to, day_text(w, start), day_text(w, end));
}

static struct str stage_title(const struct words *w, int64_t id)
{
    for (size_t i = 0; i < w->p->stage_count; i++)
        if (w->p->stages[i].id == id)
            return w->p->stages[i].title;
    return msg_text(w->lang, M_import_stage_of_cohort);
}

static struct str cohort_title(const struct words *w, uint32_t at)
{
    return at != ROSTER_NONE ? w->p->cohorts[at].title : msg_text(w->lang, M_import_whole_programme);
}

/* Adds "label: before → after", behind a semicolon where something stands before. */
static void add_change(const struct words *w, struct buf *b, msg_id label, struct str before, struct str after)
{
    struct msg_arg args[] = {MSG_TEXT("label", msg_text(w->lang, label)),
                             MSG_TEXT("before", str_empty(before) ? msg_text(w->lang, M_import_nothing_there) : before),
                             MSG_TEXT("after", after.p != NULL ? after : S(""))};
    if (b->n != 0)
        buf_z(b, "; ");
    buf_str(b, msg_format(w->a, w->lang, M_import_before_after, args, COUNT_OF(args)));
}

static struct str changes_text(const struct words *w, const struct roster_step *s)
{
    const struct roster_person_plan *p = &w->p->people[s->person];
    struct buf b = buf_new(w->a, 128);
    if (s->fields & ROSTER_GIVEN_NAME)
        add_change(w, &b, M_import_given_name, p->before->given_name, p->after->given_name);
    if (s->fields & ROSTER_FAMILY_NAME)
        add_change(w, &b, M_import_family_name, p->before->family_name, p->after->family_name);
    if (s->fields & ROSTER_EMAIL)
        add_change(w, &b, M_import_email, p->before->email, p->after->email);
    if (s->fields & ROSTER_LANGUAGE)
        add_change(w, &b, M_import_language, lang_name(lang_find(p->before->language)), lang_name(lang_find(p->after->language)));
    if (s->fields & ROSTER_PROFESSION)
        add_change(w, &b, M_import_profession, people_profession_name(w->lang, p->before->profession), people_profession_name(w->lang, p->after->profession));
    if (s->fields & ROSTER_STAGE)
        add_change(w, &b, M_import_stage, stage_title(w, s->stage_before), stage_title(w, s->stage));
    if (s->fields & ROSTER_START)
        add_change(w, &b, M_import_first_day, day_text(w, s->start_before), day_text(w, s->start_day));
    if (s->fields & ROSTER_END)
        add_change(w, &b, M_import_last_day, day_text(w, s->end_before), day_text(w, s->end_day));
    return buf_text(&b);
}

struct str roster_step_text(struct arena *a, int lang, const struct roster_plan *p, const struct roster_step *s)
{
    struct words w = {a, lang, p};
    const struct roster_person_plan *person = &p->people[s->person];
    switch (s->act) {
    case ROSTER_PERSON_ADD:
        return str_empty(person->after->email) ? msg_text(lang, M_import_without_email) : person->after->email;
    case ROSTER_PERSON_LINK:
        return say(&w, M_import_known_by_email, person->before->email, person->sourced_id);
    case ROSTER_PERSON_CHANGE:
    case ROSTER_MEMBER_CHANGE:
        return changes_text(&w, s);
    case ROSTER_MEMBER_ADD:
        return say(&w, M_import_in_days, cohort_title(&w, s->unit), days_text(&w, s->start_day, s->end_day));
    case ROSTER_MEMBER_MOVE: {
        struct str units = say(&w, M_import_from_cohort_to, cohort_title(&w, s->from), cohort_title(&w, s->unit));
        return say(&w, M_import_in_days, units, days_text(&w, s->start_day, s->end_day));
    }
    case ROSTER_MEMBER_END:
        return say(&w, M_import_in_until, cohort_title(&w, s->unit), day_text(&w, s->end_day));
    case ROSTER_GROUP_JOIN:
        return say(&w, M_import_in_days, p->groups[s->unit].title, days_text(&w, s->start_day, s->end_day));
    case ROSTER_GROUP_CHANGE:
    case ROSTER_GROUP_LEAVE:
        return say(&w, M_import_in_until, p->groups[s->unit].title, day_text(&w, s->end_day));
    case ROSTER_ROLE_GIVE:
    case ROSTER_ROLE_END: {
        struct str role = say(&w, M_import_role_in, msg_text(lang, role_names[s->role]), cohort_title(&w, s->unit));
        if (s->act == ROSTER_ROLE_END)
            return say(&w, M_import_in_until, role, day_text(&w, s->end_day));
        return say(&w, M_import_in_days, role, days_text(&w, s->start_day, s->end_day));
    }
    case ROSTER_ACTS:
        break;
    }
    return S("");
}

/* ---- the view ---------------------------------------------------------------------------------------------------------------- */

static struct opt_int row_of(size_t row)
{
    return row != 0 ? SOME_INT((int64_t)row) : (struct opt_int){0};
}

static void fill_sections(struct ctx *c, const struct roster_plan *p, struct view_import_plan *v)
{
    struct view_import_plan_sections *all = ARENA_ARRAY(c->a, ROSTER_ACTS, struct view_import_plan_sections);
    struct view_import_plan_sections_rows *rows[ROSTER_ACTS];
    size_t shown[ROSTER_ACTS] = {0};
    for (int act = 0; act < ROSTER_ACTS; act++)
        rows[act] = ARENA_ARRAY(c->a, FIRST_ROWS, struct view_import_plan_sections_rows);
    for (size_t i = 0; i < p->step_count; i++) {
        const struct roster_step *s = &p->steps[i];
        if (shown[s->act] < FIRST_ROWS)
            rows[s->act][shown[s->act]++] = (struct view_import_plan_sections_rows){
                .row = row_of(s->row), .name = p->people[s->person].name, .what = roster_step_text(c->a, c->lang, p, s)};
    }
    for (int act = 0; act < ROSTER_ACTS; act++) {
        if (p->counts[act] == 0)
            continue;
        struct msg_arg n = MSG_NUM("n", (int64_t)p->counts[act]);
        all[v->sections_count++] = (struct view_import_plan_sections){.kind = str_from(acts[act].word),
                                                                      .title = tr_args(c, acts[act].title, &n, 1),
                                                                      .count = (int64_t)p->counts[act],
                                                                      .more = (int64_t)(p->counts[act] - shown[act]),
                                                                      .rows = rows[act],
                                                                      .rows_count = shown[act]};
    }
    v->sections = all;
}

static void fill_cohorts(struct ctx *c, const struct roster_plan *p, struct view_import_plan *v)
{
    struct view_import_plan_cohorts *list = ARENA_ARRAY(c->a, FIRST_COHORTS, struct view_import_plan_cohorts);
    for (size_t i = 0; i < p->cohort_count && v->cohorts_count < FIRST_COHORTS; i++)
        if (p->cohorts[i].id == 0 && p->cohorts[i].used)
            list[v->cohorts_count++].title = p->cohorts[i].title;
    v->cohorts = list;
}

static void fill_problems(struct ctx *c, const struct problems *p, struct view_import_plan *v)
{
    struct view_import_plan_problems *list = ARENA_ARRAY(c->a, p->kept, struct view_import_plan_problems);
    for (int warnings = 0; warnings < 2; warnings++) /* errors first */
        for (size_t i = 0; i < p->kept; i++) {
            const struct problem *x = &p->items[i];
            if ((x->severity == PROBLEM_WARNING) != (warnings == 1))
                continue;
            struct msg_arg detail = MSG_TEXT("detail", x->detail.p != NULL ? x->detail : S(""));
            list[v->problems_count++] = (struct view_import_plan_problems){.error = x->severity == PROBLEM_ERROR,
                                                                           .file = x->file,
                                                                           .row = row_of(x->row),
                                                                           .column = x->column,
                                                                           .text = tr_args(c, x->msg, &detail, 1)};
        }
    v->problems = list;
    v->errors = (int64_t)p->errors;
    v->warnings = (int64_t)p->warnings;
    v->more_problems = (int64_t)(p->errors + p->warnings - p->kept);
}

static struct str format_text(const struct ctx *c, enum roster_format format)
{
    switch (format) {
    case ROSTER_ONEROSTER_1_1:
        return S("OneRoster 1.1");
    case ROSTER_ONEROSTER_1_2:
        return S("OneRoster 1.2");
    case ROSTER_PLAIN_CSV:
        break;
    }
    return tr(c, M_import_plain);
}

void roster_plan_view(struct ctx *c, const struct roster_plan *p, const struct problems *problems, struct view_import_plan *v)
{
    v->format = format_text(c, p->format);
    v->bundle = p->format != ROSTER_PLAIN_CSV;
    v->partial = p->partial;
    v->added = (int64_t)p->added;
    v->changed = (int64_t)p->changed;
    v->ended = (int64_t)p->ended;
    v->unchanged = (int64_t)p->unchanged;
    v->groups = (int64_t)p->groups_new;
    v->missing = (int64_t)p->missing;
    v->steps = (int64_t)p->step_count;
    v->people = (int64_t)(p->added + p->changed + p->ended + p->unchanged);
    if (v->end_missing)
        v->people -= (int64_t)p->missing;
    v->many_end = p->ended * 2 > p->ended + p->changed + p->unchanged;
    fill_problems(c, problems, v);
    if (problems->errors != 0)
        return;
    fill_cohorts(c, p, v);
    fill_sections(c, p, v);
}
