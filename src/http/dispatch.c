/* A request on a worker, step by step: who asks, which language and zone, may they call this route, how often, did it
 * come from our own page, is the body one we read; then the handler; then the answer, or the one for its error. */
#include "http/inside.h"

#include "auth/session.h"
#include "base/clock.h"
#include "base/log.h"
#include "gen/msg_error.h"
#include "http/parse.h"

static const struct actor *const nobody_at_all = &(struct actor){0};

void dispatch_context(struct ctx *c, struct exchange *x, struct db *db, struct actor *nobody)
{
    const struct app *app = x->server->app;
    *nobody = *nobody_at_all;
    *c = (struct ctx){
        .a = x->a, .app = x->server->app, .db = db, .rq = &x->rq, .rs = &x->rs, .who = nobody, .now = clock_now()};
    c->lang = lang_find(request_header(&x->rq, "Accept-Language"));
    c->zone = app->zone != NULL ? app->zone : zone_utc();
    c->today = day_from_ms(c->zone, c->now);
}

/* ---- who asks
 * -------------------------------------------------------------------------------------------------------- */

static void set_language(struct ctx *c, const struct visitor *v)
{
    struct str chosen = v->lang.n != 0 ? v->lang : request_cookie(c->rq, "lang");
    if (chosen.n != 0 && chosen.n < 36)
        c->lang = lang_find(chosen);
    const struct zone *zone = v->zone.n != 0 ? zone_find(v->zone) : NULL;
    if (zone != NULL)
        c->zone = zone;
    c->today = day_from_ms(c->zone, c->now);
}

static enum rc load_token(struct ctx *c, struct str bearer, struct visitor *v)
{
    enum rc rc = c->app->hooks->token != NULL ? c->app->hooks->token(c, bearer, v) : RC_NOT_FOUND;
    return rc == RC_NOT_FOUND ? RC_UNAUTHENTICATED : rc;
}

/* A browser that shows a page in a frame says so; there the frame's own session counts, and nowhere else. Where it does not say what it asks for a
 * script does, on whichever page. */
static struct str session_cookie(struct ctx *c)
{
    const struct app *app = c->app;
    struct str main = app->session_cookie != NULL ? request_cookie(c->rq, app->session_cookie) : STR_NONE;
    struct str frame = app->frame_cookie != NULL ? request_cookie(c->rq, app->frame_cookie) : STR_NONE;
    struct str dest = request_header(c->rq, "Sec-Fetch-Dest");
    if (str_eq(dest, S("document")))
        return main;
    return frame.n != 0 && (main.n == 0 || str_eq(dest, S("iframe")) || str_eq(dest, S("frame"))) ? frame : main;
}

static enum rc load_session(struct ctx *c, struct visitor *v)
{
    const struct server_hooks *hooks = c->app->hooks;
    struct str cookie = session_cookie(c);
    enum rc rc = cookie.n != 0 && hooks->session != NULL ? hooks->session(c, cookie, v) : RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc; /* a session that has ended is nobody */
}

/* A token in the header goes before a cookie, so that what a program does never depends on a browser's cookies. */
static enum rc load_visitor(struct ctx *c, enum body_kind body)
{
    struct visitor *v = ARENA_NEW(c->a, struct visitor);
    struct str authorization = request_header(c->rq, "Authorization"), scheme;
    enum rc rc = RC_OK;
    if (body == BODY_FOREIGN_FORM || body == BODY_FOREIGN)
        rc = RC_OK;
    else if (authorization.p == NULL)
        rc = load_session(c, v);
    else if (str_cut(&authorization, ' ', &scheme) && str_eq_nocase(scheme, S("Bearer")))
        rc = load_token(c, str_trim(authorization), v);
    /* other schemes belong to the route that reads them */
    if (rc == RC_OK && v->who.person != 0) {
        c->who = &v->who;
        c->session = v->session;
        c->framed_by = v->framed_by;
    }
    set_language(c, v);
    return rc;
}

/* ---- may they
 * -------------------------------------------------------------------------------------------------------- */

static enum rc check_permission(struct ctx *c, enum permission may)
{
    if (may == P_PUBLIC)
        return RC_OK;
    if (c->who->person == 0)
        return RC_UNAUTHENTICATED;
    if (c->session != NULL && c->session->limited && access_opens_more(may))
        return err_set(&c->err, RC_DENIED, M_error_limited, NULL);
    if (access_somewhere(c->who, may))
        return RC_OK;
    return access_hidden(may) ? RC_NOT_FOUND : RC_DENIED;
}

static enum rc check_rate(struct ctx *c, struct server *s, const struct route *route)
{
    const struct http_settings *set = &s->set;
    if (set->no_rate_limits || route->rate == RATE_OWN)
        return RC_OK;
    bool changes = route->method != METHOD_GET;
    enum rate_class class = route->rate == RATE_SIGN_IN && !changes ? RATE_PUBLIC : route->rate;
    if (c->who->person != 0 && (class == RATE_PAGE || class == RATE_WRITE))
        return RC_OK;
    const int per_minute[] = {[RATE_PAGE] = set->page_per_minute,
                              [RATE_WRITE] = set->write_per_minute,
                              [RATE_SIGN_IN] = set->sign_in_per_minute,
                              [RATE_PUBLIC] = set->public_per_minute};
    unsigned wait = rate_take(s->rates, class, rate_address(c->a, c->rq->client), (unsigned)per_minute[class], clock_steady_us());
    if (wait == 0)
        return RC_OK;
    response_header(c->rs, "Retry-After", str_printf(c->a, "%u", wait));
    return RC_RATE_LIMITED;
}

/* ---- what they sent
 * -------------------------------------------------------------------------------------------------- */

