/* What a speaker does on pages of her own: write for herself, keep a recording or delete it, ask who is to rate, have the ratings shown. See
 * room_speech.h. */
#include "programme/practice/room_speech.h"

#include "auth/session.h"
#include "base/media.h"
#include "gen/programme/practice/room_recording_view.h"
#include "programme/people/people.h"

struct speaking_step {
    struct arena *a;
    int64_t room, person, now, version, seconds;
    int64_t raters[2];
    struct str outline, transcript, reflection;
    const char *type;
    struct str bytes;
    bool revealed;
};

/* The speech of the address; mine: only for who gives it. */
static enum rc open_speech(struct ctx *c, bool mine, struct room *r, struct speech *s)
{
    TRY(room_enter(c, r));
    if (r->kind != &room_speaking)
        return RC_NOT_FOUND;
    TRY(speech_read(c->db, c->a, r, c->now, s));
    return s->speaker != NULL && (!mine || s->speaker == r->me) ? RC_OK : RC_NOT_FOUND;
}

static struct speaking_step step_of(const struct ctx *c, const struct room *r)
{
    return (struct speaking_step){.a = c->a, .room = r->r.id, .person = c->who->person, .now = c->now, .revealed = r->revealed};
}

/* Is she still the speaker, and is the speech where she saw it. */
static enum rc read_again(struct db *tx, const struct speaking_step *n, struct room *r, struct speech *s, struct err *e)
{
    TRY(room_read(tx, n->a, n->room, n->person, n->now, r));
    TRY(speech_read(tx, n->a, r, n->now, s));
    if (s->speaker == NULL || s->speaker->person_id != n->person || r->revealed != n->revealed)
        return err_set(e, RC_CONFLICT, M_speaking_moved_on, NULL);
    return sql_speech_claim(tx, n->room, n->person);
}

/* ---- her own words ------------------------------------------------------------------------------------------------------------------- */

static enum rc keep(struct db *tx, void *arg, struct err *e)
{
    const struct speaking_step *n = arg;
    struct room r;
    struct speech s;
    TRY(read_again(tx, n, &r, &s, e));
    if (!n->revealed) {
        TRY(sql_speech_set_outline(tx, n->room, n->outline));
        return sql_room_touch(tx, n->room, n->now);
    }
    if (s.kept.version != n->version)
        return err_set(e, RC_CONFLICT, M_speaking_changed, NULL);
    TRY(sql_speech_set_after(tx, n->room, n->version != 0 ? n->version : 1, n->transcript, n->seconds, n->reflection));
    return db_changes(tx) == 1 ? RC_OK : err_set(e, RC_CONFLICT, M_speaking_changed, NULL);
}

enum rc room_post_speech(struct ctx *c)
{
    struct room r;
    struct speech s;
    TRY(open_speech(c, true, &r, &s));
    struct form *f = speech_own_form(c, &r, &s);
    struct page page = room_page(c, &r, tr(c, r.revealed ? M_speaking_after : M_speaking_outline), true);
    f->cancel = room_path(c, r.r.id, "");
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, STR_NONE, f);
    struct speaking_step n = step_of(c, &r);
    if (r.revealed) {
        n.transcript = form_text(f, "transcript");
        n.reflection = form_text(f, "reflection");
        n.seconds = form_int(f, "seconds", 1);
        n.version = form_int(f, "version", 0);
    } else {
        n.outline = form_text(f, "outline");
    }
    enum rc rc = ctx_write(c, keep, &n);
    if (page_edit_failed(c, f, rc, s.kept.version, &page.status))
        return practice_send_form(c, &page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_speaking_kept);
}

/* ---- the recording ------------------------------------------------------------------------------------------------------------------- */

static enum rc put_recording(struct db *tx, void *arg, struct err *e)
{
    const struct speaking_step *n = arg;
    struct room r;
    struct speech s;
    TRY(read_again(tx, n, &r, &s, e));
    if (n->type == NULL)
        TRY(sql_speech_recording_drop(tx, n->room));
    else
        TRY(sql_speech_recording_put(tx, n->room, str_from(n->type), (int64_t)n->bytes.n, n->bytes, n->now));
    return sql_room_touch(tx, n->room, n->now);
}

