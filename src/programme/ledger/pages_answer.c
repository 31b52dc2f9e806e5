/* What one answers oneself: behind the link of a mail, on a phone and without an account, from Home, or after a session. */
#include "gen/programme/ledger/ledger_answer_view.h"
#include "programme/ledger/inside.h"
#include "view/markdown.h"

static struct form *fields_of(struct ctx *c, struct str path, const struct instrument *in, const int *answers)
{
    struct form *f = form_new(c->a, c->lang, c->zone, path, M_ledger_send);
    f->keep = true;
    f->no_warn = true;
    f->draft = S("ledger");
    for (size_t k = 0; k < in->item_count; k++)
        if (!in->items[k].words)
            instrument_add_field(c, f, in, k, true, answers != NULL ? answers[k] : INSTRUMENT_MISSING, STR_NONE);
    return f;
}

/* What was chosen; an item without an answer gets its error. */
static int *read_fields(struct ctx *c, struct form *f, const struct instrument *in)
{
    int *answers = ARENA_ARRAY(c->a, in->item_count + 1, int);
    for (size_t k = 0; k < in->item_count; k++) {
        answers[k] = in->items[k].words ? INSTRUMENT_MISSING : instrument_read_field(f, in, k);
        if (!in->items[k].words && answers[k] == INSTRUMENT_MISSING)
            form_error(f, instrument_field_name(c->a, in, k), M_ledger_answer_missing, NULL);
    }
    return answers;
}

/* ---- evaluations ---------------------------------------------------------------------------------------------------------------------- */

struct answering {
    struct arena *a;
    struct ledger_asked q;
    struct str path;
    struct str token;           /* empty: signed in */
    const int *answers;
    int64_t today, session;
};

static struct form *button(struct ctx *c, const struct answering *s, msg_id label)
{
    struct form *f = form_new(c->a, c->lang, c->zone, str_concat(c->a, s->path, S("/decline")), label);
    f->no_warn = true;
    f->quiet = true;
    return f;
}

