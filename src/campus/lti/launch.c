/* A launch (LTI 1.3 core, 5.1; 1EdTech Security Framework 1.0, 5.1): the platform starts it, we ask it who that is, it answers with a signed
 * token through her browser, we let her in.
 *
 * What binds the answer to the question is in the database: the state, good once and for ten minutes, and its nonce. What binds both to the same
 * browser is a cookie. In a frame it is partitioned, since browsers refuse others there; where it still does not come back, nobody knows in whose
 * browser the answer arrived (somebody could have lured her into a launch of his own), so nobody is signed in by it: a page says as whom she would
 * go on, and a link that she presses herself opens a window of its own, where cookies are ours. So a launch never depends on a cookie, and
 * no session begins unseen without one. It needs no script. */
#include "campus/lti/inside.h"

#include "auth/jose.h"
#include "auth/session.h"
#include "base/utf8.h"
#include "gen/campus/lti/continue_view.h"
#include "gen/campus/lti/refused_view.h"
#include "out/mail.h"

#define FRAME_HOURS 12

enum rc lti_refuse(struct ctx *c, msg_id what, struct str detail, const char *to_whom, int status)
{
    const struct msg_arg args[] = {MSG_TEXT("detail", detail)};
    msg_id help = strcmp(to_whom, "again") == 0         ? M_lti_help_again
                  : strcmp(to_whom, "coordinator") == 0 ? M_lti_help_coordinator
                                                        : M_lti_help_administrator;
    struct view_lti_refused v = {.what = tr_args(c, what, args, COUNT_OF(args)), .help = tr(c, help)};
    struct page page = {.title = tr(c, M_lti_refused_title), .narrow = true, .status = status};
    if (c->framed_by.n == 0 && c->who->person == 0) /* nothing to press and about nobody; else a frame would stay empty */
        page_frame(c, S("*"), S(""));
    return view_lti_refused_page(c, &page, &v);
}

/* ---- the platform starts --------------------------------------------------------------------------------------------------------------- */

struct starting {
    struct arena *a;
    int64_t platform, now;
    struct str state, nonce;
};

static enum rc write_state(struct db *tx, void *arg, struct err *e)
{
    const struct starting *s = arg;
    (void)e;
    TRY(sql_lti_state_tidy(tx, s->now - MS_PER_HOUR));
    return sql_lti_state_add(tx, link_token_hash(s->a, s->state), s->platform, s->nonce, s->now + LTI_STATE_MS);
}

static struct str sent(struct ctx *c, const char *name)
{
    struct str v = c->rq->method == METHOD_POST ? request_form(c->rq, name) : request_query(c->rq, name);
    return v.p != NULL ? v : S("");
}

/* Of its own for each launch, since a page of the platform may show several of us at once. */
static const char *state_cookie(struct arena *a, struct str state)
{
    return str_z(a, str_printf(a, "lti_%.*s", STR_ARG(str_sub(state, 0, 12))));
}

static void add_parameter(struct buf *b, const char *name, struct str value)
{
    if (value.n == 0)
        return;
    buf_printf(b, "%s%s=", b->n != 0 ? "&" : "", name);
    buf_url(b, value);
}

