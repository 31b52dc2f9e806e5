/* What people do in a room: open it, come in, sit down, go through its phases, judge each other. See room.h. */
#include "auth/session.h"
#include "gen/msg_rating.h"
#include "gen/programme/practice/practice_ratings_view.h"
#include "gen/programme/practice/room_list_view.h"
#include "gen/programme/practice/room_ratings_view.h"
#include "programme/people/people.h"
#include "programme/practice/rating.h"
#include "programme/practice/room.h"

#define OWN_MOST 10

/* ---- opening ------------------------------------------------------------------------------------------------------------------------- */

/* May she open a room of it: who may lead, or anybody where its text says so. */
static enum rc may_open(struct ctx *c, const struct row_practice_find *x, bool *may)
{
    struct target t = {.programme = x->programme_id};
    struct row_practice_source source;
    struct problems ignored = problems_new(c->a);
    struct room_plan plan;
    const struct room_kind *kind = room_kind_of(x->kind);
    *may = false;
    if (kind == NULL || x->version_id_null || !str_eq_z(x->state, "open"))
        return RC_OK;
    *may = access_allows(c, P_PRACTICE_LEAD, &t);
    if (*may)
        return RC_OK;
    TRY(sql_practice_source(c->db, c->a, x->version_id, &source));
    struct sections s = sections_read(c->a, S(""), source.source, &ignored);
    kind->read(c->a, &s, &ignored, &plan);
    *may = plan.anybody;
    return RC_OK;
}

enum rc room_fill_exercise(struct ctx *c, const struct row_practice_find *x, const struct form **open, struct view_any *rooms)
{
    struct rows_room_own own;
    bool may;
    TRY(may_open(c, x, &may));
    if (may) {
        struct form *f = form_new(c->a, c->lang, c->zone, practice_path(c, x->id, "/room"), M_room_open);
        f->no_warn = true;
        *open = f;
    }
    TRY(sql_room_own(c->db, c->a, c->who->person, x->id, OWN_MOST, &own));
    struct view_room_list *v = ARENA_NEW(c->a, struct view_room_list);
    struct view_room_list_rooms *list = ARENA_ARRAY(c->a, own.n, struct view_room_list_rooms);
    for (size_t k = 0; k < own.n; k++)
        list[k] = (struct view_room_list_rooms){room_path(c, own.v[k].id, ""), own.v[k].ended_at_null ? own.v[k].opened_at : own.v[k].ended_at,
                                                !str_eq_z(own.v[k].state, "done"),
                                                str_eq_z(own.v[k].seat, "observer") ? tr(c, M_room_observers) : own.v[k].part};
    *v = (struct view_room_list){S("/practice/join"), list, own.n};
    *rooms = (struct view_any){&view_room_list_def, v};
    return RC_OK;
}

struct acting {
    struct arena *a;
    int64_t room, exercise, person, now, phase;
    struct str text;
    enum room_step step;
    const struct room *seen;
    struct form *f;
};

static enum rc open_it(struct db *tx, void *arg, struct err *e)
{
    struct acting *n = arg;
    return room_open(tx, n->a, n->exercise, n->text, n->person, n->now, &n->room, e);
}

enum rc room_post_open(struct ctx *c)
{
    struct row_practice_find x;
    bool writes, may;
    TRY(practice_open(c, &x, &writes));
    TRY(may_open(c, &x, &may));
    if (!may)
        return room_kind_of(x.kind) != NULL ? RC_DENIED : RC_NOT_FOUND;
    struct acting n = {.a = c->a, .exercise = x.id, .person = c->who->person, .now = c->now, .text = lang_tag(c->lang)};
    TRY(ctx_write(c, open_it, &n));
    return page_redirect(c, room_path(c, n.room, ""), 0);
}

/* ---- coming in ----------------------------------------------------------------------------------------------------------------------- */

