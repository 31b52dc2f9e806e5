/* Approving a round, what came of it, and who would move when somebody leaves or a mentor gains a seat: for who runs it. */
#include "gen/programme/matching/match_approve_view.h"
#include "gen/programme/matching/match_outcome_view.h"
#include "gen/programme/matching/match_shift_view.h"
#include "programme/matching/inside.h"
#include "programme/mentor/mentor.h"

/* ---- approving ------------------------------------------------------------------------------------------------------------------- */

struct approving {
    struct arena *a;
    int64_t round, version, digest, by, today, now, pairs;
};

static enum rc approve(struct db *tx, void *arg, struct err *e)
{
    struct approving *s = arg;
    TRY(match_approve(tx, s->a, s->round, s->version, (uint64_t)s->digest, true, s->by, s->today, s->now, &s->pairs, e));
    return audit_note(tx, s->now, s->by, "match_round_approve", 0, "match_round", s->round);
}

static enum rc fill_approve(struct ctx *c, const struct match_round *r, struct view_match_approve *v, uint64_t *digest)
{
    struct match_data d;
    struct match_run run;
    struct match_settings s = match_settings_of(r);
    TRY(match_load(c->db, c->a, r, match_today(c, r), &d));
    TRY(match_load_above(c->db, c->a, match_today(c, r), &d, &c->err));
    TRY(match_solve(&d, c->a, &s, &run, &c->err));
    for (enum hr_side side = HR_MENTEE; side <= HR_MENTOR; side++)
        for (uint32_t i = 0; i < d.count[side]; i++) {
            const struct match_member *m = &d.member[side][i];
            v->mentees += side == HR_MENTEE && m->in;
            v->silent += m->in && !m->answered && r->by[side] > c->now && r->way != MATCH_CRITERIA;
        }
    v->matched = run.check.matched;
    v->ahead = v->silent != 0;
    *digest = run.digest;
    return RC_OK;
}

enum rc match_handle_approve(struct ctx *c)
{
    struct match_round r;
    uint64_t digest;
    TRY(match_require(c, &r));
    if (str_eq_z(r.state, "approved"))
        return err_set(&c->err, RC_CONFLICT, M_matching_approved_already, NULL);
    if (!str_eq_z(r.state, "open"))
        return err_set(&c->err, RC_CONFLICT, M_matching_not_open, NULL);
    struct view_match_approve v = {.preview = match_path(c, r.id, "/preview")};
    enum rc rc = fill_approve(c, &r, &v, &digest);
    if (rc != RC_OK)
        return rc == RC_INVALID ? page_redirect(c, v.preview, 0) : rc;
    struct form *f = form_new(c->a, c->lang, c->zone, match_path(c, r.id, "/approve"), M_matching_approve_button);
    form_add_version(f, r.version);
    form_add(f, (struct field){.name = "seen", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRIu64, digest)});
    f->cancel = v.preview;
    v.f = f;
    struct page page = match_page(c, &r, tr(c, M_matching_approve), true);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return view_match_approve_page(c, &page, &v);
    struct approving s = {.a = c->a, .round = r.id, .by = c->who->person, .today = match_today(c, &r), .now = c->now};
    if (!str_to_int(form_text(f, "version"), &s.version) || !str_to_int(form_text(f, "seen"), &s.digest))
        return RC_MALFORMED;
    rc = store_write_bulk(c->db, approve, &s, &c->err);
    if (page_edit_failed(c, f, rc, r.version, &page.status)) {
        form_field(f, "seen")->value = str_printf(c->a, "%" PRIu64, digest);
        return view_match_approve_page(c, &page, &v);
    }
    TRY(rc);
    return page_redirect(c, match_path(c, r.id, "/outcome"), M_matching_approved_flash);
}

/* ---- what came of it -------------------------------------------------------------------------------------------------------------- */

static enum rc require_approved(struct ctx *c, struct match_round *r)
{
    TRY(match_require(c, r));
    return str_eq_z(r->state, "approved") ? RC_OK : err_set(&c->err, RC_NOT_FOUND, 0, NULL);
}

