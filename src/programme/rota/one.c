/* The page of one shift: who supervises, which roles are free, who is on it; taking a place, waiting for one, giving it up; for who keeps
 * the rota: supervisors, opening, cancelling, giving a place to somebody. */
#include "gen/programme/rota/rota_shift_view.h"
#include "gen/programme/rota/rota_supervisors_view.h"
#include "programme/people/people.h"
#include "programme/rota/inside.h"

static struct page shift_page(struct ctx *c, struct str title, const struct row_rota_shift_find *s, bool below)
{
    const struct crumb crumbs[] = {{s->title, str_printf(c->a, "/placements/%" PRId64 "/shifts", s->opportunity_id)},
                                   {rota_when(c, s->starts_at, s->ends_at), rota_shift_path(c, s->id, "")}};
    return rota_page(c, title, crumbs, below ? 2 : 1);
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------------ */

/* People of the shift see who is on it with them, as those who run it do. */
static enum rc fill_people(struct ctx *c, const struct row_rota_shift_find *s, bool manages, struct view_rota_shift *v, bool *here)
{
    struct rows_rota_held held;
    struct rows_rota_supervisors supervisors;
    TRY(sql_rota_held(c->db, c->a, s->id, &held));
    TRY(sql_rota_supervisors(c->db, c->a, s->id, s->programme_id, &supervisors));
    *here = manages;
    struct view_rota_shift_supervisors *list = ARENA_ARRAY(c->a, supervisors.n, struct view_rota_shift_supervisors);
    for (size_t k = 0; k < supervisors.n; k++) {
        list[k] = (struct view_rota_shift_supervisors){rota_or_gone(c, supervisors.v[k].name), supervisors.v[k].may == 0};
        *here = *here || supervisors.v[k].person_id == c->who->person;
    }
    if (*here)
        v->present = rota_shift_path(c, s->id, "/present");
    v->supervisors = list;
    v->supervisors_count = supervisors.n;
    for (size_t k = 0; k < held.n; k++)
        *here = *here || held.v[k].person_id == c->who->person;
    if (!*here)
        return RC_OK;
    struct view_rota_shift_people *people = ARENA_ARRAY(c->a, held.n, struct view_rota_shift_people);
    for (size_t k = 0; k < held.n; k++) {
        people[k] = (struct view_rota_shift_people){.name = rota_or_gone(c, held.v[k].name)};
        for (size_t r = 0; r < v->roles_count; r++)
            if (v->roles[r].id == held.v[k].role_id)
                people[k].role = v->roles[r].title;
        if (manages)
            people[k].drop = str_printf(c->a, "/places/%" PRId64 "/drop", held.v[k].id);
    }
    v->people = people;
    v->people_count = held.n;
    return RC_OK;
}

static struct form *take_form(struct ctx *c, int64_t shift, int64_t role, const char *what, msg_id label)
{
    struct form *f = form_new(c->a, c->lang, c->zone, rota_shift_path(c, shift, "/take"), label);
    f->quiet = f->no_warn = true;
    form_add(f, (struct field){.name = "role", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, role)});
    form_add(f, (struct field){.name = "what", .kind = FIELD_HIDDEN, .value = str_from(what)});
    return f;
}

static enum rc fill_roles(struct ctx *c, const struct row_rota_shift_find *s, bool mine, struct view_rota_shift *v)
{
    struct rows_rota_shift_roles rows;
    struct rows_rota_waiting_of waiting;
    struct row_rota_member member;
    TRY(sql_rota_shift_roles(c->db, c->a, s->id, &rows));
    TRY(sql_rota_waiting_of(c->db, c->a, c->who->person, c->now, &waiting));
    TRY(sql_rota_member(c->db, c->a, s->programme_id, c->who->person, s->day, &member));
    bool ahead = member.member != 0 && s->starts_at > c->now && str_eq_z(s->term_state, "published") && !str_eq_z(s->state, "cancelled"), room = rota_room(s) > 0;
    struct view_rota_shift_roles *list = ARENA_ARRAY(c->a, rows.n, struct view_rota_shift_roles);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_rota_shift_roles *r = &rows.v[k];
        list[k] = (struct view_rota_shift_roles){.id = r->role_id, .title = r->title, .leads = r->leads, .held = r->held, .least = r->least, .most = r->most, .waiting = r->waiting};
        if (!ahead || mine)
            continue;
        for (size_t w = 0; w < waiting.n; w++)
            list[k].waits = list[k].waits || (waiting.v[w].shift_id == s->id && waiting.v[w].role_id == r->role_id);
        list[k].act = list[k].waits ? take_form(c, s->id, r->role_id, "leave", M_placement_wait_leave)
                      : r->held < r->most && room ? take_form(c, s->id, r->role_id, "take", M_placement_take)
                                                  : take_form(c, s->id, r->role_id, "wait", M_placement_wait);
    }
    v->roles = list;
    v->roles_count = rows.n;
    return RC_OK;
}

