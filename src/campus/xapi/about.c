/* What the store knows of an activity and of a person, and which versions it speaks (xAPI 2.0, 4.1.6.3, 4.1.6.4 and 4.1.6.7; 1.0.3,
 * Communication 2.4, 2.5 and 2.8). */
#include "base/utf8.h"
#include "campus/xapi/inside.h"
#include "campus/xapi/lexical.h"
#include "campus/xapi/resources.h"

#define NAMES_MOST 50

enum rc xapi_handle_activities(struct ctx *c)
{
    static const char *const names[] = {"activityId", NULL};
    struct call call;
    struct row_xapi_activity_get row;
    struct str id;
    TRY(xapi_begin(c, &call, true));
    if (call.method != METHOD_GET)
        return xapi_bad_parameter(&call, "method");
    TRY(xapi_require(&call, XAPI_READ));
    TRY(xapi_parameters(&call, names));
    TRY(xapi_needed(&call, "activityId", &id));
    if (!xapi_is_iri(id))
        return xapi_bad_parameter(&call, "activityId");
    enum rc rc = sql_xapi_activity_get(c->db, c->a, id, &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct buf *b = &c->rs->body;
    buf_z(b, "{\"objectType\":\"Activity\",\"id\":");
    buf_json(b, id);
    if (rc == RC_OK) {
        buf_z(b, ",\"definition\":");
        buf_str(b, row.definition);
    }
    buf_ch(b, '}');
    xapi_json(&call);
    return RC_OK;
}

/* The person object: all that statements say of who has this identifier. Two identifiers are never taken for one person. */
enum rc xapi_handle_agents(struct ctx *c)
{
    static const char *const names[] = {"agent", NULL};
    static const char *const identifiers[] = {"mbox", "mbox_sha1sum", "openid", "account"};
    struct call call;
    struct rows_xapi_agent_names rows;
    struct str text, identifier;
    json_t *agent, *person = json_object();
    arena_defer(c->a, (void (*)(void *))json_decref, person);
    TRY(xapi_begin(c, &call, true));
    if (call.method != METHOD_GET)
        return xapi_bad_parameter(&call, "method");
    TRY(xapi_require(&call, XAPI_READ));
    TRY(xapi_parameters(&call, names));
    TRY(xapi_needed(&call, "agent", &text));
    TRY(xapi_parse(c->a, text, &agent, &c->err));
    TRY(xapi_check_agent(c->a, agent, &identifier, &c->err));
    TRY(sql_xapi_agent_names(c->db, c->a, identifier, NAMES_MOST, &rows));
    json_object_set_new(person, "objectType", json_string("Person"));
    json_t *list = json_array();
    for (size_t i = 0; i < rows.n; i++)
        json_array_append_new(list, json_stringn(rows.v[i].name.p, rows.v[i].name.n));
    json_t *own = json_object_get(agent, "name");
    bool known = own == NULL;
    for (size_t i = 0; i < json_array_size(list); i++)
        known = known || json_equal(json_array_get(list, i), own);
    if (!known)
        json_array_append(list, own);
    if (json_array_size(list) != 0)
        json_object_set(person, "name", list);
    json_decref(list);
    for (size_t i = 0; i < COUNT_OF(identifiers); i++) {
        json_t *one = json_object_get(agent, identifiers[i]);
        if (one == NULL)
            continue;
        list = json_array();
        json_array_append(list, one);
        json_object_set_new(person, identifiers[i], list);
    }
    char *out = json_dumps(person, JSON_COMPACT);
    ASSERT(out != NULL);
    buf_z(&c->rs->body, out);
    free(out);
    xapi_json(&call);
    return RC_OK;
}

/* For everybody, before any version is agreed. */
enum rc xapi_handle_about(struct ctx *c)
{
    if (c->rq->query_count != 0) {
        struct call call = {.c = c};
        return xapi_bad_parameter(&call, str_z(c->a, utf8_clip(c->rq->query[0].name, 100)));
    }
    struct str version = request_header(c->rq, "X-Experience-API-Version");
    response_header(c->rs, "X-Experience-API-Version", str_starts(version, S("2")) ? S("2.0.0") : S("1.0.3"));
    buf_z(&c->rs->body, "{\"version\":[\"2.0.0\",\"1.0.3\",\"1.0.2\",\"1.0.1\",\"1.0.0\"]}");
    c->rs->type = "application/json";
    return RC_OK;
}
