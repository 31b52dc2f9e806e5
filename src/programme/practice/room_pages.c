/* The page of a room: what each who is in it is shown, by her seat and the phase. Every device asks for it again when the stream tells of a
 * change; without a script a link does. */
#include "gen/programme/practice/room_view.h"
#include "out/mail.h"
#include "programme/instrument/instrument.h"
#include "programme/practice/room.h"
#include "view/markdown.h"
#include "view/qr.h"

#define QR_UNIT 6

struct str room_path(const struct ctx *c, int64_t room, const char *end)
{
    return str_printf(c->a, "/practice/rooms/%" PRId64 "%s", room, end);
}

struct str practice_room_address(struct arena *a, int64_t room)
{
    return str_printf(a, "/practice/rooms/%" PRId64, room);
}

struct page room_page(struct ctx *c, const struct room *r, struct str title, bool below)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 3, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_practice_title), S("/practice")};
    crumbs[1] = (struct crumb){below ? r->r.title : practice_kind_name(c, r->r.kind), practice_path(c, r->r.exercise_id, "")};
    crumbs[2] = (struct crumb){tr(c, M_room_title), room_path(c, r->r.id, "")};
    return (struct page){.title = title, .section = "/practice", .crumbs = crumbs, .crumb_count = below ? 3 : 2};
}

enum rc room_enter(struct ctx *c, struct room *out)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    enum rc rc = room_read(c->db, c->a, id, c->who->person, c->now, out);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK && out->kind->name != NULL) /* what the kind says is in the language of who reads, what the text says in the text's */
        out->kind->name(c->lang, &out->plan);
    struct target t = {.programme = out->r.programme_id};
    if (rc == RC_NOT_FOUND || out->me == NULL) {
        (void)access_allows(c, P_PRACTICE, &t);
        return RC_NOT_FOUND;
    }
    return access_require(c, P_PRACTICE, &t);
}

bool room_sees_all(struct ctx *c, const struct room *r)
{
    struct target t = {.programme = r->r.programme_id};
    return r->leads && str_eq_z(r->me->seat, "none") && access_allows(c, P_PRACTICE_LEAD, &t);
}

/* ---- what is read ------------------------------------------------------------------------------------------------------------------- */

static struct html render(struct ctx *c, struct str text)
{
    return markdown_render(c->a, text, (struct markdown_options){.lang = c->lang, .heading_shift = 1});
}

static struct str names_of(struct ctx *c, const struct room *r, struct str part)
{
    struct buf b = buf_new(c->a, 64);
    for (size_t k = 0; k < r->seats.n; k++)
        if (str_eq_z(r->seats.v[k].seat, "part") && str_eq(r->seats.v[k].part, part))
            buf_printf(&b, "%s%.*s", b.n != 0 ? ", " : "", STR_ARG(r->seats.v[k].name));
    return buf_text(&b);
}

static void fill_mine(struct ctx *c, const struct room *r, struct view_room *v)
{
    struct view_room_mine *m = ARENA_NEW(c->a, struct view_room_mine);
    *m = (struct view_room_mine){.title = r->part->title, .shared = r->part->shared, .shared_html = render(c, r->part->shared),
                                 .hidden = r->part->hidden, .hidden_html = render(c, r->part->hidden), .debrief = S("")};
    if (r->revealed) {
        m->debrief = r->part->debrief;
        m->debrief_html = render(c, r->part->debrief);
    }
    v->mine = m;
}

/* The others: what all may know of them; what was hidden once the debrief has come, or for who leads without playing. */
static void fill_cards(struct ctx *c, const struct room *r, struct view_room *v)
{
    bool hidden = r->revealed || room_sees_all(c, r);
    struct view_room_cards *list = ARENA_ARRAY(c->a, r->plan.part_count, struct view_room_cards);
    for (size_t k = 0; k < r->plan.part_count; k++) {
        const struct room_part *part = &r->plan.parts[k];
        if (part == r->part)
            continue;
        struct view_room_cards *o = &list[v->cards_count++];
        *o = (struct view_room_cards){.title = part->title, .who = names_of(c, r, part->name), .shared = part->shared,
                                      .shared_html = render(c, part->shared), .hidden = S("")};
        if (hidden) {
            o->hidden = part->hidden;
            o->hidden_html = render(c, part->hidden);
        }
    }
    v->cards = list;
}

static void fill_texts(struct ctx *c, const struct room *r, struct view_room *v)
{
    bool observes = str_eq_z(r->me->seat, "observer");
    v->briefing = r->plan.briefing;
    v->briefing_html = render(c, v->briefing);
    if (r->part != NULL)
        fill_mine(c, r, v);
    fill_cards(c, r, v);
    if (observes || room_sees_all(c, r)) {
        v->guide = r->plan.guide;
        v->guide_html = render(c, v->guide);
    }
    if (room_sees_all(c, r)) {
        v->facilitator = r->plan.facilitator;
        v->facilitator_html = render(c, v->facilitator);
    }
    if (r->revealed) {
        v->debrief = r->plan.debrief;
        v->debrief_html = render(c, v->debrief);
    }
}

