/* What a rater sees: the form behind her link, on a phone and without an account, what she sent, taking it back, declining. Nothing here
 * notes who did so: no audit, and the access log knows the pattern of an address alone. */
#include <sodium.h>

#include "gen/programme/feedback/feedback_answer_view.h"
#include "gen/programme/feedback/feedback_asked_view.h"
#include "programme/feedback/inside.h"
#include "view/markdown.h"

struct opened {
    struct str token, path;
    struct feedback_opened link;
    struct feedback_round round;
    struct instrument instrument;
    struct str programme;
    int64_t today;
};

/* The link in the address. The person it is about is refused: her own view has a page of its own. */
static enum rc open_link(struct ctx *c, struct opened *o)
{
    struct programme p;
    *o = (struct opened){.token = c->rq->params[0]};
    o->path = str_printf(c->a, "/f/%.*s", STR_ARG(o->token));
    TRY(feedback_open_link(c->db, c->a, o->token, &o->link, &c->err));
    if (o->link.state == FEEDBACK_LINK_STOPPED)
        return err_set(&c->err, RC_GONE, M_feedback_link_stopped, NULL);
    TRY(feedback_find(c->db, c->a, o->link.round, &o->round));
    if (o->round.subject == c->who->person)
        return err_set(&c->err, RC_DENIED, M_feedback_own_link, NULL);
    TRY(programme_find(c->db, c->a, o->round.programme, &p));
    const struct zone *zone = zone_find(p.zone);
    o->today = day_from_ms(zone != NULL ? zone : c->zone, c->now);
    o->programme = p.title;
    return instrument_find(c->db, c->a, o->round.instrument, lang_tag(c->lang), &o->instrument);
}

/* What the device calls the drafts of this link: nothing that opens it. */
static struct str drafts_of(struct ctx *c, struct str token)
{
    struct str hash = feedback_hash(c->a, token, "draft", S(""));
    char hex[2 * 8 + 1];
    sodium_bin2hex(hex, sizeof hex, (const unsigned char *)hash.p, 8);
    return str_printf(c->a, "link-%s", hex);
}

static struct str subject_of(struct ctx *c, const struct opened *o)
{
    return o->round.subject_name.p != NULL ? o->round.subject_name : tr(c, M_feedback_somebody_gone);
}

static enum rc send(struct ctx *c, const struct opened *o, struct view_feedback_answer *v, int status)
{
    v->subject = subject_of(c, o);
    struct msg_arg name = MSG_TEXT("name", v->subject);
    struct page page = {.title = tr_args(c, M_feedback_answer_title, &name, 1), .caption = o->programme, .narrow = true, .drafts = drafts_of(c, o->token), .status = status};
    TRY(view_feedback_answer_page(c, &page, v));
    page_compress(c);
    return RC_OK;
}

static struct form *button(struct ctx *c, const struct opened *o, const char *rest, msg_id label)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "%.*s%s", STR_ARG(o->path), rest), label);
    f->no_warn = true;
    return f;
}

/* again: an answer of this link is there; the box to replace it is shown, ticked when she came to change it. */
static struct form *fields_of(struct ctx *c, const struct opened *o, const int *answers, const struct str *words, bool again, bool ticked)
{
    struct form *f = form_new(c->a, c->lang, c->zone, o->path, M_feedback_send);
    f->keep = true;
    f->no_warn = true;
    f->draft = S("feedback");
    if (again)
        form_add(f, (struct field){.name = "replace", .kind = FIELD_BOOL, .label = M_feedback_replace, .no_draft = true, .value = ticked ? S("1") : S("")});
    feedback_add_fields(c, f, &o->instrument, answers, words);
    return f;
}

static enum rc send_form(struct ctx *c, const struct opened *o, struct form *f, bool may_decline, int status)
{
    struct view_feedback_answer v = {.how = S("form"), .f = f, .late = o->round.due_day < o->today,
                                     .until = o->round.due_day < o->today ? (struct opt_int){0} : SOME_INT(o->round.due_day),
                                     .about = markdown_render(c->a, o->instrument.about, (struct markdown_options){.lang = c->lang, .heading_shift = 2})};
    if (may_decline)
        v.decline = button(c, o, "/decline", M_feedback_decline);
    return send(c, o, &v, status);
}

/* The form again with what was sent before. */
static enum rc send_change(struct ctx *c, const struct opened *o)
{
    int *answers = ARENA_ARRAY(c->a, o->instrument.item_count, int);
    struct str *words = ARENA_ARRAY(c->a, o->instrument.item_count, struct str);
    TRY(feedback_load_own(c->db, c->a, o->token, &o->instrument, answers, words));
    return send_form(c, o, fields_of(c, o, answers, words, true, true), false, 0);
}

