/* Going to a provider and coming back. What is needed to believe an answer (nonce, verifier, where one wanted to go) waits in the database
 * under the hash of the state, for some minutes, for one use, and for the browser that has the cookie. */
#include "auth/session.h"
#include "base/clock.h"
#include "base/log.h"
#include "campus/oidc/inside.h"
#include "gen/campus/oidc/sign_on_go_view.h"
#include "gen/campus/oidc/sign_on_refused_view.h"
#include "out/mail.h"

#define BROWSER_COOKIE "cadre_sign_on"
#define TOKEN_CHARS 43 /* link_token_new */
#define CLAIM_MOST 300 /* bytes */
#define CLEAN_AT_ONCE 50

/* ---- why not ---------------------------------------------------------------------------------------------------------------- */

static msg_id refusal_text(enum sign_on_refusal why)
{
    static const msg_id texts[SIGN_ON_REFUSALS] = {
        [SIGN_ON_LOST] = M_signon_no_lost,
        [SIGN_ON_BROWSER] = M_signon_no_browser,
        [SIGN_ON_OFF] = M_signon_no_off,
        [SIGN_ON_PROVIDER] = M_signon_no_provider,
        [SIGN_ON_AWAY] = M_signon_no_away,
        [SIGN_ON_CODE] = M_signon_no_code,
        [SIGN_ON_TOKEN] = M_signon_no_token,
        [SIGN_ON_ALG] = M_signon_no_alg,
        [SIGN_ON_ISSUER] = M_signon_no_issuer,
        [SIGN_ON_AUDIENCE] = M_signon_no_audience,
        [SIGN_ON_EXPIRED] = M_signon_no_expired,
        [SIGN_ON_NONCE] = M_signon_no_nonce,
        [SIGN_ON_SUBJECT] = M_signon_no_subject,
        [SIGN_ON_STRANGER] = M_signon_no_stranger,
        [SIGN_ON_ADDRESS_TAKEN] = M_signon_no_stranger, /* who has which address is not told */
        [SIGN_ON_POWERFUL] = M_signon_no_powerful,
        [SIGN_ON_OTHER] = M_signon_no_other,
        [SIGN_ON_LINKED] = M_signon_no_linked,
        [SIGN_ON_CLOSED] = M_signon_no_closed,
        [SIGN_ON_SESSION] = M_signon_no_session,
        [SIGN_ON_SOCKET] = M_signon_no_socket,
    };
    return texts[why];
}

static bool is_odd(enum sign_on_refusal why) /* nothing that the person could have done */
{
    return why >= SIGN_ON_TOKEN && why <= SIGN_ON_SUBJECT;
}

enum rc sign_on_refuse(struct ctx *c, const struct provider *p, enum sign_on_refusal why, struct str detail)
{
    log_event(LOG_WARN, "sign_on.refused", "provider=%" PRId64 " why=%d", p != NULL ? p->row.id : 0, (int)why);
    const struct msg_arg args[] = {MSG_TEXT("name", p != NULL ? p->row.name : S(""))};
    struct view_sign_on_refused v = {.why = tr_args(c, refusal_text(why), args, COUNT_OF(args)),
                                     .detail = detail,
                                     .odd = is_odd(why),
                                     .linking = c->who->person != 0,
                                     .stranger = why == SIGN_ON_STRANGER || why == SIGN_ON_ADDRESS_TAKEN};
    struct page page = {.title = tr(c, v.linking ? M_signon_refused_link : M_signon_refused), .narrow = true,
                        .status = why == SIGN_ON_AWAY ? 503 : why == SIGN_ON_LOST ? 410 : 403};
    return view_sign_on_refused_page(c, &page, &v);
}

/* ---- going ------------------------------------------------------------------------------------------------------------------- */

struct starting {
    struct arena *a;
    int64_t provider, link_to, now;
    struct str state, browser, nonce, verifier, back;
};

static enum rc keep_start(struct db *tx, void *arg, struct err *e)
{
    const struct starting *s = arg;
    (void)e;
    TRY(sql_sign_on_start_clean(tx, s->now, CLEAN_AT_ONCE));
    return sql_sign_on_start_add(tx, link_token_hash(s->a, s->state), s->provider, link_token_hash(s->a, s->browser), s->nonce, s->verifier,
                                 s->back, s->link_to != 0 ? &s->link_to : NULL, s->now + SIGN_ON_MINUTES * MS_PER_MINUTE);
}

static bool is_token_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || s.p[i] == '-' ||
              s.p[i] == '_'))
            return false;
    return s.n == TOKEN_CHARS;
}

/* One cookie for all that this browser has begun, so that two tabs do not disturb each other. */
static struct str browser_token(struct ctx *c)
{
    struct str known = request_cookie(c->rq, BROWSER_COOKIE), token = is_token_text(known) ? known : link_token_new(c->a);
    ctx_cookie(c, BROWSER_COOKIE, token, SIGN_ON_MINUTES * 60);
    return token;
}

/* The browser goes on by a Refresh header: a redirect after a form would be held to the addresses that our policy allows forms to lead to,
 * and those of a provider that hands over to yet another are not known here. */
