/* A project's own pages: starting it, its charter and team, all of it on one page, how it ended, its report. */
#include "gen/msg_chart.h"
#include "gen/programme/improve/improve_one_view.h"
#include "programme/framework/framework.h"
#include "programme/improve/inside.h"
#include "view/write.h"
#include "programme/people/people.h"
#include "view/pdf.h"

#define LEFT_MOST 50

/* ---- the charter ------------------------------------------------------------------------------------------------------------------ */
static const char *const values[] = {"safety", "equity", "effectiveness", "efficiency", "experience"};

static enum rc competency_choices(struct ctx *c, int64_t programme, struct choice **out, size_t *count)
{
    struct competency *all;
    size_t n;
    *count = 0;
    enum rc rc = framework_outline(c->db, c->a, programme, lang_tag(c->lang), false, &all, &n);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    *out = ARENA_ARRAY(c->a, n, struct choice);
    for (size_t k = 0; k < n; k++)
        if (!str_eq_z(all[k].kind, "domain"))
            (*out)[(*count)++] = (struct choice){.value = str_printf(c->a, "%" PRId64, all[k].competency), .label = all[k].title};
    return RC_OK;
}

/* kind: no value where the person chooses it; with p, what the project is or becomes. */
static enum rc charter_form(struct ctx *c, int64_t programme, const struct row_improve_find *p, struct str kind, struct str action, struct form **out)
{
    static const char *const kinds[] = {"improvement", "interprofessional", "community"};
    static const msg_id hints[] = {M_project_kind_improvement_hint, M_project_kind_interprofessional_hint, M_project_kind_community_hint};
    struct choice *choices = improve_choices(c, kinds, NULL, COUNT_OF(kinds));
    struct choice *competencies = NULL;
    struct rows_improve_competencies chosen = {0};
    size_t count;
    TRY(competency_choices(c, programme, &competencies, &count));
    if (p->id != 0)
        TRY(sql_improve_competencies(c->db, c->a, p->id, lang_tag(c->lang), &chosen));
    struct form *f = form_new(c->a, c->lang, c->zone, action, p->id != 0 ? M_improve_save : M_improve_start);
    struct str *ticked = ARENA_ARRAY(c->a, chosen.n + 1, struct str);
    for (size_t k = 0; k < chosen.n; k++)
        ticked[k] = str_printf(c->a, "%" PRId64, chosen.v[k].competency_id);
    f->cancel = p->id != 0 ? improve_path(c, p->id, "") : S("/projects");
    f->draft = p->id != 0 ? str_printf(c->a, "project-%" PRId64, p->id) : S("project-new");
    for (size_t k = 0; k < COUNT_OF(kinds); k++)
        choices[k].hint = tr(c, hints[k]);
    if (kind.p == NULL)
        form_add(f, (struct field){.name = "kind", .kind = FIELD_CHOICE, .label = M_project_kind, .required = true, .choices = choices, .choice_count = COUNT_OF(kinds), .value = S("improvement")});
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_improve_name, .required = true, .max = IMPROVE_TITLE_MOST, .value = p->title});
    form_add(f, (struct field){.name = "problem", .kind = FIELD_LONG_TEXT, .label = M_improve_problem, .hint = M_improve_problem_hint, .required = true, .max = IMPROVE_WORDS_MOST, .value = p->problem});
    form_add(f, (struct field){.name = "aim", .kind = FIELD_TEXT, .label = M_improve_aim, .hint = M_improve_aim_hint, .required = true, .max = 300, .value = p->aim});
    form_add(f, (struct field){.name = "by", .kind = FIELD_DAY, .label = M_improve_by, .required = true, .value = p->id != 0 ? form_day_value(f, p->by_day) : STR_NONE});
    form_add(f, (struct field){.name = "why", .kind = FIELD_LONG_TEXT, .label = kind.p == NULL ? M_project_why : M_improve_why, .hint = M_improve_why_hint, .required = str_eq_z(kind, "improvement"), .max = IMPROVE_WORDS_MOST, .value = p->why});
    form_add(f, (struct field){.name = "value", .kind = FIELD_CHOICE, .label = M_improve_value, .required = true, .choices = improve_choices(c, values, NULL, COUNT_OF(values)), .choice_count = COUNT_OF(values), .value = p->value});
    form_add(f, (struct field){.name = "drivers", .kind = FIELD_LONG_TEXT, .label = M_improve_drivers, .hint = M_improve_drivers_hint, .rows = 8, .max = 4000, .value = p->drivers});
    form_add(f, (struct field){.name = "sponsor", .kind = FIELD_TEXT, .label = M_improve_sponsor_optional, .max = 200, .value = p->sponsor});
    form_add(f, (struct field){.name = "ethics", .kind = FIELD_LONG_TEXT, .label = M_improve_ethics_optional, .hint = M_improve_ethics_hint, .rows = 2, .max = IMPROVE_WORDS_MOST, .value = p->ethics});
    if (count != 0)
        form_add(f, (struct field){.name = "competencies", .kind = FIELD_MANY, .label = M_improve_competencies_optional, .choices = competencies, .choice_count = count, .values = ticked, .value_count = chosen.n});
    form_add_version(f, p->version);
    *out = f;
    return RC_OK;
}

