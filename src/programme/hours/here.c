/* At the place: the page behind the code on the door, the screen that shows it, the list that whoever supervises keeps, and two minutes at the end. */
#include "gen/programme/hours/hours_door_view.h"
#include "gen/programme/hours/hours_form_view.h"
#include "gen/programme/hours/hours_here_view.h"
#include "gen/programme/hours/hours_present_view.h"
#include "out/mail.h"
#include "programme/hours/inside.h"
#include "programme/instrument/instrument.h"
#include "programme/rota/rota.h"
#include "view/qr.h"

#define QR_UNIT 7
#define DOOR_QR_UNIT 12 /* read from two steps away */

struct coming {
    struct arena *a;
    int64_t shift, person, by, now;
    enum { COMES, LEAVES, ABSENT } what;
};

static enum rc come(struct db *tx, void *arg, struct err *e)
{
    const struct coming *s = arg;
    if (s->what == COMES)
        return hours_sign_in(tx, s->a, s->shift, s->person, s->by, s->now, e);
    return s->what == LEAVES ? hours_sign_out(tx, s->a, s->shift, s->person, s->now, e) : hours_no_show(tx, s->a, s->shift, s->person, s->by, s->now, e);
}

/* A refusal as one sentence above the page. */
static struct str refusal(struct ctx *c)
{
    const struct msg_arg detail = MSG_TEXT("detail", str_from(c->err.detail));
    return tr_args(c, c->err.msg, &detail, 1);
}

/* ---- behind the code ------------------------------------------------------------------------------------------------------------------ */

enum rc hours_handle_here(struct ctx *c)
{
    struct row_hours_shift_by_code s;
    struct row_hours_place_of p = {0};
    struct target t = {.person = c->who->person};
    TRY(access_require(c, P_PLACEMENT_OWN, &t));
    TRY(sql_hours_shift_by_code(c->db, c->a, c->rq->params[0], &s));
    struct str problem = STR_NONE, self = str_printf(c->a, "/here/%.*s", STR_ARG(c->rq->params[0]));
    int status = 0;
    if (c->rq->method == METHOD_POST) {
        bool leaves = str_eq_z(request_form(c->rq, "what"), "leave");
        struct coming w = {c->a, s.id, c->who->person, c->who->person, c->now, leaves ? LEAVES : COMES};
        enum rc rc = ctx_write(c, come, &w);
        if (rc == RC_OK)
            return page_redirect(c, self, leaves ? M_placement_left_now : M_placement_here_now);
        if (rc != RC_INVALID && rc != RC_CONFLICT)
            return rc;
        problem = refusal(c);
        status = rc == RC_INVALID ? 422 : 409;
    }
    enum rc rc = sql_hours_place_of(c->db, c->a, s.id, c->who->person, &p);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool here = str_eq_z(p.state, "here");
    struct view_hours_here v = {.problem = problem, .place = s.place, .when = rota_when(c, s.starts_at, s.ends_at), .expected = rc == RC_OK, .state = p.state};
    if (rc == RC_OK && (here || p.state.p == NULL || str_eq_z(p.state, "absent"))) {
        struct form *f = form_new(c->a, c->lang, c->zone, self, here ? M_placement_i_leave : M_placement_i_am_here);
        f->no_warn = true;
        form_add(f, (struct field){.name = "what", .kind = FIELD_HIDDEN, .value = here ? S("leave") : S("come")});
        v.f = f;
    }
    if ((str_eq_z(p.state, "left") || here) && c->now >= s.starts_at)
        v.debrief = str_printf(c->a, "/shifts/%" PRId64 "/debrief", s.id);
    struct page page = {.title = s.title, .section = "/placements", .narrow = true, .status = status};
    return view_hours_here_page(c, &page, &v);
}

/* ---- the screen at the door ------------------------------------------------------------------------------------------------------------ */

/* Opened by the code itself, so that no tablet at a door is signed in as anybody; it names nobody. */
enum rc hours_get_door(struct ctx *c)
{
    struct row_hours_shift_by_code s;
    TRY(sql_hours_shift_by_code(c->db, c->a, c->rq->params[0], &s));
    struct str link = mail_link(c->a, str_printf(c->a, "/here/%.*s", STR_ARG(c->rq->params[0])));
    struct view_hours_door v = {.place = s.place, .when = rota_when(c, s.starts_at, s.ends_at), .link = link,
                                .over = !str_eq_z(s.state, "open") || c->now > s.ends_at + HOURS_AFTER_MINUTES * MS_PER_MINUTE};
    v.qr = qr_svg(c->a, link, DOOR_QR_UNIT, tr(c, M_placement_qr));
    struct page page = {.title = s.title, .narrow = true};
    return view_hours_door_page(c, &page, &v);
}

/* ---- the list of whoever supervises -------------------------------------------------------------------------------------------------------- */