static struct str code_of(struct arena *a, struct str typed)
{
    struct buf b = buf_new(a, 16);
    for (size_t k = 0; k < typed.n && b.n < 12; k++) {
        char ch = typed.p[k];
        if (ch != ' ' && ch != '-')
            buf_ch(&b, ch >= 'a' && ch <= 'z' ? (char)(ch - 'a' + 'A') : ch);
    }
    return buf_text(&b);
}

static enum rc come_in(struct db *tx, void *arg, struct err *e)
{
    const struct acting *n = arg;
    (void)e;
    return room_come_in(tx, n->room, n->person, n->now);
}

enum rc room_handle_join(struct ctx *c)
{
    struct row_room_by_code found;
    struct form *f = form_new(c->a, c->lang, c->zone, S("/practice/join"), M_room_join);
    struct page page = practice_page(c, tr(c, M_room_join), STR_NONE, 0);
    struct programme p;
    TRY(programme_current(c, &p));
    struct target t = {.programme = p.id};
    TRY(access_require(c, P_PRACTICE, &t));
    page.narrow = true;
    f->no_warn = true;
    form_add(f, (struct field){.name = "code", .kind = FIELD_TEXT, .label = M_room_code, .hint = M_room_code_hint, .required = true, .max = 20,
                               .value = request_query(c->rq, "code"), .autocomplete = "off"});
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, tr(c, M_room_join_note), f);
    enum rc rc = sql_room_by_code(c->db, c->a, code_of(c->a, form_text(f, "code")), &found);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    t.programme = found.programme_id;
    if (rc == RC_NOT_FOUND || !access_allows(c, P_PRACTICE, &t)) {
        form_error(f, "code", M_room_code_unknown, NULL);
        return practice_send_form(c, &page, tr(c, M_room_join_note), f);
    }
    struct acting n = {.a = c->a, .room = found.id, .person = c->who->person, .now = c->now};
    TRY(ctx_write(c, come_in, &n));
    return page_redirect(c, room_path(c, found.id, ""), 0);
}

/* ---- seats --------------------------------------------------------------------------------------------------------------------------- */

static enum rc sit_down(struct db *tx, void *arg, struct err *e)
{
    const struct acting *n = arg;
    return room_take(tx, n->a, n->room, n->person, n->text, n->now, e);
}

enum rc room_post_seat(struct ctx *c)
{
    struct room r;
    TRY(room_enter(c, &r));
    struct str seat = request_form(c->rq, "seat");
    struct acting n = {.a = c->a, .room = r.r.id, .person = c->who->person, .now = c->now, .text = seat.p != NULL ? seat : S("")};
    TRY(ctx_write(c, sit_down, &n));
    return page_redirect(c, room_path(c, r.r.id, ""), n.text.n != 0 ? M_room_sits : M_room_stands);
}

static const char *seat_field(struct arena *a, int64_t person)
{
    return str_z(a, str_printf(a, "p-%" PRId64, person));
}

/* Everybody gets up, then sits where the form says: so two change places in one step. */
static enum rc seat_all(struct db *tx, void *arg, struct err *e)
{
    const struct acting *n = arg;
    const struct room *r = n->seen;
    for (int round = 0; round < 2; round++)
        for (size_t k = 0; k < r->seats.n; k++) {
            struct field *f = form_field(n->f, seat_field(n->a, r->seats.v[k].person_id));
            struct str want = f->value;
            struct str has = str_eq_z(r->seats.v[k].seat, "observer") ? S("observer") : r->seats.v[k].part;
            if (!str_eq(want, has))
                TRY(room_take(tx, n->a, r->r.id, r->seats.v[k].person_id, round == 0 ? S("") : want, n->now, e));
        }
    return audit_note(tx, n->now, n->person, "room_seat", 0, "room", r->r.id);
}