struct saving {
    struct arena *a;
    struct improve_charter charter;
    int64_t id, version, programme, person, now;
};

/* False when an improvement project does not say why the change should work: the form then says so. */
static bool read_charter(struct ctx *c, struct form *f, struct str kind, struct saving *s)
{
    struct improve_charter *x = &s->charter;
    const struct field *many = form_field(f, "competencies");
    int64_t *ids = ARENA_ARRAY(c->a, (many != NULL ? many->value_count : 0) + 1, int64_t);
    *x = (struct improve_charter){.kind = kind.p != NULL ? kind : form_text(f, "kind"), .title = form_text(f, "title"), .problem = form_text(f, "problem"), .aim = form_text(f, "aim"), .why = form_text(f, "why"),
                                  .value = form_text(f, "value"), .sponsor = form_text(f, "sponsor"), .ethics = form_text(f, "ethics"), .drivers = form_text(f, "drivers"), .competencies = ids};
    (void)form_day(f, "by", &x->by_day);
    for (size_t k = 0; many != NULL && k < many->value_count; k++)
        x->competency_count += str_to_int(many->values[k], &ids[x->competency_count]);
    if (str_eq_z(x->kind, "improvement") && x->why.n == 0)
        form_error(f, "why", M_project_why_missing, NULL);
    return form_ok(f);
}

static enum rc start(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    (void)e;
    return improve_start(tx, s->programme, s->person, &s->charter, false, s->now, &s->id);
}

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    return improve_save(tx, s->id, s->version, &s->charter, e);
}

/* A project begins with what a team wanted to change at the end of a shift: its words are the problem's, to be worked on. */
static enum rc begin_with_idea(struct ctx *c, int64_t programme, struct row_improve_find *p)
{
    int64_t id;
    struct row_improve_idea idea;
    if (!str_to_int(request_query(c->rq, "idea"), &id))
        return RC_OK;
    TRY(sql_improve_idea(c->db, c->a, id, programme, &idea));
    p->problem = str_printf(c->a, "%.*s\n\n(%.*s, %.*s)", STR_ARG(idea.change), STR_ARG(idea.title), STR_ARG(view_day_str(c->a, c->lang, day_from_ms(c->zone, idea.written_at))));
    return RC_OK;
}

