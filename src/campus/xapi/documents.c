/* The document resources (xAPI 2.0, 4.1.6.2, 4.1.6.5 and 4.1.6.6; 1.0.3, Communication 2.2 to 2.7): what other tools keep here about an
 * activity, a person, or a person in an activity. */
#include "campus/xapi/inside.h"
#include "campus/xapi/lexical.h"
#include "campus/xapi/resources.h"
#include "gen/msg_xapi.h"
#include "http/parse.h"

enum kind { KIND_STATE, KIND_ACTIVITY, KIND_AGENT };
static const char *const kind_words[] = {"state", "activity", "agent"};

struct document {
    struct call *call;
    enum kind kind;
    struct str agent, activity, registration, name; /* of the address; name: no value, all of them */
    bool registered;
    struct str type, bytes; /* what came in */
};

static struct str kind_word(const struct document *d)
{
    return str_from(kind_words[d->kind]);
}

/* ---- the address ------------------------------------------------------------------------------------------------------------------------ */

static enum rc read_address(struct document *d)
{
    static const char *const state[] = {"activityId", "agent", "registration", "stateId", "since", NULL};
    static const char *const activity[] = {"activityId", "profileId", "since", NULL};
    static const char *const agent[] = {"agent", "profileId", "since", NULL};
    static const char *const *const names[] = {state, activity, agent};
    struct call *call = d->call;
    struct str text;
    TRY(xapi_parameters(call, names[d->kind]));
    d->agent = d->activity = d->registration = S("");
    if (d->kind != KIND_AGENT) {
        TRY(xapi_needed(call, "activityId", &d->activity));
        if (!xapi_is_iri(d->activity) || d->activity.n > XAPI_KEY_MOST)
            return xapi_bad_parameter(call, "activityId");
    }
    if (d->kind != KIND_ACTIVITY) {
        TRY(xapi_needed(call, "agent", &text));
        TRY(xapi_parameter_agent(call, "agent", &d->agent));
    }
    text = xapi_parameter(call, "registration");
    d->registered = text.p != NULL;
    if (d->registered) {
        unsigned char bytes[16];
        char *uuid = arena_alloc(call->c->a, 37);
        if (!xapi_is_uuid(text))
            return xapi_bad_parameter(call, "registration");
        xapi_uuid_bytes(text, bytes);
        xapi_uuid_text(bytes, uuid);
        d->registration = str_from(uuid);
    }
    const char *name = d->kind == KIND_STATE ? "stateId" : "profileId";
    d->name = xapi_parameter(call, name);
    if (d->name.n > XAPI_KEY_MOST || (d->name.p != NULL && d->name.n == 0))
        return xapi_bad_parameter(call, name);
    return RC_OK;
}

static enum rc need_name(const struct document *d)
{
    struct str name;
    return xapi_needed(d->call, d->kind == KIND_STATE ? "stateId" : "profileId", &name);
}

/* ---- conditions --------------------------------------------------------------------------------------------------------------------------- */