/* ---- the clock and the steps --------------------------------------------------------------------------------------------------------- */

static void fill_clock(struct ctx *c, const struct room *r, struct view_room *v)
{
    static const char *const shows[] = {"prepare", "play", "debrief"};
    v->phase_count = (int64_t)r->plan.phase_count;
    if (r->phase == NULL) {
        v->shows = r->revealed ? S("debrief") : S("");
        return;
    }
    v->phase = r->phase->title;
    v->phase_number = r->r.phase + 1;
    v->shows = str_from(shows[r->phase->shows]);
    v->phase_text = r->phase->text;
    v->phase_html = render(c, r->phase->text);
    v->has_clock = true;
    v->left = r->left >= 0 ? (r->left + 999) / 1000 : r->left / 1000;
    v->left_text = practice_clock_text(c, v->left);
    v->runs = r->runs;
    v->stopped = r->r.stopped;
    for (size_t k = 0; k < r->seats.n; k++)
        if (!r->r.stopped_by_null && r->seats.v[k].person_id == r->r.stopped_by)
            v->stopped_by = r->seats.v[k].name;
}

static struct form *step_form(struct ctx *c, const struct room *r, const char *step, msg_id label, bool quiet)
{
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r->r.id, "/step"), label);
    form_add(f, (struct field){.name = "step", .kind = FIELD_HIDDEN, .value = str_from(step)});
    form_add(f, (struct field){.name = "phase", .kind = FIELD_HIDDEN, .value = str_printf(c->a, "%" PRId64, r->r.phase)});
    f->no_warn = true;
    f->quiet = quiet;
    return f;
}

static void fill_steps(struct ctx *c, const struct room *r, struct view_room *v)
{
    v->leads = r->leads;
    if (!room_is_open(r))
        return;
    bool last = r->r.phase + 1 == (int64_t)r->plan.phase_count;
    if (r->leads && r->phase == NULL) {
        v->main = step_form(c, r, "begin", M_room_begin, false);
    } else if (r->leads && !r->runs) {
        v->main = step_form(c, r, "go-on", M_room_go_on, false);
    } else if (r->leads && !last) {
        struct form *f = step_form(c, r, "next", M_room_next, false);
        f->second = M_room_pause;
        v->main = f;
    } else if (r->leads) {
        v->main = step_form(c, r, "pause", M_room_pause, true);
    }
    if (r->leads) {
        v->finish = room_path(c, r->r.id, "/end");
        v->seats_page = r->revealed ? S("") : room_path(c, r->r.id, "/seats");
        if (r->phase != NULL && r->r.phase != 0 && !r->revealed)
            v->back = step_form(c, r, "back", M_room_back, true);
    }
    if (r->phase != NULL && r->phase->shows == ROOM_PLAY && r->runs)
        v->timeout = step_form(c, r, "timeout", M_room_timeout, true);
}

/* ---- people ------------------------------------------------------------------------------------------------------------------------- */

static struct form *seat_form(struct ctx *c, const struct room *r, struct str seat, msg_id label)
{
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r->r.id, "/seat"), label);
    form_add(f, (struct field){.name = "seat", .kind = FIELD_HIDDEN, .value = seat});
    f->no_warn = f->quiet = true;
    return f;
}

static void fill_seat(struct ctx *c, const struct room *r, struct str seat, struct str title, int64_t seats, bool optional, struct view_room_seats *o)
{
    bool observer = str_eq_z(seat, "observer");
    *o = (struct view_room_seats){.title = title, .seats = seats, .optional = optional};
    struct view_room_seats_who *who = ARENA_ARRAY(c->a, r->seats.n, struct view_room_seats_who);
    for (size_t k = 0; k < r->seats.n; k++) {
        const struct row_room_seats *s = &r->seats.v[k];
        if (observer ? !str_eq_z(s->seat, "observer") : !str_eq_z(s->seat, "part") || !str_eq(s->part, seat))
            continue;
        who[o->who_count++] = (struct view_room_seats_who){s->name};
        o->mine = o->mine || s == r->me;
    }
    o->who = who;
    o->taken = (int64_t)o->who_count;
    if (room_is_open(r) && !r->revealed && !o->mine && o->taken < seats)
        o->take = seat_form(c, r, seat, M_room_take);
}