enum rc improve_handle_new(struct ctx *c)
{
    struct programme here;
    struct form *f;
    enum rc rc = programme_current(c, &here);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target t = {.programme = rc == RC_OK ? here.id : 0};
    TRY(access_require(c, P_PROJECT_START, &t));
    TRY(rc);
    struct page page = improve_page(c, NULL, tr(c, M_improve_start));
    struct row_improve_find none = {.version = 1};
    TRY(begin_with_idea(c, here.id, &none));
    TRY(charter_form(c, here.id, &none, STR_NONE, S("/projects/new"), &f));
    struct saving s = {.a = c->a, .programme = here.id, .person = c->who->person, .now = c->now};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_charter(c, f, STR_NONE, &s))
        return improve_send_form(c, &page, tr(c, M_improve_start_note), f);
    rc = ctx_write(c, start, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return improve_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, improve_path(c, s.id, ""), M_improve_started);
}

static enum rc handle_charter(struct ctx *c, const struct row_improve_find *p, bool grows)
{
    struct str kind = grows ? S("improvement") : p->kind, note = grows ? tr(c, M_project_grow_note) : S("");
    struct form *f;
    struct page page = improve_page(c, p, tr(c, grows ? M_project_grow : M_improve_edit));
    TRY(charter_form(c, p->programme_id, p, kind, improve_path(c, p->id, grows ? "/grow" : "/edit"), &f));
    struct saving s = {.a = c->a, .id = p->id};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_charter(c, f, kind, &s))
        return improve_send_form(c, &page, note, f);
    s.version = form_int(f, "version", 0);
    s.charter.grown_day = grows ? c->today : 0;
    enum rc rc = ctx_write(c, save, &s);
    if (page_edit_failed(c, f, rc, p->version, &page.status))
        return improve_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, improve_path(c, p->id, ""), grows ? M_project_grown : M_improve_saved);
}

enum rc improve_handle_edit(struct ctx *c)
{
    struct row_improve_find p;
    TRY(improve_open(c, P_PROJECT_CHANGE, &p));
    return handle_charter(c, &p, false);
}

/* A community or interprofessional project begins to measure care: the same record, its team and its work stay. */
enum rc improve_handle_grow(struct ctx *c)
{
    struct row_improve_find p;
    TRY(improve_open(c, P_PROJECT_CHANGE, &p));
    return str_eq_z(p.kind, "improvement") ? page_redirect(c, improve_path(c, p.id, ""), 0) : handle_charter(c, &p, true);
}

/* ---- the team --------------------------------------------------------------------------------------------------------------------- */
struct teaming {
    struct arena *a;
    int64_t id, person, by, now;
    struct str part;
};

static enum rc join(struct db *tx, void *arg, struct err *e)
{
    struct teaming *t = arg;
    (void)e;
    return improve_join(tx, t->id, t->person, t->part, t->by, t->now);
}

static enum rc leave(struct db *tx, void *arg, struct err *e)
{
    struct teaming *t = arg;
    return improve_leave(tx, t->a, t->id, t->person, t->by, t->now, e);
}

enum rc improve_handle_team(struct ctx *c)
{
    static const char *const parts[] = {"member", "lead", "adviser"};
    struct row_improve_find p;
    TRY(improve_open(c, P_PROJECT_CHANGE, &p));
    struct page page = improve_page(c, &p, tr(c, M_improve_add_person));
    struct form *f = form_new(c->a, c->lang, c->zone, improve_path(c, p.id, "/team"), M_improve_add_person);
    f->cancel = improve_path(c, p.id, "#team");
    form_add(f, (struct field){.name = "person", .kind = FIELD_TEXT, .label = M_improve_person, .hint = M_improve_person_hint, .required = true});
    form_add(f, (struct field){.name = "part", .kind = FIELD_CHOICE, .label = M_improve_part, .required = true, .choices = improve_choices(c, parts, NULL, COUNT_OF(parts)), .choice_count = COUNT_OF(parts), .value = S("member")});
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return improve_send_form(c, &page, S(""), f);
    struct teaming t = {.a = c->a, .id = p.id, .by = c->who->person, .now = c->now, .part = form_text(f, "part")};
    TRY(people_read_person(c, f, "person", p.programme_id, &t.person));
    if (t.person == 0)
        return improve_send_form(c, &page, S(""), f);
    TRY(ctx_write(c, join, &t));
    return page_redirect(c, improve_path(c, p.id, "#team"), M_improve_saved);
}