/* May what is there (etag; no value: nothing) be replaced or deleted? */
static enum rc check_conditions(const struct document *d, struct str etag, bool must_say, struct err *e)
{
    const struct call *call = d->call;
    struct str match = call->if_match, none = call->if_none_match;
    bool there = etag.p != NULL;
    if (match.p != NULL && !(there && (str_eq_z(str_trim(match), "*") || etag_among(match, etag))))
        return err_set(e, RC_OUTDATED, M_xapi_outdated, NULL);
    if (none.p != NULL && there && (str_eq_z(str_trim(none), "*") || etag_among(none, etag)))
        return err_set(e, RC_OUTDATED, M_xapi_outdated, NULL);
    if (must_say && match.p == NULL && none.p == NULL && (there || call->version == XAPI_1_0))
        return err_set(e, there ? RC_CONFLICT : RC_MALFORMED, M_xapi_no_condition, NULL);
    return RC_OK;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------------ */

static bool is_json(struct str type)
{
    return str_eq_nocase(media_type(type), S("application/json"));
}

/* Each member of the new object takes the place of that of the old one. */
static enum rc merge(const struct document *d, struct arena *a, const struct row_xapi_document_get *before, struct str *merged, struct err *e)
{
    json_t *old, *new;
    if (!is_json(before->type) || !is_json(d->type) || xapi_parse(a, before->bytes, &old, e) != RC_OK || xapi_parse(a, d->bytes, &new, e) != RC_OK || !json_is_object(old) ||
        !json_is_object(new))
        return err_set(e, RC_MALFORMED, M_xapi_document_json, NULL);
    json_object_update(old, new);
    char *text = json_dumps(old, JSON_COMPACT);
    ASSERT(text != NULL);
    *merged = str_dup(a, str_from(text));
    free(text);
    return RC_OK;
}

struct writing {
    const struct document *d;
    bool merges;
};

static enum rc write_document(struct db *tx, void *arg, struct err *e)
{
    const struct writing *w = arg;
    const struct document *d = w->d;
    struct row_xapi_document_get before;
    struct arena *a = arena_new(0);
    struct str bytes = d->bytes;
    enum rc rc = sql_xapi_document_get(tx, a, kind_word(d), d->agent, d->activity, d->registration, d->name, &before);
    bool there = rc == RC_OK;
    bool must_say = !w->merges && (d->kind != KIND_STATE || d->call->version == XAPI_2_0);
    if (there || rc == RC_NOT_FOUND)
        rc = check_conditions(d, there ? before.etag : STR_NONE, must_say, e);
    if (rc == RC_OK && there && w->merges)
        rc = merge(d, a, &before, &bytes, e);
    if (rc == RC_OK)
        rc = sql_xapi_document_put(tx, kind_word(d), d->agent, d->activity, d->registration, d->name, d->type, xapi_sha1(a, bytes), d->call->c->now, bytes);
    arena_free(a);
    return rc;
}

static enum rc store_document(struct document *d, bool merges)
{
    struct call *call = d->call;
    struct writing w = {.d = d, .merges = merges};
    json_t *json;
    TRY(need_name(d));
    d->type = call->type.n != 0 ? call->type : S("application/octet-stream");
    d->bytes = call->body.p != NULL ? call->body : S("");
    if (d->type.n > 200 || !xapi_is_media_type(d->type))
        return xapi_bad_parameter(call, "Content-Type");
    if (is_json(d->type)) {
        TRY(xapi_parse(call->c->a, d->bytes, &json, &call->c->err));
        if (merges && !json_is_object(json))
            return err_set(&call->c->err, RC_MALFORMED, M_xapi_document_json, NULL);
    }
    TRY(ctx_write(call->c, write_document, &w));
    call->c->rs->status = 204;
    return RC_OK;
}

static enum rc drop_document(struct db *tx, void *arg, struct err *e)
{
    const struct document *d = arg;
    if (d->name.p == NULL)
        return sql_xapi_document_drop_all(tx, kind_word(d), d->agent, d->activity, d->registered ? d->registration : STR_NONE);
    struct row_xapi_document_get before;
    struct arena *a = arena_new(0);
    enum rc rc = sql_xapi_document_get(tx, a, kind_word(d), d->agent, d->activity, d->registration, d->name, &before);
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = check_conditions(d, rc == RC_OK ? before.etag : STR_NONE, false, e);
    if (rc == RC_OK)
        rc = sql_xapi_document_drop(tx, kind_word(d), d->agent, d->activity, d->registration, d->name);
    arena_free(a);
    return rc;
}

static enum rc drop(struct document *d)
{
    if (xapi_parameter(d->call, "since").p != NULL)
        return xapi_bad_parameter(d->call, "since");
    if (d->kind != KIND_STATE)
        TRY(need_name(d));
    TRY(ctx_write(d->call->c, drop_document, d));
    d->call->c->rs->status = 204;
    return RC_OK;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------------- */

static enum rc send_names(struct document *d)
{
    struct call *call = d->call;
    struct ctx *c = call->c;
    struct rows_xapi_document_names rows;
    int64_t since = -1, latest = 0;
    TRY(xapi_parameter_time(call, "since", &since));
    TRY(sql_xapi_document_names(c->db, c->a, kind_word(d), d->agent, d->activity, d->registered ? d->registration : STR_NONE, since, &rows));
    struct buf *b = &c->rs->body;
    buf_ch(b, '[');
    for (size_t i = 0; i < rows.n; i++) {
        buf_z(b, i != 0 ? "," : "");
        buf_json(b, rows.v[i].name);
        latest = rows.v[i].updated_at > latest ? rows.v[i].updated_at : latest;
    }
    buf_ch(b, ']');
    if (rows.n != 0)
        xapi_last_modified(call, latest);
    xapi_json(call);
    return RC_OK;
}

static enum rc send_document(struct document *d)
{
    struct call *call = d->call;
    struct ctx *c = call->c;
    struct row_xapi_document_get row;
    if (xapi_parameter(call, "since").p != NULL)
        return xapi_bad_parameter(call, "since");
    TRY(sql_xapi_document_get(c->db, c->a, kind_word(d), d->agent, d->activity, d->registration, d->name, &row));
    response_header(c->rs, "ETag", str_printf(c->a, "\"%.*s\"", STR_ARG(row.etag)));
    response_header(c->rs, "Content-Security-Policy", S("default-src 'none'; sandbox")); /* it is another's, and no page of this site */
    xapi_last_modified(call, row.updated_at);
    if (call->if_none_match.p != NULL && etag_among(call->if_none_match, row.etag)) {
        c->rs->status = 304;
        return RC_OK;
    }
    c->rs->type = str_z(c->a, row.type);
    buf_str(&c->rs->body, row.bytes);
    return RC_OK;
}

static enum rc handle(struct ctx *c, enum kind kind)
{
    struct call call;
    TRY(xapi_begin(c, &call, true));
    TRY(xapi_require(&call, kind == KIND_STATE ? XAPI_STATE : XAPI_PROFILE));
    struct document d = {.call = &call, .kind = kind};
    TRY(read_address(&d));
    switch (call.method) {
    case METHOD_GET:
        return d.name.p != NULL ? send_document(&d) : send_names(&d);
    case METHOD_PUT:
        return store_document(&d, false);
    case METHOD_POST:
        return store_document(&d, true);
    case METHOD_DELETE:
        return drop(&d);
    default:
        return xapi_bad_parameter(&call, "method");
    }
}

enum rc xapi_handle_state(struct ctx *c)
{
    return handle(c, KIND_STATE);
}

enum rc xapi_handle_activity_profile(struct ctx *c)
{
    return handle(c, KIND_ACTIVITY);
}

enum rc xapi_handle_agent_profile(struct ctx *c)
{
    return handle(c, KIND_AGENT);
}
