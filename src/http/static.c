/* What is answered on the I/O thread because it needs no worker: files that are part of the binary, /healthz, /metrics.
 */
#include "http/inside.h"

#include "base/clock.h"
#include "base/embedded.h"
#include "http/parse.h"

#define HEALTHY_FOR_US UINT64_C(5000000)

static const char *type_of(struct str path)
{
    static const struct {
        const char *suffix, *type;
    } types[] = {
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".webmanifest", "application/manifest+json"},
        {".txt", "text/plain; charset=utf-8"},
        {".woff2", "font/woff2"},
    };
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (str_ends(path, str_from(types[i].suffix)))
            return types[i].type;
    return "application/octet-stream";
}

/* The etag without its quotes: what stands behind ?v= */
static struct str version_of(const struct embedded *f)
{
    return f->etag.n > 2 ? str_sub(f->etag, 1, f->etag.n - 2) : STR_NONE;
}

struct str static_address(struct arena *a, const char *path)
{
    const struct embedded *f = embedded_find(str_from(path));
    struct str version = f != NULL ? version_of(f) : STR_NONE;
    return version.n != 0 ? str_printf(a, "/%s?v=%.*s", path, STR_ARG(version)) : str_printf(a, "/%s", path);
}

/* Does If-None-Match name this etag? A weak mark makes no difference here (RFC 9110, 13.1.2). */
static bool matches_etag(struct str list, struct str etag)
{
    struct str item;
    while (str_cut(&list, ',', &item)) {
        item = str_trim(item);
        if (str_starts(item, S("W/")))
            item = str_sub(item, 2, item.n);
        if (str_eq(item, S("*")) || str_eq(item, etag))
            return true;
    }
    return false;
}

static void answer_file(struct exchange *x, const struct embedded *f)
{
    struct response *rs = &x->rs;
    struct str query = x->rq.target, path;
    str_cut(&query, '?', &path);
    struct str version = version_of(f);
    bool pinned = version.n != 0 && str_starts(query, S("v=")) && str_eq(str_sub(query, 2, query.n), version);
    response_header(rs, "ETag", f->etag);
    response_header(rs, "Vary", S("Accept-Encoding"));
    response_header(rs, "Cache-Control", pinned ? S("public, max-age=31536000, immutable") : S("no-cache"));
    rs->type = type_of(f->path);
    if (matches_etag(request_header(&x->rq, "If-None-Match"), f->etag)) {
        rs->status = 304;
        rs->fixed = S("");
        return;
    }
    bool gzip = f->gzip.p != NULL && accept_gzip(request_header(&x->rq, "Accept-Encoding"));
    if (gzip)
        response_header(rs, "Content-Encoding", S("gzip"));
    rs->status = 200;
    rs->fixed = gzip ? f->gzip : f->bytes.p != NULL ? f->bytes : S("");
}

static void answer_text(struct exchange *x, int status, struct str text)
{
    x->rs.status = status;
    x->rs.type = "text/plain; charset=utf-8";
    x->rs.fixed = text;
    response_header(&x->rs, "Cache-Control", S("no-store"));
}

static void answer_health(struct exchange *x)
{
    uint64_t healthy = atomic_load(&x->server->healthy_us);
    bool good = healthy != 0 && clock_steady_us() - healthy < HEALTHY_FOR_US;
    if (!good)
        answer_text(x, 503, S("the database does not answer\n"));
    else if (atomic_load(&x->server->stopping))
        answer_text(x, 503, S("stopping\n"));
    else
        answer_text(x, 200, S("ok\n"));
}

/* Numbers are for whoever runs the server: this machine, asked directly. */
static bool may_see_metrics(const struct exchange *x)
{
    return x->server->set.metrics_open || (x->conn->local && request_header(&x->rq, "X-Forwarded-For").p == NULL &&
                                           request_header(&x->rq, "Forwarded").p == NULL);
}

static const struct embedded *find_file(struct str path)
{
    return str_eq(path, S("/favicon.ico")) ? embedded_find(S("static/icon.svg")) : embedded_find(str_sub(path, 1, path.n));
}

static bool is_file(struct str path)
{
    return str_starts(path, S("/static/")) || str_eq(path, S("/favicon.ico"));
}

unsigned inline_allows(const struct exchange *x)
{
    struct str path = x->rq.path;
    bool there = (is_file(path) && find_file(path) != NULL) || str_eq(path, S("/healthz")) ||
                 (str_eq(path, S("/metrics")) && may_see_metrics(x));
    return there ? 1u << METHOD_GET | 1u << METHOD_HEAD : 0;
}

static bool answer(struct exchange *x, const char **route)
{
    struct str path = x->rq.path;
    if (is_file(path)) {
        const struct embedded *f = find_file(path);
        *route = "/static";
        if (f != NULL)
            answer_file(x, f);
        else
            plain_answer(x, 404);
        return true;
    }
    if (str_eq(path, S("/healthz"))) {
        *route = "/healthz";
        answer_health(x);
        return true;
    }
    if (str_eq(path, S("/metrics")) && may_see_metrics(x)) {
        *route = "/metrics";
        struct buf b = buf_new(x->a, 8192);
        metrics_write(x->server, &b);
        answer_text(x, 200, buf_text(&b));
        x->rs.type = "text/plain; version=0.0.4; charset=utf-8";
        return true;
    }
    return false;
}

bool answer_inline(struct exchange *x)
{
    const char *route = "-";
    bool read = x->rq.method == METHOD_GET || x->rq.method == METHOD_HEAD;
    if (x->match.route != NULL || !read || !answer(x, &route))
        return false;
    access_note(x, route);
    return true;
}