enum rc improve_handle_leave(struct ctx *c)
{
    struct row_improve_find p;
    struct row_improve_is_member there;
    struct teaming t = {.a = c->a, .by = c->who->person, .now = c->now};
    struct str name;
    TRY(improve_open(c, P_PROJECT_CHANGE, &p));
    TRY(request_id(c->rq, 1, &t.person));
    TRY(sql_improve_is_member(c->db, c->a, p.id, t.person, &there));
    if (there.n == 0)
        return RC_NOT_FOUND;
    t.id = p.id;
    enum rc rc = people_name(c->db, c->a, t.person, &name);
    if (rc == RC_NOT_FOUND)
        name = tr(c, M_improve_somebody);
    else
        TRY(rc);
    struct msg_arg arg = MSG_TEXT("name", name);
    struct page page = improve_page(c, &p, tr_args(c, M_improve_remove_person, &arg, 1));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/projects/%" PRId64 "/team/%" PRId64, p.id, t.person), M_improve_remove);
    f->cancel = improve_path(c, p.id, "#team");
    f->danger = true;
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return improve_send_form(c, &page, tr(c, M_improve_remove_note), f);
    rc = ctx_write(c, leave, &t);
    if (page_form_failed(c, f, rc, &page.status))
        return improve_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, t.person == c->who->person ? S("/projects") : improve_path(c, p.id, "#team"), M_improve_saved);
}

/* ---- all of it ---------------------------------------------------------------------------------------------------------------------- */

enum rc improve_read_whole(struct ctx *c, struct improve_whole *w)
{
    struct rows_improve_measures rows;
    TRY(sql_improve_members(c->db, c->a, w->p.id, &w->members));
    TRY(sql_improve_competencies(c->db, c->a, w->p.id, lang_tag(c->lang), &w->competencies));
    TRY(improve_read_marks(c, w->p.id, &w->marks));
    TRY(sql_improve_measures(c->db, c->a, w->p.id, &rows));
    w->drawn = ARENA_ARRAY(c->a, rows.n + 1, struct improve_drawn);
    for (w->measures = 0; w->measures < rows.n; w->measures++) {
        struct row_improve_measure_find m = improve_of_list(&rows.v[w->measures]);
        TRY(improve_draw(c, &m, &w->marks, &w->drawn[w->measures]));
    }
    improve_check(c, &w->p, &w->marks.cycles, w->drawn, w->measures, w->checks);
    return RC_OK;
}

static void fill_measures(struct ctx *c, const struct improve_whole *w, struct view_improve_one *v)
{
    struct view_improve_one_measures *list = ARENA_ARRAY(c->a, w->measures, struct view_improve_one_measures);
    for (size_t k = 0; k < w->measures; k++) {
        const struct improve_drawn *d = &w->drawn[k];
        const char *id = str_z(c->a, str_printf(c->a, "m%zu", k + 1));
        list[k] = (struct view_improve_one_measures){.href = str_printf(c->a, "/measures/%" PRId64, d->m.id), .name = d->m.name, .kind = improve_word(c, d->m.kind), .problem = d->problem};
        if (d->pictures == NULL) {
            list[k].problem = d->problem.n != 0 ? d->problem : tr(c, M_improve_no_points);
            continue;
        }
        list[k].title = improve_title(c, d);
        list[k].sentence = chart_sentence(c->a, d->pictures);
        list[k].picture = improve_picture(c, d, id, false);
        list[k].slim = improve_picture(c, d, str_z(c->a, str_printf(c->a, "slim%zu", k + 1)), true);
        list[k].region = str_printf(c->a, "%s-t", id);
    }
    v->measures = list;
    v->measures_count = w->measures;
}