enum rc match_get_outcome(struct ctx *c)
{
    struct match_round r;
    struct rows_match_outcome_list rows;
    int64_t after = 0;
    TRY(require_approved(c, &r));
    (void)str_to_int(request_query(c->rq, "after"), &after);
    TRY(sql_match_outcome_list(c->db, c->a, r.id, after, MATCH_ROWS + 1, &rows));
    size_t n = rows.n < MATCH_ROWS ? rows.n : MATCH_ROWS;
    struct view_match_outcome_pairs *list = ARENA_ARRAY(c->a, n, struct view_match_outcome_pairs);
    for (size_t i = 0; i < n; i++) {
        const struct row_match_outcome_list *x = &rows.v[i];
        bool none = x->state.p == NULL, open = !none && mentor_is_open(x->state), proposed = !none && str_eq_z(x->state, "proposed");
        list[i] = (struct view_match_outcome_pairs){.mentee = x->mentee_name.p != NULL ? x->mentee_name : tr(c, M_matching_gone),
                                                    .mentor = none ? S("") : x->mentor_name.p != NULL ? x->mentor_name : tr(c, M_matching_gone),
                                                    .state = none ? S("none") : open ? S("open") : proposed ? S("proposed") : S("ended"),
                                                    .word = tr(c, none ? M_matching_pair_none : open ? M_matching_pair_open : proposed ? M_matching_pair_proposed : M_matching_pair_ended)};
    }
    struct view_match_outcome v = {.pairs = list, .pairs_count = n, .shift = match_path(c, r.id, "/shift"), .leave = match_path(c, r.id, "/leave"), .solved = match_path(c, r.id, "/solved")};
    if (rows.n > n)
        v.more = match_path(c, r.id, str_printf(c->a, "/outcome?after=%" PRId64, rows.v[n - 1].mentee).p);
    struct page page = match_page(c, &r, tr(c, M_matching_outcome), true);
    return view_match_outcome_page(c, &page, &v);
}

/* What was solved, as a file: with the seed and the mode anybody who holds it can run it again. */
enum rc match_get_solved(struct ctx *c)
{
    struct match_round r;
    struct row_match_solved_find solved;
    TRY(require_approved(c, &r));
    enum rc rc = sql_match_solved_find(c->db, c->a, r.id, &solved);
    if (rc == RC_NOT_FOUND)
        return err_set(&c->err, RC_GONE, M_matching_forgotten, NULL);
    TRY(rc);
    struct str quotas = str_eq_z(solved.nearest, "off") ? solved.nearest : str_printf(c->a, "%.*s --looks %" PRIu64, STR_ARG(solved.nearest), MATCH_LOOKS / 1000000);
    struct str text = str_printf(c->a, "# cadre match --mode %s --seed %" PRId64 " --quotas %.*s round.hr\n%.*s", match_mode_word(r.mode), r.seed, STR_ARG(quotas), STR_ARG(solved.hr));
    return page_download(c, "text/plain; charset=utf-8", S("round.hr"), text);
}

/* ---- somebody leaves, a mentor gains a seat ---------------------------------------------------------------------------------------- */

struct shifting {
    struct arena *a;
    int64_t round, version, digest, by, now;
    struct match_shift s;
};

static enum rc apply_shift(struct db *tx, void *arg, struct err *e)
{
    const struct shifting *s = arg;
    TRY(match_apply_shift(tx, s->a, s->round, s->version, &s->s, (uint64_t)s->digest, s->now, e));
    return audit_note(tx, s->now, s->by, "match_shift", 0, "match_round", s->round);
}

static struct str shift_path(const struct ctx *c, const struct match_round *r, enum hr_side side)
{
    return match_path(c, r->id, side == HR_MENTEE ? "/leave" : "/shift");
}

static const char *const who_field[] = {[HR_MENTEE] = "mentee", [HR_MENTOR] = "mentor"};