static struct form *mark_form(struct ctx *c, int64_t shift, int64_t person, const char *what, msg_id label)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/shifts/%" PRId64 "/present", shift), label);
    f->quiet = f->no_warn = true;
    form_add(f, (struct field){.name = "person", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, person)});
    form_add(f, (struct field){.name = "what", .kind = FIELD_HIDDEN, .value = str_from(what)});
    return f;
}

static enum rc send_present(struct ctx *c, const struct row_hours_shift *s, struct str problem, int status)
{
    struct rows_hours_people rows;
    TRY(sql_hours_people(c->db, c->a, s->id, &rows));
    struct view_hours_present v = {.problem = problem, .when = rota_when(c, s->starts_at, s->ends_at), .link = mail_link(c->a, str_printf(c->a, "/here/%.*s", STR_ARG(s->code)))};
    v.door = str_printf(c->a, "/door/%.*s", STR_ARG(s->code));
    v.qr = qr_svg(c->a, v.link, QR_UNIT, tr(c, M_placement_qr));
    struct view_hours_present_people *list = ARENA_ARRAY(c->a, rows.n, struct view_hours_present_people);
    for (size_t k = 0; k < rows.n; k++) {
        const struct row_hours_people *r = &rows.v[k];
        list[k] = (struct view_hours_present_people){.name = hours_or_gone(c, r->name), .role = r->role, .state = r->state};
        if (r->state.p == NULL || str_eq_z(r->state, "absent"))
            list[k].come = mark_form(c, s->id, r->person_id, "come", M_placement_mark_here);
        if (str_eq_z(r->state, "here"))
            list[k].leave = mark_form(c, s->id, r->person_id, "leave", M_placement_mark_left);
        if (r->state.p == NULL && c->now >= s->starts_at)
            list[k].absent = mark_form(c, s->id, r->person_id, "absent", M_placement_mark_absent);
    }
    v.people = list;
    v.people_count = rows.n;
    if (c->now >= s->starts_at)
        v.debrief = str_printf(c->a, "/shifts/%" PRId64 "/debrief", s->id);
    const struct crumb crumbs[] = {{s->title, str_printf(c->a, "/shifts/%" PRId64, s->id)}};
    struct page page = hours_page(c, tr(c, M_placement_present), crumbs, 1);
    page.status = status;
    return view_hours_present_page(c, &page, &v);
}

enum rc hours_handle_present(struct ctx *c)
{
    struct row_hours_shift s;
    TRY(hours_shift_to_run(c, &s));
    if (c->rq->method != METHOD_POST)
        return send_present(c, &s, STR_NONE, 0);
    struct str what = request_form(c->rq, "what");
    struct coming w = {c->a, s.id, 0, c->who->person, c->now, str_eq_z(what, "come") ? COMES : str_eq_z(what, "leave") ? LEAVES : ABSENT};
    if (!str_to_int(request_form(c->rq, "person"), &w.person))
        return RC_NOT_FOUND;
    enum rc rc = ctx_write(c, come, &w);
    if (rc == RC_INVALID || rc == RC_CONFLICT)
        return send_present(c, &s, refusal(c), rc == RC_INVALID ? 422 : 409);
    TRY(rc);
    return page_redirect(c, str_printf(c->a, "/shifts/%" PRId64 "/present", s.id), M_placement_saved);
}

/* ---- the debrief ---------------------------------------------------------------------------------------------------------------------- */

enum rc hours_debrief(struct db *tx, const struct hours_debrief *d, int64_t now, struct err *e)
{
    if (d->well.n + d->risky.n + d->change.n == 0)
        return err_field(e, RC_INVALID, M_placement_debrief_empty, "well", NULL);
    if (d->version == 0)
        TRY(sql_debrief_add(tx, db_new_id(tx), d->shift, d->programme, d->opportunity, d->well, d->risky, d->change, d->person, now));
    else
        TRY(sql_debrief_change(tx, d->shift, d->version, d->well, d->risky, d->change, d->person, now));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_placement_changed, NULL);
}

struct telling {
    struct hours_debrief d;
    int64_t now;
};

static enum rc tell(struct db *tx, void *arg, struct err *e)
{
    const struct telling *t = arg;
    return hours_debrief(tx, &t->d, t->now, e);
}

/* Whoever was on the shift, supervises it or keeps the rota writes for all, once the shift has begun. */
static enum rc open_debrief(struct ctx *c, struct row_hours_shift *s)
{
    int64_t id;
    struct row_hours_place_of p;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_hours_shift(c->db, c->a, id, c->who->person, s));
    enum rc rc = sql_hours_place_of(c->db, c->a, id, c->who->person, &p);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct target t = {.programme = s->programme_id, .person = rc == RC_OK || s->supervises != 0 ? c->who->person : 0};
    TRY(access_require(c, P_PLACEMENT_OWN, &t));
    return c->now >= s->starts_at ? RC_OK : err_set(&c->err, RC_INVALID, M_placement_not_begun, NULL);
}