static void fill_cycles(struct ctx *c, const struct improve_whole *w, bool changes, struct view_improve_one *v)
{
    struct view_improve_one_cycles *list = ARENA_ARRAY(c->a, w->marks.cycles.n, struct view_improve_one_cycles);
    for (size_t k = 0; k < w->marks.cycles.n; k++) {
        const struct row_improve_cycles *x = &w->marks.cycles.v[k];
        list[k] = (struct view_improve_one_cycles){.href = changes ? str_printf(c->a, "/project-cycles/%" PRId64, x->id) : S(""), .title = x->title, .day = x->from_day,
                                                   .prediction = x->prediction, .scale = improve_word(c, x->scale), .who = x->who, .result = x->result,
                                                   .decision = x->decision.n != 0 ? improve_word(c, x->decision) : S("")};
    }
    v->cycles = list;
    v->cycles_count = w->marks.cycles.n;
}

static void fill_lists(struct ctx *c, const struct improve_whole *w, bool changes, struct view_improve_one *v)
{
    struct view_improve_one_team *team = ARENA_ARRAY(c->a, w->members.n, struct view_improve_one_team);
    for (size_t k = 0; k < w->members.n; k++)
        team[k] = (struct view_improve_one_team){.name = w->members.v[k].name.p != NULL ? w->members.v[k].name : tr(c, M_improve_somebody), .part = improve_word(c, w->members.v[k].part),
                                                 .profession = people_profession_name(c->lang, w->members.v[k].profession),
                                                 .remove = changes ? str_printf(c->a, "/projects/%" PRId64 "/team/%" PRId64, w->p.id, w->members.v[k].person_id) : S("")};
    struct view_improve_one_competencies *competencies = ARENA_ARRAY(c->a, w->competencies.n, struct view_improve_one_competencies);
    for (size_t k = 0; k < w->competencies.n; k++)
        competencies[k] = (struct view_improve_one_competencies){w->competencies.v[k].title.p != NULL ? w->competencies.v[k].title : S("-")};
    struct view_improve_one_checks *checks = ARENA_ARRAY(c->a, IMPROVE_CHECKS, struct view_improve_one_checks);
    for (size_t k = 0; k < IMPROVE_CHECKS; k++)
        checks[k] = (struct view_improve_one_checks){tr(c, w->checks[k].what), w->checks[k].detail, w->checks[k].met, w->checks[k].open};
    struct view_improve_one_driver_lines *lines = ARENA_ARRAY(c->a, IMPROVE_DRIVERS_MOST, struct view_improve_one_driver_lines);
    struct str rest = w->p.drivers, line;
    while (v->driver_lines_count < IMPROVE_DRIVERS_MOST && str_line(&rest, &line))
        if (str_trim(line).n != 0)
            lines[v->driver_lines_count++] = (struct view_improve_one_driver_lines){str_trim(line)};
    v->team = team;
    v->team_count = w->members.n;
    v->competencies = competencies;
    v->competencies_count = w->competencies.n;
    v->checks = checks;
    v->checks_count = IMPROVE_CHECKS;
    v->driver_lines = lines;
}

/* Who may hand it over. */
static bool leads_or_keeps(struct ctx *c, const struct improve_whole *w)
{
    struct target t = {.programme = w->p.programme_id};
    for (size_t k = 0; k < w->members.n; k++)
        if (w->members.v[k].person_id == c->who->person && str_eq_z(w->members.v[k].part, "lead"))
            t.holder = c->who->person;
    return access_allows(c, P_HANDOVER_CHANGE, &t);
}

/* What nobody took over at the last handover. */
static enum rc fill_left(struct ctx *c, int64_t project, struct view_improve_one *v)
{
    struct rows_improve_left rows;
    TRY(sql_improve_left(c->db, c->a, project, LEFT_MOST, &rows));
    struct view_improve_one_left *list = ARENA_ARRAY(c->a, rows.n, struct view_improve_one_left);
    for (size_t k = 0; k < rows.n; k++)
        list[k] = (struct view_improve_one_left){rows.v[k].name.p != NULL ? rows.v[k].name : S(""), rows.v[k].text, rows.v[k].reason};
    v->left = list;
    v->left_count = rows.n;
    return RC_OK;
}