/* GET and POST /lti/login */
enum rc lti_handle_login(struct ctx *c)
{
    struct str issuer = sent(c, "iss"), client = sent(c, "client_id"), hint = sent(c, "login_hint");
    struct rows_lti_platform_by_issuer found;
    struct lti_platform p;
    if (issuer.n == 0 || hint.n == 0)
        return lti_refuse(c, M_lti_not_a_start, S(""), "again", 422);
    TRY(sql_lti_platform_by_issuer(c->db, c->a, issuer, client.n != 0 ? client : STR_NONE, &found));
    if (found.n == 0)
        return lti_refuse(c, M_lti_unknown_platform, str_sub(issuer, 0, 200), "administrator", 403);
    if (found.n != 1)
        return lti_refuse(c, M_lti_which_platform, str_sub(issuer, 0, 200), "administrator", 422);
    TRY(lti_platform_load(c->db, c->a, found.v[0].id, &p));
    page_frame(c, p.origins, S(""));
    if (!p.on)
        return lti_refuse(c, M_lti_off, p.name, "administrator", 403);
    struct starting s = {.a = c->a, .platform = p.id, .now = c->now, .state = link_token_new(c->a), .nonce = link_token_new(c->a)};
    TRY(ctx_write(c, write_state, &s));
    struct buf b = buf_new(c->a, 512);
    add_parameter(&b, "scope", S("openid"));
    add_parameter(&b, "response_type", S("id_token"));
    add_parameter(&b, "response_mode", S("form_post"));
    add_parameter(&b, "prompt", S("none"));
    add_parameter(&b, "client_id", p.client_id);
    add_parameter(&b, "redirect_uri", mail_link(c->a, S("/lti/launch")));
    add_parameter(&b, "login_hint", hint);
    add_parameter(&b, "lti_message_hint", sent(c, "lti_message_hint"));
    add_parameter(&b, "state", s.state);
    add_parameter(&b, "nonce", s.nonce);
    ctx_cookie(c, state_cookie(c->a, s.state), s.state, LTI_STATE_MS / MS_PER_SECOND);
    c->rs->status = 303;
    response_header(c->rs, "Location", lti_url_with(c->a, p.auth_url, buf_text(&b)));
    return RC_OK;
}

/* ---- its answer ---------------------------------------------------------------------------------------------------------------------------- */

struct using {
    struct arena *a;
    struct str state, nonce;
    int64_t platform, now;
    msg_id wrong; /* 0: it is good */
};

static enum rc use_state(struct db *tx, void *arg, struct err *e)
{
    struct using *u = arg;
    struct row_lti_state_get row;
    struct str hash = link_token_hash(u->a, u->state);
    (void)e;
    u->wrong = 0;
    enum rc rc = sql_lti_state_get(tx, u->a, hash, &row);
    if (rc == RC_NOT_FOUND) {
        u->wrong = M_lti_state_unknown;
        return RC_OK;
    }
    TRY(rc);
    u->platform = row.platform_id;
    u->nonce = row.nonce;
    u->wrong = row.used ? M_lti_state_used : row.expires_at <= u->now ? M_lti_state_old : 0;
    return row.used ? RC_OK : sql_lti_state_use(tx, hash);
}

static enum rc bad_signature(struct err *e, enum jose_verdict verdict)
{
    static const msg_id why[] = {[JOSE_MALFORMED] = M_lti_no_token, [JOSE_ALG] = M_lti_bad_algorithm, [JOSE_NO_KEY] = M_lti_foreign_key, [JOSE_SIGNATURE] = M_lti_bad_signature};
    return err_field(e, RC_INVALID, why[verdict], "administrator", NULL);
}

/* Its keys are kept; a token that names one which is not among them may be signed by a new one: they are fetched again, once. */
static enum rc check_signature(struct ctx *c, struct lti_platform *p, struct str token, json_t **claims)
{
    struct jose_token out;
    bool fetched = p->jwks.n == 0;
    if (fetched)
        TRY(lti_keys_fetch(c, p));
    enum jose_verdict verdict = jose_verify(c->a, token, p->jwks, &out);
    if (verdict == JOSE_NO_KEY && !fetched) {
        TRY(lti_keys_fetch(c, p));
        verdict = jose_verify(c->a, token, p->jwks, &out);
    }
    if (verdict != JOSE_GOOD)
        return bad_signature(&c->err, verdict);
    *claims = out.claims;
    return RC_OK;
}

static bool in_frame(const struct ctx *c, const struct lti_launch *l)
{
    struct str dest = request_header(c->rq, "Sec-Fetch-Dest");
    return dest.n != 0 ? !str_eq(dest, S("document")) : l->frame;
}

struct admission {
    struct arena *a;
    const struct lti_platform *p;
    const struct lti_launch *l;
    int64_t now;
    bool framed;
    struct lti_admitted in;
    struct str token;
};