/* Where she offers her place, while it is early enough; or the swap that is under way. */
static enum rc fill_swap(struct ctx *c, const struct row_rota_shift_find *s, int64_t place, struct view_rota_shift *v)
{
    struct row_rota_swaps_of_opportunity rule;
    struct row_rota_swap_open_of open;
    enum rc rc = sql_rota_swap_open_of(c->db, c->a, place, &open);
    if (rc == RC_OK) {
        v->swap_open = true;
        v->swap = str_printf(c->a, "/swaps/%" PRId64, open.id);
        return RC_OK;
    }
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_rota_swaps_of_opportunity(c->db, c->a, s->id, &rule));
    if (!str_eq_z(rule.swaps, "none") && c->today <= s->day - s->notice_days)
        v->swap = str_printf(c->a, "/places/%" PRId64 "/swap", place);
    return RC_OK;
}

static enum rc send_shift(struct ctx *c, const struct row_rota_shift_find *s, bool manages, struct str problem, int status)
{
    struct row_rota_place_of mine;
    struct view_rota_shift v = {.problem = problem, .place = s->place, .note = s->note, .term = s->term, .state = s->state,
                                .unsupervised = s->supervisors == 0 && !str_eq_z(s->state, "cancelled"), .room = s->supervisors * s->ratio, .manages = manages,
                                .published = str_eq_z(s->term_state, "published")};
    bool here;
    enum rc rc = sql_rota_place_of(c->db, c->a, s->id, c->who->person, &mine);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    TRY(fill_roles(c, s, rc == RC_OK, &v));
    TRY(fill_people(c, s, manages, &v, &here));
    v.shows_people = here;
    if (rc == RC_OK) {
        for (size_t k = 0; k < v.roles_count; k++)
            if (v.roles[k].id == mine.role_id)
                v.mine = v.roles[k].title;
        if (s->starts_at > c->now) {
            v.drop = str_printf(c->a, "/places/%" PRId64 "/drop", mine.id);
            TRY(fill_swap(c, s, mine.id, &v));
        }
    }
    if (manages) {
        v.supervise = rota_shift_path(c, s->id, "/supervisors");
        v.change_state = rota_shift_path(c, s->id, "/state");
        v.give = rota_shift_path(c, s->id, "/give");
    }
    struct page page = shift_page(c, rota_when(c, s->starts_at, s->ends_at), s, false);
    page.caption = s->title;
    page.status = status;
    return view_rota_shift_page(c, &page, &v);
}

enum rc rota_get_shift(struct ctx *c)
{
    struct row_rota_shift_find s;
    bool manages;
    TRY(rota_open_shift_page(c, &s, &manages));
    return send_shift(c, &s, manages, STR_NONE, 0);
}

/* ---- taking, waiting ------------------------------------------------------------------------------------------------------------------ */

struct taking {
    struct arena *a;
    struct rota_take t;
    int64_t now, place, actor;
    bool waits, leaves;
};

static enum rc take(struct db *tx, void *arg, struct err *e)
{
    struct taking *s = arg;
    if (s->leaves)
        return sql_rota_waiting_drop(tx, s->t.shift, s->t.role, s->t.person);
    if (s->waits)
        return rota_wait(tx, s->a, &s->t, s->now, e);
    TRY(rota_take(tx, s->a, &s->t, s->now, &s->place, e));
    return s->t.how == ROTA_GIVEN ? audit_note(tx, s->now, s->actor, "rota_give", s->t.person, "rota_shift", s->t.shift) : RC_OK;
}