enum rc feedback_get_answer(struct ctx *c)
{
    struct opened o;
    TRY(open_link(c, &o));
    bool change = request_query(c->rq, "change").n != 0;
    struct view_feedback_answer v = {.change = str_printf(c->a, "%.*s?change=1", STR_ARG(o.path))};
    if (o.link.state == FEEDBACK_LINK_MINE && change)
        return send_change(c, &o);
    if (o.link.state == FEEDBACK_LINK_OPEN || (o.link.state == FEEDBACK_LINK_DECLINED && change))
        return send_form(c, &o, fields_of(c, &o, NULL, NULL, false, false), o.link.state == FEEDBACK_LINK_OPEN, 0);
    v.how = o.link.state == FEEDBACK_LINK_MINE ? S("mine") : o.link.state == FEEDBACK_LINK_OTHER ? S("other") : S("declined");
    if (o.link.state == FEEDBACK_LINK_MINE)
        v.take_back = button(c, &o, "/back", M_feedback_take_back);
    return send(c, &o, &v, 0);
}

struct answering {
    struct arena *a;
    struct str token;
    struct feedback_said said;
    bool replace, declines;
};

static enum rc answer(struct db *tx, void *arg, struct err *e)
{
    const struct answering *s = arg;
    return feedback_answer(tx, s->a, s->token, &s->said, s->replace, e);
}

enum rc feedback_post_answer(struct ctx *c)
{
    struct opened o;
    TRY(open_link(c, &o));
    bool mine = o.link.state == FEEDBACK_LINK_MINE;
    struct form *f = fields_of(c, &o, NULL, NULL, mine, false);
    struct answering s = {.a = c->a, .token = o.token};
    bool read = form_read(f, c->rq->form, c->rq->form_count);
    feedback_read_fields(c, f, &o.instrument, &s.said);
    if (!read || !form_ok(f))
        return send_form(c, &o, f, false, 422);
    s.replace = mine && form_bool(f, "replace");
    enum rc rc = ctx_write(c, answer, &s);
    int status = 0;
    if (rc == RC_CONFLICT && !mine) { /* the other tab was quicker than this request */
        f = fields_of(c, &o, s.said.answers, s.said.words, c->err.msg == M_feedback_answered, false);
        form_fail(f, &c->err);
        return send_form(c, &o, f, false, 409);
    }
    if (page_form_failed(c, f, rc, &status))
        return send_form(c, &o, f, false, status);
    TRY(rc);
    return page_redirect(c, o.path, 0);
}

static enum rc take_back(struct db *tx, void *arg, struct err *e)
{
    const struct answering *s = arg;
    return feedback_take_back(tx, s->a, s->token, e);
}

enum rc feedback_post_back(struct ctx *c)
{
    struct opened o;
    TRY(open_link(c, &o));
    struct answering s = {.a = c->a, .token = o.token};
    TRY(ctx_write(c, take_back, &s));
    return page_redirect(c, o.path, M_feedback_taken_back);
}

static enum rc decline(struct db *tx, void *arg, struct err *e)
{
    const struct answering *s = arg;
    return feedback_decline(tx, s->a, s->token, s->declines, e);
}

enum rc feedback_post_decline(struct ctx *c)
{
    struct opened o;
    TRY(open_link(c, &o));
    struct answering s = {.a = c->a, .token = o.token, .declines = true};
    TRY(ctx_write(c, decline, &s));
    return page_redirect(c, o.path, 0);
}

/* ---- somebody with an account, from her Home ------------------------------------------------------------------------------------------ */

struct linking {
    struct arena *a;
    int64_t nomination;
    struct str token;
};

static enum rc new_link(struct db *tx, void *arg, struct err *e)
{
    struct linking *s = arg;
    return feedback_new_link(tx, s->a, s->nomination, &s->token, e);
}

enum rc feedback_handle_asked(struct ctx *c)
{
    struct linking s = {.a = c->a};
    struct row_feedback_nomination_find n;
    struct feedback_round r;
    TRY(request_id(c->rq, 0, &s.nomination));
    TRY(sql_feedback_nomination_find(c->db, c->a, s.nomination, &n));
    TRY(feedback_find(c->db, c->a, n.round_id, &r));
    struct target t = {.holder = n.person_id_null ? 0 : n.person_id};
    TRY(access_require(c, P_FEEDBACK_GIVE, &t));
    if (!str_eq_z(n.state, "approved"))
        return RC_NOT_FOUND;
    if (c->rq->method == METHOD_POST) {
        TRY(ctx_write(c, new_link, &s));
        return page_redirect(c, str_printf(c->a, "/f/%.*s", STR_ARG(s.token)), 0);
    }
    struct view_feedback_asked v = {.subject = r.subject_name.p != NULL ? r.subject_name : tr(c, M_feedback_somebody_gone),
                                    .until = r.due_day >= c->today ? SOME_INT(r.due_day) : (struct opt_int){0},
                                    .f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/feedback/asked/%" PRId64, s.nomination), M_feedback_open_form)};
    if (r.state != FEEDBACK_COLLECT && r.state != FEEDBACK_VALIDATE)
        return err_set(&c->err, RC_GONE, M_feedback_link_gone, NULL);
    struct msg_arg name = MSG_TEXT("name", v.subject);
    struct page page = {.title = tr_args(c, M_feedback_answer_title, &name, 1), .narrow = true};
    return view_feedback_asked_page(c, &page, &v);
}
