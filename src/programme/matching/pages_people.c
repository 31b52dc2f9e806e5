/* Who takes part in a round, one of them with her list, and what is fixed beforehand: for who runs it. */
#include "gen/msg_people.h"
#include "gen/programme/matching/match_add_view.h"
#include "gen/programme/matching/match_people_view.h"
#include "gen/programme/matching/match_person_view.h"
#include "gen/programme/matching/match_rules_view.h"
#include "programme/matching/inside.h"
#include "programme/people/people.h"

static enum rc require_side(struct ctx *c, struct match_round *r, enum hr_side *side)
{
    TRY(match_require(c, r));
    *side = str_eq_z(c->rq->params[1], "mentor") ? HR_MENTOR : HR_MENTEE;
    return *side == HR_MENTOR || str_eq_z(c->rq->params[1], "mentee") ? RC_OK : RC_NOT_FOUND;
}

static struct str side_path(struct ctx *c, const struct match_round *r, enum hr_side side, const char *rest)
{
    return str_printf(c->a, "/rounds/%" PRId64 "/people/%s%s", r->id, side == HR_MENTEE ? "mentee" : "mentor", rest);
}

static struct str side_title(struct ctx *c, enum hr_side side)
{
    return tr(c, side == HR_MENTEE ? M_matching_mentees : M_matching_mentors);
}

static bool is_approved(const struct match_round *r)
{
    return str_eq_z(r->state, "approved");
}

enum rc match_get_people(struct ctx *c)
{
    struct match_round r;
    enum hr_side side;
    struct rows_match_person_list rows;
    int64_t after = 0;
    TRY(require_side(c, &r, &side));
    (void)str_to_int(request_query(c->rq, "after"), &after);
    TRY(sql_match_person_list(c->db, c->a, r.id, match_side_word(side), after, MATCH_ROWS + 1, &rows));
    size_t n = rows.n < MATCH_ROWS ? rows.n : MATCH_ROWS;
    struct view_match_people_people *list = ARENA_ARRAY(c->a, n, struct view_match_people_people);
    for (size_t i = 0; i < n; i++) {
        const struct row_match_person_list *p = &rows.v[i];
        list[i] = (struct view_match_people_people){p->name.p != NULL ? p->name : tr(c, M_matching_gone), side_path(c, &r, side, str_printf(c->a, "/%" PRId64, p->place).p),
                                                    p->seats, !p->answered_at_null, p->ranked, p->ruled_out};
    }
    struct view_match_people v = {.mentees = side == HR_MENTEE, .people = list, .people_count = n, .ranks = r.way != MATCH_CRITERIA};
    if (!is_approved(&r))
        v.add = side_path(c, &r, side, "/add");
    if (rows.n > n)
        v.more = side_path(c, &r, side, str_printf(c->a, "?after=%" PRId64, rows.v[n - 1].place).p);
    struct page page = match_page(c, &r, side_title(c, side), true);
    return view_match_people_page(c, &page, &v);
}

/* ---- taking people in ----------------------------------------------------------------------------------------------------------- */

struct taking {
    struct arena *a;
    int64_t round, version, person, by, today, now, added;
    enum hr_side side;
    struct match_filter f;
    bool one;
};

static enum rc take_in(struct db *tx, void *arg, struct err *e)
{
    struct taking *s = arg;
    s->added = 1;
    if (s->one)
        TRY(match_take_one(tx, s->a, s->round, s->version, s->side, s->person, s->today, e));
    else
        TRY(match_take_in(tx, s->a, s->round, s->version, s->side, &s->f, s->today, &s->added, e));
    return audit_note(tx, s->now, s->by, "match_take_in", s->one ? s->person : 0, "match_round", s->round);
}

static void add_choice(struct ctx *c, struct choice *list, size_t *n, int64_t id, struct str label)
{
    list[(*n)++] = (struct choice){.value = str_printf(c->a, "%" PRId64, id), .label = label};
}