/* Of a mentor: whether she leaves or has other seats. A mentee leaves. */
static enum rc ask_form(struct ctx *c, const struct match_round *r, enum hr_side side, struct form **out)
{
    struct choice *what = ARENA_ARRAY(c->a, 2, struct choice), *how = ARENA_ARRAY(c->a, 2, struct choice);
    what[0] = (struct choice){.value = S("leaves"), .label = tr(c, M_matching_leaves)};
    what[1] = (struct choice){.value = S("seats"), .label = tr(c, M_matching_other_seats)};
    how[0] = (struct choice){.value = S("fewest"), .label = tr(c, M_matching_fewest), .hint = tr(c, M_matching_fewest_hint)};
    how[1] = (struct choice){.value = S("afresh"), .label = tr(c, M_matching_afresh), .hint = tr(c, M_matching_afresh_hint)};
    struct form *f = form_new(c->a, c->lang, c->zone, shift_path(c, r, side), M_matching_show_moves);
    f->get = true;
    TRY(match_add_person_field(c, f, r, side, (struct field){.name = who_field[side], .label = side == HR_MENTEE ? M_matching_mentee : M_matching_mentor}, 0));
    if (side == HR_MENTOR) {
        form_add(f, (struct field){.name = "what", .kind = FIELD_CHOICE, .label = M_matching_what_happens, .required = true, .choices = what, .choice_count = 2, .value = S("leaves")});
        form_add(f, (struct field){.name = "seats", .kind = FIELD_INT, .label = M_matching_seats_new, .hint = M_matching_seats_new_hint, .min = 0, .max = MATCH_SEATS_MOST});
    }
    form_add(f, (struct field){.name = "how", .kind = FIELD_CHOICE, .label = M_matching_how_moved, .required = true, .choices = how, .choice_count = 2, .value = S("fewest")});
    *out = f;
    return RC_OK;
}

/* The shift that a form or an address asks for; where something is missing, the form says so. */
static enum rc read_shift(struct ctx *c, struct form *f, const struct match_round *r, enum hr_side side, struct match_shift *s, int64_t *person)
{
    int64_t place;
    bool leaves = side == HR_MENTEE || str_eq_z(form_text(f, "what"), "leaves");
    TRY(match_read_person(c, f, r, side, who_field[side], person, &place));
    *s = (struct match_shift){.side = side, .agent = (uint32_t)place - 1, .leaves = leaves, .seats = leaves ? 0 : form_int(f, "seats", -1), .afresh = str_eq_z(form_text(f, "how"), "afresh")};
    if (s->seats < 0)
        form_error(f, "seats", M_matching_seats_missing, NULL);
    return RC_OK;
}

static struct str name_at(struct ctx *c, const struct rows_match_person_names *names, uint32_t j)
{
    if (j == HR_NONE)
        return tr(c, M_matching_nobody_short);
    return j < names->n && names->v[j].name.p != NULL ? names->v[j].name : tr(c, M_matching_gone);
}

/* The button that applies what is shown, with all that says what it is. */
static struct form *apply_form(struct ctx *c, const struct match_round *r, const struct match_shift *s, int64_t person, const struct match_after *after)
{
    struct form *f = form_new(c->a, c->lang, c->zone, shift_path(c, r, s->side), after->count != 0 ? M_matching_move_them : M_matching_save_only);
    const struct {
        const char *name;
        struct str value;
    } hidden[] = {{who_field[s->side], str_printf(c->a, "%" PRId64, person)}, {"what", s->leaves ? S("leaves") : S("seats")}, {"seats", str_printf(c->a, "%" PRId64, s->seats)}, {"how", s->afresh ? S("afresh") : S("fewest")}, {"seen", str_printf(c->a, "%" PRIu64, after->digest)}};
    for (size_t i = 0; i < COUNT_OF(hidden); i++)
        form_add(f, (struct field){.name = hidden[i].name, .kind = FIELD_HIDDEN, .value = hidden[i].value});
    form_add_version(f, r->version);
    f->danger = after->count != 0;
    return f;
}