enum rc improve_get_one(struct ctx *c)
{
    struct improve_whole w = {0};
    struct row_improve_is_member mine;
    TRY(improve_open(c, P_PROJECT_VIEW, &w.p));
    TRY(improve_read_whole(c, &w));
    TRY(sql_improve_is_member(c->db, c->a, w.p.id, c->who->person, &mine));
    struct target t = {.programme = w.p.programme_id, .holder = mine.n != 0 ? c->who->person : 0};
    const struct row_improve_find *p = &w.p;
    bool running = str_eq_z(p->state, "running"), may = access_allows(c, P_PROJECT_CHANGE, &t), changes = may && running;
    struct view_improve_one v = {.problem = p->problem, .aim = p->aim, .by = p->by_day, .why = p->why, .value = improve_word(c, p->value), .state = improve_word(c, p->state),
                                 .running = running, .sponsor = p->sponsor, .ethics = p->ethics, .made_up = p->made_up == 1, .outcome = p->outcome, .ending = p->ending,
                                 .claim = p->claim.n != 0 ? improve_word(c, p->claim) : S("-"), .report = improve_path(c, p->id, "/report"),
                                 .poster = improve_path(c, p->id, "/poster"), .poster_pdf = improve_path(c, p->id, "/poster/pdf")};
    v.aim_met = tr(c, str_eq_z(p->aim_met, "met") ? M_improve_aim_met : str_eq_z(p->aim_met, "missed") ? M_improve_aim_missed : M_improve_aim_unknown);
    if (!p->ended_at_null)
        v.ended = (struct opt_int){true, day_from_ms(c->zone, p->ended_at)};
    v.drivers = improve_draw_drivers(c->a, c->lang, p->aim, p->drivers);
    v.kind = improve_word(c, p->kind);
    v.measuring = str_eq_z(p->kind, "improvement") || w.measures != 0 || w.marks.cycles.n != 0;
    if (!p->grown_day_null)
        v.grown = SOME_INT(p->grown_day);
    if (access_allows(c, P_PROJECT_VIEW, &t))
        v.board = improve_path(c, p->id, "/board");
    if (changes && !str_eq_z(p->kind, "improvement"))
        v.grow = improve_path(c, p->id, "/grow");
    if (may)
        v.finish = improve_path(c, p->id, "/end");
    if (changes) {
        v.change = improve_path(c, p->id, "/edit");
        v.add_measure = improve_path(c, p->id, "/measures/new");
        v.add_cycle = improve_path(c, p->id, "/cycles/new");
        v.add_person = improve_path(c, p->id, "/team");
        if (leads_or_keeps(c, &w))
            v.hand_over = improve_path(c, p->id, "/handover");
    }
    if (v.board.n != 0)
        TRY(fill_left(c, p->id, &v));
    fill_measures(c, &w, &v);
    fill_cycles(c, &w, changes, &v);
    fill_lists(c, &w, changes, &v);
    struct page page = improve_page(c, NULL, p->title);
    return view_improve_one_page(c, &page, &v);
}

/* ---- the end ------------------------------------------------------------------------------------------------------------------------ */
struct ending {
    struct arena *a;
    struct improve_ending x;
    int64_t by, now;
};

static enum rc end(struct db *tx, void *arg, struct err *e)
{
    struct ending *x = arg;
    return improve_end(tx, x->a, &x->x, x->by, x->now, e);
}

