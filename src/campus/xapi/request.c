/* A request to the record store before its resource sees it: which version it speaks, who sends it, and where its parameters stand. In 1.0.3
 * any request may be put as a POST of a form (Communication 1.3), for browsers of long ago; here both become one struct call. */
#include "base/clock.h"
#include "base/utf8.h"
#include "campus/xapi/inside.h"
#include "campus/xapi/lexical.h"
#include "gen/auth/auth_sql.h"
#include "gen/msg_xapi.h"
#include "http/parse.h"

/* ---- the version ----------------------------------------------------------------------------------------------------------------------- */

/* What is told to a request that names no version, or none that is spoken here: a setting of the site. */
static enum xapi_version usual_version(struct ctx *c)
{
    struct row_setting_get row;
    return sql_setting_get(c->db, c->a, S("xapi_version"), &row) == RC_OK && str_starts(row.value, S("2")) ? XAPI_2_0 : XAPI_1_0;
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n != 0;
}

/* "1.0", "1.0.x", "2.0", "2.0.x" */
static bool read_version(struct str s, enum xapi_version *v)
{
    if (!str_starts(s, S("1.0")) && !str_starts(s, S("2.0")))
        return false;
    *v = s.p[0] == '2' ? XAPI_2_0 : XAPI_1_0;
    return s.n == 3 || (s.p[3] == '.' && all_digits(str_sub(s, 4, s.n)));
}

static enum rc begin_version(struct call *call, struct str named)
{
    struct ctx *c = call->c;
    bool known = read_version(named, &call->version);
    if (!known)
        call->version = usual_version(c);
    response_header(c->rs, "X-Experience-API-Version", call->version == XAPI_2_0 ? S("2.0.0") : S("1.0.3"));
    if (known)
        return RC_OK;
    return named.n == 0 ? err_set(&c->err, RC_MALFORMED, M_xapi_no_version, NULL)
                        : err_set(&c->err, RC_MALFORMED, M_xapi_bad_version, "%.*s", STR_ARG(utf8_clean(c->a, named)));
}

/* ---- the other way to ask ----------------------------------------------------------------------------------------------------------------- */

/* Headers that a form may carry. */
struct carried {
    struct str authorization, version, content_type, if_match, if_none_match;
};

static enum rc read_method(struct call *call, struct str word)
{
    static const char *const words[] = {[METHOD_GET] = "GET", [METHOD_POST] = "POST", [METHOD_PUT] = "PUT", [METHOD_DELETE] = "DELETE"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(word, words[i])) {
            call->method = (enum method)i;
            return RC_OK;
        }
    return xapi_bad_parameter(call, "method");
}

static enum rc unfold(struct call *call, struct str method, struct carried *h)
{
    struct ctx *c = call->c;
    struct part *fields, *query;
    size_t count, n = 0;
    if (call->query_count != 1)
        return xapi_bad_parameter(call, "method");
    TRY(read_method(call, method));
    if (fields_parse(c->a, c->rq->body, &fields, &count) != RC_OK)
        return xapi_bad_parameter(call, "content");
    query = ARENA_ARRAY(c->a, count, struct part);
    call->body = S("");
    h->content_type = S("application/json"); /* of the content, not of the form */
    for (size_t i = 0; i < count; i++) {
        struct {
            const char *name;
            struct str *into;
        } known[] = {{"Authorization", &h->authorization},   {"X-Experience-API-Version", &h->version}, {"Content-Type", &h->content_type},
                     {"If-Match", &h->if_match}, {"If-None-Match", &h->if_none_match},      {"Content-Length", NULL}};
        size_t k = 0;
        while (k < COUNT_OF(known) && !str_eq_nocase(fields[i].name, str_from(known[k].name)))
            k++;
        if (k < COUNT_OF(known)) {
            if (known[k].into != NULL)
                *known[k].into = fields[i].value;
        } else if (str_eq_z(fields[i].name, "content")) {
            call->body = fields[i].value;
        } else {
            query[n++] = fields[i];
        }
    }
    call->query = query;
    call->query_count = n;
    return RC_OK;
}