/* Cohort, stage and group, each with "any". */
static enum rc mentee_fields(struct ctx *c, const struct match_round *r, struct form *f)
{
    struct cohort *cohorts;
    struct stage *stages;
    struct rows_match_group_list groups;
    size_t cohort_count, stage_count, n = 0, m = 0, k = 0;
    TRY(programme_cohorts(c->db, c->a, r->programme, &cohorts, &cohort_count));
    TRY(programme_stages(c->db, c->a, r->programme, &stages, &stage_count));
    TRY(sql_match_group_list(c->db, c->a, r->programme, r->cohort != 0 ? &r->cohort : NULL, &groups));
    struct choice *cohort = ARENA_ARRAY(c->a, cohort_count + 1, struct choice), *stage = ARENA_ARRAY(c->a, stage_count + 1, struct choice);
    struct choice *group = ARENA_ARRAY(c->a, groups.n + 1, struct choice);
    add_choice(c, cohort, &n, 0, tr(c, M_matching_any));
    for (size_t i = 0; i < cohort_count; i++)
        add_choice(c, cohort, &n, cohorts[i].id, cohorts[i].title);
    add_choice(c, stage, &m, 0, tr(c, M_matching_any));
    for (size_t i = 0; i < stage_count; i++)
        add_choice(c, stage, &m, stages[i].id, stages[i].title);
    add_choice(c, group, &k, 0, tr(c, M_matching_any));
    for (size_t i = 0; i < groups.n; i++)
        add_choice(c, group, &k, groups.v[i].id, groups.v[i].title);
    if (r->cohort == 0)
        form_add(f, (struct field){.name = "cohort", .kind = FIELD_CHOICE, .label = M_matching_cohort, .choices = cohort, .choice_count = n, .value = S("0")});
    form_add(f, (struct field){.name = "stage", .kind = FIELD_CHOICE, .label = M_matching_stage, .choices = stage, .choice_count = m, .value = S("0")});
    form_add(f, (struct field){.name = "group", .kind = FIELD_CHOICE, .label = M_matching_group, .choices = group, .choice_count = k, .value = S("0")});
    form_add(f, (struct field){.name = "without", .kind = FIELD_BOOL, .label = M_matching_without_mentor, .value = S("1")});
    return RC_OK;
}

enum rc match_add_people(struct ctx *c)
{
    struct match_round r;
    struct taking s = {.a = c->a, .by = c->who->person, .now = c->now};
    TRY(require_side(c, &r, &s.side));
    struct str action = side_path(c, &r, s.side, "/add");
    struct form *many = form_new(c->a, c->lang, c->zone, action, M_matching_take_in_all), *one = form_new(c->a, c->lang, c->zone, action, M_matching_take_in_one);
    if (s.side == HR_MENTEE)
        TRY(mentee_fields(c, &r, many));
    else
        form_add(many, (struct field){.name = "without", .kind = FIELD_BOOL, .label = M_matching_with_seat, .value = S("1")});
    form_add_version(many, r.version);
    form_add(one, (struct field){.name = "person", .kind = FIELD_TEXT, .label = M_matching_person, .hint = M_people_named_hint, .required = true});
    form_add_version(one, r.version);
    struct page page = match_page(c, &r, tr(c, s.side == HR_MENTEE ? M_matching_add_mentees : M_matching_add_mentors), true);
    struct view_match_add v = {.note = tr(c, s.side == HR_MENTEE ? M_matching_add_mentees_note : M_matching_add_mentors_note), .many = many, .one = one};
    if (c->rq->method != METHOD_POST)
        return view_match_add_page(c, &page, &v);
    s.one = request_part(c->rq, "person") != NULL;
    struct form *f = s.one ? one : many;
    s.round = r.id;
    s.today = match_today(c, &r);
    bool good = form_read(f, c->rq->form, c->rq->form_count);
    if (good && s.one)
        TRY(people_read_person(c, one, "person", r.programme, &s.person));
    if (!good || !form_ok(f)) {
        page.status = 422;
        return view_match_add_page(c, &page, &v);
    }
    s.version = form_int(f, "version", 0);
    if (!s.one)
        s.f = (struct match_filter){.cohort = s.side == HR_MENTEE ? form_int(f, "cohort", 0) : 0, .stage = s.side == HR_MENTEE ? form_int(f, "stage", 0) : 0, .group = s.side == HR_MENTEE ? form_int(f, "group", 0) : 0, .without = form_bool(f, "without")};
    enum rc rc = ctx_write(c, take_in, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return view_match_add_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, side_path(c, &r, s.side, ""), s.added != 0 ? M_matching_taken_in : M_matching_taken_none);
}

/* ---- one of them ---------------------------------------------------------------------------------------------------------------- */

struct changing {
    struct arena *a;
    int64_t round, round_version, place, version, seats, least, person, by, now;
    enum hr_side side;
    bool leaves;
};

static enum rc change_person(struct db *tx, void *arg, struct err *e)
{
    const struct changing *s = arg;
    if (s->leaves)
        TRY(match_take_out(tx, s->a, s->round, s->round_version, s->side, s->place, e));
    else
        TRY(match_set_seats(tx, s->a, s->round, s->place, s->version, s->seats, s->least, e));
    return audit_note(tx, s->now, s->by, s->leaves ? "match_take_out" : "match_seats", s->person, "match_round", s->round);
}

static enum rc note_reading(struct db *tx, void *arg, struct err *e)
{
    const struct changing *s = arg;
    (void)e;
    return audit_note(tx, s->now, s->by, "match_list_view", s->person, "match_round", s->round);
}