static enum rc read_query(struct ctx *c, struct request *rq)
{
    struct str query = rq->target, path;
    str_cut(&query, '?', &path);
    return fields_parse(c->a, query, &rq->query, &rq->query_count);
}

static enum rc read_body(struct ctx *c, struct request *rq, enum body_kind kind)
{
    if (rq->body.n == 0 || kind == BODY_NONE || kind == BODY_FOREIGN)
        return RC_OK;
    struct str header = request_header(rq, "Content-Type"), type = media_type(header);
    if (kind == BODY_JSON)
        return str_eq_nocase(type, S("application/json")) || str_ends(type, S("+json")) ? RC_OK : RC_UNSUPPORTED;
    if (str_eq_nocase(type, S("application/x-www-form-urlencoded")))
        return fields_parse(c->a, rq->body, &rq->form, &rq->form_count);
    if (str_eq_nocase(type, S("multipart/form-data")))
        return multipart_parse(c->a, header, rq->body, &rq->form, &rq->form_count);
    return kind == BODY_UPLOAD && type.n != 0 ? RC_OK : RC_UNSUPPORTED; /* a file as the whole body */
}

/* ---- the steps
 * ------------------------------------------------------------------------------------------------------- */

/* Is holding the permission somewhere the same as holding it for every thing? */
static bool reaches_all(enum permission p)
{
    if (p == P_PUBLIC || access_of_any_account(p))
        return true;
    for (int role = 0; role < ROLE_COUNT; role++) {
        enum reach reach = access_reach((enum role)role, p);
        if (reach != REACH_NONE && reach != REACH_ALL)
            return false;
    }
    return !access_own(p) && !access_held(p);
}

/* Where it is not, the handler must have asked about the thing (access_require), not only the router about the route.
 */
static enum rc check_decided(const struct ctx *c, const struct route *route)
{
    if (c->decided || reaches_all(route->may))
        return RC_OK;
    log_event(LOG_ERROR, "http.undecided", "method=%d route=%s", (int)route->method, route->pattern);
#ifndef NDEBUG
    ASSERT(c->decided && "the handler took no access decision" != NULL);
#endif
    return RC_INTERNAL;
}

static enum rc no_route(struct ctx *c, const struct exchange *x)
{
    const struct request *rq = &x->rq;
    if (x->slash) {
        struct str query = rq->target, path;
        str_cut(&query, '?', &path);
        struct buf to = buf_new(c->a, rq->target.n + 1);
        buf_str(&to, str_sub(path, 0, path.n - 1));
        if (query.p != NULL) {
            buf_ch(&to, '?');
            buf_str(&to, query);
        }
        c->rs->status = 308;
        response_header(c->rs, "Location", buf_text(&to));
        return RC_OK;
    }
    if (x->match.allowed != 0) {
        c->rs->status = 405;
        error_answer(c, RC_NOT_FOUND);
        response_header(c->rs, "Allow", router_allow(c->a, x->match.allowed));
        return RC_OK;
    }
    return RC_NOT_FOUND;
}

static enum rc run(struct ctx *c, struct exchange *x)
{
    const struct route *route = x->match.route;
    enum body_kind body = route != NULL ? route->body : BODY_NONE;
    TRY(load_visitor(c, body));
    if (route == NULL)
        return no_route(c, x);
    if (body == BODY_JSON)
        x->rq.wants_json = true;
    TRY(check_permission(c, route->may));
    TRY(check_rate(c, x->server, route));
    TRY(read_query(c, &x->rq));
    TRY(read_body(c, &x->rq, body));
    TRY(guard_check(c, body));
    TRY(route->handle(c));
    return check_decided(c, route);
}

/* What browsers and proxies may keep: nothing of a page for a person, nor a cookie that makes somebody one. */
static void set_caching(struct ctx *c)
{
    bool cookie = false;
    for (size_t i = 0; i < c->rs->header_count; i++) {
        if (str_eq_nocase(c->rs->headers[i].name, S("Cache-Control")))
            return;
        cookie = cookie || str_eq_nocase(c->rs->headers[i].name, S("Set-Cookie"));
    }
    if (c->rs->header_count + 2 > COUNT_OF(c->rs->headers))
        return;
    if (c->who->person != 0 || cookie || c->rs->status >= 400) {
        response_header(c->rs, "Cache-Control", S("no-store"));
    } else {
        response_header(c->rs, "Cache-Control", S("no-cache"));
        response_header(c->rs, "Vary", S("Accept, Accept-Language, Cookie"));
    }
}

static void set_policy(struct ctx *c)
{
    if (c->framed_by.n == 0 && c->posts_to.n == 0)
        return;
    for (size_t i = 0; i < c->rs->header_count; i++)
        if (str_eq_nocase(c->rs->headers[i].name, S("Content-Security-Policy")))
            return;
    if (c->rs->header_count < COUNT_OF(c->rs->headers))
        response_header(c->rs, "Content-Security-Policy", adapter_policy(c->a, c->framed_by, c->posts_to));
}

void dispatch_run(struct exchange *x, struct db *db)
{
    struct ctx c;
    struct actor nobody;
    dispatch_context(&c, x, db, &nobody);
    x->rs.status = 200;
    x->rs.body.a = x->a;
    if (db != NULL)
        db_reads_begin(db);
    enum rc rc = run(&c, x);
    if (rc != RC_OK)
        error_answer(&c, rc);
    if (db != NULL)
        db_reads_end(db);
    if (x->rq.method != METHOD_GET && x->rq.method != METHOD_HEAD)
        streams_poke(x->server);
    frame_answer(&c, &nobody);
    set_caching(&c);
    set_policy(&c);
    access_note(x, x->match.route != NULL ? x->match.route->pattern : "-");
}
