/* The end of a session, in both directions: who signs out here is told that she still is signed in at her provider, with a link that ends
 * that too (RP-Initiated Logout 1.0; at a proxy, its own address for it); and a provider may end the sessions that it opened here (Back-Channel Logout 1.0). */
#include "auth/session.h"
#include "base/log.h"
#include "campus/oidc/inside.h"
#include "gen/campus/oidc/sign_on_left_view.h"
#include "out/mail.h"

enum rc sign_on_leaving(struct ctx *c, struct str *to)
{
    struct row_sign_on_session_find row;
    enum rc rc = sql_sign_on_session_find(c->db, c->a, c->session->id, &row);
    if (rc == RC_OK)
        *to = str_printf(c->a, "/sign-on/%" PRId64 "/left", row.provider_id);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc sign_on_get_left(struct ctx *c)
{
    struct provider p;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(provider_load(c->db, c->a, id, &p));
    struct view_sign_on_left v = {.name = p.row.name, .to = p.row.leave_path}; /* of a proxy; none: it was not said */
    if (p.meta.end_session.n != 0) {
        struct buf b = buf_new(c->a, 512);
        buf_str(&b, p.meta.end_session);
        buf_z(&b, str_find(p.meta.end_session, S("?"), NULL) ? "&client_id=" : "?client_id=");
        buf_url(&b, p.row.client_id);
        buf_z(&b, "&post_logout_redirect_uri=");
        buf_url(&b, mail_link(c->a, S("/sign-in")));
        v.to = buf_text(&b);
    }
    struct page page = {.title = tr(c, M_signon_left), .narrow = true};
    return view_sign_on_left_page(c, &page, &v);
}

/* ---- the provider ends them ------------------------------------------------------------------------------------------------- */

struct ending {
    struct arena *a;
    int64_t provider, now;
    struct id_token of;
    int64_t ended;
};

static enum rc end_one(struct db *tx, struct ending *n, int64_t person, int64_t sign_in)
{
    TRY(session_end(tx, person, sign_in));
    n->ended++;
    return audit_note(tx, n->now, 0, "sign_in_end", person, "sign_on_provider", n->provider);
}

/* With a session of the provider's own, that one; else all of the person that it opened. */
static enum rc end_sessions(struct db *tx, void *arg, struct err *e)
{
    struct ending *n = arg;
    (void)e;
    n->ended = 0;
    if (n->of.sid.n != 0) {
        struct rows_sign_on_session_by_sid rows;
        TRY(sql_sign_on_session_by_sid(tx, n->a, n->provider, n->of.sid, &rows));
        for (size_t i = 0; i < rows.n; i++)
            TRY(end_one(tx, n, rows.v[i].person_id, rows.v[i].sign_in_id));
        return RC_OK;
    }
    struct rows_sign_on_session_by_subject rows;
    TRY(sql_sign_on_session_by_subject(tx, n->a, n->provider, n->of.subject, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(end_one(tx, n, rows.v[i].person_id, rows.v[i].sign_in_id));
    return RC_OK;
}

/* Whose token this claims to be, before anything of it is believed. */
static enum rc provider_of(struct ctx *c, struct str compact, struct provider *p)
{
    struct jose_token said = {0};
    struct row_sign_on_provider_by_issuer row;
    if (!jose_peek(c->a, compact, &said))
        return RC_NOT_FOUND;
    struct str issuer = claim_text(c->a, said.claims, S("iss"), 2000);
    if (issuer.n == 0)
        return RC_NOT_FOUND;
    TRY(sql_sign_on_provider_by_issuer(c->db, c->a, issuer, &row));
    return provider_load(c->db, c->a, row.id, p);
}

static enum rc answer(struct ctx *c, enum sign_on_refusal why)
{
    response_header(c->rs, "Cache-Control", S("no-store"));
    c->rs->status = why == SIGN_ON_FINE ? 200 : 400;
    c->rs->type = "application/json";
    c->rs->fixed = why == SIGN_ON_FINE ? S("{}\n") : S("{\"error\":\"invalid_request\",\"error_description\":\"not a logout token that is believed here\"}\n");
    return RC_OK;
}

enum rc sign_on_post_logout(struct ctx *c)
{
    struct str compact = request_form(c->rq, "logout_token");
    struct provider p;
    struct ending n = {.a = c->a, .now = c->now};
    const json_t *claims = NULL;
    enum sign_on_refusal why;
    enum rc rc = provider_of(c, compact, &p);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && (p.row.active == 0 || p.meta.issuer.n == 0)))
        return answer(c, SIGN_ON_ISSUER);
    TRY(rc);
    TRY(provider_verify(c, &p, compact, &claims, &why));
    if (why == SIGN_ON_FINE)
        why = logout_token_check(c->a, claims, p.row.issuer, p.row.client_id, c->now, &n.of);
    if (why != SIGN_ON_FINE) {
        log_event(LOG_WARN, "sign_on.logout", "provider=%" PRId64 " why=%d", p.row.id, (int)why);
        return answer(c, why);
    }
    n.provider = p.row.id;
    TRY(ctx_write(c, end_sessions, &n));
    return answer(c, SIGN_ON_FINE);
}
