/* Forged requests. A request that changes something must come from a page of this site: the browser says so itself
 * (Sec-Fetch-Site, else Origin), and with a session its token must come along, in the form or in a header. Programs
 * with an API token send no cookies, so nobody can make a browser forge theirs. */
#include "http/inside.h"

#include <sodium.h>

#include "gen/msg_error.h"

/* "https://name:port" of an Origin names the host of this request. */
static bool same_origin(const struct request *rq, struct str origin)
{
    struct str host = request_header(rq, "Host");
    struct str plain = S("http://"), tls = S("https://");
    if (str_starts(origin, tls))
        origin = str_sub(origin, tls.n, origin.n);
    else if (str_starts(origin, plain) && !rq->secure)
        origin = str_sub(origin, plain.n, origin.n);
    else
        return false;
    return host.n != 0 && str_eq_nocase(origin, host);
}

static bool comes_from_here(const struct request *rq)
{
    struct str site = request_header(rq, "Sec-Fetch-Site"), origin = request_header(rq, "Origin");
    if (site.p != NULL)
        return str_eq(site, S("same-origin")) || str_eq(site, S("none"));
    return origin.p == NULL || same_origin(rq, origin);
}

static bool tokens_equal(struct str x, struct str y)
{
    return x.n != 0 && x.n == y.n && sodium_memcmp(x.p, y.p, x.n) == 0;
}

enum rc guard_check(struct ctx *c, enum body_kind body)
{
    const struct request *rq = c->rq;
    bool changes = rq->method != METHOD_GET && rq->method != METHOD_HEAD;
    if (!changes || body == BODY_FOREIGN_FORM || body == BODY_FOREIGN || (c->who->person != 0 && c->session == NULL))
        return RC_OK;
    if (!comes_from_here(rq))
        return err_set(&c->err, RC_DENIED, M_error_stale_form, NULL);
    if (c->session == NULL || c->app->hooks->csrf == NULL)
        return RC_OK;
    struct str sent = request_header(rq, "X-CSRF-Token");
    if (sent.p == NULL)
        sent = request_form(rq, "csrf");
    if (!tokens_equal(sent, c->app->hooks->csrf(c)))
        return err_set(&c->err, RC_DENIED, M_error_stale_form, NULL);
    return RC_OK;
}
