/* The address under which a framework is fetched as CASE JSON. */
#include "campus/case/case_framework.h"

/* The site's own address, for the uri of everything in the package. */
static struct str base_url(const struct ctx *c)
{
    struct str host = request_header(c->rq, "Host");
    return str_printf(c->a, "%s://%.*s", c->rq->secure ? "https" : "http", STR_ARG(host));
}

static enum rc get_case(struct ctx *c)
{
    int64_t id;
    struct framework f;
    struct str json;
    TRY(request_id(c->rq, 0, &id));
    TRY(framework_open(c, id, &f));
    if (!framework_may_export(c, &f))
        return RC_DENIED;
    TRY(case_export(c->db, c->a, id, base_url(c), &json, &c->err));
    return page_download(c, "application/json", str_printf(c->a, "%.*s %.*s.json", STR_ARG(f.title), STR_ARG(f.version)), json);
}

static const struct route routes[] = {
    /* .json behind a path is left out when it is matched: people ask for /frameworks/12/case.json */
    {METHOD_GET, "/frameworks/{id}/case", P_FRAMEWORK_VIEW, BODY_NONE, RATE_PAGE, get_case},
};

const struct capability case_capability = {
    .name = "case",
    .routes = routes,
    .route_count = COUNT_OF(routes),
};
