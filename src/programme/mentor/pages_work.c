/* What the two of a pair do: the agreement, meetings, notes, actions, messages. */
#include "gen/programme/mentor/mentor_meeting_view.h"
#include "programme/mentor/inside.h"

#define NOTES_MAX 200

static struct str pair_path(struct ctx *c, const struct row_mentor_pair_find *p, const char *rest)
{
    return str_printf(c->a, "/pairs/%" PRId64 "%s", p->id, rest);
}

/* ---- the agreement ---------------------------------------------------------------------------------------------------------------- */

struct agreeing {
    struct arena *a;
    struct mentor_agreement g;
    int64_t pair, by, now;
};

static enum rc save_agreement(struct db *tx, void *arg, struct err *e)
{
    const struct agreeing *s = arg;
    return mentor_save_agreement(tx, s->a, s->pair, &s->g, s->by, s->now, e);
}

enum rc mentor_handle_agreement(struct ctx *c)
{
    struct row_mentor_pair_find p;
    struct row_wall_agreement_find old;
    TRY(mentor_require_pair(c, &p));
    enum rc rc = sql_wall_agreement_find(c->db, c->a, p.id, &old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool is_new = rc == RC_NOT_FOUND;
    struct form *f = form_new(c->a, c->lang, c->zone, pair_path(c, &p, "/agreement"), M_mentor_agreement_save);
    form_add(f, (struct field){.name = "aims", .kind = FIELD_LONG_TEXT, .label = M_mentor_aims, .hint = M_mentor_aims_hint, .required = true, .max = 4000, .no_draft = true, .value = old.aims});
    form_add(f, (struct field){.name = "cadence", .kind = FIELD_INT, .label = M_mentor_cadence_field, .required = true, .min = 1, .max = 26, .value = str_printf(c->a, "%" PRId64, is_new ? 4 : old.cadence_weeks)});
    form_add(f, (struct field){.name = "points", .kind = FIELD_LONG_TEXT, .label = M_mentor_points, .hint = M_mentor_points_hint, .required = true, .max = 4000, .no_draft = true, .value = is_new ? tr(c, M_mentor_points_start) : old.points});
    form_add_version(f, old.version);
    f->cancel = pair_path(c, &p, "");
    struct page page = mentor_pair_page(c, &p, tr(c, M_mentor_agreement), 0);
    struct str note = tr(c, M_mentor_agreement_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, &p, note, f);
    struct agreeing s = {.a = c->a, .pair = p.id, .by = c->who->person, .now = c->now};
    s.g = (struct mentor_agreement){form_text(f, "aims"), form_text(f, "points"), form_int(f, "cadence", 4), form_int(f, "version", 0)};
    rc = ctx_write(c, save_agreement, &s);
    if (page_edit_failed(c, f, rc, old.version, &page.status))
        return mentor_send_form(c, &page, &p, note, f);
    TRY(rc);
    return page_redirect(c, pair_path(c, &p, ""), M_mentor_agreement_saved);
}

struct signing {
    struct arena *a;
    int64_t pair, version, by, now;
};

static enum rc sign(struct db *tx, void *arg, struct err *e)
{
    const struct signing *s = arg;
    return mentor_sign(tx, s->a, s->pair, s->version, s->by, s->now, e);
}

enum rc mentor_post_sign(struct ctx *c)
{
    struct row_mentor_pair_find p;
    struct signing s = {.a = c->a, .by = c->who->person, .now = c->now};
    TRY(mentor_require_pair(c, &p));
    s.pair = p.id;
    if (!str_to_int(request_form(c->rq, "version"), &s.version))
        return err_set(&c->err, RC_CONFLICT, M_mentor_agreement_changed, NULL);
    TRY(ctx_write(c, sign, &s));
    return page_redirect(c, pair_path(c, &p, ""), M_mentor_signed);
}

/* ---- meetings ----------------------------------------------------------------------------------------------------------------------- */

struct planning {
    struct arena *a;
    struct mentor_meeting m;
    int64_t pair, id, by, now;
};

static enum rc save_meeting(struct db *tx, void *arg, struct err *e)
{
    struct planning *s = arg;
    s->m.id = s->id;
    return mentor_save_meeting(tx, s->a, s->pair, &s->m, s->by, s->now, e);
}

/* The meeting of the address's second id, for the two. */
static enum rc require_meeting(struct ctx *c, struct row_mentor_pair_find *p, struct row_wall_meeting_find *m)
{
    int64_t id;
    TRY(mentor_require_pair(c, p));
    TRY(request_id(c->rq, 1, &id));
    return sql_wall_meeting_find(c->db, c->a, id, p->id, m);
}

static enum rc edit_meeting(struct ctx *c, const struct row_mentor_pair_find *p, const struct row_wall_meeting_find *old, struct str action)
{
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_mentor_meeting_save);
    form_add(f, (struct field){.name = "starts_at", .kind = FIELD_WHEN, .label = M_mentor_when, .required = true, .value = old->id != 0 ? form_when_value(f, old->starts_at) : STR_NONE});
    form_add(f, (struct field){.name = "minutes", .kind = FIELD_INT, .label = M_mentor_minutes, .required = true, .min = 5, .max = 480, .value = str_printf(c->a, "%" PRId64, old->id != 0 ? old->minutes : 60)});
    form_add(f, (struct field){.name = "place", .kind = FIELD_TEXT, .label = M_mentor_place, .hint = M_mentor_place_hint, .required = true, .max = 300, .no_draft = true, .value = old->place});
    form_add(f, (struct field){.name = "agenda", .kind = FIELD_LONG_TEXT, .label = M_mentor_agenda, .hint = M_mentor_agenda_hint, .max = 4000, .no_draft = true, .value = old->agenda});
    form_add_version(f, old->version);
    f->cancel = pair_path(c, p, "");
    struct page page = mentor_pair_page(c, p, tr(c, old->id != 0 ? M_mentor_meeting_edit : M_mentor_meeting_new), 0);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, p, STR_NONE, f);
    struct planning s = {.a = c->a, .pair = p->id, .id = old->id, .by = c->who->person, .now = c->now};
    s.m = (struct mentor_meeting){.version = form_int(f, "version", 0), .minutes = form_int(f, "minutes", 60), .place = form_text(f, "place"), .agenda = form_text(f, "agenda")};
    (void)form_when(f, "starts_at", &s.m.starts_at);
    enum rc rc = ctx_write(c, save_meeting, &s);
    if (page_edit_failed(c, f, rc, old->version, &page.status))
        return mentor_send_form(c, &page, p, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, str_printf(c->a, "/pairs/%" PRId64 "/meetings/%" PRId64, p->id, s.m.id), M_mentor_meeting_saved);
}