static enum rc send_on(struct ctx *c, const struct provider *p, struct str to)
{
    const struct msg_arg args[] = {MSG_TEXT("name", p->row.name)};
    struct view_sign_on_go v = {.to = to, .name = p->row.name};
    struct page page = {.title = tr_args(c, M_signon_going, args, COUNT_OF(args)), .narrow = true};
    response_header(c->rs, "Refresh", str_concat(c->a, S("0; url="), to));
    response_header(c->rs, "Cache-Control", S("no-store"));
    return view_sign_on_go_page(c, &page, &v);
}

enum rc sign_on_begin(struct ctx *c, int64_t provider, struct str back, int64_t link_to)
{
    struct provider p;
    TRY(provider_load(c->db, c->a, provider, &p));
    if (p.row.active == 0)
        return RC_NOT_FOUND;
    enum rc rc = provider_is_proxy(&p) ? RC_OK : provider_refresh(c, &p);
    if (rc == RC_BUSY)
        return sign_on_refuse(c, &p, SIGN_ON_AWAY, S(""));
    TRY(rc);
    struct starting s = {.a = c->a,
                         .provider = provider,
                         .link_to = link_to,
                         .now = c->now,
                         .state = link_token_new(c->a),
                         .browser = browser_token(c),
                         .nonce = link_token_new(c->a),
                         .verifier = link_token_new(c->a),
                         .back = people_way_back(back)};
    TRY(ctx_write(c, keep_start, &s));
    if (provider_is_proxy(&p))
        return send_on(c, &p, str_printf(c->a, PROXY_PATH "%" PRId64 "?state=%.*s", provider, STR_ARG(s.state)));
    const struct authorization q = {.client_id = p.row.client_id,
                                    .redirect_uri = mail_link(c->a, S(CALLBACK_PATH)),
                                    .scopes = p.row.scopes,
                                    .state = s.state,
                                    .nonce = s.nonce,
                                    .verifier = s.verifier,
                                    .lang = lang_tag(c->lang)};
    return send_on(c, &p, authorization_address(c->a, p.meta.authorization, &q));
}

enum rc sign_on_post_start(struct ctx *c)
{
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    struct str back = request_form(c->rq, "back");
    if (c->who->person != 0) /* meanwhile, in another tab */
        return page_redirect(c, people_way_back(back), 0);
    return sign_on_begin(c, id, back, 0);
}

enum rc sign_on_ways(struct ctx *c, struct str back, const struct form *const **forms, size_t *count)
{
    struct rows_sign_on_provider_list rows;
    TRY(sql_sign_on_provider_list(c->db, c->a, &rows));
    const struct form **list = ARENA_ARRAY(c->a, rows.n, const struct form *);
    *count = 0;
    for (size_t i = 0; i < rows.n; i++) {
        if (rows.v[i].active == 0)
            continue;
        const struct msg_arg args[] = {MSG_TEXT("name", rows.v[i].name)};
        struct form *f = form_new(c->a, c->lang, c->zone, str_printf(c->a, "/sign-on/%" PRId64, rows.v[i].id), M_signon_with);
        f->submit_text = tr_args(c, M_signon_with, args, COUNT_OF(args));
        f->no_warn = true;
        form_add(f, (struct field){.name = "back", .kind = FIELD_HIDDEN, .value = back, .max = 2000});
        list[(*count)++] = f;
    }
    *forms = list;
    return RC_OK;
}

/* ---- coming back --------------------------------------------------------------------------------------------------------------- */

struct taking {
    struct str state_hash;
    bool taken;
};

static enum rc take_start(struct db *tx, void *arg, struct err *e)
{
    struct taking *t = arg;
    (void)e;
    TRY(sql_sign_on_start_take(tx, t->state_hash));
    t->taken = db_changes(tx) != 0;
    return RC_OK;
}

enum rc sign_on_claim(struct ctx *c, struct row_sign_on_start_find *s, enum sign_on_refusal *why)
{
    struct str state = request_query(c->rq, "state"), browser = request_cookie(c->rq, BROWSER_COOKIE);
    *why = SIGN_ON_LOST;
    if (!is_token_text(state))
        return RC_OK;
    struct taking t = {.state_hash = link_token_hash(c->a, state)};
    enum rc rc = sql_sign_on_start_find(c->db, c->a, t.state_hash, c->now, s);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    *why = SIGN_ON_BROWSER;
    if (!is_token_text(browser) || !str_eq(link_token_hash(c->a, browser), s->browser_hash))
        return RC_OK;
    TRY(ctx_write(c, take_start, &t));
    *why = t.taken ? SIGN_ON_FINE : SIGN_ON_LOST; /* another request with it was quicker */
    return RC_OK;
}

/* A word of the provider's own that is fit to be shown: what an error is called (RFC 6749, 4.1.2.1). */
static struct str plain_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_'))
            return S("");
    return s.n <= 60 ? s : S("");
}

struct claims {
    const json_t *token, *more; /* more: of userinfo, may be NULL */
};