enum rc rota_post_take(struct ctx *c)
{
    struct row_rota_shift_find s;
    bool manages;
    TRY(rota_open_shift_page(c, &s, &manages));
    struct str what = request_form(c->rq, "what");
    struct taking t = {.a = c->a, .now = c->now, .waits = str_eq_z(what, "wait"), .leaves = str_eq_z(what, "leave"),
                       .t = {.shift = s.id, .person = c->who->person, .how = ROTA_TAKEN, .lang = c->lang}};
    struct rows_rota_shift_roles roles;
    bool offered = false;
    TRY(sql_rota_shift_roles(c->db, c->a, s.id, &roles));
    (void)str_to_int(request_form(c->rq, "role"), &t.t.role);
    for (size_t k = 0; k < roles.n; k++)
        offered = offered || roles.v[k].role_id == t.t.role;
    if (!offered)
        return RC_NOT_FOUND;
    enum rc rc = ctx_write(c, take, &t);
    if (rc == RC_INVALID || rc == RC_CONFLICT) {
        const struct msg_arg detail = MSG_TEXT("detail", str_from(c->err.detail));
        struct str problem = tr_args(c, c->err.msg, &detail, 1);
        TRY(sql_rota_shift_find(c->db, c->a, s.id, &s));
        return send_shift(c, &s, manages, problem, rc == RC_INVALID ? 422 : 409);
    }
    TRY(rc);
    return page_redirect(c, rota_shift_path(c, s.id, ""), t.leaves ? M_placement_wait_left : t.waits ? M_placement_waiting : M_placement_taken);
}

struct dropping {
    struct arena *a;
    int64_t place, shift, actor, person, today, now, moved;
    struct str words;
};

static enum rc drop(struct db *tx, void *arg, struct err *e)
{
    struct dropping *s = arg;
    TRY(rota_drop(tx, s->a, s->place, s->words, s->today, s->now, &s->moved, e));
    return s->actor != s->person ? audit_note(tx, s->now, s->actor, "rota_take_away", s->person, "rota_shift", s->shift) : RC_OK;
}

enum rc rota_handle_drop(struct ctx *c)
{
    int64_t id;
    struct row_rota_place_find p;
    struct target t;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_rota_place_find(c->db, c->a, id, &p));
    TRY(programme_person_target_in(c, p.person_id, p.programme_id, &t));
    TRY(access_require(c, P_PLACEMENT_OWN, &t));
    if (!str_eq_z(p.state, "held"))
        return err_set(&c->err, RC_GONE, M_placement_not_held, NULL);
    bool late = c->today > p.day - p.notice_days, own = p.person_id == c->who->person;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/places/%" PRId64 "/drop", id), own ? M_placement_drop : M_placement_take_away);
    f->danger = true;
    f->cancel = rota_shift_path(c, p.shift_id, "");
    form_add(f, (struct field){.name = "words", .kind = FIELD_TEXT, .label = M_placement_drop_why, .required = late, .max = 400});
    const struct crumb crumbs[] = {{p.title, rota_shift_path(c, p.shift_id, "")}};
    struct page page = rota_page(c, tr(c, own ? M_placement_drop : M_placement_take_away), crumbs, 1);
    const struct msg_arg args[] = {MSG_TEXT("name", rota_or_gone(c, p.person)), MSG_TEXT("role", p.role), MSG_TEXT("when", rota_when(c, p.starts_at, p.ends_at))};
    struct str note = tr_args(c, late ? M_placement_drop_late_note : M_placement_drop_note, args, COUNT_OF(args));
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return rota_send_form(c, &page, note, f);
    struct dropping s = {.a = c->a, .place = id, .shift = p.shift_id, .actor = c->who->person, .person = p.person_id, .today = c->today, .now = c->now, .words = form_text(f, "words")};
    enum rc rc = ctx_write(c, drop, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return rota_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, f->cancel, s.moved != 0 ? M_placement_dropped_moved : M_placement_dropped);
}

