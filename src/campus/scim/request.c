/* What every request of SCIM has in common: lists, the attributes that are asked for, versions, and how it is told what went wrong (RFC 7644). */
#include "base/clock.h"
#include "campus/scim/inside.h"
#include "gen/msg_scim.h"
#include "http/parse.h"
#include "out/mail.h"

#define TYPE "application/scim+json"
#define LIST_SCHEMA "urn:ietf:params:scim:api:messages:2.0:ListResponse"
#define ERROR_SCHEMA "urn:ietf:params:scim:api:messages:2.0:Error"
#define HEARD_MS MS_PER_MINUTE /* asking is noted no oftener */

static const struct target site = {0};

/* ---- small things ---------------------------------------------------------------------------------------------------------------------- */

json_t *scim_str(struct str s)
{
    json_t *v = json_stringn(s.p != NULL ? s.p : "", s.n);
    ASSERT(v != NULL);
    return v;
}

struct str scim_address(struct arena *a, const char *kind, int64_t id)
{
    return mail_link(a, str_printf(a, "/scim/v2/%s/%" PRId64, kind, id));
}

static json_t *instant(struct arena *a, int64_t ms)
{
    struct buf b = buf_new(a, 32);
    instant_format(&b, ms);
    return scim_str(buf_text(&b));
}

json_t *scim_meta(struct arena *a, const char *kind, int64_t id, int64_t created_at, int64_t changed_at, struct str version)
{
    const char *place = strcmp(kind, "User") == 0 ? "Users" : "Groups";
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "resourceType", kind, "created", instant(a, created_at), "lastModified", instant(a, changed_at), "location",
                     scim_str(scim_address(a, place, id)), "version", scim_str(version));
}

struct str scim_range_end(struct arena *a, struct str key, bool begins)
{
    return str_concat(a, key, begins ? S("\xF4\x8F\xBF\xBF") : S("\x01")); /* behind all that begin so; behind this one */
}

/* The tag between the quotes of W/"...". */
static struct str tag_of(struct str version)
{
    return str_sub(version, 3, version.n - 4);
}

enum rc scim_if_match(const struct ctx *c, struct str version, struct err *e)
{
    struct str match = request_header(c->rq, "If-Match");
    if (match.p == NULL || str_eq(str_trim(match), S("*")) || etag_among(match, tag_of(version)))
        return RC_OK;
    return err_set(e, RC_OUTDATED, M_scim_outdated, NULL);
}

/* ---- lists ------------------------------------------------------------------------------------------------------------------------------ */

static enum rc read_number(struct ctx *c, const char *name, int64_t *n)
{
    struct str text = request_query(c->rq, name);
    return text.p == NULL || str_to_int(text, n) ? RC_OK : scim_bad_value(&c->err, name);
}

enum rc scim_list_read(struct ctx *c, struct scim_list *out)
{
    struct str filter = request_query(c->rq, "filter");
    *out = (struct scim_list){.start = 1, .count = SCIM_PAGE, .filtered = filter.p != NULL};
    TRY(read_number(c, "startIndex", &out->start));
    TRY(read_number(c, "count", &out->count));
    out->start = out->start < 1 ? 1 : out->start;
    out->count = out->count < 0 ? 0 : out->count > SCIM_PAGE_MOST ? SCIM_PAGE_MOST : out->count;
    return out->filtered ? scim_filter_read(c->a, filter, &out->filter, &c->err) : RC_OK;
}

/* Does a list of attributes, "userName,name.givenName", name this one, or one within it? sub NULL: the attribute as a whole or in part. */
static bool names(struct arena *a, struct str list, const char *attr, const char *sub, bool *whole)
{
    struct str one;
    bool some = false;
    *whole = false;
    while (str_cut(&list, ',', &one)) {
        struct scim_path p;
        if (str_trim(one).n == 0 || scim_path_read(a, one, &p, NULL) != RC_OK || !str_eq_nocase(p.attr, str_from(attr)))
            continue;
        *whole = *whole || p.sub.p == NULL;
        some = some || sub == NULL || p.sub.p == NULL || str_eq_nocase(p.sub, str_from(sub));
    }
    return some;
}

bool scim_shows(struct ctx *c, const char *attribute)
{
    struct str wanted = request_query(c->rq, "attributes"), unwanted = request_query(c->rq, "excludedAttributes");
    bool whole;
    if (wanted.n != 0)
        return names(c->a, wanted, attribute, NULL, &whole);
    return !names(c->a, unwanted, attribute, NULL, &whole) || !whole;
}

/* Leaves of an object, or of those in a list, what is asked for within an attribute. */
static void select_within(struct ctx *c, json_t *value, const char *attr)
{
    struct str wanted = request_query(c->rq, "attributes"), unwanted = request_query(c->rq, "excludedAttributes");
    bool list = json_is_array(value), whole;
    for (size_t i = 0; i < (list ? json_array_size(value) : 1); i++) {
        json_t *one = list ? json_array_get(value, i) : value, *inner;
        const char *key;
        void *next;
        if (!json_is_object(one))
            return;
        json_object_foreach_safe(one, next, key, inner) {
            bool named = names(c->a, wanted.n != 0 ? wanted : unwanted, attr, key, &whole);
            if (named != (wanted.n != 0))
                json_object_del(one, key);
        }
    }
}