static struct form *seats_form(struct ctx *c, const struct room *r)
{
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r->r.id, "/seats"), M_room_seats_save);
    struct choice *choices = ARENA_ARRAY(c->a, r->plan.part_count + 2, struct choice);
    size_t n = 0;
    choices[n++] = (struct choice){.value = S(""), .label = tr(c, M_room_no_seat)};
    for (size_t k = 0; k < r->plan.part_count; k++)
        choices[n++] = (struct choice){.value = r->plan.parts[k].name, .label = r->plan.parts[k].title};
    if (r->plan.observers != 0)
        choices[n++] = (struct choice){.value = S("observer"), .label = tr(c, M_room_observers)};
    for (size_t k = 0; k < r->seats.n; k++)
        form_add(f, (struct field){.name = seat_field(c->a, r->seats.v[k].person_id), .kind = FIELD_CHOICE, .label_text = r->seats.v[k].name,
                                   .choices = choices, .choice_count = n,
                                   .value = str_eq_z(r->seats.v[k].seat, "observer") ? S("observer") : r->seats.v[k].part});
    f->cancel = room_path(c, r->r.id, "");
    return f;
}

/* Who is asked in finds the room on Home. */
static enum rc invite(struct db *tx, void *arg, struct err *e)
{
    const struct acting *n = arg;
    (void)e;
    TRY(sql_room_come_in(tx, n->room, n->exercise, 0, NULL));
    return sql_room_touch(tx, n->room, n->now);
}

static enum rc handle_invitation(struct ctx *c, const struct room *r)
{
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r->r.id, "/invite"), M_room_invite);
    struct target t = {.programme = r->r.programme_id};
    struct page page = room_page(c, r, tr(c, M_room_invite_title), true);
    int64_t person = 0;
    TRY(access_require(c, P_PERSON_LIST, &t));
    f->cancel = room_path(c, r->r.id, "/seats");
    form_add(f, (struct field){.name = "person", .kind = FIELD_TEXT, .label = M_room_invite_who, .hint = M_room_invite_hint, .required = true});
    if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count))
        TRY(people_read_person(c, f, "person", r->r.programme_id, &person));
    if (person == 0)
        return practice_send_form(c, &page, tr(c, M_room_invite_note), f);
    struct acting n = {.a = c->a, .room = r->r.id, .exercise = person, .now = c->now};
    TRY(ctx_write(c, invite, &n));
    return page_redirect(c, room_path(c, r->r.id, "/seats"), M_room_invited);
}

static bool asks_for(const struct ctx *c, const char *end)
{
    return str_ends(c->rq->path, str_from(end));
}

enum rc room_handle_seats(struct ctx *c)
{
    struct room r;
    TRY(room_enter(c, &r));
    struct target t = {.programme = r.r.programme_id, .holder = r.leads ? c->who->person : 0};
    if (!r.leads || !room_is_open(&r) || r.revealed)
        return RC_NOT_FOUND;
    TRY(access_require(c, P_PRACTICE_LEAD, &t));
    if (asks_for(c, "/invite"))
        return handle_invitation(c, &r);
    struct form *f = seats_form(c, &r);
    struct page page = room_page(c, &r, tr(c, M_room_seats_page), true);
    if (access_allows(c, P_PERSON_LIST, &t)) {
        struct crumb *action = ARENA_NEW(c->a, struct crumb);
        *action = (struct crumb){tr(c, M_room_invite_title), room_path(c, r.r.id, "/invite")};
        page.actions = action;
        page.action_count = 1;
    }
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, STR_NONE, f);
    struct acting n = {.a = c->a, .room = r.r.id, .person = c->who->person, .now = c->now, .seen = &r, .f = f};
    enum rc rc = ctx_write(c, seat_all, &n);
    if (page_form_failed(c, f, rc, &page.status))
        return practice_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, room_path(c, r.r.id, ""), M_room_seats_saved);
}

/* ---- steps --------------------------------------------------------------------------------------------------------------------------- */