static enum rc fill_list(struct ctx *c, const struct match_round *r, enum hr_side side, int64_t place, struct view_match_person *v)
{
    struct rows_match_choice_names rows;
    TRY(sql_match_choice_names(c->db, c->a, r->id, match_side_word(side), place, match_side_word(side == HR_MENTEE ? HR_MENTOR : HR_MENTEE), r->programme, &rows));
    struct view_match_person_list *list = ARENA_ARRAY(c->a, rows.n, struct view_match_person_list);
    struct view_match_person_out *out = ARENA_ARRAY(c->a, rows.n, struct view_match_person_out);
    for (size_t i = 0; i < rows.n; i++) {
        struct str name = rows.v[i].name.p != NULL ? rows.v[i].name : tr(c, M_matching_gone);
        if (rows.v[i].rank == 0)
            out[v->out_count++] = (struct view_match_person_out){name};
        else
            list[v->list_count++] = (struct view_match_person_list){rows.v[i].rank, name};
    }
    v->list = list;
    v->out = out;
    return RC_OK;
}

enum rc match_handle_person(struct ctx *c)
{
    struct match_round r;
    struct row_match_person_find p;
    struct changing s = {.a = c->a, .by = c->who->person, .now = c->now};
    TRY(require_side(c, &r, &s.side));
    TRY(request_id(c->rq, 2, &s.place));
    TRY(sql_match_person_find(c->db, c->a, r.id, match_side_word(s.side), s.place, &p));
    if (!p.takes_part)
        return RC_NOT_FOUND;
    s.round = r.id;
    s.round_version = r.version;
    s.person = p.person_id;
    struct str path = side_path(c, &r, s.side, str_printf(c->a, "/%" PRId64, s.place).p);
    struct form *seats = form_new(c->a, c->lang, c->zone, path, M_matching_seats_save), *leave = form_new(c->a, c->lang, c->zone, path, M_matching_take_out);
    form_add(seats, (struct field){.name = "seats", .kind = FIELD_INT, .label = M_matching_seats, .hint = M_matching_seats_hint, .required = true, .min = 0, .max = MATCH_SEATS_MOST, .value = str_printf(c->a, "%" PRId64, p.seats)});
    form_add(seats, (struct field){.name = "least", .kind = FIELD_INT, .label = M_matching_least_own, .hint = M_matching_least_own_hint, .min = 0, .max = MATCH_SEATS_MOST, .value = p.least_null ? S("") : str_printf(c->a, "%" PRId64, p.least)});
    form_add_version(seats, p.version);
    form_add_version(leave, r.version);
    form_add(leave, (struct field){.name = "leave", .kind = FIELD_HIDDEN, .value = S("1")});
    leave->danger = true;
    struct page page = match_page(c, &r, p.name.p != NULL ? p.name : tr(c, M_matching_gone), true);
    struct view_match_person v = {.mentee = s.side == HR_MENTEE, .seats = p.seats, .others = p.others != 0, .ranks = r.way != MATCH_CRITERIA};
    if (!p.answered_at_null)
        v.answered = SOME_INT(p.answered_at);
    if (!is_approved(&r)) {
        v.seats_form = s.side == HR_MENTOR ? seats : NULL;
        v.leave = leave;
    }
    TRY(fill_list(c, &r, s.side, s.place, &v));
    if (c->rq->method != METHOD_POST) {
        TRY(ctx_write(c, note_reading, &s));
        return view_match_person_page(c, &page, &v);
    }
    s.leaves = request_part(c->rq, "leave") != NULL || s.side == HR_MENTEE;
    struct form *f = s.leaves ? leave : seats;
    if (!form_read(f, c->rq->form, c->rq->form_count)) {
        page.status = 422;
        return view_match_person_page(c, &page, &v);
    }
    s.version = s.round_version = form_int(f, "version", 0);
    s.seats = form_int(f, "seats", 0);
    s.least = s.leaves ? -1 : form_int(f, "least", -1);
    enum rc rc = ctx_write(c, change_person, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return view_match_person_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, side_path(c, &r, s.side, ""), s.leaves ? M_matching_taken_out : M_matching_saved);
}

/* ---- what is fixed beforehand ---------------------------------------------------------------------------------------------------- */