/* Whom the writer may have seen leading: the others on the shift who came. */
static enum rc add_led(struct ctx *c, struct form *f, int64_t shift)
{
    struct rows_hours_people rows;
    TRY(sql_hours_people(c->db, c->a, shift, &rows));
    struct choice *choices = ARENA_ARRAY(c->a, rows.n + 1, struct choice);
    size_t n = 0;
    choices[n++] = (struct choice){.value = S("0"), .label = tr(c, M_placement_debrief_led_none)};
    for (size_t k = 0; k < rows.n; k++)
        if (rows.v[k].person_id != c->who->person && rows.v[k].name.p != NULL && !str_eq_z(rows.v[k].state, "absent"))
            choices[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows.v[k].person_id), .label = rows.v[k].name, .hint = rows.v[k].role};
    if (n > 1)
        form_add(f, (struct field){.name = "led", .kind = FIELD_CHOICE, .label = M_placement_debrief_led, .hint = M_placement_debrief_led_hint, .choices = choices, .choice_count = n});
    return RC_OK;
}

/* What the clinic debrief asks, to talk about before anybody writes. Without the instrument the form stands alone. */
static enum rc read_talk(struct ctx *c, struct view_hours_form *v)
{
    struct instrument i;
    enum rc rc = instrument_current(c->db, c->a, S("clinic-debrief"), lang_tag(c->lang), &i);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    struct view_hours_form_talk *talk = ARENA_ARRAY(c->a, i.domain_count, struct view_hours_form_talk);
    struct view_hours_form_talk_items *items = ARENA_ARRAY(c->a, i.item_count, struct view_hours_form_talk_items);
    for (size_t d = 0; d < i.domain_count; d++) {
        size_t first = i.domains[d].first;
        if (i.items[first].words)
            continue; /* the form itself asks what is answered in words */
        for (size_t k = first; k < first + i.domains[d].count; k++)
            items[k].text = i.items[k].text;
        talk[v->talk_count++] = (struct view_hours_form_talk){i.domains[d].title, &items[first], i.domains[d].count};
    }
    v->talk = talk;
    return RC_OK;
}

static enum rc send_debrief(struct ctx *c, struct page *page, struct form *f)
{
    struct view_hours_form v = {.note = tr(c, M_placement_debrief_note), .f = f};
    TRY(read_talk(c, &v));
    if (!form_ok(f) && page->status == 0)
        page->status = 422;
    return view_hours_form_page(c, page, &v);
}

enum rc hours_handle_debrief(struct ctx *c)
{
    struct row_hours_shift s;
    struct row_debrief_of d = {.well = S(""), .risky = S(""), .change = S("")};
    TRY(open_debrief(c, &s));
    enum rc rc = sql_debrief_of(c->db, c->a, s.id, &d);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/shifts/%" PRId64 "/debrief", s.id), M_placement_save);
    f->draft = str_printf(c->a, "debrief-%" PRId64, s.id);
    form_add_version(f, d.version);
    form_add(f, (struct field){.name = "well", .kind = FIELD_LONG_TEXT, .label = M_placement_debrief_well, .max = 600, .rows = 2, .value = d.well});
    form_add(f, (struct field){.name = "risky", .kind = FIELD_LONG_TEXT, .label = M_placement_debrief_risky, .hint = M_placement_debrief_risky_hint, .max = 600, .rows = 2, .value = d.risky});
    form_add(f, (struct field){.name = "change", .kind = FIELD_LONG_TEXT, .label = M_placement_debrief_change, .hint = M_placement_debrief_change_hint, .max = 600, .rows = 2, .value = d.change});
    TRY(add_led(c, f, s.id));
    const struct crumb crumbs[] = {{s.title, str_printf(c->a, "/shifts/%" PRId64, s.id)}};
    struct page page = hours_page(c, tr(c, M_placement_debrief), crumbs, 1);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return send_debrief(c, &page, f);
    struct telling w = {{s.id, s.programme_id, s.opportunity_id, form_int(f, "version", 0), c->who->person, form_text(f, "well"), form_text(f, "risky"), form_text(f, "change")}, c->now};
    rc = ctx_write(c, tell, &w);
    struct row_debrief_of now = d;
    if (rc == RC_CONFLICT)
        TRY(sql_debrief_of(c->db, c->a, s.id, &now));
    if (page_edit_failed(c, f, rc, now.version, &page.status))
        return send_debrief(c, &page, f);
    TRY(rc);
    int64_t led = form_field(f, "led") != NULL ? form_int(f, "led", 0) : 0;
    if (led != 0)
        return page_redirect(c, str_printf(c->a, "/shifts/%" PRId64 "/seen/%" PRId64, s.id, led), M_placement_debrief_now_tell);
    return page_redirect(c, str_printf(c->a, "/shifts/%" PRId64, s.id), M_placement_debrief_kept);
}