/* Lets her in and opens a way: into the site, or to the choice of what a new link opens. */
static enum rc admit(struct db *tx, void *arg, struct err *e)
{
    struct admission *m = arg;
    TRY(lti_admit(tx, m->a, m->p, m->l, m->now, &m->in, e));
    if (m->in.refused != 0)
        return RC_OK;
    bool deep = m->l->message == LTI_DEEP_LINKING;
    struct lti_door d = {.kind = deep ? "pick" : "enter", .platform = m->p->id, .context = m->in.context, .person = m->in.person,
                         .goal = deep ? m->l->deep_return : m->in.goal, .data = deep ? m->l->deep_data : m->in.roles, .framed = m->framed};
    return lti_door_make(tx, m->a, &d, m->now, deep ? LTI_PICK_MS : LTI_DOOR_MS, &m->token);
}

/* Without the cookie: she says herself that she goes on, in a window of its own where this is a frame. */
static enum rc ask(struct ctx *c, const struct admission *m, bool framed, struct str path)
{
    struct view_lti_continue v = {.name = m->in.name, .platform = m->p->name, .href = path, .framed = framed};
    struct page page = {.title = tr(c, M_lti_continue_title), .narrow = true};
    return view_lti_continue_page(c, &page, &v);
}

static enum rc go_on(struct ctx *c, const struct lti_platform *p, const struct lti_launch *l, struct str state)
{
    const char *cookie = state_cookie(c->a, state);
    bool same = str_eq(request_cookie(c->rq, cookie), state), framed = in_frame(c, l);
    struct admission m = {.a = c->a, .p = p, .l = l, .now = c->now, .framed = framed && same};
    TRY(ctx_write(c, admit, &m));
    if (m.in.refused != 0) {
        struct err why = {0};
        enum rc rc = err_field(&why, RC_INVALID, (int)m.in.refused, m.in.to_whom, "%.*s", STR_ARG(m.in.detail));
        ASSERT(rc == RC_INVALID);
        TRY(lti_note_failure(c->db, p->id, &why, c->now));
        return lti_refuse(c, m.in.refused, m.in.detail, m.in.to_whom, 403);
    }
    bool deep = l->message == LTI_DEEP_LINKING;
    struct str path = str_printf(c->a, "/lti/%s/%.*s", deep ? "pick" : "enter", STR_ARG(m.token));
    if (same)
        ctx_cookie(c, cookie, S(""), 0);
    if (!same && !deep)
        return ask(c, &m, framed, path);
    c->rs->status = 303;
    response_header(c->rs, "Location", path);
    return RC_OK;
}

/* The platform may refuse too: OpenID Connect core, 3.1.2.6. */
static enum rc platform_refused(struct ctx *c, const struct lti_platform *p)
{
    struct str why = request_form(c->rq, "error_description");
    why = why.n != 0 ? why : request_form(c->rq, "error");
    struct str shown = str_printf(c->a, "%.*s", STR_ARG(utf8_clip(why, 200)));
    return err_field(&c->err, RC_INVALID, M_lti_platform_refused, p->on ? "again" : "administrator", "%.*s", STR_ARG(shown));
}

static enum rc launch(struct ctx *c, struct lti_platform *p, struct str state, struct str nonce)
{
    struct lti_launch l;
    json_t *claims = NULL;
    struct lti_expect expect = {.issuer = p->issuer, .client_id = p->client_id, .deployments = p->deployments, .nonce = nonce,
                                .site = mail_link(c->a, S("/")), .now = c->now};
    if (!p->on)
        return err_field(&c->err, RC_INVALID, M_lti_off, "administrator", "%.*s", STR_ARG(p->name));
    if (request_form(c->rq, "error").n != 0)
        return platform_refused(c, p);
    TRY(check_signature(c, p, request_form(c->rq, "id_token"), &claims));
    TRY(lti_read_claims(claims, &expect, &l, &c->err));
    return go_on(c, p, &l, state);
}