static enum rc fill_plan(struct ctx *c, const struct match_round *r, const struct match_shift *s, int64_t person, struct view_match_shift *v)
{
    struct match_past past;
    struct match_after after;
    struct rows_match_person_names names[2];
    TRY(match_load_past(c->db, c->a, r, &past, &c->err));
    TRY(match_plan_shift(c->a, &past, r, s, &after, &c->err));
    for (enum hr_side side = HR_MENTEE; side <= HR_MENTOR; side++)
        TRY(sql_match_person_names(c->db, c->a, r->id, match_side_word(side), &names[side]));
    struct view_match_shift_moves *list = ARENA_ARRAY(c->a, after.count, struct view_match_shift_moves);
    for (size_t k = 0; k < after.count; k++) {
        const struct match_move *m = &after.moves[k];
        list[k] = (struct view_match_shift_moves){name_at(c, &names[HR_MENTEE], m->mentee), name_at(c, &names[HR_MENTOR], m->from), name_at(c, &names[HR_MENTOR], m->to), past.accepted[m->mentee]};
    }
    const struct msg_arg what[] = {MSG_TEXT("name", name_at(c, &names[s->side], s->agent)), MSG_NUM("n", s->seats)};
    v->planned = true;
    v->what = tr_args(c, s->leaves ? M_matching_plan_leaves : M_matching_plan_seats, what, COUNT_OF(what));
    v->how = tr(c, s->afresh ? M_matching_plan_afresh : M_matching_plan_fewest);
    v->moves = list;
    v->moves_count = after.count;
    v->count = (int64_t)after.count;
    v->missing = after.missing;
    if (!s->afresh && after.count != 0)
        v->least = SOME_INT(after.fewest.at_least);
    v->apply = apply_form(c, r, s, person, &after);
    return RC_OK;
}

static enum rc handle_shift(struct ctx *c, enum hr_side side)
{
    struct match_round r;
    struct form *ask;
    int64_t person = 0;
    struct shifting s = {.a = c->a, .by = c->who->person, .now = c->now};
    TRY(require_approved(c, &r));
    TRY(ask_form(c, &r, side, &ask));
    struct view_match_shift v = {.ask = ask, .mentee = side == HR_MENTEE};
    struct page page = match_page(c, &r, tr(c, side == HR_MENTEE ? M_matching_leave : M_matching_shift), true);
    bool post = c->rq->method == METHOD_POST, asked = post || request_query(c->rq, who_field[side]).p != NULL;
    if (!asked)
        return view_match_shift_page(c, &page, &v);
    if (form_read(ask, post ? c->rq->form : c->rq->query, post ? c->rq->form_count : c->rq->query_count))
        TRY(read_shift(c, ask, &r, side, &s.s, &person));
    if (!form_ok(ask)) {
        page.status = 422;
        return view_match_shift_page(c, &page, &v);
    }
    s.round = r.id;
    if (post) {
        if (!str_to_int(request_form(c->rq, "version"), &s.version) || !str_to_int(request_form(c->rq, "seen"), &s.digest))
            return RC_MALFORMED;
        enum rc rc = store_write_bulk(c->db, apply_shift, &s, &c->err);
        if (rc == RC_OK)
            return page_redirect(c, match_path(c, r.id, "/outcome"), M_matching_moved);
        if (rc != RC_CONFLICT && rc != RC_INVALID)
            return rc;
        v.problem = tr(c, c->err.msg);
        page.status = rc == RC_CONFLICT ? 409 : 422;
        TRY(match_find(c->db, c->a, r.id, &r)); /* as it stands now */
    }
    TRY(fill_plan(c, &r, &s.s, person, &v));
    return view_match_shift_page(c, &page, &v);
}

enum rc match_handle_shift(struct ctx *c)
{
    return handle_shift(c, HR_MENTOR);
}

enum rc match_handle_leave(struct ctx *c)
{
    return handle_shift(c, HR_MENTEE);
}