/* ---- for who keeps the rota -------------------------------------------------------------------------------------------------------------- */

struct supervising {
    struct arena *a;
    int64_t shift, series, from_at, person, actor, now;
    bool drops, all;
};

static enum rc supervise(struct db *tx, void *arg, struct err *e)
{
    const struct supervising *s = arg;
    if (s->drops) {
        TRY(rota_drop_supervisor(tx, s->shift, s->person));
    } else {
        struct rows_rota_series_rest rest = {0};
        TRY(rota_add_supervisor(tx, s->a, s->shift, s->person, s->now, e));
        if (s->all && s->series != 0)
            TRY(sql_rota_series_rest(tx, s->a, s->series, s->from_at, &rest));
        for (size_t k = 0; k < rest.n; k++) {
            enum rc rc = rota_add_supervisor(tx, s->a, rest.v[k].id, s->person, s->now, NULL);
            if (rc != RC_OK && rc != RC_INVALID) /* where she cannot, another one is needed: the page of the term says so */
                return rc;
        }
    }
    return audit_note(tx, s->now, s->actor, "rota_change", s->person, "rota_shift", s->shift);
}

static struct form *supervisor_form(struct ctx *c, const struct row_rota_shift_find *s)
{
    struct form *f = form_new(c->a, c->lang, c->zone, rota_shift_path(c, s->id, "/supervisors"), M_placement_supervisor_add);
    f->cancel = rota_shift_path(c, s->id, "");
    form_add(f, (struct field){.name = "person", .kind = FIELD_TEXT, .label = M_placement_supervisor, .hint = M_placement_supervisor_hint, .required = true});
    if (!s->series_id_null)
        form_add(f, (struct field){.name = "all", .kind = FIELD_BOOL, .label = M_placement_supervisor_all, .hint = M_placement_supervisor_all_hint});
    return f;
}

static enum rc send_supervisors(struct ctx *c, const struct row_rota_shift_find *s, struct form *f, int status)
{
    struct rows_rota_supervisors rows;
    struct view_rota_supervisors v = {.f = f};
    TRY(sql_rota_supervisors(c->db, c->a, s->id, s->programme_id, &rows));
    struct view_rota_supervisors_list *list = ARENA_ARRAY(c->a, rows.n, struct view_rota_supervisors_list);
    for (size_t k = 0; k < rows.n; k++) {
        struct form *d = form_new(c->a, c->lang, c->zone, rota_shift_path(c, s->id, "/supervisors"), M_placement_need_drop);
        d->quiet = d->no_warn = true;
        form_add(d, (struct field){.name = "drop", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, rows.v[k].person_id)});
        list[k] = (struct view_rota_supervisors_list){rota_or_gone(c, rows.v[k].name), rows.v[k].may == 0, d};
    }
    v.list = list;
    v.list_count = rows.n;
    struct page page = shift_page(c, tr(c, M_placement_supervisors), s, true);
    page.status = status;
    return view_rota_supervisors_page(c, &page, &v);
}

enum rc rota_handle_supervisor(struct ctx *c)
{
    struct row_rota_shift_find s;
    int status = 0;
    TRY(rota_shift_to_manage(c, &s));
    struct form *f = supervisor_form(c, &s);
    if (c->rq->method != METHOD_POST)
        return send_supervisors(c, &s, f, 0);
    struct supervising w = {.a = c->a, .shift = s.id, .series = s.series_id_null ? 0 : s.series_id, .from_at = s.starts_at, .actor = c->who->person, .now = c->now};
    w.drops = str_to_int(request_form(c->rq, "drop"), &w.person);
    if (!w.drops) {
        if (form_read(f, c->rq->form, c->rq->form_count))
            TRY(people_read_person(c, f, "person", s.programme_id, &w.person));
        if (!form_ok(f))
            return send_supervisors(c, &s, f, 422);
        w.all = w.series != 0 && form_bool(f, "all");
    }
    enum rc rc = ctx_write(c, supervise, &w);
    if (page_form_failed(c, f, rc, &status))
        return send_supervisors(c, &s, f, status);
    TRY(rc);
    return page_redirect(c, rota_shift_path(c, s.id, ""), M_placement_saved);
}