static enum rc step(struct db *tx, void *arg, struct err *e)
{
    const struct acting *n = arg;
    return room_step(tx, n->a, n->room, n->person, n->step, n->phase, n->now, e);
}

static enum rc require_lead(struct ctx *c, const struct room *r)
{
    struct target t = {.programme = r->r.programme_id, .holder = c->who->person};
    return r->leads ? access_require(c, P_PRACTICE_LEAD, &t) : RC_DENIED;
}

enum rc room_post_step(struct ctx *c)
{
    struct room r;
    struct acting n = {.a = c->a, .person = c->who->person, .now = c->now};
    TRY(room_enter(c, &r));
    n.room = r.r.id;
    if (!room_find_step(request_form(c->rq, "step"), &n.step) || n.step == ROOM_END)
        return err_set(&c->err, RC_INVALID, M_room_step_unknown, NULL);
    if (request_form(c->rq, "second").p != NULL)
        n.step = ROOM_PAUSE;
    if (!str_to_int(request_form(c->rq, "phase"), &n.phase))
        n.phase = -1;
    if (n.step != ROOM_TIMEOUT)
        TRY(require_lead(c, &r));
    TRY(ctx_write(c, step, &n));
    return page_redirect(c, room_path(c, r.r.id, ""), 0);
}

enum rc room_handle_end(struct ctx *c)
{
    struct room r;
    TRY(room_enter(c, &r));
    if (!r.leads)
        return RC_NOT_FOUND; /* a page for who leads */
    TRY(require_lead(c, &r));
    bool played = r.phase != NULL && r.phase->shows != ROOM_PREPARE;
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r.r.id, "/end"), M_room_end);
    struct page page = room_page(c, &r, tr(c, M_room_end), true);
    f->danger = !r.revealed;
    f->cancel = room_path(c, r.r.id, "");
    if (c->rq->method != METHOD_POST)
        return practice_send_form(c, &page, tr(c, played ? M_room_end_note : M_room_end_early), f);
    struct acting n = {.a = c->a, .room = r.r.id, .person = c->who->person, .now = c->now, .step = ROOM_END};
    TRY(ctx_write(c, step, &n));
    return page_redirect(c, room_path(c, r.r.id, ""), M_room_ended);
}

/* ---- judging ------------------------------------------------------------------------------------------------------------------------- */

struct judging {
    struct arena *a;
    const struct room *r;
    struct practice_rating_new n;
    int64_t now;
};

enum rc room_rate(struct db *tx, struct arena *a, const struct room *r, const struct practice_rating_new *n, int64_t now, struct err *e)
{
    struct rows_room_ratings given;
    int64_t id;
    TRY(sql_room_ratings(tx, a, r->r.id, &given));
    for (size_t k = 0; k < given.n; k++)
        if (given.v[k].person_id == n->person && given.v[k].rater_id == n->rater)
            return err_set(e, RC_CONFLICT, M_room_rate_twice, NULL);
    TRY(practice_rating_add(tx, a, n, now, &id, e));
    TRY(sql_room_rating_add(tx, r->r.id, n->person, n->rater, id));
    if (r->kind->rated != NULL)
        TRY(r->kind->rated(tx, a, r, now, e));
    else
        TRY(practice_rating_add_evidence(tx, a, id, r->r.programme_id, now));
    TRY(sql_room_touch(tx, r->r.id, now));
    return audit_note(tx, now, n->rater, "room_rate", n->person, "room", r->r.id);
}

static enum rc rate(struct db *tx, void *arg, struct err *e)
{
    const struct judging *j = arg;
    return room_rate(tx, j->a, j->r, &j->n, j->now, e);
}

