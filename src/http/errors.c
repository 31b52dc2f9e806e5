/* What went wrong, told in one place: enum rc to status, page and problem document (RFC 9457). What is refused on the
 * I/O thread gets answers that were made at start, one for each language, so that they need no memory and nothing that
 * could fail. */
#include "http/inside.h"

#include "base/log.h"
#include "gen/http/error_view.h"
#include "gen/msg_error.h"
#include "http/parse.h"

struct kind {
    int status;
    const char *name; /* of the problem's type, "/problems/not-found" */
    msg_id title, more;
};

static const struct kind kinds[] = {
    [RC_OK] = {500, "internal", M_error_internal, M_error_internal_more},
    [RC_INVALID] = {422, "invalid", M_error_invalid, M_error_invalid_more},
    [RC_MALFORMED] = {400, "malformed", M_error_malformed, M_error_malformed_more},
    [RC_UNAUTHENTICATED] = {401, "unauthenticated", M_error_unauthenticated, M_error_unauthenticated_more},
    [RC_DENIED] = {403, "denied", M_error_denied, M_error_denied_more},
    [RC_NOT_FOUND] = {404, "not-found", M_error_not_found, M_error_not_found_more},
    [RC_CONFLICT] = {409, "conflict", M_error_conflict, M_error_conflict_more},
    [RC_OUTDATED] = {412, "outdated", M_error_conflict, M_error_conflict_more},
    [RC_GONE] = {410, "gone", M_error_gone, M_error_gone_more},
    [RC_TOO_LARGE] = {413, "too-large", M_error_too_large, M_error_too_large_more},
    [RC_UNSUPPORTED] = {415, "unsupported", M_error_unsupported, M_error_unsupported_more},
    [RC_RATE_LIMITED] = {429, "rate-limited", M_error_rate_limited, M_error_rate_limited_more},
    [RC_BUSY] = {503, "busy", M_error_busy, M_error_busy_more},
    [RC_INTERNAL] = {500, "internal", M_error_internal, M_error_internal_more},
};

static const struct kind *kind_of(enum rc rc)
{
    return (size_t)rc < COUNT_OF(kinds) ? &kinds[rc] : &kinds[RC_INTERNAL];
}

int status_of(enum rc rc)
{
    return kind_of(rc)->status;
}

/* What a person is told: the error's own message, else the general one. Nothing of the inside is told. */
static struct str explain(struct ctx *c, enum rc rc)
{
    const struct kind *k = kind_of(rc);
    bool own = c->err.msg != 0 && k->status != 500;
    const struct msg_arg detail = MSG_TEXT("detail", str_from(k->status != 500 ? c->err.detail : ""));
    return msg_format(c->a, c->lang, own ? c->err.msg : k->more, &detail, 1);
}

static struct str request_number(struct ctx *c)
{
    return str_printf(c->a, "%016" PRIx64, c->rq->id);
}

static void problem_write(struct ctx *c, enum rc rc, int status, struct buf *b)
{
    const struct kind *k = kind_of(rc);
    buf_printf(b, "{\"type\":\"/problems/%s\",\"title\":", k->name);
    buf_json(b, tr(c, k->title));
    buf_printf(b, ",\"status\":%d,\"detail\":", status);
    buf_json(b, explain(c, rc));
    buf_z(b, ",\"instance\":");
    buf_json(b, c->rq->path);
    buf_z(b, ",\"request\":");
    buf_json(b, request_number(c));
    if (c->err.field[0] != '\0') {
        buf_z(b, ",\"field\":");
        buf_json(b, str_from(c->err.field));
    }
    buf_z(b, "}\n");
}