struct stating {
    struct arena *a;
    int64_t shift, version, person, now;
    bool cancels;
};

static enum rc set_state(struct db *tx, void *arg, struct err *e)
{
    const struct stating *s = arg;
    TRY(s->cancels ? rota_cancel_shift(tx, s->a, s->shift, s->version, s->now, e) : rota_open_shift(tx, s->a, s->shift, s->version, e));
    return audit_note(tx, s->now, s->person, "rota_change", 0, "rota_shift", s->shift);
}

enum rc rota_handle_state(struct ctx *c)
{
    struct row_rota_shift_find s;
    TRY(rota_shift_to_manage(c, &s));
    if (str_eq_z(s.state, "cancelled"))
        return err_set(&c->err, RC_GONE, M_placement_shift_cancelled, NULL);
    const struct choice choices[] = {{S("open"), tr(c, M_placement_shift_open), tr(c, M_placement_shift_open_hint)},
                                     {S("cancel"), tr(c, M_placement_shift_cancel), tr(c, M_placement_shift_cancel_hint)}};
    struct form *f = form_new(c->a, c->lang, c->zone, rota_shift_path(c, s.id, "/state"), M_placement_save);
    f->cancel = rota_shift_path(c, s.id, "");
    form_add_version(f, s.version);
    form_add(f, (struct field){.name = "state", .kind = FIELD_CHOICE, .label = M_placement_shift_state, .required = true, .choices = choices, .choice_count = 2});
    struct page page = shift_page(c, tr(c, M_placement_shift_state), &s, true);
    struct msg_arg n = MSG_NUM("n", s.held);
    struct str note = s.held != 0 ? tr_args(c, M_placement_cancel_note, &n, 1) : STR_NONE;
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return rota_send_form(c, &page, note, f);
    struct stating w = {c->a, s.id, form_int(f, "version", 0), c->who->person, c->now, str_eq_z(form_text(f, "state"), "cancel")};
    enum rc rc = ctx_write(c, set_state, &w);
    if (page_form_failed(c, f, rc, &page.status))
        return rota_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_placement_saved);
}

enum rc rota_handle_give(struct ctx *c)
{
    struct row_rota_shift_find s;
    struct rows_rota_shift_roles roles;
    TRY(rota_shift_to_manage(c, &s));
    TRY(sql_rota_shift_roles(c->db, c->a, s.id, &roles));
    struct choice *choices = ARENA_ARRAY(c->a, roles.n, struct choice);
    for (size_t k = 0; k < roles.n; k++)
        choices[k] = (struct choice){.value = str_printf(c->a, "%" PRId64, roles.v[k].role_id), .label = roles.v[k].title};
    struct form *f = form_new(c->a, c->lang, c->zone, rota_shift_path(c, s.id, "/give"), M_placement_give);
    f->cancel = rota_shift_path(c, s.id, "");
    form_add(f, (struct field){.name = "person", .kind = FIELD_TEXT, .label = M_placement_give_whom, .hint = M_placement_supervisor_hint, .required = true});
    form_add(f, (struct field){.name = "role", .kind = FIELD_CHOICE, .label = M_placement_role_title, .required = true, .choices = choices, .choice_count = roles.n});
    struct page page = shift_page(c, tr(c, M_placement_give), &s, true);
    struct taking t = {.a = c->a, .now = c->now, .actor = c->who->person, .t = {.shift = s.id, .how = ROTA_GIVEN, .lang = c->lang}};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return rota_send_form(c, &page, tr(c, M_placement_give_note), f);
    TRY(people_read_person(c, f, "person", s.programme_id, &t.t.person));
    if (!form_ok(f))
        return rota_send_form(c, &page, tr(c, M_placement_give_note), f);
    t.t.role = form_int(f, "role", 0);
    enum rc rc = ctx_write(c, take, &t);
    if (page_form_failed(c, f, rc, &page.status))
        return rota_send_form(c, &page, tr(c, M_placement_give_note), f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_placement_saved);
}