/* POST /lti/launch */
enum rc lti_post_launch(struct ctx *c)
{
    struct str state = request_form(c->rq, "state");
    struct using u = {.a = c->a, .state = state.p != NULL ? state : S(""), .now = c->now};
    struct lti_platform p;
    TRY(ctx_write(c, use_state, &u));
    if (u.platform == 0)
        return lti_refuse(c, u.wrong, S(""), "again", 403);
    TRY(lti_platform_load(c->db, c->a, u.platform, &p));
    page_frame(c, p.origins, S(""));
    if (u.wrong != 0)
        return lti_refuse(c, u.wrong, S(""), "again", 403);
    enum rc rc = launch(c, &p, u.state, u.nonce);
    if (rc != RC_INVALID)
        return rc;
    struct err why = c->err;
    TRY(lti_note_failure(c->db, p.id, &why, c->now));
    return lti_refuse(c, why.msg, str_from(why.detail), strcmp(why.field, "again") == 0 ? "again" : "administrator", 403);
}

/* ---- the way in ------------------------------------------------------------------------------------------------------------------------------ */

struct entering {
    struct arena *a;
    struct str token;
    struct lti_door door;
    struct session_limit limit;
    struct str device, session;
    bool open;            /* a session of its own */
    int64_t before;       /* one that it takes the place of, 0: none */
    int64_t now;
};

/* So that it ends when the platform is turned off. */
static enum rc note_session(struct db *tx, const struct entering *in)
{
    struct actor who;
    struct session s;
    TRY(session_load(tx, in->a, in->session, in->now, &who, &s));
    return sql_lti_session_add(tx, s.id, in->door.platform);
}

/* RC_GONE also when the platform was turned off meanwhile. */
static enum rc enter(struct db *tx, void *arg, struct err *e)
{
    struct entering *in = arg;
    struct lti_platform p;
    (void)e;
    TRY(lti_platform_load(tx, in->a, in->door.platform, &p));
    if (!p.on)
        return RC_GONE;
    TRY(lti_door_use(tx, in->a, in->token));
    if (!in->open)
        return RC_OK;
    if (in->before != 0) {
        enum rc rc = session_end(tx, in->door.person, in->before);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
    }
    TRY(session_open_limited(tx, in->a, in->door.person, &in->limit, in->device, in->now, &in->session));
    TRY(note_session(tx, in));
    return audit_note(tx, in->now, in->door.person, "lti_launch", in->door.person, "lti_platform", in->door.platform);
}

/* GET /lti/enter/{token}: within the frame when the cookie came back there, else in a window of its own. Who is signed in there as herself
 * stays so. */
enum rc lti_get_enter(struct ctx *c)
{
    struct entering in = {.a = c->a, .token = c->rq->params[0], .now = c->now};
    struct lti_platform p;
    struct row_lti_context_get course;
    enum rc rc = lti_door_find(c->db, c->a, "enter", in.token, c->now, &in.door);
    if (rc == RC_NOT_FOUND || rc == RC_GONE)
        return lti_refuse(c, M_lti_door_gone, S(""), "again", 410);
    TRY(rc);
    if (c->rq->method == METHOD_HEAD) /* a preview, not a person */
        return page_redirect(c, S("/"), 0);
    TRY(lti_platform_load(c->db, c->a, in.door.platform, &p));
    page_frame(c, in.door.framed ? p.origins : S(""), S(""));
    if (!p.on)
        return lti_refuse(c, M_lti_off, p.name, "administrator", 403);
    TRY(sql_lti_context_get(c->db, c->a, in.door.context, &course));
    struct str dest = request_header(c->rq, "Sec-Fetch-Dest");
    bool framed = in.door.framed && !str_eq(dest, S("document"));
    bool herself = c->session != NULL && c->who->person == in.door.person;
    in.open = framed || !herself || c->session->limited;
    in.before = herself && c->session->limited ? c->session->id : 0;
    in.device = p.name;
    in.limit = (struct session_limit){.programme = course.programme_id, .roles = in.door.data, .framed_by = framed ? p.origins : S("")};
    rc = ctx_write(c, enter, &in);
    if (rc == RC_GONE)
        return lti_refuse(c, M_lti_door_gone, S(""), "again", 410);
    TRY(rc);
    page_frame(c, framed ? p.origins : S(""), S(""));
    if (in.open)
        ctx_cookie(c, framed ? FRAME_COOKIE : SESSION_COOKIE, in.session, framed ? FRAME_HOURS * 3600 : SESSION_DAYS * 24 * 3600);
    return page_redirect(c, in.door.goal, 0);
}