void problem_of_page(struct ctx *c, const struct page *p, const struct view *v, const void *data)
{
    struct response *rs = c->rs;
    struct view_env env = {.out = &rs->body, .a = c->a, .lang = c->lang, .zone = c->zone};
    size_t k = 1;
    while (k < COUNT_OF(kinds) - 1 && kinds[k].status != p->status)
        k++;
    rs->type = "application/problem+json";
    buf_printf(&rs->body, "{\"type\":\"/problems/%s\",\"title\":", kinds[k].name);
    buf_json(&rs->body, p->title);
    buf_printf(&rs->body, ",\"status\":%d,\"instance\":", p->status);
    buf_json(&rs->body, c->rq->path);
    buf_z(&rs->body, ",\"request\":");
    buf_json(&rs->body, request_number(c));
    buf_z(&rs->body, ",\"page\":");
    v->json(&env, data);
    buf_z(&rs->body, "}\n");
}

#define BACK_MOST 1000 /* bytes of an address to come back to: escaped it must fit into an address again */

/* Where a form that came too late stood: the browser keeps what was typed there. Only a page of this site is one. */
static struct str page_before(const struct request *rq)
{
    struct str page = request_header(rq, "Referer"), host = request_header(rq, "Host");
    struct str start = S("http://");
    if (!str_starts(page, start))
        start = S("https://");
    if (host.n == 0 || !str_starts(page, start) || !str_starts(str_sub(page, start.n, page.n), host))
        return STR_NONE;
    return str_sub(page, start.n + host.n, page.n); /* "/..."; anything else is not local */
}

/* The sign-in page, which comes back to where this request was made. */
static struct str sign_in_address(struct ctx *c)
{
    struct buf to = buf_new(c->a, 256);
    buf_z(&to, "/sign-in");
    bool reads = c->rq->method == METHOD_GET || c->rq->method == METHOD_HEAD;
    struct str back = reads ? c->rq->target : page_before(c->rq);
    if (is_local_address(back) && back.n <= BACK_MOST) {
        buf_z(&to, "?back=");
        buf_url(&to, back);
    }
    return buf_text(&to);
}

static void page_of_error(struct ctx *c, enum rc rc, struct buf *b)
{
    const struct kind *k = kind_of(rc);
    const struct msg_arg number = MSG_TEXT("number", request_number(c));
    struct view_error view = {
        .text = explain(c, rc),
        .number = c->rq->id != 0 ? msg_format(c->a, c->lang, M_error_number, &number, 1) : S(""),
        .home = c->who->person != 0,
        .sign_in = rc == RC_UNAUTHENTICATED,
        .again = (k->status == 503 || k->status == 500) && is_local_address(c->rq->target) ? c->rq->target : S(""),
    };
    struct page page = {.title = tr(c, k->title), .narrow = true, .status = k->status};
    if (c->err.msg == M_error_lent_more) {
        page.title = tr(c, M_error_lent);
        view.out = form_new(c->a, c->lang, c->zone, S("/sign-out"), M_error_lent_out);
    }
    if (c->err.msg == M_error_limited) { /* herself: in a window of its own, or after signing out of what the platform opened */
        if (c->framed_by.n != 0)
            view.window = sign_in_address(c);
        else
            view.out = form_new(c->a, c->lang, c->zone, S("/sign-out"), M_error_lent_out);
    }
    page_write(c, &page, &view_error_def, &view, b);
}

/* A person who is not signed in goes to sign in and comes back; a program is told. */
static bool send_to_sign_in(struct ctx *c)
{
    if (c->rq->wants_json || request_header(c->rq, "Authorization").p != NULL)
        return false;
    c->rs->status = 303;
    response_header(c->rs, "Location", sign_in_address(c));
    return true;
}