enum rc mentor_new_meeting(struct ctx *c)
{
    struct row_mentor_pair_find p;
    TRY(mentor_require_pair(c, &p));
    const struct row_wall_meeting_find none = {0};
    return edit_meeting(c, &p, &none, pair_path(c, &p, "/meetings/new"));
}

enum rc mentor_change_meeting(struct ctx *c)
{
    struct row_mentor_pair_find p;
    struct row_wall_meeting_find m;
    TRY(require_meeting(c, &p, &m));
    if (m.author_id != c->who->person)
        return RC_NOT_FOUND; /* who planned it changes it */
    return edit_meeting(c, &p, &m, str_printf(c->a, "/pairs/%" PRId64 "/meetings/%" PRId64 "/edit", p.id, m.id));
}

struct noting {
    struct arena *a;
    int64_t pair, meeting, by, now;
    struct str note;
    enum mentor_mark mark;
};

static enum rc note_meeting(struct db *tx, void *arg, struct err *e)
{
    const struct noting *s = arg;
    return mentor_note_meeting(tx, s->a, s->pair, s->meeting, s->note, s->mark, s->by, s->now, e);
}

static struct form *note_form(struct ctx *c, const struct row_mentor_pair_find *p, const struct row_wall_meeting_find *m)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/pairs/%" PRId64 "/meetings/%" PRId64, p->id, m->id), M_mentor_note_save);
    struct choice *marks = ARENA_ARRAY(c->a, 3, struct choice);
    marks[0] = (struct choice){.value = S("none"), .label = tr(c, M_mentor_mark_none)};
    marks[1] = (struct choice){.value = S("held"), .label = tr(c, M_mentor_mark_held)};
    marks[2] = (struct choice){.value = S("cancelled"), .label = tr(c, M_mentor_mark_cancelled)};
    if (m->held_at_null && m->cancelled_at_null)
        form_add(f, (struct field){.name = "mark", .kind = FIELD_CHOICE, .label = M_mentor_mark, .required = true, .choices = marks, .choice_count = 3, .value = m->starts_at <= c->now ? S("held") : S("none")});
    form_add(f, (struct field){.name = "note", .kind = FIELD_LONG_TEXT, .label = M_mentor_note, .hint = M_mentor_note_hint, .max = 8000, .no_draft = true});
    return f;
}