enum rc xapi_begin(struct ctx *c, struct call *call, bool alternate)
{
    const struct request *rq = c->rq;
    *call = (struct call){.c = c, .method = rq->method == METHOD_HEAD ? METHOD_GET : rq->method, .body = rq->body, .query = rq->query, .query_count = rq->query_count};
    struct carried h = {request_header(rq, "Authorization"), request_header(rq, "X-Experience-API-Version"), request_header(rq, "Content-Type"),
                        request_header(rq, "If-Match"), request_header(rq, "If-None-Match")};
    struct str method = request_query(rq, "method");
    enum xapi_version v;
    bool folded = alternate && rq->method == METHOD_POST && method.p != NULL && !(read_version(h.version, &v) && v == XAPI_2_0);
    enum rc unfolded = folded ? unfold(call, method, &h) : RC_OK;
    if (unfolded == RC_OK)
        TRY(begin_version(call, h.version));
    else
        response_header(c->rs, "X-Experience-API-Version", S("1.0.3"));
    TRY(unfolded);
    TRY(xapi_client_find(c, h.authorization, &call->client));
    call->type = h.content_type;
    call->if_match = h.if_match;
    call->if_none_match = h.if_none_match;
    return RC_OK;
}

enum rc xapi_require(struct call *call, enum xapi_scope scope)
{
    if (call->client.may[scope])
        return RC_OK;
    return err_set(&call->c->err, RC_DENIED, M_xapi_may_not, "%s", xapi_scope_words[scope]);
}

/* ---- parameters ----------------------------------------------------------------------------------------------------------------------------- */

enum rc xapi_bad_parameter(struct call *call, const char *name)
{
    return err_set(&call->c->err, RC_MALFORMED, M_xapi_parameter, "%s", name);
}

enum rc xapi_parameters(struct call *call, const char *const *names)
{
    for (size_t i = 0; i < call->query_count; i++) {
        size_t k = 0;
        while (names[k] != NULL && !str_eq_z(call->query[i].name, names[k]))
            k++;
        bool twice = false;
        for (size_t o = 0; o < i; o++)
            twice = twice || str_eq(call->query[o].name, call->query[i].name);
        if (names[k] == NULL || twice)
            return xapi_bad_parameter(call, str_z(call->c->a, utf8_clip(call->query[i].name, 100)));
    }
    return RC_OK;
}

struct str xapi_parameter(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->query_count; i++)
        if (str_eq_z(call->query[i].name, name))
            return call->query[i].value;
    return STR_NONE;
}

enum rc xapi_needed(struct call *call, const char *name, struct str *value)
{
    *value = xapi_parameter(call, name);
    return value->n != 0 ? RC_OK : err_set(&call->c->err, RC_MALFORMED, M_xapi_parameter_missing, "%s", name);
}

enum rc xapi_parameter_agent(struct call *call, const char *name, struct str *identifier)
{
    struct str text = xapi_parameter(call, name);
    json_t *json;
    *identifier = STR_NONE;
    if (text.p == NULL)
        return RC_OK;
    TRY(xapi_parse(call->c->a, text, &json, &call->c->err));
    return xapi_check_agent(call->c->a, json, identifier, &call->c->err);
}

enum rc xapi_parameter_time(struct call *call, const char *name, int64_t *ms)
{
    struct str text = xapi_parameter(call, name);
    return text.p == NULL || xapi_timestamp(text, ms) ? RC_OK : xapi_bad_parameter(call, name);
}

enum rc xapi_parameter_bool(struct call *call, const char *name, bool *value)
{
    struct str text = xapi_parameter(call, name);
    *value = str_eq_z(text, "true");
    return text.p == NULL || *value || str_eq_z(text, "false") ? RC_OK : xapi_bad_parameter(call, name);
}

/* ---- answers ----------------------------------------------------------------------------------------------------------------------------------- */

void xapi_last_modified(struct call *call, int64_t ms)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil t = civil_from_ms(zone_utc(), ms);
    response_header(call->c->rs, "Last-Modified",
                    str_printf(call->c->a, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[weekday_of(day_from_civil(t.year, t.month, t.day))], t.day, months[t.month - 1],
                               t.year, t.hour, t.minute, t.second));
}

void xapi_json(struct call *call)
{
    call->c->rs->type = "application/json";
}