static void select_attributes(struct ctx *c, json_t *resource)
{
    const char *key;
    json_t *value;
    void *next;
    if (request_query(c->rq, "attributes").n == 0 && request_query(c->rq, "excludedAttributes").n == 0)
        return;
    json_object_foreach_safe(resource, next, key, value) {
        if (strcmp(key, "id") == 0 || strcmp(key, "schemas") == 0)
            continue;
        if (!scim_shows(c, key))
            json_object_del(resource, key);
        else
            select_within(c, value, key);
    }
}

/* ---- answers ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc send_json(struct ctx *c, int status, json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);
    ASSERT(text != NULL);
    json_decref(json);
    c->rs->status = status;
    c->rs->type = TYPE;
    buf_z(&c->rs->body, text);
    free(text);
    return RC_OK;
}

enum rc scim_send(struct ctx *c, int status, json_t *resource)
{
    json_t *meta = json_object_get(resource, "meta");
    struct str version = str_dup(c->a, str_from(json_string_value(json_object_get(meta, "version"))));
    struct str location = str_dup(c->a, str_from(json_string_value(json_object_get(meta, "location")))), none = request_header(c->rq, "If-None-Match");
    if (version.n != 0)
        response_header(c->rs, "ETag", version);
    if (location.n != 0)
        response_header(c->rs, status == 201 ? "Location" : "Content-Location", location);
    if (c->rq->method == METHOD_GET && version.n != 0 && none.p != NULL && etag_among(none, tag_of(version))) {
        json_decref(resource);
        c->rs->status = 304;
        c->rs->type = TYPE;
        return RC_OK;
    }
    select_attributes(c, resource);
    return send_json(c, status, resource);
}

enum rc scim_send_list(struct ctx *c, const struct scim_list *list, int64_t total, json_t *resources)
{
    for (size_t i = 0; i < json_array_size(resources); i++)
        select_attributes(c, json_array_get(resources, i));
    return send_json(c, 200,
                     json_pack("{s:[s], s:I, s:I, s:I, s:o}", "schemas", LIST_SCHEMA, "totalResults", (json_int_t)total, "startIndex", (json_int_t)list->start, "itemsPerPage",
                               (json_int_t)json_array_size(resources), "Resources", resources));
}

/* ---- what went wrong ---------------------------------------------------------------------------------------------------------------------- */

/* The word of RFC 7644, 3.12, for what a rule said; NULL: none. */
static const char *error_type(const struct ctx *c, int status)
{
    static const char *const words[] = {"invalidFilter", "tooMany", "uniqueness", "mutability", "invalidSyntax", "invalidPath", "noTarget", "invalidValue"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(c->err.field, words[i]) == 0)
            return words[i];
    return status == 409 && c->err.field[0] != '\0' ? "uniqueness" : status == 400 ? "invalidValue" : NULL;
}

bool scim_problem(struct ctx *c, int status, struct str text)
{
    if (status == 422)
        status = 400;
    const char *type = error_type(c, status);
    json_t *o = json_pack("{s:[s], s:o, s:o}", "schemas", ERROR_SCHEMA, "status", scim_str(str_printf(c->a, "%d", status)), "detail", scim_str(text));
    if (type != NULL)
        json_object_set_new(o, "scimType", json_string(type));
    return send_json(c, status, o) == RC_OK;
}

struct hearing {
    int64_t now;
    struct str refused;
};

static enum rc hear(struct db *tx, void *arg, struct err *e)
{
    const struct hearing *h = arg;
    (void)e;
    return h->refused.n != 0 ? sql_scim_heard_refused(tx, h->now, h->refused) : sql_scim_heard_asked(tx, h->now);
}

/* "PATCH Users: uniqueness": which kind of request, never about whom. */
static struct str refusal(struct ctx *c, enum rc rc)
{
    static const char *const verbs[] = {[METHOD_GET] = "GET", [METHOD_POST] = "POST", [METHOD_PUT] = "PUT", [METHOD_DELETE] = "DELETE", [METHOD_PATCH] = "PATCH", [METHOD_HEAD] = "HEAD"};
    const char *type = error_type(c, rc == RC_CONFLICT ? 409 : 0), *kind = str_starts(c->rq->path, S("/scim/v2/Groups")) ? "Groups" : "Users";
    const char *other = rc == RC_NOT_FOUND ? "404" : rc == RC_OUTDATED ? "412" : rc == RC_CONFLICT ? "409" : rc == RC_DENIED ? "403" : "invalidValue";
    return str_printf(c->a, "%s %s: %s", verbs[c->rq->method], kind, type != NULL ? type : other);
}

enum rc scim_run(struct ctx *c, handler *work)
{
    struct row_scim_heard_find row = {0};
    TRY(access_require(c, P_ROSTER_SYNC, &site));
    enum rc rc = work(c), found = sql_scim_heard_find(c->db, c->a, &row);
    struct hearing h = {.now = c->now};
    struct err kept = c->err;
    if (rc != RC_OK && rc != RC_BUSY && rc != RC_INTERNAL)
        h.refused = refusal(c, rc);
    bool late = found != RC_OK || c->now - row.asked_at > HEARD_MS || row.asked_at > c->now + CLOCK_SKEW_MS;
    bool other = h.refused.n != 0 && (!str_eq(h.refused, row.refused) || c->now - row.refused_at > HEARD_MS);
    enum rc heard = late || other ? ctx_write(c, hear, &h) : RC_OK;
    c->err = kept;
    return rc != RC_OK ? rc : heard;
}