static enum rc show_meeting(struct ctx *c, const struct row_mentor_pair_find *p, const struct row_wall_meeting_find *m, const struct form *f, int status)
{
    struct rows_wall_words_of_meeting rows;
    TRY(sql_wall_words_of_meeting(c->db, c->a, m->id, NOTES_MAX, &rows));
    struct view_mentor_meeting_notes *notes = ARENA_ARRAY(c->a, rows.n, struct view_mentor_meeting_notes);
    for (size_t i = 0; i < rows.n; i++)
        notes[i] = (struct view_mentor_meeting_notes){rows.v[i].author_id == c->who->person ? tr(c, M_mentor_you) : mentor_other_name(c, p), rows.v[i].body, rows.v[i].at};
    struct view_mentor_meeting v = {.id = m->id,
                                    .starts = m->starts_at,
                                    .place = m->place,
                                    .agenda = m->agenda,
                                    .state = !m->held_at_null ? S("held") : !m->cancelled_at_null ? S("cancelled") : S("planned"),
                                    .notes = notes,
                                    .notes_count = rows.n,
                                    .f = mentor_is_open(p->state) ? f : NULL};
    TRY(mentor_fill_call(c, p, &v.call));
    if (!m->held_at_null && mentor_is_mentee(c, p))
        v.goal = mentor_path(c, "/plan/goals/new?from=meeting&id=", m->id);
    if (m->held_at_null)
        v.calendar = str_printf(c->a, "/pairs/%" PRId64 "/meetings/%" PRId64 "/calendar", p->id, m->id);
    if (m->author_id == c->who->person && m->held_at_null && m->cancelled_at_null && mentor_is_open(p->state))
        v.edit = str_printf(c->a, "/pairs/%" PRId64 "/meetings/%" PRId64 "/edit", p->id, m->id);
    struct page page = mentor_pair_page(c, p, tr(c, M_mentor_meeting), status);
    return view_mentor_meeting_page(c, &page, &v);
}

enum rc mentor_handle_meeting(struct ctx *c)
{
    struct row_mentor_pair_find p;
    struct row_wall_meeting_find m;
    int status = 0;
    TRY(require_meeting(c, &p, &m));
    struct form *f = note_form(c, &p, &m);
    if (c->rq->method != METHOD_POST)
        return show_meeting(c, &p, &m, f, 0);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return show_meeting(c, &p, &m, f, 422);
    struct noting s = {.a = c->a, .pair = p.id, .meeting = m.id, .by = c->who->person, .now = c->now, .note = form_text(f, "note")};
    struct str mark = form_field(f, "mark") != NULL ? form_text(f, "mark") : S("none");
    s.mark = str_eq_z(mark, "held") ? MENTOR_HELD : str_eq_z(mark, "cancelled") ? MENTOR_CANCELLED : MENTOR_ONLY_NOTE;
    enum rc rc = ctx_write(c, note_meeting, &s);
    if (page_form_failed(c, f, rc, &status))
        return show_meeting(c, &p, &m, f, status);
    TRY(rc);
    return page_redirect(c, str_printf(c->a, "/pairs/%" PRId64 "/meetings/%" PRId64, p.id, m.id), M_mentor_noted);
}

/* ---- messages and check-ins ------------------------------------------------------------------------------------------------------- */

struct form *mentor_write_form(struct ctx *c, const struct row_mentor_pair_find *p)
{
    struct choice *kinds = ARENA_ARRAY(c->a, 2, struct choice);
    kinds[0] = (struct choice){.value = S("message"), .label = tr(c, M_mentor_kind_message)};
    kinds[1] = (struct choice){.value = S("checkin"), .label = tr(c, M_mentor_kind_checkin), .hint = tr(c, M_mentor_checkin_hint)};
    struct form *f = form_new(c->a, c->lang, c->zone, pair_path(c, p, "/write"), M_mentor_send);
    form_add(f, (struct field){.name = "body", .kind = FIELD_LONG_TEXT, .label = M_mentor_body, .required = true, .max = 8000, .rows = 4, .no_draft = true});
    form_add(f, (struct field){.name = "kind", .kind = FIELD_CHOICE, .label = M_mentor_kind, .required = true, .choices = kinds, .choice_count = 2, .value = S("message")});
    return f;
}