static enum rc send(struct ctx *c, const struct answering *s, struct form *f, int status)
{
    bool change = request_query(c->rq, "change").n != 0, shows = f != NULL || s->q.state == LEDGER_ASK_OPEN || (change && s->q.state != LEDGER_ASK_CLOSED);
    struct msg_arg title = MSG_TEXT("title", s->q.title);
    struct view_ledger_answer v = {.how = s->q.state == LEDGER_ASK_CLOSED ? S("closed") : shows ? S("form") : s->q.state == LEDGER_ASK_ANSWERED ? S("done") : S("declined"),
                                   .lead = tr_args(c, M_ledger_answer_lead, &title, 1), .until = SOME_INT(s->q.until_day), .change = str_concat(c->a, s->path, S("?change=1"))};
    if (shows && s->q.state != LEDGER_ASK_CLOSED) {
        v.f = f != NULL ? f : fields_of(c, s->path, &s->q.instrument, s->q.answers);
        v.about = markdown_render(c->a, s->q.instrument.about, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
    }
    if (s->q.state == LEDGER_ASK_OPEN || (s->q.state == LEDGER_ASK_ANSWERED && !shows))
        v.decline = button(c, s, s->q.state == LEDGER_ASK_OPEN ? M_ledger_decline : M_ledger_take_back);
    struct page page = {.title = s->q.instrument.title, .caption = s->q.title, .narrow = true, .status = status};
    if (s->token.n != 0) /* what the device calls the drafts of this link: nothing that opens it */
        page.drafts = str_printf(c->a, "link-%016" PRIx64, (uint64_t)(s->q.wave * 31 + s->q.person));
    TRY(view_ledger_answer_page(c, &page, &v));
    page_compress(c);
    return RC_OK;
}

static enum rc keep(struct db *tx, void *arg, struct err *e)
{
    const struct answering *s = arg;
    return ledger_answer(tx, s->a, s->q.wave, s->q.person, s->answers, s->today, e);
}

static enum rc drop(struct db *tx, void *arg, struct err *e)
{
    const struct answering *s = arg;
    return ledger_decline(tx, s->a, s->q.wave, s->q.person, e);
}

static enum rc take(struct ctx *c, struct answering *s)
{
    struct form *f = fields_of(c, s->path, &s->q.instrument, NULL);
    bool read = form_read(f, c->rq->form, c->rq->form_count);
    int status = 0;
    s->answers = read_fields(c, f, &s->q.instrument);
    s->today = c->today;
    if (!read || !form_ok(f))
        return send(c, s, f, 422);
    enum rc rc = ctx_write(c, keep, s);
    if (page_form_failed(c, f, rc, &status))
        return send(c, s, f, status);
    TRY(rc);
    return page_redirect(c, s->path, 0);
}

static enum rc open_link(struct ctx *c, struct answering *s)
{
    *s = (struct answering){.a = c->a, .token = c->rq->params[0]};
    s->path = str_printf(c->a, "/e/%.*s", STR_ARG(s->token));
    return ledger_open_link(c->db, c->a, s->token, lang_tag(c->lang), &s->q, &c->err);
}

enum rc ledger_get_link(struct ctx *c)
{
    struct answering s;
    TRY(open_link(c, &s));
    return send(c, &s, NULL, 0);
}

enum rc ledger_post_link(struct ctx *c)
{
    struct answering s;
    TRY(open_link(c, &s));
    return take(c, &s);
}

enum rc ledger_post_decline_link(struct ctx *c)
{
    struct answering s;
    TRY(open_link(c, &s));
    TRY(ctx_write(c, drop, &s));
    return page_redirect(c, s.path, 0);
}

static enum rc open_asked(struct ctx *c, struct answering *s)
{
    int64_t wave;
    struct target t = {.person = c->who->person};
    TRY(request_id(c->rq, 0, &wave));
    TRY(access_require(c, P_EVALUATION_ANSWER, &t));
    *s = (struct answering){.a = c->a, .path = str_printf(c->a, "/evaluations/asked/%" PRId64, wave), .token = S("")};
    return ledger_open_asked(c->db, c->a, wave, c->who->person, lang_tag(c->lang), &s->q);
}

enum rc ledger_handle_asked(struct ctx *c)
{
    struct answering s;
    TRY(open_asked(c, &s));
    return c->rq->method == METHOD_POST ? take(c, &s) : send(c, &s, NULL, 0);
}

enum rc ledger_post_decline_asked(struct ctx *c)
{
    struct answering s;
    TRY(open_asked(c, &s));
    TRY(ctx_write(c, drop, &s));
    return page_redirect(c, s.path, 0);
}

/* ---- after a session --------------------------------------------------------------------------------------------------------------------- */

static enum rc keep_session(struct db *tx, void *arg, struct err *e)
{
    const struct answering *s = arg;
    return ledger_session_answer(tx, s->a, s->session, s->q.person, s->answers, s->today, e);
}

static enum rc send_session(struct ctx *c, const struct row_ledger_session_open *open, const struct instrument *in, struct form *f, struct str change, int status)
{
    struct msg_arg title = MSG_TEXT("title", open->title);
    struct view_ledger_answer v = {.how = f != NULL ? S("form") : S("done"), .lead = tr_args(c, M_ledger_session_lead, &title, 1), .f = f, .change = change};
    struct page page = {.title = in->title, .caption = open->title, .narrow = true, .status = status};
    return view_ledger_answer_page(c, &page, &v);
}

enum rc ledger_handle_session(struct ctx *c)
{
    struct row_ledger_session_open open;
    struct row_ledger_session_answer_find was;
    struct instrument in;
    struct answering s = {.a = c->a, .today = c->today, .q.person = c->who->person};
    struct target t = {.person = c->who->person};
    TRY(request_id(c->rq, 0, &s.session));
    TRY(access_require(c, P_EVALUATION_ANSWER, &t));
    TRY(sql_ledger_session_open(c->db, c->a, c->who->person, s.session, &open));
    TRY(instrument_current(c->db, c->a, open.instrument, lang_tag(c->lang), &in));
    s.path = str_printf(c->a, "/sessions/%" PRId64 "/feedback", s.session);
    enum rc rc = sql_ledger_session_answer_find(c->db, c->a, c->who->person, s.session, &was);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    int *answers = ARENA_ARRAY(c->a, in.item_count + 1, int);
    bool known = rc == RC_OK && was.instrument_id == in.id && instrument_read_points(&in, was.points, answers);
    if (c->rq->method != METHOD_POST) {
        bool asks = rc == RC_NOT_FOUND || request_query(c->rq, "change").n != 0;
        return send_session(c, &open, &in, asks ? fields_of(c, s.path, &in, known ? answers : NULL) : NULL, str_concat(c->a, s.path, S("?change=1")), 0);
    }
    struct form *f = fields_of(c, s.path, &in, NULL);
    bool read = form_read(f, c->rq->form, c->rq->form_count);
    int status = 0;
    s.answers = read_fields(c, f, &in);
    if (!read || !form_ok(f))
        return send_session(c, &open, &in, f, S(""), 422);
    rc = ctx_write(c, keep_session, &s);
    if (page_form_failed(c, f, rc, &status))
        return send_session(c, &open, &in, f, S(""), status);
    TRY(rc);
    return page_redirect(c, s.path, 0);
}