/* Whom she may judge: somebody else who had a part, once the debrief has come. */
static const struct row_room_seats *judged(const struct ctx *c, const struct room *r)
{
    int64_t id;
    if (request_id(c->rq, 1, &id) != RC_OK || !r->revealed)
        return NULL;
    for (size_t k = 0; k < r->seats.n; k++)
        if (r->seats.v[k].person_id == id && &r->seats.v[k] != r->me && str_eq_z(r->seats.v[k].seat, "part") && !r->seats.v[k].attempt_id_null)
            return &r->seats.v[k];
    return NULL;
}

enum rc room_handle_rate(struct ctx *c)
{
    struct room r;
    TRY(room_enter(c, &r));
    const struct row_room_seats *who = judged(c, &r);
    const struct section_key *rubric = section_find_key(r.text.head, r.text.head_count, "rubric");
    struct instrument i;
    if (who == NULL || rubric == NULL)
        return RC_NOT_FOUND;
    TRY(instrument_current(c->db, c->a, rubric->value, lang_tag(c->lang), &i));
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/practice/rooms/%" PRId64 "/rate/%" PRId64, r.r.id, who->person_id), M_room_rate_send);
    f->draft = str_printf(c->a, "room-%" PRId64 "-%" PRId64, r.r.id, who->person_id);
    f->cancel = room_path(c, r.r.id, "");
    practice_rating_add_fields(c, f, &i);
    size_t part = room_find_part(&r.plan, who->part);
    struct msg_arg args[] = {MSG_TEXT("name", who->name), MSG_TEXT("role", part != SIZE_MAX ? r.plan.parts[part].title : who->part)};
    struct page page = room_page(c, &r, tr_args(c, M_room_rate_title, args, 2), true);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, tr(c, M_rating_named), f);
    struct judging j = {.a = c->a, .r = &r, .now = c->now,
                        .n = {.version = r.r.version_id, .attempt = who->attempt_id, .person = who->person_id, .rater = c->who->person, .instrument = &i}};
    practice_rating_read_fields(f, &i, &j.n.answers, &j.n.words);
    enum rc rc = ctx_write(c, rate, &j);
    if (page_form_failed(c, f, rc, &page.status))
        return practice_send_form(c, &page, tr(c, M_rating_named), f);
    TRY(rc);
    return page_redirect(c, room_path(c, r.r.id, ""), M_room_rated);
}

/* What was said about who asks, or by her and the others where they rated apart: by each instrument that was used, a table. */
enum rc room_get_ratings(struct ctx *c)
{
    struct room r;
    struct rows_room_ratings all;
    TRY(room_enter(c, &r));
    bool shown = true;
    TRY(sql_room_ratings(c->db, c->a, r.r.id, &all));
    if (r.kind->shown != NULL)
        TRY(r.kind->shown(c->db, c->a, &r, &shown));
    if (!shown)
        return RC_NOT_FOUND;
    int64_t *ids = ARENA_ARRAY(c->a, all.n, int64_t), instrument = 0;
    size_t n = 0;
    for (size_t k = 0; k < all.n && n < PRACTICE_RATERS_MOST; k++) {
        if (!room_rating_is_for(&r, &all, k, c->who->person))
            continue;
        instrument = instrument != 0 ? instrument : all.v[k].instrument_id;
        if (all.v[k].instrument_id == instrument) /* a new version of it between two of a room: those by the first are shown */
            ids[n++] = all.v[k].rating_id;
    }
    if (n == 0)
        return RC_NOT_FOUND;
    struct instrument i;
    TRY(instrument_find(c->db, c->a, instrument, lang_tag(c->lang), &i));
    struct practice_rating *list = ARENA_ARRAY(c->a, n, struct practice_rating);
    TRY(practice_rating_read(c->db, c->a, &i, ids, n, list));
    struct view_practice_ratings *table = ARENA_NEW(c->a, struct view_practice_ratings);
    practice_ratings_fill(c, &i, list, n, table);
    struct view_room_ratings v = {table, 1};
    struct page page = room_page(c, &r, tr(c, M_room_ratings_title), true);
    return view_room_ratings_page(c, &page, &v);
}