struct writing {
    struct arena *a;
    int64_t pair, by, now;
    const char *kind;
    struct str body;
};

static enum rc write_words(struct db *tx, void *arg, struct err *e)
{
    const struct writing *s = arg;
    return mentor_write(tx, s->a, s->pair, s->kind, s->body, s->by, s->now, e);
}

enum rc mentor_handle_write(struct ctx *c)
{
    struct row_mentor_pair_find p;
    TRY(mentor_require_pair(c, &p));
    struct form *f = mentor_write_form(c, &p);
    struct page page = mentor_pair_page(c, &p, tr(c, M_mentor_words), 0);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, &p, STR_NONE, f);
    struct writing s = {c->a, p.id, c->who->person, c->now, str_eq_z(form_text(f, "kind"), "checkin") ? "checkin" : "message", form_text(f, "body")};
    enum rc rc = ctx_write(c, write_words, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return mentor_send_form(c, &page, &p, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, pair_path(c, &p, ""), M_mentor_sent);
}

/* ---- actions ------------------------------------------------------------------------------------------------------------------------ */

struct acting {
    struct arena *a;
    int64_t pair, action, owner, due, by, today, now;
    struct str body;
};

static enum rc add_action(struct db *tx, void *arg, struct err *e)
{
    const struct acting *s = arg;
    return mentor_add_action(tx, s->a, s->pair, s->owner, s->body, s->due, s->by, s->today, e);
}

enum rc mentor_new_action(struct ctx *c)
{
    struct row_mentor_pair_find p;
    TRY(mentor_require_pair(c, &p));
    struct choice owners[] = {{.value = S("me"), .label = tr(c, M_mentor_you)}, {.value = S("other"), .label = mentor_other_name(c, &p)}};
    struct form *f = form_new(c->a, c->lang, c->zone, pair_path(c, &p, "/actions/new"), M_mentor_action_save);
    form_add(f, (struct field){.name = "body", .kind = FIELD_TEXT, .label = M_mentor_action_body, .required = true, .max = 300, .no_draft = true});
    form_add(f, (struct field){.name = "owner", .kind = FIELD_CHOICE, .label = M_mentor_action_owner, .required = true, .choices = owners, .choice_count = 2, .value = S("me")});
    form_add(f, (struct field){.name = "due", .kind = FIELD_DAY, .label = M_mentor_action_due, .required = true, .value = form_day_value(f, c->today + 14)});
    f->cancel = pair_path(c, &p, "");
    struct page page = mentor_pair_page(c, &p, tr(c, M_mentor_action_new), 0);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return mentor_send_form(c, &page, &p, STR_NONE, f);
    int64_t other = mentor_is_mentee(c, &p) ? p.mentor_id : p.mentee_id;
    struct acting s = {.a = c->a, .pair = p.id, .owner = str_eq_z(form_text(f, "owner"), "me") ? c->who->person : other, .by = c->who->person, .today = c->today, .body = form_text(f, "body")};
    (void)form_day(f, "due", &s.due);
    enum rc rc = ctx_write(c, add_action, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return mentor_send_form(c, &page, &p, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, pair_path(c, &p, ""), M_mentor_action_saved);
}

static enum rc tick(struct db *tx, void *arg, struct err *e)
{
    const struct acting *s = arg;
    return mentor_tick_action(tx, s->a, s->pair, s->action, s->by, s->now, e);
}

enum rc mentor_post_done(struct ctx *c)
{
    struct row_mentor_pair_find p;
    struct acting s = {.a = c->a, .by = c->who->person, .now = c->now};
    TRY(mentor_require_pair(c, &p));
    TRY(request_id(c->rq, 1, &s.action));
    s.pair = p.id;
    TRY(ctx_write(c, tick, &s));
    return page_redirect(c, pair_path(c, &p, ""), M_mentor_ticked);
}