enum rc improve_handle_end(struct ctx *c)
{
    static const char *const all[] = {"improved", "changed", "same", "worse", "unknown"}, *const states[] = {"finished", "stopped"}, *const met[] = {"met", "missed", "unknown"};
    static const msg_id met_labels[] = {M_improve_aim_met, M_improve_aim_missed, M_improve_aim_unknown};
    struct improve_whole w = {0};
    const char *offered[COUNT_OF(all)];
    size_t count = 0, outcomes = 0;
    TRY(improve_open_ended(c, P_PROJECT_CHANGE, &w.p));
    TRY(improve_read_whole(c, &w));
    enum spc_finding *finding = ARENA_ARRAY(c->a, w.measures + 1, enum spc_finding);
    for (size_t k = 0; k < w.measures; k++)
        if (str_eq_z(w.drawn[k].m.kind, "outcome"))
            finding[outcomes++] = improve_finding(&w.drawn[k]);
    for (size_t k = 0; k < COUNT_OF(all); k++)
        if (improve_may_claim(str_from(all[k]), finding, outcomes))
            offered[count++] = all[k];
    bool improved = improve_may_claim(S("improved"), finding, outcomes), measured = str_eq_z(w.p.kind, "improvement") || outcomes != 0, running = str_eq_z(w.p.state, "running");
    struct page page = improve_page(c, &w.p, tr(c, M_improve_finish));
    struct form *f = form_new(c->a, c->lang, c->zone, improve_path(c, w.p.id, "/end"), M_improve_finish);
    f->cancel = improve_path(c, w.p.id, "");
    form_add(f, (struct field){.name = "state", .kind = FIELD_CHOICE, .label = M_improve_state, .required = true, .choices = improve_choices(c, states, NULL, 2), .choice_count = 2, .value = running ? S("finished") : w.p.state});
    if (measured)
        form_add(f, (struct field){.name = "claim", .kind = FIELD_CHOICE, .label = M_improve_claim, .hint = improved ? M_improve_claim_hint : M_improve_claim_hint_none, .required = true, .choices = improve_choices(c, offered, NULL, count), .choice_count = count, .value = w.p.claim});
    form_add(f, (struct field){.name = "aim_met", .kind = FIELD_CHOICE, .label = M_improve_aim_question, .required = true, .choices = improve_choices(c, met, met_labels, 3), .choice_count = 3, .value = w.p.aim_met});
    form_add(f, (struct field){.name = "outcome", .kind = FIELD_LONG_TEXT, .label = M_improve_outcome, .hint = M_improve_outcome_hint, .required = true, .max = IMPROVE_WORDS_MOST, .value = w.p.outcome});
    form_add(f, (struct field){.name = "ending", .kind = FIELD_LONG_TEXT, .label = M_project_ending, .hint = M_project_ending_hint, .rows = 2, .max = IMPROVE_WORDS_MOST, .value = w.p.ending});
    form_add(f, (struct field){.name = "shown", .kind = FIELD_BOOL, .label = M_improve_show, .value = w.p.shown == 1 ? S("1") : STR_NONE});
    form_add_version(f, w.p.version);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return improve_send_form(c, &page, tr(c, M_improve_finish_note), f);
    struct ending x = {c->a, {.id = w.p.id, .version = form_int(f, "version", 0), .finished = str_eq_z(form_text(f, "state"), "finished"), .outcome = form_text(f, "outcome"),
                              .claim = measured ? form_text(f, "claim") : S(""), .aim_met = form_text(f, "aim_met"), .shown = form_bool(f, "shown"), .ending = form_text(f, "ending")}, c->who->person, c->now};
    if (!improved && improve_says_improved(c->a, x.x.outcome))
        form_error(f, "outcome", M_improve_wording, NULL);
    if (str_eq_z(x.x.aim_met, "met") && measured && !w.checks[6].met)
        form_error(f, "aim_met", M_improve_aim_not_carried, NULL);
    if (!form_ok(f))
        return improve_send_form(c, &page, S(""), f);
    enum rc rc = ctx_write(c, end, &x);
    if (page_edit_failed(c, f, rc, w.p.version, &page.status))
        return improve_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, improve_path(c, w.p.id, ""), M_improve_saved);
}