static enum rc send_recording(struct ctx *c, const struct room *r, struct form *f, struct form *drop, int status)
{
    struct view_room_recording v = {.most = SPEECH_RECORDING_MOST >> 20, .f = f, .drop = drop};
    struct page page = room_page(c, r, tr(c, M_speaking_recording), true);
    page.status = status;
    return view_room_recording_page(c, &page, &v);
}

static enum rc there_is_recording(struct ctx *c, int64_t room, bool *there)
{
    struct row_speech_recording_find x;
    enum rc rc = sql_speech_recording_find(c->db, c->a, room, &x);
    *there = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc room_handle_recording(struct ctx *c)
{
    struct room r;
    struct speech s;
    bool there, drops = request_form(c->rq, "drop").p != NULL;
    TRY(open_speech(c, true, &r, &s));
    if (!r.revealed)
        return RC_NOT_FOUND;
    struct str here = room_path(c, r.r.id, "/recording"), back = room_path(c, r.r.id, "");
    struct form *f = form_new(c->a, c->lang, c->zone, here, M_speaking_upload), *drop = NULL;
    form_add(f, (struct field){.name = "file", .kind = FIELD_FILE, .label = M_speaking_file, .hint = M_speaking_file_hint, .required = true,
                               .max = SPEECH_RECORDING_MOST});
    f->cancel = back;
    TRY(there_is_recording(c, r.r.id, &there));
    if (there) {
        drop = form_new(c->a, c->lang, c->zone, here, M_speaking_drop);
        drop->danger = drop->no_warn = true;
        form_add(drop, (struct field){.name = "drop", .kind = FIELD_HIDDEN, .value = S("1")});
    }
    if (c->rq->method != METHOD_POST)
        return send_recording(c, &r, f, drop, 0);
    struct speaking_step n = step_of(c, &r);
    if (!drops) {
        if (!form_read(f, c->rq->form, c->rq->form_count))
            return send_recording(c, &r, f, drop, 422);
        n.bytes = form_field(f, "file")->value;
        n.type = media_type_of_recording(n.bytes);
        if (n.type == NULL) {
            form_error(f, "file", M_speaking_file_kind, NULL);
            return send_recording(c, &r, f, drop, 422);
        }
    }
    enum rc rc = ctx_write(c, put_recording, &n);
    int status = 0;
    if (page_form_failed(c, f, rc, &status))
        return send_recording(c, &r, f, drop, status);
    TRY(rc);
    return page_redirect(c, back, drops ? M_speaking_dropped : M_speaking_uploaded);
}

static enum rc note_heard(struct db *tx, void *arg, struct err *e)
{
    const struct speaking_step *n = arg;
    (void)e;
    return audit_note(tx, n->now, n->person, "room_recording_view", n->raters[0], "room", n->room);
}

/* For her and for who rates this speech; that somebody else opened it is noted. */
enum rc room_get_recording(struct ctx *c)
{
    struct room r;
    struct speech s;
    struct row_speech_recording_bytes x;
    TRY(open_speech(c, false, &r, &s));
    if (s.speaker != r.me && !speech_rates(&s, r.me))
        return RC_NOT_FOUND;
    TRY(sql_speech_recording_bytes(c->db, c->a, r.r.id, &x));
    if (s.speaker != r.me) {
        struct speaking_step n = step_of(c, &r);
        n.raters[0] = s.speaker->person_id;
        TRY(ctx_write(c, note_heard, &n));
    }
    size_t slash = 0;
    (void)str_find(x.type, S("/"), &slash);
    return page_download(c, str_z(c->a, x.type), str_printf(c->a, "speech.%.*s", STR_ARG(str_sub(x.type, slash + 1, x.type.n))), x.bytes);
}

/* ---- who rates ----------------------------------------------------------------------------------------------------------------------- */

static enum rc ask(struct db *tx, void *arg, struct err *e)
{
    const struct speaking_step *n = arg;
    for (size_t k = 0; k < COUNT_OF(n->raters); k++)
        if (n->raters[k] != 0)
            TRY(speech_ask(tx, n->a, n->room, n->person, n->raters[k], n->now, e));
    return RC_OK;
}

/* Somebody of the programme, named in a field. */
static enum rc read_peer(struct ctx *c, struct form *f, int64_t programme, int64_t *person)
{
    struct row_speech_belongs is;
    *person = 0;
    if (form_text(f, "peer").n != 0)
        TRY(people_read_person(c, f, "peer", programme, person));
    if (*person == 0)
        return RC_OK;
    TRY(sql_speech_belongs(c->db, c->a, *person, programme, &is));
    if (is.n == 0 || *person == c->who->person)
        form_error(f, "peer", *person == c->who->person ? M_speaking_not_yourself : M_speaking_not_here, NULL);
    return RC_OK;
}

enum rc room_handle_raters(struct ctx *c)
{
    struct room r;
    struct speech s;
    bool typed;
    TRY(open_speech(c, true, &r, &s));
    if (!r.revealed || s.shown)
        return RC_NOT_FOUND;
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r.r.id, "/raters"), M_speaking_ask_send);
    struct page page = room_page(c, &r, tr(c, M_speaking_ask), true);
    f->cancel = room_path(c, r.r.id, "");
    form_add(f, (struct field){.name = "peer", .kind = FIELD_TEXT, .label = M_speaking_peer, .hint = M_speaking_peer_hint, .max = 120});
    TRY(practice_add_faculty(c, f, r.r.programme_id, (struct field){.name = "faculty", .label = M_speaking_faculty}, &typed));
    struct str note = tr(c, M_speaking_ask_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return practice_send_form(c, &page, note, f);
    struct speaking_step n = step_of(c, &r);
    TRY(read_peer(c, f, r.r.programme_id, &n.raters[0]));
    TRY(practice_read_faculty(c, f, "faculty", r.r.programme_id, typed, &n.raters[1]));
    if (form_ok(f) && n.raters[0] == 0 && n.raters[1] == 0 && form_text(f, "peer").n == 0 && form_text(f, "faculty").n == 0)
        form_error(f, "peer", M_speaking_ask_nobody, NULL);
    bool named = (n.raters[0] != 0 || form_text(f, "peer").n == 0) && (n.raters[1] != 0 || form_text(f, "faculty").n == 0);
    if (!form_ok(f) || !named)
        return practice_send_form(c, &page, note, f);
    enum rc rc = ctx_write(c, ask, &n);
    if (page_form_failed(c, f, rc, &page.status))
        return practice_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, f->cancel, M_speaking_asked);
}

static enum rc wait_no_more(struct db *tx, void *arg, struct err *e)
{
    const struct speaking_step *n = arg;
    return speech_show(tx, n->a, n->room, n->person, n->now, e);
}

enum rc room_handle_shown(struct ctx *c)
{
    struct room r;
    struct speech s;
    TRY(open_speech(c, true, &r, &s));
    if (!r.revealed || s.shown || s.given.n == 0)
        return RC_NOT_FOUND;
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r.r.id, "/shown"), M_speaking_show);
    struct page page = room_page(c, &r, tr(c, M_speaking_show_title), true);
    f->cancel = room_path(c, r.r.id, "");
    struct msg_arg args[] = {MSG_NUM("given", (int64_t)s.given.n), MSG_NUM("owing", (int64_t)s.owing)};
    if (c->rq->method != METHOD_POST)
        return practice_send_form(c, &page, tr_args(c, M_speaking_show_note, args, 2), f);
    struct speaking_step n = step_of(c, &r);
    TRY(ctx_write(c, wait_no_more, &n));
    return page_redirect(c, f->cancel, M_speaking_shown);
}