enum rc match_get_rules(struct ctx *c)
{
    struct match_round r;
    struct rows_match_rule_list rows;
    int64_t after = 0;
    TRY(match_require(c, &r));
    (void)str_to_int(request_query(c->rq, "after"), &after);
    TRY(sql_match_rule_list(c->db, c->a, r.id, after, MATCH_ROWS + 1, &rows));
    size_t n = rows.n < MATCH_ROWS ? rows.n : MATCH_ROWS;
    struct view_match_rules_rules *list = ARENA_ARRAY(c->a, n, struct view_match_rules_rules);
    for (size_t i = 0; i < n; i++) {
        const struct row_match_rule_list *x = &rows.v[i];
        list[i] = (struct view_match_rules_rules){.mentee = x->mentee_name.p != NULL ? x->mentee_name : tr(c, M_matching_gone), .mentor = x->mentor_name.p != NULL ? x->mentor_name : tr(c, M_matching_gone), .pin = str_eq_z(x->kind, "pin"), .name = x->name};
        if (!is_approved(&r)) {
            struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/rounds/%" PRId64 "/rules/%" PRId64 "/remove", r.id, x->id), M_matching_rule_remove);
            form_add_version(f, r.version);
            list[i].remove = f;
        }
    }
    struct view_match_rules v = {.rules = list, .rules_count = n, .conflicts = str_printf(c->a, "/programmes/%" PRId64 "/mentoring", r.programme)};
    if (!is_approved(&r))
        v.new = match_path(c, r.id, "/rules/new");
    if (rows.n > n)
        v.more = match_path(c, r.id, str_printf(c->a, "/rules?after=%" PRId64, rows.v[n - 1].id).p);
    struct page page = match_page(c, &r, tr(c, M_matching_rules), true);
    return view_match_rules_page(c, &page, &v);
}

struct ruling {
    struct arena *a;
    int64_t round, version, rule, mentee, mentor, by, today, now;
    bool pin, remove;
    struct str name;
};

static enum rc change_rule(struct db *tx, void *arg, struct err *e)
{
    const struct ruling *s = arg;
    if (s->remove)
        TRY(match_remove_rule(tx, s->a, s->round, s->version, s->rule, e));
    else
        TRY(match_add_rule(tx, s->a, s->round, s->version, s->pin, s->mentee, s->mentor, s->name, s->today, e));
    return audit_note(tx, s->now, s->by, "match_rule_change", 0, "match_round", s->round);
}

enum rc match_new_rule(struct ctx *c)
{
    struct match_round r;
    int64_t mentee, mentor;
    TRY(match_require(c, &r));
    struct choice kinds[] = {{.value = S("apart"), .label = tr(c, M_matching_apart), .hint = tr(c, M_matching_apart_hint)}, {.value = S("pin"), .label = tr(c, M_matching_pin), .hint = tr(c, M_matching_pin_hint)}};
    struct form *f = form_new(c->a, c->lang, c->zone, match_path(c, r.id, "/rules/new"), M_matching_rule_save);
    form_add(f, (struct field){.name = "kind", .kind = FIELD_CHOICE, .label = M_matching_rule_kind, .required = true, .choices = kinds, .choice_count = COUNT_OF(kinds)});
    TRY(match_add_person_field(c, f, &r, HR_MENTEE, (struct field){.name = "mentee", .label = M_matching_mentee}, 0));
    TRY(match_add_person_field(c, f, &r, HR_MENTOR, (struct field){.name = "mentor", .label = M_matching_mentor}, 0));
    form_add(f, (struct field){.name = "name", .kind = FIELD_TEXT, .label = M_matching_rule_name, .hint = M_matching_rule_name_hint, .required = true, .max = 100});
    form_add_version(f, r.version);
    f->cancel = match_path(c, r.id, "/rules");
    struct page page = match_page(c, &r, tr(c, M_matching_rule_new), true);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return match_send_form(c, &page, STR_NONE, f);
    struct ruling s = {.a = c->a, .round = r.id, .version = form_int(f, "version", 0), .by = c->who->person, .today = match_today(c, &r), .now = c->now, .pin = str_eq_z(form_text(f, "kind"), "pin"), .name = form_text(f, "name")};
    TRY(match_read_person(c, f, &r, HR_MENTEE, "mentee", &mentee, &s.mentee));
    TRY(match_read_person(c, f, &r, HR_MENTOR, "mentor", &mentor, &s.mentor));
    if (!form_ok(f))
        return match_send_form(c, &page, STR_NONE, f);
    enum rc rc = ctx_write(c, change_rule, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return match_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, match_path(c, r.id, "/rules"), M_matching_rule_saved);
}

enum rc match_post_rule_remove(struct ctx *c)
{
    struct match_round r;
    struct ruling s = {.a = c->a, .by = c->who->person, .now = c->now, .remove = true};
    TRY(match_require(c, &r));
    TRY(request_id(c->rq, 1, &s.rule));
    s.round = r.id;
    if (!str_to_int(request_form(c->rq, "version"), &s.version))
        return RC_MALFORMED;
    TRY(ctx_write(c, change_rule, &s));
    return page_redirect(c, match_path(c, r.id, "/rules"), M_matching_rule_removed);
}