void error_answer(struct ctx *c, enum rc rc)
{
    struct response *rs = c->rs;
    const struct kind *k = kind_of(rc);
    /* keep what a handler or a check said about the error, drop what was meant for the page that did not come */
    struct str retry = STR_NONE, challenge = STR_NONE;
    size_t kept = 0;
    for (size_t i = 0; i < rs->header_count; i++) {
        struct header h = rs->headers[i];
        if (str_eq(h.name, S("Retry-After")))
            retry = h.value;
        else if (str_eq(h.name, S("WWW-Authenticate")))
            challenge = h.value;
        else if (str_starts(h.name, S("X-"))) /* of a protocol, on every answer */
            rs->headers[kept++] = h;
    }
    rs->header_count = kept;
    rs->fixed = STR_NONE;
    rs->type = NULL;
    rs->body = buf_new(c->a, 8192);
    rs->status = rs->status == 405 ? 405 : k->status; /* a wrong method is told like a missing page */
    if (k->status == 500)
        log_event(LOG_ERROR, "http.error", "id=%016" PRIx64 " rc=%d detail=%s", c->rq->id, (int)rc, c->err.detail);
    if (k->status == 503 && retry.p == NULL)
        retry = S("1");
    if (retry.p != NULL)
        response_header(rs, "Retry-After", retry);
    bool told = c->app->hooks->problem != NULL && c->app->hooks->problem(c, rs->status, explain(c, rc));
    if (rc == RC_UNAUTHENTICATED && !told && challenge.p == NULL && send_to_sign_in(c))
        return;
    bool program = c->rq->wants_json || challenge.p != NULL || request_header(c->rq, "Authorization").p != NULL;
    if (rc == RC_UNAUTHENTICATED)
        response_header(rs, "WWW-Authenticate",
                        challenge.p != NULL ? challenge : request_header(c->rq, "Authorization").p != NULL
                            ? S("Bearer realm=\"cadre\", error=\"invalid_token\"")
                            : S("Bearer realm=\"cadre\""));
    if (told)
        return;
    if (program) {
        rs->type = "application/problem+json";
        problem_write(c, rc, rs->status, &rs->body);
    } else {
        page_of_error(c, rc, &rs->body);
    }
}

/* ---- refusals before a worker
 * ---------------------------------------------------------------------------------------- */

static const struct {
    int status;
    enum rc rc;
} refusals[] = {{400, RC_MALFORMED}, {404, RC_NOT_FOUND}, {405, RC_NOT_FOUND}, {413, RC_TOO_LARGE},
                {414, RC_TOO_LARGE}, {431, RC_TOO_LARGE}, {503, RC_BUSY}};

void plain_answers_make(struct server *s)
{
    int languages = lang_count();
    s->plain = ARENA_ARRAY(s->static_arena, COUNT_OF(refusals) * (size_t)languages, struct plain_answer);
    struct exchange x = {.server = s, .a = s->static_arena, .rq = {.path = S("/"), .target = S("")}};
    for (int lang = 0; lang < languages; lang++) {
        for (size_t i = 0; i < COUNT_OF(refusals); i++) {
            struct ctx c;
            struct actor nobody;
            dispatch_context(&c, &x, NULL, &nobody);
            c.lang = lang;
            struct plain_answer *p = &s->plain[(size_t)lang * COUNT_OF(refusals) + i];
            struct buf html = buf_new(s->static_arena, 2048);
            page_of_error(&c, refusals[i].rc, &html);
            const struct kind *k = kind_of(refusals[i].rc);
            p->status = refusals[i].status;
            p->html = buf_text(&html);
            p->json = str_printf(s->static_arena, "{\"type\":\"/problems/%s\",\"title\":\"%s\",\"status\":%d}\n",
                                 k->name, str_z(s->static_arena, msg_text(0, k->title)), p->status);
        }
    }
}

void plain_answer(struct exchange *x, int status)
{
    struct response *rs = &x->rs;
    const struct server *s = x->server;
    int lang = lang_find(request_header(&x->rq, "Accept-Language"));
    const struct plain_answer *p = &s->plain[(size_t)lang * COUNT_OF(refusals)];
    for (size_t i = 0; i < COUNT_OF(refusals); i++)
        if (p[i].status == status) {
            p = &p[i];
            break;
        }
    rs->status = status;
    rs->type = x->rq.wants_json ? "application/problem+json" : "text/html; charset=utf-8";
    rs->fixed = x->rq.wants_json ? p->json : p->html;
    rs->header_count = 0;
    response_header(rs, "Cache-Control", S("no-store"));
    if (status == 503)
        response_header(rs, "Retry-After", S("1"));
    if (status == 405)
        response_header(rs, "Allow", router_allow(x->a, x->match.allowed));
}