static void fill_people(struct ctx *c, const struct room *r, struct view_room *v)
{
    struct view_room_seats *list = ARENA_ARRAY(c->a, r->plan.part_count + 1, struct view_room_seats);
    struct view_room_others *others = ARENA_ARRAY(c->a, r->seats.n, struct view_room_others);
    for (size_t k = 0; k < r->plan.part_count; k++) {
        const struct room_part *p = &r->plan.parts[k];
        fill_seat(c, r, p->name, p->title, p->seats, p->optional, &list[v->seats_count++]);
    }
    if (r->plan.observers != 0)
        fill_seat(c, r, S("observer"), tr(c, M_room_observers), r->plan.observers, true, &list[v->seats_count++]);
    for (size_t k = 0; k < r->seats.n; k++)
        if (str_eq_z(r->seats.v[k].seat, "none"))
            others[v->others_count++] = (struct view_room_others){r->seats.v[k].name};
    v->seats = list;
    v->others = others;
    if (room_is_open(r) && !r->revealed && !str_eq_z(r->me->seat, "none"))
        v->leave = seat_form(c, r, S(""), M_room_stand_up);
}

/* ---- judging ------------------------------------------------------------------------------------------------------------------------ */

bool room_rating_is_for(const struct room *r, const struct rows_room_ratings *given, size_t rating, int64_t person)
{
    int64_t about = given->v[rating].person_id;
    bool is = about == person;
    for (size_t k = 0; k < given->n && r->kind->shown != NULL; k++)
        is = is || (given->v[k].rater_id == person && given->v[k].person_id == about);
    return is;
}

static enum rc fill_rating(struct ctx *c, const struct room *r, struct view_room *v)
{
    struct rows_room_ratings given;
    const struct section_key *rubric = section_find_key(r->text.head, r->text.head_count, "rubric");
    struct instrument i;
    bool shown = true, apart = r->kind->shown != NULL;
    TRY(sql_room_ratings(c->db, c->a, r->r.id, &given));
    if (apart)
        TRY(r->kind->shown(c->db, c->a, r, &shown));
    for (size_t k = 0; k < given.n && shown; k++)
        v->judged_count += room_rating_is_for(r, &given, k, c->who->person);
    if (v->judged_count != 0)
        v->judged = room_path(c, r->r.id, "/ratings");
    if (!r->revealed || rubric == NULL || (apart && shown))
        return RC_OK;
    enum rc rc = instrument_current(c->db, c->a, rubric->value, lang_tag(c->lang), &i);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    v->rubric = i.title;
    struct view_room_rate *list = ARENA_ARRAY(c->a, r->seats.n, struct view_room_rate);
    for (size_t k = 0; k < r->seats.n; k++) {
        const struct row_room_seats *s = &r->seats.v[k];
        size_t part = room_find_part(&r->plan, s->part);
        if (!str_eq_z(s->seat, "part") || s == r->me || s->attempt_id_null || part == SIZE_MAX || r->plan.parts[part].apart)
            continue;
        struct view_room_rate *o = &list[v->rate_count++];
        *o = (struct view_room_rate){.name = s->name, .role = r->plan.parts[part].title,
                                     .href = str_printf(c->a, "/practice/rooms/%" PRId64 "/rate/%" PRId64, r->r.id, s->person_id)};
        for (size_t g = 0; g < given.n; g++)
            o->given = o->given || (given.v[g].person_id == s->person_id && given.v[g].rater_id == c->who->person);
    }
    v->rate = list;
    return RC_OK;
}

/* ---- the page ----------------------------------------------------------------------------------------------------------------------- */

enum rc room_get(struct ctx *c)
{
    struct room r;
    TRY(room_enter(c, &r));
    struct view_room v = {.state = r.r.state, .version = r.r.version, .again = room_path(c, r.r.id, ""), .code = S("")};
    if (room_is_open(&r)) {
        v.live = room_path(c, r.r.id, "/live");
        v.code = r.r.code;
        v.join = mail_link(c->a, str_printf(c->a, "/practice/join?code=%.*s", STR_ARG(r.r.code)));
        v.qr = qr_svg(c->a, v.join, QR_UNIT, tr(c, M_room_qr));
    }
    fill_clock(c, &r, &v);
    fill_steps(c, &r, &v);
    fill_people(c, &r, &v);
    fill_texts(c, &r, &v);
    TRY(fill_rating(c, &r, &v));
    v.brief = r.kind->brief && r.phase != NULL && r.phase->shows == ROOM_PLAY;
    if (r.kind->panel != NULL)
        TRY(r.kind->panel(c, &r, &v.panel));
    struct page page = room_page(c, &r, r.r.title, false);
    return view_room_page(c, &page, &v);
}

enum rc room_get_live(struct ctx *c)
{
    struct room r;
    TRY(room_enter(c, &r));
    return page_stream(c, r.r.id);
}