static struct str claim(struct ctx *c, const struct claims *k, struct str name)
{
    struct str s = claim_text(c->a, k->token, name, CLAIM_MOST);
    return s.n != 0 || k->more == NULL ? s : claim_text(c->a, k->more, name, CLAIM_MOST);
}

/* An address that the provider says it has verified, in the same breath. */
static struct str verified_address(struct ctx *c, const struct claims *k)
{
    const json_t *said[] = {k->token, k->more};
    for (size_t i = 0; i < COUNT_OF(said); i++)
        if (said[i] != NULL && json_is_true(json_object_get(said[i], "email_verified")))
            return claim_text(c->a, said[i], S("email"), CLAIM_MOST);
    return STR_NONE;
}

static void describe(struct ctx *c, const struct provider *p, const struct claims *k, struct newcomer *n)
{
    if (p->row.roster_claim.n != 0)
        n->roster_id = claim(c, k, p->row.roster_claim);
    if (p->row.by_address != 0)
        n->email = verified_address(c, k);
    n->given = claim(c, k, S("given_name"));
    n->family = claim(c, k, S("family_name"));
    n->display = claim(c, k, S("name"));
    if (n->display.n == 0 && n->given.n == 0 && n->family.n == 0)
        n->display = claim(c, k, S("preferred_username"));
}

static enum rc is_known(struct ctx *c, const struct provider *p, struct str subject, bool *known)
{
    struct row_sign_on_link_find link;
    enum rc rc = sql_sign_on_link_find(c->db, c->a, p->row.id, subject, &link);
    *known = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* From the code to who it is. Of somebody who is known already nothing more is asked than the identifier. */
static enum rc learn(struct ctx *c, struct provider *p, struct str code, const struct row_sign_on_start_find *start, struct newcomer *n,
                     enum sign_on_refusal *why)
{
    struct str compact, access;
    struct id_token token = {0};
    struct claims k = {0};
    bool known;
    TRY(provider_redeem(c, p, code, start->verifier, &compact, &access, why));
    if (*why == SIGN_ON_FINE)
        TRY(provider_verify(c, p, compact, &k.token, why));
    if (*why == SIGN_ON_FINE)
        *why = id_token_check(c->a, k.token, p->row.issuer, p->row.client_id, start->nonce, c->now, &token);
    if (*why != SIGN_ON_FINE)
        return RC_OK;
    n->subject = token.subject;
    n->sid = token.sid;
    TRY(is_known(c, p, n->subject, &known));
    if (known || !start->link_to_null)
        return RC_OK;
    k.more = provider_userinfo(c, p, access, n->subject, why);
    describe(c, p, &k, n);
    return RC_OK;
}

/* RFC 9207: who answers says who it is, where it does so at all. */
static bool answer_is_of(const struct ctx *c, const struct provider *p)
{
    struct str iss = request_query(c->rq, "iss");
    return iss.p != NULL ? str_eq(iss, p->row.issuer) : !p->meta.says_issuer;
}

enum rc sign_on_finish(struct ctx *c, struct arrival *v, struct str back)
{
    if (v->link_to != 0 && (c->who->person != v->link_to || c->session == NULL || (c->who->lent && !c->who->demo)))
        return sign_on_refuse(c, v->p, SIGN_ON_SESSION, S(""));
    v->entry = people_entry(c);
    TRY(ctx_write(c, arrive, v));
    if (v->why != SIGN_ON_FINE)
        return sign_on_refuse(c, v->p, v->why, S(""));
    return v->link_to != 0 ? page_redirect(c, S("/account/sign-on"), M_signon_linked) : people_entered(c, &v->entry, back);
}

enum rc sign_on_get_callback(struct ctx *c)
{
    struct row_sign_on_start_find start;
    struct provider p;
    enum sign_on_refusal why;
    if (c->rq->method == METHOD_HEAD) /* a preview, not a person */
        return page_redirect(c, S("/sign-in"), 0);
    TRY(sign_on_claim(c, &start, &why));
    if (why != SIGN_ON_FINE)
        return sign_on_refuse(c, NULL, why, S(""));
    TRY(provider_load(c->db, c->a, start.provider_id, &p));
    struct str code = request_query(c->rq, "code"), error = request_query(c->rq, "error");
    if (p.row.active == 0 || p.meta.issuer.n == 0) /* a proxy has none: it does not answer here */
        return sign_on_refuse(c, &p, SIGN_ON_OFF, S(""));
    if (!answer_is_of(c, &p))
        return sign_on_refuse(c, &p, SIGN_ON_ISSUER, S(""));
    if (error.p != NULL || code.n == 0)
        return sign_on_refuse(c, &p, SIGN_ON_PROVIDER, plain_word(error));
    struct arrival v = {.p = &p, .link_to = start.link_to_null ? 0 : start.link_to};
    TRY(learn(c, &p, code, &start, &v.n, &why));
    if (why != SIGN_ON_FINE)
        return sign_on_refuse(c, &p, why, S(""));
    return sign_on_finish(c, &v, start.back);
}
